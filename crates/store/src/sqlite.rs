//! SQLite, driven in the writer's own thread, with group commit.
//!
//! What is kept: whoever is answered is on disk. The writer takes every waiting unit, runs each in a savepoint of
//! one shared transaction, commits once (`synchronous=FULL`: the WAL is synced), and only then answers them all. A
//! unit that fails is rolled back to its savepoint and leaves the others alone; when the commit itself fails, every
//! unit of the batch is told so and none of them happened. One thread, one queue: units take effect in the order in
//! which they arrived, so a chat stays in order without further care.
//!
//! Under load the batch grows by itself: while one commit waits for the disk, the next units queue up.

use crate::directory::DirectoryCache;
use crate::error::{Error, Result};
use crate::migrate::{self, Migration};
use crate::sql::{Conn, Tx, sqlite_error};
use crate::threads::Threads;
use crate::{Options, Unit, Wake};
use domain::EpochMs;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, params};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, mpsc};

/// Up to 3.51.2 two connections that write and checkpoint at the same moment can damage a WAL database.
const OLDEST_SAFE: i32 = 3_051_003;
/// Units that one commit takes at the most: bounds how long the first of them waits.
const LARGEST_BATCH: usize = 256;
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
        cache: &DirectoryCache,
        wake: &Wake,
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
        let applied = migrate_sqlite(&mut conn, options.now)?;
        let (writer, jobs) = mpsc::channel();
        let threads = Threads::default();
        // One request at a time is enough: the log is written back as far as it goes.
        let (checkpoints, asked) = mpsc::sync_channel(1);
        let beside = connect(path, options, false)?;
        threads.start("store-checkpoint", move || checkpoint_loop(&beside, &asked))?;
        threads.start("store-writer", {
            let cache = cache.clone();
            let wake = wake.clone();
            move || write_loop(&conn, &jobs, &cache, &wake, &checkpoints)
        })?;
        let (readers, jobs) = mpsc::channel();
        let jobs = Arc::new(Mutex::new(jobs));
        for _ in 0..READERS {
            let conn = connect(path, options, true)?;
            let cache = cache.clone();
            let jobs = Arc::clone(&jobs);
            threads.start("store-reader", move || read_loop(&conn, &jobs, &cache))?;
        }
        Ok((Self { writer, readers, threads }, applied))
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
    conn.pragma_update(None, "journal_mode", "WAL").map_err(failed)?;
    conn.pragma_update(None, "synchronous", if options.durable { "FULL" } else { "OFF" }).map_err(failed)?;
    conn.pragma_update(None, "foreign_keys", true).map_err(failed)?;
    conn.pragma_update(None, "temp_store", "MEMORY").map_err(failed)?;
    conn.pragma_update(None, "wal_autocheckpoint", LONGEST_LOG).map_err(failed)?;
    if reader {
        conn.pragma_update(None, "query_only", true).map_err(failed)?;
    }
    Ok(conn)
}

fn migrate_sqlite(conn: &mut Connection, now: EpochMs) -> Result<Vec<&'static Migration>> {
    let failed = |sql: &'static str| move |e: rusqlite::Error| sqlite_error(sql, &e).0;
    let tx = conn
        .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
        .map_err(failed("BEGIN IMMEDIATE"))?;
    tx.execute_batch(migrate::CREATE_TABLE).map_err(failed(migrate::CREATE_TABLE))?;
    let applied: Vec<(i64, String)> = tx
        .prepare(migrate::APPLIED)
        .and_then(|mut statement| {
            statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).and_then(Iterator::collect)
        })
        .map_err(failed(migrate::APPLIED))?;
    let pending = migrate::pending(&applied, |migration| migration.sqlite)?;
    for migration in pending {
        tx.execute_batch(migration.sqlite)
            .map_err(|e| Error::Schema(format!("migration {}: {e}", migration.number)))?;
        let sum = migrate::checksum(migration.sqlite);
        tx.execute(migrate::RECORD, params![migration.number, migration.name, sum, now])
            .map_err(failed(migrate::RECORD))?;
    }
    let id: String = tx
        .query_row("SELECT lower(hex(randomblob(8)))", [], |row| row.get(0))
        .map_err(failed("SELECT randomblob"))?;
    for (key, value) in migrate::birth(now, &id) {
        tx.execute(migrate::SET_META, params![key, value]).map_err(failed(migrate::SET_META))?;
    }
    tx.commit().map_err(failed("COMMIT"))?;
    Ok(pending.iter().collect())
}

fn write_loop(
    conn: &Connection,
    jobs: &mpsc::Receiver<Job>,
    cache: &DirectoryCache,
    wake: &Wake,
    checkpoints: &mpsc::SyncSender<()>,
) {
    let mut since_checkpoint = 0;
    let mut finished: Vec<(Box<dyn Unit>, bool)> = Vec::with_capacity(LARGEST_BATCH);
    while let Ok(Job::Run(first)) = jobs.recv() {
        let mut stop = false;
        let outcome = run(conn, "BEGIN IMMEDIATE").and_then(|()| {
            finished.push(in_savepoint(conn, cache, first)?);
            while finished.len() < LARGEST_BATCH {
                match jobs.try_recv() {
                    Ok(Job::Run(unit)) => finished.push(in_savepoint(conn, cache, unit)?),
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
            cache.forget();
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
            wake.wake();
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
    cache: &DirectoryCache,
    mut unit: Box<dyn Unit>,
) -> Result<(Box<dyn Unit>, bool)> {
    let begun = run(conn, SAVEPOINT);
    if let Err(error) = begun {
        unit.finish(Err(Error::Unavailable("no savepoint".to_owned())));
        return Err(error);
    }
    let mut tx = Tx::new(Conn::Sqlite(conn), cache.clone());
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

fn read_loop(conn: &Connection, jobs: &Mutex<mpsc::Receiver<Job>>, cache: &DirectoryCache) {
    loop {
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Job::Run(mut unit)) = job else { return };
        let outcome = run(conn, "BEGIN").map(|()| {
            let mut tx = Tx::new(Conn::Sqlite(conn), cache.clone());
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
