//! The outbox: in order per destination, one owner at a time, never lost.

use super::{NOON, own_lane, person, read, write, write_at_once};
use crate::engines::{Database, until};
use domain::EpochMs;
use domain::calendar::MINUTE;
use std::time::Duration;
use store::{Arrival, Claimed, Dest, Error, InboxKey, Lane, NewRow, RowState, Settled, Store, Tx};

const LEASE: EpochMs = 2 * MINUTE;

fn group(id: &str) -> Dest {
    Dest::Group(id.to_owned())
}

fn row<'a>(dest: &'a Dest, said: &'a str) -> NewRow<'a> {
    NewRow {
        key: None,
        inbox_id: None,
        platform: "wecom",
        bot: "main",
        dest,
        person: None,
        in_group: None,
        said,
        late: None,
        answered: false,
        next_at: NOON,
        at: NOON,
    }
}

/// Posts words to groups, in this order.
async fn post(store: &Store, words: &'static [(&'static str, &'static str)]) {
    write(store, move |tx| {
        for (dest, said) in words {
            assert!(tx.send(&row(&group(dest), said))?);
        }
        Ok(())
    })
    .await;
}

async fn claim(store: &Store, owner: &'static str, now: EpochMs, most: i64) -> Vec<Claimed> {
    write(store, move |tx| tx.claim_outgoing(owner, now, now + LEASE, most, &[])).await
}

async fn settle(store: &Store, owner: &'static str, id: i64, settled: Settled) -> bool {
    write(store, move |tx| tx.settle(id, owner, &settled, NOON)).await
}

fn sent() -> Settled {
    Settled::Final { state: RowState::Sent, error: None }
}

fn words(rows: &[Claimed]) -> Vec<&str> {
    rows.iter().map(|row| &*row.said).collect()
}

pub(super) async fn the_oldest_of_each_destination_goes_first(database: Database) {
    let store = database.open(NOON).await;
    post(&store, &[("a", "a1"), ("a", "a2"), ("b", "b1"), ("a", "a3"), ("c", "c1"), ("b", "b2")]).await;
    write(&store, |tx| {
        // The same words in another way are another destination.
        tx.send(&NewRow { bot: "second", ..row(&group("a"), "second a1") })?;
        tx.send(&NewRow { platform: "dingtalk", ..row(&group("a"), "dingtalk a1") })?;
        tx.send(&row(&Dest::Person("a".to_owned()), "person a1")).map(|_| ())
    })
    .await;
    let first = claim(&store, "me", NOON, 2).await;
    assert_eq!(words(&first), ["a1", "b1"], "the oldest, no more than asked for");
    let rest = claim(&store, "me", NOON, 100).await;
    assert_eq!(words(&rest), ["c1", "second a1", "dingtalk a1", "person a1"], "a2 waits for a1");
    assert_eq!(claim(&store, "me", NOON, 100).await.len(), 0);
    assert!(settle(&store, "me", first[0].id, sent()).await);
    assert_eq!(words(&claim(&store, "me", NOON, 100).await), ["a2"]);

    // One that has to be tried again keeps the younger ones behind it.
    let again = Settled::Again { next_at: NOON + MINUTE, error: "45009".to_owned(), counts: true };
    assert!(settle(&store, "me", first[1].id, again).await);
    assert_eq!(claim(&store, "me", NOON + MINUTE - 1, 100).await.len(), 0);
    let tried = claim(&store, "me", NOON + MINUTE, 100).await;
    assert_eq!((words(&tried), tried[0].tries), (vec!["b1"], 1));
    let paced = Settled::Again { next_at: NOON + MINUTE, error: "paced".to_owned(), counts: false };
    assert!(settle(&store, "me", tried[0].id, paced).await);
    assert_eq!(claim(&store, "me", NOON + MINUTE, 100).await[0].tries, 1, "waiting is no try");
    assert_eq!(read(&store, |tx| tx.outgoing_waiting()).await, 8);
}

