//! Words on their way in and out: what a person typed without the mention, and what fits into a
//! message of the platform.

use super::table;
use std::borrow::Cow;

/// Said below a text that had to be cut.
const CUT: &str = "\n……（内容太长，后面的没有显示）";
/// The same below a table, of which it would be a row without the empty line.
const CUT_TABLE: &str = "\n\n……（内容太长，后面的没有显示）";

/// Without control characters: a NUL cannot be stored by PostgreSQL, the others do not show. Tabs and
/// line feeds stay; of `\r\n` the line feed stays.
pub(super) fn clean(text: String) -> String {
    let unwanted = |c: char| c.is_control() && c != '\n' && c != '\t';
    if text.contains(unwanted) { text.replace(unwanted, "") } else { text }
}

/// Takes the bot's mention off. WeCom hands over the typed line with `@BotName` in it and no list of
/// who is mentioned (path 100719), so the configured names decide; they may contain spaces, the longest
/// one wins. In a group, which the bot hears only when it is mentioned, a name that nobody configured is
/// taken to end at the first space.
pub(super) fn without_mention<'a>(text: &'a str, bot_names: &[String], in_group: bool) -> &'a str {
    let text = text.trim();
    let Some(mention) = text.strip_prefix(['@', '＠']) else {
        return without_last_mention(text, bot_names);
    };
    let name =
        bot_names.iter().filter(|name| mention.starts_with(name.as_str())).max_by_key(|name| name.len());
    match name {
        Some(name) => mention[name.len()..].trim_start(),
        None if in_group => mention.split_once(char::is_whitespace).map_or("", |(_, rest)| rest.trim_start()),
        None => text,
    }
}

/// `本周排班 @值班助手`: some people mention last. Only a configured name is taken off there, because
/// a command may well end with another person's mention.
fn without_last_mention<'a>(text: &'a str, bot_names: &[String]) -> &'a str {
    bot_names
        .iter()
        .filter_map(|name| text.strip_suffix(name.as_str())?.strip_suffix(['@', '＠']))
        .min_by_key(|rest| rest.len())
        .map_or(text, str::trim_end)
}

/// At most `limit` bytes, cut at the end of a line where one is near, with a note that it was cut.
pub(super) fn fit(text: &str, limit: usize) -> Cow<'_, str> {
    if text.len() <= limit {
        return Cow::Borrowed(text);
    }
    let (kept, _, head) = cut(text, limit.saturating_sub(CUT_TABLE.len()));
    Cow::Owned([kept, if head.is_some() { CUT_TABLE } else { CUT }].concat())
}

/// Parts of at most `limit` bytes, cut at line ends; a line that is longer is cut between characters. A table is cut between
/// its rows, and each part begins with its head. What does not fit into `max_parts` is left out, and the last part says so.
pub(super) fn split(text: &str, limit: usize, max_parts: usize) -> Vec<String> {
    let mut parts = Vec::new();
    let mut rest = text.to_owned();
    while !rest.is_empty() {
        if parts.len() + 1 >= max_parts || rest.len() <= limit {
            parts.push(fit(&rest, limit).into_owned());
            break;
        }
        let (part, after, head) = cut(&rest, limit);
        parts.push(part.to_owned());
        rest = match head {
            Some(head) => [head, "\n", after].concat(),
            None => after.to_owned(),
        };
    }
    parts
}

/// The first part of at most `limit` bytes, what follows it, and the head of the table that was cut. The line feed between
/// them is in neither.
fn cut(text: &str, limit: usize) -> (&str, &str, Option<&str>) {
    match table::cut(text, text.floor_char_boundary(limit)) {
        Some((end, head)) => (&text[..end], &text[end + 1..], head),
        None => {
            let (part, after) = cut_lines(text, limit);
            (part, after, None)
        }
    }
}

fn cut_lines(text: &str, limit: usize) -> (&str, &str) {
    let end = text.floor_char_boundary(limit);
    if text[end..].starts_with('\n') {
        return (&text[..end], &text[end + 1..]);
    }
    match text[..end].rfind('\n') {
        // A line feed in the first half would throw away more than a torn line costs.
        Some(feed) if feed >= end / 2 && feed > 0 => (&text[..feed], &text[feed + 1..]),
        _ => text.split_at(end),
    }
}

