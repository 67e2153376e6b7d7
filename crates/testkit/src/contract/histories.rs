//! Any history of registrations, changes, contacts, arrivals and what is taken back of them: every arrival has exactly one
//! verdict, and it is what the rules say of the register as it stands; nothing later than an arrival changes it.

use super::desk::{Desk, at, over, undoing, who};
use super::{NOON, day, person, write};
use crate::engines::Database;
use chrono::NaiveDate;
use domain::attribution::Lending;
use domain::calendar::{DAY, HOUR, MINUTE, shift_days};
use domain::patient::Patient;
use domain::registration::{Channel, Class, class_at};
use domain::rights::Record;
use domain::{EpochMs, PersonId};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::collections::BTreeMap;
use store::{Cause, CreditState, Error, Tx};

/// What one step does.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Register { who: usize, part: usize, in_days: i64 },
    Complete { nth: usize },
    Change { nth: usize, in_days: i64, remark: bool },
    Cancel { nth: usize },
    FollowUp { nth: usize, reached: bool },
    Consult { who: usize, part: usize, online: bool },
    Jump { who: usize },
    Arrive { who: usize, part: usize, ago: EpochMs },
    UndoEntry { nth: usize },
    UndoContact { nth: usize },
    UndoArrival { nth: usize },
    Correct { nth: usize, who: usize, part: usize },
    Look { nth: usize, same: bool },
    MarkFalse { nth: usize, is_false: bool },
    Lend { nth: usize, lent: bool },
    Confirm { nth: usize },
    Rule { nth: usize, to: Option<usize> },
    UndoRuling { nth: usize },
    Close { nth: usize, forfeited: bool },
}

impl Step {
    pub(super) fn any(random: &mut StdRng) -> Step {
        let (who, part, nth) =
            (random.random_range(0..3), random.random_range(0..4), random.random_range(0..9));
        let in_days = random.random_range(0..4);
        let flag = random.random_bool(0.6);
        match random.random_range(0..24) {
            0..=3 => Step::Register { who, part, in_days },
            4 => Step::Complete { nth },
            5 => Step::Change { nth, in_days, remark: random.random_bool(0.5) },
            6 => Step::Cancel { nth },
            7 => Step::FollowUp { nth, reached: random.random_bool(0.7) },
            8 => Step::Consult { who, part, online: random.random_bool(0.5) },
            9 => Step::Jump { who },
            10..=12 => Step::Arrive { who, part, ago: random.random_range(0..3) * 30 * MINUTE },
            13 => Step::UndoEntry { nth },
            14 => Step::UndoContact { nth },
            15 => Step::UndoArrival { nth },
            16 => Step::Correct { nth, who, part },
            17 => Step::Look { nth, same: flag },
            18 => Step::MarkFalse { nth, is_false: flag },
            19 => Step::Lend { nth, lent: flag },
            20 => Step::Confirm { nth },
            21 => Step::Rule { nth, to: flag.then_some(who) },
            22 => Step::UndoRuling { nth },
            _ => Step::Close { nth, forfeited: flag },
        }
    }

    /// Whether it may change the verdict on an arrival that was recorded before.
    fn reaches_back(&self) -> bool {
        !matches!(
            self,
            Step::Register { .. }
                | Step::Complete { .. }
                | Step::Change { .. }
                | Step::Cancel { .. }
                | Step::FollowUp { .. }
                | Step::Consult { .. }
                | Step::Jump { .. }
        )
    }
}

/// A patient as he is known: in full, without the number, without the name, or hardly.
fn patient(who_is: usize, part: usize) -> Patient {
    let (name, age, phone) =
        [("王小明", "35", "13800138000"), ("陈大文", "36", "13800138001"), ("孙美丽", "60", "13800138000")]
            [who_is];
    match part {
        0 => who(name, age, phone, "佛山", "牙痛"),
        1 => who(name, age, "", "佛山", "牙痛"),
        2 => who("", age, phone, "", "牙痛"),
        _ => who("", age, "", "佛山", "牙痛"),
    }
}

const APPOINTMENTS: i64 = 60;

pub(super) fn appointments(tx: &mut Tx<'_>) -> Result<Vec<store::Appointment>, Error> {
    let mut found = Vec::new();
    for no in 1..=APPOINTMENTS {
        found.extend(tx.appointment(no)?);
    }
    Ok(found)
}

pub(super) fn all_arrivals(tx: &mut Tx<'_>) -> Result<Vec<store::StoredArrival>, Error> {
    tx.arrivals_between(day("01-01"), shift_days(day("01-01"), 10_000))
}

fn pick<T: Clone>(of: &[T], nth: usize) -> Option<T> {
    (!of.is_empty()).then(|| of[of.len() - 1 - nth % of.len()].clone())
}

