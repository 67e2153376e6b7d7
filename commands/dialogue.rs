//! 对话: the conversations that one has open; ending one, and handing one over to a colleague.

use crate::allocation::queue::{Absent, Queue, open_since};
use crate::shared;
use bot::{Command, Ctx, Place, Reach, Reply, Run, Said, Stop, Undo, Who, args};
use domain::PersonId;
use domain::allocation::{Candidate, Skipped};
use domain::rights::{Decide, Record, Tend, Undoing};
use domain::settings::catalogue::ranking::OPEN_MOST;
use serde_json::Value;
use store::{Dialogue, DialogueState, Event};

pub(crate) const COMMAND: Command = Command {
    name: "对话",
    aliases: &["我的对话"],
    summary: "看在接的对话、结束、转给同事",
    usage: "对话 | 对话 结束 [B编号|全部] | 对话 转 B编号 @人",
    details: "分到的对话接完发「对话 结束」，同时接待的数才准。转给同事时，对方要当班、没到同时接待上限。组长看到全部门在接的。",
    examples: &["对话", "对话 结束 B3", "对话 转 B3 @李四"],
    rules: &["R-102", "R-224"],
    who: Who::Members,
    place: Place::Anywhere,
    reach: Reach::Shared,
    template: None,
    run: Run::RecordOrDecide(run),
    undo: &[Undo { kind: "dialogue.closed", run: undo }],
};

#[derive(Clone, Copy)]
enum Asked {
    End,
    HandOver,
}

const WORDS: &[(&str, Asked)] = &[
    ("结束", Asked::End),
    ("完", Asked::End),
    ("接完", Asked::End),
    ("转", Asked::HandOver),
    ("转给", Asked::HandOver),
];

fn run(ctx: &mut Ctx<'_, '_>, by: &Record, lead: Option<&Decide>, text: &str) -> Result<Reply, Stop> {
    let mut words = args::Words::new(text);
    if words.is_empty() {
        return list(ctx, by, lead);
    }
    match words.take_word_in(WORDS) {
        Some(Asked::End) => end(ctx, by, lead, &words),
        Some(Asked::HandOver) => hand_over(ctx, by, lead, &mut words),
        None if words.peek().is_some_and(|word| word.starts_with(|c: char| c.is_ascii_digit())) => {
            Err(Stop::bad(format!("交日报请发：日报 对话 {}。这里的写法：{}", text.trim(), COMMAND.usage)))
        }
        None => Err(Stop::bad(format!("没看懂。写法：{}", COMMAND.usage))),
    }
}

fn list(ctx: &mut Ctx<'_, '_>, by: &Record, lead: Option<&Decide>) -> Result<Reply, Stop> {
    let since = open_since(&mut ctx.desk)?;
    let mut open = ctx.desk.tx.open_dialogues(since)?;
    if lead.is_none() {
        open.retain(|one| one.person == by.person());
    }
    if open.is_empty() {
        let whose = if lead.is_some() {
            "现在没有在接的对话。"
        } else {
            "你现在没有在接的对话。"
        };
        return Ok(Reply::text(whose));
    }
    let calendar = *ctx.desk.calendar();
    let line = |one: &Dialogue| {
        let who = if lead.is_some() { ctx.directory.label(one.person) } else { String::new() };
        format!("{} {who} {}", one.label(), calendar.short(one.allotted_at))
    };
    let lines: Vec<String> = open.iter().map(line).collect();
    Ok(Reply::text(format!("在接的对话：\n{}\n接完发：对话 结束 {}", lines.join("\n"), open[0].label())))
}

fn end(
    ctx: &mut Ctx<'_, '_>,
    by: &Record,
    lead: Option<&Decide>,
    words: &args::Words<'_>,
) -> Result<Reply, Stop> {
    let since = open_since(&mut ctx.desk)?;
    let own: Vec<Dialogue> =
        ctx.desk.tx.open_dialogues(since)?.into_iter().filter(|one| one.person == by.person()).collect();
    let rest = words.rest().trim();
    let chosen: Vec<(Dialogue, Tend)> = match (rest, own.as_slice()) {
        ("全部" | "所有", []) | ("", []) => {
            return Err(Stop::wrong_state("你现在没有在接的对话，不用结束。"));
        }
        ("全部" | "所有", all) => all.iter().map(|one| (one.clone(), by.tend())).collect(),
        ("", [one]) => vec![(one.clone(), by.tend())],
        ("", several) => {
            let labels: Vec<String> = several.iter().map(Dialogue::label).collect();
            return Err(Stop::bad(format!(
                "你在接{}个：{}。结束哪一个？例：对话 结束 {}",
                several.len(),
                labels.join("、"),
                labels[0]
            )));
        }
        (rest, _) => vec![named(ctx, by, lead, rest)?],
    };
    let mut ended = Vec::new();
    for (dialogue, tend) in &chosen {
        if !ctx.desk.tx.close_dialogue(tend, dialogue.no, ctx.desk.now)? {
            return Err(over(dialogue));
        }
        ended.push(dialogue.label());
    }
    Ok(Reply::text(format!("已结束 {}。", ended.join("、"))))
}

