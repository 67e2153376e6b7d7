//! A self-built app's own words (developer.work.weixin.qq.com path 91039 for the token, 90236 for message/send): to one person,
//! at any time, whether or not he has ever written. For private notices where an AI bot may not write. And what the contacts
//! call somebody (path 96255), which no message of WeCom brings.

use super::card;
use super::media;
use super::table::as_text;
use super::webhook::{Call, exchange};
use super::words::{clean, split};
use crate::Clock;
use crate::http_client;
use crate::uploads::{self, Uploads};
use bot::EpochMs;
use bot::outside::{Amend, Delivery, Media, Parcel};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// Text of an app (path 90236), bytes.
const TEXT_BYTES: usize = 2_048;
/// A longer text would use up a person's minute alone.
const MAX_PARTS: usize = 5;
/// One call.
const CALL: Duration = Duration::from_secs(6);
/// One upload.
const UPLOAD: Duration = Duration::from_secs(30);
/// A token is fetched anew so long before it ends.
const EARLY_MS: EpochMs = 5 * 60 * 1_000;
/// What an admin has to mend first is tried again so late. Failing too often for a token blocks for an hour (a forum answer).
const MENDED_MS: EpochMs = 10 * 60 * 1_000;

/// A name is asked for again so late.
const NAME_MS: EpochMs = 24 * 60 * 60 * 1_000;
/// Names that are remembered.
const NAMES: usize = 1_000;
/// Longest name that is offered, in characters; the contacts allow 64.
const LONGEST_NAME: usize = 64;

/// Who speaks.
#[derive(Clone, Debug)]
pub struct AppConfig {
    /// The bot's name in this program.
    pub name: String,
    /// CorpID.
    pub corp_id: String,
    /// AgentId of the app.
    pub agent_id: i64,
    /// Secret of the app.
    pub secret: SecretString,
    /// Usually [`super::API_BASE`].
    pub api_base: String,
}

/// An app as the outbox sender uses it.
pub struct App {
    config: AppConfig,
    client: reqwest::Client,
    clock: Clock,
    // Held while a token is fetched: whoever else needs one waits for it.
    token: Mutex<Token>,
    /// What the contacts call people and until when that is believed; `None` where they would not say.
    names: Mutex<HashMap<String, (Option<String>, EpochMs)>>,
}

#[derive(Default)]
struct Token {
    value: Option<(SecretString, EpochMs)>,
    /// The credentials were refused with this code; not asked for again before.
    refused: Option<(i64, EpochMs)>,
}

#[derive(Deserialize)]
struct Granted {
    errcode: i64,
    #[serde(default)]
    errmsg: String,
    access_token: Option<String>,
    #[serde(default)]
    expires_in: i64,
}

#[derive(Deserialize)]
struct Answered {
    errcode: i64,
    #[serde(default)]
    errmsg: String,
    media_id: Option<String>,
    response_code: Option<String>,
    name: Option<String>,
}

impl App {
    /// Builds the client; asks for no token yet.
    ///
    /// # Errors
    /// When no client can be built.
    pub fn new(config: AppConfig, clock: Clock) -> Result<Self, super::ConfigError> {
        let here = config.api_base.starts_with("http://127.0.0.1:");
        if !config.api_base.starts_with("https://") && !here {
            return Err(super::ConfigError::BadApiBase);
        }
        let client = http_client::client(CALL, here)
            .map_err(|error| super::ConfigError::NoClient { why: error.to_string() })?;
        Ok(Self { config, client, clock, token: Mutex::default(), names: Mutex::default() })
    }

    /// The bot's name in this program.
    pub fn name(&self) -> &str {
        &self.config.name
    }

    /// What the contacts call somebody, for a newcomer who is asked his name; `None` where they do not say, which the log
    /// and `doctor` explain.
    pub(super) async fn name_of(&self, user: &str) -> Option<String> {
        let now = (self.clock)();
        if let Some((name, until)) = self.names.lock().await.get(user)
            && now < *until
        {
            return name.clone();
        }
        let (name, lasts) = match self.look_up(user).await {
            Ok(name) => (name, NAME_MS),
            Err(refusal) => {
                tracing::warn!(bot = self.name(), why = refusal.why(), "the contacts did not tell a name");
                (None, MENDED_MS)
            }
        };
        let mut names = self.names.lock().await;
        if names.len() >= NAMES {
            names.clear();
        }
        names.insert(user.to_owned(), (name.clone(), now + lasts));
        name
    }

    /// Whether the credentials, this machine's address and, with `user`, the app's visible range are in order.
    ///
    /// # Errors
    /// What an admin has to change, and where.
    pub async fn check(&self, user: Option<&str>) -> Result<(), String> {
        let checked = match user {
            Some(user) => self.look_up(user).await.map(|_| ()),
            None => self.token(None).await.map(|_| ()),
        };
        checked.map_err(|refusal| refusal.why().to_owned())
    }

