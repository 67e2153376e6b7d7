//! Registered chats with their purposes (本群用途), and the shift templates (班次). Each change raises the directory's
//! version and records its own event.

use crate::error::Result;
use crate::event::Fact;
use crate::sql::Tx;
use domain::EpochMs;
use domain::rights::{Administer, Over};
use domain::shift::Hours;

/// A chat about to be registered, or given other purposes.
#[derive(Clone, Copy, Debug)]
pub struct NewChat<'a> {
    /// `wecom`, `dingtalk`, `console`.
    pub platform: &'a str,
    /// The configured bot that is in it.
    pub bot: &'a str,
    /// The platform's id.
    pub chat_ref: &'a str,
    /// Its name, where known; `None` keeps the name that is known.
    pub title: Option<&'a str>,
    /// What the bot posts there.
    pub purposes: &'a [String],
}

const SET_CHAT: &str = "INSERT INTO chat (platform, bot, chat_ref, title, purposes, registered_at) \
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (platform, bot, chat_ref) \
    DO UPDATE SET title = COALESCE(excluded.title, chat.title), purposes = excluded.purposes";
const DROP_CHAT: &str = "DELETE FROM chat WHERE platform = $1 AND bot = $2 AND chat_ref = $3";
const SET_TEMPLATE: &str = "INSERT INTO shift_template (name, hours) VALUES ($1, $2) \
    ON CONFLICT (name) DO UPDATE SET hours = excluded.hours";
const DROP_TEMPLATE: &str = "DELETE FROM shift_template WHERE name = $1";

impl Tx<'_> {
    /// Registers a chat with its purposes, or sets them anew.
    ///
    /// # Errors
    /// When it cannot be written; the same for all below.
    pub fn set_chat(&mut self, by: &Administer, chat: &NewChat<'_>, now: EpochMs) -> Result<()> {
        let NewChat { platform, bot, chat_ref, title, purposes } = *chat;
        let directory = self.directory()?;
        let known = directory.chat(platform, bot, chat_ref);
        let before = known.map(|known| known.purposes.clone());
        let title_now = title.or_else(|| known.and_then(|known| known.title.as_deref()));
        let words = purposes.join(" ");
        let params =
            [platform.into(), bot.into(), chat_ref.into(), title.into(), (&words).into(), now.into()];
        self.exec(SET_CHAT, &params)?;
        self.touch_directory()?;
        let fact = Fact::new("chat.registered", by.actor())
            .with("chat", title_now.unwrap_or(chat_ref))
            .with("platform", platform)
            .with("bot", bot)
            .with("chat_ref", chat_ref)
            .with("title", title_now)
            .with("purposes", purposes.to_vec())
            .with("before", before);
        self.record(now, fact);
        Ok(())
    }

    /// Takes a chat out of the register.
    ///
    /// # Errors
    /// As [`Tx::set_chat`].
    pub fn drop_chat(
        &mut self,
        by: &Administer,
        platform: &str,
        bot: &str,
        chat_ref: &str,
        now: EpochMs,
    ) -> Result<()> {
        self.exec(DROP_CHAT, &[platform.into(), bot.into(), chat_ref.into()])?;
        self.touch_directory()?;
        let fact = Fact::new("chat.dropped", by.actor())
            .with("platform", platform)
            .with("bot", bot)
            .with("chat_ref", chat_ref);
        self.record(now, fact);
        Ok(())
    }

    /// Makes a shift template, or sets its hours anew.
    ///
    /// # Errors
    /// As [`Tx::set_chat`].
    pub fn set_template(&mut self, by: &Over, name: &str, hours: &Hours, now: EpochMs) -> Result<()> {
        let text = hours.to_string();
        let before = self.directory()?.template(name).map(|known| known.hours.to_string());
        self.exec(SET_TEMPLATE, &[name.into(), (&text).into()])?;
        self.touch_directory()?;
        self.record(now, template_fact(by, name, Some(&text), before.as_deref()));
        Ok(())
    }

    /// Takes a shift template away; days already planned with it keep their hours.
    ///
    /// # Errors
    /// As [`Tx::set_chat`].
    pub fn drop_template(&mut self, by: &Over, name: &str, now: EpochMs) -> Result<()> {
        let before = self.directory()?.template(name).map(|known| known.hours.to_string());
        self.exec(DROP_TEMPLATE, &[name.into()])?;
        self.touch_directory()?;
        self.record(now, template_fact(by, name, None, before.as_deref()));
        Ok(())
    }
}

fn template_fact(by: &Over, name: &str, hours: Option<&str>, before: Option<&str>) -> Fact {
    Fact::new("shift.set", by.by())
        .with("by", by.by().map(Fact::person_value))
        .with("shift", name)
        .with("hours", hours)
        .with("before", before)
}
