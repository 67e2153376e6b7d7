//! How many durable callbacks a second: real encrypted WeCom callbacks over HTTP keep-alive against the real program,
//! on SQLite with synchronous=FULL and on PostgreSQL. Every answered message is on disk; the count is checked at the
//! end.
//!
//! `cargo bench` prints figures and ratios of one run. The load comes from this process and shares the machine with the
//! server, so absolute figures say little about another machine; the ratios do. PostgreSQL is measured when
//! `DESKMATE_TEST_POSTGRES` names a server, or one listens on 127.0.0.1:5432.

#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

use domain::rights::{Administer, Over};
use domain::shift::Hours;
use domain::{Calendar, EpochMs, Role};
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use store::{Error, KeyRing, Lane, NewChat, Options, Store};
use testkit::fake::wecom::{Callback, Caller, FakeWecom};
use testkit::people;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const TOKEN: &str = "benchtoken";
const AES_KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
const CONNECTIONS: usize = 32;
const PEOPLE: usize = 200;
const CHATS: usize = 16;
const ROUNDS: usize = 5;

fn main() {
    // `cargo test --benches` only wants to know that it builds.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    println!("machine: fdatasync of 8 kB {:.0} µs (median of 200)", fdatasync());
    let folder = tempfile::tempdir().expect("a folder");
    let address = format!("sqlite:{}", folder.path().join("bench.db").display());
    runtime.block_on(measure("SQLite, synchronous=FULL", &address, folder.path(), 40_000));
    match runtime.block_on(postgres()) {
        Some(scratch) => {
            let address = scratch.address().to_owned();
            runtime.block_on(measure("PostgreSQL", &address, folder.path(), 8_000));
            runtime.block_on(scratch.remove());
        }
        None => println!("PostgreSQL: no server reached, not measured"),
    }
}

async fn postgres() -> Option<store::Scratch> {
    let named = std::env::var("DESKMATE_TEST_POSTGRES").ok();
    let address = named.unwrap_or_else(|| "postgres://root@127.0.0.1:5432/test".to_owned());
    store::Scratch::make(&address).await.ok()
}

fn now() -> EpochMs {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock");
    EpochMs::try_from(since.as_millis()).expect("a year before 292 million")
}

