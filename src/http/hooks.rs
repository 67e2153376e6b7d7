//! The platforms' callbacks: verify, decode, store, and only then answer. Whatever cannot be verified gets 4xx and
//! changes nothing; whatever cannot be stored gets 503, so that the platform sends it again.

use crate::clock::Clock;
use crate::metrics::Metrics;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bot::{Engine, Incoming, Said};
use platform::HttpAnswer;
use platform::dingtalk::{self, DingtalkBot};
use platform::wecom::{self, WecomBot};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

/// Longest body that is read.
const MOST: usize = 1 << 20;
/// WeCom waits five seconds. What takes longer is answered when the platform asks again.
const PATIENCE: Duration = Duration::from_millis(4_500);

/// What the callbacks need: the listening bots, the engine (another one after a restart) and the clock.
pub struct Doors {
    clock: Clock,
    engine: RwLock<Option<Arc<Engine>>>,
    wecom: HashMap<String, WecomBot>,
    dingtalk: HashMap<String, DingtalkBot>,
    answers_off: AtomicBool,
    /// Counters.
    pub metrics: Metrics,
}

impl Doors {
    /// Without any bot, closed until an engine stands behind them.
    pub fn new(clock: Clock) -> Self {
        Self {
            clock,
            engine: RwLock::new(None),
            wecom: HashMap::new(),
            dingtalk: HashMap::new(),
            answers_off: AtomicBool::new(false),
            metrics: Metrics::default(),
        }
    }

    /// One more WeCom bot.
    pub fn add_wecom(&mut self, bot: WecomBot) {
        self.wecom.insert(bot.name().to_owned(), bot);
    }

    /// One more DingTalk robot.
    pub fn add_dingtalk(&mut self, bot: DingtalkBot) {
        self.dingtalk.insert(bot.name().to_owned(), bot);
    }

    /// The bots that listen, as paths.
    pub fn paths(&self) -> Vec<String> {
        let wecom = self.wecom.keys().map(|name| format!("/hooks/wecom/{name}"));
        let mut paths: Vec<String> =
            wecom.chain(self.dingtalk.keys().map(|name| format!("/hooks/dingtalk/{name}"))).collect();
        paths.sort();
        paths
    }

    /// The clock.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Puts an engine behind the doors, or takes it away.
    pub fn set_engine(&self, engine: Option<Arc<Engine>>) {
        *self.engine.write().unwrap_or_else(PoisonError::into_inner) = engine;
    }

    /// The engine behind the doors.
    pub fn engine(&self) -> Option<Arc<Engine>> {
        self.engine.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// As if no response reached the platform: answers go the outbox's way (stories: 断网).
    pub fn set_answers_off(&self, off: bool) {
        self.answers_off.store(off, Ordering::Release);
    }

    /// Handles a verified message; `None` when it could not be stored in time.
    async fn take(&self, mut incoming: Incoming) -> Option<Vec<Said>> {
        if self.answers_off.load(Ordering::Acquire) {
            incoming.answer_now = false;
        }
        let engine = self.engine()?;
        let now = self.clock.now();
        match tokio::time::timeout(PATIENCE, engine.receive(incoming, now)).await {
            Ok(Ok(answer)) => {
                self.metrics.answered(&answer);
                Some(answer.said)
            }
            Ok(Err(error)) => {
                self.metrics.unavailable();
                tracing::error!(%error, "a message could not be stored");
                None
            }
            Err(_) => {
                self.metrics.unavailable();
                tracing::error!("a message could not be stored in time");
                None
            }
        }
    }
}

/// The callbacks' routes.
pub fn router(doors: Arc<Doors>) -> Router {
    Router::new()
        .route("/hooks/wecom/{bot}", get(wecom_verify).post(wecom_message))
        .route("/hooks/dingtalk/{bot}", post(dingtalk_message))
        .layer(DefaultBodyLimit::max(MOST))
        .with_state(doors)
}

async fn wecom_verify(
    State(doors): State<Arc<Doors>>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let Some(bot) = doors.wecom.get(&name) else { return StatusCode::NOT_FOUND.into_response() };
    match bot.verify_url(query.as_deref().unwrap_or_default(), doors.clock.now()) {
        Ok(echo) => ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], echo).into_response(),
        Err(rejected) => refused(&doors, wecom::PLATFORM, rejected.reason().name(), StatusCode::FORBIDDEN),
    }
}

async fn wecom_message(
    State(doors): State<Arc<Doors>>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    let Some(bot) = doors.wecom.get(&name) else { return StatusCode::NOT_FOUND.into_response() };
    let now = doors.clock.now();
    match bot.receive(query.as_deref().unwrap_or_default(), &body, now) {
        Ok(wecom::Received::Message { incoming, answer }) => match doors.take(incoming).await {
            Some(said) => answered(bot.answer(&answer, &said, now)),
            None => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        },
        Ok(wecom::Received::StreamRefresh { answer, .. }) => answered(bot.answer(&answer, &[], now)),
        Ok(wecom::Received::Ignored) => answered(HttpAnswer::empty()),
        Err(rejected) => refused(&doors, wecom::PLATFORM, rejected.reason().name(), StatusCode::FORBIDDEN),
    }
}

async fn dingtalk_message(
    State(doors): State<Arc<Doors>>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some(bot) = doors.dingtalk.get(&name) else { return StatusCode::NOT_FOUND.into_response() };
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match bot.receive(text("timestamp"), text("sign"), &body, doors.clock.now()) {
        Ok(dingtalk::Received::Message(incoming)) => match doors.take(*incoming).await {
            Some(said) => answered(bot.answer(&said)),
            None => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        },
        Ok(dingtalk::Received::NoStaffId { answer_text }) => answered(bot.answer(&[Said::text(answer_text)])),
        Ok(dingtalk::Received::Ignored) => answered(bot.answer(&[])),
        Err(rejected) => {
            let status = StatusCode::from_u16(rejected.status()).unwrap_or(StatusCode::BAD_REQUEST);
            refused(&doors, dingtalk::PLATFORM, "rejected", status)
        }
    }
}

fn answered(answer: HttpAnswer) -> Response {
    ([(header::CONTENT_TYPE, answer.content_type)], answer.body).into_response()
}

/// The outside never learns which check failed; the log does, without anything of the message.
fn refused(doors: &Doors, platform: &'static str, reason: &'static str, status: StatusCode) -> Response {
    doors.metrics.rejected(platform);
    tracing::debug!(platform, reason, "a callback was refused");
    status.into_response()
}
