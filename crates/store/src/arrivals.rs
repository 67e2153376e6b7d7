//! Arrivals (到诊, `D…`): what reception recorded, line by line, what of it was found to be so, and with which appointments
//! it was compared. Whose the credit is stands in [`crate::credit`].

mod compare;
mod lines;

pub(crate) use compare::{Comparing, Known, look_back};
pub(crate) use lines::{Recorded, read};

use crate::credit::{Cause, Credit, CreditDecision, CreditState};
use crate::error::{Error, Result};
use crate::event::Fact;
use crate::register::ledger::{Letter, Line, NewLine, as_json};
use crate::sql::Tx;
use chrono::NaiveDate;
use domain::attribution::Lending;
use domain::calendar::Calendar;
use domain::matching::{FormField, Outcome, Verification, VisitKind};
use domain::patient::Item;
use domain::privacy::Field;
use domain::registration::{Channel, Moment};
use domain::rights::{Over, Record, Tend, Undoing};
use domain::settings::Book;
use domain::{EpochMs, PersonId};
use serde_json::json;
use std::collections::BTreeSet;

/// By what it is judged, and when.
#[derive(Clone, Copy, Debug)]
pub struct Judge<'a> {
    /// The settings.
    pub book: &'a Book,
    /// The department's days.
    pub calendar: &'a Calendar,
    /// The time of whatever makes it be judged.
    pub now: EpochMs,
}

/// An arrival about to be recorded or corrected, whole.
#[derive(Clone, Copy, Debug)]
pub struct NewArrival<'a> {
    /// 到诊时间.
    pub arrived_at: EpochMs,
    /// What is known of the patient; the name is that of the hospital registration.
    pub patient: &'a [(Field, String)],
    /// 初复诊.
    pub kind: Option<VisitKind>,
    /// 渠道, as the patient told it.
    pub channel: Option<Channel>,
    /// What the form lacks.
    pub missing: &'a [FormField],
    /// What was spent, fen; `None` when it is not known.
    pub spend_fen: Option<i64>,
    /// When it is recorded.
    pub now: EpochMs,
}

/// An arrival as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredArrival {
    /// Number: D6 is 6.
    pub no: i64,
    /// Who recorded it.
    pub recorder: PersonId,
    /// When it was recorded, with the number of that line.
    pub recorded: Moment,
    /// 到诊时间.
    pub arrived_at: EpochMs,
    /// Its local day.
    pub day: NaiveDate,
    /// 初复诊.
    pub kind: Option<VisitKind>,
    /// 渠道, as the patient told it.
    pub channel: Option<Channel>,
    /// What the form lacks.
    pub missing: Vec<FormField>,
    /// What was spent, fen.
    pub spend_fen: Option<i64>,
    /// Proven untrue.
    pub is_false: bool,
    /// Proven lending or stand-in.
    pub lending: Option<Lending>,
    /// Its month is closed without it having been reconciled.
    pub forfeited: bool,
    /// What the comparison with the register said.
    pub outcome: Outcome,
    /// Whose the credit is.
    pub credit: Credit,
}

impl StoredArrival {
    /// As people read it: `D6`. The case in the vault has the same name.
    pub fn label(&self) -> String {
        format!("D{}", self.no)
    }

    /// When it happened, among everything else that did.
    pub fn when(&self) -> Moment {
        Moment { at: self.arrived_at, seq: self.recorded.seq }
    }
}

/// An appointment that was compared with an arrival.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArrivalMatch {
    /// Which arrival.
    pub arrival: i64,
    /// Which appointment.
    pub appointment: i64,
    /// The items that agree.
    pub items: BTreeSet<Item>,
    /// Whether it competes, or waits for a person who looks; else it is only told why not.
    pub in_question: bool,
    /// Whether it is known to be the same patient's.
    pub verified: bool,
    /// What a person said who looked; `None` while nobody has.
    pub confirmed: Option<bool>,
}

/// An arrival that was just recorded or corrected.
#[derive(Clone, Debug)]
pub struct RecordedArrival {
    /// It.
    pub arrival: StoredArrival,
    /// What the register says of it; the ids are numbers of appointments.
    pub verification: Verification,
    /// Whose the credit is.
    pub decision: CreditDecision,
}

/// The forms of a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forms {
    /// Arrivals recorded for the day.
    pub forms: u32,
    /// Those that lack a field.
    pub incomplete: u32,
}

