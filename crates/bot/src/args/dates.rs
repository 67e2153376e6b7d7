//! Days and ranges of days: `明天`, `下周一`, `3天后`, `11-25`, `11月25日`, `2026-11-25`, `12-01至12-03`, `明天起3天`.

use super::numbers::{arabic, is_arabic};
use super::{is_separator, parse_number, strip_any};
use chrono::{Datelike, Days, NaiveDate};
use std::ops::RangeInclusive;

/// The longest range that is read, in days.
const MAX_RANGE_DAYS: i64 = 366;

/// Four-digit years outside are typing errors.
const YEARS: RangeInclusive<u32> = 1900..=2199;

/// Which day is meant when the year of `11-25`, the month of `25号` or the week of `周三` is not said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lean {
    /// The latest that is not after today: a report.
    Past,
    /// The earliest that is not before today: a leave, a visit.
    Future,
    /// This week's day; the closest year or month, of two equally close ones the later.
    Near,
}

/// Why no date was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateError {
    /// The text does not begin with a date; it may be something else.
    NotADate,
    /// A date by its form, but the calendar has no such day (2月30日), or not within the years that are read.
    NoSuchDay,
    /// The range ends before it starts, or has no day at all.
    EndBeforeStart,
    /// The range is longer than 366 days.
    TooLong,
}

/// Days in a row, both ends included; `first` is never after `last`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateRange {
    /// The first day.
    pub first: NaiveDate,
    /// The last day.
    pub last: NaiveDate,
}

impl DateRange {
    fn new(first: NaiveDate, last: NaiveDate) -> Result<Self, DateError> {
        match last.signed_duration_since(first).num_days() + 1 {
            ..=0 => Err(DateError::EndBeforeStart),
            1..=MAX_RANGE_DAYS => Ok(Self { first, last }),
            _ => Err(DateError::TooLong),
        }
    }

    /// Every day of it, in order.
    pub fn days(self) -> impl Iterator<Item = NaiveDate> {
        self.first.iter_days().take_while(move |day| *day <= self.last)
    }
}

/// Reads the date at the beginning of the text: the day and the bytes used.
///
/// # Errors
/// [`DateError::NotADate`] or [`DateError::NoSuchDay`].
pub fn parse_date(text: &str, today: NaiveDate, lean: Lean) -> Result<(NaiveDate, usize), DateError> {
    let (day, rest) = read(text, today)?;
    Ok((day.resolve(today, lean)?, text.len() - rest.len()))
}

/// Reads the range of days at the beginning of the text: the range and the bytes used.
///
/// A single date is a range of one day; `本周` and `下周` are Monday to Sunday. What the end leaves open is taken from
/// the start: `12月1日至3日`, `下周一到周五`, `12-30至1-2`.
///
/// # Errors
/// Any [`DateError`].
pub fn parse_range(text: &str, today: NaiveDate, lean: Lean) -> Result<(DateRange, usize), DateError> {
    let start = strip_any(text, &["从", "自"]).map_or(text, str::trim_start);
    let (range, rest) = match read(start, today) {
        Ok((day, rest)) => range_from(day.resolve(today, lean)?, rest, today)?,
        Err(DateError::NotADate) => whole_week(start, today)?,
        Err(error) => return Err(error),
    };
    Ok((range, text.len() - rest.len()))
}

/// What the text names, before it is known which one is meant.
#[derive(Clone, Copy)]
enum Day {
    On(NaiveDate),
    /// Days after Monday.
    Weekday(i64),
    /// Month and day.
    Dated(u32, u32),
    /// A day of some month.
    Numbered(u32),
}

