//! The register of appointments (预约, `Y…`): a ledger of what was entered, which nothing is ever taken out of, and how
//! each appointment stands by it. What names the patient stands in the vault alone, and sealed with each line, so that a
//! correction that is taken back brings back what was known before.

pub(crate) mod ledger;
pub(crate) mod search;
pub(crate) mod terms;
pub(crate) mod traits;

pub use search::{Rival, Search};
pub use terms::{Appointment, RegisterEntry, Terms};

use crate::arrivals::Judge;
use crate::error::{Error, Result};
use crate::event::Fact;
use crate::sql::Tx;
use chrono::NaiveDate;
use domain::followup::Outcome;
use domain::patient::Patient;
use domain::privacy::Field;
use domain::registration::{ClassVersion, Moment};
use domain::rights::{Record, Tend};
use domain::{EpochMs, PersonId, RuleId};
use ledger::{Letter, Line, NewLine, as_json};
use terms::{AGREED, CANCELLED, CHANGED, COMPLETED, REGISTERED};
use traits::booked_days;

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

// On its entry day 0 is the day of the registration, by which rankings count; that stays where day 0 moves.
const PUT: &str = "INSERT INTO appointment (no, subject, owner, registered_at, entered_seq, state, channel, source, \
    class, missing, visit_date, visit_minute, log, late_minutes, base_day, rebased, booked, protected_until, \
    credit_until, registered_day) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $15) \
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

/// A line as a line of an appointment.
pub(crate) fn entry(no: i64, line: &Line) -> Result<RegisterEntry> {
    Ok(RegisterEntry {
        when: line.when,
        by: line.by,
        kind: line.kind.clone(),
        no,
        terms: Terms::of_body(&line.body)?,
        undone_at: line.undone_at,
    })
}

