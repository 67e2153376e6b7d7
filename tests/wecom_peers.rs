//! The official SDK (npm `@wecom/aibot-node-sdk`) and wechatpy (PyPI) as independent peers: they take what we send, and we
//! take what they produce. They lie in `target/peers`, or where `DESKMATE_PEERS` says; with `DESKMATE_REQUIRE_PEERS` a test
//! without them fails.

use bot::{Body, Said};
use platform::wecom::{Kind, MAX_AGE_MS, Received, WecomBot, WecomBotConfig};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, mpsc};
use std::time::Duration;
use testkit::engines::until;
use testkit::fake::wecom::{FakeLink, Place};

const TOKEN: &str = "tok_Peers2026";
const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
const CORP: &str = "ww1234567890abcdef";
const NOW: i64 = 1_772_424_000_000;
const PATIENCE: Duration = Duration::from_secs(30);

/// Where the peers lie, when `what` is among them.
fn peers(what: &str) -> Option<PathBuf> {
    let place = std::env::var_os("DESKMATE_PEERS").map(PathBuf::from);
    let place = place.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("target/peers"));
    if place.join(what).exists() {
        return Some(place);
    }
    assert!(std::env::var_os("DESKMATE_REQUIRE_PEERS").is_none(), "{what} is not in {}", place.display());
    eprintln!("NOT TESTED: {what} is not in {}", place.display());
    None
}

/// A peer with which one talks in lines of JSON.
struct Peer {
    child: Child,
    lines: mpsc::Receiver<Value>,
    /// What it has told so far.
    told: Mutex<Vec<Value>>,
}

impl Peer {
    fn start(mut command: Command) -> Self {
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the peer starts");
        let output = BufReader::new(child.stdout.take().expect("piped"));
        let (told, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                let _ = told.send(serde_json::from_str(&line).expect("a line of JSON"));
            }
        });
        Self { child, lines, told: Mutex::default() }
    }

    fn ask(&mut self, what: &Value) -> Value {
        let input = self.child.stdin.as_mut().expect("piped");
        writeln!(input, "{what}").expect("it reads");
        self.lines.recv_timeout(PATIENCE).expect("it answers")
    }

    /// The line that tells `field` as `value`, sooner or later.
    async fn tells(&self, field: &str, value: &str) -> Value {
        until(value, async || {
            let mut told = self.told.lock().expect("no panic");
            while let Ok(line) = self.lines.try_recv() {
                assert_eq!(line.get("failed"), None, "{line}");
                told.push(line);
            }
            told.iter().find(|line| line[field] == value).cloned()
        })
        .await
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers").join(name)
}

fn bot(kind: Kind, receive_id: &str) -> WecomBot {
    WecomBot::new(WecomBotConfig {
        name: "main".to_owned(),
        kind,
        token: TOKEN.to_owned().into(),
        encoding_aes_key: KEY.to_owned().into(),
        receive_id: receive_id.to_owned(),
        bot_names: vec!["助手".to_owned()],
        max_age_ms: MAX_AGE_MS,
        api_base: platform::wecom::API_BASE.to_owned(),
    })
    .expect("a bot")
}

fn heard(received: Received) -> (bot::Incoming, platform::wecom::AnswerKey) {
    match received {
        Received::Message { incoming, answer } => (incoming, answer),
        other => panic!("{other:?}"),
    }
}

