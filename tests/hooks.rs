//! The doors: what is verified gets in once and is answered, everything else gets 4xx or a short sentence and changes
//! nothing.

use bot::Engine;
use bot::outside::Outside;
use deskmate::clock::Clock;
use deskmate::http::hooks::Doors;
use deskmate::{Parts, Running, wire};
use domain::rights::{Administer, Over};
use domain::shift::Hours;
use domain::{Calendar, EpochMs, Role};
use platform::dingtalk::{DingtalkBot, DingtalkBotConfig};
use platform::wecom::{App, AppConfig, Kind, WecomBot, WecomBotConfig, WecomOutside, WecomOutsideConfig};
use reqwest::Client;
use serde_json::json;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use store::{Error, KeyRing, Lane, NewChat, Options, Pagination, Store};
use tempfile::TempDir;
use testkit::fake::dingtalk::FakeDingtalk;
use testkit::fake::wecom::{Callback, Caller, FakeWecom};
use testkit::people;

const TOKEN: &str = "hooktoken";
const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
const CORP: &str = "ww1234567890abcdef";
const SECRET: &str = "hook-app-secret";
const ROBOT: &str = "dinghookrobot";
const REPORT: &str = "日报 对话 50 预约 8 到诊 3";

struct Office {
    running: Running,
    client: Client,
    store: Store,
    aibot: Caller,
    app: Caller,
    fake: FakeDingtalk,
    /// WeCom's API, with an app that can see its people.
    api: FakeWecom,
    now: EpochMs,
    /// The last event of the set-up.
    furnished: i64,
    _folder: TempDir,
}

impl Office {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let calendar = Calendar::default();
        let day = "2026-03-02".parse().unwrap();
        let now = calendar.at(day, 9 * 60);
        let address = format!("sqlite:{}", folder.path().join("hooks.db").display());
        let store =
            Store::open(&address, Options { now, durable: false, keys: KeyRing::known() }).await.unwrap();
        let furnished: Result<i64, Error> = store
            .write(Lane::of(&["office"]), move |tx| {
                let by = Administer::by_operator();
                let hours = Hours::parse("08:00-16:00").expect("hours");
                for platform in ["wecom", "dingtalk"] {
                    let reached = [(platform, "zhangsan", "main")];
                    let person = people::add(tx, "张三", &[Role::Consultant], Some("一组"), &reached, now)?;
                    let plan = Over::by_program(Some(person));
                    tx.set_template(&plan, "早班", &hours, now)?;
                    tx.set_rota(&plan, day, Some(&hours.on(&calendar, day, "早班")), now)?;
                    let (bot, chat_ref, title) = ("main", "group1", Some("咨询群"));
                    tx.set_chat(&by, &NewChat { platform, bot, chat_ref, title, purposes: &[] }, now)?;
                }
                tx.flush_events()?;
                tx.last_event()
            })
            .await;
        let furnished = furnished.unwrap();
        let clock = Clock::still(now);
        let mut doors = Doors::new(clock);
        for (name, kind, receive_id) in [("main", Kind::AiBot, ""), ("app", Kind::App, CORP)] {
            doors.add_wecom(
                WecomBot::new(WecomBotConfig {
                    name: name.to_owned(),
                    kind,
                    token: TOKEN.to_owned().into(),
                    encoding_aes_key: KEY.to_owned().into(),
                    receive_id: receive_id.to_owned(),
                    bot_names: vec!["助手".to_owned()],
                    max_age_ms: platform::wecom::MAX_AGE_MS,
                    api_base: platform::wecom::API_BASE.to_owned(),
                })
                .unwrap(),
            );
        }
        let mut robot = DingtalkBotConfig::new("main", SECRET.to_owned().into());
        robot.robot_code = Some(ROBOT.to_owned());
        doors.add_dingtalk(DingtalkBot::new(robot));
        let api = FakeWecom::start().await;
        api.set_now(now);
        api.add_app(CORP, "s-2026", 1_000_002, &["zhangsan", "lisi"]);
        let config = AppConfig {
            name: "app".to_owned(),
            corp_id: CORP.to_owned(),
            agent_id: 1_000_002,
            secret: "s-2026".to_owned().into(),
            api_base: api.api_base(),
        };
        let app = App::new(config, Arc::new(move || now)).unwrap();
        let config = WecomOutsideConfig { api_base: api.api_base(), ..WecomOutsideConfig::default() };
        let outside: Arc<dyn Outside> = Arc::new(WecomOutside::new(config).unwrap().with_app(app));
        let outsides = HashMap::from([("wecom".to_owned(), outside)]);
        let engine = Engine::new(store.clone(), wire::bot(calendar).unwrap(), outsides, "hooks".to_owned());
        let running = deskmate::start(Parts {
            doors: Arc::new(doors),
            engine: Arc::new(engine),
            listen: ([127, 0, 0, 1], 0).into(),
            page: None,
            metrics: None,
            loops: false,
        })
        .await
        .unwrap();
        let fake = FakeDingtalk::start().await;
        fake.set_now(now);
        Self {
            running,
            client: platform::http_client::client(Duration::from_secs(10), true).unwrap(),
            store,
            aibot: FakeWecom::caller(TOKEN, KEY, ""),
            app: FakeWecom::caller(TOKEN, KEY, CORP),
            fake,
            api,
            now,
            furnished,
            _folder: folder,
        }
    }

    async fn post(&self, path: &str, query: &str, body: Vec<u8>) -> (u16, Vec<u8>) {
        let url = format!("http://{}{path}?{query}", self.running.address);
        let response = self.client.post(url).body(body).send().await.unwrap();
        (response.status().as_u16(), response.bytes().await.unwrap().to_vec())
    }

    /// The status and, when it is 200, what the person reads.
    async fn wecom(&self, callback: &Callback) -> (u16, Option<String>) {
        let (status, body) = self.post("/hooks/wecom/main", &callback.query, callback.body.clone()).await;
        let text =
            (status == 200).then(|| self.aibot.read(callback, &body)).flatten().map(|answer| answer.text);
        (status, text)
    }

    async fn events(&self) -> Vec<String> {
        let page = Pagination { after: self.furnished, limit: 1_000 };
        let events = self.store.read(move |tx| tx.events(page)).await.unwrap();
        events.into_iter().map(|event| event.kind).collect()
    }

    async fn close(self) {
        self.running.stop().await;
    }
}

