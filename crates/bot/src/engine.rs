//! The engine: messages in, schedules and reminders when they are due, outgoing rows on their way. It holds no clock;
//! the program's loops and the stories call it with the time.

use crate::bot::Bot;
use crate::command::Reach;
use crate::desk::Desk;
use crate::dispatch::{Answer, dispatch};
use crate::gallery::{Draw, Gallery};
use crate::message::{Incoming, SentFile};
use crate::outside::{Fetched, Outside};
use crate::schedule::Outcome;
use crate::stop::Stop;
use domain::EpochMs;
use domain::calendar::MINUTE;
use futures_util::future::join_all;
use std::collections::HashMap;
use std::sync::Arc;
use store::{Directory, Error, Fact, Lane, Reminder, RunState, Store, Tx};

/// Tries of a fire time that breaks.
const RUN_TRIES: u32 = 5;
/// Reminders that one round takes.
const REMINDERS: i64 = 200;

/// What a tick did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ticked {
    /// Fire times run.
    pub ran: u32,
    /// Fire times recorded as skipped.
    pub skipped: u32,
    /// Reminders settled.
    pub reminders: u32,
}

/// Store, bot and platforms together.
pub struct Engine {
    pub(crate) store: Store,
    bot: Arc<Bot>,
    pub(crate) outsides: Arc<HashMap<String, Arc<dyn Outside>>>,
    pub(crate) owner: String,
    pub(crate) gallery: Gallery,
}

impl Engine {
    /// `owner` names this instance in leases; no two may share it.
    pub fn new(
        store: Store,
        bot: Arc<Bot>,
        outsides: HashMap<String, Arc<dyn Outside>>,
        owner: String,
    ) -> Self {
        Self { store, bot, outsides: Arc::new(outsides), owner, gallery: Gallery::new(None) }
    }

    /// With somebody who draws: without, pictures are left out and their words stand alone.
    #[must_use]
    pub fn drawing(mut self, draw: Draw) -> Self {
        self.gallery = Gallery::new(Some(draw));
        self
    }

    /// The store.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// This instance's name in leases.
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// The bot.
    pub fn bot(&self) -> &Arc<Bot> {
        &self.bot
    }

    /// Gets a file that somebody sent; what is in it stands in no store.
    ///
    /// # Errors
    /// Why not, in words for whoever sent it.
    pub async fn fetch(&self, platform: &str, bot: &str, file: &SentFile) -> Result<Fetched, String> {
        match self.outsides.get(platform) {
            Some(outside) => outside.fetch(bot, file).await,
            None => Err("这里收不了文件。".to_owned()),
        }
    }

