//! One message, one transaction.
//!
//! What is kept: the inbox row, everything that the message changes, its events and every reply to it are written
//! together. A copy of the message (a platform's retry, also on another instance, also at the same moment) meets the
//! inbox row's unique key, changes nothing and gets the stored answer. A handler that refuses after it has written, or
//! breaks, is rolled back first; then only the refusal or the fault is written, again with the message's key.

use crate::args;
use crate::bot::{Bot, Found};
use crate::command::{Reply, Standing};
use crate::desk::{Ctx, Desk};
use crate::message::{Body, ChatKind, Incoming, Said};
use crate::said;
use crate::stop::{Refusal, Stop};
use domain::{EpochMs, PersonId};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use store::{Arrival, Dest, Directory, Error, Fact, InboxKey, NewRow, Outcome, Tx};

/// What is said in answer to a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// To be given in the response; empty when the outbox sender gives it.
    pub said: Vec<Said>,
    /// True when the message had been handled before.
    pub duplicate: bool,
    /// The command that was understood.
    pub command: Option<&'static str>,
    /// How it was handled.
    pub outcome: Option<Outcome>,
}

/// How long after a change its author may take it back, in words.
const UNDO_HINT: &str = "撤销：10分钟内发「撤销」";

/// Longest answer that a handler gives in one message, in bytes; what is longer ends with a note.
const LONGEST: usize = 12_000;

/// Handles one message inside of its transaction.
pub(crate) fn dispatch(
    tx: &mut Tx<'_>,
    bot: &Bot,
    incoming: &Incoming,
    found: Option<&Found>,
    now: EpochMs,
) -> Result<Answer, Error> {
    let command = found.map(|found| bot.commands()[found.command].name);
    let key = InboxKey { platform: incoming.platform, bot: &incoming.bot, msg_id: &incoming.msg_id };
    let id = match tx.accept(key, now)? {
        Arrival::New(id) => id,
        Arrival::Duplicate(id) => return duplicate(tx, incoming, id, command, now),
    };
    let directory = tx.directory()?;
    let person = directory.who(incoming.platform, &incoming.sender.user_id).map(|person| person.id);
    received(tx, "message.received", incoming, person, command, now);

    let before = tx.writes();
    let outcome =
        catch_unwind(AssertUnwindSafe(|| handle(tx, bot, incoming, &directory, person, found, now)));
    let stop = match outcome {
        Ok(Ok(reply)) => {
            let changed = tx.flush_events()?;
            let said = answer(tx, incoming, id, reply.said, changed, now)?;
            return Ok(Answer { said, duplicate: false, command, outcome: Some(Outcome::Done) });
        }
        // Not this message's fault: the engine runs the whole unit again, or the platform sends it again.
        Ok(Err(Stop::Fault(error @ (Error::Contention | Error::Unavailable(_))))) => return Err(error),
        Ok(Err(stop)) => stop,
        Err(_panic) => Stop::Fault(Error::Panicked),
    };
    let id = if tx.writes() > before {
        tx.restart()?;
        let Arrival::New(id) = tx.accept(key, now)? else { return Err(Error::Contention) };
        received(tx, "message.received", incoming, person, command, now);
        id
    } else {
        id
    };
    match stop {
        Stop::Refused(refusal) => {
            tx.close_message(id, Outcome::Refused, None)?;
            let mut fact = Fact::new("command.refused", person)
                .with("command", command.unwrap_or_default())
                .with("reason", refusal.reason.code());
            if let Some(rule) = refusal.rule {
                fact = fact.with("rule", rule);
            }
            tx.record(now, fact);
            let said = answer(tx, incoming, id, vec![refusal.said], None, now)?;
            Ok(Answer { said, duplicate: false, command, outcome: Some(Outcome::Refused) })
        }
        Stop::Fault(error) => {
            let fault = fault_id(&incoming.msg_id, now);
            tracing::error!(fault, command, %error, "a message could not be handled");
            tx.close_message(id, Outcome::Fault, Some(&fault))?;
            let text =
                format!("出了点问题，什么都没有改动。请稍后再发一次；还不行就把编号 {fault} 告诉管理员。");
            let said = answer(tx, incoming, id, vec![Said::text(text)], None, now)?;
            Ok(Answer { said, duplicate: false, command, outcome: Some(Outcome::Fault) })
        }
    }
}

fn handle(
    tx: &mut Tx<'_>,
    bot: &Bot,
    incoming: &Incoming,
    directory: &Arc<Directory>,
    person: Option<PersonId>,
    found: Option<&Found>,
    now: EpochMs,
) -> Result<Reply, Stop> {
    let chat = &incoming.chat;
    let registered = chat.kind == ChatKind::Private
        || directory.chat(incoming.platform, &incoming.bot, &chat.id).is_some();
    let standing =
        Standing { person: person.and_then(|id| directory.person(id)), chat: chat.kind, registered };
    let Some(Found { command, rest }) = found else {
        return Ok(not_understood(bot, incoming, &standing));
    };
    let command = &bot.commands()[*command];
    command.permits(&standing).map_err(Stop::Refused)?;
    let mut ctx = Ctx { desk: Desk { tx, now, bot }, incoming, directory: Arc::clone(directory), person };
    (command.run)(&mut ctx, rest)
}

