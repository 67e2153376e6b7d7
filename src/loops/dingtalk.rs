//! DingTalk robots that listen over a Stream connection: what they hear goes through the same doors as a callback. Of several
//! instances with one store only one connects, by a lease.

use super::wecom::Stand;
use crate::http::hooks::Doors;
use crate::http::taps;
use bot::outside::{Destination, Outside, Parcel};
use bot::{Incoming, Said};
use domain::EpochMs;
use futures_util::future::BoxFuture;
use metrics::{counter, gauge};
use platform::dingtalk::stream::{Ear, Note, Stream, StreamConfig, Taken};
use platform::dingtalk::{DingtalkBot, PLATFORM, Received, Rejected};
use serde_json::json;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use store::{Error, Lane};
use tokio_util::sync::CancellationToken;

/// For so long an instance holds a connection without saying so again. It says so three times as often, and the others look.
pub const LEASE: Duration = Duration::from_secs(60);
/// Tries to store a message that the platform may never send again, and the pause between them.
const STORE_TRIES: u32 = 12;
const STORE_PAUSE: Duration = Duration::from_secs(2);

/// A robot that listens over Stream.
#[derive(Clone)]
pub struct DingtalkStream {
    /// What it hears is read by it.
    pub bot: DingtalkBot,
    /// How it connects.
    pub config: StreamConfig,
    /// The way out, for whoever may not be heard.
    pub outside: Arc<dyn Outside>,
    /// [`LEASE`]; tests shorten it.
    pub lease: Duration,
}

/// Under which key of the store it is kept how a robot's connection stands.
pub fn stand_key(bot: &str) -> String {
    format!("stream.{PLATFORM}.{bot}")
}

/// The lease on the connection of an app.
pub fn lease_name(client_id: &str) -> String {
    format!("{PLATFORM}/{client_id}")
}

/// How a connection stands in this moment.
#[derive(Default)]
struct Pulse {
    open: AtomicI64,
    last_frame: AtomicI64,
    trouble: Mutex<Option<String>>,
}

impl Pulse {
    fn trouble(&self) -> MutexGuard<'_, Option<String>> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// For `doctor`.
    fn stand(&self, now: EpochMs) -> String {
        let up = self.open.load(Ordering::Acquire) > 0;
        let status = match self.trouble().clone() {
            _ if up => "已连接".to_owned(),
            Some(trouble) => trouble,
            None => "正在连接".to_owned(),
        };
        let stand = Stand { status, up, at: now, last_frame: self.last_frame.load(Ordering::Acquire) };
        serde_json::to_string(&stand).unwrap_or_default()
    }
}

/// Has a robot's connection kept open.
pub fn add(doors: &mut Doors, robot: DingtalkStream) {
    doors.add_stream(Box::new(move |doors, stop| Box::pin(run(doors, robot.clone(), stop))));
}

/// Keeps a robot's connection while this instance holds its lease.
async fn run(doors: Arc<Doors>, robot: DingtalkStream, stop: CancellationToken) {
    let name = lease_name(&robot.config.client_id);
    let pulse = Arc::new(Pulse::default());
    let mut connected: Option<(CancellationToken, tokio::task::JoinHandle<()>)> = None;
    let mut told = false;
    while !stop.is_cancelled() {
        match lease(&doors, &robot, &name, &pulse).await {
            Some(true) if connected.is_none() => {
                let leave = stop.child_token();
                connected = connect(&doors, &robot, &pulse, leave.clone()).map(|running| (leave, running));
            }
            // Another one has it: this one was silent for too long.
            Some(false) => {
                if let Some((leave, running)) = connected.take() {
                    leave.cancel();
                    // It ends by itself; a panic in it was told where it happened.
                    let _ = running.await;
                }
                if !std::mem::replace(&mut told, true) {
                    tell_second(&doors, &robot).await;
                }
            }
            // Held already, or the store cannot be reached: a second connection does no harm at DingTalk.
            Some(true) | None => {}
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(robot.lease / 3) => {}
        }
    }
    if let Some((leave, running)) = connected {
        leave.cancel();
        let _ = running.await;
        if let Some(engine) = doors.engine() {
            let owner = engine.owner().to_owned();
            // Not given back it ends by itself.
            let _ = engine.store().write(Lane::of(&[&name]), move |tx| tx.drop_lease(&name, &owner)).await;
        }
    }
}

/// Whether this instance holds the lease; `None` when the store cannot tell. Whoever holds it writes down how it stands.
async fn lease(doors: &Doors, robot: &DingtalkStream, name: &str, pulse: &Pulse) -> Option<bool> {
    let engine = doors.engine()?;
    let (now, owner, lane) = (doors.clock().now(), engine.owner().to_owned(), Lane::of(&[name]));
    let until = now + i64::try_from(robot.lease.as_millis()).unwrap_or(i64::MAX / 2);
    let (name, key, stand) = (name.to_owned(), stand_key(robot.bot.name()), pulse.stand(now));
    let held = engine.store().write(lane, move |tx| {
        let held = tx.take_lease(&name, &owner, now, until)?;
        if held {
            tx.set_meta(&key, &stand)?;
        }
        Ok::<_, Error>(held)
    });
    held.await.ok()
}

fn connect(
    doors: &Arc<Doors>,
    robot: &DingtalkStream,
    pulse: &Arc<Pulse>,
    leave: CancellationToken,
) -> Option<tokio::task::JoinHandle<()>> {
    let ear = listener(Arc::clone(doors), robot, Arc::clone(pulse));
    match Stream::new(robot.config.clone(), ear) {
        Ok(stream) => Some(tokio::spawn(async move { stream.run(leave).await })),
        Err(error) => {
            tracing::error!(%error, "no Stream connection is possible");
            None
        }
    }
}

