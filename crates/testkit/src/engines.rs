//! The two database engines, as tests find them: a fresh database each, gone at the end, also when the test fails.
//!
//! PostgreSQL is looked for at `DESKMATE_TEST_POSTGRES`, else on this machine's port 5432. Where there is none, its
//! tests say so loudly and count as passed, unless `DESKMATE_REQUIRE_POSTGRES=1`.
#![allow(clippy::print_stderr, reason = "a skipped test must be seen")]

use domain::EpochMs;
use rusqlite::types::ValueRef;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};
use std::collections::BTreeMap;
use std::time::Duration;
use store::{KeyRing, Options, Scratch, Store};
use tempfile::TempDir;
use tokio::sync::OnceCell;

/// Longest wait for a server's first word.
const PATIENCE: Duration = Duration::from_secs(10);

/// The address of a PostgreSQL server on which databases can be made; `None` when there is none and none is required.
///
/// # Panics
/// When none can be reached although one was named, or `DESKMATE_REQUIRE_POSTGRES=1`.
pub async fn postgres() -> Option<String> {
    static FOUND: OnceCell<Option<String>> = OnceCell::const_new();
    FOUND.get_or_init(look_for_postgres).await.clone()
}

async fn look_for_postgres() -> Option<String> {
    if let Ok(named) = std::env::var("DESKMATE_TEST_POSTGRES") {
        assert!(reachable(&named).await, "DESKMATE_TEST_POSTGRES names a server that cannot be reached");
        return Some(named);
    }
    let me = std::env::var("USER").ok();
    for user in ["root", "postgres"].into_iter().chain(me.as_deref()) {
        for database in ["test", "postgres"] {
            let address = format!("postgres://{user}@127.0.0.1:5432/{database}");
            if reachable(&address).await {
                return Some(address);
            }
        }
    }
    let required = std::env::var("DESKMATE_REQUIRE_POSTGRES").is_ok_and(|value| value == "1");
    assert!(!required, "DESKMATE_REQUIRE_POSTGRES=1, but no PostgreSQL can be reached");
    eprintln!("\n!!! NOT TESTED: no PostgreSQL at 127.0.0.1:5432 (DESKMATE_TEST_POSTGRES names another).\n");
    None
}

async fn reachable(address: &str) -> bool {
    match tokio::time::timeout(PATIENCE, PgConnection::connect(address)).await {
        Ok(Ok(conn)) => {
            let _ = conn.close().await;
            true
        }
        _ => false,
    }
}

/// A database of its own for one test.
#[derive(Debug)]
pub struct Database {
    address: String,
    place: Place,
}

#[derive(Debug)]
enum Place {
    Folder(#[expect(dead_code, reason = "held for its drop")] TempDir),
    Server(Option<Scratch>),
}

impl Database {
    /// SQLite, in a folder of its own.
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let address = format!("sqlite:{}", folder.path().join("test.db").display());
        Self { address, place: Place::Folder(folder) }
    }

    /// PostgreSQL; `None` when there is none, see [`postgres`].
    ///
    /// # Panics
    /// When the server takes no new database.
    pub async fn postgres() -> Option<Self> {
        let scratch = Scratch::make(&postgres().await?).await.expect("a database of its own");
        Some(Self { address: scratch.address().to_owned(), place: Place::Server(Some(scratch)) })
    }

    /// For [`Store::open`].
    pub fn address(&self) -> &str {
        &self.address
    }

    /// One more handle on it, as another instance would have; `now` is the birth of a new one.
    ///
    /// # Panics
    /// When it cannot be opened.
    pub async fn open(&self, now: EpochMs) -> Store {
        Store::open(&self.address, Options::at(now, KeyRing::known())).await.expect("the store opens")
    }

    /// As [`Database::open`], but what was written may be lost with the machine: for a long history that is no test of that.
    ///
    /// # Panics
    /// When it cannot be opened.
    pub async fn open_unsynced(&self, now: EpochMs) -> Store {
        let options = Options { durable: false, ..Options::at(now, KeyRing::known()) };
        Store::open(&self.address, options).await.expect("the store opens")
    }

    /// Runs statements behind the store's back, as a careless person would.
    ///
    /// # Panics
    /// When they are refused.
    pub async fn meddle(&self, sql: &str) {
        match self.sqlite_connection() {
            Some(conn) => conn.execute_batch(sql).expect("the statements run"),
            None => {
                let mut conn = self.postgres_connection().await;
                let sql = AssertSqlSafe(sql.to_owned());
                sqlx::raw_sql(sql).execute(&mut conn).await.expect("the statements run");
                let _ = conn.close().await;
            }
        }
    }

    /// The one text column of a query, read behind the store's back.
    ///
    /// # Panics
    /// When the query is refused, or its first column is not text.
    pub async fn column(&self, sql: &str) -> Vec<String> {
        if let Some(conn) = self.sqlite_connection() {
            let mut statement = conn.prepare(sql).expect("a query");
            let rows = statement.query_map([], |row| row.get(0)).expect("rows");
            return rows.collect::<Result<_, _>>().expect("text");
        }
        let mut conn = self.postgres_connection().await;
        let rows = sqlx::query(AssertSqlSafe(sql.to_owned())).fetch_all(&mut conn).await.expect("rows");
        let _ = conn.close().await;
        rows.iter().map(|row| row.try_get(0).expect("text")).collect()
    }

