//! 医院名单: who came by the hospital's own account, read from a sheet or from pasted lines.
//!
//! The columns go by their titles, in any order. Pasted lines may do without titles: then only what is plain by itself
//! is read (a number, a day, a sex, an age, a name at the beginning), and the rest is passed over, never guessed.

use super::Month;
use crate::patient::{Name, Patient, Phone, Sex, Typed};
use crate::roster::{Row, heading};
use chrono::{Datelike, NaiveDate};

/// A row of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListRow {
    /// Its line, from 1.
    pub line: u32,
    /// The day of the visit.
    pub day: Option<NaiveDate>,
    /// Who came.
    pub patient: Patient,
}

/// A row that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRow {
    /// Its line, from 1.
    pub line: u32,
    /// Why, in Chinese, without full stop; names nobody.
    pub reason: String,
}

/// What a list holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List {
    /// The rows of the month.
    pub rows: Vec<ListRow>,
    /// Those that cannot be used.
    pub bad: Vec<BadRow>,
    /// How many rows are of another month.
    pub elsewhere: u32,
    /// Titles of columns that were passed over.
    pub ignored: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Name,
    Sex,
    Age,
    Phone,
    Region,
    Complaint,
    Disease,
    Day,
}

const TITLES: [(Column, &[&str]); 8] = [
    (Column::Name, &["姓名", "患者", "患者姓名", "病人", "病人姓名", "名字", "name"]),
    (Column::Sex, &["性别", "sex"]),
    (Column::Age, &["年龄", "age"]),
    (Column::Phone, &["电话", "手机", "手机号", "手机号码", "联系电话", "电话号码", "phone", "tel"]),
    (Column::Region, &["地域", "地区", "区域", "地址", "住址", "家庭住址"]),
    (Column::Complaint, &["主诉", "病情", "病情主诉", "症状"]),
    (Column::Disease, &["病种", "诊断", "科室病种"]),
    (
        Column::Day,
        &[
            "到诊日期",
            "到诊时间",
            "就诊日期",
            "就诊时间",
            "挂号日期",
            "挂号时间",
            "来院日期",
            "来院时间",
            "到院日期",
            "到院时间",
            "日期",
            "时间",
            "date",
        ],
    ),
];

/// How far down the title row is looked for.
const SEARCHED: usize = 10;
/// What separates the cells of pasted lines, the first that stands in the text.
const MARKS: [char; 6] = ['\t', ',', '，', '；', ';', '、'];

/// Pasted lines as rows.
pub fn of_text(text: &str) -> Vec<Row> {
    let mark = MARKS.into_iter().find(|mark| text.contains(*mark));
    let cells = |line: &str| -> Vec<String> {
        match mark {
            Some(mark) => line.split(mark).map(|cell| cell.trim().to_owned()).collect(),
            None => line.split_whitespace().map(str::to_owned).collect(),
        }
    };
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    lines.map(|(line, text)| Row { line, cells: cells(text) }).collect()
}

/// Reads the rows that are of the month.
pub fn read(rows: &[Row], month: Month) -> List {
    let mut list = List::default();
    let titles = rows.iter().take(SEARCHED).position(|row| {
        let known = row.cells.iter().filter(|cell| column(cell).is_some()).count();
        known >= 2 || (known == 1 && row.cells.iter().filter(|cell| !cell.trim().is_empty()).count() == 1)
    });
    let columns: Option<Vec<Option<Column>>> =
        titles.map(|at| rows[at].cells.iter().map(|cell| column(cell)).collect());
    if let (Some(at), Some(columns)) = (titles, &columns) {
        let unknown = rows[at]
            .cells
            .iter()
            .zip(columns)
            .filter(|(cell, known)| known.is_none() && !cell.trim().is_empty());
        list.ignored = unknown.map(|(cell, _)| cell.trim().chars().take(20).collect()).collect();
    }
    for row in &rows[titles.map_or(0, |at| at + 1)..] {
        if row.cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let line = u32::try_from(row.line).unwrap_or(u32::MAX);
        let read = match &columns {
            Some(columns) => titled(row, columns, month),
            None => plain(row, month),
        };
        let mut bad = |reason: String| list.bad.push(BadRow { line, reason });
        match read {
            Err(reason) => bad(reason),
            Ok((_, Some(day))) if !month.span().contains(day) => list.elsewhere += 1,
            Ok((typed, day)) => {
                let patient = typed.read().0;
                if patient.full_name().is_none() && patient.phone.is_none() {
                    bad("没有姓名，也没有能用的电话".to_owned());
                } else {
                    list.rows.push(ListRow { line, day, patient });
                }
            }
        }
    }
    list
}

fn column(cell: &str) -> Option<Column> {
    let heading = heading(cell);
    TITLES.iter().find(|(_, words)| words.contains(&heading.as_str())).map(|(column, _)| *column)
}

type Read = Result<(Typed, Option<NaiveDate>), String>;

fn titled(row: &Row, columns: &[Option<Column>], month: Month) -> Read {
    let (mut typed, mut day) = (Typed::default(), None);
    for (cell, column) in row.cells.iter().zip(columns) {
        let (cell, Some(column)) = (cell.trim(), column) else { continue };
        if cell.is_empty() {
            continue;
        }
        let place = match column {
            Column::Name => &mut typed.name,
            Column::Sex => &mut typed.sex,
            Column::Age => &mut typed.age,
            Column::Phone => &mut typed.phone,
            Column::Region => &mut typed.region,
            Column::Complaint => &mut typed.complaint,
            Column::Disease => &mut typed.disease,
            Column::Day => {
                day = Some(read_day(cell, month).ok_or("日期看不懂，例：2026-03-05")?);
                continue;
            }
        };
        place.get_or_insert_with(|| cell.to_owned());
    }
    Ok((typed, day))
}

