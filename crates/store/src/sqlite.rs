//! SQLite, driven in the writer's own thread, with group commit.
//!
//! What is kept: whoever is answered is on disk. The writer takes every waiting unit, runs each in a savepoint of
//! one shared transaction, commits once (`synchronous=FULL`: the WAL is synced), and only then answers them all. A
//! unit that fails is rolled back to its savepoint and leaves the others alone; when the commit itself fails, every
//! unit of the batch is told so and none of them happened. One thread, one queue: units take effect in the order in
//! which they arrived, so a chat stays in order without further care.
//!
//! Under load the batch grows by itself: while one commit waits for the disk, the next units queue up.

use crate::error::{Error, Result};
use crate::migrate::{self, Migration};
use crate::sql::{Conn, Tx, sqlite_error};
use crate::threads::Threads;
use crate::{KeyRing, Options, Shared, Unit, backup};
use rusqlite::config::DbConfig;
use rusqlite::types::FromSql;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, mpsc};

/// Up to 3.51.2 two connections that write and checkpoint at the same moment can damage a WAL database.
const OLDEST_SAFE: i32 = 3_051_003;
/// Units that one commit takes at the most: bounds how long the first of them waits.
const LARGEST_BATCH: usize = 256;
/// Times that switching to the write-ahead log is tried again, 10 ms apart.
const SWITCHES: u32 = 300;
/// Prepared statements kept a connection; the program has fewer.
const STATEMENTS: usize = 256;
/// Units after which the log is written back into the database file, by a thread of its own: the writer would stand
/// still for as long as that takes.
const CHECKPOINT_AFTER: usize = 1_000;
/// Pages of log (128 MB) at which the writer writes back itself, should that thread not come after.
const LONGEST_LOG: i64 = 32_000;
/// Threads that serve reads.
const READERS: usize = 2;

const SAVEPOINT: &str = "SAVEPOINT unit";
const RELEASE: &str = "RELEASE unit";
pub(crate) const ROLLBACK_TO: &str = "ROLLBACK TO unit";

enum Job {
    Run(Box<dyn Unit>),
    Stop,
}

pub(crate) struct Sqlite {
    writer: mpsc::Sender<Job>,
    readers: mpsc::Sender<Job>,
    threads: Threads,
}

impl Sqlite {
    pub(crate) fn open(
        path: &Path,
        options: &Options,
        shared: &Shared,
    ) -> Result<(Self, Vec<&'static Migration>)> {
        if rusqlite::version_number() < OLDEST_SAFE {
            return Err(Error::Schema(format!(
                "SQLite {} is too old, 3.51.3 is needed",
                rusqlite::version()
            )));
        }
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(|e| {
                Error::Unavailable(format!("cannot make the folder of the database: {}", e.kind()))
            })?;
        }
        let mut conn = connect(path, options, false)?;
        let applied = migrate_sqlite(&mut conn, options, shared)?;
        let (writer, jobs) = mpsc::channel();
        let threads = Threads::default();
        // One request at a time is enough: the log is written back as far as it goes.
        let (checkpoints, asked) = mpsc::sync_channel(1);
        let beside = connect(path, options, false)?;
        threads.start("store-checkpoint", move || checkpoint_loop(&beside, &asked))?;
        threads.start("store-writer", {
            let shared = shared.clone();
            move || write_loop(&conn, &jobs, &shared, &checkpoints)
        })?;
        let readers = start_readers(&threads, shared, || connect(path, options, true))?;
        Ok((Self { writer, readers, threads }, applied))
    }

    /// Only to look at it; see [`crate::Store::look_at`].
    pub(crate) fn open_to_read(
        path: &Path,
        keys: &KeyRing,
        shared: &Shared,
    ) -> Result<(Self, &'static [Migration])> {
        let conn = backup::connect(path)?;
        backup::check(&conn)?;
        let applied = applied(&conn)?;
        let lacking = migrate::pending(&applied, |migration| migration.sqlite)?;
        migrate::key_checks(&known_keys(&conn)?, keys)?;
        let threads = Threads::default();
        let readers = start_readers(&threads, shared, || backup::connect(path))?;
        // Nobody listens at the other end: writes are refused.
        let (writer, _) = mpsc::channel();
        Ok((Self { writer, readers, threads }, lacking))
    }

    pub(crate) fn write(&self, unit: Box<dyn Unit>) {
        // When the writer has stopped the unit is dropped, and its caller hears that.
        let _ = self.writer.send(Job::Run(unit));
    }

    pub(crate) fn read(&self, unit: Box<dyn Unit>) {
        let _ = self.readers.send(Job::Run(unit));
    }

    /// Finishes what was accepted and ends the threads.
    pub(crate) fn close(&self) {
        let _ = self.writer.send(Job::Stop);
        for _ in 0..READERS {
            let _ = self.readers.send(Job::Stop);
        }
        self.threads.join();
    }
}

