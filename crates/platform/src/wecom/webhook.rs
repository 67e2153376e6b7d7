//! Words that cannot go into the response to a callback (developer.work.weixin.qq.com path 91770 for the
//! group webhook 消息推送, path 101138 for `response_url`).
//!
//! A bot with a long connection speaks over that (`outlet.rs`) while it stands. In callback mode, and where the long
//! connection is gone, there are two ways out, and each parcel takes the first that is open to it:
//!
//! | for | first | then | else |
//! |---|---|---|---|
//! | a group | its webhook | the `response_url` of the message that is answered | dead |
//! | a person | the `response_url` of the message that is answered | a self-built app, else the group's webhook with a mention | dead |
//!
//! A `response_url` speaks into the chat that its message came from, the group as well as the private
//! chat. The outbox must give a parcel for a person only the one of that person's own private chat.
//!
//! WeCom has no idempotency key here: a call whose end was not seen may have been shown, and is reported
//! as [`Delivery::Unknown`] that is not safe to repeat. Addresses carry keys; no error text contains one.

use super::app_send::App;
use super::crypto;
use super::media;
use super::outlet;
use super::rejected::ConfigError;
use super::stream::conn::REQ;
use super::stream::{Link, Status};
use super::table;
use super::words::{as_markdown, clean, fit, split};
use super::{API_BASE, EpochMs, may_be_called};
use crate::Clock;
use crate::fetch;
use crate::http_client;
use crate::uploads::{self, Uploads};
use bot::message::SentFile;
use bot::outside::{Delivery, Destination, Fetched, Media, MediaKind, Outside, Parcel, Toll, within};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// A webhook's text (path 91770).
const TEXT_BYTES: usize = 2_048;
/// A webhook's `markdown_v2` (path 91770).
const TABLE_BYTES: usize = 4_096;
/// A `response_url`'s Markdown (path 101138).
const MARKDOWN_BYTES: usize = 20_480;
/// A longer text would use up a group's minute alone.
const MAX_POSTS: usize = 5;
/// One call.
const CALL: Duration = Duration::from_secs(6);
/// One upload.
const UPLOAD: Duration = Duration::from_secs(30);
/// All calls for one parcel together; below the 15 seconds that [`Outside::deliver`] promises.
const PATIENCE: Duration = Duration::from_secs(13);
/// With less time left there is no use in beginning a call.
const MIN_CALL: Duration = Duration::from_millis(100);
/// Answers are some fifty bytes; a proxy's error page is not read to its end.
const MAX_ANSWER: usize = 16 * 1024;
/// A minute's limit blocks for a minute (path 90454).
const FREQUENCY_WAIT_MS: EpochMs = 60_000;
const MINUTE: EpochMs = 60_000;
/// 30 a minute and 1000 an hour (path 101463), less a little: what waits for its acknowledgement arrives later.
const BUDGET: (u32, u32) = (28, 990);

/// The ways out that the administrator opened.
#[derive(Clone, Debug)]
pub struct WecomOutsideConfig {
    /// Usually [`super::API_BASE`].
    pub api_base: String,
    /// The key of each group's webhook by the group's chat id.
    pub groups: HashMap<String, SecretString>,
}

impl Default for WecomOutsideConfig {
    fn default() -> Self {
        Self { api_base: API_BASE.to_owned(), groups: HashMap::new() }
    }
}

/// WeCom as the outbox sender sees it.
pub struct WecomOutside {
    client: reqwest::Client,
    clock: Clock,
    api_base: String,
    // Whole addresses: path and key together are the secret.
    webhooks: HashMap<String, SecretString>,
    patience: Duration,
    // The long connections by bot.
    links: HashMap<String, Arc<Link>>,
    /// Messages in a conversation within a minute and within an hour.
    budget: (u32, u32),
    apps: Vec<App>,
    uploads: Uploads,
}

