//! The console: a platform of our own, a page on this machine. What WeCom or DingTalk do with a group, a private
//! chat and a message id, the [`Hub`] does in memory, so that a page, a story or a test can be the outside.
//!
//! It keeps what was said in a bounded feed and forgets it with the process; the store stays the truth. Like a
//! real platform it can be cut off ([`Hub::set_down`]), and it shows a repeated parcel only once.

use bot::message::{Body, Button, ChatKind, ChatRef, Incoming, Said, Sender};
use bot::outside::{Delivery, Destination, Media, Outside, Parcel};
use futures_util::future::{BoxFuture, ready};
use std::collections::{BTreeMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// Milliseconds since 1970, UTC: what `domain::EpochMs` is, which this crate does not reach.
pub type EpochMs = i64;

/// Tells the time in [`EpochMs`].
pub type Clock = Arc<dyn Fn() -> EpochMs + Send + Sync>;

/// The platform's name in [`Incoming::platform`].
pub const PLATFORM: &str = "console";

/// Entries that the feed keeps.
const MOST_ENTRIES: usize = 5_000;
/// Bytes of words, pictures and files that the feed keeps: somebody may paste a novel, again and again.
const MOST_BYTES: usize = 16 << 20;
/// Keys of parcels that are remembered as shown.
const MOST_KEYS: usize = 20_000;
/// Nobody reads faster; it is no limit of ours.
const PER_MINUTE: u32 = 600;

/// Where something was said.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Room {
    /// A group by its id.
    Group(String),
    /// One person and the bot, by the person's user id.
    Private(String),
    /// Every room; only notes stand there.
    Everywhere,
}

/// Who said it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Voice {
    /// A person.
    Person {
        /// The user id.
        user_id: String,
        /// The label of the button, when one was pressed.
        pressed: Option<String>,
    },
    /// The bot, in the answer to a message.
    Answer,
    /// The bot, through its outbox.
    Outbox {
        /// The outbox row.
        id: i64,
        /// Tries before the one that arrived.
        tries: u32,
    },
    /// Nobody: a note about what happened to the department's world, such as 断网.
    Note,
}

impl Voice {
    /// True when the bot spoke.
    pub fn is_bot(&self) -> bool {
        matches!(self, Self::Answer | Self::Outbox { .. })
    }
}

/// One thing that was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Rises by one with each entry of this process.
    pub id: u64,
    /// When.
    pub at: EpochMs,
    /// Where.
    pub room: Room,
    /// By whom.
    pub voice: Voice,
    /// What.
    pub said: Said,
    /// The picture or file that it is; its words are the name then.
    pub media: Option<Media>,
}

impl Entry {
    /// What it takes in the feed.
    fn bytes(&self) -> usize {
        self.said.text.len() + self.media.as_ref().map_or(0, |media| media.bytes.len())
    }
}

/// Something that has been tried and could not be shown yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The outbox row.
    pub id: i64,
    /// Where it shall go.
    pub room: Room,
    /// What it says.
    pub text: String,
    /// How often it was tried.
    pub tries: u32,
}

#[derive(Default)]
struct Feed {
    entries: VecDeque<Arc<Entry>>,
    bytes: usize,
    last: u64,
    shown: HashSet<String>,
    shown_order: VecDeque<String>,
    waiting: BTreeMap<i64, Waiting>,
    groups: Vec<(String, String)>,
    strangers: Vec<String>,
    messages: u64,
    down: bool,
    closed: bool,
}

/// The console's outside: rooms, people that the bot does not know yet, and the feed.
pub struct Hub {
    bot: String,
    era: String,
    clock: Clock,
    feed: Mutex<Feed>,
    revision: watch::Sender<u64>,
}

impl std::fmt::Debug for Hub {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hub").field("bot", &self.bot).finish_non_exhaustive()
    }
}

impl Hub {
    /// A hub in which the configured bot `bot` sits; `clock` tells when something was said.
    pub fn new(bot: impl Into<String>, clock: Clock) -> Self {
        Self {
            bot: bot.into(),
            era: format!("{:016x}", rand::random::<u64>()),
            clock,
            feed: Mutex::default(),
            revision: watch::Sender::new(1),
        }
    }

    /// The configured bot that sits in it.
    pub fn bot(&self) -> &str {
        &self.bot
    }

    /// Another one with every process: entry ids of another era mean nothing.
    pub fn era(&self) -> &str {
        &self.era
    }

    /// Makes a group, or names it anew. A group may exist before the bot has registered it.
    pub fn add_group(&self, id: impl Into<String>, title: impl Into<String>) {
        let (id, title) = (id.into(), title.into());
        let mut feed = self.lock();
        match feed.groups.iter_mut().find(|(known, _)| *known == id) {
            Some((_, known)) => *known = title,
            None => feed.groups.push((id, title)),
        }
        drop(feed);
        self.touch();
    }

