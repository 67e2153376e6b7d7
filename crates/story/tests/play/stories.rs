//! One small story for each thing that a story can say.

use crate::small::{holds, house, run, run_in};
use domain::Calendar;
use serde_json::Value;
use store::Fact;
use story::{Outcome, PlayError};
use tempfile::TempDir;

#[tokio::test]
async fn people_speak_and_expectations_look_at_what_came_of_it() {
    let lines = holds(
        r#"
时间 2026-03-02 08:30
群 咨询群 排行
成员 张伟#1 咨询员 一组
成员 张伟#2 组长 一组 入职 2026-02-20
张伟#1: 记 一句\n两句
期望: 记下了:\n一句
期望 咨询群: 两句
不应 张伟#1(私聊): 记下了
事实 {"kind":"note.made","person":"张伟#1","actor":"张伟#1","length":5,"at":"2026-03-02T08:30:00+08:00"}
没有事实 {"kind":"note.made","person":"张伟#2"}
张伟#2(私聊): 记 三句
期望 张伟#2(私聊): 三句
不应: 两句
没有事实 {"kind":"note.made","person":"张伟#1"}
路人@别的群: 记 你好
期望 别的群: 还没有登记
事实 {"kind":"command.refused","command":"记","reason":"not_allowed","actor":null,"rule":null}
"#,
    )
    .await;
    let said: Vec<_> = lines.iter().filter(|line| line.get("from").is_some()).collect();
    assert_eq!(said[0]["chat"], "咨询群");
    assert_eq!(said[0]["text"], "记 一句\n两句");
    assert_eq!(said[1]["chat"], "私聊");
    let heard = lines.iter().find(|line| line.get("to").is_some()).expect("an answer");
    assert_eq!(heard["to"], "咨询群");
    assert_eq!(heard["at"], "2026-03-02T08:30:00+08:00");
    assert_eq!(heard["buttons"], Value::Array(Vec::new()));
    let events: Vec<_> = lines.iter().filter_map(|line| line.get("seq")?.as_i64()).collect();
    assert!(events.is_sorted() && events.first() == Some(&1));
}

#[tokio::test]
async fn without_a_time_and_a_chat_a_story_has_both() {
    let lines =
        holds("成员 张三 咨询员\n张三: 记 x\n期望 群: 记下了\n时间 +1小时\n张三@群: 记 y\n期望 群: y").await;
    assert_eq!(lines[0]["at"], "2026-01-01T08:00:00+08:00");
    let lines = holds("时间 07:00\n张三: 记 x").await;
    assert_eq!(lines[0]["at"], "2026-01-01T07:00:00+08:00");
}

#[tokio::test]
async fn what_is_due_runs_at_its_own_instant_and_belongs_to_its_time_line() {
    let lines = holds(
        r#"
群 咨询群 排行
成员 张三 咨询员
时间 2026-03-02 08:55
张三(私聊): 提醒我 喝水
不应: 早报
时间 09:30
期望 咨询群: 早报 2026-03-02
期望 张三(私聊): 到点了:喝水
事实 {"kind":"schedule.ran","name":"morning","at":"2026-03-02T09:00:00+08:00"}
时间 +2天
期望: 早报 2026-03-03
期望: 早报 2026-03-04
不应: 早报 2026-03-02
"#,
    )
    .await;
    let heard: Vec<_> = lines
        .iter()
        .filter(|line| line.get("to").is_some())
        .map(|line| line["at"].as_str().expect("a time"))
        .collect();
    assert_eq!(
        heard,
        [
            "2026-03-02T08:55:00+08:00",
            "2026-03-02T09:00:00+08:00",
            "2026-03-02T09:05:00+08:00",
            "2026-03-03T09:00:00+08:00",
            "2026-03-04T09:00:00+08:00",
        ]
    );
    let times: Vec<_> = lines.iter().map(|line| line["at"].as_str().expect("a time")).collect();
    assert!(times.is_sorted());
}

#[tokio::test]
async fn the_first_time_runs_nothing_even_behind_the_setup() {
    let lines =
        holds("群 群 排行\n成员 张三 咨询员\n时间 2026-03-02 12:00\n没有事实 {}\n时间 +1分钟\n没有事实 {}")
            .await;
    let told: Vec<_> = lines.iter().map(|line| line["kind"].as_str()).collect();
    assert_eq!(told, [Some("chat.registered"), Some("member.added")], "nothing but the set-up");
}

