//! 迟交: what a month's late and missing reports cost, as proposals. A late day is charged in one
//! way only (CV-7), the department's own of that day.

use crate::settings::catalogue::reports::{
    LATE, LATE_FEN, LATE_LIMIT, REPEAT_EVERY, SUMMARY_LATE_POINTS, SUMMARY_POINTS_MAX,
};
use crate::settings::{Book, Value};
use crate::{PersonId, RuleId};
use chrono::{Datelike, NaiveDate};

/// The lines of the tariff for late and missing reports.
pub const CODES: [&str; 3] = ["T-N01", "T-T01", "T-C09"];

/// What is proposed for a late or missing report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Charge {
    /// Which of the month, from 1.
    pub ordinal: u32,
    /// The line of the tariff.
    pub code: &'static str,
    /// In fen; never positive.
    pub fen: i64,
    /// Points; never positive.
    pub points: i64,
    /// By which rule.
    pub rule: RuleId,
}

impl Charge {
    /// What tells it apart for ever: once a person, month and ordinal (CV-7).
    pub fn source(&self, person: PersonId, date: NaiveDate) -> String {
        format!("{}{}", source_prefix(person, date), self.ordinal)
    }
}

/// With what the sources of a person's charges for a month begin.
pub fn source_prefix(person: PersonId, date: NaiveDate) -> String {
    format!("late:{person}:{:04}-{:02}:", date.year(), date.month())
}

/// Everything that a month costs with `count` late or missing days, by the rules of the day on which the last was found.
pub fn charges(book: &Book, date: NaiveDate, count: u32) -> Vec<Charge> {
    let (limit, repeat) = (book.count(&LATE_LIMIT, date).max(1), book.count(&REPEAT_EVERY, date));
    let (code, fen, points, rule, times) = match book.word(&LATE, date) {
        "each_5" => ("T-T01", book.whole(&LATE_FEN, date), 0, "R-005", by_limit(count, limit, repeat)),
        "points_2" => {
            let points = book.whole(&SUMMARY_LATE_POINTS, date);
            let most = book.count(&SUMMARY_POINTS_MAX, date);
            // Each a whole deduction; what would pass the item's maximum is left out.
            let each = u32::try_from(points.unsigned_abs()).unwrap_or(u32::MAX).max(1);
            ("T-C09", 0, points, "R-024", count.min(most / each))
        }
        // The lead's own assessment: nothing of the consultant's.
        "lead_points" => return Vec::new(),
        _ => ("T-N01", book.whole(&LATE_FEN, date), 0, "R-002", by_limit(count, limit, repeat)),
    };
    if fen == 0 && points == 0 {
        return Vec::new();
    }
    (1..=times).map(|ordinal| Charge { ordinal, code, fen, points, rule }).collect()
}

/// What being late costs, as people read it: `满3次提请扣30元（R-002）`.
pub fn consequence(book: &Book, date: NaiveDate) -> String {
    let fen = LATE_FEN.show(Value::Whole(book.whole(&LATE_FEN, date).abs()));
    let points = book.whole(&SUMMARY_LATE_POINTS, date).abs();
    let limit = book.count(&LATE_LIMIT, date).max(1);
    match book.word(&LATE, date) {
        "each_5" => format!("满{limit}次提请扣{fen}（R-005）"),
        "points_2" => format!("每次提请扣{points}分（R-024）"),
        "lead_points" => "记入组长考核（R-247）".to_owned(),
        _ => format!("满{limit}次提请扣{fen}（R-002）"),
    }
}

/// Charges at the limit, and after every `repeat` further days; 0 is once a month.
fn by_limit(count: u32, limit: u32, repeat: u32) -> u32 {
    match (count.checked_sub(limit), repeat) {
        (None, _) => 0,
        (Some(_), 0) => 1,
        (Some(further), every) => 1 + further / every,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::catalogue::reports;
    use crate::settings::{Profile, Setting, Version};

    fn day() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, 27).expect("a date")
    }

    fn book(values: &[(&'static Setting, Value)]) -> Book {
        let mut book = Book::default();
        for (setting, value) in values {
            book.set(setting, Version { from: day(), value: *value });
        }
        book
    }

    fn costs(book: &Book, count: u32) -> (i64, i64) {
        let charges = charges(book, day(), count);
        (charges.iter().map(|charge| charge.fen).sum(), charges.iter().map(|charge| charge.points).sum())
    }

    #[test]
    fn w63_w64_the_third_costs_thirty_yuan_and_the_fourth_nothing() {
        let book = Book::default();
        for (count, fen) in [(0, 0), (1, 0), (2, 0), (3, -3_000), (4, -3_000), (31, -3_000)] {
            assert_eq!(costs(&book, count), (fen, 0), "{count}");
        }
        let third = charges(&book, day(), 3);
        assert_eq!((third[0].code, third[0].rule, third[0].ordinal), ("T-N01", "R-002", 1));
        assert_eq!(third[0].source(7, day()), "late:7:2026-03:1");
    }

    #[test]
    fn r002_it_may_be_charged_again() {
        let book = book(&[(&reports::REPEAT_EVERY, Value::Whole(3))]);
        for (count, times) in [(2, 0), (3, 1), (5, 1), (6, 2), (9, 3)] {
            assert_eq!(costs(&book, count).0, -3_000 * times, "{count}");
        }
    }

    #[test]
    fn r005_the_school_charges_each() {
        let mut school = Book::default();
        for preset in Profile::T.preset() {
            if let Some(setting) = crate::settings::find(preset.key) {
                school.set(setting, Version { from: day(), value: preset.value });
            }
        }
        assert_eq!(costs(&school, 3), (-1_500, 0));
        assert_eq!(charges(&school, day(), 1)[0].rule, "R-005");
    }

    #[test]
    fn r024_points_are_floored_and_r247_is_the_leads() {
        let points = book(&[(&reports::LATE, Value::Word("points_2"))]);
        for (count, expected) in [(1, -2), (5, -10), (6, -10)] {
            assert_eq!(costs(&points, count), (0, expected), "{count}");
        }
        assert_eq!(costs(&book(&[(&reports::LATE, Value::Word("lead_points"))]), 9), (0, 0));
        assert_eq!(consequence(&Book::default(), day()), "满3次提请扣30元（R-002）");
        assert_eq!(consequence(&points, day()), "每次提请扣2分（R-024）");
        assert_eq!(costs(&book(&[(&reports::LATE_FEN, Value::Whole(0))]), 9), (0, 0));
    }
}
