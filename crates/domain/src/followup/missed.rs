//! 漏访: what a due day without an outcome is proposed for.

use super::who::Assignee;
use crate::settings::Book;
use crate::settings::catalogue::followups::{MISSED_ITEM, MISSED_POINTS};
use crate::{PersonId, RuleId};
use chrono::NaiveDate;

/// The line of the tariff.
pub const CODE: &str = "T-C14";

/// A missed follow-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missed {
    /// Whose it is: whoever had to call on the due day, a lead who should have stood in included.
    pub person: PersonId,
    /// Points, negative.
    pub points: i64,
    /// By which rule.
    pub rule: RuleId,
}

/// What a follow-up that was due on a day and has no outcome is proposed as. When nobody was there to do it, it is nobody's.
pub fn missed(on_duty: Option<Assignee>, book: &Book, due: NaiveDate) -> Option<Missed> {
    let points = book.whole(&MISSED_POINTS, due);
    on_duty.map(|assignee| Missed { person: assignee.person, points, rule: "R-116" })
}

/// What tells proposals apart: one for each patient and missed due day.
pub fn source(case: &str, due: NaiveDate) -> String {
    format!("missed:{case}:{due}")
}

/// What is left of the item's points after so many points were taken in a month; never below nought.
pub fn left_of_item(points: i64, book: &Book, month: NaiveDate) -> i64 {
    (book.whole(&MISSED_ITEM, month) + points.min(0)).max(0)
}

#[cfg(test)]
mod tests {
    use super::super::who::Seat;
    use super::*;

    #[test]
    fn r116_one_point_a_patient_and_never_below_nought() {
        let book = Book::default();
        let day = "2026-03-09".parse().expect("a date");
        let lead = Assignee { person: 2, seat: Seat::Lead };
        assert_eq!(missed(Some(lead), &book, day), Some(Missed { person: 2, points: -1, rule: "R-116" }));
        assert_eq!(missed(None, &book, day), None);
        for (missed, left) in [(0, 10), (3, 7), (10, 0), (12, 0)] {
            assert_eq!(left_of_item(-missed, &book, day), left, "{missed} missed");
        }
        assert_eq!(source("Y3", day), "missed:Y3:2026-03-09");
    }
}
