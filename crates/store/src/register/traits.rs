//! What finds an appointment again when neither number nor account does: booked day and age, booked day and place, age and
//! place within a month; and the name with one of the three, for a name alone is that of hundreds. Three of the six fields
//! verify an arrival, and these may be all of them. They stand in the blind index as keyed hashes like everything
//! else there.

use super::RegisterEntry;
use super::ledger::Letter;
use crate::error::Result;
use crate::sql::Tx;
use chrono::{Datelike, NaiveDate};
use domain::calendar::shift_days;
use domain::matching::Tolerance;
use domain::patient::Patient;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

const NAME_AGE: &str = "name_age";
const NAME_REGION: &str = "name_region";
const NAME_DAY: &str = "name_day";
const DAY_AGE: &str = "day_age";
const DAY_REGION: &str = "day_region";
const AGE_REGION: &str = "age_region";

/// Days by which the booked day may lie apart where nothing names the patient.
pub(crate) const APART: i64 = 31;

/// Numbers of which the most alike are taken, for every lot of tags.
const SIFTED: u32 = 1_000;

fn month(day: NaiveDate) -> String {
    format!("{}-{:02}", day.year(), day.month())
}

/// Each of the one with each of the other.
fn joined(ones: &[String], others: &[String]) -> Vec<String> {
    ones.iter().flat_map(|one| others.iter().map(move |other| format!("{one}|{other}"))).collect()
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
        let naming = [naming(patient)];
        let days: Vec<String> = visits.iter().map(NaiveDate::to_string).collect();
        let months: BTreeSet<String> = visits.iter().copied().map(month).collect();
        let months: Vec<String> = months.into_iter().collect();
        let (day_age, day_region) = (joined(&days, &ages), joined(&days, &regions));
        let age_region = joined(&months, &joined(&ages, &regions));
        self.put_tags(case, NAME_AGE, joined(&names, &ages))?;
        self.put_tags(case, NAME_REGION, joined(&names, &regions))?;
        self.put_tags(case, NAME_DAY, joined(&names, &days))?;
        self.put_tags(case, DAY_AGE, joined(&naming, &day_age))?;
        self.put_tags(case, DAY_REGION, joined(&naming, &day_region))?;
        self.put_tags(case, AGE_REGION, joined(&naming, &age_region))
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
        most: u32,
    ) -> Result<BTreeSet<i64>> {
        let names = names(patient);
        let days = came.map(|came| days_about(came, tolerance)).unwrap_or_default();
        let mut found = BTreeSet::new();
        for (word, others) in
            [(NAME_AGE, years(patient, tolerance.years)), (NAME_REGION, regions(patient)), (NAME_DAY, days)]
        {
            found.extend(self.tagged(word, &joined(&names, &others), Letter::Appointment, most)?);
        }
        Ok(found)
    }

    /// Appointments up to a number that may be of a patient who came on a day, by what does not name him; at the most
    /// `most`: those that are found by more, then the newest.
    pub(crate) fn appointments_by_traits(
        &mut self,
        patient: &Patient,
        came: NaiveDate,
        tolerance: Tolerance,
        unnamed: Unnamed,
        (up_to, most): (i64, usize),
    ) -> Result<BTreeSet<i64>> {
        let (ages, regions) = (years(patient, tolerance.years), regions(patient));
        let days = days_about(came, tolerance);
        let (early, late) = (shift_days(came, -APART), shift_days(came, APART));
        let months: BTreeSet<String> = [early, came, late].map(month).into();
        let months: Vec<String> = months.into_iter().collect();
        let own = naming(patient);
        let namings: Vec<String> = ["", "n", "p", "np"]
            .into_iter()
            .filter(|theirs| unnamed == Unnamed::All || !theirs.chars().any(|by| own.contains(by)))
            .map(str::to_owned)
            .collect();
        let mut met: BTreeMap<i64, usize> = BTreeMap::new();
        for (word, forms) in [
            (DAY_AGE, joined(&days, &ages)),
            (DAY_REGION, joined(&days, &regions)),
            (AGE_REGION, joined(&months, &joined(&ages, &regions))),
        ] {
            for no in self.tagged(word, &joined(&namings, &forms), Letter::Appointment, SIFTED)? {
                *met.entry(no).or_default() += 1;
            }
        }
        let mut order: Vec<(usize, i64)> =
            met.into_iter().filter(|(no, _)| *no <= up_to).map(|(no, words)| (words, no)).collect();
        order.sort_unstable_by_key(|(words, no)| (Reverse(*words), Reverse(*no)));
        Ok(order.into_iter().take(most).map(|(_, no)| no).collect())
    }
}

fn days_about(came: NaiveDate, tolerance: Tolerance) -> Vec<String> {
    let reach = i64::from(tolerance.days);
    (-reach..=reach).map(|days| shift_days(came, days).to_string()).collect()
}
