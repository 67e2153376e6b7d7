//! DingTalk: the published signature vectors, and every spelling of a robot message that its documents and its
//! servers are known to use. Vectors: DingTalk docs' own samples and values recomputed with OpenSSL and PyPI
//! DingtalkChatbot.
#![allow(clippy::unwrap_used, reason = "a test ends where it fails")]

use base64::{Engine, engine::general_purpose::STANDARD};
use bot::message::{Body, ChatKind, Incoming, Said};
use hmac::{Hmac, KeyInit, Mac};
use platform::dingtalk::card::Tap;
use platform::dingtalk::card_http::{self, CardDoor};
use platform::dingtalk::stream::frame::{Frame, Kind};
use platform::dingtalk::{
    self, BODY_LIMIT, DingtalkBot, DingtalkBotConfig, MAX_AGE_MS, Received, Rejected, sign,
};
use proptest::prelude::*;
use secrecy::SecretString;
use serde_json::{Value, json};

const SECRET: &str = "this is a secret";
const NOW: i64 = 1_767_225_600_123;

fn vectors(kind: &str) -> Vec<Value> {
    let all: Value = serde_json::from_str(include_str!("data/dingtalk_vectors.json")).unwrap();
    let found: Vec<_> =
        all["signatures"].as_array().unwrap().iter().filter(|v| v["kind"] == kind).cloned().collect();
    assert!(!found.is_empty(), "no vector of kind {kind}");
    found
}

fn frame(id: &str) -> Value {
    let all: Value = serde_json::from_str(include_str!("data/dingtalk_vectors.json")).unwrap();
    let frame = all["stream_frames"].as_array().unwrap().iter().find(|f| f["id"] == id).unwrap().clone();
    serde_json::from_str(frame["down"]["data"].as_str().unwrap()).unwrap()
}

fn str<'a>(vector: &'a Value, name: &str) -> &'a str {
    vector[name].as_str().unwrap_or_else(|| panic!("{name} in {vector}"))
}

fn signed(secret: &str, timestamp: &str) -> String {
    let mac = <Hmac<sha2::Sha256> as KeyInit>::new_from_slice(secret.as_bytes()).unwrap();
    STANDARD.encode(mac.chain_update(format!("{timestamp}\n{secret}")).finalize().into_bytes())
}

fn robot() -> DingtalkBot {
    DingtalkBot::new(DingtalkBotConfig::new("小助", SecretString::from(SECRET)))
}

fn receive_by(robot: &DingtalkBot, message: &Value) -> Result<Received, Rejected> {
    let timestamp = NOW.to_string();
    let sign = signed(SECRET, &timestamp);
    robot.receive(Some(&timestamp), Some(&sign), message.to_string().as_bytes(), NOW)
}

fn receive(message: &Value) -> Result<Received, Rejected> {
    receive_by(&robot(), message)
}

fn incoming(message: &Value) -> Incoming {
    match receive(message) {
        Ok(Received::Message(incoming)) => *incoming,
        other => panic!("{other:?} for {message}"),
    }
}

/// The documents' sample of a group text.
fn group() -> Value {
    frame("frame-bot-message")
}

/// A change of the group sample; `null` takes a field away.
fn group_with(changes: Value) -> Value {
    let mut message = group();
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => drop(message.as_object_mut().unwrap().remove(name)),
            value => message[name] = value.clone(),
        }
    }
    message
}

#[test]
fn callback_header_vectors() {
    for vector in vectors("callback_header") {
        let robot =
            DingtalkBot::new(DingtalkBotConfig::new("小助", SecretString::from(str(&vector, "secret"))));
        let got = robot.receive(
            vector["timestamp"].as_str(),
            vector["sign"].as_str(),
            group().to_string().as_bytes(),
            vector["now_ms"].as_i64().unwrap(),
        );
        let want = match str(&vector, "expect") {
            "accept" => None,
            "reject_stale" => Some(Rejected::Stale),
            "reject_sign" => Some(Rejected::BadSign),
            "reject_missing" => Some(Rejected::MissingHeader),
            other => panic!("{other}"),
        };
        assert_eq!(got.err(), want, "{}", vector["id"]);
    }
}

