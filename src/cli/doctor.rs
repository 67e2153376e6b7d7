//! `doctor`: looks at everything that a department relies on, and says what to do about what is wrong.

use super::{ConfigArgs, say};
use crate::clock::Clock;
use crate::config::{Dingtalk, DingtalkMode};
use crate::wire;
use bot::purpose;
use domain::{EpochMs, Role};
use secrecy::ExposeSecret;
use std::process::ExitCode;
use std::sync::Arc;
use store::{AdminToken, Dest, Directory, Error, Lane, Parked};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    config: ConfigArgs,
    /// 换一个新的管理员口令（旧的作废），只显示这一次
    #[arg(long)]
    new_admin_token: bool,
    /// 只看一个平台，看得更细
    platform: Option<Platform>,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Platform {
    /// 企业微信
    Wecom,
    /// 钉钉
    Dingtalk,
}

struct Findings {
    directory: Arc<Directory>,
    token: bool,
    waiting: i64,
    parked: Vec<Parked>,
    rota_until: Option<chrono::NaiveDate>,
}

pub(super) async fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let loaded = args.config.load()?;
    let clock = Clock::machine();
    let calendar = loaded.calendar()?;
    let (doors, _) = wire::platforms(&loaded, &clock)?;
    let url = loaded.store_url()?;
    let store = crate::open(url.expose_secret(), &clock, loaded.keys()?).await?;
    if args.new_admin_token {
        let token = hex::encode(rand::random::<[u8; 16]>());
        let kept = token.clone();
        store.write(Lane::of(&["admin"]), move |tx| tx.set_admin_token(Some(&kept))).await?;
        say(&format!(
            "新的管理员口令（只显示这一次，用过就作废）。请私聊机器人发送：\n\n    认领管理员 {token}\n"
        ));
        store.close().await;
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(platform) = args.platform {
        let outcome = match platform {
            Platform::Wecom => super::doctor_wecom::run(&loaded, &store, &clock).await,
            Platform::Dingtalk => super::doctor_dingtalk::run(&loaded, &store, &clock).await,
        };
        store.close().await;
        return outcome;
    }
    let today = calendar.date(clock.now());
    let found = store
        .read(move |tx| {
            let span = domain::Span { from: today, to: domain::calendar::shift_days(today, 45) };
            Ok::<_, Error>(Findings {
                directory: tx.directory()?,
                token: tx.admin_token("")? != AdminToken::None,
                waiting: tx.outgoing_waiting()?,
                parked: tx.parked(10)?,
                rota_until: tx.rota_between(span)?.last().map(|row| row.date),
            })
        })
        .await?;
    store.close().await;
    say(&format!("数据库：{}（{}）", super::shown_address(url.expose_secret()), store.kind()));
    for path in doors.paths() {
        say(&format!("回调：{path}"));
    }
    let connected = loaded.config.wecom.iter().filter(|bot| bot.bot_id.is_some());
    for bot in connected.clone() {
        say(&format!("企业微信长连接：{}（细看：deskmate doctor wecom）", bot.name));
    }
    let streaming = |robot: &&Dingtalk| robot.mode() == DingtalkMode::Stream;
    let robots = loaded.config.dingtalk.iter().filter(streaming).map(|robot| &robot.name);
    for name in robots.clone() {
        say(&format!("钉钉 Stream：{name}（细看：deskmate doctor dingtalk）"));
    }
    let doors: Vec<String> = doors
        .paths()
        .into_iter()
        .chain(connected.map(|bot| bot.name.clone()))
        .chain(robots.cloned())
        .collect();
    let problems = problems(&found, &doors, clock.now(), &calendar);
    say(&format!(
        "成员 {} 人，群 {} 个，等待发送 {} 条",
        found.directory.people(clock.now()).count(),
        found.directory.chats().len(),
        found.waiting
    ));
    if problems.is_empty() {
        say("没有发现问题。");
        return Ok(ExitCode::SUCCESS);
    }
    for problem in &problems {
        say(&format!("! {problem}"));
    }
    Ok(ExitCode::FAILURE)
}

fn problems(found: &Findings, paths: &[String], now: EpochMs, calendar: &domain::Calendar) -> Vec<String> {
    let mut problems = Vec::new();
    let directory = &found.directory;
    if paths.is_empty() {
        problems.push("还没有接企业微信或钉钉：在配置里加 [[wecom]] 或 [[dingtalk]]。".to_owned());
    }
    if !directory.people(now).any(|person| person.roles.has(Role::Admin)) {
        problems.push(if found.token {
            "还没有管理员：用首次启动时打印的口令私聊机器人发「认领管理员 口令」；口令丢了就运行 deskmate doctor --new-admin-token。".to_owned()
        } else {
            "还没有管理员：请运行 deskmate doctor --new-admin-token。".to_owned()
        });
    }
    if directory.chats().is_empty() {
        problems.push("还没有登记群：管理员在群里 @机器人 发「本群用途 排行 提醒」。".to_owned());
    } else {
        for wanted in [purpose::RANKING, purpose::REMINDERS] {
            if directory.chats_for(wanted).next().is_none() {
                problems.push(format!("没有群用来发{wanted}：管理员在群里发「本群用途 {wanted}」。"));
            }
        }
    }
    if directory.templates().is_empty() {
        problems.push("还没有班次：组长发「班次 早班 08:00-16:00」。".to_owned());
    }
    match found.rota_until {
        None => problems
            .push("今天起没有排班，所以没有人欠日报，也没有提醒：组长发「排班 姓名 日期 班次」。".to_owned()),
        Some(last) if last < domain::calendar::shift_days(calendar.date(now), 3) => {
            problems.push(format!("排班只到 {last}，请续排。"));
        }
        Some(_) => {}
    }
    for parked in &found.parked {
        let to = match &parked.dest {
            Dest::Group(_) => "群",
            Dest::Person(_) => "个人",
        };
        let what = if parked.maybe_shown { "可能已送达，没有重发" } else { "没送达" };
        let why = parked.error.as_deref().unwrap_or("原因不明");
        problems.push(format!(
            "{} 给{to}的消息（{}）编号 {} {what}：{why}",
            calendar.short(parked.created_at),
            parked.platform,
            parked.id
        ));
    }
    problems
}
