//! What was said and recorded since the latest input, and the expectations that look at it.

use crate::matching::{differences, matches};
use crate::outcome::Wrong;
use crate::story::Target;
use crate::words::PRIVATE;
use bot::Said;
use bot::outside::Destination;
use domain::EpochMs;
use serde_json::{Map, Value};

/// Entries of a kind that a failure shows.
const MOST_SHOWN: usize = 20;
/// Nearly fitting events that a failure shows.
const MOST_NEAR: usize = 3;

/// Something that the bot said.
#[derive(Clone, Debug)]
pub(crate) struct Spoken {
    pub(crate) at: EpochMs,
    pub(crate) to: Destination,
    pub(crate) said: Said,
}

/// What happened since the latest input.
#[derive(Debug, Default)]
pub(crate) struct Window {
    pub(crate) spoken: Vec<Spoken>,
    pub(crate) events: Vec<Map<String, Value>>,
}

impl Window {
    /// Takes in what was said. A picture or a file is one more line of the words that it stands beside.
    pub(crate) fn take(&mut self, spoken: Spoken) {
        let text = &spoken.said.text;
        let beside = (text.starts_with("[图片 ") || text.starts_with("[文件 ")) && text.ends_with(']');
        match self.spoken.iter_mut().rev().find(|before| before.to == spoken.to) {
            Some(words) if beside => {
                words.said.text.push('\n');
                words.said.text.push_str(text);
            }
            _ => self.spoken.push(spoken),
        }
    }

    pub(crate) fn expect(&self, target: &Target, text: &str) -> Result<(), Wrong> {
        if self.containing(target, text).next().is_some() {
            return Ok(());
        }
        Err(Wrong {
            expected: format!("应在{}听到:{}", place(target), one_line(text)),
            found: self.all_spoken(),
        })
    }

    pub(crate) fn expect_not(&self, target: &Target, text: &str) -> Result<(), Wrong> {
        let Some(spoken) = self.containing(target, text).next() else { return Ok(()) };
        let mut found = vec!["却说了:".to_owned()];
        show(spoken, &mut found);
        Err(Wrong { expected: format!("不应在{}听到:{}", place(target), one_line(text)), found })
    }

    pub(crate) fn fact(&self, wanted: &Map<String, Value>) -> Result<(), Wrong> {
        if self.events.iter().any(|event| matches(wanted, event)) {
            return Ok(());
        }
        let mut found = self.near(wanted);
        found.extend(self.all_spoken());
        Err(Wrong { expected: format!("应有事件:{}", json(wanted)), found })
    }

    pub(crate) fn no_fact(&self, wanted: &Map<String, Value>) -> Result<(), Wrong> {
        let mut found: Vec<String> = self
            .events
            .iter()
            .filter(|event| matches(wanted, event))
            .map(|event| format!("  {}", json(event)))
            .collect();
        if found.is_empty() {
            return Ok(());
        }
        cut(&mut found);
        found.insert(0, "却记下了:".to_owned());
        Err(Wrong { expected: format!("不应有事件:{}", json(wanted)), found })
    }

    fn containing<'a>(&'a self, target: &'a Target, text: &'a str) -> impl Iterator<Item = &'a Spoken> {
        self.spoken.iter().filter(move |spoken| {
            let there = match (target, &spoken.to) {
                (Target::Anywhere, _) => true,
                (Target::Private(name), Destination::Person(id)) => name == id,
                (Target::Group(name), Destination::Group(id)) => name == id,
                _ => false,
            };
            // With the typed twins, so that a story reads the same where a platform shows no buttons.
            there && as_written(&spoken.said.typed()).contains(&as_written(text))
        })
    }

    /// What was said, for a failure.
    pub(crate) fn all_spoken(&self) -> Vec<String> {
        if self.spoken.is_empty() {
            return vec!["这之后机器人什么也没说。".to_owned()];
        }
        let mut found = vec!["这之后机器人说了:".to_owned()];
        for spoken in self.spoken.iter().take(MOST_SHOWN) {
            show(spoken, &mut found);
        }
        if let Some(more @ 1..) = self.spoken.len().checked_sub(MOST_SHOWN) {
            found.push(format!("  …还有 {more} 条"));
        }
        found
    }

    /// The events that come nearest, each with the fields in which it differs.
    fn near(&self, wanted: &Map<String, Value>) -> Vec<String> {
        let kind = wanted.get("kind");
        let mut near: Vec<_> = self
            .events
            .iter()
            .filter(|event| kind.is_none_or(|kind| event.get("kind") == Some(kind)))
            .map(|event| (differences(wanted, event), event))
            .collect();
        if near.is_empty() {
            let mut kinds: Vec<&str> =
                self.events.iter().filter_map(|event| event.get("kind")?.as_str()).collect();
            kinds.dedup();
            let kinds = if kinds.is_empty() { "没有".to_owned() } else { kinds.join("、") };
            return vec![format!("这之后没有这种事件;有的是:{kinds}")];
        }
        near.sort_by_key(|(differences, _)| differences.len());
        let mut found = vec![format!("最接近的事件(共 {} 条):", near.len())];
        for (differences, event) in near.iter().take(MOST_NEAR) {
            found.push(format!("  {}", json(event)));
            for difference in differences {
                let had = difference.had.as_ref().map_or_else(|| "没有这一项".to_owned(), Value::to_string);
                found.push(format!("    ✗ {}:应是 {},实际 {had}", difference.field, difference.wanted));
            }
        }
        found
    }
}

/// A chat as a story names it.
pub(crate) fn chat_name(to: &Destination) -> String {
    match to {
        Destination::Group(name) => name.clone(),
        Destination::Person(id) => format!("{id}({PRIVATE})"),
    }
}

fn place(target: &Target) -> String {
    match target {
        Target::Anywhere => "任一处".to_owned(),
        Target::Private(name) => format!("{name}({PRIVATE})"),
        Target::Group(name) => name.clone(),
    }
}

fn one_line(text: &str) -> String {
    text.replace('\n', "\\n")
}

fn show(spoken: &Spoken, found: &mut Vec<String>) {
    let text = spoken.said.typed();
    for (index, line) in text.split('\n').enumerate() {
        found.push(match index {
            0 => format!("  [{}] {line}", chat_name(&spoken.to)),
            _ => format!("      {line}"),
        });
    }
}

fn cut(lines: &mut Vec<String>) {
    if let Some(more @ 1..) = lines.len().checked_sub(MOST_SHOWN) {
        lines.truncate(MOST_SHOWN);
        lines.push(format!("  …还有 {more} 条"));
    }
}

fn json(fields: &Map<String, Value>) -> String {
    // A map of JSON values always becomes JSON.
    serde_json::to_string(fields).unwrap_or_default()
}

/// WeCom shows the stars of a mask in full width, because `*` is a mark in its Markdown; to a reader they are the same.
fn as_written(text: &str) -> String {
    text.replace('＊', "*")
}
