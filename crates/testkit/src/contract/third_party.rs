//! 三方 orders with their ticks and plans, who watches the sites, the days of the year that a department has entered, and
//! whose visit was his last.

use super::desk::{Desk, at, undoing, who};
use super::{NOON, day, over, person, read, recorded, write};
use crate::engines::Database;
use domain::calendar::MINUTE;
use domain::followup::Outcome;
use domain::privacy::Field;
use domain::rights::Administer;
use domain::third_party::{Slot, Tick, plan};
use domain::workdays::SpecialDay;
use domain::{PersonId, Span};
use store::{Error, NewFollowUpTask, NewOrder, Order, Tx};

fn order(tx: &mut Tx<'_>, by: PersonId, phone: &str, before: Option<&str>) -> Result<Order, Error> {
    let patient = [(Field::Phone, phone.to_owned())];
    let new = NewOrder { dispatched_at: NOON, patient: &patient, duplicate_of: before, now: NOON };
    tx.record_order(&recorded(by), &new)
}

pub(super) async fn each_step_of_an_order_is_noted_once(database: Database) {
    let store = database.open(NOON).await;
    let zhang = person(&store, "张三").await;
    write(&store, move |tx| {
        order(tx, zhang, "13800138000", None)?;
        order(tx, zhang, "13800138000", Some("T1"))
    })
    .await;
    let tick = async |no: i64, tick: Tick, now: i64| {
        write(&store, move |tx| tx.tick_order(&recorded(zhang).tend(), no, tick, true, now)).await
    };
    for (index, step) in Tick::ALL.into_iter().enumerate() {
        let now = NOON + i64::try_from(index).expect("few") * MINUTE;
        // Only what is a duplicate is reported.
        assert_eq!(tick(1, step, now).await, step != Tick::Reported, "{step:?}");
        assert!(tick(2, step, now).await);
        assert!(!tick(2, step, now + 1).await, "once");
        let known = read(&store, |tx| tx.order(2)).await.expect("it is there");
        assert_eq!(known.done_at(step), Some(now));
        let later = Tick::ALL.into_iter().skip(index + 1);
        assert!(later.into_iter().all(|other| known.done_at(other).is_none()), "{step:?} alone");
        let back =
            async |at: i64| write(&store, move |tx| tx.untick_order(&undoing(zhang), 2, step, at)).await;
        assert!(!back(now + 1).await, "another noting");
        assert!(back(now).await && !back(now).await);
        assert!(tick(2, step, now).await);
    }
    let since = async |at: i64| read(&store, move |tx| tx.has_orders_since(at)).await;
    assert!(since(NOON).await && !since(NOON + 1).await);
    let kept = database.all_rows().await;
    assert!(!kept["third_party_order"].iter().any(|row| row.contains("13800138000")));
    for no in [1, 2] {
        assert!(write(&store, move |tx| tx.undo_order(&undoing(zhang), no, day("03-02"))).await);
    }
    assert!(!tick(2, Tick::Accepted, NOON).await && read(&store, |tx| tx.order(2)).await.is_none());
    assert!(!since(0).await);
}

/// The open tasks of an order.
fn left(tx: &mut Tx<'_>, label: &str) -> Result<usize, Error> {
    Ok(tx.open_follow_ups_of(label)?.len())
}

pub(super) async fn whoever_came_ends_the_plan_of_his_order(database: Database) {
    let store = database.open(NOON).await;
    let (zhang, guide) = (person(&store, "张三").await, person(&store, "小周").await);
    write(&store, move |tx| {
        let desk = Desk::new();
        for phone in ["13800138000", "13800138001"] {
            let known = order(tx, zhang, phone, None)?;
            for task in plan(&desk.book, day("03-02")) {
                let new = NewFollowUpTask {
                    subject: &known.label(),
                    appointment: None,
                    owner: zhang,
                    holder: zhang,
                    task,
                    planned: true,
                    now: NOON,
                };
                tx.open_follow_up(&over(zhang), &new)?;
            }
        }
        assert_eq!((left(tx, "T1")?, left(tx, "T2")?), (5, 5));
        // The patient of nobody's appointment comes.
        let patient = who("陈小龙", "35", "13800138000", "佛山", "牙痛");
        let other = who("陈小龙", "35", "13800138001", "佛山", "牙痛");
        let came = desk.arrive(tx, guide, &patient, at("03-05 10:00"), at("03-05 10:00"))?;
        assert_eq!((left(tx, "T1")?, left(tx, "T2")?), (0, 5));
        let closed = tx.follow_up_history("T1")?;
        assert!(closed.iter().all(|task| task.outcome == Some(Outcome::Arrived) && task.closed_by.is_none()));
        // It was the other's number.
        desk.correct(tx, guide, came.arrival.no, &other, at("03-05 11:00"))?;
        assert_eq!((left(tx, "T1")?, left(tx, "T2")?), (5, 0));
        desk.correct(tx, guide, came.arrival.no, &patient, at("03-05 12:00"))?;
        assert_eq!((left(tx, "T1")?, left(tx, "T2")?), (0, 5));
        let judge = desk.judge(at("03-05 13:00"));
        tx.mark_false(&over(guide), came.arrival.no, true, "没来", judge)?;
        assert_eq!(left(tx, "T1")?, 5, "he has not come");
        tx.mark_false(&over(guide), came.arrival.no, false, "来了", judge)?;
        assert_eq!(left(tx, "T1")?, 0);
        Ok(())
    })
    .await;
}

