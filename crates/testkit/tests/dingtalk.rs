//! `platform::dingtalk` against the fake: two programs written apart that have to agree.

use bot::message::{Body, ChatKind, LateReply, Said};
use bot::outside::{Delivery, Destination, Outside, Parcel};
use platform::dingtalk::{
    BODY_LIMIT, DingtalkBot, DingtalkBotConfig, DingtalkOutside, DingtalkOutsideConfig, GroupHook, Received,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::SeqCst};
use std::time::Duration;
use testkit::fake::dingtalk::{Door, FakeDingtalk, Fault, Heard, Place};

const NOW: i64 = 1_767_225_600_123;
const GROUP: &str = "cidGroup0001==";
const TOKEN: &str = "T0KEN0123456789";
const SECRET: &str = "SEC0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// A fake, an outside that speaks to it, and one clock for both.
struct House {
    fake: FakeDingtalk,
    outside: DingtalkOutside,
    clock: Arc<AtomicI64>,
}

impl House {
    async fn new() -> Self {
        Self::with_secret(SECRET).await
    }

    async fn with_secret(ours: &str) -> Self {
        let fake = FakeDingtalk::start().await;
        fake.set_now(NOW);
        fake.add_robot(GROUP, TOKEN, Some(SECRET));
        let hook = GroupHook { access_token: TOKEN.into(), sign_secret: Some(ours.into()) };
        let config = DingtalkOutsideConfig {
            api_base: fake.base(),
            groups: [(GROUP.to_owned(), hook)].into(),
            ..DingtalkOutsideConfig::default()
        };
        let clock = Arc::new(AtomicI64::new(NOW));
        let theirs = clock.clone();
        let outside = DingtalkOutside::new(config)
            .expect("a loopback base")
            .with_clock(Arc::new(move || theirs.load(SeqCst)))
            .with_patience(Duration::from_millis(500));
        Self { fake, outside, clock }
    }

    fn set_now(&self, now: i64) {
        self.fake.set_now(now);
        self.clock.store(now, SeqCst);
    }

    fn late(&self, place: Place, expires_at: i64) -> LateReply {
        LateReply { url: self.fake.open_session(place, expires_at), expires_at }
    }

    async fn deliver(&self, parcel: &Parcel) -> Delivery {
        let delivery = self.outside.deliver(parcel).await;
        let shown = format!("{delivery:?} {:?}", self.outside);
        for secret in [TOKEN, SECRET, "session=", "sign=", "127.0.0.1"] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
        delivery
    }
}

fn parcel(to: Destination, key: &str, text: &str) -> Parcel {
    Parcel {
        id: 1,
        key: key.into(),
        bot: "小助".into(),
        to,
        said: Said::text(text),
        media: None,
        amends: None,
        in_group: None,
        name: None,
        late_reply: None,
        tries: 0,
    }
}

fn to_group(key: &str, text: &str) -> Parcel {
    parcel(Destination::Group(GROUP.into()), key, text)
}

fn to_person(key: &str, text: &str) -> Parcel {
    parcel(Destination::Person("user001".into()), key, text)
}

fn texts(heard: &[Heard]) -> Vec<&str> {
    heard.iter().map(|heard| heard.text.as_str()).collect()
}

fn dead(delivery: &Delivery) -> &str {
    let Delivery::Dead { why } = delivery else { panic!("{delivery:?}") };
    why
}

#[tokio::test]
async fn a_group_hears_a_parcel_once_per_key() {
    let house = House::new().await;
    for key in ["a", "a", "b"] {
        assert_eq!(house.deliver(&to_group(key, "值班表")).await, Delivery::Sent);
    }
    let heard = house.fake.heard_in(GROUP);
    assert_eq!(texts(&heard), ["值班表", "值班表"]);
    assert!(heard.iter().all(|heard| heard.door == Door::Webhook && heard.mentioned.is_empty()));
}

