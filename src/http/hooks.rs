//! The platforms' callbacks: verify, decode, store, and only then answer. Whatever cannot be verified gets 4xx and
//! changes nothing; whatever cannot be stored gets 503, so that the platform sends it again. An address from which
//! too much could not be verified gets 429 before anything is read or computed.

use super::Transport;
use super::address::Peer;
use super::files;
use super::limits::{Limits, SenderKey, Verdict};
use super::names;
use super::taps;
use super::whole::Whole;
use crate::clock::Clock;
use crate::metrics::Metrics;
use crate::quota::Quota;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, RawQuery, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bot::{Body, ChatKind, Engine, Incoming, Said};
use futures_util::future::BoxFuture;
use platform::HttpAnswer;
use platform::dingtalk::card_http::{self, CardDoor};
use platform::dingtalk::{self, DingtalkBot, Meter};
use platform::wecom::{self, WecomBot};
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use store::{Error, InboxKey, Outcome};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Longest body that is read.
const MOST: usize = 1 << 20;
/// WeCom waits five seconds. What takes longer is answered when the platform asks again.
const PATIENCE: Duration = Duration::from_millis(4_500);

/// Keeps a connection open until it is stopped.
pub type Runner = Box<dyn Fn(Arc<Doors>, CancellationToken) -> BoxFuture<'static, ()> + Send + Sync>;

/// What the callbacks need: the listening bots, the engine (another one after a restart) and the clock.
pub struct Doors {
    clock: Clock,
    engine: RwLock<Option<Arc<Engine>>>,
    wecom: HashMap<String, WecomBot>,
    dingtalk: HashMap<String, DingtalkBot>,
    dingtalk_cards: HashMap<String, CardDoor>,
    dingtalk_quota: Option<Arc<Quota>>,
    answers_off: AtomicBool,
    transport: Transport,
    streams: Vec<Runner>,
    trouble: RwLock<BTreeMap<String, String>>,
    handled: watch::Sender<u64>,
    /// Counters.
    pub metrics: Metrics,
}

/// What came of a message.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    /// To be said at once; what is in the outbox is not here.
    pub(crate) said: Vec<Said>,
    /// How the decision ended that a pressed button belongs to.
    pub(crate) decided: Option<String>,
    /// Whether it did what it asked for.
    pub(crate) done: bool,
}

impl Taken {
    fn of(said: Vec<Said>) -> Self {
        Self { said, ..Self::default() }
    }
}

