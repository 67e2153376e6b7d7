//! Setup statements: what the department is like, written to the store as of the story's present.

use crate::house::OnRota;
use crate::story::{Chat, Member, Rota, ShiftTemplate, Statement, What};
use bot::{Bot, Desk, Stop};
use domain::EpochMs;
use std::sync::Arc;
use store::{Lane, Store};

/// Why a setup statement could not be carried out.
pub(crate) enum Trouble {
    /// The statement is wrong: what it should say.
    Statement(String),
    /// The store's fault.
    Store(store::Error),
}

impl From<store::Error> for Trouble {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}

impl From<Stop> for Trouble {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Refused(refusal) => Self::Statement(refusal.said.text),
            Stop::Fault(error) => Self::Store(error),
        }
    }
}

/// Where setup statements are carried out.
pub(crate) struct Setup<'a> {
    pub(crate) store: &'a Store,
    pub(crate) bot: &'a Arc<Bot>,
    pub(crate) platform: &'static str,
    pub(crate) bot_name: String,
    pub(crate) now: EpochMs,
    pub(crate) on_rota: Option<OnRota>,
}

impl Setup<'_> {
    /// Carries a setup statement out.
    pub(crate) async fn run(self, statement: &Statement) -> Result<(), Trouble> {
        match &statement.what {
            What::Member(member) => self.member(member.clone()).await,
            What::Chat(chat) => self.chat(chat.clone()).await,
            What::Shift(shift) => self.shift(shift.clone()).await,
            What::Rota(rota) => self.rota(rota.clone()).await,
            What::Setting { key, .. } => Err(unknown_setting(key)),
            _ => Ok(()),
        }
    }

    async fn member(self, member: Member) -> Result<(), Trouble> {
        let Self { store, platform, bot_name, now, .. } = self;
        store
            .write(lane(), move |tx| {
                let team = member.team.as_deref().map(|team| tx.team(team)).transpose()?;
                // On a store that has been played on before, the same person is meant.
                if let Some(known) = tx.directory()?.who(platform, &member.name) {
                    tx.set_roles(known.id, member.roles)?;
                    tx.set_team(known.id, team)?;
                    return Ok(());
                }
                let person =
                    tx.add_person(member.plain_name(), member.roles, team, member.entered_on, now)?;
                tx.link_identity(platform, &member.name, &bot_name, person)?;
                Ok(())
            })
            .await
    }

    pub(crate) async fn chat(self, chat: Chat) -> Result<(), Trouble> {
        let Self { store, platform, bot_name, now, .. } = self;
        store
            .write(lane(), move |tx| {
                tx.set_chat(platform, &bot_name, &chat.name, Some(&chat.name), &chat.purposes, now)?;
                Ok(())
            })
            .await
    }

    async fn shift(self, shift: ShiftTemplate) -> Result<(), Trouble> {
        self.store
            .write(lane(), move |tx| {
                tx.set_template(&shift.name, &shift.hours)?;
                Ok(())
            })
            .await
    }

    async fn rota(self, rota: Rota) -> Result<(), Trouble> {
        let Self { store, platform, now, on_rota, .. } = self;
        let bot = Arc::clone(self.bot);
        store
            .write(lane(), move |tx| {
                let directory = tx.directory()?;
                let named = directory.named(&rota.person);
                let person = match (directory.who(platform, &rota.person), named.as_slice()) {
                    (Some(person), _) => person.id,
                    (None, [only]) => only.id,
                    _ => {
                        let name = &rota.person;
                        return Err(Trouble::Statement(format!(
                            "没有叫「{name}」的成员,前面应有:成员 {name} 咨询员"
                        )));
                    }
                };
                let template = match &rota.shift {
                    None => None,
                    Some(name) => Some(directory.template(name).ok_or_else(|| {
                        Trouble::Statement(format!("没有叫「{name}」的班次,前面应有:班次 {name} 08:00-16:00"))
                    })?),
                };
                for date in rota.days.days() {
                    let shift =
                        template.map(|template| template.hours.on(&bot.calendar, date, &template.name));
                    tx.set_rota(person, date, shift.as_ref(), now)?;
                    if let Some(on_rota) = on_rota {
                        let mut desk = Desk { tx, now, bot: &bot };
                        on_rota(&mut desk, person, date)?;
                    }
                }
                Ok(())
            })
            .await
    }
}

/// The one place that decides which settings a story may set: there is no catalogue of them yet.
fn unknown_setting(key: &str) -> Trouble {
    Trouble::Statement(format!("没有「{key}」这个设置"))
}

fn lane() -> Lane {
    Lane::of(&["story"])
}