    /// The groups, as (id, title), oldest first.
    pub fn groups(&self) -> Vec<(String, String)> {
        self.lock().groups.clone()
    }

    /// Lets somebody in whom the bot does not know; the name is the user id too. False when the name is taken.
    pub fn add_stranger(&self, name: impl Into<String>) -> bool {
        let name = name.into();
        let mut feed = self.lock();
        if feed.strangers.contains(&name) {
            return false;
        }
        feed.strangers.push(name);
        drop(feed);
        self.touch();
        true
    }

    /// Everybody who was let in as a stranger, members by now included.
    pub fn strangers(&self) -> Vec<String> {
        self.lock().strangers.clone()
    }

    /// While down nothing that the bot says arrives, answers included.
    pub fn set_down(&self, down: bool) {
        self.lock().down = down;
        self.touch();
    }

    /// True while nothing arrives.
    pub fn is_down(&self) -> bool {
        self.lock().down
    }

    /// What was tried and has not arrived, oldest first.
    pub fn waiting(&self) -> Vec<Waiting> {
        self.lock().waiting.values().cloned().collect()
    }

    /// A message id that no other message ever had, in whichever process.
    pub fn next_msg_id(&self) -> String {
        let mut feed = self.lock();
        feed.messages += 1;
        format!("{}-{}", self.era, feed.messages)
    }

    /// A message as the platform hands it over. `room` must be a group or the person's own private chat; `name` is the
    /// display name. While down the answer cannot be given in the response: it waits in the outbox.
    pub fn incoming(
        &self,
        user_id: &str,
        name: Option<&str>,
        room: &Room,
        text: &str,
        pressed: bool,
        msg_id: String,
    ) -> Incoming {
        let feed = self.lock();
        let chat = match room {
            Room::Group(id) => ChatRef {
                kind: ChatKind::Group,
                id: id.clone(),
                title: feed.groups.iter().find(|(known, _)| known == id).map(|(_, title)| title.clone()),
            },
            Room::Private(_) | Room::Everywhere => {
                ChatRef { kind: ChatKind::Private, id: user_id.to_owned(), title: None }
            }
        };
        let text = text.to_owned();
        Incoming {
            platform: PLATFORM,
            bot: self.bot.clone(),
            msg_id,
            chat,
            sender: Sender { user_id: user_id.to_owned(), name: name.map(str::to_owned) },
            body: if pressed { Body::Action(text) } else { Body::Text(text) },
            answer_now: !feed.down,
            late_reply: None,
        }
    }

    /// Shows what a person said; answers with the entry's id.
    pub fn hear(&self, user_id: &str, room: Room, text: &str, pressed: Option<&str>) -> u64 {
        let voice = Voice::Person { user_id: user_id.to_owned(), pressed: pressed.map(str::to_owned) };
        self.push(room, voice, Said::text(text))
    }

    /// Shows an answer that was given in the response to a message.
    pub fn answer(&self, room: Room, said: Said) -> u64 {
        self.push(room, Voice::Answer, said)
    }

    /// Shows a note of nobody's.
    pub fn note(&self, room: Room, text: impl Into<String>) -> u64 {
        self.push(room, Voice::Note, Said::text(text))
    }

    /// Entries behind `id`, oldest first. What was pushed out of the feed is gone.
    pub fn feed_after(&self, id: u64) -> Vec<Arc<Entry>> {
        let feed = self.lock();
        let start = feed.entries.partition_point(|entry| entry.id <= id);
        feed.entries.range(start..).cloned().collect()
    }

    /// An entry, while the feed has it.
    pub fn entry(&self, id: u64) -> Option<Arc<Entry>> {
        let feed = self.lock();
        let at = feed.entries.binary_search_by_key(&id, |entry| entry.id).ok()?;
        feed.entries.get(at).cloned()
    }

    /// The newest entry with a button of that label that the person can see.
    pub fn newest_with(&self, user_id: &str, label: &str) -> Option<Arc<Entry>> {
        let feed = self.lock();
        let sees = |room: &Room| !matches!(room, Room::Private(owner) if owner != user_id);
        let has = |buttons: &[Button]| buttons.iter().any(|button| button.label == label);
        feed.entries.iter().rev().find(|entry| sees(&entry.room) && has(&entry.said.buttons)).cloned()
    }

    /// Changes with everything that a page would show anew.
    pub fn revision(&self) -> u64 {
        *self.revision.borrow()
    }

