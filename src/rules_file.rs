//! The rule settings as a TOML file: every setting with what it means as a comment, and only `key = value` to be read
//! back. A file is read as a whole or not at all; what is wrong is told with its line.

use chrono::NaiveDate;
use domain::rules::THEMES;
use domain::settings::{self, Book, Kind, Setting, Value, catalogue, lookup};
use std::fmt::Write;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Tables inside of tables are read no deeper: a key has one dot.
const DEEPEST: usize = 2;

/// Something in a file that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong and what was expected, in Chinese.
    pub told: String,
}

/// All settings with their values of a day, theme by theme.
pub fn write(book: &Book, day: NaiveDate) -> String {
    let mut text = format!(
        "# 规则设置，{day} 这一天的值。每项上面是名称、可设范围、默认值和依据；读回来的只有「键 = 值」。\n\
         # 改好以后先预览：deskmate rules import 文件 --from 生效日期，没有问题再加 --apply\n"
    );
    for theme in THEMES {
        let of_theme = |setting: &&&Setting| {
            setting.rules.first().is_some_and(|first| theme.rules.iter().any(|rule| rule.id == *first))
        };
        let mut settings =
            catalogue::all().collect::<Vec<_>>().into_iter().filter(|it| of_theme(&it)).peekable();
        if settings.peek().is_some() {
            let _ = write!(text, "\n# ── {} ──\n", theme.name);
        }
        for setting in settings {
            let _ = write!(
                text,
                "\n# {} · {} · 默认 {} · {}\n{} = {}\n",
                setting.name,
                setting.kind.bounds(),
                setting.show(setting.default),
                setting.rules.join("、"),
                setting.key,
                literal(setting, book.on(setting, day))
            );
        }
    }
    text
}

/// A value as TOML: numbers in the unit that people read, without its word.
fn literal(setting: &Setting, value: Value) -> String {
    match (setting.kind, value) {
        (Kind::Whole { .. }, value) => {
            setting.show(value).trim_end_matches(|c: char| !c.is_ascii_digit()).to_owned()
        }
        (_, Value::Switch(on)) => on.to_string(),
        (Kind::Word(_), value) => format!("\"{}\"", setting.show(value)),
        (_, value) => format!("\"{value}\""),
    }
}

/// Reads a file's settings in the order of their keys.
///
/// # Errors
/// Everything that is wrong with it, by line.
pub fn read(text: &str) -> Result<Vec<(&'static Setting, Value)>, Vec<Problem>> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let line_of = |at: usize| text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1;
    let table = DeTable::parse(text).map_err(|error| {
        let line = line_of(error.span().map_or(0, |span| span.start));
        vec![Problem { line, told: format!("写法不对（{}），应是：键 = 值", error.message()) }]
    })?;
    let mut found = Vec::new();
    flatten("", table.get_ref(), 1, &mut found);
    let (mut values, mut problems) = (Vec::new(), Vec::new());
    for (key, at, value) in found {
        match one(&key, value) {
            Ok(read) => values.push(read),
            Err(told) => problems.push(Problem { line: line_of(at), told }),
        }
    }
    problems.sort_by_key(|problem| problem.line);
    if problems.is_empty() { Ok(values) } else { Err(problems) }
}

/// The keys of a table with their places and values; `[report]` with `late_limit` is `report.late_limit`.
fn flatten<'t>(
    above: &str,
    table: &'t DeTable<'_>,
    depth: usize,
    found: &mut Vec<(String, usize, &'t DeValue<'t>)>,
) {
    for (name, value) in table {
        let key =
            if above.is_empty() { name.get_ref().to_string() } else { format!("{above}.{}", name.get_ref()) };
        match value.get_ref() {
            DeValue::Table(below) if depth < DEEPEST => flatten(&key, below, depth + 1, found),
            value => found.push((key, Spanned::span(name).start, value)),
        }
    }
}

