//! 三方提醒: an order that is not accepted, entered and remarked yet, a duplicate that is not reported yet: to whoever has it,
//! then to his lead; in the morning, what came too late to be called. Never in quiet hours outside the
//! own shift; what fell into them is said once, the next morning. Each morning the leads hear which watch of the next days
//! has nobody.

use bot::{CatchUp, Desk, Outcome, ReminderKind, Said, Schedule, Stop};
use domain::calendar::{DAY, HOUR, day_name, shift_days};
use domain::quiet::QuietHours;
use domain::settings::catalogue::third_party::WATCH_GAP_DAYS;
use domain::third_party::{Tick, uncovered};
use domain::{EpochMs, Role, Span};
use std::collections::HashMap;
use store::{ORDER_REMINDER, Order, Reminder};

pub(crate) const REMINDER: ReminderKind = ReminderKind { kind: ORDER_REMINDER, run };

pub(crate) const GAPS: Schedule = Schedule {
    name: "third_party_gaps",
    summary: "每天 08:20 提醒组长往后几天没人值守三方网站",
    cron: "20 8 * * *",
    at: None,
    catch_up: CatchUp::Once,
    max_late: 10 * HOUR,
    run: gaps,
};

/// Days for which the list of watches counts as used after its last entry or order.
const IN_USE: i64 = 31;
/// Gaps that one message lists.
const LISTED: usize = 10;

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
    let left = left(&order, what);
    if left.is_empty() {
        return cancel("done");
    }
    let (now, today) = (desk.now, desk.today());
    let over = stage == "over";
    // Once it is too late, that it is too late is said, and nothing else; the morning's call is due at its own instant.
    if !over && now > due && what != "call" {
        return cancel("stale");
    }
    let duty = desk.tx.duty_on(today, now)?;
    // The morning's call is the early watch's, for whom it was set.
    let whom = if what == "call" { reminder.person } else { order.owner };
    let Some(to) = duty.assignee(whom, over).map(|found| found.person) else {
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
    let ticks: Vec<&str> = left.iter().map(|tick| tick.word()).collect();
    let ticks = ticks.join("、");
    let head = format!("{label}（{from} 派）");
    let text = match (what, over) {
        ("accept", false) => format!("{whose}三方单 {head}还没接，{until}前要接（R-384）"),
        ("accept", true) => format!("{whose}三方单 {head}到 {until} 没有接，已超时（R-384）"),
        ("entry", false) => format!("{whose}三方单 {head}还差{ticks}，{until}前要做完（R-384）"),
        ("entry", true) => format!("{whose}三方单 {head}到 {until} 还差{ticks}，已超时（R-384）"),
        ("call", _) => format!("{whose}三方单 {head}昨晚不便打电话，请现在联系患者，再回复网站（R-385）"),
        (_, false) => format!("{whose}重单 {head}还没反馈，{until}前把截图发给网站（R-386）"),
        (_, true) => format!("{whose}重单 {head}到 {until} 没有反馈，已超时（R-386）"),
    };
    let said = match left.first() {
        Some(_) if what == "call" => Said::text(format!("{text}\n登记结果，例：回访 {label} 考虑 原因 …")),
        Some(tick) => Said::text(text).button(tick.word(), format!("三方 {label} {}", tick.word())),
        None => Said::text(text),
    };
    let key = format!("order:{label}:{what}:{stage}");
    if !desk.tell(to, Some(&key), &said, true)? {
        return cancel("unreachable");
    }
    Ok(Outcome::Done)
}

/// What is still to be done of what a reminder is about.
fn left(order: &Order, what: &str) -> Vec<Tick> {
    let of: &[Tick] = match what {
        "accept" => &[Tick::Accepted],
        "entry" => &[Tick::Entered, Tick::Remarked],
        "call" => &[Tick::Remarked],
        _ => &[Tick::Reported],
    };
    of.iter().copied().filter(|tick| order.done_at(*tick).is_none()).collect()
}

fn gaps(desk: &mut Desk<'_, '_>, fire_at: EpochMs) -> Result<Outcome, Stop> {
    let (today, now) = (desk.calendar().date(fire_at), desk.now);
    let used = desk.tx.has_watches_since(shift_days(today, -IN_USE))?
        || desk.tx.has_orders_since(fire_at - IN_USE * DAY)?;
    if !used {
        return Ok(Outcome::Cancel("not_used".to_owned()));
    }
    let days = desk.book()?.whole(&WATCH_GAP_DAYS, today);
    let span = Span { from: today, to: shift_days(today, days - 1) };
    let watches = desk.tx.watches(span)?;
    let mut duties = HashMap::new();
    for day in span.days() {
        duties.insert(day, desk.tx.duty_on(day, now)?);
    }
    let off = |person, day| duties.get(&day).is_none_or(|duty| duty.is_off(person));
    let gaps = uncovered(&watches, today, days, off);
    if gaps.is_empty() {
        return Ok(Outcome::Cancel("no_gap".to_owned()));
    }
    let lines: Vec<String> =
        gaps.iter().take(LISTED).map(|(day, slot)| format!("{} {}", day_name(*day), slot.word())).collect();
    let more = gaps.len().saturating_sub(LISTED);
    let more = if more > 0 { format!("，另有{more}处") } else { String::new() };
    let text = format!(
        "三方网往后{days}天没人值守{}处（R-383）：{}{more}\n补上，例：三方 值守 {} {} 姓名",
        gaps.len(),
        lines.join("、"),
        gaps[0].0.format("%m-%d"),
        gaps[0].1.word()
    );
    let quiet = QuietHours::on(&*desk.book()?, today);
    let directory = desk.directory()?;
    for person in directory.people(now) {
        let leads = directory.standing(person, today).roles().any(&[Role::Lead, Role::Supervisor]);
        if !leads || off(person.id, today) {
            continue;
        }
        let shift = desk.tx.rota_on(person.id, today)?.and_then(|row| row.shift);
        if quiet.earliest(desk.calendar(), now, shift.as_ref()) > now {
            continue;
        }
        let key = format!("third_party_gaps:{today}:{}", person.id);
        desk.tell(person.id, Some(&key), &Said::text(text.as_str()), true)?;
    }
    Ok(Outcome::Done)
}
