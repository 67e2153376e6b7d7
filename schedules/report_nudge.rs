//! 日报提醒: 60, 15 and 0 minutes before the end of the own shift, as long as the report is missing. The rota
//! hangs the reminders up (see `store::rota`) and moves them when it changes.

use bot::{Desk, Outcome, ReminderKind, Said, Stop};
use chrono::NaiveDate;
use domain::Span;
use domain::calendar::{MINUTE, day_name};
use domain::quiet::QuietHours;
use domain::report;
use store::{REPORT_NUDGE, Reminder};

pub(crate) const REMINDER: ReminderKind = ReminderKind { kind: REPORT_NUDGE, run };

/// A reminder that could not be given for so long is not given any more: the next one, or the missing list, has
/// taken its place.
const STALE: i64 = 14 * MINUTE;

fn run(desk: &mut Desk<'_, '_>, reminder: &Reminder) -> Result<Outcome, Stop> {
    let cancel = |reason: &str| Ok(Outcome::Cancel(reason.to_owned()));
    let subject = reminder.subject.split_once(' ');
    let Some((date, minutes)) = subject
        .and_then(|(date, minutes)| Some((date.parse::<NaiveDate>().ok()?, minutes.parse::<i64>().ok()?)))
    else {
        return cancel("unreadable");
    };
    if desk.now - reminder.due_at > STALE {
        return cancel("stale");
    }
    let directory = desk.directory()?;
    let book = desk.book()?;
    let form = directory
        .person(reminder.person)
        .filter(|person| person.roles.owes_report() && person.is_member(desk.now))
        .and_then(|person| report::form_of(&book, date, person.roles));
    let Some(form) = form else { return cancel("owes_none") };
    let day = desk.tx.report_duty_on(reminder.person, date)?;
    let Some(shift) = day.shift else { return cancel("off") };
    if day.earlier.live_late.is_some() {
        return cancel("filed");
    }
    if desk.tx.whole_days_off(Span::day(date))?.contains(&(reminder.person, date)) {
        return cancel("on_leave");
    }
    let quiet = QuietHours::on(&book, desk.today());
    let earliest = quiet.earliest(desk.calendar(), desk.now, Some(&shift));
    if earliest > desk.now {
        return cancel("quiet");
    }
    let end = desk.calendar().clock(shift.end);
    let when = match minutes {
        0 => format!("现在下班（{end}），再交就算迟交"),
        minutes => format!("还有{minutes}分钟下班（{end}）"),
    };
    let blanks: Vec<String> = form.required().map(|field| format!("{} 数", field.name())).collect();
    let text =
        format!("日报还没交：{} {}，{when}。\n直接发：日报 {}", day_name(date), shift.name, blanks.join(" "));
    // Nothing private in it, so it may be said in the group where there is no private way.
    let key = format!("nudge:{}:{date}:{minutes}:{}", reminder.person, shift.end);
    if !desk.tell(reminder.person, Some(&key), &Said::text(text), true)? {
        return cancel("unreachable");
    }
    Ok(Outcome::Done)
}
