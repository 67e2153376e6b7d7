//! `rules export`, `rules import`: the rule settings as a file, to be read, compared and taken over. An import shows what
//! would change; `--apply` makes it one version of the rules and posts it as a change by hand is posted.

use super::{ConfigArgs, file_name, say, say_error};
use crate::clock::Clock;
use crate::{rules_file, wire};
use anyhow::{Context, bail, ensure};
use bot::{Bot, Desk, Stop};
use chrono::NaiveDate;
use clap::Subcommand;
use domain::calendar::{next_day, weekday};
use domain::rights::Administer;
use domain::settings::change::{self, BadDay, Change};
use domain::settings::{Setting, Value};
use secrecy::ExposeSecret;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use store::{Error, Lane, Tx};

/// Largest file, in bytes; an export has some 100 KB.
const MAX_FILE: u64 = 1024 * 1024;
/// Who is named in the post.
const AUTHOR: &str = "管理员在后台";

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// 把全部设置写成 TOML，输出到屏幕
    Export {
        /// 哪一天的值；不写就是今天，例：2026-04-01
        #[arg(long)]
        on: Option<NaiveDate>,
        #[command(flatten)]
        config: ConfigArgs,
    },
    /// 读入 TOML：先预览，加 --apply 才改
    Import {
        /// TOML 文件
        file: PathBuf,
        /// 哪一天起生效；不写就是明天
        #[arg(long)]
        from: Option<NaiveDate>,
        /// 真的改；不写就只预览
        #[arg(long)]
        apply: bool,
        #[command(flatten)]
        config: ConfigArgs,
    },
}

pub(super) async fn run(args: &Args) -> anyhow::Result<ExitCode> {
    match &args.command {
        Command::Export { on, config } => export(config, *on).await,
        Command::Import { file, from, apply, config } => import(config, file, *from, *apply).await,
    }
}

async fn export(config: &ConfigArgs, on: Option<NaiveDate>) -> anyhow::Result<ExitCode> {
    let loaded = config.load()?;
    let clock = Clock::machine();
    let day = match on {
        Some(day) => day,
        None => loaded.calendar()?.date(clock.now()),
    };
    let store = crate::open(loaded.store_url()?.expose_secret(), &clock, loaded.keys()?).await?;
    let text = store.read(move |tx| Ok::<_, Error>(rules_file::write(tx.directory()?.book(), day))).await;
    store.close().await;
    say(text?.trim_end());
    Ok(ExitCode::SUCCESS)
}

/// What came of an import.
struct Imported {
    changes: Vec<Change>,
    /// The version that was made, and in how many groups it was posted.
    version: Option<(i64, u32)>,
}

async fn import(
    config: &ConfigArgs,
    file: &Path,
    from: Option<NaiveDate>,
    apply: bool,
) -> anyhow::Result<ExitCode> {
    let loaded = config.load()?;
    let clock = Clock::machine();
    let calendar = loaded.calendar()?;
    let today = calendar.date(clock.now());
    let from = from.unwrap_or_else(|| next_day(today));
    match change::may_start(from, today) {
        Ok(()) => {}
        Err(BadDay::Past) => bail!("已过去的日子不能改，--from 最早是今天（{today}）"),
        Err(BadDay::TooFar) => bail!("--from 最远 {} 天", change::FURTHEST_DAYS),
    }
    let values = match rules_file::read(&text_of(file)?) {
        Ok(values) => values,
        Err(problems) => {
            say_error(&format!("{}：有 {} 处不对，什么都没有改。", file_name(file), problems.len()));
            for problem in problems {
                say_error(&format!("第 {} 行：{}", problem.line, problem.told));
            }
            return Ok(ExitCode::from(2));
        }
    };
    let bot = wire::bot(calendar)?;
    let store = crate::open(loaded.store_url()?.expose_secret(), &clock, loaded.keys()?).await?;
    let now = clock.now();
    let imported = if apply {
        store.write(Lane::of(&["rules"]), move |tx| take_over(tx, &bot, &values, from, now)).await
    } else {
        store
            .read(move |tx| {
                let changes = change::differences(tx.directory()?.book(), values.iter().copied(), from);
                Ok::<_, Error>(Imported { changes, version: None })
            })
            .await
    };
    store.close().await;
    tell(&imported?, from, apply);
    Ok(ExitCode::SUCCESS)
}

/// Judged where nobody else changes anything, and made one version.
fn take_over(
    tx: &mut Tx<'_>,
    bot: &Arc<Bot>,
    values: &[(&'static Setting, Value)],
    from: NaiveDate,
    now: domain::EpochMs,
) -> Result<Imported, Error> {
    let changes = change::differences(tx.directory()?.book(), values.iter().copied(), from);
    if changes.is_empty() {
        return Ok(Imported { changes, version: None });
    }
    let values: Vec<_> = changes.iter().map(|change| (change.setting, change.after)).collect();
    let no = tx.change_rules(&Administer::by_operator(), from, &values, now)?;
    let mut desk = Desk { tx, now, bot };
    let posted = match commands::announce_rules(&mut desk, no, from, AUTHOR, &changes) {
        Ok(posted) => posted,
        Err(Stop::Fault(error)) => return Err(error),
        Err(Stop::Refused(_)) => 0,
    };
    Ok(Imported { changes, version: Some((no, posted)) })
}

fn tell(imported: &Imported, from: NaiveDate, apply: bool) {
    let Imported { changes, version } = imported;
    if changes.is_empty() {
        say(&format!("自 {from} 起的值已经全是这样，没有要改的。"));
        return;
    }
    for change in changes {
        let setting = change.setting;
        let until = match change.until {
            Some(until) => format!("，到 {} 为止", until.from),
            None => String::new(),
        };
        say(&format!(
            "{} {}：{} → {}{until}（{}）",
            setting.key,
            setting.name,
            setting.show(change.before),
            setting.show(change.after),
            setting.rules.join("、")
        ));
    }
    let count = changes.len();
    let day = format!("{from} {}", weekday(from));
    match version {
        Some((no, posted)) => {
            say(&format!("已改 {count} 项，自 {day} 起，是 V{no}。"));
            say(match posted {
                0 => "还没有群用来发提醒，没有公告，请自己告诉大家。",
                _ => "公告由运行中的程序发到群里。",
            });
        }
        None if apply => {}
        None => say(&format!(
            "会改 {count} 项，自 {day} 起。这是预览，什么都没有改。没有问题就加 --apply 再运行一次。"
        )),
    }
}

fn text_of(path: &Path) -> anyhow::Result<String> {
    let shown = path.display();
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).with_context(|| format!("打不开文件 {shown}"))?;
    file.take(MAX_FILE + 1).read_to_end(&mut bytes).with_context(|| format!("读不了文件 {shown}"))?;
    ensure!(u64::try_from(bytes.len())? <= MAX_FILE, "文件超过 1 MB，不是规则设置");
    String::from_utf8(bytes).ok().with_context(|| format!("{shown} 不是 UTF-8，请用 UTF-8 另存"))
}
