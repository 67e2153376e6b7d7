//! When on a due day somebody is reminded of what is still open, and when his lead is told.

use crate::calendar::{Calendar, EpochMs, MINUTE, next_day};
use crate::settings::Book;
use crate::settings::catalogue::followups::{DAY_END, LEAD_MINUTES, NUDGE_MINUTES};
use crate::shift::Shift;
use chrono::NaiveDate;

/// The three stages of a due day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DueTimes {
    /// Before the end: to whoever has to call.
    pub before: EpochMs,
    /// At the end of his shift: the same once more.
    pub end: EpochMs,
    /// Afterwards: to the lead.
    pub lead: EpochMs,
}

/// The stages of a due day for somebody with that shift, or without one. All lie on the day itself, since at its end the
/// follow-up is missed; a shift that passes midnight counts only up to then.
pub fn due_times(day: NaiveDate, shift: Option<&Shift>, calendar: &Calendar, book: &Book) -> DueTimes {
    let last = calendar.midnight(next_day(day)) - MINUTE;
    let first = shift.map_or_else(|| calendar.midnight(day), |shift| shift.start);
    let end = shift.map_or_else(|| calendar.at(day, book.time(&DAY_END, day)), |shift| shift.end).min(last);
    let before = end - book.whole(&NUDGE_MINUTES, day) * MINUTE;
    DueTimes {
        before: before.max(first).min(end),
        end,
        lead: (end + book.whole(&LEAD_MINUTES, day) * MINUTE).min(last),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shift::Hours;

    #[test]
    fn r105_the_stages_hang_on_the_own_shift() {
        let calendar = Calendar::default();
        let day: NaiveDate = "2026-03-02".parse().expect("a date");
        let times = |hours: Option<&str>| {
            let shift = hours.map(|hours| Hours::parse(hours).expect("hours").on(&calendar, day, "班"));
            let times = due_times(day, shift.as_ref(), &calendar, &Book::default());
            [times.before, times.end, times.lead].map(|at| calendar.short(at))
        };
        assert_eq!(times(Some("08:00-16:00")), ["03-02 15:00", "03-02 16:00", "03-02 16:30"]);
        assert_eq!(times(Some("16:00-23:30")), ["03-02 22:30", "03-02 23:30", "03-02 23:59"]);
        assert_eq!(times(Some("22:00-06:00")), ["03-02 22:59", "03-02 23:59", "03-02 23:59"]);
        assert_eq!(times(Some("23:30-06:00")), ["03-02 23:30", "03-02 23:59", "03-02 23:59"]);
        assert_eq!(times(None), ["03-02 16:30", "03-02 17:30", "03-02 18:00"]);
    }
}
