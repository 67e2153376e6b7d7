//! What is said when a callback is not believed, and when a configuration cannot be used.

use std::fmt;

/// Why a callback was refused. For the log and the tests; never for the caller, who could learn from
/// it which part of a forgery already fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// A query parameter is missing, doubled, too long or of the wrong alphabet.
    Query,
    /// `timestamp` lies too far from now.
    Stale,
    /// The body is larger than [`super::MAX_BODY`].
    BodyTooLarge,
    /// The body is no envelope with an `encrypt` field.
    Envelope,
    /// `msg_signature` does not fit.
    SignatureMismatch,
    /// `encrypt` is not canonical standard base64.
    BadBase64,
    /// The ciphertext is empty or not a whole number of AES blocks.
    CiphertextNotMultipleOf16,
    /// The padding is not PKCS#7 over 32 bytes.
    BadPadding,
    /// The length field points outside the plaintext, or there is no room for one.
    BadLength,
    /// The message is for another corporation.
    ReceiveidMismatch,
    /// The message is not UTF-8.
    BadUtf8,
    /// Genuine, but a field that every message has is missing or unusable.
    BadMessage,
}

impl Reason {
    /// The name in logs; for the crypto checks the one that the published vectors use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Query => "bad_query",
            Self::Stale => "stale",
            Self::BodyTooLarge => "body_too_large",
            Self::Envelope => "bad_envelope",
            Self::SignatureMismatch => "signature_mismatch",
            Self::BadBase64 => "bad_base64",
            Self::CiphertextNotMultipleOf16 => "ciphertext_not_multiple_of_16",
            Self::BadPadding => "bad_padding",
            Self::BadLength => "bad_length",
            Self::ReceiveidMismatch => "receiveid_mismatch",
            Self::BadUtf8 => "bad_utf8",
            Self::BadMessage => "bad_message",
        }
    }
}

/// A callback was refused. Its `Display` is the same for every reason and may be shown to anybody;
/// answer with a bare 4xx.
#[derive(Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("refused")]
pub struct Rejected(Reason);

impl Rejected {
    /// Which check failed; for logs and tests only.
    pub fn reason(self) -> Reason {
        self.0
    }
}

impl From<Reason> for Rejected {
    fn from(reason: Reason) -> Self {
        Self(reason)
    }
}

impl fmt::Debug for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rejected({})", self.0.name())
    }
}

/// A setting that cannot work, in words for the one who wrote it. Never contains the value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The key does not decode to 32 bytes.
    #[error("EncodingAESKey 不对：应是管理后台给出的 43 个字母和数字")]
    BadKey,
    /// The token is empty or longer than WeCom allows.
    #[error("Token 不对：应是管理后台给出的 1–32 个字母和数字")]
    BadToken,
    /// A self-built app signs with the corporation's id.
    #[error("自建应用必须填企业 ID（CorpID）作为 receive_id")]
    NoReceiveId,
    /// The address to call is not https (nor this machine).
    #[error("接口地址不对：应以 https:// 开头，例如 https://qyapi.weixin.qq.com")]
    BadApiBase,
    /// A webhook key has characters that no key has.
    #[error("群「{chat}」的 Webhook key 不对：只填地址里 key= 后面的那一段")]
    BadWebhookKey {
        /// The group whose key it is.
        chat: String,
    },
    /// No HTTP client comes up.
    #[error("HTTP 客户端无法启动：{why}")]
    NoClient {
        /// What it said.
        why: String,
    },
}
