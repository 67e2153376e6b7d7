//! 待核对的到诊: whose arrivals of a month are still open, which of them can be confirmed, and what becomes of the rest.

use crate::PersonId;
use chrono::NaiveDate;

/// How an arrival stands in the reconciliation of its month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ClaimState {
    /// 待核对.
    Open,
    /// 已确认.
    Confirmed,
    /// 待定: its credit waited for a person when the month was closed; what he says counts.
    Held,
    /// 视为放弃.
    Forfeited,
}

/// What an imported list says of an arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fit {
    /// It is in the list.
    Listed,
    /// Something similar is; a person has to look.
    Unsure,
    /// It is not.
    NotListed,
}

/// A credited arrival of a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Its number: D6 is 6.
    pub arrival: i64,
    /// Its day.
    pub day: NaiveDate,
    /// The appointment that is credited.
    pub appointment: Option<i64>,
    /// Whose it is; of a suggested one, whose it is suggested to be.
    pub person: PersonId,
    /// Whether its credit waits for a person.
    pub waits: bool,
    /// How it stands.
    pub state: ClaimState,
}

/// Why an open arrival was not confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// Its credit waits for a person.
    Waits,
    /// One's own: somebody else confirms it.
    Own,
    /// It is not in the list: it is confirmed by its number only.
    NotListed,
    /// The list has something similar: it is confirmed by its number only.
    Unsure,
}

/// Which open arrivals somebody confirms, and which not, with the reason. `named` are those that he named; without any he
/// confirms all that the list has, or simply all where there is no list (`fit` is `None`).
pub fn confirmable(
    claims: &[Claim],
    by: PersonId,
    named: &[i64],
    fit: impl Fn(i64) -> Option<Fit>,
) -> (Vec<i64>, Vec<(i64, Left)>) {
    let (mut confirmed, mut left) = (Vec::new(), Vec::new());
    let is_meant = |claim: &&Claim| named.is_empty() || named.contains(&claim.arrival);
    for claim in claims.iter().filter(|claim| claim.state == ClaimState::Open).filter(is_meant) {
        let why = match fit(claim.arrival).filter(|_| named.is_empty()) {
            _ if claim.waits => Some(Left::Waits),
            _ if claim.person == by => Some(Left::Own),
            Some(Fit::NotListed) => Some(Left::NotListed),
            Some(Fit::Unsure) => Some(Left::Unsure),
            Some(Fit::Listed) | None => None,
        };
        match why {
            Some(why) => left.push((claim.arrival, why)),
            None => confirmed.push(claim.arrival),
        }
    }
    (confirmed, left)
}

/// What becomes of a closed month's open arrivals: those that are forfeited, and those that are held because a person
/// still has to say whose they are (that is a cause, R-378).
pub fn closing(claims: &[Claim]) -> (Vec<Claim>, Vec<Claim>) {
    let open = claims.iter().filter(|claim| claim.state == ClaimState::Open).copied();
    open.partition(|claim| !claim.waits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn claim(arrival: i64, person: PersonId, waits: bool, state: ClaimState) -> Claim {
        let day = NaiveDate::from_ymd_opt(2026, 3, 5).expect("a date");
        Claim { arrival, day, appointment: Some(arrival), person, waits, state }
    }

    fn some() -> Vec<Claim> {
        vec![
            claim(1, 11, false, ClaimState::Open),
            claim(2, 12, true, ClaimState::Open),
            claim(3, 12, false, ClaimState::Confirmed),
            claim(4, 7, false, ClaimState::Open),
            claim(5, 11, false, ClaimState::Forfeited),
            claim(6, 12, false, ClaimState::Open),
        ]
    }

    #[test]
    fn without_a_list_all_that_is_decided_is_confirmed_but_ones_own() {
        let (confirmed, left) = confirmable(&some(), 7, &[], |_| None);
        assert_eq!((confirmed, left), (vec![1, 6], vec![(2, Left::Waits), (4, Left::Own)]));
        let (confirmed, left) = confirmable(&some(), 7, &[6, 2, 3], |_| None);
        assert_eq!((confirmed, left), (vec![6], vec![(2, Left::Waits)]));
    }

    #[test]
    fn what_the_list_lacks_is_confirmed_by_its_number_only_r_380() {
        let fit = |arrival| Some(if arrival == 1 { Fit::NotListed } else { Fit::Unsure });
        let (confirmed, left) = confirmable(&some(), 99, &[], fit);
        assert_eq!(confirmed, []);
        assert_eq!(left, [(1, Left::NotListed), (2, Left::Waits), (4, Left::Unsure), (6, Left::Unsure)]);
        assert_eq!(confirmable(&some(), 99, &[1, 6], fit).0, [1, 6]);
    }

    #[test]
    fn what_nobody_confirmed_is_forfeited_and_what_waits_is_held_r_378() {
        let (forfeited, held) = closing(&some());
        let numbers = |claims: Vec<Claim>| claims.iter().map(|claim| claim.arrival).collect::<Vec<_>>();
        assert_eq!((numbers(forfeited), numbers(held)), (vec![1, 4, 6], vec![2]));
    }

    proptest! {
        #[test]
        fn every_open_arrival_is_confirmed_or_left_once(bits in prop::collection::vec((0i64..4, any::<bool>(), 0usize..4), 0..20)) {
            const STATES: [ClaimState; 4] =
                [ClaimState::Open, ClaimState::Confirmed, ClaimState::Held, ClaimState::Forfeited];
            let claims: Vec<Claim> =
                (1..).zip(&bits).map(|(no, (person, waits, state))| claim(no, *person, *waits, STATES[*state])).collect();
            let open = claims.iter().filter(|claim| claim.state == ClaimState::Open).count();
            let (confirmed, left) = confirmable(&claims, 0, &[], |_| None);
            prop_assert_eq!(confirmed.len() + left.len(), open);
            let (forfeited, held) = closing(&claims);
            prop_assert_eq!(forfeited.len() + held.len(), open);
        }
    }
}
