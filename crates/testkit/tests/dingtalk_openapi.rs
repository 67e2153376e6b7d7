//! `platform::dingtalk` speaking first: the OpenAPI, its token, and how one way follows the other.
#![allow(clippy::unwrap_used, reason = "a test ends where it fails")]

use bot::message::{LateReply, Said};
use bot::outside::{Delivery, Destination, Outside, Parcel};
use platform::dingtalk::{AppKeys, DingtalkOutside, DingtalkOutsideConfig, GroupHook, Links, Meter, Spent};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, Ordering::SeqCst};
use std::time::Duration;
use testkit::fake::dingtalk::{Door, FakeDingtalk, Heard, Place};

const NOW: i64 = 1_767_225_600_123;
const GROUP: &str = "cidGroup0001==";
const CLIENT: &str = "dingtestapp0001";
const SECRET: &str = "openapi-secret-0123456789";
const BOT: &str = "main";

#[derive(Default)]
struct Counting {
    api: AtomicU32,
    push: AtomicU32,
    short: AtomicBool,
}

impl Meter for Counting {
    fn spend(&self, spent: Spent) {
        match spent {
            Spent::Api => &self.api,
            Spent::Push => &self.push,
        }
        .fetch_add(1, SeqCst);
    }

    fn is_short(&self, _spent: Spent) -> bool {
        self.short.load(SeqCst)
    }
}

struct House {
    fake: FakeDingtalk,
    outside: Arc<DingtalkOutside>,
    clock: Arc<AtomicI64>,
    meter: Arc<Counting>,
}

impl House {
    async fn new(links: Links, hook: Option<&str>) -> Self {
        let fake = FakeDingtalk::start().await;
        fake.set_now(NOW);
        fake.add_app(CLIENT, SECRET);
        let keys = AppKeys {
            client_id: CLIENT.into(),
            client_secret: SECRET.to_owned().into(),
            robot_code: CLIENT.into(),
        };
        let meter = Arc::new(Counting::default());
        let groups = hook.map(|token| {
            let hook = GroupHook { access_token: token.to_owned().into(), sign_secret: None };
            (GROUP.to_owned(), hook)
        });
        let config = DingtalkOutsideConfig {
            api_base: fake.base(),
            openapi_base: fake.base(),
            groups: groups.into_iter().collect(),
            apps: [(BOT.to_owned(), keys)].into(),
            links: [(BOT.to_owned(), links)].into(),
            meter: Arc::clone(&meter) as Arc<dyn Meter>,
            ..DingtalkOutsideConfig::default()
        };
        let clock = Arc::new(AtomicI64::new(NOW));
        let theirs = clock.clone();
        let outside = DingtalkOutside::new(config).unwrap();
        let outside = outside.with_clock(Arc::new(move || theirs.load(SeqCst)));
        Self { fake, outside: Arc::new(outside.with_patience(Duration::from_secs(10))), clock, meter }
    }

    fn set_now(&self, now: i64) {
        self.fake.set_now(now);
        self.clock.store(now, SeqCst);
    }

    async fn deliver(&self, parcel: &Parcel) -> Delivery {
        let delivery = self.outside.deliver(parcel).await;
        let shown = format!("{delivery:?} {:?}", self.outside);
        for secret in [SECRET, "token000", "session=", "127.0.0.1"] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
        delivery
    }
}

fn parcel(to: Destination, said: Said) -> Parcel {
    Parcel {
        id: 1,
        key: "store-1".into(),
        bot: BOT.into(),
        to,
        said,
        media: None,
        amends: None,
        in_group: None,
        name: None,
        late_reply: None,
        tries: 0,
    }
}

fn to_group(text: &str) -> Parcel {
    parcel(Destination::Group(GROUP.into()), Said::text(text))
}

fn to_person(text: &str) -> Parcel {
    parcel(Destination::Person("user001".into()), Said::text(text))
}

