//! Messages, events and answers of an AI bot.

use super::*;

fn body(part: &Value) -> Body {
    message(Kind::AiBot, &ai(part)).body
}

#[test]
fn a_group_message_has_everything() {
    let heard = message(Kind::AiBot, &ai_text("@值班助手 本周排班"));
    assert_eq!((heard.platform, &*heard.bot, &*heard.msg_id), ("wecom", "desk", "M1"));
    assert_eq!((heard.chat.kind, &*heard.chat.id), (ChatKind::Group, "wrC"));
    assert_eq!((&*heard.sender.user_id, heard.sender.name), ("lisi", None));
    assert_eq!(heard.body, Body::Text("本周排班".to_owned()));
    assert!(heard.answer_now);
    let late = heard.late_reply.expect("its response_url");
    assert_eq!(late.expires_at, NOW + 3_600_000);
    assert!(late.url.ends_with("response_code=RC"));
}

#[test]
fn a_private_chat_is_named_after_the_person() {
    let heard = message(Kind::AiBot, &ai(&json!({"msgtype": "text", "text": {"content": "@张三 在吗"}})));
    assert_eq!((heard.chat.kind, &*heard.chat.id), (ChatKind::Private, "lisi"));
    assert_eq!(heard.body, Body::Text("@张三 在吗".to_owned()));
    assert_eq!(heard.late_reply, None);
}

#[test]
fn every_kind_becomes_words_or_is_named() {
    let text = |text: &str| Body::Text(text.to_owned());
    let unreadable = |kind: &str| Body::Unreadable(kind.to_owned());
    for (part, expected) in [
        (
            json!({"msgtype": "text", "text": {"content": "看", "quote": 1}, "quote": {"msgtype": "text", "text": {"content": "旧"}}}),
            text("看"),
        ),
        (json!({"msgtype": "text", "text": {"content": "a\u{0}b\u{1b}\r\nc 👩‍💻𠮷"}}), text("ab\nc 👩‍💻𠮷")),
        (json!({"msgtype": "text", "text": {}}), text("")),
        (json!({"msgtype": "voice", "voice": {"content": "帮助。"}}), text("帮助。")),
        (json!({"msgtype": "voice", "voice": {"content": " "}}), unreadable("voice")),
        (json!({"msgtype": "voice"}), unreadable("voice")),
        (
            json!({"msgtype": "mixed", "mixed": {"msg_item": [
            {"msgtype": "text", "text": {"content": "报备"}}, {"msgtype": "image", "image": {"url": "u"}},
            {"msgtype": "text", "text": {"content": "张三"}}]}}),
            text("报备\n张三"),
        ),
        (
            json!({"msgtype": "mixed", "mixed": {"msg_item": [{"msgtype": "image", "image": {"url": "u"}}]}}),
            unreadable("mixed"),
        ),
        (json!({"msgtype": "image", "image": {"url": "u"}}), unreadable("image")),
        (json!({"msgtype": "file", "file": {}}), unreadable("file")),
        (
            json!({"msgtype": "file", "file": {"url": "u"}}),
            Body::File(SentFile { name: None, place: "u".to_owned(), key: Some(KEY.to_owned()) }),
        ),
        (
            json!({"msgtype": "file", "file": {"url": "u", "aeskey": "k"}}),
            Body::File(SentFile { name: None, place: "u".to_owned(), key: Some("k".to_owned()) }),
        ),
        (json!({"msgtype": "video", "video": {"url": "u"}}), unreadable("video")),
        (json!({"msgtype": "hologram", "hologram": [1, {"x": null}]}), unreadable("hologram")),
        (json!({"msgtype": "event", "event": {"eventtype": "enter_chat", "enter_chat": {}}}), Body::Opened),
        (
            json!({"msgtype": "event", "event": {"eventtype": "template_card_event",
            "template_card_event": {"event_key": "同意 L12", "task_id": "T"}}}),
            Body::Action("同意 L12".to_owned()),
        ),
        (
            json!({"msgtype": "event", "event": {"eventtype": "template_card_event",
            "template_card_event": {"cardtype": "x", "eventkey": "同意 L12"}}}),
            Body::Action("同意 L12".to_owned()),
        ),
        (
            json!({"msgtype": "event", "event": {"eventtype": "template_card_event", "event_key": "同意 L12"}}),
            Body::Action("同意 L12".to_owned()),
        ),
    ] {
        assert_eq!(body(&part), expected, "{part}");
    }
}

#[test]
fn a_raw_control_character_does_not_lose_the_message() {
    let inner = ai_text("你好").replace("你好", "你\u{1}好\u{0}");
    assert_eq!(message(Kind::AiBot, &inner).body, Body::Text("你好".to_owned()));
}

#[test]
fn a_hundred_thousand_characters_come_through() {
    let long = "值".repeat(100_000);
    assert_eq!(message(Kind::AiBot, &ai_text(&long)).body, Body::Text(long));
}

#[test]
fn events_without_an_answer_are_ignored() {
    for event in [
        json!({"eventtype": "feedback_event", "feedback_event": {"id": "f", "type": 2}}),
        json!({"eventtype": "made_up_in_2027", "made_up_in_2027": {}}),
    ] {
        let inner = ai(&json!({"msgtype": "event", "event": event}));
        assert!(matches!(receive(Kind::AiBot, &inner), Ok(Received::Ignored)), "{inner}");
    }
}

