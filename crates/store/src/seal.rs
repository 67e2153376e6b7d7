//! Seals: what makes a change of the events visible to whoever holds the key.
//!
//! **The property.** Seal n is an HMAC over its own header, the hash of seal n−1 and every event whose number lies in
//! its range; the ranges of all seals lie side by side without a gap. Whoever can write to the database, but does not
//! have the key, cannot change, remove, add or exchange a sealed event or a seal without [`crate::Store::verify`]
//! finding it, and the moment of the seal says within which minute. Beside the hash a seal keeps 32 bits of each
//! event's own HMAC (`marks`): they decide nothing, but tell which row it was.
//!
//! **What it does not see.** Events younger than the last seal (a minute of them, while the program runs), and the
//! removal of the newest seals together with their events, or of all of them: nothing in the database says that there
//! was more. Therefore the newest seal's number and hash ([`Head`]) are told outside of it, in the log and by
//! `deskmate verify`, and a later verification may be given one of them.
//!
//! **The race that matters.** PostgreSQL gives a number before the commit, so number 7 can appear after number 8 was
//! sealed. It would then lie in the range of a seal that does not know it, as if somebody had put it there. So before
//! a seal is drawn the boundary is asked for by a unit that runs alone ([`Lane::alone`]): every unit that writes holds
//! the gate from before its first statement until after its commit, so while that unit runs no number up to the
//! largest is on its way, and none below it can be given later. It is one look at the end of an index, whatever the
//! number of events, and all others wait for no more than that. Everything up to the boundary is final from then on;
//! it is read and reckoned on a snapshot, beside everybody, and only the finished row is written. SQLite has one writer
//! at a time, and numbers appear in their order.
//!
//! **Several instances** draw the same seal at the same moment. Its number is unique; who comes second has nothing to
//! write, and begins again from what the first wrote. A seal that was drawn and not written (a crash) was never there.
//!
//! A statement by hand in `psql` does not go through the gate; an event inserted so is found as inserted, and shall be.

use crate::error::{Error, Result};
use crate::keys::{Key, Purpose};
use crate::sql::{Param, Row, Tx};
use crate::{Lane, Store};
use domain::EpochMs;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;
use std::str::FromStr;

/// Events that one seal covers at the most: bounds the memory and the time of whoever draws or verifies it.
pub const MOST_EVENTS: i64 = 5_000;
/// Hexadecimal digits of a hash that people see: 64 bits.
const HEAD_DIGITS: usize = 16;
/// What stands as the hash before the first seal.
const NOTHING: &str = "";
/// Bytes of an event's mark.
const MARK_BYTES: usize = 4;

/// One seal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    /// From 1, without gaps.
    pub no: i64,
    /// When it was drawn.
    pub at: EpochMs,
    /// The number after the last seal's range.
    pub first_seq: i64,
    /// The last event's number.
    pub last_seq: i64,
    /// Events in it.
    pub events: i64,
    /// The number of the master key that it was made with.
    pub key_id: i64,
    /// The whole hash, hexadecimal.
    pub hash: String,
    pub(crate) key_mark: String,
    pub(crate) previous: String,
    pub(crate) contents: String,
    pub(crate) marks: String,
}

/// The newest seal as people keep it: `NO:HASH`, the hash cut to 16 digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The seal's number.
    pub no: i64,
    /// The first digits of its hash, hexadecimal in small letters.
    pub hash: String,
}

impl Seal {
    /// What to keep of it outside of the database.
    pub fn head(&self) -> Head {
        Head { no: self.no, hash: self.hash.chars().take(HEAD_DIGITS).collect() }
    }
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.no, self.hash)
    }
}

impl FromStr for Head {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (no, hash) = text.trim().split_once(':').ok_or(())?;
        let no = no.parse().ok().filter(|no| *no > 0).ok_or(())?;
        let digits = hash.len() == HEAD_DIGITS && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        if digits { Ok(Self { no, hash: hash.to_ascii_lowercase() }) } else { Err(()) }
    }
}

