//! Times of day: `9:30`, `九点半`, `下午3点`, `15时30分`, and `13:00至15:30`.

use super::numbers::arabic;
use super::{parse_number, strip_any};

const HOUR: u16 = 60;
const NOON: u16 = 12;
const DAY: u16 = 24 * HOUR;

/// Reads the time at the beginning of the text: minutes since midnight and the bytes used. `24:00` and `晚上12点` are
/// 1440. `None` when there is none, or when it is none that a clock shows or people would say (`下午1:75`, `上午15点`).
pub fn parse_time(text: &str) -> Option<(u16, usize)> {
    let clock = read(text)?;
    Some((clock.minutes, text.len() - clock.rest.len()))
}

/// Reads `13:00至15:30`, `9点到12点`, `下午3点-5点`: both times and the bytes used.
///
/// The end is in the same half of the day as the start, or in the next one, when only that makes sense
/// (`下午3点到5点`, `9点到6点`). An end that is not after the start is given as it is: a shift may cross midnight.
pub fn parse_time_range(text: &str) -> Option<((u16, u16), usize)> {
    let from = read(text)?;
    let joined = strip_any(from.rest.trim_start(), &["至", "到", "~", "～", "-", "—", "–"])?;
    let to = read(joined.trim_start_matches(['~', '～', '-', '—', '–']).trim_start())?;
    let later = to.minutes + NOON * HOUR;
    let end = if to.open && to.minutes <= from.minutes && (from.minutes + 1..=DAY).contains(&later) {
        later
    } else {
        to.minutes
    };
    Some(((from.minutes, end), text.len() - to.rest.len()))
}

struct Clock<'a> {
    minutes: u16,
    /// Said with 点 and without a part of the day: 3点 may be 15:00.
    open: bool,
    rest: &'a str,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Night,
    Morning,
    Midday,
    Afternoon,
    Evening,
}

const PARTS: &[(&str, Part)] = &[
    ("凌晨", Part::Night),
    ("清晨", Part::Morning),
    ("早晨", Part::Morning),
    ("早上", Part::Morning),
    ("上午", Part::Morning),
    ("早", Part::Morning),
    ("中午", Part::Midday),
    ("下午", Part::Afternoon),
    ("傍晚", Part::Evening),
    ("晚上", Part::Evening),
    ("晚", Part::Evening),
];

fn read(text: &str) -> Option<Clock<'_>> {
    let part = PARTS.iter().find_map(|(word, part)| Some((*part, text.strip_prefix(word)?)));
    let (part, text) = part.map_or((None, text), |(part, rest)| (Some(part), rest.trim_start()));
    let (hour, minute, spoken, rest) = digital(text).or_else(|| spoken(text))?;
    let hour = in_part(hour, part)?;
    let minutes = hour * HOUR + minute;
    (minutes <= DAY).then_some(Clock { minutes, open: spoken && part.is_none() && hour < NOON, rest })
}

type Parts<'a> = (u16, u16, bool, &'a str);

/// 9:30, 09:30.
fn digital(text: &str) -> Option<Parts<'_>> {
    let hour = arabic(text).filter(|digits| digits.count <= 2)?;
    let rest = text[hour.used..].strip_prefix([':', '：'])?;
    let minute = arabic(rest).filter(|digits| digits.count == 2 && digits.value < 60)?;
    let after = &rest[minute.used..];
    // A further colon would make it something with seconds, or no time at all.
    (!after.starts_with([':', '：'])).then_some(())?;
    Some((hour_of_day(hour.value)?, u16::try_from(minute.value).ok()?, false, after))
}

/// 9点, 九点半, 9点15分, 15时30分, 三点一刻.
fn spoken(text: &str) -> Option<Parts<'_>> {
    let (hour, used) = parse_number(text)?;
    let hour = hour_of_day(hour)?;
    let rest = strip_any(&text[used..], &["点钟", "点整", "点", "时整", "时"])?;
    for (word, minute) in [("半", 30), ("一刻", 15), ("三刻", 45)] {
        if let Some(rest) = rest.strip_prefix(word) {
            return Some((hour, minute, true, rest));
        }
    }
    let Some((minute, used)) = parse_number(rest) else { return Some((hour, 0, true, rest)) };
    let (digits, rest) = rest.split_at(used);
    let after = rest.strip_prefix('分');
    // 3点5 may be 3:05 or 3.5 hours.
    let clear = minute < 60 && (after.is_some() || minute >= 10 || digits.chars().count() == 2);
    clear.then_some((hour, u16::try_from(minute).ok()?, true, after.unwrap_or(rest)))
}

