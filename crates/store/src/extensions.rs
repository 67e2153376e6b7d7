//! Leave to register later (延迟登记, `E…`): what was asked for, and what the supervisor said.

use crate::error::{Error, Result};
use crate::event::Fact;
use crate::sql::{Row, Tx};
use chrono::NaiveDate;
use domain::privacy::Field;
use domain::registration::Asked;
use domain::rights::{Over, Record};
use domain::{Calendar, EpochMs, PersonId};

/// A request about to be written.
#[derive(Clone, Copy, Debug)]
pub struct NewExtension<'a> {
    /// When the appointment was agreed, where that was said.
    pub agreed: Option<EpochMs>,
    /// What it is for.
    pub asked: Asked,
    /// Why; it may name a patient.
    pub reason: Option<&'a str>,
    /// Today: the retention of the reason begins.
    pub today: NaiveDate,
    /// When.
    pub now: EpochMs,
}

/// A request for leave to register later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// Number: E3 is 3.
    pub no: i64,
    /// Who asks.
    pub person: PersonId,
    /// When.
    pub asked_at: EpochMs,
    /// When the appointment was agreed, where that was said.
    pub agreed: Option<EpochMs>,
    /// What it is for.
    pub asked: Asked,
    /// `open`, `approved`, `refused` or `withdrawn`.
    pub state: String,
    /// When it was decided.
    pub decided_at: Option<EpochMs>,
}

const ADD: &str = "INSERT INTO extension (no, person, asked_at, agreed_at, covers_from, covers_to, over_at, state) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, 'open')";
const ONE: &str = "SELECT no, person, asked_at, agreed_at, covers_from, covers_to, over_at, state, decided_at \
    FROM extension WHERE no = $1";
const OPEN: &str = "SELECT no, person, asked_at, agreed_at, covers_from, covers_to, over_at, state, decided_at \
    FROM extension WHERE state = 'open' ORDER BY no LIMIT $1";
const OPEN_OF: &str = "SELECT no, person, asked_at, agreed_at, covers_from, covers_to, over_at, state, decided_at \
    FROM extension WHERE person = $1 AND state = 'open' ORDER BY no DESC LIMIT 20";
const GIVEN: &str = "SELECT no, person, asked_at, agreed_at, covers_from, covers_to, over_at, state, decided_at \
    FROM extension WHERE person = $1 AND over_at > $2 AND covers_from <= $2 AND state = 'approved' ORDER BY no";
const CLOSE: &str = "UPDATE extension SET state = $2, decided_by = $3, decided_at = $4 \
    WHERE no = $1 AND state = 'open'";
const REOPEN: &str =
    "UPDATE extension SET state = 'open', decided_by = NULL, decided_at = NULL WHERE no = $1";

fn read(row: &Row<'_>) -> Result<Extension> {
    let (from, to) = (row.int("covers_from")?, row.int("covers_to")?);
    Ok(Extension {
        no: row.int("no")?,
        person: row.int("person")?,
        asked_at: row.int("asked_at")?,
        agreed: row.opt_int("agreed_at")?,
        asked: Asked { from, to, over_at: row.int("over_at")? },
        state: row.text("state")?,
        decided_at: row.opt_int("decided_at")?,
    })
}

impl Extension {
    /// As people read it: `E3`.
    pub fn label(&self) -> String {
        format!("E{}", self.no)
    }
}