pub(super) async fn a_watch_is_set_for_its_days(database: Database) {
    let store = database.open(NOON).await;
    let (zhang, li) = (person(&store, "张三").await, person(&store, "李四").await);
    let set = async |from: &'static str, to: &'static str, slot: Slot, people: &'static [usize]| {
        let people: Vec<PersonId> = people.iter().map(|index| [zhang, li][*index]).collect();
        let span = Span { from: day(from), to: day(to) };
        write(&store, move |tx| tx.set_watch(&over(zhang), span, slot, &people, NOON)).await;
    };
    set("03-02", "03-04", Slot::Early, &[0, 1]).await;
    set("03-02", "03-02", Slot::Late, &[1]).await;
    set("03-03", "03-03", Slot::Early, &[1]).await;
    set("03-04", "03-04", Slot::Early, &[]).await;
    let known = read(&store, |tx| tx.watches(Span { from: day("03-02"), to: day("03-31") })).await;
    assert_eq!(
        known.iter().map(|watch| (watch.day, watch.slot, watch.person)).collect::<Vec<_>>(),
        [
            (day("03-02"), Slot::Early, zhang),
            (day("03-02"), Slot::Early, li),
            (day("03-02"), Slot::Late, li),
            (day("03-03"), Slot::Early, li),
        ]
    );
    let used = async |since: &'static str| read(&store, move |tx| tx.has_watches_since(day(since))).await;
    assert!(used("03-03").await && !used("03-04").await);
}

pub(super) async fn special_days_take_the_place_of_what_is_known(database: Database) {
    let store = database.open(NOON).await;
    let special =
        |date: &str, works: bool, name: &str| SpecialDay { day: day(date), works, name: name.to_owned() };
    let works = async |date: &'static str| read(&store, |tx| tx.workdays()).await.works_as_known(day(date));
    // 2026-04-06 is 清明节, 2026-03-02 a Monday, 2026-03-07 a Saturday.
    assert_eq!((works("04-06").await, works("03-02").await, works("03-07").await), (false, true, false));
    let days =
        [special("04-06", true, "补班"), special("03-02", false, "院庆"), special("03-07", true, "补班")];
    write(&store, move |tx| tx.set_special_days(&Administer::by_operator(), &days, NOON)).await;
    assert_eq!((works("04-06").await, works("03-02").await, works("03-07").await), (true, false, true));
    let again = [special("03-02", true, "照常上班")];
    write(&store, move |tx| tx.set_special_days(&Administer::by_operator(), &again, NOON)).await;
    assert!(works("03-02").await, "the last word on a day holds");
    let drop = async |date: &'static str| {
        write(&store, move |tx| tx.drop_special_day(&Administer::by_operator(), day(date), NOON)).await
    };
    assert!(drop("04-06").await && !drop("04-06").await);
    assert!(!works("04-06").await, "again what the program knows");
    let kept = read(&store, |tx| tx.workdays()).await;
    assert_eq!(kept.name(day("03-07")), Some("补班"));
}

pub(super) async fn a_last_visit_is_followed_by_no_other(database: Database) {
    let store = database.open(NOON).await;
    let (zhang, li) = (person(&store, "张三").await, person(&store, "李四").await);
    let guide = person(&store, "小周").await;
    let told = write(&store, move |tx| {
        let desk = Desk::new();
        let once = who("陈小龙", "35", "13800138000", "佛山", "牙痛");
        let twice = who("王小明", "40", "13800138001", "广州", "洗牙");
        let walked_in = who("刘小青", "28", "13800138002", "深圳", "种牙");
        for (owner, patient) in [(zhang, &once), (li, &twice)] {
            desk.register(tx, owner, patient, Some(day("03-05")), at("03-02 09:00"))?;
        }
        for patient in [&once, &twice, &walked_in] {
            desk.arrive(tx, guide, patient, at("03-05 10:00"), at("03-05 10:00"))?;
        }
        let on = |tx: &mut Tx<'_>, from: &str, to: &str| -> Result<Vec<_>, Error> {
            let visits = tx.last_visits(Span { from: day(from), to: day(to) })?;
            Ok(visits.into_iter().map(|visit| (visit.arrival, visit.appointment, visit.holder)).collect())
        };
        let before = on(tx, "03-05", "03-05")?;
        desk.register(tx, li, &twice, Some(day("04-02")), at("04-01 09:00"))?;
        desk.arrive(tx, guide, &twice, at("04-02 10:00"), at("04-02 10:00"))?;
        let after = (on(tx, "03-05", "03-05")?, on(tx, "03-01", "04-30")?, on(tx, "03-06", "03-31")?);
        Ok((before, after))
    })
    .await;
    let (before, (day_of, both, between)) = told;
    assert_eq!(before, [(1, 1, zhang), (2, 2, li)], "whoever has no appointment is nobody's");
    assert_eq!(day_of, [(1, 1, zhang)], "he came again");
    assert_eq!(both.iter().map(|visit| visit.0).collect::<Vec<_>>(), [1, 4]);
    assert!(between.is_empty());
}
