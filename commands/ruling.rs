//! 裁定: whoever leads the department rules whose the credit of an arrival is, on an objection or where the rules leave it
//! open. Nobody rules where he is a party. Every party is told, with the reason.

use crate::credit::{self, parties};
use crate::objection::{self, reason};
use crate::shared;
use bot::{Command, Ctx, Place, Reach, Reply, Run, Said, Stop, Undo, Who, args};
use chrono::Datelike;
use domain::attribution::reconcile_by;
use domain::rights::{Decide, Over, Undoing};
use domain::{PersonId, Role, Roles};
use serde_json::Value;
use std::collections::BTreeSet;
use store::{CreditState, Event, Fact, Judge, Objection, ObjectionState, StoredArrival};

pub(crate) const COMMAND: Command = Command {
    name: "裁定",
    aliases: &["改判"],
    summary: "裁定到诊归谁",
    usage: "裁定 S编号 @姓名 理由 | 裁定 S编号 无人 理由 | 裁定 S编号 维持 理由 | 裁定 D编号 @姓名 理由",
    details: "S 是申诉，D 是到诊（条件相同等人定的，或没有申诉也要改判的）。要写理由，私下发给每位当事人。自己有份的要由别人裁定。",
    examples: &[
        "裁定 S1 @张三 聊天记录以张三为准",
        "裁定 S1 维持 依据无误",
        "裁定 D1 @李四 以李四的记录为准",
    ],
    rules: &["R-084", "R-089", "R-326", "R-452"],
    who: Who::Roles(&[Role::Supervisor, Role::Director, Role::Admin]),
    place: Place::Anywhere,
    reach: Reach::Shared,
    template: None,
    run: Run::Decide(run),
    undo: &[
        Undo { kind: "credit.overridden", run: undo_ruling },
        Undo { kind: "objection.rejected", run: undo_rejection },
    ],
};

/// What is ruled.
enum Ruled {
    /// It stands as it was decided.
    Stands,
    /// It is his; `None`: nobody's.
    Goes(Option<PersonId>),
}

fn run(ctx: &mut Ctx<'_, '_>, by: &Decide, text: &str) -> Result<Reply, Stop> {
    let (objected, arrival, rest) = match shared::label(text, 'S') {
        Some((no, rest)) => {
            let Some(found) = ctx.desk.tx.objection(no)? else {
                return Err(Stop::not_found(format!("没有申诉 S{no}。")));
            };
            if found.state != ObjectionState::Open {
                return Err(objection::closed(ctx, &found));
            }
            let arrival = credit::arrival(ctx, found.arrival)?;
            (Some(found), arrival, rest)
        }
        None => match shared::label(text, 'D') {
            Some((no, rest)) => (None, credit::arrival(ctx, no)?, rest),
            None => return Err(which(ctx)?),
        },
    };
    let label = objected.as_ref().map_or_else(|| arrival.label(), Objection::label);
    let (ruled, why) = read(ctx, &label, rest)?;
    if why.is_empty() {
        return Err(Stop::bad(format!("要写理由，例：裁定 {label} {} 以聊天记录为准", rest.trim())));
    }
    let concerned = ctx.desk.tx.parties(&arrival)?;
    let to = match ruled {
        Ruled::Goes(to) => to,
        Ruled::Stands => None,
    };
    if !domain::objection::may_rule(&concerned, by.person(), to) {
        return Err(Stop::not_allowed(format!(
            "{} 你是当事人，要由别的主管、主任或管理员来裁定。",
            arrival.label()
        )));
    }
    if let Some(why) = to.and_then(|_| void(ctx, &arrival)) {
        return Err(why);
    }
    let over = over(ctx, by, to)?;
    let waits = arrival.credit.state == CreditState::Suggested;
    let same = !waits && matches!(ruled, Ruled::Goes(to) if to == arrival.credit.to);
    match (&objected, ruled) {
        (Some(found), Ruled::Stands) => reject(ctx, &over, found, &arrival, &concerned, &why),
        (Some(found), _) if same => reject(ctx, &over, found, &arrival, &concerned, &why),
        (None, Ruled::Stands) if waits => confirm(ctx, &over, &arrival, &concerned),
        (None, Ruled::Stands) => Err(Stop::wrong_state(format!(
            "{} 没有申诉在等，{}。要改判发：裁定 {} @姓名 理由",
            arrival.label(),
            parties::answer(&ctx.directory, &arrival),
            arrival.label()
        ))),
        (None, _) if same => Err(Stop::wrong_state(format!(
            "{} 本来就{}，没有改。",
            arrival.label(),
            parties::answer(&ctx.directory, &arrival)
        ))),
        (None, Ruled::Goes(Some(person))) if waits && arrival.credit.to == Some(person) => {
            confirm(ctx, &over, &arrival, &concerned)
        }
        (_, Ruled::Goes(to)) => rule(ctx, &over, &arrival, to, &concerned, &why),
    }
}

