//! Whose the credit of an arrival is: decisions are appended and never changed. Each says what it stood on, in words and
//! with everybody who had a claim, so that what was said stands for ever, whatever the rules become.

mod facts;
mod foresee;
mod objections;
pub(crate) mod row;
mod verdict;

pub use foresee::Foresight;

use crate::arrivals::{StoredArrival, read};
use crate::error::Result;
use crate::sql::Tx;
use chrono::NaiveDate;
use domain::attribution::Step;
use domain::registration::Source;
use domain::{EpochMs, PersonId, Role, Span};

/// How far a credit stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CreditState {
    /// Decided by the rules.
    Decided,
    /// Suggested by the rules; a person has to say.
    Suggested,
    /// A person said that the suggestion stands.
    Confirmed,
    /// A person ruled otherwise.
    Overridden,
}

/// Why a decision was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cause {
    /// The arrival was recorded.
    Recorded,
    /// A fact was corrected or taken back.
    Corrected,
    /// A person confirmed.
    Confirmed,
    /// A person ruled.
    Overridden,
    /// The month was closed without it having been reconciled.
    Closed,
    /// The month was opened again, or a ruling was taken back.
    Reopened,
}

/// Whose the credit is, as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credit {
    /// Whose; a suggestion while it is [`CreditState::Suggested`]. `None`: nobody's.
    pub to: Option<PersonId>,
    /// On which appointment.
    pub appointment: Option<i64>,
    /// The step that decided.
    pub step: Step,
    /// The rule by which.
    pub rule: String,
    /// Who has to say before it counts.
    pub confirm_by: Option<Role>,
    /// Where the patient came from.
    pub source: Option<Source>,
    /// How far it stands.
    pub state: CreditState,
    /// The decision that stands.
    pub decision: i64,
}

/// Somebody who had a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimEnded {
    /// Who.
    pub person: PersonId,
    /// On which appointment; `None` for a mere contact.
    pub appointment: Option<i64>,
    /// At which step it ended.
    pub step: Step,
    /// By which rule.
    pub rule: String,
}

/// The two clocks of the credited appointment as they stood at the arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CreditClocks {
    /// Day 0 of the protection.
    pub base: NaiveDate,
    /// The last protected day.
    pub protected_until: NaiveDate,
    /// The last day on which an arrival counts without a new consultation.
    pub credit_until: NaiveDate,
}

/// A decision as it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreditDecision {
    /// Which arrival.
    pub arrival: i64,
    /// When.
    pub at: EpochMs,
    /// What it says; its `decision` is the number of this one.
    pub credit: Credit,
    /// The earlier decision whose place it takes.
    pub replaces: Option<i64>,
    /// Why it was made.
    pub cause: Cause,
    /// Who confirmed or ruled.
    pub by: Option<PersonId>,
    /// What it stands on, as it was said: people stand in it as `⟦12⟧`; see [`CreditDecision::told`].
    pub lines: Vec<String>,
    /// Who else had a claim.
    pub claims: Vec<ClaimEnded>,
    /// The clocks; `None` where no appointment is credited.
    pub clocks: Option<CreditClocks>,
}

impl CreditDecision {
    /// The lines with everybody's name.
    pub fn told(&self, name: impl Fn(PersonId) -> String) -> Vec<String> {
        self.lines.iter().map(|line| named(line, &name)).collect()
    }
}

/// Puts names where people stand as `⟦12⟧`.
fn named(line: &str, name: &impl Fn(PersonId) -> String) -> String {
    let mut told = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('⟦') {
        told.push_str(before);
        match after.split_once('⟧') {
            Some((id, after)) => {
                told.push_str(&id.parse().map_or_else(|_| id.to_owned(), name));
                rest = after;
            }
            None => rest = after,
        }
    }
    told.push_str(rest);
    told
}

/// How an objection stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ObjectionState {
    /// Not ruled on.
    Open,
    /// A person ruled otherwise than was decided.
    Upheld,
    /// A person ruled that it stands as it was decided.
    Rejected,
    /// Its author took it back.
    Withdrawn,
}

