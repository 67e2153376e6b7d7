//! What stands of an appointment besides the patient, as the body of a line of the register and as a row.

use crate::error::{Error, Result};
use crate::sql::Row;
use chrono::NaiveDate;
use domain::attribution::{Base, Protection};
use domain::patient::Item;
use domain::registration::{Channel, Class, Moment, Source, Visit};
use domain::{EpochMs, PersonId};
use serde_json::{Map, Value, json};

/// What an appointment says of itself, in one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Over what it was booked.
    pub channel: Channel,
    /// Where the patient came from.
    pub source: Source,
    /// How complete it is, by the rules of the version's day.
    pub class: Class,
    /// What a full one has and this one has not.
    pub missing: Vec<Item>,
    /// When the patient is expected.
    pub visit: Option<Visit>,
    /// Whether a chat record is attached.
    pub log: bool,
    /// When registered late: minutes from the agreement.
    pub late_minutes: Option<u32>,
    /// What the clocks run from.
    pub base: Base,
    /// The last days of both clocks.
    pub protection: Protection,
}

/// An appointment as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appointment {
    /// Number: Y12 is 12.
    pub no: i64,
    /// Whose it is.
    pub owner: PersonId,
    /// When it was registered, with the number of that line.
    pub entered: Moment,
    /// How it stands.
    pub terms: Terms,
    /// Whether it was cancelled.
    pub cancelled: bool,
}

/// A line of the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterEntry {
    /// When, with its number.
    pub when: Moment,
    /// Who wrote it.
    pub by: PersonId,
    /// `registered`, `completed`, `changed`, `agreed` or `cancelled`.
    pub kind: String,
    /// Of which appointment.
    pub no: i64,
    /// How the appointment stands by it; `None` for a cancellation.
    pub terms: Option<Terms>,
    /// When it was taken back.
    pub undone_at: Option<EpochMs>,
}

impl Appointment {
    /// As people read it: `Y12`. The case in the vault has the same name.
    pub fn label(&self) -> String {
        format!("Y{}", self.no)
    }

    /// How an appointment stands by its lines, in their order: the terms of the last that has some, and cancelled when
    /// the last one says so. `None` when its registration was taken back.
    pub fn fold(entries: &[RegisterEntry]) -> Option<Appointment> {
        let live: Vec<&RegisterEntry> = entries.iter().filter(|entry| entry.undone_at.is_none()).collect();
        let first = live.first().filter(|entry| entry.kind == REGISTERED)?;
        let terms = live.iter().rev().find_map(|entry| entry.terms.clone())?;
        let cancelled = live.last().is_some_and(|entry| entry.kind == CANCELLED);
        Some(Appointment { no: first.no, owner: first.by, entered: first.when, terms, cancelled })
    }
}

pub(crate) const REGISTERED: &str = "registered";
pub(crate) const COMPLETED: &str = "completed";
pub(crate) const CHANGED: &str = "changed";
/// A visit that somebody else than the owner agreed on.
pub(crate) const AGREED: &str = "agreed";
pub(crate) const CANCELLED: &str = "cancelled";

fn text(day: Option<NaiveDate>) -> Value {
    day.map(|day| day.to_string()).into()
}

impl Terms {
    /// The codes of what is missing.
    pub fn missing_codes(&self) -> Vec<&'static str> {
        self.missing.iter().map(|item| item.code()).collect()
    }

    pub(super) fn body(&self) -> String {
        json!({
            "channel": self.channel.word(),
            "source": self.source.code(),
            "class": self.class.code(),
            "missing": self.missing_codes(),
            "visit_date": text(self.visit.map(|visit| visit.date)),
            "visit_minute": self.visit.and_then(|visit| visit.minute),
            "log": self.log,
            "late_minutes": self.late_minutes,
            "base_day": text(Some(self.base.day)),
            "rebased": self.base.rebased,
            "booked": text(self.base.booked),
            "protected_until": text(Some(self.protection.until)),
            "credit_until": text(Some(self.protection.credit_until)),
        })
        .to_string()
    }

    pub(crate) fn of_body(body: &str) -> Result<Option<Terms>> {
        let corrupt = || Error::Corrupt("register_entry body".to_owned());
        let body: Map<String, Value> = serde_json::from_str(body).map_err(|_| corrupt())?;
        if body.is_empty() {
            return Ok(None);
        }
        let word = |field: &str| body.get(field).and_then(Value::as_str);
        let day = |field: &str| word(field).and_then(|day| day.parse::<NaiveDate>().ok());
        let count =
            |field: &str| body.get(field).and_then(Value::as_u64).and_then(|count| u32::try_from(count).ok());
        let missing: Option<Vec<Item>> = body
            .get("missing")
            .and_then(Value::as_array)
            .and_then(|list| list.iter().map(|code| Item::of_code(code.as_str()?)).collect());
        let read = || {
            Some(Terms {
                channel: Channel::of_word(word("channel")?)?,
                source: source(word("source")?)?,
                class: Class::of_code(word("class")?)?,
                missing: missing?,
                visit: day("visit_date").map(|date| Visit { date, minute: count("visit_minute") }),
                log: body.get("log")?.as_bool()?,
                late_minutes: count("late_minutes"),
                base: Base { day: day("base_day")?, rebased: count("rebased")?, booked: day("booked") },
                protection: Protection { until: day("protected_until")?, credit_until: day("credit_until")? },
            })
        };
        read().map(Some).ok_or_else(corrupt)
    }
}

pub(crate) fn source(code: &str) -> Option<Source> {
    [Source::Network, Source::Phone].into_iter().find(|source| source.code() == code)
}

/// Reads an appointment's row.
pub(crate) fn read(row: &Row<'_>) -> Result<Appointment> {
    let corrupt = |column: &str| Error::Corrupt(format!("appointment {column}"));
    let missing = row.text("missing")?;
    let missing: Option<Vec<Item>> =
        missing.split(' ').filter(|code| !code.is_empty()).map(Item::of_code).collect();
    let count = |column: &str| -> Result<Option<u32>> {
        row.opt_int(column)?.map(|count| u32::try_from(count).map_err(|_| corrupt(column))).transpose()
    };
    let minute = count("visit_minute")?;
    Ok(Appointment {
        no: row.int("no")?,
        owner: row.int("owner")?,
        entered: Moment { at: row.int("registered_at")?, seq: row.int("entered_seq")? },
        terms: Terms {
            channel: Channel::of_word(&row.text("channel")?).ok_or_else(|| corrupt("channel"))?,
            source: source(&row.text("source")?).ok_or_else(|| corrupt("source"))?,
            class: Class::of_code(&row.text("class")?).ok_or_else(|| corrupt("class"))?,
            missing: missing.ok_or_else(|| corrupt("missing"))?,
            visit: row.opt_date("visit_date")?.map(|date| Visit { date, minute }),
            log: row.flag("log")?,
            late_minutes: count("late_minutes")?,
            base: Base {
                day: row.date("base_day")?,
                rebased: row.count("rebased")?,
                booked: row.opt_date("booked")?,
            },
            protection: Protection {
                until: row.date("protected_until")?,
                credit_until: row.date("credit_until")?,
            },
        },
        cancelled: row.text("state")? == CANCELLED,
    })
}
