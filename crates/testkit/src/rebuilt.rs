//! The state of people, chats, shift templates, rule settings and acknowledgements, made of nothing but the events: what
//! an event does not tell cannot be rebuilt, and a test that compares this with the tables finds it.

use chrono::NaiveDate;
use domain::settings::{self, Book, Value as Kept, Version};
use domain::{Calendar, EpochMs, PersonId, Role, Roles};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use store::{Directory, Event, Pagination, Result as StoreResult, RuleVersion, Tx};

/// Where somebody is reached: platform and user id.
type Place = (String, String);

/// A member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    name: String,
    roles: Roles,
    team: Option<String>,
    entered_on: Option<NaiveDate>,
    left_on: Option<NaiveDate>,
    rights_end: Option<EpochMs>,
    /// With the bot that knows him there.
    identities: BTreeMap<Place, String>,
}

/// Somebody who stands in: who, as what, for which group, from when, to when.
type Acting = (PersonId, Role, Option<String>, NaiveDate, NaiveDate);

/// Platform, bot and the platform's id.
type ChatKey = (String, String, String);

/// Everything that can be rebuilt.
#[derive(Debug, Default, PartialEq)]
pub struct State {
    people: BTreeMap<PersonId, Member>,
    teams: BTreeSet<String>,
    acting: BTreeMap<i64, Acting>,
    /// Title and purposes.
    chats: BTreeMap<ChatKey, (Option<String>, Vec<String>)>,
    templates: BTreeMap<String, String>,
    versions: BTreeMap<i64, RuleVersion>,
    /// By version and person, when.
    acknowledged: BTreeMap<(i64, PersonId), EpochMs>,
}

/// What is folded of an event kind: those of people, chats and rules must all be known here.
const FAMILIES: [&str; 6] = ["member.", "acting.", "team.", "chat.", "shift.", "rule."];
/// Kinds of these families that change none of what is rebuilt.
const WITHOUT_EFFECT: [&str; 2] = ["member.requested", "member.refused"];

/// Events that one read takes.
const PAGE: i64 = 1_000;

/// Reads fields, and says which one an event lacks.
struct Fields<'a>(&'a Event);

impl Fields<'_> {
    fn lacks(&self, field: &str) -> String {
        format!("event {} {} has no {field}: {:?}", self.0.seq, self.0.kind, self.0.body)
    }

    fn get(&self, field: &str) -> Result<&Value, String> {
        self.0.body.get(field).ok_or_else(|| self.lacks(field))
    }

    fn opt_text(&self, field: &str) -> Result<Option<String>, String> {
        match self.get(field)? {
            Value::Null => Ok(None),
            Value::String(text) => Ok(Some(text.clone())),
            _ => Err(self.lacks(field)),
        }
    }

    fn text(&self, field: &str) -> Result<String, String> {
        self.opt_text(field)?.ok_or_else(|| self.lacks(field))
    }

    fn instant(&self, field: &str) -> Result<EpochMs, String> {
        Calendar::instant(&self.text(field)?).ok_or_else(|| self.lacks(field))
    }

    fn int(&self, field: &str) -> Result<i64, String> {
        self.get(field)?.as_i64().ok_or_else(|| self.lacks(field))
    }

    fn opt_day(&self, field: &str) -> Result<Option<NaiveDate>, String> {
        let read = |text: String| text.parse().map_err(|_| self.lacks(field));
        self.opt_text(field)?.map(read).transpose()
    }

    fn day(&self, field: &str) -> Result<NaiveDate, String> {
        self.opt_day(field)?.ok_or_else(|| self.lacks(field))
    }

    fn roles(&self, field: &str) -> Result<Roles, String> {
        Roles::parse(&self.text(field)?).ok_or_else(|| self.lacks(field))
    }

    fn person(&self, field: &str) -> Result<PersonId, String> {
        self.get(field)?.get("$p").and_then(Value::as_i64).ok_or_else(|| self.lacks(field))
    }

    fn list(&self, field: &str) -> Result<Vec<String>, String> {
        let list = self.get(field)?.as_array().ok_or_else(|| self.lacks(field))?;
        let words: Option<Vec<String>> = list.iter().map(|word| word.as_str().map(str::to_owned)).collect();
        words.ok_or_else(|| self.lacks(field))
    }

    fn version(&self) -> Result<i64, String> {
        let label = self.text("version")?;
        label.strip_prefix('V').and_then(|no| no.parse().ok()).ok_or_else(|| self.lacks("version"))
    }

    fn has(&self, field: &str) -> bool {
        self.0.body.contains_key(field)
    }

    fn identity(&self) -> Result<(Place, String), String> {
        Ok(((self.text("platform")?, self.text("user_id")?), self.text("bot")?))
    }

    fn identities(&self) -> Result<Vec<(Place, String)>, String> {
        let list = self.get("identities")?.as_array().ok_or_else(|| self.lacks("identities"))?;
        list.iter()
            .map(|known| {
                let text = |field: &str| known.get(field).and_then(Value::as_str).map(str::to_owned);
                let key = text("platform").zip(text("user_id"));
                key.zip(text("bot")).ok_or_else(|| self.lacks("identities"))
            })
            .collect()
    }

    /// The value of a rule setting, as it is kept.
    fn kept(&self) -> Result<String, String> {
        Ok(match self.get("value")? {
            Value::Number(number) => number.to_string(),
            Value::Bool(on) => Kept::Switch(*on).to_string(),
            Value::String(word) => word.clone(),
            _ => return Err(self.lacks("value")),
        })
    }
}