#[tokio::test]
async fn every_timestamp_is_signed_and_encoded() {
    let house = House::new().await;
    // Among so many signatures every one of `+`, `/` and `=` occurs, here and there.
    for step in 0..60 {
        house.set_now(NOW + step * 61_003);
        assert_eq!(house.deliver(&to_group(&step.to_string(), "报数")).await, Delivery::Sent);
    }
    assert_eq!(house.fake.heard_in(GROUP).len(), 60);
}

#[tokio::test]
async fn errcode_as_a_string_is_understood() {
    let house = House::new().await;
    house.fake.errcode_as_text(true);
    assert_eq!(house.deliver(&to_group("a", "好")).await, Delivery::Sent);
    house.fake.fail_next([Fault::Errcode(-1, "系统繁忙")]);
    assert!(matches!(house.deliver(&to_group("b", "好")).await, Delivery::Retry { after: None, .. }));
}

#[tokio::test]
async fn a_long_parcel_goes_out_in_pages_and_no_page_twice() {
    let house = House::new().await;
    let words = "第一季度排名 张三 \"12\"\n".repeat(2_500);
    assert_eq!(house.deliver(&to_group("long", &words)).await, Delivery::Sent);
    assert_eq!(house.deliver(&to_group("long", &words)).await, Delivery::Sent);
    let heard = house.fake.heard_in(GROUP);
    assert!(heard.len() > 2 && heard.iter().all(|heard| heard.text.len() < BODY_LIMIT));
    assert_eq!(texts(&heard).join("\n"), words.trim_end());
}

#[tokio::test]
async fn a_person_is_answered_in_private_then_mentioned_in_the_group() {
    let house = House::new().await;
    let mut parcel = to_person("a", "请填日报");
    parcel.in_group = Some(GROUP.into());
    parcel.late_reply = Some(house.late(Place::Person("user001".into()), NOW + 1_000));
    assert_eq!(house.deliver(&parcel).await, Delivery::Sent);
    assert_eq!(texts(&house.fake.heard_by("user001")), ["请填日报"]);

    house.set_now(NOW + 1_000);
    assert_eq!(house.deliver(&parcel).await, Delivery::Sent);
    let heard = house.fake.heard_in(GROUP);
    assert_eq!(texts(&heard), ["@user001 请填日报"]);
    assert_eq!(heard[0].mentioned, ["user001"]);
    assert_eq!(house.fake.heard_by("user001").len(), 1);
}

#[tokio::test]
async fn a_session_that_ended_early_falls_through() {
    let house = House::new().await;
    let mut parcel = to_person("a", "请填日报");
    parcel.late_reply = Some(house.late(Place::Person("user001".into()), NOW + 1_000));
    house.fake.fail_next([Fault::Errcode(300_001, "session 不存在")]);
    assert!(dead(&house.deliver(&parcel).await).contains("私聊"));

    parcel.in_group = Some(GROUP.into());
    house.fake.fail_next([Fault::Errcode(300_001, "session 不存在")]);
    assert_eq!(house.deliver(&parcel).await, Delivery::Sent);
    assert_eq!(texts(&house.fake.heard_in(GROUP)), ["@user001 请填日报"]);
    assert!(house.fake.heard_by("user001").is_empty());
}

#[tokio::test]
async fn pages_go_on_in_the_group_when_the_session_ends_half_way() {
    let house = House::new().await;
    let words = "一行一行\n".repeat(2_500);
    let mut parcel = to_person("a", &words);
    parcel.late_reply = Some(house.late(Place::Person("user001".into()), NOW + 1_000));
    parcel.in_group = Some(GROUP.into());
    house.fake.fail_next([Fault::Pass, Fault::Errcode(300_001, "session 不存在")]);
    assert_eq!(house.deliver(&parcel).await, Delivery::Sent);
    let (private, group) = (house.fake.heard_by("user001"), house.fake.heard_in(GROUP));
    assert_eq!(private.len(), 1);
    let in_group = texts(&group).join("\n");
    let all = format!("{}\n{}", private[0].text, in_group.strip_prefix("@user001 ").unwrap_or_default());
    assert_eq!(all, words.trim_end());
    assert_eq!(group[0].mentioned, ["user001"]);
    assert!(group[1..].iter().all(|heard| heard.mentioned.is_empty()));
}

