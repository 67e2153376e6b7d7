//! WeCom's side of the long connection (developer.work.weixin.qq.com path 101463), written from its description: one bot, one
//! live connection, and everything that the real one is known to do to it.
//!
//! | known from | what |
//! |---|---|
//! | path 101463 | the first frame subscribes; a newer connection ends the older with `disconnected_event`; an answer goes under its callback's own `req_id`, once; a push only where somebody has spoken before; 30 messages a minute and 1000 an hour a conversation; 20480 bytes |
//! | path 101031, 101032 | a card's form; a `task_id` is used once; a pressed card is changed within five seconds under the press's `req_id` |
//! | user reports | 846605 for a `req_id` of another connection or an event's, 846609 when the subscription is lost, 93006 for an unknown chat |
//!
//! A frame that the real one does not know is a mistake of the program and fails the test, at the latest on drop.

use super::caller::seen;
use super::cards::{bounded, button_card};
use super::uploads::Uploads;
use super::{HOUR_MS, MINUTE_MS, Place, media};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;

/// A changed card is taken so long after the press.
const PRESS: Duration = Duration::from_secs(5);
const DAY_MS: i64 = 24 * HOUR_MS;

/// By which way something came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// Under a callback's `req_id`.
    Answer,
    /// Of the bot's own accord.
    Push,
}

/// Something that people saw.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// Where.
    pub place: Place,
    /// What they read; of a card its title, fields and text.
    pub text: String,
    /// A card's buttons: label and key.
    pub buttons: Vec<(String, String)>,
    /// A card's task id.
    pub task_id: Option<String>,
    /// How it came.
    pub sent: Sent,
    /// The picture or file that was shown.
    pub media: Option<Arc<[u8]>>,
}

/// What goes wrong with the next requests (not with subscribing, not with pings).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mishap {
    /// Nothing: lets one request pass before the next mishap.
    Pass,
    /// Answered with this code; nothing is shown.
    Errcode(i64),
    /// Shown, and never acknowledged.
    ShownThenSilent,
    /// Neither shown nor acknowledged.
    Silent,
}

struct State {
    now: i64,
    bot_id: String,
    secret: String,
    /// The subscribed connection, and where its frames go.
    live: Option<(u64, mpsc::UnboundedSender<Out>)>,
    connections: u64,
    subscribed: u64,
    refuse: Option<i64>,
    /// Who was heard by the bot: pushes are possible there.
    opened: HashSet<Place>,
    /// Callbacks that may be answered: on which connection, where, since when.
    callbacks: HashMap<String, (u64, Place, i64)>,
    /// Presses whose card may be changed.
    presses: HashMap<String, (u64, String, Instant)>,
    cards: HashMap<String, Value>,
    posts: HashMap<Place, VecDeque<i64>>,
    per_minute: usize,
    mishaps: VecDeque<Mishap>,
    busy: bool,
    deaf: bool,
    delay: Duration,
    seen: Vec<Seen>,
    pings: usize,
    numbers: u64,
    frames: Vec<Value>,
    mistakes: Vec<String>,
    uploads: Uploads,
}

enum Out {
    Text(String),
    /// The connection is broken off without a farewell.
    Break,
    /// A farewell, then the end.
    Close,
}

/// The long connection's server on a port of the loopback.
pub struct FakeLink {
    state: Arc<Mutex<State>>,
    live: watch::Sender<u64>,
    address: SocketAddr,
    server: Mutex<Option<JoinHandle<()>>>,
}

impl FakeLink {
    /// Listens on a free port, for one bot.
    pub async fn start(bot_id: &str, secret: &str) -> Self {
        let state = Arc::new(Mutex::new(State {
            now: 1_700_000_000_000,
            bot_id: bot_id.to_owned(),
            secret: secret.to_owned(),
            live: None,
            connections: 0,
            subscribed: 0,
            refuse: None,
            opened: HashSet::new(),
            callbacks: HashMap::new(),
            presses: HashMap::new(),
            cards: HashMap::new(),
            posts: HashMap::new(),
            per_minute: 30,
            mishaps: VecDeque::new(),
            busy: false,
            deaf: false,
            delay: Duration::ZERO,
            seen: Vec::new(),
            pings: 0,
            numbers: 0,
            frames: Vec::new(),
            mistakes: Vec::new(),
            uploads: Uploads::default(),
        }));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let (live, _) = watch::channel(0);
        let server = Mutex::new(Some(serve(listener, Arc::clone(&state), live.clone())));
        Self { state, live, address, server }
    }

