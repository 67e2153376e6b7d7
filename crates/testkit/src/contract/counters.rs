//! Numbers that people see, and the facts about the store itself.

use super::{NOON, own_lane, person, read, write, write_at_once};
use crate::engines::Database;
use domain::rights::Administer;
use std::collections::BTreeSet;
use store::{AdminToken, Error, NewChat};

pub(super) async fn numbers_run_by_letter(database: Database) {
    let store = database.open(NOON).await;
    for (letter, expected) in [("J", 1), ("J", 2), ("Y", 1), ("J", 3), ("Y", 2)] {
        assert_eq!(write(&store, move |tx| tx.next_number(letter)).await, expected, "{letter}");
    }
}

pub(super) async fn numbers_are_never_given_twice(database: Database) {
    let (one, two) = (database.open(NOON).await, database.open(NOON).await);
    let mut given = BTreeSet::new();
    for _ in 0..6 {
        let units = write_at_once(&[&one, &two], 8, own_lane, |tx, _| tx.next_number("Y")).await;
        for unit in units {
            match unit {
                Ok(number) => assert!(given.insert(number), "{number} was given before"),
                Err(error) => assert!(matches!(error, Error::Contention), "{error}"),
            }
        }
    }
    assert!(given.len() >= 8, "no more than now and then one is always in the way of others");
    // What was not committed was not given, so there are no gaps either.
    assert_eq!(given.first().copied(), Some(1));
    assert_eq!(given.len(), usize::try_from(*given.last().expect("some")).expect("small"));
}

/// Events name people by their number: a number that came to mean somebody else would rewrite history.
pub(super) async fn people_and_chats_keep_their_number_for_ever(database: Database) {
    let store = database.open(NOON).await;
    let first = person(&store, "误加").await;
    assert!(write(&store, move |tx| tx.remove_member(&Administer::by_operator(), first, NOON)).await);
    assert_ne!(person(&store, "新人").await, first);

    let chat = async |chat_ref: &'static str| {
        write(&store, move |tx| {
            let new = NewChat { platform: "wecom", bot: "main", chat_ref, title: None, purposes: &[] };
            tx.set_chat(&Administer::by_operator(), &new, NOON)?;
            Ok(tx.directory()?.chat("wecom", "main", chat_ref).expect("registered").id)
        })
        .await
    };
    let old = chat("old").await;
    write(&store, |tx| tx.drop_chat(&Administer::by_operator(), "wecom", "main", "old", NOON)).await;
    assert_ne!(chat("new").await, old, "posts are keyed by the chat's number");
}

pub(super) async fn the_admins_token_stands_open_once(database: Database) {
    let store = database.open(NOON).await;
    let ask = async |token: &'static str| read(&store, move |tx| tx.admin_token(token)).await;
    assert_eq!(ask("secret").await, AdminToken::None);
    write(&store, |tx| tx.set_admin_token(Some("secret"))).await;
    assert_eq!(ask("secret").await, AdminToken::Right);
    for wrong in ["", "secret ", "SECRET", "secre"] {
        assert_eq!(ask(wrong).await, AdminToken::Wrong, "{wrong:?}");
    }
    let kept = database.column("SELECT value FROM meta").await.join(" ");
    assert!(!kept.contains("secret"), "only its hash is kept");
    write(&store, |tx| tx.set_admin_token(Some("other"))).await;
    assert_eq!((ask("secret").await, ask("other").await), (AdminToken::Wrong, AdminToken::Right));
    write(&store, |tx| tx.set_admin_token(None)).await;
    assert_eq!((ask("other").await, ask("").await), (AdminToken::None, AdminToken::None));
}
