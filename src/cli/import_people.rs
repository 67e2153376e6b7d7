//! `import-people`: takes people over from a spreadsheet, all or nobody. Shows what would happen; `--apply` does it.

use super::{ConfigArgs, file_name, say};
use crate::clock::Clock;
use crate::config::Config;
use crate::{people_file, wire};
use anyhow::{Context, bail};
use domain::EpochMs;
use domain::rights::Administer;
use domain::roster::{self, Account, AccountColumn, Addition, Change, Difference, Known, Plan, Row, Terms};
use indicatif::{ProgressBar, ProgressStyle};
use secrecy::ExposeSecret;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use store::{Directory, Error, Identity, Lane, MemberChange, NewMember, Tx};
use unicode_width::UnicodeWidthStr;

/// How many people are listed unless all are asked for.
const LISTED: usize = 40;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// 花名册：.xlsx 或 .csv
    #[arg(required_unless_present = "template")]
    file: Option<PathBuf>,
    #[command(flatten)]
    config: ConfigArgs,
    /// 真的导入；不写就只预览
    #[arg(long)]
    apply: bool,
    /// 工作表的名字；不写就用第一张
    #[arg(long)]
    sheet: Option<String>,
    /// 账号属于配置里的哪个机器人；同一平台有几个机器人时才要写
    #[arg(long)]
    bot: Vec<String>,
    /// 允许文件让人成为管理员
    #[arg(long)]
    allow_admins: bool,
    /// 预览列出每一个人
    #[arg(long)]
    all: bool,
    /// 写一份空的花名册（.xlsx 或 .csv），不导入
    #[arg(long, conflicts_with = "file")]
    template: Option<PathBuf>,
}

/// What a list is judged by; the same for the preview and inside the transaction.
struct Judge {
    rows: Vec<Row>,
    accounts: Vec<AccountColumn>,
    /// The bots that a platform's accounts may belong to.
    bots: BTreeMap<&'static str, Vec<String>>,
    today: chrono::NaiveDate,
    now: EpochMs,
    allow_admins: bool,
}

pub(super) async fn run(args: &Args) -> anyhow::Result<ExitCode> {
    if let Some(path) = &args.template {
        let titles: Vec<&str> = wire::ACCOUNTS.iter().map(|column| column.title).collect();
        people_file::write_template(path, &titles)?;
        say(&format!("已写好 {}：填好以后运行 deskmate import-people {0}", path.display()));
        return Ok(ExitCode::SUCCESS);
    }
    let path = args.file.clone().context("请写上花名册的文件名")?;
    let loaded = args.config.load()?;
    let clock = Clock::machine();
    let bots = bots(&loaded.config, &args.bot)?;
    let progress = Progress::start()?;
    progress.stage("读文件");
    let (file, sheet) = (path.clone(), args.sheet.clone());
    // On a thread of its own, where a file that is worse than its reader expects ends that thread only.
    let rows = tokio::task::spawn_blocking(move || people_file::read(&file, sheet.as_deref()))
        .await
        .with_context(|| format!("读不懂 {}，请在 Excel 里另存一次", path.display()))??;
    let now = clock.now();
    let judge = Arc::new(Judge {
        rows,
        accounts: wire::ACCOUNTS.to_vec(),
        bots,
        today: loaded.calendar()?.date(now),
        now,
        allow_admins: args.allow_admins,
    });
    progress.stage("核对");
    let store = crate::open(loaded.store_url()?.expose_secret(), &clock, loaded.keys()?).await?;
    let judged = {
        let judge = Arc::clone(&judge);
        store.read(move |tx| Ok::<_, Error>(judge.plan(&*tx.directory()?))).await
    };
    let outcome = match judged {
        Ok(plan) if args.apply && plan.is_clean() && judge.bots_are_known(&plan).is_ok() => {
            let (judge, progress) = (Arc::clone(&judge), progress.clone());
            // Judged once more where nobody else changes anything: what was true a moment ago may be so no more.
            store.write(Lane::of(&["people"]), move |tx| judge.apply(tx, &progress)).await
        }
        other => other,
    };
    store.close().await;
    progress.end();
    let plan = outcome?;
    say(&format!("{}：{}", file_name(&path), counts(&plan)));
    if !plan.is_clean() {
        tell_problems(&plan);
        return Ok(ExitCode::FAILURE);
    }
    judge.bots_are_known(&plan)?;
    tell(
        &plan,
        if args.apply {
            Some(0)
        } else if args.all {
            None
        } else {
            Some(LISTED)
        },
    );
    say(match (args.apply, plan.writes()) {
        (true, 0) => "没有要改的，什么都没有改。",
        (true, _) => "已导入。",
        (false, 0) => "没有要改的。",
        (false, _) => "这是预览，什么都没有改。没有问题就加 --apply 再运行一次。",
    });
    Ok(ExitCode::SUCCESS)
}

