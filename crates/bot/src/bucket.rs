//! Token buckets by key: how often something may happen, for what goes out (`pace`) and what comes in (the HTTP doors).
//! Time is an argument; any clock does, as long as one table is always asked by the same.

use domain::EpochMs;
pub use domain::rate::Rate;
use std::collections::HashMap;
use std::hash::Hash;

#[derive(Clone, Copy, Debug)]
struct Bucket {
    rate: Rate,
    level: i64,
    at: EpochMs,
}

impl Bucket {
    fn level(&self, rate: Rate, now: EpochMs) -> i64 {
        rate.level(self.level, self.at, now)
    }

    /// What is lacking until it is full.
    fn lacking(&self, now: EpochMs) -> i64 {
        self.rate.full() - self.level(self.rate, now)
    }
}

/// The buckets of all keys that were asked for lately. A key without a bucket has a full one.
#[derive(Debug)]
pub struct Buckets<K> {
    buckets: HashMap<K, Bucket>,
    most: usize,
}

impl<K: Eq + Hash> Buckets<K> {
    /// No bucket, and never more than `most` (at least 4). When a table is full, full buckets are forgotten, which
    /// changes nothing; when too few are, the quarter nearest to full is, which gives their keys some tokens early.
    pub fn new(most: usize) -> Self {
        Self { buckets: HashMap::new(), most: most.max(4) }
    }

    /// Takes a token; otherwise says when there will be one.
    ///
    /// # Errors
    /// The instant of the next token, later than `now`.
    pub fn take(&mut self, key: K, rate: Rate, now: EpochMs) -> Result<(), EpochMs> {
        if self.buckets.len() >= self.most && !self.buckets.contains_key(&key) {
            self.sweep(now);
        }
        let fresh = Bucket { rate, level: rate.full(), at: now };
        let bucket = self.buckets.entry(key).or_insert(fresh);
        *bucket = Bucket { rate, level: bucket.level(rate, now), at: now };
        let ready = rate.ready(bucket.level, 1, now);
        if ready.is_ok() {
            bucket.level -= rate.token();
        }
        ready
    }

    /// Whether [`Buckets::take`] would succeed; takes nothing.
    ///
    /// # Errors
    /// The instant of the next token, later than `now`.
    pub fn ready(&self, key: &K, rate: Rate, now: EpochMs) -> Result<(), EpochMs> {
        self.buckets.get(key).map_or(Ok(()), |bucket| rate.ready(bucket.level(rate, now), 1, now))
    }

    /// Gives a key a full bucket.
    pub fn forget(&mut self, key: &K) {
        self.buckets.remove(key);
    }

