//! A department's year: thirty people, patients that come and do not come, calls that reach and do not reach, rest days,
//! leave, restarts, a clock that jumps, and times of up to three days in which nothing runs. After each day every expected
//! patient who has not come has exactly one open task or a closing reason; nobody hears a reminder twice, on a day off, or
//! at night.

use bot::outside::{Delivery, Destination, Outside, Parcel};
use bot::{Body, ChatKind, ChatRef, Engine, Incoming, Sender};
use chrono::NaiveDate;
use deskmate::wire;
use domain::calendar::{HOUR, MINUTE, shift_days};
use domain::followup::Outcome;
use domain::rights::Over;
use domain::shift::Hours;
use domain::{Calendar, EpochMs, PersonId, Role, Span};
use futures_util::future::BoxFuture;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use store::{Error, FollowUp, Lane};
use testkit::engines::Database;
use testkit::people;

/// Monday 2026-01-05.
const FIRST: &str = "2026-01-05";
const SEED: u64 = 20_260_105;
const TEAMS: [&str; 3] = ["一组", "二组", "三组"];
const SURNAMES: [&str; 9] = ["张", "李", "王", "赵", "钱", "孙", "周", "吴", "郑"];
/// Words of the reminders that reach one person; answers and posts are something else.
const REMINDERS: [&str; 5] =
    ["今天要回访", "可以先问问的", "今天要回访，快下班", "没有登记结果", "今天约了还没到的"];

/// Hears everything that goes out.
struct Ears {
    now: Arc<AtomicI64>,
    heard: Arc<Mutex<Vec<Heard>>>,
}

struct Heard {
    at: EpochMs,
    key: String,
    to: String,
    text: String,
}

impl Outside for Ears {
    fn deliver<'a>(&'a self, parcel: &'a Parcel) -> BoxFuture<'a, Delivery> {
        let at = self.now.load(Ordering::Acquire);
        if let Destination::Person(to) = &parcel.to {
            let (key, to, text) = (parcel.key.clone(), to.clone(), parcel.said.text.clone());
            self.heard.lock().expect("no panic").push(Heard { at, key, to, text });
        }
        Box::pin(async { Delivery::Sent })
    }

    fn per_minute(&self, _to: &Destination) -> u32 {
        100_000
    }
}

struct Year {
    database: Database,
    engine: Engine,
    calendar: Calendar,
    draw: StdRng,
    now: EpochMs,
    clock: Arc<AtomicI64>,
    heard: Arc<Mutex<Vec<Heard>>>,
    messages: u64,
    /// Names by platform id, and who they are.
    people: BTreeMap<String, PersonId>,
    consultants: Vec<String>,
    /// Number of the last appointment.
    booked: i64,
    /// Appointments that nothing has closed yet, with name and phone.
    live: BTreeMap<i64, String>,
    keys: BTreeSet<String>,
    reminded: usize,
    merged: usize,
}

fn engine(store: store::Store, clock: &Arc<AtomicI64>, heard: &Arc<Mutex<Vec<Heard>>>) -> Engine {
    let ears: Arc<dyn Outside> = Arc::new(Ears { now: Arc::clone(clock), heard: Arc::clone(heard) });
    let bot = wire::bot(Calendar::default()).expect("the bot");
    Engine::new(store, bot, HashMap::from([("console".to_owned(), ears)]), "year".to_owned())
}

