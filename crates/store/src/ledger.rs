//! 台账 (`K…`): what is proposed for or against somebody. Nothing is final by machine (CV-6): an entry is proposed, confirmed
//! or rejected by a person, and a confirmed one is taken back only by another entry.

use crate::error::{Error, Result};
use crate::event::Fact;
use crate::sql::{Row, Tx};
use chrono::NaiveDate;
use domain::rights::Over;
use domain::{EpochMs, PersonId, Span};

/// How an entry stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryState {
    /// Waits for a person.
    Proposed,
    /// Counts.
    Confirmed,
    /// Does not count.
    Rejected,
}

impl EntryState {
    const ALL: [EntryState; 3] = [EntryState::Proposed, EntryState::Confirmed, EntryState::Rejected];

    fn word(self) -> &'static str {
        match self {
            EntryState::Proposed => "proposed",
            EntryState::Confirmed => "confirmed",
            EntryState::Rejected => "rejected",
        }
    }
}

/// An entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerEntry {
    /// Number: K9 is 9.
    pub no: i64,
    /// The line of the tariff.
    pub code: String,
    /// Whose.
    pub person: PersonId,
    /// The day of what it is for; its rules are those of that day (CV-8).
    pub day: NaiveDate,
    /// Money in fen; a deduction is negative.
    pub fen: i64,
    /// Points; a deduction is negative.
    pub points: i64,
    /// By which rule.
    pub rule: String,
    /// The label of what it is for.
    pub about: Option<String>,
    /// The entry that this one takes back.
    pub reverses: Option<i64>,
    /// How it stands.
    pub state: EntryState,
}

impl LedgerEntry {
    /// As people read it: `K9`.
    pub fn label(&self) -> String {
        format!("K{}", self.no)
    }
}

/// An entry about to be proposed.
#[derive(Clone, Copy, Debug)]
pub struct NewLedgerEntry<'a> {
    /// What tells it apart: the same is proposed once for ever (CV-7).
    pub source: &'a str,
    /// The line of the tariff.
    pub code: &'a str,
    /// Whose.
    pub person: PersonId,
    /// The day of what it is for.
    pub day: NaiveDate,
    /// Money in fen; a deduction is negative.
    pub fen: i64,
    /// Points; a deduction is negative.
    pub points: i64,
    /// By which rule.
    pub rule: &'a str,
    /// The label of what it is for.
    pub about: Option<&'a str>,
    /// When.
    pub now: EpochMs,
}

/// The line of the tariff by which somebody goes to the training group.
pub const TRAINING: &str = "T-N20";

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT no, code, person, day, fen, points, rule, about, reverses, state FROM ledger_entry ",
            $rest
        )
    };
}

const ADD: &str = "INSERT INTO ledger_entry (no, source, code, person, day, fen, points, rule, about, reverses, \
    proposed_at, state, decided_by, decided_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
const KNOWN: &str = "SELECT no FROM ledger_entry WHERE source = $1";
const DECIDE: &str = "UPDATE ledger_entry SET state = $2, decided_by = $3, decided_at = $4 \
    WHERE no = $1 AND state = 'proposed'";
const PROPOSE_AGAIN: &str = "UPDATE ledger_entry SET state = 'proposed', decided_by = NULL, decided_at = NULL \
    WHERE no = $1 AND state = 'rejected'";
const ONE: &str = select!("WHERE no = $1");
const OF_SOURCE: &str = select!("WHERE source = $1");
const PROPOSED: &str = select!("WHERE state = 'proposed' ORDER BY no LIMIT $1");
const OF: &str = select!("WHERE person = $1 AND day >= $2 AND day <= $3 ORDER BY no");
const REVERSED: &str = select!("WHERE reverses = $1");
const STANDING: &str = select!(
    "e WHERE e.code = $1 AND e.state = 'confirmed' AND e.reverses IS NULL \
    AND NOT EXISTS (SELECT 1 FROM ledger_entry r WHERE r.reverses = e.no) ORDER BY e.no"
);
const POINTS: &str = "SELECT CAST(COALESCE(SUM(points), 0) AS BIGINT) AS points FROM ledger_entry \
    WHERE person = $1 AND day >= $2 AND day <= $3 AND code = $4 AND state <> 'rejected'";

