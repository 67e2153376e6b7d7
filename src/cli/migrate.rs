//! `migrate`: brings the schema up to date; `serve` does the same by itself.

use super::say;
use crate::clock::Clock;
use crate::config::Loaded;
use indicatif::{ProgressBar, ProgressStyle};
use secrecy::ExposeSecret;
use std::process::ExitCode;
use std::time::Duration;

pub(super) async fn run(loaded: &Loaded) -> anyhow::Result<ExitCode> {
    let bar = ProgressBar::new_spinner();
    bar.set_style(ProgressStyle::with_template("{spinner} {msg} {elapsed}")?);
    bar.set_message("升级数据库");
    bar.enable_steady_tick(Duration::from_millis(100));
    let store = crate::open(loaded.store_url()?.expose_secret(), &Clock::machine(), loaded.keys()?).await?;
    bar.finish_and_clear();
    for migration in store.migrated() {
        say(&format!("已升级：{:04} {}", migration.number, migration.name));
    }
    say(if store.migrated().is_empty() { "数据库已是最新。" } else { "数据库升级完成。" });
    store.close().await;
    Ok(ExitCode::SUCCESS)
}
