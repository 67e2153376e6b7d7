//! What stands in a cell, each kind with its bounds.

use super::columns::{Column, Kind};
use super::{Note, Plan, Row, Terms};
use crate::calendar::shift_days;
use crate::person::{Role, Roles};
use chrono::NaiveDate;

/// Longest name and longest 组, in characters.
const LONGEST_NAME: usize = 20;
/// Longest account, in characters: what the platforms allow.
const LONGEST_ACCOUNT: usize = 64;
/// How many days ahead somebody may be entered.
const FURTHEST_ENTRY: i64 = 366;
/// Nobody who still works entered before this year.
const EARLIEST_YEAR: i32 = 1950;
/// How much of a cell is quoted.
const QUOTED: usize = 20;

/// A row that was understood; what its cells do not say is `None`.
pub(super) struct Entry {
    pub(super) line: usize,
    pub(super) name: String,
    pub(super) roles: Option<Roles>,
    pub(super) team: Option<String>,
    pub(super) entered_on: Option<NaiveDate>,
    /// By place in [`Terms::accounts`].
    pub(super) accounts: Vec<(usize, String)>,
    pub(super) left: Option<Left>,
}

/// What a list says about somebody's leaving.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Left {
    Already,
    Later(NaiveDate),
}

/// Reads the rows. Those with a problem are told in the plan and left out.
pub(super) fn read(columns: &[Column], rows: &[Row], terms: &Terms<'_>, plan: &mut Plan) -> Vec<Entry> {
    let mut entries = Vec::new();
    for row in rows.iter().filter(|row| !is_blank(row)) {
        let before = plan.problems.len();
        let mut entry = Entry {
            line: row.line,
            name: String::new(),
            roles: None,
            team: None,
            entered_on: None,
            accounts: Vec::new(),
            left: None,
        };
        // Rows with something in unknown columns only have no name either, and that is told.
        if columns.iter().any(|column| column.kind == Kind::Name && is_example(&cell(row, column))) {
            continue;
        }
        for column in columns {
            if let Err(reason) = take(&mut entry, column, &cell(row, column), terms) {
                plan.problem(row.line, Some(&column.title), reason);
            }
        }
        if plan.problems.len() > before {
            continue;
        }
        if let Some(Left::Later(date)) = entry.left {
            let text = format!("{}的离职日期 {date} 还没到，先按在职导入；到时请另外办离职", entry.name);
            plan.notes.push(Note { line: row.line, text });
        }
        entries.push(entry);
    }
    entries
}

fn take(entry: &mut Entry, column: &Column, text: &str, terms: &Terms<'_>) -> Result<(), String> {
    if is_formula_error(text) {
        return Err(format!("「{text}」是公式错误，请改成文字"));
    }
    if column.kind == Kind::Name {
        entry.name = name(text)?;
        return Ok(());
    }
    if says_nothing(text) {
        return Ok(());
    }
    match column.kind {
        Kind::Name => {}
        Kind::Roles => entry.roles = Some(roles(text)?),
        Kind::Team => entry.team = Some(team(text)?),
        Kind::EnteredOn => entry.entered_on = Some(entered_on(text, terms.today)?),
        Kind::LeftOn => entry.left = left(text, terms.today)?,
        Kind::Account(index) => entry.accounts.push((index, account(text)?)),
    }
    Ok(())
}

fn cell(row: &Row, column: &Column) -> String {
    row.cells.get(column.at).map(|cell| clean(cell)).unwrap_or_default()
}

/// A cell without what nobody sees: blanks around it, and the marks that copying leaves behind.
pub(super) fn clean(cell: &str) -> String {
    let unseen = |c: &char| matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}');
    let seen: String = cell.chars().filter(|c| !unseen(c)).collect();
    seen.trim().to_owned()
}

pub(super) fn is_blank(row: &Row) -> bool {
    row.cells.iter().all(|cell| clean(cell).is_empty())
}

/// As much of a text as is quoted.
pub(super) fn cut(text: &str) -> String {
    let mut short: String = text.chars().take(QUOTED).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(QUOTED).is_some() {
        short.push('…');
    }
    short
}

/// Full-width ASCII as half-width.
pub(super) fn half_width(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}')
}

fn is_example(name: &str) -> bool {
    name.strip_prefix('例').is_some_and(|rest| rest.starts_with([':', '：']))
}

/// What people write into a cell that is empty.
fn says_nothing(text: &str) -> bool {
    matches!(text, "" | "-" | "－" | "—" | "——" | "/" | "／" | "无")
}

fn is_formula_error(text: &str) -> bool {
    matches!(text, "#N/A" | "#REF!" | "#VALUE!" | "#NAME?" | "#DIV/0!" | "#NUM!" | "#NULL!" | "#SPILL!")
}

/// A name that can be typed as one word in a chat. Blanks between Han characters are for the eye: `张　三` is 张三.
pub(super) fn name(text: &str) -> Result<String, String> {
    let spread = text.chars().all(|c| is_han(c) || c.is_whitespace());
    let name: String = if spread { text.split_whitespace().collect() } else { text.to_owned() };
    if name.is_empty() {
        return Err("没有写姓名".to_owned());
    }
    if name.chars().nth(LONGEST_NAME).is_some() {
        return Err(format!("姓名「{}」太长，最多 {LONGEST_NAME} 个字", cut(&name)));
    }
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '·' | '•' | '・' | '.' | '-' | '_' | '\'');
    match name.chars().find(|c| !fits(*c)) {
        None => Ok(name),
        Some(c) if c.is_whitespace() => Err(format!("姓名「{}」里有空格或换行，请去掉", cut(&name))),
        Some(c) => Err(format!("姓名「{}」里不能有「{}」", cut(&name), cut(&c.to_string()))),
    }
}

