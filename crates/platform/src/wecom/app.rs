//! Messages and events of a self-built app (developer.work.weixin.qq.com path 90238 and 90240).

use super::aibot::pressed;
use super::encode::Form;
use super::rejected::{Reason, Rejected};
use super::words::{clean, without_mention};
use super::{Decoded, Ears, PLATFORM, id, xml};
use bot::message::{Body, ChatKind, ChatRef, Incoming, Sender};
use sha2::{Digest, Sha256};
use std::borrow::Cow;

pub(super) fn decode(bot: &Ears, message: &str) -> Result<Decoded, Rejected> {
    let [user, kind, content, msg_id, created, event, event_key, task_id, response_code] = xml::fields(
        message,
        &[
            "FromUserName",
            "MsgType",
            "Content",
            "MsgId",
            "CreateTime",
            "Event",
            "EventKey",
            "TaskId",
            "ResponseCode",
        ],
    )?;
    let kind = kind.ok_or(Reason::BadMessage)?;
    let (body, msg_id) = match kind.trim() {
        "event" => match event.as_deref().map(str::trim) {
            // The menu at the card's top right is a button like the others.
            Some("template_card_event" | "template_card_menu_event") => {
                let seen = [&user, &created, &event, &event_key, &task_id, &response_code];
                let key = event_id(&seen.map(|field| field.as_deref().unwrap_or_default()));
                (Body::Action(pressed(event_key)?), Some(Cow::Owned(key)))
            }
            Some(_) => return Ok(Decoded::Ignored),
            None => return Err(Reason::BadMessage.into()),
        },
        "text" => {
            let text = clean(content.ok_or(Reason::BadMessage)?.into_owned());
            (Body::Text(without_mention(&text, &bot.bot_names, false).to_owned()), msg_id)
        }
        other => (Body::Unreadable(id(Some(other))?), msg_id),
    };

    let user_id = id(user.as_deref().map(str::trim))?;
    let incoming = Incoming {
        platform: PLATFORM,
        bot: bot.name.clone(),
        msg_id: id(msg_id.as_deref().map(str::trim))?,
        // An app hears no group (path 90235).
        chat: ChatRef { kind: ChatKind::Private, id: user_id.clone(), title: None },
        sender: Sender { user_id: user_id.clone(), name: None },
        body,
        answer_now: true,
        late_reply: None,
    };
    Ok(Decoded::Message { incoming, task_id: None, form: Form::AppText { to: user_id } })
}

/// App events have no message id. The page proposes FromUserName and CreateTime, which takes two clicks
/// within one second for one; with what was pressed and its one-time code they stay apart, and a
/// repetition of the same event still looks the same.
fn event_id(fields: &[&str]) -> String {
    let mut sha = Sha256::new();
    for field in fields {
        sha.update(field.len().to_be_bytes());
        sha.update(field);
    }
    let digest = sha.finalize();
    ["event-", &hex::encode(&digest[..16])].concat()
}
