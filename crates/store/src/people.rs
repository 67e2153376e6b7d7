//! Members: who belongs to the department, as what, in which group (组), reached where. Each change raises the directory's
//! version and records its own event, so that what the directory holds can be rebuilt from the events.

use crate::directory::Identity;
use crate::error::{Error, Result};
use crate::event::Fact;
use crate::sql::Tx;
use chrono::NaiveDate;
use domain::rights::{Administer, Over};
use domain::{Calendar, EpochMs, PersonId, Role, Roles};
use serde_json::{Map, Value, json};

/// A member about to be added.
#[derive(Clone, Debug)]
pub struct NewMember<'a> {
    /// Name as people write it.
    pub name: &'a str,
    /// What the member is.
    pub roles: Roles,
    /// 组 by name; made when there is none of that name.
    pub team: Option<&'a str>,
    /// First day.
    pub entered_on: Option<NaiveDate>,
    /// Where the member is reached.
    pub identities: &'a [Identity],
    /// How it came about, for the audit: `command`, `import`, `token`, `story`.
    pub source: &'a str,
}

/// What is changed about a member; `None` stays as it is.
#[derive(Clone, Debug, Default)]
pub struct MemberChange<'a> {
    /// Name.
    pub name: Option<&'a str>,
    /// Roles.
    pub roles: Option<Roles>,
    /// 组 by name; `Some(None)` takes the member out of the group.
    pub team: Option<Option<&'a str>>,
    /// First day.
    pub entered_on: Option<Option<NaiveDate>>,
}

/// Somebody about to stand in for a role.
#[derive(Clone, Copy, Debug)]
pub struct NewActing {
    /// Who stands in.
    pub person: PersonId,
    /// As what.
    pub role: Role,
    /// For which group.
    pub team: Option<i64>,
    /// First day.
    pub from: NaiveDate,
    /// Last day, included.
    pub to: NaiveDate,
}

const ADD: &str = "INSERT INTO person (name, roles, team_id, entered_on, created_at) \
    VALUES ($1, $2, $3, $4, $5) RETURNING id";
// Not from the directory: an import changes thousands in one transaction, and each would read it whole.
const KNOWN: &str = "SELECT p.name, p.roles, t.name AS team, p.entered_on FROM person p \
    LEFT JOIN team t ON t.id = p.team_id WHERE p.id = $1";
const SET: &str = "UPDATE person SET name = $2, roles = $3, team_id = $4, entered_on = $5 WHERE id = $1";
const SET_LEFT: &str = "UPDATE person SET left_on = $2, rights_end = $3 WHERE id = $1";
const LINK: &str = "INSERT INTO identity (platform, user_id, bot, shown_name, person_id) \
    VALUES ($1, $2, $3, $4, $5) ON CONFLICT (platform, user_id) DO UPDATE SET bot = excluded.bot, \
    shown_name = excluded.shown_name, person_id = excluded.person_id";
const SHOWN_NAME: &str = "UPDATE identity SET shown_name = $3 WHERE platform = $1 AND user_id = $2";
const UNLINK_ONE: &str = "DELETE FROM identity WHERE platform = $1 AND user_id = $2 AND person_id = $3";
const FIND_TEAM: &str = "SELECT id FROM team WHERE name = $1";
const ADD_TEAM: &str = "INSERT INTO team (name) VALUES ($1) RETURNING id";
const RENAME_TEAM: &str = "UPDATE team SET name = $2 WHERE id = $1";
const ADD_ACTING: &str = "INSERT INTO acting (person_id, role, team_id, from_date, to_date) \
    VALUES ($1, $2, $3, $4, $5) RETURNING id";
const END_ACTING: &str = "UPDATE acting SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL";
// Nobody acts before being there, which bounds the search by the index on time.
const ACTED: &str = "SELECT e.seq FROM event e WHERE e.at >= (SELECT p.created_at FROM person p WHERE p.id = $1) \
    AND e.actor = $1 LIMIT 1";
// A day that counts as missing was noted by the program, not by the member.
const OWED: &str = "SELECT person_id FROM report_overdue WHERE person_id = $1 LIMIT 1";
const UNLINK: &str = "DELETE FROM identity WHERE person_id = $1";
const DROP_REMINDERS: &str = "DELETE FROM reminder WHERE person_id = $1";
const DROP_ROTA: &str = "DELETE FROM rota WHERE person_id = $1";
const DROP_ACTING: &str = "DELETE FROM acting WHERE person_id = $1";
const FORGET_OUTGOING: &str = "UPDATE outbox SET person_id = NULL WHERE person_id = $1";
const DROP_PERSON: &str = "DELETE FROM person WHERE id = $1";
const LATER_ROTA: &str = "SELECT date FROM rota WHERE person_id = $1 AND date > $2 ORDER BY date";

