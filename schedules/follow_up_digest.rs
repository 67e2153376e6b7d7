//! 每日待办: in the morning everybody gets one list of what he has to follow up, soonest first: his own, or that of whoever is
//! off and for whom he stands in; with it, what was done for him meanwhile. Before the end of the shift what
//! is still open is recalled, at its end once more, and then the lead is told.

use crate::shared;
use bot::{CatchUp, Desk, Outcome, ReminderKind, Said, Schedule, Stop};
use chrono::NaiveDate;
use domain::calendar::{HOUR, day_name, previous_day, shift_days};
use domain::followup::{CODE, due_times};
use domain::quiet::QuietHours;
use domain::settings::catalogue::followups::DIGEST_AT;
use domain::{EpochMs, PersonId, Span};
use std::collections::{BTreeMap, BTreeSet};
use store::{Duty, EntryState, FollowUp, Reminder};

pub(crate) const SCHEDULE: Schedule = Schedule {
    name: NAME,
    summary: "每天（08:30）把当天的回访发给每个人",
    cron: "30 8 * * *",
    at: Some(&DIGEST_AT),
    catch_up: CatchUp::Once,
    // Until the evening it is still of use; what was due on a day without it is not counted as missed.
    max_late: 10 * HOUR,
    run,
};

pub(crate) const WAITING: ReminderKind = ReminderKind { kind: DIGEST, run: after_quiet };

pub(crate) const DUE: ReminderKind = ReminderKind { kind: STAGE, run: stage };

/// The schedule's name; whether it ran tells whether people could know what was due.
pub(crate) const NAME: &str = "follow_up_digest";
const DIGEST: &str = "follow_up_digest";
const STAGE: &str = "follow_up_due";
/// Said in a group where somebody cannot be written to in private: nothing of the proposal.
const WAITS: &str = "你有一条台账通知，请私聊我发「提案」查看。";
/// Tasks that are looked through at the most.
const MOST: u32 = 20_000;
/// Days after which somebody is not told any more what was proposed against him.
const TOLD_DAYS: i64 = 31;
/// A reminder that could not be given for so long is not given any more.
const STALE: EpochMs = HOUR;

fn run(desk: &mut Desk<'_, '_>, fire_at: EpochMs) -> Result<Outcome, Stop> {
    let (day, now) = (desk.calendar().date(fire_at), desk.now);
    let duty = desk.tx.duty_on(day, now)?;
    let by_person = due_by_person(desk, day, &duty)?;
    let mut people: BTreeSet<PersonId> = by_person.keys().copied().collect();
    let directory = desk.directory()?;
    people.extend(directory.people(now).map(|person| person.id).filter(|id| !duty.is_off(*id)));
    let book = desk.book()?;
    let quiet = QuietHours::on(&book, day);
    for person in people {
        let shift = desk.tx.rota_on(person, day)?.and_then(|row| row.shift);
        let tasks = by_person.get(&person).map_or(&[][..], Vec::as_slice);
        let earliest = quiet.earliest(desk.calendar(), now, shift.as_ref());
        if earliest > now {
            let key = format!("{DIGEST}:{person}:{day}");
            desk.tx.set_reminder(&key, DIGEST, person, &day.to_string(), earliest)?;
        } else {
            digest(desk, person, day, tasks, shared::late(desk, fire_at))?;
        }
    }
    for person in recalled(day, &by_person, &duty) {
        let shift = desk.tx.rota_on(person, day)?.and_then(|row| row.shift);
        let times = due_times(day, shift.as_ref(), desk.calendar(), &book);
        for (stage, at) in [("before", times.before), ("end", times.end), ("lead", times.lead)] {
            if at > now {
                let key = format!("{STAGE}:{person}:{day}:{stage}");
                desk.tx.set_reminder(&key, STAGE, person, &format!("{day} {stage}"), at)?;
            }
        }
    }
    proposals(desk, day, &duty)?;
    Ok(Outcome::Done)
}

/// Who may have to be recalled later in the day: whoever has to do it now, and whoever it falls to when somebody leaves, goes
/// on leave or comes back from it meanwhile.
fn recalled(
    day: NaiveDate,
    by_person: &BTreeMap<PersonId, Vec<FollowUp>>,
    duty: &Duty,
) -> BTreeSet<PersonId> {
    let mut people = BTreeSet::new();
    for (person, tasks) in by_person {
        for task in tasks.iter().filter(|task| task.due == day) {
            people.extend([*person, task.holder]);
            people.extend(duty.assignee(task.holder, true).map(|found| found.person));
        }
    }
    people
}

