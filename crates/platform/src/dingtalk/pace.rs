//! Keeps one webhook below DingTalk's limit.
//!
//! The outbox sender already paces each destination; yet one webhook carries a whole group *and* every person who
//! is mentioned in it, and one long parcel is several messages. DingTalk counts them all together, and whoever
//! goes over 20 in a minute is silenced for ten. So the webhook counts for itself.

use super::EpochMs;
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// Two below DingTalk's 20 per minute, for its minute need not begin when ours does. DingTalk docs: custom robot.
pub(super) const PER_MINUTE: u32 = 18;

const MINUTE_MS: EpochMs = 60_000;

/// The instants of the last minute's messages.
#[derive(Debug, Default)]
pub(super) struct Pace(Mutex<VecDeque<EpochMs>>);

impl Pace {
    /// Counts one message, or says in how many milliseconds there is room again.
    pub(super) fn take(&self, now: EpochMs) -> Result<(), EpochMs> {
        let mut sent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that was set back must not keep entries alive that lie in the future.
        sent.retain(|at| (0..MINUTE_MS).contains(&(now - at)));
        match sent.front() {
            Some(oldest) if sent.len() >= PER_MINUTE as usize => Err(oldest + MINUTE_MS - now),
            _ => {
                sent.push_back(now);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eighteen_in_any_minute() {
        let pace = Pace::default();
        for at in 0..18 {
            assert_eq!(pace.take(at * 1_000), Ok(()));
        }
        assert_eq!(pace.take(20_000), Err(40_000));
        assert_eq!(pace.take(59_999), Err(1));
        assert_eq!(pace.take(60_000), Ok(()));
        assert_eq!(pace.take(60_000), Err(1_000));
        assert_eq!(pace.take(-5), Ok(()), "the clock was set back");
    }
}
