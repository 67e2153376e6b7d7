//! Plain words in DingTalk's markdown, where a message has to be one (cards with buttons).
//!
//! Only a subset is documented, escaping is not in it, and a lone line end may be joined. So line ends get their two blanks,
//! and what would be taken for a mark becomes its full-width twin: a masked number (`138****8000`) would turn bold otherwise.

/// The words as markdown that shows them as they are.
pub(super) fn of_plain(words: &str) -> String {
    words.lines().map(line).collect::<Vec<_>>().join("  \n  ")
}

fn line(line: &str) -> String {
    let head = line.trim_start();
    let mut out = String::with_capacity(line.len());
    let mut rest = head;
    let mut chars = head.chars();
    if let Some(mark @ ('#' | '>' | '-' | '+')) = chars.next() {
        out.push(full_width(mark));
        rest = chars.as_str();
    } else {
        let digits = head.len() - head.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        if digits > 0 && head[digits..].starts_with(". ") {
            out.push_str(&head[..digits]);
            out.push('．');
            rest = head[digits + 2..].trim_start();
        }
    }
    for c in rest.chars() {
        out.push(if matches!(c, '*' | '`' | '<' | '[' | ']' | '~' | '|' | '\\') { full_width(c) } else { c });
    }
    out
}

/// The full-width twin of a printable ASCII character.
fn full_width(c: char) -> char {
    char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_shown_as_they_are() {
        for (plain, markdown) in [
            ("", ""),
            ("李* 138****8000", "李＊ 138＊＊＊＊8000"),
            ("第一行\n第二行", "第一行  \n  第二行"),
            ("# 一\n> 二\n- 三\n12. 四\n3.5 分", "＃ 一  \n  ＞ 二  \n  － 三  \n  12．四  \n  3.5 分"),
            ("[名](地址) <b> `x` a|b", "［名］(地址) ＜b> ｀x｀ a｜b"),
            ("· 同意 → 发「同意 J3」", "· 同意 → 发「同意 J3」"),
        ] {
            assert_eq!(of_plain(plain), markdown, "{plain}");
        }
    }
}