    async fn look_up(&self, user: &str) -> Result<Option<String>, Delivery> {
        let path = format!("user/get?userid={}&", utf8_percent_encode(user, NON_ALPHANUMERIC));
        let answered = self.call(&path, |client, url| client.get(url)).await?;
        let name = answered.name.unwrap_or_default();
        let name: String = name.chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect();
        Ok(Some(name.trim().to_owned()).filter(|name| !name.is_empty()))
    }

    /// How many messages a parcel becomes.
    pub(super) fn calls(parcel: &Parcel) -> u32 {
        if parcel.media.is_some() {
            return 1;
        }
        u32::try_from(parts(parcel).len()).unwrap_or(1).max(1)
    }

    pub(super) async fn deliver(&self, user: &str, parcel: &Parcel, patience: Duration) -> Delivery {
        let until = Instant::now() + patience;
        let parts = parts(parcel);
        let count = parts.len();
        if count == 0 {
            return Delivery::Dead { why: "没有内容可发".to_owned() };
        }
        let mut shown = Delivery::Sent;
        for (index, part) in parts.into_iter().enumerate() {
            let sending = self.send(user, part);
            let outcome = match tokio::time::timeout_at(until, sending).await {
                Ok(Ok(Some(handle))) => {
                    shown = Delivery::Card { handle: Some(handle) };
                    continue;
                }
                Ok(outcome) => outcome,
                Err(_) => Err(Delivery::Unknown {
                    why: "等待企业微信回应超时".to_owned(),
                    safe_to_repeat: false,
                }),
            };
            let Err(delivery) = outcome else { continue };
            if index == 0 {
                return delivery;
            }
            let why = format!("共 {count} 段，发出 {index} 段后中断");
            return Delivery::Unknown { why, safe_to_repeat: false };
        }
        shown
    }

    /// Puts the outcome in a card's place (path 94888), by the code that the card was sent with: good once, for 72 hours.
    pub(super) async fn amend(&self, user: &str, amend: &Amend) -> Delivery {
        let Some(code) = &amend.handle else {
            return Delivery::Needless { why: "这张卡片改不了".to_owned() };
        };
        let body = json!({
            "userids": [user],
            "agentid": self.config.agent_id,
            "response_code": code,
            "template_card": card::settled(&amend.title, &amend.outcome, &amend.card),
        });
        match self.call("message/update_template_card?", |client, url| client.post(url).json(&body)).await {
            Ok(_) => Delivery::Sent,
            // Decoration: the outcome is said in words, too.
            Err(Delivery::Dead { why } | Delivery::Unknown { why, .. }) => Delivery::Needless { why },
            Err(delivery) => delivery,
        }
    }

    /// Shows a picture or a file by its upload's id.
    pub(super) async fn deliver_media(&self, uploads: &Uploads, user: &str, media: &Media) -> Delivery {
        let key = uploads::key(self.name(), media);
        let (media_id, was_known) = match self.upload(uploads, key, media).await {
            Ok(uploaded) => uploaded,
            // Nothing was shown yet, whatever was seen.
            Err(Delivery::Unknown { why, .. }) => return Delivery::Retry { why, after: None },
            Err(delivery) => return delivery,
        };
        let sent = self.send(user, media::message(media::word(media), &media_id)).await;
        uploads.settle(&key, was_known, sent.err().unwrap_or(Delivery::Sent)).await
    }

    /// The id, and whether it was known from before.
    async fn upload(
        &self,
        uploads: &Uploads,
        key: uploads::Key,
        media: &Media,
    ) -> Result<(String, bool), Delivery> {
        let mut ids = uploads.lock().await;
        let now = (self.clock)();
        if let Some(known) = ids.get(&key, now) {
            return Ok((known, true));
        }
        let path = format!("media/upload?type={}&", media::word(media));
        let (content_type, form) = media::form(media);
        let answer = self
            .call(&path, |client, url| {
                client.post(url).header("content-type", &content_type).body(form.clone()).timeout(UPLOAD)
            })
            .await?;
        let Some(media_id) = answer.media_id else {
            let why = "企业微信没有给出 media_id".to_owned();
            return Err(Delivery::Retry { why, after: None });
        };
        ids.keep(key, media_id.clone(), now + media::KEPT_MS);
        Ok((media_id, false))
    }

    /// One message; with a token that turns out to be worthless, once more with a new one.
    ///
    /// Answers by what a card is changed.
    async fn send(&self, user: &str, mut message: Value) -> Result<Option<String>, Delivery> {
        message["touser"] = user.into();
        message["agentid"] = self.config.agent_id.into();
        let sent = self.call("message/send?", |client, url| client.post(url).json(&message)).await?;
        Ok(sent.response_code)
    }

    /// One call at `path`, which ends where the next parameter is to stand; once more where the token is worthless.
    async fn call(
        &self,
        path: &str,
        request: impl Fn(&reqwest::Client, String) -> reqwest::RequestBuilder,
    ) -> Result<Answered, Delivery> {
        let mut worthless = None;
        loop {
            let token = self.token(worthless.as_ref()).await?;
            let value = utf8_percent_encode(token.expose_secret(), NON_ALPHANUMERIC);
            let url = format!("{}/cgi-bin/{path}access_token={value}", self.config.api_base);
            let body = exchange(request(&self.client, url)).await.map_err(Call::into_delivery)?;
            let Ok(answered) = serde_json::from_slice::<Answered>(&body) else {
                let why = "企业微信的回应看不懂".to_owned();
                return Err(Delivery::Unknown { why, safe_to_repeat: false });
            };
            match answered.errcode {
                0 => return Ok(answered),
                40014 | 42001 if worthless.is_none() => worthless = Some(token),
                code => return Err(refused(code, &answered.errmsg)),
            }
        }
    }