/// Why an arrival is nobody's, whoever rules: it is proven untrue, or its month is closed.
fn void(ctx: &Ctx<'_, '_>, arrival: &StoredArrival) -> Option<Stop> {
    let label = arrival.label();
    if arrival.is_false {
        return Some(Stop::rule(
            "R-083",
            format!("{label} 已查实不真实，不能计给谁（R-083）。查错了先撤销那一步。"),
        ));
    }
    let by = reconcile_by(ctx.directory.book(), arrival.day);
    arrival.forfeited.then(|| {
        Stop::rule(
            "R-378",
            format!(
                "{label} 所在的{}月对账已在 {by} 截止（R-378），裁定了也不算。先发：对账 重开 {}月 理由",
                arrival.day.month(),
                arrival.day.month()
            ),
        )
    })
}

/// The refusal that lists what waits.
fn which(ctx: &mut Ctx<'_, '_>) -> Result<Stop, Stop> {
    let open = ctx.desk.tx.open_objections()?;
    let mut waiting: Vec<String> = open.iter().map(Objection::label).collect();
    waiting.extend(ctx.desk.tx.suggested()?.iter().map(StoredArrival::label));
    let hint = match waiting.as_slice() {
        [] => "现在没有等裁定的。".to_owned(),
        waiting => format!("等裁定：{}", waiting.join("、")),
    };
    Ok(Stop::bad(format!("要写申诉或到诊的编号，例：裁定 S1 @张三 聊天记录以张三为准\n{hint}")))
}

/// What is ruled, and why.
fn read(ctx: &mut Ctx<'_, '_>, label: &str, text: &str) -> Result<(Ruled, String), Stop> {
    let mut words = args::Words::new(text);
    if words.take_word_in(&[("维持", ()), ("维持原判", ()), ("不变", ()), ("驳回", ())]).is_some() {
        return Ok((Ruled::Stands, reason(words.rest()).to_owned()));
    }
    if words.take_word_in(&[("无人", ()), ("无", ()), ("不计", ()), ("谁都不算", ())]).is_some() {
        return Ok((Ruled::Goes(None), reason(words.rest()).to_owned()));
    }
    let token = words.next_word().map(|word| word.trim_start_matches('归')).and_then(args::parse_person);
    let Some(token) = token else {
        return Err(Stop::bad(format!("裁定归谁？例：裁定 {label} @张三 聊天记录以张三为准")));
    };
    let person = ctx.desk.person_named(&token.name, token.number)?;
    let roles = ctx.directory.person(person).map_or(Roles::NONE, |person| person.roles);
    if !roles.any(&[Role::Consultant, Role::PhoneConsultant]) {
        let name = ctx.directory.label(person);
        return Err(Stop::bad(format!("{name}不是咨询员，不能记业绩，没有裁定。")));
    }
    Ok((Ruled::Goes(Some(person)), reason(words.rest()).to_owned()))
}

fn over(ctx: &Ctx<'_, '_>, by: &Decide, to: Option<PersonId>) -> Result<Over, Stop> {
    let Some(to) = to else { return Ok(by.for_all()) };
    let team = ctx.directory.person(to).and_then(|to| to.team);
    by.over(to, team).map_err(|denied| shared::denied(denied, &ctx.directory.label(to)))
}

/// Somebody's, or nobody's, whatever was decided before.
fn rule(
    ctx: &mut Ctx<'_, '_>,
    over: &Over,
    arrival: &StoredArrival,
    to: Option<PersonId>,
    concerned: &BTreeSet<PersonId>,
    why: &str,
) -> Result<Reply, Stop> {
    let now = ctx.desk.now;
    let gone = || Stop::not_found(format!("没有到诊 {}。", arrival.label()));
    let decision = ctx.desk.tx.override_credit(over, arrival.no, to, why, now)?.ok_or_else(gone)?;
    if arrival.credit.state == CreditState::Suggested {
        // It waited for a person, and the person has said.
        let fact = Fact::new("credit.confirmed", over.by())
            .about(arrival.label())
            .with("arrival", arrival.label())
            .with("to", to.map(Fact::person_value))
            .with("by", over.by().map(Fact::person_value))
            .with("decision", decision.credit.decision)
            .with("rule", decision.credit.rule.as_str());
        ctx.desk.record(fact);
    }
    let after = credit::arrival(ctx, arrival.no)?;
    let text = format!("{} 裁定：{}。", arrival.label(), parties::answer(&ctx.directory, &after));
    told(ctx, over, &after, concerned, to, &text, why)
}

/// It stands, and the objection is closed.
fn reject(
    ctx: &mut Ctx<'_, '_>,
    over: &Over,
    found: &Objection,
    arrival: &StoredArrival,
    concerned: &BTreeSet<PersonId>,
    why: &str,
) -> Result<Reply, Stop> {
    let now = ctx.desk.now;
    if ctx.desk.tx.reject_objection(over, found.no, why, now)?.is_none() {
        return Err(objection::closed(ctx, found));
    }
    let (label, stands) = (found.label(), parties::answer(&ctx.directory, arrival));
    let text = format!("{label} 裁定维持：{} {stands}。", arrival.label());
    told(ctx, over, arrival, concerned, None, &text, why)
}

