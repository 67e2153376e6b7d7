//! Taps on cards over HTTP callbacks (callbackType HTTP), where no Stream connection hears them.
//!
//! The address is registered under a key (callbackRouteKey) with a secret of ours, once by each run of the program, before its
//! first card. As with messages the signature covers the timestamp alone, so HTTPS and an unguessable address carry the real
//! weight. DingTalk docs: register the callback address of cards.

use super::openapi::OpenApi;
use super::verdict::Verdict;
use super::{CALLBACK_LIMIT, EpochMs, HttpAnswer, Rejected, encode, sign};
use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::time::Instant;
use tokio::sync::OnceCell;

/// The header with the time.
pub const TIMESTAMP_HEADER: &str = "x-ddpaas-signature-timestamp";
/// The header with the signature.
pub const SIGN_HEADER: &str = "x-ddpaas-signature";

/// Where taps go.
#[derive(Clone, Debug)]
pub struct CardCallback {
    /// The address that DingTalk calls.
    pub url: String,
    /// What DingTalk signs with (apiSecret).
    pub secret: SecretString,
}

/// A callback address, and whether it was registered.
pub(super) struct Route {
    callback: CardCallback,
    registered: OnceCell<()>,
}

impl Route {
    pub(super) fn new(callback: CardCallback) -> Self {
        Self { callback, registered: OnceCell::new() }
    }

    /// Its callbackRouteKey: another address has another key, so that none takes over another's taps.
    pub(super) fn key(&self) -> String {
        let digest = Sha256::digest(&self.callback.url);
        format!("deskmate-{}", hex::encode(&digest[..8]))
    }

    /// Sees to it that DingTalk knows the address; whoever needs it meanwhile waits for that one call.
    ///
    /// # Errors
    /// The verdict on the call.
    pub(super) async fn ready(&self, api: &OpenApi, bot: &str, give_up_at: Instant) -> Result<(), Verdict> {
        let register = async || {
            let body = json!({
                "callbackRouteKey": self.key(),
                "callbackUrl": self.callback.url,
                "apiSecret": self.callback.secret.expose_secret(),
                "forceUpdate": true,
            });
            match api.call(bot, Method::POST, "/v1.0/card/callbacks/register", &body, give_up_at).await {
                Ok(answer) if answer["success"] == false => {
                    Err(Verdict::Never("钉钉没有登记卡片的回调地址：请核对 card_callback".into()))
                }
                Ok(_) => Ok(()),
                // The same twice is the same, and no card was sent.
                Err(Verdict::Unclear(why)) => Err(Verdict::Later(why, None)),
                Err(verdict) => Err(verdict),
            }
        };
        self.registered.get_or_try_init(register).await.copied()
    }
}

/// The listening side of a robot's cards.
#[derive(Clone, Debug)]
pub struct CardDoor {
    bot: String,
    secret: SecretString,
    max_age_ms: EpochMs,
}

/// A tap's callback that is verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tapped {
    /// What [`super::card::Tap`] reads.
    pub data: String,
    /// The same for the same request: DingTalk gives it no id.
    pub id: String,
}

impl CardDoor {
    /// For the cards of this bot, signed with this secret; `max_age_ms` as for messages.
    pub fn new(bot: impl Into<String>, secret: SecretString, max_age_ms: EpochMs) -> Self {
        Self { bot: bot.into(), secret, max_age_ms }
    }

    /// The bot's name in deskmate's configuration.
    pub fn bot(&self) -> &str {
        &self.bot
    }

    /// Verifies a callback; `timestamp` and `sign` are the headers [`TIMESTAMP_HEADER`] and [`SIGN_HEADER`].
    ///
    /// # Errors
    /// [`Rejected`].
    pub fn receive(
        &self,
        timestamp: Option<&str>,
        sign: Option<&str>,
        body: &[u8],
        now: EpochMs,
    ) -> Result<Tapped, Rejected> {
        sign::check_card(&self.secret, timestamp, sign, now, self.max_age_ms)?;
        if body.len() > CALLBACK_LIMIT {
            return Err(Rejected::TooLong);
        }
        let data = std::str::from_utf8(body).map_err(|_| Rejected::Malformed("UTF-8"))?;
        if !serde_json::from_str::<Value>(data).is_ok_and(|data| data.is_object()) {
            return Err(Rejected::Malformed("JSON object"));
        }
        let digest = Sha256::new().chain_update(timestamp.unwrap_or_default()).chain_update("\n");
        let id = hex::encode(&digest.chain_update(data).finalize()[..16]);
        Ok(Tapped { data: data.to_owned(), id })
    }
}

/// The response to a tap, from what [`super::card::update`] made: the bare answer, without the wrapping of a frame.
pub fn answer(update: &Value) -> HttpAnswer {
    HttpAnswer { content_type: encode::CONTENT_TYPE, body: update["response"].to_string() }
}
