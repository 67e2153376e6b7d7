//! A department on WeCom's long connection, and everything that is known to happen to one.

use bot::outside::{Delivery, Destination, Media, MediaKind, Outside, Parcel};
use bot::{Delivered, Engine, Said};
use deskmate::clock::Clock;
use deskmate::http::hooks::Doors;
use deskmate::{Parts, Running, loops, wire};
use domain::calendar::{HOUR, MINUTE};
use domain::rights::{Administer, Over};
use domain::shift::Hours;
use domain::{Calendar, EpochMs, Role};
use platform::wecom::stream::{Link, Status, StreamConfig, Timing};
use platform::wecom::{WecomOutside, WecomOutsideConfig};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;
use store::{Dest, Error, Lane, NewChat, NewRow, Pagination, Store};
use testkit::engines::{Database, until};
use testkit::fake::wecom::{FakeLink, FakeWecom, Mishap, Place, Seen, Sent};
use testkit::people;

const BOT_ID: &str = "BOT-1";
const SECRET: &str = "s-2026";
const GROUPS: [&str; 5] = ["wrGroupA", "wrGroupB", "wrGroupC", "wrGroupD", "wrGroupE"];
const PEOPLE: [&str; 5] = ["zhangsan", "lisi", "wangwu", "zhaoliu", "qianqi"];

fn group(index: usize) -> Place {
    Place::Group(GROUPS[index].to_owned())
}

pub(crate) fn person(user: &str) -> Place {
    Place::Person(user.to_owned())
}

/// Short where the real one waits for the network, long where something must not happen.
pub(crate) fn timing() -> Timing {
    Timing {
        ping: Duration::from_secs(20),
        pause: Duration::from_millis(10),
        longest_pause: Duration::from_millis(50),
        ack: Duration::from_secs(2),
        ..Timing::default()
    }
}

pub(crate) struct House {
    clock: Clock,
    pub(crate) running: Running,
    pub(crate) engine: Arc<Engine>,
    link: Arc<Link>,
}

impl House {
    async fn open(
        store: Store,
        fake: &FakeLink,
        clock: &Clock,
        timing: Timing,
        hooks: Option<&FakeWecom>,
    ) -> Self {
        let mut doors = Doors::new(clock.clone());
        let link = loops::wecom::add(
            &mut doors,
            StreamConfig {
                name: "main".to_owned(),
                bot_id: BOT_ID.to_owned(),
                secret: SECRET.to_owned().into(),
                bot_names: vec!["助手".to_owned()],
                url: fake.url(),
                api_base: None,
                timing,
            },
        );
        let mut config = WecomOutsideConfig::default();
        if let Some(hooks) = hooks {
            config.api_base = hooks.api_base();
            config.groups = HashMap::from([(GROUPS[0].to_owned(), hooks.add_webhook(GROUPS[0]).into())]);
        }
        let outside: Arc<dyn Outside> = Arc::new(
            WecomOutside::new(config).unwrap().with_clock(clock.for_platforms()).with_link(Arc::clone(&link)),
        );
        let outsides = HashMap::from([("wecom".to_owned(), outside)]);
        let bot = wire::bot(Calendar::default()).unwrap();
        let engine = Arc::new(Engine::new(store, bot, outsides, deskmate::instance_name()));
        let running = deskmate::start(Parts {
            doors: Arc::new(doors),
            engine: Arc::clone(&engine),
            listen: ([127, 0, 0, 1], 0).into(),
            page: None,
            metrics: None,
            loops: false,
        })
        .await
        .unwrap();
        Self { clock: clock.clone(), running, engine, link }
    }

    pub(crate) async fn stands(&self, status: Status) {
        until(&status.to_string(), async || (self.link.status() == status).then_some(())).await;
    }

