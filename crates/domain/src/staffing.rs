//! 缺岗: shifts on which fewer are there than the department wants.

use crate::calendar::day_name;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// Gaps that one message lists.
pub const LISTED: usize = 20;

/// A person's planned day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// His group.
    pub team: Option<i64>,
    /// The day.
    pub date: NaiveDate,
    /// The shift's name; `None` on a rest day.
    pub shift: Option<String>,
    /// On granted leave for any part of it.
    pub away: bool,
}

/// A shift with too few.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// Whose.
    pub team: Option<i64>,
    /// The day.
    pub date: NaiveDate,
    /// The shift's name.
    pub shift: String,
    /// Those who are there.
    pub there: u32,
    /// Those who should be at the least.
    pub needed: u32,
}

impl Gap {
    /// `3月12日 周四 早班 1人，至少2人`.
    pub fn told(&self) -> String {
        format!("{} {} {}人，至少{}人", day_name(self.date), self.shift, self.there, self.needed)
    }
}

/// The shifts that are below the least staffing of their day, by group, day and shift. A shift that a group works on one
/// of the days is missed on each of them for which it has a plan; days that nobody has planned are no gap yet.
pub fn gaps(planned: &[Planned], needed: impl Fn(NaiveDate) -> u32) -> Vec<Gap> {
    let mut shifts: BTreeMap<Option<i64>, BTreeSet<&str>> = BTreeMap::new();
    let mut days: BTreeSet<(Option<i64>, NaiveDate)> = BTreeSet::new();
    let mut there: BTreeMap<(Option<i64>, NaiveDate, &str), u32> = BTreeMap::new();
    for day in planned {
        days.insert((day.team, day.date));
        if let Some(shift) = &day.shift {
            shifts.entry(day.team).or_default().insert(shift);
            *there.entry((day.team, day.date, shift)).or_default() += u32::from(!day.away);
        }
    }
    let mut found = Vec::new();
    for (team, date) in days {
        let needed = needed(date);
        for shift in shifts.get(&team).into_iter().flatten() {
            let there = there.get(&(team, date, *shift)).copied().unwrap_or(0);
            if there < needed {
                found.push(Gap { team, date, shift: (*shift).to_owned(), there, needed });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn planned(team: i64, day: u32, shift: &str, away: bool) -> Planned {
        Planned {
            team: Some(team),
            date: NaiveDate::from_ymd_opt(2026, 3, day).expect("a date"),
            shift: (!shift.is_empty()).then(|| shift.to_owned()),
            away,
        }
    }

    fn told(planned: &[Planned], needed: u32) -> Vec<String> {
        gaps(planned, |_| needed).iter().map(Gap::told).collect()
    }

    #[test]
    fn a_shift_with_too_few_is_named_r_185() {
        let rota =
            [planned(1, 10, "早班", false), planned(1, 10, "早班", true), planned(1, 10, "晚班", false)];
        assert_eq!(told(&rota, 1), Vec::<String>::new(), "just enough is enough");
        assert_eq!(told(&rota, 2), ["3月10日 周二 早班 1人，至少2人", "3月10日 周二 晚班 1人，至少2人"]);
        assert_eq!(told(&rota, 0), Vec::<String>::new(), "0 is no limit");
    }

    #[test]
    fn a_shift_that_nobody_has_is_missed_where_the_day_is_planned() {
        let rota =
            [planned(1, 10, "早班", false), planned(1, 10, "晚班", false), planned(1, 11, "早班", false)];
        assert_eq!(told(&rota, 1), ["3月11日 周三 晚班 0人，至少1人"]);
        // The other group has no late shift at all, and a day off is a plan.
        let other = [planned(1, 10, "晚班", false), planned(2, 10, "早班", false), planned(2, 11, "", false)];
        assert_eq!(told(&other, 1), ["3月11日 周三 早班 0人，至少1人"]);
    }
}
