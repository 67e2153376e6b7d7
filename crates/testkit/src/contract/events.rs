//! Events: one row a change, in order, for ever.

use super::{NOON, own_lane, person, read, write, write_at_once};
use crate::engines::Database;
use domain::calendar::MINUTE;
use store::{Error, Fact, Lane, Pagination};

pub(super) async fn numbers_rise_in_the_order_of_recording(database: Database) {
    let store = database.open(NOON).await;
    // Every number of rows that one statement takes, and more than one statement takes.
    for count in 1..=8_u64 {
        let (before, written, last) = write(&store, move |tx| {
            let before = tx.last_event()?;
            for number in 0..count {
                let fact = Fact::new("noted", None).about(format!("N{number}")).with("number", number);
                tx.record(NOON, fact);
            }
            let written = tx.flush_events()?;
            assert_eq!(tx.flush_events()?, [], "nothing is left to be written");
            Ok((before, written, tx.last_event()?))
        })
        .await;
        let page = Pagination { after: before, limit: 100 };
        let events = read(&store, move |tx| tx.events(page)).await;
        let told: Vec<_> =
            events.iter().map(|event| event.body["number"].as_u64().expect("a number")).collect();
        assert_eq!(told, (0..count).collect::<Vec<_>>());
        assert!(events.windows(2).all(|pair| pair[0].seq < pair[1].seq));
        assert_eq!(events.last().map(|event| event.seq), Some(last));
        let told: Vec<_> = events.iter().map(|event| (event.seq, "noted")).collect();
        assert_eq!(written, told, "of {count}");
        let event = &events[0];
        assert_eq!((event.at, &*event.kind, event.subject.as_deref()), (NOON, "noted", Some("N0")));
    }

    let units = write_at_once(&[&store], 30, own_lane, |tx, number| {
        tx.record(NOON, Fact::new("at once", None).with("number", number));
        tx.flush_events()?;
        tx.last_event()
    })
    .await;
    let mut seqs: Vec<i64> = units.into_iter().collect::<Result<_, _>>().expect("all are recorded");
    seqs.sort_unstable();
    seqs.dedup();
    assert_eq!(seqs.len(), 30, "a number of its own each");
}

pub(super) async fn a_page_is_a_part_in_order(database: Database) {
    let store = database.open(NOON).await;
    write(&store, |tx| {
        (0..10).for_each(|number| tx.record(NOON, Fact::new("noted", None).with("number", number)));
        Ok(())
    })
    .await;
    let mut pages = Vec::new();
    let mut after = 0;
    for _ in 0..10 {
        let page = read(&store, move |tx| tx.events(Pagination { after, limit: 4 })).await;
        let Some(last) = page.last() else { break };
        after = last.seq;
        pages.push(
            page.iter().map(|event| event.body["number"].as_u64().expect("a number")).collect::<Vec<_>>(),
        );
    }
    assert_eq!(pages, [vec![0, 1, 2, 3], vec![4, 5, 6, 7], vec![8, 9]]);
    let one = read(&store, move |tx| Ok((tx.event(after)?, tx.event(after + 1)?))).await;
    assert_eq!(one.0.map(|event| event.seq), Some(after));
    assert_eq!(one.1, None);
}

pub(super) async fn what_was_taken_back_is_not_offered_again(database: Database) {
    let store = database.open(NOON).await;
    let (zhang, li) = (person(&store, "张三").await, person(&store, "李四").await);
    write(&store, move |tx| {
        for (minute, actor) in [(0, zhang), (1, zhang), (1, li), (2, zhang)] {
            tx.record(NOON + minute * MINUTE, Fact::new("changed", Some(actor)).with("minute", minute));
        }
        tx.record(NOON, Fact::new("by itself", None));
        Ok(())
    })
    .await;
    let recent = async |since, limit| {
        let events = read(&store, move |tx| tx.recent_events(zhang, since, limit)).await;
        events
            .iter()
            .map(|event| (event.seq, event.body["minute"].as_i64().expect("a minute")))
            .collect::<Vec<_>>()
    };
    let all = recent(NOON, 10).await;
    assert_eq!(
        all.iter().map(|(_, minute)| *minute).collect::<Vec<_>>(),
        [2, 1, 0],
        "newest first, only the own"
    );
    assert_eq!(recent(NOON + MINUTE, 10).await, all[..2]);
    assert_eq!(recent(NOON, 1).await, all[..1]);
    let newest = all[0].0;
    assert!(write(&store, move |tx| tx.mark_undone(newest, NOON)).await);
    assert!(!write(&store, move |tx| tx.mark_undone(newest, NOON)).await, "only once");
    assert_eq!(recent(NOON, 10).await, all[1..]);
    assert!(read(&store, move |tx| tx.event(newest)).await.is_some(), "what happened stays told");
    // Of two who take the same thing back at once, one does.
    let second = all[1].0;
    let units = write_at_once(&[&store], 10, own_lane, move |tx, _| tx.mark_undone(second, NOON)).await;
    assert_eq!(units.into_iter().filter(|marked| matches!(marked, Ok(true))).count(), 1);
}

pub(super) async fn nothing_of_a_failed_unit_is_recorded(database: Database) {
    let store = database.open(NOON).await;
    let failed: Result<(), Error> = store
        .write(Lane::of(&["contract"]), |tx| {
            tx.record(NOON, Fact::new("flushed", None));
            tx.flush_events()?;
            tx.record(NOON, Fact::new("pending", None));
            Err(Error::Corrupt("on purpose".to_owned()))
        })
        .await;
    assert!(failed.is_err());
    write(&store, |tx| {
        tx.record(NOON, Fact::new("kept", None));
        Ok(())
    })
    .await;
    let events = read(&store, |tx| tx.events(Pagination { after: 0, limit: 10 })).await;
    assert_eq!(events.iter().map(|event| &*event.kind).collect::<Vec<_>>(), ["kept"]);
}
