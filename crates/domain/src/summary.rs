//! 汇总: what a group's lead collates from the daily reports for the supervisor.
//!
//! A summary is of a day, a week, a month or a quarter, and is computed from the reports that stand, never typed.
//! It is due on the day after its last one, strictly before the time that the department has set; what is not confirmed
//! by then goes to the supervisor as it is and is marked.

use crate::calendar::{Calendar, EpochMs, MINUTE, Period, Span, next_day, previous_day, shift_days};
use crate::person::PersonId;
use crate::report::{Figures, Standing};
use crate::settings::Book;
use crate::settings::catalogue::duties::{DUTY_DIGEST_DUE, DUTY_DIGEST_DUE_INCLUSIVE};
use crate::settings::catalogue::reports::{STATS_MONTHLY_DAY, STATS_WEEKLY_DAY};
use chrono::{Datelike, NaiveDate};
use std::collections::BTreeMap;

/// Over what a summary goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Term {
    /// 日
    Day,
    /// 周, Monday to Sunday.
    Week,
    /// 月, by the calendar.
    Month,
    /// 季, by the calendar.
    Quarter,
}

impl Term {
    /// All of them, shortest first.
    pub const ALL: [Term; 4] = [Term::Day, Term::Week, Term::Month, Term::Quarter];

    /// As it stands in rows and events.
    pub fn code(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
        }
    }

    /// The Chinese word: 日汇总, 周汇总 …
    pub fn word(self) -> &'static str {
        match self {
            Self::Day => "日",
            Self::Week => "周",
            Self::Month => "月",
            Self::Quarter => "季",
        }
    }

    /// The whole term that a date lies in.
    pub fn around(self, date: NaiveDate) -> Span {
        match self {
            Self::Day => Span::day(date),
            Self::Week => Period::Week.around(date),
            Self::Month => Period::Month.around(date),
            Self::Quarter => {
                let first = date.month0() / 3 * 3 + 1;
                let month = |month| date.with_day(1).and_then(|day| day.with_month(month)).unwrap_or(date);
                Span { from: month(first), to: Period::Month.around(month(first + 2)).to }
            }
        }
    }

    /// The whole term before the one that a date lies in.
    pub fn before(self, date: NaiveDate) -> Span {
        self.around(previous_day(self.around(date).from))
    }

    /// The terms whose last day this is, shortest first; the day itself always is one (R-329: a date that is the end of
    /// several has one post).
    pub fn ending(date: NaiveDate) -> impl Iterator<Item = Term> {
        Self::ALL.into_iter().filter(move |term| term.around(date).to == date)
    }
}

/// The first instant at which a summary whose last day is `to` is late: 10:00:00 itself, or, where the department
/// counts that minute as in time, the next one.
pub fn due(book: &Book, calendar: &Calendar, to: NaiveDate) -> EpochMs {
    let day = next_day(to);
    let due = calendar.at(day, book.time(&DUTY_DIGEST_DUE, day));
    if book.is_on(&DUTY_DIGEST_DUE_INCLUSIVE, day) { due + MINUTE } else { due }
}

/// A person's report of a day, as a summary takes it.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// Whose.
    pub person: PersonId,
    /// How he stands with it.
    pub standing: Standing,
    /// The figures of the live revision.
    pub figures: Option<&'a Figures>,
}

/// What a person's rows come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// By the field's name. A rate in percent (满意度) is averaged, everything else added.
    pub figures: BTreeMap<String, u64>,
    /// Days with a report in time, or one that was not owed.
    pub filed: u32,
    /// Days with a late report.
    pub late: u32,
    /// Days without one.
    pub missing: u32,
    /// Days whose shift has not ended.
    pub not_due: u32,
}

/// The field that is a percentage.
const RATE: &str = "满意度";

