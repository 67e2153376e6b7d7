//! Daily reports: every submission is kept, the highest that was not taken back is alive.

use super::{NOON, day, over, person, read, recorded, write};
use crate::engines::Database;
use chrono::NaiveDate;
use domain::calendar::{DAY, HOUR, shift_days};
use domain::ranking::Tally;
use domain::report::{Earlier, Figures, dialogues};
use domain::shift::Shift;
use domain::{PersonId, Span};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::collections::{BTreeMap, BTreeSet};
use store::{NewReport, Store};

fn figures(dialogues: u32, appointments: u32, arrivals: u32) -> Figures {
    ["对话", "预约", "到诊"].into_iter().map(str::to_owned).zip([dialogues, appointments, arrivals]).collect()
}

async fn file(store: &Store, person: PersonId, date: &'static str, revision: u32, late: bool) {
    write(store, move |tx| {
        let report = NewReport {
            date: day(date),
            revision,
            received_at: NOON + i64::from(revision),
            late,
            figures: &figures(50 + revision, 8, 3),
            note: (revision == 2).then_some("咨询高峰在上午"),
        };
        tx.file_report(&recorded(person), &report)
    })
    .await;
}

async fn live(store: &Store, person: PersonId, date: &'static str) -> Option<u32> {
    read(store, move |tx| tx.live_report(person, day(date))).await.map(|report| report.revision)
}

pub(super) async fn revisions_follow_each_other(database: Database) {
    let store = database.open(NOON).await;
    let (zhang, li) = (person(&store, "张三").await, person(&store, "李四").await);
    assert_eq!(live(&store, zhang, "03-02").await, None);
    for revision in 1..=3 {
        file(&store, zhang, "03-02", revision, false).await;
        assert_eq!(live(&store, zhang, "03-02").await, Some(revision));
    }
    file(&store, zhang, "03-03", 1, true).await;
    file(&store, li, "03-02", 2, true).await;
    let report = read(&store, move |tx| tx.live_report(li, day("03-02"))).await.expect("filed");
    assert_eq!((report.person, report.date, report.revision), (li, day("03-02"), 2));
    assert_eq!((report.received_at, report.late), (NOON + 2, true));
    assert_eq!((report.figures, report.note.as_deref()), (figures(52, 8, 3), Some("咨询高峰在上午")));

    let all = |from, to| Span { from: day(from), to: day(to) };
    let between = async |span| {
        let reports = read(&store, move |tx| tx.live_reports(span)).await;
        reports.iter().map(|report| (report.date, report.person, report.revision)).collect::<Vec<_>>()
    };
    let (monday, tuesday) = (day("03-02"), day("03-03"));
    assert_eq!(
        between(all("03-02", "03-03")).await,
        [(monday, zhang, 3), (monday, li, 2), (tuesday, zhang, 1)]
    );
    assert_eq!(between(all("03-03", "03-03")).await, [(tuesday, zhang, 1)]);
    assert_eq!(between(all("03-04", "03-31")).await, []);
    assert_eq!(database.rows_of("report").await, 5, "every submission is kept");
}

pub(super) async fn taking_back_brings_the_earlier_one_to_life(database: Database) {
    let store = database.open(NOON).await;
    let zhang = person(&store, "张三").await;
    for revision in 1..=3 {
        file(&store, zhang, "03-02", revision, false).await;
    }
    let undo = async |revision| {
        write(&store, move |tx| tx.undo_report(&recorded(zhang), day("03-02"), revision, NOON)).await
    };
    // One in the middle: the newest stays alive.
    assert!(undo(2).await);
    assert_eq!(live(&store, zhang, "03-02").await, Some(3));
    assert!(undo(3).await);
    assert!(!undo(3).await, "only once");
    assert_eq!(live(&store, zhang, "03-02").await, Some(1));
    assert!(undo(1).await);
    assert_eq!(live(&store, zhang, "03-02").await, None);
    assert_eq!(read(&store, move |tx| tx.live_reports(Span::day(day("03-02")))).await, []);
    assert!(!undo(7).await, "there is none");
    assert_eq!(database.rows_of("report").await, 3, "what was taken back is kept");
}

