//! What was uploaded and may be shown again: a ranking for five groups, a try after a try. A platform gives each upload an id
//! that is worth something for some days, to the one who uploaded it.

use bot::EpochMs;
use bot::outside::{Delivery, Media};
use sha2::{Digest, Sha256};
use std::collections::{HashMap, VecDeque};
use tokio::sync::{Mutex, MutexGuard};

/// Ids that are kept.
const MOST: usize = 256;

/// Whose upload, of what.
pub(crate) type Key = [u8; 32];

/// The ids of uploads by whose they are and what was uploaded. Locked while one is on its way: whoever wants to show the
/// same waits for its id.
#[derive(Default)]
pub(crate) struct Uploads(Mutex<Ids>);

#[derive(Default)]
pub(crate) struct Ids {
    known: HashMap<Key, (String, EpochMs)>,
    order: VecDeque<Key>,
}

impl Uploads {
    pub(crate) async fn lock(&self) -> MutexGuard<'_, Ids> {
        self.0.lock().await
    }
}

/// The key of an upload by `whose`.
pub(crate) fn key(whose: &str, media: &Media) -> Key {
    let name = media.file_name();
    let mut sha = Sha256::new();
    for part in [whose.as_bytes(), name.as_bytes(), &media.bytes] {
        sha.update(part.len().to_be_bytes());
        sha.update(part);
    }
    sha.finalize().into()
}

impl Ids {
    /// The id, while it is worth something.
    pub(crate) fn get(&self, key: &Key, now: EpochMs) -> Option<String> {
        self.known.get(key).filter(|(_, until)| now < *until).map(|(id, _)| id.clone())
    }

    pub(crate) fn keep(&mut self, key: Key, id: String, until: EpochMs) {
        if self.known.insert(key, (id, until)).is_none() {
            self.order.push_back(key);
        }
        if self.order.len() > MOST
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
    }

    fn forget(&mut self, key: &Key) {
        self.known.remove(key);
        self.order.retain(|known| known != key);
    }
}

impl Uploads {
    /// What becomes of a message that showed an upload: when the platform will never take it, the id may be what it does not
    /// like. One that was known from before is forgotten and made anew; a new one was not the reason.
    pub(crate) async fn settle(&self, key: &Key, was_known: bool, delivery: Delivery) -> Delivery {
        match delivery {
            Delivery::Dead { why } if was_known => {
                self.lock().await.forget(key);
                Delivery::Retry { why, after: None }
            }
            delivery => delivery,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bot::outside::MediaKind;

    #[tokio::test]
    async fn ids_end_are_forgotten_and_are_not_kept_for_ever() {
        let media =
            |n: u8| Media { kind: MediaKind::Picture, name: "排行".to_owned(), bytes: vec![n].into() };
        let uploads = Uploads::default();
        let mut ids = uploads.lock().await;
        let one = key("bot", &media(1));
        assert_ne!(one, key("app", &media(1)), "an id is worth nothing to somebody else");
        ids.keep(one, "m1".to_owned(), 100);
        assert_eq!((ids.get(&one, 99).as_deref(), ids.get(&one, 100)), (Some("m1"), None));
        drop(ids);
        let dead = || Delivery::Dead { why: "no".to_owned() };
        assert!(matches!(uploads.settle(&one, false, dead()).await, Delivery::Dead { .. }));
        assert_eq!(uploads.settle(&one, true, Delivery::Sent).await, Delivery::Sent);
        assert!(uploads.lock().await.get(&one, 1).is_some());
        assert!(matches!(uploads.settle(&one, true, dead()).await, Delivery::Retry { .. }));
        let mut ids = uploads.lock().await;
        assert_eq!(ids.get(&one, 1), None);
        for n in 0..=MOST {
            ids.keep(key(&n.to_string(), &media(1)), n.to_string(), 100);
        }
        assert_eq!((ids.known.len(), ids.order.len()), (MOST, MOST));
    }
}
