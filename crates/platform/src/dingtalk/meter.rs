//! The monthly quota: what is spent, and whether it is time to be thrifty.
//!
//! DingTalk counts for the whole organisation, per calendar month: calls of the OpenAPI, and robots' webhooks together with
//! what is received. Whether a reply to a session counts is not documented; it is taken to.

/// What was spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spent {
    /// A call of the OpenAPI.
    Api,
    /// A message received (Stream or HTTP), or one posted to a webhook or a session.
    Push,
}

/// Who counts what is spent.
pub trait Meter: Send + Sync {
    /// One more.
    fn spend(&self, spent: Spent);

    /// Whether most of this month's allowance of it is gone.
    fn is_short(&self, spent: Spent) -> bool;
}

/// Counts nothing, and is never short.
pub struct Unmetered;

impl Meter for Unmetered {
    fn spend(&self, _spent: Spent) {}

    fn is_short(&self, _spent: Spent) -> bool {
        false
    }
}
