//! One message, one transaction.
//!
//! What is kept: the inbox row, everything that the message changes, its events and every reply to it are written
//! together. A copy of the message (a platform's retry, also on another instance, also at the same moment) meets the
//! inbox row's unique key, changes nothing and gets the stored answer. A handler that refuses after it has written, or
//! breaks, is rolled back first; then only the refusal or the fault is written, again with the message's key.

use crate::args;
use crate::bot::{Bot, Found};
use crate::command::{Circumstances, Reply, Run, UNREGISTERED};
use crate::desk::{Ctx, Desk};
use crate::message::{Body, ChatKind, Incoming, Said, numbers};
use crate::said;
use crate::stop::{Reason, Refusal, Stop};
use domain::privacy::has_phone;
use domain::settings::catalogue::assistant::UNDO_MINUTES;
use domain::{EpochMs, PersonId};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use store::{Arrival, Dest, Directory, Error, Fact, InboxKey, NewRow, Outcome, Person, Tx};

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
    /// True when its sender is no member.
    pub stranger: bool,
    /// For a pressed button of a decision that has been made, now or before: the outcome in a line, as its chat may see
    /// it. Nothing can be decided by that card any more.
    pub decided: Option<String>,
}

/// What is told once to whoever types a phone number in a group.
const PRIVACY_HINT: &str = "你在群里发了完整的电话号码，消息已照常处理。\n以后带患者姓名、电话的内容请私聊我发，命令写法一样；\
    群里只写编号，或 李*、138****1234。这条只提醒一次。";

