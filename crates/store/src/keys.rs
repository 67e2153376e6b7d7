//! Keys: what encrypts at rest, makes blind indexes and seals the events. A ring holds one or more master keys, each with
//! a number that stands beside everything made with it; the newest is used for what is written, the others only to
//! read what they made. From a master key each purpose gets a key of its own, so that none says anything of another.

use hmac::{Hmac, KeyInit, Mac};
use secrecy::zeroize::Zeroizing;
use sha2::Sha256;
use std::sync::{Arc, PoisonError, RwLock};

/// Bytes of a key.
pub const KEY_BYTES: usize = 32;

/// A key for one purpose.
pub(crate) type Key = Zeroizing<[u8; KEY_BYTES]>;

/// The number of a master key, from 1.
pub type KeyId = u8;

/// Master keys by number.
#[derive(Clone)]
pub struct KeyRing {
    keys: Vec<Master>,
    again: Option<Again>,
}

/// A master key with what is derived from it, once: every message asks for some of that.
#[derive(Clone)]
struct Master {
    id: KeyId,
    key: Key,
    wrap: Key,
    index: Key,
    seal: Key,
}

impl Master {
    fn new(id: KeyId, key: Key) -> Self {
        let [wrap, index, seal] =
            [Purpose::Wrap, Purpose::Index, Purpose::Seal].map(|purpose| derive(&key, purpose.label()));
        Self { id, key, wrap, index, seal }
    }
}

/// Where a ring is read anew.
type Again = Arc<dyn Fn() -> Option<KeyRing> + Send + Sync>;

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Wraps the keys of cases, and encrypts what is kept for a short time.
    Wrap,
    /// Blind indexes.
    Index,
    /// Seals of the event chain.
    Seal,
}

impl Purpose {
    fn label(self) -> &'static [u8] {
        match self {
            Purpose::Wrap => b"deskmate wrap 1",
            Purpose::Index => b"deskmate index 1",
            Purpose::Seal => b"deskmate seal 1",
        }
    }
}

/// Why a key ring cannot be used. Never says anything of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadKeys {
    /// A line is not `NUMBER HEX`.
    #[error("line {0}: expected a number from 1 to 255, a blank, and 64 hexadecimal digits")]
    Line(usize),
    /// A number stands twice.
    #[error("key {0} stands twice")]
    Twice(KeyId),
    /// There is no key.
    #[error("there is no key")]
    Empty,
    /// All numbers are used up.
    #[error("there is no number left for another key")]
    Full,
}

impl KeyRing {
    /// A ring with one key, number 1.
    pub fn with_one(key: [u8; KEY_BYTES]) -> Self {
        Self { keys: vec![Master::new(1, Zeroizing::new(key))], again: None }
    }

    /// The ring of stories, trials and tests: everybody knows its key, so nothing that matters may be kept with it.
    pub fn known() -> Self {
        Self::with_one([0x64; KEY_BYTES])
    }

    /// Reads a ring: a line a key, `NUMBER HEX`; blank lines and lines that begin with `#` are passed over.
    ///
    /// # Errors
    /// When a line cannot be read, a number stands twice, or there is no key.
    pub fn parse(text: &str) -> Result<Self, BadKeys> {
        let mut keys: Vec<Master> = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let bad = BadKeys::Line(index + 1);
            let (number, hex) = line.split_once(char::is_whitespace).ok_or(bad)?;
            let id: KeyId = number.parse().ok().filter(|id| *id > 0).ok_or(bad)?;
            let mut key: Key = Zeroizing::new([0; KEY_BYTES]);
            decode_hex(hex.trim(), &mut key).ok_or(bad)?;
            if keys.iter().any(|known| known.id == id) {
                return Err(BadKeys::Twice(id));
            }
            keys.push(Master::new(id, key));
        }
        keys.sort_by_key(|master| master.id);
        if keys.is_empty() { Err(BadKeys::Empty) } else { Ok(Self { keys, again: None }) }
    }

    /// The ring as [`KeyRing::parse`] reads it.
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(self.keys.len() * (2 * KEY_BYTES + 5)));
        for Master { id, key, .. } in &self.keys {
            text.push_str(&format!("{id} "));
            for byte in key.iter() {
                text.push_str(&format!("{byte:02x}"));
            }
            text.push('\n');
        }
        text
    }

    /// The number of the key that writes.
    pub fn newest(&self) -> KeyId {
        self.keys.last().map_or(0, |master| master.id)
    }

    /// The ring with one more key, which writes from then on.
    ///
    /// # Errors
    /// When all numbers are used up.
    pub fn and_new(&self, key: [u8; KEY_BYTES]) -> Result<Self, BadKeys> {
        let id = self.newest().checked_add(1).ok_or(BadKeys::Full)?;
        let mut keys = self.keys.clone();
        keys.push(Master::new(id, Zeroizing::new(key)));
        Ok(Self { keys, again: self.again.clone() })
    }

    /// The ring with a place from which it is read anew when something names a key that it lacks: another process may
    /// have added one.
    #[must_use]
    pub fn read_again_by(self, again: impl Fn() -> Option<KeyRing> + Send + Sync + 'static) -> Self {
        Self { again: Some(Arc::new(again)), ..self }
    }

    /// The ring as it stands now where it came from; `None` when that is not known or cannot be read.
    pub(crate) fn read_again(&self) -> Option<Self> {
        let again = self.again.as_ref()?;
        Some(Self { again: Some(Arc::clone(again)), ..again()? })
    }

    /// The numbers of all keys, rising.
    pub fn ids(&self) -> impl Iterator<Item = KeyId> {
        self.keys.iter().map(|master| master.id)
    }

    /// A value by which a store knows a key again; nothing else follows from it. `None` when the ring lacks the key.
    pub(crate) fn check(&self, id: KeyId) -> Option<String> {
        let master = self.keys.iter().find(|known| known.id == id)?;
        let check = derive(&master.key, b"deskmate check 1");
        Some(check.iter().take(16).map(|byte| format!("{byte:02x}")).collect())
    }

    /// The key of a purpose under a master key; `None` when the ring does not have that one.
    pub(crate) fn key(&self, id: KeyId, purpose: Purpose) -> Option<Key> {
        let master = self.keys.iter().find(|known| known.id == id)?;
        Some(match purpose {
            Purpose::Wrap => master.wrap.clone(),
            Purpose::Index => master.index.clone(),
            Purpose::Seal => master.seal.clone(),
        })
    }
}

