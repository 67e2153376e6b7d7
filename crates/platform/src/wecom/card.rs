//! Cards with buttons (developer.work.weixin.qq.com path 101032): what the bot says with buttons becomes a
//! `button_interaction`; once it is decided, a `text_notice` takes its place.
//!
//! The first line is the title. `名：值` lines below it stand in the card's list as far as there is room, the rest as text. A
//! text for which a card has no room goes before it as a message of its own, and the card keeps title and buttons.

use super::table::as_text;
use bot::message::{Button, Said};
use serde_json::{Map, Value, json};

/// Buttons of a card; the others are named by what to type.
const BUTTONS: usize = 6;
/// A button's key, bytes.
const KEY_BYTES: usize = 1_024;
/// What the page advises, in characters.
const TITLE: usize = 26;
const SUB_TITLE: usize = 112;
const LABEL: usize = 10;
const FIELDS: usize = 6;
const FIELD_NAME: usize = 5;
const FIELD_VALUE: usize = 26;
/// A `text_notice` must lead somewhere when it is tapped.
const NOWHERE: &str = "https://work.weixin.qq.com/";

/// A message with buttons, as the platform takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shown {
    /// What the card has no room for, to be said before it.
    pub(super) before: Option<String>,
    /// The card.
    pub(super) card: Value,
}

/// The card of a message with buttons; `None` when none of its buttons fits into one. `task_id` is at most 128 bytes of
/// `[0-9A-Za-z_@-]` and never used before.
pub(super) fn card(said: &Said, task_id: &str) -> Option<Shown> {
    let fits = |button: &&Button| !button.label.is_empty() && button.command.len() <= KEY_BYTES;
    let mut taken: Vec<&Button> = Vec::new();
    let mut left: Vec<Button> = Vec::new();
    for button in &said.buttons {
        // Keys are unique within a card.
        let unique = taken.iter().all(|known| known.command != button.command);
        if fits(&button) && unique && taken.len() < BUTTONS {
            taken.push(button);
        } else if unique {
            left.push(button.clone());
        }
    }
    if taken.is_empty() {
        return None;
    }
    // What has no button any more is named in the words.
    let words = Said { buttons: left, ..Said::text(said.text.clone()) }.typed();
    let listed = as_text(&words);
    let (title, rest) = listed.split_once('\n').unwrap_or((&listed, ""));
    let mut card = Map::new();
    card.insert("card_type".into(), "button_interaction".into());
    card.insert("main_title".into(), json!({ "title": short(title, TITLE) }));
    let mut fields = Vec::new();
    let mut lines = Vec::new();
    for line in rest.lines().filter(|line| !line.trim().is_empty()) {
        match field(line).filter(|_| fields.len() < FIELDS && lines.is_empty()) {
            Some((name, value)) => fields.push(json!({ "keyname": name, "value": value })),
            None => lines.push(line),
        }
    }
    let lines = lines.join("\n");
    let room = title.chars().count() <= TITLE && lines.chars().count() <= SUB_TITLE;
    if room {
        if !fields.is_empty() {
            card.insert("horizontal_content_list".into(), fields.into());
        }
        if !lines.is_empty() {
            card.insert("sub_title_text".into(), lines.into());
        }
    }
    let buttons = taken.iter().enumerate().map(|(at, button)| {
        // The first is what is usually wanted.
        json!({ "text": short(&button.label, LABEL), "style": if at == 0 { 1 } else { 2 }, "key": button.command })
    });
    card.insert("button_list".into(), buttons.collect::<Vec<_>>().into());
    card.insert("task_id".into(), task_id.into());
    Some(Shown { before: (!room).then(|| words.clone()), card: card.into() })
}

/// What takes a card's place when nothing can be pressed on it any more: its title, and how it was decided.
pub(super) fn settled(title: &str, outcome: &str, task_id: &str) -> Value {
    json!({
        "card_type": "text_notice",
        "main_title": { "title": short(title.lines().next().unwrap_or_default(), TITLE) },
        "sub_title_text": short(outcome, SUB_TITLE),
        "card_action": { "type": 1, "url": NOWHERE },
        "task_id": task_id,
    })
}

