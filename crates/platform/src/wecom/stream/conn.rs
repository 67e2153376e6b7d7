//! One connection from its opening to its end. One task owns the socket: it reads, writes, pings, and waits for nobody.

use super::frame::{Frame, cmd, frame};
use super::lanes::Lanes;
use super::link::{Call, CallError, Link, QUEUE, Status};
use super::{Ear, Heard, Note, Timing};
use crate::socket::Socket;
use crate::wecom::{Decoded, Ears, aibot};
use crate::{Clock, EpochMs};
use bot::message::{ChatKind, LateReply};
use futures_util::{SinkExt, StreamExt};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, MissedTickBehavior};
use tokio_tungstenite::tungstenite::{Bytes, Message};
use tokio_util::sync::CancellationToken;

/// A reply may be given so long after its message.
const ANSWER_MS: EpochMs = 24 * 60 * 60 * 1_000;
/// How a callback's `req_id` stands in [`LateReply::url`]; what follows a blank is its `response_url`.
pub(in crate::wecom) const REQ: &str = "wecom-req:";

/// Why a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The program stops.
    Stopped,
    /// The credentials are refused.
    Refused(i64),
    /// Subscribing is refused for now.
    Later(i64),
    /// Another connection was opened.
    Kicked,
    /// Another instance has the lease.
    NotOurs,
    /// It broke; the reason for the log.
    Lost(&'static str),
}

pub(super) struct Conn<'a> {
    pub(super) link: &'a Arc<Link>,
    pub(super) ear: &'a Arc<dyn Ear>,
    pub(super) lanes: &'a Lanes,
    pub(super) ears: &'a Ears,
    pub(super) clock: &'a Clock,
    pub(super) timing: Timing,
}