    /// Every row of every table, as text, by table; the schema's own notes are left out.
    ///
    /// # Panics
    /// When a table cannot be read.
    pub async fn all_rows(&self) -> BTreeMap<String, Vec<String>> {
        let Some(conn) = self.sqlite_connection() else { return self.all_postgres_rows().await };
        let tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
        let mut tables = conn.prepare(tables).expect("a query");
        let names: Vec<String> =
            tables.query_map([], |row| row.get(0)).expect("rows").collect::<Result<_, _>>().expect("names");
        let rows_of = |table: String| {
            let mut statement = conn.prepare(&format!("SELECT * FROM {table}")).expect("a query");
            let columns = statement.column_count();
            let told = |row: &rusqlite::Row<'_>| {
                let values = (0..columns).map(|column| row.get_ref(column).map(as_text));
                Ok(values.collect::<Result<Vec<_>, _>>()?.join(" "))
            };
            let rows: Result<Vec<String>, _> = statement.query_map([], told).expect("rows").collect();
            (table, rows.expect("readable"))
        };
        names.into_iter().map(rows_of).collect()
    }

    async fn all_postgres_rows(&self) -> BTreeMap<String, Vec<String>> {
        let tables = "SELECT tablename::TEXT FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename";
        let mut all = BTreeMap::new();
        for table in self.column(tables).await {
            let rows = self.column(&format!("SELECT t::TEXT FROM {table} t ORDER BY t::TEXT")).await;
            all.insert(table, rows);
        }
        all
    }

    /// A database of its own that is as this one is now. All handles on this one must be closed.
    ///
    /// # Panics
    /// On PostgreSQL, or when the file cannot be copied.
    pub fn copied(&self) -> Self {
        let copy = Self::sqlite();
        let path = |database: &Self| database.address.strip_prefix("sqlite:").expect("SQLite").to_owned();
        std::fs::copy(path(self), path(&copy)).expect("a copy");
        copy
    }

    /// How many rows a table has.
    ///
    /// # Panics
    /// When there is no such table.
    pub async fn rows_of(&self, table: &str) -> usize {
        let counted = self.column(&format!("SELECT CAST(COUNT(*) AS TEXT) FROM {table}")).await;
        counted[0].parse().expect("a count")
    }

    /// Where these words stand in what is kept, whatever the table: a SQLite database's files byte by byte, PostgreSQL's
    /// rows as text, in which bytes are hexadecimal.
    ///
    /// # Panics
    /// When it cannot be read.
    pub async fn holding(&self, words: &str) -> Vec<String> {
        if let Some(path) = self.address.strip_prefix("sqlite:") {
            let files = ["", "-wal", "-shm"].map(|ending| format!("{path}{ending}"));
            let holds = |path: &String| {
                let bytes = std::fs::read(path).unwrap_or_default();
                bytes.windows(words.len()).any(|window| window == words.as_bytes())
            };
            return files.into_iter().filter(holds).collect();
        }
        let hex: String = words.bytes().map(|byte| format!("{byte:02x}")).collect();
        let tables = self.column("SELECT tablename::TEXT FROM pg_tables WHERE schemaname = 'public'").await;
        let mut found = Vec::new();
        for table in tables {
            let rows = self.column(&format!("SELECT t::TEXT FROM {table} t")).await;
            found.extend(rows.into_iter().filter(|row| row.contains(words) || row.contains(&hex)));
        }
        found
    }

    /// True on PostgreSQL.
    pub fn is_postgres(&self) -> bool {
        matches!(self.place, Place::Server(_))
    }

    fn sqlite_connection(&self) -> Option<rusqlite::Connection> {
        let path = self.address.strip_prefix("sqlite:")?;
        let conn = rusqlite::Connection::open(path).expect("the file opens");
        conn.busy_timeout(PATIENCE).expect("a time-out");
        Some(conn)
    }

    async fn postgres_connection(&self) -> PgConnection {
        PgConnection::connect(&self.address).await.expect("the server answers")
    }
}

fn as_text(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Text(text) => format!("{:?}", String::from_utf8_lossy(text)),
        ValueRef::Blob(bytes) => hex::encode(bytes),
        other => format!("{other:?}"),
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let Place::Server(scratch) = &mut self.place else { return };
        let Some(scratch) = scratch.take() else { return };
        // On a thread of its own: a test that fails may be unwinding out of its runtime.
        let remover = std::thread::spawn(move || {
            if let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() {
                runtime.block_on(scratch.remove());
            }
        });
        let _ = remover.join();
    }
}

/// Asks until the answer is some, and gives it back.
///
/// # Panics
/// When it is still none after 30 seconds; `what` says what was waited for.
pub async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let asking = async {
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    match tokio::time::timeout(Duration::from_secs(30), asking).await {
        Ok(answer) => answer,
        Err(_) => panic!("waited in vain: {what}"),
    }
}
