//! A rota as a spreadsheet: the first column names people, the others are days, and a cell is a shift's name or
//! 休. An empty cell says nothing and changes nothing. With one cell that cannot be understood the whole file is refused.

use bot::args::{self, Lean};
use chrono::{Datelike, NaiveDate};
use domain::roster::Row;
use domain::{PersonId, Span};
use std::collections::HashMap;
use store::REST;

/// A planned day of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Whose.
    pub person: PersonId,
    /// The day.
    pub date: NaiveDate,
    /// The shift's name, or 休.
    pub shift: String,
}

/// What a file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// Its planned days.
    pub cells: Vec<Cell>,
    /// What cannot be understood, with its place.
    pub problems: Vec<String>,
    /// Columns that are no day, by their titles.
    pub ignored: Vec<String>,
}

/// What a file is read by.
pub struct Terms<'a> {
    /// The month of titles that are only a day's number.
    pub month: Option<Span>,
    /// The present day.
    pub today: NaiveDate,
    /// The first day that may still be planned.
    pub from: NaiveDate,
    /// The members who bear a name.
    pub people: &'a dyn Fn(&str) -> Vec<PersonId>,
    /// Whether there is a shift of that name.
    pub is_shift: &'a dyn Fn(&str) -> bool,
}

/// Columns that say something about the person or the line, not a day.
const BESIDES: [&str; 10] = ["组", "组别", "班组", "部门", "角色", "职务", "工号", "序号", "备注", "合计"];

/// Reads a file's rows.
pub fn read(rows: &[Row], terms: &Terms<'_>) -> Sheet {
    let mut sheet = Sheet::default();
    let Some((title, rows)) = rows.split_first() else {
        sheet.problems.push("文件是空的".to_owned());
        return sheet;
    };
    let days = days(title, terms, &mut sheet);
    if days.is_empty() {
        sheet.problems.push(format!("第 {} 行没有日期：第一列写姓名，后面每列写一天", title.line));
        return sheet;
    }
    let mut seen: HashMap<PersonId, usize> = HashMap::new();
    for row in rows {
        let cell = |column: usize| row.cells.get(column).map_or("", |cell| cell.trim());
        let name = cell(0);
        if name.is_empty() || matches!(name, "姓名" | "星期" | "周" | "日期") {
            // A line of weekdays below the titles names nobody.
            if let Some((column, _)) = days.iter().find(|(column, _)| !is_weekday(cell(*column))) {
                let place = place(row.line, *column);
                sheet.problems.push(format!("{place}：「{}」没有写是谁的", args::quote(cell(*column))));
            }
            continue;
        }
        let person = match (terms.people)(name).as_slice() {
            [one] => *one,
            [] => {
                sheet.problems.push(format!("第 {} 行：没有叫「{}」的成员", row.line, args::quote(name)));
                continue;
            }
            _ => {
                let asked = format!("第 {} 行：不止一位「{name}」，请写成 {name}#1 这样", row.line);
                sheet.problems.push(asked);
                continue;
            }
        };
        if let Some(first) = seen.insert(person, row.line) {
            sheet.problems.push(format!("第 {} 行：「{name}」在第 {first} 行已经写过", row.line));
            continue;
        }
        for (column, date) in &days {
            let text = cell(*column);
            let rest = matches!(text, "休" | "休息" | "休假" | "轮休" | "/" | "-" | "—");
            if text.is_empty() {
                continue;
            }
            if !rest && !(terms.is_shift)(text) {
                let what = args::quote(text);
                sheet
                    .problems
                    .push(format!("{}（{name} {date}）：没有班次「{what}」", place(row.line, *column)));
                continue;
            }
            let shift = if rest { REST } else { text }.to_owned();
            sheet.cells.push(Cell { person, date: *date, shift });
        }
    }
    sheet
}

/// The columns that are days.
fn days(title: &Row, terms: &Terms<'_>, sheet: &mut Sheet) -> Vec<(usize, NaiveDate)> {
    let mut days: Vec<(usize, NaiveDate)> = Vec::new();
    for (column, text) in title.cells.iter().enumerate().skip(1) {
        let text = text.trim();
        if text.is_empty() {
            continue;
        }
        let place = place(title.line, column);
        match date(text, terms) {
            Some(date) if date < terms.from => {
                sheet.problems.push(format!("{place}：{date} 太早，排班不能再改"));
            }
            Some(date) if days.iter().any(|(_, known)| *known == date) => {
                sheet.problems.push(format!("{place}：{date} 写了两列"));
            }
            Some(date) => days.push((column, date)),
            None if BESIDES.contains(&text) => sheet.ignored.push(text.to_owned()),
            None if is_number(text) && terms.month.is_none() => {
                sheet
                    .problems
                    .push(format!("{place}：「{text}」是哪个月的？请加 --month，例：--month 2026-03"));
            }
            None => sheet.problems.push(format!("{place}：「{}」不是日期", args::quote(text))),
        }
    }
    days
}

