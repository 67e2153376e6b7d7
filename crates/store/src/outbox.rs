//! The outbox: every outgoing word is a row, written in the transaction that causes it. An answer that goes out in the
//! response to its message is `answered` from the start (a platform that misses the response repeats the message and is
//! given the row again); everything else is `pending` until the sender has settled it.
//!
//! Per destination only the oldest pending row can be claimed, so that a chat stays in order; a claim is a lease, and
//! one that ran out (the instance died) can be claimed by another.
//!
//! What is said may be private, so it is encrypted, and so is where it may be answered.

use crate::cipher::Place;
use crate::error::{Error, Result};
use crate::sql::{Row, Tx};
use domain::{EpochMs, PersonId};

/// Whom a row is for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Dest {
    /// A group by its platform id.
    Group(String),
    /// A person by the platform's user id.
    Person(String),
}

impl Dest {
    pub(crate) fn parts(&self) -> (&'static str, &str) {
        match self {
            Dest::Group(id) => ("group", id),
            Dest::Person(id) => ("person", id),
        }
    }

    pub(crate) fn from_parts(kind: &str, id: String) -> Result<Self> {
        match kind {
            "group" => Ok(Dest::Group(id)),
            "person" => Ok(Dest::Person(id)),
            _ => Err(Error::Corrupt("outbox dest_kind".to_owned())),
        }
    }
}

/// A row to be written.
#[derive(Clone, Debug)]
pub struct NewRow<'a> {
    /// A post with a key is written once, however often it is caused; answers have none.
    pub key: Option<&'a str>,
    /// The message that it answers.
    pub inbox_id: Option<i64>,
    /// Through which platform.
    pub platform: &'a str,
    /// Through which configured bot.
    pub bot: &'a str,
    /// Whom it is for.
    pub dest: &'a Dest,
    /// The member whom it is for, when it is for one.
    pub person: Option<PersonId>,
    /// The group in which it may be said with a mention when there is no private way.
    pub in_group: Option<&'a str>,
    /// What it says, as JSON.
    pub said: &'a str,
    /// Where its message may still be answered (a secret), and until when.
    pub late: Option<(&'a str, EpochMs)>,
    /// True when it goes out in the response to its message.
    pub answered: bool,
    /// Not before; usually now.
    pub next_at: EpochMs,
    /// Now.
    pub at: EpochMs,
}

/// A row on its way out.
#[derive(Clone, Debug)]
pub struct Claimed {
    /// Row number.
    pub id: i64,
    /// Through which platform.
    pub platform: String,
    /// Through which configured bot.
    pub bot: String,
    /// Whom it is for.
    pub dest: Dest,
    /// The member whom it is for.
    pub person: Option<PersonId>,
    /// The group in which it may be said instead.
    pub in_group: Option<String>,
    /// What it says, as JSON; empty when it could not be decrypted.
    pub said: String,
    /// Where its message may still be answered, and until when.
    pub late: Option<(String, EpochMs)>,
    /// Tries before this one.
    pub tries: u32,
    /// When it was caused.
    pub created_at: EpochMs,
}

/// Where a row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowState {
    /// Given in the response.
    Answered,
    /// Waiting for the sender.
    Pending,
    /// Taken by the platform.
    Sent,
    /// It may have been shown.
    Unknown,
    /// Given up, visible to the admin.
    Parked,
    /// Not shown, and it need not be: a picture whose words have arrived, where no picture can be shown.
    LeftOut,
}

impl RowState {
    fn word(self) -> &'static str {
        match self {
            RowState::Answered => "answered",
            RowState::Pending => "pending",
            RowState::Sent => "sent",
            RowState::Unknown => "unknown",
            RowState::Parked => "parked",
            RowState::LeftOut => "left_out",
        }
    }
}

