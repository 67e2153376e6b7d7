//! `import-people` through the real program: files as Excel saves them, all or nobody.

use encoding_rs::GB18030;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use testkit::engines::Database;

const PEOPLE: usize = 2_000;
const TITLES: [&str; 6] = ["姓名", "角色", "组", "入职", "企业微信账号", "备注"];

/// A configured department without anybody.
struct Office {
    folder: TempDir,
    database: Database,
}

/// What the program said.
struct Said {
    code: Option<i32>,
    out: String,
    err: String,
    took: Duration,
}

impl Office {
    fn new(database: Database) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("written");
        write("store", database.address());
        write(
            "config.toml",
            "[store]\nurl_from = { file = \"store\" }\n\n[keys]\nfile = \"keys\"\n\n[[wecom]]\nname = \"main\"\n\
             token = { file = \"token\" }\nencoding_aes_key = { file = \"aes\" }\n",
        );
        Self { folder, database }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, bytes).expect("written");
        path
    }

    fn import(&self, file: &Path, more: &[&str]) -> Said {
        let begin = Instant::now();
        let output = Command::new(env!("CARGO_BIN_EXE_deskmate"))
            .arg("import-people")
            .arg(file)
            .arg("--config")
            .arg(self.path("config.toml"))
            .args(more)
            .output()
            .expect("the program runs");
        let took = begin.elapsed();
        let Output { status, stdout, stderr } = output;
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Said { code: status.code(), out: text(stdout), err: text(stderr), took }
    }

    /// Everything that an import may write.
    async fn rows(&self) -> [usize; 4] {
        let database = &self.database;
        [
            database.rows_of("person").await,
            database.rows_of("identity").await,
            database.rows_of("team").await,
            database.rows_of("event").await,
        ]
    }

    async fn people(&self, condition: &str) -> Vec<String> {
        let sql = format!(
            "SELECT p.name || ' [' || p.roles || '] ' || COALESCE(t.name, '') || ' ' || COALESCE(p.entered_on, '') \
             || ' ' || COALESCE(i.platform || ':' || i.user_id || '@' || i.bot, '') \
             FROM person p LEFT JOIN team t ON t.id = p.team_id LEFT JOIN identity i ON i.person_id = p.id \
             WHERE {condition} ORDER BY p.id, i.user_id"
        );
        self.database.column(&sql).await
    }
}

impl Said {
    #[track_caller]
    fn is(&self, code: i32, told: &[&str]) {
        assert_eq!(self.code, Some(code), "{}\n{}", self.out, self.err);
        for expected in told {
            assert!(self.out.contains(expected), "{expected} is not told:\n{}\n{}", self.out, self.err);
        }
    }
}

/// Somebody of a large department; every ninth is called as somebody else is.
fn member(number: usize) -> [String; 6] {
    const SURNAMES: [&str; 10] = ["张", "李", "王", "赵", "周", "吴", "郑", "冯", "陈", "褚"];
    const GIVEN: [&str; 10] = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];
    let digit = |place: usize| GIVEN[number / place % 10];
    let last = if number.is_multiple_of(9) { "一" } else { digit(1) };
    let name = format!("{}{}{}{last}", SURNAMES[number / 1_000 % 10], digit(100), digit(10));
    let role = if number.is_multiple_of(50) { "组长、咨询员" } else { "" };
    let team = format!("{}组", digit(10));
    let entered = format!("202{}/{}/{}", number % 6, number % 12 + 1, number % 28 + 1);
    [name, role.to_owned(), team, entered, format!("user{number}"), String::new()]
}

fn csv_of(count: usize) -> String {
    let mut text = TITLES.join(",") + "\r\n";
    for number in 1..=count {
        text += &(member(number).join(",") + "\r\n");
    }
    text
}