impl Conn<'_> {
    pub(super) async fn run(
        &self,
        mut socket: Socket,
        bot_id: &str,
        secret: &SecretString,
        stop: &CancellationToken,
    ) -> End {
        let end = match self.subscribe(&mut socket, bot_id, secret, stop).await {
            Ok(()) => {
                self.ear.note(Note::Opened);
                let end = self.read(&mut socket, stop).await;
                self.ear.note(Note::Over(match end {
                    End::Lost(why) => why,
                    End::Kicked => "kicked",
                    _ => "stopped",
                }));
                end
            }
            Err(end) => end,
        };
        // A peer that is not there any more takes no farewell.
        let _ = tokio::time::timeout(std::time::Duration::from_secs(1), socket.close(None)).await;
        end
    }

    /// The first request, once a connection: subscribing is limited in frequency.
    async fn subscribe(
        &self,
        socket: &mut Socket,
        bot_id: &str,
        secret: &SecretString,
        stop: &CancellationToken,
    ) -> Result<(), End> {
        let req_id = self.link.req_id(cmd::SUBSCRIBE);
        let body = json!({ "bot_id": bot_id, "secret": secret.expose_secret() });
        if !self.write(socket, Message::text(frame(cmd::SUBSCRIBE, &req_id, Some(&body)))).await {
            return Err(End::Lost("not writable"));
        }
        let until = Instant::now() + self.timing.patience;
        loop {
            let message = tokio::select! {
                () = stop.cancelled() => return Err(End::Stopped),
                message = tokio::time::timeout_at(until, socket.next()) => message,
            };
            match message {
                Err(_) => return Err(End::Lost("no answer to subscribing")),
                Ok(Some(Ok(Message::Text(text)))) => match Frame::read(text.as_str()) {
                    Some(Frame::Ack { req_id: of, errcode, .. }) if of == req_id => {
                        return match errcode {
                            0 => Ok(()),
                            // Busy, or too often.
                            -1 | 45009 | 45033 | 846601 | 846602 => Err(End::Later(errcode)),
                            code => Err(End::Refused(code)),
                        };
                    }
                    Some(Frame::Kicked) => return Err(End::Kicked),
                    _ => {}
                },
                Ok(Some(Ok(Message::Close(_))) | None) => return Err(End::Lost("closed by the server")),
                Ok(Some(Ok(_))) => {}
                Ok(Some(Err(_))) => return Err(End::Lost("broken")),
            }
        }
    }

    async fn read(&self, socket: &mut Socket, stop: &CancellationToken) -> End {
        let (sender, mut calls) = mpsc::channel::<Call>(QUEUE);
        self.link.set(Status::Up, Some(sender));
        let timing = self.timing;
        let mut ping = tokio::time::interval_at(Instant::now() + timing.ping, timing.ping);
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut lease = tokio::time::interval_at(Instant::now() + timing.lease, timing.lease);
        lease.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut acks: HashMap<String, oneshot::Sender<Result<Value, CallError>>> = HashMap::new();
        let mut last_sign = Instant::now();
        // Asked beside the reading: the store may be slow.
        let mut held = None;
        loop {
            tokio::select! {
                () = stop.cancelled() => return End::Stopped,
                message = socket.next() => match message {
                    Some(Ok(Message::Text(text))) => {
                        last_sign = Instant::now();
                        if let Some(end) = self.hear(text.as_str(), &mut acks) {
                            return end;
                        }
                    }
                    Some(Ok(Message::Close(_))) | None => return End::Lost("closed by the server"),
                    // tungstenite answers pings by itself, with the next write or read.
                    Some(Ok(_)) => last_sign = Instant::now(),
                    Some(Err(_)) => return End::Lost("broken"),
                },
                Some(call) = calls.recv() => {
                    let text = frame(call.cmd, &call.req_id, Some(&call.body));
                    // Whoever gave up waiting left its place; two requests never share an id.
                    acks.retain(|_, ack| !ack.is_closed());
                    acks.insert(call.req_id, call.ack);
                    if !self.write(socket, Message::text(text)).await {
                        return End::Lost("not writable");
                    }
                }
                _ = ping.tick() => {
                    if last_sign.elapsed() >= timing.ping * 2 {
                        return End::Lost("no sign of life");
                    }
                    let text = frame(cmd::PING, &self.link.req_id(cmd::PING), None);
                    let alive = self.write(socket, Message::text(text)).await
                        && self.write(socket, Message::Ping(Bytes::new())).await;
                    if !alive {
                        return End::Lost("not writable");
                    }
                }
                _ = lease.tick(), if held.is_none() => {
                    let ear = Arc::clone(self.ear);
                    held = Some(tokio::spawn(async move { ear.hold().await }));
                }
                holds = async { match &mut held { Some(held) => held.await, None => std::future::pending().await } } => {
                    held = None;
                    if !holds.unwrap_or(true) {
                        return End::NotOurs;
                    }
                }
            }
        }
    }

    /// Takes one frame; answers why the connection is to be left, if it is.
    fn hear(
        &self,
        text: &str,
        acks: &mut HashMap<String, oneshot::Sender<Result<Value, CallError>>>,
    ) -> Option<End> {
        self.ear.note(Note::Frame);
        match Frame::read(text) {
            Some(Frame::Message { req_id, body } | Frame::Event { req_id, body }) => {
                self.heard(req_id, &body);
                None
            }
            Some(Frame::Ack { req_id, errcode, body }) => {
                if let Some(ack) = acks.remove(&req_id) {
                    let answer = if errcode == 0 { Ok(body) } else { Err(CallError::Errcode(errcode)) };
                    // Whoever asked may have given up.
                    let _ = ack.send(answer);
                }
                (errcode == 846609).then_some(End::Lost("not subscribed any more"))
            }
            Some(Frame::Kicked) => Some(End::Kicked),
            Some(Frame::Unknown) => None,
            None => {
                tracing::warn!(bytes = text.len(), "a frame of the long connection could not be understood");
                self.ear.note(Note::BadFrame);
                None
            }
        }
    }

    fn heard(&self, req_id: String, body: &Value) {
        let now = (self.clock)();
        match aibot::decode(self.ears, body.to_string(), now) {
            Ok(Decoded::Message { mut incoming, task_id, form: _ }) => {
                let group = (incoming.chat.kind == ChatKind::Group).then_some(&*incoming.chat.id);
                // A pressed card takes no words under its req_id.
                let takes_words = incoming.answer_now;
                incoming.answer_now = false;
                let url = incoming.late_reply.take().map(|late| late.url);
                if takes_words {
                    self.link.heard(&req_id, group);
                    let opened = incoming.body == bot::message::Body::Opened;
                    let mut at = format!("{REQ}{}{req_id}", if opened { "welcome:" } else { "" });
                    if let Some(url) = &url {
                        at.push(' ');
                        at.push_str(url);
                    }
                    incoming.late_reply = Some(LateReply { url: at, expires_at: now + ANSWER_MS });
                } else if let Some(url) = url {
                    let at = format!("{REQ} {url}");
                    incoming.late_reply = Some(LateReply { url: at, expires_at: now + ANSWER_MS });
                }
                self.lanes.take(Heard { incoming, req_id, task_id });
            }
            Ok(Decoded::StreamRefresh { .. } | Decoded::Ignored) => {}
            Err(rejected) => {
                tracing::warn!(reason = rejected.reason().name(), "a callback could not be understood");
                self.ear.note(Note::BadFrame);
            }
        }
    }

    /// False when the socket takes nothing any more, or not in time.
    async fn write(&self, socket: &mut Socket, message: Message) -> bool {
        let sent = tokio::time::timeout(self.timing.write, socket.send(message)).await;
        matches!(sent, Ok(Ok(())))
    }
}