impl Day {
    fn resolve(self, today: NaiveDate, lean: Lean) -> Result<NaiveDate, DateError> {
        match self {
            Day::On(day) => Ok(day),
            Day::Weekday(weekday) => {
                let this = in_week(today, 0, weekday)?;
                match lean {
                    Lean::Past if this > today => in_week(today, -1, weekday),
                    Lean::Future if this < today => in_week(today, 1, weekday),
                    _ => Ok(this),
                }
            }
            // Chosen before it is known whether the day exists: the 31st said in February is an error, not March.
            Day::Dated(month, day) => {
                let year = pick(today, lean, day, |shift| Some((today.year().checked_add(shift)?, month)))?;
                date(year.0, month, day)
            }
            Day::Numbered(day) => {
                let (year, month) = pick(today, lean, day, |shift| month_of(today, shift))?;
                date(year, month, day)
            }
        }
    }
}

/// The (year, month) among the last, this and the next one for which the day fits the leaning.
fn pick(
    today: NaiveDate,
    lean: Lean,
    day: u32,
    nth: impl Fn(i32) -> Option<(i32, u32)>,
) -> Result<(i32, u32), DateError> {
    let (last, this, next) = (nth(-1), nth(0), nth(1));
    let said = |at: (i32, u32)| (at.0, at.1, day);
    let now = (today.year(), today.month(), today.day());
    let this = this.ok_or(DateError::NoSuchDay)?;
    let picked = match lean {
        Lean::Past if said(this) > now => last,
        Lean::Future if said(this) < now => next,
        Lean::Near => {
            // In a month without the day the 28th stands in for it, so that the error names the month that is meant.
            let away = |at: &(i32, u32)| {
                let there = NaiveDate::from_ymd_opt(at.0, at.1, day)
                    .or_else(|| NaiveDate::from_ymd_opt(at.0, at.1, 28));
                there.map_or(i64::MAX, |there| there.signed_duration_since(today).num_days().abs())
            };
            [next, Some(this), last].into_iter().flatten().min_by_key(away)
        }
        _ => Some(this),
    };
    picked.ok_or(DateError::NoSuchDay)
}

type Read<'a> = Result<(Day, &'a str), DateError>;

fn read(text: &str, today: NaiveDate) -> Read<'_> {
    for form in [word, weekday, counted, written, in_named_month, dashed, compact] {
        match form(text, today) {
            Err(DateError::NotADate) => {}
            read => return read,
        }
    }
    Err(DateError::NotADate)
}

/// 今天, 后天, 大前天; of 明早 the 明.
fn word(text: &str, today: NaiveDate) -> Read<'_> {
    const WORDS: &[(&str, i64)] = &[
        ("大后天", 3),
        ("大前天", -3),
        ("今天", 0),
        ("今日", 0),
        ("明天", 1),
        ("明日", 1),
        ("后天", 2),
        ("昨天", -1),
        ("昨日", -1),
        ("前天", -2),
    ];
    const PARTS_OF: &[(&str, i64)] = &[("今", 0), ("明", 1), ("昨", -1)];
    let whole = WORDS.iter().find_map(|(word, days)| Some((*days, text.strip_prefix(word)?)));
    let part = || {
        PARTS_OF
            .iter()
            .find_map(|(word, days)| Some((*days, text.strip_prefix(word)?.strip_prefix(['早', '晚'])?)))
    };
    match whole {
        Some((days, rest)) => Ok((Day::On(shift(today, days)?), rest)),
        None => {
            let (days, after) = part().ok_or(DateError::NotADate)?;
            // 早 and 晚 belong to the time that may follow.
            let used = text.len() - after.len() - '早'.len_utf8();
            Ok((Day::On(shift(today, days)?), &text[used..]))
        }
    }
}

/// 周三, 本周三, 下下周一, 上个星期五.
fn weekday(text: &str, today: NaiveDate) -> Read<'_> {
    let (weeks, rest) = week(text)?;
    let mut chars = rest.chars();
    let weekday = match chars.next() {
        Some('一' | '1') => 0,
        Some('二' | '2') => 1,
        Some('三' | '3') => 2,
        Some('四' | '4') => 3,
        Some('五' | '5') => 4,
        Some('六' | '6') => 5,
        Some('日' | '天' | '7') => 6,
        _ => return Err(DateError::NotADate),
    };
    let after = chars.as_str();
    match weeks {
        Some(weeks) => Ok((Day::On(in_week(today, weeks, weekday)?), after)),
        // 周 is a family name: 周天宇 is a person, and 周日报 a report.
        None if text.starts_with('周') && !may_follow_weekday(after) => Err(DateError::NotADate),
        None => Ok((Day::Weekday(weekday), after)),
    }
}

