//! Migrations: each once, unchanged, the same for both engines.

use super::{NOON, read, write};
use crate::engines::Database;
use store::{Error, KeyRing, MIGRATIONS, Options, Store};

async fn reopen(database: &Database) -> Result<Store, Error> {
    Store::open(database.address(), Options::at(NOON, KeyRing::known())).await
}

pub(super) async fn each_is_applied_once(database: Database) {
    let first = database.open(NOON).await;
    let applied: Vec<_> =
        first.migrated().iter().map(|migration| (migration.number, migration.name)).collect();
    assert_eq!(applied, MIGRATIONS.iter().map(|known| (known.number, known.name)).collect::<Vec<_>>());
    assert!(database.open(NOON).await.migrated().is_empty(), "also beside the first");
    first.close().await;
    assert!(database.open(NOON).await.migrated().is_empty());
    let recorded =
        database.column("SELECT CAST(number AS TEXT) || ' ' || name FROM migration ORDER BY number").await;
    let known: Vec<_> = MIGRATIONS.iter().map(|known| format!("{} {}", known.number, known.name)).collect();
    assert_eq!(recorded, known);
}

pub(super) async fn a_changed_one_is_refused(database: Database) {
    database.open(NOON).await.close().await;
    let sum = database.column("SELECT checksum FROM migration WHERE number = 1").await.remove(0);
    database.meddle("UPDATE migration SET checksum = 'of another text' WHERE number = 1").await;
    let refused = reopen(&database).await;
    assert!(matches!(refused, Err(Error::Schema(_))), "{refused:?}");
    database.meddle(&format!("UPDATE migration SET checksum = '{sum}' WHERE number = 1")).await;
    assert!(reopen(&database).await.is_ok());
}

pub(super) async fn one_of_a_newer_program_is_refused(database: Database) {
    database.open(NOON).await.close().await;
    let newer = MIGRATIONS.len() + 1;
    database.meddle(&format!("INSERT INTO migration VALUES ({newer}, 'newer', 'sum', 0)")).await;
    let refused = reopen(&database).await;
    assert!(
        matches!(&refused, Err(Error::Schema(words)) if words.contains(&newer.to_string())),
        "{refused:?}"
    );
    database.meddle(&format!("DELETE FROM migration WHERE number = {newer}")).await;
    let store = reopen(&database).await.expect("nothing was changed by the refusal");
    write(&store, |tx| tx.set_meta("key", "value")).await;
    assert!(read(&store, |tx| tx.meta("key")).await.is_some());
}

/// A table that is in the way: nothing of the migration stays, and it goes through when the table is gone.
pub(super) async fn what_failed_to_migrate_is_as_before(database: Database) {
    database.meddle("CREATE TABLE reminder (in_the_way TEXT)").await;
    let refused = reopen(&database).await;
    assert!(matches!(refused, Err(Error::Schema(_))), "{refused:?}");
    let tables = if database.is_postgres() {
        "SELECT table_name::TEXT FROM information_schema.tables WHERE table_schema = 'public'"
    } else {
        "SELECT name FROM sqlite_schema WHERE type = 'table'"
    };
    assert_eq!(database.column(tables).await, ["reminder"]);
    database.meddle("DROP TABLE reminder").await;
    assert_eq!(reopen(&database).await.expect("it migrates").migrated().len(), MIGRATIONS.len());
}

/// `table.column type null`, sorted; and the named indexes.
async fn shape(database: &Database) -> Vec<String> {
    let (columns, indexes) = if database.is_postgres() {
        (
            "SELECT table_name || '.' || column_name || ' ' || upper(data_type) \
             || CASE is_nullable WHEN 'YES' THEN ' NULL' ELSE '' END \
             FROM information_schema.columns WHERE table_schema = 'public'",
            "SELECT 'index ' || indexname FROM pg_indexes WHERE schemaname = 'public' \
             AND indexname NOT IN (SELECT conname FROM pg_constraint)",
        )
    } else {
        (
            // A key of one INTEGER column is the row's number, 64 bits wide and never null.
            "SELECT t.name || '.' || c.name || ' ' || CASE c.type WHEN 'INTEGER' THEN 'BIGINT' WHEN 'BLOB' THEN 'BYTEA' ELSE c.type END \
             || CASE WHEN c.\"notnull\" = 1 OR c.pk > 0 THEN '' ELSE ' NULL' END \
             FROM sqlite_schema t JOIN pragma_table_info(t.name) c \
             WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'",
            "SELECT 'index ' || name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL",
        )
    };
    let mut shape = database.column(columns).await;
    shape.extend(database.column(indexes).await);
    shape.sort();
    shape
}

/// Compares with a SQLite of its own; on SQLite it therefore compares that with itself, and PostgreSQL says the rest.
pub(super) async fn both_engines_have_the_same_tables(database: Database) {
    for migration in MIGRATIONS {
        let files = format!("{:04}_{}.sql", migration.number, migration.name);
        let said = |text: &str| text.lines().next().map(str::to_owned);
        assert_eq!(said(migration.sqlite), said(migration.postgres), "{files} begins with the same words");
    }
    let sqlite = Database::sqlite();
    sqlite.open(NOON).await.close().await;
    database.open(NOON).await.close().await;
    let (expected, found) = (shape(&sqlite).await, shape(&database).await);
    assert!(expected.len() > 100, "the schema is read: {expected:?}");
    let only = |these: &[String], those: &[String]| {
        these.iter().filter(|one| !those.contains(one)).cloned().collect::<Vec<_>>()
    };
    assert_eq!(only(&expected, &found), [""; 0], "missing here");
    assert_eq!(only(&found, &expected), [""; 0], "only here");
}
