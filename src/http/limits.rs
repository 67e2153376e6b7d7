//! How much is taken from one sender and one address. Everything is in memory and of this instance; ids are kept as
//! hashes with a key of this run, so neither a person nor a collision can be made from them.
//!
//! - A **sender** whom a platform vouches for: whoever floods is told once to pause, and what comes during the pause is
//!   answered with nothing and not stored.
//! - A **stranger**, verified but no member, causes only a few stored rows an hour: guesses of a token or a name.
//! - An **address**, for requests that could not be verified only: a platform's own are never counted, so that whoever
//!   shares an address with it has no hold over it but by forging.

use super::address::caller;
use bot::bucket::{Buckets, Rate};
use domain::EpochMs;
use domain::calendar::{HOUR, MINUTE};
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The usual [`Rates::pause`].
const PAUSE: EpochMs = 10_000;
/// Senders, strangers and addresses that are remembered, each.
const MOST: usize = 16_384;

/// What may be set.
#[derive(Clone, Copy, Debug)]
pub struct Rates {
    /// Messages of one sender.
    pub sender: Rate,
    /// Messages of one stranger.
    pub stranger: Rate,
    /// Unverified requests of one address.
    pub address: Rate,
    /// Shortest pause that somebody is told to make, milliseconds. What comes back meanwhile is there afterwards.
    pub pause: EpochMs,
}

impl Rates {
    /// From the numbers of the configuration, each from 1.
    pub fn new(sender: (u32, u32), stranger_per_hour: u32, address: (u32, u32)) -> Self {
        let minutely = |(burst, amount)| Rate { burst, amount, period: MINUTE };
        Self {
            sender: minutely(sender),
            stranger: Rate { burst: stranger_per_hour, amount: stranger_per_hour, period: HOUR },
            address: minutely(address),
            pause: PAUSE,
        }
    }
}

/// A sender, as the limits know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SenderKey(u64);

/// What becomes of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is handled.
    Pass,
    /// It is not handled, and its sender is told to pause for so many seconds.
    Pause(i64),
    /// It is not handled; its sender was told already.
    Silent,
}

/// A bucket each, and a pause for whoever empties it.
struct Throttle {
    rate: Rate,
    pause: EpochMs,
    buckets: Buckets<SenderKey>,
    paused: HashMap<SenderKey, EpochMs>,
    most: usize,
}

impl Throttle {
    fn new(rate: Rate, pause: EpochMs, most: usize) -> Self {
        Self { rate, pause, buckets: Buckets::new(most), paused: HashMap::new(), most }
    }

    fn is_paused(&self, key: SenderKey, now: EpochMs) -> bool {
        self.paused.get(&key).is_some_and(|until| now < *until)
    }

    fn take(&mut self, key: SenderKey, now: EpochMs) -> Verdict {
        if self.is_paused(key, now) {
            return Verdict::Silent;
        }
        let Err(ready) = self.buckets.take(key, self.rate, now) else {
            self.paused.remove(&key);
            return Verdict::Pass;
        };
        let until = ready.max(now + self.pause);
        if self.paused.len() >= self.most {
            self.paused.retain(|_, until| now < *until);
        }
        // Where there is no room the next message is told again.
        if self.paused.len() < self.most {
            self.paused.insert(key, until);
        }
        Verdict::Pause((until - now + 999) / 1_000)
    }

    fn is_spent(&self, key: SenderKey, now: EpochMs) -> bool {
        self.is_paused(key, now) || self.buckets.ready(&key, self.rate, now).is_err()
    }

    fn forget(&mut self, key: SenderKey) {
        self.paused.remove(&key);
        self.buckets.forget(&key);
    }
}

/// All limits of a program. Times are milliseconds that never go back.
pub struct Limits {
    hasher: RandomState,
    address: Rate,
    senders: Mutex<Throttle>,
    strangers: Mutex<Throttle>,
    addresses: Mutex<Buckets<IpAddr>>,
}

impl Limits {
    /// Nobody has done anything yet.
    pub fn new(rates: Rates) -> Self {
        Self {
            hasher: RandomState::new(),
            address: rates.address,
            senders: Mutex::new(Throttle::new(rates.sender, rates.pause, MOST)),
            strangers: Mutex::new(Throttle::new(rates.stranger, rates.pause, MOST)),
            addresses: Mutex::new(Buckets::new(MOST)),
        }
    }

    /// The key of somebody on a platform.
    pub fn key(&self, platform: &str, user_id: &str) -> SenderKey {
        SenderKey(self.hasher.hash_one((platform, user_id)))
    }

    /// Counts a verified message.
    pub fn sender(&self, key: SenderKey, now: EpochMs) -> Verdict {
        locked(&self.senders).take(key, now)
    }

    /// Counts a message of somebody who is no member.
    pub fn stranger(&self, key: SenderKey, now: EpochMs) -> Verdict {
        locked(&self.strangers).take(key, now)
    }

