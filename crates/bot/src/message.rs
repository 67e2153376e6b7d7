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

/// What was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// Words, the bot's own mention already taken off.
    Text(String),
    /// A pressed button; carries its typed twin, such as `同意 J3`.
    Action(String),
    /// Somebody opened the private chat (WeCom `enter_chat`).
    Opened,
    /// A kind that cannot be read (picture, voice without text, file, …), by its platform name.
    Unreadable(String),
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
            Body::Opened | Body::Unreadable(_) => "",
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

/// One message from the bot.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Said {
    /// Plain Chinese text, lines separated by `\n`.
    pub text: String,
    /// Buttons below it; where a platform shows none, their typed twins are named in the text.
    pub buttons: Vec<Button>,
}

impl Said {
    /// Words without buttons.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), buttons: Vec::new() }
    }

    /// With one more button.
    #[must_use]
    pub fn button(mut self, label: impl Into<String>, command: impl Into<String>) -> Self {
        self.buttons.push(Button { label: label.into(), command: command.into() });
        self
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
