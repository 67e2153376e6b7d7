//! `platform`'s WeCom against the fake one: two writings of the same description.

use bot::message::{Body, LateReply, Said};
use bot::outside::{Delivery, Destination, Outside, Parcel};
use platform::wecom::{
    ConfigError, Kind, MAX_AGE_MS, Received, WecomBot, WecomBotConfig, WecomOutside, WecomOutsideConfig,
};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use testkit::fake::wecom::{Callback, Caller, FakeWecom, Fault, Place, Shown, Way};

const TOKEN: &str = "tok_Dept2026";
const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
const CORP: &str = "ww1234567890abcdef";
const NOW: i64 = 1_700_000_000_000;

mod callbacks {
    use super::*;

    fn bot(kind: Kind) -> (WecomBot, Caller) {
        let receive_id = if kind == Kind::App { CORP } else { "" };
        let config = WecomBotConfig {
            name: "desk".to_owned(),
            kind,
            token: TOKEN.into(),
            encoding_aes_key: KEY.into(),
            receive_id: receive_id.to_owned(),
            bot_names: vec!["值班助手".to_owned()],
            max_age_ms: MAX_AGE_MS,
            api_base: "http://127.0.0.1:1".to_owned(),
        };
        (WecomBot::new(config).expect("good settings"), FakeWecom::caller(TOKEN, KEY, receive_id))
    }

    /// What was heard, and what the person saw of `said`.
    fn talk(bot: &WecomBot, caller: &Caller, callback: &Callback, said: &str) -> (Body, Option<String>) {
        match bot.receive(&callback.query, &callback.body, NOW).expect("genuine") {
            Received::Message { incoming, answer } => {
                let answer = bot.answer(&answer, &[Said::text(said)], NOW);
                (incoming.body, caller.read(callback, answer.body.as_bytes()).map(|answer| answer.text))
            }
            other => panic!("no message: {other:?}"),
        }
    }

    #[test]
    fn the_console_can_verify_the_address() {
        for kind in [Kind::AiBot, Kind::App] {
            let (bot, caller) = bot(kind);
            let echo = bot.verify_url(&caller.verification("5927782489442352469", NOW), NOW);
            assert_eq!(echo.as_deref(), Ok("5927782489442352469"));
        }
    }

    #[test]
    fn an_ai_bot_hears_and_answers() {
        let (bot, caller) = bot(Kind::AiBot);
        let group = caller.in_group("wrC", "lisi");
        let text = |text: &str| Body::Text(text.to_owned());
        for (callback, heard) in [
            (group.text("@值班助手 排行榜", NOW), text("排行榜")),
            (group.quoting("旧话", "@值班助手 撤销", NOW), text("撤销")),
            (group.mixed(&["@值班助手 报备", "", "张三"], NOW), text("报备\n张三")),
            (caller.in_private("lisi").voice("帮助", NOW), text("帮助")),
            (caller.in_private("lisi").wordless("image", NOW), Body::Unreadable("image".to_owned())),
            (caller.in_private("lisi").wordless("hologram", NOW), Body::Unreadable("hologram".to_owned())),
            (caller.in_private("lisi").opens(NOW), Body::Opened),
        ] {
            let said = "好的：李＊\n第二行 ✅";
            assert_eq!(talk(&bot, &caller, &callback, said), (heard, Some(said.to_owned())));
        }
        let press = group.press("同意 L1", "t1", NOW);
        assert_eq!(talk(&bot, &caller, &press, "好"), (Body::Action("同意 L1".to_owned()), None));
        let rating = caller.in_private("lisi").rates(NOW);
        assert!(matches!(bot.receive(&rating.query, &rating.body, NOW), Ok(Received::Ignored)));
    }

