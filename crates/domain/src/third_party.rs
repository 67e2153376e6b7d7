//! 三方单: when an order that a third-party site has dispatched is accepted, entered and remarked in time, when a duplicate is
//! reported in time, when its patient is called, and who watches the sites.

use crate::PersonId;
use crate::calendar::{Calendar, EpochMs, HOUR, MINUTE, shift_days};
use crate::followup::{Cause, NextTask};
use crate::settings::Book;
use crate::settings::catalogue::followups::{
    DAY_END, NUDGE_MINUTES, THIRD_PARTY_1, THIRD_PARTY_2, THIRD_PARTY_3, THIRD_PARTY_4, THIRD_PARTY_5,
    THIRD_PARTY_COUNTED, THIRD_PARTY_MIN,
};
use crate::settings::catalogue::third_party::{
    ACCEPT_COVERS, ACCEPT_FIRST_PING, ACCEPT_MINUTES, ACCEPT_SECOND_PING, DUPLICATE_FIRST_PING,
    DUPLICATE_HOURS, DUPLICATE_SECOND_PING, DUPLICATE_STARTS, LATE_AFTER, NEXT_DAY_AT,
};
use crate::shift::Shift;
use chrono::NaiveDate;

/// What is to be done about an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tick {
    /// 接单.
    Accepted,
    /// 录入: entered in the hospital's system.
    Entered,
    /// 备注: the state remarked on the site.
    Remarked,
    /// 反馈: a duplicate reported to the site.
    Reported,
}

impl Tick {
    /// All of them.
    pub const ALL: [Tick; 4] = [Tick::Accepted, Tick::Entered, Tick::Remarked, Tick::Reported];

    /// The Chinese word, as typed and shown.
    pub fn word(self) -> &'static str {
        match self {
            Tick::Accepted => "接单",
            Tick::Entered => "录入",
            Tick::Remarked => "备注",
            Tick::Reported => "反馈",
        }
    }
}

/// 值守班次: which of the two watches of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Slot {
    /// 早班.
    Early,
    /// 晚班.
    Late,
}

impl Slot {
    /// Both, in order.
    pub const ALL: [Slot; 2] = [Slot::Early, Slot::Late];

    /// The Chinese word, as typed and shown.
    pub fn word(self) -> &'static str {
        match self {
            Slot::Early => "早班",
            Slot::Late => "晚班",
        }
    }

    /// The code in rows and events.
    pub fn code(self) -> &'static str {
        match self {
            Slot::Early => "early",
            Slot::Late => "late",
        }
    }

    /// The slot of a code.
    pub fn of_code(code: &str) -> Option<Slot> {
        Slot::ALL.into_iter().find(|slot| slot.code() == code)
    }
}

/// 值守: somebody who watches the sites.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watch {
    /// On which day.
    pub day: NaiveDate,
    /// In which half of it.
    pub slot: Slot,
    /// Who.
    pub person: PersonId,
}

/// The watches from a day on, so many days, for which nobody stands on the list, or only people who are off.
pub fn uncovered(
    watches: &[Watch],
    from: NaiveDate,
    days: i64,
    is_off: impl Fn(PersonId, NaiveDate) -> bool,
) -> Vec<(NaiveDate, Slot)> {
    let there = |day: NaiveDate, slot: Slot| {
        watches.iter().any(|watch| watch.day == day && watch.slot == slot && !is_off(watch.person, day))
    };
    let all = (0..days).flat_map(|ahead| Slot::ALL.map(|slot| (shift_days(from, ahead), slot)));
    all.filter(|(day, slot)| !there(*day, *slot)).collect()
}

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

/// When an order of `day` is entered and remarked in time: with the acceptance, where the hour covers all steps;
/// else at the end of the shift in which it came, or of the day for whoever has none, and never before the acceptance.
pub fn entry(
    dispatched: EpochMs,
    shift: Option<&Shift>,
    calendar: &Calendar,
    book: &Book,
    day: NaiveDate,
) -> Clock {
    let accept = acceptance(dispatched, book, day);
    if book.word(&ACCEPT_COVERS, day) == "all_steps" {
        return accept;
    }
    let own = shift.filter(|shift| shift.start <= dispatched && dispatched < shift.end);
    let end = own.map_or_else(|| calendar.at(day, book.time(&DAY_END, day)), |shift| shift.end);
    let due = end.max(accept.due);
    let nudge = (due - book.whole(&NUDGE_MINUTES, day) * MINUTE).max(dispatched);
    Clock { first: nudge, second: due, due }
}

