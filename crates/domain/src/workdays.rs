//! 节假日和补班: which days are working days, by year. The facts of each year stand in `workdays/<year>.txt` as the State Council
//! announces them in the November before; a year that is not known is told to be so, and nothing is guessed.

use crate::calendar::Span;
use chrono::{Datelike, NaiveDate, Weekday};
use std::collections::BTreeMap;

/// The years that the program brings along.
const BUNDLED: &[&str] = &[
    include_str!("workdays/2024.txt"),
    include_str!("workdays/2025.txt"),
    include_str!("workdays/2026.txt"),
];

/// 法定节假日: a year of which fewer days off are known is still being entered.
pub const LEAST_OFF: usize = 11;

/// The month from which on next year's days are announced.
const ANNOUNCED: u32 = 11;

/// A day that is not as its weekday says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpecialDay {
    /// Which.
    pub day: NaiveDate,
    /// Whether it is worked: 补班, else 休.
    pub works: bool,
    /// 春节, or what it makes up for.
    pub name: String,
}

/// A line of a year's file that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// Which, from 1.
    pub line: usize,
    /// What should stand there.
    pub expected: &'static str,
}

/// What is known of the years.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workdays {
    days: BTreeMap<NaiveDate, SpecialDay>,
}

/// Reads a year: `休 2026-01-01至2026-01-03 元旦` or `班 2026-01-04` on each line; lines that begin with # say nothing.
///
/// # Errors
/// The first line that is wrong.
pub fn read_year(text: &str) -> Result<Vec<SpecialDay>, BadLine> {
    let mut days = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let bad = |expected| BadLine { line: index + 1, expected };
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let mut words = line.split_whitespace();
        let works = match words.next() {
            Some("休") => false,
            Some("班") => true,
            _ => return Err(bad("休 或 班")),
        };
        let range = words.next().ok_or_else(|| bad("日期"))?;
        let (from, to) = range.split_once('至').unwrap_or((range, range));
        let read = |day: &str| day.parse::<NaiveDate>().map_err(|_| bad("日期，如 2026-01-01"));
        let span = Span { from: read(from)?, to: read(to)? };
        // No holiday is longer; a mistyped year would make one.
        if span.to < span.from || (span.to - span.from).num_days() > 31 {
            return Err(bad("不超过一个月的起止日期"));
        }
        let name = words.next().unwrap_or(if works { "补班" } else { "休息" });
        days.extend(span.days().map(|day| SpecialDay { day, works, name: name.to_owned() }));
    }
    Ok(days)
}

impl Default for Workdays {
    fn default() -> Self {
        let days = BUNDLED.iter().filter_map(|text| read_year(text).ok()).flatten();
        Self { days: days.map(|day| (day.day, day)).collect() }
    }
}

impl Workdays {
    /// With the days that the department has entered; each takes the place of what was known of that day.
    #[must_use]
    pub fn with(mut self, own: impl IntoIterator<Item = SpecialDay>) -> Self {
        self.days.extend(own.into_iter().map(|day| (day.day, day)));
        self
    }

    /// Whether the days of a year are known: no year has fewer days off than the law gives.
    pub fn knows(&self, year: i32) -> bool {
        self.off_in(year) >= LEAST_OFF
    }

    /// Days off that are known of a year.
    pub fn off_in(&self, year: i32) -> usize {
        self.days.values().filter(|day| day.day.year() == year && !day.works).count()
    }

    /// Whether a day is a working day: Monday to Friday, but for what was announced. `None` in a year that is not known.
    pub fn works(&self, day: NaiveDate) -> Option<bool> {
        if !self.knows(day.year()) {
            return None;
        }
        Some(self.works_as_known(day))
    }

    /// Whether a day is a working day as far as is known: in a year that is not known Monday to Friday.
    pub fn works_as_known(&self, day: NaiveDate) -> bool {
        let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        self.days.get(&day).map_or(!weekend, |special| special.works)
    }

    /// The days of a year that are not as their weekday says, in order.
    pub fn special_in(&self, year: i32) -> impl Iterator<Item = &SpecialDay> {
        self.days.values().filter(move |day| day.day.year() == year)
    }

    /// What a day off is called; `None` on an ordinary day.
    pub fn name(&self, day: NaiveDate) -> Option<&str> {
        self.days.get(&day).map(|special| special.name.as_str())
    }

    /// What a holiday is called that begins on a day; `None` on every other day.
    pub fn begins(&self, day: NaiveDate) -> Option<&str> {
        let off = |day: NaiveDate| self.days.get(&day).filter(|special| !special.works);
        let first = off(day)?;
        let goes_on = day.pred_opt().and_then(off).is_some_and(|before| before.name == first.name);
        (!goes_on).then_some(first.name.as_str())
    }

    /// The year that is missing on a day: this one, or from November on the next.
    pub fn missing(&self, today: NaiveDate) -> Option<i32> {
        let this = today.year();
        let next = (today.month() >= ANNOUNCED).then_some(this + 1);
        std::iter::once(this).chain(next).find(|year| !self.knows(*year))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn every_bundled_year_can_be_read() {
        for text in BUNDLED {
            assert!(!read_year(text).expect("readable").is_empty());
        }
        let counted = |year: i32| {
            let days = Workdays::default().days;
            let of = |works| days.values().filter(|day| day.day.year() == year && day.works == works).count();
            (of(false), of(true))
        };
        assert_eq!([2024, 2025, 2026].map(counted), [(28, 8), (28, 5), (33, 6)]);
    }

    #[test]
    fn working_days_are_those_announced() {
        let days = Workdays::default();
        for (day, works) in [
            ("2026-01-01", false),
            ("2026-01-04", true),
            ("2026-02-14", true),
            ("2026-02-16", false),
            ("2026-03-02", true),
            ("2026-03-07", false),
            ("2025-10-08", false),
            ("2025-10-11", true),
            ("2024-02-18", true),
        ] {
            assert_eq!(days.works(d(day)), Some(works), "{day}");
        }
        assert_eq!(days.name(d("2026-02-16")), Some("春节"));
        assert_eq!(days.works(d("2027-01-04")), None, "nothing is guessed");
    }

    #[test]
    fn a_missing_year_is_told_from_november_on() {
        let days = Workdays::default();
        let missing = |day| days.missing(d(day));
        assert_eq!((missing("2026-10-31"), missing("2026-11-01")), (None, Some(2027)));
        assert_eq!(missing("2027-01-01"), Some(2027));
        let own = |text| read_year(text).expect("readable");
        let days = days.with(own("休 2027-01-01至2027-01-03 元旦\n班 2027-01-09"));
        assert_eq!(days.missing(d("2026-11-01")), Some(2027), "three days off are not yet a year");
        assert!(days.works_as_known(d("2027-01-09")) && !days.works_as_known(d("2027-01-01")));
        let days = days.with(own("休 2027-02-05至2027-02-12 春节"));
        assert_eq!((days.missing(d("2026-11-01")), days.works(d("2027-01-09"))), (None, Some(true)));
        let days = days.with(own("班 2026-10-01"));
        assert_eq!((days.works(d("2026-10-01")), days.works(d("2026-10-02"))), (Some(true), Some(false)));
    }

    #[test]
    fn a_wrong_line_is_named() {
        for text in [
            "元旦 2027-01-01",
            "休",
            "休 2027-13-01",
            "休 2027-01-03至2027-01-01",
            "休 2027-01-01至2028-01-01",
        ] {
            let text = format!("# 2027\n{text}");
            assert_eq!(read_year(&text).map_err(|bad| bad.line), Err(2), "{text}");
        }
    }
}
