//! Migrations: numbered files, the same numbers and names for both engines, each applied once in a transaction of
//! its own and remembered with its checksum. An applied file is never edited.

use crate::error::{Error, Result};
use domain::EpochMs;
use sha2::{Digest, Sha256};

/// One migration with its text for each engine.
pub struct Migration {
    /// From 1, without gaps.
    pub number: i64,
    /// The file's name without number and ending.
    pub name: &'static str,
    /// For SQLite.
    pub sqlite: &'static str,
    /// For PostgreSQL.
    pub postgres: &'static str,
}

macro_rules! migrations {
    ($($number:literal $file:literal $name:literal),* $(,)?) => {
        /// All migrations in order.
        pub const MIGRATIONS: &[Migration] = &[$(Migration {
            number: $number,
            name: $name,
            sqlite: include_str!(concat!("../migrations/sqlite/", $file)),
            postgres: include_str!(concat!("../migrations/postgres/", $file)),
        }),*];
    };
}

migrations! {
    1 "0001_house.sql" "house",
}

pub(crate) const CREATE_TABLE: &str = "CREATE TABLE IF NOT EXISTS migration (\
    number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)";
pub(crate) const APPLIED: &str = "SELECT number, checksum FROM migration ORDER BY number";
pub(crate) const RECORD: &str =
    "INSERT INTO migration (number, name, checksum, applied_at) VALUES ($1, $2, $3, $4)";
pub(crate) const SET_META: &str =
    "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING";

pub(crate) fn checksum(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// Which migrations are still to be applied, given those that are.
///
/// # Errors
/// When an applied one is unknown (a newer program was here) or its text has changed since.
pub(crate) fn pending(
    applied: &[(i64, String)],
    text: impl Fn(&Migration) -> &'static str,
) -> Result<&'static [Migration]> {
    for (position, (number, sum)) in applied.iter().enumerate() {
        let Some(known) = MIGRATIONS.get(position).filter(|known| known.number == *number) else {
            return Err(Error::Schema(format!(
                "migration {number} is not known to this program; it was made by a newer one"
            )));
        };
        if checksum(text(known)) != *sum {
            return Err(Error::Schema(format!("migration {number} was changed after it had been applied")));
        }
    }
    Ok(&MIGRATIONS[applied.len()..])
}

/// What is written once, when the store is made.
pub(crate) fn birth(now: EpochMs, id: &str) -> [(&'static str, String); 2] {
    [(crate::meta::STARTED_AT, now.to_string()), (crate::meta::STORE_ID, id.to_owned())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_run_without_gaps() {
        for (migration, number) in MIGRATIONS.iter().zip(1..) {
            assert_eq!(migration.number, number, "{}", migration.name);
        }
    }

    #[test]
    fn a_changed_or_unknown_migration_is_refused() {
        let text = |m: &Migration| m.sqlite;
        let sum = checksum(MIGRATIONS[0].sqlite);
        assert_eq!(pending(&[], text).expect("fresh").len(), MIGRATIONS.len());
        assert_eq!(pending(&[(1, sum)], text).expect("known").len(), MIGRATIONS.len() - 1);
        assert!(pending(&[(1, "0".to_owned())], text).is_err());
        assert!(pending(&[(99, "0".to_owned())], text).is_err());
    }
}
