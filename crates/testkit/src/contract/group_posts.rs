//! What the group confirms: opened once a key, answered until an instant, then frozen.

use super::desk::{at, undoing};
use super::{person, read, recorded, write};
use crate::engines::Database;
use domain::calendar::HOUR;
use domain::{EpochMs, PersonId};
use store::{GroupPost, NewGroupPost, Store};

const NOW: &str = "03-11 17:00";

async fn open(store: &Store, key: &'static str, whose: PersonId) -> Option<GroupPost> {
    write(store, move |tx| {
        let items = [("L1".to_owned(), Some(whose)), ("L2".to_owned(), None)];
        let until = at(NOW) + 2 * HOUR;
        let new =
            NewGroupPost {
                key, kind: "leave", about: "3月12日 周四", until, items: &items, now: at(NOW)
            };
        tx.open_confirmation(&new)
    })
    .await
}

pub(super) async fn a_post_is_opened_once_a_key(database: Database) {
    let store = database.open(at(NOW)).await;
    let zhang = person(&store, "张三").await;
    let post = open(&store, "leave:2026-03-12", zhang).await.expect("opened");
    assert_eq!((post.label(), post.takes_answers(post.until - 1)), ("Q1".to_owned(), true));
    assert!(!post.takes_answers(post.until), "until the instant, not at it");
    assert_eq!(open(&store, "leave:2026-03-12", zhang).await, None, "the same again");
    let other = open(&store, "leave:2026-03-13", zhang).await.expect("opened");
    assert_eq!(other.no, 2);
    let items = read(&store, |tx| tx.confirmation_items(1)).await;
    assert_eq!(items, [("L1".to_owned(), Some(zhang)), ("L2".to_owned(), None)]);
    let with = read(&store, |tx| tx.confirmations_with("L1")).await;
    assert_eq!(with.iter().map(|post| post.no).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(read(&store, |tx| tx.confirmations_with("L3")).await, []);
    let opened = read(&store, |tx| tx.open_confirmations(at(NOW))).await;
    assert_eq!(opened.iter().map(|post| post.no).collect::<Vec<_>>(), [2, 1], "the newest first");
}

pub(super) async fn answers_are_kept_until_it_is_frozen(database: Database) {
    let store = database.open(at(NOW)).await;
    let (zhang, li) = (person(&store, "张三").await, person(&store, "李四").await);
    let post = open(&store, "leave:2026-03-12", zhang).await.expect("opened");
    let answer = async |who: PersonId, objection: Option<(Option<&'static str>, &'static str)>| {
        let post = post.clone();
        write(&store, move |tx| tx.answer_confirmation(&recorded(who), &post, objection, at(NOW))).await
    };
    answer(zhang, None).await;
    let objected = answer(li, Some((Some("L1"), "那天只剩一个人"))).await;
    let again = answer(li, Some((None, "排班有误"))).await;
    let take_back = async |seq, now: EpochMs| {
        write(&store, move |tx| tx.undo_confirmation_answer(&undoing(li), 1, seq, now)).await
    };
    assert!(take_back(again, at(NOW)).await);
    assert!(!take_back(again, at(NOW)).await, "once");
    assert!(!take_back(objected, post.until).await, "it is over");
    let answers = read(&store, |tx| tx.confirmation_answers(1)).await;
    let told: Vec<_> = answers.iter().map(|it| (it.person, it.objects, it.subject.as_deref())).collect();
    assert_eq!(told, [(zhang, false, None), (li, true, Some("L1"))]);
    let freeze = async || {
        let post = post.clone();
        write(&store, move |tx| tx.freeze_confirmation(&post, post.until)).await
    };
    assert!(freeze().await);
    assert!(!freeze().await, "once");
    let frozen = read(&store, |tx| tx.confirmation(1)).await.expect("a post");
    assert!(!frozen.takes_answers(at(NOW)), "frozen is frozen");
    assert_eq!(read(&store, |tx| tx.open_confirmations(at(NOW))).await, []);
}
