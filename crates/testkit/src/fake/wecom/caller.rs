//! WeCom's side of the callbacks: people who write, press and open, and the strict reader of what the
//! bot answers (developer.work.weixin.qq.com path 100719, 101027, 101031, 90240, 90241).

use super::codec::Codec;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU64, Ordering};

/// Calls one bot's address as WeCom would.
pub struct Caller {
    codec: Codec,
    count: AtomicU64,
}

/// One callback, ready to be sent.
#[derive(Clone, Debug)]
pub struct Callback {
    /// Behind the `?` of the address, percent-encoded.
    pub query: String,
    /// The POST body.
    pub body: Vec<u8>,
    /// `msgid` or `MsgId`; empty for an app's event, which has none.
    pub msg_id: String,
    pub(super) place: super::Place,
    nonce: String,
    inner: String,
    takes: Takes,
}

/// What the real one accepts as the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Takes {
    Stream { id: Option<String> },
    Text,
    Card,
    Nothing,
    AppText { user: String },
}

/// An answer as the person sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What is shown: of Markdown, line breaks without the two spaces before them.
    pub text: String,
    /// The stream's id, for an AI bot's answer to a message.
    pub stream: Option<String>,
}

/// A person in a chat with an AI bot.
pub struct Person<'a> {
    caller: &'a Caller,
    user: String,
    chat: Option<String>,
    response_url: Option<String>,
}

impl Caller {
    pub(super) fn new(token: &str, aes_key: &str, receive_id: &str) -> Self {
        Self { codec: Codec::new(token, aes_key, receive_id), count: AtomicU64::new(0) }
    }

    /// A file's bytes as they lie at its address: encrypted with the callbacks' key.
    pub fn sealed_file(&self, bytes: &[u8]) -> Vec<u8> {
        self.codec.seal_file(bytes)
    }

    /// The query of the console's GET, which the bot must answer with `echo`.
    pub fn verification(&self, echo: &str, now: i64) -> String {
        let encrypt = self.codec.encrypt(echo, self.random());
        let (query, _) = self.query(&encrypt, now);
        format!("{query}&echostr={}", utf8_percent_encode(&encrypt, NON_ALPHANUMERIC))
    }

