//! Who may do what, as it was decided: every command, given by everybody, about people of the own and of another group,
//! in private, in the department's group and in a group that nobody has registered. `table.rs` is the specification.

mod table;

use bot::{Body, ChatKind, ChatRef, Engine, Incoming, Sender};
use deskmate::wire;
use domain::calendar::{DAY, HOUR, MINUTE};
use domain::rights::{Administer, Over};
use domain::settings::Value;
use domain::settings::catalogue::reports::LATE_LIMIT;
use domain::shift::Hours;
use domain::{Calendar, EpochMs, PersonId, Role};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use store::{Error, Lane, NewActing, NewChat, NewLedgerEntry, Outcome, Pagination, Store, Tx};
use table::{Row, table};
use testkit::engines::Database;
use testkit::people;

/// Monday 2026-03-02, 10:00 in Shanghai.
const NOW: EpochMs = 1_772_416_800_000;
const PLATFORM: &str = "console";
const BOT: &str = "main";

/// Whoever speaks, in the order of the table's columns. All are in 一组, but for the lead of the other group and the
/// one who stands in for the lead of 一组 although he is of 二组.
const SPEAKERS: [&str; 13] = [
    "咨询员",
    "电话咨询员",
    "组长",
    "主管",
    "主任",
    "导医",
    "管理员",
    "他组组长",
    "今天代理组长",
    "昨天代理组长",
    "明天代理组长",
    "路人",
    "离职管理员",
];

/// Where a command is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Room {
    Private,
    Registered,
    Unknown,
}

/// What a letter of the table means, as the event says it.
fn reason(letter: char) -> Option<&'static str> {
    match letter {
        'n' => Some("not_allowed"),
        'u' => Some("unknown_person"),
        'w' => Some("wrong_state"),
        'f' => Some("not_found"),
        'b' => Some("bad_arguments"),
        '+' => None,
        other => panic!("「{other}」 means nothing"),
    }
}

/// The numbers of messages that were sent before, apart from those of the table.
const EARLIER: usize = 1_000_000;

