//! Parts of a shift, added without rounding: what is left over from three quarters of an hour today and a third of a
//! shift tomorrow decides nothing until the whole is counted.

use std::cmp::Ordering;
use std::iter::Sum;
use std::ops::Add;

/// A number of shifts: minutes over the minutes of that person's shift, summed exactly, as long as it is not of more than
/// five kinds of shift whose lengths have nothing in common.
#[derive(Clone, Copy, Debug)]
pub struct Share {
    top: u128,
    bottom: u128,
}

impl Share {
    /// None of it.
    pub const NONE: Share = Share { top: 0, bottom: 1 };

    /// So many halves of a shift.
    pub fn halves(halves: u32) -> Share {
        Share::of(u128::from(halves), 2)
    }

    /// Minutes of a shift of so many minutes; nothing of a shift without any.
    pub fn minutes(minutes: u32, shift: u32) -> Share {
        if shift == 0 { Share::NONE } else { Share::of(u128::from(minutes), u128::from(shift)) }
    }

    /// The whole halves in it, what is left over dropped.
    pub fn whole_halves(self) -> u32 {
        u32::try_from(self.top * 2 / self.bottom).unwrap_or(u32::MAX)
    }

    /// It in thousandths of a shift, rounded down.
    pub fn thousandths(self) -> u32 {
        u32::try_from(self.top.saturating_mul(1_000) / self.bottom).unwrap_or(u32::MAX)
    }

    /// What is missing of one whole shift; nothing when it is one or more.
    pub fn rest(self) -> Share {
        if self.top >= self.bottom { Share::NONE } else { Share::of(self.bottom - self.top, self.bottom) }
    }

    /// True when nothing is asked for.
    pub fn is_none(self) -> bool {
        self.top == 0
    }

    fn of(top: u128, bottom: u128) -> Share {
        let common = gcd(top, bottom);
        let (top, bottom) = (top / common, bottom / common);
        if bottom <= FINEST {
            return Share { top, bottom };
        }
        // Nobody's shift is so finely cut that the rest could be told from nothing.
        let top = top / bottom * FINEST + top % bottom * FINEST / bottom;
        Share { top, bottom: FINEST }
    }
}

/// The finest part that is told apart: with it no product of two shares of thousands of shifts overflows.
const FINEST: u128 = 1 << 55;

fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

impl Add for Share {
    type Output = Share;

    fn add(self, other: Share) -> Share {
        let common = gcd(self.bottom, other.bottom);
        let bottom = self.bottom / common * other.bottom;
        Share::of(self.top * (bottom / self.bottom) + other.top * (bottom / other.bottom), bottom)
    }
}

impl Sum for Share {
    fn sum<I: Iterator<Item = Share>>(shares: I) -> Share {
        shares.fold(Share::NONE, Add::add)
    }
}

impl PartialEq for Share {
    fn eq(&self, other: &Share) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Share {}

impl PartialOrd for Share {
    fn partial_cmp(&self, other: &Share) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Share {
    fn cmp(&self, other: &Share) -> Ordering {
        (self.top * other.bottom).cmp(&(other.top * self.bottom))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn thirds_and_quarters_add_up_exactly() {
        let third = Share::minutes(150, 450);
        assert_eq!(third + third + third, Share::halves(2));
        assert!(third + third < Share::halves(2));
        assert_eq!((third + Share::minutes(120, 480)).whole_halves(), 1);
        assert_eq!(Share::minutes(60, 0), Share::NONE);
    }

    #[test]
    fn the_rest_of_a_shift() {
        assert_eq!(Share::minutes(160, 480).rest(), Share::minutes(320, 480));
        assert_eq!((Share::halves(2).rest(), Share::halves(3).rest()), (Share::NONE, Share::NONE));
    }

    proptest! {
        #[test]
        fn the_order_of_adding_says_nothing(
            shifts in prop::array::uniform5(1u32..=1440),
            parts in prop::collection::vec((0u32..=1440, 0usize..5), 0..60),
        ) {
            let share = |(part, shift): &(u32, usize)| Share::minutes(*part, shifts[*shift]);
            let shares: Vec<Share> = parts.iter().map(share).collect();
            let forwards: Share = shares.iter().copied().sum();
            let backwards: Share = shares.iter().rev().copied().sum();
            prop_assert_eq!(forwards, backwards);
        }

        #[test]
        fn any_shifts_are_added(parts in prop::collection::vec((0u32..=1440, 1u32..=1440), 0..60)) {
            let sum: Share = parts.iter().map(|(part, shift)| Share::minutes(*part, *shift)).sum();
            let near: f64 = parts.iter().map(|(part, shift)| f64::from(*part) / f64::from(*shift)).sum();
            prop_assert!((f64::from(sum.whole_halves()) - near * 2.0).abs() < 1.001);
        }

        #[test]
        fn splitting_a_part_changes_nothing(shift in 1u32..=1440, one in 0u32..=720, other in 0u32..=720) {
            let whole = Share::minutes(one + other, shift);
            prop_assert_eq!(Share::minutes(one, shift) + Share::minutes(other, shift), whole);
        }
    }
}
