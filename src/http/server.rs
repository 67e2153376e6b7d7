//! The HTTP/1.1 server: takes connections up to a bound, closes those that keep it waiting, and stops gracefully.
//!
//! A connection waits for a request (`idle`), for the rest of its head (`head`), or for us. While it is we who are
//! busy it is left alone: the handlers bound the time in which a body must arrive and an answer be found. A caller that
//! does not take its answer is idle. A connection is closed only after the caller has: closing on what it still sends
//! would take the answer back.

use super::address::Peer;
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use std::io::{IoSlice, Result};
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Longest head of a request, bytes; a longer one, or one with more than a hundred headers, gets 431.
const LONGEST_HEAD: usize = 16 << 10;
/// What one connection may have read and not handled, bytes.
const BUFFER: usize = 64 << 10;
/// Callers that are told at the same time that there is no room; others are only hung up on.
const TOLD: usize = 64;
/// How long a caller has for hearing the last answer and closing, too.
const LEAVING: Duration = Duration::from_secs(1);
/// The answer when there is no room: come back, on a new connection.
const NO_ROOM: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/// What a caller may use up.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Connections at the same time.
    pub connections: usize,
    /// From the first byte of a request to the end of its head.
    pub head: Duration,
    /// Without a request, or without taking its answer. Longer than a reverse proxy keeps a connection that it does not
    /// use, so that the proxy ends it and no request meets a closed one.
    pub idle: Duration,
    /// From the end of a request's head to the end of its body.
    pub body: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self { connections: 512, head: seconds(10), idle: seconds(150), body: seconds(10) }
    }
}

/// Serves until told to stop; then takes no more connections, and ends when the last request is answered. When it is
/// dropped, so is every connection.
pub async fn serve(listener: TcpListener, router: Router, bounds: Bounds, stop: CancellationToken) {
    let places = Arc::new(Semaphore::new(bounds.connections));
    let telling = Arc::new(Semaphore::new(TOLD));
    let turned_away = metrics::counter!("deskmate_limited_total", "by" => "connections");
    let mut connections = JoinSet::new();
    loop {
        let (stream, peer) = tokio::select! {
            () = stop.cancelled() => break,
            Some(_) = connections.join_next() => continue,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                // Out of file handles or the like: others may be given back.
                Err(_) => {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
        };
        // Each answer is sent at once.
        let _ = stream.set_nodelay(true);
        if let Ok(place) = Arc::clone(&places).try_acquire_owned() {
            connections.spawn(converse(stream, peer, router.clone(), bounds, stop.clone(), place));
        } else {
            turned_away.increment(1);
            if let Ok(place) = Arc::clone(&telling).try_acquire_owned() {
                connections.spawn(turn_away(stream, place));
            }
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

async fn converse(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    bounds: Bounds,
    stop: CancellationToken,
    _place: OwnedSemaphorePermit,
) {
    let pulse = &Pulse::default();
    let router = TowerToHyperService::new(router);
    let service = service_fn(|mut request: Request<Incoming>| {
        pulse.beat(Phase::Busy);
        request.extensions_mut().insert(Peer { address: peer.ip(), patience: bounds.body });
        let answered = router.call(request.map(Body::new));
        async move {
            let answer = answered.await;
            pulse.beat(Phase::Idle);
            answer
        }
    });
    let io = TokioIo::new(Watched { stream, pulse, shut: false });
    let mut http = http1::Builder::new();
    // The clock of hyper's own bound for the head runs on an idle connection, too.
    http.header_read_timeout(None).max_header_size(LONGEST_HEAD).max_buf_size(BUFFER);
    let mut connection = pin!(http.serve_connection(io, service));
    let mut too_long = pin!(pulse.too_long(bounds));
    let mut stopping = false;
    loop {
        tokio::select! {
            ended = connection.as_mut() => {
                if let Err(error) = ended {
                    tracing::trace!(%error, "a connection ended early");
                }
                return;
            }
            () = too_long.as_mut() => return,
            () = stop.cancelled(), if !stopping => {
                stopping = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}

/// Says that there is no room, and waits for the caller to hear it.
async fn turn_away(mut stream: TcpStream, _place: OwnedSemaphorePermit) {
    let telling = async {
        stream.write_all(NO_ROOM).await?;
        stream.shutdown().await?;
        let mut heard = [0; 4096];
        while stream.read(&mut heard).await? > 0 {}
        Result::Ok(())
    };
    let _ = tokio::time::timeout(LEAVING, telling).await;
}

/// Whom a connection waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// For a request, or for the caller to take its answer.
    Idle,
    /// For the rest of a request's head.
    Head,
    /// For us.
    Busy,
    /// For the caller to close.
    Leaving,
}

/// What a connection waits for, and since when.
struct Pulse(Mutex<(Phase, Instant)>);

impl Default for Pulse {
    fn default() -> Self {
        Self(Mutex::new((Phase::Idle, Instant::now())))
    }
}

impl Pulse {
    fn beat(&self, phase: Phase) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = (phase, Instant::now());
    }

    /// Bytes went to or fro; `next` is what an idle connection waits for from here on.
    fn moved(&self, next: Phase) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.0 == Phase::Idle {
            *state = (next, Instant::now());
        }
    }

    /// Returns when the caller has kept us waiting for too long.
    async fn too_long(&self, bounds: Bounds) {
        loop {
            let (phase, since) = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let bound = match phase {
                Phase::Idle => bounds.idle,
                Phase::Head => bounds.head,
                Phase::Busy => Duration::MAX,
                Phase::Leaving => LEAVING,
            };
            let left = bound.saturating_sub(since.elapsed());
            if left.is_zero() {
                return;
            }
            // Meanwhile it may begin to wait for something else.
            let pause = left.min(bounds.head).min(LEAVING);
            tokio::time::sleep(pause.max(Duration::from_millis(1))).await;
        }
    }
}

/// A stream that tells when bytes move.
struct Watched<'p> {
    stream: TcpStream,
    pulse: &'p Pulse,
    /// We have said our last.
    shut: bool,
}

impl Watched<'_> {
    fn wrote(&self, written: Poll<Result<usize>>) -> Poll<Result<usize>> {
        if matches!(written, Poll::Ready(Ok(1..))) {
            self.pulse.moved(Phase::Idle);
        }
        written
    }
}

impl AsyncRead for Watched<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buffer);
        if buffer.filled().len() > before {
            self.pulse.moved(Phase::Head);
        }
        read
    }
}

impl AsyncWrite for Watched<'_> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.wrote(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.wrote(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        if !self.shut {
            ready!(Pin::new(&mut self.stream).poll_shutdown(cx))?;
            self.shut = true;
            self.pulse.beat(Phase::Leaving);
        }
        loop {
            let mut unheard = [0; 4096];
            let mut unheard = ReadBuf::new(&mut unheard);
            ready!(Pin::new(&mut self.stream).poll_read(cx, &mut unheard))?;
            if unheard.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
        }
    }
}
