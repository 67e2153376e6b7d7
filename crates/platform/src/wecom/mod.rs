//! WeCom (企业微信) by callbacks: what it posts to us is verified and decoded, the answer goes back in
//! the same response, encrypted; later words go through a group's webhook or the message's own
//! `response_url` ([`WecomOutside`]).
//!
//! Two kinds of bot speak through one address and one crypto, with different insides:
//!
//! | | AI bot 智能机器人 (path 100719, 101027, 101031) | self-built app 自建应用 (path 90238–90241) |
//! |---|---|---|
//! | envelope and message | JSON | XML |
//! | hears | group @mentions, private chats | private chats only |
//! | answers a message with | a finished `stream`, Markdown, 20480 bytes | `text`, 2048 bytes |
//! | answers a pressed button with | nothing in words; its `response_url` | `text` |
//!
//! ```text
//! query, body ─▶ query.rs ─▶ envelope ─▶ crypto.rs ─▶ aibot.rs | app.rs ─▶ Received
//! Said ─▶ words.rs ─▶ encode.rs ─▶ crypto.rs ─▶ HttpAnswer
//! ```
//!
//! A genuine message of a kind that did not exist when this was written is either reported as
//! unreadable or ignored, never an error (path 100719 asks for it); a forged one is [`Rejected`]
//! without a word about which check it failed.
//!
//! Paths are pages of `developer.work.weixin.qq.com/document/path/…`.

mod aibot;
mod app;
mod app_send;
mod card;
mod crypto;
mod encode;
mod media;
mod outlet;
mod query;
mod rejected;
pub mod stream;
mod table;
mod webhook;
mod words;
mod xml;

pub use crate::{Clock, EpochMs, HttpAnswer};
pub use app_send::{App, AppConfig};
pub use crypto::{CallbackCrypto, Sealed};
pub use encode::AnswerKey;
pub use rejected::{ConfigError, Reason, Rejected};
pub use webhook::{WecomOutside, WecomOutsideConfig, conversation};

use bot::message::{Incoming, LateReply, Said};
use query::Query;
use secrecy::SecretString;
use serde::Deserialize;
use std::borrow::Cow;
use std::fmt;

/// The platform's name in [`Incoming::platform`].
pub const PLATFORM: &str = "wecom";
/// Where WeCom's own addresses live.
pub const API_BASE: &str = "https://qyapi.weixin.qq.com";
/// Larger callbacks are refused; HTTP in front cuts them off earlier.
pub const MAX_BODY: usize = 1 << 20;
/// An hour: the usual [`WecomBotConfig::max_age_ms`].
pub const MAX_AGE_MS: EpochMs = 60 * 60 * 1000;

/// A `response_url` takes one call within an hour (path 101138).
const RESPONSE_URL_MS: EpochMs = 60 * 60 * 1000;
/// User ids and chat ids have at most 64 bytes; the rest is room for what may come.
const MAX_ID: usize = 256;

/// Which of the two speaks through the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 智能机器人 in URL mode: JSON.
    AiBot,
    /// 自建应用: XML.
    App,
}

/// One callback address as the administrator set it up.
#[derive(Clone, Debug)]
pub struct WecomBotConfig {
    /// The bot's name in this program; goes into [`Incoming::bot`].
    pub name: String,
    /// AI bot or self-built app.
    pub kind: Kind,
    /// Token of the console.
    pub token: SecretString,
    /// EncodingAESKey of the console, 43 characters.
    pub encoding_aes_key: SecretString,
    /// CorpID for a self-built app, empty for a corporation's own AI bot (path 101033).
    pub receive_id: String,
    /// The names by which people mention it, as shown in the group, without `@`.
    pub bot_names: Vec<String>,
    /// How far `timestamp` may lie from now; usually [`MAX_AGE_MS`].
    pub max_age_ms: EpochMs,
    /// Usually [`API_BASE`]; a `response_url` is believed there too, which lets a test serve it.
    pub api_base: String,
}

/// What a verified callback turned out to be.
#[expect(clippy::large_enum_variant, reason = "almost all are messages; a box would cost each an allocation")]
#[derive(Debug)]
pub enum Received {
    /// Somebody said, pressed or opened something.
    Message {
        /// The message.
        incoming: Incoming,
        /// What [`WecomBot::answer`] needs to answer it.
        answer: AnswerKey,
    },
    /// WeCom asks how an answer goes on that was not finished (path 100719). This program finishes every
    /// answer at once, so it can only be one of another program's; answer with no words, which ends it.
    /// It is not a message of a person.
    StreamRefresh {
        /// The stream's id.
        id: String,
        /// What [`WecomBot::answer`] needs.
        answer: AnswerKey,
    },
    /// Genuine and nothing to do: answer 200 with an empty body.
    Ignored,
}

/// One callback address.
pub struct WecomBot {
    ears: Ears,
    kind: Kind,
    crypto: CallbackCrypto,
    max_age_ms: EpochMs,
}

/// What decoding a message needs to know of the bot.
struct Ears {
    name: String,
    bot_names: Vec<String>,
    api_base: String,
    /// What files are encrypted with that bring no key of their own: by callbacks the address's (path 100719).
    file_key: Option<SecretString>,
}

