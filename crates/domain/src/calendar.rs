//! The department's calendar (CV-2, CV-3): one zone, days from midnight to midnight, weeks from
//! Monday to Sunday, months by the calendar.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone, Utc};
use chrono_tz::Tz;

/// An instant: milliseconds since 1970-01-01T00:00:00Z.
pub type EpochMs = i64;

/// Milliseconds in a minute.
pub const MINUTE: EpochMs = 60_000;
/// Milliseconds in an hour.
pub const HOUR: EpochMs = 60 * MINUTE;
/// Milliseconds in a day without a change of offset.
pub const DAY: EpochMs = 24 * HOUR;

/// Turns instants into the department's local dates and times and back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calendar {
    zone: Tz,
}

impl Default for Calendar {
    fn default() -> Self {
        Self { zone: Tz::Asia__Shanghai }
    }
}

impl Calendar {
    /// The calendar of an IANA zone such as `Asia/Shanghai`; `None` when there is no such zone.
    pub fn named(zone: &str) -> Option<Self> {
        zone.parse().ok().map(|zone| Self { zone })
    }

    /// The zone's IANA name.
    pub fn zone_name(&self) -> &'static str {
        self.zone.name()
    }

    /// The zone, for cron arithmetic.
    pub fn zone(&self) -> Tz {
        self.zone
    }

    /// Local date and time of an instant. Instants outside of what the calendar can show (about
    /// 262,000 years) are shown as the nearest that it can.
    pub fn local(&self, at: EpochMs) -> NaiveDateTime {
        self.zoned(at).naive_local()
    }

    /// The instant with its zone.
    pub fn zoned(&self, at: EpochMs) -> DateTime<Tz> {
        let utc = DateTime::<Utc>::from_timestamp_millis(at).unwrap_or(if at < 0 {
            DateTime::<Utc>::MIN_UTC
        } else {
            DateTime::<Utc>::MAX_UTC
        });
        utc.with_timezone(&self.zone)
    }

    /// The local date of an instant.
    pub fn date(&self, at: EpochMs) -> NaiveDate {
        self.local(at).date()
    }

    /// Minutes after local midnight (0..1440).
    pub fn minute_of_day(&self, at: EpochMs) -> u32 {
        use chrono::Timelike;
        let time = self.local(at).time();
        time.hour() * 60 + time.minute()
    }

    /// The instant of a local time. `minute` counts from the date's midnight and may pass 1440
    /// (the next day). A time that a change of clocks skips becomes the first one after it; one
    /// that happens twice is taken the first time.
    pub fn at(&self, date: NaiveDate, minute: u32) -> EpochMs {
        let midnight = NaiveDateTime::new(date, NaiveTime::MIN);
        let mut local = midnight + chrono::Duration::minutes(i64::from(minute));
        for _ in 0..4 {
            if let Some(found) = self.zone.from_local_datetime(&local).earliest() {
                return found.timestamp_millis();
            }
            local += chrono::Duration::hours(1);
        }
        local.and_utc().timestamp_millis()
    }

    /// The first instant of a local date.
    pub fn midnight(&self, date: NaiveDate) -> EpochMs {
        self.at(date, 0)
    }

    /// RFC 3339 with the zone's offset, whole seconds: `2026-03-02T08:30:00+08:00`.
    pub fn rfc3339(&self, at: EpochMs) -> String {
        let zoned = self.zoned(at);
        let offset = zoned.offset().fix();
        format!("{}{offset}", zoned.naive_local().format("%Y-%m-%dT%H:%M:%S"))
    }

    /// RFC 3339 with the zone's offset and, where there are any, parts of a second: what an event keeps to be read again.
    pub fn exact(&self, at: EpochMs) -> String {
        self.zoned(at).to_rfc3339()
    }

    /// The instant that [`Calendar::exact`] wrote; `None` when it is none.
    pub fn instant(text: &str) -> Option<EpochMs> {
        chrono::DateTime::parse_from_rfc3339(text).ok().map(|at| at.timestamp_millis())
    }

    /// A local date and time as people read it: `03-02 08:30`.
    pub fn short(&self, at: EpochMs) -> String {
        self.local(at).format("%m-%d %H:%M").to_string()
    }

    /// Local time of day: `08:30`.
    pub fn clock(&self, at: EpochMs) -> String {
        self.local(at).format("%H:%M").to_string()
    }
}

/// The weekday in Chinese: 周一 … 周日.
pub fn weekday(date: NaiveDate) -> &'static str {
    ["周一", "周二", "周三", "周四", "周五", "周六", "周日"][date.weekday().num_days_from_monday() as usize]
}

/// A date as people read it: `11月25日 周三`.
pub fn day_name(date: NaiveDate) -> String {
    format!("{}月{}日 {}", date.month(), date.day(), weekday(date))
}

/// The day after. The calendar's very last day stays itself.
pub fn next_day(date: NaiveDate) -> NaiveDate {
    date.checked_add_days(Days::new(1)).unwrap_or(date)
}

