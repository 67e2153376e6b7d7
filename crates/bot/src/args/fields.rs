//! Labelled fields: `对话 50，预约：8`, a filled-in template, or bare numbers in the order of the form.

use super::near::misspelt;
use super::numbers::{is_arabic, is_numeral};
use super::{
    Lean, is_separator, parse_date, parse_number, parse_unit, quote, strip_any, strip_ignoring_case,
};
use chrono::NaiveDate;

/// What a field's value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One whole number, with or without a counting word: `50`, `五十个`, `95%`. `无` is 0.
    Number,
    /// One word: 性别 女.
    Word,
    /// Words up to the end of the line, to a next label after a separator, or to `label:`.
    Text,
    /// Everything to the end of the message, lines and labels included: 聊天记录.
    Tail,
}

/// A field that a command knows.
#[derive(Clone, Copy, Debug)]
pub struct Label {
    /// What the value is looked up by.
    pub key: &'static str,
    /// The words that people put before it. Where several fit, the longest wins: 有效对话 before 有效.
    pub names: &'static [&'static str],
    /// How the value is read.
    pub kind: Kind,
}

/// The value of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Of [`Kind::Number`].
    Number(u32),
    /// Of every other kind; never empty, no blanks around it.
    Text(String),
}

impl Value {
    fn quoted(&self) -> String {
        match self {
            Value::Number(number) => number.to_string(),
            Value::Text(text) => quote(text),
        }
    }
}

/// Why something was not taken. What people typed is [`quote`]d.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// No number where one belongs: `对话 很多`, `对话 50左右`, `对话 1,200`.
    NotANumber {
        /// The label as it stands in [`Label::names`].
        label: &'static str,
        /// What stood there.
        found: String,
    },
    /// Negative or with a fraction.
    NotWhole {
        /// The label as it stands in [`Label::names`].
        label: &'static str,
        /// What stood there.
        found: String,
    },
    /// Above [`super::MAX_NUMBER`].
    TooBig {
        /// The label as it stands in [`Label::names`].
        label: &'static str,
        /// What stood there.
        found: String,
    },
    /// One field twice with different values; the first is kept.
    Twice {
        /// The field's key.
        key: &'static str,
        /// The value that is kept.
        first: String,
        /// The other one.
        second: String,
    },
    /// A label with a value, but none that the command knows: `对活 50`, `楼层: 3`. Its value is used for nothing.
    UnknownLabel {
        /// What stood there as a label.
        found: String,
        /// The name that may have been meant.
        near: Option<&'static str>,
    },
}

/// What was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    values: Vec<(&'static str, Value)>,
    /// Numbers without a label, in order.
    pub bare_numbers: Vec<u32>,
    /// Every other word without a label, in order: a date, a name, or nothing that is understood.
    pub rest: Vec<String>,
    /// What must be asked about, in order.
    pub problems: Vec<Problem>,
}

impl Fields {
    /// Reads the whole text. Whatever is not a value is in `bare_numbers`, `rest` or `problems`, except labels
    /// without a value, which a copied template leaves behind.
    pub fn read(text: &str, labels: &[Label]) -> Self {
        let mut reader = Reader { labels, fields: Self::default() };
        let mut rest = reader.skip(text);
        while !rest.is_empty() {
            let after = reader.labelled(rest).unwrap_or_else(|| reader.loose(rest));
            rest = reader.skip(after);
        }
        reader.fields
    }

    /// The value of a field.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.values.iter().find(|(known, _)| *known == key).map(|(_, value)| value)
    }

    /// The value of a [`Kind::Number`] field.
    pub fn number(&self, key: &str) -> Option<u32> {
        match self.get(key)? {
            Value::Number(number) => Some(*number),
            Value::Text(_) => None,
        }
    }

    /// The value of a field of any other kind.
    pub fn text(&self, key: &str) -> Option<&str> {
        match self.get(key)? {
            Value::Text(text) => Some(text),
            Value::Number(_) => None,
        }
    }

    /// The values in the order in which they were written.
    pub fn values(&self) -> impl Iterator<Item = (&'static str, &Value)> {
        self.values.iter().map(|(key, value)| (*key, value))
    }

    /// Whether nothing at all was written, or only labels without values.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A known label at the beginning of a text.