/// Switches to the log that is written ahead. SQLite answers "busy" at once, without asking the busy handler, while
/// another handle switches the same new file.
fn write_ahead(conn: &Connection) -> rusqlite::Result<()> {
    let mut tries = 0;
    loop {
        match conn.pragma_update(None, "journal_mode", "WAL") {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && tries < SWITCHES => {
                tries += 1;
                std::thread::sleep(std::time::Duration::from_millis(10));
            }
            switched => return switched,
        }
    }
}

/// The path of a `sqlite:` address.
pub(crate) fn path_of(address: &str) -> Option<PathBuf> {
    let path = address.strip_prefix("sqlite:")?;
    let path = path.strip_prefix("//").unwrap_or(path);
    (!path.is_empty()).then(|| PathBuf::from(path))
}

fn connect(path: &Path, options: &Options, reader: bool) -> Result<Connection> {
    let failed = |e: rusqlite::Error| match sqlite_error("open", &e).0 {
        Error::Statement { message, .. } => Error::Unavailable(message),
        other => other,
    };
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags).map_err(failed)?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    conn.busy_timeout(std::time::Duration::from_secs(10)).map_err(failed)?;
    // A plan never depends on bound values: otherwise SQLite prepares a statement anew for each of them.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(failed)?;
    write_ahead(&conn).map_err(failed)?;
    conn.pragma_update(None, "synchronous", if options.durable { "FULL" } else { "OFF" }).map_err(failed)?;
    conn.pragma_update(None, "foreign_keys", true).map_err(failed)?;
    // What was deleted is overwritten: a case's key must not stay behind in a free page.
    conn.pragma_update(None, "secure_delete", true).map_err(failed)?;
    conn.pragma_update(None, "temp_store", "MEMORY").map_err(failed)?;
    conn.pragma_update(None, "wal_autocheckpoint", LONGEST_LOG).map_err(failed)?;
    if reader {
        conn.pragma_update(None, "query_only", true).map_err(failed)?;
    }
    Ok(conn)
}

fn start_readers(
    threads: &Threads,
    shared: &Shared,
    connect: impl Fn() -> Result<Connection>,
) -> Result<mpsc::Sender<Job>> {
    let (readers, jobs) = mpsc::channel();
    let jobs = Arc::new(Mutex::new(jobs));
    for _ in 0..READERS {
        let conn = connect()?;
        let shared = shared.clone();
        let jobs = Arc::clone(&jobs);
        threads.start("store-reader", move || read_loop(&conn, &jobs, &shared))?;
    }
    Ok(readers)
}

fn applied(conn: &Connection) -> Result<Vec<(i64, String)>> {
    two_columns(conn, migrate::APPLIED)
}

fn known_keys(conn: &Connection) -> Result<Vec<(String, String)>> {
    two_columns(conn, migrate::KEY_CHECKS)
}

fn two_columns<T: FromSql>(conn: &Connection, sql: &'static str) -> Result<Vec<(T, String)>> {
    conn.prepare(sql)
        .and_then(|mut statement| {
            statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).and_then(Iterator::collect)
        })
        .map_err(|e| sqlite_error(sql, &e).0)
}

fn migrate_sqlite(
    conn: &mut Connection,
    options: &Options,
    shared: &Shared,
) -> Result<Vec<&'static Migration>> {
    let tx = conn
        .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
        .map_err(|e| sqlite_error("BEGIN IMMEDIATE", &e).0)?;
    // Rolled back when it is dropped.
    let applied = migrate::run(&mut Tx::new(Conn::Sqlite(&tx), shared), options)?;
    tx.commit().map_err(|e| sqlite_error("COMMIT", &e).0)?;
    Ok(applied)
}

