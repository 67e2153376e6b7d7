//! Events: every change of state appends one row in its own transaction. They are the audit trail, and what
//! `play --json` prints. People stand in a body as `{"$p": 12}`, so that a reader can put names there and no name can
//! be mistaken for one.

use crate::error::{Error, Result};
use crate::sql::{Param, Row, Tx};
use crate::vault::Secret;
use domain::{EpochMs, PersonId};
use serde_json::{Map, Value};

/// Something that happened, about to be recorded.
#[derive(Clone, Debug)]
pub struct Fact {
    /// Such as `report.filed`.
    pub kind: &'static str,
    /// Who did it; `None` when it happened by itself.
    pub actor: Option<PersonId>,
    /// The label of what it is about (`J3`), where it has one.
    pub subject: Option<String>,
    /// The fields.
    pub body: Map<String, Value>,
    /// Fields that are encrypted when the event is written.
    pub(crate) secrets: Vec<Secret>,
}

impl Fact {
    /// A fact without fields.
    pub fn new(kind: &'static str, actor: Option<PersonId>) -> Self {
        Self { kind, actor, subject: None, body: Map::new(), secrets: Vec::new() }
    }

    /// With the label of what it is about.
    #[must_use]
    pub fn about(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// With one more field.
    #[must_use]
    pub fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.body.insert(field.to_owned(), value.into());
        self
    }

    /// With a person as field.
    #[must_use]
    pub fn person(self, field: &str, person: PersonId) -> Self {
        self.with(field, Self::person_value(person))
    }

    /// How a person stands in a body.
    pub fn person_value(person: PersonId) -> Value {
        let mut reference = Map::with_capacity(1);
        reference.insert("$p".to_owned(), person.into());
        Value::Object(reference)
    }
}

/// A recorded event.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Row number; rises with every event of the store.
    pub seq: i64,
    /// When.
    pub at: EpochMs,
    /// Such as `report.filed`.
    pub kind: String,
    /// Who did it.
    pub actor: Option<PersonId>,
    /// The label of what it is about.
    pub subject: Option<String>,
    /// The fields.
    pub body: Map<String, Value>,
}

/// Which part of the events is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Pagination {
    /// Only those after this row.
    pub after: i64,
    /// At the most so many.
    pub limit: i64,
}

pub(crate) struct PendingEvent {
    at: EpochMs,
    fact: Fact,
    body: String,
}

/// Rows that one statement takes.
const MOST: usize = 3;
const INSERT: [&str; MOST] = [
    "INSERT INTO event (at, kind, actor, subject, body) VALUES ($1, $2, $3, $4, $5) RETURNING seq",
    "INSERT INTO event (at, kind, actor, subject, body) VALUES ($1, $2, $3, $4, $5), ($6, $7, $8, $9, $10) \
     RETURNING seq",
    "INSERT INTO event (at, kind, actor, subject, body) VALUES ($1, $2, $3, $4, $5), ($6, $7, $8, $9, $10), \
     ($11, $12, $13, $14, $15) RETURNING seq",
];
const AFTER: &str =
    "SELECT seq, at, kind, actor, subject, body FROM event WHERE seq > $1 ORDER BY seq LIMIT $2";
const LAST: &str = "SELECT COALESCE(MAX(seq), 0) AS seq FROM event";
const ONE: &str = "SELECT seq, at, kind, actor, subject, body FROM event WHERE seq = $1";
const RECENT: &str = "SELECT seq, at, kind, actor, subject, body FROM event e \
    WHERE at >= $2 AND actor = $1 AND NOT EXISTS (SELECT 1 FROM undone u WHERE u.seq = e.seq) \
    ORDER BY at DESC, seq DESC LIMIT $3";
const STANDING: &str = "SELECT seq, at, kind, actor, subject, body FROM event e \
    WHERE subject = $1 AND NOT EXISTS (SELECT 1 FROM undone u WHERE u.seq = e.seq) ORDER BY seq DESC LIMIT $2";
