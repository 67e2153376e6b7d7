//! 重复登记: what would decide between two registrations of one patient, as it stands when they meet. It is told to both
//! consultants; the arrival decides with more than this (a follow-up, the name at the hospital, the records).

use super::Class;
use crate::RuleId;
use chrono::NaiveDate;

/// A registration as far as it matters to a rival.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rival {
    /// Its class when the two met.
    pub class: Class,
    /// Its last protected day.
    pub protected_until: NaiveDate,
}

/// What would decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decider {
    /// The names differ: the one of the hospital's registration.
    HospitalName,
    /// The protection of the earlier one is over.
    Lapsed,
    /// The more complete one; true when that is the earlier.
    Complete(bool),
    /// Equally complete: the earlier one (R-084 when both are full, else R-085).
    Earlier(RuleId),
    /// Neither is valid.
    Neither,
}

impl Decider {
    /// What would decide between an earlier and a later registration.
    pub fn between(earlier: Rival, later: Rival, names_differ: bool, today: NaiveDate) -> Decider {
        let ranks = (earlier.class.rank(), later.class.rank());
        match ranks {
            (0, 0) => Decider::Neither,
            _ if earlier.protected_until < today => Decider::Lapsed,
            _ if names_differ => Decider::HospitalName,
            (one, other) if one != other => Decider::Complete(one > other),
            _ if earlier.class == Class::Full => Decider::Earlier("R-084"),
            _ => Decider::Earlier("R-085"),
        }
    }

    /// The rule behind it.
    pub fn rule(self) -> RuleId {
        match self {
            Decider::HospitalName => "R-087",
            Decider::Lapsed => "R-094",
            Decider::Complete(_) => "R-085",
            Decider::Earlier(rule) => rule,
            Decider::Neither => "R-042",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_decides_when_two_meet() {
        use Class::{ConditionalA, ConditionalB, Full, Incomplete, Invalid};
        let day = |text: &str| -> NaiveDate { text.parse().expect("a date") };
        let (last, over) = (day("2025-05-30"), day("2025-05-31"));
        let cases = [
            // W-01, W-02, W-03, W-05, W-11, W-33.
            (Full, Full, false, last, Decider::Earlier("R-084")),
            (ConditionalA, Full, false, last, Decider::Complete(false)),
            (ConditionalA, ConditionalB, false, last, Decider::Earlier("R-085")),
            (Invalid, ConditionalB, false, last, Decider::Complete(false)),
            (Full, Full, true, last, Decider::HospitalName),
            (Full, Incomplete, false, last, Decider::Complete(true)),
            (Full, Full, false, over, Decider::Lapsed),
            (Invalid, Invalid, true, last, Decider::Neither),
        ];
        for (earlier, later, differ, today, expected) in cases {
            let rival = |class| Rival { class, protected_until: last };
            let found = Decider::between(rival(earlier), rival(later), differ, today);
            assert_eq!(found, expected, "{earlier:?} {later:?}");
        }
    }
}