/// The one statement that every submission asks, and the one for a named day, say the same.
pub(super) async fn what_a_submission_is_judged_by(database: Database) {
    let store = database.open(NOON).await;
    let zhang = person(&store, "张三").await;
    let duty = async |now| {
        let at = read(&store, move |tx| tx.report_duty_at(zhang, now)).await;
        if let Some((date, at)) = &at {
            let (date, at) = (*date, at.clone());
            let on = read(&store, move |tx| tx.report_duty_on(zhang, date)).await;
            assert_eq!(at, on);
        }
        at.map(|(date, day)| (date, day.earlier.highest_revision, day.earlier.live_late))
    };
    let (monday, tuesday) = (day("03-02"), day("03-03"));
    assert_eq!(duty(NOON).await, None, "no shift so far");
    let none = read(&store, move |tx| tx.report_duty_on(zhang, monday)).await;
    assert_eq!((none.shift, none.earlier), (None, Earlier { highest_revision: 0, live_late: None }));
    write(&store, move |tx| {
        for (date, start) in [(monday, NOON), (tuesday, NOON + DAY)] {
            let shift = Shift { date, name: "早班".to_owned(), start, end: start + 8 * HOUR };
            tx.set_rota(&over(zhang), date, Some(&shift), NOON)?;
        }
        Ok(())
    })
    .await;
    assert_eq!(duty(NOON - 1).await, None);
    assert_eq!(duty(NOON).await, Some((monday, 0, None)));
    file(&store, zhang, "03-02", 1, true).await;
    file(&store, zhang, "03-02", 2, false).await;
    assert_eq!(duty(NOON).await, Some((monday, 2, Some(false))), "of the live one");
    assert_eq!(duty(NOON + DAY).await, Some((tuesday, 0, None)), "each day by itself");
    write(&store, move |tx| tx.undo_report(&recorded(zhang), monday, 2, NOON)).await;
    assert_eq!(duty(NOON).await, Some((monday, 2, Some(true))), "numbers are not used again");
    write(&store, move |tx| tx.undo_report(&recorded(zhang), monday, 1, NOON)).await;
    assert_eq!(duty(NOON).await, Some((monday, 2, None)));
}

/// once a person and day, whatever happens afterwards.
pub(super) async fn a_late_day_counts_once(database: Database) {
    let store = database.open(NOON).await;
    let (zhang, li) = (person(&store, "张三").await, person(&store, "李四").await);
    let note = async |person, date, cause: &'static str| {
        write(&store, move |tx| tx.note_overdue(&recorded(person), day(date), cause, NOON)).await
    };
    let march = Span { from: day("03-01"), to: day("03-31") };
    let days = async |person| read(&store, move |tx| tx.overdue_days(person, march)).await;
    assert!(note(zhang, "03-02", "late").await);
    assert!(!note(zhang, "03-02", "missing").await);
    assert!(!note(zhang, "03-02", "late").await);
    assert!(note(zhang, "03-31", "missing").await && note(zhang, "04-01", "late").await);
    assert!(note(li, "03-01", "late").await);
    assert_eq!((days(zhang).await, days(li).await), (2, 1));
    let cause = async |date| read(&store, move |tx| tx.overdue_cause(zhang, day(date))).await;
    assert_eq!(cause("03-02").await.as_deref(), Some("late"), "the first cause stands");
    assert_eq!(cause("03-31").await.as_deref(), Some("missing"));
    assert_eq!(cause("03-03").await, None);
}

/// A person's day.
type Day = (NaiveDate, PersonId);

/// Revision, figures, whether taken back.
type Submission = (u32, Figures, bool);

/// What the store is compared with: every submission in a list.
#[derive(Default)]
struct Recount {
    submissions: BTreeMap<Day, Vec<Submission>>,
    on_duty: BTreeSet<Day>,
}

