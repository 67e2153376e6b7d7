//! The codec and the decoders under random input.

use super::*;

proptest! {
    #[test]
    fn what_is_sealed_opens(text in any::<String>(), nonce in "[!-~]{1,40}", random: [u8; 16], id in "[a-z0-9]{0,40}") {
        let crypto = crypto(&id);
        let sealed = crypto.seal(&text, AT, &nonce, random);
        let opened = crypto.open(&sealed.signature, &AT.to_string(), &nonce, &sealed.encrypt);
        prop_assert_eq!(opened.map_err(|r| r.reason()), Ok(text));
    }

    #[test]
    fn a_changed_byte_anywhere_is_refused(at in any::<prop::sample::Index>(), mask in 1_u8.., kind: bool) {
        let kind = if kind { Kind::App } else { Kind::AiBot };
        let inner = if kind == Kind::App {
            app("<MsgType>text</MsgType><Content>你好</Content><MsgId>7</MsgId>")
        } else {
            ai_text("你好")
        };
        let (query, mut body) = sealed(kind, &inner);
        let text = std::str::from_utf8(&body).expect("text");
        // Of the envelope only `encrypt` is signed; the rest is not read.
        let mark = if kind == Kind::App { "<Encrypt><![CDATA[" } else { "\"encrypt\":\"" };
        let start = text.find(mark).expect("there") + mark.len();
        let end = start + text[start..].find([']', '"']).expect("its end");
        body[start + at.index(end - start)] ^= mask;
        prop_assert!(bot(kind).receive(&query, &body, NOW).is_err());
    }

    #[test]
    fn any_bytes_are_refused_without_a_panic(
        query in any::<String>(), body in prop::collection::vec(any::<u8>(), 0..600), app: bool,
    ) {
        let bot = bot(if app { Kind::App } else { Kind::AiBot });
        prop_assert!(bot.receive(&query, &body, NOW).is_err());
        prop_assert!(bot.verify_url(&query, NOW).is_err());
        let signed = super::query(&"0".repeat(40), "n");
        prop_assert!(bot.receive(&signed, &body, NOW).is_err());
        let echo = [&*signed, "&echostr=", &*query].concat();
        prop_assert!(bot.verify_url(&echo, NOW).is_err());
    }

    #[test]
    fn any_genuine_inside_is_decoded_or_refused_without_a_panic(inner in any::<String>(), app: bool) {
        let _ = receive(if app { Kind::App } else { Kind::AiBot }, &inner);
    }

    #[test]
    fn any_words_come_through_both_kinds(text in any::<String>()) {
        let expected: String =
            text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
        let inner = ai(&json!({"msgtype": "text", "text": {"content": format!("=\n{text}\n=")}}));
        prop_assert_eq!(message(Kind::AiBot, &inner).body, Body::Text(format!("=\n{expected}\n=")));
        let answer = answered(Kind::AiBot, &inner, &[Said::text(&*text)]);
        if expected.trim().is_empty() {
            prop_assert_eq!(answer.body, "");
        } else {
            let stream = opened(&answer);
            prop_assert!(stream["stream"]["content"].as_str().expect("text").len() <= 20_480);
        }
    }
}

#[test]
fn a_padded_key_and_other_lengths_are_refused() {
    for key in ["", "x", &format!("{KEY}="), &KEY[1..], &format!("{KEY}a"), &KEY.replace('Z', "*")] {
        let refused = CallbackCrypto::new(TOKEN.into(), &SecretString::from(key), "").err();
        assert_eq!(refused, Some(ConfigError::BadKey), "{key}");
    }
    let refused = CallbackCrypto::new("".into(), &KEY.into(), "").err();
    assert_eq!(refused, Some(ConfigError::BadToken));
}

#[test]
fn nothing_shows_a_secret() {
    let shown = format!("{:?} {:?}", crypto(CORP), bot(Kind::App));
    assert!(!shown.contains(TOKEN) && !shown.contains(KEY), "{shown}");
    let refused = bot(Kind::AiBot).receive("", b"", NOW).expect_err("no query");
    assert_eq!(refused.to_string(), "refused");
}
