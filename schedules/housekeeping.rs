//! 整理: at 03:30 forgets what the retention settings no longer allow to keep: what names the patients of cases
//! that were closed long ago, and messages. Some at a time, so that nobody who writes at night waits for it.

use bot::{CatchUp, Desk, Outcome, Schedule, Stop};
use chrono::NaiveDate;
use domain::EpochMs;
use domain::calendar::{DAY, shift_days};
use domain::settings::catalogue::assistant::{OUTBOX_DAYS, RETENTION_DAYS};
use store::{Fact, Horizon};

pub(crate) const SCHEDULE: Schedule = Schedule {
    name: "housekeeping",
    summary: "每天 03:30 整理：清除到期的患者信息和旧消息",
    cron: "30 3 * * *",
    at: None,
    catch_up: CatchUp::Once,
    // Whenever the program runs again: what has to go has to go.
    max_late: 365 * DAY,
    run,
};

/// Cases that one run forgets.
const CASES: u32 = 200;
/// Messages of each direction that one run looks through.
const MESSAGES: u32 = 2_000;
/// Platforms repeat a message for some days; so long its number is kept whatever the setting.
const REPEATED_DAYS: i64 = 7;
/// Pause between two runs of one night.
const PAUSE: EpochMs = 1_000;

/// What retention takes, or would take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Cases whose patient is forgotten.
    pub cases: u32,
    /// Messages, in and out.
    pub messages: u64,
}

/// What the settings still allow to keep.
struct Limits {
    /// Cases closed before this day go.
    closed: NaiveDate,
    horizon: Horizon,
}

fn limits(desk: &mut Desk<'_, '_>, at: EpochMs) -> Result<Limits, Stop> {
    let today = desk.calendar().date(at);
    let book = desk.book()?;
    let messages = book.whole(&OUTBOX_DAYS, today);
    Ok(Limits {
        closed: shift_days(today, -book.whole(&RETENTION_DAYS, today)),
        horizon: Horizon { settled: at - messages * DAY, received: at - messages.max(REPEATED_DAYS) * DAY },
    })
}

/// What would go now.
///
/// # Errors
/// When it cannot be counted.
pub fn to_sweep(desk: &mut Desk<'_, '_>) -> Result<Swept, Stop> {
    let limits = limits(desk, desk.now)?;
    Ok(Swept {
        cases: desk.tx.closed_before(limits.closed)?,
        messages: desk.tx.droppable_messages(limits.horizon)?,
    })
}

/// Forgets some of what is due at an instant; answers how much, nothing when all has gone.
///
/// # Errors
/// When it cannot be written.
pub fn sweep(desk: &mut Desk<'_, '_>, at: EpochMs) -> Result<Swept, Stop> {
    let Limits { closed, horizon } = limits(desk, at)?;
    let swept = Swept {
        cases: desk.tx.forget_closed_before(closed, CASES)?,
        messages: desk.tx.drop_messages(horizon, MESSAGES)?,
    };
    if swept != Swept::default() {
        let fact = Fact::new("retention.done", None)
            .with("cases", swept.cases)
            .with("messages", swept.messages)
            .with("before", closed.to_string())
            .with("rule", "R-431");
        desk.record(fact);
    }
    Ok(swept)
}

fn run(desk: &mut Desk<'_, '_>, fire_at: EpochMs) -> Result<Outcome, Stop> {
    let swept = sweep(desk, fire_at)?;
    Ok(if swept == Swept::default() { Outcome::Done } else { Outcome::Snooze(desk.now + PAUSE) })
}