impl Recount {
    fn live(&self, span: Span) -> Vec<(NaiveDate, PersonId, u32, &Figures)> {
        let days = self.submissions.iter().filter(|((date, _), _)| span.contains(*date));
        days.filter_map(|((date, person), all)| {
            let (revision, figures, _) = all.iter().rev().find(|(_, _, undone)| !undone)?;
            Some((*date, *person, *revision, figures))
        })
        .collect()
    }

    fn tallies(&self, span: Span) -> Vec<Tally> {
        let nothing = |person| Tally { person, appointments: 0, arrivals: 0, dialogues: 0 };
        let on_duty = self.on_duty.iter().filter(|(date, _)| span.contains(*date));
        let mut tallies: BTreeMap<PersonId, Tally> =
            on_duty.map(|(_, person)| (*person, nothing(*person))).collect();
        for (_, person, _, figures) in self.live(span) {
            let tally = tallies.entry(person).or_insert_with(|| nothing(person));
            tally.dialogues += dialogues(figures);
        }
        tallies.into_values().collect()
    }
}

/// Random histories of filing, correcting, taking back and planning: the dialogues are those of a recount by hand.
/// What is registered and who came is counted from the register, not from reports.
pub(super) async fn sums_equal_a_recount(database: Database) {
    let seed: u64 = rand::random();
    let mut rng = StdRng::seed_from_u64(seed);
    let store = database.open(NOON).await;
    let mut people = Vec::new();
    for name in ["张三", "李四", "王五", "赵六"] {
        people.push(person(&store, name).await);
    }
    let mut recount = Recount::default();
    for step in 0..250 {
        let person = people[rng.random_range(0..people.len())];
        let date = shift_days(day("02-27"), rng.random_range(0..8));
        let submissions = recount.submissions.entry((date, person)).or_default();
        match rng.random_range(0..10) {
            0..=5 => {
                let mut filed =
                    figures(rng.random_range(0..90), rng.random_range(0..9), rng.random_range(0..5));
                if rng.random_bool(0.3) {
                    filed.insert("有效".to_owned(), rng.random_range(0..60));
                }
                if rng.random_bool(0.2) {
                    filed.remove("到诊");
                }
                let revision = submissions.last().map_or(1, |(revision, ..)| revision + 1);
                submissions.push((revision, filed.clone(), false));
                write(&store, move |tx| {
                    let figures = &filed;
                    let (received_at, late, note) = (NOON, false, None);
                    let report = NewReport { date, revision, received_at, late, figures, note };
                    tx.file_report(&recorded(person), &report)
                })
                .await;
            }
            6..=7 if !submissions.is_empty() => {
                let which = rng.random_range(0..submissions.len());
                let (revision, _, undone) = &mut submissions[which];
                let revision = *revision;
                let taken =
                    write(&store, move |tx| tx.undo_report(&recorded(person), date, revision, NOON)).await;
                assert_eq!(taken, !std::mem::replace(undone, true), "seed {seed}, step {step}");
            }
            choice => {
                let works = choice < 9;
                write(&store, move |tx| {
                    let shift = Shift { date, name: "早班".to_owned(), start: NOON, end: NOON + HOUR };
                    tx.set_rota(&over(person), date, works.then_some(&shift), NOON)
                })
                .await;
                if works {
                    recount.on_duty.insert((date, person));
                } else {
                    recount.on_duty.remove(&(date, person));
                }
            }
        }
        if step % 5 != 0 {
            continue;
        }
        let from = shift_days(day("02-27"), rng.random_range(0..8));
        let span = Span { from, to: shift_days(from, rng.random_range(0..4)) };
        let (tallies, live) = read(&store, move |tx| Ok((tx.tallies(span)?, tx.live_reports(span)?))).await;
        assert_eq!(tallies, recount.tallies(span), "seed {seed}, step {step}, {span:?}");
        let live: Vec<_> = live
            .iter()
            .map(|report| (report.date, report.person, report.revision, &report.figures))
            .collect();
        assert_eq!(live, recount.live(span), "seed {seed}, step {step}, {span:?}");
    }
}