/// Whether a planned call that was not made counts against whoever should have made it: not where a plan is enough.
pub fn plan_is_to_be_done(book: &Book, day: NaiveDate) -> bool {
    book.word(&THIRD_PARTY_COUNTED, day) == "done"
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
    fn r384_entry_and_remark_by_shift_end_or_within_the_hour() {
        use crate::settings::{Value, Version};
        use crate::shift::Hours;
        let (calendar, mut book) = (Calendar::default(), Book::default());
        let at = |minute| calendar.at(day(), minute);
        let shift = |hours| Hours::parse(hours).expect("hours").on(&calendar, day(), "班");
        let (early, late) = (shift("08:00-16:00"), shift("16:00-23:30"));
        let due = |book: &Book, minute, shift| {
            let clock = entry(at(minute), shift, &calendar, book, day());
            [clock.first, clock.due].map(|at| calendar.short(at))
        };
        assert_eq!(due(&book, 9 * 60, Some(&early)), ["03-02 15:00", "03-02 16:00"]);
        assert_eq!(
            due(&book, 15 * 60 + 30, Some(&early)),
            ["03-02 15:30", "03-02 16:30"],
            "not before the hour"
        );
        assert_eq!(due(&book, 22 * 60, Some(&late)), ["03-02 22:30", "03-02 23:30"]);
        assert_eq!(due(&book, 9 * 60, None), ["03-02 16:30", "03-02 17:30"]);
        assert_eq!(due(&book, 9 * 60, Some(&late)), ["03-02 16:30", "03-02 17:30"], "not his shift");
        book.set(&ACCEPT_COVERS, Version { from: day(), value: Value::Word("all_steps") });
        assert_eq!(due(&book, 9 * 60, Some(&early)), ["03-02 09:40", "03-02 10:00"]);
    }

    #[test]
    fn r383_a_watch_without_anybody_is_a_gap() {
        let on = |ahead| shift_days(day(), ahead);
        let watch = |ahead, slot, person| Watch { day: on(ahead), slot, person };
        let watches = [
            watch(0, Slot::Early, 1),
            watch(0, Slot::Late, 2),
            watch(1, Slot::Early, 1),
            watch(1, Slot::Early, 3),
        ];
        let gaps = |off: &[(PersonId, i64)]| {
            uncovered(&watches, day(), 2, |person, day| {
                off.iter().any(|(who, on_)| *who == person && on(*on_) == day)
            })
        };
        assert_eq!(gaps(&[]), [(on(1), Slot::Late)]);
        assert_eq!(
            gaps(&[(2, 0), (1, 1)]),
            [(on(0), Slot::Late), (on(1), Slot::Late)],
            "one of two is enough"
        );
        for slot in Slot::ALL {
            assert_eq!(Slot::of_code(slot.code()), Some(slot));
        }
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

    #[test]
    fn r120_planned_days_differ_and_are_never_too_few() {
        use crate::settings::{Value, Version};
        let mut book = Book::default();
        let mut set = |setting, value| book.set(setting, Version { from: day(), value: Value::Whole(value) });
        // The second and third on the day of the first, and seven at the least.
        set(&THIRD_PARTY_2, 1);
        set(&THIRD_PARTY_3, 1);
        set(&THIRD_PARTY_MIN, 7);
        let days: Vec<i64> = plan(&book, day()).iter().map(|task| (task.due - day()).num_days()).collect();
        assert_eq!(days, [1, 2, 3, 15, 30, 45, 60]);
    }

    #[test]
    fn r120_a_plan_is_to_be_done_unless_planning_is_enough() {
        use crate::settings::{Value, Version};
        let mut book = Book::default();
        assert!(plan_is_to_be_done(&book, day()));
        book.set(&THIRD_PARTY_COUNTED, Version { from: day(), value: Value::Word("planned") });
        assert!(!plan_is_to_be_done(&book, day()));
    }
}
