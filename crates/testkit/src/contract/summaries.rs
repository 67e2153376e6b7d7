//! Summaries and what they are made of: how they stand, what leads said besides, late reports in the ledger, what the
//! register knows of a day, and the counts by place and disease.

use super::register::{patient, register, terms};
use super::{NOON, day, over, person, read, recorded, write};
use crate::engines::Database;
use chrono::NaiveDate;
use domain::calendar::{Calendar, DAY, shift_days};
use domain::registration::{Channel, Class};
use domain::report::{Figures, charges, standing};
use domain::rights::Over;
use domain::settings::Book;
use domain::shift::Shift;
use domain::statistics::{Record, What, count};
use domain::summary::{Row, Sums, Term, roll_up};
use domain::{PersonId, Span};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::Value;
use std::collections::BTreeMap;
use store::{
    EntryState, Event, Fact, NewEntry, NewReport, Pagination, Store, SummaryKey, SummarySaid, SummaryState,
};

fn key(term: Term, date: &str) -> SummaryKey {
    SummaryKey { team: Some(1), term, span: term.around(day(date)) }
}

async fn state(store: &Store, key: SummaryKey) -> SummaryState {
    read(store, move |tx| tx.summary_state(&key)).await
}

pub(super) async fn a_summary_is_confirmed_once_and_taken_back(database: Database) {
    let store = database.open(NOON).await;
    let lead = person(&store, "王组长").await;
    let (monday, week) = (key(Term::Day, "03-02"), key(Term::Week, "03-02"));
    assert_eq!(state(&store, monday).await, SummaryState::default());
    let confirm = async |key, late, now| {
        write(&store, move |tx| tx.confirm_summary(&over_by(lead), &key, late, now)).await
    };
    let unconfirmed = async |key, now| write(&store, move |tx| tx.note_unconfirmed(&key, now)).await;
    assert!(confirm(monday, false, NOON).await);
    assert!(!confirm(monday, true, NOON + 1).await, "only once");
    assert!(!unconfirmed(monday, NOON + 2).await, "it was confirmed");
    let known = SummaryState { unconfirmed_at: None, confirmed: Some((NOON, lead)), late: false };
    assert_eq!(state(&store, monday).await, known);
    assert_eq!(state(&store, week).await, SummaryState::default(), "each term by itself");

    let back = async |key| write(&store, move |tx| tx.take_summary_back(&over_by(lead), &key)).await;
    assert!(back(monday).await);
    assert!(!back(monday).await);
    assert_eq!(state(&store, monday).await, SummaryState::default(), "as if nobody had said anything");

    assert!(unconfirmed(monday, NOON + 3).await);
    assert!(!unconfirmed(monday, NOON + 4).await, "noted once");
    assert!(confirm(monday, true, NOON + 5).await);
    let late = SummaryState { unconfirmed_at: Some(NOON + 3), confirmed: Some((NOON + 5, lead)), late: true };
    assert_eq!(state(&store, monday).await, late);
    assert!(back(monday).await);
    let found = SummaryState { unconfirmed_at: Some(NOON + 3), confirmed: None, late: false };
    assert_eq!(state(&store, monday).await, found, "that it was late stays");
}

/// A right of somebody who decides.
fn over_by(lead: PersonId) -> Over {
    use domain::rights::Standing;
    use domain::{Role, Roles};
    let standing = Standing::new(lead, Roles::of(&[Role::Supervisor]), None, []);
    standing.decide().expect("a supervisor").for_all()
}

pub(super) async fn what_a_lead_says_besides_is_kept_and_taken_back(database: Database) {
    let store = database.open(NOON).await;
    let lead = person(&store, "王组长").await;
    let monday = key(Term::Day, "03-02");
    let say = async |said: SummarySaid| {
        write(&store, move |tx| tx.add_to_summary(&over_by(lead), &monday, &said, NOON)).await
    };
    let figure = |figure| SummarySaid::Figure { person: lead, field: "预约".to_owned(), figure };
    let remark = SummarySaid::Note(Some("欧阳晓峰明天再来".to_owned()));
    let first = say(figure(8)).await;
    let second = say(remark.clone()).await;
    let lines = async || {
        let lines = read(&store, move |tx| tx.summary_lines(&monday)).await;
        lines.into_iter().map(|line| (line.id, line.what, line.by)).collect::<Vec<_>>()
    };
    assert_eq!(lines().await, [(first, figure(8), lead), (second, remark, lead)]);
    let other = key(Term::Day, "03-03");
    assert_eq!(read(&store, move |tx| tx.summary_lines(&other)).await, []);
    for (table, rows) in database.all_rows().await {
        assert!(!rows.iter().any(|row| row.contains("欧阳")), "a remark stands open in {table}");
    }
    let undo = async |id| write(&store, move |tx| tx.undo_summary_line(&over_by(lead), id, NOON + 1)).await;
    assert!(undo(first).await && !undo(first).await);
    assert_eq!(lines().await.len(), 1);
    assert_eq!(database.rows_of("summary_line").await, 2, "what was taken back is kept");
}