/// Words that are not a command and want no correction.
const GREETINGS: &[&str] = &[
    "你好",
    "您好",
    "在吗",
    "在不在",
    "早",
    "早上好",
    "下午好",
    "晚上好",
    "hi",
    "hello",
    "谢谢",
    "多谢",
    "收到",
    "好的",
];

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
    let person = directory.who(incoming.platform, &incoming.sender.user_id, now).map(|person| person.id);
    received(tx, "message.received", incoming, person, command, now);
    note_name(tx, incoming, person.and_then(|id| directory.person(id)))?;

    let before = tx.writes();
    let outcome =
        catch_unwind(AssertUnwindSafe(|| handle(tx, bot, incoming, &directory, person, found, now)));
    let stop = match outcome {
        Ok(Ok(reply)) => {
            // The newest of his changes that can be taken back.
            let written = tx.flush_events()?;
            let changed = written.iter().rev().find(|(_, kind)| bot.undo_of(kind).is_some());
            let changed = match changed {
                Some((seq, _)) => Some((*seq, undo_minutes(tx, bot, now)?)),
                None => None,
            };
            let decided = decided(bot, incoming, found, &reply.said);
            amend_cards(tx, bot, incoming, found, &reply.said, now)?;
            let said = answer(tx, incoming, id, reply.said, changed, now)?;
            return Ok(Answer {
                said,
                duplicate: false,
                command,
                outcome: Some(Outcome::Done),
                stranger: person.is_none(),
                decided,
            });
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
            let said = vec![refusal.said];
            // Somebody was faster: the card he pressed shows how it stands.
            let late = refusal.reason == Reason::WrongState;
            let decided = if late { decided(bot, incoming, found, &said) } else { None };
            let said = answer(tx, incoming, id, said, None, now)?;
            Ok(Answer {
                said,
                duplicate: false,
                command,
                outcome: Some(Outcome::Refused),
                stranger: person.is_none(),
                decided,
            })
        }
        Stop::Fault(error) => {
            let fault = fault_id(&incoming.msg_id, now);
            tracing::error!(fault, command, %error, "a message could not be handled");
            tx.close_message(id, Outcome::Fault, Some(&fault))?;
            let text =
                format!("出了点问题，什么都没有改动。请稍后再发一次；还不行就把编号 {fault} 告诉管理员。");
            let said = answer(tx, incoming, id, vec![Said::text(text)], None, now)?;
            Ok(Answer {
                said,
                duplicate: false,
                command,
                outcome: Some(Outcome::Fault),
                stranger: person.is_none(),
                decided: None,
            })
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
    let member = person.and_then(|id| directory.person(id));
    let standing = member.map(|person| directory.standing(person, bot.calendar.date(now)));
    let here = Circumstances { standing: standing.as_ref(), chat: chat.kind, registered };
    let Some(Found { command, rest }) = found else {
        if !registered {
            return Ok(Reply::text(UNREGISTERED));
        }
        let name = member.map(|person| person.name.as_str());
        return Ok(not_understood(bot, incoming, &here, name));
    };
    let command = &bot.commands()[*command];
    command.permits(&here).map_err(Stop::Refused)?;
    let desk = Desk { tx, now, bot };
    let mut ctx = Ctx { desk, incoming, directory: Arc::clone(directory), person, standing };
    command.run.call(&mut ctx, rest)
}

/// How a decision that was made by a pressed button ended, in a line.
fn decided(bot: &Bot, incoming: &Incoming, found: Option<&Found>, said: &[Said]) -> Option<String> {
    let pressed = matches!(incoming.body, Body::Action(_));
    let decides = found
        .is_some_and(|found| matches!(bot.commands()[found.command].run, Run::Decide(_) | Run::Answer(_)));
    let line = said.first().filter(|_| pressed && decides)?.text.lines().next()?;
    let line = Said::text(line);
    Some(if incoming.chat.kind == ChatKind::Group { said::for_group(&line) } else { line }.text)
}

/// Has every card changed that asked for what was decided just now, by whatever way; not the one on which it was, because
/// that shows it already.
fn amend_cards(
    tx: &mut Tx<'_>,
    bot: &Bot,
    incoming: &Incoming,
    found: Option<&Found>,
    said: &[Said],
    now: EpochMs,
) -> Result<(), Error> {
    let command = found.map(|found| &bot.commands()[found.command]);
    let command = command.filter(|command| matches!(command.run, Run::Decide(_) | Run::Answer(_)));
    let line = said.first().and_then(|said| said.text.lines().next());
    let (Some(command), Some(line)) = (command, line) else { return Ok(()) };
    let mut subjects: Vec<&str> = numbers(incoming.text()).chain(numbers(line)).collect();
    subjects.sort_unstable();
    subjects.dedup();
    for subject in subjects {
        for card in tx.take_cards(&subject.to_ascii_uppercase())? {
            let shown = tx.outgoing_said(card.outbox_id)?.as_deref().and_then(said::from_json);
            let pressed = format!("-{}:", card.outbox_id);
            let Some(shown) = shown.filter(|_| !incoming.msg_id.contains(&pressed)) else { continue };
            let outcome = Said::text(line);
            let outcome =
                if matches!(card.dest, Dest::Group(_)) { said::for_group(&outcome) } else { outcome };
            let amended = said::Amended {
                card: card.outbox_id,
                handle: card.handle,
                title: shown.text.lines().next().unwrap_or_default().to_owned(),
                outcome: outcome.text,
                label: shown
                    .buttons
                    .iter()
                    .find(|button| button.command.split(' ').next() == Some(command.name))
                    .map(|button| button.label.clone()),
            };
            tx.send(&NewRow {
                key: None,
                inbox_id: None,
                platform: &card.platform,
                bot: &card.bot,
                dest: &card.dest,
                person: None,
                in_group: None,
                said: &said::amended_to_json(amended),
                late: None,
                answered: false,
                next_at: now,
                at: now,
            })?;
        }
    }
    Ok(())
}

/// Helps somebody on whose words no command is known. Nothing was understood, so nothing is refused.
fn not_understood(bot: &Bot, incoming: &Incoming, here: &Circumstances<'_>, name: Option<&str>) -> Reply {
    let text = match &incoming.body {
        Body::Text(text) | Body::Action(text) => text,
        Body::Opened => return Reply::text(welcome(name)),
        Body::File(_) => return Reply::text(unreadable("file")),
        Body::Unreadable(kind) => return Reply::text(unreadable(kind)),
        Body::BadFile(why) => {
            return Reply::text(format!("{why}\n也可以把名单复制成文字发：对账 导入 月份，下一行起是名单。"));
        }
    };
    let text = args::normalise(text);
    let text = args::strip_lead(&text);
    if text.is_empty() || GREETINGS.contains(&text.trim_end_matches(['！', '!', '。', '~', '～', '呀', '啊']))
    {
        return Reply::text(welcome(name));
    }
    let word = text.split([' ', '\n', ',', '，', '、', ':', '：']).next().unwrap_or(text);
    let near = bot.nearest(word, |command| command.permits(here).is_ok());
    Reply::text(if near.is_empty() {
        format!("没看懂「{}」。\n发「帮助」看你能用的命令。", incoming.quote(word))
    } else {
        // Nearly a command; but a name may be glued to it (王小明预约), so only what has no room for one is said again.
        let short = word.chars().nth(2).is_none();
        let quoted = if short { args::quote(word) } else { incoming.quote(word) };
        format!("没看懂「{quoted}」。是不是：{}？\n发「帮助」看你能用的命令。", near.join("、"))
    })
}

/// What is said to what cannot be read, by the platforms' words for it.
fn unreadable(kind: &str) -> String {
    let what = match kind {
        "image" | "picture" => "图片我看不懂。",
        "voice" | "audio" => "这段语音没有转成文字，我听不懂。",
        "video" => "视频我看不懂。",
        "file" => "文件我只收医院到诊名单（.xlsx、.csv），由组长、主管私聊发给我。",
        _ => "我只看得懂文字。",
    };
    format!("{what}请打成一句话发给我，例：日报 对话 50 预约 8 到诊 3")
}

fn welcome(name: Option<&str>) -> String {
    match name {
        Some(name) => {
            format!("{name}，你好。发「帮助」看你能用的命令，发「模板 日报」拿一份可填的日报。")
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
    let person = directory.who(incoming.platform, &incoming.sender.user_id, now).map(|person| person.id);
    received(tx, "message.duplicate", incoming, person, command, now);
    let answers = tx.answers(id, &chat_dest(incoming), incoming.answer_now, now)?;
    let said = if incoming.answer_now {
        answers.iter().filter_map(|json| said::from_json(json)).collect()
    } else {
        Vec::new()
    };
    Ok(Answer { said, duplicate: true, command, outcome: None, stranger: person.is_none(), decided: None })
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

/// Keeps the name that the platform shows. In a group it may be a nickname of that group, so there only the first is
/// kept.
fn note_name(tx: &mut Tx<'_>, incoming: &Incoming, person: Option<&Person>) -> Result<(), Error> {
    let (platform, user_id) = (incoming.platform, incoming.sender.user_id.as_str());
    let known = person.and_then(|person| {
        person.identities.iter().find(|known| known.platform == platform && known.user_id == user_id)
    });
    let (Some(known), Some(shown)) = (known, incoming.sender.name.as_deref()) else { return Ok(()) };
    let differs = known.shown_name.as_deref() != Some(shown);
    if differs && (incoming.chat.kind == ChatKind::Private || known.shown_name.is_none()) {
        tx.note_shown_name(platform, user_id, shown)?;
    }
    Ok(())
}

/// How long after a change its author may take it back.
fn undo_minutes(tx: &mut Tx<'_>, bot: &Bot, now: EpochMs) -> Result<i64, Error> {
    Ok(tx.directory()?.book().whole(&UNDO_MINUTES, bot.calendar.date(now)))
}

/// Writes the answers as outbox rows and gives back those that the response carries.
fn answer(
    tx: &mut Tx<'_>,
    incoming: &Incoming,
    id: i64,
    mut said: Vec<Said>,
    changed: Option<(i64, i64)>,
    now: EpochMs,
) -> Result<Vec<Said>, Error> {
    if let (Some((seq, minutes)), Some(last)) = (changed, said.last_mut()) {
        last.text.push_str(&format!("\n撤销：{minutes}分钟内发「撤销」（编号 G{seq}）"));
    }
    let dest = chat_dest(incoming);
    let in_group = incoming.chat.kind == ChatKind::Group;
    for said in &mut said {
        shorten(&mut said.text);
        if in_group {
            *said = said::for_group(said);
        }
        let late = incoming.late_reply.as_ref().filter(|_| !incoming.answer_now);
        let row = NewRow {
            key: None,
            inbox_id: Some(id),
            platform: incoming.platform,
            bot: &incoming.bot,
            dest: &dest,
            person: None,
            in_group: None,
            said: "",
            late: late.map(|late| (late.url.as_str(), late.expires_at)),
            answered: incoming.answer_now,
            next_at: now,
            at: now,
        };
        said::send(tx, &row, said)?;
    }
    if in_group && has_phone(incoming.text()) {
        ask_for_privacy(tx, incoming, now)?;
    }
    Ok(if incoming.answer_now { said } else { Vec::new() })
}

/// Asks somebody who typed a full phone number in a group to do that in private; once, ever.
fn ask_for_privacy(tx: &mut Tx<'_>, incoming: &Incoming, now: EpochMs) -> Result<(), Error> {
    if !tx.tell_once(incoming.platform, &incoming.sender.user_id, "phone_in_group", now)? {
        return Ok(());
    }
    tx.send(&NewRow {
        key: None,
        inbox_id: None,
        platform: incoming.platform,
        bot: &incoming.bot,
        dest: &Dest::Person(incoming.sender.user_id.clone()),
        person: None,
        // Nothing private stands in it, so it may be said there where the platform has no private way.
        in_group: Some(&incoming.chat.id),
        said: &said::to_json(&Said::text(PRIVACY_HINT)),
        late: None,
        answered: false,
        next_at: now,
        at: now,
    })?;
    Ok(())
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
