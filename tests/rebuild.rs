//! The state of people, chats, shift templates, rule settings and acknowledgements is rebuilt from the events alone, after
//! random histories: changes through the store, and what people say in chats.

use crate::program::seed;
use bot::{Body, ChatKind, ChatRef, Engine, Incoming, Sender};
use chrono::NaiveDate;
use deskmate::wire;
use domain::calendar::{MINUTE, shift_days};
use domain::rights::{Administer, Over, Record};
use domain::settings::{self, Kind, Setting, Value};
use domain::shift::Hours;
use domain::{Calendar, EpochMs, PersonId, Role, Roles};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use std::collections::{BTreeSet, HashMap};
use store::{Error, Identity, Lane, MemberChange, NewActing, NewChat, NewMember, Outcome, Pagination, Tx};
use testkit::engines::Database;
use testkit::people;
use testkit::rebuilt::State;

/// Monday 2026-03-02, 10:00 in Shanghai.
const BORN: EpochMs = 1_772_416_800_000;
const STEPS: u32 = 400;
/// Steps between two comparisons.
const COMPARED: u32 = 20;

const NAMES: [&str; 6] = ["张三", "李四", "王五", "张伟", "赵六", "钱七"];
const TEAMS: [&str; 3] = ["一组", "二组", "三组"];
const USERS: [&str; 8] = ["u0", "u1", "u2", "u3", "u4", "u5", "u6", "u7"];
const SHIFTS: [&str; 3] = ["早班", "晚班", "夜班"];
const HOURS: [&str; 3] = ["08:00-16:00", "16:00-23:30", "22:00-06:00"];
const CHATS: [&str; 3] = ["g1", "g2", "g3"];
const PURPOSES: [&str; 3] = ["排行", "提醒", "请假"];

/// Draws of one history.
struct Draw(StdRng);

