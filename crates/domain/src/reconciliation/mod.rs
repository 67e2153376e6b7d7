//! 对账: until when the last month is reconciled with the hospital, whose arrivals are still open, and
//! what a hospital's list says about them.
//!
//! An arrival's day decides its month. What nobody has confirmed when the last day ends is forfeited; a supervisor may
//! open the month again until a day that he states. A list is compared by the six fields of R-079: three that agree are a
//! match, less never is, and whatever a person has to look at is put to one.

mod claims;
mod compare;
mod list;
mod month;
mod window;

pub use claims::{Claim, ClaimState, Fit, Left, closing, confirmable};
pub use compare::{Ours, Pair, Pairing, Unsure, Why, pair};
pub use list::{BadRow, List, ListRow, of_text, read};
pub use month::Month;
pub use window::{
    FURTHEST_DAYS, Reopening, Stage, final_ranking_day, is_list_day, last_day, may_reopen_until,
    provisional_ranking_day, reminds_on, reopened_until, stage,
};