impl Ears {
    fn new(name: String, bot_names: &[String], api_base: String) -> Self {
        let trimmed = bot_names.iter().map(|name| name.trim().trim_start_matches(['@', '＠']).to_owned());
        Self { name, bot_names: trimmed.filter(|name| !name.is_empty()).collect(), api_base, file_key: None }
    }

    fn late_reply(&self, url: Option<String>, now: EpochMs) -> Option<LateReply> {
        let url = url.filter(|url| may_be_called(url, &self.api_base))?;
        Some(LateReply { url, expires_at: now.saturating_add(RESPONSE_URL_MS) })
    }
}

impl WecomBot {
    /// Checks the settings and computes what is needed for every callback.
    pub fn new(config: WecomBotConfig) -> Result<Self, ConfigError> {
        if config.kind == Kind::App && config.receive_id.is_empty() {
            return Err(ConfigError::NoReceiveId);
        }
        Ok(Self {
            crypto: CallbackCrypto::new(config.token, &config.encoding_aes_key, config.receive_id)?,
            ears: Ears {
                file_key: Some(config.encoding_aes_key),
                ..Ears::new(config.name, &config.bot_names, config.api_base)
            },
            kind: config.kind,
            max_age_ms: config.max_age_ms,
        })
    }

    /// The bot's name in this program.
    pub fn name(&self) -> &str {
        &self.ears.name
    }

    /// The GET by which the console tests the address (path 101033): answer 200 with exactly the returned
    /// text, within a second. `query` is the part behind `?`, still percent-encoded.
    pub fn verify_url(&self, query: &str, now: EpochMs) -> Result<String, Rejected> {
        let query = Query::parse(query)?;
        let echostr = query.echostr.as_deref().ok_or(Reason::Query)?;
        query.fresh(now, self.max_age_ms)?;
        self.crypto.open(&query.signature, &query.timestamp, &query.nonce, echostr)
    }

    /// A POSTed callback. `query` is the part behind `?`, still percent-encoded.
    pub fn receive(&self, query: &str, body: &[u8], now: EpochMs) -> Result<Received, Rejected> {
        if body.len() > MAX_BODY {
            return Err(Reason::BodyTooLarge.into());
        }
        let query = Query::parse(query)?;
        query.fresh(now, self.max_age_ms)?;
        let encrypt = self.envelope(body)?;
        let message = self.crypto.open(&query.signature, &query.timestamp, &query.nonce, &encrypt)?;
        let decoded = match self.kind {
            Kind::AiBot => aibot::decode(&self.ears, message, now)?,
            Kind::App => app::decode(&self.ears, &message)?,
        };
        let key = |form| AnswerKey::new(query.nonce.into_owned(), form);
        Ok(match decoded {
            Decoded::Message { incoming, form, .. } => Received::Message { incoming, answer: key(form) },
            Decoded::StreamRefresh { id } => {
                let answer = key(encode::Form::EndOfStream { id: id.clone() });
                Received::StreamRefresh { id, answer }
            }
            Decoded::Ignored => Received::Ignored,
        })
    }

    /// The response to a callback: what the bot says, encrypted in the form that the callback takes.
    /// With nothing to say, or where no words are taken, an empty body, which WeCom takes as "heard".
    pub fn answer(&self, key: &AnswerKey, said: &[Said], now: EpochMs) -> HttpAnswer {
        encode::answer(&self.crypto, key, said, now)
    }

    fn envelope<'a>(&self, body: &'a [u8]) -> Result<Cow<'a, str>, Rejected> {
        #[derive(Deserialize)]
        struct Envelope<'a> {
            #[serde(borrow)]
            encrypt: Cow<'a, str>,
        }
        match self.kind {
            Kind::AiBot => {
                let envelope: Envelope<'a> = serde_json::from_slice(body).map_err(|_| Reason::Envelope)?;
                Ok(envelope.encrypt)
            }
            Kind::App => {
                let body = std::str::from_utf8(body).map_err(|_| Reason::Envelope)?;
                let [encrypt] = xml::fields(body, &["Encrypt"]).map_err(|_| Reason::Envelope)?;
                encrypt.ok_or_else(|| Reason::Envelope.into())
            }
        }
    }
}

impl fmt::Debug for WecomBot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WecomBot")
            .field("name", &self.ears.name)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// What a decoder makes of a verified message.
#[expect(clippy::large_enum_variant, reason = "as in `Received`")]
enum Decoded {
    Message { incoming: Incoming, form: encode::Form, task_id: Option<String> },
    StreamRefresh { id: String },
    Ignored,
}

/// An id that can be stored and compared: present, short, without control characters.
fn id(text: Option<impl Into<String>>) -> Result<String, Rejected> {
    let text: String = text.ok_or(Reason::BadMessage)?.into();
    let usable = !text.is_empty() && text.len() <= MAX_ID && !text.contains(char::is_control);
    if usable { Ok(text) } else { Err(Reason::BadMessage.into()) }
}

/// True for an address on WeCom's own host (path 101138), or below `api_base`. Comparing up to the slash
/// leaves no room for a port, a user name or a longer host.
fn may_be_called(url: &str, api_base: &str) -> bool {
    let below = |base: &str| url.strip_prefix(base).is_some_and(|rest| rest.starts_with('/'));
    url.len() <= 2048
        && url.bytes().all(|byte| byte.is_ascii_graphic())
        && (below(API_BASE) || below(api_base.trim_end_matches('/')))
}
