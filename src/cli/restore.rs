//! `restore`: puts a backup in the place of a database, after everything about it was checked.

use super::backup::{Draft, USAGE, is_same, keys_apart, mega, refused, ring};
use super::{ConfigArgs, say, say_error, verify};
use crate::clock::Clock;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;
use store::backup::{self, BadCopy};
use store::{Error, Head, Store};

/// A database's file and what SQLite keeps beside it. A log that stayed behind would be played into the new one.
const PARTS: [&str; 4] = ["", "-wal", "-shm", "-journal"];

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// deskmate backup 做的备份
    file: PathBuf,
    /// 恢复到哪里，例：sqlite:data/deskmate.db
    #[arg(long)]
    to: String,
    #[command(flatten)]
    config: ConfigArgs,
    /// 目标已经在时也恢复；原来的改名留着
    #[arg(long)]
    force: bool,
    /// 备份里应当有的封条，例：12:0123456789abcdef
    #[arg(long, value_name = "编号:哈希", value_parser = verify::head)]
    head: Option<Head>,
}

pub(super) async fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let loaded = args.config.load()?;
    let Some(target) = backup::file_of(&args.to) else {
        say_error("--to 写成 sqlite:文件。PostgreSQL 请用 pg_restore，见 docs/operations.md。");
        return Ok(ExitCode::from(USAGE));
    };
    if is_same(&args.file, &target) {
        say_error("备份和目标是同一个文件。");
        return Ok(ExitCode::from(USAGE));
    }
    let occupied = PARTS.iter().any(|part| with(&target, part).exists());
    if occupied && !args.force {
        say_error(&format!(
            "{} 已经在了；要换掉它，请停下程序再加 --force（原来的改名留着）。",
            target.display()
        ));
        return Ok(ExitCode::from(USAGE));
    }
    let ring = ring(&loaded)?;
    let begun = Instant::now();
    let draft = Draft::beside(&target)?;
    unpack(&args.file, &draft.path).await.map_err(|bad| refused(&bad, &args.file, &loaded))?;
    let (copy, lacking) = Store::look_at(&draft.path, ring)
        .await
        .map_err(|error| refused(&error.into(), &args.file, &loaded))?;
    let found = verify::checked(&copy, args.head.clone()).await?;
    copy.close().await;
    let calendar = loaded.calendar()?;
    if !verify::told(&found, &calendar) {
        say_error("没有恢复：备份里的事件和封条对不上。");
        return Ok(ExitCode::FAILURE);
    }
    let size = std::fs::metadata(&draft.path)?.len();
    let now = calendar.local(Clock::machine().now()).format("%Y%m%d-%H%M%S");
    if occupied {
        backup::release(&target).map_err(|bad| refused(&bad, &target, &loaded))?;
        let aside = free_name(&target, &format!("{now}-before-restore"));
        move_parts(&target, &aside)?;
        if let Err(error) = draft.put(&target, false) {
            move_parts(&aside, &target)?;
            return Err(error);
        }
        say(&format!("原来的数据库改名为 {}。", aside.display()));
    } else {
        draft.put(&target, false)?;
    }
    say(&format!(
        "已恢复到 {}：{:.1} MB，用时 {:.1} 秒。",
        target.display(),
        mega(size),
        begun.elapsed().as_secs_f64()
    ));
    if !lacking.is_empty() {
        say("备份来自旧版本，启动时会自动升级。");
    }
    say("密钥与备份相符。");
    say(&keys_apart(&loaded)?);
    Ok(ExitCode::SUCCESS)
}

async fn unpack(from: &Path, to: &Path) -> Result<(), BadCopy> {
    let (from, to) = (from.to_owned(), to.to_owned());
    let bar = verify::bar(0, "读取备份").unwrap_or_else(|_| indicatif::ProgressBar::hidden());
    tokio::task::spawn_blocking(move || {
        let unpacked = backup::unpack(&from, &to, |done, all| {
            bar.set_length(all);
            bar.set_position(done);
        });
        bar.finish_and_clear();
        unpacked
    })
    .await
    .unwrap_or(Err(BadCopy::Store(Error::Panicked)))
}

fn with(path: &Path, suffix: &str) -> PathBuf {
    let mut path = path.as_os_str().to_owned();
    path.push(suffix);
    path.into()
}

/// A name beside the file that nothing has.
fn free_name(path: &Path, what: &str) -> PathBuf {
    let first = with(path, &format!(".{what}"));
    let others = (2..1_000).map(|number| with(path, &format!(".{what}-{number}")));
    std::iter::once(first.clone()).chain(others).find(|name| !name.exists()).unwrap_or(first)
}

fn move_parts(from: &Path, to: &Path) -> anyhow::Result<()> {
    for part in PARTS {
        match std::fs::rename(with(from, part), with(to, part)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                anyhow::bail!("改不了 {} 的名字：{}", from.display(), error.kind())
            }
            _ => {}
        }
    }
    Ok(())
}
