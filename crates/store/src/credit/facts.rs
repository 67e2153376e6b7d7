//! Everything known of one patient around one arrival, from the register, as [`decide`] takes it.

use crate::arrivals::{Comparing, Judge, Known, Recorded, StoredArrival, look_back, read};
use crate::contacts::{LoggedContact, LoggedKind};
use crate::error::Result;
use crate::register::ledger::Letter;
use crate::register::search::identified;
use crate::sql::{AT_ONCE, Tx, at_once};
use crate::vault::Newest;
use domain::attribution::{
    Arrival, Contact, Decision, Facts, Jump, Match, Registration, Said, Visit, decide,
};
use domain::matching::Verification;
use domain::patient::{Item, Patient, same_patient};
use domain::registration::Moment;
use std::collections::{BTreeMap, BTreeSet};

const THESE: &str = "SELECT no, recorder, recorded_at, seq, arrived_at, arrived_day, visit_kind, channel, missing, spend_fen, \
    is_false, giver, receiver, signer, forfeited, outcome, credited, appointment, step, rule, confirm_by, source, \
    settled, decision_no FROM arrival WHERE no IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, \
    $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32) \
    AND state = 'open' AND no <> $33";
const BESIDE: &str = "SELECT m.verified, a.no, a.recorder, a.recorded_at, a.seq, a.arrived_at, a.arrived_day, a.visit_kind, \
    a.channel, a.missing, a.spend_fen, a.is_false, a.giver, a.receiver, a.signer, a.forfeited, a.outcome, a.credited, \
    a.appointment, a.step, a.rule, a.confirm_by, a.source, a.settled, a.decision_no \
    FROM arrival_match m JOIN arrival a ON a.no = m.arrival WHERE m.appointment IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, \
    $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, \
    $32) AND m.in_question AND a.state = 'open' AND a.no <> $33";
// Of a row that may not be decided yet.
const FORFEITED: &str = "SELECT forfeited FROM arrival WHERE no = $1";

/// Whether two patients are named, or reached, otherwise.
fn names_another(one: &Patient, other: &Patient) -> bool {
    let name = |patient: &Patient| patient.full_name().map(|name| name.form().to_owned());
    let phone = |patient: &Patient| patient.phone.as_ref().map(|phone| phone.key().to_owned());
    let differ = |one: Option<String>, other: Option<String>| one.zip(other).is_some_and(|(a, b)| a != b);
    differ(name(one), name(other)) || differ(phone(one), phone(other))
}

/// Arrivals that are compared for the numbers, the accounts and the name of a patient, newest first.
const COMPARED: u32 = 30;

/// An arrival, judged by the rules.
pub(crate) struct Judged {
    pub(crate) verification: Verification,
    pub(crate) decision: Decision,
    /// Later visits of the patient, whose own verdicts hang on this one.
    pub(crate) later: Vec<i64>,
}

/// What the rules say by everything that is known.
pub(super) struct Around {
    pub(super) decision: Decision,
    /// The contacts that they were asked with, by number.
    pub(super) logged: BTreeMap<i64, LoggedContact>,
    /// Later visits of the patient.
    later: Vec<i64>,
}

fn contact(logged: &LoggedContact) -> Option<Contact> {
    let said = match logged.kind {
        LoggedKind::Consulted => {
            Said::Consulted { known: logged.known.clone(), record: logged.record, remark: logged.remark }
        }
        LoggedKind::FollowedUp => Said::FollowedUp { reached: logged.reached, cover: logged.cover },
        LoggedKind::Jump => return None,
    };
    Some(Contact { when: logged.when, by: logged.by, channel: logged.channel, said })
}

fn jump(logged: &LoggedContact) -> Option<Jump> {
    Some(Jump {
        when: logged.when,
        from: logged.by,
        to: logged.to?,
        touched: logged.touched,
        booking_words: logged.booking_words,
        both_online: logged.both_online,
    })
}

