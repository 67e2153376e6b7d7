//! Which column is which: by its title, in any order.

use super::{Plan, Row, Terms, cells};

/// A platform's column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountColumn {
    /// The platform's name in the program.
    pub platform: &'static str,
    /// The column's title, as people are told it.
    pub title: &'static str,
    /// Other titles of it, in small letters and without spaces.
    pub words: &'static [&'static str],
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Name,
    Roles,
    Team,
    EnteredOn,
    LeftOn,
    /// By its place in [`Terms::accounts`].
    Account(usize),
}

/// A column that is known.
pub(super) struct Column {
    pub(super) kind: Kind,
    /// From 0.
    pub(super) at: usize,
    /// As the file has it.
    pub(super) title: String,
}

/// How far down the title row is looked for.
const SEARCHED: usize = 10;

const TITLES: [(Kind, &[&str]); 5] = [
    (Kind::Name, &["姓名", "名字", "成员", "name"]),
    (Kind::Roles, &["角色", "role", "roles"]),
    (Kind::Team, &["组", "组别", "小组", "所在组", "team", "group"]),
    (
        Kind::EnteredOn,
        &["入职", "入职日期", "入职时间", "entered", "enteredon", "entrydate", "joined", "joinedon"],
    ),
    (Kind::LeftOn, &["离职", "离职日期", "离职时间", "left", "lefton"]),
];

/// The columns by the title row, and the rows below it; `None` when there is none, which is noted as a problem.
pub(super) fn find<'r>(
    rows: &'r [Row],
    terms: &Terms<'_>,
    plan: &mut Plan,
) -> Option<(Vec<Column>, &'r [Row])> {
    let is_title = |row: &Row| row.cells.iter().any(|cell| kind_of(cell, terms) == Some(Kind::Name));
    let filled = rows.iter().enumerate().filter(|(_, row)| !cells::is_blank(row));
    let Some((index, title)) = filled.take(SEARCHED).find(|(_, row)| is_title(row)) else {
        let line = rows.iter().find(|row| !cells::is_blank(row)).map_or(1, |row| row.line);
        plan.problem(line, None, "没有「姓名」一列。第一行要写列名，例：姓名、角色、组、入职");
        return None;
    };
    let mut columns: Vec<Column> = Vec::new();
    for (at, cell) in title.cells.iter().enumerate() {
        let name = cells::clean(cell);
        let Some(kind) = kind_of(cell, terms) else {
            if !name.is_empty() {
                plan.ignored.push(cells::cut(&name));
            }
            continue;
        };
        if let Some(other) = columns.iter().find(|column| column.kind == kind) {
            let reason = format!("和「{}」是同一列，请只留一列", other.title);
            plan.problem(title.line, Some(&cells::cut(&name)), reason);
            continue;
        }
        columns.push(Column { kind, at, title: cells::cut(&name) });
    }
    Some((columns, &rows[index + 1..]))
}

fn kind_of(cell: &str, terms: &Terms<'_>) -> Option<Kind> {
    let heading = heading(cell);
    let known = TITLES.iter().find(|(_, words)| words.contains(&heading.as_str())).map(|(kind, _)| *kind);
    known.or_else(|| {
        let is = |column: &AccountColumn| {
            column.title == heading || column.platform == heading || column.words.contains(&&*heading)
        };
        terms.accounts.iter().position(is).map(Kind::Account)
    })
}

/// A title without what people add to it: `姓名*`, `入职日期（必填）`, `Entered on`.
pub(crate) fn heading(cell: &str) -> String {
    let mut depth = 0_usize;
    let mut heading = String::new();
    for c in cells::clean(cell).chars().map(cells::half_width) {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            '*' | '_' | '-' | ':' => {}
            _ if depth > 0 || c.is_whitespace() => {}
            _ => heading.extend(c.to_lowercase()),
        }
    }
    heading
}
