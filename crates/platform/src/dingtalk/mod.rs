//! DingTalk (钉钉): an enterprise robot heard over HTTP callbacks, and a group's custom webhook spoken to.
//!
//! # Two robots, one bot
//!
//! DingTalk splits what WeCom gives in one piece. The **enterprise robot** (企业机器人) hears a group and single
//! chats, and may answer in the response or, for a while, at the `sessionWebhook` that came with the message.
//! It has no standing address to speak first. The **custom robot** (自定义机器人) of a group is a bare webhook: it
//! can speak at any time, but only in its one group, and hears nothing. So [`DingtalkBot`] listens and
//! [`DingtalkOutside`] speaks, joined by the group's conversation id in the configuration.
//!
//! # What the signature does not cover
//!
//! A callback is signed over its timestamp alone: `HMAC-SHA256(app secret, timestamp "\n" app secret)`. The body
//! is not covered, so whoever has seen one pair of headers may send any body with it until the timestamp ages
//! out, within an hour either way by DingTalk's own rule. Three things follow. TLS and an unguessable hook path
//! carry the real weight; the greatest age can be set lower where the clocks are good; and no address that a body
//! brings along is called unless it lies on an allowed host, or a forged message could aim our replies anywhere.
//!
//! # Two ways to hear, one parser
//!
//! [`stream`] frames carry the very same message JSON as the callbacks; [`decode`] knows nothing of HTTP or headers
//! for that reason.

pub mod card;
pub mod card_http;
pub mod decode;
mod encode;
mod late;
mod markdown;
mod media;
mod meter;
mod openapi;
mod outside;
mod pace;
pub mod sign;
pub mod stream;
mod verdict;

pub use crate::{Clock, EpochMs, HttpAnswer};
pub use encode::{BODY_LIMIT, link};
pub use meter::{Meter, Spent, Unmetered};
pub use outside::{DingtalkOutside, DingtalkOutsideConfig, GroupHook};

use crate::http_client;
use bot::message::{ChatKind, Incoming, LateReply, Said};
use reqwest::Url;
use secrecy::SecretString;

/// The platform's name in [`Incoming::platform`].
pub const PLATFORM: &str = "dingtalk";

/// How far a callback's timestamp may lie from now: one hour. DingTalk docs: receive robot messages.
pub const MAX_AGE_MS: EpochMs = 3_600_000;

/// The largest callback body that is looked at: our own bound, dozens of times above a real message, so that
/// nobody makes us parse a film.
pub const CALLBACK_LIMIT: usize = 1 << 20;

/// Where a `sessionWebhook` may point unless configured otherwise.
const SESSION_HOSTS: [&str; 2] = ["oapi.dingtalk.com", "api.dingtalk.com"];

/// Said to a person without a staff id. DingTalk leaves `senderStaffId` out for a person from another
/// organisation, and for everybody while the robot's app is unpublished (DingTalk docs: receive robot messages);
/// the two cannot be told apart here, so the sentence serves both readers.
const NO_STAFF_ID: &str = "抱歉，我只为本单位的同事服务，这条消息没有带上您的员工编号。\n\
    您若是本单位同事：请管理员到钉钉开发者后台，把机器人所属应用的版本发布后再试。";

/// The keys of an enterprise robot's app.
#[derive(Clone, Debug)]
pub struct AppKeys {
    /// clientId (AppKey).
    pub client_id: String,
    /// clientSecret (AppSecret).
    pub client_secret: SecretString,
    /// The robot's code; for an internal app its clientId.
    pub robot_code: String,
}

/// Where a message's buttons become links that say something in the name of whoever taps (`dtmd`). DingTalk names only the
/// private chat; in a group it has to be tried first, on each kind of client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Links {
    /// Nowhere: only the typed twins are told.
    Never,
    /// In private.
    #[default]
    Private,
    /// In groups, too.
    Everywhere,
}

impl Links {
    pub(crate) fn are_shown(self, private: bool) -> bool {
        match self {
            Self::Never => false,
            Self::Private => private,
            Self::Everywhere => true,
        }
    }
}

/// Why a way to DingTalk cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// Tokens and secrets travel on it, so it has to be https.
    #[error("dingtalk api_base 要写成 https://…（http 只允许 127.0.0.1）")]
    Base,
    /// The HTTP client does not come up.
    #[error(transparent)]
    Client(#[from] http_client::HttpClientError),
}

