//! What is spent of a platform's allowance, and what was decided on cards.

use super::{NOON, own_lane, read, write, write_at_once};
use crate::engines::Database;

const PLATFORM: &str = "dingtalk";

pub(super) async fn what_is_spent_adds_up_by_month_and_kind(database: Database) {
    let (one, two) = (database.open(NOON).await, database.open(NOON).await);
    let added = write_at_once(&[&one, &two], 20, own_lane, |tx, number| {
        tx.spend_quota(PLATFORM, "2026-11", if number % 4 == 0 { "push" } else { "api" }, 10)
    })
    .await;
    assert!(added.iter().all(Result::is_ok), "{added:?}");
    write(&one, |tx| tx.spend_quota(PLATFORM, "2026-12", "api", 3)).await;
    write(&one, |tx| tx.spend_quota("wecom", "2026-11", "api", 7)).await;
    let spent = async |month: &'static str| {
        let rows = read(&two, move |tx| tx.quota_spent(PLATFORM, month)).await;
        rows.into_iter().map(|row| (row.kind, row.spent, row.warned)).collect::<Vec<_>>()
    };
    assert_eq!(spent("2026-11").await, [("api".to_owned(), 150, 0), ("push".to_owned(), 50, 0)]);
    assert_eq!(spent("2026-12").await, [("api".to_owned(), 3, 0)]);
    assert_eq!(spent("2027-01").await, []);
}

pub(super) async fn a_percentage_is_warned_of_once(database: Database) {
    let (one, two) = (database.open(NOON).await, database.open(NOON).await);
    write(&one, |tx| tx.spend_quota(PLATFORM, "2026-11", "api", 80)).await;
    let warned =
        write_at_once(&[&one, &two], 10, own_lane, |tx, _| tx.warn_of_quota(PLATFORM, "2026-11", "api", 80))
            .await;
    assert_eq!(warned.iter().filter(|warned| matches!(warned, Ok(true))).count(), 1, "{warned:?}");
    let warn = async |percent: i64| {
        write(&one, move |tx| tx.warn_of_quota(PLATFORM, "2026-11", "api", percent)).await
    };
    assert!(warn(95).await);
    assert!(!warn(80).await, "that was passed long ago");
    assert!(!warn(95).await);
}

pub(super) async fn the_first_decision_on_a_card_stands(database: Database) {
    let (one, two) = (database.open(NOON).await, database.open(NOON).await);
    let decided = write_at_once(&[&one, &two], 10, own_lane, |tx, number| {
        let (decision, by) = [("agree", "user001"), ("reject", "user002")][number % 2];
        tx.decide_card("store-17", decision, by, NOON)
    })
    .await;
    assert_eq!(decided.iter().filter(|decided| matches!(decided, Ok(true))).count(), 1, "{decided:?}");
    let first = decided.iter().position(|decided| matches!(decided, Ok(true))).expect("one of them");
    let stands = read(&two, |tx| tx.card_decision("store-17")).await;
    assert_eq!(stands.as_deref(), Some(["agree", "reject"][first % 2]));
    assert_eq!(read(&one, |tx| tx.card_decision("store-18")).await, None);
}