impl Doors {
    /// Without any bot and any limit, closed until an engine stands behind them.
    pub fn new(clock: Clock) -> Self {
        Self {
            clock,
            engine: RwLock::new(None),
            wecom: HashMap::new(),
            dingtalk: HashMap::new(),
            dingtalk_cards: HashMap::new(),
            dingtalk_quota: None,
            answers_off: AtomicBool::new(false),
            transport: Transport::default(),
            streams: Vec::new(),
            trouble: RwLock::default(),
            handled: watch::channel(0).0,
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

    /// Where taps on a DingTalk robot's cards come in by callbacks.
    pub fn add_dingtalk_cards(&mut self, door: CardDoor) {
        self.dingtalk_cards.insert(door.bot().to_owned(), door);
    }

    /// Sets who counts what DingTalk's monthly allowance is spent on.
    pub fn set_dingtalk_quota(&mut self, quota: Arc<Quota>) {
        self.dingtalk_quota = Some(quota);
    }

    /// Who counts what DingTalk's monthly allowance is spent on.
    pub fn dingtalk_quota(&self) -> Option<&Arc<Quota>> {
        self.dingtalk_quota.as_ref()
    }

    /// One more thing was received from DingTalk, by whatever way.
    pub(crate) fn received_from_dingtalk(&self) {
        if let Some(quota) = &self.dingtalk_quota {
            quota.spend(dingtalk::Spent::Push);
        }
    }

    /// One more connection that the program keeps open by itself.
    pub fn add_stream(&mut self, runner: Runner) {
        self.streams.push(runner);
    }

    /// Opens the connections; each ends when it is stopped and what it has heard is stored.
    pub fn run_streams(self: &Arc<Self>, stop: &CancellationToken) -> Vec<JoinHandle<()>> {
        self.streams.iter().map(|run| tokio::spawn(run(Arc::clone(self), stop.clone()))).collect()
    }

    /// Notes what an admin has to do something about, by its place; `None` when it is mended.
    pub fn set_trouble(&self, place: &str, trouble: Option<String>) {
        let mut troubles = self.trouble.write().unwrap_or_else(PoisonError::into_inner);
        match trouble {
            Some(trouble) => troubles.insert(place.to_owned(), trouble),
            None => troubles.remove(place),
        };
    }

    /// What an admin has to do something about, a line each.
    pub fn troubles(&self) -> Vec<String> {
        let troubles = self.trouble.read().unwrap_or_else(PoisonError::into_inner);
        troubles.iter().map(|(place, trouble)| format!("{place}：{trouble}")).collect()
    }

    /// Sets how much is taken from whom.
    pub fn set_transport(&mut self, transport: Transport) {
        self.transport = transport;
    }

    /// How much is taken from whom.
    pub fn transport(&self) -> &Transport {
        &self.transport
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
    pub(crate) async fn take(&self, incoming: Incoming) -> Option<Vec<Said>> {
        self.hear(incoming).await.map(|taken| taken.said)
    }

    /// As [`Doors::take`], with how a decision ended that was made by a pressed button.
    pub(crate) async fn hear(&self, incoming: Incoming) -> Option<Taken> {
        let taken = self.handled_or_not(incoming).await;
        self.handled.send_modify(|count| *count += 1);
        taken
    }

    /// How many messages were handled, or could not be; for a stage that hands them over without being answered.
    pub(crate) fn handled(&self) -> watch::Receiver<u64> {
        self.handled.subscribe()
    }

    async fn handled_or_not(&self, mut incoming: Incoming) -> Option<Taken> {
        if self.answers_off.load(Ordering::Acquire) {
            incoming.answer_now = false;
        }
        let engine = self.engine()?;
        let handled = async {
            if let Body::File(file) = &incoming.body {
                incoming.body = files::read(&engine, &incoming, file, self.clock.now()).await;
            }
            self.limited(&engine, incoming).await
        };
        match tokio::time::timeout(PATIENCE, handled).await {
            Ok(Ok(taken)) => Some(taken),
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

    /// Handles a message unless its sender sends too many. The platform gets its 200 all the same and does not send the
    /// message again, so whoever is stopped is told that it is lost.
    async fn limited(&self, engine: &Engine, incoming: Incoming) -> Result<Taken, Error> {
        let Some(limits) = &self.transport.limits else { return Ok(self.handle(engine, incoming).await?.0) };
        let sender = limits.key(incoming.platform, &incoming.sender.user_id);
        match limits.sender(sender, self.clock.ticks()) {
            Verdict::Pass => {}
            Verdict::Silent => {
                self.metrics.limited("sender");
                return Ok(Taken::default());
            }
            Verdict::Pause(seconds) => {
                self.metrics.limited("sender");
                return self.paused(engine, incoming, seconds).await;
            }
        }
        match self.as_stranger(limits, engine, &incoming, sender).await? {
            Verdict::Pass => {}
            Verdict::Silent => {
                self.metrics.limited("stranger");
                return Ok(Taken::default());
            }
            Verdict::Pause(seconds) => {
                self.metrics.limited("stranger");
                return self.paused(engine, incoming, seconds).await;
            }
        }
        let (taken, stranger) = self.handle(engine, incoming).await?;
        if stranger {
            limits.stranger(sender, self.clock.ticks());
        }
        Ok(taken)
    }

    /// Whether somebody who was no member lately may go on. Who has become one since is found out only here, so that no
    /// member's message costs a look.
    async fn as_stranger(
        &self,
        limits: &Limits,
        engine: &Engine,
        incoming: &Incoming,
        sender: SenderKey,
    ) -> Result<Verdict, Error> {
        let ticks = self.clock.ticks();
        if !limits.is_spent_as_stranger(sender, ticks) {
            return Ok(Verdict::Pass);
        }
        let now = self.clock.now();
        let directory = engine.store().read(|tx| tx.directory()).await?;
        if directory.who(incoming.platform, &incoming.sender.user_id, now).is_some() {
            limits.has_joined(sender);
            return Ok(Verdict::Pass);
        }
        Ok(limits.stranger(sender, ticks))
    }

    /// Tells a sender to pause. What had been stored before is answered as before, so that nobody is told that it is
    /// lost because the platform sent it twice.
    async fn paused(&self, engine: &Engine, incoming: Incoming, seconds: i64) -> Result<Taken, Error> {
        let (platform, bot, msg_id) = (incoming.platform, incoming.bot.clone(), incoming.msg_id.clone());
        let known = engine
            .store()
            .read(move |tx| tx.has_heard(InboxKey { platform, bot: &bot, msg_id: &msg_id }))
            .await?;
        if !known {
            return Ok(Taken::of(vec![Said::text(format!(
                "发得太快了，请 {seconds} 秒后再发。\n这条没有处理，{seconds} 秒内再发的也不会处理，到时请重发。"
            ))]));
        }
        let (mut taken, _) = self.handle(engine, incoming).await?;
        taken.said.push(Said::text(format!(
            "发得太快了，请 {seconds} 秒后再发。\n{seconds} 秒内再发的不会处理，到时请重发。"
        )));
        Ok(taken)
    }

    /// The answer, and whether its sender is no member.
    async fn handle(&self, engine: &Engine, mut incoming: Incoming) -> Result<(Taken, bool), Error> {
        let now = self.clock.now();
        if let Some(name) = names::ask(engine, &incoming, now).await {
            incoming.sender.name = Some(name);
        }
        let answer = engine.receive(incoming, now).await?;
        self.metrics.answered(&answer);
        let done = answer.outcome == Some(Outcome::Done);
        Ok((Taken { said: answer.said, decided: answer.decided, done }, answer.stranger))
    }
}

/// The callbacks' routes.
pub fn router(doors: Arc<Doors>) -> Router {
    Router::new()
        .route("/hooks/wecom/{bot}", get(wecom_verify).post(wecom_message))
        .route("/hooks/dingtalk/{bot}", post(dingtalk_message))
        .route("/hooks/dingtalk/{bot}/card", post(dingtalk_tap))
        .layer(DefaultBodyLimit::max(MOST))
        .layer(middleware::from_fn_with_state(Arc::clone(&doors), gate))
        .with_state(doors)
}

/// Marks the answer to a request that was genuine, and still is not taken.
#[derive(Clone, Copy)]
struct Genuine;

/// Turns an address away that has sent too much which could not be verified. Whatever else ends with 4xx counts, too:
/// a path that nobody has, a body that is too large or never ends.
async fn gate(State(doors): State<Arc<Doors>>, request: Request, next: Next) -> Response {
    let transport = doors.transport();
    let peer = request.extensions().get::<Peer>().copied();
    let Some((limits, peer)) = transport.limits.as_ref().zip(peer) else { return next.run(request).await };
    let address = transport.trust.address(peer.address, request.headers());
    if let Err(seconds) = limits.may_knock(address, doors.clock.ticks()) {
        doors.metrics.limited("address");
        // The body is not read, so the connection ends here.
        let headers = [(header::RETRY_AFTER, seconds.to_string()), (header::CONNECTION, "close".to_owned())];
        return (StatusCode::TOO_MANY_REQUESTS, headers).into_response();
    }
    let response = next.run(request).await;
    if response.status().is_client_error() && response.extensions().get::<Genuine>().is_none() {
        limits.was_refused(address, doors.clock.ticks());
    }
    response
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
    Whole(body): Whole,
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
        Err(rejected) => {
            let reason = rejected.reason();
            let answer = refused(&doors, wecom::PLATFORM, reason.name(), StatusCode::FORBIDDEN);
            if reason == wecom::Reason::BadMessage { genuine(answer) } else { answer }
        }
    }
}

async fn dingtalk_message(
    State(doors): State<Arc<Doors>>,
    Path(name): Path<String>,
    headers: HeaderMap,
    Whole(body): Whole,
) -> Response {
    let Some(bot) = doors.dingtalk.get(&name) else { return StatusCode::NOT_FOUND.into_response() };
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match bot.receive(text("timestamp"), text("sign"), &body, doors.clock.now()) {
        Ok(received) => {
            doors.received_from_dingtalk();
            match received {
                dingtalk::Received::Message(incoming) => {
                    let kind = incoming.chat.kind;
                    match doors.take(*incoming).await {
                        Some(said) => answered(bot.answer(&said, kind)),
                        None => StatusCode::SERVICE_UNAVAILABLE.into_response(),
                    }
                }
                dingtalk::Received::NoStaffId { answer_text, .. } => {
                    answered(bot.answer(&[Said::text(answer_text)], ChatKind::Group))
                }
                dingtalk::Received::Ignored => answered(bot.answer(&[], ChatKind::Group)),
            }
        }
        Err(rejected) => {
            let status = StatusCode::from_u16(rejected.status()).unwrap_or(StatusCode::BAD_REQUEST);
            let answer = refused(&doors, dingtalk::PLATFORM, "rejected", status);
            if rejected == dingtalk::Rejected::WrongRobot { genuine(answer) } else { answer }
        }
    }
}

async fn dingtalk_tap(
    State(doors): State<Arc<Doors>>,
    Path(name): Path<String>,
    headers: HeaderMap,
    Whole(body): Whole,
) -> Response {
    let Some(door) = doors.dingtalk_cards.get(&name) else { return StatusCode::NOT_FOUND.into_response() };
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let (timestamp, sign) = (text(card_http::TIMESTAMP_HEADER), text(card_http::SIGN_HEADER));
    match door.receive(timestamp, sign, &body, doors.clock.now()) {
        Ok(tapped) => match taps::decide(&doors, door.bot(), &tapped.data, &tapped.id).await {
            Some(update) => answered(card_http::answer(&update)),
            None => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        },
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

fn genuine(mut answer: Response) -> Response {
    answer.extensions_mut().insert(Genuine);
    answer
}
