//! What was registered and who came, for counting by channel, place, disease and age. What names a patient is
//! opened for the count alone, and leaves the store in no answer.

use crate::error::{Error, Result};
use crate::sql::{Row, Tx};
use domain::calendar::{Calendar, next_day};
use domain::patient::Patient;
use domain::registration::Channel;
use domain::statistics::{Record, What};
use domain::{PersonId, Span};
use std::collections::BTreeMap;

const APPOINTMENTS: &str = "SELECT owner AS person, channel, subject, NULL AS booked FROM appointment \
    WHERE registered_at >= $1 AND registered_at < $2 AND state = 'open' AND class <> 'invalid' ORDER BY no";
const CONTACTS: &str = "SELECT person, channel, subject, NULL AS booked FROM contact \
    WHERE at >= $1 AND at < $2 AND kind = 'consulted' AND state = 'open' ORDER BY no";
const ARRIVALS: &str = "SELECT d.credited AS person, COALESCE(y.channel, d.channel) AS channel, d.subject, \
    y.subject AS booked FROM arrival d LEFT JOIN appointment y ON y.no = d.appointment \
    WHERE d.arrived_day >= $1 AND d.arrived_day <= $2 AND d.state = 'open' AND d.credited IS NOT NULL \
    AND d.settled <> 'suggested' AND NOT d.forfeited ORDER BY d.no";
// Amounts of arrivals that count for somebody, for the rate of those who were treated.
const SPENT: &str = "SELECT credited AS person, spend_fen FROM arrival WHERE arrived_day >= $1 AND arrived_day <= $2 \
    AND state = 'open' AND credited IS NOT NULL AND settled <> 'suggested' AND NOT forfeited ORDER BY no";

/// Cases that are opened at a time: the keys of no more are kept.
const AT_A_TIME: usize = 256;

/// One to be counted, not opened yet.
struct Shut {
    person: PersonId,
    what: What,
    channel: Option<&'static str>,
    case: String,
    /// The case of the appointment that it was credited on.
    booked: Option<String>,
}

fn read(row: &Row<'_>, what: What) -> Result<Shut> {
    let channel = row.opt_text("channel")?.map(|word| {
        Channel::of_word(&word).map(Channel::word).ok_or_else(|| Error::Corrupt("channel".to_owned()))
    });
    Ok(Shut {
        person: row.int("person")?,
        what,
        channel: channel.transpose()?,
        case: row.text("subject")?,
        booked: row.opt_text("booked")?,
    })
}

/// Letters of a disease as it is counted: what is longer is a sentence.
const LONGEST: usize = 12;

/// 病种, by the register's word where it has one; else a known word of the complaint.
fn content(patient: &Patient) -> Option<String> {
    let disease = patient.disease.as_ref().map(|disease| disease.known().next().unwrap_or(disease.written()));
    let complaint = || patient.complaint.as_ref().and_then(|complaint| complaint.known().next());
    Some(disease.or_else(complaint)?.chars().take(LONGEST).collect())
}

/// What of a patient is counted: from his arrival, else from his appointment.
fn record(shut: &Shut, known: &BTreeMap<String, Patient>) -> Record {
    let patients =
        || [Some(&shut.case), shut.booked.as_ref()].into_iter().flatten().filter_map(|case| known.get(case));
    Record {
        what: shut.what,
        channel: shut.channel,
        place: patients().find_map(|patient| Some(patient.region.as_ref()?.city().to_owned())),
        disease: patients().find_map(content),
        age: patients().find_map(|patient| Some(patient.age?.years())),
    }
}

impl Tx<'_> {
    /// Everything of a span that counts for people whom `covers` covers, with whose it is: appointments and contacts by the
    /// time of their registration, arrivals by their day, as the rankings count them.
    ///
    /// # Errors
    /// When it cannot be read; the same for the readers below.
    pub fn records_in(
        &mut self,
        span: Span,
        calendar: &Calendar,
        covers: impl Fn(PersonId) -> bool,
    ) -> Result<Vec<(PersonId, Record)>> {
        let instants = [calendar.midnight(span.from).into(), calendar.midnight(next_day(span.to)).into()];
        let days = [span.from.into(), span.to.into()];
        let mut shut = self.rows(APPOINTMENTS, &instants, |row| read(row, What::Appointment))?;
        shut.extend(self.rows(CONTACTS, &instants, |row| read(row, What::Contact))?);
        shut.extend(self.rows(ARRIVALS, &days, |row| read(row, What::Arrival))?);
        shut.retain(|one| covers(one.person));
        let mut records = Vec::with_capacity(shut.len());
        let kept = self.case_keys.len();
        for part in shut.chunks(AT_A_TIME) {
            let cases: Vec<String> = part
                .iter()
                .flat_map(|one| [Some(&one.case), one.booked.as_ref()])
                .flatten()
                .cloned()
                .collect();
            let known = self.patients_in(&cases)?;
            self.case_keys.truncate(kept);
            records.extend(part.iter().map(|one| (one.person, record(one, &known))));
        }
        Ok(records)
    }

    /// What each counted arrival of a span spent, in fen, with whose it is; `None` while it is not known.
    ///
    /// # Errors
    /// As [`Tx::records_in`].
    pub fn spent_in(&mut self, span: Span) -> Result<Vec<(PersonId, Option<i64>)>> {
        let params = [span.from.into(), span.to.into()];
        self.rows(SPENT, &params, |row| Ok((row.int("person")?, row.opt_int("spend_fen")?)))
    }
}
