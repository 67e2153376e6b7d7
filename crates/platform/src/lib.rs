//! Each outside: what a platform sends is verified and decoded to [`bot::message`], what the bot
//! says is encoded and delivered behind [`bot::outside::Outside`].
//!
//! Nothing here decides what is answered, and nothing here touches the store.

pub mod console;
pub mod dingtalk;
mod fetch;
pub mod http_client;
mod multipart;
mod proxy;
pub mod socket;
mod uploads;
pub mod wecom;

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

pub use bot::EpochMs;

/// Tells the time; a test moves it.
pub type Clock = Arc<dyn Fn() -> EpochMs + Send + Sync>;

/// The machine's clock.
pub fn system_clock() -> Clock {
    Arc::new(|| {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        EpochMs::try_from(since.as_millis()).unwrap_or(EpochMs::MAX)
    })
}

/// The response to a callback, always with status 200.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpAnswer {
    /// For the `Content-Type` header.
    pub content_type: &'static str,
    /// The body; empty where nothing is said.
    pub body: String,
}

impl HttpAnswer {
    /// 200 with an empty body: heard, nothing to say.
    pub fn empty() -> Self {
        Self { content_type: "text/plain; charset=utf-8", body: String::new() }
    }
}
