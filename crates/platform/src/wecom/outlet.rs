//! Words and cards out over the long connection (developer.work.weixin.qq.com path 101463): the answer to a message under its
//! callback's `req_id` while that connection stands, everything else as a push.
//!
//! WeCom has no idempotency key here, and an acknowledgement that was not seen says nothing: what may have been shown is not
//! sent again.

use super::card;
use super::media;
use super::stream::conn::REQ;
use super::stream::frame::cmd;
use super::stream::{CallError, Link, Status};
use super::table::as_text;
use super::words::{as_markdown, clean, split};
use crate::uploads::{self, Uploads};
use bot::EpochMs;
use bot::outside::{Delivery, Destination, Media, Parcel};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::Instant;

/// Markdown in one message (path 101463), bytes.
const MARKDOWN_BYTES: usize = 20_480;
/// The welcome is plain text, for which no bound is documented.
const TEXT_BYTES: usize = 2_048;
/// A longer text would use up a chat's minute alone.
const MAX_PARTS: usize = 5;

/// One message of a parcel.
enum Part {
    Markdown(String),
    Card(Value),
}

impl Part {
    fn body(&self) -> Value {
        match self {
            Self::Markdown(content) => json!({ "msgtype": "markdown", "markdown": { "content": content } }),
            Self::Card(card) => json!({ "msgtype": "template_card", "template_card": card }),
        }
    }
}

fn parts(parcel: &Parcel) -> Vec<Part> {
    let words = |text: &str| -> Vec<Part> {
        let text = clean(text.to_owned());
        if text.trim().is_empty() {
            return Vec::new();
        }
        let markdown = as_markdown(&text);
        split(&markdown, MARKDOWN_BYTES, MAX_PARTS).into_iter().map(Part::Markdown).collect()
    };
    match card::card(&parcel.said, &parcel.key) {
        Some(shown) => {
            let mut parts = shown.before.as_deref().map(words).unwrap_or_default();
            parts.push(Part::Card(shown.card));
            parts
        }
        None => words(&parcel.said.typed()),
    }
}

/// How many messages a parcel becomes.
pub(super) fn calls(parcel: &Parcel) -> u32 {
    if parcel.media.is_some() {
        return 1;
    }
    u32::try_from(parts(parcel).len()).unwrap_or(1).max(1)
}

/// Delivers over the connection; `webhook` when the group has another way in.
pub(super) async fn deliver(link: &Link, parcel: &Parcel, webhook: bool, patience: Duration) -> Delivery {
    let status = link.status();
    if status != Status::Up {
        // It comes back by itself, or somebody has to do something about it; nothing is lost meanwhile.
        return Delivery::Retry { why: status.to_string(), after: None };
    }
    let parts = parts(parcel);
    let count = parts.len();
    if count == 0 {
        return Delivery::Dead { why: "没有内容可发".to_owned() };
    }
    let until = Instant::now() + patience;
    for (index, part) in parts.iter().enumerate() {
        let call = async {
            if index == 0
                && let Some(answered) = answer(link, parcel, part).await
            {
                return answered;
            }
            push(link, parcel, part).await
        };
        let called = match tokio::time::timeout_at(until, call).await {
            Ok(called) => called,
            Err(_) => Err(CallError::Unseen),
        };
        let Err(error) = called else { continue };
        let delivery = failed(link, parcel, error, webhook);
        if index == 0 {
            return delivery;
        }
        let why = delivery.why();
        let why = format!("共 {count} 段，发出 {index} 段后中断：{why}");
        return Delivery::Unknown { why, safe_to_repeat: false };
    }
    Delivery::Sent
}

/// The answer under the message's own `req_id`; `None` where it has to be pushed instead.
async fn answer(link: &Link, parcel: &Parcel, part: &Part) -> Option<Result<(), CallError>> {
    let late = parcel.late_reply.as_ref()?.url.strip_prefix(REQ)?;
    let req_id = late.split_once(' ').map_or(late, |(req_id, _)| req_id);
    if let Some(req_id) = req_id.strip_prefix("welcome:") {
        let Part::Markdown(_) = part else { return None };
        let text = as_text(&clean(parcel.said.typed())).into_owned();
        // Five seconds are allowed; what comes later is pushed.
        if text.len() > TEXT_BYTES || !link.take_answer(req_id) {
            return None;
        }
        let body = json!({ "msgtype": "text", "text": { "content": text } });
        return settled(link.call_as(cmd::WELCOME, req_id.to_owned(), body).await);
    }
    if !link.take_answer(req_id) {
        return None;
    }
    let body = match part {
        // Finished with its first frame; the id follows from the row.
        Part::Markdown(content) => {
            json!({ "msgtype": "stream", "stream": { "id": parcel.key, "finish": true, "content": content } })
        }
        Part::Card(_) => part.body(),
    };
    settled(link.call_as(cmd::RESPOND, req_id.to_owned(), body).await)
}

