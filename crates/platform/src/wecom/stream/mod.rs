//! The long connection (长连接, developer.work.weixin.qq.com path 101463): the bot calls WeCom and hears over a WebSocket,
//! so that the department needs no public address and no certificate.
//!
//! # What goes wrong with these connections, and what is done about it
//!
//! | what | then |
//! |---|---|
//! | the network breaks, the server closes | again without end: 1 s doubling to 30 s, shaken; 0 only after a subscribe that succeeded |
//! | nothing comes, not even an acknowledged ping, for 60 s | the peer is dead: a new connection |
//! | BotID or Secret are refused | again after 2 to 15 minutes, and loudly: the log, the health page, `doctor wecom` |
//! | `disconnected_event`: another one has subscribed | never again by itself, or two programs cut each other off for ever |
//! | another instance of this program is connected | waits for its lease to end |
//! | 846609: the subscription was lost | a new connection; what was refused is sent again |
//!
//! WeCom sends nothing twice here, and keeps nothing for later. So what was read is stored however long it takes, and an
//! answer is an outbox row like everything else: the sender gives it under the callback's `req_id` where that connection still
//! stands, and pushes it where it does not.
//!
//! ```text
//! socket ─▶ conn.rs (reads, acknowledges, pings; waits for nobody) ─▶ lanes.rs (a chat in order) ─▶ Ear
//! outbox ─▶ WecomOutside ─▶ Link ─▶ conn.rs ─▶ socket
//! ```

pub(in crate::wecom) mod conn;
pub(in crate::wecom) mod frame;
mod lanes;
mod link;

pub use link::{CallError, Link, Status};

use super::{API_BASE, Ears};
use crate::{Clock, socket};
use bot::message::{Incoming, Said};
use conn::{Conn, End};
use futures_util::future::BoxFuture;
use lanes::Lanes;
use secrecy::SecretString;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Where the bot connects to.
pub const STREAM_URL: &str = "wss://openws.work.weixin.qq.com";

/// How long things may take on a connection. Tests shorten them.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    /// Between two pings; twice as long without any sign, and the peer is dead.
    pub ping: Duration,
    /// Between two looks at the lease; it is taken for three times as long.
    pub lease: Duration,
    /// For connecting, and for subscribing.
    pub patience: Duration,
    /// For one write.
    pub write: Duration,
    /// For the acknowledgement of a request.
    pub ack: Duration,
    /// First pause after a failure; doubled with each, up to [`Timing::longest_pause`], less up to a fifth.
    pub pause: Duration,
    /// Longest pause.
    pub longest_pause: Duration,
    /// First pause after refused credentials; doubled with each, up to [`Timing::longest_refused`].
    pub refused: Duration,
    /// Longest pause after refused credentials.
    pub longest_refused: Duration,
    /// Pause after the platform was asked too often.
    pub limited: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            ping: seconds(30),
            lease: seconds(15),
            patience: seconds(10),
            write: seconds(5),
            ack: seconds(5),
            pause: seconds(1),
            longest_pause: seconds(30),
            refused: seconds(120),
            longest_refused: seconds(900),
            limited: seconds(60),
        }
    }
}

/// Who connects, and where.
#[derive(Clone, Debug)]
pub struct StreamConfig {
    /// The bot's name in this program.
    pub name: String,
    /// BotID of the console.
    pub bot_id: String,
    /// Secret of the console.
    pub secret: SecretString,
    /// The names by which people mention it, as shown in the group, without `@`.
    pub bot_names: Vec<String>,
    /// [`STREAM_URL`]; another address is for tests.
    pub url: String,
    /// Where a message's `response_url` may lie; usually [`API_BASE`].
    pub api_base: Option<String>,
    /// How long things may take.
    pub timing: Timing,
}

/// Something that was heard, with what its answer needs.
#[derive(Debug)]
pub(in crate::wecom) struct Heard {
    pub(in crate::wecom) incoming: Incoming,
    pub(in crate::wecom) req_id: String,
    pub(in crate::wecom) task_id: Option<String>,
}