impl Tx<'_> {
    /// Compares an arrival with the register, notes how, and asks the rules whose its credit is.
    pub(crate) fn judged(&mut self, no: i64, said: &Recorded, judge: Judge<'_>) -> Result<Judged> {
        let patient = self.patient_in(&Letter::Arrival.label(no))?;
        let comparing = self.compare_arrival(no, said, &patient, judge)?;
        self.put_matches(no, &comparing, judge.now)?;
        let forfeited = self.row(FORFEITED, &[no.into()], |row| row.flag("forfeited"))?.unwrap_or(false);
        let Comparing { verification, told, in_question } = comparing;
        let around = self.around(no, said, patient, told, &in_question, forfeited, judge)?;
        Ok(Judged { verification, decision: around.decision, later: around.later })
    }

    /// Puts together what is known around an arrival, and asks the rules. Writes nothing.
    #[expect(clippy::too_many_arguments, reason = "everything that the rules are asked with")]
    pub(super) fn around(
        &mut self,
        no: i64,
        said: &Recorded,
        patient: Patient,
        told: Vec<(Known, Match)>,
        in_question: &BTreeSet<i64>,
        forfeited: bool,
        judge: Judge<'_>,
    ) -> Result<Around> {
        let when = Moment { at: said.arrived_at, seq: said.when.seq };
        let others = self.other_visits(no, said, &patient, in_question, judge)?;
        let name = patient.full_name().map(|name| name.form().to_owned());
        let mut patients = vec![patient];
        let mut appointments = Vec::new();
        let mut registrations: Vec<Registration> = Vec::new();
        for (known, matched) in told {
            let registration = known.registration(matched);
            if in_question.contains(&registration.no) {
                patients.push(known.patient);
            }
            appointments.push(registration.no);
            registrations.push(registration);
        }
        let logged = self.contacts_around(said, &patients, &appointments, judge)?;
        let visit = |other: &StoredArrival| Visit {
            when: other.when(),
            credited: other.credit.to.filter(|_| other.credit.confirm_by.is_none()),
            appointment: other.credit.appointment,
        };
        let facts = Facts {
            arrival: Arrival { when, name, is_false: said.is_false, lending: said.lending, forfeited },
            registrations,
            contacts: logged.values().filter_map(contact).collect(),
            jumps: logged.values().filter_map(jump).collect(),
            visits: others
                .values()
                .filter(|(_, is_visit)| *is_visit)
                .map(|(other, _)| visit(other))
                .collect(),
        };
        let mut decision = decide(judge.book, judge.calendar, &facts);
        let met = logged.values().any(|contact| contact.when < when);
        if decision.to.is_none() && in_question.is_empty() && !met {
            // Where nothing of the patient is known, another's booking says nothing of where he came from.
            decision.source = None;
        }
        let mut later: Vec<&StoredArrival> =
            others.values().map(|(other, _)| other).filter(|other| other.when() > when).collect();
        later.sort_by_key(|other| other.when());
        let later = later.into_iter().map(|other| other.no).collect();
        Ok(Around { decision, logged, later })
    }

    /// The contacts with the patient, by whatever record he is known, and the follow-ups of his appointments.
    fn contacts_around(
        &mut self,
        said: &Recorded,
        patients: &[Patient],
        appointments: &[i64],
        judge: Judge<'_>,
    ) -> Result<BTreeMap<i64, LoggedContact>> {
        let since = judge.calendar.midnight(look_back(said.day, judge));
        let patients: Vec<&Patient> = patients.iter().collect();
        let mut found = self.contacts_of_any(&patients, since, judge.book, said.day)?;
        found.extend(self.follow_ups_of_any(appointments)?);
        let logged: BTreeMap<i64, LoggedContact> =
            found.into_iter().map(|contact| (contact.no, contact)).collect();
        Ok(logged)
    }

    /// The other arrivals of a patient: known by number, account or name, or by an appointment that both were compared
    /// with; the latter is an earlier visit only where it is known to be his, but what hangs on it is to be decided anew in
    /// any case. Whoever bears another name at the hospital is another.
    fn other_visits(
        &mut self,
        no: i64,
        said: &Recorded,
        patient: &Patient,
        in_question: &BTreeSet<i64>,
        judge: Judge<'_>,
    ) -> Result<BTreeMap<i64, (StoredArrival, bool)>> {
        let mut found = self.arrivals_like(patient, no)?;
        let mut beside: BTreeMap<i64, bool> = BTreeMap::new();
        let in_question: Vec<i64> = in_question.iter().copied().collect();
        for nos in in_question.chunks(AT_ONCE) {
            let mut params = at_once(nos, |no| (*no).into());
            params.push(no.into());
            for (verified, other) in
                self.rows(BESIDE, &params, |row| Ok((row.flag("verified")?, read(row)?)))?
            {
                *beside.entry(other.no).or_default() |= verified;
                found.insert(other.no, other);
            }
        }
        let cases: Vec<String> = found.values().map(StoredArrival::label).collect();
        let mut patients = self.patients_in(&cases)?;
        let mut visits = BTreeMap::new();
        for (other, arrival) in found {
            let theirs = patients.remove(&arrival.label()).unwrap_or_default();
            let is_visit = match same_patient(patient, &theirs, judge.book, said.day) {
                Some(same) => {
                    let another = same.names_differ() || same.against.contains(&Item::Sex);
                    (!another).then_some(true)
                }
                None if names_another(patient, &theirs) => None,
                None => beside.get(&other).copied(),
            };
            if let Some(is_visit) = is_visit {
                // What is proven untrue was no visit, but where it came from is to be decided anew too.
                let is_visit = is_visit && !arrival.is_false;
                visits.insert(other, (arrival, is_visit));
            }
        }
        Ok(visits)
    }

    /// Arrivals that share a number, an account or the name with a patient, those proven untrue too.
    pub(super) fn arrivals_like(
        &mut self,
        patient: &Patient,
        but: i64,
    ) -> Result<BTreeMap<i64, StoredArrival>> {
        let mut nos = BTreeSet::new();
        for (field, forms) in identified(&[patient]) {
            nos.extend(self.tagged(field.word(), &forms, Letter::Arrival, Newest::of_all(COMPARED))?);
        }
        let nos: Vec<i64> = nos.into_iter().collect();
        let mut found = BTreeMap::new();
        for nos in nos.chunks(AT_ONCE) {
            let mut params = at_once(nos, |no| (*no).into());
            params.push(but.into());
            let rows = self.rows(THESE, &params, read)?;
            found.extend(rows.into_iter().map(|arrival| (arrival.no, arrival)));
        }
        Ok(found)
    }
}
