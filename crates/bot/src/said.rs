//! How a message stands in the outbox.

use crate::message::{Button, Said};
use domain::privacy::mask_phones;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Stored<'a> {
    text: std::borrow::Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    buttons: Vec<(String, String)>,
}

/// A message as it may stand in a group: the last line of defence against a phone number that some text carries along.
pub(crate) fn for_group(said: &Said) -> Said {
    let buttons = said
        .buttons
        .iter()
        .map(|button| Button { label: mask_phones(&button.label), command: mask_phones(&button.command) });
    Said { text: mask_phones(&said.text), buttons: buttons.collect() }
}

/// The JSON of a message.
pub(crate) fn to_json(said: &Said) -> String {
    let buttons = said.buttons.iter().map(|button| (button.label.clone(), button.command.clone())).collect();
    let stored = Stored { text: said.text.as_str().into(), buttons };
    // Text and pairs of text always become JSON.
    serde_json::to_string(&stored).unwrap_or_default()
}

/// The message of a JSON; `None` when it is not one.
pub(crate) fn from_json(json: &str) -> Option<Said> {
    let stored: Stored<'_> = serde_json::from_str(json).ok()?;
    let buttons = stored.buttons.into_iter().map(|(label, command)| Button { label, command }).collect();
    Some(Said { text: stored.text.into_owned(), buttons })
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
    fn a_group_sees_no_phone_number() {
        let said = Said::text("李* 138 0013 8000 明天来").button("回 13800138000", "回访 13800138000");
        let masked = Said::text("李* 138****8000 明天来").button("回 138****8000", "回访 138****8000");
        assert_eq!(for_group(&said), masked);
    }
}
