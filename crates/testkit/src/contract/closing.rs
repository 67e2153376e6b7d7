//! The end of a store, and its next beginning.

use super::{NOON, ask_once, own_lane, person, read, write};
use crate::engines::Database;
use domain::calendar::DAY;
use futures_util::future::join_all;
use store::{Error, Fact, Pagination};

/// A slow unit holds the queue while others wait behind it; then the store is closed.
pub(super) async fn what_was_accepted_is_finished(database: Database) {
    let store = database.open(NOON).await;
    let mut units: Vec<_> = (0..40)
        .map(|number| {
            let unit = store.write(own_lane(number), move |tx| {
                if number == 0 {
                    std::thread::sleep(std::time::Duration::from_millis(100));
                }
                tx.set_meta(&format!("unit {number}"), "done")
            });
            Box::pin(unit)
        })
        .collect();
    // All are accepted; what the close finds waiting it must finish.
    let mut early = Vec::new();
    for unit in &mut units {
        early.push(ask_once(unit.as_mut()).await);
    }
    store.close().await;
    let waiting = units.into_iter().zip(early).filter(|(_, ready)| !ready).map(|(unit, _)| unit);
    let outcomes: Vec<Result<(), Error>> = join_all(waiting).await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    let again = database.open(NOON).await;
    let kept = database.column("SELECT key FROM meta WHERE key LIKE 'unit %'").await;
    assert_eq!(kept.len(), 40);
    again.close().await;
}

pub(super) async fn a_closed_store_refuses(database: Database) {
    let store = database.open(NOON).await;
    write(&store, |tx| tx.set_meta("key", "value")).await;
    let clone = store.clone();
    store.close().await;
    store.close().await;
    for store in [&store, &clone] {
        let written = store.write(own_lane(0), |tx| tx.set_meta("key", "later")).await;
        assert!(matches!(written, Err(Error::Unavailable(_))), "{written:?}");
        let read: Result<_, Error> = store.read(|tx| tx.meta("key")).await;
        assert!(matches!(read, Err(Error::Unavailable(_))), "{read:?}");
    }
    let again = database.open(NOON).await;
    assert_eq!(read(&again, |tx| tx.meta("key")).await.as_deref(), Some("value"));
}

pub(super) async fn everything_is_there_after_reopening(database: Database) {
    let first = database.open(NOON).await;
    let zhang = person(&first, "张三").await;
    write(&first, move |tx| {
        tx.record(NOON, Fact::new("noted", Some(zhang)).person("person", zhang));
        tx.next_number("J").map(|_| ())
    })
    .await;
    let id = read(&first, |tx| tx.store_id()).await;
    assert!(id.len() == 16 && id.chars().all(|c| c.is_ascii_hexdigit()), "{id}");
    first.close().await;
    drop(first);

    let second = database.open(NOON + DAY).await;
    assert!(second.migrated().is_empty());
    let kept = read(&second, |tx| {
        let name = tx.directory()?.people(NOON).next().map(|person| person.name.clone());
        let events = tx.events(Pagination { after: 0, limit: 10 })?;
        let noted = events.iter().filter(|event| event.kind == "noted").count();
        Ok((name, tx.started_at()?, tx.store_id()?, noted))
    })
    .await;
    assert_eq!(kept, (Some("张三".to_owned()), NOON, id, 1), "born once, named once");
    assert_eq!(write(&second, |tx| tx.next_number("J")).await, 2);
    assert_eq!(second.kind(), if database.is_postgres() { "postgres" } else { "sqlite" });
}

pub(super) async fn several_may_open_a_new_one_at_once(database: Database) {
    let stores = join_all((0..4).map(|number| database.open(NOON + number))).await;
    let migrated = stores.iter().filter(|store| !store.migrated().is_empty()).count();
    assert_eq!(migrated, 1, "one of them made it");
    for store in &stores {
        write(store, |tx| tx.next_number("J").map(|_| ())).await;
    }
    assert_eq!(write(&stores[0], |tx| tx.next_number("J")).await, 5, "all are the same store");
}
