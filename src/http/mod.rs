//! The program's HTTP side: callbacks, the local page, health and metrics.

pub mod console;
pub mod hooks;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use hooks::Doors;
use metrics_exporter_prometheus::PrometheusHandle;
use std::sync::Arc;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::set_header::SetResponseHeaderLayer;

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
        .with_state(Health { doors: Arc::clone(&doors), metrics });
    let mut router = Router::new().merge(hooks::router(doors)).merge(health);
    if let Some(page) = page {
        router = router.merge(page);
    }
    router
        .layer(SetResponseHeaderLayer::if_not_present(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CACHE_CONTROL,
            HeaderValue::from_static("no-store"),
        ))
        .layer(CatchPanicLayer::new())
}

/// 200 when messages can be stored, else 503.
async fn ready(State(health): State<Health>) -> Response {
    let Some(engine) = health.doors.engine() else {
        return (StatusCode::SERVICE_UNAVAILABLE, "starting or stopping").into_response();
    };
    let waiting = engine.store().read(|tx| tx.outgoing_waiting()).await;
    match waiting {
        Ok(waiting) => format!("ready\noutbox waiting {waiting}\n").into_response(),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the store is not available").into_response()
        }
    }
}

async fn exposed(State(health): State<Health>) -> Response {
    let Some(handle) = &health.metrics else { return StatusCode::NOT_FOUND.into_response() };
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
