//! DingTalk's OpenAPI, as far as a robot needs it to speak first: to a group, and to a person in private.
//!
//! Errors come with status 4xx and a `code` in words. A message to a person may be refused inside of a 200: the answer
//! lists whom it did not reach. A repetition is not known here, so an unclear end stays unclear.

use super::pace::Pace;
use super::verdict::{Verdict, excerpt};
use super::{AppKeys, EpochMs, Meter, Spent};
use crate::Clock;
use reqwest::{Client, Method, Url};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::Mutex;

/// A token is renewed so long before its end.
const EARLY_MS: EpochMs = 10 * 60 * 1_000;
/// Two below what the standard edition allows per app and API in a second.
const PER_SECOND: u32 = 18;
const SECOND_MS: EpochMs = 1_000;
const MINUTE_MS: EpochMs = 60_000;
const TOKEN_HEADER: &str = "x-acs-dingtalk-access-token";

/// The OpenAPI for all configured robots.
pub(super) struct OpenApi {
    client: Client,
    base: Url,
    apps: HashMap<String, App>,
    clock: Clock,
    meter: Arc<dyn Meter>,
}

struct App {
    keys: AppKeys,
    token: Mutex<Option<Token>>,
    pace: Pace,
}

#[derive(Clone)]
struct Token {
    value: SecretString,
    until: EpochMs,
}

/// A message in the OpenAPI's form: the name of its template, and its parameters.
pub(super) struct Keyed {
    pub(super) key: &'static str,
    pub(super) param: Value,
}

impl OpenApi {
    pub(super) fn new(
        client: Client,
        base: Url,
        apps: HashMap<String, AppKeys>,
        clock: Clock,
        meter: Arc<dyn Meter>,
    ) -> Self {
        let app = |keys| App { keys, token: Mutex::default(), pace: Pace::new(PER_SECOND, SECOND_MS) };
        let apps = apps.into_iter().map(|(bot, keys)| (bot, app(keys))).collect();
        Self { client, base, apps, clock, meter }
    }

    /// With another clock.
    pub(super) fn set_clock(&mut self, clock: Clock) {
        self.clock = clock;
    }

    /// Whether a bot's keys are known.
    pub(super) fn knows(&self, bot: &str) -> bool {
        self.apps.contains_key(bot)
    }

    /// A robot's code.
    pub(super) fn robot_code(&self, bot: &str) -> Option<&str> {
        self.apps.get(bot).map(|app| app.keys.robot_code.as_str())
    }

    /// Posts in a group. DingTalk docs: robot sends a group message.
    pub(super) async fn to_group(
        &self,
        bot: &str,
        group: &str,
        said: &Keyed,
        give_up_at: Instant,
    ) -> Verdict {
        let body = json!({
            "robotCode": self.robot_code(bot),
            "openConversationId": group,
            "msgKey": said.key,
            "msgParam": said.param.to_string(),
        });
        match self.call(bot, Method::POST, "/v1.0/robot/groupMessages/send", &body, give_up_at).await {
            Ok(answer) if answer["processQueryKey"].is_string() => Verdict::Taken,
            Ok(_) => Verdict::Unclear("钉钉的回答里没有 processQueryKey".into()),
            Err(verdict) => verdict,
        }
    }

    /// Tells one person in private. DingTalk docs: robot sends 1:1 messages in batch. The batch is of one: each row of the
    /// outbox has a fate of its own.
    pub(super) async fn to_person(
        &self,
        bot: &str,
        person: &str,
        said: &Keyed,
        give_up_at: Instant,
    ) -> Verdict {
        let body = json!({
            "robotCode": self.robot_code(bot),
            "userIds": [person],
            "msgKey": said.key,
            "msgParam": said.param.to_string(),
        });
        let answer = match self
            .call(bot, Method::POST, "/v1.0/robot/oToMessages/batchSend", &body, give_up_at)
            .await
        {
            Ok(answer) => answer,
            Err(verdict) => return verdict,
        };
        let lists = |name: &str| answer[name].as_array().is_some_and(|ids| ids.iter().any(|id| id == person));
        if lists("invalidStaffIdList") {
            return Verdict::Never(
                "钉钉不认这个员工编号：本人可能已离职，或不在应用的可见范围内（开发者后台 → 版本管理与发布）"
                    .into(),
            );
        }
        if lists("flowControlledStaffIdList") {
            return Verdict::Later("钉钉对这个人限流".into(), Some(MINUTE_MS));
        }
        if answer["processQueryKey"].is_string() {
            Verdict::Taken
        } else {
            Verdict::Unclear("钉钉的回答里没有 processQueryKey".into())
        }
    }

    /// One call, with a token that is fetched when there is none, and once more when it is refused.
    pub(super) async fn call(
        &self,
        bot: &str,
        method: Method,
        path: &str,
        body: &Value,
        give_up_at: Instant,
    ) -> Result<Value, Verdict> {
        let url = self.base.join(path).map_err(|_| Verdict::Never("dingtalk api_base 不对".into()))?;
        let request = |token: &str| {
            self.client.request(method.clone(), url.clone()).header(TOKEN_HEADER, token).json(body)
        };
        self.with_token(bot, request, give_up_at).await
    }

