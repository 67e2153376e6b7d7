//! 到诊核对: whether an arrival is that of a registered appointment, and of which.

use super::{Comparison, Tolerance};
use crate::patient::{Item, Patient};
use crate::registration::{Class, Moment};
use crate::settings::{Book, catalogue};
use crate::{PersonId, Role, RuleId};
use chrono::NaiveDate;
use std::cmp::Reverse;

/// Somebody came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrived {
    /// Who; the name is the one of the hospital's registration (到院挂号, R-087).
    pub patient: Patient,
    /// The local date of the arrival; the rules are those of this day.
    pub date: NaiveDate,
    /// The time of the arrival, with the row of the event that records it.
    pub moment: Moment,
}

/// An appointment that may be the one of the arrival.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Its number in the store.
    pub id: i64,
    /// Whose it is.
    pub owner: PersonId,
    /// What is registered of the patient, in the version that held at the arrival.
    pub patient: Patient,
    /// For which day.
    pub visit_date: Option<NaiveDate>,
    /// How complete it was at the arrival.
    pub class: Class,
    /// When it was entered.
    pub registered: Moment,
    /// When it was cancelled.
    pub cancelled: Option<Moment>,
}

/// What one candidate is to the arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Enough fields agree, and it is valid.
    Matched,
    /// Enough fields agree, but it is an invalid appointment.
    Invalid,
    /// Enough fields agree, but only age, region and complaint, which many patients share.
    Weak,
    /// Too few fields agree.
    TooFew,
    /// Cancelled before the arrival.
    Cancelled,
    /// Entered at or after the arrival.
    EnteredAfter,
}

impl Standing {
    /// The rule behind it.
    pub fn rule(self) -> RuleId {
        match self {
            Standing::Matched | Standing::Weak | Standing::TooFew => "R-079",
            Standing::Invalid => "R-078",
            Standing::Cancelled => "R-034",
            Standing::EnteredAfter => "R-030",
        }
    }
}

/// A candidate, compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    /// [`Candidate::id`].
    pub id: i64,
    /// [`Candidate::owner`].
    pub owner: PersonId,
    /// What it is to the arrival.
    pub standing: Standing,
    /// The six fields.
    pub fields: Comparison,
    /// When it was entered.
    pub registered: Moment,
}

/// What the register says of an arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Exactly one appointment.
    Verified,
    /// Several; who has the credit is decided between them, never by the number of fields.
    Several,
    /// Only weak matches: a person has to look.
    Weak,
    /// Only invalid appointments: a person has to look.
    Invalid,
    /// None: the list of unregistered arrivals.
    Unregistered,
}

/// The verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// What was found.
    pub outcome: Outcome,
    /// The rule that decided.
    pub rule: RuleId,
    /// The appointments in question: those that compete for the credit, or those that a person has to look at.
    /// The most fields first, then the earlier entered, then the smaller number.
    pub matched: Vec<Compared>,
    /// All the others in the same order, to say why not.
    pub passed_over: Vec<Compared>,
}

impl Verification {
    /// True when it stands without a person having looked. Several stand too: credit is decided between them.
    pub fn is_verified(&self) -> bool {
        matches!(self.outcome, Outcome::Verified | Outcome::Several)
    }

    /// Who has to look before anything depends on it.
    pub fn asks(&self) -> Option<Role> {
        matches!(self.outcome, Outcome::Weak | Outcome::Invalid).then_some(Role::Supervisor)
    }

    /// The fields that agree with the first appointment in question; empty without one.
    pub fn fields(&self) -> Vec<Item> {
        self.matched.first().map(|first| first.fields.agreeing()).unwrap_or_default()
    }
}

/// Fields that many patients of one town share.
const WEAK: [Item; 3] = [Item::Age, Item::Complaint, Item::Region];

/// Compares an arrival with the appointments that may be its own, by the rules of the day of the arrival.
///
/// Enough of the six fields must agree. A weak or an invalid appointment is put to a person only where nothing better
/// is there: beside a match a weak one is passed over, and an invalid one competes and loses by its class.
pub fn verify(arrived: &Arrived, candidates: &[Candidate], book: &Book) -> Verification {
    let mut compared: Vec<Compared> =
        candidates.iter().map(|candidate| compare(arrived, candidate, book)).collect();
    compared.sort_by_key(|one| (Reverse(one.fields.agreeing().len()), one.registered, one.id));

    let any = |standing: Standing| compared.iter().any(|one| one.standing == standing);
    let (in_question, outcome): (&[Standing], Outcome) = if any(Standing::Matched) {
        (&[Standing::Matched, Standing::Invalid], Outcome::Verified)
    } else if any(Standing::Invalid) {
        (&[Standing::Invalid, Standing::Weak], Outcome::Invalid)
    } else if any(Standing::Weak) {
        (&[Standing::Weak], Outcome::Weak)
    } else {
        (&[], Outcome::Unregistered)
    };
    let (matched, passed_over): (Vec<Compared>, Vec<Compared>) =
        compared.into_iter().partition(|one| in_question.contains(&one.standing));
    let several = outcome == Outcome::Verified && matched.len() > 1;
    let (outcome, rule) = match outcome {
        Outcome::Verified if several => (Outcome::Several, "R-080"),
        Outcome::Invalid => (Outcome::Invalid, "R-078"),
        outcome => (outcome, "R-079"),
    };
    Verification { outcome, rule, matched, passed_over }
}

fn compare(arrived: &Arrived, candidate: &Candidate, book: &Book) -> Compared {
    use catalogue::arrivals::{MATCH_MIN, WEAK_TRIPLE_REVIEW};
    let day = arrived.date;
    let tolerance = Tolerance::on(book, day);
    let fields = Comparison::of(&arrived.patient, day, &candidate.patient, candidate.visit_date, tolerance);
    let agreeing = fields.agreeing();
    let enough = u32::try_from(agreeing.len()).is_ok_and(|count| count >= book.count(&MATCH_MIN, day));
    let weak = book.is_on(&WEAK_TRIPLE_REVIEW, day) && agreeing.iter().all(|item| WEAK.contains(item));
    let standing = match () {
        () if !enough => Standing::TooFew,
        () if candidate.registered >= arrived.moment => Standing::EnteredAfter,
        () if candidate.cancelled.is_some_and(|cancelled| cancelled < arrived.moment) => Standing::Cancelled,
        () if weak => Standing::Weak,
        () if candidate.class == Class::Invalid => Standing::Invalid,
        () => Standing::Matched,
    };
    let Candidate { id, owner, registered, .. } = *candidate;
    Compared { id, owner, standing, fields, registered }
}
