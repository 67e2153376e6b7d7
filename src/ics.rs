//! A calendar file (RFC 5545): lines end in CR LF and are folded at 75 octets, text is escaped, local times name a zone that
//! the file itself describes.

use chrono::{NaiveDate, NaiveDateTime, Offset};
use domain::calendar::{Calendar, HOUR, next_day, previous_day};
use domain::{EpochMs, Span};
use std::fmt::Write;

/// Octets of a line without its end.
const LONGEST: usize = 75;

/// Something in the calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The same for the same thing in every export.
    pub uid: String,
    /// From when.
    pub from: EpochMs,
    /// Until when.
    pub to: EpochMs,
    /// What it is.
    pub summary: String,
}

/// The whole file: entries of a span, made at an instant.
pub fn file(entries: &[Entry], span: Span, calendar: &Calendar, now: EpochMs) -> String {
    let mut out = Lines::default();
    for line in [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//deskmate//rota//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
    ] {
        out.put(line);
    }
    zone(&mut out, span, calendar);
    let tzid = calendar.zone_name();
    for entry in entries {
        out.put("BEGIN:VEVENT");
        out.put(&format!("UID:{}", entry.uid));
        out.put(&format!("DTSTAMP:{}Z", stamp(utc(now))));
        out.put(&format!("DTSTART;TZID={tzid}:{}", stamp(calendar.local(entry.from))));
        out.put(&format!("DTEND;TZID={tzid}:{}", stamp(calendar.local(entry.to))));
        out.put(&format!("SUMMARY:{}", escaped(&entry.summary)));
        out.put("END:VEVENT");
    }
    out.put("END:VCALENDAR");
    out.0
}

/// The zone's offsets from before the span to its end: one part for the first, and one for each change.
fn zone(out: &mut Lines, span: Span, calendar: &Calendar) {
    out.put("BEGIN:VTIMEZONE");
    out.put(&format!("TZID:{}", calendar.zone_name()));
    let begin = calendar.midnight(previous_day(span.from));
    let end = calendar.midnight(next_day(next_day(span.to)));
    let mut before = offset(calendar, begin);
    part(out, utc(0), before, before);
    let mut at = begin;
    while at < end {
        let now = offset(calendar, at);
        if now != before {
            // The change is told in the local time that was before it.
            part(out, calendar.local(at) - chrono::Duration::seconds(i64::from(now - before)), before, now);
            before = now;
        }
        at += HOUR;
    }
    out.put("END:VTIMEZONE");
}

fn part(out: &mut Lines, start: NaiveDateTime, from: i32, to: i32) {
    let kind = if to > from { "DAYLIGHT" } else { "STANDARD" };
    out.put(&format!("BEGIN:{kind}"));
    out.put(&format!("DTSTART:{}", stamp(start)));
    out.put(&format!("TZOFFSETFROM:{}", told_offset(from)));
    out.put(&format!("TZOFFSETTO:{}", told_offset(to)));
    out.put(&format!("END:{kind}"));
}

/// Seconds east of Greenwich.
fn offset(calendar: &Calendar, at: EpochMs) -> i32 {
    calendar.zoned(at).offset().fix().local_minus_utc()
}

fn told_offset(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.abs() / 60;
    format!("{sign}{:02}{:02}", minutes / 60, minutes % 60)
}

fn utc(at: EpochMs) -> NaiveDateTime {
    let epoch = NaiveDate::default().and_time(chrono::NaiveTime::MIN);
    epoch + chrono::Duration::milliseconds(at)
}

fn stamp(at: NaiveDateTime) -> String {
    at.format("%Y%m%dT%H%M%S").to_string()
}

/// What would end a text or a line is written otherwise.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => {
                escaped.push('\\');
                escaped.push(c);
            }
            '\n' => escaped.push_str("\\n"),
            c if c.is_control() => {}
            c => escaped.push(c),
        }
    }
    escaped
}

#[derive(Default)]
struct Lines(String);

impl Lines {
    /// A line, folded: what follows the first part begins with a blank, and no character is cut.
    fn put(&mut self, line: &str) {
        let mut room = LONGEST;
        for c in line.chars() {
            if c.len_utf8() > room {
                self.0.push_str("\r\n ");
                room = LONGEST - 1;
            }
            room -= c.len_utf8();
            // A String takes everything.
            let _ = self.0.write_char(c);
        }
        self.0.push_str("\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from: &str, to: &str) -> Span {
        Span { from: from.parse().expect("a date"), to: to.parse().expect("a date") }
    }

    #[test]
    fn a_shift_stands_in_the_zone_that_the_file_describes() {
        let calendar = Calendar::default();
        let day: NaiveDate = "2026-03-02".parse().expect("a date");
        let entry = Entry {
            uid: "shift-1-2026-03-02-1@deskmate".to_owned(),
            from: calendar.at(day, 22 * 60),
            to: calendar.at(day, 30 * 60),
            summary: "夜班, 急诊;一楼\n后门".to_owned(),
        };
        let text = file(&[entry], span("2026-03-02", "2026-03-02"), &calendar, calendar.midnight(day));
        let expected = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//deskmate//rota//ZH\r\nCALSCALE:GREGORIAN\r\n\
            METHOD:PUBLISH\r\nBEGIN:VTIMEZONE\r\nTZID:Asia/Shanghai\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n\
            TZOFFSETFROM:+0800\r\nTZOFFSETTO:+0800\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\n\
            UID:shift-1-2026-03-02-1@deskmate\r\nDTSTAMP:20260301T160000Z\r\n\
            DTSTART;TZID=Asia/Shanghai:20260302T220000\r\nDTEND;TZID=Asia/Shanghai:20260303T060000\r\n\
            SUMMARY:夜班\\, 急诊\\;一楼\\n后门\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn long_lines_are_folded_between_characters() {
        let mut lines = Lines::default();
        let long = format!("SUMMARY:{}", "早".repeat(60));
        lines.put(&long);
        assert!(lines.0.split("\r\n").all(|line| line.len() <= LONGEST));
        assert_eq!(lines.0.replace("\r\n ", ""), format!("{long}\r\n"));
    }

    #[test]
    fn summer_time_is_described_where_the_zone_has_it() {
        let berlin = Calendar::named("Europe/Berlin").expect("a zone");
        let text = file(&[], span("2026-03-01", "2026-04-01"), &berlin, 0);
        let change =
            "BEGIN:DAYLIGHT\r\nDTSTART:20260329T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\n";
        assert!(text.contains(change), "{text}");
    }
}