fn workbook_of(count: usize) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let date = Format::new().set_num_format("yyyy/m/d");
    for (column, title) in (0_u16..).zip(TITLES) {
        sheet.write(0, column, title).expect("a title");
    }
    for (row, number) in (1_u32..).zip(1..=count) {
        let cells = member(number);
        for (column, cell) in (0_u16..).zip(&cells) {
            sheet.write(row, column, cell).expect("a cell");
        }
        // As somebody has typed it: a date, not a text.
        let day: Vec<u16> = cells[3].split('/').map(|part| part.parse().expect("a number")).collect();
        let [year, month, day] = [day[0], day[1], day[2]];
        let day = ExcelDateTime::from_ymd(year, u8::try_from(month).unwrap(), u8::try_from(day).unwrap());
        sheet.write_with_format(row, 3, day.expect("a day"), &date).expect("a cell");
    }
    workbook.save_to_buffer().expect("a workbook")
}

/// A large department comes in, grows, and comes in again.
#[expect(clippy::print_stdout, reason = "the figures are wanted")]
async fn a_large_department(database: Database, name: &str, list: &[u8], grown: &[u8]) {
    let office = Office::new(database);
    let file = office.file(name, list);

    let preview = office.import(&file, &[]);
    preview.is(
        0,
        &[
            "新增 2000 人，修改 0 人，不变 0 人",
            "不认识的列，没有用：备注",
            "新的组：",
            "行  做什么  姓名      角色    组    入职        账号\n2   新增    张一一二  咨询员  一组  2021-02-02  user1\n",
            "……还有 1960 人",
            "这是预览，什么都没有改",
        ],
    );
    let nothing = office.rows().await;
    assert_eq!(nothing[..3], [0, 0, 0], "a preview changes nothing");

    let applied = office.import(&file, &["--apply"]);
    applied.is(0, &["新增 2000 人，修改 0 人，不变 0 人", "已导入"]);
    let full = office.rows().await;
    assert_eq!(full[..3], [PEOPLE, PEOPLE, 10]);
    assert!(full[3] >= nothing[3] + PEOPLE, "everybody's coming is recorded");
    let cells = member(50);
    let expected = format!("{} [咨询员 组长] {} 2022-03-23 wecom:user50@main", cells[0], cells[2]);
    assert_eq!(office.people("i.user_id = 'user50'").await, [expected]);

    let again = office.import(&file, &["--apply"]);
    again.is(0, &["新增 0 人，修改 0 人，不变 2000 人", "什么都没有改"]);
    assert_eq!(office.rows().await, full, "the second time nothing is new");

    // Everybody changes group.
    let moved = office.import(&office.file(&format!("moved-{name}"), grown), &["--apply"]);
    moved.is(0, &["新增 0 人，修改 2000 人，不变 0 人", "已导入"]);
    assert_eq!(office.people("t.name = '大组'").await.len(), PEOPLE);
    println!(
        "{name} {}: preview {:?}, apply {:?}, again {:?}, 2000 changed {:?}",
        if office.database.is_postgres() { "PostgreSQL" } else { "SQLite" },
        preview.took,
        applied.took,
        again.took,
        moved.took
    );
}