fn may_follow_weekday(after: &str) -> bool {
    const WORDS: &str = "至到起开上下中早晚凌清傍全半夜连共休请调事病年值班一二三四五六七八九十两的和与";
    after.chars().next().is_none_or(|c| !c.is_alphabetic() || c.is_ascii() || WORDS.contains(c))
}

/// 周 with what stands before it: how many weeks from this one, `None` when it is not said.
fn week(text: &str) -> Result<(Option<i64>, &str), DateError> {
    let (weeks, rest) = shifted(text);
    let rest = strip_any(rest, &["周", "星期", "礼拜"]).ok_or(DateError::NotADate)?;
    Ok((weeks, rest))
}

/// 下, 下下, 上, 本, 这, each also with 个.
fn shifted(text: &str) -> (Option<i64>, &str) {
    let next = text.trim_start_matches('下');
    let last = text.trim_start_matches('上');
    let steps = |rest: &str| i64::try_from((text.len() - rest.len()) / '下'.len_utf8()).unwrap_or(i64::MAX);
    let (by, rest) = match (steps(next), steps(last)) {
        (0, 0) => match text.strip_prefix(['本', '这']) {
            Some(rest) => (Some(0), rest),
            None => return (None, text),
        },
        (0, back) => (Some(-back), last),
        (forth, _) => (Some(forth), next),
    };
    (by, rest.strip_prefix('个').unwrap_or(rest))
}

/// 3天后, 两周前.
fn counted(text: &str, today: NaiveDate) -> Read<'_> {
    let (count, used) = parse_number(text).ok_or(DateError::NotADate)?;
    let rest = &text[used..];
    let (days, rest) = match rest.strip_prefix('天') {
        Some(rest) => (1, rest),
        None => (7, strip_any(rest, &["周", "个星期", "星期", "个礼拜", "礼拜"]).ok_or(DateError::NotADate)?),
    };
    let days = i64::from(count) * days;
    if let Some(rest) = strip_any(rest, &["之后", "以后", "后"]) {
        return Ok((Day::On(shift(today, days)?), rest));
    }
    let rest = strip_any(rest, &["之前", "以前", "前"]).ok_or(DateError::NotADate)?;
    Ok((Day::On(shift(today, -days)?), rest))
}

/// 11月25日, 十一月二十五号, 2026年11月25日, 明年1月3日, 25号.
fn written(text: &str, today: NaiveDate) -> Read<'_> {
    for (word, years) in [("今年", 0), ("明年", 1), ("去年", -1)] {
        if let Some(rest) = text.strip_prefix(word) {
            let (month, rest) = numbered(rest, &["月"])?;
            return month_and_day(today.year().checked_add(years), month, rest);
        }
    }
    let (number, used) = parse_number(text).ok_or(DateError::NotADate)?;
    let rest = &text[used..];
    if let Some(rest) = rest.strip_prefix('年') {
        let year = match number {
            0..=99 => 2000 + number,
            year => year,
        };
        let (month, rest) = numbered(rest, &["月"])?;
        let year = if YEARS.contains(&year) { i32::try_from(year).ok() } else { None };
        return month_and_day(Some(year.ok_or(DateError::NoSuchDay)?), month, rest);
    }
    if let Some(rest) = rest.strip_prefix('月') {
        return month_and_day(None, number, rest);
    }
    let rest = strip_any(rest, &["日", "号"]).ok_or(DateError::NotADate)?;
    // 25日后 may be the 26th or in 25 days.
    if rest.starts_with(['后', '前', '内']) {
        return Err(DateError::NotADate);
    }
    if (1..=31).contains(&number) { Ok((Day::Numbered(number), rest)) } else { Err(DateError::NoSuchDay) }
}

