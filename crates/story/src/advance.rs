//! Moving time: everything that is due on the way runs at its own instant, in order.

use bot::Engine;
use domain::EpochMs;
use domain::calendar::MINUTE;

/// Steps that a due time which does not move may cost; then the rest of the way is gone at once, and what was passed
/// is caught up there as its schedule says.
const MOST_STUCK: u32 = 10_000;

/// What moving time did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Advanced {
    /// Instants at which the engine ticked, the end included.
    pub steps: u32,
}

/// Moves time from `from` to `to`. `at` is told each instant before anything happens at it; the last is `to`.
///
/// # Errors
/// When the store cannot be reached; what was not recorded is due again.
pub async fn advance(
    engine: &Engine,
    from: EpochMs,
    to: EpochMs,
    mut at: impl FnMut(EpochMs),
) -> Result<Advanced, store::Error> {
    let mut advanced = Advanced::default();
    let mut now = from;
    let mut ticked = false;
    let mut stuck: u32 = 0;
    while let Some(due) = engine.next_due().await? {
        let next = if !ticked || due > now {
            stuck = 0;
            due.max(now)
        } else {
            // Due, and still due after it was asked to run: other things must get their turn, so time goes on.
            stuck += 1;
            now + (1 << stuck.min(16)).min(MINUTE)
        };
        if next > to || stuck > MOST_STUCK {
            break;
        }
        now = next;
        step(engine, now, &mut at).await?;
        ticked = true;
        advanced.steps += 1;
    }
    if !ticked || now < to {
        step(engine, to, &mut at).await?;
        advanced.steps += 1;
    }
    Ok(advanced)
}

async fn step(engine: &Engine, now: EpochMs, at: &mut impl FnMut(EpochMs)) -> Result<(), store::Error> {
    at(now);
    engine.tick(now).await?;
    engine.deliver(now).await?;
    Ok(())
}
