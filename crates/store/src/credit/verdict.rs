//! Writing decisions: what the rules say, what people say over them, and what becomes of both when a fact is corrected or
//! a month is closed.

use super::facts::Judged;
use super::row;
use super::{Cause, ClaimEnded, Credit, CreditClocks, CreditDecision, CreditState};
use crate::arrivals::{Judge, read};
use crate::error::{Error, Result};
use crate::event::Fact;
use crate::register::ledger::Letter;
use crate::sql::Tx;
use chrono::NaiveDate;
use domain::attribution::{Decision, Step, explain, reconcile_by};
use domain::matching::{Comparison, Tolerance};
use domain::patient::{Item, Patient, same_patient};
use domain::registration::Moment;
use domain::rights::{Over, Undoing};
use domain::{EpochMs, PersonId, Role};
use std::collections::BTreeMap;

const ADD: &str = "INSERT INTO credit_decision (arrival, at, to_person, appointment, step, rule, confirm_by, source, \
    settled, replaces, cause, by_person, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) \
    RETURNING no";
const STANDS: &str = "UPDATE arrival SET credited = $2, appointment = $3, step = $4, rule = $5, confirm_by = $6, \
    source = $7, settled = $8, decision_no = $9 WHERE no = $1";
const FORFEIT: &str = "UPDATE arrival SET forfeited = $2 WHERE no = $1";
const CLOSE_OBJECTIONS: &str = "UPDATE objection SET state = 'upheld', ruled_by = $2, ruled_at = $3, decision = $4 \
    WHERE arrival = $1 AND state = 'open'";
const OPEN_OBJECTIONS: &str = "UPDATE objection SET state = 'open', ruled_by = NULL, ruled_at = NULL, decision = NULL \
    WHERE decision = $1";
const MATCHED_WITH: &str = "SELECT DISTINCT m.arrival FROM arrival_match m JOIN arrival a ON a.no = m.arrival \
    WHERE m.appointment = $1 AND a.state = 'open'";
const OF_OWNER: &str = "SELECT m.appointment FROM arrival_match m JOIN appointment a ON a.no = m.appointment \
    WHERE m.arrival = $1 AND a.owner = $2 AND m.in_question AND (m.confirmed IS NULL OR m.confirmed = 1) \
    ORDER BY m.appointment LIMIT 1";

const LATER: &str = "SELECT no, recorder, recorded_at, seq, arrived_at, arrived_day, visit_kind, channel, missing, \
    spend_fen, is_false, giver, receiver, signer, forfeited, outcome, credited, appointment, step, rule, confirm_by, \
    source, settled, decision_no FROM arrival WHERE recorded_at >= $1 AND state = 'open' \
    ORDER BY recorded_at, seq LIMIT $2";

/// Arrivals that are looked through for some that resemble an appointment.
const RESEMBLING: u32 = 300;
/// Items in which they agree at least: no setting takes fewer for a match.
const ALIKE: usize = 2;

/// A person in a decision's words.
fn mark(person: PersonId) -> String {
    format!("⟦{person}⟧")
}

/// The answer in words, as it stands at the head of a decision.
fn answer(to: Option<PersonId>, appointment: Option<i64>) -> String {
    let on = appointment.map(|no| format!("（Y{no}）")).unwrap_or_default();
    to.map_or_else(|| "不计业绩。".to_owned(), |person| format!("归 {}{on}。", mark(person)))
}

/// What the rules said, about to be written.
fn by_the_rules(arrival: i64, decision: &Decision, cause: Cause, judge: Judge<'_>) -> CreditDecision {
    let state = if decision.confirm_by.is_some() { CreditState::Suggested } else { CreditState::Decided };
    let claims = decision.runners_up.iter().map(|runner_up| ClaimEnded {
        person: runner_up.person,
        appointment: runner_up.appointment,
        step: runner_up.step,
        rule: runner_up.rule.to_owned(),
    });
    CreditDecision {
        arrival,
        at: judge.now,
        credit: Credit {
            to: decision.to,
            appointment: decision.appointment,
            step: decision.step,
            rule: decision.rule.to_owned(),
            confirm_by: decision.confirm_by,
            source: decision.source,
            state,
            decision: 0,
        },
        replaces: None,
        cause,
        by: None,
        lines: explain(decision, judge.calendar, mark),
        claims: claims.collect(),
        clocks: decision.clocks.map(|clocks| CreditClocks {
            base: clocks.protection.base,
            protected_until: clocks.protection.last,
            credit_until: clocks.credit.last,
        }),
    }
}

