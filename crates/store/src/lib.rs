//! What the department remembers: SQL for SQLite and PostgreSQL behind the same synchronous closures.
//!
//! [`Store::write`] runs a closure as one transaction and answers after the commit; [`Store::read`] runs one on a
//! snapshot that it cannot change. Nothing inside a closure leaves the machine, and none reads the clock: `now` is
//! always passed in. On PostgreSQL a closure may be run more than once before it is committed, so it must not keep
//! anything outside of the transaction. SQL stands only in this crate, one file an aggregate.

mod allocation;
mod arrivals;
mod attendance;
mod audit;
pub mod backup;
mod boards;
mod bucket;
mod cards;
mod chat_book;
mod chats;
mod cipher;
mod confirmations;
mod contacts;
mod covering;
mod credit;
mod directory;
mod error;
mod event;
mod extensions;
mod follow_up_counts;
mod follow_ups;
mod grades;
mod inbox;
mod joins;
mod keys;
mod late_charges;
mod lease;
mod leaves;
mod ledger;
mod meta;
mod migrate;
mod outbox;
mod ownership;
mod parties;
mod past_visits;
mod people;
mod postgres;
mod quota;
mod reconciliation;
mod register;
mod registered;
mod reminder;
mod report;
mod report_rows;
mod retention;
mod rota;
mod rotation;
mod rules;
mod schedule;
mod scratch;
mod seal;
mod sql;
mod sqlite;
mod statistics;
mod summaries;
mod swaps;
mod tallies;
mod third_party;
mod threads;
mod upgrade;
mod vault;
mod verify;
mod watches;
mod workdays;

pub use allocation::{Dialogue, DialogueState, NewDialogue, Turn, Turns};
pub use arrivals::{ArrivalMatch, Forms, Judge, NewArrival, RecordedArrival, StoredArrival};
pub use attendance::ClockedDay;
pub use audit::AuditSpan;
pub use boards::{BoardState, PostedBoard};
pub use cards::ShownCard;
pub use chat_book::BookEntry;
pub use chats::NewChat;
pub use confirmations::{GroupAnswer, GroupPost, NewGroupPost};
pub use contacts::{LoggedContact, LoggedKind, NewContact, NewFollowUp, NewJump};
pub use covering::Duty;
pub use credit::{
    Cause, ClaimEnded, Credit, CreditClocks, CreditDecision, CreditState, Foresight, NewObjection, Objection,
    ObjectionState,
};
pub use directory::{Acting, Chat, Directory, Identity, Person, Template};
pub use error::{Error, KeyTrouble, Result};
pub use event::{Event, Fact, Pagination};
pub use extensions::{Extension, NewExtension};
pub use follow_up_counts::Done;
pub use follow_ups::{Closing, FollowUp, NewFollowUpTask, VisitNote};
pub use grades::{Grades, WeekGrade};
pub use inbox::{Arrival, InboxKey, Outcome};
pub use joins::JoinRequest;
pub use keys::{BadKeys, KEY_BYTES, KeyId, KeyRing};
pub use late_charges::LateCharges;
pub use lease::Lease;
pub use leaves::{Certificate, LEAVE_START, LEAVE_WAITING, Leave, LeaveDay, LeaveSay, LeaveState, NewLeave};
pub use ledger::{EntryState, LedgerEntry, NewLedgerEntry, TRAINING};
pub use meta::AdminToken;
pub use migrate::{MIGRATIONS, Migration};
pub use outbox::{Claimed, Dest, NewRow, Parked, RowState, Settled, StandIn};
pub use past_visits::PastVisit;
pub use people::{MemberChange, NewActing, NewMember};
pub use quota::SpentRow;
pub use reconciliation::{Confirmation, Forfeit, HospitalList, ListNo, ListedRow, RowFit, UnknownVisit};
pub use register::{Appointment, NewEntry, RegisterEntry, Rival, Search, Terms};
pub use reminder::Reminder;
pub use report::{DayFigures, NewReport, StoredReport, note_case};
pub use report_rows::ReportRow;
pub use retention::Horizon;
pub use rota::{ABSENCE_CHECK, REPORT_NUDGE, REST, RotaRow};
pub use rotation::OldKeys;
pub use rules::RuleVersion;
pub use schedule::{Retry, RunState};
pub use scratch::Scratch;
pub use seal::{Head, MOST_EVENTS, Seal};
pub use sql::Tx;
pub use summaries::{SummaryKey, SummaryLine, SummarySaid, SummaryState};
pub use swaps::{Swap, SwapState};
pub use tallies::Registered;
pub use third_party::{NewOrder, ORDER_REMINDER, Order};
pub use verify::{Cover, Finding, Page, Stand, Verification, Wrong};