impl WecomOutside {
    /// Checks the settings and builds the client; the system's clock tells the time.
    pub fn new(config: WecomOutsideConfig) -> Result<Self, ConfigError> {
        let api_base = config.api_base.trim_end_matches('/').to_owned();
        let here = on_this_machine(&api_base);
        if !api_base.starts_with("https://") && !here {
            return Err(ConfigError::BadApiBase);
        }
        let client = http_client::client(CALL, here)
            .map_err(|error| ConfigError::NoClient { why: error.to_string() })?;
        let mut webhooks = HashMap::with_capacity(config.groups.len());
        for (chat, key) in config.groups {
            let key = key.expose_secret();
            if key.is_empty() || !key.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)) {
                return Err(ConfigError::BadWebhookKey { chat });
            }
            let url = format!("{api_base}/cgi-bin/webhook/send?key={key}");
            webhooks.insert(chat, SecretString::from(url));
        }
        Ok(Self {
            client,
            clock: crate::system_clock(),
            api_base,
            webhooks,
            patience: PATIENCE,
            links: HashMap::new(),
            budget: BUDGET,
            apps: Vec::new(),
            uploads: Uploads::default(),
        })
    }

    /// With another clock, which decides whether a `response_url` is still good.
    #[must_use]
    pub fn with_clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// With another allowance a conversation than the documented 30 a minute and 1000 an hour: for stories, whose clock
    /// stands still while people talk.
    #[must_use]
    pub fn with_budget(mut self, per_minute: u32, per_hour: u32) -> Self {
        self.budget = (per_minute, per_hour);
        self
    }

    /// With a self-built app: it says what is said under its own name, and to people whom no bot may write to.
    #[must_use]
    pub fn with_app(mut self, app: App) -> Self {
        self.apps.push(app);
        self
    }

    /// The app under whose name a person's message goes.
    fn own_app(&self, parcel: &Parcel) -> Option<&App> {
        self.apps.iter().find(|app| app.name() == parcel.bot)
    }

    /// With a bot's long connection, by which everything of that bot goes while it stands.
    #[must_use]
    pub fn with_link(mut self, link: Arc<Link>) -> Self {
        self.links.insert(link.bot().to_owned(), link);
        self
    }

    /// Gives up on a parcel after this time; at most the usual 13 seconds.
    #[must_use]
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience.min(PATIENCE);
        self
    }

    /// The connection by which a parcel goes now. A connection that has been away for long, or may not write to that
    /// group, leaves the parcel to the group's webhook, where there is one.
    fn open_link(&self, parcel: &Parcel) -> Option<&Arc<Link>> {
        let link = self.links.get(&parcel.bot)?;
        let group = match &parcel.to {
            Destination::Group(chat) => Some(chat),
            Destination::Person(_) => parcel.in_group.as_ref(),
        };
        let webhook = group.is_some_and(|chat| self.webhooks.contains_key(chat));
        let barred = matches!(&parcel.to, Destination::Group(chat) if link.is_barred(chat));
        let other_way = webhook || self.late_reply(parcel).is_some();
        (!other_way || !(barred || link.is_gone())).then_some(link)
    }

    /// Pictures and files: over the connection, by a group's webhook or by an app; elsewhere none can be shown.
    async fn deliver_media(&self, parcel: &Parcel, media: &Media) -> Delivery {
        if let Some(why) = media::misfit(media) {
            return Delivery::Dead { why };
        }
        let now = (self.clock)();
        let webhook = match &parcel.to {
            Destination::Group(chat) => self.webhooks.get(chat),
            Destination::Person(_) => None,
        };
        if let Some(link) = self.open_link(parcel) {
            let sending = outlet::deliver_media(link, &self.uploads, parcel, media, webhook.is_some(), now);
            let delivery = sending.await;
            return match (&delivery, &parcel.to, self.apps.first()) {
                (Delivery::Barred { .. }, Destination::Person(user), Some(app)) => {
                    app.deliver_media(&self.uploads, user, media).await
                }
                _ => delivery,
            };
        }
        let app = self.own_app(parcel).or(self.apps.first());
        match (&parcel.to, webhook, app) {
            (Destination::Group(_), Some(webhook), _) => self.post_media(webhook, media, now).await,
            (Destination::Person(user), _, Some(app)) => app.deliver_media(&self.uploads, user, media).await,
            _ => Delivery::Needless { why: "这条路发不了图片和文件，只发了文字".to_owned() },
        }
    }

    async fn post_media(&self, webhook: &SecretString, media: &Media, now: EpochMs) -> Delivery {
        let until = Instant::now() + PATIENCE;
        let url = webhook.expose_secret();
        if media.kind == MediaKind::Picture && media.bytes.len() <= media::WEBHOOK_PICTURE_BYTES {
            return self.post(url, &media::inline(media), until).await.into_delivery();
        }
        // The key is all that tells the webhooks apart, and only its digest is kept.
        let key = uploads::key(url, media);
        let (media_id, was_known) = {
            let mut ids = self.uploads.lock().await;
            match ids.get(&key, now) {
                Some(known) => (known, true),
                None => match self.upload(url, media).await {
                    Ok(media_id) => {
                        ids.keep(key, media_id.clone(), now + media::KEPT_MS);
                        (media_id, false)
                    }
                    Err(Call::Unseen(why)) => {
                        return Delivery::Retry { why: why.to_owned(), after: None };
                    }
                    Err(call) => return call.into_delivery(),
                },
            }
        };
        let call = self.post(url, &media::message("file", &media_id), Instant::now() + PATIENCE).await;
        self.uploads.settle(&key, was_known, call.into_delivery()).await
    }

    /// Uploads for one webhook; its id is worth nothing to another.
    async fn upload(&self, webhook: &str, media: &Media) -> Result<String, Call> {
        let url = webhook.replacen("/webhook/send?", "/webhook/upload_media?type=file&", 1);
        let (content_type, form) = media::form(media);
        let request = self.client.post(url).header("content-type", content_type).body(form).timeout(UPLOAD);
        let body = exchange(request).await?;
        let Ok(answer) = serde_json::from_slice::<Answer>(&body) else {
            return Err(Call::Unseen("企业微信的回应看不懂"));
        };
        match (Call::from_errcode(answer.errcode), answer.media_id) {
            (Call::Taken, Some(media_id)) => Ok(media_id),
            (Call::Taken, None) => Err(Call::Unseen("企业微信没有给出 media_id")),
            (call, _) => Err(call),
        }
    }

    async fn deliver_now(&self, parcel: &Parcel) -> Delivery {
        if let Some(media) = &parcel.media {
            return self.deliver_media(parcel, media).await;
        }
        if let Some(amend) = &parcel.amends {
            // Only an app's cards can be changed by whoever did not press them.
            return match (&parcel.to, self.own_app(parcel).or(self.apps.first())) {
                (Destination::Person(user), Some(app)) => app.amend(user, amend).await,
                _ => Delivery::Needless { why: "这张卡片改不了".to_owned() },
            };
        }
        if let Some(link) = self.open_link(parcel) {
            let webhook = matches!(&parcel.to, Destination::Group(chat) if self.webhooks.contains_key(chat));
            let delivery = outlet::deliver(link, parcel, webhook, self.patience).await;
            // What was refused was not shown, and an app needs nobody to have written first.
            return match (&delivery, &parcel.to, self.apps.first()) {
                (Delivery::Barred { .. }, Destination::Person(user), Some(app)) => {
                    app.deliver(user, parcel, self.patience).await
                }
                _ => delivery,
            };
        }
        if let (Destination::Person(user), Some(app)) = (&parcel.to, self.own_app(parcel)) {
            return app.deliver(user, parcel, self.patience).await;
        }
        let text = clean(parcel.said.typed());
        if text.trim().is_empty() {
            return Delivery::Dead { why: "没有内容可发".to_owned() };
        }
        let until = Instant::now() + self.patience;
        match &parcel.to {
            Destination::Group(chat) => {
                if let Some(webhook) = self.webhooks.get(chat) {
                    return self.post_text(webhook, &text, None, until).await;
                }
                match self.late_reply(parcel) {
                    Some(late) => match self.post_late(late, &text, until).await {
                        Call::Refused(code) => used_up(code, &no_way_to_group(chat)),
                        call => call.into_delivery(),
                    },
                    None => Delivery::Dead { why: no_way_to_group(chat) },
                }
            }
            Destination::Person(user) => {
                let webhook = parcel.in_group.as_ref().and_then(|chat| self.webhooks.get(chat));
                let late = match self.late_reply(parcel) {
                    Some(late) => Some(self.post_late(late, &text, until).await),
                    None => None,
                };
                match (late, self.apps.first(), webhook) {
                    // What WeCom refused was not shown, so another way may be tried at once.
                    (Some(Call::Refused(_)) | None, Some(app), _) => {
                        app.deliver(user, parcel, self.patience).await
                    }
                    (Some(Call::Refused(_)) | None, None, Some(webhook)) => {
                        self.post_text(webhook, &text, Some(user), until).await
                    }
                    (Some(Call::Refused(code)), None, None) => {
                        used_up(code, &no_way_to_person(parcel.in_group.as_deref()))
                    }
                    (Some(call), _, _) => call.into_delivery(),
                    (None, None, None) => {
                        Delivery::Dead { why: no_way_to_person(parcel.in_group.as_deref()) }
                    }
                }
            }
        }
    }

    fn late_reply<'a>(&self, parcel: &'a Parcel) -> Option<&'a str> {
        // The address lay in the store since it was checked, and it gets the message's words.
        let late = parcel.late_reply.as_ref()?;
        // Of a message that came over the long connection it stands behind that one's own way back.
        let url = match late.url.strip_prefix(REQ) {
            Some(req) => req.split_once(' ')?.1,
            None => &late.url,
        };
        ((self.clock)() < late.expires_at && may_be_called(url, &self.api_base)).then_some(url)
    }

    async fn post_late(&self, url: &str, text: &str, until: Instant) -> Call {
        let markdown = as_markdown(text);
        let message = Message::Markdown { markdown: Markdown { content: &fit(&markdown, MARKDOWN_BYTES) } };
        self.post(url, &message, until).await
    }

    async fn post_text(
        &self,
        webhook: &SecretString,
        text: &str,
        mention: Option<&str>,
        until: Instant,
    ) -> Delivery {
        let posts = Posts::of(text, mention.is_some());
        let count = posts.parts.len();
        for (index, part) in posts.parts.iter().enumerate() {
            let mentioned_list = mention.filter(|_| index == 0).map(|user| [user]);
            let message = if posts.with_tables {
                Message::MarkdownV2 { markdown_v2: Markdown { content: part } }
            } else {
                Message::Text { text: Text { content: part, mentioned_list } }
            };
            let call = self.post(webhook.expose_secret(), &message, until).await;
            if matches!(call, Call::Taken) {
                continue;
            }
            let delivery = call.into_delivery();
            if index == 0 {
                return delivery;
            }
            let why = format!("共 {count} 段，发出 {index} 段后中断：{}", delivery.why());
            return Delivery::Unknown { why, safe_to_repeat: false };
        }
        Delivery::Sent
    }

    async fn post(&self, url: &str, message: &impl Serialize, until: Instant) -> Call {
        let left = until.saturating_duration_since(Instant::now());
        if left < MIN_CALL {
            return Call::NotTaken { why: Cow::Borrowed("时间不够，未发出"), after: None };
        }
        // Beside the client's own time-out for one call: this one keeps the whole parcel within bounds.
        match tokio::time::timeout(left, self.call(url, message)).await {
            Ok(call) => call,
            Err(_) => Call::Unseen("等待企业微信回应超时"),
        }
    }

    async fn call(&self, url: &str, message: &impl Serialize) -> Call {
        match exchange(self.client.post(url).json(message)).await {
            Ok(body) => match serde_json::from_slice::<Answer>(&body) {
                Ok(answer) => Call::from_errcode(answer.errcode),
                Err(_) => Call::Unseen("企业微信的回应看不懂"),
            },
            Err(call) => call,
        }
    }
}