/// The columns that a seal covers, as they stand in the row; `None` where one is not even of its type.
pub(crate) struct Sealed {
    pub(crate) seq: i64,
    pub(crate) content: Option<Content>,
}

pub(crate) struct Content {
    at: i64,
    kind: String,
    actor: Option<i64>,
    subject: Option<String>,
    body: String,
}

const COLUMNS_OF_LAST: &str = "SELECT no, at, first_seq, last_seq, events, key_id, key_mark, previous, contents, \
    marks, hash FROM seal ORDER BY no DESC LIMIT 1";
const ADD: &str = "INSERT INTO seal (no, at, first_seq, last_seq, events, key_id, key_mark, previous, contents, \
    marks, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (no) DO NOTHING";
const EVENTS: &str = "SELECT seq, at, kind, actor, subject, body FROM event WHERE seq >= $1 AND seq <= $2 \
    ORDER BY seq LIMIT $3";

/// A seal's row; `None` when a column is not of its type, which only somebody's hand can have done.
pub(crate) fn read(row: &Row<'_>) -> Option<Seal> {
    Some(Seal {
        no: row.int("no").ok()?,
        at: row.int("at").ok()?,
        first_seq: row.int("first_seq").ok()?,
        last_seq: row.int("last_seq").ok()?,
        events: row.int("events").ok()?,
        key_id: row.int("key_id").ok()?,
        key_mark: row.text("key_mark").ok()?,
        previous: row.text("previous").ok()?,
        contents: row.text("contents").ok()?,
        marks: row.text("marks").ok()?,
        hash: row.text("hash").ok()?,
    })
}

fn read_event(row: &Row<'_>) -> Result<Sealed> {
    let content = || {
        Some(Content {
            at: row.int("at").ok()?,
            kind: row.text("kind").ok()?,
            actor: row.opt_int("actor").ok()?,
            subject: row.opt_text("subject").ok()?,
            body: row.text("body").ok()?,
        })
    };
    Ok(Sealed { seq: row.int("seq")?, content: content() })
}

/// An HMAC over values of which each says how long it is, so that no two lists of values give the same bytes.
struct Writer(Hmac<Sha256>);

impl Writer {
    fn new(key: &Key, what: &str) -> Self {
        Self(Hmac::<Sha256>::new_from_slice(&key[..]).expect("HMAC takes keys of any length")).text(what)
    }

    fn int(mut self, value: i64) -> Self {
        self.0.update(&value.to_be_bytes());
        self
    }

    fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.update(&(bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
        self
    }

    fn text(self, text: &str) -> Self {
        self.bytes(text.as_bytes())
    }

    fn opt_int(self, value: Option<i64>) -> Self {
        match value {
            Some(value) => self.text("+").int(value),
            None => self.text("-"),
        }
    }

    fn opt_text(self, text: Option<&str>) -> Self {
        match text {
            Some(text) => self.text("+").text(text),
            None => self.text("-"),
        }
    }

    fn done(self) -> [u8; 32] {
        self.0.finalize().into_bytes().into()
    }

    fn hex(self) -> String {
        hex(&self.done())
    }
}

fn hex(bytes: &[u8]) -> String {
    use fmt::Write;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What is reckoned from the events of one range.
pub(crate) struct Reckoned {
    /// Over all of them in order.
    pub(crate) contents: String,
    /// Number and mark of each.
    pub(crate) marks: Vec<(i64, String)>,
}

pub(crate) fn reckon(key: &Key, no: i64, rows: &[Sealed]) -> Reckoned {
    let mut all = Writer::new(key, "contents").int(no);
    let mut marks = Vec::with_capacity(rows.len());
    for row in rows {
        let own = match &row.content {
            Some(content) => Writer::new(key, "event")
                .int(content.at)
                .text(&content.kind)
                .opt_int(content.actor)
                .opt_text(content.subject.as_deref())
                .text(&content.body)
                .done(),
            None => Writer::new(key, "not an event").done(),
        };
        all = all.int(row.seq).bytes(&own);
        marks.push((row.seq, hex(&own[..MARK_BYTES])));
    }
    Reckoned { contents: all.hex(), marks }
}

/// `1:a1b2c3d4 1:…`: how far the number is from the one before (the first: from its own), and the mark.
fn marks_to_text(marks: &[(i64, String)]) -> String {
    let mut text = String::with_capacity(marks.len() * (2 * MARK_BYTES + 3));
    let mut before = 0;
    for (seq, mark) in marks {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&seq.wrapping_sub(before).to_string());
        text.push(':');
        text.push_str(mark);
        before = *seq;
    }
    text
}

pub(crate) fn marks_of_text(text: &str) -> Option<Vec<(i64, String)>> {
    let mut before = 0_i64;
    text.split_whitespace()
        .map(|item| {
            let (step, mark) = item.split_once(':')?;
            before = before.checked_add(step.parse().ok()?)?;
            Some((before, mark.to_owned()))
        })
        .collect()
}

impl Seal {
    /// The hash that the seal must have, given what stands in it.
    pub(crate) fn due_hash(&self, key: &Key) -> String {
        Writer::new(key, "seal")
            .text(&self.previous)
            .int(self.no)
            .int(self.at)
            .int(self.first_seq)
            .int(self.last_seq)
            .int(self.events)
            .int(self.key_id)
            .text(&self.key_mark)
            .text(&self.contents)
            .text(&self.marks)
            .hex()
    }