/// What was suggested stands.
fn confirm(
    ctx: &mut Ctx<'_, '_>,
    over: &Over,
    arrival: &StoredArrival,
    concerned: &BTreeSet<PersonId>,
) -> Result<Reply, Stop> {
    let now = ctx.desk.now;
    if ctx.desk.tx.confirm_credit(over, arrival.no, now)?.is_none() {
        let label = arrival.label();
        return Err(Stop::wrong_state(format!(
            "{label} 条件相同，没有建议可以维持。请写归谁：裁定 {label} @姓名 理由"
        )));
    }
    let after = credit::arrival(ctx, arrival.no)?;
    let text = format!("{} 确认：{}。", arrival.label(), parties::answer(&ctx.directory, &after));
    told(ctx, over, &after, concerned, None, &text, "")
}

/// Tells every party, with the reason, and answers whoever ruled.
fn told(
    ctx: &mut Ctx<'_, '_>,
    over: &Over,
    arrival: &StoredArrival,
    concerned: &BTreeSet<PersonId>,
    to: Option<PersonId>,
    text: &str,
    why: &str,
) -> Result<Reply, Stop> {
    let by = over.by().map(|by| ctx.directory.label(by)).unwrap_or_default();
    let label = arrival.label();
    let said = Said::text(format!("{text}\n由{by}裁定。看理由和依据私聊发：归属 {label}"));
    let people: BTreeSet<PersonId> = concerned.iter().copied().chain(to).collect();
    let names: Vec<String> = people.iter().map(|person| ctx.directory.label(*person)).collect();
    parties::tell_all(&mut ctx.desk, people.iter().copied(), &said, true)?;
    if !why.is_empty() {
        // It may name the patient, so it goes nowhere but in private.
        let reason = Said::text(format!("{label} 裁定的理由：{why}"));
        parties::tell_all(&mut ctx.desk, people, &reason, false)?;
    }
    Ok(Reply::text(format!("{text}\n已告诉{}。", names.join("、"))))
}

fn decision_in(event: &Event) -> Result<(i64, i64), Stop> {
    let decision = event.body.get("decision").and_then(Value::as_i64);
    let named = event.body.get("arrival").and_then(Value::as_str).unwrap_or_default();
    match (decision, shared::label(named, 'D')) {
        (Some(decision), Some((arrival, _))) => Ok((decision, arrival)),
        _ => Err(store::Error::Corrupt("ruling event".to_owned()).into()),
    }
}

fn undo_ruling(ctx: &mut Ctx<'_, '_>, by: &Undoing, event: &Event) -> Result<String, Stop> {
    let (decision, no) = decision_in(event)?;
    let (book, calendar, now) = (ctx.desk.book()?, *ctx.desk.calendar(), ctx.desk.now);
    let before = credit::arrival(ctx, no)?;
    let mut concerned = ctx.desk.tx.parties(&before)?;
    concerned.extend(before.credit.to);
    if !ctx.desk.tx.undo_ruling(by, decision, Judge { book: &book, calendar: &calendar, now })? {
        return Err(Stop::wrong_state(format!("D{no} 后来又判过，请先撤销后面的。")));
    }
    // What it confirmed with it is taken back with it.
    if let Some(actor) = event.actor {
        for other in ctx.desk.tx.recent_events(actor, event.at, SEARCHED)? {
            let same = other.body.get("decision").and_then(Value::as_i64) == Some(decision);
            if same && other.kind == "credit.confirmed" {
                ctx.desk.tx.mark_undone(other.seq, now)?;
            }
        }
    }
    let arrival = credit::arrival(ctx, no)?;
    undone(ctx, &arrival, concerned)
}

/// Events of a minute in which a ruling is looked for.
const SEARCHED: i64 = 20;

fn undo_rejection(ctx: &mut Ctx<'_, '_>, by: &Undoing, event: &Event) -> Result<String, Stop> {
    let no = objection::number_in(event)?;
    let found = ctx.desk.tx.objection(no)?;
    let Some(found) = found.filter(|found| found.state == ObjectionState::Rejected) else {
        return Err(Stop::wrong_state(format!("S{no} 的裁定已经撤销过了。")));
    };
    if !ctx.desk.tx.undo_rejection(by, no)? {
        return Err(Stop::wrong_state(format!("S{no} 的裁定已经撤销过了。")));
    }
    let arrival = credit::arrival(ctx, found.arrival)?;
    let concerned = ctx.desk.tx.parties(&arrival)?;
    undone(ctx, &arrival, concerned)
}

fn undone(
    ctx: &mut Ctx<'_, '_>,
    arrival: &StoredArrival,
    concerned: BTreeSet<PersonId>,
) -> Result<String, Stop> {
    let label = arrival.label();
    let now = parties::answer(&ctx.directory, arrival);
    let said = Said::text(format!("{label} 的裁定撤销了，现在{now}。\n看依据：归属 {label}"));
    parties::tell_all(&mut ctx.desk, concerned, &said, true)?;
    Ok(format!("{label} 的裁定，现在{now}"))
}
