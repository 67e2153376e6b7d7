//! What holds for every text, number, order and day.

use super::numbers::MAX_NUMBER;
use super::*;
use chrono::{Datelike, Days, NaiveDate};
use proptest::prelude::*;

const LEANS: [Lean; 3] = [Lean::Past, Lean::Future, Lean::Near];

const LABELS: &[Label] = &[
    Label { key: "对话", names: &["对话"], kind: Kind::Number },
    Label { key: "有效", names: &["有效", "有效对话"], kind: Kind::Number },
    Label { key: "预约", names: &["预约"], kind: Kind::Number },
    Label { key: "到诊", names: &["到诊"], kind: Kind::Number },
    Label { key: "姓名", names: &["姓名"], kind: Kind::Word },
    Label { key: "备注", names: &["备注", ""], kind: Kind::Text },
    Label { key: "聊天记录", names: &["聊天记录"], kind: Kind::Tail },
];

/// Calls everything; whatever comes back must lie inside the text.
fn read_all(text: &str, today: NaiveDate) {
    let inside = |used: usize| assert!(text.is_char_boundary(used), "{used} in {text:?}");
    let normal = normalise(text);
    assert_eq!(normalise(&normal), normal);
    assert!(text.ends_with(strip_lead(text)));
    assert!(quote(text).chars().count() <= 20);
    assert!(!quote(text).contains(char::is_control));
    for used in [
        parse_number(text).map(|(_, used)| used),
        parse_time(text).map(|(_, used)| used),
        parse_time_range(text).map(|(_, used)| used),
        Some(parse_unit(text)),
    ] {
        used.into_iter().for_each(inside);
    }
    for lean in LEANS {
        parse_date(text, today, lean).into_iter().for_each(|(_, used)| inside(used));
        if let Ok((range, used)) = parse_range(text, today, lean) {
            inside(used);
            assert!(range.first <= range.last && range.days().count() <= 366);
        }
    }
    let fields = Fields::read(text, LABELS);
    assert!(fields.rest.iter().all(|word| text.contains(word.as_str())));
    assert_eq!(Fields::read(text, &[]).values().count(), 0);
    nearest(text, ["日报", "help"].into_iter(), 2);
    parse_person(text);
    let mut words = Words::new(text);
    while !words.is_empty() {
        let before = words.rest().len();
        words.take_word_in(&[("日报", 1)]);
        words.take_start_in(&[("日", 1)]);
        words.take_number();
        words.take_time();
        words.take_date(today, Lean::Near).ok();
        words.take_person();
        words.next_word();
        assert!(words.is_empty() || words.rest().len() < before, "{text:?}");
    }
}

