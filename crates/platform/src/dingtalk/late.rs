//! The `sessionWebhook`: an address for late replies that a message brings along.

use super::EpochMs;
use bot::message::LateReply;
use reqwest::Url;

/// Taken off the stated expiry: a reply that sets out just in time arrives too late, and field reports tell of
/// sessions that ended before their hour.
const MARGIN_MS: EpochMs = 5 * 60 * 1000;

/// The late reply that a message offers, unless its address is not one of ours to call or its time is over.
pub(super) fn reply(
    url: Option<String>,
    expires_at: Option<EpochMs>,
    allowed: &[String],
    now: EpochMs,
) -> Option<LateReply> {
    let url = url?;
    let expires_at = expires_at?.checked_sub(MARGIN_MS)?;
    (expires_at > now && is_allowed(&url, allowed)).then_some(LateReply { url, expires_at })
}

/// Whether the address lies on an allowed host. The message's signature does not cover it (see [`super`]), so
/// this is what keeps a forged message from aiming the department's replies at a stranger's server.
fn is_allowed(url: &str, allowed: &[String]) -> bool {
    let Ok(url) = Url::parse(url) else { return false };
    if !url.username().is_empty() || url.password().is_some() {
        return false;
    }
    allowed.iter().any(|entry| {
        let origin = if entry.contains("://") { entry.clone() } else { format!("https://{entry}") };
        Url::parse(&origin).is_ok_and(|allowed| allowed.origin() == url.origin())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_allowed_origins() {
        let allowed = ["oapi.dingtalk.com".to_owned(), "http://127.0.0.1:8080".to_owned()];
        for url in [
            "https://oapi.dingtalk.com/robot/sendBySession?session=s",
            "https://OAPI.dingtalk.com:443/robot/sendBySession?session=s",
            "http://127.0.0.1:8080/robot/sendBySession?session=s",
        ] {
            assert!(is_allowed(url, &allowed), "{url}");
        }
        for url in [
            "http://oapi.dingtalk.com/robot/sendBySession?session=s",
            "https://oapi.dingtalk.com:8443/robot/sendBySession",
            "https://oapi.dingtalk.com.evil.example/",
            "https://evil.example/?u=https://oapi.dingtalk.com",
            "https://oapi.dingtalk.com@evil.example/",
            "https://user:word@oapi.dingtalk.com/",
            "https://127.0.0.1:8080/",
            "http://127.0.0.1:8081/",
            "http://127.0.0.1/",
            "file:///etc/passwd",
            "data:text/plain,x",
            "not a url",
            "",
        ] {
            assert!(!is_allowed(url, &allowed), "{url}");
        }
    }

    #[test]
    fn the_margin_is_taken_off() {
        let allowed = ["oapi.dingtalk.com".to_owned()];
        let at = |expires| reply(Some("https://oapi.dingtalk.com/s".into()), expires, &allowed, 1_000_000);
        assert_eq!(at(Some(1_300_001)).map(|late| late.expires_at), Some(1_000_001));
        assert_eq!(at(Some(1_300_000)), None);
        assert_eq!(at(Some(EpochMs::MIN)), None);
        assert_eq!(at(None), None);
    }
}