fn label(no: i64) -> String {
    Letter::Appointment.label(no)
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
        let known = Patient::of_fields(new.patient.iter().map(|(field, text)| (*field, text.as_str())));
        let visit: Vec<NaiveDate> = appointment.terms.visit.iter().map(|visit| visit.date).collect();
        self.index_traits(&case, &visit, &known)?;
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
        let before = self.appointment(no)?.map(|before| before.terms.channel);
        let when = self.add_entry(by.by(), COMPLETED, no, Some(new.terms), &patient, new.now)?;
        self.keep_patient(&case, new.patient)?;
        let appointment = self.folded(no)?;
        let fact = self.versioned("appointment.completed", by.by(), &appointment, when, new);
        let mut fact = fact.with("channel", new.terms.channel.word());
        // A wrong channel that was corrected stays to be seen.
        if let Some(before) = before.filter(|before| *before != new.terms.channel) {
            fact = fact.with("channel_before", before.word());
        }
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
        self.move_visit(by, CHANGED, no, terms, remark, now)
    }

    /// A visit that somebody agreed on who is neither the owner nor in his stead: the owner's clocks run on, whatever was
    /// remarked.
    ///
    /// # Errors
    /// As [`Tx::register_appointment`].
    pub fn agree_visit(
        &mut self,
        by: &Tend,
        no: i64,
        terms: &Terms,
        remark: Option<&str>,
        now: EpochMs,
    ) -> Result<Appointment> {
        self.move_visit(by, AGREED, no, terms, remark, now)
    }

    fn move_visit(
        &mut self,
        by: &Tend,
        kind: &'static str,
        no: i64,
        terms: &Terms,
        remark: Option<&str>,
        now: EpochMs,
    ) -> Result<Appointment> {
        let sealed = match remark {
            Some(remark) => as_json(&[(Field::Note, remark.to_owned())]),
            None => String::new(),
        };
        let when = self.add_entry(by.by(), kind, no, Some(terms), &sealed, now)?;
        let appointment = self.folded(no)?;
        let fact = Fact::new("appointment.changed", Some(by.by()))
            .about(appointment.label())
            .with("no", appointment.label())
            .person("owner", by.owner())
            .with("visit_date", terms.visit.map(|visit| visit.date.to_string()))
            .with("remarked", remark.is_some() && kind == CHANGED)
            .with("protected_until", terms.protection.until.to_string())
            .with("class", terms.class.code())
            .with("entry", when.seq)
            .with("rule", "R-094");
        let fact = match remark {
            Some(remark) => fact.secret("remark", remark, &appointment.label()),
            None => fact,
        };
        self.record(now, fact);
        self.settle_follow_ups(no, Outcome::Rebooked, Some(by.by()), &format!("R{}", when.seq), now)?;
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
        today: NaiveDate,
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
        self.settle_follow_ups(no, Outcome::Cancelled, Some(by.by()), &format!("R{}", when.seq), now)?;
        Ok(appointment)
    }

    /// Takes a line of the register back, and decides anew what hung on it. False when it was taken back before, or when a
    /// later line of the appointment stands on it.
    ///
    /// # Errors
    /// As [`Tx::register_appointment`].
    pub fn undo_register_entry(&mut self, by: &Tend, seq: i64, judge: Judge<'_>) -> Result<bool> {
        let Some(no) = self.no_of_line(Letter::Appointment, seq)? else { return Ok(false) };
        let lines = self.lines(Letter::Appointment, no)?;
        let last = lines.iter().rev().find(|line| line.undone_at.is_none());
        let Some(last) = last.filter(|line| line.when.seq == seq) else { return Ok(false) };
        let days = booked_days(&self.register_entries(no)?);
        self.take_line_back(seq, judge.now)?;
        let was = self.patient_in(&label(no))?;
        self.after_undoing(no, &lines, last, judge)?;
        self.revive_follow_ups(&format!("R{seq}"), Some(by.by()), judge.now)?;
        let is = self.patient_in(&label(no))?;
        for patient in [&was, &is] {
            self.redecide_concerned(patient, Some(no), last.when, judge)?;
        }
        self.redecide_resembling(&[was, is], &days, last.when, judge)?;
        Ok(true)
    }

    fn after_undoing(&mut self, no: i64, lines: &[Line], last: &Line, judge: Judge<'_>) -> Result<()> {
        let (case, seq) = (label(no), last.when.seq);
        match last.kind.as_str() {
            REGISTERED => {
                self.exec(UNDONE, &[no.into()])?;
                self.close_case(&case, judge.calendar.date(judge.now))?;
                return Ok(());
            }
            CANCELLED => {
                self.reopen_case(&case)?;
            }
            COMPLETED => {
                let known = lines.iter().enumerate().rev().find(|(_, line)| {
                    let live = line.undone_at.is_none() && line.when.seq != seq;
                    live && matches!(line.kind.as_str(), REGISTERED | COMPLETED)
                });
                if let Some((position, line)) = known {
                    let was = self.open_line(Letter::Appointment, no, position, line)?;
                    self.keep_patient(&case, &was.unwrap_or_default())?;
                }
            }
            _ => {}
        }
        self.folded(no).map(|_| ())
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
        let lines = self.lines(Letter::Appointment, no)?;
        lines.iter().map(|line| entry(no, line)).collect()
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

    /// The patient of a case, for comparing; it leaves the store in no answer.
    pub(crate) fn patient_in(&mut self, case: &str) -> Result<Patient> {
        let fields = self.open_fields(case)?;
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
        let body = terms.map_or_else(|| "{}".to_owned(), Terms::body);
        let line = NewLine { by, kind, body: &body, sealed, now };
        self.add_line(Letter::Appointment, no, kind == REGISTERED, &line)
    }

    /// Writes how an appointment stands by its lines.
    fn folded(&mut self, no: i64) -> Result<Appointment> {
        let lines = self.register_entries(no)?;
        let appointment =
            Appointment::fold(&lines).ok_or_else(|| Error::Corrupt("register_entry lines".to_owned()))?;
        self.put_appointment(&appointment)?;
        let case = appointment.label();
        let known = self.patient_in(&case)?;
        self.index_traits(&case, &booked_days(&lines), &known)?;
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
    pub(crate) fn keep_patient(&mut self, case: &str, patient: &[(Field, String)]) -> Result<()> {
        let known = |field: Field| patient.iter().find(|(known, _)| *known == field);
        let fields = KEPT.map(|field| (field, known(field).map_or("", |(_, text)| text.as_str())));
        self.put_fields(case, &fields)
    }
}
