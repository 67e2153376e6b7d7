//! What people type, read tolerantly.
//!
//! Everything here is pure: the text and today's date come in, a value or a reason comes out. No function panics on
//! any text, and each takes time linear in its length, because a stranger may send anything. Readers work on the
//! *beginning* of a text and say how many bytes they used, so that `明天下午3点` is a date and then a time.
//!
//! A message is first [`normalise`]d as a whole; the readers still take full-width digits and punctuation, so a text
//! that came another way (a story, a test) is read the same.
//!
//! - [`clean`]: width, invisible characters, courtesy at the end, what may be echoed;
//! - [`numbers`], [`dates`], [`times`]: the beginning of a text as a value;
//! - [`fields`]: `对话 50 预约 8`, in any order, with or without labels;
//! - [`words`]: a cursor for commands that are read from left to right;
//! - [`near`]: did you mean …?

pub mod clean;
pub mod dates;
pub mod fields;
pub mod near;
pub mod numbers;
#[cfg(test)]
mod properties;
pub mod times;
pub mod told;
pub mod words;

pub use clean::{normalise, quote, strip_lead};
pub use dates::{DateError, DateRange, Lean, parse_date, parse_range};
pub use fields::{Fields, Kind, Label, Problem, Value};
pub use near::nearest;
pub use numbers::{MAX_NUMBER, parse_number, parse_unit};
pub use times::{parse_time, parse_time_range};
pub use words::{PersonToken, Words, parse_person};

/// Whether this character only divides words: white space and `, ， 、 ; ； 。`.
pub fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, ',' | '，' | '、' | ';' | '；' | '。')
}

/// Takes the first of `options` that `text` begins with, and gives what follows it.
fn strip_any<'a>(text: &'a str, options: &[&str]) -> Option<&'a str> {
    options.iter().find_map(|option| text.strip_prefix(option))
}

/// Takes an opening that may differ in ASCII letter case (`qq` for `QQ`), and gives what follows it.
fn strip_ignoring_case<'a>(text: &'a str, opening: &str) -> Option<&'a str> {
    let head = text.get(..opening.len())?;
    head.eq_ignore_ascii_case(opening).then(|| &text[opening.len()..])
}
