//! The register of appointments (预约, `Y…`): a ledger of what was entered, which nothing is ever taken out of, and how
//! each appointment stands by it. What names the patient stands in the vault alone, and sealed with each line, so that a
//! correction that is taken back brings back what was known before.

mod search;
mod terms;

pub use search::{Rival, Search};
pub use terms::{Appointment, RegisterEntry, Terms};

use crate::cipher::Place;
use crate::error::{Error, Result};
use crate::event::Fact;
use crate::sql::{Row, Tx};
use domain::patient::Patient;
use domain::privacy::Field;
use domain::registration::{ClassVersion, Moment};
use domain::rights::{Record, Tend};
use domain::{EpochMs, PersonId, RuleId};
use serde_json::{Map, Value};
use terms::{CANCELLED, CHANGED, COMPLETED, REGISTERED};

/// A version about to be written.
#[derive(Clone, Copy, Debug)]
pub struct NewEntry<'a> {
    /// What it says.
    pub terms: &'a Terms,
    /// What is known of the patient, whole.
    pub patient: &'a [(Field, String)],
    /// The rule that the class stands on.
    pub rule: RuleId,
    /// When.
    pub now: EpochMs,
}

const ADD: &str = "INSERT INTO register_entry (at, person_id, kind, no, body, sealed) \
    VALUES ($1, $2, $3, $4, $5, $6) RETURNING seq";
const ENTRIES: &str = "SELECT seq, at, person_id, kind, no, body, sealed, undone_at FROM register_entry \
    WHERE no = $1 ORDER BY seq";
const NO_OF: &str = "SELECT no FROM register_entry WHERE seq = $1";
const TAKE_BACK: &str = "UPDATE register_entry SET undone_at = $2 WHERE seq = $1 AND undone_at IS NULL";
const PUT: &str = "INSERT INTO appointment (no, subject, owner, registered_at, entered_seq, state, channel, source, \
    class, missing, visit_date, visit_minute, log, late_minutes, base_day, rebased, booked, protected_until, \
    credit_until) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19) \
    ON CONFLICT (no) DO UPDATE SET state = excluded.state, channel = excluded.channel, source = excluded.source, \
    class = excluded.class, missing = excluded.missing, visit_date = excluded.visit_date, \
    visit_minute = excluded.visit_minute, log = excluded.log, late_minutes = excluded.late_minutes, \
    base_day = excluded.base_day, rebased = excluded.rebased, booked = excluded.booked, \
    protected_until = excluded.protected_until, credit_until = excluded.credit_until";
const UNDONE: &str = "UPDATE appointment SET state = 'undone' WHERE no = $1";
const ONE: &str = "SELECT no, owner, registered_at, entered_seq, state, channel, source, class, missing, visit_date, \
    visit_minute, log, late_minutes, base_day, rebased, booked, protected_until, credit_until \
    FROM appointment WHERE no = $1 AND state <> 'undone'";
const COUNT_OF: &str = "SELECT COUNT(*) AS count FROM appointment WHERE owner = $1 AND registered_at >= $2 \
    AND registered_at < $3 AND state <> 'undone' AND state <> 'cancelled' AND class <> 'invalid'";

/// Every field of a patient that the register keeps.
const KEPT: [Field; 10] = [
    Field::Name,
    Field::Age,
    Field::Phone,
    Field::Contact,
    Field::Complaint,
    Field::ChatLog,
    Field::Sex,
    Field::Region,
    Field::Disease,
    Field::Expert,
];

/// A line with its sealed text, and at which place of its appointment's lines it stands.
struct Shut {
    entry: RegisterEntry,
    sealed: Option<Vec<u8>>,
}

fn read_entry(row: &Row<'_>) -> Result<Shut> {
    let entry = RegisterEntry {
        when: Moment { at: row.int("at")?, seq: row.int("seq")? },
        by: row.int("person_id")?,
        kind: row.text("kind")?,
        no: row.int("no")?,
        terms: Terms::of_body(&row.text("body")?)?,
        undone_at: row.opt_int("undone_at")?,
    };
    Ok(Shut { entry, sealed: row.opt_bytes("sealed")? })
}

