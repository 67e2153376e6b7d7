//! Stream mode: the robot calls DingTalk and hears over a WebSocket, so that the department needs no public address.
//! DingTalk docs: Stream protocol.
//!
//! # What goes wrong with these connections, and what is done about it
//!
//! The server closes every connection after a while and says so first (`disconnect`). From then on nothing more is handed
//! over on that socket though it still answers pings, and what is sent in between is lost. So the **new** connection is
//! opened at once, while the old one is read until it is silent.
//!
//! A socket may die without a word. TCP does not tell; so a ping goes out every 25 seconds, and whoever sent neither a frame
//! nor a pong for two of them is dead. A server that answers pings and hands nothing over is given five minutes.
//!
//! A message is acknowledged when it is stored, and never later than that: unacknowledged ones are handed over again after 16
//! to 60 seconds, or not at all (the sources disagree). The reader waits for no handler: messages of one chat queue behind
//! each other in a lane, taps on cards have a task each.
//!
//! Each socket has one reader, which owns it; when the reader ends, the socket is closed.

pub mod frame;
mod lanes;
mod reader;

use crate::http_client;
use crate::socket::{self, ConnectError, Socket};
use futures_util::future::BoxFuture;
use lanes::Lanes;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reader::{Reader, Why};
use reqwest::{Client, Url};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Where a connection is asked for.
pub const API_BASE: &str = "https://api.dingtalk.com";

/// How long things may take on a connection. Tests shorten them.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    /// Between two pings.
    pub ping: Duration,
    /// Without any frame for so long a connection is replaced though it answers pings.
    pub silent: Duration,
    /// How long an old connection is read after its last frame, when the server is about to close it.
    pub drain: Duration,
    /// For one call, one handshake, one write.
    pub patience: Duration,
    /// First pause after a failure; doubled with each, up to [`Timing::longest_pause`], less up to a fifth.
    pub pause: Duration,
    /// Longest pause.
    pub longest_pause: Duration,
    /// A connection that lived for so long was a good one: the next is opened at once.
    pub settled: Duration,
    /// A tap on a card is answered within it, with or without its outcome: DingTalk waits two seconds.
    pub tap: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            ping: seconds(25),
            silent: seconds(300),
            drain: seconds(10),
            patience: seconds(10),
            pause: seconds(1),
            longest_pause: seconds(60),
            settled: seconds(5),
            tap: Duration::from_millis(1_700),
        }
    }
}

/// Who connects, and where.
#[derive(Clone, Debug)]
pub struct StreamConfig {
    /// clientId (AppKey).
    pub client_id: String,
    /// clientSecret (AppSecret).
    pub client_secret: SecretString,
    /// [`API_BASE`]; another address is for tests, and plain http only on this very machine.
    pub api_base: String,
    /// How long things may take.
    pub timing: Timing,
}

/// What became of something that was heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// Durable; acknowledged with this answer.
    Done(Value),
    /// Will never be understood; acknowledged with 400, so that it does not come again.
    Bad,
    /// Could not be stored; left unacknowledged, so that it may come again.
    Not,
}

/// What is counted of a connection. None carries anything of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// A connection is open.
    Opened,
    /// A frame came in.
    Frame,
    /// A frame could not be understood.
    BadFrame,
    /// A frame was dropped unacknowledged, because too much is waiting.
    Crowded,
    /// The server is about to close a connection.
    Going,
    /// A connection is over, for this reason.
    Over(&'static str),
    /// A connection could not be had; what to do about it, in Chinese.
    Refused(String),
}

/// Whom a connection brings what it hears.
pub trait Ear: Send + Sync {
    /// Somebody said something: the message's JSON. Answers when it is durable.
    fn message<'a>(&'a self, data: &'a str) -> BoxFuture<'a, Taken>;

    /// Somebody tapped on a card: the callback's JSON and the frame's id. The answer is the card's update.
    fn tap<'a>(&'a self, data: &'a str, frame_id: &'a str) -> BoxFuture<'a, Taken>;

    /// Something to count.
    fn note(&self, note: Note);
}

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
enum OpenError {
    #[error("连不上钉钉：{0}")]
    Unreachable(String),
    #[error(
        "钉钉拒绝建立 Stream 连接（HTTP {0} {1}）：请核对 Client ID 和 Client Secret；应用要已发布，机器人的消息接收模式要选 Stream，\
         应用的服务器出口 IP 白名单里要有本机"
    )]
    Refused(u16, String),
    #[error("钉钉返回 HTTP {0}")]
    Later(u16),
    #[error("钉钉的回答里没有连接地址")]
    Misunderstood,
    #[error("Stream 连接没有建立：{0}")]
    Socket(#[from] ConnectError),
}

/// A robot's Stream connection, kept open.
pub struct Stream {
    config: StreamConfig,
    client: Client,
    open_url: Url,
    ear: Arc<dyn Ear>,
}

impl std::fmt::Debug for Stream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stream").field("client_id", &self.config.client_id).finish_non_exhaustive()
    }
}

impl Stream {
    /// Checks the address and builds the client; connects to nothing yet.
    ///
    /// # Errors
    /// When the address is not https, or no client can be built.
    pub fn new(config: StreamConfig, ear: Arc<dyn Ear>) -> Result<Self, super::SetupError> {
        let (base, here) = super::checked_base(&config.api_base)?;
        let open_url = open_url(&base)?;
        let client = http_client::client(config.timing.patience, here)?;
        Ok(Self { config, client, open_url, ear })
    }

