//! Contacts (`C…`): 咨询 without a booking, 跳转 from window to window, and what came of a 回访. They claim nothing by
//! themselves, but the credit of an arrival may depend on them, so they are lines of the same ledger as the
//! appointments: one sequence says what came first.

use crate::arrivals::Judge;
use crate::error::{Error, Result};
use crate::event::Fact;
use crate::register::ledger::{Letter, NewLine, as_json};
use crate::register::search::identified;
use crate::sql::{AT_ONCE, Row, Tx, at_once};
use crate::vault::Newest;
use chrono::NaiveDate;
use domain::patient::{Item, Patient, Sameness, same_patient};
use domain::privacy::Field;
use domain::registration::{Channel, Moment};
use domain::rights::{Record, Undoing};
use domain::settings::Book;
use domain::{EpochMs, PersonId};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// A contact without a booking, about to be logged.
#[derive(Clone, Debug)]
pub struct NewContact<'a> {
    /// Over what.
    pub channel: Channel,
    /// What the patient told of himself.
    pub known: BTreeSet<Item>,
    /// Whether a chat record came with it; without one no dialogue was formed, unless it was on the phone.
    pub record: bool,
    /// Whether a remark (备注) came with it.
    pub remark: bool,
    /// What is known of the patient, chat record and remark included.
    pub patient: &'a [(Field, String)],
    /// The local day; retention begins with it.
    pub today: NaiveDate,
    /// When.
    pub now: EpochMs,
}

/// A jump from one's own window to a colleague's, about to be claimed.
#[derive(Clone, Debug)]
pub struct NewJump<'a> {
    /// Who took over.
    pub to: PersonId,
    /// Over what the patient was spoken with.
    pub channel: Channel,
    /// What is known of the patient, the excerpt included.
    pub patient: &'a [(Field, String)],
    /// Name, phone, age, region or complaint were spoken of before the jump.
    pub touched: bool,
    /// The first was asked how to book.
    pub booking_words: bool,
    /// Both were on shift at that minute.
    pub both_online: bool,
    /// The local day; retention begins with it.
    pub today: NaiveDate,
    /// When.
    pub now: EpochMs,
}

/// What came of following an appointment up, about to be logged.
#[derive(Clone, Copy, Debug)]
pub struct NewFollowUp<'a> {
    /// Of which appointment.
    pub appointment: i64,
    /// 已到, 改约, 考虑, 未联系上, 在路上, 取消 or 无效.
    pub outcome: &'static str,
    /// Whether the patient was spoken to.
    pub reached: bool,
    /// Whether it was in the owner's stead; such a contact claims nothing.
    pub cover: bool,
    /// A remark; it may name the patient.
    pub note: Option<&'a str>,
    /// The local day; retention begins with it.
    pub today: NaiveDate,
    /// When.
    pub now: EpochMs,
}

/// What a contact is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LoggedKind {
    /// 咨询.
    Consulted,
    /// 跳转.
    Jump,
    /// 回访.
    FollowedUp,
}

/// A contact as it stands. What does not belong to its kind is false, empty or `None`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedContact {
    /// Number: C12 is 12.
    pub no: i64,
    /// What it is.
    pub kind: LoggedKind,
    /// Who logged it: of a jump the first receiver.
    pub by: PersonId,
    /// Of a jump: who took over.
    pub to: Option<PersonId>,
    /// Of a follow-up: which appointment's.
    pub appointment: Option<i64>,
    /// When, with the number of its line.
    pub when: Moment,
    /// Over what.
    pub channel: Channel,
    /// What the patient told of himself.
    pub known: BTreeSet<Item>,
    /// Whether a chat record came with it.
    pub record: bool,
    /// Whether a remark came with it.
    pub remark: bool,
    /// Of a follow-up: whether the patient was spoken to.
    pub reached: bool,
    /// Of a follow-up: whether it was in the owner's stead.
    pub cover: bool,
    /// Of a jump: patient information was spoken of before.
    pub touched: bool,
    /// Of a jump: the first was asked how to book.
    pub booking_words: bool,
    /// Of a jump: both were on shift.
    pub both_online: bool,
    /// Of a follow-up: its outcome in Chinese.
    pub outcome: Option<String>,
}