    #[test]
    fn a_table_is_shown_as_one_in_a_stream_and_as_a_list_in_plain_text() {
        let said = "| 姓名 | 到诊 |\n|---|---|\n| 甲*乙 | 3 |";
        let (ai, caller) = bot(Kind::AiBot);
        let table = "| 姓名 | 到诊 |\n|---|---|\n| 甲＊乙 | 3 |";
        let (_, seen) = talk(&ai, &caller, &caller.in_private("lisi").text("排行榜", NOW), said);
        assert_eq!(seen.as_deref(), Some(table));
        let (_, seen) = talk(&ai, &caller, &caller.in_private("lisi").opens(NOW), said);
        assert_eq!(seen.as_deref(), Some("· 姓名：甲*乙，到诊：3"));
        let (app, caller) = bot(Kind::App);
        let (_, seen) = talk(&app, &caller, &caller.app_text("lisi", "排行榜", NOW), said);
        assert_eq!(seen.as_deref(), Some("· 姓名：甲*乙，到诊：3"));
    }

    #[test]
    fn a_repeated_callback_is_the_same_message() {
        for kind in [Kind::AiBot, Kind::App] {
            let (bot, caller) = bot(kind);
            let first = match kind {
                Kind::AiBot => caller.in_private("lisi").text("排行榜", NOW),
                Kind::App => caller.app_press("lisi", "同意 L1", "t1", "rc", NOW),
            };
            let again = caller.again(&first, NOW + 5000);
            assert_ne!(first.query, again.query);
            let id = |callback: &Callback| match bot.receive(&callback.query, &callback.body, NOW) {
                Ok(Received::Message { incoming, .. }) => incoming.msg_id,
                other => panic!("no message: {other:?}"),
            };
            assert_eq!(id(&first), id(&again));
        }
    }

    #[test]
    fn a_refresh_of_an_unknown_stream_is_ended() {
        let (bot, caller) = bot(Kind::AiBot);
        let refresh = caller.in_private("lisi").refresh("S1", NOW);
        let Ok(Received::StreamRefresh { answer, .. }) = bot.receive(&refresh.query, &refresh.body, NOW)
        else {
            panic!("a refresh");
        };
        let answer = bot.answer(&answer, &[], NOW);
        let read = caller.read(&refresh, answer.body.as_bytes()).expect("an end");
        assert_eq!(read.stream.as_deref(), Some("S1"));
    }

    #[test]
    fn an_app_hears_and_answers() {
        let (bot, caller) = bot(Kind::App);
        let said = "138****1234 <b> ]]> &amp;\n✅";
        let text = caller.app_text("zhangsan", "报备 ]]> <张三>", NOW);
        let heard = Body::Text("报备 ]]> <张三>".to_owned());
        assert_eq!(talk(&bot, &caller, &text, said), (heard, Some(said.to_owned())));
        let press = caller.app_press("zhangsan", "同意 L1", "t1", "rc", NOW);
        assert_eq!(talk(&bot, &caller, &press, said).0, Body::Action("同意 L1".to_owned()));
        let long = talk(&bot, &caller, &text, &"长".repeat(100_000)).1.expect("an answer");
        assert!(long.ends_with("没有显示）"));
    }
}

struct House {
    fake: Arc<FakeWecom>,
    outside: WecomOutside,
}

/// One group `wrC` with a webhook, one group `wrBare` without.
async fn house() -> House {
    let fake = Arc::new(FakeWecom::start().await);
    let key = fake.add_webhook("wrC");
    house_with(fake, &key)
}

fn house_with(fake: Arc<FakeWecom>, key: &str) -> House {
    let config = WecomOutsideConfig {
        api_base: fake.api_base(),
        groups: HashMap::from([("wrC".to_owned(), key.into())]),
    };
    let clock = Arc::clone(&fake);
    let outside = WecomOutside::new(config)
        .expect("good settings")
        .with_clock(Arc::new(move || clock.now()))
        .with_patience(Duration::from_millis(700));
    House { fake, outside }
}

