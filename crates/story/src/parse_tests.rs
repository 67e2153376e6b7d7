use super::*;
use crate::story::Speaker;
use proptest::prelude::*;

fn one(line: &str) -> What {
    let story = parse("t.story", line).unwrap_or_else(|bad| panic!("{bad}"));
    assert_eq!(story.statements.len(), 1, "{line}");
    story.statements[0].what.clone()
}

fn by(name: &str, room: Option<Room>) -> Speaker {
    Speaker { name: name.to_owned(), room }
}

fn group(name: &str) -> Option<Room> {
    Some(Room::Group(name.to_owned()))
}

#[test]
fn what_is_said_is_read_with_its_place() {
    let cases = [
        ("张三: 日报 对话 50", by("张三", None), "日报 对话 50"),
        ("张三：日报：对话：50", by("张三", None), "日报：对话：50"),
        ("  张三（私聊）： 我的 ", by("张三", Some(Room::Private)), "我的"),
        ("张三@咨询群: 排行 本周", by("张三", group("咨询群")), "排行 本周"),
        (r"张三: 日报\n对话 50\n# 预约 8", by("张三", None), "日报\n对话 50\n# 预约 8"),
        ("张三:", by("张三", None), ""),
        ("时间: 几点了", by("时间", None), "几点了"),
        ("按键: 你好", by("按键", None), "你好"),
    ];
    for (line, by, text) in cases {
        assert_eq!(one(line), What::Said { by, text: text.to_owned() }, "{line}");
    }
}

#[test]
fn members_are_read() {
    let member = |name: &str, roles: &[Role], team: Option<&str>, entered: Option<&str>| {
        What::Member(Member {
            name: name.to_owned(),
            roles: Roles::of(roles),
            team: team.map(str::to_owned),
            entered_on: entered.map(|date| date.parse().expect("a date")),
        })
    };
    let cases = [
        ("成员 张三 咨询员 一组", member("张三", &[Role::Consultant], Some("一组"), None)),
        (
            "成员 李四 组长+管理员 一组 # 两个角色",
            member("李四", &[Role::Lead, Role::Admin], Some("一组"), None),
        ),
        ("成员 王五 主任", member("王五", &[Role::Director], None, None)),
        ("成员 赵六 咨询员 入职 2026-02-20", member("赵六", &[Role::Consultant], None, Some("2026-02-20"))),
        (
            "成员　钱七　导医　二组　入职　2026-02-20",
            member("钱七", &[Role::Guide], Some("二组"), Some("2026-02-20")),
        ),
        ("成员 孙八 无", member("孙八", &[], None, None)),
    ];
    for (line, expected) in cases {
        assert_eq!(one(line), expected, "{line}");
    }
}

#[test]
fn the_rest_of_the_setup_is_read() {
    let d = |text: &str| text.parse().expect("a date");
    let shift = |name: &str, hours: &str| {
        What::Shift(ShiftTemplate { name: name.to_owned(), hours: Hours::parse(hours).expect("hours") })
    };
    let rota = |from: &str, to: &str, shift: Option<&str>| {
        What::Rota(Rota {
            person: "张三".to_owned(),
            days: Span { from: d(from), to: d(to) },
            shift: shift.map(str::to_owned),
        })
    };
    let cases = [
        (
            "群 咨询群 排行 请假",
            What::Chat(Chat {
                name: "咨询群".to_owned(),
                purposes: vec!["排行".to_owned(), "请假".to_owned()],
            }),
        ),
        ("群 咨询群", What::Chat(Chat { name: "咨询群".to_owned(), purposes: Vec::new() })),
        ("班次 早班 08:00-16:00", shift("早班", "08:00-16:00")),
        ("班次 常白班 08:00-12:00 14:00-18:00", shift("常白班", "08:00-12:00,14:00-18:00")),
        ("排班 张三 2026-03-02 早班", rota("2026-03-02", "2026-03-02", Some("早班"))),
        ("排班 张三 2026-03-03 休", rota("2026-03-03", "2026-03-03", None)),
        ("排班 张三 2026-03-02至2026-03-06 早班", rota("2026-03-02", "2026-03-06", Some("早班"))),
        (
            "设置 leave.away_cap_days 4",
            What::Setting { key: "leave.away_cap_days".to_owned(), value: "4".to_owned() },
        ),
    ];
    for (line, expected) in cases {
        assert_eq!(one(line), expected, "{line}");
    }
}

