//! 计数: what an arrival counts for besides the credit.

use crate::settings::{Book, catalogue};
use chrono::NaiveDate;

/// Whether an arrival stands in the success rate (成功率), by the day of the arrival: consultation without consumption does
/// not. `spend` in fen; `None` while it is not known.
pub fn counts_as_success(spend: Option<i64>, book: &Book, day: NaiveDate) -> bool {
    !book.is_on(&catalogue::arrivals::SUCCESS_NEEDS_SPEND, day) || spend.is_some_and(|fen| fen > 0)
}

/// The arrivals of a month for pay, after dialogues that were closed early on the ground of going off duty;
/// `findings` are the days on which they happened, each counted by the rule of its day. Never below 0.
pub fn month_total(arrivals: u32, findings: &[NaiveDate], book: &Book) -> u32 {
    let each = |day: &NaiveDate| book.whole(&catalogue::arrivals::CLOSED_EARLY, *day);
    let total = i64::from(arrivals) + findings.iter().map(each).sum::<i64>();
    u32::try_from(total.max(0)).unwrap_or(arrivals)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Value, Version};

    fn day() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, 2).expect("a date")
    }

    #[test]
    fn success_needs_consumption_r_081() {
        let mut all = Book::default();
        let value = Value::Switch(false);
        all.set(&catalogue::arrivals::SUCCESS_NEEDS_SPEND, Version { from: day(), value });
        let cases =
            [(Some(1), true, true), (Some(0), false, true), (Some(-100), false, true), (None, false, true)];
        for (spend, expected, without) in cases {
            assert_eq!(counts_as_success(spend, &Book::default(), day()), expected, "{spend:?}");
            assert_eq!(counts_as_success(spend, &all, day()), without, "{spend:?}");
        }
    }

    #[test]
    fn dialogues_closed_early_cost_arrivals_r_082() {
        for (arrivals, findings, expected) in [(26, 2, 24), (26, 0, 26), (1, 2, 0), (0, 1, 0)] {
            let total = month_total(arrivals, &vec![day(); findings], &Book::default());
            assert_eq!(total, expected, "{arrivals} − {findings}");
        }
    }
}
