//! `try`: a sample department in the browser. No account, no server, no configuration; a fresh database each time.

use super::{office, say};
use crate::clock::Clock;
use crate::http::console::{Console, House, Input, Settings};
use crate::http::hooks::Doors;
use crate::wire::Outsides;
use crate::{Parts, instance_name, wire};
use anyhow::Context;
use bot::outside::Destination;
use bot::{Bot, Engine, Said};
use domain::calendar::previous_day;
use domain::{Calendar, EpochMs, Roles};
use futures_util::future::BoxFuture;
use platform::console::{self, Hub};
use std::collections::HashMap;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use store::{Error, KeyRing, Lane, Options, Store};
use story::Room;
use story::record::Recorder;

/// Where the page is looked for first.
const PORT: u16 = 8765;
/// The console's bot.
const BOT: &str = "try";

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// 网页的端口；不写就从 8765 起找一个空的
    #[arg(long)]
    port: Option<u16>,
    /// 数据文件夹
    #[arg(long, default_value = "data")]
    data: PathBuf,
}

pub(super) async fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let listen = free_address(args.port)?;
    let trial = Trial::open(&args.data, listen.port(), Clock::machine()).await?;
    let page = trial.page();
    let running = crate::start(Parts {
        doors: Arc::clone(&trial.doors),
        engine: trial.engine(),
        listen,
        page: Some(page),
        metrics: None,
        loops: true,
    })
    .await?;
    say(&format!(
        "试用页面：http://{}/console\n样板部门已备好，数据在 {}。按 Ctrl-C 结束。",
        running.address,
        trial.path.display()
    ));
    super::serve::stopped().await;
    trial.hub.close();
    running.stop().await;
    Ok(ExitCode::SUCCESS)
}

fn free_address(port: Option<u16>) -> anyhow::Result<SocketAddr> {
    let local = |port: u16| SocketAddr::from(([127, 0, 0, 1], port));
    if let Some(port) = port {
        return Ok(local(port));
    }
    let free = (PORT..PORT + 20).map(local).find(|address| TcpListener::bind(address).is_ok());
    free.with_context(|| format!("{PORT} 到 {} 的端口都被占用，请用 --port 另选一个", PORT + 19))
}

/// A trial: the house behind the page.
pub struct Trial {
    /// The callbacks' doors; no platform's, but the loops look here for the engine.
    pub doors: Arc<Doors>,
    /// The page's feed.
    pub hub: Arc<Hub>,
    path: PathBuf,
    clock: Clock,
    bot: Arc<Bot>,
    recorder: Mutex<Recorder>,
}

impl Trial {
    /// Furnishes a sample department on a fresh database in the folder.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub async fn open(folder: &Path, port: u16, clock: Clock) -> anyhow::Result<Arc<Self>> {
        // The port is ours alone, so the file is.
        let path = folder.join(format!("try-{port}.db"));
        for ending in ["", "-wal", "-shm"] {
            let mut file = path.clone().into_os_string();
            file.push(ending);
            match std::fs::remove_file(&file) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(error).with_context(|| format!("{} 正在使用", path.display()));
                }
                _ => {}
            }
        }
        let calendar = Calendar::default();
        let bot = wire::bot(calendar)?;
        let hub = Arc::new(Hub::new(BOT, clock.for_platforms()));
        hub.add_group(office::GROUP, office::GROUP);
        let today = calendar.date(clock.now());
        let yesterday = previous_day(today);
        let now = calendar.at(yesterday, office::BEGINS_AT);
        clock.hold(now);
        let mut recorder = Recorder::new(calendar);
        recorder.time(now);
        let trial = Arc::new(Self {
            doors: Arc::new(Doors::new(clock.clone())),
            hub,
            path,
            clock,
            bot,
            recorder: Mutex::new(recorder),
        });
        let engine = trial.new_engine().await?;
        let furnished = {
            let trial = Arc::clone(&trial);
            engine.store().write(Lane::of(&["office"]), move |tx| {
                let mut recorder = trial.recorder.lock().unwrap_or_else(PoisonError::into_inner);
                office::furnish(tx, &mut recorder, &calendar, console::PLATFORM, BOT, now)
            })
        };
        furnished.await?;
        trial.doors.set_engine(Some(engine));
        trial.pass(calendar.at(yesterday, office::REPORTED_AT)).await?;
        for (user, text) in office::YESTERDAY {
            trial.speak(user, text).await?;
        }
        trial.pass(calendar.at(today, office::OPENS_AT)).await?;
        trial.clock.run();
        Ok(trial)
    }

    /// Lets time pass, as a story does.
    async fn pass(&self, to: EpochMs) -> Result<(), Error> {
        let clock = self.clock.clone();
        story::advance(&self.engine(), clock.now(), to, |now| clock.hold(now)).await?;
        self.recorder.lock().unwrap_or_else(PoisonError::into_inner).time(to);
        Ok(())
    }

    /// Somebody says something in the group.
    async fn speak(&self, user: &str, text: &str) -> Result<(), Error> {
        let room = console::Room::Group(office::GROUP.to_owned());
        self.hub.hear(user, room.clone(), text, None);
        let incoming = self.hub.incoming(user, None, &room, text, false, self.hub.next_msg_id());
        let answer = self.engine().receive(incoming, self.clock.now()).await?;
        for said in answer.said {
            self.hub.answer(room.clone(), said);
        }
        let mut recorder = self.recorder.lock().unwrap_or_else(PoisonError::into_inner);
        recorder.said(user, &Room::Group(office::GROUP.to_owned()), text);
        Ok(())
    }

    /// The page's routes.
    pub fn page(self: &Arc<Self>) -> axum::Router {
        let house: Arc<dyn House> = Arc::<Self>::clone(self);
        crate::http::console::router(Arc::new(Console::new(
            house,
            Arc::clone(&self.hub),
            Settings::default(),
        )))
    }

    /// The engine behind the doors.
    pub fn engine(&self) -> Arc<Engine> {
        House::engine(self)
    }

    async fn new_engine(&self) -> Result<Arc<Engine>, Error> {
        let address = format!("sqlite:{}", self.path.display());
        let store = Store::open(&address, Options::at(self.clock.now(), KeyRing::known())).await?;
        let hub: Arc<dyn bot::outside::Outside> = Arc::<Hub>::clone(&self.hub);
        let outsides: Outsides = HashMap::from([(console::PLATFORM.to_owned(), hub)]);
        let engine = Engine::new(store, Arc::clone(&self.bot), outsides, instance_name());
        Ok(Arc::new(engine.drawing(wire::draw)))
    }
}