    /// Somebody in a group with the AI bot.
    pub fn in_group(&self, chat: &str, user: &str) -> Person<'_> {
        Person { caller: self, user: user.to_owned(), chat: Some(chat.to_owned()), response_url: None }
    }

    /// Somebody alone with the AI bot.
    pub fn in_private(&self, user: &str) -> Person<'_> {
        Person { caller: self, user: user.to_owned(), chat: None, response_url: None }
    }

    /// A text to a self-built app.
    pub fn app_text(&self, user: &str, text: &str, now: i64) -> Callback {
        let msg_id = (7_000_000_000_000_000_000 + self.next()).to_string();
        let text = text.replace("]]>", "]]]]><![CDATA[>");
        let part = format!(
            "<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{text}]]></Content><MsgId>{msg_id}</MsgId>"
        );
        self.app(user, &part, msg_id, Takes::AppText { user: user.to_owned() }, now)
    }

    /// A pressed button on a self-built app's card. `code` is the card's one-time response code.
    pub fn app_press(&self, user: &str, key: &str, task: &str, code: &str, now: i64) -> Callback {
        let part = format!(
            "<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[template_card_event]]></Event>\
             <EventKey><![CDATA[{key}]]></EventKey><TaskId><![CDATA[{task}]]></TaskId>\
             <CardType><![CDATA[button_interaction]]></CardType><ResponseCode><![CDATA[{code}]]></ResponseCode>"
        );
        self.app(user, &part, String::new(), Takes::AppText { user: user.to_owned() }, now)
    }

    /// The same callback once more, as after a lost answer: the same inside, a new nonce and signature.
    pub fn again(&self, callback: &Callback, now: i64) -> Callback {
        let app = callback.inner.starts_with('<');
        let (query, nonce, body) = self.sealed(&callback.inner, app, now);
        Callback { query, nonce, body, ..callback.clone() }
    }

    /// Reads the body of the 200 that answered `callback`; `None` for an empty one.
    ///
    /// # Panics
    /// When WeCom would have dropped it: a wrong signature, nonce, shape or size, or a kind of answer
    /// that this callback does not take.
    pub fn read(&self, callback: &Callback, body: &[u8]) -> Option<Answer> {
        if body.is_empty() {
            return None;
        }
        let body = std::str::from_utf8(body).expect("the answer is text");
        Some(match &callback.takes {
            Takes::AppText { user } => self.read_app(callback, user, body),
            Takes::Stream { id } => {
                let message = self.read_json(callback, body);
                let [msgtype, stream] = members(&message, ["msgtype", "stream"]);
                assert_eq!(msgtype, "stream", "a message takes a stream: {message}");
                let [stream_id, finish, content] = members(stream, ["id", "finish", "content"]);
                let stream_id = string(stream_id).to_owned();
                assert!(!stream_id.is_empty(), "a stream has an id: {message}");
                assert!(id.as_ref().is_none_or(|id| *id == stream_id), "another stream: {message}");
                assert_eq!(finish, true, "the bot finishes at once: {message}");
                let content = string(content);
                assert!(!content.is_empty() && content.len() <= 20_480, "{} bytes", content.len());
                Answer { text: seen(content), stream: Some(stream_id) }
            }
            Takes::Text => {
                let message = self.read_json(callback, body);
                let [msgtype, text] = members(&message, ["msgtype", "text"]);
                assert_eq!(msgtype, "text", "a welcome is text: {message}");
                let [content] = members(text, ["content"]);
                let text = string(content).to_owned();
                assert!(!text.is_empty() && text.len() <= 2048, "{} bytes", text.len());
                Answer { text, stream: None }
            }
            Takes::Card | Takes::Nothing => panic!("words for a callback that takes none: {callback:?}"),
        })
    }

    fn read_json(&self, callback: &Callback, body: &str) -> Value {
        let envelope: Value = serde_json::from_str(body).expect("a JSON envelope");
        let [encrypt, signature, timestamp, nonce] =
            members(&envelope, ["encrypt", "msgsignature", "timestamp", "nonce"]);
        assert_eq!(string(nonce), callback.nonce, "the nonce of the callback's address");
        let timestamp = timestamp.as_i64().expect("integer seconds").to_string();
        let signed = self.codec.sign(&timestamp, &callback.nonce, string(encrypt));
        assert_eq!(string(signature), signed, "the answer's signature");
        serde_json::from_str(&self.codec.decrypt(string(encrypt))).expect("JSON inside")
    }

    fn read_app(&self, callback: &Callback, user: &str, body: &str) -> Answer {
        let [encrypt, signature, timestamp, nonce] =
            elements(body, ["Encrypt", "MsgSignature", "TimeStamp", "Nonce"]);
        assert_eq!(nonce, callback.nonce);
        assert!(timestamp.parse::<i64>().is_ok_and(|at| at > 0), "integer seconds: {timestamp}");
        assert_eq!(signature, self.codec.sign(&timestamp, &nonce, &encrypt), "the answer's signature");
        let inner = self.codec.decrypt(&encrypt);
        let [to, from, created, kind, content] =
            elements(&inner, ["ToUserName", "FromUserName", "CreateTime", "MsgType", "Content"]);
        assert_eq!((&*to, &*from, &*kind), (user, self.codec.receive_id(), "text"), "{inner}");
        assert!(created.parse::<i64>().is_ok(), "{inner}");
        assert!(!content.is_empty() && content.len() <= 2048, "{} bytes", content.len());
        Answer { text: content, stream: None }
    }

    fn app(&self, user: &str, part: &str, msg_id: String, takes: Takes, now: i64) -> Callback {
        let inner = format!(
            "<xml><ToUserName><![CDATA[{}]]></ToUserName><FromUserName><![CDATA[{user}]]></FromUserName>\
             <CreateTime>{}</CreateTime>{part}<AgentID>1000002</AgentID></xml>",
            self.codec.receive_id(),
            now / 1000
        );
        let (query, nonce, body) = self.sealed(&inner, true, now);
        Callback { query, body, msg_id, place: super::Place::Person(user.to_owned()), nonce, inner, takes }
    }

    fn sealed(&self, inner: &str, app: bool, now: i64) -> (String, String, Vec<u8>) {
        let encrypt = self.codec.encrypt(inner, self.random());
        let (query, nonce) = self.query(&encrypt, now);
        let body = if app {
            format!(
                "<xml><ToUserName><![CDATA[{}]]></ToUserName><AgentID><![CDATA[1000002]]></AgentID>\
                 <Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>",
                self.codec.receive_id()
            )
        } else {
            json!({ "encrypt": encrypt }).to_string()
        };
        (query, nonce, body.into_bytes())
    }

    fn query(&self, encrypt: &str, now: i64) -> (String, String) {
        let nonce = format!("nonce{}", self.next());
        let timestamp = (now / 1000).to_string();
        let signature = self.codec.sign(&timestamp, &nonce, encrypt);
        (format!("msg_signature={signature}&timestamp={timestamp}&nonce={nonce}"), nonce)
    }

    fn next(&self) -> u64 {
        self.count.fetch_add(1, Ordering::Relaxed)
    }

    /// Not random: a failing test shall fail the same way again.
    fn random(&self) -> [u8; 16] {
        let mut bytes = *b"0000000000000000";
        bytes[..8].copy_from_slice(&self.next().to_le_bytes());
        bytes
    }
}

