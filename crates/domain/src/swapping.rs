//! 换班: who grants a swap of shifts, and what one without consent costs each of the two.

use crate::Role;
use crate::settings::Book;
use crate::settings::catalogue::rota::{SWAP_AMOUNT, SWAP_APPROVER};
use crate::settings::catalogue::scoring_tariff::FINE_LEAD_FACTOR;
use chrono::NaiveDate;

/// The line of the tariff for a swap without consent.
pub const SWAP_CODE: &str = "T-I09";

/// The whole of a factor, in hundredths of a percent.
const WHOLE: i64 = 10_000;

/// Who grants a swap on a day: 组长, 主管, or 办公室, which is whoever administers the department (管理员).
pub fn approver(book: &Book, day: NaiveDate) -> Role {
    match book.word(&SWAP_APPROVER, day) {
        "supervisor" => Role::Supervisor,
        "office" => Role::Admin,
        _ => Role::Lead,
    }
}

/// What somebody pays for having swapped without consent, fen, by the rules of that day: not above 0, and 0 where the
/// department asks nothing for it. A lead pays by his own factor.
pub fn unapproved(lead: bool, book: &Book, day: NaiveDate) -> i64 {
    let amount = book.whole(&SWAP_AMOUNT, day);
    if lead { amount * book.whole(&FINE_LEAD_FACTOR, day) / WHOLE } else { amount }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Setting, Value, Version};

    fn day() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, 10).expect("a date")
    }

    fn book(setting: &'static Setting, value: Value) -> Book {
        let mut book = Book::default();
        book.set(setting, Version { from: day(), value });
        book
    }

    #[test]
    fn both_pay_for_a_swap_without_consent_w_61() {
        let usual = Book::default();
        assert_eq!([unapproved(false, &usual, day()), unapproved(true, &usual, day())], [-3_000, -3_000]);
        let doubled = book(&FINE_LEAD_FACTOR, Value::Whole(20_000));
        assert_eq!([unapproved(false, &doubled, day()), unapproved(true, &doubled, day())], [-3_000, -6_000]);
        assert_eq!(unapproved(true, &book(&SWAP_AMOUNT, Value::Whole(0)), day()), 0);
    }

    #[test]
    fn the_department_says_who_grants_it_r_163_r_186() {
        assert_eq!(approver(&Book::default(), day()), Role::Lead);
        for (word, role) in [("supervisor", Role::Supervisor), ("office", Role::Admin)] {
            assert_eq!(approver(&book(&SWAP_APPROVER, Value::Word(word)), day()), role);
        }
    }
}
