//! The small parts of a line: names, speakers, colons in either width, and line breaks written as `\n`.

use crate::stage::Room;
use crate::story::Speaker;

/// Characters that mean something in a line and so stand in no name.
const RESERVED: [char; 9] = [':', '：', '@', '＠', '(', ')', '（', '）', '#'];

/// The word that stands in brackets after a person for the private chat.
pub(crate) const PRIVATE: &str = "私聊";

/// A name that can stand anywhere in a story.
pub(crate) fn is_name(word: &str) -> bool {
    !word.is_empty() && !word.contains(|c: char| c.is_whitespace() || c.is_control() || RESERVED.contains(&c))
}

/// A name, perhaps with a namesake's number: `张伟#1`.
pub(crate) fn is_person(word: &str) -> bool {
    match word.split_once('#') {
        Some((name, number)) => is_name(name) && namesake(number).is_some(),
        None => is_name(word),
    }
}

/// The number behind `#`, written in its one form.
pub(crate) fn namesake(number: &str) -> Option<u32> {
    let value: u32 = number.parse().ok()?;
    (value > 0 && value.to_string() == number).then_some(value)
}

/// Somebody else's word made fit to be a name: what means something in a line is left out.
pub(crate) fn as_name(word: &str) -> String {
    let name: String =
        word.chars().filter(|c| !c.is_whitespace() && !c.is_control() && !RESERVED.contains(c)).collect();
    if name.is_empty() { "无名".to_owned() } else { name }
}

/// As [`as_name`]; a namesake's number stays.
pub(crate) fn as_person(word: &str) -> String {
    match word.split_once('#') {
        Some((name, number)) if namesake(number).is_some() => format!("{}#{number}", as_name(name)),
        _ => as_name(word),
    }
}

/// What stands before and after the first colon.
pub(crate) fn split_colon(text: &str) -> Option<(&str, &str)> {
    let (before, after) = text.split_once([':', '：'])?;
    Some((before.trim(), after.trim()))
}

/// Reads `张三`, `张三(私聊)`, `张三@咨询群`.
pub(crate) fn speaker(text: &str) -> Option<Speaker> {
    let text = text.trim();
    let (name, room) = if let Some((name, group)) = text.split_once(['@', '＠']) {
        let group = group.trim();
        if !is_name(group) {
            return None;
        }
        (name, Some(Room::Group(group.to_owned())))
    } else if let Some((name, rest)) = text.split_once(['(', '（']) {
        if rest.strip_suffix([')', '）'])?.trim() != PRIVATE {
            return None;
        }
        (name, Some(Room::Private))
    } else {
        (text, None)
    };
    let name = name.trim();
    is_person(name).then(|| Speaker { name: name.to_owned(), room })
}

/// A line's words, up to a comment behind them.
pub(crate) fn split_words(text: &str) -> Vec<&str> {
    text.split_whitespace().take_while(|word| !word.starts_with('#')).collect()
}

/// The text that stands in a line: `\n` is a line break, `\\` a backslash; any other backslash is itself.
pub(crate) fn unescape(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut rest = line.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            text.push(c);
            continue;
        }
        match rest.clone().next() {
            Some('n') => text.push('\n'),
            Some('\\') => text.push('\\'),
            _ => {
                text.push('\\');
                continue;
            }
        }
        rest.next();
    }
    text
}

/// The line in which [`unescape`] reads the text again. White space around it is left out: it means nothing.
pub(crate) fn escape(text: &str) -> String {
    text.trim().replace('\\', "\\\\").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn speakers_are_read_in_either_width() {
        let group = |name: &str| Some(Room::Group(name.to_owned()));
        let cases = [
            ("张三", "张三", None),
            ("张伟#1", "张伟#1", None),
            ("张三(私聊)", "张三", Some(Room::Private)),
            ("张三（私聊）", "张三", Some(Room::Private)),
            (" 张三 ( 私聊 ) ", "张三", Some(Room::Private)),
            ("张三@咨询群", "张三", group("咨询群")),
            ("张三＠咨询群", "张三", group("咨询群")),
            ("张伟#2@夜班群", "张伟#2", group("夜班群")),
        ];
        for (written, name, room) in cases {
            assert_eq!(speaker(written), Some(Speaker { name: name.to_owned(), room }), "{written}");
        }
        for bad in [
            "",
            " ",
            "@群",
            "张三@",
            "张三(群聊)",
            "张三(私聊",
            "张 三",
            "张伟#",
            "张伟#0",
            "张伟#01",
            "张伟#x",
        ] {
            assert_eq!(speaker(bad), None, "{bad}");
        }
    }

    #[test]
    fn line_breaks_are_written_as_backslash_n() {
        for (line, text) in
            [(r"a\nb", "a\nb"), (r"a\\nb", r"a\nb"), (r"C:\dir\", r"C:\dir\"), (r"\\\n", "\\\n"), ("", "")]
        {
            assert_eq!(unescape(line), text, "{line}");
        }
    }

    proptest! {
        #[test]
        fn any_text_comes_back_from_its_line(text in "[\\PC\\n\\r\\t\\\\n]{0,40}") {
            let line = escape(&text);
            prop_assert!(!line.contains('\n'));
            prop_assert_eq!(unescape(line.trim()), text.trim());
        }

        #[test]
        fn any_word_becomes_a_name(word in "\\PC{0,12}") {
            prop_assert!(is_name(&as_name(&word)));
            prop_assert!(is_person(&as_person(&word)));
            prop_assert_eq!(as_name(&as_name(&word)), as_name(&word));
        }
    }
}