fn texts(heard: &[Heard]) -> Vec<&str> {
    heard.iter().map(|heard| heard.text.as_str()).collect()
}

#[tokio::test]
async fn it_speaks_first_to_a_group_and_to_a_person_with_one_token() {
    let house = House::new(Links::Never, None).await;
    assert_eq!(house.deliver(&to_group("排行\n1. 张三")).await, Delivery::Sent);
    assert_eq!(house.deliver(&to_person("该交日报了")).await, Delivery::Sent);
    assert_eq!(texts(&house.fake.heard_in(GROUP)), ["排行\n1. 张三"]);
    let heard = house.fake.heard_by("user001");
    assert_eq!((texts(&heard), heard[0].door), (vec!["该交日报了"], Door::Api));
    assert_eq!(house.fake.tokens_fetched(), 1);
    assert_eq!(
        (house.meter.api.load(SeqCst), house.meter.push.load(SeqCst)),
        (2, 0),
        "a token is not metered"
    );
}

#[tokio::test]
async fn a_token_is_fetched_once_by_many_renewed_in_time_and_when_it_is_refused() {
    let house = House::new(Links::Never, None).await;
    let tries = (0..10).map(|number| {
        let outside = Arc::clone(&house.outside);
        tokio::spawn(async move { outside.deliver(&to_person(&format!("第{number}条"))).await })
    });
    for tried in tries.collect::<Vec<_>>() {
        assert_eq!(tried.await.unwrap(), Delivery::Sent);
    }
    assert_eq!(house.fake.tokens_fetched(), 1);
    // Ten minutes before its end it is still good, and not used any more.
    house.set_now(NOW + 110 * 60_000 - 1);
    assert_eq!(house.deliver(&to_group("好")).await, Delivery::Sent);
    assert_eq!(house.fake.tokens_fetched(), 1);
    house.set_now(NOW + 110 * 60_000);
    assert_eq!(house.deliver(&to_group("好")).await, Delivery::Sent);
    assert_eq!(house.fake.tokens_fetched(), 2);
    house.fake.forget_tokens();
    assert_eq!(house.deliver(&to_group("好")).await, Delivery::Sent);
    assert_eq!(house.fake.tokens_fetched(), 3);
}

#[tokio::test]
async fn an_old_token_is_renewed_once_and_not_for_ever() {
    let house = House::new(Links::Never, None).await;
    house.fake.refuse_call(401, "InvalidAuthentication");
    house.fake.refuse_call(401, "InvalidAuthentication");
    assert!(matches!(house.deliver(&to_group("好")).await, Delivery::Dead { .. }));
    assert_eq!(house.fake.tokens_fetched(), 2);
}

#[tokio::test]
async fn wrong_keys_are_told() {
    let house = House::new(Links::Never, None).await;
    house.fake.add_app(CLIENT, "another");
    let Delivery::Dead { why } = house.deliver(&to_group("好")).await else { panic!() };
    assert!(why.contains("client_id"), "{why}");
}

#[tokio::test]
async fn a_200_that_reached_nobody_is_no_success() {
    let house = House::new(Links::Never, None).await;
    house.fake.not_a_member("user001");
    let Delivery::Dead { why } = house.deliver(&to_person("好")).await else { panic!() };
    assert!(why.contains("可见范围"), "{why}");
    let mut other = to_person("好");
    other.to = Destination::Person("user002".into());
    house.fake.slow_down("user002", true);
    let got = house.deliver(&other).await;
    assert!(matches!(got, Delivery::Retry { after: Some(60_000), .. }), "{got:?}");
    house.fake.slow_down("user002", false);
    assert_eq!(house.deliver(&other).await, Delivery::Sent);
}

