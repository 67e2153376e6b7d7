//! 微信回访 of patients who have been here: half a year after the last visit, and before a holiday. The consultant is
//! reminded; nothing is ever sent to a patient.

use super::next::NextTask;
use super::outcome::Cause;
use crate::calendar::{Span, previous_day, shift_days};
use crate::settings::Book;
use crate::settings::catalogue::followups::{
    HALF_YEAR, HOLIDAY_AHEAD, HOLIDAY_MONTHS, HOLIDAYS, WECHAT_DAYS, WECHAT_MONTHS,
};
use crate::workdays::Workdays;
use chrono::{Months, NaiveDate};

/// Days by which a month's end may be short of another's.
const SHORTER: i64 = 3;

/// The days of visits whose half year is over on `today`: more than one where it ends in a shorter month, none where the
/// plan is not used.
pub fn visited_on(book: &Book, today: NaiveDate) -> Vec<NaiveDate> {
    if !book.is_on(&HALF_YEAR, today) {
        return Vec::new();
    }
    let months = Months::new(book.count(&WECHAT_MONTHS, today));
    let Some(first) = today.checked_sub_months(months) else { return Vec::new() };
    let days = (0..=SHORTER).map(|more| shift_days(first, more));
    days.filter(|visit| visit.checked_add_months(months) == Some(today)).collect()
}

/// The follow-up of a patient whose half year was over on `day`, opened on `today`.
pub fn half_year(book: &Book, day: NaiveDate, today: NaiveDate) -> NextTask {
    let due = shift_days(day, i64::from(book.count(&WECHAT_DAYS, day)));
    planned(Cause::HalfYear, due, today)
}

/// Before which holiday patients are greeted from `today` on, and what it is called: one that the department has chosen and
/// that begins in so many days.
pub fn greeted<'w>(book: &Book, workdays: &'w Workdays, today: NaiveDate) -> Option<(NaiveDate, &'w str)> {
    let first = shift_days(today, i64::from(book.count(&HOLIDAY_AHEAD, today)));
    let name = workdays.begins(first)?;
    let chosen: &[&str] = match book.word(&HOLIDAYS, today) {
        "spring" => &["春节"],
        "three" => &["春节", "中秋", "国庆"],
        "all" => &[""],
        _ => &[],
    };
    chosen.iter().any(|part| name.contains(part)).then_some((first, name))
}

/// Whose last visit lies in this span is greeted.
pub fn greeted_visits(book: &Book, today: NaiveDate) -> Span {
    let months = Months::new(book.count(&HOLIDAY_MONTHS, today));
    Span { from: today.checked_sub_months(months).unwrap_or(today), to: previous_day(today) }
}

/// The follow-up before a holiday that begins on `first`, opened on `today`.
pub fn before_holiday(first: NaiveDate, today: NaiveDate) -> NextTask {
    planned(Cause::Holiday, previous_day(first), today)
}

fn planned(cause: Cause, due: NaiveDate, today: NaiveDate) -> NextTask {
    // What could not be opened in time is nobody's delay.
    let due = due.max(today);
    NextTask { cause, due, nudge: (today < due).then_some(today), unreached: 0, with_lead: false }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Setting, Value, Version};

    fn d(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn with(setting: &'static Setting, value: Value) -> Book {
        let mut book = Book::default();
        book.set(setting, Version { from: d("2020-01-01"), value });
        book
    }

    #[test]
    fn r118_half_a_year_after_the_visit() {
        let book = Book::default();
        for (today, visits) in [
            ("2026-09-02", &["2026-03-02"][..]),
            ("2026-02-28", &["2025-08-28", "2025-08-29", "2025-08-30", "2025-08-31"]),
            ("2026-03-01", &["2025-09-01"]),
            ("2026-03-31", &["2025-09-30"][..0]),
            ("2026-12-31", &[]),
        ] {
            let expected: Vec<NaiveDate> = visits.iter().map(|visit| d(visit)).collect();
            assert_eq!(visited_on(&book, d(today)), expected, "{today}");
        }
        assert_eq!(visited_on(&with(&WECHAT_MONTHS, Value::Whole(1)), d("2026-04-02")), [d("2026-03-02")]);
        assert!(visited_on(&with(&HALF_YEAR, Value::Switch(false)), d("2026-09-02")).is_empty());
        let task = half_year(&book, d("2026-09-02"), d("2026-09-02"));
        assert_eq!(
            (task.cause, task.due, task.nudge),
            (Cause::HalfYear, d("2026-09-09"), Some(d("2026-09-02")))
        );
        let late = half_year(&book, d("2026-09-02"), d("2026-09-20"));
        assert_eq!((late.due, late.nudge), (d("2026-09-20"), None), "the program was down");
    }

    #[test]
    fn r118_before_the_holidays_that_were_chosen() {
        let days = Workdays::default();
        let of = |word: &'static str| with(&HOLIDAYS, Value::Word(word));
        // 2026: 春节 from 15 February, 清明 from 4 April, 国庆 from 1 October; 5 days before.
        let name = |book: &Book, today: &str| greeted(book, &days, d(today)).map(|(_, name)| name);
        assert_eq!(name(&Book::default(), "2026-02-10"), None, "none is chosen");
        assert_eq!(name(&of("spring"), "2026-02-10"), Some("春节"));
        assert_eq!(name(&of("spring"), "2026-02-11"), None, "once a holiday");
        assert_eq!(name(&of("spring"), "2026-09-26"), None);
        assert_eq!(name(&of("three"), "2026-09-26"), Some("国庆节"));
        assert_eq!(name(&of("three"), "2026-03-30"), None);
        assert!(name(&of("all"), "2026-03-30").is_some_and(|name| name.contains("清明")));
        let task = before_holiday(d("2026-02-15"), d("2026-02-10"));
        assert_eq!((task.due, task.nudge), (d("2026-02-14"), Some(d("2026-02-10"))));
        let span = greeted_visits(&Book::default(), d("2026-02-10"));
        assert_eq!((span.from, span.to), (d("2025-02-10"), d("2026-02-09")));
    }
}
