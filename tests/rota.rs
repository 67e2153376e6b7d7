//! `import-rota` and `calendar` through the real program: a rota as Excel saves it, all of it or nothing.

use chrono::{Duration, NaiveDate, Utc};
use domain::rights::Over;
use domain::shift::Hours;
use domain::{Calendar, Role, Span};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use store::Lane;
use tempfile::TempDir;
use testkit::engines::Database;
use testkit::people;

struct Office {
    folder: TempDir,
    database: Database,
}

impl Office {
    /// A department with two people and two shifts.
    async fn new(database: Database) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("written");
        write("store", database.address());
        write("keys", &format!("1 {}\n", "64".repeat(32)));
        let keys = folder.path().join("keys");
        std::fs::set_permissions(keys, std::fs::Permissions::from_mode(0o600)).expect("only the owner's");
        write("config.toml", "[store]\nurl_from = { file = \"store\" }\n\n[keys]\nfile = \"keys\"\n");
        let store = database.open(0).await;
        let filled = store.write(Lane::of(&["test"]), |tx| {
            for name in ["张三", "李四"] {
                people::add(tx, name, &[Role::Consultant], Some("一组"), &[], 0)?;
            }
            for (name, hours) in [("早班", "08:00-16:00"), ("行政班", "08:00-12:00,14:00-18:00")] {
                let hours = Hours::parse(hours).expect("hours");
                tx.set_template(&Over::by_program(None), name, &hours, 0)?;
            }
            Ok::<_, store::Error>(())
        });
        filled.await.expect("filled");
        store.close().await;
        Self { folder, database }
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).expect("written");
        path
    }

    fn run(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_deskmate"))
            .args(arguments)
            .arg("--config")
            .arg(self.folder.path().join("config.toml"))
            .output()
            .expect("the program runs");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        (output.status.code(), text + &String::from_utf8_lossy(&output.stderr))
    }

    fn import(&self, file: &Path, more: &[&str]) -> (Option<i32>, String) {
        let file = file.display().to_string();
        self.run(&[&["import-rota", file.as_str()], more].concat())
    }

    async fn planned(&self, span: Span) -> Vec<(i64, NaiveDate, String)> {
        let store = self.database.open(0).await;
        let rows = store.read(move |tx| tx.rota_between(span)).await.expect("read");
        store.close().await;
        rows.into_iter().map(|row| (row.person, row.date, row.name)).collect()
    }
}

/// Days from tomorrow on: the program goes by the machine's clock.
fn days() -> [NaiveDate; 3] {
    let today = Calendar::default().date(Utc::now().timestamp_millis());
    [1, 2, 3].map(|days| today + Duration::days(days))
}

fn workbook(days: &[NaiveDate], lines: &[&[&str]]) -> Vec<u8> {
    use chrono::Datelike;
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let format = Format::new().set_num_format("m\"月\"d\"日\"");
    sheet.write(0, 0, "姓名").expect("a title");
    for (column, day) in (1_u16..).zip(days) {
        let [month, date] = [day.month(), day.day()].map(|number| u8::try_from(number).expect("small"));
        let year = u16::try_from(day.year()).expect("a year");
        let day = ExcelDateTime::from_ymd(year, month, date).expect("a day");
        sheet.write_with_format(0, column, day, &format).expect("a title");
    }
    for (row, line) in (1_u32..).zip(lines) {
        for (column, cell) in (0_u16..).zip(*line) {
            sheet.write(row, column, *cell).expect("a cell");
        }
    }
    workbook.save_to_buffer().expect("a workbook")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rota_is_imported_whole_or_not_at_all() {
    let office = Office::new(Database::sqlite()).await;
    let days = days();
    let span = Span { from: days[0], to: days[2] };
    let wrong =
        office.file("错.xlsx", workbook(&days, &[&["张三", "早班", "中班", "休"], &["王五", "早班"]]));
    let (code, told) = office.import(&wrong, &["--apply"]);
    assert_eq!(code, Some(1), "{told}");
    for expected in ["第 2 行第 3 列", "没有班次「中班」", "第 3 行：没有叫「王五」的成员", "整份不导入"]
    {
        assert!(told.contains(expected), "{expected}: {told}");
    }
    assert_eq!(office.planned(span).await, []);

    let right = [&["张三", "早班", "行政班", "休"][..], &["李四", "", "早班"]];
    let file = office.file("班表.xlsx", workbook(&days, &right));
    let (code, told) = office.import(&file, &[]);
    assert_eq!((code, told.contains("改动 4 天，不变 0 天")), (Some(0), true), "{told}");
    assert_eq!(office.planned(span).await, [], "a preview changes nothing");
    let (code, told) = office.import(&file, &["--apply"]);
    assert_eq!((code, told.contains("已导入")), (Some(0), true), "{told}");
    let named = |person, day: usize, shift: &str| (person, days[day], shift.to_owned());
    let planned = office.planned(span).await;
    let zhang = planned[0].0;
    let li = planned[2].0;
    let expected =
        [named(zhang, 0, "早班"), named(zhang, 1, "行政班"), named(li, 1, "早班"), named(zhang, 2, "休")];
    assert_eq!(planned, expected, "an empty cell plans nothing");
    let (_, told) = office.import(&file, &["--apply"]);
    assert!(told.contains("改动 0 天，不变 4 天"), "{told}");
    assert_eq!(office.database.rows_of("event").await, 4 + 2, "one event for each person's days in a row");

    // The same file as text.
    let text = format!("姓名,{},{}\r\n李四,早班,休\r\n", days[0], days[1]);
    let (code, told) = office.import(&office.file("班表.csv", text), &["--apply"]);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("未排 → 早班") && told.contains("早班 → 休"), "{told}");

    let calendar = |name: &str| office.run(&["calendar", "--person", name]);
    let (code, told) = calendar("张三");
    assert_eq!(code, Some(0), "{told}");
    assert_eq!(told.matches("BEGIN:VEVENT").count(), 3, "a split shift is two: {told}");
    let start = days[0].format("DTSTART;TZID=Asia/Shanghai:%Y%m%dT080000").to_string();
    assert!(told.contains(&start) && !told.contains("休"), "{told}");
    assert_eq!(calendar("王五").0, Some(1));
}
