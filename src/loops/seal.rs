//! The sealing loop: once a minute everything that is new, off the way of messages; see `store`'s file `seal.rs`.

use crate::http::hooks::Doors;
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::Head;
use tokio_util::sync::CancellationToken;

/// How long events stand unsealed at the most, while the program runs.
const ROUND: Duration = Duration::from_secs(60);
/// How often the newest seal is told to the log, which is kept apart from the database.
const TOLD_EVERY: Duration = Duration::from_secs(3_600);

/// Seals until stopped; [`last_seal`] comes after everything else has ended.
pub async fn seal(doors: Arc<Doors>, stop: CancellationToken) {
    let mut told: Option<Instant> = None;
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(ROUND) => {}
        }
        if let Some(head) = once(&doors).await
            && told.is_none_or(|told| told.elapsed() >= TOLD_EVERY)
        {
            tell(&head);
            told = Some(Instant::now());
        }
    }
}

/// Seals what the last minute brought, when all others have stopped.
pub async fn last_seal(doors: &Doors) {
    if let Some(head) = once(doors).await {
        tell(&head);
    }
}

fn tell(head: &Head) {
    tracing::info!(%head, "events are sealed; deskmate verify --head checks by this");
}

/// The newest seal of its own; `None` when there was nothing to seal, or it could not be done.
async fn once(doors: &Doors) -> Option<Head> {
    let engine = doors.engine()?;
    match engine.store().seal(doors.clock().now()).await {
        Ok(mut added) => added.pop(),
        Err(error) => {
            tracing::warn!(%error, "events could not be sealed; tried again in a minute");
            None
        }
    }
}