#[tokio::test]
async fn what_was_shown_in_a_session_is_not_shown_again() {
    let house = House::new().await;
    let mut parcel = to_person("a", &"一行一行\n".repeat(2_500));
    parcel.in_group = Some(GROUP.into());
    parcel.late_reply = Some(house.late(Place::Person("user001".into()), NOW + 1_000));
    for faults in
        [vec![Fault::HangAfterTaking], vec![Fault::Pass, Fault::Http500], vec![Fault::Pass, Fault::Garbage]]
    {
        house.fake.fail_next(faults.clone());
        let got = house.deliver(&parcel).await;
        assert!(matches!(got, Delivery::Unknown { safe_to_repeat: false, .. }), "{faults:?}: {got:?}");
    }
    house.fake.fail_next([Fault::Http500]);
    assert!(matches!(house.deliver(&parcel).await, Delivery::Retry { .. }), "nothing of it was shown");
    assert!(house.fake.heard_in(GROUP).is_empty());
}

#[tokio::test]
async fn a_group_without_a_webhook_is_answered_late() {
    let house = House::new().await;
    let other = "cidOther==";
    let mut parcel = parcel(Destination::Group(other.into()), "a", "好");
    assert!(dead(&house.deliver(&parcel).await).contains(other));
    parcel.late_reply = Some(house.late(Place::Group(other.into()), NOW + 1_000));
    assert_eq!(house.deliver(&parcel).await, Delivery::Sent);
    assert_eq!(house.fake.heard_in(other)[0].door, Door::Session);
    parcel.late_reply = Some(house.late(Place::Group(other.into()), NOW));
    assert!(dead(&house.deliver(&parcel).await).contains("webhook"));

    let mut parcel = to_group("b", "好");
    parcel.late_reply = Some(house.late(Place::Group(GROUP.into()), NOW + 1_000));
    assert_eq!(house.deliver(&parcel).await, Delivery::Sent);
    assert_eq!(house.fake.heard_in(GROUP)[0].door, Door::Webhook, "the way with a key comes first");
}

#[tokio::test]
async fn the_webhook_stays_below_the_limit_whoever_it_speaks_for() {
    let house = House::new().await;
    for n in 0..18 {
        let mut parcel =
            if n % 2 == 0 { to_group(&n.to_string(), "好") } else { to_person(&n.to_string(), "好") };
        parcel.in_group = Some(GROUP.into());
        assert_eq!(house.deliver(&parcel).await, Delivery::Sent);
    }
    let full = house.deliver(&to_group("19", "好")).await;
    assert!(matches!(full, Delivery::Retry { after: Some(60_000), .. }), "{full:?}");
    assert_eq!(house.fake.requests(), 18);
    house.set_now(NOW + 60_000);
    assert_eq!(house.deliver(&to_group("19", "好")).await, Delivery::Sent);
}

#[tokio::test]
async fn a_blocked_robot_is_left_alone_for_ten_minutes() {
    let house = House::new().await;
    for code in [130_101, 410_100] {
        house.fake.fail_next([Fault::Errcode(code, "send too fast")]);
        let got = house.deliver(&to_group("a", "好")).await;
        assert!(matches!(got, Delivery::Retry { after: Some(600_000), .. }), "{got:?}");
    }
}

#[tokio::test]
async fn a_refused_signature_is_made_once_more() {
    let house = House::new().await;
    house.fake.fail_next([Fault::Errcode(310_000, "sign not match")]);
    assert_eq!(house.deliver(&to_group("a", "好")).await, Delivery::Sent);
    assert_eq!(house.fake.requests(), 2);

    house.fake.set_now(NOW + 3_600_001);
    assert!(dead(&house.deliver(&to_group("b", "好")).await).contains("时钟"));
    assert_eq!(house.fake.requests(), 4);

    let house = House::with_secret("SECwrong").await;
    assert!(dead(&house.deliver(&to_group("a", "好")).await).contains("sign_secret"));
    assert_eq!(house.fake.requests(), 2);
}

