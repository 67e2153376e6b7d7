//! The callback crypto a second time, written from the description and not from `platform`: the cipher
//! block by block, the chaining, the pad and the framing by hand.

use aes::Aes256;
use aes::cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha1::{Digest, Sha1};

pub(super) struct Codec {
    token: String,
    cipher: Aes256,
    iv: [u8; 16],
    receive_id: String,
}

impl Codec {
    pub(super) fn new(token: &str, aes_key: &str, receive_id: &str) -> Self {
        let key = key_bytes(aes_key);
        let mut iv = [0; 16];
        iv.copy_from_slice(&key[..16]);
        Self {
            token: token.to_owned(),
            cipher: Aes256::new(&key.into()),
            iv,
            receive_id: receive_id.to_owned(),
        }
    }

    /// A file (path 100719): its bytes alone, with the same key.
    pub(super) fn seal_file(&self, bytes: &[u8]) -> Vec<u8> {
        encrypt_file(&self.cipher, self.iv, bytes)
    }

    pub(super) fn receive_id(&self) -> &str {
        &self.receive_id
    }

    pub(super) fn sign(&self, timestamp: &str, nonce: &str, encrypt: &str) -> String {
        let mut parts = [self.token.as_bytes(), timestamp.as_bytes(), nonce.as_bytes(), encrypt.as_bytes()];
        parts.sort();
        Sha1::digest(parts.concat()).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    pub(super) fn encrypt(&self, message: &str, random: [u8; 16]) -> String {
        let mut plain = random.to_vec();
        let length = u32::try_from(message.len()).expect("a message of this size");
        plain.extend([24, 16, 8, 0].map(|shift| u8::try_from(length >> shift & 0xff).expect("one byte")));
        plain.extend(message.bytes());
        plain.extend(self.receive_id.bytes());
        let pad = 32 - u8::try_from(plain.len() % 32).expect("below 32");
        plain.extend(std::iter::repeat_n(pad, usize::from(pad)));

        let mut previous = self.iv;
        let mut out = Vec::new();
        for chunk in plain.chunks_exact(16) {
            let mut block = [0_u8; 16];
            for (at, byte) in block.iter_mut().enumerate() {
                *byte = chunk[at] ^ previous[at];
            }
            let mut block = block.into();
            self.cipher.encrypt_block(&mut block);
            previous = block.into();
            out.extend(previous);
        }
        STANDARD.encode(out)
    }

    /// Opens an answer of the bot. The real one shows nothing when anything is wrong; here it is said what.
    pub(super) fn decrypt(&self, encrypt: &str) -> String {
        let bytes = STANDARD.decode(encrypt).expect("the answer's encrypt is standard base64");
        assert!(!bytes.is_empty() && bytes.len().is_multiple_of(32), "{} bytes of ciphertext", bytes.len());
        let mut previous = self.iv;
        let mut plain = Vec::new();
        for chunk in bytes.chunks_exact(16) {
            let chunk: [u8; 16] = chunk.try_into().expect("16 bytes");
            let mut block = chunk.into();
            self.cipher.decrypt_block(&mut block);
            plain.extend(block.iter().zip(previous).map(|(byte, before)| byte ^ before));
            previous = chunk;
        }
        let pad = usize::from(*plain.last().expect("not empty"));
        assert!((1..=32).contains(&pad), "pad {pad}");
        let (plain, padding) = plain.split_at(plain.len() - pad);
        assert!(padding.iter().all(|&byte| usize::from(byte) == pad), "uneven pad {padding:?}");
        assert!(plain.len() >= 20, "no room for random bytes and length");
        let length = plain[16..20].iter().fold(0_usize, |sum, &byte| sum << 8 | usize::from(byte));
        let (message, receive_id) = plain[20..].split_at_checked(length).expect("the length fits");
        assert_eq!(receive_id, self.receive_id.as_bytes(), "receive id");
        String::from_utf8(message.to_vec()).expect("UTF-8")
    }
}

/// A file as somebody's client leaves it: with a key of its own, and nothing before it.
pub(super) fn seal_file(key: &[u8; 32], bytes: &[u8]) -> Vec<u8> {
    let cipher = Aes256::new(&(*key).into());
    encrypt_file(&cipher, key[..16].try_into().expect("16 bytes"), bytes)
}

fn encrypt_file(cipher: &Aes256, mut previous: [u8; 16], bytes: &[u8]) -> Vec<u8> {
    let pad = 32 - u8::try_from(bytes.len() % 32).expect("below 32");
    let mut plain = bytes.to_vec();
    plain.extend(std::iter::repeat_n(pad, usize::from(pad)));
    let mut out = Vec::new();
    for chunk in plain.chunks_exact(16) {
        let mixed: [u8; 16] = std::array::from_fn(|at| chunk[at] ^ previous[at]);
        let mut block = mixed.into();
        cipher.encrypt_block(&mut block);
        previous = block.into();
        out.extend(previous);
    }
    out
}

/// 43 characters of six bits; the two bits left over are dropped, whatever they are.
fn key_bytes(text: &str) -> [u8; 32] {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    assert_eq!(text.len(), 43, "an EncodingAESKey has 43 characters");
    let bits: Vec<bool> = text
        .chars()
        .flat_map(|c| {
            let six = ALPHABET.find(c).expect("a character of base64");
            (0..6).rev().map(move |bit| six >> bit & 1 == 1)
        })
        .collect();
    let mut key = [0; 32];
    for (byte, bits) in key.iter_mut().zip(bits.chunks(8)) {
        *byte = bits.iter().fold(0, |sum, &bit| sum << 1 | u8::from(bit));
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sample of the official kit, so that the fake does not rest on its own word alone.
    #[test]
    fn the_official_sample_opens_and_is_signed() {
        let codec = Codec::new("QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx5823bf96d3bd56c7");
        let encrypt =
            "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==";
        assert_eq!(codec.decrypt(encrypt), "1616140317555161061");
        let signature = codec.sign("1409659589", "263014780", encrypt);
        assert_eq!(signature, "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3");
        assert_eq!(codec.decrypt(&codec.encrypt("你好", *b"0123456789abcdef")), "你好");
    }
}
