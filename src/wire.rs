//! The only place that names the concrete platforms: from the configuration to bots that listen and outsides that
//! deliver. To add a platform, add it here.

use crate::clock::Clock;
use crate::config::{BadConfig, Loaded, WecomKind};
use crate::http::hooks::Doors;
use bot::outside::Outside;
use bot::{BadList, Bot};
use domain::Calendar;
use platform::dingtalk::{
    self, DingtalkBot, DingtalkBotConfig, DingtalkOutside, DingtalkOutsideConfig, GroupHook,
};
use platform::wecom::{self, WecomBot, WecomBotConfig, WecomOutside, WecomOutsideConfig};
use std::collections::HashMap;
use std::sync::Arc;

/// All commands and schedules.
///
/// # Errors
/// When the lists do not fit together, which the guard tests rule out.
pub fn bot(calendar: Calendar) -> Result<Arc<Bot>, BadList> {
    Bot::new(commands::all(), schedules::all(), schedules::reminders(), calendar).map(Arc::new)
}

/// The ways out by platform.
pub type Outsides = HashMap<String, Arc<dyn Outside>>;

/// The doors and ways out that a configuration describes.
///
/// # Errors
/// When a secret is missing or a value cannot be used.
pub fn platforms(loaded: &Loaded, clock: &Clock) -> Result<(Doors, Outsides), BadConfig> {
    let mut doors = Doors::new(clock.clone());
    let mut outsides: Outsides = HashMap::new();
    let base = &loaded.base;
    let mut groups = HashMap::new();
    let mut api_base = wecom::API_BASE.to_owned();
    for (index, bot) in loaded.config.wecom.iter().enumerate() {
        let item = |name: &str| format!("wecom[{index}].{name}");
        let kind = match bot.kind {
            WecomKind::Aibot => wecom::Kind::AiBot,
            WecomKind::App => wecom::Kind::App,
        };
        let config = WecomBotConfig {
            name: bot.name.clone(),
            kind,
            token: bot.token.read(&item("token"), base)?,
            encoding_aes_key: bot.encoding_aes_key.read(&item("encoding_aes_key"), base)?,
            receive_id: bot.receive_id.clone(),
            bot_names: bot.bot_names.clone(),
            max_age_ms: wecom::MAX_AGE_MS,
            api_base: bot.api_base.clone().unwrap_or_else(|| wecom::API_BASE.to_owned()),
        };
        doors.add_wecom(WecomBot::new(config).map_err(|e| BadConfig::Value(item("*"), e.to_string()))?);
        if let Some(base) = &bot.api_base {
            api_base.clone_from(base);
        }
        for (at, hook) in bot.webhooks.iter().enumerate() {
            groups.insert(hook.chat.clone(), hook.key.read(&item(&format!("webhooks[{at}].key")), base)?);
        }
    }
    if !loaded.config.wecom.is_empty() {
        let outside = WecomOutside::new(WecomOutsideConfig { api_base, groups })
            .map_err(|e| BadConfig::Value("wecom.webhooks".to_owned(), e.to_string()))?;
        outsides.insert(wecom::PLATFORM.to_owned(), Arc::new(outside.with_clock(clock.for_platforms())));
    }
    let mut config = DingtalkOutsideConfig::default();
    for (index, robot) in loaded.config.dingtalk.iter().enumerate() {
        let item = |name: &str| format!("dingtalk[{index}].{name}");
        let secret = robot.app_secret.read(&item("app_secret"), base)?;
        let mut settings = DingtalkBotConfig::new(robot.name.clone(), secret);
        settings.robot_code.clone_from(&robot.robot_code);
        settings.session_hosts.extend(robot.session_hosts.iter().cloned());
        doors.add_dingtalk(DingtalkBot::new(settings));
        if let Some(base) = &robot.api_base {
            config.api_base.clone_from(base);
        }
        for (at, hook) in robot.webhooks.iter().enumerate() {
            let item = |name: &str| item(&format!("webhooks[{at}].{name}"));
            let access_token = hook.access_token.read(&item("access_token"), base)?;
            let sign_secret = match &hook.secret {
                Some(secret) => Some(secret.read(&item("secret"), base)?),
                None => None,
            };
            config.groups.insert(hook.chat.clone(), GroupHook { access_token, sign_secret });
        }
    }
    if !loaded.config.dingtalk.is_empty() {
        let outside = DingtalkOutside::new(config)
            .map_err(|e| BadConfig::Value("dingtalk.webhooks".to_owned(), e.to_string()))?;
        outsides.insert(dingtalk::PLATFORM.to_owned(), Arc::new(outside.with_clock(clock.for_platforms())));
    }
    Ok((doors, outsides))
}
