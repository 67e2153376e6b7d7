//! The loops: they know when to ask, the engine knows what to do. Each takes the engine anew every round, because a
//! restart puts another one behind the doors.

pub mod dingtalk;
mod quota;
mod seal;
pub mod wecom;

pub use quota::quota;
pub use seal::{last_seal, seal};

use crate::http::hooks::Doors;
use domain::EpochMs;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio_cron_scheduler::{Job, JobScheduler};
use tokio_util::sync::CancellationToken;

/// Longest sleep of the scheduler: a wake-up that was missed costs at most so much.
const WATCHDOG: Duration = Duration::from_secs(30);
/// Longest sleep of the sender: rows that another instance wrote, or gave back, are found so soon.
const LOOK_ROUND: Duration = Duration::from_secs(5);
/// Pause after the store could not be reached.
const TROUBLE: Duration = Duration::from_secs(2);

/// Runs schedules and reminders until stopped. tokio-cron-scheduler wakes it at the crons; between them it sleeps until
/// the next reminder, at most [`WATCHDOG`]. Truth is in the table: a wake-up only asks.
pub async fn schedule(doors: Arc<Doors>, stop: CancellationToken) {
    let wake = Arc::new(Notify::new());
    let alarms = alarms(&doors, &wake).await;
    while !stop.is_cancelled() {
        let pause = match doors.engine() {
            None => TROUBLE,
            Some(engine) => {
                let now = doors.clock().now();
                match engine.tick(now).await {
                    Ok(_) => match engine.next_due().await {
                        Ok(next) => until(next, doors.clock().now()).min(WATCHDOG),
                        Err(_) => TROUBLE,
                    },
                    Err(error) => {
                        tracing::warn!(%error, "schedules could not be looked at");
                        TROUBLE
                    }
                }
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = wake.notified() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
    if let Some(mut alarms) = alarms {
        let _ = alarms.shutdown().await;
    }
}

/// Delivers outgoing rows until stopped; then a last time, so that what was caused is on its way.
pub async fn send(doors: Arc<Doors>, stop: CancellationToken) {
    loop {
        let stopping = stop.is_cancelled();
        let Some(engine) = doors.engine() else {
            if stopping {
                return;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
            continue;
        };
        let delivered = engine.deliver_round(doors.clock().now()).await;
        if let Ok(Some(_)) = delivered {
            continue;
        }
        if stopping {
            return;
        }
        let pause = match delivered {
            Ok(_) => match engine.store().read(|tx| tx.next_outgoing()).await {
                Ok(Some(next)) => until(Some(next), doors.clock().now()).min(LOOK_ROUND),
                Ok(None) => LOOK_ROUND,
                Err(_) => TROUBLE,
            },
            Err(error) => {
                tracing::warn!(%error, "the outbox could not be looked at");
                TROUBLE
            }
        };
        let wake = engine.store().wake();
        drop(engine);
        tokio::select! {
            () = stop.cancelled() => {}
            () = wake.woken() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// Wake-ups at the schedules' crons. Without them the watchdog still finds everything.
async fn alarms(doors: &Doors, wake: &Arc<Notify>) -> Option<JobScheduler> {
    let engine = doors.engine()?;
    let alarms = JobScheduler::new().await.ok()?;
    for schedule in engine.bot().schedules() {
        let wake = Arc::clone(wake);
        // tokio-cron-scheduler counts seconds.
        let cron = format!("0 {}", schedule.cron);
        let job = Job::new_async_tz(cron, engine.bot().calendar.zone(), move |_, _| {
            let wake = Arc::clone(&wake);
            Box::pin(async move { wake.notify_one() })
        });
        match job {
            Ok(job) => {
                let _ = alarms.add(job).await;
            }
            Err(_) => {
                tracing::warn!(schedule = schedule.name, "no wake-up for this schedule; the watchdog runs it")
            }
        }
    }
    alarms.start().await.ok()?;
    Some(alarms)
}

fn until(next: Option<EpochMs>, now: EpochMs) -> Duration {
    let wait = next.map_or(EpochMs::MAX, |next| next.saturating_sub(now));
    // Not below a few milliseconds: a row that another instance has leased would be asked for without pause.
    Duration::from_millis(u64::try_from(wait.max(20)).unwrap_or(20))
}
