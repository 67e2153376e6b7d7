//! `reconcile`: compares the hospital's list of a month with the arrivals. Shows what came of it; `--apply` makes
//! it the list that 对账 确认 goes by.

use super::{ConfigArgs, file_name, say};
use crate::clock::Clock;
use crate::people_file;
use anyhow::{Context, bail, ensure};
use chrono::NaiveDate;
use domain::EpochMs;
use domain::attribution::reconcile_by;
use domain::reconciliation::{Claim, ClaimState, Fit, ListRow, Month, read};
use domain::rights::Over;
use secrecy::ExposeSecret;
use std::path::PathBuf;
use std::process::ExitCode;
use store::{Error, HospitalList, Lane, RowFit, Tx, UnknownVisit};

/// Lines of a kind that are listed unless all are asked for.
const LISTED: usize = 40;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// 医院到诊名单：.xlsx 或 .csv，第一行写列名（姓名、电话、年龄、到诊日期）
    file: PathBuf,
    #[command(flatten)]
    config: ConfigArgs,
    /// 哪个月；不写就是上月，例：2026-03
    #[arg(long)]
    month: Option<String>,
    /// 真的导入；不写就只预览
    #[arg(long)]
    apply: bool,
    /// 工作表的名字；不写就用第一张
    #[arg(long)]
    sheet: Option<String>,
    /// 列出每一条
    #[arg(long)]
    all: bool,
}

/// What came of a comparison.
struct Compared {
    list: HospitalList,
    unknown: Vec<UnknownVisit>,
    /// Credited arrivals that the list has not, with whose they are.
    missing: Vec<(Claim, String)>,
}

pub(super) async fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let loaded = args.config.load()?;
    let clock = Clock::machine();
    let now = clock.now();
    let today = loaded.calendar()?.date(now);
    let month = match &args.month {
        Some(code) => Month::of_code(code).with_context(|| format!("「{code}」不是月份，例：2026-03"))?,
        None => Month::before(today),
    };
    ensure!(today >= month.over_from(), "{}还没过完", month.told(today));
    let (file, sheet) = (args.file.clone(), args.sheet.clone());
    // On a thread of its own, where a file that is worse than its reader expects ends that thread only.
    let rows = tokio::task::spawn_blocking(move || people_file::read(&file, sheet.as_deref()))
        .await
        .with_context(|| format!("读不懂 {}，请在 Excel 里另存一次", args.file.display()))??;
    let list = read(&rows, month);
    for bad in list.bad.iter().take(LISTED) {
        say(&format!("没用上：第 {} 行 {}", bad.line, bad.reason));
    }
    if !list.ignored.is_empty() {
        say(&format!("没用到的列：{}", list.ignored.join("、")));
    }
    if list.elsewhere > 0 {
        say(&format!("别的月份 {} 行，没有算。", list.elsewhere));
    }
    if list.rows.is_empty() {
        bail!(
            "{} 里没有{}能用的行。第一行要写列名，例：姓名、电话、年龄、到诊日期",
            file_name(&args.file),
            month.told(today)
        );
    }
    let store = crate::open(loaded.store_url()?.expose_secret(), &clock, loaded.keys()?).await?;
    let (apply, most) = (args.apply, if args.all { usize::MAX } else { LISTED });
    let compared = store
        .write(Lane::of(&["reconciliation"]), move |tx| {
            compare(tx, month, &list.rows, today, (apply, most), now)
        })
        .await;
    store.close().await;
    let Some(compared) = compared? else {
        bail!("{}对账已截止，不能再补报（R-379）；确有原因请主管在聊天里重开", month.told(today));
    };
    tell(&compared, most);
    say(if args.apply {
        "已导入。组长发「对账 确认」确认对上的。"
    } else {
        "这是预览，名单还没有生效。没有问题就加 --apply 再运行一次。"
    });
    Ok(ExitCode::SUCCESS)
}

/// `None` when the month is closed for everybody.
fn compare(
    tx: &mut Tx<'_>,
    month: Month,
    rows: &[ListRow],
    today: NaiveDate,
    (apply, most): (bool, usize),
    now: EpochMs,
) -> Result<Option<Compared>, Error> {
    let directory = tx.directory()?;
    let book = directory.book();
    let reopened = tx.reopenings(month)?.into_iter().map(|reopening| reopening.until);
    if reopened.fold(reconcile_by(book, month.span().to), NaiveDate::max) < today {
        return Ok(None);
    }
    let by = Over::by_program(None);
    let draft = tx.draft_list(&by, month, None, rows, book, now)?;
    if apply {
        tx.apply_list(&by, draft.no, book, now)?;
    }
    let list = tx.hospital_list(draft.no)?.unwrap_or(draft);
    let unknown = tx.unknown_visits(&list, most)?;
    let mut missing = tx.claims_in(month)?;
    missing.retain(|claim| claim.state == ClaimState::Open && list.fit(claim.arrival) == Fit::NotListed);
    let missing = missing.into_iter().map(|claim| (claim, directory.label(claim.person))).collect();
    Ok(Some(Compared { list, unknown, missing }))
}

fn tell(compared: &Compared, most: usize) {
    let Compared { list, unknown, missing } = compared;
    let count = |fit| list.rows_of(fit).count();
    say(&format!(
        "{} 行：对上 {}、拿不准 {}、我们没有 {}；名单里没有 {}",
        list.rows.len(),
        count(RowFit::Matched),
        count(RowFit::Unsure),
        count(RowFit::NotOurs),
        missing.len()
    ));
    for row in list.rows_of(RowFit::Unsure).take(most) {
        let arrivals: Vec<String> = row.arrivals.iter().map(|arrival| format!("D{arrival}")).collect();
        say(&format!(
            "拿不准：第 {} 行，{}：{}",
            row.line,
            arrivals.join("、"),
            row.why.map_or("", |why| why.told())
        ));
    }
    for visit in unknown {
        let day = visit.day.map(|day| day.to_string()).unwrap_or_default();
        let booked: Vec<String> = visit.appointments.iter().map(|no| format!("Y{no}")).collect();
        let booked = if booked.is_empty() {
            "没有登记".to_owned()
        } else {
            format!("有预约 {}", booked.join("、"))
        };
        say(&format!("我们没有：第 {} 行 {} {day}，{booked}", visit.line, visit.masked.join(" ")));
    }
    for (claim, whose) in missing.iter().take(most) {
        say(&format!("名单里没有：D{} {} {whose}", claim.arrival, claim.day));
    }
}