fn read(row: &Row<'_>) -> Result<LedgerEntry> {
    let state = row.text("state")?;
    Ok(LedgerEntry {
        no: row.int("no")?,
        code: row.text("code")?,
        person: row.int("person")?,
        day: row.date("day")?,
        fen: row.int("fen")?,
        points: row.int("points")?,
        rule: row.text("rule")?,
        about: row.opt_text("about")?,
        reverses: row.opt_int("reverses")?,
        state: EntryState::ALL
            .into_iter()
            .find(|known| known.word() == state)
            .ok_or_else(|| Error::Corrupt("ledger_entry state".to_owned()))?,
    })
}

impl Tx<'_> {
    /// Proposes an entry; `None` when the same was proposed before. Event `ledger.proposed`.
    ///
    /// # Errors
    /// When it cannot be written; the same for the writers below.
    pub fn propose(&mut self, by: &Over, new: &NewLedgerEntry<'_>) -> Result<Option<LedgerEntry>> {
        if self.row(KNOWN, &[new.source.into()], |row| row.int("no"))?.is_some() {
            return Ok(None);
        }
        let entry = self.add_entry_of_ledger(new, None, None)?;
        self.record_ledger("ledger.proposed", by.by(), &entry, None, new.now);
        Ok(Some(entry))
    }

    fn add_entry_of_ledger(
        &mut self,
        new: &NewLedgerEntry<'_>,
        reverses: Option<i64>,
        confirmed_by: Option<PersonId>,
    ) -> Result<LedgerEntry> {
        let no = self.next_number("K")?;
        let state = if reverses.is_some() { EntryState::Confirmed } else { EntryState::Proposed };
        let decided_at = reverses.map(|_| new.now);
        let params = [
            no.into(),
            new.source.into(),
            new.code.into(),
            new.person.into(),
            new.day.into(),
            new.fen.into(),
            new.points.into(),
            new.rule.into(),
            new.about.into(),
            reverses.into(),
            new.now.into(),
            state.word().into(),
            confirmed_by.into(),
            decided_at.into(),
        ];
        self.exec(ADD, &params)?;
        Ok(LedgerEntry {
            no,
            code: new.code.to_owned(),
            person: new.person,
            day: new.day,
            fen: new.fen,
            points: new.points,
            rule: new.rule.to_owned(),
            about: new.about.map(str::to_owned),
            reverses,
            state,
        })
    }

    pub(crate) fn record_ledger(
        &mut self,
        kind: &'static str,
        by: Option<PersonId>,
        entry: &LedgerEntry,
        reason: Option<&str>,
        now: EpochMs,
    ) {
        let mut fact = ledger_fact(kind, by)
            .about(entry.label())
            .with("entry", entry.label())
            .with("code", entry.code.as_str())
            .person("person", entry.person)
            .with("fen", entry.fen)
            .with("points", entry.points)
            .with("date", entry.day.to_string())
            .with("about", entry.about.as_deref())
            .with("reverses", entry.reverses.map(|no| format!("K{no}")))
            .with("rule", entry.rule.as_str());
        if let Some(reason) = reason {
            fact = fact.secret("reason", reason, &entry.label());
        }
        self.record(now, fact);
    }

    /// Confirms or rejects a proposed entry; false when it was decided before. The reason may name a patient. Events
    /// `ledger.confirmed`, `ledger.rejected`.
    ///
    /// # Errors
    /// As [`Tx::propose`].
    pub fn decide_entry(
        &mut self,
        by: &Over,
        no: i64,
        confirmed: bool,
        reason: Option<&str>,
        now: EpochMs,
    ) -> Result<bool> {
        let state = if confirmed { EntryState::Confirmed } else { EntryState::Rejected };
        if self.exec(DECIDE, &[no.into(), state.word().into(), by.by().into(), now.into()])? == 0 {
            return Ok(false);
        }
        if let Some(entry) = self.ledger_entry(no)? {
            let kind = if confirmed { "ledger.confirmed" } else { "ledger.rejected" };
            self.record_ledger(kind, by.by(), &entry, reason, now);
        }
        Ok(true)
    }

    /// A rejected entry waits for a decision again; false when it was not rejected.
    ///
    /// # Errors
    /// As [`Tx::propose`].
    pub fn propose_entry_again(&mut self, _by: &Over, no: i64) -> Result<bool> {
        Ok(self.exec(PROPOSE_AGAIN, &[no.into()])? == 1)
    }

    /// Takes a confirmed entry back by another one with the opposite amounts; `None` when it is not confirmed, or was taken
    /// back before. Event `ledger.reversed`.
    ///
    /// # Errors
    /// As [`Tx::propose`].
    pub fn reverse_entry(&mut self, by: &Over, no: i64, now: EpochMs) -> Result<Option<LedgerEntry>> {
        let Some(entry) = self.ledger_entry(no)?.filter(|entry| entry.state == EntryState::Confirmed) else {
            return Ok(None);
        };
        if entry.reverses.is_some() || self.row(REVERSED, &[no.into()], read)?.is_some() {
            return Ok(None);
        }
        let source = format!("reversal:K{no}");
        let new = NewLedgerEntry {
            source: &source,
            code: &entry.code,
            person: entry.person,
            day: entry.day,
            fen: -entry.fen,
            points: -entry.points,
            rule: &entry.rule,
            about: entry.about.as_deref(),
            now,
        };
        let reversal = self.add_entry_of_ledger(&new, Some(no), by.by())?;
        self.record_ledger("ledger.reversed", by.by(), &reversal, None, now);
        Ok(Some(reversal))
    }

    /// True when an entry of that source was proposed before, whatever became of it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn is_proposed(&mut self, source: &str) -> Result<bool> {
        Ok(self.row(KNOWN, &[source.into()], |row| row.int("no"))?.is_some())
    }

    /// An entry.
    ///
    /// # Errors
    /// When it cannot be read; the same for the readers below.
    pub fn ledger_entry(&mut self, no: i64) -> Result<Option<LedgerEntry>> {
        self.row(ONE, &[no.into()], read)
    }

    /// What was proposed by a source and stands, proposed or confirmed: neither rejected nor taken back.
    ///
    /// # Errors
    /// As [`Tx::ledger_entry`].
    pub fn standing_entry(&mut self, source: &str) -> Result<Option<LedgerEntry>> {
        let Some(entry) = self.row(OF_SOURCE, &[source.into()], read)? else { return Ok(None) };
        let is_reversed = self.row(REVERSED, &[entry.no.into()], read)?.is_some();
        Ok(Some(entry).filter(|entry| entry.state != EntryState::Rejected && !is_reversed))
    }

    /// The entries by which somebody is in the training group: confirmed, and not taken back.
    ///
    /// # Errors
    /// As [`Tx::ledger_entry`].
    pub fn in_training(&mut self) -> Result<Vec<LedgerEntry>> {
        self.rows(STANDING, &[TRAINING.into()], read)
    }

    /// What waits for a decision, oldest first.
    ///
    /// # Errors
    /// As [`Tx::ledger_entry`].
    pub fn proposed_entries(&mut self, most: u32) -> Result<Vec<LedgerEntry>> {
        self.rows(PROPOSED, &[most.into()], read)
    }

    /// Somebody's entries of a span.
    ///
    /// # Errors
    /// As [`Tx::ledger_entry`].
    pub fn entries_of(&mut self, person: PersonId, span: Span) -> Result<Vec<LedgerEntry>> {
        self.rows(OF, &[person.into(), span.from.into(), span.to.into()], read)
    }

    /// The points of a line of the tariff that somebody has in a span, with what is only proposed.
    ///
    /// # Errors
    /// As [`Tx::ledger_entry`].
    pub fn points_of(&mut self, person: PersonId, code: &str, span: Span) -> Result<i64> {
        let params = [person.into(), span.from.into(), span.to.into(), code.into()];
        Ok(self.row(POINTS, &params, |row| row.int("points"))?.unwrap_or(0))
    }
}

/// Names the kinds, so that whoever looks for them finds them.
fn ledger_fact(kind: &'static str, by: Option<PersonId>) -> Fact {
    match kind {
        "ledger.proposed" => Fact::new("ledger.proposed", by),
        "ledger.confirmed" => Fact::new("ledger.confirmed", by),
        "ledger.rejected" => Fact::new("ledger.rejected", by),
        _ => Fact::new("ledger.reversed", by),
    }
}
