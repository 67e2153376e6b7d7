//! Leave to register later: what was asked for, decided once, and for whom it counts.

use super::{NOON, day, over, person, read, recorded, write};
use crate::engines::Database;
use domain::calendar::{HOUR, MINUTE};
use domain::registration::Asked;
use domain::{Calendar, EpochMs, PersonId};
use store::{Extension, NewExtension, Store};

/// Leave for what was agreed at 11:50, until 16:00.
fn asked() -> Asked {
    let from = NOON - 10 * MINUTE;
    Asked { from, to: from + MINUTE - 1, over_at: NOON + 4 * HOUR }
}

async fn ask(store: &Store, by: PersonId, agreed: Option<EpochMs>, asked: Asked) -> Extension {
    write(store, move |tx| {
        let reason = Some("患者陈小龙等不及");
        let new = NewExtension { agreed, asked, reason, today: day("03-02"), now: NOON };
        tx.ask_for_extension(&recorded(by), &new, &Calendar::default())
    })
    .await
}

async fn decide(store: &Store, extension: &Extension, approved: bool) -> bool {
    let extension = extension.clone();
    write(store, move |tx| {
        tx.decide_extension(&over(extension.person), &extension, approved, None, NOON + MINUTE)
    })
    .await
}

async fn given(store: &Store, person: PersonId, agreed: EpochMs) -> Vec<String> {
    let given = read(store, move |tx| tx.extensions_for(person, agreed)).await;
    given.iter().map(Extension::label).collect()
}

pub(super) async fn leave_is_decided_once(database: Database) {
    let store = database.open(NOON).await;
    let zhang = person(&store, "张三").await;
    let agreed = Some(NOON - 10 * MINUTE);
    let first = ask(&store, zhang, agreed, asked()).await;
    assert_eq!((first.label().as_str(), first.state.as_str(), first.decided_at), ("E1", "open", None));
    let open_of = async |agreed| read(&store, move |tx| tx.open_extension_of(zhang, agreed)).await;
    assert_eq!(open_of(agreed).await, Some(first.clone()));
    assert_eq!(open_of(None).await, None);
    assert!(decide(&store, &first, true).await);
    assert!(!decide(&store, &first, false).await, "it is not open any more");
    let known = read(&store, |tx| tx.extension(1)).await.expect("there");
    assert_eq!((known.state.as_str(), known.decided_at), ("approved", Some(NOON + MINUTE)));
    let withdraw = |no| write(&store, move |tx| tx.withdraw_extension(&recorded(zhang), no, NOON));
    assert!(!withdraw(1).await, "what was decided is not withdrawn");
    write(&store, move |tx| tx.reopen_extension(&over(zhang), 1)).await;
    assert_eq!(given(&store, zhang, NOON - 10 * MINUTE).await, [""; 0]);
    let open = read(&store, |tx| tx.open_extensions(5)).await;
    assert_eq!(open, [first]);
    assert!(withdraw(1).await && !withdraw(1).await);
    assert_eq!(read(&store, |tx| tx.open_extensions(5)).await, []);
    assert_eq!(read(&store, |tx| tx.extension(2)).await, None);
    for (table, rows) in database.all_rows().await {
        assert!(!rows.iter().any(|row| row.contains("陈小龙")), "{table} names the patient");
    }
}

pub(super) async fn leave_counts_for_what_it_was_asked_for(database: Database) {
    let store = database.open(NOON).await;
    let (zhang, li) = (person(&store, "张三").await, person(&store, "李四").await);
    let named = ask(&store, zhang, Some(asked().from), asked()).await;
    let all = ask(&store, zhang, None, Asked { from: NOON - 12 * HOUR, to: NOON, ..asked() }).await;
    let refused = ask(&store, zhang, Some(NOON), Asked { from: NOON, to: NOON, ..asked() }).await;
    assert_eq!(given(&store, zhang, NOON).await, [""; 0], "nobody has decided");
    assert!(decide(&store, &named, true).await && decide(&store, &all, true).await);
    assert!(decide(&store, &refused, false).await);
    let cases: [(EpochMs, &[&str]); 6] = [
        (NOON - 10 * MINUTE, &["E1", "E2"]),
        (NOON - 9 * MINUTE - 1, &["E1", "E2"]),
        (NOON - 9 * MINUTE, &["E2"]),
        (NOON, &["E2"]),
        (NOON + 1, &[]),
        (NOON - 12 * HOUR - 1, &[]),
    ];
    for (agreed, expected) in cases {
        assert_eq!(given(&store, zhang, agreed).await, expected, "{}", agreed - NOON);
    }
    assert_eq!(given(&store, li, NOON).await, [""; 0], "it is his alone");
}
