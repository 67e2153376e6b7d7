//! Whom an arrival concerns, what would be decided of an appointment if its patient came now, and what is recorded when its
//! month is closed.

use super::desk::{Desk, at, over, short, undoing, who};
use super::{NOON, day, person, write};
use crate::engines::Database;
use domain::attribution::Lending;
use domain::patient::Patient;
use domain::reconciliation::{ClaimState, Month, Reopening};
use domain::registration::Channel;
use domain::rights::{Administer, Record};
use domain::{EpochMs, PersonId};
use std::collections::BTreeSet;
use store::{Error, NewObjection, Store, Tx};

async fn house(database: &Database) -> (Store, [PersonId; 5]) {
    let store = database.open(NOON).await;
    let mut people = Vec::new();
    for name in ["张三", "李四", "王五", "赵六", "孙七"] {
        people.push(person(&store, name).await);
    }
    let people = people.try_into().expect("five");
    (store, people)
}

fn patient() -> Patient {
    who("王小明", "35", "13800138000", "佛山", "牙痛")
}

pub(super) async fn who_has_or_had_a_claim_is_concerned(database: Database) {
    let (store, [zhang, li, wang, zhao, guide]) = house(&database).await;
    write(&store, move |tx| {
        let desk = Desk::new();
        let now = at("03-05 10:00");
        let visit = Some(day("03-05"));
        desk.register(tx, zhang, &patient(), visit, at("03-02 09:00"))?;
        desk.register(tx, li, &patient(), visit, at("03-02 10:00"))?;
        // Of the same name, and nothing else: compared, but nobody's claim.
        let namesake = who("王小明", "60", "13900139000", "广州", "洗牙");
        desk.register(tx, wang, &namesake, Some(day("03-20")), at("03-02 11:00"))?;
        let no = desk.arrive(tx, guide, &patient(), now, now)?.arrival.no;
        let concerned = |tx: &mut Tx<'_>| -> Result<BTreeSet<PersonId>, Error> {
            let arrival = tx.arrival(no)?.expect("it stands");
            tx.parties(&arrival)
        };
        assert_eq!(concerned(tx)?, [zhang, li].into());
        // Whoever objects; his objection stays when it is taken back.
        let new =
            NewObjection { arrival: no, appointment: None, reason: "是我的", due: day("03-09"), now };
        let objection = tx.object(&Record::by_program(wang), &new)?.expect("the first");
        assert_eq!(concerned(tx)?, [zhang, li, wang].into());
        tx.withdraw_objection(&undoing(wang), objection.no, now)?;
        assert_eq!(concerned(tx)?, [zhang, li, wang].into());
        // Whoever lent, borrowed or signed.
        let lending = Lending { giver: li, receiver: zhao, signer: None };
        tx.mark_lending(&over(), no, Some(lending), "查实", desk.judge(now))?;
        assert_eq!(concerned(tx)?, [zhang, li, wang, zhao].into());
        // Whose appointment turned out to be another's has had a claim all the same.
        tx.confirm_match(&over(), no, 2, false, desk.judge(now))?;
        assert!(concerned(tx)?.contains(&li));
        Ok(())
    })
    .await;
}

