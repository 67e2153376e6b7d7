//! 名次: the order of a board, tie-breaks included (R-207 ff., R-210, R-230).
//!
//! The order is stated once, here, and every board uses it, so that the number that somebody is told
//! is the number that stands in the group.

use crate::calendar::Period;
use crate::person::PersonId;
use crate::settings::Book;
use crate::settings::catalogue::ranking::RATE;
use chrono::NaiveDate;
use std::cmp::Ordering;

/// One person's sums over a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    /// Whose.
    pub person: PersonId,
    /// 预约: registered, not cancelled, not invalid.
    pub appointments: u32,
    /// 到诊: credited arrivals.
    pub arrivals: u32,
    /// 有效对话 of the filed reports, or 对话 where that is missing.
    pub dialogues: u32,
}

impl Tally {
    /// 转化率, arrivals ÷ dialogues; `None` without a dialogue (R-210: unranked by rate, last).
    pub fn rate(&self) -> Option<f64> {
        (self.dialogues > 0).then(|| f64::from(self.arrivals) / f64::from(self.dialogues))
    }

    /// The rate in hundredths of a percent, rounded half up, for showing: 612 is 6.12 %.
    pub fn rate_basis_points(&self) -> Option<u64> {
        basis_points(self.arrivals, self.dialogues)
    }

    /// What a conversion rate counts.
    fn converted(&self, what: Measure) -> u32 {
        match what {
            Measure::Arrivals => self.arrivals,
            Measure::Appointments => self.appointments,
        }
    }

    /// That rate in hundredths of a percent.
    pub fn points_of(&self, what: Measure) -> Option<u64> {
        basis_points(self.converted(what), self.dialogues)
    }

    /// Compares the rates exactly, by cross multiplication; no dialogue is below every rate.
    pub fn cmp_rate(&self, other: &Self, what: Measure) -> Ordering {
        cmp_ratio((self.converted(what), self.dialogues), (other.converted(what), other.dialogues))
    }
}

/// A part of a whole in hundredths of a percent, rounded half up; `None` of nothing.
pub(super) fn basis_points(part: u32, whole: u32) -> Option<u64> {
    let whole = u64::from(whole);
    (whole > 0).then(|| (u64::from(part) * 20_000 + whole) / (2 * whole))
}

/// Compares two ratios exactly; one of nothing is below every other.
pub(super) fn cmp_ratio(one: (u32, u32), other: (u32, u32)) -> Ordering {
    match (one.1, other.1) {
        (0, 0) => Ordering::Equal,
        (0, _) => Ordering::Less,
        (_, 0) => Ordering::Greater,
        (own, theirs) => (u64::from(one.0) * u64::from(theirs)).cmp(&(u64::from(other.0) * u64::from(own))),
    }
}

/// What the conversion rate sets against the dialogues.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// 到诊÷有效对话.
    Arrivals,
    /// 预约÷有效对话.
    Appointments,
}

/// By what people are ordered; what follows the first key breaks ties.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// 到诊, then 预约, then 转化 (day and month).
    Arrivals,
    /// 预约, then 到诊, then 转化.
    Appointments,
    /// 转化, then 到诊 (week, R-210).
    Rate,
    /// 转化 as appointments ÷ dialogues, then 到诊 (week, where it is set so).
    BookingRate,
}

impl Order {
    /// The order that a period is posted in.
    pub fn of(period: Period) -> Self {
        match period {
            Period::Day | Period::Month => Self::Arrivals,
            Period::Week => Self::Rate,
        }
    }

    /// The same by the settings of a day.
    pub fn set(self, book: &Book, day: NaiveDate) -> Self {
        match self {
            Self::Rate if book.word(&RATE, day) == "appointments" => Self::BookingRate,
            order => order,
        }
    }

    /// How the order is told to people, tie-breaks included.
    pub fn told(self) -> &'static str {
        match self {
            Self::Arrivals => "到诊→预约→转化率",
            Self::Appointments => "预约→到诊→转化率",
            Self::Rate => "转化率→到诊",
            Self::BookingRate => "预约转化率→到诊",
        }
    }

    /// What its conversion rate counts.
    pub fn measure(self) -> Measure {
        match self {
            Self::BookingRate => Measure::Appointments,
            Self::Arrivals | Self::Appointments | Self::Rate => Measure::Arrivals,
        }
    }

    /// `Less` means the better place.
    pub(super) fn cmp(self, a: &Tally, b: &Tally) -> Ordering {
        self.cmp_worked((a, 1), (b, 1))
    }

    /// The same a shift worked; whoever worked none is last. The rate is not divided: it is one already.
    pub(super) fn cmp_worked(self, a: (&Tally, u32), b: (&Tally, u32)) -> Ordering {
        let by_arrivals = || cmp_ratio((b.0.arrivals, b.1), (a.0.arrivals, a.1));
        let by_appointments = || cmp_ratio((b.0.appointments, b.1), (a.0.appointments, a.1));
        let by_rate = || b.0.cmp_rate(a.0, self.measure());
        match self {
            Self::Arrivals => by_arrivals().then_with(by_appointments).then_with(by_rate),
            Self::Appointments => by_appointments().then_with(by_arrivals).then_with(by_rate),
            Self::Rate | Self::BookingRate => by_rate().then_with(by_arrivals),
        }
    }
}

