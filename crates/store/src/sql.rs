//! The small SQL layer: parameters, rows read by column name, and [`Tx`], which runs the same statements on both
//! engines. Statements are constants with `$1` placeholders, so that each is prepared once a connection.

use crate::Shared;
use crate::directory::{Directory, DirectoryCache};
use crate::error::{Error, Result, head};
use crate::event::PendingEvent;
use crate::keys::{Key, KeyRing, Keys};
use chrono::NaiveDate;
use rusqlite::types::ToSqlOutput;
use sqlx::{Arguments, Row as _};
use std::sync::Arc;

/// A bound value. An absent value keeps its type, because PostgreSQL asks for it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Param<'a> {
    /// BIGINT.
    Int(Option<i64>),
    /// TEXT.
    Text(Option<&'a str>),
    /// BOOLEAN.
    Bool(bool),
    /// TEXT, as `YYYY-MM-DD`.
    Date(Option<NaiveDate>),
    /// BLOB in SQLite, BYTEA in PostgreSQL.
    Bytes(Option<&'a [u8]>),
}

impl<'a> From<&'a [u8]> for Param<'a> {
    fn from(value: &'a [u8]) -> Self {
        Param::Bytes(Some(value))
    }
}

impl<'a> From<&'a Vec<u8>> for Param<'a> {
    fn from(value: &'a Vec<u8>) -> Self {
        Param::Bytes(Some(value))
    }
}

impl<'a> From<Option<&'a [u8]>> for Param<'a> {
    fn from(value: Option<&'a [u8]>) -> Self {
        Param::Bytes(value)
    }
}

impl From<NaiveDate> for Param<'_> {
    fn from(value: NaiveDate) -> Self {
        Param::Date(Some(value))
    }
}

impl From<Option<NaiveDate>> for Param<'_> {
    fn from(value: Option<NaiveDate>) -> Self {
        Param::Date(value)
    }
}

impl From<i64> for Param<'_> {
    fn from(value: i64) -> Self {
        Param::Int(Some(value))
    }
}

impl From<u32> for Param<'_> {
    fn from(value: u32) -> Self {
        Param::Int(Some(i64::from(value)))
    }
}

impl From<Option<i64>> for Param<'_> {
    fn from(value: Option<i64>) -> Self {
        Param::Int(value)
    }
}

impl From<bool> for Param<'_> {
    fn from(value: bool) -> Self {
        Param::Bool(value)
    }
}

impl<'a> From<&'a str> for Param<'a> {
    fn from(value: &'a str) -> Self {
        Param::Text(Some(value))
    }
}

impl<'a> From<&'a String> for Param<'a> {
    fn from(value: &'a String) -> Self {
        Param::Text(Some(value))
    }
}

impl<'a> From<Option<&'a str>> for Param<'a> {
    fn from(value: Option<&'a str>) -> Self {
        Param::Text(value)
    }
}

impl rusqlite::ToSql for Param<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        use rusqlite::types::{Null, ValueRef};
        Ok(match self {
            Param::Int(Some(value)) => ToSqlOutput::from(*value),
            Param::Text(Some(value)) => ToSqlOutput::Borrowed(ValueRef::Text(value.as_bytes())),
            Param::Bool(value) => ToSqlOutput::from(*value),
            Param::Date(Some(value)) => ToSqlOutput::from(value.to_string()),
            Param::Bytes(Some(value)) => ToSqlOutput::Borrowed(ValueRef::Blob(value)),
            Param::Int(None) | Param::Text(None) | Param::Date(None) | Param::Bytes(None) => {
                ToSqlOutput::from(Null)
            }
        })
    }
}

/// Values at a time for the statements that ask for several: `IN ($1, …)`.
pub(crate) const AT_ONCE: usize = 32;

/// Values for such a statement: as many as it takes, the last one repeated.
pub(crate) fn at_once<'a, T>(values: &'a [T], param: impl Fn(&'a T) -> Param<'a>) -> Vec<Param<'a>> {
    let last = values.last().into_iter().cycle();
    values.iter().chain(last).take(AT_ONCE).map(param).collect()
}

/// A row of either engine. Columns are read by name.
pub(crate) enum Row<'r> {
    /// A row that SQLite is standing on.
    Sqlite(&'r rusqlite::Row<'r>),
    /// A row that PostgreSQL sent.
    Postgres(&'r sqlx::postgres::PgRow),
}

