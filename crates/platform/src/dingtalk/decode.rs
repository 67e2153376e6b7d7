//! From a robot message's JSON to [`Incoming`], for callbacks and Stream frames alike.
//!
//! DingTalk's documents and DingTalk's servers disagree in small things: a field is a number in the sample and a
//! string in the table, a text lies in `text.content` here and in a bare `content` there. So fields are read by
//! hand and leniently in their *spelling*, never in their *presence*: without a message id, a kind of chat or a
//! chat there is nothing to be idempotent about or to answer to, and the message is refused. A kind of message
//! that we do not know is no error of the sender's; it comes out as [`Body::Unreadable`] and gets an answer.

use super::{DingtalkBotConfig, EpochMs, NO_STAFF_ID, PLATFORM, Received, Rejected, late};
use bot::message::{Body, ChatKind, ChatRef, Incoming, Sender, SentFile};
use serde_json::{Map, Value};

/// What [`Body::Unreadable`] holds when the organisation's monthly quota is used up: the message arrives without
/// its words. DingTalk docs: robot message types, quota exhaustion (error 20001).
pub const QUOTA: &str = "quota";

/// Reads one message that is already verified, or comes over a connection that is.
pub fn read(config: &DingtalkBotConfig, json: &[u8], now: EpochMs) -> Result<Received, Rejected> {
    let value: Value = serde_json::from_slice(json).map_err(|_| Rejected::Malformed("JSON"))?;
    let message = Fields(value.as_object().ok_or(Rejected::Malformed("JSON object"))?);

    let robot = message.id("robotCode")?;
    if let (Some(ours), Some(theirs)) = (&config.robot_code, &robot)
        && ours != theirs
    {
        return Err(Rejected::WrongRobot);
    }
    // One message that mentions two robots reaches both under the same msgId, so the id alone would lose one.
    let robot = robot.or_else(|| config.robot_code.clone()).unwrap_or_else(|| config.name.clone());
    let msg_id = format!("{robot}:{}", message.id("msgId")?.ok_or(Rejected::Malformed("msgId"))?);

    let kind = match message.id("conversationType")?.as_deref() {
        Some("1") => ChatKind::Private,
        Some("2") => ChatKind::Group,
        _ => return Err(Rejected::Malformed("conversationType")),
    };
    let conversation = message.id("conversationId")?;
    let msgtype = message.id("msgtype")?.ok_or(Rejected::Malformed("msgtype"))?;

    // A robot that heard itself would answer itself, for ever.
    let sender_id = message.id("senderId")?;
    if sender_id.is_some() && sender_id == message.id("chatbotUserId")? {
        return Ok(Received::Ignored);
    }
    let late_reply = late::reply(
        message.text("sessionWebhook"),
        message.millis("sessionWebhookExpiredTime"),
        &config.session_hosts,
        now,
    );
    // senderUnionId and senderId name a person too, but not one of this organisation's staff list, on which
    // every right rests.
    let Some(user_id) = message.id("senderStaffId")? else {
        return Ok(Received::NoStaffId { answer_text: NO_STAFF_ID, late_reply });
    };

    let body = body(&message, &msgtype, kind)?;
    if body == Body::Unreadable(QUOTA.into()) {
        let said = message.text("errorMessage").unwrap_or_default();
        tracing::error!(
            bot = config.name,
            said,
            "DingTalk's monthly quota is used up: messages come without words"
        );
    }
    let title = message.label("conversationTitle").filter(|_| kind == ChatKind::Group);
    let chat_id = match kind {
        ChatKind::Group => conversation.ok_or(Rejected::Malformed("conversationId"))?,
        ChatKind::Private => user_id.clone(),
    };
    Ok(Received::Message(Box::new(Incoming {
        platform: PLATFORM,
        bot: config.name.clone(),
        msg_id,
        chat: ChatRef { kind, id: chat_id, title },
        sender: Sender { user_id, name: message.label("senderNick") },
        body,
        answer_now: true,
        late_reply,
    })))
}