/// A tally with its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed {
    /// From 1; full equality shares a place, and the place after a shared one is skipped (1, 2, 2, 4).
    pub place: u32,
    /// The sums.
    pub tally: Tally,
}

/// Orders the tallies. People who share a place stand in the order of their numbers.
pub fn rank(mut tallies: Vec<Tally>, order: Order) -> Vec<Placed> {
    tallies.sort_by(|a, b| order.cmp(a, b).then(a.person.cmp(&b.person)));
    let mut placed: Vec<Placed> = Vec::with_capacity(tallies.len());
    for (tally, index) in tallies.into_iter().zip(1u32..) {
        let place = match placed.last() {
            Some(last) if order.cmp(&last.tally, &tally) == Ordering::Equal => last.place,
            _ => index,
        };
        placed.push(Placed { place, tally });
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tally(person: PersonId, appointments: u32, arrivals: u32, dialogues: u32) -> Tally {
        Tally { person, appointments, arrivals, dialogues }
    }

    fn places(tallies: &[Tally], order: Order) -> Vec<(PersonId, u32)> {
        rank(tallies.to_vec(), order).iter().map(|placed| (placed.tally.person, placed.place)).collect()
    }

    #[test]
    fn r230_the_day_goes_by_arrivals_then_appointments_then_rate() {
        let day = [tally(1, 8, 3, 50), tally(2, 9, 3, 60), tally(3, 9, 3, 40), tally(4, 20, 2, 10)];
        assert_eq!(places(&day, Order::Arrivals), [(3, 1), (2, 2), (1, 3), (4, 4)]);
    }

    #[test]
    fn r210_the_week_goes_by_rate_then_arrivals_and_no_dialogue_is_last() {
        let week = [tally(1, 0, 1, 2), tally(2, 0, 2, 4), tally(3, 0, 9, 0), tally(4, 0, 0, 5)];
        assert_eq!(places(&week, Order::Rate), [(2, 1), (1, 2), (4, 3), (3, 4)]);
    }

    #[test]
    fn full_equality_shares_the_place_and_the_next_is_skipped() {
        let ties = [
            tally(1, 5, 2, 20),
            tally(2, 5, 2, 20),
            tally(3, 5, 2, 20),
            tally(4, 1, 1, 1),
            tally(5, 9, 9, 9),
        ];
        assert_eq!(places(&ties, Order::Arrivals), [(5, 1), (1, 2), (2, 2), (3, 2), (4, 5)]);
        assert_eq!(places(&[], Order::Arrivals), []);
    }

    #[test]
    fn rates_are_rounded_half_up() {
        let cases =
            [(3, 50, 600), (1, 3, 3333), (2, 3, 6667), (1, 20_000, 1), (1, 20_001, 0), (5, 5, 10_000)];
        for (arrivals, dialogues, expected) in cases {
            let rate = tally(1, 0, arrivals, dialogues).rate_basis_points();
            assert_eq!(rate, Some(expected), "{arrivals}/{dialogues}");
        }
        assert_eq!(tally(1, 0, 3, 0).rate_basis_points(), None);
    }

    proptest! {
        #[test]
        fn the_order_is_total_and_does_not_depend_on_the_input_order(
            figures in prop::collection::vec((0u32..4, 0u32..4, 0u32..4), 0..12),
            order in prop::sample::select(vec![Order::Arrivals, Order::Appointments, Order::Rate]),
        ) {
            let tallies: Vec<_> =
                figures.iter().zip(1..).map(|((a, b, c), person)| tally(person, *a, *b, *c)).collect();
            let mut reversed = tallies.clone();
            reversed.reverse();
            let placed = rank(tallies, order);
            prop_assert_eq!(&placed, &rank(reversed, order));
            for pair in placed.windows(2) {
                prop_assert!(pair[0].place <= pair[1].place);
                prop_assert_ne!(order.cmp(&pair[0].tally, &pair[1].tally), Ordering::Greater);
                let equal = order.cmp(&pair[0].tally, &pair[1].tally) == Ordering::Equal;
                prop_assert_eq!(equal, pair[0].place == pair[1].place);
            }
        }
    }
}
