//! 月份: a calendar month as people name it.

use crate::calendar::{Period, Span, next_day, previous_day};
use chrono::{Datelike, NaiveDate};

/// A calendar month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    first: NaiveDate,
}

impl Month {
    /// The month that a day lies in.
    pub fn of(day: NaiveDate) -> Month {
        Month { first: Period::Month.around(day).from }
    }

    /// The month before the one that a day lies in: the one that is reconciled.
    pub fn before(day: NaiveDate) -> Month {
        Month { first: Period::Month.before(day).from }
    }

    /// As it stands in rows and events, exact: `2026-03`.
    pub fn of_code(code: &str) -> Option<Month> {
        let (year, month) = code.split_once('-')?;
        let plain =
            |text: &str, length: usize| text.len() == length && text.bytes().all(|b| b.is_ascii_digit());
        if !plain(year, 4) || !plain(month, 2) {
            return None;
        }
        Self::dated(year.parse().ok()?, month.parse().ok()?)
    }

    /// As people type it: `2026-03`, `2026年3月`, `3月` (the last one that has begun), `上月`, `本月`.
    pub fn read(typed: &str, today: NaiveDate) -> Option<Month> {
        match typed {
            "上月" | "上个月" => return Some(Self::before(today)),
            "本月" | "这个月" => return Some(Self::of(today)),
            _ => {}
        }
        let typed = typed.strip_suffix(['月', '份']).map_or(typed, |rest| rest.trim_end_matches('月'));
        let (year, month) = match typed.split_once(['年', '-', '/', '.']) {
            Some((year, month)) => (Some(whole(year)?), whole(month)?),
            None => (None, whole(typed)?),
        };
        let year = match year {
            Some(year @ 2000..=2999) => i32::try_from(year).ok()?,
            Some(_) => return None,
            None if month <= today.month() => today.year(),
            None => today.year() - 1,
        };
        Self::dated(year, month)
    }

    fn dated(year: i32, month: u32) -> Option<Month> {
        NaiveDate::from_ymd_opt(year, month, 1).map(|first| Month { first })
    }

    /// Its days.
    pub fn span(self) -> Span {
        Period::Month.around(self.first)
    }

    /// The first day of the next one.
    pub fn over_from(self) -> NaiveDate {
        next_day(self.span().to)
    }

    /// The month before.
    pub fn previous(self) -> Month {
        Month::of(previous_day(self.first))
    }

    /// As it stands in rows and events: `2026-03`.
    pub fn code(self) -> String {
        self.first.format("%Y-%m").to_string()
    }

    /// As people read it: `3月`, and `2025年12月` where it is not of the year of `today`.
    pub fn told(self, today: NaiveDate) -> String {
        let month = self.first.month();
        if self.first.year() == today.year() {
            format!("{month}月")
        } else {
            format!("{}年{month}月", self.first.year())
        }
    }
}

fn whole(text: &str) -> Option<u32> {
    (text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::shift_days;
    use proptest::prelude::*;

    fn d(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn a_month_is_read_as_people_type_it() {
        let today = d("2026-04-02");
        let cases = [
            ("2026-03", Some("2026-03")),
            ("2026年3月", Some("2026-03")),
            ("2026年03月份", Some("2026-03")),
            ("2026/3", Some("2026-03")),
            ("3月", Some("2026-03")),
            ("3月份", Some("2026-03")),
            ("4月", Some("2026-04")),
            ("12月", Some("2025-12")),
            ("上月", Some("2026-03")),
            ("本月", Some("2026-04")),
            ("13月", None),
            ("0月", None),
            ("26年3月", None),
            ("一组", None),
            ("", None),
            ("月", None),
        ];
        for (typed, code) in cases {
            assert_eq!(Month::read(typed, today).map(Month::code).as_deref(), code, "{typed}");
        }
        let march = Month::of(d("2026-03-31"));
        assert_eq!(
            (march.told(today), march.told(d("2027-01-01"))),
            ("3月".to_owned(), "2026年3月".to_owned())
        );
        assert_eq!((march.over_from(), march.previous().code()), (d("2026-04-01"), "2026-02".to_owned()));
    }

    proptest! {
        #[test]
        fn a_code_comes_back_and_nothing_panics(days in 0i64..40_000, text in "\\PC{0,8}") {
            let month = Month::of(shift_days(d("1990-01-01"), days));
            prop_assert_eq!(Month::of_code(&month.code()), Some(month));
            prop_assert!(month.span().contains(month.first));
            let _ = Month::of_code(&text);
            let _ = Month::read(&text, d("2026-04-02"));
        }
    }
}
