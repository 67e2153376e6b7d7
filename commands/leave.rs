//! 请假: asks for leave; the answer says what it counts, who decides it and what is still missing.

pub(crate) mod deciding;
pub(crate) mod judged;
pub(crate) mod reading;
pub(crate) mod undoing;

use crate::shared;
use bot::{Command, Ctx, Place, Reach, Reply, Run, Said, Stop, Undo, Who, args};
use domain::leave::{Flag, Kind, Month, Piece, Route, Share, group_flags};
use domain::rights::{Decide, Record, Tend, Undoing};
use domain::settings::catalogue::leave::AWAY_CAP_DAYS;
use domain::{PersonId, Roles};
use reading::Asked;
use serde_json::Value;
use store::{Event, Fact, LEAVE_START, Leave, NewLeave};

pub(crate) const COMMAND: Command = Command {
    name: "请假",
    aliases: &["我要请假", "leave"],
    summary: "请假，马上知道算几天、由谁批",
    usage: "请假 假别 日期 [上午|下午|13:00至15:30] [理由] [代班 @人] | 请假 会议 日期 [理由]",
    details: "假别：事假、病假、临时、调休、婚假、丧假、产假。半个班以内组长批，超过的主任批；每月超过4天逐级批。事假要提前一天，病假要在上班前60分钟说。批准前不算请假。",
    examples: &[
        "请假 事假 明天 家里有事",
        "请假 临时 今天 13:00至15:30",
        "请假 病假 今天",
        "请假 调休 12-01下午至12-03上午",
    ],
    rules: &["R-133", "R-134", "R-138", "R-139", "R-140", "R-141", "R-144", "R-148"],
    who: Who::Members,
    place: Place::Anywhere,
    reach: Reach::Shared,
    template: Some(|roles, _, _| template(roles)),
    run: Run::Record(run),
    undo: &[Undo { kind: "leave.requested", run: undo }],
};

pub(crate) const FOR_OTHERS: Command = Command {
    name: "代录请假",
    aliases: &["代请假"],
    summary: "替打电话来的同事录入请假",
    usage: "代录请假 @人 假别 日期 …",
    details: "本人打电话来请假时，由组长或主管录入，也可以补录以前的；录入不等于批准，照样审批，本人会收到通知。",
    examples: &["代录请假 @张三 病假 今天", "代录请假 张三 临时 今天 13:00至15:30"],
    rules: &["R-130"],
    who: Who::Members,
    place: Place::Anywhere,
    reach: Reach::Shared,
    template: None,
    run: Run::Decide(run_for),
    undo: &[],
};

fn run(ctx: &mut Ctx<'_, '_>, by: &Record, text: &str) -> Result<Reply, Stop> {
    let asked = Asked::read(ctx.incoming, text, ctx.desk.today(), args::Lean::Future)?;
    hand_in(ctx, &by.tend(), &asked, false)
}

fn run_for(ctx: &mut Ctx<'_, '_>, by: &Decide, text: &str) -> Result<Reply, Stop> {
    let mut words = args::Words::new(text);
    let Some(token) = words.take_person() else {
        return Err(Stop::bad(format!("请写上替谁。例：{}", FOR_OTHERS.examples[0])));
    };
    let person = ctx.desk.person_named(&token.name, token.number)?;
    let team = ctx.directory.person(person).and_then(|person| person.team);
    let whose = ctx.directory.label(person);
    if person == by.person() {
        return Err(Stop::bad("自己的请假直接发「请假」。"));
    }
    let tend = by.tend(person, team).map_err(|denied| shared::denied(denied, &whose))?;
    // What was said by telephone is often entered when it is over.
    let asked = Asked::read(ctx.incoming, words.rest(), ctx.desk.today(), args::Lean::Near)?;
    hand_in(ctx, &tend, &asked, true)
}

fn hand_in(ctx: &mut Ctx<'_, '_>, by: &Tend, asked: &Asked, entered: bool) -> Result<Reply, Stop> {
    let person = by.owner();
    let judged = judged::judge(ctx, person, asked, entered)?;
    let kind = asked.kind.unwrap_or(Kind::Personal);
    let route = match judged.verdict {
        Ok(route) => route,
        Err(why) => return turned_away(ctx, person, why, asked, judged.taken),
    };
    let new = NewLeave {
        kind,
        // Of a meeting nothing is taken: whoever misses it works his shift.
        pieces: if kind == Kind::Meeting { &[] } else { &judged.pieces },
        from: judged.from,
        to: judged.to,
        route: &route,
        substitute: judged.substitute,
        reason: asked.reason.as_deref(),
        calendar: &ctx.desk.bot.calendar,
        now: ctx.desk.now,
    };
    let leave = ctx.desk.tx.request_leave(by, &new)?;
    let start = format!("{LEAVE_START}:{}", leave.label());
    let book = ctx.desk.book()?;
    let until = leave.decide_by(&book, ctx.desk.calendar());
    ctx.desk.tx.set_reminder(&start, LEAVE_START, person, &leave.label(), until)?;
    let who = deciding::ask(ctx, &leave)?;
    let label = leave.label();
    let what = deciding::shown(ctx, &leave)?;
    let mut lines = vec![format!("{label} 已提交：{what}")];
    let months: Vec<String> = told_months(ctx, &route, &judged.pieces)?;
    lines.extend((!months.is_empty()).then(|| months.join("；")));
    lines.push(match route.levels.len() {
        0 | 1 => format!("由{who}批（{}）。", route.rule),
        _ => {
            let levels: Vec<&str> = route.levels.iter().map(|role| role.word()).collect();
            format!("逐级审批：{}，先由{who}批（{}）。", levels.join("→"), route.rule)
        }
    });
    let flags = match ctx.in_group() {
        true => group_flags(&leave.flags).join("、"),
        false => self::flags(&leave.flags),
    };
    lines.extend((!flags.is_empty()).then(|| format!("注意：{flags}。")));
    lines.push(format!("批准前不算请假。撤回发「销假 {label}」。"));
    if by.by() != person {
        let dates = deciding::dates(&leave, &judged.pieces, &ctx.desk);
        let said = Said::text(format!(
            "{}替你录入了请假 {label}：{dates}，由{who}批。私聊发「请假单 {label}」看。",
            ctx.directory.label(by.by())
        ));
        ctx.desk.tell(person, None, &said, true)?;
    }
    Ok(Reply::text(lines.join("\n")))
}