/// An objection (申诉). Its reason is in the vault: [`Tx::objection_reason`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objection {
    /// Number: S2 is 2.
    pub no: i64,
    /// Against the decision on which arrival.
    pub arrival: i64,
    /// The appointment that it was raised with.
    pub appointment: Option<i64>,
    /// By whom.
    pub by: PersonId,
    /// When.
    pub at: EpochMs,
    /// The last day on which it could be raised.
    pub due: NaiveDate,
    /// How it stands.
    pub state: ObjectionState,
    /// Who ruled.
    pub ruled_by: Option<PersonId>,
    /// When.
    pub ruled_at: Option<EpochMs>,
}

impl Objection {
    /// As people read it: `S2`. The case in the vault has the same name.
    pub fn label(&self) -> String {
        format!("S{}", self.no)
    }
}

/// An objection about to be raised.
#[derive(Clone, Copy, Debug)]
pub struct NewObjection<'a> {
    /// Against the decision on which arrival.
    pub arrival: i64,
    /// The appointment that it is raised with.
    pub appointment: Option<i64>,
    /// Why; it may name the patient.
    pub reason: &'a str,
    /// The last day on which it can be raised.
    pub due: NaiveDate,
    /// When.
    pub now: EpochMs,
}

const DECISION: &str = "SELECT no, arrival, at, to_person, appointment, step, rule, confirm_by, source, settled, \
    replaces, cause, by_person, body FROM credit_decision WHERE no = $1";
const STANDING: &str = "SELECT d.no, d.arrival, d.at, d.to_person, d.appointment, d.step, d.rule, d.confirm_by, d.source, \
    d.settled, d.replaces, d.cause, d.by_person, d.body FROM arrival a JOIN credit_decision d ON d.no = a.decision_no \
    WHERE a.no = $1";
const ALL: &str = "SELECT no, arrival, at, to_person, appointment, step, rule, confirm_by, source, settled, replaces, \
    cause, by_person, body FROM credit_decision WHERE arrival = $1 ORDER BY no";
const WAITING: &str = "SELECT no, recorder, recorded_at, seq, arrived_at, arrived_day, visit_kind, channel, missing, \
    spend_fen, is_false, giver, receiver, signer, forfeited, outcome, credited, appointment, step, rule, confirm_by, \
    source, settled, decision_no FROM arrival WHERE settled = 'suggested' AND state = 'open' ORDER BY no";
const CREDITED: &str = "SELECT no, recorder, recorded_at, seq, arrived_at, arrived_day, visit_kind, channel, missing, \
    spend_fen, is_false, giver, receiver, signer, forfeited, outcome, credited, appointment, step, rule, confirm_by, \
    source, settled, decision_no FROM arrival WHERE arrived_day >= $1 AND arrived_day <= $2 AND state = 'open' \
    AND (credited IS NOT NULL OR forfeited) ORDER BY no";

impl Tx<'_> {
    /// The decision that stands.
    ///
    /// # Errors
    /// When it cannot be read; the same for the readers below.
    pub fn current_decision(&mut self, arrival: i64) -> Result<Option<CreditDecision>> {
        self.row(STANDING, &[arrival.into()], row::read)
    }

    /// One decision, standing or not.
    ///
    /// # Errors
    /// As [`Tx::current_decision`].
    pub fn credit_decision(&mut self, no: i64) -> Result<Option<CreditDecision>> {
        self.row(DECISION, &[no.into()], row::read)
    }

    /// All decisions on an arrival, the oldest first.
    ///
    /// # Errors
    /// As [`Tx::current_decision`].
    pub fn decisions(&mut self, arrival: i64) -> Result<Vec<CreditDecision>> {
        self.rows(ALL, &[arrival.into()], row::read)
    }

    /// The arrivals whose credit waits for a person, the oldest first.
    ///
    /// # Errors
    /// As [`Tx::current_decision`].
    pub fn suggested(&mut self) -> Result<Vec<StoredArrival>> {
        self.rows(WAITING, &[], read)
    }

    /// The arrivals of a span of days with somebody's credit, in order of their number: suggested ones too, and those
    /// that were forfeited, which are nobody's now. Whose month they are in is said by their day.
    ///
    /// # Errors
    /// As [`Tx::current_decision`].
    pub fn credited_in(&mut self, span: Span) -> Result<Vec<StoredArrival>> {
        self.rows(CREDITED, &[span.from.into(), span.to.into()], read)
    }
}
