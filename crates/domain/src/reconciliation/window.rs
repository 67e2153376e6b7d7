//! 截止: the days around the end of a month's reconciliation.

use super::Month;
use crate::attribution::reconcile_by;
use crate::calendar::{next_day, shift_days};
use crate::settings::Book;
use crate::settings::catalogue::ranking::{FINAL_DAY, PROVISIONAL_DAY};
use crate::settings::catalogue::reconciliation::{LIST_DAY, REMINDER_DAYS, REOPEN_DAYS};
use chrono::{Datelike, NaiveDate};

/// A closed month that may be reconciled again (R-378: 确有原因的，主管可以重开).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reopening {
    /// For which group; `None`: for everybody.
    pub team: Option<i64>,
    /// The last day, whole.
    pub until: NaiveDate,
}

impl Reopening {
    fn covers(&self, team: Option<i64>) -> bool {
        self.team.is_none() || self.team == team
    }
}

/// The last day, whole, on which a group's arrivals of a month are confirmed.
pub fn last_day(book: &Book, month: Month, team: Option<i64>, reopenings: &[Reopening]) -> NaiveDate {
    let stated =
        reopenings.iter().filter(|reopening| reopening.covers(team)).map(|reopening| reopening.until);
    stated.fold(reconcile_by(book, month.span().to), NaiveDate::max)
}

/// How far a month's reconciliation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The month is not over.
    Running,
    /// It can be confirmed.
    Open {
        /// The last day, whole.
        last: NaiveDate,
    },
    /// It is over: what was not confirmed is forfeited.
    Closed {
        /// The last day that there was.
        last: NaiveDate,
    },
}

/// How far a month's reconciliation is on a day.
pub fn stage(
    book: &Book,
    month: Month,
    team: Option<i64>,
    reopenings: &[Reopening],
    today: NaiveDate,
) -> Stage {
    let last = last_day(book, month, team, reopenings);
    if today < month.over_from() {
        Stage::Running
    } else if today <= last {
        Stage::Open { last }
    } else {
        Stage::Closed { last }
    }
}

/// Until when a month is opened again on a day where nobody says: the last day, whole.
pub fn reopened_until(book: &Book, today: NaiveDate) -> NaiveDate {
    shift_days(today, i64::from(book.count(&REOPEN_DAYS, today)) - 1)
}

/// The furthest day until which a month is opened again, in days from today.
pub const FURTHEST_DAYS: i64 = 62;

/// Whether a month may be opened again until a day.
pub fn may_reopen_until(until: NaiveDate, today: NaiveDate) -> bool {
    (today..=shift_days(today, FURTHEST_DAYS)).contains(&until)
}

/// Whether a month's claim lists go out on a day.
pub fn is_list_day(book: &Book, month: Month, day: NaiveDate) -> bool {
    let first = month.over_from();
    first.with_day(book.count(&LIST_DAY, first)) == Some(day)
}

/// Whether a reminder goes out on a day: on so many days before the last one, which is none of them, nor is the day of
/// the lists.
pub fn reminds_on(book: &Book, month: Month, day: NaiveDate) -> bool {
    let first = month.over_from();
    let last = reconcile_by(book, month.span().to);
    let from = shift_days(last, -i64::from(book.count(&REMINDER_DAYS, first))).max(first);
    (from..last).contains(&day) && !is_list_day(book, month, day)
}

/// The day of the provisional ranking of a month.
pub fn provisional_ranking_day(book: &Book, month: Month) -> NaiveDate {
    let first = month.over_from();
    first.with_day(book.count(&PROVISIONAL_DAY, first)).unwrap_or(first)
}