/// The line's place among those of its appointment tells it apart from the others of the same instant.
fn place(subject: &str, kind: &str, position: usize) -> Place {
    Place::of("register_entry", "sealed", &[subject, kind, &position.to_string()])
}

fn label(no: i64) -> String {
    format!("Y{no}")
}

fn as_json(fields: &[(Field, String)]) -> String {
    let map: Map<String, Value> =
        fields.iter().map(|(field, text)| (field.word().to_owned(), text.as_str().into())).collect();
    Value::Object(map).to_string()
}

fn of_json(text: &str) -> Result<Vec<(Field, String)>> {
    let corrupt = || Error::Corrupt("register_entry sealed".to_owned());
    let map: Map<String, Value> = serde_json::from_str(text).map_err(|_| corrupt())?;
    map.into_iter()
        .map(|(word, text)| Some((Field::of_word(&word)?, text.as_str()?.to_owned())))
        .collect::<Option<_>>()
        .ok_or_else(corrupt)
}

impl Tx<'_> {
    /// Registers an appointment of whoever records, and gives it its number.
    ///
    /// # Errors
    /// When it cannot be written; the same for the writers below.
    pub fn register_appointment(&mut self, by: &Record, new: &NewEntry<'_>) -> Result<Appointment> {
        let no = self.next_number("Y")?;
        let case = label(no);
        let fields: Vec<(Field, &str)> =
            new.patient.iter().map(|(field, text)| (*field, text.as_str())).collect();
        self.put_fields(&case, &fields)?;
        let patient = as_json(new.patient);
        let when = self.add_entry(by.person(), REGISTERED, no, Some(new.terms), &patient, new.now)?;
        let terms = new.terms.clone();
        let appointment = Appointment { no, owner: by.person(), entered: when, terms, cancelled: false };
        self.put_appointment(&appointment)?;
        let mut fact = self.versioned("appointment.registered", by.person(), &appointment, when, new);
        fact = fact.person("owner", by.person());
        fact = fact.with("channel", new.terms.channel.word()).with("source", new.terms.source.code());
        if let Some(minutes) = new.terms.late_minutes {
            fact = fact.with("late_minutes", minutes);
        }
        self.record(new.now, fact.secret("patient", &patient, &case));
        Ok(appointment)
    }

    /// Fills in or corrects an appointment.
    ///
    /// # Errors
    /// As [`Tx::register_appointment`].
    pub fn complete_appointment(&mut self, by: &Tend, no: i64, new: &NewEntry<'_>) -> Result<Appointment> {
        let case = label(no);
        let patient = as_json(new.patient);
        let when = self.add_entry(by.by(), COMPLETED, no, Some(new.terms), &patient, new.now)?;
        self.keep_patient(&case, new.patient)?;
        let appointment = self.folded(no)?;
        let fact = self.versioned("appointment.completed", by.by(), &appointment, when, new);
        let fact = fact.with("channel", new.terms.channel.word());
        self.record(new.now, fact.secret("patient", &patient, &case));
        Ok(appointment)
    }

    /// What an event says of a version.
    fn versioned(
        &self,
        kind: &'static str,
        by: PersonId,
        appointment: &Appointment,
        when: Moment,
        new: &NewEntry<'_>,
    ) -> Fact {
        let terms = new.terms;
        Fact::new(kind, Some(by))
            .about(appointment.label())
            .with("no", appointment.label())
            .with("class", terms.class.code())
            .with("missing", terms.missing_codes())
            .with("visit_date", terms.visit.map(|visit| visit.date.to_string()))
            .with("protected_until", terms.protection.until.to_string())
            .with("entry", when.seq)
            .with("rule", new.rule)
    }

    /// Changes the visit of an appointment; `remark` may name the patient.
    ///
    /// # Errors
    /// As [`Tx::register_appointment`].
    pub fn change_visit(
        &mut self,
        by: &Tend,
        no: i64,
        terms: &Terms,
        remark: Option<&str>,
        now: EpochMs,
    ) -> Result<Appointment> {
        let sealed = match remark {
            Some(remark) => as_json(&[(Field::Note, remark.to_owned())]),
            None => String::new(),
        };
        let when = self.add_entry(by.by(), CHANGED, no, Some(terms), &sealed, now)?;
        let appointment = self.folded(no)?;
        let fact = Fact::new("appointment.changed", Some(by.by()))
            .about(appointment.label())
            .with("no", appointment.label())
            .person("owner", by.owner())
            .with("visit_date", terms.visit.map(|visit| visit.date.to_string()))
            .with("remarked", remark.is_some())
            .with("protected_until", terms.protection.until.to_string())
            .with("class", terms.class.code())
            .with("entry", when.seq)
            .with("rule", "R-094");
        let fact = match remark {
            Some(remark) => fact.secret("remark", remark, &appointment.label()),
            None => fact,
        };
        self.record(now, fact);
        Ok(appointment)
    }

    /// Cancels an appointment: its retention begins on `today`. The reason may name the patient.
    ///
    /// # Errors
    /// As [`Tx::register_appointment`].
    pub fn cancel_appointment(
        &mut self,
        by: &Tend,
        no: i64,
        reason: &str,
        today: chrono::NaiveDate,
        now: EpochMs,
    ) -> Result<Appointment> {
        let sealed = as_json(&[(Field::Note, reason.to_owned())]);
        let when = self.add_entry(by.by(), CANCELLED, no, None, &sealed, now)?;
        let appointment = self.folded(no)?;
        self.close_case(&appointment.label(), today)?;
        let fact = Fact::new("appointment.cancelled", Some(by.by()))
            .about(appointment.label())
            .with("no", appointment.label())
            .person("owner", by.owner())
            .with("entry", when.seq)
            .with("rule", "R-034")
            .secret("reason", reason, &appointment.label());
        self.record(now, fact);
        Ok(appointment)
    }

    /// Takes a line of the register back. False when it was taken back before, or when a later line of the appointment
    /// stands on it.
    ///
    /// # Errors
    /// As [`Tx::register_appointment`].
    pub fn undo_register_entry(
        &mut self,
        _by: &Tend,
        seq: i64,
        today: chrono::NaiveDate,
        now: EpochMs,
    ) -> Result<bool> {
        let Some(no) = self.row(NO_OF, &[seq.into()], |row| row.int("no"))? else { return Ok(false) };
        let case = label(no);
        let lines = self.rows(ENTRIES, &[no.into()], read_entry)?;
        let last = lines.iter().rev().find(|shut| shut.entry.undone_at.is_none());
        let Some(last) = last.filter(|shut| shut.entry.when.seq == seq) else { return Ok(false) };
        self.exec(TAKE_BACK, &[seq.into(), now.into()])?;
        match last.entry.kind.as_str() {
            REGISTERED => {
                self.exec(UNDONE, &[no.into()])?;
                self.close_case(&case, today)?;
                return Ok(true);
            }
            CANCELLED => {
                self.reopen_case(&case)?;
            }
            COMPLETED => {
                let known = lines.iter().enumerate().rev().find(|(_, shut)| {
                    let live = shut.entry.undone_at.is_none() && shut.entry.when.seq != seq;
                    live && matches!(shut.entry.kind.as_str(), REGISTERED | COMPLETED)
                });
                if let Some((position, Shut { entry, sealed: Some(sealed) })) = known {
                    let place = place(&case, &entry.kind, position);
                    let opened = self.open_in_case(&case, &place, sealed, "register_entry sealed")?;
                    self.keep_patient(&case, &of_json(&opened.unwrap_or_else(|| "{}".to_owned()))?)?;
                }
            }
            _ => {}
        }
        self.folded(no)?;
        Ok(true)
    }

    /// An appointment; `None` when there is none, or none any more.
    ///
    /// # Errors
    /// When it cannot be read; the same for the readers below.
    pub fn appointment(&mut self, no: i64) -> Result<Option<Appointment>> {
        self.row(ONE, &[no.into()], terms::read)
    }

    /// The lines of an appointment in order, those that were taken back too.
    ///
    /// # Errors
    /// As [`Tx::appointment`].
    pub fn register_entries(&mut self, no: i64) -> Result<Vec<RegisterEntry>> {
        let lines = self.rows(ENTRIES, &[no.into()], read_entry)?;
        Ok(lines.into_iter().map(|shut| shut.entry).collect())
    }

    /// From when on an appointment has been of which class; a rival is judged by the class when he registered.
    ///
    /// # Errors
    /// As [`Tx::appointment`].
    pub fn class_versions(&mut self, no: i64) -> Result<Vec<ClassVersion>> {
        let lines = self.register_entries(no)?;
        let live = lines.into_iter().filter(|entry| entry.undone_at.is_none());
        Ok(live
            .filter_map(|entry| Some(ClassVersion { from: entry.when, class: entry.terms?.class }))
            .collect())
    }

    /// The fields of a patient for whoever may change his appointment.
    ///
    /// # Errors
    /// As [`Tx::appointment`].
    pub fn patient_fields(&mut self, _by: &Tend, no: i64) -> Result<Vec<(Field, String)>> {
        self.open_fields(&label(no))
    }

    /// How many appointments somebody has registered that count: neither cancelled nor invalid nor taken back. `from`
    /// and `to` are instants, `to` is not among them.
    ///
    /// # Errors
    /// As [`Tx::appointment`].
    pub fn appointments_of(&mut self, owner: PersonId, from: EpochMs, to: EpochMs) -> Result<u32> {
        let params = [owner.into(), from.into(), to.into()];
        Ok(self.row(COUNT_OF, &params, |row| row.count("count"))?.unwrap_or(0))
    }

    /// The patient of an appointment, for comparing; it leaves the store in no answer.
    fn patient_of(&mut self, no: i64) -> Result<Patient> {
        let fields = self.open_fields(&label(no))?;
        Ok(Patient::of_fields(fields.iter().map(|(field, text)| (*field, text.as_str()))))
    }

    fn add_entry(
        &mut self,
        by: PersonId,
        kind: &'static str,
        no: i64,
        terms: Option<&Terms>,
        sealed: &str,
        now: EpochMs,
    ) -> Result<Moment> {
        let case = label(no);
        let sealed = match sealed {
            "" => None,
            text => {
                let position = if kind == REGISTERED { 0 } else { self.register_entries(no)?.len() };
                Some(self.shut_in_case(&case, None, &place(&case, kind, position), text)?)
            }
        };
        let body = terms.map_or_else(|| "{}".to_owned(), Terms::body);
        let params =
            [now.into(), by.into(), kind.into(), no.into(), (&body).into(), sealed.as_deref().into()];
        let seq = self.exec_row(ADD, &params, |row| row.int("seq"))?;
        let seq = seq.ok_or_else(|| Error::Corrupt("register_entry".to_owned()))?;
        Ok(Moment { at: now, seq })
    }

    /// Writes how an appointment stands by its lines.
    fn folded(&mut self, no: i64) -> Result<Appointment> {
        let lines = self.register_entries(no)?;
        let appointment =
            Appointment::fold(&lines).ok_or_else(|| Error::Corrupt("register_entry lines".to_owned()))?;
        self.put_appointment(&appointment)?;
        Ok(appointment)
    }

    fn put_appointment(&mut self, appointment: &Appointment) -> Result<()> {
        let Appointment { no, owner, entered, terms, cancelled } = appointment;
        let missing = terms.missing_codes().join(" ");
        let minute = terms.visit.and_then(|visit| visit.minute).map(i64::from);
        self.exec(
            PUT,
            &[
                (*no).into(),
                (&label(*no)).into(),
                (*owner).into(),
                entered.at.into(),
                entered.seq.into(),
                if *cancelled { CANCELLED } else { "open" }.into(),
                terms.channel.word().into(),
                terms.source.code().into(),
                terms.class.code().into(),
                (&missing).into(),
                terms.visit.map(|visit| visit.date).into(),
                minute.into(),
                terms.log.into(),
                terms.late_minutes.map(i64::from).into(),
                terms.base.day.into(),
                terms.base.rebased.into(),
                terms.base.booked.into(),
                terms.protection.until.into(),
                terms.protection.credit_until.into(),
            ],
        )
        .map(|_| ())
    }

    /// Keeps exactly these fields of a patient.
    fn keep_patient(&mut self, case: &str, patient: &[(Field, String)]) -> Result<()> {
        let known = |field: Field| patient.iter().find(|(known, _)| *known == field);
        let fields = KEPT.map(|field| (field, known(field).map_or("", |(_, text)| text.as_str())));
        self.put_fields(case, &fields)
    }
}
