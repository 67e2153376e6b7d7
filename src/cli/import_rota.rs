//! `import-rota`: takes a rota over from a spreadsheet, all of it or nothing. Shows what would change; `--apply`
//! does it.

use super::{ConfigArgs, file_name, say};
use crate::clock::Clock;
use crate::people_file;
use crate::rota_file::{self, Cell, Sheet, Terms};
use anyhow::{Context, ensure};
use chrono::NaiveDate;
use domain::calendar::{day_name, next_day, shift_days};
use domain::rights::Over;
use domain::roster::Row;
use domain::{Calendar, EpochMs, Period, PersonId, Span};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use store::{Directory, Error, Fact, Lane, Tx};

/// How many changes are listed unless all are asked for.
const LISTED: usize = 40;
/// How far back the plan may still be changed, days.
const PAST_DAYS: i64 = 31;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// 班表：.xlsx 或 .csv，第一列姓名，后面每列一天
    file: PathBuf,
    #[command(flatten)]
    config: ConfigArgs,
    /// 列名只写几号时是哪个月，例：2026-03
    #[arg(long)]
    month: Option<String>,
    /// 真的导入；不写就只预览
    #[arg(long)]
    apply: bool,
    /// 工作表的名字；不写就用第一张
    #[arg(long)]
    sheet: Option<String>,
    /// 列出每一处改动
    #[arg(long)]
    all: bool,
}

/// What a file is judged by; the same for the preview and inside the transaction.
struct Judge {
    rows: Vec<Row>,
    month: Option<Span>,
    calendar: Calendar,
    now: EpochMs,
}

/// A day that changes: how it was planned, and what stands in the file.
struct Change {
    cell: Cell,
    before: Option<String>,
    /// As the event keeps it, to be taken back by.
    kept: Value,
}

/// What would happen.
struct Plan {
    sheet: Sheet,
    changes: Vec<Change>,
    /// Days that are planned so already.
    unchanged: usize,
    /// Changed days on which somebody is on leave.
    on_leave: Vec<String>,
    directory: Arc<Directory>,
}

pub(super) async fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let loaded = args.config.load()?;
    let clock = Clock::machine();
    let month = args.month.as_deref().map(month).transpose()?;
    let (file, sheet) = (args.file.clone(), args.sheet.clone());
    // On a thread of its own, where a file that is worse than its reader expects ends that thread only.
    let rows = tokio::task::spawn_blocking(move || people_file::read(&file, sheet.as_deref()))
        .await
        .with_context(|| format!("读不懂 {}，请在 Excel 里另存一次", args.file.display()))??;
    let judge = Judge { rows, month, calendar: loaded.calendar()?, now: clock.now() };
    let store = crate::open(loaded.store_url()?.expose_secret(), &clock, loaded.keys()?).await?;
    let apply = args.apply;
    let planned = store
        .write(Lane::of(&["rota"]), move |tx| {
            let plan = judge.plan(tx)?;
            if apply && plan.sheet.problems.is_empty() {
                judge.apply(tx, &plan)?;
            }
            Ok::<_, Error>(plan)
        })
        .await;
    store.close().await;
    let plan = planned?;
    for problem in &plan.sheet.problems {
        say(&format!("! {problem}"));
    }
    if !plan.sheet.ignored.is_empty() {
        say(&format!("没用到的列：{}", plan.sheet.ignored.join("、")));
    }
    if !plan.sheet.problems.is_empty() {
        say("有问题的文件整份不导入，什么都没有改。改好以后再运行一次。");
        return Ok(ExitCode::FAILURE);
    }
    say(&format!("{}：改动 {} 天，不变 {} 天", file_name(&args.file), plan.changes.len(), plan.unchanged));
    tell(&plan, if args.all { usize::MAX } else { LISTED });
    say(match (apply, plan.changes.is_empty()) {
        (_, true) => "没有要改的。",
        (true, _) => "已导入。",
        (false, _) => "这是预览，什么都没有改。没有问题就加 --apply 再运行一次。",
    });
    Ok(ExitCode::SUCCESS)
}

fn month(text: &str) -> anyhow::Result<Span> {
    let first: Option<NaiveDate> = format!("{text}-01").parse().ok();
    ensure!(first.is_some(), "「{text}」不是月份，例：2026-03");
    Ok(first.map_or(Span::day(NaiveDate::default()), |first| Period::Month.around(first)))
}