/// One call of WeCom's API; answers the body of its 200.
pub(super) async fn exchange(request: reqwest::RequestBuilder) -> Result<Vec<u8>, Call> {
    let mut response = match request.send().await {
        Ok(response) => response,
        // Errors of reqwest name the address, so nothing of them is passed on.
        Err(error) if error.is_connect() || error.is_builder() => {
            return Err(Call::NotTaken { why: Cow::Borrowed("连不上企业微信"), after: None });
        }
        Err(error) if error.is_timeout() => return Err(Call::Unseen("等待企业微信回应超时")),
        Err(_) => return Err(Call::Unseen("与企业微信的连接中断")),
    };
    let status = response.status();
    if status.is_server_error() {
        let why = Cow::Owned(format!("企业微信返回 HTTP {}", status.as_u16()));
        return Err(Call::NotTaken { why, after: None });
    }
    if status.as_u16() == 429 {
        let why = Cow::Borrowed("企业微信返回 HTTP 429");
        return Err(Call::NotTaken { why, after: Some(FREQUENCY_WAIT_MS) });
    }
    if !status.is_success() {
        return Err(Call::Barred(status.as_u16()));
    }
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() <= MAX_ANSWER => body.extend_from_slice(&chunk),
            Ok(None) => return Ok(body),
            Ok(Some(_)) | Err(_) => return Err(Call::Unseen("企业微信的回应没有读完")),
        }
    }
}