    /// The token, fetched once for all who wait for it. `worthless` is one that the platform does not take any more.
    async fn token(&self, worthless: Option<&SecretString>) -> Result<SecretString, Delivery> {
        let mut token = self.token.lock().await;
        let now = (self.clock)();
        let is_worthless =
            |known: &SecretString| worthless.is_some_and(|bad| bad.expose_secret() == known.expose_secret());
        if let Some((known, until)) = &token.value
            && now < *until
            && !is_worthless(known)
        {
            return Ok(known.clone());
        }
        if let Some((code, until)) = token.refused
            && now < until
        {
            return Err(refused(code, ""));
        }
        let AppConfig { api_base, corp_id, secret, .. } = &self.config;
        let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let (corp_id, secret) = (encoded(corp_id), encoded(secret.expose_secret()));
        let url = format!("{api_base}/cgi-bin/gettoken?corpid={corp_id}&corpsecret={secret}");
        let request = self.client.get(url);
        // Nothing was shown yet, whatever happens here.
        let again = |why: Cow<'static, str>| Delivery::Retry { why: why.into_owned(), after: None };
        let body = exchange(request).await.map_err(|call| match call {
            Call::Unseen(why) => again(Cow::Borrowed(why)),
            call => call.into_delivery(),
        })?;
        let granted: Granted =
            serde_json::from_slice(&body).map_err(|_| again(Cow::Borrowed("企业微信的回应看不懂")))?;
        match (granted.errcode, granted.access_token) {
            (0, Some(value)) => {
                let value = SecretString::from(value);
                let lasts = granted.expires_in.saturating_mul(1_000).saturating_sub(EARLY_MS).max(0);
                *token = Token { value: Some((value.clone(), now + lasts)), refused: None };
                Ok(value)
            }
            (0, None) => Err(again(Cow::Borrowed("企业微信没有给出 access_token"))),
            (code, _) => {
                let delivery = refused(code, &granted.errmsg);
                if matches!(code, 40001 | 40013 | 40091) {
                    token.refused = Some((code, now + MENDED_MS));
                }
                Err(delivery)
            }
        }
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("config", &self.config).finish_non_exhaustive()
    }
}

fn parts(parcel: &Parcel) -> Vec<Value> {
    let words = |text: &str| -> Vec<Value> {
        let text = clean(text.to_owned());
        if text.trim().is_empty() {
            return Vec::new();
        }
        let parts = split(&as_text(&text), TEXT_BYTES, MAX_PARTS).into_iter();
        parts.map(|part| json!({ "msgtype": "text", "text": { "content": part } })).collect()
    };
    match card::card(&parcel.said, &parcel.key) {
        Some(shown) => {
            let mut parts = shown.before.as_deref().map(words).unwrap_or_default();
            parts.push(json!({ "msgtype": "template_card", "template_card": shown.card }));
            parts
        }
        None => words(&parcel.said.typed()),
    }
}

/// What the platform's no means, in words for the admin. Of its own words only the address of this machine is taken.
fn refused(code: i64, errmsg: &str) -> Delivery {
    let later = |why: String| Delivery::Retry { why, after: Some(MENDED_MS) };
    match code {
        40001 | 40091 => later(format!(
            "应用的 Secret 不对（{code}）：管理后台 → 应用管理 → 该应用 → Secret，重新复制，更新配置"
        )),
        40013 => {
            later(format!("企业 ID 不对（{code}）：管理后台 → 我的企业 → 企业 ID，更新配置的 receive_id"))
        }
        60020 => {
            let ip = errmsg.split_once("from ip:").map_or("", |(_, rest)| rest.trim_start());
            let ip: String =
                ip.chars().take_while(|c| c.is_ascii_hexdigit() || matches!(c, '.' | ':')).collect();
            later(format!(
                "本机的出口 IP {ip} 不在企业可信 IP 里（{code}）：管理后台 → 应用管理 → 该应用 → 企业可信IP，加上它"
            ))
        }
        81013 | 40003 => Delivery::Dead {
            why: format!(
                "这个账号收不到应用消息（{code}）：管理后台 → 应用管理 → 该应用 → 可见范围，加上他；离职的请在本程序里停用"
            ),
        },
        60011 | 60111 => Delivery::Dead {
            why: format!(
                "应用看不到这个账号（{code}）：管理后台 → 应用管理 → 该应用 → 可见范围，加上他；离职的请在本程序里停用"
            ),
        },
        code => match Call::from_errcode(code) {
            Call::Refused(code) => Delivery::Dead {
                why: format!("企业微信不接受这条应用消息，错误码的含义见其「全局错误码」页（{code}）"),
            },
            call => call.into_delivery(),
        },
    }
}