/// The median time of a synced write, microseconds.
fn fdatasync() -> f64 {
    let mut file = tempfile::tempfile().expect("a file");
    let block = [7_u8; 8192];
    let mut times: Vec<f64> = (0..200)
        .map(|_| {
            let start = Instant::now();
            file.write_all(&block).expect("written");
            file.sync_data().expect("synced");
            start.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

async fn furnish(address: &str) {
    let store = Store::open(address, Options::at(now(), KeyRing::known())).await.expect("a store");
    let at = now();
    let furnished: Result<(), Error> = store
        .write(Lane::of(&["bench"]), move |tx| {
            let calendar = Calendar::default();
            let today = calendar.date(at);
            let hours = Hours::parse("00:00-24:00").expect("hours");
            for index in 0..PEOPLE {
                let (name, user) = (format!("员{index}"), format!("u{index}"));
                let reached = [("wecom", &*user, "main")];
                let id = people::add(tx, &name, &[Role::Consultant], Some("一组"), &reached, at)?;
                tx.set_rota(
                    &Over::by_program(Some(id)),
                    today,
                    Some(&hours.on(&calendar, today, "全天")),
                    at,
                )?;
            }
            let reached = [("wecom", "lead", "main")];
            let lead = people::add(tx, "组长", &[Role::Lead, Role::Admin], Some("一组"), &reached, at)?;
            tx.set_template(&Over::by_program(Some(lead)), "全天", &hours, at)?;
            for index in 0..CHATS {
                let chat_ref = format!("wrchat{index}");
                let (platform, bot, title) = ("wecom", "main", None);
                let chat = NewChat { platform, bot, chat_ref: &chat_ref, title, purposes: &[] };
                tx.set_chat(&Administer::by_operator(), &chat, at)?;
            }
            Ok(())
        })
        .await;
    furnished.expect("furnished");
    store.close().await;
}

struct Server {
    child: Child,
    address: SocketAddr,
    cold_start: Duration,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn serve(store: &str, folder: &Path) -> Server {
    std::fs::write(folder.join("token"), TOKEN).expect("written");
    std::fs::write(folder.join("key"), AES_KEY).expect("written");
    std::fs::write(folder.join("store"), store).expect("written");
    // Every message is counted against its sender's limit, and none reaches it.
    let config = "[server]\nlisten = \"127.0.0.1:0\"\n[limits]\nsender_burst = 1000000\n[store]\nurl_from = { file = \"store\" }\n\
        [keys]\nfrom = { env = \"BENCH_KEYS\" }\n[[wecom]]\n\
        name = \"main\"\ntoken = { file = \"token\" }\nencoding_aes_key = { file = \"key\" }\n\
        bot_names = [\"咨询部助手\"]\n";
    let path = folder.join("config.toml");
    std::fs::write(&path, config).expect("written");
    let start = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_deskmate"))
        .args(["serve", "--config"])
        .arg(&path)
        .env("DESKMATE_LOG", "error")
        .env("BENCH_KEYS", &*KeyRing::known().to_text())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut line = String::new();
    let mut lines = BufReader::new(child.stdout.take().expect("its output"));
    lines.read_line(&mut line).expect("a line");
    let cold_start = start.elapsed();
    let address = line.trim().rsplit_once("http://").expect("an address").1.parse().expect("an address");
    std::thread::spawn(move || lines.lines().for_each(drop));
    Server { child, address, cold_start }
}

/// CPU seconds that a process has used, from /proc (10 ms steps).
fn cpu_seconds(pid: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let fields: Vec<&str> =
        stat.rsplit_once(')').map_or(Vec::new(), |(_, rest)| rest.split_whitespace().collect());
    let ticks = |index: usize| fields.get(index).and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}

/// Resident memory, MB.
fn resident(pid: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("0 kB");
    line.split_whitespace().next().and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}

struct Shot {
    callback: Callback,
    request: Vec<u8>,
}

fn shots(caller: &Caller, count: usize) -> Vec<Shot> {
    (0..count)
        .map(|index| {
            // Everybody writes in one group, as people do.
            let person = index % PEOPLE;
            let (chat, user) = (format!("wrchat{}", person % CHATS), format!("u{person}"));
            let text = format!("@咨询部助手 日报 对话 {} 预约 8 到诊 3", 20 + index % 60);
            let callback = caller.in_group(&chat, &user).text(&text, now());
            let head = format!(
                "POST /hooks/wecom/main?{} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
                 Content-Length: {}\r\n\r\n",
                callback.query,
                callback.body.len()
            );
            let mut request = head.into_bytes();
            request.extend_from_slice(&callback.body);
            Shot { callback, request }
        })
        .collect()
}

/// One request on a kept connection; answers status and body.
async fn ask(stream: &mut TcpStream, request: &[u8], buffer: &mut Vec<u8>) -> (u16, Vec<u8>) {
    stream.write_all(request).await.expect("sent");
    buffer.clear();
    loop {
        let read = stream.read_buf(buffer).await.expect("an answer");
        assert!(read > 0, "the server closed the connection");
        let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let head = std::str::from_utf8(&buffer[..end]).expect("a head");
        let status = head.get(9..12).and_then(|text| text.parse().ok()).expect("a status");
        let length = head
            .lines()
            .find_map(|line| {
                line.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case("content-length"))
            })
            .map_or(0, |(_, value)| value.trim().parse().expect("a length"));
        if buffer.len() >= end + 4 + length {
            return (status, buffer[end + 4..end + 4 + length].to_vec());
        }
    }
}

struct Round {
    per_second: f64,
    p50: f64,
    p99: f64,
    cpu_us: f64,
}

/// Fires every shot once, shared over the connections; `pace` keeps a rate instead of full load.
async fn fire(server: &Server, caller: &Caller, shots: &[Shot], pace: Option<Duration>) -> Round {
    let next = std::cell::Cell::new(0_usize);
    let before = cpu_seconds(server.child.id());
    let start = Instant::now();
    let mut connections = Vec::new();
    for _ in 0..CONNECTIONS {
        let stream = TcpStream::connect(server.address).await.expect("a connection");
        stream.set_nodelay(true).expect("no delay");
        connections.push(stream);
    }
    let workers = connections.into_iter().map(|mut stream| {
        let next = &next;
        async move {
            let mut times = Vec::new();
            let mut buffer = Vec::with_capacity(4096);
            loop {
                let index = next.get();
                let Some(shot) = shots.get(index) else { return times };
                next.set(index + 1);
                if let Some(pace) = pace {
                    tokio::time::sleep_until((start + pace * u32::try_from(index).expect("small")).into())
                        .await;
                }
                let sent = Instant::now();
                let (status, body) = ask(&mut stream, &shot.request, &mut buffer).await;
                times.push(sent.elapsed().as_secs_f64() * 1e3);
                assert_eq!(status, 200);
                if index.is_multiple_of(997) {
                    let answer = caller.read(&shot.callback, &body).expect("an answer");
                    assert!(answer.text.contains("日报"), "{}", answer.text);
                }
            }
        }
    });
    let mut times: Vec<f64> = futures_util::future::join_all(workers).await.into_iter().flatten().collect();
    let elapsed = start.elapsed().as_secs_f64();
    let cpu = cpu_seconds(server.child.id()) - before;
    times.sort_by(f64::total_cmp);
    let count = f64::from(u32::try_from(shots.len()).expect("small"));
    Round {
        per_second: count / elapsed,
        p50: times[times.len() / 2],
        p99: times[times.len() * 99 / 100],
        cpu_us: cpu * 1e6 / count,
    }
}

/// Requests a second that touch neither crypto nor store: what HTTP alone costs here and now.
async fn http_alone(server: &Server, count: usize) -> f64 {
    let request = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let start = Instant::now();
    let workers = (0..CONNECTIONS).map(|_| async {
        let mut stream = TcpStream::connect(server.address).await.expect("a connection");
        stream.set_nodelay(true).expect("no delay");
        let mut buffer = Vec::new();
        for _ in 0..count / CONNECTIONS {
            assert_eq!(ask(&mut stream, request, &mut buffer).await.0, 200);
        }
    });
    futures_util::future::join_all(workers).await;
    f64::from(u32::try_from(count).expect("small")) / start.elapsed().as_secs_f64()
}

async fn commits(server: &Server) -> (f64, f64, f64) {
    let mut stream = TcpStream::connect(server.address).await.expect("a connection");
    let request = b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let (_, body) = ask(&mut stream, request, &mut Vec::new()).await;
    let text = String::from_utf8_lossy(&body).into_owned();
    let value = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|rest| rest.trim().parse::<f64>().ok()).unwrap_or(0.0)
    };
    (
        value("deskmate_store_units_total "),
        value("deskmate_store_commits_total "),
        value("deskmate_store_conflicts_total "),
    )
}

async fn measure(name: &str, store: &str, folder: &Path, per_round: usize) {
    furnish(store).await;
    let caller = FakeWecom::caller(TOKEN, AES_KEY, "");
    let server = serve(store, folder);
    println!(
        "\n{name}: cold start {:.0} ms, idle {:.1} MB",
        server.cold_start.as_secs_f64() * 1e3,
        resident(server.child.id())
    );
    let http = http_alone(&server, 64_000).await;
    let warm = shots(&caller, per_round / 4);
    fire(&server, &caller, &warm, None).await;
    let mut rounds = Vec::new();
    let mut sent = warm.len();
    let before = commits(&server).await;
    for _ in 0..ROUNDS {
        let shots = shots(&caller, per_round);
        rounds.push(fire(&server, &caller, &shots, None).await);
        sent += shots.len();
    }
    let after = commits(&server).await;
    let calm = shots(&caller, 2_000);
    let at_500 = fire(&server, &caller, &calm, Some(Duration::from_millis(2))).await;
    sent += calm.len();
    println!("loaded {:.1} MB", resident(server.child.id()));
    rounds.sort_by(|a, b| a.per_second.total_cmp(&b.per_second));
    let median = &rounds[ROUNDS / 2];
    println!(
        "{:.0} durable callbacks/s at {CONNECTIONS} connections (rounds {:.0} to {:.0}), p50 {:.2} ms, p99 {:.2} ms",
        median.per_second,
        rounds[0].per_second,
        rounds[ROUNDS - 1].per_second,
        median.p50,
        median.p99
    );
    println!(
        "server CPU per callback {:.1} µs; HTTP alone {http:.0}/s, ratio {:.2}",
        median.cpu_us,
        median.per_second / http
    );
    println!(
        "messages per commit {:.1}, units run again {:.0}; at 500/s p50 {:.2} ms, p99 {:.2} ms",
        (after.0 - before.0) / (after.1 - before.1).max(1.0),
        after.2 - before.2,
        at_500.p50,
        at_500.p99
    );
    drop(server);
    let opened = Store::open(store, Options::at(now(), KeyRing::known())).await.expect("the store again");
    let stored: Result<i64, Error> = opened.read(|tx| tx.messages()).await;
    let stored = stored.expect("counted");
    opened.close().await;
    println!("sent and answered {sent}, on disk after kill -9 {stored}");
    assert_eq!(usize::try_from(stored).expect("a count"), sent, "a message was lost or stored twice");
}