/// R-002, W-63, W-64: the ledger follows what the month costs, and what a person decided stays.
pub(super) async fn late_reports_are_proposed_once_and_withdrawn(database: Database) {
    let store = database.open(NOON).await;
    let (zhang, boss) = (person(&store, "张三").await, person(&store, "周主管").await);
    let settle = async |date: &'static str, count| {
        write(&store, move |tx| {
            let charges = charges(&Book::default(), day(date), count);
            let settled = tx.settle_late_charges(&recorded(zhang), day(date), &charges, NOON)?;
            let labels = |entries: &[store::LedgerEntry]| -> Vec<String> {
                entries.iter().map(store::LedgerEntry::label).collect()
            };
            Ok((labels(&settled.proposed), labels(&settled.withdrawn)))
        })
        .await
    };
    let none: (Vec<String>, Vec<String>) = (vec![], vec![]);
    assert_eq!(settle("03-02", 2).await, none);
    assert_eq!(settle("03-27", 3).await, (vec!["K1".to_owned()], vec![]));
    assert_eq!(settle("03-29", 4).await, none, "W-64: the fourth costs nothing");
    assert_eq!(settle("03-27", 2).await, (vec![], vec!["K1".to_owned()]), "it was taken back");
    assert_eq!(settle("03-28", 3).await, (vec!["K1".to_owned()], vec![]), "the same one again");
    let entry = read(&store, |tx| tx.ledger_entry(1)).await.expect("an entry");
    assert_eq!(
        (entry.person, entry.fen, entry.day, entry.state),
        (zhang, -3_000, day("03-27"), EntryState::Proposed)
    );
    write(&store, move |tx| tx.decide_entry(&over_by(boss), 1, false, None, NOON)).await;
    assert_eq!(settle("03-30", 5).await, none, "a person has said no");
    assert_eq!(settle("03-30", 1).await, none);
    assert_eq!(settle("04-03", 3).await, (vec!["K2".to_owned()], vec![]), "another month");
}

/// summaries are made of the reports that stand; what the events say comes to the same.
pub(super) async fn roll_ups_equal_a_recount_from_events(database: Database) {
    let seed: u64 = rand::random();
    let mut rng = StdRng::seed_from_u64(seed);
    let store = database.open(NOON).await;
    let mut people = Vec::new();
    for name in ["张三", "李四", "王五"] {
        people.push(person(&store, name).await);
    }
    let first = day("02-26");
    let mut revisions: BTreeMap<(PersonId, NaiveDate), u32> = BTreeMap::new();
    let mut filed: Vec<(i64, PersonId, NaiveDate, u32)> = Vec::new();
    for step in 0..160 {
        let person = people[rng.random_range(0..people.len())];
        let date = shift_days(first, rng.random_range(0..12));
        if rng.random_bool(0.25) && !filed.is_empty() {
            let (seq, person, date, revision) = filed.swap_remove(rng.random_range(0..filed.len()));
            write(&store, move |tx| {
                tx.undo_report(&recorded(person), date, revision, NOON)?;
                let fact = Fact::new("undo.done", Some(person)).with("of", format!("G{seq}"));
                tx.record(NOON, fact);
                Ok(())
            })
            .await;
            continue;
        }
        let revision = revisions.entry((person, date)).or_default();
        *revision += 1;
        let revision = *revision;
        let late = rng.random_bool(0.3);
        let mut figures: Figures = Figures::new();
        for field in ["对话", "预约", "到诊", "有效"] {
            if rng.random_bool(0.8) {
                figures.insert(field.to_owned(), rng.random_range(0..60));
            }
        }
        write(&store, move |tx| {
            let report = NewReport { date, revision, received_at: NOON, late, figures: &figures, note: None };
            tx.file_report(&recorded(person), &report)?;
            let counted: serde_json::Map<String, Value> =
                figures.iter().map(|(name, figure)| (name.clone(), (*figure).into())).collect();
            let fact = Fact::new("report.filed", Some(person))
                .with("date", date.to_string())
                .with("revision", revision)
                .with("late", late)
                .with("figures", counted);
            tx.record(NOON, fact);
            Ok(())
        })
        .await;
        let seq = read(&store, |tx| tx.last_event()).await;
        filed.push((seq, person, date, revision));
        if step % 8 != 0 {
            continue;
        }
        for term in [Term::Day, Term::Week, Term::Month] {
            let span = term.around(date);
            let rows = read(&store, move |tx| tx.report_rows(span)).await;
            let found = roll_up(rows.iter().map(|row| Row {
                person: row.person,
                standing: standing(NOON, None, Some(row.late)),
                figures: Some(&row.figures),
            }));
            let events = read(&store, |tx| tx.events(Pagination { after: 0, limit: 10_000 })).await;
            assert_eq!(found, recount(&events, span), "seed {seed}, step {step}, {term:?} {span:?}");
        }
    }
}

