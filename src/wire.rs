//! The only place that names the concrete platforms: from the configuration to bots that listen and outsides that
//! deliver. To add a platform, add it here.

use crate::clock::Clock;
use crate::config::{BadConfig, Config, DingtalkLinks, DingtalkMode, Loaded, WecomKind};
use crate::http::Transport;
use crate::http::address::Trust;
use crate::http::hooks::Doors;
use crate::http::limits::{Limits, Rates};
use crate::http::server::Bounds;
use crate::loops::dingtalk::{DingtalkStream, LEASE};
use crate::quota::Quota;
use bot::outside::Outside;
use bot::{BadList, Bot};
use domain::Calendar;
use domain::roster::AccountColumn;
use picture::Sheet;
use platform::dingtalk::card_http::{CardCallback, CardDoor};
use platform::dingtalk::stream as dingtalk_stream;
use platform::dingtalk::{
    self, AppKeys, DingtalkBot, DingtalkBotConfig, DingtalkOutside, DingtalkOutsideConfig, GroupHook, Links,
};
use platform::wecom::{self, WecomBot, WecomBotConfig, WecomOutside, WecomOutsideConfig};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// All commands and schedules.
///
/// # Errors
/// When the lists do not fit together, which the guard tests rule out.
pub fn bot(calendar: Calendar) -> Result<Arc<Bot>, BadList> {
    Bot::new(commands::all(), schedules::all(), schedules::reminders(), calendar).map(Arc::new)
}

/// Draws the pictures that stand beside words; `None` where one cannot be drawn, and its words stand alone.
pub fn draw(spec: &str) -> Option<Vec<u8>> {
    match Sheet::from_spec(spec).and_then(|sheet| picture::draw(&sheet)) {
        Ok(drawn) => Some(drawn.png),
        Err(error) => {
            tracing::warn!(%error, "a picture cannot be drawn");
            None
        }
    }
}

/// What the platforms' accounts are called in a list of people.
pub const ACCOUNTS: [AccountColumn; 2] = [
    AccountColumn {
        platform: wecom::PLATFORM,
        title: "企业微信账号",
        words: &["企业微信", "企微账号", "企微", "企业微信userid", "wecomid", "wecomuserid"],
    },
    AccountColumn {
        platform: dingtalk::PLATFORM,
        title: "钉钉账号",
        words: &["钉钉", "钉钉userid", "dingtalkid", "dingtalkuserid"],
    },
];

/// The names of the configured bots by platform.
pub fn bots_by_platform(config: &Config) -> BTreeMap<&'static str, Vec<String>> {
    BTreeMap::from([
        (wecom::PLATFORM, config.wecom.iter().map(|bot| bot.name.clone()).collect()),
        (dingtalk::PLATFORM, config.dingtalk.iter().map(|bot| bot.name.clone()).collect()),
    ])
}

fn transport(config: &Config) -> Transport {
    let (server, limits) = (&config.server, &config.limits);
    Transport {
        trust: Trust { proxies: server.trusted_proxies.clone(), metrics_for: server.metrics_for.clone() },
        bounds: Bounds { connections: server.connections, ..Bounds::default() },
        limits: Some(Limits::new(Rates::new(
            (limits.sender_burst, limits.sender_per_minute),
            limits.stranger_per_hour,
            (limits.address_burst, limits.address_per_minute),
        ))),
    }
}

/// The ways out by platform.
pub type Outsides = HashMap<String, Arc<dyn Outside>>;

