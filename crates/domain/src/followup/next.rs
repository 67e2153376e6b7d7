//! What an outcome leads to: nothing more, or the next task with its day.

use super::outcome::{Cause, Outcome};
use crate::RuleId;
use crate::calendar::shift_days;
use crate::settings::Book;
use crate::settings::catalogue::followups::{
    CONSIDER_DAYS, CONSIDER_NUDGE, NO_SHOW_DAYS, UNREACHED_DAYS, UNREACHED_LIMIT,
};
use chrono::NaiveDate;

/// A day that was chosen for the next call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// The day.
    pub day: NaiveDate,
    /// Whether a reason to put it off was given.
    pub put_off: bool,
}

/// A task to be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NextTask {
    /// What for.
    pub cause: Cause,
    /// The last day, whole, on which it is in time.
    pub due: NaiveDate,
    /// The day of a reminder before it.
    pub nudge: Option<NaiveDate>,
    /// How often in a row nobody was reached.
    pub unreached: u32,
    /// Whether it is the lead's, because the owner reached nobody for too long.
    pub with_lead: bool,
}

/// Why a day cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It does not lie ahead.
    NotAhead,
    /// It lies after the last day in time, and no reason was given.
    TooLate {
        /// The last day in time.
        last: NaiveDate,
    },
}

impl Refused {
    /// The rule that says no, when one does.
    pub fn rule(self) -> Option<RuleId> {
        matches!(self, Refused::TooLate { .. }).then_some("R-110")
    }
}

/// What follows from an outcome on `today`, after `unreached` calls in a row that reached nobody: the next task, or `None`
/// when this ends it. Of a day that was chosen only what a considering patient asked for counts.
///
/// # Errors
/// Why the chosen day cannot be taken.
pub fn after(
    outcome: Outcome,
    unreached: u32,
    chosen: Option<Chosen>,
    book: &Book,
    today: NaiveDate,
) -> Result<Option<NextTask>, Refused> {
    match outcome {
        Outcome::Considering => {
            let last = shift_days(today, i64::from(book.count(&CONSIDER_DAYS, today)));
            let due = match chosen {
                None => last,
                Some(chosen) if chosen.day <= today => return Err(Refused::NotAhead),
                Some(chosen) if chosen.day > last && !chosen.put_off => {
                    return Err(Refused::TooLate { last });
                }
                Some(chosen) => chosen.day,
            };
            let nudge = shift_days(today, i64::from(book.count(&CONSIDER_NUDGE, today)));
            Ok(Some(NextTask {
                cause: Cause::Considering,
                due,
                nudge: (nudge < due).then_some(nudge),
                unreached: 0,
                with_lead: false,
            }))
        }
        Outcome::Unreached => {
            let unreached = unreached.saturating_add(1);
            Ok(Some(NextTask {
                cause: Cause::Unreached,
                due: shift_days(today, i64::from(book.count(&UNREACHED_DAYS, today))),
                nudge: None,
                unreached,
                with_lead: unreached >= book.count(&UNREACHED_LIMIT, today),
            }))
        }
        Outcome::Arrived
        | Outcome::Rebooked
        | Outcome::OnTheWay
        | Outcome::Cancelled
        | Outcome::Invalid
        | Outcome::Contacted => Ok(None),
    }
}

/// The task for somebody who talked with us on `today` and gave a reason not to book: as if he thought it over.
pub fn reason_given(book: &Book, today: NaiveDate) -> NextTask {
    let due = shift_days(today, i64::from(book.count(&CONSIDER_DAYS, today)));
    let nudge = shift_days(today, i64::from(book.count(&CONSIDER_NUDGE, today)));
    NextTask {
        cause: Cause::ReasonGiven,
        due,
        nudge: (nudge < due).then_some(nudge),
        unreached: 0,
        with_lead: false,
    }
}

