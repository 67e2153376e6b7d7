//! 旷工: what a shift without approved leave, report and word costs. It is proposed, never booked.

use super::share::Share;
use crate::RuleId;
use crate::settings::Book;
use crate::settings::catalogue::attendance::{ABSENCE_DAY, ABSENCE_MODE, ABSENCE_PRO_RATA};
use chrono::NaiveDate;

/// The line of the tariff.
pub const CODE: &str = "T-N06";

/// An absence, as it is proposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Absence {
    /// Days, in halves: at least one.
    pub halves: u32,
    /// What it costs, fen, not above 0; 0 where the department counts it otherwise.
    pub fen: i64,
    /// The rule.
    pub rule: RuleId,
}

impl Absence {
    /// What is left of it when so many halves were proposed before; `None` when nothing is.
    pub fn beyond(self, proposed: u32, book: &Book, day: NaiveDate) -> Option<Absence> {
        let before = if proposed == 0 { 0 } else { cost(proposed, book, day) };
        (self.halves > proposed).then(|| Absence {
            halves: self.halves - proposed,
            fen: self.fen - before,
            rule: self.rule,
        })
    }
}

fn cost(halves: u32, book: &Book, day: NaiveDate) -> i64 {
    let per_day = book.whole(&ABSENCE_DAY, day);
    match (book.word(&ABSENCE_MODE, day), book.is_on(&ABSENCE_PRO_RATA, day)) {
        ("per_day", true) => per_day * i64::from(halves) / 2,
        ("per_day", false) => per_day * i64::from(halves.div_ceil(2)),
        _ => 0,
    }
}

/// What is missing of a shift without leave, by the rules of its day; `None` when nothing is. A begun half is a half.
pub fn absence(missing: Share, book: &Book, day: NaiveDate) -> Option<Absence> {
    if missing.is_none() {
        return None;
    }
    let whole = missing.whole_halves();
    let halves = if Share::halves(whole) == missing { whole } else { whole + 1 };
    Some(Absence { halves, fen: cost(halves, book, day), rule: "R-135" })
}