#[test]
fn what_happens_and_what_is_expected_is_read() {
    let press = |by, label: &str| What::Press { by, label: label.to_owned() };
    let fact = |json: &str| serde_json::from_str(json).expect("an object");
    let cases = [
        ("按 李四: 同意", press(by("李四", None), "同意")),
        ("按 李四(私聊)： 同意", press(by("李四", Some(Room::Private)), "同意")),
        ("按 李四@咨询群: 同意 L3", press(by("李四", group("咨询群")), "同意 L3")),
        ("重发", What::Resend),
        ("重启 # 断电", What::Restart),
        ("断网", What::Down(None)),
        ("断网 10分钟", What::Down(Some(600_000))),
        ("恢复", What::Up),
        ("期望: 日报已收到", What::Expect(Target::Anywhere, "日报已收到".to_owned())),
        ("期望：收到: 50", What::Expect(Target::Anywhere, "收到: 50".to_owned())),
        ("期望 张三(私聊): 待办", What::Expect(Target::Private("张三".to_owned()), "待办".to_owned())),
        ("期望 咨询群：排行", What::Expect(Target::Group("咨询群".to_owned()), "排行".to_owned())),
        ("不应: 13800138000", What::ExpectNot(Target::Anywhere, "13800138000".to_owned())),
        (r"不应 咨询群: 甲\n乙", What::ExpectNot(Target::Group("咨询群".to_owned()), "甲\n乙".to_owned())),
        (
            r#"事实 {"kind":"report.filed","late":false}"#,
            What::Fact(fact(r#"{"kind":"report.filed","late":false}"#)),
        ),
        (r#"没有事实{"kind":"x"}"#, What::NoFact(fact(r#"{"kind":"x"}"#))),
    ];
    for (line, expected) in cases {
        assert_eq!(one(line), expected, "{line}");
    }
}

#[test]
fn a_line_keeps_its_number_and_its_source() {
    let story = parse("t.story", "\u{feff}# 故事\r\n\r\n  群 甲  \r\n\n张三: 你好\r\n").expect("a story");
    let lines: Vec<_> = story.statements.iter().map(|s| (s.line, s.source.as_str())).collect();
    assert_eq!(lines, [(3, "群 甲"), (5, "张三: 你好")]);
    assert_eq!(story.default_chat(), "甲");
}

#[test]
fn what_cannot_be_read_is_answered_with_its_line_and_how_it_is_written() {
    let cases = [
        ("你好", "人: 话"),
        ("张 三: 你好", "冒号前"),
        ("张三(群聊): 你好", "冒号前"),
        ("时间", "时间 +1天"),
        ("时间 明天", "时间 +1天"),
        ("成员 张三", "成员 姓名 角色"),
        ("成员 张三 院长", "没有「院长」这个角色"),
        ("成员 张:三 咨询员", "不能作姓名"),
        ("成员 张三 咨询员 一组 入职 昨天", "「昨天」不是日期"),
        ("成员 张三 咨询员 一组 二组", "成员 姓名 角色"),
        ("群", "群 名称"),
        ("群 甲:乙", "群 名称"),
        ("班次 早班", "班次 名称 时段"),
        ("班次 早班 8-16", "班次 名称 时段"),
        ("班次 休 08:00-16:00", "班次 名称 时段"),
        ("排班 张三 早班", "排班 人 日期"),
        ("排班 张三 周一 早班", "「周一」不是日期"),
        ("排班 张三 2026-03-06至2026-03-02 早班", "不是日期"),
        ("设置 leave.away_cap_days", "设置 键 值"),
        ("按 李四", "按 人: "),
        ("按 李四:", "按 人: "),
        ("重发 一次", "后面不写别的"),
        ("断网 很久", "断网 10分钟"),
        ("期望 日报已收到", "缺冒号"),
        ("期望:", "缺要找的话"),
        ("期望 张三@咨询群: 你好", "去处"),
        ("不应 张 三: 你好", "去处"),
        ("事实", "JSON 对象"),
        ("事实 {\"kind\":}", "JSON 第"),
        ("事实 [1]", "JSON 对象"),
        ("没有事实 {“kind”:1}", "JSON 第"),
    ];
    for (line, hint) in cases {
        let bad = parse("甲.story", &format!("# 第一行\n群 咨询群\n{line}\n张三: 你好")).expect_err(line);
        assert_eq!((bad.file.as_str(), bad.line, bad.statement.as_str()), ("甲.story", 3, line));
        assert!(bad.expected.contains(hint), "{line}: {}", bad.expected);
        assert!(bad.to_string().starts_with("甲.story 第 3 行"), "{bad}");
    }
}

#[test]
fn namesakes_are_numbered_in_order_and_always_told_apart() {
    let two = "成员 张伟#1 咨询员\n成员 张伟#2 咨询员\n";
    assert!(parse("t", two).is_ok());
    assert!(parse("t", &format!("{two}张伟#2: 你好\n路人: 你好")).is_ok());
    let cases = [
        ("成员 张三 咨询员\n成员 张三 组长".to_owned(), 2, "张三#1"),
        ("成员 张伟#2 咨询员".to_owned(), 1, "张伟#1"),
        ("成员 张伟#1 咨询员\n成员 张伟 咨询员".to_owned(), 2, "张伟#1"),
        ("成员 张伟#1 咨询员".to_owned(), 1, "不用写编号"),
        (format!("{two}张伟: 你好"), 3, "有2位张伟"),
        (format!("{two}排班 张伟 2026-03-02 休"), 3, "有2位张伟"),
        ("成员 张三 咨询员\n期望 张三: 你好".to_owned(), 2, "张三(私聊)"),
    ];
    for (text, line, hint) in cases {
        let bad = parse("t", &text).expect_err(&text);
        assert_eq!(bad.line, line, "{text}");
        assert!(bad.expected.contains(hint), "{text}: {}", bad.expected);
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "[\\PC\\n]{0,80}") {
        let _ = parse("t", &text);
    }

    #[test]
    fn any_rest_behind_a_statements_word_is_read_or_refused(
        word in prop::sample::select(READERS.map(|(word, _)| word).to_vec()),
        rest in "([ :：#+{}\"0-9天分钟至休张三咨询员@()-]{0,24})",
    ) {
        if let Err(bad) = parse("t", &format!("{word} {rest}")) {
            prop_assert_eq!(bad.line, 1);
        }
    }
}
