//! DingTalk's signature by a second hand: HMAC (RFC 2104) spelled out over plain SHA-256.

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

const BLOCK: usize = 64;

/// `base64(HMAC-SHA256(secret, timestamp "\n" secret))`. DingTalk docs: receive robot messages; custom robot.
pub(super) fn robot_style(secret: &str, timestamp: &str) -> String {
    STANDARD.encode(hmac(secret.as_bytes(), format!("{timestamp}\n{secret}").as_bytes()))
}

/// `base64(HMAC-SHA256(secret, timestamp))`. DingTalk docs: register the callback address of cards.
pub(super) fn card_style(secret: &str, timestamp: &str) -> String {
    STANDARD.encode(hmac(secret.as_bytes(), timestamp.as_bytes()))
}

fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut block = [0; BLOCK];
    if key.len() > BLOCK {
        block[..32].copy_from_slice(&Sha256::digest(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let inner = Sha256::new().chain_update(block.map(|byte| byte ^ 0x36)).chain_update(message).finalize();
    Sha256::new().chain_update(block.map(|byte| byte ^ 0x5c)).chain_update(inner).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_vectors() {
        for (secret, timestamp, sign) in [
            ("this is a secret", "1577262236757", "DJrE6qdyVGCQz9z5r2MDuNcNAhwYnuAkyj13cx169CA="),
            ("this is secret", "1577262236757", "hmPWwU+7lVdm3ZZz0r9tSfx0L4Q26jWOZr9+Gs6EZQM="),
            ("密钥secret", "1767225600123", "YOLjfUFYK+HZv3UNbr45mAOOH3CMFGXVQb2eQ5zi2vU="),
            // Longer than a block, so that the key itself is hashed.
            (
                "SEC0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                "1700000000004",
                "ZeaJlNY30xUaF/p+hFzRR5gZ4qFj+i4uxCJUEwchUXQ=",
            ),
        ] {
            assert_eq!(robot_style(secret, timestamp), sign);
        }
        let sign = card_style("my-card-api-secret", "1767225600123");
        assert_eq!(sign, "Zbaf70b7ziHsNwC0JrGSKz1yVxANiP/qf2PrUZvhemM=");
    }
}
