//! One Stream frame and its acknowledgement. DingTalk docs: Stream protocol.
//!
//! A frame is a JSON object whose `data` is again JSON, as a *text*. As everywhere with DingTalk it is read leniently:
//! one sample calls the headers `header`, `messageId` may be absent (the sample of `disconnect` has none), and `data`
//! may be absent or empty.

use serde_json::{Map, Value, json};

/// The topic of what people say to the robot.
pub const MESSAGES: &str = "/v1.0/im/bot/messages/get";
/// The topic of a tap on an interactive card (互动卡片).
pub const CARDS: &str = "/v1.0/card/instances/callback";

/// What a frame is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The connection itself: `ping`, `disconnect`, and signs of life.
    System,
    /// Something that wants an answer in its acknowledgement.
    Callback,
    /// Something that happened; it is repeated until it is taken.
    Event,
    /// A type that is not documented.
    Other,
}

/// A frame as it came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// What it is about.
    pub kind: Kind,
    /// Its topic; empty when absent.
    pub topic: String,
    /// Its id, which the acknowledgement names; without one nothing can be acknowledged.
    pub message_id: Option<String>,
    /// Its content as JSON text; empty when absent.
    pub data: String,
}

/// Longest id that is taken: it is echoed, and part of a key.
const LONGEST_ID: usize = 512;

impl Frame {
    /// Reads a frame; `None` when it is none.
    pub fn read(text: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(text).ok()?;
        let frame = value.as_object()?;
        let none = Map::new();
        let headers = ["headers", "header"].iter().find_map(|name| frame.get(*name)?.as_object());
        let header = |name: &str| headers.unwrap_or(&none).get(name).and_then(Value::as_str);
        let kind = match frame.get("type")?.as_str()? {
            "SYSTEM" => Kind::System,
            "CALLBACK" => Kind::Callback,
            "EVENT" => Kind::Event,
            _ => Kind::Other,
        };
        let data = match frame.get("data") {
            Some(Value::String(text)) => text.clone(),
            // Undocumented, but then its meaning is plain.
            Some(object @ Value::Object(_)) => object.to_string(),
            _ => String::new(),
        };
        let message_id = header("messageId").filter(|id| !id.is_empty() && id.len() <= LONGEST_ID);
        Some(Self {
            kind,
            topic: header("topic").unwrap_or_default().to_owned(),
            message_id: message_id.map(str::to_owned),
            data,
        })
    }

    /// The acknowledgement with a code, a word and the data's text; `None` for a frame without an id.
    pub fn ack(&self, code: u16, message: &str, data: &str) -> Option<String> {
        let id = self.message_id.as_ref()?;
        let ack = json!({
            "code": code,
            "headers": { "messageId": id, "contentType": "application/json" },
            "message": message,
            "data": data,
        });
        Some(ack.to_string())
    }

    /// Taken, with this answer.
    pub fn taken(&self, answer: &Value) -> Option<String> {
        self.ack(200, "OK", &answer.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings() {
        let read = |text: &str| Frame::read(text);
        let frame =
            read(r#"{"type":"SYSTEM","header":{"topic":"ping"},"data":{"opaque":"1"}}"#).expect("a frame");
        assert_eq!(
            (frame.kind, frame.topic.as_str(), frame.data.as_str()),
            (Kind::System, "ping", r#"{"opaque":"1"}"#)
        );
        assert_eq!(frame.ack(200, "OK", ""), None, "nothing to name");
        let frame = read(r#"{"type":"NEW","headers":{"messageId":"m"}}"#).expect("a frame");
        assert_eq!((frame.kind, frame.data.as_str()), (Kind::Other, ""));
        for none in ["", "x", "[]", "{}", r#"{"type":5}"#, r#"{"type":null,"headers":{}}"#] {
            assert_eq!(read(none), None, "{none}");
        }
        let long = format!(r#"{{"type":"EVENT","headers":{{"messageId":"{}"}}}}"#, "x".repeat(513));
        assert_eq!(read(&long).expect("a frame").message_id, None);
    }
}