impl Person<'_> {
    /// The messages that follow carry this `response_url`; see [`super::FakeWecom::response_url`].
    #[must_use]
    pub fn with_response_url(mut self, url: String) -> Self {
        self.response_url = Some(url);
        self
    }

    /// Writes a text; in a group with the mention in front, as typed.
    pub fn text(&self, text: &str, now: i64) -> Callback {
        self.says(json!({"msgtype": "text", "text": {"content": text}}), Takes::Stream { id: None }, now)
    }

    /// Writes a text that quotes another one.
    pub fn quoting(&self, quoted: &str, text: &str, now: i64) -> Callback {
        let part = json!({"msgtype": "text", "text": {"content": text},
            "quote": {"msgtype": "text", "text": {"content": quoted}}});
        self.says(part, Takes::Stream { id: None }, now)
    }

    /// Writes text and pictures in one message; an empty part is a picture.
    pub fn mixed(&self, parts: &[&str], now: i64) -> Callback {
        let items: Vec<_> = parts
            .iter()
            .map(|part| match *part {
                "" => json!({"msgtype": "image", "image": {"url": "https://example.com/p"}}),
                text => json!({"msgtype": "text", "text": {"content": text}}),
            })
            .collect();
        let part = json!({"msgtype": "mixed", "mixed": {"msg_item": items}});
        self.says(part, Takes::Stream { id: None }, now)
    }

    /// Speaks; WeCom sends the words.
    pub fn voice(&self, words: &str, now: i64) -> Callback {
        self.says(json!({"msgtype": "voice", "voice": {"content": words}}), Takes::Stream { id: None }, now)
    }

    /// Sends a file that lies at `url`.
    pub fn file(&self, url: &str, now: i64) -> Callback {
        self.says(json!({ "msgtype": "file", "file": { "url": url } }), Takes::Stream { id: None }, now)
    }

    /// Sends a kind without words: `image`, `file`, `video`, or one that does not exist yet.
    pub fn wordless(&self, kind: &str, now: i64) -> Callback {
        let mut part = json!({ "msgtype": kind });
        part[kind] = json!({"url": "https://example.com/f"});
        self.says(part, Takes::Stream { id: None }, now)
    }

    /// Presses a button of a card.
    pub fn press(&self, key: &str, task: &str, now: i64) -> Callback {
        let card = json!({"card_type": "button_interaction", "event_key": key, "task_id": task});
        self.event("template_card_event", card, Takes::Card, now)
    }

    /// Opens the private chat for the first time that day.
    pub fn opens(&self, now: i64) -> Callback {
        assert!(self.chat.is_none(), "only a private chat is opened");
        self.event("enter_chat", json!({}), Takes::Text, now)
    }

    /// Rates an answer; only an empty answer is allowed.
    pub fn rates(&self, now: i64) -> Callback {
        self.event("feedback_event", json!({"id": "f1", "type": 2, "content": "不准"}), Takes::Nothing, now)
    }

    /// The next question after an answer that was not finished.
    pub fn refresh(&self, stream: &str, now: i64) -> Callback {
        let takes = Takes::Stream { id: Some(stream.to_owned()) };
        self.says(json!({"msgtype": "stream", "stream": {"id": stream}}), takes, now)
    }

    fn event(&self, kind: &str, part: Value, takes: Takes, now: i64) -> Callback {
        let mut event = json!({ "eventtype": kind });
        event[kind] = part;
        self.says(json!({"msgtype": "event", "create_time": now / 1000, "event": event}), takes, now)
    }

    fn says(&self, part: Value, takes: Takes, now: i64) -> Callback {
        let msg_id = format!("MSG{:08}", self.caller.next());
        let mut inner =
            json!({"msgid": msg_id, "aibotid": "BOT1", "chattype": "single", "from": {"userid": self.user}});
        let place = match &self.chat {
            Some(chat) => {
                inner["chattype"] = "group".into();
                inner["chatid"] = (**chat).into();
                super::Place::Group(chat.clone())
            }
            None => super::Place::Person(self.user.clone()),
        };
        if let Some(url) = &self.response_url {
            inner["response_url"] = (**url).into();
        }
        for (name, value) in part.as_object().expect("an object") {
            inner[name] = value.clone();
        }
        let inner = inner.to_string();
        let (query, nonce, body) = self.caller.sealed(&inner, false, now);
        Callback { query, body, msg_id, place, nonce, inner, takes }
    }
}