    /// What stands in for `wss://openws.work.weixin.qq.com`.
    pub fn url(&self) -> String {
        format!("ws://{}", self.address)
    }

    /// Moves the clock, epoch milliseconds.
    pub fn set_now(&self, now: i64) {
        self.lock().now = now;
    }

    /// Waits until somebody has subscribed so many times since the start.
    pub async fn subscribed(&self, times: u64) {
        let mut live = self.live.subscribe();
        live.wait_for(|count| *count >= times).await.expect("the fake lives");
    }

    /// How many times somebody has subscribed.
    pub fn subscriptions(&self) -> u64 {
        self.lock().subscribed
    }

    /// Connections ever opened, subscribed or not.
    pub fn connections(&self) -> u64 {
        self.lock().connections
    }

    /// Pings that came in.
    pub fn pings(&self) -> usize {
        self.lock().pings
    }

    /// Subscribing is answered with this code from now on; `None` for the right credentials' 0.
    pub fn refuse(&self, code: Option<i64>) {
        self.lock().refuse = code;
    }

    /// Somebody says something where the bot hears it; answers the callback's `req_id`, or `None` when nobody is
    /// connected: what is said then is lost, as on the real one.
    pub fn say(&self, place: &Place, user: &str, msg_id: &str, text: &str) -> Option<String> {
        let part = json!({ "msgtype": "text", "text": { "content": text } });
        self.callback("aibot_msg_callback", place, user, msg_id, part, None)
    }

    /// Somebody opens the private chat for the first time that day.
    pub fn open(&self, user: &str, msg_id: &str) -> Option<String> {
        let part = json!({ "msgtype": "event", "event": { "eventtype": "enter_chat", "enter_chat": {} } });
        let place = Place::Person(user.to_owned());
        self.callback("aibot_event_callback", &place, user, msg_id, part, None)
    }

    /// Somebody presses the button with this key on the card of this task.
    pub fn press(&self, place: &Place, user: &str, msg_id: &str, task_id: &str, key: &str) -> Option<String> {
        let event = json!({ "card_type": "button_interaction", "event_key": key, "task_id": task_id });
        let part = json!({ "msgtype": "event",
            "event": { "eventtype": "template_card_event", "template_card_event": event } });
        self.callback("aibot_event_callback", place, user, msg_id, part, Some(task_id))
    }

    /// Somebody has spoken to the bot there before: it may push there.
    pub fn let_in(&self, place: Place) {
        self.lock().opened.insert(place);
    }

    /// Takes more than 30 messages a minute, for a clock that stands still.
    pub fn set_budget(&self, per_minute: usize) {
        self.lock().per_minute = per_minute;
    }

    /// A frame as it is, to whoever is connected.
    pub fn send_raw(&self, text: &str) {
        if let Some((_, out)) = &self.lock().live {
            let _ = out.send(Out::Text(text.to_owned()));
        }
    }

    fn callback(
        &self,
        cmd: &str,
        place: &Place,
        user: &str,
        msg_id: &str,
        part: Value,
        task: Option<&str>,
    ) -> Option<String> {
        let mut state = self.lock();
        state.numbers += 1;
        let req_id = format!("cb-{}", state.numbers);
        let (id, out) = state.live.clone()?;
        let mut body = json!({
            "msgid": msg_id, "aibotid": state.bot_id, "from": { "userid": user },
            "chattype": match place { Place::Group(_) => "group", Place::Person(_) => "single" },
        });
        if let Place::Group(chat) = place {
            body["chatid"] = chat.as_str().into();
        }
        if let (Value::Object(body), Value::Object(part)) = (&mut body, part) {
            body.extend(part);
        }
        state.opened.insert(place.clone());
        match task {
            Some(task) => {
                state.presses.insert(req_id.clone(), (id, task.to_owned(), Instant::now()));
            }
            None => {
                let now = state.now;
                state.callbacks.insert(req_id.clone(), (id, place.clone(), now));
            }
        }
        let frame = json!({ "cmd": cmd, "headers": { "req_id": req_id }, "body": body });
        out.send(Out::Text(frame.to_string())).ok()?;
        Some(req_id)
    }

    /// The next requests go wrong so, one each.
    pub fn fail_next(&self, mishaps: impl IntoIterator<Item = Mishap>) {
        self.lock().mishaps.extend(mishaps);
    }

