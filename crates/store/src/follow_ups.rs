//! Follow-ups (回访, `H…`): tasks about a patient, one open one at a time besides what was planned ahead. A task is closed by
//! its outcome, by a change of the appointment, or by the patient's arrival, and opened again when that is taken back.

use crate::contacts::LoggedContact;
use crate::error::{Error, Result};
use crate::event::Fact;
use crate::register::Appointment;
use crate::sql::{Row, Tx};
use chrono::NaiveDate;
use domain::followup::{Cause, NextTask, Outcome};
use domain::rights::{Over, Record, Tend, Undoing};
use domain::{EpochMs, PersonId};

/// A task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowUp {
    /// Number: H7 is 7.
    pub no: i64,
    /// What it is about, as people read it: `Y12`, `C3`; also the case of the patient in the vault.
    pub subject: String,
    /// Of which appointment, when of one.
    pub appointment: Option<i64>,
    /// Whose the patient is.
    pub owner: PersonId,
    /// Whose the task is: the owner's, unless it was given to somebody else.
    pub holder: PersonId,
    /// Whether it was handed to the holder's lead.
    pub with_lead: bool,
    /// What for.
    pub cause: Cause,
    /// The last day, whole, on which it is in time.
    pub due: NaiveDate,
    /// The day of a reminder before it.
    pub nudge: Option<NaiveDate>,
    /// Whether it stands in a plan beside others.
    pub planned: bool,
    /// How often in a row nobody was reached.
    pub unreached: u32,
    /// The task that it follows.
    pub previous: Option<i64>,
    /// When it was opened.
    pub opened_at: EpochMs,
    /// Whether it waits for an outcome.
    pub open: bool,
    /// What came of it.
    pub outcome: Option<Outcome>,
    /// When it was closed.
    pub closed_at: Option<EpochMs>,
    /// By whom; `None` by the patient's arrival.
    pub closed_by: Option<PersonId>,
    /// The due day for which it was counted as missed, or excused.
    pub counted_on: Option<NaiveDate>,
}

impl FollowUp {
    /// As people read it: `H7`.
    pub fn label(&self) -> String {
        format!("H{}", self.no)
    }
}

/// A task about to be opened.
#[derive(Clone, Copy, Debug)]
pub struct NewFollowUpTask<'a> {
    /// What it is about: `Y12`, `C3`.
    pub subject: &'a str,
    /// Of which appointment, when of one.
    pub appointment: Option<i64>,
    /// Whose the patient is.
    pub owner: PersonId,
    /// Whose the task is.
    pub holder: PersonId,
    /// What and by when.
    pub task: NextTask,
    /// Whether it stands in a plan beside others.
    pub planned: bool,
    /// When.
    pub now: EpochMs,
}

/// How a task is closed.
#[derive(Clone, Copy, Debug)]
pub struct Closing<'a> {
    /// What came of it.
    pub outcome: Outcome,
    /// Why; it may name the patient.
    pub reason: Option<&'a str>,
    /// What follows.
    pub next: Option<NextTask>,
    /// The contact that was logged with it.
    pub contact: Option<i64>,
    /// When.
    pub now: EpochMs,
}

/// What was said of the day of a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VisitNote {
    /// On the way: not tracked on that day.
    OnTheWay,
    /// Has come, as his consultant says.
    Arrived,
    /// Is no patient.
    Invalid,
}

impl VisitNote {
    fn word(self) -> &'static str {
        match self {
            VisitNote::OnTheWay => "on_the_way",
            VisitNote::Arrived => "arrived",
            VisitNote::Invalid => "invalid",
        }
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT no, subject, appointment, owner, holder, with_lead, cause, due, nudge, planned, unreached, \
             previous, opened_at, state, outcome, closed_at, closed_by, counted_on FROM follow_up ",
            $rest
        )
    };
}

const ADD: &str = "INSERT INTO follow_up (no, subject, appointment, owner, holder, with_lead, cause, due, nudge, \
    planned, unreached, previous, opened_at, state, told) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'open', TRUE)";
