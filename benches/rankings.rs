//! How quickly rankings are made over a million appointments: of thirty people and of two thousand, for a day, a month and two
//! years, on SQLite and on PostgreSQL. What is measured is the store's reading and the ordering of what it read.
//!
//! `cargo bench --bench rankings` (`RANKING_ROWS`, for another number). The rows are written by SQL, and the store's own
//! triggers sum them up; how long that takes is told too. PostgreSQL is measured where a server is reached, as in the tests.

#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

use chrono::NaiveDate;
use domain::calendar::{Calendar, shift_days};
use domain::ranking::{Order, Tally, rank};
use domain::{EpochMs, Period, Role, Span};
use std::time::Instant;
use store::{Error, Lane, Store};
use testkit::engines::Database;
use testkit::people;

const ROWS: u32 = 1_000_000;
/// Days that the register reaches back.
const DAYS: i64 = 730;
/// How often each is measured.
const ASKED: u32 = 50;
/// 2026-03-31, 12:00 in Shanghai.
const NOW: EpochMs = 1_774_929_600_000;

fn main() {
    // `cargo test --benches` only wants to know that it builds.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let rows = std::env::var("RANKING_ROWS").ok().and_then(|rows| rows.parse().ok()).unwrap_or(ROWS);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let mut figures: Vec<Vec<Vec<Tally>>> = Vec::new();
        for people in [30, 2_000] {
            let mut both = vec![measure("SQLite", Database::sqlite(), people, rows).await];
            match Database::postgres().await {
                Some(database) => both.push(measure("PostgreSQL", database, people, rows).await),
                None => println!("PostgreSQL: no server reached, not measured"),
            }
            assert!(both.windows(2).all(|pair| pair[0] == pair[1]), "both engines count the same");
            figures.push(both.swap_remove(0));
        }
        println!(
            "the same figures on both engines, of {} boards",
            figures.iter().map(Vec::len).sum::<usize>()
        );
    });
}

/// Plants a register and measures; answers the figures of each span.
async fn measure(name: &str, database: Database, people: u32, rows: u32) -> Vec<Vec<Tally>> {
    let today = Calendar::default().date(NOW);
    let store = database.open(NOW).await;
    let added: Result<(), Error> = store
        .write(Lane::of(&["bench"]), move |tx| {
            for index in 0..people {
                people::add(tx, &format!("员{index}"), &[Role::Consultant], None, &[], NOW)?;
            }
            Ok(())
        })
        .await;
    added.expect("people");
    let start = Instant::now();
    plant(&database, today, people, rows).await;
    println!(
        "{name}: {people} people, {rows} appointments, a third of them arrived, {} shifts and reports, summed up in {:.0} s",
        i64::from(people) * DAYS,
        start.elapsed().as_secs_f64()
    );
    let spans = [
        ("a day", Span::day(shift_days(today, -1))),
        ("a week", Period::Week.before(today)),
        ("a month", Period::Month.before(today)),
        (
            "a month that is not one of the calendar",
            Span { from: shift_days(today, -40), to: shift_days(today, -10) },
        ),
        ("two years", Span { from: shift_days(today, 1 - DAYS), to: today }),
    ];
    let mut figures = Vec::new();
    for (what, span) in spans {
        figures.push(asked(&store, what, span).await);
    }
    let off = store.read(|tx| tx.recounted(10)).await.expect("counted");
    assert!(off.is_empty(), "the sums are those of a count: {off:?}");
    store.close().await;
    figures
}

/// Appointments spread over people and days, every third of them arrived on its day, a shift and a report each day.
async fn plant(database: &Database, today: NaiveDate, people: u32, rows: u32) {
    let first = shift_days(today, 1 - DAYS);
    let (day, next) = if database.is_postgres() {
        (
            "to_char(DATE '{first}' + CAST({n} AS INTEGER), 'YYYY-MM-DD')",
            "generate_series(CAST(0 AS BIGINT), {to}) AS n (i)",
        )
    } else {
        ("date('{first}', '+' || ({n}) || ' days')", "n")
    };
    let day = |number: &str| day.replace("{first}", &first.to_string()).replace("{n}", number);
    let from = |to: i64| next.replace("{to}", &to.to_string());
    let with = |to: i64| match database.is_postgres() {
        true => String::new(),
        false => format!("WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {to}) "),
    };
    let whole = i64::from(rows) - 1;
    let days = i64::from(people) * DAYS - 1;
    let arrived = i64::from(rows) / 3 - 1;
    let on = day(&format!("(i * 7919) % {DAYS}"));
    database
        .meddle(&format!(
            "INSERT INTO appointment (no, subject, owner, registered_at, entered_seq, state, channel, source, class, \
             missing, log, base_day, rebased, protected_until, credit_until, registered_day) {} \
             SELECT i + 1, 'Y' || (i + 1), i % {people} + 1, {NOW}, i + 1, 'open', '电话', 'phone', 'full', '', FALSE, \
             {on}, 0, {on}, {on}, {on} FROM {};",
            with(whole),
            from(whole)
        ))
        .await;
    let came = day(&format!("(i * 3 * 7919) % {DAYS}"));
    database
        .meddle(&format!(
            "INSERT INTO arrival (no, subject, recorder, recorded_at, seq, arrived_at, arrived_day, missing, is_false, \
             forfeited, state, outcome, credited, step, rule, settled, decision_no) {} \
             SELECT i + 1, 'D' || (i + 1), 1, {NOW}, i + 1, {NOW}, {came}, '', FALSE, FALSE, 'open', 'verified', \
             i % {people} + 1, '9', 'R-085', 'decided', 0 FROM {};",
            with(arrived),
            from(arrived)
        ))
        .await;
    let (owner, on) = (format!("i % {people} + 1"), day(&format!("i / {people}")));
    database
        .meddle(&format!(
            "INSERT INTO rota (person_id, date, shift, start_at, end_at) {} SELECT {owner}, {on}, '早班', 1, 2 FROM {}; \
             INSERT INTO report (person_id, date, revision, received_at, late, figures, dialogues, appointments, arrivals) \
             {} SELECT {owner}, {on}, 1, 1, FALSE, '{{\"对话\":40,\"未应答\":1}}', 40 + i % 7, 0, 0 FROM {}; ANALYZE;",
            with(days),
            from(days),
            with(days),
            from(days)
        ))
        .await;
}

/// The median and the slowest of asking so often, without the way to the database's thread; answers the figures.
async fn asked(store: &Store, what: &str, span: Span) -> Vec<Tally> {
    let measured: Result<(Vec<f64>, Vec<Tally>), Error> = store
        .read(move |tx| {
            let (mut times, mut figures) = (Vec::new(), Vec::new());
            for _ in 0..ASKED {
                let start = Instant::now();
                figures = tx.tallies(span)?;
                let placed = rank(figures.clone(), Order::Arrivals);
                times.push(start.elapsed().as_secs_f64() * 1e3);
                assert_eq!(placed.len(), figures.len());
            }
            Ok((times, figures))
        })
        .await;
    let (mut times, figures) = measured.expect("read");
    times.sort_by(f64::total_cmp);
    let at = |percent: usize| times[(times.len() - 1) * percent / 100];
    println!("  {what}, {} people: p50 {:.2} ms, p99 {:.2} ms", figures.len(), at(50), at(99));
    figures
}
