use super::super::normalise;
use super::*;

const REPORT: &[Label] = &[
    Label { key: "对话", names: &["对话", "对话数", "咨询"], kind: Kind::Number },
    Label { key: "有效", names: &["有效", "有效对话"], kind: Kind::Number },
    Label { key: "预约", names: &["预约", "约"], kind: Kind::Number },
    Label { key: "到诊", names: &["到诊", "到"], kind: Kind::Number },
    Label { key: "备注", names: &["备注"], kind: Kind::Text },
];

const VISIT: &[Label] = &[
    Label { key: "姓名", names: &["姓名", "名字"], kind: Kind::Word },
    Label { key: "年龄", names: &["年龄"], kind: Kind::Number },
    Label { key: "电话", names: &["电话", "联系电话", "手机"], kind: Kind::Text },
    Label { key: "主诉", names: &["主诉"], kind: Kind::Text },
    Label { key: "QQ", names: &["QQ"], kind: Kind::Word },
    Label { key: "聊天记录", names: &["聊天记录"], kind: Kind::Tail },
];

fn report(text: &str) -> Fields {
    Fields::read(&normalise(text), REPORT)
}

fn figures(fields: &Fields) -> Vec<(&'static str, u32)> {
    ["对话", "有效", "预约", "到诊"].into_iter().filter_map(|key| Some((key, fields.number(key)?))).collect()
}

#[test]
fn the_same_report_in_many_hands() {
    for text in [
        "对话 50 预约 8 到诊 3",
        "对话50预约8到诊3",
        "对话：50，预约：8，到诊：3",
        "对话:50;预约:8;到诊:3。",
        "对话=50 预约=8 到诊=3",
        "到诊3，对话５０，预约８",
        "对话 50个 预约 8个 到诊 3人",
        "对话 50 个，预约 8 个人，到诊 3 人次",
        "对话五十 预约八 到诊三",
        "对话是50、预约是8、到诊是3",
        "对话有50个，预约一共8个，到诊 共 3 位",
        "对话数：50\n预约数：8\n到诊量：3\n",
        "对话：50\n预约：8\n到诊：3\n有效：\n备注：",
        "有效：\n备注：\n对话：50\r\n预约：8\r\n到诊：3",
        "对话50/预约8/到诊3",
        "对话50，预约8和到诊3",
        "对话50(预约8，到诊3)",
        "【对话】50【预约】8【到诊】3",
        "对话 50 + 预约 8 + 到诊 3",
        "对话50以及预约8，还有到诊 3",
        "对话50.预约8.到诊3.",
        "50个对话，8个预约，3个到诊",
        "50对话 8预约 3到诊",
        "对话——50 预约——8 到诊——3",
        "约8 到3 咨询50",
        "对话 50 预约 8 到诊 3 对话 50",
        "对话50! 预约8! 到诊3!",
    ] {
        let fields = report(text);
        assert_eq!(figures(&fields), [("对话", 50), ("预约", 8), ("到诊", 3)], "{text}");
        assert_eq!(fields.rest, [""; 0], "{text}");
        assert_eq!(fields.bare_numbers, [0; 0], "{text}");
        assert_eq!(fields.problems, [], "{text}");
        assert_eq!(fields.text("备注"), None, "{text}");
    }
}

#[test]
fn words_and_numbers_without_labels() {
    let fields = report("昨天 50 八个，3");
    assert_eq!((fields.rest, fields.bare_numbers), (vec!["昨天".to_owned()], vec![50, 8, 3]));

    let fields = report("11-25 @张三 对话 50 3天后 3.5 13800138000 50/8/3 一组 12-01到12-03 .5");
    assert_eq!(figures(&fields), [("对话", 50)]);
    assert_eq!(
        fields.rest,
        ["11-25", "@张三", "3天后", "3.5", "13800138000", "50/8/3", "一组", "12-01到12-03", ".5"]
    );
    assert_eq!((fields.bare_numbers, fields.problems), (vec![], vec![]));

    for text in ["昨天对话50，预约8", "11月25日对话50/预约8"] {
        let fields = report(text);
        assert_eq!(figures(&fields), [("对话", 50), ("预约", 8)], "{text}");
        assert_eq!((fields.rest.len(), fields.problems.len()), (1, 0), "{text}");
    }

    let fields = report("预约挂号 咨询部 到岗 对话50");
    assert_eq!(figures(&fields), [("对话", 50)]);
    assert_eq!(fields.rest, ["预约挂号", "咨询部", "到岗"]);

    assert!(report("对话： 预约：\n到诊\n备注：\n").is_empty());
    assert!(report("").is_empty());
}

#[test]
fn the_longest_label_and_zero() {
    let fields = report("对话 50，其中有效对话 40，到诊：无 预约：0");
    assert_eq!(figures(&fields), [("对话", 50), ("有效", 40), ("预约", 0), ("到诊", 0)]);
    let fields = report("对话 有效 40");
    assert_eq!(figures(&fields), [("有效", 40)]);
}

