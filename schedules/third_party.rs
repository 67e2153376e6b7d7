//! 三方提醒: an order that is not accepted yet, a duplicate that is not reported yet: twice to whoever has it, then to his lead
//! . Never in quiet hours outside the own shift; what fell into them is said once, the next morning.

use bot::{Desk, Outcome, ReminderKind, Said, Stop};
use domain::EpochMs;
use domain::quiet::QuietHours;
use store::{ORDER_REMINDER, Reminder};

pub(crate) const REMINDER: ReminderKind = ReminderKind { kind: ORDER_REMINDER, run };

fn run(desk: &mut Desk<'_, '_>, reminder: &Reminder) -> Result<Outcome, Stop> {
    let cancel = |reason: &str| Ok(Outcome::Cancel(reason.to_owned()));
    let parts: Vec<&str> = reminder.subject.split(' ').collect();
    let (Some(no), Some(what), Some(stage), Some(due)) = (
        parts.first().and_then(|no| no.parse::<i64>().ok()),
        parts.get(1).copied(),
        parts.get(2).copied(),
        parts.get(3).and_then(|due| due.parse::<EpochMs>().ok()),
    ) else {
        return cancel("unreadable");
    };
    let Some(order) = desk.tx.order(no)? else { return cancel("undone") };
    let accepts = what == "accept";
    if if accepts { order.accepted_at.is_some() } else { order.reported_at.is_some() } {
        return cancel("done");
    }
    let (now, today) = (desk.now, desk.today());
    let over = stage == "over";
    // Once it is too late, that it is too late is said, and nothing else.
    if !over && now > due {
        return cancel("stale");
    }
    let duty = desk.tx.duty_on(today, now)?;
    let Some(to) = duty.assignee(order.owner, over).map(|found| found.person) else {
        return cancel("nobody");
    };
    let shift = desk.tx.rota_on(to, today)?.and_then(|row| row.shift);
    let earliest = QuietHours::on(&*desk.book()?, today).earliest(desk.calendar(), now, shift.as_ref());
    if earliest > now {
        return Ok(Outcome::Snooze(earliest));
    }
    let (label, calendar) = (order.label(), *desk.calendar());
    let (from, until) = (calendar.short(order.dispatched_at), calendar.short(due));
    let whose = if to == order.owner {
        String::new()
    } else {
        format!("{}的", desk.directory()?.label(order.owner))
    };
    let (text, button) = match (accepts, over) {
        (true, false) => {
            (format!("{whose}三方单 {label}（{from} 派）还没接，{until}前要接（R-384）"), "接单")
        }
        (true, true) => {
            (format!("{whose}三方单 {label}（{from} 派）到 {until} 没有接，已超时（R-384）"), "接单")
        }
        (false, false) => {
            (format!("{whose}重单 {label}（{from} 派）还没反馈，{until}前把截图发给网站（R-386）"), "反馈")
        }
        (false, true) => {
            (format!("{whose}重单 {label}（{from} 派）到 {until} 没有反馈，已超时（R-386）"), "反馈")
        }
    };
    let said = Said::text(text).button(button, format!("三方 {label} {button}"));
    let key = format!("order:{label}:{what}:{stage}");
    if !desk.tell(to, Some(&key), &said, true)? {
        return cancel("unreachable");
    }
    Ok(Outcome::Done)
}
