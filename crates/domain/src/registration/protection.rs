//! 保护期: until when an appointment is its owner's, and until when the patient may come without having been
//! consulted again, as it is told with every answer about an appointment.

use crate::calendar::shift_days;
use crate::settings::Book;
use crate::settings::catalogue::attribution::{CLAIM_DAYS, CREDIT_MONTHS, MAX_REBASES, THREE_MONTH_BASE};
use chrono::{Months, NaiveDate};

/// What the clocks of an appointment run from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Base {
    /// Day 0: the local date of the entry, or of the last remarked change that moved the visit.
    pub day: NaiveDate,
    /// How often remarked changes have started the clocks anew.
    pub rebased: u32,
    /// The visit date that was booked on day 0.
    pub booked: Option<NaiveDate>,
}

/// The last days of both clocks, whole (CV-2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Protection {
    /// The last protected day.
    pub until: NaiveDate,
    /// The last day on which an arrival counts without a new consultation.
    pub credit_until: NaiveDate,
}

impl Base {
    /// The base after a change of the visit from one day to another, entered on `today`. A visit day that was missing
    /// is filled in, not moved; without a remark nothing starts anew.
    #[must_use]
    pub fn changed(
        self,
        from: Option<NaiveDate>,
        to: NaiveDate,
        remarked: bool,
        book: &Book,
        today: NaiveDate,
    ) -> Base {
        let most = book.count(&MAX_REBASES, today);
        let moved = from.is_some_and(|from| from != to);
        if remarked && moved && (most == 0 || self.rebased < most) {
            Base { day: today, rebased: self.rebased + 1, booked: Some(to) }
        } else {
            self
        }
    }

    /// The clocks. That of the months ends on the corresponding day, or on its month's last.
    pub fn protection(&self, book: &Book) -> Protection {
        let from = match book.word(&THREE_MONTH_BASE, self.day) {
            "visit" => self.booked.unwrap_or(self.day),
            _ => self.day,
        };
        let months = Months::new(book.count(&CREDIT_MONTHS, self.day));
        Protection {
            until: shift_days(self.day, i64::from(book.count(&CLAIM_DAYS, self.day))),
            credit_until: from.checked_add_months(months).unwrap_or(NaiveDate::MAX),
        }
    }
}

/// Days that are left: 0 on the last day itself, `None` when it is over.
pub fn days_left(last: NaiveDate, today: NaiveDate) -> Option<u32> {
    u32::try_from((last - today).num_days()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Value, Version};

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn entered(on: &str) -> Base {
        Base { day: day(on), rebased: 0, booked: Some(day("2025-03-20")) }
    }

    #[test]
    fn ninety_days_and_three_months_w_23_w_29() {
        let cases = [
            ("2025-03-01", "2025-05-30", "2025-06-01"),
            ("2025-11-30", "2026-02-28", "2026-02-28"),
            ("2026-03-02", "2026-05-31", "2026-06-02"),
        ];
        for (on, until, credit_until) in cases {
            let protection = entered(on).protection(&Book::default());
            assert_eq!(protection, Protection { until: day(until), credit_until: day(credit_until) }, "{on}");
        }
        assert_eq!(days_left(day("2025-05-30"), day("2025-05-30")), Some(0));
        assert_eq!(days_left(day("2025-05-30"), day("2025-05-31")), None);
    }

    #[test]
    fn only_a_remarked_move_starts_anew_w_26() {
        let book = Book::default();
        let (base, today) = (entered("2025-03-01"), day("2025-04-10"));
        let known = Some(day("2025-03-20"));
        let moved = base.changed(known, day("2025-04-20"), true, &book, today);
        assert_eq!((moved.day, moved.rebased, moved.protection(&book).until), (today, 1, day("2025-07-09")));
        for (from, to, remarked) in
            [(known, "2025-04-20", false), (known, "2025-03-20", true), (None, "2025-04-20", true)]
        {
            assert_eq!(base.changed(from, day(to), remarked, &book, today), base, "{from:?} {to} {remarked}");
        }
    }

    #[test]
    fn the_settings_are_asked() {
        let mut book = Book::default();
        let from = day("2025-03-01");
        book.set(&MAX_REBASES, Version { from, value: Value::Whole(1) });
        book.set(&CLAIM_DAYS, Version { from, value: Value::Whole(60) });
        book.set(&THREE_MONTH_BASE, Version { from, value: Value::Word("visit") });
        let base = entered("2025-03-01");
        assert_eq!(
            base.protection(&book),
            Protection { until: day("2025-04-30"), credit_until: day("2025-06-20") }
        );
        let again = Base { rebased: 1, ..base };
        assert_eq!(again.changed(base.booked, day("2025-05-01"), true, &book, day("2025-04-10")), again);
    }
}
