//! A request's body as a whole, within its time.

use super::address::Peer;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::time::Duration;

/// How long a body may take when our server does not say.
const PATIENCE: Duration = Duration::from_secs(10);

/// A body that has arrived in time and is not too long; else 408 or 413.
pub(super) struct Whole(pub(super) Bytes);

impl<S: Send + Sync> FromRequest<S> for Whole {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let patience = request.extensions().get::<Peer>().map_or(PATIENCE, |peer| peer.patience);
        match tokio::time::timeout(patience, Bytes::from_request(request, state)).await {
            Ok(Ok(body)) => Ok(Self(body)),
            Ok(Err(rejection)) => Err(last_answer(rejection.status())),
            Err(_) => Err(last_answer(StatusCode::REQUEST_TIMEOUT)),
        }
    }
}

/// An answer to a body that was not read to its end. The connection cannot be used again, and the caller is told so:
/// otherwise his next request may meet it while it is being closed, and is lost.
fn last_answer(status: StatusCode) -> Response {
    (status, [(header::CONNECTION, "close")]).into_response()
}
