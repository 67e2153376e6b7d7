//! DingTalk's signatures: the robot callback's header, 加签 of the custom webhook, and the card callback's header.
//!
//! The first two are one recipe, `base64(HMAC-SHA256(key = secret, message = timestamp "\n" secret))`, with the
//! secret as key *and* in the message. (Feishu swaps the two; the vectors hold a swapped one that must never come
//! out.) The timestamp is signed as the characters that travel, so it is never parsed and printed again.
//! A card's callback is signed over the timestamp alone, with a secret of its own; neither opens the other's door.

use super::{EpochMs, Rejected};
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

/// Checks the headers of a robot callback. DingTalk docs: receive robot messages, verification.
///
/// Fails closed: without headers, with a timestamp that is not a plain number, or more than `max_age_ms` from
/// `now` on either side, nothing is accepted, however well it is signed.
pub fn check_callback(
    secret: &SecretString,
    timestamp: Option<&str>,
    sign: Option<&str>,
    now: EpochMs,
    max_age_ms: EpochMs,
) -> Result<(), Rejected> {
    let (Some(timestamp), Some(sign)) = (timestamp, sign) else { return Err(Rejected::MissingHeader) };
    fresh(timestamp, now, max_age_ms)?;
    fits(robot_mac(secret, timestamp), sign)
}

/// Checks the headers of a card's callback: `base64(HMAC-SHA256(key = api secret, message = timestamp))`. DingTalk docs:
/// register the callback address of cards. How old it may be is our own bound; fails closed as [`check_callback`].
///
/// # Errors
/// [`Rejected`], with what does not fit.
pub fn check_card(
    secret: &SecretString,
    timestamp: Option<&str>,
    sign: Option<&str>,
    now: EpochMs,
    max_age_ms: EpochMs,
) -> Result<(), Rejected> {
    let (Some(timestamp), Some(sign)) = (timestamp, sign) else { return Err(Rejected::MissingHeader) };
    fresh(timestamp, now, max_age_ms)?;
    fits(keyed(secret).chain_update(timestamp), sign)
}

/// 加签: the query string that a custom robot's URL needs beside its access token, `timestamp=…&sign=…`.
/// DingTalk docs: custom robot security settings.
///
/// Made anew for every request; the result is never a base to sign again. Base64's `+`, `/` and `=` are
/// percent-encoded, for a bare `+` would arrive as a space.
pub fn webhook_query(secret: &SecretString, now: EpochMs) -> String {
    let timestamp = now.to_string();
    let sign = STANDARD.encode(robot_mac(secret, &timestamp).finalize().into_bytes());
    format!("timestamp={timestamp}&sign={}", utf8_percent_encode(&sign, NON_ALPHANUMERIC))
}

fn robot_mac(secret: &SecretString, timestamp: &str) -> Hmac<Sha256> {
    keyed(secret).chain_update(timestamp).chain_update("\n").chain_update(secret.expose_secret())
}

fn keyed(secret: &SecretString) -> Hmac<Sha256> {
    let secret = secret.expose_secret().as_bytes();
    <Hmac<Sha256> as KeyInit>::new_from_slice(secret).expect("HMAC takes a key of any length")
}

fn fresh(timestamp: &str, now: EpochMs, max_age_ms: EpochMs) -> Result<(), Rejected> {
    // `parse` alone would also take a sign in front, which no clock of DingTalk's writes.
    let plain = timestamp.bytes().all(|b| b.is_ascii_digit());
    let sent: EpochMs = timestamp.parse().map_err(|_| Rejected::Stale)?;
    let max_age_ms = u64::try_from(max_age_ms).map_err(|_| Rejected::Stale)?;
    if plain && now.abs_diff(sent) <= max_age_ms { Ok(()) } else { Err(Rejected::Stale) }
}

/// Compares in constant time. A sign that is not canonical base64 of 32 bytes fits nothing.
fn fits(mac: Hmac<Sha256>, sign: &str) -> Result<(), Rejected> {
    let claimed = STANDARD.decode(sign).map_err(|_| Rejected::BadSign)?;
    mac.verify_slice(&claimed).map_err(|_| Rejected::BadSign)
}
