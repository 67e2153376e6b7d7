//! 分配: who gets the next conversation, and why; what holds somebody back is said here too.

mod limits;
pub(crate) mod queue;

use crate::shared;
use bot::{Command, Ctx, Place, Reach, Reply, Run, Said, Stop, Undo, Who, args};
use domain::PersonId;
use domain::allocation::{Next, Skipped, Why};
use domain::rights::{Decide, Undoing};
use queue::Queue;
use serde_json::Value;
use store::{Dialogue, DialogueState, Event, NewDialogue};

pub(crate) const COMMAND: Command = Command {
    name: "分配",
    aliases: &["分对话", "轮到谁"],
    summary: "下一个对话给谁、为什么",
    usage: "分配 [访客] | 分配 看 | 分配 为什么 @人 | 分配 关流量|限半|停|恢复 @人 [日期] | 分配 超时 @人 次数 [日期]",
    details: "写上访客的QQ、微信或编号，回头客就给上次接的人；同一个访客的对话没结束，再发也还是那个人。「看」只看不分。\
              玩游戏等关流量到当天24:00，挑地区、敷衍下一个班名额减半，超时每满一档下一个班少接，停到恢复为止。",
    examples: &["分配", "分配 看", "分配 为什么 @张三", "分配 超时 @张三 5", "分配 限半 @张三 昨天"],
    rules: &["R-102", "R-211", "R-212", "R-219", "R-220", "R-221", "R-222", "R-224"],
    who: Who::Members,
    place: Place::Anywhere,
    reach: Reach::Queue,
    template: None,
    run: Run::Decide(run),
    undo: &[
        Undo { kind: "dialogue.allotted", run: undo },
        Undo { kind: "allocation.limited", run: limits::undo },
        Undo { kind: "reply.timeouts", run: limits::undo_timeouts },
    ],
};

/// How long what a visitor is known by may be, characters.
const LONGEST_VISITOR: usize = 64;
/// People that an answer lists as passed over.
const LISTED: usize = 6;

#[derive(Clone, Copy)]
enum Asked {
    Look,
    WhyNot,
    Limit(limits::Kind),
}

const WORDS: &[(&str, Asked)] = &[
    ("看", Asked::Look),
    ("看看", Asked::Look),
    ("顺序", Asked::Look),
    ("为什么", Asked::WhyNot),
    ("关流量", Asked::Limit(limits::Kind::Games)),
    ("限半", Asked::Limit(limits::Kind::Picking)),
    ("停", Asked::Limit(limits::Kind::Training)),
    ("恢复", Asked::Limit(limits::Kind::Lift)),
    ("超时", Asked::Limit(limits::Kind::Timeouts)),
];

fn run(ctx: &mut Ctx<'_, '_>, by: &Decide, text: &str) -> Result<Reply, Stop> {
    let mut words = args::Words::new(text);
    match words.take_word_in(WORDS) {
        Some(Asked::Look) => look(ctx),
        Some(Asked::WhyNot) => why_not(ctx, &mut words),
        Some(Asked::Limit(kind)) => limits::run(ctx, by, kind, &mut words),
        None => give(ctx, by, text.trim()),
    }
}

