//! Messages and events of an AI bot (developer.work.weixin.qq.com path 100719 and 101027).

use super::encode::Form;
use super::rejected::{Reason, Rejected};
use super::words::{clean, without_mention};
use super::{Decoded, Ears, EpochMs, PLATFORM, id};
use bot::message::{Body, ChatKind, ChatRef, Incoming, Sender, SentFile};
use secrecy::ExposeSecret;
use serde::Deserialize;
use std::borrow::Cow;

#[derive(Deserialize)]
struct Callback<'a> {
    msgid: Option<String>,
    chatid: Option<String>,
    chattype: Option<String>,
    from: Option<From>,
    response_url: Option<String>,
    #[serde(borrow)]
    msgtype: Cow<'a, str>,
    text: Option<Text>,
    voice: Option<Text>,
    mixed: Option<Mixed>,
    stream: Option<Stream>,
    event: Option<Event>,
    file: Option<File>,
}

#[derive(Deserialize)]
struct File {
    url: Option<String>,
    /// Its own key over the long connection; by callbacks it is the address's.
    aeskey: Option<String>,
}

#[derive(Deserialize)]
struct From {
    userid: String,
}

#[derive(Deserialize)]
struct Text {
    #[serde(default)]
    content: String,
}

#[derive(Deserialize)]
struct Mixed {
    #[serde(default)]
    msg_item: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    text: Option<Text>,
}

#[derive(Deserialize)]
struct Stream {
    id: String,
}

#[derive(Deserialize)]
struct Event {
    eventtype: String,
    template_card_event: Option<CardEvent>,
    // The types of the official node SDK put the key here, its plug-in reads the nested one.
    event_key: Option<String>,
    task_id: Option<String>,
}

#[derive(Deserialize)]
struct CardEvent {
    event_key: Option<String>,
    // The page's tables write it so, its examples as above.
    eventkey: Option<String>,
    task_id: Option<String>,
    taskid: Option<String>,
}

pub(super) fn decode(bot: &Ears, message: String, now: EpochMs) -> Result<Decoded, Rejected> {
    let message = without_raw_controls(message);
    let callback: Callback<'_> = serde_json::from_str(&message).map_err(|_| Reason::BadMessage)?;
    let kind = &*callback.msgtype;

    let mut takes_words = true;
    let mut task_id = None;
    let body = match kind {
        "stream" => {
            let id = id(callback.stream.map(|stream| stream.id))?;
            return Ok(Decoded::StreamRefresh { id });
        }
        "event" => match callback.event.ok_or(Reason::BadMessage)? {
            event if event.eventtype == "enter_chat" => Body::Opened,
            event if event.eventtype == "template_card_event" => {
                takes_words = false;
                let (key, task) = match event.template_card_event {
                    Some(card) => (card.event_key.or(card.eventkey), card.task_id.or(card.taskid)),
                    None => (None, None),
                };
                task_id = task.or(event.task_id);
                Body::Action(pressed(key.or(event.event_key))?)
            }
            // `feedback_event` allows only an empty answer; the rest is not known.
            _ => return Ok(Decoded::Ignored),
        },
        "text" => Body::Text(callback.text.ok_or(Reason::BadMessage)?.content),
        "voice" => match callback.voice {
            Some(voice) if !voice.content.trim().is_empty() => Body::Text(voice.content),
            _ => Body::Unreadable(kind.to_owned()),
        },
        "mixed" => {
            let items = callback.mixed.ok_or(Reason::BadMessage)?.msg_item;
            let texts: Vec<_> = items.into_iter().filter_map(|item| Some(item.text?.content)).collect();
            if texts.is_empty() { Body::Unreadable(kind.to_owned()) } else { Body::Text(texts.join("\n")) }
        }
        "file" => match callback.file {
            Some(File { url: Some(place), aeskey }) => {
                let key = aeskey.or_else(|| Some(bot.file_key.as_ref()?.expose_secret().to_owned()));
                Body::File(SentFile { name: None, place, key })
            }
            _ => Body::Unreadable(kind.to_owned()),
        },
        other => Body::Unreadable(id(Some(other))?),
    };

    let user_id = id(callback.from.map(|from| from.userid))?;
    let msg_id = id(callback.msgid)?;
    let chat = chat(callback.chattype.as_deref(), callback.chatid, &user_id)?;
    let body = match body {
        Body::Text(text) => {
            let text = clean(text);
            Body::Text(without_mention(&text, &bot.bot_names, chat.kind == ChatKind::Group).to_owned())
        }
        body => body,
    };
    let form = match &body {
        Body::Opened => Form::Welcome,
        _ if takes_words => Form::stream(&bot.name, &msg_id),
        _ => Form::Nothing,
    };
    let incoming = Incoming {
        platform: PLATFORM,
        bot: bot.name.clone(),
        msg_id,
        chat,
        sender: Sender { user_id, name: None },
        body,
        answer_now: takes_words,
        late_reply: bot.late_reply(callback.response_url, now),
    };
    Ok(Decoded::Message { incoming, form, task_id })
}

/// What the pressed button types. An empty key is nothing that this program sent.
pub(super) fn pressed(key: Option<impl Into<String>>) -> Result<String, Rejected> {
    let key = clean(key.ok_or(Reason::BadMessage)?.into());
    if key.trim().is_empty() { Err(Reason::BadMessage.into()) } else { Ok(key) }
}

/// `chattype` and `chatid` may both be absent in events (path 101027); then it is a private chat.
fn chat(kind: Option<&str>, chat_id: Option<String>, user_id: &str) -> Result<ChatRef, Rejected> {
    let group = match kind {
        Some("group") => true,
        Some("single") => false,
        None => chat_id.is_some(),
        Some(_) => return Err(Reason::BadMessage.into()),
    };
    let (kind, id) =
        if group { (ChatKind::Group, id(chat_id)?) } else { (ChatKind::Private, user_id.to_owned()) };
    Ok(ChatRef { kind, id, title: None })
}

/// WeCom's own SDK takes raw control characters out before it parses, so they do occur; JSON forbids
/// them inside strings, and one stray byte must not lose a message.
pub(super) fn without_raw_controls(message: String) -> String {
    let unwanted = |c: char| c < ' ' && !matches!(c, '\n' | '\r' | '\t');
    if message.contains(unwanted) { message.replace(unwanted, "") } else { message }
}
