//! SIGKILL at any moment under load: what was answered is kept, what was not is done once when it is sent again.

use crate::program::{Home, NOWHERE, Reporter, check_the_books, hire, seed};
use futures_util::future::join_all;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::sync::atomic::Ordering;
use std::time::Duration;
use testkit::engines::{Database, until};

const REPORTERS: usize = 6;

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_survives_kills() {
    kill_again_and_again(Database::sqlite(), 25).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_survives_kills() {
    let Some(database) = Database::postgres().await else { return };
    kill_again_and_again(database, 8).await;
}

async fn kill_again_and_again(database: Database, rounds: u32) {
    let seed = seed();
    let mut rng = StdRng::seed_from_u64(seed);
    let (office, mut reporters) = hire(&database, REPORTERS, seed).await;
    let home = Home::new(database.address(), NOWHERE, &[]);
    let mut in_flight = 0;
    for _ in 0..rounds {
        if rng.random_bool(0.2) {
            home.start_and_kill(Duration::from_micros(rng.random_range(0..60_000))).await;
        }
        let program = home.start().await;
        let enough = office.answered.load(Ordering::Relaxed) + rng.random_range(0..80);
        let work =
            reporters.into_iter().map(|reporter| tokio::spawn(reporter.work(vec![program.hook.clone()])));
        let work: Vec<_> = work.collect();
        until("calls are answered", async || {
            (office.answered.load(Ordering::Relaxed) >= enough).then_some(())
        })
        .await;
        // Not at the same point of a request each time.
        tokio::time::sleep(Duration::from_micros(rng.random_range(0..5_000))).await;
        program.kill();
        reporters =
            join_all(work).await.into_iter().map(|worked| worked.expect("no reporter complains")).collect();
        in_flight += reporters.iter().filter(|reporter| reporter.is_in_flight()).count();
    }
    assert!(in_flight > 0, "a kill must hit somebody, or this test says nothing");

    let program = home.start().await;
    office.enough.store(true, Ordering::Release);
    let work = reporters.into_iter().map(|reporter| reporter.work(vec![program.hook.clone()]));
    let reporters: Vec<Reporter> = join_all(work).await;
    program.stop().await;
    check_the_books(&database, &reporters).await;
}
