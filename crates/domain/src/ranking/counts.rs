//! 统计: what a person did in some days, added up.

use super::Tally;
use crate::person::PersonId;
use std::ops::Add;

/// One person's sums over some days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Whose.
    pub person: PersonId,
    /// Days with a shift by the rota, leave not taken off.
    pub shifts: u32,
    /// Days with a report.
    pub reports: u32,
    /// 有效 of the reports, or 对话 where that is missing.
    pub dialogues: u32,
    /// 未应答 of the reports.
    pub unanswered: u32,
    /// 预约: registered, not cancelled, not invalid.
    pub appointments: u32,
    /// 到诊: credited arrivals.
    pub arrivals: u32,
}

impl Counts {
    /// Whether he stands in the rankings of these days: he had a shift, or filed a report.
    pub fn is_listed(&self) -> bool {
        self.shifts > 0 || self.reports > 0
    }

    /// As a ranking takes them; `unanswered`: whether no-answers count as dialogues.
    pub fn tally(&self, unanswered: bool) -> Tally {
        let more = if unanswered { self.unanswered } else { 0 };
        Tally {
            person: self.person,
            appointments: self.appointments,
            arrivals: self.arrivals,
            dialogues: self.dialogues.saturating_add(more),
        }
    }
}

/// Sums of other days of the same person.
impl Add for Counts {
    type Output = Counts;

    fn add(self, other: Counts) -> Counts {
        Counts {
            person: self.person,
            shifts: self.shifts.saturating_add(other.shifts),
            reports: self.reports.saturating_add(other.reports),
            dialogues: self.dialogues.saturating_add(other.dialogues),
            unanswered: self.unanswered.saturating_add(other.unanswered),
            appointments: self.appointments.saturating_add(other.appointments),
            arrivals: self.arrivals.saturating_add(other.arrivals),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of R-226.
    #[test]
    fn r226_no_answers_count_as_dialogues_where_that_is_set() {
        let counts = Counts {
            person: 1,
            shifts: 5,
            reports: 5,
            dialogues: 48,
            unanswered: 2,
            appointments: 12,
            arrivals: 10,
        };
        assert_eq!(counts.tally(true).rate_basis_points(), Some(2_000));
        assert_eq!(counts.tally(false).rate_basis_points(), Some(2_083));
    }
}
