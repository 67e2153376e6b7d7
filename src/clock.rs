//! The one clock of the program. `serve` runs on the machine's; `try` moves it; stories and tests hold it still.

use domain::EpochMs;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Clones share it.
#[derive(Clone, Debug)]
pub struct Clock(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// Added to the machine's time while the clock runs.
    offset: AtomicI64,
    /// The present while it stands still; [`RUNNING`] otherwise.
    still: AtomicI64,
    born: Instant,
}

const RUNNING: i64 = i64::MIN;

fn machine() -> EpochMs {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    EpochMs::try_from(since.as_millis()).unwrap_or(EpochMs::MAX)
}

impl Clock {
    /// The machine's time.
    pub fn machine() -> Self {
        Self(Arc::new(Inner {
            offset: AtomicI64::new(0),
            still: AtomicI64::new(RUNNING),
            born: Instant::now(),
        }))
    }

    /// Stands still at an instant until it is set.
    pub fn still(at: EpochMs) -> Self {
        let clock = Self::machine();
        clock.hold(at);
        clock
    }

    /// The present.
    pub fn now(&self) -> EpochMs {
        match self.0.still.load(Ordering::Acquire) {
            RUNNING => machine().saturating_add(self.0.offset.load(Ordering::Acquire)),
            at => at,
        }
    }

    /// Milliseconds since the clock was made. Nobody sets or holds them, so they measure how fast something happens.
    pub fn ticks(&self) -> EpochMs {
        EpochMs::try_from(self.0.born.elapsed().as_millis()).unwrap_or(EpochMs::MAX)
    }

    /// Holds it at an instant.
    pub fn hold(&self, at: EpochMs) {
        self.0.still.store(at, Ordering::Release);
    }

    /// Lets it run on from where it stands.
    pub fn run(&self) {
        let at = self.now();
        self.0.offset.store(at.saturating_sub(machine()), Ordering::Release);
        self.0.still.store(RUNNING, Ordering::Release);
    }

    /// As a platform asks for it.
    pub fn for_platforms(&self) -> platform::Clock {
        let clock = self.clone();
        Arc::new(move || clock.now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_stands_and_runs_on_from_there() {
        let clock = Clock::still(1_000);
        assert_eq!(clock.now(), 1_000);
        clock.hold(5_000);
        assert_eq!(clock.now(), 5_000);
        clock.run();
        assert!((5_000..65_000).contains(&clock.now()));
    }
}
