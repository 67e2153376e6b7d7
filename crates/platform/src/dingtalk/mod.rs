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
//! # Where it will grow
//!
//! Stream frames carry the very same message JSON as the callbacks; [`decode`] knows nothing of HTTP or headers
//! for that reason.

pub mod decode;
mod encode;
mod late;
mod pace;
pub mod sign;
mod verdict;
mod webhook;

pub use crate::{Clock, EpochMs, HttpAnswer};
pub use encode::BODY_LIMIT;
pub use webhook::{DingtalkOutside, DingtalkOutsideConfig, GroupHook, SetupError};

use bot::message::{Incoming, Said};
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
        /// A fixed sentence, to be given through [`DingtalkBot::answer`].
        answer_text: &'static str,
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

    /// The response that says all this, or nothing. DingTalk shows one message per response, so several are
    /// joined; what exceeds [`BODY_LIMIT`] is cut at a line's end with a note.
    pub fn answer(&self, said: &[Said]) -> HttpAnswer {
        HttpAnswer { content_type: encode::CONTENT_TYPE, body: encode::answer(said) }
    }
}
