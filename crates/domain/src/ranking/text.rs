//! 榜文: a board in words, as it is read on a phone. Names come in from outside; nothing of a patient is in a board.

use super::board::{Board, Group, Line};
use super::order::{Measure, Tally};
use crate::person::PersonId;

/// What of a board is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Lines that are passed over.
    pub skip: usize,
    /// Lines at the most; one more is shown rather than told to be left out.
    pub most: usize,
    /// Whose line is added where it is not among them.
    pub own: Option<PersonId>,
}

impl Shown {
    /// All of it.
    pub const ALL: Shown = Shown { skip: 0, most: usize::MAX, own: None };
}

/// `6.12%`, of hundredths of a percent; `—` where there is nothing to divide by.
pub fn percent(points: Option<u64>) -> String {
    points.map_or_else(|| "—".to_owned(), |points| format!("{}.{:02}%", points / 100, points % 100))
}

/// `1.25`: so many a shift; `—` where none was worked.
pub fn per_shift(count: u32, worked: u32) -> String {
    if worked == 0 {
        return "—".to_owned();
    }
    let hundredths = (u64::from(count) * 200_000 + u64::from(worked)) / (2 * u64::from(worked));
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// Shifts of thousandths: `5`, `2.5`, `4.33`.
pub fn shifts(worked: u32) -> String {
    let hundredths = (worked + 5) / 10;
    let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// ` ↑2`, ` ↓1`; nothing where the place is the same or there was none.
pub fn change(change: Option<i64>) -> String {
    match change {
        Some(won) if won > 0 => format!(" ↑{won}"),
        Some(lost) if lost < 0 => format!(" ↓{}", -lost),
        _ => String::new(),
    }
}

/// `到诊3 预约8 对话50 转化6.00%`, or the same a shift worked.
pub fn figures(tally: &Tally, worked: u32, by_shift: bool, measure: Measure) -> String {
    let rate = percent(tally.points_of(measure));
    let name = match measure {
        Measure::Arrivals => "转化",
        Measure::Appointments => "预约转化",
    };
    let Tally { arrivals, appointments, dialogues, .. } = *tally;
    if by_shift {
        let (came, booked) = (per_shift(arrivals, worked), per_shift(appointments, worked));
        return format!("班均到诊{came} 预约{booked}（{}班） {name}{rate}", shifts(worked));
    }
    format!("到诊{arrivals} 预约{appointments} 对话{dialogues} {name}{rate}")
}

/// `第2`, `新人`.
pub fn place_of(line: &Line) -> String {
    line.place.map_or_else(|| "新人，不排名".to_owned(), |place| format!("第{place}"))
}

impl Board {
    fn told(&self, line: &Line, name: &impl Fn(PersonId) -> String) -> String {
        let entry = &line.entry;
        let note = match (entry.away, entry.unfiled) {
            (true, _) => "（请假）",
            (false, true) => "（日报未交）",
            (false, false) => "",
        };
        format!(
            "{} {}{note}{}",
            name(entry.tally.person),
            figures(&entry.tally, entry.worked, self.by_shift, self.order.measure()),
            change(line.change)
        )
    }

    /// A group's line: `一组（5人） 到诊12 …`.
    fn group(&self, group: &Group, team: &impl Fn(Option<i64>) -> String) -> String {
        format!(
            "{}（{}人） {}{}",
            team(group.team),
            group.people,
            figures(&group.tally, group.worked, self.by_shift, self.order.measure()),
            change(group.change)
        )
    }

    /// The board, a line each: places, one's own where it is not among them, newcomers, groups. Answers with them how many
    /// are left out after the last that is shown.
    pub fn words(
        &self,
        shown: Shown,
        name: impl Fn(PersonId) -> String,
        team: impl Fn(Option<i64>) -> String,
    ) -> (Vec<String>, usize) {
        let placed = |line: &Line| {
            let place = line.place.map(|place| place.to_string()).unwrap_or_default();
            format!("{place}、{}", self.told(line, &name))
        };
        let rest = self.lines.len().saturating_sub(shown.skip);
        // To say that one is left out takes as much room as that one.
        let most = if rest <= shown.most.saturating_add(1) { rest } else { shown.most };
        let mut lines: Vec<String> = self.lines.iter().skip(shown.skip).take(most).map(placed).collect();
        let left = rest - most;
        let own = shown.own.and_then(|own| {
            let outside = |(index, line): &(usize, &Line)| {
                line.entry.tally.person == own && !(shown.skip..shown.skip + most).contains(index)
            };
            self.lines.iter().enumerate().find(outside)
        });
        lines.extend(own.map(|(_, line)| format!("你：{}", placed(line))));
        if shown.skip == 0 {
            if !self.newcomers.is_empty() {
                let new: Vec<String> = self.newcomers.iter().map(|line| self.told(line, &name)).collect();
                lines.push(format!("新人不排名：{}", new.join("；")));
            }
            lines.extend(
                self.groups.iter().map(|group| format!("组{} {}", group.place, self.group(group, &team))),
            );
        }
        (lines, left)
    }
}

#[cfg(test)]
mod tests {
    use super::super::board::Entry;
    use super::super::order::Order;
    use super::*;

    fn entry(person: PersonId, arrivals: u32) -> Entry {
        Entry {
            tally: Tally { person, appointments: 8, arrivals, dialogues: 50 },
            worked: 2500,
            team: Some(1 + person % 2),
            is_new: false,
            unfiled: false,
            away: false,
        }
    }

    fn words(board: &Board, shown: Shown) -> (Vec<String>, usize) {
        board.words(shown, |person| format!("员{person}"), |team| format!("{}组", team.unwrap_or(0)))
    }

    #[test]
    fn a_board_names_what_is_missing_and_what_changed() {
        let silent = Entry { unfiled: true, ..entry(2, 0) };
        let away = Entry { away: true, unfiled: true, ..entry(4, 0) };
        let new = Entry { is_new: true, ..entry(6, 1) };
        let one = |entry: Entry| Entry { team: Some(1), ..entry };
        let now = [one(entry(1, 3)), one(silent), one(away), one(new)];
        let board = Board::compose(now.to_vec(), vec![entry(2, 3), entry(1, 1)], Order::Arrivals, false);
        let (lines, left) = words(&board, Shown::ALL);
        assert_eq!(
            lines,
            [
                "1、员1 到诊3 预约8 对话50 转化6.00% ↑1",
                "2、员2 到诊0 预约8 对话50 转化0.00%（日报未交） ↓1",
                "2、员4 到诊0 预约8 对话50 转化0.00%（请假）",
                "新人不排名：员6 到诊1 预约8 对话50 转化2.00%",
            ]
        );
        assert_eq!(left, 0);
    }

    #[test]
    fn a_long_board_shows_its_top_ones_own_place_and_the_groups() {
        let board = Board::compose(
            (1..=60).zip(1u32..).map(|(person, place)| entry(person, 100 - place)).collect(),
            vec![],
            Order::Arrivals,
            false,
        );
        let (lines, left) = words(&board, Shown { skip: 0, most: 10, own: Some(37) });
        assert_eq!((lines.len(), left), (13, 50));
        assert_eq!(lines[10], "你：37、员37 到诊63 预约8 对话50 转化126.00%");
        assert_eq!(lines[11], "组1 2组（30人） 到诊2100 预约240 对话1500 转化140.00%");
        let (lines, left) = words(&board, Shown { skip: 40, most: 20, own: Some(50) });
        assert_eq!((lines.len(), left), (20, 0));
        assert!(lines[0].starts_with("41、员41 "));
        let (lines, left) = words(&board, Shown { skip: 39, most: 20, own: None });
        assert_eq!((lines.len(), left), (21, 0), "one more rather than one left out");
        assert_eq!(words(&board, Shown { skip: 80, most: 20, own: None }), (vec![], 0));
    }

    #[test]
    fn figures_a_shift_are_rounded_half_up() {
        assert_eq!(
            (per_shift(1, 3000), per_shift(1, 8000), per_shift(3, 0)),
            ("0.33".into(), "0.13".into(), "—".into())
        );
        let told = figures(&entry(1, 3).tally, 2500, true, Measure::Arrivals);
        assert_eq!(told, "班均到诊1.20 预约3.20（2.5班） 转化6.00%");
        assert_eq!((shifts(5000), shifts(4333), shifts(0)), ("5".into(), "4.33".into(), "0".into()));
        assert_eq!(
            figures(&entry(1, 3).tally, 1, false, Measure::Appointments),
            "到诊3 预约8 对话50 预约转化16.00%"
        );
    }
}