/// 角色, separated by blanks or commas of any kind.
pub(super) fn roles(text: &str) -> Result<Roles, String> {
    let separates =
        |c: char| c.is_whitespace() || matches!(c, '、' | ',' | '，' | '/' | '／' | '+' | ';' | '；');
    let mut roles = Roles::NONE;
    for word in text.split(separates).filter(|word| !word.is_empty()) {
        roles = match Role::from_word(word) {
            Some(role) => roles.with(role),
            None => {
                let known: Vec<&str> = Role::ALL.iter().map(|role| role.word()).collect();
                return Err(format!("没有角色「{}」，可以写：{}", cut(word), known.join("、")));
            }
        };
    }
    match roles {
        Roles::NONE => Err(format!("「{}」不是角色", cut(text))),
        roles => Ok(roles),
    }
}

fn team(text: &str) -> Result<String, String> {
    if text.chars().nth(LONGEST_NAME).is_some() {
        return Err(format!("组名「{}」太长，最多 {LONGEST_NAME} 个字", cut(text)));
    }
    match text.chars().find(|c| c.is_whitespace() || c.is_control()) {
        None => Ok(text.to_owned()),
        Some(_) => Err(format!("组名「{}」里有空格或换行，请去掉", cut(text))),
    }
}

pub(super) fn account(text: &str) -> Result<String, String> {
    if text.chars().nth(LONGEST_ACCOUNT).is_some() {
        return Err(format!("账号「{}」太长，最多 {LONGEST_ACCOUNT} 个字符", cut(text)));
    }
    if is_scientific(text) {
        return Err(format!(
            "「{}」的数字已被 Excel 截短，请把这一列设成文本，再重新填写完整的账号",
            cut(text)
        ));
    }
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(format!("账号「{}」里有空格或换行，请去掉", cut(text)));
    }
    Ok(text.to_owned())
}

/// `1.23457E+17`: what Excel leaves of a long number.
fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else { return false };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let exponent = exponent.strip_prefix(['+', '-']);
    exponent.is_some_and(digits) && mantissa.split('.').all(digits)
}

fn entered_on(text: &str, today: NaiveDate) -> Result<NaiveDate, String> {
    let date = date(text)?;
    if date > shift_days(today, FURTHEST_ENTRY) {
        return Err(format!("{date} 在一年以后，请核对"));
    }
    Ok(date)
}

/// Whether, and when, somebody leaves; `None` for a word that says: not at all.
pub(super) fn left(text: &str, today: NaiveDate) -> Result<Option<Left>, String> {
    match text {
        "在职" | "否" | "未离职" => Ok(None),
        "离职" | "已离职" | "是" => Ok(Some(Left::Already)),
        _ => date(text).map(|date| Some(if date <= today { Left::Already } else { Left::Later(date) })),
    }
}

/// 2026-03-01, 2026/3/1, 2026.3.1, 2026年3月1日, 20260301; a time of day after it is passed over.
pub(super) fn date(text: &str) -> Result<NaiveDate, String> {
    let bad = || format!("「{}」不是日期，例：2026-03-01", cut(text));
    let plain: String = text.chars().map(half_width).collect();
    let (day, time) = plain.split_once([' ', 'T']).unwrap_or((&plain, ""));
    if !time.chars().all(|c| c.is_ascii_digit() || matches!(c, ':' | '.' | ' ')) {
        return Err(bad());
    }
    let compact = day.len() == 8 && day.bytes().all(|b| b.is_ascii_digit());
    let parts: Vec<&str> = if compact {
        vec![&day[..4], &day[4..6], &day[6..]]
    } else if let Some((year, rest)) = day.split_once('年') {
        let Some((month, rest)) = rest.split_once('月') else { return Err(bad()) };
        vec![year, month, rest.strip_suffix(['日', '号']).unwrap_or(rest)]
    } else {
        let Some(separator) = day.chars().find(|c| matches!(c, '-' | '/' | '.')) else { return Err(bad()) };
        day.split(separator).collect()
    };
    let [year, month, day_of_month] = parts[..] else { return Err(bad()) };
    let number = |text: &str, longest: usize| -> Option<u32> {
        let fits = !text.is_empty() && text.len() <= longest && text.bytes().all(|b| b.is_ascii_digit());
        fits.then(|| text.parse().ok()).flatten()
    };
    let year = number(year, 4).and_then(|year| i32::try_from(year).ok()).ok_or_else(bad)?;
    let month = number(month, 2).ok_or_else(bad)?;
    let day_of_month = number(day_of_month, 2).ok_or_else(bad)?;
    if year < EARLIEST_YEAR {
        return Err(format!("「{}」的年份不对，请写四位年份，例：2026-03-01", cut(text)));
    }
    NaiveDate::from_ymd_opt(year, month, day_of_month).ok_or_else(|| format!("没有「{}」这一天", cut(text)))
}
