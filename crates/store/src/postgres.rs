//! PostgreSQL: a few worker threads, each with a connection of its own, run the same synchronous closures.
//!
//! What is kept: units run SERIALIZABLE, so a closure may be written as if it were alone, as it is on SQLite; one that
//! lost against another is run again as a whole. Units that say so (`Lane::on_snapshot`) run REPEATABLE READ. A chat stays in order: its messages go to one worker (by the lane's
//! number) in the order of their arrival, and an advisory lock on the lane keeps other instances out meanwhile. A
//! commit whose outcome is not known (the connection broke) is told to the caller as a failure; the platform repeats
//! the message, and the inbox's unique key finds out whether it had happened.
//!
//! A unit may lose again and again: PostgreSQL takes whole pages of a small table for read, and whoever is in its commit
//! always wins, for as long as a slow disk keeps it there. So there is a gate: every unit goes through it together with
//! the others, and one that lost [`TOGETHER`] times goes through alone, against nobody. Units that must see everything
//! that was ever given a number ([`Lane::alone`]) go through alone from the start. Gate and lane are locks of the
//! session, taken before the transaction and so before its snapshot: what was waited for is seen. Order: gate, then
//! lane; nobody waits for the gate who holds a lane.
//!
//! Nothing stays locked. Commit and rollback give all locks back in the same message; where that message may not have
//! arrived the connection is dropped, and its locks go with the server's session. Should the server not hear of that (a
//! machine that lost its network), it ends the session itself after [`IDLE`]: whoever holds the gate is inside a
//! transaction, and a unit waits for nothing but the database.

use crate::error::{Error, Result};
use crate::migrate::{self, Migration};
use crate::sql::{Conn, Trouble, Tx, postgres_error};
use crate::threads::Threads;
use crate::{Lane, Options, Shared, Unit};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, Row};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;
use tokio::runtime::Runtime;

/// Connections that write. More than some eight gain nothing on a small server.
const WRITERS: usize = 8;
/// Connections that read.
const READERS: usize = 2;
/// How often a unit is run beside the others before it is run alone.
const TOGETHER: u32 = 5;
/// How often a unit that lost is run. Alone it can lose only against somebody who does not go through the gate.
const ATTEMPTS: u32 = 12;
/// The gate: any number, but always the same.
const GATE: i64 = 0x6465_736b_6761_7465;
/// How often a unit whose unique key was taken is run beside the others. When it is taken with nobody beside it, that
/// is its own mistake.
const TAKEN_TOGETHER: u32 = 3;
/// How often a broken connection is made anew before the unit in hand is given back.
const RECONNECTS: u32 = 3;
/// How long a session may stand still inside a transaction before the server ends it: longer than any closure thinks.
const IDLE: &str = "60s";
/// Any number, but always the same: instances migrate one after the other.
const MIGRATION_LOCK: i64 = 0x6465_736b_6d61_7465;
/// The locks go after the commit: whoever gets them next sees what was committed.
const COMMIT: &str = "COMMIT; SELECT pg_advisory_unlock_all()";
/// The first `ROLLBACK` would only be a warning where the server has rolled back by itself.
const ROLLBACK: &str = "ROLLBACK; SELECT pg_advisory_unlock_all()";
/// PostgreSQL 15.
const OLDEST: i64 = 150_000;

enum Job {
    Run(Lane, Box<dyn Unit>),
    Stop,
}

pub(crate) struct Postgres {
    writers: Vec<mpsc::Sender<Job>>,
    readers: mpsc::Sender<Job>,
    threads: Threads,
}

