//! 比对: which row of the hospital's list is which arrival of ours.
//!
//! Each row is at the most one arrival's and each arrival at the most one row's. The more fields agree, the sooner a pair
//! is made; where several would fit equally, and not simply as many rows as arrivals, a person has to look. The order in
//! which rows and arrivals are handed over says nothing.

use super::ListRow;
use crate::matching::{Comparison, Tolerance};
use crate::patient::{Item, Patient};
use crate::settings::Book;
use crate::settings::catalogue::arrivals::MATCH_MIN;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// One of our arrivals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ours {
    /// Its number: D6 is 6.
    pub arrival: i64,
    /// Its day.
    pub day: NaiveDate,
    /// Who came.
    pub patient: Patient,
}

/// A row that is an arrival.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The row's line.
    pub line: u32,
    /// The arrival.
    pub arrival: i64,
    /// What agrees.
    pub by: Vec<Item>,
}

/// Why a person has to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// Several fit equally.
    Several,
    /// Enough agrees, but not the day.
    OtherDay,
    /// Enough agrees, but not the name.
    OtherName,
    /// Only what many patients share.
    Weak,
    /// Fewer fields agree than it takes.
    TooFew,
}

impl Why {
    /// The word in rows.
    pub fn code(self) -> &'static str {
        match self {
            Why::Several => "several",
            Why::OtherDay => "other_day",
            Why::OtherName => "other_name",
            Why::Weak => "weak",
            Why::TooFew => "too_few",
        }
    }

    /// The reason of a word of rows, exact.
    pub fn of_code(code: &str) -> Option<Why> {
        [Why::Several, Why::OtherDay, Why::OtherName, Why::Weak, Why::TooFew]
            .into_iter()
            .find(|why| why.code() == code)
    }

    /// As people are told it.
    pub fn told(self) -> &'static str {
        match self {
            Why::Several => "几个都像",
            Why::OtherDay => "日期不同",
            Why::OtherName => "姓名不同",
            Why::Weak => "只有年龄、地域、主诉这些对上",
            Why::TooFew => "对上的不到三项",
        }
    }
}

/// A row that a person has to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsure {
    /// Its line.
    pub line: u32,
    /// The arrivals that it may be.
    pub arrivals: Vec<i64>,
    /// Why it is not sure.
    pub why: Why,
}

/// What a list says about our arrivals.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pairing {
    /// 对上, by line.
    pub matched: Vec<Pair>,
    /// 拿不准, by line.
    pub unsure: Vec<Unsure>,
    /// In the list and not with us, by line.
    pub not_ours: Vec<u32>,
    /// With us and not in the list, by number.
    pub not_listed: Vec<i64>,
}

/// Fields that many patients of one town share.
const SHARED: [Item; 4] = [Item::Age, Item::Complaint, Item::Region, Item::VisitDate];
/// Fewer than that is no similarity.
const SIMILAR: usize = 2;

/// How alike a row and an arrival are.
struct Likeness {
    row: usize,
    ours: usize,
    by: Vec<Item>,
    /// `None`: a match.
    doubt: Option<Why>,
}

