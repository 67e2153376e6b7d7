//! Several instances on one PostgreSQL: everything once, in order, whichever of them does it, and whichever dies.

use crate::program::{self, Home, NOWHERE, check_the_books, hire, seed};
use bot::outside::{Delivery, Destination, Outside, Parcel};
use bot::{
    Answer, Body, Bot, CatchUp, ChatKind, ChatRef, Desk, Engine, Incoming, Outcome, ReminderKind, Said,
    Schedule, Sender, Stop, Ticked,
};
use domain::calendar::{DAY, HOUR, MINUTE};
use domain::rights::{Administer, Over};
use domain::shift::Shift;
use domain::{Calendar, EpochMs, PersonId, Role};
use futures_util::future::{BoxFuture, join_all};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use store::{Dest, Error, Event, Fact, Lane, NewChat, NewRow, Pagination, Reminder, Store, Tx};
use testkit::engines::{Database, until};
use testkit::fake::wecom::{FakeWecom, Place};
use testkit::people;

/// Monday 2026-03-02, 12:00 in Shanghai.
const NOON: EpochMs = 1_772_424_000_000;

/// One parcel on its way out.
#[derive(Clone, Debug)]
struct Shown {
    key: String,
    to: Destination,
    text: String,
}

/// Sees everything that leaves; takes it, or holds on to it for ever.
#[derive(Clone, Default)]
struct Recorder {
    shown: Arc<Mutex<Vec<Shown>>>,
    hangs: bool,
}

impl Recorder {
    fn shown(&self) -> Vec<Shown> {
        self.shown.lock().expect("no panic").clone()
    }
}

impl Outside for Recorder {
    fn deliver<'a>(&'a self, parcel: &'a Parcel) -> BoxFuture<'a, Delivery> {
        let shown = Shown { key: parcel.key.clone(), to: parcel.to.clone(), text: parcel.said.text.clone() };
        self.shown.lock().expect("no panic").push(shown);
        Box::pin(async {
            if self.hangs {
                std::future::pending::<()>().await;
            }
            tokio::task::yield_now().await;
            Delivery::Sent
        })
    }

    fn per_minute(&self, _to: &Destination) -> u32 {
        10_000
    }
}

async fn engine(database: &Database, bot: &Arc<Bot>, owner: &str, outside: Recorder) -> Engine {
    let outsides: HashMap<String, Arc<dyn Outside>> =
        HashMap::from([("wecom".to_owned(), Arc::new(outside) as _)]);
    Engine::new(database.open(NOON).await, Arc::clone(bot), outsides, owner.to_owned())
}

