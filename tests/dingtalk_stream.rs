//! The whole program over DingTalk's Stream connections: a day on which everything breaks that is known to break, a decision
//! on an interactive card, the monthly allowance, a second instance.

use bot::Engine;
use bot::outside::Outside;
use deskmate::clock::Clock;
use deskmate::config::DingtalkQuota;
use deskmate::http::hooks::Doors;
use deskmate::loops::dingtalk::{self, DingtalkStream};
use deskmate::quota::Quota;
use deskmate::{Parts, Running, wire};
use domain::calendar::{HOUR, MINUTE};
use domain::rights::{Administer, Over};
use domain::shift::Shift;
use domain::{Calendar, EpochMs, Role};
use platform::dingtalk::card_http::{CardCallback, CardDoor};
use platform::dingtalk::stream::{StreamConfig, Timing};
use platform::dingtalk::{
    AppKeys, DingtalkBot, DingtalkBotConfig, DingtalkOutside, DingtalkOutsideConfig, MAX_AGE_MS, Meter,
};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;
use store::{Error, Event, Lane, NewChat, Pagination, Store};
use testkit::engines::{Database, until};
use testkit::fake::dingtalk::{Callback, FakeDingtalk, Place, TapCall};
use testkit::people;

/// Monday 2026-03-02, 10:00 in Shanghai.
pub(crate) const MORNING: EpochMs = 1_772_416_800_000;
const GROUP: &str = "cidOffice0001==";
pub(crate) const SECRET: &str = "day-secret";
const TEMPLATE: &str = "template-1.schema";
const CARD_SECRET: &str = "card-secret";
const CARD_PATH: &str = "/hooks/dingtalk/main/card";
const PEOPLE: [&str; 8] = ["张三", "李四", "王五", "赵六", "孙七", "周八", "吴九", "郑十"];

/// The robots, by bot and app.
const ROBOTS: [(&str, &str); 2] = [("main", "dingmain"), ("second", "dingsecond")];

fn timing() -> Timing {
    let ms = Duration::from_millis;
    Timing { ping: ms(50), pause: ms(1), longest_pause: ms(5), settled: Duration::ZERO, ..Timing::default() }
}

/// Where the taps on cards are heard.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cards {
    None,
    Stream,
    Http,
}

pub(crate) struct House {
    pub(crate) running: Running,
    pub(crate) store: Store,
    engine: Arc<Engine>,
    pub(crate) clock: Clock,
    quota: Arc<Quota>,
}

impl House {
    async fn open(fake: &FakeDingtalk, store: Store, name: &str, cards: Cards) -> Self {
        let clock = Clock::still(MORNING);
        let quota = Arc::new(Quota::new(DingtalkQuota { api_per_month: 20, ..DingtalkQuota::default() }));
        let key = |client_id: &str| AppKeys {
            client_id: client_id.to_owned(),
            client_secret: SECRET.to_owned().into(),
            robot_code: client_id.to_owned(),
        };
        let config = DingtalkOutsideConfig {
            api_base: fake.base(),
            openapi_base: fake.base(),
            apps: ROBOTS.iter().map(|(bot, client_id)| ((*bot).to_owned(), key(client_id))).collect(),
            cards: HashMap::from_iter(
                (cards != Cards::None).then(|| ("main".to_owned(), TEMPLATE.to_owned())),
            ),
            card_callbacks: HashMap::from_iter((cards == Cards::Http).then(|| {
                let url = format!("https://desk.example{CARD_PATH}");
                ("main".to_owned(), CardCallback { url, secret: CARD_SECRET.to_owned().into() })
            })),
            meter: Arc::clone(&quota) as Arc<dyn Meter>,
            ..DingtalkOutsideConfig::default()
        };
        let outside = DingtalkOutside::new(config).unwrap().with_clock(clock.for_platforms());
        let outside: Arc<dyn Outside> = Arc::new(outside);
        let mut doors = Doors::new(clock.clone());
        doors.set_dingtalk_quota(Arc::clone(&quota));
        if cards == Cards::Http {
            doors.add_dingtalk_cards(CardDoor::new("main", CARD_SECRET.to_owned().into(), MAX_AGE_MS));
        }
        for (bot, client_id) in ROBOTS {
            fake.add_app(client_id, SECRET);
            let mut settings = DingtalkBotConfig::new(bot, SECRET.to_owned().into());
            settings.robot_code = Some(client_id.to_owned());
            settings.session_hosts.push(fake.base());
            let config = StreamConfig {
                client_id: client_id.to_owned(),
                client_secret: SECRET.to_owned().into(),
                api_base: fake.base(),
                timing: timing(),
            };
            let lease = Duration::from_millis(150);
            let outside = Arc::clone(&outside);
            dingtalk::add(
                &mut doors,
                DingtalkStream { bot: DingtalkBot::new(settings), config, outside, lease },
            );
        }
        let bot = wire::bot(Calendar::default()).unwrap();
        let outsides = HashMap::from([("dingtalk".to_owned(), outside)]);
        let engine = Arc::new(Engine::new(store.clone(), bot, outsides, name.to_owned()));
        let running = deskmate::start(Parts {
            doors: Arc::new(doors),
            engine: Arc::clone(&engine),
            listen: ([127, 0, 0, 1], 0).into(),
            page: None,
            metrics: None,
            loops: true,
        })
        .await
        .unwrap();
        Self { running, store, engine, clock, quota }
    }

