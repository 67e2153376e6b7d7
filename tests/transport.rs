//! What the HTTP side does with callers who send too much, too slowly or too often, and what it says with every answer.

use bot::Engine;
use bot::bucket::Rate;
use deskmate::cli::try_out::Trial;
use deskmate::clock::Clock;
use deskmate::http::Transport;
use deskmate::http::address::{Network, Trust};
use deskmate::http::hooks::Doors;
use deskmate::http::limits::{Limits, Rates};
use deskmate::http::server::Bounds;
use deskmate::{Parts, Running, wire};
use domain::{Calendar, EpochMs, Role};
use metrics_exporter_prometheus::PrometheusBuilder;
use platform::wecom::{Kind, WecomBot, WecomBotConfig};
use reqwest::{Client, Response};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use store::{Error, Lane, Store};
use testkit::engines::{Database, until};
use testkit::fake::wecom::{Callback, Caller, FakeWecom};
use testkit::people;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const TOKEN: &str = "transporttoken";
const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
const HOOK: &str = "/hooks/wecom/main";
/// An hour: nothing comes back while a test runs.
const HOUR: EpochMs = 3_600_000;
/// Longest wait for the server to hang up.
const LONG: Duration = Duration::from_secs(20);

/// A program with one AI bot and one member, 张三.
struct House {
    running: Option<Running>,
    address: SocketAddr,
    client: Client,
    store: Store,
    caller: Caller,
    now: EpochMs,
    _database: Database,
}

impl House {
    async fn open(transport: Transport) -> Self {
        let now = Calendar::default().at("2026-03-02".parse().unwrap(), 9 * 60);
        let database = Database::sqlite();
        let store = database.open(now).await;
        let mut doors = Doors::new(Clock::still(now));
        doors.set_transport(transport);
        doors.add_wecom(
            WecomBot::new(WecomBotConfig {
                name: "main".to_owned(),
                kind: Kind::AiBot,
                token: TOKEN.to_owned().into(),
                encoding_aes_key: KEY.to_owned().into(),
                receive_id: String::new(),
                bot_names: vec!["助手".to_owned()],
                max_age_ms: platform::wecom::MAX_AGE_MS,
                api_base: platform::wecom::API_BASE.to_owned(),
            })
            .unwrap(),
        );
        let bot = wire::bot(Calendar::default()).unwrap();
        let engine = Engine::new(store.clone(), bot, HashMap::new(), "transport".to_owned());
        let running = deskmate::start(Parts {
            doors: Arc::new(doors),
            engine: Arc::new(engine),
            listen: ([127, 0, 0, 1], 0).into(),
            page: None,
            metrics: Some(PrometheusBuilder::new().build_recorder().handle()),
            loops: false,
        })
        .await
        .unwrap();
        let house = Self {
            address: running.address,
            running: Some(running),
            client: platform::http_client::client(Duration::from_secs(10), true).unwrap(),
            store,
            caller: FakeWecom::caller(TOKEN, KEY, ""),
            now,
            _database: database,
        };
        house.hire("zhangsan").await;
        house
    }

    /// Makes somebody a member.
    async fn hire(&self, user: &'static str) {
        let now = self.now;
        let hired: Result<(), Error> = self
            .store
            .write(Lane::of(&["test"]), move |tx| {
                let reached = [("wecom", user, "main")];
                people::add(tx, user, &[Role::Consultant], None, &reached, now).map(|_| ())
            })
            .await;
        hired.unwrap();
    }

    /// Posts a callback, as if it came through a reverse proxy on this machine from `from`.
    async fn post(&self, callback: &Callback, from: &str) -> Response {
        let url = format!("http://{}{HOOK}?{}", self.address, callback.query);
        let request = self.client.post(url).header("x-forwarded-for", from).body(callback.body.clone());
        request.send().await.unwrap()
    }

    /// What the sender reads; empty when nothing is said.
    async fn say(&self, callback: &Callback) -> String {
        let response = self.post(callback, "203.0.113.1").await;
        assert_eq!(response.status(), 200);
        let body = response.bytes().await.unwrap();
        self.caller.read(callback, &body).map(|answer| answer.text).unwrap_or_default()
    }