fn give(ctx: &mut Ctx<'_, '_>, by: &Decide, visitor: &str) -> Result<Reply, Stop> {
    if visitor.chars().count() > LONGEST_VISITOR {
        return Err(Stop::bad(format!("访客最多写{LONGEST_VISITOR}个字，没有分。写法：{}", COMMAND.usage)));
    }
    let visitor = (!visitor.is_empty()).then_some(visitor);
    let since = queue::open_since(&mut ctx.desk)?;
    let before = match visitor {
        Some(visitor) => ctx.desk.tx.last_dialogue_of(visitor)?,
        None => None,
    };
    let under_way = |known: &&Dialogue| known.state == DialogueState::Open && known.allotted_at > since;
    if let Some(known) = before.as_ref().filter(under_way) {
        let queue = Queue::read(&mut ctx.desk)?;
        let here = queue.candidates.iter().any(|one| one.person == known.person);
        let away = if here { "" } else { queue.absent(ctx, known.person).told() };
        return Ok(Reply::text(format!(
            "这个访客的对话 {} 已经在{}那里{}{away}，没有另分。要换人发：对话 转 {} @人",
            known.label(),
            ctx.directory.label(known.person),
            if here { "" } else { "，他" },
            known.label()
        )));
    }
    let queue = Queue::read(&mut ctx.desk)?;
    let next = queue.next(&mut ctx.desk, before.map(|known| known.person))?;
    let Some(given) = next.given else {
        return Err(Stop::wrong_state(format!("现在没有人能接：{}", nobody(ctx, &queue, &next))));
    };
    let new = NewDialogue {
        person: given.person,
        why: given.why,
        shift_days: &queue.shift_days,
        turns: &queue.turns,
        cut: &next.cut,
        cut_before: next.cut_before,
        new_round: next.new_round,
        visitor,
        today: ctx.desk.today(),
        now: ctx.desk.now,
    };
    let dialogue = ctx.desk.tx.allot(by, &new)?;
    let (label, who) = (dialogue.label(), ctx.directory.label(given.person));
    let counted = queue.counted(given.person, &next);
    let own = Said::text(format!("{label} 新对话分给你，{counted}。接完发：对话 结束 {label}"));
    ctx.desk.tell(given.person, None, &own, true)?;
    let mut lines = vec![
        format!("{label} 给{who}（{}，{counted}）。", queue.grade(given.person)),
        format!("为什么：{}{}。", why(given.why), if next.new_round { "，新的一轮" } else { "" }),
    ];
    lines.extend(passed_over(ctx, &next));
    Ok(Reply::text(lines.join("\n")))
}

/// Who would be next, without giving anything.
fn look(ctx: &mut Ctx<'_, '_>) -> Result<Reply, Stop> {
    let queue = Queue::read(&mut ctx.desk)?;
    let next = queue.next(&mut ctx.desk, None)?;
    let mut lines = vec![match next.given {
        Some(given) => format!(
            "下一个：{}（{}）{}。",
            ctx.directory.label(given.person),
            why(given.why),
            if next.new_round { "，新的一轮" } else { "" }
        ),
        None => format!("现在没有人能接：{}", nobody(ctx, &queue, &next)),
    }];
    for candidate in &queue.candidates {
        let open = match candidate.open {
            0 => String::new(),
            open => format!("，在接{open}"),
        };
        lines.push(format!(
            "{} {} 本轮{}/{}{open}",
            ctx.directory.label(candidate.person),
            queue.grade(candidate.person),
            candidate.had,
            queue.quota(candidate.person)
        ));
    }
    lines.extend(passed_over(ctx, &next));
    Ok(Reply::text(lines.join("\n")))
}

/// Why it is not somebody's turn.
fn why_not(ctx: &mut Ctx<'_, '_>, words: &mut args::Words<'_>) -> Result<Reply, Stop> {
    let Some(token) = words.take_person() else {
        return Err(Stop::bad(format!("请写上人。例：{}", COMMAND.examples[2])));
    };
    let person = ctx.desk.person_named(&token.name, token.number)?;
    let who = ctx.directory.label(person);
    let queue = Queue::read(&mut ctx.desk)?;
    let next = queue.next(&mut ctx.desk, None)?;
    let Some(candidate) = queue.candidates.iter().find(|one| one.person == person) else {
        let why = queue.absent(ctx, person).told();
        return Ok(Reply::text(format!("{who}{why}，不在分配里。")));
    };
    if let Some((_, skipped)) = next.skipped.iter().find(|(one, _)| *one == person) {
        return Ok(Reply::text(format!("{who}{}。", skipped_told(ctx, *skipped))));
    }
    let had = format!("本轮已接{}个，名额{}个", candidate.had, queue.quota(person));
    if let Some(given) = next.given {
        if given.person == person {
            return Ok(Reply::text(format!("下一个就是{who}：{}（{had}）。", why(given.why))));
        }
        let other = ctx.directory.label(given.person);
        let ahead = queue.candidates.iter().find(|one| one.person == given.person);
        let reason = match ahead {
            _ if !next.new_round && candidate.had >= queue.quota(person) => {
                format!("本轮名额已用完，要等下一轮；现在是{other}")
            }
            Some(ahead) if ahead.open < candidate.open => {
                format!("手上在接{}个，{other}在接{}个", candidate.open, ahead.open)
            }
            Some(ahead) if ahead.had < candidate.had => format!("{other}只接了{}个，少的先接", ahead.had),
            _ => format!("和{other}一样多，{other}上周转化率排在前"),
        };
        return Ok(Reply::text(format!("还没轮到{who}：{had}，{reason}（R-211、R-212）。")));
    }
    Ok(Reply::text(format!("{who}：{had}，现在没有人能接。")))
}