/// Tells the admins that two programs listen as the same robot, once a day.
async fn tell_second(doors: &Doors, robot: &DingtalkStream) {
    let bot = robot.bot.name();
    tracing::warn!(bot, "another instance holds the Stream connection; this one stands by");
    let Some(engine) = doors.engine() else { return };
    let now = doors.clock().now();
    let day = engine.bot().calendar.date(now);
    let text = format!(
        "钉钉机器人「{bot}」有两个程序在用同一个应用连接。现在只有先启动的那个在收消息，后启动的待命，前者停了它会接上。\n\
         如果不是有意的，请停掉多余的那个。"
    );
    if let Err(error) = engine.tell_admins(format!("dingtalk.second:{bot}:{day}"), text, now).await {
        tracing::warn!(%error, "the admins could not be told of a second instance");
    }
}

/// Brings what a robot's connection hears through the doors.
pub fn ear(doors: Arc<Doors>, robot: &DingtalkStream) -> Arc<dyn Ear> {
    listener(doors, robot, Arc::default())
}

fn listener(doors: Arc<Doors>, robot: &DingtalkStream, pulse: Arc<Pulse>) -> Arc<dyn Ear> {
    Arc::new(Listener { doors, bot: robot.bot.clone(), outside: Arc::clone(&robot.outside), pulse })
}

struct Listener {
    doors: Arc<Doors>,
    bot: DingtalkBot,
    outside: Arc<dyn Outside>,
    pulse: Arc<Pulse>,
}

/// What a message is acknowledged with; DingTalk does not look at it.
fn heard() -> Taken {
    Taken::Done(json!({ "response": null }))
}

impl Listener {
    /// What its troubles stand under.
    fn place(&self) -> String {
        format!("钉钉机器人 {}", self.bot.name())
    }

    async fn hear(&self, data: &str) -> Taken {
        self.doors.received_from_dingtalk();
        match self.bot.hear(data, self.doors.clock().now()) {
            Ok(Received::Message(incoming)) => self.store(*incoming).await,
            Ok(Received::NoStaffId { answer_text, late_reply: Some(late) }) => {
                // Nothing may be kept of a stranger, so it is said at once and once.
                let parcel = Parcel {
                    id: 0,
                    key: String::new(),
                    bot: String::new(),
                    to: Destination::Person(String::new()),
                    said: Said::text(answer_text),
                    media: None,
                    amends: None,
                    in_group: None,
                    name: None,
                    late_reply: Some(late),
                    tries: 0,
                };
                let outcome = self.outside.deliver(&parcel).await;
                tracing::debug!(?outcome, "somebody without a staff id was told");
                heard()
            }
            Ok(Received::NoStaffId { .. } | Received::Ignored) => heard(),
            Err(rejected) => {
                self.doors.metrics.rejected(PLATFORM);
                if rejected == Rejected::WrongRobot {
                    tracing::warn!("a message for another robot came over this one's connection");
                }
                Taken::Bad
            }
        }
    }

    /// Stores a message, however long it takes within reason: what is lost here may never be sent again.
    async fn store(&self, incoming: Incoming) -> Taken {
        for _ in 0..STORE_TRIES {
            if self.doors.take(incoming.clone()).await.is_some() {
                return heard();
            }
            tokio::time::sleep(STORE_PAUSE).await;
        }
        Taken::Not
    }
}

impl Ear for Listener {
    fn message<'a>(&'a self, data: &'a str) -> BoxFuture<'a, Taken> {
        Box::pin(self.hear(data))
    }

    fn tap<'a>(&'a self, data: &'a str, frame_id: &'a str) -> BoxFuture<'a, Taken> {
        Box::pin(async move {
            match taps::decide(&self.doors, self.bot.name(), data, frame_id).await {
                Some(update) => Taken::Done(update),
                None => Taken::Not,
            }
        })
    }

    fn note(&self, note: Note) {
        let bot = self.bot.name();
        let event = match &note {
            Note::Opened => "opened",
            Note::Frame => "frame",
            Note::BadFrame => "bad_frame",
            Note::Crowded => "crowded",
            Note::Going => "going",
            Note::Over(_) => "over",
            Note::Refused(_) => "refused",
        };
        counter!("deskmate_stream_total", "platform" => PLATFORM, "event" => event).increment(1);
        let open = gauge!("deskmate_stream_connections", "platform" => PLATFORM);
        match note {
            Note::Opened => {
                open.increment(1.0);
                self.pulse.open.fetch_add(1, Ordering::AcqRel);
                *self.pulse.trouble() = None;
                self.doors.set_trouble(&self.place(), None);
                tracing::info!(bot, "the Stream connection is open");
            }
            Note::Over(why) => {
                open.decrement(1.0);
                self.pulse.open.fetch_sub(1, Ordering::AcqRel);
                tracing::info!(bot, why, "a Stream connection is over");
            }
            Note::Frame => {
                self.pulse.last_frame.store(self.doors.clock().now(), Ordering::Release);
                // Whole seconds of our time stay exact in a gauge.
                let seconds = u32::try_from(self.doors.clock().now() / 1_000).unwrap_or(u32::MAX);
                gauge!("deskmate_stream_last_frame_seconds", "platform" => PLATFORM).set(f64::from(seconds));
            }
            Note::Refused(why) => {
                *self.pulse.trouble() = Some(why.clone());
                self.doors.set_trouble(&self.place(), Some(why));
            }
            Note::BadFrame | Note::Crowded | Note::Going => {}
        }
    }
}
