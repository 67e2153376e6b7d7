//! DingTalk's official Stream SDK (PyPI `dingtalk-stream`) and `DingtalkChatbot` as independent peers: the SDK listens to the
//! fake, so that the fake speaks what the SDK understands; what DingtalkChatbot signs is what we sign, and is verified. They
//! lie in `target/peers/venv`, or where `DESKMATE_PEERS` says; with `DESKMATE_REQUIRE_PEERS` a test without them fails.

use bot::message::{Body, SentFile};
use bot::outside::Outside;
use platform::dingtalk::{
    AppKeys, DingtalkBot, DingtalkBotConfig, DingtalkOutside, DingtalkOutsideConfig, Received, sign,
};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Lines};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use testkit::fake::dingtalk::{FakeDingtalk, Place};

const CLIENT: &str = "dingpeer";
const SECRET: &str = "peer-secret";
const SIGN: &str = "SEC0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const NOW: i64 = 1_767_225_600_123;

/// The Python that has both.
fn python() -> Option<PathBuf> {
    let place = std::env::var_os("DESKMATE_PEERS").map(PathBuf::from);
    let place = place.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("target/peers"));
    let python = place.join("venv/bin/python");
    let imports = ["-c", "import dingtalk_stream, dingtalkchatbot.chatbot"];
    if Command::new(&python).args(imports).output().is_ok_and(|output| output.status.success()) {
        return Some(python);
    }
    let shown = python.display();
    assert!(
        std::env::var_os("DESKMATE_REQUIRE_PEERS").is_none(),
        "{shown} has no dingtalk-stream and DingtalkChatbot"
    );
    eprintln!("NOT TESTED: {shown} has no dingtalk-stream and DingtalkChatbot");
    None
}

/// The peer's script, with these words.
fn peer(python: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(python);
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers/dingtalk.py")).args(words);
    command.env("NO_PROXY", "127.0.0.1").stdin(Stdio::null());
    command
}