fn hour_of_day(hour: u32) -> Option<u16> {
    u16::try_from(hour).ok().filter(|hour| *hour <= 24)
}

/// The hour of the 24 that is meant by an hour said in a part of the day.
fn in_part(hour: u16, part: Option<Part>) -> Option<u16> {
    match (part, hour) {
        (None, _) => Some(hour),
        (Some(Part::Night), 12) => Some(0),
        (Some(Part::Night), 0..=6) | (Some(Part::Morning), 1..=12) | (Some(Part::Midday), 11..=14) => {
            Some(hour)
        }
        (Some(Part::Midday), 1..=2) => Some(hour + NOON),
        (Some(Part::Afternoon), 12..=19) | (Some(Part::Evening), 17..=24) => Some(hour),
        (Some(Part::Afternoon), 1..=7) | (Some(Part::Evening), 5..=12) => Some(hour + NOON),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write() {
        for (text, hour, minute, used) in [
            ("9:30", 9, 30, "9:30"),
            ("09：05出发", 9, 5, "09：05"),
            ("９：３０", 9, 30, "９：３０"),
            ("9点", 9, 0, "9点"),
            ("9点钟到", 9, 0, "9点钟"),
            ("9点半", 9, 30, "9点半"),
            ("九点半", 9, 30, "九点半"),
            ("十点", 10, 0, "十点"),
            ("二十点", 20, 0, "二十点"),
            ("9点15", 9, 15, "9点15"),
            ("9点15分", 9, 15, "9点15分"),
            ("九点零五", 9, 5, "九点零五"),
            ("9点5分", 9, 5, "9点5分"),
            ("三点一刻", 3, 15, "三点一刻"),
            ("15时30分", 15, 30, "15时30分"),
            ("下午3点", 15, 0, "下午3点"),
            ("下午 3点半", 15, 30, "下午 3点半"),
            ("下午3:20", 15, 20, "下午3:20"),
            ("下午15点", 15, 0, "下午15点"),
            ("晚上8点", 20, 0, "晚上8点"),
            ("晚8点", 20, 0, "晚8点"),
            ("上午9点", 9, 0, "上午9点"),
            ("早上八点", 8, 0, "早上八点"),
            ("中午12点", 12, 0, "中午12点"),
            ("中午1点", 13, 0, "中午1点"),
            ("凌晨2点", 2, 0, "凌晨2点"),
            ("凌晨12点", 0, 0, "凌晨12点"),
            ("晚上12点", 24, 0, "晚上12点"),
            ("24:00", 24, 0, "24:00"),
            ("0:00", 0, 0, "0:00"),
        ] {
            assert_eq!(parse_time(text), Some((hour * HOUR + minute, used.len())), "{text}");
        }
    }

    #[test]
    fn what_is_no_time() {
        for text in [
            "",
            "9",
            "9:3",
            "9:60",
            "25:00",
            "24:01",
            "930",
            "9:30:15",
            "3小时",
            "上午",
            "下午",
            "上午15点",
            "晚上3点",
            "3点5",
            "3点75分",
            "对话:50",
            "100点",
        ] {
            assert_eq!(parse_time(text), None, "{text}");
        }
    }

    #[test]
    fn ranges() {
        for (text, from, to) in [
            ("13:00至15:30", (13, 0), (15, 30)),
            ("13:00-15:30", (13, 0), (15, 30)),
            ("13:00 到 15:30", (13, 0), (15, 30)),
            ("9点到12点", (9, 0), (12, 0)),
            ("下午3点~5点", (15, 0), (17, 0)),
            ("下午3点到晚上8点半", (15, 0), (20, 30)),
            ("9点到6点", (9, 0), (18, 0)),
            ("16:00-23:30", (16, 0), (23, 30)),
            ("22:00-06:00", (22, 0), (6, 0)),
            ("20点到8点", (20, 0), (8, 0)),
        ] {
            let minutes = |(hour, minute): (u16, u16)| hour * HOUR + minute;
            assert_eq!(parse_time_range(text), Some(((minutes(from), minutes(to)), text.len())), "{text}");
        }
        assert_eq!(parse_time_range("13:00"), None);
        assert_eq!(parse_time_range("13:00至"), None);
    }
}
