//! One message, once.

use super::{NOON, own_lane, read, write, write_at_once};
use crate::engines::Database;
use std::collections::HashSet;
use store::{Arrival, Error, InboxKey, Lane, Outcome, Store};

const KEY: InboxKey<'static> = InboxKey { platform: "wecom", bot: "main", msg_id: "m1" };

pub(super) async fn a_message_is_new_once(database: Database) {
    let store = database.open(NOON).await;
    let others = [
        InboxKey { platform: "dingtalk", ..KEY },
        InboxKey { bot: "second", ..KEY },
        InboxKey { msg_id: "M1", ..KEY },
        InboxKey { msg_id: "m1 ", ..KEY },
    ];
    let mut ids = HashSet::new();
    for key in [KEY].into_iter().chain(others) {
        let arrived = write(&store, move |tx| tx.accept(key, NOON)).await;
        let Arrival::New(id) = arrived else { panic!("{key:?} was never there") };
        assert!(ids.insert(id), "a row of its own");
        assert_eq!(write(&store, move |tx| tx.accept(key, NOON + 1)).await, Arrival::Duplicate(id));
    }
    assert_eq!(read(&store, |tx| tx.messages()).await, 5);
}

/// Fifty copies; each that is told to be new counts, as a handler would.
async fn fifty_copies(handles: &[&Store], lane: impl Fn(usize) -> Lane) {
    let arrived = write_at_once(handles, 50, lane, |tx, _| {
        let arrival = tx.accept(KEY, NOON)?;
        if let Arrival::New(_) = arrival {
            tx.next_number("effect")?;
        }
        Ok(arrival)
    })
    .await;
    let arrived: Vec<Arrival> = arrived.into_iter().collect::<Result<_, _>>().expect("all are answered");
    let new: Vec<i64> = arrived
        .iter()
        .filter_map(|arrival| if let Arrival::New(id) = arrival { Some(*id) } else { None })
        .collect();
    assert_eq!(new.len(), 1, "one of fifty is new: {arrived:?}");
    let copies = arrived.iter().filter(|arrival| **arrival == Arrival::Duplicate(new[0])).count();
    assert_eq!(copies, 49, "the others know the first one's row");
    assert_eq!(write(handles[0], |tx| tx.next_number("effect")).await, 2, "it took effect once");
}

pub(super) async fn copies_at_once_are_new_once(database: Database) {
    let store = database.open(NOON).await;
    // A platform's copies come in one chat, but nothing here may depend on the lane.
    fifty_copies(&[&store], own_lane).await;
}

pub(super) async fn copies_on_two_instances_are_new_once(database: Database) {
    let (one, two) = (database.open(NOON).await, database.open(NOON).await);
    fifty_copies(&[&one, &two], |_| Lane::of(&["chat"])).await;
}

pub(super) async fn how_it_was_handled_is_kept(database: Database) {
    let store = database.open(NOON).await;
    for (msg_id, outcome) in [("a", None), ("b", Some(Outcome::Refused)), ("c", Some(Outcome::Fault))] {
        write(&store, move |tx| {
            let Arrival::New(id) = tx.accept(InboxKey { msg_id, ..KEY }, NOON)? else { panic!("it is new") };
            match outcome {
                Some(outcome) => tx.close_message(id, outcome, None),
                None => Ok(()),
            }
        })
        .await;
    }
    let kept = database.column("SELECT msg_id || ' ' || outcome FROM inbox ORDER BY msg_id").await;
    assert_eq!(kept, ["a done", "b refused", "c fault"]);
}

pub(super) async fn an_abandoned_message_was_never_seen(database: Database) {
    let store = database.open(NOON).await;
    let failed: Result<(), Error> = store
        .write(Lane::of(&["chat"]), |tx| {
            tx.accept(KEY, NOON)?;
            Err(Error::Corrupt("a handler's failure".to_owned()))
        })
        .await;
    assert!(matches!(failed, Err(Error::Corrupt(_))), "{failed:?}");
    assert!(matches!(write(&store, |tx| tx.accept(KEY, NOON)).await, Arrival::New(_)));
}
