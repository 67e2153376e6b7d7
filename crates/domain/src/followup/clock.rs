//! 保护期提醒: before the protection and the three months end, and when the protection has ended.

use crate::attribution::{Protection, days_left};
use crate::settings::Book;
use crate::settings::catalogue::attribution::CLAIM_WARN_DAYS;
use chrono::NaiveDate;

/// Which clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// 90天.
    NinetyDays,
    /// 三个月.
    ThreeMonths,
}

impl Which {
    /// The code in events.
    pub fn code(self) -> &'static str {
        match self {
            Which::NinetyDays => "ninety_days",
            Which::ThreeMonths => "three_months",
        }
    }
}

/// What is to be announced of an appointment whose patient has not come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// To the owner: so many days are left.
    Soon(Which, u32),
    /// To the owner: today is the last protected day.
    LastDay,
    /// To all: anybody may follow up now.
    Released,
}

impl Notice {
    /// Tells notices of one appointment and clock apart; each is given once.
    pub fn key(self) -> &'static str {
        match self {
            Notice::Soon(Which::NinetyDays, _) => "soon",
            Notice::Soon(Which::ThreeMonths, _) => "three_months",
            Notice::LastDay => "last_day",
            Notice::Released => "released",
        }
    }
}

/// What is due on `today`, whether or not it was announced before: a day on which nothing ran is made up for by the next.
/// The three months are announced apart only where they end on another day than the protection.
pub fn notices(clocks: Protection, book: &Book, today: NaiveDate) -> Vec<Notice> {
    let soon = book.count(&CLAIM_WARN_DAYS, today);
    let mut due = Vec::new();
    match days_left(clocks.until, today) {
        Some(0) => due.push(Notice::LastDay),
        Some(left) if left <= soon => due.push(Notice::Soon(Which::NinetyDays, left)),
        Some(_) => {}
        None => due.push(Notice::Released),
    }
    if clocks.credit_until != clocks.until {
        let left = days_left(clocks.credit_until, today);
        due.extend(left.filter(|left| *left <= soon).map(|left| Notice::Soon(Which::ThreeMonths, left)));
    }
    due
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r127_day_83_day_90_and_seven_days_before_the_three_months() {
        let d = |text: &str| text.parse::<NaiveDate>().expect("a date");
        // Entered on 2025-03-01.
        let clocks = Protection { until: d("2025-05-30"), credit_until: d("2025-06-01") };
        let three = |left| Notice::Soon(Which::ThreeMonths, left);
        let cases = [
            ("2025-05-22", vec![]),
            ("2025-05-23", vec![Notice::Soon(Which::NinetyDays, 7)]),
            ("2025-05-25", vec![Notice::Soon(Which::NinetyDays, 5), three(7)]),
            ("2025-05-30", vec![Notice::LastDay, three(2)]),
            ("2025-05-31", vec![Notice::Released, three(1)]),
            ("2025-06-01", vec![Notice::Released, three(0)]),
            ("2025-06-02", vec![Notice::Released]),
        ];
        for (today, expected) in cases {
            assert_eq!(notices(clocks, &Book::default(), d(today)), expected, "{today}");
        }
        let equal = Protection { until: d("2026-03-01"), credit_until: d("2026-03-01") };
        assert_eq!(notices(equal, &Book::default(), d("2026-03-01")), [Notice::LastDay]);
    }
}