impl State {
    /// Folds all events of a store.
    ///
    /// # Errors
    /// When they cannot be read.
    ///
    /// # Panics
    /// When an event lacks something that the state cannot be rebuilt without.
    pub fn rebuilt(tx: &mut Tx<'_>) -> StoreResult<Self> {
        let mut state = Self::default();
        let mut after = 0;
        loop {
            let events = tx.events(Pagination { after, limit: PAGE })?;
            let Some(last) = events.last() else { return Ok(state) };
            after = last.seq;
            for event in &events {
                state.fold(event).unwrap_or_else(|lack| panic!("{lack}"));
            }
        }
    }

    fn fold(&mut self, event: &Event) -> Result<(), String> {
        let fields = Fields(event);
        match event.kind.as_str() {
            "member.added" | "member.approved" => self.added(&fields),
            "member.changed" => self.changed(&fields),
            "member.linked" => {
                let (key, bot) = fields.identity()?;
                self.link(fields.person("person")?, key, bot, &fields)
            }
            "member.unlinked" => {
                let (key, _) = fields.identity()?;
                self.member(fields.person("person")?, &fields)?.identities.remove(&key);
                Ok(())
            }
            "member.left" => {
                let (last_day, rights_end) = (fields.day("last_day")?, fields.instant("rights_end")?);
                let member = self.member(fields.person("person")?, &fields)?;
                (member.left_on, member.rights_end) = (Some(last_day), Some(rights_end));
                Ok(())
            }
            "member.returned" => {
                let member = self.member(fields.person("person")?, &fields)?;
                (member.left_on, member.rights_end) = (None, None);
                Ok(())
            }
            "member.removed" => {
                let person = fields.person("person")?;
                self.people.remove(&person);
                self.acting.retain(|_, acting| acting.0 != person);
                Ok(())
            }
            "acting.set" => {
                let role = Role::from_word(&fields.text("role")?).ok_or_else(|| fields.lacks("role"))?;
                let (team, person) = (fields.opt_text("team")?, fields.person("person")?);
                let acting = (person, role, team, fields.day("from")?, fields.day("to")?);
                self.acting.insert(fields.int("acting")?, acting);
                Ok(())
            }
            "acting.ended" => {
                self.acting.remove(&fields.int("acting")?);
                Ok(())
            }
            "team.renamed" => self.renamed(&fields.text("before")?, &fields.text("team")?),
            "chat.registered" => {
                let title = fields.opt_text("title")?;
                let chat = self.chats.entry(chat_key(&fields)?).or_default();
                *chat = (title.or_else(|| chat.0.take()), fields.list("purposes")?);
                Ok(())
            }
            "chat.dropped" => {
                self.chats.remove(&chat_key(&fields)?);
                Ok(())
            }
            "shift.set" => {
                let name = fields.text("shift")?;
                match fields.opt_text("hours")? {
                    Some(hours) => self.templates.insert(name, hours),
                    None => self.templates.remove(&name),
                };
                Ok(())
            }
            "rule.changed" => self.rule_changed(event, &fields),
            "rule.undone" => {
                self.versions.remove(&fields.version()?);
                Ok(())
            }
            "rule.acknowledged" => {
                let key = (fields.version()?, fields.person("person")?);
                self.acknowledged.insert(key, event.at);
                Ok(())
            }
            kind if WITHOUT_EFFECT.contains(&kind) => Ok(()),
            kind if FAMILIES.iter().any(|family| kind.starts_with(family)) => {
                Err(format!("testkit/src/rebuilt.rs does not know what {kind} changes"))
            }
            _ => Ok(()),
        }
    }

    fn member(&mut self, person: PersonId, fields: &Fields<'_>) -> Result<&mut Member, String> {
        self.people.get_mut(&person).ok_or_else(|| fields.lacks("person that is known"))
    }

    fn added(&mut self, fields: &Fields<'_>) -> Result<(), String> {
        let person = fields.person("person")?;
        let member = Member {
            name: fields.text("name")?,
            roles: fields.roles("roles")?,
            team: fields.opt_text("team")?,
            entered_on: fields.opt_day("entered_on")?,
            left_on: None,
            rights_end: None,
            identities: BTreeMap::new(),
        };
        self.teams.extend(member.team.clone());
        self.people.insert(person, member);
        for (key, bot) in fields.identities()? {
            self.link(person, key, bot, fields)?;
        }
        Ok(())
    }

