//! What finds an appointment again when neither number nor account does: the name with age, place or booked day, for a
//! name alone is that of hundreds; and without the name three of booked day, age, place and complaint, as many as verify
//! an arrival, for two of them are those of hundreds too. Booked day and age alone find what comes nearest where
//! nothing else does. They stand in the blind index as keyed hashes like everything else there.

use super::RegisterEntry;
use super::ledger::Letter;
use crate::error::Result;
use crate::sql::Tx;
use crate::vault::Newest;
use chrono::{Datelike, NaiveDate};
use domain::Span;
use domain::calendar::shift_days;
use domain::matching::Tolerance;
use domain::patient::Patient;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

const NAME_AGE: &str = "name_age";
const NAME_REGION: &str = "name_region";
const NAME_DAY: &str = "name_day";
const DAY_AGE: &str = "day_age";
const DAY_AGE_REGION: &str = "day_age_region";
const DAY_AGE_AIL: &str = "day_age_ail";
const DAY_REGION_AIL: &str = "day_region_ail";
const AGE_REGION_AIL: &str = "age_region_ail";

/// Days by which the booked day may lie apart where nothing names the patient.
pub(crate) const APART: i64 = 31;

/// Numbers of which the most alike are taken, for every lot of tags.
const SIFTED: u32 = 100;

fn month(day: NaiveDate) -> String {
    format!("{}-{:02}", day.year(), day.month())
}

/// One of each, in every way.
fn joined(lists: &[&[String]]) -> Vec<String> {
    let Some((first, others)) = lists.split_first() else { return Vec::new() };
    others.iter().fold(first.to_vec(), |forms, list| {
        forms.iter().flat_map(|form| list.iter().map(move |one| format!("{form}|{one}"))).collect()
    })
}

/// Every day that an appointment was booked for, by its lines that stand.
pub(crate) fn booked_days(entries: &[RegisterEntry]) -> Vec<NaiveDate> {
    let live = entries.iter().filter(|entry| entry.undone_at.is_none());
    let days: BTreeSet<NaiveDate> =
        live.filter_map(|entry| Some(entry.terms.as_ref()?.visit?.date)).collect();
    days.into_iter().collect()
}

fn years(patient: &Patient, tolerance: u32) -> Vec<String> {
    patient.age.map_or_else(Vec::new, |age| {
        let years = age.years();
        (years.saturating_sub(tolerance)..=years + tolerance).map(|years| years.to_string()).collect()
    })
}

fn regions(patient: &Patient) -> Vec<String> {
    patient.region.as_ref().map(|region| region.keys()).unwrap_or_default()
}

fn names(patient: &Patient) -> Vec<String> {
    patient.full_name().map(|name| name.form().to_owned()).into_iter().collect()
}

/// By what a record names its patient: his name in full, his number.
fn naming(patient: &Patient) -> String {
    let name = if patient.full_name().is_some() { "n" } else { "" };
    let phone = if patient.phone.is_some() { "p" } else { "" };
    format!("{name}{phone}")
}

/// Which appointments are looked for by what does not name the patient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unnamed {
    /// All.
    All,
    /// Those whose patient cannot be named otherwise than this one: where somebody is named alike, the others are others.
    NotOtherwise,
}

