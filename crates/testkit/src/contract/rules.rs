//! Rule settings over time: which value holds on which day, and who has acknowledged which version.

use super::{NOON, day, over, person, read, recorded, write};
use crate::engines::Database;
use chrono::NaiveDate;
use domain::PersonId;
use domain::calendar::{DAY, HOUR, MINUTE, shift_days};
use domain::rights::Administer;
use domain::settings::catalogue::assistant::UNDO_MINUTES;
use domain::settings::catalogue::reports::{LATE_LIMIT, NUDGE_FIRST};
use domain::settings::{Setting, Value};
use domain::shift::Shift;
use serde_json::json;
use store::{Pagination, Store};

async fn change(store: &Store, from: &'static str, values: &'static [(&'static Setting, Value)]) -> i64 {
    write(store, move |tx| tx.change_rules(&Administer::by_operator(), day(from), values, NOON)).await
}

async fn on(store: &Store, setting: &'static Setting, date: &'static str) -> i64 {
    read(store, move |tx| Ok(tx.directory()?.book().whole(setting, day(date)))).await
}

pub(super) async fn a_value_holds_from_its_day(database: Database) {
    let (store, other) = (database.open(NOON).await, database.open(NOON).await);
    assert_eq!((on(&store, &LATE_LIMIT, "03-02").await, on(&other, &LATE_LIMIT, "03-02").await), (3, 3));
    assert_eq!(read(&store, |tx| Ok(tx.directory()?.rules_version())).await, 1, "the default composition");
    // Not in the order of their days.
    assert_eq!(change(&store, "05-01", &[(&LATE_LIMIT, Value::Whole(9))]).await, 2);
    let both = &[(&LATE_LIMIT, Value::Whole(5)), (&UNDO_MINUTES, Value::Whole(20))];
    assert_eq!(change(&other, "04-01", both).await, 3);
    for (date, limit, minutes) in
        [("03-31", 3, 10), ("04-01", 5, 20), ("04-30", 5, 20), ("05-01", 9, 20), ("12-31", 9, 20)]
    {
        for store in [&store, &other] {
            let found = (on(store, &LATE_LIMIT, date).await, on(store, &UNDO_MINUTES, date).await);
            assert_eq!(found, (limit, minutes), "{date}");
        }
    }
    let events = read(&store, |tx| tx.events(Pagination { after: 0, limit: 10 })).await;
    let last = events.last().expect("recorded");
    assert_eq!((&*last.kind, last.subject.as_deref()), ("rule.changed", Some("V3")));
    assert_eq!(
        serde_json::Value::Object(last.body.clone()),
        json!({"version": "V3", "key": "undo.minutes", "value": 20, "before": 10,
            "effective_from": "2026-04-01", "rules": UNDO_MINUTES.rules})
    );
}

/// For the same day the later version counts, and the earlier one again when the later is taken back.
pub(super) async fn a_later_version_of_a_day_wins_until_it_is_taken_back(database: Database) {
    let store = database.open(NOON).await;
    let undo = async |no| write(&store, move |tx| tx.undo_rules(&Administer::by_operator(), no, NOON)).await;
    change(&store, "04-01", &[(&LATE_LIMIT, Value::Whole(5))]).await;
    let later = change(&store, "04-01", &[(&LATE_LIMIT, Value::Whole(7))]).await;
    let sooner = change(&store, "03-15", &[(&LATE_LIMIT, Value::Whole(4))]).await;
    let found = async || {
        (
            on(&store, &LATE_LIMIT, "03-14").await,
            on(&store, &LATE_LIMIT, "03-15").await,
            on(&store, &LATE_LIMIT, "04-01").await,
        )
    };
    assert_eq!(found().await, (3, 4, 7), "an earlier day does not reach behind a later one");
    assert_eq!(read(&store, |tx| Ok(tx.directory()?.rules_version())).await, sooner);
    assert_eq!((undo(later).await, undo(later).await, undo(99).await), (true, false, false));
    assert_eq!(found().await, (3, 4, 5));
    assert!(undo(sooner).await);
    assert_eq!(found().await, (3, 3, 5));
    let versions = read(&store, |tx| tx.rule_versions(10)).await;
    let told: Vec<_> = versions.iter().map(|version| (version.no, version.values.clone())).collect();
    assert_eq!(told, [(2, vec![("report.late_limit".to_owned(), "5".to_owned())])], "those that count");
    let one = async |no: i64| read(&store, move |tx| tx.rule_version(no)).await;
    assert_eq!(one(2).await, versions.first().cloned());
    assert_eq!((one(later).await, one(1).await), (None, None), "taken back, and the default composition");
    assert_eq!(
        change(&store, "04-01", &[(&LATE_LIMIT, Value::Whole(8))]).await,
        5,
        "no number is used again"
    );
    assert_eq!(found().await, (3, 3, 8));
}

pub(super) async fn a_version_is_acknowledged_once(database: Database) {
    let store = database.open(NOON).await;
    let (zhang, li) = (person(&store, "张三").await, person(&store, "李四").await);
    let acknowledge = async |person: PersonId, version, at| {
        write(&store, move |tx| tx.acknowledge_rules(&recorded(person), version, at)).await
    };
    let version = change(&store, "04-01", &[(&LATE_LIMIT, Value::Whole(5))]).await;
    assert!(acknowledge(zhang, 1, NOON).await, "the default composition, too");
    assert!(acknowledge(li, version, NOON + 1).await && acknowledge(zhang, version, NOON + 2).await);
    assert!(!acknowledge(zhang, version, NOON + 3).await);
    let of = async |version| read(&store, move |tx| tx.acknowledged(version)).await;
    assert_eq!(of(version).await, [(zhang, NOON + 2), (li, NOON + 1)], "the first time counts");
    assert_eq!((of(1).await, of(99).await), (vec![(zhang, NOON)], vec![]));
    let events = read(&store, |tx| tx.events(Pagination { after: 0, limit: 100 })).await;
    let told = events.iter().filter(|event| event.kind == "rule.acknowledged");
    assert_eq!(
        told.map(|event| (event.actor, event.subject.clone())).collect::<Vec<_>>(),
        [
            (Some(zhang), Some("V1".to_owned())),
            (Some(li), Some("V2".to_owned())),
            (Some(zhang), Some("V2".to_owned())),
        ]
    );
}

/// reminders that hang already move for the days from which the setting holds, and back with it.
pub(super) async fn reminders_move_with_their_setting(database: Database) {
    let store = database.open(NOON).await;
    let zhang = person(&store, "张三").await;
    let dates: [NaiveDate; 3] = [0, 1, 2].map(|days| shift_days(day("03-02"), days));
    let end = |number: i64| NOON + number * DAY + 4 * HOUR;
    write(&store, move |tx| {
        for (number, date) in (0..).zip(dates) {
            let shift =
                Shift { date, name: "早班".to_owned(), start: end(number) - 8 * HOUR, end: end(number) };
            tx.set_rota(&over(zhang), date, Some(&shift), NOON)?;
        }
        Ok(())
    })
    .await;
    // How long before the end the first reminder of each day comes.
    let firsts = async || {
        let due = read(&store, |tx| tx.due_reminders(i64::MAX, 100)).await;
        assert_eq!(due.len(), 12, "moved, not doubled: three of the report and one of absence a shift");
        let first = |number| {
            let of_day =
                due.iter().filter(|found| found.due_at > end(number) - DAY && found.due_at <= end(number));
            of_day.map(|found| (end(number) - found.due_at) / MINUTE).max()
        };
        [first(0), first(1), first(2)].map(|minutes| minutes.expect("three a day"))
    };
    assert_eq!(firsts().await, [60, 60, 60]);
    let version = change(&store, "03-03", &[(&NUDGE_FIRST, Value::Whole(90))]).await;
    assert_eq!(firsts().await, [60, 90, 90]);
    change(&store, "03-03", &[(&LATE_LIMIT, Value::Whole(5))]).await;
    change(&store, "03-04", &[(&NUDGE_FIRST, Value::Whole(30))]).await;
    assert_eq!(firsts().await, [60, 90, 30]);
    assert!(write(&store, move |tx| tx.undo_rules(&Administer::by_operator(), version, NOON)).await);
    assert_eq!(firsts().await, [60, 60, 30]);
}
