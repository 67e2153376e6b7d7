//! 班次: shift templates and a person's shift on a day (CV-3, CV-4, R-172, R-173, R-183, R-184).

use crate::calendar::{Calendar, EpochMs};
use chrono::NaiveDate;

/// Minutes in a day.
const DAY: u32 = 1440;
/// Parts that a split shift may have.
const MAX_PARTS: usize = 4;

/// The hours of a shift: one part, or several for a split shift (上午和下午分开), in minutes after
/// the starting day's midnight, ascending. A part that passes midnight ends above 1440.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hours {
    parts: Vec<(u32, u32)>,
}

/// Why hours could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadHours {
    /// Not of the form `08:00-16:00`.
    Form,
    /// A part starts before the one before it has ended.
    Overlap,
    /// From the first start to the last end it is more than 24 hours.
    TooLong,
}

impl Hours {
    /// Reads `08:00-16:00`, `22:00-06:00` (ends on the next day) or `08:00-12:00,14:00-18:00`.
    ///
    /// # Errors
    /// [`BadHours`] says what is wrong.
    pub fn parse(text: &str) -> Result<Self, BadHours> {
        let mut parts: Vec<(u32, u32)> = Vec::new();
        for part in text.split([',', '，', '、', '/', '+']) {
            let (from, to) = part.split_once(['-', '~', '至', '到', '—', '–']).ok_or(BadHours::Form)?;
            let from = minute(from.trim()).ok_or(BadHours::Form)?;
            let to = minute(to.trim()).ok_or(BadHours::Form)?;
            if from == DAY {
                return Err(BadHours::Form);
            }
            let base = parts.last().map_or(0, |last| last.1);
            let mut from = from;
            while from < base {
                from += DAY;
            }
            let mut end = to;
            while end <= from {
                end += DAY;
            }
            if parts.len() == MAX_PARTS {
                return Err(BadHours::TooLong);
            }
            if !parts.is_empty() && from > DAY + DAY {
                return Err(BadHours::Overlap);
            }
            parts.push((from, end));
        }
        let start = parts.first().ok_or(BadHours::Form)?.0;
        let end = parts.last().ok_or(BadHours::Form)?.1;
        if end - start > DAY {
            return Err(if parts.len() > 1 { BadHours::Overlap } else { BadHours::TooLong });
        }
        Ok(Self { parts })
    }

    /// Its parts on a date, in order: from when to when, the end not included.
    pub fn parts_on(&self, calendar: &Calendar, date: NaiveDate) -> Vec<(EpochMs, EpochMs)> {
        self.parts.iter().map(|(from, to)| (calendar.at(date, *from), calendar.at(date, *to))).collect()
    }

    /// The shift of these hours on a date; a night shift belongs to the date on which it starts (CV-3).
    pub fn on(&self, calendar: &Calendar, date: NaiveDate, name: &str) -> Shift {
        let start = self.parts.first().map_or(0, |part| part.0);
        let end = self.parts.last().map_or(0, |part| part.1);
        Shift { date, name: name.to_owned(), start: calendar.at(date, start), end: calendar.at(date, end) }
    }
}

impl std::fmt::Display for Hours {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, (from, to)) in self.parts.iter().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            write!(f, "{}-{}", clock(*from), clock(*to))?;
        }
        Ok(())
    }
}

fn clock(minute: u32) -> String {
    let minute = if minute == DAY { DAY } else { minute % DAY };
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

fn minute(text: &str) -> Option<u32> {
    let (hour, minute) = text.split_once([':', '：'])?;
    if hour.is_empty() || hour.len() > 2 || minute.len() != 2 {
        return None;
    }
    let hour: u32 = hour.parse().ok()?;
    let minute: u32 = minute.parse().ok()?;
    (minute < 60 && (hour < 24 || (hour == 24 && minute == 0))).then_some(hour * 60 + minute)
}

/// One person's shift on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    /// The day that the shift belongs to: the one on which it starts.
    pub date: NaiveDate,
    /// 早班, 晚班, …
    pub name: String,
    /// First instant on duty.
    pub start: EpochMs,
    /// First instant off duty; the daily report is in time strictly before it.
    pub end: EpochMs,
}

impl Shift {
    /// On duty at that instant.
    pub fn covers(&self, at: EpochMs) -> bool {
        self.start <= at && at < self.end
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn d(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn hours_are_read_and_shown() {
        let cases = [
            ("08:00-16:00", "08:00-16:00"),
            ("8:00至16:00", "08:00-16:00"),
            ("16:00-23:30", "16:00-23:30"),
            ("22:00-06:00", "22:00-06:00"),
            ("16:00-24:00", "16:00-24:00"),
            ("00:00-00:00", "00:00-24:00"),
            ("08:00-12:00，14:00-18:00", "08:00-12:00,14:00-18:00"),
            ("20:00-23:00,01:00-05:00", "20:00-23:00,01:00-05:00"),
        ];
        for (typed, shown) in cases {
            let hours = Hours::parse(typed).unwrap_or_else(|e| panic!("{typed}: {e:?}"));
            assert_eq!(hours.to_string(), shown, "{typed}");
        }
        for bad in
            ["", "早", "8-16", "25:00-26:00", "08:60-09:00", "08:00", "24:00-08:00", "-", "008:00-09:00"]
        {
            assert!(Hours::parse(bad).is_err(), "{bad}");
        }
        assert_eq!(Hours::parse("08:00-12:00,10:00-18:00"), Err(BadHours::Overlap));
    }

    #[test]
    fn cv3_a_night_shift_belongs_to_the_day_on_which_it_starts() {
        let calendar = Calendar::default();
        let night = Hours::parse("22:00-06:00").expect("hours").on(&calendar, d("2026-03-02"), "夜班");
        assert_eq!(night.date, d("2026-03-02"));
        assert_eq!(calendar.rfc3339(night.end), "2026-03-03T06:00:00+08:00");
        assert!(night.covers(night.start) && night.covers(night.end - 1) && !night.covers(night.end));
    }

    #[test]
    fn cv4_a_split_shift_ends_with_its_last_part() {
        let calendar = Calendar::default();
        let office =
            Hours::parse("08:00-12:00,14:00-18:00").expect("hours").on(&calendar, d("2026-03-02"), "常白班");
        assert_eq!(calendar.rfc3339(office.end), "2026-03-02T18:00:00+08:00");
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,24}") {
            let _ = Hours::parse(&text);
        }

        #[test]
        fn what_is_shown_is_read_again(from in 0u32..1440, length in 1u32..=1440) {
            let typed = format!("{}-{}", clock(from), clock((from + length) % 1440));
            let hours = Hours::parse(&typed).expect("hours");
            prop_assert_eq!(Hours::parse(&hours.to_string()).expect("again"), hours);
        }
    }
}
