//! The program's HTTP side: callbacks, the local page, health and metrics.

pub mod address;
pub mod console;
mod files;
pub mod hooks;
pub mod limits;
mod names;
pub mod server;
pub(crate) mod taps;
mod whole;

use address::{Peer, Trust};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use hooks::Doors;
use limits::Limits;
use metrics_exporter_prometheus::PrometheusHandle;
use server::Bounds;
use std::sync::Arc;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;

/// How long a look at the health may take.
const HEALTH: Duration = Duration::from_secs(10);

/// What every answer says unless it knows better: nobody guesses its kind, keeps it, shows it in a frame, loads
/// anything for it, or tells another server where it came from.
const HEADERS: [(HeaderName, &str); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::CACHE_CONTROL, "no-store"),
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    (header::REFERRER_POLICY, "no-referrer"),
];

/// How much is taken from whom.
#[derive(Default)]
pub struct Transport {
    /// Whose word is taken for an address.
    pub trust: Trust,
    /// What a connection may use up.
    pub bounds: Bounds,
    /// How often somebody may come; `None` for stories and tests of something else.
    pub limits: Option<Limits>,
}

#[derive(Clone)]
struct Health {
    doors: Arc<Doors>,
    metrics: Option<PrometheusHandle>,
}

/// All routes. `page` is the local web page, when it is served.
pub fn router(doors: Arc<Doors>, metrics: Option<PrometheusHandle>, page: Option<Router>) -> Router {
    let health = Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(exposed))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, HEALTH))
        .with_state(Health { doors: Arc::clone(&doors), metrics });
    let mut router = Router::new().merge(hooks::router(doors)).merge(health);
    if let Some(page) = page {
        router = router.merge(page);
    }
    router = router.layer(CatchPanicLayer::new());
    for (name, value) in HEADERS {
        router = router.layer(SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value)));
    }
    router
}

/// 200 when messages can be stored, else 503.
async fn ready(State(health): State<Health>) -> Response {
    let Some(engine) = health.doors.engine() else {
        return (StatusCode::SERVICE_UNAVAILABLE, "starting or stopping").into_response();
    };
    let waiting = engine.store().read(|tx| tx.outgoing_waiting()).await;
    match waiting {
        Ok(waiting) => {
            let troubles = health.doors.troubles();
            if !troubles.is_empty() {
                let told = format!("{}\noutbox waiting {waiting}\n", troubles.join("\n"));
                return (StatusCode::SERVICE_UNAVAILABLE, told).into_response();
            }
            format!("ready\noutbox waiting {waiting}\n").into_response()
        }
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the store is not available").into_response()
        }
    }
}

/// The metrics, for those who may see them.
async fn exposed(
    State(health): State<Health>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
) -> Response {
    let Some(handle) = &health.metrics else { return StatusCode::NOT_FOUND.into_response() };
    let trust = &health.doors.transport().trust;
    if let Some(Extension(peer)) = peer
        && !trust.may_see_metrics(trust.address(peer.address, &headers))
    {
        return (StatusCode::FORBIDDEN, "not for this address: server.metrics_for\n").into_response();
    }
    let counts = store::counts();
    metrics::counter!("deskmate_store_commits_total").absolute(counts.commits);
    metrics::counter!("deskmate_store_units_total").absolute(counts.units);
    metrics::counter!("deskmate_store_conflicts_total").absolute(counts.conflicts);
    if let Some(engine) = health.doors.engine()
        && let Ok((waiting, parked)) = engine
            .store()
            .read(|tx| Ok::<_, store::Error>((tx.outgoing_waiting()?, tx.parked(1_000)?.len())))
            .await
    {
        // Counts of rows are far below 2^52.
        #[expect(clippy::cast_precision_loss)]
        metrics::gauge!("deskmate_outbox_waiting").set(waiting as f64);
        #[expect(clippy::cast_precision_loss)]
        metrics::gauge!("deskmate_outbox_parked").set(parked as f64);
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], handle.render()).into_response()
}
