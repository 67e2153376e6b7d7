//! WeCom's AI bot over the long connection: it hears frames, answers and pushes over the same socket, and shows buttons.

use super::{BOT, Door, Named};
use crate::clock::Clock;
use crate::http::hooks::Doors;
use crate::loops;
use bot::outside::{Destination, Outside};
use bot::{Button, Engine, Said};
use domain::EpochMs;
use futures_util::future::BoxFuture;
use platform::wecom::stream::{Link, Status, StreamConfig, Timing};
use platform::wecom::{PLATFORM, WecomOutside, WecomOutsideConfig};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use story::{Heard, Room, Stage, Story, Utterance};
use testkit::fake::wecom::{FakeLink, Place};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

const BOT_ID: &str = "BOT-story";
const SECRET: &str = "story-secret-2026";
const NAME: &str = "咨询部助手";
/// Messages in a chat a minute: a story's clock stands still while people talk.
const BUDGET: u32 = 1_000;
/// How long a message may take until it is handled, and the connection until it stands.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) struct WecomStreamStage {
    clock: Clock,
    fake: FakeLink,
    door: Door,
    link: Arc<Link>,
    outside: Arc<Named>,
    seen: usize,
    /// Of each card that was shown: where, its task and its buttons' keys.
    cards: Vec<(Place, String, Vec<String>)>,
    leave: CancellationToken,
    streams: Vec<JoinHandle<()>>,
}

impl WecomStreamStage {
    pub(super) async fn start(story: &Story, clock: Clock) -> anyhow::Result<Self> {
        let fake = FakeLink::start(BOT_ID, SECRET).await;
        fake.set_budget(1_000);
        for group in super::groups(story) {
            fake.let_in(Place::Group(group));
        }
        for person in super::people(story) {
            fake.let_in(Place::Person(person));
        }
        let mut doors = Doors::new(clock.clone());
        let link = loops::wecom::add(
            &mut doors,
            StreamConfig {
                name: BOT.to_owned(),
                bot_id: BOT_ID.to_owned(),
                secret: SECRET.to_owned().into(),
                bot_names: vec![NAME.to_owned()],
                url: fake.url(),
                api_base: None,
                timing: Timing::default(),
            },
        );
        let outside = WecomOutside::new(WecomOutsideConfig::default())?
            .with_clock(clock.for_platforms())
            .with_link(Arc::clone(&link))
            .with_budget(BUDGET, BUDGET);
        let door = Door::open(doors).await?;
        let leave = CancellationToken::new();
        let streams = door.doors.run_streams(&leave);
        let stands = async {
            while link.status() != Status::Up {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::time::timeout(PATIENCE, stands).await?;
        Ok(Self {
            clock,
            fake,
            door,
            link,
            outside: Named::new(outside),
            seen: 0,
            cards: Vec::new(),
            leave,
            streams,
        })
    }
}

impl Stage for WecomStreamStage {
    fn platform(&self) -> &'static str {
        PLATFORM
    }

    fn bot_name(&self) -> &str {
        BOT
    }

    fn outsides(&self) -> HashMap<String, Arc<dyn Outside>> {
        HashMap::from([(PLATFORM.to_owned(), Arc::<Named>::clone(&self.outside) as Arc<dyn Outside>)])
    }

    fn start(&mut self, engine: Arc<Engine>) {
        self.door.doors.set_engine(Some(engine));
    }

    fn say(&mut self, utterance: Utterance) -> BoxFuture<'_, Result<Vec<Said>, String>> {
        Box::pin(async move {
            if self.link.status() != Status::Up {
                return Err(self.link.status().to_string());
            }
            let mut handled = self.door.doors.handled();
            let before = *handled.borrow_and_update();
            let place = match &utterance.chat {
                Room::Group(group) => Place::Group(group.clone()),
                Room::Private => Place::Person(utterance.who.clone()),
            };
            let (who, id, text) = (&utterance.who, &utterance.msg_id, &utterance.text);
            // The newest card there with such a button.
            let card = self.cards.iter().rev().find(|(at, _, keys)| *at == place && keys.contains(text));
            let said = match (utterance.pressed, card, &place) {
                (true, Some((_, task, _)), _) => self.fake.press(&place, who, id, task, text),
                (true, None, _) => return Err(format!("没有卡片上有「{text}」")),
                (false, _, Place::Group(_)) => self.fake.say(&place, who, id, &format!("@{NAME} {text}")),
                (false, _, Place::Person(_)) => self.fake.say(&place, who, id, text),
            };
            said.ok_or("没有连接")?;
            let done = handled.wait_for(|count| *count > before);
            match tokio::time::timeout(PATIENCE, done).await {
                // Every answer is in the outbox.
                Ok(Ok(_)) => Ok(Vec::new()),
                _ => Err("消息没有处理".to_owned()),
            }
        })
    }

    fn heard(&mut self) -> Vec<Heard> {
        let seen = self.fake.seen();
        let fresh = seen.get(self.seen..).unwrap_or_default();
        let mut heard = Vec::with_capacity(fresh.len());
        for seen in fresh {
            if let Some(task) = &seen.task_id {
                let keys = seen.buttons.iter().map(|(_, key)| key.clone()).collect();
                self.cards.push((seen.place.clone(), task.clone(), keys));
            }
            let to = match &seen.place {
                Place::Group(group) => Destination::Group(group.clone()),
                Place::Person(person) => Destination::Person(person.clone()),
            };
            let buttons = seen.buttons.iter();
            let buttons =
                buttons.map(|(label, command)| Button { label: label.clone(), command: command.clone() });
            let said = Said {
                buttons: buttons.collect(),
                ..Said::text(self.outside.told(seen.media.as_ref(), &seen.text))
            };
            heard.push(Heard { to, said });
        }
        self.seen = seen.len();
        heard
    }

    fn set_now(&mut self, now: EpochMs) {
        self.clock.hold(now);
        self.fake.set_now(now);
    }

    fn set_down(&mut self, down: bool) -> BoxFuture<'_, ()> {
        // The people's words still come, and nothing goes out.
        self.fake.set_busy(down);
        Box::pin(async {})
    }

    fn repeats_answers(&self) -> bool {
        false
    }

    fn shows_buttons(&self) -> bool {
        true
    }
}

impl Drop for WecomStreamStage {
    fn drop(&mut self) {
        self.leave.cancel();
        for stream in &self.streams {
            stream.abort();
        }
    }
}
