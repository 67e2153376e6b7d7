//! 排行: places among the people of a period, what is said of them, and what hangs on them.
//!
//! The order is stated once, in [`order`](Order), and every board, figure and prize goes by it. A [`Board`] is what a post,
//! an answer and a picture show: they read the same struct, so that no two of them can differ.

mod awards;
mod board;
mod counts;
mod order;
mod text;

pub use awards::{Check, Last, Prize, Title, Verdict, last_place, low, lowest_group, prizes, verdict};
pub use board::{Board, Entry, Group, Line, is_new};
pub use counts::Counts;
pub use order::{Measure, Order, Placed, Tally, rank};
pub use text::{Shown, change, figures, per_shift, percent, place_of, shifts};
