//! The register of appointments: nothing is taken out of its ledger, and how an appointment stands is the fold of it.

use super::{NOON, day, person, read, recorded, write};
use crate::engines::Database;
use chrono::NaiveDate;
use domain::attribution::Base;
use domain::calendar::{Calendar, DAY, MINUTE, shift_days};
use domain::patient::{Item, Patient, Typed};
use domain::privacy::Field;
use domain::registration::{Channel, Class, Moment, Source, Visit, class_at};
use domain::settings::Book;
use domain::{EpochMs, PersonId};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::collections::BTreeMap;
use store::{Appointment, Judge, NewEntry, Search, Store, Terms};

const ALL: Search = Search { since: 0, most: 20, cancelled: false };

pub(super) fn terms(class: Class, visit: &'static str) -> Terms {
    let base = Base::entered(day("03-02"), Some(day(visit)));
    Terms {
        channel: Channel::Shangwutong,
        source: Source::Network,
        class,
        missing: if class == Class::Full { Vec::new() } else { vec![Item::Phone] },
        visit: Some(Visit { date: day(visit), minute: Some(900) }),
        log: false,
        late_minutes: None,
        base,
        protection: base.protection(&Book::default()),
    }
}

pub(super) fn patient(name: &str, phone: &str) -> Patient {
    let some = |text: &str| Some(text.to_owned());
    let (name, phone) = (some(name), some(phone));
    Typed {
        name, phone, age: some("35"), region: some("佛山"), complaint: some("牙痛"), ..Typed::default()
    }
    .read()
    .0
}

pub(super) async fn register(
    store: &Store,
    by: PersonId,
    who: &Patient,
    terms: Terms,
    now: EpochMs,
) -> Appointment {
    let fields = who.fields();
    write(store, move |tx| {
        let new = NewEntry { terms: &terms, patient: &fields, rule: "R-028", now };
        tx.register_appointment(&recorded(by), &new)
    })
    .await
}

async fn complete(
    store: &Store,
    by: PersonId,
    no: i64,
    who: &Patient,
    terms: Terms,
    now: EpochMs,
) -> Appointment {
    let fields = who.fields();
    write(store, move |tx| {
        let new = NewEntry { terms: &terms, patient: &fields, rule: "R-028", now };
        tx.complete_appointment(&recorded(by).tend(), no, &new)
    })
    .await
}

async fn undo(store: &Store, by: PersonId, seq: i64) -> bool {
    write(store, move |tx| {
        let (book, calendar) = (Book::default(), Calendar::default());
        let judge = Judge { book: &book, calendar: &calendar, now: NOON };
        tx.undo_register_entry(&recorded(by).tend(), seq, judge)
    })
    .await
}

async fn found(store: &Store, field: Field, value: &'static str) -> Vec<i64> {
    let found = read(store, move |tx| tx.appointments_by(field, value, ALL)).await;
    found.iter().map(|appointment| appointment.no).collect()
}

async fn rivals(store: &Store, who: &Patient) -> Vec<(i64, bool)> {
    let who = who.clone();
    let rivals = read(store, move |tx| tx.rivals(&who, None, ALL, &Book::default(), day("03-02"))).await;
    rivals.iter().map(|rival| (rival.appointment.no, rival.sameness.certain)).collect()
}

async fn last_seq(store: &Store, no: i64) -> i64 {
    let lines = read(store, move |tx| tx.register_entries(no)).await;
    lines.iter().rev().find(|line| line.undone_at.is_none()).expect("a line").when.seq
}

pub(super) async fn what_was_registered_is_found_and_told(database: Database) {
    let store = database.open(NOON).await;
    let zhang = person(&store, "张三").await;
    let known =
        register(&store, zhang, &patient("王小明", "13800138000"), terms(Class::Full, "03-05"), NOON).await;
    assert_eq!((known.label().as_str(), known.owner, known.entered.at), ("Y1", zhang, NOON));
    assert_eq!(read(&store, |tx| tx.appointment(1)).await, Some(known.clone()));
    assert_eq!(read(&store, |tx| tx.appointment(2)).await, None);
    for (field, value) in
        [(Field::Phone, "+86 138-0013-8000"), (Field::Name, "王 小明"), (Field::Name, "王小明先生")]
    {
        assert_eq!(found(&store, field, value).await, [1], "{value}");
    }
    assert_eq!(found(&store, Field::Name, "王小").await.len(), 0);
    // A name alone makes nobody the same; a number does, and so does the name with two further fields.
    let other = patient("王小明", "13800138009");
    assert_eq!(rivals(&store, &other).await, [(1, false)]);
    assert_eq!(rivals(&store, &patient("李四四", "13800138000")).await, [(1, true)]);
    assert_eq!(rivals(&store, &Patient { age: None, complaint: None, ..other }).await.len(), 0);
    let kept = database.all_rows().await;
    for (table, rows) in
        kept.iter().filter(|(table, _)| ["register_entry", "appointment", "event"].contains(&table.as_str()))
    {
        let plain = rows.iter().any(|row| row.contains("王小明") || row.contains("13800138000"));
        assert!(!plain, "{table} names the patient");
    }
}