fn count(events: &[String], kind: &str) -> usize {
    events.iter().filter(|known| *known == kind).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_answered_encrypted_on_both_kinds_of_wecom_callbacks() {
    let office = Office::open().await;
    let callback = office.aibot.in_group("group1", "zhangsan").text(&format!("@助手 {REPORT}"), office.now);
    let (status, text) = office.wecom(&callback).await;
    assert_eq!(status, 200);
    assert!(text.unwrap().contains("日报已收到"));
    let callback = office.app.app_text("zhangsan", "日报 到诊 4", office.now);
    let (status, body) = office.post("/hooks/wecom/app", &callback.query, callback.body.clone()).await;
    assert_eq!(status, 200);
    let answer = office.app.read(&callback, &body).unwrap();
    assert!(answer.text.contains("第2版"), "{}", answer.text);
    let events = office.events().await;
    assert_eq!((count(&events, "report.filed"), count(&events, "report.corrected")), (1, 1));
    office.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_is_offered_the_name_that_the_contacts_have() {
    let office = Office::open().await;
    for (user, name) in [("zhangsan", "张三"), ("lisi", "李四")] {
        office.api.name(user, name);
    }
    let (status, text) = office.wecom(&office.aibot.in_private("lisi").text("我是", office.now)).await;
    assert_eq!(status, 200);
    assert_eq!(text.unwrap(), "请写上姓名和组。例：我是 李四 一组");
    let asked = office.api.calls();
    // Members are known, and who is not in the app's range is asked his name as before.
    office.wecom(&office.aibot.in_group("group1", "zhangsan").text("@助手 我是", office.now)).await;
    assert_eq!(office.api.calls(), asked);
    let (_, text) = office.wecom(&office.aibot.in_private("wangwu").text("我是", office.now)).await;
    assert_eq!(text.unwrap(), "请写上姓名和组。例：我是 张三 一组");
    office.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_answered_on_signed_dingtalk_callbacks() {
    let office = Office::open().await;
    let caller = office.fake.caller(SECRET, ROBOT);
    let callback = caller.group("group1", "zhangsan", "张三", REPORT);
    let url = format!("http://{}/hooks/dingtalk/main", office.running.address);
    let mut request = office.client.post(&url).body(callback.bytes());
    for (name, value) in callback.headers() {
        request = request.header(name, value);
    }
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200);
    let kind = response.headers()["content-type"].to_str().unwrap().to_owned();
    let text = caller.hear(&callback, &kind, &response.bytes().await.unwrap()).unwrap();
    assert!(text.contains("日报已收到"), "{text}");
    office.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_is_verified_with_exactly_the_plaintext() {
    let office = Office::open().await;
    let query = office.app.verification("5927782489442352469", office.now);
    let ask = |query: String| {
        let url = format!("http://{}/hooks/wecom/app?{query}", office.running.address);
        office.client.get(url).send()
    };
    let response = ask(query.clone()).await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.text().await.unwrap(), "5927782489442352469");
    let forged = query.replacen("msg_signature=", "msg_signature=0", 1);
    assert_eq!(ask(forged).await.unwrap().status(), 403);
    assert_eq!(ask(String::new()).await.unwrap().status(), 403);
    office.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_verified_is_refused_and_changes_nothing() {
    let office = Office::open().await;
    let good = office.aibot.in_group("group1", "zhangsan").text(&format!("@助手 {REPORT}"), office.now);
    let body = |text: &str| text.as_bytes().to_vec();
    let hour = 3_600_000;
    let stale = office.aibot.in_private("zhangsan").text(REPORT, office.now - hour - 60_000);
    let early = office.aibot.in_private("zhangsan").text(REPORT, office.now + hour + 60_000);
    let stranger = FakeWecom::caller("othertoken", KEY, "").in_private("zhangsan").text(REPORT, office.now);
    let other_corp = FakeWecom::caller(TOKEN, KEY, "wwother").in_private("zhangsan").text(REPORT, office.now);
    let entity = "<!DOCTYPE x [<!ENTITY a \"b\">]><xml><Encrypt>&a;</Encrypt></xml>";
    let cases: Vec<(&str, &str, String, Vec<u8>)> = vec![
        ("no query", "/hooks/wecom/main", String::new(), good.body.clone()),
        (
            "wrong signature",
            "/hooks/wecom/main",
            good.query.replacen("msg_signature=", "msg_signature=0", 1),
            good.body.clone(),
        ),
        ("other nonce", "/hooks/wecom/main", good.query.replacen("nonce=", "nonce=9", 1), good.body.clone()),
        ("stale", "/hooks/wecom/main", stale.query.clone(), stale.body.clone()),
        ("from the future", "/hooks/wecom/main", early.query.clone(), early.body.clone()),
        ("other token", "/hooks/wecom/main", stranger.query.clone(), stranger.body.clone()),
        ("other receive id", "/hooks/wecom/main", other_corp.query.clone(), other_corp.body.clone()),
        ("not JSON", "/hooks/wecom/main", good.query.clone(), body("hello")),
        ("plain JSON", "/hooks/wecom/main", good.query.clone(), body("{\"msgtype\":\"text\"}")),
        ("bad base64", "/hooks/wecom/main", good.query.clone(), body("{\"encrypt\":\"***\"}")),
        ("empty", "/hooks/wecom/main", good.query.clone(), Vec::new()),
        ("not UTF-8", "/hooks/wecom/main", good.query.clone(), vec![0xff, 0xfe, 0x00]),
        ("XML where JSON belongs", "/hooks/wecom/main", good.query.clone(), body("<xml></xml>")),
        ("JSON where XML belongs", "/hooks/wecom/app", good.query.clone(), good.body.clone()),
        ("XML with entities", "/hooks/wecom/app", good.query.clone(), body(entity)),
        ("no such bot", "/hooks/wecom/nobody", good.query.clone(), good.body.clone()),
        ("DingTalk without signature", "/hooks/dingtalk/main", String::new(), body("{}")),
        ("over 1 MiB", "/hooks/wecom/main", good.query.clone(), vec![b'a'; (1 << 20) + 1]),
    ];
    for (case, path, query, body) in cases {
        let (status, said) = office.post(path, &query, body).await;
        assert!((400..500).contains(&status), "{case}: {status}");
        let said = String::from_utf8_lossy(&said).into_owned();
        assert!(!said.contains(TOKEN) && !said.contains(KEY) && said.len() < 100, "{case}: {said}");
    }
    assert_eq!(office.events().await, Vec::<String>::new());
    office.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_dingtalk_callbacks_are_refused_and_change_nothing() {
    let office = Office::open().await;
    let caller = office.fake.caller(SECRET, ROBOT);
    let good = caller.group("group1", "zhangsan", "张三", REPORT);
    let elsewhere = office.fake.caller("another secret", ROBOT).group("group1", "zhangsan", "张三", REPORT);
    let later = (office.now + 3_700_000).to_string();
    let url = format!("http://{}/hooks/dingtalk/main", office.running.address);
    type Headers = Vec<(&'static str, String)>;
    let cases: Vec<(&str, Headers, Vec<u8>)> = vec![
        ("no headers", vec![], good.bytes()),
        (
            "other secret",
            vec![("timestamp", elsewhere.timestamp.clone()), ("sign", elsewhere.sign.clone())],
            good.bytes(),
        ),
        ("moved timestamp", vec![("timestamp", later), ("sign", good.sign.clone())], good.bytes()),
        ("no number", vec![("timestamp", "abc".to_owned()), ("sign", good.sign.clone())], good.bytes()),
        (
            "not JSON",
            vec![("timestamp", good.timestamp.clone()), ("sign", good.sign.clone())],
            b"hello".to_vec(),
        ),
        (
            "missing fields",
            vec![("timestamp", good.timestamp.clone()), ("sign", good.sign.clone())],
            b"{}".to_vec(),
        ),
    ];
    for (case, headers, body) in cases {
        let mut request = office.client.post(&url).body(body);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let status = request.send().await.unwrap().status().as_u16();
        assert!((400..500).contains(&status), "{case}: {status}");
    }
    assert_eq!(office.events().await, Vec::<String>::new());
    office.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_messages_of_a_verified_caller_get_a_short_sentence() {
    let office = Office::open().await;
    let person = office.aibot.in_group("group1", "zhangsan");
    let long = format!("@助手 日报 {}", "对话 50 ".repeat(20_000));
    let noise = "天".repeat(100_000);
    let cases = [
        ("100,000 characters of nonsense", person.text(&noise, office.now)),
        ("a report a hundred thousand long", person.text(&long, office.now)),
        ("control characters", person.text("@助手 日报\u{0}\u{7}\u{202e} 对话", office.now)),
        ("emoji only", person.text("@助手 🎉🎉👩‍💻", office.now)),
        ("nothing but the mention", person.text("@助手", office.now)),
        ("a picture", person.wordless("image", office.now)),
        ("an unknown kind", person.wordless("hologram", office.now)),
        ("an unknown person", office.aibot.in_group("group1", "nobody").text("@助手 我的", office.now)),
        ("an unknown group", office.aibot.in_group("group9", "zhangsan").text("@助手 我的", office.now)),
        (
            "an unknown person in an unknown group",
            office.aibot.in_group("g8", "x").text("@助手 日报 1 2 3", office.now),
        ),
    ];
    for (case, callback) in cases {
        let (status, text) = office.wecom(&callback).await;
        assert_eq!(status, 200, "{case}");
        let text = text.unwrap_or_default();
        assert!(text.chars().count() < 200, "{case}: {} characters", text.chars().count());
        assert!(!text.contains("panick") && !text.contains("Error"), "{case}: {text}");
    }
    let events = office.events().await;
    assert_eq!(count(&events, "report.filed"), 0);
    office.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_events_of_a_verified_caller_answer_200() {
    let office = Office::open().await;
    let callback = office.aibot.in_private("zhangsan").rates(office.now);
    let (status, text) = office.wecom(&callback).await;
    assert_eq!((status, text), (200, None));
    let callback = office.aibot.in_private("zhangsan").opens(office.now);
    let (status, text) = office.wecom(&callback).await;
    assert_eq!(status, 200);
    assert!(text.unwrap().contains("张三"));
    office.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_message_again_gets_the_same_answer_and_does_nothing_twice() {
    let office = Office::open().await;
    let callback = office.aibot.in_group("group1", "zhangsan").text(&format!("@助手 {REPORT}"), office.now);
    // Three copies at once, as an impatient platform sends them, and one later.
    let copies: Vec<Callback> = (0..3).map(|_| office.aibot.again(&callback, office.now)).collect();
    let answers = futures_util::future::join_all(copies.iter().map(|copy| office.wecom(copy))).await;
    let later = office.aibot.again(&callback, office.now);
    let later = office.wecom(&later).await;
    for (status, text) in answers.iter().chain([&later]) {
        assert_eq!(*status, 200);
        assert_eq!(text, &later.1);
        assert!(text.as_ref().unwrap().contains("日报已收到"));
    }
    let events = office.events().await;
    assert_eq!((count(&events, "report.filed"), count(&events, "message.duplicate")), (1, 3));
    office.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_is_gone_makes_the_platform_try_again() {
    let office = Office::open().await;
    office.store.close().await;
    let callback = office.aibot.in_group("group1", "zhangsan").text(&format!("@助手 {REPORT}"), office.now);
    assert_eq!(office.wecom(&callback).await, (503, None));
    let ready = format!("http://{}/readyz", office.running.address);
    assert_eq!(office.client.get(ready).send().await.unwrap().status(), 503);
    let alive = format!("http://{}/healthz", office.running.address);
    assert_eq!(office.client.get(alive).send().await.unwrap().status(), 200);
    office.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_message_for_another_robot_is_refused() {
    let office = Office::open().await;
    let caller = office.fake.caller(SECRET, "dinganother");
    let mut callback = caller.group("group1", "zhangsan", "张三", REPORT);
    callback.body["robotCode"] = json!("dinganother");
    let url = format!("http://{}/hooks/dingtalk/main", office.running.address);
    let mut request = office.client.post(&url).body(callback.bytes());
    for (name, value) in callback.headers() {
        request = request.header(name, value);
    }
    assert_eq!(request.send().await.unwrap().status(), 403);
    office.close().await;
}
