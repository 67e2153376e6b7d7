//! A cursor for commands that are read from left to right, and the names of people.

use super::dates::{DateError, DateRange, Lean, parse_date, parse_range};
use super::{
    is_separator, parse_number, parse_time, parse_time_range, parse_unit, strip_any, strip_ignoring_case,
};
use chrono::NaiveDate;

/// A name longer than this is a sentence.
const LONGEST_NAME: usize = 32;

/// A person as somebody wrote it; who that is, the caller finds out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonToken {
    /// The name, or a user id, without @ and number.
    pub name: String,
    /// The 2 of `张伟#2`; never 0.
    pub number: Option<u32>,
    /// Written with @: surely meant as a person.
    pub mentioned: bool,
}

/// Reads one whole word as a person: `@张三`, `张三`, `@张伟#2`.
///
/// `None` when a name is missing or has more than 32 characters, when the number is none, or when there are
/// separators inside. Any other word could be a name.
pub fn parse_person(token: &str) -> Option<PersonToken> {
    let (token, mentioned) = match token.strip_prefix(['@', '＠']) {
        Some(name) => (name, true),
        None => (token, false),
    };
    let (name, number) = match token.rsplit_once(['#', '＃']) {
        Some((name, number)) => match parse_number(number) {
            Some((n @ 1.., used)) if used == number.len() => (name, Some(n)),
            _ => return None,
        },
        None => (token, None),
    };
    let odd = |c: char| is_separator(c) || c.is_control() || matches!(c, '#' | '＃');
    if name.is_empty() || name.starts_with(['@', '＠']) || name.contains(odd) {
        return None;
    }
    let fits = name.chars().nth(LONGEST_NAME).is_none();
    fits.then(|| PersonToken { name: name.to_owned(), number, mentioned })
}

/// What is still to be read of a command's text. A word is a run without separators; the `take_…` methods take what
/// they can read at the beginning and otherwise leave the cursor where it was.
#[derive(Clone, Debug)]
pub struct Words<'a> {
    text: &'a str,
}

impl<'a> Words<'a> {
    /// At the beginning of the text.
    pub fn new(text: &'a str) -> Self {
        Self { text: skip(text) }
    }

