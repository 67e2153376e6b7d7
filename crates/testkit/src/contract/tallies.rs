//! Day sums: whatever people do and take back, they are what a count of the register, the reports and the rota gives.

use super::histories::{Step, all_arrivals, appointments, carry_out};
use super::{NOON, day, over, person, read, recorded, write};
use crate::engines::Database;
use domain::calendar::{DAY, HOUR, MINUTE, shift_days};
use domain::ranking::{Board, Counts, Entry, Order, Tally};
use domain::registration::Class;
use domain::report::Figures;
use domain::rights::Over;
use domain::shift::Shift;
use domain::{Calendar, Period, PersonId, Span};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::collections::BTreeMap;
use store::{BoardState, CreditState, Error, NewGroupPost, NewReport, Registered, Tx};

fn nothing(person: PersonId) -> Counts {
    Counts { person, shifts: 0, reports: 0, dialogues: 0, unanswered: 0, appointments: 0, arrivals: 0 }
}

/// Counts through the readers that everything else uses, one thing after the other.
fn naive(tx: &mut Tx<'_>, span: Span) -> Result<Vec<Counts>, Error> {
    let calendar = Calendar::default();
    let mut all: BTreeMap<PersonId, Counts> = BTreeMap::new();
    let mut add = |person: PersonId, change: &dyn Fn(&mut Counts)| {
        change(all.entry(person).or_insert(nothing(person)));
    };
    for one in appointments(tx)? {
        let counts = !one.cancelled && one.terms.class != Class::Invalid;
        if counts && span.contains(calendar.date(one.entered.at)) {
            add(one.owner, &|counts| counts.appointments += 1);
        }
    }
    for one in all_arrivals(tx)? {
        let settled = one.credit.state != CreditState::Suggested && !one.forfeited;
        if let Some(to) = one.credit.to.filter(|_| settled && span.contains(one.day)) {
            add(to, &|counts| counts.arrivals += 1);
        }
    }
    for report in tx.live_reports(span)? {
        let silent = report.figures.get("未应答").copied().unwrap_or(0);
        add(report.person, &|counts| {
            counts.reports += 1;
            counts.dialogues += domain::report::dialogues(&report.figures);
            counts.unanswered += silent;
        });
    }
    for row in tx.rota_between(span)?.into_iter().filter(|row| row.shift.is_some()) {
        add(row.person, &|counts| counts.shifts += 1);
    }
    Ok(all.into_values().collect())
}

/// A report filed or taken back, or a day planned, by chance.
fn office(
    tx: &mut Tx<'_>,
    random: &mut StdRng,
    person: PersonId,
    revision: u32,
    now: i64,
) -> Result<(), Error> {
    let today = Calendar::default().date(now);
    let date = shift_days(today, random.random_range(-3..2));
    match random.random_range(0..4) {
        0 | 1 => {
            let mut figures: Figures = BTreeMap::new();
            for name in ["对话", "有效", "未应答"] {
                if random.random_bool(0.7) {
                    figures.insert(name.to_owned(), random.random_range(0..40));
                }
            }
            let report =
                NewReport { date, revision, received_at: now, late: false, figures: &figures, note: None };
            tx.file_report(&recorded(person), &report)
        }
        2 => {
            let newest = tx.live_report(person, date)?.map_or(0, |report| report.revision);
            tx.undo_report(&recorded(person), date, newest, now).map(|_| ())
        }
        _ => {
            let by = Over::by_program(Some(person));
            let shift = Shift { date, name: "早班".to_owned(), start: now, end: now + HOUR };
            match random.random_range(0..3) {
                0 => tx.clear_rota(&by, date, now),
                1 => tx.set_rota(&by, date, None, now),
                _ => tx.set_rota(&by, date, Some(&shift), now),
            }
        }
    }
}