/// 下月3号, 本月25日, 上个月8号.
fn in_named_month(text: &str, today: NaiveDate) -> Read<'_> {
    let (Some(months), rest) = shifted(text) else { return Err(DateError::NotADate) };
    let rest = rest.strip_prefix('月').ok_or(DateError::NotADate)?;
    let (day, rest) = numbered(rest, &["日", "号"])?;
    let months = i32::try_from(months).map_err(|_| DateError::NoSuchDay)?;
    let (year, month) = month_of(today, months).ok_or(DateError::NoSuchDay)?;
    Ok((Day::On(date(year, month, day)?), rest))
}

fn numbered<'a>(text: &'a str, after: &[&str]) -> Result<(u32, &'a str), DateError> {
    let (number, used) = parse_number(text).ok_or(DateError::NotADate)?;
    Ok((number, strip_any(&text[used..], after).ok_or(DateError::NotADate)?))
}

/// The day after 月, with or without 日; without a year it stays open.
fn month_and_day(year: Option<i32>, month: u32, text: &str) -> Read<'_> {
    let (day, used) = parse_number(text).ok_or(DateError::NotADate)?;
    let rest = match strip_any(&text[used..], &["日", "号"]) {
        Some(rest) => rest,
        None if ends_number(&text[used..]) => &text[used..],
        None => return Err(DateError::NotADate),
    };
    Ok((month_day(year, month, day)?, rest))
}

fn month_day(year: Option<i32>, month: u32, day: u32) -> Result<Day, DateError> {
    // A leap year, so that 2月29日 is left to the year that is meant.
    date(2000, month, day)?;
    year.map_or(Ok(Day::Dated(month, day)), |year| Ok(Day::On(date(year, month, day)?)))
}

/// 11-25, 11/25, 11.25, 2026-11-25.
fn dashed(text: &str, _today: NaiveDate) -> Read<'_> {
    let first = arabic(text).ok_or(DateError::NotADate)?;
    let rest = &text[first.used..];
    let sign = rest.chars().next().filter(|c| matches!(c, '-' | '/' | '.')).ok_or(DateError::NotADate)?;
    let second = arabic(&rest[1..]).ok_or(DateError::NotADate)?;
    let rest = &rest[1 + second.used..];
    let third = rest.strip_prefix(sign).and_then(arabic);
    match (first.count, third) {
        (4, Some(third)) if second.count <= 2 && third.count <= 2 => {
            let year = i32::try_from(first.value).ok().filter(|_| YEARS.contains(&first.value));
            let year = year.ok_or(DateError::NoSuchDay)?;
            Ok((month_day(Some(year), second.value, third.value)?, without_day_word(&rest[1 + third.used..])))
        }
        // 50/8 and 3.50 are no dates, not even wrong ones.
        (1 | 2, None)
            if second.count <= 2 && (1..=12).contains(&first.value) && (1..=31).contains(&second.value) =>
        {
            let after = without_day_word(rest);
            if after.len() == rest.len() && !ends_number(rest) {
                return Err(DateError::NotADate);
            }
            Ok((month_day(None, first.value, second.value)?, after))
        }
        _ => Err(DateError::NotADate),
    }
}

/// 20261125.
fn compact(text: &str, _today: NaiveDate) -> Read<'_> {
    let digits = arabic(text).filter(|digits| digits.count == 8).ok_or(DateError::NotADate)?;
    let year = digits.value / 10_000;
    // Any other eight digits are a telephone number.
    let year =
        i32::try_from(year).ok().filter(|_| (2000..=2099).contains(&year)).ok_or(DateError::NotADate)?;
    Ok((month_day(Some(year), digits.value / 100 % 100, digits.value % 100)?, &text[digits.used..]))
}