/// How a try ended.
#[derive(Clone, Debug)]
pub enum Settled {
    /// Final.
    Final {
        /// Sent, Unknown, Parked or LeftOut.
        state: RowState,
        /// Why not sent.
        error: Option<String>,
    },
    /// To be tried again.
    Again {
        /// Not before.
        next_at: EpochMs,
        /// Why.
        error: String,
        /// False when this was no real try: the destination's rate limit only.
        counts: bool,
    },
}

/// A row that was given up or may not have arrived.
#[derive(Clone, Debug)]
pub struct Parked {
    /// Row number.
    pub id: i64,
    /// Parked or Unknown.
    pub maybe_shown: bool,
    /// Through which platform.
    pub platform: String,
    /// Whom it was for.
    pub dest: Dest,
    /// When it was caused.
    pub created_at: EpochMs,
    /// Why.
    pub error: Option<String>,
}

const INSERT: &str = "INSERT INTO outbox (key, inbox_id, platform, bot, dest_kind, dest, person_id, in_group, said, \
    late_url, late_until, state, next_at, created_at, settled_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT (key) WHERE key IS NOT NULL DO NOTHING";
const ANSWERS: &str = "SELECT id, platform, bot, said, state, created_at FROM outbox WHERE inbox_id = $1 \
    AND dest_kind = $2 AND dest = $3 ORDER BY id";
const TAKE_ANSWER: &str = "UPDATE outbox SET state = 'answered', settled_at = $2, late_url = NULL \
    WHERE id = $1 AND state = 'pending' AND leased_until <= $2";
const CLAIM: [&str; 2] = [
    "UPDATE outbox SET owner = $1, leased_until = $2 WHERE id IN (\
     SELECT o.id FROM outbox o WHERE o.state = 'pending' AND o.next_at <= $3 AND o.leased_until <= $3 \
     AND instr($5, '|' || o.platform || '/' || o.bot || '|') = 0 \
     AND NOT EXISTS (SELECT 1 FROM outbox p WHERE p.state = 'pending' AND p.platform = o.platform \
     AND p.bot = o.bot AND p.dest_kind = o.dest_kind AND p.dest = o.dest AND p.id < o.id) \
     ORDER BY o.id LIMIT $4) \
     RETURNING id, platform, bot, dest_kind, dest, person_id, in_group, said, late_url, late_until, tries, created_at",
    "UPDATE outbox SET owner = $1, leased_until = $2 WHERE id IN (\
     SELECT o.id FROM outbox o WHERE o.state = 'pending' AND o.next_at <= $3 AND o.leased_until <= $3 \
     AND strpos($5, '|' || o.platform || '/' || o.bot || '|') = 0 \
     AND NOT EXISTS (SELECT 1 FROM outbox p WHERE p.state = 'pending' AND p.platform = o.platform \
     AND p.bot = o.bot AND p.dest_kind = o.dest_kind AND p.dest = o.dest AND p.id < o.id) \
     ORDER BY o.id LIMIT $4 FOR UPDATE SKIP LOCKED) \
     RETURNING id, platform, bot, dest_kind, dest, person_id, in_group, said, late_url, late_until, tries, created_at",
];
// What follows a claimed row without a break: nothing that waits for another time, is on its way, or answers a message.
const FOLLOWERS: &str = "UPDATE outbox SET owner = $1, leased_until = $2 WHERE id IN (\
     SELECT o.id FROM outbox o WHERE o.state = 'pending' AND o.platform = $3 AND o.bot = $4 AND o.dest_kind = $5 \
     AND o.dest = $6 AND o.id > $7 AND NOT EXISTS (SELECT 1 FROM outbox p WHERE p.state = 'pending' \
     AND p.platform = $3 AND p.bot = $4 AND p.dest_kind = $5 AND p.dest = $6 AND p.id > $7 AND p.id <= o.id \
     AND (p.next_at > $8 OR p.leased_until > $8 OR p.late_url IS NOT NULL OR p.in_group IS NOT NULL)) \
     ORDER BY o.id LIMIT $9) \
     RETURNING id, platform, bot, dest_kind, dest, person_id, in_group, said, late_url, late_until, tries, created_at";