impl Row<'_> {
    /// A BIGINT column.
    ///
    /// # Errors
    /// When the column is missing, null or of another type; the same for all readers below.
    pub(crate) fn int(&self, column: &str) -> Result<i64> {
        match self {
            Row::Sqlite(row) => row.get(column).map_err(|e| unreadable(column, &e)),
            Row::Postgres(row) => row.try_get(column).map_err(|e| unreadable(column, &e)),
        }
    }

    /// A BIGINT column that may be null.
    ///
    /// # Errors
    /// As [`Row::int`].
    pub(crate) fn opt_int(&self, column: &str) -> Result<Option<i64>> {
        match self {
            Row::Sqlite(row) => row.get(column).map_err(|e| unreadable(column, &e)),
            Row::Postgres(row) => row.try_get(column).map_err(|e| unreadable(column, &e)),
        }
    }

    /// A count: a BIGINT column between 0 and 2³²−1.
    ///
    /// # Errors
    /// As [`Row::int`], and when the value is out of range.
    pub(crate) fn count(&self, column: &str) -> Result<u32> {
        u32::try_from(self.int(column)?).map_err(|e| unreadable(column, &e))
    }

    /// A TEXT column.
    ///
    /// # Errors
    /// As [`Row::int`].
    pub(crate) fn text(&self, column: &str) -> Result<String> {
        match self {
            Row::Sqlite(row) => row.get(column).map_err(|e| unreadable(column, &e)),
            Row::Postgres(row) => row.try_get(column).map_err(|e| unreadable(column, &e)),
        }
    }

    /// A TEXT column that may be null.
    ///
    /// # Errors
    /// As [`Row::int`].
    pub(crate) fn opt_text(&self, column: &str) -> Result<Option<String>> {
        match self {
            Row::Sqlite(row) => row.get(column).map_err(|e| unreadable(column, &e)),
            Row::Postgres(row) => row.try_get(column).map_err(|e| unreadable(column, &e)),
        }
    }

    /// A BLOB or BYTEA column.
    ///
    /// # Errors
    /// As [`Row::int`].
    pub(crate) fn bytes(&self, column: &str) -> Result<Vec<u8>> {
        match self {
            Row::Sqlite(row) => row.get(column).map_err(|e| unreadable(column, &e)),
            Row::Postgres(row) => row.try_get(column).map_err(|e| unreadable(column, &e)),
        }
    }

    /// A BLOB or BYTEA column that may be null.
    ///
    /// # Errors
    /// As [`Row::int`].
    pub(crate) fn opt_bytes(&self, column: &str) -> Result<Option<Vec<u8>>> {
        match self {
            Row::Sqlite(row) => row.get(column).map_err(|e| unreadable(column, &e)),
            Row::Postgres(row) => row.try_get(column).map_err(|e| unreadable(column, &e)),
        }
    }

    /// A BOOLEAN column.
    ///
    /// # Errors
    /// As [`Row::int`].
    pub(crate) fn flag(&self, column: &str) -> Result<bool> {
        match self {
            Row::Sqlite(row) => row.get(column).map_err(|e| unreadable(column, &e)),
            Row::Postgres(row) => row.try_get(column).map_err(|e| unreadable(column, &e)),
        }
    }

    /// A local date, stored as `YYYY-MM-DD`.
    ///
    /// # Errors
    /// As [`Row::int`], and when the text is no date.
    pub(crate) fn date(&self, column: &str) -> Result<NaiveDate> {
        self.text(column)?.parse().map_err(|e: chrono::ParseError| unreadable(column, &e))
    }

    /// A local date that may be null.
    ///
    /// # Errors
    /// As [`Row::date`].
    pub(crate) fn opt_date(&self, column: &str) -> Result<Option<NaiveDate>> {
        let text = self.opt_text(column)?;
        text.map(|text| text.parse().map_err(|e: chrono::ParseError| unreadable(column, &e))).transpose()
    }
}

/// Only the kind of trouble is told: rusqlite's own words would quote the value.
fn unreadable(column: &str, _cause: &dyn std::error::Error) -> Error {
    Error::Corrupt(format!("column {column}"))
}

pub(crate) enum Conn<'c> {
    Sqlite(&'c rusqlite::Connection),
    Postgres { conn: &'c mut sqlx::PgConnection, runtime: &'c tokio::runtime::Runtime, begin: String },
}