    fn changed(&mut self, fields: &Fields<'_>) -> Result<(), String> {
        let member = self.member(fields.person("person")?, fields)?;
        if fields.has("name") {
            member.name = fields.text("name")?;
        }
        if fields.has("roles") {
            member.roles = fields.roles("roles")?;
        }
        if fields.has("entered_on") {
            member.entered_on = fields.opt_day("entered_on")?;
        }
        if fields.has("team") {
            let team = fields.opt_text("team")?;
            member.team.clone_from(&team);
            self.teams.extend(team);
        }
        Ok(())
    }

    /// A platform's user is one person: whoever it was before is reached there no more.
    fn link(&mut self, person: PersonId, key: Place, bot: String, fields: &Fields<'_>) -> Result<(), String> {
        for member in self.people.values_mut() {
            member.identities.remove(&key);
        }
        self.member(person, fields)?.identities.insert(key, bot);
        Ok(())
    }

    fn renamed(&mut self, before: &str, now: &str) -> Result<(), String> {
        if !self.teams.remove(before) {
            return Err(format!("there was no group {before}"));
        }
        self.teams.insert(now.to_owned());
        let teams = self.people.values_mut().map(|member| &mut member.team);
        let teams = teams.chain(self.acting.values_mut().map(|acting| &mut acting.2));
        for team in teams.filter(|team| team.as_deref() == Some(before)) {
            *team = Some(now.to_owned());
        }
        Ok(())
    }

    fn rule_changed(&mut self, event: &Event, fields: &Fields<'_>) -> Result<(), String> {
        let no = fields.version()?;
        let effective_from = fields.day("effective_from")?;
        let version = self.versions.entry(no).or_insert_with(|| RuleVersion {
            no,
            effective_from,
            changed_at: event.at,
            changed_by: event.actor,
            values: Vec::new(),
        });
        version.values.push((fields.text("key")?, fields.kept()?));
        version.values.sort();
        Ok(())
    }

    /// The same as the tables have it.
    ///
    /// # Errors
    /// When they cannot be read.
    ///
    /// # Panics
    /// When the directory and the table of versions disagree about the settings.
    pub fn kept(tx: &mut Tx<'_>) -> StoreResult<Self> {
        let directory = tx.directory()?;
        let mut state = Self::of(&directory);
        for version in tx.rule_versions(i64::MAX)? {
            state.versions.insert(version.no, version);
        }
        let newest = state.versions.keys().max().copied().unwrap_or(1);
        assert_eq!(directory.rules_version(), newest, "the newest version");
        assert_eq!(directory.book(), &state.book(), "the book of the versions");
        // Also those that were taken back since.
        for no in 1..=LAST_ACKNOWLEDGED {
            for (person, at) in tx.acknowledged(no)? {
                state.acknowledged.insert((no, person), at);
            }
        }
        Ok(state)
    }

    fn of(directory: &Directory) -> Self {
        let team = |id: Option<i64>| id.and_then(|id| directory.team_name(id)).map(str::to_owned);
        let mut state = Self::default();
        for person in directory.everybody() {
            let known = person
                .identities
                .iter()
                .map(|known| ((known.platform.clone(), known.user_id.clone()), known.bot.clone()));
            let member = Member {
                name: person.name.clone(),
                roles: person.roles,
                team: team(person.team),
                entered_on: person.entered_on,
                left_on: person.left_on,
                rights_end: person.rights_end,
                identities: known.collect(),
            };
            state.people.insert(person.id, member);
        }
        state.teams = directory.teams().map(|(_, name)| name.to_owned()).collect();
        for acting in directory.acting() {
            let told = (acting.person, acting.role, team(acting.team), acting.from, acting.to);
            state.acting.insert(acting.id, told);
        }
        for chat in directory.chats() {
            let key = (chat.platform.clone(), chat.bot.clone(), chat.chat_ref.clone());
            state.chats.insert(key, (chat.title.clone(), chat.purposes.clone()));
        }
        for template in directory.templates() {
            state.templates.insert(template.name.clone(), template.hours.to_string());
        }
        state
    }

    /// The values over time, as the versions set them.
    fn book(&self) -> Book {
        let mut book = Book::default();
        for version in self.versions.values() {
            for (key, kept) in &version.values {
                let setting = settings::find(key).unwrap_or_else(|| panic!("there is no setting {key}"));
                let value = setting.kind.from_kept(kept).unwrap_or_else(|| panic!("{key} is {kept}"));
                book.set(setting, Version { from: version.effective_from, value });
            }
        }
        book
    }
}

/// The highest version whose acknowledgements are looked for.
const LAST_ACKNOWLEDGED: i64 = 400;

fn chat_key(fields: &Fields<'_>) -> Result<ChatKey, String> {
    Ok((fields.text("platform")?, fields.text("bot")?, fields.text("chat_ref")?))
}
