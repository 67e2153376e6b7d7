//! Steps 8 to 10: who has a record, whose appointment is the more complete, whose was registered first.

use super::decide::{Case, Claim, Verdict};
use super::evidence::{Evidence, RunnerUp, Step};
use crate::PersonId;
use crate::registration::Class;
use crate::settings::catalogue::attribution::CLASS_FREEZE;
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// Milliseconds in which two registrations are simultaneous.
const SECOND: i64 = 1_000;

impl<'f> Case<'f> {
    /// Step 8. Only what was made online lacks a chat record: a call has none.
    pub(super) fn records(&mut self, claims: Vec<Claim<'f>>) -> Vec<Claim<'f>> {
        let people: BTreeSet<PersonId> = claims.iter().map(|claim| claim.to).collect();
        let of = |person: PersonId| claims.iter().filter(move |claim| claim.to == person);
        let before = self.facts.arrival.when;
        let has = |person: PersonId| {
            of(person).any(|claim| claim.of.record.is_some_and(|since| since < before))
                || self.contacts().any(|contact| contact.by == person && contact.has_record())
        };
        let with: Vec<PersonId> = people.iter().copied().filter(|person| has(*person)).collect();
        let lacking: Vec<PersonId> = people
            .iter()
            .copied()
            .filter(|person| !with.contains(person) && of(*person).all(|claim| claim.of.channel.is_network()))
            .collect();
        let Some(first) = with.first().copied() else { return claims };
        let (gone, left): (Vec<_>, Vec<_>) =
            claims.into_iter().partition(|claim| lacking.contains(&claim.to));
        for person in lacking {
            self.note(Evidence::Recorded { with: first, without: person });
        }
        for claim in gone {
            self.lose(claim, Step::Record, "R-089");
        }
        left
    }

    /// The classes at which two appointments are compared: at the moment the later was registered, or at the
    /// arrival where that is set.
    fn classes(&self, one: Claim, other: Claim) -> (Class, Class) {
        let moment = match self.book.word(&CLASS_FREEZE, self.day) {
            "arrival" => self.facts.arrival.when,
            _ => one.of.dates.entered.max(other.of.dates.entered),
        };
        (one.of.class(moment), other.of.class(moment))
    }

    /// Which of two appointments stands before the other: `Greater` is the first.
    fn compare(&self, one: Claim, other: Claim) -> Ordering {
        let (first, second) = self.classes(one, other);
        let (a, b) = (one.of.dates.entered, other.of.dates.entered);
        let earlier = b.at.div_euclid(SECOND).cmp(&a.at.div_euclid(SECOND));
        first.rank().cmp(&second.rank()).then(earlier)
    }

    /// Steps 9 and 10. `claims` is not empty.
    pub(super) fn most_complete_then_first(&mut self, claims: Vec<Claim<'f>>) -> Verdict<'f> {
        let beaten =
            |claim: &Claim| claims.iter().any(|other| self.compare(*other, *claim) == Ordering::Greater);
        let mut best: Vec<Claim> = claims.iter().copied().filter(|claim| !beaten(claim)).collect();
        if best.is_empty() {
            // Frozen at different moments, three can beat each other in a circle. The title as it went from hand
            // to hand is suggested, and a person decides, unless all are one person's.
            let mut in_order = claims.clone();
            in_order.sort_by_key(|claim| (claim.of.dates.entered, claim.of.no));
            let title = in_order.into_iter().reduce(|title, next| {
                if self.compare(next, title) == Ordering::Greater { next } else { title }
            });
            best = title.into_iter().collect();
            if claims.iter().any(|claim| claims.iter().any(|other| other.to != claim.to)) {
                self.circle(&claims);
            }
        }
        let Some(winner) = best.first().copied() else { return Verdict::nobody(Step::Matching, "R-079") };
        let rivals: Vec<Claim> = claims.iter().copied().filter(|claim| claim.to != winner.to).collect();
        if rivals.is_empty() {
            return Verdict::to(winner);
        }
        self.compared(winner, &rivals);
        if best.iter().any(|claim| claim.to != winner.to) {
            let mut appointments: Vec<i64> = best.iter().map(|claim| claim.of.no).collect();
            appointments.sort_unstable();
            self.note(Evidence::Tied { appointments });
            self.ask_supervisor();
            let other = best.iter().find(|claim| claim.to != winner.to).copied().unwrap_or(winner);
            let rule = if self.classes(winner, other).0 == Class::Full { "R-084" } else { "R-085" };
            let (person, appointment) = (winner.to, Some(winner.of.no));
            self.runner_up(RunnerUp { step: Step::Order, rule, person, appointment });
            return Verdict::tie(rule);
        }
        Verdict::to(winner)
    }

    /// Claims of which each is beaten by another: a person decides.
    pub(super) fn circle(&mut self, claims: &[Claim<'f>]) {
        let mut appointments: Vec<i64> = claims.iter().map(|claim| claim.of.no).collect();
        appointments.sort_unstable();
        self.note(Evidence::Circle { appointments });
        self.ask_supervisor();
    }

    /// Notes how the winner and the others were compared, and at which step each of them lost.
    fn compared(&mut self, winner: Claim, rivals: &[Claim]) {
        let mut at: BTreeSet<(i64, Step)> = BTreeSet::new();
        let mut shown: Vec<Evidence> = Vec::new();
        for rival in rivals {
            let (own, other) = self.classes(winner, *rival);
            let (step, rule) = match (own, other) {
                (Class::Full, Class::Full) => (Step::Order, "R-084"),
                _ if own.rank() == other.rank() => (Step::Order, "R-085"),
                _ => (Step::Completeness, "R-085"),
            };
            self.runner_up(RunnerUp { step, rule, person: rival.to, appointment: Some(rival.of.no) });
            for (claim, class) in [(winner, own), (*rival, other)] {
                if at.insert((claim.of.no, Step::Completeness)) {
                    shown.push(Evidence::Classed { appointment: claim.of.no, class });
                }
                if step == Step::Order && at.insert((claim.of.no, Step::Order)) {
                    let (owner, at) = (claim.of.owner, claim.of.dates.entered.at);
                    shown.push(Evidence::Registered { appointment: claim.of.no, owner, at });
                }
            }
        }
        for evidence in shown {
            self.note(evidence);
        }
    }
}
