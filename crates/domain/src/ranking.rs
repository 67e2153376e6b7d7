//! 排行: places among the people of a period (R-207 ff., R-210, R-230).
//!
//! The order is stated once, here, and every board uses it, so that the number that somebody is told
//! is the number that stands in the group.

use crate::calendar::Period;
use crate::person::PersonId;
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
        (self.dialogues > 0).then(|| {
            let dialogues = u64::from(self.dialogues);
            (u64::from(self.arrivals) * 20_000 + dialogues) / (2 * dialogues)
        })
    }

    /// Compares the rates exactly, by cross multiplication; no dialogue is below every rate.
    fn cmp_rate(&self, other: &Self) -> Ordering {
        match (self.dialogues, other.dialogues) {
            (0, 0) => Ordering::Equal,
            (0, _) => Ordering::Less,
            (_, 0) => Ordering::Greater,
            (own, theirs) => {
                let left = u64::from(self.arrivals) * u64::from(theirs);
                let right = u64::from(other.arrivals) * u64::from(own);
                left.cmp(&right)
            }
        }
    }
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
}

impl Order {
    /// The order that a period is posted in.
    pub fn of(period: Period) -> Self {
        match period {
            Period::Day | Period::Month => Self::Arrivals,
            Period::Week => Self::Rate,
        }
    }

    /// How the order is told to people, tie-breaks included.
    pub fn told(self) -> &'static str {
        match self {
            Self::Arrivals => "到诊→预约→转化率",
            Self::Appointments => "预约→到诊→转化率",
            Self::Rate => "转化率→到诊",
        }
    }

    /// `Less` means the better place.
    fn cmp(self, a: &Tally, b: &Tally) -> Ordering {
        let by_arrivals = || b.arrivals.cmp(&a.arrivals);
        let by_appointments = || b.appointments.cmp(&a.appointments);
        let by_rate = || b.cmp_rate(a);
        match self {
            Self::Arrivals => by_arrivals().then_with(by_appointments).then_with(by_rate),
            Self::Appointments => by_appointments().then_with(by_arrivals).then_with(by_rate),
            Self::Rate => by_rate().then_with(by_arrivals),
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

/// A board as people read it, one line a person. `filed` tells who of a single day has filed a report; the others
/// are marked, because their zeros say nothing.
pub fn board(
    placed: &[Placed],
    name: impl Fn(PersonId) -> String,
    filed: impl Fn(PersonId) -> bool,
) -> Vec<String> {
    placed
        .iter()
        .map(|Placed { place, tally }| {
            let rate = match tally.rate_basis_points() {
                Some(points) => format!("{}.{:02}%", points / 100, points % 100),
                None => "—".to_owned(),
            };
            let missing = if filed(tally.person) { "" } else { "（日报未交）" };
            format!(
                "{place}、{} 到诊{} 预约{} 对话{} 转化{rate}{missing}",
                name(tally.person),
                tally.arrivals,
                tally.appointments,
                tally.dialogues
            )
        })
        .collect()
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

    #[test]
    fn a_board_names_what_is_missing() {
        let placed = rank(vec![tally(1, 8, 3, 50), tally(2, 0, 0, 0)], Order::Arrivals);
        let lines = board(&placed, |person| format!("员{person}"), |person| person == 1);
        assert_eq!(
            lines,
            ["1、员1 到诊3 预约8 对话50 转化6.00%", "2、员2 到诊0 预约0 对话0 转化—（日报未交）"]
        );
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