const SAID_OF: &str = "SELECT platform, bot, dest_kind, dest, said, created_at FROM outbox WHERE id = $1";
const SETTLE: &str = "UPDATE outbox SET state = $3, tries = tries + 1, settled_at = $4, error = $5, owner = NULL, \
    late_url = NULL WHERE id = $1 AND owner = $2 AND state = 'pending'";
const AGAIN: &str = "UPDATE outbox SET tries = tries + $3, next_at = $4, error = $5, owner = NULL, leased_until = 0 \
    WHERE id = $1 AND owner = $2 AND state = 'pending'";
const NEXT: &str = "SELECT MIN(next_at) AS next_at FROM (\
    SELECT CASE WHEN o.leased_until > o.next_at THEN o.leased_until ELSE o.next_at END AS next_at FROM outbox o \
    WHERE o.state = 'pending' AND NOT EXISTS (SELECT 1 FROM outbox p WHERE p.state = 'pending' \
    AND p.platform = o.platform AND p.bot = o.bot AND p.dest_kind = o.dest_kind AND p.dest = o.dest \
    AND p.id < o.id)) AS heads";
// Of a row that was written just now; one that a key found to be there already keeps its own.
const SET_STAND_IN: &str =
    "UPDATE outbox SET stand_in = $2 WHERE key = $1 AND state = 'pending' AND stand_in IS NULL";
const STAND_IN: &str = "SELECT platform, bot, dest_kind, dest, person_id, stand_in FROM outbox \
    WHERE id = $1 AND stand_in IS NOT NULL AND state = 'parked'";
const PENDING: &str = "SELECT COUNT(*) AS count FROM outbox WHERE state = 'pending'";
const PARKED: &str = "SELECT id, state, platform, dest_kind, dest, created_at, error FROM outbox \
    WHERE state IN ('parked', 'unknown') ORDER BY id DESC LIMIT $1";

/// What may be said in a group in the place of a private word that found no way to its person: nothing of what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandIn {
    /// Through which platform.
    pub platform: String,
    /// Through which configured bot.
    pub bot: String,
    /// Whom the word was for.
    pub dest: Dest,
    /// The member whom it was for.
    pub person: Option<PersonId>,
    /// What is said instead.
    pub text: String,
}

/// The column of what is said.
pub(crate) const SAID: &str = "said";
/// The column of where it may still be answered.
pub(crate) const LATE_URL: &str = "late_url";

/// Where a row's value stands: what is known of the row before it has a number.
pub(crate) fn place(column: &str, platform: &str, bot: &str, dest: &Dest, at: EpochMs) -> Place {
    let (kind, dest) = dest.parts();
    Place::of("outbox", column, &[platform, bot, kind, dest, &at.to_string()])
}

/// What of a row is encrypted: what it says, where its message may be answered and until when.
type Shut = (Vec<u8>, Option<Vec<u8>>, Option<EpochMs>);

fn claimed(row: &Row<'_>) -> Result<(Claimed, Shut)> {
    let shut = (row.bytes("said")?, row.opt_bytes("late_url")?, row.opt_int("late_until")?);
    let claimed = Claimed {
        id: row.int("id")?,
        platform: row.text("platform")?,
        bot: row.text("bot")?,
        dest: Dest::from_parts(&row.text("dest_kind")?, row.text("dest")?)?,
        person: row.opt_int("person_id")?,
        in_group: row.opt_text("in_group")?,
        said: String::new(),
        late: None,
        tries: row.count("tries")?,
        created_at: row.int("created_at")?,
    };
    Ok((claimed, shut))
}