/// The configured bots by platform; of a platform with several only those that were named.
fn bots(config: &Config, named: &[String]) -> anyhow::Result<BTreeMap<&'static str, Vec<String>>> {
    let mut bots = wire::bots_by_platform(config);
    for name in named {
        let known: Vec<&String> = bots.values().flatten().collect();
        if !known.contains(&name) {
            let known: Vec<&str> = known.into_iter().map(String::as_str).collect();
            bail!("配置里没有机器人「{name}」，有：{}", known.join("、"));
        }
    }
    for names in bots.values_mut() {
        if names.iter().any(|name| named.contains(name)) {
            names.retain(|name| named.contains(name));
        }
    }
    Ok(bots)
}

impl Judge {
    fn plan(&self, directory: &Directory) -> Plan {
        let people: Vec<Known> = directory
            .everybody()
            .map(|person| Known {
                id: person.id,
                name: person.name.clone(),
                roles: person.roles,
                team: person.team.and_then(|team| directory.team_name(team)).map(str::to_owned),
                entered_on: person.entered_on,
                left: !person.is_member(self.now),
                accounts: person
                    .identities
                    .iter()
                    .map(|it| Account { platform: it.platform.clone(), user_id: it.user_id.clone() })
                    .collect(),
            })
            .collect();
        let teams: Vec<&str> = directory.teams().map(|(_, name)| name).collect();
        let terms = Terms { accounts: &self.accounts, today: self.today, allow_admins: self.allow_admins };
        roster::plan(&self.rows, &people, &teams, &terms)
    }

    /// The one bot to which a platform's accounts belong.
    fn bot_of(&self, platform: &str) -> anyhow::Result<&str> {
        let column = self.accounts.iter().find(|column| column.platform == platform);
        let title = column.map_or(platform, |column| column.title);
        match self.bots.get(platform).map_or(&[][..], Vec::as_slice) {
            [bot] => Ok(bot),
            [] => bail!("文件里有{title}，配置里却没有这个平台的机器人（[[{platform}]]）"),
            several => bail!("{title}属于哪个机器人？请加 --bot 名字，配置里有：{}", several.join("、")),
        }
    }

    fn bots_are_known(&self, plan: &Plan) -> anyhow::Result<()> {
        let linked = plan.change.iter().flat_map(|change| &change.differences).filter_map(|it| match it {
            Difference::Account { account, .. } => Some(account),
            _ => None,
        });
        let mut accounts = plan.add.iter().flat_map(|addition| &addition.accounts).chain(linked);
        accounts.try_for_each(|account| self.bot_of(&account.platform).map(|_| ()))
    }

    fn identity(&self, account: &Account) -> Result<Identity, Error> {
        let bot = self.bot_of(&account.platform).map_err(|_| Error::Corrupt("bot".to_owned()))?;
        Ok(Identity {
            platform: account.platform.clone(),
            user_id: account.user_id.clone(),
            bot: bot.to_owned(),
            shown_name: None,
        })
    }

    /// Carries the plan out, or nothing of it.
    fn apply(&self, tx: &mut Tx<'_>, progress: &Progress) -> Result<Plan, Error> {
        let plan = self.plan(&*tx.directory()?);
        if plan.is_clean() {
            progress.begin("写入", plan.writes());
            for change in &plan.change {
                self.change(tx, change)?;
                progress.step();
            }
            for addition in &plan.add {
                self.add(tx, addition)?;
                progress.step();
            }
        }
        Ok(plan)
    }

