//! Units of work: all of it or nothing of it, whatever the neighbours do.

use super::{
    NOON, ask_once, link_ghost, own_lane, panic_quietly, person, read, recorded, write, write_at_once,
};
use crate::engines::{Database, until};
use crate::people;
use domain::report::Figures;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use store::{Error, Fact, Lane, NewReport, Pagination, Tx};

const ALL: Pagination = Pagination { after: 0, limit: 1_000 };

fn broken() -> Error {
    Error::Corrupt("a handler's failure".to_owned())
}

pub(super) async fn a_failing_unit_leaves_its_neighbours_alone(database: Database) {
    let store = database.open(NOON).await;
    let units = write_at_once(&[&store], 60, own_lane, |tx, number| {
        tx.set_meta(&format!("unit {number}"), "done")?;
        tx.record(NOON, Fact::new("unit", None).with("number", number));
        if number % 3 == 0 { Err(broken()) } else { Ok(number) }
    })
    .await;
    for (number, outcome) in units.iter().enumerate() {
        let told = outcome.as_ref().ok().copied();
        assert_eq!(told, (number % 3 != 0).then_some(number), "{outcome:?}");
        let kept = read(&store, move |tx| tx.meta(&format!("unit {number}"))).await;
        assert_eq!(kept.is_some(), number % 3 != 0, "unit {number}");
    }
    assert_eq!(read(&store, |tx| tx.events(ALL)).await.len(), 40);
}

pub(super) async fn an_abandoned_unit_leaves_nothing(database: Database) {
    let store = database.open(NOON).await;
    let answer = write(&store, |tx| {
        tx.set_meta("abandoned", "yes")?;
        tx.abandon();
        tx.set_meta("afterwards", "yes")?;
        tx.record(NOON, Fact::new("abandoned", None));
        Ok("its answer")
    })
    .await;
    assert_eq!(answer, "its answer");
    let kept = read(&store, |tx| Ok((tx.meta("abandoned")?, tx.meta("afterwards")?, tx.last_event()?))).await;
    assert_eq!(kept, (None, None, 0));
}

pub(super) async fn a_restarted_unit_keeps_only_what_follows(database: Database) {
    let store = database.open(NOON).await;
    write(&store, |tx| {
        tx.set_meta("before", "yes")?;
        tx.record(NOON, Fact::new("before", None));
        tx.flush_events()?;
        tx.record(NOON, Fact::new("before, not yet written", None));
        people::add(tx, "鬼", &[], Some("一组"), &[], NOON)?;
        assert_eq!(tx.directory()?.teams().next().map(|(_, name)| name), Some("一组"));
        tx.abandon();
        tx.restart()?;
        assert_eq!(tx.writes(), 0);
        assert_eq!(tx.meta("before")?, None, "it is gone at once");
        assert_eq!(tx.directory()?.teams().count(), 0);
        tx.set_meta("after", "yes")?;
        tx.record(NOON, Fact::new("after", None));
        Ok(())
    })
    .await;
    let kept = read(&store, |tx| {
        Ok((tx.meta("before")?, tx.meta("after")?, tx.events(ALL)?, tx.directory()?.teams().count()))
    })
    .await;
    let (before, after, events, teams) = kept;
    assert_eq!((before, after.as_deref(), teams), (None, Some("yes"), 0));
    assert_eq!(events.iter().map(|event| &*event.kind).collect::<Vec<_>>(), ["after"]);

    // After a statement that the database refused as well: there a unit can go on only so.
    let zhang = person(&store, "张三").await;
    write(&store, move |tx| {
        assert!(same_report_twice(tx, zhang).is_err());
        tx.restart()?;
        tx.set_meta("after the refusal", "yes")
    })
    .await;
    assert!(read(&store, |tx| tx.meta("after the refusal")).await.is_some());
    assert_eq!(database.rows_of("report").await, 0);
}

pub(super) async fn a_panicking_unit_is_told_and_the_store_goes_on(database: Database) {
    let store = database.open(NOON).await;
    // More of them than any engine has threads.
    let units = write_at_once(&[&store], 40, own_lane, |tx, number| {
        tx.set_meta(&format!("unit {number}"), "done")?;
        if number % 2 == 1 { panic_quietly() } else { Ok(()) }
    })
    .await;
    for (number, outcome) in units.iter().enumerate() {
        match outcome {
            Ok(()) => assert_eq!(number % 2, 0),
            Err(error) => assert!(number % 2 == 1 && matches!(error, Error::Panicked), "{number}: {error}"),
        }
        let kept = read(&store, move |tx| tx.meta(&format!("unit {number}"))).await;
        assert_eq!(kept.is_some(), number % 2 == 0, "unit {number}");
    }
    for _ in 0..8 {
        let read: Result<(), Error> = store.read(|_| panic_quietly()).await;
        assert!(matches!(read, Err(Error::Panicked)));
    }
    assert_eq!(read(&store, |tx| tx.last_event()).await, 0);
}

