//! What comes in and what goes out, free of any platform.

use crate::args::{self, Problem};
use domain::EpochMs;
use store::Identity;

/// 群聊 or 单聊.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChatKind {
    /// A group; the platform hands over only messages that mention the bot.
    Group,
    /// One person and the bot.
    Private,
}

/// The chat that a message came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatRef {
    /// Group or private.
    pub kind: ChatKind,
    /// The platform's id, letter case kept. For a private chat the person's platform id.
    pub id: String,
    /// The group's name where the platform gives it.
    pub title: Option<String>,
}

/// Who sent it, as the platform vouches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    /// The platform's user id.
    pub user_id: String,
    /// The display name where the platform gives it.
    pub name: Option<String>,
}

/// A file that somebody sent, and where its platform gives it for a short while.
#[derive(Clone, PartialEq, Eq)]
pub struct SentFile {
    /// Its name, where the platform tells it.
    pub name: Option<String>,
    /// Where it lies: an address or a code, a secret.
    pub place: String,
    /// What it is encrypted with, where it is.
    pub key: Option<String>,
}

impl std::fmt::Debug for SentFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SentFile").field("name", &self.name).finish_non_exhaustive()
    }
}

/// What was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// Words, the bot's own mention already taken off.
    Text(String),
    /// A pressed button; carries its typed twin, such as `同意 J3`.
    Action(String),
    /// Somebody opened the private chat (WeCom `enter_chat`).
    Opened,
    /// A file in a private chat; whoever brings the message in reads it first, or says that it could not.
    File(SentFile),
    /// A kind that cannot be read (picture, voice without text, file, …), by its platform name.
    Unreadable(String),
    /// A file that could not be read, and why, in words for whoever sent it.
    BadFile(String),
}

/// Where a reply may still be sent after the response has gone, as the platform gave it with the message
/// (WeCom `response_url`, DingTalk `sessionWebhook`). The address is a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct LateReply {
    /// The address to POST to.
    pub url: String,
    /// Not usable from this instant on.
    pub expires_at: EpochMs,
}

impl std::fmt::Debug for LateReply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LateReply").field("url", &"…").field("expires_at", &self.expires_at).finish()
    }
}

/// One verified message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    /// `wecom`, `dingtalk` or `console`.
    pub platform: &'static str,
    /// The configured bot that heard it.
    pub bot: String,
    /// The platform's message id; with platform and bot the idempotency key.
    pub msg_id: String,
    /// Where it was said.
    pub chat: ChatRef,
    /// Who said it.
    pub sender: Sender,
    /// What was said.
    pub body: Body,
    /// True when the answer can be given in the response to this very request.
    pub answer_now: bool,
    /// Where to answer when it cannot be given in the response.
    pub late_reply: Option<LateReply>,
}

impl Incoming {
    /// Where the sender is reached.
    pub fn identity(&self) -> Identity {
        Identity {
            platform: self.platform.to_owned(),
            user_id: self.sender.user_id.clone(),
            bot: self.bot.clone(),
            shown_name: self.sender.name.clone(),
        }
    }
}

/// Longest word that is a number or a label rather than a telephone number, in bytes.
const LABEL: usize = 6;

impl Incoming {
    /// Words of the message for its answer, short. In a group only how they begin: any word that is not understood may
    /// be a patient's name (CV-9); a short one of Latin letters and digits, such as `G999`, is none.
    pub fn quote(&self, words: &str) -> String {
        let quoted = args::quote(words);
        let is_label = quoted.len() <= LABEL && quoted.bytes().all(|byte| byte.is_ascii_graphic());
        match (self.chat.kind, quoted.chars().next()) {
            (ChatKind::Group, Some(first)) if !is_label => format!("{first}…"),
            _ => quoted,
        }
    }

    /// The sentences of what could not be read, quoting as [`Incoming::quote`] does.
    pub fn told(&self, problems: &[Problem]) -> String {
        let mut problems = problems.to_vec();
        for problem in &mut problems {
            match problem {
                Problem::NotANumber { found, .. } | Problem::UnknownLabel { found, near: None } => {
                    *found = self.quote(found);
                }
                // Numbers, or nearly a label: no name.
                _ => {}
            }
        }
        args::told::told(&problems)
    }

