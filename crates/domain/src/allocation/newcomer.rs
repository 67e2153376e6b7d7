//! 新人: three days of partial traffic, then medium; or junior from the start. And what grade somebody has on
//! a day: what the week fixed, and what a newcomer has.

use super::grade::Grade;
use crate::PersonId;
use crate::calendar::shift_days;
use crate::settings::Book;
use crate::settings::catalogue::ranking::{NEWCOMER_DAYS, NEWCOMER_EXPERIENCE, NEWCOMER_QUOTA};
use chrono::NaiveDate;

/// How somebody begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Start {
    /// 试接: experienced, without training.
    Trial,
    /// 初级: after training.
    Junior,
}

impl Start {
    /// As rows and events say it.
    pub fn code(self) -> &'static str {
        match self {
            Start::Trial => "trial",
            Start::Junior => "junior",
        }
    }

    /// The start of a code.
    pub fn of_code(code: &str) -> Option<Start> {
        [Start::Trial, Start::Junior].into_iter().find(|start| start.code() == code)
    }
}

/// A newcomer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Newcomer {
    /// Who.
    pub person: PersonId,
    /// How he begins.
    pub start: Start,
    /// The first day.
    pub from: NaiveDate,
    /// The last day of partial traffic.
    pub until: NaiveDate,
    /// From which day on he is medium; `None` until a lead has confirmed it.
    pub medium_from: Option<NaiveDate>,
}

impl Newcomer {
    /// Somebody who begins on a day, by the rules of that day.
    pub fn begins(person: PersonId, start: Start, from: NaiveDate, book: &Book) -> Newcomer {
        let days = match start {
            Start::Trial => book.whole(&NEWCOMER_DAYS, from),
            Start::Junior => 0,
        };
        Newcomer { person, start, from, until: shift_days(from, days - 1), medium_from: None }
    }

    /// The same when a lead has confirmed on a day that there was no problem: medium from the day after, and after the last
    /// day of partial traffic.
    pub fn confirmed(self, on: NaiveDate) -> Newcomer {
        Newcomer { medium_from: Some(shift_days(self.until.max(on), 1)), ..self }
    }

    /// True on the days on which he has partial traffic: until he is confirmed, however long that takes.
    pub fn is_on_trial(&self, day: NaiveDate) -> bool {
        self.start == Start::Trial && self.medium_from.is_none_or(|from| day < from)
    }
}

/// Whether so many months of experience spare somebody the training.
pub fn spares_training(months: u32, book: &Book, day: NaiveDate) -> bool {
    months >= book.count(&NEWCOMER_EXPERIENCE, day)
}

/// What a week fixed for somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fixed {
    /// The Monday from which on it holds.
    pub week: NaiveDate,
    /// The grade.
    pub grade: Grade,
    /// The place by last week's conversion, from 1.
    pub place: u32,
}

/// What somebody has on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// The grade; ordinary while nothing else is known.
    pub grade: Grade,
    /// The place by conversion; behind everybody when there is none.
    pub place: u32,
    /// On partial traffic.
    pub trial: bool,
}

impl Held {
    /// What somebody has on a day, by the newest that was fixed up to then.
    pub fn on(day: NaiveDate, fixed: Option<Fixed>, newcomer: Option<&Newcomer>) -> Held {
        let place = fixed.map_or(u32::MAX, |fixed| fixed.place);
        if newcomer.is_some_and(|newcomer| newcomer.is_on_trial(day)) {
            return Held { grade: Grade::Ordinary, place, trial: true };
        }
        let medium_from = newcomer.and_then(|newcomer| newcomer.medium_from).filter(|from| *from <= day);
        // A junior is ordinary from the day on which that was said, whatever the week had fixed before.
        let junior_from = newcomer.filter(|newcomer| newcomer.start == Start::Junior && newcomer.from <= day);
        let begun = match junior_from {
            Some(junior) => Some((junior.from, Grade::Ordinary)),
            None => medium_from.map(|from| (from, Grade::Medium)),
        };
        let grade = match (fixed, begun) {
            (Some(fixed), Some((from, _))) if fixed.week > from => fixed.grade,
            (_, Some((_, grade))) => grade,
            (Some(fixed), None) => fixed.grade,
            (None, None) => Grade::Ordinary,
        };
        Held { grade, place, trial: false }
    }

    /// Dialogues of a round.
    pub fn quota(self, book: &Book, day: NaiveDate) -> u32 {
        if self.trial { book.count(&NEWCOMER_QUOTA, day) } else { self.grade.quota(book, day) }
    }
}
