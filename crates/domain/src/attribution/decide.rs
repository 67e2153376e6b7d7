//! The decision table, steps 0a to 4, and the verdict.

use super::clocks::{Clocks, Window, reconcile_by};
use super::evidence::{Decision, Evidence, RunnerUp, Step};
use super::facts::{Contact, Facts, Registration};
use crate::calendar::Calendar;
use crate::patient::Item;
use crate::registration::{Channel, Class, Moment, Source};
use crate::settings::Book;
use crate::settings::catalogue::arrivals::{MATCH_MIN, WEAK_TRIPLE_REVIEW};
use crate::settings::catalogue::attribution::{
    LEND_MODE, RECONSULT, REVISIT_BASE, REVISIT_MONTHS, REVISIT_WITHIN,
};
use crate::{PersonId, Role, RuleId};
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// Decides whose the credit of an arrival is.
pub fn decide(book: &Book, calendar: &Calendar, facts: &Facts) -> Decision {
    let facts = in_order(facts);
    let day = calendar.date(facts.arrival.when.at);
    let mut case = Case {
        book,
        calendar,
        day,
        facts: &facts,
        evidence: Vec::new(),
        runners_up: Vec::new(),
        asked: false,
    };
    let verdict = case.table().unwrap_or_else(|ended| ended);
    case.decision(verdict)
}

/// The facts by their moments, without contacts and visits at or after the arrival, and without contacts of an
/// earlier cycle.
fn in_order(facts: &Facts) -> Facts {
    let mut facts = facts.clone();
    let arrival = facts.arrival.when;
    facts.visits.retain(|visit| visit.when < arrival);
    facts.visits.sort();
    let last = facts.visits.last().map(|visit| visit.when);
    let counts = |when: Moment| when < arrival && last.is_none_or(|last| last < when);
    facts.contacts.retain(|contact| counts(contact.when));
    facts.contacts.sort();
    facts.jumps.retain(|jump| counts(jump.when));
    facts.jumps.sort();
    facts.registrations.sort_by_key(|registration| (registration.dates.entered, registration.no));
    facts
}

/// An appointment and who would have the credit by it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Claim<'f> {
    pub(super) of: &'f Registration,
    pub(super) to: PersonId,
}

/// How the table ended.
pub(super) struct Verdict<'f> {
    to: Option<PersonId>,
    on: Option<&'f Registration>,
    /// The number of an appointment that is not among the facts.
    other: Option<i64>,
    /// The step that ended it; `None`: the last one that took out a rival.
    by: Option<(Step, RuleId)>,
    /// Nobody's until a person says whose.
    tied: bool,
}

impl<'f> Verdict<'f> {
    pub(super) fn to(claim: Claim<'f>) -> Self {
        Verdict { to: Some(claim.to), on: Some(claim.of), other: None, by: None, tied: false }
    }

    pub(super) fn nobody(step: Step, rule: RuleId) -> Self {
        Verdict { to: None, on: None, other: None, by: Some((step, rule)), tied: false }
    }

    pub(super) fn tie(rule: RuleId) -> Self {
        Verdict { tied: true, ..Self::nobody(Step::Order, rule) }
    }

    fn at(self, step: Step, rule: RuleId) -> Self {
        Verdict { by: Some((step, rule)), ..self }
    }
}

type Pool<'f> = Vec<&'f Registration>;

/// An arrival on its way through the table.
pub(super) struct Case<'f> {
    pub(super) book: &'f Book,
    pub(super) calendar: &'f Calendar,
    /// The day of the arrival.
    pub(super) day: NaiveDate,
    pub(super) facts: &'f Facts,
    evidence: Vec<Evidence>,
    runners_up: Vec<RunnerUp>,
    asked: bool,
}

