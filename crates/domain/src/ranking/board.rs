//! 榜: a board as it is posted, answered and drawn: places, what changed since the period before, groups, and newcomers
//! apart.

use super::order::{Order, Tally};
use crate::calendar::shift_days;
use crate::person::PersonId;
use crate::settings::Book;
use crate::settings::catalogue::ranking::{COUNT_TRIAL, NEWCOMER_DAYS};
use chrono::NaiveDate;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// What a board is made from: one person's figures and what else it has to know of him.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// His figures.
    pub tally: Tally,
    /// Shifts worked, in thousandths: those of the rota less the leave.
    pub worked: u32,
    /// His group.
    pub team: Option<i64>,
    /// On trial: he stands beside the places ([`is_new`]).
    pub is_new: bool,
    /// Of a single day: a report is owed and not filed.
    pub unfiled: bool,
    /// He was on leave for all of his shifts.
    pub away: bool,
}

/// A line of a board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// From 1; full equality shares a place, and the place after a shared one is skipped. `None` for newcomers.
    pub place: Option<u32>,
    /// Places won (or lost, negative) since the period before; `None` when he had none then.
    pub change: Option<i64>,
    /// What it is made from.
    pub entry: Entry,
}

/// The sums of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group {
    /// Which; `None`: those without a group.
    pub team: Option<i64>,
    /// Its place among the groups, by the same order.
    pub place: u32,
    /// Places won or lost since the period before.
    pub change: Option<i64>,
    /// People in it who stand on the board, newcomers too.
    pub people: u32,
    /// Their figures added up; the person is of no meaning.
    pub tally: Tally,
    /// Their shifts worked, in thousandths.
    pub worked: u32,
}

/// A board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Board {
    /// By what it is ordered.
    pub order: Order,
    /// Whether figures are taken a shift worked (按班均).
    pub by_shift: bool,
    /// Those with a place, the best first.
    pub lines: Vec<Line>,
    /// Those on trial, the best first.
    pub newcomers: Vec<Line>,
    /// The groups, the best first; empty where all are of one.
    pub groups: Vec<Group>,
}

/// Whether somebody is on trial on a day: for so many days from his first on he stands beside the places, unless it is
/// set that the trial counts.
pub fn is_new(book: &Book, entered: Option<NaiveDate>, day: NaiveDate) -> bool {
    let days = book.whole(&NEWCOMER_DAYS, day);
    !book.is_on(&COUNT_TRIAL, day) && entered.is_some_and(|entered| day < shift_days(entered, days))
}

impl Board {
    /// Orders the entries; `before` are those of the period before.
    pub fn compose(entries: Vec<Entry>, before: Vec<Entry>, order: Order, by_shift: bool) -> Board {
        let earlier = places(before, order, by_shift);
        let was: BTreeMap<PersonId, u32> =
            earlier.0.iter().filter_map(|line| Some((line.entry.tally.person, line.place?))).collect();
        let groups_before: BTreeMap<Option<i64>, u32> =
            groups(&earlier, order, by_shift).iter().map(|group| (group.team, group.place)).collect();
        let mut now = places(entries, order, by_shift);
        for line in &mut now.0 {
            let earlier = was.get(&line.entry.tally.person);
            line.change = earlier.zip(line.place).map(|(was, is)| i64::from(*was) - i64::from(is));
        }
        let mut groups = groups(&now, order, by_shift);
        for group in &mut groups {
            let earlier = groups_before.get(&group.team);
            group.change = earlier.map(|was| i64::from(*was) - i64::from(group.place));
        }
        if groups.len() < 2 {
            groups.clear();
        }
        let (lines, newcomers) = now;
        Board { order, by_shift, lines, newcomers, groups }
    }

    /// A board that was kept, from its lines in their order.
    pub fn of_lines(lines: Vec<Line>, order: Order) -> Board {
        let (lines, newcomers): (Vec<Line>, Vec<Line>) =
            lines.into_iter().partition(|line| line.place.is_some());
        let parts = (lines, newcomers);
        let mut groups = groups(&parts, order, false);
        if groups.len() < 2 {
            groups.clear();
        }
        Board { order, by_shift: false, lines: parts.0, newcomers: parts.1, groups }
    }

    /// Whether everybody has the same figures and places as on another one.
    pub fn is_same(&self, other: &Board) -> bool {
        let figures = |board: &Board| -> BTreeMap<PersonId, (Option<u32>, Tally)> {
            board.all().map(|line| (line.entry.tally.person, (line.place, line.entry.tally))).collect()
        };
        figures(self) == figures(other)
    }

