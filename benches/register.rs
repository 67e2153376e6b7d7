//! How quickly a full register answers: 查重 (the rivals of a patient) and 到诊 (an arrival recorded, compared with the
//! register and its credit decided, on disk), on SQLite with synchronous=FULL and on PostgreSQL.
//!
//! `cargo bench --bench register` fills a million appointments (`REGISTER_ROWS`, for another number) of half a year and two
//! thousand consultants through the store itself, on SQLite; PostgreSQL gets the same rows copied. Names, numbers and
//! places meet as often as they do in a city. PostgreSQL is measured as in `callbacks`.

#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

use chrono::NaiveDate;
use domain::attribution::Base;
use domain::calendar::{Calendar, DAY, shift_days};
use domain::matching::{Outcome, VisitKind};
use domain::patient::{Patient, Typed};
use domain::registration::{Channel, Entry, Source, Visit, classify};
use domain::rights::Record;
use domain::settings::Book;
use domain::{EpochMs, PersonId, Role};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rusqlite::types::ValueRef;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::io::Write;
use std::path::Path;
use std::time::Instant;
use store::{Error, Judge, KeyRing, Lane, NewArrival, NewEntry, Options, Search, Store, Terms};
use testkit::people;

const ROWS: u32 = 1_000_000;
const CONSULTANTS: usize = 2_000;
/// Days that the register reaches back.
const DAYS: i64 = 182;
/// Appointments in one unit of the filling.
const UNIT: u32 = 200;
/// How often each is measured.
const ASKED: u32 = 1_000;
/// 2026-03-02, 12:00 in Shanghai.
const NOW: EpochMs = 1_772_424_000_000;

fn main() {
    // `cargo test --benches` only wants to know that it builds.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let rows = std::env::var("REGISTER_ROWS").ok().and_then(|rows| rows.parse().ok()).unwrap_or(ROWS);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("register.db");
    let address = format!("sqlite:{}", file.display());
    runtime.block_on(async {
        let people = furnish(&address).await;
        let start = Instant::now();
        fill(&address, &people, rows).await;
        let size = std::fs::metadata(&file).map_or(0, |file| file.len()) >> 20;
        println!("{rows} appointments in {:.0} s, {size} MB", start.elapsed().as_secs_f64());
        let scratch = postgres().await;
        match &scratch {
            Some(scratch) => {
                let start = Instant::now();
                let same = furnish(scratch.address()).await;
                assert_eq!(same, people, "the same people on both");
                copy(&file, scratch.address()).await;
                println!("copied to PostgreSQL in {:.0} s", start.elapsed().as_secs_f64());
            }
            None => println!("PostgreSQL: no server reached, not measured"),
        }
        measure("SQLite, synchronous=FULL", &address, people[0], rows).await;
        if let Some(scratch) = scratch {
            measure("PostgreSQL", scratch.address(), people[0], rows).await;
            scratch.remove().await;
        }
    });
}

async fn postgres() -> Option<store::Scratch> {
    let named = std::env::var("DESKMATE_TEST_POSTGRES").ok();
    let address = named.unwrap_or_else(|| "postgres://root@127.0.0.1:5432/test".to_owned());
    store::Scratch::make(&address).await.ok()
}

async fn open(address: &str) -> Store {
    Store::open(address, Options::at(NOW, KeyRing::known())).await.expect("a store")
}

async fn furnish(address: &str) -> Vec<PersonId> {
    let store = open(address).await;
    let mut all = Vec::new();
    for page in 0..CONSULTANTS / 200 {
        let added: Result<Vec<PersonId>, Error> = store
            .write(Lane::of(&["bench"]), move |tx| {
                (page * 200..(page + 1) * 200)
                    .map(|index| people::add(tx, &format!("员{index}"), &[Role::Consultant], None, &[], NOW))
                    .collect()
            })
            .await;
        all.extend(added.expect("people"));
    }
    store.close().await;
    all
}

const SURNAMES: &str = "王王王李李李张张张刘刘陈陈杨杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓韩冯曹彭曾";
const GIVEN: &str = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建国文辉力飞玲云龙新波斌鑫宇浩凯健俊帆雪慧巧美雅\
    芝萍春琴梅欣晶洁莹倩婷";
const CITIES: [&str; 12] =
    ["广州", "佛山", "深圳", "东莞", "中山", "珠海", "江门", "惠州", "肇庆", "清远", "湛江", "茂名"];
const DISTRICTS: [&str; 10] = ["", "", "", "天河", "海珠", "顺德", "南海", "禅城", "宝安", "龙岗"];
const COMPLAINTS: [&str; 16] = [
    "牙痛",
    "洗牙",
    "补牙",
    "牙龈出血",
    "拔智齿",
    "种植牙",
    "矫正",
    "口腔溃疡",
    "牙齿松动",
    "烤瓷牙",
    "口臭",
    "牙齿敏感",
    "牙列不齐",
    "做美白",
    "掉了一颗牙",
    "咬东西没劲",
];

