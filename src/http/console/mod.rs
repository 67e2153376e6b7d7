//! The console page: the department in a browser on this machine. `deskmate try` shows a sample department with a
//! clock that can be moved; `deskmate serve` shows the real one, when switched on.
//!
//! Whoever reaches the page speaks for anybody in it, so it must not be reached from elsewhere: the address is a
//! loopback one, the `Host` header must name it (a foreign name that resolves to 127.0.0.1 does not), and a POST
//! must come from the page itself.
//!
//! | route | |
//! |---|---|
//! | `GET /console`, `/console/app.js`, `style.css`, `icon.svg` | the page |
//! | `GET /console/api/state` | who, which rooms, what time, which faults |
//! | `GET /console/api/feed?after=ID&rev=N` | what was said; waits up to 25 s for something new |
//! | `GET /console/api/media?entry=ID` | a picture or a file |
//! | `POST /console/api/say` `{user, chat: null or id, text}` | a message |
//! | `POST /console/api/press` `{user, entry, button}` | a button by its place, from 0 |
//! | `GET /console/api/story` | what was tried, as a story |
//! | `POST /console/api/clock` `{to}` or `{add_ms}` or `{next: "HH:MM", days?}` or `{at: "2026-03-02 09:00"}` | try only |
//! | `POST /console/api/role` `{user, roles, team?}` | try only |
//! | `POST /console/api/fault` `{kind: "twice", "down", "up" or "restart"}` | try only |
//! | `POST /console/api/newcomer` `{name}` | try only |
//!
//! Whatever is refused is answered with `{"error": sentence}`.

mod cast;
mod guard;
mod look;
mod page;
mod play;
mod talk;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{get, post};
use bot::{Answer, Incoming};
use cast::Cast;
use domain::{Calendar, EpochMs};
use futures_util::future::BoxFuture;
use guard::{Fault, guard};
use platform::console::{Hub, Room};
use std::sync::Arc;
use tokio::sync::{Mutex, MutexGuard};

/// Usual size of a request.
const BODY: usize = 64 << 10;
/// Size of a message: 100,000 characters of any script; whether it is too long for a command, the bot says.
const MESSAGE: usize = 512 << 10;

/// What somebody did on the page, in the words of a story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A person said something.
    Said {
        /// The person as stories write it: 张三, 张伟#2, a stranger's name.
        user: String,
        /// The group's name; `None` in private.
        chat: Option<String>,
        /// The words.
        text: String,
    },
    /// A person pressed the newest button of that label.
    Pressed {
        /// The person.
        user: String,
        /// The group's name; `None` in private.
        chat: Option<String>,
        /// What stands on the button.
        label: String,
    },
    /// The last message came again (重发).
    Resent,
    /// 断网.
    Down,
    /// 恢复.
    Up,
    /// 重启.
    Restarted,
    /// The clock was moved to this instant.
    Time(EpochMs),
    /// The bot said something: what a story may expect.
    Heard {
        /// As an expectation names it: `张三(私聊)`, or the group's name.
        to: String,
        /// The words.
        text: String,
    },
    /// Somebody's roles were set by hand (成员).
    Member {
        /// The person.
        name: String,
        /// The roles' words.
        roles: Vec<String>,
        /// The team's name.
        team: Option<String>,
    },
}

/// The running program, as far as the page moves it.
pub trait House: Send + Sync {
    /// The engine; another one after a restart.
    fn engine(&self) -> Arc<bot::Engine>;
    /// The present.
    fn now(&self) -> EpochMs;
    /// True when the clock may be moved; then the page may also break things (`deskmate try`).
    fn movable(&self) -> bool;
    /// True when the clock runs by itself between moves, so that the page shows it running.
    fn running(&self) -> bool {
        !self.movable()
    }
    /// Moves the clock; everything due in between happens at its time.
    fn advance<'a>(&'a self, to: EpochMs) -> BoxFuture<'a, Result<(), String>>;
    /// Closes everything and opens the same store again.
    fn restart<'a>(&'a self) -> BoxFuture<'a, Result<(), String>>;
    /// Notes an input for the story.
    fn record(&self, input: Input);
    /// The story so far.
    fn story(&self) -> String;
}

/// What of the page can be set.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// What the page calls the bot; empty for its usual name.
    pub name: String,
    /// Host names under which the page may be asked for, besides loopback ones; without a port.
    pub hosts: Vec<String>,
}

