//! DingTalk's Stream side: tickets over HTTP, frames over a real WebSocket, and every way in which such a connection dies.
//! Written from the protocol's description, without a line of `platform::dingtalk::stream`.

use super::{Callback, FakeDingtalk, Place, Shared, World, lock};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{
    self, ErrorResponse, Request, Response as Handshake,
};

const TICKET_MS: i64 = 90_000;
const MESSAGES: &str = "/v1.0/im/bot/messages/get";
const CARDS: &str = "/v1.0/card/instances/callback";
/// Longest that a test waits for something; it fails then, and says what did not come.
const PATIENCE: Duration = Duration::from_secs(30);

/// What happened on the Stream side, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Somebody asked for a ticket, and got this status.
    Asked(u16),
    /// A connection was opened; they are numbered from 0.
    Opened(usize),
    /// A handshake was refused: its ticket was used, too old or unknown.
    BadTicket,
    /// `disconnect` was said on this connection.
    ToldToGo(usize),
    /// This connection is over.
    Closed(usize),
    /// A frame with this id was handed over on this connection.
    Pushed(usize, String),
    /// It was acknowledged, on this connection.
    Acked(usize, String),
}

enum Order {
    Say(String),
    Cut,
    Freeze,
}

struct Line {
    client_id: String,
    orders: mpsc::UnboundedSender<Order>,
    open: bool,
    going: bool,
}

pub(super) struct Side {
    apps: HashMap<String, String>,
    tickets: HashMap<String, (i64, bool, String)>,
    refusals: VecDeque<u16>,
    lines: Vec<Line>,
    log: Vec<Event>,
    acks: HashMap<String, Value>,
    number: u64,
    changed: watch::Sender<u64>,
}

impl Default for Side {
    fn default() -> Self {
        Self {
            apps: HashMap::new(),
            tickets: HashMap::new(),
            refusals: VecDeque::new(),
            lines: Vec::new(),
            log: Vec::new(),
            acks: HashMap::new(),
            number: 0,
            changed: watch::Sender::new(0),
        }
    }
}

impl Side {
    /// An app's secret.
    pub(super) fn secret(&self, client_id: &str) -> Option<&str> {
        self.apps.get(client_id).map(String::as_str)
    }

    fn note(&mut self, event: Event) {
        self.log.push(event);
        self.changed.send_modify(|count| *count += 1);
    }

    fn over(&mut self, line: usize) {
        if std::mem::replace(&mut self.lines[line].open, false) {
            self.note(Event::Closed(line));
        }
    }

    fn is_open(&self) -> bool {
        self.lines.iter().any(|line| line.open && !line.going)
    }
}

impl FakeDingtalk {
    /// An app whose robot listens over Stream.
    pub fn add_app(&self, client_id: &str, client_secret: &str) {
        lock(&self.world).stream.apps.insert(client_id.into(), client_secret.into());
    }

    /// The next asker for a connection gets this status.
    pub fn refuse_open(&self, status: u16) {
        lock(&self.world).stream.refusals.push_back(status);
    }

    /// Hands a message over to its robot's newest connection; answers the frame's id, or `None` when there is none that
    /// listens: then the message is lost.
    pub fn push(&self, callback: &Callback) -> Option<String> {
        let robot = callback.body["robotCode"].as_str();
        self.push_to(robot, "CALLBACK", MESSAGES, &callback.body.to_string())
    }

    /// Hands a tap on a card over: what stands in the callback's `content` is made of the two last arguments.
    pub fn push_tap(
        &self,
        out_track_id: &str,
        staff_id: &str,
        action: &str,
        params: &Value,
    ) -> Option<String> {
        let data = self.tap(out_track_id, staff_id, action, params);
        self.push_data("CALLBACK", CARDS, &data.to_string())
    }

    /// A tap's data, the same by whatever way it comes.
    pub(super) fn tap(&self, out_track_id: &str, staff_id: &str, action: &str, params: &Value) -> Value {
        let (kind, space) = match self.cards().get(out_track_id).map(|card| card.place.clone()) {
            Some(Place::Person(person)) => ("IM_ROBOT", person),
            Some(Place::Group(group)) => ("IM_GROUP", group),
            None => ("IM_GROUP", "cidTESTgroup0001==".to_owned()),
        };
        let content = json!({ "cardPrivateData": { "actionIds": [action], "params": params } });
        json!({
            "extension": "{}",
            "corpId": "dingtestcorp0001",
            "type": "actionCallback",
            "outTrackId": out_track_id,
            "spaceId": space,
            "spaceType": kind,
            "userId": staff_id,
            "userIdType": 1,
            "content": content.to_string(),
        })
    }

    /// Hands any frame over to the newest connection, whose ever it is.
    pub fn push_data(&self, kind: &str, topic: &str, data: &str) -> Option<String> {
        self.push_to(None, kind, topic, data)
    }