    async fn events(&self, kind: &str) -> Vec<Event> {
        let all = self.store.read(|tx| tx.events(Pagination { after: 0, limit: 10_000 })).await.unwrap();
        all.into_iter().filter(|event| event.kind == kind).collect()
    }
}

fn fake_at(now: EpochMs, fake: &FakeDingtalk) {
    fake.set_now(now);
}

/// A department of a group, consultants with a shift, a lead and an admin.
async fn hire(store: &Store) {
    let done: Result<(), Error> = store
        .write(Lane::of(&["test"]), |tx| {
            let mut team = None;
            for name in PEOPLE {
                let reached = ROBOTS.map(|(bot, _)| ("dingtalk", name, bot));
                let person =
                    people::add(tx, name, &[Role::Consultant], Some("一组"), &reached[..1], MORNING)?;
                let date = Calendar::default().date(MORNING);
                let (start, end) = (MORNING - HOUR, MORNING + 7 * HOUR);
                let shift = Shift { date, name: "早班".to_owned(), start, end };
                tx.set_rota(&Over::by_program(Some(person)), date, Some(&shift), MORNING)?;
                team = Some("一组");
            }
            people::add(tx, "王组长", &[Role::Lead], team, &[("dingtalk", "王组长", "main")], MORNING)?;
            people::add(tx, "小吴", &[Role::Admin], None, &[("dingtalk", "小吴", "main")], MORNING)?;
            let chat = NewChat {
                platform: "dingtalk",
                bot: "main",
                chat_ref: GROUP,
                title: Some("咨询群"),
                purposes: &["提醒".to_owned(), "排行".to_owned()],
            };
            tx.set_chat(&Administer::by_operator(), &chat, MORNING)?;
            Ok(())
        })
        .await;
    done.unwrap();
}

pub(crate) async fn start(cards: Cards) -> (Database, FakeDingtalk, House) {
    let fake = FakeDingtalk::start().await;
    fake_at(MORNING, &fake);
    fake.add_template(TEMPLATE);
    let database = Database::sqlite();
    let store = database.open(MORNING).await;
    hire(&store).await;
    let house = House::open(&fake, store, "one", cards).await;
    for (_, client_id) in ROBOTS {
        fake.listening_as(client_id).await;
    }
    (database, fake, house)
}

/// Hands a message over until a connection takes and acknowledges it, as often as the platform would.
pub(crate) async fn deliver(fake: &FakeDingtalk, callback: &Callback) -> Value {
    loop {
        fake.listening_as(callback.body["robotCode"].as_str().unwrap()).await;
        let Some(frame) = fake.push(callback) else { continue };
        // Not acknowledged, as by a connection that has died: it is handed over again.
        tokio::select! {
            ack = fake.acked(&frame) => return ack,
            () = tokio::time::sleep(Duration::from_millis(500)) => {}
        }
    }
}

/// Waits until somebody has heard something that holds these words.
pub(crate) async fn heard(fake: &FakeDingtalk, place: &Place, words: &str) {
    until(words, async || {
        let all = match place {
            Place::Group(id) => fake.heard_in(id),
            Place::Person(id) => fake.heard_by(id),
        };
        all.iter().any(|heard| heard.text.contains(words)).then_some(())
    })
    .await;
}

