//! A person's shift as leave counts it: its minutes without the pauses between its parts, and its two halves.

use super::share::Share;
use crate::EpochMs;
use crate::calendar::MINUTE;
use chrono::NaiveDate;

/// A person's shift on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duty {
    /// The day on which it starts.
    pub date: NaiveDate,
    /// From when to when, the end not included: one part, or several of a split shift, in order.
    pub parts: Vec<(EpochMs, EpochMs)>,
}

/// How much of a day is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// The whole shift.
    Whole,
    /// 上午: its first half.
    First,
    /// 下午: its second half.
    Second,
    /// From an instant to another, the second not included.
    Time {
        /// From when.
        from: EpochMs,
        /// Until when.
        to: EpochMs,
    },
}

/// What a leave takes of one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The day.
    pub date: NaiveDate,
    /// First instant away.
    pub from: EpochMs,
    /// First instant back.
    pub to: EpochMs,
    /// How much of the shift it is.
    pub share: Share,
    /// Minutes, when it was asked for by the clock.
    pub minutes: Option<u32>,
    /// Minutes of the shift.
    pub shift_minutes: u32,
}

impl Piece {
    /// How much of the shift it is, as rows keep it: halves, or minutes by the clock.
    pub fn share_of(halves: Option<u32>, minutes: u32, shift_minutes: u32) -> Share {
        halves.map_or_else(|| Share::minutes(minutes, shift_minutes), Share::halves)
    }

    /// Minutes of it that are over at an instant: by the shift as it is known, pauses not counted, else in proportion.
    pub fn minutes_until(&self, at: EpochMs, duty: Option<&Duty>) -> u32 {
        let at = at.clamp(self.from, self.to);
        let own = |duty: &&Duty| duty.start() <= self.from && self.to <= duty.end();
        if let Some(duty) = duty.filter(own) {
            return duty.minutes_between(self.from, at);
        }
        let whole = self.minutes.unwrap_or_else(|| self.shift_minutes * self.share.whole_halves() / 2);
        let part = i64::from(whole) * (at - self.from) / (self.to - self.from).max(1);
        u32::try_from(part).unwrap_or(whole)
    }

    /// Halves of the shift; `None` when it was asked for by the clock.
    pub fn halves(&self) -> Option<u32> {
        self.minutes.is_none().then(|| self.share.whole_halves())
    }
}

impl Duty {
    /// First instant on duty.
    pub fn start(&self) -> EpochMs {
        self.parts.first().map_or(0, |part| part.0)
    }

    /// First instant off duty.
    pub fn end(&self) -> EpochMs {
        self.parts.last().map_or(0, |part| part.1)
    }

    /// Minutes on duty, pauses not counted.
    pub fn minutes(&self) -> u32 {
        self.minutes_between(self.start(), self.end())
    }

    /// Minutes on duty between two instants.
    pub fn minutes_between(&self, from: EpochMs, to: EpochMs) -> u32 {
        let within = |part: &(EpochMs, EpochMs)| (part.1.min(to) - part.0.max(from)).max(0);
        let sum: EpochMs = self.parts.iter().map(within).sum();
        u32::try_from(sum / MINUTE).unwrap_or(u32::MAX)
    }

    /// The instant at which half of it is done. When a pause lies there, the first half ends where the pause begins.
    pub fn middle(&self) -> EpochMs {
        let mut left = self.parts.iter().map(|part| part.1 - part.0).sum::<EpochMs>() / 2;
        for (from, to) in &self.parts {
            if left <= to - from {
                return from + left;
            }
            left -= to - from;
        }
        self.end()
    }

    /// What a part takes of it; `None` when nothing.
    pub fn piece(&self, part: Part) -> Option<Piece> {
        let (from, to, share, minutes) = match part {
            Part::Whole => (self.start(), self.end(), Share::halves(2), None),
            Part::First => (self.start(), self.middle(), Share::halves(1), None),
            Part::Second => (self.resumed(), self.end(), Share::halves(1), None),
            Part::Time { from, to } => {
                let minutes = self.minutes_between(from, to);
                let (from, to) = (from.max(self.start()), to.min(self.end()));
                (from, to, Share::minutes(minutes, self.minutes()), Some(minutes))
            }
        };
        (!share.is_none() && from < to).then_some(Piece {
            date: self.date,
            from,
            to,
            share,
            minutes,
            shift_minutes: self.minutes(),
        })
    }

    /// Where the second half begins: after the pause when one lies in the middle.
    fn resumed(&self) -> EpochMs {
        let middle = self.middle();
        let next = self.parts.iter().map(|part| part.0).find(|start| *start >= middle);
        let ends_there = self.parts.iter().any(|part| part.1 == middle);
        next.filter(|_| ends_there).unwrap_or(middle)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn d() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, 2).expect("a date")
    }

    fn duty(parts: &[(i64, i64)]) -> Duty {
        Duty { date: d(), parts: parts.iter().map(|(from, to)| (from * MINUTE, to * MINUTE)).collect() }
    }

    #[test]
    fn half_of_a_shift_is_half_of_that_shift() {
        let day = duty(&[(480, 960)]);
        assert_eq!((day.minutes(), day.middle()), (480, 720 * MINUTE));
        assert_eq!(day.piece(Part::First).map(|piece| piece.to), Some(720 * MINUTE));
        let by_clock = day.piece(Part::Time { from: 780 * MINUTE, to: 1020 * MINUTE }).expect("something");
        assert_eq!((by_clock.minutes, by_clock.to), (Some(180), 960 * MINUTE));
        assert_eq!(day.piece(Part::Time { from: 960 * MINUTE, to: 1020 * MINUTE }), None);
    }

    #[test]
    fn the_pause_of_a_split_shift_belongs_to_no_half() {
        let office = duty(&[(480, 720), (840, 1080)]);
        let (first, second) = (office.piece(Part::First), office.piece(Part::Second));
        assert_eq!(first.map(|piece| (piece.from, piece.to)), Some((480 * MINUTE, 720 * MINUTE)));
        assert_eq!(second.map(|piece| (piece.from, piece.to)), Some((840 * MINUTE, 1080 * MINUTE)));
        let over_noon = office.piece(Part::Time { from: 660 * MINUTE, to: 900 * MINUTE }).expect("something");
        assert_eq!((over_noon.minutes, over_noon.share), (Some(120), Share::minutes(120, 480)));
        // Back after the pause: the morning was taken, not the pause.
        let whole = office.piece(Part::Whole).expect("something");
        assert_eq!(whole.minutes_until(840 * MINUTE, Some(&office)), 240);
        assert_eq!(whole.minutes_until(2_000 * MINUTE, Some(&office)), 480);
        assert_eq!(whole.minutes_until(780 * MINUTE, None), 240, "where the shift is not known any more");
    }

    proptest! {
        #[test]
        fn halves_and_clock_times_agree(start in 0i64..1440, length in 1i64..720, pause in 0i64..180, rest in 1i64..720) {
            let shift = duty(&[(start, start + length), (start + length + pause, start + length + pause + rest)]);
            let whole = shift.piece(Part::Time { from: shift.start(), to: shift.end() }).expect("something");
            prop_assert_eq!(whole.share, Share::halves(2));
            let (first, second) = (shift.piece(Part::First).expect("one"), shift.piece(Part::Second).expect("one"));
            prop_assert!(first.to <= second.from);
            // A half that ends within a minute is as long as its whole minutes, at the most one less.
            let minutes = shift.minutes_between(first.from, first.to) + shift.minutes_between(second.from, second.to);
            prop_assert!(shift.minutes() - minutes <= 1);
        }
    }
}
