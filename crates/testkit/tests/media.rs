//! Pictures and files out, platform by platform: uploaded once, shown where they belong, and refused as the real ones refuse.
#![allow(clippy::unwrap_used, reason = "a test ends where it fails")]

use bot::message::{Body, Incoming, Said, SentFile};
use bot::outside::{Delivery, Destination, Media, MediaKind, Outside, Parcel};
use futures_util::future::BoxFuture;
use platform::Clock;
use platform::dingtalk::{AppKeys, DingtalkOutside, DingtalkOutsideConfig, Meter, Spent};
use platform::wecom::stream::{Ear, Link, Note, Reaction, Status, Stream, StreamConfig, Timing};
use platform::wecom::{
    App, AppConfig, Kind, MAX_AGE_MS, Received, WecomBot, WecomBotConfig, WecomOutside, WecomOutsideConfig,
};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;
use testkit::engines::until;
use testkit::fake::dingtalk::{self, FakeDingtalk};
use testkit::fake::wecom::{FakeLink, FakeWecom, Fault, Mishap, Place};
use tokio_util::sync::CancellationToken;

const NOW: i64 = 1_772_424_000_000;
const DAY: i64 = 24 * 60 * 60 * 1_000;

fn picture(len: usize) -> Media {
    let bytes = [&b"\x89PNG"[..], &vec![7; len]].concat();
    Media { kind: MediaKind::Picture, name: "本月排行".to_owned(), bytes: bytes.into() }
}

fn file(name: &str, len: usize) -> Media {
    let bytes: Vec<u8> = (0..=250_u8).cycle().take(len).collect();
    Media { kind: MediaKind::File, name: name.to_owned(), bytes: bytes.into() }
}

fn parcel(to: Destination, media: &Media) -> Parcel {
    static NUMBERS: AtomicI64 = AtomicI64::new(1);
    let id = NUMBERS.fetch_add(1, Ordering::Relaxed);
    Parcel {
        id,
        key: format!("ab12-{id}"),
        bot: "main".to_owned(),
        to,
        said: Said::default(),
        media: Some(media.clone()),
        amends: None,
        in_group: None,
        name: None,
        late_reply: None,
        tries: 0,
    }
}

fn group() -> Destination {
    Destination::Group("wrGroupA".to_owned())
}

fn person() -> Destination {
    Destination::Person("zhangsan".to_owned())
}

fn clock() -> (Arc<AtomicI64>, Clock) {
    let now = Arc::new(AtomicI64::new(NOW));
    let theirs = Arc::clone(&now);
    (now, Arc::new(move || theirs.load(Ordering::Acquire)))
}

/// Hears nothing, and may always be there.
struct Deaf;

impl Ear for Deaf {
    fn hear<'a>(&'a self, _incoming: Incoming, _card: Option<&'a str>) -> BoxFuture<'a, Reaction> {
        Box::pin(async { Reaction::Stored })
    }
    fn hold(&self) -> BoxFuture<'_, bool> {
        Box::pin(async { true })
    }
    fn release(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {})
    }
    fn note(&self, _note: Note) {}
}

struct OnLine {
    fake: FakeLink,
    outside: WecomOutside,
    now: Arc<AtomicI64>,
    stop: CancellationToken,
}

impl OnLine {
    async fn open(prepare: impl FnOnce(&FakeLink)) -> Self {
        let fake = FakeLink::start("BOT-1", "s-2026").await;
        fake.set_now(NOW);
        fake.let_in(Place::Group("wrGroupA".to_owned()));
        fake.let_in(Place::Person("zhangsan".to_owned()));
        prepare(&fake);
        let config = StreamConfig {
            name: "main".to_owned(),
            bot_id: "BOT-1".to_owned(),
            secret: "s-2026".to_owned().into(),
            bot_names: Vec::new(),
            url: fake.url(),
            api_base: None,
            timing: Timing { ack: Duration::from_secs(2), ..Timing::default() },
        };
        let (now, clock) = clock();
        let link: Arc<Link> = Stream::link(&config);
        let stream = Stream::new(config, Arc::clone(&link), Arc::new(Deaf), Arc::clone(&clock));
        let stop = CancellationToken::new();
        let until_stopped = stop.clone();
        tokio::spawn(async move { stream.run(until_stopped).await });
        until("the connection stands", async || (link.status() == Status::Up).then_some(())).await;
        let outside = WecomOutside::new(WecomOutsideConfig::default()).unwrap();
        Self { fake, outside: outside.with_clock(clock).with_link(link), now, stop }
    }
}