    /// Whether somebody, when no member, has nothing left; counts nothing.
    pub fn is_spent_as_stranger(&self, key: SenderKey, now: EpochMs) -> bool {
        locked(&self.strangers).is_spent(key, now)
    }

    /// Somebody has become a member.
    pub fn has_joined(&self, key: SenderKey) {
        locked(&self.strangers).forget(key);
    }

    /// Whether a request of an address is looked at; counts nothing.
    ///
    /// # Errors
    /// The seconds, from 1, after which it is.
    pub fn may_knock(&self, address: IpAddr, now: EpochMs) -> Result<(), i64> {
        let ready = locked(&self.addresses).ready(&caller(address), self.address, now);
        ready.map_err(|at| (at - now + 999) / 1_000)
    }

    /// Counts a request that could not be verified.
    pub fn was_refused(&self, address: IpAddr, now: EpochMs) {
        // Those that came in together may have found the same token.
        let _ = locked(&self.addresses).take(caller(address), self.address, now);
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> Limits {
        Limits::new(Rates::new((30, 60), 10, (60, 60)))
    }

    #[test]
    fn whoever_floods_is_told_once_a_pause() {
        let limits = limits();
        let (key, other) = (limits.key("wecom", "zhangsan"), limits.key("dingtalk", "zhangsan"));
        assert_ne!(key, other);
        for _ in 0..30 {
            assert_eq!(limits.sender(key, 0), Verdict::Pass);
        }
        // When, and what comes of a message.
        for (now, expected) in
            [(0, Verdict::Pause(10)), (1, Verdict::Silent), (9_999, Verdict::Silent), (10_000, Verdict::Pass)]
        {
            assert_eq!(limits.sender(key, now), expected, "at {now}");
        }
        for _ in 0..9 {
            assert_eq!(limits.sender(key, 10_000), Verdict::Pass, "what came back in the pause");
        }
        assert_eq!(limits.sender(key, 10_001), Verdict::Pause(10));
        assert_eq!(limits.sender(key, 10_002), Verdict::Silent);
        assert_eq!(limits.sender(other, 10_002), Verdict::Pass);
    }

    #[test]
    fn somebody_who_keeps_to_the_rate_is_never_stopped() {
        let limits = limits();
        let key = limits.key("wecom", "zhangsan");
        for second in 0..500 {
            assert_eq!(limits.sender(key, second * 1_000), Verdict::Pass);
        }
    }

    #[test]
    fn a_stranger_has_ten_an_hour_until_he_is_none() {
        let limits = limits();
        let key = limits.key("wecom", "guess");
        for _ in 0..10 {
            assert!(!limits.is_spent_as_stranger(key, 0));
            assert_eq!(limits.stranger(key, 0), Verdict::Pass);
        }
        assert!(limits.is_spent_as_stranger(key, 0));
        assert_eq!(limits.stranger(key, 0), Verdict::Pause(360));
        assert_eq!(limits.stranger(key, 359_999), Verdict::Silent);
        assert!(!limits.is_spent_as_stranger(key, 360_000));
        assert_eq!(limits.stranger(key, 360_000), Verdict::Pass);
        assert_eq!(limits.stranger(key, 360_000), Verdict::Pause(360));
        limits.has_joined(key);
        assert!(!limits.is_spent_as_stranger(key, 360_000));
    }

    #[test]
    fn an_address_is_stopped_by_what_was_refused_only() {
        let limits = limits();
        let address: IpAddr = "203.0.113.9".parse().expect("an address");
        for _ in 0..60 {
            assert_eq!(limits.may_knock(address, 0), Ok(()));
            limits.was_refused(address, 0);
        }
        assert_eq!(limits.may_knock(address, 0), Err(1));
        assert_eq!(limits.may_knock("203.0.113.10".parse().expect("an address"), 0), Ok(()));
        // Looking takes nothing.
        for _ in 0..100 {
            assert_eq!(limits.may_knock(address, 1_000), Ok(()));
        }
        limits.was_refused(address, 1_000);
        assert_eq!(limits.may_knock(address, 1_000), Err(1));
    }

    #[test]
    fn pauses_are_bounded_and_swept() {
        let mut throttle = Throttle::new(Rate { burst: 1, amount: 1, period: 1_000 }, PAUSE, 4);
        for number in 0..100 {
            let (key, now) = (SenderKey(number), 0);
            assert_eq!(throttle.take(key, now), Verdict::Pass);
            assert_eq!(throttle.take(key, now), Verdict::Pause(10));
            assert!(throttle.paused.len() <= 4);
        }
        throttle.take(SenderKey(100), 20_000);
        throttle.take(SenderKey(100), 20_000);
        assert_eq!(throttle.paused.len(), 1, "old ones are swept");
    }
}
