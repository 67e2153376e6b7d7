//! Who may do what, as it was decided: every command, given by everybody, about people of the own and of another group,
//! in private, in the department's group and in a group that nobody has registered. [`table`] is the specification,
//! written by hand; nothing in it is asked of the commands.

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
use store::{Error, Lane, NewActing, NewChat, Outcome, Pagination, Store, Tx};
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

/// Where it may be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Where {
    /// In private and in registered groups.
    Anywhere,
    /// Only in private.
    Private,
    /// Only in groups, registered or not.
    Groups,
}

impl Where {
    fn covers(self, room: Room) -> bool {
        match self {
            Where::Anywhere => room != Room::Unknown,
            Where::Private => room == Room::Private,
            Where::Groups => room != Room::Private,
        }
    }
}

/// What is said, and how it goes for each speaker: `+` carried out; refused because `n` not allowed, `u` unknown
/// person, `w` wrong state, `f` not found, `b` bad arguments. In a room where it may not be given, everybody is `n`.
struct Row {
    command: &'static str,
    text: &'static str,
    place: Where,
    /// Whether what is carried out changes rows.
    changes: bool,
    /// About 张三, 李四, J1, and whatever else is of 一组.
    own: &'static str,
    /// The same about 二组; `None` where it is about nobody.
    other: Option<&'static str>,
}

fn reads(command: &'static str, text: &'static str, place: Where, own: &'static str) -> Row {
    Row { command, text, place, changes: false, own, other: None }
}

fn changes(command: &'static str, text: &'static str, place: Where, own: &'static str) -> Row {
    Row { changes: true, ..reads(command, text, place, own) }
}

impl Row {
    fn other(self, other: &'static str) -> Self {
        Self { other: Some(other), ..self }
    }
}

