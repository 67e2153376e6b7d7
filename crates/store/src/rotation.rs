//! A new master key: what was made with older ones is made anew with it, some rows a transaction, as often as it takes.
//! Nothing is lost when that is broken off: older keys stay in the ring and keep reading what they made.

use crate::error::Result;
use crate::outbox::{self, Dest};
use crate::sql::Tx;

const OLD_CASES: &str =
    "SELECT subject, key_id, wrapped FROM case_key WHERE key_id < $1 ORDER BY key_id, subject LIMIT $2";
const COUNT_CASES: &str = "SELECT COUNT(*) AS count FROM case_key WHERE key_id < $1";
const REWRAP: &str = "UPDATE case_key SET key_id = $2, wrapped = $3 WHERE subject = $1";
const OLD_TAGS: &str = "SELECT DISTINCT subject FROM blind_index WHERE key_id < $1 ORDER BY subject LIMIT $2";
const COUNT_TAGS: &str = "SELECT COUNT(DISTINCT subject) AS count FROM blind_index WHERE key_id < $1";
const WAITING: &str = "SELECT id, platform, bot, dest_kind, dest, created_at, said, late_url FROM outbox \
    WHERE state = 'pending' AND id > $1 ORDER BY id LIMIT $2";
const COUNT_WAITING: &str = "SELECT COUNT(*) AS count FROM outbox WHERE state = 'pending'";
const REWRITE: &str = "UPDATE outbox SET said = $2, late_url = $3 WHERE id = $1 AND state = 'pending'";

/// What an older key still holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OldKeys {
    /// Cases whose key is wrapped with an older one.
    pub cases: u32,
    /// Cases whose tags were made with an older one.
    pub indexed: u32,
    /// Messages that wait for the sender, whatever their key.
    pub waiting: u32,
}

impl Tx<'_> {
    /// What there is to do for the newest key.
    ///
    /// # Errors
    /// When it cannot be counted.
    pub fn old_keys(&mut self) -> Result<OldKeys> {
        let newest = i64::from(self.keys.newest());
        let mut count = |sql, params: &[_]| Ok(self.row(sql, params, |row| row.count("count"))?.unwrap_or(0));
        Ok(OldKeys {
            cases: count(COUNT_CASES, &[newest.into()])?,
            indexed: count(COUNT_TAGS, &[newest.into()])?,
            waiting: count(COUNT_WAITING, &[])?,
        })
    }

    /// Wraps at the most so many cases' keys anew; answers how many, 0 when all are.
    ///
    /// # Errors
    /// When they cannot be written; the same for those below.
    pub fn rewrap_cases(&mut self, most: u32) -> Result<u32> {
        let newest = i64::from(self.keys.newest());
        let rows = self.rows(OLD_CASES, &[newest.into(), most.into()], |row| {
            Ok((row.text("subject")?, row.int("key_id")?, row.bytes("wrapped")?))
        })?;
        for (subject, id, wrapped) in &rows {
            let key = self.unwrap_key(subject, *id, wrapped)?;
            let (id, wrapped) = self.wrap_key(subject, &key)?;
            self.exec(REWRAP, &[subject.into(), i64::from(id).into(), (&wrapped).into()])?;
        }
        Ok(u32::try_from(rows.len()).unwrap_or(u32::MAX))
    }

    /// Makes the tags of at the most so many cases anew; answers of how many, 0 when all are.
    ///
    /// # Errors
    /// As [`Tx::rewrap_cases`].
    pub fn reindex_cases(&mut self, most: u32) -> Result<u32> {
        let newest = i64::from(self.keys.newest());
        let rows = self.rows(OLD_TAGS, &[newest.into(), most.into()], |row| row.text("subject"))?;
        for subject in &rows {
            self.index_again(subject)?;
        }
        Ok(u32::try_from(rows.len()).unwrap_or(u32::MAX))
    }

    /// Encrypts at the most so many waiting messages after that row anew; answers their number and the last row's, `None`
    /// when there is none left.
    ///
    /// # Errors
    /// As [`Tx::rewrap_cases`].
    pub fn rewrite_waiting(&mut self, after: i64, most: u32) -> Result<Option<(u32, i64)>> {
        let newest = self.keys.newest();
        let rows = self.rows(WAITING, &[after.into(), most.into()], |row| {
            let dest = Dest::from_parts(&row.text("dest_kind")?, row.text("dest")?)?;
            let (platform, bot, at) = (row.text("platform")?, row.text("bot")?, row.int("created_at")?);
            let place = |column| outbox::place(column, &platform, &bot, &dest, at);
            let places = (place(outbox::SAID), place(outbox::LATE_URL));
            Ok((row.int("id")?, places, row.bytes("said")?, row.opt_bytes("late_url")?))
        })?;
        for (id, (said_at, url_at), said, url) in &rows {
            if said.first() == Some(&newest) {
                continue;
            }
            // What does not open is left to the sender, who gives it up visibly.
            let Some(text) = self.open_shut(said_at, said)? else { continue };
            let said = self.shut(said_at, &text)?;
            let mut shut_url = None;
            if let Some(url) = url
                && let Some(text) = self.open_shut(url_at, url)?
            {
                shut_url = Some(self.shut(url_at, &text)?);
            }
            self.exec(REWRITE, &[(*id).into(), (&said).into(), shut_url.as_deref().into()])?;
        }
        let count = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        Ok(rows.last().map(|(id, ..)| (count, *id)))
    }
}
