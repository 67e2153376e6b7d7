//! Speaking: a group's custom webhook, the late reply that a message offers, and the OpenAPI.
//!
//! # Which way a parcel takes
//!
//! | for | first | then |
//! |---|---|---|
//! | a group | its webhook; where it has none, the late reply | the OpenAPI, where the robot's keys are known |
//! | a person | the late reply | the OpenAPI, in private; in the parcel's group with a mention, when it names one |
//!
//! For a group the webhook comes first because it takes an idempotency key (`msgUuid`): after a broken connection
//! it can simply be asked again. A session and the OpenAPI take none, so there an unclear end stays unclear. Where a late
//! reply leads, to the group or to the person alone, its address does not tell; whoever fills a parcel gives a
//! person's private words no late reply that a message in a group offered.
//!
//! A long parcel goes out as several messages. What was shown is not shown again when one way ends half-way:
//! the next takes up at the next page.
//!
//! A way that will never work (a webhook that was deleted, a person whom the robot may not write to) gives the next one its
//! turn, and is told in the log.

use super::card;
use super::card_http::{CardCallback, Route};
use super::encode::{self, Extras, Page};
use super::media;
use super::openapi::OpenApi;
use super::pace::{PER_MINUTE, Pace};
use super::verdict::{Verdict, judge};
use super::{AppKeys, EpochMs, Links, Meter, SetupError, Spent, Unmetered, sign};
use crate::Clock;
use crate::fetch;
use crate::http_client;
use crate::uploads::Uploads;
use bot::message::SentFile;
use bot::outside::{Amend, Delivery, Destination, Fetched, Media, Outside, Parcel, Toll};
use futures_util::future::BoxFuture;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Client, Method, Url};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Where DingTalk's webhooks live. DingTalk docs: custom robot.
const API_BASE: &str = "https://oapi.dingtalk.com";

/// One parcel's time, all its messages together: [`Outside::deliver`] promises some 15 seconds.
const PATIENCE: Duration = Duration::from_secs(12);

/// The same with something to be uploaded.
const UPLOAD: Duration = Duration::from_secs(40);

/// Asking where a sent file lies.
const FETCH: Duration = Duration::from_secs(3);

/// An answer is some 40 bytes; more than this is not DingTalk talking.
const ANSWER_LIMIT: usize = 64 * 1024;

/// When the month's allowance is gone, the next look.
const NEXT_LOOK_MS: EpochMs = 60 * 60 * 1_000;

/// Messages a minute to one destination by a session or the OpenAPI: no limit is documented, so this only keeps a mistake of
/// ours from flooding a chat. The calls of a second are counted with the app.
const DIRECT_PER_MINUTE: u32 = 120;

/// Posts a minute to one destination while the allowance is short: so few that what waits is joined. Answers do not wait.
const THRIFTY_PER_MINUTE: u32 = 8;

/// The longest text that waiting messages are joined to, bytes.
const JOINED: usize = 6_000;

/// A group's custom robot. DingTalk docs: custom robot, create.
#[derive(Clone, Debug)]
pub struct GroupHook {
    /// The webhook address's `access_token`.
    pub access_token: SecretString,
    /// The 加签 key (`SEC…`), where that is the robot's security setting.
    pub sign_secret: Option<SecretString>,
}

/// Where and as whom to speak.
#[derive(Clone)]
pub struct DingtalkOutsideConfig {
    /// `https://oapi.dingtalk.com`, for webhooks; another address is for tests, and plain http only on this very machine.
    pub api_base: String,
    /// [`super::stream::API_BASE`], for the OpenAPI; the same.
    pub openapi_base: String,
    /// The custom robot of each group, by the conversation id that the enterprise robot hears from it.
    pub groups: HashMap<String, GroupHook>,
    /// The keys of enterprise robots by the bot's name: those can speak first.
    pub apps: HashMap<String, AppKeys>,
    /// Where buttons become links, by the bot's name.
    pub links: HashMap<String, Links>,
    /// The template of interactive cards for a decision (`….schema`), by the name of a bot that hears the taps.
    pub cards: HashMap<String, String>,
    /// Where taps go that no Stream connection hears, by the bot's name.
    pub card_callbacks: HashMap<String, CardCallback>,
    /// Counts what is spent.
    pub meter: Arc<dyn Meter>,
}