/// The doors and ways out that a configuration describes.
///
/// # Errors
/// When a secret is missing or a value cannot be used.
pub fn platforms(loaded: &Loaded, clock: &Clock) -> Result<(Doors, Outsides), BadConfig> {
    let mut doors = Doors::new(clock.clone());
    doors.set_transport(transport(&loaded.config));
    let mut outsides: Outsides = HashMap::new();
    let base = &loaded.base;
    let mut groups = HashMap::new();
    let mut api_base = wecom::API_BASE.to_owned();
    let mut links = Vec::new();
    let mut apps = Vec::new();
    for (index, bot) in loaded.config.wecom.iter().enumerate() {
        let item = |name: &str| format!("wecom[{index}].{name}");
        let kind = match bot.kind {
            WecomKind::Aibot => wecom::Kind::AiBot,
            WecomKind::App => wecom::Kind::App,
        };
        if let (Some(token), Some(key)) = (&bot.token, &bot.encoding_aes_key) {
            let config = WecomBotConfig {
                name: bot.name.clone(),
                kind,
                token: token.read(&item("token"), base)?,
                encoding_aes_key: key.read(&item("encoding_aes_key"), base)?,
                receive_id: bot.receive_id.clone(),
                bot_names: bot.bot_names.clone(),
                max_age_ms: wecom::MAX_AGE_MS,
                api_base: bot.api_base.clone().unwrap_or_else(|| wecom::API_BASE.to_owned()),
            };
            let bot = WecomBot::new(config).map_err(|e| BadConfig::Value(item("*"), e.to_string()))?;
            doors.add_wecom(bot);
        }
        if let (Some(bot_id), Some(secret)) = (&bot.bot_id, &bot.secret) {
            let config = wecom::stream::StreamConfig {
                name: bot.name.clone(),
                bot_id: bot_id.clone(),
                secret: secret.read(&item("secret"), base)?,
                bot_names: bot.bot_names.clone(),
                url: bot.stream_url.clone().unwrap_or_else(|| wecom::stream::STREAM_URL.to_owned()),
                api_base: bot.api_base.clone(),
                timing: wecom::stream::Timing::default(),
            };
            links.push(crate::loops::wecom::add(&mut doors, config));
        }
        if let (WecomKind::App, Some(agent_id), Some(secret)) = (bot.kind, bot.agent_id, &bot.secret) {
            let config = wecom::AppConfig {
                name: bot.name.clone(),
                corp_id: bot.receive_id.clone(),
                agent_id,
                secret: secret.read(&item("secret"), base)?,
                api_base: bot.api_base.clone().unwrap_or_else(|| wecom::API_BASE.to_owned()),
            };
            let app = wecom::App::new(config, clock.for_platforms());
            apps.push(app.map_err(|e| BadConfig::Value(item("*"), e.to_string()))?);
        }
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
        let outside = outside.with_clock(clock.for_platforms());
        let outside = links.into_iter().fold(outside, WecomOutside::with_link);
        let outside = apps.into_iter().fold(outside, WecomOutside::with_app);
        outsides.insert(wecom::PLATFORM.to_owned(), Arc::new(outside));
    }
    dingtalk(loaded, clock, &mut doors, &mut outsides)?;
    Ok((doors, outsides))
}

/// DingTalk's robots: who hears by callbacks and who over a connection, and the one way out of all.
fn dingtalk(
    loaded: &Loaded,
    clock: &Clock,
    doors: &mut Doors,
    outsides: &mut Outsides,
) -> Result<(), BadConfig> {
    let base = &loaded.base;
    if loaded.config.dingtalk.is_empty() {
        return Ok(());
    }
    let quota = Arc::new(Quota::new(loaded.config.dingtalk_quota));
    doors.set_dingtalk_quota(Arc::clone(&quota));
    let mut config = DingtalkOutsideConfig { meter: quota, ..DingtalkOutsideConfig::default() };
    let mut streams = Vec::new();
    for (index, robot) in loaded.config.dingtalk.iter().enumerate() {
        let item = |name: &str| format!("dingtalk[{index}].{name}");
        let secret = robot.app_secret.read(&item("app_secret"), base)?;
        let mut settings = DingtalkBotConfig::new(robot.name.clone(), secret.clone());
        settings.robot_code = robot.code().cloned();
        settings.session_hosts.extend(robot.session_hosts.iter().cloned());
        settings.links = match robot.links {
            DingtalkLinks::Never => Links::Never,
            DingtalkLinks::Private => Links::Private,
            DingtalkLinks::Everywhere => Links::Everywhere,
        };
        config.links.insert(robot.name.clone(), settings.links);
        if let Some(base) = &robot.api_base {
            config.api_base.clone_from(base);
            config.openapi_base.clone_from(base);
        }
        let bot = DingtalkBot::new(settings);
        if let Some(client_id) = &robot.client_id {
            let robot_code = robot.code().unwrap_or(client_id).clone();
            let keys = AppKeys { client_id: client_id.clone(), client_secret: secret.clone(), robot_code };
            config.apps.insert(robot.name.clone(), keys);
        }
        match (robot.mode(), &robot.client_id) {
            (DingtalkMode::Stream, Some(client_id)) => {
                let api_base = robot.api_base.clone().unwrap_or_else(|| dingtalk_stream::API_BASE.to_owned());
                let (client_id, timing) = (client_id.clone(), dingtalk_stream::Timing::default());
                streams.push((
                    bot,
                    dingtalk_stream::StreamConfig { client_id, client_secret: secret, api_base, timing },
                ));
            }
            _ => doors.add_dingtalk(bot),
        }
        if let Some(template) = &robot.card_template {
            config.cards.insert(robot.name.clone(), template.clone());
        }
        if let Some(callback) = &robot.card_callback {
            let secret = callback.secret.read(&item("card_callback.secret"), base)?;
            doors.add_dingtalk_cards(CardDoor::new(robot.name.clone(), secret.clone(), dingtalk::MAX_AGE_MS));
            let to = CardCallback { url: callback.url.clone(), secret };
            config.card_callbacks.insert(robot.name.clone(), to);
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
    let outside = DingtalkOutside::new(config)
        .map_err(|e| BadConfig::Value("dingtalk.webhooks".to_owned(), e.to_string()))?;
    let outside: Arc<dyn Outside> = Arc::new(outside.with_clock(clock.for_platforms()));
    for (bot, config) in streams {
        crate::loops::dingtalk::add(
            doors,
            DingtalkStream { bot, config, outside: Arc::clone(&outside), lease: LEASE },
        );
    }
    outsides.insert(dingtalk::PLATFORM.to_owned(), outside);
    Ok(())
}
