//! What happens by itself: one file a schedule or kind of reminder.
//!
//! To add a schedule: 1. write `schedules/<name>.rs` with a `pub const SCHEDULE: Schedule` (copy `daily_ranking.rs`);
//! 2. name the file below with `mod`; 3. add it to [`all`] (a kind of reminder: to [`reminders`]). The guard tests find
//! what was forgotten. A run is one transaction with its fire time; it only writes rows.

mod daily_ranking;
mod housekeeping;
mod missing_reports;
mod report_nudge;

use bot::{ReminderKind, Schedule};

pub use housekeeping::{Swept, sweep, to_sweep};

/// All schedules.
pub fn all() -> Vec<Schedule> {
    vec![daily_ranking::SCHEDULE, housekeeping::SCHEDULE, missing_reports::SCHEDULE]
}

/// All kinds of reminders.
pub fn reminders() -> Vec<ReminderKind> {
    vec![report_nudge::REMINDER]
}
