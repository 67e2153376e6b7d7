//! People, teams, chats, shift templates and requests to join. Each change raises the directory's version.

use crate::error::{Error, Result};
use crate::sql::{Row, Tx};
use chrono::NaiveDate;
use domain::shift::Hours;
use domain::{EpochMs, PersonId, Roles};

/// A request to join (加入申请, `J…`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JoinRequest {
    /// Number: J3 is 3.
    pub no: i64,
    /// Where the newcomer wrote from.
    pub platform: String,
    /// Through which bot.
    pub bot: String,
    /// The newcomer's platform id.
    pub user_id: String,
    /// The name given.
    pub name: String,
    /// The team given.
    pub team: Option<String>,
    /// `open`, `approved`, `refused` or `withdrawn`.
    pub state: String,
}

const ADD_PERSON: &str = "INSERT INTO person (name, roles, team_id, entered_on, created_at) \
    VALUES ($1, $2, $3, $4, $5) RETURNING id";
const SET_ROLES: &str = "UPDATE person SET roles = $2 WHERE id = $1";
const SET_TEAM: &str = "UPDATE person SET team_id = $2 WHERE id = $1";
const SET_LEFT: &str = "UPDATE person SET left_on = $2 WHERE id = $1";
const LINK: &str = "INSERT INTO identity (platform, user_id, bot, person_id) VALUES ($1, $2, $3, $4) \
    ON CONFLICT (platform, user_id) DO UPDATE SET bot = excluded.bot, person_id = excluded.person_id";
const FIND_TEAM: &str = "SELECT id FROM team WHERE name = $1";
const ADD_TEAM: &str = "INSERT INTO team (name) VALUES ($1) RETURNING id";
const SET_CHAT: &str = "INSERT INTO chat (platform, bot, chat_ref, title, purposes, registered_at) \
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (platform, bot, chat_ref) \
    DO UPDATE SET title = COALESCE(excluded.title, chat.title), purposes = excluded.purposes";
const DROP_CHAT: &str = "DELETE FROM chat WHERE platform = $1 AND bot = $2 AND chat_ref = $3";
const SET_TEMPLATE: &str = "INSERT INTO shift_template (name, hours) VALUES ($1, $2) \
    ON CONFLICT (name) DO UPDATE SET hours = excluded.hours";
const DROP_TEMPLATE: &str = "DELETE FROM shift_template WHERE name = $1";
const ADD_JOIN: &str = "INSERT INTO join_request (no, platform, bot, user_id, name, team, asked_at, state) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, 'open')";
const JOIN: &str = "SELECT no, platform, bot, user_id, name, team, state FROM join_request WHERE no = $1";
const OPEN_JOIN: &str = "SELECT no, platform, bot, user_id, name, team, state FROM join_request \
    WHERE platform = $1 AND user_id = $2 AND state = 'open' ORDER BY no LIMIT 1";
const ALL_OPEN: &str = "SELECT no, platform, bot, user_id, name, team, state FROM join_request \
    WHERE state = 'open' ORDER BY no LIMIT $1";
const CLOSE_JOIN: &str = "UPDATE join_request SET state = $2, decided_by = $3, decided_at = $4 \
    WHERE no = $1 AND state = 'open'";
const REOPEN_JOIN: &str =
    "UPDATE join_request SET state = 'open', decided_by = NULL, decided_at = NULL WHERE no = $1";
// Nobody acts before being there, which bounds the search by the index on time.
const ACTED: &str = "SELECT e.seq FROM event e WHERE e.at >= (SELECT p.created_at FROM person p WHERE p.id = $1) \
    AND e.actor = $1 LIMIT 1";
const UNLINK: &str = "DELETE FROM identity WHERE person_id = $1";
const DROP_REMINDERS: &str = "DELETE FROM reminder WHERE person_id = $1";
const DROP_ROTA: &str = "DELETE FROM rota WHERE person_id = $1";
const FORGET_OUTGOING: &str = "UPDATE outbox SET person_id = NULL WHERE person_id = $1";
const DROP_PERSON: &str = "DELETE FROM person WHERE id = $1";
const ASKED: &str = "SELECT asked_at FROM join_request WHERE no = $1";