fn one_of(text: &str, random: &mut StdRng) -> char {
    let letters: Vec<char> = text.chars().collect();
    letters[random.random_range(0..letters.len())]
}

/// Patient `number` as he always says it: a fifth of all appointments are somebody's second, a number in fifty is a
/// family's, one patient in twenty leaves no number and one in thirty no name.
fn patient(number: u32) -> Patient {
    let mut random = StdRng::seed_from_u64(u64::from(number));
    let mut name = String::from(one_of(SURNAMES, &mut random));
    for _ in 0..random.random_range(1..3) {
        name.push(one_of(GIVEN, &mut random));
    }
    let family = if random.random_range(0..50) == 0 { number / 3 } else { number };
    let phone = format!("138{:08}", family.wrapping_mul(2_654_435) % 100_000_000);
    let city = CITIES[random.random_range(0..CITIES.len())];
    let district = DISTRICTS[random.random_range(0..DISTRICTS.len())];
    let typed = Typed {
        name: (random.random_range(0..30) != 0).then_some(name),
        age: Some(random.random_range(3..80).to_string()),
        phone: (random.random_range(0..20) != 0).then_some(phone),
        region: Some(format!("{city}{district}")),
        complaint: Some(COMPLAINTS[random.random_range(0..COMPLAINTS.len())].to_owned()),
        ..Typed::default()
    };
    typed.read().0
}

/// Who has which appointment.
fn patient_of(appointment: u32) -> u32 {
    if appointment.is_multiple_of(5) { appointment / 2 } else { appointment }
}

fn registered_at(appointment: u32, rows: u32) -> EpochMs {
    NOW - DAYS * DAY + i64::from(appointment) * DAYS * DAY / i64::from(rows)
}

fn visit_of(appointment: u32, rows: u32) -> NaiveDate {
    let registered = Calendar::default().date(registered_at(appointment, rows));
    shift_days(registered, i64::from(appointment % 8))
}

fn register(tx: &mut store::Tx<'_>, owner: PersonId, number: u32, rows: u32) -> Result<(), Error> {
    let (book, now) = (Book::default(), registered_at(number, rows));
    let today = Calendar::default().date(now);
    let patient = patient(patient_of(number));
    let visit = Some(Visit { date: visit_of(number, rows), minute: None });
    let channel = Channel::Phone;
    let classified =
        classify(&Entry { patient: patient.clone(), visit, channel, chat_log: false }, &book, today);
    let base = Base::entered(today, visit.map(|visit| visit.date));
    let terms = Terms {
        channel,
        source: Source::of(None, channel),
        class: classified.class,
        missing: classified.missing,
        visit,
        log: false,
        late_minutes: None,
        base,
        protection: base.protection(&book),
    };
    let new = NewEntry { terms: &terms, patient: &patient.fields(), rule: classified.rule, now };
    tx.register_appointment(&Record::by_program(owner), &new).map(|_| ())
}

async fn fill(address: &str, people: &[PersonId], rows: u32) {
    let store = open(address).await;
    let start = Instant::now();
    for first in (0..rows).step_by(UNIT as usize) {
        let people = people.to_vec();
        let filled: Result<(), Error> = store
            .write(Lane::of(&["bench"]), move |tx| {
                for number in first..rows.min(first + UNIT) {
                    register(tx, people[number as usize % people.len()], number, rows)?;
                }
                Ok(())
            })
            .await;
        filled.expect("a unit");
        if first % (rows / 10).max(UNIT) < UNIT {
            println!("  {first} after {:.0} s", start.elapsed().as_secs_f64());
        }
    }
    store.close().await;
}

/// What is copied, in the order in which it is referred to.
const TABLES: [&str; 6] = ["counter", "case_key", "vault", "blind_index", "register_entry", "appointment"];

/// Puts the rows of the register into PostgreSQL as they stand in SQLite: ciphertext is bound to its case, not to an
/// engine.
async fn copy(file: &Path, address: &str) {
    let lite = rusqlite::Connection::open(file).expect("SQLite");
    let mut post = PgConnection::connect(address).await.expect("PostgreSQL");
    let ask = |sql: String| sqlx::raw_sql(AssertSqlSafe(sql));
    // Checking ten million references one by one is not what is measured.
    ask("SET session_replication_role = replica".to_owned()).execute(&mut post).await.expect("may load");
    ask(format!("TRUNCATE {} CASCADE", TABLES.join(", "))).execute(&mut post).await.expect("emptied");
    for table in TABLES {
        let mut statement = lite.prepare(&format!("SELECT * FROM {table}")).expect("a table");
        let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
        let count = columns.len();
        let mut into = post
            .copy_in_raw(&format!("COPY {table} ({}) FROM STDIN", columns.join(", ")))
            .await
            .expect("a copy");
        let mut rows = statement.query([]).expect("rows");
        let mut block = Vec::with_capacity(1 << 20);
        while let Some(row) = rows.next().expect("a row") {
            for column in 0..count {
                if column > 0 {
                    block.push(b'\t');
                }
                put(&mut block, row.get_ref(column).expect("a value"));
            }
            block.push(b'\n');
            if block.len() > 900_000 {
                into.send(std::mem::take(&mut block)).await.expect("sent");
            }
        }
        into.send(block).await.expect("sent");
        let copied = into.finish().await.expect("copied");
        println!("  {table}: {copied}");
    }
    let after =
        "SELECT setval(pg_get_serial_sequence('register_entry', 'seq'), MAX(seq)) FROM register_entry";
    ask(after.to_owned()).execute(&mut post).await.expect("numbered");
    ask("VACUUM ANALYZE".to_owned()).execute(&mut post).await.expect("analysed");
    let _ = post.close().await;
}