    /// Every request is answered with -1 while it is set.
    pub fn set_busy(&self, busy: bool) {
        self.lock().busy = busy;
    }

    /// Half open: nothing is read, answered or said any more on any connection, and none is closed.
    pub fn set_deaf(&self, deaf: bool) {
        self.lock().deaf = deaf;
    }

    /// Acknowledgements come so late.
    pub fn set_delay(&self, delay: Duration) {
        self.lock().delay = delay;
    }

    /// The connection breaks without a word.
    pub fn drop_connection(&self) {
        let mut state = self.lock();
        if let Some((_, out)) = state.live.take() {
            let _ = out.send(Out::Break);
        }
    }

    /// Somebody else's program subscribes: the connection is told and closed.
    pub fn kick(&self) {
        let mut state = self.lock();
        if let Some((_, out)) = state.live.take() {
            disconnect(&out);
        }
    }

    /// Uploads' chunks are counted from 1, as the page's example does, and not from 0, as the official SDK does.
    pub fn count_chunks_from_one(&self) {
        self.lock().uploads.first = 1;
    }

    /// How many uploads were finished.
    pub fn uploads(&self) -> usize {
        self.lock().uploads.media.count()
    }

    /// All uploads are worth nothing any more.
    pub fn forget_uploads(&self) {
        self.lock().uploads.media.forget();
    }

    /// Nobody listens any more; the connection breaks.
    pub async fn go_down(&self) {
        let server = self.server.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(server) = server {
            server.abort();
            let _ = server.await;
        }
        self.drop_connection();
    }

    /// Listens again.
    pub async fn come_up(&self) {
        let listener = TcpListener::bind(self.address).await.expect("the port is still free");
        let server = serve(listener, Arc::clone(&self.state), self.live.clone());
        *self.server.lock().unwrap_or_else(PoisonError::into_inner) = Some(server);
    }

    /// Everything that was seen, in order.
    pub fn seen(&self) -> Vec<Seen> {
        let state = self.lock();
        assert!(state.mistakes.is_empty(), "frames that WeCom does not know: {:#?}", state.mistakes);
        state.seen.clone()
    }

    /// Every frame that came in, as it came.
    pub fn frames(&self) -> Vec<Value> {
        self.lock().frames.clone()
    }