    /// Asks what the platform's contacts call somebody; `None` at once where nobody can be asked.
    pub fn name_of<'a>(
        &'a self,
        platform: &str,
        user: &'a str,
    ) -> Option<impl Future<Output = Option<String>> + 'a> {
        self.outsides.get(platform)?.name_of(user)
    }

    /// Handles a verified message; answers after it is durable.
    ///
    /// # Errors
    /// When it could not be stored: nothing happened, and the platform should send it again.
    pub async fn receive(&self, incoming: Incoming, now: EpochMs) -> Result<Answer, Error> {
        let lane = Lane::of(&[incoming.platform, &incoming.bot, &incoming.chat.id]);
        // Outside of the transaction, of which there is one at a time on SQLite.
        let found = self.bot.find(&incoming.body);
        let reach = found.as_ref().map_or(Reach::Own, |found| self.bot.commands()[found.command].reach);
        let lane = match reach {
            Reach::Own => lane.on_snapshot(),
            Reach::Shared => lane,
            Reach::Queue => lane.alone(),
        };
        let bot = Arc::clone(&self.bot);
        self.store.write(lane, move |tx| dispatch(tx, &bot, &incoming, found.as_ref(), now)).await
    }

    /// Runs every fire time and reminder that is due.
    ///
    /// # Errors
    /// When the store cannot be reached; what was not recorded is due again next time.
    pub async fn tick(&self, now: EpochMs) -> Result<Ticked, Error> {
        let mut ticked = Ticked::default();
        let (directory, fires) = self.last_fires().await?;
        for (name, last) in fires {
            for due in self.bot.timetable.due(directory.book(), name, last, now) {
                match due.skip {
                    Some(reason) => {
                        ticked.skipped += u32::from(self.skip(name, due.fire_at, reason, now).await?)
                    }
                    None => ticked.ran += u32::from(self.run(name, due.fire_at, now, None).await?),
                }
            }
        }
        let waiting = self.store.read(|tx| tx.waiting_runs()).await?;
        for retry in waiting.into_iter().filter(|retry| retry.retry_at <= now) {
            // A schedule that is not there any more keeps its row, and stays visible.
            if let Some(schedule) = self.bot.timetable.find(&retry.name) {
                ticked.ran +=
                    u32::from(self.run(schedule.name, retry.fire_at, now, Some(retry.tries)).await?);
            }
        }
        ticked.reminders = self.remind(now).await?;
        Ok(ticked)
    }

    /// Runs one schedule now, by hand; false when this instant has been run already.
    ///
    /// # Errors
    /// When there is no such schedule (`None`), or the store cannot be reached.
    pub async fn run_by_hand(&self, name: &str, now: EpochMs) -> Result<Option<bool>, Error> {
        let Some(schedule) = self.bot.timetable.find(name) else { return Ok(None) };
        self.run(schedule.name, now.div_euclid(1_000) * 1_000, now, None).await.map(Some)
    }

    /// When something is due next: a fire time, a reminder or an outgoing row.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn next_due(&self) -> Result<Option<EpochMs>, Error> {
        let mut next: Vec<EpochMs> = Vec::new();
        let (directory, fires) = self.last_fires().await?;
        for (name, last) in fires {
            next.extend(self.bot.timetable.next_after(directory.book(), name, last));
        }
        let (waiting, others) = self
            .store
            .read(|tx| -> Result<_, Error> {
                Ok((tx.waiting_runs()?, [tx.next_reminder()?, tx.next_outgoing()?]))
            })
            .await?;
        // A schedule that is not there any more is never run, so nothing is due of it.
        let known = waiting.iter().find(|retry| self.bot.timetable.find(&retry.name).is_some());
        next.extend(known.map(|retry| retry.retry_at));
        next.extend(others.into_iter().flatten());
        Ok(next.into_iter().min())
    }

    /// The newest fire time of each schedule, and the settings by which the next is found.
    async fn last_fires(&self) -> Result<(Arc<Directory>, Vec<(&'static str, EpochMs)>), Error> {
        let names: Vec<&'static str> = self.bot.schedules().map(|schedule| schedule.name).collect();
        self.store
            .read(move |tx| {
                let born = tx.started_at()?;
                let known = tx.last_fires()?;
                let last = |name: &&'static str| (*name, known.get(*name).copied().unwrap_or(born));
                Ok((tx.directory()?, names.iter().map(last).collect()))
            })
            .await
    }

    async fn skip(
        &self,
        name: &'static str,
        fire_at: EpochMs,
        reason: &'static str,
        now: EpochMs,
    ) -> Result<bool, Error> {
        let calendar = self.bot.calendar;
        self.store
            .write(Lane::of(&["schedule", name]), move |tx| {
                if !tx.claim_run(name, fire_at, now)? {
                    return Ok(false);
                }
                tx.settle_run(name, fire_at, RunState::Skipped, Some(reason), None, now)?;
                let fact = Fact::new("schedule.skipped", None)
                    .with("name", name)
                    .with("fire_at", calendar.rfc3339(fire_at))
                    .with("reason", reason);
                tx.record(now, fact);
                Ok(true)
            })
            .await
    }

    /// Runs a fire time in one transaction with its claim. `tries` when it was tried before.
    async fn run(
        &self,
        name: &'static str,
        fire_at: EpochMs,
        now: EpochMs,
        tries: Option<u32>,
    ) -> Result<bool, Error> {
        let bot = Arc::clone(&self.bot);
        self.store
            .write(Lane::of(&["schedule", name]), move |tx| run_once(tx, &bot, name, fire_at, now, tries))
            .await
    }

    async fn remind(&self, now: EpochMs) -> Result<u32, Error> {
        let mut settled = 0;
        loop {
            let due = self.store.read(move |tx| tx.due_reminders(now, REMINDERS)).await?;
            if due.is_empty() {
                return Ok(settled);
            }
            let units = due.into_iter().map(|reminder| {
                let bot = Arc::clone(&self.bot);
                let lane = Lane::of(&["reminder", &reminder.person.to_string()]);
                self.store.write(lane, move |tx| remind_once(tx, &bot, &reminder, now))
            });
            let mut progress = 0;
            for outcome in join_all(units).await {
                progress += u32::from(outcome?);
            }
            settled += progress;
            if progress == 0 {
                return Ok(settled);
            }
        }
    }
}

