//! 申诉和裁定: who may object to whose an arrival is, until when, and who may rule on it.
//!
//! What moves money stands open for a stated time and is frozen afterwards: so many days from the decision, and in any
//! case until the month of the arrival is reconciled.

use crate::attribution::{Window, reconcile_by};
use crate::settings::Book;
use crate::settings::catalogue::attribution::OBJECTION_DAYS;
use crate::{PersonId, RuleId};
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// Why an objection is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotTaken {
    /// Nothing of it is his.
    NotConcerned,
    /// The last day, whole, has passed.
    Over {
        /// Which it was.
        last: NaiveDate,
        /// The rule that closes it.
        rule: RuleId,
    },
}

/// The last day, whole, on which somebody may object to a decision of a day on an arrival of a day.
pub fn open_until(book: &Book, decided: NaiveDate, arrived: NaiveDate) -> NaiveDate {
    let days = Window::of_days(decided, book.count(&OBJECTION_DAYS, decided)).last;
    days.max(reconcile_by(book, arrived))
}

/// Whether somebody may object today; answers the last day on which he may.
///
/// # Errors
/// Why not.
pub fn may_object(
    book: &Book,
    parties: &BTreeSet<PersonId>,
    person: PersonId,
    decided: NaiveDate,
    arrived: NaiveDate,
    today: NaiveDate,
) -> Result<NaiveDate, NotTaken> {
    if !parties.contains(&person) {
        return Err(NotTaken::NotConcerned);
    }
    let last = open_until(book, decided, arrived);
    if today <= last { Ok(last) } else { Err(NotTaken::Over { last, rule: "R-378" }) }
}

/// Whether somebody may rule: neither is he one of the parties, nor does he give it to himself.
pub fn may_rule(parties: &BTreeSet<PersonId>, judge: PersonId, to: Option<PersonId>) -> bool {
    !parties.contains(&judge) && to != Some(judge)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Value, Version};

    fn d(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn parties() -> BTreeSet<PersonId> {
        BTreeSet::from([11, 12])
    }

    #[test]
    fn a_decision_stands_open_for_days_and_until_its_month_is_reconciled() {
        let book = Book::default();
        let cases = [
            // Decided, arrived, last day.
            ("2025-03-05", "2025-03-05", "2025-04-04"),
            ("2025-03-31", "2025-03-31", "2025-04-04"),
            ("2025-04-02", "2025-03-31", "2025-04-05"),
            ("2025-04-05", "2025-03-20", "2025-04-08"),
            ("2025-12-30", "2025-12-30", "2026-01-04"),
        ];
        for (decided, arrived, last) in cases {
            let last = d(last);
            assert_eq!(open_until(&book, d(decided), d(arrived)), last, "{decided} {arrived}");
            let on = |day| may_object(&book, &parties(), 11, d(decided), d(arrived), day);
            assert_eq!(on(last), Ok(last), "{decided} {arrived}: the last day itself");
            let over = Err(NotTaken::Over { last, rule: "R-378" });
            assert_eq!(on(crate::calendar::next_day(last)), over, "{decided} {arrived}: the day after");
        }
    }

    #[test]
    fn the_days_are_those_of_the_day_of_the_decision() {
        let mut book = Book::default();
        let version = Version { value: Value::Whole(10), from: d("2025-04-06") };
        book.set(&OBJECTION_DAYS, version);
        assert_eq!(open_until(&book, d("2025-04-05"), d("2025-03-20")), d("2025-04-08"));
        assert_eq!(open_until(&book, d("2025-04-06"), d("2025-03-20")), d("2025-04-16"));
    }

    #[test]
    fn only_parties_object_and_only_others_rule() {
        let day = d("2025-03-05");
        let by = |person| may_object(&Book::default(), &parties(), person, day, day, day);
        assert!(by(11).is_ok() && by(12).is_ok());
        assert_eq!(by(13), Err(NotTaken::NotConcerned));
        for (judge, to, allowed) in [
            (13, Some(11), true),
            (13, None, true),
            (11, Some(12), false),
            (13, Some(13), false),
            (12, None, false),
        ] {
            assert_eq!(may_rule(&parties(), judge, to), allowed, "{judge} {to:?}");
        }
    }
}
