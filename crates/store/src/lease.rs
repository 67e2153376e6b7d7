//! Leases: of several instances, one holds what there may be only once, such as a bot's one connection to its platform.

use crate::error::Result;
use crate::sql::Tx;
use domain::EpochMs;

/// Who holds something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The instance.
    pub owner: String,
    /// Until then, unless it takes it again.
    pub until: EpochMs,
    /// Since when it has held it without a break.
    pub taken_at: EpochMs,
}

const TAKE: &str = "INSERT INTO lease (name, owner, until, taken_at) VALUES ($1, $2, $3, $4) \
    ON CONFLICT (name) DO UPDATE SET until = excluded.until, owner = excluded.owner, \
    taken_at = CASE WHEN lease.owner = excluded.owner AND lease.until > excluded.taken_at \
    THEN lease.taken_at ELSE excluded.taken_at END \
    WHERE lease.owner = excluded.owner OR lease.until <= excluded.taken_at";
const DROP: &str = "DELETE FROM lease WHERE name = $1 AND owner = $2";
const GET: &str = "SELECT owner, until, taken_at FROM lease WHERE name = $1";

impl Tx<'_> {
    /// Takes a lease, or prolongs one's own; false while another holds it.
    ///
    /// # Errors
    /// When it cannot be written; the same for giving it back.
    pub fn take_lease(&mut self, name: &str, owner: &str, now: EpochMs, until: EpochMs) -> Result<bool> {
        Ok(self.exec(TAKE, &[name.into(), owner.into(), until.into(), now.into()])? == 1)
    }

    /// Gives one's lease back, so that another need not wait for its end.
    ///
    /// # Errors
    /// As [`Tx::take_lease`].
    pub fn drop_lease(&mut self, name: &str, owner: &str) -> Result<()> {
        self.exec(DROP, &[name.into(), owner.into()]).map(|_| ())
    }

    /// Who holds it, or held it last.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn lease(&mut self, name: &str) -> Result<Option<Lease>> {
        self.row(GET, &[name.into()], |row| {
            Ok(Lease { owner: row.text("owner")?, until: row.int("until")?, taken_at: row.int("taken_at")? })
        })
    }
}
