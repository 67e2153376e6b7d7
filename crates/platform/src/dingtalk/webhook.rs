//! Speaking: a group's custom webhook, and the late reply that a message offers.
//!
//! # Which way a parcel takes
//!
//! | for | first | then |
//! |---|---|---|
//! | a group | its webhook | the late reply, where it has no webhook |
//! | a person | the late reply | in the parcel's group, with a mention; never when the parcel names no group |
//!
//! For a group the webhook comes first because it takes an idempotency key (`msgUuid`): after a broken connection
//! it can simply be asked again. A session takes none, so there an unclear end stays unclear. Where a late reply
//! leads, to the group or to the person alone, its address does not tell; whoever fills a parcel gives a
//! person's private words no late reply that a message in a group offered.
//!
//! A long parcel goes out as several messages. What was shown is not shown again when the session ends half-way:
//! the webhook takes up at the next page.

use super::encode::{self, Extras};
use super::pace::{PER_MINUTE, Pace};
use super::verdict::{Verdict, judge};
use super::{EpochMs, sign};
use crate::Clock;
use crate::http_client;
use bot::outside::{Delivery, Destination, Outside, Parcel};
use futures_util::future::BoxFuture;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Client, Url};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// Where DingTalk's webhooks live. DingTalk docs: custom robot.
const API_BASE: &str = "https://oapi.dingtalk.com";

/// One parcel's time, all its messages together: [`Outside::deliver`] promises some 15 seconds.
const PATIENCE: Duration = Duration::from_secs(12);

/// An answer is some 40 bytes; more than this is not DingTalk talking.
const ANSWER_LIMIT: usize = 64 * 1024;

/// A group's custom robot. DingTalk docs: custom robot, create.
#[derive(Clone, Debug)]
pub struct GroupHook {
    /// The webhook address's `access_token`.
    pub access_token: SecretString,
    /// The 加签 key (`SEC…`), where that is the robot's security setting.
    pub sign_secret: Option<SecretString>,
}

/// Where and as whom to speak.
#[derive(Clone, Debug)]
pub struct DingtalkOutsideConfig {
    /// `https://oapi.dingtalk.com`; another address is for tests, and plain http only on this very machine.
    pub api_base: String,
    /// The custom robot of each group, by the conversation id that the enterprise robot hears from it.
    pub groups: HashMap<String, GroupHook>,
}

impl Default for DingtalkOutsideConfig {
    fn default() -> Self {
        Self { api_base: API_BASE.to_owned(), groups: HashMap::new() }
    }
}

/// Why [`DingtalkOutside::new`] refuses.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The tokens travel in the address, so it has to be https.
    #[error("dingtalk api_base 要写成 https://…（http 只允许 127.0.0.1）")]
    Base,
    /// The HTTP client does not come up.
    #[error(transparent)]
    Client(#[from] http_client::HttpClientError),
}

/// DingTalk as the outbox sender sees it.
pub struct DingtalkOutside {
    client: Client,
    send_url: Url,
    groups: HashMap<String, (GroupHook, Pace)>,
    clock: Clock,
    patience: Duration,
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
}