pub(super) async fn what_would_be_decided_is_what_is_decided(database: Database) {
    let (store, [zhang, li, wang, _, guide]) = house(&database).await;
    write(&store, move |tx| {
        let desk = Desk::new();
        let visit = Some(day("03-05"));
        // In full later than without a number: the fuller one has it.
        let partly = who("王小明", "35", "", "佛山", "牙痛");
        desk.register(tx, zhang, &partly, visit, at("03-02 09:00"))?;
        desk.register(tx, li, &patient(), visit, at("03-02 10:00"))?;
        desk.consult(tx, wang, &patient(), Channel::Phone, false, at("03-03 09:00"))?;
        desk.consult(
            tx,
            wang,
            &who("陈大文", "60", "", "广州", "洗牙"),
            Channel::Phone,
            false,
            at("03-03 10:00"),
        )?;
        let now = at("03-05 10:00");
        let own = tx.appointment(2)?.expect("it stands");
        let foresight = tx.foresee(&own, desk.judge(now))?;
        let rivals: Vec<i64> = foresight.rivals.iter().map(|rival| rival.no).collect();
        let contacts: Vec<i64> = foresight.contacts.iter().map(|contact| contact.no).collect();
        assert_eq!((rivals, contacts), (vec![1], vec![1]));
        let foreseen = foresight.decision;
        assert_eq!((foreseen.to, foreseen.appointment, foreseen.rule), (Some(li), Some(2), "R-085"));
        // Nothing was written by looking ahead.
        assert!(tx.arrivals_of_appointment(2)?.is_empty() && !tx.has_arrived(2)?);
        assert_eq!(tx.arrivals_between(day("01-01"), day("12-31"))?, []);
        // Of his own other appointment nobody is told as a rival.
        desk.register(tx, li, &patient(), visit, at("03-04 09:00"))?;
        let rivals = tx.foresee(&own, desk.judge(now))?.rivals;
        assert_eq!(rivals.iter().map(|rival| rival.owner).collect::<Vec<_>>(), [zhang]);
        let recorded = desk.arrive(tx, guide, &patient(), now, now)?;
        let (to, on, step, rule, asks) = short(&recorded.decision);
        assert_eq!((to, on), (foreseen.to, foreseen.appointment));
        assert_eq!(
            (step, rule.as_str(), asks),
            (foreseen.step.code(), foreseen.rule, foreseen.confirm_by.is_some())
        );
        let before = tx.contacts_before(recorded.arrival.no, desk.judge(now))?;
        assert_eq!(before.iter().map(|contact| contact.no).collect::<Vec<_>>(), [1]);
        assert_eq!(tx.contacts_before(99, desk.judge(now))?, []);
        Ok(())
    })
    .await;
}

pub(super) async fn what_is_recorded_too_late_is_nobodys(database: Database) {
    let (store, [zhang, _, _, _, guide]) = house(&database).await;
    write(&store, move |tx| {
        let desk = Desk::new();
        let came = at("03-31 10:00");
        let march = Month::of(day("03-31"));
        let someone = |number: usize| {
            let name = ["王小一", "王小二", "王小三"][number];
            who(name, "35", &format!("1380013800{number}"), "佛山", "牙痛")
        };
        for number in 0..3 {
            desk.register(tx, zhang, &someone(number), Some(day("03-31")), at("03-02 09:00"))?;
        }
        let arrive = |tx: &mut Tx<'_>, number: usize, now: EpochMs| -> Result<_, Error> {
            let recorded = desk.arrive(tx, guide, &someone(number), came, now)?;
            Ok((short(&recorded.decision).0, recorded.arrival.forfeited, recorded.arrival.outcome))
        };
        // The last instant of the 4th, and the first of the 5th.
        let (to, forfeited, outcome) = arrive(tx, 0, at("04-04 23:59:59"))?;
        assert_eq!((to, forfeited), (Some(zhang), false));
        assert_eq!(arrive(tx, 1, at("04-05 00:00"))?, (None, true, outcome));
        let states: Vec<ClaimState> = tx.claims_in(march)?.into_iter().map(|claim| claim.state).collect();
        assert_eq!(states, [ClaimState::Open, ClaimState::Forfeited]);
        assert_eq!(tx.current_decision(2)?.expect("it is decided").credit.rule, "R-378");
        assert!(tx.has_arrived(2)?, "that the patient came stays to be seen");
        assert_eq!(tx.take_untold_forfeits(&over())?, [], "whoever records it tells him");
        // Opened again both count.
        let opening = Reopening { team: None, until: day("04-08") };
        let now = at("04-06 10:00");
        tx.reopen_month(&Administer::by_operator(), march, opening, &[2], "漏登", desk.judge(now))?;
        assert_eq!(tx.current_decision(2)?.expect("it is decided").credit.to, Some(zhang));
        assert_eq!(arrive(tx, 2, now)?, (Some(zhang), false, outcome));
        // What is corrected too late is judged the same way.
        let late = desk.correct(tx, guide, 1, &someone(0), at("04-09 10:00"))?;
        assert!(late.arrival.forfeited && late.decision.credit.to.is_none());
        Ok(())
    })
    .await;
}
