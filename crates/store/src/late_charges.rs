//! Late reports as proposals of the ledger: once a person, month and ordinal, whatever is filed and taken back.

use crate::error::Result;
use crate::ledger::{LedgerEntry, NewLedgerEntry};
use crate::sql::Tx;
use chrono::NaiveDate;
use domain::EpochMs;
use domain::report::{Charge, source_prefix};
use domain::rights::{Over, Record};

/// What changed in the ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LateCharges {
    /// Entries that now wait for a person.
    pub proposed: Vec<LedgerEntry>,
    /// Entries that waited, and have lost their ground.
    pub withdrawn: Vec<LedgerEntry>,
}

const KNOWN: &str = "SELECT no, source, state, decided_by FROM ledger_entry \
    WHERE person = $1 AND source LIKE $2 AND reverses IS NULL ORDER BY no";

/// An entry of the month that is there already.
struct Known {
    no: i64,
    source: String,
    state: String,
    /// Rejected by nobody: the program withdrew it.
    withdrawn: bool,
}

impl Tx<'_> {
    /// Brings the ledger in line with what a person's late and missing days of the month of `date` cost now: proposes what
    /// is not there, and withdraws what was proposed for days that are not late any more. What a person has decided stays.
    /// Events `ledger.proposed`, `ledger.rejected`.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn settle_late_charges(
        &mut self,
        by: &Record,
        date: NaiveDate,
        charges: &[Charge],
        now: EpochMs,
    ) -> Result<LateCharges> {
        let person = by.person();
        let program = Over::by_program(Some(person));
        let like = format!("{}%", source_prefix(person, date));
        let known = self.rows(KNOWN, &[person.into(), (&like).into()], |row| {
            let (state, decided_by) = (row.text("state")?, row.opt_int("decided_by")?);
            let withdrawn = state == "rejected" && decided_by.is_none();
            Ok(Known { no: row.int("no")?, source: row.text("source")?, state, withdrawn })
        })?;
        let mut settled = LateCharges::default();
        for charge in charges {
            let source = charge.source(person, date);
            match known.iter().find(|known| known.source == source) {
                Some(entry) if entry.withdrawn => {
                    self.propose_entry_again(&program, entry.no)?;
                    if let Some(entry) = self.ledger_entry(entry.no)? {
                        self.record_ledger("ledger.proposed", None, &entry, None, now);
                        settled.proposed.push(entry);
                    }
                }
                Some(_) => {}
                None => {
                    let new = NewLedgerEntry {
                        source: &source,
                        code: charge.code,
                        person,
                        day: date,
                        fen: charge.fen,
                        points: charge.points,
                        rule: charge.rule,
                        about: None,
                        now,
                    };
                    settled.proposed.extend(self.propose(&program, &new)?);
                }
            }
        }
        for entry in known.iter().filter(|known| known.state == "proposed") {
            if charges.iter().any(|charge| charge.source(person, date) == entry.source) {
                continue;
            }
            if self.decide_entry(&program, entry.no, false, None, now)? {
                settled.withdrawn.extend(self.ledger_entry(entry.no)?);
            }
        }
        Ok(settled)
    }
}