/// What is due on a day or before, by whoever has to do it on that day; soonest first.
fn due_by_person(
    desk: &mut Desk<'_, '_>,
    day: NaiveDate,
    duty: &Duty,
) -> Result<BTreeMap<PersonId, Vec<FollowUp>>, Stop> {
    let mut by_person: BTreeMap<PersonId, Vec<FollowUp>> = BTreeMap::new();
    for task in desk.tx.due_follow_ups(day, MOST)? {
        if let Some(found) = duty.assignee(task.holder, task.with_lead) {
            by_person.entry(found.person).or_default().push(task);
        }
    }
    Ok(by_person)
}

/// One message: what is due, what may be called already, what was done for him. A patient is named only masked, so that it
/// may be said where there is no private way.
fn digest(
    desk: &mut Desk<'_, '_>,
    person: PersonId,
    day: NaiveDate,
    tasks: &[FollowUp],
    late: &str,
) -> Result<(), Stop> {
    let mut lines = Vec::new();
    let mut said = Said::default();
    if !tasks.is_empty() {
        let overdue = tasks.iter().filter(|task| task.due < day).count();
        let overdue = if overdue > 0 { format!("（超期{overdue}位）") } else { String::new() };
        lines.push(format!("今天要回访{}位{overdue}：", tasks.len()));
        lines.extend(shared::lines(desk, tasks, person)?);
    }
    let nudged: Vec<FollowUp> =
        desk.tx.nudged_follow_ups(day)?.into_iter().filter(|task| task.holder == person).collect();
    if !nudged.is_empty() {
        lines.push("可以先问问的：".to_owned());
        lines.extend(shared::lines(desk, &nudged, person)?);
    }
    let done = desk.tx.untold_follow_ups(person)?;
    if !done.is_empty() {
        let directory = desk.directory()?;
        lines.push("你不在时代你回访的（R-108）：".to_owned());
        for task in done.iter().take(shared::LISTED) {
            let outcome = task.outcome.map_or("", domain::followup::Outcome::word);
            let who = task.closed_by.map_or_else(String::new, |by| directory.label(by));
            lines.push(format!("{} {} {outcome}（{who}）", task.label(), task.subject));
        }
        desk.tx.mark_told(person)?;
    }
    missed(desk, person, day)?;
    if lines.is_empty() {
        return Ok(());
    }
    if let Some(task) = tasks.first() {
        let label = task.label();
        lines.push(format!("登记结果，例：回访 {label} 考虑 原因 …{late}"));
        said = said
            .button(format!("{label} 未接"), format!("回访 {label} 未联系上 原因 无人接听"))
            .button(format!("{label} 考虑"), format!("回访 {label} 考虑 原因 患者要考虑"))
            .button("待办", "待办");
    }
    said.text = lines.join("\n");
    desk.tell(person, Some(&format!("{DIGEST}:{day}:{person}")), &said, true)?;
    Ok(())
}

/// What was proposed against somebody for the days before, each day once; whoever was off hears of it when he is back.
fn missed(desk: &mut Desk<'_, '_>, person: PersonId, day: NaiveDate) -> Result<(), Stop> {
    let span = Span { from: shift_days(day, -TOLD_DAYS), to: previous_day(day) };
    let mut days: BTreeMap<NaiveDate, Vec<String>> = BTreeMap::new();
    for entry in desk.tx.entries_of(person, span)? {
        if entry.code == CODE && entry.reverses.is_none() && entry.state == EntryState::Proposed {
            days.entry(entry.day).or_default().push(format!("{} {}分", entry.label(), entry.points));
        }
    }
    for (of, entries) in days {
        // What is proposed against somebody is nobody else's business.
        let text = format!(
            "{}漏访{}位，已提请主管确认：{}（R-116）",
            day_name(of),
            entries.len(),
            entries.join("、")
        );
        desk.tell_aside(person, &format!("missed:{of}:{person}"), &Said::text(text), WAITS)?;
    }
    Ok(())
}