/// The day before. The calendar's very first day stays itself.
pub fn previous_day(date: NaiveDate) -> NaiveDate {
    date.checked_sub_days(Days::new(1)).unwrap_or(date)
}

/// The date `days` away; clamped at the calendar's ends.
pub fn shift_days(date: NaiveDate, days: i64) -> NaiveDate {
    let span = Days::new(days.unsigned_abs());
    if days < 0 {
        date.checked_sub_days(span).unwrap_or(NaiveDate::MIN)
    } else {
        date.checked_add_days(span).unwrap_or(NaiveDate::MAX)
    }
}

/// Days from `from` to `to`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// First day.
    pub from: NaiveDate,
    /// Last day, not before `from`.
    pub to: NaiveDate,
}

impl Span {
    /// One day.
    pub fn day(date: NaiveDate) -> Self {
        Self { from: date, to: date }
    }

    /// True when the date lies in it.
    pub fn contains(&self, date: NaiveDate) -> bool {
        self.from <= date && date <= self.to
    }

    /// Each day in order.
    pub fn days(self) -> impl Iterator<Item = NaiveDate> {
        self.from.iter_days().take_while(move |day| *day <= self.to)
    }
}

/// What a ranking or a person's figures cover.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// 日
    Day,
    /// 周, Monday to Sunday.
    Week,
    /// 月, by the calendar.
    Month,
}

impl Period {
    /// The word used in events: `day`, `week`, `month`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// The whole period that the date lies in.
    pub fn around(self, date: NaiveDate) -> Span {
        match self {
            Self::Day => Span::day(date),
            Self::Week => {
                let from = shift_days(date, -i64::from(date.weekday().num_days_from_monday()));
                Span { from, to: shift_days(from, 6) }
            }
            Self::Month => {
                let from = date.with_day(1).unwrap_or(date);
                let next = from.checked_add_months(Months::new(1)).unwrap_or(NaiveDate::MAX);
                Span { from, to: previous_day(next) }
            }
        }
    }

    /// The whole period before the one that the date lies in.
    pub fn before(self, date: NaiveDate) -> Span {
        self.around(previous_day(self.around(date).from))
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
    fn cv3_weeks_run_monday_to_sunday_and_months_end_on_their_last_day() {
        let cases = [
            (Period::Week, "2026-03-02", "2026-03-02", "2026-03-08"),
            (Period::Week, "2026-03-08", "2026-03-02", "2026-03-08"),
            (Period::Week, "2026-01-01", "2025-12-29", "2026-01-04"),
            (Period::Month, "2024-02-29", "2024-02-01", "2024-02-29"),
            (Period::Month, "2025-02-10", "2025-02-01", "2025-02-28"),
            (Period::Month, "2026-12-31", "2026-12-01", "2026-12-31"),
            (Period::Day, "2026-12-31", "2026-12-31", "2026-12-31"),
        ];
        for (period, date, from, to) in cases {
            assert_eq!(period.around(d(date)), Span { from: d(from), to: d(to) }, "{period:?} {date}");
        }
        assert_eq!(
            Period::Month.before(d("2026-03-31")),
            Span { from: d("2026-02-01"), to: d("2026-02-28") }
        );
        assert_eq!(Period::Week.before(d("2026-01-01")), Span { from: d("2025-12-22"), to: d("2025-12-28") });
    }

    #[test]
    fn the_department_lives_in_shanghai() {
        let calendar = Calendar::default();
        let at = calendar.at(d("2026-03-02"), 8 * 60 + 30);
        assert_eq!(calendar.rfc3339(at), "2026-03-02T08:30:00+08:00");
        for at in [at, at + 1, at - 999] {
            assert_eq!(Calendar::instant(&calendar.exact(at)), Some(at));
        }
        assert_eq!(Calendar::instant("2026-03-02"), None);
        assert_eq!(calendar.date(calendar.midnight(d("2026-03-02")) - 1), d("2026-03-01"));
        assert_eq!(calendar.at(d("2026-03-02"), 1440), calendar.midnight(d("2026-03-03")));
        assert!(Calendar::named("Mars/Olympus").is_none());
    }

    proptest! {
        #[test]
        fn local_times_come_back(days in 0i64..20_000, minute in 0u32..1440) {
            let calendar = Calendar::default();
            let date = shift_days(d("1992-01-01"), days);
            let at = calendar.at(date, minute);
            prop_assert_eq!(calendar.date(at), date);
            prop_assert_eq!(calendar.minute_of_day(at), minute);
        }

        #[test]
        fn periods_tile_the_calendar(days in 0i64..20_000) {
            let date = shift_days(d("2000-01-01"), days);
            for period in [Period::Day, Period::Week, Period::Month] {
                let span = period.around(date);
                prop_assert!(span.contains(date));
                prop_assert_eq!(period.around(span.from), span);
                prop_assert_eq!(period.around(span.to), span);
                prop_assert_eq!(next_day(period.before(date).to), span.from);
            }
        }
    }
}
