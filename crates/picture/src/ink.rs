//! The colours: few, quiet, and far enough apart for people who do not tell red from green.

use crate::svg::Ink;

/// The ground.
pub(crate) const PAPER: Ink = "#ffffff";
/// Words that matter.
pub(crate) const INK: Ink = "#1f2a37";
/// Words that explain.
pub(crate) const QUIET: Ink = "#677487";
/// Words that stand apart.
pub(crate) const PALE: Ink = "#8f9aa9";
/// Hairlines.
pub(crate) const LINE: Ink = "#e8ecf1";
/// A band behind headings, rest days, legends.
pub(crate) const BAND: Ink = "#f4f6f9";
/// What the eye should find first.
pub(crate) const ACCENT: Ink = "#1f5fae";
/// Behind the row of whoever asked.
pub(crate) const TINT: Ink = "#e9f1fb";
/// More than before.
pub(crate) const UP: Ink = "#16815a";
/// Less than before.
pub(crate) const DOWN: Ink = "#c2541b";
/// The discs of the first three places.
pub(crate) const PLACES: [Ink; 3] = ["#d99a12", "#8d9aab", "#b5764a"];
/// The lines of a chart, in their order.
pub(crate) const SERIES: [Ink; 6] = ["#1f5fae", "#d9822b", "#16815a", "#8150a8", "#b83a5e", "#677487"];

/// The colours of a day: behind it, and of its words.
pub(crate) const DAY: (Ink, Ink) = ("#e3edf9", "#1f5fae");
/// A shift in the evening or at night.
pub(crate) const NIGHT: (Ink, Ink) = ("#3c4a6b", "#ffffff");
/// A leave that stands.
pub(crate) const LEAVE: (Ink, Ink) = ("#e08a1e", "#ffffff");
/// A leave that waits: outline and words.
pub(crate) const WAITING: (Ink, Ink) = ("#e08a1e", "#a8610b");
/// Something to look at.
pub(crate) const FLAG: (Ink, Ink) = ("#c0392b", "#ffffff");