/// Whoever decides hears once a day that something waits for him.
fn proposals(desk: &mut Desk<'_, '_>, day: NaiveDate, duty: &Duty) -> Result<(), Stop> {
    const COUNTED: u32 = 100;
    let waiting = desk.tx.proposed_entries(COUNTED)?.len();
    if waiting == 0 {
        return Ok(());
    }
    let now = desk.now;
    let directory = desk.directory()?;
    let quiet = QuietHours::on(&*desk.book()?, day);
    for person in directory.people(now) {
        let decides = directory.standing(person, day).roles().has(domain::Role::Supervisor);
        if !decides || duty.is_off(person.id) {
            continue;
        }
        let shift = desk.tx.rota_on(person.id, day)?.and_then(|row| row.shift);
        if quiet.earliest(desk.calendar(), now, shift.as_ref()) > now {
            continue;
        }
        let text = format!("台账待确认{waiting}条，发「提案」看，确认或驳回后才算数。");
        let key = format!("proposals:{day}:{}", person.id);
        desk.tell(person.id, Some(&key), &Said::text(text).button("提案", "提案"), true)?;
    }
    Ok(())
}

fn after_quiet(desk: &mut Desk<'_, '_>, reminder: &Reminder) -> Result<Outcome, Stop> {
    let Ok(day) = reminder.subject.parse::<NaiveDate>() else {
        return Ok(Outcome::Cancel("unreadable".to_owned()));
    };
    if desk.today() != day {
        return Ok(Outcome::Cancel("stale".to_owned()));
    }
    let duty = desk.tx.duty_on(day, desk.now)?;
    let mut by_person = due_by_person(desk, day, &duty)?;
    let tasks = by_person.remove(&reminder.person).unwrap_or_default();
    digest(desk, reminder.person, day, &tasks, "")?;
    Ok(Outcome::Done)
}

/// What is still open towards the end of somebody's shift.
fn stage(desk: &mut Desk<'_, '_>, reminder: &Reminder) -> Result<Outcome, Stop> {
    let cancel = |reason: &str| Ok(Outcome::Cancel(reason.to_owned()));
    let parts = reminder.subject.split_once(' ');
    let Some((day, stage)) = parts.and_then(|(day, stage)| Some((day.parse::<NaiveDate>().ok()?, stage)))
    else {
        return cancel("unreadable");
    };
    let now = desk.now;
    if now - reminder.due_at > STALE || desk.today() != day {
        return cancel("stale");
    }
    let duty = desk.tx.duty_on(day, now)?;
    let mut tasks = due_by_person(desk, day, &duty)?.remove(&reminder.person).unwrap_or_default();
    // What is overdue has been counted and told; it stands in the morning's list until it has an outcome.
    tasks.retain(|task| task.due == day);
    if tasks.is_empty() {
        return cancel("done");
    }
    let to = match stage {
        "lead" => match duty.assignee(reminder.person, true) {
            Some(lead) if lead.person != reminder.person => lead.person,
            _ => return cancel("nobody_above"),
        },
        _ => reminder.person,
    };
    let shift = desk.tx.rota_on(to, day)?.and_then(|row| row.shift);
    let quiet = QuietHours::on(&*desk.book()?, day);
    if duty.is_off(to) || quiet.earliest(desk.calendar(), now, shift.as_ref()) > now {
        return cancel("quiet");
    }
    let whose = desk.directory()?.label(reminder.person);
    let mut lines = vec![match stage {
        "before" => format!("还有{}位今天要回访，快下班了：", tasks.len()),
        "end" => format!("还有{}位没有登记结果，今天24:00后算漏访（R-116）：", tasks.len()),
        _ => format!("{whose}还有{}位没回访，今天24:00后算漏访：", tasks.len()),
    }];
    lines.extend(shared::lines(desk, &tasks, to)?);
    if stage == "lead" {
        lines.push(format!("要转给别人，例：转派 {whose} @姓名 {}", tasks[0].label()));
    }
    let key = format!("{STAGE}:{day}:{}:{stage}:{}", reminder.person, reminder.due_at);
    if !desk.tell(to, Some(&key), &Said::text(lines.join("\n")), true)? {
        return cancel("unreachable");
    }
    Ok(Outcome::Done)
}