impl Default for DingtalkOutsideConfig {
    fn default() -> Self {
        Self {
            api_base: API_BASE.to_owned(),
            openapi_base: super::stream::API_BASE.to_owned(),
            groups: HashMap::new(),
            apps: HashMap::new(),
            links: HashMap::new(),
            cards: HashMap::new(),
            card_callbacks: HashMap::new(),
            meter: Arc::new(Unmetered),
        }
    }
}

/// DingTalk as the outbox sender sees it.
pub struct DingtalkOutside {
    client: Client,
    send_url: Url,
    groups: HashMap<String, (GroupHook, Pace)>,
    api: OpenApi,
    links: HashMap<String, Links>,
    cards: HashMap<String, String>,
    routes: HashMap<String, Route>,
    meter: Arc<dyn Meter>,
    clock: Clock,
    patience: Duration,
    uploads: Uploads,
}

impl std::fmt::Debug for DingtalkOutside {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DingtalkOutside").field("groups", &self.groups.keys()).finish_non_exhaustive()
    }
}

/// One of the ways that a parcel may go.
#[derive(Clone, Copy)]
enum Way<'a> {
    Session(&'a str),
    Hook { hook: &'a GroupHook, pace: &'a Pace, mention: Option<&'a str> },
    Api,
}

impl DingtalkOutside {
    /// Checks the address and builds the client; the system's clock tells the time.
    pub fn new(config: DingtalkOutsideConfig) -> Result<Self, SetupError> {
        let (base, here) = super::checked_base(&config.api_base)?;
        let send_url = base.join("/robot/send").map_err(|_| SetupError::Base)?;
        let (openapi_base, openapi_here) = super::checked_base(&config.openapi_base)?;
        let (clock, meter) = (crate::system_clock(), config.meter);
        let client = http_client::client(PATIENCE, openapi_here)?;
        let api = OpenApi::new(client, openapi_base, config.apps, Arc::clone(&clock), Arc::clone(&meter));
        Ok(Self {
            client: http_client::client(PATIENCE, here)?,
            send_url,
            groups: config.groups.into_iter().map(|(id, hook)| (id, (hook, Pace::default()))).collect(),
            api,
            links: config.links,
            cards: config.cards,
            routes: config.card_callbacks.into_iter().map(|(bot, to)| (bot, Route::new(to))).collect(),
            meter,
            clock,
            patience: PATIENCE,
            uploads: Uploads::default(),
        })
    }

    /// With another clock: it decides freshness of late replies, the signature's timestamp and the pace.
    #[must_use]
    pub fn with_clock(mut self, clock: Clock) -> Self {
        self.api.set_clock(Arc::clone(&clock));
        self.clock = clock;
        self
    }

    /// Gives up on a parcel after this time; at most the usual 12 seconds.
    #[must_use]
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience.min(PATIENCE);
        self
    }

    fn ways<'a>(&'a self, parcel: &'a Parcel) -> Vec<Way<'a>> {
        let now = (self.clock)();
        let session = parcel.late_reply.as_ref().filter(|late| now < late.expires_at);
        let session = session.map(|late| Way::Session(&late.url));
        let hook = |group: &str, mention| {
            self.groups.get(group).map(|(hook, pace)| Way::Hook { hook, pace, mention })
        };
        let api = self.api.knows(&parcel.bot).then_some(Way::Api);
        match &parcel.to {
            Destination::Group(group) => hook(group, None).or(session).into_iter().chain(api).collect(),
            Destination::Person(person) => {
                let in_group =
                    parcel.in_group.as_deref().and_then(|group| hook(group, Some(person.as_str())));
                session.into_iter().chain(api).chain(in_group).collect()
            }
        }
    }

    /// As a card, where it asks for a decision and a template is there. `None` when it is to go as words: a card that
    /// cannot be delivered must keep nobody from deciding.
    async fn as_card(&self, parcel: &Parcel, give_up_at: Instant) -> Option<Delivery> {
        let template = self.cards.get(&parcel.bot).filter(|_| card::fits(&parcel.said))?;
        let (api, bot) = (&self.api, &parcel.bot);
        let route = self.routes.get(bot);
        let ready = match route {
            Some(route) => route.ready(api, bot, give_up_at).await,
            None => Ok(()),
        };
        let verdict = match ready {
            Ok(()) => {
                let form = card::Form { template, track: &parcel.key, route: route.map(Route::key) };
                card::deliver(api, bot, form, &parcel.to, &parcel.said, give_up_at).await
            }
            Err(verdict) => verdict,
        };
        Some(match verdict {
            Verdict::Taken => Delivery::Card { handle: None },
            Verdict::Later(why, after) => Delivery::Retry { why, after },
            // A card is known by its name: asked for again it is not shown twice.
            Verdict::Unclear(why) => Delivery::Unknown { why, safe_to_repeat: true },
            Verdict::Never(why) | Verdict::Spent(why) | Verdict::SignAgain(why) => {
                tracing::warn!(outbox = parcel.id, why, "no card, so words");
                return None;
            }
            Verdict::SessionOver => return None,
        })
    }

    /// Pictures and files: two calls each, so they are left out while the month's allowance is short.
    async fn deliver_media(&self, parcel: &Parcel, media: &Media) -> Delivery {
        if !self.api.knows(&parcel.bot) {
            return Delivery::Needless { why: encode::NO_MEDIA.to_owned() };
        }
        if self.meter.is_short(Spent::Api) {
            return Delivery::Needless {
                why: "本月的钉钉接口额度不多了，只发了文字".to_owned()
            };
        }
        let (now, give_up_at) = ((self.clock)(), Instant::now() + UPLOAD);
        media::deliver(&self.api, &self.send_url, &self.uploads, parcel, media, now, give_up_at).await
    }

    /// Decoration, one call each: left out while the month's allowance is short.
    async fn amend(&self, parcel: &Parcel, amend: &Amend) -> Delivery {
        if self.meter.is_short(Spent::Api) {
            return Delivery::Needless {
                why: "本月的钉钉接口额度不多了，卡片不改".to_owned()
            };
        }
        let give_up_at = Instant::now() + self.patience;
        match card::amend(&self.api, &parcel.bot, amend, give_up_at).await {
            Verdict::Taken => Delivery::Sent,
            Verdict::Later(why, after) => Delivery::Retry { why, after },
            // The same twice is the same.
            Verdict::Unclear(why) => Delivery::Retry { why, after: None },
            Verdict::Never(why) | Verdict::Spent(why) | Verdict::SignAgain(why) => Delivery::Needless { why },
            Verdict::SessionOver => Delivery::Needless { why: "这张卡片改不了".to_owned() },
        }
    }

    async fn deliver(&self, parcel: &Parcel) -> Delivery {
        if let Some(media) = &parcel.media {
            return self.deliver_media(parcel, media).await;
        }
        if let Some(amend) = &parcel.amends {
            return self.amend(parcel, amend).await;
        }
        let words = parcel.said.typed();
        let key = page_key(&parcel.key, 0);
        let (mention, private) = match &parcel.to {
            Destination::Person(person) => (Some(person.as_str()), true),
            Destination::Group(_) => (None, false),
        };
        let links = self.links.get(&parcel.bot).is_some_and(|links| links.are_shown(private));
        // Cut once, for the dearest way: page numbers then mean the same on every way and at every try.
        let pages = encode::pages(&words, &parcel.said.buttons, Extras { mention, uuid: Some(&key) });
        if pages.is_empty() {
            return Delivery::Dead { why: "消息没有内容".into() };
        }
        // More than a minute holds would begin at the first page at every try, and never reach the last.
        if pages.len() > PER_MINUTE as usize {
            return Delivery::Dead {
                why: format!("消息太长（{} 段），群里发不下，请改用导出", pages.len())
            };
        }

        let give_up_at = Instant::now() + self.patience;
        if let Some(delivery) = self.as_card(parcel, give_up_at).await {
            return delivery;
        }
        let mut pages = pages.into_iter().enumerate().peekable();
        let mut shown_unkeyed = false;
        let mut never = None;
        let mut later = None;
        'ways: for way in self.ways(parcel) {
            let mut mention = match way {
                Way::Hook { mention, .. } => mention,
                Way::Session(_) | Way::Api => None,
            };
            while let Some(&(number, page)) = pages.peek() {
                let verdict = match way {
                    Way::Session(url) => self.post_session(url, page, links, give_up_at).await,
                    Way::Hook { hook, pace, .. } => {
                        let key = page_key(&parcel.key, number);
                        // A custom robot hears nothing, so a link of its would say something to nobody.
                        let body = page.body(false, Extras { mention, uuid: Some(&key) });
                        self.post_hook(hook, pace, body, give_up_at).await
                    }
                    Way::Api => self.post_api(parcel, page, links, give_up_at).await,
                };
                let keyed = matches!(way, Way::Hook { .. });
                match verdict {
                    Verdict::Taken => {}
                    Verdict::SessionOver => continue 'ways,
                    Verdict::Never(why) | Verdict::SignAgain(why) => {
                        tracing::warn!(outbox = parcel.id, why, "a way to DingTalk is closed");
                        never = never.or(Some(why));
                        continue 'ways;
                    }
                    Verdict::Spent(why) => {
                        tracing::error!(outbox = parcel.id, why, "DingTalk's monthly quota is used up");
                        later = later.or(Some(why));
                        continue 'ways;
                    }
                    Verdict::Later(why, _) if shown_unkeyed => {
                        let why = format!("前面的 {number} 段已发出，后面的没有：{why}");
                        return Delivery::Unknown { why, safe_to_repeat: false };
                    }
                    // A try again repeats all pages; DingTalk drops those that it knows by their key.
                    Verdict::Later(why, after) => return Delivery::Retry { why, after },
                    Verdict::Unclear(why) => {
                        return Delivery::Unknown { why, safe_to_repeat: keyed && !shown_unkeyed };
                    }
                }
                pages.next();
                // One ping per parcel is enough.
                mention = None;
                shown_unkeyed |= !keyed;
            }
            return Delivery::Sent;
        }
        match (never, later) {
            (_, Some(why)) if !shown_unkeyed => Delivery::Retry { why, after: Some(NEXT_LOOK_MS) },
            (_, Some(why)) => Delivery::Unknown { why, safe_to_repeat: false },
            (Some(why), None) => Delivery::Dead { why },
            (None, None) => Delivery::Dead { why: no_way(parcel) },
        }
    }

    async fn post_session(&self, url: &str, page: Page<'_>, links: bool, give_up_at: Instant) -> Verdict {
        let Ok(url) = Url::parse(url) else { return Verdict::SessionOver };
        self.meter.spend(Spent::Push);
        self.post(url, page.body(links, Extras::default()), give_up_at).await
    }

    async fn post_api(&self, parcel: &Parcel, page: Page<'_>, links: bool, give_up_at: Instant) -> Verdict {
        let said = page.keyed(links);
        match &parcel.to {
            Destination::Group(group) => self.api.to_group(&parcel.bot, group, &said, give_up_at).await,
            Destination::Person(person) => self.api.to_person(&parcel.bot, person, &said, give_up_at).await,
        }
    }

    async fn post_hook(&self, hook: &GroupHook, pace: &Pace, body: String, give_up_at: Instant) -> Verdict {
        let mut signed_again = false;
        loop {
            let now = (self.clock)();
            if let Err(after) = pace.take(now) {
                return Verdict::Later(format!("这个群的 webhook 一分钟内已发 {PER_MINUTE} 条"), Some(after));
            }
            self.meter.spend(Spent::Push);
            match self.post(self.hook_url(hook, now), body.clone(), give_up_at).await {
                // The clock may have been set right meanwhile, or the first signature been long on its way.
                Verdict::SignAgain(_) if !signed_again && hook.sign_secret.is_some() => signed_again = true,
                // For a webhook this code, where it ever comes, means the token.
                Verdict::SessionOver => return Verdict::Never("access_token 不存在（钉钉 300001）".into()),
                verdict => return verdict,
            }
        }
    }

    /// Whether most of one of the month's allowances is gone.
    fn is_short(&self) -> bool {
        self.meter.is_short(Spent::Api) || self.meter.is_short(Spent::Push)
    }

    fn hook_url(&self, hook: &GroupHook, now: EpochMs) -> Url {
        let token = utf8_percent_encode(hook.access_token.expose_secret(), NON_ALPHANUMERIC);
        let mut query = format!("access_token={token}");
        if let Some(secret) = &hook.sign_secret {
            query.push('&');
            query.push_str(&sign::webhook_query(secret, now));
        }
        let mut url = self.send_url.clone();
        url.set_query(Some(&query));
        url
    }

    /// One request. Its words never hold the address: that carries the token, the signature or the session.
    async fn post(&self, url: Url, body: String, give_up_at: Instant) -> Verdict {
        let patience = give_up_at.saturating_duration_since(Instant::now());
        if patience.is_zero() {
            return Verdict::Later("钉钉太慢，还没发完".into(), None);
        }
        let request = self.client.post(url).header("content-type", encode::CONTENT_TYPE).body(body);
        let mut response = match request.timeout(patience).send().await {
            Ok(response) => response,
            Err(error) if error.is_connect() || error.is_builder() => {
                return Verdict::Later(format!("连不上钉钉：{}", error.without_url()), None);
            }
            Err(error) => return Verdict::Unclear(format!("钉钉没有回答：{}", error.without_url())),
        };
        let status = response.status().as_u16();
        let mut answer = Vec::new();
        while answer.len() < ANSWER_LIMIT {
            match response.chunk().await {
                Ok(Some(chunk)) => answer.extend_from_slice(&chunk),
                Ok(None) => break,
                Err(error) => return Verdict::Unclear(format!("钉钉的回答断了：{}", error.without_url())),
            }
        }
        judge(status, &answer)
    }
}

