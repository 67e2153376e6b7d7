//! The Stream client against the fake: every way in which such a connection is known to die, and what must come of it.
//! Nothing here measures time: a test waits for what must happen, and fails when it does not.
#![allow(clippy::unwrap_used, reason = "a test ends where it fails")]

use futures_util::future::BoxFuture;
use platform::dingtalk::stream::frame::{Frame, Kind};
use platform::dingtalk::stream::{Ear, Note, Stream, StreamConfig, Taken, Timing};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use testkit::fake::dingtalk::{Event, FakeDingtalk};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

const CLIENT: &str = "dingtestapp0001";
const SECRET: &str = "stream-secret";

/// Hears, and remembers. Handlers of messages wait for `may` where it is closed.
struct Listener {
    heard: Mutex<Vec<Value>>,
    notes: Mutex<Vec<Note>>,
    may: Semaphore,
    answer: Mutex<Taken>,
}

impl Listener {
    fn new(open: bool) -> Arc<Self> {
        let answer = Mutex::new(Taken::Done(json!({ "response": null })));
        let may = Semaphore::new(if open { Semaphore::MAX_PERMITS } else { 0 });
        Arc::new(Self { heard: Mutex::default(), notes: Mutex::default(), may, answer })
    }

    fn texts(&self) -> Vec<String> {
        let heard = self.heard.lock().unwrap();
        heard.iter().map(|data| data["text"]["content"].as_str().unwrap().trim().to_owned()).collect()
    }

    fn notes(&self) -> Vec<Note> {
        self.notes.lock().unwrap().clone()
    }
}

impl Ear for Listener {
    fn message<'a>(&'a self, data: &'a str) -> BoxFuture<'a, Taken> {
        Box::pin(async move {
            self.may.acquire().await.unwrap().forget();
            let Ok(data) = serde_json::from_str::<Value>(data) else { return Taken::Bad };
            self.heard.lock().unwrap().push(data);
            self.answer.lock().unwrap().clone()
        })
    }

    fn tap<'a>(&'a self, data: &'a str, _frame_id: &'a str) -> BoxFuture<'a, Taken> {
        Box::pin(async move {
            let data: Value = serde_json::from_str(data).unwrap();
            if data["outTrackId"] == "slow" {
                std::future::pending::<()>().await;
            }
            Taken::Done(json!({ "response": { "cardData": { "cardParamMap": { "status": "agree" } } } }))
        })
    }

    fn note(&self, note: Note) {
        self.notes.lock().unwrap().push(note);
    }
}

fn timing() -> Timing {
    let ms = Duration::from_millis;
    Timing {
        // Long, so that only the test that is about it depends on it.
        ping: Duration::from_secs(3_600),
        silent: Duration::from_secs(3_600),
        drain: Duration::from_secs(3_600),
        patience: Duration::from_secs(10),
        pause: ms(1),
        longest_pause: ms(5),
        settled: Duration::ZERO,
        tap: ms(200),
    }
}

struct House {
    fake: FakeDingtalk,
    listener: Arc<Listener>,
    stop: CancellationToken,
    running: JoinHandle<()>,
}

impl House {
    async fn start(timing: Timing, open: bool) -> Self {
        let fake = FakeDingtalk::start().await;
        fake.add_app(CLIENT, SECRET);
        Self::with(fake, Listener::new(open), timing)
    }

    fn with(fake: FakeDingtalk, listener: Arc<Listener>, timing: Timing) -> Self {
        let config = StreamConfig {
            client_id: CLIENT.into(),
            client_secret: SECRET.to_owned().into(),
            api_base: fake.base(),
            timing,
        };
        let stream = Stream::new(config, listener.clone() as Arc<dyn Ear>).unwrap();
        let stop = CancellationToken::new();
        let until = stop.clone();
        let running = tokio::spawn(async move { stream.run(until).await });
        Self { fake, listener, stop, running }
    }

    async fn say(&self, text: &str) -> String {
        self.fake.listening().await;
        let callback = self.fake.caller(SECRET, CLIENT).group("cid1", "user001", "张三", text);
        self.fake.push(&callback).expect("a connection that listens")
    }