fn plain(row: &Row, month: Month) -> Read {
    let (mut typed, mut day) = (Typed::default(), None);
    for (index, cell) in row.cells.iter().map(|cell| cell.trim()).enumerate() {
        let age = || {
            cell.strip_suffix('岁').unwrap_or(cell).parse().is_ok_and(|years: u32| (1..=120).contains(&years))
        };
        if typed.phone.is_none() && Phone::read(cell).is_ok_and(|phone| phone.key().len() >= 10) {
            typed.phone = Some(cell.to_owned());
        } else if typed.sex.is_none() && Sex::read(cell).is_some() {
            typed.sex = Some(cell.to_owned());
        } else if typed.age.is_none() && age() {
            typed.age = Some(cell.to_owned());
        } else if day.is_none() && cell.starts_with(|c: char| c.is_ascii_digit()) {
            day = read_day(cell, month);
        } else if index == 0 && Name::read(cell).is_some_and(|name| name.is_full()) {
            typed.name = Some(cell.to_owned());
        }
    }
    Ok((typed, day))
}

/// A day as sheets have it: `2026-03-05`, `2026/3/5 10:20`, `20260305`, `3月5日`, `3/5`; without a year it is of the year of
/// the month.
fn read_day(text: &str, month: Month) -> Option<NaiveDate> {
    let text = text.split_whitespace().next()?;
    let text = text.split(['T', '日']).next()?;
    let parts: Vec<&str> = text.split(['-', '/', '.', '年', '月']).collect();
    let whole = |text: &str| -> Option<u32> {
        (!text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit()))
            .then(|| text.parse().ok())?
    };
    let (year, of_year, day) = match parts.as_slice() {
        [one] if one.len() == 8 && one.is_ascii() => {
            (whole(&one[..4])?, whole(&one[4..6])?, whole(&one[6..])?)
        }
        [of_year, day] => (u32::try_from(month.span().to.year()).ok()?, whole(of_year)?, whole(day)?),
        [year, of_year, day] if year.len() == 4 => (whole(year)?, whole(of_year)?, whole(day)?),
        _ => return None,
    };
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, of_year, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn d(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn march() -> Month {
        Month::of(d("2026-03-01"))
    }

    /// Line, name, phone, age in years, day.
    fn read_text(text: &str) -> Vec<(u32, String, String, u32, Option<NaiveDate>)> {
        let list = read(&of_text(text), march());
        let row = |row: &ListRow| {
            let patient = &row.patient;
            (
                row.line,
                patient.name.as_ref().map(|name| name.written().to_owned()).unwrap_or_default(),
                patient.phone.as_ref().map(|phone| phone.key().to_owned()).unwrap_or_default(),
                patient.age.map_or(0, |age| age.years()),
                row.day,
            )
        };
        list.rows.iter().map(row).collect()
    }

    #[test]
    fn columns_go_by_their_titles_r_380() {
        let found = read_text(
            "三月名单\n就诊日期,姓名,备注,手机号码,年龄\n2026/3/5 10:20,张三,无,138 0013 8000,35\n\n,李四,,,40",
        );
        assert_eq!(
            found,
            [
                (3, "张三".to_owned(), "13800138000".to_owned(), 35, Some(d("2026-03-05"))),
                (5, "李四".to_owned(), String::new(), 40, None),
            ]
        );
        let list = read(
            &of_text(
                "姓名\t科室\t日期\n张三\t内科\t03-05\n李四\t内科\t2月28日\n王五\t内科\t前天\n先生\t内科\t3月6日",
            ),
            march(),
        );
        assert_eq!((list.rows.len(), list.elsewhere, list.ignored), (1, 1, vec!["科室".to_owned()]));
        let bad: Vec<_> = list.bad.iter().map(|bad| (bad.line, bad.reason.as_str())).collect();
        assert_eq!(bad, [(4, "日期看不懂，例：2026-03-05"), (5, "没有姓名，也没有能用的电话")]);
    }

    #[test]
    fn without_titles_only_what_is_plain_is_read() {
        let found = read_text("张三 男 35岁 13800138000 3月5日 佛山 牙痛\n李四 2026-03-06 13900139000");
        assert_eq!(
            found,
            [
                (1, "张三".to_owned(), "13800138000".to_owned(), 35, Some(d("2026-03-05"))),
                (2, "李四".to_owned(), "13900139000".to_owned(), 0, Some(d("2026-03-06"))),
            ]
        );
    }

    #[test]
    fn days_are_read_as_sheets_have_them() {
        let cases = [
            ("2026-03-05", Some("2026-03-05")),
            ("2026/3/5", Some("2026-03-05")),
            ("2026.03.05", Some("2026-03-05")),
            ("2026年3月5日", Some("2026-03-05")),
            ("20260305", Some("2026-03-05")),
            ("2026-03-05T10:00:00", Some("2026-03-05")),
            ("3月5日", Some("2026-03-05")),
            ("3/5", Some("2026-03-05")),
            ("03-05 09:00", Some("2026-03-05")),
            ("2026-02-30", None),
            ("三月五日", None),
            ("5", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(read_day(text, march()), expected.map(d), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_can_be_pasted(text in "\\PC{0,80}", lines in prop::collection::vec("[张李0-9月日,岁\t -]{0,20}", 0..6)) {
            let _ = read(&of_text(&text), march());
            let rows = of_text(&lines.join("\n"));
            let list = read(&rows, march());
            prop_assert!(list.rows.len() + list.bad.len() <= rows.len());
        }
    }
}
