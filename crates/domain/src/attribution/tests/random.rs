//! Random histories: whatever happened, the verdict keeps its promises; and two rivals are judged as a second, simpler
//! judge does.

use super::samples::{Day, d, items};
use crate::attribution::{
    Change, Clocks, Contact, Dates, Decision, Evidence, Facts, Jump, Match, Registration, Said, Step, Visit,
    decide, explain,
};
use crate::calendar::{Calendar, DAY, MINUTE};
use crate::registration::{Channel, Class, ClassVersion, Moment, class_at};
use crate::settings::Book;
use crate::{PersonId, Role};
use proptest::prelude::*;
use proptest::sample::select;

/// Nobody in the generated histories.
const STRANGER: PersonId = 99;
const ENOUGH: usize = 3;

fn judge(facts: &Facts) -> Decision {
    decide(&Book::default(), &Calendar::default(), facts)
}

/// A time on a day counted from 1 January 2025.
fn moment(day: i64, minute: i64) -> Moment {
    Moment { at: Calendar::default().midnight(d("2025-01-01")) + day * DAY + minute * MINUTE, seq: 0 }
}

/// Days that lie around the ends of the windows as seen from the first days and from the end of January, and days so
/// close to each other that much meets on them.
fn a_day() -> impl Strategy<Value = i64> {
    prop_oneof![
        2 => 0i64..240,
        3 => 28i64..34,
        3 => select(vec![0, 1, 30, 31, 59, 60, 89, 90, 91, 92, 119, 120, 121, 122, 150, 180, 181, 182]),
    ]
}

fn a_moment() -> impl Strategy<Value = Moment> {
    (a_day(), prop_oneof![Just(0i64), Just(1439), 0i64..1440]).prop_map(|(day, minute)| moment(day, minute))
}

fn a_date() -> impl Strategy<Value = chrono::NaiveDate> {
    a_moment().prop_map(|moment| Calendar::default().date(moment.at))
}

fn a_person() -> impl Strategy<Value = PersonId> {
    1i64..5
}

fn a_channel() -> impl Strategy<Value = Channel> {
    select(vec![Channel::Network, Channel::Qq, Channel::Phone, Channel::Phone, Channel::Desk])
}

fn a_class() -> impl Strategy<Value = Class> {
    prop_oneof![3 => Just(Class::Full), 3 => Just(Class::ConditionalA), 1 => select(Class::ALL.to_vec())]
}

fn a_registration() -> impl Strategy<Value = Registration> {
    let dates = (
        a_moment(),
        proptest::option::weighted(0.8, a_date()),
        prop::collection::vec((a_moment(), a_date(), any::<bool>()), 0..3),
    );
    let classes = (a_class(), prop::collection::vec((a_moment(), a_class()), 0..2));
    let matched = (
        select(vec![
            "name age phone",
            "name age phone",
            "name age phone region",
            "age region complaint",
            "age region",
            "phone region age",
        ]),
        select(vec![None, None, None, None, None, Some(true), Some(false)]),
    );
    let rest = (
        a_person(),
        a_channel(),
        select(vec![None, Some("李某某"), Some("李某某"), Some("李某某"), Some("张某某")]),
        proptest::option::of(a_moment()),
        proptest::option::weighted(0.1, a_moment()),
    );
    (dates, classes, matched, rest).prop_map(|(dates, classes, matched, rest)| {
        let (entered, visit_date, changes) = dates;
        let (owner, channel, name, record, cancelled) = rest;
        let changes =
            changes.into_iter().map(|(when, visit_date, remarked)| Change { when, visit_date, remarked });
        let later = classes.1.into_iter().map(|(from, class)| ClassVersion { from, class });
        Registration {
            no: 0,
            owner,
            channel,
            dates: Dates { entered, visit_date, changes: changes.collect() },
            classes: std::iter::once(ClassVersion { from: entered, class: classes.0 }).chain(later).collect(),
            name: name.map(str::to_owned),
            record,
            cancelled,
            matched: Match { items: items(matched.0), confirmed: matched.1 },
        }
    })
}

