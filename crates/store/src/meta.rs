//! Facts about the store itself, and the counters of the numbers that people see.

use crate::error::{Error, Result};
use crate::sql::Tx;
use domain::EpochMs;

pub(crate) const STARTED_AT: &str = "started_at";
pub(crate) const STORE_ID: &str = "store_id";

const ADMIN_TOKEN: &str = "admin_token";

/// How a token compares with the one that stands open. Only its hash (SHA-256, 128 bits of it) is kept; the token
/// itself has 128 random bits, so the comparison's time tells nothing of use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdminToken {
    /// None stands open.
    None,
    /// It is the one.
    Right,
    /// It is another.
    Wrong,
}

const GET: &str = "SELECT value FROM meta WHERE key = $1";
const SET: &str =
    "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
const NEXT: &str = "INSERT INTO counter (name, value) VALUES ($1, 1) \
    ON CONFLICT (name) DO UPDATE SET value = counter.value + 1 RETURNING value";

impl Tx<'_> {
    /// A remembered text by its key.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn meta(&mut self, key: &str) -> Result<Option<String>> {
        self.row(GET, &[key.into()], |row| row.text("value"))
    }

    /// Remembers a text.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn set_meta(&mut self, key: &str, value: &str) -> Result<()> {
        self.exec(SET, &[key.into(), value.into()]).map(|_| ())
    }

    /// When this store was made; nothing was due before.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn started_at(&mut self) -> Result<EpochMs> {
        let text = self.meta(STARTED_AT)?;
        text.and_then(|text| text.parse().ok()).ok_or_else(|| Error::Corrupt("meta started_at".to_owned()))
    }

    /// A random name of this store, part of the idempotency keys that platforms see.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn store_id(&mut self) -> Result<String> {
        self.meta(STORE_ID)?.ok_or_else(|| Error::Corrupt("meta store_id".to_owned()))
    }

    /// The next number of a letter (`J`, `Y`, …): from 1, never given twice.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn next_number(&mut self, letter: &str) -> Result<i64> {
        self.exec_row(NEXT, &[letter.into()], |row| row.int("value"))?
            .ok_or_else(|| Error::Corrupt("counter".to_owned()))
    }

    /// Keeps the hash of the token that makes the first admin; `None` ends its life.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn set_admin_token(&mut self, token: Option<&str>) -> Result<()> {
        self.set_meta(ADMIN_TOKEN, &token.map(crate::migrate::checksum).unwrap_or_default())
    }

    /// Whether a token stands open, and whether this is it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn admin_token(&mut self, token: &str) -> Result<AdminToken> {
        let hash = self.meta(ADMIN_TOKEN)?.unwrap_or_default();
        Ok(if hash.is_empty() {
            AdminToken::None
        } else if hash == crate::migrate::checksum(token) {
            AdminToken::Right
        } else {
            AdminToken::Wrong
        })
    }
}