impl Tx<'_> {
    /// Puts the tags of an appointment anew. It is found by every day that it was booked for: an arrival may be recorded
    /// after the day was changed.
    pub(crate) fn index_traits(&mut self, case: &str, visits: &[NaiveDate], patient: &Patient) -> Result<()> {
        let (ages, regions, names) = (years(patient, 0), regions(patient), names(patient));
        let (ailments, naming) = (patient.ailment_keys(), [naming(patient)]);
        let days: Vec<String> = visits.iter().map(NaiveDate::to_string).collect();
        let months: BTreeSet<String> = visits.iter().copied().map(month).collect();
        let months: Vec<String> = months.into_iter().collect();
        self.put_tags(case, NAME_AGE, joined(&[&names, &ages]))?;
        self.put_tags(case, NAME_REGION, joined(&[&names, &regions]))?;
        self.put_tags(case, NAME_DAY, joined(&[&names, &days]))?;
        self.put_tags(case, DAY_AGE, joined(&[&naming, &days, &ages]))?;
        self.put_tags(case, DAY_AGE_REGION, joined(&[&naming, &days, &ages, &regions]))?;
        self.put_tags(case, DAY_AGE_AIL, joined(&[&naming, &days, &ages, &ailments]))?;
        self.put_tags(case, DAY_REGION_AIL, joined(&[&naming, &days, &regions, &ailments]))?;
        self.put_tags(case, AGE_REGION_AIL, joined(&[&naming, &months, &ages, &regions, &ailments]))
    }

    /// The same for whatever case it is; others than appointments have none.
    pub(crate) fn index_traits_of(&mut self, case: &str) -> Result<()> {
        let Some(no) = Letter::Appointment.number(case) else { return Ok(()) };
        let visits = booked_days(&self.register_entries(no)?);
        let patient = self.patient_in(case)?;
        self.index_traits(case, &visits, &patient)
    }

    /// Appointments of a name with one further trait, newest first in each; `came` adds the days about it.
    pub(crate) fn appointments_by_name(
        &mut self,
        patient: &Patient,
        came: Option<NaiveDate>,
        tolerance: Tolerance,
        newest: Newest,
    ) -> Result<BTreeSet<i64>> {
        let names = names(patient);
        let days = came.map(|came| days_about(came, tolerance)).unwrap_or_default();
        let mut found = BTreeSet::new();
        for (word, others) in
            [(NAME_AGE, years(patient, tolerance.years)), (NAME_REGION, regions(patient)), (NAME_DAY, days)]
        {
            found.extend(self.tagged(word, &joined(&[&names, &others]), Letter::Appointment, newest)?);
        }
        Ok(found)
    }

    /// Appointments that may be of a patient who came on a day, by three things that do not name him: those that are found
    /// by more, those booked for the day before others, then the newest.
    pub(crate) fn appointments_by_traits(
        &mut self,
        patient: &Patient,
        came: NaiveDate,
        tolerance: Tolerance,
        unnamed: Unnamed,
        newest: Newest,
    ) -> Result<BTreeSet<i64>> {
        let (ages, regions) = (years(patient, tolerance.years), regions(patient));
        let (ailments, namings) = (patient.ailment_keys(), namings(patient, unnamed));
        let days = days_about(came, tolerance);
        // Every day of them: a short February lies between the ends and the middle.
        let about = Span { from: shift_days(came, -APART), to: shift_days(came, APART) };
        let months: BTreeSet<String> = about.days().map(month).collect();
        let months: Vec<String> = months.into_iter().collect();
        let sifted = Newest { most: SIFTED, ..newest };
        // How many lists, and how many of those by the day.
        let mut met: BTreeMap<i64, (usize, usize)> = BTreeMap::new();
        for (word, by_day, forms) in [
            (DAY_AGE_REGION, 1, joined(&[&namings, &days, &ages, &regions])),
            (DAY_AGE_AIL, 1, joined(&[&namings, &days, &ages, &ailments])),
            (DAY_REGION_AIL, 1, joined(&[&namings, &days, &regions, &ailments])),
            (AGE_REGION_AIL, 0, joined(&[&namings, &months, &ages, &regions, &ailments])),
        ] {
            for no in self.tagged(word, &forms, Letter::Appointment, sifted)? {
                let (words, days) = met.entry(no).or_default();
                (*words, *days) = (*words + 1, *days + by_day);
            }
        }
        let mut order: Vec<((usize, usize), i64)> = met.into_iter().map(|(no, words)| (words, no)).collect();
        order.sort_unstable_by_key(|(words, no)| (Reverse(*words), Reverse(*no)));
        Ok(order.into_iter().take(newest.most as usize).map(|(_, no)| no).collect())
    }

    /// The newest appointments that are booked for the day on which a patient of that age came: what comes nearest where
    /// nothing is found by more.
    pub(crate) fn appointments_by_day_and_age(
        &mut self,
        patient: &Patient,
        came: NaiveDate,
        tolerance: Tolerance,
        newest: Newest,
    ) -> Result<BTreeSet<i64>> {
        let (ages, days) = (years(patient, tolerance.years), days_about(came, tolerance));
        let forms = joined(&[&namings(patient, Unnamed::All), &days, &ages]);
        let found = self.tagged(DAY_AGE, &forms, Letter::Appointment, newest)?;
        Ok(found.into_iter().rev().take(newest.most as usize).collect())
    }
}

/// By what a record may name its patient, where it names him as `unnamed` says.
fn namings(patient: &Patient, unnamed: Unnamed) -> Vec<String> {
    let own = naming(patient);
    ["", "n", "p", "np"]
        .into_iter()
        .filter(|theirs| unnamed == Unnamed::All || !theirs.chars().any(|by| own.contains(by)))
        .map(str::to_owned)
        .collect()
}

fn days_about(came: NaiveDate, tolerance: Tolerance) -> Vec<String> {
    let reach = i64::from(tolerance.days);
    (-reach..=reach).map(|days| shift_days(came, days).to_string()).collect()
}
