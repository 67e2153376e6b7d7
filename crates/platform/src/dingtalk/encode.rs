//! From words to DingTalk's JSON, within its limit of bytes.
//!
//! Plain `text` messages only: they show mentions highlighted, keep their line ends, and read the same on every
//! client, none of which is true of DingTalk's markdown.

use bot::message::Said;
use serde_json::{Value, json};

/// The longest body, in bytes, of a message to a webhook, a session or in a response. Above it DingTalk answers
/// 460101. DingTalk docs: custom robot, and the refusals that users report.
pub const BODY_LIMIT: usize = 20_000;

/// What the documents' samples carry; another type is refused with 43004. DingTalk docs: custom robot.
pub(super) const CONTENT_TYPE: &str = "application/json; charset=utf-8";

const CUT_NOTE: &str = "\n……（太长，后面的没有显示）";

/// What a posted text carries beside its words.
#[derive(Clone, Copy, Default)]
pub(super) struct Extras<'a> {
    /// The staff id to mention.
    pub(super) mention: Option<&'a str>,
    /// `msgUuid`: DingTalk shows a message with a known one only once. DingTalk docs: custom robot.
    pub(super) uuid: Option<&'a str>,
}

/// The body of a text message.
///
/// A mention must stand both in the list and as `@id` in the words, where DingTalk puts the name in its place.
/// DingTalk docs: robot message types, at.
pub(super) fn text(words: &str, extras: Extras<'_>) -> String {
    let words = extras.mention.map_or_else(|| words.to_owned(), |id| format!("@{id} {words}"));
    let mut body = json!({ "msgtype": "text", "text": { "content": words } });
    if let Some(id) = extras.mention {
        body["at"] = json!({ "atUserIds": [id], "isAtAll": false });
    }
    if let Some(uuid) = extras.uuid {
        body["msgUuid"] = Value::from(uuid);
    }
    body.to_string()
}

/// The words cut into as few messages as fit their extras, at line ends where there are any.
pub(super) fn pages<'a>(words: &'a str, extras: Extras<'_>) -> Vec<&'a str> {
    let room = BODY_LIMIT.saturating_sub(text("", extras).len());
    let mut pages = Vec::new();
    let mut rest = words;
    while !rest.is_empty() {
        let (page, after) = rest.split_at(fitting(rest, room));
        rest = after;
        if !page.trim().is_empty() {
            pages.push(page.trim_end());
        }
    }
    pages
}

/// The body of a response. DingTalk docs: receive robot messages, reply in the response.
pub(super) fn answer(said: &[Said]) -> String {
    let words: Vec<String> = said.iter().map(Said::typed).filter(|words| !words.trim().is_empty()).collect();
    if words.is_empty() {
        return json!({ "msgtype": "empty" }).to_string();
    }
    let words = words.join("\n\n");
    let whole = text(&words, Extras::default());
    if whole.len() <= BODY_LIMIT {
        return whole;
    }
    let room = BODY_LIMIT - text(CUT_NOTE, Extras::default()).len();
    let head = words[..fitting(&words, room)].trim_end();
    text(&format!("{head}{CUT_NOTE}"), Extras::default())
}

/// How many bytes of `words` fit when JSON gives them `room` bytes: all, else up to the last line's end, else up
/// to the last character; never none, so that whoever loops over it comes to an end.
fn fitting(words: &str, room: usize) -> usize {
    let mut cost = 0;
    let mut line_end = None;
    for (at, c) in words.char_indices() {
        cost += json_len(c);
        if cost > room {
            return line_end.unwrap_or(if at == 0 { c.len_utf8() } else { at });
        }
        if c == '\n' {
            line_end = Some(at + 1);
        }
    }
    words.len()
}

/// The bytes that a character takes inside a JSON string, as `serde_json` writes it.
fn json_len(c: char) -> usize {
    match c {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
        '\0'..='\u{1f}' => 6,
        c => c.len_utf8(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXTRAS: Extras<'_> =
        Extras { mention: Some("manager4321"), uuid: Some("00112233445566778899aabbccddeeff") };

    #[test]
    fn json_len_is_what_serde_writes() {
        for c in (0..0x300).chain([0x2028, 0x4e2d, 0xffff, 0x1f9d1]).filter_map(char::from_u32) {
            let written = serde_json::to_string(&c).expect("a character is JSON").len() - 2;
            assert_eq!(json_len(c), written, "{c:?}");
        }
    }

    #[test]
    fn pages_keep_lines_whole_and_bodies_short() {
        let line = "张三 到诊 12 \"成交\" 3 🧑‍⚕️\n";
        let words = line.repeat(2_000);
        let pages = pages(&words, EXTRAS);
        assert!(pages.len() > 2);
        assert_eq!(pages.join("\n"), words.trim_end());
        for page in pages {
            assert!(page.lines().all(|l| l == line.trim_end()));
            assert!(text(page, EXTRAS).len() <= BODY_LIMIT);
        }
    }

    #[test]
    fn one_endless_line_is_cut_between_characters() {
        for unit in ["a", "字", "🧑", "\"", "\u{1}"] {
            let words = unit.repeat(100_000);
            let pages = pages(&words, EXTRAS);
            assert_eq!(pages.concat(), words);
            for page in &pages[..pages.len() - 1] {
                let len = text(page, EXTRAS).len();
                assert!((BODY_LIMIT - 6..=BODY_LIMIT).contains(&len), "{len}");
            }
        }
    }

    #[test]
    fn nothing_to_show_makes_no_page() {
        assert!(pages("", EXTRAS).is_empty());
        assert!(pages(" \n\n", EXTRAS).is_empty());
    }
}