impl Outside for WecomOutside {
    fn deliver<'a>(&'a self, parcel: &'a Parcel) -> BoxFuture<'a, Delivery> {
        self.deliver_now(parcel).boxed()
    }

    fn tolls(&self, parcel: &Parcel) -> Vec<Toll> {
        let conversation = |tokens| of_conversation(&parcel.to, tokens, self.budget);
        if parcel.amends.is_some() {
            return Vec::new();
        }
        if self.open_link(parcel).is_some() {
            return vec![conversation(outlet::calls(parcel))];
        }
        let group = match &parcel.to {
            Destination::Group(chat) => Some(chat),
            Destination::Person(_) if self.apps.is_empty() => parcel.in_group.as_ref(),
            Destination::Person(_) => return vec![conversation(App::calls(parcel))],
        };
        match group.filter(|chat| self.webhooks.contains_key(*chat)) {
            // 20 (path 91770), less a little.
            Some(chat) => {
                let posts = match parcel.media {
                    Some(_) => 1,
                    None => {
                        let rings = matches!(parcel.to, Destination::Person(_));
                        Posts::of(&parcel.said.typed(), rings).parts.len()
                    }
                };
                let posts = u32::try_from(posts).unwrap_or(1);
                vec![Toll::per_minute(format!("webhook/{chat}"), 18, posts)]
            }
            None => vec![conversation(1)],
        }
    }