const ONE: &str = "SELECT no, recorder, recorded_at, seq, arrived_at, arrived_day, visit_kind, channel, missing, spend_fen, is_false, \
     giver, receiver, signer, forfeited, outcome, credited, appointment, step, rule, confirm_by, source, settled, \
     decision_no FROM arrival WHERE no = $1 AND state = 'open'";
const BETWEEN: &str = "SELECT no, recorder, recorded_at, seq, arrived_at, arrived_day, visit_kind, channel, missing, \
    spend_fen, is_false, giver, receiver, signer, forfeited, outcome, credited, appointment, step, rule, confirm_by, \
    source, settled, decision_no FROM arrival \
    WHERE arrived_day >= $1 AND arrived_day <= $2 AND state = 'open' ORDER BY arrived_at, seq";
const OF_APPOINTMENT: &str = "SELECT a.no, a.recorder, a.recorded_at, a.seq, a.arrived_at, a.arrived_day, a.visit_kind, \
    a.channel, a.missing, a.spend_fen, a.is_false, a.giver, a.receiver, a.signer, a.forfeited, a.outcome, a.credited, \
    a.appointment, a.step, a.rule, a.confirm_by, a.source, a.settled, a.decision_no \
    FROM arrival_match m JOIN arrival a ON a.no = m.arrival \
    WHERE m.appointment = $1 AND m.in_question AND a.state = 'open' ORDER BY a.no DESC";
const UNREGISTERED: &str = "SELECT no, recorder, recorded_at, seq, arrived_at, arrived_day, visit_kind, channel, missing, \
    spend_fen, is_false, giver, receiver, signer, forfeited, outcome, credited, appointment, step, rule, confirm_by, \
    source, settled, decision_no FROM arrival WHERE arrived_day >= $1 AND arrived_day <= $2 AND state = 'open' \
    AND outcome = 'unregistered' ORDER BY arrived_at, seq";
const FORMS: &str = "SELECT COUNT(*) AS forms, CAST(COALESCE(SUM(CASE WHEN missing = '' THEN 0 ELSE 1 END), 0) AS BIGINT) \
    AS incomplete FROM arrival WHERE arrived_day = $1 AND state = 'open' AND NOT is_false";
const UNDO: &str = "UPDATE arrival SET state = 'undone' WHERE no = $1";

/// The numbers of the appointments in question, and the items that agree with the first.
fn matched(verification: &Verification) -> (Vec<String>, Vec<&'static str>) {
    let labels = verification.matched.iter().map(|one| Letter::Appointment.label(one.id)).collect();
    (labels, verification.fields().into_iter().map(Item::code).collect())
}