/// Markdown as it is shown, as far as the bot's plain text uses any.
pub(super) fn seen(markdown: &str) -> String {
    markdown.replace("  \n", "\n")
}

/// Exactly these members.
pub(super) fn members<'a, const N: usize>(value: &'a Value, names: [&str; N]) -> [&'a Value; N] {
    let object = value.as_object().unwrap_or_else(|| panic!("an object: {value}"));
    assert_eq!(object.len(), N, "exactly {names:?}: {value}");
    names.map(|name| object.get(name).unwrap_or_else(|| panic!("{name} in {value}")))
}

fn string(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("text: {value}"))
}

/// Exactly these children of `<xml>`, in this order, each plain or CDATA.
fn elements<const N: usize>(document: &str, names: [&str; N]) -> [String; N] {
    let rest = document.strip_prefix("<xml>").and_then(|rest| rest.strip_suffix("</xml>"));
    let mut rest = rest.unwrap_or_else(|| panic!("one xml element: {document}"));
    let values = names.map(|name| {
        let inside = rest.strip_prefix(&format!("<{name}>")).unwrap_or_else(|| panic!("{name}: {document}"));
        let mut text = String::new();
        let mut inside = inside;
        loop {
            if let Some(section) = inside.strip_prefix("<![CDATA[") {
                let (value, after) = section.split_once("]]>").expect("the section ends");
                text.push_str(value);
                inside = after;
            } else if let Some(after) = inside.strip_prefix(&format!("</{name}>")) {
                rest = after;
                return text;
            } else {
                let end = inside.find('<').expect("a tag follows");
                assert!(end > 0 && !inside[..end].contains('&'), "{name}: {document}");
                text.push_str(&inside[..end]);
                inside = &inside[end..];
            }
        }
    });
    assert_eq!(rest, "", "nothing else: {document}");
    values
}