    fn fetch<'a>(&'a self, _bot: &'a str, file: &'a SentFile) -> BoxFuture<'a, Result<Fetched, String>> {
        async {
            let (name, sealed) = fetch::get(&self.client, &file.place).await?;
            let bytes = match &file.key {
                Some(key) => crypto::open_file(key, sealed).ok_or("文件解不开，请再发一次。")?,
                None => sealed,
            };
            Ok(Fetched { name, bytes })
        }
        .boxed()
    }

    fn name_of<'a>(&'a self, user: &'a str) -> Option<BoxFuture<'a, Option<String>>> {
        let app = self.apps.first()?;
        Some(app.name_of(user).boxed())
    }

    fn elsewhere(&self) -> Vec<String> {
        let others = self.links.values().filter(|link| link.status() == Status::Elsewhere);
        others.map(|link| link.bot().to_owned()).collect()
    }

    fn joins(&self) -> usize {
        // What a webhook takes in one post, too.
        TEXT_BYTES
    }

    fn per_minute(&self, to: &Destination) -> u32 {
        match to {
            // 20 (path 91770), less a little for a text that needs two posts.
            Destination::Group(chat) if self.webhooks.contains_key(chat) => 18,
            // What an AI bot may say in one conversation (path 101463).
            Destination::Group(_) | Destination::Person(_) => 30,
        }
    }
}

/// What messages to a conversation take of WeCom's allowance.
pub fn conversation(to: &Destination, tokens: u32) -> Toll {
    of_conversation(to, tokens, BUDGET)
}

fn of_conversation(to: &Destination, tokens: u32, (minutely, hourly): (u32, u32)) -> Toll {
    let bucket = match to {
        Destination::Group(id) => format!("group/{id}"),
        Destination::Person(id) => format!("person/{id}"),
    };
    Toll { bucket, rates: vec![within(minutely, MINUTE), within(hourly, 60 * MINUTE)], tokens }
}

impl fmt::Debug for WecomOutside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let groups: Vec<_> = self.webhooks.keys().collect();
        f.debug_struct("WecomOutside")
            .field("api_base", &self.api_base)
            .field("groups", &groups)
            .finish_non_exhaustive()
    }
}