pub(super) async fn a_lease_that_ran_out_can_be_claimed(database: Database) {
    let (one, two) = (database.open(NOON).await, database.open(NOON).await);
    let late = NOON + 60 * MINUTE;
    let member = person(&one, "张三").await;
    write(&one, move |tx| {
        let dest = Dest::Person("zhang".to_owned());
        let whole = NewRow {
            person: Some(member),
            in_group: Some("g1"),
            late: Some(("https://example.com/secret", late)),
            ..row(&dest, "一句话")
        };
        tx.send(&whole).map(|_| ())
    })
    .await;
    let first = claim(&one, "one", NOON, 10).await;
    assert_eq!(claim(&two, "two", NOON + LEASE - 1, 10).await.len(), 0, "it is the first one's");
    let second = claim(&two, "two", NOON + LEASE, 10).await;
    assert_eq!(second.len(), 1);
    for row in first.iter().chain(&second) {
        assert_eq!(row.id, first[0].id, "the same row, hence the same key");
        assert_eq!((&*row.platform, &*row.bot, &*row.said, row.tries), ("wecom", "main", "一句话", 0));
        assert_eq!((&row.dest, row.person), (&Dest::Person("zhang".to_owned()), Some(member)));
        assert_eq!((row.in_group.as_deref(), row.created_at), (Some("g1"), NOON));
        assert_eq!(row.late, Some(("https://example.com/secret".to_owned(), late)));
    }
}

pub(super) async fn an_owner_who_lost_the_lease_settles_nothing(database: Database) {
    let store = database.open(NOON).await;
    post(&store, &[("a", "a1")]).await;
    let id = claim(&store, "one", NOON, 10).await[0].id;
    assert!(!settle(&store, "two", id, sent()).await, "somebody else's row");
    assert_eq!(claim(&store, "two", NOON + LEASE, 10).await.len(), 1);
    let again = Settled::Again { next_at: NOON, error: "late".to_owned(), counts: true };
    assert!(!settle(&store, "one", id, again).await);
    assert!(!settle(&store, "one", id, sent()).await);
    assert_eq!(claim(&store, "three", NOON + LEASE, 10).await.len(), 0, "the second one's lease stands");
    assert!(settle(&store, "two", id, sent()).await);
    assert!(!settle(&store, "two", id, sent()).await, "settled once");
    assert_eq!(database.column("SELECT state || ' ' || CAST(tries AS TEXT) FROM outbox").await, ["sent 1"]);
}

pub(super) async fn two_claimers_never_get_the_same_row(database: Database) {
    let (one, two) = (database.open(NOON).await, database.open(NOON).await);
    write(&one, |tx| {
        for number in 0..60 {
            tx.send(&row(&group(&format!("g{}", number % 20)), &number.to_string()))?;
        }
        Ok(())
    })
    .await;
    let mut delivered: Vec<(String, Vec<u32>)> =
        (0..20).map(|group| (format!("g{group}"), Vec::new())).collect();
    for _ in 0..100 {
        let owners = ["one", "two", "three", "four"];
        let claims = write_at_once(&[&one, &two], 4, own_lane, move |tx, number| {
            tx.claim_outgoing(owners[number], NOON, NOON + LEASE, 7, &[])
        })
        .await;
        for (owner, rows) in owners.into_iter().zip(claims) {
            // Nothing was claimed by one that lost against the others; it asks again in the next round.
            for claimed in rows.unwrap_or_default() {
                assert!(settle(&one, owner, claimed.id, sent()).await, "{owner} owns what it claimed");
                let Dest::Group(dest) = claimed.dest else { panic!("a group") };
                let known = delivered.iter_mut().find(|(known, _)| *known == dest).expect("a known group");
                known.1.push(claimed.said.parse().expect("a number"));
            }
        }
        if read(&one, |tx| tx.outgoing_waiting()).await == 0 {
            break;
        }
    }
    for ((_, numbers), group) in delivered.into_iter().zip(0..) {
        assert_eq!(numbers, [group, group + 20, group + 40], "each once, in order");
    }
}

pub(super) async fn a_key_is_written_once(database: Database) {
    let (one, two) = (database.open(NOON).await, database.open(NOON).await);
    let mut wrote = 0;
    for _ in 0..3 {
        let units = write_at_once(&[&one, &two], 8, own_lane, |tx, number| {
            let key = Some("ranking:day:2026-03-02:1");
            tx.send(&NewRow { key, ..row(&group("a"), &number.to_string()) })
        })
        .await;
        wrote += units.into_iter().filter(|written| matches!(written, Ok(true))).count();
    }
    assert_eq!(wrote, 1);
    assert_eq!(database.rows_of("outbox").await, 1);
    // Without a key each is a row.
    post(&one, &[("a", "same"), ("a", "same")]).await;
    assert_eq!(database.rows_of("outbox").await, 3);
}