fn without_day_word(rest: &str) -> &str {
    strip_any(rest, &["日", "号"]).unwrap_or(rest)
}

/// Whether a bare number could end here: not in 9-18点, 3-5天, 11-25个 or 1-2b.
fn ends_number(rest: &str) -> bool {
    rest.chars()
        .next()
        .is_none_or(|c| !c.is_ascii_alphanumeric() && !is_arabic(c) && !":：点时分天周小个人次%".contains(c))
}

fn range_from(first: NaiveDate, rest: &str, today: NaiveDate) -> Result<(DateRange, &str), DateError> {
    let joined = rest.trim_start();
    if let Some(after) = strip_any(joined, &["至", "到", "~", "～", "-", "—", "–"]) {
        let end = after.trim_start_matches(['~', '～', '-', '—', '–']).trim_start();
        return match read(end, today).or_else(|error| bare_day(end).ok_or(error)) {
            Ok((day, rest)) => {
                let lean = if matches!(day, Day::Weekday(_)) { Lean::Future } else { Lean::Near };
                Ok((DateRange::new(first, day.resolve(first, lean)?)?, rest))
            }
            // 明天到岗: the word only looks like a range.
            Err(DateError::NotADate) => Ok((DateRange::new(first, first)?, rest)),
            Err(error) => Err(error),
        };
    }
    let lasting = strip_any(joined, &["起", "开始", "连续", "连休", "共"]).unwrap_or(joined).trim_start();
    let lasting = strip_any(lasting, &["连续", "连休", "共", "休"]).unwrap_or(lasting).trim_start();
    if let Ok((count, rest)) = numbered(lasting, &["天"])
        && !rest.starts_with(['后', '前', '之', '以', '内'])
    {
        let last = shift(first, i64::from(count) - 1)?;
        return Ok((DateRange::new(first, last)?, rest));
    }
    Ok((DateRange::new(first, first)?, rest))
}

/// The 3 of 12-01至3.
fn bare_day(text: &str) -> Option<(Day, &str)> {
    let digits = arabic(text).filter(|digits| digits.count <= 2 && (1..=31).contains(&digits.value))?;
    let rest = &text[digits.used..];
    let ends =
        rest.chars().next().is_none_or(|c| is_separator(c) || (c.is_alphabetic() && ends_number(rest)));
    ends.then_some((Day::Numbered(digits.value), rest))
}

fn whole_week(text: &str, today: NaiveDate) -> Result<(DateRange, &str), DateError> {
    let (Some(weeks), rest) = week(text)? else { return Err(DateError::NotADate) };
    Ok((DateRange::new(in_week(today, weeks, 0)?, in_week(today, weeks, 6)?)?, rest))
}

fn in_week(today: NaiveDate, weeks: i64, weekday: i64) -> Result<NaiveDate, DateError> {
    let days =
        weeks.saturating_mul(7).saturating_add(weekday - i64::from(today.weekday().num_days_from_monday()));
    shift(today, days)
}

fn shift(day: NaiveDate, days: i64) -> Result<NaiveDate, DateError> {
    let by = Days::new(days.unsigned_abs());
    if days < 0 { day.checked_sub_days(by) } else { day.checked_add_days(by) }.ok_or(DateError::NoSuchDay)
}

fn month_of(today: NaiveDate, months: i32) -> Option<(i32, u32)> {
    let count = today
        .year()
        .checked_mul(12)?
        .checked_add(i32::try_from(today.month0()).ok()?)?
        .checked_add(months)?;
    Some((count.div_euclid(12), u32::try_from(count.rem_euclid(12)).ok()? + 1))
}

fn date(year: i32, month: u32, day: u32) -> Result<NaiveDate, DateError> {
    NaiveDate::from_ymd_opt(year, month, day).ok_or(DateError::NoSuchDay)
}

#[cfg(test)]
#[path = "dates_tests.rs"]
mod tests;