    async fn stop(self) -> FakeDingtalk {
        self.stop.cancel();
        self.running.await.unwrap();
        self.fake
    }
}

fn code(ack: &Value) -> u64 {
    ack["code"].as_u64().unwrap()
}

#[test]
fn every_published_frame_is_read_and_acknowledged() {
    let all: Value =
        serde_json::from_str(include_str!("../../platform/tests/data/dingtalk_vectors.json")).unwrap();
    let frames = all["stream_frames"].as_array().unwrap();
    let mut seen = HashSet::new();
    for vector in frames {
        let id = vector["id"].as_str().unwrap();
        let frame = Frame::read(&vector["down"].to_string()).unwrap_or_else(|| panic!("{id}"));
        let wanted = &vector["ack"];
        let ack = match (frame.kind, frame.topic.as_str()) {
            (Kind::System, "ping") => frame.ack(200, "OK", &frame.data),
            (Kind::System, _) => None,
            (_, "/v9.9/unknown") => frame.ack(404, "topic not found", ""),
            // The answer is the handler's: the client wraps it.
            _ => frame.taken(&serde_json::from_str(wanted["data"].as_str().unwrap()).unwrap()),
        };
        let ack: Value = ack.map_or(Value::Null, |ack| serde_json::from_str(&ack).unwrap());
        assert_eq!(&ack, wanted, "{id}");
        seen.insert(id);
    }
    assert!(seen.len() >= 6, "{seen:?}");
}