#[test]
fn an_event_without_chattype_belongs_to_the_chat_that_it_names() {
    let event = json!({"eventtype": "template_card_event", "template_card_event": {"event_key": "k"}});
    let private = json!({"msgid": "M", "from": {"userid": "u"}, "msgtype": "event", "event": event});
    assert_eq!(message(Kind::AiBot, &private.to_string()).chat.kind, ChatKind::Private);
    let mut group = private;
    group["chatid"] = "wrC".into();
    let heard = message(Kind::AiBot, &group.to_string());
    assert_eq!((heard.chat.kind, &*heard.chat.id), (ChatKind::Group, "wrC"));
    assert!(!heard.answer_now, "a card event takes only a card");
}

#[test]
fn missing_and_unusable_fields_are_refused() {
    let whole: Value = serde_json::from_str(&ai_text("你好")).expect("JSON");
    for name in ["msgid", "chatid", "from", "msgtype", "text"] {
        let mut part = whole.clone();
        part.as_object_mut().expect("an object").remove(name);
        assert_eq!(receive(Kind::AiBot, &part.to_string()).err(), Some(Reason::BadMessage), "{name}");
    }
    for (name, value) in [
        ("msgid", json!("")),
        ("msgid", json!("x".repeat(300))),
        ("msgid", json!("a\nb")),
        ("msgid", json!(5)),
        ("from", json!({"userid": ""})),
        ("from", json!({})),
        ("chattype", json!("universe")),
        ("msgtype", json!("")),
        ("msgtype", json!("event")),
        ("msgtype", json!("stream")),
    ] {
        let mut part = whole.clone();
        part[name] = value;
        assert_eq!(receive(Kind::AiBot, &part.to_string()).err(), Some(Reason::BadMessage), "{part}");
    }
    for inner in ["", "null", "[]", "{", &format!("{}{}", "[".repeat(5000), "]".repeat(5000))] {
        assert_eq!(receive(Kind::AiBot, inner).err(), Some(Reason::BadMessage), "{inner}");
    }
}

#[test]
fn a_response_url_elsewhere_is_not_believed() {
    for (url, believed) in [
        ("https://qyapi.weixin.qq.com/cgi-bin/aibot/response?response_code=1", true),
        ("http://qyapi.weixin.qq.com/x", false),
        ("https://qyapi.weixin.qq.com.evil.cn/x", false),
        ("https://qyapi.weixin.qq.com@evil.cn/x", false),
        ("https://qyapi.weixin.qq.com:444/x", false),
        ("https://qyapi.weixin.qq.com", false),
        ("https://qyapi.weixin.qq.com/a b", false),
        ("https://127.0.0.1/x", false),
        ("RURL", false),
        ("", false),
    ] {
        let mut part: Value = serde_json::from_str(&ai_text("你好")).expect("JSON");
        part["response_url"] = url.into();
        assert_eq!(message(Kind::AiBot, &part.to_string()).late_reply.is_some(), believed, "{url}");
    }
}

#[test]
fn a_message_is_answered_by_a_finished_stream_of_its_own() {
    let said = [Said::text("李* 138****1234\n第二行"), Said::text("完").button("同意", "同意 L1")];
    let first = opened(&answered(Kind::AiBot, &ai_text("x"), &said));
    assert_eq!(first["msgtype"], "stream");
    assert_eq!(first["stream"]["finish"], true);
    assert_eq!(first["stream"]["content"], "李＊ 138＊＊＊＊1234  \n第二行\n\n完  \n· 同意 → 发「同意 L1」");
    let again = opened(&answered(Kind::AiBot, &ai_text("x"), &said));
    assert_eq!(first["stream"]["id"], again["stream"]["id"], "a repetition gets the same stream");
    let other = opened(&answered(Kind::AiBot, &ai_text("x").replace("M1", "M2"), &said));
    assert_ne!(first["stream"]["id"], other["stream"]["id"]);
}

#[test]
fn a_welcome_is_text_and_a_pressed_button_takes_no_words() {
    let said = [Said::text("欢迎 *")];
    let enter = ai(&json!({"msgtype": "event", "event": {"eventtype": "enter_chat"}}));
    let expected = json!({"msgtype": "text", "text": {"content": "欢迎 *"}});
    assert_eq!(opened(&answered(Kind::AiBot, &enter, &said)), expected);
    let press =
        ai(&json!({"msgtype": "event", "event": {"eventtype": "template_card_event", "event_key": "k"}}));
    assert_eq!(answered(Kind::AiBot, &press, &said), HttpAnswer::empty());
}

#[test]
fn a_stream_refresh_is_ended() {
    let refresh = ai(&json!({"msgtype": "stream", "stream": {"id": "S9"}}));
    assert!(matches!(receive(Kind::AiBot, &refresh), Ok(Received::StreamRefresh { id, .. }) if id == "S9"));
    let answer = opened(&answered(Kind::AiBot, &refresh, &[]));
    assert_eq!((&answer["stream"]["id"], &answer["stream"]["finish"]), (&json!("S9"), &json!(true)));
    assert_ne!(answer["stream"]["content"], "");
}

#[test]
fn nothing_to_say_is_an_empty_body_and_too_much_is_cut() {
    assert_eq!(answered(Kind::AiBot, &ai_text("x"), &[]).body, "");
    assert_eq!(answered(Kind::AiBot, &ai_text("x"), &[Said::text(" \n")]).body, "");
    let long = opened(&answered(Kind::AiBot, &ai_text("x"), &[Said::text("长*".repeat(100_000))]));
    let content = long["stream"]["content"].as_str().expect("text");
    assert!(content.len() <= 20_480 && content.ends_with("没有显示）"));
}
