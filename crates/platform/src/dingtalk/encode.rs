//! From words to DingTalk's JSON, within its limit of bytes.
//!
//! Words go out as plain `text`: it shows mentions highlighted, keeps its line ends, and reads the same on every
//! client, none of which is true of DingTalk's markdown. Only a message with buttons becomes an `actionCard`, whose
//! text is markdown; its buttons are `dtmd` links, which say the typed twin in the name of whoever taps. The twin stands in
//! the words as well, for where a link does nothing.

use super::markdown;
use super::openapi::Keyed;
use bot::message::{Button, Said};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

/// The longest body, in bytes, of a message to a webhook, a session or in a response. Above it DingTalk answers
/// 460101. DingTalk docs: custom robot, and the refusals that users report.
pub const BODY_LIMIT: usize = 20_000;

/// The longest page, in bytes of JSON: the OpenAPI takes 15,000 for all parameters, and a page is to mean the same on every
/// way.
const PAGE: usize = 12_000;

/// Buttons of one card at most. DingTalk docs: sampleActionCard5.
const MOST_BUTTONS: usize = 5;

/// Characters of what a link says at most; no limit is documented, and short links are known to work.
const LONGEST_LINK: usize = 200;

/// All but the unreserved characters; a blank becomes `%20`. DingTalk docs: dtmdLink.
const OUTSIDE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// What the documents' samples carry; another type is refused with 43004. DingTalk docs: custom robot.
pub(super) const CONTENT_TYPE: &str = "application/json; charset=utf-8";

/// Why something is not shown that only the OpenAPI shows.
pub(super) const NO_MEDIA: &str = "这条路发不了图片和文件，只发了文字";

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

/// One message's worth of a parcel.
#[derive(Clone, Copy)]
pub(super) struct Page<'a> {
    pub(super) words: &'a str,
    /// The buttons below it, where links can be shown; only the last page has any.
    pub(super) buttons: &'a [Button],
}

impl Page<'_> {
    /// As it is posted to a webhook or a session, or given in a response.
    pub(super) fn body(self, links: bool, extras: Extras<'_>) -> String {
        if !(links && can_be_links(self.buttons)) {
            return text(self.words, extras);
        }
        let mut card = json!({ "title": title(self.words), "text": markdown::of_plain(self.words) });
        match self.buttons {
            [one] => {
                card["singleTitle"] = Value::from(one.label.as_str());
                card["singleURL"] = Value::from(link(&one.command));
            }
            several => {
                let buttons =
                    several.iter().map(|one| json!({ "title": one.label, "actionURL": link(&one.command) }));
                card["btnOrientation"] = Value::from("0");
                card["btns"] = buttons.collect();
            }
        }
        json!({ "msgtype": "actionCard", "actionCard": card }).to_string()
    }

    /// As the OpenAPI takes it. DingTalk docs: message types of the enterprise robot.
    pub(super) fn keyed(self, links: bool) -> Keyed {
        if !(links && can_be_links(self.buttons)) {
            return Keyed { key: "sampleText", param: json!({ "content": self.words }) };
        }
        let mut param = Map::new();
        param.insert("title".into(), title(self.words).into());
        param.insert("text".into(), markdown::of_plain(self.words).into());
        if let [one] = self.buttons {
            param.insert("singleTitle".into(), one.label.as_str().into());
            param.insert("singleURL".into(), link(&one.command).into());
            return Keyed { key: "sampleActionCard", param: Value::Object(param) };
        }
        for (number, one) in (1..).zip(self.buttons) {
            param.insert(format!("actionTitle{number}"), one.label.as_str().into());
            param.insert(format!("actionURL{number}"), link(&one.command).into());
        }
        let key = match self.buttons.len() {
            2 => "sampleActionCard2",
            3 => "sampleActionCard3",
            4 => "sampleActionCard4",
            _ => "sampleActionCard5",
        };
        Keyed { key, param: Value::Object(param) }
    }
}

/// A link that says something in the conversation, in the name of whoever taps on it.
pub fn link(says: &str) -> String {
    format!("dtmd://dingtalkclient/sendMessage?content={}", utf8_percent_encode(says, OUTSIDE))
}

fn can_be_links(buttons: &[Button]) -> bool {
    let fits = |one: &Button| {
        !one.label.trim().is_empty() && (1..=LONGEST_LINK).contains(&one.command.chars().count())
    };
    (1..=MOST_BUTTONS).contains(&buttons.len()) && buttons.iter().all(fits)
}

/// What the list of chats shows of a card: its first line, short.
fn title(words: &str) -> String {
    words.lines().next().unwrap_or_default().chars().take(40).collect()
}

