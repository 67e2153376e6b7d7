//! What holds somebody back on a day: findings of those who lead him, and replies that came too late.

use super::next::{Limit, timeout_cut};
use crate::Period;
use crate::settings::Book;
use crate::settings::catalogue::ranking::GAMES_MODE;
use chrono::NaiveDate;

/// A finding that limits somebody's dialogues.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Finding {
    /// 上班玩游戏、看视频: none until midnight.
    Games,
    /// 挑地区、敷衍患者: a part of the quota in the next shift.
    Picking,
    /// 进培训组: none until he is let back.
    Training,
}

impl Finding {
    /// All of them.
    pub const ALL: [Finding; 3] = [Finding::Games, Finding::Picking, Finding::Training];

    /// As rows and events say it.
    pub fn code(self) -> &'static str {
        match self {
            Finding::Games => "games",
            Finding::Picking => "picking",
            Finding::Training => "training",
        }
    }

    /// The finding of a code.
    pub fn of_code(code: &str) -> Option<Finding> {
        Finding::ALL.into_iter().find(|finding| finding.code() == code)
    }

    /// As people read it.
    pub fn word(self) -> &'static str {
        match self {
            Finding::Games => "关流量，到24:00",
            Finding::Picking => "限半，下一个班名额减少",
            Finding::Training => "停对话，到恢复为止",
        }
    }

    /// The rule behind it.
    pub fn rule(self) -> crate::RuleId {
        match self {
            Finding::Games => "R-222",
            Finding::Picking => "R-220",
            Finding::Training => "R-219",
        }
    }
}

/// True where games on duty shut the traffic off, and are not judged otherwise.
pub fn games_shut_traffic(book: &Book, day: NaiveDate) -> bool {
    book.word(&GAMES_MODE, day) == "traffic_off"
}

/// What is known of somebody when dialogues are given.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// Today.
    pub today: NaiveDate,
    /// The day of the shift that he is on.
    pub shift: NaiveDate,
    /// The day of the shift that he had before; `None` when there was none.
    pub previous: Option<NaiveDate>,
    /// Findings that were not lifted, with their days.
    pub findings: &'a [(Finding, NaiveDate)],
    /// Timed-out replies by day, from the month of the shift before on.
    pub timeouts: &'a [(NaiveDate, u32)],
}

impl Known<'_> {
    /// What holds him back now, by the rules of today.
    pub fn limit(&self, book: &Book) -> Limit {
        let off = self.findings.iter().any(|(finding, day)| match finding {
            Finding::Games => *day == self.today,
            Finding::Training => *day <= self.today,
            Finding::Picking => false,
        });
        let picking =
            self.findings.iter().any(|(finding, day)| *finding == Finding::Picking && self.is_since(*day));
        Limit { off, picking, cut: self.cut(book) }
    }

    /// What happened on this day is felt in this shift: it is the next one after it.
    fn is_since(&self, day: NaiveDate) -> bool {
        day < self.shift && self.previous.is_none_or(|previous| previous <= day)
    }

    /// Dialogues fewer in this shift: the units that the days since the shift before have filled. A month is counted by
    /// itself, and what is over in it is carried on in it.
    fn cut(&self, book: &Book) -> u32 {
        let mut months: Vec<NaiveDate> = Vec::new();
        for (day, _) in self.timeouts.iter().filter(|(day, _)| self.is_since(*day)) {
            if !months.contains(&month_of(*day)) {
                months.push(month_of(*day));
            }
        }
        let sum = |month: NaiveDate, since: bool| -> u32 {
            let of =
                |day: NaiveDate| month_of(day) == month && day < self.shift && self.is_since(day) == since;
            self.timeouts.iter().filter(|(day, _)| of(*day)).map(|(_, count)| *count).sum()
        };
        let cut = |month: &NaiveDate| {
            let (_, carried) = timeout_cut(0, sum(*month, false), book, *month);
            timeout_cut(carried, sum(*month, true), book, self.today).0
        };
        months.iter().map(cut).sum()
    }
}

fn month_of(day: NaiveDate) -> NaiveDate {
    Period::Month.around(day).from
}
