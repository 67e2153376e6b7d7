//! The signed query of a callback (developer.work.weixin.qq.com path 101033, 90238).

use super::EpochMs;
use super::rejected::{Reason, Rejected};
use percent_encoding::percent_decode_str;
use std::borrow::Cow;

const MAX_QUERY: usize = 8 * 1024;
const MAX_NONCE: usize = 128;
const MAX_ECHOSTR: usize = 4 * 1024;

/// `msg_signature`, `timestamp`, `nonce` and, for the verification of the address, `echostr`.
pub(super) struct Query<'a> {
    pub(super) signature: Cow<'a, str>,
    pub(super) timestamp: Cow<'a, str>,
    pub(super) nonce: Cow<'a, str>,
    pub(super) echostr: Option<Cow<'a, str>>,
}

impl<'a> Query<'a> {
    /// Takes the part of the address behind `?`, still percent-encoded. Other parameters are left
    /// aside; a doubled one of ours is refused, because two readers might take different ones.
    pub(super) fn parse(query: &'a str) -> Result<Self, Rejected> {
        if query.len() > MAX_QUERY {
            return Err(Reason::Query.into());
        }
        let (mut signature, mut timestamp, mut nonce, mut echostr) = (None, None, None, None);
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let slot = match name {
                "msg_signature" => &mut signature,
                "timestamp" => &mut timestamp,
                "nonce" => &mut nonce,
                "echostr" => &mut echostr,
                _ => continue,
            };
            // A `+` stays a plus: echostr is base64, and none of the four can contain a space.
            let value = percent_decode_str(value).decode_utf8().map_err(|_| Reason::Query)?;
            if value.is_empty() || slot.replace(value).is_some() {
                return Err(Reason::Query.into());
            }
        }
        let query = Self {
            signature: signature.ok_or(Reason::Query)?,
            timestamp: timestamp.ok_or(Reason::Query)?,
            nonce: nonce.ok_or(Reason::Query)?,
            echostr,
        };
        let plain = query.signature.len() == 40
            && query.timestamp.len() == 10
            && query.timestamp.bytes().all(|byte| byte.is_ascii_digit())
            && query.nonce.len() <= MAX_NONCE
            && query.nonce.bytes().all(|byte| byte.is_ascii_graphic())
            && query.echostr.as_ref().is_none_or(|echostr| echostr.len() <= MAX_ECHOSTR);
        if plain { Ok(query) } else { Err(Reason::Query.into()) }
    }

    /// Refuses what was signed too long before or after `now`. WeCom sets no limit itself (path 101033
    /// only says that a nonce does not come again within two hours); the limit keeps a recorded
    /// callback from being played back after its message id is forgotten.
    pub(super) fn fresh(&self, now: EpochMs, max_age_ms: EpochMs) -> Result<(), Rejected> {
        let seconds: EpochMs = self.timestamp.parse().map_err(|_| Reason::Query)?;
        let age = now.saturating_sub(seconds.saturating_mul(1000));
        if age.saturating_abs() <= max_age_ms { Ok(()) } else { Err(Reason::Stale.into()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGNATURE: &str = "0b6a615dad8a8a4b39fdaa47cedf19382af79271";

    #[test]
    fn values_are_percent_decoded_and_a_plus_stays_one() {
        let text =
            format!("a=%&msg_signature={SIGNATURE}&timestamp=17000%300001&nonce=n&echostr=a%2Bb+c%3D%3d&");
        let query = Query::parse(&text).expect("complete");
        assert_eq!((&*query.timestamp, query.echostr.as_deref()), ("1700000001", Some("a+b+c==")));
    }

    #[test]
    fn missing_doubled_long_and_strange_parameters_are_refused() {
        let good = format!("msg_signature={SIGNATURE}&timestamp=1700000001&nonce=n");
        assert!(Query::parse(&good).is_ok());
        for bad in [
            String::new(),
            "&&==&".to_owned(),
            good.replace("nonce=n", ""),
            good.replace("nonce=n", "nonce"),
            good.replace("nonce=n", "nonce=%FF"),
            good.replace("nonce=n", "nonce=a%20b"),
            good.replace("nonce=n", "nonce=a%00"),
            good.replace("nonce=n", &format!("nonce={}", "n".repeat(129))),
            good.replace("1700000001", "170000000"),
            good.replace("1700000001", "-170000001"),
            good.replace("1700000001", "１700000001"),
            good.replace("1700000001", "17000000011"),
            good.replace(SIGNATURE, &SIGNATURE[1..]),
            format!("{good}&nonce=n"),
            format!("{good}&echostr={}", "A".repeat(5000)),
            format!("{good}&x={}", "A".repeat(9000)),
        ] {
            assert_eq!(Query::parse(&bad).map(|_| ()).map_err(Rejected::reason), Err(Reason::Query), "{bad}");
        }
    }

    #[test]
    fn freshness_has_two_sides() {
        let text = format!("msg_signature={SIGNATURE}&timestamp=1700000000&nonce=n");
        let query = Query::parse(&text).expect("complete");
        let hour = 3_600_000;
        let at = 1_700_000_000_000;
        for (now, fresh) in [
            (at, true),
            (at + hour, true),
            (at - hour, true),
            (at + hour + 1, false),
            (at - hour - 1, false),
            (EpochMs::MAX, false),
            (EpochMs::MIN, false),
        ] {
            assert_eq!(query.fresh(now, hour).is_ok(), fresh, "{now}");
        }
    }
}
