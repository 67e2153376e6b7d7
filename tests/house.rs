//! The guards of the house: what a newcomer could forget is found here, and told with the file's name.

use bot::command::Who;
use bot::{BadList, Bot, Place};
use croner::Cron;
use deskmate::{stages, wire};
use domain::{Calendar, Role};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use story::Outcome;

/// A file that is longer has more than one subject.
const LONGEST_FILE: usize = 700;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn text(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The names of the files in a folder.
fn names(folder: &str) -> BTreeSet<String> {
    let entries = std::fs::read_dir(root().join(folder)).unwrap_or_else(|error| panic!("{folder}: {error}"));
    entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

fn the_bot() -> std::sync::Arc<Bot> {
    wire::bot(Calendar::default()).expect("the lists fit together")
}

#[test]
fn every_file_of_commands_and_schedules_is_declared_and_registered_once() {
    for (folder, types) in [("commands", &["Command"][..]), ("schedules", &["Schedule", "ReminderKind"])] {
        let list = text(format!("{folder}/lib.rs"));
        for file in names(folder) {
            let Some(module) = file.strip_suffix(".rs").filter(|module| !["lib", "shared"].contains(module))
            else {
                continue;
            };
            let declared = list.lines().filter(|line| *line == format!("mod {module};")).count();
            assert_eq!(declared, 1, "{folder}/lib.rs should have one line: mod {module};");
            let code = text(format!("{folder}/{file}"));
            let constants: Vec<&str> = code
                .lines()
                .filter_map(|line| line.strip_prefix("pub(crate) const ")?.split_once(": "))
                .filter(|(_, kind)| types.iter().any(|known| kind.starts_with(&format!("{known} ="))))
                .map(|(name, _)| name)
                .collect();
            assert!(!constants.is_empty(), "{folder}/{file} has no pub(crate) const of {types:?}");
            for constant in constants {
                let named = format!("{module}::{constant}");
                let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':');
                let registered = list.split(|c| !word(c)).filter(|part| *part == named).count();
                assert_eq!(registered, 1, "{folder}/lib.rs should list {module}::{constant} once");
            }
        }
    }
}

#[test]
fn no_two_commands_answer_to_one_word() {
    let bot = the_bot();
    for command in bot.commands() {
        for word in std::iter::once(&command.name).chain(command.aliases) {
            let found = bot.command(word).map(|found| found.name);
            assert_eq!(found, Some(command.name), "{word}");
        }
    }
    let twice = commands::all().into_iter().chain(commands::all()).collect();
    let refused = Bot::new(twice, schedules::all(), schedules::reminders(), Calendar::default());
    assert!(matches!(refused, Err(BadList::Word(_))));
}

#[test]
fn schedules_fire_when_they_should() {
    let expected = BTreeMap::from([
        ("daily_ranking", ["2026-03-03T09:00:00", "2026-03-04T09:00:00", "2026-03-05T09:00:00"]),
        ("desk_close", ["2026-03-02T21:00:00", "2026-03-03T21:00:00", "2026-03-04T21:00:00"]),
        ("expected_today", ["2026-03-03T08:05:00", "2026-03-04T08:05:00", "2026-03-05T08:05:00"]),
        ("expected_tomorrow", ["2026-03-02T18:00:00", "2026-03-03T18:00:00", "2026-03-04T18:00:00"]),
        ("housekeeping", ["2026-03-03T03:30:00", "2026-03-04T03:30:00", "2026-03-05T03:30:00"]),
        ("monthly_ranking", ["2026-03-03T09:00:00", "2026-03-04T09:00:00", "2026-03-05T09:00:00"]),
        ("reconciliation_closing", ["2026-03-03T00:00:00", "2026-03-04T00:00:00", "2026-03-05T00:00:00"]),
        ("reconciliation_notices", ["2026-03-03T09:00:00", "2026-03-04T09:00:00", "2026-03-05T09:00:00"]),
        ("weekly_grades", ["2026-03-09T09:00:00", "2026-03-16T09:00:00", "2026-03-23T09:00:00"]),
        ("weekly_ranking", ["2026-03-09T09:00:00", "2026-03-16T09:00:00", "2026-03-23T09:00:00"]),
        ("register_count", ["2026-03-03T08:40:00", "2026-03-04T08:40:00", "2026-03-05T08:40:00"]),
        ("summary_draft", ["2026-03-03T09:00:00", "2026-03-04T09:00:00", "2026-03-05T09:00:00"]),
        ("summary_due", ["2026-03-02T10:00:00", "2026-03-03T10:00:00", "2026-03-04T10:00:00"]),
        ("summary_last_reminder", ["2026-03-02T09:50:00", "2026-03-03T09:50:00", "2026-03-04T09:50:00"]),
        ("summary_period", ["2026-03-02T20:00:00", "2026-03-03T20:00:00", "2026-03-04T20:00:00"]),
        ("summary_reminder", ["2026-03-03T09:30:00", "2026-03-04T09:30:00", "2026-03-05T09:30:00"]),
        ("missing_reports", ["2026-03-02T10:00:00", "2026-03-03T10:00:00", "2026-03-04T10:00:00"]),
        ("open_objections", ["2026-03-03T09:30:00", "2026-03-04T09:30:00", "2026-03-05T09:30:00"]),
        ("leave_papers", ["2026-03-03T09:30:00", "2026-03-04T09:30:00", "2026-03-05T09:30:00"]),
        ("leave_post", ["2026-03-02T17:00:00", "2026-03-03T17:00:00", "2026-03-04T17:00:00"]),
        ("leave_unused", ["2026-03-02T10:00:00", "2026-03-03T10:00:00", "2026-03-04T10:00:00"]),
        ("leave_week", ["2026-03-06T17:00:00", "2026-03-13T17:00:00", "2026-03-20T17:00:00"]),
        ("rota_gaps", ["2026-03-03T08:15:00", "2026-03-04T08:15:00", "2026-03-05T08:15:00"]),
        ("rota_publish", ["2026-03-03T09:00:00", "2026-03-04T09:00:00", "2026-03-05T09:00:00"]),
        ("no_shows", ["2026-03-03T00:05:00", "2026-03-04T00:05:00", "2026-03-05T00:05:00"]),
        ("same_day_visits", ["2026-03-02T15:00:00", "2026-03-03T15:00:00", "2026-03-04T15:00:00"]),
        ("follow_up_digest", ["2026-03-03T08:30:00", "2026-03-04T08:30:00", "2026-03-05T08:30:00"]),
        ("missed_follow_ups", ["2026-03-03T00:00:00", "2026-03-04T00:00:00", "2026-03-05T00:00:00"]),
        ("ownership", ["2026-03-03T08:30:00", "2026-03-04T08:30:00", "2026-03-05T08:30:00"]),
        ("calendar_missing", ["2026-03-09T09:00:00", "2026-03-16T09:00:00", "2026-03-23T09:00:00"]),
        ("follow_up_plan", ["2026-03-09T09:00:00", "2026-03-16T09:00:00", "2026-03-23T09:00:00"]),
        ("after_visits", ["2026-03-03T00:10:00", "2026-03-04T00:10:00", "2026-03-05T00:10:00"]),
        ("third_party_gaps", ["2026-03-03T08:20:00", "2026-03-04T08:20:00", "2026-03-05T08:20:00"]),
        ("follow_up_rate", ["2026-03-08T20:00:00", "2026-03-15T20:00:00", "2026-03-22T20:00:00"]),
    ]);
    let calendar = Calendar::default();
    let from = calendar.at("2026-03-02".parse().expect("a date"), 9 * 60 + 30);
    let bot = the_bot();
    let found: BTreeMap<&str, [String; 3]> = bot
        .schedules()
        .map(|schedule| {
            let cron =
                Cron::from_str(schedule.cron).unwrap_or_else(|error| panic!("{}: {error}", schedule.name));
            let mut at = calendar.zoned(from);
            let times = std::array::from_fn(|_| {
                at = cron.find_next_occurrence(&at, false).expect("a next time");
                calendar.rfc3339(at.timestamp_millis()).trim_end_matches("+08:00").to_owned()
            });
            (schedule.name, times)
        })
        .collect();
    let expected: BTreeMap<&str, [String; 3]> =
        expected.into_iter().map(|(name, times)| (name, times.map(str::to_owned))).collect();
    assert_eq!(found, expected);
}

#[test]
fn both_engines_have_the_same_migrations() {
    let sqlite = names("crates/store/migrations/sqlite");
    assert!(!sqlite.is_empty());
    assert_eq!(sqlite, names("crates/store/migrations/postgres"));
}

/// The names in a table of a Cargo.toml.
fn table(cargo: &str, table: &str) -> BTreeSet<String> {
    let parsed: toml::Table = cargo.parse().expect("a Cargo.toml");
    let entries = parsed.get(table).and_then(toml::Value::as_table);
    entries.map(|entries| entries.keys().cloned().collect()).unwrap_or_default()
}

#[test]
fn what_people_say_and_what_happens_by_itself_know_no_engine_and_no_platform() {
    for folder in ["commands", "schedules"] {
        let cargo = text(format!("{folder}/Cargo.toml"));
        let used: BTreeSet<String> =
            table(&cargo, "dependencies").union(&table(&cargo, "dev-dependencies")).cloned().collect();
        for forbidden in ["sqlx", "rusqlite", "axum", "reqwest", "tokio", "platform"] {
            assert!(!used.contains(forbidden), "{folder} must not name {forbidden}");
        }
    }
}

/// A command has the right that the dispatcher gave it, and makes itself none.
#[test]
fn no_command_gives_itself_a_right() {
    let mut files = Vec::new();
    files_below(root().join("commands"), &mut files);
    let mut wrong = Vec::new();
    for path in files.iter().filter(|path| path.extension().is_some_and(|extension| extension == "rs")) {
        // Whoever has the first token stands at the machine.
        let claims = path.ends_with("claim_admin.rs");
        for maker in ["by_operator", "by_program", "Standing::new"] {
            if text(path).contains(maker) && !(claims && maker == "by_operator") {
                wrong.push(format!("{} names {maker}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_arrows_between_the_crates_hold() {
    // `domain` holds nothing but rules and units, so that whoever stands above it may use its words.
    let arrows: [(&str, &str, &[&str]); 9] = [
        ("domain", "crates/domain", &[]),
        ("store", "crates/store", &["domain"]),
        ("picture", "crates/picture", &[]),
        ("bot", "crates/bot", &["domain", "store", "picture"]),
        ("platform", "crates/platform", &["bot"]),
        ("commands", "commands", &["bot", "store", "domain", "picture"]),
        ("schedules", "schedules", &["bot", "store", "domain", "picture"]),
        ("story", "crates/story", &["bot", "store", "domain"]),
        ("testkit", "crates/testkit", &["bot", "store", "platform", "domain"]),
    ];
    let rooms: BTreeSet<&str> = arrows.iter().map(|(name, ..)| *name).collect();
    let folders: BTreeSet<String> = arrows
        .iter()
        .filter_map(|(_, folder, _)| folder.strip_prefix("crates/"))
        .map(str::to_owned)
        .collect();
    assert_eq!(names("crates"), folders, "a new crate needs its arrows here");
    for (name, folder, allowed) in arrows {
        for used in table(&text(format!("{folder}/Cargo.toml")), "dependencies") {
            let fits = !rooms.contains(used.as_str()) || allowed.contains(&used.as_str());
            assert!(fits, "{name} must not know {used}");
        }
    }
}

/// All files below a folder, without what is built or fetched.
fn files_below(folder: PathBuf, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.expect("an entry").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            if name != "target" && !name.starts_with('.') {
                files_below(path, found);
            }
        } else {
            found.push(path);
        }
    }
}

#[test]
fn no_file_is_too_long() {
    let mut files = Vec::new();
    files_below(root().to_owned(), &mut files);
    let code = ["rs", "sql", "js", "css", "html"];
    let too_long: Vec<String> = files
        .into_iter()
        .filter(|path| path.extension().is_some_and(|extension| code.iter().any(|known| extension == *known)))
        .filter_map(|path| {
            let lines = text(&path).lines().count();
            (lines > LONGEST_FILE).then(|| format!("{} has {lines} lines", path.display()))
        })
        .collect();
    assert!(too_long.is_empty(), "more than {LONGEST_FILE} lines:\n{}", too_long.join("\n"));
}

#[test]
fn what_must_be_there_once_is_there_once() {
    let lock = text("Cargo.lock");
    for package in ["hyper", "rustls", "libsqlite3-sys"] {
        let line = format!("name = \"{package}\"");
        assert_eq!(lock.lines().filter(|known| *known == line).count(), 1, "versions of {package}");
    }
}

#[test]
fn what_people_read_is_punctuated_in_full_width() {
    let mut files = Vec::new();
    for folder in ["commands", "schedules", "crates/bot/src", "crates/domain/src"] {
        files_below(root().join(folder), &mut files);
    }
    let chinese = |c: char| ('\u{4E00}'..='\u{9FFF}').contains(&c) || matches!(c, '「' | '」' | '（' | '）');
    let half = |c: char| matches!(c, ',' | ':' | ';' | '?' | '!' | '(' | ')');
    let mut wrong = Vec::new();
    // The readers in `args` know both widths, because people type both; only `told` answers.
    let reads = |path: &PathBuf| path.parent().is_some_and(|folder| folder.ends_with("args"));
    let told = |path: &PathBuf| path.ends_with("told.rs");
    for path in files.iter().filter(|path| path.extension().is_some_and(|e| e == "rs")) {
        if reads(path) && !told(path) {
            continue;
        }
        let code = text(path);
        let code = code.split("#[cfg(test)]").next().unwrap_or_default();
        for line in code.lines().filter(|line| !line.trim_start().starts_with("//")) {
            let chars: Vec<char> = line.chars().collect();
            if chars
                .windows(2)
                .any(|pair| (chinese(pair[0]) && half(pair[1])) || (half(pair[0]) && chinese(pair[1])))
            {
                wrong.push(format!("{}: {}", path.display(), line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The settings of the catalogue: file's name, constant's name, whether the program acts by it.
fn settings_in_code() -> Vec<(String, String, bool)> {
    const FOLDER: &str = "crates/domain/src/settings/catalogue";
    let mut settings = Vec::new();
    for file in names(FOLDER) {
        let module = file.trim_end_matches(".rs").to_owned();
        let code = text(format!("{FOLDER}/{file}"));
        for block in code.split("pub const ").skip(1) {
            let Some((name, rest)) = block.split_once(": Setting = Setting {") else { continue };
            let body = rest.split("};").next().unwrap_or_default();
            settings.push((module.clone(), name.to_owned(), body.contains("effect: Effect::Live")));
        }
    }
    settings
}

/// The constants that a file names as `module::NAME` or `module::{NAME, …}`.
fn named_of(code: &str, module: &str) -> BTreeSet<String> {
    let path = format!("{module}::");
    let inside = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices(&path) {
        if code[..at].ends_with(inside) {
            continue;
        }
        let rest = &code[at + path.len()..];
        let list = match rest.strip_prefix('{') {
            Some(list) => list.split('}').next().unwrap_or_default(),
            None => &rest[..rest.find(|c| !inside(c)).unwrap_or(rest.len())],
        };
        found.extend(list.split(',').map(|name| name.trim().to_owned()));
    }
    found
}

#[test]
fn the_audit_has_a_word_for_every_kind_of_event() {
    let words = text(root().join("commands/audit/words.rs"));
    let mut files = Vec::new();
    for folder in ["commands", "schedules", "crates/bot/src", "crates/store/src"] {
        files_below(root().join(folder), &mut files);
    }
    let mut kinds = BTreeSet::new();
    for path in files.iter().filter(|path| path.extension().is_some_and(|extension| extension == "rs")) {
        let whole = text(path);
        let code = whole.split("#[cfg(test)]").next().unwrap_or_default();
        for after in code.split("Fact::new(").skip(1) {
            let quoted = after.trim_start().strip_prefix('"').and_then(|rest| rest.split_once('"'));
            kinds.extend(quoted.map(|(kind, _)| kind.to_owned()));
        }
    }
    assert!(kinds.len() > 20, "the kinds are found: {kinds:?}");
    kinds.retain(|kind| !kind.starts_with("message.") && !words.contains(&format!("(\"{kind}\", ")));
    assert!(kinds.is_empty(), "commands/audit/words.rs has no word for {kinds:?}");
}

#[test]
fn the_program_acts_by_the_settings_that_say_so() {
    let mut files = Vec::new();
    for folder in ["commands", "schedules", "src", "crates/bot/src", "crates/store/src", "crates/domain/src"]
    {
        files_below(root().join(folder), &mut files);
    }
    let code: Vec<String> = files
        .iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .filter(|path| !path.starts_with(root().join("crates/domain/src/settings")))
        .map(|path| text(path).split("#[cfg(test)]").next().unwrap_or_default().to_owned())
        .collect();
    let settings = settings_in_code();
    assert_eq!(settings.len(), domain::settings::catalogue::all().count(), "all are read");
    let mut wrong = Vec::new();
    for (module, name, live) in settings {
        match (live, code.iter().any(|code| named_of(code, &module).contains(&name))) {
            (true, false) => wrong.push(format!("{module}::{name} says Live, but no code asks for it")),
            (false, true) => wrong.push(format!("{module}::{name} says Recorded, but code asks for it")),
            (true, true) | (false, false) => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A department in which everybody and everything of the examples is there.
const OFFICE: &str = "\
时间 2026-03-02 10:00
群 咨询群 排行 提醒 请假
成员 全能 咨询员+电话咨询员+组长+主管+主任+导医+管理员 一组
成员 张三 咨询员 一组
成员 李四 咨询员 一组
班次 早班 08:00-16:00
班次 晚班 16:00-23:30
排班 全能 2026-03-01至2026-03-02 早班
全能: 日报 50 8 3
全能: 预约 姓名 王小明 年龄 35 电话 13800138000 地域 佛山 主诉 牙痛 到诊日期 明天 渠道 电话
";

/// Plays a story on a store of its own; everything that came of its last line.
pub(crate) async fn played(name: &str, text: &str) -> Vec<Value> {
    let story = story::parse(name, text).unwrap_or_else(|bad| panic!("{bad}"));
    let database = testkit::engines::Database::sqlite();
    let place = stages::Place { platform: "console", store: database.address(), durable: false };
    let mut happened = Vec::new();
    let outcome = stages::play(&story, &place, &mut |value| happened.push(value.clone())).await;
    match outcome.expect("it can be played") {
        Outcome::Passed { .. } => {
            let last = happened.iter().rposition(|value| value.get("from").is_some()).unwrap_or(0);
            happened.split_off(last)
        }
        Outcome::Failed(failure) => panic!("{failure}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_example_works_as_it_stands() {
    let bot = the_bot();
    for command in bot.commands() {
        let name = command.name;
        assert!(!command.examples.is_empty(), "{name} has no example");
        for example in command.examples {
            let understood = bot.understand(example).map(|understood| understood.command.name);
            assert_eq!(understood, Some(name), "{example}");
            let who = if command.who == Who::Anyone { "路人" } else { "全能" };
            let place = if command.place == Place::Private { "(私聊)" } else { "" };
            let line = format!("{OFFICE}{who}{place}: {}\n", example.replace('\n', "\\n"));
            let happened = played(name, &line).await;
            let said = happened.iter().any(|value| value.get("buttons").is_some());
            assert!(said, "{example} is not answered");
            for value in &happened {
                let bad = value["kind"] == "command.refused"
                    && ["bad_arguments", "unknown_person"].iter().any(|reason| value["reason"] == *reason);
                assert!(!bad, "{example} is refused: {happened:?}");
                let text = value["text"].as_str().unwrap_or_default();
                assert!(!text.contains("出了点问题"), "{example} breaks: {text}");
            }
        }
    }
}

/// What 帮助 answers.
async fn help(speaker: &str, setup: &str) -> String {
    let happened = played("help", &format!("{OFFICE}{setup}\n{speaker}: 帮助\n")).await;
    let said = happened.iter().filter(|value| value.get("buttons").is_some());
    said.map(|value| value["text"].as_str().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

const BOOK: &str = "预约：登记预约，补全或更正自己的预约\n咨询：记一次没有约成的咨询\n跳转：访客从我的窗口跳到同事窗口\n延迟登记：请主管批准晚点登记预约\n";
const KEEP: &str = "改约：改预约的到诊日期\n取消预约：取消一个预约\n";
const FOLLOW: &str = "回访：登记回访结果\n待办：看要回访的患者\n三方：登记第三方网站派的单\n";
const CLAIM: &str = "领取：接手过了保护期的患者来回访\n";
const CORRECT: &str = "更正排行：定版的排行有错，发更正版\n";
const PROPOSE: &str = "提案：看待确认的扣分扣款\n";
const REASSIGN: &str = "转派：把回访转给别人\n";
const FIND: &str = "查：查预约\n";
const DUPLICATE: &str = "查重：看患者是不是已有人登记\n";
const ARRIVE: &str = "到诊：登记患者到诊，核对预约并判定归属\n";
const EXPECT: &str = "预计：看哪天有谁要来\n";
const WHY: &str = "归属：看到诊归谁、为什么\n";
const OBJECT: &str = "申诉：对到诊的归属有异议\n";
const RULING: &str = "裁定：裁定到诊归谁\n";
const MINE: &str = "我的：看自己的数据、名次、待回访、余假、迟交次数\n排行：看排行\n为什么：看名次是怎么算出来的\n走势：看近几周的走势\n";
const LEAVE: &str = "请假：请假，马上知道算几天、由谁批\n";
const STEAD: &str = "代录请假：替打电话来的同事录入请假\n";
const SWAPPED: &str = "私自换班：记下没经同意的换班，提请主管\n";
const GRADE: &str = "等级：看本周等级和每轮名额，安排新人\n";
const ALLOT: &str = "分配：下一个对话给谁、为什么\n";
const DIALOGUE: &str = "对话：看在接的对话、结束、转给同事\n";
const AWAY: &str = "销假：提前回来或不请了，退回剩下的假\n证明：登记请假的证明已交\n余假：看本月还能请几天假\n谁休息：看哪天谁休息、谁请假\n\
    确认：确认公示的内容\n异议：对公示的内容提异议\n换班：和同事换班\n";
const PLANS: &str = "排班：看班表、排班\n班次：看班次、定班次\n上班：上班打卡\n下班：下班打卡，看在岗够不够\n规则：看制度和里面的数字，改设置\n确认制度：确认看过制度\n撤销：撤销自己刚才的改动\n\
    模板：拿一份可填的模板\n帮助：看你能用的命令\n";
const MONTH: &str = "对账：看上月到诊对账\n";
const REPORT: &str = "日报：交日报或改日报\n";
const MISSING: &str = "谁没交：看谁交了日报、谁没交\n汇总：看、更正、确认全组汇总\n";
const DECIDE: &str = "同意：同意一项申请\n驳回：驳回一项申请\n";
const PROVEN: &str = "确认归属：确认系统建议的到诊归属\n外借：查实外借、代接患者，重新判定归属\n";
const PEOPLE: &str = "加人：添加成员\n设角色：设成员的角色\n分组：看分组、把成员分到组\n停用：成员离职，收回全部权限\n启用：让离职的成员恢复\n代理：看代理、指定代理组长或代理主管\n节假日：看放假和补班，登记明年的\n";
const ROSTER: &str = "名单：看成员名单\n";
const PURPOSE: &str = "本群用途：登记本群，定我在这里发什么\n";

#[tokio::test(flavor = "multi_thread")]
async fn everybody_is_told_what_everybody_may() {
    for role in Role::ALL {
        let word = role.word();
        let list = match role {
            Role::Consultant | Role::PhoneConsultant => [
                REPORT, BOOK, KEEP, FOLLOW, CLAIM, FIND, DUPLICATE, EXPECT, WHY, OBJECT, MINE, MONTH, LEAVE,
                AWAY, GRADE, DIALOGUE, PLANS, DECIDE, PROPOSE,
            ]
            .concat(),
            Role::Guide => [
                REPORT, FIND, ARRIVE, EXPECT, WHY, MINE, LEAVE, AWAY, GRADE, DIALOGUE, PLANS, DECIDE, PROPOSE,
            ]
            .concat(),
            Role::Lead => [
                KEEP, FOLLOW, FIND, ARRIVE, EXPECT, WHY, OBJECT, MINE, MISSING, MONTH, LEAVE, STEAD, AWAY,
                SWAPPED, GRADE, ALLOT, DIALOGUE, PLANS, DECIDE, PROPOSE, REASSIGN, ROSTER,
            ]
            .concat(),
            Role::Supervisor | Role::Director => [
                KEEP, FOLLOW, FIND, ARRIVE, EXPECT, WHY, RULING, MINE, MISSING, MONTH, LEAVE, STEAD, AWAY,
                SWAPPED, GRADE, ALLOT, DIALOGUE, PLANS, DECIDE, PROPOSE, CORRECT, PROVEN, REASSIGN, ROSTER,
                PEOPLE,
            ]
            .concat(),
            Role::Admin => [
                KEEP, FOLLOW, FIND, ARRIVE, EXPECT, WHY, RULING, MINE, MISSING, MONTH, LEAVE, STEAD, AWAY,
                SWAPPED, GRADE, ALLOT, DIALOGUE, PLANS, DECIDE, PROPOSE, PROVEN, REASSIGN, ROSTER, PEOPLE,
                PURPOSE,
            ]
            .concat(),
        };
        let first = list.split('：').next().unwrap_or_default();
        let expected = format!("小林（二组 · {word}），你在这里能用：\n{list}看写法和例子，例：帮助 {first}");
        assert_eq!(help("小林", &format!("成员 小林 {word} 二组")).await, expected);
    }
    let stranger = "你在这里能用：\n撤销：撤销自己刚才的改动\n帮助：看你能用的命令\n我是：申请加入部门\n看写法和例子，例：帮助 撤销";
    assert_eq!(help("路人", "").await, stranger);
    let elsewhere = "本群还没有登记，这里用不了。\n请管理员在本群发：本群用途 排行 提醒";
    assert_eq!(help("路人@别的群", "").await, elsewhere);
}
