//! WeCom's AI bot over encrypted callbacks, posts over group webhooks.

use super::{BOT, Door, Named};
use crate::clock::Clock;
use crate::http::hooks::Doors;
use bot::outside::{Destination, Outside};
use bot::{Engine, Said};
use domain::EpochMs;
use futures_util::future::BoxFuture;
use platform::wecom::{
    App, AppConfig, Kind, MAX_AGE_MS, PLATFORM, WecomBot, WecomBotConfig, WecomOutside, WecomOutsideConfig,
};
use std::collections::HashMap;
use std::sync::Arc;
use story::{Heard, Room, Stage, Story, Utterance};
use testkit::fake::wecom::{Callback, Caller, FakeWecom, Place, Way};

const TOKEN: &str = "storytoken2026";
const CORP: &str = "wwstory";
const APP_SECRET: &str = "story-app-secret";
const AGENT: i64 = 1_000_002;
/// Messages to a person a minute: a story's clock stands still while people talk.
const BUDGET: u32 = 1_000;
const AES_KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

pub(super) struct WecomStage {
    clock: Clock,
    fake: FakeWecom,
    caller: Caller,
    door: Door,
    down: bool,
    outside: Arc<Named>,
    /// The last message of each id, for a platform's repetition.
    sent: HashMap<String, Callback>,
    seen: usize,
}

impl WecomStage {
    pub(super) async fn start(story: &Story, clock: Clock) -> anyhow::Result<Self> {
        let fake = FakeWecom::start().await;
        let keys = super::groups(story).into_iter().map(|group| {
            let key = fake.add_webhook(&group);
            (group, key.into())
        });
        let config = WecomOutsideConfig { api_base: fake.api_base(), groups: keys.collect() };
        // Who has written nothing lately is reached by a self-built app only.
        let people = super::people(story);
        let people: Vec<&str> = people.iter().map(String::as_str).collect();
        fake.add_app(CORP, APP_SECRET, AGENT, &people);
        let app = AppConfig {
            name: "app".to_owned(),
            corp_id: CORP.to_owned(),
            agent_id: AGENT,
            secret: APP_SECRET.to_owned().into(),
            api_base: fake.api_base(),
        };
        let outside = WecomOutside::new(config)?
            .with_clock(clock.for_platforms())
            .with_budget(BUDGET, BUDGET)
            .with_app(App::new(app, clock.for_platforms())?);
        let outside = Named::new(outside);
        let mut doors = Doors::new(clock.clone());
        doors.add_wecom(WecomBot::new(WecomBotConfig {
            name: BOT.to_owned(),
            kind: Kind::AiBot,
            token: TOKEN.to_owned().into(),
            encoding_aes_key: AES_KEY.to_owned().into(),
            receive_id: String::new(),
            bot_names: vec!["咨询部助手".to_owned()],
            max_age_ms: MAX_AGE_MS,
            api_base: fake.api_base(),
        })?);
        let door = Door::open(doors).await?;
        let caller = FakeWecom::caller(TOKEN, AES_KEY, "");
        Ok(Self { clock, fake, caller, door, down: false, outside, sent: HashMap::new(), seen: 0 })
    }

    fn callback(&self, utterance: &Utterance, now: EpochMs) -> Callback {
        if let Some(sent) = self.sent.get(&utterance.msg_id) {
            return self.caller.again(sent, now);
        }
        match &utterance.chat {
            Room::Group(group) => {
                let url = self.fake.response_url(Place::Group(group.clone()));
                let text = format!("@咨询部助手 {}", utterance.text);
                self.caller.in_group(group, &utterance.who).with_response_url(url).text(&text, now)
            }
            Room::Private => {
                let url = self.fake.response_url(Place::Person(utterance.who.clone()));
                self.caller.in_private(&utterance.who).with_response_url(url).text(&utterance.text, now)
            }
        }
    }
}

impl Stage for WecomStage {
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
            let callback = self.callback(&utterance, self.clock.now());
            let url = format!("http://{}/hooks/wecom/{BOT}?{}", self.door.address, callback.query);
            let response = self.door.client.post(url).body(callback.body.clone()).send().await;
            let response = response.map_err(|error| error.without_url().to_string())?;
            if !response.status().is_success() {
                return Err(format!("回调得到 {}", response.status()));
            }
            let body = response.bytes().await.map_err(|error| error.without_url().to_string())?;
            let answer = self.caller.read(&callback, &body);
            self.sent.insert(utterance.msg_id, callback);
            Ok(answer
                .filter(|answer| !answer.text.is_empty())
                .map(|answer| Said::text(answer.text))
                .into_iter()
                .collect())
        })
    }

    fn heard(&mut self) -> Vec<Heard> {
        let shown = self.fake.shown();
        let fresh =
            shown.get(self.seen..).unwrap_or_default().iter().filter(|shown| shown.way != Way::Answer);
        let heard = fresh
            .map(|shown| {
                // A word to one person that could only be said in the group still is a word to that person.
                let to = match (&shown.place, shown.mentioned.as_slice()) {
                    (_, [one]) => Destination::Person(one.clone()),
                    (Place::Group(group), _) => Destination::Group(group.clone()),
                    (Place::Person(person), _) => Destination::Person(person.clone()),
                };
                let said = Said::text(self.outside.told(shown.media.as_ref(), &shown.text));
                let said = shown.buttons.iter().fold(said, |said, (label, key)| said.button(label, key));
                // Whoever cannot press types what a button says.
                Heard { to, said: Said::text(said.typed()) }
            })
            .collect();
        self.seen = shown.len();
        heard
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
                self.fake.go_down().await;
            } else {
                self.fake.come_up().await;
            }
        })
    }

    fn shows_buttons(&self) -> bool {
        false
    }
}