fn one(key: &str, value: &DeValue<'_>) -> Result<(&'static Setting, Value), String> {
    let Some(setting) = settings::find(key) else {
        return Err(match lookup::nearest_key(key) {
            Some(near) => format!("没有「{key}」这项设置，是不是 {near}？"),
            None => format!("没有「{key}」这项设置"),
        });
    };
    let text = match value {
        DeValue::String(text) => text.to_string(),
        DeValue::Integer(number) if number.radix() == 10 => number.as_str().to_owned(),
        DeValue::Float(number) => number.as_str().to_owned(),
        DeValue::Boolean(on) => on.to_string(),
        DeValue::Datetime(time) => time.to_string(),
        DeValue::Integer(_) | DeValue::Array(_) | DeValue::Table(_) => String::new(),
    };
    let read = setting.read(&text).map(|value| (setting, value));
    read.map_err(|bad| format!("{key}（{}）{bad}", setting.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::settings::Version;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn what_is_written_is_read() {
        let mut book = Book::default();
        for (number, setting) in catalogue::all().enumerate() {
            // The bounds, in turn: the values that are hardest to write.
            let value = match setting.kind {
                Kind::Whole { min, max, .. } => Value::Whole(if number % 2 == 0 { min } else { max }),
                Kind::Switch => Value::Switch(number % 2 == 0),
                Kind::Time => Value::Time(if number % 2 == 0 { 0 } else { 23 * 60 + 59 }),
                Kind::Word(choices) => Value::Word(choices[number % choices.len()].word),
            };
            book.set(setting, Version { from: day("2026-04-01"), value });
        }
        for on in ["2026-03-31", "2026-04-01"] {
            let text = write(&book, day(on));
            let read = read(&text).unwrap_or_else(|problems| panic!("{problems:?}"));
            assert_eq!(read.len(), catalogue::all().count(), "{on}");
            for (setting, value) in read {
                assert_eq!(value, book.on(setting, day(on)), "{on} {}", setting.key);
            }
        }
    }

    #[test]
    fn values_are_read_in_every_form() {
        let texts = [
            "report.late_limit = 4",
            "\u{FEFF}# 说明\r\nreport.late_limit = \"4次\"\r\n",
            "[report]\nlate_limit = 4",
            "\"report.late_limit\" = 4",
            "report = { late_limit = 4 }",
        ];
        for text in texts {
            let read = read(text).unwrap_or_else(|problems| panic!("{text}: {problems:?}"));
            let read: Vec<_> = read.iter().map(|(setting, value)| (setting.key, *value)).collect();
            assert_eq!(read, [("report.late_limit", Value::Whole(4))], "{text}");
        }
        let times = read("report.missing_at = 10:30:00\nquiet.from = \"21:00\"");
        assert!(times.is_err(), "seconds are no time of a setting");
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let text = "# 说明\nreport.late_limit = 99\n\nreport.late_limits = 4\nquiet.from = 2100\n\
            weather.today = 1\nreport.late_fen = -30.001\nreport.backfill_days = [7]\n";
        let told: Vec<String> = read(text)
            .expect_err("it is wrong")
            .into_iter()
            .map(|problem| format!("{} {}", problem.line, problem.told))
            .collect();
        assert_eq!(
            told,
            [
                "2 report.late_limit（迟交次数上限）应在 1次 到 31次 之间",
                "4 没有「report.late_limits」这项设置，是不是 report.late_limit？",
                "5 quiet.from（免打扰开始）应写时刻，例：07:50",
                "6 没有「weather.today」这项设置",
                "7 report.late_fen（迟交扣款）应在 -200元 到 0元 之间",
                "8 report.backfill_days（日报补交天数）应在 1天 到 92天 之间",
            ]
        );
    }

    #[test]
    fn what_is_no_toml_is_told_with_its_line() {
        for (text, line) in
            [("a = 1\nb = ", 2), ("report.late_limit = 3\nreport.late_limit = 4\n", 2), ("规则", 1)]
        {
            let problems = read(text).expect_err(text);
            assert_eq!(problems.len(), 1, "{text}");
            assert_eq!(problems[0].line, line, "{text}: {}", problems[0].told);
        }
    }
}