impl Outside for DingtalkOutside {
    fn deliver<'a>(&'a self, parcel: &'a Parcel) -> BoxFuture<'a, Delivery> {
        Box::pin(self.deliver(parcel))
    }

    fn per_minute(&self, to: &Destination) -> u32 {
        match to {
            Destination::Group(group) if self.groups.contains_key(group) => PER_MINUTE,
            _ => DIRECT_PER_MINUTE,
        }
    }

    /// A webhook's allowance is its own, whomever it speaks to.
    fn tolls(&self, parcel: &Parcel) -> Vec<Toll> {
        let (bucket, most) = match (self.ways(parcel).first(), &parcel.to) {
            (Some(Way::Hook { hook, .. }), _) if parcel.media.is_none() && parcel.amends.is_none() => {
                // The token is a secret, and the bucket's name is kept.
                let digest = Sha256::digest(hook.access_token.expose_secret());
                (format!("hook/{}", hex::encode(&digest[..8])), PER_MINUTE)
            }
            (_, Destination::Group(id)) => (format!("group/{id}"), DIRECT_PER_MINUTE),
            (_, Destination::Person(id)) => (format!("person/{id}"), DIRECT_PER_MINUTE),
        };
        let thrifty = parcel.late_reply.is_none() && self.is_short();
        vec![Toll::per_minute(bucket, if thrifty { THRIFTY_PER_MINUTE } else { most }, 1)]
    }