/// Helps somebody on whose words no command is known. Nothing was understood, so nothing is refused.
fn not_understood(bot: &Bot, incoming: &Incoming, standing: &Standing<'_>) -> Reply {
    let text = match &incoming.body {
        Body::Text(text) | Body::Action(text) => text,
        Body::Opened => return Reply::text(welcome(standing)),
        Body::Unreadable(_) => {
            return Reply::text("我只看得懂文字。请打成一句话发给我，例：日报 对话 50 预约 8 到诊 3");
        }
    };
    let text = args::normalise(text);
    let text = args::strip_lead(&text);
    if text.is_empty() {
        return Reply::text(welcome(standing));
    }
    let word = text.split([' ', '\n', ',', '，', '、', ':', '：']).next().unwrap_or(text);
    let near = bot.nearest(word, |command| command.permits(standing).is_ok());
    let quoted = args::quote(word);
    Reply::text(if near.is_empty() {
        format!("没看懂「{quoted}」。\n发「帮助」看你能用的命令。")
    } else {
        format!("没看懂「{quoted}」。是不是：{}？\n发「帮助」看你能用的命令。", near.join("、"))
    })
}

fn welcome(standing: &Standing<'_>) -> String {
    match standing.person {
        Some(person) => {
            format!("{}，你好。发「帮助」看你能用的命令，发「模板 日报」拿一份可填的日报。", person.name)
        }
        None => "你好，我是咨询部群助手。请先申请加入，例：我是 张三 一组".to_owned(),
    }
}

fn duplicate(
    tx: &mut Tx<'_>,
    incoming: &Incoming,
    id: i64,
    command: Option<&'static str>,
    now: EpochMs,
) -> Result<Answer, Error> {
    let directory = tx.directory()?;
    let person = directory.who(incoming.platform, &incoming.sender.user_id).map(|person| person.id);
    received(tx, "message.duplicate", incoming, person, command, now);
    let answers = tx.answers(id, &chat_dest(incoming), incoming.answer_now, now)?;
    let said = if incoming.answer_now {
        answers.iter().filter_map(|json| said::from_json(json)).collect()
    } else {
        Vec::new()
    };
    Ok(Answer { said, duplicate: true, command, outcome: None })
}

fn received(
    tx: &mut Tx<'_>,
    kind: &'static str,
    incoming: &Incoming,
    person: Option<PersonId>,
    command: Option<&'static str>,
    now: EpochMs,
) {
    let chat = match incoming.chat.kind {
        ChatKind::Private => "私聊",
        ChatKind::Group => incoming.chat.title.as_deref().unwrap_or(&incoming.chat.id),
    };
    let fact = Fact::new(kind, person)
        .with("platform", incoming.platform)
        .with("msg_id", incoming.msg_id.as_str())
        .with("chat", chat)
        .with("command", command);
    tx.record(now, fact);
}

/// Writes the answers as outbox rows and gives back those that the response carries.
fn answer(
    tx: &mut Tx<'_>,
    incoming: &Incoming,
    id: i64,
    mut said: Vec<Said>,
    changed: Option<i64>,
    now: EpochMs,
) -> Result<Vec<Said>, Error> {
    if let (Some(seq), Some(last)) = (changed, said.last_mut()) {
        last.text.push_str(&format!("\n{UNDO_HINT}（编号 G{seq}）"));
    }
    let dest = chat_dest(incoming);
    for said in &mut said {
        shorten(&mut said.text);
        let late = incoming.late_reply.as_ref().filter(|_| !incoming.answer_now);
        tx.send(&NewRow {
            key: None,
            inbox_id: Some(id),
            platform: incoming.platform,
            bot: &incoming.bot,
            dest: &dest,
            person: None,
            in_group: None,
            said: &said::to_json(said),
            late: late.map(|late| (late.url.as_str(), late.expires_at)),
            answered: incoming.answer_now,
            next_at: now,
            at: now,
        })?;
    }
    Ok(if incoming.answer_now { said } else { Vec::new() })
}

fn shorten(text: &mut String) {
    if text.len() > LONGEST {
        let mut end = LONGEST;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text.push_str("\n…（太长，后面省略）");
    }
}

fn chat_dest(incoming: &Incoming) -> Dest {
    match incoming.chat.kind {
        ChatKind::Group => Dest::Group(incoming.chat.id.clone()),
        ChatKind::Private => Dest::Person(incoming.sender.user_id.clone()),
    }
}

/// A short id that stands in the log and in the answer. Letters and digits that are hard to confuse.
fn fault_id(msg_id: &str, now: EpochMs) -> String {
    const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let seed = now.to_le_bytes();
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in msg_id.bytes().chain(seed) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    (0..7)
        .map(|position| {
            let index = usize::try_from((hash >> (position * 5 + 20)) & 31).unwrap_or(0);
            char::from(LETTERS[index])
        })
        .collect()
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Stop::Refused(refusal)
    }
}
