//! `doctor wecom`: the connection, the credentials, the clock, the chat book and what is left of the allowance, and what to
//! do about what is wrong.

use super::say;
use crate::clock::Clock;
use crate::config::{Loaded, Wecom, WecomKind};
use crate::loops::wecom::{Stand, lease_name, stand_key};
use domain::calendar::MINUTE;
use domain::{Calendar, EpochMs};
use platform::wecom::stream::{STREAM_URL, try_out};
use platform::wecom::{API_BASE, App, AppConfig, PLATFORM, conversation};
use std::process::ExitCode;
use std::time::Duration;
use store::{BookEntry, Dest, Error, Lease, Store};

/// More than that, and callbacks are refused as too old sooner or later.
const SKEW: EpochMs = 5 * MINUTE;

struct Found {
    stand: Option<Stand>,
    lease: Option<Lease>,
    book: Vec<BookEntry>,
    /// Registered groups: id, name, whether something was ever heard there, and how many messages may go there at once.
    groups: Vec<(String, Option<String>, bool, u32)>,
    parked: i64,
    /// Some member's account, by which an app's view of the contacts is tried.
    account: Option<String>,
}

pub(super) async fn run(loaded: &Loaded, store: &Store, clock: &Clock) -> anyhow::Result<ExitCode> {
    let calendar = loaded.calendar()?;
    let mut problems = Vec::new();
    if loaded.config.wecom.is_empty() {
        problems.push("还没有接企业微信：运行 deskmate init wecom。".to_owned());
    }
    for (index, bot) in loaded.config.wecom.iter().enumerate() {
        say(&format!("机器人 {}", bot.name));
        let found = look(store, bot.name.clone(), clock.now()).await?;
        connection(loaded, index, bot, &found, clock.now(), &calendar, &mut problems).await?;
        app(loaded, index, bot, &found, clock, &mut problems).await?;
        skew(bot, clock, &mut problems).await;
        book(bot, &found, &calendar, &mut problems);
        if found.parked > 0 {
            say(&format!("  没送达的消息 {} 条，运行 deskmate doctor 看原因", found.parked));
        }
    }
    if problems.is_empty() {
        say("没有发现问题。");
        return Ok(ExitCode::SUCCESS);
    }
    for problem in &problems {
        say(&format!("! {problem}"));
    }
    Ok(ExitCode::FAILURE)
}

async fn look(store: &Store, bot: String, now: EpochMs) -> Result<Found, Error> {
    store
        .read(move |tx| {
            let stand = tx.meta(&stand_key(&bot))?.and_then(|json| serde_json::from_str(&json).ok());
            let lease = tx.lease(&lease_name(&bot))?;
            let book = tx.book_entries(PLATFORM, &bot)?;
            let directory = tx.directory()?;
            let mut groups = Vec::new();
            for chat in directory.chats().iter().filter(|chat| chat.platform == PLATFORM && chat.bot == bot) {
                let dest = Dest::Group(chat.chat_ref.clone());
                let heard = book.iter().any(|entry| entry.dest == dest && entry.heard_at.is_some());
                let toll = conversation(&bot::outside::Destination::Group(chat.chat_ref.clone()), 1);
                let bucket = format!("{PLATFORM}/{bot}/{}", toll.bucket);
                let left = tx.tokens(&bucket, &toll.rates, now)?.into_iter().min().unwrap_or(0);
                groups.push((chat.chat_ref.clone(), chat.title.clone(), heard, left));
            }
            let parked = tx.parked(1_000)?.into_iter().filter(|row| row.platform == PLATFORM).count();
            let mut accounts = directory.people(now).flat_map(|person| &person.identities);
            let account =
                accounts.find(|known| known.platform == PLATFORM).map(|known| known.user_id.clone());
            let parked = i64::try_from(parked).unwrap_or(i64::MAX);
            Ok(Found { stand, lease, book, groups, parked, account })
        })
        .await
}

