//! What would be decided of an appointment if its patient came now, by the facts as they stand. Nothing is written, and
//! nothing of a patient is told.

use crate::arrivals::{Comparing, Judge, Recorded};
use crate::contacts::LoggedContact;
use crate::error::Result;
use crate::register::Appointment;
use crate::register::ledger::Letter;
use crate::sql::Tx;
use domain::attribution::Decision;
use domain::registration::Moment;
use std::collections::BTreeMap;

/// What would be decided, and by what.
#[derive(Clone, Debug)]
pub struct Foresight {
    /// The verdict.
    pub decision: Decision,
    /// Other people's appointments that compete, by number.
    pub rivals: Vec<Appointment>,
    /// The contacts with the patient, the first first.
    pub contacts: Vec<LoggedContact>,
}

/// No arrival has this number.
const NONE: i64 = 0;

impl Tx<'_> {
    /// Judges an appointment as though its patient came now, with what it says of him.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn foresee(&mut self, of: &Appointment, judge: Judge<'_>) -> Result<Foresight> {
        let patient = self.patient_in(&of.label())?;
        let said = Recorded {
            recorder: of.owner,
            when: Moment { at: judge.now, seq: i64::MAX },
            arrived_at: judge.now,
            day: judge.calendar.date(judge.now),
            kind: None,
            channel: None,
            missing: Vec::new(),
            spend_fen: None,
            is_false: false,
            lending: None,
            confirmed: BTreeMap::new(),
        };
        let Comparing { told, in_question, .. } = self.compare_arrival(NONE, &said, &patient, judge)?;
        let around = self.around(NONE, &said, patient, told, &in_question, false, judge)?;
        let mut rivals = Vec::new();
        for no in in_question.into_iter().filter(|no| *no != of.no) {
            rivals.extend(self.appointment(no)?.filter(|rival| rival.owner != of.owner));
        }
        let mut contacts: Vec<LoggedContact> = around.logged.into_values().collect();
        contacts.sort_by_key(|contact| contact.when);
        Ok(Foresight { decision: around.decision, rivals, contacts })
    }

    /// The contacts with the patient before an arrival, the first first.
    ///
    /// # Errors
    /// As [`Tx::foresee`].
    pub fn contacts_before(&mut self, arrival: i64, judge: Judge<'_>) -> Result<Vec<LoggedContact>> {
        let Some(said) = self.recorded(arrival)? else { return Ok(Vec::new()) };
        let patient = self.patient_in(&Letter::Arrival.label(arrival))?;
        let Comparing { told, in_question, .. } = self.compare_arrival(arrival, &said, &patient, judge)?;
        let around = self.around(arrival, &said, patient, told, &in_question, false, judge)?;
        let came = Moment { at: said.arrived_at, seq: said.when.seq };
        let mut contacts: Vec<LoggedContact> = around.logged.into_values().collect();
        contacts.retain(|contact| contact.when < came);
        contacts.sort_by_key(|contact| contact.when);
        Ok(contacts)
    }
}