impl LoggedContact {
    /// As people read it: `C3`. The case in the vault has the same name.
    pub fn label(&self) -> String {
        format!("C{}", self.no)
    }
}

impl LoggedKind {
    const ALL: [LoggedKind; 3] = [LoggedKind::Consulted, LoggedKind::Jump, LoggedKind::FollowedUp];

    /// The word in rows.
    fn word(self) -> &'static str {
        match self {
            LoggedKind::Consulted => "consulted",
            LoggedKind::Jump => "jump",
            LoggedKind::FollowedUp => "followed_up",
        }
    }
}

const PUT: &str = "INSERT INTO contact (no, subject, kind, person, to_person, appointment, at, seq, channel, known, \
    record, remark, reached, cover, touched, booking_words, both_online, outcome, state) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, 'open')";
const UNDO: &str = "UPDATE contact SET state = 'undone' WHERE no = $1 AND state = 'open'";
const ONE: &str = "SELECT no, kind, person, to_person, appointment, at, seq, channel, known, record, remark, reached, \
    cover, touched, booking_words, both_online, outcome FROM contact WHERE no = $1 AND state = 'open'";
const OF_APPOINTMENT: &str = "SELECT no, kind, person, to_person, appointment, at, seq, channel, known, record, remark, \
    reached, cover, touched, booking_words, both_online, outcome FROM contact WHERE appointment IN ($1, $2, $3, $4, \
    $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, \
    $28, $29, $30, $31, $32) AND state = 'open' ORDER BY seq";
const THESE: &str = "SELECT no, kind, person, to_person, appointment, at, seq, channel, known, record, remark, reached, \
    cover, touched, booking_words, both_online, outcome FROM contact WHERE no IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, \
    $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, \
    $32) AND at >= $33 AND state = 'open'";

/// Contacts that are compared for the numbers, the accounts and the names of a patient, newest first.
const COMPARED: u32 = 50;

fn read(row: &Row<'_>) -> Result<LoggedContact> {
    let corrupt = |column: &str| Error::Corrupt(format!("contact {column}"));
    let kind = row.text("kind")?;
    let known = row.text("known")?;
    let known: Option<BTreeSet<Item>> =
        known.split(' ').filter(|code| !code.is_empty()).map(Item::of_code).collect();
    Ok(LoggedContact {
        no: row.int("no")?,
        kind: LoggedKind::ALL.into_iter().find(|one| one.word() == kind).ok_or_else(|| corrupt("kind"))?,
        by: row.int("person")?,
        to: row.opt_int("to_person")?,
        appointment: row.opt_int("appointment")?,
        when: Moment { at: row.int("at")?, seq: row.int("seq")? },
        channel: Channel::of_word(&row.text("channel")?).ok_or_else(|| corrupt("channel"))?,
        known: known.ok_or_else(|| corrupt("known"))?,
        record: row.flag("record")?,
        remark: row.flag("remark")?,
        reached: row.flag("reached")?,
        cover: row.flag("cover")?,
        touched: row.flag("touched")?,
        booking_words: row.flag("booking_words")?,
        both_online: row.flag("both_online")?,
        outcome: row.opt_text("outcome")?,
    })
}

fn codes(items: &BTreeSet<Item>) -> Vec<&'static str> {
    items.iter().map(|item| item.code()).collect()
}

/// The line of the ledger: everything that the row says besides who and when.
fn body(contact: &LoggedContact) -> String {
    json!({
        "to": contact.to,
        "appointment": contact.appointment,
        "channel": contact.channel.word(),
        "known": codes(&contact.known),
        "record": contact.record,
        "remark": contact.remark,
        "reached": contact.reached,
        "cover": contact.cover,
        "touched": contact.touched,
        "booking_words": contact.booking_words,
        "both_online": contact.both_online,
        "outcome": contact.outcome,
    })
    .to_string()
}

/// A contact of which nothing is known yet.
fn blank(kind: LoggedKind, by: PersonId, channel: Channel) -> LoggedContact {
    LoggedContact {
        no: 0,
        kind,
        by,
        to: None,
        appointment: None,
        when: Moment { at: 0, seq: 0 },
        channel,
        known: BTreeSet::new(),
        record: false,
        remark: false,
        reached: false,
        cover: false,
        touched: false,
        booking_words: false,
        both_online: false,
        outcome: None,
    }
}