/// What the events alone say of a span.
fn recount(events: &[Event], span: Span) -> BTreeMap<PersonId, Sums> {
    let undone: Vec<String> = events
        .iter()
        .filter(|event| event.kind == "undo.done")
        .filter_map(|event| event.body["of"].as_str().map(str::to_owned))
        .collect();
    let mut live: BTreeMap<(PersonId, NaiveDate), (u64, &Event)> = BTreeMap::new();
    for event in events.iter().filter(|event| event.kind == "report.filed") {
        let date: NaiveDate = event.body["date"].as_str().expect("a date").parse().expect("a date");
        let revision = event.body["revision"].as_u64().expect("a revision");
        let person = event.actor.expect("an author");
        if !span.contains(date) || undone.contains(&format!("G{}", event.seq)) {
            continue;
        }
        let known = live.entry((person, date)).or_insert((revision, event));
        if revision > known.0 {
            *known = (revision, event);
        }
    }
    let mut sums: BTreeMap<PersonId, Sums> = BTreeMap::new();
    for ((person, _), (_, event)) in live {
        let own = sums.entry(person).or_default();
        if event.body["late"].as_bool().expect("late") {
            own.late += 1;
        } else {
            own.filed += 1;
        }
        for (field, figure) in event.body["figures"].as_object().expect("figures") {
            *own.figures.entry(field.clone()).or_default() += figure.as_u64().expect("a figure");
        }
    }
    sums
}

/// what the register knows of a day, a night shift's hours after midnight included.
pub(super) async fn a_day_of_the_register_is_that_of_the_shift(database: Database) {
    let store = database.open(NOON).await;
    let zhang = person(&store, "张三").await;
    let calendar = Calendar::default();
    let monday = day("03-02");
    let night = Shift {
        date: monday,
        name: "夜班".to_owned(),
        start: calendar.at(monday, 22 * 60),
        end: calendar.at(monday, 30 * 60),
    };
    let shift = night.clone();
    write(&store, move |tx| tx.set_rota(&over(zhang), monday, Some(&shift), NOON)).await;
    let midnight = calendar.midnight(monday);
    for at in [midnight, night.end - 1, night.end, midnight - 1] {
        register(&store, zhang, &patient("王小明", ""), terms(Class::Full, "03-09"), at).await;
    }
    let known = async |date: NaiveDate, shift: Option<Shift>| {
        read(&store, move |tx| tx.registered_on(zhang, date, shift.as_ref(), &calendar)).await.appointments
    };
    assert_eq!(known(monday, Some(night)).await, [1, 2]);
    assert_eq!(known(day("03-03"), None).await, [3]);
    assert_eq!(known(day("03-01"), None).await, [4]);
}

/// by place, disease and channel, of those who are asked for, and nobody is named.
pub(super) async fn the_register_is_counted_by_place_and_disease(database: Database) {
    let store = database.open(NOON).await;
    let (zhang, li) = (person(&store, "张三").await, person(&store, "李四").await);
    let calendar = Calendar::default();
    // More than are opened at a time.
    write(&store, move |tx| {
        for number in 0..300_u32 {
            let fields = patient("王小明", &format!("1380013{number:04}")).fields();
            let terms = terms(Class::Full, "03-09");
            let new = NewEntry { terms: &terms, patient: &fields, rule: "R-028", now: NOON };
            tx.register_appointment(&recorded(if number < 290 { zhang } else { li }), &new)?;
        }
        Ok(())
    })
    .await;
    register(&store, zhang, &patient("王小明", ""), terms(Class::Invalid, "03-09"), NOON).await;
    register(&store, zhang, &patient("王小明", ""), terms(Class::Full, "03-09"), NOON + 7 * DAY).await;
    let (today, whose) = (calendar.date(NOON), zhang);
    let records =
        read(&store, move |tx| tx.records_in(Span::day(today), &calendar, |person| person == whose)).await;
    assert_eq!(records.len(), 290);
    assert!(records.iter().all(|(person, _)| *person == zhang));
    let expected = Record {
        what: What::Appointment,
        channel: Some(Channel::Shangwutong.word()),
        place: Some("佛山".to_owned()),
        disease: Some("牙痛".to_owned()),
        age: Some(35),
    };
    assert_eq!(records[0].1, expected);
    let all = read(&store, move |tx| tx.records_in(Span::day(today), &calendar, |_| true)).await;
    let counted = count(all.iter().map(|(_, record)| record));
    assert_eq!((counted.total.appointments, counted.places.len()), (300, 1));
}