    /// Waits until [`Hub::revision`] is another one than `seen`.
    pub async fn changed(&self, seen: u64) {
        // The sender lives as long as `self`, so waiting cannot fail.
        let _ = self.revision.subscribe().wait_for(|revision| *revision != seen).await;
    }

    /// Says that something outside of the feed changed: people, rooms, the clock.
    pub fn touch(&self) {
        self.revision.send_modify(|revision| *revision += 1);
    }

    /// Sends everybody home who waits for something new; the program stops.
    pub fn close(&self) {
        self.lock().closed = true;
        self.touch();
    }

    /// True after [`Hub::close`].
    pub fn is_closed(&self) -> bool {
        self.lock().closed
    }

    fn lock(&self) -> MutexGuard<'_, Feed> {
        self.feed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, room: Room, voice: Voice, said: Said) -> u64 {
        let at = (self.clock)();
        // What stands beside the words comes by the outbox.
        let id = self.lock().push(at, room, voice, Said { attachment: None, ..said }, None);
        self.touch();
        id
    }

    fn take(&self, parcel: &Parcel) -> Delivery {
        if parcel.amends.is_some() {
            return Delivery::Needless { why: "这里没有要改的卡片".to_owned() };
        }
        let at = (self.clock)();
        let room = match &parcel.to {
            Destination::Group(id) => Room::Group(id.clone()),
            Destination::Person(id) => Room::Private(id.clone()),
        };
        let mut feed = self.lock();
        let delivery = if feed.down {
            let waiting = Waiting { id: parcel.id, room, text: shown(parcel).text, tries: parcel.tries + 1 };
            feed.waiting.insert(parcel.id, waiting);
            Delivery::Retry { why: "断网".to_owned(), after: None }
        } else {
            feed.waiting.remove(&parcel.id);
            if feed.first_time(&parcel.key) {
                let voice = Voice::Outbox { id: parcel.id, tries: parcel.tries };
                feed.push(at, room, voice, shown(parcel), parcel.media.clone());
            }
            Delivery::Sent
        };
        drop(feed);
        self.touch();
        delivery
    }
}

/// What is read of a parcel: of a picture or a file its name.
fn shown(parcel: &Parcel) -> Said {
    match &parcel.media {
        Some(media) => Said::text(media.told()),
        None => parcel.said.clone(),
    }
}

impl Feed {
    fn push(&mut self, at: EpochMs, room: Room, voice: Voice, said: Said, media: Option<Media>) -> u64 {
        self.last += 1;
        let entry = Entry { id: self.last, at, room, voice, said, media };
        self.bytes += entry.bytes();
        self.entries.push_back(Arc::new(entry));
        while self.entries.len() > MOST_ENTRIES || self.bytes > MOST_BYTES && self.entries.len() > 1 {
            if let Some(old) = self.entries.pop_front() {
                self.bytes -= old.bytes();
            }
        }
        self.last
    }

    fn first_time(&mut self, key: &str) -> bool {
        if !self.shown.insert(key.to_owned()) {
            return false;
        }
        self.shown_order.push_back(key.to_owned());
        if self.shown_order.len() > MOST_KEYS
            && let Some(old) = self.shown_order.pop_front()
        {
            self.shown.remove(&old);
        }
        true
    }
}

impl Outside for Hub {
    fn deliver<'a>(&'a self, parcel: &'a Parcel) -> BoxFuture<'a, Delivery> {
        Box::pin(ready(self.take(parcel)))
    }