#[tokio::test]
async fn the_newest_button_is_pressed_by_whoever_sees_it() {
    let setup = "成员 张三 咨询员\n成员 李四 组长\n张三: 请示 甲\n期望 李四(私聊): 张三请示\n张三: 请示 乙\n";
    let lines = holds(&format!(
        "{setup}按 李四: 同意\n期望 李四(私聊): 已同意 乙\n事实 {{\"kind\":\"request.decided\",\"subject\":\"乙\"}}\n\
         按 李四: 同意 甲\n期望: 已同意 甲"
    ))
    .await;
    let asked = lines.iter().find(|line| line["text"] == "张三请示:甲").expect("the question");
    assert_eq!(asked["buttons"][0]["command"], "同意 甲");
    let failure = run(&format!("{setup}按 李四: 批准")).await.failure();
    assert_eq!((failure.line, failure.statement.as_str()), (6, "按 李四: 批准"));
    assert_eq!(failure.found, ["看得见的按钮:同意、驳回"]);
    let failure = run(&format!("{setup}按 张三: 同意")).await.failure();
    assert_eq!(failure.found, ["看得见的按钮:没有"]);
    let failure = run(&format!("{setup}按 李四@群: 同意")).await.failure();
    assert_eq!(failure.found, ["看得见的按钮:没有"]);
}

#[tokio::test]
async fn a_message_sent_again_does_nothing_and_is_answered_again() {
    holds(
        r#"
成员 张三 咨询员
张三: 记 一次
重发
期望 群: 记下了:\n一次
事实 {"kind":"message.duplicate","msg_id":"m1"}
没有事实 {"kind":"note.made"}
没有事实 {"kind":"message.received"}
张三: 记 一次
事实 {"kind":"message.received","msg_id":"m2"}
"#,
    )
    .await;
}

#[tokio::test]
async fn after_a_restart_the_store_is_the_same() {
    holds(
        r#"
群 咨询群 排行
成员 张三 咨询员
成员 李四 组长
时间 2026-03-02 08:55
张三(私聊): 提醒我 喝水
张三: 请示 甲
重启
没有事实 {}
重发
期望: 已转给组长
事实 {"kind":"message.duplicate"}
按 李四: 同意
期望: 已同意 甲
重启
时间 09:30
期望 张三(私聊): 到点了:喝水
期望 咨询群: 早报
"#,
    )
    .await;
}

#[tokio::test]
async fn while_down_nothing_arrives_and_afterwards_everything_once_and_in_order() {
    let lines = holds(
        r#"
成员 张三 咨询员
断网
张三: 记 甲
张三: 记 乙
不应: 记下了
事实 {"kind":"note.made","text":"乙"}
重发
不应: 记下了
时间 +30分钟
不应: 记下了
重启
时间 +1分钟
不应: 记下了
恢复
时间 +5分钟
期望 群: 甲
期望 群: 乙
时间 +1小时
不应: 记下了
"#,
    )
    .await;
    let heard: Vec<_> = lines
        .iter()
        .filter(|line| line.get("to").is_some())
        .map(|line| line["text"].as_str().expect("words"))
        .collect();
    assert_eq!(heard, ["记下了:\n甲", "记下了:\n乙"]);
}

#[tokio::test]
async fn a_cut_with_a_length_ends_by_itself() {
    let lines = holds(
        r#"
成员 张三 咨询员
断网 10分钟
张三: 记 甲
时间 +9分钟
不应: 甲
时间 +6分钟
期望 群: 甲
张三: 记 乙
期望 群: 乙
"#,
    )
    .await;
    let heard = lines.iter().find(|line| line.get("to").is_some()).expect("an answer");
    let at = heard["at"].as_str().expect("a time");
    assert!(("2026-01-01T08:10:00+08:00".."2026-01-01T08:15:01+08:00").contains(&at), "{at}");
}

