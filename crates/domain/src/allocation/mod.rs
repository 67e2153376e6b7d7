//! 等级与分配: the week's grades by arrivals, and who gets the next dialogue.
//!
//! Grades are compared in whole numbers, so that exactly 140 % and exactly 90 % are what they are. The next dialogue goes
//! by grade quota in rounds; inside a round whoever has had the fewest comes first. Everything that is asked is handed in,
//! and the verdict says why.

mod grade;
mod limits;
mod newcomer;
mod next;
mod told;

#[cfg(test)]
mod cases;

pub use grade::{Grade, Graded, Worked, grades};
pub use limits::{Finding, Known, games_shut_traffic};
pub use newcomer::{Fixed, Held, Newcomer, Start, spares_training};
pub use next::{Candidate, Given, Limit, Next, Skipped, Why, next, timeout_cut};
pub use told::{Line, board, shown};
