//! The directory: people, teams, chats, shift templates and rule settings, small and asked for with every message. It is kept in
//! memory with the version under which it was read; each transaction compares the version (it comes with the inbox
//! row, in the same statement), so a change by anybody, on any instance, is seen by the next message. The store
//! stays the truth.

use crate::error::{Error, Result};
use crate::sql::Tx;
use chrono::NaiveDate;
use domain::rights::Standing;
use domain::settings::{self, Book, Version};
use domain::shift::Hours;
use domain::{EpochMs, PersonId, Role, Roles};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

/// Where a person is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// `wecom`, `dingtalk`, `console`.
    pub platform: String,
    /// The platform's user id.
    pub user_id: String,
    /// The configured bot that knows the person.
    pub bot: String,
    /// The name that the platform shows, where it gives one.
    pub shown_name: Option<String>,
}

/// Somebody stands in for a role (代理) on some days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acting {
    /// Number.
    pub id: i64,
    /// Who stands in.
    pub person: PersonId,
    /// As what.
    pub role: Role,
    /// For which group; `None` for a role of the whole department.
    pub team: Option<i64>,
    /// First day.
    pub from: NaiveDate,
    /// Last day, included.
    pub to: NaiveDate,
}

/// A member of the department.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Number.
    pub id: PersonId,
    /// Name as people write it.
    pub name: String,
    /// The name, with `#1`, `#2` when several people bear it.
    pub label: String,
    /// What the person is.
    pub roles: Roles,
    /// 组, by number.
    pub team: Option<i64>,
    /// First day.
    pub entered_on: Option<NaiveDate>,
    /// Last day.
    pub left_on: Option<NaiveDate>,
    /// The instant from which on the person is nobody here.
    pub rights_end: Option<EpochMs>,
    /// Where the person is reached.
    pub identities: Vec<Identity>,
}

impl Person {
    /// True while the person belongs to the department.
    pub fn is_member(&self, now: EpochMs) -> bool {
        self.rights_end.is_none_or(|end| now < end)
    }
}

/// A registered chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chat {
    /// Number.
    pub id: i64,
    /// `wecom`, `dingtalk`, `console`.
    pub platform: String,
    /// The configured bot that is in it.
    pub bot: String,
    /// The platform's id.
    pub chat_ref: String,
    /// Its name, where known.
    pub title: Option<String>,
    /// What the bot posts there: 排行, 提醒, …
    pub purposes: Vec<String>,
}

/// A shift template (班次).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// 早班, 晚班, …
    pub name: String,
    /// Its hours.
    pub hours: Hours,
}

/// Everything of it, as of one version.
#[derive(Debug, Default)]
pub struct Directory {
    people: BTreeMap<PersonId, Person>,
    by_identity: HashMap<String, HashMap<String, PersonId>>,
    teams: BTreeMap<i64, String>,
    chats: Vec<Chat>,
    templates: Vec<Template>,
    acting: Vec<Acting>,
    book: Book,
    rules_version: i64,
}

impl Directory {
    /// Somebody by number, leavers included.
    pub fn person(&self, id: PersonId) -> Option<&Person> {
        self.people.get(&id)
    }

    /// Who this is on a platform. Leavers are nobody.
    pub fn who(&self, platform: &str, user_id: &str, now: EpochMs) -> Option<&Person> {
        let id = self.by_identity.get(platform)?.get(user_id)?;
        self.people.get(id).filter(|person| person.is_member(now))
    }

    /// Everybody who belongs to the department, by number.
    pub fn people(&self, now: EpochMs) -> impl Iterator<Item = &Person> {
        self.people.values().filter(move |person| person.is_member(now))
    }

    /// Everybody who ever was here, by number.
    pub fn everybody(&self) -> impl Iterator<Item = &Person> {
        self.people.values()
    }

    /// The members of that name; more than one when the name is not unique.
    pub fn named(&self, name: &str, now: EpochMs) -> Vec<&Person> {
        self.people(now).filter(|person| person.name == name || person.label == name).collect()
    }

    /// What a member may do on a day: his roles, and those he stands in for.
    pub fn standing(&self, person: &Person, today: NaiveDate) -> Standing {
        let acting = self.acting_on(today).filter(|acting| acting.person == person.id);
        Standing::new(person.id, person.roles, person.team, acting.map(|acting| (acting.role, acting.team)))
    }

    /// Who stands in on a day.
    pub fn acting_on(&self, day: NaiveDate) -> impl Iterator<Item = &Acting> {
        self.acting.iter().filter(move |acting| acting.from <= day && day <= acting.to)
    }

    /// Everybody who stands in, now or later, by number; what was ended early is not among them.
    pub fn acting(&self) -> &[Acting] {
        &self.acting
    }

