//! Keeps something below a limit of DingTalk's, within this program.
//!
//! The outbox sender already paces each destination; yet one webhook carries a whole group *and* every person who
//! is mentioned in it, and one long parcel is several messages. DingTalk counts them all together, and whoever
//! goes over 20 in a minute is silenced for ten. So the webhook counts for itself, and so does an app for its calls.

use super::EpochMs;
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// Two below DingTalk's 20 per minute and webhook, for its minute need not begin when ours does. DingTalk docs: custom
/// robot.
pub(super) const PER_MINUTE: u32 = 18;

const MINUTE_MS: EpochMs = 60_000;

/// The instants of the last messages or calls.
#[derive(Debug)]
pub(super) struct Pace {
    most: usize,
    window: EpochMs,
    sent: Mutex<VecDeque<EpochMs>>,
}

impl Default for Pace {
    fn default() -> Self {
        Self::new(PER_MINUTE, MINUTE_MS)
    }
}

impl Pace {
    /// At most so many within any such window.
    pub(super) fn new(most: u32, window: EpochMs) -> Self {
        Self { most: usize::try_from(most).unwrap_or(usize::MAX), window, sent: Mutex::default() }
    }

    /// Counts one, or says in how many milliseconds there is room again.
    pub(super) fn take(&self, now: EpochMs) -> Result<(), EpochMs> {
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that was set back must not keep entries alive that lie in the future.
        sent.retain(|at| (0..self.window).contains(&(now - at)));
        match sent.front() {
            Some(oldest) if sent.len() >= self.most => Err(oldest + self.window - now),
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
