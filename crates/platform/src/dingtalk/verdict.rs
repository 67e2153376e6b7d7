//! What DingTalk's answer to a posted message means, and what an admin can do about a refusal.
//!
//! The HTTP status is 200 even for a refusal; the truth is `errcode`, sometimes a number and sometimes a string.

use serde_json::Value;

/// One posted message's fate.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Taken.
    Taken,
    /// Not taken, may be taken later; after so many milliseconds when known.
    Later(String, Option<i64>),
    /// The signature or its time was refused: worth one new signature, made at a new time.
    SignAgain(String),
    /// The session of a late reply is over; another way may still be open.
    SessionOver,
    /// Never.
    Never(String),
    /// Not before the month ends: its allowance is gone.
    Spent(String),
    /// Not to be understood, so it may or may not have been taken.
    Unclear(String),
}

const MINUTE_MS: i64 = 60_000;

/// Reads an answer. DingTalk docs: custom robot, error codes; where the documents are silent, users' reports.
pub(super) fn judge(status: u16, body: &[u8]) -> Verdict {
    match status {
        200 => {}
        // 500 and above come from gateways before the robot's own code, 408 and 429 say "later" by themselves.
        408 | 429 | 500.. => return Verdict::Later(format!("钉钉返回 HTTP {status}"), None),
        _ => return Verdict::Never(format!("钉钉返回 HTTP {status}，请检查 dingtalk 的 api_base 配置")),
    }
    let answer: Option<Value> = serde_json::from_slice(body).ok();
    let errcode = answer.as_ref().and_then(|answer| match answer.get("errcode")? {
        Value::Number(code) => code.as_i64(),
        Value::String(code) => code.trim().parse().ok(),
        _ => None,
    });
    let Some(errcode) = errcode else { return Verdict::Unclear("钉钉的回答里没有 errcode".into()) };
    let errmsg = answer.as_ref().and_then(|answer| answer.get("errmsg")?.as_str()).unwrap_or_default();
    by_code(errcode, errmsg)
}

fn by_code(errcode: i64, errmsg: &str) -> Verdict {
    let never = |what: &str| Verdict::Never(format!("{what}（钉钉 {errcode}）"));
    match errcode {
        0 => Verdict::Taken,
        -1 => Verdict::Later("钉钉系统繁忙（-1）".into(), None),
        // Both wordings of "over 20 in a minute": DingTalk then silences the robot for ten minutes.
        130101 | 410100 => {
            Verdict::Later(format!("发得太快，钉钉暂停了这个机器人（{errcode}）"), Some(10 * MINUTE_MS))
        }
        // Said to be a rate limit as well, by nobody official; a minute is the window of the only documented one.
        302033 => Verdict::Later("钉钉限流（302033）".into(), Some(MINUTE_MS)),
        310000 => security(errmsg),
        300001 => Verdict::SessionOver,
        400101 => never("access_token 不存在：请从群的机器人设置里重新复制 webhook"),
        400102 => never("群里的自定义机器人已停用：请在群设置里启用它"),
        400106 => never("自定义机器人不在群里：请把它重新加进群，并更新 access_token"),
        400013 => never("群已解散：请从配置里去掉这个群"),
        430101 => never("钉钉认为内容里有不安全的链接"),
        430102 => never("钉钉认为文字不合规"),
        430103 => never("钉钉认为图片不合规"),
        430104 => never("钉钉认为内容不合规"),
        460101 | 101002 => never("消息超过 20000 字节：请报告这个程序错误"),
        40035 | 43004 | 400105 => never("钉钉不认消息的格式：请报告这个程序错误"),
        // New codes appear without notice; the outbox parks the row after its last try, so nothing is lost.
        _ => Verdict::Later(format!("钉钉返回 {errcode}：{}", excerpt(errmsg)), None),
    }
}

