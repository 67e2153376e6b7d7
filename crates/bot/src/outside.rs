//! The door to the outside: what the outbox sender asks of a platform.

use crate::message::{LateReply, Said};
use domain::EpochMs;
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
    /// Will never be taken.
    Dead {
        /// The reason in words that an admin can act on, without secrets.
        why: String,
    },
}

/// A platform as the outbox sender sees it.
pub trait Outside: Send + Sync {
    /// Tries to deliver once. Must not take longer than some 15 seconds.
    fn deliver<'a>(&'a self, parcel: &'a Parcel) -> BoxFuture<'a, Delivery>;

    /// Messages that one destination takes per minute; the sender keeps below it.
    fn per_minute(&self, to: &Destination) -> u32;
}