impl Postgres {
    pub(crate) fn open(
        address: &str,
        options: &Options,
        shared: &Shared,
    ) -> Result<(Self, Vec<&'static Migration>)> {
        let connect: PgConnectOptions =
            address.parse().map_err(|_| Error::Address("not a PostgreSQL address".to_owned()))?;
        let connect = connect
            .application_name("deskmate")
            .statement_cache_capacity(512)
            .options([
                ("default_transaction_isolation", "serializable"),
                ("enable_seqscan", "off"),
                ("idle_in_transaction_session_timeout", IDLE),
            ])
            .disable_statement_logging();
        let applied = {
            let runtime = runtime()?;
            let mut conn =
                runtime.block_on(connect.connect()).map_err(|e| postgres_error("connect", &e).0)?;
            let applied = migrate_postgres(&runtime, &mut conn, options, shared)?;
            let _ = runtime.block_on(conn.close());
            applied
        };
        let threads = Threads::default();
        let mut writers = Vec::new();
        for _ in 0..WRITERS {
            let (sender, jobs) = mpsc::channel();
            let mut worker = Worker::new(connect.clone(), shared.clone(), true)?;
            threads.start("store-writer", move || {
                while let Ok(Job::Run(lane, unit)) = jobs.recv() {
                    worker.run(lane, unit);
                }
            })?;
            writers.push(sender);
        }
        let (readers, jobs) = mpsc::channel::<Job>();
        let jobs = Arc::new(Mutex::new(jobs));
        for _ in 0..READERS {
            let jobs = Arc::clone(&jobs);
            let mut worker = Worker::new(connect.clone(), shared.clone(), false)?;
            threads.start("store-reader", move || {
                loop {
                    let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok(Job::Run(lane, unit)) = job else { return };
                    worker.run(lane, unit);
                }
            })?;
        }
        Ok((Self { writers, readers, threads }, applied))
    }

    pub(crate) fn write(&self, lane: Lane, unit: Box<dyn Unit>) {
        let index = usize::try_from(lane.key.unsigned_abs() % WRITERS as u64).unwrap_or(0);
        let _ = self.writers[index].send(Job::Run(lane, unit));
    }

    pub(crate) fn read(&self, unit: Box<dyn Unit>) {
        let _ = self.readers.send(Job::Run(Lane::of(&[]), unit));
    }

    pub(crate) fn close(&self) {
        for writer in &self.writers {
            let _ = writer.send(Job::Stop);
        }
        for _ in 0..READERS {
            let _ = self.readers.send(Job::Stop);
        }
        self.threads.join();
    }
}

/// Each worker drives its own connection: no task, no other thread stands between a statement and its answer.
fn runtime() -> Result<Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| Error::Unavailable(format!("cannot start a runtime: {}", e.kind())))
}

struct Worker {
    runtime: Runtime,
    connect: PgConnectOptions,
    conn: Option<PgConnection>,
    shared: Shared,
    writes: bool,
}

/// How one attempt at a unit ended.
enum Attempt {
    Done {
        wakes: bool,
    },
    /// Lost against another transaction: run it again.
    Conflict,
    /// A unique key was taken, maybe by another transaction at the same moment: run it again.
    Taken,
    /// The connection broke before anything could be committed: connect and run it again.
    Disconnected,
    Failed(Error),
}

impl Worker {
    fn new(connect: PgConnectOptions, shared: Shared, writes: bool) -> Result<Self> {
        Ok(Self { runtime: runtime()?, connect, conn: None, shared, writes })
    }

    fn run(&mut self, lane: Lane, mut unit: Box<dyn Unit>) {
        let (mut conflicts, mut taken, mut breaks) = (0, 0, 0);
        let outcome = loop {
            let alone = lane.alone || conflicts >= TOGETHER || taken >= TAKEN_TOGETHER;
            match self.attempt(lane, &mut *unit, alone) {
                Attempt::Done { wakes } => {
                    if wakes {
                        self.shared.wake.wake();
                    }
                    break Ok(());
                }
                again @ (Attempt::Conflict | Attempt::Taken) => {
                    conflicts += 1;
                    taken += u32::from(matches!(again, Attempt::Taken));
                    crate::note_conflict();
                    if conflicts == ATTEMPTS {
                        break Err(Error::Contention);
                    }
                    // Lets the winner finish; a little longer each time, and never the same for two workers.
                    std::thread::sleep(Duration::from_micros(
                        200 * (1 << conflicts.min(7)) + lane.key.unsigned_abs() % 400,
                    ));
                }
                Attempt::Disconnected => {
                    self.conn = None;
                    breaks += 1;
                    if breaks > RECONNECTS {
                        break Err(Error::Unavailable("PostgreSQL cannot be reached".to_owned()));
                    }
                    std::thread::sleep(Duration::from_millis(50 << breaks));
                }
                Attempt::Failed(error) => break Err(error),
            }
        };
        crate::note_batch(1);
        unit.finish(outcome);
    }