/// What takes a card's place when something of it is decided and something is left; `None` when nothing is.
pub(super) fn left(said: &Said, outcome: &str, task_id: &str) -> Option<Value> {
    let with = |text: String| card(&Said { buttons: said.buttons.clone(), ..Said::text(text) }, task_id);
    let whole = with(format!("{}\n{outcome}", said.text))?;
    if whole.before.is_none() {
        return Some(whole.card);
    }
    let title = short(said.text.lines().next().unwrap_or_default(), TITLE);
    with(format!("{title}\n{}", short(outcome, SUB_TITLE))).map(|shown| shown.card)
}

/// `类型：事假` and the like.
fn field(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once('：')?;
    let (name, value) = (name.trim(), value.trim());
    let fits = |text: &str, most: usize| (1..=most).contains(&text.chars().count());
    (fits(name, FIELD_NAME) && fits(value, FIELD_VALUE)).then_some((name, value))
}

/// At most `most` characters; of a longer text the last is an ellipsis.
fn short(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_becomes_a_card_with_its_fields() {
        let said = Said::text(
            "张三申请请假 L12\n类型：事假\n时间：11月25日 全天\n理由写得长一些\n还有一行：后面不再进表",
        )
        .button("同意", "同意 L12")
        .button("驳回", "驳回 L12 理由");
        let shown = card(&said, "ab-12").expect("a card");
        assert_eq!(shown.before, None);
        assert_eq!(
            shown.card,
            json!({
                "card_type": "button_interaction",
                "main_title": { "title": "张三申请请假 L12" },
                "horizontal_content_list": [
                    { "keyname": "类型", "value": "事假" }, { "keyname": "时间", "value": "11月25日 全天" }],
                "sub_title_text": "理由写得长一些\n还有一行：后面不再进表",
                "button_list": [
                    { "text": "同意", "style": 1, "key": "同意 L12" }, { "text": "驳回", "style": 2, "key": "驳回 L12 理由" }],
                "task_id": "ab-12",
            })
        );
    }

    #[test]
    fn what_has_no_room_is_said_before_and_surplus_buttons_are_named() {
        let long = format!("标题\n{}", "很长的一段话。".repeat(30));
        let shown = card(&Said::text(&long).button("好", "好"), "t").expect("a card");
        assert_eq!(shown.before.as_deref(), Some(&*long));
        assert_eq!(shown.card.get("sub_title_text"), None);

        let mut said = Said::text("选一个");
        for n in 1..=8 {
            said = said.button(format!("第{n}个选项的标签很长很长"), format!("选 {n}"));
        }
        said = said.button("重复", "选 1").button("太长", "长".repeat(400));
        let shown = card(&said, "t").expect("a card");
        assert_eq!(shown.card["button_list"].as_array().map(Vec::len), Some(6));
        assert_eq!(shown.card["button_list"][0]["text"], "第1个选项的标签很…");
        let text = shown.card["sub_title_text"].as_str().map(str::to_owned).or(shown.before).expect("named");
        assert!(text.contains("选 7") && text.contains("选 8") && !text.contains("重复"), "{text}");
        assert_eq!(card(&Said::text("没有按钮"), "t"), None);
    }

    #[test]
    fn what_is_left_of_a_card_can_still_be_pressed() {
        let list = Said::text("待你批 2 件\nL1 张三 事假\nL2 李四 病假").button("同意 L2", "同意 L2");
        let card = left(&list, "王五已同意 L1", "ab-12").expect("a card");
        assert_eq!((&card["card_type"], &card["task_id"]), (&json!("button_interaction"), &json!("ab-12")));
        assert_eq!(card["sub_title_text"], "L1 张三 事假\nL2 李四 病假\n王五已同意 L1");
        assert_eq!(card["button_list"].as_array().map(Vec::len), Some(1));
        let long = Said { text: format!("待你批\n{}", "很长的一段话。".repeat(30)), ..list };
        let card = left(&long, "王五已同意 L1", "ab-12").expect("a card");
        assert_eq!(card["sub_title_text"], "王五已同意 L1");
        assert_eq!(left(&Said::text("没有了"), "王五已同意 L1", "t"), None);
    }

    #[test]
    fn a_decided_card_keeps_its_title() {
        let card = settled("张三申请请假 L12\n类型：事假", "王五已同意 L12", "ab-12");
        assert_eq!(card["main_title"]["title"], "张三申请请假 L12");
        assert_eq!((&card["sub_title_text"], &card["task_id"]), (&json!("王五已同意 L12"), &json!("ab-12")));
        assert!(card.get("button_list").is_none() && card["card_action"]["type"] == 1);
    }
}
