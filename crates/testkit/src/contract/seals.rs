//! Seals: whatever somebody does to the events behind the program's back is found, and named.

use super::{NOON, own_lane, read, write};
use crate::engines::{Database, until};
use domain::calendar::MINUTE;
use futures_util::future::join_all;
use std::cell::Cell;
use std::sync::{Arc, Mutex, mpsc};
use store::{
    Error, Fact, Finding, Head, KEY_BYTES, KeyRing, Options, Pagination, Store, Verification, Wrong,
};

const ALL: Pagination = Pagination { after: 0, limit: 1_000 };

async fn say(store: &Store, count: i64) {
    for number in 0..count {
        write(store, move |tx| {
            tx.record(NOON, Fact::new("test", Some(1)).about("J1").with("number", number));
            Ok(())
        })
        .await;
    }
}

async fn seqs(store: &Store) -> Vec<i64> {
    read(store, |tx| tx.events(ALL)).await.iter().map(|event| event.seq).collect()
}

async fn seal(store: &Store, minute: i64) -> Vec<Head> {
    store.seal(NOON + minute * MINUTE).await.expect("sealed")
}

async fn verify(store: &Store) -> Verification {
    store.verify(None, |_| ()).await.expect("readable")
}

/// What was found, without the seals' times and ranges.
fn told(found: &Verification) -> Vec<(i64, Wrong)> {
    found.findings.iter().map(|finding| (finding.seal, finding.what.clone())).collect()
}

/// Three seals over four events each; the number before the sixth event is free.
async fn three_seals(store: &Store, database: &Database) -> Vec<i64> {
    say(store, 4).await;
    assert_eq!(seal(store, 1).await.len(), 1);
    say(store, 2).await;
    let gone = seqs(store).await[5];
    database.meddle(&format!("DELETE FROM event WHERE seq = {gone}")).await;
    database
        .meddle(&format!(
            "INSERT INTO event (seq, at, kind, actor, subject, body) VALUES ({}, {NOON}, 'test', 1, 'J1', '{{\"number\":1}}')",
            gone + 1
        ))
        .await;
    if database.is_postgres() {
        database
            .meddle("SELECT setval(pg_get_serial_sequence('event', 'seq'), (SELECT MAX(seq) FROM event))")
            .await;
    }
    say(store, 2).await;
    assert_eq!(seal(store, 2).await.len(), 1);
    say(store, 4).await;
    assert_eq!(seal(store, 3).await.len(), 1);
    let seqs = seqs(store).await;
    assert_eq!((seqs.len(), seqs[5] - seqs[4]), (12, 2));
    seqs
}

pub(super) async fn everything_is_sealed_once(database: Database) {
    let (one, two) = (database.open(NOON).await, database.open(NOON).await);
    assert_eq!(verify(&one).await, Verification::default());
    assert_eq!(seal(&one, 0).await, [], "there is nothing to seal");
    let seqs = three_seals(&one, &database).await;
    assert_eq!(seal(&one, 4).await, [], "nothing is new");
    say(&two, 2).await;
    let found = verify(&two).await;
    assert_eq!((found.seals, found.events, found.unsealed, told(&found)), (3, 12, 2, vec![]));
    let head = seal(&two, 5).await.pop().expect("sealed by the other");
    assert_eq!(head.no, 4);
    let found = one.verify(Some(head.clone()), |_| ()).await.expect("readable");
    assert_eq!((found.seals, found.unsealed, told(&found), found.head), (4, 0, vec![], Some(head)));
    let last = read(&one, |tx| tx.last_seal()).await.expect("a seal");
    assert_eq!((last.at, last.first_seq, last.events), (NOON + 5 * MINUTE, seqs[11] + 1, 2));

    // A seal is bounded, and what is more comes into the next.
    let drawn = read(&one, |tx| tx.draw_seal(NOON, i64::MAX, 5)).await;
    assert_eq!(drawn, None, "all is sealed");
    say(&one, 7).await;
    let drawn = read(&one, |tx| tx.draw_seal(NOON, i64::MAX, 5)).await.expect("there is something");
    assert_eq!(drawn.events, 5);
    assert!(
        write(&one, {
            let drawn = drawn.clone();
            move |tx| tx.add_seal(&drawn)
        })
        .await
    );
    assert!(!write(&two, move |tx| tx.add_seal(&drawn)).await, "its number is taken");
    assert_eq!(seal(&two, 6).await.len(), 1);
    let found = verify(&two).await;
    assert_eq!((found.seals, found.events, found.unsealed, told(&found)), (6, 21, 0, vec![]));
}