#[tokio::test]
async fn whoever_cannot_be_reached_in_private_is_mentioned_in_the_group() {
    let house = House::new(Links::Never, Some("hooktoken")).await;
    house.fake.add_robot(GROUP, "hooktoken", None);
    house.fake.not_a_member("user001");
    let mut parcel = to_person("该交日报了");
    parcel.in_group = Some(GROUP.into());
    assert_eq!(house.deliver(&parcel).await, Delivery::Sent);
    let heard = house.fake.heard_in(GROUP);
    assert_eq!((heard[0].door, heard[0].mentioned.as_slice()), (Door::Webhook, &["user001".to_owned()][..]));
}

#[tokio::test]
async fn a_session_that_is_over_gives_way_to_the_openapi() {
    let house = House::new(Links::Never, None).await;
    for (place, parcel) in [
        (Place::Person("user001".into()), to_person("迟到的回答")),
        (Place::Group(GROUP.into()), to_group("迟到的回答")),
    ] {
        // Gone on DingTalk's side, though it should have lived on.
        let url = house.fake.open_session(place, NOW);
        let late = LateReply { url, expires_at: NOW + 600_000 };
        let parcel = Parcel { late_reply: Some(late), ..parcel };
        assert_eq!(house.deliver(&parcel).await, Delivery::Sent);
    }
    for heard in [house.fake.heard_by("user001"), house.fake.heard_in(GROUP)] {
        assert_eq!((texts(&heard), heard[0].door), (vec!["迟到的回答"], Door::Api));
    }
    // And where it lives it comes first: it costs no call of the OpenAPI.
    let url = house.fake.open_session(Place::Person("user001".into()), NOW + 600_000);
    let late = LateReply { url, expires_at: NOW + 600_000 };
    assert_eq!(house.deliver(&Parcel { late_reply: Some(late), ..to_person("又") }).await, Delivery::Sent);
    assert_eq!(house.fake.heard_by("user001")[1].door, Door::Session);
}

#[tokio::test]
async fn a_webhook_that_was_deleted_gives_way_to_the_openapi() {
    let house = House::new(Links::Never, Some("nobody-knows-it")).await;
    assert_eq!(house.deliver(&to_group("排行")).await, Delivery::Sent);
    assert_eq!(house.fake.heard_in(GROUP)[0].door, Door::Api);
}

