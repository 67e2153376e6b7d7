//! What was tried by hand, written down as a story that plays it again.

use crate::moment::When;
use crate::parse::{ENTERED, NO_ROLE, ROLES_JOINED_BY};
use crate::stage::Room;
use crate::words::{PRIVATE, as_name, as_person, escape};
use bot::Said;
use bot::outside::Destination;
use chrono::{NaiveDate, Timelike};
use domain::calendar::MINUTE;
use domain::shift::Hours;
use domain::{Calendar, EpochMs, Role, Roles, Span};
use store::REST;

/// Writes a story line by line. Names lose the characters that mean something in a story; texts keep all but the
/// white space around them.
#[derive(Clone, Debug)]
pub struct Recorder {
    calendar: Calendar,
    default_chat: Option<String>,
    time: Option<String>,
    lines: Vec<String>,
}

impl Recorder {
    /// An empty story; its times are local to this calendar.
    pub fn new(calendar: Calendar) -> Self {
        Self { calendar, default_chat: None, time: None, lines: Vec::new() }
    }

    /// The clock stands at this instant now. To be called before the first input, since a story starts somewhere.
    pub fn time(&mut self, now: EpochMs) {
        let local = self.calendar.local(now);
        let form = if local.second() == 0 { "%Y-%m-%d %H:%M" } else { "%Y-%m-%d %H:%M:%S" };
        let time = local.format(form).to_string();
        // A year that a story cannot write is left out rather than making the whole unreadable.
        if self.time.as_ref() != Some(&time) && When::parse(&time).is_some() {
            self.lines.push(format!("时间 {time}"));
            self.time = Some(time);
        }
    }

    /// Somebody is in the department.
    pub fn member(&mut self, name: &str, roles: Roles, team: Option<&str>, entered_on: Option<NaiveDate>) {
        let roles: Vec<_> = roles.iter().map(Role::word).collect();
        let roles =
            if roles.is_empty() { NO_ROLE.to_owned() } else { roles.join(&ROLES_JOINED_BY.to_string()) };
        let mut line = format!("成员 {} {roles}", as_person(name));
        if let Some(team) = team.map(as_name).filter(|team| team != ENTERED) {
            line.push(' ');
            line.push_str(&team);
        }
        if let Some(date) = entered_on {
            line.push_str(&format!(" {ENTERED} {date}"));
        }
        self.lines.push(line);
    }

    /// A registered chat with what the bot posts there; the first is the one in which people speak by default.
    pub fn chat(&mut self, name: &str, purposes: &[String]) {
        let name = as_name(name);
        let mut line = format!("群 {name}");
        for purpose in purposes {
            line.push(' ');
            line.push_str(&as_name(purpose));
        }
        self.lines.push(line);
        self.default_chat.get_or_insert(name);
    }

    /// A shift template.
    pub fn shift(&mut self, name: &str, hours: &Hours) {
        self.lines.push(format!("班次 {} {hours}", as_name(name)));
    }

    /// Somebody's days; `None` is rest.
    pub fn rota(&mut self, person: &str, days: Span, shift: Option<&str>) {
        let shift = shift.map_or_else(|| REST.to_owned(), as_name);
        let dates =
            if days.from == days.to { days.from.to_string() } else { format!("{}至{}", days.from, days.to) };
        self.lines.push(format!("排班 {} {dates} {shift}", as_person(person)));
    }

    /// Somebody said something.
    pub fn said(&mut self, who: &str, chat: &Room, text: &str) {
        let line = format!("{}: {}", self.speaker(who, chat), escape(text));
        self.lines.push(line);
    }

    /// Somebody pressed the button of this label, or the one that types this.
    pub fn pressed(&mut self, who: &str, chat: &Room, label: &str) {
        let label = label.trim().replace('\n', " ");
        if !label.is_empty() {
            self.lines.push(format!("按 {}: {label}", self.speaker(who, chat)));
        }
    }

    /// The last message came again.
    pub fn resend(&mut self) {
        self.lines.push("重发".to_owned());
    }

    /// The program was started again.
    pub fn restart(&mut self) {
        self.lines.push("重启".to_owned());
    }

    /// Nothing went out from now on, for so long or until [`Recorder::up`].
    pub fn down(&mut self, length: Option<EpochMs>) {
        self.lines.push(match length {
            Some(length) => format!("断网 {}分钟", (length / MINUTE).max(1)),
            None => "断网".to_owned(),
        });
    }

    /// Words went out again.
    pub fn up(&mut self) {
        self.lines.push("恢复".to_owned());
    }

    /// The bot said something: its first line is expected when the story is played.
    pub fn heard(&mut self, to: &Destination, said: &Said) {
        let Some(first) = said.text.lines().map(str::trim).find(|line| !line.is_empty()) else { return };
        let target = match to {
            Destination::Group(name) => as_name(name),
            Destination::Person(id) => format!("{}({PRIVATE})", as_person(id)),
        };
        self.lines.push(format!("期望 {target}: {}", escape(first)));
    }

    /// The story.
    pub fn to_story(&self) -> String {
        let mut story = self.lines.join("\n");
        story.push('\n');
        story
    }

    fn speaker(&self, who: &str, chat: &Room) -> String {
        let who = as_person(who);
        match chat {
            Room::Private => format!("{who}({PRIVATE})"),
            Room::Group(name) => {
                let name = as_name(name);
                if self.default_chat.as_ref() == Some(&name) { who } else { format!("{who}@{name}") }
            }
        }
    }
}

#[cfg(test)]
#[path = "record_tests.rs"]
mod tests;
