//! 单项奖、末位、低率: what a month's final board brings, and who is named to those who lead.
//! Nothing of it is final: prizes and the last place are proposed to the supervisor.

use super::board::{Board, Entry, Group, Line};
use super::order::{Measure, Tally, basis_points, cmp_ratio};
use crate::calendar::Span;
use crate::person::PersonId;
use crate::settings::Book;
use crate::settings::catalogue::ranking::{
    LAST_MIN_TEAM, TARGET_ARRIVAL, TARGET_BOOKING, TITLE_AMOUNT, TITLE_ARRIVAL_RATE, TITLE_MIN,
};
use chrono::{Datelike, NaiveDate};
use std::cmp::Ordering;

/// 单项奖.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Title {
    /// 预约率: 预约÷咨询.
    Booking,
    /// 到诊率: 到诊÷预约, or ÷咨询 where it is set so.
    Arrival,
}

impl Title {
    /// Both.
    pub const ALL: [Title; 2] = [Title::Booking, Title::Arrival];

    /// As people read it.
    pub fn word(self) -> &'static str {
        match self {
            Title::Booking => "预约率",
            Title::Arrival => "到诊率",
        }
    }

    /// As it stands in rows and events.
    pub fn code(self) -> &'static str {
        match self {
            Title::Booking => "booking",
            Title::Arrival => "arrival",
        }
    }

    /// What is set against what.
    fn ratio(self, tally: &Tally, book: &Book, day: NaiveDate) -> (u32, u32) {
        match self {
            Title::Booking => (tally.appointments, tally.dialogues),
            Title::Arrival if book.word(&TITLE_ARRIVAL_RATE, day) == "consultations" => {
                (tally.arrivals, tally.dialogues)
            }
            Title::Arrival => (tally.arrivals, tally.appointments),
        }
    }
}

/// Who wins a title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prize {
    /// Which.
    pub title: Title,
    /// Who: several when their rates are equal; nobody when nobody reached the least dialogues, or has any rate.
    pub winners: Vec<PersonId>,
    /// Their rate as part and whole of the first of them.
    pub ratio: (u32, u32),
    /// For each, in fen.
    pub fen: i64,
    /// Valid dialogues that were needed.
    pub least: u32,
}

impl Prize {
    /// Their rate in hundredths of a percent.
    pub fn points(&self) -> Option<u64> {
        basis_points(self.ratio.0, self.ratio.1)
    }
}

/// The titles of a month: the best rates of those who have a place and enough dialogues; equal ones all win, and
/// one may win both.
pub fn prizes(book: &Book, month: Span, board: &Board) -> Vec<Prize> {
    let day = month.to;
    let least = book.count(&TITLE_MIN, day);
    let eligible: Vec<&Tally> =
        board.lines.iter().map(|line| &line.entry.tally).filter(|tally| tally.dialogues >= least).collect();
    Title::ALL
        .into_iter()
        .map(|title| {
            let ratios = eligible.iter().map(|tally| (tally.person, title.ratio(tally, book, day)));
            let rated: Vec<(PersonId, (u32, u32))> =
                ratios.filter(|(_, (part, whole))| *part > 0 && *whole > 0).collect();
            let best = rated.iter().map(|(_, ratio)| *ratio).max_by(|a, b| cmp_ratio(*a, *b));
            let winners = best.map_or_else(Vec::new, |best| {
                let wins = |ratio: &(u32, u32)| cmp_ratio(*ratio, best) == Ordering::Equal;
                rated.iter().filter(|(_, ratio)| wins(ratio)).map(|(person, _)| *person).collect()
            });
            Prize {
                title,
                winners,
                ratio: best.unwrap_or((0, 0)),
                fen: book.whole(&TITLE_AMOUNT, day),
                least,
            }
        })
        .collect()
}

/// How a month's rate stands to its base.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// 优秀: above the base.
    Excellent,
    /// 合格: exactly the base.
    Passed,
    /// 未达标: below it.
    Below,
}

impl Verdict {
    /// As people read it.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Excellent => "优秀",
            Verdict::Passed => "合格",
            Verdict::Below => "未达标",
        }
    }
}

/// A rate beside its base.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Check {
    /// Which rate.
    pub title: Title,
    /// It, in hundredths of a percent; `None` when there is nothing to divide by.
    pub points: Option<u64>,
    /// The base, in hundredths of a percent.
    pub base: u64,
    /// How it stands; a rate of nothing is below.
    pub verdict: Verdict,
}