/// What one action at a time may touch, so that a story has an order.
#[derive(Default)]
struct Turn {
    /// The last message and where it was said, for 重发.
    last: Option<(Incoming, Room)>,
    /// The last entry that the story knows.
    told: u64,
}

/// The page's server side.
pub struct Console {
    house: Arc<dyn House>,
    hub: Arc<Hub>,
    settings: Settings,
    turn: Mutex<Turn>,
}

impl Console {
    /// A page on a house whose engine has `hub` as the outside of the platform `console`.
    pub fn new(house: Arc<dyn House>, hub: Arc<Hub>, mut settings: Settings) -> Self {
        if settings.name.is_empty() {
            "咨询部助手".clone_into(&mut settings.name);
        }
        // What was said before the page opened belongs to the house that said it.
        let told = hub.feed_after(0).last().map_or(0, |entry| entry.id);
        Self { house, hub, settings, turn: Mutex::new(Turn { last: None, told }) }
    }
}

impl Console {
    fn calendar(&self) -> Calendar {
        self.house.engine().bot().calendar
    }

    /// Refuses what would not be play in a real department.
    fn only_in_try(&self) -> Result<(), Fault> {
        if self.house.movable() {
            Ok(())
        } else {
            Err(Fault::forbidden("只有试用（deskmate try）里可以这样做"))
        }
    }

    async fn cast(&self) -> Result<Cast, Fault> {
        let directory = self.house.engine().store().read(|tx| tx.directory()).await?;
        Ok(Cast::new(&directory, &self.hub, self.house.now()))
    }

    /// Tells the story what the bot said since it was last told.
    fn tell(&self, turn: &mut Turn, cast: &Cast) {
        for entry in self.hub.feed_after(turn.told) {
            turn.told = entry.id;
            if entry.voice.is_bot() {
                let to = match &entry.room {
                    Room::Group(id) => cast.title(id).to_owned(),
                    Room::Private(user) => format!("{}(私聊)", cast.label(user)),
                    Room::Everywhere => continue,
                };
                self.house.record(Input::Heard { to, text: entry.said.text.clone() });
            }
        }
    }

    fn record(&self, turn: &mut Turn, cast: &Cast, input: Input) {
        self.tell(turn, cast);
        self.house.record(input);
    }

    /// Hands a message in, shows the answers, and sends what it caused.
    async fn hand_in(&self, incoming: Incoming, room: &Room) -> Result<Answer, Fault> {
        let engine = self.house.engine();
        let answer = match engine.receive(incoming, self.house.now()).await {
            Ok(answer) => answer,
            Err(error) => {
                self.hub.note(room.clone(), "这条消息没能存下来，什么都没有改动。请再发一次。");
                return Err(error.into());
            }
        };
        // The platform's own copy of an answer that has been shown is dropped by the platform.
        if !answer.duplicate {
            for said in &answer.said {
                self.hub.answer(room.clone(), said.clone());
            }
        }
        self.send(&engine).await;
        Ok(answer)
    }

    /// Sends what is due at once, rather than at the sender's next turn. What fails here, the sender tries again.
    async fn send(&self, engine: &bot::Engine) {
        if let Err(error) = engine.deliver(self.house.now()).await {
            tracing::warn!(%error, "the console could not send what is waiting");
        }
    }

    async fn turn(&self) -> MutexGuard<'_, Turn> {
        self.turn.lock().await
    }
}

/// The page's routes, all under `/console`.
pub fn router(console: Arc<Console>) -> Router {
    Router::new()
        .route("/console", get(page::page))
        .route("/console/", get(page::page))
        .route("/console/app.js", get(page::script))
        .route("/console/style.css", get(page::style))
        .route("/console/icon.svg", get(page::icon))
        .route("/console/api/state", get(look::state))
        .route("/console/api/feed", get(look::feed))
        .route("/console/api/media", get(look::media))
        .route("/console/api/story", get(look::story))
        .route("/console/api/say", post(talk::say).layer(DefaultBodyLimit::max(MESSAGE)))
        .route("/console/api/press", post(talk::press))
        .route("/console/api/clock", post(play::clock))
        .route("/console/api/role", post(play::role))
        .route("/console/api/fault", post(play::fault))
        .route("/console/api/newcomer", post(play::newcomer))
        .layer(DefaultBodyLimit::max(BODY))
        .layer(middleware::from_fn_with_state(Arc::clone(&console), guard))
        .with_state(console)
}