pub(super) async fn sums_are_what_a_count_gives(database: Database) {
    let store = database.open(NOON).await;
    let mut people = Vec::new();
    for name in ["张三", "李四", "王五", "赵六"] {
        people.push(person(&store, name).await);
    }
    let seed: u64 = rand::random();
    let mut random = StdRng::seed_from_u64(seed);
    let mut now = NOON;
    for number in 0u32..60 {
        now += [0, MINUTE, HOUR, DAY, 9 * DAY][random.random_range(0..5)];
        let (step, by, inner) = (Step::any(&mut random), random.random_range(0..3), random.random());
        let first = shift_days(Calendar::default().date(now), -random.random_range(0..120));
        let spans = [
            Span::day(Calendar::default().date(now)),
            Period::Month.around(Calendar::default().date(now)),
            Span { from: first, to: shift_days(first, random.random_range(0..150)) },
        ];
        let (people, said) = (people.clone(), step.clone());
        let differing = write(&store, move |tx| {
            let mut random = StdRng::seed_from_u64(inner);
            carry_out(tx, &said, &people, now, by)?;
            office(tx, &mut random, people[by], number + 1, now)?;
            let mut differing: Vec<String> = tx.recounted(5)?;
            for span in spans {
                let (kept, counted) = (tx.counts(span)?, naive(tx, span)?);
                let is_any = |counts: &Counts| *counts != nothing(counts.person);
                let kept: Vec<Counts> = kept.into_iter().filter(is_any).collect();
                if kept != counted {
                    differing.push(format!("{span:?}: kept {kept:?}, counted {counted:?}"));
                }
                for counts in &counted {
                    let listed = tx.registered_by(counts.person, span)?;
                    let of = listed.iter().filter(|(_, one)| *one == Registered::Counted).count();
                    let days = tx.counts_by_day(counts.person, span)?;
                    let sum = days.iter().fold(nothing(counts.person), |sum, (_, day)| sum + *day);
                    if u32::try_from(of) != Ok(counts.appointments) || sum != *counts {
                        differing.push(format!("{span:?}: {counts:?}, of it {of} listed, by day {sum:?}"));
                    }
                }
            }
            Ok(differing)
        })
        .await;
        assert!(differing.is_empty(), "seed {seed}, step {number}, {step:?}: {}", differing.join("; "));
    }
    // What somebody has changed behind the program's back is found.
    database.meddle("UPDATE tally_day SET arrivals = arrivals + 1 WHERE arrivals > 0").await;
    database.meddle("UPDATE tally_month SET dialogues = dialogues + 1").await;
    let off = read(&store, |tx| tx.recounted(1_000)).await;
    assert!(off.iter().any(|one| one.len() < 10), "a month is named: {off:?}");
    let off = write(&store, |tx| {
        tx.count_anew()?;
        tx.recounted(1_000)
    })
    .await;
    assert!(off.is_empty(), "seed {seed}: {off:?}");
    // As a store that knew no sums is upgraded.
    let sums = database.all_rows().await;
    database.meddle("DELETE FROM tally_day").await;
    database.meddle("DELETE FROM tally_month").await;
    write(&store, |tx| tx.count_anew()).await;
    let again = database.all_rows().await;
    assert_eq!((&sums["tally_day"], &sums["tally_month"]), (&again["tally_day"], &again["tally_month"]));
}

pub(super) async fn a_board_is_kept_by_versions(database: Database) {
    let store = database.open(NOON).await;
    let zhang = person(&store, "张三").await;
    let board = |arrivals: u32| {
        let entry = Entry {
            tally: Tally { person: zhang, appointments: 8, arrivals, dialogues: 50 },
            worked: 1_000,
            team: None,
            is_new: false,
            unfiled: false,
            away: false,
        };
        Board::compose(vec![entry], vec![], Order::Rate, false)
    };
    let week = (Period::Week, Period::Week.around(day("03-02")));
    let (first, second) = (board(3), board(4));
    let kept = write(&store, move |tx| {
        let new = NewGroupPost {
            key: "ranking:week",
            kind: "ranking",
            about: "上周",
            until: NOON + DAY,
            items: &[],
            now: NOON,
        };
        let post = tx.open_confirmation(&new)?.expect("opened");
        let version = tx.keep_board(&over(zhang), week, (BoardState::Open, Some(post.no)), &first, NOON)?;
        assert_eq!(version, 1);
        let kept = tx.board_of_post(post.no)?.expect("kept");
        assert_eq!((kept.state, kept.settled_at, &kept.board), (BoardState::Open, None, &first));
        assert!(tx.settle_board(&over(zhang), kept.no, NOON + DAY)?);
        assert!(!tx.settle_board(&over(zhang), kept.no, NOON + DAY)?, "once");
        Ok(kept.no)
    })
    .await;
    let newest = read(&store, move |tx| tx.posted_board(week.0, week.1)).await.expect("there");
    assert_eq!((newest.no, newest.state, newest.settled_at), (kept, BoardState::Settled, Some(NOON + DAY)));
    let expected = second.clone();
    let version = write(&store, move |tx| {
        tx.keep_board(&over(zhang), week, (BoardState::Settled, None), &second, NOON + 2 * DAY)
    })
    .await;
    let newest = read(&store, move |tx| tx.posted_board(week.0, week.1)).await.expect("there");
    assert_eq!((version, newest.version, newest.board), (2, 2, expected));
    let other = read(&store, move |tx| tx.posted_board(Period::Day, Span::day(week.1.from))).await;
    assert!(other.is_none(), "another period is another board");
    assert_eq!(database.rows_of("ranking_board").await, 2, "what was posted stays");
}
