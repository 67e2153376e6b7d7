//! Answers in the response to a callback (developer.work.weixin.qq.com path 101031 for the AI bot,
//! 90241 for an app), and the envelopes around them (path 101033, 90238).

use super::table::as_text;
use super::words::{as_markdown, clean, fit};
use super::xml::push_cdata;
use super::{CallbackCrypto, EpochMs};
use crate::HttpAnswer;
use bot::message::Said;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// `stream.content` (path 101031).
const STREAM_BYTES: usize = 20_480;
/// Text of an app (path 90241); also kept for the AI bot's welcome, for which no limit is documented.
const TEXT_BYTES: usize = 2_048;
/// Shown in place of an answer that another program began and nobody can finish.
const LOST: &str = "这条回答没有完成，请再发一次。";

/// How one callback may be answered. Made by [`super::WecomBot::receive`], used by
/// [`super::WecomBot::answer`] for the response to the same request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerKey {
    // A JSON answer must carry the nonce of its own callback; an XML one may (path 101033, 90238).
    nonce: String,
    form: Form,
}

impl AnswerKey {
    pub(super) fn new(nonce: String, form: Form) -> Self {
        Self { nonce, form }
    }
}

/// What the platform takes as the answer to one callback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// No words: a pressed button of an AI bot takes only a changed card.
    Nothing,
    /// `enter_chat` takes plain text.
    Welcome,
    /// A message takes a stream; ours is finished with its first frame.
    Stream { id: String },
    /// A stream that goes on somewhere else is ended.
    EndOfStream { id: String },
    /// A self-built app takes plain text for a named person.
    AppText { to: String },
}

impl Form {
    /// The stream's id follows from the message, so that a repeated callback gets the same stream.
    pub(super) fn stream(bot: &str, msg_id: &str) -> Self {
        let mut sha = Sha256::new();
        sha.update(bot.len().to_be_bytes());
        sha.update(bot);
        sha.update(msg_id);
        Self::Stream { id: hex::encode(&sha.finalize()[..16]) }
    }
}

#[derive(Serialize)]
#[serde(tag = "msgtype", rename_all = "snake_case")]
enum Message<'a> {
    Text { text: Content<'a> },
    Stream { stream: StreamContent<'a> },
}

#[derive(Serialize)]
struct Content<'a> {
    content: &'a str,
}

#[derive(Serialize)]
struct StreamContent<'a> {
    id: &'a str,
    finish: bool,
    content: &'a str,
}

#[derive(Serialize)]
struct Envelope<'a> {
    encrypt: &'a str,
    msgsignature: &'a str,
    timestamp: i64,
    nonce: &'a str,
}

pub(super) fn answer(crypto: &CallbackCrypto, key: &AnswerKey, said: &[Said], now: EpochMs) -> HttpAnswer {
    let now_secs = now.div_euclid(1000);
    let mut words = joined(said);
    if words.is_empty() {
        match key.form {
            // A stream that nobody ends is asked for again and again.
            Form::EndOfStream { .. } => words.push_str(LOST),
            _ => return HttpAnswer::empty(),
        }
    }
    match &key.form {
        Form::Nothing => HttpAnswer::empty(),
        Form::Stream { id } | Form::EndOfStream { id } => {
            let markdown = as_markdown(&words);
            let content = &fit(&markdown, STREAM_BYTES);
            let stream = StreamContent { id, finish: true, content };
            json(crypto, key, &Message::Stream { stream }, now_secs)
        }
        Form::Welcome => {
            let words = as_text(&words);
            let content = &fit(&words, TEXT_BYTES);
            json(crypto, key, &Message::Text { text: Content { content } }, now_secs)
        }
        Form::AppText { to } => {
            let message = app_text(to, crypto.receive_id(), &fit(&as_text(&words), TEXT_BYTES), now_secs);
            xml(crypto, key, &message, now_secs)
        }
    }
}

/// Several messages become one: a callback takes a single answer.
fn joined(said: &[Said]) -> String {
    let mut words = String::new();
    for text in said.iter().map(|said| clean(said.typed())) {
        if text.trim().is_empty() {
            continue;
        }
        if !words.is_empty() {
            words.push_str("\n\n");
        }
        words.push_str(&text);
    }
    words
}

fn app_text(to: &str, from: &str, content: &str, now_secs: i64) -> String {
    let mut out = String::with_capacity(content.len() + 256);
    out.push_str("<xml><ToUserName>");
    push_cdata(&mut out, to);
    out.push_str("</ToUserName><FromUserName>");
    push_cdata(&mut out, from);
    out.push_str("</FromUserName><CreateTime>");
    out.push_str(&now_secs.to_string());
    out.push_str("</CreateTime><MsgType><![CDATA[text]]></MsgType><Content>");
    push_cdata(&mut out, content);
    out.push_str("</Content></xml>");
    out
}

fn json(crypto: &CallbackCrypto, key: &AnswerKey, message: &Message<'_>, now_secs: i64) -> HttpAnswer {
    let sealed = crypto.seal(&to_json(message), now_secs, &key.nonce, rand::random());
    let body = to_json(&Envelope {
        encrypt: &sealed.encrypt,
        msgsignature: &sealed.signature,
        timestamp: now_secs,
        nonce: &key.nonce,
    });
    HttpAnswer { content_type: "application/json; charset=utf-8", body }
}

fn xml(crypto: &CallbackCrypto, key: &AnswerKey, message: &str, now_secs: i64) -> HttpAnswer {
    let sealed = crypto.seal(message, now_secs, &key.nonce, rand::random());
    let mut body = String::with_capacity(sealed.encrypt.len() + 256);
    body.push_str("<xml><Encrypt>");
    push_cdata(&mut body, &sealed.encrypt);
    body.push_str("</Encrypt><MsgSignature>");
    push_cdata(&mut body, &sealed.signature);
    body.push_str("</MsgSignature><TimeStamp>");
    body.push_str(&now_secs.to_string());
    body.push_str("</TimeStamp><Nonce>");
    push_cdata(&mut body, &key.nonce);
    body.push_str("</Nonce></xml>");
    HttpAnswer { content_type: "application/xml; charset=utf-8", body }
}

fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("plain structs of strings and numbers are always JSON")
}