    /// A code is changed for an address first. DingTalk docs: download the file of a robot's message.
    fn fetch<'a>(&'a self, bot: &'a str, file: &'a SentFile) -> BoxFuture<'a, Result<Fetched, String>> {
        Box::pin(async move {
            let Some(robot) = self.api.robot_code(bot) else {
                return Err("这里收不了文件。".to_owned());
            };
            let body = json!({ "downloadCode": file.place, "robotCode": robot });
            let (path, give_up_at) = ("/v1.0/robot/messageFiles/download", Instant::now() + FETCH);
            let answer = self.api.call(bot, Method::POST, path, &body, give_up_at).await;
            let answer = answer.map_err(|verdict| {
                tracing::warn!(?verdict, "a file could not be fetched");
                "文件没有取到，请再发一次。".to_owned()
            })?;
            let (_, bytes) =
                fetch::get(&self.client, answer["downloadUrl"].as_str().unwrap_or_default()).await?;
            Ok(Fetched { name: None, bytes })
        })
    }

    fn joins(&self) -> usize {
        if self.is_short() { JOINED } else { 0 }
    }
}

/// `msgUuid` of a page: the same at every try and on every instance, of one shape whatever the key looks like.
fn page_key(parcel_key: &str, number: usize) -> String {
    let digest =
        Sha256::new().chain_update(parcel_key).chain_update(":").chain_update(number.to_string()).finalize();
    hex::encode(&digest[..16])
}

/// Why a parcel has nowhere to go, and what would give it a way.
fn no_way(parcel: &Parcel) -> String {
    let whose = match (&parcel.to, &parcel.in_group) {
        (Destination::Group(group), _) => format!("群 {group} "),
        (Destination::Person(_), Some(group)) => format!("群 {group}（本想在群里 @ 本人）"),
        (Destination::Person(person), None) => {
            return format!(
                "{person} 的私聊消息发不出：钉钉 webhook 不能主动私聊，只能在本人私聊机器人后的一个多小时内回复。\
                 请当面转告，或请本人先私聊机器人一句"
            );
        }
    };
    format!(
        "{whose}没有配置 webhook：请在群里添加自定义机器人（安全设置选「加签」），把 access_token 和密钥写进配置"
    )
}
