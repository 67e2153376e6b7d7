//! 到诊时间: what may be said of when somebody came.

use crate::calendar::{Calendar, EpochMs, shift_days};
use crate::settings::{Book, catalogue};

/// Why a time of arrival is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadArrivalTime {
    /// Nobody has come yet at that time.
    Future,
    /// Longer ago than the department records afterwards; how many days it does.
    TooOld(i64),
}

/// Whether an arrival at `at` may be recorded at `now`: never ahead, and afterwards only for some days. Days count by the
/// calendar, and the setting is that of the day on which it is recorded.
///
/// # Errors
/// Why not.
pub fn may_have_come(
    at: EpochMs,
    now: EpochMs,
    calendar: &Calendar,
    book: &Book,
) -> Result<(), BadArrivalTime> {
    let today = calendar.date(now);
    let days = book.whole(&catalogue::arrivals::BACKDATE_DAYS, today);
    if at > now {
        return Err(BadArrivalTime::Future);
    }
    if calendar.date(at) < shift_days(today, -days) { Err(BadArrivalTime::TooOld(days)) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{DAY, MINUTE};
    use crate::settings::{Value, Version};

    #[test]
    fn an_arrival_lies_in_the_past_and_not_far_back() {
        let calendar = Calendar::default();
        let now = calendar.at("2026-03-05".parse().expect("a date"), 10 * 60);
        let book = Book::default();
        let cases = [
            (now, Ok(())),
            (now + 1, Err(BadArrivalTime::Future)),
            (now - 10 * 60 * MINUTE, Ok(())),
            (now - 3 * DAY, Ok(())),
            (now - 3 * DAY - 10 * 60 * MINUTE, Ok(())),
            (now - 3 * DAY - 10 * 60 * MINUTE - 1, Err(BadArrivalTime::TooOld(3))),
        ];
        for (at, expected) in cases {
            assert_eq!(may_have_come(at, now, &calendar, &book), expected, "{at}");
        }
        let mut none = Book::default();
        let version = Version { from: calendar.date(now - 9 * DAY), value: Value::Whole(0) };
        none.set(&catalogue::arrivals::BACKDATE_DAYS, version);
        assert_eq!(may_have_come(now - MINUTE, now, &calendar, &none), Ok(()));
        assert_eq!(may_have_come(now - DAY, now, &calendar, &none), Err(BadArrivalTime::TooOld(0)));
    }
}
