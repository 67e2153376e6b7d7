//! 申诉: who does not agree with a decision says so, and a person rules on it.

use super::{NewObjection, Objection, ObjectionState};
use crate::error::{Error, Result};
use crate::event::Fact;
use crate::register::ledger::Letter;
use crate::sql::{Row, Tx};
use domain::privacy::Field;
use domain::rights::{Over, Record, Undoing};
use domain::{EpochMs, PersonId};

const RAISE: &str = "INSERT INTO objection (no, subject, arrival, appointment, by_person, at, due_day, state) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, 'open')";
const ONE: &str = "SELECT no, arrival, appointment, by_person, at, due_day, state, ruled_by, ruled_at FROM objection \
    WHERE no = $1";
const OPEN_OF: &str = "SELECT no FROM objection WHERE arrival = $1 AND by_person = $2 AND state = 'open'";
const OPEN: &str = "SELECT o.no, o.arrival, o.appointment, o.by_person, o.at, o.due_day, o.state, o.ruled_by, o.ruled_at \
    FROM objection o JOIN arrival a ON a.no = o.arrival WHERE o.state = 'open' AND a.state = 'open' ORDER BY o.at, o.no";
const OF_ARRIVAL: &str = "SELECT no, arrival, appointment, by_person, at, due_day, state, ruled_by, ruled_at \
    FROM objection WHERE arrival = $1 ORDER BY no";
const REJECT: &str = "UPDATE objection SET state = 'rejected', ruled_by = $2, ruled_at = $3 \
    WHERE no = $1 AND state = 'open'";
const OPEN_AGAIN: &str = "UPDATE objection SET state = 'open', ruled_by = NULL, ruled_at = NULL \
    WHERE no = $1 AND state = 'rejected'";
const WITHDRAW: &str = "UPDATE objection SET state = 'withdrawn' WHERE no = $1 AND state = 'open'";

const STATES: [(ObjectionState, &str); 4] = [
    (ObjectionState::Open, "open"),
    (ObjectionState::Upheld, "upheld"),
    (ObjectionState::Rejected, "rejected"),
    (ObjectionState::Withdrawn, "withdrawn"),
];

fn read(row: &Row<'_>) -> Result<Objection> {
    let word = row.text("state")?;
    let state = STATES.into_iter().find(|(_, known)| *known == word).map(|(state, _)| state);
    Ok(Objection {
        no: row.int("no")?,
        arrival: row.int("arrival")?,
        appointment: row.opt_int("appointment")?,
        by: row.int("by_person")?,
        at: row.int("at")?,
        due: row.date("due_day")?,
        state: state.ok_or_else(|| Error::Corrupt("objection state".to_owned()))?,
        ruled_by: row.opt_int("ruled_by")?,
        ruled_at: row.opt_int("ruled_at")?,
    })
}

/// What an event says of an objection.
fn fact(kind: &'static str, by: Option<PersonId>, objection: &Objection) -> Fact {
    Fact::new(kind, by)
        .about(objection.label())
        .with("objection", objection.label())
        .with("arrival", Letter::Arrival.label(objection.arrival))
        .with("appointment", objection.appointment.map(|no| Letter::Appointment.label(no)))
        .with("by", by.map(Fact::person_value))
}

impl Tx<'_> {
    /// Raises an objection of whoever records; event `objection.raised`. `None` when he has an open one against the same
    /// arrival.
    ///
    /// # Errors
    /// When it cannot be written; the same for the writers below.
    pub fn object(&mut self, by: &Record, new: &NewObjection<'_>) -> Result<Option<Objection>> {
        let open = self.row(OPEN_OF, &[new.arrival.into(), by.person().into()], |row| row.int("no"))?;
        if open.is_some() {
            return Ok(None);
        }
        let objection = Objection {
            no: self.next_number("S")?,
            arrival: new.arrival,
            appointment: new.appointment,
            by: by.person(),
            at: new.now,
            due: new.due,
            state: ObjectionState::Open,
            ruled_by: None,
            ruled_at: None,
        };
        let case = objection.label();
        let params = [
            objection.no.into(),
            (&case).into(),
            new.arrival.into(),
            new.appointment.into(),
            objection.by.into(),
            new.now.into(),
            new.due.into(),
        ];
        self.exec(RAISE, &params)?;
        self.put_fields(&case, &[(Field::Note, new.reason)])?;
        self.close_case(&case, new.due)?;
        let raised = fact("objection.raised", Some(objection.by), &objection);
        let raised = raised.with("due", new.due.to_string()).secret("reason", new.reason, &case);
        self.record(new.now, raised);
        Ok(Some(objection))
    }

    /// The decision stands; event `objection.rejected`. The reason is sealed. `None` when it is not open.
    ///
    /// # Errors
    /// As [`Tx::object`].
    pub fn reject_objection(
        &mut self,
        by: &Over,
        no: i64,
        reason: &str,
        now: EpochMs,
    ) -> Result<Option<Objection>> {
        if self.exec(REJECT, &[no.into(), by.by().into(), now.into()])? != 1 {
            return Ok(None);
        }
        let Some(objection) = self.objection(no)? else { return Ok(None) };
        let rejected = fact("objection.rejected", by.by(), &objection);
        self.record(now, rejected.secret("reason", reason, &objection.label()));
        Ok(Some(objection))
    }

    /// Opens a rejected objection again (its rejection is taken back). False when it is not rejected.
    ///
    /// # Errors
    /// As [`Tx::object`].
    pub fn undo_rejection(&mut self, _by: &Undoing, no: i64) -> Result<bool> {
        Ok(self.exec(OPEN_AGAIN, &[no.into()])? == 1)
    }

    /// Takes an open objection back. False when it is not open.
    ///
    /// # Errors
    /// As [`Tx::object`].
    pub fn withdraw_objection(&mut self, by: &Undoing, no: i64, now: EpochMs) -> Result<bool> {
        if self.exec(WITHDRAW, &[no.into()])? != 1 {
            return Ok(false);
        }
        if let Some(objection) = self.objection(no)? {
            let withdrawn = fact("objection.withdrawn", Some(by.by()), &objection);
            self.record(now, withdrawn);
        }
        Ok(true)
    }

    /// An objection.
    ///
    /// # Errors
    /// When it cannot be read; the same for the readers below.
    pub fn objection(&mut self, no: i64) -> Result<Option<Objection>> {
        self.row(ONE, &[no.into()], read)
    }

    /// What an objection says, for its author and whoever rules on it; `None` when it was forgotten.
    ///
    /// # Errors
    /// As [`Tx::objection`].
    pub fn objection_reason(&mut self, no: i64) -> Result<Option<String>> {
        let fields = self.open_fields(&format!("S{no}"))?;
        Ok(fields.into_iter().find(|(field, _)| *field == Field::Note).map(|(_, text)| text))
    }

    /// The objections that wait, the oldest first.
    ///
    /// # Errors
    /// As [`Tx::objection`].
    pub fn open_objections(&mut self) -> Result<Vec<Objection>> {
        self.rows(OPEN, &[], read)
    }

    /// The objections against the decisions on an arrival, whatever became of them, the oldest first.
    ///
    /// # Errors
    /// As [`Tx::objection`].
    pub fn objections_of(&mut self, arrival: i64) -> Result<Vec<Objection>> {
        self.rows(OF_ARRIVAL, &[arrival.into()], read)
    }
}