/// Each person's sums, by person. Whoever owed nothing and filed nothing is not among them.
pub fn roll_up<'a>(rows: impl IntoIterator<Item = Row<'a>>) -> BTreeMap<PersonId, Sums> {
    let mut sums: BTreeMap<PersonId, Sums> = BTreeMap::new();
    let mut rated: BTreeMap<PersonId, u64> = BTreeMap::new();
    for row in rows {
        if row.standing == Standing::Excused {
            continue;
        }
        let own = sums.entry(row.person).or_default();
        match row.standing {
            Standing::Filed => own.filed += 1,
            Standing::FiledLate => own.late += 1,
            Standing::Missing => own.missing += 1,
            Standing::NotDue | Standing::Excused => own.not_due += 1,
        }
        for (field, figure) in row.figures.into_iter().flatten() {
            *own.figures.entry(field.clone()).or_default() += u64::from(*figure);
            if field == RATE {
                *rated.entry(row.person).or_default() += 1;
            }
        }
    }
    for (person, days) in rated {
        if let Some(rate) = sums.get_mut(&person).and_then(|own| own.figures.get_mut(RATE)) {
            *rate = (*rate + days / 2) / days;
        }
    }
    sums
}

/// The sums of all of them; a percentage is left out, for it has no sum.
pub fn total<'a>(sums: impl IntoIterator<Item = &'a Sums>) -> BTreeMap<String, u64> {
    let mut total: BTreeMap<String, u64> = BTreeMap::new();
    for (field, figure) in sums.into_iter().flat_map(|sums| &sums.figures) {
        if field != RATE {
            *total.entry(field.clone()).or_default() += figure;
        }
    }
    total
}

/// What the register is counted over on a day, when it is one for that: on the department's weekday the seven days
/// before it; on its day of the month, or the month's last where there is no such day, everything since the last such
/// day. Neither counts the day itself, which is not over.
pub fn counted_on(book: &Book, day: NaiveDate) -> Vec<(Count, Span)> {
    let mut counts = Vec::new();
    let weekday = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
        [day.weekday().num_days_from_monday() as usize];
    if book.word(&STATS_WEEKLY_DAY, day) == weekday {
        counts.push((Count::Week, Span { from: shift_days(day, -7), to: previous_day(day) }));
    }
    let month = Period::Month.around(day);
    if count_day(book, day) == day {
        let from = count_day(book, previous_day(month.from));
        counts.push((Count::Month, Span { from, to: previous_day(day) }));
    }
    counts
}

/// Which of the two counts of the register it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// 小统计, of a week.
    Week,
    /// 月统计.
    Month,
}

impl Count {
    /// As it stands in events.
    pub fn code(self) -> &'static str {
        match self {
            Self::Week => "week",
            Self::Month => "month",
        }
    }
}

