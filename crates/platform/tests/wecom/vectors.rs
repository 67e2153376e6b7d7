//! Every published vector, genuine and forged.

use super::*;

fn text<'a>(vector: &'a Value, name: &str) -> &'a str {
    vector[name].as_str().unwrap_or_else(|| panic!("{name} in {vector}"))
}

fn of(vector: &Value) -> Result<CallbackCrypto, ConfigError> {
    CallbackCrypto::new(
        text(vector, "token").into(),
        &text(vector, "encoding_aes_key").into(),
        text(vector, "receiveid"),
    )
}

fn all(kind: &str) -> Vec<Value> {
    let file: Value = serde_json::from_str(include_str!("../data/wecom_vectors.json")).expect("JSON");
    file[kind].as_array().expect("a list").clone()
}

fn open(vector: &Value) -> Result<String, Reason> {
    of(vector)
        .expect("a good key")
        .open(
            text(vector, "msg_signature"),
            text(vector, "timestamp"),
            text(vector, "nonce"),
            text(vector, "encrypt"),
        )
        .map_err(|rejected| rejected.reason())
}

#[test]
fn every_genuine_one_opens() {
    let vectors = [all("positive"), all("official_sample")].concat();
    assert_eq!(vectors.len(), 12);
    for vector in vectors {
        assert_eq!(open(&vector).as_deref(), Ok(text(&vector, "message")), "{}", vector["name"]);
    }
}

#[test]
fn sealing_gives_the_same_bytes() {
    for vector in all("positive") {
        let random: [u8; 16] = text(&vector, "random_ascii").as_bytes().try_into().expect("16 bytes");
        let timestamp = text(&vector, "timestamp").parse().expect("digits");
        let sealed = of(&vector).expect("a good key").seal(
            text(&vector, "message"),
            timestamp,
            text(&vector, "nonce"),
            random,
        );
        assert_eq!(sealed.encrypt, text(&vector, "encrypt"), "{}", vector["name"]);
        assert_eq!(sealed.signature, text(&vector, "msg_signature"), "{}", vector["name"]);
    }
}

#[test]
fn every_forgery_is_refused_for_its_own_reason() {
    let vectors = all("negative");
    assert_eq!(vectors.len(), 13);
    for vector in vectors {
        let expected = text(&vector, "expect");
        if expected == "bad_key" {
            assert_eq!(of(&vector).err(), Some(ConfigError::BadKey));
            continue;
        }
        let reason = open(&vector).expect_err("a forgery");
        assert_eq!(reason.name(), expected, "{}", vector["name"]);
    }
}

#[test]
fn the_address_verification_answers_the_plaintext() {
    for vector in [all("positive"), all("official_sample")].concat() {
        if text(&vector, "kind") != "url_verify" {
            continue;
        }
        let bot = WecomBot::new(WecomBotConfig {
            name: "desk".to_owned(),
            kind: Kind::App,
            token: text(&vector, "token").into(),
            encoding_aes_key: text(&vector, "encoding_aes_key").into(),
            receive_id: text(&vector, "receiveid").to_owned(),
            bot_names: Vec::new(),
            max_age_ms: MAX_AGE_MS,
            api_base: API_BASE.to_owned(),
        })
        .expect("good settings");
        let seconds: i64 = text(&vector, "timestamp").parse().expect("digits");
        let echostr = text(&vector, "encrypt").replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
        let query = format!(
            "msg_signature={}&timestamp={seconds}&nonce={}&echostr={echostr}",
            text(&vector, "msg_signature"),
            text(&vector, "nonce")
        );
        let answer = bot.verify_url(&query, seconds * 1000);
        assert_eq!(answer.as_deref(), Ok(text(&vector, "message")));
        let late = bot.verify_url(&query, (seconds + 3601) * 1000).expect_err("stale");
        assert_eq!(late.reason(), Reason::Stale);
        let without = query.split("&echostr").next().expect("a head");
        assert_eq!(bot.verify_url(without, seconds * 1000).map_err(|r| r.reason()), Err(Reason::Query));
    }
}