impl Year {
    /// Thirty people and their plan: everybody rests one day a week; one group works in shifts, half of it late.
    async fn begin(database: Database, days: i64) -> Self {
        let calendar = Calendar::default();
        let first: NaiveDate = FIRST.parse().expect("a date");
        let now = calendar.midnight(first);
        let (clock, heard) = (Arc::new(AtomicI64::new(now)), Arc::default());
        let engine = engine(database.open_unsynced(now).await, &clock, &heard);
        let furnished: Result<(BTreeMap<String, PersonId>, Vec<String>), Error> = engine
            .store()
            .write(Lane::of(&["year"]), move |tx| {
                let mut people = BTreeMap::new();
                let mut consultants = Vec::new();
                for (role, name) in
                    [(Role::Supervisor, "林主管"), (Role::Director, "高主任"), (Role::Guide, "何导医")]
                {
                    let id = people::add(tx, name, &[role], None, &[("console", name, "main")], now)?;
                    people.insert(name.to_owned(), id);
                }
                for (number, team) in TEAMS.into_iter().enumerate() {
                    for (index, surname) in SURNAMES.into_iter().enumerate() {
                        let name = format!("{surname}{}", ["一", "二", "三"][number]);
                        let role = if index == 0 { Role::Lead } else { Role::Consultant };
                        let id =
                            people::add(tx, &name, &[role], Some(team), &[("console", &name, "main")], now)?;
                        people.insert(name.clone(), id);
                        if role == Role::Consultant {
                            consultants.push(name);
                        }
                        let over = Over::by_program(Some(id));
                        let late = index % 2 == 1;
                        let hours = if late { "16:00-23:30" } else { "08:00-16:00" };
                        for day in 0..days {
                            let date = shift_days(first, day);
                            let rests = day % 7 == i64::try_from((index + number) % 7).unwrap_or(0);
                            if rests {
                                tx.set_rota(&over, date, None, now)?;
                            } else if number == 2 && index < 3 {
                                let shift = Hours::parse(hours).expect("hours").on(&calendar, date, "班");
                                tx.set_rota(&over, date, Some(&shift), now)?;
                            }
                        }
                    }
                }
                Ok((people, consultants))
            })
            .await;
        let (people, consultants) = furnished.expect("written");
        assert_eq!(people.len(), 30);
        Self {
            database,
            engine,
            calendar,
            draw: StdRng::seed_from_u64(SEED),
            now,
            clock,
            heard,
            messages: 0,
            people,
            consultants,
            booked: 0,
            live: BTreeMap::new(),
            keys: BTreeSet::new(),
            reminded: 0,
            merged: 0,
        }
    }

    async fn to(&mut self, at: EpochMs) {
        let clock = Arc::clone(&self.clock);
        story::advance(&self.engine, self.now, at, move |now| clock.store(now, Ordering::Release))
            .await
            .expect("the store is there");
        self.now = at;
    }

    async fn say(&mut self, who: &str, text: &str) -> Option<store::Outcome> {
        self.messages += 1;
        let incoming = Incoming {
            platform: "console",
            bot: "main".to_owned(),
            msg_id: format!("m{}", self.messages),
            chat: ChatRef { kind: ChatKind::Private, id: who.to_owned(), title: None },
            sender: Sender { user_id: who.to_owned(), name: None },
            body: Body::Text(text.to_owned()),
            answer_now: true,
            late_reply: None,
        };
        let answer = self.engine.receive(incoming, self.now).await.expect("stored");
        assert_ne!(answer.outcome, Some(store::Outcome::Fault), "{who}: {text}: {:?}", answer.said);
        answer.outcome
    }

    fn often(&mut self, share: f64) -> bool {
        self.draw.random_bool(share)
    }

    async fn book(&mut self, today: NaiveDate) {
        let who = self.consultants.choose(&mut self.draw).expect("some").clone();
        let visit = shift_days(today, self.draw.random_range(0..6));
        let number = self.booked + 1;
        let patient = format!(
            "姓名 {}小{} 年龄 {} 电话 138{number:08} 地域 佛山 主诉 牙痛",
            self.draw_surname(),
            ["明", "红", "军", "花"][usize::try_from(number % 4).unwrap_or(0)],
            20 + number % 50
        );
        let said = format!("预约 {patient} 到诊日期 {visit} 渠道 电话");
        assert_eq!(self.say(&who, &said).await, Some(store::Outcome::Done), "{said}");
        self.booked = number;
        self.live.insert(number, patient);
    }