/// What was refused for its form or its age was not shown, and is pushed at once.
fn settled(called: Result<Value, CallError>) -> Option<Result<(), CallError>> {
    match called {
        // 846605 no such request, 846608 too old, 600039 a client that shows no stream.
        Err(CallError::Errcode(846605 | 846608 | 600039)) => None,
        called => Some(called.map(|_| ())),
    }
}

/// Shows a picture or a file by its upload's id.
pub(super) async fn deliver_media(
    link: &Link,
    uploads: &Uploads,
    parcel: &Parcel,
    media: &Media,
    webhook: bool,
    now: EpochMs,
) -> Delivery {
    let status = link.status();
    if status != Status::Up {
        return Delivery::Retry { why: status.to_string(), after: None };
    }
    let key = uploads::key(link.bot(), media);
    let (media_id, was_known) = {
        let mut ids = uploads.lock().await;
        match ids.get(&key, now) {
            Some(known) => (known, true),
            None => match media::upload(link, media).await {
                Ok(media_id) => {
                    ids.keep(key, media_id.clone(), now + media::KEPT_MS);
                    (media_id, false)
                }
                // Nothing was shown yet, whatever was seen.
                Err(CallError::Unseen) => {
                    return Delivery::Retry {
                        why: "上传图片或文件时连接中断".to_owned(), after: None
                    };
                }
                Err(error) => return failed(link, parcel, error, webhook),
            },
        }
    };
    let pushed = push_body(link, parcel, media::message(media::word(media), &media_id)).await;
    let delivery = pushed.err().map_or(Delivery::Sent, |error| failed(link, parcel, error, webhook));
    uploads.settle(&key, was_known, delivery).await
}

async fn push(link: &Link, parcel: &Parcel, part: &Part) -> Result<(), CallError> {
    push_body(link, parcel, part.body()).await
}

async fn push_body(link: &Link, parcel: &Parcel, message: Value) -> Result<(), CallError> {
    let (chat, kind) = match &parcel.to {
        Destination::Person(user) => (user, 1),
        Destination::Group(chat) => (chat, 2),
    };
    let mut body = json!({ "chatid": chat, "chat_type": kind });
    if let (Value::Object(body), Value::Object(part)) = (&mut body, message) {
        body.extend(part);
    }
    link.call(cmd::SEND, body).await.map(|_| ())
}

/// Whether a refusal passes by itself.
pub(super) fn is_passing(code: i64) -> bool {
    matches!(code, -1 | 45009 | 45033 | 846601 | 846602 | 846609)
}

fn failed(link: &Link, parcel: &Parcel, error: CallError, webhook: bool) -> Delivery {
    let retry = |why: String, after| Delivery::Retry { why, after };
    match error {
        CallError::Away => retry("长连接断开，未发出".to_owned(), None),
        CallError::Unseen => Delivery::Unknown {
            why: "发出后没有等到企业微信的确认".to_owned(),
            safe_to_repeat: false,
        },
        CallError::Errcode(code) => match code {
            846609 => retry(format!("长连接的订阅已失效（{code}），正在重连"), Some(2_000)),
            -1 | 846601 | 846602 | 45033 => retry(format!("企业微信系统繁忙（{code}）"), None),
            45009 => retry(format!("超过企业微信的频率限制（{code}）"), Some(60_000)),
            93006 => match &parcel.to {
                Destination::Group(chat) if webhook => {
                    link.bar(chat);
                    retry(format!("群里还没有人 @ 过机器人（{code}），改走群 Webhook"), None)
                }
                Destination::Group(_) => Delivery::Barred {
                    why: "机器人还不能主动在该群发言，请任何人在该群 @ 一次机器人，随便说句什么".to_owned(),
                },
                Destination::Person(_) => Delivery::Barred {
                    why: "机器人还不能主动私聊，请本人先私聊机器人，随便说句什么".to_owned(),
                },
            },
            code => Delivery::Dead {
                why: format!("企业微信不接受这条消息，错误码的含义见其「全局错误码」页（{code}）"),
            },
        },
    }
}
