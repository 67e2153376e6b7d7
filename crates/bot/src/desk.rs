//! What a handler works at: the transaction, the time, the people, and the ways to tell somebody something. Nothing
//! here leaves the machine; whatever is told becomes an outbox row of the same transaction.

use crate::bot::Bot;
use crate::message::{ChatKind, Incoming, Said};
use crate::said;
use crate::stop::{Reason, Stop};
use chrono::NaiveDate;
use domain::rights::{Administer, Standing};
use domain::settings::Book;
use domain::{Calendar, EpochMs, PersonId};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::sync::Arc;
use store::{Dest, Directory, Event, Fact, Identity, NewRow, Person, Tx};

/// The name of a person's label in a command, or why it could not be taken.
fn candidates(people: &[&Person], directory: &Directory) -> String {
    let list: Vec<String> = people
        .iter()
        .map(|person| {
            let team = person.team.and_then(|team| directory.team_name(team)).unwrap_or("未分组");
            format!("{}（{team}）", person.label)
        })
        .collect();
    list.join("、")
}

/// The rule settings as they stand: a [`Book`] to ask for the value on a day.
pub struct Rules(Arc<Directory>);

impl std::ops::Deref for Rules {
    type Target = Book;

    fn deref(&self) -> &Book {
        self.0.book()
    }
}

/// Where a schedule, a reminder and, inside of [`Ctx`], a command works.
pub struct Desk<'a, 'c> {
    /// The transaction.
    pub tx: &'a mut Tx<'c>,
    /// The present.
    pub now: EpochMs,
    /// Commands, schedules and settings.
    pub bot: &'a Bot,
}

impl Desk<'_, '_> {
    /// The department's calendar.
    pub fn calendar(&self) -> &Calendar {
        &self.bot.calendar
    }

    /// Today's date in the department.
    pub fn today(&self) -> NaiveDate {
        self.bot.calendar.date(self.now)
    }

