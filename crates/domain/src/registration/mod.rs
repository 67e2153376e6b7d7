//! 预约登记: what is registered, how complete it is, and whether it was registered in time.
//!
//! [`classify`] says what an appointment is by its fields alone; whose it is, and who wins, is none of its business. The
//! class is judged anew with every version of the appointment, by the rules of that version's day, and kept with it:
//! [`class_at`] tells what it was when a rival registered, so that nobody wins by completing afterwards.
//!
//! The channel is what it was booked over, the source where the patient came from; only channels of the network
//! need a chat record. [`timing`] knows the fifteen minutes and the supervisor's leave; [`house_form`] reads the
//! label that the department writes into its chat tool, and [`asks_to_book`] hears in an excerpt that somebody wanted to.

mod booking_words;
mod channel;
mod class;
mod classify;
mod entry_time;
mod house_form;
mod rival;
mod unbooked;

pub use booking_words::asks_to_book;
pub use channel::{Channel, Source};
pub use class::{Class, ClassVersion, Moment, class_at};
pub use classify::{Classified, Entry, Note, Visit, classify};
pub use entry_time::{Asked, Extension, Timing, timing};
pub use house_form::{Labelled, house_form, label};
pub use rival::{Decider, Rival};
pub use unbooked::Wanting;
