//! The stage without a platform: people speak to the engine directly.

use crate::stage::{Heard, Room, Stage, Utterance};
use bot::outside::{Delivery, Destination, Outside, Parcel};
use bot::{Body, ChatKind, ChatRef, Engine, Incoming, Said, Sender};
use domain::EpochMs;
use futures_util::future::BoxFuture;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

const PLATFORM: &str = "console";
const BOT: &str = "play";

/// The stage without a platform.
#[derive(Default)]
pub struct Direct {
    engine: Option<Arc<Engine>>,
    now: EpochMs,
    line: Arc<Line>,
}

/// What the engine's sender and the stage share.
#[derive(Default)]
struct Line {
    down: AtomicBool,
    heard: Mutex<Vec<Heard>>,
}

impl Outside for Line {
    fn deliver<'a>(&'a self, parcel: &'a Parcel) -> BoxFuture<'a, Delivery> {
        Box::pin(async move {
            if self.down.load(Ordering::Relaxed) {
                return Delivery::Retry { why: "断网".to_owned(), after: None };
            }
            if parcel.amends.is_some() {
                return Delivery::Needless { why: "没有要改的卡片".to_owned() };
            }
            let said = match &parcel.media {
                Some(media) => Said::text(media.told()),
                None => parcel.said.clone(),
            };
            let heard = Heard { to: parcel.to.clone(), said };
            self.heard.lock().unwrap_or_else(PoisonError::into_inner).push(heard);
            Delivery::Sent
        })
    }

    fn per_minute(&self, _to: &Destination) -> u32 {
        u32::MAX
    }
}

impl Stage for Direct {
    fn platform(&self) -> &'static str {
        PLATFORM
    }

    fn bot_name(&self) -> &str {
        BOT
    }

    fn outsides(&self) -> HashMap<String, Arc<dyn Outside>> {
        let line: Arc<dyn Outside> = Arc::<Line>::clone(&self.line);
        HashMap::from([(PLATFORM.to_owned(), line)])
    }

    fn start(&mut self, engine: Arc<Engine>) {
        self.engine = Some(engine);
    }

    fn say(&mut self, utterance: Utterance) -> BoxFuture<'_, Result<Vec<Said>, String>> {
        Box::pin(async move {
            let engine = self.engine.as_ref().ok_or("还没有开始")?;
            let chat = match &utterance.chat {
                Room::Group(name) => {
                    ChatRef { kind: ChatKind::Group, id: name.clone(), title: Some(name.clone()) }
                }
                Room::Private => ChatRef { kind: ChatKind::Private, id: utterance.who.clone(), title: None },
            };
            let body =
                if utterance.pressed { Body::Action(utterance.text) } else { Body::Text(utterance.text) };
            let incoming = Incoming {
                platform: PLATFORM,
                bot: BOT.to_owned(),
                msg_id: utterance.msg_id,
                chat,
                sender: Sender { user_id: utterance.who, name: None },
                body,
                answer_now: !self.line.down.load(Ordering::Relaxed),
                late_reply: None,
            };
            let answer = engine.receive(incoming, self.now).await.map_err(|error| error.to_string())?;
            Ok(answer.said)
        })
    }

    fn heard(&mut self) -> Vec<Heard> {
        std::mem::take(&mut self.line.heard.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn set_now(&mut self, now: EpochMs) {
        self.now = now;
    }

    fn set_down(&mut self, down: bool) -> BoxFuture<'_, ()> {
        self.line.down.store(down, Ordering::Relaxed);
        Box::pin(async {})
    }

    fn shows_buttons(&self) -> bool {
        true
    }
}