    /// The leads of a group, those who stand in included; the department's when it has none.
    pub fn leads_of(&self, team: Option<i64>, now: EpochMs, today: NaiveDate) -> Vec<PersonId> {
        let standings: Vec<Standing> = self.people(now).map(|person| self.standing(person, today)).collect();
        let of = |wanted: &dyn Fn(&Standing) -> bool| -> Vec<PersonId> {
            standings.iter().filter(|standing| wanted(standing)).map(Standing::person).collect()
        };
        let own = of(&|standing| {
            !standing.roles().leads_department()
                && standing.decide().is_some_and(|decide| decide.scope().covers(team))
        });
        if own.is_empty() { of(&|standing| standing.roles().leads_department()) } else { own }
    }

    /// The department's rule settings.
    pub fn book(&self) -> &Book {
        &self.book
    }

    /// The newest version of the rules; 1 is the default composition.
    pub fn rules_version(&self) -> i64 {
        self.rules_version
    }

    /// What events and lists call a person: the name, numbered when it is not unique.
    pub fn label(&self, id: PersonId) -> String {
        self.people.get(&id).map_or_else(|| format!("?{id}"), |person| person.label.clone())
    }

    /// A team's name.
    pub fn team_name(&self, id: i64) -> Option<&str> {
        self.teams.get(&id).map(String::as_str)
    }

    /// All teams by number.
    pub fn teams(&self) -> impl Iterator<Item = (i64, &str)> {
        self.teams.iter().map(|(id, name)| (*id, name.as_str()))
    }

    /// A registered chat.
    pub fn chat(&self, platform: &str, bot: &str, chat_ref: &str) -> Option<&Chat> {
        self.chats
            .iter()
            .find(|chat| chat.platform == platform && chat.bot == bot && chat.chat_ref == chat_ref)
    }

    /// All registered chats.
    pub fn chats(&self) -> &[Chat] {
        &self.chats
    }

    /// The chats that have a purpose.
    pub fn chats_for<'a>(&'a self, purpose: &'a str) -> impl Iterator<Item = &'a Chat> {
        self.chats.iter().filter(move |chat| chat.purposes.iter().any(|known| known == purpose))
    }

    /// All shift templates, in the order of their making.
    pub fn templates(&self) -> &[Template] {
        &self.templates
    }

    /// A shift template by name.
    pub fn template(&self, name: &str) -> Option<&Template> {
        self.templates.iter().find(|template| template.name == name)
    }
}

/// The directory that was read last, with its version; shared by all threads of a store.
#[derive(Clone, Default)]
pub(crate) struct DirectoryCache(Arc<Mutex<Option<Known>>>);

/// A version with what was read under it.
type Known = (i64, Arc<Directory>);

impl DirectoryCache {
    fn get(&self, version: i64) -> Option<Arc<Directory>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.as_ref().filter(|(known, _)| *known == version).map(|(_, directory)| Arc::clone(directory))
    }

    fn put(&self, version: i64, directory: &Arc<Directory>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((version, Arc::clone(directory)));
    }

    /// After a commit that failed: what was read in its transaction never came to be, and its version number will be
    /// given again.
    pub(crate) fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

const VERSION: &str = "SELECT value FROM counter WHERE name = 'directory'";
const TOUCH: &str = "UPDATE counter SET value = value + 1 WHERE name = 'directory'";
const PEOPLE: &str =
    "SELECT id, name, roles, team_id, entered_on, left_on, rights_end FROM person ORDER BY id";
const IDENTITIES: &str =
    "SELECT platform, user_id, bot, shown_name, person_id FROM identity ORDER BY platform, user_id";
const ACTING: &str =
    "SELECT id, person_id, role, team_id, from_date, to_date FROM acting WHERE ended_at IS NULL ORDER BY id";
// A later version of the same first day comes after the earlier one, and counts.
const SETTINGS: &str = "SELECT s.key, s.value, v.effective_from FROM setting_value s \
    JOIN rule_version v ON v.no = s.version WHERE v.undone_at IS NULL ORDER BY v.no";
const RULES_VERSION: &str = "SELECT COALESCE(MAX(no), 1) AS no FROM rule_version WHERE undone_at IS NULL";
const TEAMS: &str = "SELECT id, name FROM team";
const CHATS: &str = "SELECT id, platform, bot, chat_ref, title, purposes FROM chat ORDER BY id";
const TEMPLATES: &str = "SELECT name, hours FROM shift_template ORDER BY id";

