//! PostgreSQL: a few worker threads, each with a connection of its own, run the same synchronous closures.
//!
//! What is kept: units run SERIALIZABLE, so a closure may be written as if it were alone, as it is on SQLite; one that
//! lost against another is run again as a whole. Units that say so (`Lane::on_snapshot`) run REPEATABLE READ. A chat stays in order: its messages go to one worker (by the lane's
//! number) in the order of their arrival, and an advisory lock on the lane keeps other instances out meanwhile. A
//! commit whose outcome is not known (the connection broke) is told to the caller as a failure; the platform repeats
//! the message, and the inbox's unique key finds out whether it had happened.

use crate::directory::DirectoryCache;
use crate::error::{Error, Result};
use crate::migrate::{self, Migration};
use crate::sql::{Conn, Trouble, Tx, postgres_error};
use crate::threads::Threads;
use crate::{Lane, Options, Unit, Wake};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, Row};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;
use tokio::runtime::Runtime;

/// Connections that write. More than some eight gain nothing on a small server.
const WRITERS: usize = 8;
/// Connections that read.
const READERS: usize = 2;
/// How often a unit that lost against others is run.
const ATTEMPTS: u32 = 12;
/// How often a unit whose unique key was taken is run again, before that is held to be its own mistake.
const TAKEN_ATTEMPTS: u32 = 3;
/// How often a broken connection is made anew before the unit in hand is given back.
const RECONNECTS: u32 = 3;
/// Any number, but always the same: instances migrate one after the other.
const MIGRATION_LOCK: i64 = 0x6465_736b_6d61_7465;
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
        cache: &DirectoryCache,
        wake: &Wake,
    ) -> Result<(Self, Vec<&'static Migration>)> {
        let connect: PgConnectOptions =
            address.parse().map_err(|_| Error::Address("not a PostgreSQL address".to_owned()))?;
        let connect = connect
            .application_name("deskmate")
            .statement_cache_capacity(512)
            .options([("default_transaction_isolation", "serializable"), ("enable_seqscan", "off")])
            .disable_statement_logging();
        let applied = {
            let runtime = runtime()?;
            let mut conn =
                runtime.block_on(connect.connect()).map_err(|e| postgres_error("connect", &e).0)?;
            let applied = migrate_postgres(&runtime, &mut conn, options.now)?;
            let _ = runtime.block_on(conn.close());
            applied
        };
        let threads = Threads::default();
        let mut writers = Vec::new();
        for _ in 0..WRITERS {
            let (sender, jobs) = mpsc::channel();
            let mut worker = Worker::new(connect.clone(), cache.clone(), wake.clone(), true)?;
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
            let mut worker = Worker::new(connect.clone(), cache.clone(), wake.clone(), false)?;
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
    cache: DirectoryCache,
    wake: Wake,
    writes: bool,
}

/// How one attempt at a unit ended.
enum Attempt {
    Done {
        wakes: bool,
    },
    /// Lost against another transaction: run it again.
    Conflict,
    /// The connection broke before anything could be committed: connect and run it again.
    Disconnected,
    Failed(Error),
}

impl Worker {
    fn new(connect: PgConnectOptions, cache: DirectoryCache, wake: Wake, writes: bool) -> Result<Self> {
        Ok(Self { runtime: runtime()?, connect, conn: None, cache, wake, writes })
    }

    fn run(&mut self, lane: Lane, mut unit: Box<dyn Unit>) {
        let mut conflicts = 0;
        let mut breaks = 0;
        let outcome = loop {
            match self.attempt(lane, &mut *unit, conflicts >= TAKEN_ATTEMPTS) {
                Attempt::Done { wakes } => {
                    if wakes {
                        self.wake.wake();
                    }
                    break Ok(());
                }
                Attempt::Conflict => {
                    conflicts += 1;
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

    fn attempt(&mut self, lane: Lane, unit: &mut dyn Unit, taken_is_final: bool) -> Attempt {
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
        let begin = if self.writes {
            let level = if lane.on_snapshot { "REPEATABLE READ" } else { "SERIALIZABLE" };
            format!("BEGIN ISOLATION LEVEL {level}; SELECT pg_advisory_xact_lock({})", lane.key)
        } else {
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY".to_owned()
        };
        if let Err(error) =
            self.runtime.block_on(sqlx::raw_sql(AssertSqlSafe(begin.clone())).execute(&mut *conn))
        {
            return match postgres_error("BEGIN", &error) {
                (_, Some(Trouble::Disconnected)) => Attempt::Disconnected,
                (_, Some(Trouble::Conflict | Trouble::Taken)) => self.roll_back(Attempt::Conflict),
                (error, None) => self.roll_back(Attempt::Failed(error)),
            };
        }
        let mut tx = Tx::new(Conn::Postgres { conn, runtime: &self.runtime, begin }, self.cache.clone());
        tx.taken_is_final = taken_is_final;
        let keep = unit.run(&mut tx);
        let (trouble, wakes) = (tx.trouble, tx.wakes_sender);
        drop(tx);
        match trouble {
            Some(Trouble::Conflict | Trouble::Taken) => return self.roll_back(Attempt::Conflict),
            Some(Trouble::Disconnected) => return Attempt::Disconnected,
            None if !keep || !self.writes => return self.roll_back(Attempt::Done { wakes: false }),
            None => {}
        }
        match self.runtime.block_on(sqlx::raw_sql("COMMIT").execute(&mut *conn)) {
            Ok(_) => Attempt::Done { wakes },
            Err(error) => match postgres_error("COMMIT", &error) {
                // The server has ended the transaction itself.
                (_, Some(Trouble::Conflict | Trouble::Taken)) => Attempt::Conflict,
                (error, _) => {
                    self.conn = None;
                    Attempt::Failed(error)
                }
            },
        }
    }

    fn roll_back(&mut self, then: Attempt) -> Attempt {
        let gone = match &mut self.conn {
            Some(conn) => self.runtime.block_on(sqlx::raw_sql("ROLLBACK").execute(conn)).is_err(),
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
    now: domain::EpochMs,
) -> Result<Vec<&'static Migration>> {
    runtime.block_on(async {
        let failed = |sql: &'static str| move |e: sqlx::Error| postgres_error(sql, &e).0;
        let version: i64 = sqlx::query("SELECT current_setting('server_version_num')::BIGINT AS version")
            .fetch_one(&mut *conn)
            .await
            .and_then(|row| row.try_get("version"))
            .map_err(failed("SELECT server_version_num"))?;
        if version < OLDEST {
            return Err(Error::Schema(format!("PostgreSQL {} is too old, 15 is needed", version / 10_000)));
        }
        let mut tx =
            conn.begin_with("BEGIN ISOLATION LEVEL READ COMMITTED").await.map_err(failed("BEGIN"))?;
        sqlx::query("SELECT pg_advisory_xact_lock($1)")
            .bind(MIGRATION_LOCK)
            .execute(&mut *tx)
            .await
            .map_err(failed("SELECT pg_advisory_xact_lock"))?;
        sqlx::raw_sql(migrate::CREATE_TABLE)
            .execute(&mut *tx)
            .await
            .map_err(failed(migrate::CREATE_TABLE))?;
        let applied: Vec<(i64, String)> = sqlx::query(migrate::APPLIED)
            .fetch_all(&mut *tx)
            .await
            .and_then(|rows| {
                rows.iter().map(|row| Ok((row.try_get("number")?, row.try_get("checksum")?))).collect()
            })
            .map_err(failed(migrate::APPLIED))?;
        let pending = migrate::pending(&applied, |migration| migration.postgres)?;
        for migration in pending {
            sqlx::raw_sql(migration.postgres).execute(&mut *tx).await.map_err(|e| {
                Error::Schema(format!("migration {}: {}", migration.number, postgres_error("", &e).0))
            })?;
            sqlx::query(migrate::RECORD)
                .bind(migration.number)
                .bind(migration.name)
                .bind(migrate::checksum(migration.postgres))
                .bind(now)
                .execute(&mut *tx)
                .await
                .map_err(failed(migrate::RECORD))?;
        }
        let id: String = sqlx::query("SELECT substr(replace(gen_random_uuid()::TEXT, '-', ''), 1, 16) AS id")
            .fetch_one(&mut *tx)
            .await
            .and_then(|row| row.try_get("id"))
            .map_err(failed("SELECT gen_random_uuid"))?;
        for (key, value) in migrate::birth(now, &id) {
            sqlx::query(migrate::SET_META)
                .bind(key)
                .bind(value)
                .execute(&mut *tx)
                .await
                .map_err(failed(migrate::SET_META))?;
        }
        tx.commit().await.map_err(failed("COMMIT"))?;
        Ok(pending.iter().collect())
    })
}
