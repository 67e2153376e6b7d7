//! 请假: what a leave takes of a person's own shifts, whether it may be asked for, who decides it, and what
//! being away without it costs.
//!
//! Half a day is half of that person's shift. Parts of shifts are added exactly and rounded down to halves once a month,
//! so that neither the order of requests nor splitting one changes who decides. Leave of one day adds up.

mod absence;
mod certificate;
mod duty;
mod kind;
mod presence;
mod route;
mod share;
mod told;

#[cfg(test)]
mod cases;

pub use absence::{Absence, CODE as ABSENCE_CODE, absence};
pub use certificate::certificate_due;
pub use duty::{Duty, Part, Piece};
pub use kind::Kind;
pub use presence::{Presence, presence};
pub use route::{Flag, Month, Refused, Request, Route, Taken, counts, month_of, route};
pub use share::Share;
pub use told::{group_flags, group_line};