async fn write<T, F>(store: &Store, work: F) -> T
where
    F: FnMut(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    T: Send + 'static,
{
    store.write(Lane::of(&["test"]), work).await.expect("written")
}

async fn events(store: &Store) -> Vec<Event> {
    store.read(|tx| tx.events(Pagination { after: 0, limit: 100_000 })).await.expect("readable")
}

/// What lost against the other instance too often was not done, and is due again.
fn ticked(outcome: Result<Ticked, Error>) -> Ticked {
    match outcome {
        Ok(ticked) => ticked,
        Err(Error::Contention) => Ticked::default(),
        Err(error) => panic!("{error}"),
    }
}

// Fire times.

fn note(desk: &mut Desk<'_, '_>, name: &'static str, fire_at: EpochMs) -> Result<Outcome, Stop> {
    let number = desk.tx.next_number("R")?;
    desk.record(
        Fact::new("test.ran", None).with("name", name).with("fire_at", fire_at).with("number", number),
    );
    Ok(Outcome::Done)
}

const SCHEDULES: [Schedule; 3] = [
    Schedule {
        name: "each",
        summary: "",
        cron: "*/3 * * * *",
        at: None,
        catch_up: CatchUp::Each,
        max_late: DAY,
        run: |desk, fire_at| note(desk, "each", fire_at),
    },
    Schedule {
        name: "once",
        summary: "",
        cron: "*/7 * * * *",
        at: None,
        catch_up: CatchUp::Once,
        max_late: DAY,
        run: |desk, fire_at| note(desk, "once", fire_at),
    },
    Schedule {
        name: "breaks first",
        summary: "",
        cron: "*/10 * * * *",
        at: None,
        catch_up: CatchUp::Each,
        max_late: DAY,
        run: |desk, fire_at| {
            let outcome = note(desk, "breaks first", fire_at)?;
            if desk.now < fire_at + 4 * MINUTE {
                return Err(Stop::Fault(Error::Corrupt("on purpose".to_owned())));
            }
            Ok(outcome)
        },
    },
];

/// Both are woken at the same moment, again and again, sometimes late by many fire times.
#[tokio::test(flavor = "multi_thread")]
async fn each_fire_time_runs_once() {
    let Some(database) = Database::postgres().await else { return };
    let bot = Bot::new(Vec::new(), SCHEDULES.to_vec(), Vec::new(), Calendar::default()).expect("a bot");
    let bot = Arc::new(bot);
    let one = engine(&database, &bot, "one", Recorder::default()).await;
    let two = engine(&database, &bot, "two", Recorder::default()).await;
    let mut rng = StdRng::seed_from_u64(seed());
    let (mut now, mut ran) = (NOON, 0);
    // At the end minute by minute, so that the last ones that broke are tried again.
    for step in (0..40).map(|_| rng.random_range(1..12)).chain([1; 12]).collect::<Vec<_>>() {
        now += step * MINUTE;
        let (first, second) = tokio::join!(one.tick(now), two.tick(now));
        ran += ticked(first).ran + ticked(second).ran;
    }
    // What broke a moment ago still waits; nothing new falls due meanwhile that is looked at below.
    let mut told: HashMap<(String, String), Vec<String>> = HashMap::new();
    let mut effects: HashMap<(String, EpochMs), u32> = HashMap::new();
    let mut numbers = Vec::new();
    for event in events(one.store()).await {
        let text = |name: &str| event.body[name].as_str().expect("text").to_owned();
        match &*event.kind {
            "test.ran" => {
                let fire_at = event.body["fire_at"].as_i64().expect("an instant");
                *effects.entry((text("name"), fire_at)).or_default() += 1;
                numbers.push(event.body["number"].as_i64().expect("a number"));
            }
            kind => told.entry((text("name"), text("fire_at"))).or_default().push(kind.to_owned()),
        }
    }
    let calendar = Calendar::default();
    for (name, minutes) in [("each", 3), ("once", 7), ("breaks first", 10)] {
        // A cron counts from the full hour.
        let due = (1..).map(|minute| NOON + minute * MINUTE).take_while(|at| *at <= now - 10 * MINUTE);
        let due = due.filter(|at| (at / MINUTE) % 60 % minutes == 0);
        let mut merged = 0;
        for fire_at in due {
            let key = (name.to_owned(), calendar.rfc3339(fire_at));
            let kinds = told.remove(&key).unwrap_or_else(|| panic!("{key:?} was lost"));
            assert_eq!(kinds.len(), 1, "{key:?}: {kinds:?}");
            let effect = effects.get(&(name.to_owned(), fire_at)).copied().unwrap_or(0);
            assert_eq!(effect, u32::from(kinds[0] == "schedule.ran"), "{key:?}: {kinds:?}");
            merged += u32::from(kinds[0] == "schedule.skipped");
        }
        assert_eq!(merged > 0, name == "once", "{name}: {merged} were merged into later ones");
    }
    assert_eq!(numbers, (1..).take(numbers.len()).collect::<Vec<_>>(), "what was rolled back left no trace");
    // A try that broke counts as run in what a tick tells.
    assert!(usize::try_from(ran).expect("small") >= numbers.len());
}

// Reminders.

fn remind(desk: &mut Desk<'_, '_>, reminder: &Reminder) -> Result<Outcome, Stop> {
    if reminder.subject == "later" && desk.now < NOON + 10 * MINUTE {
        return Ok(Outcome::Snooze(NOON + 10 * MINUTE));
    }
    // Without a key, so that nothing but the reminder itself keeps it from being said twice.
    desk.tell(reminder.person, None, &Said::text(&reminder.subject), false)?;
    Ok(Outcome::Done)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reminder_is_given_once() {
    let Some(database) = Database::postgres().await else { return };
    let kinds = vec![ReminderKind { kind: "test", run: remind }];
    let bot = Arc::new(Bot::new(Vec::new(), Vec::new(), kinds, Calendar::default()).expect("a bot"));
    let recorder = Recorder::default();
    let one = engine(&database, &bot, "one", recorder.clone()).await;
    let two = engine(&database, &bot, "two", recorder.clone()).await;
    write(one.store(), |tx| {
        for number in 0..25 {
            let user = format!("user{number}");
            let reached = [("wecom", &*user, "main")];
            let person = people::add(tx, &user, &[Role::Consultant], None, &reached, NOON)?;
            for subject in ["now", "later"] {
                tx.set_reminder(&format!("{subject}:{number}"), "test", person, subject, NOON + MINUTE)?;
            }
        }
        Ok(())
    })
    .await;
    let mut settled = 0;
    for minute in 0..20 {
        let now = NOON + minute * MINUTE;
        let (first, second) = tokio::join!(one.tick(now), two.tick(now));
        settled += ticked(first).reminders + ticked(second).reminders;
        let (first, second) = tokio::join!(one.deliver(now), two.deliver(now));
        assert!(first.is_ok() && second.is_ok());
    }
    assert_eq!(settled, 25 * 3, "once each, and one half was put off before");
    let mut said: HashMap<Destination, Vec<String>> = HashMap::new();
    for shown in recorder.shown() {
        said.entry(shown.to).or_default().push(shown.text);
    }
    assert_eq!(said.len(), 25);
    for (person, texts) in said {
        assert_eq!(texts, ["now", "later"], "{person:?}");
    }
}

// Messages.

async fn department(store: &Store) -> Vec<PersonId> {
    write(store, |tx| {
        let mut people = Vec::new();
        for number in 0..4 {
            let user = format!("user{number}");
            let reached = [("wecom", &*user, "main")];
            let person = people::add(tx, &user, &[Role::Consultant], None, &reached, NOON)?;
            let chat_ref = format!("chat{number}");
            let (platform, bot, title) = ("wecom", "main", None);
            let chat = NewChat { platform, bot, chat_ref: &chat_ref, title, purposes: &[] };
            tx.set_chat(&Administer::by_operator(), &chat, NOON)?;
            let date = Calendar::default().date(NOON);
            let shift = Shift { date, name: "早班".to_owned(), start: NOON - HOUR, end: NOON + 8 * HOUR };
            tx.set_rota(&Over::by_program(Some(person)), date, Some(&shift), NOON)?;
            people.push(person);
        }
        Ok(people)
    })
    .await
}

fn report(person: usize, msg_id: String, dialogues: usize) -> Incoming {
    Incoming {
        platform: "wecom",
        bot: "main".to_owned(),
        msg_id,
        chat: ChatRef { kind: ChatKind::Group, id: format!("chat{person}"), title: None },
        sender: Sender { user_id: format!("user{person}"), name: None },
        body: Body::Text(format!("日报 对话 {dialogues} 预约 8 到诊 3")),
        answer_now: true,
        late_reply: None,
    }
}

/// As a platform does: what could not be stored is sent again.
async fn receive(engine: &Engine, incoming: Incoming) -> Answer {
    for _ in 0..50 {
        match engine.receive(incoming.clone(), NOON).await {
            Ok(answer) => return answer,
            Err(Error::Contention) => {}
            Err(error) => panic!("{error}"),
        }
    }
    panic!("fifty times in the way of others");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_stays_in_order_over_instances() {
    let Some(database) = Database::postgres().await else { return };
    let bot = deskmate::wire::bot(Calendar::default()).expect("a bot");
    let one = engine(&database, &bot, "one", Recorder::default()).await;
    let two = engine(&database, &bot, "two", Recorder::default()).await;
    let people = department(one.store()).await;
    // Each chat by itself: a message, its answer, the next one on the other instance. The chats at once.
    let chats = (0..people.len()).map(async |person| {
        for turn in 0..20 {
            let engine = if (person + turn) % 2 == 0 { &one } else { &two };
            let dialogues = 1_000 * (person + 1) + turn;
            let answer = receive(engine, report(person, format!("{person}-{turn}"), dialogues)).await;
            let text = &answer.said[0].text;
            assert!(text.contains(&format!("对话 {dialogues} ")), "{text}");
            assert_eq!(text.contains(&format!("第{}版", turn + 1)), turn > 0, "{text}");
        }
    });
    join_all(chats).await;
    let mut filed: BTreeMap<PersonId, Vec<u64>> = BTreeMap::new();
    for event in events(two.store()).await {
        if let Some(dialogues) = event.body.get("figures").and_then(|figures| figures["对话"].as_u64()) {
            filed.entry(event.actor.expect("somebody")).or_default().push(dialogues);
        }
    }
    for (person, first) in people.into_iter().zip([1_000, 2_000, 3_000, 4_000]) {
        assert_eq!(filed[&person], (first..first + 20).collect::<Vec<_>>());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_on_two_instances_at_once_takes_effect_once() {
    let Some(database) = Database::postgres().await else { return };
    let bot = deskmate::wire::bot(Calendar::default()).expect("a bot");
    let one = engine(&database, &bot, "one", Recorder::default()).await;
    let two = engine(&database, &bot, "two", Recorder::default()).await;
    let people = department(one.store()).await.len();
    for turn in 0..40 {
        let message = report(turn % people, format!("m{turn}"), 100 + turn);
        let (first, second) = tokio::join!(receive(&one, message.clone()), receive(&two, message));
        assert_eq!(first.said, second.said, "both are told the same");
        assert!(first.said[0].text.contains(&format!("对话 {} ", 100 + turn)));
        assert!(first.duplicate != second.duplicate, "one of them did it");
    }
    assert_eq!(database.rows_of("inbox").await, 40);
    assert_eq!(database.rows_of("report").await, 40);
    assert_eq!(database.rows_of("outbox").await, 40);
}

// Deliveries.

/// `each` posts to every one of the groups, in order.
async fn post(store: &Store, groups: &'static [&'static str], texts: Vec<String>, at: EpochMs) {
    write(store, move |tx| {
        for text in &texts {
            for group in groups {
                let dest = Dest::Group((*group).to_owned());
                let said = serde_json::json!({ "text": text }).to_string();
                tx.send(&NewRow {
                    key: None,
                    inbox_id: None,
                    platform: "wecom",
                    bot: program::BOT,
                    dest: &dest,
                    person: None,
                    in_group: None,
                    said: &said,
                    late: None,
                    answered: false,
                    next_at: at,
                    at,
                })?;
            }
        }
        Ok(())
    })
    .await;
}

async fn waiting(store: &Store) -> i64 {
    store.read(|tx| tx.outgoing_waiting()).await.expect("readable")
}

const GROUPS: &[&str] = &["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];

fn by_group(shown: &[Shown]) -> BTreeMap<String, Vec<&str>> {
    let mut groups: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for shown in shown {
        let Destination::Group(group) = &shown.to else { panic!("a group") };
        groups.entry(group.clone()).or_default().push(&shown.text);
    }
    groups
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_is_delivered_once_and_in_order() {
    let Some(database) = Database::postgres().await else { return };
    let bot = deskmate::wire::bot(Calendar::default()).expect("a bot");
    let recorder = Recorder::default();
    let one = engine(&database, &bot, "one", recorder.clone()).await;
    let two = engine(&database, &bot, "two", recorder.clone()).await;
    post(one.store(), GROUPS, (0..6).map(|number| number.to_string()).collect(), NOON).await;
    for _ in 0..100 {
        let (first, second) = tokio::join!(one.deliver(NOON), two.deliver(NOON));
        for outcome in [first, second] {
            assert!(matches!(outcome, Ok(_) | Err(Error::Contention)), "{outcome:?}");
        }
        if waiting(one.store()).await == 0 {
            break;
        }
    }
    let shown = recorder.shown();
    let keys: HashSet<&String> = shown.iter().map(|shown| &shown.key).collect();
    assert_eq!((keys.len(), shown.len()), (60, 60), "each once");
    for (group, texts) in by_group(&shown) {
        assert_eq!(texts, ["0", "1", "2", "3", "4", "5"], "{group}");
    }
}

/// Between the claim and the word that it was sent nobody knows whether it was shown: it is sent again, with the same
/// key, by which a platform can tell.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_dead_instance_held_is_delivered_by_another() {
    let Some(database) = Database::postgres().await else { return };
    let bot = deskmate::wire::bot(Calendar::default()).expect("a bot");
    let (dying, living) = (Recorder { hangs: true, ..Recorder::default() }, Recorder::default());
    let two = engine(&database, &bot, "two", living.clone()).await;
    post(two.store(), GROUPS, vec!["first".to_owned(), "second".to_owned()], NOON).await;
    let one = engine(&database, &bot, "one", dying.clone()).await;
    let sending = tokio::spawn(async move { one.deliver(NOON).await.map(|_| ()) });
    until("the first ones are on their way", async || (dying.shown().len() == GROUPS.len()).then_some(()))
        .await;
    // The instance goes, its store with it.
    sending.abort();
    assert!(sending.await.expect_err("it never ends by itself").is_cancelled());

    assert_eq!(
        two.deliver(NOON).await.expect("a round").sent,
        0,
        "they are the other's, and the rest waits behind"
    );
    let free = two.store().read(|tx| tx.next_outgoing()).await.expect("readable").expect("they wait");
    assert!(free > NOON && free <= NOON + 5 * MINUTE, "a lease ends soon");
    assert_eq!(two.deliver(free - 1).await.expect("a round").sent, 0);
    assert_eq!(two.deliver(free).await.expect("a round").sent, 20);
    let (held, delivered) = (dying.shown(), living.shown());
    let keys = |shown: &[Shown]| shown.iter().map(|shown| shown.key.clone()).collect::<HashSet<_>>();
    let first: Vec<Shown> = delivered.iter().filter(|shown| shown.text == "first").cloned().collect();
    assert_eq!(keys(&held), keys(&first), "the same rows under the same keys");
    for (group, texts) in by_group(&delivered) {
        assert_eq!(texts, ["first", "second"], "{group}");
    }
    assert_eq!(waiting(two.store()).await, 0);
}

// Real processes.

/// Reporters write to two programs on one database; one after the other is killed and comes back.
#[tokio::test(flavor = "multi_thread")]
async fn one_of_two_programs_is_killed() {
    let Some(database) = Database::postgres().await else { return };
    let seed = seed();
    let mut rng = StdRng::seed_from_u64(seed);
    let (office, mut reporters) = hire(&database, 4, seed).await;
    let home = Home::new(database.address(), NOWHERE, &[]);
    let mut survivor = home.start().await;
    for _ in 0..4 {
        let victim = home.start().await;
        let hooks = vec![survivor.hook.clone(), victim.hook.clone()];
        office.enough.store(false, Ordering::Release);
        let work: Vec<_> =
            reporters.into_iter().map(|reporter| tokio::spawn(reporter.work(hooks.clone()))).collect();
        let answered = async |more: usize| {
            let target = office.answered.load(Ordering::Relaxed) + more;
            until("calls are answered", async || {
                (office.answered.load(Ordering::Relaxed) >= target).then_some(())
            })
            .await;
        };
        answered(rng.random_range(10..40)).await;
        let dead = std::mem::replace(&mut survivor, victim);
        dead.kill();
        // The other one carries on, with what the dead one had in hand.
        answered(20).await;
        office.enough.store(true, Ordering::Release);
        reporters =
            join_all(work).await.into_iter().map(|worked| worked.expect("nobody complains")).collect();
        assert!(!reporters.iter().any(|reporter| reporter.is_in_flight()), "one of them always answers");
    }
    survivor.stop().await;
    check_the_books(&database, &reporters).await;
}

/// Posts go out once, whichever of two programs sends them; one dies, and the other finds what comes later, and what a
/// third had in hand when it died.
#[tokio::test(flavor = "multi_thread")]
async fn two_programs_post_once() {
    let Some(database) = Database::postgres().await else { return };
    let groups = &GROUPS[..2];
    let fake = FakeWecom::start().await;
    fake.set_now(program::now());
    let webhooks: Vec<_> = groups.iter().map(|group| (*group, fake.add_webhook(group))).collect();
    let home = Home::new(database.address(), &fake.api_base(), &webhooks);
    let store = database.open(program::now()).await;
    let said = |from: usize, to: usize| (from..to).map(|number| format!("第{number}条")).collect::<Vec<_>>();
    post(&store, groups, said(0, 4), program::now()).await;
    let (first, second) = (home.start().await, home.start().await);
    until("the first posts are out", async || (waiting(&store).await == 0).then_some(())).await;
    first.kill();
    post(&store, groups, said(4, 5), program::now()).await;
    let leased =
        write(&store, |tx| tx.claim_outgoing("a dead one", program::now(), program::now() + 1_000, 10, &[]))
            .await;
    post(&store, groups, said(5, 7), program::now()).await;
    until("the other posts are out", async || (waiting(&store).await == 0).then_some(())).await;
    assert!(leased.len() <= 2, "the program may have been quicker");
    second.stop().await;
    for group in groups {
        let place = Place::Group((*group).to_owned());
        let shown = fake.shown().into_iter().filter(|shown| shown.place == place);
        // What waits while the webhook's allowance runs low is said in one message.
        let shown: Vec<String> =
            shown.flat_map(|shown| shown.text.split("\n\n").map(str::to_owned).collect::<Vec<_>>()).collect();
        assert_eq!(shown, said(0, 7), "{group}");
    }
}
