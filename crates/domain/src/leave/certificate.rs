//! 证明: until when the paper for a sick leave is waited for.

use crate::calendar::shift_days;
use crate::settings::Book;
use crate::settings::catalogue::leave::CERTIFICATE_DAYS;
use chrono::NaiveDate;

/// The last day on which the paper is in time: so many days after the return, by the rules of the leave's last day. What was
/// entered when it was over counts from the day on which it was granted.
pub fn certificate_due(last: NaiveDate, granted_afterwards: Option<NaiveDate>, book: &Book) -> NaiveDate {
    let back = shift_days(last, 1).max(granted_afterwards.unwrap_or(last));
    shift_days(back, book.whole(&CERTIFICATE_DAYS, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn three_days_after_the_return_w_51() {
        let usual = Book::default();
        assert_eq!(certificate_due(d("2026-03-10"), None, &usual), d("2026-03-14"));
        // Entered and granted on the day of the return: the same; granted later, later.
        for (granted, due) in [("2026-03-11", "2026-03-14"), ("2026-03-13", "2026-03-16")] {
            assert_eq!(certificate_due(d("2026-03-10"), Some(d(granted)), &usual), d(due), "{granted}");
        }
    }
}
