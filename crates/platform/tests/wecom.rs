//! WeCom callbacks: the published vectors, the codec under random input, and what each kind of
//! message becomes.

#[path = "wecom/ai_bot.rs"]
mod ai_bot;
#[path = "wecom/codec.rs"]
mod codec;
#[path = "wecom/requests.rs"]
mod requests;
#[path = "wecom/self_built_app.rs"]
mod self_built_app;
#[path = "wecom/vectors.rs"]
mod vectors;

use bot::message::{Body, ChatKind, Incoming, Said, SentFile};
use platform::wecom::{
    API_BASE, CallbackCrypto, ConfigError, HttpAnswer, Kind, MAX_AGE_MS, Reason, Received, WecomBot,
    WecomBotConfig,
};
use proptest::prelude::*;
use secrecy::SecretString;
use serde_json::{Value, json};

const TOKEN: &str = "q9Zr3LxVbN";
const KEY: &str = "Zx8vQ2mLr5TnYc7KdWf3HpJs6BgAe9Ui1OoRt4NyMqE";
const CORP: &str = "ww1234567890abcdef";
const AT: i64 = 1_700_000_000;
const NOW: i64 = AT * 1000;
const RANDOM: [u8; 16] = *b"0123456789abcdef";

fn crypto(receive_id: &str) -> CallbackCrypto {
    CallbackCrypto::new(TOKEN.into(), &KEY.into(), receive_id).expect("the key is good")
}

fn bot(kind: Kind) -> WecomBot {
    let receive_id = if kind == Kind::App { CORP } else { "" };
    WecomBot::new(WecomBotConfig {
        name: "desk".to_owned(),
        kind,
        token: TOKEN.into(),
        encoding_aes_key: KEY.into(),
        receive_id: receive_id.to_owned(),
        bot_names: vec!["值班助手".to_owned(), "Desk Mate".to_owned()],
        max_age_ms: MAX_AGE_MS,
        api_base: API_BASE.to_owned(),
    })
    .expect("the settings are good")
}

fn query(signature: &str, nonce: &str) -> String {
    format!("msg_signature={signature}&timestamp={AT}&nonce={nonce}")
}

/// What WeCom would POST for an inner message.
fn sealed(kind: Kind, inner: &str) -> (String, Vec<u8>) {
    match kind {
        Kind::AiBot => {
            let sealed = crypto("").seal(inner, AT, "n1", RANDOM);
            (query(&sealed.signature, "n1"), json!({ "encrypt": sealed.encrypt }).to_string().into_bytes())
        }
        Kind::App => {
            let sealed = crypto(CORP).seal(inner, AT, "n1", RANDOM);
            let body = format!(
                "<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><AgentID>1</AgentID><Encrypt><![CDATA[{}]]></Encrypt></xml>",
                sealed.encrypt
            );
            (query(&sealed.signature, "n1"), body.into_bytes())
        }
    }
}

fn receive(kind: Kind, inner: &str) -> Result<Received, Reason> {
    let (query, body) = sealed(kind, inner);
    bot(kind).receive(&query, &body, NOW).map_err(|rejected| rejected.reason())
}

fn message(kind: Kind, inner: &str) -> Incoming {
    match receive(kind, inner).expect("a genuine message") {
        Received::Message { incoming, .. } => incoming,
        other => panic!("not a message: {other:?}"),
    }
}

fn answered(kind: Kind, inner: &str, said: &[Said]) -> HttpAnswer {
    let (query, body) = sealed(kind, inner);
    let bot = bot(kind);
    let key = match bot.receive(&query, &body, NOW).expect("genuine") {
        Received::Message { answer, .. } | Received::StreamRefresh { answer, .. } => answer,
        Received::Ignored => panic!("ignored"),
    };
    bot.answer(&key, said, NOW)
}

/// Opens a JSON answer the way WeCom does.
fn opened(answer: &HttpAnswer) -> Value {
    let envelope: Value = serde_json::from_str(&answer.body).expect("a JSON envelope");
    assert_eq!(envelope["nonce"], "n1");
    assert_eq!(envelope["timestamp"], AT);
    let inner = crypto("")
        .open(
            envelope["msgsignature"].as_str().expect("text"),
            &AT.to_string(),
            "n1",
            envelope["encrypt"].as_str().expect("text"),
        )
        .expect("signed and encrypted");
    serde_json::from_str(&inner).expect("JSON inside")
}

fn ai_text(content: &str) -> String {
    json!({"msgid": "M1", "aibotid": "B", "chatid": "wrC", "chattype": "group", "from": {"userid": "lisi"},
        "response_url": "https://qyapi.weixin.qq.com/cgi-bin/aibot/response?response_code=RC",
        "msgtype": "text", "text": {"content": content}})
    .to_string()
}

fn ai(part: &Value) -> String {
    let mut message =
        json!({"msgid": "M1", "aibotid": "B", "chattype": "single", "from": {"userid": "lisi"}});
    for (name, value) in part.as_object().expect("an object") {
        message[name] = value.clone();
    }
    message.to_string()
}

fn app(part: &str) -> String {
    format!(
        "<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><FromUserName><![CDATA[zhangsan]]></FromUserName>\
         <CreateTime>1700000000</CreateTime><AgentID>1</AgentID>{part}</xml>"
    )
}