    /// What a card shows now.
    pub fn card(&self, task_id: &str) -> Option<Value> {
        self.lock().cards.get(task_id).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

impl Drop for FakeLink {
    fn drop(&mut self) {
        if let Some(server) = self.server.lock().unwrap_or_else(PoisonError::into_inner).take() {
            server.abort();
        }
        let mistakes = std::mem::take(&mut self.lock().mistakes);
        if !std::thread::panicking() {
            assert!(mistakes.is_empty(), "frames that WeCom does not know: {mistakes:#?}");
        }
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn disconnect(out: &mpsc::UnboundedSender<Out>) {
    let event = json!({ "cmd": "aibot_event_callback", "headers": { "req_id": "sys" },
        "body": { "msgid": "sys", "msgtype": "event", "event": { "eventtype": "disconnected_event" } } });
    let _ = out.send(Out::Text(event.to_string()));
    let _ = out.send(Out::Close);
}

fn serve(listener: TcpListener, state: Arc<Mutex<State>>, live: watch::Sender<u64>) -> JoinHandle<()> {
    tokio::spawn(async move {
        loop {
            let Ok((stream, _)) = listener.accept().await else { continue };
            tokio::spawn(connection(stream, Arc::clone(&state), live.clone()));
        }
    })
}

async fn connection(stream: TcpStream, state: Arc<Mutex<State>>, live: watch::Sender<u64>) {
    let Ok(mut socket) = tokio_tungstenite::accept_async(stream).await else { return };
    let (out, mut outs) = mpsc::unbounded_channel();
    let id = {
        let mut state = lock(&state);
        state.connections += 1;
        state.connections
    };
    loop {
        let deaf = lock(&state).deaf;
        tokio::select! {
            message = socket.next(), if !deaf => match message {
                Some(Ok(Message::Text(text))) => {
                    let delay = lock(&state).delay;
                    let answer = lock(&state).frame(id, &out, text.as_str());
                    let count = lock(&state).subscribed;
                    live.send_if_modified(|known| std::mem::replace(known, count) != count);
                    if let Some(answer) = answer {
                        let out = out.clone();
                        tokio::spawn(async move {
                            tokio::time::sleep(delay).await;
                            let _ = out.send(Out::Text(answer));
                        });
                    }
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => break,
            },
            Some(word) = outs.recv() => match word {
                Out::Text(_) if lock(&state).deaf => {}
                Out::Text(text) => if socket.send(Message::text(text)).await.is_err() { break },
                Out::Break => return,
                Out::Close => {
                    let _ = socket.close(None).await;
                    return;
                }
            },
            // Looks again whether it still is deaf.
            () = tokio::time::sleep(Duration::from_millis(5)), if deaf => {}
        }
    }
    let mut state = lock(&state);
    if state.live.as_ref().is_some_and(|(live, _)| *live == id) {
        state.live = None;
    }
}

fn ack(req_id: &str, errcode: i64) -> String {
    let errmsg = if errcode == 0 { "ok" } else { "hint: [1700000000], from ip: 127.0.0.1" };
    json!({ "headers": { "req_id": req_id }, "errcode": errcode, "errmsg": errmsg }).to_string()
}

impl State {
    /// The acknowledgement of a frame; `None` where there is none.
    fn frame(&mut self, id: u64, out: &mpsc::UnboundedSender<Out>, text: &str) -> Option<String> {
        let frame: Value = match serde_json::from_str(text) {
            Ok(frame) => frame,
            Err(error) => {
                self.mistakes.push(format!("no JSON: {error}"));
                return None;
            }
        };
        self.frames.push(frame.clone());
        let (Some(cmd), Some(req_id)) = (frame["cmd"].as_str(), frame["headers"]["req_id"].as_str()) else {
            self.mistakes.push(format!("no cmd or no req_id: {frame}"));
            return None;
        };
        match cmd {
            "aibot_subscribe" => return Some(ack(req_id, self.subscribe(id, out, &frame["body"]))),
            "ping" => {
                self.pings += 1;
                if frame.get("body").is_some() {
                    self.mistakes.push("a ping has no body".to_owned());
                }
                return Some(ack(req_id, 0));
            }
            _ => {}
        }
        if self.live.as_ref().is_none_or(|(live, _)| *live != id) {
            return Some(ack(req_id, 846609));
        }
        let mishap = if self.busy { Some(Mishap::Errcode(-1)) } else { self.mishaps.pop_front() };
        match mishap {
            Some(Mishap::Errcode(code)) => return Some(ack(req_id, code)),
            Some(Mishap::Silent) => return None,
            Some(Mishap::ShownThenSilent | Mishap::Pass) | None => {}
        }
        if let Some(asked) = cmd.strip_prefix("aibot_upload_media_") {
            let (code, body) = match self.uploads.take(asked, &frame["body"], self.now) {
                Ok(body) => (0, body),
                Err(code) => (code, Value::Null),
            };
            let mut answer: Value = serde_json::from_str(&ack(req_id, code)).expect("an acknowledgement");
            answer["body"] = body;
            return (mishap != Some(Mishap::ShownThenSilent)).then(|| answer.to_string());
        }
        let outcome = match cmd {
            "aibot_respond_msg" => self.respond(id, req_id, &frame["body"], false),
            "aibot_respond_welcome_msg" => self.respond(id, req_id, &frame["body"], true),
            "aibot_respond_update_msg" => self.update(id, req_id, &frame["body"]),
            "aibot_send_msg" => self.push(&frame["body"]),
            cmd => Err(format!("unknown cmd {cmd}")),
        };
        let errcode = match outcome {
            Ok(()) => 0,
            Err(refused) => match refused.parse::<i64>() {
                Ok(code) => code,
                Err(_) => {
                    self.mistakes.push(format!("{cmd}: {refused}"));
                    40058
                }
            },
        };
        (mishap != Some(Mishap::ShownThenSilent)).then(|| ack(req_id, errcode))
    }

    fn subscribe(&mut self, id: u64, out: &mpsc::UnboundedSender<Out>, body: &Value) -> i64 {
        if let Some(code) = self.refuse {
            return code;
        }
        if body != &json!({ "bot_id": self.bot_id, "secret": self.secret }) {
            return 40001;
        }
        if let Some((older, out)) = self.live.replace((id, out.clone()))
            && older != id
        {
            disconnect(&out);
        }
        self.subscribed += 1;
        0
    }

    fn respond(&mut self, id: u64, req_id: &str, body: &Value, welcome: bool) -> Result<(), String> {
        let (on, place, since) = self.callbacks.get(req_id).cloned().ok_or("846605")?;
        if on != id || self.now - since >= DAY_MS {
            return Err("846605".to_owned());
        }
        let kind = body["msgtype"].as_str().unwrap_or_default();
        match (welcome, kind) {
            (true, "text") => {
                let text = bounded(&body["text"]["content"], 2_048)?;
                self.show(place, text, Vec::new(), None, Sent::Answer)?;
            }
            (false, "stream") => {
                let stream = &body["stream"];
                let finished = stream["finish"] == true;
                let id = stream["id"].as_str().filter(|id| !id.is_empty());
                if !finished || id.is_none() || stream.as_object().is_none_or(|stream| stream.len() != 3) {
                    return Err(format!("a finished stream: {stream}"));
                }
                let text = seen(&bounded(&stream["content"], 20_480)?);
                self.show(place, text, Vec::new(), None, Sent::Answer)?;
            }
            (false, _) => self.message(place, body, Sent::Answer)?,
            (true, kind) => return Err(format!("a welcome takes no {kind}")),
        }
        self.callbacks.remove(req_id);
        Ok(())
    }

    fn push(&mut self, body: &Value) -> Result<(), String> {
        let chat = body["chatid"].as_str().ok_or("no chatid")?.to_owned();
        let place = match body["chat_type"].as_i64() {
            Some(1) => Place::Person(chat),
            Some(2) => Place::Group(chat),
            // The official SDK names none; the id tells by itself.
            None if self.opened.contains(&Place::Group(chat.clone())) => Place::Group(chat),
            None => Place::Person(chat),
            Some(kind) => return Err(format!("chat_type {kind}")),
        };
        if !self.opened.contains(&place) {
            return Err("93006".to_owned());
        }
        self.message(place, body, Sent::Push)
    }

    fn message(&mut self, place: Place, body: &Value, sent: Sent) -> Result<(), String> {
        match body["msgtype"].as_str() {
            Some("markdown") => {
                let text = seen(&bounded(&body["markdown"]["content"], 20_480)?);
                self.show(place, text, Vec::new(), None, sent)
            }
            Some(kind @ ("image" | "file")) => {
                let id = media::id(&body[kind])?;
                let bytes = self.uploads.find(kind, &id, self.now).ok_or("40007")?;
                self.show(place, String::new(), Vec::new(), None, sent)?;
                if let Some(seen) = self.seen.last_mut() {
                    seen.media = Some(bytes);
                }
                Ok(())
            }
            Some("template_card") => {
                let card = &body["template_card"];
                let (text, buttons, task_id) = button_card(card)?;
                if self.cards.contains_key(&task_id) {
                    return Err(format!("the task id {task_id} was used before"));
                }
                self.show(place, text, buttons, Some(task_id.clone()), sent)?;
                self.cards.insert(task_id, card.clone());
                Ok(())
            }
            kind => Err(format!("unknown msgtype {kind:?}")),
        }
    }

    fn update(&mut self, id: u64, req_id: &str, body: &Value) -> Result<(), String> {
        let (on, task_id, since) = self.presses.remove(req_id).ok_or("846605")?;
        if on != id || since.elapsed() >= PRESS {
            return Err("846605".to_owned());
        }
        let card = &body["template_card"];
        if body["response_type"] != "update_template_card" || card["task_id"] != task_id.as_str() {
            return Err(format!("not this card's update: {body}"));
        }
        match card["card_type"].as_str() {
            // Something is left to be pressed.
            Some("button_interaction") => drop(button_card(card)?),
            Some("text_notice") if card["card_action"]["type"] == 1 => {}
            _ => return Err(format!("a text_notice with an action, or a button card: {card}")),
        }
        self.cards.insert(task_id, card.clone());
        Ok(())
    }

    fn show(
        &mut self,
        place: Place,
        text: String,
        buttons: Vec<(String, String)>,
        task_id: Option<String>,
        sent: Sent,
    ) -> Result<(), String> {
        let now = self.now;
        let posts = self.posts.entry(place.clone()).or_default();
        posts.retain(|at| now - at < HOUR_MS);
        if posts.len() >= 1_000 || posts.iter().filter(|at| now - **at < MINUTE_MS).count() >= self.per_minute
        {
            return Err("45009".to_owned());
        }
        posts.push_back(now);
        self.seen.push(Seen { place, text, buttons, task_id, sent, media: None });
        Ok(())
    }
}