pub(super) fn carry_out(
    tx: &mut Tx<'_>,
    step: &Step,
    people: &[PersonId],
    now: EpochMs,
    by: usize,
) -> Result<(), Error> {
    let desk = Desk::new();
    let (by, other, guide) = (people[by % 3], people[(by + 1) % 3], people[3]);
    let today = desk.calendar.date(now);
    let all = appointments(tx)?;
    let open: Vec<_> = all.iter().filter(|one| !one.cancelled).cloned().collect();
    let date = |in_days: i64| -> NaiveDate { shift_days(today, in_days) };
    match step {
        Step::Register { who, part, in_days } => {
            desk.register(tx, by, &patient(*who, *part), Some(date(*in_days)), now)?;
        }
        Step::Complete { nth } => {
            if let Some(one) = pick(&open, *nth) {
                desk.complete(tx, one.no, &patient(usize::try_from(one.no % 3).expect("small"), 0), now)?;
            }
        }
        Step::Change { nth, in_days, remark } => {
            if let Some(one) = pick(&open, *nth) {
                desk.change(tx, one.no, date(*in_days), remark.then_some("出差"), now)?;
            }
        }
        Step::Cancel { nth } => {
            if let Some(one) = pick(&open, *nth) {
                desk.cancel(tx, one.no, now)?;
            }
        }
        Step::FollowUp { nth, reached } => {
            if let Some(one) = pick(&open, *nth) {
                desk.follow_up(tx, other, one.no, *reached, now)?;
            }
        }
        Step::Consult { who, part, online } => {
            let channel = if *online { Channel::Shangwutong } else { Channel::Phone };
            desk.consult(tx, by, &patient(*who, *part), channel, *online, now)?;
        }
        Step::Jump { who } => {
            desk.jump(tx, by, other, &patient(*who, 0), now)?;
        }
        Step::Arrive { who, part, ago } => {
            desk.arrive(tx, guide, &patient(*who, *part), now - ago, now)?;
        }
        Step::UndoEntry { nth } => {
            if let Some(one) = pick(&all, *nth) {
                let lines = tx.register_entries(one.no)?;
                let last = lines.iter().rev().find(|line| line.undone_at.is_none()).map(|line| line.when.seq);
                let tend = Record::by_program(one.owner).tend();
                tx.undo_register_entry(&tend, last.unwrap_or_default(), desk.judge(now))?;
            }
        }
        Step::UndoContact { nth } => {
            let mut known = Vec::new();
            for no in 1..=APPOINTMENTS {
                known.extend(tx.contact(no)?);
            }
            if let Some(one) = pick(&known, *nth) {
                tx.undo_contact(&undoing(one.by), one.no, desk.judge(now))?;
            }
        }
        Step::UndoArrival { nth } => {
            let known = all_arrivals(tx)?;
            if let Some(one) = pick(&known, *nth) {
                tx.undo_arrival_entry(&undoing(guide), one.recorded.seq, desk.judge(now))?;
            }
        }
        said => return say(tx, said, people, now),
    }
    Ok(())
}

/// What people say of an arrival after it was recorded.
fn say(tx: &mut Tx<'_>, step: &Step, people: &[PersonId], now: EpochMs) -> Result<(), Error> {
    let desk = Desk::new();
    let (judge, guide) = (desk.judge(now), people[3]);
    let (Step::Correct { nth, .. }
    | Step::Look { nth, .. }
    | Step::MarkFalse { nth, .. }
    | Step::Lend { nth, .. }
    | Step::Confirm { nth }
    | Step::Rule { nth, .. }
    | Step::UndoRuling { nth }
    | Step::Close { nth, .. }) = step
    else {
        return Ok(());
    };
    let Some(no) = pick(&all_arrivals(tx)?, *nth).map(|one| one.no) else { return Ok(()) };
    match step {
        Step::Correct { who, part, .. } => {
            desk.correct(tx, guide, no, &patient(*who, *part), now)?;
        }
        Step::Look { same, .. } => {
            if let Some(one) = pick(&tx.matches_of(no)?, *nth) {
                tx.confirm_match(&over(), no, one.appointment, *same, judge)?;
            }
        }
        Step::MarkFalse { is_false, .. } => {
            tx.mark_false(&over(), no, *is_false, "查实", judge)?;
        }
        Step::Lend { lent, .. } => {
            let lending = Lending { giver: people[0], receiver: people[1], signer: Some(people[2]) };
            tx.mark_lending(&over(), no, lent.then_some(lending), "查实", judge)?;
        }
        Step::Confirm { .. } => {
            tx.confirm_credit(&over(), no, now)?;
        }
        Step::Rule { to, .. } => {
            tx.override_credit(&over(), no, to.map(|to| people[to]), "裁定", now)?;
        }
        Step::UndoRuling { .. } => {
            if let Some(stands) = tx.current_decision(no)? {
                tx.undo_ruling(&undoing(guide), stands.credit.decision, judge)?;
            }
        }
        Step::Close { forfeited, .. } => {
            tx.set_forfeited(&[no], *forfeited, judge)?;
        }
        _ => {}
    }
    Ok(())
}

