//! What the configuration says of DingTalk.

use super::{BadConfig, Loaded, SecretRef};
use serde::Deserialize;

/// How a DingTalk robot hears.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum DingtalkMode {
    /// Over a connection that this program opens.
    Stream,
    /// By callbacks.
    Http,
}

/// Where a DingTalk robot's buttons become links.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum DingtalkLinks {
    /// Nowhere.
    Never,
    /// In private chats.
    #[default]
    Private,
    /// In groups, too.
    Everywhere,
}

/// DingTalk's monthly allowance of the whole organisation, which depends on its edition; 0 for no limit.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DingtalkQuota {
    /// Calls of the OpenAPI.
    pub api_per_month: u32,
    /// Webhook and Stream messages.
    pub push_per_month: u32,
    /// Of which percentage the admins are warned.
    pub warn_percent: u32,
    /// Of which percentage they are warned again.
    pub urgent_percent: u32,
    /// From which percentage on less is sent.
    pub thrifty_percent: u32,
}

impl Default for DingtalkQuota {
    /// The standard edition since November 2025.
    fn default() -> Self {
        Self {
            api_per_month: 5_000,
            push_per_month: 3_000,
            warn_percent: 80,
            urgent_percent: 95,
            thrifty_percent: 80,
        }
    }
}

/// A DingTalk enterprise robot.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dingtalk {
    /// The bot's name; in HTTP mode part of its callback address: /hooks/dingtalk/NAME. The signature does not cover the
    /// body, so then make it long and hard to guess.
    pub name: String,
    /// How it hears; where it is not written, by a connection when `client_id` is there.
    pub mode: Option<DingtalkMode>,
    /// Client ID (AppKey). With it the robot can speak first.
    pub client_id: Option<String>,
    /// Client Secret (AppSecret).
    pub app_secret: SecretRef,
    /// Its robotCode, when it is not the Client ID; messages for other robots are refused.
    pub robot_code: Option<String>,
    /// Where its buttons become links.
    #[serde(default)]
    pub links: DingtalkLinks,
    /// The template of approval cards (`….schema`), for a robot that hears the taps.
    pub card_template: Option<String>,
    /// Where taps on cards come in by callbacks; without it they come over the connection.
    pub card_callback: Option<DingtalkCardCallback>,
    /// Another base than the real one, for a proxy.
    pub api_base: Option<String>,
    /// More hosts that a sessionWebhook may lead to, for a proxy.
    #[serde(default)]
    pub session_hosts: Vec<String>,
    /// Group webhooks for posts.
    #[serde(default)]
    pub webhooks: Vec<DingtalkWebhook>,
}

impl Dingtalk {
    /// How it hears.
    pub fn mode(&self) -> DingtalkMode {
        let usual = if self.client_id.is_some() { DingtalkMode::Stream } else { DingtalkMode::Http };
        self.mode.unwrap_or(usual)
    }

    /// Its robotCode, as far as it is known.
    pub fn code(&self) -> Option<&String> {
        self.robot_code.as_ref().or(self.client_id.as_ref())
    }
}

/// Where DingTalk sends the taps on cards.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DingtalkCardCallback {
    /// From outside the address of /hooks/dingtalk/NAME/card, https.
    pub url: String,
    /// What DingTalk shall sign with; any long random text.
    pub secret: SecretRef,
}

/// A group's custom robot (自定义机器人).
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DingtalkWebhook {
    /// The group's id, as 本群用途 tells it.
    pub chat: String,
    /// access_token of its address.
    pub access_token: SecretRef,
    /// The 加签 secret (SEC…).
    pub secret: Option<SecretRef>,
}

impl Loaded {
    pub(super) fn check_dingtalk(&self) -> Result<(), BadConfig> {
        for (index, robot) in self.config.dingtalk.iter().enumerate() {
            let bad = |item: &str, why: &str| {
                Err(BadConfig::Value(format!("dingtalk[{index}].{item}"), why.to_owned()))
            };
            if robot.client_id.is_none() && robot.mode == Some(DingtalkMode::Stream) {
                return bad("client_id", "Stream 模式要写应用的 Client ID");
            }
            if robot.card_template.is_some()
                && robot.mode() != DingtalkMode::Stream
                && robot.card_callback.is_none()
            {
                return bad("card_template", "HTTP 模式要写 card_callback，不然收不到卡片上的点击");
            }
            if let Some(callback) = &robot.card_callback {
                if robot.client_id.is_none() || robot.card_template.is_none() {
                    return bad("card_callback", "要和 client_id、card_template 一起写");
                }
                let end = format!("/hooks/dingtalk/{}/card", robot.name);
                if !callback.url.starts_with("https://") || !callback.url.ends_with(&end) {
                    return bad("card_callback.url", &format!("写成 https://你的域名{end}"));
                }
            }
        }
        let quota = &self.config.dingtalk_quota;
        let rising = quota.warn_percent <= quota.urgent_percent;
        let percents = [quota.warn_percent, quota.urgent_percent, quota.thrifty_percent];
        if !rising || percents.iter().any(|percent| !(1..=100).contains(percent)) {
            return Err(BadConfig::Value(
                "dingtalk_quota".to_owned(),
                "百分比写 1 到 100，warn_percent 不大于 urgent_percent".to_owned(),
            ));
        }
        Ok(())
    }
}