impl Draw {
    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        *of.choose(&mut self.0).expect("some")
    }

    fn often(&mut self, share: f64) -> bool {
        self.0.random_bool(share)
    }

    fn maybe<T: Copy>(&mut self, of: &[T]) -> Option<T> {
        self.often(0.6).then(|| self.one(of))
    }

    fn number(&mut self, to: i64) -> i64 {
        self.0.random_range(1..=to)
    }

    fn day(&mut self, today: NaiveDate) -> NaiveDate {
        shift_days(today, self.0.random_range(-3..40))
    }

    fn roles(&mut self) -> Roles {
        let count = self.0.random_range(1..=2);
        (0..count).fold(Roles::NONE, |roles, _| roles.with(self.one(&Role::ALL)))
    }

    fn identity(&mut self) -> Identity {
        let platform = self.one(&["console", "wecom"]);
        people::identity((platform, self.one(&USERS), self.one(&["main", "second"])))
    }

    fn identities(&mut self) -> Vec<Identity> {
        let count = self.0.random_range(0..=2);
        (0..count).map(|_| self.identity()).collect()
    }

    fn purposes(&mut self) -> Vec<String> {
        let count = self.0.random_range(0..=2);
        (0..count).map(|_| self.one(&PURPOSES).to_owned()).collect()
    }

    /// A setting with a value within its bounds.
    fn setting(&mut self) -> (&'static Setting, Value) {
        let all: Vec<&'static Setting> = settings::catalogue::all().collect();
        let setting = self.one(&all);
        let value = match setting.kind {
            Kind::Whole { min, max, .. } => Value::Whole(self.0.random_range(min..=max)),
            Kind::Switch => Value::Switch(self.often(0.5)),
            Kind::Time => Value::Time(self.0.random_range(0..1_440)),
            Kind::Word(choices) => {
                Value::Word(choices.choose(&mut self.0).map(|choice| choice.word).expect("a choice"))
            }
        };
        (setting, value)
    }

    /// Different settings.
    fn settings(&mut self) -> Vec<(&'static Setting, Value)> {
        let mut keys = BTreeSet::new();
        let count = self.0.random_range(1..=3);
        (0..count).map(|_| self.setting()).filter(|(setting, _)| keys.insert(setting.key)).collect()
    }

    fn change(&mut self, today: NaiveDate) -> Change {
        let name = self.one(&NAMES);
        match self.0.random_range(0..20) {
            0..=2 => Change::Add {
                name,
                roles: self.roles(),
                team: self.maybe(&TEAMS),
                entered_on: self.often(0.5).then(|| self.day(today)),
                identities: self.identities(),
            },
            3..=5 => Change::Member {
                name: self.often(0.3).then(|| self.one(&NAMES)),
                roles: self.often(0.5).then(|| self.roles()),
                team: self.often(0.5).then(|| self.maybe(&TEAMS)),
                entered_on: self.often(0.3).then(|| self.often(0.7).then(|| self.day(today))),
            },
            6 => Change::Link(self.identity()),
            7 => Change::Unlink,
            8 => Change::Leave(self.day(today)),
            9 => Change::Return,
            10 => {
                let from = self.day(today);
                Change::Act { role: self.one(&Role::ALL), from, to: shift_days(from, self.number(9)) }
            }
            11 => Change::EndActing,
            12 => Change::RenameTeam(format!("{}组", self.number(1_000))),
            13 => Change::Remove,
            14 => Change::Chat {
                chat: self.one(&CHATS),
                title: self.maybe(&["群", "部门群"]),
                purposes: self.purposes(),
            },
            15 => Change::DropChat(self.one(&CHATS)),
            16 if self.often(0.3) => Change::DropTemplate(self.one(&SHIFTS)),
            16 => Change::Template(self.one(&SHIFTS), self.one(&HOURS)),
            17 => Change::Rules(self.day(today), self.settings()),
            18 => Change::UndoRules(self.number(12)),
            _ => Change::Acknowledge(self.number(12)),
        }
    }

    /// What somebody says, and in which chat; much of it is refused.
    fn said(&mut self, known: &Known) -> (Option<&'static str>, String) {
        let Known { last_event, joins, labels } = known;
        let labels: Vec<&str> = labels.iter().map(String::as_str).chain(NAMES).collect();
        let (name, other, team) = (self.one(&labels), self.one(&labels), self.one(&TEAMS));
        let joins = (*joins).max(1);
        let role = self.one(&Role::ALL).word();
        let shift = self.one(&SHIFTS);
        let text = match self.0.random_range(0..30) {
            0 | 20 | 21 => format!("我是 {} {team}", self.one(&NAMES)),
            1 | 22 | 23 => format!("同意 J{}", self.number(joins)),
            2 => format!("同意 J{} {role} {team}", self.number(joins)),
            3 => format!("同意 J{} 绑定 {name}", self.number(joins)),
            4 => format!("驳回 J{} 不是本组成员", self.number(joins)),
            5 => format!("加人 {} {role} {team} 账号 {}", self.one(&NAMES), self.one(&USERS)),
            6 => format!("设角色 {name} {role}"),
            7 => format!("加人 {} {role}", self.one(&NAMES)),
            8 => format!("分组 {name} {other} {team}"),
            9 => format!("分组 {team} 改名 {}组", self.number(1_000)),
            10 => format!("停用 {name}"),
            11 => format!("停用 {name} 3月31日"),
            12 => format!("启用 {name}"),
            13 => format!("代理 {name} 组长 {team} 明天起3天"),
            14 => format!("代理 取消 {name}"),
            15 => format!("班次 {shift} {}", self.one(&HOURS)),
            16 => return (Some(self.one(&CHATS)), format!("本群用途 {}", self.purposes().join(" "))),
            17 => format!("规则 迟交次数上限 {} 明天", self.number(9)),
            18 => "确认制度".to_owned(),
            19 | 24 | 25 => "撤销".to_owned(),
            _ => format!("撤销 G{}", (*last_event - self.number(12)).max(1)),
        };
        (None, text)
    }
}

/// What people know when they say something.
struct Known {
    last_event: i64,
    /// The oldest open request to join.
    joins: i64,
    labels: Vec<String>,
}