fn run_once(
    tx: &mut Tx<'_>,
    bot: &Bot,
    name: &'static str,
    fire_at: EpochMs,
    now: EpochMs,
    tries: Option<u32>,
) -> Result<bool, Error> {
    let claim = |tx: &mut Tx<'_>| match tries {
        None => tx.claim_run(name, fire_at, now),
        Some(_) => tx.claim_retry(name, fire_at, now),
    };
    if !claim(tx)? {
        return Ok(false);
    }
    let Some(schedule) = bot.timetable.find(name) else { return Ok(false) };
    let mut desk = Desk { tx, now, bot };
    let at = bot.calendar.rfc3339(fire_at);
    match (schedule.run)(&mut desk, fire_at) {
        Ok(Outcome::Done) => {
            desk.record(Fact::new("schedule.ran", None).with("name", name).with("fire_at", at));
        }
        Ok(Outcome::Snooze(until)) => {
            tx.settle_run(name, fire_at, RunState::Waiting, Some("snoozed"), Some(until.max(now + 1)), now)?;
        }
        Ok(Outcome::Cancel(reason)) => {
            desk.record(skipped(name, &at, &reason));
            tx.settle_run(name, fire_at, RunState::Skipped, Some(&reason), None, now)?;
        }
        Err(Stop::Fault(error @ (Error::Contention | Error::Unavailable(_)))) => return Err(error),
        Err(stop) => {
            let error = match stop {
                Stop::Fault(error) => error.to_string(),
                Stop::Refused(refusal) => refusal.said.text,
            };
            tracing::error!(schedule = name, fire_at = at, error, "a schedule could not be run");
            tx.restart()?;
            if !claim(tx)? {
                return Ok(false);
            }
            let tried = tries.unwrap_or(0) + 1;
            if tried < RUN_TRIES {
                let retry_at = now + MINUTE * (1 << tried);
                tx.settle_run(name, fire_at, RunState::Waiting, Some("fault"), Some(retry_at), now)?;
            } else {
                tx.settle_run(name, fire_at, RunState::Failed, Some("fault"), None, now)?;
                tx.record(now, skipped(name, &at, "fault"));
            }
        }
    }
    Ok(true)
}

fn skipped(name: &'static str, fire_at: &str, reason: &str) -> Fact {
    Fact::new("schedule.skipped", None).with("name", name).with("fire_at", fire_at).with("reason", reason)
}

fn remind_once(tx: &mut Tx<'_>, bot: &Bot, reminder: &Reminder, now: EpochMs) -> Result<bool, Error> {
    let Some(kind) = bot.reminders.iter().find(|kind| kind.kind == reminder.kind) else {
        return tx.settle_reminder(reminder.id, Some("unknown_kind"), now);
    };
    let mut desk = Desk { tx, now, bot };
    let settled = match (kind.run)(&mut desk, reminder) {
        Ok(Outcome::Done) => tx.settle_reminder(reminder.id, None, now)?,
        Ok(Outcome::Cancel(reason)) => tx.settle_reminder(reminder.id, Some(&reason), now)?,
        Ok(Outcome::Snooze(until)) => tx.snooze_reminder(reminder.id, until.max(now + 1), now)?,
        Err(Stop::Fault(error @ (Error::Contention | Error::Unavailable(_)))) => return Err(error),
        Err(stop) => {
            tracing::error!(kind = kind.kind, reminder = reminder.id, ?stop, "a reminder could not be given");
            tx.restart()?;
            // Later, so that one that breaks does not keep the others from their turn.
            tx.snooze_reminder(reminder.id, now + 10 * MINUTE, now)?
        }
    };
    if !settled {
        // Somebody else settled or moved it: what we wrote must not count.
        tx.abandon();
    }
    Ok(settled)
}
