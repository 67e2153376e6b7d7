//! What the tests build their facts from.

use crate::PersonId;
use crate::attribution::facts::{
    Arrival, Change, Contact, Dates, Facts, Jump, Match, Registration, Said, Visit,
};
use crate::calendar::Calendar;
use crate::patient::Item;
use crate::registration::{Channel, Class, ClassVersion, Moment};
use chrono::{NaiveDate, NaiveDateTime};

/// Three consultants.
pub(in crate::attribution) const A: PersonId = 11;
pub(in crate::attribution) const B: PersonId = 12;
pub(in crate::attribution) const C: PersonId = 13;

pub(in crate::attribution) fn d(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

/// The moment of `2025-03-01 09:00`, of `… 09:00:30`, or of the same with `#7` for the event's number.
pub(in crate::attribution) fn m(text: &str) -> Moment {
    let (text, seq) =
        text.split_once('#').map_or((text, 0), |(text, seq)| (text, seq.parse().expect("a number")));
    let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S")
        .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M"))
        .expect("a time");
    let midnight = Calendar::default().midnight(local.date());
    let seconds = (local - local.date().and_time(chrono::NaiveTime::MIN)).num_seconds();
    Moment { at: midnight + seconds * 1_000, seq }
}

pub(in crate::attribution) fn items(codes: &str) -> std::collections::BTreeSet<Item> {
    codes.split_whitespace().map(|code| Item::of_code(code).expect("an item")).collect()
}

/// An arrival with nothing known before it.
pub(in crate::attribution) fn arrives(when: &str) -> Facts {
    let arrival = Arrival { when: m(when), name: None, is_false: false, lending: None, forfeited: false };
    Facts { arrival, registrations: Vec::new(), contacts: Vec::new(), jumps: Vec::new(), visits: Vec::new() }
}

/// A full network appointment that agrees in name, age and phone, without a record; booked for the 20th.
pub(in crate::attribution) fn reg(no: i64, owner: PersonId, entered: &str) -> Registration {
    let entered = m(entered);
    Registration {
        no,
        owner,
        channel: Channel::Network,
        dates: Dates { entered, visit_date: Some(d("2025-03-20")), changes: Vec::new() },
        classes: vec![ClassVersion { from: entered, class: Class::Full }],
        name: Some("李明".to_owned()),
        record: None,
        cancelled: None,
        matched: Match { items: items("name age phone"), confirmed: None },
    }
}

impl Registration {
    pub(in crate::attribution) fn class_is(mut self, class: Class) -> Self {
        self.classes[0].class = class;
        self
    }
    pub(in crate::attribution) fn becomes(mut self, class: Class, when: &str) -> Self {
        self.classes.push(ClassVersion { from: m(when), class });
        self
    }
    pub(in crate::attribution) fn by(mut self, channel: Channel) -> Self {
        self.channel = channel;
        self
    }
    pub(in crate::attribution) fn named(mut self, name: &str) -> Self {
        self.name = (!name.is_empty()).then(|| name.to_owned());
        self
    }
    pub(in crate::attribution) fn recorded(mut self) -> Self {
        self.record = Some(self.dates.entered);
        self
    }
    pub(in crate::attribution) fn cancelled(mut self, when: &str) -> Self {
        self.cancelled = Some(m(when));
        self
    }
    pub(in crate::attribution) fn agrees_in(mut self, codes: &str) -> Self {
        self.matched.items = items(codes);
        self
    }
    pub(in crate::attribution) fn moved(mut self, when: &str, to: &str, remarked: bool) -> Self {
        self.dates.changes.push(Change { when: m(when), visit_date: d(to), remarked });
        self
    }
}

impl Facts {
    pub(in crate::attribution) fn with(mut self, registration: Registration) -> Self {
        self.registrations.push(registration);
        self
    }
    pub(in crate::attribution) fn hospital_name(mut self, name: &str) -> Self {
        self.arrival.name = Some(name.to_owned());
        self
    }
    pub(in crate::attribution) fn follow_up(self, by: PersonId, when: &str) -> Self {
        self.said(by, when, Channel::Phone, Said::FollowedUp { reached: true, cover: false })
    }
    /// A consultation with these items; `record` and `remark` may stand among them.
    pub(in crate::attribution) fn consulted(
        self,
        by: PersonId,
        when: &str,
        channel: Channel,
        known: &str,
    ) -> Self {
        let has = |word: &str| known.split_whitespace().any(|known| known == word);
        let words: Vec<&str> =
            known.split_whitespace().filter(|word| !matches!(*word, "record" | "remark")).collect();
        let said =
            Said::Consulted { known: items(&words.join(" ")), record: has("record"), remark: has("remark") };
        self.said(by, when, channel, said)
    }
    pub(in crate::attribution) fn said(
        mut self,
        by: PersonId,
        when: &str,
        channel: Channel,
        said: Said,
    ) -> Self {
        self.contacts.push(Contact { when: m(when), by, channel, said });
        self
    }
    /// A jump; `what` holds any of `touched`, `booking`, `online`.
    pub(in crate::attribution) fn jumped(
        mut self,
        from: PersonId,
        to: PersonId,
        when: &str,
        what: &str,
    ) -> Self {
        let has = |word: &str| what.split_whitespace().any(|said| said == word);
        self.jumps.push(Jump {
            when: m(when),
            from,
            to,
            touched: has("touched"),
            booking_words: has("booking"),
            both_online: has("online"),
        });
        self
    }
    pub(in crate::attribution) fn visited(mut self, when: &str, credited: Option<PersonId>) -> Self {
        self.visits.push(Visit { when: m(when), credited, appointment: credited.map(|_| 99) });
        self
    }
}

/// A day of a calendar that counts by hand: the second opinion on [`crate::attribution::Window`].
#[derive(Clone, Copy, Debug)]
pub(in crate::attribution) struct Day {
    pub(in crate::attribution) year: i32,
    pub(in crate::attribution) month: u32,
    pub(in crate::attribution) day: u32,
}

impl Day {
    fn days_in_month(year: i32, month: u32) -> u32 {
        let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        match month {
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => 31,
        }
    }

    pub(in crate::attribution) fn after(self, days: u32) -> Day {
        let mut day = self;
        for _ in 0..days {
            day.day += 1;
            if day.day > Self::days_in_month(day.year, day.month) {
                day.day = 1;
                day.month += 1;
            }
            if day.month > 12 {
                day.month = 1;
                day.year += 1;
            }
        }
        day
    }

    pub(in crate::attribution) fn months_on(self, months: u32) -> Day {
        let mut day = self;
        for _ in 0..months {
            day.month += 1;
            if day.month > 12 {
                day.month = 1;
                day.year += 1;
            }
        }
        // Only the end counts: 31 August, 30 September, … 28 February.
        day.day = day.day.min(Self::days_in_month(day.year, day.month));
        day
    }

    pub(in crate::attribution) fn date(self) -> NaiveDate {
        d(&format!("{:04}-{:02}-{:02}", self.year, self.month, self.day))
    }
}