/// Pairs the rows of a list with the arrivals of the month.
pub fn pair(list: &[ListRow], ours: &[Ours], book: &Book) -> Pairing {
    let alike = alike(list, ours, book);
    let (mut free_rows, mut free_ours) = (vec![true; list.len()], vec![true; ours.len()]);
    let mut pairing = Pairing::default();
    let most = alike.iter().map(|like| like.by.len()).max().unwrap_or(0);
    for level in (1..=most).rev() {
        let sure = alike.iter().filter(|like| like.doubt.is_none() && like.by.len() == level);
        let sure: Vec<&Likeness> = sure.filter(|like| free_rows[like.row] && free_ours[like.ours]).collect();
        for group in groups(&sure) {
            let (rows, arrivals) = sides(&group, list, ours);
            rows.iter().for_each(|row| free_rows[*row] = false);
            arrivals.iter().for_each(|arrival| free_ours[*arrival] = false);
            let whole = group.len() == rows.len() * arrivals.len();
            if whole && rows.len() == arrivals.len() {
                for (row, arrival) in rows.iter().zip(&arrivals) {
                    let like = group.iter().find(|like| like.row == *row && like.ours == *arrival);
                    let by = like.map(|like| like.by.clone()).unwrap_or_default();
                    pairing.matched.push(Pair { line: list[*row].line, arrival: ours[*arrival].arrival, by });
                }
            } else {
                let arrivals: Vec<i64> = arrivals.iter().map(|arrival| ours[*arrival].arrival).collect();
                let unsure = |row: &usize| Unsure {
                    line: list[*row].line,
                    arrivals: arrivals.clone(),
                    why: Why::Several,
                };
                pairing.unsure.extend(rows.iter().map(unsure));
            }
        }
    }
    let mut doubtful: BTreeMap<usize, (Why, BTreeSet<i64>)> = BTreeMap::new();
    for like in alike.iter().filter(|like| free_rows[like.row] && free_ours[like.ours]) {
        let Some(why) = like.doubt else { continue };
        let (least, arrivals) = doubtful.entry(like.row).or_insert((why, BTreeSet::new()));
        *least = why.min(*least);
        arrivals.insert(ours[like.ours].arrival);
    }
    let looked_at: BTreeSet<i64> =
        doubtful.values().flat_map(|(_, arrivals)| arrivals.iter().copied()).collect();
    for (row, (why, arrivals)) in doubtful {
        free_rows[row] = false;
        pairing.unsure.push(Unsure { line: list[row].line, arrivals: arrivals.into_iter().collect(), why });
    }
    pairing.not_ours =
        list.iter().zip(&free_rows).filter(|(_, free)| **free).map(|(row, _)| row.line).collect();
    let left = ours.iter().zip(&free_ours).filter(|(_, free)| **free).map(|(one, _)| one.arrival);
    pairing.not_listed = left.filter(|arrival| !looked_at.contains(arrival)).collect();
    pairing.matched.sort_by_key(|pair| (pair.line, pair.arrival));
    pairing.unsure.sort_by_key(|unsure| unsure.line);
    pairing.not_ours.sort_unstable();
    pairing.not_listed.sort_unstable();
    pairing
}

/// The rows and arrivals of a group, each once, in the order of their numbers.
fn sides(group: &[&Likeness], list: &[ListRow], ours: &[Ours]) -> (Vec<usize>, Vec<usize>) {
    let mut rows: Vec<usize> = group.iter().map(|like| like.row).collect();
    let mut arrivals: Vec<usize> = group.iter().map(|like| like.ours).collect();
    rows.sort_by_key(|row| (list[*row].line, *row));
    rows.dedup();
    arrivals.sort_by_key(|arrival| ours[*arrival].arrival);
    arrivals.dedup();
    (rows, arrivals)
}

/// Likenesses that hang together by a row or an arrival.
fn groups<'l>(alike: &[&'l Likeness]) -> Vec<Vec<&'l Likeness>> {
    let mut by_row: HashMap<usize, Vec<usize>> = HashMap::new();
    let mut by_ours: HashMap<usize, Vec<usize>> = HashMap::new();
    for (at, like) in alike.iter().enumerate() {
        by_row.entry(like.row).or_default().push(at);
        by_ours.entry(like.ours).or_default().push(at);
    }
    let mut seen = vec![false; alike.len()];
    let mut groups = Vec::new();
    for first in 0..alike.len() {
        let (mut waiting, mut group) = (vec![first], Vec::new());
        while let Some(at) = waiting.pop() {
            if std::mem::replace(&mut seen[at], true) {
                continue;
            }
            group.push(alike[at]);
            // Taken out, so that each side is gone through once.
            waiting.extend(by_row.remove(&alike[at].row).unwrap_or_default());
            waiting.extend(by_ours.remove(&alike[at].ours).unwrap_or_default());
        }
        if !group.is_empty() {
            groups.push(group);
        }
    }
    groups
}