/// The same people, all in one group.
fn moved() -> String {
    let mut text = "姓名,组,企业微信账号\n".to_owned();
    for number in 1..=PEOPLE {
        let [name, _, _, _, user, _] = member(number);
        text += &format!("{name},大组,{user}\n");
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn two_thousand_people_come_in_on_sqlite() {
    a_large_department(Database::sqlite(), "people.xlsx", &workbook_of(PEOPLE), moved().as_bytes()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_thousand_people_come_in_on_postgres() {
    let Some(database) = Database::postgres().await else { return };
    a_large_department(database, "people.csv", csv_of(PEOPLE).as_bytes(), moved().as_bytes()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_bad_row_keeps_everybody_out_and_is_named() {
    let bad = "姓名,角色,组,入职,企业微信账号\n\
               张三,咨询员,一组,2026-03-01,zhangsan\n\
               李四,院长,一组,2026-03-01,lisi\n\
               \n\
               王五,咨询员,一组,2026-02-30,wangwu\n\
               赵六,管理员,新组,2026-03-01,zhaoliu\n\
               周七,,,,zhangsan\n\
               ,咨询员,一组,,\n";
    let problems = [
        "问题 5 个",
        "! 第 3 行「角色」：没有角色「院长」",
        "! 第 5 行「入职」：没有「2026-02-30」这一天",
        "! 第 6 行「角色」：赵六会成为管理员；确实要这样，请加 --allow-admins",
        "! 第 7 行「企业微信账号」：账号 zhangsan 和第 2 行重复",
        "! 第 8 行「姓名」：没有写姓名",
        "整份不导入，什么都没有改",
    ];
    for database in [Some(Database::sqlite()), Database::postgres().await].into_iter().flatten() {
        let office = Office::new(database);
        let good = office.file("good.csv", "姓名,企业微信账号\n钱八,qianba\n");
        office.import(&good, &["--apply"]).is(0, &["新增 1 人"]);
        let before = office.rows().await;
        let bad = office.file("bad.csv", bad);
        for more in [&[][..], &["--apply"], &["--apply", "--all"]] {
            office.import(&bad, more).is(1, &problems);
            assert_eq!(office.rows().await, before, "{more:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_excel_in_china_saves_is_read() {
    let office = Office::new(Database::sqlite());
    let (gb, ..) =
        GB18030.encode("姓名,角色,组,入职日期,企业微信\r\n张　三,组长,一组,2026年3月1日,zhangsan\r\n");
    office.import(&office.file("gb.csv", gb), &["--apply"]).is(0, &["新增 1 人", "已导入"]);
    assert_eq!(office.people("1 = 1").await, ["张三 [组长] 一组 2026-03-01 wecom:zhangsan@main"]);
    let changed = office.file("changed.csv", "姓名,组,入职\n张三,二组,2026.3.2\n");
    let told = ["修改 1 人", "2   修改    张三        一组 → 二组  2026-03-01 → 2026-03-02"];
    office.import(&changed, &[]).is(0, &told);
    office.import(&changed, &["--apply"]).is(0, &["修改 1 人"]);
    assert_eq!(office.people("1 = 1").await, ["张三 [组长] 二组 2026-03-02 wecom:zhangsan@main"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_belong_to_a_bot_that_is_configured() {
    let office = Office::new(Database::sqlite());
    let list = office.file("list.csv", "姓名,钉钉账号\n张三,d1\n");
    let refused = office.import(&list, &["--apply"]);
    refused.is(1, &[]);
    assert!(refused.err.contains("配置里却没有这个平台的机器人"), "{}", refused.err);
    let config = std::fs::read_to_string(office.path("config.toml")).expect("readable");
    let robot =
        |name: &str| format!("\n[[dingtalk]]\nname = \"{name}\"\napp_secret = {{ file = \"token\" }}\n");
    office.file("config.toml", [config, robot("east"), robot("west")].concat());
    let refused = office.import(&list, &["--apply"]);
    refused.is(1, &[]);
    assert!(refused.err.contains("请加 --bot 名字，配置里有：east、west"), "{}", refused.err);
    let refused = office.import(&list, &["--bot", "north"]);
    refused.is(1, &[]);
    assert!(refused.err.contains("没有机器人「north」，有：east、west、main"), "{}", refused.err);
    assert_eq!(office.people("1 = 1").await, [""; 0]);
    office.import(&list, &["--apply", "--bot", "west"]).is(0, &["已导入"]);
    assert_eq!(office.people("1 = 1").await, ["张三 [咨询员]   dingtalk:d1@west"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_is_written_and_imports_nobody_by_itself() {
    let office = Office::new(Database::sqlite());
    for name in ["花名册.xlsx", "花名册.csv"] {
        let path = office.path(name);
        let output = Command::new(env!("CARGO_BIN_EXE_deskmate"))
            .args(["import-people", "--template"])
            .arg(&path)
            .output()
            .expect("the program runs");
        assert!(output.status.success(), "{output:?}");
        office.import(&path, &["--apply"]).is(0, &["新增 0 人，修改 0 人，不变 0 人"]);
    }
    assert_eq!(office.rows().await[..3], [0, 0, 0]);
}
