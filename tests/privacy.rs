//! Patients' names and numbers, planted wherever people type, stand nowhere: not in what is kept, not in a group, not in
//! a log, not in a metric. And the keys of it all, from the first run to a new one.

use crate::program::{AES_KEY, BOT, Home, NOWHERE, TOKEN, now};
use domain::calendar::{HOUR, shift_days};
use domain::rights::{Administer, Over};
use domain::shift::Shift;
use domain::{Calendar, Role};
use std::time::Duration;
use store::{Error, Lane, NewChat, Pagination};
use testkit::engines::{Database, until};
use testkit::fake::wecom::{Caller, FakeWecom};
use testkit::people;

const NAME: &str = "欧阳晓峰";
const PHONE: &str = "13800138000";
const GROUP: &str = "chat1";

/// What is planted, in the ways in which it may come out.
const PLANTED: [&str; 4] = [NAME, PHONE, "138 0013 8000", "１３８００１３８０００"];

#[tokio::test(flavor = "multi_thread")]
async fn planted_patients_stand_nowhere_on_sqlite() {
    plant(Database::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn planted_patients_stand_nowhere_on_postgres() {
    let Some(database) = Database::postgres().await else { return };
    plant(database).await;
}

fn check(place: &str, text: &str) {
    for planted in PLANTED {
        assert!(!text.contains(planted), "{planted} stands in {place}:\n{text}");
    }
}

/// 张三, on duty now, in a group for everything, with a colleague and a supervisor.
async fn furnish(database: &Database) {
    let (born, calendar) = (now(), Calendar::default());
    let store = database.open(born).await;
    let furnished: Result<(), Error> = store
        .write(Lane::of(&["test"]), move |tx| {
            let reached = [("wecom", "zhang", BOT)];
            let person =
                people::add(tx, "张三", &[Role::Consultant, Role::Lead], Some("一组"), &reached, born)?;
            people::add(tx, "李四", &[Role::Consultant], Some("一组"), &[("wecom", "li", BOT)], born)?;
            people::add(tx, "周主管", &[Role::Supervisor], None, &[("wecom", "zhou", BOT)], born)?;
            let date = calendar.date(born);
            let shift = Shift { date, name: "早班".to_owned(), start: born - HOUR, end: born + 10 * HOUR };
            tx.set_rota(&Over::by_program(Some(person)), date, Some(&shift), born)?;
            let purposes = ["排行".to_owned(), "提醒".to_owned()];
            let chat =
                NewChat { platform: "wecom", bot: BOT, chat_ref: GROUP, title: None, purposes: &purposes };
            tx.set_chat(&Administer::by_operator(), &chat, born)
        })
        .await;
    furnished.expect("furnished");
    store.close().await;
}

async fn say(hook: &str, caller: &Caller, in_group: bool, text: &str) -> String {
    let person = if in_group { caller.in_group(GROUP, "zhang") } else { caller.in_private("zhang") };
    let callback = person.text(text, now());
    let http = platform::http_client::client(Duration::from_secs(10), true).expect("a client");
    let response = http.post(format!("{hook}?{}", callback.query)).body(callback.body.clone()).send().await;
    let body = response.expect("an answer").bytes().await.expect("a body");
    caller.read(&callback, &body).expect("an answer in words").text
}

async fn plant(database: Database) {
    let wecom = FakeWecom::start().await;
    let webhook = wecom.add_webhook(GROUP);
    let home = Home::new(database.address(), &wecom.api_base(), &[(GROUP, webhook)]).talkative();
    furnish(&database).await;
    let program = home.start().await;
    let caller = FakeWecom::caller(TOKEN, AES_KEY, "");
    let said = [
        format!("日报 50 8 3 小结 {NAME} {PHONE} 明天来"),
        format!("日报 51 8 3 小结 {NAME} 138 0013 8000 改期 问题 {NAME}没接电话"),
        format!("日报 {NAME} 50 8 3"),
        format!("日报 对话 {NAME} 预约 8 到诊 3"),
        format!("日报 {NAME}：3 对话 50 预约 8 到诊 3"),
        format!("日报 {PHONE} 8 3"),
        format!("{NAME} １３８００１３８０００ 想预约"),
        format!("查 {PHONE}"),
        format!("撤销 {PHONE}"),
        format!(
            "预约 姓名 {NAME} 年龄 35 电话 {PHONE} 地域 佛山 主诉 牙痛 到诊日期 明天 渠道 电话 聊天记录 {NAME}想约"
        ),
        format!("预约 已约—牙痛—{NAME}—男—35—佛山 电话 {PHONE} 到诊日期 明天 渠道 电话"),
        format!("查重 {PHONE}"),
        format!("查 {NAME}"),
        format!("改约 Y1 后天 备注 {NAME}要改"),
        format!("取消预约 Y1 {NAME}不来了"),
        format!("咨询 姓名 {NAME} 电话 {PHONE} 主诉 牙痛 备注 {NAME}嫌远 渠道 电话 聊天记录 {NAME}您好"),
        format!("咨询 {NAME} {PHONE} {NAME}"),
        format!("跳转 李四 姓名 {NAME} 电话 {PHONE} 聊天记录 姓名：{NAME}，怎么预约"),
        format!("跳转 {NAME} 聊天记录 你好"),
        format!("延迟登记 {NAME}的电话 {PHONE} 打不通"),
        format!("对账 {NAME}"),
        format!("对账 确认 {NAME}"),
        format!("对账 导入 上月\n姓名,电话\n{NAME},{PHONE}"),
        // Quoted as the member whom it may name: the last line of defence.
        format!("排班 {PHONE} 明天 早班"),
        format!("撤销 {NAME}"),
        format!("我的 {NAME}"),
        format!("排行 {NAME}"),
        format!("帮助 {NAME}"),
        "日报 52".to_owned(),
        "撤销".to_owned(),
        "日报".to_owned(),
        "我的".to_owned(),
        "排行 今日".to_owned(),
    ];
    for text in &said {
        check("a group's answer", &say(&program.hook, &caller, true, text).await);
    }
    let mut echoed = String::new();
    for text in &said {
        echoed.push_str(&say(&program.hook, &caller, false, text).await);
    }
    for done in ["已登记 Y", "完整（R-028）"] {
        assert!(echoed.contains(done), "the appointments are taken, or nothing is tested: {done}");
    }
    for planted in &PLANTED[..3] {
        assert!(
            echoed.contains(planted),
            "in private the answer repeats it, or nothing is tested: {planted}"
        );
    }
    // Told once to do it in private; in the group, because WeCom's callbacks have no private way.
    until("the hint is out", async || (!wecom.in_group(GROUP).is_empty()).then_some(())).await;
    let (code, said) = home.run(&["run-schedule", "daily_ranking"]);
    assert_eq!(code, Some(0), "{said}");
    let posts = wecom.in_group(GROUP).join("\n");
    assert_eq!(posts.matches("完整的电话号码").count(), 1, "{posts}");
    check("a group's posts", &posts);

    let base = program.hook.split("/hooks").next().expect("an address").to_owned();
    let http = platform::http_client::client(Duration::from_secs(10), true).expect("a client");
    let metrics = http.get(format!("{base}/metrics")).send().await.expect("metrics").text().await;
    let metrics = metrics.expect("text");
    assert!(metrics.contains("deskmate"), "{metrics}");
    check("the metrics", &metrics);
    assert_held_nowhere(&database).await;
    program.stop().await;
    assert_held_nowhere(&database).await;
    let log = home.log();
    assert!(log.contains("DEBUG"), "it logs what it can");
    check("the log", &log);

    // It is there all the same, for whoever has the key.
    let store = database.open(now()).await;
    let notes = store
        .read(|tx| {
            let mut notes = String::new();
            for event in tx.events(Pagination { after: 0, limit: 1_000 })? {
                notes.extend(tx.open_event(&event)?.get("note").map(ToString::to_string));
            }
            Ok::<_, Error>(notes)
        })
        .await
        .expect("readable");
    assert!(notes.contains(NAME) && notes.contains(PHONE), "{notes}");
    store.close().await;
}

async fn assert_held_nowhere(database: &Database) {
    for planted in PLANTED {
        assert_eq!(database.holding(planted).await, [""; 0], "{planted} is kept");
    }
}

/// A note, then a new key beside the running program, which goes on; then the old key alone.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_is_made_beside_the_running_program() {
    let database = Database::sqlite();
    let home = Home::new(database.address(), NOWHERE, &[]);
    furnish(&database).await;
    let keys = home.path("keys");
    let old = std::fs::read(&keys).expect("a ring");
    let program = home.start().await;
    let caller = FakeWecom::caller(TOKEN, AES_KEY, "");
    say(&program.hook, &caller, false, &format!("日报 50 8 3 小结 {NAME} 来过")).await;
    for number in 2..=3 {
        let (code, said) = home.run(&["rotate-keys"]);
        assert!(code == Some(0) && said.contains(&format!("已生成 {number} 号密钥")), "{said}");
        let ring = String::from_utf8(std::fs::read(&keys).expect("a ring")).expect("text");
        assert_eq!(ring.lines().filter(|line| !line.starts_with('#')).count(), number);
        let keys_told = ring.lines().filter_map(|line| line.split_once(' ')).filter(|(id, _)| *id != "#");
        for (_, key) in keys_told {
            assert!(!said.contains(key), "a key is never shown");
        }
        let answer = say(&program.hook, &caller, false, "日报 对话 51").await;
        assert!(answer.contains(&format!("{NAME} 来过")), "the note goes on: {answer}");
    }
    program.stop().await;
    std::fs::write(&keys, &old).expect("written");
    let (code, said) = home.run(&["doctor"]);
    assert!(code == Some(1) && said.contains("请把原来的密钥放回去"), "{said}");
}

/// Nothing of a first run that met a database with another key stays behind.
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_key_file_is_not_replaced_by_a_new_one() {
    let database = Database::sqlite();
    let home = Home::new(database.address(), NOWHERE, &[]);
    furnish(&database).await;
    let keys = home.path("keys");
    std::fs::remove_file(&keys).expect("removed");
    let (code, said) = home.run(&["doctor"]);
    assert!(code == Some(1) && said.contains("不是这个数据库的那一把"), "{said}");
    assert!(!keys.exists(), "it would stand in the way of the right one");
}

/// Retention shows first, and takes away only when told to.
#[tokio::test(flavor = "multi_thread")]
async fn retention_shows_before_it_takes() {
    let database = Database::sqlite();
    let home = Home::new(database.address(), NOWHERE, &[]);
    furnish(&database).await;
    let store = database.open(now()).await;
    let long_ago = shift_days(Calendar::default().date(now()), -2_000);
    let kept: Result<(), Error> = store
        .write(Lane::of(&["test"]), move |tx| {
            tx.put_fields("Y1", &[(domain::privacy::Field::Name, NAME)])?;
            tx.put_fields("Y2", &[(domain::privacy::Field::Name, NAME)])?;
            tx.close_case("Y1", long_ago).map(|_| ())
        })
        .await;
    kept.expect("kept");
    store.close().await;
    let shown = home.run(&["retention"]).1;
    assert!(shown.contains("会清除：结案到期的患者信息 1 份"), "{shown}");
    assert_eq!(database.rows_of("case_key").await, 2);
    let done = home.run(&["retention", "--apply"]).1;
    assert!(done.contains("已清除：结案到期的患者信息 1 份"), "{done}");
    assert_eq!(database.column("SELECT subject FROM case_key").await, ["Y2"]);
    let events = database.column("SELECT body FROM event WHERE kind = 'retention.done'").await;
    assert_eq!(events.len(), 1);
    let shown = home.run(&["retention"]).1;
    assert!(shown.contains("患者信息 0 份"), "{shown}");
}
