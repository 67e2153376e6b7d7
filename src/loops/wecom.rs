//! WeCom's long connection: what it hears goes through the same doors as a callback; which instance may hold it, and how it
//! stands, is in the store.

use crate::http::hooks::Doors;
use bot::{Body, Button, ChatKind, Engine, Incoming, Said};
use domain::EpochMs;
use domain::calendar::DAY;
use futures_util::future::BoxFuture;
use metrics::counter;
use platform::wecom::PLATFORM;
use platform::wecom::stream::{Ear, Link, Note, Reaction, Status, Stream, StreamConfig};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use store::{Dest, Error, Lane};
use tokio_util::sync::CancellationToken;

/// Chats that are remembered as noted today.
const NOTED: usize = 10_000;

/// How a bot's connection stood when it was looked at last, as the store keeps it for `doctor`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Stand {
    /// In words for the admin.
    pub status: String,
    /// Whether it was subscribed.
    pub up: bool,
    /// When that was written down.
    pub at: EpochMs,
    /// When a frame came in last; 0 for never.
    pub last_frame: EpochMs,
}

/// Under which key of the store a bot's [`Stand`] is.
pub fn stand_key(bot: &str) -> String {
    format!("stream.{PLATFORM}.{bot}")
}

/// The lease on a bot's one connection.
pub fn lease_name(bot: &str) -> String {
    format!("{PLATFORM}/{bot}")
}

/// Has a bot's connection kept open; answers the handle that sends over it.
pub fn add(doors: &mut Doors, config: StreamConfig) -> Arc<Link> {
    let link = Stream::link(&config);
    let handle = Arc::clone(&link);
    doors.add_stream(Box::new(move |doors, stop| {
        Box::pin(run(doors, config.clone(), Arc::clone(&handle), stop))
    }));
    link
}

async fn run(doors: Arc<Doors>, config: StreamConfig, link: Arc<Link>, stop: CancellationToken) {
    let clock = doors.clock().for_platforms();
    let ear = Arc::new(WecomEar {
        bot: config.name.clone(),
        lease: EpochMs::try_from(config.timing.lease.as_millis()).unwrap_or(EpochMs::MAX / 8) * 3,
        doors,
        noted: Mutex::default(),
        status: Mutex::new(Status::Connecting),
        last_frame: AtomicI64::new(0),
    });
    Stream::new(config, link, ear, clock).run(stop).await;
}

struct WecomEar {
    doors: Arc<Doors>,
    bot: String,
    lease: EpochMs,
    /// When each chat was written into the chat book.
    noted: Mutex<HashMap<(ChatKind, String), EpochMs>>,
    status: Mutex<Status>,
    last_frame: AtomicI64,
}

impl WecomEar {
    async fn take(&self, incoming: Incoming, card: Option<&str>) -> Reaction {
        self.note_chat(&incoming).await;
        let pressed = match &incoming.body {
            Body::Action(command) => Some((
                Button { label: String::new(), command: command.clone() },
                incoming.sender.user_id.clone(),
            )),
            _ => None,
        };
        let Some(taken) = self.doors.hear(incoming).await else { return Reaction::NotStored };
        if let (Some(outcome), Some(card), Some(pressed)) = (taken.decided, card, pressed)
            && let Some(engine) = self.doors.engine()
            && let Ok(Some(said)) = engine.said_of(card).await
        {
            return match self.left(&engine, card, said.clone(), pressed).await {
                Some(left) => Reaction::Partly { left, outcome },
                None => Reaction::Settled { title: said.text, outcome },
            };
        }
        if taken.said.is_empty() { Reaction::Stored } else { Reaction::Say(taken.said) }
    }

    /// What can still be decided on a card that asks about several things, after one of them was; `None` when nothing is left.
    async fn left(
        &self,
        engine: &Engine,
        card: &str,
        mut said: Said,
        pressed: (Button, String),
    ) -> Option<Said> {
        if said.subjects().len() < 2 {
            return None;
        }
        let (button, by) = pressed;
        let now = self.doors.clock().now();
        let place = |subject: &str| format!("{card}#{subject}");
        let (mine, all) =
            (place(button.subject()), said.subjects().into_iter().map(place).collect::<Vec<_>>());
        let decided = engine
            .store()
            .write(Lane::of(&["card", card]), move |tx| {
                tx.decide_card(&mine, "decided", &by, now)?;
                let decided = all.iter().map(|place| tx.card_decision(place));
                decided.map(|decided| Ok(decided?.is_some())).collect::<Result<Vec<bool>, Error>>()
            })
            .await;
        let decided = match decided {
            Ok(decided) => decided,
            Err(error) => {
                tracing::warn!(%error, "what is left of a card is not known");
                vec![false; said.subjects().len()]
            }
        };
        let gone: Vec<String> = said
            .subjects()
            .into_iter()
            .zip(decided)
            .filter(|(subject, decided)| *decided || *subject == button.subject())
            .map(|(subject, _)| subject.to_owned())
            .collect();
        said.buttons.retain(|button| !gone.iter().any(|gone| gone == button.subject()));
        (!said.buttons.is_empty()).then_some(said)
    }