/// 310000 is four refusals in one, told apart by their text, which comes in English or in Chinese.
fn security(errmsg: &str) -> Verdict {
    let says = |words: &[&str]| words.iter().any(|word| errmsg.to_lowercase().contains(word));
    let never = |what: &str| Verdict::Never(format!("{what}（钉钉 310000）"));
    if says(&["keyword", "关键词"]) {
        never("消息里没有机器人要求的自定义关键词：请把安全设置改为「加签」")
    } else if says(&["whitelist", "白名单"]) {
        never("本机的 IP 不在机器人的白名单里：请加上，或把安全设置改为「加签」")
    } else if says(&["sign", "签名", "timestamp", "时间"]) {
        Verdict::SignAgain("加签不对：请核对 sign_secret（SEC 开头）和本机时钟（钉钉 310000）".into())
    } else {
        never("机器人的安全设置拒绝了消息：请核对关键词、加签密钥和 IP 白名单")
    }
}

/// Short enough for a row in the console, and without what looks like a key: an error text of tomorrow may repeat
/// the token that it does not like.
pub(super) fn excerpt(errmsg: &str) -> String {
    let words = errmsg.split_inclusive(|c: char| !c.is_ascii_alphanumeric());
    let words: String = words.map(|word| if word.len() > 16 { "… " } else { word }).collect();
    words.chars().filter(|c| !c.is_control()).take(120).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errcode_is_a_number_or_a_string() {
        for taken in
            [r#"{"errcode":0,"errmsg":"ok"}"#, r#"{"errcode":"0","errmsg":"ok"}"#, r#"{"errcode":" 0 "}"#]
        {
            assert_eq!(judge(200, taken.as_bytes()), Verdict::Taken, "{taken}");
        }
        for unclear in
            ["", "ok", "[]", "{}", r#"{"errcode":null}"#, r#"{"errcode":"zero"}"#, r#"{"errcode":0.5}"#]
        {
            assert!(matches!(judge(200, unclear.as_bytes()), Verdict::Unclear(_)), "{unclear}");
        }
    }

    #[test]
    fn statuses_other_than_200() {
        for status in [408, 429, 500, 502, 503, 599] {
            assert!(matches!(judge(status, br#"{"errcode":0}"#), Verdict::Later(_, None)), "{status}");
        }
        for status in [201, 302, 400, 403, 404] {
            assert!(matches!(judge(status, br#"{"errcode":0}"#), Verdict::Never(_)), "{status}");
        }
    }

    #[test]
    fn every_documented_code() {
        let verdict = |code: i64, msg: &str| by_code(code, msg);
        assert!(matches!(verdict(-1, "系统繁忙"), Verdict::Later(_, None)));
        assert!(matches!(verdict(130101, "send too fast"), Verdict::Later(_, Some(600_000))));
        assert!(matches!(verdict(410100, "发送速度太快"), Verdict::Later(_, Some(600_000))));
        assert!(matches!(verdict(302033, ""), Verdict::Later(_, Some(60_000))));
        assert_eq!(verdict(300001, "session 不存在"), Verdict::SessionOver);
        for code in [
            400101, 400102, 400106, 400013, 430101, 430102, 430103, 430104, 460101, 101002, 40035, 43004,
            400105,
        ] {
            assert!(
                matches!(verdict(code, ""), Verdict::Never(why) if why.contains(&code.to_string())),
                "{code}"
            );
        }
        for msg in ["sign not match", "invalid timestamp", "签名不匹配"] {
            assert!(matches!(verdict(310000, msg), Verdict::SignAgain(_)), "{msg}");
        }
        for (msg, word) in [
            ("keywords not in content", "关键词"),
            ("错误描述:关键词不匹配;解决方案:…", "关键词"),
            ("ip 1.2.3.4 not in whitelist", "白名单"),
            ("", "安全设置"),
        ] {
            assert!(matches!(verdict(310000, msg), Verdict::Never(why) if why.contains(word)), "{msg}");
        }
        let Verdict::Later(why, None) = verdict(987654, "token 0123456789abcdef0 刚刚过期\u{1b}") else {
            panic!()
        };
        assert_eq!(why, "钉钉返回 987654：token … 刚刚过期");
    }
}
