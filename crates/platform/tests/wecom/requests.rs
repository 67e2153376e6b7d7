//! What is refused before anything is decrypted, and settings.

use super::*;

#[test]
fn stale_large_and_misshapen_callbacks_are_refused() {
    let (query, body) = sealed(Kind::AiBot, &ai_text("你好"));
    let bot = bot(Kind::AiBot);
    let reason =
        |query: &str, body: &[u8], now| bot.receive(query, body, now).map(|_| ()).map_err(|r| r.reason());
    assert_eq!(reason(&query, &body, NOW + MAX_AGE_MS), Ok(()));
    assert_eq!(reason(&query, &body, NOW + MAX_AGE_MS + 1), Err(Reason::Stale));
    assert_eq!(reason(&query, &body, NOW - MAX_AGE_MS - 1), Err(Reason::Stale));
    assert_eq!(reason(&query, &vec![b' '; (1 << 20) + 1], NOW), Err(Reason::BodyTooLarge));
    for body in ["", "{}", "[]", "{\"encrypt\":1}", "{\"encrypt\":\"a\",\"encrypt\":\"b\"}", "<xml/>"] {
        assert_eq!(reason(&query, body.as_bytes(), NOW), Err(Reason::Envelope), "{body}");
    }
    assert_eq!(reason("nonce=1", &body, NOW), Err(Reason::Query));
    let (other, _) = sealed(Kind::AiBot, &ai_text("别的"));
    assert_eq!(reason(&other, &body, NOW), Err(Reason::SignatureMismatch));

    let app = super::bot(Kind::App);
    for body in ["", "<xml/>", "<xml><Encrypt>a</Encrypt><Encrypt>b</Encrypt></xml>", "{\"encrypt\":\"a\"}"] {
        let refused = app.receive(&query, body.as_bytes(), NOW).expect_err("no envelope");
        assert_eq!(refused.reason(), Reason::Envelope, "{body}");
    }
    assert_eq!(app.receive(&query, b"\xff", NOW).expect_err("bytes").reason(), Reason::Envelope);
}

#[test]
fn an_app_needs_its_corporation() {
    let config = WecomBotConfig {
        name: "a".to_owned(),
        kind: Kind::App,
        token: TOKEN.into(),
        encoding_aes_key: KEY.into(),
        receive_id: String::new(),
        bot_names: Vec::new(),
        max_age_ms: MAX_AGE_MS,
        api_base: API_BASE.to_owned(),
    };
    assert_eq!(WecomBot::new(config).err(), Some(ConfigError::NoReceiveId));
}