impl Drop for OnLine {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

#[tokio::test]
async fn over_the_long_connection_in_chunks_and_once() {
    for from_one in [false, true] {
        let line = OnLine::open(|fake| {
            if from_one {
                fake.count_chunks_from_one();
            }
        })
        .await;
        let large = file("排班.xlsx", 1_300_000);
        for media in [&large, &picture(500), &large] {
            for to in [group(), person()] {
                assert_eq!(line.outside.deliver(&parcel(to, media)).await, Delivery::Sent);
            }
        }
        assert_eq!(line.fake.uploads(), 2, "the same is not uploaded twice");
        let seen = line.fake.seen();
        assert_eq!(seen.len(), 6);
        assert!(seen[0].media.as_ref() == Some(&large.bytes) && seen[5].media == seen[0].media);
        assert_eq!(seen[1].place, Place::Person("zhangsan".to_owned()));
        // Which way of counting is right is found out once.
        let inits =
            line.fake.frames().iter().filter(|frame| frame["cmd"] == "aibot_upload_media_init").count();
        assert_eq!(inits, if from_one { 3 } else { 2 });
        // After three days an id is worth nothing.
        line.now.fetch_add(3 * DAY, Ordering::AcqRel);
        line.fake.set_now(NOW + 3 * DAY);
        assert_eq!(line.outside.deliver(&parcel(group(), &large)).await, Delivery::Sent);
        assert_eq!(line.fake.uploads(), 3);
    }
}

#[tokio::test]
async fn an_upload_that_breaks_is_tried_again_and_a_message_that_may_be_shown_is_not() {
    let line = OnLine::open(|_| {}).await;
    let deliver = || async { line.outside.deliver(&parcel(group(), &picture(90))).await };
    // begin, chunk, end: whichever is not seen, nothing was shown.
    for silent in 0..3 {
        line.fake.forget_uploads();
        line.fake.fail_next((0..silent).map(|_| Mishap::Pass).chain([Mishap::Silent]));
        let delivery = line.outside.deliver(&parcel(group(), &picture(100 + silent))).await;
        assert!(matches!(delivery, Delivery::Retry { .. }), "{silent}: {delivery:?}");
    }
    assert!(line.fake.seen().is_empty());
    assert_eq!(deliver().await, Delivery::Sent);
    // Uploaded before: the one request is the message.
    line.fake.fail_next([Mishap::ShownThenSilent]);
    assert!(matches!(deliver().await, Delivery::Unknown { safe_to_repeat: false, .. }));
    line.fake.fail_next([Mishap::Errcode(45009)]);
    assert!(matches!(deliver().await, Delivery::Retry { after: Some(60_000), .. }));
    // An id that has ended meanwhile is uploaded anew.
    line.fake.forget_uploads();
    assert!(matches!(deliver().await, Delivery::Retry { .. }));
    assert_eq!(deliver().await, Delivery::Sent);
    let stranger = Destination::Person("lisi".to_owned());
    assert!(matches!(line.outside.deliver(&parcel(stranger, &picture(90))).await, Delivery::Barred { .. }));
    let empty = file("空.xlsx", 3);
    assert!(matches!(line.outside.deliver(&parcel(group(), &empty)).await, Delivery::Dead { .. }));
}

async fn hooks() -> (FakeWecom, WecomOutside) {
    let fake = FakeWecom::start().await;
    fake.set_now(NOW);
    fake.add_app("ww1", "s-2026", 1_000_002, &["zhangsan"]);
    let key = fake.add_webhook("wrGroupA");
    let groups = HashMap::from([("wrGroupA".to_owned(), key.into())]);
    let (_, clock) = clock();
    let app = AppConfig {
        name: "app".to_owned(),
        corp_id: "ww1".to_owned(),
        agent_id: 1_000_002,
        secret: "s-2026".to_owned().into(),
        api_base: fake.api_base(),
    };
    let app = App::new(app, Arc::clone(&clock)).unwrap();
    let outside = WecomOutside::new(WecomOutsideConfig { api_base: fake.api_base(), groups }).unwrap();
    (fake, outside.with_clock(clock).with_app(app))
}

#[tokio::test]
async fn by_a_webhook_and_by_an_app() {
    let (fake, outside) = hooks().await;
    let deliver = |to, media: Media| {
        let outside = &outside;
        async move { outside.deliver(&parcel(to, &media)).await }
    };
    assert_eq!(deliver(group(), picture(3_000)).await, Delivery::Sent);
    assert_eq!(fake.uploads(), 0, "a webhook takes a picture as it is");
    assert_eq!(deliver(group(), file("排班.xlsx", 90_000)).await, Delivery::Sent);
    assert_eq!(deliver(group(), picture(3 << 20)).await, Delivery::Sent, "too large for one, so a file");
    assert_eq!(fake.uploads(), 2);
    assert_eq!(deliver(person(), picture(3_000)).await, Delivery::Sent);
    assert_eq!(deliver(person(), file("排班.xlsx", 90_000)).await, Delivery::Sent);
    assert_eq!(deliver(person(), file("排班.xlsx", 90_000)).await, Delivery::Sent);
    assert_eq!(fake.uploads(), 4, "the webhook's upload is worth nothing to the app, its own is");
    fake.forget_token();
    assert_eq!(deliver(person(), picture(4_000)).await, Delivery::Sent);
    // The upload was not seen: nothing was shown. The message was not: perhaps.
    fake.fail_next([Fault::Http(502)]);
    assert!(matches!(deliver(person(), picture(5_000)).await, Delivery::Retry { .. }));
    // An id that has ended is uploaded anew.
    fake.forget_uploads();
    for to in [group(), person()] {
        assert!(matches!(deliver(to.clone(), file("排班.xlsx", 90_000)).await, Delivery::Retry { .. }));
        assert_eq!(deliver(to, file("排班.xlsx", 90_000)).await, Delivery::Sent);
    }
    fake.fail_next([Fault::Errcode(93000)]);
    assert!(matches!(deliver(group(), picture(9)).await, Delivery::Dead { .. }));
    let elsewhere = Destination::Group("wrGroupB".to_owned());
    assert!(matches!(deliver(elsewhere, picture(9)).await, Delivery::Needless { .. }));
    let shown = fake.shown();
    assert_eq!(shown.len(), 9);
    assert!(shown.iter().all(|shown| shown.media.is_some() && shown.text.is_empty()));
    assert_eq!(shown[1].media.as_deref(), Some(&*file("排班.xlsx", 90_000).bytes));
}

#[derive(Default)]
struct Short(AtomicBool);

impl Meter for Short {
    fn spend(&self, _spent: Spent) {}
    fn is_short(&self, _spent: Spent) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

#[tokio::test]
async fn by_dingtalks_openapi() {
    let fake = FakeDingtalk::start().await;
    fake.set_now(NOW);
    fake.add_app("ding1", "secret");
    let keys = AppKeys {
        client_id: "ding1".to_owned(),
        client_secret: "secret".to_owned().into(),
        robot_code: "ding1".to_owned(),
    };
    let meter = Arc::new(Short::default());
    let config = DingtalkOutsideConfig {
        api_base: fake.base(),
        openapi_base: fake.base(),
        apps: [("main".to_owned(), keys)].into(),
        meter: Arc::clone(&meter) as Arc<dyn Meter>,
        ..DingtalkOutsideConfig::default()
    };
    let (now, clock) = clock();
    let outside = DingtalkOutside::new(config).unwrap().with_clock(clock);
    let deliver = |to, media: Media| {
        // A second has passed: calls are counted in it.
        let at = now.fetch_add(1_000, Ordering::AcqRel) + 1_000;
        fake.set_now(at);
        let outside = &outside;
        async move { outside.deliver(&parcel(to, &media)).await }
    };
    for to in [group(), person(), group()] {
        assert_eq!(deliver(to, picture(3_000)).await, Delivery::Sent);
    }
    assert_eq!(deliver(person(), file("排班.xlsx", 90_000)).await, Delivery::Sent);
    assert_eq!(fake.uploads(), 2);
    // A token that has become worthless is told inside of a 200 here.
    fake.forget_tokens();
    assert_eq!(deliver(group(), picture(4_000)).await, Delivery::Sent);
    fake.refuse_upload(-1);
    assert!(matches!(deliver(group(), picture(5_000)).await, Delivery::Retry { .. }));
    fake.refuse_upload(88_001);
    let told = deliver(group(), picture(5_000)).await;
    assert!(matches!(told, Delivery::Dead { .. }) && told.why().contains("qyapi_base"), "{told:?}");
    // An upload that is not known any more is made anew.
    fake.forget_uploads();
    assert!(matches!(deliver(group(), picture(4_000)).await, Delivery::Retry { .. }));
    assert_eq!(deliver(group(), picture(4_000)).await, Delivery::Sent);
    let told = deliver(group(), file("名单.exe", 100)).await;
    assert!(matches!(told, Delivery::Dead { .. }) && told.why().contains("xlsx"), "{told:?}");
    // Two calls each: left out while the month's allowance is short.
    meter.0.store(true, Ordering::Release);
    assert!(matches!(deliver(group(), picture(6_000)).await, Delivery::Needless { .. }));
    let heard = fake.heard_in("wrGroupA");
    assert!(heard.iter().all(|heard| heard.media.is_some() && heard.door == dingtalk::Door::Api));
    assert_eq!(heard.len(), 4);
    assert_eq!(fake.heard_by("zhangsan")[1].media.as_deref(), Some(&*file("排班.xlsx", 90_000).bytes));
}

#[tokio::test]
async fn a_file_that_somebody_sent_is_fetched_and_opened() {
    let (fake, outside) = hooks().await;
    for len in [1, 31, 32, 90_000] {
        let bytes = file("x", len).bytes.to_vec();
        let (place, key) = fake.sent_file("到诊 名单.xlsx", &bytes);
        let sent = SentFile { name: None, place, key: Some(key) };
        let fetched = outside.fetch("main", &sent).await.expect("fetched");
        assert_eq!((fetched.name.as_deref(), fetched.bytes), (Some("到诊 名单.xlsx"), bytes));
        let other = SentFile { key: Some("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=".to_owned()), ..sent };
        let opened = outside.fetch("main", &other).await;
        assert!(opened.is_err() || opened.is_ok_and(|opened| opened.bytes.len() != len), "with another key");
    }
    let nowhere = SentFile { name: None, place: format!("{}/sent/99", fake.api_base()), key: None };
    assert!(outside.fetch("main", &nowhere).await.is_err_and(|why| why.contains("再发一次")));
}

#[tokio::test]
async fn a_file_that_came_by_a_callback_opens_with_the_callbacks_key() {
    let (fake, outside) = hooks().await;
    let (token, key) = ("tok_Files2026", "Zx8vQ2mLr5TnYc7KdWf3HpJs6BgAe9Ui1OoRt4NyMqE");
    let bot = WecomBot::new(WecomBotConfig {
        name: "main".to_owned(),
        kind: Kind::AiBot,
        token: token.to_owned().into(),
        encoding_aes_key: key.to_owned().into(),
        receive_id: String::new(),
        bot_names: Vec::new(),
        max_age_ms: MAX_AGE_MS,
        api_base: fake.api_base(),
    })
    .unwrap();
    let caller = FakeWecom::caller(token, key, "");
    let list = "姓名,电话\n甲,1\n".as_bytes();
    let place = fake.lies("3月名单.csv", caller.sealed_file(list));
    let callback = caller.in_private("zhangsan").file(&place, NOW);
    let heard = bot.receive(&callback.query, &callback.body, NOW).unwrap();
    let Received::Message { incoming: Incoming { body: Body::File(sent), .. }, .. } = heard else {
        panic!("a file: {heard:?}");
    };
    assert!(!format!("{sent:?}").contains(key));
    let fetched = outside.fetch("main", &sent).await.unwrap();
    assert_eq!((fetched.name.as_deref(), &*fetched.bytes), (Some("3月名单.csv"), list));
}
