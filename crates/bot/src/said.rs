//! How a message stands in the outbox: its words as one row, and what stands beside them as another behind it. So the
//! words never wait for a picture, and each is tried, given up and counted by itself.

use crate::message::{Attachment, Button, Said};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::privacy::mask_phones;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::borrow::Cow;
use store::{Error, NewRow, Tx};

#[derive(Default, Serialize, Deserialize)]
struct Stored<'a> {
    text: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    buttons: Vec<(String, String)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    drawing: Option<(Cow<'a, str>, Cow<'a, str>)>,
    /// The bytes in base64: JSON has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    file: Option<(Cow<'a, str>, Cow<'a, str>)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    amends: Option<Amended>,
}

/// What an outbox row changes that was a card.
#[derive(Serialize, Deserialize)]
pub(crate) struct Amended {
    /// The row that was the card.
    pub(crate) card: i64,
    pub(crate) handle: Option<String>,
    pub(crate) title: String,
    pub(crate) outcome: String,
    pub(crate) label: Option<String>,
}

/// The JSON of a card's change.
pub(crate) fn amended_to_json(amended: Amended) -> String {
    json(&Stored { amends: Some(amended), ..Stored::default() })
}

/// The card's change of a JSON; `None` when it is something to be said or shown.
pub(crate) fn amended_from_json(json: &str) -> Option<Amended> {
    serde_json::from_str::<Stored<'_>>(json).ok()?.amends
}

/// A message as it may stand in a group: the last line of defence against a phone number that some text carries along.
/// What is in a file is not looked at.
pub(crate) fn for_group(said: &Said) -> Said {
    let buttons = said
        .buttons
        .iter()
        .map(|button| Button { label: mask_phones(&button.label), command: mask_phones(&button.command) });
    let attachment = said.attachment.as_deref().cloned().map(|attachment| match attachment {
        Attachment::Drawing { name, spec } => {
            let mut drawn: Value = serde_json::from_str(&spec).unwrap_or_default();
            mask_texts(&mut drawn);
            Attachment::Drawing { name: mask_phones(&name), spec: drawn.to_string() }
        }
        Attachment::File { name, bytes } => Attachment::File { name: mask_phones(&name), bytes },
    });
    Said { text: mask_phones(&said.text), buttons: buttons.collect(), attachment: attachment.map(Box::new) }
}

fn mask_texts(value: &mut Value) {
    match value {
        Value::String(text) => *text = mask_phones(text),
        Value::Array(values) => values.iter_mut().for_each(mask_texts),
        Value::Object(fields) => fields.values_mut().for_each(mask_texts),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Writes a message as outgoing rows: `row` with its words, then what stands beside them. False when there is one with its
/// key already.
pub(crate) fn send(tx: &mut Tx<'_>, row: &NewRow<'_>, said: &Said) -> Result<bool, Error> {
    if !said.text.is_empty() || said.attachment.is_none() {
        let json = to_json(said);
        if !tx.send(&NewRow { said: &json, ..row.clone() })? {
            return Ok(false);
        }
    }
    let Some(attachment) = &said.attachment else { return Ok(true) };
    let key = row.key.map(|key| format!("{key}:beside"));
    let json = beside_to_json(attachment);
    tx.send(&NewRow {
        key: key.as_deref(),
        // A repetition of the message is answered with words.
        inbox_id: None,
        in_group: None,
        said: &json,
        late: None,
        answered: false,
        ..row.clone()
    })
}

/// The JSON of a message's words and buttons.
pub(crate) fn to_json(said: &Said) -> String {
    let buttons = said.buttons.iter().map(|button| (button.label.clone(), button.command.clone())).collect();
    json(&Stored { text: said.text.as_str().into(), buttons, ..Stored::default() })
}

fn beside_to_json(attachment: &Attachment) -> String {
    json(&match attachment {
        Attachment::Drawing { name, spec } => {
            Stored { drawing: Some((name.into(), spec.into())), ..Stored::default() }
        }
        Attachment::File { name, bytes } => {
            Stored { file: Some((name.into(), STANDARD.encode(bytes).into())), ..Stored::default() }
        }
    })
}

fn json(stored: &Stored<'_>) -> String {
    // Texts always become JSON.
    serde_json::to_string(stored).unwrap_or_default()
}

/// The message of a JSON; `None` when it is not one.
pub(crate) fn from_json(json: &str) -> Option<Said> {
    let stored: Stored<'_> = serde_json::from_str(json).ok()?;
    let buttons = stored.buttons.into_iter().map(|(label, command)| Button { label, command }).collect();
    let attachment = match (stored.drawing, stored.file) {
        (Some((name, spec)), _) => {
            Some(Attachment::Drawing { name: name.into_owned(), spec: spec.into_owned() })
        }
        (None, Some((name, bytes))) => {
            Some(Attachment::File { name: name.into_owned(), bytes: STANDARD.decode(bytes.as_bytes()).ok()? })
        }
        (None, None) => None,
    };
    Some(Said { text: stored.text.into_owned(), buttons, attachment: attachment.map(Box::new) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_comes_back() {
        for said in [Said::text("日报已收到\n\"50\""), Said::text("请假").button("同意", "同意 L1")]
        {
            assert_eq!(from_json(&to_json(&said)), Some(said));
        }
        assert_eq!(from_json("{"), None);
    }

    #[test]
    fn what_stands_beside_comes_back() {
        for attachment in [
            Attachment::Drawing {
                name: "排行".to_owned(), spec: r#"{"Board":{"title":"本月"}}"#.to_owned()
            },
            Attachment::File { name: "排班.xlsx".to_owned(), bytes: vec![0, 255, 80, 75] },
        ] {
            let back = from_json(&beside_to_json(&attachment)).expect("a message");
            assert_eq!(back, Said::default().with(attachment));
        }
        assert_eq!(from_json(r#"{"text":"","file":["a","*"]}"#), None);
    }

    #[test]
    fn a_group_sees_no_phone_number() {
        let said = Said::text("李* 138 0013 8000 明天来").button("回 13800138000", "回访 13800138000");
        let masked = Said::text("李* 138****8000 明天来").button("回 138****8000", "回访 138****8000");
        assert_eq!(for_group(&said), masked);
        let drawing = |phone: &str| Attachment::Drawing {
            name: "名单".to_owned(),
            spec: format!(r#"{{"rows":[["李*","{phone}"]],"width":13800138000}}"#),
        };
        let shown = for_group(&Said::text("名单").with(drawing("13800138000")));
        assert_eq!(
            shown.attachment.as_deref(),
            Some(&drawing("138****8000")),
            "texts only, and it stays JSON"
        );
    }
}
