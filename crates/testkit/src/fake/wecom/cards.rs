//! The strict reader of button cards (developer.work.weixin.qq.com path 101032).

use serde_json::Value;

/// Text of 1 to `limit` bytes.
pub(super) fn bounded(content: &Value, limit: usize) -> Result<String, String> {
    let content = content.as_str().ok_or("content is no text")?;
    if content.is_empty() || content.len() > limit {
        return Err(format!("{} bytes of content, {limit} are allowed", content.len()));
    }
    Ok(content.to_owned())
}

/// What a card shows, its buttons (label and key) and its task id.
pub(super) type Card = (String, Vec<(String, String)>, String);

/// What a button card shows, when the real one would take it.
pub(super) fn button_card(card: &Value) -> Result<Card, String> {
    const KNOWN: [&str; 6] =
        ["card_type", "main_title", "horizontal_content_list", "sub_title_text", "button_list", "task_id"];
    let object = card.as_object().ok_or("a card is an object")?;
    if let Some(name) = object.keys().find(|name| !KNOWN.contains(&name.as_str())) {
        return Err(format!("unknown member {name} of a card"));
    }
    if card["card_type"] != "button_interaction" {
        return Err(format!("no button card: {}", card["card_type"]));
    }
    let text = |value: &Value, most: usize, what: &str| match value.as_str() {
        Some(text) if (1..=most).contains(&text.chars().count()) => Ok(text.to_owned()),
        _ => Err(format!("{what}: 1 to {most} characters, not {value}")),
    };
    let mut words = vec![text(&card["main_title"]["title"], 26, "title")?];
    if let Some(fields) = card.get("horizontal_content_list") {
        let fields = fields.as_array().filter(|fields| fields.len() <= 6).ok_or("at most six fields")?;
        for field in fields {
            words.push(format!(
                "{}：{}",
                text(&field["keyname"], 5, "keyname")?,
                text(&field["value"], 26, "value")?
            ));
        }
    }
    if let Some(sub) = card.get("sub_title_text") {
        words.push(text(sub, 112, "sub_title_text")?);
    }
    let list = card["button_list"].as_array().filter(|list| (1..=6).contains(&list.len()));
    let mut buttons: Vec<(String, String)> = Vec::new();
    for button in list.ok_or("one to six buttons")? {
        let label = text(&button["text"], 10, "button")?;
        let key =
            button["key"].as_str().filter(|key| (1..=1024).contains(&key.len())).ok_or("a button's key")?;
        if buttons.iter().any(|(_, known)| known == key) {
            return Err(format!("two buttons with the key {key}"));
        }
        buttons.push((label, key.to_owned()));
    }
    let known = |c: char| c.is_ascii_alphanumeric() || "_-@".contains(c);
    let task_id =
        card["task_id"].as_str().filter(|id| (1..=128).contains(&id.len()) && id.chars().all(known));
    Ok((words.join("\n"), buttons, task_id.ok_or("a task id")?.to_owned()))
}
