//! A token bucket as numbers: how often something may happen. Time is an argument; any clock does, as long as one bucket
//! is always asked by the same.

use crate::EpochMs;

/// How often something may happen: `burst` times at once, and `amount` times a `period` in the long run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Tokens of a full bucket, from 1.
    pub burst: u32,
    /// Tokens that come back in a period, from 1.
    pub amount: u32,
    /// Milliseconds, from 1 to a day.
    pub period: EpochMs,
}

impl Rate {
    /// A token in the unit of levels: in a millisecond `amount` such units come back.
    pub fn token(self) -> i64 {
        self.period.max(1)
    }

    fn speed(self) -> i64 {
        i64::from(self.amount.max(1))
    }

    /// The level of a full bucket.
    pub fn full(self) -> i64 {
        i64::from(self.burst.max(1)) * self.token()
    }

    /// The level at `now` of a bucket that stood at `level` at the instant `at`.
    pub fn level(self, level: i64, at: EpochMs, now: EpochMs) -> i64 {
        let full = self.full();
        // A clock that was set back fills nothing and takes nothing away.
        let passed = now.saturating_sub(at).clamp(0, full / self.speed() + 1);
        (level + passed * self.speed()).min(full)
    }

    /// Whether a bucket of this level at `now` holds `tokens`; what is more than the burst counts as the burst.
    ///
    /// # Errors
    /// The instant at which it will, later than `now`.
    pub fn ready(self, level: i64, tokens: u32, now: EpochMs) -> Result<(), EpochMs> {
        let lacking = self.worth(tokens) - level;
        if lacking <= 0 { Ok(()) } else { Err(now + (lacking + self.speed() - 1) / self.speed()) }
    }

    /// What so many tokens are worth in the unit of levels.
    pub fn worth(self, tokens: u32) -> i64 {
        i64::from(tokens.min(self.burst.max(1))) * self.token()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_fills_to_its_burst_and_says_when() {
        let rate = Rate { burst: 3, amount: 1, period: 1_000 };
        assert_eq!(rate.level(0, 0, 2_500), 2_500);
        assert_eq!(rate.level(0, 0, 99_000), rate.full());
        assert_eq!(rate.level(1_500, 10_000, 0), 1_500, "the clock was set back");
        assert_eq!(rate.ready(2_500, 2, 7), Ok(()));
        assert_eq!(rate.ready(2_500, 3, 7), Err(507));
        assert_eq!(rate.ready(3_000, 99, 7), Ok(()), "more than the burst is never there at once");
        let fast = Rate { burst: 1, amount: 7, period: 1_000 };
        assert_eq!(fast.ready(0, 1, 0), Err(143));
    }
}