/// The unit of work that a closure runs in: one transaction (on SQLite one savepoint of the shared one).
/// The aggregates' named methods hang on it; see the files of this crate.
pub struct Tx<'c> {
    pub(crate) conn: Conn<'c>,
    pub(crate) directory: DirectoryCache,
    pub(crate) keys: Arc<KeyRing>,
    pub(crate) key_place: Keys,
    pub(crate) case_keys: Vec<(String, Option<Key>)>,
    /// The keys of the index were looked at in this transaction.
    pub(crate) index_keys_seen: bool,
    pub(crate) fresh_directory: Option<Arc<Directory>>,
    pub(crate) directory_changed: bool,
    pub(crate) directory_version: Option<i64>,
    pub(crate) events: Vec<PendingEvent>,
    pub(crate) wakes_sender: bool,
    pub(crate) abandoned: bool,
    pub(crate) writes: u32,
    pub(crate) trouble: Option<Trouble>,
    /// A statement was refused: PostgreSQL carries out nothing more of this transaction, and says so only to the
    /// next statement, not to the commit.
    pub(crate) broken: bool,
    /// See [`Trouble::Taken`].
    pub(crate) taken_is_final: bool,
}

/// What the engine has to know about a failed statement, whatever the closure makes of its error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// Serialization failure or deadlock: the whole unit is run again.
    Conflict,
    /// A unique key was taken: by another transaction at the same moment, which running again finds out, or by the
    /// unit's own mistake, which stays.
    Taken,
    /// The connection is gone.
    Disconnected,
}

impl<'c> Tx<'c> {
    pub(crate) fn new(conn: Conn<'c>, shared: &Shared) -> Self {
        Tx {
            conn,
            directory: shared.directory.clone(),
            keys: shared.keys.current(),
            key_place: shared.keys.clone(),
            case_keys: Vec::new(),
            index_keys_seen: false,
            fresh_directory: None,
            directory_changed: false,
            directory_version: None,
            events: Vec::new(),
            wakes_sender: false,
            abandoned: false,
            writes: 0,
            trouble: None,
            broken: false,
            taken_is_final: true,
        }
    }

    /// True on PostgreSQL; for the few statements that the engines do not share.
    pub(crate) fn is_postgres(&self) -> bool {
        matches!(self.conn, Conn::Postgres { .. })
    }

    /// Statements so far that may have changed something, or were refused.
    pub fn writes(&self) -> u32 {
        self.writes
    }

    /// Everything that the unit wrote will be rolled back when the closure returns, whatever it returns.
    pub fn abandon(&mut self) {
        self.abandoned = true;
    }

