//! 请假公示: the post that a schedule makes every afternoon, and a grant that comes after it.

use crate::confirm::Opening;
use crate::desk::{Desk, purpose};
use crate::message::Said;
use crate::schedule::Outcome;
use crate::stop::Stop;
use chrono::NaiveDate;
use domain::calendar::{HOUR, day_name};
use domain::leave::{Piece, group_flags, group_line};
use domain::settings::catalogue::leave::OBJECTION_HOURS;
use domain::{PersonId, Span};
use std::collections::BTreeMap;
use store::{Directory, Fact, Leave, LeaveDay, RotaRow};

/// Those who are there are named up to so many; of a larger department the post says how many.
const NAMED: usize = 40;

/// Posts the leaves of a day for the group to confirm: all of them, or one that was granted after the day's post.
///
/// # Errors
/// When it cannot be written.
pub fn post_leaves(desk: &mut Desk<'_, '_>, day: NaiveDate, only: &[i64]) -> Result<Outcome, Stop> {
    let directory = desk.directory()?;
    if directory.chats_for(purpose::LEAVE).next().is_none() {
        return Ok(Outcome::Cancel("no_chat".to_owned()));
    }
    let mut leaves = by_leave(desk.tx.leave_days(Span::day(day))?);
    leaves.retain(|no, _| only.is_empty() || only.contains(no));
    if leaves.is_empty() {
        return Ok(Outcome::Cancel("nobody_away".to_owned()));
    }
    let rows = desk.tx.rota_between(Span::day(day))?;
    let mut lines = Vec::new();
    let mut items: Vec<(String, Option<PersonId>)> = Vec::new();
    let mut notes = Vec::new();
    for (no, days) in &leaves {
        let Some(leave) = desk.tx.leave(*no)? else { continue };
        let name = directory.label(leave.person);
        lines.push(group_line(&name, &pieces(days), desk.calendar()));
        items.push((leave.label(), Some(leave.person)));
        let flags = group_flags(&leave.flags);
        if !flags.is_empty() {
            notes.push(format!("{name}（{}）", flags.join("、")));
        }
    }
    notes.extend(same_shift(&directory, &rows, &leaves));
    let mut text = format!("{} 请假：{}", day_name(day), lines.join("、"));
    if !notes.is_empty() {
        text.push_str(&format!("\n请留意：{}", notes.join("；")));
    }
    if only.is_empty()
        && let Some(there) = roster(&directory, &rows, &leaves)
    {
        text.push_str(&format!("\n当班：{there}"));
    }
    let book = desk.book()?;
    let until = desk.now + book.whole(&OBJECTION_HOURS, desk.today()) * HOUR;
    let key = match only {
        [] => format!("leave:{day}"),
        // Granted, taken away and granted again, it is posted again.
        [one, ..] => {
            let before = desk.tx.confirmations_with(&format!("L{one}"))?.len();
            format!("leave:{day}:L{one}:{before}")
        }
    };
    let about = day_name(day);
    let opening = Opening {
        key: &key,
        kind: "leave",
        about: &about,
        until,
        items: &items,
        text: &text,
        attachment: None,
    };
    let Some(confirmation) = desk.post_for_confirmation(purpose::LEAVE, &opening)? else {
        return Ok(Outcome::Cancel("posted_before".to_owned()));
    };
    let chats: Vec<String> = directory
        .chats_for(purpose::LEAVE)
        .map(|chat| chat.title.clone().unwrap_or_else(|| chat.chat_ref.clone()))
        .collect();
    for (label, person) in items {
        let mut fact = Fact::new("leave.posted", None)
            .about(label.as_str())
            .with("leave", label.as_str())
            .with("chat", chats.first().cloned())
            .with("confirmation", confirmation.label())
            .with("rule", "R-169");
        if let Some(person) = person {
            fact = fact.person("person", person);
        }
        desk.record(fact);
    }
    Ok(Outcome::Done)
}

/// Says in the group that somebody works after all on days on which he was posted as away.
///
/// # Errors
/// When it cannot be written.
pub fn correct(desk: &mut Desk<'_, '_>, leave: &Leave, given_back: &[Piece]) -> Result<(), Stop> {
    let label = leave.label();
    let now = desk.now;
    let posts = desk.tx.confirmations_with(&label)?;
    let name = desk.directory()?.label(leave.person);
    for piece in given_back.iter().filter(|piece| piece.to > now) {
        let about = day_name(piece.date);
        let Some(post) = posts.iter().rev().find(|post| post.about == about) else { continue };
        let said = Said::text(format!("更正（{}）：{name} {about} 照常上班，不请假了。", post.label()));
        desk.post(purpose::LEAVE, &format!("leave_correction:{label}:{}", post.no), &said)?;
    }
    Ok(())
}

/// The days of a span by their leaves.
pub fn by_leave(days: Vec<LeaveDay>) -> BTreeMap<i64, Vec<LeaveDay>> {
    let mut leaves: BTreeMap<i64, Vec<LeaveDay>> = BTreeMap::new();
    for day in days {
        leaves.entry(day.leave).or_default().push(day);
    }
    leaves
}

fn pieces(days: &[LeaveDay]) -> Vec<Piece> {
    days.iter().map(|day| day.piece).collect()
}

/// Two of one group away from the same shift.
fn same_shift(directory: &Directory, rows: &[RotaRow], leaves: &BTreeMap<i64, Vec<LeaveDay>>) -> Vec<String> {
    let mut away: BTreeMap<(Option<i64>, &str), Vec<String>> = BTreeMap::new();
    for day in leaves.values().flatten() {
        let row = rows.iter().find(|row| row.person == day.person && row.shift.is_some());
        let team = directory.person(day.person).and_then(|person| person.team);
        if let Some(row) = row {
            let names = away.entry((team, row.name.as_str())).or_default();
            let name = directory.label(day.person);
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    let several = away.into_iter().filter(|(_, names)| names.len() > 1);
    several.map(|((_, shift), names)| format!("{}同在{shift}", names.join("、"))).collect()
}

/// Who is there: those with a shift who are not away for all of it.
fn roster(directory: &Directory, rows: &[RotaRow], leaves: &BTreeMap<i64, Vec<LeaveDay>>) -> Option<String> {
    let mut there: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.shift.is_some()) {
        let gone =
            leaves.values().flatten().any(|day| day.person == row.person && day.piece.halves() == Some(2));
        if !gone && directory.person(row.person).is_some() {
            there.entry(row.name.as_str()).or_default().push(directory.label(row.person));
        }
    }
    let all: usize = there.values().map(Vec::len).sum();
    let told = |(shift, names): (&str, Vec<String>)| match all <= NAMED {
        true => format!("{shift} {}", names.join("、")),
        false => format!("{shift} {}人", names.len()),
    };
    let parts: Vec<String> = there.into_iter().map(told).collect();
    (!parts.is_empty()).then(|| parts.join("；"))
}
