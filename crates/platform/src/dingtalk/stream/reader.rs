//! One socket's one reader. It owns the socket: reads, acknowledges, pings, and closes it when it ends.

use super::frame::{CARDS, Frame, Kind, MESSAGES};
use super::lanes::{Job, Lanes};
use super::{Ear, Note, Timing};
use crate::socket::Socket;
use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior};
use tokio_tungstenite::tungstenite::{Bytes, Message};
use tokio_util::sync::CancellationToken;

/// Acknowledgements that wait for a slow socket.
const ACKS: usize = 256;

/// Why a connection is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// The server is about to close it; it is still read.
    Going,
    /// It is over.
    Lost,
    /// The program stops.
    Stopped,
}

pub(super) struct Reader {
    socket: Socket,
    ear: Arc<dyn Ear>,
    lanes: Lanes,
    timing: Timing,
    /// Tells the first of: going, over.
    left: mpsc::Sender<Why>,
    acks: (mpsc::Sender<String>, mpsc::Receiver<String>),
    going: bool,
    /// When an old connection has been silent for long enough.
    drained_at: Instant,
}

impl Reader {
    pub(super) fn new(
        socket: Socket,
        ear: Arc<dyn Ear>,
        lanes: Lanes,
        timing: Timing,
        left: mpsc::Sender<Why>,
    ) -> Self {
        Self {
            socket,
            ear,
            lanes,
            timing,
            left,
            acks: mpsc::channel(ACKS),
            going: false,
            drained_at: Instant::now(),
        }
    }

    pub(super) async fn run(mut self, stop: CancellationToken) {
        let why = self.read(&stop).await;
        if why == STOPPED {
            // What is in work is still acknowledged, then the socket is closed.
            let until = Instant::now() + self.timing.patience;
            self.last_acks(until).await;
        }
        let patience = self.timing.patience;
        // A peer that is not there any more takes no farewell.
        let _ =
            tokio::time::timeout(patience.min(std::time::Duration::from_secs(1)), self.socket.close(None))
                .await;
        self.ear.note(Note::Over(why));
        let _ = self.left.try_send(if why == STOPPED { Why::Stopped } else { Why::Lost });
    }

    async fn read(&mut self, stop: &CancellationToken) -> &'static str {
        let timing = self.timing;
        let mut ping = tokio::time::interval_at(Instant::now() + timing.ping, timing.ping);
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut last_sign, mut last_frame) = (Instant::now(), Instant::now());
        loop {
            tokio::select! {
                () = stop.cancelled() => return STOPPED,
                message = self.socket.next() => match message {
                    Some(Ok(Message::Text(text))) => {
                        (last_sign, last_frame) = (Instant::now(), Instant::now());
                        if let Some(why) = self.hear(text.as_str()).await {
                            return why;
                        }
                    }
                    Some(Ok(Message::Close(_))) | None => return "closed by the server",
                    Some(Ok(_)) => last_sign = Instant::now(),
                    Some(Err(_)) => return "broken",
                },
                Some(ack) = self.acks.1.recv() => {
                    if !self.write(Message::text(ack)).await {
                        return "not writable";
                    }
                }
                _ = ping.tick() => {
                    if last_sign.elapsed() >= timing.ping * 2 {
                        return "no sign of life";
                    }
                    if last_frame.elapsed() >= timing.silent {
                        return "silent";
                    }
                    if !self.write(Message::Ping(Bytes::new())).await {
                        return "not writable";
                    }
                }
                () = tokio::time::sleep_until(self.drained_at), if self.going => return "drained",
            }
        }
    }

    /// Takes one frame; answers why the connection is to be left, if it is.
    async fn hear(&mut self, text: &str) -> Option<&'static str> {
        self.ear.note(Note::Frame);
        let Some(frame) = Frame::read(text) else {
            tracing::warn!(bytes = text.len(), "a Stream frame could not be understood");
            self.ear.note(Note::BadFrame);
            return None;
        };
        // A ping on an old connection does not keep it alive.
        if (frame.kind, frame.topic.as_str()) != (Kind::System, "ping") {
            self.drained_at = Instant::now() + self.timing.drain;
        }
        let ack = match (frame.kind, frame.topic.as_str()) {
            (Kind::System, "ping") => frame.ack(200, "OK", &frame.data),
            (Kind::System, "disconnect") => {
                if !self.going {
                    self.going = true;
                    self.ear.note(Note::Going);
                    let _ = self.left.try_send(Why::Going);
                }
                None
            }
            // CONNECTED, REGISTERED, KEEPALIVE: a sign of life, and no more than that.
            (Kind::System, _) => None,
            (Kind::Callback, MESSAGES | CARDS) if frame.data.is_empty() => {
                self.ear.note(Note::BadFrame);
                frame.ack(400, "bad request", "")
            }
            (Kind::Callback, MESSAGES | CARDS) => {
                self.lanes.take(Job { frame, acks: self.acks.0.clone() });
                return None;
            }
            // Not asked for; taken, so that it does not come again.
            (Kind::Event, _) => frame.taken(&json!({ "status": "SUCCESS", "message": "" })),
            (Kind::Callback | Kind::Other, _) => frame.ack(404, "topic not found", ""),
        };
        let written = match ack {
            Some(ack) => self.write(Message::text(ack)).await,
            None => true,
        };
        (!written).then_some("not writable")
    }

    /// False when the socket takes nothing any more, or not in time.
    async fn write(&mut self, message: Message) -> bool {
        let sent = tokio::time::timeout(self.timing.patience, self.socket.send(message)).await;
        matches!(sent, Ok(Ok(())))
    }

    /// Writes what is still to be acknowledged; ends when no handler holds this connection any more.
    async fn last_acks(&mut self, until: Instant) {
        let (none, _) = mpsc::channel(1);
        // Ours would keep the queue open for ever.
        self.acks.0 = none;
        while let Ok(Some(ack)) = tokio::time::timeout_at(until, self.acks.1.recv()).await {
            if !self.write(Message::text(ack)).await {
                return;
            }
        }
    }
}

const STOPPED: &str = "stopped";
