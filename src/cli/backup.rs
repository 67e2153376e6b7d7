//! `backup`: a copy of a SQLite database while the program runs, checked before it counts.

use super::{ConfigArgs, say, say_error, verify};
use crate::config::Loaded;
use crate::keyring::Place;
use anyhow::Context;
use secrecy::ExposeSecret;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;
use store::backup::{self, BadCopy};
use store::{Error, KeyRing, Store};

/// Wrong usage.
pub(super) const USAGE: u8 = 2;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// 备份写到哪个文件
    file: PathBuf,
    #[command(flatten)]
    config: ConfigArgs,
    /// 文件已经在时也写（换掉它）
    #[arg(long)]
    force: bool,
}

pub(super) async fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let loaded = args.config.load()?;
    let url = loaded.store_url()?;
    let Some(source) = backup::file_of(url.expose_secret()) else {
        say(POSTGRES);
        return Ok(ExitCode::from(USAGE));
    };
    if !source.exists() {
        say_error(&format!("没有数据库 {}。", source.display()));
        return Ok(ExitCode::FAILURE);
    }
    if is_same(&source, &args.file) {
        say_error("备份不能写到数据库自己的文件上。");
        return Ok(ExitCode::from(USAGE));
    }
    if args.file.exists() && !args.force {
        say_error(&format!("{} 已经在了；要换掉它，请加 --force。", args.file.display()));
        return Ok(ExitCode::from(USAGE));
    }
    let ring = ring(&loaded)?;
    let begun = Instant::now();
    let draft = Draft::beside(&args.file)?;
    copy(&source, &draft.path).await.map_err(|bad| refused(&bad, &args.file, &loaded))?;
    let (copied, _) = Store::look_at(&draft.path, ring)
        .await
        .map_err(|error| refused(&error.into(), &args.file, &loaded))?;
    let found = verify::checked(&copied, None).await?;
    copied.close().await;
    let path = draft.path.clone();
    let size = tokio::task::spawn_blocking(move || backup::finish(&path))
        .await?
        .map_err(|bad| refused(&bad, &args.file, &loaded))?;
    draft.put(&args.file, args.force)?;
    let whole = verify::told(&found, &loaded.calendar()?);
    say(&format!(
        "已备份到 {}：{:.1} MB，用时 {:.1} 秒。",
        args.file.display(),
        mega(size),
        begun.elapsed().as_secs_f64()
    ));
    say(&keys_apart(&loaded)?);
    if !whole {
        say_error("备份和数据库一样，但数据库里的事件在封存以后被动过，见上面。");
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

async fn copy(from: &Path, to: &Path) -> Result<(), BadCopy> {
    let (from, to) = (from.to_owned(), to.to_owned());
    let bar = verify::bar(0, "复制数据库").unwrap_or_else(|_| indicatif::ProgressBar::hidden());
    tokio::task::spawn_blocking(move || {
        let copied = backup::copy(&from, &to, |done, all| {
            bar.set_length(all);
            bar.set_position(done);
        });
        bar.finish_and_clear();
        copied
    })
    .await
    .unwrap_or(Err(BadCopy::Store(Error::Panicked)))
}

/// Megabytes, for people.
#[expect(clippy::cast_precision_loss, reason = "only shown")]
pub(super) fn mega(bytes: u64) -> f64 {
    bytes as f64 / 1_000_000.0
}

/// The key ring; it is never made here, because what is read here was written with another.
pub(super) fn ring(loaded: &Loaded) -> anyhow::Result<KeyRing> {
    let keys = loaded.keys()?;
    let place = place_words(keys.place());
    keys.existing().with_context(|| format!("没有{place}；请把这个数据库的密钥放回去。"))
}

fn place_words(place: &Place) -> String {
    match place {
        Place::File(path) => format!("密钥文件 {} ", path.display()),
        Place::Env(name) => format!("环境变量 {name} 里的密钥"),
    }
}

/// What nobody may forget.
pub(super) fn keys_apart(loaded: &Loaded) -> anyhow::Result<String> {
    let place = place_words(loaded.keys()?.place());
    Ok(format!("备份里没有密钥：请把{place}另存到别处，和备份分开放。没有密钥，备份里的患者资料读不出来。"))
}

/// Why a copy cannot be made or put back, in words.
pub(super) fn refused(bad: &BadCopy, file: &Path, loaded: &Loaded) -> anyhow::Error {
    let file = file.display();
    match bad {
        BadCopy::File(error) => anyhow::anyhow!("{file}：读写不了：{}", error.kind()),
        BadCopy::NotOne => anyhow::anyhow!(
            "{file} 不是 deskmate backup 做的备份，或者没有写完。如果它就是数据库文件，停下程序后直接复制即可。"
        ),
        BadCopy::Damaged => anyhow::anyhow!("{file} 坏了：内容和校验和对不上。请换一份备份。"),
        BadCopy::InUse => anyhow::anyhow!("{file} 正在使用：请先停下程序。"),
        BadCopy::Store(Error::Keys(trouble)) => match loaded.keys() {
            Ok(keys) => anyhow::anyhow!("{file}：{}", crate::other_keys(*trouble, keys.place())),
            Err(error) => error.into(),
        },
        BadCopy::Store(Error::Corrupt(what)) => anyhow::anyhow!("{file}：数据库自查没有通过：{what}"),
        BadCopy::Store(Error::Schema(_)) => {
            anyhow::anyhow!("{file} 是更新版本的程序写的，或者表结构被改过；请用那个版本的程序。")
        }
        BadCopy::Store(error) => anyhow::anyhow!("{file}：读不了：{error}"),
    }
}

/// Whether two names are one file, or will be.
pub(super) fn is_same(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| {
        path.canonicalize()
            .ok()
            .or_else(|| Some(folder_of(path).canonicalize().ok()?.join(path.file_name()?)))
    };
    real(one).is_some_and(|one| real(other).is_some_and(|other| one == other))
}

pub(super) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A file that is being made beside the one that it shall be; gone when it does not get there.
pub(super) struct Draft {
    pub(super) path: PathBuf,
}

impl Draft {
    /// An empty one that nobody else may read.
    pub(super) fn beside(file: &Path) -> anyhow::Result<Self> {
        let name = format!(".{}.{}.part", super::file_name(file), hex::encode(rand::random::<[u8; 8]>()));
        let path = folder_of(file).join(name);
        let mut options = std::fs::File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options
            .open(&path)
            .map_err(|e| anyhow::anyhow!("写不了 {}：{}", folder_of(file).display(), e.kind()))?;
        Ok(Self { path })
    }

    /// Gives it its name; without `force` only when nothing has that name.
    pub(super) fn put(self, file: &Path, force: bool) -> anyhow::Result<()> {
        // A link refuses what a renaming would replace.
        let put =
            if force { std::fs::rename(&self.path, file) } else { std::fs::hard_link(&self.path, file) };
        put.map_err(|e| anyhow::anyhow!("写不了 {}：{}", file.display(), e.kind()))?;
        drop(self);
        // Without this a power failure may take the new name away again.
        #[cfg(unix)]
        std::fs::File::open(folder_of(file)).and_then(|folder| folder.sync_all()).context("写不了文件夹")?;
        Ok(())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        for suffix in ["", "-journal", "-wal", "-shm"] {
            let mut path = self.path.clone().into_os_string();
            path.push(suffix);
            let _ = std::fs::remove_file(path);
        }
    }
}

const POSTGRES: &str = "\
PostgreSQL 请用它自己的工具备份（程序不用停），地址与配置里的相同：

    pg_dump --format=custom --file=deskmate.dump \"$DESKMATE_STORE_URL\"

恢复到一个新的空库，再核对：

    createdb deskmate_restored
    pg_restore --exit-on-error --single-transaction --dbname=deskmate_restored deskmate.dump
    deskmate verify --config 指向新库的配置

备份里没有密钥，请把密钥另存到别处。详见 docs/operations.md。";
