//! The vault: what names a patient, encrypted with a random key of its case, which is wrapped with a master key. When the
//! case's key is deleted nothing of the case can be read any more, wherever it stands: also not in events, which are
//! never rewritten (docs/decisions/0006). Values are found again by a blind index: a keyed hash of the value.

use crate::cipher::{self, Place};
use crate::error::{Error, KeyTrouble, Result};
use crate::event::{Event, Fact};
use crate::keys::{Key, KeyId, Purpose};
use crate::register::ledger::Letter;
use crate::sql::{AT_ONCE, Param, Tx, at_once};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use chrono::NaiveDate;
use domain::patient::Patient;
use domain::privacy::Field;
use domain::{EpochMs, PersonId};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::zeroize::Zeroizing;
use serde_json::{Map, Value};
use sha2::Sha256;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// Bytes of a blind index's tag: enough that no two values of a department meet.
const TAG: usize = 16;
/// In a body: the encrypted text, and whose key opens it.
const SECRET: &str = "$s";
const CASE: &str = "case";

const CASE_KEY: &str = "SELECT key_id, wrapped FROM case_key WHERE subject = $1";
const KEYS_OF: &str = "SELECT subject, key_id, wrapped FROM case_key WHERE subject IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, \
    $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32)";
const NEW_CASE_KEY: &str =
    "INSERT INTO case_key (subject, key_id, wrapped, closed_on) VALUES ($1, $2, $3, $4)";
const CLOSE: &str = "UPDATE case_key SET closed_on = $2 WHERE subject = $1";
const PUT: &str = "INSERT INTO vault (subject, field, value) VALUES ($1, $2, $3) \
    ON CONFLICT (subject, field) DO UPDATE SET value = excluded.value";
const FIELDS: &str = "SELECT field, value FROM vault WHERE subject = $1 ORDER BY field";
const FIELDS_OF: &str = "SELECT subject, field, value FROM vault WHERE subject IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, \
    $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32) ORDER BY \
    subject, field";
const DROP_TAG: &str = "DELETE FROM blind_index WHERE subject = $1 AND field = $2";
const PUT_TAG: &str = "INSERT INTO blind_index (field, tag, subject, key_id) VALUES ($1, $2, $3, $4)";
const FIND: &str = "SELECT subject FROM blind_index WHERE field = $1 AND tag = $2 ORDER BY subject";
// A longer number is a later one.
const TAGGED: &str = "SELECT DISTINCT subject, LENGTH(subject) AS length FROM blind_index WHERE field = $33 AND tag IN ($1, $2, $3, \
    $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, \
    $27, $28, $29, $30, $31, $32) AND subject >= $34 AND subject < $35 \
    AND (LENGTH(subject) < $36 OR (LENGTH(subject) = $36 AND subject <= $37)) \
    ORDER BY length DESC, subject DESC LIMIT $38";
const NEWEST_TAGS: &str = "SELECT MAX(key_id) AS key_id FROM blind_index";
const CLOSED: &str = "SELECT subject FROM case_key WHERE closed_on < $1 ORDER BY closed_on, subject LIMIT $2";
const COUNT_CLOSED: &str = "SELECT COUNT(*) AS count FROM case_key WHERE closed_on < $1";
const FORGET: [&str; 3] = [
    "DELETE FROM vault WHERE subject = $1",
    "DELETE FROM blind_index WHERE subject = $1",
    "DELETE FROM case_key WHERE subject = $1",
];

/// The newest of many cases.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Newest {
    /// At the most so many.
    pub(crate) most: u32,
    /// None with a larger number: what came later is not looked at.
    pub(crate) up_to: i64,
}

impl Newest {
    /// So many of all there are.
    pub(crate) fn of_all(most: u32) -> Self {
        Self { most, up_to: i64::MAX }
    }
}

/// A text for an event's body that only its case's key opens.
#[derive(Clone, Debug)]
pub(crate) struct Secret {
    field: String,
    text: Zeroizing<String>,
    case: String,
}

impl Fact {
    /// With a field that is encrypted with the key of a case, made when it has none yet. [`Tx::open_event`] reads it.
    #[must_use]
    pub fn secret(mut self, field: &str, text: &str, case: &str) -> Self {
        // Its place among the other fields.
        self.body.insert(field.to_owned(), Value::Null);
        let text = Zeroizing::new(text.to_owned());
        self.secrets.push(Secret { field: field.to_owned(), text, case: case.to_owned() });
        self
    }
}