#[tokio::test]
async fn a_failure_says_what_was_there_instead() {
    let said = "成员 张三 咨询员\n张三: 记 甲\n";
    let failure = run(&format!("{said}期望: 乙\n期望: 丙")).await.failure();
    assert_eq!((failure.file.as_str(), failure.line), ("t.story", 3));
    assert_eq!(failure.found, ["这之后机器人说了:", "  [群] 记下了:", "      甲"]);
    let failure = run(&format!("{said}不应 群: 甲")).await.failure();
    assert_eq!(failure.found, ["却说了:", "  [群] 记下了:", "      甲"]);
    let failure = run(&format!("{said}事实 {{\"kind\":\"note.made\",\"person\":\"李四\",\"length\":1}}"))
        .await
        .failure();
    let shown = failure.to_string();
    assert!(shown.starts_with("t.story 第 3 行:事实 "), "{shown}");
    assert!(shown.contains("✗ person:应是 \"李四\",实际 \"张三\""), "{shown}");
    assert!(!shown.contains("✗ length"), "{shown}");
    let failure = run(&format!("{said}事实 {{\"kind\":\"report.filed\"}}")).await.failure();
    assert_eq!(failure.found[0], "这之后没有这种事件;有的是:message.received、note.made");
    let failure = run(&format!("{said}没有事实 {{\"kind\":\"note.made\"}}")).await.failure();
    assert!(failure.found[1].contains("\"text\":\"甲\""), "{failure}");
}

#[tokio::test]
async fn the_setup_reaches_the_directory_and_the_rota() {
    let folder = TempDir::new().expect("a folder");
    let mut house = house(&folder, "0 9 * * *");
    house.prepare = Some(|tx, now| tx.set_meta("token", &format!("000000 {now}")));
    house.on_rota = Some(|desk, person, date| {
        desk.record(Fact::new("test.rota", None).person("person", person).with("date", date.to_string()));
        Ok(())
    });
    let text = "时间 2026-03-02 08:30\n成员 张三 咨询员 一组 入职 2026-02-20\n群 咨询群 排行 提醒\n班次 夜班 22:00-06:00\n\
        张三: 记 x\n排班 张三 2026-03-02至2026-03-03 夜班\n排班 张三 2026-03-04 休\n\
        事实 {\"kind\":\"test.rota\",\"person\":\"张三\",\"date\":\"2026-03-03\"}";
    for played in 1..=2 {
        let outcome = run_in(&house, text).await.outcome.expect("played");
        assert_eq!(outcome, Outcome::Passed { inputs: 2, checks: 1 }, "time {played} on the same store");
    }
    let store = (house.open)(0).await.expect("the store");
    store
        .read(|tx| {
            let on = |day: &str| day.parse().expect("a date");
            let start = Calendar::default().at(on("2026-03-02"), 510);
            let directory = tx.directory()?;
            let person = directory.who("console", "张三", start).expect("the member").clone();
            assert_eq!(person.team.and_then(|team| directory.team_name(team)), Some("一组"));
            assert_eq!(person.entered_on, "2026-02-20".parse().ok());
            assert_eq!(directory.people(start).count(), 1);
            let chat = directory.chat("console", "play", "咨询群").expect("the chat");
            assert_eq!(chat.purposes, ["排行", "提醒"]);
            let night = tx.rota_on(person.id, on("2026-03-03"))?.and_then(|row| row.shift).expect("a shift");
            assert_eq!(Calendar::default().rfc3339(night.end), "2026-03-04T06:00:00+08:00");
            assert_eq!(tx.rota_on(person.id, on("2026-03-04"))?.expect("a plan").shift, None);
            assert_eq!(tx.meta("token")?, Some(format!("000000 {start}")));
            Ok::<_, store::Error>(())
        })
        .await
        .expect("read");
    store.close().await;
}

#[tokio::test]
async fn a_file_that_cannot_be_played_names_its_line() {
    let cases = [
        ("时间 2026-03-02 08:30\n时间 2026-03-02 08:29", 2, "时间不能倒退,现在已经是 2026-03-02 08:30"),
        ("时间 2026-03-02 08:30\n时间 2046-03-02 08:30", 2, "一次最多走十年"),
        ("成员 张三 咨询员\n排班 张三 2026-03-02 早班", 2, "班次 早班 08:00-16:00"),
        ("班次 早班 08:00-16:00\n排班 张三 2026-03-02 早班", 2, "成员 张三 咨询员"),
        ("设置 leave.no_such_cap 4", 1, "没有「leave.no_such_cap」这个设置"),
        ("设置 leave.away_cap_days 400", 1, "leave.away_cap_days"),
        ("重发", 1, "前面还没有说过的话"),
    ];
    for (text, line, hint) in cases {
        match run(text).await.outcome {
            Err(PlayError::Bad(bad)) => {
                assert_eq!(bad.line, line, "{text}");
                assert!(bad.expected.contains(hint), "{bad}");
            }
            other => panic!("{text}: {other:?}"),
        }
    }
}
