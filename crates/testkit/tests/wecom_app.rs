//! A self-built app's own words against the fake: one token for all, refreshed when it is worthless, and refusals in words that
//! an admin can act on.

use bot::message::Said;
use bot::outside::{Amend, Delivery, Destination, Outside, Parcel};
use platform::wecom::{App, AppConfig, WecomOutside, WecomOutsideConfig};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use testkit::fake::wecom::{FakeWecom, Fault, Way};

const NOW: i64 = 1_772_424_000_000;

struct House {
    fake: FakeWecom,
    outside: WecomOutside,
    now: Arc<AtomicI64>,
}

impl House {
    async fn with_secret(secret: &str) -> Self {
        let fake = FakeWecom::start().await;
        fake.set_now(NOW);
        fake.add_app("ww1", "s-2026", 1_000_002, &["zhangsan", "lisi"]);
        let now = Arc::new(AtomicI64::new(NOW));
        let clock: platform::Clock = {
            let now = Arc::clone(&now);
            Arc::new(move || now.load(Ordering::Acquire))
        };
        let config = AppConfig {
            name: "app".to_owned(),
            corp_id: "ww1".to_owned(),
            agent_id: 1_000_002,
            secret: secret.to_owned().into(),
            api_base: fake.api_base(),
        };
        let app = App::new(config, Arc::clone(&clock)).expect("an app");
        let config = WecomOutsideConfig { api_base: fake.api_base(), ..WecomOutsideConfig::default() };
        let outside = WecomOutside::new(config).expect("an outside").with_clock(clock).with_app(app);
        Self { fake, outside, now }
    }

    /// Another handle on the same app.
    fn app(&self) -> App {
        let config = AppConfig {
            name: "app".to_owned(),
            corp_id: "ww1".to_owned(),
            agent_id: 1_000_002,
            secret: "s-2026".to_owned().into(),
            api_base: self.fake.api_base(),
        };
        App::new(config, platform::system_clock()).expect("an app")
    }

    fn pass(&self, millis: i64) {
        let now = self.now.fetch_add(millis, Ordering::AcqRel) + millis;
        self.fake.set_now(now);
    }

    async fn say(&self, user: &str, said: Said) -> Delivery {
        self.send(user, said, None).await
    }

    async fn send(&self, user: &str, said: Said, amends: Option<Amend>) -> Delivery {
        static NUMBERS: AtomicI64 = AtomicI64::new(1);
        let id = NUMBERS.fetch_add(1, Ordering::Relaxed);
        self.outside
            .deliver(&Parcel {
                id,
                key: format!("ab12-{id}"),
                bot: "app".to_owned(),
                to: Destination::Person(user.to_owned()),
                said,
                media: None,
                amends,
                in_group: None,
                name: None,
                late_reply: None,
                tries: 0,
            })
            .await
    }
}

#[tokio::test]
async fn many_at_once_fetch_one_token() {
    let house = House::with_secret("s-2026").await;
    let said = |n: usize| Said::text(format!("提醒{n}"));
    let all = futures_util::future::join_all((0..20).map(|n| house.say("zhangsan", said(n)))).await;
    assert!(all.iter().all(|delivery| *delivery == Delivery::Sent), "{all:?}");
    assert_eq!(house.fake.tokens_granted(), 1);
    // Kept until shortly before its end, then fetched before anybody is refused.
    house.pass(6_800_000);
    assert_eq!(house.say("lisi", said(0)).await, Delivery::Sent);
    assert_eq!(house.fake.tokens_granted(), 1);
    house.pass(150_000);
    assert_eq!(house.say("lisi", said(1)).await, Delivery::Sent);
    assert_eq!(house.fake.tokens_granted(), 2);
    // Made worthless early: once more with a new one.
    house.fake.forget_token();
    assert_eq!(house.say("lisi", said(2)).await, Delivery::Sent);
    assert_eq!(house.fake.tokens_granted(), 3);
    house.fake.fail_next([Fault::Errcode(42001)]);
    assert_eq!(house.say("lisi", said(3)).await, Delivery::Sent);
    assert_eq!(house.fake.to_person("lisi"), ["提醒0", "提醒1", "提醒2", "提醒3"]);
}

#[tokio::test]
async fn cards_and_long_texts_arrive_whole() {
    let house = House::with_secret("s-2026").await;
    let card = Said::text("张三申请请假 L1\n类型：事假").button("同意", "同意 L1");
    let shown = house.say("zhangsan", card).await;
    assert_eq!(shown, Delivery::Card { handle: Some("code1".to_owned()) });
    let lines: Vec<String> = (0..200).map(|n| format!("第{n}行，需要核对")).collect();
    assert_eq!(house.say("lisi", Said::text(lines.join("\n"))).await, Delivery::Sent);
    assert_eq!(house.fake.to_person("zhangsan"), ["张三申请请假 L1\n类型：事假"]);
    let parts = house.fake.to_person("lisi");
    assert!(parts.len() > 1 && parts.join("\n") == lines.join("\n"));
    assert!(house.fake.shown().iter().all(|shown| shown.way == Way::App));
}

