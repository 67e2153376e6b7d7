//! Group confirmation (确认, `Q…`): something is posted, the group may confirm it or object until an instant, then it is
//! frozen. One mechanism for leaves, rankings and released patients: an objection goes to whoever decides about the thing
//! and changes nothing by itself.

use crate::error::Result;
use crate::event::Fact;
use crate::sql::{Row, Tx};
use domain::privacy::Field;
use domain::rights::{Record, Undoing};
use domain::{EpochMs, PersonId};

/// A post about to be opened to the group.
#[derive(Clone, Debug)]
pub struct NewGroupPost<'a> {
    /// What makes it the same post, such as `leave:2026-03-12`.
    pub key: &'a str,
    /// `leave`, `ranking` or `released`.
    pub kind: &'static str,
    /// The day or period that it is about, as people read it.
    pub about: &'a str,
    /// From this instant on it is frozen.
    pub until: EpochMs,
    /// What stands in it: the label of each thing and whose it is.
    pub items: &'a [(String, Option<PersonId>)],
    /// When.
    pub now: EpochMs,
}

/// A post that is open to the group, or was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupPost {
    /// Number: Q4 is 4.
    pub no: i64,
    /// `leave`, `ranking` or `released`.
    pub kind: String,
    /// The day or period that it is about.
    pub about: String,
    /// When it was posted.
    pub posted_at: EpochMs,
    /// From when on it is frozen.
    pub until: EpochMs,
    /// Whether it still takes answers; it stops to at `until`, also before it has been marked as frozen.
    pub open: bool,
}

/// An answer of somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupAnswer {
    /// Who.
    pub person: PersonId,
    /// When.
    pub at: EpochMs,
    /// Whether he objects.
    pub objects: bool,
    /// To what: the label of a thing; `None` to all of it.
    pub subject: Option<String>,
}

const ADD: &str = "INSERT INTO confirmation (no, key, kind, about, posted_at, until_at, state) \
    VALUES ($1, $2, $3, $4, $5, $6, 'open')";
const BY_KEY: &str = "SELECT no FROM confirmation WHERE key = $1";
const ADD_ITEM: &str = "INSERT INTO confirmation_item (confirmation, subject, person) VALUES ($1, $2, $3)";
const ONE: &str = "SELECT no, kind, about, posted_at, until_at, state FROM confirmation WHERE no = $1";
const OPEN: &str = "SELECT no, kind, about, posted_at, until_at, state FROM confirmation \
    WHERE state = 'open' AND until_at > $1 ORDER BY no DESC";
const WITH: &str = "SELECT c.no, c.kind, c.about, c.posted_at, c.until_at, c.state FROM confirmation c \
    JOIN confirmation_item i ON i.confirmation = c.no WHERE i.subject = $1 ORDER BY c.no";
const FREEZE: &str = "UPDATE confirmation SET state = 'frozen' WHERE no = $1 AND state = 'open'";
const ITEMS: &str = "SELECT subject, person FROM confirmation_item WHERE confirmation = $1 ORDER BY subject";
const ANSWER: &str = "INSERT INTO confirmation_answer (confirmation, person, at, objects, subject) \
    VALUES ($1, $2, $3, $4, $5) RETURNING seq";
const ANSWERS: &str =
    "SELECT person, at, objects, subject FROM confirmation_answer WHERE confirmation = $1 ORDER BY seq";
const TAKE_BACK: &str = "DELETE FROM confirmation_answer WHERE seq = $1 AND confirmation = $2";

fn read(row: &Row<'_>) -> Result<GroupPost> {
    Ok(GroupPost {
        no: row.int("no")?,
        kind: row.text("kind")?,
        about: row.text("about")?,
        posted_at: row.int("posted_at")?,
        until: row.int("until_at")?,
        open: row.text("state")? == "open",
    })
}

fn label(no: i64) -> String {
    format!("Q{no}")
}

impl GroupPost {
    /// As people read it: `Q4`.
    pub fn label(&self) -> String {
        label(self.no)
    }

    /// Whether it takes answers at an instant.
    pub fn takes_answers(&self, at: EpochMs) -> bool {
        self.open && at < self.until
    }
}

