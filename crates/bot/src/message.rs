//! What comes in and what goes out, free of any platform.

use domain::EpochMs;

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
