//! A small reception for the cases on contacts, arrivals and credit: everything is done by the default rules, at times
//! of the year 2026.

use chrono::{NaiveDate, NaiveDateTime};
use domain::attribution::Base;
use domain::calendar::Calendar;
use domain::matching::{VisitKind, form_missing};
use domain::patient::{Patient, Typed};
use domain::privacy::Field;
use domain::registration::{Channel, Entry, Source, Visit, classify};
use domain::rights::{Over, Record, Standing, Undoing};
use domain::settings::Book;
use domain::{EpochMs, PersonId, Role, Roles};
use store::{
    Appointment, CreditDecision, Error, Judge, LoggedContact, NewArrival, NewContact, NewEntry, NewFollowUp,
    NewJump, RecordedArrival, Terms, Tx,
};

/// The rules and the days of every case.
pub(super) struct Desk {
    pub(super) book: Book,
    pub(super) calendar: Calendar,
}

/// An instant: `03-02 09:00`, or with seconds.
pub(super) fn at(text: &str) -> EpochMs {
    let text = if text.len() > 11 { text.to_owned() } else { format!("{text}:00") };
    let local = NaiveDateTime::parse_from_str(&format!("2026-{text}"), "%Y-%m-%d %H:%M:%S").expect("a time");
    // Shanghai has no summer time.
    local.and_utc().timestamp_millis() - 8 * domain::calendar::HOUR
}

fn record(person: PersonId) -> Record {
    Record::by_program(person)
}

/// The right to take back what somebody did, as a supervisor has it.
pub(super) fn undoing(author: PersonId) -> Undoing {
    let standing = Standing::new(author, Roles::of(&[Role::Consultant]), None, []);
    standing.undoing(author, None, Roles::of(&[Role::Consultant]), 0, 1).expect("one's own")
}

/// The right of somebody who decides: whoever is no party.
pub(super) fn over() -> Over {
    Over::by_program(None)
}

/// What is known of a patient: name, age, phone, region, complaint; `""` is not known.
pub(super) fn who(name: &str, age: &str, phone: &str, region: &str, complaint: &str) -> Patient {
    let some = |text: &str| Some(text.to_owned());
    let typed = Typed {
        name: some(name),
        age: some(age),
        phone: some(phone),
        region: some(region),
        complaint: some(complaint),
        ..Typed::default()
    };
    typed.read().0
}

impl Desk {
    pub(super) fn new() -> Desk {
        Desk { book: Book::default(), calendar: Calendar::default() }
    }

