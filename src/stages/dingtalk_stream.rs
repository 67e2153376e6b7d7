//! DingTalk's enterprise robot over a Stream connection: it hears frames, and answers and speaks first by itself.

use super::{BOT, Door, Named};
use crate::clock::Clock;
use crate::http::hooks::Doors;
use crate::loops::dingtalk::{self, DingtalkStream};
use bot::outside::{Destination, Outside};
use bot::{Engine, Said};
use domain::EpochMs;
use futures_util::future::BoxFuture;
use platform::dingtalk::stream::{Stream, StreamConfig, Timing};
use platform::dingtalk::{
    AppKeys, DingtalkBot, DingtalkBotConfig, DingtalkOutside, DingtalkOutsideConfig, Links, PLATFORM,
};
use std::collections::HashMap;
use std::sync::Arc;
use story::{Heard, Room, Stage, Utterance};
use testkit::fake::dingtalk::{Callback, Caller, FakeDingtalk, Place};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

const SECRET: &str = "story-app-secret";
const ROBOT: &str = "dingstoryrobot";

pub(super) struct DingtalkStreamStage {
    clock: Clock,
    fake: FakeDingtalk,
    caller: Caller,
    door: Door,
    down: bool,
    outside: Arc<Named>,
    sent: HashMap<String, Callback>,
    /// How much of what was shown was given out.
    seen: usize,
    leave: CancellationToken,
    connected: JoinHandle<()>,
}

impl DingtalkStreamStage {
    pub(super) async fn start(clock: Clock) -> anyhow::Result<Self> {
        let fake = FakeDingtalk::start().await;
        fake.add_app(ROBOT, SECRET);
        let keys = AppKeys {
            client_id: ROBOT.to_owned(),
            client_secret: SECRET.to_owned().into(),
            robot_code: ROBOT.to_owned(),
        };
        let config = DingtalkOutsideConfig {
            api_base: fake.base(),
            openapi_base: fake.base(),
            apps: HashMap::from([(BOT.to_owned(), keys)]),
            links: HashMap::from([(BOT.to_owned(), Links::Everywhere)]),
            ..DingtalkOutsideConfig::default()
        };
        let outside = Named::new(DingtalkOutside::new(config)?.with_clock(clock.for_platforms()));
        let mut settings = DingtalkBotConfig::new(BOT, SECRET.to_owned().into());
        settings.robot_code = Some(ROBOT.to_owned());
        settings.session_hosts.push(fake.base());
        let robot = DingtalkStream {
            bot: DingtalkBot::new(settings),
            config: StreamConfig {
                client_id: ROBOT.to_owned(),
                client_secret: SECRET.to_owned().into(),
                api_base: fake.base(),
                timing: Timing::default(),
            },
            outside: Arc::<Named>::clone(&outside),
            lease: dingtalk::LEASE,
        };
        let door = Door::open(Doors::new(clock.clone())).await?;
        let stream = Stream::new(robot.config.clone(), dingtalk::ear(Arc::clone(&door.doors), &robot))?;
        let leave = CancellationToken::new();
        let until = leave.clone();
        let connected = tokio::spawn(async move { stream.run(until).await });
        fake.listening().await;
        let caller = fake.caller(SECRET, ROBOT);
        Ok(Self {
            clock,
            fake,
            caller,
            door,
            down: false,
            outside,
            sent: HashMap::new(),
            seen: 0,
            leave,
            connected,
        })
    }

    fn callback(&self, utterance: &Utterance) -> Callback {
        let who = &utterance.who;
        match (self.sent.get(&utterance.msg_id), &utterance.chat) {
            (Some(sent), _) => self.caller.again(sent),
            (None, Room::Group(group)) => self.caller.group(group, who, who, &utterance.text),
            (None, Room::Private) => self.caller.private(who, who, &utterance.text),
        }
    }
}

impl Drop for DingtalkStreamStage {
    fn drop(&mut self) {
        self.leave.cancel();
        self.connected.abort();
    }
}

impl Stage for DingtalkStreamStage {
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
            let callback = self.callback(&utterance);
            let frame = self.fake.push(&callback).ok_or("没有 Stream 连接")?;
            let ack = self.fake.acked(&frame).await;
            self.sent.insert(utterance.msg_id, callback);
            // Nothing is said over the connection: the answer goes its own way.
            if ack["code"] == 200 { Ok(Vec::new()) } else { Err(format!("确认码 {}", ack["code"])) }
        })
    }

    fn heard(&mut self) -> Vec<Heard> {
        let all = self.fake.heard_anywhere();
        let fresh = all.get(self.seen..).unwrap_or_default().iter().map(|(place, heard)| {
            let to = match place {
                Place::Group(group) => Destination::Group(group.clone()),
                Place::Person(person) => Destination::Person(person.clone()),
            };
            let text = self.outside.told(heard.media.as_ref(), &heard.text);
            Heard { to, said: said(&text, &heard.buttons) }
        });
        let fresh = fresh.collect();
        self.seen = all.len();
        fresh
    }

    fn set_now(&mut self, now: EpochMs) {
        self.clock.hold(now);
        self.fake.set_now(now);
    }

    fn set_down(&mut self, down: bool) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            if std::mem::replace(&mut self.down, down) == down {
                return;
            }
            // What is said still arrives; what is answered does not.
            if down {
                self.fake.down().await;
            } else {
                self.fake.up().await;
            }
        })
    }

    fn repeats_answers(&self) -> bool {
        false
    }

    fn shows_buttons(&self) -> bool {
        false
    }
}

/// As a person reads it: marks that a card's markdown would swallow stand in it as their full-width twins.
fn said(text: &str, buttons: &[(String, String)]) -> Said {
    if buttons.is_empty() {
        return Said::text(text);
    }
    let plain = |c: char| match c {
        '＃' | '＞' | '－' | '＋' | '＊' | '｀' | '＜' | '［' | '］' | '～' | '｜' | '＼' => {
            char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c)
        }
        c => c,
    };
    Said::text(text.chars().map(plain).collect::<String>())
}
