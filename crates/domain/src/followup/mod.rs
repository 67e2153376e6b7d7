//! 回访: who calls a patient again, by when, what an outcome leads to, and what a missed call costs.
//!
//! A task hangs on an appointment, a contact or a third-party order. It is somebody's, and on a day when he is off it is
//! done by whoever stands in ([`assignee`], R-107). An outcome closes it and may open the next ([`after`]); a due day that
//! ended without one is a missed follow-up of whoever had to do it ([`missed`], R-116). Whose the patient is, is none of
//! its business: the clocks are the attribution's, only their ends are announced here ([`notices`], R-127). Whoever has been
//! here is written to half a year later and before holidays ([`visited_on`], [`greeted`], R-118).

mod afterwards;
mod clock;
mod missed;
mod next;
mod outcome;
mod when;
mod who;

pub use afterwards::{before_holiday, greeted, greeted_visits, half_year, visited_on};
pub use clock::{Notice, Which, notices};
pub use missed::{CODE, Missed, left_of_item, missed, source};
pub use next::{Chosen, NextTask, Refused, after, no_show, reason_given};
pub use outcome::{Cause, Outcome};
pub use when::{DueTimes, due_times};
pub use who::{Asked, Assignee, Candidate, Part, Seat, Seats, Share, assignee, share};