    fn attempt(&mut self, lane: Lane, unit: &mut dyn Unit, alone: bool) -> Attempt {
        let conn = match &mut self.conn {
            Some(conn) => conn,
            empty => match self.runtime.block_on(self.connect.connect()) {
                Ok(conn) => empty.insert(conn),
                Err(error) => {
                    tracing::warn!(error = %postgres_error("connect", &error).0, "cannot connect to PostgreSQL");
                    return Attempt::Disconnected;
                }
            },
        };
        let (begin, opening) = if self.writes {
            let level = if lane.on_snapshot { "REPEATABLE READ" } else { "SERIALIZABLE" };
            let gate = if alone { "pg_advisory_lock" } else { "pg_advisory_lock_shared" };
            let begin = format!("BEGIN ISOLATION LEVEL {level}");
            // The locks stand in a transaction of their own, so that the unit's begins after they were given; not a
            // serializable one, which would keep the server watching for as long as it waits.
            let opening = format!(
                "BEGIN ISOLATION LEVEL READ COMMITTED; SELECT {gate}({GATE}), pg_advisory_lock({}); COMMIT; \
                 {begin}",
                lane.key
            );
            (begin, opening)
        } else {
            let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY".to_owned();
            (begin.clone(), begin)
        };
        if let Err(error) = self.runtime.block_on(sqlx::raw_sql(AssertSqlSafe(opening)).execute(&mut *conn)) {
            return match postgres_error("BEGIN", &error) {
                (_, Some(Trouble::Disconnected)) => Attempt::Disconnected,
                (_, Some(Trouble::Conflict | Trouble::Taken)) => self.roll_back(Attempt::Conflict),
                (error, None) => self.roll_back(Attempt::Failed(error)),
            };
        }
        let mut tx = Tx::new(Conn::Postgres { conn, runtime: &self.runtime, begin }, &self.shared);
        tx.taken_is_final = alone;
        let keep = unit.run(&mut tx);
        let (trouble, wakes) = (tx.trouble, tx.wakes_sender);
        drop(tx);
        match trouble {
            Some(Trouble::Conflict) => return self.roll_back(Attempt::Conflict),
            Some(Trouble::Taken) => return self.roll_back(Attempt::Taken),
            Some(Trouble::Disconnected) => return Attempt::Disconnected,
            None if !keep || !self.writes => return self.roll_back(Attempt::Done { wakes: false }),
            None => {}
        }
        match self.runtime.block_on(sqlx::raw_sql(COMMIT).execute(&mut *conn)) {
            Ok(_) => Attempt::Done { wakes },
            Err(error) => match postgres_error("COMMIT", &error) {
                // The server has ended the transaction itself, but not what was to follow.
                (_, Some(Trouble::Conflict | Trouble::Taken)) => self.roll_back(Attempt::Conflict),
                (error, _) => {
                    self.conn = None;
                    Attempt::Failed(error)
                }
            },
        }
    }

    fn roll_back(&mut self, then: Attempt) -> Attempt {
        let gone = match &mut self.conn {
            Some(conn) => self.runtime.block_on(sqlx::raw_sql(ROLLBACK).execute(conn)).is_err(),
            None => true,
        };
        if gone {
            self.conn = None;
        }
        then
    }
}

fn migrate_postgres(
    runtime: &Runtime,
    conn: &mut PgConnection,
    options: &Options,
    shared: &Shared,
) -> Result<Vec<&'static Migration>> {
    let version: i64 = runtime
        .block_on(
            sqlx::query("SELECT current_setting('server_version_num')::BIGINT AS version")
                .fetch_one(&mut *conn),
        )
        .and_then(|row| row.try_get("version"))
        .map_err(|e| postgres_error("SELECT server_version_num", &e).0)?;
    if version < OLDEST {
        return Err(Error::Schema(format!("PostgreSQL {} is too old, 15 is needed", version / 10_000)));
    }
    let begin =
        format!("BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock({MIGRATION_LOCK})");
    let run = |conn: &mut PgConnection, sql: String| {
        runtime
            .block_on(sqlx::raw_sql(AssertSqlSafe(sql)).execute(conn))
            .map_err(|e| postgres_error("BEGIN or COMMIT", &e).0)
    };
    run(&mut *conn, begin.clone())?;
    // An error leaves it open; it ends with the connection.
    let applied = migrate::run(&mut Tx::new(Conn::Postgres { conn, runtime, begin }, shared), options)?;
    run(conn, "COMMIT".to_owned())?;
    Ok(applied)
}
