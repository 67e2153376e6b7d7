//! What a story is played on: the bot, and how its store is opened.

use bot::{Bot, Desk, Draw, Stop};
use chrono::NaiveDate;
use domain::{EpochMs, PersonId};
use futures_util::future::BoxFuture;
use std::future::Future;
use std::sync::Arc;
use store::{KeyRing, Options, Store, Tx};

/// Opens the store: at the beginning, and again after each 重启.
pub type Opener = Arc<dyn Fn(EpochMs) -> BoxFuture<'static, Result<Store, store::Error>> + Send + Sync>;

/// Makes a new store ready, once: in `play` the first-run token is known beforehand.
pub type Prepare = fn(&mut Tx<'_>, EpochMs) -> Result<(), store::Error>;

/// What else belongs to planning somebody's day, such as the reminders that hang on a shift.
pub type OnRota = fn(&mut Desk<'_, '_>, PersonId, NaiveDate) -> Result<(), Stop>;

/// What a story is played on.
#[derive(Clone)]
pub struct House {
    /// Commands and schedules.
    pub bot: Arc<Bot>,
    /// How the store is opened.
    pub open: Opener,
    /// Run once on a store in which nothing has happened.
    pub prepare: Option<Prepare>,
    /// Run after each day that a 排班 line plans, in its transaction.
    pub on_rota: Option<OnRota>,
    /// Who draws pictures; without, only their words are heard.
    pub draw: Option<Draw>,
}

impl House {
    /// A house without hooks.
    pub fn new<F, O>(bot: Arc<Bot>, open: O) -> Self
    where
        O: Fn(EpochMs) -> F + Send + Sync + 'static,
        F: Future<Output = Result<Store, store::Error>> + Send + 'static,
    {
        Self { bot, open: Arc::new(move |now| Box::pin(open(now))), prepare: None, on_rota: None, draw: None }
    }

    /// A house on the store at this address, which need not survive a power failure.
    pub fn at(bot: Arc<Bot>, address: impl Into<String>) -> Self {
        let address = address.into();
        Self::new(bot, move |now| {
            let address = address.clone();
            async move { Store::open(&address, Options { now, durable: false, keys: KeyRing::known() }).await }
        })
    }
}
