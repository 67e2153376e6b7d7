//! Questions to the audit trail: events by number, by person, by time, newest first. What merely came in
//! (`message.…`) or ran by the clock is left out; it would bury what was changed.

use crate::error::Result;
use crate::event::{self, Event};
use crate::sql::Tx;
use domain::{EpochMs, PersonId};

/// A stretch of time, the end excluded, and how much of it is wanted.
#[derive(Clone, Copy, Debug)]
pub struct AuditSpan {
    /// First instant.
    pub from: EpochMs,
    /// First instant after it.
    pub to: EpochMs,
    /// Events at the most.
    pub most: i64,
}

const ABOUT: &str = "SELECT seq, at, kind, actor, subject, body FROM event \
    WHERE subject = $1 AND kind NOT LIKE 'message.%' ORDER BY seq DESC LIMIT $2";
// A person stands in a body as {"$p":12}; the brace keeps 12 from matching 123.
const OF: &str = "SELECT seq, at, kind, actor, subject, body FROM event \
    WHERE at >= $1 AND at < $2 AND (actor = $3 OR body LIKE $4) AND kind NOT LIKE 'message.%' \
    ORDER BY at DESC, seq DESC LIMIT $5";
const BETWEEN: &str = "SELECT seq, at, kind, actor, subject, body FROM event \
    WHERE at >= $1 AND at < $2 AND kind NOT LIKE 'message.%' AND kind NOT LIKE 'schedule.%' \
    ORDER BY at DESC, seq DESC LIMIT $3";

impl Tx<'_> {
    /// What happened to the thing of a number (`J3`).
    ///
    /// # Errors
    /// When it cannot be read; the same for all below.
    pub fn events_about(&mut self, subject: &str, most: i64) -> Result<Vec<Event>> {
        self.rows(ABOUT, &[subject.into(), most.into()], event::read)
    }

    /// What somebody did, and what was done about him.
    ///
    /// # Errors
    /// As [`Tx::events_about`].
    pub fn events_of(&mut self, person: PersonId, span: AuditSpan) -> Result<Vec<Event>> {
        let mention = format!("%{{\"$p\":{person}}}%");
        let params = [span.from.into(), span.to.into(), person.into(), (&mention).into(), span.most.into()];
        self.rows(OF, &params, event::read)
    }

    /// What happened in a stretch of time.
    ///
    /// # Errors
    /// As [`Tx::events_about`].
    pub fn events_between(&mut self, span: AuditSpan) -> Result<Vec<Event>> {
        self.rows(BETWEEN, &[span.from.into(), span.to.into(), span.most.into()], event::read)
    }
}