/// Whether two decisions say the same.
fn is_same(one: &Credit, other: &Credit) -> bool {
    let outcome = |credit: &Credit| {
        (credit.to, credit.appointment, credit.step, credit.rule.clone(), credit.confirm_by, credit.source)
    };
    outcome(one) == outcome(other)
}

/// The outcome of the rules as a mere suggestion, because a person has said otherwise.
fn suggested_over(new: CreditDecision, judged: &Judged, judge: Judge<'_>) -> CreditDecision {
    let mut decision = judged.decision.clone();
    decision.confirm_by = Some(Role::Supervisor);
    let replaces = new.replaces;
    let mut new = CreditDecision { replaces, ..by_the_rules(new.arrival, &decision, new.cause, judge) };
    if new.credit.to.is_none()
        && judged.decision.confirm_by.is_none()
        && let Some(first) = new.lines.first_mut()
    {
        *first = format!("建议不计业绩，待{}确认。", Role::Supervisor.word());
    }
    new
}

/// Whether somebody who leads the department has proven it untrue or lent: that needs nobody's confirmation.
fn is_proven(credit: &Credit) -> bool {
    matches!(credit.step, Step::FalseArrival | Step::Lending)
}

fn is_by_people(decision: &CreditDecision) -> bool {
    matches!(decision.credit.state, CreditState::Confirmed | CreditState::Overridden)
}