impl Tx<'_> {
    /// Opens a post to the group and gives it its number; `None` when the same was opened before.
    ///
    /// # Errors
    /// When it cannot be written; the same for the writers below.
    pub fn open_confirmation(&mut self, new: &NewGroupPost<'_>) -> Result<Option<GroupPost>> {
        if self.row(BY_KEY, &[new.key.into()], |row| row.int("no"))?.is_some() {
            return Ok(None);
        }
        let no = self.next_number("Q")?;
        let params =
            [no.into(), new.key.into(), new.kind.into(), new.about.into(), new.now.into(), new.until.into()];
        self.exec(ADD, &params)?;
        for (subject, person) in new.items {
            self.exec(ADD_ITEM, &[no.into(), subject.into(), (*person).into()])?;
        }
        self.confirmation(no)
    }

    /// Writes an answer of whoever answers down; the reason may name anybody and is kept in the vault. Answers its number,
    /// by which it is taken back.
    ///
    /// # Errors
    /// As [`Tx::open_confirmation`].
    pub fn answer_confirmation(
        &mut self,
        by: &Record,
        confirmation: &GroupPost,
        objection: Option<(Option<&str>, &str)>,
        now: EpochMs,
    ) -> Result<i64> {
        let no = confirmation.no;
        let subject = objection.and_then(|(subject, _)| subject);
        let params = [no.into(), by.person().into(), now.into(), objection.is_some().into(), subject.into()];
        let seq = self.exec_row(ANSWER, &params, |row| row.int("seq"))?.unwrap_or_default();
        if let Some((_, reason)) = objection {
            self.put_fields(&format!("{}/{seq}", label(no)), &[(Field::Note, reason)])?;
        }
        Ok(seq)
    }

    /// Takes an answer back, as long as the post takes answers; false when it does not, or there is none.
    ///
    /// # Errors
    /// As [`Tx::open_confirmation`].
    pub fn undo_confirmation_answer(
        &mut self,
        _by: &Undoing,
        no: i64,
        seq: i64,
        now: EpochMs,
    ) -> Result<bool> {
        let open = self.confirmation(no)?.is_some_and(|confirmation| confirmation.takes_answers(now));
        Ok(open && self.exec(TAKE_BACK, &[seq.into(), no.into()])? == 1)
    }

    /// Freezes a post; false when it was frozen before.
    ///
    /// # Errors
    /// As [`Tx::open_confirmation`].
    pub fn freeze_confirmation(&mut self, confirmation: &GroupPost, now: EpochMs) -> Result<bool> {
        if self.exec(FREEZE, &[confirmation.no.into()])? == 0 {
            return Ok(false);
        }
        let answers = self.confirmation_answers(confirmation.no)?;
        let objections = answers.iter().filter(|answer| answer.objects).count();
        let fact = Fact::new("confirmation.frozen", None)
            .about(confirmation.label())
            .with("confirmation", confirmation.label())
            .with("what", confirmation.kind.as_str())
            .with("about", confirmation.about.as_str())
            .with("confirmed", answers.len() - objections)
            .with("objections", objections)
            .with("rule", "R-169");
        self.record(now, fact);
        Ok(true)
    }

    /// A post.
    ///
    /// # Errors
    /// When it cannot be read; the same for the readers below.
    pub fn confirmation(&mut self, no: i64) -> Result<Option<GroupPost>> {
        self.row(ONE, &[no.into()], read)
    }

    /// The posts in which something stands, by its label.
    ///
    /// # Errors
    /// As [`Tx::confirmation`].
    pub fn confirmations_with(&mut self, subject: &str) -> Result<Vec<GroupPost>> {
        self.rows(WITH, &[subject.into()], read)
    }

    /// Posts that take answers, the newest first.
    ///
    /// # Errors
    /// As [`Tx::confirmation`].
    pub fn open_confirmations(&mut self, now: EpochMs) -> Result<Vec<GroupPost>> {
        self.rows(OPEN, &[now.into()], read)
    }

    /// What stands in a post: labels, and whose they are.
    ///
    /// # Errors
    /// As [`Tx::confirmation`].
    pub fn confirmation_items(&mut self, no: i64) -> Result<Vec<(String, Option<PersonId>)>> {
        self.rows(ITEMS, &[no.into()], |row| Ok((row.text("subject")?, row.opt_int("person")?)))
    }

    /// The answers to a post, in order.
    ///
    /// # Errors
    /// As [`Tx::confirmation`].
    pub fn confirmation_answers(&mut self, no: i64) -> Result<Vec<GroupAnswer>> {
        self.rows(ANSWERS, &[no.into()], |row| {
            Ok(GroupAnswer {
                person: row.int("person")?,
                at: row.int("at")?,
                objects: row.flag("objects")?,
                subject: row.opt_text("subject")?,
            })
        })
    }
}