impl House for Trial {
    fn engine(&self) -> Arc<Engine> {
        loop {
            if let Some(engine) = self.doors.engine() {
                return engine;
            }
            // Between the two halves of a restart.
            std::thread::yield_now();
        }
    }

    fn now(&self) -> EpochMs {
        self.clock.now()
    }

    fn movable(&self) -> bool {
        true
    }

    fn running(&self) -> bool {
        true
    }

    fn advance<'a>(&'a self, to: EpochMs) -> BoxFuture<'a, Result<(), String>> {
        Box::pin(async move {
            let engine = self.engine();
            let from = self.clock.now();
            self.clock.hold(from);
            let clock = self.clock.clone();
            let moved = story::advance(&engine, from, to, move |now| clock.hold(now)).await;
            self.clock.run();
            moved.map(|_| ()).map_err(|error| {
                tracing::error!(%error, "time could not be moved");
                "时间没有走完，请再试一次".to_owned()
            })
        })
    }

    fn restart<'a>(&'a self) -> BoxFuture<'a, Result<(), String>> {
        Box::pin(async move {
            let old = self.engine();
            old.store().close().await;
            match self.new_engine().await {
                Ok(engine) => {
                    self.doors.set_engine(Some(engine));
                    Ok(())
                }
                Err(error) => {
                    tracing::error!(%error, "the store could not be opened again");
                    Err("重新打开数据失败".to_owned())
                }
            }
        })
    }

    fn record(&self, input: Input) {
        let mut recorder = self.recorder.lock().unwrap_or_else(PoisonError::into_inner);
        let room = |chat: Option<String>| chat.map_or(Room::Private, Room::Group);
        match input {
            Input::Said { user, chat, text } => recorder.said(&user, &room(chat), &text),
            Input::Pressed { user, chat, label } => recorder.pressed(&user, &room(chat), &label),
            Input::Resent => recorder.resend(),
            Input::Down => recorder.down(None),
            Input::Up => recorder.up(),
            Input::Restarted => recorder.restart(),
            Input::Time(now) => recorder.time(now),
            Input::Heard { to, text } => {
                let to = match to.strip_suffix("(私聊)") {
                    Some(person) => Destination::Person(person.to_owned()),
                    None => Destination::Group(to),
                };
                recorder.heard(&to, &Said::text(text));
            }
            Input::Member { name, roles, team } => {
                let roles = Roles::parse(&roles.join(" ")).unwrap_or_default();
                recorder.member(&name, roles, team.as_deref(), None);
            }
        }
    }

    fn story(&self) -> String {
        self.recorder.lock().unwrap_or_else(PoisonError::into_inner).to_story()
    }
}