/// A department with everything that the table speaks of; no handle on it is open.
async fn department() -> Database {
    let database = Database::sqlite();
    let store = database.open(NOW - 30 * DAY).await;
    write(&store, |tx| {
        let admin = Administer::by_operator();
        let calendar = Calendar::default();
        let today = calendar.date(NOW);
        for (name, roles, team) in [
            ("张三", &[Role::Consultant][..], Some("一组")),
            ("李四", &[Role::Consultant], Some("一组")),
            ("赵六", &[Role::Consultant], Some("二组")),
            ("钱七", &[Role::Consultant], Some("二组")),
            ("孙八", &[Role::Admin], None),
            ("冯一", &[Role::Consultant], Some("一组")),
            ("冯二", &[Role::Consultant], Some("二组")),
            ("咨询员", &[Role::Consultant], Some("一组")),
            ("电话咨询员", &[Role::PhoneConsultant], Some("一组")),
            ("组长", &[Role::Lead], Some("一组")),
            ("主管", &[Role::Supervisor], Some("一组")),
            ("主任", &[Role::Director], Some("一组")),
            ("导医", &[Role::Guide], Some("一组")),
            ("管理员", &[Role::Admin], Some("一组")),
            ("他组组长", &[Role::Lead], Some("二组")),
            ("今天代理组长", &[Role::Consultant], Some("二组")),
            ("昨天代理组长", &[Role::Consultant], Some("一组")),
            ("明天代理组长", &[Role::Consultant], Some("一组")),
            ("离职管理员", &[Role::Admin], Some("一组")),
        ] {
            people::add(tx, name, roles, team, &[(PLATFORM, name, BOT)], NOW - 20 * DAY)?;
        }
        let all: BTreeMap<String, PersonId> =
            tx.directory()?.everybody().map(|person| (person.name.clone(), person.id)).collect();
        let teams: HashMap<String, i64> =
            tx.directory()?.teams().map(|(id, name)| (name.to_owned(), id)).collect();
        let hours = Hours::parse("08:00-17:00").expect("hours");
        let later = Hours::parse("16:00-23:30").expect("hours");
        tx.set_template(&Over::by_program(Some(all["组长"])), "早班", &hours, NOW - 20 * DAY)?;
        tx.set_template(&Over::by_program(Some(all["组长"])), "晚班", &later, NOW - 20 * DAY)?;
        for id in all.values() {
            for day in [today, domain::calendar::next_day(today)] {
                let shift = hours.on(&calendar, day, "早班");
                tx.set_rota(&Over::by_program(Some(*id)), day, Some(&shift), NOW)?;
            }
        }
        // Yesterday has something to be summed up.
        for name in ["张三", "赵六"] {
            let yesterday = domain::calendar::previous_day(today);
            let shift = hours.on(&calendar, yesterday, "早班");
            tx.set_rota(&Over::by_program(Some(all[name])), yesterday, Some(&shift), NOW)?;
        }
        for (name, team, from, to) in [
            ("今天代理组长", "一组", 0, 0),
            ("昨天代理组长", "一组", -1, -1),
            ("明天代理组长", "一组", 1, 1),
            ("李四", "一组", 20, 21),
            ("钱七", "二组", 20, 21),
        ] {
            let day = |days| domain::calendar::shift_days(today, days);
            let (person, team) = (all[name], Some(teams[team]));
            let acting = NewActing { person, role: Role::Lead, team, from: day(from), to: day(to) };
            tx.set_acting(&admin, &acting, NOW - 10 * DAY)?;
        }
        for name in ["冯一", "冯二", "离职管理员"] {
            tx.leave_member(&admin, all[name], today, NOW, &Calendar::default(), NOW - HOUR)?;
        }
        let purposes = ["排行".to_owned(), "提醒".to_owned()];
        let chat = NewChat {
            platform: PLATFORM,
            bot: BOT,
            chat_ref: "g1",
            title: Some("咨询群"),
            purposes: &purposes,
        };
        tx.set_chat(&admin, &chat, NOW - 20 * DAY)?;
        for (name, source) in [("张三", "missed:Y1:2026-03-01"), ("赵六", "missed:Y2:2026-03-01")] {
            let person = all[name];
            let entry = NewLedgerEntry {
                source,
                code: "T-C14",
                person,
                day: domain::calendar::previous_day(today),
                fen: 0,
                points: -1,
                rule: "R-116",
                about: None,
                now: NOW - HOUR,
            };
            tx.propose(&Over::by_program(Some(person)), &entry)?;
        }
        tx.ask_to_join(PLATFORM, BOT, "新一", "新一", Some("一组"), NOW - HOUR)?;
        tx.ask_to_join(PLATFORM, BOT, "新二", "新二", Some("二组"), NOW - HOUR)?;
        tx.change_rules(&admin, today, &[(&LATE_LIMIT, Value::Whole(5))], NOW - DAY)?;
        tx.set_admin_token(Some("4f1c8a2b"))
    })
    .await;
    // Two reports that only somebody above takes back, and three that their authors still may.
    let engine = engine(store);
    for (index, (speaker, report, at)) in [
        ("主管", "设角色 李四 电话咨询员", NOW - HOUR),
        ("张三", "日报 50 8 3", NOW - HOUR),
        ("赵六", "日报 50 8 3", NOW - HOUR),
        (
            "张三",
            "预约 姓名 王小明 年龄 35 电话 13800138001 地域 佛山 主诉 牙痛 到诊日期 明天 渠道 电话",
            NOW - HOUR,
        ),
        (
            "赵六",
            "预约 姓名 李小军 年龄 40 电话 13800138002 地域 广州 主诉 洗牙 到诊日期 明天 渠道 电话",
            NOW - HOUR,
        ),
        // Of each group one that a person has to look at: D1 and D2.
        ("导医", "到诊 姓名 何大 年龄 35 地域 佛山 主诉 牙痛", NOW - HOUR),
        ("他组组长", "到诊 姓名 何二 年龄 40 地域 广州 主诉 洗牙", NOW - HOUR),
        ("张三", "延迟登记 约定 8:50 系统打不开", NOW - HOUR),
        ("赵六", "延迟登记 约定 8:50 系统打不开", NOW - HOUR),
        ("咨询员", "日报 50 8 3", NOW - MINUTE),
        ("电话咨询员", "日报 50 8 3", NOW - MINUTE),
        ("导医", "日报 门诊 31 初诊 20 复诊 11", NOW - MINUTE),
        ("张三", "请假 事假 明天 上午 家里有事", NOW - HOUR),
        ("赵六", "请假 事假 明天 上午 家里有事", NOW - HOUR),
        // B1 is 张三's, B2 is 赵六's: nobody has had any, so they get them in the order of their numbers.
        ("组长", "分配", NOW - HOUR),
        ("组长", "分配", NOW - HOUR),
    ]
    .into_iter()
    .enumerate()
    {
        let answer =
            engine.receive(said(EARLIER + index, speaker, Room::Private, report), at).await.expect("stored");
        assert_eq!(answer.outcome, Some(Outcome::Done), "{speaker}: {report}");
    }
    engine.store().close().await;
    database
}