    /// Whose arrivals, appointments or dialogues are otherwise than on another one, by person: what each was and is.
    pub fn differences(&self, before: &Board) -> Vec<(PersonId, Tally, Tally)> {
        let figures = |board: &Board| -> BTreeMap<PersonId, Tally> {
            board.all().map(|line| (line.entry.tally.person, line.entry.tally)).collect()
        };
        let (was, is) = (figures(before), figures(self));
        let people: BTreeSet<PersonId> = was.keys().chain(is.keys()).copied().collect();
        let nothing = |person| Tally { person, appointments: 0, arrivals: 0, dialogues: 0 };
        let of = |figures: &BTreeMap<PersonId, Tally>, person| {
            figures.get(&person).copied().unwrap_or(nothing(person))
        };
        let both = people.into_iter().map(|person| (person, of(&was, person), of(&is, person)));
        both.filter(|(_, was, is)| was != is).collect()
    }

    /// Whether nobody stands on it.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.newcomers.is_empty()
    }

    /// Everybody on it, those with a place first.
    pub fn all(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().chain(&self.newcomers)
    }

    /// Somebody's line.
    pub fn of(&self, person: PersonId) -> Option<&Line> {
        self.all().find(|line| line.entry.tally.person == person)
    }

    /// Who stands on the same place.
    pub fn sharing(&self, place: u32) -> impl Iterator<Item = PersonId> + '_ {
        self.lines.iter().filter(move |line| line.place == Some(place)).map(|line| line.entry.tally.person)
    }
}

fn key(entry: &Entry, by_shift: bool) -> (&Tally, u32) {
    (&entry.tally, if by_shift { entry.worked } else { 1 })
}

/// Those with a place, and the newcomers.
fn places(mut entries: Vec<Entry>, order: Order, by_shift: bool) -> (Vec<Line>, Vec<Line>) {
    entries.sort_by(|a, b| {
        order.cmp_worked(key(a, by_shift), key(b, by_shift)).then(a.tally.person.cmp(&b.tally.person))
    });
    let (newcomers, ranked): (Vec<Entry>, Vec<Entry>) = entries.into_iter().partition(|entry| entry.is_new);
    let mut lines: Vec<Line> = Vec::with_capacity(ranked.len());
    for (entry, index) in ranked.into_iter().zip(1u32..) {
        let place = match lines.last() {
            Some(last)
                if order.cmp_worked(key(&last.entry, by_shift), key(&entry, by_shift)) == Ordering::Equal =>
            {
                last.place
            }
            _ => Some(index),
        };
        lines.push(Line { place, change: None, entry });
    }
    let newcomers = newcomers.into_iter().map(|entry| Line { place: None, change: None, entry }).collect();
    (lines, newcomers)
}

