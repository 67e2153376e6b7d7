//! Units in each other's way: each is carried out once, none is given up, and nothing stays locked behind one.

use super::{NOON, own_lane, panic_quietly, read, write_at_once};
use crate::engines::{Database, until};
use futures_util::future::join_all;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use store::{Error, Fact, Pagination};

const ALL: Pagination = Pagination { after: 0, limit: 10_000 };

/// Everybody reads all of a small table and changes one row, on four instances that do not wait for each other.
pub(super) async fn who_keeps_losing_is_let_through_alone(database: Database) {
    const UNITS: usize = 600;
    let stores = join_all((0..4).map(|_| database.open(NOON))).await;
    // Eight lanes on each instance, all different.
    let lane = |number: usize| own_lane(number % 32);
    let units = write_at_once(&stores.iter().collect::<Vec<_>>(), UNITS, lane, |tx, number| {
        tx.events(Pagination { after: 0, limit: 20 })?;
        let turn = tx.next_number("T")?;
        tx.record(NOON, Fact::new("test", None).with("number", number).with("turn", turn));
        Ok(turn)
    })
    .await;
    let turns: BTreeSet<i64> =
        units.into_iter().map(|unit| unit.unwrap_or_else(|error| panic!("{error}"))).collect();
    assert_eq!(turns, (1..=600).collect(), "every turn was given once");
    let events = read(&stores[0], |tx| tx.events(ALL)).await;
    let numbers: BTreeSet<_> = events.iter().filter_map(|event| event.body["number"].as_u64()).collect();
    assert_eq!((numbers.len(), events.len()), (UNITS, UNITS), "each was carried out once");
}

/// Locks that the sessions of this database hold.
async fn locks(database: &Database) -> Vec<String> {
    let sql = "SELECT objid::TEXT FROM pg_locks WHERE locktype = 'advisory' \
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    if database.is_postgres() { database.column(sql).await } else { Vec::new() }
}

pub(super) async fn nothing_stays_locked(database: Database) {
    let store = database.open(NOON).await;
    for alone in [false, true] {
        let lane = |number: usize| if alone { own_lane(number).alone() } else { own_lane(number) };
        let units = write_at_once(&[&store], 40, lane, |tx, number| {
            tx.record(NOON, Fact::new("test", None));
            tx.flush_events()?;
            match number % 5 {
                0 => Err(Error::Corrupt("on purpose".to_owned())),
                1 => panic_quietly(),
                2 => {
                    tx.abandon();
                    Ok(())
                }
                // There is no such event.
                3 => tx.mark_undone(4_711, NOON).map(|_| ()),
                _ => Ok(()),
            }
        })
        .await;
        assert_eq!(units.iter().filter(|unit| unit.is_ok()).count(), 16);
        until("all locks are given back", async || locks(&database).await.is_empty().then_some(())).await;
    }
}

/// The server ends every session in the middle of their units: they are run again, on new connections.
pub(super) async fn a_broken_connection_holds_nobody_up(database: Database) {
    let store = database.open(NOON).await;
    let runs = Arc::new(AtomicUsize::new(0));
    let (entered, wait_entered) = mpsc::channel();
    let (leave, wait_leave) = mpsc::channel::<()>();
    let wait_leave = Arc::new(Mutex::new(wait_leave));
    let unit = {
        let (store, runs) = (store.clone(), Arc::clone(&runs));
        tokio::spawn(async move {
            store
                .write(own_lane(0).alone(), move |tx| {
                    tx.record(NOON, Fact::new("test", None));
                    tx.flush_events()?;
                    if runs.fetch_add(1, Ordering::Relaxed) == 0 {
                        let _ = entered.send(());
                        let _ = wait_leave.lock().expect("no panic").recv();
                    }
                    tx.next_number("T")
                })
                .await
        })
    };
    tokio::task::spawn_blocking(move || wait_entered.recv()).await.expect("no panic").expect("it runs");
    if database.is_postgres() {
        assert!(!locks(&database).await.is_empty(), "it holds the gate and its lane");
        database
            .meddle(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                 WHERE application_name = 'deskmate' AND datname = current_database()",
            )
            .await;
        until("its locks are gone", async || locks(&database).await.is_empty().then_some(())).await;
    }
    drop(leave);
    let turn: Result<i64, Error> = unit.await.expect("no panic");
    assert_eq!(turn.expect("it was run again"), 1);
    let others = write_at_once(&[&store], 16, own_lane, |tx, _| tx.next_number("T")).await;
    assert!(others.iter().all(Result::is_ok), "{others:?}");
    assert_eq!(read(&store, |tx| tx.events(ALL)).await.len(), 1, "what the lost session wrote never was");
    assert_eq!(runs.load(Ordering::Relaxed), 1 + usize::from(database.is_postgres()));
    until("all locks are given back", async || locks(&database).await.is_empty().then_some(())).await;
}
