//! What a command is: data and one function. Everything that the dispatcher, the help and the guards need stands in
//! one literal in the command's own file, and is kept whole.

use crate::desk::Ctx;
use crate::message::{Attachment, ChatKind, Said};
use crate::stop::{Reason, Refusal, Stop};
use chrono::NaiveDate;
use domain::rights::{Administer, Decide, Own, ReadGroup, Record, Standing, Undoing};
use domain::settings::Book;
use domain::{Role, Roles, RuleId};
use store::Event;

/// Who may give a command, among those who have the right that it needs ([`Run`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Anybody who can reach the bot, strangers included.
    Anyone,
    /// Only those who are not known yet.
    Strangers,
    /// Members of the department.
    Members,
    /// Members with at least one of these roles, or standing in for one.
    Roles(&'static [Role]),
}

/// What carries a command out.
pub type Handler = Result<Reply, Stop>;

/// The right that a command needs, with what carries it out: the function gets a handle that can do just that, and
/// the store's changing methods ask for one. Those who do not have the right are refused before anything runs.
#[derive(Clone, Copy)]
pub enum Run {
    /// None: for strangers too. What a stranger may do is written without a handle (asking to join).
    Open(fn(&mut Ctx<'_, '_>, &str) -> Handler),
    /// Reads what is one's own, and what everybody may see. Whatever it wrote would be a fault.
    Own(fn(&mut Ctx<'_, '_>, &Own, &str) -> Handler),
    /// Reads what concerns those that one leads. Whatever it wrote would be a fault.
    ReadGroup(fn(&mut Ctx<'_, '_>, &ReadGroup, &str) -> Handler),
    /// Records what is one's own.
    Record(fn(&mut Ctx<'_, '_>, &Record, &str) -> Handler),
    /// Decides for those that one leads.
    Decide(fn(&mut Ctx<'_, '_>, &Decide, &str) -> Handler),
    /// Changes people, chats and rules.
    Administer(fn(&mut Ctx<'_, '_>, &Administer, &str) -> Handler),
    /// Decides what waits for a decision; whoever is asked himself answers for his part (the partner of a swap).
    Answer(fn(&mut Ctx<'_, '_>, &Record, Option<&Decide>, &str) -> Handler),
    /// Records what is one's own; who leads may also decide.
    RecordOrDecide(fn(&mut Ctx<'_, '_>, &Record, Option<&Decide>, &str) -> Handler),
    /// Everybody reads; who leads may also decide.
    OwnOrDecide(fn(&mut Ctx<'_, '_>, &Own, Option<&Decide>, &str) -> Handler),
    /// Everybody reads; who leads the department may also change.
    OwnOrAdminister(fn(&mut Ctx<'_, '_>, &Own, Option<&Administer>, &str) -> Handler),
}

/// Where a command may be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In private and in registered groups.
    Anywhere,
    /// Only in a group, registered or not.
    Group,
    /// Only in private.
    Private,
}

/// All that a group hears before it is registered.
pub(crate) const UNREGISTERED: &str = "本群还没有登记，这里用不了。\n请管理员在本群发：本群用途 排行 提醒";

/// What a command may change, as far as it matters to messages that are handled at the same moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Reads anything, and changes nothing or only the sender's own rows, each guarded by a unique key.
    Own,
    /// Changes what others may be changing, or decides by what they may be changing: runs as if it were alone.
    Shared,
    /// Everybody who gives it at the same moment changes the same rows, and one after the other is all that is possible:
    /// runs alone from the start, instead of losing against the others again and again.
    Queue,
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

    /// With a picture or a file beside its last message.
    #[must_use]
    pub fn with(mut self, attachment: Attachment) -> Self {
        match self.said.last_mut() {
            Some(last) => last.attachment = Some(Box::new(attachment)),
            None => self.said.push(Said::default().with(attachment)),
        }
        self
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
    /// Takes it back and answers what was taken back, in words. Gets the right to take back just this.
    pub run: fn(&mut Ctx<'_, '_>, &Undoing, &Event) -> Result<String, Stop>,
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
    /// A block to copy and fill in, for those who may, by the settings of a day.
    pub template: Option<fn(Roles, &Book, NaiveDate) -> String>,
    /// Carries it out. Gets what follows the command's word.
    pub run: Run,
    /// The changes that it makes, and how each is taken back.
    pub undo: &'static [Undo],
}

