//! Chat stories: plain text that a department head can read, played on a clock that only the story moves.
//!
//! - [`parse`] reads a file into a [`Story`]; what cannot be read is a [`BadStory`] with its line.
//! - [`play`] plays it: people speak through a [`Stage`], the engine ticks as far as the story's clock goes, and each
//!   expectation looks at what was said and recorded since the last input.
//! - [`Direct`] is the stage without a platform; others put a platform's codec and its fake server in between.
//! - [`advance`] moves time for an engine, with everything that is due on the way; the movable clock of the console
//!   page uses it too.
//! - [`record::Recorder`] writes what was tried by hand as a story.

mod advance;
mod check;
mod direct;
mod flat;
mod house;
pub mod matching;
mod moment;
mod outcome;
mod parse;
mod play;
pub mod record;
mod setup;
mod stage;
mod story;
mod window;
mod words;

pub use advance::{Advanced, advance};
pub use direct::Direct;
pub use flat::flat;
pub use house::{House, OnRota, Opener, Prepare};
pub use moment::When;
pub use outcome::{BadStory, Failure, Outcome, PlayError};
pub use parse::parse;
pub use play::{Sink, play};
pub use stage::{Heard, Room, Stage, Utterance};
pub use story::{Chat, DEFAULT_CHAT, Member, Rota, ShiftTemplate, Speaker, Statement, Story, Target, What};
