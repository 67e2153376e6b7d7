//! What is spent of DingTalk's monthly allowance: counted here as it happens, kept in the store by [`crate::loops::quota`].

use crate::config::DingtalkQuota;
use bot::{Allowance, Engine};
use domain::EpochMs;
use platform::dingtalk::{Meter, PLATFORM, Spent};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use store::Error;

/// The two kinds, as they are kept and as people call them.
const KINDS: [(&str, &str); 2] = [("api", "钉钉接口调用"), ("push", "钉钉 Webhook 与 Stream 消息")];

/// Counts what is spent.
pub struct Quota {
    limits: DingtalkQuota,
    spent: [AtomicI64; 2],
    short: [AtomicBool; 2],
}

fn index(spent: Spent) -> usize {
    match spent {
        Spent::Api => 0,
        Spent::Push => 1,
    }
}

impl Quota {
    /// Nothing spent yet.
    pub fn new(limits: DingtalkQuota) -> Self {
        Self { limits, spent: Default::default(), short: Default::default() }
    }

    /// Keeps what was spent since the last time, and learns how much of the month is gone.
    ///
    /// # Errors
    /// When the store cannot be written: then it is counted on.
    pub async fn keep(&self, engine: &Engine, now: EpochMs) -> Result<(), Error> {
        let taken = [0, 1].map(|kind: usize| self.spent[kind].swap(0, Ordering::AcqRel));
        let limits = [self.limits.api_per_month, self.limits.push_per_month];
        let allowances = [0, 1].map(|kind: usize| Allowance {
            platform: PLATFORM,
            kind: KINDS[kind].0,
            name: KINDS[kind].1,
            limit: i64::from(limits[kind]),
            warn_at: [i64::from(self.limits.warn_percent), i64::from(self.limits.urgent_percent)],
            spent: taken[kind],
        });
        match engine.spend(allowances.into(), now).await {
            Ok(gone) => {
                for (short, gone) in self.short.iter().zip(gone) {
                    short.store(gone >= i64::from(self.limits.thrifty_percent), Ordering::Release);
                }
                Ok(())
            }
            Err(error) => {
                for (spent, taken) in self.spent.iter().zip(taken) {
                    spent.fetch_add(taken, Ordering::AcqRel);
                }
                Err(error)
            }
        }
    }
}

impl Meter for Quota {
    fn spend(&self, spent: Spent) {
        self.spent[index(spent)].fetch_add(1, Ordering::AcqRel);
    }

    fn is_short(&self, spent: Spent) -> bool {
        self.short[index(spent)].load(Ordering::Acquire)
    }
}