    fn draw_surname(&mut self) -> &'static str {
        SURNAMES.choose(&mut self.draw).copied().expect("some")
    }

    /// Those who are expected today: half of them come.
    async fn arrive(&mut self, today: NaiveDate) {
        let expected: Result<Vec<i64>, Error> = self
            .engine
            .store()
            .read(move |tx| Ok(tx.expected_on(today)?.iter().map(|known| known.no).collect()))
            .await;
        for no in expected.expect("read") {
            if let Some(patient) = self.live.get(&no).cloned().filter(|_| self.often(0.5)) {
                let said = format!("到诊 {patient}");
                self.say("何导医", &said).await;
            } else if self.often(0.05) {
                let owner = self.owner_of(no).await;
                self.say(&owner, &format!("回访 Y{no} 在路上")).await;
            }
        }
    }

    async fn owner_of(&self, no: i64) -> String {
        let owner: Result<Option<PersonId>, Error> =
            self.engine.store().read(move |tx| Ok(tx.appointment(no)?.map(|known| known.owner))).await;
        self.name(owner.expect("read").expect("it is there"))
    }

    fn name(&self, id: PersonId) -> String {
        self.people.iter().find(|(_, known)| **known == id).map(|(name, _)| name.clone()).expect("known")
    }

    /// Whoever has to call does so, in four cases of five.
    async fn call(&mut self, today: NaiveDate) {
        let due: Result<Vec<(FollowUp, Option<PersonId>, bool)>, Error> = {
            let now = self.now;
            self.engine
                .store()
                .read(move |tx| {
                    let duty = tx.duty_on(today, now)?;
                    let tasks = tx.due_follow_ups(today, 1_000)?;
                    let mut due = Vec::new();
                    for task in tasks {
                        let who = duty.assignee(task.holder, task.with_lead).map(|found| found.person);
                        let came = task.appointment.map_or(Ok(false), |no| tx.has_arrived(no))?;
                        due.push((task, who, came));
                    }
                    Ok(due)
                })
                .await
        };
        for (task, who, came) in due.expect("read") {
            let Some(who) = who.filter(|_| self.often(0.8)) else { continue };
            let who = self.name(who);
            let said = match self.draw.random_range(0..10) {
                // Half a year after the visit.
                3.. if came => "已联系".to_owned(),
                0..=2 => "未联系上 原因 无人接听".to_owned(),
                3..=4 => "考虑 原因 和家人商量".to_owned(),
                5..=6 => format!("改约 {} 原因 患者出差", shift_days(today, self.draw.random_range(1..8))),
                7 => "取消 原因 去了别处".to_owned(),
                8 => "无效 原因 空号".to_owned(),
                _ => "已到".to_owned(),
            };
            let said = format!("回访 {} {said}", task.label());
            assert_eq!(self.say(&who, &said).await, Some(store::Outcome::Done), "{who}: {said}");
        }
    }

    /// One leave a few days ahead, decided at once by whoever may.
    async fn leave(&mut self, today: NaiveDate) {
        let who = self.consultants.choose(&mut self.draw).expect("some").clone();
        let from = shift_days(today, self.draw.random_range(3..9));
        let to = shift_days(from, self.draw.random_range(0..3));
        self.say(&who, &format!("请假 事假 {from}至{to} 家事")).await;
        let waiting: Result<Vec<String>, Error> = self
            .engine
            .store()
            .read(|tx| Ok(tx.open_leaves()?.iter().map(store::Leave::label).collect()))
            .await;
        for label in waiting.expect("read").into_iter().rev().take(1) {
            for approver in ["张一", "张二", "张三", "林主管", "高主任"] {
                self.say(approver, &format!("同意 {label}")).await;
            }
        }
    }

    /// What must hold after a day.
    async fn check(&mut self, day: NaiveDate) {
        let numbers: Vec<i64> = self.live.keys().copied().collect();
        let (today, people) = (self.calendar.date(self.now), self.people.clone());
        let heard: Vec<Heard> = std::mem::take(&mut *self.heard.lock().expect("no panic"));
        let days: BTreeSet<NaiveDate> = heard.iter().map(|heard| self.calendar.date(heard.at)).collect();
        let now = self.now;
        type Read =
            (Vec<(i64, Result<bool, String>)>, HashMap<NaiveDate, (store::Duty, Vec<store::RotaRow>)>);
        let read: Result<Read, Error> = self
            .engine
            .store()
            .read(move |tx| {
                let mut states = Vec::new();
                for no in numbers.iter().copied() {
                    let known = tx.appointment(no)?;
                    let Some(known) = known.filter(|known| !known.cancelled) else {
                        states.push((no, Ok(false)));
                        continue;
                    };
                    let tasks = tx.follow_up_history(&format!("Y{no}"))?;
                    let open = tasks.iter().filter(|task| task.open).count();
                    let visit = known.terms.visit.map(|visit| visit.date);
                    let ends = |task: &FollowUp| {
                        matches!(task.outcome, Some(Outcome::Arrived | Outcome::Invalid | Outcome::Cancelled))
                    };
                    let closed = open == 0 && tasks.last().is_some_and(ends);
                    states.push((
                        no,
                        if tx.has_arrived(no)? {
                            if open == 0 { Ok(false) } else { Err(format!("arrived, {open} open")) }
                        } else if visit.is_some_and(|visit| visit >= today) {
                            if open <= 1 { Ok(true) } else { Err(format!("ahead, {open} open")) }
                        } else if open == 1 {
                            Ok(true)
                        } else if closed {
                            Ok(false)
                        } else {
                            Err(format!("visit {visit:?}, {open} open, {tasks:?}"))
                        },
                    ));
                }
                let mut duties = HashMap::new();
                for day in days.iter().copied() {
                    duties.insert(day, (tx.duty_on(day, now)?, tx.rota_between(Span::day(day))?));
                }
                Ok((states, duties))
            })
            .await;
        let (states, duties) = read.expect("read");
        for (no, state) in states {
            match state {
                Ok(true) => {}
                Ok(false) => {
                    self.live.remove(&no);
                }
                Err(wrong) => panic!("{day}: Y{no}: {wrong}"),
            }
        }
        let mut lists: BTreeMap<(NaiveDate, String), usize> = BTreeMap::new();
        let mut said = BTreeSet::new();
        for Heard { at, key, to, text } in heard {
            assert!(self.keys.insert(key.clone()), "{day}: {key} went out twice: {text}");
            if !REMINDERS.iter().any(|words| text.contains(words)) {
                continue;
            }
            self.reminded += 1;
            let on = self.calendar.date(at);
            let (duty, rota) = &duties[&on];
            let person = people[&to];
            assert!(!duty.is_off(person), "{on}: {to} is off, and heard: {text}");
            let own = rota.iter().find(|row| row.person == person).and_then(|row| row.shift.clone());
            let minute = self.calendar.minute_of_day(at);
            let night = !(8 * 60..21 * 60 + 30).contains(&minute);
            let working = own.is_some_and(|shift| shift.start <= at && at <= shift.end);
            assert!(!night || working, "{on}: at night {to} heard: {text}");
            assert!(said.insert((on, to.clone(), text.clone())), "{on}: {to} heard twice: {text}");
            if text.starts_with("今天要回访") {
                *lists.entry((on, to.clone())).or_default() += 1;
                self.merged += usize::from(text.contains("晚发"));
            }
        }
        assert!(lists.values().all(|count| *count == 1), "{day}: a list came twice: {lists:?}");
    }

    async fn restart(self) -> Self {
        let Self { engine: old, .. } = &self;
        old.store().close().await;
        let store = self.database.open_unsynced(self.now).await;
        let engine = engine(store, &self.clock, &self.heard);
        Self { engine, ..self }
    }
}

