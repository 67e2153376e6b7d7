//! The handle of a bot's long connection: who sends asks it, whether and whatever connection there is just now.

use super::frame::cmd;
use crate::socket::ConnectError;
use serde_json::Value;
use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

/// Callbacks whose `req_id` may still be answered; older ones are answered by a push.
const OPEN: usize = 4_096;
/// Requests that wait for a slow socket.
pub(super) const QUEUE: usize = 256;
/// How long a connection may be away before words take another way.
const AWAY: Duration = Duration::from_secs(90);

/// How a connection stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// Not there yet, or lost; tried again by itself.
    Connecting,
    /// Subscribed.
    Up,
    /// The platform refuses the credentials with this code.
    Refused(i64),
    /// Another connection of this bot was opened elsewhere. Nobody connects again until the program is restarted, or two
    /// programs would cut each other off for ever.
    Kicked,
    /// Another instance of this program has the connection.
    Elsewhere,
}

/// Why a request was not acknowledged with 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallError {
    /// There is no connection: nothing was sent.
    Away,
    /// The connection broke or was silent after it was sent: it may have been carried out.
    Unseen,
    /// The platform's own no.
    Errcode(i64),
}

/// A request on its way to the socket.
pub(super) struct Call {
    pub(super) cmd: &'static str,
    pub(super) req_id: String,
    pub(super) body: Value,
    pub(super) ack: oneshot::Sender<Result<Value, CallError>>,
}

/// The handle. Everything is refused while there is no connection; nothing waits for one.
pub struct Link {
    bot: String,
    bot_names: Vec<String>,
    patience: Duration,
    numbers: AtomicU64,
    /// How the server counts an upload's chunks, as far as that was found out.
    chunks_from_one: AtomicBool,
    state: Mutex<State>,
}

struct State {
    status: Status,
    since: Instant,
    sender: Option<mpsc::Sender<Call>>,
    open: HashSet<String>,
    order: VecDeque<String>,
    /// Groups that may not be written to until something is heard there.
    barred: HashSet<String>,
}

impl Link {
    /// No connection yet. `patience` is how long an acknowledgement may take.
    pub fn new(bot: String, bot_names: Vec<String>, patience: Duration) -> Self {
        let state = State {
            status: Status::Connecting,
            since: Instant::now(),
            sender: None,
            open: HashSet::new(),
            order: VecDeque::new(),
            barred: HashSet::new(),
        };
        // Unique over restarts, too.
        let numbers = AtomicU64::new(rand::random::<u64>() >> 8);
        let chunks_from_one = AtomicBool::new(false);
        Self { bot, bot_names, patience, numbers, chunks_from_one, state: Mutex::new(state) }
    }

    /// The bot's name in this program.
    pub fn bot(&self) -> &str {
        &self.bot
    }

    pub(super) fn bot_names(&self) -> &[String] {
        &self.bot_names
    }

    /// How it stands.
    pub fn status(&self) -> Status {
        self.lock().status.clone()
    }

    /// True when another way should be taken: it is refused or cut off, or has been away for long.
    pub(in crate::wecom) fn is_gone(&self) -> bool {
        let state = self.lock();
        match state.status {
            Status::Up | Status::Elsewhere => false,
            Status::Connecting => state.since.elapsed() >= AWAY,
            Status::Refused(_) | Status::Kicked => true,
        }
    }

    pub(super) fn set(&self, status: Status, sender: Option<mpsc::Sender<Call>>) {
        let mut state = self.lock();
        if state.status != status {
            state.since = Instant::now();
        }
        state.status = status;
        state.sender = sender;
        // They die with their connection.
        state.open.clear();
        state.order.clear();
    }

    /// A callback's `req_id` can be answered from now on.
    pub(super) fn heard(&self, req_id: &str, group: Option<&str>) {
        let mut state = self.lock();
        if let Some(group) = group {
            state.barred.remove(group);
        }
        if state.open.insert(req_id.to_owned()) {
            state.order.push_back(req_id.to_owned());
        }
        if state.order.len() > OPEN
            && let Some(oldest) = state.order.pop_front()
        {
            state.open.remove(&oldest);
        }
    }

    /// Takes the one answer that a callback of this very connection allows.
    pub(in crate::wecom) fn take_answer(&self, req_id: &str) -> bool {
        self.lock().open.remove(req_id)
    }

    pub(in crate::wecom) fn bar(&self, group: &str) {
        self.lock().barred.insert(group.to_owned());
    }

    pub(in crate::wecom) fn is_barred(&self, group: &str) -> bool {
        self.lock().barred.contains(group)
    }

    pub(in crate::wecom) fn counts_chunks_from_one(&self) -> bool {
        self.chunks_from_one.load(Ordering::Relaxed)
    }

    pub(in crate::wecom) fn count_chunks_from_one(&self, from_one: bool) {
        self.chunks_from_one.store(from_one, Ordering::Relaxed);
    }

    /// A request's own id.
    pub(super) fn req_id(&self, cmd: &str) -> String {
        format!("{cmd}_{:014x}", self.numbers.fetch_add(1, Ordering::Relaxed))
    }

    /// Sends a request and waits for its acknowledgement; answers what that carries.
    pub(in crate::wecom) async fn call(&self, cmd: &'static str, body: Value) -> Result<Value, CallError> {
        self.call_as(cmd, self.req_id(cmd), body).await
    }

    /// As [`Link::call`], with the `req_id` of the callback that it answers.
    pub(in crate::wecom) async fn call_as(
        &self,
        cmd: &'static str,
        req_id: String,
        body: Value,
    ) -> Result<Value, CallError> {
        let sender = self.lock().sender.clone().ok_or(CallError::Away)?;
        let (ack, answer) = oneshot::channel();
        // Full means that the socket takes nothing: as good as none.
        sender.try_send(Call { cmd, req_id, body, ack }).map_err(|_| CallError::Away)?;
        match tokio::time::timeout(self.patience, answer).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) | Err(_) => Err(CallError::Unseen),
        }
    }

    /// Changes a card that was just pressed: within five seconds, for everybody who sees it.
    ///
    /// # Errors
    /// When it could not be changed; the card stays as it was.
    pub async fn change_card(&self, req_id: &str, card: Value) -> Result<(), CallError> {
        let body = serde_json::json!({ "response_type": "update_template_card", "template_card": card });
        self.call_as(cmd::UPDATE, req_id.to_owned(), body).await.map(|_| ())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").field("bot", &self.bot).field("status", &self.status()).finish_non_exhaustive()
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connecting => f.write_str("长连接断开，正在重连"),
            Self::Up => f.write_str("长连接正常"),
            Self::Refused(code) => write!(
                f,
                "企业微信拒绝连接（{code}）：请在机器人的「API 模式 → 长连接」里核对 BotID 和 Secret，运行 deskmate doctor wecom 再试"
            ),
            Self::Kicked => f.write_str(
                "这个机器人在别处建立了长连接，本程序已让出：请停掉另一个程序（或换一次 Secret），再重启本程序",
            ),
            Self::Elsewhere => f.write_str("长连接由另一个实例保持"),
        }
    }
}

/// Why a connection was not had, in words for the log and the admin.
pub(super) fn told(error: &ConnectError) -> String {
    format!("连不上企业微信的长连接地址：{error}。请检查网络、防火墙和代理")
}
