//! Tables in what the bot says: a line of cells `| 姓名 | 到诊 |`, the line `|---|---|` below it, and a line for each row. A cell
//! has no `|` of its own.
//!
//! | channel | shown as | by |
//! |---|---|---|
//! | AI bot over the long connection, in a response, by `response_url` | a table | `as_markdown` |
//! | a group's webhook | a table, as `markdown_v2` (path 91770) | `as_markdown` |
//! | a group's webhook where it rings somebody, for which `markdown_v2` has no word | a list | `as_text` |
//! | self-built app, welcome, card | a list | `as_text` |
//!
//! Whatever is split or cut ends between two rows, and the next part repeats the head.

use std::borrow::Cow;

/// Where a table stands in a text, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Table {
    /// Of the head.
    pub(super) start: usize,
    /// Of the first row.
    pub(super) rows: usize,
    /// Behind the last row, without its line feed.
    pub(super) end: usize,
}

/// The tables of a text, in order.
pub(super) fn tables(text: &str) -> Vec<Table> {
    let mut found = Vec::new();
    if !text.contains('|') {
        return found;
    }
    let mut lines = Vec::new();
    let mut at = 0;
    for line in text.split('\n') {
        lines.push((at, line));
        at += line.len() + 1;
    }
    let mut index = 0;
    while index + 2 < lines.len() {
        let rows = lines[index + 2..].iter().take_while(|(_, line)| cells(line).is_some()).count();
        let is_table = rows > 0
            && cells(lines[index].1)
                .zip(cells(lines[index + 1].1))
                .is_some_and(|(head, rule)| head.len() == rule.len() && rule.into_iter().all(is_rule));
        if !is_table {
            index += 1;
            continue;
        }
        let (last, line) = lines[index + 1 + rows];
        found.push(Table { start: lines[index].0, rows: lines[index + 2].0, end: last + line.len() });
        index += 2 + rows;
    }
    found
}

/// The cells of a line of a table.
fn cells(line: &str) -> Option<Vec<&str>> {
    let inner = line.trim().strip_prefix('|')?.strip_suffix('|')?;
    Some(inner.split('|').map(str::trim).collect())
}

/// A cell of the line below the head: dashes, with a colon where the column is aligned.
fn is_rule(cell: &str) -> bool {
    let dashes = cell.strip_prefix(':').unwrap_or(cell);
    let dashes = dashes.strip_suffix(':').unwrap_or(dashes);
    !dashes.is_empty() && dashes.bytes().all(|byte| byte == b'-')
}

/// The text for a channel that shows no tables: a line for each row, each cell behind its column's name.
pub(super) fn as_text(text: &str) -> Cow<'_, str> {
    let tables = tables(text);
    if tables.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() * 2);
    let mut at = 0;
    for table in tables {
        out.push_str(&text[at..table.start]);
        let head = text[table.start..table.rows].lines().next().and_then(cells).unwrap_or_default();
        let rows = text[table.rows..table.end].lines().filter_map(cells);
        let rows: Vec<String> = rows.map(|row| listed(&head, &row)).collect();
        out.push_str(&rows.join("\n"));
        at = table.end;
    }
    out.push_str(&text[at..]);
    Cow::Owned(out)
}

fn listed(head: &[&str], row: &[&str]) -> String {
    let names = head.iter().copied().chain(std::iter::repeat(""));
    let cells = row.iter().zip(names).filter(|(cell, _)| !cell.is_empty());
    let cells: Vec<String> = cells
        .map(|(cell, name)| if name.is_empty() { (*cell).to_owned() } else { format!("{name}：{cell}") })
        .collect();
    format!("· {}", cells.join("，"))
}

/// Where to cut a text of which `at` bytes would be taken, if that is within a table: how many bytes to take, and the head that
/// the rest has to begin with. `None` where it is in no table, or where not even one row has room.
pub(super) fn cut(text: &str, at: usize) -> Option<(usize, Option<&str>)> {
    let table = tables(text).into_iter().find(|table| table.start <= at && at < table.end)?;
    let feed = text[..at].rfind('\n').filter(|feed| *feed > table.rows);
    // The end of a row stands just before its line feed.
    let feed = if text[at..].starts_with('\n') && at > table.rows { Some(at) } else { feed };
    match feed {
        Some(feed) => Some((feed, Some(&text[table.start..table.rows - 1]))),
        None if table.start > 1 => Some((table.start - 1, None)),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "| 姓名 | 到诊 |\n|---|:-:|\n| 甲 | 3 |\n| 乙 |  |";

    #[test]
    fn a_table_has_a_head_a_rule_and_rows() {
        let around = format!("排行\n{TABLE}\n共 2 人");
        let found = tables(&around);
        assert_eq!(found.len(), 1);
        assert_eq!(&around[found[0].start..found[0].end], TABLE);
        assert!(around[found[0].rows..].starts_with("| 甲"));
        assert_eq!(tables(&format!("{TABLE}\n\n{TABLE}")).len(), 2);
        for none in [
            "",
            "甲|乙",
            "| 甲 | 乙 |",
            "| 甲 | 乙 |\n| 丙 | 丁 |\n| 戊 | 己 |",
            "| 甲 | 乙 |\n|---|---|",
            "| 甲 | 乙 |\n|---|\n| 丙 | 丁 |",
            "| 甲 |\n||\n| 乙 |",
            "|\n|---|\n|",
        ] {
            assert_eq!(tables(none), [], "{none}");
            assert!(matches!(as_text(none), Cow::Borrowed(text) if text == none), "{none}");
        }
    }

    #[test]
    fn where_no_table_shows_each_row_names_its_cells() {
        let listed = "排行\n· 姓名：甲，到诊：3\n· 姓名：乙\n共 2 人";
        assert_eq!(as_text(&format!("排行\n{TABLE}\n共 2 人")), listed);
        // A row may be longer than its head.
        assert_eq!(as_text("|a|\n|-|\n|1|2|"), "· a：1，2");
    }

    #[test]
    fn a_table_is_cut_behind_a_row_or_before_its_head() {
        let text = format!("排行\n{TABLE}");
        let table = tables(&text)[0];
        let first_row = table.rows + "| 甲 | 3 |".len();
        let head = Some("| 姓名 | 到诊 |\n|---|:-:|");
        assert_eq!(cut(&text, first_row), Some((first_row, head)));
        assert_eq!(cut(&text, first_row + 3), Some((first_row, head)));
        assert_eq!(cut(&text, first_row - 1), Some(("排行".len(), None)));
        assert_eq!(cut(&text, table.start + 1), Some(("排行".len(), None)));
        assert_eq!(cut(&text, 3), None);
        assert_eq!(cut(TABLE, 5), None);
    }
}
