//! Keeps what is spent of DingTalk's monthly allowance.

use crate::http::hooks::Doors;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Between two times; a crash forgets what was spent in one.
const PAUSE: Duration = Duration::from_secs(15);

/// Runs until stopped; then a last time.
pub async fn quota(doors: Arc<Doors>, stop: CancellationToken) {
    let Some(quota) = doors.dingtalk_quota() else { return };
    loop {
        let stopping = stop.is_cancelled();
        if let Some(engine) = doors.engine()
            && let Err(error) = quota.keep(&engine, doors.clock().now()).await
        {
            tracing::warn!(%error, "what was spent of DingTalk's allowance could not be kept");
        }
        if stopping {
            return;
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}
