//! Encryption of single values: XChaCha20-Poly1305 with a random nonce. The place where a value stands (table, column,
//! row) is authenticated with it, so that one copied to another place does not open there.
//!
//! A value is `nonce (24) ‖ ciphertext ‖ tag (16)`; where a key derived from a master key is used directly, the master
//! key's number stands in front.

use crate::error::{Error, Result};
use crate::keys::{Key, KeyId};
use chacha20poly1305::{AeadInOut, KeyInit, Tag, XChaCha20Poly1305, XNonce};
use secrecy::zeroize::Zeroizing;

const NONCE: usize = 24;
const TAG: usize = 16;

/// Where a value stands.
pub(crate) struct Place(Vec<u8>);

impl Place {
    /// The table, the column, and what names the row. Each part is preceded by its length, so that no two lists of parts
    /// give one place.
    pub(crate) fn of(table: &str, column: &str, row: &[&str]) -> Self {
        let mut bytes = Vec::with_capacity(96);
        for part in [table, column].iter().chain(row) {
            bytes.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_le_bytes());
            bytes.extend_from_slice(part.as_bytes());
        }
        Self(bytes)
    }
}

/// Encrypts a value for its place. `head` is the master key's number, where the key is derived from one.
///
/// # Errors
/// When the value is longer than the cipher takes (256 GB).
pub(crate) fn shut(key: &Key, head: Option<KeyId>, place: &Place, plain: &[u8]) -> Result<Vec<u8>> {
    let nonce: [u8; NONCE] = rand::random();
    let mut sealed = Vec::with_capacity(1 + NONCE + plain.len() + TAG);
    sealed.extend(head);
    sealed.extend_from_slice(&nonce);
    let start = sealed.len();
    sealed.extend_from_slice(plain);
    let tag = XChaCha20Poly1305::new((&**key).into())
        .encrypt_inout_detached(&XNonce::from(nonce), &place.0, (&mut sealed[start..]).into())
        .map_err(|_| Error::Corrupt("a value too long to be encrypted".to_owned()))?;
    sealed.extend_from_slice(&tag);
    Ok(sealed)
}

/// Decrypts a value without its head; `None` when it was not encrypted with this key for this place.
pub(crate) fn open(key: &Key, place: &Place, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, rest) = sealed.split_at_checked(NONCE)?;
    let (text, tag) = rest.split_at_checked(rest.len().checked_sub(TAG)?)?;
    let nonce: [u8; NONCE] = nonce.try_into().ok()?;
    let tag: [u8; TAG] = tag.try_into().ok()?;
    let mut plain = Zeroizing::new(text.to_vec());
    XChaCha20Poly1305::new((&**key).into())
        .decrypt_inout_detached(&XNonce::from(nonce), &place.0, plain.as_mut_slice().into(), &Tag::from(tag))
        .ok()?;
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> Key {
        Zeroizing::new([byte; 32])
    }

    #[test]
    fn a_value_opens_with_its_key_at_its_place_alone() {
        let place = Place::of("outbox", "said", &["1", "23"]);
        for text in ["", "李四", &"对话 50 ".repeat(100)] {
            let sealed = shut(&key(1), None, &place, text.as_bytes()).expect("short enough");
            assert_eq!(open(&key(1), &place, &sealed).expect("it opens").as_slice(), text.as_bytes());
            assert!(open(&key(2), &place, &sealed).is_none(), "another key");
            assert!(
                open(&key(1), &Place::of("outbox", "said", &["12", "3"]), &sealed).is_none(),
                "another row"
            );
            assert!(open(&key(1), &Place::of("outbox", "late_url", &["1", "23"]), &sealed).is_none());
            for at in 0..sealed.len() {
                let mut changed = sealed.clone();
                changed[at] ^= 1;
                assert!(open(&key(1), &place, &changed).is_none(), "byte {at}");
                assert!(open(&key(1), &place, &sealed[..at]).is_none(), "cut at {at}");
            }
        }
    }

    #[test]
    fn one_text_is_never_encrypted_alike() {
        let place = Place::of("outbox", "said", &[]);
        let shut = || shut(&key(1), Some(7), &place, b"text").expect("short enough");
        let (one, other) = (shut(), shut());
        assert_ne!(one, other);
        assert_eq!((one[0], other[0]), (7, 7));
    }
}