    /// One upload to the older host, which takes the token in the address and tells errors inside of a 200.
    pub(super) async fn upload(
        &self,
        bot: &str,
        base: &Url,
        kind: &str,
        content_type: &str,
        form: &[u8],
        give_up_at: Instant,
    ) -> Result<Value, Verdict> {
        let url = base.join("/media/upload").map_err(|_| Verdict::Never("dingtalk api_base 不对".into()))?;
        let request = |token: &str| {
            let query = [("access_token", token), ("type", kind)];
            let mut url = url.clone();
            url.query_pairs_mut().extend_pairs(query);
            self.client.post(url).header("content-type", content_type).body(form.to_vec())
        };
        self.with_token(bot, request, give_up_at).await
    }

    async fn with_token(
        &self,
        bot: &str,
        request: impl Fn(&str) -> reqwest::RequestBuilder,
        give_up_at: Instant,
    ) -> Result<Value, Verdict> {
        let app = self.apps.get(bot).ok_or_else(|| Verdict::Never(format!("没有配置机器人「{bot}」")))?;
        let mut renewed = false;
        loop {
            let token = self.token(app, give_up_at).await?;
            if let Err(after) = app.pace.take((self.clock)()) {
                return Err(Verdict::Later("一秒内调用钉钉接口太多".into(), Some(after)));
            }
            self.meter.spend(Spent::Api);
            let (status, answer) = ask(request(token.value.expose_secret()), give_up_at).await?;
            let code = code_of(&answer);
            let code = code.as_str();
            match status {
                200 if !is_about_the_token(code) => return Ok(answer),
                200 if renewed => return Ok(answer),
                _ if !renewed && (status == 401 || is_about_the_token(code)) => {
                    renewed = true;
                    let mut kept = app.token.lock().await;
                    // Somebody else may have renewed it meanwhile.
                    if kept.as_ref().is_some_and(|kept| same(kept, &token)) {
                        *kept = None;
                    }
                }
                _ => return Err(refused(status, code, answer["message"].as_str().unwrap_or_default())),
            }
        }
    }

    /// The app's token; whoever needs one while it is fetched waits for that one.
    async fn token(&self, app: &App, give_up_at: Instant) -> Result<Token, Verdict> {
        let mut kept = app.token.lock().await;
        if let Some(token) = kept.as_ref().filter(|token| (self.clock)() < token.until) {
            return Ok(token.clone());
        }
        let url = self.base.join("/v1.0/oauth2/accessToken");
        let url = url.map_err(|_| Verdict::Never("dingtalk api_base 不对".into()))?;
        let keys = &app.keys;
        let body = json!({ "appKey": keys.client_id, "appSecret": keys.client_secret.expose_secret() });
        let (status, answer) = match ask(self.client.post(url).json(&body), give_up_at).await {
            Ok(answer) => answer,
            // Nothing was sent yet, so nothing is unclear.
            Err(Verdict::Unclear(why)) => return Err(Verdict::Later(why, None)),
            Err(verdict) => return Err(verdict),
        };
        let seconds = answer["expireIn"].as_i64().unwrap_or(7_200).clamp(0, 86_400);
        match (status, answer["accessToken"].as_str()) {
            (200, Some(value)) => {
                let until = (self.clock)() + (seconds * 1_000 - EARLY_MS).max(SECOND_MS);
                let token = Token { value: value.to_owned().into(), until };
                *kept = Some(token.clone());
                Ok(token)
            }
            (408 | 429 | 500.., _) => {
                Err(Verdict::Later(format!("取不到钉钉的 token（HTTP {status}）"), None))
            }
            _ => Err(Verdict::Never(format!(
                "取不到钉钉的 token：请核对 client_id 和 app_secret（HTTP {status} {}）",
                excerpt(answer["code"].as_str().unwrap_or_default())
            ))),
        }
    }
}

fn same(one: &Token, other: &Token) -> bool {
    one.value.expose_secret() == other.value.expose_secret()
}

/// One request: the status and the answer's JSON. Its words never hold the address.
async fn ask(request: reqwest::RequestBuilder, give_up_at: Instant) -> Result<(u16, Value), Verdict> {
    let patience = give_up_at.saturating_duration_since(Instant::now());
    if patience.is_zero() {
        return Err(Verdict::Later("钉钉太慢，还没发完".into(), None));
    }
    match request.timeout(patience).send().await {
        Ok(response) => {
            let status = response.status().as_u16();
            match response.json().await {
                Ok(answer) => Ok((status, answer)),
                Err(_) if status == 200 => Err(Verdict::Unclear("钉钉的回答读不懂".into())),
                Err(_) => Ok((status, Value::Null)),
            }
        }
        Err(error) if error.is_connect() || error.is_builder() => {
            Err(Verdict::Later(format!("连不上钉钉：{}", error.without_url()), None))
        }
        Err(error) => Err(Verdict::Unclear(format!("钉钉没有回答：{}", error.without_url()))),
    }
}

