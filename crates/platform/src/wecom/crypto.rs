//! The callback crypto (developer.work.weixin.qq.com path 101033 and 90238).
//!
//! ```text
//! plaintext = random(16) ‖ be_u32(len(message)) ‖ message ‖ receive id ‖ pad
//! encrypt   = base64(AES-256-CBC(key, iv = key[..16], plaintext))
//! signature = hex(sha1(concat(sort([token, timestamp, nonce, encrypt]))))
//! ```
//!
//! Three things are unusual, and each has broken a library before:
//!
//! * The pad is PKCS#7 over **32** bytes, not over AES's 16: values 17 to 32 are legal, and a decoder
//!   made for 16 refuses half of all messages. So the cipher runs without padding and the pad is read
//!   here, every byte of it: lenient kits look at the last one only.
//! * The key is 43 characters of base64 whose last one may carry stray low bits; a strict decoder
//!   refuses genuine keys.
//! * CBC is malleable, and the only thing that vouches for the ciphertext is the signature. It is
//!   therefore checked before anything else touches the bytes, in constant time; after it the order is
//!   base64, block size, pad, length, receive id, UTF-8. A caller never learns which one failed.
//!
//! The four signed strings are joined without separators, so a signature also fits a query whose
//! digits were moved from one parameter to its neighbour. [`super::query`] admits only ten-digit
//! timestamps near now, which leaves such a shift no room worth having; a plain repetition is the
//! business of the message id.

use super::rejected::{ConfigError, Reason, Rejected};
use aes::cipher::KeyInit;
use aes::{Aes256Dec, Aes256Enc};
use base64::Engine;
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD, STANDARD};
use cbc::cipher::block_padding::NoPadding;
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, InnerIvInit};
use secrecy::{ExposeSecret, SecretBox, SecretString};
use sha1::{Digest, Sha1};
use std::fmt;
use subtle::ConstantTimeEq;

const KEY_ENGINE: GeneralPurpose =
    GeneralPurpose::new(&alphabet::STANDARD, NO_PAD.with_decode_allow_trailing_bits(true));
const PAD_BLOCK: usize = 32;
const RANDOM: usize = 16;
const HEAD: usize = RANDOM + 4;
const SIGNATURE: usize = 40;

/// Token, key and receive id of one callback address.
pub struct CallbackCrypto {
    token: SecretString,
    // The schedules are computed once: a callback would otherwise spend more on the key than on itself.
    // `aes` wipes them on drop.
    encryptor: Aes256Enc,
    decryptor: Aes256Dec,
    iv: SecretBox<[u8; 16]>,
    receive_id: String,
}

/// An encrypted message with its signature, ready for an envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// Standard base64.
    pub encrypt: String,
    /// 40 lower-case hex digits.
    pub signature: String,
}

impl CallbackCrypto {
    /// Takes what the console shows: Token and EncodingAESKey, and the receive id (the CorpID for a
    /// self-built app, empty for a corporation's own AI bot).
    pub fn new(
        token: SecretString,
        encoding_aes_key: &SecretString,
        receive_id: impl Into<String>,
    ) -> Result<Self, ConfigError> {
        if !(1..=32).contains(&token.expose_secret().len()) {
            return Err(ConfigError::BadToken);
        }
        let mut key = SecretBox::new(Box::new([0_u8; 32]));
        decode_key(encoding_aes_key.expose_secret(), secrecy::ExposeSecretMut::expose_secret_mut(&mut key))?;
        let key = key.expose_secret();
        let mut iv = Box::new([0_u8; 16]);
        iv.copy_from_slice(&key[..16]);
        Ok(Self {
            token,
            encryptor: Aes256Enc::new(key.into()),
            decryptor: Aes256Dec::new(key.into()),
            iv: SecretBox::new(iv),
            receive_id: receive_id.into(),
        })
    }

    /// The receive id that this address was set up with.
    pub fn receive_id(&self) -> &str {
        &self.receive_id
    }

    /// Checks and decrypts one message. `timestamp` and `nonce` as in the query after URL-decoding.
    pub fn open(
        &self,
        signature: &str,
        timestamp: &str,
        nonce: &str,
        encrypt: &str,
    ) -> Result<String, Rejected> {
        let expected = self.signature(timestamp, nonce, encrypt);
        if !bool::from(expected.ct_eq(signature.as_bytes())) {
            return Err(Reason::SignatureMismatch.into());
        }
        let mut bytes = STANDARD.decode(encrypt).map_err(|_| Reason::BadBase64)?;
        if bytes.is_empty() {
            return Err(Reason::CiphertextNotMultipleOf16.into());
        }
        cbc::Decryptor::inner_iv_init(&self.decryptor, self.iv.expose_secret().into())
            .decrypt_padded::<NoPadding>(&mut bytes)
            .map_err(|_| Reason::CiphertextNotMultipleOf16)?;

        let unpadded = unpadded_len(&bytes).ok_or(Reason::BadPadding)?;
        bytes.truncate(unpadded);
        let end = message_end(&bytes).ok_or(Reason::BadLength)?;
        if bytes[end..] != *self.receive_id.as_bytes() {
            return Err(Reason::ReceiveidMismatch.into());
        }
        bytes.truncate(end);
        bytes.drain(..HEAD);
        String::from_utf8(bytes).map_err(|_| Reason::BadUtf8.into())
    }

