//! DingTalk's enterprise robot over signed HTTP callbacks, posts over custom group robots.

use super::{BOT, Door, Named};
use crate::clock::Clock;
use crate::http::hooks::Doors;
use bot::outside::{Destination, Outside};
use bot::{Engine, Said};
use domain::EpochMs;
use futures_util::future::BoxFuture;
use platform::dingtalk::{
    AppKeys, DingtalkBot, DingtalkBotConfig, DingtalkOutside, DingtalkOutsideConfig, GroupHook, PLATFORM,
};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use story::{Heard, Room, Stage, Story, Utterance};
use testkit::fake::dingtalk::{self as fake, Callback, Caller, Door as Way, FakeDingtalk};

const SECRET: &str = "story-app-secret";
const ROBOT: &str = "dingstoryrobot";

pub(super) struct DingtalkStage {
    clock: Clock,
    fake: FakeDingtalk,
    caller: Caller,
    door: Door,
    down: bool,
    outside: Arc<Named>,
    sent: HashMap<String, Callback>,
    /// How much of each group's and person's messages was given out.
    seen: BTreeMap<(bool, String), usize>,
}

impl DingtalkStage {
    pub(super) async fn start(story: &Story, clock: Clock) -> anyhow::Result<Self> {
        let fake = FakeDingtalk::start().await;
        let mut config = DingtalkOutsideConfig { api_base: fake.base(), ..DingtalkOutsideConfig::default() };
        let mut seen = BTreeMap::new();
        for (index, group) in super::groups(story).into_iter().enumerate() {
            let (token, secret) = (format!("storytoken{index}"), format!("SECstory{index}"));
            fake.add_robot(&group, &token, Some(&secret));
            let hook = GroupHook { access_token: token.into(), sign_secret: Some(secret.into()) };
            config.groups.insert(group.clone(), hook);
            seen.insert((true, group), 0);
        }
        for person in super::people(story) {
            seen.insert((false, person), 0);
        }
        // Pictures and files go by the OpenAPI only.
        fake.add_app(ROBOT, SECRET);
        let keys = AppKeys {
            client_id: ROBOT.to_owned(),
            client_secret: SECRET.to_owned().into(),
            robot_code: ROBOT.to_owned(),
        };
        config.openapi_base = fake.base();
        config.apps.insert(BOT.to_owned(), keys);
        let outside = Named::new(DingtalkOutside::new(config)?.with_clock(clock.for_platforms()));
        let mut settings = DingtalkBotConfig::new(BOT, SECRET.to_owned().into());
        settings.robot_code = Some(ROBOT.to_owned());
        settings.session_hosts.push(fake.base());
        let mut doors = Doors::new(clock.clone());
        doors.add_dingtalk(DingtalkBot::new(settings));
        let door = Door::open(doors).await?;
        let caller = fake.caller(SECRET, ROBOT);
        Ok(Self { clock, fake, caller, door, down: false, outside, sent: HashMap::new(), seen })
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

impl Stage for DingtalkStage {
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
            let url = format!("http://{}/hooks/dingtalk/{BOT}", self.door.address);
            let mut request = self.door.client.post(url).body(callback.bytes());
            for (name, value) in callback.headers() {
                request = request.header(name, value);
            }
            let response = request.send().await.map_err(|error| error.without_url().to_string())?;
            if !response.status().is_success() {
                return Err(format!("回调得到 {}", response.status()));
            }
            let kind = response.headers().get("content-type").and_then(|value| value.to_str().ok());
            let kind = kind.unwrap_or_default().to_owned();
            let body = response.bytes().await.map_err(|error| error.without_url().to_string())?;
            let text = self.caller.hear(&callback, &kind, &body);
            self.sent.insert(utterance.msg_id, callback);
            Ok(text.map(Said::text).into_iter().collect())
        })
    }

    fn heard(&mut self) -> Vec<Heard> {
        let mut fresh: Vec<(i64, Heard)> = Vec::new();
        for ((in_group, name), seen) in &mut self.seen {
            let all = if *in_group { self.fake.heard_in(name) } else { self.fake.heard_by(name) };
            for fake::Heard { text, mentioned, door, at, media, .. } in all.get(*seen..).unwrap_or_default() {
                if *door == Way::Response {
                    continue;
                }
                // A word to one person that could only be said in the group still is a word to that person.
                let to = match mentioned.as_slice() {
                    [one] => Destination::Person(one.clone()),
                    _ if *in_group => Destination::Group(name.clone()),
                    _ => Destination::Person(name.clone()),
                };
                fresh.push((*at, Heard { to, said: Said::text(self.outside.told(media.as_ref(), text)) }));
            }
            *seen = all.len();
        }
        fresh.sort_by_key(|(at, _)| *at);
        fresh.into_iter().map(|(_, heard)| heard).collect()
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
            self.door.doors.set_answers_off(down);
            if down {
                self.fake.down().await;
            } else {
                self.fake.up().await;
            }
        })
    }

    fn shows_buttons(&self) -> bool {
        false
    }
}
