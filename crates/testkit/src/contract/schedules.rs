//! Fire times: whoever writes the row runs it.

use super::{NOON, own_lane, read, write, write_at_once};
use crate::engines::Database;
use domain::EpochMs;
use domain::calendar::MINUTE;
use store::{RunState, Store};

async fn state(store: &Store, name: &'static str, fire_at: EpochMs) -> Option<String> {
    read(store, move |tx| tx.run_state(name, fire_at)).await
}

pub(super) async fn a_fire_time_is_claimed_once(database: Database) {
    let store = database.open(NOON).await;
    let last = async |name: &'static str| read(&store, |tx| tx.last_fires()).await.get(name).copied();
    let claim = async |name, fire_at| write(&store, move |tx| tx.claim_run(name, fire_at, NOON + 5)).await;
    assert_eq!((last("a").await, state(&store, "a", NOON).await), (None, None));
    assert!(claim("a", NOON).await);
    assert!(!claim("a", NOON).await);
    assert!(claim("b", NOON - MINUTE).await && claim("a", NOON + MINUTE).await);
    // An older one that was left out does not move the newest back.
    assert!(claim("a", NOON - MINUTE).await);
    assert_eq!((last("a").await, last("b").await), (Some(NOON + MINUTE), Some(NOON - MINUTE)));
    assert_eq!(read(&store, |tx| tx.last_fires()).await.len(), 2);
    assert_eq!(state(&store, "a", NOON).await.as_deref(), Some("done"));
}

pub(super) async fn claims_at_once_give_one_winner(database: Database) {
    let (one, two) = (database.open(NOON).await, database.open(NOON).await);
    for fire in 0..10 {
        let fire_at = NOON + fire * MINUTE;
        let claims = write_at_once(&[&one, &two], 16, own_lane, move |tx, number| {
            let won = tx.claim_run("a", fire_at, NOON)?;
            if won {
                tx.set_meta(&format!("won {fire}"), &number.to_string())?;
                tx.next_number("wins")?;
            }
            Ok(won.then_some(number))
        })
        .await;
        // One that lost against the others too often has not won.
        let winners: Vec<usize> = claims.into_iter().filter_map(Result::ok).flatten().collect();
        assert_eq!(winners.len(), 1, "of fire time {fire}: {winners:?}");
        let kept = read(&two, move |tx| tx.meta(&format!("won {fire}"))).await;
        assert_eq!(kept, Some(winners[0].to_string()), "the winner's unit and no other's");
    }
    assert_eq!(write(&one, |tx| tx.next_number("wins")).await, 11);
}

pub(super) async fn a_waiting_run_is_retried_once(database: Database) {
    let (one, two) = (database.open(NOON).await, database.open(NOON).await);
    write(&one, |tx| {
        for (name, retry_at) in [("late", NOON + 2 * MINUTE), ("soon", NOON + MINUTE)] {
            assert!(tx.claim_run(name, NOON, NOON)?);
            tx.settle_run(name, NOON, RunState::Waiting, Some("fault"), Some(retry_at), NOON)?;
        }
        Ok(())
    })
    .await;
    let waiting = read(&one, |tx| tx.waiting_runs()).await;
    let told: Vec<_> = waiting.iter().map(|run| (&*run.name, run.fire_at, run.retry_at, run.tries)).collect();
    assert_eq!(told, [("soon", NOON, NOON + MINUTE, 1), ("late", NOON, NOON + 2 * MINUTE, 1)]);
    assert!(!write(&one, |tx| tx.claim_retry("soon", NOON, NOON + MINUTE - 1)).await, "not yet");
    assert!(!write(&one, |tx| tx.claim_run("soon", NOON, NOON + MINUTE)).await, "its row is there");
    let claims =
        write_at_once(&[&one, &two], 16, own_lane, |tx, _| tx.claim_retry("soon", NOON, NOON + MINUTE)).await;
    assert_eq!(claims.into_iter().filter(|won| matches!(won, Ok(true))).count(), 1);
    assert_eq!(state(&two, "soon", NOON).await.as_deref(), Some("done"));
    assert!(!write(&two, |tx| tx.claim_retry("soon", NOON, NOON + MINUTE)).await);

    write(&one, |tx| {
        tx.settle_run("soon", NOON, RunState::Waiting, Some("fault"), Some(NOON + 3 * MINUTE), NOON)
    })
    .await;
    let waiting = read(&one, |tx| tx.waiting_runs()).await;
    assert_eq!(
        waiting.iter().find(|run| run.name == "soon").map(|run| run.tries),
        Some(2),
        "tries are counted"
    );
}

pub(super) async fn how_it_ended_is_kept(database: Database) {
    let store = database.open(NOON).await;
    let ends = [
        ("a", RunState::Done, "done"),
        ("b", RunState::Skipped, "skipped"),
        ("c", RunState::Failed, "failed"),
        ("d", RunState::Waiting, "waiting"),
    ];
    for (name, end, word) in ends {
        write(&store, move |tx| {
            assert!(tx.claim_run(name, NOON, NOON)?);
            let retry_at = (end == RunState::Waiting).then_some(NOON + MINUTE);
            tx.settle_run(name, NOON, end, Some("why"), retry_at, NOON)
        })
        .await;
        assert_eq!(state(&store, name, NOON).await.as_deref(), Some(word));
    }
    assert_eq!(read(&store, |tx| tx.waiting_runs()).await.len(), 1);
    assert_eq!(database.column("SELECT DISTINCT reason FROM schedule_run").await, ["why"]);
}