const CLOSE: &str = "UPDATE follow_up SET state = 'closed', outcome = $2, closed_at = $3, closed_by = $4, \
    closed_for = $5, told = $6 WHERE no = $1 AND state = 'open'";
const REOPEN: &str = "UPDATE follow_up SET state = 'open', outcome = NULL, closed_at = NULL, closed_by = NULL, \
    closed_for = NULL, told = TRUE WHERE no = $1 AND state = 'closed'";
const TAKE_BACK: &str = "UPDATE follow_up SET state = 'undone' WHERE no = $1 AND state = 'open'";
const ONE: &str = select!("WHERE no = $1 AND state <> 'undone'");
const OPEN_OF: &str = select!("WHERE subject = $1 AND state = 'open' ORDER BY planned, due, no");
const OF: &str = select!("WHERE subject = $1 AND state <> 'undone' ORDER BY no");
const FOLLOWING: &str = select!("WHERE previous = $1 AND subject = $2 AND state <> 'undone' ORDER BY no");
const CLOSED_FOR: &str = select!("WHERE closed_for = $1 AND state = 'closed' ORDER BY no");
const OPEN_BY: &str = select!("WHERE state = 'open' AND due <= $1 ORDER BY due, no LIMIT $2");
const NUDGED_ON: &str = select!("WHERE state = 'open' AND nudge = $1 ORDER BY due, no");
const OPEN_HELD: &str = select!("WHERE state = 'open' AND holder = $1 ORDER BY due, no LIMIT $2");
const UNCOUNTED: &str =
    select!("WHERE state = 'open' AND counted_on IS NULL AND due <= $1 ORDER BY due, no LIMIT $2");
const UNTOLD: &str = select!("WHERE NOT told AND owner = $1 AND state = 'closed' ORDER BY closed_at, no");
const TOLD: &str = "UPDATE follow_up SET told = TRUE WHERE NOT told AND owner = $1";
const COUNTED: &str = "UPDATE follow_up SET counted_on = due WHERE no = $1 AND counted_on IS NULL";
const PUT_OFF: &str = "UPDATE follow_up SET due = $2 WHERE no = $1 AND state = 'open'";
const HOLD: &str = "UPDATE follow_up SET holder = $2, with_lead = FALSE WHERE no = $1 AND state = 'open'";
const HOLDERS_OF: &str = "SELECT person FROM handover WHERE appointment = $1";
const HAND_OVER: &str = "INSERT INTO handover (appointment, person, by_person, at) VALUES ($1, $2, $3, $4) \
    ON CONFLICT (appointment) DO UPDATE SET person = excluded.person, by_person = excluded.by_person, at = excluded.at";
const HAND_OVER_ALL: &str = "INSERT INTO handover (appointment, person, by_person, at) \
    SELECT a.no, $2, $3, $4 FROM appointment a LEFT JOIN handover h ON h.appointment = a.no \
    WHERE a.owner = $1 AND a.state = 'open' AND a.arrived IS NULL AND COALESCE(h.person, a.owner) = $1 \
    ON CONFLICT (appointment) DO UPDATE SET person = excluded.person, by_person = excluded.by_person, at = excluded.at";
const NOTE: &str = "INSERT INTO visit_note (appointment, day, note, by_person, at) VALUES ($1, $2, $3, $4, $5) \
    ON CONFLICT (appointment, day) DO UPDATE SET note = excluded.note, by_person = excluded.by_person, at = excluded.at";
const DROP_NOTE: &str = "DELETE FROM visit_note WHERE appointment = $1 AND by_person = $2 AND at = $3";
const ON_THE_WAY: &str = "SELECT n.appointment AS no FROM visit_note n WHERE n.day = $1 AND n.note = 'on_the_way' \
    ORDER BY n.appointment";