impl Tx<'_> {
    /// Records an arrival, compares it with the register and decides the credit; events `arrival.recorded` and
    /// `credit.decided`. Of a month that is closed it is recorded, for what the hospital has seen is so and a later visit
    /// hangs on it, but nobody's credit.
    ///
    /// # Errors
    /// When it cannot be written; the same for the writers below.
    pub fn record_arrival(
        &mut self,
        by: &Record,
        new: &NewArrival<'_>,
        judge: Judge<'_>,
    ) -> Result<RecordedArrival> {
        let no = self.next_number("D")?;
        let case = Letter::Arrival.label(no);
        let fields: Vec<(Field, &str)> =
            new.patient.iter().map(|(field, text)| (*field, text.as_str())).collect();
        self.put_fields(&case, &fields)?;
        let day = judge.calendar.date(new.arrived_at);
        let when = self.add_arrival_line(by.person(), lines::RECORDED, no, true, new, day)?;
        self.close_case(&case, day)?;
        let said = self.recorded(no)?.ok_or_else(|| Error::Corrupt("arrival lines".to_owned()))?;
        self.insert_arrival(no, &said)?;
        let judged = self.judged(no, &said, judge)?;
        self.record_compared("arrival.recorded", by.person(), no, when, new, &judged.verification, judge);
        let decision = self.decided(no, &judged, Cause::Recorded, None, judge)?;
        self.redecide_all(&judged.later, judge)?;
        self.follow_orders(no, judge.now)?;
        let decision = if self.close_late(no, judge)? { self.standing_decision(no)? } else { decision };
        self.recorded_arrival(no, judged.verification, decision)
    }

    /// Corrects an arrival: `new` is everything that is known now; events `arrival.corrected` and, unless a person has
    /// confirmed or ruled and the outcome is the same, `credit.decided`. `by` may change what the recorder recorded.
    /// `None` when there is no such arrival.
    ///
    /// # Errors
    /// As [`Tx::record_arrival`].
    pub fn correct_arrival(
        &mut self,
        by: &Tend,
        no: i64,
        new: &NewArrival<'_>,
        judge: Judge<'_>,
    ) -> Result<Option<RecordedArrival>> {
        let Some(before) = self.arrival(no)? else { return Ok(None) };
        let was = self.patient_in(&before.label())?;
        let hanging = self.visits_after(no, judge)?;
        let day = judge.calendar.date(new.arrived_at);
        let when = self.add_arrival_line(by.by(), lines::CORRECTED, no, false, new, day)?;
        self.keep_patient(&before.label(), new.patient)?;
        let said = self.recorded(no)?.ok_or_else(|| Error::Corrupt("arrival lines".to_owned()))?;
        self.update_arrival(no, &said)?;
        let judged = self.judged(no, &said, judge)?;
        self.record_compared("arrival.corrected", by.by(), no, when, new, &judged.verification, judge);
        let settled = matches!(before.credit.state, CreditState::Confirmed | CreditState::Overridden);
        let decision = if settled {
            self.weighed(no, &judged, Cause::Corrected, false, judge)?
        } else {
            Some(self.decided(no, &judged, Cause::Corrected, Some(before.credit.decision), judge)?)
        };
        self.redecide_all(&hanging, judge)?;
        self.redecide_concerned(&was, None, before.when(), judge)?;
        self.redecide_all(&judged.later, judge)?;
        self.follow_orders(no, judge.now)?;
        let closed = self.close_late(no, judge)?;
        let decision = match decision.filter(|_| !closed) {
            Some(decision) => decision,
            None => self.standing_decision(no)?,
        };
        self.recorded_arrival(no, judged.verification, decision).map(Some)
    }

    fn recorded_arrival(
        &mut self,
        no: i64,
        verification: Verification,
        decision: CreditDecision,
    ) -> Result<RecordedArrival> {
        let arrival = self.arrival(no)?.ok_or_else(|| Error::Corrupt("arrival".to_owned()))?;
        Ok(RecordedArrival { arrival, verification, decision })
    }

    fn add_arrival_line(
        &mut self,
        by: PersonId,
        kind: &'static str,
        no: i64,
        is_first: bool,
        new: &NewArrival<'_>,
        day: NaiveDate,
    ) -> Result<Moment> {
        let body = lines::body(new, day);
        let sealed = as_json(new.patient);
        let line = NewLine { by, kind, body: &body, sealed: &sealed, now: new.now };
        self.add_line(Letter::Arrival, no, is_first, &line)
    }

    #[expect(clippy::too_many_arguments, reason = "everything that one event says")]
    fn record_compared(
        &mut self,
        kind: &'static str,
        by: PersonId,
        no: i64,
        when: Moment,
        new: &NewArrival<'_>,
        verification: &Verification,
        judge: Judge<'_>,
    ) {
        let case = Letter::Arrival.label(no);
        let (labels, fields) = matched(verification);
        let fact = Fact::new(kind, Some(by))
            .about(case.as_str())
            .with("arrival", case.as_str())
            .with("matched", labels)
            .with("fields", fields)
            .with("verified", verification.is_verified())
            .with("human", verification.asks().is_some())
            .with("missing", lines::codes(new.missing))
            .with("arrived_at", judge.calendar.zoned(new.arrived_at).to_rfc3339())
            .with("entry", when.seq)
            .with("rule", verification.rule)
            .secret("patient", &as_json(new.patient), &case);
        self.record(new.now, fact);
    }

    /// Says whether an appointment is of the patient who came, after a person has looked; events `match.confirmed`, and
    /// `credit.confirmed` when that settles the credit, else `credit.decided` when the outcome is another. `None` when
    /// the two were never compared.
    ///
    /// # Errors
    /// As [`Tx::record_arrival`].
    pub fn confirm_match(
        &mut self,
        by: &Over,
        arrival: i64,
        appointment: i64,
        is_same: bool,
        judge: Judge<'_>,
    ) -> Result<Option<CreditDecision>> {
        let known = self.matches_of(arrival)?.iter().any(|one| one.appointment == appointment);
        if !known || self.arrival(arrival)?.is_none() {
            return Ok(None);
        }
        let body = json!({"appointment": appointment, "same": is_same}).to_string();
        let when = self.mark(by, lines::MATCHED, arrival, &body, "", judge)?;
        let fact = Fact::new("match.confirmed", by.by())
            .about(Letter::Arrival.label(arrival))
            .with("arrival", Letter::Arrival.label(arrival))
            .with("appointment", Letter::Appointment.label(appointment))
            .with("same", is_same)
            .with("entry", when.seq)
            .with("rule", "R-079");
        self.record(judge.now, fact);
        self.settled_by(by, arrival, judge).map(Some)
    }

    /// Marks an arrival as proven untrue, or takes that back; events `arrival.false` and `credit.decided`. The
    /// reason is sealed.
    ///
    /// # Errors
    /// As [`Tx::record_arrival`].
    pub fn mark_false(
        &mut self,
        by: &Over,
        no: i64,
        is_false: bool,
        reason: &str,
        judge: Judge<'_>,
    ) -> Result<Option<CreditDecision>> {
        if self.arrival(no)?.is_none() {
            return Ok(None);
        }
        let body = json!({"false": is_false}).to_string();
        let when = self.mark(by, lines::FALSE, no, &body, reason, judge)?;
        let label = Letter::Arrival.label(no);
        let fact = Fact::new("arrival.false", by.by())
            .about(label.as_str())
            .with("arrival", label.as_str())
            .with("false", is_false)
            .with("entry", when.seq)
            .with("rule", "R-083")
            .secret("reason", reason, &label);
        self.record(judge.now, fact);
        let decision = self.marked(no, judge)?;
        self.follow_orders(no, judge.now)?;
        Ok(Some(decision))
    }

    /// Marks an arrival as lent, or takes that back; events `arrival.lending` and `credit.decided`. The
    /// reason is sealed.
    ///
    /// # Errors
    /// As [`Tx::record_arrival`].
    pub fn mark_lending(
        &mut self,
        by: &Over,
        no: i64,
        lending: Option<Lending>,
        reason: &str,
        judge: Judge<'_>,
    ) -> Result<Option<CreditDecision>> {
        if self.arrival(no)?.is_none() {
            return Ok(None);
        }
        let when = self.mark(by, lines::LENDING, no, &lines::lending_body(lending), reason, judge)?;
        let label = Letter::Arrival.label(no);
        let person = |person: Option<PersonId>| person.map(Fact::person_value);
        let fact = Fact::new("arrival.lending", by.by())
            .about(label.as_str())
            .with("arrival", label.as_str())
            .with("giver", person(lending.map(|lending| lending.giver)))
            .with("receiver", person(lending.map(|lending| lending.receiver)))
            .with("signer", person(lending.and_then(|lending| lending.signer)))
            .with("entry", when.seq)
            .with("rule", "R-096")
            .secret("reason", reason, &label);
        self.record(judge.now, fact);
        self.marked(no, judge).map(Some)
    }

    /// Adds a line of somebody who decides; the program's own are its recorder's.
    fn mark(
        &mut self,
        by: &Over,
        kind: &'static str,
        no: i64,
        body: &str,
        reason: &str,
        judge: Judge<'_>,
    ) -> Result<Moment> {
        let by = match by.by() {
            Some(by) => by,
            None => self.arrival(no)?.ok_or_else(|| Error::Corrupt("arrival".to_owned()))?.recorder,
        };
        let sealed = match reason {
            "" => String::new(),
            reason => as_json(&[(Field::Note, reason.to_owned())]),
        };
        let line = NewLine { by, kind, body, sealed: &sealed, now: judge.now };
        let when = self.add_line(Letter::Arrival, no, false, &line)?;
        let said = self.recorded(no)?.ok_or_else(|| Error::Corrupt("arrival lines".to_owned()))?;
        self.update_arrival(no, &said)?;
        Ok(when)
    }

    /// Decides anew after a person has marked an arrival; other visits of the patient with it.
    fn marked(&mut self, no: i64, judge: Judge<'_>) -> Result<CreditDecision> {
        let said = self.recorded(no)?.ok_or_else(|| Error::Corrupt("arrival lines".to_owned()))?;
        let judged = self.judged(no, &said, judge)?;
        let decision = self.weighed(no, &judged, Cause::Corrected, true, judge)?;
        self.redecide_all(&judged.later, judge)?;
        match decision {
            Some(decision) => Ok(decision),
            None => self.standing_decision(no),
        }
    }

    /// The later visits of the patient, as he is known now.
    fn visits_after(&mut self, no: i64, judge: Judge<'_>) -> Result<Vec<i64>> {
        let Some(said) = self.recorded(no)? else { return Ok(Vec::new()) };
        Ok(self.judged(no, &said, judge)?.later)
    }

    /// Takes a line of an arrival back (the `entry` of its event: recorded, corrected, confirmed match, false, lending) and
    /// decides anew what hung on it. False when it was taken back before, or a later line stands on it.
    ///
    /// # Errors
    /// As [`Tx::record_arrival`].
    pub fn undo_arrival_entry(&mut self, _by: &Undoing, seq: i64, judge: Judge<'_>) -> Result<bool> {
        let Some(no) = self.no_of_line(Letter::Arrival, seq)? else { return Ok(false) };
        let Some(before) = self.arrival(no)? else { return Ok(false) };
        let lines = self.lines(Letter::Arrival, no)?;
        let live: Vec<(usize, &Line)> =
            lines.iter().enumerate().filter(|(_, line)| line.undone_at.is_none()).collect();
        let Some((_, line)) = live.iter().find(|(_, line)| line.when.seq == seq) else { return Ok(false) };
        let is_form = |kind: &str| matches!(kind, lines::RECORDED | lines::CORRECTED);
        let stands_on = |later: &Line| {
            later.when.seq > seq
                && (line.kind == lines::RECORDED || (is_form(&line.kind) && is_form(&later.kind)))
        };
        if live.iter().any(|(_, later)| stands_on(later)) {
            return Ok(false);
        }
        let case = before.label();
        let was = self.patient_in(&case)?;
        let hanging = self.visits_after(no, judge)?;
        self.take_line_back(seq, judge.now)?;
        if line.kind == lines::RECORDED {
            self.exec(UNDO, &[no.into()])?;
            for one in self.matches_of(no)? {
                self.mark_arrived(one.appointment, judge.now)?;
            }
            self.redecide_all(&hanging, judge)?;
            self.redecide_concerned(&was, None, before.when(), judge)?;
            self.follow_orders(no, judge.now)?;
            return Ok(true);
        }
        let form = live.iter().rev().find(|(_, line)| is_form(&line.kind) && line.when.seq != seq);
        if let (true, Some((position, form))) = (is_form(&line.kind), form) {
            let fields = self.open_line(Letter::Arrival, no, *position, form)?;
            self.keep_patient(&case, &fields.unwrap_or_default())?;
        }
        let said = self.recorded(no)?.ok_or_else(|| Error::Corrupt("arrival lines".to_owned()))?;
        self.update_arrival(no, &said)?;
        self.marked(no, judge)?;
        self.redecide_all(&hanging, judge)?;
        self.redecide_concerned(&was, None, before.when(), judge)?;
        self.follow_orders(no, judge.now)?;
        Ok(true)
    }

    /// An arrival; `None` when there is none, or none any more.
    ///
    /// # Errors
    /// When it cannot be read; the same for the readers below.
    pub fn arrival(&mut self, no: i64) -> Result<Option<StoredArrival>> {
        self.row(ONE, &[no.into()], lines::read)
    }

    /// The arrivals of a span of days, both included, in order of their time.
    ///
    /// # Errors
    /// As [`Tx::arrival`].
    pub fn arrivals_between(&mut self, from: NaiveDate, to: NaiveDate) -> Result<Vec<StoredArrival>> {
        self.rows(BETWEEN, &[from.into(), to.into()], lines::read)
    }

    /// The arrivals that an appointment was in question for, newest first.
    ///
    /// # Errors
    /// As [`Tx::arrival`].
    pub fn arrivals_of_appointment(&mut self, no: i64) -> Result<Vec<StoredArrival>> {
        self.rows(OF_APPOINTMENT, &[no.into()], lines::read)
    }

    /// Arrivals of a span of days for which nothing is registered, in order of their time.
    ///
    /// # Errors
    /// As [`Tx::arrival`].
    pub fn unregistered_between(&mut self, from: NaiveDate, to: NaiveDate) -> Result<Vec<StoredArrival>> {
        self.rows(UNREGISTERED, &[from.into(), to.into()], lines::read)
    }

    /// How many forms a day has, and how many of them are incomplete; false arrivals are none.
    ///
    /// # Errors
    /// As [`Tx::arrival`].
    pub fn missing_forms(&mut self, day: NaiveDate) -> Result<Forms> {
        let forms = self.row(FORMS, &[day.into()], |row| {
            Ok(Forms { forms: row.count("forms")?, incomplete: row.count("incomplete")? })
        })?;
        Ok(forms.unwrap_or_default())
    }

    /// The fields of the patient of an arrival, for whoever may correct it.
    ///
    /// # Errors
    /// As [`Tx::arrival`].
    pub fn arrival_fields(&mut self, _by: &Tend, no: i64) -> Result<Vec<(Field, String)>> {
        self.open_fields(&Letter::Arrival.label(no))
    }
}
