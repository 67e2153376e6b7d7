//! What names a patient: encrypted, found again, forgotten, and carried over to a new key.

use super::{NOON, day, person, read, recorded, write};
use crate::engines::Database;
use domain::EpochMs;
use domain::calendar::{DAY, MINUTE};
use domain::privacy::Field;
use domain::report::Figures;
use sha2::{Digest, Sha256};
use std::sync::{Arc, Mutex};
use store::{
    Arrival, Dest, Error, Event, Fact, Horizon, InboxKey, KeyRing, KeyTrouble, Lane, MIGRATIONS, NewReport,
    NewRow, Options, Pagination, Settled, Store, note_case,
};

const NAME: &str = "李小明明";
const PHONE: &str = "13800138000";
const COMPLAINT: &str = "牙疼三天，夜里睡不着";
const ALL: Pagination = Pagination { after: 0, limit: 100 };

async fn open(database: &Database, keys: KeyRing) -> Result<Store, Error> {
    Store::open(database.address(), Options::at(NOON, keys)).await
}

fn two_keys() -> KeyRing {
    KeyRing::known().and_new([0x65; 32]).expect("a number is left")
}

async fn put(store: &Store, subject: &'static str, fields: &'static [(Field, &'static str)]) {
    write(store, move |tx| tx.put_fields(subject, fields)).await;
}

async fn patient(store: &Store, subject: &'static str) {
    put(store, subject, &[(Field::Name, NAME), (Field::Phone, PHONE), (Field::Complaint, COMPLAINT)]).await;
}

async fn look(store: &Store, subject: &'static str) -> Result<Vec<(Field, String)>, Error> {
    store.write(Lane::of(&["contract"]), move |tx| tx.look(1, subject, &Field::ALL, "测试", NOON)).await
}

async fn find(store: &Store, field: Field, value: &'static str) -> Vec<String> {
    read(store, move |tx| tx.find_by(field, value)).await
}

async fn opened(store: &Store, kind: &'static str) -> serde_json::Value {
    read(store, move |tx| {
        let events: Vec<Event> = tx.events(ALL)?;
        let event = events.iter().find(|event| event.kind == kind).expect("it was recorded");
        tx.open_event(event).map(Into::into)
    })
    .await
}

pub(super) async fn fields_come_back_and_stand_encrypted(database: Database) {
    let store = database.open(NOON).await;
    patient(&store, "Y1").await;
    let mut expected = vec![(Field::Complaint, COMPLAINT), (Field::Name, NAME), (Field::Phone, PHONE)];
    let shown = |fields: &[(Field, &str)]| {
        fields.iter().map(|(field, value)| (*field, (*value).to_owned())).collect::<Vec<_>>()
    };
    assert_eq!(look(&store, "Y1").await.expect("it opens"), shown(&expected));
    put(&store, "Y1", &[(Field::Complaint, ""), (Field::Phone, "13800138001")]).await;
    expected = vec![(Field::Name, NAME), (Field::Phone, "13800138001")];
    assert_eq!(look(&store, "Y1").await.expect("it opens"), shown(&expected));
    let masked = read(&store, |tx| tx.masked("Y1")).await;
    assert_eq!(masked, shown(&[(Field::Name, "李*"), (Field::Phone, "138****8001")]));
    assert_eq!(look(&store, "Y2").await.expect("nothing is no mistake"), []);
    for words in [NAME, PHONE, COMPLAINT, "13800138001"] {
        assert_eq!(database.holding(words).await, [""; 0], "{words}");
    }
    write(&store, |tx| tx.set_meta("plain", NAME)).await;
    assert_ne!(database.holding(NAME).await, [""; 0], "what is there is found");
}

pub(super) async fn what_was_moved_to_another_row_does_not_open(database: Database) {
    let store = database.open(NOON).await;
    patient(&store, "Y1").await;
    patient(&store, "Y2").await;
    let moves = [
        ("vault", "value", "subject = 'Y1' AND field = 'name'", "subject = 'Y2' AND field = 'name'"),
        ("vault", "value", "subject = 'Y1' AND field = 'name'", "subject = 'Y1' AND field = 'phone'"),
        ("case_key", "wrapped", "subject = 'Y1'", "subject = 'Y2'"),
    ];
    for (table, column, from, to) in moves {
        let kept = format!("CREATE TABLE kept AS SELECT {column} FROM {table} WHERE {to}");
        database.meddle(&kept).await;
        let from = format!("(SELECT {column} FROM {table} WHERE {from})");
        database.meddle(&format!("UPDATE {table} SET {column} = {from} WHERE {to}")).await;
        let subject = if to.contains("Y1") { "Y1" } else { "Y2" };
        assert!(matches!(look(&store, subject).await, Err(Error::Corrupt(_))), "{table} {to}");
        let back =
            format!("UPDATE {table} SET {column} = (SELECT {column} FROM kept) WHERE {to}; DROP TABLE kept");
        database.meddle(&back).await;
        assert!(look(&store, subject).await.is_ok(), "{table} {to}, put back");
    }
    // A message for one that was made one for another is never shown: it is left empty, and so given up.
    write(&store, |tx| tx.send(&row("甲", NOON, false))).await;
    write(&store, |tx| tx.send(&row("乙", NOON, false))).await;
    let said = "(SELECT said FROM outbox WHERE dest = '甲')";
    database.meddle(&format!("UPDATE outbox SET said = {said} WHERE dest = '乙'")).await;
    let claimed = write(&store, |tx| tx.claim_outgoing("me", NOON, NOON + MINUTE, 10, &[])).await;
    let said: Vec<_> = claimed.iter().map(|row| row.said.as_str()).collect();
    assert_eq!(said, [r#"{"text":"给甲"}"#, ""]);
}

fn row(dest: &'static str, at: EpochMs, answered: bool) -> NewRow<'static> {
    let (dest, said): (&'static Dest, &'static str) = match dest {
        "甲" => (Box::leak(Box::new(Dest::Group("甲".to_owned()))), r#"{"text":"给甲"}"#),
        _ => (Box::leak(Box::new(Dest::Group("乙".to_owned()))), r#"{"text":"给乙"}"#),
    };
    NewRow {
        key: None,
        inbox_id: None,
        platform: "wecom",
        bot: "main",
        dest,
        person: None,
        in_group: None,
        said,
        late: Some(("https://secret.example/reply", at + MINUTE)),
        answered,
        next_at: at,
        at,
    }
}

pub(super) async fn equal_values_find_each_other(database: Database) {
    let store = database.open(NOON).await;
    patient(&store, "Y1").await;
    put(&store, "Y2", &[(Field::Name, "李 小明明"), (Field::Phone, "+86 138-0013-8000")]).await;
    put(&store, "Y3", &[(Field::Name, "李小明"), (Field::Contact, PHONE)]).await;
    for written in [PHONE, "１３８００１３８０００", "138 0013 8000"] {
        assert_eq!(find(&store, Field::Phone, written).await, ["Y1", "Y2"], "{written}");
    }
    assert_eq!(find(&store, Field::Name, NAME).await, ["Y1", "Y2"]);
    assert_eq!(find(&store, Field::Name, "李小明").await, ["Y3"]);
    assert_eq!(find(&store, Field::Contact, PHONE).await, ["Y3"], "a field of its own");
    for part in ["13800138001", "1380013800", ""] {
        assert_eq!(find(&store, Field::Phone, part).await, [""; 0], "{part}");
    }
    put(&store, "Y1", &[(Field::Phone, "13800138001")]).await;
    put(&store, "Y2", &[(Field::Phone, "")]).await;
    assert_eq!(find(&store, Field::Phone, PHONE).await, [""; 0], "not by what it was");
    assert_eq!(find(&store, Field::Phone, "13800138001").await, ["Y1"]);
}

pub(super) async fn a_look_is_recorded(database: Database) {
    let store = database.open(NOON).await;
    patient(&store, "Y1").await;
    let zhang = person(&store, "张三").await;
    let seen =
        write(&store, move |tx| tx.look(zhang, "Y1", &[Field::Phone, Field::Age], "回访 H1", NOON)).await;
    assert_eq!(seen, [(Field::Phone, PHONE.to_owned())]);
    let body = opened(&store, "record.viewed").await;
    let expected = serde_json::json!({
        "person": {"$p": zhang}, "subject": "Y1", "fields": ["phone"], "why": "回访 H1",
    });
    assert_eq!(body, expected);
    let failed: Result<(), Error> = store
        .write(Lane::of(&["contract"]), move |tx| {
            tx.look(zhang, "Y1", &Field::ALL, "", NOON)?;
            Err(Error::Contention)
        })
        .await;
    assert!(failed.is_err());
    let events = read(&store, |tx| tx.events(ALL)).await;
    assert_eq!(
        events.iter().filter(|event| event.kind == "record.viewed").count(),
        1,
        "with its unit or not at all"
    );
}

pub(super) async fn a_forgotten_case_is_gone_everywhere(database: Database) {
    let store = database.open(NOON).await;
    for subject in ["Y1", "Y2", "Y3"] {
        patient(&store, subject).await;
    }
    write(&store, |tx| {
        tx.record(NOON, Fact::new("contact.logged", None).secret("log", COMPLAINT, "Y1").with("n", 1));
        assert!(tx.close_case("Y1", day("03-02"))?);
        assert!(tx.close_case("Y2", day("03-03"))?);
        assert!(tx.close_case("Y3", day("03-01"))? && tx.reopen_case("Y3")?);
        assert!(!tx.close_case("Y4", day("03-01"))?);
        Ok(())
    })
    .await;
    let with_log = serde_json::json!({"log": COMPLAINT, "n": 1});
    assert_eq!(opened(&store, "contact.logged").await, with_log);
    assert_eq!(database.holding(COMPLAINT).await, [""; 0]);
    let before = database.column("SELECT body FROM event ORDER BY seq").await;

    assert_eq!(read(&store, |tx| tx.closed_before(day("03-03"))).await, 1);
    assert_eq!(write(&store, |tx| tx.forget_closed_before(day("03-02"), 10)).await, 0, "not its own day");
    assert_eq!(write(&store, |tx| tx.forget_closed_before(day("03-04"), 1)).await, 1, "some at a time");
    assert_eq!(look(&store, "Y1").await.expect("nothing is left"), [], "longest closed first");
    assert_eq!(find(&store, Field::Phone, PHONE).await, ["Y2", "Y3"]);
    assert_eq!(write(&store, |tx| tx.forget_closed_before(day("03-04"), 10)).await, 1);
    assert_eq!(look(&store, "Y3").await.expect("open again").len(), 3);
    assert_eq!(opened(&store, "contact.logged").await, serde_json::json!({"log": null, "n": 1}));
    let after = database.column("SELECT body FROM event WHERE kind = 'contact.logged'").await;
    assert!(before.contains(&after[0]), "events are never rewritten");
}

pub(super) async fn notes_are_forgotten_by_their_day(database: Database) {
    let store = database.open(NOON).await;
    let zhang = person(&store, "张三").await;
    for (date, revision) in [("03-02", 1), ("03-02", 2), ("03-03", 1)] {
        write(&store, move |tx| {
            let figures = Figures::new();
            let report = NewReport {
                date: day(date),
                revision,
                received_at: NOON,
                late: false,
                figures: &figures,
                note: Some(NAME),
            };
            tx.file_report(&recorded(zhang), &report)?;
            let fact = Fact::new("report.filed", Some(zhang)).secret("note", NAME, &note_case(day(date)));
            tx.record(NOON, fact);
            Ok(())
        })
        .await;
    }
    let note = async |date: &'static str| {
        read(&store, move |tx| tx.live_report(zhang, day(date))).await.expect("filed").note
    };
    assert_eq!(database.holding(NAME).await, [""; 0]);
    assert_eq!(database.rows_of("case_key").await, 2, "a key a day");
    assert_eq!(note("03-02").await.as_deref(), Some(NAME));
    assert_eq!(
        write(&store, |tx| tx.forget_closed_before(day("03-03"), 10)).await,
        1,
        "closed from the start"
    );
    assert_eq!((note("03-02").await, note("03-03").await.as_deref()), (None, Some(NAME)));
    assert_eq!(opened(&store, "report.filed").await, serde_json::json!({"note": null}));
}

pub(super) async fn a_new_key_takes_over_and_the_old_one_still_reads(database: Database) {
    let store = database.open(NOON).await;
    patient(&store, "Y1").await;
    patient(&store, "Y2").await;
    write(&store, |tx| tx.send(&row("甲", NOON, false))).await;
    store.close().await;
    let store = open(&database, two_keys()).await.expect("a new key is no other key");
    put(&store, "Y3", &[(Field::Phone, PHONE)]).await;
    assert_eq!(find(&store, Field::Phone, PHONE).await, ["Y1", "Y2", "Y3"], "by old and new tags");
    let old = read(&store, |tx| tx.old_keys()).await;
    assert_eq!((old.cases, old.indexed, old.waiting), (2, 2, 1));
    assert_eq!(write(&store, |tx| tx.rewrap_cases(1)).await, 1, "broken off here");
    assert_eq!(look(&store, "Y1").await.expect("it opens").len(), 3);
    while write(&store, |tx| tx.rewrap_cases(1)).await > 0 {}
    while write(&store, |tx| tx.reindex_cases(1)).await > 0 {}
    assert_eq!(write(&store, |tx| tx.rewrite_waiting(0, 10)).await.map(|(count, _)| count), Some(1));
    let old = read(&store, |tx| tx.old_keys()).await;
    assert_eq!((old.cases, old.indexed), (0, 0));
    for table in ["case_key", "blind_index"] {
        let ids = database.column(&format!("SELECT DISTINCT CAST(key_id AS TEXT) FROM {table}")).await;
        assert_eq!(ids, ["2"], "{table}");
    }
    assert_eq!(find(&store, Field::Phone, PHONE).await, ["Y1", "Y2", "Y3"]);
    for subject in ["Y1", "Y2"] {
        assert_eq!(look(&store, subject).await.expect("it opens").len(), 3);
    }
    let claimed = write(&store, |tx| tx.claim_outgoing("me", NOON, NOON + MINUTE, 10, &[])).await;
    assert_eq!((claimed[0].said.as_str(), claimed[0].late.is_some()), (r#"{"text":"给甲"}"#, true));
    store.close().await;
    let refused = open(&database, KeyRing::known()).await;
    assert!(matches!(refused, Err(Error::Keys(KeyTrouble::Missing(2)))), "{refused:?}");
}

pub(super) async fn a_running_program_learns_of_a_new_key(database: Database) {
    let place = Arc::new(Mutex::new(KeyRing::known()));
    let again = Arc::clone(&place);
    let ring = KeyRing::known().read_again_by(move || again.lock().ok().map(|ring| ring.clone()));
    let running = open(&database, ring).await.expect("it opens");
    let forgetful = database.open(NOON).await;
    patient(&running, "Y1").await;
    *place.lock().expect("not poisoned") = two_keys();
    let rotating = open(&database, two_keys()).await.expect("it opens");
    while write(&rotating, |tx| tx.rewrap_cases(10)).await > 0 {}
    while write(&rotating, |tx| tx.reindex_cases(10)).await > 0 {}
    let unknown = forgetful.read(|tx| tx.find_by(Field::Phone, PHONE)).await;
    assert!(
        matches!(unknown, Err(Error::Keys(KeyTrouble::Missing(2)))),
        "never simply not found: {unknown:?}"
    );
    assert_eq!(find(&running, Field::Phone, PHONE).await, ["Y1"]);
    put(&running, "Y2", &[(Field::Phone, PHONE)]).await;
    let ids = database.column("SELECT CAST(key_id AS TEXT) FROM case_key").await;
    assert_eq!(ids, ["2", "2"], "and writes with it");
    assert_eq!(look(&running, "Y1").await.expect("it opens").len(), 3);
}

pub(super) async fn another_key_is_refused(database: Database) {
    let store = database.open(NOON).await;
    patient(&store, "Y1").await;
    store.close().await;
    let before = database.column("SELECT key || value FROM meta ORDER BY key").await;
    let other = open(&database, KeyRing::with_one([1; 32])).await;
    assert!(matches!(other, Err(Error::Keys(KeyTrouble::Other(1)))), "{other:?}");
    let lacking = KeyRing::parse(&format!("2 {}", "64".repeat(32))).expect("a ring");
    let lacking = open(&database, lacking).await;
    assert!(matches!(lacking, Err(Error::Keys(KeyTrouble::Missing(1)))), "{lacking:?}");
    assert_eq!(database.column("SELECT key || value FROM meta ORDER BY key").await, before);
    assert_eq!(look(&database.open(NOON).await, "Y1").await.expect("the right one opens").len(), 3);
}

/// A store of the time before the vault.
pub(super) async fn what_was_in_plain_text_is_encrypted(database: Database) {
    database
        .meddle(
            "CREATE TABLE migration (number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, \
             checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)",
        )
        .await;
    for migration in MIGRATIONS.iter().take_while(|migration| migration.number < 3) {
        let text = if database.is_postgres() { migration.postgres } else { migration.sqlite };
        let sum = Sha256::digest(text);
        let sum: String = sum.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        database.meddle(text).await;
        let (number, name) = (migration.number, migration.name);
        database.meddle(&format!("INSERT INTO migration VALUES ({number}, '{name}', '{sum}', 0)")).await;
    }
    let rows = format!(
        "INSERT INTO meta (key, value) VALUES ('started_at', '{NOON}'), ('store_id', 'x'); \
         INSERT INTO person (id, name, roles, created_at) VALUES (1, '张三', '咨询员', 0); \
         INSERT INTO report (person_id, date, revision, received_at, late, figures, dialogues, appointments, \
         arrivals, note) VALUES (1, '2026-03-02', 1, 0, FALSE, '{{}}', 0, 0, 0, '{NAME}'), \
         (1, '2026-03-03', 1, 0, FALSE, '{{}}', 0, 0, 0, NULL); \
         INSERT INTO outbox (platform, bot, dest_kind, dest, said, late_url, late_until, state, next_at, \
         created_at) VALUES ('wecom', 'main', 'group', '甲', '{{\"text\":\"{PHONE}\"}}', 'https://{PHONE}', \
         {until}, 'pending', 0, {NOON}), ('wecom', 'main', 'group', '乙', '{{\"text\":\"{NAME}\"}}', NULL, NULL, \
         'sent', 0, {NOON})",
        until = NOON + DAY,
    );
    database.meddle(&rows).await;
    let store = database.open(NOON).await;
    let report = read(&store, |tx| tx.live_report(1, day("03-02"))).await.expect("still there");
    assert_eq!(report.note.as_deref(), Some(NAME));
    assert_eq!(read(&store, |tx| tx.live_report(1, day("03-03"))).await.expect("still there").note, None);
    let claimed = write(&store, |tx| tx.claim_outgoing("me", NOON, NOON + MINUTE, 10, &[])).await;
    assert_eq!(claimed.len(), 1);
    assert_eq!(claimed[0].said, format!("{{\"text\":\"{PHONE}\"}}"));
    assert_eq!(claimed[0].late, Some((format!("https://{PHONE}"), NOON + DAY)));
    store.close().await;
    for words in [NAME, PHONE] {
        assert_eq!(database.holding(words).await, [""; 0], "{words}");
    }
}

pub(super) async fn old_messages_are_dropped(database: Database) {
    let store = database.open(NOON).await;
    let at = |days: i64| NOON + days * DAY;
    write(&store, move |tx| {
        for (number, msg_id) in (0..).zip(["a", "b", "c", "d"]) {
            let key = InboxKey { platform: "wecom", bot: "main", msg_id };
            let Arrival::New(id) = tx.accept(key, at(number))? else { panic!("new") };
            // The second still waits to be sent.
            tx.send(&NewRow { inbox_id: Some(id), ..row("甲", at(number), number != 1) })?;
        }
        Ok(())
    })
    .await;
    let horizon = Horizon { settled: at(3), received: at(2) };
    assert_eq!(read(&store, move |tx| tx.droppable_messages(horizon)).await, 2 + 2);
    assert_eq!(write(&store, move |tx| tx.drop_messages(horizon, 1)).await, 2, "one at a time");
    assert_eq!(write(&store, move |tx| tx.drop_messages(horizon, 10)).await, 1);
    assert_eq!(write(&store, move |tx| tx.drop_messages(horizon, 10)).await, 0);
    assert_eq!(database.column("SELECT msg_id FROM inbox ORDER BY id").await, ["b", "c", "d"]);
    let kept = database.column("SELECT state FROM outbox ORDER BY id").await;
    assert_eq!(kept, ["pending", "answered"], "never one that waits");
    let settled = write(&store, move |tx| {
        let claimed = tx.claim_outgoing("me", at(3), at(4), 10, &[])?;
        let sent = Settled::Final { state: store::RowState::Sent, error: None };
        tx.settle(claimed[0].id, "me", &sent, at(2))
    })
    .await;
    assert!(settled);
    assert_eq!(write(&store, move |tx| tx.drop_messages(horizon, 10)).await, 2, "it and its message");
}

pub(super) async fn somebody_is_told_once(database: Database) {
    let store = database.open(NOON).await;
    let tell = async |user: &'static str, what: &'static str| {
        write(&store, move |tx| tx.tell_once("wecom", user, what, NOON)).await
    };
    assert!(tell("zhang", "phone").await && !tell("zhang", "phone").await);
    assert!(tell("li", "phone").await && tell("zhang", "other").await);
}
