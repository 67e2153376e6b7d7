//! Swaps of shifts: the partner first, then whoever leads, each once.

use super::desk::{at, undoing};
use super::{day, person, read, recorded, write};
use crate::engines::Database;
use domain::PersonId;
use store::{Store, Swap, SwapState};

const NOW: &str = "03-09 10:00";

async fn asked(store: &Store, zhang: PersonId, li: PersonId) -> Swap {
    write(store, move |tx| tx.request_swap(&recorded(zhang), li, day("03-10"), day("03-12"), at(NOW))).await
}

async fn swap(store: &Store, no: i64) -> Swap {
    read(store, move |tx| tx.swap(no)).await.expect("a swap")
}

pub(super) async fn both_agree_before_it_is_approved(database: Database) {
    let store = database.open(at(NOW)).await;
    let (zhang, li) = (person(&store, "张三").await, person(&store, "李四").await);
    let lead = person(&store, "王五").await;
    let one = asked(&store, zhang, li).await;
    assert_eq!((one.label(), one.state), ("W1".to_owned(), SwapState::Asked));
    let now = at(NOW);
    let approve = async |swap: Swap| {
        write(&store, move |tx| tx.decide_swap(&undoing(lead).over(Some(zhang)), &swap, true, now)).await
    };
    let answer = async |who, swap: Swap| {
        write(&store, move |tx| tx.answer_swap(&recorded(who), &swap, true, now)).await
    };
    assert!(!approve(one).await, "the partner has not been heard");
    assert!(!answer(zhang, one).await, "nobody agrees with himself");
    assert!(answer(li, one).await);
    assert!(!answer(li, one).await, "once");
    assert_eq!(read(&store, |tx| tx.open_swaps(day("03-10"))).await.len(), 1);
    let agreed = swap(&store, 1).await;
    assert_eq!(agreed.state, SwapState::Agreed);
    assert!(approve(agreed).await);
    assert!(!approve(agreed).await, "once");
    assert_eq!(swap(&store, 1).await.state, SwapState::Approved);
    assert_eq!(read(&store, |tx| tx.open_swaps(day("03-10"))).await, []);
    let withdrawn = write(&store, move |tx| tx.withdraw_swap(&recorded(zhang).tend(), &agreed, now)).await;
    assert!(!withdrawn, "it is approved");
}

pub(super) async fn who_asked_withdraws_and_who_is_asked_refuses(database: Database) {
    let store = database.open(at(NOW)).await;
    let (zhang, li) = (person(&store, "张三").await, person(&store, "李四").await);
    let now = at(NOW);
    let one = asked(&store, zhang, li).await;
    let withdraw = async |who: PersonId, swap: Swap| {
        write(&store, move |tx| tx.withdraw_swap(&recorded(who).tend(), &swap, now)).await
    };
    assert!(!withdraw(li, one).await, "only who asked");
    assert!(withdraw(zhang, one).await);
    assert!(!withdraw(zhang, one).await, "once");
    assert_eq!(swap(&store, 1).await.state, SwapState::Withdrawn);
    let two = asked(&store, zhang, li).await;
    assert!(write(&store, move |tx| tx.answer_swap(&recorded(li), &two, false, now)).await);
    assert_eq!((two.no, swap(&store, 2).await.state), (2, SwapState::Refused));
    assert!(!withdraw(zhang, swap(&store, 2).await).await, "it is over");
}
