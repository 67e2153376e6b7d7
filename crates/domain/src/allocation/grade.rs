//! 等级: senior, medium and ordinary, by the week's arrivals against their average.

use crate::settings::catalogue::ranking::{
    COUNT_TRIAL, MEDIUM_LOWER, MIN_SHIFTS, ORDINARY_BELOW, QUOTA_MEDIUM, QUOTA_ORDINARY, QUOTA_SENIOR,
    SENIOR_ABOVE,
};
use crate::settings::{Book, Setting};
use crate::{PersonId, RuleId};
use chrono::NaiveDate;

/// A grade.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Grade {
    /// 普通, and 初级.
    Ordinary,
    /// 中级.
    Medium,
    /// 高级.
    Senior,
}

impl Grade {
    /// All of them, the highest first.
    pub const ALL: [Grade; 3] = [Grade::Senior, Grade::Medium, Grade::Ordinary];

    /// As events and rows say it.
    pub fn code(self) -> &'static str {
        match self {
            Grade::Senior => "senior",
            Grade::Medium => "middle",
            Grade::Ordinary => "ordinary",
        }
    }

    /// The grade of a code.
    pub fn of_code(code: &str) -> Option<Grade> {
        Grade::ALL.into_iter().find(|grade| grade.code() == code)
    }

    /// As people read it.
    pub fn word(self) -> &'static str {
        match self {
            Grade::Senior => "高级",
            Grade::Medium => "中级",
            Grade::Ordinary => "普通",
        }
    }

    /// Dialogues of a round.
    pub fn quota(self, book: &Book, day: NaiveDate) -> u32 {
        let setting: &Setting = match self {
            Grade::Senior => &QUOTA_SENIOR,
            Grade::Medium => &QUOTA_MEDIUM,
            Grade::Ordinary => &QUOTA_ORDINARY,
        };
        book.count(setting, day)
    }
}

/// Somebody's week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Worked {
    /// Who.
    pub person: PersonId,
    /// Credited arrivals of the week.
    pub arrivals: u32,
    /// Shifts of the week.
    pub shifts: u32,
    /// On trial.
    pub trial: bool,
    /// The grade so far.
    pub before: Option<Grade>,
}

/// The grade of somebody for the coming week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Graded {
    /// Who.
    pub person: PersonId,
    /// Credited arrivals of the week.
    pub arrivals: u32,
    /// The grade.
    pub grade: Grade,
    /// Whether he is in the average; who is not keeps what he had.
    pub counted: bool,
    /// The rule that decided.
    pub rule: RuleId,
}

/// A whole, in hundredths of a percent.
const WHOLE: u64 = 10_000;

/// Grades everybody, by the rules of a day. Whoever had too few shifts, or is on trial, is not in the average and keeps
/// his grade, ordinary without one; when nobody had an arrival everybody does. The order says nothing.
pub fn grades(week: &[Worked], book: &Book, day: NaiveDate) -> Vec<Graded> {
    let least = book.count(&MIN_SHIFTS, day);
    let counts = |one: &Worked| one.shifts >= least && (!one.trial || book.is_on(&COUNT_TRIAL, day));
    let counted: Vec<&Worked> = week.iter().filter(|one| counts(one)).collect();
    let people = counted.len() as u64;
    let total: u64 = counted.iter().map(|one| u64::from(one.arrivals)).sum();
    let above = WHOLE + u64::from(book.count(&SENIOR_ABOVE, day));
    let below = WHOLE.saturating_sub(u64::from(book.count(&ORDINARY_BELOW, day)));
    let lower_is_medium = book.is_on(&MEDIUM_LOWER, day);
    week.iter()
        .map(|one| {
            let Worked { person, arrivals, before, .. } = *one;
            let kept = before.unwrap_or(Grade::Ordinary);
            if !counts(one) || total == 0 {
                return Graded { person, arrivals, grade: kept, counted: false, rule: "R-206" };
            }
            // own / (total / people), in hundredths of a percent, without dividing.
            let own = u64::from(arrivals) * people * WHOLE;
            let (grade, rule) = if own >= above * total {
                (Grade::Senior, "R-207")
            } else if own > below * total || (lower_is_medium && own == below * total) {
                (Grade::Medium, "R-208")
            } else {
                (Grade::Ordinary, "R-209")
            };
            Graded { person, arrivals, grade, counted: true, rule }
        })
        .collect()
}