impl Tx<'_> {
    /// The decision that stands; every arrival has one.
    pub(crate) fn standing_decision(&mut self, arrival: i64) -> Result<CreditDecision> {
        self.current_decision(arrival)?.ok_or_else(|| Error::Corrupt("arrival decision".to_owned()))
    }

    /// Appends a decision, which stands from now on.
    fn append(&mut self, mut decision: CreditDecision) -> Result<CreditDecision> {
        let body = row::body(&decision.lines, &decision.claims, decision.clocks);
        let credit = &decision.credit;
        let (step, source) = (credit.step.code(), credit.source.map(|source| source.code()));
        let confirm_by = credit.confirm_by.map(Role::word);
        let params = [
            decision.arrival.into(),
            decision.at.into(),
            credit.to.into(),
            credit.appointment.into(),
            step.into(),
            (&credit.rule).into(),
            confirm_by.into(),
            source.into(),
            credit.state.code().into(),
            decision.replaces.into(),
            decision.cause.code().into(),
            decision.by.into(),
            (&body).into(),
        ];
        let no = self.exec_row(ADD, &params, |row| row.int("no"))?;
        let no = no.ok_or_else(|| Error::Corrupt("credit_decision".to_owned()))?;
        let params = [
            decision.arrival.into(),
            credit.to.into(),
            credit.appointment.into(),
            step.into(),
            (&credit.rule).into(),
            confirm_by.into(),
            source.into(),
            credit.state.code().into(),
            no.into(),
        ];
        self.exec(STANDS, &params)?;
        decision.credit.decision = no;
        Ok(decision)
    }

    /// Appends what the rules or the calendar decided, and records it.
    fn append_told(&mut self, decision: CreditDecision) -> Result<CreditDecision> {
        let decision = self.append(decision)?;
        let label = Letter::Arrival.label(decision.arrival);
        let credit = &decision.credit;
        let fact = Fact::new("credit.decided", None)
            .about(label.as_str())
            .with("arrival", label.as_str())
            .with("to", credit.to.map(Fact::person_value))
            .with("appointment", credit.appointment.map(|no| Letter::Appointment.label(no)))
            .with("step", credit.step.code())
            .with("rule", credit.rule.as_str())
            .with("confirm_by", credit.confirm_by.map(Role::word))
            .with("source", credit.source.map(|source| source.code()))
            .with("cause", decision.cause.code())
            .with("decision", credit.decision)
            .with("replaces", decision.replaces);
        self.record(decision.at, fact);
        Ok(decision)
    }

    /// Writes what the rules say, whatever stood before.
    pub(crate) fn decided(
        &mut self,
        arrival: i64,
        judged: &Judged,
        cause: Cause,
        replaces: Option<i64>,
        judge: Judge<'_>,
    ) -> Result<CreditDecision> {
        let decision = by_the_rules(arrival, &judged.decision, cause, judge);
        self.append_told(CreditDecision { replaces, ..decision })
    }

    /// Writes what the rules say where that is something else than before. What a person ruled, and what he confirmed
    /// unless it was `reconsidered` by one, is not overturned: the outcome is suggested, and the supervisor has to say.
    pub(crate) fn weighed(
        &mut self,
        arrival: i64,
        judged: &Judged,
        cause: Cause,
        reconsidered: bool,
        judge: Judge<'_>,
    ) -> Result<Option<CreditDecision>> {
        let stands = self.standing_decision(arrival)?;
        let replaces = Some(stands.credit.decision);
        let new = CreditDecision { replaces, ..by_the_rules(arrival, &judged.decision, cause, judge) };
        if cause != Cause::Reopened && self.closed_over_people(&stands)? {
            return Ok(None);
        }
        let kept = stands.credit.state == CreditState::Overridden
            || (stands.credit.state == CreditState::Confirmed && !reconsidered);
        if !kept {
            let same = |new: &CreditDecision| {
                is_same(&stands.credit, &new.credit) && stands.credit.state == new.credit.state
            };
            if same(&new) {
                return Ok(None);
            }
            let said = if cause == Cause::Closed { None } else { self.hangs_on_people(&stands)? };
            let Some(said) = said else { return self.append_told(new).map(Some) };
            if self.is_no_news(&said, &new)? {
                // What spoke against the person is taken back, and his word stands again.
                let again = CreditDecision { at: judge.now, cause: Cause::Reopened, replaces, ..said };
                return self.append_told(again).map(Some);
            }
            let told = reconsidered && is_proven(&new.credit);
            let new = if told { new } else { suggested_over(new, judged, judge) };
            return if same(&new) { Ok(None) } else { self.append_told(new).map(Some) };
        }
        if reconsidered && is_proven(&new.credit) {
            return self.append_told(new).map(Some);
        }
        if stands.credit.to == new.credit.to || self.is_no_news(&stands, &new)? {
            return Ok(None);
        }
        self.append_told(suggested_over(new, judged, judge)).map(Some)
    }

    /// Whether the rules say now what they said when a person spoke. A word that was brought back was spoken where it was
    /// first said. Who spoke over a closed month knew the closing, and what the rules had said before it.
    fn is_no_news(&mut self, said: &CreditDecision, new: &CreditDecision) -> Result<bool> {
        let agrees = |before: &CreditDecision| {
            let (was, is) = (&before.credit, &new.credit);
            was.to == is.to && (is.to.is_some() || was.step == is.step)
        };
        let mut before = self.first_said(said)?;
        loop {
            let closed = self.closed_over_people(&before)?;
            if closed && agrees(&before) {
                return Ok(true);
            }
            let earlier = match before.replaces.filter(|_| closed || is_by_people(&before)) {
                Some(no) => self.credit_decision(no)?,
                None => None,
            };
            match earlier {
                Some(earlier) => before = self.first_said(&earlier)?,
                None => return Ok(agrees(&before)),
            }
        }
    }

    /// What a person had said, where it stands no more only because another outcome was suggested or the arrival proven
    /// untrue or lent, and he has not ruled since: the next fact that changes does not overturn him either.
    fn hangs_on_people(&mut self, stands: &CreditDecision) -> Result<Option<CreditDecision>> {
        let mut at = stands.clone();
        loop {
            let over = at.credit.state == CreditState::Suggested || is_proven(&at.credit);
            let over = over && at.cause == Cause::Corrected;
            let Some(before) = at.replaces.filter(|_| over || at.cause == Cause::Closed) else {
                return Ok(None);
            };
            match self.credit_decision(before)? {
                Some(before) if is_by_people(&before) => return Ok(over.then_some(before)),
                Some(before) => at = before,
                None => return Ok(None),
            }
        }
    }

    /// Where a word was first said that was brought back after what spoke against it was taken back; else the decision
    /// itself.
    fn first_said(&mut self, stands: &CreditDecision) -> Result<CreditDecision> {
        let mut at = stands.clone();
        while is_by_people(&at) && at.cause == Cause::Reopened {
            loop {
                let before = match at.replaces {
                    Some(no) => self.credit_decision(no)?,
                    None => None,
                };
                let Some(before) = before else { return Ok(stands.clone()) };
                at = before;
                if is_by_people(&at) {
                    break;
                }
            }
        }
        Ok(at)
    }

    /// Whether a month was closed over what a person had said.
    fn closed_over_people(&mut self, decision: &CreditDecision) -> Result<bool> {
        if decision.cause != Cause::Closed {
            return Ok(false);
        }
        let before = match decision.replaces {
            Some(no) => self.credit_decision(no)?,
            None => None,
        };
        Ok(before.is_some_and(|before| is_by_people(&before)))
    }

    /// Decides an arrival anew after a fact was corrected or taken back; event `credit.decided`. Writes only where the
    /// outcome is another (`None` otherwise). What a person confirmed or ruled is not overturned: the new outcome is
    /// suggested, and the supervisor has to say.
    ///
    /// # Errors
    /// As [`Tx::confirm_credit`].
    pub fn redecide(
        &mut self,
        arrival: i64,
        cause: Cause,
        judge: Judge<'_>,
    ) -> Result<Option<CreditDecision>> {
        if self.arrival(arrival)?.is_none() {
            return Ok(None);
        }
        let Some(said) = self.recorded(arrival)? else { return Ok(None) };
        let judged = self.judged(arrival, &said, judge)?;
        self.weighed(arrival, &judged, cause, false, judge)
    }

    /// Decides these anew, in their order.
    pub(crate) fn redecide_all(&mut self, arrivals: &[i64], judge: Judge<'_>) -> Result<()> {
        for arrival in arrivals {
            self.redecide(*arrival, Cause::Corrected, judge)?;
        }
        Ok(())
    }

    /// Decides anew, in order, the arrivals of a patient after a moment, and those that an appointment was compared with.
    pub(crate) fn redecide_concerned(
        &mut self,
        patient: &Patient,
        appointment: Option<i64>,
        after: Moment,
        judge: Judge<'_>,
    ) -> Result<()> {
        let today = judge.calendar.date(judge.now);
        let mut order: BTreeMap<Moment, (i64, Moment)> = BTreeMap::new();
        for (no, arrival) in self.arrivals_like(patient, 0)? {
            let theirs = self.patient_in(&arrival.label())?;
            if same_patient(patient, &theirs, judge.book, today).is_some() {
                order.insert(arrival.when(), (no, arrival.recorded));
            }
        }
        let search = crate::register::Search { since: 0, most: 20, cancelled: true };
        let mut appointments: Vec<i64> = appointment.into_iter().collect();
        for rival in self.rivals(patient, appointment, search, judge.book, today)? {
            let reached =
                rival.sameness.by.contains(&Item::Phone) || rival.sameness.by.contains(&Item::Contact);
            if rival.sameness.certain || !reached {
                appointments.push(rival.appointment.no);
            }
        }
        for appointment in appointments {
            for no in self.rows(MATCHED_WITH, &[appointment.into()], |row| row.int("arrival"))? {
                if let Some(arrival) = self.arrival(no)? {
                    order.insert(arrival.when(), (no, arrival.recorded));
                }
            }
        }
        for (moment, (no, recorded)) in order {
            if moment > after || recorded.seq > after.seq {
                self.redecide(no, Cause::Corrected, judge)?;
            }
        }
        Ok(())
    }

    /// Decides anew the arrivals recorded after a moment that resemble an appointment which is not known by name: some
    /// hundred at the most, the first first.
    pub(crate) fn redecide_resembling(
        &mut self,
        patients: &[Patient],
        booked: &[NaiveDate],
        after: Moment,
        judge: Judge<'_>,
    ) -> Result<()> {
        let days: Vec<Option<NaiveDate>> =
            if booked.is_empty() { vec![None] } else { booked.iter().copied().map(Some).collect() };
        for arrival in self.rows(LATER, &[after.at.into(), RESEMBLING.into()], read)? {
            let theirs = self.patient_in(&arrival.label())?;
            let tolerance = Tolerance::on(judge.book, arrival.day);
            let resembles = |patient: &Patient| {
                days.iter().any(|day| {
                    let fields = Comparison::of(&theirs, arrival.day, patient, *day, tolerance);
                    fields.agreeing().len() >= ALIKE
                })
            };
            if arrival.recorded > after && patients.iter().any(resembles) {
                self.redecide(arrival.no, Cause::Corrected, judge)?;
            }
        }
        Ok(())
    }

    /// After a person has looked at a match: what he leaves undoubted is confirmed, the rest is decided anew.
    pub(crate) fn settled_by(&mut self, by: &Over, arrival: i64, judge: Judge<'_>) -> Result<CreditDecision> {
        let said = self.recorded(arrival)?.ok_or_else(|| Error::Corrupt("arrival lines".to_owned()))?;
        let judged = self.judged(arrival, &said, judge)?;
        let stands = self.standing_decision(arrival)?;
        let settles = stands.credit.state == CreditState::Suggested
            && judged.decision.confirm_by.is_none()
            && judged.decision.to.is_some();
        let decision = if settles {
            let mut new = by_the_rules(arrival, &judged.decision, Cause::Confirmed, judge);
            new.credit.state = CreditState::Confirmed;
            (new.replaces, new.by) = (Some(stands.credit.decision), by.by());
            let decision = self.append(new)?;
            self.record_confirmed(&decision);
            Some(decision)
        } else {
            self.weighed(arrival, &judged, Cause::Corrected, true, judge)?
        };
        self.redecide_all(&judged.later, judge)?;
        match decision {
            Some(decision) => Ok(decision),
            None => self.standing_decision(arrival),
        }
    }

    fn record_confirmed(&mut self, decision: &CreditDecision) {
        let label = Letter::Arrival.label(decision.arrival);
        let fact = Fact::new("credit.confirmed", decision.by)
            .about(label.as_str())
            .with("arrival", label.as_str())
            .with("to", decision.credit.to.map(Fact::person_value))
            .with("by", decision.by.map(Fact::person_value))
            .with("decision", decision.credit.decision)
            .with("rule", decision.credit.rule.as_str());
        self.record(decision.at, fact);
    }

    /// The suggestion stands; event `credit.confirmed`. `None` when nothing is suggested: an exact tie suggests nobody,
    /// and has to be ruled on.
    ///
    /// # Errors
    /// When it cannot be written; the same for the writers below.
    pub fn confirm_credit(
        &mut self,
        by: &Over,
        arrival: i64,
        now: EpochMs,
    ) -> Result<Option<CreditDecision>> {
        if self.arrival(arrival)?.is_none() {
            return Ok(None);
        }
        let stands = self.standing_decision(arrival)?;
        let credit = &stands.credit;
        let is_tie = credit.to.is_none() && credit.step == Step::Order;
        if credit.state != CreditState::Suggested || is_tie {
            return Ok(None);
        }
        let mut lines = vec![answer(credit.to, credit.appointment)];
        lines.extend(by.by().map(|by| format!("由 {} 确认。", mark(by))));
        lines.extend(stands.lines.iter().skip(1).cloned());
        let decision = self.append(CreditDecision {
            at: now,
            credit: Credit { confirm_by: None, state: CreditState::Confirmed, ..credit.clone() },
            replaces: Some(credit.decision),
            cause: Cause::Confirmed,
            by: by.by(),
            lines,
            ..stands.clone()
        })?;
        self.record_confirmed(&decision);
        Ok(Some(decision))
    }

    /// A person rules whose the credit is, and the open objections against it are closed as upheld; event
    /// `credit.overridden`. The reason is sealed. `None` when there is no such arrival.
    ///
    /// # Errors
    /// As [`Tx::confirm_credit`].
    pub fn override_credit(
        &mut self,
        by: &Over,
        arrival: i64,
        to: Option<PersonId>,
        reason: &str,
        now: EpochMs,
    ) -> Result<Option<CreditDecision>> {
        if self.arrival(arrival)?.is_none() {
            return Ok(None);
        }
        let stands = self.standing_decision(arrival)?;
        let credit = &stands.credit;
        let appointment = match to {
            Some(person) => {
                let own =
                    self.row(OF_OWNER, &[arrival.into(), person.into()], |row| row.int("appointment"))?;
                own.or(credit.appointment)
            }
            None => None,
        };
        let mut lines = vec![answer(to, appointment)];
        lines.extend(by.by().map(|by| format!("由 {} 裁定。", mark(by))));
        lines.extend(stands.lines.first().map(|first| format!("此前：{first}")));
        lines.extend(stands.lines.iter().skip(1).cloned());
        let mut claims = stands.claims.clone();
        let lost = credit.to.filter(|person| Some(*person) != to).map(|person| ClaimEnded {
            person,
            appointment: credit.appointment,
            step: credit.step,
            rule: credit.rule.clone(),
        });
        claims.extend(lost.filter(|lost| !stands.claims.contains(lost)));
        let decision = self.append(CreditDecision {
            at: now,
            credit: Credit {
                to,
                appointment,
                confirm_by: None,
                state: CreditState::Overridden,
                ..credit.clone()
            },
            replaces: Some(credit.decision),
            cause: Cause::Overridden,
            by: by.by(),
            lines,
            claims,
            clocks: stands.clocks.filter(|_| to.is_some()),
            ..stands
        })?;
        let no = decision.credit.decision;
        self.exec(CLOSE_OBJECTIONS, &[arrival.into(), by.by().into(), now.into(), no.into()])?;
        let label = Letter::Arrival.label(arrival);
        let fact = Fact::new("credit.overridden", by.by())
            .about(label.as_str())
            .with("arrival", label.as_str())
            .with("to", to.map(Fact::person_value))
            .with("by", by.by().map(Fact::person_value))
            .with("decision", no)
            .with("rule", decision.credit.rule.as_str())
            .secret("reason", reason, &label);
        self.record(now, fact);
        Ok(Some(decision))
    }

    /// Takes a confirmation or a ruling back (`decision` of its event), while nothing later was decided: the rules decide
    /// anew, and objections that it closed are open again; event `credit.decided`. False when something later stands.
    ///
    /// # Errors
    /// As [`Tx::confirm_credit`].
    pub fn undo_ruling(&mut self, _by: &Undoing, decision: i64, judge: Judge<'_>) -> Result<bool> {
        let Some(ruled) = self.credit_decision(decision)? else { return Ok(false) };
        let stands = self.current_decision(ruled.arrival)?;
        let Some(stands) = stands.filter(|_| is_by_people(&ruled)) else { return Ok(false) };
        if self.first_said(&stands)?.credit.decision != decision {
            return Ok(false);
        }
        let Some(said) = self.recorded(ruled.arrival)? else { return Ok(false) };
        self.exec(OPEN_OBJECTIONS, &[decision.into()])?;
        let judged = self.judged(ruled.arrival, &said, judge)?;
        self.decided(ruled.arrival, &judged, Cause::Reopened, Some(stands.credit.decision), judge)?;
        Ok(true)
    }

    /// The arrivals of a month were not reconciled when it was closed, or are claimable again; each is decided
    /// anew. Answers those whose credit changed.
    ///
    /// # Errors
    /// As [`Tx::confirm_credit`].
    pub fn set_forfeited(
        &mut self,
        arrivals: &[i64],
        forfeited: bool,
        judge: Judge<'_>,
    ) -> Result<Vec<CreditDecision>> {
        let mut changed = Vec::new();
        for no in arrivals {
            let Some(arrival) = self.arrival(*no)? else { continue };
            self.exec(FORFEIT, &[(*no).into(), forfeited.into()])?;
            let stands = self.standing_decision(*no)?;
            if forfeited {
                if is_by_people(&stands) && stands.credit.to.is_some() {
                    changed.push(self.close_over(stands, arrival.day, judge)?);
                } else {
                    changed.extend(self.redecide(*no, Cause::Closed, judge)?);
                }
                continue;
            }
            let mut again = None;
            if self.closed_over_people(&stands)? {
                let before = match stands.replaces {
                    Some(no) => self.credit_decision(no)?,
                    None => None,
                };
                let replaces = Some(stands.credit.decision);
                if let Some(before) = before {
                    // It stands again as the person had said, on what the rules had said before.
                    let copy = CreditDecision { at: judge.now, cause: Cause::Reopened, ..before };
                    again = Some(self.append_told(CreditDecision { replaces, ..copy })?);
                }
            } else {
                again = self.redecide(*no, Cause::Reopened, judge)?;
            }
            changed.extend(again);
        }
        Ok(changed)
    }

    /// Forfeits what a person had confirmed or ruled.
    fn close_over(
        &mut self,
        stands: CreditDecision,
        arrived: NaiveDate,
        judge: Judge<'_>,
    ) -> Result<CreditDecision> {
        let (step, rule) = (Step::Closing, "R-378");
        let by = reconcile_by(judge.book, arrived);
        let mut lines = vec![
            answer(None, None),
            format!("由第{}步「{}」判定，规则 {rule}。", step.code(), step.word()),
            format!("依据：当月没在{by}（含）前对账，视为放弃。"),
        ];
        lines.extend(stands.lines.first().map(|first| format!("此前：{first}")));
        let mut claims = stands.claims.clone();
        claims.extend(stands.credit.to.map(|person| ClaimEnded {
            person,
            appointment: stands.credit.appointment,
            step,
            rule: rule.to_owned(),
        }));
        self.append_told(CreditDecision {
            at: judge.now,
            credit: Credit {
                to: None,
                appointment: None,
                step,
                rule: rule.to_owned(),
                confirm_by: None,
                state: CreditState::Decided,
                ..stands.credit.clone()
            },
            replaces: Some(stands.credit.decision),
            cause: Cause::Closed,
            by: None,
            lines,
            claims,
            clocks: None,
            ..stands
        })
    }
}
