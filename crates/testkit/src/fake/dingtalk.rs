//! A DingTalk on the loopback: custom webhooks, sessions, and a caller that knocks like the real one.
//!
//! Written from the protocol's description and not from `platform::dingtalk`: it shares no line with it, signs by
//! a second hand, and so disagrees when either side is wrong. It is a state machine with a clock of its own
//! ([`FakeDingtalk::set_now`]): rate limits, blocks, sessions and signatures age only when the test says so.
//!
//! What the real one answers with an error code is answered with that code. What the real one does not know at
//! all (a path, a parameter, a field) is our own mistake: it is noted, and the test panics as soon as it asks what
//! was heard, or at the latest when the fake is dropped.
//!
//! Sources: DingTalk docs: custom robot; receive robot messages; robot message types. The wording of 130101 and
//! 300001 is from users' reports.

mod api;
mod caller;
mod media;
mod sign;
mod stream;

pub use api::{Card, TapCall};
pub use caller::{Callback, Caller};
pub use stream::Event;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Query, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

const MINUTE_MS: i64 = 60_000;
const PER_MINUTE: usize = 20;
const BLOCK_MS: i64 = 10 * MINUTE_MS;
const SIGN_AGE_MS: i64 = 60 * MINUTE_MS;
const BODY_LIMIT: usize = 20_000;
const MOST_MENTIONS: usize = 50;

/// Where something is heard.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// A group by its conversation id.
    Group(String),
    /// A person's chat with the robot, by staff id.
    Person(String),
}

/// By which door a message came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// `/robot/send`.
    Webhook,
    /// `/robot/sendBySession`.
    Session,
    /// The response to a callback.
    Response,
    /// The OpenAPI.
    Api,
}

/// One message that was shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// The words, `@id` as sent.
    pub text: String,
    /// Whom it really mentions: in the list *and* as `@id` in the words.
    pub mentioned: Vec<String>,
    /// The buttons below: what stands on each, and what it says for whoever taps.
    pub buttons: Vec<(String, String)>,
    /// How it came.
    pub door: Door,
    /// When, by the fake's clock.
    pub at: i64,
    /// The picture or file that was shown.
    pub media: Option<Arc<[u8]>>,
}

/// What goes wrong with the next request, whichever door it comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing: lets one request pass before the next fault.
    Pass,
    /// Refused with this code and text; not shown.
    Errcode(i64, &'static str),
    /// HTTP 500; not shown.
    Http500,
    /// HTTP 200 with a page that is no JSON; not shown.
    Garbage,
    /// Never answered; not shown.
    Hang,
    /// Shown, but never answered.
    HangAfterTaking,
}

#[derive(Default)]
struct Robot {
    group: String,
    secret: Option<String>,
    keyword: Option<String>,
    seen: HashSet<String>,
    sent: VecDeque<i64>,
    blocked_until: i64,
}

#[derive(Default)]
struct World {
    now: Option<i64>,
    robots: HashMap<String, Robot>,
    sessions: HashMap<String, (Place, i64)>,
    heard: HashMap<Place, Vec<Heard>>,
    all: Vec<(Place, Heard)>,
    faults: VecDeque<Fault>,
    errcode_as_text: bool,
    requests: u64,
    mistakes: Vec<String>,
    api: api::Api,
    stream: stream::Side,
    /// Where the HTTP door listens.
    base: String,
    /// Where the WebSocket listens.
    wire: String,
}

type Shared = Arc<Mutex<World>>;

/// The fake. Dropping it closes the door.
pub struct FakeDingtalk {
    world: Shared,
    addr: SocketAddr,
    door: Option<JoinHandle<()>>,
    wire: JoinHandle<()>,
}

impl FakeDingtalk {
    /// Opens on a free port of the loopback.
    pub async fn start() -> Self {
        let world = Shared::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let addr = listener.local_addr().expect("a bound address");
        let (wire, serving) = stream::listen(world.clone()).await;
        lock(&world).wire = wire.to_string();
        lock(&world).base = format!("http://{addr}");
        let door = Some(open(listener, world.clone()));
        Self { world, addr, door, wire: serving }
    }

