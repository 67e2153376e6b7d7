//! Reminders: rows, given once.

use super::{NOON, own_lane, person, read, write, write_at_once};
use crate::engines::Database;
use domain::EpochMs;
use domain::calendar::MINUTE;
use store::Store;

async fn set(store: &Store, key: &'static str, person: i64, due_at: EpochMs) {
    write(store, move |tx| tx.set_reminder(key, "kind", person, key, due_at)).await;
}

async fn due(store: &Store, now: EpochMs) -> Vec<(i64, String)> {
    let due = read(store, move |tx| tx.due_reminders(now, 100)).await;
    due.into_iter().map(|reminder| (reminder.id, reminder.subject)).collect()
}

async fn subjects(store: &Store, now: EpochMs) -> Vec<String> {
    due(store, now).await.into_iter().map(|(_, subject)| subject).collect()
}

pub(super) async fn the_longest_due_comes_first(database: Database) {
    let store = database.open(NOON).await;
    let zhang = person(&store, "张三").await;
    let next = async || read(&store, |tx| tx.next_reminder()).await;
    assert_eq!(next().await, None);
    for (key, minute) in [("c", 3), ("a", 1), ("d", 3), ("b", 2)] {
        set(&store, key, zhang, NOON + minute * MINUTE).await;
    }
    assert_eq!(next().await, Some(NOON + MINUTE));
    assert_eq!(subjects(&store, NOON + MINUTE - 1).await, [""; 0]);
    assert_eq!(subjects(&store, NOON + MINUTE).await, ["a"]);
    assert_eq!(subjects(&store, NOON + 9 * MINUTE).await, ["a", "b", "c", "d"]);
    let two = read(&store, |tx| tx.due_reminders(NOON + 9 * MINUTE, 2)).await;
    assert_eq!(two.len(), 2);
    assert_eq!((&*two[0].kind, two[0].person, two[0].due_at), ("kind", zhang, NOON + MINUTE));
}

pub(super) async fn a_settled_one_can_be_set_again(database: Database) {
    let store = database.open(NOON).await;
    let zhang = person(&store, "张三").await;
    set(&store, "a", zhang, NOON).await;
    let id = due(&store, NOON).await[0].0;
    // Of several who give it at once, one does.
    let settled =
        write_at_once(&[&store], 10, own_lane, move |tx, _| tx.settle_reminder(id, None, NOON)).await;
    assert_eq!(settled.into_iter().filter(|settled| matches!(settled, Ok(true))).count(), 1);
    assert_eq!(subjects(&store, NOON).await, [""; 0]);
    assert!(!write(&store, move |tx| tx.snooze_reminder(id, NOON + 1, NOON)).await, "settled is settled");
    set(&store, "a", zhang, NOON + MINUTE).await;
    assert_eq!(due(&store, NOON + MINUTE).await, [(id, "a".to_owned())]);
    assert!(write(&store, move |tx| tx.settle_reminder(id, Some("filed"), NOON + MINUTE)).await);
    let kept = database.column("SELECT state || ' ' || reason FROM reminder").await;
    assert_eq!(kept, ["cancelled filed"]);
}

pub(super) async fn a_cancelled_one_stays_silent(database: Database) {
    let store = database.open(NOON).await;
    let zhang = person(&store, "张三").await;
    set(&store, "a", zhang, NOON).await;
    set(&store, "b", zhang, NOON).await;
    write(&store, |tx| {
        tx.cancel_reminder("a", "rota", NOON)?;
        tx.cancel_reminder("there is none", "rota", NOON)
    })
    .await;
    assert_eq!(subjects(&store, NOON).await, ["b"]);
    let id = due(&store, NOON).await[0].0;
    assert!(write(&store, move |tx| tx.settle_reminder(id, None, NOON)).await);
    // What was given stays given, also when the reason for it goes away.
    write(&store, |tx| tx.cancel_reminder("b", "rota", NOON)).await;
    let kept = database.column("SELECT key || ' ' || state FROM reminder ORDER BY key").await;
    assert_eq!(kept, ["a cancelled", "b done"]);
    assert_eq!(read(&store, |tx| tx.next_reminder()).await, None);
}

/// Whoever gives reminders has read them before; a rota that changed in between must not lose the new one.
pub(super) async fn one_that_was_moved_meanwhile_is_not_settled(database: Database) {
    let store = database.open(NOON).await;
    let zhang = person(&store, "张三").await;
    set(&store, "a", zhang, NOON).await;
    let id = due(&store, NOON).await[0].0;
    set(&store, "a", zhang, NOON + 60 * MINUTE).await;
    assert!(!write(&store, move |tx| tx.settle_reminder(id, None, NOON)).await);
    assert!(!write(&store, move |tx| tx.snooze_reminder(id, NOON + 1, NOON)).await);
    assert_eq!(subjects(&store, NOON + 60 * MINUTE).await, ["a"]);
    let late = NOON + 90 * MINUTE;
    assert!(write(&store, move |tx| tx.snooze_reminder(id, late, NOON + 60 * MINUTE)).await);
    assert_eq!(read(&store, |tx| tx.next_reminder()).await, Some(NOON + 90 * MINUTE));
}
