//! What a change of settings would be: from which day on it may hold, and what it makes different. A day that has
//! passed keeps the values that it was judged by.

use super::{Book, Profile, Setting, Value, Version, catalogue, find};
use crate::calendar::shift_days;
use chrono::NaiveDate;

/// A change holds from at most so many days after today.
pub const FURTHEST_DAYS: i64 = 366;

/// Why a change may not hold from a day on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadDay {
    /// It has passed.
    Past,
    /// It is more than [`FURTHEST_DAYS`] away.
    TooFar,
}

/// A value that becomes another.
#[derive(Clone, Copy, Debug)]
pub struct Change {
    /// Whose.
    pub setting: &'static Setting,
    /// What would hold on the first day without it.
    pub before: Value,
    /// What holds from then on.
    pub after: Value,
    /// Which ends it: a version that was set for a later day.
    pub until: Option<Version>,
}

/// Whether a change may hold from `day` on; today may be chosen.
///
/// # Errors
/// Why not.
pub fn may_start(day: NaiveDate, today: NaiveDate) -> Result<(), BadDay> {
    if day < today {
        Err(BadDay::Past)
    } else if day > shift_days(today, FURTHEST_DAYS) {
        Err(BadDay::TooFar)
    } else {
        Ok(())
    }
}

/// What differs on a day and later when these values are set from that day on; what stays the same is not mentioned.
pub fn differences(
    book: &Book,
    values: impl IntoIterator<Item = (&'static Setting, Value)>,
    from: NaiveDate,
) -> Vec<Change> {
    let changes = values.into_iter().map(|(setting, after)| Change {
        setting,
        before: book.on(setting, from),
        after,
        until: planned_after(book, setting, from),
    });
    changes.filter(|change| change.before != change.after).collect()
}

/// The next version of a setting that is already set for a later day.
pub fn planned_after(book: &Book, setting: &Setting, day: NaiveDate) -> Option<Version> {
    book.versions(setting).iter().find(|version| version.from > day).copied()
}

/// The values of a profile that differ from those of a day.
pub fn to_profile(book: &Book, profile: Profile, from: NaiveDate) -> Vec<Change> {
    let values = profile.preset().filter_map(|preset| Some((find(preset.key)?, preset.value)));
    differences(book, values, from)
}

/// The values of a day that differ from the default composition.
pub fn to_defaults(book: &Book, from: NaiveDate) -> Vec<Change> {
    differences(book, catalogue::all().map(|setting| (setting, setting.default)), from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::catalogue::reports::{BACKFILL_DAYS, LATE_LIMIT};

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn book() -> Book {
        let mut book = Book::default();
        book.set(&LATE_LIMIT, Version { from: day("2026-04-01"), value: Value::Whole(4) });
        book.set(&LATE_LIMIT, Version { from: day("2026-05-01"), value: Value::Whole(5) });
        book
    }

    #[test]
    fn a_day_that_has_passed_is_not_chosen() {
        let today = day("2026-03-02");
        let cases = [
            ("2026-03-01", Err(BadDay::Past)),
            ("2020-01-01", Err(BadDay::Past)),
            ("2026-03-02", Ok(())),
            ("2026-03-03", Ok(())),
            ("2027-03-03", Ok(())),
            ("2027-03-04", Err(BadDay::TooFar)),
        ];
        for (chosen, expected) in cases {
            assert_eq!(may_start(day(chosen), today), expected, "{chosen}");
        }
    }

    #[test]
    fn only_what_differs_on_the_day_is_a_change() {
        // (first day, value, what held before, until)
        let cases = [
            ("2026-03-01", 4, Some(3), Some("2026-04-01")),
            ("2026-03-01", 3, None, None),
            ("2026-04-01", 4, None, None),
            ("2026-04-02", 6, Some(4), Some("2026-05-01")),
            ("2026-05-01", 3, Some(5), None),
        ];
        for (from, value, before, until) in cases {
            let found = differences(&book(), [(&LATE_LIMIT, Value::Whole(value))], day(from));
            let found: Vec<_> =
                found.iter().map(|it| (it.before, it.until.map(|version| version.from))).collect();
            let expected: Vec<_> =
                before.map(|before| (Value::Whole(before), until.map(day))).into_iter().collect();
            assert_eq!(found, expected, "{from} {value}");
        }
        let both = [(&LATE_LIMIT, Value::Whole(4)), (&BACKFILL_DAYS, Value::Whole(7))];
        let found = differences(&book(), both, day("2026-04-01"));
        assert_eq!(found.iter().map(|change| change.setting.key).collect::<Vec<_>>(), [BACKFILL_DAYS.key]);
    }

    #[test]
    fn a_profile_is_taken_over_and_left_again() {
        let from = day("2026-06-01");
        for profile in Profile::ALL {
            let mut book = Book::default();
            let changes = to_profile(&book, profile, from);
            for change in &changes {
                book.set(change.setting, Version { from, value: change.after });
            }
            assert!(to_profile(&book, profile, from).is_empty(), "{profile:?}");
            assert_eq!(to_defaults(&book, from).len(), changes.len(), "{profile:?}");
            assert!(to_defaults(&book, day("2026-05-31")).is_empty(), "{profile:?}");
        }
        assert_eq!(to_defaults(&book(), from).len(), 1);
    }
}