    fn push_to(&self, client: Option<&str>, kind: &str, topic: &str, data: &str) -> Option<String> {
        let mut world = lock(&self.world);
        world.stream.number += 1;
        let id = format!("mid-{:06}", world.stream.number);
        let frame = json!({
            "specVersion": "1.0",
            "type": kind,
            "headers": {
                "topic": topic,
                "messageId": id,
                "contentType": "application/json",
                "time": world.now().to_string(),
                "appId": "11111111-2222-3333-4444-555555555555",
                "connectionId": "aaaaaaaa-0000-11f0-bbbb-cccccccccccc",
            },
            "data": data,
        });
        let listens =
            |line: &Line| line.open && !line.going && client.is_none_or(|client| client == line.client_id);
        let line = world.stream.lines.iter().rposition(listens)?;
        world.stream.lines[line].orders.send(Order::Say(frame.to_string())).ok()?;
        world.stream.note(Event::Pushed(line, id.clone()));
        Some(id)
    }

    /// Hands over a text as it is, be it a frame or not; false when nobody listens.
    pub fn push_text(&self, text: &str) -> bool {
        let world = lock(&self.world);
        let line = world.stream.lines.iter().rfind(|line| line.open && !line.going);
        line.is_some_and(|line| line.orders.send(Order::Say(text.to_owned())).is_ok())
    }

    /// Says `disconnect` on every connection: from now on nothing more is handed over there.
    pub fn tell_to_go(&self) {
        let mut world = lock(&self.world);
        let now = world.now().to_string();
        for line in 0..world.stream.lines.len() {
            let side = &mut world.stream;
            if !side.lines[line].open || std::mem::replace(&mut side.lines[line].going, true) {
                continue;
            }
            // The documents' sample has no messageId.
            let frame = json!({
                "specVersion": "1.0",
                "type": "SYSTEM",
                "headers": { "topic": "disconnect", "contentType": "application/json", "time": now },
                "data": json!({ "reason": "connection is expired" }).to_string(),
            });
            let _ = side.lines[line].orders.send(Order::Say(frame.to_string()));
            side.note(Event::ToldToGo(line));
        }
    }

    /// Breaks connections without a word: those that were told to go, or all.
    pub fn cut(&self, all: bool) {
        self.order(all, || Order::Cut);
    }

    /// From now on neither reads nor writes on the open connections, and does not close them either: they are half-open.
    pub fn freeze(&self) {
        self.order(true, || Order::Freeze);
        for line in &mut lock(&self.world).stream.lines {
            line.open = false;
        }
    }

    fn order(&self, all: bool, order: impl Fn() -> Order) {
        for line in lock(&self.world).stream.lines.iter().filter(|line| line.open && (all || line.going)) {
            let _ = line.orders.send(order());
        }
    }

    /// Waits until a connection listens.
    pub async fn listening(&self) {
        self.until("a connection that listens", |side| side.is_open().then_some(())).await;
    }

    /// Waits until an app's connection listens.
    pub async fn listening_as(&self, client_id: &str) {
        let listens = |line: &Line| line.open && !line.going && line.client_id == client_id;
        self.until("a connection that listens", |side| side.lines.iter().any(listens).then_some(())).await;
    }

    /// Waits until so many connections were opened since the start.
    pub async fn opened(&self, count: usize) {
        self.until("another connection", |side| (side.lines.len() >= count).then_some(())).await;
    }

    /// Waits for the acknowledgement of a frame.
    pub async fn acked(&self, id: &str) -> Value {
        self.until("an acknowledgement", |side| side.acks.get(id).cloned()).await
    }

    /// Waits until the log holds what is looked for.
    pub async fn logged(&self, what: &str, found: impl Fn(&[Event]) -> bool) {
        self.until(what, |side| found(&side.log).then_some(())).await;
    }

    /// The acknowledgement of a frame, if it has come.
    pub fn ack(&self, id: &str) -> Option<Value> {
        lock(&self.world).stream.acks.get(id).cloned()
    }

    /// What happened on the Stream side so far.
    pub fn stream_log(&self) -> Vec<Event> {
        lock(&self.world).stream.log.clone()
    }

    async fn until<T>(&self, what: &str, look: impl Fn(&Side) -> Option<T>) -> T {
        let mut changed = lock(&self.world).stream.changed.subscribe();
        let found = tokio::time::timeout(PATIENCE, async {
            loop {
                changed.borrow_and_update();
                if let Some(found) = look(&lock(&self.world).stream) {
                    return found;
                }
                if changed.changed().await.is_err() {
                    std::future::pending::<()>().await;
                }
            }
        });
        match found.await {
            Ok(found) => found,
            Err(_) => panic!("no {what} came: {:?}", self.stream_log()),
        }
    }
}

/// `POST /v1.0/gateway/connections/open`.
pub(super) async fn open(State(world): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let mut world = lock(&world);
    let (status, answer) = ticket(&mut world, &headers, &body);
    world.stream.note(Event::Asked(status.as_u16()));
    (status, axum::Json(answer)).into_response()
}