/// The specification. Columns: 咨询员 电话咨询员 组长 主管 主任 导医 管理员, 他组组长, 代理组长 today yesterday tomorrow,
/// 路人 离职.
fn table() -> Vec<Row> {
    use Where::{Anywhere, Groups, Private};
    vec![
        changes("日报", "日报 对话 50 预约 8 到诊 3", Anywhere, "++nnnbn n +++ uu"),
        changes("日报", "日报 门诊 31 初诊 20 复诊 11", Anywhere, "bbnnn+n n bbb uu"),
        changes(
            "预约",
            "预约 姓名 李四 年龄 40 地域 广州 主诉 洗牙 到诊日期 明天 渠道 电话",
            Anywhere,
            "++nnnnn n +++ uu",
        ),
        // Somebody else's: only his own lead changes it, and nobody completes it for him.
        changes("预约", "预约 Y1 年龄 36", Anywhere, "nnnnnnn n nnn uu"),
        changes("改约", "改约 Y1 3月8日 备注 患者出差", Anywhere, "nn+++n+ n +nn uu")
            .other("nnn++n+ + nnn uu"),
        changes("取消预约", "取消预约 Y1 患者改去外地", Anywhere, "nn+++n+ n +nn uu")
            .other("nnn++n+ + nnn uu"),
        changes("撤销", "撤销 G14", Anywhere, "nn+++n+ n +nn ff").other("nnn++n+ + nnn ff"),
        reads("查", "查 张三", Anywhere, "+++++++ + +++ uu"),
        reads("查重", "查重 张三", Anywhere, "++nnnnn n +++ uu"),
        reads("我的", "我的", Anywhere, "+++++++ + +++ uu"),
        reads("排行", "排行", Anywhere, "+++++++ + +++ uu"),
        reads("谁没交", "谁没交", Anywhere, "nn+++n+ + +nn uu"),
        reads("排班", "排班", Anywhere, "+++++++ + +++ uu"),
        changes("排班", "排班 张三 明天 早班", Anywhere, "nn+++n+ n +nn uu").other("nnn++n+ + nnn uu"),
        changes("排班", "排班 张三 周六 休", Anywhere, "nn+++n+ n +nn uu").other("nnn++n+ + nnn uu"),
        reads("班次", "班次", Anywhere, "+++++++ + +++ uu"),
        changes("班次", "班次 早班 08:00-16:00", Anywhere, "nn+++n+ + +nn uu"),
        changes("班次", "班次 删除 晚班", Anywhere, "nn+++n+ + +nn uu"),
        reads("规则", "规则", Anywhere, "+++++++ + +++ uu"),
        reads("规则", "规则 R-094", Anywhere, "+++++++ + +++ uu"),
        reads("规则", "规则 版本", Anywhere, "+++++++ + +++ uu"),
        reads("规则", "规则 未确认", Anywhere, "nnn++n+ n nnn uu"),
        changes("规则", "规则 迟交次数上限 4 明天", Anywhere, "nnn++n+ n nnn uu"),
        changes("确认制度", "确认制度", Anywhere, "+++++++ + +++ uu"),
        changes("撤销", "撤销", Anywhere, "++fff+f f fff ff"),
        changes("撤销", "撤销 G12", Anywhere, "nn+++n+ n +nn ff").other("nnn++n+ + nnn ff"),
        // What the supervisor has set: he himself is too late, and the lead of his group is not above him.
        changes("撤销", "撤销 G13", Anywhere, "nnnw+n+ n nnn ff"),
        reads("模板", "模板 日报", Anywhere, "+++++++ + +++ uu"),
        reads("帮助", "帮助", Anywhere, "+++++++ + +++ ++"),
        reads("帮助", "帮助 日报", Anywhere, "+++++++ + +++ ++"),
        changes("我是", "我是 张三 一组", Anywhere, "wwwwwww w www ++"),
        changes("同意", "同意 J3", Anywhere, "nn+++n+ n +nn uu").other("nnn++n+ + nnn uu"),
        changes("同意", "同意 J3 组长 一组", Anywhere, "nnn++n+ n nnn uu").other("nnn++n+ n nnn uu"),
        changes("同意", "同意 J3 绑定 张三", Anywhere, "nn+++n+ n +nn uu").other("nnn++n+ + nnn uu"),
        // Whoever is bound to somebody's account is that somebody: not by himself, and not from below.
        changes("同意", "同意 J3 绑定 组长", Anywhere, "nnn++n+ n nnn uu"),
        changes("同意", "同意 J3 绑定 主管", Anywhere, "nnnn+n+ n nnn uu"),
        changes("同意", "同意 J3 绑定 管理员", Anywhere, "nnnnnnn n nnn uu"),
        changes("驳回", "驳回 J3 不是本组成员", Anywhere, "nn+++n+ n +nn uu").other("nnn++n+ + nnn uu"),
        reads("名单", "名单", Anywhere, "nn+++n+ + +nn uu"),
        reads("名单", "名单 张三", Anywhere, "nn+++n+ n +nn uu").other("nnn++n+ + nnn uu"),
        changes("加人", "加人 张三 电话咨询员 一组 入职 2026-03-01", Anywhere, "nnn++n+ n nnn uu"),
        changes("加人", "加人 张三 主管", Anywhere, "nnnn+n+ n nnn uu"),
        changes("加人", "加人 张三 管理员", Anywhere, "nnnnnn+ n nnn uu"),
        changes("设角色", "设角色 张三 组长", Anywhere, "nnn++n+ n nnn uu").other("nnn++n+ n nnn uu"),
        changes("设角色", "设角色 张三 主任", Anywhere, "nnnn+n+ n nnn uu"),
        changes("设角色", "设角色 张三 管理员", Anywhere, "nnnnnn+ n nnn uu"),
        changes("设角色", "设角色 孙八 咨询员", Anywhere, "nnnnnn+ n nnn uu"),
        reads("分组", "分组", Anywhere, "nnn++n+ n nnn uu"),
        changes("分组", "分组 张三 李四 三组", Anywhere, "nnn++n+ n nnn uu").other("nnn++n+ n nnn uu"),
        changes("分组", "分组 一组 改名 甲组", Anywhere, "nnn++n+ n nnn uu").other("nnn++n+ n nnn uu"),
        changes("停用", "停用 张三", Anywhere, "nnn++n+ n nnn uu").other("nnn++n+ n nnn uu"),
        changes("停用", "停用 张三 3月31日", Anywhere, "nnn++n+ n nnn uu"),
        changes("停用", "停用 孙八", Anywhere, "nnnnnn+ n nnn uu"),
        changes("启用", "启用 张三", Anywhere, "nnn++n+ n nnn uu").other("nnn++n+ n nnn uu"),
        changes("启用", "启用 离职管理员", Anywhere, "nnnnnn+ n nnn uu"),
        reads("代理", "代理", Anywhere, "nnn++n+ n nnn uu"),
        changes("代理", "代理 李四 组长 一组 明天起3天", Anywhere, "nnn++n+ n nnn uu")
            .other("nnn++n+ n nnn uu"),
        changes("代理", "代理 李四 主管 明天", Anywhere, "nnnn+n+ n nnn uu"),
        changes("代理", "代理 取消 李四", Anywhere, "nnn++n+ n nnn uu").other("nnn++n+ n nnn uu"),
        reads("审计", "审计 J3", Private, "nnn++n+ n nnn uu"),
        reads("审计", "审计 张三", Private, "nnn++n+ n nnn uu").other("nnn++n+ n nnn uu"),
        reads("审计", "审计 昨天", Private, "nnn++n+ n nnn uu"),
        reads("本群用途", "本群用途", Groups, "nnnnnn+ n nnn uu"),
        changes("本群用途", "本群用途 请假", Groups, "nnnnnn+ n nnn uu"),
        changes("认领管理员", "认领管理员 4f1c8a2b 张三", Private, "+++++++ + +++ ++"),
    ]
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
            tx.set_rota(&Over::by_program(Some(*id)), today, Some(&hours.on(&calendar, today, "早班")), NOW)?;
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
            tx.leave_member(&admin, all[name], today, NOW, NOW - HOUR)?;
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
        ("咨询员", "日报 50 8 3", NOW - MINUTE),
        ("电话咨询员", "日报 50 8 3", NOW - MINUTE),
        ("导医", "日报 门诊 31 初诊 20 复诊 11", NOW - MINUTE),
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
    [("张三", "赵六"), ("李四", "钱七"), ("一组", "二组"), ("甲组", "乙组"), ("J3", "J2"), ("Y1", "Y2")]
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