/// What is wrong with the verdicts, and how many decisions each arrival has.
fn looked_at(tx: &mut Tx<'_>, now: EpochMs) -> Result<(Vec<String>, BTreeMap<i64, usize>), Error> {
    let desk = Desk::new();
    let (mut wrong, mut decisions) = (Vec::new(), BTreeMap::new());
    for arrival in all_arrivals(tx)? {
        let label = arrival.label();
        let made = tx.decisions(arrival.no)?;
        decisions.insert(arrival.no, made.len());
        if made.last().map(|last| &last.credit) != Some(&arrival.credit) {
            wrong.push(format!("{label}: its last decision is not what stands"));
        }
        let chain = made.windows(2).all(|pair| pair[1].replaces == Some(pair[0].credit.decision));
        if !chain || made.first().is_none_or(|first| first.replaces.is_some()) {
            wrong.push(format!("{label}: a decision does not name the one before"));
        }
        if let Some(other) = tx.redecide(arrival.no, Cause::Corrected, desk.judge(now))? {
            wrong.push(format!("{label}: {:?}, recomputed {:?}", arrival.credit, other.credit));
        }
        let mut valid = BTreeMap::new();
        for one in tx.matches_of(arrival.no)?.into_iter().filter(|one| one.in_question) {
            let when = arrival.when();
            let class = class_at(&tx.class_versions(one.appointment)?, when);
            let cancelled = tx
                .register_entries(one.appointment)?
                .into_iter()
                .rfind(|line| line.undone_at.is_none())
                .is_some_and(|line| line.kind == "cancelled" && line.when < when);
            valid.insert(one.appointment, !cancelled && class.is_some_and(|class| class != Class::Invalid));
        }
        let on = arrival.credit.appointment;
        let by_rules = matches!(arrival.credit.state, CreditState::Decided | CreditState::Suggested)
            && arrival.lending.is_none();
        if !by_rules {
            continue;
        }
        if on.is_some_and(|no| valid.get(&no) != Some(&true)) && valid.values().any(|valid| *valid) {
            wrong.push(format!("{label}: credited on Y{on:?} beside a valid one"));
        }
        if arrival.credit.to.is_some() != on.is_some() {
            wrong.push(format!("{label}: somebody's without an appointment, or the other way round"));
        }
    }
    // Who has come is marked on each appointment that is known to be his.
    for appointment in appointments(tx)? {
        let mut newest = None;
        for arrival in tx.arrivals_of_appointment(appointment.no)? {
            let verified = tx
                .matches_of(arrival.no)?
                .iter()
                .any(|one| one.appointment == appointment.no && one.verified);
            newest = newest.max((verified && !arrival.is_false).then_some(arrival.no));
        }
        let expected = appointment.terms.visit.map(|visit| visit.date);
        let waits = match expected {
            Some(day) => tx.expected_on(day)?.iter().any(|one| one.no == appointment.no),
            None => false,
        };
        if !appointment.cancelled && expected.is_some() && waits != newest.is_none() {
            wrong.push(format!("{}: expected {waits}, came {newest:?}", appointment.label()));
        }
    }
    Ok((wrong, decisions))
}

pub(super) async fn every_arrival_has_the_verdict_of_the_register(database: Database) {
    let store = database.open(NOON).await;
    let mut people = Vec::new();
    for name in ["张三", "李四", "王五", "赵六"] {
        people.push(person(&store, name).await);
    }
    let seed = super::seed();
    let mut random = StdRng::seed_from_u64(seed);
    let mut now = at("03-02 09:00");
    let mut before: BTreeMap<i64, usize> = BTreeMap::new();
    for number in 0..45 {
        // The clock may stand still, and may run on for months.
        now += [0, 0, MINUTE, HOUR, DAY, 40 * DAY][random.random_range(0..6)];
        let (step, by) = (Step::any(&mut random), random.random_range(0..3));
        let (people, taken) = (people.clone(), step.clone());
        let (wrong, decisions) = write(&store, move |tx| {
            carry_out(tx, &taken, &people, now, by)?;
            looked_at(tx, now)
        })
        .await;
        assert!(wrong.is_empty(), "seed {seed}, step {number}, {step:?}: {}", wrong.join("; "));
        if !step.reaches_back() {
            assert_eq!(decisions, before, "seed {seed}, step {number}: {step:?} changed what was decided");
        }
        before = decisions;
    }
}
