//! Reminders: a reminder is a row, not a timer. What it says and whom it reaches is decided when it is due.

use crate::error::Result;
use crate::sql::Tx;
use domain::{EpochMs, PersonId};

/// A pending reminder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reminder {
    /// Row number.
    pub id: i64,
    /// Which handler knows what to do with it.
    pub kind: String,
    /// Whom it is about.
    pub person: PersonId,
    /// What it is about, in the handler's own words.
    pub subject: String,
    /// When it is due.
    pub due_at: EpochMs,
}

const SET: &str = "INSERT INTO reminder (key, kind, person_id, subject, due_at, state) \
    VALUES ($1, $2, $3, $4, $5, 'pending') ON CONFLICT (key) DO UPDATE SET due_at = excluded.due_at, \
    subject = excluded.subject, state = 'pending', settled_at = NULL, reason = NULL";
const CANCEL: &str = "UPDATE reminder SET state = 'cancelled', settled_at = $3, reason = $2 \
    WHERE key = $1 AND state = 'pending'";
const DUE: &str = "SELECT id, kind, person_id, subject, due_at FROM reminder \
    WHERE state = 'pending' AND due_at <= $1 ORDER BY due_at, id LIMIT $2";
const NEXT: &str = "SELECT MIN(due_at) AS due_at FROM reminder WHERE state = 'pending'";
// Only what is still due: one that was moved after it had been read keeps its new time.
const SETTLE: &str = "UPDATE reminder SET state = $2, settled_at = $3, reason = $4 \
    WHERE id = $1 AND state = 'pending' AND due_at <= $3";
const SNOOZE: &str = "UPDATE reminder SET due_at = $2 WHERE id = $1 AND state = 'pending' AND due_at <= $3";

impl Tx<'_> {
    /// Sets a reminder; one with the same key is moved, also when it was settled before.
    ///
    /// # Errors
    /// When it cannot be written; the same for the writers below.
    pub fn set_reminder(
        &mut self,
        key: &str,
        kind: &str,
        person: PersonId,
        subject: &str,
        due_at: EpochMs,
    ) -> Result<()> {
        self.exec(SET, &[key.into(), kind.into(), person.into(), subject.into(), due_at.into()]).map(|_| ())
    }

    /// Takes a pending reminder back.
    ///
    /// # Errors
    /// As [`Tx::set_reminder`].
    pub fn cancel_reminder(&mut self, key: &str, reason: &str, now: EpochMs) -> Result<()> {
        self.exec(CANCEL, &[key.into(), reason.into(), now.into()]).map(|_| ())
    }

    /// Due reminders, the longest due first. The cost grows with what is due, not with what is stored.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn due_reminders(&mut self, now: EpochMs, most: i64) -> Result<Vec<Reminder>> {
        self.rows(DUE, &[now.into(), most.into()], |row| {
            Ok(Reminder {
                id: row.int("id")?,
                kind: row.text("kind")?,
                person: row.int("person_id")?,
                subject: row.text("subject")?,
                due_at: row.int("due_at")?,
            })
        })
    }

    /// When the next reminder is due.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn next_reminder(&mut self) -> Result<Option<EpochMs>> {
        Ok(self.row(NEXT, &[], |row| row.opt_int("due_at"))?.flatten())
    }

    /// Settles a due reminder as done or, with a reason, cancelled; false when it was settled or moved meanwhile.
    ///
    /// # Errors
    /// As [`Tx::set_reminder`].
    pub fn settle_reminder(&mut self, id: i64, cancelled: Option<&str>, now: EpochMs) -> Result<bool> {
        let state = if cancelled.is_some() { "cancelled" } else { "done" };
        Ok(self.exec(SETTLE, &[id.into(), state.into(), now.into(), cancelled.into()])? == 1)
    }

    /// Moves a due reminder; false when it was settled or moved meanwhile.
    ///
    /// # Errors
    /// As [`Tx::set_reminder`].
    pub fn snooze_reminder(&mut self, id: i64, due_at: EpochMs, now: EpochMs) -> Result<bool> {
        Ok(self.exec(SNOOZE, &[id.into(), due_at.into(), now.into()])? == 1)
    }
}