    /// All that is left, without separators around it; line breaks inside stay.
    pub fn rest(&self) -> &'a str {
        self.text.trim_end_matches(is_separator)
    }

    /// Whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The next word, left in place.
    pub fn peek(&self) -> Option<&'a str> {
        let word = &self.text[..self.text.find(is_separator).unwrap_or(self.text.len())];
        (!word.is_empty()).then_some(word)
    }

    /// Takes the next word.
    pub fn next_word(&mut self) -> Option<&'a str> {
        let word = self.peek()?;
        self.advance(word.len());
        Some(word)
    }

    /// Takes a date; what is glued to it (`明天上午`) is next.
    ///
    /// # Errors
    /// [`DateError::NoSuchDay`]; a text that is no date at all is `Ok(None)`.
    pub fn take_date(&mut self, today: NaiveDate, lean: Lean) -> Result<Option<NaiveDate>, DateError> {
        let read = parse_date(self.text, today, lean);
        self.take_dated(read)
    }

    /// Takes a range of days, or one day as such.
    ///
    /// # Errors
    /// Any [`DateError`] but `NotADate`: a text that is no date at all is `Ok(None)`.
    pub fn take_range(&mut self, today: NaiveDate, lean: Lean) -> Result<Option<DateRange>, DateError> {
        let read = parse_range(self.text, today, lean);
        self.take_dated(read)
    }

    /// Takes a time of day, in minutes since midnight.
    pub fn take_time(&mut self) -> Option<u16> {
        let (minutes, used) = parse_time(self.text)?;
        self.advance(used);
        Some(minutes)
    }

    /// Takes a range of times, each in minutes since midnight; the second may be the smaller one.
    pub fn take_time_range(&mut self) -> Option<(u16, u16)> {
        let (minutes, used) = parse_time_range(self.text)?;
        self.advance(used);
        Some(minutes)
    }

    /// Takes the next word if it could be a person (nearly every word could), also `@ 张三`.
    pub fn take_person(&mut self) -> Option<PersonToken> {
        let mut ahead = self.clone();
        let word = ahead.next_word()?;
        let person = if matches!(word, "@" | "＠") {
            let named = parse_person(ahead.next_word()?)?;
            PersonToken { mentioned: true, ..named }
        } else {
            parse_person(word)?
        };
        *self = ahead;
        Some(person)
    }

    /// Takes the next word if all of it is a number, a counting word after it included (`3`, `3个`, `三 个`).
    pub fn take_number(&mut self) -> Option<u32> {
        let (number, used) = parse_number(self.text)?;
        let mut ahead = Self { text: &self.text[used..] };
        ahead.text = &ahead.text[parse_unit(ahead.text)..];
        if !ahead.text.is_empty() && !ahead.text.starts_with(is_separator) {
            return None;
        }
        ahead.advance(0);
        if let Some(word) = ahead.peek()
            && parse_unit(word) == word.len()
        {
            ahead.advance(word.len());
        }
        *self = ahead;
        Some(number)
    }

    /// Takes the next word if all of it is one of these; ASCII letter case does not count.
    pub fn take_word_in<T: Clone>(&mut self, words: &[(&str, T)]) -> Option<T> {
        let next = self.peek()?;
        let (_, value) = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(next))?;
        self.advance(next.len());
        Some(value.clone())
    }

    /// Takes the longest of these that the next word begins with, and leaves what is glued to it (`事假明天`).
    pub fn take_start_in<T: Clone>(&mut self, words: &[(&str, T)]) -> Option<T> {
        let fitting = words.iter().filter(|(word, _)| strip_ignoring_case(self.text, word).is_some());
        let (word, value) =
            fitting.max_by_key(|(word, _)| word.len()).filter(|(word, _)| !word.is_empty())?;
        self.advance(word.len());
        Some(value.clone())
    }

    fn take_dated<T>(&mut self, read: Result<(T, usize), DateError>) -> Result<Option<T>, DateError> {
        match read {
            Ok((value, used)) => {
                self.advance(used);
                Ok(Some(value))
            }
            Err(DateError::NotADate) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn advance(&mut self, bytes: usize) {
        self.text = skip(&self.text[bytes..]);
    }
}

fn skip(text: &str) -> &str {
    let text = text.trim_start_matches(is_separator);
    // 日报: 对话 50 and 请假：明天 are written with a colon after the command.
    strip_any(text, &[":", "："]).map_or(text, |rest| rest.trim_start_matches(is_separator))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        "2026-03-11".parse().unwrap()
    }

    #[test]
    fn people() {
        for (token, name, number, mentioned) in [
            ("@张三", "张三", None, true),
            ("张三", "张三", None, false),
            ("＠张伟＃２", "张伟", Some(2), true),
            ("张伟#2", "张伟", Some(2), false),
            ("zhang.san@corp", "zhang.san@corp", None, false),
            ("阿依古丽·木哈", "阿依古丽·木哈", None, false),
        ] {
            assert_eq!(
                parse_person(token),
                Some(PersonToken { name: name.into(), number, mentioned }),
                "{token}"
            );
        }
        for token in
            ["", "@", "#2", "张伟#", "张伟#0", "张伟#2个", "@@张三", "张 三", "张#伟#2", &"张".repeat(33)]
        {
            assert_eq!(parse_person(token), None, "{token}");
        }
    }

    #[test]
    fn a_leave_from_left_to_right() {
        #[derive(Clone, Copy, Debug, PartialEq)]
        enum Half {
            Morning,
            Afternoon,
        }
        const HALVES: &[(&str, Half)] = &[("上午", Half::Morning), ("下午", Half::Afternoon)];
        const KINDS: &[(&str, u8)] = &[("事假", 1), ("调休", 2), ("调休假", 3)];

        let mut words = Words::new("：事假，明天下午 家里有事，谢谢。");
        assert_eq!(words.take_word_in(KINDS), Some(1));
        assert_eq!(words.take_date(today(), Lean::Future), Ok(Some("2026-03-12".parse().unwrap())));
        assert_eq!(words.take_time(), None);
        assert_eq!(words.take_word_in(HALVES), Some(Half::Afternoon));
        assert_eq!(words.rest(), "家里有事，谢谢");

        let mut words = Words::new("调休假明天起3天");
        assert_eq!(words.take_word_in(KINDS), None);
        assert_eq!(words.take_start_in(KINDS), Some(3));
        let range = words.take_range(today(), Lean::Future).unwrap().unwrap();
        assert_eq!(range.days().count(), 3);
        assert!(words.is_empty());
        assert_eq!(words.next_word(), None);
    }

    #[test]
    fn what_cannot_be_taken_stays() {
        let mut words = Words::new("50个预约 3 个，@ 张三 13:00至15:30 2月30日 完");
        assert_eq!(words.take_number(), None);
        assert_eq!(words.next_word(), Some("50个预约"));
        assert_eq!(words.take_date(today(), Lean::Past), Ok(None));
        assert_eq!(words.take_number(), Some(3));
        assert_eq!(words.peek(), Some("@"));
        assert_eq!(
            words.take_person().map(|person| (person.name, person.mentioned)),
            Some(("张三".into(), true))
        );
        assert_eq!(words.take_time_range(), Some((780, 930)));
        assert_eq!(words.take_range(today(), Lean::Past), Err(DateError::NoSuchDay));
        assert_eq!(words.next_word(), Some("2月30日"));
        assert_eq!(words.rest(), "完");
    }
}
