//! How quickly what is due is found among a million pending follow-ups and reminders, on SQLite and on PostgreSQL: the cost
//! must grow with what is due, not with what is stored.
//!
//! `cargo bench --bench follow_ups` (`FOLLOW_UPS`, for another number). The rows are written by SQL; what is measured is the
//! store's own reading of them. PostgreSQL is measured where a server is reached, as in the tests.

#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

use chrono::NaiveDate;
use domain::calendar::{Calendar, shift_days};
use domain::{EpochMs, Role};
use std::time::Instant;
use store::{Error, Lane, Store, Tx};
use testkit::engines::Database;
use testkit::people;

const ROWS: u32 = 1_000_000;
/// Rows that are due.
const DUE: u32 = 100;
/// How often each is measured.
const ASKED: u32 = 300;
/// 2026-03-02, 12:00 in Shanghai.
const NOW: EpochMs = 1_772_424_000_000;

fn main() {
    // `cargo test --benches` only wants to know that it builds.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let rows = std::env::var("FOLLOW_UPS").ok().and_then(|rows| rows.parse().ok()).unwrap_or(ROWS);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        measure("SQLite", Database::sqlite(), rows).await;
        match Database::postgres().await {
            Some(database) => measure("PostgreSQL", database, rows).await,
            None => println!("PostgreSQL: no server reached, not measured"),
        }
    });
}

async fn measure(name: &str, database: Database, rows: u32) {
    let today = Calendar::default().date(NOW);
    let store = database.open(NOW).await;
    let person: Result<i64, Error> = store
        .write(Lane::of(&["bench"]), |tx| people::add(tx, "张三", &[Role::Consultant], None, &[], NOW))
        .await;
    let person = person.expect("a person");
    let (due, later) = (shift_days(today, -1), shift_days(today, 2));
    let start = Instant::now();
    database
        .meddle(&format!(
            "INSERT INTO follow_up (no, subject, owner, holder, with_lead, cause, due, planned, unreached, opened_at, \
             state, told) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows}) \
             SELECT i, 'C' || i, {person}, {person}, FALSE, 'considering', \
             CASE WHEN i <= {DUE} THEN '{due}' ELSE '{later}' END, FALSE, 0, {NOW}, 'open', TRUE FROM n; \
             INSERT INTO reminder (key, kind, person_id, subject, due_at, state) \
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows}) \
             SELECT 'bench:' || i, 'bench', {person}, 'C' || i, \
             CASE WHEN i <= {DUE} THEN {NOW} - i ELSE {NOW} + 60000 + i END, 'pending' FROM n; ANALYZE;"
        ))
        .await;
    println!("{name}: {rows} follow-ups and {rows} reminders in {:.0} s", start.elapsed().as_secs_f64());
    let none = shift_days(today, -2);
    found(&store, "100 due follow-ups", DUE, move |tx| tasks(tx, today)).await;
    found(&store, "no due follow-up", 0, move |tx| tasks(tx, none)).await;
    found(&store, "100 due follow-ups, not counted yet", DUE, move |tx| {
        Ok(tx.uncounted_follow_ups(today, 1_000)?.len())
    })
    .await;
    found(&store, "100 due reminders", DUE, |tx| Ok(tx.due_reminders(NOW, 1_000)?.len())).await;
    found(&store, "no due reminder", 0, |tx| Ok(tx.due_reminders(0, 1_000)?.len())).await;
    store.close().await;
}

fn tasks(tx: &mut Tx<'_>, day: NaiveDate) -> Result<usize, Error> {
    Ok(tx.due_follow_ups(day, 1_000)?.len())
}

/// The median of asking so often, without the way to the database's thread.
async fn found(
    store: &Store,
    what: &str,
    expected: u32,
    ask: impl Fn(&mut Tx<'_>) -> Result<usize, Error> + Send + Clone + 'static,
) {
    let times: Result<Vec<u128>, Error> = store
        .read(move |tx| {
            let mut times = Vec::new();
            for _ in 0..ASKED {
                let start = Instant::now();
                let count = ask(tx)?;
                times.push(start.elapsed().as_micros());
                assert_eq!(count, usize::try_from(expected).unwrap_or(0));
            }
            Ok(times)
        })
        .await;
    let mut times = times.expect("read");
    times.sort_unstable();
    println!("  {what}: {} µs", times[times.len() / 2]);
}