fn shown(identities: &[Identity]) -> Vec<Value> {
    identities
        .iter()
        .map(|known| json!({ "platform": known.platform, "user_id": known.user_id, "bot": known.bot }))
        .collect()
}

fn date_value(date: Option<NaiveDate>) -> Value {
    date.map_or(Value::Null, |date| date.to_string().into())
}

impl Tx<'_> {
    /// Adds a member.
    ///
    /// # Errors
    /// When it cannot be written; the same for all below.
    pub fn add_member(&mut self, by: &Administer, member: &NewMember<'_>, now: EpochMs) -> Result<PersonId> {
        let person = self.insert_member(member, now)?;
        let fact = Fact::new("member.added", by.actor())
            .person("person", person)
            .with("name", member.name)
            .with("roles", member.roles.to_string())
            .with("team", member.team)
            .with("entered_on", date_value(member.entered_on))
            .with("identities", shown(member.identities))
            .with("source", member.source);
        self.record(now, fact);
        Ok(person)
    }

    /// Lets somebody in who asked to (`J…`, whose label is `join`).
    ///
    /// # Errors
    /// As [`Tx::add_member`].
    pub fn admit_member(
        &mut self,
        by: &Over,
        join: &str,
        member: &NewMember<'_>,
        now: EpochMs,
    ) -> Result<PersonId> {
        let person = self.insert_member(member, now)?;
        let fact = Fact::new("member.approved", by.by())
            .about(join)
            .with("join", join)
            .with("by", by.by().map(Fact::person_value))
            .person("person", person)
            .with("name", member.name)
            .with("roles", member.roles.to_string())
            .with("team", member.team)
            .with("entered_on", date_value(member.entered_on))
            .with("identities", shown(member.identities));
        self.record(now, fact);
        Ok(person)
    }

    fn insert_member(&mut self, member: &NewMember<'_>, now: EpochMs) -> Result<PersonId> {
        let team = member.team.map(|team| self.team(team)).transpose()?;
        let roles = member.roles.to_string();
        let params = [member.name.into(), (&roles).into(), team.into(), member.entered_on.into(), now.into()];
        let person = self
            .exec_row(ADD, &params, |row| row.int("id"))?
            .ok_or_else(|| Error::Corrupt("person id".to_owned()))?;
        for identity in member.identities {
            self.write_identity(person, identity)?;
        }
        self.touch_directory()?;
        Ok(person)
    }

    /// Changes what is known of a member; what stays the same is not mentioned in the event, and nothing is recorded
    /// when nothing changes.
    ///
    /// # Errors
    /// As [`Tx::add_member`].
    pub fn change_member(
        &mut self,
        by: &Administer,
        person: PersonId,
        change: &MemberChange<'_>,
        now: EpochMs,
    ) -> Result<()> {
        let known = self.row(KNOWN, &[person.into()], |row| {
            let roles =
                Roles::parse(&row.text("roles")?).ok_or_else(|| Error::Corrupt("roles".to_owned()))?;
            Ok((row.text("name")?, roles, row.opt_text("team")?, row.opt_date("entered_on")?))
        })?;
        let (name_before, roles_before, team_before, entered_before) =
            known.ok_or_else(|| Error::Corrupt("person".to_owned()))?;
        let team_before = team_before.as_deref();
        let name = change.name.unwrap_or(&name_before);
        let roles = change.roles.unwrap_or(roles_before);
        let team = change.team.unwrap_or(team_before);
        let entered_on = change.entered_on.unwrap_or(entered_before);
        let (mut after, mut before) = (Map::new(), Map::new());
        let mut note = |field: &str, was: Value, is: Value| {
            if was != is {
                before.insert(field.to_owned(), was);
                after.insert(field.to_owned(), is);
            }
        };
        note("name", name_before.as_str().into(), name.into());
        note("roles", roles_before.to_string().into(), roles.to_string().into());
        note("team", team_before.into(), team.into());
        note("entered_on", date_value(entered_before), date_value(entered_on));
        if after.is_empty() {
            return Ok(());
        }
        let team = team.map(|team| self.team(team)).transpose()?;
        let words = roles.to_string();
        self.exec(SET, &[person.into(), name.into(), (&words).into(), team.into(), entered_on.into()])?;
        self.touch_directory()?;
        let mut fact = Fact::new("member.changed", by.actor()).person("person", person);
        for (field, value) in after {
            fact = fact.with(&field, value);
        }
        self.record(now, fact.with("before", before));
        Ok(())
    }

    /// Says that a platform's user is this member; whoever it was before is reached there no more.
    ///
    /// # Errors
    /// As [`Tx::add_member`].
    pub fn link_member(
        &mut self,
        by: &Administer,
        person: PersonId,
        identity: &Identity,
        now: EpochMs,
    ) -> Result<()> {
        self.write_identity(person, identity)?;
        self.touch_directory()?;
        self.record(now, linked("member.linked", by.actor(), person, identity));
        Ok(())
    }

    /// The same, because the platform's user asked to join (`J…`) and is a member already.
    ///
    /// # Errors
    /// As [`Tx::add_member`].
    pub fn admit_identity(
        &mut self,
        by: &Over,
        join: &str,
        person: PersonId,
        identity: &Identity,
        now: EpochMs,
    ) -> Result<()> {
        self.write_identity(person, identity)?;
        self.touch_directory()?;
        let fact = linked("member.linked", by.by(), person, identity);
        self.record(now, fact.about(join).with("join", join));
        Ok(())
    }

    /// Takes a platform's user away from a member; false when it was not his.
    ///
    /// # Errors
    /// As [`Tx::add_member`].
    pub fn unlink_member(
        &mut self,
        by: &Administer,
        person: PersonId,
        identity: &Identity,
        now: EpochMs,
    ) -> Result<bool> {
        let (platform, user_id) = (identity.platform.as_str(), identity.user_id.as_str());
        if self.exec(UNLINK_ONE, &[platform.into(), user_id.into(), person.into()])? == 0 {
            return Ok(false);
        }
        self.touch_directory()?;
        self.record(now, linked("member.unlinked", by.actor(), person, identity));
        Ok(true)
    }

    fn write_identity(&mut self, person: PersonId, identity: &Identity) -> Result<()> {
        let Identity { platform, user_id, bot, shown_name } = identity;
        let params =
            [platform.into(), user_id.into(), bot.into(), shown_name.as_deref().into(), person.into()];
        self.exec(LINK, &params).map(|_| ())
    }

    /// Keeps the name that a platform shows for its user. No event: it says nothing about the department.
    ///
    /// # Errors
    /// As [`Tx::add_member`].
    pub fn note_shown_name(&mut self, platform: &str, user_id: &str, name: &str) -> Result<()> {
        self.exec(SHOWN_NAME, &[platform.into(), user_id.into(), name.into()])?;
        self.touch_directory()
    }

    /// Takes a member out: from `rights_end` on he is nobody. The plan after the last day goes, and what he would have
    /// stood in for; his history stays. Answers the planned days that were taken away.
    ///
    /// # Errors
    /// As [`Tx::add_member`].
    pub fn leave_member(
        &mut self,
        by: &Administer,
        person: PersonId,
        last_day: NaiveDate,
        rights_end: EpochMs,
        calendar: &Calendar,
        now: EpochMs,
    ) -> Result<usize> {
        self.exec(SET_LEFT, &[person.into(), last_day.into(), rights_end.into()])?;
        self.touch_directory()?;
        let later = self.rows(LATER_ROTA, &[person.into(), last_day.into()], |row| row.date("date"))?;
        let cleared: Vec<Value> = later.iter().map(|date| date_value(Some(*date))).collect();
        let fact = Fact::new("member.left", by.actor())
            .person("person", person)
            .with("last_day", last_day.to_string())
            .with("rights_end", calendar.exact(rights_end))
            .with("rota_cleared", cleared);
        self.record(now, fact);
        for date in &later {
            self.clear_rota(&Over::by_program(Some(person)), *date, now)?;
        }
        let acting: Vec<i64> = self
            .directory()?
            .acting()
            .iter()
            .filter(|acting| acting.person == person && (acting.from > last_day || rights_end <= now))
            .map(|acting| acting.id)
            .collect();
        for id in acting {
            self.end_acting(by, id, now)?;
        }
        Ok(later.len())
    }

    /// Takes the leaving of a member back. The plan that went with it does not come back.
    ///
    /// # Errors
    /// As [`Tx::add_member`].
    pub fn return_member(&mut self, by: &Administer, person: PersonId, now: EpochMs) -> Result<()> {
        let (nothing, never): (Option<NaiveDate>, Option<i64>) = (None, None);
        self.exec(SET_LEFT, &[person.into(), nothing.into(), never.into()])?;
        self.touch_directory()?;
        self.record(now, Fact::new("member.returned", by.actor()).person("person", person));
        Ok(())
    }

    /// Somebody stands in for a role; answers its number.
    ///
    /// # Errors
    /// As [`Tx::add_member`].
    pub fn set_acting(&mut self, by: &Administer, acting: &NewActing, now: EpochMs) -> Result<i64> {
        let NewActing { person, role, team, from, to } = *acting;
        let params = [person.into(), role.word().into(), team.into(), from.into(), to.into()];
        let id = self
            .exec_row(ADD_ACTING, &params, |row| row.int("id"))?
            .ok_or_else(|| Error::Corrupt("acting id".to_owned()))?;
        self.touch_directory()?;
        let team = team.and_then(|team| self.directory().ok()?.team_name(team).map(str::to_owned));
        let fact = Fact::new("acting.set", by.actor())
            .with("acting", id)
            .person("person", person)
            .with("role", role.word())
            .with("team", team)
            .with("from", from.to_string())
            .with("to", to.to_string());
        self.record(now, fact);
        Ok(id)
    }

    /// Ends standing in early; false when it had ended.
    ///
    /// # Errors
    /// As [`Tx::add_member`].
    pub fn end_acting(&mut self, by: &Administer, id: i64, now: EpochMs) -> Result<bool> {
        if self.exec(END_ACTING, &[id.into(), now.into()])? == 0 {
            return Ok(false);
        }
        self.touch_directory()?;
        self.record(now, Fact::new("acting.ended", by.actor()).with("acting", id));
        Ok(true)
    }

    /// The number of the group of that name, made when there is none.
    ///
    /// # Errors
    /// As [`Tx::add_member`].
    pub(crate) fn team(&mut self, name: &str) -> Result<i64> {
        if let Some(id) = self.row(FIND_TEAM, &[name.into()], |row| row.int("id"))? {
            return Ok(id);
        }
        let id = self
            .exec_row(ADD_TEAM, &[name.into()], |row| row.int("id"))?
            .ok_or_else(|| Error::Corrupt("team id".to_owned()))?;
        self.touch_directory()?;
        Ok(id)
    }

    /// Gives a group another name.
    ///
    /// # Errors
    /// As [`Tx::add_member`].
    pub fn rename_team(&mut self, by: &Administer, team: i64, name: &str, now: EpochMs) -> Result<()> {
        let before = self.directory()?.team_name(team).map(str::to_owned);
        self.exec(RENAME_TEAM, &[team.into(), name.into()])?;
        self.touch_directory()?;
        self.record(now, Fact::new("team.renamed", by.actor()).with("team", name).with("before", before));
        Ok(())
    }

    /// Takes a member out again who has done nothing yet; false when there is something that must stay.
    ///
    /// # Errors
    /// As [`Tx::add_member`].
    pub fn remove_member(&mut self, by: &Administer, person: PersonId, now: EpochMs) -> Result<bool> {
        let acted =
            self.is_acting(person) || self.row(ACTED, &[person.into()], |row| row.int("seq"))?.is_some();
        if acted || self.row(OWED, &[person.into()], |row| row.int("person_id"))?.is_some() {
            return Ok(false);
        }
        for sql in [UNLINK, DROP_REMINDERS, DROP_ROTA, DROP_ACTING, FORGET_OUTGOING, DROP_PERSON] {
            self.exec(sql, &[person.into()])?;
        }
        self.touch_directory()?;
        self.record(now, Fact::new("member.removed", by.actor()).person("person", person));
        Ok(true)
    }
}

fn linked(kind: &'static str, actor: Option<PersonId>, person: PersonId, identity: &Identity) -> Fact {
    Fact::new(kind, actor)
        .person("person", person)
        .with("platform", identity.platform.as_str())
        .with("user_id", identity.user_id.as_str())
        .with("bot", identity.bot.as_str())
}
