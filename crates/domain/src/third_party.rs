//! 三方单: when an order that a third-party site has dispatched is accepted in time, when a duplicate is reported in time, and
//! when its patient is called.

use crate::calendar::{Calendar, EpochMs, HOUR, MINUTE, shift_days};
use crate::followup::{Cause, NextTask};
use crate::settings::Book;
use crate::settings::catalogue::followups::{
    THIRD_PARTY_1, THIRD_PARTY_2, THIRD_PARTY_3, THIRD_PARTY_4, THIRD_PARTY_5, THIRD_PARTY_MIN,
};
use crate::settings::catalogue::third_party::{
    ACCEPT_FIRST_PING, ACCEPT_MINUTES, ACCEPT_SECOND_PING, DUPLICATE_FIRST_PING, DUPLICATE_HOURS,
    DUPLICATE_SECOND_PING, DUPLICATE_STARTS, LATE_AFTER, NEXT_DAY_AT,
};
use chrono::NaiveDate;

/// Two reminders and the last instant in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// The first reminder.
    pub first: EpochMs,
    /// The second.
    pub second: EpochMs,
    /// The last instant, itself in time.
    pub due: EpochMs,
}

/// When an order of `day` is accepted in time.
pub fn acceptance(dispatched: EpochMs, book: &Book, day: NaiveDate) -> Clock {
    let after = |setting| dispatched + book.whole(setting, day) * MINUTE;
    Clock {
        first: after(&ACCEPT_FIRST_PING),
        second: after(&ACCEPT_SECOND_PING),
        due: after(&ACCEPT_MINUTES),
    }
}

/// When a duplicate of `day` is reported in time.
pub fn duplicate(dispatched: EpochMs, found: EpochMs, book: &Book, day: NaiveDate) -> Clock {
    let start = if book.word(&DUPLICATE_STARTS, day) == "discovery" { found } else { dispatched };
    let after = |setting| start + book.whole(setting, day) * HOUR;
    Clock {
        first: after(&DUPLICATE_FIRST_PING),
        second: after(&DUPLICATE_SECOND_PING),
        due: after(&DUPLICATE_HOURS),
    }
}

/// When the patient of an order that came too late in the evening is called instead: `None` up to and including the
/// minute that is not yet late.
pub fn call_next_day(dispatched: EpochMs, calendar: &Calendar, book: &Book) -> Option<EpochMs> {
    let day = calendar.date(dispatched);
    let late = dispatched > calendar.at(day, book.time(&LATE_AFTER, day));
    late.then(|| calendar.at(shift_days(day, 1), book.time(&NEXT_DAY_AT, day)))
}

/// Days between the calls that a higher least number adds.
const STEP: i64 = 15;

/// The follow-ups that are planned with an order of `day`: in order, on different days, never fewer than the least.
pub fn plan(book: &Book, day: NaiveDate) -> Vec<NextTask> {
    let steps = [&THIRD_PARTY_1, &THIRD_PARTY_2, &THIRD_PARTY_3, &THIRD_PARTY_4, &THIRD_PARTY_5];
    let mut days: Vec<i64> = steps.into_iter().map(|step| book.whole(step, day)).collect();
    days.sort_unstable();
    for index in 1..days.len() {
        days[index] = days[index].max(days[index - 1] + 1);
    }
    while i64::try_from(days.len()).unwrap_or(i64::MAX) < book.whole(&THIRD_PARTY_MIN, day) {
        days.push(days.last().copied().unwrap_or(0) + STEP);
    }
    let task = |after| NextTask {
        cause: Cause::ThirdParty,
        due: shift_days(day, after),
        nudge: None,
        unreached: 0,
        with_lead: false,
    };
    days.into_iter().map(task).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day() -> NaiveDate {
        "2026-03-02".parse().expect("a date")
    }

    #[test]
    fn r384_sixty_minutes_are_in_time() {
        let clock = acceptance(0, &Book::default(), day());
        assert_eq!(
            [clock.first, clock.second, clock.due].map(|at| at / MINUTE),
            [40, 55, 60],
            "reminders at 40 and 55 minutes"
        );
    }

    #[test]
    fn r385_ten_in_the_evening_is_not_yet_late() {
        let (calendar, book) = (Calendar::default(), Book::default());
        let at = calendar.at(day(), 22 * 60);
        assert_eq!(call_next_day(at, &calendar, &book), None);
        let next = calendar.at(shift_days(day(), 1), 10 * 60);
        assert_eq!(call_next_day(at + 1, &calendar, &book), Some(next));
    }

    #[test]
    fn r386_a_duplicate_is_timed_from_the_dispatch() {
        let clock = duplicate(0, 5 * HOUR, &Book::default(), day());
        assert_eq!([clock.first, clock.second, clock.due].map(|at| at / HOUR), [8, 11, 12]);
    }

    #[test]
    fn r120_five_calls_are_planned() {
        let plan = plan(&Book::default(), day());
        let days: Vec<i64> = plan.iter().map(|task| (task.due - day()).num_days()).collect();
        assert_eq!(days, [1, 3, 7, 15, 30]);
    }
}
