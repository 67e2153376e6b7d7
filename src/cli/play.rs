//! `play`: chat stories on a fresh store each. Exit code 0: all expectations hold; 1: a readable difference; 2: a file
//! is wrong.

use super::fresh::Fresh;
use super::{file_name, say, say_error};
use crate::stages;
use indicatif::{ProgressBar, ProgressStyle};
use std::path::PathBuf;
use std::process::ExitCode;
use story::{Outcome, PlayError};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// 故事文件
    #[arg(required = true)]
    stories: Vec<PathBuf>,
    /// 每件事打印一行 JSON
    #[arg(long)]
    json: bool,
    /// 用另外的数据库（sqlite:文件 或 postgres://…），每个故事都从空的开始
    #[arg(long)]
    store: Option<String>,
    /// 经过哪个平台的真实编解码和模拟服务器：console、wecom、wecom-stream、dingtalk、dingtalk-stream
    #[arg(long, default_value = "console")]
    platform: String,
}

pub(super) async fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let bar = ProgressBar::new(u64::try_from(args.stories.len()).unwrap_or(0));
    bar.set_style(ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}")?);
    let (mut passed, mut failed, mut wrong) = (0_u32, 0_u32, 0_u32);
    for path in &args.stories {
        let name = file_name(path);
        bar.set_message(name.clone());
        let report = |line: &str| bar.suspend(|| if args.json { say_error(line) } else { say(line) });
        match play(args, path, &name).await {
            Ok(Outcome::Passed { inputs, checks }) => {
                passed += 1;
                report(&format!("通过 {name}（{inputs} 步，{checks} 条期望）"));
            }
            Ok(Outcome::Failed(failure)) => {
                failed += 1;
                report(&format!("不符 {failure}"));
            }
            Err(error) => match error.downcast_ref::<PlayError>() {
                Some(PlayError::Bad(bad)) => {
                    wrong += 1;
                    report(&format!("读不懂 {bad}"));
                }
                _ => {
                    bar.finish_and_clear();
                    return Err(error);
                }
            },
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    if args.stories.len() > 1 {
        say_error(&format!("{passed} passed, {} failed", failed + wrong));
    }
    Ok(match (failed, wrong) {
        (0, 0) => ExitCode::SUCCESS,
        (_, 0) => ExitCode::from(1),
        _ => ExitCode::from(2),
    })
}

async fn play(args: &Args, path: &std::path::Path, name: &str) -> anyhow::Result<Outcome> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => {
            let bad = story::BadStory {
                file: name.to_owned(),
                line: 0,
                statement: path.display().to_string(),
                expected: format!("文件读不了：{}", error.kind()),
            };
            return Err(PlayError::Bad(bad).into());
        }
    };
    let story = story::parse(name, &text).map_err(PlayError::Bad)?;
    let fresh = Fresh::make(args.store.as_deref()).await?;
    let place =
        stages::Place { platform: &args.platform, store: &fresh.address, durable: args.store.is_some() };
    let json = args.json;
    let mut sink = |value: &serde_json::Value| {
        if json {
            say(&value.to_string());
        }
    };
    let outcome = stages::play(&story, &place, &mut sink).await;
    fresh.remove().await;
    outcome
}
