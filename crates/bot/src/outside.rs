//! The door to the outside: what the outbox sender asks of a platform.

use crate::message::{LateReply, Said, SentFile};
use domain::EpochMs;
use domain::calendar::MINUTE;
use domain::rate::Rate;
use futures_util::future::BoxFuture;
use std::sync::Arc;

/// Whom an outgoing message is for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Destination {
    /// A group chat by its platform id.
    Group(String),
    /// A person by the platform's user id.
    Person(String),
}

/// What kind of thing is shown beside words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MediaKind {
    /// 图片: a PNG.
    Picture,
    /// 文件.
    File,
}

/// A picture or a file on its way.
#[derive(Clone, PartialEq, Eq)]
pub struct Media {
    /// Picture or file.
    pub kind: MediaKind,
    /// What people call it: 本月排行, 排班.xlsx.
    pub name: String,
    /// What is in it.
    pub bytes: Arc<[u8]>,
}

impl Media {
    /// The name of a file, with an ending.
    pub fn file_name(&self) -> String {
        // What separates folders, or ends a header, has no place in a name.
        let name: String = self
            .name
            .chars()
            .map(|c| if c.is_control() || "/\\:*?\"<>|".contains(c) { '_' } else { c })
            .collect();
        match self.kind {
            MediaKind::Picture if !name.ends_with(".png") => format!("{name}.png"),
            MediaKind::Picture | MediaKind::File => name,
        }
    }

    /// As it is told where only words can be read: `[图片 本月排行]`.
    pub fn told(&self) -> String {
        let kind = match self.kind {
            MediaKind::Picture => "图片",
            MediaKind::File => "文件",
        };
        format!("[{kind} {}]", self.name)
    }
}

impl std::fmt::Debug for Media {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Media")
            .field("kind", &self.kind)
            .field("name", &self.name)
            .field("bytes", &self.bytes.len())
            .finish()
    }
}

/// A card that was shown and is to show now how it was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amend {
    /// [`Parcel::key`] of what was shown.
    pub card: String,
    /// What [`Delivery::Card`] gave with it.
    pub handle: Option<String>,
    /// Its first line.
    pub title: String,
    /// How it was decided, in a line.
    pub outcome: String,
    /// Which of its buttons says the same, where one does.
    pub label: Option<String>,
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
    /// What it shows; then it says nothing, because its words went before it as a row of their own. Without bytes as long
    /// as its toll is asked for.
    pub media: Option<Media>,
    /// The card that it changes; then it says nothing either.
    pub amends: Option<Amend>,
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
    /// The platform took it, and shows it as a card that can be changed once it is decided.
    Card {
        /// By what it is changed, where [`Parcel::key`] is not enough.
        handle: Option<String>,
    },
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
    /// No such thing can be shown there, and nothing is lost: its words have arrived. Nobody has to do anything about it.
    Needless {
        /// Why, without secrets.
        why: String,
    },
}

impl Delivery {
    /// What is said about it; nothing when it was sent.
    pub fn why(&self) -> &str {
        match self {
            Self::Sent | Self::Card { .. } => "",
            Self::Retry { why, .. }
            | Self::Unknown { why, .. }
            | Self::Barred { why }
            | Self::Dead { why }
            | Self::Needless { why } => why,
        }
    }
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

/// The largest file that is fetched, bytes.
pub const MOST_FETCHED: usize = 10 << 20;

/// A file that was fetched.
#[derive(Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Its name, where it came with it.
    pub name: Option<String>,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// A platform as the outbox sender sees it.
pub trait Outside: Send + Sync {
    /// Tries to deliver once. Must not take longer than some 15 seconds; with something to be uploaded, 45.
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

    /// Gets a file that somebody sent to `bot`: its name, where that is told with it, and what is in it. In some four
    /// seconds, and never more than [`MOST_FETCHED`].
    ///
    /// # Errors
    /// Why not, in words for whoever sent it, without secrets.
    fn fetch<'a>(&'a self, _bot: &'a str, _file: &'a SentFile) -> BoxFuture<'a, Result<Fetched, String>> {
        Box::pin(async { Err("这里收不了文件。".to_owned()) })
    }

    /// Asks what the platform's contacts (通讯录) call somebody whose messages do not bring his name. Answers within some
    /// seconds; `None` at once where nobody can be asked, and later where nothing is known of him.
    fn name_of<'a>(&'a self, _user: &'a str) -> Option<BoxFuture<'a, Option<String>>> {
        None
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
