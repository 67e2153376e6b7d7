//! 登记时限: fifteen minutes from the agreement to the register, or to the end of the shift with the supervisor's leave.

use crate::RuleId;
use crate::calendar::{Calendar, EpochMs, MINUTE, next_day};
use crate::settings::{Book, catalogue};
use crate::shift::Shift;

/// The supervisor's leave (主管批准) to register later that day. A lead cannot give it; whoever asks checks that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extension {
    /// When it was given.
    pub approved: EpochMs,
    /// First instant off duty of the shift in which the appointment was agreed; `None` without a rota.
    pub shift_end: Option<EpochMs>,
}

/// What leave to register later is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// First instant of the agreements that it is for.
    pub from: EpochMs,
    /// Their last instant.
    pub to: EpochMs,
    /// First instant at which it is over: the end of the own shift, or 24:00 without a rota.
    pub over_at: EpochMs,
}

impl Asked {
    /// What is asked for at `asked`: the appointments agreed in the minute of `named`, or, when none is named,
    /// everything agreed in the shift so far. `latest` is the shift that somebody was on last at the agreement, `of_day`
    /// the one of its day; what was agreed before the shift begins belongs to it too.
    pub fn of(
        asked: EpochMs,
        named: Option<EpochMs>,
        latest: Option<&Shift>,
        of_day: Option<&Shift>,
        calendar: &Calendar,
    ) -> Asked {
        let agreed = named.unwrap_or(asked);
        let day = calendar.date(agreed);
        let shift = latest.filter(|shift| shift.covers(agreed)).or(of_day);
        let begin = shift.map_or(EpochMs::MAX, |shift| shift.start).min(calendar.midnight(day));
        let minute = agreed.div_euclid(MINUTE) * MINUTE;
        let (from, to) = match named {
            Some(_) => (minute, minute + MINUTE - 1),
            None => (begin, asked),
        };
        let over_at = shift.map_or_else(|| calendar.midnight(next_day(day)), |shift| shift.end);
        Asked { from, to, over_at }
    }

    /// Whether it is for what was agreed at that instant.
    pub fn is_for(&self, agreed: EpochMs) -> bool {
        self.from <= agreed && agreed <= self.to
    }

    /// Whether nothing can be registered under it any more.
    pub fn is_over(&self, now: EpochMs) -> bool {
        now >= self.over_at
    }
}

/// Whether an appointment was registered in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// When late: minutes from the agreement to the registration, a begun one counted whole.
    pub late_minutes: Option<u32>,
    /// The last instant in time.
    pub deadline: EpochMs,
    /// when the supervisor's leave decided.
    pub rule: RuleId,
}

