//! 分配 under load: many who ask at once, on both engines. Quotas are exact, and no conversation is given twice.

use bot::{Body, ChatKind, ChatRef, Engine, Incoming, Sender};
use deskmate::wire;
use domain::allocation::{Fixed, Grade};
use domain::calendar::{DAY, HOUR};
use domain::rights::{Administer, Over};
use domain::settings::Value;
use domain::settings::catalogue::ranking::{OPEN_MINUTES, OPEN_MOST};
use domain::shift::Hours;
use domain::{Calendar, EpochMs, PersonId, Role};
use futures_util::future::join_all;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::Instant;
use store::{Error, Lane, Outcome, Store, Tx, WeekGrade};
use testkit::engines::Database;
use testkit::people;

/// Monday 2026-03-02, 10:00 in Shanghai.
const NOW: EpochMs = 1_772_416_800_000;
const CALLERS: usize = 64;
/// Calls of each caller: more than 10,000 together.
const CALLS: usize = 157;
/// On PostgreSQL one transaction after the other waits for the disk, so that many take minutes: as many only where
/// [`ALL`] is set.
const FEWER: usize = 24;
/// Set to have 10,000 calls on PostgreSQL too.
const ALL: &str = "DESKMATE_ALLOCATION_ALL";
/// Of each grade.
const OF_EACH: usize = 8;
/// Between two calls: more than three conversations at once are never under way.
const STEP: EpochMs = 500;

/// A department with 64 leads, and of each grade so many on duty all day long.
async fn department(store: &Store) -> BTreeMap<PersonId, u32> {
    let work = |tx: &mut Tx<'_>| -> Result<BTreeMap<PersonId, u32>, Error> {
        let (calendar, admin) = (Calendar::default(), Administer::by_operator());
        let today = calendar.date(NOW);
        for caller in 0..CALLERS {
            let name = format!("组长{caller}");
            people::add(tx, &name, &[Role::Lead], Some("一组"), &[("console", &name, "main")], NOW - DAY)?;
        }
        let hours = Hours::parse("00:00-24:00").expect("hours");
        let values = [(&OPEN_MINUTES, Value::Whole(1)), (&OPEN_MOST, Value::Whole(20))];
        tx.change_rules(&admin, today, &values, NOW - DAY)?;
        let mut quotas = BTreeMap::new();
        for grade in Grade::ALL {
            for number in 0..OF_EACH {
                let name = format!("{}{number}", grade.word());
                let person = people::add(tx, &name, &[Role::Consultant], Some("一组"), &[], NOW - DAY)?;
                let quota = grade.quota(tx.directory()?.book(), today);
                let fixed = Fixed { week: today, grade, place: 1 };
                let rule = "R-206".to_owned();
                let week = WeekGrade { person, fixed, arrivals: 0, counted: true, rule };
                tx.fix_grade(&Over::by_program(Some(person)), &week, quota, NOW)?;
                let shift = hours.on(&calendar, today, "全天");
                tx.set_rota(&Over::by_program(Some(person)), today, Some(&shift), NOW)?;
                quotas.insert(person, quota);
            }
        }
        Ok(quotas)
    };
    store.write(Lane::of(&["department"]), work).await.expect("written")
}

fn said(caller: usize, number: usize, text: String) -> Incoming {
    let name = format!("组长{caller}");
    Incoming {
        platform: "console",
        bot: "main".to_owned(),
        msg_id: format!("{caller} {number}"),
        chat: ChatRef { kind: ChatKind::Private, id: name.clone(), title: None },
        sender: Sender { user_id: name, name: None },
        body: Body::Text(text),
        answer_now: true,
        late_reply: None,
    }
}

/// Everything that was given: to whom, in which round.
async fn given(store: &Store) -> Vec<(String, i64, i64)> {
    let read = |tx: &mut Tx<'_>| {
        let mut given = Vec::new();
        let mut after = 0;
        loop {
            let events = tx.events(store::Pagination { after, limit: 5_000 })?;
            let Some(last) = events.last() else { return Ok::<_, Error>(given) };
            after = last.seq;
            for event in events.iter().filter(|event| event.kind == "dialogue.allotted") {
                let text = |field: &str| event.body[field].as_str().unwrap_or_default().to_owned();
                let person = event.body["person"]["$p"].as_i64().expect("a person");
                given.push((text("dialogue"), person, event.body["round"].as_i64().expect("a round")));
            }
        }
    };
    store.read(read).await.expect("read")
}

async fn quotas_are_exact(database: Database, engine_name: &str, calls_of_each: usize) {
    let store = database.open(NOW - DAY).await;
    let quotas = department(&store).await;
    let in_a_round: usize = quotas.values().map(|quota| *quota as usize).sum();
    let bot = wire::bot(Calendar::default()).expect("the bot");
    let engine = Arc::new(Engine::new(store, bot, HashMap::new(), "allocation".to_owned()));
    let begun = Instant::now();
    let callers = (0..CALLERS).map(|caller| {
        let engine = Arc::clone(&engine);
        tokio::spawn(async move {
            for number in 0..calls_of_each {
                let at = NOW + EpochMs::try_from(number * CALLERS + caller).unwrap_or(0) * STEP;
                let answer =
                    engine.receive(said(caller, number, "分配".to_owned()), at).await.expect("stored");
                assert_eq!(answer.outcome, Some(Outcome::Done), "{:?}", answer.said);
            }
        })
    });
    for caller in join_all(callers).await {
        caller.expect("every call is answered");
    }
    let taken = begun.elapsed();
    let calls = CALLERS * calls_of_each;
    eprintln!(
        "{engine_name}: {calls} calls of 分配 from {CALLERS} callers in {taken:.1?}, {:.0} a second",
        calls as f64 / taken.as_secs_f64()
    );
    let all = given(engine.store()).await;
    assert_eq!(all.len(), calls);
    let numbers: HashSet<&String> = all.iter().map(|(number, ..)| number).collect();
    assert_eq!(numbers.len(), calls, "no number is given twice");
    let mut rounds: BTreeMap<i64, BTreeMap<PersonId, u32>> = BTreeMap::new();
    for (_, person, round) in &all {
        *rounds.entry(*round).or_default().entry(*person).or_default() += 1;
    }
    let whole = calls / in_a_round;
    for (round, had) in rounds.iter().take(whole) {
        assert_eq!(*had, quotas, "round {round}");
    }
    for had in rounds.values() {
        assert!(had.iter().all(|(person, count)| *count <= quotas[person]), "nobody has more than his quota");
    }

    // All ask for the same visitors at once: each conversation is somebody's, once.
    let visitors = 8;
    let at = NOW + 8 * HOUR;
    let askers = (0..CALLERS).map(|caller| {
        let engine = Arc::clone(&engine);
        tokio::spawn(async move {
            let text = format!("分配 QQ 9000{}", caller % visitors);
            engine.receive(said(caller, calls_of_each, text), at).await.expect("stored").outcome
        })
    });
    for outcome in join_all(askers).await {
        assert_eq!(outcome.expect("answered"), Some(Outcome::Done));
    }
    assert_eq!(given(engine.store()).await.len(), calls + visitors, "nobody twice for one conversation");
    engine.store().close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_on_sqlite() {
    quotas_are_exact(Database::sqlite(), "SQLite", CALLS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_on_postgresql() {
    let Some(database) = Database::postgres().await else { return };
    let calls = if std::env::var_os(ALL).is_some() { CALLS } else { FEWER };
    quotas_are_exact(database, "PostgreSQL", calls).await;
}