fn ticket(world: &mut World, headers: &HeaderMap, body: &[u8]) -> (StatusCode, Value) {
    let refused = |status: StatusCode| {
        (status, json!({ "code": "authFailed", "message": "auth failed", "requestid": "r1" }))
    };
    let accept = headers.get("accept").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if accept != "application/json" {
        world.mistakes.push(format!("connections/open with Accept {accept}: the answer would be XML"));
    }
    let asked: Value = serde_json::from_slice(body).unwrap_or_default();
    if let Some(fields) = asked.as_object() {
        let known = ["clientId", "clientSecret", "subscriptions", "ua", "localIp", "extras"];
        world.only(fields.keys(), &known, "connections/open.");
    }
    let subscriptions = asked["subscriptions"].as_array().map_or(&[][..], Vec::as_slice);
    for wanted in [MESSAGES, CARDS] {
        if !subscriptions.iter().any(|one| one["topic"] == wanted && one["type"] == "CALLBACK") {
            world.mistakes.push(format!("no subscription of {wanted}"));
        }
    }
    if let Some(status) = world.stream.refusals.pop_front() {
        return refused(StatusCode::from_u16(status).expect("a status"));
    }
    let secret = asked["clientId"].as_str().and_then(|id| world.stream.apps.get(id));
    if secret.is_none() || secret.map(String::as_str) != asked["clientSecret"].as_str() {
        return refused(StatusCode::BAD_REQUEST);
    }
    world.stream.number += 1;
    // With what has to be encoded in an address.
    let ticket = format!("t/+{}=&", world.stream.number);
    let now = world.now();
    let client = asked["clientId"].as_str().unwrap_or_default().to_owned();
    world.stream.tickets.insert(ticket.clone(), (now, false, client));
    (StatusCode::OK, json!({ "endpoint": format!("ws://{}/connect", world.wire), "ticket": ticket }))
}

/// Opens the WebSocket's port.
pub(super) async fn listen(world: Shared) -> (SocketAddr, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("a bound address");
    let serving = tokio::spawn(async move {
        let mut lines = tokio::task::JoinSet::new();
        while let Ok((tcp, _)) = listener.accept().await {
            lines.spawn(line(tcp, world.clone()));
        }
    });
    (address, serving)
}

/// Looks at a handshake's ticket.
struct Gate<'a> {
    world: &'a Shared,
    orders: mpsc::UnboundedSender<Order>,
    /// The connection that it opened.
    number: &'a mut Option<usize>,
}

impl server::Callback for Gate<'_> {
    fn on_request(self, request: &Request, response: Handshake) -> Result<Handshake, ErrorResponse> {
        let uri = request.uri();
        let ticket = uri.query().and_then(|query| query.strip_prefix("ticket=")).unwrap_or_default();
        let ticket = percent_encoding::percent_decode_str(ticket).decode_utf8_lossy().into_owned();
        let mut world = lock(self.world);
        let now = world.now();
        let side = &mut world.stream;
        let client_id = match side.tickets.get_mut(&ticket) {
            Some((at, used, client)) if !*used && now - *at <= TICKET_MS && uri.path() == "/connect" => {
                *used = true;
                client.clone()
            }
            _ => {
                side.note(Event::BadTicket);
                let mut refused = ErrorResponse::new(None);
                *refused.status_mut() = StatusCode::BAD_REQUEST;
                return Err(refused);
            }
        };
        *self.number = Some(side.lines.len());
        side.lines.push(Line { client_id, orders: self.orders, open: true, going: false });
        Ok(response)
    }
}

async fn line(tcp: TcpStream, world: Shared) {
    let (orders, mut ordered) = mpsc::unbounded_channel();
    let mut number = None;
    let check = Gate { world: &world, orders, number: &mut number };
    let Ok(mut socket) = tokio_tungstenite::accept_hdr_async(tcp, check).await else { return };
    let Some(number) = number else { return };
    lock(&world).stream.note(Event::Opened(number));
    loop {
        tokio::select! {
            order = ordered.recv() => match order {
                Some(Order::Say(text)) => {
                    if socket.send(Message::text(text)).await.is_err() {
                        break;
                    }
                }
                Some(Order::Freeze) => std::future::pending::<()>().await,
                Some(Order::Cut) | None => break,
            },
            heard = socket.next() => match heard {
                Some(Ok(Message::Text(text))) => lock(&world).hear(number, text.as_str()),
                Some(Ok(Message::Close(_)) | Err(_)) | None => break,
                // Pings are answered by the library.
                Some(Ok(_)) => {}
            },
        }
    }
    lock(&world).stream.over(number);
}

impl World {
    /// An acknowledgement: nothing else may be said over the socket.
    fn hear(&mut self, line: usize, text: &str) {
        let ack: Value = serde_json::from_str(text).unwrap_or_default();
        let id = ack["headers"]["messageId"].as_str().unwrap_or_default().to_owned();
        if let Some(fields) = ack.as_object() {
            self.only(fields.keys(), &["code", "headers", "message", "data"], "ack.");
        }
        let known = self.stream.log.contains(&Event::Pushed(line, id.clone()));
        let plain = ack["code"].is_u64() && ack["message"].is_string() && ack["data"].is_string();
        if !(known && plain && ack["headers"]["contentType"] == "application/json") {
            self.mistakes.push(format!("no acknowledgement of anything on connection {line}: {text}"));
        }
        self.stream.acks.insert(id.clone(), ack);
        self.stream.note(Event::Acked(line, id));
    }
}