/// Judges an appointment agreed at `agreed` (约定) and registered at `registered`, by the rules of the day of the
/// agreement. The last minute is in time to its exact end. With leave that was given before the registration it
/// is in time before the shift's end, strictly, or until 24:00 without a rota (R-032, CV-1, CV-4).
pub fn timing(
    agreed: EpochMs,
    registered: EpochMs,
    extension: Option<Extension>,
    calendar: &Calendar,
    book: &Book,
) -> Timing {
    let day = calendar.date(agreed);
    let minutes = EpochMs::from(book.count(&catalogue::appointments::ENTRY_MINUTES, day));
    let limit = agreed.saturating_add(minutes * MINUTE);
    let extended = extension.filter(|extension| extension.approved <= registered).map(|extension| {
        let end = extension.shift_end.unwrap_or_else(|| calendar.midnight(next_day(day)));
        end.saturating_sub(1).max(limit)
    });
    let deadline = extended.unwrap_or(limit);
    let late_minutes = (registered > deadline).then(|| {
        let delay = registered.saturating_sub(agreed);
        u32::try_from(delay.saturating_add(MINUTE - 1) / MINUTE).unwrap_or(u32::MAX)
    });
    let rule = if extended.is_some() && registered > limit { "R-032" } else { "R-031" };
    Timing { late_minutes, deadline, rule }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Value, Version};
    use proptest::prelude::*;

    /// An instant of 2 March 2026 in the department's zone.
    fn at(hour: i64, minute: i64, second: i64) -> EpochMs {
        let day = chrono::NaiveDate::from_ymd_opt(2026, 3, 2).expect("a date");
        Calendar::default().midnight(day) + (hour * 3600 + minute * 60 + second) * 1000
    }

    fn judge(agreed: EpochMs, registered: EpochMs, extension: Option<Extension>) -> (Option<u32>, RuleId) {
        let timing = timing(agreed, registered, extension, &Calendar::default(), &Book::default());
        (timing.late_minutes, timing.rule)
    }

    #[test]
    fn fifteen_minutes_are_in_time_to_their_end_r_031() {
        let cases = [
            (at(10, 0, 0), None),
            (at(10, 14, 59), None),
            (at(10, 15, 0), None),
            (at(10, 15, 0) + 1, Some(16)),
            (at(10, 15, 1), Some(16)),
            (at(10, 16, 0), Some(16)),
            (at(10, 20, 0), Some(20)),
            (at(34, 0, 0), Some(1440)),
            // Agreed later than registered is a mistyped time, and late it is not.
            (at(9, 0, 0), None),
        ];
        for (registered, late) in cases {
            assert_eq!(judge(at(10, 0, 0), registered, None), (late, "R-031"), "{registered}");
        }
    }

    #[test]
    fn with_the_supervisors_leave_before_the_shift_ends_r_032() {
        let leave = |approved, end| Some(Extension { approved, shift_end: end });
        let (agreed, end) = (at(10, 0, 0), Some(at(16, 0, 0)));
        let cases = [
            (at(10, 15, 0), leave(at(10, 5, 0), end), None, "R-031"),
            (at(10, 40, 0), leave(at(10, 5, 0), end), None, "R-032"),
            (at(16, 0, 0) - 1, leave(at(10, 5, 0), end), None, "R-032"),
            (at(16, 0, 0), leave(at(10, 5, 0), end), Some(360), "R-032"),
            // Leave after the fact is none.
            (at(10, 40, 0), leave(at(11, 0, 0), end), Some(40), "R-031"),
            // Without a rota until 24:00.
            (at(24, 0, 0) - 1, leave(at(10, 5, 0), None), None, "R-032"),
            (at(24, 0, 0), leave(at(10, 5, 0), None), Some(840), "R-032"),
            // A late shift may end on the next date (CV-3).
            (at(24, 10, 0), leave(at(10, 5, 0), Some(at(24, 30, 0))), None, "R-032"),
        ];
        for (registered, extension, late, rule) in cases {
            assert_eq!(judge(agreed, registered, extension), (late, rule), "{registered} {extension:?}");
        }
        // Agreed five minutes before the end: leave does not shorten the fifteen minutes.
        let close = at(15, 55, 0);
        assert_eq!(judge(close, at(16, 10, 0), leave(close, end)), (None, "R-031"));
    }

    #[test]
    fn leave_is_for_one_agreement_or_for_the_shift_so_far_r_032() {
        let calendar = Calendar::default();
        let shift = |from: i64, to: i64| Shift {
            date: calendar.date(at(from, 0, 0)),
            name: "班".to_owned(),
            start: at(from, 0, 0),
            end: at(to, 0, 0),
        };
        let (day, night) = (shift(8, 16), shift(16, 25));
        let asked = |now, named, latest: Option<&Shift>, of_day: Option<&Shift>| {
            Asked::of(now, named, latest, of_day, &calendar)
        };
        let named = asked(at(10, 30, 0), Some(at(10, 5, 0)), Some(&day), Some(&day));
        assert_eq!(named, Asked { from: at(10, 5, 0), to: at(10, 6, 0) - 1, over_at: at(16, 0, 0) });
        assert!(named.is_for(at(10, 5, 59)) && !named.is_for(at(10, 6, 0)) && !named.is_for(at(10, 4, 59)));
        let all = asked(at(10, 30, 0), None, Some(&day), Some(&day));
        assert_eq!((all.from, all.to, all.over_at), (at(0, 0, 0), at(10, 30, 0), at(16, 0, 0)));
        assert!(!all.is_for(at(-1, 0, 0)), "yesterday's is none of it");
        // A night shift goes on past midnight, and its own end counts (CV-3).
        let late = asked(at(24, 10, 0), Some(at(23, 50, 0)), Some(&night), Some(&night));
        assert_eq!(late.over_at, at(25, 0, 0));
        assert_eq!(asked(at(24, 10, 0), None, Some(&night), None).from, at(16, 0, 0));
        // Before the shift begins; without a rota; after the shift is over.
        assert_eq!(asked(at(7, 0, 0), None, None, Some(&day)).over_at, at(16, 0, 0));
        assert_eq!(asked(at(7, 0, 0), None, None, None).over_at, at(24, 0, 0));
        let over = asked(at(16, 0, 0), None, Some(&day), Some(&day));
        assert!(over.is_over(at(16, 0, 0)) && !over.is_over(at(16, 0, 0) - 1));
    }

    #[test]
    fn the_limit_is_the_one_of_the_day_of_the_agreement() {
        let mut book = Book::default();
        let calendar = Calendar::default();
        let day = calendar.date(at(10, 0, 0));
        let value = Value::Whole(30);
        book.set(&catalogue::appointments::ENTRY_MINUTES, Version { from: next_day(day), value });
        let late = |from: EpochMs| timing(from, from + 20 * MINUTE, None, &calendar, &book).late_minutes;
        assert_eq!(late(at(23, 50, 0)), Some(20));
        assert_eq!(late(at(24, 0, 0)), None);
    }

    proptest! {
        #[test]
        fn late_is_what_is_after_the_deadline(
            delay in -1_000_000i64..200_000_000, approved in -1_000i64..200_000_000,
            end in 0i64..100_000_000, with: bool,
        ) {
            let agreed = at(10, 0, 0);
            let given = Extension { approved: agreed + approved, shift_end: Some(agreed + end) };
            let extension = with.then_some(given);
            let timing = timing(agreed, agreed + delay, extension, &Calendar::default(), &Book::default());
            prop_assert_eq!(timing.late_minutes.is_some(), agreed + delay > timing.deadline);
            prop_assert!(timing.deadline >= agreed + 15 * MINUTE);
            prop_assert!(timing.late_minutes.is_none_or(|minutes| minutes > 15));
        }
    }
}