    /// Keeps a connection open until stopped. What was heard is finished and acknowledged first.
    pub async fn run(&self, stop: CancellationToken) {
        let timing = self.config.timing;
        let lanes = Lanes::new(Arc::clone(&self.ear), timing);
        let mut readers = tokio::task::JoinSet::new();
        let mut failures: u32 = 0;
        while !stop.is_cancelled() {
            let opened = tokio::select! {
                () = stop.cancelled() => break,
                opened = self.open() => opened,
            };
            match opened {
                Ok(socket) => {
                    self.ear.note(Note::Opened);
                    let since = Instant::now();
                    let (going, mut gone) = mpsc::channel(1);
                    let reader = Reader::new(socket, Arc::clone(&self.ear), lanes.clone(), timing, going);
                    readers.spawn(reader.run(stop.clone()));
                    // Either it is about to be closed, or it is over. The old reader goes on by itself.
                    let why = gone.recv().await.unwrap_or(Why::Lost);
                    while readers.try_join_next().is_some() {}
                    if why == Why::Stopped {
                        break;
                    }
                    failures = if since.elapsed() >= timing.settled { 0 } else { failures.saturating_add(1) };
                }
                Err(error) => {
                    failures = failures.saturating_add(1);
                    tracing::warn!(failures, %error, "no Stream connection");
                    self.ear.note(Note::Refused(error.to_string()));
                }
            }
            let pause = pause(failures, timing, rand::random());
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
        lanes.finish().await;
        stop.cancelled().await;
        while readers.join_next().await.is_some() {}
    }

    async fn open(&self) -> Result<Socket, OpenError> {
        let address = ask(&self.client, &self.open_url, &self.config).await?;
        Ok(socket::connect(&address, self.config.timing.patience).await?)
    }
}

/// Tries credentials by asking for a connection. It is opened and closed at once where `connect` is set: only for a robot that
/// nobody listens as, or what is said in that moment may be lost.
///
/// # Errors
/// What to do about it, in Chinese.
pub async fn try_out(config: &StreamConfig, connect: bool) -> Result<(), String> {
    let tried = async {
        let (base, here) = super::checked_base(&config.api_base).map_err(|error| error.to_string())?;
        let url = open_url(&base).map_err(|error| error.to_string())?;
        let client = http_client::client(config.timing.patience, here).map_err(|error| error.to_string())?;
        let told = |error: OpenError| error.to_string();
        let address = ask(&client, &url, config).await.map_err(told)?;
        if connect {
            let opened = socket::connect(&address, config.timing.patience).await;
            let mut socket = opened.map_err(|error| told(error.into()))?;
            // It was only to be seen that it opens.
            let _ = socket.close(None).await;
        }
        Ok(())
    };
    tried.await
}

fn open_url(base: &Url) -> Result<Url, super::SetupError> {
    base.join("/v1.0/gateway/connections/open").map_err(|_| super::SetupError::Base)
}

/// Asks for an address with a ticket, which lives for 90 seconds and opens one connection.
async fn ask(client: &Client, open_url: &Url, config: &StreamConfig) -> Result<String, OpenError> {
    let body = json!({
        "clientId": config.client_id,
        "clientSecret": config.client_secret.expose_secret(),
        "subscriptions": [
            { "type": "CALLBACK", "topic": frame::MESSAGES },
            { "type": "CALLBACK", "topic": frame::CARDS },
        ],
        "ua": concat!("deskmate/", env!("CARGO_PKG_VERSION")),
    });
    // Without it the answer may be XML.
    let request = client.post(open_url.clone()).header("accept", "application/json").json(&body);
    let told = |error: reqwest::Error| OpenError::Unreachable(error.without_url().to_string());
    let response = request.send().await.map_err(told)?;
    let status = response.status().as_u16();
    let answer: Value = response.json().await.unwrap_or_default();
    match status {
        200 => {}
        408 | 429 | 500.. => return Err(OpenError::Later(status)),
        _ => {
            let code = answer["code"].as_str().unwrap_or_default();
            return Err(OpenError::Refused(status, super::verdict::excerpt(code)));
        }
    }
    let (Some(endpoint), Some(ticket)) = (answer["endpoint"].as_str(), answer["ticket"].as_str()) else {
        return Err(OpenError::Misunderstood);
    };
    let ticket = utf8_percent_encode(ticket, NON_ALPHANUMERIC);
    let mark = if endpoint.contains('?') { '&' } else { '?' };
    Ok(format!("{endpoint}{mark}ticket={ticket}"))
}

/// How long to wait after so many failures; `chance` is any number and takes off up to a fifth, so that many programs do
/// not come back in the same instant.
fn pause(failures: u32, timing: Timing, chance: u32) -> Duration {
    if failures == 0 {
        return Duration::ZERO;
    }
    let whole = timing.pause.saturating_mul(1 << (failures - 1).min(16)).min(timing.longest_pause);
    whole - whole.mul_f64(f64::from(chance) / f64::from(u32::MAX) * 0.2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_bound_and_are_shaken() {
        let timing = Timing::default();
        assert_eq!(pause(0, timing, 7), Duration::ZERO);
        for (failures, seconds) in [(1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (100, 60), (u32::MAX, 60)] {
            let most = Duration::from_secs(seconds);
            assert_eq!(pause(failures, timing, 0), most);
            let least = pause(failures, timing, u32::MAX);
            assert!(least >= most.mul_f64(0.79) && least < most.mul_f64(0.81), "{least:?}");
        }
    }
}