    /// Waits until a message was stored.
    pub(crate) async fn stored(&self, msg_id: &str) {
        until(msg_id, async || {
            let (id, store) = (msg_id.to_owned(), self.engine.store());
            let key = move |tx: &mut store::Tx<'_>| {
                tx.has_heard(store::InboxKey { platform: "wecom", bot: "main", msg_id: &id })
            };
            store.read(key).await.unwrap().then_some(())
        })
        .await;
    }

    pub(crate) async fn deliver(&self) -> Delivered {
        self.engine.deliver(self.clock.now()).await.unwrap()
    }

    pub(crate) async fn pass(&self, fake: &FakeLink, millis: EpochMs) {
        self.clock.hold(self.clock.now() + millis);
        fake.set_now(self.clock.now());
    }

    async fn push(&self, dest: Dest, key: &str, text: &str) {
        self.push_json(dest, key, serde_json::json!({ "text": text })).await;
    }

    async fn push_json(&self, dest: Dest, key: &str, said: serde_json::Value) {
        let (key, at) = (key.to_owned(), self.clock.now());
        let said = said.to_string();
        self.engine
            .store()
            .write(Lane::of(&["test"]), move |tx| {
                tx.send(&NewRow {
                    key: Some(&key),
                    inbox_id: None,
                    platform: "wecom",
                    bot: "main",
                    dest: &dest,
                    person: None,
                    in_group: None,
                    said: &said,
                    late: None,
                    answered: false,
                    next_at: at,
                    at,
                })
            })
            .await
            .unwrap();
    }

    async fn kinds(&self) -> BTreeMap<String, usize> {
        let page = Pagination { after: 0, limit: 100_000 };
        let mut kinds = BTreeMap::new();
        for event in self.engine.store().read(move |tx| tx.events(page)).await.unwrap() {
            *kinds.entry(event.kind).or_default() += 1;
        }
        kinds
    }

    async fn ready(&self) -> u16 {
        let client = platform::http_client::client(Duration::from_secs(5), true).unwrap();
        let url = format!("http://{}/readyz", self.running.address);
        client.get(url).send().await.unwrap().status().as_u16()
    }
}

/// Five groups with a consultant each, a leader and an admin.
async fn furnish(store: &Store, now: EpochMs) {
    let calendar = Calendar::default();
    let day = calendar.date(now);
    store
        .write(Lane::of(&["office"]), move |tx| {
            let by = Administer::by_operator();
            let hours = Hours::parse("08:00-20:00").expect("hours");
            for (index, user) in PEOPLE.into_iter().enumerate() {
                let name = ["张三", "李四", "王五", "赵六", "钱七"][index];
                let id = people::add(
                    tx,
                    name,
                    &[Role::Consultant],
                    Some("一组"),
                    &[("wecom", user, "main")],
                    now,
                )?;
                let plan = Over::by_program(Some(id));
                tx.set_template(&plan, "全天", &hours, now)?;
                tx.set_rota(&plan, day, Some(&hours.on(&calendar, day, "全天")), now)?;
                let (chat_ref, title) = (GROUPS[index], None);
                tx.set_chat(
                    &by,
                    &NewChat { platform: "wecom", bot: "main", chat_ref, title, purposes: &[] },
                    now,
                )?;
            }
            people::add(tx, "孙组长", &[Role::Lead], Some("一组"), &[("wecom", "sun", "main")], now)?;
            people::add(tx, "周管理", &[Role::Admin], None, &[("wecom", "zhou", "main")], now)?;
            Ok::<_, Error>(())
        })
        .await
        .unwrap();
}

fn morning() -> EpochMs {
    Calendar::default().at("2026-03-02".parse().unwrap(), 9 * 60)
}

pub(crate) async fn at_work(timing: Timing) -> (Database, FakeLink, House) {
    let database = Database::sqlite();
    let clock = Clock::still(morning());
    let store = database.open(clock.now()).await;
    furnish(&store, clock.now()).await;
    let fake = FakeLink::start(BOT_ID, SECRET).await;
    fake.set_now(clock.now());
    let house = House::open(store, &fake, &clock, timing, None).await;
    (database, fake, house)
}