impl Tx<'_> {
    /// Writes an outgoing row; false when one with its key is already there.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn send(&mut self, row: &NewRow<'_>) -> Result<bool> {
        let (kind, dest) = row.dest.parts();
        let state = if row.answered { RowState::Answered } else { RowState::Pending };
        let place = |column| place(column, row.platform, row.bot, row.dest, row.at);
        let said = self.shut(&place(SAID), row.said)?;
        let url = match row.late {
            Some((url, _)) => Some(self.shut(&place(LATE_URL), url)?),
            None => None,
        };
        let written = self.exec(
            INSERT,
            &[
                row.key.into(),
                row.inbox_id.into(),
                row.platform.into(),
                row.bot.into(),
                kind.into(),
                dest.into(),
                row.person.into(),
                row.in_group.into(),
                (&said).into(),
                url.as_deref().into(),
                row.late.map(|(_, until)| until).into(),
                state.word().into(),
                row.next_at.into(),
                row.at.into(),
                row.answered.then_some(row.at).into(),
            ],
        )?;
        self.wakes_sender |= !row.answered && written == 1;
        Ok(written == 1)
    }

    /// What was answered to a message in its own chat, for a repetition of the message. A row that still waits for the
    /// sender and is not on its way is taken from it when `take` is set, because the response carries it now.
    ///
    /// # Errors
    /// When it cannot be read or written.
    pub fn answers(&mut self, inbox_id: i64, chat: &Dest, take: bool, now: EpochMs) -> Result<Vec<String>> {
        let (kind, dest) = chat.parts();
        let rows = self.rows(ANSWERS, &[inbox_id.into(), kind.into(), dest.into()], |row| {
            let place = place(SAID, &row.text("platform")?, &row.text("bot")?, chat, row.int("created_at")?);
            Ok((row.int("id")?, place, row.bytes("said")?, row.text("state")?))
        })?;
        let mut answers = Vec::with_capacity(rows.len());
        for (id, place, said, state) in rows {
            let pending = state == RowState::Pending.word();
            if !pending || (take && self.exec(TAKE_ANSWER, &[id.into(), now.into()])? == 1) {
                let said = self.open_shut(&place, &said)?;
                answers.push(said.ok_or_else(|| Error::Corrupt("outbox said".to_owned()))?);
            }
        }
        Ok(answers)
    }

    /// Leases the rows that are due, the oldest of each destination, to `owner` until `until`; none of the bots
    /// `elsewhere`, as platform and bot.
    ///
    /// # Errors
    /// When they cannot be claimed.
    pub fn claim_outgoing(
        &mut self,
        owner: &str,
        now: EpochMs,
        until: EpochMs,
        most: i64,
        elsewhere: &[(String, String)],
    ) -> Result<Vec<Claimed>> {
        let sql = CLAIM[usize::from(self.is_postgres())];
        let mut not = "|".to_owned();
        for (platform, bot) in elsewhere {
            not.push_str(&format!("{platform}/{bot}|"));
        }
        let params = [owner.into(), until.into(), now.into(), most.into(), (&not).into()];
        let rows = self.exec_rows(sql, &params, claimed)?;
        self.opened(rows)
    }

    /// Leases what follows a claimed row to the same destination, in order and without a break, for a sender that says
    /// several in one message.
    ///
    /// # Errors
    /// When they cannot be claimed.
    pub fn claim_followers(
        &mut self,
        head: &Claimed,
        owner: &str,
        now: EpochMs,
        until: EpochMs,
        most: i64,
    ) -> Result<Vec<Claimed>> {
        let (kind, dest) = head.dest.parts();
        let params = [
            owner.into(),
            until.into(),
            (&head.platform).into(),
            (&head.bot).into(),
            kind.into(),
            dest.into(),
            head.id.into(),
            now.into(),
            most.into(),
        ];
        let rows = self.exec_rows(FOLLOWERS, &params, claimed)?;
        self.opened(rows)
    }

    /// What a row says, as JSON; `None` when there is no such row, or it cannot be decrypted any more.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn outgoing_said(&mut self, id: i64) -> Result<Option<String>> {
        let found = self.row(SAID_OF, &[id.into()], |row| {
            let dest = Dest::from_parts(&row.text("dest_kind")?, row.text("dest")?)?;
            let place = place(SAID, &row.text("platform")?, &row.text("bot")?, &dest, row.int("created_at")?);
            Ok((place, row.bytes("said")?))
        })?;
        match found {
            Some((place, said)) => self.open_shut(&place, &said),
            None => Ok(None),
        }
    }

    fn opened(&mut self, rows: Vec<(Claimed, Shut)>) -> Result<Vec<Claimed>> {
        let mut claimed = Vec::with_capacity(rows.len());
        for (mut row, (said, url, until)) in rows {
            let place = |column| place(column, &row.platform, &row.bot, &row.dest, row.created_at);
            // One that does not open stays empty: it is given up visibly, and holds nobody else up.
            let said = self.open_shut(&place(SAID), &said)?.unwrap_or_default();
            if let (Some(url), Some(until)) = (url, until) {
                row.late = self.open_shut(&place(LATE_URL), &url)?.map(|url| (url, until));
            }
            row.said = said;
            claimed.push(row);
        }
        claimed.sort_by_key(|row| row.id);
        Ok(claimed)
    }

    /// Writes down how a try ended; false when the lease was lost meanwhile.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn settle(&mut self, id: i64, owner: &str, settled: &Settled, now: EpochMs) -> Result<bool> {
        let rows = match settled {
            Settled::Final { state, error } => self.exec(
                SETTLE,
                &[id.into(), owner.into(), state.word().into(), now.into(), error.as_deref().into()],
            )?,
            Settled::Again { next_at, error, counts } => self.exec(
                AGAIN,
                &[id.into(), owner.into(), i64::from(*counts).into(), (*next_at).into(), error.into()],
            )?,
        };
        Ok(rows == 1)
    }

    /// When the next waiting row can be tried; `None` when nothing waits.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn next_outgoing(&mut self) -> Result<Option<EpochMs>> {
        Ok(self.row(NEXT, &[], |row| row.opt_int("next_at"))?.flatten())
    }

    /// Says what may be said in a group should the word with this key find no way to its person. It is kept in clear, so it
    /// says nothing private.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn set_stand_in(&mut self, key: &str, text: &str) -> Result<()> {
        self.exec(SET_STAND_IN, &[key.into(), text.into()]).map(|_| ())
    }

    /// What is said in the place of a row that was given up; `None` where nothing is.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn stand_in(&mut self, id: i64) -> Result<Option<StandIn>> {
        let found = self.row(STAND_IN, &[id.into()], |row| {
            Ok(StandIn {
                platform: row.text("platform")?,
                bot: row.text("bot")?,
                dest: Dest::from_parts(&row.text("dest_kind")?, row.text("dest")?)?,
                person: row.opt_int("person_id")?,
                text: row.text("stand_in")?,
            })
        })?;
        Ok(found)
    }

    /// Rows that wait for the sender.
    ///
    /// # Errors
    /// When they cannot be counted.
    pub fn outgoing_waiting(&mut self) -> Result<i64> {
        Ok(self.row(PENDING, &[], |row| row.int("count"))?.unwrap_or(0))
    }

    /// What was given up or may not have arrived, newest first.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn parked(&mut self, most: i64) -> Result<Vec<Parked>> {
        self.rows(PARKED, &[most.into()], |row| {
            Ok(Parked {
                id: row.int("id")?,
                maybe_shown: row.text("state")? == RowState::Unknown.word(),
                platform: row.text("platform")?,
                dest: Dest::from_parts(&row.text("dest_kind")?, row.text("dest")?)?,
                created_at: row.int("created_at")?,
                error: row.opt_text("error")?,
            })
        })
    }
}