/// The day of the final ranking of a month: as it is set, but never before the month is closed.
pub fn final_ranking_day(book: &Book, month: Month) -> NaiveDate {
    let first = month.over_from();
    let set = first.with_day(book.count(&FINAL_DAY, first)).unwrap_or(first);
    set.max(next_day(reconcile_by(book, month.span().to)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::catalogue::reconciliation::{INCLUSIVE, LAST_DAY};
    use crate::settings::{Setting, Value, Version};

    fn d(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn book(settings: &[(&'static Setting, Value)]) -> Book {
        let mut book = Book::default();
        for (setting, value) in settings {
            book.set(setting, Version { from: d("2026-01-01"), value: *value });
        }
        book
    }

    fn march() -> Month {
        Month::of(d("2026-03-31"))
    }

    #[test]
    fn march_is_open_through_the_fourth_of_april_r_378() {
        let cases = [
            ("2026-03-31", Stage::Running),
            ("2026-04-01", Stage::Open { last: d("2026-04-04") }),
            ("2026-04-04", Stage::Open { last: d("2026-04-04") }),
            ("2026-04-05", Stage::Closed { last: d("2026-04-04") }),
        ];
        for (day, expected) in cases {
            assert_eq!(stage(&Book::default(), march(), Some(1), &[], d(day)), expected, "{day}");
        }
        let exclusive = book(&[(&INCLUSIVE, Value::Switch(false))]);
        assert_eq!(
            stage(&exclusive, march(), None, &[], d("2026-04-04")),
            Stage::Closed { last: d("2026-04-03") }
        );
    }

    #[test]
    fn a_month_is_opened_again_for_whom_and_until_when_it_was_stated_r_378() {
        let one = Reopening { team: Some(1), until: d("2026-04-10") };
        let all = Reopening { team: None, until: d("2026-04-08") };
        let early = Reopening { team: None, until: d("2026-04-02") };
        let last = |team, reopenings: &[Reopening]| last_day(&Book::default(), march(), team, reopenings);
        assert_eq!(last(Some(1), &[one]), d("2026-04-10"));
        assert_eq!(last(Some(2), &[one]), d("2026-04-04"));
        assert_eq!(
            (last(Some(1), &[one, all]), last(Some(2), &[one, all])),
            (d("2026-04-10"), d("2026-04-08"))
        );
        assert_eq!(last(None, &[one, all]), d("2026-04-08"));
        assert_eq!(last(Some(1), &[early]), d("2026-04-04"), "an opening takes no day away");
        assert_eq!(reopened_until(&Book::default(), d("2026-04-05")), d("2026-04-07"), "three days");
        let may = |until| may_reopen_until(d(until), d("2026-04-05"));
        assert!(may("2026-04-05") && may("2026-06-06") && !may("2026-04-04") && !may("2027-04-03"));
    }

    #[test]
    fn lists_reminders_and_rankings_have_their_days_r_378_r_382() {
        let days = |book: &Book, told: fn(&Book, Month, NaiveDate) -> bool| -> Vec<u32> {
            let all = march().over_from().iter_days().take(30);
            all.filter(|day| told(book, march(), *day)).map(|day| day.day()).collect()
        };
        let default = Book::default();
        assert_eq!((days(&default, is_list_day), days(&default, reminds_on)), (vec![1], vec![2, 3]));
        let exclusive = book(&[(&INCLUSIVE, Value::Switch(false))]);
        assert_eq!(days(&exclusive, reminds_on), [2], "the lists remind on the 1st");
        let long = book(&[(&LAST_DAY, Value::Whole(3)), (&REMINDER_DAYS, Value::Whole(10))]);
        assert_eq!(days(&long, reminds_on), [2]);
        assert_eq!(days(&book(&[(&REMINDER_DAYS, Value::Whole(0))]), reminds_on), [0u32; 0]);
        assert_eq!(provisional_ranking_day(&default, march()), d("2026-04-01"));
        assert_eq!(final_ranking_day(&default, march()), d("2026-04-05"));
        let later = book(&[(&LAST_DAY, Value::Whole(7))]);
        assert_eq!(final_ranking_day(&later, march()), d("2026-04-08"), "not before it is closed");
    }
}