    /// Rolls back everything that the unit wrote so far and goes on as if it had just begun. For the place where
    /// a handler has failed half way and only the failure shall be written down.
    ///
    /// # Errors
    /// When the database is gone.
    pub fn restart(&mut self) -> Result<()> {
        match &mut self.conn {
            Conn::Sqlite(conn) => {
                conn.prepare_cached(crate::sqlite::ROLLBACK_TO)
                    .and_then(|mut statement| statement.execute([]))
                    .map_err(|e| sqlite_error(crate::sqlite::ROLLBACK_TO, &e).0)?;
            }
            Conn::Postgres { conn, runtime, begin } => {
                let sql = format!("ROLLBACK; {begin}");
                runtime
                    .block_on(sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut **conn))
                    .map_err(|e| postgres_error("ROLLBACK; BEGIN", &e).0)?;
            }
        }
        self.fresh_directory = None;
        self.directory_changed = false;
        self.directory_version = None;
        self.case_keys.clear();
        self.index_keys_seen = false;
        self.events.clear();
        self.wakes_sender = false;
        self.abandoned = false;
        self.writes = 0;
        self.trouble = None;
        self.broken = false;
        Ok(())
    }

    /// Runs a migration's statements.
    pub(crate) fn batch(&mut self, sql: &'static str) -> Result<()> {
        let outcome = match &mut self.conn {
            Conn::Sqlite(conn) => conn.execute_batch(sql).map_err(|e| sqlite_error(sql, &e)),
            Conn::Postgres { conn, runtime, .. } => runtime
                .block_on(sqlx::raw_sql(sql).execute(&mut **conn))
                .map(|_| ())
                .map_err(|e| postgres_error(sql, &e)),
        };
        self.noted(outcome)
    }

    /// Runs a statement that changes rows; answers how many.
    pub(crate) fn exec(&mut self, sql: &'static str, params: &[Param<'_>]) -> Result<u64> {
        self.writes += 1;
        let outcome = match &mut self.conn {
            Conn::Sqlite(conn) => conn
                .prepare_cached(sql)
                .and_then(|mut statement| {
                    bind_sqlite(&mut statement, params)?;
                    statement.raw_execute()
                })
                .map(|rows| u64::try_from(rows).unwrap_or(u64::MAX))
                .map_err(|e| sqlite_error(sql, &e)),
            Conn::Postgres { conn, runtime, .. } => runtime
                .block_on(bind(sql, params).execute(&mut **conn))
                .map(|done| done.rows_affected())
                .map_err(|e| postgres_error(sql, &e)),
        };
        self.noted(outcome)
    }

    /// Runs a statement with RETURNING, or a query that locks; answers its first row.
    pub(crate) fn exec_row<T>(
        &mut self,
        sql: &'static str,
        params: &[Param<'_>],
        read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        self.writes += 1;
        self.row(sql, params, read)
    }

    /// The first row of a query.
    pub(crate) fn row<T>(
        &mut self,
        sql: &'static str,
        params: &[Param<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        let outcome = match &mut self.conn {
            Conn::Sqlite(conn) => {
                sqlite_rows(conn, sql, params, Some(1), &mut read).map(|mut rows| rows.pop())
            }
            Conn::Postgres { conn, runtime, .. } => runtime
                .block_on(bind(sql, params).fetch_optional(&mut **conn))
                .map_err(|e| postgres_error(sql, &e))
                .and_then(|row| match row {
                    Some(row) => read(&Row::Postgres(&row)).map(Some).map_err(|e| (e, None)),
                    None => Ok(None),
                }),
        };
        self.noted(outcome)
    }

    /// All rows of a query.
    pub(crate) fn rows<T>(
        &mut self,
        sql: &'static str,
        params: &[Param<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let outcome = match &mut self.conn {
            Conn::Sqlite(conn) => sqlite_rows(conn, sql, params, None, &mut read),
            Conn::Postgres { conn, runtime, .. } => runtime
                .block_on(bind(sql, params).fetch_all(&mut **conn))
                .map_err(|e| postgres_error(sql, &e))
                .and_then(|rows| {
                    rows.iter().map(|row| read(&Row::Postgres(row)).map_err(|e| (e, None))).collect()
                }),
        };
        self.noted(outcome)
    }

    /// All rows of a statement with RETURNING.
    pub(crate) fn exec_rows<T>(
        &mut self,
        sql: &'static str,
        params: &[Param<'_>],
        read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        self.writes += 1;
        self.rows(sql, params, read)
    }

    fn noted<T>(&mut self, outcome: Result<T, (Error, Option<Trouble>)>) -> Result<T> {
        outcome.map_err(|(error, trouble)| {
            if matches!(error, Error::Statement { .. }) {
                self.broken = true;
                self.writes += 1;
            }
            let (error, trouble) = match trouble {
                Some(Trouble::Taken) if self.taken_is_final => (error, None),
                Some(Trouble::Taken) => (Error::Contention, Some(Trouble::Taken)),
                trouble => (error, trouble),
            };
            self.trouble = self.trouble.or(trouble);
            error
        })
    }
}

fn sqlite_rows<T>(
    conn: &rusqlite::Connection,
    sql: &'static str,
    params: &[Param<'_>],
    most: Option<usize>,
    read: &mut dyn FnMut(&Row<'_>) -> Result<T>,
) -> Result<Vec<T>, (Error, Option<Trouble>)> {
    let failed = |e: rusqlite::Error| sqlite_error(sql, &e);
    let mut statement = conn.prepare_cached(sql).map_err(failed)?;
    bind_sqlite(&mut statement, params).map_err(failed)?;
    let mut rows = statement.raw_query();
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(failed)? {
        // A statement with RETURNING must be stepped to its end, or its change is not complete.
        if most.is_none_or(|most| found.len() < most) {
            found.push(read(&Row::Sqlite(row)).map_err(|e| (e, None))?);
        }
    }
    Ok(found)
}

/// To SQLite `$4` is a name, numbered by where it first appears; PostgreSQL counts by the number in it. Binding by name
/// makes both the same.
fn bind_sqlite(statement: &mut rusqlite::Statement<'_>, params: &[Param<'_>]) -> rusqlite::Result<()> {
    const NAMES: [&str; 40] = [
        "$1", "$2", "$3", "$4", "$5", "$6", "$7", "$8", "$9", "$10", "$11", "$12", "$13", "$14", "$15",
        "$16", "$17", "$18", "$19", "$20", "$21", "$22", "$23", "$24", "$25", "$26", "$27", "$28", "$29",
        "$30", "$31", "$32", "$33", "$34", "$35", "$36", "$37", "$38", "$39", "$40",
    ];
    for (name, param) in NAMES.iter().zip(params) {
        let index = statement
            .parameter_index(name)?
            .ok_or_else(|| rusqlite::Error::InvalidParameterName((*name).to_owned()))?;
        statement.raw_bind_parameter(index, param)?;
    }
    Ok(())
}

fn bind<'q>(
    sql: &'static str,
    params: &[Param<'_>],
) -> sqlx::query::Query<'q, sqlx::Postgres, sqlx::postgres::PgArguments> {
    let mut arguments = sqlx::postgres::PgArguments::default();
    for param in params {
        // Integers, text, booleans and bytes always encode.
        let _ = match *param {
            Param::Int(value) => arguments.add(value),
            Param::Text(value) => arguments.add(value),
            Param::Bool(value) => arguments.add(value),
            Param::Date(value) => arguments.add(value.map(|date| date.to_string())),
            Param::Bytes(value) => arguments.add(value),
        };
    }
    sqlx::query_with(sql, arguments)
}

pub(crate) fn sqlite_error(sql: &str, error: &rusqlite::Error) -> (Error, Option<Trouble>) {
    use rusqlite::ErrorCode;
    let unavailable = |e: &rusqlite::ffi::Error| Error::Unavailable(format!("SQLite: {e}"));
    match error {
        rusqlite::Error::SqliteFailure(e, _)
            if matches!(
                e.code,
                ErrorCode::DiskFull
                    | ErrorCode::SystemIoFailure
                    | ErrorCode::CannotOpen
                    | ErrorCode::ReadOnly
            ) =>
        {
            (unavailable(e), None)
        }
        rusqlite::Error::SqliteFailure(e, _)
            if matches!(e.code, ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) =>
        {
            (Error::Contention, Some(Trouble::Conflict))
        }
        // A constraint's message names table and column, never a value.
        rusqlite::Error::SqliteFailure(e, message) => {
            let message = message.clone().unwrap_or_else(|| e.to_string());
            (Error::Statement { statement: head(sql), message }, None)
        }
        other => (Error::Statement { statement: head(sql), message: other.to_string() }, None),
    }
}

pub(crate) fn postgres_error(sql: &str, error: &sqlx::Error) -> (Error, Option<Trouble>) {
    match error {
        sqlx::Error::Database(e) => {
            let code = e.code().unwrap_or_default();
            match code.as_ref() {
                "40001" | "40P01" => (Error::Contention, Some(Trouble::Conflict)),
                // Administrator shutdown, crash shutdown, starting up, too many connections, idle for too long.
                "57P01" | "57P02" | "57P03" | "53300" | "25P03" => {
                    (Error::Unavailable(format!("PostgreSQL: {code}")), Some(Trouble::Disconnected))
                }
                // The primary message of PostgreSQL names objects; values stand in the detail, which is left out.
                _ => {
                    let message = format!("{code} {}", e.message());
                    let trouble = (code == "23505").then_some(Trouble::Taken);
                    (Error::Statement { statement: head(sql), message }, trouble)
                }
            }
        }
        sqlx::Error::Io(e) => {
            (Error::Unavailable(format!("PostgreSQL: {}", e.kind())), Some(Trouble::Disconnected))
        }
        sqlx::Error::Protocol(_) | sqlx::Error::Tls(_) | sqlx::Error::WorkerCrashed => {
            (Error::Unavailable("PostgreSQL: the connection broke".to_owned()), Some(Trouble::Disconnected))
        }
        other => {
            let message = match other {
                sqlx::Error::ColumnNotFound(column) => format!("no column {column}"),
                sqlx::Error::ColumnDecode { index, .. } => format!("column {index}"),
                _ => "the driver refused it".to_owned(),
            };
            (Error::Statement { statement: head(sql), message }, None)
        }
    }
}