/// A conversation by its number, and the right to do something with it.
fn named(
    ctx: &mut Ctx<'_, '_>,
    by: &Record,
    lead: Option<&Decide>,
    text: &str,
) -> Result<(Dialogue, Tend), Stop> {
    let label = shared::label(text, 'B');
    let (no, _) = label.ok_or_else(|| Stop::bad(format!("请写B编号。例：{}", COMMAND.examples[1])))?;
    let Some(dialogue) = ctx.desk.tx.dialogue(no)? else {
        return Err(Stop::not_found(format!("没有对话 B{no}。")));
    };
    let tend = if dialogue.person == by.person() {
        by.tend()
    } else {
        let whose = ctx.directory.label(dialogue.person);
        let team = ctx.directory.person(dialogue.person).and_then(|person| person.team);
        let Some(lead) = lead else {
            return Err(Stop::not_allowed(format!("B{no} 是{whose}的，只有本人和带他的组长、主管能改。")));
        };
        lead.tend(dialogue.person, team).map_err(|denied| shared::denied(denied, &whose))?
    };
    if dialogue.state != DialogueState::Open {
        return Err(over(&dialogue));
    }
    Ok((dialogue, tend))
}

fn hand_over(
    ctx: &mut Ctx<'_, '_>,
    by: &Record,
    lead: Option<&Decide>,
    words: &mut args::Words<'_>,
) -> Result<Reply, Stop> {
    let Some((_, rest)) = shared::label(words.rest(), 'B') else {
        return Err(Stop::bad(format!("请写B编号和给谁。例：{}", COMMAND.examples[2])));
    };
    let (dialogue, tend) = named(ctx, by, lead, words.rest())?;
    let mut rest = args::Words::new(rest);
    rest.take_word_in(&[("给", ()), ("到", ())]);
    let Some(token) = rest.take_person() else {
        return Err(Stop::bad(format!("请写上给谁。例：{}", COMMAND.examples[2])));
    };
    let to = ctx.desk.person_named(&token.name, token.number)?;
    if to == dialogue.person {
        return Err(Stop::bad(format!("{} 本来就在{}那里。", dialogue.label(), ctx.directory.label(to))));
    }
    can_take(ctx, to)?;
    if !ctx.desk.tx.hand_over_dialogue(&tend, dialogue.no, to, ctx.desk.now)? {
        return Err(over(&dialogue));
    }
    let (label, from, who) =
        (dialogue.label(), ctx.directory.label(dialogue.person), ctx.directory.label(to));
    let said = Said::text(format!("{from}的对话 {label} 转给你接。接完发：对话 结束 {label}"));
    ctx.desk.tell(to, None, &said, true)?;
    if dialogue.person != by.person() {
        let said = Said::text(format!("你的对话 {label} 转给了{who}。"));
        ctx.desk.tell(dialogue.person, None, &said, true)?;
    }
    Ok(Reply::text(format!("{label} 已转给{who}，已告诉对方。以后这个访客再来，先给{who}（R-102）。")))
}

/// On duty, not shut off, and with fewer open than anybody may have.
fn can_take(ctx: &mut Ctx<'_, '_>, to: PersonId) -> Result<(), Stop> {
    let queue = Queue::read(&mut ctx.desk)?;
    let who = ctx.directory.label(to);
    let Some(candidate) = queue.candidates.iter().find(|one| one.person == to) else {
        return Err(Stop::wrong_state(match queue.absent(ctx, to) {
            Absent::NoConsultant => format!("{who}不是咨询员，没有转。"),
            Absent::OffDuty => format!("{who}现在不当班，没有转。"),
            Absent::OnLeave => format!("{who}在请假，没有转。"),
        }));
    };
    let most = ctx.desk.book()?.count(&OPEN_MOST, ctx.desk.today());
    match held_back(candidate, most) {
        Some(Skipped::Off) => {
            Err(Stop::rule("R-222", format!("{who}关了流量或停了对话，没有转（R-222、R-219）。")))
        }
        Some(_) => Err(Stop::rule(
            "R-224",
            format!("{who}同时在接{}个，已到上限，没有转（R-224）。", candidate.open),
        )),
        None => Ok(()),
    }
}

fn held_back(candidate: &Candidate, most: u32) -> Option<Skipped> {
    match candidate.limit.off {
        true => Some(Skipped::Off),
        false => (candidate.open >= most).then_some(Skipped::Full),
    }
}

fn over(dialogue: &Dialogue) -> Stop {
    Stop::wrong_state(format!("{} 已经结束或转走，不用再处理。", dialogue.label()))
}

fn undo(ctx: &mut Ctx<'_, '_>, by: &Undoing, event: &Event) -> Result<String, Stop> {
    let named =
        event.body.get("dialogue").and_then(Value::as_str).and_then(|named| shared::label(named, 'B'));
    let (no, _) = named.ok_or_else(|| Stop::from(store::Error::Corrupt("dialogue event".to_owned())))?;
    let person = shared::person_in(event)?;
    if !ctx.desk.tx.undo_closing(by, no, person, ctx.desk.now)? {
        return Err(Stop::wrong_state(format!("B{no} 没有结束，不用撤销。")));
    }
    Ok(format!("对话 B{no} 的结束，仍在接"))
}