#[test]
fn texts_end_where_the_next_field_begins() {
    let fields = report("备注 客人说 预约 太贵，再想想 对话 50\n预约 8");
    assert_eq!(fields.text("备注"), Some("客人说 预约 太贵，再想想"));
    assert_eq!(figures(&fields), [("对话", 50), ("预约", 8)]);

    for text in [
        "姓名 张三 年龄 35岁 电话 138 0013 8000 主诉 头痛，失眠 qq 123456",
        "姓名：张三\n年龄：35\n联系电话：138 0013 8000\n主诉：头痛，失眠\nQQ：123456",
        "姓名张三电话:138 0013 8000，年龄35，主诉头痛，失眠，QQ123456",
        "姓名：张三年龄：35手机：138 0013 8000主诉：头痛，失眠 QQ：123456",
    ] {
        let fields = Fields::read(text, VISIT);
        let texts: Vec<_> = ["姓名", "电话", "主诉", "QQ"].into_iter().map(|key| fields.text(key)).collect();
        assert_eq!(
            texts,
            [Some("张三"), Some("138 0013 8000"), Some("头痛，失眠"), Some("123456")],
            "{text}"
        );
        assert_eq!(fields.number("年龄"), Some(35), "{text}");
        assert_eq!((fields.rest.len(), fields.bare_numbers.len(), fields.problems), (0, 0, vec![]), "{text}");
    }

    let fields = Fields::read("姓名 李四 女 35岁\n聊天记录 客：我想问\n电话：多少？\n\n医：138", VISIT);
    assert_eq!((fields.text("姓名"), fields.text("电话")), (Some("李四"), None));
    assert_eq!(fields.text("聊天记录"), Some("客：我想问\n电话：多少？\n\n医：138"));
    assert_eq!(fields.rest, ["女", "35岁"]);
    assert_eq!(fields.values().count(), 2);
}

#[test]
fn what_must_be_asked_about() {
    let not_a_number = |found: &str| Problem::NotANumber { label: "对话", found: found.into() };
    let not_whole = |found: &str| Problem::NotWhole { label: "对话", found: found.into() };
    let too_big = |found: &str| Problem::TooBig { label: "对话", found: found.into() };
    let unknown = |found: &str, near| Problem::UnknownLabel { found: found.into(), near };
    for (text, problem) in [
        ("对话 很多，预约 8", not_a_number("很多")),
        ("对话：很多 预约 8", not_a_number("很多")),
        ("对话50左右 预约 8", not_a_number("50左右")),
        ("对话 七八个 预约 8", not_a_number("七八个")),
        ("对话 50-60 预约 8", not_a_number("50-60")),
        ("对话50到60 预约 8", not_a_number("50到60")),
        ("对话 约50，预约 8", not_a_number("约50")),
        ("对话：约50，预约 8", not_a_number("约50")),
        ("对话 1,200，预约 8", not_a_number("1,200")),
        ("对话 - 预约 8", not_a_number("-")),
        ("对话 -3 预约 8", not_whole("-3")),
        ("对话-3 预约 8", not_whole("-3")),
        ("对话负三 预约 8", not_whole("负三")),
        ("对话 3.5 预约 8", not_whole("3.5")),
        ("对话3.5万 预约 8", not_whole("3.5万")),
        ("对话 99999999 预约 8", too_big("99999999")),
        ("对话 99999999999999999999999999 预约 8", too_big("9999999999999999999…")),
        ("对活 50 预约 8", unknown("对活", Some("对话"))),
        ("对活50，预约 8", unknown("对活", Some("对话"))),
        ("对活：五十 预约 8", unknown("对活", Some("对话"))),
        ("对话约50 预约 8", unknown("对话约", Some("对话"))),
        ("有校对话 50 预约 8", unknown("有校对话", Some("有效对话"))),
        ("楼层: 三楼 预约 8", unknown("楼层", None)),
    ] {
        let fields = report(text);
        assert_eq!(fields.problems, [problem], "{text}");
        assert_eq!(figures(&fields), [("预约", 8)], "{text}");
        assert_eq!((fields.rest.len(), fields.bare_numbers.len()), (0, 0), "{text}");
    }
    let fields = report("对话 50 对话 51");
    let twice = Problem::Twice { key: "对话", first: "50".into(), second: "51".into() };
    assert_eq!((fields.number("对话"), fields.problems), (Some(50), vec![twice]));
}

#[test]
fn a_label_is_not_seen_where_there_is_none() {
    for text in ["张三 50", "http://对话/50", "上午9:30", "楼层:", "昨日 50"] {
        assert_eq!(report(text).problems, [], "{text}");
    }
}