/// A value as COPY reads it.
fn put(block: &mut Vec<u8>, value: ValueRef<'_>) {
    match value {
        ValueRef::Null => block.extend_from_slice(b"\\N"),
        ValueRef::Integer(number) => write!(block, "{number}").expect("in memory"),
        ValueRef::Real(number) => write!(block, "{number}").expect("in memory"),
        ValueRef::Blob(bytes) => {
            block.extend_from_slice(b"\\\\x");
            block.extend_from_slice(hex::encode(bytes).as_bytes());
        }
        ValueRef::Text(text) => {
            for byte in text {
                match byte {
                    b'\\' => block.extend_from_slice(b"\\\\"),
                    b'\t' => block.extend_from_slice(b"\\t"),
                    b'\n' => block.extend_from_slice(b"\\n"),
                    b'\r' => block.extend_from_slice(b"\\r"),
                    byte => block.push(*byte),
                }
            }
        }
    }
}

fn told(what: &str, mut times: Vec<f64>) {
    times.sort_by(f64::total_cmp);
    let at = |percent: usize| times[(times.len() - 1) * percent / 100];
    println!("  {what}: p50 {:.2} ms, p90 {:.2} ms, p99 {:.2} ms", at(50), at(90), at(99));
}

/// Somebody to ask about: by turns one who is registered for about today, and one who is not.
fn asked(number: u32, rows: u32) -> Patient {
    let week = (rows / 26).max(1);
    if number.is_multiple_of(2) {
        patient(patient_of(rows - 1 - number.wrapping_mul(37) % week))
    } else {
        patient(2_000_000_000 + number)
    }
}

async fn measure(name: &str, address: &str, guide: PersonId, rows: u32) {
    println!("{name}:");
    let store = open(address).await;
    let (mut times, mut found) = (Vec::new(), 0);
    for number in 0..ASKED + ASKED / 10 {
        let patient = asked(number, rows);
        let asked: Result<(f64, usize), Error> = store
            .write(Lane::of(&["bench"]), move |tx| {
                let (book, today) = (Book::default(), Calendar::default().date(NOW));
                let search = Search { since: NOW - DAYS * DAY, most: 20, cancelled: false };
                let start = Instant::now();
                let rivals = tx.rivals(&patient, None, search, &book, today)?;
                Ok((start.elapsed().as_secs_f64() * 1e3, rivals.len()))
            })
            .await;
        let (time, rivals) = asked.expect("asked");
        // The first tenth fills caches.
        if number >= ASKED / 10 {
            times.push(time);
            found += usize::from(rivals > 0);
        }
    }
    told(&format!("查重, of {ASKED} {found} have rivals"), times);
    for (what, known) in [("registered", true), ("not registered", false)] {
        let (mut times, mut inside, mut matched) = (Vec::new(), Vec::new(), 0);
        for number in 0..ASKED / 2 + ASKED / 20 {
            let patient = asked(2 * number + u32::from(!known) + 10_000, rows);
            let start = Instant::now();
            let recorded: Result<(f64, Outcome), Error> = store
                .write(Lane::of(&["bench"]), move |tx| {
                    let (book, calendar) = (Book::default(), Calendar::default());
                    let now = NOW + i64::from(number) * 1_000;
                    let judge = Judge { book: &book, calendar: &calendar, now };
                    let new = NewArrival {
                        arrived_at: now,
                        patient: &patient.fields(),
                        kind: Some(VisitKind::First),
                        channel: None,
                        missing: &[],
                        spend_fen: None,
                        now,
                    };
                    let start = Instant::now();
                    let recorded = tx.record_arrival(&Record::by_program(guide), &new, judge)?;
                    Ok((start.elapsed().as_secs_f64() * 1e3, recorded.verification.outcome))
                })
                .await;
            let (time, outcome) = recorded.expect("recorded");
            if number >= ASKED / 20 {
                times.push(start.elapsed().as_secs_f64() * 1e3);
                inside.push(time);
                matched += usize::from(matches!(outcome, Outcome::Verified | Outcome::Several));
            }
        }
        told(&format!("到诊, {what}, of {} {matched} verified", ASKED / 2), inside);
        told("  with the commit", times);
    }
    store.close().await;
}
