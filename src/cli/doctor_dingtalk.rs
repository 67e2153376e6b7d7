//! `doctor dingtalk`: the connection, the credentials, the clock, the month's allowance and the groups, and what to do about
//! what is wrong.

use super::say;
use crate::clock::Clock;
use crate::config::{Dingtalk, DingtalkMode, Loaded};
use crate::loops::dingtalk::{lease_name, stand_key};
use crate::loops::wecom::Stand;
use domain::calendar::MINUTE;
use domain::{Calendar, EpochMs};
use platform::dingtalk::stream::{API_BASE, StreamConfig, Timing, try_out};
use platform::dingtalk::{MAX_AGE_MS, PLATFORM};
use std::process::ExitCode;
use std::time::Duration;
use store::{Error, Lease, SpentRow, Store};

/// More than that, and something is wrong with a clock.
const SKEW: EpochMs = 5 * MINUTE;

struct Found {
    stand: Option<Stand>,
    lease: Option<Lease>,
    /// Registered groups: id and name.
    groups: Vec<(String, Option<String>)>,
}

pub(super) async fn run(loaded: &Loaded, store: &Store, clock: &Clock) -> anyhow::Result<ExitCode> {
    let calendar = loaded.calendar()?;
    let mut problems = Vec::new();
    if loaded.config.dingtalk.is_empty() {
        problems.push("还没有接钉钉：运行 deskmate init dingtalk。".to_owned());
    }
    for (index, robot) in loaded.config.dingtalk.iter().enumerate() {
        say(&format!("机器人 {}", robot.name));
        let found = look(store, robot).await?;
        connection(loaded, index, robot, &found, clock.now(), &calendar, &mut problems).await?;
        skew(robot, clock, &mut problems).await;
        groups(robot, &found, &mut problems);
    }
    quota(loaded, store, clock, &calendar, &mut problems).await?;
    let parked = store.read(|tx| tx.parked(1_000)).await?;
    let parked = parked.iter().filter(|row| row.platform == PLATFORM).count();
    if parked > 0 {
        say(&format!("没送达的消息 {parked} 条，运行 deskmate doctor 看原因"));
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

async fn look(store: &Store, robot: &Dingtalk) -> Result<Found, Error> {
    let bot = robot.name.clone();
    let lease = robot.client_id.as_deref().map(lease_name);
    store
        .read(move |tx| {
            let stand = tx.meta(&stand_key(&bot))?.and_then(|json| serde_json::from_str(&json).ok());
            let lease = match &lease {
                Some(lease) => tx.lease(lease)?,
                None => None,
            };
            let directory = tx.directory()?;
            let ours = directory.chats().iter().filter(|chat| chat.platform == PLATFORM && chat.bot == bot);
            let groups = ours.map(|chat| (chat.chat_ref.clone(), chat.title.clone())).collect();
            Ok(Found { stand, lease, groups })
        })
        .await
}

async fn connection(
    loaded: &Loaded,
    index: usize,
    robot: &Dingtalk,
    found: &Found,
    now: EpochMs,
    calendar: &Calendar,
    problems: &mut Vec<String>,
) -> anyhow::Result<()> {
    if robot.mode() == DingtalkMode::Http {
        say(&format!(
            "  HTTP 模式：https://你的域名/hooks/dingtalk/{}（要在公网能访问，证书有效）",
            robot.name
        ));
    }
    if let Some(callback) = &robot.card_callback {
        say(&format!("  卡片的点击送到 {}（要在公网能访问，证书有效）", callback.url));
    }
    let Some(client_id) = &robot.client_id else {
        say("  没有写 client_id：不能主动发消息，只能答复，或经群里的自定义机器人发");
        return Ok(());
    };
    let held = found.lease.as_ref().filter(|lease| lease.until > now);
    if let (Some(_), Some(stand)) = (held, &found.stand) {
        let last = match stand.last_frame {
            0 => "还没有收到过消息帧".to_owned(),
            at => format!("最近一帧 {}", calendar.short(at)),
        };
        say(&format!("  {}（{last}）", stand.status));
        if !stand.up {
            problems.push(format!("机器人 {}：{}。", robot.name, stand.status));
        }
    }
    // Asking for a ticket takes nothing from whoever is connected.
    let config = StreamConfig {
        client_id: client_id.clone(),
        client_secret: robot.app_secret.read(&format!("dingtalk[{index}].app_secret"), &loaded.base)?,
        api_base: robot.api_base.clone().unwrap_or_else(|| API_BASE.to_owned()),
        timing: Timing::default(),
    };
    match try_out(&config, false).await {
        Ok(()) => say("  Client ID 和 Client Secret 有效"),
        Err(why) if robot.mode() == DingtalkMode::Stream => {
            problems.push(format!("机器人 {}：{why}。", robot.name));
        }
        Err(why) => say(&format!("  没有试出 Client ID 和 Client Secret 是否有效：{why}")),
    }
    Ok(())
}

/// By the time that DingTalk's own server tells.
async fn skew(robot: &Dingtalk, clock: &Clock, problems: &mut Vec<String>) {
    let base = robot.api_base.as_deref().unwrap_or(API_BASE);
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
        problems.push(format!(
            "本机时间和钉钉差 {} 秒：请校准系统时间（差过 {} 分钟，签名就不认了）。",
            skew / 1_000,
            MAX_AGE_MS / MINUTE
        ));
    } else {
        say(&format!("  本机时间和钉钉差 {} 秒", skew / 1_000));
    }
}

fn groups(robot: &Dingtalk, found: &Found, problems: &mut Vec<String>) {
    for (id, title) in &found.groups {
        let shown = title.as_deref().unwrap_or(id);
        let hook = robot.webhooks.iter().any(|hook| hook.chat == *id);
        if hook {
            say(&format!("  群「{shown}」经自定义机器人发"));
        } else if robot.client_id.is_some() {
            say(&format!("  群「{shown}」经接口发"));
        } else {
            problems.push(format!(
                "群「{shown}」没有路可以主动发：写上 client_id，或在群里加自定义机器人并写进 [[dingtalk.webhooks]]。"
            ));
        }
    }
}

async fn quota(
    loaded: &Loaded,
    store: &Store,
    clock: &Clock,
    calendar: &Calendar,
    problems: &mut Vec<String>,
) -> Result<(), Error> {
    let month = calendar.date(clock.now()).format("%Y-%m").to_string();
    let spent: Vec<SpentRow> = store.read(move |tx| tx.quota_spent(PLATFORM, &month)).await?;
    let limits = &loaded.config.dingtalk_quota;
    for (kind, name, limit) in
        [("api", "接口调用", limits.api_per_month), ("push", "Webhook 与 Stream 消息", limits.push_per_month)]
    {
        let used = spent.iter().find(|row| row.kind == kind).map_or(0, |row| row.spent);
        if limit == 0 {
            say(&format!("本月{name} {used} 次（不限）"));
            continue;
        }
        say(&format!("本月{name} {used} 次，额度 {limit} 次"));
        if used.saturating_mul(100) >= i64::from(limit) * i64::from(limits.warn_percent) {
            problems.push(format!("本月{name}已用 {used} 次，额度 {limit} 次：请升级钉钉版本，或少发一些。"));
        }
    }
    Ok(())
}