async fn play(database: Database, days: i64) {
    let mut year = Year::begin(database, days).await;
    let first: NaiveDate = FIRST.parse().expect("a date");
    let (mut downtimes, mut jumps) = (0, 0);
    let mut day = 0;
    while day < days {
        let date = shift_days(first, day);
        let at = |minute: u32| Calendar::default().at(date, minute);
        year.to(at(10 * 60)).await;
        year.call(date).await;
        for _ in 0..3 {
            year.book(date).await;
        }
        year.to(at(14 * 60 + 30)).await;
        year.arrive(date).await;
        if year.often(0.15) {
            year.leave(date).await;
        }
        year.to(at(17 * 60)).await;
        if year.often(0.03) {
            year = year.restart().await;
        }
        if year.often(0.02) {
            // Nothing runs, no message is heard, for up to three days; then the clock is where it is.
            let away = year.draw.random_range(HOUR..72 * HOUR);
            year.now += away;
            year.clock.store(year.now, Ordering::Release);
            year = year.restart().await;
            let now = year.now;
            year.to(now + MINUTE).await;
            downtimes += 1;
        }
        if year.often(0.03) {
            // The clock is put on or back while everything runs.
            let jump = year.draw.random_range(-40 * MINUTE..5 * HOUR);
            year.now += jump;
            year.clock.store(year.now, Ordering::Release);
            jumps += 1;
        }
        let next = shift_days(year.calendar.date(year.now), 1);
        let midnight = year.calendar.midnight(next);
        year.to(midnight + 10 * MINUTE).await;
        year.check(date).await;
        day = (next - first).num_days();
    }
    assert!(year.reminded > usize::try_from(days).expect("small"), "{} reminders", year.reminded);
    assert!(
        days < 300 || (downtimes > 2 && jumps > 2 && year.merged > 0),
        "{downtimes}, {jumps}, {} late",
        year.merged
    );
    let span = Span { from: first, to: shift_days(first, days) };
    let away: Result<usize, Error> =
        year.engine.store().read(move |tx| Ok(tx.whole_days_off(span)?.len())).await;
    assert!(days < 300 || away.expect("read") > 0, "nobody was ever on leave");
    year.engine.store().close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_forgotten_in_a_year_on_sqlite() {
    play(Database::sqlite(), 365).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_forgotten_in_a_month_on_postgres() {
    if testkit::engines::postgres().await.is_none() {
        return;
    }
    play(Database::postgres().await.expect("it was reached"), 30).await;
}
