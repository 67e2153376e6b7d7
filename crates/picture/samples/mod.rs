//! Sheets as departments have them, for the tests, the benchmark and whoever wants to look at pictures. All names are
//! placeholders.

use picture::{
    Board, Cell, Chart, Column, Day, Look, Month, Panel, Row, Series, Set, Sheet, Stamp, Tone, Unit,
};

const FAMILY: [&str; 24] = [
    "张", "李", "王", "赵", "陈", "刘", "杨", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林", "何",
    "郭", "马", "罗", "梁", "宋", "郑", "谢",
];

/// A placeholder name for the number `n`: most have two or three characters, some are long or rare.
pub(crate) fn name(n: usize) -> String {
    let family = FAMILY[n % FAMILY.len()];
    match n % 12 {
        3 => "欧阳占位名字特别长的一位同事（二组）".to_owned(),
        5 => format!("{family}𠮷"),
        7 => format!("{family}㛃龘"),
        9 => "Alexandra Placeholder".to_owned(),
        k if k % 2 == 0 => format!("{family}{}", n + 1),
        _ => format!("{family}占{}", n + 1),
    }
}

/// A ranking of so many people; the fourth has asked, the last two are newcomers.
pub(crate) fn ranking(people: usize) -> Sheet {
    let mut rows = Vec::new();
    for n in 0..people {
        let look = if n == 3 { Look::Own } else { Look::Plain };
        let place = if n == 4 { 4 } else { n + 1 };
        let change = match n % 4 {
            0 => format!("↑{}", n % 7 + 1),
            1 => format!("↓{}", n % 5 + 1),
            2 => "—".to_owned(),
            _ => "↑12".to_owned(),
        };
        let left = people - n;
        rows.push(Row::looking(
            look,
            [
                place.to_string(),
                name(n),
                (left * 3).to_string(),
                (left * 7 / 2).to_string(),
                (left * 11).to_string(),
                format!("{}.{}%", 20 + left % 30, left % 10),
                change,
            ],
        ));
    }
    if people > 2 {
        rows.push(Row::looking(Look::Heading, ["新人（入职未满 7 天，不参与排名）"]));
        rows.push(Row::looking(Look::Apart, ["—", "占位新人", "2", "4", "31", "6.5%", ""]));
        rows.push(Row::looking(Look::Heading, ["本组合计"]));
        rows.push(Row::looking(Look::Total, ["", "一组", "1234", "2345", "12345", "27.3%", "↑8%"]));
    }
    Sheet::Board(Board {
        title: "本周排行 · 到诊".to_owned(),
        subtitle: "2026-11-16 至 11-22 · 一组、二组 · 按到诊人数".to_owned(),
        stamp: Some(Stamp { words: "暂定".to_owned(), settled: false }),
        columns: vec![
            Column::new("名次", Set::Place),
            Column::new("姓名", Set::Words),
            Column::new("到诊", Set::Number).ordering(),
            Column::new("预约", Set::Number),
            Column::new("对话", Set::Number),
            Column::new("转化率", Set::Number),
            Column::new("比上周", Set::Change),
        ],
        rows,
        note: "到诊相同看预约，再同看转化率；完全相同并列。转化率 = 到诊 ÷ 有效对话，未接通也计入。\n异议请在 11-23 18:00 前回复：异议 Q12 理由".to_owned(),
    })
}

/// A person's twelve weeks: appointments, arrivals, rate.
pub(crate) fn course() -> Sheet {
    let weeks = 12;
    let labels = (0..weeks).map(|week| format!("{}-{:02}", 9 + week / 4, week % 4 * 7 + 2)).collect();
    let values = |base: i64, swing: i64| -> Vec<Option<i64>> {
        (0..weeks).map(|week| (week != 4).then(|| base + (week * week * 7 + week * 3) % swing)).collect()
    };
    let panel = |title: &str, unit, values| Panel {
        title: title.to_owned(),
        unit,
        series: vec![Series { name: String::new(), values }],
    };
    Sheet::Chart(Chart {
        title: "张三 · 近 12 周走势".to_owned(),
        subtitle: "2026-08-31 至 2026-11-22".to_owned(),
        stamp: None,
        labels,
        panels: vec![
            panel("预约", Unit::Count, values(18, 17)),
            panel("到诊", Unit::Count, values(6, 9)),
            panel("转化率", Unit::BasisPoints, values(1240, 900)),
        ],
        note: "第 5 周休假，没有数据。".to_owned(),
    })
}

/// Several lines in one panel.
pub(crate) fn several() -> Sheet {
    let series = |name: &str, by: i64| Series {
        name: name.to_owned(),
        values: (0..8).map(|week| Some(100 * by + (week * 37 * by) % 90)).collect(),
    };
    Sheet::Chart(Chart {
        title: "各组近 8 周走势".to_owned(),
        subtitle: String::new(),
        stamp: Some(Stamp { words: "最终".to_owned(), settled: true }),
        labels: (1..=8).map(|week| format!("第{week}周")).collect(),
        panels: vec![Panel {
            title: "到诊".to_owned(),
            unit: Unit::Count,
            series: vec![series("一组", 1), series("二组", 2), series("电话咨询组", 3), series("四组", 4)],
        }],
        note: String::new(),
    })
}

/// A month of so many people.
pub(crate) fn month(people: usize) -> Sheet {
    let days = (0..30)
        .map(|day| {
            let from_monday = (day + 6) % 7;
            let shown = Day::new(day + 1, from_monday, from_monday > 4);
            if day == 22 { shown.marked() } else { shown }
        })
        .collect();
    let cell = |person: usize, day: usize| match (person * 5 + day * 3) % 17 {
        0 | 7 | 12 => Cell::new("休", Tone::Rest),
        3 => Cell::new("晚", Tone::Night),
        5 if person.is_multiple_of(3) => Cell::new("病", Tone::Leave),
        9 if person % 4 == 1 => Cell::new("待批", Tone::Waiting),
        11 if person == 2 => Cell::new("旷", Tone::Flag),
        13 if person == 3 => Cell::default(),
        _ => Cell::new("早", Tone::Day),
    };
    let rows = (0..people).map(|person| (name(person), (0..30).map(|day| cell(person, day)).collect()));
    let legend = [
        ("早 早班", Tone::Day),
        ("晚 晚班", Tone::Night),
        ("休 轮休", Tone::Rest),
        ("已批准", Tone::Leave),
        ("待批", Tone::Waiting),
        ("缺勤", Tone::Flag),
    ];
    Sheet::Month(Month {
        subtitle: "一组".to_owned(),
        note: "群里只显示谁、哪天，不显示事由。".to_owned(),
        ..Month::new("2026年11月 · 排班与请假", days, rows)
            .legend(legend.map(|(words, tone)| Cell::new(words, tone)))
    })
}

/// All of them with a name for the file.
pub(crate) fn all() -> Vec<(&'static str, Sheet)> {
    vec![
        ("board-2", ranking(2)),
        ("board-8", ranking(8)),
        ("board-60", ranking(60)),
        ("course", course()),
        ("several", several()),
        ("month-6", month(6)),
        ("month-60", month(60)),
    ]
}
