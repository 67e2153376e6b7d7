//! What a person says of an arrival who looked: which appointment it is, that it is none, or that it is not true.

use bot::{Ctx, Reply, Said, Stop};
use domain::matching::Outcome;
use domain::rights::{Decide, Over, Scope, Undoing};
use domain::{PersonId, Role};
use serde_json::Value;
use std::collections::BTreeSet;
use store::{Event, Judge, StoredArrival};

use super::telling;
use crate::credit::parties;
use crate::shared;

/// What was said.
pub(super) enum Judged<'t> {
    /// It is the arrival of this appointment.
    Is(&'t str),
    /// It is not.
    IsNot(&'t str),
    /// Of none of those in question.
    None,
    /// It is proven untrue; why.
    False(&'t str),
}

/// Reads 是, 不是, 都不是 and 不实; `None` when it is something else.
pub(super) fn read(text: &str) -> Option<Judged<'_>> {
    let text = text.trim();
    let after = |word: &str| text.strip_prefix(word).map(|rest| rest.trim_start_matches([' ', ':', '：']));
    if let Some("") = after("都不是") {
        return Some(Judged::None);
    }
    if let Some(rest) = after("不是") {
        return Some(Judged::IsNot(rest));
    }
    if let Some(reason) = after("不实").or_else(|| after("虚假")).or_else(|| after("虚报")) {
        return Some(Judged::False(reason));
    }
    after("是").map(Judged::Is)
}

/// Carries it out: only who leads the department says that an arrival is untrue, and of what an invalid appointment is
/// . Of a weak match a person has to look: so may the lead of all whose appointments are in question,
/// unless he recorded the arrival himself. Nobody where he is concerned himself.
pub(super) fn judge(
    ctx: &mut Ctx<'_, '_>,
    lead: Option<&Decide>,
    arrival: &StoredArrival,
    said: Judged<'_>,
) -> Result<Reply, Stop> {
    let label = arrival.label();
    let Some(lead) = lead else {
        return Err(Stop::not_allowed(format!("{label} 由主管核实，已经通知主管。")));
    };
    match said {
        Judged::False(reason) => untrue(ctx, lead, arrival, reason),
        Judged::Is(which) => looked(ctx, lead, arrival, Some((which, true))),
        Judged::IsNot(which) => looked(ctx, lead, arrival, Some((which, false))),
        Judged::None => looked(ctx, lead, arrival, None),
    }
}

/// The right to say something of an arrival that decides for or against these.
pub(crate) fn over_all(
    ctx: &Ctx<'_, '_>,
    lead: &Decide,
    people: &BTreeSet<PersonId>,
    about: PersonId,
) -> Result<Over, Stop> {
    let right = |person: PersonId| {
        let team = ctx.directory.person(person).and_then(|person| person.team);
        lead.over(person, team).map_err(|denied| shared::denied(denied, &ctx.directory.label(person)))
    };
    for person in people {
        right(*person)?;
    }
    right(about)
}

fn looked(
    ctx: &mut Ctx<'_, '_>,
    lead: &Decide,
    arrival: &StoredArrival,
    said: Option<(&str, bool)>,
) -> Result<Reply, Stop> {
    let label = arrival.label();
    let waiting = telling::waiting(&mut ctx.desk, arrival)?;
    let named = match said {
        None => None,
        Some((which, is_same)) => match shared::label(which, 'Y') {
            Some((no, "")) => Some((no, is_same)),
            _ => return Err(Stop::bad(format!("要写预约编号，例：到诊 {label} 是 Y12"))),
        },
    };
    if waiting.is_empty() {
        let answer = parties::answer(&ctx.directory, arrival);
        return Err(Stop::wrong_state(format!("{label} 不用再核实：{answer}。有异议发：申诉 {label} 理由",)));
    }
    let chosen: Vec<(i64, PersonId)> = waiting
        .iter()
        .filter(|(found, _)| named.is_none_or(|(no, _)| no == found.appointment))
        .map(|(found, appointment)| (found.appointment, appointment.owner))
        .collect();
    if chosen.is_empty() {
        let open: Vec<String> = waiting.iter().map(|(found, _)| format!("Y{}", found.appointment)).collect();
        return Err(Stop::not_found(format!("{label} 要核实的是{}。", open.join("、"))));
    }
    let owners: BTreeSet<PersonId> = waiting.iter().map(|(_, appointment)| appointment.owner).collect();
    if *lead.scope() != Scope::Department {
        may_look(arrival, lead.person())?;
    }
    let concerned = parties::parties(&mut ctx.desk, arrival)?;
    let (book, calendar, now) = (ctx.desk.book()?, *ctx.desk.calendar(), ctx.desk.now);
    let judge = Judge { book: &book, calendar: &calendar, now };
    let is_same = named.is_some_and(|(_, is_same)| is_same);
    for (no, owner) in chosen {
        let over = over_all(ctx, lead, &owners, owner)?;
        if ctx.desk.tx.confirm_match(&over, arrival.no, no, is_same, judge)?.is_none() {
            return Err(Stop::wrong_state(format!("{label} 和 Y{no} 没有比对过。")));
        }
    }
    let after = crate::credit::arrival(ctx, arrival.no)?;
    if telling::differs(&after, arrival) {
        telling::tell_changed(&mut ctx.desk, &after, concerned)?;
    }
    telling::ask_to_look(&mut ctx.desk, &after)?;
    let what = match named {
        Some((no, true)) => format!("{label} 是 Y{no}"),
        Some((no, false)) => format!("{label} 不是 Y{no}"),
        None => format!("{label} 不是这些预约"),
    };
    let answer = parties::answer(&ctx.directory, &after);
    Ok(Reply::text(format!("已核实：{what}。{answer}，各方私下已知道。\n按错了发：撤销")))
}

/// Refuses a group's lead what is the supervisor's.
fn may_look(arrival: &StoredArrival, lead: PersonId) -> Result<(), Stop> {
    let (label, who) = (arrival.label(), Role::Supervisor.word());
    if arrival.outcome == Outcome::Invalid {
        return Err(Stop::not_allowed(format!(
            "{label} 对上的是无效预约，由{who}核实（R-078），已经通知{who}。"
        )));
    }
    if arrival.recorder == lead {
        return Err(Stop::not_allowed(format!("{label} 是你登记的，由{who}核实，已经通知{who}。")));
    }
    Ok(())
}

/// Takes back everything that somebody said at once of an arrival who looked: which appointments it is or is not, and that
/// the credit stands.
pub(crate) fn undo(ctx: &mut Ctx<'_, '_>, by: &Undoing, event: &Event) -> Result<String, Stop> {
    let corrupt = || Stop::from(store::Error::Corrupt("arrival event".to_owned()));
    let label = event.body.get("arrival").and_then(Value::as_str).unwrap_or_default();
    let (no, _) = shared::label(label, 'D').ok_or_else(corrupt)?;
    let before = crate::credit::arrival(ctx, no)?;
    let (book, calendar, now) = (ctx.desk.book()?, *ctx.desk.calendar(), ctx.desk.now);
    let mut said = Vec::new();
    for other in ctx.desk.tx.events_about(label, HISTORY)? {
        let at_once = other.at == event.at && other.actor == event.actor && other.seq != event.seq;
        if at_once && KINDS.contains(&other.kind.as_str()) && ctx.desk.tx.mark_undone(other.seq, now)? {
            said.push(other);
        }
    }
    said.push(event.clone());
    let judge = Judge { book: &book, calendar: &calendar, now };
    let later = || Stop::wrong_state(format!("{label} 后来又判定过，撤销不了。有异议发：申诉 {label} 理由"));
    // The confirmation stands on what was said of the appointments.
    for kind in KINDS {
        for one in said.iter().filter(|one| one.kind == kind) {
            let number = |field: &str| one.body.get(field).and_then(Value::as_i64).ok_or_else(corrupt);
            let taken = match kind {
                "credit.confirmed" => ctx.desk.tx.undo_ruling(by, number("decision")?, judge)?,
                _ => ctx.desk.tx.undo_arrival_entry(by, number("entry")?, judge)?,
            };
            if !taken {
                return Err(later());
            }
        }
    }
    let after = crate::credit::arrival(ctx, no)?;
    if telling::differs(&after, &before) {
        let concerned = parties::parties(&mut ctx.desk, &after)?;
        telling::tell_changed(&mut ctx.desk, &after, concerned)?;
        telling::ask_to_look(&mut ctx.desk, &after)?;
    }
    Ok(match event.kind.as_str() {
        "credit.confirmed" if said.len() == 1 => format!("{label} 的归属确认，重新等人确认"),
        _ => format!("{label} 的核实，重新等人核实"),
    })
}

/// What a person says who looked.
const KINDS: [&str; 2] = ["credit.confirmed", "match.confirmed"];
/// Events of an arrival that are looked through.
const HISTORY: i64 = 500;

/// What was proven untrue does not count. What it costs is no matter of this command.
fn untrue(
    ctx: &mut Ctx<'_, '_>,
    lead: &Decide,
    arrival: &StoredArrival,
    reason: &str,
) -> Result<Reply, Stop> {
    let label = arrival.label();
    only_department(lead)?;
    if reason.is_empty() {
        return Err(Stop::bad(format!("要写查实的理由，例：到诊 {label} 不实 患者没来过")));
    }
    if arrival.is_false {
        return Err(Stop::wrong_state(format!("{label} 已经查实不真实，不计。")));
    }
    let over = match arrival.credit.to {
        Some(person) => over_all(ctx, lead, &BTreeSet::new(), person)?,
        None => lead.for_all(),
    };
    let mut concerned = parties::parties(&mut ctx.desk, arrival)?;
    let (book, calendar, now) = (ctx.desk.book()?, *ctx.desk.calendar(), ctx.desk.now);
    let judge = Judge { book: &book, calendar: &calendar, now };
    let judged = ctx.desk.tx.mark_false(&over, arrival.no, true, reason, judge)?;
    if judged.is_none() {
        return Err(Stop::not_found(format!("没有到诊 {label}。")));
    }
    concerned.insert(arrival.recorder);
    concerned.remove(&lead.person());
    let said = Said::text(format!(
        "到诊 {label} 已由{}查实不真实，不计业绩（R-083）。\n为什么发：归属 {label}",
        ctx.directory.label(lead.person())
    ));
    parties::tell_all(&mut ctx.desk, concerned, &said, true)?;
    Ok(Reply::text(format!(
        "{label} 已标不实，不计业绩（R-083）。各方私下已知道；奖金怎么扣由台账另行处理。\n写错了发：撤销"
    )))
}

/// Refuses unless he leads the department.
pub(crate) fn only_department(lead: &Decide) -> Result<(), Stop> {
    if *lead.scope() == Scope::Department {
        return Ok(());
    }
    let who = Role::Supervisor.word();
    Err(Stop::not_allowed(format!("查实的事只有{who}能标，请把情况告诉{who}。")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_says_who_looked_is_told_from_corrections() {
        let read = |text: &str| match read(text) {
            Some(Judged::Is(which)) => format!("is {which}"),
            Some(Judged::IsNot(which)) => format!("is not {which}"),
            Some(Judged::None) => "none".to_owned(),
            Some(Judged::False(reason)) => format!("false {reason}"),
            None => "else".to_owned(),
        };
        for (text, expected) in [
            ("是 Y12", "is Y12"),
            ("是Y12", "is Y12"),
            ("不是 Y12", "is not Y12"),
            ("都不是", "none"),
            ("不实 患者没来过", "false 患者没来过"),
            ("虚报：查监控", "false 查监控"),
            ("姓名 张三", "else"),
            ("", "else"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }
}