    /// Encrypts and signs one answer. `random` must be fresh for every message: the IV is fixed, and
    /// only these bytes keep equal messages from looking equal.
    ///
    /// # Panics
    /// When `plaintext` has 4 GiB or more, which no answer has.
    pub fn seal(&self, plaintext: &str, timestamp_secs: i64, nonce: &str, random: [u8; 16]) -> Sealed {
        let length = u32::try_from(plaintext.len()).expect("an answer is shorter than 4 GiB");
        let filled = HEAD + plaintext.len() + self.receive_id.len();
        let pad = PAD_BLOCK - filled % PAD_BLOCK;
        let mut bytes = Vec::with_capacity(filled + pad);
        bytes.extend_from_slice(&random);
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(plaintext.as_bytes());
        bytes.extend_from_slice(self.receive_id.as_bytes());
        bytes.resize(filled + pad, u8::try_from(pad).expect("a pad is at most 32"));

        let length = bytes.len();
        cbc::Encryptor::inner_iv_init(&self.encryptor, self.iv.expose_secret().into())
            .encrypt_padded::<NoPadding>(&mut bytes, length)
            .expect("the pad made it a whole number of blocks");
        let encrypt = STANDARD.encode(&bytes);
        let signature = self.signature(&timestamp_secs.to_string(), nonce, &encrypt);
        let signature = signature.iter().copied().map(char::from).collect();
        Sealed { encrypt, signature }
    }

    fn signature(&self, timestamp: &str, nonce: &str, encrypt: &str) -> [u8; SIGNATURE] {
        let mut parts = [self.token.expose_secret(), timestamp, nonce, encrypt];
        parts.sort_unstable();
        let mut sha = Sha1::new();
        for part in parts {
            sha.update(part);
        }
        let mut hex = [0; SIGNATURE];
        hex::encode_to_slice(sha.finalize(), &mut hex).expect("20 bytes are 40 hex digits");
        hex
    }
}

impl fmt::Debug for CallbackCrypto {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallbackCrypto").field("receive_id", &self.receive_id).finish_non_exhaustive()
    }
}

/// Opens a file that somebody sent (path 101463): the whole of it encrypted with a key of its own, base64 of 32 bytes.
pub(super) fn open_file(key: &str, mut bytes: Vec<u8>) -> Option<Vec<u8>> {
    let key: [u8; 32] = KEY_ENGINE.decode(key.trim_end_matches('=')).ok()?.try_into().ok()?;
    let mut iv = [0; 16];
    iv.copy_from_slice(&key[..16]);
    cbc::Decryptor::inner_iv_init(Aes256Dec::new(&key.into()), &iv.into())
        .decrypt_padded::<NoPadding>(&mut bytes)
        .ok()?;
    let unpadded = unpadded_len(&bytes)?;
    bytes.truncate(unpadded);
    Some(bytes)
}

fn decode_key(text: &str, key: &mut [u8; 32]) -> Result<(), ConfigError> {
    // 43 characters are 258 bits: the exact length leaves 32 bytes and two stray bits, nothing else.
    if text.len() != 43 {
        return Err(ConfigError::BadKey);
    }
    match KEY_ENGINE.decode_slice(text, key) {
        Ok(32) => Ok(()),
        _ => Err(ConfigError::BadKey),
    }
}

/// Without the pad, if every byte of it says the same legal length.
fn unpadded_len(bytes: &[u8]) -> Option<usize> {
    let last = *bytes.last()?;
    let pad = usize::from(last);
    if !(1..=PAD_BLOCK).contains(&pad) {
        return None;
    }
    let start = bytes.len().checked_sub(pad)?;
    bytes[start..].iter().all(|&byte| byte == last).then_some(start)
}

/// Where the message ends and the receive id begins.
fn message_end(bytes: &[u8]) -> Option<usize> {
    let (length, rest) = bytes.get(RANDOM..)?.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    (length <= rest.len()).then_some(HEAD + length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn every_published_file_opens() {
        let all: Value =
            serde_json::from_str(include_str!("../../tests/data/wecom_vectors.json")).expect("JSON");
        let files = all["media"].as_array().expect("files");
        assert!(files.len() >= 3);
        for file in files {
            let text = |name: &str| file[name].as_str().expect("a text");
            let sealed = STANDARD.decode(text("cipher_b64")).expect("base64");
            let opened = open_file(text("aeskey_b64"), sealed.clone()).expect("it opens");
            assert_eq!(hex::encode(opened), text("plain_hex"), "{}", text("name"));
            // Some clients leave the key's own pad out.
            assert!(open_file(text("aeskey_b64").trim_end_matches('='), sealed.clone()).is_some());
            assert!(open_file(text("aeskey_b64"), sealed[1..].to_vec()).is_none());
            assert!(open_file("AAAA", sealed).is_none());
        }
    }
}
