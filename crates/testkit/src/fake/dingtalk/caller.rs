//! DingTalk's knocking side: callbacks with headers and body like the documents' samples, and a strict ear for
//! the answer.

use super::{BODY_LIMIT, Door, Place, Shared, lock, sign};
use serde_json::{Value, json};

const SESSION_MS: i64 = 90 * 60_000;

/// A robot's callbacks, signed with its app's secret.
pub struct Caller {
    world: Shared,
    base: String,
    app_secret: String,
    robot_code: String,
}

/// One HTTP callback, ready to be posted. `body` may be changed at will: the signature does not cover it.
#[derive(Clone, Debug)]
pub struct Callback {
    /// The `timestamp` header.
    pub timestamp: String,
    /// The `sign` header.
    pub sign: String,
    /// The message.
    pub body: Value,
    place: Place,
}

impl Callback {
    /// All headers of the request.
    pub fn headers(&self) -> [(&'static str, String); 3] {
        [
            ("content-type", "application/json; charset=utf-8".to_owned()),
            ("timestamp", self.timestamp.clone()),
            ("sign", self.sign.clone()),
        ]
    }

    /// The body as it travels.
    pub fn bytes(&self) -> Vec<u8> {
        self.body.to_string().into_bytes()
    }
}

impl Caller {
    pub(super) fn new(world: Shared, base: String, app_secret: &str, robot_code: &str) -> Self {
        Self { world, base, app_secret: app_secret.into(), robot_code: robot_code.into() }
    }

    /// Somebody mentions the robot in a group.
    pub fn group(&self, group: &str, staff_id: &str, nick: &str, text: &str) -> Callback {
        // The mention itself is taken off, the space behind it stays.
        let words = json!({ "content": format!(" {text}") });
        self.message(Place::Group(group.into()), staff_id, nick, "text", words)
    }

    /// Somebody writes to the robot in private.
    pub fn private(&self, staff_id: &str, nick: &str, text: &str) -> Callback {
        self.message(Place::Person(staff_id.into()), staff_id, nick, "text", json!({ "content": text }))
    }

    /// A message of any type. `content` is the object that holds what was sent: `text` for a text, `content` for
    /// the others. DingTalk docs: robot message types.
    ///
    /// # Panics
    /// For a type that DingTalk does not hand over from a group.
    pub fn message(
        &self,
        place: Place,
        staff_id: &str,
        nick: &str,
        msgtype: &str,
        content: Value,
    ) -> Callback {
        let in_group = matches!(place, Place::Group(_));
        assert!(
            !(in_group && ["audio", "video", "file"].contains(&msgtype)),
            "DingTalk hands no {msgtype} over from a group"
        );
        let mut world = lock(&self.world);
        let now = world.now();
        let expires_at = now + SESSION_MS;
        let session = world.open_session(&self.base, place.clone(), expires_at);
        let number = world.sessions.len();
        drop(world);

        let port = self.base.rsplit(':').next().unwrap_or_default();
        let bot = "$:LWCP_v1:$bot0001";
        let mut body = json!({
            "conversationId": match &place {
                Place::Group(id) => id.clone(),
                Place::Person(id) => format!("cidPRIVATE{id}=="),
            },
            "chatbotCorpId": "dingtestcorp0001",
            "chatbotUserId": bot,
            "msgId": format!("msg{port}x{number}=="),
            "senderNick": nick,
            "isAdmin": false,
            "senderStaffId": staff_id,
            "sessionWebhookExpiredTime": expires_at,
            "createAt": now,
            "senderCorpId": "dingtestcorp0001",
            "conversationType": if in_group { "2" } else { "1" },
            "senderId": format!("$:LWCP_v1:${staff_id}"),
            "sessionWebhook": session,
            "robotCode": self.robot_code,
            "msgtype": msgtype,
        });
        body[if msgtype == "text" { "text" } else { "content" }] = content;
        if in_group {
            body["conversationTitle"] = json!("测试部门群");
            body["isInAtList"] = json!(true);
            body["atUsers"] = json!([{ "dingtalkId": bot }]);
        }
        self.signed(body, place)
    }

    /// The same message once more, as after a lost answer: same id, signed at the present time.
    pub fn again(&self, callback: &Callback) -> Callback {
        self.signed(callback.body.clone(), callback.place.clone())
    }

    /// Takes the answer to a callback as DingTalk would, and shows it where the message came from. `None` when
    /// it says nothing.
    ///
    /// # Panics
    /// When DingTalk would not understand the answer.
    pub fn hear(&self, callback: &Callback, content_type: &str, body: &[u8]) -> Option<String> {
        assert!(content_type.starts_with("application/json"), "content type {content_type}");
        assert!(body.len() <= BODY_LIMIT, "an answer of {} bytes", body.len());
        if serde_json::from_slice::<Value>(body).is_ok_and(|body| body == json!({ "msgtype": "empty" })) {
            return None;
        }
        let mut world = lock(&self.world);
        let message = world.message(body, &["msgtype", "text", "actionCard", "at"]);
        let message = message.unwrap_or_else(|(_, why)| panic!("{why}: {}", String::from_utf8_lossy(body)));
        let place = callback.place.clone();
        world.show(place, message.text.clone(), message.at, message.buttons, Door::Response);
        Some(message.text)
    }

    fn signed(&self, body: Value, place: Place) -> Callback {
        let timestamp = lock(&self.world).now().to_string();
        let sign = sign::robot_style(&self.app_secret, &timestamp);
        Callback { timestamp, sign, body, place }
    }
}
