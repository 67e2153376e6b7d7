//! 归属: who has the credit of an arrival, by which step of the decision table, on what evidence (R-030, R-078 to R-097,
//! R-378), and the two clocks of an appointment.
//!
//! [`decide`] is a function of its [`Facts`] and nothing else. It asks no clock, and the order in which the facts are handed
//! over says nothing: they are put in the order of their [`Moment`]s first. Who corrects a fact decides anew and keeps
//! both decisions.
//!
//! The table is asked from 0a to 12. A step narrows the claims; the first after which one person is left decides.
//! What a step takes out is kept as a [`RunnerUp`], so that everybody can be told why.
//!
//! What happened at or after the arrival, or before the last visit, is no evidence. Numbers come from the [`Book`]:
//! a clock runs by the version of the day on which it starts, everything else is judged by the version of the
//! arrival's day (CV-8).
//!
//! [`Moment`]: crate::registration::Moment
//! [`Book`]: crate::settings::Book

mod clocks;
mod contest;
mod decide;
mod evidence;
mod explain;
mod facts;
mod meeting;
mod order;

#[cfg(test)]
mod tests;

pub use clocks::{Base, Clocks, Protection, Window, days_left, reconcile_by};
pub use decide::decide;
pub use evidence::{Decision, Evidence, RunnerUp, Step};
pub use explain::explain;
pub use facts::{Arrival, Change, Contact, Dates, Facts, Jump, Lending, Match, Registration, Said, Visit};
pub use meeting::{JumpVerdict, Meeting, meeting};