use directory::DirectoryCache;
use domain::EpochMs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::{Notify, oneshot};

/// How a store is opened.
#[derive(Clone, Debug)]
pub struct Options {
    /// The present; stands as the birth of a new store, before which no schedule was due.
    pub now: EpochMs,
    /// False gives up durability for speed (SQLite only): for stories on a throw-away store.
    pub durable: bool,
    /// What encrypts, indexes and seals.
    pub keys: KeyRing,
}

impl Options {
    /// Durable, at `now`.
    pub fn at(now: EpochMs, keys: KeyRing) -> Self {
        Self { now, durable: true, keys }
    }
}

/// Orders units on PostgreSQL: units of one lane take effect one after the other, on however many instances.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lane {
    pub(crate) key: i64,
    pub(crate) on_snapshot: bool,
    pub(crate) alone: bool,
}

impl Lane {
    /// The lane of a chat, a schedule, or whatever else has a name.
    pub fn of(parts: &[&str]) -> Self {
        // FNV-1a: the same on every instance and in every version.
        let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
        for byte in parts.iter().flat_map(|part| part.bytes().chain([0])) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        Self { key: i64::from_le_bytes(hash.to_le_bytes()), on_snapshot: false, alone: false }
    }

    /// For a unit that decides by nothing that others may be changing at the same moment, or whose every change is
    /// guarded by a unique key or an update of the row that it decided by. On PostgreSQL it then runs REPEATABLE READ
    /// instead of SERIALIZABLE, and seldom has to be run again; see `docs/decisions/0003`.
    #[must_use]
    pub fn on_snapshot(self) -> Self {
        Self { on_snapshot: true, ..self }
    }

    /// For a unit beside which no other may run, on any instance: when it reads, every number that was given is
    /// committed or gone. It waits for all and all wait for it, so it must be short. On SQLite every unit is alone.
    #[must_use]
    pub fn alone(self) -> Self {
        Self { alone: true, ..self }
    }
}

/// Told when an outgoing message was committed.
#[derive(Clone, Debug, Default)]
pub struct Wake(Arc<Notify>);

impl Wake {
    pub(crate) fn wake(&self) {
        self.0.notify_one();
    }

    /// Waits until an outgoing message has been committed since the last call.
    pub async fn woken(&self) {
        self.0.notified().await;
    }
}

static BATCHES: AtomicU64 = AtomicU64::new(0);
static UNITS: AtomicU64 = AtomicU64::new(0);
static CONFLICTS: AtomicU64 = AtomicU64::new(0);

fn note_batch(units: usize) {
    BATCHES.fetch_add(1, Ordering::Relaxed);
    UNITS.fetch_add(u64::try_from(units).unwrap_or(0), Ordering::Relaxed);
}

fn note_conflict() {
    CONFLICTS.fetch_add(1, Ordering::Relaxed);
}

/// Counts since the start of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Transactions committed.
    pub commits: u64,
    /// Units of work that they carried.
    pub units: u64,
    /// Units run again because another transaction was in the way (PostgreSQL).
    pub conflicts: u64,
}

/// Counts since the start of the process, all stores together.
pub fn counts() -> Counts {
    Counts {
        commits: BATCHES.load(Ordering::Relaxed),
        units: UNITS.load(Ordering::Relaxed),
        conflicts: CONFLICTS.load(Ordering::Relaxed),
    }
}

/// What the threads of a store share.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) directory: DirectoryCache,
    pub(crate) wake: Wake,
    pub(crate) keys: keys::Keys,
}

impl Shared {
    pub(crate) fn new(options: &Options) -> Self {
        Self {
            directory: DirectoryCache::default(),
            wake: Wake::default(),
            keys: keys::Keys::new(options.keys.clone()),
        }
    }
}

pub(crate) enum Engine {
    Sqlite(sqlite::Sqlite),
    Postgres(postgres::Postgres),
}

/// The store. Clones share it.
#[derive(Clone)]
pub struct Store {
    engine: Arc<Engine>,
    wake: Wake,
    migrated: Arc<Vec<&'static Migration>>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store")
    }
}

impl Store {
    /// Opens `sqlite:PATH` or `postgres://…`, makes it when it is new, and brings its schema up to date.
    ///
    /// # Errors
    /// When the address is wrong, the database cannot be reached, or its schema is from a newer program.
    pub async fn open(address: &str, options: Options) -> Result<Self> {
        let address = address.to_owned();
        tokio::task::spawn_blocking(move || Self::open_blocking(&address, &options))
            .await
            .map_err(|_| Error::Panicked)?
    }