/// Everything that is alike at all: only what shares number, name or day is compared.
fn alike(list: &[ListRow], ours: &[Ours], book: &Book) -> Vec<Likeness> {
    let mut known: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, one) in ours.iter().enumerate() {
        for key in keys(&one.patient, Some(one.day)) {
            known.entry(key).or_default().push(at);
        }
    }
    let mut alike = Vec::new();
    for (row, listed) in list.iter().enumerate() {
        let found = keys(&listed.patient, listed.day).into_iter().filter_map(|key| known.get(&key));
        let candidates: BTreeSet<usize> = found.flatten().copied().collect();
        for at in candidates {
            let one = &ours[at];
            let tolerance = Tolerance::on(book, one.day);
            let fields = Comparison::of(&one.patient, one.day, &listed.patient, listed.day, tolerance);
            let by = fields.agreeing();
            let enough = u32::try_from(by.len()).is_ok_and(|count| count >= book.count(&MATCH_MIN, one.day));
            let differs = fields.differing();
            let doubt = match () {
                () if by.iter().all(|item| SHARED.contains(item)) => Some(Why::Weak),
                () if !enough => Some(Why::TooFew),
                () if differs.contains(&Item::VisitDate) => Some(Why::OtherDay),
                () if differs.contains(&Item::Name) => Some(Why::OtherName),
                () => None,
            };
            let similar = if doubt == Some(Why::Weak) { enough } else { by.len() >= SIMILAR };
            if similar {
                alike.push(Likeness { row, ours: at, by, doubt });
            }
        }
    }
    alike
}

