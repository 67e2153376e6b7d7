//! 在岗时间: whether somebody was there long enough, leave included.

use super::duty::{Duty, Piece};
use crate::calendar::MINUTE;
use crate::settings::Book;
use crate::settings::catalogue::attendance::MIN_MINUTES;
use crate::{EpochMs, RuleId};

/// What somebody was there of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Presence {
    /// Minutes between coming and going, pauses of the shift not counted.
    pub there: u32,
    /// Minutes of granted leave during which he was not there.
    pub leave: u32,
    /// Minutes that are enough.
    pub needed: u32,
    /// The rule.
    pub rule: RuleId,
}

impl Presence {
    /// Fewer than enough: 早退. Exactly enough is enough.
    pub fn is_short(&self) -> bool {
        self.there + self.leave < self.needed
    }
}

/// What somebody was there who came and went at these instants, by the rules of the shift's day. Nobody has to be there for
/// longer than his shift; time beyond it counts.
pub fn presence(duty: &Duty, came: EpochMs, went: EpochMs, leave: &[Piece], book: &Book) -> Presence {
    let whole = |from: EpochMs, to: EpochMs| u32::try_from((to - from).max(0) / MINUTE).unwrap_or(u32::MAX);
    let pauses: u32 = duty.parts.windows(2).map(|pair| whole(pair[0].1.max(came), pair[1].0.min(went))).sum();
    // What he was there of his leave counts once.
    let minutes = |piece: &Piece| {
        let until = |at| piece.minutes_until(at, Some(duty));
        until(piece.to) - (until(went.max(came)) - until(came))
    };
    Presence {
        there: whole(came, went).saturating_sub(pauses),
        leave: leave.iter().filter(|piece| piece.date == duty.date).map(minutes).sum(),
        needed: book.count(&MIN_MINUTES, duty.date).min(duty.minutes()),
        rule: "R-153",
    }
}

#[cfg(test)]
mod tests {
    use super::super::duty::Part;
    use super::*;
    use chrono::NaiveDate;

    fn duty(parts: &[(i64, i64)]) -> Duty {
        let date = NaiveDate::from_ymd_opt(2026, 3, 10).expect("a date");
        Duty { date, parts: parts.iter().map(|(from, to)| (from * MINUTE, to * MINUTE)).collect() }
    }

    fn there(duty: &Duty, came: i64, went: i64, leave: &[Piece]) -> Presence {
        presence(duty, came * MINUTE, went * MINUTE, leave, &Book::default())
    }

    #[test]
    fn exactly_450_minutes_are_enough_w_66() {
        let day = duty(&[(480, 960)]);
        for (went, short) in [(929, true), (930, false)] {
            let found = there(&day, 480, went, &[]);
            assert_eq!((found.there, found.is_short()), (u32::try_from(went - 480).unwrap_or(0), short));
        }
        // A second less is a minute less.
        let nearly = presence(&day, 480 * MINUTE, 930 * MINUTE - 1_000, &[], &Book::default());
        assert!(nearly.is_short());
    }

    #[test]
    fn granted_leave_is_added_w_67() {
        let day = duty(&[(480, 960)]);
        let half = [day.piece(Part::First).expect("a half")];
        let found = there(&day, 720, 945, &half);
        assert_eq!((found.there, found.leave, found.is_short()), (225, 240, false));
        assert!(there(&day, 720, 925, &half).is_short());
        // Who comes in his free half and leaves when it ends was there for that half only.
        let came_then = there(&day, 480, 720, &half);
        assert_eq!((came_then.there, came_then.leave, came_then.is_short()), (240, 0, true));
        assert_eq!(there(&day, 660, 960, &half).leave, 180, "an hour of the leave was worked");
        let other_day = [Piece { date: crate::calendar::next_day(day.date), ..half[0] }];
        assert!(there(&day, 720, 945, &other_day).is_short());
    }

    #[test]
    fn nobody_is_there_for_longer_than_his_shift() {
        let short = duty(&[(480, 720)]);
        assert!(!there(&short, 480, 720, &[]).is_short());
        assert!(there(&short, 481, 720, &[]).is_short());
        let split = duty(&[(480, 720), (840, 1080)]);
        assert_eq!(there(&split, 480, 1080, &[]).there, 480, "the pause is not counted");
        assert_eq!(there(&split, 480, 780, &[]).there, 240, "who goes in the pause went when it began");
    }
}