fn tell(plan: &Plan, most: usize) {
    let mut lines: BTreeMap<(PersonId, String), Vec<NaiveDate>> = BTreeMap::new();
    for change in &plan.changes {
        let before = change.before.as_deref().unwrap_or("未排");
        let what = format!("{before} → {}", change.cell.shift);
        lines.entry((change.cell.person, what)).or_default().push(change.cell.date);
    }
    for ((person, what), days) in lines.iter().take(most) {
        let days: Vec<String> = days.iter().map(|day| day_name(*day)).collect();
        say(&format!("{} {what}：{}", plan.directory.label(*person), days.join("、")));
    }
    if lines.len() > most {
        say(&format!("……还有 {} 条，加 --all 全部列出", lines.len() - most));
    }
    if !plan.on_leave.is_empty() {
        say(&format!("这几天有请假，请核对：{}", plan.on_leave.join("、")));
    }
}

impl Judge {
    fn plan(&self, tx: &mut Tx<'_>) -> Result<Plan, Error> {
        let directory = tx.directory()?;
        let today = self.calendar.date(self.now);
        let people = |name: &str| directory.named(name, self.now).iter().map(|person| person.id).collect();
        let is_shift = |name: &str| directory.template(name).is_some();
        let terms = Terms {
            month: self.month,
            today,
            from: shift_days(today, -PAST_DAYS),
            people: &people,
            is_shift: &is_shift,
        };
        let sheet = rota_file::read(&self.rows, &terms);
        let mut changes = Vec::new();
        let (mut unchanged, mut on_leave) = (0, Vec::new());
        for cell in &sheet.cells {
            let row = tx.rota_on(cell.person, cell.date)?;
            let template = directory.template(&cell.shift);
            let shift = template.map(|known| known.hours.on(&self.calendar, cell.date, &known.name));
            if row.as_ref().is_some_and(|row| row.name == cell.shift && row.shift == shift) {
                unchanged += 1;
                continue;
            }
            if !tx.leave_days_of(cell.person, Span::day(cell.date))?.is_empty() {
                on_leave.push(format!("{} {}", directory.label(cell.person), day_name(cell.date)));
            }
            let kept = row.as_ref().map_or(Value::Null, |row| {
                let times = row.shift.as_ref().map(|shift| (shift.start, shift.end));
                json!([row.name, times.map(|times| times.0), times.map(|times| times.1)])
            });
            changes.push(Change { cell: cell.clone(), before: row.map(|row| row.name), kept });
        }
        Ok(Plan { sheet, changes, unchanged, on_leave, directory: Arc::clone(&directory) })
    }

    /// One event for each person's days in a row, so that a lead may take back what was wrong.
    fn apply(&self, tx: &mut Tx<'_>, plan: &Plan) -> Result<(), Error> {
        let mut changes: Vec<&Change> = plan.changes.iter().collect();
        changes.sort_by_key(|change| (change.cell.person, change.cell.date));
        let together = |one: &&Change, next: &&Change| {
            one.cell.person == next.cell.person && next_day(one.cell.date) == next.cell.date
        };
        for days in changes.chunk_by(together) {
            let (Some(first), Some(last)) = (days.first(), days.last()) else { continue };
            let over = Over::by_program(Some(first.cell.person));
            for Change { cell, .. } in days {
                let template = plan.directory.template(&cell.shift);
                let shift = template.map(|known| known.hours.on(&self.calendar, cell.date, &known.name));
                tx.set_rota(&over, cell.date, shift.as_ref(), self.now)?;
            }
            let shifts: Vec<&str> = days.iter().map(|change| change.cell.shift.as_str()).collect();
            let before: Vec<Value> = days.iter().map(|change| change.kept.clone()).collect();
            let fact = Fact::new("rota.set", None)
                .with("people", vec![Fact::person_value(first.cell.person)])
                .with("from", first.cell.date.to_string())
                .with("to", last.cell.date.to_string())
                .with("shift", shifts.join(" "))
                .with("source", "import")
                .with("before", before);
            tx.record(self.now, fact);
        }
        Ok(())
    }
}
