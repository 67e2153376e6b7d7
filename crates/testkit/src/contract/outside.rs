//! What is known of the outside: leases, the chat book, token buckets.

use super::{NOON, own_lane, read, write, write_at_once};
use crate::engines::Database;
use domain::calendar::{HOUR, MINUTE};
use domain::rate::Rate;
use store::{BookEntry, Dest, Lease, NewRow};

pub(super) async fn a_lease_has_one_holder(database: Database) {
    let (one, two) = (database.open(NOON).await, database.open(NOON).await);
    let taken = write_at_once(&[&one, &two], 12, own_lane, move |tx, number| {
        tx.take_lease("wecom/main", ["a", "b"][number % 2], NOON, NOON + MINUTE)
    })
    .await;
    let by = |owner: usize| taken.iter().skip(owner).step_by(2).filter(|taken| matches!(taken, Ok(true)));
    assert!((by(0).count() == 0) != (by(1).count() == 0), "one of them, every time: {taken:?}");
    let held = read(&one, |tx| tx.lease("wecom/main")).await.expect("held");
    let (holder, other) = if held.owner == "a" { ("a", "b") } else { ("b", "a") };

    let take = async |owner: &'static str, now: i64| {
        write(&two, move |tx| tx.take_lease("wecom/main", owner, now, now + MINUTE)).await
    };
    assert!(!take(other, NOON + MINUTE - 1).await);
    assert!(take(holder, NOON + MINUTE - 1).await, "its own it prolongs");
    let held = read(&two, |tx| tx.lease("wecom/main")).await.expect("held");
    assert_eq!(held, Lease { owner: holder.to_owned(), until: NOON + 2 * MINUTE - 1, taken_at: NOON });
    assert!(take(other, NOON + 2 * MINUTE - 1).await, "it ran out");
    assert!(!take(holder, NOON + 2 * MINUTE).await);

    write(&one, move |tx| tx.drop_lease("wecom/main", holder)).await;
    assert!(!take(holder, NOON + 2 * MINUTE).await, "nobody gives another's back");
    write(&one, move |tx| tx.drop_lease("wecom/main", other)).await;
    assert!(take(holder, NOON + 2 * MINUTE).await, "given back");
    let again = read(&one, |tx| tx.lease("wecom/main")).await.map(|lease| lease.taken_at);
    assert_eq!(again, Some(NOON + 2 * MINUTE));
    assert!(write(&one, |tx| tx.take_lease("wecom/other", "x", NOON, NOON + 1)).await, "another name");
}

pub(super) async fn a_chat_that_is_barred_opens_when_something_is_heard(database: Database) {
    let store = database.open(NOON).await;
    let group = || Dest::Group("wrOps".to_owned());
    let entry = async || read(&store, move |tx| tx.book_entry("wecom", "main", &group())).await;
    assert_eq!(entry().await, None);
    let barred = async |now: i64| {
        write(&store, move |tx| tx.note_barred("wecom", "main", &group(), "93006", now)).await
    };
    assert!(barred(NOON).await);
    assert!(!barred(NOON + MINUTE).await, "it is told once");
    let known = entry().await.expect("noted");
    assert_eq!((known.heard_at, known.barred), (None, Some((NOON, "93006".to_owned()))));

    write(&store, move |tx| {
        tx.send(&NewRow {
            key: None,
            inbox_id: None,
            platform: "wecom",
            bot: "main",
            dest: &group(),
            person: None,
            in_group: None,
            said: "{\"text\":\"早\"}",
            late: None,
            answered: false,
            next_at: NOON + HOUR,
            at: NOON,
        })
    })
    .await;
    let heard = async |title: Option<&'static str>, now: i64| {
        write(&store, move |tx| tx.note_heard("wecom", "main", &group(), title, now)).await
    };
    heard(Some("咨询部"), NOON + MINUTE).await;
    let waits = read(&store, |tx| tx.next_outgoing()).await;
    assert_eq!(waits, Some(NOON + MINUTE), "what waited is due at once");
    heard(None, NOON + 2 * MINUTE).await;
    let whole = BookEntry {
        dest: group(),
        title: Some("咨询部".to_owned()),
        heard_at: Some(NOON + 2 * MINUTE),
        barred: None,
    };
    assert_eq!(entry().await, Some(whole.clone()));
    assert!(barred(NOON + HOUR).await, "barred anew is told anew");
    write(&store, |tx| tx.note_heard("wecom", "main", &Dest::Person("lisi".to_owned()), None, NOON)).await;
    write(&store, |tx| tx.note_heard("wecom", "other", &Dest::Person("lisi".to_owned()), None, NOON)).await;
    let all = read(&store, |tx| tx.book_entries("wecom", "main")).await;
    assert_eq!(all.len(), 2);
    assert_eq!((&all[0].dest, &all[1].dest), (&whole.dest, &Dest::Person("lisi".to_owned())));
}

pub(super) async fn tokens_outlive_a_restart_and_are_shared(database: Database) {
    const MINUTELY: Rate = Rate { burst: 5, amount: 20, period: MINUTE };
    const HOURLY: Rate = Rate { burst: 7, amount: 60, period: HOUR };
    let (one, two) = (database.open(NOON).await, database.open(NOON).await);
    let taken = write_at_once(&[&one, &two], 20, own_lane, move |tx, _| {
        tx.take_tokens("g", &[MINUTELY, HOURLY], 1, NOON)
    })
    .await;
    let got = taken.iter().filter(|taken| matches!(taken, Ok(Ok(_)))).count();
    let lost = taken.iter().filter(|taken| taken.is_err()).count();
    assert!(got == 5 || (got < 5 && lost > 0), "{taken:?}");
    for _ in got..5 {
        assert!(write(&one, |tx| tx.take_tokens("g", &[MINUTELY, HOURLY], 1, NOON)).await.is_ok());
    }
    one.close().await;
    two.close().await;
    let store = database.open(NOON).await;
    let take = async |tokens: u32, now: i64| {
        write(&store, move |tx| tx.take_tokens("g", &[MINUTELY, HOURLY], tokens, now)).await
    };
    assert_eq!(take(1, NOON).await, Err(NOON + 3_000));
    assert_eq!(take(2, NOON).await, Err(NOON + 6_000));
    assert_eq!(read(&store, |tx| tx.tokens("g", &[MINUTELY, HOURLY], NOON)).await, [0, 2]);
    assert_eq!(take(2, NOON + 6_000).await, Ok(0), "the emptiest counts");
    // The hour's bucket: two were left, the minute's would have more.
    assert_eq!(take(1, NOON + 30_000).await, Err(NOON + 60_000));
    assert_eq!(take(1, NOON + 60_000).await, Ok(0));
    assert_eq!(
        write(&store, |tx| tx.take_tokens("p", &[MINUTELY], 99, NOON)).await,
        Ok(0),
        "at most a burst"
    );
}
