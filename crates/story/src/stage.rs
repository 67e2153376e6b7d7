//! Where a story is played: what stands between the people who speak and the engine. A stage may call the engine
//! directly, or go through a platform's real codec and a fake of its server.

use bot::outside::{Destination, Outside};
use bot::{Engine, Said};
use domain::EpochMs;
use futures_util::future::BoxFuture;
use std::collections::HashMap;
use std::sync::Arc;

/// Where something is said.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Room {
    /// In a group by its name, which is its platform id too.
    Group(String),
    /// In the speaker's private chat with the bot.
    Private,
}

/// Something that a person says or presses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Utterance {
    /// The platform's user id: the name as written in the story, also `张伟#1`.
    pub who: String,
    /// Where.
    pub chat: Room,
    /// The words, or what the pressed button types.
    pub text: String,
    /// True when a button was pressed.
    pub pressed: bool,
    /// The platform's message id; the same again when the platform repeats a message.
    pub msg_id: String,
}

impl Utterance {
    /// Where an answer to it goes.
    pub fn answered_to(&self) -> Destination {
        match &self.chat {
            Room::Group(name) => Destination::Group(name.clone()),
            Room::Private => Destination::Person(self.who.clone()),
        }
    }
}

/// Something that the outbox sender delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// To a group by its name, or to a person by the user id. Where it was *shown*: a reminder that a platform can
    /// only say in a group with a mention was heard in the group.
    pub to: Destination,
    /// As the platform shows it.
    pub said: Said,
}

/// Where a story is played.
///
/// While [down](Stage::set_down), neither answers nor deliveries arrive: an utterance is handled, but its answer must
/// be left to the outbox, whose deliveries fail in a way that is worth another try.
pub trait Stage: Send {
    /// `wecom`, `dingtalk` or `console`.
    fn platform(&self) -> &'static str;

    /// The configured bot's name.
    fn bot_name(&self) -> &str;

    /// What the engine's outbox sender delivers through; asked for at every start of an engine.
    fn outsides(&self) -> HashMap<String, Arc<dyn Outside>>;

    /// An engine was started: at the beginning, and after each 重启.
    fn start(&mut self, engine: Arc<Engine>);

    /// Brings a person's words to the engine; answers what the response to them carried.
    fn say(&mut self, utterance: Utterance) -> BoxFuture<'_, Result<Vec<Said>, String>>;

    /// What was delivered since the last call, in order.
    fn heard(&mut self) -> Vec<Heard>;

    /// The story's clock was moved.
    fn set_now(&mut self, now: EpochMs);

    /// 断网 and 恢复.
    fn set_down(&mut self, down: bool) -> BoxFuture<'_, ()>;

    /// Whether the answer to a message that the platform repeats is shown again. Where it is not, the first one stands in the
    /// chat, and 期望 after 重发 looks there.
    fn repeats_answers(&self) -> bool {
        true
    }

    /// False where the platform shows no buttons; people then type what [`Said::typed`] tells them.
    fn shows_buttons(&self) -> bool;
}