/// The circumstances under which a command is given, as far as they decide whether it may be.
#[derive(Clone, Copy)]
pub struct Circumstances<'a> {
    /// What the sender is, when a member.
    pub standing: Option<&'a Standing>,
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
    pub fn permits(&self, here: &Circumstances<'_>) -> Result<(), Refusal> {
        let refuse = |reason, text: String| Err(Refusal { reason, rule: None, said: Said::text(text) });
        let in_group = here.chat == ChatKind::Group;
        // Until it is registered, a group hears nothing but how to register it.
        if !here.registered && self.place != Place::Group {
            return refuse(Reason::NotAllowed, UNREGISTERED.to_owned());
        }
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
            _ => {}
        }
        let Some(standing) = here.standing else {
            return match self.who {
                Who::Anyone | Who::Strangers if matches!(self.run, Run::Open(_)) => Ok(()),
                _ => refuse(
                    Reason::UnknownPerson,
                    "我还不认识你。请先申请，组长或管理员同意后就能用。\n例：我是 张三 一组".to_owned(),
                ),
            };
        };
        let named: &[Role] = match self.who {
            Who::Anyone | Who::Members => &[],
            Who::Strangers => {
                return refuse(
                    Reason::WrongState,
                    format!("你已经是成员，不用「{}」。发「帮助」看你能用的命令。", self.name),
                );
            }
            Who::Roles(roles) => roles,
        };
        let allowed = (named.is_empty() || standing.roles().any(named)) && self.run.is_within(standing);
        if allowed {
            return Ok(());
        }
        let named = if named.is_empty() { self.run.roles() } else { named };
        let words: Vec<_> = named.iter().map(|role| role.word()).collect();
        refuse(
            Reason::NotAllowed,
            format!("「{}」只有{}可以用。发「帮助」看你能用的命令。", self.name, words.join("、")),
        )
    }
}

impl Run {
    /// Whether somebody has the right.
    fn is_within(&self, standing: &Standing) -> bool {
        match self {
            Run::Open(_)
            | Run::Own(_)
            | Run::Record(_)
            | Run::Answer(_)
            | Run::RecordOrDecide(_)
            | Run::OwnOrDecide(_)
            | Run::OwnOrAdminister(_) => true,
            Run::ReadGroup(_) | Run::Decide(_) => standing.decide().is_some(),
            Run::Administer(_) => standing.administer().is_some(),
        }
    }

    /// The roles that have the right, for the refusal.
    fn roles(&self) -> &'static [Role] {
        match self {
            Run::ReadGroup(_) | Run::Decide(_) => {
                &[Role::Lead, Role::Supervisor, Role::Director, Role::Admin]
            }
            Run::Administer(_) => &[Role::Supervisor, Role::Director, Role::Admin],
            _ => &Role::ALL,
        }
    }

    /// Carries it out for whoever was admitted.
    pub(crate) fn call(&self, ctx: &mut Ctx<'_, '_>, text: &str) -> Handler {
        let standing = ctx.standing.clone();
        let before = ctx.desk.tx.writes();
        let known = || Stop::Fault(store::Error::Corrupt("a command ran without its right".to_owned()));
        let (reply, reads_only) = match (self, standing.as_ref()) {
            (Run::Open(run), _) => (run(ctx, text)?, false),
            (_, None) => return Err(known()),
            (Run::Own(run), Some(standing)) => (run(ctx, &standing.own(), text)?, true),
            (Run::Record(run), Some(standing)) => (run(ctx, &standing.record(), text)?, false),
            (Run::ReadGroup(run), Some(standing)) => {
                (run(ctx, &standing.read_group().ok_or_else(known)?, text)?, true)
            }
            (Run::Decide(run), Some(standing)) => {
                (run(ctx, &standing.decide().ok_or_else(known)?, text)?, false)
            }
            (Run::Administer(run), Some(standing)) => {
                (run(ctx, &standing.administer().ok_or_else(known)?, text)?, false)
            }
            (Run::Answer(run) | Run::RecordOrDecide(run), Some(standing)) => {
                (run(ctx, &standing.record(), standing.decide().as_ref(), text)?, false)
            }
            (Run::OwnOrDecide(run), Some(standing)) => {
                let decide = standing.decide();
                (run(ctx, &standing.own(), decide.as_ref(), text)?, decide.is_none())
            }
            (Run::OwnOrAdminister(run), Some(standing)) => {
                let administer = standing.administer();
                (run(ctx, &standing.own(), administer.as_ref(), text)?, administer.is_none())
            }
        };
        if reads_only && ctx.desk.tx.writes() > before {
            return Err(Stop::Fault(store::Error::Corrupt("a reading command has written".to_owned())));
        }
        Ok(reply)
    }
}
