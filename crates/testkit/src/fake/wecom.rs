//! A WeCom for tests, written from its description and sharing no line with `platform`: the callbacks
//! that it sends ([`Caller`]), the webhooks and `response_url`s that it serves, and who saw what.
//!
//! It is a state machine with a movable clock. What the real one is known to refuse is refused with the
//! same code; a call that the real one does not know is a mistake of the program and fails the test,
//! at the latest when the fake is dropped.
//!
//! | known from | what |
//! |---|---|
//! | path 91770 | webhook: text 2048 bytes, Markdown 4096, twenty posts a minute, 45009 and 93000 |
//! | path 101138 | `response_url`: one Markdown of 20480 bytes within an hour |
//! | nowhere | what a used or old `response_url` answers: 40058 is assumed |

mod app;
mod caller;
mod cards;
mod codec;
mod link;
mod media;
mod uploads;

pub use caller::{Answer, Callback, Caller, Person};
pub use link::{FakeLink, Mishap, Seen, Sent};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State as Shared};
use axum::http::{Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use caller::{members, seen};
use serde_json::{Value, json};
use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const POSTS_PER_MINUTE: usize = 20;

/// Where something was shown.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// A group by its chat id.
    Group(String),
    /// A person's private chat with the bot.
    Person(String),
}

/// By which way it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// A group's webhook.
    Webhook,
    /// A `response_url`.
    ResponseUrl,
    /// The response to a callback, noted by [`FakeWecom::answered`].
    Answer,
    /// A self-built app's own message.
    App,
}

/// One message that people saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Where.
    pub place: Place,
    /// What they read.
    pub text: String,
    /// Who was rung, by user id.
    pub mentioned: Vec<String>,
    /// How it came.
    pub way: Way,
    /// A card's buttons: label and key.
    pub buttons: Vec<(String, String)>,
    /// The picture or file that was shown.
    pub media: Option<Arc<[u8]>>,
}

/// What goes wrong with the next call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// HTTP 200 with this errcode; nothing is shown.
    Errcode(i64),
    /// This HTTP status; nothing is shown.
    Http(u16),
    /// No answer, ever; nothing is shown.
    Hang,
    /// It is shown, and no answer comes.
    ShownThenHang,
}

struct State {
    now: i64,
    webhooks: HashMap<String, Webhook>,
    codes: HashMap<String, Code>,
    faults: VecDeque<Fault>,
    shown: Vec<Shown>,
    calls: usize,
    mistakes: Vec<String>,
    app: app::AppState,
    media: media::Media,
}

struct Webhook {
    chat: String,
    posts: VecDeque<i64>,
}

struct Code {
    place: Place,
    issued_at: i64,
    used: bool,
}

/// WeCom on a port of the loopback.
pub struct FakeWecom {
    state: Arc<Mutex<State>>,
    address: SocketAddr,
    server: Mutex<Option<JoinHandle<()>>>,
}

impl FakeWecom {
    /// Listens on a free port; the clock stands at 2023-11-14 22:13:20 UTC.
    pub async fn start() -> Self {
        let state = Arc::new(Mutex::new(State {
            now: 1_700_000_000_000,
            webhooks: HashMap::new(),
            codes: HashMap::new(),
            faults: VecDeque::new(),
            shown: Vec::new(),
            calls: 0,
            mistakes: Vec::new(),
            app: app::AppState::default(),
            media: media::Media::default(),
        }));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let server = Mutex::new(Some(serve(listener, Arc::clone(&state))));
        Self { state, address, server }
    }

    /// What stands in for `https://qyapi.weixin.qq.com`.
    pub fn api_base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Moves the clock, epoch milliseconds.
    pub fn set_now(&self, now: i64) {
        self.lock().now = now;
    }

    /// The clock.
    pub fn now(&self) -> i64 {
        self.lock().now
    }

    /// Adds a webhook to a group and returns its key.
    pub fn add_webhook(&self, chat: &str) -> String {
        let mut state = self.lock();
        let key = format!("693a91f6-7xxx-4bc4-97a0-{:012}", state.webhooks.len());
        state.webhooks.insert(key.clone(), Webhook { chat: chat.to_owned(), posts: VecDeque::new() });
        key
    }

    /// A fresh `response_url` for a message of this place.
    pub fn response_url(&self, place: Place) -> String {
        let mut state = self.lock();
        let code = format!("rc{:06}", state.codes.len());
        let issued_at = state.now;
        state.codes.insert(code.clone(), Code { place, issued_at, used: false });
        format!("http://{}/cgi-bin/aibot/response?response_code={code}", self.address)
    }

    /// Callbacks for a bot with this token, EncodingAESKey and receive id (empty for an AI bot).
    pub fn caller(token: &str, aes_key: &str, receive_id: &str) -> Caller {
        Caller::new(token, aes_key, receive_id)
    }

    /// The next calls fail so, one fault each.
    pub fn fail_next(&self, faults: impl IntoIterator<Item = Fault>) {
        self.lock().faults.extend(faults);
    }

