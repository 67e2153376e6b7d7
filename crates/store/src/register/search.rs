//! Finding appointments: by what the blind index knows of their patients, and those of the same patient.

use super::terms::{self, Appointment, CANCELLED};
use crate::error::Result;
use crate::event::Fact;
use crate::register::ledger::Letter;
use crate::sql::{AT_ONCE, Param, Tx, at_once};
use crate::vault::Newest;
use chrono::NaiveDate;
use domain::matching::Tolerance;
use domain::patient::{Contact, ContactKind, Item, Patient, Sameness, same_patient};
use domain::privacy::Field;
use domain::settings::Book;
use domain::{EpochMs, PersonId};
use std::collections::{BTreeMap, BTreeSet};

/// What is looked for among the appointments.
#[derive(Clone, Copy, Debug)]
pub struct Search {
    /// Registered from this instant on.
    pub since: EpochMs,
    /// At the most so many for each value, newest first.
    pub most: u32,
    /// Whether cancelled ones are among them.
    pub cancelled: bool,
}

/// Another appointment of the same patient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rival {
    /// Which.
    pub appointment: Appointment,
    /// By what it is the same patient.
    pub sameness: Sameness,
}

const FOUND: &str = "SELECT a.no, a.owner, a.registered_at, a.entered_seq, a.state, a.channel, a.source, a.class, \
    a.missing, a.visit_date, a.visit_minute, a.log, a.late_minutes, a.base_day, a.rebased, a.booked, \
    a.protected_until, a.credit_until FROM blind_index b JOIN appointment a ON a.subject = b.subject \
    WHERE b.field = $1 AND b.tag = $2 AND b.subject >= 'Y' AND b.subject < 'Z' AND a.registered_at >= $3 \
    AND a.state IN ('open', $4) ORDER BY a.no DESC LIMIT $5";

const THESE: &str = "SELECT no, owner, registered_at, entered_seq, state, channel, source, class, missing, visit_date, visit_minute, \
    log, late_minutes, base_day, rebased, booked, protected_until, credit_until FROM appointment WHERE no IN ($1, \
    $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, \
    $26, $27, $28, $29, $30, $31, $32) AND registered_at >= $33 AND state IN ('open', $34) ORDER BY no DESC";

/// By what a patient is found again: numbers, accounts, and the name when it is one in full.
fn identity(patient: &Patient) -> Vec<(Field, String)> {
    let mut values: Vec<(Field, String)> = Vec::new();
    if let Some(phone) = &patient.phone {
        values.push((Field::Phone, phone.key().to_owned()));
        // A 微信 that is this number.
        let account = Contact::read(ContactKind::Wechat, phone.key());
        values.extend(account.ok().map(|account| (Field::Contact, account.key())));
    }
    for contact in &patient.contacts {
        values.push((Field::Contact, contact.key()));
        values.extend(contact.phone().map(|phone| (Field::Phone, phone.key().to_owned())));
    }
    values.extend(patient.full_name().map(|name| (Field::Name, name.form().to_owned())));
    values
}

/// The forms of all these, of several patients.
pub(crate) fn identified(patients: &[&Patient]) -> BTreeMap<Field, Vec<String>> {
    let mut forms: BTreeMap<Field, Vec<String>> = BTreeMap::new();
    for (field, value) in patients.iter().flat_map(|patient| identity(patient)) {
        forms.entry(field).or_default().extend(field.index_forms(&value));
    }
    for forms in forms.values_mut() {
        forms.sort();
        forms.dedup();
    }
    forms
}

/// The forms of the numbers and accounts of a patient.
pub(crate) fn reached(patient: &Patient) -> BTreeMap<Field, Vec<String>> {
    let mut forms = identified(&[patient]);
    forms.remove(&Field::Name);
    forms
}

impl Tx<'_> {
    /// The appointments whose patient has this value in a field, however it is written; newest first.
    ///
    /// # Errors
    /// When they cannot be read; the same for the reader below.
    pub fn appointments_by(&mut self, field: Field, value: &str, search: Search) -> Result<Vec<Appointment>> {
        let state = if search.cancelled { CANCELLED } else { "open" };
        let mut found = BTreeMap::new();
        for tag in self.tags(field, value)? {
            let params = [
                field.word().into(),
                tag.as_slice().into(),
                search.since.into(),
                state.into(),
                search.most.into(),
            ];
            let rows = self.rows(FOUND, &params, terms::read)?;
            found.extend(rows.into_iter().map(|appointment| (appointment.no, appointment)));
        }
        Ok(found.into_values().rev().collect())
    }

    /// The appointments of the same patient, newest first, compared by the rules of `today`. Whoever shares a number, an
    /// account or the name with age or place is compared; the name alone makes nobody the same.
    ///
    /// # Errors
    /// As [`Tx::appointments_by`].
    pub fn rivals(
        &mut self,
        patient: &Patient,
        but: Option<i64>,
        search: Search,
        book: &Book,
        today: NaiveDate,
    ) -> Result<Vec<Rival>> {
        let mut found = BTreeSet::new();
        let newest = Newest::of_all(search.most);
        for (field, forms) in reached(patient) {
            found.extend(self.tagged(field.word(), &forms, Letter::Appointment, newest)?);
        }
        let tolerance = Tolerance::on(book, today);
        found.extend(self.appointments_by_name(patient, None, tolerance, newest)?);
        let found: Vec<i64> = found.into_iter().rev().filter(|no| but != Some(*no)).collect();
        let state = if search.cancelled { CANCELLED } else { "open" };
        let mut candidates = Vec::new();
        for nos in found.chunks(AT_ONCE) {
            let mut params = at_once(nos, |no| (*no).into());
            params.extend::<[Param<'_>; 2]>([search.since.into(), state.into()]);
            candidates.extend(self.rows(THESE, &params, terms::read)?);
        }
        let cases: Vec<String> = candidates.iter().map(Appointment::label).collect();
        let patients = self.patients_in(&cases)?;
        let rival = |(appointment, case): (Appointment, &String)| {
            let sameness = same_patient(patient, patients.get(case)?, book, today)?;
            Some(Rival { appointment, sameness })
        };
        Ok(candidates.into_iter().zip(&cases).filter_map(rival).collect())
    }

    /// Records that an appointment is of the same patient as others.
    pub fn note_duplicate(&mut self, by: PersonId, no: &str, rivals: &[Rival], now: EpochMs) {
        let with: Vec<String> = rivals.iter().map(|rival| rival.appointment.label()).collect();
        let mut same_by: Vec<Item> = rivals.iter().flat_map(|rival| rival.sameness.by.clone()).collect();
        same_by.sort_unstable();
        same_by.dedup();
        let same_by: Vec<&str> = same_by.into_iter().map(Item::code).collect();
        let fact = Fact::new("duplicate.found", Some(by))
            .about(no)
            .with("no", no)
            .with("with", with)
            .with("same_by", same_by);
        self.record(now, fact);
    }
}
