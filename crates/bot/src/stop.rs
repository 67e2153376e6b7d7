//! The two ways in which something is not carried out. A refusal is a value: a sentence for the person and what to
//! type instead. A fault is ours: it is logged with an id, and only the id is told.

use crate::message::Said;
use domain::RuleId;

/// Why something understood was not carried out, as it stands in `command.refused`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The sender is no member.
    UnknownPerson,
    /// Not with these roles, or not in this chat.
    NotAllowed,
    /// What was typed cannot be read or lacks something.
    BadArguments,
    /// It names something that is not there.
    NotFound,
    /// It is there, but not in a state for this.
    WrongState,
    /// A rule of the department says no.
    Rule,
}

impl Reason {
    /// The code in events.
    pub fn code(self) -> &'static str {
        match self {
            Reason::UnknownPerson => "unknown_person",
            Reason::NotAllowed => "not_allowed",
            Reason::BadArguments => "bad_arguments",
            Reason::NotFound => "not_found",
            Reason::WrongState => "wrong_state",
            Reason::Rule => "rule",
        }
    }
}

/// A refusal: what was wrong and what to do instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The code.
    pub reason: Reason,
    /// The rule that says no, when one does.
    pub rule: Option<RuleId>,
    /// The sentence, with the next step.
    pub said: Said,
}

/// Why a handler stopped.
#[derive(Debug)]
pub enum Stop {
    /// The person is told why.
    Refused(Refusal),
    /// The person is told an id.
    Fault(store::Error),
}

impl Stop {
    /// A refusal for a reason.
    pub fn refused(reason: Reason, text: impl Into<String>) -> Self {
        Self::Refused(Refusal { reason, rule: None, said: Said::text(text) })
    }

    /// What was typed cannot be read.
    pub fn bad(text: impl Into<String>) -> Self {
        Self::refused(Reason::BadArguments, text)
    }

    /// It names something that is not there.
    pub fn not_found(text: impl Into<String>) -> Self {
        Self::refused(Reason::NotFound, text)
    }

    /// Not with these roles, or not in this chat.
    pub fn not_allowed(text: impl Into<String>) -> Self {
        Self::refused(Reason::NotAllowed, text)
    }

    /// Not in a state for this.
    pub fn wrong_state(text: impl Into<String>) -> Self {
        Self::refused(Reason::WrongState, text)
    }

    /// A rule says no.
    pub fn rule(rule: RuleId, text: impl Into<String>) -> Self {
        Self::Refused(Refusal { reason: Reason::Rule, rule: Some(rule), said: Said::text(text) })
    }
}

impl From<store::Error> for Stop {
    fn from(error: store::Error) -> Self {
        Self::Fault(error)
    }
}