    /// The lowest number that belongs to its range: nothing lies before the first.
    pub(crate) fn from(&self) -> i64 {
        if self.no == 1 { i64::MIN } else { self.first_seq }
    }
}

/// Says which key it is, and nothing of the key.
pub(crate) fn key_mark(key: &Key) -> String {
    hex(&Writer::new(key, "which key").done()[..8])
}

impl Tx<'_> {
    /// The newest seal.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn last_seal(&mut self) -> Result<Option<Seal>> {
        let last = self.row(COLUMNS_OF_LAST, &[], |row| Ok(read(row)))?;
        last.map(|seal| seal.ok_or_else(|| Error::Corrupt("seal".to_owned()))).transpose()
    }

    /// The seal that comes next, over at most `most` events up to number `upto`; `None` when there is none to seal.
    /// `upto` must be final: see the head of this file. Writes nothing; [`Tx::add_seal`] does.
    ///
    /// # Errors
    /// When it cannot be read, or the ring has no key.
    pub fn draw_seal(&mut self, now: EpochMs, upto: i64, most: i64) -> Result<Option<Seal>> {
        let (no, first_seq, previous) = match self.last_seal()? {
            Some(last) => {
                let no = last.no.checked_add(1).ok_or_else(|| Error::Corrupt("seal".to_owned()))?;
                (no, last.last_seq.saturating_add(1), last.hash)
            }
            None => (1, 1, NOTHING.to_owned()),
        };
        let from = if no == 1 { i64::MIN } else { first_seq };
        let rows = self.sealed_rows(from, upto, most)?;
        let Some(last) = rows.last() else { return Ok(None) };
        let key_id = self.keys.newest();
        let key =
            self.keys.key(key_id, Purpose::Seal).ok_or_else(|| Error::Corrupt("key ring".to_owned()))?;
        let reckoned = reckon(&key, no, &rows);
        let mut seal = Seal {
            no,
            at: now,
            first_seq,
            last_seq: last.seq,
            events: i64::try_from(rows.len()).unwrap_or(i64::MAX),
            key_id: i64::from(key_id),
            hash: String::new(),
            key_mark: key_mark(&key),
            previous,
            contents: reckoned.contents,
            marks: marks_to_text(&reckoned.marks),
        };
        seal.hash = seal.due_hash(&key);
        Ok(Some(seal))
    }

    /// Keeps a seal; false when another has its number already.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add_seal(&mut self, seal: &Seal) -> Result<bool> {
        let params: [Param<'_>; 11] = [
            seal.no.into(),
            seal.at.into(),
            seal.first_seq.into(),
            seal.last_seq.into(),
            seal.events.into(),
            seal.key_id.into(),
            (&seal.key_mark).into(),
            (&seal.previous).into(),
            (&seal.contents).into(),
            (&seal.marks).into(),
            (&seal.hash).into(),
        ];
        Ok(self.exec(ADD, &params)? == 1)
    }

    /// The events of a range as they stand there, readable or not.
    pub(crate) fn sealed_rows(&mut self, from: i64, upto: i64, most: i64) -> Result<Vec<Sealed>> {
        self.rows(EVENTS, &[from.into(), upto.into(), most.into()], read_event)
    }
}

