//! A file that somebody sends in private: read before its message is handled, by those who may import it.

use bot::Engine;
use bot::outside::Outside;
use deskmate::clock::Clock;
use deskmate::http::hooks::Doors;
use deskmate::{Parts, Running, wire};
use domain::{Calendar, EpochMs, Role};
use platform::dingtalk::{AppKeys, DingtalkBot, DingtalkBotConfig, DingtalkOutside, DingtalkOutsideConfig};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use store::{Error, Lane};
use testkit::engines::Database;
use testkit::fake::dingtalk::{Caller, FakeDingtalk, Place};
use testkit::people;

const SECRET: &str = "files-secret-0123456789";
const ROBOT: &str = "dingfiles";
const LIST: &str = "姓名,电话,年龄,到诊日期\n王小明,13800138000,35,3月5日\n";

struct House {
    fake: FakeDingtalk,
    caller: Caller,
    running: Running,
    client: reqwest::Client,
    _database: Database,
}

impl House {
    async fn open() -> Self {
        let now: EpochMs = Calendar::default().at("2026-04-02".parse().unwrap(), 9 * 60);
        let fake = FakeDingtalk::start().await;
        fake.set_now(now);
        fake.add_app(ROBOT, SECRET);
        let database = Database::sqlite();
        let store = database.open(now).await;
        let hired: Result<(), Error> = store
            .write(Lane::of(&["test"]), move |tx| {
                for (name, role) in [("张三", Role::Consultant), ("王组长", Role::Lead)] {
                    people::add(tx, name, &[role], Some("一组"), &[("dingtalk", name, "main")], now)?;
                }
                Ok(())
            })
            .await;
        hired.unwrap();
        let keys = AppKeys {
            client_id: ROBOT.to_owned(),
            client_secret: SECRET.to_owned().into(),
            robot_code: ROBOT.to_owned(),
        };
        let config = DingtalkOutsideConfig {
            api_base: fake.base(),
            openapi_base: fake.base(),
            apps: HashMap::from([("main".to_owned(), keys)]),
            ..DingtalkOutsideConfig::default()
        };
        let clock = Clock::still(now);
        let outside = DingtalkOutside::new(config).unwrap().with_clock(clock.for_platforms());
        let outsides = HashMap::from([("dingtalk".to_owned(), Arc::new(outside) as Arc<dyn Outside>)]);
        let mut robot = DingtalkBotConfig::new("main", SECRET.to_owned().into());
        robot.robot_code = Some(ROBOT.to_owned());
        let mut doors = Doors::new(clock);
        doors.add_dingtalk(DingtalkBot::new(robot));
        let bot = wire::bot(Calendar::default()).unwrap();
        let running = deskmate::start(Parts {
            doors: Arc::new(doors),
            engine: Arc::new(Engine::new(store, bot, outsides, "files".to_owned())),
            listen: ([127, 0, 0, 1], 0).into(),
            page: None,
            metrics: None,
            loops: false,
        })
        .await
        .unwrap();
        let client = platform::http_client::client(Duration::from_secs(10), true).unwrap();
        let caller = fake.caller(SECRET, ROBOT);
        Self { fake, caller, running, client, _database: database }
    }

    /// What somebody is answered who sends something of this type in private.
    async fn send(&self, who: &str, msgtype: &str, content: Value) -> String {
        let callback = self.caller.message(Place::Person(who.to_owned()), who, who, msgtype, content);
        let url = format!("http://{}/hooks/dingtalk/main", self.running.address);
        let mut request = self.client.post(url).body(callback.bytes());
        for (name, value) in callback.headers() {
            request = request.header(name, value);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        let kind = response.headers()["content-type"].to_str().unwrap().to_owned();
        self.caller.hear(&callback, &kind, &response.bytes().await.unwrap()).expect("an answer")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hospitals_list_is_taken_as_a_file_from_those_who_may_import_it() {
    let house = House::open().await;
    let list = |name: &str| house.fake.file(name, LIST.as_bytes());
    for name in ["3月名单.csv", "名单.csv", "2026-03.csv"] {
        let told = house.send("王组长", "file", list(name)).await;
        assert!(
            told.contains("3月名单预览，还没有导入") && told.contains("对账 导入 确定"),
            "{name}: {told}"
        );
    }
    let told = house.send("王组长", "file", list("2月名单.csv")).await;
    assert!(told.contains("2月"), "{told}");
    let told = house.send("王组长", "file", house.fake.file("名单.xlsx", b"PK no table")).await;
    assert!(told.contains("读不懂") && told.contains("复制成文字"), "{told}");
    let before = house.fake.requests();
    // What somebody may not import, or is no list, is not even fetched.
    let told = house.send("张三", "file", list("名单.csv")).await;
    assert!(told.contains("组长、主管私聊发"), "{told}");
    assert_eq!(house.fake.requests(), before);
    let told = house.send("王组长", "file", list("名单.exe")).await;
    assert!(told.contains(".xlsx、.csv"), "{told}");
    house.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_told_by_its_kind() {
    let house = House::open().await;
    for (msgtype, word) in [
        ("picture", "图片我看不懂"),
        ("audio", "语音"),
        ("video", "视频"),
        ("unknownMsgType", "只看得懂文字"),
    ] {
        let told = house.send("张三", msgtype, serde_json::json!({ "downloadCode": "d" })).await;
        assert!(told.contains(word) && told.contains("例：日报"), "{msgtype}: {told}");
    }
    house.running.stop().await;
}
