//! 两个时钟: until when an appointment is its owner's, and until when it makes credit without a new consultation.
//!
//! Both run from the day of entry, or of the last remarked change that really moved the visit. That day is day 0; a
//! last day runs to 24:00; months end on the corresponding day, or on the month's last (CV-2).

use super::facts::Dates;
use crate::calendar::{Calendar, next_day, previous_day, shift_days};
use crate::registration::Moment;
use crate::settings::Book;
use crate::settings::catalogue::attribution::{CLAIM_DAYS, CREDIT_MONTHS, MAX_REBASES, THREE_MONTH_BASE};
use crate::settings::catalogue::reconciliation::{INCLUSIVE, LAST_DAY};
use chrono::{Datelike, Months, NaiveDate};

/// A period from a day that is not counted to a last day that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Day 0.
    pub base: NaiveDate,
    /// The last day, whole.
    pub last: NaiveDate,
}

impl Window {
    /// So many days.
    pub fn of_days(base: NaiveDate, days: u32) -> Window {
        Window { base, last: shift_days(base, i64::from(days)) }
    }

    /// So many months: to the corresponding day, or to that month's last day where there is none.
    pub fn of_months(base: NaiveDate, months: u32) -> Window {
        Window { base, last: base.checked_add_months(Months::new(months)).unwrap_or(NaiveDate::MAX) }
    }

    /// True up to and with the last day.
    pub fn holds(&self, day: NaiveDate) -> bool {
        day <= self.last
    }

    /// Days that are left: 0 on the last day itself, `None` when it is over.
    pub fn days_left(&self, today: NaiveDate) -> Option<u32> {
        days_left(self.last, today)
    }

    /// The first day on which it is over.
    pub fn over_from(&self) -> NaiveDate {
        next_day(self.last)
    }
}

/// Days that are left to a last day: 0 on it, `None` when it is over.
pub fn days_left(last: NaiveDate, today: NaiveDate) -> Option<u32> {
    u32::try_from((last - today).num_days()).ok()
}

/// What the clocks of an appointment run from, after the changes so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Base {
    /// Day 0: the local date of the entry, or of the last remarked change that moved the visit.
    pub day: NaiveDate,
    /// How often remarked changes have started the clocks anew.
    pub rebased: u32,
    /// The visit date that was booked on day 0, or was filled in since.
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
    /// The base of an appointment that is entered on a day.
    pub fn entered(day: NaiveDate, booked: Option<NaiveDate>) -> Base {
        Base { day, rebased: 0, booked }
    }

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
            Base { booked: self.booked.or(Some(to)), ..self }
        }
    }

    /// The clocks that run from it.
    pub fn clocks(self, book: &Book) -> Clocks {
        let from = match book.word(&THREE_MONTH_BASE, self.day) {
            "visit" => self.booked.unwrap_or(self.day),
            _ => self.day,
        };
        Clocks {
            protection: Window::of_days(self.day, book.count(&CLAIM_DAYS, self.day)),
            credit: Window::of_months(from, book.count(&CREDIT_MONTHS, self.day)),
            rebased: self.rebased,
        }
    }

    /// The last days of the clocks that run from it.
    pub fn protection(self, book: &Book) -> Protection {
        let clocks = self.clocks(book);
        Protection { until: clocks.protection.last, credit_until: clocks.credit.last }
    }
}

/// The two clocks of an appointment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clocks {
    /// 保护期: `last` is the last day on which a follow-up by another claims nothing.
    pub protection: Window,
    /// 免再咨询期: `last` is the last day on which an arrival makes credit without a new consultation.
    pub credit: Window,
    /// How often remarked changes have started them anew.
    pub rebased: u32,
}

impl Clocks {
    /// The clocks with all changes so far.
    pub fn of(book: &Book, calendar: &Calendar, dates: &Dates) -> Clocks {
        Self::known(book, calendar, dates, None)
    }

    /// The clocks as they stood just before a moment: whoever has acted after a clock had run out does not lose by
    /// its being started anew later.
    pub fn before(book: &Book, calendar: &Calendar, dates: &Dates, moment: Moment) -> Clocks {
        Self::known(book, calendar, dates, Some(moment))
    }

    fn known(book: &Book, calendar: &Calendar, dates: &Dates, before: Option<Moment>) -> Clocks {
        let counts = |when: Moment| when > dates.entered && before.is_none_or(|moment| when < moment);
        let mut changes: Vec<_> = dates.changes.iter().filter(|change| counts(change.when)).collect();
        changes.sort();
        let mut base = Base::entered(calendar.date(dates.entered.at), dates.visit_date);
        let mut visit = dates.visit_date;
        for change in changes {
            let day = calendar.date(change.when.at);
            base = base.changed(visit, change.visit_date, change.remarked, book, day);
            visit = Some(change.visit_date);
        }
        base.clocks(book)
    }
}