pub(crate) fn texts_in(seen: &[Seen], place: &Place) -> Vec<String> {
    seen.iter().filter(|seen| seen.place == *place).map(|seen| seen.text.clone()).collect()
}

/// A scripted day: 200 messages in five groups, cuts, a kick, restarts, a card, pushes.
#[tokio::test(flavor = "multi_thread")]
async fn a_day_loses_nothing_and_answers_nothing_twice() {
    let database = Database::sqlite();
    let clock = Clock::still(morning());
    let hooks = FakeWecom::start().await;
    hooks.set_now(clock.now());
    let store = database.open(clock.now()).await;
    furnish(&store, clock.now()).await;
    let fake = FakeLink::start(BOT_ID, SECRET).await;
    fake.set_now(clock.now());
    let mut house = House::open(store, &fake, &clock, timing(), Some(&hooks)).await;
    house.stands(Status::Up).await;

    for number in 0..200_usize {
        let at = number % 5;
        house.pass(&fake, 2_000).await;
        // What is said while nobody is connected never comes; people say it again when the bot is back.
        match number {
            // The network is away for 30, 60 and 90 seconds.
            40 | 90 | 130 => {
                fake.go_down().await;
                house.stands(Status::Connecting).await;
                assert_eq!(fake.say(&group(at), PEOPLE[at], "lost", "@助手 帮助"), None);
                house.push(Dest::Group(GROUPS[1].to_owned()), &format!("cut{number}"), "断网时的排行").await;
                house.deliver().await;
                let seconds = match number {
                    40 => 30,
                    90 => 60,
                    _ => 90,
                };
                house.pass(&fake, seconds * 1_000).await;
                fake.come_up().await;
                house.stands(Status::Up).await;
            }
            // Somebody else's program takes the connection; what is said goes by the webhook, where there is one.
            100 => {
                house.deliver().await;
                fake.kick();
                house.stands(Status::Kicked).await;
                assert_eq!(house.ready().await, 503, "somebody has to do something");
                house.push(Dest::Group(GROUPS[0].to_owned()), "kicked0", "被挤下线时的排行").await;
                house.push(Dest::Group(GROUPS[1].to_owned()), "kicked1", "被挤下线时的提醒").await;
                house.deliver().await;
                assert_eq!(hooks.in_group(GROUPS[0]), ["被挤下线时的排行"]);
                // Nothing reconnects by itself.
                let before = fake.connections();
                tokio::time::timeout(Duration::from_millis(300), house.stands(Status::Up)).await.unwrap_err();
                assert_eq!(fake.connections(), before);
                house.running.stop().await;
                let store = database.open(clock.now()).await;
                house = House::open(store, &fake, &clock, timing(), Some(&hooks)).await;
                house.stands(Status::Up).await;
                house.pass(&fake, 3 * MINUTE).await;
            }
            // A restart between hearing and answering.
            150 => {
                fake.say(&group(at), PEOPLE[at], "before-restart", "@助手 日报 对话 999 预约 8 到诊 3")
                    .unwrap();
                house.stored("before-restart").await;
                house.running.stop().await;
                let store = database.open(clock.now()).await;
                house = House::open(store, &fake, &clock, timing(), Some(&hooks)).await;
                house.stands(Status::Up).await;
            }
            // WeCom hands a message over twice.
            60 => {
                fake.say(&group(0), PEOPLE[0], "n55", "@助手 日报 对话 155 预约 8 到诊 3").unwrap();
            }
            _ => {}
        }
        let id = format!("n{number}");
        let text = format!("@助手 日报 对话 {} 预约 8 到诊 3", 100 + number);
        fake.say(&group(at), PEOPLE[at], &id, &text).expect("somebody is connected");
        if number % 3 == 0 {
            house.stored(&id).await;
            house.deliver().await;
        }
    }
    for number in 0..200 {
        house.stored(&format!("n{number}")).await;
    }
    // What was cut off waits at most for its next try.
    for _ in 0..40 {
        house.pass(&fake, 30_000).await;
        house.deliver().await;
    }

    let seen = fake.seen();
    for at in 0..5 {
        let answers: Vec<usize> = texts_in(&seen, &group(at))
            .iter()
            .filter_map(|text| {
                text.split("对话 ").nth(1)?.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
            })
            .collect();
        let mut expected: Vec<usize> = (0..200).filter(|n| n % 5 == at).map(|n| 100 + n).collect();
        if at == 0 {
            let place = expected.iter().position(|n| *n == 250).unwrap();
            expected.insert(place, 999);
        }
        assert_eq!(answers, expected, "each once and in order in group {at}");
    }
    let pushed = texts_in(&seen, &group(1));
    assert_eq!(pushed.iter().filter(|text| text.contains("断网时的排行")).count(), 3, "{pushed:?}");
    assert_eq!(pushed.iter().filter(|text| text.contains("被挤下线时的提醒")).count(), 1);
    let kinds = house.kinds().await;
    assert_eq!(kinds.get("message.duplicate"), Some(&1), "{kinds:?}");
    assert_eq!(kinds.get("delivery.parked"), None, "nothing undelivered");
    assert_eq!(house.engine.store().read(|tx| tx.outgoing_waiting()).await.unwrap(), 0);
    house.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_is_decided_once_and_shows_it_to_all() {
    let (_database, fake, house) = at_work(timing()).await;
    house.stands(Status::Up).await;
    for user in ["sun", "zhou"] {
        fake.let_in(person(user));
    }
    fake.say(&person("xiaozhao"), "xiaozhao", "j1", "我是 小赵 一组").unwrap();
    house.stored("j1").await;
    house.deliver().await;
    let seen = fake.seen();
    let card = seen.iter().find(|seen| seen.place == person("sun") && seen.task_id.is_some()).unwrap();
    let (task, key) = (card.task_id.clone().unwrap(), card.buttons[0].1.clone());
    assert!(key.starts_with("同意 J"), "{key}");

    // Somebody without the right changes nothing, also not the card.
    fake.press(&person("zhangsan"), "zhangsan", "p0", &task, &key).unwrap();
    house.stored("p0").await;
    house.deliver().await;
    assert_eq!(fake.card(&task).unwrap()["card_type"], "button_interaction");

    fake.press(&person("sun"), "sun", "p1", &task, &key).unwrap();
    let settled = async || fake.card(&task).filter(|card| card["card_type"] == "text_notice");
    let card = until("the card is settled", settled).await;
    assert!(card["sub_title_text"].as_str().unwrap().contains("小赵"), "{card}");
    // A second press, and a late one: the final state once more, and nothing is decided again.
    for id in ["p2", "p3"] {
        fake.press(&person("sun"), "sun", id, &task, &key).unwrap();
        house.stored(id).await;
    }
    let again = async || {
        let card = fake.card(&task).unwrap();
        card["sub_title_text"].as_str().unwrap().contains("处理").then_some(card)
    };
    until("the late press shows how it stands", again).await;
    house.deliver().await;
    let kinds = house.kinds().await;
    assert_eq!(kinds.get("member.approved"), Some(&1), "{kinds:?}");
    assert!(texts_in(&fake.seen(), &person("xiaozhao")).iter().any(|text| text.contains("小赵")));
    house.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_about_several_things_keeps_what_is_left() {
    let (_database, fake, house) = at_work(timing()).await;
    house.stands(Status::Up).await;
    fake.let_in(person("sun"));
    for (number, name) in ["小赵", "小林", "小周"].into_iter().enumerate() {
        let id = format!("j{number}");
        fake.say(&person(name), name, &id, &format!("我是 {name} 一组")).unwrap();
        house.stored(&id).await;
    }
    house.deliver().await;
    let list = serde_json::json!({ "text": "待你批 3 件\n小赵、小林、小周", "buttons": [
        ["同意1", "同意 J1"], ["驳回1", "驳回 J1"], ["同意2", "同意 J2"], ["同意3", "同意 J3"]] });
    house.push_json(Dest::Person("sun".to_owned()), "list", list).await;
    house.deliver().await;
    let task = fake.seen().last().and_then(|seen| seen.task_id.clone()).unwrap();
    let keys = || {
        let card = fake.card(&task).unwrap();
        let buttons = card["button_list"].as_array().cloned().unwrap_or_default();
        buttons.iter().map(|button| button["key"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let press = async |id: &str, key: &str, left: &[&str]| {
        fake.press(&person("sun"), "sun", id, &task, key).unwrap();
        house.stored(id).await;
        until("the card is changed", async || (keys() == left).then_some(())).await;
    };
    press("p1", "同意 J1", &["同意 J2", "同意 J3"]).await;
    assert!(fake.card(&task).unwrap()["sub_title_text"].as_str().unwrap().contains("已同意 J1"));
    press("p2", "同意 J3", &["同意 J2"]).await;
    press("p3", "同意 J2", &[]).await;
    assert_eq!(fake.card(&task).unwrap()["card_type"], "text_notice");
    assert_eq!(house.kinds().await.get("member.approved"), Some(&3));
    house.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_refusal_is_handled_as_its_code_asks() {
    let (_database, fake, house) = at_work(timing()).await;
    house.stands(Status::Up).await;
    let ask = async |id: &str, mishaps: &[Mishap]| {
        house.pass(&fake, 5_000).await;
        let before = fake.seen().len();
        fake.say(&group(0), "zhangsan", id, "@助手 帮助").unwrap();
        house.stored(id).await;
        fake.fail_next(mishaps.iter().copied());
        house.deliver().await;
        fake.seen().split_off(before)
    };
    let way = |seen: &[Seen]| seen.iter().map(|seen| seen.sent).collect::<Vec<_>>();
    assert_eq!(way(&ask("a", &[]).await), [Sent::Answer]);
    // Too old, of another connection, or a client that shows none: pushed instead, at once.
    for (index, code) in [846_605, 846_608, 600_039].into_iter().enumerate() {
        assert_eq!(way(&ask(&format!("b{index}"), &[Mishap::Errcode(code)]).await), [Sent::Push], "{code}");
    }
    // Busy or too fast: later, once.
    for (index, code) in [-1, 846_601, 45_009].into_iter().enumerate() {
        assert_eq!(way(&ask(&format!("c{index}"), &[Mishap::Errcode(code)]).await), [], "{code}");
        let before = fake.seen().len();
        house.pass(&fake, 61_000).await;
        house.deliver().await;
        assert_eq!(way(&fake.seen()[before..]), [Sent::Push], "{code}");
    }
    // The subscription is lost: a new connection, then once more.
    let subscriptions = fake.subscriptions();
    assert_eq!(way(&ask("d", &[Mishap::Errcode(846_609)]).await), []);
    fake.subscribed(subscriptions + 1).await;
    house.stands(Status::Up).await;
    house.pass(&fake, 5_000).await;
    house.deliver().await;
    assert_eq!(fake.seen().last().unwrap().sent, Sent::Push);
    // Not acknowledged: it may have been shown, so it is not said again, and the admin can see it.
    assert_eq!(way(&ask("e", &[Mishap::ShownThenSilent]).await), [Sent::Answer]);
    let before = fake.seen().len();
    house.pass(&fake, HOUR).await;
    house.deliver().await;
    assert_eq!(fake.seen().len(), before);
    let parked = house.engine.store().read(|tx| tx.parked(10)).await.unwrap();
    assert!(parked.len() == 1 && parked[0].maybe_shown, "{parked:?}");
    house.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_has_spoken_yet_words_wait_and_the_admin_learns_the_cure() {
    let (_database, fake, house) = at_work(timing()).await;
    house.stands(Status::Up).await;
    fake.let_in(person("zhou"));
    house.push(Dest::Group(GROUPS[2].to_owned()), "k1", "今日排行").await;
    house.push(Dest::Group(GROUPS[2].to_owned()), "k2", "今日提醒").await;
    house.deliver().await;
    house.pass(&fake, 11 * MINUTE).await;
    house.deliver().await;
    let told = texts_in(&fake.seen(), &person("zhou"));
    assert_eq!(told.len(), 1, "told once: {told:?}");
    assert!(told[0].contains("@ 一次机器人"), "{}", told[0]);
    assert_eq!(texts_in(&fake.seen(), &group(2)), [""; 0]);
    fake.say(&group(2), "wangwu", "w1", "@助手 你好").unwrap();
    house.stored("w1").await;
    until("what waited goes out", async || {
        house.deliver().await;
        (texts_in(&fake.seen(), &group(2)).len() == 3).then_some(())
    })
    .await;
    let said = texts_in(&fake.seen(), &group(2));
    assert_eq!(said[..2], ["今日排行", "今日提醒"], "in order: {said:?}");
    house.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_keeps_below_the_budget_and_is_joined() {
    let (database, fake, mut house) = at_work(timing()).await;
    house.stands(Status::Up).await;
    fake.let_in(group(0));
    for number in 0..100 {
        house
            .push(Dest::Group(GROUPS[0].to_owned()), &format!("k{number}"), &format!("提醒第{number}条"))
            .await;
    }
    for step in 0..120 {
        house.deliver().await;
        house.pass(&fake, 1_000).await;
        // A restart gives no new allowance.
        if step == 2 {
            house.running.stop().await;
            let (store, clock) = (database.open(house.clock.now()).await, house.clock.clone());
            house = House::open(store, &fake, &clock, timing(), None).await;
            house.stands(Status::Up).await;
        }
    }
    let said = texts_in(&fake.seen(), &group(0));
    let lines: Vec<&str> = said.iter().flat_map(|text| text.split("\n\n")).map(str::trim).collect();
    let expected: Vec<String> = (0..100).map(|number| format!("提醒第{number}条")).collect();
    assert_eq!(lines, expected, "each once and in order");
    assert!(said.len() < 40, "joined: {} messages", said.len());
    // The fake refuses what is too much with 45009, which would be told.
    assert_eq!(house.kinds().await.get("delivery.failed"), None);
    house.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_peer_is_noticed_by_its_silence() {
    let short = Timing { ping: Duration::from_millis(60), patience: Duration::from_millis(200), ..timing() };
    let (_database, fake, house) = at_work(short).await;
    house.stands(Status::Up).await;
    fake.set_deaf(true);
    house.stands(Status::Connecting).await;
    let before = fake.subscriptions();
    fake.set_deaf(false);
    fake.subscribed(before + 1).await;
    house.stands(Status::Up).await;
    // The real times: a peer that died is noticed within 75 seconds.
    assert!(Timing::default().ping * 2 + Timing::default().write * 2 <= Duration::from_secs(75));
    house.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_credentials_are_tried_slowly_and_are_red() {
    let database = Database::sqlite();
    let clock = Clock::still(morning());
    let fake = FakeLink::start(BOT_ID, "another secret").await;
    let house = House::open(database.open(clock.now()).await, &fake, &clock, timing(), None).await;
    house.stands(Status::Refused(40_001)).await;
    assert_eq!(house.ready().await, 503);
    tokio::time::timeout(Duration::from_millis(300), house.stands(Status::Up)).await.unwrap_err();
    assert_eq!(fake.connections(), 1, "not hammered");
    let stand = house.engine.store().read(|tx| tx.meta(&loops::wecom::stand_key("main"))).await.unwrap();
    assert!(stand.unwrap().contains("BotID"), "doctor reads it");
    house.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_instances_one_is_connected_and_the_other_takes_over() {
    let short = Timing { lease: Duration::from_millis(50), ..timing() };
    let (database, fake, one) = at_work(short).await;
    one.stands(Status::Up).await;
    let clock = one.clock.clone();
    let two = House::open(database.open(clock.now()).await, &fake, &clock, short, None).await;
    two.stands(Status::Elsewhere).await;
    fake.let_in(group(0));
    two.push(Dest::Group(GROUPS[0].to_owned()), "k", "只说一次").await;
    assert_eq!(two.deliver().await, Delivered::default(), "it leaves the row to the other");
    assert_eq!(one.deliver().await.sent, 1);
    one.running.stop().await;
    two.stands(Status::Up).await;
    assert_eq!(fake.subscriptions(), 2);
    assert_eq!(texts_in(&fake.seen(), &group(0)), ["只说一次"]);
    two.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_frames_disturb_nobody() {
    let (_database, fake, house) = at_work(timing()).await;
    house.stands(Status::Up).await;
    for text in [
        "",
        "no json",
        "[]",
        r#"{"cmd":"aibot_new_thing","headers":{"req_id":"x"},"body":{}}"#,
        r#"{"cmd":"aibot_msg_callback","headers":{"req_id":"x"},"body":{"msgtype":"text"}}"#,
        r#"{"cmd":"aibot_event_callback","headers":{"req_id":"x"},"body":{"msgtype":"event","event":{"eventtype":"feedback_event"}}}"#,
        r#"{"headers":{"req_id":"never asked"},"errcode":5}"#,
    ] {
        fake.send_raw(text);
    }
    fake.open("zhangsan", "o1").unwrap();
    house.stored("o1").await;
    house.deliver().await;
    let seen = fake.seen();
    assert!(seen.len() == 1 && seen[0].text.contains("张三") && seen[0].sent == Sent::Answer, "{seen:?}");
    assert_eq!(house.link.status(), Status::Up);
    house.running.stop().await;
}

/// The frames of a short talk in which our program says all that it can say.
pub(crate) async fn frames_of_a_talk() -> Vec<serde_json::Value> {
    let short = Timing { ping: Duration::from_millis(100), ..timing() };
    let (_database, fake, house) = at_work(short).await;
    house.stands(Status::Up).await;
    fake.let_in(person("sun"));
    fake.open("zhangsan", "o1").unwrap();
    fake.say(&group(0), "zhangsan", "t1", "@助手 帮助").unwrap();
    fake.say(&person("xiaozhao"), "xiaozhao", "j1", "我是 小赵 一组").unwrap();
    for id in ["o1", "t1", "j1"] {
        house.stored(id).await;
    }
    house.deliver().await;
    house.push(Dest::Group(GROUPS[0].to_owned()), "k", "今日排行").await;
    house.deliver().await;
    let file =
        Media { kind: MediaKind::File, name: "排班.xlsx".to_owned(), bytes: vec![7; 1_300_000].into() };
    let parcel = Parcel {
        id: 1,
        key: "k-file".to_owned(),
        bot: "main".to_owned(),
        to: Destination::Group(GROUPS[0].to_owned()),
        said: Said::default(),
        media: Some(file),
        amends: None,
        in_group: None,
        name: None,
        late_reply: None,
        tries: 0,
    };
    let outside =
        WecomOutside::new(WecomOutsideConfig::default()).unwrap().with_link(Arc::clone(&house.link));
    assert_eq!(outside.deliver(&parcel).await, Delivery::Sent);
    let seen = fake.seen();
    let card = seen.iter().find(|seen| seen.place == person("sun") && seen.task_id.is_some()).unwrap();
    let task = card.task_id.clone().unwrap();
    fake.press(&person("sun"), "sun", "p1", &task, &card.buttons[0].1).unwrap();
    until("updated", async || (fake.card(&task)?["card_type"] == "text_notice").then_some(())).await;
    until("a ping", async || (fake.pings() > 0).then_some(())).await;
    house.running.stop().await;
    fake.frames()
}