#[tokio::test]
async fn refusals_wait_or_end_and_a_used_up_month_waits() {
    let house = House::new(Links::Never, None).await;
    house.fake.refuse_call(403, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi");
    let got = house.deliver(&to_group("好")).await;
    assert!(matches!(got, Delivery::Retry { after: Some(1_000), .. }), "{got:?}");
    house.fake.refuse_call(403, "Forbidden.AccessDenied.ApiCountLimitForOrg");
    let got = house.deliver(&to_group("好")).await;
    assert!(
        matches!(&got, Delivery::Retry { after: Some(3_600_000), why } if why.contains("用完")),
        "{got:?}"
    );
    house.fake.refuse_call(400, "group.disbanded");
    let got = house.deliver(&to_group("好")).await;
    assert!(matches!(&got, Delivery::Dead { why } if why.contains("解散")), "{got:?}");
    house.fake.refuse_call(504, "");
    let got = house.deliver(&to_group("好")).await;
    assert!(matches!(got, Delivery::Unknown { safe_to_repeat: false, .. }), "{got:?}");
    assert!(house.fake.heard_in(GROUP).is_empty());
}

#[tokio::test]
async fn a_used_up_month_leaves_the_webhook() {
    let house = House::new(Links::Never, Some("hooktoken")).await;
    house.fake.add_robot(GROUP, "hooktoken", None);
    house.fake.refuse_call(403, "Forbidden.AccessDenied.ApiCountLimitForOrg");
    let mut parcel = to_person("该交日报了");
    parcel.in_group = Some(GROUP.into());
    assert_eq!(house.deliver(&parcel).await, Delivery::Sent);
    assert_eq!(house.fake.heard_in(GROUP).len(), 1);
    assert_eq!((house.meter.api.load(SeqCst), house.meter.push.load(SeqCst)), (1, 1));
}

#[tokio::test]
async fn no_more_than_the_calls_of_a_second() {
    let house = House::new(Links::Never, None).await;
    let mut sent = 0;
    let got = loop {
        match house.deliver(&to_group("好")).await {
            Delivery::Sent => sent += 1,
            other => break other,
        }
    };
    assert_eq!(sent, 18);
    assert!(matches!(got, Delivery::Retry { after: Some(1..=1_000), .. }), "{got:?}");
    house.set_now(NOW + 1_000);
    assert_eq!(house.deliver(&to_group("好")).await, Delivery::Sent);
}

#[tokio::test]
async fn buttons_say_their_typed_twin_where_links_are_wanted() {
    let said = || {
        Said::text("入组申请 T3").button("同意", "同意 T3").button("驳回", "驳回 T3 不是 100% 本组 & 重复")
    };
    let wanted = "入组申请 T3\n· 同意 → 发「同意 T3」\n· 驳回 → 发「驳回 T3 不是 100% 本组 & 重复」";
    for (links, in_private, in_groups) in
        [(Links::Never, 0, 0), (Links::Private, 2, 0), (Links::Everywhere, 2, 2)]
    {
        let house = House::new(links, None).await;
        let person = parcel(Destination::Person("user001".into()), said());
        let group = parcel(Destination::Group(GROUP.into()), said());
        assert_eq!(house.deliver(&person).await, Delivery::Sent);
        assert_eq!(house.deliver(&group).await, Delivery::Sent);
        let url = house.fake.open_session(Place::Person("user001".into()), NOW + 600_000);
        let late = LateReply { url, expires_at: NOW + 600_000 };
        assert_eq!(house.deliver(&Parcel { late_reply: Some(late), ..person }).await, Delivery::Sent);
        for (heard, count) in
            [(house.fake.heard_by("user001"), in_private), (house.fake.heard_in(GROUP), in_groups)]
        {
            for heard in heard {
                assert_eq!((heard.text.as_str(), heard.buttons.len()), (wanted, count), "{links:?}");
                if let [_, (label, says)] = heard.buttons.as_slice() {
                    assert_eq!((label.as_str(), says.as_str()), ("驳回", "驳回 T3 不是 100% 本组 & 重复"));
                }
            }
        }
    }
}

#[tokio::test]
async fn a_long_message_is_cut_below_what_the_openapi_takes() {
    let house = House::new(Links::Never, None).await;
    let words = "张三 \"到诊\" 12 成交 3\n".repeat(1_500);
    assert_eq!(house.deliver(&to_group(&words)).await, Delivery::Sent);
    let heard = house.fake.heard_in(GROUP);
    assert!(heard.len() > 2 && heard.iter().all(|heard| heard.text.len() <= 12_000));
    assert_eq!(texts(&heard).join("\n"), words.trim_end());
}

#[tokio::test]
async fn short_of_allowance_it_asks_for_less_and_joins() {
    let house = House::new(Links::Never, None).await;
    let rates = |house: &House| house.outside.tolls(&to_group("好"))[0].rates.clone();
    let (usual, none) = (rates(&house), house.outside.joins());
    house.meter.short.store(true, SeqCst);
    assert!(none == 0 && house.outside.joins() > 0);
    assert!(rates(&house)[0].burst < usual[0].burst);
    // So few at once that the sender sees little left from the first on, and joins what waits.
    assert!(rates(&house)[0].burst <= 5);
}

#[test]
fn published_links() {
    let all: serde_json::Value =
        serde_json::from_str(include_str!("../../platform/tests/data/dingtalk_vectors.json")).unwrap();
    let links = all["dtmd_links"].as_array().unwrap();
    assert!(links.len() >= 4);
    for link in links {
        assert_eq!(
            platform::dingtalk::link(link["content"].as_str().unwrap()),
            link["url"].as_str().unwrap()
        );
    }
}