/// A rule says no: that is recorded with the rule, not as a refusal of the command.
fn turned_away(
    ctx: &mut Ctx<'_, '_>,
    person: PersonId,
    why: domain::leave::Refused,
    asked: &Asked,
    taken: Share,
) -> Result<Reply, Stop> {
    let stop = judged::refused(why, asked, taken);
    let (Some(rule), Stop::Refused(refusal)) = (why.rule(), &stop) else { return Err(stop) };
    let fact = Fact::new("leave.refused", ctx.person)
        .person("person", person)
        .with("type", asked.kind.map(Kind::word))
        .with("rule", rule)
        .with("reason", reason_code(why));
    let said = refusal.said.clone();
    ctx.desk.record(fact);
    Ok(said.into())
}

fn reason_code(why: domain::leave::Refused) -> &'static str {
    use domain::leave::Refused;
    match why {
        Refused::NoShift => "no_shift",
        Refused::Past => "past",
        Refused::TooLate { .. } => "too_late",
        Refused::CarriedOver => "carried_over",
        Refused::NeedsSubstitute => "substitute_missing",
    }
}

fn undo(ctx: &mut Ctx<'_, '_>, by: &Undoing, event: &Event) -> Result<String, Stop> {
    let named = event.body.get("leave").and_then(Value::as_str).unwrap_or_default();
    let Some((no, _)) = shared::label(named, 'L') else {
        return Err(store::Error::Corrupt("leave event".to_owned()).into());
    };
    let gone = || Stop::wrong_state(format!("L{no} 已经处理过了，要撤回请发「销假 L{no}」。"));
    let leave = ctx.desk.tx.leave(no)?.ok_or_else(gone)?;
    let (today, now) = (ctx.desk.today(), ctx.desk.now);
    let open = leave.state == store::LeaveState::Open && leave.level == 0;
    if !open || !ctx.desk.tx.withdraw_leave(&by.tend(leave.person), no, today, now)? {
        return Err(gone());
    }
    withdrawn(ctx, &leave)?;
    Ok(format!("请假 L{no}"))
}

/// Tells those who were asked that they need not decide any more.
pub(crate) fn withdrawn(ctx: &mut Ctx<'_, '_>, leave: &Leave) -> Result<(), Stop> {
    let Some(level) = leave.waits_for() else { return Ok(()) };
    let deciders = leave.deciders(&ctx.directory, level, ctx.desk.now, ctx.desk.today());
    let whose = ctx.directory.label(leave.person);
    for person in deciders {
        let said = Said::text(format!("{whose}撤回了 {}，不用再批。", leave.label()));
        ctx.desk.tell(person, None, &said, true)?;
    }
    Ok(())
}

// Texts.

/// What is to be seen of a leave, in words.
pub(crate) fn flags(codes: &[String]) -> String {
    const FLAGS: [Flag; 5] =
        [Flag::ShortNotice, Flag::LateNotice, Flag::OverCap, Flag::CertificateDue, Flag::SubstituteMissing];
    let words: Vec<&str> = FLAGS
        .iter()
        .filter(|flag| codes.iter().any(|code| code == flag.code()))
        .map(|flag| flag.word())
        .collect();
    words.join("、")
}

/// `3月含本次共2天（上限4天）`.
fn told_months(ctx: &mut Ctx<'_, '_>, route: &Route, pieces: &[Piece]) -> Result<Vec<String>, Stop> {
    let book = ctx.desk.book()?;
    let told = |(month, own, sum): &(Month, u32, u32)| {
        let most = book.count(&AWAY_CAP_DAYS, *month);
        // By the clock it is what it is; only the month's sum is rounded down to halves.
        let by_clock = pieces.iter().any(|piece| piece.minutes.is_some());
        let own = if by_clock { judged::length(pieces) } else { shared::half_days(*own) };
        format!(
            "{}月本次{own}，共{}（上限{}）",
            chrono::Datelike::month(month),
            shared::half_days(*sum),
            shared::half_days(most)
        )
    };
    Ok(route.months.iter().map(told).collect())
}

fn template(_roles: Roles) -> String {
    "请假\n假别：\n日期：\n时间：\n代班：\n理由：".to_owned()
}