const SPOKE: &str = "SELECT seq FROM event WHERE at >= $2 AND at <= $3 AND actor = $1 \
    AND kind IN ('message.received', 'command.refused') LIMIT 1";
const UNDO: &str = "INSERT INTO undone (seq, at) VALUES ($1, $2) ON CONFLICT DO NOTHING";

pub(crate) fn read(row: &Row<'_>) -> Result<Event> {
    let body = row.text("body")?;
    Ok(Event {
        seq: row.int("seq")?,
        at: row.int("at")?,
        kind: row.text("kind")?,
        actor: row.opt_int("actor")?,
        subject: row.opt_text("subject")?,
        body: serde_json::from_str(&body).map_err(|_| Error::Corrupt("event body".to_owned()))?,
    })
}

impl Tx<'_> {
    /// Records what happened; it is written with the transaction's other events in one statement.
    pub fn record(&mut self, at: EpochMs, fact: Fact) {
        // A map of strings and numbers always becomes JSON.
        let body = serde_json::to_string(&fact.body).unwrap_or_default();
        self.events.push(PendingEvent { at, fact, body });
    }

    /// Writes the recorded events now; answers the number and kind of each.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn flush_events(&mut self) -> Result<Vec<(i64, &'static str)>> {
        let mut written = Vec::with_capacity(self.events.len());
        while !self.events.is_empty() {
            let count = self.events.len().min(MOST);
            let mut batch: Vec<PendingEvent> = self.events.drain(..count).collect();
            for event in batch.iter_mut().filter(|event| !event.fact.secrets.is_empty()) {
                event.body = self.body_with_secrets(event.at, &event.fact)?;
            }
            let params: Vec<Param<'_>> = batch
                .iter()
                .flat_map(|event| {
                    [
                        event.at.into(),
                        event.fact.kind.into(),
                        event.fact.actor.into(),
                        event.fact.subject.as_deref().into(),
                        Param::from(&event.body),
                    ]
                })
                .collect();
            let seqs = self.exec_rows(INSERT[count - 1], &params, |row| row.int("seq"))?;
            for (event, seq) in batch.iter().zip(&seqs) {
                written.push((*seq, event.fact.kind));
            }
        }
        Ok(written)
    }

    /// True when an event of this transaction that is not written yet is somebody's.
    pub(crate) fn is_acting(&self, person: PersonId) -> bool {
        self.events.iter().any(|event| event.fact.actor == Some(person))
    }

    /// Events in order.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn events(&mut self, page: Pagination) -> Result<Vec<Event>> {
        self.rows(AFTER, &[page.after.into(), page.limit.into()], read)
    }

    /// The number of the newest event; 0 when there is none.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn last_event(&mut self) -> Result<i64> {
        Ok(self.row(LAST, &[], |row| row.int("seq"))?.unwrap_or(0))
    }

    /// One event.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn event(&mut self, seq: i64) -> Result<Option<Event>> {
        self.row(ONE, &[seq.into()], read)
    }

    /// What somebody did since then and was not taken back, newest first.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn recent_events(&mut self, actor: PersonId, since: EpochMs, limit: i64) -> Result<Vec<Event>> {
        self.rows(RECENT, &[actor.into(), since.into(), limit.into()], read)
    }

    /// What was done about the thing of a number (`D2`), by whomever and whenever, and was not taken back, newest first.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn standing_events_about(&mut self, subject: &str, limit: i64) -> Result<Vec<Event>> {
        self.rows(STANDING, &[subject.into(), limit.into()], read)
    }

    /// Whether somebody wrote anything between two instants, both included.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn has_spoken(&mut self, person: PersonId, from: EpochMs, to: EpochMs) -> Result<bool> {
        let params = [person.into(), from.into(), to.into()];
        Ok(self.row(SPOKE, &params, |row| row.int("seq"))?.is_some())
    }

    /// Marks an event as taken back; false when it already was.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn mark_undone(&mut self, seq: i64, now: EpochMs) -> Result<bool> {
        Ok(self.exec(UNDO, &[seq.into(), now.into()])? == 1)
    }
}