    /// `http://127.0.0.1:port`: the `api_base`, and the allowed session host.
    pub fn base(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Sets the clock; until then it is the system's.
    pub fn set_now(&self, now: i64) {
        lock(&self.world).now = Some(now);
    }

    /// The fake's clock.
    pub fn now(&self) -> i64 {
        lock(&self.world).now()
    }

    /// Adds a custom robot to a group; with a secret it insists on 加签.
    pub fn add_robot(&self, group: &str, access_token: &str, secret: Option<&str>) {
        let robot = Robot { group: group.into(), secret: secret.map(Into::into), ..Robot::default() };
        lock(&self.world).robots.insert(access_token.into(), robot);
    }

    /// Makes a robot insist on a keyword.
    pub fn require_keyword(&self, access_token: &str, keyword: &str) {
        let mut world = lock(&self.world);
        let robot = world.robots.get_mut(access_token).expect("a known robot");
        robot.keyword = Some(keyword.into());
    }

    /// Takes a robot away; its token is unknown from now on.
    pub fn remove_robot(&self, access_token: &str) {
        lock(&self.world).robots.remove(access_token).expect("a known robot");
    }

    /// Opens a session as a received message would, and gives its address.
    pub fn open_session(&self, place: Place, expires_at: i64) -> String {
        lock(&self.world).open_session(&self.base(), place, expires_at)
    }

    /// A robot's knocking side: callbacks signed with the app's secret.
    pub fn caller(&self, app_secret: &str, robot_code: &str) -> Caller {
        Caller::new(self.world.clone(), self.base(), app_secret, robot_code)
    }

    /// The next requests go wrong, one fault each, in order.
    pub fn fail_next(&self, faults: impl IntoIterator<Item = Fault>) {
        lock(&self.world).faults.extend(faults);
    }

    /// Writes every `errcode` as a string, as some of the real answers do.
    pub fn errcode_as_text(&self, as_text: bool) {
        lock(&self.world).errcode_as_text = as_text;
    }

    /// Closes the door: connections are refused until [`Self::up`].
    pub async fn down(&mut self) {
        if let Some(door) = self.door.take() {
            door.abort();
            // The port is free only when the task is really gone.
            drop(door.await);
        }
    }

    /// Opens the same door again.
    pub async fn up(&mut self) {
        if self.door.is_none() {
            let listener = TcpListener::bind(self.addr).await.expect("the port that was just left");
            self.door = Some(open(listener, self.world.clone()));
        }
    }

    /// What a group heard, in order.
    pub fn heard_in(&self, group: &str) -> Vec<Heard> {
        self.heard(&Place::Group(group.into()))
    }

    /// What a person heard in private, in order.
    pub fn heard_by(&self, staff_id: &str) -> Vec<Heard> {
        self.heard(&Place::Person(staff_id.into()))
    }

    /// What was shown anywhere, in order.
    pub fn heard_anywhere(&self) -> Vec<(Place, Heard)> {
        self.no_mistakes();
        lock(&self.world).all.clone()
    }

    /// How many requests came in all, refused ones too.
    pub fn requests(&self) -> u64 {
        lock(&self.world).requests
    }

    fn heard(&self, place: &Place) -> Vec<Heard> {
        self.no_mistakes();
        lock(&self.world).heard.get(place).cloned().unwrap_or_default()
    }

    fn no_mistakes(&self) {
        let mistakes = std::mem::take(&mut lock(&self.world).mistakes);
        assert!(mistakes.is_empty(), "DingTalk knows no such call: {mistakes:#?}");
    }
}

impl Drop for FakeDingtalk {
    fn drop(&mut self) {
        if let Some(door) = &self.door {
            door.abort();
        }
        self.wire.abort();
        if !std::thread::panicking() {
            self.no_mistakes();
        }
    }
}

fn lock(world: &Shared) -> MutexGuard<'_, World> {
    world.lock().unwrap_or_else(PoisonError::into_inner)
}

fn open(listener: TcpListener, world: Shared) -> JoinHandle<()> {
    let router = api::routes(Router::new())
        .route("/robot/send", post(robot_send))
        .route("/robot/sendBySession", post(send_by_session))
        .route("/v1.0/gateway/connections/open", post(stream::open))
        // Nothing is there; the answer tells the time.
        .route("/", get(async || StatusCode::NOT_FOUND))
        .layer(DefaultBodyLimit::max(32 << 20))
        .method_not_allowed_fallback(unknown)
        .fallback(unknown)
        .with_state(world);
    tokio::spawn(
        async move { axum::serve(listener, router).await.expect("the accept loop never ends by itself") },
    )
}

async fn unknown(State(world): State<Shared>, method: Method, uri: Uri) -> StatusCode {
    lock(&world).mistakes.push(format!("{method} {}", uri.path()));
    StatusCode::NOT_FOUND
}