fn arrive(tx: &mut Tx<'_>, msg_id: &str) -> Result<i64, Error> {
    match tx.accept(InboxKey { platform: "wecom", bot: "main", msg_id }, NOON)? {
        Arrival::New(id) | Arrival::Duplicate(id) => Ok(id),
    }
}

pub(super) async fn answers_are_given_again(database: Database) {
    let store = database.open(NOON).await;
    write(&store, |tx| {
        let (first, second) = (arrive(tx, "m1")?, arrive(tx, "m2")?);
        let chat = group("a");
        for (message, said, dest) in [
            (first, "一", &chat),
            (second, "别的", &chat),
            (first, "二", &chat),
            (first, "给别人", &group("b")),
        ] {
            tx.send(&NewRow { inbox_id: Some(message), answered: true, ..row(dest, said) })?;
        }
        Ok(())
    })
    .await;
    for _ in 0..3 {
        let (again, in_a_read) = (
            write(&store, |tx| {
                let id = arrive(tx, "m1")?;
                tx.answers(id, &group("a"), true, NOON)
            })
            .await,
            read(&store, |tx| tx.answers(1, &group("a"), false, NOON)).await,
        );
        assert_eq!(
            (again, in_a_read),
            (vec!["一".to_owned(), "二".to_owned()], vec!["一".to_owned(), "二".to_owned()])
        );
    }
    assert_eq!(claim(&store, "me", NOON, 10).await.len(), 0, "what was answered is not sent");
}

pub(super) async fn a_waiting_answer_is_taken_from_the_sender_once(database: Database) {
    let store = database.open(NOON).await;
    write(&store, |tx| {
        for message in ["waiting", "leased", "sent"] {
            let id = arrive(tx, message)?;
            tx.send(&NewRow { inbox_id: Some(id), ..row(&group(message), message) })?;
        }
        Ok(())
    })
    .await;
    let ask = async |message: &'static str, take| {
        write(&store, move |tx| {
            let id = arrive(tx, message)?;
            tx.answers(id, &group(message), take, NOON)
        })
        .await
    };
    let nothing: [String; 0] = [];
    assert_eq!(ask("waiting", false).await, nothing, "the sender gives it");
    assert_eq!(ask("waiting", true).await, ["waiting"], "the response carries it now");
    let claimed = claim(&store, "me", NOON, 10).await;
    assert_eq!(words(&claimed), ["leased", "sent"], "and not the sender as well");
    assert!(settle(&store, "me", claimed[1].id, sent()).await);
    assert_eq!(ask("leased", true).await, nothing, "it is on its way");
    assert_eq!(ask("sent", true).await, ["sent"]);
    assert_eq!(ask("waiting", true).await, ["waiting"], "however often");
}

pub(super) async fn the_next_try_is_known(database: Database) {
    let store = database.open(NOON).await;
    let next = async || read(&store, |tx| tx.next_outgoing()).await;
    assert_eq!(next().await, None);
    write(&store, |tx| {
        let (a, b) = (group("a"), group("b"));
        tx.send(&NewRow { next_at: NOON + 5 * MINUTE, ..row(&a, "a1") })?;
        // Ready, but behind another one of its destination.
        tx.send(&row(&a, "a2"))?;
        tx.send(&NewRow { next_at: NOON + 3 * MINUTE, ..row(&b, "b1") }).map(|_| ())
    })
    .await;
    assert_eq!(next().await, Some(NOON + 3 * MINUTE));
    let claimed = claim(&store, "me", NOON + 4 * MINUTE, 10).await;
    assert_eq!(words(&claimed), ["b1"]);
    assert_eq!(next().await, Some(NOON + 5 * MINUTE), "b1 is leased until after that");
    let first = claim(&store, "me", NOON + 5 * MINUTE, 10).await;
    assert_eq!(next().await, Some(NOON + 4 * MINUTE + LEASE), "when the first lease ends");
    assert!(settle(&store, "me", first[0].id, sent()).await);
    assert_eq!(next().await, Some(NOON), "a2's turn");
    let again = Settled::Again { next_at: NOON + 9 * MINUTE, error: String::new(), counts: true };
    assert!(settle(&store, "me", claimed[0].id, again).await);
    let second = claim(&store, "me", NOON + 5 * MINUTE, 10).await;
    assert!(settle(&store, "me", second[0].id, sent()).await);
    assert_eq!(next().await, Some(NOON + 9 * MINUTE));
}