/// Something by which another may take over an appointment.
enum Act<'f> {
    Entry(&'f Registration),
    FollowUp(&'f Contact),
}

impl<'f> Case<'f> {
    pub(super) fn note(&mut self, evidence: Evidence) {
        if !self.evidence.contains(&evidence) {
            self.evidence.push(evidence);
        }
    }

    pub(super) fn runner_up(&mut self, runner_up: RunnerUp) {
        if !self.runners_up.contains(&runner_up) {
            self.runners_up.push(runner_up);
        }
    }

    pub(super) fn lose(&mut self, claim: Claim<'f>, step: Step, rule: RuleId) {
        self.runner_up(RunnerUp { step, rule, person: claim.to, appointment: Some(claim.of.no) });
    }

    fn out(&mut self, registration: &'f Registration, step: Step, rule: RuleId) {
        self.lose(Claim { of: registration, to: registration.owner }, step, rule);
    }

    pub(super) fn ask_supervisor(&mut self) {
        self.asked = true;
    }

    /// Contacts of this cycle before the arrival, the first first.
    pub(super) fn contacts(&self) -> impl Iterator<Item = &'f Contact> + use<'f> {
        self.facts.contacts.iter()
    }

    fn table(&mut self) -> Result<Verdict<'f>, Verdict<'f>> {
        let pool = self.matching()?;
        if self.facts.arrival.is_false {
            self.note(Evidence::FalseArrival);
            return Err(Verdict::nobody(Step::FalseArrival, "R-083"));
        }
        self.lending(&pool)?;
        let pool = self.revisit(pool)?;
        let pool = self.valid(pool);
        let pool = self.protection(pool)?;
        let pool = self.months(pool)?;
        let pool = self.names(pool);
        let claims = pool.into_iter().map(|of| Claim { of, to: of.owner }).collect();
        let claims = self.contacts_against_bookings(claims);
        let claims = self.records(claims);
        Ok(self.most_complete_then_first(claims))
    }

    /// Step 0a.
    fn matching(&mut self) -> Result<Pool<'f>, Verdict<'f>> {
        let needed = self.book.count(&MATCH_MIN, self.day);
        let arrival = self.facts.arrival.when;
        let enough = |of: &Registration| of.matched.items.len() >= needed as usize;
        let mut pool = Pool::new();
        let (mut late, mut cancelled) = (false, false);
        for of in &self.facts.registrations {
            let appointment = of.no;
            let items = of.matched.items.clone();
            if of.dates.entered >= arrival {
                late |= enough(of);
            } else if of.matched.confirmed == Some(false) {
                self.note(Evidence::Rejected { appointment });
            } else if of.cancelled.is_some_and(|when| when < arrival) {
                cancelled |= enough(of);
                self.note(Evidence::Cancelled { appointment });
                self.out(of, Step::Matching, "R-034");
            } else if enough(of) {
                pool.push(of);
            } else {
                self.note(Evidence::NotMatched { appointment, items, needed });
                self.out(of, Step::Matching, "R-079");
            }
        }
        if !pool.is_empty() {
            return Ok(self.best_matching(pool, needed));
        }
        for of in self.facts.registrations.iter().filter(|of| of.dates.entered >= arrival) {
            self.note(Evidence::Late { appointment: of.no });
        }
        if self.evidence.is_empty() {
            self.note(Evidence::NothingRegistered);
        }
        let rule = match (late, cancelled) {
            (true, _) => "R-030",
            (false, true) => "R-034",
            (false, false) => "R-079",
        };
        Err(Verdict::nobody(Step::Matching, rule))
    }

    /// A weak match is passed over beside a better one that is valid.
    fn best_matching(&mut self, pool: Pool<'f>, needed: u32) -> Pool<'f> {
        let arrival = self.facts.arrival.when;
        let better = pool.iter().any(|of| !self.is_weak(of) && of.class(arrival) != Class::Invalid);
        let (left, weak): (Pool, Pool) = pool.into_iter().partition(|of| !better || !self.is_weak(of));
        for of in &left {
            let (appointment, items) = (of.no, of.matched.items.clone());
            self.note(Evidence::Matched { appointment, items, needed });
        }
        for of in weak {
            self.note(Evidence::WeakBeside { appointment: of.no });
            self.out(of, Step::Matching, "R-079");
        }
        left
    }

    /// Step 0c.
    fn lending(&mut self, pool: &Pool<'f>) -> Result<(), Verdict<'f>> {
        let Some(lending) = self.facts.arrival.lending else { return Ok(()) };
        let (giver, receiver) = (lending.giver, lending.receiver);
        match self.book.word(&LEND_MODE, self.day) {
            "signer_all" => {
                let signer = lending.signer.unwrap_or(receiver);
                self.note(Evidence::Signed { signer });
                let on = pool.iter().find(|of| of.owner == giver).or(pool.first()).copied();
                for of in pool.iter().filter(|of| of.owner != signer) {
                    self.out(of, Step::Lending, "R-097");
                }
                Err(Verdict { to: Some(signer), on, ..Verdict::nobody(Step::Lending, "R-097") })
            }
            // A fine alone does not say whose the patient is.
            "fine_each" | "fine_then_flag" => {
                self.note(Evidence::Lent { giver, receiver, void: false });
                self.ask_supervisor();
                Ok(())
            }
            _ => {
                self.note(Evidence::Lent { giver, receiver, void: true });
                Err(Verdict::nobody(Step::Lending, "R-096"))
            }
        }
    }

    /// Step 1: the corresponding day itself begins a new cycle.
    fn revisit(&mut self, pool: Pool<'f>) -> Result<Pool<'f>, Verdict<'f>> {
        let visits = &self.facts.visits;
        let Some(last) = visits.last() else { return Ok(pool) };
        let base = if self.book.word(&REVISIT_BASE, self.day) == "first" { &visits[0] } else { last };
        let on = self.calendar.date(base.when.at);
        let anew_from = Window::of_months(on, self.book.count(&REVISIT_MONTHS, self.day)).last;
        self.note(Evidence::Treated { on, anew_from });
        if self.day < anew_from {
            for of in pool {
                self.out(of, Step::Revisit, "R-086");
            }
            let nobody = Verdict::nobody(Step::Revisit, "R-086");
            return Err(match self.book.word(&REVISIT_WITHIN, self.day) {
                "original" => Verdict { to: base.credited, other: base.appointment, ..nobody },
                _ => nobody,
            });
        }
        let (pool, old): (Pool, Pool) = pool.into_iter().partition(|of| of.dates.entered > last.when);
        for of in old {
            self.note(Evidence::BeforeVisit { appointment: of.no });
            self.out(of, Step::Revisit, "R-086");
        }
        if pool.is_empty() { Err(Verdict::nobody(Step::Revisit, "R-086")) } else { Ok(pool) }
    }

    /// An invalid appointment competes only with its like, and then a person decides, unless one has looked.
    fn valid(&mut self, pool: Pool<'f>) -> Pool<'f> {
        let arrival = self.facts.arrival.when;
        let (invalid, valid): (Pool, Pool) =
            pool.into_iter().partition(|of| of.class(arrival) == Class::Invalid);
        if valid.is_empty() {
            self.note(Evidence::OnlyInvalid);
            if invalid.iter().any(|of| of.matched.confirmed.is_none()) {
                self.ask_supervisor();
            }
            return invalid;
        }
        for of in invalid {
            self.note(Evidence::Invalid { appointment: of.no });
            self.out(of, Step::Completeness, "R-085");
        }
        valid
    }

    fn until(&self, of: &Registration, before: Moment) -> NaiveDate {
        Clocks::before(self.book, self.calendar, &of.dates, before).protection.last
    }

    /// Step 2. Registrations and follow-ups are looked at as they came, each against the clocks as they stood
    /// then. A registration takes the place of what has run out, and competes with the rest; a mere follow-up takes
    /// over only when nothing of another's is protected any more, and then the first one has it until he books. What has
    /// run out when another acts is lost to its owner in any case.
    fn protection(&mut self, pool: Pool<'f>) -> Result<Pool<'f>, Verdict<'f>> {
        let mut acts: Vec<(Moment, Act)> = pool.iter().map(|of| (of.dates.entered, Act::Entry(of))).collect();
        let tracking = self.contacts().filter(|contact| contact.is_tracking());
        acts.extend(tracking.map(|contact| (contact.when, Act::FollowUp(contact))));
        acts.sort_by_key(|(moment, _)| *moment);
        let owns = |person: PersonId| pool.iter().any(|of| of.owner == person);
        let mut open = Pool::new();
        let mut taken: Option<(PersonId, &'f Registration)> = None;
        for (moment, act) in acts {
            let on = self.calendar.date(moment.at);
            match (act, taken) {
                (Act::Entry(of), Some((by, _))) if by != of.owner => self.out(of, Step::Protection, "R-094"),
                (Act::Entry(of), Some(_)) => {
                    taken = None;
                    open.push(of);
                }
                (Act::Entry(of), None) => {
                    for old in std::mem::take(&mut open) {
                        let until = self.until(old, moment);
                        if old.owner == of.owner || on <= until {
                            open.push(old);
                        } else {
                            self.note(Evidence::Released { appointment: old.no, until, rival: of.no, on });
                            self.out(old, Step::Protection, "R-094");
                        }
                    }
                    open.push(of);
                }
                (Act::FollowUp(_), Some(_)) => {}
                (Act::FollowUp(contact), None) => {
                    let by = contact.by;
                    let (own, others): (Pool, Pool) = open.iter().partition(|of| of.owner == by);
                    let latest = others.iter().map(|of| (self.until(of, moment), of.no)).max();
                    let Some((until, appointment)) = latest else { continue };
                    if on > until {
                        self.note(Evidence::TookOver { appointment, by, on, until });
                        taken = own.first().or(others.first()).map(|on| (by, *on));
                    } else if !owns(by) {
                        self.note(Evidence::Protected { appointment, by, on, until });
                        let step = Step::Protection;
                        self.runner_up(RunnerUp { step, rule: "R-094", person: by, appointment: None });
                    }
                    // What has run out is lost even where another's protection keeps the follow-up from winning.
                    for old in others {
                        let until = self.until(old, moment);
                        if on > until {
                            self.note(Evidence::TookOver { appointment: old.no, by, on, until });
                            self.out(old, Step::Protection, "R-094");
                            open.retain(|of| of.no != old.no);
                        }
                    }
                }
            }
        }
        match taken {
            Some((to, of)) => Err(Verdict::to(Claim { of, to }).at(Step::Protection, "R-094")),
            None => Ok(open),
        }
    }

    /// Step 3, for each appointment by its own months.
    fn months(&mut self, pool: Pool<'f>) -> Result<Pool<'f>, Verdict<'f>> {
        let arrival = self.facts.arrival.when;
        let mut left = Pool::new();
        for of in pool {
            let appointment = of.no;
            let last = Clocks::before(self.book, self.calendar, &of.dates, arrival).credit.last;
            if self.day <= last {
                left.push(of);
            } else if let Some((when, by)) = self.consulted_again(of, last) {
                let on = self.calendar.date(when.at);
                self.note(Evidence::ConsultedAgain { appointment, last, by, on });
                left.push(of);
            } else {
                self.note(Evidence::Lapsed { appointment, last });
                self.out(of, Step::Months, "R-095");
            }
        }
        if left.is_empty() { Err(Verdict::nobody(Step::Months, "R-095")) } else { Ok(left) }
    }

    /// The first two-way contact with anybody that counts as a new consultation; a further appointment is one too.
    fn consulted_again(&self, of: &Registration, last: NaiveDate) -> Option<(Moment, PersonId)> {
        let any = self.book.word(&RECONSULT, self.day) == "any";
        let counts = |when: &Moment| {
            if any { *when > of.dates.entered } else { self.calendar.date(when.at) > last }
        };
        let contacts =
            self.contacts().filter(|contact| contact.is_two_way()).map(|contact| (contact.when, contact.by));
        let jumps = self.facts.jumps.iter().map(|jump| (jump.when, jump.to));
        let bookings = self.bookings().map(|booking| (booking.dates.entered, booking.owner));
        contacts.chain(jumps).chain(bookings).filter(|(when, _)| counts(when)).min()
    }

    /// All appointments of the patient in this cycle, whatever became of them.
    fn bookings(&self) -> impl Iterator<Item = &'f Registration> + use<'f> {
        let arrival = self.facts.arrival.when;
        let last = self.facts.visits.last().map(|visit| visit.when);
        self.facts.registrations.iter().filter(move |of| {
            let entered = of.dates.entered;
            let in_cycle = entered < arrival && last.is_none_or(|last| last < entered);
            in_cycle && of.matched.confirmed != Some(false)
        })
    }

    /// Step 4. An appointment without a full name bears no other name.
    fn names(&mut self, pool: Pool<'f>) -> Pool<'f> {
        let differ = |one: &Registration, other: &Registration| {
            one.owner != other.owner && one.name.is_some() && other.name.is_some() && one.name != other.name
        };
        if !pool.iter().any(|one| pool.iter().any(|other| differ(one, other))) {
            return pool;
        }
        let hospital = &self.facts.arrival.name;
        let equal = |of: &Registration| of.name.is_some() && of.name == *hospital;
        if !pool.iter().any(|of| equal(of)) {
            self.note(Evidence::NameOfNone);
            self.ask_supervisor();
            return pool;
        }
        let (left, other): (Pool, Pool) = pool.into_iter().partition(|of| equal(of) || of.name.is_none());
        for of in left.iter().filter(|of| equal(of)) {
            self.note(Evidence::NameEqual { appointment: of.no });
        }
        for of in other {
            self.note(Evidence::NameOther { appointment: of.no });
            self.out(of, Step::Names, "R-087");
        }
        left
    }

    /// Step 11: where the patient's first contact was, with whomever.
    fn source(&self, on: Option<&Registration>) -> Option<Source> {
        let contacts = self.contacts().map(|contact| (contact.when, contact.channel));
        let jumps = self.facts.jumps.iter().map(|jump| (jump.when, Channel::Network));
        let bookings = self.bookings().map(|of| (of.dates.entered, of.channel));
        let first = contacts.chain(jumps).chain(bookings).min().map(|(_, channel)| channel);
        let booked = on.map(|of| of.channel).or(first)?;
        Some(Source::of(first, booked))
    }

    /// The step that took out the last rival; without a rival, what the credit stands on.
    fn decided_by(
        &mut self,
        to: Option<PersonId>,
        clocks: Option<Clocks>,
        on: Option<i64>,
    ) -> (Step, RuleId) {
        let rivals = self.runners_up.iter().filter(|runner_up| Some(runner_up.person) != to);
        let last = rivals.map(|runner_up| (runner_up.step, runner_up.rule)).max();
        if let Some((step, rule)) = last.filter(|(step, _)| *step >= Step::Protection) {
            return (step, rule);
        }
        let outside = |clocks: &Clocks| !clocks.protection.holds(self.day) || !clocks.credit.holds(self.day);
        if let (Some(clocks), Some(appointment)) = (clocks.filter(outside), on) {
            if clocks.credit.holds(self.day) {
                self.note(Evidence::WithinMonths { appointment, last: clocks.credit.last });
            }
            return (Step::Months, "R-095");
        }
        let only_invalid = self.evidence.contains(&Evidence::OnlyInvalid);
        match last {
            _ if !self.facts.visits.is_empty() => (Step::Revisit, "R-086"),
            _ if only_invalid => (Step::Matching, "R-078"),
            Some(by) => by,
            None => (Step::Matching, "R-079"),
        }
    }

    /// Age, region and complaint fit too many.
    fn is_weak(&self, of: &Registration) -> bool {
        let weak = BTreeSet::from([Item::Age, Item::Region, Item::Complaint]);
        self.book.is_on(&WEAK_TRIPLE_REVIEW, self.day)
            && of.matched.confirmed.is_none()
            && of.matched.items.is_subset(&weak)
    }

    /// Steps 11 and 12, and everything put together.
    fn decision(mut self, verdict: Verdict<'f>) -> Decision {
        let source = self.source(verdict.on);
        let arrival = self.facts.arrival.when;
        let clocks = verdict.on.map(|of| Clocks::before(self.book, self.calendar, &of.dates, arrival));
        if let Some(of) = verdict.on.filter(|of| self.is_weak(of)) {
            self.note(Evidence::Weak { appointment: of.no });
            self.ask_supervisor();
        }
        let on = verdict.on.map(|of| of.no).or(verdict.other);
        let (step, rule) = match verdict.by {
            Some(by) => by,
            None => self.decided_by(verdict.to, clocks, on),
        };
        let stands = verdict.to.is_some() || verdict.tied;
        let forfeited = stands && self.facts.arrival.forfeited;
        let mut runners_up = self.runners_up;
        if forfeited {
            self.evidence.push(Evidence::Forfeited { by: reconcile_by(self.book, self.day) });
            let (step, rule) = (Step::Closing, "R-378");
            let lost = verdict.to.map(|person| RunnerUp { step, rule, person, appointment: on });
            runners_up.extend(lost);
        }
        runners_up.sort();
        let (step, rule) = if forfeited { (Step::Closing, "R-378") } else { (step, rule) };
        let counts = stands && !forfeited;
        runners_up.retain(|runner_up| !counts || Some(runner_up.person) != verdict.to);
        Decision {
            to: verdict.to.filter(|_| counts),
            appointment: on.filter(|_| counts),
            step,
            rule,
            confirm_by: (counts && self.asked).then_some(Role::Supervisor),
            source,
            evidence: self.evidence,
            runners_up,
            clocks: clocks.filter(|_| counts),
        }
    }
}
