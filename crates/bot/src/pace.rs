//! How fast a destination is written to: a token bucket each, so that a platform never has to say "too fast".

use crate::bucket::{Buckets, Rate};
use crate::outside::Destination;
use domain::EpochMs;
use domain::calendar::MINUTE;

/// Which bot of which platform writes to whom.
pub(crate) type Route = (String, String, Destination);

/// Destinations that are remembered.
const MOST: usize = 4096;

/// The buckets of all destinations written to lately.
pub(crate) struct Pace(Buckets<Route>);

impl Default for Pace {
    fn default() -> Self {
        Self(Buckets::new(MOST))
    }
}

impl Pace {
    /// Takes one message's worth; otherwise says when there will be one again.
    pub(crate) fn take(&mut self, route: Route, per_minute: u32, now: EpochMs) -> Result<(), EpochMs> {
        self.0.take(route, Rate { burst: per_minute, amount: per_minute, period: MINUTE }, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn route() -> Route {
        ("wecom".to_owned(), "main".to_owned(), Destination::Group("g".to_owned()))
    }

    #[test]
    fn a_full_bucket_takes_a_minutes_worth_at_once_and_then_one_at_a_time() {
        let mut pace = Pace::default();
        for _ in 0..20 {
            assert_eq!(pace.take(route(), 20, 0), Ok(()));
        }
        assert_eq!(pace.take(route(), 20, 0), Err(3_000));
        assert_eq!(pace.take(route(), 20, 2_999), Err(3_000));
        assert_eq!(pace.take(route(), 20, 3_000), Ok(()));
        assert_eq!(pace.take(route(), 20, 3_000), Err(6_000));
    }

    proptest! {
        #[test]
        fn never_more_than_two_buckets_in_any_minute(steps in prop::collection::vec(0i64..5_000, 1..300)) {
            let mut pace = Pace::default();
            let mut now = 0;
            let mut sent: Vec<EpochMs> = Vec::new();
            for step in steps {
                now += step;
                match pace.take(route(), 18, now) {
                    Ok(()) => sent.push(now),
                    Err(at) => prop_assert!(at > now),
                }
            }
            for start in &sent {
                let within = sent.iter().filter(|at| *at >= start && **at < start + MINUTE).count();
                prop_assert!(within <= 36);
            }
        }
    }
}
