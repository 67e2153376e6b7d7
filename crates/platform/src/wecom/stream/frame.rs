//! Frames of the long connection (developer.work.weixin.qq.com path 101463): JSON in text frames,
//! `{"cmd","headers":{"req_id"},"body"}`; an acknowledgement has no `cmd` but `errcode`.

use crate::wecom::aibot::without_raw_controls;
use serde::Deserialize;
use serde_json::{Value, json};

/// What we send.
pub(in crate::wecom) mod cmd {
    pub(in crate::wecom) const SUBSCRIBE: &str = "aibot_subscribe";
    pub(in crate::wecom) const PING: &str = "ping";
    pub(in crate::wecom) const WELCOME: &str = "aibot_respond_welcome_msg";
    pub(in crate::wecom) const RESPOND: &str = "aibot_respond_msg";
    pub(in crate::wecom) const UPDATE: &str = "aibot_respond_update_msg";
    pub(in crate::wecom) const SEND: &str = "aibot_send_msg";
    pub(in crate::wecom) const UPLOAD_INIT: &str = "aibot_upload_media_init";
    pub(in crate::wecom) const UPLOAD_CHUNK: &str = "aibot_upload_media_chunk";
    pub(in crate::wecom) const UPLOAD_FINISH: &str = "aibot_upload_media_finish";
    /// What we hear: somebody said something.
    pub(in crate::wecom) const MESSAGE: &str = "aibot_msg_callback";
    /// What we hear: somebody pressed or opened something, or another has subscribed.
    pub(in crate::wecom) const EVENT: &str = "aibot_event_callback";
}

/// A frame that came in.
#[derive(Debug, PartialEq)]
pub(super) enum Frame {
    /// Somebody said something.
    Message { req_id: String, body: Value },
    /// Somebody pressed or opened something.
    Event { req_id: String, body: Value },
    /// Another connection of this bot was opened; this one hears nothing more.
    Kicked,
    /// How a request of ours ended.
    Ack { req_id: String, errcode: i64, body: Value },
    /// Genuine, and nothing that this program knows.
    Unknown,
}

#[derive(Deserialize)]
struct Raw {
    cmd: Option<String>,
    #[serde(default)]
    headers: Headers,
    #[serde(default)]
    body: Value,
    errcode: Option<i64>,
}

#[derive(Default, Deserialize)]
struct Headers {
    #[serde(default)]
    req_id: String,
}

impl Frame {
    /// Reads a text frame; `None` when it is none.
    pub(super) fn read(text: &str) -> Option<Self> {
        let raw: Raw = serde_json::from_str(&without_raw_controls(text.to_owned())).ok()?;
        let Raw { cmd, headers: Headers { req_id }, body, errcode } = raw;
        Some(match (cmd.as_deref(), errcode) {
            (Some(cmd::MESSAGE), _) => Self::Message { req_id, body },
            (Some(cmd::EVENT), _) if body["event"]["eventtype"] == "disconnected_event" => Self::Kicked,
            (Some(cmd::EVENT), _) => Self::Event { req_id, body },
            (None | Some(""), Some(errcode)) => Self::Ack { req_id, errcode, body },
            _ => Self::Unknown,
        })
    }
}

/// A frame that goes out.
pub(super) fn frame(cmd: &str, req_id: &str, body: Option<&Value>) -> String {
    let mut frame = json!({ "cmd": cmd, "headers": { "req_id": req_id } });
    if let Some(body) = body {
        frame["body"] = body.clone();
    }
    frame.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_told_apart() {
        let read = |text: &str| Frame::read(text);
        let body = json!({ "msgid": "M" });
        for (text, expected) in [
            (
                r#"{"cmd":"aibot_msg_callback","headers":{"req_id":"r1"},"body":{"msgid":"M"}}"#,
                Frame::Message { req_id: "r1".to_owned(), body: body.clone() },
            ),
            (
                "{\"cmd\":\"aibot_event_callback\",\u{1}\"headers\":{\"req_id\":\"r2\"},\"body\":{\"msgid\":\"M\"}}",
                Frame::Event { req_id: "r2".to_owned(), body },
            ),
            (
                r#"{"cmd":"aibot_event_callback","headers":{"req_id":"x"},"body":{"msgtype":"event","event":{"eventtype":"disconnected_event"}}}"#,
                Frame::Kicked,
            ),
            (
                r#"{"headers":{"req_id":"r3"},"errcode":846605,"errmsg":"invalid req_id"}"#,
                Frame::Ack { req_id: "r3".to_owned(), errcode: 846605, body: Value::Null },
            ),
            (r#"{"cmd":"aibot_new_thing","headers":{"req_id":"r"}}"#, Frame::Unknown),
            (r#"{"headers":{}}"#, Frame::Unknown),
        ] {
            assert_eq!(read(text), Some(expected), "{text}");
        }
        for text in ["", "[]", "{", "5", r#"{"cmd":5}"#, r#"{"headers":{"req_id":7}}"#] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn what_goes_out_has_the_documented_form() {
        assert_eq!(frame("ping", "p", None), r#"{"cmd":"ping","headers":{"req_id":"p"}}"#);
        let with = frame(cmd::SEND, "s", Some(&json!({ "chatid": "wrC" })));
        assert_eq!(with, r#"{"cmd":"aibot_send_msg","headers":{"req_id":"s"},"body":{"chatid":"wrC"}}"#);
    }
}