/// How one call ended.
pub(super) enum Call {
    Taken,
    /// Counts as not shown; worth another try.
    NotTaken {
        why: Cow<'static, str>,
        after: Option<EpochMs>,
    },
    /// WeCom's own no.
    Refused(i64),
    /// An HTTP status with which nothing of WeCom's API answers.
    Barred(u16),
    /// The request went out and its end was not seen.
    Unseen(&'static str),
}

impl Call {
    /// The codes that these calls can meet (path 90455 全局错误码, 90454 访问频率限制). Decided by the code
    /// alone: `errmsg` changes, and carries addresses.
    pub(super) fn from_errcode(code: i64) -> Self {
        match code {
            0 => Self::Taken,
            -1 => Self::NotTaken { why: Cow::Borrowed("企业微信系统繁忙（-1）"), after: None },
            45009 => Self::NotTaken {
                why: Cow::Borrowed("超过企业微信的频率限制（45009）"),
                after: Some(FREQUENCY_WAIT_MS),
            },
            45033 => Self::NotTaken { why: Cow::Borrowed("同时调用太多（45033）"), after: None },
            code => Self::Refused(code),
        }
    }

    pub(super) fn into_delivery(self) -> Delivery {
        match self {
            Self::Taken => Delivery::Sent,
            Self::NotTaken { why, after } => Delivery::Retry { why: why.into_owned(), after },
            Self::Unseen(why) => Delivery::Unknown { why: why.to_owned(), safe_to_repeat: false },
            Self::Barred(status) => Delivery::Dead {
                why: format!("接口地址返回 HTTP {status}：请检查接口地址和代理设置"),
            },
            Self::Refused(code) => {
                let advice = match code {
                    93000 => "群的 Webhook key 无效：请在该群的「消息推送」里重新复制，并更新配置",
                    93006 => "群 ID 无效：请先在该群里 @ 一次机器人",
                    40058 => "参数不合规",
                    40008 => "消息类型不被接受",
                    44004 => "内容为空",
                    _ => "企业微信不接受这条消息，错误码的含义见其「全局错误码」页",
                };
                Delivery::Dead { why: format!("{advice}（{code}）") }
            }
        }
    }
}

/// What a webhook posts of a text.
struct Posts {
    parts: Vec<String>,
    /// As `markdown_v2`, which only clients from 4.1.36 on show as such, so nothing else goes this way.
    with_tables: bool,
}

impl Posts {
    /// `rings` where somebody is to be mentioned, which `markdown_v2` cannot.
    fn of(text: &str, rings: bool) -> Self {
        // `<@userid>` works inside the words: nobody may ring somebody by having the bot repeat it.
        let text = text.replace("<@", "＜@");
        let with_tables = !rings && !table::tables(&text).is_empty();
        let parts = if with_tables {
            split(&as_markdown(&text), TABLE_BYTES, MAX_POSTS)
        } else {
            split(&table::as_text(&text), TEXT_BYTES, MAX_POSTS)
        };
        Self { parts, with_tables }
    }
}

#[derive(Serialize)]
#[serde(tag = "msgtype", rename_all = "snake_case")]
enum Message<'a> {
    Text { text: Text<'a> },
    Markdown { markdown: Markdown<'a> },
    MarkdownV2 { markdown_v2: Markdown<'a> },
}

#[derive(Serialize)]
struct Text<'a> {
    content: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    mentioned_list: Option<[&'a str; 1]>,
}

#[derive(Serialize)]
struct Markdown<'a> {
    content: &'a str,
}

#[derive(Deserialize)]
struct Answer {
    errcode: i64,
    media_id: Option<String>,
}

/// A refused `response_url`: most likely another message has used its one call.
fn used_up(code: i64, otherwise: &str) -> Delivery {
    Delivery::Dead {
        why: format!("那条消息的回复地址已用过或已过期（{code}）；{otherwise}")
    }
}

fn no_way_to_group(chat: &str) -> String {
    format!(
        "企业微信回调模式不能主动发到群：请在群里添加「消息推送」，把它的 Webhook key 填到群 {chat} 的配置里"
    )
}

fn no_way_to_person(in_group: Option<&str>) -> String {
    match in_group {
        Some(chat) => format!(
            "企业微信回调模式不能主动私聊，群 {chat} 也没有配置 Webhook key：请在群里添加「消息推送」并填上 key"
        ),
        None => "企业微信回调模式不能主动私聊：请本人先给机器人发一条消息，一小时内可以回复".to_owned(),
    }
}

/// Plain http would show the key to the network, except to this machine's own.
fn on_this_machine(base: &str) -> bool {
    ["http://127.0.0.1:", "http://localhost:", "http://[::1]:"].iter().any(|local| {
        base.strip_prefix(local)
            .is_some_and(|port| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()))
    })
}