fn undo(ctx: &mut Ctx<'_, '_>, by: &Undoing, event: &Event) -> Result<String, Stop> {
    let corrupt = || Stop::from(store::Error::Corrupt("dialogue event".to_owned()));
    let named =
        event.body.get("dialogue").and_then(Value::as_str).and_then(|named| shared::label(named, 'B'));
    let (no, _) = named.ok_or_else(corrupt)?;
    let given = shared::person_in(event)?;
    let gone = || Stop::wrong_state(format!("B{no} 已经结束或转走，不能撤销。"));
    let known = ctx.desk.tx.dialogue(no)?.filter(|known| known.person == given).ok_or_else(gone)?;
    let taken = ctx.desk.tx.undo_allotting(by, known.no, ctx.desk.now)?.ok_or_else(gone)?;
    let passed = event.body.get("cut").and_then(Value::as_array).into_iter().flatten();
    let cut: Vec<PersonId> = passed.filter_map(|one| one.get("$p").and_then(Value::as_i64)).collect();
    let new_round = event.body.get("new_round").and_then(Value::as_bool).unwrap_or(false);
    ctx.desk.tx.undo_cut(by, &taken, &cut, !new_round, ctx.desk.now)?;
    let said = Said::text(format!("B{no} 分错了，不用接。"));
    ctx.desk.tell(given, None, &said, true)?;
    Ok(format!("对话 B{no} 的分配，{}的次数已还", ctx.directory.label(given)))
}

// Texts.

fn why(why: Why) -> &'static str {
    match why {
        Why::Last => "上次就是他接的（R-102）",
        Why::FewestWithinQuota => "有名额的人里接得最少（R-211、R-212）",
        Why::Fewest => "接得最少（R-212）",
    }
}

/// What was found of somebody is not said in a group.
fn skipped_told(ctx: &Ctx<'_, '_>, skipped: Skipped) -> &'static str {
    match skipped {
        Skipped::Off | Skipped::Capped if ctx.in_group() => "暂不分对话",
        Skipped::Off => "关了流量或停了对话（R-222、R-219）",
        Skipped::Full => "同时接待已到上限（R-224）",
        Skipped::NoQuota => "没有名额（R-211）",
        Skipped::Capped => "今天到了限制的数（R-221）",
    }
}

fn passed_over(ctx: &Ctx<'_, '_>, next: &Next) -> Option<String> {
    let mut told: Vec<String> = next
        .skipped
        .iter()
        .map(|(person, why)| format!("{}{}", ctx.directory.label(*person), skipped_told(ctx, *why)))
        .collect();
    let mut cut: Vec<PersonId> = next.cut.clone();
    cut.dedup();
    let passed = if ctx.in_group() { "让过" } else { "超时限制，让过（R-221）" };
    told.extend(cut.iter().map(|person| format!("{}{passed}", ctx.directory.label(*person))));
    let more = told.len().saturating_sub(LISTED);
    told.truncate(LISTED);
    if more > 0 {
        told.push(format!("另{more}人"));
    }
    (!told.is_empty()).then(|| format!("没给：{}。", told.join("；")))
}

fn nobody(ctx: &Ctx<'_, '_>, queue: &Queue, next: &Next) -> String {
    if queue.candidates.is_empty() {
        return "当班没有咨询员。看班表发：排班".to_owned();
    }
    passed_over(ctx, next).unwrap_or_else(|| "当班的人都没有名额。".to_owned())
}