impl Tx<'_> {
    /// Writes down that somebody asks for leave to register later, and gives it its number.
    ///
    /// # Errors
    /// When it cannot be written; the same for the writers below.
    pub fn ask_for_extension(
        &mut self,
        by: &Record,
        new: &NewExtension<'_>,
        calendar: &Calendar,
    ) -> Result<Extension> {
        let no = self.next_number("E")?;
        let (person, asked) = (by.person(), new.asked);
        let params = [
            no.into(),
            person.into(),
            new.now.into(),
            new.agreed.into(),
            asked.from.into(),
            asked.to.into(),
            asked.over_at.into(),
        ];
        self.exec(ADD, &params)?;
        let extension = self.extension(no)?.ok_or_else(|| Error::Corrupt("extension".to_owned()))?;
        let label = extension.label();
        let mut fact = Fact::new("extension.requested", Some(person))
            .about(label.as_str())
            .with("extension", label.as_str())
            .person("person", person)
            .with("agreed", new.agreed.map(|agreed| calendar.rfc3339(agreed)))
            .with("until", calendar.rfc3339(asked.over_at))
            .with("rule", "R-032");
        if let Some(reason) = new.reason {
            self.put_fields(&label, &[(Field::Note, reason)])?;
            self.close_case(&label, new.today)?;
            fact = fact.secret("reason", reason, &label);
        }
        self.record(new.now, fact);
        Ok(extension)
    }

    /// Decides an open request; false when it was not open any more. The reason may name a patient.
    ///
    /// # Errors
    /// As [`Tx::ask_for_extension`].
    pub fn decide_extension(
        &mut self,
        by: &Over,
        extension: &Extension,
        approved: bool,
        reason: Option<&str>,
        now: EpochMs,
    ) -> Result<bool> {
        let state = if approved { "approved" } else { "refused" };
        let params = [extension.no.into(), state.into(), by.by().into(), now.into()];
        if self.exec(CLOSE, &params)? == 0 {
            return Ok(false);
        }
        let label = extension.label();
        let mut fact = Fact::new("extension.decided", by.by())
            .about(label.as_str())
            .with("extension", label.as_str())
            .person("person", extension.person)
            .with("by", by.by().map(Fact::person_value))
            .with("approved", approved)
            .with("rule", "R-032");
        if let Some(reason) = reason {
            fact = fact.secret("reason", reason, &label);
        }
        self.record(now, fact);
        Ok(true)
    }

    /// Takes the own open request back; false when it was not open any more.
    ///
    /// # Errors
    /// As [`Tx::ask_for_extension`].
    pub fn withdraw_extension(&mut self, by: &Record, no: i64, now: EpochMs) -> Result<bool> {
        let params = [no.into(), "withdrawn".into(), by.person().into(), now.into()];
        Ok(self.exec(CLOSE, &params)? == 1)
    }

    /// Opens a decided request again. What was registered under it meanwhile stays as it was judged then.
    ///
    /// # Errors
    /// As [`Tx::ask_for_extension`].
    pub fn reopen_extension(&mut self, _by: &Over, no: i64) -> Result<()> {
        self.exec(REOPEN, &[no.into()]).map(|_| ())
    }

    /// A request.
    ///
    /// # Errors
    /// When it cannot be read; the same for the readers below.
    pub fn extension(&mut self, no: i64) -> Result<Option<Extension>> {
        self.row(ONE, &[no.into()], read)
    }

    /// Somebody's open request for the same agreement.
    ///
    /// # Errors
    /// As [`Tx::extension`].
    pub fn open_extension_of(
        &mut self,
        person: PersonId,
        agreed: Option<EpochMs>,
    ) -> Result<Option<Extension>> {
        let open = self.rows(OPEN_OF, &[person.into()], read)?;
        Ok(open.into_iter().find(|extension| extension.agreed == agreed))
    }

    /// Requests that nobody has decided, oldest first.
    ///
    /// # Errors
    /// As [`Tx::extension`].
    pub fn open_extensions(&mut self, most: u32) -> Result<Vec<Extension>> {
        self.rows(OPEN, &[most.into()], read)
    }

    /// The leave that somebody was given for what was agreed at an instant.
    ///
    /// # Errors
    /// As [`Tx::extension`].
    pub fn extensions_for(&mut self, person: PersonId, agreed: EpochMs) -> Result<Vec<Extension>> {
        let mut given = self.rows(GIVEN, &[person.into(), agreed.into()], read)?;
        given.retain(|extension| extension.asked.is_for(agreed));
        Ok(given)
    }
}