    fn open_blocking(address: &str, options: &Options) -> Result<Self> {
        let shared = Shared::new(options);
        let (engine, migrated) = if let Some(path) = sqlite::path_of(address) {
            let (engine, migrated) = sqlite::Sqlite::open(&path, options, &shared)?;
            (Engine::Sqlite(engine), migrated)
        } else if address.starts_with("postgres://") || address.starts_with("postgresql://") {
            let (engine, migrated) = postgres::Postgres::open(address, options, &shared)?;
            (Engine::Postgres(engine), migrated)
        } else {
            return Err(Error::Address("sqlite:PATH or postgres://… is expected".to_owned()));
        };
        Ok(Self::of(engine, shared, migrated))
    }

    pub(crate) fn of(engine: Engine, shared: Shared, migrated: Vec<&'static Migration>) -> Self {
        Self { engine: Arc::new(engine), wake: shared.wake, migrated: Arc::new(migrated) }
    }

    /// The migrations that opening has applied.
    pub fn migrated(&self) -> &[&'static Migration] {
        &self.migrated
    }

    /// Runs a unit of work as one transaction; answers after it is durable. The closure may be run again from the
    /// start when another transaction was in the way. A statement that the database refused cannot be passed over:
    /// the unit fails, unless it goes on from [`Tx::restart`].
    ///
    /// # Errors
    /// The closure's own error, after everything that it wrote was rolled back; the store's when it cannot commit.
    pub async fn write<T, E, F>(&self, lane: Lane, work: F) -> Result<T, E>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (unit, answer) = Work::unit(work);
        match &*self.engine {
            Engine::Sqlite(engine) => engine.write(unit),
            Engine::Postgres(engine) => engine.write(lane, unit),
        }
        answer.await.unwrap_or_else(|_| Err(closed().into()))
    }

    /// Runs a closure on a snapshot; it sees what is committed and changes nothing.
    ///
    /// # Errors
    /// The closure's own error; the store's when it cannot be read.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (unit, answer) = Work::unit(work);
        match &*self.engine {
            Engine::Sqlite(engine) => engine.read(unit),
            Engine::Postgres(engine) => engine.read(unit),
        }
        answer.await.unwrap_or_else(|_| Err(closed().into()))
    }

    /// Told whenever an outgoing message was committed by this process.
    pub fn wake(&self) -> Wake {
        self.wake.clone()
    }

    /// Finishes every accepted unit and closes the database. Later units are refused.
    pub async fn close(&self) {
        let engine = Arc::clone(&self.engine);
        let _ = tokio::task::spawn_blocking(move || match &*engine {
            Engine::Sqlite(engine) => engine.close(),
            Engine::Postgres(engine) => engine.close(),
        })
        .await;
    }

    /// `sqlite` or `postgres`.
    pub fn kind(&self) -> &'static str {
        match &*self.engine {
            Engine::Sqlite(_) => "sqlite",
            Engine::Postgres(_) => "postgres",
        }
    }
}

fn closed() -> Error {
    Error::Unavailable("the store is closed".to_owned())
}

/// A unit of work, its types taken off so that an engine can queue it.
pub(crate) trait Unit: Send {
    /// Runs the closure; true when its changes shall be kept.
    fn run(&mut self, tx: &mut Tx<'_>) -> bool;
    /// Tells the caller how it ended.
    fn finish(self: Box<Self>, outcome: Result<()>);
}

struct Work<T, E, F> {
    work: F,
    result: Option<Result<T, E>>,
    answer: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Work<T, E, F>
where
    F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: From<Error> + Send + 'static,
{
    fn unit(work: F) -> (Box<dyn Unit>, oneshot::Receiver<Result<T, E>>) {
        let (answer, receiver) = oneshot::channel();
        (Box::new(Self { work, result: None, answer }), receiver)
    }
}

impl<T, E, F> Unit for Work<T, E, F>
where
    F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: From<Error> + Send + 'static,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> bool {
        let ran = catch_unwind(AssertUnwindSafe(|| {
            let value = (self.work)(tx)?;
            tx.flush_events()?;
            if tx.broken {
                let message = "an earlier statement of the unit was refused".to_owned();
                return Err(Error::Statement { statement: "COMMIT".to_owned(), message }.into());
            }
            Ok(value)
        }));
        let result = ran.unwrap_or_else(|_| Err(Error::Panicked.into()));
        let keep = result.is_ok() && !tx.abandoned;
        self.result = Some(result);
        keep
    }

    fn finish(self: Box<Self>, outcome: Result<()>) {
        let result = match outcome {
            Ok(()) => self.result.unwrap_or_else(|| Err(closed().into())),
            Err(error) => Err(error.into()),
        };
        // The caller may have gone away; the work stands all the same.
        let _ = self.answer.send(result);
    }
}