// Who did not come: expected on that day or on his way on it, not arrived, and nothing else is known of that day.
const ABSENT: &str = "SELECT a.no FROM appointment a WHERE a.visit_date = $1 AND a.state = 'open' \
    AND a.arrived IS NULL AND a.class <> 'invalid' AND NOT EXISTS (SELECT 1 FROM visit_note n \
    WHERE n.appointment = a.no AND n.day = a.visit_date AND n.note IN ('arrived', 'invalid')) ORDER BY a.no";
const ABSENT_ON_THE_WAY: &str = "SELECT a.no FROM visit_note n JOIN appointment a ON a.no = n.appointment \
    WHERE n.day = $1 AND n.note = 'on_the_way' AND a.state = 'open' AND a.arrived IS NULL AND a.class <> 'invalid' \
    AND a.visit_date <= $1 ORDER BY a.no";
const ARRIVED: &str = "SELECT arrived FROM appointment WHERE no = $1";
fn read(row: &Row<'_>) -> Result<FollowUp> {
    let corrupt = |column: &str| Error::Corrupt(format!("follow_up {column}"));
    let outcome = row.opt_text("outcome")?;
    Ok(FollowUp {
        no: row.int("no")?,
        subject: row.text("subject")?,
        appointment: row.opt_int("appointment")?,
        owner: row.int("owner")?,
        holder: row.int("holder")?,
        with_lead: row.flag("with_lead")?,
        cause: Cause::of_code(&row.text("cause")?).ok_or_else(|| corrupt("cause"))?,
        due: row.date("due")?,
        nudge: row.opt_date("nudge")?,
        planned: row.flag("planned")?,
        unreached: row.count("unreached")?,
        previous: row.opt_int("previous")?,
        opened_at: row.int("opened_at")?,
        open: row.text("state")? == "open",
        outcome: outcome.map(|word| Outcome::of_word(&word).ok_or_else(|| corrupt("outcome"))).transpose()?,
        closed_at: row.opt_int("closed_at")?,
        closed_by: row.opt_int("closed_by")?,
        counted_on: row.opt_date("counted_on")?,
    })
}