fn keys(patient: &Patient, day: Option<NaiveDate>) -> Vec<String> {
    let phone = patient.phone.as_ref().map(|phone| format!("p{}", phone.key()));
    let name = patient.full_name().map(|name| format!("n{}", name.form()));
    let day = day.map(|day| format!("d{day}"));
    [phone, name, day].into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patient::Typed;
    use proptest::prelude::*;

    fn patient(name: &str, phone: &str, age: &str) -> Patient {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Typed { name: some(name), phone: some(phone), age: some(age), ..Typed::default() }.read().0
    }

    fn day(of: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, of).expect("a date")
    }

    fn row(line: u32, name: &str, phone: &str, age: &str, of: u32) -> ListRow {
        ListRow { line, day: (of > 0).then(|| day(of)), patient: patient(name, phone, age) }
    }

    fn ours(arrival: i64, name: &str, phone: &str, age: &str, of: u32) -> Ours {
        Ours { arrival, day: day(of), patient: patient(name, phone, age) }
    }

    const ONE: &str = "13800138000";
    const TWO: &str = "13900139000";

    #[test]
    fn three_fields_are_a_match_and_two_are_not_r_380() {
        let book = Book::default();
        let arrived = [ours(1, "王小明", ONE, "35", 5)];
        type Expected = Result<&'static [Item], Option<Why>>;
        let cases: [(ListRow, Expected); 8] = [
            (row(2, "王小明", ONE, "", 5), Ok(&[Item::Name, Item::Phone, Item::VisitDate])),
            (row(2, "王小明", ONE, "36", 0), Ok(&[Item::Name, Item::Age, Item::Phone])),
            (row(2, "王小明", "", "", 5), Err(Some(Why::TooFew))),
            (row(2, "王小明", ONE, "35", 6), Err(Some(Why::OtherDay))),
            (row(2, "王大明", ONE, "35", 5), Err(Some(Why::OtherName))),
            (row(2, "", ONE, "", 5), Err(Some(Why::TooFew))),
            (row(2, "李四", TWO, "35", 5), Err(None)),
            (row(2, "王小明", TWO, "60", 9), Err(None)),
        ];
        for (listed, expected) in cases {
            let found = pair(std::slice::from_ref(&listed), &arrived, &book);
            match expected {
                Ok(by) => {
                    assert_eq!(found.matched, [Pair { line: 2, arrival: 1, by: by.to_vec() }], "{listed:?}");
                    assert!(
                        found.not_listed.is_empty() && found.not_ours.is_empty() && found.unsure.is_empty()
                    );
                }
                Err(Some(why)) => {
                    assert_eq!(found.unsure, [Unsure { line: 2, arrivals: vec![1], why }], "{listed:?}");
                    assert!(
                        found.not_listed.is_empty() && found.not_ours.is_empty(),
                        "a person looks at both"
                    );
                }
                Err(None) => {
                    assert_eq!((found.not_ours, found.not_listed), (vec![2], vec![1]), "{listed:?}");
                }
            }
        }
    }

    #[test]
    fn who_comes_twice_is_counted_twice_and_who_is_listed_twice_once() {
        let book = Book::default();
        let twice = [ours(1, "王小明", ONE, "35", 5), ours(2, "王小明", ONE, "35", 5)];
        let rows = [row(2, "王小明", ONE, "", 5), row(3, "王小明", ONE, "", 5)];
        let found = pair(&rows, &twice, &book);
        let pairs: Vec<_> = found.matched.iter().map(|pair| (pair.line, pair.arrival)).collect();
        assert_eq!((pairs, found.unsure.len()), (vec![(2, 1), (3, 2)], 0), "as many as came");
        let found = pair(&rows, &twice[..1], &book);
        assert_eq!(found.unsure.iter().map(|unsure| unsure.why).collect::<Vec<_>>(), [Why::Several; 2]);
        let found =
            pair(&rows[..1], &[ours(1, "王小明", ONE, "35", 5), ours(2, "王小明", ONE, "35", 9)], &book);
        assert_eq!(found.matched.len(), 1, "the day tells");
        assert_eq!((found.matched[0].arrival, found.not_listed), (1, vec![2]));
    }

    #[test]
    fn the_better_pair_is_made_first() {
        let book = Book::default();
        let arrived = [ours(1, "王小明", ONE, "", 5), ours(2, "王小明", ONE, "35", 5)];
        let found = pair(&[row(2, "王小明", ONE, "35", 5)], &arrived, &book);
        assert_eq!((found.matched[0].arrival, found.not_listed), (2, vec![1]));
    }

    proptest! {
        #[test]
        fn every_row_and_every_arrival_has_one_place_in_any_order(
            rows in prop::collection::vec((0usize..3, 0usize..3, 0u32..4), 0..7),
            came in prop::collection::vec((0usize..3, 0usize..3, 1u32..4), 0..7),
        ) {
            const NAMES: [&str; 3] = ["王小明", "李小红", ""];
            const PHONES: [&str; 3] = [ONE, TWO, ""];
            let list: Vec<ListRow> =
                (1..).zip(&rows).map(|(line, (name, phone, of))| row(line, NAMES[*name], PHONES[*phone], "35", *of)).collect();
            let arrived: Vec<Ours> =
                (1..).zip(&came).map(|(no, (name, phone, of))| ours(no, NAMES[*name], PHONES[*phone], "35", *of)).collect();
            let book = Book::default();
            let found = pair(&list, &arrived, &book);
            let (mut list_back, mut arrived_back) = (list.clone(), arrived.clone());
            list_back.reverse();
            arrived_back.reverse();
            prop_assert_eq!(&found, &pair(&list_back, &arrived_back, &book));
            prop_assert_eq!(found.matched.len() + found.unsure.len() + found.not_ours.len(), list.len());
            let mut matched: Vec<i64> = found.matched.iter().map(|pair| pair.arrival).collect();
            matched.sort_unstable();
            let all = matched.len();
            matched.dedup();
            prop_assert_eq!(matched.len(), all, "no arrival is two rows'");
            let unsure: BTreeSet<i64> = found.unsure.iter().flat_map(|unsure| unsure.arrivals.iter().copied()).collect();
            prop_assert!(unsure.iter().all(|arrival| !matched.contains(arrival)));
            prop_assert_eq!(matched.len() + unsure.len() + found.not_listed.len(), arrived.len());
        }
    }
}