fn a_contact() -> impl Strategy<Value = Contact> {
    let known = select(vec!["", "name phone", "complaint", "contact"]).prop_map(items);
    let said = prop_oneof![
        2 => (known, any::<bool>(), any::<bool>()).prop_map(|(known, record, remark)| Said::Consulted {
            known,
            record,
            remark
        }),
        1 => (any::<bool>(), any::<bool>()).prop_map(|(reached, cover)| Said::FollowedUp { reached, cover }),
    ];
    (a_moment(), a_person(), a_channel(), said).prop_map(|(when, by, channel, said)| Contact {
        when,
        by,
        channel,
        said,
    })
}

fn a_jump() -> impl Strategy<Value = Jump> {
    (a_moment(), a_person(), a_person(), any::<[bool; 3]>()).prop_map(|(when, from, to, said)| {
        let [touched, booking_words, both_online] = said;
        Jump { when, from, to, touched, booking_words, both_online }
    })
}

/// A history, with each moment's place in it told apart.
fn a_history() -> impl Strategy<Value = Facts> {
    let facts = (
        prop::collection::vec(a_registration(), 1..5),
        prop::collection::vec(a_contact(), 0..6),
        prop::collection::vec(a_jump(), 0..3),
        prop::collection::vec((a_moment(), proptest::option::of(a_person())), 0..3),
        proptest::bool::weighted(0.2),
    );
    (facts, (32i64..250, 0i64..1440), select(vec![None, Some("李某某"), Some("张某某")])).prop_map(
        |((registrations, contacts, jumps, visits, visited), (day, minute), name)| {
            let mut facts = super::samples::arrives("2025-01-01 00:00");
            facts.arrival.when = moment(day, minute);
            facts.arrival.name = name.map(str::to_owned);
            facts.registrations = registrations;
            facts.contacts = contacts;
            facts.jumps = jumps;
            let visit = |(when, credited)| Visit { when, credited, appointment: None };
            facts.visits = if visited { visits.into_iter().map(visit).collect() } else { Vec::new() };
            numbered(facts)
        },
    )
}

fn numbered(mut facts: Facts) -> Facts {
    let mut seq = 0;
    let mut next = || {
        seq += 1;
        seq
    };
    for registration in &mut facts.registrations {
        registration.no = next();
        registration.dates.entered.seq = registration.no;
        registration.classes[0].from = registration.dates.entered;
        registration.dates.changes.iter_mut().for_each(|change| change.when.seq = next());
        registration.classes.iter_mut().skip(1).for_each(|version| version.from.seq = next());
        registration.record.iter_mut().for_each(|record| record.seq = next());
        registration.cancelled.iter_mut().for_each(|cancelled| cancelled.seq = next());
    }
    facts.contacts.iter_mut().for_each(|contact| contact.when.seq = next());
    facts.jumps.iter_mut().for_each(|jump| jump.when.seq = next());
    facts.visits.iter_mut().for_each(|visit| visit.when.seq = next());
    facts.arrival.when.seq = next();
    facts
}

/// Appointments that may have the credit at all, found by hand.
fn competing(facts: &Facts) -> Vec<&Registration> {
    let arrival = facts.arrival.when;
    let last = facts.visits.iter().map(|visit| visit.when).filter(|when| *when < arrival).max();
    let competes = |of: &&Registration| {
        of.dates.entered < arrival
            && last.is_none_or(|last| of.dates.entered > last)
            && of.cancelled.is_none_or(|cancelled| cancelled > arrival)
            && of.matched.items.len() >= ENOUGH
            && of.matched.confirmed != Some(false)
    };
    facts.registrations.iter().filter(competes).collect()
}

fn is_invalid(of: &Registration, at: Moment) -> bool {
    class_at(&of.classes, at).is_none_or(|class| class == Class::Invalid)
}

/// The last day before any clock of the history first runs out; what follows up until then has no effect.
fn quiet_until(facts: &Facts) -> Option<chrono::NaiveDate> {
    let clocks = facts.registrations.iter().map(|of| {
        let dates = Dates { changes: Vec::new(), ..of.dates.clone() };
        let clocks = Clocks::of(&Book::default(), &Calendar::default(), &dates);
        clocks.protection.last.min(clocks.credit.last)
    });
    clocks.min()
}