pub(crate) fn person(name: &str) -> Place {
    Place::Person(name.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_on_which_connections_die_and_messages_come_twice() {
    let (_database, fake, house) = start(Cards::None).await;
    let caller = fake.caller(SECRET, "dingmain");
    let mut now = MORNING;
    let mut sent: Vec<Callback> = Vec::new();
    for (round, name) in PEOPLE.iter().enumerate() {
        now += 3 * MINUTE;
        house.clock.hold(now);
        fake_at(now, &fake);
        let report = caller.group(GROUP, name, name, &format!("日报 对话 {} 预约 8 到诊 3", 50 + round));
        match round % 4 {
            // The server is about to close, and then does: what comes in between goes to the new connection.
            0 => fake.tell_to_go(),
            1 => fake.freeze(),
            2 => fake.cut(true),
            _ => {}
        }
        let ack = deliver(&fake, &report).await;
        assert_eq!(ack["code"], 200);
        fake.cut(false);
        sent.push(report);
        // 16 and 60 seconds later the same message comes again, on whatever connection there is by then.
        for later in [16_000, 60_000] {
            house.clock.hold(now + later);
            fake_at(now + later, &fake);
            let again = deliver(&fake, sent.last().unwrap()).await;
            assert_eq!(again["code"], 200);
        }
    }
    let filed = house.events("report.filed").await;
    assert_eq!(filed.len(), PEOPLE.len(), "each report once");
    assert!(house.events("report.corrected").await.is_empty());
    let answered = async || {
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for heard in fake.heard_in(GROUP) {
            for number in 50..58 {
                let answer =
                    heard.text.contains("日报已收到") && heard.text.contains(&format!("对话 {number}"));
                *seen.entry(number.to_string()).or_default() += usize::from(answer);
            }
        }
        seen
    };
    until("every answer", async || answered().await.values().all(|count| *count >= 1).then_some(())).await;
    assert!(answered().await.values().all(|count| *count == 1), "and none twice: {:?}", answered().await);

    // A message that mentions two robots reaches both under one id; each answers.
    let mut both = caller.private("张三", "张三", "我的");
    let first = deliver(&fake, &both).await;
    both.body["robotCode"] = json!("dingsecond");
    let second = deliver(&fake, &both).await;
    assert_eq!((&first["code"], &second["code"]), (&json!(200), &json!(200)));
    until("two answers", async || {
        let answers = fake.heard_by("张三");
        (answers.iter().filter(|heard| heard.text.contains("张三 · 一组")).count() == 2).then_some(())
    })
    .await;

    // The month's allowance is gone: the message comes without its words, and is answered all the same.
    let mut wordless = caller.private("李四", "李四", "日报");
    wordless.body.as_object_mut().unwrap().remove("text");
    wordless.body["errorCode"] = json!("20001");
    wordless.body["errorMessage"] = json!("quota");
    assert_eq!(deliver(&fake, &wordless).await["code"], 200);
    until("an answer without words", async || (!fake.heard_by("李四").is_empty()).then_some(())).await;

    // Somebody from outside is told, too.
    let mut stranger = caller.private("客人", "客人", "你好");
    stranger.body.as_object_mut().unwrap().remove("senderStaffId");
    assert_eq!(deliver(&fake, &stranger).await["code"], 200);
    heard(&fake, &person("客人"), "只为本单位的同事服务").await;
    house.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_is_decided_by_who_taps_and_once() {
    let (_database, fake, house) = start(Cards::Stream).await;
    let caller = fake.caller(SECRET, "dingmain");
    deliver(&fake, &caller.private("小林", "小林", "我是 小林 一组")).await;
    let card = until("the card", async || fake.cards().into_iter().next()).await;
    let (track, place) = (card.0, card.1.place);
    assert_eq!(place, person("王组长"));
    assert!(card.1.params["reason"].contains("同意 J1"), "the typed twin stands on it: {:?}", card.1.params);
    let tap = async |who: &str, action: &str, params: Value| {
        let frame = fake.push_tap(&track, who, action, &params).unwrap();
        let ack = fake.acked(&frame).await;
        assert_eq!(ack["code"], 200);
        fake.apply(&track, &ack);
        fake.cards()[&track].params["status"].clone()
    };
    // Whoever made up the parameters, it is the tapper who counts.
    let forged = json!({ "action": "agree", "userId": "王组长", "by": "王组长" });
    assert_eq!(tap("张三", "agree", forged).await, "");
    assert!(house.events("member.approved").await.is_empty());
    let shown = tap("王组长", "agree", json!({})).await;
    assert_eq!(shown, "agree", "{:?}", house.events("command.refused").await);
    assert_eq!(house.events("member.approved").await.len(), 1);
    heard(&fake, &person("小林"), "你已加入部门").await;
    // Late and double taps see how it stands.
    for (who, action) in [("王组长", "reject"), ("王组长", "agree"), ("张三", "reject")] {
        assert_eq!(tap(who, action, json!({})).await, "agree");
    }
    assert_eq!(house.events("member.approved").await.len(), 1);
    let unknown = fake.push_tap("nobody-17", "王组长", "agree", &json!({})).unwrap();
    assert_eq!(fake.acked(&unknown).await["data"], r#"{"response":{}}"#);

    // What is decided by typed words shows on the card at once, and a late tap changes nothing.
    deliver(&fake, &caller.private("小赵", "小赵", "我是 小赵 一组")).await;
    let other = until("another card", async || fake.cards().into_keys().find(|other| *other != track)).await;
    until("everything is delivered", async || {
        let waiting = house.store.read(|tx| tx.outgoing_waiting()).await.unwrap();
        (waiting == 0).then_some(())
    })
    .await;
    deliver(&fake, &caller.private("王组长", "王组长", "驳回 J2 不是本组")).await;
    until("the card is changed", async || (fake.cards()[&other].params["status"] == "reject").then_some(()))
        .await;
    let frame = fake.push_tap(&other, "王组长", "agree", &json!({})).unwrap();
    fake.apply(&other, &fake.acked(&frame).await);
    let params = fake.cards()[&other].params.clone();
    assert!(params["status"] == "reject" && !params["reason"].contains("→"), "{params:?}");
    assert_eq!(house.events("member.approved").await.len(), 1);
    house.running.stop().await;
}

/// Posts a tap to the house, whatever host its address names: the status and the response.
async fn knock(house: &House, tap: &TapCall) -> (u16, String) {
    let path = tap.url.strip_prefix("https://desk.example").expect("our address");
    let client = platform::http_client::client(Duration::from_secs(10), true).unwrap();
    let url = format!("http://{}{path}", house.running.address);
    let request = client.post(url).body(tap.body.clone());
    let request =
        tap.headers.iter().fold(request, |request, (name, value)| request.header(*name, value.as_str()));
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn taps_that_come_by_callbacks_are_verified_and_decide_once() {
    let (_database, fake, house) = start(Cards::Http).await;
    let caller = fake.caller(SECRET, "dingmain");
    deliver(&fake, &caller.private("小林", "小林", "我是 小林 一组")).await;
    let (track, _) = until("the card", async || fake.cards().into_iter().next()).await;
    until("everything is delivered", async || {
        let waiting = house.store.read(|tx| tx.outgoing_waiting()).await.unwrap();
        (waiting == 0).then_some(())
    })
    .await;
    let tap = |who: &str, action: &str, params: Value| fake.tap_call(&track, who, action, &params);
    let approved = async || house.events("member.approved").await.len();

    // A signature that does not fit, is missing, or is of another time, opens nothing.
    let good = tap("王组长", "agree", json!({}));
    for (at, value) in [(2, "AAAA"), (1, "1772416800001"), (1, "soon"), (1, "1772406800000")] {
        let mut forged = good.clone();
        forged.headers[at].1 = value.to_owned();
        assert_eq!(knock(&house, &forged).await.0, 401, "{value}");
    }
    let mut robot_style = good.clone();
    let robot = caller.private("王组长", "王组长", "我的");
    robot_style.headers[1..]
        .clone_from_slice(&[("timestamp", robot.timestamp.clone()), ("sign", robot.sign.clone())]);
    assert_eq!(knock(&house, &robot_style).await.0, 401);
    for body in ["", "[]", "日报"] {
        assert_eq!(knock(&house, &TapCall { body: body.to_owned(), ..good.clone() }).await.0, 400, "{body}");
    }
    let elsewhere = TapCall { url: good.url.replace("main", "second"), ..good.clone() };
    assert_eq!(knock(&house, &elsewhere).await.0, 404, "no cards of this robot come by callbacks");
    assert_eq!(approved().await, 0);

    // Whoever made up the parameters, it is the tapper who counts.
    let forged = json!({ "action": "agree", "userId": "王组长" });
    assert_eq!(knock(&house, &tap("张三", "agree", forged)).await, (200, "{}".to_owned()));
    assert_eq!(approved().await, 0);
    // The same request again, a double tap and a late one: one decision, and each sees it.
    for call in [good.clone(), good, tap("王组长", "reject", json!({})), tap("张三", "reject", json!({}))]
    {
        let (status, body) = knock(&house, &call).await;
        assert_eq!(status, 200);
        fake.apply_response(&track, &body);
        assert_eq!(fake.cards()[&track].params["status"], "agree");
        assert_eq!(approved().await, 1);
    }
    heard(&fake, &person("小林"), "你已加入部门").await;

    // The address is registered once, not before each card.
    deliver(&fake, &caller.private("小赵", "小赵", "我是 小赵 一组")).await;
    until("another card", async || (fake.cards().len() == 2).then_some(())).await;
    assert_eq!(fake.registrations(), 1);
    house.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_cannot_be_delivered_keeps_nobody_from_deciding() {
    let (_database, fake, house) = start(Cards::Stream).await;
    fake.refuse_cards();
    let caller = fake.caller(SECRET, "dingmain");
    deliver(&fake, &caller.private("小林", "小林", "我是 小林 一组")).await;
    heard(&fake, &person("王组长"), "同意 J1").await;
    assert!(fake.cards().is_empty());
    house.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_address_for_taps_is_refused_it_is_words() {
    let (_database, fake, house) = start(Cards::Http).await;
    // The first call of all: the newcomer's answer takes the message's own address.
    fake.refuse_call(403, "Forbidden.AccessDenied.AccessTokenPermissionDenied");
    let caller = fake.caller(SECRET, "dingmain");
    deliver(&fake, &caller.private("小林", "小林", "我是 小林 一组")).await;
    heard(&fake, &person("王组长"), "同意 J1").await;
    assert!(fake.cards().is_empty() && fake.registrations() == 0);
    // The next card asks anew.
    deliver(&fake, &caller.private("小赵", "小赵", "我是 小赵 一组")).await;
    until("a card", async || (fake.cards().len() == 1).then_some(())).await;
    assert_eq!(fake.registrations(), 1);
    house.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_admins_are_warned_of_the_allowance_once_at_each_threshold() {
    let (_database, fake, house) = start(Cards::None).await;
    let admin = person("小吴");
    let warnings = || {
        let heard = fake.heard_by("小吴");
        heard.iter().filter(|heard| heard.text.contains("钉钉接口调用本月已用")).count()
    };
    let spend = async |count: u32| {
        for _ in 0..count {
            house.quota.spend(platform::dingtalk::Spent::Api);
        }
        house.quota.keep(&house.engine, house.clock.now()).await.unwrap();
    };
    spend(15).await;
    assert!(!house.quota.is_short(platform::dingtalk::Spent::Api));
    spend(1).await;
    heard(&fake, &admin, "过了 80%").await;
    assert!(house.quota.is_short(platform::dingtalk::Spent::Api), "from now on less is sent");
    assert!(!house.quota.is_short(platform::dingtalk::Spent::Push));
    // The warning itself was a call, too.
    spend(3).await;
    heard(&fake, &admin, "过了 95%").await;
    spend(10).await;
    spend(10).await;
    assert_eq!(warnings(), 2, "{:?}", fake.heard_by("小吴"));
    // The next month begins with all of it.
    house.clock.hold(MORNING + 31 * 24 * HOUR);
    fake_at(MORNING + 31 * 24 * HOUR, &fake);
    spend(1).await;
    assert!(!house.quota.is_short(platform::dingtalk::Spent::Api));
    house.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_instance_stands_by_tells_the_admins_and_takes_over() {
    let (database, fake, one) = start(Cards::None).await;
    let before = fake.stream_log().len();
    let two = House::open(&fake, database.open(MORNING).await, "two", Cards::None).await;
    heard(&fake, &person("小吴"), "两个程序").await;
    assert_eq!(fake.stream_log().len(), before, "it has not even asked for a connection");
    one.running.stop().await;
    fake.opened(2 * ROBOTS.len()).await;
    fake.listening_as("dingmain").await;
    let caller = fake.caller(SECRET, "dingmain");
    assert_eq!(deliver(&fake, &caller.private("张三", "张三", "我的")).await["code"], 200);
    heard(&fake, &person("张三"), "张三 · 一组").await;
    two.running.stop().await;
}