/// How a person's month stands to the bases that are set; none where none is set.
pub fn verdict(book: &Book, day: NaiveDate, tally: &Tally) -> Vec<Check> {
    let bases = [(Title::Booking, &TARGET_BOOKING), (Title::Arrival, &TARGET_ARRIVAL)];
    bases
        .into_iter()
        .filter_map(|(title, setting)| {
            let base = book.count(setting, day);
            let ratio = match title {
                Title::Booking => (tally.appointments, tally.dialogues),
                // Item F sets the arrivals against the appointments.
                Title::Arrival => (tally.arrivals, tally.appointments),
            };
            (base > 0).then(|| Check {
                title,
                points: basis_points(ratio.0, ratio.1),
                base: u64::from(base),
                verdict: match cmp_ratio(ratio, (base, 10_000)) {
                    Ordering::Greater => Verdict::Excellent,
                    Ordering::Equal => Verdict::Passed,
                    Ordering::Less => Verdict::Below,
                },
            })
        })
        .collect()
}

/// Part and whole of what somebody is compared by.
type Ratio = fn(&Tally) -> (u32, u32);

/// The last of the month's combined assessment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Last {
    /// Him: the greatest sum of the places by arrivals, appointments and conversion.
    One(PersonId),
    /// Several are last alike: the supervisor says who.
    Several(Vec<PersonId>),
    /// All of them are alike, so nobody is last.
    Nobody,
    /// Too few were assessed: so many, of so many needed.
    TooFew(u32, u32),
}

/// Who is last in the month. New staff are not assessed in their first month; `entered` answers
/// somebody's first day.
pub fn last_place(
    book: &Book,
    month: Span,
    board: &Board,
    entered: impl Fn(PersonId) -> Option<NaiveDate>,
) -> Last {
    let first_month = |person| {
        entered(person).is_some_and(|day| (day.year(), day.month()) == (month.to.year(), month.to.month()))
    };
    let assessed: Vec<Entry> = board
        .lines
        .iter()
        .map(|line| line.entry)
        .filter(|entry| !first_month(entry.tally.person) && !entry.away)
        .collect();
    let (count, least) =
        (u32::try_from(assessed.len()).unwrap_or(u32::MAX), book.count(&LAST_MIN_TEAM, month.to));
    if count < least {
        return Last::TooFew(count, least);
    }
    let keys: [Ratio; 3] = [
        |tally| (tally.arrivals, 1),
        |tally| (tally.appointments, 1),
        |tally| (tally.arrivals, tally.dialogues),
    ];
    // A place is one more than the number of those who are better.
    let sum = |entry: &Entry| -> usize {
        let better = |key: Ratio| {
            let own = key(&entry.tally);
            assessed.iter().filter(|other| cmp_ratio(key(&other.tally), own) == Ordering::Greater).count()
        };
        keys.into_iter().map(better).sum()
    };
    let sums: Vec<(PersonId, usize)> =
        assessed.iter().map(|entry| (entry.tally.person, sum(entry))).collect();
    let worst = sums.iter().map(|(_, sum)| *sum).max().unwrap_or(0);
    let last: Vec<PersonId> =
        sums.into_iter().filter(|(_, sum)| *sum == worst).map(|(person, _)| person).collect();
    match last.as_slice() {
        all if all.len() == assessed.len() => Last::Nobody,
        [one] => Last::One(*one),
        _ => Last::Several(last),
    }
}

/// The lines of the lowest conversion rates below that of the whole board, the lowest first: `most` of them, and those
/// whose rate is no better than the last one's. Whoever had no dialogue is not among them. `of` chooses whose.
pub fn low(board: &Board, most: usize, of: impl Fn(&Line) -> bool) -> Vec<Line> {
    let ratio = |tally: &Tally| conversion(board, tally);
    let whole = whole(board);
    let compared = |a: &Line, b: &Line| cmp_ratio(ratio(&a.entry.tally), ratio(&b.entry.tally));
    let is_low = |line: &&Line| {
        line.entry.tally.dialogues > 0 && cmp_ratio(ratio(&line.entry.tally), whole) == Ordering::Less
    };
    let mut lines: Vec<Line> = board.lines.iter().filter(is_low).filter(|line| of(line)).copied().collect();
    lines.sort_by(|a, b| compared(a, b).then(a.entry.tally.person.cmp(&b.entry.tally.person)));
    let Some(last) = most.checked_sub(1) else { return Vec::new() };
    if let Some(last) = lines.get(last).copied() {
        lines.retain(|line| compared(line, &last) != Ordering::Greater);
    }
    lines
}