fn asked(python: &Path, words: &[&str]) -> Value {
    let output = peer(python, words).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The SDK as it listens; it ends with the test.
struct Listening {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Listening {
    fn start(python: &Path, base: &str) -> Self {
        let mut command = peer(python, &["stream", base, CLIENT, SECRET]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    fn told(&mut self) -> Value {
        serde_json::from_str(&self.lines.next().expect("it goes on").unwrap()).unwrap()
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_official_sdk_understands_the_fake_and_reads_what_we_read() {
    let Some(python) = python() else { return };
    let fake = FakeDingtalk::start().await;
    fake.add_app(CLIENT, SECRET);
    let mut sdk = Listening::start(&python, &fake.base());
    fake.listening().await;

    let caller = fake.caller(SECRET, CLIENT);
    let mut config = DingtalkBotConfig::new("main", SECRET.to_owned().into());
    config.session_hosts.push(fake.base());
    let bot = DingtalkBot::new(config);
    for callback in [
        caller.group("cid1==", "user001", "张三", "日报 对话 50 👩‍💻"),
        caller.private("user002", "李四", "帮助"),
    ] {
        let frame = fake.push(&callback).unwrap();
        let told = sdk.told();
        // The fake takes its acknowledgement for a good one, and it says what ours says.
        let ack = fake.acked(&frame).await;
        let data: Value = serde_json::from_str(ack["data"].as_str().unwrap()).unwrap();
        assert_eq!((&ack["code"], data), (&json!(200), json!({ "response": null })));

        let Ok(Received::Message(ours)) = bot.hear(&callback.body.to_string(), fake.now()) else { panic!() };
        assert_eq!(told["staff_id"], ours.sender.user_id.as_str());
        assert_eq!(told["nick"], ours.sender.name.clone().unwrap());
        assert_eq!(told["text"].as_str().unwrap().trim(), ours.text());
        let late = ours.late_reply.clone().unwrap();
        assert_eq!(told["session"], late.url.as_str());
        assert!(told["expires"].as_i64().unwrap() > late.expires_at, "we leave a margin");
        let robot = told["robot"].as_str().unwrap();
        assert_eq!(ours.msg_id, format!("{robot}:{}", told["msg_id"].as_str().unwrap()));
    }
    let tap = fake.push_tap("store-17", "user001", "agree", &json!({ "ref": "A-17" })).unwrap();
    let told = sdk.told();
    assert_eq!((&told["track"], &told["user"]), (&json!("store-17"), &json!("user001")));
    assert_eq!(told["content"]["cardPrivateData"]["actionIds"], json!(["agree"]));
    assert_eq!(fake.acked(&tap).await["code"], 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_official_sdk_reads_and_uploads_pictures_as_the_fake_and_we_do() {
    let Some(python) = python() else { return };
    let fake = FakeDingtalk::start().await;
    fake.add_app(CLIENT, SECRET);
    let mut sdk = Listening::start(&python, &fake.base());
    fake.listening().await;
    let bot = DingtalkBot::new(DingtalkBotConfig::new("main", SECRET.to_owned().into()));
    let caller = fake.caller(SECRET, CLIENT);

    let bytes = b"\x89PNG \x00\xff peer";
    let picture = fake.file("x.png", bytes);
    let code = picture["downloadCode"].as_str().unwrap().to_owned();
    let rich = json!({ "richText": [{ "text": "日报" }, { "type": "picture", "downloadCode": code }, { "text": "到诊 3" }] });
    for (kind, content, texts, body) in [
        ("picture", picture, json!(null), Body::Unreadable("picture".into())),
        ("richText", rich, json!(["日报", "到诊 3"]), Body::Text("日报\n到诊 3".into())),
    ] {
        let callback = caller.message(Place::Person("user001".into()), "user001", "张三", kind, content);
        let frame = fake.push(&callback).unwrap();
        let told = sdk.told();
        assert_eq!((&told["kind"], &told["texts"]), (&json!(kind), &texts));
        assert_eq!(told["pictures"], json!([code]));
        assert_eq!(fake.acked(&frame).await["code"], 200);
        let Ok(Received::Message(ours)) = bot.hear(&callback.body.to_string(), fake.now()) else { panic!() };
        assert_eq!(ours.body, body, "{kind}");
    }

    // What lies behind the code we fetch as the SDK does, and the fake takes the SDK's upload as it takes ours.
    let words = [fake.base(), code.clone()];
    let told =
        tokio::task::spawn_blocking(move || asked(&python, &["media", &words[0], CLIENT, SECRET, &words[1]]));
    let told = told.await.unwrap();
    let keys = AppKeys {
        client_id: CLIENT.to_owned(),
        client_secret: SECRET.to_owned().into(),
        robot_code: CLIENT.to_owned(),
    };
    let outside = DingtalkOutside::new(DingtalkOutsideConfig {
        api_base: fake.base(),
        openapi_base: fake.base(),
        apps: [("main".to_owned(), keys)].into(),
        ..DingtalkOutsideConfig::default()
    })
    .unwrap();
    let ours = outside.fetch("main", &SentFile { name: None, place: code, key: None }).await.unwrap();
    assert_eq!(ours.bytes, bytes);
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(told["bytes"], hex);
    assert!(told["media_id"].as_str().unwrap().starts_with('@') && fake.uploads() == 1);
}

#[test]
fn we_sign_as_dingtalkchatbot_does() {
    let Some(python) = python() else { return };
    for ms in [NOW, 1_700_000_000_000, 1_700_000_000_002] {
        let theirs = asked(&python, &["sign", SIGN, &ms.to_string()]);
        assert_eq!(theirs, sign::webhook_query(&SIGN.to_owned().into(), ms));
        // A callback's header is made by the same recipe, without the encoding for an address.
        let theirs = theirs.as_str().unwrap().split_once("&sign=").unwrap().1.to_owned();
        let header = theirs.replace("%2B", "+").replace("%2F", "/").replace("%3D", "=");
        let checked = |sign: &str| {
            sign::check_callback(&SIGN.to_owned().into(), Some(&ms.to_string()), Some(sign), ms, 1_000)
        };
        assert_eq!(checked(&header), Ok(()));
        assert!(checked(&header.replacen(char::is_alphanumeric, "_", 1)).is_err());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_fake_verifies_what_dingtalkchatbot_signs() {
    let Some(python) = python() else { return };
    let fake = FakeDingtalk::start().await;
    fake.add_robot("cid1==", "T0KEN", Some(SIGN));
    let webhook = format!("{}/robot/send?access_token=T0KEN", fake.base());
    let send = async |secret: &'static str| {
        let (python, webhook) = (python.clone(), webhook.clone());
        tokio::task::spawn_blocking(move || {
            asked(&python, &["send", &webhook, secret, "值班提醒 @user001", "user001"])
        })
        .await
        .unwrap()
    };
    assert_eq!(send(SIGN).await["errcode"], 0);
    let heard = fake.heard_in("cid1==");
    assert_eq!(
        (heard[0].text.as_str(), heard[0].mentioned.as_slice()),
        ("值班提醒 @user001", &["user001".to_owned()][..])
    );
    assert_eq!(send("SECanother").await["errcode"], 310_000);
    assert_eq!(fake.heard_in("cid1==").len(), 1);
}