/// The words cut into as few messages as fit their extras, at line ends where there are any; the buttons below the last.
pub(super) fn pages<'a>(words: &'a str, buttons: &'a [Button], extras: Extras<'_>) -> Vec<Page<'a>> {
    let room = PAGE.saturating_sub(text("", extras).len());
    let mut pages = Vec::new();
    let mut rest = words;
    while !rest.is_empty() {
        let (page, after) = rest.split_at(fitting(rest, room));
        rest = after;
        if !page.trim().is_empty() {
            pages.push(Page { words: page.trim_end(), buttons: &[] });
        }
    }
    if let Some(last) = pages.last_mut() {
        last.buttons = buttons;
    }
    pages
}

/// The body of a response. DingTalk docs: receive robot messages, reply in the response. Where links can be shown, a single
/// message keeps its buttons.
pub(super) fn answer(said: &[Said], links: bool) -> String {
    let spoken: Vec<(String, &Said)> =
        said.iter().map(|said| (said.typed(), said)).filter(|(words, _)| !words.trim().is_empty()).collect();
    if spoken.is_empty() {
        return json!({ "msgtype": "empty" }).to_string();
    }
    let buttons = match spoken.as_slice() {
        [(_, one)] => one.buttons.as_slice(),
        _ => &[],
    };
    let words: Vec<&str> = spoken.iter().map(|(words, _)| words.as_str()).collect();
    let words = words.join("\n\n");
    let whole = Page { words: &words, buttons }.body(links, Extras::default());
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
        let pages: Vec<&str> = pages(&words, &[], EXTRAS).iter().map(|page| page.words).collect();
        assert!(pages.len() > 2);
        assert_eq!(pages.join("\n"), words.trim_end());
        for page in pages {
            assert!(page.lines().all(|l| l == line.trim_end()));
            assert!(text(page, EXTRAS).len() <= PAGE);
        }
    }

    #[test]
    fn one_endless_line_is_cut_between_characters() {
        for unit in ["a", "字", "🧑", "\"", "\u{1}"] {
            let words = unit.repeat(100_000);
            let pages: Vec<&str> = pages(&words, &[], EXTRAS).iter().map(|page| page.words).collect();
            assert_eq!(pages.concat(), words);
            for page in &pages[..pages.len() - 1] {
                let len = text(page, EXTRAS).len();
                assert!((PAGE - 6..=PAGE).contains(&len), "{len}");
            }
        }
    }

    #[test]
    fn nothing_to_show_makes_no_page() {
        assert!(pages("", &[], EXTRAS).is_empty());
        assert!(pages(" \n\n", &[], EXTRAS).is_empty());
    }

    fn buttons(count: usize) -> Vec<Button> {
        (1..=count)
            .map(|number| Button { label: format!("按{number}"), command: format!("同意 J{number}") })
            .collect()
    }

    #[test]
    fn a_card_is_made_of_one_to_five_buttons() {
        for count in 0..=6 {
            let buttons = buttons(count);
            let page = Page { words: "请审批\n李*", buttons: &buttons };
            let (body, keyed) = (page.body(true, Extras::default()), page.keyed(true));
            let body: Value = serde_json::from_str(&body).expect("JSON");
            let expected = match count {
                1 => "sampleActionCard",
                2 => "sampleActionCard2",
                3 => "sampleActionCard3",
                4 => "sampleActionCard4",
                5 => "sampleActionCard5",
                _ => "sampleText",
            };
            assert_eq!(keyed.key, expected);
            let is_card = (1..=5).contains(&count);
            assert_eq!(body["msgtype"], if is_card { "actionCard" } else { "text" });
            if is_card {
                assert_eq!(keyed.param["text"], "请审批  \n  李＊");
                assert_eq!(body["actionCard"]["title"], "请审批");
                assert_eq!(body["actionCard"]["btns"].as_array().map_or(1, Vec::len), count);
                assert!(keyed.param.as_object().expect("an object").values().all(Value::is_string));
            }
            assert_eq!(page.keyed(false).key, "sampleText", "where no link is wanted");
        }
        let long = [Button { label: "同意".into(), command: "长".repeat(201) }];
        assert_eq!(Page { words: "x", buttons: &long }.keyed(true).key, "sampleText");
    }

    #[test]
    fn only_the_last_page_has_buttons() {
        let buttons = buttons(2);
        let words = "一行字\n".repeat(3_000);
        let pages = pages(&words, &buttons, EXTRAS);
        let counts: Vec<usize> = pages.iter().map(|page| page.buttons.len()).collect();
        assert!(counts.len() > 1 && counts.ends_with(&[0, 2]), "{counts:?}");
    }
}