pub(super) async fn what_was_tampered_with_is_named(database: Database) {
    let store = database.open(NOON).await;
    let seqs = three_seals(&store, &database).await;
    let kept = "CREATE TABLE kept_event AS SELECT * FROM event; CREATE TABLE kept_seal AS SELECT * FROM seal";
    database.meddle(kept).await;
    let (a, b, c, d) = (seqs[4], seqs[5], seqs[6], seqs[8]);
    let free = a + 1;
    let event = |seq: i64| {
        format!(
            "INSERT INTO event (seq, at, kind, actor, subject, body) VALUES ({seq}, {NOON}, 'test', 1, 'J1', '{{}}')"
        )
    };
    let changed = |column: &str| format!("UPDATE event SET {column} WHERE seq = {a}");
    let set_seal = |column: &str| format!("UPDATE seal SET {column} WHERE no = 2");
    let is_changed = vec![(2, Wrong::Changed(vec![a]))];
    let is_altered = |intact| vec![(2, Wrong::SealChanged { intact })];
    let missing = |no, through, first: usize, last: i64| {
        (
            no,
            Wrong::SealMissing {
                through,
                first_seq: if first == 0 { 1 } else { seqs[first - 1] + 1 },
                last_seq: last,
            },
        )
    };
    let swap = format!(
        "UPDATE event SET body = 'aside' WHERE seq = {a}; \
         UPDATE event SET body = (SELECT body FROM kept_event WHERE seq = {a}) WHERE seq = {b}; \
         UPDATE event SET body = (SELECT body FROM kept_event WHERE seq = {b}) WHERE seq = {a}"
    );
    let cases: Vec<(String, Vec<(i64, Wrong)>)> = vec![
        (String::new(), vec![]),
        (changed("body = '{\"number\":9}'"), is_changed.clone()),
        // The same to whoever reads JSON, and yet not what was written.
        (changed("body = body || ' '"), is_changed.clone()),
        (changed("at = at + 1"), is_changed.clone()),
        (changed("kind = 'other'"), is_changed.clone()),
        (changed("actor = 2"), is_changed.clone()),
        (changed("actor = NULL"), is_changed.clone()),
        (changed("subject = ''"), is_changed.clone()),
        (changed("subject = NULL"), is_changed.clone()),
        (
            format!("UPDATE event SET at = at + 1 WHERE seq IN ({a}, {c}, {d})"),
            vec![(2, Wrong::Changed(vec![a, c])), (3, Wrong::Changed(vec![d]))],
        ),
        (format!("DELETE FROM event WHERE seq = {a}"), vec![(2, Wrong::Removed(vec![a]))]),
        (
            format!("DELETE FROM event WHERE seq <= {}", seqs[3]),
            vec![(1, Wrong::Removed(seqs[..4].to_vec()))],
        ),
        (event(free), vec![(2, Wrong::Inserted(vec![free]))]),
        (event(-7), vec![(1, Wrong::Inserted(vec![-7]))]),
        (
            format!("UPDATE event SET seq = {free} WHERE seq = {b}"),
            vec![(2, Wrong::Removed(vec![b])), (2, Wrong::Inserted(vec![free]))],
        ),
        (swap, vec![(2, Wrong::Moved(vec![(a, b), (b, a)]))]),
        ("DELETE FROM seal WHERE no = 2".to_owned(), vec![missing(2, 2, 4, seqs[7])]),
        ("DELETE FROM seal WHERE no < 3".to_owned(), vec![missing(1, 2, 0, seqs[7])]),
        (set_seal("at = at + 60000"), is_altered(true)),
        (set_seal("events = 3"), is_altered(true)),
        (set_seal("hash = previous"), is_altered(true)),
        (set_seal("previous = hash"), is_altered(true)),
        (set_seal("marks = ''"), is_altered(true)),
        (set_seal("contents = hash"), is_altered(false)),
        (set_seal("last_seq = last_seq - 1"), is_altered(false)),
        (set_seal("key_id = 9"), vec![(2, Wrong::KeyUnknown { key: 9, through: 2 })]),
        (format!("{}; {}", changed("at = 0"), set_seal("hash = previous")), is_altered(false)),
    ];
    for (tampering, expected) in cases {
        database.meddle(&tampering).await;
        let found = verify(&store).await;
        assert_eq!(told(&found), expected, "{tampering}");
        for Finding { seal, cover, .. } in &found.findings {
            if let Some(cover) = cover {
                assert_eq!(
                    cover.at,
                    NOON + seal * MINUTE + 60_000 * i64::from(tampering.contains("at + 60000"))
                );
            }
        }
        database
            .meddle(
                "DELETE FROM event; INSERT INTO event SELECT * FROM kept_event; \
                 DELETE FROM seal; INSERT INTO seal SELECT * FROM kept_seal",
            )
            .await;
    }
    // Where the engine lets somebody write what is not even of the column's type.
    if !database.is_postgres() {
        database.meddle(&format!("UPDATE event SET body = x'00ff' WHERE seq = {a}")).await;
        database.meddle("UPDATE seal SET hash = x'00ff' WHERE no = 3").await;
        let found = verify(&store).await;
        assert_eq!(told(&found), [(2, Wrong::Changed(vec![a])), (3, Wrong::SealChanged { intact: false })]);
    }
}

