//! The running program: wiring, HTTP, loops, subcommands. [`start`] is the door for `serve`, `try` and the tests alike.

pub mod cli;
pub mod clock;
pub mod config;
pub mod http;
pub mod loops;
pub mod metrics;
pub mod stages;
pub mod wire;

use anyhow::Context;
use axum::Router;
use bot::Engine;
use clock::Clock;
use http::hooks::Doors;
use metrics_exporter_prometheus::PrometheusHandle;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use store::{Options, Store};
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
}

/// A name for this instance that no other has.
pub fn instance_name() -> String {
    hex::encode(rand::random::<[u8; 8]>())
}

/// Opens the store of an address at the clock's time.
///
/// # Errors
/// When it cannot be opened.
pub async fn open(address: &str, clock: &Clock) -> anyhow::Result<Store> {
    Ok(Store::open(address, Options::at(clock.now())).await?)
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
    let server = tokio::spawn({
        let stop = stop.clone();
        async move {
            let listener = NoDelay(listener);
            let served = axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned()).await;
            if let Err(error) = served {
                tracing::error!(%error, "the HTTP server ended");
            }
        }
    });
    let mut handles = Vec::new();
    if loops {
        handles.push(tokio::spawn(loops::schedule(Arc::clone(&doors), stop.clone())));
        handles.push(tokio::spawn(loops::send(Arc::clone(&doors), stop.clone())));
    }
    Ok(Running { address, doors, stop, server, loops: handles })
}

impl Running {
    /// The callbacks, the clock and the engine.
    pub fn doors(&self) -> &Arc<Doors> {
        &self.doors
    }

    /// Takes no new message, finishes what was accepted, and closes the store.
    pub async fn stop(self) {
        self.stop.cancel();
        let Self { doors, mut server, loops, .. } = self;
        if tokio::time::timeout(LAST_WORDS, &mut server).await.is_err() {
            // A connection that never ends; what was accepted is stored all the same.
            server.abort();
        }
        for mut handle in loops {
            if tokio::time::timeout(LAST_WORDS, &mut handle).await.is_err() {
                handle.abort();
            }
        }
        if let Some(engine) = doors.engine() {
            doors.set_engine(None);
            engine.store().close().await;
        }
    }
}

/// A listener whose connections send each answer at once.
struct NoDelay(TcpListener);

impl axum::serve::Listener for NoDelay {
    type Io = tokio::net::TcpStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            match self.0.accept().await {
                Ok((stream, address)) => {
                    let _ = stream.set_nodelay(true);
                    return (stream, address);
                }
                // Out of file handles or the like: others may be given back.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.0.local_addr()
    }
}
