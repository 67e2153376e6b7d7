//! What is not kept for ever: messages that have gone out and the numbers of those that came in. Rows are written in the
//! order of time, so the oldest are at the beginning; what is looked through at a time is bounded, whatever is found.

use crate::error::Result;
use crate::sql::Tx;
use domain::EpochMs;

const DROP_SETTLED: &str = "DELETE FROM outbox WHERE id IN (SELECT oldest.id FROM (\
    SELECT id, state, settled_at FROM outbox ORDER BY id LIMIT $2) AS oldest \
    WHERE oldest.state <> 'pending' AND oldest.settled_at < $1)";
// An answer that is still to be sent keeps its message.
const DROP_HEARD: &str = "DELETE FROM inbox WHERE id IN (SELECT oldest.id FROM (\
    SELECT id, received_at FROM inbox ORDER BY id LIMIT $2) AS oldest WHERE oldest.received_at < $1 \
    AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.inbox_id = oldest.id))";
// Their rows are gone, so they cannot be changed any more.
const DROP_CARDS: &str = "DELETE FROM card_shown WHERE shown_at < $1 \
    AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.id = card_shown.outbox_id)";
const COUNT_SETTLED: &str =
    "SELECT COUNT(*) AS count FROM outbox WHERE state <> 'pending' AND settled_at < $1";
const COUNT_HEARD: &str = "SELECT COUNT(*) AS count FROM inbox WHERE received_at < $1";
const TELL_ONCE: &str = "INSERT INTO told (platform, user_id, what, told_at) VALUES ($1, $2, $3, $4) \
    ON CONFLICT (platform, user_id, what) DO NOTHING";

/// Until when messages are dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Horizon {
    /// Outgoing ones that were settled before.
    pub settled: EpochMs,
    /// Incoming ones that were received before; platforms repeat a message for some days.
    pub received: EpochMs,
}

impl Tx<'_> {
    /// Drops what is older among the `most` oldest messages of each direction; never one that waits to be sent. Answers
    /// how many; 0 when nothing is left to be dropped.
    ///
    /// # Errors
    /// When they cannot be dropped.
    pub fn drop_messages(&mut self, horizon: Horizon, most: u32) -> Result<u64> {
        let settled = self.exec(DROP_SETTLED, &[horizon.settled.into(), most.into()])?;
        self.exec(DROP_CARDS, &[horizon.settled.into()])?;
        let heard = self.exec(DROP_HEARD, &[horizon.received.into(), most.into()])?;
        Ok(settled + heard)
    }

    /// How many messages would be dropped.
    ///
    /// # Errors
    /// When they cannot be counted.
    pub fn droppable_messages(&mut self, horizon: Horizon) -> Result<u64> {
        let mut count = |sql, before: EpochMs| {
            Ok::<_, crate::Error>(self.row(sql, &[before.into()], |row| row.count("count"))?.unwrap_or(0))
        };
        let settled = count(COUNT_SETTLED, horizon.settled)?;
        Ok(u64::from(settled) + u64::from(count(COUNT_HEARD, horizon.received)?))
    }

    /// True the first time, ever, that a platform's user is to be told this.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn tell_once(&mut self, platform: &str, user_id: &str, what: &str, now: EpochMs) -> Result<bool> {
        Ok(self.exec(TELL_ONCE, &[platform.into(), user_id.into(), what.into(), now.into()])? == 1)
    }
}