#[tokio::test]
async fn refusals_say_what_to_do_and_nothing_secret() {
    let house = House::with_secret("s-2026").await;
    let text = || Said::text("提醒");
    let told = house.say("wangwu", text()).await;
    assert!(matches!(told, Delivery::Dead { .. }) && told.why().contains("可见范围"), "{told:?}");
    house.fake.fail_next([Fault::Errcode(60020)]);
    let told = house.say("lisi", text()).await;
    assert!(matches!(told, Delivery::Retry { after: Some(600_000), .. }), "{told:?}");
    assert!(told.why().contains("127.0.0.1") && told.why().contains("企业可信IP"), "{told:?}");
    house.fake.fail_next([Fault::Errcode(45009)]);
    assert!(matches!(house.say("lisi", text()).await, Delivery::Retry { after: Some(60_000), .. }));
    // Shown perhaps: not said again.
    house.fake.fail_next([Fault::Http(502)]);
    assert!(matches!(house.say("lisi", text()).await, Delivery::Retry { .. }));

    // A wrong secret is asked for once in ten minutes, whatever waits.
    let house = House::with_secret("hunter2").await;
    for _ in 0..5 {
        let told = house.say("lisi", text()).await;
        assert!(told.why().contains("40001") && !told.why().contains("hunter2"), "{told:?}");
    }
    assert_eq!(house.fake.calls(), 1);
    house.pass(600_001);
    house.say("lisi", text()).await;
    assert_eq!(house.fake.calls(), 2);
}

#[tokio::test]
async fn a_card_that_was_decided_elsewhere_shows_it_once() {
    let house = House::with_secret("s-2026").await;
    let card = Said::text("张三申请请假 L1\n类型：事假").button("同意", "同意 L1");
    let Delivery::Card { handle } = house.say("lisi", card).await else { panic!("no card") };
    assert_eq!(house.fake.app_cards(), [None]);
    let amend = |handle: &Option<String>| Amend {
        card: "ab12-1".to_owned(),
        handle: handle.clone(),
        title: "张三申请请假 L1".to_owned(),
        outcome: "王五已同意 L1".to_owned(),
        label: Some("同意".to_owned()),
    };
    let task_id = house.fake.last_app_task().expect("a card");
    let amended = Amend { card: task_id, ..amend(&handle) };
    assert_eq!(house.send("lisi", Said::default(), Some(amended.clone())).await, Delivery::Sent);
    assert_eq!(house.fake.app_cards(), [Some("王五已同意 L1".to_owned())]);
    // Its code was good once; what has none cannot be changed. Both are no trouble of anybody's.
    let again = house.send("lisi", Said::default(), Some(amended)).await;
    assert!(matches!(again, Delivery::Needless { .. }), "{again:?}");
    let without = house.send("lisi", Said::default(), Some(amend(&None))).await;
    assert!(matches!(without, Delivery::Needless { .. }), "{without:?}");
}

#[tokio::test]
async fn the_contacts_tell_a_name_once_a_day() {
    let house = House::with_secret("s-2026").await;
    let name = async |user: &str| house.outside.name_of(user).expect("an app can be asked").await;
    house.fake.name("zhangsan", " 张\n三 ");
    assert_eq!(name("zhangsan").await.as_deref(), Some("张三"));
    let calls = house.fake.calls();
    house.fake.name("zhangsan", "张三丰");
    assert_eq!(name("zhangsan").await.as_deref(), Some("张三"));
    assert_eq!(house.fake.calls(), calls);
    house.pass(24 * 60 * 60 * 1_000);
    assert_eq!(name("zhangsan").await.as_deref(), Some("张三丰"));

    // Whom the contacts do not tell is not asked for again and again, but soon after somebody could have mended it.
    house.fake.name("wangwu", "王五");
    house.fake.fail_next([Fault::Errcode(60020)]);
    assert_eq!((name("lisi").await, name("wangwu").await, name("nobody").await), (None, None, None));
    let calls = house.fake.calls();
    assert_eq!((name("lisi").await, name("wangwu").await, name("nobody").await), (None, None, None));
    assert_eq!(house.fake.calls(), calls);
    house.fake.name("lisi", "李四");
    house.pass(600_001);
    assert_eq!(name("lisi").await.as_deref(), Some("李四"));

    let config = WecomOutsideConfig { api_base: house.fake.api_base(), ..WecomOutsideConfig::default() };
    assert!(WecomOutside::new(config).expect("an outside").name_of("zhangsan").is_none());
}

#[tokio::test]
async fn what_an_app_lacks_is_told_by_where_to_change_it() {
    let house = House::with_secret("s-2026").await;
    house.fake.name("zhangsan", "张三");
    house.fake.name("wangwu", "王五");
    let app = house.app();
    assert_eq!((app.check(None).await, app.check(Some("zhangsan")).await), (Ok(()), Ok(())));
    let told = app.check(Some("wangwu")).await.expect_err("out of sight");
    assert!(told.contains("可见范围") && told.contains("60011"), "{told}");
    house.fake.fail_next([Fault::Errcode(60020)]);
    let told = app.check(Some("zhangsan")).await.expect_err("an address that nobody entered");
    assert!(told.contains("127.0.0.1") && told.contains("企业可信IP"), "{told}");
}