    pub(super) fn judge(&self, now: EpochMs) -> Judge<'_> {
        Judge { book: &self.book, calendar: &self.calendar, now }
    }

    fn terms(
        &self,
        patient: &Patient,
        visit: Option<NaiveDate>,
        channel: Channel,
        log: bool,
        now: EpochMs,
    ) -> Terms {
        let today = self.calendar.date(now);
        let visit = visit.map(|date| Visit { date, minute: None });
        let entry = Entry { patient: patient.clone(), visit, channel, chat_log: log };
        let classified = classify(&entry, &self.book, today);
        let base = Base::entered(today, visit.map(|visit| visit.date));
        Terms {
            channel,
            source: Source::of(None, channel),
            class: classified.class,
            missing: classified.missing,
            visit,
            log,
            late_minutes: None,
            base,
            protection: base.protection(&self.book),
        }
    }

    /// Registers an appointment for a day, over the phone.
    pub(super) fn register(
        &self,
        tx: &mut Tx<'_>,
        owner: PersonId,
        patient: &Patient,
        visit: Option<NaiveDate>,
        now: EpochMs,
    ) -> Result<Appointment, Error> {
        let terms = self.terms(patient, visit, Channel::Phone, false, now);
        let fields = patient.fields();
        tx.register_appointment(
            &record(owner),
            &NewEntry { terms: &terms, patient: &fields, rule: "R-028", now },
        )
    }

    /// Fills in what is known of the patient of an appointment.
    pub(super) fn complete(
        &self,
        tx: &mut Tx<'_>,
        no: i64,
        patient: &Patient,
        now: EpochMs,
    ) -> Result<Appointment, Error> {
        let known = tx.appointment(no)?.expect("it stands");
        let visit = known.terms.visit.map(|visit| visit.date);
        let class = self.terms(patient, visit, Channel::Phone, false, now).class;
        let terms = Terms { class, ..known.terms.clone() };
        let fields = patient.fields();
        let new = NewEntry { terms: &terms, patient: &fields, rule: "R-028", now };
        tx.complete_appointment(&record(known.owner).tend(), no, &new)
    }

    /// Moves a visit, with a remark or without.
    pub(super) fn change(
        &self,
        tx: &mut Tx<'_>,
        no: i64,
        day: NaiveDate,
        remark: Option<&str>,
        now: EpochMs,
    ) -> Result<Appointment, Error> {
        let known = tx.appointment(no)?.expect("it stands");
        let from = known.terms.visit.map(|visit| visit.date);
        let base = known.terms.base.changed(from, day, remark.is_some(), &self.book, self.calendar.date(now));
        let visit = Some(Visit { date: day, minute: None });
        let protection = base.protection(&self.book);
        let terms = Terms { visit, base, protection, ..known.terms.clone() };
        tx.change_visit(&record(known.owner).tend(), no, &terms, remark, now)
    }

    pub(super) fn cancel(&self, tx: &mut Tx<'_>, no: i64, now: EpochMs) -> Result<Appointment, Error> {
        let owner = tx.appointment(no)?.expect("it stands").owner;
        tx.cancel_appointment(&record(owner).tend(), no, "患者不来了", self.calendar.date(now), now)
    }

    /// A consultation without a booking.
    pub(super) fn consult(
        &self,
        tx: &mut Tx<'_>,
        by: PersonId,
        patient: &Patient,
        channel: Channel,
        record_came: bool,
        now: EpochMs,
    ) -> Result<LoggedContact, Error> {
        let mut fields = patient.fields();
        if record_came {
            fields.push((Field::ChatLog, "您好，请问牙痛怎么办".to_owned()));
        }
        let new = NewContact {
            channel,
            known: patient.told(),
            record: record_came,
            remark: false,
            patient: &fields,
            today: self.calendar.date(now),
            now,
        };
        tx.log_contact(&record(by), &new)
    }

    pub(super) fn jump(
        &self,
        tx: &mut Tx<'_>,
        from: PersonId,
        to: PersonId,
        patient: &Patient,
        now: EpochMs,
    ) -> Result<LoggedContact, Error> {
        let fields = patient.fields();
        let new = NewJump {
            to,
            channel: Channel::Shangwutong,
            patient: &fields,
            touched: true,
            booking_words: true,
            both_online: true,
            today: self.calendar.date(now),
            now,
        };
        tx.claim_jump(&record(from), &new)
    }

    pub(super) fn follow_up(
        &self,
        tx: &mut Tx<'_>,
        by: PersonId,
        no: i64,
        reached: bool,
        now: EpochMs,
    ) -> Result<LoggedContact, Error> {
        let outcome = if reached { "考虑" } else { "未联系上" };
        let today = self.calendar.date(now);
        let new =
            NewFollowUp { appointment: no, outcome, reached, cover: false, note: Some("再打"), today, now };
        tx.log_follow_up(&record(by), &new)
    }

    /// Records that a patient came; nothing was spent.
    pub(super) fn arrive(
        &self,
        tx: &mut Tx<'_>,
        guide: PersonId,
        patient: &Patient,
        arrived_at: EpochMs,
        now: EpochMs,
    ) -> Result<RecordedArrival, Error> {
        let fields = patient.fields();
        let kind = Some(VisitKind::First);
        let missing = form_missing(patient, None, kind);
        let new = NewArrival {
            arrived_at,
            patient: &fields,
            kind,
            channel: None,
            missing: &missing,
            spend_fen: None,
            now,
        };
        tx.record_arrival(&record(guide), &new, self.judge(now))
    }

    pub(super) fn correct(
        &self,
        tx: &mut Tx<'_>,
        guide: PersonId,
        no: i64,
        patient: &Patient,
        now: EpochMs,
    ) -> Result<RecordedArrival, Error> {
        let arrived_at = tx.arrival(no)?.expect("it stands").arrived_at;
        let fields = patient.fields();
        let new = NewArrival {
            arrived_at,
            patient: &fields,
            kind: None,
            channel: None,
            missing: &[],
            spend_fen: Some(100),
            now,
        };
        let corrected = tx.correct_arrival(&record(guide).tend(), no, &new, self.judge(now))?;
        Ok(corrected.expect("it stands"))
    }
}

/// Whose the credit is, on what, by which step and rule, and whether a person has to say.
pub(super) type Short = (Option<PersonId>, Option<i64>, &'static str, String, bool);

/// A decision in short.
pub(super) fn short(decision: &CreditDecision) -> Short {
    let credit = &decision.credit;
    (credit.to, credit.appointment, credit.step.code(), credit.rule.clone(), credit.confirm_by.is_some())
}

/// What stands of an arrival.
pub(super) fn stands(tx: &mut Tx<'_>, arrival: i64) -> Result<Short, Error> {
    Ok(short(&tx.current_decision(arrival)?.expect("it is decided")))
}