/// The last day, whole, on which an arrival of a day can be reconciled; from the next on it is forfeited.
/// It is judged by the rules in force at the beginning of the month that the last day lies in.
pub fn reconcile_by(book: &Book, arrived: NaiveDate) -> NaiveDate {
    let first = arrived.with_day(1).unwrap_or(arrived);
    let first = first.checked_add_months(Months::new(1)).unwrap_or(NaiveDate::MAX);
    let last = first.with_day(book.count(&LAST_DAY, first)).unwrap_or(first);
    if book.is_on(&INCLUSIVE, first) { last } else { previous_day(last) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attribution::facts::Change;
    use crate::attribution::tests::samples::{Day, d, m};
    use crate::settings::{Setting, Value, Version};

    /// When it was entered, the new day, and whether with a remark.
    type Moved = (&'static str, &'static str, bool);

    fn dates(entered: &str, visit: &str, changes: &[Moved]) -> Dates {
        let change =
            |(when, to, remarked): &Moved| Change { when: m(when), visit_date: d(to), remarked: *remarked };
        Dates {
            entered: m(entered),
            visit_date: (!visit.is_empty()).then(|| d(visit)),
            changes: changes.iter().map(change).collect(),
        }
    }

    fn clocks(book: &Book, dates: &Dates) -> Clocks {
        Clocks::of(book, &Calendar::default(), dates)
    }

    fn book(settings: &[(&'static Setting, Value, &str)]) -> Book {
        let mut book = Book::default();
        for (setting, value, from) in settings {
            book.set(setting, Version { from: d(from), value: *value });
        }
        book
    }

    #[test]
    fn the_table_of_windows_holds() {
        let cases = [
            ("2025-01-31", "2025-05-01", "2025-04-30"),
            ("2025-02-01", "2025-05-02", "2025-05-01"),
            ("2025-03-01", "2025-05-30", "2025-06-01"),
            ("2025-06-15", "2025-09-13", "2025-09-15"),
            ("2025-12-01", "2026-03-01", "2026-03-01"),
        ];
        for (base, ninety, three) in cases {
            for time in ["00:00", "23:59"] {
                let clocks = clocks(&Book::default(), &dates(&format!("{base} {time}"), "", &[]));
                assert_eq!((clocks.protection.last, clocks.credit.last), (d(ninety), d(three)), "{base}");
            }
        }
        assert_eq!(Window::of_months(d("2025-08-31"), 6).last, d("2026-02-28"));
        assert_eq!(Window::of_months(d("2027-08-31"), 6).last, d("2028-02-29"));
    }

    #[test]
    fn days_left_end_with_nought_on_the_day_itself() {
        let window = Window::of_days(d("2025-03-01"), 90);
        let cases = [
            ("2025-03-01", Some(90)),
            ("2025-05-23", Some(7)),
            ("2025-05-29", Some(1)),
            ("2025-05-30", Some(0)),
            ("2025-05-31", None),
        ];
        for (today, left) in cases {
            assert_eq!(window.days_left(d(today)), left, "{today}");
            assert_eq!(window.holds(d(today)), left.is_some(), "{today}");
        }
        assert_eq!(window.over_from(), d("2025-05-31"));
    }

    #[test]
    fn only_a_remarked_change_that_moves_the_visit_starts_the_clocks_anew_r_094() {
        let cases: &[(&[Moved], &str, u32)] = &[
            (&[], "2025-05-30", 0),
            (&[("2025-04-10 09:00", "2025-04-20", true)], "2025-07-09", 1),
            (&[("2025-04-10 09:00", "2025-04-20", false)], "2025-05-30", 0),
            (&[("2025-04-10 09:00", "2025-03-20", true)], "2025-05-30", 0),
            (
                &[("2025-04-10 09:00", "2025-04-20", false), ("2025-04-11 09:00", "2025-04-20", true)],
                "2025-05-30",
                0,
            ),
            (
                &[("2025-05-01 09:00", "2025-05-09", true), ("2025-04-10 09:00", "2025-04-20", true)],
                "2025-07-30",
                2,
            ),
            (&[("2025-02-10 09:00", "2025-04-20", true)], "2025-05-30", 0),
        ];
        for (changes, until, rebased) in cases {
            let clocks = clocks(&Book::default(), &dates("2025-03-01 09:00", "2025-03-20", changes));
            assert_eq!((clocks.protection.last, clocks.rebased), (d(until), *rebased), "{changes:?}");
        }
        let filled = dates("2025-03-01 09:00", "", &[("2025-04-10 09:00", "2025-04-20", true)]);
        assert_eq!(clocks(&Book::default(), &filled).rebased, 0, "a missing day is filled in, not moved");
    }

    #[test]
    fn starting_anew_has_the_limit_that_is_set() {
        let moved = dates(
            "2025-03-01 09:00",
            "2025-03-20",
            &[
                ("2025-04-01 09:00", "2025-04-20", true),
                ("2025-05-01 09:00", "2025-05-20", true),
                ("2025-06-01 09:00", "2025-06-20", true),
            ],
        );
        for (most, base) in [(0, "2025-06-01"), (1, "2025-04-01"), (2, "2025-05-01"), (3, "2025-06-01")] {
            let book = book(&[(&MAX_REBASES, Value::Whole(most), "2025-01-01")]);
            assert_eq!(clocks(&book, &moved).protection.base, d(base), "{most}");
        }
    }

    #[test]
    fn a_clock_runs_by_the_version_of_the_day_on_which_it_starts() {
        let book = book(&[
            (&CLAIM_DAYS, Value::Whole(60), "2025-03-02"),
            (&CREDIT_MONTHS, Value::Whole(2), "2025-03-02"),
        ]);
        let before = clocks(&book, &dates("2025-03-01 23:59", "", &[]));
        assert_eq!((before.protection.last, before.credit.last), (d("2025-05-30"), d("2025-06-01")));
        let after = clocks(&book, &dates("2025-03-02 00:00", "", &[]));
        assert_eq!((after.protection.last, after.credit.last), (d("2025-05-01"), d("2025-05-02")));
    }

    #[test]
    fn the_months_may_be_set_to_run_from_the_booked_day() {
        let book = book(&[(&THREE_MONTH_BASE, Value::Word("visit"), "2025-01-01")]);
        let cases: &[(&str, &[Moved], &str)] = &[
            ("2025-03-20", &[], "2025-06-20"),
            ("2025-03-20", &[("2025-04-10 09:00", "2025-04-25", true)], "2025-07-25"),
            ("2025-03-20", &[("2025-04-10 09:00", "2025-04-25", false)], "2025-06-20"),
            ("", &[], "2025-06-01"),
            // Filled in later: what is told then is what is decided by.
            ("", &[("2025-03-05 09:00", "2025-03-25", false)], "2025-06-25"),
        ];
        for (visit, changes, last) in cases {
            let clocks = clocks(&book, &dates("2025-03-01 09:00", visit, changes));
            assert_eq!(clocks.credit.last, d(last), "{visit} {changes:?}");
        }
    }

    #[test]
    fn the_last_days_that_are_told_are_those_of_the_clocks_w_23_w_29() {
        for (on, until, credit_until) in [
            ("2025-03-01", "2025-05-30", "2025-06-01"),
            ("2025-11-30", "2026-02-28", "2026-02-28"),
            ("2026-03-02", "2026-05-31", "2026-06-02"),
        ] {
            let told = Base::entered(d(on), Some(d("2025-03-20"))).protection(&Book::default());
            assert_eq!(told, Protection { until: d(until), credit_until: d(credit_until) }, "{on}");
        }
        assert_eq!(days_left(d("2025-05-30"), d("2025-05-30")), Some(0));
        assert_eq!(days_left(d("2025-05-30"), d("2025-05-31")), None);
    }

    #[test]
    fn the_last_month_is_reconciled_through_the_fourth_r_378() {
        assert_eq!(reconcile_by(&Book::default(), d("2025-03-31")), d("2025-04-04"));
        assert_eq!(reconcile_by(&Book::default(), d("2025-12-01")), d("2026-01-04"));
        let exclusive = book(&[(&INCLUSIVE, Value::Switch(false), "2025-01-01")]);
        assert_eq!(reconcile_by(&exclusive, d("2025-03-31")), d("2025-04-03"));
        let later = book(&[(&LAST_DAY, Value::Whole(6), "2025-04-02")]);
        assert_eq!(reconcile_by(&later, d("2025-03-31")), d("2025-04-04"), "known on the 1st");
        assert_eq!(reconcile_by(&later, d("2025-04-30")), d("2025-05-06"));
    }

    /// The three windows over every base date of eight years, against a calendar that counts by hand.
    #[test]
    fn the_windows_agree_with_days_counted_one_by_one() {
        let mut day = Day { year: 2021, month: 1, day: 1 };
        let mut seen = 0;
        while day.year < 2029 {
            let base = day.date();
            assert_eq!(Window::of_days(base, 90).last, day.after(90).date(), "90 days from {base}");
            for months in [3, 6] {
                let expected = day.months_on(months).date();
                assert_eq!(Window::of_months(base, months).last, expected, "{months} months from {base}");
            }
            let clocks = clocks(&Book::default(), &dates(&format!("{base} 12:00"), "", &[]));
            assert_eq!(clocks.protection.over_from(), day.after(91).date());
            assert_eq!(clocks.credit.over_from(), day.months_on(3).after(1).date());
            assert_eq!(clocks.protection.days_left(day.after(90).date()), Some(0));
            assert_eq!(clocks.protection.days_left(day.after(91).date()), None);
            day = day.after(1);
            seen += 1;
        }
        assert_eq!(seen, 8 * 365 + 2, "2021 to 2028 with two leap days");
    }
}
