//! What a command is: data and one function. Everything that the dispatcher, the help and the guards need stands in
//! one literal in the command's own file, and is kept whole.

use crate::desk::Ctx;
use crate::message::{ChatKind, Said};
use crate::stop::{Reason, Refusal, Stop};
use domain::{Role, Roles, RuleId};
use store::{Event, Person};

/// Who may give a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Anybody who can reach the bot, strangers included.
    Anyone,
    /// Members of the department.
    Members,
    /// Members with at least one of these roles.
    Roles(&'static [Role]),
}

/// Where a command may be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In private and in registered groups.
    Anywhere,
    /// Also in groups that are not registered.
    EvenUnregistered,
    /// Only in a group, registered or not.
    Group,
    /// Only in private.
    Private,
}

/// What a command may change, as far as it matters to messages that are handled at the same moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Reads anything, and changes nothing or only the sender's own rows, each guarded by a unique key.
    Own,
    /// Changes what others may be changing, or decides by what they may be changing: runs as if it were alone.
    Shared,
}

/// What a command answers when it was carried out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// Goes to the chat in which the command was given, in order.
    pub said: Vec<Said>,
}

impl Reply {
    /// One message without buttons.
    pub fn text(text: impl Into<String>) -> Self {
        Self { said: vec![Said::text(text)] }
    }
}

impl From<Said> for Reply {
    fn from(said: Said) -> Self {
        Self { said: vec![said] }
    }
}

/// How a kind of change is taken back.
#[derive(Clone, Copy)]
pub struct Undo {
    /// The event kind that it takes back.
    pub kind: &'static str,
    /// Takes it back and answers what was taken back, in words.
    pub run: fn(&mut Ctx<'_, '_>, &Event) -> Result<String, Stop>,
}

/// A command, whole.
#[derive(Clone, Copy)]
pub struct Command {
    /// The Chinese word.
    pub name: &'static str,
    /// Other words for it.
    pub aliases: &'static [&'static str],
    /// One line for the list.
    pub summary: &'static str,
    /// How it is typed.
    pub usage: &'static str,
    /// What else there is to know.
    pub details: &'static str,
    /// Whole messages that work.
    pub examples: &'static [&'static str],
    /// The rules that it carries out.
    pub rules: &'static [RuleId],
    /// Who may give it.
    pub who: Who,
    /// Where it may be given.
    pub place: Place,
    /// What it may change.
    pub reach: Reach,
    /// A block to copy and fill in, for those who may.
    pub template: Option<fn(Roles) -> String>,
    /// Carries it out. Gets what follows the command's word.
    pub run: fn(&mut Ctx<'_, '_>, &str) -> Result<Reply, Stop>,
    /// The changes that it makes, and how each is taken back.
    pub undo: &'static [Undo],
}

/// The circumstances under which a command is given, as far as they decide whether it may be.
#[derive(Clone, Copy)]
pub struct Standing<'a> {
    /// The sender, when a member.
    pub person: Option<&'a Person>,
    /// Group or private.
    pub chat: ChatKind,
    /// Whether the group is registered; true in private.
    pub registered: bool,
}

impl Command {
    /// The one place that decides whether a command may be given; the help asks here too.
    ///
    /// # Errors
    /// The refusal that the sender is told.
    pub fn permits(&self, standing: &Standing<'_>) -> Result<(), Refusal> {
        let refuse = |reason, text: String| Err(Refusal { reason, rule: None, said: Said::text(text) });
        let in_group = standing.chat == ChatKind::Group;
        match self.place {
            Place::Private if in_group => {
                return refuse(Reason::NotAllowed, format!("「{}」请私聊我发，不要发在群里。", self.name));
            }
            Place::Group if !in_group => {
                return refuse(
                    Reason::NotAllowed,
                    format!(
                        "「{}」要在群里发，例：@我 {}",
                        self.name,
                        self.examples.first().unwrap_or(&self.name)
                    ),
                );
            }
            Place::Anywhere if !standing.registered => {
                return refuse(
                    Reason::NotAllowed,
                    "本群还没有登记，这里用不了。\n请管理员在本群发：本群用途 排行 提醒".to_owned(),
                );
            }
            _ => {}
        }
        match (self.who, standing.person) {
            (Who::Anyone, _) | (Who::Members, Some(_)) => Ok(()),
            (_, None) => refuse(
                Reason::UnknownPerson,
                "我还不认识你。请先申请，组长或管理员同意后就能用。\n例：我是 张三 一组".to_owned(),
            ),
            (Who::Roles(roles), Some(person)) if person.roles.any(roles) => Ok(()),
            (Who::Roles(roles), Some(_)) => {
                let words: Vec<_> = roles.iter().map(|role| role.word()).collect();
                refuse(
                    Reason::NotAllowed,
                    format!("「{}」只有{}可以用。发「帮助」看你能用的命令。", self.name, words.join("、")),
                )
            }
        }
    }
}