impl Tx<'_> {
    /// Opens a task; `None` when one is open already about the same patient. Event `followup.opened`.
    ///
    /// # Errors
    /// When it cannot be written; the same for the writers below.
    pub fn open_follow_up(&mut self, by: &Over, new: &NewFollowUpTask<'_>) -> Result<Option<FollowUp>> {
        self.add_follow_up(by.by(), new, None)
    }

    fn add_follow_up(
        &mut self,
        actor: Option<PersonId>,
        new: &NewFollowUpTask<'_>,
        previous: Option<i64>,
    ) -> Result<Option<FollowUp>> {
        if !new.planned && self.open_follow_ups_of(new.subject)?.iter().any(|task| !task.planned) {
            return Ok(None);
        }
        let no = self.next_number("H")?;
        let task = new.task;
        let params = [
            no.into(),
            new.subject.into(),
            new.appointment.into(),
            new.owner.into(),
            new.holder.into(),
            task.with_lead.into(),
            task.cause.code().into(),
            task.due.into(),
            task.nudge.into(),
            new.planned.into(),
            task.unreached.into(),
            previous.into(),
            new.now.into(),
        ];
        self.exec(ADD, &params)?;
        let duty = self.duty_on(task.due, new.now)?;
        let assignee = duty.assignee(new.holder, task.with_lead).map(|found| found.person);
        let fact = Fact::new("followup.opened", actor)
            .about(format!("H{no}"))
            .with("task", format!("H{no}"))
            .with("no", new.subject)
            .person("owner", new.owner)
            .with("assignee", assignee.map(Fact::person_value))
            .with("cause", task.cause.code())
            .with("due", task.due.to_string())
            .with("rule", task.cause.rule());
        self.record(new.now, fact);
        self.follow_up(no)
    }

    /// Closes an open task with its outcome and opens what follows; answers the next one. `None` when it was not open any
    /// more. Event `followup.closed`.
    ///
    /// # Errors
    /// As [`Tx::open_follow_up`].
    pub fn close_follow_up(
        &mut self,
        by: &Tend,
        no: i64,
        closing: &Closing<'_>,
    ) -> Result<Option<(FollowUp, Option<FollowUp>)>> {
        let Some(task) = self.follow_up(no)?.filter(|task| task.open) else { return Ok(None) };
        let closed_for = closing.contact.map(|contact| format!("C{contact}"));
        self.finish(&task, Some(by.by()), closing, closed_for.as_deref())?;
        let next = match closing.next {
            Some(next) => {
                let new = NewFollowUpTask {
                    subject: &task.subject,
                    appointment: task.appointment,
                    owner: task.owner,
                    holder: task.holder,
                    task: next,
                    planned: false,
                    now: closing.now,
                };
                self.add_follow_up(Some(by.by()), &new, Some(task.no))?
            }
            None => None,
        };
        Ok(Some((task, next)))
    }

    pub(crate) fn finish(
        &mut self,
        task: &FollowUp,
        by: Option<PersonId>,
        closing: &Closing<'_>,
        closed_for: Option<&str>,
    ) -> Result<()> {
        // What somebody else did for the owner is told to him again when he is back.
        let told = by.is_none_or(|by| by == task.owner);
        let params = [
            task.no.into(),
            closing.outcome.word().into(),
            closing.now.into(),
            by.into(),
            closed_for.into(),
            told.into(),
        ];
        self.exec(CLOSE, &params)?;
        let mut fact = Fact::new("followup.closed", by)
            .about(task.label())
            .with("task", task.label())
            .with("no", task.subject.as_str())
            .with("outcome", closing.outcome.word())
            .with("by", by.map(Fact::person_value))
            .with("next_due", closing.next.map(|next| next.due.to_string()))
            .with("for", closed_for)
            .with("rule", "R-106");
        if let Some(reason) = closing.reason {
            fact = fact.secret("reason", reason, &task.subject);
        }
        self.record(closing.now, fact);
        Ok(())
    }

    /// Closes what is open about an appointment because of something else that happened to it: its label, such as `R17`
    /// for a line of the register, brings it back.
    pub(crate) fn settle_follow_ups(
        &mut self,
        appointment: i64,
        outcome: Outcome,
        by: Option<PersonId>,
        because: &str,
        now: EpochMs,
    ) -> Result<()> {
        for task in self.open_follow_ups_of(&format!("Y{appointment}"))? {
            // What is planned for afterwards does not end with the visit.
            if task.planned && (task.cause.is_afterwards() || !outcome.ends_it()) {
                continue;
            }
            let closing = Closing { outcome, reason: None, next: None, contact: None, now };
            self.finish(&task, by, &closing, Some(because))?;
        }
        Ok(())
    }

    /// Closes one's own open follow-ups of contacts whose patient has booked now; what takes the booking back
    /// opens them again.
    ///
    /// # Errors
    /// As [`Tx::open_follow_up`].
    pub fn settle_contacts(
        &mut self,
        by: &Record,
        contacts: &[LoggedContact],
        booked: &Appointment,
        now: EpochMs,
    ) -> Result<()> {
        let me = by.person();
        let because = format!("R{}", booked.entered.seq);
        for contact in contacts.iter().filter(|contact| contact.by == me) {
            for task in self.open_follow_ups_of(&contact.label())? {
                let closing =
                    Closing { outcome: Outcome::Rebooked, reason: None, next: None, contact: None, now };
                self.finish(&task, Some(me), &closing, Some(&because))?;
            }
        }
        Ok(())
    }

    /// Ends the rest of a plan by the outcome of one of its tasks; answers how many it was.
    ///
    /// # Errors
    /// As [`Tx::open_follow_up`].
    pub fn end_plan(&mut self, by: &Tend, of: &FollowUp, outcome: Outcome, now: EpochMs) -> Result<usize> {
        let rest = self.open_follow_ups_of(&of.subject)?;
        let rest: Vec<FollowUp> = rest.into_iter().filter(|task| task.planned && task.no != of.no).collect();
        let closing = Closing { outcome, reason: None, next: None, contact: None, now };
        for task in &rest {
            self.finish(task, Some(by.by()), &closing, Some(&of.label()))?;
        }
        Ok(rest.len())
    }

    /// Opens again what was closed because of something that was taken back.
    pub(crate) fn revive_follow_ups(
        &mut self,
        because: &str,
        by: Option<PersonId>,
        now: EpochMs,
    ) -> Result<()> {
        for task in self.rows(CLOSED_FOR, &[because.into()], read)? {
            if !task.planned && self.open_follow_ups_of(&task.subject)?.iter().any(|open| !open.planned) {
                continue;
            }
            self.reopen(&task, by, now)?;
        }
        Ok(())
    }

    /// Closes what is open about somebody who has come, or opens it again when it turns out that he has not.
    pub(crate) fn follow_arrival(&mut self, appointment: i64, now: EpochMs) -> Result<()> {
        let because = format!("arrival of Y{appointment}");
        if self.has_arrived(appointment)? {
            self.settle_follow_ups(appointment, Outcome::Arrived, None, &because, now)
        } else {
            self.revive_follow_ups(&because, None, now)
        }
    }

    /// Whether an arrival of an appointment's patient is recorded.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn has_arrived(&mut self, appointment: i64) -> Result<bool> {
        let arrived = self.row(ARRIVED, &[appointment.into()], |row| row.opt_int("arrived"))?;
        Ok(arrived.flatten().is_some())
    }

    fn reopen(&mut self, task: &FollowUp, by: Option<PersonId>, now: EpochMs) -> Result<()> {
        self.exec(REOPEN, &[task.no.into()])?;
        let fact = Fact::new("followup.reopened", by)
            .about(task.label())
            .with("task", task.label())
            .with("no", task.subject.as_str())
            .with("due", task.due.to_string());
        self.record(now, fact);
        Ok(())
    }

    /// Takes an outcome back: the task is open again, and what followed is gone. False when that was worked on already, or
    /// when it is open anyway.
    ///
    /// # Errors
    /// As [`Tx::open_follow_up`].
    pub fn reopen_follow_up(&mut self, by: &Undoing, no: i64, now: EpochMs) -> Result<bool> {
        let Some(task) = self.follow_up(no)?.filter(|task| !task.open) else { return Ok(false) };
        let following = self.rows(FOLLOWING, &[no.into(), task.subject.as_str().into()], read)?;
        if following.iter().any(|next| !next.open) {
            return Ok(false);
        }
        for next in &following {
            self.exec(TAKE_BACK, &[next.no.into()])?;
        }
        if !task.planned && self.open_follow_ups_of(&task.subject)?.iter().any(|open| !open.planned) {
            return Ok(false);
        }
        self.reopen(&task, Some(by.by()), now)?;
        // What its outcome had ended of its plan.
        self.revive_follow_ups(&task.label(), Some(by.by()), now)?;
        Ok(true)
    }

    /// Takes back that a task was opened; false when it was worked on already.
    ///
    /// # Errors
    /// As [`Tx::open_follow_up`].
    pub fn drop_follow_up(&mut self, _by: &Undoing, no: i64) -> Result<bool> {
        Ok(self.exec(TAKE_BACK, &[no.into()])? == 1)
    }

    /// Gives an open task to somebody; with it the follow-ups of its appointment that are still to come. False when it is
    /// not open any more or his already. Event `followup.reassigned`.
    ///
    /// # Errors
    /// As [`Tx::open_follow_up`].
    pub fn reassign_follow_up(&mut self, by: &Over, no: i64, to: PersonId, now: EpochMs) -> Result<bool> {
        let Some(task) = self.follow_up(no)?.filter(|task| task.open && task.holder != to) else {
            return Ok(false);
        };
        self.hold(&task, by.by(), to, now)?;
        Ok(true)
    }

    fn hold(&mut self, task: &FollowUp, by: Option<PersonId>, to: PersonId, now: EpochMs) -> Result<()> {
        self.exec(HOLD, &[task.no.into(), to.into()])?;
        if let Some(appointment) = task.appointment {
            self.exec(HAND_OVER, &[appointment.into(), to.into(), by.into(), now.into()])?;
        }
        let fact = Fact::new("followup.reassigned", by)
            .about(task.label())
            .with("task", task.label())
            .with("no", task.subject.as_str())
            .person("from", task.holder)
            .person("to", to)
            .with("rule", "R-107");
        self.record(now, fact);
        Ok(())
    }

    /// Gives whatever is still to be followed up of somebody's patients to another: open tasks are given one by one, this
    /// is for those that come later. Answers how many appointments.
    ///
    /// # Errors
    /// As [`Tx::open_follow_up`].
    pub fn hand_over_appointments(
        &mut self,
        by: &Over,
        from: PersonId,
        to: PersonId,
        now: EpochMs,
    ) -> Result<u64> {
        self.exec(HAND_OVER_ALL, &[from.into(), to.into(), by.by().into(), now.into()])
    }

    /// Takes over a patient whose protection has ended: the open task becomes his, or one is opened. `None` when it is his
    /// already. The right was asked of [`domain::followup::share`].
    ///
    /// # Errors
    /// As [`Tx::open_follow_up`].
    pub fn claim_follow_up(&mut self, by: &Record, new: &NewFollowUpTask<'_>) -> Result<Option<FollowUp>> {
        let me = by.person();
        let open = self.open_follow_ups_of(new.subject)?;
        if let Some(task) = open.into_iter().find(|task| !task.planned) {
            if task.holder == me {
                return Ok(None);
            }
            self.hold(&task, Some(me), me, new.now)?;
            return self.follow_up(task.no);
        }
        if let Some(appointment) = new.appointment {
            self.exec(HAND_OVER, &[appointment.into(), me.into(), Some(me).into(), new.now.into()])?;
        }
        self.add_follow_up(Some(me), new, None)
    }

    /// Notes what was said of the day of a visit.
    ///
    /// # Errors
    /// As [`Tx::open_follow_up`].
    pub fn note_visit(
        &mut self,
        by: &Tend,
        appointment: i64,
        day: NaiveDate,
        note: VisitNote,
        now: EpochMs,
    ) -> Result<()> {
        let params = [appointment.into(), day.into(), note.word().into(), by.by().into(), now.into()];
        self.exec(NOTE, &params).map(|_| ())
    }

    /// Takes back what somebody said of the day of a visit at an instant.
    ///
    /// # Errors
    /// As [`Tx::open_follow_up`].
    pub fn drop_visit_note(&mut self, by: PersonId, appointment: i64, at: EpochMs) -> Result<()> {
        self.exec(DROP_NOTE, &[appointment.into(), by.into(), at.into()]).map(|_| ())
    }

    /// Counts a due day that ended without an outcome; each once. False when it was counted before.
    ///
    /// # Errors
    /// As [`Tx::open_follow_up`].
    pub fn count_due_day(&mut self, _by: &Over, no: i64) -> Result<bool> {
        Ok(self.exec(COUNTED, &[no.into()])? == 1)
    }

    /// Moves the due day of an open task to a later one on which somebody can do it. Event `followup.moved`.
    ///
    /// # Errors
    /// As [`Tx::open_follow_up`].
    pub fn put_off_follow_up(
        &mut self,
        by: &Over,
        task: &FollowUp,
        due: NaiveDate,
        reason: &'static str,
        now: EpochMs,
    ) -> Result<()> {
        self.exec(PUT_OFF, &[task.no.into(), due.into()])?;
        let fact = Fact::new("followup.moved", by.by())
            .about(task.label())
            .with("task", task.label())
            .with("no", task.subject.as_str())
            .with("due", due.to_string())
            .with("reason", reason)
            .with("rule", "R-107");
        self.record(now, fact);
        Ok(())
    }

    /// The owner has heard of what was done for him.
    ///
    /// # Errors
    /// As [`Tx::open_follow_up`].
    pub fn mark_told(&mut self, owner: PersonId) -> Result<()> {
        self.exec(TOLD, &[owner.into()]).map(|_| ())
    }

    /// A task; `None` when there is none, or none any more.
    ///
    /// # Errors
    /// When it cannot be read; the same for the readers below.
    pub fn follow_up(&mut self, no: i64) -> Result<Option<FollowUp>> {
        self.row(ONE, &[no.into()], read)
    }

    /// What is open about a patient, what was planned ahead last.
    ///
    /// # Errors
    /// As [`Tx::follow_up`].
    pub fn open_follow_ups_of(&mut self, subject: &str) -> Result<Vec<FollowUp>> {
        self.rows(OPEN_OF, &[subject.into()], read)
    }

    /// All tasks about a patient in order.
    ///
    /// # Errors
    /// As [`Tx::follow_up`].
    pub fn follow_up_history(&mut self, subject: &str) -> Result<Vec<FollowUp>> {
        self.rows(OF, &[subject.into()], read)
    }

    /// Open tasks due on a day or before, soonest first. The cost grows with what is due, not with what is stored.
    ///
    /// # Errors
    /// As [`Tx::follow_up`].
    pub fn due_follow_ups(&mut self, day: NaiveDate, most: u32) -> Result<Vec<FollowUp>> {
        self.rows(OPEN_BY, &[day.into(), most.into()], read)
    }

    /// Open tasks with a reminder on a day.
    ///
    /// # Errors
    /// As [`Tx::follow_up`].
    pub fn nudged_follow_ups(&mut self, day: NaiveDate) -> Result<Vec<FollowUp>> {
        self.rows(NUDGED_ON, &[day.into()], read)
    }

    /// Somebody's open tasks, soonest first.
    ///
    /// # Errors
    /// As [`Tx::follow_up`].
    pub fn follow_ups_held(&mut self, holder: PersonId, most: u32) -> Result<Vec<FollowUp>> {
        self.rows(OPEN_HELD, &[holder.into(), most.into()], read)
    }

    /// Open tasks whose due day was that one or before and was not counted yet.
    ///
    /// # Errors
    /// As [`Tx::follow_up`].
    pub fn uncounted_follow_ups(&mut self, day: NaiveDate, most: u32) -> Result<Vec<FollowUp>> {
        self.rows(UNCOUNTED, &[day.into(), most.into()], read)
    }

    /// What was done for an owner and he has not been told in a digest.
    ///
    /// # Errors
    /// As [`Tx::follow_up`].
    pub fn untold_follow_ups(&mut self, owner: PersonId) -> Result<Vec<FollowUp>> {
        self.rows(UNTOLD, &[owner.into()], read)
    }

    /// To whom an appointment's follow-ups were given; `None` when they are the owner's.
    ///
    /// # Errors
    /// As [`Tx::follow_up`].
    pub fn holder_of(&mut self, appointment: i64) -> Result<Option<PersonId>> {
        self.row(HOLDERS_OF, &[appointment.into()], |row| row.int("person"))
    }

    /// The appointments whose patients did not come on a day: expected on it, or on their way on it.
    ///
    /// # Errors
    /// As [`Tx::follow_up`].
    pub fn absent_on(&mut self, day: NaiveDate) -> Result<Vec<i64>> {
        let mut absent = self.rows(ABSENT, &[day.into()], |row| row.int("no"))?;
        absent.extend(self.rows(ABSENT_ON_THE_WAY, &[day.into()], |row| row.int("no"))?);
        absent.sort_unstable();
        absent.dedup();
        Ok(absent)
    }

    /// The appointments whose patients are on their way on a day.
    ///
    /// # Errors
    /// As [`Tx::follow_up`].
    pub fn on_the_way(&mut self, day: NaiveDate) -> Result<Vec<i64>> {
        self.rows(ON_THE_WAY, &[day.into()], |row| row.int("no"))
    }
}
