//! 到诊核对: is who came the one who was expected?
//!
//! Name, age, phone, complaint, region and booked day are compared between the arrival and each appointment that may be
//! its own. At least three must agree; what only one side has agrees with nothing. [`verify`] sorts the appointments
//! into those that are in question and those that are not, each with its reason, and says whether a person has to look
//! first. Whose the credit is, it does not say: that is decided between the appointments in question, and the one with
//! the most fields does not win by it.
//!
//! The order in which the appointments are handed over says nothing, and nothing that happened after the arrival counts.

mod came_at;
mod compare;
mod count;
mod form;
mod spend;
mod verify;

#[cfg(test)]
mod cases;

pub use came_at::{BadArrivalTime, may_have_come};
pub use compare::{Agreement, Comparison, Tolerance};
pub use count::{counts_as_success, month_total};
pub use form::{FormBand, FormField, VisitKind, form_band, form_missing};
pub use spend::read_spend;
pub use verify::{Arrived, Candidate, Compared, Outcome, Standing, Verification, verify};