/// Trying the credentials cuts off whoever is connected, so it is done only when nobody of ours is.
async fn connection(
    loaded: &Loaded,
    index: usize,
    bot: &Wecom,
    found: &Found,
    now: EpochMs,
    calendar: &Calendar,
    problems: &mut Vec<String>,
) -> anyhow::Result<()> {
    let (Some(bot_id), Some(secret)) = (&bot.bot_id, &bot.secret) else {
        say(&format!("  URL 回调：https://你的域名/hooks/wecom/{}（要在公网能访问，证书有效）", bot.name));
        return Ok(());
    };
    let held = found.lease.as_ref().filter(|lease| lease.until > now);
    match (held, &found.stand) {
        (Some(_), Some(stand)) => {
            let last = match stand.last_frame {
                0 => "还没有收到过消息帧".to_owned(),
                at => format!("最近一帧 {}", calendar.short(at)),
            };
            say(&format!("  {}（{last}）", stand.status));
            if !stand.up {
                problems.push(format!("机器人 {}：{}。", bot.name, stand.status));
            }
        }
        (Some(_), None) => say("  程序正在运行，长连接还没有建立"),
        (None, _) => {
            let secret = secret.read(&format!("wecom[{index}].secret"), &loaded.base)?;
            match try_out(bot.stream_url.as_deref().unwrap_or(STREAM_URL), bot_id, &secret).await {
                Ok(()) => say("  程序没有在运行；BotID 和 Secret 能连上"),
                Err(why) => problems.push(format!("机器人 {}：{why}。", bot.name)),
            }
        }
    }
    Ok(())
}

/// A self-built app's credentials, and whether it may look members up: what fails here fails for its notices, too.
async fn app(
    loaded: &Loaded,
    index: usize,
    bot: &Wecom,
    found: &Found,
    clock: &Clock,
    problems: &mut Vec<String>,
) -> anyhow::Result<()> {
    let (WecomKind::App, Some(agent_id), Some(secret)) = (bot.kind, bot.agent_id, &bot.secret) else {
        return Ok(());
    };
    let config = AppConfig {
        name: bot.name.clone(),
        corp_id: bot.receive_id.clone(),
        agent_id,
        secret: secret.read(&format!("wecom[{index}].secret"), &loaded.base)?,
        api_base: bot.api_base.clone().unwrap_or_else(|| API_BASE.to_owned()),
    };
    match App::new(config, clock.for_platforms())?.check(found.account.as_deref()).await {
        Ok(()) if found.account.is_some() => say("  应用的 Secret 和可信 IP 没有问题，能查到成员"),
        Ok(()) => say("  应用的 Secret 没有问题；还没有成员，可信 IP 没有试"),
        Err(why) => problems.push(format!("应用 {}：{why}。", bot.name)),
    }
    Ok(())
}

/// By the time that WeCom's own server tells.
async fn skew(bot: &Wecom, clock: &Clock, problems: &mut Vec<String>) {
    let base = bot.api_base.as_deref().unwrap_or(API_BASE);
    let here = base.starts_with("http://127.0.0.1:");
    let Ok(client) = platform::http_client::client(Duration::from_secs(5), here) else { return };
    let Ok(answer) = client.get(base).send().await else {
        problems.push(format!("连不上 {base}：请检查网络、防火墙和代理。"));
        return;
    };
    let date = answer.headers().get("date").and_then(|date| date.to_str().ok());
    let told = date.and_then(|date| chrono::DateTime::parse_from_rfc2822(date).ok());
    let Some(told) = told else { return };
    let skew = clock.now() - told.timestamp_millis();
    if skew.abs() > SKEW {
        problems.push(format!("本机时间和企业微信差 {} 秒：请校准系统时间。", skew / 1_000));
    } else {
        say(&format!("  本机时间和企业微信差 {} 秒", skew / 1_000));
    }
}

fn book(bot: &Wecom, found: &Found, calendar: &Calendar, problems: &mut Vec<String>) {
    let heard = |group: bool| {
        let here = found.book.iter().filter(|entry| matches!(entry.dest, Dest::Group(_)) == group);
        here.filter(|entry| entry.heard_at.is_some()).count()
    };
    say(&format!("  听到过 {} 个群、{} 个人", heard(true), heard(false)));
    for (id, title, was_heard, left) in &found.groups {
        let shown = title.as_deref().unwrap_or(id);
        say(&format!("  群「{shown}」现在还能连发 {left} 条"));
        if !was_heard && bot.bot_id.is_some() && found.stand.is_some() {
            problems.push(format!(
                "群「{shown}」还没有人 @ 过机器人，主动发言可能发不进去：请在该群 @ 一次机器人。"
            ));
        }
    }
    for entry in &found.book {
        let Some((since, why)) = &entry.barred else { continue };
        let (Dest::Group(id) | Dest::Person(id)) = &entry.dest;
        let shown = entry.title.as_deref().unwrap_or(id);
        problems.push(format!("「{shown}」从 {} 起收不到消息：{why}。", calendar.short(*since)));
    }
}
