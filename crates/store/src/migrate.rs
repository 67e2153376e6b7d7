//! Migrations: numbered files, the same numbers and names for both engines, each applied once in a transaction of
//! its own and remembered with its checksum. An applied file is never edited.

use crate::Options;
use crate::error::{Error, KeyTrouble, Result};
use crate::keys::KeyRing;
use crate::sql::{Row, Tx};
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
    /// What SQL alone cannot do, after it and in the same transaction.
    then: Option<Step>,
}

type Step = fn(&mut Tx<'_>) -> Result<()>;

macro_rules! migrations {
    ($($number:literal $file:literal $name:literal $(then $step:path)?),* $(,)?) => {
        /// All migrations in order.
        pub const MIGRATIONS: &[Migration] = &[$(Migration {
            number: $number,
            name: $name,
            sqlite: include_str!(concat!("../migrations/sqlite/", $file)),
            postgres: include_str!(concat!("../migrations/postgres/", $file)),
            then: {
                let then: &[Step] = &[$($step)?];
                then.first().copied()
            },
        }),*];
    };
}

migrations! {
    1 "0001_house.sql" "house",
    2 "0002_people.sql" "people",
    3 "0003_vault.sql" "vault" then crate::upgrade::encrypt_what_is_there,
    4 "0004_seal.sql" "seal",
    5 "0005_register.sql" "register",
    6 "0006_credit.sql" "credit",
    7 "0007_extension.sql" "extension",
    8 "0008_reconciliation.sql" "reconciliation",
    9 "0009_leave.sql" "leave",
    10 "0010_followups.sql" "followups",
    11 "0011_third_party.sql" "third_party",
    12 "0012_outside.sql" "outside",
    13 "0013_quota.sql" "quota",
    14 "0014_traits.sql" "traits" then crate::upgrade::index_appointments_again,
    15 "0015_third_party_steps.sql" "third_party_steps",
    16 "0016_attendance.sql" "attendance",
    17 "0017_ranking.sql" "ranking" then crate::tallies::fill,
    18 "0018_summary.sql" "summary",
    19 "0019_allocation.sql" "allocation",
    20 "0020_cards.sql" "cards",
}

const CREATE_TABLE: &str = "CREATE TABLE IF NOT EXISTS migration (\
    number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)";
pub(crate) const APPLIED: &str = "SELECT number, checksum FROM migration ORDER BY number";
const RECORD: &str = "INSERT INTO migration (number, name, checksum, applied_at) VALUES ($1, $2, $3, $4)";
const SET_META: &str = "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING";

/// What the store knows its keys again by.
pub(crate) const KEY_CHECKS: &str = "SELECT key, value FROM meta WHERE key LIKE 'key_check.%' ORDER BY key";
const KEY_CHECK: &str = "key_check.";

/// Compares the ring with what the store knows of its keys; answers what to add for keys that it does not know yet.
///
/// # Errors
/// When a key that the store was written with is missing or another one.
pub(crate) fn key_checks(known: &[(String, String)], ring: &KeyRing) -> Result<Vec<(String, String)>> {
    for (name, value) in known {
        let id = name.strip_prefix(KEY_CHECK).and_then(|id| id.parse().ok());
        let id = id.ok_or_else(|| Error::Corrupt("meta key_check".to_owned()))?;
        match ring.check(id) {
            None => return Err(Error::Keys(KeyTrouble::Missing(id))),
            Some(check) if check != *value => return Err(Error::Keys(KeyTrouble::Other(id))),
            Some(_) => {}
        }
    }
    Ok(ring.ids().filter_map(|id| Some((format!("{KEY_CHECK}{id}"), ring.check(id)?))).collect())
}

/// Brings the schema up to date, inside of a transaction that nobody else's migration runs beside; answers what was
/// applied. The ring is looked at before anything is written.
pub(crate) fn run(tx: &mut Tx<'_>, options: &Options) -> Result<Vec<&'static Migration>> {
    let postgres = tx.is_postgres();
    let text = |migration: &Migration| if postgres { migration.postgres } else { migration.sqlite };
    tx.exec(CREATE_TABLE, &[])?;
    let applied = tx.rows(APPLIED, &[], |row| Ok((row.int("number")?, row.text("checksum")?)))?;
    let pending = pending(&applied, text)?;
    let known = if applied.is_empty() { Vec::new() } else { tx.rows(KEY_CHECKS, &[], pair)? };
    let checks = key_checks(&known, &options.keys)?;
    for migration in pending {
        let failed = |e: Error| Error::Schema(format!("migration {}: {e}", migration.number));
        tx.batch(text(migration)).map_err(failed)?;
        if let Some(then) = migration.then {
            then(tx).map_err(failed)?;
        }
        let sum = checksum(text(migration));
        tx.exec(
            RECORD,
            &[migration.number.into(), migration.name.into(), (&sum).into(), options.now.into()],
        )?;
    }
    let id = format!("{:016x}", rand::random::<u64>());
    let birth = birth(options.now, &id).map(|(key, value)| (key.to_owned(), value));
    for (key, value) in birth.into_iter().chain(checks) {
        tx.exec(SET_META, &[(&key).into(), (&value).into()])?;
    }
    Ok(pending.iter().collect())
}

fn pair(row: &Row<'_>) -> Result<(String, String)> {
    Ok((row.text("key")?, row.text("value")?))
}

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
fn birth(now: EpochMs, id: &str) -> [(&'static str, String); 2] {
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