/// Plain text so written that the platform's Markdown (path 100719: as markdown_v2) shows it as it is.
///
/// The bot speaks plain text full of asterisks: a masked `138****1234` would turn bold, and a ranking
/// with two first places (`1. 1. 3.`) would be renumbered. Whether WeCom honours backslash escapes is
/// not documented, so the marks are replaced by their full-width twins, which look right in Chinese
/// text. Two spaces before a line feed make it a line break where Markdown would join the lines, and
/// are not seen where it would not. A table stays one, between empty lines.
pub(super) fn as_markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut at = 0;
    for table in table::tables(text) {
        push_markdown(&mut out, text[at..table.start].trim_matches('\n'));
        push_gap(&mut out);
        for (number, line) in text[table.start..table.end].lines().enumerate() {
            if number > 0 {
                out.push('\n');
            }
            push_markdown_line(&mut out, line.trim());
        }
        at = table.end;
    }
    let rest = if at == 0 { text } else { text[at..].trim_start_matches('\n') };
    if at > 0 && !rest.is_empty() {
        push_gap(&mut out);
    }
    push_markdown(&mut out, rest);
    out
}

/// An empty line, where something stands before it.
fn push_gap(out: &mut String) {
    if !out.is_empty() {
        out.push_str("\n\n");
    }
}

/// Words without tables.
fn push_markdown(out: &mut String, text: &str) {
    let mut lines = text.split('\n').peekable();
    while let Some(line) = lines.next() {
        push_markdown_line(out, line);
        if let Some(next) = lines.peek() {
            out.push_str(if line.is_empty() || next.is_empty() { "\n" } else { "  \n" });
        }
    }
}