/// Whether two records are of one patient as far as a credit may hang on it: a shared number does not do when sex or age
/// speak against it.
fn is_one(sameness: &Sameness) -> bool {
    let reached = sameness.by.contains(&Item::Phone) || sameness.by.contains(&Item::Contact);
    sameness.certain || !reached
}

impl Tx<'_> {
    /// Logs a contact of whoever records; event `contact.logged`.
    ///
    /// # Errors
    /// When it cannot be written; the same for the writers below.
    pub fn log_contact(&mut self, by: &Record, new: &NewContact<'_>) -> Result<LoggedContact> {
        let known = LoggedContact {
            known: new.known.clone(),
            record: new.record,
            remark: new.remark,
            ..blank(LoggedKind::Consulted, by.person(), new.channel)
        };
        self.add_contact(known, new.patient, new.today, new.now)
    }

    /// Claims a jump from the window of whoever records; event `jump.claimed`.
    ///
    /// # Errors
    /// As [`Tx::log_contact`].
    pub fn claim_jump(&mut self, by: &Record, new: &NewJump<'_>) -> Result<LoggedContact> {
        let patient = Patient::of_fields(new.patient.iter().map(|(field, text)| (*field, text.as_str())));
        let known = LoggedContact {
            to: Some(new.to),
            known: patient.told(),
            record: new.patient.iter().any(|(field, _)| *field == Field::ChatLog),
            touched: new.touched,
            booking_words: new.booking_words,
            both_online: new.both_online,
            ..blank(LoggedKind::Jump, by.person(), new.channel)
        };
        self.add_contact(known, new.patient, new.today, new.now)
    }

    /// Logs that somebody followed an appointment up; event `contact.logged` with the appointment.
    ///
    /// # Errors
    /// As [`Tx::log_contact`].
    pub fn log_follow_up(&mut self, by: &Record, new: &NewFollowUp<'_>) -> Result<LoggedContact> {
        let of = self.appointment(new.appointment)?;
        let of = of.ok_or_else(|| Error::Corrupt("contact appointment".to_owned()))?;
        let note: Vec<(Field, String)> =
            new.note.iter().map(|note| (Field::Note, (*note).to_owned())).collect();
        let known = LoggedContact {
            appointment: Some(of.no),
            remark: new.note.is_some(),
            reached: new.reached,
            cover: new.cover,
            outcome: Some(new.outcome.to_owned()),
            ..blank(LoggedKind::FollowedUp, by.person(), of.terms.channel)
        };
        self.add_contact(known, &note, new.today, new.now)
    }

    fn add_contact(
        &mut self,
        mut contact: LoggedContact,
        patient: &[(Field, String)],
        today: NaiveDate,
        now: EpochMs,
    ) -> Result<LoggedContact> {
        contact.no = self.next_number("C")?;
        let case = contact.label();
        let fields: Vec<(Field, &str)> =
            patient.iter().map(|(field, text)| (*field, text.as_str())).collect();
        self.put_fields(&case, &fields)?;
        let sealed = if patient.is_empty() { String::new() } else { as_json(patient) };
        let text = body(&contact);
        let line = NewLine { by: contact.by, kind: contact.kind.word(), body: &text, sealed: &sealed, now };
        contact.when = self.add_line(Letter::Contact, contact.no, true, &line)?;
        let known = codes(&contact.known).join(" ");
        self.exec(
            PUT,
            &[
                contact.no.into(),
                (&case).into(),
                contact.kind.word().into(),
                contact.by.into(),
                contact.to.into(),
                contact.appointment.into(),
                contact.when.at.into(),
                contact.when.seq.into(),
                contact.channel.word().into(),
                (&known).into(),
                contact.record.into(),
                contact.remark.into(),
                contact.reached.into(),
                contact.cover.into(),
                contact.touched.into(),
                contact.booking_words.into(),
                contact.both_online.into(),
                contact.outcome.as_deref().into(),
            ],
        )?;
        self.close_case(&case, today)?;
        let fact = match (contact.kind, contact.to) {
            (LoggedKind::Jump, Some(to)) => Fact::new("jump.claimed", Some(contact.by))
                .person("from", contact.by)
                .person("to", to)
                .with("touched", contact.touched)
                .with("booking_words", contact.booking_words)
                .with("both_online", contact.both_online),
            _ => Fact::new("contact.logged", Some(contact.by))
                .person("person", contact.by)
                .with("channel", contact.channel.word())
                .with("fields", codes(&contact.known))
                .with("remark", contact.remark)
                .with("log", contact.record),
        };
        let mut fact =
            fact.about(case.as_str()).with("contact", case.as_str()).with("entry", contact.when.seq);
        if let Some(no) = contact.appointment {
            fact = fact.with("no", Letter::Appointment.label(no));
            fact = fact.with("outcome", contact.outcome.as_deref()).with("reached", contact.reached);
            fact = fact.with("cover", contact.cover);
        }
        if !sealed.is_empty() {
            fact = fact.secret("patient", &sealed, &case);
        }
        self.record(now, fact);
        Ok(contact)
    }

    /// Takes a contact back and decides anew what hung on it. False when it was taken back before.
    ///
    /// # Errors
    /// As [`Tx::log_contact`].
    pub fn undo_contact(&mut self, _by: &Undoing, no: i64, judge: Judge<'_>) -> Result<bool> {
        let Some(contact) = self.contact(no)? else { return Ok(false) };
        self.take_line_back(contact.when.seq, judge.now)?;
        self.exec(UNDO, &[no.into()])?;
        let patient = self.patient_in(&contact.label())?;
        self.redecide_concerned(&patient, contact.appointment, contact.when, judge)?;
        Ok(true)
    }

    /// A contact; `None` when there is none, or none any more.
    ///
    /// # Errors
    /// When it cannot be read; the same for the readers below.
    pub fn contact(&mut self, no: i64) -> Result<Option<LoggedContact>> {
        self.row(ONE, &[no.into()], read)
    }

    /// The contacts with the same patient since then, newest first: by number, account, or full name and two further
    /// fields, compared by the rules of `today`. Where a number is shared but sex or age speak against it, it is another
    /// patient's.
    ///
    /// # Errors
    /// As [`Tx::contact`].
    pub fn contacts_of(
        &mut self,
        patient: &Patient,
        since: EpochMs,
        book: &Book,
        today: NaiveDate,
    ) -> Result<Vec<LoggedContact>> {
        self.contacts_of_any(&[patient], since, book, today)
    }

    /// The same with any of several patients, in few statements.
    pub(crate) fn contacts_of_any(
        &mut self,
        patients: &[&Patient],
        since: EpochMs,
        book: &Book,
        today: NaiveDate,
    ) -> Result<Vec<LoggedContact>> {
        let mut found = BTreeSet::new();
        for (field, forms) in identified(patients) {
            found.extend(self.tagged(field.word(), &forms, Letter::Contact, Newest::of_all(COMPARED))?);
        }
        let found: Vec<i64> = found.into_iter().collect();
        let mut candidates: BTreeMap<i64, LoggedContact> = BTreeMap::new();
        for nos in found.chunks(AT_ONCE) {
            let mut params = at_once(nos, |no| (*no).into());
            params.push(since.into());
            let rows = self.rows(THESE, &params, read)?;
            candidates.extend(rows.into_iter().map(|contact| (contact.no, contact)));
        }
        let cases: Vec<String> = candidates.values().map(LoggedContact::label).collect();
        let known = self.patients_in(&cases)?;
        let is_theirs = |contact: &LoggedContact| {
            known.get(&contact.label()).is_some_and(|theirs| {
                let same = |patient: &&Patient| same_patient(patient, theirs, book, today);
                patients.iter().filter_map(same).any(|sameness| is_one(&sameness))
            })
        };
        Ok(candidates.into_values().rev().filter(is_theirs).collect())
    }

    /// The follow-ups of an appointment in order.
    ///
    /// # Errors
    /// As [`Tx::contact`].
    pub fn follow_ups_of(&mut self, appointment: i64) -> Result<Vec<LoggedContact>> {
        self.follow_ups_of_any(&[appointment])
    }

    /// The same of several appointments.
    pub(crate) fn follow_ups_of_any(&mut self, appointments: &[i64]) -> Result<Vec<LoggedContact>> {
        let mut found = Vec::new();
        for nos in appointments.chunks(AT_ONCE) {
            found.extend(self.rows(OF_APPOINTMENT, &at_once(nos, |no| (*no).into()), read)?);
        }
        Ok(found)
    }
}
