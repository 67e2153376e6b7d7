//! Messages, events and answers of a self-built app.

use super::*;

#[test]
fn a_text_has_everything() {
    let inner = app(
        "<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[ 明天 谁<值>班？\r\n急 ]]></Content><MsgId>7123456789012345678</MsgId>",
    );
    let heard = message(Kind::App, &inner);
    assert_eq!((heard.platform, &*heard.bot, &*heard.msg_id), ("wecom", "desk", "7123456789012345678"));
    assert_eq!((heard.chat.kind, &*heard.chat.id), (ChatKind::Private, "zhangsan"));
    assert_eq!(heard.sender.user_id, "zhangsan");
    assert_eq!(heard.body, Body::Text("明天 谁<值>班？\n急".to_owned()));
    assert!(heard.answer_now && heard.late_reply.is_none());
}

#[test]
fn other_kinds_are_named_and_other_events_ignored() {
    for kind in ["image", "voice", "video", "location", "link", "hologram"] {
        let inner = app(&format!("<MsgType><![CDATA[{kind}]]></MsgType><MsgId>7</MsgId><PicUrl>u</PicUrl>"));
        assert_eq!(message(Kind::App, &inner).body, Body::Unreadable(kind.to_owned()));
    }
    for event in ["enter_agent", "subscribe", "LOCATION", "made_up"] {
        let inner = app(&format!("<MsgType>event</MsgType><Event><![CDATA[{event}]]></Event>"));
        assert!(matches!(receive(Kind::App, &inner), Ok(Received::Ignored)), "{event}");
    }
}

fn click(event: &str, key: &str, code: &str) -> String {
    app(&format!(
        "<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[{event}]]></Event><EventKey><![CDATA[{key}]]></EventKey>\
         <TaskId><![CDATA[t1]]></TaskId><CardType>button_interaction</CardType><ResponseCode><![CDATA[{code}]]></ResponseCode>\
         <SelectedItems><SelectedItem><QuestionKey>q1</QuestionKey><OptionIds><OptionId>a</OptionId></OptionIds></SelectedItem></SelectedItems>"
    ))
}

#[test]
fn two_clicks_in_one_second_are_two_and_a_repetition_is_one() {
    let first = message(Kind::App, &click("template_card_event", "同意 L1", "rc1"));
    assert_eq!(first.body, Body::Action("同意 L1".to_owned()));
    let again = message(Kind::App, &click("template_card_event", "同意 L1", "rc1"));
    assert_eq!(first.msg_id, again.msg_id);
    for (event, key, code) in [
        ("template_card_event", "拒绝 L1", "rc1"),
        ("template_card_event", "同意 L1", "rc2"),
        ("template_card_menu_event", "同意 L1", "rc1"),
    ] {
        assert_ne!(message(Kind::App, &click(event, key, code)).msg_id, first.msg_id);
    }
}

#[test]
fn missing_fields_and_dangerous_documents_are_refused() {
    for inner in [
        app("<MsgType>text</MsgType><Content>x</Content>"),
        app("<MsgType>text</MsgType><MsgId>7</MsgId>"),
        app("<Content>x</Content><MsgId>7</MsgId>"),
        app("<MsgType>event</MsgType>"),
        app("<MsgType>event</MsgType><Event>template_card_event</Event>"),
        app("<MsgType>text</MsgType><Content>x</Content><MsgId>7</MsgId><MsgId>8</MsgId>"),
        app("<MsgType>text</MsgType><Content>&x;</Content><MsgId>7</MsgId>"),
        app("<MsgType>text</MsgType><Content>x</Content><MsgId>7</MsgId>").replace("zhangsan", ""),
        ["<!DOCTYPE xml>", &app("<MsgType>text</MsgType><Content>x</Content><MsgId>7</MsgId>")].concat(),
        String::new(),
        "{}".to_owned(),
    ] {
        assert_eq!(receive(Kind::App, &inner).err(), Some(Reason::BadMessage), "{inner}");
    }
}

#[test]
fn it_is_answered_by_a_text_in_xml() {
    let inner = app("<MsgType>text</MsgType><Content>x</Content><MsgId>7</MsgId>");
    let said = [Said::text("138****1234 <b> ]]> &amp;\u{1}\n二")];
    let answer = answered(Kind::App, &inner, &said);
    let part = |from: &str, to: &str| {
        let start = answer.body.find(from).expect(from) + from.len();
        answer.body[start..start + answer.body[start..].find(to).expect(to)].to_owned()
    };
    assert!(answer.content_type.starts_with("application/xml"));
    assert_eq!(part("<TimeStamp>", "</TimeStamp>"), AT.to_string());
    assert_eq!(part("<Nonce><![CDATA[", "]]></Nonce>"), "n1");
    let opened = crypto(CORP)
        .open(
            &part("<MsgSignature><![CDATA[", "]]></MsgSignature>"),
            &AT.to_string(),
            "n1",
            &part("<Encrypt><![CDATA[", "]]></Encrypt>"),
        )
        .expect("signed and encrypted");
    assert_eq!(
        opened,
        format!(
            "<xml><ToUserName><![CDATA[zhangsan]]></ToUserName><FromUserName><![CDATA[{CORP}]]></FromUserName>\
             <CreateTime>{AT}</CreateTime><MsgType><![CDATA[text]]></MsgType>\
             <Content><![CDATA[138****1234 <b> ]]]]><![CDATA[> &amp;\n二]]></Content></xml>"
        )
    );
    assert_eq!(answered(Kind::App, &inner, &[]).body, "");
}
