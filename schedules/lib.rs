//! What happens by itself: one file a schedule or kind of reminder.
//!
//! To add a schedule: 1. write `schedules/<name>.rs` with a `pub const SCHEDULE: Schedule` (copy `daily_ranking.rs`);
//! 2. name the file below with `mod`; 3. add it to [`all`] (a kind of reminder: to [`reminders`]). The guard tests find
//! what was forgotten. A run is one transaction with its fire time; it only writes rows.

mod absence;
mod after_visits;
mod calendar_missing;
mod daily_ranking;
mod desk_close;
mod expected_visits;
mod follow_up_digest;
mod follow_up_week;
mod housekeeping;
mod leave_papers;
mod leave_posts;
mod leave_waiting;
mod missed_follow_ups;
mod missing_reports;
mod monthly_ranking;
mod no_shows;
mod open_objections;
mod ownership;
mod reconciliation_closing;
mod reconciliation_notices;
mod report_nudge;
mod rota_gaps;
mod same_day_visits;
mod shared;
mod statistics;
mod summary;
mod third_party;
mod weekly_grades;
mod weekly_ranking;

use bot::{ReminderKind, Schedule};

pub use housekeeping::{Swept, sweep, to_sweep};

/// All schedules.
pub fn all() -> Vec<Schedule> {
    vec![
        after_visits::SCHEDULE,
        calendar_missing::SCHEDULE,
        daily_ranking::SCHEDULE,
        desk_close::SCHEDULE,
        expected_visits::TODAY,
        expected_visits::TOMORROW,
        housekeeping::SCHEDULE,
        leave_papers::PAPERS,
        leave_papers::UNUSED,
        leave_posts::TOMORROW,
        leave_posts::WEEK,
        missing_reports::SCHEDULE,
        reconciliation_closing::SCHEDULE,
        reconciliation_notices::SCHEDULE,
        monthly_ranking::SCHEDULE,
        weekly_ranking::SCHEDULE,
        weekly_grades::SCHEDULE,
        open_objections::SCHEDULE,
        statistics::SCHEDULE,
        summary::DRAFT,
        summary::REMINDER,
        summary::LAST_REMINDER,
        summary::DUE,
        summary::PERIOD,
        no_shows::SCHEDULE,
        rota_gaps::GAPS,
        rota_gaps::PUBLISH,
        same_day_visits::SCHEDULE,
        follow_up_digest::SCHEDULE,
        missed_follow_ups::SCHEDULE,
        ownership::SCHEDULE,
        third_party::GAPS,
        follow_up_week::PLAN,
        follow_up_week::RATE,
    ]
}

/// All kinds of reminders.
pub fn reminders() -> Vec<ReminderKind> {
    vec![
        report_nudge::REMINDER,
        absence::REMINDER,
        leave_waiting::WAITING,
        leave_waiting::START,
        follow_up_digest::WAITING,
        follow_up_digest::DUE,
        third_party::REMINDER,
        bot::confirm::REMINDER,
    ]
}