/// Texts made of what the readers look for, which chance alone would never put together.
fn scraps() -> impl Strategy<Value = String> {
    const SCRAPS: &str = "对话|有效|预约|姓名|备注|聊天记录|对活|五十|万|零|个|人次|周|下|天|日|月|号|年|点|半|分|后|前|上午|\
        晚上|明|今天|大后天|至|到|起|从|是|有|其中|谢谢|哈|🙏|[抱拳]|@|#|/|-|~|.|:|=|,|，|。|\n| |\u{3000}|\u{200b}|：|５|(|】";
    let scrap = prop_oneof![
        prop::sample::select(SCRAPS.split('|').collect::<Vec<_>>()).prop_map(str::to_owned),
        (0u32..=40_000_000).prop_map(|number| number.to_string()),
        any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(scrap, 0..24).prop_map(|scraps| scraps.concat())
}

/// Formats a number as it is read aloud; independent of the reader.
fn aloud(number: u32) -> String {
    const DIGITS: [&str; 10] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    const WEIGHTS: [(u32, &str); 6] =
        [(1_000_000, "百"), (100_000, "十"), (10_000, "万"), (1000, "千"), (100, "百"), (10, "十")];
    let digit = |weight: u32| number / weight % 10;
    let mut spoken = String::new();
    let mut gap = false;
    for (weight, name) in WEIGHTS {
        if digit(weight) > 0 {
            spoken += if std::mem::take(&mut gap) { "零" } else { "" };
            spoken += DIGITS[usize::try_from(digit(weight)).unwrap()];
            spoken += name;
        } else if weight == 10_000 && number >= 10_000 {
            spoken += "万";
            gap = false;
        } else {
            gap = !spoken.is_empty();
        }
    }
    if digit(1) > 0 || number == 0 {
        spoken += if gap { "零" } else { "" };
        spoken += DIGITS[usize::try_from(digit(1)).unwrap()];
    }
    spoken
}

fn full_width(text: &str) -> String {
    text.chars()
        .map(|c| if c == ' ' { '\u{3000}' } else { char::from_u32(u32::from(c) + 0xFEE0).unwrap() })
        .collect()
}

fn any_day() -> impl Strategy<Value = NaiveDate> {
    (0u64..4000).prop_map(|days| NaiveDate::from_ymd_opt(2024, 1, 1).unwrap() + Days::new(days))
}

#[test]
fn numbers_are_read_aloud_correctly() {
    for (number, spoken) in [
        (0, "零"),
        (10, "一十"),
        (105, "一百零五"),
        (100_005, "一十万零五"),
        (1_001_000, "一百万一千"),
        (20_350, "二万零三百五十"),
    ] {
        assert_eq!(aloud(number), spoken);
    }
}

#[test]
fn every_small_number_in_every_writing() {
    for number in 0..=20_000 {
        let spoken = aloud(number);
        assert_eq!(parse_number(&spoken), Some((number, spoken.len())), "{spoken}");
        let short = spoken.strip_prefix('一').filter(|short| short.starts_with('十')).unwrap_or(&spoken);
        assert_eq!(parse_number(short), Some((number, short.len())), "{short}");
    }
}

#[test]
fn every_day_of_eight_years_in_every_form() {
    let start = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap();
    let today = NaiveDate::from_ymd_opt(2026, 3, 11).unwrap();
    for day in start.iter_days().take_while(|day| day.year() < 2032) {
        let (y, m, d) = (day.year(), day.month(), day.day());
        let spoken_year: String = y.to_string().chars().map(|c| aloud(c.to_digit(10).unwrap())).collect();
        for text in [
            format!("{y}-{m:02}-{d:02}"),
            format!("{y}-{m}-{d}"),
            format!("{y}/{m}/{d}"),
            format!("{y}.{m:02}.{d:02}"),
            format!("{y}年{m}月{d}日"),
            format!("{y}年{m:02}月{d:02}号"),
            format!("{spoken_year}年{}月{}日", aloud(m), aloud(d)),
            format!("{y}{m:02}{d:02}"),
        ] {
            assert_eq!(parse_date(&text, today, Lean::Near), Ok((day, text.len())), "{text}");
        }
        // Said on the day itself, half a year before, and half a year after.
        let (before, after) = (day - Days::new(180), day + Days::new(180));
        for text in [
            format!("{m:02}-{d:02}"),
            format!("{m}/{d}"),
            format!("{m}.{d}"),
            format!("{m}月{d}日"),
            format!("{m}月{d}"),
        ] {
            let read = |today, lean| parse_date(&text, today, lean);
            for (today, lean) in [
                (day, Lean::Past),
                (day, Lean::Future),
                (day, Lean::Near),
                (before, Lean::Future),
                (before, Lean::Near),
                (after, Lean::Past),
                (after, Lean::Near),
            ] {
                assert_eq!(read(today, lean), Ok((day, text.len())), "{text} on {today} {lean:?}");
            }
        }
    }
}

#[test]
fn long_texts_take_linear_time() {
    let today = NaiveDate::from_ymd_opt(2026, 3, 11).unwrap();
    let started = std::time::Instant::now();
    const SCRAPS: &str = "9|五|一万|下|对话|对话 |对活 5 |备注 姓名|备注:甲\n|姓名|张三电话|谢谢|哈|~|/|@a | |,|12-|天|今天|🙏";
    for scrap in SCRAPS.split('|') {
        let text = scrap.repeat(100_000 / scrap.chars().count());
        for text in [format!("对话 {text}"), format!("备注 {text}\n{text}!x")] {
            read_all(&text, today);
        }
    }
    // Quadratic time would take many minutes; this leaves room for a slow machine.
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}

proptest! {
    #[test]
    fn no_text_breaks_a_reader(text in any::<String>(), scraps in scraps(), today in any_day()) {
        read_all(&text, today);
        read_all(&scraps, today);
        read_all(&scraps, NaiveDate::MIN);
        read_all(&scraps, NaiveDate::MAX);
    }

    #[test]
    fn numbers_come_back(number in 0..=MAX_NUMBER) {
        let arabic = number.to_string();
        for text in [full_width(&arabic), aloud(number), arabic] {
            prop_assert_eq!(parse_number(&text), Some((number, text.len())), "{}", &text);
            prop_assert_eq!(Words::new(&format!("{text}个")).take_number(), Some(number));
        }
        prop_assert_eq!(parse_number(&(number + MAX_NUMBER + 1).to_string()), None);
    }

    #[test]
    fn order_and_separators_do_not_matter(
        order in Just([("对话", "对话"), ("有效", "有效对话"), ("预约", "预约"), ("到诊", "到诊")]).prop_shuffle(),
        figures in prop::array::uniform4(0..=MAX_NUMBER),
        link in prop::sample::select(&["", " ", ":", "：", "=", " : ", "是", "是 ", "——"][..]),
        unit in prop::sample::select(&["", "个", " 个", "人次", "%"][..]),
        between in prop::sample::select(&[" ", "，", ",", "、", "；", ";", "\n", "。", "\r\n", " / ", "　", "，\n"][..]),
        writing in 0..3,
    ) {
        let written: Vec<String> = order.iter().zip(figures).map(|((_, label), figure)| {
            let figure = match writing { 0 => figure.to_string(), 1 => full_width(&figure.to_string()), _ => aloud(figure) };
            format!("{label}{link}{figure}{unit}")
        }).collect();
        let text = written.join(between);
        for text in [normalise(&text), text] {
            let fields = Fields::read(&text, LABELS);
            for ((key, _), figure) in order.iter().zip(figures) {
                prop_assert_eq!(fields.number(key), Some(figure), "{}", &text);
            }
            prop_assert!(fields.rest.is_empty() && fields.bare_numbers.is_empty() && fields.problems.is_empty(), "{}", &text);
        }
    }

    #[test]
    fn relative_days_agree_with_the_calendar(today in any_day(), days in 0u32..400, weekday in 0u32..7, weeks in 1usize..4) {
        let forth = today.checked_add_days(Days::new(days.into()));
        let back = today.checked_sub_days(Days::new(days.into()));
        for lean in LEANS {
            let read = |text: &str| parse_date(text, today, lean).ok().filter(|(_, used)| *used == text.len()).map(|(day, _)| day);
            for spoken in [days.to_string(), aloud(days)] {
                prop_assert_eq!(read(&format!("{spoken}天后")), forth);
                prop_assert_eq!(read(&format!("{spoken}天前")), back);
            }
            let monday = today.week(chrono::Weekday::Mon).first_day();
            let of_week = monday + Days::new(weekday.into());
            let shift = Days::new(7 * u64::try_from(weeks).unwrap());
            let name = ["一", "二", "三", "四", "五", "六", "日"][usize::try_from(weekday).unwrap()];
            prop_assert_eq!(read(&format!("本周{name}")), Some(of_week));
            prop_assert_eq!(read(&format!("{}周{name}", "下".repeat(weeks))), Some(of_week + shift));
            prop_assert_eq!(read(&format!("{}星期{name}", "上".repeat(weeks))), Some(of_week - shift));
            let bare = read(&format!("周{name}")).unwrap();
            prop_assert_eq!(bare.weekday(), of_week.weekday());
            let away = bare.signed_duration_since(today).num_days();
            let fits = match lean {
                Lean::Past => (-6..=0).contains(&away),
                Lean::Future => (0..=6).contains(&away),
                Lean::Near => bare == of_week,
            };
            prop_assert!(fits, "{} {:?}", bare, lean);
        }
        if (1..=366).contains(&days) {
            let text = format!("今天起{days}天");
            let (range, used) = parse_range(&text, today, Lean::Future).unwrap();
            prop_assert_eq!((range.days().count(), used), (usize::try_from(days).unwrap(), text.len()));
        }
    }

    #[test]
    fn every_minute_comes_back(hour in 0u16..24, minute in 0u16..60) {
        let minutes = hour * 60 + minute;
        let spoken = format!("{}点{}分", aloud(hour.into()), aloud(minute.into()));
        for text in [format!("{hour:02}:{minute:02}"), format!("{hour}：{minute:02}"), format!("{hour}点{minute}分"), spoken] {
            prop_assert_eq!(parse_time(&text), Some((minutes, text.len())), "{}", &text);
        }
        if (13..=18).contains(&hour) {
            prop_assert_eq!(parse_time(&format!("下午{}:{minute:02}", hour - 12)).map(|(read, _)| read), Some(minutes));
        }
    }
}
