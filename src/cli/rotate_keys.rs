//! `rotate-keys`: a new master key. The file gets it first; then everything that has to be read for long is made anew with
//! it, a few rows a transaction. Broken off and run again it goes on where it was.

use super::say;
use crate::clock::Clock;
use crate::config::Loaded;
use crate::keyring::{Keys, Place};
use indicatif::{ProgressBar, ProgressStyle};
use secrecy::ExposeSecret;
use std::process::ExitCode;
use store::{Error, Lane, OldKeys, Store};

/// Rows that one transaction takes.
const AT_ONCE: u32 = 100;

pub(super) async fn run(loaded: &Loaded) -> anyhow::Result<ExitCode> {
    let (url, clock) = (loaded.store_url()?, Clock::machine());
    let url = url.expose_secret();
    let keys = loaded.keys()?;
    let place = keys.place().clone();
    let mut store = crate::open(url, &clock, keys).await?;
    let begun = left(&store).await?;
    if begun.cases + begun.indexed > 0 {
        say("还有内容用着旧密钥，先都换过来；要再换一把新密钥，请做完后再运行一次。");
    } else if let Place::Env(name) = &place {
        store.close().await;
        say(&format!(
            "所有内容都已用最新的密钥。要换新的：在环境变量 {name} 里再加一行「编号 密钥」（编号比现有的大 1，密钥可用 \
             openssl rand -hex 32 生成），重启 deskmate，再运行一次本命令。"
        ));
        return Ok(ExitCode::SUCCESS);
    } else {
        store.close().await;
        let keys: Keys = loaded.keys()?.add_key()?;
        say(&format!("已生成 {} 号密钥。", keys.newest()));
        store = crate::open(url, &clock, keys).await?;
    }
    let old = left(&store).await?;
    let bar = ProgressBar::new(u64::from(old.cases) + u64::from(old.indexed) + u64::from(old.waiting));
    bar.set_style(ProgressStyle::with_template("{bar:30} {pos}/{len} {msg} {elapsed}")?);
    bar.set_message("患者信息的密钥");
    let lane = Lane::of(&["rotate"]);
    while let done @ 1.. = store.write(lane, |tx| tx.rewrap_cases(AT_ONCE)).await? {
        bar.inc(u64::from(done));
    }
    bar.set_message("查找用的索引");
    while let done @ 1.. = store.write(lane, |tx| tx.reindex_cases(AT_ONCE)).await? {
        bar.inc(u64::from(done));
    }
    bar.set_message("等待发送的消息");
    let mut after = 0;
    while let Some((done, last)) = store.write(lane, move |tx| tx.rewrite_waiting(after, AT_ONCE)).await? {
        bar.inc(u64::from(done));
        after = last;
    }
    bar.finish_and_clear();
    store.close().await;
    say(&format!("已换用新密钥：{} 份患者信息，{} 条等待发送的消息。", old.cases, old.waiting));
    say(
        "旧密钥留在密钥里，不要删：以前的审计封条、已发出的消息底稿和以前的备份还要用它。请现在另存一份密钥，与数据库备份分开放。",
    );
    say(match place {
        Place::File(_) => "正在运行的 deskmate 会自己读到新密钥。",
        Place::Env(_) => "还有用旧环境变量在运行的 deskmate，请重启。",
    });
    Ok(ExitCode::SUCCESS)
}

async fn left(store: &Store) -> Result<OldKeys, Error> {
    store.read(|tx| tx.old_keys()).await
}
