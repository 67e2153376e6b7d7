//! The running program: wiring, HTTP, loops, subcommands. [`start`] is the door for `serve`, `try` and the tests alike.

pub mod cli;
pub mod clock;
pub mod config;
pub mod http;
pub mod ics;
pub mod keyring;
pub mod loops;
pub mod metrics;
pub mod people_file;
pub mod quota;
pub mod rota_file;
pub mod rules_file;
pub mod stages;
pub mod wire;

use anyhow::Context;
use axum::Router;
use bot::Engine;
use clock::Clock;
use http::hooks::Doors;
use keyring::{Keys, Place};
use metrics_exporter_prometheus::PrometheusHandle;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use store::{Error, KeyTrouble, Options, Store};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// How long a stopping program waits for what it has accepted.
const LAST_WORDS: Duration = Duration::from_secs(10);

/// What a program is started with.
pub struct Parts {
    /// The callbacks, with their clock.
    pub doors: Arc<Doors>,
    /// Store, bot and ways out together.
    pub engine: Arc<Engine>,
    /// Where to listen.
    pub listen: SocketAddr,
    /// The local web page, when it is served.
    pub page: Option<Router>,
    /// For `/metrics`.
    pub metrics: Option<PrometheusHandle>,
    /// Whether schedules and the sender run by themselves; a story calls them itself.
    pub loops: bool,
}

/// A running program.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    doors: Arc<Doors>,
    stop: CancellationToken,
    server: JoinHandle<()>,
    loops: Vec<JoinHandle<()>>,
    streams: Vec<JoinHandle<()>>,
    streams_stop: CancellationToken,
}

/// A name for this instance that no other has.
pub fn instance_name() -> String {
    hex::encode(rand::random::<[u8; 8]>())
}

/// Opens the store of an address at the clock's time. A key that was made for it is on the disk before anything is
/// written with it.
///
/// # Errors
/// When it cannot be opened, or was written with other keys.
pub async fn open(address: &str, clock: &Clock, keys: Keys) -> anyhow::Result<Store> {
    let place = keys.place().clone();
    let (ring, made) = keys.keep()?;
    match Store::open(address, Options::at(clock.now(), ring)).await {
        Ok(store) => {
            if let (true, Place::File(path)) = (made, &place) {
                tracing::warn!(file = %path.display(), "the key file was made; keep a copy of it apart from the database");
            }
            Ok(store)
        }
        Err(Error::Keys(trouble)) => {
            // Or it would stand in the way of the right one.
            if let (true, Place::File(path)) = (made, &place) {
                let _ = std::fs::remove_file(path);
            }
            anyhow::bail!(other_keys(trouble, &place))
        }
        Err(error) => Err(error.into()),
    }
}

/// What to do about keys that are not those of the store.
pub(crate) fn other_keys(trouble: KeyTrouble, place: &Place) -> String {
    let place = match place {
        Place::File(path) => format!("密钥文件 {}", path.display()),
        Place::Env(name) => format!("环境变量 {name}"),
    };
    match trouble {
        KeyTrouble::Missing(id) => {
            format!(
                "数据库里有用 {id} 号密钥加密的内容，{place} 里没有这把密钥。请把原来的密钥放回去再启动；数据没有改动。"
            )
        }
        KeyTrouble::Other(id) => {
            format!("{place} 里的 {id} 号密钥不是这个数据库的那一把。请换回原来的密钥再启动；数据没有改动。")
        }
    }
}

/// Starts everything; answers when it listens.
///
/// # Errors
/// When the address is taken.
pub async fn start(parts: Parts) -> anyhow::Result<Running> {
    let Parts { doors, engine, listen, page, metrics, loops } = parts;
    let listener = TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen}"))?;
    let address = listener.local_addr()?;
    doors.set_engine(Some(engine));
    let stop = CancellationToken::new();
    let router = http::router(Arc::clone(&doors), metrics, page);
    let server = tokio::spawn(http::server::serve(listener, router, doors.transport().bounds, stop.clone()));
    let mut handles = Vec::new();
    if loops {
        handles.push(tokio::spawn(loops::schedule(Arc::clone(&doors), stop.clone())));
        handles.push(tokio::spawn(loops::send(Arc::clone(&doors), stop.clone())));
        handles.push(tokio::spawn(loops::seal(Arc::clone(&doors), stop.clone())));
        if doors.dingtalk_quota().is_some() {
            handles.push(tokio::spawn(loops::quota(Arc::clone(&doors), stop.clone())));
        }
    }
    // Of their own: what is on its way out still needs them when the others stop.
    let streams_stop = CancellationToken::new();
    let streams = doors.run_streams(&streams_stop);
    Ok(Running { address, doors, stop, server, loops: handles, streams, streams_stop })
}

impl Running {
    /// The callbacks, the clock and the engine.
    pub fn doors(&self) -> &Arc<Doors> {
        &self.doors
    }

    /// Takes no new message, finishes what was accepted, and closes the store.
    pub async fn stop(self) {
        self.stop.cancel();
        let Self { doors, mut server, loops, streams, streams_stop, .. } = self;
        if tokio::time::timeout(LAST_WORDS, &mut server).await.is_err() {
            // A connection that never ends; what was accepted is stored all the same.
            server.abort();
        }
        let seals = !loops.is_empty();
        for mut handle in loops {
            if tokio::time::timeout(LAST_WORDS, &mut handle).await.is_err() {
                handle.abort();
            }
        }
        streams_stop.cancel();
        for mut handle in streams {
            if tokio::time::timeout(LAST_WORDS, &mut handle).await.is_err() {
                handle.abort();
            }
        }
        if seals && tokio::time::timeout(LAST_WORDS, crate::loops::last_seal(&doors)).await.is_err() {
            tracing::warn!("the last events are sealed at the next start");
        }
        if let Some(engine) = doors.engine() {
            doors.set_engine(None);
            engine.store().close().await;
        }
    }
}
