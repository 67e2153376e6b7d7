//! `retention`: what the retention settings no longer allow to keep. Shows how much; `--apply` takes it away, as the
//! schedule 整理 does every night.

use super::{ConfigArgs, say};
use crate::clock::Clock;
use crate::wire;
use bot::{Bot, Desk, Stop};
use domain::EpochMs;
use schedules::Swept;
use secrecy::ExposeSecret;
use std::process::ExitCode;
use std::sync::Arc;
use store::{Lane, Store};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    config: ConfigArgs,
    /// 真的清除；不写就只看会清掉多少
    #[arg(long)]
    apply: bool,
}

pub(super) async fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let loaded = args.config.load()?;
    let clock = Clock::machine();
    let bot = wire::bot(loaded.calendar()?)?;
    let store = crate::open(loaded.store_url()?.expose_secret(), &clock, loaded.keys()?).await?;
    let now = clock.now();
    let asked = Arc::clone(&bot);
    let due =
        store.read(move |tx| schedules::to_sweep(&mut Desk { tx, now, bot: &asked })).await.map_err(told)?;
    let done = if args.apply { sweep(&store, &bot, now).await? } else { Swept::default() };
    store.close().await;
    if args.apply {
        say(&format!("已清除：结案到期的患者信息 {} 份，旧消息 {} 条。", done.cases, done.messages));
    } else {
        say(&format!("会清除：结案到期的患者信息 {} 份，旧消息 {} 条。", due.cases, due.messages));
        say("什么都没有改动。加 --apply 才清除，清除后不能恢复。");
    }
    Ok(ExitCode::SUCCESS)
}

async fn sweep(store: &Store, bot: &Arc<Bot>, now: EpochMs) -> anyhow::Result<Swept> {
    let mut done = Swept::default();
    loop {
        let bot = Arc::clone(bot);
        let swept = store
            .write(Lane::of(&["schedule", "housekeeping"]), move |tx| {
                schedules::sweep(&mut Desk { tx, now, bot: &bot }, now)
            })
            .await
            .map_err(told)?;
        if swept == Swept::default() {
            return Ok(done);
        }
        done.cases += swept.cases;
        done.messages += swept.messages;
    }
}

fn told(stop: Stop) -> anyhow::Error {
    match stop {
        Stop::Fault(error) => error.into(),
        Stop::Refused(refusal) => anyhow::anyhow!(refusal.said.text),
    }
}
