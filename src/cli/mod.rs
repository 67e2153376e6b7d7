//! The subcommands: one file each.

mod check_config;
mod doctor;
mod fresh;
mod migrate;
mod office;
mod play;
mod run_schedule;
mod serve;
pub mod try_out;

use crate::config::Loaded;
use clap::{Parser, Subcommand};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// 咨询部群助手
#[derive(Debug, Parser)]
#[command(name = "deskmate", version, about = "咨询部群助手：住在企业微信或钉钉群里的部门助手")]
pub struct Cli {
    /// 日志写成 JSON，每行一条
    #[arg(long, global = true)]
    log_json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// 试用：本机网页里的样板部门，不用账号、不用服务器、不用配置
    Try(try_out::Args),
    /// 正式运行
    Serve(ConfigArgs),
    /// 播放聊天故事（*.story）
    Play(play::Args),
    /// 把数据库升级到这个版本
    Migrate(ConfigArgs),
    /// 检查配置、数据库、群和没送达的消息
    Doctor(doctor::Args),
    /// 立刻运行一个定时任务
    RunSchedule(run_schedule::Args),
    /// 检查配置文件，不连接任何东西
    CheckConfig(ConfigArgs),
}

#[derive(Debug, clap::Args)]
struct ConfigArgs {
    /// 配置文件
    #[arg(long, short, default_value = "config.toml")]
    config: PathBuf,
}

impl ConfigArgs {
    fn load(&self) -> anyhow::Result<Loaded> {
        Ok(Loaded::from_file(&self.config)?)
    }
}

/// Runs a subcommand; answers the exit code: 0 done, 1 failed, 2 wrong input.
pub fn run(cli: Cli) -> ExitCode {
    log(cli.log_json, matches!(cli.command, Command::Serve(_)));
    quiet_panics();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            say_error(&format!("启动不了：{error}"));
            return ExitCode::FAILURE;
        }
    };
    let outcome = runtime.block_on(async {
        match cli.command {
            Command::Try(args) => try_out::run(&args).await,
            Command::Serve(args) => serve::run(&args.load()?).await,
            Command::Play(args) => play::run(&args).await,
            Command::Migrate(args) => migrate::run(&args.load()?).await,
            Command::Doctor(args) => doctor::run(&args).await,
            Command::RunSchedule(args) => run_schedule::run(&args).await,
            Command::CheckConfig(args) => check_config::run(&args.load()?),
        }
    });
    runtime.shutdown_timeout(std::time::Duration::from_secs(2));
    match outcome {
        Ok(code) => code,
        Err(error) => {
            say_error(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn log(json: bool, serving: bool) {
    // The wake-ups' library tells of its own start and end as if they were ours.
    let level = if serving { "info,tokio_cron_scheduler=warn" } else { "warn" };
    let filter = EnvFilter::try_from_env("DESKMATE_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    // A second call (tests) keeps the first subscriber.
    let _ = if json { builder.json().try_init() } else { builder.with_target(false).try_init() };
}

/// A panic's own words may quote what somebody typed; only the place is told.
fn quiet_panics() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(|at| format!("{}:{}", at.file(), at.line())).unwrap_or_default();
        tracing::error!(place, "a panic was caught");
    }));
}

/// To the person at the terminal.
fn say(text: &str) {
    use std::io::Write;
    // A reader that has gone (a closed pipe) is no reason to fail.
    let _ = writeln!(std::io::stdout(), "{text}");
}

fn say_error(text: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// The store's address, without what may be secret in it.
fn shown_address(address: &str) -> String {
    let address = address.split_once('?').map_or(address, |(address, _)| address);
    match (address.split_once("://"), address.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, rest))) => format!("{scheme}://…@{rest}"),
        _ => address.to_owned(),
    }
}

/// A file's name as stories and people call it.
fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}
