//! What is private and finds no way to its person: the group hears that something waits and how to read it, and nothing of
//! what it says.

use bot::outside::{Delivery, Destination, Outside, Parcel};
use bot::{Body, ChatKind, ChatRef, Engine, Incoming, Sender};
use deskmate::wire;
use domain::rights::Over;
use domain::{Calendar, EpochMs, Role};
use futures_util::future::BoxFuture;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use store::{Error, Lane, NewLedgerEntry};
use testkit::engines::Database;
use testkit::people;

/// 2026-03-02, 12:00 in Shanghai.
const NOON: EpochMs = 1_772_424_000_000;

/// A platform that cannot speak first in private, as WeCom's callbacks and DingTalk's are.
#[derive(Default)]
struct GroupsOnly {
    /// Who was mentioned, and what was said.
    said: Mutex<Vec<(String, String)>>,
}

impl Outside for GroupsOnly {
    fn deliver<'a>(&'a self, parcel: &'a Parcel) -> BoxFuture<'a, Delivery> {
        let delivery = match (&parcel.to, &parcel.in_group) {
            (Destination::Person(_), None) => Delivery::Dead { why: "不能先发私聊".to_owned() },
            (Destination::Person(who), Some(_)) => {
                self.said.lock().expect("no panic").push((who.clone(), parcel.said.text.clone()));
                Delivery::Sent
            }
            (Destination::Group(_), _) => Delivery::Sent,
        };
        Box::pin(async { delivery })
    }

    fn per_minute(&self, _to: &Destination) -> u32 {
        1_000
    }
}

async fn say(engine: &Engine, id: &str, chat: Option<&str>, who: &str, text: &str) -> String {
    let chat = match chat {
        Some(group) => ChatRef { kind: ChatKind::Group, id: group.to_owned(), title: None },
        None => ChatRef { kind: ChatKind::Private, id: who.to_owned(), title: None },
    };
    let incoming = Incoming {
        platform: "console",
        bot: "main".to_owned(),
        msg_id: id.to_owned(),
        chat,
        sender: Sender { user_id: who.to_owned(), name: None },
        body: Body::Text(text.to_owned()),
        answer_now: true,
        late_reply: None,
    };
    let answer = engine.receive(incoming, NOON).await.expect("stored");
    assert_eq!(answer.outcome, Some(store::Outcome::Done), "{text}: {:?}", answer.said);
    answer.said.iter().map(|said| said.text.as_str()).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn what_counts_against_somebody_is_said_to_nobody_else() {
    let database = Database::sqlite();
    let groups = Arc::new(GroupsOnly::default());
    let outside: Arc<dyn Outside> = groups.clone();
    let bot = wire::bot(Calendar::default()).expect("the bot");
    let outsides = HashMap::from([("console".to_owned(), outside)]);
    let engine = Engine::new(database.open(NOON).await, bot, outsides, "one".to_owned());
    let proposed: Result<(), Error> = engine
        .store()
        .write(Lane::of(&["test"]), |tx| {
            let console = |name| [("console", name, "main")];
            let zhang = people::add(tx, "张三", &[Role::Consultant], None, &console("张三"), NOON)?;
            people::add(tx, "周主管", &[Role::Supervisor], None, &console("周主管"), NOON)?;
            people::add(tx, "吴管理", &[Role::Admin], None, &console("吴管理"), NOON)?;
            let entry = NewLedgerEntry {
                source: "missed:Y1:2026-03-01",
                code: "T-C14",
                person: zhang,
                day: "2026-03-01".parse().expect("a date"),
                fen: 0,
                points: -7,
                rule: "R-116",
                about: Some("H1"),
                now: NOON,
            };
            tx.propose(&Over::by_program(Some(zhang)), &entry).map(|_| ())
        })
        .await;
    proposed.expect("written");
    say(&engine, "m1", Some("g1"), "吴管理", "本群用途 提醒").await;
    let decided = say(&engine, "m2", Some("g1"), "周主管", "同意 K1").await;
    assert!(!decided.contains('7'), "nothing of it in the group: {decided}");
    engine.deliver(NOON).await.expect("delivered");
    let said = std::mem::take(&mut *groups.said.lock().expect("no panic"));
    let [(who, text)] = said.as_slice() else { panic!("once: {said:?}") };
    assert_eq!(who, "张三");
    assert!(text.contains("「提案」") && !text.contains('7') && !text.contains("K1"), "{text}");
    engine.deliver(NOON + 60_000).await.expect("delivered");
    assert!(groups.said.lock().expect("no panic").is_empty(), "it is said once");
    let listed = say(&engine, "m3", Some("g1"), "张三", "提案").await;
    assert!(!listed.contains('7'), "{listed}");
    let read = say(&engine, "m4", None, "张三", "提案").await;
    assert!(read.contains("K1") && read.contains("-7分") && read.contains("已确认"), "{read}");
    engine.store().close().await;
}
