//! 待批提醒: a leave that nobody has decided is brought to mind, then to the next level as well; what is undecided when the
//! shift begins is no leave.

use bot::{Desk, Outcome, ReminderKind, Said, Stop};
use domain::Role;
use domain::calendar::HOUR;
use domain::quiet::QuietHours;
use domain::settings::catalogue::leave::REMIND_HOURS;
use std::sync::Arc;
use store::{Directory, LEAVE_START, LEAVE_WAITING, Leave, Reminder};

pub(crate) const WAITING: ReminderKind = ReminderKind { kind: LEAVE_WAITING, run: waiting };
pub(crate) const START: ReminderKind = ReminderKind { kind: LEAVE_START, run: start };

fn open(desk: &mut Desk<'_, '_>, reminder: &Reminder) -> Result<Option<Leave>, Stop> {
    let no = reminder.subject.split(' ').next().unwrap_or_default().trim_start_matches('L');
    let leave = desk.tx.leave(no.parse().unwrap_or_default())?;
    Ok(leave.filter(|leave| leave.waits_for().is_some()))
}

/// Those who decide now, and from the second time on those above them too.
fn waiting(desk: &mut Desk<'_, '_>, reminder: &Reminder) -> Result<Outcome, Stop> {
    let Some(leave) = open(desk, reminder)? else { return Ok(Outcome::Cancel("decided".to_owned())) };
    let Some(level) = leave.waits_for() else { return Ok(Outcome::Cancel("decided".to_owned())) };
    let book = desk.book()?;
    let quiet = QuietHours::on(&book, desk.today());
    let earliest = quiet.earliest(desk.calendar(), desk.now, None);
    if earliest > desk.now && earliest < leave.decide_by(&book, desk.calendar()) {
        return Ok(Outcome::Snooze(earliest));
    }
    let time: u32 = reminder.subject.split(' ').nth(1).and_then(|time| time.parse().ok()).unwrap_or(1);
    let directory = desk.directory()?;
    let mut told = leave.deciders(&directory, level, desk.now, desk.today());
    if time > 1 {
        told.extend(above(&directory, &leave, level, desk));
    }
    let label = leave.label();
    let since = desk.calendar().short(leave.asked_at);
    let from = desk.calendar().short(leave.from);
    let said = Said::text(format!(
        "{label} {}的请假等{}批：{since} 提交，{from} 开始。到时没批就不算请假。",
        directory.label(leave.person),
        level.word()
    ))
    .button("同意", format!("同意 {label}"))
    .button("驳回", format!("驳回 {label}"));
    for person in told {
        // Taken back and asked for anew, it is brought to mind anew.
        let key = format!("{LEAVE_WAITING}:{label}:{}:{time}:{person}:{}", leave.level, reminder.due_at);
        desk.tell(person, Some(&key), &said, true)?;
    }
    let next = desk.now + book.whole(&REMIND_HOURS, desk.today()) * HOUR;
    if next < leave.decide_by(&book, desk.calendar()) {
        let subject = format!("{label} {}", time + 1);
        let key = format!("{LEAVE_WAITING}:{label}:{}", time + 1);
        desk.tx.set_reminder(&key, LEAVE_WAITING, leave.person, &subject, next)?;
    }
    Ok(Outcome::Done)
}

/// Those of the next role that somebody has.
fn above(directory: &Arc<Directory>, leave: &Leave, level: Role, desk: &Desk<'_, '_>) -> Vec<i64> {
    let next = match level {
        Role::Lead => Role::Supervisor,
        Role::Supervisor => Role::Director,
        _ => return Vec::new(),
    };
    leave.deciders(directory, next, desk.now, desk.today())
}

/// The shift begins.
fn start(desk: &mut Desk<'_, '_>, reminder: &Reminder) -> Result<Outcome, Stop> {
    let Some(leave) = open(desk, reminder)? else { return Ok(Outcome::Cancel("decided".to_owned())) };
    let book = desk.book()?;
    let until = leave.decide_by(&book, desk.calendar());
    if desk.now < until {
        return Ok(Outcome::Snooze(until));
    }
    let today = desk.today();
    if !desk.tx.lapse_leave(leave.no, today, desk.now)? {
        return Ok(Outcome::Cancel("decided".to_owned()));
    }
    let label = leave.label();
    let directory = desk.directory()?;
    let begun = until > leave.from;
    let own = Said::text(match begun {
        true => format!("{label} 到时没有批，不算请假（R-138）。请马上找主管说明。"),
        false => format!(
            "{label} 到上班时还没有批，不算请假（R-138）。没有到岗会提请按旷工处理；有特殊情况请马上找组长。"
        ),
    });
    desk.tell(leave.person, Some(&format!("{LEAVE_START}:{label}")), &own, true)?;
    let level = leave.levels.get(leave.level).copied().unwrap_or(Role::Lead);
    for person in leave.deciders(&directory, level, desk.now, today) {
        let said = Said::text(format!(
            "{label} {}的请假到时没有批，已作废，不算请假（R-138）。",
            directory.label(leave.person)
        ));
        desk.tell(person, Some(&format!("{LEAVE_START}:{label}:{person}")), &said, true)?;
    }
    Ok(Outcome::Done)
}