/// The group of the lowest conversion rate below that of the whole board, whatever the board is ordered by; the first of
/// equal ones. A group without a dialogue is not it.
pub fn lowest_group(board: &Board) -> Option<&Group> {
    let ratio = |group: &Group| conversion(board, &group.tally);
    let whole = whole(board);
    let is_low =
        |group: &&Group| group.tally.dialogues > 0 && cmp_ratio(ratio(group), whole) == Ordering::Less;
    board.groups.iter().filter(is_low).min_by(|a, b| cmp_ratio(ratio(a), ratio(b)))
}

/// Part and whole of a conversion rate as a board takes it.
fn conversion(board: &Board, tally: &Tally) -> (u32, u32) {
    match board.order.measure() {
        Measure::Arrivals => (tally.arrivals, tally.dialogues),
        Measure::Appointments => (tally.appointments, tally.dialogues),
    }
}

/// That of everybody on a board together.
fn whole(board: &Board) -> (u32, u32) {
    board
        .all()
        .map(|line| conversion(board, &line.entry.tally))
        .fold((0u32, 0u32), |sum, one| (sum.0.saturating_add(one.0), sum.1.saturating_add(one.1)))
}

#[cfg(test)]
mod tests {
    use super::super::order::Order;
    use super::*;
    use crate::settings::{Setting, Value, Version};

