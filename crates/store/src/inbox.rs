//! The inbox: one row a message, unique by platform, bot and message id. Whoever inserts the row handles the message;
//! whoever finds it there gives the stored answer again. What was said is not kept here.

use crate::error::{Error, Result};
use crate::sql::Tx;
use domain::EpochMs;

/// The idempotency key of a message.
#[derive(Clone, Copy, Debug)]
pub struct InboxKey<'a> {
    /// `wecom`, `dingtalk`, `console`.
    pub platform: &'a str,
    /// The configured bot that heard it.
    pub bot: &'a str,
    /// The platform's message id.
    pub msg_id: &'a str,
}

/// What came of a message's arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// Seen for the first time: to be handled in this transaction. Holds the row's number.
    New(i64),
    /// Handled before. Holds the first arrival's row.
    Duplicate(i64),
}

/// How a message was handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Carried out.
    Done,
    /// Understood and refused.
    Refused,
    /// Something broke; told with the fault's id.
    Fault,
}

impl Outcome {
    fn word(self) -> &'static str {
        match self {
            Outcome::Done => "done",
            Outcome::Refused => "refused",
            Outcome::Fault => "fault",
        }
    }
}

const ACCEPT: &str = "INSERT INTO inbox (platform, bot, msg_id, received_at, outcome) VALUES ($1, $2, $3, $4, 'done') \
    ON CONFLICT (platform, bot, msg_id) DO NOTHING \
    RETURNING id, (SELECT value FROM counter WHERE name = 'directory') AS directory";
const FIND: &str = "SELECT id FROM inbox WHERE platform = $1 AND bot = $2 AND msg_id = $3";
const CLOSE: &str = "UPDATE inbox SET outcome = $2, fault = $3 WHERE id = $1";
const COUNT: &str = "SELECT COUNT(*) AS count FROM inbox";

impl Tx<'_> {
    /// Takes a message in, once.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn accept(&mut self, key: InboxKey<'_>, now: EpochMs) -> Result<Arrival> {
        let params = [key.platform.into(), key.bot.into(), key.msg_id.into(), now.into()];
        let accepted = self.exec_row(ACCEPT, &params, |row| Ok((row.int("id")?, row.int("directory")?)))?;
        if let Some((id, version)) = accepted {
            // Saves the directory a statement of its own.
            self.directory_version.get_or_insert(version);
            return Ok(Arrival::New(id));
        }
        self.row(FIND, &params[..3], |row| row.int("id"))?
            .map(Arrival::Duplicate)
            // Inserted by another transaction after our snapshot: run again, and it is found.
            .ok_or(Error::Contention)
            .inspect_err(|_| self.trouble = Some(crate::sql::Trouble::Conflict))
    }

    /// True for a message that was taken in before.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn has_heard(&mut self, key: InboxKey<'_>) -> Result<bool> {
        let params = [key.platform.into(), key.bot.into(), key.msg_id.into()];
        Ok(self.row(FIND, &params, |row| row.int("id"))?.is_some())
    }

    /// Notes how a message was handled, when it was not simply carried out.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn close_message(&mut self, id: i64, outcome: Outcome, fault: Option<&str>) -> Result<()> {
        self.exec(CLOSE, &[id.into(), outcome.word().into(), fault.into()]).map(|_| ())
    }

    /// Messages ever taken in.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn messages(&mut self) -> Result<i64> {
        Ok(self.row(COUNT, &[], |row| row.int("count"))?.unwrap_or(0))
    }
}