/// The names of everything in a frame, as paths; what stands in a card is the sender's own.
fn shape(value: &Value, at: &str, paths: &mut BTreeSet<String>) {
    let Some(object) = value.as_object() else { return };
    for (name, value) in object {
        let path = format!("{at}/{name}");
        if name != "template_card" {
            shape(value, &path, paths);
        }
        paths.insert(path);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_official_sdk_speaks_as_we_do_on_the_long_connection() {
    let Some(place) = peers("node_modules/@wecom/aibot-node-sdk") else { return };
    let fake = FakeLink::start("BOT-1", "s-2026").await;
    let mut command = Command::new("node");
    command.arg(script("wecom_sdk.cjs")).arg("bot").arg(place).args([&fake.url(), "BOT-1", "s-2026"]);
    let peer = Peer::start(command);
    fake.subscribed(1).await;
    peer.tells("heard", "authenticated").await;
    // Callbacks as the fake makes them, which our program hears, are what the SDK understands.
    let group = Place::Group("wrGroup".to_owned());
    fake.say(&group, "zhangsan", "m1", "@助手 帮助").expect("it is connected");
    let line = peer.tells("heard", "text").await;
    assert_eq!(line["body"]["text"]["content"], "@助手 帮助");
    for what in ["stream", "markdown", "card", "upload"] {
        peer.tells("done", what).await;
    }
    let file = fake.seen().into_iter().find_map(|seen| seen.media).expect("a file");
    assert!(file.len() == 1_300_000 && file.iter().all(|byte| *byte == 7));
    fake.open("lisi", "m2").expect("it is connected");
    peer.tells("done", "welcome").await;
    fake.press(&group, "sun", "m3", "sdk-1", "同意 L1").expect("it is connected");
    peer.tells("done", "update").await;
    assert_eq!(fake.card("sdk-1").expect("a card")["sub_title_text"], "已同意");
    until("two pings", async || (fake.pings() >= 2).then_some(())).await;
    let theirs = fake.frames();

    // Our program sends frames of the same shape.
    let ours = crate::wecom_stream::frames_of_a_talk().await;
    let shapes = |frames: &[Value], kind: &str| {
        let mut paths = BTreeSet::new();
        let of = |frame: &&Value| {
            let said = frame["body"]["msgtype"].as_str().unwrap_or_default();
            format!("{} {said}", frame["cmd"].as_str().unwrap_or_default()).trim_end() == kind
        };
        let frame = frames.iter().find(of).unwrap_or_else(|| panic!("{kind} is among them"));
        shape(frame, "", &mut paths);
        paths
    };
    for kind in [
        "aibot_subscribe",
        "ping",
        "aibot_respond_msg stream",
        "aibot_send_msg markdown",
        "aibot_send_msg template_card",
        "aibot_send_msg file",
        "aibot_upload_media_init",
        "aibot_upload_media_chunk",
        "aibot_upload_media_finish",
        "aibot_respond_welcome_msg text",
        "aibot_respond_update_msg",
    ] {
        let mut mine = shapes(&ours, kind);
        // In the official example, not in the SDK.
        mine.remove("/body/chat_type");
        assert_eq!(mine, shapes(&theirs, kind), "{kind}");
    }
    fake.kick();
    peer.tells("heard", "disconnected").await;
}

#[test]
fn the_official_sdk_and_we_open_what_the_other_sealed() {
    let Some(place) = peers("node_modules/@wecom/aibot-node-sdk") else { return };
    let mut command = Command::new("node");
    command.arg(script("wecom_sdk.cjs")).arg("crypto").arg(place);
    let mut peer = Peer::start(command);
    let bot = bot(Kind::AiBot, "");
    for (number, text) in ["帮助", "日报 对话 50 👩‍💻𠮷", &"长".repeat(5_000)].into_iter().enumerate()
    {
        let plain = json!({ "msgid": format!("M{number}"), "aibotid": "B", "chatid": "wrC", "chattype": "group",
            "from": { "userid": "lisi" }, "msgtype": "text", "text": { "content": format!("@助手 {text}") } });
        let (timestamp, nonce) = (NOW / 1_000, format!("n{number}"));
        let mut ask = json!({ "token": TOKEN, "key": KEY, "receive_id": "", "timestamp": timestamp.to_string(),
            "nonce": nonce, "plain": plain.to_string() });
        let sealed = peer.ask(&ask);
        let query = format!(
            "msg_signature={}&timestamp={timestamp}&nonce={nonce}",
            sealed["signature"].as_str().expect("a signature")
        );
        let body = json!({ "encrypt": sealed["encrypt"] }).to_string();
        let (incoming, key) = heard(bot.receive(&query, body.as_bytes(), NOW).expect("genuine"));
        assert_eq!(incoming.body, Body::Text(text.to_owned()));

        let answer = bot.answer(&key, &[Said::text("收到 138****1234")], NOW);
        let answer: Value = serde_json::from_str(&answer.body).expect("JSON");
        for name in ["plain", "timestamp"] {
            ask.as_object_mut().expect("an object").remove(name);
        }
        ask["timestamp"] = answer["timestamp"].to_string().into();
        ask["signature"] = answer["msgsignature"].clone();
        ask["encrypt"] = answer["encrypt"].clone();
        let opened = peer.ask(&ask);
        assert_eq!(opened["genuine"], true);
        let inner: Value = serde_json::from_str(opened["plain"].as_str().expect("text")).expect("JSON");
        assert_eq!(inner["stream"]["content"], "收到 138＊＊＊＊1234");
    }
}

#[test]
fn wechatpy_and_we_open_what_the_other_sealed() {
    let Some(place) = peers("venv/bin/python") else { return };
    let mut command = Command::new(place.join("venv/bin/python"));
    command.arg(script("wechatpy_crypto.py"));
    let mut peer = Peer::start(command);
    let bot = bot(Kind::App, CORP);
    for (number, text) in ["帮助", "日报 对话 50 👩‍💻𠮷"].into_iter().enumerate() {
        let (timestamp, nonce) = (NOW / 1_000, format!("n{number}"));
        let plain = format!(
            "<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><FromUserName><![CDATA[lisi]]></FromUserName>\
             <CreateTime>{timestamp}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{text}]]></Content>\
             <MsgId>70000000000000{number}</MsgId><AgentID>1000002</AgentID></xml>"
        );
        let ask = json!({ "token": TOKEN, "key": KEY, "receive_id": CORP, "timestamp": timestamp.to_string(),
            "nonce": nonce, "plain": plain });
        let sealed = peer.ask(&ask);
        let query = format!(
            "msg_signature={}&timestamp={timestamp}&nonce={nonce}",
            sealed["signature"].as_str().expect("a signature")
        );
        let body = sealed["xml"].as_str().expect("a body");
        let (incoming, key) = heard(bot.receive(&query, body.as_bytes(), NOW).expect("genuine"));
        assert_eq!(incoming.body, Body::Text(text.to_owned()));

        let answer = bot.answer(&key, &[Said::text("收到 <1>&]]> 好")], NOW).body;
        let field = |name: &str| {
            let (_, rest) = answer.split_once(&format!("<{name}>")).expect(name);
            let (value, _) = rest.split_once(&format!("</{name}>")).expect(name);
            value.trim_start_matches("<![CDATA[").trim_end_matches("]]>").to_owned()
        };
        let opened = peer.ask(&json!({ "token": TOKEN, "key": KEY, "receive_id": CORP, "xml": answer,
            "signature": field("MsgSignature"), "timestamp": field("TimeStamp"), "nonce": field("Nonce") }));
        assert_eq!((&opened["kind"], &opened["content"]), (&json!("text"), &json!("收到 <1>&]]> 好")));
    }
}
