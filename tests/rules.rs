//! `rules export` and `rules import` through the real program: what goes out comes back, and a file is taken as a whole
//! or not at all.

use crate::house::played;
use chrono::NaiveDate;
use domain::calendar::shift_days;
use domain::{Calendar, settings};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;
use testkit::engines::Database;

/// A configured department.
struct Office {
    folder: TempDir,
    database: Database,
}

/// What the program said.
struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Office {
    fn new(database: Database) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("written");
        write("store", database.address());
        write("config.toml", "[store]\nurl_from = { file = \"store\" }\n\n[keys]\nfile = \"keys\"\n");
        Self { folder, database }
    }

    fn file(&self, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join("rules.toml");
        std::fs::write(&path, text).expect("written");
        path
    }

    fn rules(&self, args: &[&str]) -> Said {
        let output = Command::new(env!("CARGO_BIN_EXE_deskmate"))
            .arg("rules")
            .args(args)
            .arg("--config")
            .arg(self.folder.path().join("config.toml"))
            .output()
            .expect("the program runs");
        let Output { status, stdout, stderr } = output;
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Said { code: status.code(), out: text(stdout), err: text(stderr) }
    }

    fn export(&self, on: NaiveDate) -> String {
        let said = self.rules(&["export", "--on", &on.to_string()]);
        assert_eq!(said.code, Some(0), "{}", said.err);
        said.out
    }

    fn import(&self, file: &Path, more: &[&str]) -> Said {
        let file = file.to_str().expect("UTF-8");
        self.rules(&[&["import", file], more].concat())
    }

    async fn rows(&self) -> [usize; 4] {
        let database = &self.database;
        [
            database.rows_of("rule_version").await,
            database.rows_of("setting_value").await,
            database.rows_of("event").await,
            database.rows_of("outbox").await,
        ]
    }
}

/// Today in the department; the program runs on the machine's time.
fn today() -> NaiveDate {
    Calendar::default().date(deskmate::clock::Clock::machine().now())
}