fn groups((lines, newcomers): &(Vec<Line>, Vec<Line>), order: Order, by_shift: bool) -> Vec<Group> {
    let mut sums: BTreeMap<Option<i64>, Group> = BTreeMap::new();
    for Line { entry, .. } in lines.iter().chain(newcomers) {
        let nothing = Tally { appointments: 0, arrivals: 0, dialogues: 0, ..entry.tally };
        let empty = Group { team: entry.team, place: 0, change: None, people: 0, tally: nothing, worked: 0 };
        let sum = sums.entry(entry.team).or_insert(empty);
        sum.people += 1;
        sum.worked = sum.worked.saturating_add(entry.worked);
        sum.tally.appointments = sum.tally.appointments.saturating_add(entry.tally.appointments);
        sum.tally.arrivals = sum.tally.arrivals.saturating_add(entry.tally.arrivals);
        sum.tally.dialogues = sum.tally.dialogues.saturating_add(entry.tally.dialogues);
    }
    let key = |group: &Group| (group.tally, if by_shift { group.worked } else { 1 });
    let compared = |a: &Group, b: &Group| {
        let (a, b) = (key(a), key(b));
        order.cmp_worked((&a.0, a.1), (&b.0, b.1))
    };
    let mut groups: Vec<Group> = sums.into_values().collect();
    groups.sort_by(|a, b| compared(a, b).then(a.team.cmp(&b.team)));
    for index in 0..groups.len() {
        let shared = index
            .checked_sub(1)
            .and_then(|before| groups.get(before))
            .filter(|before| compared(before, &groups[index]) == Ordering::Equal)
            .map(|before| before.place);
        groups[index].place = shared.unwrap_or(u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1));
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Value, Version};
    use proptest::prelude::*;

    fn entry(person: PersonId, team: i64, figures: (u32, u32, u32), worked: u32) -> Entry {
        let (appointments, arrivals, dialogues) = figures;
        Entry {
            tally: Tally { person, appointments, arrivals, dialogues },
            worked,
            team: Some(team),
            is_new: false,
            unfiled: false,
            away: false,
        }
    }

    fn told(board: &Board) -> Vec<(PersonId, Option<u32>, Option<i64>)> {
        board.all().map(|line| (line.entry.tally.person, line.place, line.change)).collect()
    }

    #[test]
    fn r230_changes_are_places_won_and_lost() {
        let before =
            vec![entry(1, 1, (9, 9, 9), 1000), entry(2, 1, (8, 8, 9), 1000), entry(3, 1, (7, 7, 9), 1000)];
        let now = vec![
            entry(3, 1, (9, 9, 9), 1000),
            entry(2, 1, (8, 8, 9), 1000),
            entry(1, 1, (7, 7, 9), 1000),
            entry(4, 1, (0, 0, 9), 1000),
        ];
        let board = Board::compose(now, before, Order::Arrivals, false);
        assert_eq!(
            told(&board),
            [(3, Some(1), Some(2)), (2, Some(2), Some(0)), (1, Some(3), Some(-2)), (4, Some(4), None)]
        );
        assert!(board.groups.is_empty(), "one group is no comparison");
    }

    #[test]
    fn r215_newcomers_stand_beside_the_places_and_count_for_their_group() {
        let mut new = entry(1, 2, (9, 9, 9), 1000);
        new.is_new = true;
        let now = vec![new, entry(2, 1, (1, 1, 9), 1000), entry(3, 1, (1, 1, 9), 1000)];
        let board = Board::compose(now, vec![], Order::Arrivals, false);
        assert_eq!(told(&board), [(2, Some(1), None), (3, Some(1), None), (1, None, None)]);
        let groups: Vec<_> = board
            .groups
            .iter()
            .map(|group| (group.team, group.place, group.people, group.tally.arrivals))
            .collect();
        assert_eq!(groups, [(Some(2), 1, 1, 9), (Some(1), 2, 2, 2)]);
        assert_eq!(board.sharing(1).collect::<Vec<_>>(), [2, 3]);
    }

    #[test]
    fn a_shift_worked_is_the_measure_where_leave_is_taken_off() {
        // 6 of 5 shifts, 4 of 2.5 shifts (the rest on leave), nothing worked at all.
        let now =
            vec![entry(1, 1, (9, 6, 50), 5000), entry(2, 1, (9, 4, 50), 2500), entry(3, 1, (9, 7, 50), 0)];
        let plain = Board::compose(now.clone(), vec![], Order::Arrivals, false);
        assert_eq!(told(&plain).iter().map(|line| line.0).collect::<Vec<_>>(), [3, 1, 2]);
        let by_shift = Board::compose(now, vec![], Order::Arrivals, true);
        assert_eq!(told(&by_shift).iter().map(|line| line.0).collect::<Vec<_>>(), [2, 1, 3]);
    }

    #[test]
    fn r215_the_trial_is_three_days_and_may_count() {
        let d = |text: &str| text.parse::<NaiveDate>().expect("a date");
        let book = Book::default();
        let cases = [("2026-03-02", true), ("2026-03-04", true), ("2026-03-05", false)];
        for (day, expected) in cases {
            assert_eq!(is_new(&book, Some(d("2026-03-02")), d(day)), expected, "{day}");
        }
        assert!(!is_new(&book, None, d("2026-03-02")));
        let mut counting = Book::default();
        counting.set(&COUNT_TRIAL, Version { from: d("2026-01-01"), value: Value::Switch(true) });
        assert!(!is_new(&counting, Some(d("2026-03-02")), d("2026-03-02")));
    }

    proptest! {
        #[test]
        fn everybody_stands_once_and_nobody_is_above_a_better_one(
            figures in prop::collection::vec((0u32..4, 0u32..4, 0u32..4, 0u32..3, any::<bool>()), 0..12),
            by_shift: bool,
        ) {
            let entries: Vec<Entry> = figures
                .iter()
                .zip(1..)
                .map(|((a, b, c, worked, is_new), person)| Entry {
                    is_new: *is_new,
                    ..entry(person, person % 3, (*a, *b, *c), worked * 500)
                })
                .collect();
            let board = Board::compose(entries.clone(), entries.clone(), Order::Rate, by_shift);
            prop_assert_eq!(board.all().count(), entries.len());
            for pair in board.lines.windows(2) {
                prop_assert!(pair[0].place <= pair[1].place);
            }
            for line in &board.lines {
                prop_assert_eq!(line.change, Some(0), "the same figures give the same places");
            }
            let sum: u32 = board.groups.iter().map(|group| group.tally.arrivals).sum();
            let all: u32 = entries.iter().map(|entry| entry.tally.arrivals).sum();
            prop_assert!(board.groups.is_empty() || sum == all);
        }
    }
}