pub(super) async fn an_account_that_is_a_number_is_that_number(database: Database) {
    let store = database.open(NOON).await;
    let zhang = person(&store, "张三").await;
    let wechat = |id: &str| {
        Typed { wechat: Some(id.to_owned()), qq: Some("12345678".to_owned()), ..Typed::default() }.read().0
    };
    register(&store, zhang, &wechat("13800138000"), terms(Class::Incomplete, "03-05"), NOON).await;
    register(&store, zhang, &patient("王小明", "13800138001"), terms(Class::Full, "03-05"), NOON).await;
    assert_eq!(rivals(&store, &patient("李四四", "13800138000")).await, [(1, true)]);
    let by_account = |id: &str| Typed { wechat: Some(id.to_owned()), ..Typed::default() }.read().0;
    assert_eq!(rivals(&store, &by_account("13800138001")).await, [(2, true)]);
    let qq = Typed { qq: Some("12345678".to_owned()), ..Typed::default() }.read().0;
    assert_eq!(rivals(&store, &qq).await, [(1, true)]);
}

pub(super) async fn what_was_taken_back_does_not_exist(database: Database) {
    let store = database.open(NOON).await;
    let zhang = person(&store, "张三").await;
    let first =
        register(&store, zhang, &patient("王小明", "13800138000"), terms(Class::ConditionalA, "03-05"), NOON)
            .await;
    complete(&store, zhang, 1, &patient("王大明", "13800138001"), terms(Class::Full, "03-05"), NOON + MINUTE)
        .await;
    assert_eq!(found(&store, Field::Phone, "13800138000").await.len(), 0);
    assert_eq!(found(&store, Field::Phone, "13800138001").await, [1]);
    assert!(!undo(&store, zhang, first.entered.seq).await, "a later line stands on it");
    let second = last_seq(&store, 1).await;
    assert!(undo(&store, zhang, second).await);
    assert!(!undo(&store, zhang, second).await, "once");
    assert_eq!(read(&store, |tx| tx.appointment(1)).await, Some(first.clone()));
    assert_eq!(found(&store, Field::Phone, "13800138000").await, [1]);
    assert_eq!(found(&store, Field::Name, "王大明").await.len(), 0);

    write(&store, move |tx| {
        tx.cancel_appointment(&recorded(zhang).tend(), 1, "患者不来了", day("03-02"), NOON).map(|_| ())
    })
    .await;
    assert_eq!(found(&store, Field::Phone, "13800138000").await.len(), 0);
    assert_eq!(rivals(&store, &patient("王小明", "13800138000")).await.len(), 0);
    assert_eq!(read(&store, |tx| tx.closed_before(day("03-03"))).await, 1, "its retention runs");
    let cancelled =
        read(&store, |tx| tx.appointments_by(Field::Phone, "13800138000", Search { cancelled: true, ..ALL }));
    assert!(cancelled.await[0].cancelled);
    assert!(undo(&store, zhang, last_seq(&store, 1).await).await);
    assert_eq!(read(&store, |tx| tx.closed_before(day("03-03"))).await, 0);
    assert_eq!(found(&store, Field::Phone, "13800138000").await, [1]);

    assert!(undo(&store, zhang, first.entered.seq).await);
    assert_eq!(read(&store, |tx| tx.appointment(1)).await, None);
    assert_eq!(rivals(&store, &patient("王小明", "13800138000")).await.len(), 0);
    let next =
        register(&store, zhang, &patient("王小明", "13800138000"), terms(Class::Full, "03-05"), NOON).await;
    assert_eq!(next.no, 2, "a number is not used again");
    assert_eq!(database.rows_of("register_entry").await, 4, "every line is kept");
}

pub(super) async fn the_newest_are_compared_and_old_ones_are_not(database: Database) {
    let store = database.open(NOON).await;
    let zhang = person(&store, "张三").await;
    for index in 0..5 {
        register(
            &store,
            zhang,
            &patient("王小明", "13800138000"),
            terms(Class::Full, "03-05"),
            NOON + index * DAY,
        )
        .await;
    }
    let by = async |search: Search| {
        let found = read(&store, move |tx| tx.appointments_by(Field::Phone, "13800138000", search)).await;
        found.iter().map(|appointment| appointment.no).collect::<Vec<_>>()
    };
    assert_eq!(by(ALL).await, [5, 4, 3, 2, 1]);
    assert_eq!(by(Search { most: 2, ..ALL }).await, [5, 4]);
    assert_eq!(by(Search { since: NOON + 3 * DAY, ..ALL }).await, [5, 4]);
    let count = |from, to| read(&store, move |tx| tx.appointments_of(zhang, from, to));
    assert_eq!(count(NOON, NOON + 4 * DAY).await, 4);
    assert_eq!(count(NOON + 1, NOON + 4 * DAY + 1).await, 4);
}

