//! Contacts, and the lists of arrivals: who is found by what, and what a span of days holds.

use super::desk::{Desk, at, over, undoing, who};
use super::{NOON, day, person, write};
use crate::engines::Database;
use chrono::NaiveDate;
use domain::Span;
use domain::patient::{Patient, Typed};
use domain::registration::Channel;
use store::{Error, StoredArrival, Tx};

fn found(tx: &mut Tx<'_>, desk: &Desk, patient: &Patient) -> Result<Vec<String>, Error> {
    let found = tx.contacts_of(patient, at("03-01 00:00"), &desk.book, day("03-10"))?;
    Ok(found.iter().map(store::LoggedContact::label).collect())
}

pub(super) async fn a_contact_is_found_by_what_names_the_patient(database: Database) {
    let store = database.open(NOON).await;
    let (zhang, li) = (person(&store, "张三").await, person(&store, "李四").await);
    write(&store, move |tx| {
        let desk = Desk::new();
        let known = who("王小明", "35", "13800138000", "佛山", "牙痛");
        let consulted = desk.consult(tx, zhang, &known, Channel::Phone, false, at("03-02 09:00"))?;
        let jumped = desk.jump(tx, zhang, li, &known, at("03-02 10:00"))?;
        desk.register(tx, li, &known, Some(day("03-05")), at("03-02 11:00"))?;
        let followed = desk.follow_up(tx, zhang, 1, true, at("03-03 09:00"))?;
        assert_eq!(
            (consulted.label(), jumped.to, followed.appointment),
            ("C1".to_owned(), Some(li), Some(1))
        );
        assert_eq!(tx.follow_ups_of(1)?, std::slice::from_ref(&followed));
        assert_eq!(tx.contact(2)?, Some(jumped));
        let wechat = Typed { wechat: Some("13800138000".to_owned()), ..Typed::default() }.read().0;
        let cases = [
            (who("", "", "13800138000", "", ""), 2),
            (wechat, 2),
            (who("王小明", "36", "", "佛山", ""), 2),
            (who("王小明", "36", "13800138009", "佛山", ""), 2),
            // A name with one further field, and a number that another's age speaks against.
            (who("王小明", "36", "", "", ""), 0),
            (who("孙美丽", "60", "13800138000", "", ""), 0),
        ];
        for (index, (patient, count)) in cases.iter().enumerate() {
            assert_eq!(found(tx, &desk, patient)?.len(), *count, "{index}");
        }
        assert!(tx.undo_contact(&undoing(zhang), 1, desk.judge(at("03-03 10:00")))?);
        assert!(!tx.undo_contact(&undoing(zhang), 1, desk.judge(at("03-03 10:00")))?, "once");
        assert!(tx.undo_contact(&undoing(zhang), 3, desk.judge(at("03-03 10:00")))?);
        assert_eq!((tx.contact(1)?, tx.follow_ups_of(1)?.len()), (None, 0));
        assert_eq!(found(tx, &desk, &known)?, ["C2"]);
        Ok(())
    })
    .await;
}

fn numbers(found: &[StoredArrival]) -> Vec<i64> {
    found.iter().map(|arrival| arrival.no).collect()
}

pub(super) async fn a_span_holds_its_arrivals_however_wide(database: Database) {
    let store = database.open(NOON).await;
    let (zhang, guide) = (person(&store, "张三").await, person(&store, "赵六").await);
    write(&store, move |tx| {
        let desk = Desk::new();
        let known = who("王小明", "35", "13800138000", "佛山", "牙痛");
        desk.register(tx, zhang, &known, Some(day("03-05")), at("03-02 09:00"))?;
        let other = who("陈大文", "40", "13700137000", "深圳", "种植牙");
        desk.register(tx, zhang, &other, Some(day("03-10")), at("03-02 10:00"))?;
        desk.arrive(tx, guide, &who("", "41", "", "深圳", "种植牙"), at("03-20 23:59"), at("03-20 23:59"))?;
        desk.arrive(tx, guide, &known, at("03-05 10:00"), at("03-21 10:00"))?;
        desk.arrive(
            tx,
            guide,
            &who("孙美丽", "60", "13900139000", "广州", "洗牙"),
            at("03-06 00:00"),
            at("03-21 11:00"),
        )?;
        let wide = Span { from: day("01-01"), to: "9999-12-31".parse::<NaiveDate>().expect("a date") };
        assert_eq!(numbers(&tx.arrivals_between(wide.from, wide.to)?), [2, 3, 1], "in order of their time");
        assert_eq!(numbers(&tx.arrivals_between(day("03-05"), day("03-05"))?), [2]);
        assert_eq!(numbers(&tx.unregistered_between(wide.from, wide.to)?), [3]);
        assert!(tx.unregistered_between(day("03-07"), wide.to)?.is_empty());
        assert_eq!(numbers(&tx.suggested()?), [1], "it resembles an appointment: a person has to look");
        assert_eq!(numbers(&tx.credited_in(wide)?), [1, 2]);
        tx.confirm_credit(&over(), 1, at("03-22 09:00"))?;
        assert!(tx.suggested()?.is_empty());
        tx.set_forfeited(&[2], true, desk.judge(at("04-05 00:00")))?;
        let credited = tx.credited_in(wide)?;
        assert_eq!(credited[1].credit.to, None, "forfeited: told, but nobody's");
        assert_eq!(numbers(&tx.credited_in(Span { from: day("03-06"), ..wide })?), [1]);
        Ok(())
    })
    .await;
}