    /// Nobody listens any more: connections are refused.
    pub async fn go_down(&self) {
        let server = self.server.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(server) = server {
            server.abort();
            // Only when the task is gone is its socket closed.
            let _ = server.await;
        }
    }

    /// Listens again on the same port, with everything that it knew.
    pub async fn come_up(&self) {
        let listener = TcpListener::bind(self.address).await.expect("the port is still free");
        let server = serve(listener, Arc::clone(&self.state));
        *self.server.lock().unwrap_or_else(PoisonError::into_inner) = Some(server);
    }

    /// Notes what a callback was answered, so that [`Self::shown`] tells everything in order.
    pub fn answered(&self, callback: &Callback, answer: &Answer) {
        self.lock().shown.push(Shown {
            place: callback.place.clone(),
            text: answer.text.clone(),
            mentioned: Vec::new(),
            way: Way::Answer,
            buttons: Vec::new(),
            media: None,
        });
    }

    /// Everything that was shown, in order.
    pub fn shown(&self) -> Vec<Shown> {
        let state = self.lock();
        assert!(state.mistakes.is_empty(), "calls that WeCom does not know: {:#?}", state.mistakes);
        state.shown.clone()
    }

    /// The words shown in a group, in order.
    pub fn in_group(&self, chat: &str) -> Vec<String> {
        self.at(&Place::Group(chat.to_owned()))
    }

    /// The words shown in a person's private chat, in order.
    pub fn to_person(&self, user: &str) -> Vec<String> {
        self.at(&Place::Person(user.to_owned()))
    }

    /// How many calls came in, answered or not.
    pub fn calls(&self) -> usize {
        self.lock().calls
    }