    /// What was typed or pressed; empty for everything else.
    pub fn text(&self) -> &str {
        match &self.body {
            Body::Text(text) | Body::Action(text) => text,
            Body::Opened | Body::File(_) | Body::Unreadable(_) | Body::BadFile(_) => "",
        }
    }
}

/// A button with its typed twin: pressing it is the same as typing the command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    /// What stands on it: 同意.
    pub label: String,
    /// What it types: `同意 J3`.
    pub command: String,
}

impl Button {
    /// What it decides about: the number in its typed twin, L12 of `驳回 L12 理由`; empty where there is none.
    pub fn subject(&self) -> &str {
        numbers(&self.command).next().unwrap_or_default()
    }
}

/// The numbers of things that people see (L12, J3), as they stand in a text.
pub(crate) fn numbers(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| {
        let digits = word.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        !digits.is_empty() && digits.len() < word.len() && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// What stands beside the words of a message (附件). It goes out after them as a message of its own: where it cannot be
/// shown, the words stand alone, so they say whatever has to be known.
#[derive(Clone, PartialEq, Eq)]
pub enum Attachment {
    /// 图片: drawn when it goes out.
    Drawing {
        /// What it is called: 本月排行.
        name: String,
        /// What is drawn: the JSON of a sheet.
        spec: String,
    },
    /// 文件.
    File {
        /// Its name with its ending: 排班.xlsx.
        name: String,
        /// What is in it. In a group it is seen by everybody, and nothing in it is masked by anybody else.
        bytes: Vec<u8>,
    },
}

impl Attachment {
    /// What it is called.
    pub fn name(&self) -> &str {
        match self {
            Self::Drawing { name, .. } | Self::File { name, .. } => name,
        }
    }
}

impl std::fmt::Debug for Attachment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // What is in it may be private.
        let (kind, name) = match self {
            Self::Drawing { name, .. } => ("Drawing", name),
            Self::File { name, .. } => ("File", name),
        };
        f.debug_struct(kind).field("name", name).finish_non_exhaustive()
    }
}

/// One message from the bot.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Said {
    /// Plain Chinese text, lines separated by `\n`.
    pub text: String,
    /// Buttons below it; where a platform shows none, their typed twins are named in the text.
    pub buttons: Vec<Button>,
    /// What stands beside it. Boxed: hardly any message has one, and every refusal carries a message.
    pub attachment: Option<Box<Attachment>>,
}

impl Said {
    /// Words without buttons.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// With a picture or a file beside it, in the place of the one that it may have had.
    #[must_use]
    pub fn with(mut self, attachment: Attachment) -> Self {
        self.attachment = Some(Box::new(attachment));
        self
    }

    /// With one more button.
    #[must_use]
    pub fn button(mut self, label: impl Into<String>, command: impl Into<String>) -> Self {
        self.buttons.push(Button { label: label.into(), command: command.into() });
        self
    }

    /// What its buttons decide about, each once, in order.
    pub fn subjects(&self) -> Vec<&str> {
        let mut subjects: Vec<&str> = Vec::new();
        for button in &self.buttons {
            if !subjects.contains(&button.subject()) {
                subjects.push(button.subject());
            }
        }
        subjects
    }

    /// The text with the buttons' typed twins named below, for a platform that shows no buttons.
    pub fn typed(&self) -> String {
        let mut text = self.text.clone();
        for button in &self.buttons {
            text.push_str("\n· ");
            text.push_str(&button.label);
            text.push_str(" → 发「");
            text.push_str(&button.command);
            text.push('」');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_button_decides_about_its_number() {
        for (command, subject) in [
            ("同意 L12", "L12"),
            ("驳回 L12 理由", "L12"),
            ("确认 Q3", "Q3"),
            ("同意 换班 S7", "S7"),
            ("下一页", ""),
            ("名单 2", ""),
            ("同意 张三", ""),
            ("已同意L12（张三）", "L12"),
        ] {
            let button = Button { label: "x".to_owned(), command: command.to_owned() };
            assert_eq!(button.subject(), subject, "{command}");
        }
        let list = Said::text("待批")
            .button("同意1", "同意 L1")
            .button("驳回1", "驳回 L1")
            .button("同意2", "同意 L2");
        assert_eq!(list.subjects(), ["L1", "L2"]);
    }
}