async fn write<T, F>(store: &Store, work: F) -> T
where
    F: FnMut(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    T: Send + 'static,
{
    store.write(Lane::of(&["rights"]), work).await.expect("written")
}

fn engine(store: Store) -> Engine {
    let bot = wire::bot(Calendar::default()).expect("the bot");
    Engine::new(store, bot, HashMap::new(), "rights".to_owned())
}

fn said(number: usize, speaker: &str, room: Room, text: &str) -> Incoming {
    let (kind, id) = match room {
        Room::Private => (ChatKind::Private, speaker),
        Room::Registered => (ChatKind::Group, "g1"),
        Room::Unknown => (ChatKind::Group, "g9"),
    };
    Incoming {
        platform: PLATFORM,
        bot: BOT.to_owned(),
        msg_id: format!("{speaker} {number}"),
        chat: ChatRef { kind, id: id.to_owned(), title: None },
        sender: Sender { user_id: speaker.to_owned(), name: None },
        body: Body::Text(text.to_owned()),
        answer_now: true,
        late_reply: None,
    }
}

/// Every row that a refused message must leave alone.
async fn rows(database: &Database) -> BTreeMap<String, Vec<String>> {
    let mut rows = database.all_rows().await;
    for of_every_message in ["inbox", "outbox"] {
        rows.remove(of_every_message);
    }
    let noise = ["\"message.received\"", "\"command.refused\""];
    if let Some(events) = rows.get_mut("event") {
        events.retain(|event| !noise.iter().any(|kind| event.contains(kind)));
    }
    rows
}

/// The department, and what was said in it since it was last as it is in the table.
struct World {
    database: Database,
    engine: Engine,
    rows: BTreeMap<String, Vec<String>>,
    said: usize,
}

impl World {
    async fn new(template: &Database) -> Self {
        let database = template.copied();
        let engine = engine(database.open(NOW).await);
        let rows = rows(&database).await;
        Self { database, engine, rows, said: 0 }
    }

    /// Says it; how it went, and the tables that it changed.
    async fn say(&mut self, speaker: &str, room: Room, text: &str) -> (Option<String>, Vec<String>) {
        self.said += 1;
        let answer = self.engine.receive(said(self.said, speaker, room, text), NOW).await.expect("stored");
        let refused = match answer.outcome {
            Some(Outcome::Done) => None,
            Some(Outcome::Refused) => {
                let last = self.engine.store().read(|tx| {
                    let seq = tx.last_event()?;
                    tx.event(seq)
                });
                let last: Result<_, Error> = last.await;
                let body = last.expect("read").expect("an event").body;
                Some(body["reason"].as_str().unwrap_or_default().to_owned())
            }
            other => Some(format!("{other:?}: {:?}", answer.said)),
        };
        let after = rows(&self.database).await;
        let changed = after
            .iter()
            .filter(|(table, rows)| self.rows.get(*table) != Some(rows))
            .map(|(table, _)| table.clone());
        let changed: Vec<String> = changed.collect();
        self.rows = after;
        (refused, changed)
    }
}

/// Numbers of what was done before: reports of one from each group, and what the supervisor has set.
#[derive(Clone, Copy)]
struct Numbers {
    own: i64,
    other: i64,
    set: i64,
    booked: i64,
    booked_by_other: i64,
}

/// The number of what somebody did.
async fn number_of(store: &Store, name: &'static str, kind: &'static str) -> i64 {
    let found: Result<_, Error> = store
        .read(move |tx| {
            let directory = tx.directory()?;
            let events = tx.events(Pagination { after: 0, limit: 1_000 })?;
            let own = |actor| directory.label(actor) == name;
            Ok(events.into_iter().find(|event| event.kind == kind && event.actor.is_some_and(own)))
        })
        .await;
    found.expect("read").expect("an event").seq
}

/// The text about 一组, or about 二组.
fn about(text: &str, other: bool, numbers: Numbers) -> String {
    let report = format!("G{}", if other { numbers.other } else { numbers.own });
    let set = format!("G{}", numbers.set);
    let booked = format!("G{}", if other { numbers.booked_by_other } else { numbers.booked });
    let text = text
        .replace("G12", &report)
        .replace("G14", &booked)
        .replace("G13", &set)
        .replace("启用 张三", if other { "启用 冯二" } else { "启用 冯一" });
    if !other {
        return text.replace("J3", "J1");
    }
    [
        ("张三", "赵六"),
        ("李四", "钱七"),
        ("一组", "二组"),
        ("甲组", "乙组"),
        ("J3", "J2"),
        ("Y1", "Y2"),
        ("L1", "L2"),
        ("E1", "E2"),
        ("D1", "D2"),
        ("K1", "K2"),
        ("B1", "B2"),
    ]
    .iter()
    .fold(text, |text, (own, other)| text.replace(own, other))
}

#[test]
fn every_command_has_a_row() {
    let table = table();
    let bot = wire::bot(Calendar::default()).expect("the bot");
    let mut wrong = Vec::new();
    for row in &table {
        let columns = |verdicts: &str| verdicts.chars().filter(|c| *c != ' ').count();
        let fits = [Some(row.own), row.other].into_iter().flatten().all(|v| columns(v) == SPEAKERS.len());
        if !fits {
            wrong.push(format!("「{}」: a letter for each speaker", row.text));
        }
        let understood = bot.understand(row.text).map(|understood| understood.command.name);
        if understood != Some(row.command) {
            wrong.push(format!("「{}」 is understood as {understood:?}, not {}", row.text, row.command));
        }
    }
    for command in bot.commands() {
        let rows: Vec<&Row> = table.iter().filter(|row| row.command == command.name).collect();
        if rows.is_empty() {
            let name = command.name;
            wrong.push(format!(
                "「{name}」 has no row: say in tests/rights.rs, table(), who may give it where"
            ));
        } else if !rows.iter().any(|row| command.examples.contains(&row.text)) {
            wrong.push(format!("「{}」: no row has one of its examples", command.name));
        }
    }
    let known: BTreeSet<&str> = bot.commands().iter().map(|command| command.name).collect();
    wrong.extend(
        table
            .iter()
            .filter(|row| !known.contains(row.command))
            .map(|row| format!("no command {}", row.command)),
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_may_do_what_the_table_says_and_nothing_else() {
    let template = Arc::new(department().await);
    let numbers = {
        let store = template.copied();
        let store = store.open(NOW).await;
        let numbers = Numbers {
            own: number_of(&store, "张三", "report.filed").await,
            other: number_of(&store, "赵六", "report.filed").await,
            set: number_of(&store, "主管", "member.changed").await,
            booked: number_of(&store, "张三", "appointment.registered").await,
            booked_by_other: number_of(&store, "赵六", "appointment.registered").await,
        };
        store.close().await;
        numbers
    };
    let mut rows = table().into_iter().peekable();
    let mut parts = Vec::new();
    while rows.peek().is_some() {
        let part: Vec<Row> = rows.by_ref().take(8).collect();
        let template = Arc::clone(&template);
        parts.push(tokio::spawn(async move {
            let mut wrong = Vec::new();
            let mut world = World::new(&template).await;
            for row in part {
                one_row(&template, &mut world, &row, numbers, &mut wrong).await;
            }
            world.engine.store().close().await;
            wrong
        }));
    }
    let mut wrong = Vec::new();
    for part in parts {
        wrong.extend(part.await.expect("no panic"));
    }
    assert!(wrong.is_empty(), "{} differ from the table:\n{}", wrong.len(), wrong.join("\n"));
}

async fn one_row(
    template: &Database,
    world: &mut World,
    row: &Row,
    numbers: Numbers,
    wrong: &mut Vec<String>,
) {
    for (verdicts, other) in [(Some(row.own), false), (row.other, true)] {
        let Some(verdicts) = verdicts else { continue };
        let text = about(row.text, other, numbers);
        let letters = verdicts.chars().filter(|c| *c != ' ');
        for (speaker, letter) in SPEAKERS.into_iter().zip(letters) {
            for room in [Room::Private, Room::Registered, Room::Unknown] {
                let expected = reason(if row.place.covers(room) { letter } else { 'n' });
                let (found, changed) = world.say(speaker, room, &text).await;
                if found.as_deref() != expected {
                    let found = found.as_deref().unwrap_or("done");
                    let expected = expected.unwrap_or("done");
                    wrong.push(format!("{speaker} {room:?}: {text}: {found}, in the table {expected}"));
                }
                let may_change = found.is_none() && row.changes;
                if changed.is_empty() == may_change && found.is_none() == expected.is_none() {
                    wrong.push(format!("{speaker} {room:?}: {text}: changed {changed:?}"));
                }
                if !changed.is_empty() {
                    world.engine.store().close().await;
                    *world = World::new(template).await;
                }
            }
        }
    }
}