pub(super) async fn what_was_given_up_stays_visible(database: Database) {
    let store = database.open(NOON).await;
    post(&store, &[("a", "parked"), ("b", "unknown"), ("c", "sent"), ("d", "waiting")]).await;
    let rows = claim(&store, "me", NOON, 10).await;
    let ends = [
        Settled::Final { state: RowState::Parked, error: Some("群里没有 webhook".to_owned()) },
        Settled::Final { state: RowState::Unknown, error: Some("断线".to_owned()) },
        sent(),
    ];
    for (row, end) in rows.iter().zip(ends) {
        assert!(settle(&store, "me", row.id, end).await);
    }
    let parked = read(&store, |tx| tx.parked(10)).await;
    let told: Vec<_> = parked
        .iter()
        .map(|row| (row.dest.clone(), row.maybe_shown, row.error.as_deref(), row.created_at))
        .collect();
    assert_eq!(
        told,
        [(group("b"), true, Some("断线"), NOON), (group("a"), false, Some("群里没有 webhook"), NOON)],
        "newest first"
    );
    assert_eq!(read(&store, |tx| tx.parked(1)).await.len(), 1);
    assert_eq!(claim(&store, "me", NOON + 60 * MINUTE, 10).await.len(), 1, "only d is still to be sent");
}

pub(super) async fn the_sender_is_woken_by_a_commit_alone(database: Database) {
    let store = database.open(NOON).await;
    let wake = store.wake();
    let woken = async || tokio::time::timeout(Duration::ZERO, wake.woken()).await.is_ok();
    write(&store, |tx| {
        let id = arrive(tx, "m1")?;
        tx.send(&NewRow { inbox_id: Some(id), answered: true, ..row(&group("a"), "answered") }).map(|_| ())
    })
    .await;
    let failed: Result<(), Error> = store
        .write(Lane::of(&["contract"]), |tx| {
            tx.send(&row(&group("a"), "rolled back"))?;
            Err(Error::Corrupt("on purpose".to_owned()))
        })
        .await;
    assert!(failed.is_err());
    write(&store, |tx| {
        tx.send(&row(&group("a"), "abandoned"))?;
        tx.abandon();
        Ok(())
    })
    .await;
    // Any unit after these has been answered after their wake would have come.
    write(&store, |_| Ok(())).await;
    assert!(!woken().await, "nothing is to be sent");
    post(&store, &[("a", "a1")]).await;
    until("the sender is woken", async || woken().await.then_some(())).await;
    assert!(!woken().await, "once");
}

pub(super) async fn a_shown_card_is_changed_once(database: Database) {
    let store = database.open(NOON).await;
    post(&store, &[("a", "请批 L1"), ("b", "请批 L1"), ("a", "请批 L2")]).await;
    let rows = claim(&store, "one", NOON, 10).await;
    let (one, two) = (rows[0].id, rows[1].id);
    write(&store, move |tx| {
        tx.note_card(one, "L1", Some("code"), NOON)?;
        tx.note_card(one, "L1", Some("another"), NOON)?;
        tx.note_card(two, "L1", None, NOON)?;
        tx.note_card(9_999, "L1", None, NOON)
    })
    .await;
    assert!(write(&store, |tx| tx.take_cards("L2")).await.is_empty());
    let cards = write(&store, |tx| tx.take_cards("L1")).await;
    let told: Vec<_> =
        cards.iter().map(|card| (card.outbox_id, card.handle.as_deref(), &card.dest)).collect();
    assert_eq!(
        told,
        [(one, Some("code"), &group("a")), (two, None, &group("b"))],
        "whose row is still there"
    );
    assert_eq!((cards[0].platform.as_str(), cards[0].bot.as_str()), ("wecom", "main"));
    assert!(write(&store, |tx| tx.take_cards("L1")).await.is_empty(), "each is changed once");
}