/// What nothing inside of the database can show: the newest seals gone, their events with them or sealed anew.
pub(super) async fn a_head_that_was_kept_shows_what_was_cut_off(database: Database) {
    let store = database.open(NOON).await;
    let seqs = three_seals(&store, &database).await;
    let head = verify(&store).await.head.expect("sealed");
    let kept = |head: Head| async { told(&store.verify(Some(head), |_| ()).await.expect("readable")) };
    assert_eq!(kept(head.clone()).await, []);
    database.meddle("CREATE TABLE kept_seal AS SELECT * FROM seal").await;
    database
        .meddle(&format!("DELETE FROM seal WHERE no > 1; DELETE FROM event WHERE seq > {}", seqs[7]))
        .await;
    assert_eq!(told(&verify(&store).await), [], "it looks like a younger store");
    assert_eq!(kept(head.clone()).await, [(3, Wrong::HeadMissing)]);
    say(&store, 4).await;
    assert_eq!(seal(&store, 7).await.len(), 1);
    say(&store, 4).await;
    assert_eq!(seal(&store, 8).await.len(), 1);
    assert_eq!(told(&verify(&store).await), []);
    assert_eq!(kept(head).await, [(3, Wrong::HeadDiffers)]);

    // A genuine seal of the old history in the new one.
    database
        .meddle("DELETE FROM seal WHERE no = 2; INSERT INTO seal SELECT * FROM kept_seal WHERE no = 2")
        .await;
    let found = told(&verify(&store).await);
    assert_eq!(found.last(), Some(&(3, Wrong::SealForeign)), "{found:?}");
}

pub(super) async fn seals_of_other_keys_are_told_apart(database: Database) {
    let first = KeyRing::known();
    let both = first.and_new([7; KEY_BYTES]).expect("a second key");
    let only_second = KeyRing::parse(both.to_text().lines().last().expect("a line")).expect("a ring");
    let open = async |ring: &KeyRing| {
        // The store knows its keys again; whoever writes to it can make it forget them.
        database.meddle("DELETE FROM meta WHERE key LIKE 'key_check.%'").await;
        let store = Store::open(database.address(), Options::at(NOON, ring.clone())).await.expect("it opens");
        let found = verify(&store).await;
        (store, found)
    };
    let store = database.open(NOON).await;
    three_seals(&store, &database).await;
    store.close().await;

    let (store, found) = open(&both).await;
    assert_eq!(told(&found), [], "the old key is still there");
    say(&store, 2).await;
    seal(&store, 4).await;
    assert_eq!(read(&store, |tx| tx.last_seal()).await.map(|seal| seal.key_id), Some(2));
    assert_eq!(told(&verify(&store).await), []);
    store.close().await;

    let unknown = |from, key, through| (from, Wrong::KeyUnknown { key, through });
    let cases = [
        (first, vec![unknown(4, 2, 4)]),
        (only_second, vec![unknown(1, 1, 3)]),
        (KeyRing::with_one([9; KEY_BYTES]), vec![unknown(1, 1, 3), unknown(4, 2, 4)]),
    ];
    for (ring, expected) in cases {
        let (store, found) = open(&ring).await;
        assert_eq!((told(&found), found.seals), (expected, 4));
        store.close().await;
    }
}