/// An address that may be called, and whether it is on this very machine.
fn checked_base(base: &str) -> Result<(Url, bool), SetupError> {
    let base = Url::parse(base).map_err(|_| SetupError::Base)?;
    let here = matches!(base.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
    if base.scheme() == "https" || base.scheme() == "http" && here {
        Ok((base, here))
    } else {
        Err(SetupError::Base)
    }
}

/// An enterprise robot as configured.
#[derive(Clone, Debug)]
pub struct DingtalkBotConfig {
    /// The bot's name in deskmate's configuration.
    pub name: String,
    /// AppSecret (clientSecret) of the app that the robot belongs to; callbacks are signed with it.
    pub app_secret: SecretString,
    /// The robot's code (for an internal app its AppKey). When set, a message for any other robot is refused.
    pub robot_code: Option<String>,
    /// Where a `sessionWebhook` may point: a bare host means https on its usual port; a whole origin
    /// (`http://127.0.0.1:8080`) means exactly that one, for tests.
    pub session_hosts: Vec<String>,
    /// The greatest distance between a callback's timestamp and now; [`MAX_AGE_MS`] is DingTalk's rule.
    pub max_age_ms: EpochMs,
    /// Where the buttons of an answer become links.
    pub links: Links,
}

impl DingtalkBotConfig {
    /// DingTalk's own hosts and its own greatest age, any robot code.
    pub fn new(name: impl Into<String>, app_secret: SecretString) -> Self {
        Self {
            name: name.into(),
            app_secret,
            robot_code: None,
            session_hosts: SESSION_HOSTS.map(String::from).to_vec(),
            max_age_ms: MAX_AGE_MS,
            links: Links::Never,
        }
    }
}

/// What a verified callback turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Received {
    /// A message; what it brings about is said with [`DingtalkBot::answer`].
    Message(Box<Incoming>),
    /// Somebody whom DingTalk does not vouch for by a staff id. Nothing may be done in their name; the words
    /// are for them.
    NoStaffId {
        /// A fixed sentence, to be given through [`DingtalkBot::answer`], or late.
        answer_text: &'static str,
        /// Where it may be said when there is no response.
        late_reply: Option<LateReply>,
    },
    /// The robot's own message come back; answered with nothing.
    Ignored,
}

/// Why a callback was not taken. Says nothing about the secret or the right signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    /// The `timestamp` or `sign` header is absent.
    #[error("timestamp or sign header is missing")]
    MissingHeader,
    /// The timestamp is not a number of milliseconds, or lies too far from now.
    #[error("timestamp is no number or too far from now")]
    Stale,
    /// The signature does not fit.
    #[error("sign does not fit")]
    BadSign,
    /// Signed well, but for a robot other than the configured one.
    #[error("robotCode is not the configured one")]
    WrongRobot,
    /// Longer than [`CALLBACK_LIMIT`].
    #[error("body is too long")]
    TooLong,
    /// Not JSON, or a field without which nothing can be done is absent or misshapen.
    #[error("body is not a robot message: {0}")]
    Malformed(&'static str),
}

impl Rejected {
    /// The HTTP status to refuse with.
    pub fn status(self) -> u16 {
        match self {
            Self::MissingHeader | Self::Stale | Self::BadSign => 401,
            Self::WrongRobot => 403,
            Self::TooLong => 413,
            Self::Malformed(_) => 400,
        }
    }
}

/// An enterprise robot's listening side. DingTalk docs: receive robot messages (HTTP mode).
#[derive(Clone, Debug)]
pub struct DingtalkBot {
    config: DingtalkBotConfig,
}

impl DingtalkBot {
    /// A robot that listens as configured.
    pub fn new(config: DingtalkBotConfig) -> Self {
        Self { config }
    }

    /// The bot's name in deskmate's configuration.
    pub fn name(&self) -> &str {
        &self.config.name
    }

    /// Verifies a callback and reads it. `timestamp` and `sign` are the headers of those names.
    ///
    /// The caller answers only after what the message brings about is committed: DingTalk documents neither
    /// how long it waits nor how often it tries again, and a repetition carries the same message id.
    pub fn receive(
        &self,
        timestamp: Option<&str>,
        sign: Option<&str>,
        body: &[u8],
        now: EpochMs,
    ) -> Result<Received, Rejected> {
        let config = &self.config;
        sign::check_callback(&config.app_secret, timestamp, sign, now, config.max_age_ms)?;
        if body.len() > CALLBACK_LIMIT {
            return Err(Rejected::TooLong);
        }
        decode::read(config, body, now)
    }

    /// Reads a message that came over the robot's own Stream connection, which vouches for it. Its answer goes out by
    /// itself: nothing is said over the connection.
    ///
    /// # Errors
    /// [`Rejected`].
    pub fn hear(&self, data: &str, now: EpochMs) -> Result<Received, Rejected> {
        if data.len() > CALLBACK_LIMIT {
            return Err(Rejected::TooLong);
        }
        let mut received = decode::read(&self.config, data.as_bytes(), now)?;
        if let Received::Message(incoming) = &mut received {
            incoming.answer_now = false;
        }
        Ok(received)
    }

    /// The response that says all this, or nothing. DingTalk shows one message per response, so several are
    /// joined; what exceeds [`BODY_LIMIT`] is cut at a line's end with a note.
    pub fn answer(&self, said: &[Said], kind: ChatKind) -> HttpAnswer {
        let links = self.config.links.are_shown(kind == ChatKind::Private);
        HttpAnswer { content_type: encode::CONTENT_TYPE, body: encode::answer(said, links) }
    }
}