#[tokio::test]
async fn a_message_is_acknowledged_after_it_was_taken_and_not_before() {
    let house = House::start(timing(), false).await;
    let first = house.say("日报 对话 50").await;
    // The reader does not wait: it answers a ping meanwhile, with its data unchanged.
    let ping = house.fake.push_data("SYSTEM", "ping", r#"{"opaque":"0d1f-4a77"}"#).unwrap();
    let ack = house.fake.acked(&ping).await;
    assert_eq!((code(&ack), ack["data"].as_str()), (200, Some(r#"{"opaque":"0d1f-4a77"}"#)));
    assert_eq!(house.fake.ack(&first), None, "nothing is stored yet");
    house.listener.may.add_permits(1);
    let ack = house.fake.acked(&first).await;
    assert_eq!((code(&ack), ack["data"].as_str()), (200, Some(r#"{"response":null}"#)));
    assert_eq!(house.listener.texts(), ["日报 对话 50"]);
    house.stop().await;
}

#[tokio::test]
async fn what_is_said_in_a_chat_keeps_its_order() {
    let house = House::start(timing(), true).await;
    let mut last = String::new();
    for number in 0..200 {
        last = house.say(&format!("第{number}条")).await;
        // More than wait in one lane would be dropped.
        if number % 50 == 49 {
            house.fake.acked(&last).await;
        }
    }
    house.fake.acked(&last).await;
    let expected: Vec<String> = (0..200).map(|number| format!("第{number}条")).collect();
    assert_eq!(house.listener.texts(), expected);
    house.stop().await;
}

#[tokio::test]
async fn what_finds_no_room_is_left_unacknowledged_and_what_waits_is_not_lost() {
    let house = House::start(timing(), false).await;
    for number in 0..200 {
        house.say(&format!("第{number}条")).await;
    }
    let ping = house.fake.push_data("SYSTEM", "ping", "{}").unwrap();
    house.fake.acked(&ping).await;
    let dropped = house.listener.notes().iter().filter(|note| **note == Note::Crowded).count();
    assert!((1..=72).contains(&dropped), "{dropped}");
    house.listener.may.add_permits(1_000);
    let listener = Arc::clone(&house.listener);
    house.stop().await;
    assert_eq!(listener.texts().len(), 200 - dropped, "what was taken is finished before the program ends");
}

#[tokio::test]
async fn what_could_not_be_stored_is_not_acknowledged() {
    let house = House::start(timing(), true).await;
    *house.listener.answer.lock().unwrap() = Taken::Not;
    let lost = house.say("日报").await;
    // Same lane, so it is handled after.
    *house.listener.answer.lock().unwrap() = Taken::Not;
    let ping = house.fake.push_data("SYSTEM", "ping", "{}").unwrap();
    house.fake.acked(&ping).await;
    let fake = house.stop().await;
    assert_eq!(fake.ack(&lost), None);
}

#[tokio::test]
async fn strange_frames_do_not_kill_the_reader() {
    let house = House::start(timing(), true).await;
    house.fake.listening().await;
    for text in ["", "x", "[]", "{}", r#"{"type":"SYSTEM"}"#, r#"{"type":"CALLBACK","headers":{}}"#] {
        assert!(house.fake.push_text(text));
    }
    let bot = "/v1.0/im/bot/messages/get";
    let cases = [
        ("CALLBACK", bot, "", 400),
        ("CALLBACK", bot, "no JSON", 400),
        ("CALLBACK", "/v9.9/unknown", "{}", 404),
        ("NEWEST", "whatever", "{}", 404),
        ("EVENT", "*", "{}", 200),
    ];
    for (kind, topic, data, expected) in cases {
        let id = house.fake.push_data(kind, topic, data).unwrap();
        let ack = house.fake.acked(&id).await;
        assert_eq!(code(&ack), expected, "{kind} {topic} {data}");
    }
    for topic in ["CONNECTED", "REGISTERED", "KEEPALIVE"] {
        house.fake.push_data("SYSTEM", topic, "{}").unwrap();
    }
    let id = house.say("还在").await;
    assert_eq!(code(&house.fake.acked(&id).await), 200);
    let fake = house.stop().await;
    assert_eq!(fake.stream_log().iter().filter(|event| matches!(event, Event::Opened(_))).count(), 1);
}

#[tokio::test]
async fn told_to_go_it_opens_the_new_connection_before_the_old_one_ends() {
    let house = House::start(timing(), false).await;
    let unanswered = house.say("在旧连接上说的").await;
    house.fake.tell_to_go();
    house.fake.opened(2).await;
    let log = house.fake.stream_log();
    assert!(!log.contains(&Event::Closed(0)), "the old one is still read: {log:?}");
    // What was heard on the old one is acknowledged there.
    house.listener.may.add_permits(1);
    house.fake.acked(&unanswered).await;
    assert!(house.fake.stream_log().contains(&Event::Acked(0, unanswered)));
    house.fake.cut(false);
    house.fake.logged("the end of the old one", |log| log.contains(&Event::Closed(0))).await;
    let next = house.say("在新连接上说的").await;
    house.listener.may.add_permits(1);
    house.fake.acked(&next).await;
    let log = house.fake.stream_log();
    assert!(log.contains(&Event::Acked(1, next)), "{log:?}");
    assert_eq!(log.iter().filter(|event| matches!(event, Event::Opened(_))).count(), 2);
    house.stop().await;
}

#[tokio::test]
async fn an_old_connection_that_stays_silent_is_closed_by_us() {
    let house = House::start(Timing { drain: Duration::from_millis(20), ..timing() }, true).await;
    house.fake.listening().await;
    house.fake.tell_to_go();
    house.fake.logged("the end of the old one", |log| log.contains(&Event::Closed(0))).await;
    let log = house.fake.stream_log();
    assert!(!log.contains(&Event::Closed(1)), "{log:?}");
    house.stop().await;
}

#[tokio::test]
async fn a_broken_connection_is_replaced() {
    let house = House::start(timing(), true).await;
    for round in 1..=3 {
        house.fake.opened(round).await;
        house.fake.listening().await;
        house.fake.cut(true);
    }
    house.fake.opened(4).await;
    let id = house.say("又通了").await;
    house.fake.acked(&id).await;
    house.stop().await;
}

#[tokio::test]
async fn a_half_open_connection_is_found_dead_and_replaced() {
    let house = House::start(Timing { ping: Duration::from_millis(20), ..timing() }, true).await;
    house.fake.listening().await;
    house.fake.freeze();
    house.fake.opened(2).await;
    assert!(house.listener.notes().contains(&Note::Over("no sign of life")), "{:?}", house.listener.notes());
    let id = house.say("又通了").await;
    house.fake.acked(&id).await;
    house.stop().await;
}

#[tokio::test]
async fn a_server_that_answers_pings_and_hands_nothing_over_is_left_after_a_while() {
    let ms = Duration::from_millis;
    // Shorter than the time between two pings: the first look finds it silent, long before it could look dead.
    let house = House::start(Timing { ping: ms(300), silent: ms(1), ..timing() }, true).await;
    house.fake.opened(3).await;
    assert!(house.listener.notes().contains(&Note::Over("silent")), "{:?}", house.listener.notes());
    house.stop().await;
}

#[tokio::test]
async fn refused_three_times_it_asks_a_fourth_time() {
    let fake = FakeDingtalk::start().await;
    fake.add_app(CLIENT, SECRET);
    for _ in 0..3 {
        fake.refuse_open(400);
    }
    let house = House::with(fake, Listener::new(true), timing());
    house.fake.listening().await;
    let asked = |status| Event::Asked(status);
    let log = house.fake.stream_log();
    assert_eq!(log[..4], [asked(400), asked(400), asked(400), asked(200)]);
    let told = house.listener.notes();
    assert!(
        matches!(&told[0], Note::Refused(why) if why.contains("HTTP 400") && why.contains("Client Secret"))
    );
    assert!(!format!("{told:?}").contains(SECRET));
    house.stop().await;
}

#[tokio::test]
async fn a_redelivered_message_is_brought_again_and_acknowledged_again() {
    let house = House::start(timing(), true).await;
    house.fake.listening().await;
    let callback = house.fake.caller(SECRET, CLIENT).group("cid1", "user001", "张三", "日报");
    let ids: Vec<String> = (0..3).map(|_| house.fake.push(&callback).unwrap()).collect();
    for id in &ids {
        house.fake.acked(id).await;
    }
    let heard = house.listener.heard.lock().unwrap().clone();
    assert_eq!(heard.len(), 3);
    assert!(heard.iter().all(|data| data["msgId"] == heard[0]["msgId"]), "the inbox knows it by this");
    house.stop().await;
}

#[tokio::test]
async fn a_tap_is_answered_while_messages_wait_and_in_time_though_its_handler_is_slow() {
    let house = House::start(timing(), false).await;
    let waiting = house.say("慢").await;
    let tap = house.fake.push_tap("card-1", "user001", "agree", &json!({})).unwrap();
    let ack = house.fake.acked(&tap).await;
    let data: Value = serde_json::from_str(ack["data"].as_str().unwrap()).unwrap();
    assert_eq!(data["response"]["cardData"]["cardParamMap"]["status"], "agree");
    let slow = house.fake.push_tap("slow", "user001", "agree", &json!({})).unwrap();
    let ack = house.fake.acked(&slow).await;
    assert_eq!((code(&ack), ack["data"].as_str()), (200, Some(r#"{"response":{}}"#)));
    assert_eq!(house.fake.ack(&waiting), None);
    house.listener.may.add_permits(1);
    house.stop().await;
}

#[tokio::test]
async fn only_secure_addresses_and_no_secret_in_what_is_shown() {
    let config = |base: &str| StreamConfig {
        client_id: CLIENT.into(),
        client_secret: SECRET.to_owned().into(),
        api_base: base.into(),
        timing: timing(),
    };
    let ear = Listener::new(true) as Arc<dyn Ear>;
    for base in ["http://api.dingtalk.com", "ftp://127.0.0.1", "x", ""] {
        assert!(Stream::new(config(base), Arc::clone(&ear)).is_err(), "{base}");
    }
    let stream = Stream::new(config("https://api.dingtalk.com"), ear).unwrap();
    assert!(!format!("{stream:?} {:?}", config("x")).contains(SECRET));
}