    fn at(&self, place: &Place) -> Vec<String> {
        self.shown().into_iter().filter(|shown| shown.place == *place).map(|shown| shown.text).collect()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

impl Drop for FakeWecom {
    fn drop(&mut self) {
        if let Some(server) = self.server.lock().unwrap_or_else(PoisonError::into_inner).take() {
            server.abort();
        }
        let mistakes = std::mem::take(&mut self.lock().mistakes);
        if !std::thread::panicking() {
            assert!(mistakes.is_empty(), "calls that WeCom does not know: {mistakes:#?}");
        }
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn serve(listener: TcpListener, state: Arc<Mutex<State>>) -> JoinHandle<()> {
    let router = Router::new().fallback(handle).layer(DefaultBodyLimit::max(32 << 20)).with_state(state);
    tokio::spawn(async move {
        axum::serve(listener, router).await.expect("serves until aborted");
    })
}

async fn handle(Shared(state): Shared<Arc<Mutex<State>>>, method: Method, uri: Uri, body: Bytes) -> Response {
    let outcome = lock(&state).call(&method, uri.path(), uri.query().unwrap_or_default(), &body);
    let mut response = match outcome {
        Outcome::Errcode(code) => {
            let errmsg = if code == 0 { "ok" } else { "hint: [1700000000], from ip: 127.0.0.1" };
            json!({ "errcode": code, "errmsg": errmsg }).to_string().into_response()
        }
        Outcome::File(name, bytes) => {
            let name = percent_encoding::utf8_percent_encode(&name, percent_encoding::NON_ALPHANUMERIC);
            let head = format!("attachment; filename=\"x\"; filename*=UTF-8''{name}");
            ([(header::CONTENT_DISPOSITION, head)], bytes).into_response()
        }
        Outcome::Json(answer) => answer.to_string().into_response(),
        Outcome::Http(status) => StatusCode::from_u16(status).expect("a status").into_response(),
        Outcome::Silence => std::future::pending().await,
    };
    // Without kept connections, going down is the same for every caller.
    response.headers_mut().insert(header::CONNECTION, header::HeaderValue::from_static("close"));
    response
}

enum Outcome {
    File(String, Vec<u8>),
    Errcode(i64),
    Json(Value),
    Http(u16),
    Silence,
}

impl State {
    fn call(&mut self, method: &Method, path: &str, query: &str, body: &[u8]) -> Outcome {
        // The host's own page, which tells the time.
        if (method, path) == (&Method::GET, "/") {
            return Outcome::Http(200);
        }
        self.calls += 1;
        let fault = self.faults.pop_front();
        match fault {
            Some(Fault::Http(status)) => return Outcome::Http(status),
            Some(Fault::Hang) => return Outcome::Silence,
            Some(Fault::Errcode(code)) => return Outcome::Errcode(code),
            Some(Fault::ShownThenHang) | None => {}
        }
        if let Some(outcome) = self.app_call(method, path, query, body) {
            return if fault == Some(Fault::ShownThenHang) { Outcome::Silence } else { outcome };
        }
        if (method, path) == (&Method::POST, "/cgi-bin/webhook/upload_media") {
            return self.webhook_upload(query, body);
        }
        if let Some(number) = path.strip_prefix("/sent/").and_then(|number| number.parse::<usize>().ok()) {
            let sent = self.media.sent.get(number).cloned();
            return sent.map_or(Outcome::Http(404), |(name, bytes)| Outcome::File(name, bytes));
        }
        let parameter = |name: &str| query.strip_prefix(name).and_then(|rest| rest.strip_prefix('='));
        let shown = match (method, path) {
            (&Method::POST, "/cgi-bin/webhook/send") => {
                parameter("key").ok_or_else(|| "no key".to_owned()).and_then(|key| self.webhook(key, body))
            }
            (&Method::POST, "/cgi-bin/aibot/response") => parameter("response_code")
                .ok_or_else(|| "no response_code".to_owned())
                .and_then(|code| self.response(code, body)),
            _ => Err("no such address".to_owned()),
        };
        match shown {
            Ok(Ok(shown)) => self.shown.push(shown),
            Ok(Err(code)) => return Outcome::Errcode(code),
            Err(mistake) => {
                self.mistakes.push(format!("{method} {path}: {mistake}"));
                return Outcome::Http(404);
            }
        }
        if fault == Some(Fault::ShownThenHang) { Outcome::Silence } else { Outcome::Errcode(0) }
    }

    fn webhook(&mut self, key: &str, body: &[u8]) -> Result<Result<Shown, i64>, String> {
        let now = self.now;
        let Some(webhook) = self.webhooks.get_mut(key) else {
            return Ok(Err(93000));
        };
        let mut shown = None;
        let (text, mentioned) = match content(body)? {
            ("image", part) => {
                shown = Some(media::inline(&part)?);
                (String::new(), Vec::new())
            }
            ("file", part) => {
                let id = media::id(&part)?;
                match self.media.find(&format!("webhook {key}"), "file", &id, now) {
                    Some(bytes) => shown = Some(bytes),
                    None => return Ok(Err(40007)),
                }
                (String::new(), Vec::new())
            }
            ("text", part) => {
                let object = part.as_object().ok_or("text is no object")?;
                if let Some(name) =
                    object.keys().find(|name| !["content", "mentioned_list"].contains(&name.as_str()))
                {
                    return Err(format!("unknown member {name}"));
                }
                let mentioned = match part.get("mentioned_list") {
                    None => Vec::new(),
                    Some(Value::Array(users)) => users
                        .iter()
                        .map(|user| user.as_str().map(str::to_owned).ok_or("a user id is text".to_owned()))
                        .collect::<Result<_, _>>()?,
                    Some(_) => return Err("mentioned_list is no list".to_owned()),
                };
                (limited(&part["content"], 2048)?, mentioned)
            }
            ("markdown" | "markdown_v2", part) => {
                let [content] = members(&part, ["content"]);
                (seen(&limited(content, 4096)?), Vec::new())
            }
            (kind, _) => return Err(format!("a webhook takes no {kind} here")),
        };
        webhook.posts.retain(|at| now - at < MINUTE_MS);
        if webhook.posts.len() >= POSTS_PER_MINUTE {
            return Ok(Err(45009));
        }
        webhook.posts.push_back(now);
        let place = Place::Group(webhook.chat.clone());
        Ok(Ok(Shown { place, text, mentioned, way: Way::Webhook, buttons: Vec::new(), media: shown }))
    }

    fn response(&mut self, code: &str, body: &[u8]) -> Result<Result<Shown, i64>, String> {
        let text = match content(body)? {
            ("markdown", part) => {
                let [content] = members(&part, ["content"]);
                seen(&limited(content, 20_480)?)
            }
            (kind, _) => return Err(format!("a response_url takes no {kind} here")),
        };
        let now = self.now;
        let Some(code) = self.codes.get_mut(code) else {
            return Ok(Err(40058));
        };
        if code.used || now - code.issued_at >= HOUR_MS {
            return Ok(Err(40058));
        }
        code.used = true;
        Ok(Ok(Shown {
            place: code.place.clone(),
            text,
            mentioned: Vec::new(),
            way: Way::ResponseUrl,
            buttons: Vec::new(),
            media: None,
        }))
    }
}

/// `{"msgtype": kind, kind: {…}}` and nothing else.
fn content(body: &[u8]) -> Result<(&'static str, Value), String> {
    let mut message: Value = serde_json::from_slice(body).map_err(|error| format!("no JSON: {error}"))?;
    let kind = message["msgtype"].as_str().ok_or("no msgtype")?;
    let kind = ["text", "markdown", "markdown_v2", "image", "file"]
        .into_iter()
        .find(|known| *known == kind)
        .ok_or_else(|| format!("unknown msgtype {kind}"))?;
    let object = message.as_object_mut().ok_or("no object")?;
    let part = object.remove(kind).ok_or_else(|| format!("no {kind}"))?;
    if object.len() == 1 { Ok((kind, part)) } else { Err(format!("more than msgtype and {kind}")) }
}

fn limited(content: &Value, limit: usize) -> Result<String, String> {
    let content = content.as_str().ok_or("content is no text")?;
    if content.is_empty() || content.len() > limit {
        return Err(format!("{} bytes of content, {limit} are allowed", content.len()));
    }
    Ok(content.to_owned())
}