fn renamed(facts: &Facts) -> Facts {
    let other = |person: PersonId| 1_000 - person;
    let mut facts = facts.clone();
    facts.registrations.iter_mut().for_each(|of| of.owner = other(of.owner));
    facts.contacts.iter_mut().for_each(|contact| contact.by = other(contact.by));
    facts.visits.iter_mut().for_each(|visit| visit.credited = visit.credited.map(other));
    for jump in &mut facts.jumps {
        (jump.from, jump.to) = (other(jump.from), other(jump.to));
    }
    facts
}

const RULES: &[(Step, &[&str])] = &[
    (Step::Matching, &["R-030", "R-034", "R-078", "R-079"]),
    (Step::Revisit, &["R-086"]),
    (Step::Protection, &["R-094"]),
    (Step::Months, &["R-095"]),
    (Step::Names, &["R-087"]),
    (Step::Jump, &["R-090", "R-091"]),
    (Step::LeftWord, &["R-093"]),
    (Step::SameDay, &["R-092"]),
    (Step::Record, &["R-089"]),
    (Step::Completeness, &["R-085"]),
    (Step::Order, &["R-084", "R-085"]),
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn there_is_one_verdict_and_it_is_sound(facts in a_history()) {
        let decision = judge(&facts);
        prop_assert!(RULES.iter().any(|(step, rules)| *step == decision.step && rules.contains(&decision.rule)));
        prop_assert!(decision.confirm_by.is_none_or(|role| role == Role::Supervisor));
        prop_assert_eq!(decision.appointment.is_some(), decision.to.is_some());
        let tied = decision.evidence.iter().any(|evidence| matches!(evidence, Evidence::Tied { .. }));
        let said = explain(&decision, &Calendar::default(), |person| format!("同事{person}"));
        prop_assert!(said.len() >= 4 && said.iter().all(|line| line.ends_with('。') && !line.contains("某某")));
        let competing = competing(&facts);
        let Some(to) = decision.to else {
            prop_assert_eq!(decision.confirm_by.is_some(), tied);
            return Ok(());
        };
        let on = competing.iter().find(|of| Some(of.no) == decision.appointment);
        prop_assert!(on.is_some(), "only what competes can have the credit");
        let arrival = facts.arrival.when;
        if on.is_some_and(|of| is_invalid(of, arrival)) {
            let valid = |of: &&Registration| !is_invalid(of, arrival) && of.matched.items != items("age region complaint");
            prop_assert!(!competing.iter().any(valid), "an invalid one while a valid one competes");
            let looked_at = on.is_some_and(|of| of.matched.confirmed.is_some());
            prop_assert!(looked_at || decision.confirm_by.is_some(), "an invalid one on which nobody has looked");
        }
        let took_part = competing.iter().any(|of| of.owner == to)
            || facts.contacts.iter().any(|contact| contact.by == to && contact.when < arrival)
            || facts.jumps.iter().any(|jump| jump.from == to && jump.when < arrival);
        prop_assert!(took_part && decision.runners_up.iter().all(|runner_up| runner_up.person != to));
        prop_assert!(decision.clocks.is_some() && decision.source.is_some());
    }

    #[test]
    fn the_order_of_the_facts_says_nothing(facts in a_history(), turn in 0usize..6) {
        let mut other = facts.clone();
        other.registrations.reverse();
        let middle = turn.min(other.contacts.len());
        other.contacts.rotate_left(middle);
        other.jumps.reverse();
        other.visits.reverse();
        for registration in &mut other.registrations {
            registration.dates.changes.reverse();
            registration.classes.reverse();
        }
        prop_assert_eq!(judge(&other), judge(&facts));
        prop_assert_eq!(judge(&facts), judge(&facts));
    }

    #[test]
    fn who_it_is_says_nothing(facts in a_history()) {
        let (decision, other) = (judge(&facts), judge(&renamed(&facts)));
        prop_assert_eq!(other.to.map(|person| 1_000 - person), decision.to);
        prop_assert_eq!((other.step, other.rule, other.confirm_by), (decision.step, decision.rule, decision.confirm_by));
    }

    #[test]
    fn what_comes_after_the_arrival_says_nothing(
        facts in a_history(), later in 0i64..200 * 1440, contact in a_contact(), jump in a_jump(), new in a_registration(),
    ) {
        let when = Moment { at: facts.arrival.when.at + later * MINUTE, seq: 10_000 };
        let mut after = facts.clone();
        after.contacts.push(Contact { when, ..contact });
        after.jumps.push(Jump { when, ..jump });
        after.visits.push(Visit { when, credited: Some(STRANGER), appointment: Some(7) });
        for registration in &mut after.registrations {
            registration.classes.push(ClassVersion { from: when, class: Class::Full });
            registration.dates.changes.push(Change { when, visit_date: d("2027-01-01"), remarked: true });
            registration.cancelled = registration.cancelled.or(Some(when));
            registration.record = registration.record.or(Some(when));
        }
        let (decision, kept) = (judge(&facts), judge(&after));
        prop_assert_eq!(&kept, &decision);
        let dates = Dates { entered: when, ..new.dates.clone() };
        let cancelled = None;
        after.registrations.push(Registration { no: 10_001, owner: STRANGER, dates, cancelled, ..new });
        let late = judge(&after);
        prop_assert_eq!((late.to, late.appointment, late.confirm_by), (decision.to, decision.appointment, decision.confirm_by));
        if decision.to.is_some() {
            prop_assert_eq!(late, decision);
        }
    }

    #[test]
    fn a_follow_up_within_the_protection_says_nothing(facts in a_history(), back in 0i64..60, by in 1i64..6) {
        let Some(until) = quiet_until(&facts) else { return Ok(()) };
        let midnight = Calendar::default().midnight(until);
        let when = Moment { at: midnight + DAY - 1 - back * DAY, seq: 10_000 };
        let mut poached = facts.clone();
        let said = Said::FollowedUp { reached: true, cover: false };
        poached.contacts.push(Contact { when, by: if by == 5 { STRANGER } else { by }, channel: Channel::Phone, said });
        let (decision, kept) = (judge(&facts), judge(&poached));
        prop_assert_eq!((kept.to, kept.appointment, kept.confirm_by), (decision.to, decision.appointment, decision.confirm_by));
    }

    #[test]
    fn a_cancelled_appointment_says_nothing(facts in a_history(), new in a_registration(), back in 0i64..60) {
        let Some(until) = quiet_until(&facts) else { return Ok(()) };
        let at = Calendar::default().midnight(until) - back * DAY;
        let (entered, cancelled) = (Moment { at, seq: 10_000 }, Moment { at: at + MINUTE, seq: 10_001 });
        if cancelled >= facts.arrival.when {
            return Ok(());
        }
        let mut more = facts.clone();
        let dates = Dates { entered, ..new.dates.clone() };
        more.registrations.push(Registration { no: 10_000, dates, cancelled: Some(cancelled), ..new });
        let (decision, kept) = (judge(&facts), judge(&more));
        prop_assert_eq!((kept.to, kept.appointment, kept.confirm_by), (decision.to, decision.appointment, decision.confirm_by));
    }

    #[test]
    fn contacts_of_an_earlier_cycle_say_nothing(facts in a_history(), contact in a_contact(), jump in a_jump()) {
        let arrival = facts.arrival.when;
        let Some(last) = facts.visits.iter().map(|visit| visit.when).filter(|when| *when < arrival).max() else {
            return Ok(());
        };
        let when = Moment { at: last.at - 1, seq: 10_000 };
        let mut more = facts.clone();
        more.contacts.push(Contact { when, ..contact });
        more.jumps.push(Jump { when, ..jump });
        prop_assert_eq!(judge(&more), judge(&facts));
    }
}