/// A number that was given before the boundary and appears after it: the seal waits for it.
pub(super) async fn a_number_on_its_way_is_waited_for(database: Database) {
    let store = database.open(NOON).await;
    let (entered, wait_entered) = mpsc::channel();
    let (leave, wait_leave) = mpsc::channel::<()>();
    let wait_leave = Arc::new(Mutex::new(wait_leave));
    let early = tokio::spawn({
        let store = store.clone();
        async move {
            let unit = store.write(own_lane(0), move |tx| {
                tx.record(NOON, Fact::new("early", None));
                tx.flush_events()?;
                let _ = entered.send(());
                // Ends at once, should the unit be run again.
                let _ = wait_leave.lock().expect("no panic").recv();
                Ok::<_, Error>(())
            });
            unit.await
        }
    });
    tokio::task::spawn_blocking(move || wait_entered.recv()).await.expect("no panic").expect("it runs");
    let late = store.write(own_lane(1), |tx| {
        tx.record(NOON, Fact::new("late", None));
        Ok::<_, Error>(())
    });
    let (store_too, postgres) = (store.clone(), database.is_postgres());
    if postgres {
        late.await.expect("written");
        let sealing = tokio::spawn(async move { store_too.seal(NOON).await });
        until("the seal waits", async || {
            let waiting = database
                .column("SELECT 'one' FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
                .await;
            (!waiting.is_empty() || sealing.is_finished()).then_some(())
        })
        .await;
        drop(leave);
        sealing.await.expect("no panic").expect("sealed");
    } else {
        drop(leave);
        late.await.expect("written");
    }
    early.await.expect("no panic").expect("written");
    seal(&store, 1).await;
    let found = verify(&store).await;
    assert_eq!((told(&found), found.unsealed, found.events), (vec![], 0, 2));
}

/// Everybody writes, two instances seal: nothing is left out, nothing appears behind a seal.
pub(super) async fn sealing_beside_writers_leaves_nothing_out(database: Database) {
    const EACH: usize = 50;
    let (one, two) = (database.open(NOON).await, database.open(NOON).await);
    let (seals, over) = (Cell::new(0), Cell::new(false));
    let sealing = async |store: &Store| {
        while !over.get() {
            let added = seal(store, 0).await.len();
            seals.set(seals.get() + added);
            tokio::task::yield_now().await;
        }
    };
    let talking = async |talker: usize| {
        let store = if talker.is_multiple_of(2) { &one } else { &two };
        for number in 0..EACH {
            if number == EACH - 1 {
                until("something is sealed meanwhile", async || (seals.get() > 0).then_some(())).await;
            }
            let unit = store.write(own_lane(talker), move |tx| {
                tx.record(NOON, Fact::new("test", None).with("number", number));
                tx.flush_events()?;
                // Given up after it was given a number, which stays free.
                if number % 10 == 5 { Err(Error::Corrupt("on purpose".to_owned())) } else { Ok(()) }
            });
            assert_eq!(unit.await.is_ok(), number % 10 != 5);
        }
    };
    let writing = async {
        join_all((0..8).map(talking)).await;
        over.set(true);
    };
    tokio::join!(writing, sealing(&one), sealing(&two));
    let last = seal(&one, 1).await.len();
    let found = verify(&two).await;
    assert_eq!((told(&found), found.unsealed, found.events), (vec![], 0, 8 * 45));
    assert_eq!(usize::try_from(found.seals).expect("small"), seals.get() + last, "each number once");
}