#[tokio::test]
async fn what_an_admin_has_to_mend() {
    let house = House::new().await;
    house.fake.require_keyword(TOKEN, "播报");
    assert!(dead(&house.deliver(&to_group("a", "好")).await).contains("关键词"));
    assert_eq!(house.deliver(&to_group("b", "播报:好")).await, Delivery::Sent);
    house.fake.fail_next([Fault::Errcode(310_000, "ip 10.0.0.1 not in whitelist")]);
    assert!(dead(&house.deliver(&to_group("c", "播报")).await).contains("白名单"));
    house.fake.remove_robot(TOKEN);
    assert!(dead(&house.deliver(&to_group("d", "播报")).await).contains("access_token"));
    assert_eq!(dead(&house.deliver(&to_group("e", " \n")).await), "消息没有内容");
    assert!(dead(&house.deliver(&to_group("f", &"字".repeat(200_000))).await).contains("太长"));
}

#[tokio::test]
async fn a_broken_line() {
    let mut house = House::new().await;
    house.fake.fail_next([Fault::Http500, Fault::Garbage]);
    let got = house.deliver(&to_group("a", "好")).await;
    assert!(matches!(got, Delivery::Retry { after: None, .. }), "{got:?}");
    let got = house.deliver(&to_group("a", "好")).await;
    assert!(matches!(got, Delivery::Unknown { safe_to_repeat: true, .. }), "{got:?}");

    house.fake.down().await;
    let got = house.deliver(&to_group("a", "好")).await;
    assert!(matches!(got, Delivery::Retry { after: None, .. }), "{got:?}");
    house.fake.up().await;
    assert_eq!(house.deliver(&to_group("a", "好")).await, Delivery::Sent);
    assert_eq!(texts(&house.fake.heard_in(GROUP)), ["好"]);
}

#[tokio::test]
async fn no_answer_leaves_it_open_and_a_repetition_is_harmless() {
    let house = House::new().await;
    house.fake.fail_next([Fault::HangAfterTaking]);
    let got = house.deliver(&to_group("a", "好")).await;
    assert!(matches!(got, Delivery::Unknown { safe_to_repeat: true, .. }), "{got:?}");
    assert_eq!(house.deliver(&to_group("a", "好")).await, Delivery::Sent);
    assert_eq!(texts(&house.fake.heard_in(GROUP)), ["好"]);
}

#[tokio::test]
async fn a_callback_is_believed_and_its_answer_understood() {
    let fake = FakeDingtalk::start().await;
    fake.set_now(NOW);
    let caller = fake.caller("app secret", "dingrobot");
    let mut config = DingtalkBotConfig::new("小助", "app secret".into());
    config.session_hosts.push(fake.base());
    let robot = DingtalkBot::new(config);
    let receive = |callback: &testkit::fake::dingtalk::Callback| {
        robot.receive(Some(&callback.timestamp), Some(&callback.sign), &callback.bytes(), fake.now())
    };

    let callback = caller.group(GROUP, "user001", "张三", "日报");
    let Ok(Received::Message(first)) = receive(&callback) else { panic!() };
    assert_eq!((first.chat.id.as_str(), &first.body), (GROUP, &Body::Text("日报".into())));
    fake.set_now(NOW + 16_000);
    let Ok(Received::Message(again)) = receive(&caller.again(&callback)) else { panic!() };
    assert_eq!(again.msg_id, first.msg_id);
    let Ok(Received::Message(other)) = receive(&caller.private("user001", "张三", "日报")) else {
        panic!()
    };
    assert_ne!(other.msg_id, first.msg_id);
    assert_eq!(other.chat.id, "user001");

    let answer = robot.answer(&[Said::text("已记").button("撤销", "撤销 3")], ChatKind::Group);
    let shown = caller.hear(&callback, answer.content_type, answer.body.as_bytes());
    assert_eq!(shown.as_deref(), Some("已记\n· 撤销 → 发「撤销 3」"));
    let answer = robot.answer(&[], ChatKind::Group);
    assert_eq!(caller.hear(&callback, answer.content_type, answer.body.as_bytes()), None);
    assert_eq!(fake.heard_in(GROUP)[0].door, Door::Response);

    // The session that came with the message can be spoken to, and ends when it said.
    let outside = DingtalkOutside::new(DingtalkOutsideConfig { api_base: fake.base(), ..Default::default() })
        .expect("a loopback base");
    let outside = outside.with_clock(Arc::new(|| NOW));
    let mut parcel = to_person("a", "补充一句");
    parcel.late_reply = other.late_reply.clone();
    assert_eq!(outside.deliver(&parcel).await, Delivery::Sent);
    assert_eq!(texts(&fake.heard_by("user001")), ["补充一句"]);
    fake.set_now(NOW + 2 * 3_600_000);
    assert!(matches!(outside.deliver(&parcel).await, Delivery::Dead { .. }));
}

