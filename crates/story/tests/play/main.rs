//! Small stories on a small bot, played on a real store.

mod small;
mod stages;
mod stories;
mod time;