#[test]
fn webhook_sign_vectors() {
    for vector in vectors("webhook_sign") {
        let secret = SecretString::from(str(&vector, "secret"));
        let timestamp = str(&vector, "timestamp");
        let query = sign::webhook_query(&secret, timestamp.parse().unwrap());
        match str(&vector, "expect") {
            "ok" => {
                assert_eq!(query, format!("timestamp={timestamp}&sign={}", str(&vector, "sign_urlencoded")));
                if let Some(url) = vector["url"].as_str() {
                    assert_eq!(format!("/robot/send?access_token=TESTTOKEN&{query}"), url);
                }
            }
            // Seconds for milliseconds: the recipe fits, so only our clock's unit keeps it from coming out.
            "server_310000" if vector["id"] == "hook-sign-wrong-seconds" => {
                assert!(sign::webhook_query(&secret, NOW).starts_with("timestamp=1767225600123&"));
            }
            "server_310000" => {
                let encoded =
                    str(&vector, "sign_base64").replace('/', "%2F").replace('+', "%2B").replace('=', "%3D");
                assert!(!query.contains(&encoded), "{}", vector["id"]);
            }
            other => panic!("{other}"),
        }
    }
}

#[test]
fn card_callback_vectors() {
    let body = card_tap();
    for vector in vectors("card_http_header") {
        let door = CardDoor::new("小助", SecretString::from(str(&vector, "api_secret")), MAX_AGE_MS);
        let timestamp = str(&vector, "timestamp");
        let at: i64 = timestamp.parse().unwrap();
        let names: Vec<&str> =
            vector["headers"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        assert!(names.is_empty() || names == [card_http::TIMESTAMP_HEADER, card_http::SIGN_HEADER]);
        let sign = Some(str(&vector, "signature"));
        let receive = |sign, now| door.receive(Some(timestamp), sign, body.as_bytes(), now);
        let got = receive(sign, at);
        match str(&vector, "expect") {
            "accept" => {
                let tapped = got.unwrap();
                let tap = Tap::read(&tapped.data).unwrap();
                assert_eq!((tap.track.as_str(), tap.user_id.as_str()), ("poll-0001", "user001"));
                assert_eq!(receive(sign, at + MAX_AGE_MS).unwrap().id, tapped.id, "the same request");
                assert_eq!(receive(sign, at + MAX_AGE_MS + 1), Err(Rejected::Stale));
                assert_eq!(receive(sign, at - MAX_AGE_MS - 1), Err(Rejected::Stale));
                assert_eq!(receive(None, at), Err(Rejected::MissingHeader));
            }
            "reject_sign" => assert_eq!(got, Err(Rejected::BadSign)),
            other => panic!("{other}"),
        }
    }
}

/// The data of the published tap; what it asks for comes the same by a frame and by a callback.
fn card_tap() -> String {
    frame("frame-card-callback").to_string()
}

/// What each section and kind of the published vectors is checked by, here and in `testkit`. Whoever adds a vector of another
/// kind has to say where it is used.
#[test]
fn no_published_vector_lies_unused() {
    let all: Value = serde_json::from_str(include_str!("data/dingtalk_vectors.json")).unwrap();
    let mut sections: Vec<&str> = all.as_object().unwrap().keys().map(String::as_str).collect();
    sections.sort_unstable();
    assert_eq!(sections, ["dtmd_links", "signatures", "stream_frames"]);
    // Each loop of these kinds runs over all that there are.
    let checked = ["callback_header", "webhook_sign", "card_http_header"];
    let unused = |id: &Value, used: bool| (!used).then(|| id.to_string());
    let signatures = all["signatures"].as_array().unwrap().iter();
    let mut left: Vec<String> = signatures
        .filter_map(|vector| unused(&vector["id"], checked.contains(&str(vector, "kind"))))
        .collect();
    let links = all["dtmd_links"].as_array().unwrap().iter();
    left.extend(
        links
            .filter_map(|link| unused(&link["content"], dingtalk::link(str(link, "content")) == link["url"])),
    );
    for vector in all["stream_frames"].as_array().unwrap() {
        let frame = Frame::read(&vector["down"].to_string()).unwrap();
        let data = frame.data.as_str();
        let used = match (frame.kind, frame.topic.as_str()) {
            (Kind::System, "ping" | "disconnect") => true,
            (Kind::Callback, "/v1.0/im/bot/messages/get") => {
                matches!(robot().hear(data, NOW), Ok(Received::Message(_)))
            }
            (Kind::Callback, "/v1.0/card/instances/callback") => Tap::read(data).is_some(),
            (Kind::Callback, "/v9.9/unknown") => vector["ack"]["code"] == 404,
            _ => false,
        };
        left.extend(unused(&vector["id"], used));
    }
    assert!(left.is_empty(), "no test looks at {left:?}");
}

/// A card callback is signed over the timestamp alone; such a header must not open the robot's door.
#[test]
fn a_card_signature_is_no_robot_signature() {
    for vector in vectors("card_http_header") {
        let secret = SecretString::from(str(&vector, "api_secret"));
        let timestamp = str(&vector, "timestamp");
        let got = sign::check_callback(
            &secret,
            Some(timestamp),
            Some(str(&vector, "signature")),
            timestamp.parse().unwrap(),
            3_600_000,
        );
        let robot_style = str(&vector, "id") == "card-http-sign-wrong";
        assert_eq!(got.is_ok(), robot_style, "{}", vector["id"]);
    }
}

#[test]
fn headers_that_only_look_right() {
    let body = group().to_string();
    let good = signed(SECRET, &NOW.to_string());
    let receive =
        |timestamp: &str, sign: &str| robot().receive(Some(timestamp), Some(sign), body.as_bytes(), NOW);
    for timestamp in
        ["+1767225600123", " 1767225600123", "1767225600123.0", "1767225600123\n", "", "99999999999999999999"]
    {
        assert_eq!(
            receive(timestamp, &signed(SECRET, timestamp)).err(),
            Some(Rejected::Stale),
            "{timestamp:?}"
        );
    }
    let url_safe = good.replace('+', "-").replace('/', "_");
    let unpadded = good.trim_end_matches('=').to_owned();
    let with_line_end = format!("{good}\n");
    for sign in ["", "=", "AAAA", &unpadded, &with_line_end, &good[1..], &format!("{good}{good}")] {
        assert_eq!(receive(&NOW.to_string(), sign).err(), Some(Rejected::BadSign), "{sign:?}");
    }
    assert!(url_safe == good || receive(&NOW.to_string(), &url_safe).is_err());
    assert_eq!(robot().receive(Some(&NOW.to_string()), None, &[], NOW), Err(Rejected::MissingHeader));
    assert_eq!(robot().receive(None, Some(&good), &[], NOW), Err(Rejected::MissingHeader));
}

#[test]
fn a_lower_greatest_age_is_kept() {
    let mut config = DingtalkBotConfig::new("小助", SecretString::from(SECRET));
    config.max_age_ms = 1_000;
    let robot = DingtalkBot::new(config);
    let timestamp = NOW.to_string();
    let sign = signed(SECRET, &timestamp);
    for (now, fresh) in [(NOW + 1_000, true), (NOW + 1_001, false), (NOW - 1_000, true), (NOW - 1_001, false)]
    {
        let got = robot.receive(Some(&timestamp), Some(&sign), group().to_string().as_bytes(), now);
        assert_eq!(got.is_ok(), fresh, "{now}");
    }
}

#[test]
fn a_group_text() {
    let mut message = group();
    message["sessionWebhook"] =
        json!("https://oapi.dingtalk.com/robot/sendBySession?session=0123456789abcdef");
    let got = incoming(&message);
    assert_eq!(got.platform, "dingtalk");
    assert_eq!(got.bot, "小助");
    assert_eq!(got.msg_id, "dingtestrobot0001:msgTEST0001==");
    assert_eq!(got.chat.kind, ChatKind::Group);
    assert_eq!(got.chat.id, "cidTESTgroup0001==");
    assert_eq!(got.chat.title.as_deref(), Some("测试部门群"));
    assert_eq!(got.sender.user_id, "user001");
    assert_eq!(got.sender.name.as_deref(), Some("张三"));
    assert_eq!(got.body, Body::Text("今天谁值班?".into()));
    assert!(got.answer_now);
    let late = got.late_reply.as_ref().unwrap();
    assert_eq!(late.expires_at, 1_767_231_000_100 - 300_000);
    assert!(!format!("{got:?}").contains("0123456789abcdef"), "the session is a secret");
}

#[test]
fn a_private_text_names_the_chat_by_the_staff_id() {
    let got = incoming(&group_with(json!({ "conversationType": "1", "conversationTitle": null })));
    assert_eq!(got.chat.kind, ChatKind::Private);
    assert_eq!(got.chat.id, "user001");
    assert_eq!(got.chat.title, None);
}

#[test]
fn a_foreign_session_address_is_not_kept() {
    assert_eq!(incoming(&group()).late_reply, None, "the sample's host is not DingTalk's");
    let own = json!("https://oapi.dingtalk.com/robot/sendBySession?session=s");
    for expired in [json!(NOW), json!(NOW + 300_000), json!("soon"), json!(null)] {
        let message = group_with(json!({ "sessionWebhook": own, "sessionWebhookExpiredTime": expired }));
        assert_eq!(incoming(&message).late_reply, None, "{expired}");
    }
    let as_text = json!((NOW + 300_001).to_string());
    let message = group_with(json!({ "sessionWebhook": own, "sessionWebhookExpiredTime": as_text }));
    assert_eq!(incoming(&message).late_reply.unwrap().expires_at, NOW + 1);
}

#[test]
fn spellings_of_the_same_text() {
    for changes in [
        json!({ "text": { "content": "日报" } }),
        json!({ "text": { "content": "  日报\n" } }),
        json!({ "text": null, "content": "日报" }),
        json!({ "text": null, "content": " 日报 " }),
        json!({ "text": { "content": "@小助 日报" } }),
        json!({ "text": { "content": "@小助\u{2005}日报" } }),
        json!({ "text": { "content": " @小助\n日报" } }),
        json!({ "text": { "content": "日\u{0}报\u{7}\u{1b}" } }),
        json!({ "createAt": "1767225600100", "isAdmin": "false", "conversationType": 2 }),
        json!({ "senderStaffId": 1001 }),
        json!({ "sessionWebhook": null, "sessionWebhookExpiredTime": null, "senderNick": null, "atUsers": null }),
    ] {
        let got = incoming(&group_with(changes.clone()));
        let Body::Text(text) = &got.body else { panic!("{got:?}") };
        assert!(["日报", "今天谁值班?"].contains(&text.as_str()), "{text:?} for {changes}");
    }
    assert_eq!(incoming(&group_with(json!({ "senderStaffId": 1001 }))).sender.user_id, "1001");
}

#[test]
fn words_that_stay_as_they_are() {
    for (kind, words, want) in [
        ("2", "日报\r\n张三 3", "日报\n张三 3"),
        ("2", "派单 @李四 3", "派单 @李四 3"),
        ("2", "@小助", ""),
        ("2", "   ", ""),
        ("2", "👩‍⚕️🧑🏽‍⚕️ 到诊", "👩‍⚕️🧑🏽‍⚕️ 到诊"),
        ("1", "@李四 来了", "@李四 来了"),
    ] {
        let got = incoming(&group_with(json!({ "conversationType": kind, "text": { "content": words } })));
        assert_eq!(got.body, Body::Text(want.into()), "{words:?}");
    }
    let long = "字🧑\t\"".repeat(25_000);
    let got = incoming(&group_with(json!({ "text": { "content": long } })));
    assert!(got.body == Body::Text(long), "100,000 characters arrive whole");
}

#[test]
fn other_kinds_of_messages() {
    let unreadable = |kind: &str| Body::Unreadable(kind.into());
    for (msgtype, content, want) in [
        (
            "richText",
            json!({ "richText": [{ "text": "日报" }, { "text": " 到诊 3" }] }),
            Body::Text("日报 到诊 3".into()),
        ),
        (
            "richText",
            json!({ "richText": [
                { "text": "@小助 日报" },
                { "type": "picture", "downloadCode": "d" },
                { "type": "at" },
                { "text": "到诊 3" },
                { "type": "emoji" },
            ] }),
            Body::Text("日报\n到诊 3".into()),
        ),
        (
            "richText",
            json!({ "richText": [{ "type": "picture", "downloadCode": "d" }] }),
            unreadable("richText"),
        ),
        ("richText", json!({ "richText": "odd" }), unreadable("richText")),
        ("richText", json!({}), unreadable("richText")),
        ("audio", json!({ "duration": 4000, "recognition": "明天我休息" }), Body::Text("明天我休息".into())),
        ("audio", json!({ "duration": "4000", "recognition": " " }), unreadable("audio")),
        ("audio", json!({ "duration": "4000", "downloadCode": "d" }), unreadable("audio")),
        ("picture", json!({ "downloadCode": "d" }), unreadable("picture")),
        ("video", json!({ "duration": 1, "videoType": "mp4" }), unreadable("video")),
        ("file", json!({ "fileName": "a.xlsx" }), unreadable("file")),
        // In a group; in private it is one that can be fetched.
        ("file", json!({ "fileName": "a.xlsx", "downloadCode": "d1" }), unreadable("file")),
        ("unknownMsgType", json!({ "unknownMsgType": "不支持" }), unreadable("unknownMsgType")),
        ("hologram", json!(7), unreadable("hologram")),
    ] {
        let message = group_with(json!({ "text": null, "msgtype": msgtype, "content": content }));
        assert_eq!(incoming(&message).body, want, "{msgtype}");
    }
}

#[test]
fn an_exhausted_quota_is_no_fault_of_the_sender() {
    let quota = Body::Unreadable(platform::dingtalk::decode::QUOTA.into());
    assert_eq!(incoming(&frame("frame-quota-exceeded")).body, quota);
    for changes in [
        json!({ "text": null, "errorCode": 20001 }),
        json!({ "text": null, "errorMessage": "(quota)" }),
        json!({ "text": {}, "errcode": "20001" }),
        json!({ "text": null, "msgtype": "richText", "errorCode": 20001 }),
    ] {
        assert_eq!(incoming(&group_with(changes.clone())).body, quota, "{changes}");
    }
    // The words are there, so they count, whatever else is said.
    assert_eq!(incoming(&group_with(json!({ "errorCode": 20001 }))).body, Body::Text("今天谁值班?".into()));
}

#[test]
fn nobody_acts_without_a_staff_id() {
    for missing in [json!(null), json!(""), json!("  "), json!(false)] {
        let message = group_with(json!({ "senderStaffId": missing, "senderUnionId": "union1" }));
        let Ok(Received::NoStaffId { answer_text, .. }) = receive(&message) else { panic!("{missing}") };
        assert!(answer_text.contains("本单位") && answer_text.contains("发布"));
    }
}

#[test]
fn its_own_words_are_ignored() {
    let own = group_with(json!({ "senderId": "$:LWCP_v1:$bot0001" }));
    assert_eq!(receive(&own), Ok(Received::Ignored));
}

#[test]
fn what_cannot_be_done_without() {
    for missing in ["msgId", "conversationType", "conversationId", "msgtype", "text"] {
        for value in [json!(null), json!([]), json!({})] {
            let got = receive(&group_with(json!({ missing: value })));
            assert_eq!(got, Err(Rejected::Malformed(missing)), "{missing} {value}");
        }
    }
    assert_eq!(
        receive(&group_with(json!({ "conversationType": "3" }))),
        Err(Rejected::Malformed("conversationType"))
    );
    assert_eq!(receive(&group_with(json!({ "msgId": "a\u{0}b" }))), Err(Rejected::Malformed("msgId")));
    assert_eq!(receive(&group_with(json!({ "msgId": "a".repeat(513) }))), Err(Rejected::Malformed("msgId")));
    for odd in [json!([]), json!("text"), json!(null)] {
        assert_eq!(receive(&odd), Err(Rejected::Malformed("JSON object")), "{odd}");
    }
    let huge = group_with(json!({ "text": { "content": "a".repeat(1 << 20) } }));
    assert_eq!(receive(&huge), Err(Rejected::TooLong));
}

#[test]
fn the_id_is_unique_per_robot() {
    let nameless = group_with(json!({ "robotCode": null }));
    assert_eq!(incoming(&nameless).msg_id, "小助:msgTEST0001==");

    let mut config = DingtalkBotConfig::new("小助", SecretString::from(SECRET));
    config.robot_code = Some("dingtestrobot0001".into());
    let bound = DingtalkBot::new(config);
    for message in [&nameless, &group()] {
        let Ok(Received::Message(got)) = receive_by(&bound, message) else { panic!() };
        assert_eq!(got.msg_id, "dingtestrobot0001:msgTEST0001==");
    }
    let other = group_with(json!({ "robotCode": "dingother" }));
    assert_eq!(receive_by(&bound, &other), Err(Rejected::WrongRobot));
}

#[test]
fn answers() {
    let body = |said: &[Said]| -> Value {
        let answer = robot().answer(said, ChatKind::Group);
        assert_eq!(answer.content_type, "application/json; charset=utf-8");
        assert!(answer.body.len() <= BODY_LIMIT);
        serde_json::from_str(&answer.body).unwrap()
    };
    let text = |content: &str| json!({ "msgtype": "text", "text": { "content": content } });
    assert_eq!(body(&[]), json!({ "msgtype": "empty" }));
    assert_eq!(body(&[Said::text(""), Said::text(" \n")]), json!({ "msgtype": "empty" }));
    assert_eq!(body(&[Said::text("好 \"的\"\n🧑‍⚕️")]), text("好 \"的\"\n🧑‍⚕️"));
    assert_eq!(body(&[Said::text("一"), Said::text("二")]), text("一\n\n二"));
    assert_eq!(
        body(&[Said::text("请假 J3").button("同意", "同意 J3")]),
        text("请假 J3\n· 同意 → 发「同意 J3」")
    );

    for unit in ["字", "一行\n", "\u{1}", "🧑‍⚕️\"\\\n"] {
        let got = body(&[Said::text(unit.repeat(100_000 / unit.chars().count()))]);
        let shown = got["text"]["content"].as_str().unwrap();
        assert!(shown.ends_with("\n……（太长，后面的没有显示）") && shown.len() > 3_000, "{unit:?}");
    }
    let lines = body(&[Said::text("一行\n".repeat(10_000))]);
    assert!(lines["text"]["content"].as_str().unwrap().lines().rev().skip(1).all(|line| line == "一行"));
}

#[test]
fn no_secret_in_debug() {
    let mut config = DingtalkBotConfig::new("小助", SecretString::from("TOPSECRET"));
    config.robot_code = Some("code".into());
    assert!(!format!("{config:?} {:?}", DingtalkBot::new(config.clone())).contains("TOPSECRET"));
}

/// JSON of any shape, with the names that matter among its keys.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        prop::sample::select(vec!["1", "2", "text", "richText", "audio", "20001"]).prop_map(Value::from),
    ];
    let name = prop::sample::select(vec![
        "text",
        "content",
        "richText",
        "recognition",
        "msgId",
        "msgtype",
        "conversationType",
        "conversationId",
        "senderStaffId",
        "senderId",
        "chatbotUserId",
        "robotCode",
        "sessionWebhook",
        "sessionWebhookExpiredTime",
        "errorCode",
        "conversationTitle",
        "senderNick",
    ]);
    leaf.prop_recursive(4, 64, 12, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::hash_map(name.clone().prop_map(String::from), inner, 0..16)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_headers_and_body_are_refused(
        timestamp in prop_oneof![any::<String>(), (NOW - 10..NOW + 10).prop_map(|at| at.to_string())],
        sign in prop_oneof![any::<String>(), any::<[u8; 32]>().prop_map(|mac| STANDARD.encode(mac))],
        body in any::<Vec<u8>>(),
    ) {
        prop_assert!(robot().receive(Some(&timestamp), Some(&sign), &body, NOW).is_err());
    }

    #[test]
    fn any_signed_bytes_make_no_panic(body in any::<Vec<u8>>(), now in any::<i64>()) {
        let timestamp = now.unsigned_abs().to_string();
        let sign = signed(SECRET, &timestamp);
        let got = robot().receive(Some(&timestamp), Some(&sign), &body, now);
        prop_assert!(got.is_err());
    }

    #[test]
    fn any_signed_json_makes_no_panic(message in any_json()) {
        if let Ok(Received::Message(got)) = receive(&message) {
            prop_assert!(!got.sender.user_id.trim().is_empty() && !got.chat.id.trim().is_empty());
            prop_assert!(!got.msg_id.chars().any(char::is_control));
        }
    }

    #[test]
    fn any_changed_field_makes_no_panic(name in prop::sample::select(
        group().as_object().unwrap().keys().cloned().collect::<Vec<_>>()), value in any_json()) {
        let _ = receive(&group_with(json!({ name: value })));
    }

    #[test]
    fn any_answer_is_one_json_within_the_limit(texts in prop::collection::vec(any::<String>(), 0..4), times in 1..3000usize) {
        let said: Vec<_> = texts.iter().map(|text| Said::text(text.repeat(times))).collect();
        let answer = robot().answer(&said, ChatKind::Group);
        prop_assert!(answer.body.len() <= BODY_LIMIT);
        prop_assert!(serde_json::from_str::<Value>(&answer.body).is_ok());
    }
}