fn push_markdown_line(out: &mut String, line: &str) {
    let indent = line.len() - line.trim_start_matches(' ').len();
    // Four leading spaces would be a code block; ideographic ones indent the same and mean nothing.
    out.extend(std::iter::repeat_n('\u{3000}', indent.div_ceil(2)));
    let line = &line[indent..];
    let number = line.bytes().take_while(u8::is_ascii_digit).count();
    // `3. 丙` begins a list, `3.5 分` does not.
    let listed =
        number > 0 && line.get(number + 1..).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
    let mut before = None;
    for (at, c) in line.char_indices() {
        out.push(match c {
            '*' => '＊',
            '`' => '｀',
            '<' => '＜',
            '~' if before == Some('~') || line[at + 1..].starts_with('~') => '～',
            '#' if at == 0 => '＃',
            '>' if at == 0 => '＞',
            '.' if at == number && listed => '．',
            ')' if at == number && listed => '）',
            c => c,
        });
        before = Some(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mention_is_taken_off_and_nothing_else() {
        let names = ["值班助手".to_owned(), "值班助手 二号".to_owned(), "Desk Mate".to_owned()];
        for (typed, in_group, heard) in [
            ("@值班助手 本周排班", true, "本周排班"),
            ("@值班助手\u{2005}本周排班", true, "本周排班"),
            ("＠值班助手\u{3000}本周排班", true, "本周排班"),
            ("@值班助手本周排班", true, "本周排班"),
            ("@值班助手 二号 本周排班", true, "本周排班"),
            ("@Desk Mate 帮助", true, "帮助"),
            ("  @值班助手\n报备 张三\n电话 138", true, "报备 张三\n电话 138"),
            ("@值班助手", true, ""),
            ("@改过名的 本周排班", true, "本周排班"),
            ("@改过名的", true, ""),
            ("本周排班 @值班助手", true, "本周排班"),
            ("本周排班@值班助手 二号", true, "本周排班"),
            ("派单 @张三", true, "派单 @张三"),
            ("本周排班", true, "本周排班"),
            ("@值班助手 本周排班", false, "本周排班"),
            ("@张三 在吗", false, "@张三 在吗"),
            ("a@b.cn", true, "a@b.cn"),
            ("", true, ""),
        ] {
            assert_eq!(without_mention(typed, &names, in_group), heard, "{typed}");
        }
        assert_eq!(without_mention("@谁 你好", &[], true), "你好");
    }

    #[test]
    fn control_characters_go_line_feeds_and_emoji_stay() {
        assert_eq!(clean("a\u{0}b\u{7}\r\nc\td\u{85}\u{7f}👩‍💻🇨🇳𠮷".to_owned()), "ab\nc\td👩‍💻🇨🇳𠮷");
    }

    #[test]
    fn a_long_text_is_cut_at_a_line_end_and_says_so() {
        assert_eq!(fit("短", 2048), "短");
        let long = "第一行是内容\n".repeat(1000);
        let cut = fit(&long, 2048);
        assert!(cut.len() <= 2048 && cut.len() > 1900, "{}", cut.len());
        let kept = cut.strip_suffix(CUT).expect("the note is there");
        assert!(kept.ends_with("第一行是内容"));

        let one_line = "好".repeat(100_000);
        let cut = fit(&one_line, 20_480);
        assert!(cut.len() <= 20_480 && cut.len() > 20_400);
        let emoji = "👍".repeat(100_000);
        assert!(fit(&emoji, 2047).len() <= 2047);
    }

    #[test]
    fn parts_are_cut_between_lines_and_lose_nothing() {
        let lines: Vec<_> = (0..300).map(|n| format!("{n} 号患者已分配给顾问")).collect();
        let text = lines.join("\n");
        let parts = split(&text, 2048, 100);
        assert!(parts.len() > 2 && parts.iter().all(|part| part.len() <= 2048));
        assert_eq!(parts.join("\n"), text);

        let one_line = "好".repeat(3000);
        let parts = split(&one_line, 2048, 100);
        assert_eq!(parts.concat(), one_line);

        let parts = split(&text, 2048, 3);
        assert_eq!(parts.len(), 3);
        assert!(parts[2].ends_with(CUT) && parts[2].len() <= 2048);
        assert_eq!(split("一句", 2048, 5), ["一句"]);
    }

    #[test]
    fn markdown_shows_plain_text_as_it_is() {
        for (plain, markdown) in [
            ("李* 138****1234", "李＊ 138＊＊＊＊1234"),
            ("1. 甲\n1. 乙\n3. 丙", "1． 甲\n1． 乙\n3． 丙"),
            ("1) 甲", "1） 甲"),
            ("12.", "12．"),
            ("# 不是标题", "＃ 不是标题"),
            ("> 不是引用", "＞ 不是引用"),
            ("<think>x</think>", "＜think>x＜/think>"),
            ("`code` ~~x~~ ~5", "｀code｀ ～～x～～ ~5"),
            ("3.5 分", "3.5 分"),
            ("一\n\n二", "一\n\n二"),
            ("一\n二", "一  \n二"),
            ("    缩进", "\u{3000}\u{3000}缩进"),
        ] {
            assert_eq!(as_markdown(plain).replace("  \n", "\n"), markdown.replace("  \n", "\n"), "{plain}");
        }
        assert_eq!(as_markdown("一\n二\n\n三"), "一  \n二\n\n三");
    }

    #[test]
    fn a_table_stays_one_between_empty_lines() {
        let plain = "3月排行\n| 名次 | 姓名 |\n|---|---|\n| 1 | 甲*丙 |\n|1|`乙`|\n共 2 人\n1. 甲";
        let markdown =
            "3月排行\n\n| 名次 | 姓名 |\n|---|---|\n| 1 | 甲＊丙 |\n|1|｀乙｀|\n\n共 2 人  \n1． 甲";
        assert_eq!(as_markdown(plain), markdown);
        let twice = "|a|\n|-|\n|1|\n\n|b|\n|-|\n|2|";
        assert_eq!(as_markdown(twice), twice);
    }

    #[test]
    fn a_long_table_is_cut_between_rows_and_its_head_is_repeated() {
        let head = "| 名次 | 姓名 | 到诊 |\n|---|---|---|";
        let rows: Vec<String> = (1..=400).map(|n| format!("| {n} | 顾问{n}号 | {} |", n % 7)).collect();
        let text = format!("到诊排行\n{head}\n{}\n以上为全部", rows.join("\n"));
        for limit in [300, 301, 302, 2_048, 4_096] {
            let parts = split(&text, limit, 1_000);
            let mut seen = Vec::new();
            for (number, part) in parts.iter().enumerate() {
                assert!(part.len() <= limit, "{} of {limit}", part.len());
                let lines: Vec<&str> = part.lines().collect();
                let begins = if number == 0 { part.strip_prefix("到诊排行\n") } else { Some(&**part) };
                let begins = begins.expect("the title is first");
                assert!(begins.starts_with(head) || begins == "以上为全部", "{limit}: {part}");
                seen.extend(lines.iter().filter(|line| line.contains("顾问")).map(|line| (*line).to_owned()));
            }
            assert_eq!(seen, rows, "{limit}");
            assert!(parts.len() > 1 && parts.last().is_some_and(|part| part.ends_with("以上为全部")));
        }
        let parts = split(&text, 2_048, 2);
        assert!(parts[1].starts_with(head) && parts[1].ends_with(CUT_TABLE) && parts[1].len() <= 2_048);
        // A table for which there is no room begins in the next part; a head without a row is nothing.
        let text = format!("{}\n{head}\n{}", "说明".repeat(20), rows[..3].join("\n"));
        assert_eq!(split(&text, 180, 9)[0], "说明".repeat(20));
    }
}
