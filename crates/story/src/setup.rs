//! Setup statements: what the department is like, written to the store as of the story's present.

use crate::house::OnRota;
use crate::story::{Chat, Member, Rota, ShiftTemplate, Statement, What};
use bot::{Bot, Desk, Stop};
use domain::rights::{Administer, Over};
use domain::{EpochMs, settings};
use std::sync::Arc;
use store::{Identity, Lane, MemberChange, NewChat, NewMember, Store};

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
            What::Setting { key, value } => self.setting(key, value).await,
            _ => Ok(()),
        }
    }

    async fn member(self, member: Member) -> Result<(), Trouble> {
        let Self { store, platform, bot_name, now, .. } = self;
        store
            .write(lane(), move |tx| {
                let by = Administer::by_operator();
                let team = member.team.as_deref();
                // On a store that has been played on before, the same person is meant.
                if let Some(known) = tx.directory()?.who(platform, &member.name, now) {
                    let change = MemberChange {
                        roles: Some(member.roles),
                        team: Some(team),
                        ..MemberChange::default()
                    };
                    tx.change_member(&by, known.id, &change, now)?;
                    return Ok(());
                }
                let identity = Identity {
                    platform: platform.to_owned(),
                    user_id: member.name.clone(),
                    bot: bot_name.clone(),
                    shown_name: None,
                };
                let new = NewMember {
                    name: member.plain_name(),
                    roles: member.roles,
                    team,
                    entered_on: member.entered_on,
                    identities: &[identity],
                    source: "story",
                };
                tx.add_member(&by, &new, now)?;
                Ok(())
            })
            .await
    }

    pub(crate) async fn chat(self, chat: Chat) -> Result<(), Trouble> {
        let Self { store, platform, bot_name, now, .. } = self;
        store
            .write(lane(), move |tx| {
                let new = NewChat {
                    platform,
                    bot: &bot_name,
                    chat_ref: &chat.name,
                    title: Some(&chat.name),
                    purposes: &chat.purposes,
                };
                tx.set_chat(&Administer::by_operator(), &new, now)?;
                Ok(())
            })
            .await
    }

    async fn shift(self, shift: ShiftTemplate) -> Result<(), Trouble> {
        let now = self.now;
        self.store
            .write(lane(), move |tx| {
                tx.set_template(&Over::by_program(None), &shift.name, &shift.hours, now)?;
                Ok(())
            })
            .await
    }

    /// A rule setting, from the story's day on.
    async fn setting(self, key: &str, value: &str) -> Result<(), Trouble> {
        let Some(setting) = settings::find(key) else {
            return Err(Trouble::Statement(format!("没有「{key}」这个设置")));
        };
        let value = setting.read(value).map_err(|bad| Trouble::Statement(format!("{key}：{bad}")))?;
        let (now, from) = (self.now, self.bot.calendar.date(self.now));
        self.store
            .write(lane(), move |tx| {
                tx.change_rules(&Administer::by_operator(), from, &[(setting, value)], now)?;
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
                let named = directory.named(&rota.person, now);
                let person = match (directory.who(platform, &rota.person, now), named.as_slice()) {
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
                    tx.set_rota(&Over::by_program(Some(person)), date, shift.as_ref(), now)?;
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

fn lane() -> Lane {
    Lane::of(&["story"])
}