async fn robot_send(
    State(world): State<Shared>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    answer(&world, |world| world.robot_send(&query, &headers, &body)).await
}

async fn send_by_session(
    State(world): State<Shared>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    answer(&world, |world| world.send_by_session(&query, &headers, &body)).await
}

/// An error code and its text.
type Refusal = (i64, &'static str);

async fn answer(world: &Shared, take: impl FnOnce(&mut World) -> Result<(), Refusal>) -> Response {
    let (response, silent) = {
        let mut world = lock(world);
        world.requests += 1;
        let fault = world.faults.pop_front();
        let taken = match fault {
            None | Some(Fault::Pass | Fault::HangAfterTaking) => take(&mut world),
            Some(Fault::Errcode(code, text)) => Err((code, text)),
            Some(Fault::Http500 | Fault::Garbage | Fault::Hang) => Ok(()),
        };
        let (code, text) = taken.err().unwrap_or((0, "ok"));
        let code = if world.errcode_as_text { json!(code.to_string()) } else { json!(code) };
        let json = json!({ "errcode": code, "errmsg": text }).to_string();
        let response = match fault {
            Some(Fault::Http500) => (StatusCode::INTERNAL_SERVER_ERROR, "<html>500</html>".to_owned()),
            Some(Fault::Garbage) => (StatusCode::OK, "<html>网关</html>".to_owned()),
            _ => (StatusCode::OK, json),
        };
        (response, matches!(fault, Some(Fault::Hang | Fault::HangAfterTaking)))
    };
    if silent {
        std::future::pending::<()>().await;
    }
    // Without it an old connection would outlive `down`.
    ([(header::CONNECTION, "close"), (header::CONTENT_TYPE, "application/json")], response).into_response()
}

impl World {
    fn now(&self) -> i64 {
        self.now.unwrap_or_else(|| {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            i64::try_from(since.as_millis()).expect("a year below 290 million")
        })
    }

    fn open_session(&mut self, base: &str, place: Place, expires_at: i64) -> String {
        let session = format!("s{:032x}", self.sessions.len());
        self.sessions.insert(session.clone(), (place, expires_at));
        format!("{base}/robot/sendBySession?session={session}")
    }

    fn robot_send(
        &mut self,
        query: &HashMap<String, String>,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<(), Refusal> {
        let now = self.now();
        self.only(query.keys(), &["access_token", "timestamp", "sign"], "/robot/send?");
        let token = query.get("access_token").ok_or((40035, "缺少参数 access_token"))?;
        let robot = self.robots.get(token).ok_or((400_101, "token 不存在"))?;
        if let Some(secret) = &robot.secret {
            let timestamp = query.get("timestamp").map_or("", String::as_str);
            let sent: i64 = timestamp.parse().map_err(|_| (310_000, "invalid timestamp"))?;
            if (now - sent).abs() > SIGN_AGE_MS {
                return Err((310_000, "invalid timestamp"));
            }
            if query.get("sign") != Some(&sign::robot_style(secret, timestamp)) {
                return Err((310_000, "sign not match"));
            }
        }
        let message = self.read(headers, body, &["msgtype", "text", "actionCard", "at", "msgUuid"])?;

        let robot = self.robots.get_mut(token).expect("it was there above");
        if robot.keyword.as_ref().is_some_and(|keyword| !message.text.contains(keyword)) {
            return Err((310_000, "keywords not in content"));
        }
        if now < robot.blocked_until {
            return Err((130_101, "send too fast, exceed 20 times per minute"));
        }
        robot.sent.retain(|at| now - at < MINUTE_MS);
        if robot.sent.len() >= PER_MINUTE {
            robot.blocked_until = now + BLOCK_MS;
            return Err((130_101, "send too fast, exceed 20 times per minute"));
        }
        robot.sent.push_back(now);
        if message.uuid.is_some_and(|uuid| !robot.seen.insert(uuid)) {
            return Ok(());
        }
        let place = Place::Group(robot.group.clone());
        if !message.buttons.is_empty() {
            self.mistakes.push("a custom robot hears nothing, so nobody would hear its links".into());
        }
        self.show(place, message.text, message.at, message.buttons, Door::Webhook);
        Ok(())
    }

    fn send_by_session(
        &mut self,
        query: &HashMap<String, String>,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<(), Refusal> {
        self.only(query.keys(), &["session"], "/robot/sendBySession?");
        let session = query.get("session").and_then(|session| self.sessions.get(session));
        let (place, expires_at) = session.cloned().ok_or((300_001, "session 不存在"))?;
        if self.now() >= expires_at {
            return Err((300_001, "session 不存在"));
        }
        let message = self.read(headers, body, &["msgtype", "text", "actionCard", "at"])?;
        self.show(place, message.text, message.at, message.buttons, Door::Session);
        Ok(())
    }

    fn read(&mut self, headers: &HeaderMap, body: &[u8], known: &[&str]) -> Result<Message, Refusal> {
        let content_type =
            headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
        if !content_type.starts_with("application/json") {
            return Err((43004, "无效的HTTP HEADER Content-Type"));
        }
        if body.len() > BODY_LIMIT {
            return Err((460_101, "message too long, exceed 20000 bytes"));
        }
        self.message(body, known)
    }

    /// Reads a text message; this is also how a callback's response is read.
    fn message(&mut self, body: &[u8], known: &[&str]) -> Result<Message, Refusal> {
        const NO_JSON: Refusal = (40035, "缺少参数 json");
        let json: Value = serde_json::from_slice(body).map_err(|_| NO_JSON)?;
        let object = json.as_object().ok_or(NO_JSON)?;
        self.only(object.keys(), known, "body.");
        match object.get("msgtype").and_then(Value::as_str) {
            Some("text") => {}
            Some("actionCard") => return self.action_card(&json["actionCard"]).ok_or(NO_JSON),
            Some(kind @ ("markdown" | "link" | "feedCard")) => {
                self.mistakes.push(format!("msgtype {kind}: real, but the fake has not learnt it"));
                return Err(NO_JSON);
            }
            _ => return Err((400_105, "不支持的消息类型")),
        }
        let text = &json["text"];
        if let Some(text) = text.as_object() {
            self.only(text.keys(), &["content"], "body.text.");
        }
        let text = text["content"].as_str().filter(|text| !text.trim().is_empty()).ok_or(NO_JSON)?.to_owned();
        let mut at = Vec::new();
        if let Some(fields) = object.get("at") {
            let fields = fields.as_object().ok_or(NO_JSON)?;
            self.only(fields.keys(), &["atUserIds", "atMobiles", "isAtAll"], "body.at.");
            for id in fields.get("atUserIds").and_then(Value::as_array).into_iter().flatten() {
                at.push(id.as_str().ok_or(NO_JSON)?.to_owned());
            }
        }
        if at.len() > MOST_MENTIONS {
            self.mistakes.push(format!("{} mentions in one message", at.len()));
        }
        let uuid =
            object.get("msgUuid").map(|uuid| uuid.as_str().map(Into::into).ok_or(NO_JSON)).transpose()?;
        Ok(Message { text, at, uuid, buttons: Vec::new() })
    }

    fn action_card(&mut self, card: &Value) -> Option<Message> {
        let known = ["title", "text", "singleTitle", "singleURL", "btnOrientation", "btns"];
        self.only(card.as_object()?.keys(), &known, "body.actionCard.");
        card["title"].as_str().filter(|title| !title.is_empty())?;
        let text = self.shown(card["text"].as_str()?);
        let button =
            |title: &Value, url: &Value| Some((title.as_str()?.to_owned(), url.as_str()?.to_owned()));
        let links: Vec<(String, String)> = match card["btns"].as_array() {
            Some(several) => {
                several.iter().map(|one| button(&one["title"], &one["actionURL"])).collect::<Option<_>>()?
            }
            None => vec![button(&card["singleTitle"], &card["singleURL"])?],
        };
        let buttons = links.into_iter().map(|(title, url)| (title, self.says(&url))).collect();
        Some(Message { text, at: Vec::new(), uuid: None, buttons })
    }

    fn show(
        &mut self,
        place: Place,
        text: String,
        at: Vec<String>,
        buttons: Vec<(String, String)>,
        door: Door,
    ) {
        let mentioned = at.into_iter().filter(|id| text.contains(&format!("@{id}"))).collect();
        let heard = Heard { text, mentioned, buttons, door, at: self.now(), media: None };
        self.all.push((place.clone(), heard.clone()));
        self.heard.entry(place).or_default().push(heard);
    }

    fn only<'a>(&mut self, names: impl Iterator<Item = &'a String>, known: &[&str], whose: &str) {
        for name in names.filter(|name| !known.contains(&name.as_str())) {
            self.mistakes.push(format!("{whose}{name}"));
        }
    }
}

struct Message {
    text: String,
    at: Vec<String>,
    uuid: Option<String>,
    buttons: Vec<(String, String)>,
}