    fn sweep(&mut self, now: EpochMs) {
        self.buckets.retain(|_, bucket| bucket.lacking(now) > 0);
        let bound = self.most - self.most / 4;
        if self.buckets.len() < bound {
            return;
        }
        let mut lacking: Vec<i64> = self.buckets.values().map(|bucket| bucket.lacking(now)).collect();
        let goes = self.most / 4;
        let (_, last, _) = lacking.select_nth_unstable(goes - 1);
        let (last, mut goes) = (*last, goes);
        self.buckets.retain(|_, bucket| {
            let stays = goes == 0 || bucket.lacking(now) > last;
            goes -= usize::from(!stays);
            stays
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SECOND: EpochMs = 1_000;

    #[test]
    fn a_burst_at_once_and_then_one_at_a_time() {
        let rate = Rate { burst: 3, amount: 1, period: SECOND };
        // When, and what a take answers.
        let cases = [
            (0, Ok(())),
            (0, Ok(())),
            (0, Ok(())),
            (0, Err(1_000)),
            (999, Err(1_000)),
            (1_000, Ok(())),
            (1_000, Err(2_000)),
            // Never fuller than the burst.
            (100_000, Ok(())),
            (100_000, Ok(())),
            (100_000, Ok(())),
            (100_000, Err(101_000)),
            // The clock is set back.
            (50_000, Err(51_000)),
            (51_000, Ok(())),
        ];
        let mut buckets = Buckets::new(16);
        for (index, (now, expected)) in cases.into_iter().enumerate() {
            assert_eq!(buckets.ready(&"a", rate, now), expected, "case {index}");
            assert_eq!(buckets.take("a", rate, now), expected, "case {index}");
        }
        assert_eq!(buckets.take("b", rate, 51_000), Ok(()), "another key has its own");
        buckets.forget(&"a");
        assert_eq!(buckets.take("a", rate, 51_000), Ok(()));
    }

    #[test]
    fn a_rate_of_less_than_one_a_second_and_of_many() {
        for (rate, next) in [
            (Rate { burst: 1, amount: 10, period: 3_600 * SECOND }, 360_000),
            (Rate { burst: 1, amount: 7, period: SECOND }, 143),
            (Rate { burst: 1, amount: 5_000, period: SECOND }, 1),
        ] {
            let mut buckets = Buckets::new(16);
            assert_eq!(buckets.take(1, rate, 0), Ok(()));
            assert_eq!(buckets.take(1, rate, 0), Err(next), "{rate:?}");
            assert_eq!(buckets.take(1, rate, next), Ok(()), "{rate:?}");
        }
    }

    #[test]
    fn a_full_table_keeps_those_who_took_most() {
        let rate = Rate { burst: 10, amount: 1, period: SECOND };
        let mut buckets = Buckets::new(8);
        for key in 0..100 {
            for _ in 0..=(if key == 0 { 9 } else { 0 }) {
                let _ = buckets.take(key, rate, 0);
            }
            assert!(buckets.buckets.len() <= 8);
        }
        assert_eq!(buckets.take(0, rate, 0), Err(1_000), "the one who has none left is still known");
        // All are full again after a while, so one more sweeps them all away.
        for key in 100..104 {
            let _ = buckets.take(key, rate, 20_000);
        }
        assert!(buckets.buckets.len() <= 5, "{}", buckets.buckets.len());
    }

    proptest! {
        #[test]
        fn never_more_than_burst_and_rate_in_any_window(
            (burst, amount, period) in (1_u32..50, 1_u32..20, 1_i64..5_000),
            asked in prop::collection::vec((0_i64..700, 0_u8..3), 1..300),
        ) {
            let rate = Rate { burst, amount, period };
            let mut buckets = Buckets::new(64);
            let mut now = 0;
            let mut taken: Vec<(u8, EpochMs)> = Vec::new();
            for (step, key) in asked {
                now += step;
                let expected = buckets.ready(&key, rate, now);
                let answer = buckets.take(key, rate, now);
                prop_assert_eq!(answer, expected);
                match answer {
                    Ok(()) => taken.push((key, now)),
                    Err(at) => {
                        prop_assert!(at > now);
                        prop_assert!(buckets.ready(&key, rate, at).is_ok(), "what was said is true");
                        prop_assert!(buckets.ready(&key, rate, at - 1).is_err(), "and not too late");
                    }
                }
            }
            for (index, (key, start)) in taken.iter().enumerate() {
                let mut count = 0;
                for (other, at) in &taken[index..] {
                    if other == key {
                        count += 1;
                        let most = i64::from(burst) + i64::from(amount) * (at - start) / period;
                        prop_assert!(count <= most, "{count} in {} ms, at most {most}", at - start);
                    }
                }
            }
        }

        #[test]
        fn a_table_never_grows_beyond_its_bound(
            keys in prop::collection::vec((0_u16..500, 0_i64..300), 1..600),
            most in 4_usize..40,
        ) {
            let rate = Rate { burst: 4, amount: 1, period: SECOND };
            let mut buckets = Buckets::new(most);
            let mut now = 0;
            for (key, step) in keys {
                now += step;
                let _ = buckets.take(key, rate, now);
                prop_assert!(buckets.buckets.len() <= most);
            }
        }
    }
}