    fn d(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn march() -> Span {
        Span { from: d("2026-03-01"), to: d("2026-03-31") }
    }

    fn book(settings: &[(&'static Setting, Value)]) -> Book {
        let mut book = Book::default();
        for (setting, value) in settings {
            book.set(setting, Version { from: d("2026-01-01"), value: *value });
        }
        book
    }

    /// Person, dialogues, appointments, arrivals.
    type Figures = (PersonId, u32, u32, u32);

    fn board(figures: &[Figures]) -> Board {
        let entries = figures.iter().map(|(person, dialogues, appointments, arrivals)| Entry {
            tally: Tally {
                person: *person,
                appointments: *appointments,
                arrivals: *arrivals,
                dialogues: *dialogues,
            },
            worked: 20_000,
            team: None,
            is_new: *person >= 100,
            unfiled: false,
            away: false,
        });
        Board::compose(entries.collect(), vec![], Order::Arrivals, false)
    }

    fn won(book: &Book, figures: &[(PersonId, u32, u32, u32)]) -> [Vec<PersonId>; 2] {
        let found = prizes(book, march(), &board(figures));
        assert!(found.iter().all(|prize| prize.fen == 20_000));
        [found[0].winners.clone(), found[1].winners.clone()]
    }

    #[test]
    fn r217_the_best_of_each_rate_wins() {
        let book = Book::default();
        type Case<'c> = (&'c str, &'c [Figures], [&'c [PersonId]; 2]);
        let cases: &[Case<'_>] = &[
            (
                "the example: 60 of 150 booked, 45 of 50 arrived",
                &[(1, 150, 60, 40), (2, 150, 50, 45)],
                [&[1], &[2]],
            ),
            ("one wins both", &[(1, 150, 60, 58), (2, 150, 50, 45)], [&[1], &[1]]),
            (
                "equal rates of unequal numbers win together",
                &[(1, 100, 40, 20), (2, 50, 20, 10)],
                [&[1, 2], &[1, 2]],
            ),
            ("19 dialogues are too few, 20 are enough", &[(1, 19, 19, 19), (2, 20, 1, 1)], [&[2], &[2]]),
            ("newcomers on trial win nothing", &[(100, 90, 80, 70), (1, 90, 1, 1)], [&[1], &[1]]),
            ("nobody came", &[(1, 90, 5, 0), (2, 90, 4, 0)], [&[1], &[]]),
            ("nobody is eligible", &[(1, 5, 5, 5)], [&[], &[]]),
            ("nobody at all", &[], [&[], &[]]),
        ];
        for (case, figures, expected) in cases {
            let found = won(&book, figures);
            assert_eq!([found[0].as_slice(), found[1].as_slice()], *expected, "{case}");
        }
    }

    #[test]
    fn r217_the_arrival_rate_may_be_of_the_consultations() {
        let figures = [(1, 100, 10, 9), (2, 100, 40, 20)];
        assert_eq!(won(&Book::default(), &figures)[1], [1]);
        let of_all = book(&[(&TITLE_ARRIVAL_RATE, Value::Word("consultations"))]);
        assert_eq!(won(&of_all, &figures)[1], [2]);
    }

    #[test]
    fn r218_equal_is_passed_and_above_is_excellent() {
        let tally = |appointments, arrivals| Tally { person: 1, appointments, arrivals, dialogues: 100 };
        assert_eq!(verdict(&Book::default(), march().to, &tally(30, 15)), [], "no base is set");
        let set = book(&[(&TARGET_BOOKING, Value::Whole(3_000)), (&TARGET_ARRIVAL, Value::Whole(5_000))]);
        let words = |tally| -> Vec<&str> {
            verdict(&set, march().to, &tally).iter().map(|check| check.verdict.word()).collect()
        };
        assert_eq!(words(tally(30, 15)), ["合格", "合格"]);
        assert_eq!(words(tally(31, 15)), ["优秀", "未达标"]);
        assert_eq!(words(tally(0, 0)), ["未达标", "未达标"]);
    }

    #[test]
    fn r219_the_last_of_all_three_goes_to_training() {
        let nobody = |_| None;
        let eight: Vec<_> = (1..=8)
            .zip(1u32..)
            .map(|(person, place)| (person, 100, 90 - 10 * place, 80 - 10 * place))
            .collect();
        assert_eq!(last_place(&Book::default(), march(), &board(&eight), nobody), Last::One(8));
        // Equal sums: the supervisor says.
        let tied = [(1, 100, 9, 9), (2, 100, 5, 5), (3, 100, 5, 5)];
        assert_eq!(last_place(&Book::default(), march(), &board(&tied), nobody), Last::Several(vec![2, 3]));
        assert_eq!(last_place(&Book::default(), march(), &board(&tied[..2]), nobody), Last::TooFew(2, 3));
        let alike = [(1, 100, 5, 5), (2, 100, 5, 5), (3, 100, 5, 5)];
        assert_eq!(last_place(&Book::default(), march(), &board(&alike), nobody), Last::Nobody);
        // Who began in March is not assessed in March, whoever began in February is.
        let began = |day: &'static str| move |person| (person == 8).then(|| d(day));
        assert_eq!(last_place(&Book::default(), march(), &board(&eight), began("2026-03-31")), Last::One(7));
        assert_eq!(last_place(&Book::default(), march(), &board(&eight), began("2026-02-28")), Last::One(8));
        assert_eq!(last_place(&Book::default(), march(), &board(&eight), began("2025-03-31")), Last::One(8));
    }

    #[test]
    fn r225_the_lowest_group_is_the_one_of_the_lowest_rate() {
        let teamed = |figures: &[(Figures, i64)]| {
            let plain: Vec<Figures> = figures.iter().map(|(figures, _)| *figures).collect();
            let mut entries: Vec<Entry> = board(&plain).all().map(|line| line.entry).collect();
            for entry in &mut entries {
                let own = figures.iter().find(|(figures, _)| figures.0 == entry.tally.person);
                entry.team = own.map(|(_, team)| *team);
            }
            Board::compose(entries, vec![], Order::Arrivals, false)
        };
        let lowest = |figures: &[(Figures, i64)]| lowest_group(&teamed(figures)).map(|group| group.team);
        // The second group has the fewest arrivals, and the better rate.
        assert_eq!(lowest(&[((1, 300, 2, 2), 1), ((2, 5, 1, 1), 2)]), Some(Some(1)));
        assert_eq!(lowest(&[((1, 100, 2, 2), 1), ((2, 50, 1, 1), 2)]), None, "alike");
        assert_eq!(lowest(&[((1, 100, 2, 2), 1), ((2, 0, 1, 0), 2)]), None, "no dialogue");
    }

    #[test]
    fn r227_the_lowest_are_below_the_whole_and_equal_ones_are_named_together() {
        let figures = [(1, 100, 9, 9), (2, 100, 5, 1), (3, 100, 5, 3), (4, 0, 5, 0), (5, 100, 5, 2)];
        let people = |figures: &[(PersonId, u32, u32, u32)], most| -> Vec<PersonId> {
            low(&board(figures), most, |_| true).iter().map(|line| line.entry.tally.person).collect()
        };
        assert_eq!(people(&figures, 3), [2, 5, 3]);
        assert_eq!(people(&figures, 1), [2]);
        assert_eq!(people(&figures, 0), [0i64; 0]);
        let tied = [(1, 100, 9, 9), (2, 100, 5, 1), (3, 100, 5, 1), (4, 100, 5, 2)];
        assert_eq!(people(&tied, 1), [2, 3], "equal ones together");
        assert_eq!(people(&tied[1..3], 3), [0i64; 0], "where all are alike nobody is low");
        let own = low(&board(&figures), 3, |line| line.entry.tally.person == 5);
        assert_eq!(own.len(), 1);
    }
}
