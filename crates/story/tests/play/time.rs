//! The movable clock.

use crate::small::{bot, house, run_in};
use bot::Engine;
use domain::Calendar;
use domain::calendar::MINUTE;
use std::collections::HashMap;
use std::time::{Duration, Instant};
use store::{KeyRing, Lane, Options, RunState, Store};
use story::{Outcome, advance};
use tempfile::TempDir;

#[tokio::test]
async fn a_busy_year_is_played_in_seconds() {
    let folder = TempDir::new().expect("a folder");
    let began = Instant::now();
    let text =
        "群 咨询群 排行\n时间 2026-01-01 08:00\n时间 2027-01-01 08:00\n事实 {\"kind\":\"schedule.ran\"}";
    let played = run_in(&house(&folder, "0 * * * *"), text).await;
    assert!(matches!(played.outcome, Ok(Outcome::Passed { .. })), "{:?}", played.outcome);
    let ran = played.lines.iter().filter(|line| line["kind"] == "schedule.ran").count();
    assert_eq!(ran, 365 * 24);
    assert!(began.elapsed() < Duration::from_secs(60), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_schedule_that_is_gone_holds_nothing_up() {
    let folder = TempDir::new().expect("a folder");
    let address = format!("sqlite:{}", folder.path().join("s.db").display());
    let from = Calendar::default().at("2026-03-02".parse().expect("a date"), 8 * 60);
    let store = Store::open(&address, Options { now: from, durable: false, keys: KeyRing::known() })
        .await
        .expect("a store");
    store
        .write(Lane::of(&["test"]), move |tx| {
            // A schedule that the program does not have any more keeps its waiting run.
            tx.claim_run("gone", from, from)?;
            tx.settle_run("gone", from, RunState::Waiting, None, Some(from), from)
        })
        .await
        .expect("written");
    let engine = Engine::new(store, bot("0 9 * * *"), HashMap::new(), "test".to_owned());
    let mut seen = Vec::new();
    let advanced = advance(&engine, from, from + 120 * MINUTE, |at| seen.push(at)).await.expect("advanced");
    assert_eq!(seen, [from + 60 * MINUTE, from + 120 * MINUTE]);
    assert_eq!(advanced.steps, 2);
    let fire_at = from + 60 * MINUTE;
    let state = engine.store().read(move |tx| tx.run_state("morning", fire_at)).await.expect("read");
    assert_eq!(state.as_deref(), Some("done"));
    engine.store().close().await;
}