/// A change through the store, drawn before its transaction; those about a member are made to one who is there.
#[derive(Clone, Debug)]
enum Change {
    Add {
        name: &'static str,
        roles: Roles,
        team: Option<&'static str>,
        entered_on: Option<NaiveDate>,
        identities: Vec<Identity>,
    },
    Member {
        name: Option<&'static str>,
        roles: Option<Roles>,
        team: Option<Option<&'static str>>,
        entered_on: Option<Option<NaiveDate>>,
    },
    Link(Identity),
    Unlink,
    Leave(NaiveDate),
    Return,
    Act {
        role: Role,
        from: NaiveDate,
        to: NaiveDate,
    },
    EndActing,
    RenameTeam(String),
    Remove,
    Chat {
        chat: &'static str,
        title: Option<&'static str>,
        purposes: Vec<String>,
    },
    DropChat(&'static str),
    Template(&'static str, &'static str),
    DropTemplate(&'static str),
    Rules(NaiveDate, Vec<(&'static Setting, Value)>),
    UndoRules(i64),
    Acknowledge(i64),
}

/// `which` chooses among those who are there; `root` is left alone.
fn carry_out(
    tx: &mut Tx<'_>,
    change: &Change,
    which: usize,
    root: PersonId,
    now: EpochMs,
) -> Result<(), Error> {
    let directory = tx.directory()?;
    let others: Vec<PersonId> =
        directory.everybody().map(|person| person.id).filter(|person| *person != root).collect();
    let teams: Vec<i64> = directory.teams().map(|(id, _)| id).collect();
    let admin = Administer::by_operator();
    let Some(person) = others.get(which % others.len().max(1)).copied() else {
        return people::add(tx, "张三", &[Role::Consultant], None, &[], now).map(|_| ());
    };
    let team = teams.get(which % teams.len().max(1)).copied();
    match change {
        Change::Add { name, roles, team, entered_on, identities } => {
            let (roles, entered_on, source) = (*roles, *entered_on, "story");
            let member = NewMember { name, roles, team: *team, entered_on, identities, source };
            tx.add_member(&admin, &member, now).map(|_| ())
        }
        Change::Member { name, roles, team, entered_on } => {
            let (roles, entered_on) = (*roles, *entered_on);
            tx.change_member(
                &admin,
                person,
                &MemberChange { name: *name, roles, team: *team, entered_on },
                now,
            )
        }
        Change::Link(identity) => tx.link_member(&admin, person, identity, now),
        Change::Unlink => {
            let known =
                directory.everybody().flat_map(|known| known.identities.iter().map(|own| (known.id, own)));
            let mut known = known.filter(|(person, _)| *person != root).skip(which % 5);
            known
                .next()
                .map_or(Ok(()), |(person, own)| tx.unlink_member(&admin, person, own, now).map(|_| ()))
        }
        Change::Leave(day) => tx
            .leave_member(
                &admin,
                person,
                *day,
                now + i64::try_from(which).unwrap_or(0),
                &Calendar::default(),
                now,
            )
            .map(|_| ()),
        Change::Return => tx.return_member(&admin, person, now),
        Change::Act { role, from, to } => {
            let (role, from, to) = (*role, *from, *to);
            tx.set_acting(&admin, &NewActing { person, role, team, from, to }, now).map(|_| ())
        }
        Change::EndActing => match directory.acting().get(which % directory.acting().len().max(1)) {
            Some(acting) => tx.end_acting(&admin, acting.id, now).map(|_| ()),
            None => Ok(()),
        },
        Change::RenameTeam(name) => match team {
            Some(team) if directory.teams().all(|(_, known)| known != name) => {
                tx.rename_team(&admin, team, name, now)
            }
            _ => Ok(()),
        },
        Change::Remove => tx.remove_member(&admin, person, now).map(|_| ()),
        Change::Chat { chat, title, purposes } => {
            let (platform, bot, chat_ref, title) = ("console", "main", *chat, *title);
            tx.set_chat(&admin, &NewChat { platform, bot, chat_ref, title, purposes }, now)
        }
        Change::DropChat(chat) => tx.drop_chat(&admin, "console", "main", chat, now),
        Change::Template(name, hours) => {
            let hours = Hours::parse(hours).expect("hours");
            tx.set_template(&Over::by_program(Some(person)), name, &hours, now)
        }
        Change::DropTemplate(name) => tx.drop_template(&Over::by_program(Some(person)), name, now),
        Change::Rules(from, values) => tx.change_rules(&admin, *from, values, now).map(|_| ()),
        Change::UndoRules(no) => tx.undo_rules(&admin, *no, now).map(|_| ()),
        Change::Acknowledge(version) => {
            tx.acknowledge_rules(&Record::by_program(person), *version, now).map(|_| ())
        }
    }
}

fn incoming(number: u32, speaker: &str, chat: Option<&str>, text: String) -> Incoming {
    let kind = if chat.is_some() { ChatKind::Group } else { ChatKind::Private };
    Incoming {
        platform: "console",
        bot: "main".to_owned(),
        msg_id: format!("m{number}"),
        chat: ChatRef { kind, id: chat.unwrap_or(speaker).to_owned(), title: None },
        sender: Sender { user_id: speaker.to_owned(), name: None },
        body: Body::Text(text),
        answer_now: true,
        late_reply: None,
    }
}

/// One history; answers the kinds of events that it is made of.
async fn history(database: &Database) -> BTreeSet<String> {
    let seed = seed();
    let mut draw = Draw(StdRng::seed_from_u64(seed));
    let bot = wire::bot(Calendar::default()).expect("the bot");
    let engine = Engine::new(database.open(BORN).await, bot, HashMap::new(), "rebuild".to_owned());
    let store = engine.store();
    let lane = || Lane::of(&["rebuild"]);
    let root: Result<PersonId, Error> = store
        .write(lane(), |tx| {
            people::add(tx, "吴十", &[Role::Admin], None, &[("console", "root", "main")], BORN)
        })
        .await;
    let root = root.expect("the admin");
    let mut done = 0_u32;
    for step in 0..STEPS {
        let now = BORN + i64::from(step) * 7 * MINUTE;
        let today = Calendar::default().date(now);
        if draw.often(0.5) {
            let (change, which) = (draw.change(today), usize::try_from(draw.number(1_000)).expect("small"));
            let made: Result<(), Error> = {
                let change = change.clone();
                store.write(lane(), move |tx| carry_out(tx, &change, which, root, now)).await
            };
            made.unwrap_or_else(|error| panic!("seed {seed}, step {step}, {change:?}: {error}"));
        } else {
            let known: Result<Known, Error> = store
                .read(|tx| {
                    let joins = tx.open_joins(1)?.first().map_or(1, |join| join.no);
                    let directory = tx.directory()?;
                    let labels = directory.everybody().map(|person| person.label.clone()).collect();
                    Ok(Known { last_event: tx.last_event()?, joins, labels })
                })
                .await;
            let (chat, text) = draw.said(&known.expect("read"));
            let speaker =
                if draw.often(0.7) && !text.starts_with("我是") { "root" } else { draw.one(&USERS) };
            let answer =
                engine.receive(incoming(step, speaker, chat, text.clone()), now).await.expect("stored");
            assert_ne!(
                answer.outcome,
                Some(Outcome::Fault),
                "seed {seed}, step {step}, {speaker}: {text}: {:?}",
                answer.said
            );
            done += u32::from(answer.outcome == Some(Outcome::Done));
        }
        if step % COMPARED == 0 || step + 1 == STEPS {
            let both: Result<(State, State), Error> =
                store.read(|tx| Ok((State::rebuilt(tx)?, State::kept(tx)?))).await;
            let (rebuilt, kept) = both.expect("read");
            assert_eq!(
                rebuilt, kept,
                "seed {seed}, step {step}: left from the events, right from the tables"
            );
        }
    }
    assert!(done > STEPS / 20, "seed {seed}: of {STEPS} steps only {done} words were carried out");
    let events = store.read(|tx| tx.events(Pagination { after: 0, limit: 100_000 })).await;
    let events: Result<_, Error> = events;
    let kinds = events.expect("read").into_iter().map(|event| event.kind).collect();
    store.close().await;
    kinds
}

/// What a history must have been made of, all together.
const KINDS: [&str; 19] = [
    "member.added",
    "member.approved",
    "member.changed",
    "member.linked",
    "member.unlinked",
    "member.left",
    "member.returned",
    "member.removed",
    "member.requested",
    "acting.set",
    "acting.ended",
    "team.renamed",
    "chat.registered",
    "chat.dropped",
    "shift.set",
    "rule.changed",
    "rule.undone",
    "rule.acknowledged",
    "undo.done",
];

async fn histories(count: usize, fresh: impl AsyncFn() -> Database) {
    let mut kinds = BTreeSet::new();
    for _ in 0..count {
        kinds.extend(history(&fresh().await).await);
    }
    let missing: Vec<&str> = KINDS.into_iter().filter(|kind| !kinds.contains(*kind)).collect();
    assert!(missing.is_empty(), "no history had {missing:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_is_rebuilt_from_its_events() {
    histories(4, async || Database::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_is_rebuilt_from_its_events() {
    if testkit::engines::postgres().await.is_none() {
        return;
    }
    histories(2, async || Database::postgres().await.expect("it was reached")).await;
}