    fn add(&self, tx: &mut Tx<'_>, addition: &Addition) -> Result<(), Error> {
        let identities: Result<Vec<Identity>, Error> =
            addition.accounts.iter().map(|account| self.identity(account)).collect();
        let member = NewMember {
            name: &addition.name,
            roles: addition.roles,
            team: addition.team.as_deref(),
            entered_on: addition.entered_on,
            identities: &identities?,
            source: "import",
        };
        tx.add_member(&Administer::by_operator(), &member, self.now).map(|_| ())
    }

    fn change(&self, tx: &mut Tx<'_>, change: &Change) -> Result<(), Error> {
        let by = Administer::by_operator();
        let mut member = MemberChange::default();
        for difference in &change.differences {
            match difference {
                Difference::Name { to, .. } => member.name = Some(to),
                Difference::Roles { to, .. } => member.roles = Some(*to),
                Difference::Team { to, .. } => member.team = Some(Some(to)),
                Difference::EnteredOn { to, .. } => member.entered_on = Some(Some(*to)),
                Difference::Account { account, .. } => {
                    tx.link_member(&by, change.person, &self.identity(account)?, self.now)?;
                }
            }
        }
        tx.change_member(&by, change.person, &member, self.now)
    }
}

/// The bar at the terminal; nothing is drawn where there is none.
#[derive(Clone)]
struct Progress(ProgressBar);

impl Progress {
    fn start() -> anyhow::Result<Self> {
        let bar = ProgressBar::new_spinner();
        bar.set_style(ProgressStyle::with_template("{spinner} {msg} {elapsed}")?);
        bar.enable_steady_tick(Duration::from_millis(100));
        Ok(Self(bar))
    }

    fn stage(&self, name: &'static str) {
        self.0.set_message(name);
    }

    /// A stage that is counted. Begins anew when its transaction does.
    fn begin(&self, name: &'static str, people: usize) {
        if let Ok(style) = ProgressStyle::with_template("{msg} {bar:30} {pos}/{len} {elapsed}") {
            self.0.set_style(style);
        }
        self.0.set_message(name);
        self.0.set_length(u64::try_from(people).unwrap_or(0));
        self.0.set_position(0);
    }

    fn step(&self) {
        self.0.inc(1);
    }

    fn end(&self) {
        self.0.finish_and_clear();
    }
}

fn counts(plan: &Plan) -> String {
    let mut counts =
        format!("新增 {} 人，修改 {} 人，不变 {} 人", plan.add.len(), plan.change.len(), plan.unchanged);
    if !plan.is_clean() {
        counts += &format!("，问题 {} 个", plan.problems.len());
    }
    counts
}

fn tell_problems(plan: &Plan) {
    for problem in &plan.problems {
        say(&format!("! {problem}"));
    }
    tell_ignored(plan);
    say("有问题的文件整份不导入，什么都没有改。改好以后再运行一次。");
}

fn tell_ignored(plan: &Plan) {
    if !plan.ignored.is_empty() {
        say(&format!("不认识的列，没有用：{}", plan.ignored.join("、")));
    }
}

/// What would happen, at most so many people of it.
fn tell(plan: &Plan, most: Option<usize>) {
    tell_ignored(plan);
    for note in &plan.notes {
        say(&format!("第 {} 行：{}", note.line, note.text));
    }
    if !plan.new_teams.is_empty() {
        say(&format!("新的组：{}", plan.new_teams.join("、")));
    }
    let unreachable = plan.add.iter().filter(|addition| addition.accounts.is_empty()).count();
    if unreachable > 0 {
        say(&format!("新增的人里有 {unreachable} 个没有账号：补上以后再导入一次，他们才能用助手"));
    }
    let most = most.unwrap_or(usize::MAX);
    let mut rows: Vec<(usize, Vec<String>)> =
        plan.add.iter().map(added).chain(plan.change.iter().map(changed)).collect();
    rows.sort_by_key(|(line, _)| *line);
    let left_out = rows.len().saturating_sub(most);
    rows.truncate(most);
    if rows.is_empty() {
        return;
    }
    let title = ["行", "做什么", "姓名", "角色", "组", "入职", "账号"].map(str::to_owned).to_vec();
    let rows: Vec<Vec<String>> = std::iter::once(title).chain(rows.into_iter().map(|(_, row)| row)).collect();
    for line in table(&rows) {
        say(&line);
    }
    if left_out > 0 {
        say(&format!("……还有 {left_out} 人，加 --all 全部列出"));
    }
}