    /// People, teams and chats.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn directory(&mut self) -> Result<Arc<Directory>, Stop> {
        Ok(self.tx.directory()?)
    }

    /// Records what happened, now.
    pub fn record(&mut self, fact: Fact) {
        self.tx.record(self.now, fact);
    }

    /// The department's rule settings.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn book(&mut self) -> Result<Rules, Stop> {
        Ok(Rules(self.directory()?))
    }

    /// The whole body of an event. What names a patient is opened, and who looked is recorded.
    ///
    /// # Errors
    /// When it cannot be read or written.
    pub fn look_into(&mut self, by: &Administer, event: &Event) -> Result<Map<String, Value>, Stop> {
        let hidden: Vec<&str> = event
            .body
            .iter()
            .filter(|(_, value)| value.get("$s").is_some())
            .map(|(field, _)| field.as_str())
            .collect();
        if hidden.is_empty() {
            return Ok(event.body.clone());
        }
        let mut fact = Fact::new("record.viewed", by.actor())
            .about(format!("G{}", event.seq))
            .with("fields", hidden)
            .with("why", "审计");
        if let Some(reader) = by.actor() {
            fact = fact.person("person", reader);
        }
        self.record(fact);
        Ok(self.tx.open_event(event)?)
    }

    /// Tells a member something in private. With `may_mention` it may instead be said in the group that has the
    /// purpose 提醒, with a mention, where the platform offers no private way: only for words without anything private.
    /// Answers false when the member has no platform identity.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn tell(
        &mut self,
        person: PersonId,
        key: Option<&str>,
        said: &Said,
        may_mention: bool,
    ) -> Result<bool, Stop> {
        let directory = self.directory()?;
        let Some(identity) = directory.person(person).and_then(|person| person.identities.first()) else {
            return Ok(false);
        };
        self.tell_identity(identity, Some(person), key, said, may_mention)?;
        Ok(true)
    }

    /// Tells a member something private. Where the platform offers no private way, the group with the purpose 提醒 hears
    /// `stand_in` with a mention: that something waits and what to send to read it, and nothing of what it says. Answers
    /// false when the member has no platform identity.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn tell_aside(
        &mut self,
        person: PersonId,
        key: &str,
        said: &Said,
        stand_in: &str,
    ) -> Result<bool, Stop> {
        let told = self.tell(person, Some(key), said, false)?;
        if told {
            self.tx.set_stand_in(key, stand_in)?;
        }
        Ok(told)
    }

    /// Tells somebody on a platform something in private, also somebody who is no member; otherwise as [`Desk::tell`].
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn tell_identity(
        &mut self,
        identity: &Identity,
        person: Option<PersonId>,
        key: Option<&str>,
        said: &Said,
        may_mention: bool,
    ) -> Result<(), Stop> {
        let directory = self.directory()?;
        let group = directory
            .chats_for(purpose::REMINDERS)
            .find(|chat| may_mention && chat.platform == identity.platform && chat.bot == identity.bot);
        let shown = if group.is_some() { Cow::Owned(said::for_group(said)) } else { Cow::Borrowed(said) };
        let row = NewRow {
            key,
            inbox_id: None,
            platform: &identity.platform,
            bot: &identity.bot,
            dest: &Dest::Person(identity.user_id.clone()),
            person,
            in_group: group.map(|chat| chat.chat_ref.as_str()),
            said: "",
            late: None,
            answered: false,
            next_at: self.now,
            at: self.now,
        };
        said::send(self.tx, &row, &shown)?;
        Ok(())
    }

    /// Posts something in every chat that has the purpose, once a key; answers in how many.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn post(&mut self, purpose: &str, key: &str, said: &Said) -> Result<u32, Stop> {
        let directory = self.directory()?;
        let shown = said::for_group(said);
        let mut posted = 0;
        for chat in directory.chats_for(purpose) {
            let key = format!("{key}:{}", chat.id);
            let row = NewRow {
                key: Some(&key),
                inbox_id: None,
                platform: &chat.platform,
                bot: &chat.bot,
                dest: &Dest::Group(chat.chat_ref.clone()),
                person: None,
                in_group: None,
                said: "",
                late: None,
                answered: false,
                next_at: self.now,
                at: self.now,
            };
            posted += u32::from(said::send(self.tx, &row, &shown)?);
        }
        Ok(posted)
    }

    /// The one member of that name, or a refusal that says what to type instead.
    ///
    /// # Errors
    /// [`Stop::Refused`] when nobody or more than one bears the name.
    pub fn person_named(&mut self, name: &str, number: Option<u32>) -> Result<PersonId, Stop> {
        let directory = self.directory()?;
        let wanted = match number {
            Some(number) => format!("{name}#{number}"),
            None => name.to_owned(),
        };
        let found = directory.named(&wanted, self.now);
        match found.as_slice() {
            [one] => Ok(one.id),
            [] => {
                let by_id = directory.people(self.now).find(|person| {
                    person.identities.iter().any(|identity| identity.user_id.eq_ignore_ascii_case(&wanted))
                });
                match by_id {
                    Some(person) => Ok(person.id),
                    None => Err(Stop::not_found(format!(
                        "没有叫「{}」的成员，请核对姓名。",
                        crate::args::quote(&wanted)
                    ))),
                }
            }
            several => Err(Stop::refused(
                Reason::BadArguments,
                format!(
                    "有{}位「{name}」：{}。\n请写明是哪一位，例：{}",
                    several.len(),
                    candidates(several, &directory),
                    several[0].label
                ),
            )),
        }
    }
}

/// What the bot posts in a chat (本群用途).
pub mod purpose {
    /// Rankings.
    pub const RANKING: &str = "排行";
    /// Reminders and missing lists.
    pub const REMINDERS: &str = "提醒";
    /// Leave.
    pub const LEAVE: &str = "请假";
    /// All of them, in listing order.
    pub const ALL: [&str; 3] = [RANKING, REMINDERS, LEAVE];
}

/// Where a command works: the desk, who gives it, and where.
pub struct Ctx<'a, 'c> {
    /// Transaction, time, people.
    pub desk: Desk<'a, 'c>,
    /// The message.
    pub incoming: &'a Incoming,
    /// People, teams and chats as they stood when the message came in.
    pub directory: Arc<Directory>,
    /// The sender, when a member.
    pub person: Option<PersonId>,
    /// What the sender may do, when a member: his roles and those that he stands in for.
    pub standing: Option<Standing>,
}

impl Ctx<'_, '_> {
    /// The sender.
    ///
    /// # Errors
    /// A refusal when it is no member; commands for members never see it.
    pub fn me(&self) -> Result<&Person, Stop> {
        self.person
            .and_then(|id| self.directory.person(id))
            .ok_or_else(|| Stop::refused(Reason::UnknownPerson, "我还不认识你。请先申请，例：我是 张三 一组"))
    }

    /// What the sender may do.
    ///
    /// # Errors
    /// As [`Ctx::me`].
    pub fn standing(&self) -> Result<&Standing, Stop> {
        self.standing
            .as_ref()
            .ok_or_else(|| Stop::refused(Reason::UnknownPerson, "我还不认识你。请先申请，例：我是 张三 一组"))
    }

    /// True in a group.
    pub fn in_group(&self) -> bool {
        self.incoming.chat.kind == ChatKind::Group
    }
}