/// The ring that a store's threads share.
#[derive(Clone)]
pub(crate) struct Keys(Arc<RwLock<Arc<KeyRing>>>);

impl Keys {
    pub(crate) fn new(ring: KeyRing) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(ring))))
    }

    pub(crate) fn current(&self) -> Arc<KeyRing> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads the ring anew where it came from; answers what is current then.
    pub(crate) fn read_again(&self) -> Arc<KeyRing> {
        let Some(ring) = self.current().read_again() else { return self.current() };
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(ring);
        self.current()
    }
}

/// Never shows a key.
impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeyRing({} keys)", self.keys.len())
    }
}

fn derive(master: &Key, label: &[u8]) -> Key {
    // A shorter key than a block is filled up with zeros, as HMAC has it.
    let mut block = Zeroizing::new([0; 64]);
    block[..KEY_BYTES].copy_from_slice(&master[..]);
    let mut mac = Hmac::<Sha256>::new(&(*block).into());
    mac.update(label);
    Zeroizing::new(mac.finalize().into_bytes().into())
}

fn decode_hex(hex: &str, into: &mut [u8; KEY_BYTES]) -> Option<()> {
    if hex.len() != 2 * KEY_BYTES || !hex.is_ascii() {
        return None;
    }
    for (index, byte) in into.iter_mut().enumerate() {
        *byte = u8::from_str_radix(hex.get(2 * index..2 * index + 2)?, 16).ok()?;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_comes_back_from_its_text() {
        let ring = KeyRing::with_one([7; KEY_BYTES]).and_new([9; KEY_BYTES]).expect("a second key");
        let again = KeyRing::parse(&format!("# keys\n\n{}", *ring.to_text())).expect("a ring");
        assert_eq!(again.newest(), 2);
        for purpose in [Purpose::Wrap, Purpose::Index, Purpose::Seal] {
            assert_eq!(ring.key(1, purpose), again.key(1, purpose));
            assert_ne!(ring.key(1, purpose), ring.key(2, purpose));
        }
        assert_ne!(ring.key(1, Purpose::Wrap), ring.key(1, Purpose::Seal));
        assert_eq!(ring.key(3, Purpose::Wrap), None);
        assert!(!format!("{ring:?}").contains("07"));
    }

    #[test]
    fn a_bad_ring_is_refused_by_its_line() {
        let good = "1 0000000000000000000000000000000000000000000000000000000000000001";
        let cases = [
            ("", BadKeys::Empty),
            ("1 abc", BadKeys::Line(1)),
            ("0 0000000000000000000000000000000000000000000000000000000000000001", BadKeys::Line(1)),
            (&format!("{good}\n{good}"), BadKeys::Twice(1)),
            (&format!("{good}\nnonsense"), BadKeys::Line(2)),
        ];
        for (text, expected) in cases {
            assert_eq!(KeyRing::parse(text).expect_err(text), expected, "{text}");
        }
    }
}