/// The error's code: in words, or a number of the older host.
fn code_of(answer: &Value) -> String {
    match answer.get("code").or(answer.get("errcode")) {
        Some(Value::String(code)) => code.clone(),
        Some(Value::Number(code)) => code.to_string(),
        _ => String::new(),
    }
}

fn is_about_the_token(code: &str) -> bool {
    ["InvalidAuthentication", "40014", "42001", "88"].contains(&code)
}

/// What a refusal means, and what an admin can do about it. DingTalk docs: error codes of the robot's calls, and of calls
/// in general.
fn refused(status: u16, code: &str, message: &str) -> Verdict {
    let never = |what: &str| Verdict::Never(format!("{what}（钉钉 {}）", excerpt(code)));
    let begins = |heads: &[&str]| heads.iter().any(|head| code.starts_with(head));
    match code {
        "Forbidden.AccessDenied.ApiCountLimitForOrg" | "90020" => {
            Verdict::Spent("本单位本月的钉钉接口调用次数用完了：请升级版本，或等下个月".into())
        }
        "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi" | "90018" => {
            Verdict::Later("钉钉接口限流".into(), Some(SECOND_MS))
        }
        "Forbidden.AccessDenied.QpsLimitForApi" | "90002" => {
            Verdict::Later("钉钉接口繁忙".into(), Some(2 * SECOND_MS))
        }
        "send.too.fast" | "send.byToken.tooFast" | "too.many.group" | "too.many.people" => {
            Verdict::Later("发得太快，钉钉限流".into(), Some(MINUTE_MS))
        }
        "Forbidden.AccessDenied.AccessTokenPermissionDenied" | "auth.error" | "unauthorized" => {
            never("应用没有权限：请在开发者后台申请「企业内机器人发送消息」（qyapi_robot_sendmsg）并发布")
        }
        "Forbidden.AccessDenied.IpNotInWhiteList" => {
            never("本机的 IP 不在应用的服务器出口 IP 里：请在开发者后台加上")
        }
        "group.disbanded" => never("群已解散"),
        "bot.stopped" => never("机器人已停用：请在开发者后台启用"),
        "staffId.notExisted" => never("钉钉不认这个员工编号：本人可能已离职"),
        "invalidParameter.msgParam.tooLong" => never("消息太长：请报告这个程序错误"),
        "system.error" | "system.busy" => Verdict::Later("钉钉系统繁忙".into(), None),
        _ if begins(&["invalid.openConversationId", "invalidParameter.openConversationId"]) => {
            never("钉钉不认这个群：机器人要先加进群，群要属于同一个单位")
        }
        _ if begins(&["invalidParameter.robotCode", "robot.", "chatbotId."]) => {
            never("机器人用不了：请核对 robot_code，确认机器人已发布、在这个群里，并对本人可见")
        }
        _ if begins(&["contain."]) => never("钉钉认为内容不合规"),
        // A gateway that gave up: whether the call was carried out, nobody knows.
        _ if status == 504 => Verdict::Unclear("钉钉没有及时回答（HTTP 504）".into()),
        _ if status == 429 || status >= 500 => Verdict::Later(format!("钉钉返回 HTTP {status}"), None),
        _ => Verdict::Never(format!("钉钉拒绝了：HTTP {status} {} {}", excerpt(code), excerpt(message))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals() {
        let later = |code: &str| match refused(403, code, "") {
            Verdict::Later(_, after) => after,
            other => panic!("{code}: {other:?}"),
        };
        assert_eq!(later("send.too.fast"), Some(60_000));
        assert_eq!(later("Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"), Some(1_000));
        assert_eq!(later("system.busy"), None);
        for (code, word) in [
            ("invalidParameter.robotCode.empty", "robot_code"),
            ("robot.oto.notExist", "robot_code"),
            ("chatbotId.notAllow.sendOTO", "robot_code"),
            ("invalid.openConversationId", "这个群"),
            ("group.disbanded", "解散"),
            ("Forbidden.AccessDenied.AccessTokenPermissionDenied", "qyapi_robot_sendmsg"),
            ("Forbidden.AccessDenied.IpNotInWhiteList", "出口 IP"),
            ("staffId.notExisted", "离职"),
            ("contain.unsafe.url", "不合规"),
            ("something.new", "something.new"),
        ] {
            let verdict = refused(400, code, "说明");
            assert!(matches!(&verdict, Verdict::Never(why) if why.contains(word)), "{code}: {verdict:?}");
        }
        let spent = refused(403, "Forbidden.AccessDenied.ApiCountLimitForOrg", "");
        assert!(matches!(spent, Verdict::Spent(_)), "{spent:?}");
        assert!(matches!(refused(504, "", ""), Verdict::Unclear(_)));
        assert!(matches!(refused(502, "", ""), Verdict::Later(..)));
        assert!(
            matches!(refused(400, "", "token abcdefghijklmnopqrstuvwxyz"), Verdict::Never(why) if !why.contains("abcdefghij"))
        );
    }
}
