//! 免打扰: nobody is disturbed between 21:30 and 08:00, unless it is that person's own shift.

use crate::calendar::{Calendar, EpochMs};
use crate::settings::Book;
use crate::settings::catalogue::assistant::{QUIET_FROM, QUIET_UNTIL};
use crate::shift::Shift;
use chrono::NaiveDate;

/// Quiet hours, minutes after midnight; they pass midnight when `from` is later than `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuietHours {
    /// First quiet minute.
    pub from: u32,
    /// First minute that is not quiet any more.
    pub to: u32,
}

impl QuietHours {
    /// Those of a day, by the department's settings.
    pub fn on(book: &Book, day: NaiveDate) -> Self {
        Self { from: book.time(&QUIET_FROM, day), to: book.time(&QUIET_UNTIL, day) }
    }

    /// When a word that is due at `now` may reach a person: at once outside quiet hours and during the
    /// person's own shift (its last instant included: the report's last reminder falls there), else
    /// when the quiet hours end.
    pub fn earliest(&self, calendar: &Calendar, now: EpochMs, own_shift: Option<&Shift>) -> EpochMs {
        let minute = calendar.minute_of_day(now);
        let quiet = if self.from > self.to {
            minute >= self.from || minute < self.to
        } else {
            self.from <= minute && minute < self.to
        };
        let on_duty = own_shift.is_some_and(|shift| shift.start <= now && now <= shift.end);
        if !quiet || on_duty {
            return now;
        }
        let today = calendar.date(now);
        let day = if minute < self.to { today } else { crate::calendar::next_day(today) };
        calendar.at(day, self.to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shift::Hours;

    #[test]
    fn quiet_hours_hold_outside_the_own_shift() {
        let calendar = Calendar::default();
        let day = "2026-03-02".parse().expect("a date");
        let at = |minute| calendar.at(day, minute);
        let late = Hours::parse("16:00-23:30").expect("hours").on(&calendar, day, "晚班");
        let quiet = QuietHours::on(&Book::default(), day);
        let cases = [
            (21 * 60 + 29, None, 21 * 60 + 29),
            (21 * 60 + 30, None, 1440 + 480),
            (22 * 60 + 30, Some(&late), 22 * 60 + 30),
            (23 * 60 + 30, Some(&late), 23 * 60 + 30),
            (23 * 60 + 31, Some(&late), 1440 + 480),
            (479, None, 480),
            (480, None, 480),
        ];
        for (minute, shift, expected) in cases {
            assert_eq!(quiet.earliest(&calendar, at(minute), shift), at(expected), "minute {minute}");
        }
    }
}
