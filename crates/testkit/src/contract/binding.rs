//! Parameters and values: the same statement means the same on both engines.

use super::{NOON, day, person, read, recorded, write};
use crate::engines::Database;
use domain::report::Figures;
use store::{Fact, InboxKey, NewReport, Outcome};

/// SQLite numbers `$4` by where it first stands, PostgreSQL by the number in it. These statements name later
/// parameters first (`SET undone_at = $4 WHERE person_id = $1`).
pub(super) async fn placeholders_bind_by_number(database: Database) {
    let store = database.open(NOON).await;
    let (zhang, li) = (person(&store, "张三").await, person(&store, "李四").await);
    let (first, second) = (day("03-02"), day("03-03"));
    write(&store, move |tx| {
        for (person, date) in [(zhang, first), (zhang, second), (li, first)] {
            let figures = Figures::from([("对话".to_owned(), 50)]);
            let report = NewReport {
                date,
                revision: 1,
                received_at: NOON,
                late: false,
                figures: &figures,
                note: None,
            };
            tx.file_report(&recorded(person), &report)?;
        }
        assert!(!tx.undo_report(&recorded(zhang), first, 2, NOON)?, "there is no second revision");
        assert!(tx.undo_report(&recorded(zhang), first, 1, NOON + 7)?);
        let accepted = tx.accept(InboxKey { platform: "wecom", bot: "main", msg_id: "m" }, NOON)?;
        let store::Arrival::New(id) = accepted else { panic!("a first message is new") };
        tx.close_message(id, Outcome::Fault, Some("7KQ2ABC"))
    })
    .await;
    let live = read(&store, move |tx| {
        Ok([(zhang, first), (zhang, second), (li, first)]
            .map(|(person, date)| tx.live_report(person, date).map(|report| report.is_some())))
    })
    .await;
    assert_eq!(live.map(|live| live.expect("readable")), [false, true, true]);
    let undone =
        database.column("SELECT CAST(undone_at AS TEXT) FROM report WHERE undone_at IS NOT NULL").await;
    assert_eq!(undone, [(NOON + 7).to_string()]);
    assert_eq!(database.column("SELECT outcome || ' ' || fault FROM inbox").await, ["fault 7KQ2ABC"]);
}

pub(super) async fn values_come_back_as_they_were(database: Database) {
    let store = database.open(NOON).await;
    let texts =
        ["", " ", "'; DROP TABLE person; --", "\"$1\" \\ %_", "王五\n换行\t😀", "é\u{301}", "\u{10FFFF}"];
    let long = "长".repeat(20_000);
    for text in texts.into_iter().chain([long.as_str()]) {
        let (written, text) = (text.to_owned(), text.to_owned());
        write(&store, move |tx| tx.set_meta("text", &written)).await;
        assert_eq!(read(&store, |tx| tx.meta("text")).await, Some(text));
    }
    assert_eq!(read(&store, |tx| tx.meta("nothing")).await, None);

    let edges = [i64::MIN, -1, 0, 1, i64::MAX];
    let seqs = write(&store, move |tx| {
        edges
            .map(|at| {
                tx.record(at, Fact::new("edge", None).with("at", at));
                tx.flush_events()?;
                tx.last_event()
            })
            .into_iter()
            .collect::<Result<Vec<_>, _>>()
    })
    .await;
    for (seq, at) in seqs.into_iter().zip(edges) {
        let event = read(&store, move |tx| tx.event(seq)).await.expect("it was recorded");
        assert_eq!((event.at, event.body["at"].as_i64()), (at, Some(at)));
        assert_eq!((event.actor, event.subject), (None, None));
    }
}
