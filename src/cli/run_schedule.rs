//! `run-schedule NAME`: runs a schedule now, as if its time had come; its posts go out with the running program.

use super::{ConfigArgs, say};
use crate::clock::Clock;
use crate::{instance_name, wire};
use bot::Engine;
use secrecy::ExposeSecret;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// 定时任务的名字；不写就列出全部
    name: Option<String>,
    #[command(flatten)]
    config: ConfigArgs,
}

pub(super) async fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let loaded = args.config.load()?;
    let bot = wire::bot(loaded.calendar()?)?;
    let Some(name) = &args.name else {
        for schedule in bot.schedules() {
            say(&format!("{:<20} {:<12} {}", schedule.name, schedule.cron, schedule.summary));
        }
        return Ok(ExitCode::SUCCESS);
    };
    let clock = Clock::machine();
    let (_, outsides) = wire::platforms(&loaded, &clock)?;
    let store = crate::open(loaded.store_url()?.expose_secret(), &clock, loaded.keys()?).await?;
    let engine = Engine::new(store, bot, outsides, instance_name()).drawing(wire::draw);
    let ran = engine.run_by_hand(name, clock.now()).await?;
    if ran.is_some() {
        engine.deliver(clock.now()).await?;
    }
    engine.store().close().await;
    Ok(match ran {
        None => {
            super::say_error(&format!("没有定时任务「{name}」。不带名字运行可以看全部。"));
            ExitCode::from(2)
        }
        Some(true) => {
            say(&format!("已运行：{name}"));
            ExitCode::SUCCESS
        }
        Some(false) => {
            say("这一刻已经运行过。");
            ExitCode::SUCCESS
        }
    })
}