async fn offices() -> Vec<Office> {
    let databases = [Some(Database::sqlite()), Database::postgres().await];
    databases.into_iter().flatten().map(Office::new).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_out_comes_back() {
    for office in offices().await {
        let text = office.export(today());
        for setting in settings::catalogue::all() {
            assert!(text.contains(&format!("\n{} = ", setting.key)), "{} is missing", setting.key);
        }
        assert!(text.contains("# 迟交次数上限 · 1次 到 31次 · 默认 3次 · R-002\nreport.late_limit = 3\n"));
        let rows = office.rows().await;
        let said = office.import(&office.file(&text), &["--apply"]);
        assert_eq!(said.code, Some(0), "{}", said.err);
        assert!(said.out.contains("没有要改的"), "{}", said.out);
        assert_eq!(office.rows().await, rows);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_becomes_one_version_after_a_preview() {
    for office in offices().await {
        let (today, tomorrow) = (today(), shift_days(today(), 1));
        let text = office.export(today);
        office
            .database
            .meddle(
                "INSERT INTO chat (platform, bot, chat_ref, title, purposes, registered_at) \
                 VALUES ('wecom', 'main', 'g1', '咨询群', '提醒', 0)",
            )
            .await;
        let changed = text
            .replace("report.late_limit = 3", "report.late_limit = 4")
            .replace("report.missing_at = \"10:00\"", "report.missing_at = \"10:30\"");
        let file = office.file(&changed);
        let rows = office.rows().await;

        let said = office.import(&file, &[]);
        assert_eq!(said.code, Some(0), "{}", said.err);
        for told in [
            "report.late_limit 迟交次数上限：3次 → 4次（R-002）",
            "report.missing_at 未交认定时刻：10:00 → 10:30（R-002）",
            "会改 2 项",
            "这是预览，什么都没有改",
        ] {
            assert!(said.out.contains(told), "{told}: {}", said.out);
        }
        assert_eq!(office.rows().await, rows);

        let said = office.import(&file, &["--from", &tomorrow.to_string(), "--apply"]);
        assert_eq!(said.code, Some(0), "{}", said.err);
        assert!(said.out.contains("已改 2 项") && said.out.contains("是 V2"), "{}", said.out);
        assert!(said.out.contains("公告由运行中的程序发到群里"), "{}", said.out);
        let [versions, values, events, posts] = rows;
        assert_eq!(office.rows().await, [versions + 1, values + 2, events + 2, posts + 1]);

        // Days before it are as they were; a second import finds nothing to do.
        assert_eq!(office.export(today), text);
        assert!(office.export(tomorrow).contains("report.late_limit = 4\n"));
        let said = office.import(&file, &["--apply"]);
        assert!(said.out.contains("没有要改的"), "{}", said.out);
        assert_eq!(office.rows().await, [versions + 1, values + 2, events + 2, posts + 1]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_file_changes_nothing_and_is_told_by_line() {
    let office = Office::new(Database::sqlite());
    office.export(today());
    let rows = office.rows().await;
    let wrong = "# 改两项\nreport.late_limit = 4\nreport.late_limits = 4\n[quiet]\nfrom = \"25:00\"\n";
    let cases: [(&[u8], Option<i32>, &[&str]); 4] = [
        (
            wrong.as_bytes(),
            Some(2),
            &[
                "有 2 处不对，什么都没有改",
                "第 3 行：没有「report.late_limits」这项设置，是不是 report.late_limit？",
                "第 5 行：quiet.from（免打扰开始）应写时刻，例：07:50",
            ],
        ),
        (b"report.late_limit = 4\nreport.late_limit =\n", Some(2), &["第 2 行：写法不对"]),
        (b"report.late_limit = 99\n", Some(2), &["第 1 行：", "应在 1次 到 31次 之间"]),
        (b"\xff\xfe", Some(1), &["不是 UTF-8"]),
    ];
    for (bytes, code, told) in cases {
        let said = office.import(&office.file(bytes), &["--apply"]);
        assert_eq!(said.code, code, "{}", said.err);
        for told in told {
            assert!(said.err.contains(told), "{told}: {}", said.err);
        }
    }
    let good = office.file("report.late_limit = 4\n");
    for (days, told) in [(-1, "已过去的日子不能改"), (367, "最远 366 天")] {
        let from = shift_days(today(), days).to_string();
        let said = office.import(&good, &["--from", &from, "--apply"]);
        assert_eq!(said.code, Some(1), "{from}");
        assert!(said.err.contains(told), "{told}: {}", said.err);
    }
    assert_eq!(office.rows().await, rows);
}

/// Some of the last line's answers holds these words.
fn told(happened: &[serde_json::Value], words: &str) -> bool {
    happened.iter().any(|value| value["text"].as_str().is_some_and(|text| text.contains(words)))
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_may_change_the_rules_takes_a_change_back() {
    const CHANGED: &str = "时间 2026-03-02 09:00\n群 咨询群 提醒\n成员 王组长 组长 一组\n成员 周主管 主管 一组\n\
        成员 郑主任 主任\n周主管: 规则 迟交次数上限 4\n";
    let happened = played("changed", CHANGED).await;
    let number = happened.iter().find_map(|value| {
        let (_, rest) = value["text"].as_str()?.split_once("编号 G")?;
        rest.split_once('）').map(|(number, _)| number.to_owned())
    });
    let number = number.expect("the change can be taken back");
    // Half an hour later nobody takes back his own, and a lead does not for somebody above him.
    let cases =
        [("周主管", "已超过10分钟"), ("王组长", "只能撤销自己的改动"), ("郑主任", "迟交次数上限恢复为3次")];
    for (who, expected) in cases {
        let text = format!("{CHANGED}时间 2026-03-02 09:30\n{who}: 撤销 G{number}\n");
        let happened = played("taken back", &text).await;
        assert!(told(&happened, expected), "{who}: {happened:?}");
    }
}
