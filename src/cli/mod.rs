//! The subcommands: one file each.

mod backup;
mod calendar;
mod check_config;
mod doctor;
mod doctor_dingtalk;
mod doctor_wecom;
mod fresh;
mod import_people;
mod import_rota;
mod init;
mod migrate;
mod office;
mod play;
mod reconcile;
mod restore;
mod retention;
mod rotate_keys;
mod rules;
mod run_schedule;
mod serve;
pub mod try_out;
mod verify;

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
    /// 接一个平台：一步步填写，当场试连，写好配置
    Init(init::Args),
    /// 播放聊天故事（*.story）
    Play(play::Args),
    /// 把数据库升级到这个版本
    Migrate(ConfigArgs),
    /// 检查配置、数据库、群和没送达的消息
    Doctor(doctor::Args),
    /// 立刻运行一个定时任务
    RunSchedule(run_schedule::Args),
    /// 从花名册（.xlsx、.csv）导入人员：先预览，加 --apply 才导入
    ImportPeople(import_people::Args),
    /// 从班表（.xlsx、.csv）导入排班：先预览，加 --apply 才导入
    ImportRota(import_rota::Args),
    /// 把一个人的班和请假写成日历文件（.ics），写到标准输出
    Calendar(calendar::Args),
    /// 对账：把医院到诊名单（.xlsx、.csv）和到诊比对：先预览，加 --apply 才导入
    Reconcile(reconcile::Args),
    /// 规则设置：写成文件、从文件读入
    Rules(rules::Args),
    /// 清除到期的患者信息和旧消息：先看会清掉多少，加 --apply 才清
    Retention(retention::Args),
    /// 换一把新的加密密钥；可以中断，再运行就接着做
    RotateKeys(ConfigArgs),
    /// 核对事件封条：有没有人改过、删过、加过、换过事件
    Verify(verify::Args),
    /// 备份 SQLite 数据库，程序运行时也可以
    Backup(backup::Args),
    /// 从备份恢复 SQLite 数据库，先核对再放好
    Restore(restore::Args),
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
            Command::Init(args) => init::run(&args).await,
            Command::Play(args) => play::run(&args).await,
            Command::Migrate(args) => migrate::run(&args.load()?).await,
            Command::Doctor(args) => doctor::run(&args).await,
            Command::RunSchedule(args) => run_schedule::run(&args).await,
            Command::ImportPeople(args) => import_people::run(&args).await,
            Command::ImportRota(args) => import_rota::run(&args).await,
            Command::Calendar(args) => calendar::run(&args).await,
            Command::Reconcile(args) => reconcile::run(&args).await,
            Command::Rules(args) => rules::run(&args).await,
            Command::Retention(args) => retention::run(&args).await,
            Command::RotateKeys(args) => rotate_keys::run(&args.load()?).await,
            Command::Verify(args) => verify::run(&args).await,
            Command::Backup(args) => backup::run(&args).await,
            Command::Restore(args) => restore::run(&args).await,
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

/// The store's address, without what may be secret in it. Of what is no address nothing is shown: it may be a password
/// that landed in the wrong place.
fn shown_address(address: &str) -> String {
    if address.starts_with("sqlite:") {
        return address.split_once('?').map_or(address, |(path, _)| path).to_owned();
    }
    let Some((scheme, rest)) = address.split_once("://") else { return "…".to_owned() };
    let rest = rest.split_once('?').map_or(rest, |(rest, _)| rest);
    match rest.rsplit_once('@') {
        Some((_, host)) => format!("{scheme}://…@{host}"),
        None => format!("{scheme}://{rest}"),
    }
}

/// A file's name as stories and people call it.
fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}
