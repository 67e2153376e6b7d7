//! The door to the outside: what the outbox sender asks of a platform.

use crate::message::{LateReply, Said};
use domain::EpochMs;
use domain::calendar::MINUTE;
use domain::rate::Rate;
use futures_util::future::BoxFuture;

/// Whom an outgoing message is for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Destination {
    /// A group chat by its platform id.
    Group(String),
    /// A person by the platform's user id.
    Person(String),
}

/// One outbox row on its way.
#[derive(Clone, Debug)]
pub struct Parcel {
    /// The outbox row.
    pub id: i64,
    /// The idempotency key: the same for every try of the same row, on every instance.
    pub key: String,
    /// Which configured bot sends it.
    pub bot: String,
    /// Whom it is for.
    pub to: Destination,
    /// What it says.
    pub said: Said,
    /// For a person's message that may be said in a group with a mention when there is no private way:
    /// the group's platform id. `None` when it is private.
    pub in_group: Option<String>,
    /// The person's name, for a platform that shows mentions only as text.
    pub name: Option<String>,
    /// Where the message that it answers may still be answered.
    pub late_reply: Option<LateReply>,
    /// Tries before this one.
    pub tries: u32,
}

/// How a delivery ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// The platform took it.
    Sent,
    /// Not taken, worth another try; `after` is the platform's own wish in milliseconds, if it has one.
    Retry {
        /// What the platform said, without secrets.
        why: String,
        /// Not before so many milliseconds.
        after: Option<EpochMs>,
    },
    /// It may have been shown: the connection broke after the request was out.
    Unknown {
        /// What happened, without secrets.
        why: String,
        /// True when the platform drops a repetition with the same key, so that trying again is safe.
        safe_to_repeat: bool,
    },
    /// The platform does not let the bot write there until somebody there has spoken to it; kept, tried again when
    /// something is heard there, and told to the admins once.
    Barred {
        /// What cures it, in words that an admin can act on, without secrets.
        why: String,
    },
    /// Will never be taken.
    Dead {
        /// The reason in words that an admin can act on, without secrets.
        why: String,
    },
}

/// What a delivery takes of a platform's allowance. It is counted in the store, so that a restart gives no platform more
/// than it takes, nor do several instances.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toll {
    /// Whose allowance: a conversation, a webhook; unique within the platform's bot.
    pub bucket: String,
    /// How often, each a bucket of its own.
    pub rates: Vec<Rate>,
    /// Calls that the delivery makes there.
    pub tokens: u32,
}

impl Toll {
    /// For `tokens` calls of at most `most` in any minute (at least 2): half of them at once, the rest as the minute
    /// passes.
    pub fn per_minute(bucket: String, most: u32, tokens: u32) -> Self {
        Self { bucket, rates: vec![within(most, MINUTE)], tokens }
    }
}

/// A rate that never lets more than `most` (at least 2) through in any `period`, wherever it begins.
pub fn within(most: u32, period: EpochMs) -> Rate {
    let burst = (most / 2).max(1);
    Rate { burst, amount: most.saturating_sub(burst).max(1), period }
}

/// A platform as the outbox sender sees it.
pub trait Outside: Send + Sync {
    /// Tries to deliver once. Must not take longer than some 15 seconds.
    fn deliver<'a>(&'a self, parcel: &'a Parcel) -> BoxFuture<'a, Delivery>;

    /// Messages that one destination takes per minute; the sender keeps below it.
    fn per_minute(&self, to: &Destination) -> u32;

    /// What delivering this takes of the platform's allowance, by the way that is open now.
    fn tolls(&self, parcel: &Parcel) -> Vec<Toll> {
        let bucket = match &parcel.to {
            Destination::Group(id) => format!("group/{id}"),
            Destination::Person(id) => format!("person/{id}"),
        };
        vec![Toll::per_minute(bucket, self.per_minute(&parcel.to), 1)]
    }

    /// The bots whose words another instance delivers, because it holds their one connection.
    fn elsewhere(&self) -> Vec<String> {
        Vec::new()
    }

    /// The longest text in bytes that several waiting messages to one destination may be joined to; 0 where they are
    /// never joined.
    fn joins(&self) -> usize {
        0
    }
}
