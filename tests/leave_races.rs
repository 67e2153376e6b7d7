//! 请假 over both long connections: how soon a request is with whoever decides it, and what comes of presses and words that
//! arrive at the same moment. It ends in one state, and everybody concerned is told that one.

use crate::{dingtalk_stream as dingtalk, wecom_stream as wecom};
use domain::calendar::MINUTE;
use platform::wecom::stream::Status;
use serde_json::json;
use std::time::Instant;
use store::{Event, LeaveState, Pagination, Store};
use testkit::engines::until;

/// What happened to a leave, in order.
async fn decided(store: &Store, label: &str) -> Vec<Event> {
    let all = store.read(|tx| tx.events(Pagination { after: 0, limit: 100_000 })).await.unwrap();
    let about = |event: &Event| {
        event.body.get("leave").and_then(|leave| leave.as_str()) == Some(label)
            && ["leave.decided", "leave.withdrawn"].contains(&event.kind.as_str())
    };
    all.into_iter().filter(about).collect()
}

async fn state(store: &Store, no: i64) -> LeaveState {
    store.read(move |tx| tx.leave(no)).await.unwrap().expect("a leave").state
}

/// Two presses and a withdrawal: however they came, it is withdrawn, and granted once at the most before that.
fn check_withdrawn(events: &[Event], state: LeaveState) {
    assert_eq!(state, LeaveState::Withdrawn);
    let kinds: Vec<&str> = events.iter().map(|event| event.kind.as_str()).collect();
    let fits = [&["leave.withdrawn"][..], &["leave.decided", "leave.withdrawn"]].contains(&kinds.as_slice());
    assert!(fits, "{kinds:?}");
}

/// 同意 and 驳回 at once: the first word stands. Answers what the person is told of it.
fn check_decided(events: &[Event], state: LeaveState, label: &str) -> String {
    assert_eq!(events.len(), 1, "{events:?}");
    let approved = events[0].body["approved"].as_bool().unwrap();
    assert_eq!(state, if approved { LeaveState::Approved } else { LeaveState::Refused });
    if approved { format!("同意了 {label}") } else { format!("没有同意 {label}") }
}

/// Rounds of each race.
const ROUNDS: i64 = 3;

#[tokio::test(flavor = "multi_thread")]
async fn presses_at_once_on_wecom_end_in_one_state() {
    let (_database, fake, house) = wecom::at_work(wecom::timing()).await;
    house.stands(Status::Up).await;
    let (zhang, sun) = (wecom::person("zhangsan"), wecom::person("sun"));
    fake.let_in(zhang.clone());
    fake.let_in(sun.clone());
    for no in 1..=2 * ROUNDS {
        house.pass(&fake, 3 * MINUTE).await;
        let label = format!("L{no}");
        let begun = Instant::now();
        let clock = format!("请假 临时 今天 {}:00至{}:20 取件", 10 + no, 10 + no);
        fake.say(&zhang, "zhangsan", &format!("ask{no}"), &clock).unwrap();
        house.stored(&format!("ask{no}")).await;
        house.deliver().await;
        let words = format!("{label} 张三");
        let card = until("the card", async || {
            let seen = fake.seen();
            seen.into_iter()
                .find(|seen| seen.place == sun && seen.task_id.is_some() && seen.text.contains(&words))
        })
        .await;
        if no == 1 {
            eprintln!("WeCom: from the request to its approver's chat {:.0?}", begun.elapsed());
        }
        let task = card.task_id.clone().unwrap();
        let key =
            |word: &str| card.buttons.iter().find(|button| button.1.starts_with(word)).unwrap().1.clone();
        let withdraws = no <= ROUNDS;
        let second = if withdraws { key("同意") } else { key("驳回") };
        let presses = [("a", key("同意")), ("b", second)];
        for (name, key) in &presses {
            fake.press(&sun, "sun", &format!("{name}{no}"), &task, key).unwrap();
            if withdraws && *name == "a" {
                fake.say(&zhang, "zhangsan", &format!("back{no}"), &format!("销假 {label}")).unwrap();
            }
        }
        for (name, _) in &presses {
            house.stored(&format!("{name}{no}")).await;
        }
        if withdraws {
            house.stored(&format!("back{no}")).await;
        }
        house.deliver().await;
        let store = house.engine.store();
        let (events, stands) = (decided(store, &label).await, state(store, no).await);
        let told =
            |place, words: &str| wecom::texts_in(&fake.seen(), place).iter().any(|text| text.contains(words));
        if withdraws {
            check_withdrawn(&events, stands);
            until("the lead hears of it", async || told(&sun, &format!("撤回了 {label}")).then_some(()))
                .await;
        } else {
            let words = check_decided(&events, stands, &label);
            until(&words, async || told(&zhang, &words).then_some(())).await;
        }
        until("the card is settled", async || {
            (fake.card(&task)?["card_type"] == "text_notice").then_some(())
        })
        .await;
    }
    house.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn presses_at_once_on_dingtalk_end_in_one_state() {
    let (_database, fake, house) = dingtalk::start(dingtalk::Cards::Stream).await;
    let caller = fake.caller(dingtalk::SECRET, "dingmain");
    let (zhang, lead) = (dingtalk::person("张三"), dingtalk::person("王组长"));
    for no in 1..=2 * ROUNDS {
        let now = dingtalk::MORNING + no * 3 * MINUTE;
        house.clock.hold(now);
        fake.set_now(now);
        let label = format!("L{no}");
        let known: Vec<String> = fake.cards().into_keys().collect();
        let begun = Instant::now();
        let text = format!("请假 临时 今天 {}:00至{}:20 取件", 10 + no, 10 + no);
        dingtalk::deliver(&fake, &caller.private("张三", "张三", &text)).await;
        let track = until("the card", async || {
            fake.cards().into_iter().find(|(track, card)| card.place == lead && !known.contains(track))
        })
        .await
        .0;
        if no == 1 {
            eprintln!("DingTalk: from the request to its approver's chat {:.0?}", begun.elapsed());
        }
        let withdraws = no <= ROUNDS;
        let tap = async |action: &str| {
            let frame = fake.push_tap(&track, "王组长", action, &json!({})).unwrap();
            assert_eq!(fake.acked(&frame).await["code"], 200);
        };
        let back = caller.private("张三", "张三", &format!("销假 {label}"));
        let withdraw = async || {
            if withdraws {
                dingtalk::deliver(&fake, &back).await;
            }
        };
        let second = if withdraws { "agree" } else { "reject" };
        tokio::join!(tap("agree"), withdraw(), tap(second));
        until("all have been heard", async || {
            let events = decided(&house.store, &label).await;
            let withdrawn = events.iter().any(|event| event.kind == "leave.withdrawn");
            (withdrawn || (!withdraws && !events.is_empty())).then_some(())
        })
        .await;
        let (events, stands) = (decided(&house.store, &label).await, state(&house.store, no).await);
        if withdraws {
            check_withdrawn(&events, stands);
            dingtalk::heard(&fake, &lead, &format!("撤回了 {label}")).await;
        } else {
            let words = check_decided(&events, stands, &label);
            dingtalk::heard(&fake, &zhang, &words).await;
        }
    }
    house.running.stop().await;
}