struct Found<'t, 'l> {
    label: &'l Label,
    name: &'static str,
    after: &'t str,
}

/// Why a value is no figure.
enum Flaw {
    NotANumber,
    NotWhole,
    TooBig,
}

/// What people put between two fields besides separators.
const JOINTS: &[&str] = &["/", "+", "&", "和", "与", "其中", "另外", "还有", "以及"];

struct Reader<'l> {
    labels: &'l [Label],
    fields: Fields,
}

impl<'l> Reader<'l> {
    /// To the next word; `/`, 和, 其中 are passed over only where a label follows.
    fn skip<'t>(&self, text: &'t str) -> &'t str {
        let mut rest = text.trim_start_matches(|c| divides(c) || c == '.');
        let (passed, _) = text.split_at(text.len() - rest.len());
        if passed.ends_with('.') && rest.starts_with(is_arabic) {
            rest = &text[passed.len() - 1..];
        }
        match strip_any(rest, JOINTS).map(str::trim_start) {
            Some(after) if self.label(after).is_some() => after,
            _ => rest,
        }
    }

    fn label<'t>(&self, text: &'t str) -> Option<Found<'t, 'l>> {
        let names = self.labels.iter().flat_map(|label| label.names.iter().map(move |name| (label, *name)));
        names
            .filter_map(|(label, name)| {
                let after = strip_ignoring_case(text, name).filter(|_| !name.is_empty())?;
                Some(Found { label, name, after })
            })
            .max_by_key(|found| found.name.len())
    }

    /// A known label of two characters or more. Without a separator before it one character (约, 到) may just as
    /// well be a word of the sentence: 对话约50, 50到60.
    fn long_label<'t>(&self, text: &'t str) -> Option<Found<'t, 'l>> {
        self.label(text).filter(|found| found.name.chars().nth(1).is_some())
    }

    /// Reads a field; gives what follows, or `None` when the text does not begin with one.
    fn labelled<'t>(&mut self, text: &'t str) -> Option<&'t str> {
        let found = self.label(text)?;
        match found.label.kind {
            Kind::Number => self.number_field(&found),
            kind => Some(self.text_field(&found, kind)),
        }
    }

    fn number_field<'t>(&mut self, found: &Found<'t, 'l>) -> Option<&'t str> {
        let blank = skip_blanks(found.after);
        let glued = blank.len() == found.after.len();
        // 有效 is a label, although 有 may stand between a label and its value.
        if !glued && self.long_label(blank).is_some() {
            return Some(blank);
        }
        let value = link(blank, true);
        let linked = value.len() < blank.len();
        if value.is_empty() || value.starts_with(divides) || (linked && self.long_label(value).is_some()) {
            return Some(value);
        }
        match self.figure(value) {
            Ok((number, rest)) => {
                self.put(found.label.key, Value::Number(number));
                Some(rest)
            }
            // 咨询部 is no label with a value, only a word that begins like one.
            Err(Flaw::NotANumber) if glued && !value.starts_with(is_numeral) && !is_sign(blank) => None,
            Err(flaw) => {
                let (word, rest) = value.split_at(end_of_flaw(value));
                let (label, found) = (found.name, quote(word));
                self.fields.problems.push(match flaw {
                    Flaw::NotANumber => Problem::NotANumber { label, found },
                    Flaw::NotWhole => Problem::NotWhole { label, found },
                    Flaw::TooBig => Problem::TooBig { label, found },
                });
                Some(rest)
            }
        }
    }

    /// A number with its counting word, and nothing else up to the next separator or label.
    fn figure<'t>(&self, text: &'t str) -> Result<(u32, &'t str), Flaw> {
        if let Some(rest) = strip_any(text, &["没有", "暂无", "无"])
            && self.ends(rest)
        {
            return Ok((0, rest));
        }
        let Some((number, used)) = parse_number(text) else {
            let run = text.find(|c| !is_arabic(c)).unwrap_or(text.len());
            return Err(match strip_any(text, &["-", "−", "负"]) {
                Some(rest) if rest.starts_with(is_numeral) => Flaw::NotWhole,
                _ if run > 0 && self.ends(&text[run..]) => Flaw::TooBig,
                _ => Flaw::NotANumber,
            });
        };
        let rest = self.counted(&text[used..], &["%", "％", "分", "岁"]);
        if self.ends(rest) {
            return Ok((number, rest));
        }
        let fraction = rest.strip_prefix(['.', '点']).is_some_and(|rest| rest.starts_with(is_numeral));
        Err(if fraction { Flaw::NotWhole } else { Flaw::NotANumber })
    }

    /// The text without the counting word at its beginning, which may stand after a blank: `50 个`.
    fn counted<'t>(&self, text: &'t str, more: &[&str]) -> &'t str {
        let word = skip_blanks(text);
        let rest = strip_any(word, more).unwrap_or_else(|| &word[parse_unit(word)..]);
        let alone = word.len() == text.len() || rest.chars().next().is_none_or(divides);
        if alone && self.label(word).is_none() { rest } else { text }
    }

    /// Whether a number may end here. `1,200` is neither 1 nor 1200 until its writer says so.
    fn ends(&self, rest: &str) -> bool {
        if let Some(after) = strip_any(rest, &[",", "，", "."]) {
            return !after.starts_with(is_arabic);
        }
        let next = strip_any(rest, JOINTS).map_or(rest, str::trim_start);
        rest.chars().next().is_none_or(divides) || self.long_label(next).is_some()
    }

    fn text_field<'t>(&mut self, found: &Found<'t, 'l>, kind: Kind) -> &'t str {
        let value = link(skip_blanks(found.after), false);
        if value.len() < found.after.len() && kind != Kind::Tail && self.opens(value) {
            return value;
        }
        let end = match kind {
            Kind::Tail => value.len(),
            _ => self.end_of_text(value, kind),
        };
        let (written, rest) = value.split_at(end);
        let written = if kind == Kind::Tail { written.trim() } else { written.trim_matches(is_separator) };
        if !written.is_empty() {
            self.put(found.label.key, Value::Text(written.to_owned()));
        }
        rest
    }

    fn end_of_text(&self, text: &str, kind: Kind) -> usize {
        let mut before = ' ';
        for (at, c) in text.char_indices() {
            let here = &text[at..];
            if c == '\n' || (kind == Kind::Word && is_separator(c)) {
                return at;
            }
            if at > 0 && (if divides(before) { self.opens(here) } else { self.opens_inside(here, kind) }) {
                return at;
            }
            before = c;
        }
        text.len()
    }

    /// Whether a field begins here, after a separator: a label with its value or with the place for it.
    fn opens(&self, text: &str) -> bool {
        self.label(text).is_some_and(|found| {
            let after = skip_blanks(found.after);
            let spaced = after.len() < found.after.len() || after.is_empty() || after.starts_with('\n');
            let value = link(after, found.label.kind == Kind::Number);
            match found.label.kind {
                _ if is_sign(after) => true,
                Kind::Number => value.is_empty() || value.starts_with('\n') || value.starts_with(is_numeral),
                _ => spaced || after.starts_with(is_arabic),
            }
        })
    }

    /// Whether a field begins in the middle of a word: `张三电话:138…`, and after a single word also `张三电话138…`.
    fn opens_inside(&self, text: &str, kind: Kind) -> bool {
        self.long_label(text).is_some_and(|found| {
            is_sign(found.after) || (kind == Kind::Word && found.after.starts_with(is_arabic))
        })
    }

    /// Reads a word without a known label before it.
    fn loose<'t>(&mut self, text: &'t str) -> &'t str {
        let (word, rest) = split(text, divides);
        if let Some((number, used)) = parse_number(word) {
            let after = self.counted(&text[used..], &[]);
            if after.is_empty() || after.starts_with(divides) {
                self.fields.bare_numbers.push(number);
                return after;
            }
            // 50个对话: glued together, it can only belong to what follows it.
            let counted = &word[used + parse_unit(&word[used..])..];
            if let Some(found) = self.long_label(counted)
                && found.after.is_empty()
                && found.label.kind == Kind::Number
            {
                self.put(found.label.key, Value::Number(number));
                return rest;
            }
        }
        // 昨天对话50: a day needs no separator after it.
        if let Ok((_, used)) = parse_date(word, NaiveDate::default(), Lean::Near)
            && self.long_label(&text[used..]).is_some()
        {
            self.fields.rest.push(word[..used].to_owned());
            return &text[used..];
        }
        self.mistyped(text).unwrap_or_else(|| {
            self.fields.rest.push(word.to_owned());
            rest
        })
    }

    /// Reads an unknown label with its value: misspelt (`对活50`, `对活 50`), or made one by a colon (`楼层: 3`).
    fn mistyped<'t>(&mut self, text: &'t str) -> Option<&'t str> {
        const LONGEST: usize = 8;
        let (word, after) =
            split(text, |c| divides(c) || is_arabic(c) || matches!(c, ':' | '：' | '=' | '@' | '-'));
        if word.chars().nth(1).is_none() || word.chars().nth(LONGEST).is_some() {
            return None;
        }
        let spaced = skip_blanks(after);
        let value = link(spaced, false);
        let signed = value.len() < spaced.len() && !value.is_empty() && !value.starts_with("//");
        let figure = parse_number(value).is_some();
        let near = if signed || figure { self.near(word) } else { None };
        if !signed && near.is_none() {
            return None;
        }
        self.fields.problems.push(Problem::UnknownLabel { found: quote(word), near });
        Some(split(value, divides).1)
    }

    fn near(&self, word: &str) -> Option<&'static str> {
        let names = self.labels.iter().flat_map(|label| label.names.iter().copied());
        names
            .filter_map(|name| Some((misspelt(word, name)?, name)))
            .min_by_key(|(wrong, _)| *wrong)
            .map(|(_, name)| name)
    }

    fn put(&mut self, key: &'static str, second: Value) {
        match self.fields.get(key) {
            None => self.fields.values.push((key, second)),
            Some(first) if *first != second => {
                let (first, second) = (first.quoted(), second.quoted());
                self.fields.problems.push(Problem::Twice { key, first, second });
            }
            Some(_) => {}
        }
    }
}