fn same_report_twice(tx: &mut Tx<'_>, person: i64) -> Result<(), Error> {
    let figures = Figures::new();
    let report = NewReport {
        date: super::day("03-02"),
        revision: 1,
        received_at: NOON,
        late: false,
        figures: &figures,
        note: None,
    };
    tx.file_report(&recorded(person), &report)?;
    tx.file_report(&recorded(person), &report)
}

/// Not `Contention`, which would have the platform send the message for ever.
pub(super) async fn a_broken_constraint_is_the_units_own_failure(database: Database) {
    let store = database.open(NOON).await;
    let zhang = person(&store, "张三").await;
    let lane = Lane::of(&["contract"]);
    let twice = store.write(lane, move |tx| same_report_twice(tx, zhang)).await;
    assert!(matches!(twice, Err(Error::Statement { .. })), "a unique key: {twice:?}");
    let nobody = store.write(lane, link_ghost).await;
    assert!(matches!(nobody, Err(Error::Statement { .. })), "a reference: {nobody:?}");
    assert_eq!(database.rows_of("report").await, 0);
}

/// A unit that ignores a refused statement: PostgreSQL undoes everything at the commit, without an error.
pub(super) async fn a_failed_statement_never_passes_for_done(database: Database) {
    let store = database.open(NOON).await;
    let careless = store
        .write(Lane::of(&["contract"]), |tx| {
            tx.set_meta("careless", "yes")?;
            let refused = link_ghost(tx);
            assert!(refused.is_err(), "there is no such person");
            Ok::<_, Error>("all is well")
        })
        .await;
    assert!(careless.is_err(), "what is told to be done is done; here: {careless:?}");
    assert_eq!(read(&store, |tx| tx.meta("careless")).await, None);
}

pub(super) async fn a_lane_is_kept_in_order(database: Database) {
    let store = database.open(NOON).await;
    // Five chats, twenty messages each, all at once: the order of sending is the order of taking effect.
    let chat = |number: usize| number % 5;
    let lane = move |number| Lane::of(&["chat", &chat(number).to_string()]);
    let units = write_at_once(&[&store], 100, lane, move |tx, number| {
        tx.record(NOON, Fact::new("said", None).with("chat", chat(number)).with("number", number));
        Ok(())
    })
    .await;
    assert!(units.iter().all(Result::is_ok), "{units:?}");
    let mut last = [None; 5];
    for event in read(&store, |tx| tx.events(ALL)).await {
        let number = event.body["number"].as_u64();
        let last = &mut last[usize::try_from(number.expect("a number")).expect("small") % 5];
        assert!(number > *last, "{number:?} after {last:?}");
        *last = number;
    }
}

/// Read, reckon, write, as handlers do, on two instances in lanes that do not wait for each other.
pub(super) async fn no_update_is_lost_between_instances(database: Database) {
    let (one, two) = (database.open(NOON).await, database.open(NOON).await);
    write(&one, |tx| tx.set_meta("sum", "0")).await;
    let mut done = 0;
    for _ in 0..100 {
        if done == 40 {
            break;
        }
        // What lost against others too often was not done, and is asked for again.
        let units = write_at_once(&[&one, &two], (40 - done).min(8), own_lane, |tx, _| {
            let sum: u32 = tx.meta("sum")?.and_then(|sum| sum.parse().ok()).expect("a sum");
            tx.set_meta("sum", &(sum + 1).to_string())
        })
        .await;
        for unit in units {
            match unit {
                Ok(()) => done += 1,
                Err(error) => assert!(matches!(error, Error::Contention), "{error}"),
            }
        }
    }
    assert_eq!(read(&two, |tx| tx.meta("sum")).await.as_deref(), Some("40"));
}

/// A request that was given up (a time-out) is still one unit: carried out, or not at all.
pub(super) async fn a_caller_who_leaves_changes_nothing(database: Database) {
    let store = database.open(NOON).await;
    let runs = Arc::new(AtomicUsize::new(0));
    for number in 0..20 {
        let runs = Arc::clone(&runs);
        let unit = store.write(own_lane(number), move |tx| {
            runs.fetch_add(1, Ordering::Relaxed);
            tx.set_meta(&format!("a {number}"), "yes")?;
            tx.set_meta(&format!("b {number}"), "yes")
        });
        // Queued; then nobody waits for it any more.
        ask_once(Box::pin(unit).as_mut()).await;
    }
    until("all twenty are carried out", async || {
        let kept = database.column("SELECT key FROM meta WHERE key LIKE 'a %' OR key LIKE 'b %'").await;
        (kept.len() == 40).then_some(())
    })
    .await;
    assert!(runs.load(Ordering::Relaxed) >= 20);
}