impl Tx<'_> {
    /// The directory as this transaction sees it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn directory(&mut self) -> Result<Arc<Directory>> {
        if let Some(directory) = &self.fresh_directory {
            return Ok(Arc::clone(directory));
        }
        if self.directory_changed {
            // Its version belongs to this transaction alone until the commit.
            let directory = Arc::new(self.load_directory()?);
            self.fresh_directory = Some(Arc::clone(&directory));
            return Ok(directory);
        }
        let version = match self.directory_version {
            Some(version) => version,
            None => self
                .row(VERSION, &[], |row| row.int("value"))?
                .ok_or_else(|| Error::Corrupt("counter directory".to_owned()))?,
        };
        self.directory_version = Some(version);
        let directory = match self.directory.get(version) {
            Some(directory) => directory,
            None => {
                let directory = Arc::new(self.load_directory()?);
                self.directory.put(version, &directory);
                directory
            }
        };
        self.fresh_directory = Some(Arc::clone(&directory));
        Ok(directory)
    }

    /// To be called after every change of what the directory holds.
    pub(crate) fn touch_directory(&mut self) -> Result<()> {
        if !self.directory_changed {
            self.exec(TOUCH, &[])?;
            self.directory_changed = true;
        }
        self.fresh_directory = None;
        Ok(())
    }

    fn load_directory(&mut self) -> Result<Directory> {
        let mut directory = Directory::default();
        let people = self.rows(PEOPLE, &[], |row| {
            let name = row.text("name")?;
            Ok(Person {
                id: row.int("id")?,
                label: name.clone(),
                name,
                roles: Roles::parse(&row.text("roles")?).ok_or_else(|| Error::Corrupt("roles".to_owned()))?,
                team: row.opt_int("team_id")?,
                entered_on: row.opt_date("entered_on")?,
                left_on: row.opt_date("left_on")?,
                rights_end: row.opt_int("rights_end")?,
                identities: Vec::new(),
            })
        })?;
        let mut bearers: HashMap<String, u32> = HashMap::new();
        for person in &people {
            *bearers.entry(person.name.clone()).or_default() += 1;
        }
        let mut given: HashMap<String, u32> = HashMap::new();
        for mut person in people {
            if bearers.get(&person.name).is_some_and(|count| *count > 1) {
                let number = given.entry(person.name.clone()).or_default();
                *number += 1;
                person.label = format!("{}#{number}", person.name);
            }
            directory.people.insert(person.id, person);
        }
        let identities = self.rows(IDENTITIES, &[], |row| {
            let identity = Identity {
                platform: row.text("platform")?,
                user_id: row.text("user_id")?,
                bot: row.text("bot")?,
                shown_name: row.opt_text("shown_name")?,
            };
            Ok((identity, row.int("person_id")?))
        })?;
        for (identity, person_id) in identities {
            let by_user = directory.by_identity.entry(identity.platform.clone()).or_default();
            by_user.insert(identity.user_id.clone(), person_id);
            if let Some(person) = directory.people.get_mut(&person_id) {
                person.identities.push(identity);
            }
        }
        directory.teams =
            self.rows(TEAMS, &[], |row| Ok((row.int("id")?, row.text("name")?)))?.into_iter().collect();
        directory.chats = self.rows(CHATS, &[], |row| {
            Ok(Chat {
                id: row.int("id")?,
                platform: row.text("platform")?,
                bot: row.text("bot")?,
                chat_ref: row.text("chat_ref")?,
                title: row.opt_text("title")?,
                purposes: row.text("purposes")?.split_whitespace().map(str::to_owned).collect(),
            })
        })?;
        directory.templates = self.rows(TEMPLATES, &[], |row| {
            let hours =
                Hours::parse(&row.text("hours")?).map_err(|_| Error::Corrupt("shift hours".to_owned()))?;
            Ok(Template { name: row.text("name")?, hours })
        })?;
        directory.acting = self.rows(ACTING, &[], |row| {
            let role = Role::from_word(&row.text("role")?);
            Ok(Acting {
                id: row.int("id")?,
                person: row.int("person_id")?,
                role: role.ok_or_else(|| Error::Corrupt("acting role".to_owned()))?,
                team: row.opt_int("team_id")?,
                from: row.date("from_date")?,
                to: row.date("to_date")?,
            })
        })?;
        let values = self.rows(SETTINGS, &[], |row| {
            Ok((row.text("key")?, row.text("value")?, row.date("effective_from")?))
        })?;
        for (key, kept, from) in values {
            // A key or word that only a newer program knows keeps the default here.
            let Some(setting) = settings::find(&key) else { continue };
            let Some(value) = setting.kind.from_kept(&kept) else { continue };
            directory.book.set(setting, Version { from, value });
        }
        directory.rules_version = self.row(RULES_VERSION, &[], |row| row.int("no"))?.unwrap_or(1);
        Ok(directory)
    }
}