/// What became of something that was heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reaction {
    /// Durable, and answered through the outbox.
    Stored,
    /// Not stored, and told so: somebody sends too many.
    Say(Vec<Said>),
    /// Durable; nothing can be pressed any more on the card with this title, because of this outcome.
    Settled {
        /// The card's words.
        title: String,
        /// How it was decided.
        outcome: String,
    },
    /// Durable; something of what the card asks is decided, and what is left of it can still be pressed.
    Partly {
        /// The card's words with the buttons that are left.
        left: Said,
        /// How the pressed one was decided.
        outcome: String,
    },
    /// Could not be stored; to be tried again.
    NotStored,
}

/// What is counted of a connection. None carries anything of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// Subscribed.
    Opened,
    /// A frame came in.
    Frame,
    /// A frame could not be understood.
    BadFrame,
    /// A message found no room and was lost.
    Crowded,
    /// A connection is over, for this reason.
    Over(&'static str),
    /// How it stands now; also when that has not changed since.
    Stands(Status),
}

/// Whom a connection brings what it hears, and whom it asks whether it may be there.
pub trait Ear: Send + Sync {
    /// Somebody said, pressed or opened something; `card` is the pressed card's task id. Answers when it is durable.
    fn hear<'a>(&'a self, incoming: Incoming, card: Option<&'a str>) -> BoxFuture<'a, Reaction>;

    /// Takes or prolongs the lease on the bot's one connection; false while another instance has it.
    fn hold(&self) -> BoxFuture<'_, bool>;

    /// Gives the lease back.
    fn release(&self) -> BoxFuture<'_, ()>;

    /// Something to count.
    fn note(&self, note: Note);
}

/// A bot's long connection, kept open.
pub struct Stream {
    config: StreamConfig,
    ears: Ears,
    link: Arc<Link>,
    ear: Arc<dyn Ear>,
    clock: Clock,
}

impl Stream {
    /// The handle of the connection that [`Stream::new`] will keep.
    pub fn link(config: &StreamConfig) -> Arc<Link> {
        Arc::new(Link::new(config.name.clone(), config.bot_names.clone(), config.timing.ack))
    }

    /// Connects to nothing yet.
    pub fn new(config: StreamConfig, link: Arc<Link>, ear: Arc<dyn Ear>, clock: Clock) -> Self {
        let api_base = config.api_base.clone().unwrap_or_else(|| API_BASE.to_owned());
        let ears = Ears::new(config.name.clone(), link.bot_names(), api_base);
        Self { config, ears, link, ear, clock }
    }

    /// Keeps the connection open until stopped. What was heard is stored first.
    pub async fn run(&self, stop: CancellationToken) {
        let lanes = Lanes::new(&self.ear, &self.link, &stop);
        let (mut failures, mut refusals) = (0_u32, 0_u32);
        while !stop.is_cancelled() {
            let end = self.once(&lanes, &stop, &mut failures, &mut refusals).await;
            let timing = self.config.timing;
            let (status, pause) = match end {
                End::Stopped => break,
                End::Lost(why) => {
                    let pause = pause(failures, timing.pause, timing.longest_pause, rand::random());
                    tracing::warn!(bot = self.config.name, why, failures, "the long connection is away");
                    failures = failures.saturating_add(1);
                    (Status::Connecting, Some(pause))
                }
                End::Later(code) => {
                    tracing::warn!(bot = self.config.name, code, "subscribing has to wait");
                    (Status::Connecting, Some(timing.limited))
                }
                End::Refused(code) => {
                    let pause = pause(refusals, timing.refused, timing.longest_refused, rand::random());
                    refusals = refusals.saturating_add(1);
                    let status = Status::Refused(code);
                    tracing::error!(bot = self.config.name, code, "{status}");
                    (status, Some(pause))
                }
                End::Kicked => {
                    tracing::error!(bot = self.config.name, "{}", Status::Kicked);
                    (Status::Kicked, None)
                }
                End::NotOurs => (Status::Elsewhere, Some(timing.lease)),
            };
            self.link.set(status.clone(), None);
            self.ear.note(Note::Stands(status));
            let wait = async {
                match pause {
                    Some(pause) => tokio::time::sleep(pause).await,
                    // The lease is kept, or another instance would cut off whoever cut us off.
                    None => loop {
                        tokio::time::sleep(timing.lease).await;
                        self.ear.hold().await;
                    },
                }
            };
            tokio::select! {
                () = stop.cancelled() => {}
                () = wait => {}
            }
        }
        self.link.set(Status::Connecting, None);
        lanes.finish().await;
        self.ear.release().await;
    }

