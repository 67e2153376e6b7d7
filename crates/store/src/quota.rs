//! What is spent of a platform's monthly allowance, and what became of cards on which something is decided.

use crate::error::Result;
use crate::sql::Tx;
use domain::EpochMs;

/// What was spent of one kind in a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpentRow {
    /// Of which kind, by the platform's own words.
    pub kind: String,
    /// How much.
    pub spent: i64,
    /// The highest percentage of which somebody was warned; 0 for none.
    pub warned: i64,
}

const ADD: &str = "INSERT INTO quota (platform, month, kind, spent, warned) VALUES ($1, $2, $3, $4, 0) \
    ON CONFLICT (platform, month, kind) DO UPDATE SET spent = quota.spent + excluded.spent";
const SPENT: &str = "SELECT kind, spent, warned FROM quota WHERE platform = $1 AND month = $2 ORDER BY kind";
const WARNED: &str =
    "UPDATE quota SET warned = $4 WHERE platform = $1 AND month = $2 AND kind = $3 AND warned < $4";
const DECIDE: &str = "INSERT INTO card_decision (track, decision, by_user, decided_at) VALUES ($1, $2, $3, $4) \
    ON CONFLICT (track) DO NOTHING";
const DECIDED: &str = "SELECT decision FROM card_decision WHERE track = $1";

impl Tx<'_> {
    /// Adds to what was spent; `month` is `YYYY-MM`.
    ///
    /// # Errors
    /// When it cannot be written; the same for the other writers.
    pub fn spend_quota(&mut self, platform: &str, month: &str, kind: &str, amount: i64) -> Result<()> {
        self.exec(ADD, &[platform.into(), month.into(), kind.into(), amount.into()]).map(|_| ())
    }

    /// What was spent in a month, by kind.
    ///
    /// # Errors
    /// When it cannot be read; the same for the other reader.
    pub fn quota_spent(&mut self, platform: &str, month: &str) -> Result<Vec<SpentRow>> {
        self.rows(SPENT, &[platform.into(), month.into()], |row| {
            Ok(SpentRow { kind: row.text("kind")?, spent: row.int("spent")?, warned: row.int("warned")? })
        })
    }

    /// Notes that somebody is warned of a percentage; false when that was done before.
    ///
    /// # Errors
    /// As [`Tx::spend_quota`].
    pub fn warn_of_quota(&mut self, platform: &str, month: &str, kind: &str, percent: i64) -> Result<bool> {
        let rows = self.exec(WARNED, &[platform.into(), month.into(), kind.into(), percent.into()])?;
        Ok(rows == 1)
    }

    /// Keeps what was decided on a card; false when something was before, which then stands.
    ///
    /// # Errors
    /// As [`Tx::spend_quota`].
    pub fn decide_card(&mut self, track: &str, decision: &str, by_user: &str, at: EpochMs) -> Result<bool> {
        Ok(self.exec(DECIDE, &[track.into(), decision.into(), by_user.into(), at.into()])? == 1)
    }

    /// What was decided on a card.
    ///
    /// # Errors
    /// As [`Tx::quota_spent`].
    pub fn card_decision(&mut self, track: &str) -> Result<Option<String>> {
        self.row(DECIDED, &[track.into()], |row| row.text("decision"))
    }
}