/// The task for a patient who did not come on the day of his visit, opened on `today`. Where it could not be opened in
/// time, nobody is too late by that.
pub fn no_show(visit: NaiveDate, book: &Book, today: NaiveDate) -> NextTask {
    let due = shift_days(visit, i64::from(book.count(&NO_SHOW_DAYS, visit)));
    NextTask { cause: Cause::NoShow, due: due.max(today), nudge: None, unreached: 0, with_lead: false }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Value, Version};
    use proptest::prelude::*;

    fn d(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn chosen(day: &str, put_off: bool) -> Option<Chosen> {
        Some(Chosen { day: d(day), put_off })
    }

    #[test]
    fn w42_r110_thinking_it_over_is_due_on_the_fifth_day() {
        let book = Book::default();
        let next = |chosen| after(Outcome::Considering, 2, chosen, &book, d("2025-03-03"));
        let task = next(None).expect("taken").expect("a task");
        assert_eq!((task.due, task.nudge), (d("2025-03-08"), Some(d("2025-03-06"))));
        assert_eq!((task.unreached, task.with_lead, task.cause), (0, false, Cause::Considering));
        let due = |chosen| next(chosen).map(|task| task.map(|task| (task.due, task.nudge.is_some())));
        assert_eq!(due(chosen("2025-03-04", false)), Ok(Some((d("2025-03-04"), false))));
        assert_eq!(due(chosen("2025-03-06", false)), Ok(Some((d("2025-03-06"), false))));
        assert_eq!(due(chosen("2025-03-07", false)), Ok(Some((d("2025-03-07"), true))));
        assert_eq!(due(chosen("2025-03-08", false)), Ok(Some((d("2025-03-08"), true))));
        assert_eq!(due(chosen("2025-03-09", false)), Err(Refused::TooLate { last: d("2025-03-08") }));
        assert_eq!(due(chosen("2025-03-09", true)), Ok(Some((d("2025-03-09"), true))));
        assert_eq!(due(chosen("2025-03-03", true)), Err(Refused::NotAhead));
    }

    #[test]
    fn r109_unreached_is_due_on_the_next_calendar_day_and_the_fifth_goes_to_the_lead() {
        let book = Book::default();
        // A Friday: the next calendar day is the Saturday.
        let friday = d("2026-03-06");
        for (before, with_lead) in [(0, false), (3, false), (4, true), (9, true)] {
            let task =
                after(Outcome::Unreached, before, None, &book, friday).expect("taken").expect("a task");
            assert_eq!(
                (task.due, task.unreached, task.with_lead),
                (d("2026-03-07"), before + 1, with_lead),
                "after {before}"
            );
        }
        let mut book = Book::default();
        book.set(&UNREACHED_LIMIT, Version { from: friday, value: Value::Whole(1) });
        let task = after(Outcome::Unreached, 0, None, &book, friday).expect("taken").expect("a task");
        assert!(task.with_lead);
    }

    #[test]
    fn r105_r111_the_other_outcomes_end_it() {
        for outcome in [
            Outcome::Arrived,
            Outcome::Rebooked,
            Outcome::OnTheWay,
            Outcome::Cancelled,
            Outcome::Invalid,
            Outcome::Contacted,
        ] {
            assert_eq!(after(outcome, 3, None, &Book::default(), d("2026-03-02")), Ok(None), "{outcome:?}");
        }
    }

    #[test]
    fn r105_a_no_show_is_due_the_day_after_and_never_before_it_could_be_opened() {
        let book = Book::default();
        let due = |today| no_show(d("2026-03-02"), &book, d(today)).due;
        assert_eq!(due("2026-03-03"), d("2026-03-03"));
        assert_eq!(due("2026-03-06"), d("2026-03-06"), "the program was down for three days");
    }

    proptest! {
        #[test]
        fn a_next_task_always_lies_ahead(
            which in 0usize..8, unreached in 0u32..40, ahead in -3i64..12, put_off: bool, any: bool,
        ) {
            let today = d("2026-03-02");
            let chosen = any.then(|| Chosen { day: shift_days(today, ahead), put_off });
            if let Ok(Some(task)) = after(Outcome::ALL[which], unreached, chosen, &Book::default(), today) {
                prop_assert!(task.due > today);
                prop_assert!(task.nudge.is_none_or(|nudge| today < nudge && nudge < task.due));
            }
        }
    }
}