    fn per_minute(&self, _to: &Destination) -> u32 {
        PER_MINUTE
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bot::outside::MediaKind;
    use std::time::Duration;

    fn hub() -> Hub {
        Hub::new("try", Arc::new(|| 1_000))
    }

    fn parcel(id: i64, to: Destination, text: &str) -> Parcel {
        Parcel {
            id,
            key: format!("store-{id}"),
            bot: "try".to_owned(),
            to,
            said: Said::text(text).button("同意", "同意 L1"),
            media: None,
            amends: None,
            in_group: None,
            name: None,
            late_reply: None,
            tries: 0,
        }
    }

    fn group(id: &str) -> Destination {
        Destination::Group(id.to_owned())
    }

    #[tokio::test]
    async fn a_parcel_is_shown_once_however_often_it_comes() {
        let hub = hub();
        let parcel = parcel(7, group("g"), "排行");
        assert_eq!(hub.deliver(&parcel).await, Delivery::Sent);
        assert_eq!(hub.deliver(&parcel).await, Delivery::Sent);
        let feed = hub.feed_after(0);
        assert_eq!(feed.len(), 1);
        assert_eq!(feed[0].room, Room::Group("g".to_owned()));
        assert_eq!(feed[0].voice, Voice::Outbox { id: 7, tries: 0 });
        assert!(hub.feed_after(feed[0].id).is_empty());
    }

    #[tokio::test]
    async fn what_comes_while_down_waits_and_is_seen_waiting() {
        let hub = hub();
        hub.set_down(true);
        let mut parcel = parcel(3, Destination::Person("u1".to_owned()), "待办");
        assert!(matches!(hub.deliver(&parcel).await, Delivery::Retry { .. }));
        assert_eq!(hub.waiting()[0].room, Room::Private("u1".to_owned()));
        assert!(hub.feed_after(0).is_empty());
        assert!(
            !hub.incoming("u1", None, &Room::Private("u1".to_owned()), "我的", false, "m".into()).answer_now
        );

        hub.set_down(false);
        parcel.tries = 2;
        assert_eq!(hub.deliver(&parcel).await, Delivery::Sent);
        assert!(hub.waiting().is_empty());
        assert_eq!(hub.feed_after(0)[0].voice, Voice::Outbox { id: 3, tries: 2 });
    }

    #[test]
    fn the_feed_is_bounded_by_entries_and_by_bytes() {
        let hub = hub();
        for n in 0..MOST_ENTRIES + 10 {
            hub.note(Room::Everywhere, n.to_string());
        }
        let feed = hub.feed_after(0);
        assert_eq!(feed.len(), MOST_ENTRIES);
        assert_eq!(feed[0].said.text, "10");
        assert_eq!(hub.entry(feed[5].id).expect("kept").said.text, "15");
        assert!(hub.entry(1).is_none());

        let novel = "字".repeat(100_000);
        for _ in 0..100 {
            hub.note(Room::Everywhere, novel.as_str());
        }
        let kept = |hub: &Hub| hub.feed_after(0).iter().map(|entry| entry.bytes()).sum::<usize>();
        assert!(kept(&hub) <= MOST_BYTES && kept(&hub) > MOST_BYTES / 2, "{}", kept(&hub));

        let bytes: Arc<[u8]> = vec![0; 1 << 20].into();
        for n in 0..20 {
            let media =
                Some(Media { kind: MediaKind::Picture, name: "排行".to_owned(), bytes: bytes.clone() });
            hub.take(&Parcel { media, ..parcel(n, group("g"), "") });
        }
        assert!(kept(&hub) <= MOST_BYTES && kept(&hub) > MOST_BYTES / 2, "{}", kept(&hub));
        let last = hub.feed_after(0).pop().expect("kept");
        assert_eq!(last.said.text, "[图片 排行]");
        assert_eq!(last.media.as_ref().expect("a picture").bytes, bytes);
    }

    #[tokio::test]
    async fn who_waits_is_woken_by_a_word_and_by_the_end() {
        let hub = Arc::new(hub());
        let seen = hub.revision();
        let waiter = tokio::spawn({
            let hub = Arc::clone(&hub);
            async move { hub.changed(seen).await }
        });
        tokio::task::yield_now().await;
        hub.hear("u1", Room::Group("g".to_owned()), "日报", None);
        tokio::time::timeout(Duration::from_secs(5), waiter).await.expect("woken").expect("no panic");
        // What happened before the question is not waited for.
        tokio::time::timeout(Duration::from_secs(5), hub.changed(seen)).await.expect("at once");
        hub.close();
        assert!(hub.is_closed());
    }

    #[tokio::test]
    async fn the_newest_button_is_the_newest_that_the_person_sees() {
        let hub = hub();
        hub.deliver(&parcel(1, Destination::Person("lead".to_owned()), "请假一")).await;
        hub.deliver(&parcel(2, Destination::Person("other".to_owned()), "请假二")).await;
        assert_eq!(hub.newest_with("lead", "同意").expect("his own").said.text, "请假一");
        assert!(hub.newest_with("third", "同意").is_none());
        assert!(hub.newest_with("lead", "驳回").is_none());
    }

    #[test]
    fn a_group_message_carries_the_groups_name_and_ids_are_never_used_twice() {
        let hub = hub();
        hub.add_group("g", "咨询群");
        let heard =
            hub.incoming("u1", Some("张三"), &Room::Group("g".to_owned()), "同意 L1", true, "m".into());
        assert_eq!(heard.chat.title.as_deref(), Some("咨询群"));
        assert_eq!(heard.body, Body::Action("同意 L1".to_owned()));
        assert!(heard.answer_now);
        assert_ne!(hub.next_msg_id(), hub.next_msg_id());
        assert!(hub.add_stranger("小林"));
        assert!(!hub.add_stranger("小林"));
    }
}