impl DingtalkOutside {
    /// Checks the address and builds the client; the system's clock tells the time.
    pub fn new(config: DingtalkOutsideConfig) -> Result<Self, SetupError> {
        let base = Url::parse(&config.api_base).map_err(|_| SetupError::Base)?;
        let here = matches!(base.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
        if !(base.scheme() == "https" || base.scheme() == "http" && here) {
            return Err(SetupError::Base);
        }
        let send_url = base.join("/robot/send").map_err(|_| SetupError::Base)?;
        Ok(Self {
            client: http_client::client(PATIENCE, here)?,
            send_url,
            groups: config.groups.into_iter().map(|(id, hook)| (id, (hook, Pace::default()))).collect(),
            clock: crate::system_clock(),
            patience: PATIENCE,
        })
    }

    /// With another clock: it decides freshness of late replies, the signature's timestamp and the pace.
    #[must_use]
    pub fn with_clock(mut self, clock: Clock) -> Self {
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
        match &parcel.to {
            Destination::Group(group) => hook(group, None).or(session).into_iter().collect(),
            Destination::Person(person) => {
                let in_group =
                    parcel.in_group.as_deref().and_then(|group| hook(group, Some(person.as_str())));
                session.into_iter().chain(in_group).collect()
            }
        }
    }

    async fn deliver(&self, parcel: &Parcel) -> Delivery {
        let words = parcel.said.typed();
        let key = page_key(&parcel.key, 0);
        let mention = match &parcel.to {
            Destination::Person(person) => Some(person.as_str()),
            Destination::Group(_) => None,
        };
        // Cut once, for the dearest way: page numbers then mean the same on every way and at every try.
        let pages = encode::pages(&words, Extras { mention, uuid: Some(&key) });
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
        let mut pages = pages.into_iter().enumerate().peekable();
        let mut shown_in_session = false;
        'ways: for way in self.ways(parcel) {
            let mut mention = match way {
                Way::Hook { mention, .. } => mention,
                Way::Session(_) => None,
            };
            while let Some(&(number, page)) = pages.peek() {
                let verdict = match way {
                    Way::Session(url) => self.post_session(url, page, give_up_at).await,
                    Way::Hook { hook, pace, .. } => {
                        let key = page_key(&parcel.key, number);
                        let body = encode::text(page, Extras { mention, uuid: Some(&key) });
                        self.post_hook(hook, pace, body, give_up_at).await
                    }
                };
                let keyed = matches!(way, Way::Hook { .. });
                match verdict {
                    Verdict::Taken => {}
                    Verdict::SessionOver => continue 'ways,
                    Verdict::Never(why) | Verdict::SignAgain(why) => return Delivery::Dead { why },
                    Verdict::Later(why, _) if shown_in_session => {
                        let why = format!("前面的 {number} 段已发出，后面的没有：{why}");
                        return Delivery::Unknown { why, safe_to_repeat: false };
                    }
                    // A try again repeats all pages; DingTalk drops those that it knows by their key.
                    Verdict::Later(why, after) => return Delivery::Retry { why, after },
                    Verdict::Unclear(why) => {
                        return Delivery::Unknown { why, safe_to_repeat: keyed && !shown_in_session };
                    }
                }
                pages.next();
                // One ping per parcel is enough.
                mention = None;
                shown_in_session |= !keyed;
            }
            return Delivery::Sent;
        }
        Delivery::Dead { why: no_way(parcel) }
    }

    async fn post_session(&self, url: &str, page: &str, give_up_at: Instant) -> Verdict {
        let Ok(url) = Url::parse(url) else { return Verdict::SessionOver };
        self.post(url, encode::text(page, Extras::default()), give_up_at).await
    }

    async fn post_hook(&self, hook: &GroupHook, pace: &Pace, body: String, give_up_at: Instant) -> Verdict {
        let mut signed_again = false;
        loop {
            let now = (self.clock)();
            if let Err(after) = pace.take(now) {
                return Verdict::Later(format!("这个群的 webhook 一分钟内已发 {PER_MINUTE} 条"), Some(after));
            }
            match self.post(self.hook_url(hook, now), body.clone(), give_up_at).await {
                // The clock may have been set right meanwhile, or the first signature been long on its way.
                Verdict::SignAgain(_) if !signed_again && hook.sign_secret.is_some() => signed_again = true,
                // For a webhook this code, where it ever comes, means the token.
                Verdict::SessionOver => return Verdict::Never("access_token 不存在（钉钉 300001）".into()),
                verdict => return verdict,
            }
        }
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

    fn per_minute(&self, _to: &Destination) -> u32 {
        PER_MINUTE
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