/// What was said, by the message's type. DingTalk docs: robot message types.
fn body(message: &Fields<'_>, msgtype: &str, kind: ChatKind) -> Result<Body, Rejected> {
    let content = message.object("content");
    if let ("file", ChatKind::Private, Some(content)) = (msgtype, kind, &content)
        && let Some(place) = content.text("downloadCode")
    {
        return Ok(Body::File(SentFile { name: content.label("fileName"), place, key: None }));
    }
    let words = match msgtype {
        "text" => {
            let text = message.object("text").and_then(|text| text.text("content"));
            match text.or_else(|| message.text("content")) {
                Some(words) => Some(words),
                None if message.quota_exhausted() => return Ok(Body::Unreadable(QUOTA.into())),
                None => return Err(Rejected::Malformed("text")),
            }
        }
        _ if content.is_none() && message.quota_exhausted() => return Ok(Body::Unreadable(QUOTA.into())),
        "richText" => content.and_then(|content| rich_text(&content)),
        // DingTalk's own speech recognition; groups never deliver voice to a robot.
        "audio" => {
            content.and_then(|content| content.text("recognition")).filter(|words| !words.trim().is_empty())
        }
        _ => None,
    };
    Ok(match words {
        Some(words) => Body::Text(clean(&words, kind)),
        None => Body::Unreadable(msgtype.to_owned()),
    })
}

/// The words of a rich text. What stands between them (a picture, an emoji) parts them like a line's end, so that
/// two fields of a report never run together. `None` when there are no words at all.
fn rich_text(content: &Fields<'_>) -> Option<String> {
    let mut words = String::new();
    let mut gap = false;
    for part in content.0.get("richText")?.as_array()? {
        match part.as_object().and_then(|part| Fields(part).text("text")) {
            Some(text) => {
                if gap && !words.is_empty() {
                    words.push('\n');
                }
                words.push_str(&text);
                gap = false;
            }
            None => gap = true,
        }
    }
    (!words.trim().is_empty()).then_some(words)
}

/// Takes off what is not part of the words: control characters, outer space, and in a group a leading mention.
fn clean(words: &str, kind: ChatKind) -> String {
    let words = printable(words, true);
    let words = words.trim();
    // DingTalk takes the robot's mention off and leaves a space. Where a client leaves the mention in as well,
    // the command would begin with it and never be found.
    let bare = match words.strip_prefix(['@', '@']) {
        Some(rest) if kind == ChatKind::Group => {
            rest.split_once(char::is_whitespace).map_or("", |(_name, rest)| rest.trim_start())
        }
        _ => words,
    };
    bare.to_owned()
}

/// Without control characters: they mean nothing in a chat, can turn a log or a terminal upside down, and
/// U+0000 cannot be kept in PostgreSQL's TEXT at all. Line ends become `\n`, in one-line labels a space.
fn printable(text: &str, lines: bool) -> String {
    text.replace("\r\n", "\n")
        .chars()
        .filter_map(|c| match c {
            '\t' if lines => Some('\t'),
            '\n' | '\r' | '\u{2028}' | '\u{2029}' if lines => Some('\n'),
            '\t' | '\n' | '\r' | '\u{2028}' | '\u{2029}' => Some(' '),
            c if c.is_control() => None,
            c => Some(c),
        })
        .collect()
}

/// A JSON object, read leniently.
struct Fields<'a>(&'a Map<String, Value>);

impl<'a> Fields<'a> {
    fn object(&self, name: &str) -> Option<Fields<'a>> {
        self.0.get(name)?.as_object().map(Fields)
    }

    /// A string, or a number as its digits.
    fn text(&self, name: &str) -> Option<String> {
        match self.0.get(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// A name that people read: one line, absent when empty.
    fn label(&self, name: &str) -> Option<String> {
        let label = printable(&self.text(name)?, false);
        let label = label.trim();
        (!label.is_empty()).then(|| label.to_owned())
    }

    /// An id or a word of the protocol: absent when empty, and refused when it holds what no id holds, since it
    /// is to become a key.
    fn id(&self, name: &'static str) -> Result<Option<String>, Rejected> {
        match self.text(name) {
            Some(id) if id.len() > 512 || id.chars().any(char::is_control) => Err(Rejected::Malformed(name)),
            id => Ok(id.filter(|id| !id.trim().is_empty())),
        }
    }

    fn millis(&self, name: &str) -> Option<EpochMs> {
        self.text(name)?.trim().parse().ok()
    }

    /// The name and the type of the error's field are not documented, only its number and that an
    /// `errorMessage` comes along.
    fn quota_exhausted(&self) -> bool {
        let code = ["errorCode", "errcode", "error"].iter().find_map(|name| self.text(name));
        code.map_or_else(|| self.0.contains_key("errorMessage"), |code| code.trim() == "20001")
    }
}
