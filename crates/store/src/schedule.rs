//! Schedule runs: the fire time is a unique key. Whoever inserts the row runs it, in the same transaction, so a run
//! that is recorded has happened, and one that died half way has not.

use crate::error::Result;
use crate::sql::Tx;
use domain::EpochMs;
use std::collections::HashMap;

/// How a fire time ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunState {
    /// Ran.
    Done,
    /// Deliberately not run; the reason is recorded.
    Skipped,
    /// To be run later: snoozed, or failed and to be tried again.
    Waiting,
    /// Given up after too many tries.
    Failed,
}

impl RunState {
    fn word(self) -> &'static str {
        match self {
            RunState::Done => "done",
            RunState::Skipped => "skipped",
            RunState::Waiting => "waiting",
            RunState::Failed => "failed",
        }
    }
}

/// A fire time that waits for another try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retry {
    /// The schedule.
    pub name: String,
    /// The fire time.
    pub fire_at: EpochMs,
    /// When to try again.
    pub retry_at: EpochMs,
    /// Tries so far.
    pub tries: u32,
}

// From name to name, so that the cost is that of the schedules, not of the times at which they have run.
const LAST: &str = "WITH RECURSIVE known (name) AS (SELECT MIN(name) FROM schedule_run UNION ALL \
    SELECT (SELECT MIN(r.name) FROM schedule_run r WHERE r.name > known.name) FROM known WHERE known.name IS NOT NULL) \
    SELECT name, (SELECT MAX(r.fire_at) FROM schedule_run r WHERE r.name = known.name) AS fire_at FROM known \
    WHERE name IS NOT NULL";
const CLAIM: &str = "INSERT INTO schedule_run (name, fire_at, state, tries, finished_at) \
    VALUES ($1, $2, 'done', 1, $3) ON CONFLICT (name, fire_at) DO NOTHING";
const CLAIM_RETRY: &str = "UPDATE schedule_run SET state = 'done', retry_at = NULL, tries = tries + 1, finished_at = $3 \
    WHERE name = $1 AND fire_at = $2 AND retry_at IS NOT NULL AND retry_at <= $3";
const SETTLE: &str = "UPDATE schedule_run SET state = $3, reason = $4, retry_at = $5, finished_at = $6 \
    WHERE name = $1 AND fire_at = $2";
const RETRIES: &str = "SELECT name, fire_at, retry_at, tries FROM schedule_run \
    WHERE retry_at IS NOT NULL ORDER BY retry_at, name LIMIT 100";
const STATE: &str = "SELECT state FROM schedule_run WHERE name = $1 AND fire_at = $2";

impl Tx<'_> {
    /// The newest recorded fire time of each schedule that has one.
    ///
    /// # Errors
    /// When they cannot be read; the same for the readers below.
    pub fn last_fires(&mut self) -> Result<HashMap<String, EpochMs>> {
        let fires = self.rows(LAST, &[], |row| Ok((row.text("name")?, row.int("fire_at")?)))?;
        Ok(fires.into_iter().collect())
    }

    /// Takes a fire time; false when somebody has it already.
    ///
    /// # Errors
    /// When it cannot be written; the same for the writers below.
    pub fn claim_run(&mut self, name: &str, fire_at: EpochMs, now: EpochMs) -> Result<bool> {
        Ok(self.exec(CLAIM, &[name.into(), fire_at.into(), now.into()])? == 1)
    }

    /// Takes a waiting fire time whose next try is due; false when somebody was quicker.
    ///
    /// # Errors
    /// As [`Tx::claim_run`].
    pub fn claim_retry(&mut self, name: &str, fire_at: EpochMs, now: EpochMs) -> Result<bool> {
        Ok(self.exec(CLAIM_RETRY, &[name.into(), fire_at.into(), now.into()])? == 1)
    }

    /// Writes down how a taken fire time ended, when it did not simply run.
    ///
    /// # Errors
    /// As [`Tx::claim_run`].
    pub fn settle_run(
        &mut self,
        name: &str,
        fire_at: EpochMs,
        state: RunState,
        reason: Option<&str>,
        retry_at: Option<EpochMs>,
        now: EpochMs,
    ) -> Result<()> {
        let params =
            [name.into(), fire_at.into(), state.word().into(), reason.into(), retry_at.into(), now.into()];
        self.exec(SETTLE, &params).map(|_| ())
    }

    /// Fire times that wait for another try, soonest first.
    ///
    /// # Errors
    /// As [`Tx::last_fires`].
    pub fn waiting_runs(&mut self) -> Result<Vec<Retry>> {
        self.rows(RETRIES, &[], |row| {
            Ok(Retry {
                name: row.text("name")?,
                fire_at: row.int("fire_at")?,
                retry_at: row.int("retry_at")?,
                tries: row.count("tries")?,
            })
        })
    }

    /// How a fire time ended: `done`, `skipped`, `waiting`, `failed`; `None` when it is not recorded.
    ///
    /// # Errors
    /// As [`Tx::last_fires`].
    pub fn run_state(&mut self, name: &str, fire_at: EpochMs) -> Result<Option<String>> {
        self.row(STATE, &[name.into(), fire_at.into()], |row| row.text("state"))
    }
}
