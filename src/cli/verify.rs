//! `verify`: checks the events by their seals, and tells the newest seal, which belongs outside of the database; counts anew
//! what rankings are summed from, and says where the sums differ.

use super::{ConfigArgs, say, say_error};
use crate::clock::Clock;
use domain::Calendar;
use indicatif::{ProgressBar, ProgressStyle};
use secrecy::ExposeSecret;
use std::process::ExitCode;
use store::{Cover, Finding, Head, Lane, Store, Verification, Wrong};

/// Findings that are told one by one.
const TOLD: usize = 200;
/// Numbers that one finding lists.
const LISTED: usize = 10;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    config: ConfigArgs,
    /// 以前核对时或日志里记下的最新封条，例：12:0123456789abcdef
    #[arg(long, value_name = "编号:哈希", value_parser = head)]
    head: Option<Head>,
    /// 排行的计数和明细对不上时，照明细重算
    #[arg(long)]
    recount: bool,
}

pub(super) fn head(text: &str) -> Result<Head, String> {
    text.parse().map_err(|()| "写成「编号:哈希的前 16 位」，例：12:0123456789abcdef".to_owned())
}

pub(super) async fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let loaded = args.config.load()?;
    let url = loaded.store_url()?;
    if store::backup::file_of(url.expose_secret()).is_some_and(|file| !file.exists()) {
        say_error(&format!("没有数据库 {}。", super::shown_address(url.expose_secret())));
        return Ok(ExitCode::FAILURE);
    }
    let store = crate::open(url.expose_secret(), &Clock::machine(), loaded.keys()?).await?;
    let found = checked(&store, args.head.clone()).await?;
    let is_intact = told(&found, &loaded.calendar()?);
    let is_counted = counted(&store, args.recount).await?;
    store.close().await;
    Ok(if is_intact && is_counted { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A bar on the terminal; nothing where there is none.
pub(super) fn bar(length: u64, message: &'static str) -> anyhow::Result<ProgressBar> {
    let bar = ProgressBar::new(length);
    bar.set_style(ProgressStyle::with_template("{msg} {wide_bar} {percent}% {eta}")?);
    bar.set_message(message);
    Ok(bar)
}

/// Checks all seals, with a bar on the terminal.
pub(super) async fn checked(store: &Store, head: Option<Head>) -> anyhow::Result<Verification> {
    let last = store.read(|tx| tx.last_event()).await?;
    let bar = bar(u64::try_from(last).unwrap_or(0), "核对事件")?;
    let found = store.verify(head, |events| bar.set_position(u64::try_from(events).unwrap_or(0))).await?;
    bar.finish_and_clear();
    Ok(found)
}

/// Tells what was found; true when all is as it was sealed.
pub(super) fn told(found: &Verification, calendar: &Calendar) -> bool {
    let Verification { seals, events, unsealed, head, findings } = found;
    say(&format!("核对了 {seals} 个封条、{events} 条事件。"));
    if *unsealed > 0 {
        say(&format!("还有 {unsealed} 条事件没有封存：程序运行时每分钟封存一次，停下时也封存。"));
    }
    if let Some(head) = head {
        say(&format!("最新封条 {head}：请记在数据库以外的地方，以后用 deskmate verify --head {head} 核对。"));
    }
    if findings.is_empty() {
        say("没有发现改动。");
        return true;
    }
    for finding in findings.iter().take(TOLD) {
        say(&format!("! {}", sentence(finding, calendar)));
    }
    if findings.len() > TOLD {
        say(&format!("! 另有 {} 处，没有列出。", findings.len() - TOLD));
    }
    false
}

/// Counts what rankings are summed from; true when the sums are right, or have been put right.
async fn counted(store: &Store, recount: bool) -> anyhow::Result<bool> {
    let most = u32::try_from(TOLD).unwrap_or(u32::MAX);
    let off = store.read(move |tx| tx.recounted(most)).await?;
    if off.is_empty() {
        say("排行的计数和明细一致。");
        return Ok(true);
    }
    for one in &off {
        say(&format!("! 排行的计数和明细对不上：成员编号和日期 {one}"));
    }
    if !recount {
        say("照明细重算发：deskmate verify --recount");
        return Ok(false);
    }
    store.write(Lane::of(&["recount"]).alone(), |tx| tx.count_anew()).await?;
    say("已照明细重算。");
    Ok(true)
}

fn sentence(Finding { seal, cover, what }: &Finding, calendar: &Calendar) -> String {
    let place = match cover {
        Some(Cover { at, first_seq, last_seq }) => {
            let at = calendar.local(*at).format("%Y-%m-%d %H:%M");
            format!("封条 {seal}（{at}，事件 {first_seq}–{last_seq}）")
        }
        None => format!("封条 {seal}"),
    };
    let through = |last: &i64| if last == seal { String::new() } else { format!("到 {last}") };
    match what {
        Wrong::Changed(rows) => format!("{place}：事件 {} 被改过。", numbers(rows)),
        Wrong::Removed(rows) => format!("{place}：事件 {} 被删掉了。", numbers(rows)),
        Wrong::Inserted(rows) => format!("{place}：事件 {} 是后来加进去的。", numbers(rows)),
        Wrong::Moved(rows) => {
            let pairs: Vec<String> = rows
                .iter()
                .take(LISTED)
                .map(|(there, from)| format!("{there}（原为 {from} 的内容）"))
                .collect();
            format!("{place}：事件被调换：{}，共 {} 条。", pairs.join("、"), rows.len())
        }
        Wrong::Unnamed => format!("{place}：这一段的事件被改过，分不清是哪一条。"),
        Wrong::SealMissing { through: last, first_seq, last_seq } => {
            format!("{place}{} 不见了，事件 {first_seq}–{last_seq} 无法核对。", through(last))
        }
        Wrong::SealChanged { intact: true } => format!("{place}：封条本身被改过，所封的事件没有变。"),
        Wrong::SealChanged { intact: false } => format!("{place}：封条本身被改过，所封的事件无法核对。"),
        Wrong::SealForeign => format!("{place}：不是接在前一个封条后面的，前面混进了别的历史。"),
        Wrong::KeyUnknown { key, through: last } => format!(
            "{place}{}：用 {key} 号密钥封存，密钥环里没有这把密钥或不是同一把，无法核对。",
            through(last)
        ),
        Wrong::HeadMissing => {
            format!("记下的封条 {seal} 不在数据库里：最后的封条被删掉了，或者这是另一个数据库。")
        }
        Wrong::HeadDiffers => {
            format!("封条 {seal} 和记下的不一样：它之前的历史被换过，或者这是另一个数据库。")
        }
    }
}

fn numbers(rows: &[i64]) -> String {
    let listed: Vec<String> = rows.iter().take(LISTED).map(ToString::to_string).collect();
    let rest = if rows.len() > LISTED { format!("等 {} 条", rows.len()) } else { String::new() };
    format!("{}{rest}", listed.join("、"))
}