/// The day of the month's count in the month of a date.
fn count_day(book: &Book, date: NaiveDate) -> NaiveDate {
    let last = Period::Month.around(date).to;
    date.with_day(book.count(&STATS_MONTHLY_DAY, last)).unwrap_or(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Value, Version};
    use proptest::prelude::*;

    fn d(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn span(from: &str, to: &str) -> Span {
        Span { from: d(from), to: d(to) }
    }

    #[test]
    fn r329_terms_end_with_the_week_the_month_and_the_quarter() {
        let ending = |date: &str| Term::ending(d(date)).map(Term::code).collect::<Vec<_>>();
        let cases = [
            ("2026-03-02", &["day"][..]),
            ("2026-03-08", &["day", "week"]),
            ("2026-02-28", &["day", "month"]),
            ("2028-02-28", &["day"]),
            ("2028-02-29", &["day", "month"]),
            ("2026-03-31", &["day", "month", "quarter"]),
            ("2026-05-31", &["day", "week", "month"]),
            ("2028-12-31", &["day", "week", "month", "quarter"]),
        ];
        for (date, expected) in cases {
            assert_eq!(ending(date), expected, "{date}");
        }
        assert_eq!(Term::Quarter.around(d("2026-11-05")), span("2026-10-01", "2026-12-31"));
        assert_eq!(Term::Quarter.around(d("2026-03-31")), span("2026-01-01", "2026-03-31"));
        assert_eq!(Term::Quarter.before(d("2026-01-01")), span("2025-10-01", "2025-12-31"));
        assert_eq!(Term::Week.before(d("2026-01-01")), span("2025-12-22", "2025-12-28"));
    }

    #[test]
    fn r327_ten_o_clock_itself_is_late_unless_set_otherwise() {
        let calendar = Calendar::default();
        let ten = calendar.at(d("2026-03-03"), 10 * 60);
        assert_eq!(due(&Book::default(), &calendar, d("2026-03-02")), ten);
        let mut book = Book::default();
        book.set(&DUTY_DIGEST_DUE_INCLUSIVE, Version { from: d("2026-03-03"), value: Value::Switch(true) });
        assert_eq!(due(&book, &calendar, d("2026-03-02")), ten + MINUTE);
        assert_eq!(due(&book, &calendar, d("2026-03-01")), calendar.at(d("2026-03-02"), 10 * 60));
        assert_eq!(due(&book, &calendar, d("2026-12-31")), calendar.at(d("2027-01-01"), 10 * 60) + MINUTE);
    }

    #[test]
    fn r008_sums_are_those_of_the_rows() {
        let figures = |list: &[(&str, u32)]| -> Figures {
            list.iter().map(|(name, figure)| ((*name).to_owned(), *figure)).collect()
        };
        let (one, two) = (figures(&[("对话", 50), ("预约", 8)]), figures(&[("对话", 40)]));
        let (rated, again) =
            (figures(&[("门诊", 30), ("满意度", 95)]), figures(&[("门诊", 20), ("满意度", 98)]));
        let row = |person, standing, figures| Row { person, standing, figures };
        let sums = roll_up([
            row(1, Standing::Filed, Some(&one)),
            row(1, Standing::FiledLate, Some(&two)),
            row(1, Standing::Missing, None),
            row(2, Standing::Excused, None),
            row(3, Standing::Filed, Some(&rated)),
            row(3, Standing::Filed, Some(&again)),
            row(4, Standing::NotDue, None),
        ]);
        assert_eq!(sums.keys().copied().collect::<Vec<_>>(), [1, 3, 4]);
        assert_eq!((sums[&1].filed, sums[&1].late, sums[&1].missing), (1, 1, 1));
        assert_eq!(sums[&1].figures, BTreeMap::from([("对话".to_owned(), 90), ("预约".to_owned(), 8)]));
        assert_eq!(sums[&3].figures["满意度"], 97, "96.5 is rounded up");
        assert_eq!(
            total(sums.values()),
            BTreeMap::from([("对话".to_owned(), 90), ("门诊".to_owned(), 50), ("预约".to_owned(), 8)])
        );
    }

    #[test]
    fn r021_tuesday_and_the_thirtieth_and_in_february_the_last_day() {
        let counted = |date: &str| {
            let found = counted_on(&Book::default(), d(date));
            found.into_iter().map(|(count, span)| (count.code(), span)).collect::<Vec<_>>()
        };
        let week = |from, to| ("week", span(from, to));
        let month = |from, to| ("month", span(from, to));
        assert_eq!(counted("2026-03-02"), []);
        assert_eq!(counted("2026-03-03"), [week("2026-02-24", "2026-03-02")]);
        assert_eq!(counted("2026-01-30"), [month("2025-12-30", "2026-01-29")]);
        assert_eq!(counted("2026-02-28"), [month("2026-01-30", "2026-02-27")]);
        assert_eq!(
            counted("2028-02-29"),
            [week("2028-02-22", "2028-02-28"), month("2028-01-30", "2028-02-28")]
        );
        assert_eq!(counted("2026-03-30"), [month("2026-02-28", "2026-03-29")]);
        assert_eq!(counted("2026-03-31"), [week("2026-03-24", "2026-03-30")]);
    }

    proptest! {
        #[test]
        fn counts_of_the_register_take_every_day_once(set in 1i64..=31, start in 0i64..4_000) {
            let mut book = Book::default();
            let first = d("2020-01-01");
            book.set(&STATS_MONTHLY_DAY, Version { from: first, value: Value::Whole(set) });
            let mut last: Option<NaiveDate> = None;
            for day in shift_days(first, start).iter_days().take(800) {
                for (count, span) in counted_on(&book, day) {
                    prop_assert_eq!(span.to, previous_day(day));
                    if count == Count::Month {
                        if let Some(last) = last {
                            prop_assert_eq!(span.from, next_day(last));
                        }
                        last = Some(span.to);
                    }
                }
            }
        }

        #[test]
        fn terms_tile_the_calendar(days in 0i64..20_000) {
            let date = shift_days(d("2000-01-01"), days);
            for term in Term::ALL {
                let span = term.around(date);
                prop_assert!(span.contains(date));
                prop_assert_eq!(term.around(span.from), span);
                prop_assert_eq!(term.around(span.to), span);
                prop_assert_eq!(next_day(term.before(date).to), span.from);
            }
        }
    }
}