/// A day of 2025 or 2026 by its number, counted by hand.
fn by_hand(day: u32) -> Day {
    Day { year: 2025, month: 1, day: 1 }.after(day)
}

/// One of two rivals: day of the entry, rank at first, from which day on full.
#[derive(Clone, Copy, Debug)]
struct Rival {
    who: PersonId,
    entered: u32,
    rank: u8,
    full_from: Option<u32>,
}

impl Rival {
    fn rank_on(&self, day: u32) -> u8 {
        if self.full_from.is_some_and(|from| from > self.entered && from <= day) { 2 } else { self.rank }
    }
    fn lapsed(&self, arrival: u32, consulted: &[u32]) -> bool {
        let last = by_hand(self.entered).months_on(3).date();
        by_hand(arrival).date() > last && !consulted.iter().any(|day| by_hand(*day).date() > last)
    }
}

/// Two rivals with an appointment each and a third who follows up once: by counting days only. Everything happens at
/// a time of day of its own: first the earlier rival's part, then the later's, then the follow-up, then the arrival.
fn second_judge(first: Rival, second: Rival, follow_up: Option<u32>, arrival: u32) -> Option<PersonId> {
    let over = |rival: &Rival, day: u32| day > rival.entered + 90;
    let mut open = vec![first];
    let valid = |rival: &Rival| rival.rank_on(arrival) > 0;
    let both = valid(&first) == valid(&second);
    if !both {
        open = if valid(&first) { vec![first] } else { vec![] };
    }
    let second_competes = both || valid(&second);
    let follow_up = follow_up.filter(|day| *day <= arrival);
    let before = follow_up.filter(|day| *day < second.entered);
    if second_competes {
        if before.is_some_and(|day| !open.is_empty() && day >= first.entered && over(&first, day)) {
            return Some(3);
        }
        open.retain(|rival| !over(rival, second.entered));
        open.push(second);
    }
    if let Some(day) =
        follow_up.filter(|day| if second_competes { before.is_none() } else { *day >= first.entered })
    {
        if open.iter().all(|rival| over(rival, day)) {
            return Some(3);
        }
        open.retain(|rival| !over(rival, day));
    }
    let known = |rival: &Rival| {
        let other = if rival.who == first.who { second.entered } else { first.entered };
        follow_up.into_iter().chain([other]).collect::<Vec<_>>()
    };
    open.retain(|rival| !rival.lapsed(arrival, &known(rival)));
    match open.as_slice() {
        [] => None,
        [one] => Some(one.who),
        _ if second.rank_on(second.entered) > first.rank_on(second.entered) => Some(second.who),
        _ => Some(first.who),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6_000))]

    #[test]
    fn two_rivals_and_a_third_are_judged_as_by_the_second_judge(
        start in 0u32..400,
        gap in prop_oneof![0u32..100, select(vec![1u32, 88, 89, 90, 91, 92, 93])],
        wait in prop_oneof![0u32..200, select(vec![0u32, 88, 89, 90, 91, 92, 93, 180])],
        follow_up in proptest::option::of(prop_oneof![0u32..300, select(vec![88u32, 89, 90, 91, 92, 93, 180, 181, 182])]),
        ranks in (0u8..3, 0u8..3),
        full_from in (proptest::option::of(0u32..200), proptest::option::of(0u32..200)),
    ) {
        let first = Rival { who: 1, entered: start, rank: ranks.0, full_from: full_from.0.map(|day| start + day) };
        let entered = start + gap;
        let second = Rival { who: 2, entered, rank: ranks.1, full_from: full_from.1.map(|day| entered + day) };
        let arrival = entered + wait;
        let follow_up = follow_up.map(|day| start + day);
        let mut facts = super::samples::arrives("2025-01-01 00:00");
        facts.arrival.when = moment(arrival.into(), 1200);
        for (rival, minute) in [(first, 480), (second, 540)] {
            let class = |rank| [Class::Invalid, Class::Incomplete, Class::Full][usize::from(rank)];
            let at = moment(rival.entered.into(), minute);
            let mut of = super::samples::reg(rival.who, rival.who, "2025-01-01 00:00").class_is(class(rival.rank));
            of.dates.entered = at;
            of.classes[0].from = at;
            // Completed at midnight of the day, so before everything else of that day.
            let completed = rival.full_from.filter(|day| *day > rival.entered);
            of.classes.extend(completed.map(|day| ClassVersion { from: moment(day.into(), 0), class: Class::Full }));
            facts.registrations.push(of);
        }
        let said = Said::FollowedUp { reached: true, cover: false };
        facts.contacts.extend(follow_up.map(|day| Contact { when: moment(day.into(), 600), by: 3, channel: Channel::Phone, said }));
        prop_assert_eq!(judge(&facts).to, second_judge(first, second, follow_up, arrival));
    }
}