fn parcel(to: Destination, text: &str) -> Parcel {
    Parcel {
        id: 1,
        key: "k1".to_owned(),
        bot: "desk".to_owned(),
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

fn to_group(chat: &str, text: &str) -> Parcel {
    parcel(Destination::Group(chat.to_owned()), text)
}

fn to_person(user: &str, text: &str) -> Parcel {
    parcel(Destination::Person(user.to_owned()), text)
}

impl House {
    fn late(&self, place: Place) -> Option<LateReply> {
        Some(LateReply { url: self.fake.response_url(place), expires_at: self.fake.now() + 3_600_000 })
    }

    async fn deliver(&self, parcel: &Parcel) -> Delivery {
        let delivery = self.outside.deliver(parcel).await;
        let shown = format!("{delivery:?} {:?}", self.outside);
        assert!(!shown.contains("693a91f6") && !shown.contains("response_code"), "a secret: {shown}");
        delivery
    }
}

#[tokio::test]
async fn a_group_hears_through_its_webhook() {
    let house = house().await;
    let mut parcel = to_group("wrC", "第 1 名 李* <@all>");
    parcel.said = parcel.said.button("同意", "同意 L1");
    assert_eq!(house.deliver(&parcel).await, Delivery::Sent);
    assert_eq!(house.fake.in_group("wrC"), ["第 1 名 李* ＜@all>\n· 同意 → 发「同意 L1」"]);
    assert_eq!(house.outside.per_minute(&parcel.to), 18);
    assert_eq!(house.outside.per_minute(&Destination::Person("lisi".to_owned())), 30);
}

#[tokio::test]
async fn a_table_is_shown_as_one_where_the_way_shows_tables() {
    let house = house().await;
    let said = "到诊排行\n| 姓名 | 到诊 |\n|---|---|\n| 甲 | 3 |\n| 乙 | 1 |\n共 2 人";
    let table = "到诊排行\n\n| 姓名 | 到诊 |\n|---|---|\n| 甲 | 3 |\n| 乙 | 1 |\n\n共 2 人";
    let list = "到诊排行\n· 姓名：甲，到诊：3\n· 姓名：乙，到诊：1\n共 2 人";
    assert_eq!(house.deliver(&to_group("wrC", said)).await, Delivery::Sent);
    let late = Parcel { late_reply: house.late(Place::Person("lisi".to_owned())), ..to_person("lisi", said) };
    assert_eq!(house.deliver(&late).await, Delivery::Sent);
    // Somebody is rung, which the webhook's Markdown cannot.
    let rung = Parcel { in_group: Some("wrC".to_owned()), ..to_person("lisi", said) };
    assert_eq!(house.deliver(&rung).await, Delivery::Sent);
    assert_eq!(house.fake.in_group("wrC"), [table, list]);
    assert_eq!(house.fake.to_person("lisi"), [table]);

    let rows: Vec<String> = (0..300).map(|n| format!("| 顾问{n}号 | {n} |")).collect();
    let long = to_group("wrC", &format!("| 姓名 | 到诊 |\n|---|---|\n{}", rows.join("\n")));
    let tolls = house.outside.tolls(&long);
    assert_eq!(house.deliver(&long).await, Delivery::Sent);
    let posts = house.fake.in_group("wrC").split_off(2);
    assert_eq!(
        tolls.iter().map(|toll| toll.tokens).collect::<Vec<_>>(),
        [u32::try_from(posts.len()).unwrap()]
    );
    assert!(
        posts.len() > 1 && posts.iter().all(|post| post.starts_with("| 姓名 | 到诊 |\n|---|---|\n| 顾问"))
    );
    let seen: Vec<&str> = posts.iter().flat_map(|post| post.lines().skip(2)).collect();
    assert_eq!(seen, rows);
}

#[tokio::test]
async fn a_person_is_answered_late_once_and_then_named_in_the_group() {
    let house = house().await;
    let mut parcel = to_person("lisi", "138****1234\n第二行");
    parcel.late_reply = house.late(Place::Person("lisi".to_owned()));
    assert_eq!(house.deliver(&parcel).await, Delivery::Sent);
    assert_eq!(house.fake.to_person("lisi"), ["138＊＊＊＊1234\n第二行"]);

    // The one call is used up; without a group there is no other way.
    match house.deliver(&parcel).await {
        Delivery::Dead { why } => assert!(why.contains("已用过") && why.contains("主动私聊"), "{why}"),
        other => panic!("{other:?}"),
    }
    parcel.in_group = Some("wrC".to_owned());
    assert_eq!(house.deliver(&parcel).await, Delivery::Sent);
    let shown = house.fake.shown().pop().expect("shown");
    let expected = Shown {
        place: Place::Group("wrC".to_owned()),
        text: "138****1234\n第二行".to_owned(),
        mentioned: vec!["lisi".to_owned()],
        way: Way::Webhook,
        buttons: Vec::new(),
        media: None,
    };
    assert_eq!(shown, expected);
}

#[tokio::test]
async fn an_old_or_foreign_response_url_is_not_called() {
    let house = house().await;
    let mut parcel = to_person("lisi", "你好");
    parcel.late_reply = house.late(Place::Person("lisi".to_owned()));
    house.fake.set_now(house.fake.now() + 3_600_000);
    assert!(matches!(house.deliver(&parcel).await, Delivery::Dead { .. }));
    let expires_at = house.fake.now() + 1000;
    parcel.late_reply = Some(LateReply { url: "https://evil.example/response_code".to_owned(), expires_at });
    assert!(matches!(house.deliver(&parcel).await, Delivery::Dead { .. }));
    assert_eq!(house.fake.calls(), 0);
}

#[tokio::test]
async fn where_no_way_is_open_the_admin_reads_what_to_do() {
    let house = house().await;
    for parcel in [
        to_group("wrBare", "你好"),
        to_person("lisi", "你好"),
        Parcel { in_group: Some("wrBare".to_owned()), ..to_person("lisi", "你好") },
    ] {
        match house.deliver(&parcel).await {
            Delivery::Dead { why } => assert!(why.contains("回调模式"), "{why}"),
            other => panic!("{other:?}"),
        }
    }
    assert!(matches!(house.deliver(&to_group("wrC", " \n")).await, Delivery::Dead { .. }));
    let mut parcel = to_group("wrBare", "晚了一点");
    parcel.late_reply = house.late(Place::Group("wrBare".to_owned()));
    assert_eq!(house.deliver(&parcel).await, Delivery::Sent);
    assert_eq!(house.fake.in_group("wrBare"), ["晚了一点"]);
}

#[tokio::test]
async fn a_long_text_takes_several_posts_and_a_break_between_them_is_ambiguous() {
    let house = house().await;
    let text: Vec<_> = (0..200).map(|n| format!("{n} 号患者已分配给顾问")).collect();
    let text = text.join("\n");
    let mut parcel = Parcel { in_group: Some("wrC".to_owned()), ..to_person("lisi", &text) };
    assert_eq!(house.deliver(&parcel).await, Delivery::Sent);
    let shown = house.fake.shown();
    assert!(shown.len() > 2, "{}", shown.len());
    assert_eq!(house.fake.in_group("wrC").join("\n"), text);
    let mentions: Vec<_> = shown.iter().map(|shown| shown.mentioned.len()).collect();
    assert_eq!(mentions.iter().sum::<usize>(), 1, "rung once");

    house.fake.set_now(house.fake.now() + 60_000);
    house.fake.fail_next([Fault::ShownThenHang]);
    assert!(matches!(house.deliver(&parcel).await, Delivery::Unknown { safe_to_repeat: false, .. }));
    // The first part may have been shown: no second one follows it.
    assert_eq!(house.fake.calls(), shown.len() + 1);
    house.fake.set_now(house.fake.now() + 60_000);
    let before = house.fake.calls();
    while house.fake.calls() < before + 18 {
        assert_eq!(house.deliver(&to_group("wrC", "占用")).await, Delivery::Sent);
    }
    match house.deliver(&parcel).await {
        Delivery::Unknown { why, safe_to_repeat: false } => assert!(why.contains("45009"), "{why}"),
        other => panic!("{other:?}"),
    }
    house.fake.set_now(house.fake.now() + 60_000);
    parcel.said = Said::text("长".repeat(100_000));
    assert_eq!(house.deliver(&parcel).await, Delivery::Sent);
    assert!(house.fake.in_group("wrC").pop().expect("shown").ends_with("没有显示）"));
}

#[tokio::test]
async fn the_twenty_first_post_of_a_minute_waits() {
    let house = house().await;
    for n in 0..20 {
        assert_eq!(house.deliver(&to_group("wrC", &n.to_string())).await, Delivery::Sent);
    }
    let over = to_group("wrC", "20");
    assert!(matches!(house.deliver(&over).await, Delivery::Retry { after: Some(60_000), .. }));
    house.fake.set_now(house.fake.now() + 60_000);
    assert_eq!(house.deliver(&over).await, Delivery::Sent);
    assert_eq!(house.fake.in_group("wrC").len(), 21);
}

#[tokio::test]
async fn faults_are_told_apart() {
    let house = house().await;
    let parcel = to_group("wrC", "你好");
    for (fault, expected) in [
        (Fault::Errcode(-1), "retry"),
        (Fault::Errcode(45009), "retry"),
        (Fault::Errcode(45033), "retry"),
        (Fault::Http(500), "retry"),
        (Fault::Http(503), "retry"),
        (Fault::Http(429), "retry"),
        (Fault::Http(404), "dead"),
        (Fault::Http(302), "dead"),
        (Fault::Http(204), "unknown"),
        (Fault::Errcode(93000), "dead"),
        (Fault::Errcode(93006), "dead"),
        (Fault::Errcode(40058), "dead"),
        (Fault::Errcode(123_456), "dead"),
        (Fault::Hang, "unknown"),
        (Fault::ShownThenHang, "unknown"),
    ] {
        house.fake.fail_next([fault]);
        let begun = Instant::now();
        let outcome = match house.deliver(&parcel).await {
            Delivery::Sent | Delivery::Card { .. } => "sent",
            Delivery::Retry { .. } => "retry",
            Delivery::Unknown { safe_to_repeat, .. } => {
                assert!(!safe_to_repeat);
                "unknown"
            }
            Delivery::Barred { .. } => "barred",
            Delivery::Dead { .. } | Delivery::Needless { .. } => "dead",
        };
        assert_eq!(outcome, expected, "{fault:?}");
        assert!(begun.elapsed() < Duration::from_secs(5));
    }
    assert_eq!(house.fake.in_group("wrC"), ["你好"], "only what was shown before the silence");
}

#[tokio::test]
async fn a_wecom_that_is_down_is_tried_again() {
    let house = house().await;
    let parcel = to_group("wrC", "你好");
    house.fake.go_down().await;
    assert!(matches!(house.deliver(&parcel).await, Delivery::Retry { .. }));
    house.fake.come_up().await;
    assert_eq!(house.deliver(&parcel).await, Delivery::Sent);
}

#[tokio::test]
async fn a_wrong_key_is_dead_with_advice() {
    let house = house_with(Arc::new(FakeWecom::start().await), "693a91f6-wrong");
    match house.deliver(&to_group("wrC", "你好")).await {
        Delivery::Dead { why } => assert!(why.contains("Webhook key") && why.contains("93000"), "{why}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn settings_that_cannot_work_are_refused() {
    let new = |api_base: &str, key: &str| {
        let config = WecomOutsideConfig {
            api_base: api_base.to_owned(),
            groups: HashMap::from([("wrC".to_owned(), key.into())]),
        };
        WecomOutside::new(config).err()
    };
    assert_eq!(new("https://qyapi.weixin.qq.com/", "a-b"), None);
    for base in ["http://qyapi.weixin.qq.com", "", "http://127.0.0.1.evil.cn", "http://127.0.0.1:80@evil.cn"]
    {
        assert_eq!(new(base, "a-b"), Some(ConfigError::BadApiBase), "{base}");
    }
    for key in ["", "a b", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=a", "a&b"] {
        let expected = ConfigError::BadWebhookKey { chat: "wrC".to_owned() };
        assert_eq!(new("https://qyapi.weixin.qq.com", key), Some(expected), "{key}");
    }
}

#[tokio::test]
#[should_panic(expected = "calls that WeCom does not know")]
async fn the_fake_does_not_take_what_wecom_does_not_know() {
    let fake = FakeWecom::start().await;
    let client = platform::http_client::client(Duration::from_secs(1), true).expect("a client");
    let key = fake.add_webhook("wrC");
    let url = format!("{}/cgi-bin/webhook/send?key={key}", fake.api_base());
    let body = serde_json::json!({"msgtype": "text", "text": {"content": "长".repeat(683)}});
    client.post(url).json(&body).send().await.expect("answered");
    drop(fake);
}
