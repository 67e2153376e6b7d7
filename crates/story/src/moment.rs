//! 时间 and lengths of time, as a story writes them.

use bot::args::{normalise, parse_number};
use chrono::{NaiveDate, NaiveDateTime};
use domain::calendar::{DAY, HOUR, MINUTE, next_day, shift_days};
use domain::{Calendar, EpochMs};

/// The longest way that one line may go: ten years. A slip of the finger shall not play ten thousand.
pub(crate) const LONGEST: EpochMs = 3_660 * DAY;

const SECOND: EpochMs = 1_000;

/// Units of a length; those that begin like another come first.
const UNITS: [(&str, EpochMs); 9] = [
    ("个小时", HOUR),
    ("小时", HOUR),
    ("分钟", MINUTE),
    ("分", MINUTE),
    ("秒钟", SECOND),
    ("秒", SECOND),
    ("天", DAY),
    ("周", 7 * DAY),
    ("星期", 7 * DAY),
];

/// Where a 时间 line moves the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// `2026-03-02 08:30`
    At(NaiveDateTime),
    /// `+1天`, `+90分钟`, `+1天2小时`.
    After {
        /// Days by the calendar: the same time of day.
        days: i64,
        /// And so many milliseconds.
        ms: EpochMs,
    },
    /// `08:00`: the next one, never the present itself. In seconds after midnight.
    Next(u32),
}

impl When {
    /// Reads what follows 时间.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = normalise(text);
        if let Some(length) = text.strip_prefix('+') {
            let length = length_of(length)?;
            return Some(When::After { days: length / DAY, ms: length % DAY });
        }
        match text.split_whitespace().collect::<Vec<_>>().as_slice() {
            [clock] => second_of_day(clock).map(When::Next),
            [date, clock] => {
                let time = chrono::NaiveTime::from_num_seconds_from_midnight_opt(second_of_day(clock)?, 0)?;
                Some(When::At(date_of(date)?.and_time(time)))
            }
            _ => None,
        }
    }

    /// The instant that it means at `now`.
    pub fn instant(self, now: EpochMs, calendar: &Calendar) -> EpochMs {
        let today = calendar.date(now);
        match self {
            When::At(local) => {
                let second = (local - local.date().and_time(chrono::NaiveTime::MIN)).num_seconds();
                at_second(calendar, local.date(), u32::try_from(second).unwrap_or(0))
            }
            When::After { days: 0, ms } => now + ms,
            When::After { days, ms } => {
                let minute = calendar.minute_of_day(now);
                let within = now - calendar.at(today, minute);
                calendar.at(shift_days(today, days), minute) + within + ms
            }
            When::Next(second) => {
                let at = at_second(calendar, today, second);
                if at > now { at } else { at_second(calendar, next_day(today), second) }
            }
        }
    }
}

fn at_second(calendar: &Calendar, date: NaiveDate, second: u32) -> EpochMs {
    calendar.at(date, second / 60) + i64::from(second % 60) * SECOND
}

/// Reads `10分钟`, `+2小时` without its plus, `1天2小时`.
pub(crate) fn length_of(text: &str) -> Option<EpochMs> {
    let text = normalise(text);
    let mut rest = text.trim();
    let mut length: EpochMs = 0;
    loop {
        let (count, used) = parse_number(rest)?;
        let behind = rest[used..].trim_start();
        let (unit, behind) =
            UNITS.iter().find_map(|(word, unit)| behind.strip_prefix(word).map(|behind| (unit, behind)))?;
        length += EpochMs::from(count) * unit;
        if length > LONGEST {
            return None;
        }
        rest = behind.trim_start();
        if rest.is_empty() {
            return (length > 0).then_some(length);
        }
    }
}

/// Reads `2026-03-02`.
pub(crate) fn date_of(word: &str) -> Option<NaiveDate> {
    // chrono alone would also take `+12026-3-2`.
    let (year, _) = word.split_once('-')?;
    let four = year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit());
    four.then(|| word.parse().ok()).flatten()
}

fn second_of_day(word: &str) -> Option<u32> {
    let parts: Vec<u32> = word
        .split([':', '：'])
        .map(|part| {
            let digits = matches!(part.len(), 1 | 2) && part.bytes().all(|b| b.is_ascii_digit());
            digits.then(|| part.parse().ok()).flatten()
        })
        .collect::<Option<_>>()?;
    let (hour, minute, second) = match parts.as_slice() {
        [hour, minute] => (*hour, *minute, 0),
        [hour, minute, second] => (*hour, *minute, *second),
        _ => return None,
    };
    (hour < 24 && minute < 60 && second < 60).then_some(hour * 3_600 + minute * 60 + second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_found_from_the_present() {
        let calendar = Calendar::default();
        let now = When::parse("2026-03-02 08:30").expect("a moment").instant(0, &calendar);
        let cases = [
            ("2026-03-05 23:59:30", "2026-03-05T23:59:30+08:00"),
            ("+1天", "2026-03-03T08:30:00+08:00"),
            ("＋１天", "2026-03-03T08:30:00+08:00"),
            ("+一天", "2026-03-03T08:30:00+08:00"),
            ("+90分钟", "2026-03-02T10:00:00+08:00"),
            ("+ 2 小时", "2026-03-02T10:30:00+08:00"),
            ("+1天2小时30分", "2026-03-03T11:00:00+08:00"),
            ("+1秒", "2026-03-02T08:30:01+08:00"),
            ("+2周", "2026-03-16T08:30:00+08:00"),
            ("17:00", "2026-03-02T17:00:00+08:00"),
            ("08:30", "2026-03-03T08:30:00+08:00"),
            ("8：00", "2026-03-03T08:00:00+08:00"),
            ("08:30:05", "2026-03-02T08:30:05+08:00"),
        ];
        for (written, instant) in cases {
            let when = When::parse(written).unwrap_or_else(|| panic!("{written}"));
            assert_eq!(calendar.rfc3339(when.instant(now, &calendar)), instant, "{written}");
        }
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for bad in [
            "",
            "+",
            "+1",
            "天",
            "+天",
            "+0天",
            "2026-03-02",
            "2026-02-30 08:00",
            "24:00",
            "8",
            "8:60",
            "+99999天",
            "x",
        ] {
            assert_eq!(When::parse(bad), None, "{bad}");
        }
        for bad in ["+12026-03-02", "26-03-02", "2026/03/02", "2026-03-02x"] {
            assert_eq!(date_of(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_day_keeps_the_time_of_day_where_clocks_change() {
        let calendar = Calendar::named("Europe/Berlin").expect("a zone");
        let now = When::parse("2026-03-28 12:00").expect("a moment").instant(0, &calendar);
        let later = When::parse("+1天").expect("a moment").instant(now, &calendar);
        assert_eq!(calendar.rfc3339(later), "2026-03-29T12:00:00+02:00");
    }
}