fn write_loop(
    conn: &Connection,
    jobs: &mpsc::Receiver<Job>,
    shared: &Shared,
    checkpoints: &mpsc::SyncSender<()>,
) {
    let mut since_checkpoint = 0;
    let mut finished: Vec<(Box<dyn Unit>, bool)> = Vec::with_capacity(LARGEST_BATCH);
    while let Ok(Job::Run(first)) = jobs.recv() {
        let mut stop = false;
        if let Err(error) = run(conn, "BEGIN IMMEDIATE") {
            tracing::error!(%error, "no transaction could be begun");
            first.finish(Err(Error::Unavailable("no transaction could be begun".to_owned())));
            continue;
        }
        let outcome = in_savepoint(conn, shared, first).and_then(|first| {
            finished.push(first);
            while finished.len() < LARGEST_BATCH {
                match jobs.try_recv() {
                    Ok(Job::Run(unit)) => finished.push(in_savepoint(conn, shared, unit)?),
                    Ok(Job::Stop) | Err(mpsc::TryRecvError::Disconnected) => {
                        stop = true;
                        break;
                    }
                    Err(mpsc::TryRecvError::Empty) => break,
                }
            }
            run(conn, "COMMIT")
        });
        if let Err(error) = &outcome {
            tracing::error!(%error, units = finished.len(), "a commit failed; its units were not carried out");
            // Nothing to do when this fails too: the connection then has no transaction open.
            let _ = run(conn, "ROLLBACK");
            shared.directory.forget();
        }
        let mut wakes = false;
        crate::note_batch(finished.len());
        since_checkpoint += finished.len();
        for (unit, wakes_sender) in finished.drain(..) {
            wakes |= wakes_sender;
            unit.finish(match &outcome {
                Ok(()) => Ok(()),
                Err(_) => Err(Error::Unavailable("the commit failed".to_owned())),
            });
        }
        if wakes && outcome.is_ok() {
            shared.wake.wake();
        }
        // Refused while one is still under way; then the next batch asks again.
        if since_checkpoint >= CHECKPOINT_AFTER && checkpoints.try_send(()).is_ok() {
            since_checkpoint = 0;
        }
        if stop {
            return;
        }
    }
}

/// Runs one unit; an error means that the shared transaction itself is broken.
fn in_savepoint(
    conn: &Connection,
    shared: &Shared,
    mut unit: Box<dyn Unit>,
) -> Result<(Box<dyn Unit>, bool)> {
    let begun = run(conn, SAVEPOINT);
    if let Err(error) = begun {
        unit.finish(Err(Error::Unavailable("no savepoint".to_owned())));
        return Err(error);
    }
    let mut tx = Tx::new(Conn::Sqlite(conn), shared);
    let keep = unit.run(&mut tx);
    let wakes = keep && tx.wakes_sender;
    drop(tx);
    let ended = if keep { Ok(()) } else { run(conn, ROLLBACK_TO) }.and_then(|()| run(conn, RELEASE));
    if let Err(error) = ended {
        unit.finish(Err(Error::Unavailable("the savepoint could not be ended".to_owned())));
        return Err(error);
    }
    Ok((unit, wakes))
}

/// Writes the log back whenever asked, without keeping anybody waiting; ends with the writer. Two connections that write
/// and checkpoint at once need a SQLite from [`OLDEST_SAFE`] on.
fn checkpoint_loop(conn: &Connection, asked: &mpsc::Receiver<()>) {
    while asked.recv().is_ok() {
        if let Err(error) = conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())) {
            tracing::warn!(error = %sqlite_error("PRAGMA wal_checkpoint", &error).0, "the log was not written back");
        }
    }
}

fn read_loop(conn: &Connection, jobs: &Mutex<mpsc::Receiver<Job>>, shared: &Shared) {
    loop {
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Job::Run(mut unit)) = job else { return };
        let outcome = run(conn, "BEGIN").map(|()| {
            let mut tx = Tx::new(Conn::Sqlite(conn), shared);
            unit.run(&mut tx);
        });
        // A read leaves nothing behind.
        let _ = run(conn, "ROLLBACK");
        unit.finish(outcome);
    }
}

fn run(conn: &Connection, sql: &'static str) -> Result<()> {
    conn.prepare_cached(sql)
        .and_then(|mut statement| statement.execute([]))
        .map(|_| ())
        .map_err(|e| sqlite_error(sql, &e).0)
}
