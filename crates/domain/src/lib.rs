//! The department's rules, pure: no clock, no I/O, no SQL.
//!
//! Facts and `now` come in, a verdict with its rule id goes out. Whoever asks (a command, a
//! schedule) writes the verdict down and says it; it never decides anything itself.
//!
//! Units used everywhere: an instant is [`EpochMs`] (milliseconds since 1970, UTC); a local date is
//! a [`chrono::NaiveDate`] in the department's zone; a time of day is minutes after midnight.

pub mod allocation;
pub mod attribution;
pub mod calendar;
pub mod course;
pub mod followup;
pub mod leave;
pub mod matching;
pub mod objection;
pub mod patient;
pub mod person;
pub mod privacy;
pub mod quiet;
pub mod ranking;
pub mod rate;
pub mod reconciliation;
pub mod registration;
pub mod report;
pub mod rights;
pub mod roster;
pub mod rules;
pub mod settings;
pub mod shift;
pub mod staffing;
pub mod statistics;
pub mod summary;
pub mod swapping;
pub mod third_party;
pub mod workdays;

pub use calendar::{Calendar, EpochMs, Period, Span};
pub use person::{PersonId, Role, Roles};

/// A rule of the ledger by its id, such as `R-001`.
pub type RuleId = &'static str;