fn added(addition: &Addition) -> (usize, Vec<String>) {
    let accounts: Vec<&str> = addition.accounts.iter().map(|account| &*account.user_id).collect();
    let row = vec![
        addition.line.to_string(),
        "新增".to_owned(),
        addition.name.clone(),
        addition.roles.to_string(),
        addition.team.clone().unwrap_or_default(),
        addition.entered_on.map(|date| date.to_string()).unwrap_or_default(),
        accounts.join("、"),
    ];
    (addition.line, row)
}

fn changed(change: &Change) -> (usize, Vec<String>) {
    let mut row = vec![String::new(); 7];
    row[0] = change.line.to_string();
    row[1] = "修改".to_owned();
    row[2].clone_from(&change.name);
    let arrow = |from: &str, to: &str| format!("{} → {to}", if from.is_empty() { "无" } else { from });
    for difference in &change.differences {
        match difference {
            Difference::Name { from, to } => row[2] = arrow(from, to),
            Difference::Roles { from, to } => row[3] = arrow(&from.to_string(), &to.to_string()),
            Difference::Team { from, to } => row[4] = arrow(from.as_deref().unwrap_or_default(), to),
            Difference::EnteredOn { from, to } => {
                let from = from.map(|date| date.to_string()).unwrap_or_default();
                row[5] = arrow(&from, &to.to_string());
            }
            Difference::Account { account, .. } => {
                let before = if row[6].is_empty() { String::new() } else { format!("{}、", row[6]) };
                row[6] = format!("{before}+{}", account.user_id);
            }
        }
    }
    (change.line, row)
}

/// Lines whose columns stand below each other: a Chinese character is as wide as two others.
fn table(rows: &[Vec<String>]) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width =
        |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|it| it.width()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    rows.iter()
        .map(|row| {
            let cells = row.iter().zip(&widths);
            let line: String =
                cells.map(|(cell, width)| format!("{cell}{}  ", " ".repeat(width - cell.width()))).collect();
            line.trim_end().to_owned()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_below_each_other() {
        let rows = [["行", "姓名", "组"], ["2", "阿依古丽", ""], ["10", "Li", "一组"]];
        let rows: Vec<Vec<String>> =
            rows.iter().map(|row| row.iter().map(|it| (*it).to_owned()).collect()).collect();
        assert_eq!(table(&rows), ["行  姓名      组", "2   阿依古丽", "10  Li        一组"]);
    }

    #[test]
    fn a_platform_with_several_bots_needs_a_name() {
        let config = |text: &str| toml::from_str::<Config>(text).expect("a configuration");
        let bot = |name: &str| {
            format!(
                "[[wecom]]\nname = \"{name}\"\ntoken = {{ env = \"A\" }}\nencoding_aes_key = {{ env = \"B\" }}\n"
            )
        };
        let two = config(&[bot("main"), bot("other")].concat());
        let names = |named: &[&str]| {
            let named: Vec<String> = named.iter().map(|name| (*name).to_owned()).collect();
            bots(&two, &named).map(|bots| bots["wecom"].clone()).map_err(|error| error.to_string())
        };
        assert_eq!(names(&[]), Ok(vec!["main".to_owned(), "other".to_owned()]));
        assert_eq!(names(&["other"]), Ok(vec!["other".to_owned()]));
        assert_eq!(names(&["third"]), Err("配置里没有机器人「third」，有：main、other".to_owned()));
    }
}