    /// Once a day and chat: pushes are possible there, and what waited for that goes out.
    async fn note_chat(&self, incoming: &Incoming) {
        let now = self.doors.clock().now();
        let key = (incoming.chat.kind, incoming.chat.id.clone());
        {
            let noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
            if noted.get(&key).is_some_and(|at| now - at < DAY) {
                return;
            }
        }
        let Some(engine) = self.doors.engine() else { return };
        let (bot, title) = (self.bot.clone(), incoming.chat.title.clone());
        let dest = match incoming.chat.kind {
            ChatKind::Group => Dest::Group(incoming.chat.id.clone()),
            ChatKind::Private => Dest::Person(incoming.sender.user_id.clone()),
        };
        let lane = Lane::of(&["chat_book", PLATFORM, &bot, &incoming.chat.id]).on_snapshot();
        let written = engine
            .store()
            .write(lane, move |tx| tx.note_heard(PLATFORM, &bot, &dest, title.as_deref(), now))
            .await;
        if written.is_ok() {
            let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
            if noted.len() >= NOTED {
                noted.clear();
            }
            noted.insert(key, now);
        }
    }

    fn stand(&self, now: EpochMs) -> String {
        let status = self.status.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let stand = Stand {
            status: status.to_string(),
            up: status == Status::Up,
            at: now,
            last_frame: self.last_frame.load(Ordering::Relaxed),
        };
        // Text and numbers always become JSON.
        serde_json::to_string(&stand).unwrap_or_default()
    }
}

impl Ear for WecomEar {
    fn hear<'a>(&'a self, incoming: Incoming, card: Option<&'a str>) -> BoxFuture<'a, Reaction> {
        Box::pin(self.take(incoming, card))
    }

    fn hold(&self) -> BoxFuture<'_, bool> {
        Box::pin(async {
            // Between two engines (a story's restart) it stays as it is.
            let Some(engine) = self.doors.engine() else { return true };
            let now = self.doors.clock().now();
            let (name, owner) = (lease_name(&self.bot), engine.owner().to_owned());
            let (key, stand, until) = (stand_key(&self.bot), self.stand(now), now + self.lease);
            let held = engine
                .store()
                .write(Lane::of(&["lease", &name]), move |tx| {
                    let held = tx.take_lease(&name, &owner, now, until)?;
                    if held {
                        tx.set_meta(&key, &stand)?;
                    }
                    Ok::<_, Error>(held)
                })
                .await;
            match held {
                Ok(held) => held,
                Err(error) => {
                    // What is heard could not be stored either; it waits, and nobody else can take the lease now.
                    tracing::warn!(%error, "the lease could not be looked at");
                    true
                }
            }
        })
    }

    fn release(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {
            let Some(engine) = self.doors.engine() else { return };
            let (name, owner) = (lease_name(&self.bot), engine.owner().to_owned());
            let released =
                engine.store().write(Lane::of(&["lease", &name]), move |tx| tx.drop_lease(&name, &owner));
            if let Err(error) = released.await {
                tracing::info!(%error, "the lease was not given back; it runs out by itself");
            }
        })
    }

    fn note(&self, note: Note) {
        let what = match &note {
            Note::Opened => "opened",
            Note::Frame => "frame",
            Note::BadFrame => "bad_frame",
            Note::Crowded => "crowded",
            Note::Over(_) => "over",
            Note::Stands(Status::Refused(_)) => "refused",
            Note::Stands(Status::Kicked) => "kicked",
            Note::Stands(_) => "away",
        };
        counter!("deskmate_stream_total", "platform" => PLATFORM, "what" => what).increment(1);
        match note {
            Note::Frame => self.last_frame.store(self.doors.clock().now(), Ordering::Relaxed),
            Note::Opened => self.stands(Status::Up),
            Note::Stands(status) => self.stands(status),
            Note::BadFrame | Note::Crowded | Note::Over(_) => {}
        }
    }
}

impl WecomEar {
    fn stands(&self, status: Status) {
        // What somebody has to do something about makes the health page red; a broken network mends itself.
        let trouble = matches!(status, Status::Refused(_) | Status::Kicked).then(|| status.to_string());
        self.doors.set_trouble(&lease_name(&self.bot), trouble);
        *self.status.lock().unwrap_or_else(PoisonError::into_inner) = status;
        if let Some(engine) = self.doors.engine() {
            let (key, stand) = (stand_key(&self.bot), self.stand(self.doors.clock().now()));
            // Told later with the lease, if not now.
            tokio::spawn(async move {
                let lane = Lane::of(&["lease", &key]);
                let _ = engine.store().write(lane, move |tx| tx.set_meta(&key, &stand)).await;
            });
        }
    }
}