    fn message(&self, user: &str) -> Callback {
        self.caller.in_private(user).text("帮助", self.now)
    }

    async fn stored(&self) -> i64 {
        self.store.read(|tx| tx.messages()).await.unwrap()
    }

    async fn get(&self, path: &str) -> Response {
        self.client.get(format!("http://{}{path}", self.address)).send().await.unwrap()
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    async fn close(mut self) {
        self.running.take().unwrap().stop().await;
    }
}

fn limited(rates: Rates) -> Transport {
    Transport { limits: Some(Limits::new(rates)), ..Transport::default() }
}

/// Limits that nobody in a test reaches.
fn generous() -> Rates {
    Rates::new((1_000, 1_000), 1_000, (1_000, 1_000))
}

fn hourly(burst: u32) -> Rate {
    Rate { burst, amount: 1, period: HOUR }
}

/// Everything until the server closes.
async fn rest(stream: &mut TcpStream) -> String {
    let mut heard = Vec::new();
    // A connection that is reset is closed, too; what came before counts.
    let _ = tokio::time::timeout(LONG, stream.read_to_end(&mut heard)).await.expect("the server hangs up");
    String::from_utf8_lossy(&heard).into_owned()
}

/// What a raw request is answered with.
async fn answer(house: &House, request: &[u8]) -> String {
    let mut stream = house.connect().await;
    stream.write_all(request).await.unwrap();
    rest(&mut stream).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_large_is_refused() {
    let house = House::open(Transport::default()).await;
    let url = format!("http://{}{HOOK}", house.address);
    // The answer is heard, although more is on its way than is read.
    for size in [(1 << 20) + 1, 8 << 20, 8 << 20, 8 << 20] {
        let large = house.client.post(&url).body(vec![b'a'; size]).send().await.unwrap();
        assert_eq!(large.status(), 413);
        assert_eq!(large.headers()["connection"], "close", "the next request must not meet a closing one");
    }
    let path = "a".repeat(20_000);
    let head = format!("GET /{path} HTTP/1.1\r\nhost: x\r\n\r\n");
    assert!(answer(&house, head.as_bytes()).await.starts_with("HTTP/1.1 431"));
    let many: String = (0..150).map(|number| format!("x-{number}: y\r\n")).collect();
    let head = format!("GET /healthz HTTP/1.1\r\nhost: x\r\n{many}\r\n");
    assert!(answer(&house, head.as_bytes()).await.starts_with("HTTP/1.1 431"));
    let some: String = (0..50).map(|number| format!("x-{number}: y\r\n")).collect();
    let head = format!("GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{some}\r\n");
    assert!(answer(&house, head.as_bytes()).await.starts_with("HTTP/1.1 200"));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_sends_slowly_is_hung_up_on() {
    let bounds =
        Bounds { head: Duration::from_millis(300), body: Duration::from_millis(300), ..Bounds::default() };
    let house = House::open(Transport { bounds, ..Transport::default() }).await;
    // A head that never ends, although something keeps coming.
    let (mut reader, mut writer) = house.connect().await.into_split();
    let dripping = tokio::spawn(async move {
        writer.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\nx-slow: ").await.unwrap();
        for _ in 0..10_000 {
            if writer.write_all(b"a").await.is_err() {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        false
    });
    let mut heard = Vec::new();
    let _ = tokio::time::timeout(LONG, reader.read_to_end(&mut heard)).await.expect("the server hangs up");
    assert_eq!(heard, b"", "nothing was asked, so nothing is answered");
    assert!(dripping.await.unwrap(), "the caller notices");
    // A body that never ends.
    let head = format!("POST {HOOK} HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf");
    assert!(answer(&house, head.as_bytes()).await.starts_with("HTTP/1.1 408"));
    // Meanwhile and afterwards others are served.
    assert_eq!(house.get("/healthz").await.status(), 200);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_without_a_request_is_closed_and_a_busy_one_is_not() {
    let bounds =
        Bounds { idle: Duration::from_millis(300), head: Duration::from_millis(300), ..Bounds::default() };
    let house = House::open(Transport { bounds, ..Transport::default() }).await;
    assert_eq!(answer(&house, b"").await, "");
    // Kept for the next request, and closed when there is none.
    let said = answer(&house, b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert!(said.starts_with("HTTP/1.1 200") && said.ends_with("ok"), "{said}");
    // A body may take longer than a head.
    let mut stream = house.connect().await;
    let head = format!("POST {HOOK} HTTP/1.1\r\nhost: x\r\ncontent-length: 20\r\nconnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    for _ in 0..20 {
        tokio::time::sleep(Duration::from_millis(50)).await;
        stream.write_all(b"a").await.unwrap();
    }
    assert!(rest(&mut stream).await.starts_with("HTTP/1.1 403"));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_are_bounded_and_the_next_one_is_told_to_come_back() {
    let bounds = Bounds { connections: 2, ..Bounds::default() };
    let house = House::open(Transport { bounds, ..Transport::default() }).await;
    let asks = b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";
    let mut kept = Vec::new();
    for _ in 0..2 {
        let mut stream = house.connect().await;
        stream.write_all(asks).await.unwrap();
        let mut heard = [0; 12];
        stream.read_exact(&mut heard).await.unwrap();
        assert_eq!(&heard, b"HTTP/1.1 200");
        kept.push(stream);
    }
    for _ in 0..3 {
        let said = answer(&house, asks).await;
        assert!(said.starts_with("HTTP/1.1 503") && said.contains("retry-after: 1"), "{said}");
    }
    kept.pop();
    until("there is room again", async || {
        let closing = b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
        answer(&house, closing).await.starts_with("HTTP/1.1 200").then_some(())
    })
    .await;
    drop(kept);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_answers_what_has_begun_and_waits_for_nobody_else() {
    let house = House::open(Transport::default()).await;
    let address = house.address;
    let mut kept = house.connect().await;
    kept.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let mut heard = [0; 12];
    kept.read_exact(&mut heard).await.unwrap();
    let callback = house.message("zhangsan");
    let mut begun = house.connect().await;
    let head = format!(
        "POST {HOOK}?{} HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n",
        callback.query,
        callback.body.len()
    );
    begun.write_all(head.as_bytes()).await.unwrap();
    let (first, second) = callback.body.split_at(10);
    begun.write_all(first).await.unwrap();
    // The rest of the head has been read when a later connection is served.
    assert_eq!(house.get("/healthz").await.status(), 200);
    let stopping = tokio::spawn(house.close());
    until("nobody listens any more", async || TcpStream::connect(address).await.err()).await;
    begun.write_all(second).await.unwrap();
    // Well before the program would stop waiting for a connection that never ends.
    let ending = async {
        let said = rest(&mut begun).await;
        assert!(said.starts_with("HTTP/1.1 200"), "{said}");
        stopping.await.unwrap();
    };
    tokio::time::timeout(Duration::from_secs(5), ending).await.expect("at once");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_sends_forgeries_is_turned_away_and_another_is_not() {
    let house = House::open(limited(Rates { address: hourly(5), ..generous() })).await;
    let good = house.message("zhangsan");
    let mut forged = house.caller.again(&good, house.now);
    forged.query = forged.query.replacen("msg_signature=", "msg_signature=0", 1);
    // What is genuine counts for nothing.
    for _ in 0..20 {
        assert_eq!(house.post(&good, "203.0.113.1").await.status(), 200);
    }
    for _ in 0..5 {
        assert_eq!(house.post(&forged, "198.51.100.7").await.status(), 403);
    }
    let stored = house.stored().await;
    for callback in [&forged, &good] {
        let refused = house.post(callback, "198.51.100.7").await;
        assert_eq!(refused.status(), 429);
        let wait: u32 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((3_500..=3_600).contains(&wait), "{wait}");
    }
    // What a caller writes left of its own address does not help it.
    assert_eq!(house.post(&forged, "203.0.113.1, 198.51.100.7").await.status(), 429);
    assert_eq!(house.stored().await, stored);
    assert_eq!(house.post(&house.message("zhangsan"), "203.0.113.1").await.status(), 200);
    // Unknown paths are guesses, too.
    for (path, expected) in [("/hooks/wecom/guess", [404, 404, 404, 404, 404, 429])] {
        for status in expected {
            let url = format!("http://{}{path}", house.address);
            let guess =
                house.client.post(url).header("x-forwarded-for", "198.51.100.8").send().await.unwrap();
            assert_eq!(guess.status(), status);
        }
    }
    assert_eq!(house.get("/healthz").await.status(), 200);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_proxy_that_is_not_named_all_share_its_address() {
    let trust = Trust { proxies: Vec::new(), ..Trust::default() };
    let limits = Rates { address: hourly(2), ..generous() };
    let house = House::open(Transport { trust, ..limited(limits) }).await;
    let mut forged = house.message("zhangsan");
    forged.query.push('0');
    for (from, status) in [("198.51.100.7", 403), ("198.51.100.8", 403), ("198.51.100.9", 429)] {
        assert_eq!(house.post(&forged, from).await.status(), status, "{from}");
    }
    assert_eq!(house.post(&house.message("zhangsan"), "203.0.113.1").await.status(), 429);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_who_floods_is_told_once_and_nothing_of_it_is_stored() {
    let sender = Rate { burst: 3, amount: 1, period: HOUR };
    let house = House::open(limited(Rates { sender, ..generous() })).await;
    let first = house.message("zhangsan");
    let answers = house.say(&first).await;
    for _ in 0..2 {
        assert_eq!(house.say(&house.message("zhangsan")).await, answers);
    }
    let told = house.say(&house.message("zhangsan")).await;
    assert!(told.starts_with("发得太快了，请 3600 秒后再发。") && told.contains("没有处理"), "{told}");
    for _ in 0..10 {
        assert_eq!(house.say(&house.message("zhangsan")).await, "");
    }
    assert_eq!(house.stored().await, 3);
    // Everybody else goes on.
    house.hire("lisi").await;
    assert!(house.say(&house.message("lisi")).await.contains("帮助"));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_platforms_copy_of_a_stored_message_is_not_called_lost() {
    let house = House::open(limited(Rates { sender: hourly(1), ..generous() })).await;
    let message = house.message("zhangsan");
    let answer = house.say(&message).await;
    let copy = house.say(&house.caller.again(&message, house.now)).await;
    assert!(copy.starts_with(&answer) && copy.contains("发得太快了") && !copy.contains("没有处理"), "{copy}");
    assert_eq!(house.say(&house.caller.again(&message, house.now)).await, "");
    assert_eq!(house.stored().await, 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_refused_is_handled_when_it_comes_again_after_the_pause() {
    let sender = Rate { burst: 1, amount: 1, period: 1_000 };
    let house = House::open(limited(Rates { sender, pause: 1_000, ..generous() })).await;
    let answer = house.say(&house.message("zhangsan")).await;
    let refused = house.message("zhangsan");
    let told = house.say(&refused).await;
    if told == answer {
        // The machine was so slow that a second passed.
        return house.close().await;
    }
    assert!(told.starts_with("发得太快了，请 1 秒后再发。"), "{told}");
    until("the pause is over", async || {
        let said = house.say(&house.caller.again(&refused, house.now)).await;
        (said == answer).then_some(())
    })
    .await;
    assert_eq!(house.stored().await, 2);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_causes_few_rows_until_he_is_a_member() {
    let house = House::open(limited(Rates { stranger: hourly(3), ..generous() })).await;
    let guess = || house.caller.in_private("wangwu").text("认领管理员 12345678", house.now);
    for _ in 0..3 {
        assert!(house.say(&guess()).await.contains("口令"));
    }
    let told = house.say(&guess()).await;
    assert!(told.starts_with("发得太快了，请 3600 秒后再发。"), "{told}");
    assert_eq!(house.say(&guess()).await, "");
    assert_eq!(house.stored().await, 3);
    for _ in 0..5 {
        assert!(house.say(&house.message("zhangsan")).await.contains("帮助"), "members are not counted");
    }
    house.hire("wangwu").await;
    for _ in 0..5 {
        assert!(house.say(&house.message("wangwu")).await.contains("帮助"));
    }
    house.close().await;
}

/// The headers that every answer must have.
fn check_headers(response: &Response, page: bool) {
    let path = response.url().path().to_owned();
    let header = |name: &str| {
        let value = response.headers().get(name).unwrap_or_else(|| panic!("{path} has no {name}"));
        value.to_str().unwrap().to_owned()
    };
    assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
    assert_eq!(header("referrer-policy"), "no-referrer", "{path}");
    assert_eq!(header("cache-control"), if page { "no-cache" } else { "no-store" }, "{path}");
    let policy = header("content-security-policy");
    assert!(policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
    assert_eq!(policy.contains("default-src 'self'"), path.starts_with("/console"), "{path}: {policy}");
    for banner in ["server", "x-powered-by"] {
        assert!(!response.headers().contains_key(banner), "{path} names our {banner}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_has_its_headers() {
    let house = House::open(limited(Rates { address: hourly(4), ..generous() })).await;
    for (path, status) in [
        ("/healthz", 200),
        ("/readyz", 200),
        ("/metrics", 200),
        ("/nowhere", 404),
        (HOOK, 403),
        ("/hooks/wecom/nobody", 404),
        ("/hooks/dingtalk/nobody", 405),
        (HOOK, 403),
        (HOOK, 429),
    ] {
        let response = house.get(path).await;
        assert_eq!(response.status(), status, "{path}");
        check_headers(&response, false);
    }
    let answered = house.post(&house.message("zhangsan"), "203.0.113.1").await;
    assert_eq!(answered.status(), 200);
    check_headers(&answered, false);
    house.close().await;
    // The page.
    let folder = tempfile::tempdir().unwrap();
    let now = Calendar::default().at("2026-03-02".parse().unwrap(), 10 * 60);
    let trial = Trial::open(folder.path(), 0, Clock::still(now)).await.unwrap();
    let running = deskmate::start(Parts {
        doors: Arc::clone(&trial.doors),
        engine: trial.engine(),
        listen: ([127, 0, 0, 1], 0).into(),
        page: Some(trial.page()),
        metrics: None,
        loops: false,
    })
    .await
    .unwrap();
    let client = platform::http_client::client(Duration::from_secs(10), true).unwrap();
    for (path, page) in [("/console", true), ("/console/app.js", true), ("/console/api/state", false)] {
        let response = client.get(format!("http://{}{path}", running.address)).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        check_headers(&response, page);
    }
    let press = format!("http://{}/console/api/press", running.address);
    let large = client.post(press).header("content-type", "application/json").body(vec![b' '; 70_000]);
    let large = large.send().await.unwrap();
    assert_eq!(large.status(), 413);
    check_headers(&large, false);
    trial.hub.close();
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_metrics_are_for_this_machine_unless_said_otherwise() {
    let metrics_for = vec![Network::try_from("203.0.113.0/24".to_owned()).unwrap()];
    for (trust, cases) in [
        (Trust::default(), [(None, 200), (Some("203.0.113.9"), 403)]),
        (Trust { metrics_for, ..Trust::default() }, [(None, 403), (Some("203.0.113.9"), 200)]),
    ] {
        let house = House::open(Transport { trust, ..Transport::default() }).await;
        for (from, status) in cases {
            let mut request = house.client.get(format!("http://{}/metrics", house.address));
            if let Some(from) = from {
                request = request.header("x-forwarded-for", from);
            }
            assert_eq!(request.send().await.unwrap().status(), status, "{from:?}");
        }
        assert_eq!(house.get("/healthz").await.status(), 200);
        house.close().await;
    }
}