fn read_join(row: &Row<'_>) -> Result<JoinRequest> {
    Ok(JoinRequest {
        no: row.int("no")?,
        platform: row.text("platform")?,
        bot: row.text("bot")?,
        user_id: row.text("user_id")?,
        name: row.text("name")?,
        team: row.opt_text("team")?,
        state: row.text("state")?,
    })
}

impl Tx<'_> {
    /// Adds a member.
    ///
    /// # Errors
    /// When it cannot be written; the same for all below.
    pub fn add_person(
        &mut self,
        name: &str,
        roles: Roles,
        team: Option<i64>,
        entered_on: Option<NaiveDate>,
        now: EpochMs,
    ) -> Result<PersonId> {
        let roles = roles.to_string();
        let params = [name.into(), (&roles).into(), team.into(), entered_on.into(), now.into()];
        let id = self
            .exec_row(ADD_PERSON, &params, |row| row.int("id"))?
            .ok_or_else(|| Error::Corrupt("person id".to_owned()))?;
        self.touch_directory()?;
        Ok(id)
    }

    /// Sets what a person is.
    ///
    /// # Errors
    /// As [`Tx::add_person`].
    pub fn set_roles(&mut self, person: PersonId, roles: Roles) -> Result<()> {
        self.exec(SET_ROLES, &[person.into(), (&roles.to_string()).into()])?;
        self.touch_directory()
    }

    /// Puts a person into a team.
    ///
    /// # Errors
    /// As [`Tx::add_person`].
    pub fn set_team(&mut self, person: PersonId, team: Option<i64>) -> Result<()> {
        self.exec(SET_TEAM, &[person.into(), team.into()])?;
        self.touch_directory()
    }

    /// Notes a person's last day, or takes the note back.
    ///
    /// # Errors
    /// As [`Tx::add_person`].
    pub fn set_left(&mut self, person: PersonId, last_day: Option<NaiveDate>) -> Result<()> {
        self.exec(SET_LEFT, &[person.into(), last_day.into()])?;
        self.touch_directory()
    }

    /// Says that a platform's user is this person.
    ///
    /// # Errors
    /// As [`Tx::add_person`].
    pub fn link_identity(
        &mut self,
        platform: &str,
        user_id: &str,
        bot: &str,
        person: PersonId,
    ) -> Result<()> {
        self.exec(LINK, &[platform.into(), user_id.into(), bot.into(), person.into()])?;
        self.touch_directory()
    }

    /// The number of the team of that name, made when there is none.
    ///
    /// # Errors
    /// As [`Tx::add_person`].
    pub fn team(&mut self, name: &str) -> Result<i64> {
        if let Some(id) = self.row(FIND_TEAM, &[name.into()], |row| row.int("id"))? {
            return Ok(id);
        }
        let id = self
            .exec_row(ADD_TEAM, &[name.into()], |row| row.int("id"))?
            .ok_or_else(|| Error::Corrupt("team id".to_owned()))?;
        self.touch_directory()?;
        Ok(id)
    }

    /// Registers a chat with its purposes, or sets them anew.
    ///
    /// # Errors
    /// As [`Tx::add_person`].
    pub fn set_chat(
        &mut self,
        platform: &str,
        bot: &str,
        chat_ref: &str,
        title: Option<&str>,
        purposes: &[String],
        now: EpochMs,
    ) -> Result<()> {
        let purposes = purposes.join(" ");
        let params =
            [platform.into(), bot.into(), chat_ref.into(), title.into(), (&purposes).into(), now.into()];
        self.exec(SET_CHAT, &params)?;
        self.touch_directory()
    }

    /// Takes a chat out of the register.
    ///
    /// # Errors
    /// As [`Tx::add_person`].
    pub fn drop_chat(&mut self, platform: &str, bot: &str, chat_ref: &str) -> Result<()> {
        self.exec(DROP_CHAT, &[platform.into(), bot.into(), chat_ref.into()])?;
        self.touch_directory()
    }

    /// Makes a shift template, or sets its hours anew.
    ///
    /// # Errors
    /// As [`Tx::add_person`].
    pub fn set_template(&mut self, name: &str, hours: &Hours) -> Result<()> {
        self.exec(SET_TEMPLATE, &[name.into(), (&hours.to_string()).into()])?;
        self.touch_directory()
    }

    /// Takes a shift template away; days already planned with it keep their hours.
    ///
    /// # Errors
    /// As [`Tx::add_person`].
    pub fn drop_template(&mut self, name: &str) -> Result<()> {
        self.exec(DROP_TEMPLATE, &[name.into()])?;
        self.touch_directory()
    }

    /// Writes a request to join down and gives it its number.
    ///
    /// # Errors
    /// As [`Tx::add_person`].
    pub fn ask_to_join(
        &mut self,
        platform: &str,
        bot: &str,
        user_id: &str,
        name: &str,
        team: Option<&str>,
        now: EpochMs,
    ) -> Result<i64> {
        let no = self.next_number("J")?;
        let params =
            [no.into(), platform.into(), bot.into(), user_id.into(), name.into(), team.into(), now.into()];
        self.exec(ADD_JOIN, &params)?;
        Ok(no)
    }

    /// A request to join.
    ///
    /// # Errors
    /// When it cannot be read; the same for the readers below.
    pub fn join_request(&mut self, no: i64) -> Result<Option<JoinRequest>> {
        self.row(JOIN, &[no.into()], read_join)
    }

    /// The open request of a platform's user.
    ///
    /// # Errors
    /// As [`Tx::join_request`].
    pub fn open_join_of(&mut self, platform: &str, user_id: &str) -> Result<Option<JoinRequest>> {
        self.row(OPEN_JOIN, &[platform.into(), user_id.into()], read_join)
    }

    /// Open requests, oldest first.
    ///
    /// # Errors
    /// As [`Tx::join_request`].
    pub fn open_joins(&mut self, most: i64) -> Result<Vec<JoinRequest>> {
        self.rows(ALL_OPEN, &[most.into()], read_join)
    }

    /// When a request was made.
    ///
    /// # Errors
    /// As [`Tx::join_request`].
    pub fn join_asked_at(&mut self, no: i64) -> Result<Option<EpochMs>> {
        self.row(ASKED, &[no.into()], |row| row.int("asked_at"))
    }

    /// Closes an open request as `approved`, `refused` or `withdrawn`; false when it was not open any more.
    ///
    /// # Errors
    /// As [`Tx::add_person`].
    pub fn close_join(&mut self, no: i64, state: &str, by: Option<PersonId>, now: EpochMs) -> Result<bool> {
        Ok(self.exec(CLOSE_JOIN, &[no.into(), state.into(), by.into(), now.into()])? == 1)
    }

    /// Opens a decided request again.
    ///
    /// # Errors
    /// As [`Tx::add_person`].
    pub fn reopen_join(&mut self, no: i64) -> Result<()> {
        self.exec(REOPEN_JOIN, &[no.into()]).map(|_| ())
    }

    /// Takes a member out again who has done nothing yet; false when there is something that must stay.
    ///
    /// # Errors
    /// As [`Tx::add_person`].
    pub fn remove_person(&mut self, person: PersonId) -> Result<bool> {
        if self.row(ACTED, &[person.into()], |row| row.int("seq"))?.is_some() {
            return Ok(false);
        }
        for sql in [UNLINK, DROP_REMINDERS, DROP_ROTA, FORGET_OUTGOING, DROP_PERSON] {
            self.exec(sql, &[person.into()])?;
        }
        self.touch_directory()?;
        Ok(true)
    }
}