    async fn once(
        &self,
        lanes: &Lanes,
        stop: &CancellationToken,
        failures: &mut u32,
        refusals: &mut u32,
    ) -> End {
        if !self.ear.hold().await {
            return End::NotOurs;
        }
        let StreamConfig { bot_id, secret, url, timing, .. } = &self.config;
        let opened = tokio::select! {
            () = stop.cancelled() => return End::Stopped,
            opened = socket::connect(url, timing.patience) => opened,
        };
        let socket = match opened {
            Ok(socket) => socket,
            Err(error) => {
                tracing::warn!(bot = self.config.name, "{}", link::told(&error));
                return End::Lost("not reachable");
            }
        };
        let Self { link, ear, ears, clock, .. } = self;
        let conn = Conn { link, ear, lanes, ears, clock, timing: *timing };
        let end = conn.run(socket, bot_id, secret, stop).await;
        if link.status() == Status::Up {
            (*failures, *refusals) = (0, 0);
        }
        end
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stream").field("config", &self.config).finish_non_exhaustive()
    }
}

/// Tries BotID and Secret once: connects, subscribes, and leaves. It cuts off whoever is connected.
///
/// # Errors
/// In words for the admin.
pub async fn try_out(url: &str, bot_id: &str, secret: &SecretString) -> Result<(), String> {
    use futures_util::{SinkExt, StreamExt};
    use secrecy::ExposeSecret;
    use tokio_tungstenite::tungstenite::Message;
    let timing = Timing::default();
    let mut socket = socket::connect(url, timing.patience).await.map_err(|error| link::told(&error))?;
    let body = serde_json::json!({ "bot_id": bot_id, "secret": secret.expose_secret() });
    let text = frame::frame(frame::cmd::SUBSCRIBE, "aibot_subscribe_try", Some(&body));
    let broken = || "长连接中断，请再试一次".to_owned();
    socket.send(Message::text(text)).await.map_err(|_| broken())?;
    let wait = async {
        while let Some(Ok(message)) = socket.next().await {
            if let Message::Text(text) = message
                && let Some(frame::Frame::Ack { errcode, .. }) = frame::Frame::read(text.as_str())
            {
                return if errcode == 0 { Ok(()) } else { Err(Status::Refused(errcode).to_string()) };
            }
        }
        Err(broken())
    };
    let outcome = tokio::time::timeout(timing.patience, wait).await.unwrap_or_else(|_| Err(broken()));
    // It was only a trial: whether the farewell arrives does not matter.
    let _ = socket.close(None).await;
    outcome
}

/// How long to wait after so many failures before; `chance` is any number and takes off up to a fifth, so that many
/// programs do not come back in the same instant.
fn pause(failures: u32, first: Duration, longest: Duration, chance: u32) -> Duration {
    let whole = first.saturating_mul(1 << failures.min(16)).min(longest);
    whole - whole.mul_f64(f64::from(chance) / f64::from(u32::MAX) * 0.2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_bound_and_are_shaken() {
        let (first, longest) = (Duration::from_secs(1), Duration::from_secs(30));
        for (failures, seconds) in [(0, 1), (1, 2), (4, 16), (5, 30), (u32::MAX, 30)] {
            let most = Duration::from_secs(seconds);
            assert_eq!(pause(failures, first, longest, 0), most);
            let least = pause(failures, first, longest, u32::MAX);
            assert!(least >= most.mul_f64(0.79) && least < most.mul_f64(0.81), "{least:?}");
        }
    }
}
