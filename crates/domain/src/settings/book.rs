//! The department's values over time: which holds on which day.

use super::{Setting, Value};
use chrono::NaiveDate;
use std::collections::HashMap;

/// A value from a day on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version {
    /// The first day on which it holds.
    pub from: NaiveDate,
    /// The value.
    pub value: Value,
}

/// All values that were ever set, by setting and day; what was never set has the catalogue's default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Book {
    versions: HashMap<&'static str, Vec<Version>>,
}

impl Book {
    /// Notes that a value holds from a day on; for the same day the last word counts.
    pub fn set(&mut self, setting: &'static Setting, version: Version) {
        let versions = self.versions.entry(setting.key).or_default();
        match versions.binary_search_by_key(&version.from, |known| known.from) {
            Ok(index) => versions[index] = version,
            Err(index) => versions.insert(index, version),
        }
    }

    /// The value that holds on a day.
    pub fn on(&self, setting: &Setting, day: NaiveDate) -> Value {
        self.version_on(setting, day).map_or(setting.default, |version| version.value)
    }

    /// The version that holds on a day; `None` while the default holds.
    pub fn version_on(&self, setting: &Setting, day: NaiveDate) -> Option<Version> {
        self.versions(setting).iter().rev().find(|version| version.from <= day).copied()
    }

    /// All versions of a setting by their first day.
    pub fn versions(&self, setting: &Setting) -> &[Version] {
        self.versions.get(setting.key).map_or(&[], Vec::as_slice)
    }

    /// A number, in the unit as it is kept. A setting of another kind is a mistake of the program and gives 0.
    pub fn whole(&self, setting: &Setting, day: NaiveDate) -> i64 {
        match self.on(setting, day) {
            Value::Whole(kept) => kept,
            other => wrong_kind(setting, other, 0),
        }
    }

    /// A number that is never negative, such as a count of days or times.
    pub fn count(&self, setting: &Setting, day: NaiveDate) -> u32 {
        u32::try_from(self.whole(setting, day)).unwrap_or(0)
    }

    /// Whether a switch is on.
    pub fn is_on(&self, setting: &Setting, day: NaiveDate) -> bool {
        match self.on(setting, day) {
            Value::Switch(on) => on,
            other => wrong_kind(setting, other, false),
        }
    }

    /// A time of day in minutes after midnight.
    pub fn time(&self, setting: &Setting, day: NaiveDate) -> u32 {
        match self.on(setting, day) {
            Value::Time(minutes) => minutes,
            other => wrong_kind(setting, other, 0),
        }
    }

    /// The word of a choice, as kept.
    pub fn word(&self, setting: &Setting, day: NaiveDate) -> &'static str {
        match self.on(setting, day) {
            Value::Word(word) => word,
            other => wrong_kind(setting, other, ""),
        }
    }
}

fn wrong_kind<T>(setting: &Setting, found: Value, instead: T) -> T {
    debug_assert!(false, "{} is asked for as another kind than {found:?}", setting.key);
    instead
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Effect, Kind, Profile, Unit};

    static CAP: Setting = Setting {
        key: "test.cap",
        name: "上限",
        kind: Kind::Whole { unit: Unit::Days, min: 1, max: 31 },
        default: Value::Whole(4),
        profile: Profile::N,
        rules: &["R-470"],
        explains: "测试。",
        effect: Effect::Live,
    };

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn an_event_is_judged_by_the_version_of_its_day() {
        let mut book = Book::default();
        assert_eq!(book.whole(&CAP, day("2026-03-01")), 4);
        book.set(&CAP, Version { from: day("2026-05-01"), value: Value::Whole(6) });
        book.set(&CAP, Version { from: day("2026-04-01"), value: Value::Whole(5) });
        let cases =
            [("2026-03-31", 4), ("2026-04-01", 5), ("2026-04-30", 5), ("2026-05-01", 6), ("2030-01-01", 6)];
        for (on, expected) in cases {
            assert_eq!(book.whole(&CAP, day(on)), expected, "{on}");
        }
        book.set(&CAP, Version { from: day("2026-05-01"), value: Value::Whole(7) });
        assert_eq!(book.count(&CAP, day("2026-05-01")), 7);
        assert_eq!(book.versions(&CAP).len(), 2);
    }
}