impl Store {
    /// Seals everything that is committed at this moment; answers the seals that it added, oldest first. Safe on any
    /// number of instances at once. Each unit is short; it may be left between two of them.
    ///
    /// # Errors
    /// When the store cannot be read or written; what was added stands.
    pub async fn seal(&self, now: EpochMs) -> Result<Vec<Head>> {
        let mut added = Vec::new();
        let is_new = |tx: &mut Tx<'_>| -> Result<bool> {
            Ok(tx.last_event()? > tx.last_seal()?.map_or(0, |seal| seal.last_seq))
        };
        if !self.read(is_new).await? {
            return Ok(added);
        }
        let upto = self.write(Lane::of(&["seal"]).alone(), |tx| tx.last_event()).await?;
        while let Some(seal) = self.read(move |tx| tx.draw_seal(now, upto, MOST_EVENTS)).await? {
            let head = seal.head();
            // Guarded by its unique number.
            if self.write(Lane::of(&["seal"]).on_snapshot(), move |tx| tx.add_seal(&seal)).await? {
                added.push(head);
            }
        }
        Ok(added)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(seq: i64, kind: &str, subject: Option<&str>, body: &str) -> Sealed {
        let content = Content {
            at: 5,
            kind: kind.to_owned(),
            actor: None,
            subject: subject.map(str::to_owned),
            body: body.to_owned(),
        };
        Sealed { seq, content: Some(content) }
    }

    #[test]
    fn no_two_lists_of_rows_give_the_same_hash() {
        let key = Key::new([7; 32]);
        let lists = [
            vec![],
            vec![row(1, "ab", None, "c")],
            vec![row(2, "ab", None, "c")],
            vec![row(1, "a", None, "bc")],
            vec![row(1, "ab", Some(""), "c")],
            vec![row(1, "ab", Some("c"), "")],
            vec![row(1, "ab", None, "c"), row(2, "ab", None, "c")],
            vec![row(1, "ab", None, "c"), row(3, "ab", None, "c")],
            vec![Sealed { seq: 1, content: None }],
        ];
        let mut hashes: Vec<String> = lists.iter().map(|rows| reckon(&key, 1, rows).contents).collect();
        hashes.push(reckon(&key, 2, &lists[1]).contents);
        hashes.push(reckon(&Key::new([8; 32]), 1, &lists[1]).contents);
        let all = hashes.len();
        hashes.sort();
        hashes.dedup();
        assert_eq!(hashes.len(), all);
    }

    #[test]
    fn marks_and_heads_come_back_from_their_text() {
        let marks = vec![(7, "0a0b0c0d".to_owned()), (8, "ffffffff".to_owned()), (12, "00000000".to_owned())];
        assert_eq!(marks_to_text(&marks), "7:0a0b0c0d 1:ffffffff 4:00000000");
        assert_eq!(marks_of_text(&marks_to_text(&marks)), Some(marks));
        assert_eq!(marks_of_text(""), Some(vec![]));
        for bad in ["x", "1", "1:a 9223372036854775807:b", "a:b"] {
            assert_eq!(marks_of_text(bad), None, "{bad}");
        }
        let head = Head { no: 12, hash: "0123456789abcdef".to_owned() };
        assert_eq!(head.to_string().parse(), Ok(head.clone()));
        assert_eq!(" 12:0123456789ABCDEF\n".parse(), Ok(head));
        for bad in ["", "12", "0:0123456789abcdef", "12:0123", "12:0123456789abcdeg", "x:0123456789abcdef"] {
            assert_eq!(Head::from_str(bad), Err(()), "{bad}");
        }
    }
}