/// What a history should leave: the versions of the classes, the visit, whether it is cancelled.
#[derive(Clone)]
struct Model {
    /// Kind, number of the line, time, class and visit of each live line.
    lines: Vec<(&'static str, i64, EpochMs, Class, NaiveDate)>,
}

impl Model {
    fn class(&self) -> Class {
        self.lines.iter().rev().find(|line| line.0 != "cancelled").expect("registered").3
    }

    fn is_cancelled(&self) -> bool {
        self.lines.last().is_some_and(|line| line.0 == "cancelled")
    }
}

/// Any history of several appointments: how each stands equals a fold of the lines that were not taken back.
pub(super) async fn how_it_stands_is_the_fold_of_its_lines(database: Database) {
    let store = database.open(NOON).await;
    let zhang = person(&store, "张三").await;
    for seed in 0..4 {
        let mut random = StdRng::seed_from_u64(seed);
        let mut models: BTreeMap<i64, Model> = BTreeMap::new();
        for step in 0..40_i64 {
            // The clock may stand still.
            let now = NOON + step / 3 * MINUTE;
            let class = Class::ALL[random.random_range(0..5)];
            let visit = shift_days(day("03-05"), random.random_range(0..20));
            let version = Terms { visit: Some(Visit { date: visit, minute: None }), ..terms(class, "03-05") };
            let who = patient("王小明", "13800138000");
            let open: Vec<i64> = models.keys().copied().collect();
            let no = (!open.is_empty()).then(|| open[random.random_range(0..open.len())]);
            let cancelled = no.is_some_and(|no| models[&no].is_cancelled());
            match (random.random_range(0..6), no) {
                (0, _) | (_, None) => {
                    let known = register(&store, zhang, &who, version, now).await;
                    let line = ("registered", known.entered.seq, now, class, visit);
                    models.insert(known.no, Model { lines: vec![line] });
                }
                (1, Some(no)) if !cancelled => {
                    complete(&store, zhang, no, &who, version, now).await;
                    let seq = last_seq(&store, no).await;
                    models.get_mut(&no).expect("known").lines.push(("completed", seq, now, class, visit));
                }
                (2, Some(no)) if !cancelled => {
                    write(&store, move |tx| {
                        tx.change_visit(&recorded(zhang).tend(), no, &version, Some("患者出差"), now)
                            .map(|_| ())
                    })
                    .await;
                    let seq = last_seq(&store, no).await;
                    models.get_mut(&no).expect("known").lines.push(("changed", seq, now, class, visit));
                }
                (3, Some(no)) if !cancelled => {
                    write(&store, move |tx| {
                        let tend = recorded(zhang).tend();
                        tx.cancel_appointment(&tend, no, "患者不来了", day("03-02"), now).map(|_| ())
                    })
                    .await;
                    let seq = last_seq(&store, no).await;
                    models.get_mut(&no).expect("known").lines.push(("cancelled", seq, now, class, visit));
                }
                (_, Some(no)) => {
                    let model = models.get_mut(&no).expect("known");
                    let (kind, seq, ..) = model.lines.pop().expect("a line");
                    assert!(undo(&store, zhang, seq).await, "{kind}");
                    if model.lines.is_empty() {
                        models.remove(&no);
                        assert_eq!(read(&store, move |tx| tx.appointment(no)).await, None);
                    }
                }
            }
        }
        for (no, model) in models {
            let known = read(&store, move |tx| tx.appointment(no)).await.expect("it stands");
            let lines = read(&store, move |tx| tx.register_entries(no)).await;
            assert_eq!(Appointment::fold(&lines), Some(known.clone()), "seed {seed} Y{no}");
            assert_eq!(
                (known.terms.class, known.cancelled),
                (model.class(), model.is_cancelled()),
                "seed {seed} Y{no}"
            );
            let (_, seq, at, ..) = model.lines[0];
            assert_eq!(known.entered, Moment { at, seq });
            let versions = read(&store, move |tx| tx.class_versions(no)).await;
            for (kind, seq, at, class, visit) in &model.lines {
                if *kind != "cancelled" {
                    assert_eq!(class_at(&versions, Moment { at: *at, seq: *seq }), Some(*class));
                    let stands = model.lines.iter().rev().find(|line| line.0 != "cancelled");
                    if stands.is_some_and(|line| line.1 == *seq) {
                        assert_eq!(known.terms.visit.map(|known| known.date), Some(*visit));
                    }
                }
            }
        }
    }
}