fn event_place(at: EpochMs, kind: &str, actor: Option<PersonId>, field: &str) -> Place {
    let (at, actor) = (at.to_string(), actor.map(|actor| actor.to_string()).unwrap_or_default());
    Place::of("event", "body", &[&at, kind, &actor, field])
}

fn vault_place(subject: &str, field: &str) -> Place {
    Place::of("vault", "value", &[subject, field])
}

fn tag(key: &Key, word: &str, form: &str) -> [u8; TAG] {
    let mut block = Zeroizing::new([0; 64]);
    block[..key.len()].copy_from_slice(&key[..]);
    let mut mac = Hmac::<Sha256>::new(&(*block).into());
    mac.update(word.as_bytes());
    mac.update(&[0]);
    mac.update(form.as_bytes());
    let whole: [u8; 32] = mac.finalize().into_bytes().into();
    std::array::from_fn(|index| whole[index])
}

fn text_of(plain: &[u8], what: &str) -> Result<String> {
    String::from_utf8(plain.to_vec()).map_err(|_| Error::Corrupt(what.to_owned()))
}

impl Tx<'_> {
    /// The key of a purpose under a master key. One that is not known is looked for where the ring came from.
    pub(crate) fn master_key(&mut self, id: KeyId, purpose: Purpose) -> Result<Key> {
        if let Some(key) = self.keys.key(id, purpose) {
            return Ok(key);
        }
        self.keys = self.key_place.read_again();
        self.keys.key(id, purpose).ok_or(Error::Keys(KeyTrouble::Missing(id)))
    }

    /// Encrypts what is kept for a short time, with a master key's own.
    pub(crate) fn shut(&mut self, place: &Place, text: &str) -> Result<Vec<u8>> {
        let id = self.keys.newest();
        let key = self.master_key(id, Purpose::Wrap)?;
        cipher::shut(&key, Some(id), place, text.as_bytes())
    }

    /// Decrypts what [`Tx::shut`] made; `None` when it does not open at this place.
    pub(crate) fn open_shut(&mut self, place: &Place, sealed: &[u8]) -> Result<Option<String>> {
        let Some((id, sealed)) = sealed.split_first() else { return Ok(None) };
        let key = self.master_key(*id, Purpose::Wrap)?;
        Ok(cipher::open(&key, place, sealed).and_then(|plain| String::from_utf8(plain.to_vec()).ok()))
    }

    /// A case's key; `None` when there is none, or none any more.
    fn case_key(&mut self, subject: &str) -> Result<Option<Key>> {
        if let Some((_, key)) = self.case_keys.iter().find(|(known, _)| known == subject) {
            return Ok(key.clone());
        }
        let row =
            self.row(CASE_KEY, &[subject.into()], |row| Ok((row.int("key_id")?, row.bytes("wrapped")?)))?;
        let key = match row {
            Some((id, wrapped)) => Some(self.unwrap_key(subject, id, &wrapped)?),
            None => None,
        };
        self.case_keys.push((subject.to_owned(), key.clone()));
        Ok(key)
    }

    pub(crate) fn unwrap_key(&mut self, subject: &str, id: i64, wrapped: &[u8]) -> Result<Key> {
        let corrupt = || Error::Corrupt("case_key wrapped".to_owned());
        let id = KeyId::try_from(id).map_err(|_| corrupt())?;
        let master = self.master_key(id, Purpose::Wrap)?;
        let plain = cipher::open(&master, &Place::of("case_key", "wrapped", &[subject]), wrapped);
        let plain = plain.ok_or_else(corrupt)?;
        Ok(Zeroizing::new(plain.as_slice().try_into().map_err(|_| corrupt())?))
    }

    pub(crate) fn wrap_key(&mut self, subject: &str, key: &Key) -> Result<(KeyId, Vec<u8>)> {
        let id = self.keys.newest();
        let master = self.master_key(id, Purpose::Wrap)?;
        let wrapped = cipher::shut(&master, None, &Place::of("case_key", "wrapped", &[subject]), &key[..])?;
        Ok((id, wrapped))
    }

    /// A case's key, made when there is none; `closed_on` is what a new one begins with.
    fn case_key_or_new(&mut self, subject: &str, closed_on: Option<NaiveDate>) -> Result<Key> {
        if let Some(key) = self.case_key(subject)? {
            return Ok(key);
        }
        let key: Key = Zeroizing::new(rand::random());
        let (id, wrapped) = self.wrap_key(subject, &key)?;
        self.exec(
            NEW_CASE_KEY,
            &[subject.into(), i64::from(id).into(), (&wrapped).into(), closed_on.into()],
        )?;
        self.case_keys.retain(|(known, _)| known != subject);
        self.case_keys.push((subject.to_owned(), Some(key.clone())));
        Ok(key)
    }

    /// Encrypts a text with a case's key.
    pub(crate) fn shut_in_case(
        &mut self,
        subject: &str,
        closed_on: Option<NaiveDate>,
        place: &Place,
        text: &str,
    ) -> Result<Vec<u8>> {
        let key = self.case_key_or_new(subject, closed_on)?;
        cipher::shut(&key, None, place, text.as_bytes())
    }

    /// Decrypts what [`Tx::shut_in_case`] made; `None` when the case was forgotten.
    pub(crate) fn open_in_case(
        &mut self,
        subject: &str,
        place: &Place,
        sealed: &[u8],
        what: &str,
    ) -> Result<Option<String>> {
        let Some(key) = self.case_key(subject)? else { return Ok(None) };
        let plain = cipher::open(&key, place, sealed).ok_or_else(|| Error::Corrupt(what.to_owned()))?;
        text_of(&plain, what).map(Some)
    }

    /// Keeps fields of a case; an empty value takes the field out.
    ///
    /// # Errors
    /// When they cannot be written; the same for the writers below.
    pub fn put_fields(&mut self, subject: &str, fields: &[(Field, &str)]) -> Result<()> {
        const TAKE_OUT: &str = "DELETE FROM vault WHERE subject = $1 AND field = $2";
        for (field, value) in fields {
            let word = field.word();
            if value.is_empty() {
                self.exec(TAKE_OUT, &[subject.into(), word.into()])?;
                if field.is_indexed() {
                    self.exec(DROP_TAG, &[subject.into(), word.into()])?;
                }
                continue;
            }
            let sealed = self.shut_in_case(subject, None, &vault_place(subject, word), value)?;
            self.exec(PUT, &[subject.into(), word.into(), (&sealed).into()])?;
            self.put_tag(subject, *field, value)?;
        }
        Ok(())
    }

    fn put_tag(&mut self, subject: &str, field: Field, value: &str) -> Result<()> {
        if !field.is_indexed() {
            return Ok(());
        }
        self.put_tags(subject, field.word(), field.index_forms(value))
    }

    /// Puts the tags of these forms in the place of those that a case has under a word: a field's, or one for what is
    /// derived from several.
    pub(crate) fn put_tags(&mut self, subject: &str, word: &str, mut forms: Vec<String>) -> Result<()> {
        self.exec(DROP_TAG, &[subject.into(), word.into()])?;
        forms.sort();
        forms.dedup();
        let id = self.keys.newest();
        for form in forms {
            let key = self.master_key(id, Purpose::Index)?;
            let tag = tag(&key, word, &form);
            self.exec(PUT_TAG, &[word.into(), tag.as_slice().into(), subject.into(), i64::from(id).into()])?;
        }
        Ok(())
    }

    /// Makes a case's tags anew with the newest key.
    pub(crate) fn index_again(&mut self, subject: &str) -> Result<()> {
        self.exec(FORGET[1], &[subject.into()])?;
        for (field, value) in self.open_fields(subject)? {
            self.put_tag(subject, field, &value)?;
        }
        self.index_traits_of(subject)
    }

    pub(crate) fn open_fields(&mut self, subject: &str) -> Result<Vec<(Field, String)>> {
        let rows =
            self.rows(FIELDS, &[subject.into()], |row| Ok((row.text("field")?, row.bytes("value")?)))?;
        let mut fields = Vec::with_capacity(rows.len());
        for (word, sealed) in rows {
            let field = Field::of_word(&word).ok_or_else(|| Error::Corrupt("vault field".to_owned()))?;
            let opened = self.open_in_case(subject, &vault_place(subject, &word), &sealed, "vault value")?;
            fields.extend(opened.map(|value| (field, value)));
        }
        Ok(fields)
    }

    /// Opens fields of a case for a reader, and records the look. Whether he may is asked before, with
    /// [`domain::privacy::may_see`]; `why` is the command or the reason given. Fields that the case lacks are left out.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn look(
        &mut self,
        reader: PersonId,
        subject: &str,
        fields: &[Field],
        why: &str,
        now: EpochMs,
    ) -> Result<Vec<(Field, String)>> {
        let mut opened = self.open_fields(subject)?;
        opened.retain(|(field, _)| fields.contains(field));
        let words: Vec<&str> = opened.iter().map(|(field, _)| field.word()).collect();
        let fact = Fact::new("record.viewed", Some(reader))
            .about(subject)
            .person("person", reader)
            .with("subject", subject)
            .with("fields", words)
            .with("why", why);
        self.record(now, fact);
        Ok(opened)
    }

    /// The fields of a case as everybody may see them.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn masked(&mut self, subject: &str) -> Result<Vec<(Field, String)>> {
        let opened = self.open_fields(subject)?;
        Ok(opened.into_iter().map(|(field, value)| (field, field.mask(&value))).collect())
    }

    /// The cases that have this value in a field, however it is written.
    ///
    /// # Errors
    /// When they cannot be read, or the index was made with a key that is not there.
    pub fn find_by(&mut self, field: Field, value: &str) -> Result<Vec<String>> {
        let mut found: Vec<String> = Vec::new();
        for tag in self.tags(field, value)? {
            let params = [field.word().into(), tag.as_slice().into()];
            found.extend(self.rows(FIND, &params, |row| row.text("subject"))?);
        }
        found.sort();
        found.dedup();
        Ok(found)
    }

    /// The tags under which a value stands in the blind index: one for each form and master key.
    pub(crate) fn tags(&mut self, field: Field, value: &str) -> Result<Vec<[u8; TAG]>> {
        self.tags_of(field.word(), &field.index_forms(value))
    }

    /// The tags of these forms under a word: one for each form and master key.
    pub(crate) fn tags_of(&mut self, word: &str, forms: &[String]) -> Result<Vec<[u8; TAG]>> {
        if forms.is_empty() {
            return Ok(Vec::new());
        }
        // Another process may have changed the key: its tags would simply not be found.
        if !self.index_keys_seen {
            let newest = self.row(NEWEST_TAGS, &[], |row| row.opt_int("key_id"))?.flatten();
            if let Some(id) = newest.and_then(|id| KeyId::try_from(id).ok()) {
                self.master_key(id, Purpose::Index)?;
            }
            self.index_keys_seen = true;
        }
        let ids: Vec<KeyId> = self.keys.ids().collect();
        let mut tags = Vec::with_capacity(ids.len() * forms.len());
        for id in ids {
            let key = self.master_key(id, Purpose::Index)?;
            tags.extend(forms.iter().map(|form| tag(&key, word, form)));
        }
        Ok(tags)
    }

    /// The numbers of a letter's cases that have one of these forms under a word, newest first, at the most so many for
    /// every [`AT_ONCE`] tags.
    pub(crate) fn tagged(
        &mut self,
        word: &str,
        forms: &[String],
        letter: Letter,
        newest: Newest,
    ) -> Result<BTreeSet<i64>> {
        let tags = self.tags_of(word, forms)?;
        let (from, to) = letter.cases();
        let last = letter.label(newest.up_to);
        let length = i64::try_from(last.len()).unwrap_or(i64::MAX);
        let mut found = BTreeSet::new();
        for tags in tags.chunks(AT_ONCE) {
            let mut params = at_once(tags, |tag| tag.as_slice().into());
            let bounds: [Param<'_>; 6] =
                [word.into(), from.into(), to.into(), length.into(), (&last).into(), newest.most.into()];
            params.extend(bounds);
            let subjects = self.rows(TAGGED, &params, |row| row.text("subject"))?;
            found.extend(subjects.iter().filter_map(|subject| letter.number(subject)));
        }
        Ok(found)
    }

    /// Fetches the keys of cases that are about to be opened, in few statements.
    pub(crate) fn fetch_keys(&mut self, subjects: &[String]) -> Result<()> {
        let known: HashSet<&str> = self.case_keys.iter().map(|(subject, _)| subject.as_str()).collect();
        let wanted: Vec<&String> =
            subjects.iter().filter(|subject| !known.contains(subject.as_str())).collect();
        for subjects in wanted.chunks(AT_ONCE) {
            let params = at_once(subjects, |subject| subject.as_str().into());
            let rows = self.rows(KEYS_OF, &params, |row| {
                Ok((row.text("subject")?, row.int("key_id")?, row.bytes("wrapped")?))
            })?;
            for (subject, id, wrapped) in rows {
                let key = self.unwrap_key(&subject, id, &wrapped)?;
                self.case_keys.push((subject, Some(key)));
            }
        }
        Ok(())
    }

    /// The patients of cases, for comparing; a case of which nothing is kept is not among them.
    pub(crate) fn patients_in(&mut self, subjects: &[String]) -> Result<BTreeMap<String, Patient>> {
        self.fetch_keys(subjects)?;
        let mut fields: BTreeMap<String, Vec<(Field, String)>> = BTreeMap::new();
        for subjects in subjects.chunks(AT_ONCE) {
            let params = at_once(subjects, |subject| subject.into());
            let rows = self.rows(FIELDS_OF, &params, |row| {
                Ok((row.text("subject")?, row.text("field")?, row.bytes("value")?))
            })?;
            for (subject, word, sealed) in rows {
                let field = Field::of_word(&word).ok_or_else(|| Error::Corrupt("vault field".to_owned()))?;
                // What compares nobody is left shut.
                if !matches!(field, Field::ChatLog | Field::Note | Field::Expert) {
                    let place = vault_place(&subject, &word);
                    let opened = self.open_in_case(&subject, &place, &sealed, "vault value")?;
                    let known = fields.entry(subject).or_default();
                    known.extend(opened.map(|value| (field, value)));
                }
            }
        }
        Ok(fields
            .into_iter()
            .map(|(subject, known)| {
                let known = known.iter().map(|(field, text)| (*field, text.as_str()));
                (subject, Patient::of_fields(known))
            })
            .collect())
    }

    /// Notes the day on which a case was closed; its retention begins with it. False when there is nothing of it here.
    ///
    /// # Errors
    /// As [`Tx::put_fields`].
    pub fn close_case(&mut self, subject: &str, on: NaiveDate) -> Result<bool> {
        Ok(self.exec(CLOSE, &[subject.into(), on.into()])? == 1)
    }

    /// Opens a closed case again; false when there is nothing of it here.
    ///
    /// # Errors
    /// As [`Tx::put_fields`].
    pub fn reopen_case(&mut self, subject: &str) -> Result<bool> {
        Ok(self.exec(CLOSE, &[subject.into(), None::<NaiveDate>.into()])? == 1)
    }

    /// How many cases were closed before a day.
    ///
    /// # Errors
    /// When they cannot be counted.
    pub fn closed_before(&mut self, date: NaiveDate) -> Result<u32> {
        Ok(self.row(COUNT_CLOSED, &[date.into()], |row| row.count("count"))?.unwrap_or(0))
    }

    /// Forgets at the most so many cases that were closed before a day, longest closed first: their keys, and with them
    /// everything that was encrypted with those, are gone for good. Answers how many.
    ///
    /// # Errors
    /// As [`Tx::put_fields`].
    pub fn forget_closed_before(&mut self, date: NaiveDate, most: u32) -> Result<u32> {
        let subjects = self.rows(CLOSED, &[date.into(), most.into()], |row| row.text("subject"))?;
        for subject in &subjects {
            for sql in FORGET {
                self.exec(sql, &[subject.into()])?;
            }
            self.case_keys.retain(|(known, _)| known != subject);
        }
        Ok(u32::try_from(subjects.len()).unwrap_or(u32::MAX))
    }

    /// The body of a fact with its secrets encrypted.
    pub(crate) fn body_with_secrets(&mut self, at: EpochMs, fact: &Fact) -> Result<String> {
        let mut body = fact.body.clone();
        for secret in &fact.secrets {
            let place = event_place(at, fact.kind, fact.actor, &secret.field);
            let sealed = self.shut_in_case(&secret.case, None, &place, &secret.text)?;
            let mut value = Map::with_capacity(2);
            value.insert(SECRET.to_owned(), STANDARD_NO_PAD.encode(sealed).into());
            value.insert(CASE.to_owned(), secret.case.as_str().into());
            body.insert(secret.field.clone(), Value::Object(value));
        }
        Ok(serde_json::to_string(&body).unwrap_or_default())
    }

    /// An event's body with its secrets opened; null stands where the case was forgotten.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn open_event(&mut self, event: &Event) -> Result<Map<String, Value>> {
        let mut body = event.body.clone();
        for (field, value) in &mut body {
            let (Some(sealed), Some(case)) =
                (value.get(SECRET).and_then(Value::as_str), value.get(CASE).and_then(Value::as_str))
            else {
                continue;
            };
            let sealed =
                STANDARD_NO_PAD.decode(sealed).map_err(|_| Error::Corrupt("event secret".to_owned()))?;
            let place = event_place(event.at, &event.kind, event.actor, field);
            *value = self.open_in_case(case, &place, &sealed, "event secret")?.into();
        }
        Ok(body)
    }
}
