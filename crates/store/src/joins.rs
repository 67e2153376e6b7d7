//! Requests to join (加入申请, `J…`).

use crate::error::Result;
use crate::event::Fact;
use crate::sql::{Row, Tx};
use domain::rights::Over;
use domain::{EpochMs, PersonId};

/// A request to join.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JoinRequest {
    /// Number: J3 is 3.
    pub no: i64,
    /// Where the newcomer wrote from.
    pub platform: String,
    /// Through which bot.
    pub bot: String,
    /// The newcomer's platform id.
    pub user_id: String,
    /// The name given.
    pub name: String,
    /// The team given.
    pub team: Option<String>,
    /// `open`, `approved`, `refused` or `withdrawn`.
    pub state: String,
}

const ADD: &str = "INSERT INTO join_request (no, platform, bot, user_id, name, team, asked_at, state) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, 'open')";
const ONE: &str = "SELECT no, platform, bot, user_id, name, team, state FROM join_request WHERE no = $1";
const OPEN_OF: &str = "SELECT no, platform, bot, user_id, name, team, state FROM join_request \
    WHERE platform = $1 AND user_id = $2 AND state = 'open' ORDER BY no LIMIT 1";
const ALL_OPEN: &str = "SELECT no, platform, bot, user_id, name, team, state FROM join_request \
    WHERE state = 'open' ORDER BY no LIMIT $1";
const CLOSE: &str = "UPDATE join_request SET state = $2, decided_by = $3, decided_at = $4 \
    WHERE no = $1 AND state = 'open'";
const REOPEN: &str =
    "UPDATE join_request SET state = 'open', decided_by = NULL, decided_at = NULL WHERE no = $1";

fn read(row: &Row<'_>) -> Result<JoinRequest> {
    Ok(JoinRequest {
        no: row.int("no")?,
        platform: row.text("platform")?,
        bot: row.text("bot")?,
        user_id: row.text("user_id")?,
        name: row.text("name")?,
        team: row.opt_text("team")?,
        state: row.text("state")?,
    })
}

impl JoinRequest {
    /// As people read it: `J3`.
    pub fn label(&self) -> String {
        format!("J{}", self.no)
    }
}

impl Tx<'_> {
    /// Writes a request to join down and gives it its number. Anybody may ask.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn ask_to_join(
        &mut self,
        platform: &str,
        bot: &str,
        user_id: &str,
        name: &str,
        team: Option<&str>,
        now: EpochMs,
    ) -> Result<i64> {
        let no = self.next_number("J")?;
        let params =
            [no.into(), platform.into(), bot.into(), user_id.into(), name.into(), team.into(), now.into()];
        self.exec(ADD, &params)?;
        let label = format!("J{no}");
        let fact = Fact::new("member.requested", None)
            .about(label.as_str())
            .with("join", label.as_str())
            .with("person", name)
            .with("team", team);
        self.record(now, fact);
        Ok(no)
    }

    /// A request to join.
    ///
    /// # Errors
    /// When it cannot be read; the same for the readers below.
    pub fn join_request(&mut self, no: i64) -> Result<Option<JoinRequest>> {
        self.row(ONE, &[no.into()], read)
    }

    /// The open request of a platform's user.
    ///
    /// # Errors
    /// As [`Tx::join_request`].
    pub fn open_join_of(&mut self, platform: &str, user_id: &str) -> Result<Option<JoinRequest>> {
        self.row(OPEN_OF, &[platform.into(), user_id.into()], read)
    }

    /// Open requests, oldest first.
    ///
    /// # Errors
    /// As [`Tx::join_request`].
    pub fn open_joins(&mut self, most: i64) -> Result<Vec<JoinRequest>> {
        self.rows(ALL_OPEN, &[most.into()], read)
    }

    /// Closes an open request as `approved` or `refused`; false when it was not open any more.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn decide_join(&mut self, by: &Over, no: i64, state: &str, now: EpochMs) -> Result<bool> {
        self.close_join(no, state, by.by(), now)
    }

    /// Closes the own open request; false when it was not open any more.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn withdraw_join(&mut self, no: i64, now: EpochMs) -> Result<bool> {
        self.close_join(no, "withdrawn", None, now)
    }

    fn close_join(&mut self, no: i64, state: &str, by: Option<PersonId>, now: EpochMs) -> Result<bool> {
        Ok(self.exec(CLOSE, &[no.into(), state.into(), by.into(), now.into()])? == 1)
    }

    /// Opens a decided request again.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn reopen_join(&mut self, _by: &Over, no: i64) -> Result<()> {
        self.exec(REOPEN, &[no.into()]).map(|_| ())
    }
}