/// `2026-03-02`, `3月2日`, `3-2 周一`, or a day's number of the month that was named.
fn date(text: &str, terms: &Terms<'_>) -> Option<NaiveDate> {
    if is_number(text) {
        let day: u32 = text.trim_end_matches(['日', '号']).parse().ok()?;
        return terms.month?.from.with_day(day);
    }
    let (date, length) = args::parse_date(text, terms.today, Lean::Near).ok()?;
    let rest = text.get(length..)?.trim_matches([' ', '(', ')', '（', '）']);
    is_weekday(rest).then_some(date)
}

fn is_number(text: &str) -> bool {
    let digits = text.trim_end_matches(['日', '号']);
    !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit())
}

fn is_weekday(text: &str) -> bool {
    let day = text.trim_start_matches("星期").trim_start_matches('周');
    matches!(day, "" | "一" | "二" | "三" | "四" | "五" | "六" | "日" | "天")
}

fn place(line: usize, column: usize) -> String {
    format!("第 {line} 行第 {} 列", column + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Period;

    fn d(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn sheet(lines: &[&str], month: Option<&str>) -> Sheet {
        let rows: Vec<Row> = lines
            .iter()
            .enumerate()
            .map(|(line, text)| Row { line: line + 1, cells: text.split(',').map(str::to_owned).collect() })
            .collect();
        let people = |name: &str| match name {
            "张三" => vec![1],
            "李四" => vec![2],
            "王五" => vec![3, 4],
            _ => Vec::new(),
        };
        let is_shift = |name: &str| matches!(name, "早班" | "晚班");
        let month = month.map(|month| Period::Month.around(d(&format!("{month}-01"))));
        let terms = Terms {
            month,
            today: d("2026-03-02"),
            from: d("2026-02-01"),
            people: &people,
            is_shift: &is_shift,
        };
        read(&rows, &terms)
    }

    #[test]
    fn titles_are_read_as_people_write_them() {
        for (title, month) in [
            ("姓名,2026-03-30,2026-03-31", None),
            ("姓名,3月30日,3月31日", None),
            ("姓名,3-30 周一,3-31（周二）", None),
            ("姓名,30,31", Some("2026-03")),
            ("姓名,30日,31号", Some("2026-03")),
        ] {
            let read = sheet(&[title, "张三,早班,休", "李四,,晚班"], month);
            let cell =
                |person, date: &str, shift: &str| Cell { person, date: d(date), shift: shift.to_owned() };
            let expected =
                [cell(1, "2026-03-30", "早班"), cell(1, "2026-03-31", "休"), cell(2, "2026-03-31", "晚班")];
            assert_eq!((read.cells, read.problems), (expected.to_vec(), Vec::new()), "{title}");
        }
    }

    #[test]
    fn a_line_of_weekdays_and_columns_beside_the_days_are_left_out() {
        let read = sheet(&["姓名,组,3月30日,3月31日", ",,一,二", "张三,一组,早班,晚班"], None);
        assert_eq!((read.cells.len(), read.problems.len(), read.ignored), (2, 0, vec!["组".to_owned()]));
    }

    #[test]
    fn each_bad_cell_is_named_with_its_place() {
        let told = |lines: &[&str], month| sheet(lines, month).problems;
        assert_eq!(
            told(&["姓名,3月30日", "张三,中班", "赵六,早班", "王五,早班", "张三,早班", ",早班"], None),
            [
                "第 2 行第 2 列（张三 2026-03-30）：没有班次「中班」",
                "第 3 行：没有叫「赵六」的成员",
                "第 4 行：不止一位「王五」，请写成 王五#1 这样",
                "第 5 行：「张三」在第 2 行已经写过",
                "第 6 行第 2 列：「早班」没有写是谁的",
            ]
        );
        assert_eq!(
            told(&["姓名,30,早班,3月30日,3月30日,1月5日"], None),
            [
                "第 1 行第 2 列：「30」是哪个月的？请加 --month，例：--month 2026-03",
                "第 1 行第 3 列：「早班」不是日期",
                "第 1 行第 5 列：2026-03-30 写了两列",
                "第 1 行第 6 列：2026-01-05 太早，排班不能再改",
            ]
        );
        assert_eq!(told(&["姓名,31"], Some("2026-02")).len(), 2, "there is no such day");
        assert_eq!(told(&[], None), ["文件是空的"]);
    }
}