/// Whether this divides fields: a separator, a bracket (`对话50(有效40)`), `|` or `!`.
fn divides(c: char) -> bool {
    is_separator(c) || matches!(c, '(' | ')' | '（' | '）' | '[' | ']' | '【' | '】' | '|' | '!' | '！')
}

fn split(text: &str, at: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(at).unwrap_or(text.len()))
}

/// The value that is no figure, up to the next separator; the comma of `1,200` is inside.
fn end_of_flaw(text: &str) -> usize {
    let inside =
        |at: usize, c: char| matches!(c, ',' | '，') && text[at + c.len_utf8()..].starts_with(is_arabic);
    text.char_indices().find(|(at, c)| divides(*c) && !inside(*at, *c)).map_or(text.len(), |(at, _)| at)
}

/// Blanks, but no line break: a field ends with its line.
fn skip_blanks(text: &str) -> &str {
    text.trim_start_matches(|c: char| c.is_whitespace() && c != '\n')
}

fn is_sign(text: &str) -> bool {
    text.starts_with([':', '：', '=', '＝'])
}

/// Passes over what may stand between a label and its value: `数`, `是`, `：`, `=`, `——`, the 】 of 【对话】.
fn link(text: &str, number: bool) -> &str {
    let mut rest = text;
    if number {
        rest = skip_blanks(strip_any(rest, &["数量", "数", "量"]).unwrap_or(rest));
        rest = skip_blanks(strip_any(rest, &["一共", "总共", "是", "为", "有", "共"]).unwrap_or(rest));
    }
    skip_blanks(rest.trim_start_matches([':', '：', '=', '＝', '—', '→', ']', '】']))
}

#[cfg(test)]
#[path = "fields_tests.rs"]
mod tests;