#[tokio::test]
async fn secrets_do_not_travel_in_the_clear() {
    for base in
        ["http://oapi.dingtalk.com", "ftp://127.0.0.1", "oapi.dingtalk.com", "http://127.0.0.1.evil.example"]
    {
        let config = DingtalkOutsideConfig { api_base: base.into(), ..Default::default() };
        assert!(DingtalkOutside::new(config).is_err(), "{base}");
    }
    assert!(DingtalkOutside::new(DingtalkOutsideConfig::default()).is_ok());
}

#[tokio::test]
#[should_panic(expected = "DingTalk knows no such call")]
async fn the_fake_does_not_forgive_an_unknown_call() {
    let fake = FakeDingtalk::start().await;
    let client = platform::http_client::client(Duration::from_secs(5), true).expect("a client");
    let _ = client.post(format!("{}/robot/sned?access_token=x", fake.base())).send().await;
    drop(fake);
}

/// The fake's own limits, knocked on by a bare client: what `DingtalkOutside` never lets happen.
#[tokio::test]
async fn the_fake_blocks_like_the_real_one() {
    let fake = FakeDingtalk::start().await;
    fake.set_now(NOW);
    fake.add_robot(GROUP, TOKEN, None);
    let client = platform::http_client::client(Duration::from_secs(5), true).expect("a client");
    let url = format!("{}/robot/send?access_token={TOKEN}", fake.base());
    let post = async |content_type: &str, body: String| {
        let request = client.post(&url).header("content-type", content_type).body(body);
        let answer = request.send().await.expect("an answer").bytes().await.expect("a body");
        serde_json::from_slice::<serde_json::Value>(&answer).expect("JSON")["errcode"]
            .as_i64()
            .expect("a number")
    };
    const JSON: &str = "application/json";
    let text =
        |words: &str| serde_json::json!({ "msgtype": "text", "text": { "content": words } }).to_string();
    assert_eq!(post("text/plain", text("好")).await, 43004);
    assert_eq!(post(JSON, "{".into()).await, 40035);
    assert_eq!(post(JSON, text(" ")).await, 40035);
    assert_eq!(post(JSON, r#"{"msgtype":"image"}"#.into()).await, 400_105);
    assert_eq!(post(JSON, text(&"a".repeat(20_000))).await, 460_101);
    for _ in 0..20 {
        assert_eq!(post(JSON, text("好")).await, 0);
    }
    assert_eq!(post(JSON, text("好")).await, 130_101);
    fake.set_now(NOW + 599_999);
    assert_eq!(post(JSON, text("好")).await, 130_101);
    fake.set_now(NOW + 600_000);
    assert_eq!(post(JSON, text("好")).await, 0);
    assert_eq!(fake.heard_in(GROUP).len(), 21);
}
