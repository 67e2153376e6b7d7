//! What was heard on its way to the ear: of one chat one after the other, a pressed card at once. The socket's reader never
//! waits for any of it.

use super::link::Link;
use super::{Ear, Heard, Note, Reaction};
use crate::wecom::card;
use bot::message::{Body, Said};
use serde_json::{Value, json};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Queues; a chat always has the same one.
const LANES: usize = 16;
/// Messages that wait in one of them.
const WAITING: usize = 1_024;
/// Pause before a message that could not be stored is tried again, doubled up to [`LONGEST_PAUSE`].
const PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(15);
/// A pressed card is changed within five seconds or not at all.
const PRESS: Duration = Duration::from_millis(4_500);

pub(super) struct Lanes {
    ear: Arc<dyn Ear>,
    lanes: Vec<(mpsc::Sender<Heard>, JoinHandle<()>)>,
}

impl Lanes {
    pub(super) fn new(ear: &Arc<dyn Ear>, link: &Arc<Link>, stop: &CancellationToken) -> Self {
        let lanes = (0..LANES).map(|_| {
            let (sender, mut heard) = mpsc::channel(WAITING);
            let (ear, link, stop) = (Arc::clone(ear), Arc::clone(link), stop.clone());
            let work = tokio::spawn(async move {
                while let Some(heard) = heard.recv().await {
                    take(&*ear, &link, heard, &stop).await;
                }
            });
            (sender, work)
        });
        Self { ear: Arc::clone(ear), lanes: lanes.collect() }
    }

    /// Takes what was heard, without waiting.
    pub(super) fn take(&self, heard: Heard) {
        let mut hasher = DefaultHasher::new();
        heard.incoming.chat.id.hash(&mut hasher);
        let lane = usize::try_from(hasher.finish() % LANES as u64).unwrap_or_default();
        if self.lanes[lane].0.try_send(heard).is_err() {
            tracing::error!("too much is waiting to be stored: a message was lost");
            self.ear.note(Note::Crowded);
        }
    }

    /// Ends when everything that was taken is stored.
    pub(super) async fn finish(self) {
        for (sender, work) in self.lanes {
            drop(sender);
            // A panic in it was told where it happened.
            let _ = work.await;
        }
    }
}

/// Nothing comes a second time on this connection, so what cannot be stored now is tried until it can.
async fn take(ear: &dyn Ear, link: &Arc<Link>, heard: Heard, stop: &CancellationToken) {
    let since = tokio::time::Instant::now();
    let Heard { incoming, req_id, task_id } = heard;
    let opened = incoming.body == Body::Opened;
    let pressed = task_id.is_some();
    let mut pause = PAUSE;
    let reaction = loop {
        match ear.hear(incoming.clone(), task_id.as_deref()).await {
            Reaction::NotStored if stop.is_cancelled() => {
                tracing::error!("a message could not be stored before the program ended");
                return;
            }
            Reaction::NotStored => {}
            reaction => break reaction,
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(pause) => {}
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    };
    match reaction {
        Reaction::NotStored | Reaction::Stored => {}
        Reaction::Say(said) => say(link, &req_id, opened, pressed, &said).await,
        Reaction::Settled { title, outcome } => {
            let card = |task_id: &str| Some(card::settled(&title, &outcome, task_id));
            change(link, req_id, task_id.as_deref().and_then(card), since);
        }
        Reaction::Partly { left, outcome } => {
            let card = |task_id: &str| card::left(&left, &outcome, task_id);
            change(link, req_id, task_id.as_deref().and_then(card), since);
        }
    }
}

/// Changes a card that was pressed, for everybody who sees it.
fn change(link: &Arc<Link>, req_id: String, card: Option<Value>, since: tokio::time::Instant) {
    let Some(card) = card else { return };
    if since.elapsed() > PRESS {
        return;
    }
    // The next message of the chat need not wait for it.
    let link = Arc::clone(link);
    tokio::spawn(async move {
        if let Err(error) = link.change_card(&req_id, card).await {
            tracing::info!(?error, "a card could not be changed; the outcome is said in the chat");
        }
    });
}

/// Words that are in no outbox: somebody is told to pause. Where they do not arrive, nothing is lost.
async fn say(link: &Link, req_id: &str, opened: bool, pressed: bool, said: &[Said]) {
    let text: Vec<String> = said.iter().map(Said::typed).collect();
    let text = text.join("\n\n");
    if text.is_empty() || pressed || !link.take_answer(req_id) {
        return;
    }
    let (cmd, body) = if opened {
        (super::frame::cmd::WELCOME, json!({ "msgtype": "text", "text": { "content": text } }))
    } else {
        let content = crate::wecom::words::as_markdown(&text);
        (super::frame::cmd::RESPOND, json!({ "msgtype": "markdown", "markdown": { "content": content } }))
    };
    if let Err(error) = link.call_as(cmd, req_id.to_owned(), body).await {
        tracing::info!(?error, "somebody could not be told to pause");
    }
}
