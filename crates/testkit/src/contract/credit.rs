//! Arrivals and whose their credit is: what the register knows reaches the rules, what they say stands and is never
//! rewritten, and what is corrected or taken back is decided anew.

use super::desk::{Desk, Short, at, over, short, stands, undoing, who};
use super::{NOON, day, person, write};
use crate::engines::Database;
use domain::attribution::Lending;
use domain::matching::Outcome;
use domain::registration::Channel;
use domain::{PersonId, Span};
use store::{Cause, CreditState, Error, NewObjection, ObjectionState, Pagination, Store, Tx};

struct House {
    store: Store,
    zhang: PersonId,
    li: PersonId,
    wang: PersonId,
    guide: PersonId,
}

async fn house(database: &Database) -> House {
    let store = database.open(NOON).await;
    let zhang = person(&store, "张三").await;
    let li = person(&store, "李四").await;
    let wang = person(&store, "王五").await;
    let guide = person(&store, "赵六").await;
    House { store, zhang, li, wang, guide }
}

fn expected(to: Option<PersonId>, on: Option<i64>, step: &'static str, rule: &str, asks: bool) -> Short {
    (to, on, step, rule.to_owned(), asks)
}

/// The events of a kind so far.
fn events(tx: &mut Tx<'_>, kind: &str) -> Result<Vec<store::Event>, Error> {
    let all = tx.events(Pagination { after: 0, limit: 10_000 })?;
    Ok(all.into_iter().filter(|event| event.kind == kind).collect())
}

pub(super) async fn three_of_six_verify_and_fewer_do_not(database: Database) {
    let House { store, zhang, guide, .. } = house(&database).await;
    let (found, told) = write(&store, move |tx| {
        let desk = Desk::new();
        let booked = who("王小明", "35", "13800138000", "佛山", "牙痛");
        desk.register(tx, zhang, &booked, Some(day("03-05")), at("03-02 09:00"))?;
        // W-36, W-35; without anything that names him; with what many share.
        let cases = [
            who("王小明", "36", "13800138000", "", ""),
            who("陈大文", "35", "", "佛山", ""),
            who("", "35", "", "", "牙疼三天"),
            who("", "34", "", "广东省佛山市", ""),
        ];
        let mut found = Vec::new();
        for (index, patient) in cases.iter().enumerate() {
            // The weak ones come on another day than was booked.
            let came = at(if index == 1 { "03-06 10:00" } else { "03-05 10:00" });
            let recorded = desk.arrive(tx, guide, patient, came, came)?;
            found.push((recorded.arrival.outcome, short(&recorded.decision)));
            tx.undo_arrival_entry(&undoing(guide), recorded.arrival.recorded.seq, desk.judge(came))?;
        }
        let weak =
            desk.arrive(tx, guide, &who("", "35", "", "佛山", "牙痛"), at("03-06 10:00"), at("03-06 10:00"))?;
        found.push((weak.arrival.outcome, short(&weak.decision)));
        tx.flush_events()?;
        let told = events(tx, "arrival.recorded")?;
        Ok((found, told))
    })
    .await;
    let mine = |asks| expected(Some(zhang), Some(1), "0a", "R-079", asks);
    let nobodys = expected(None, None, "0a", "R-079", false);
    let cases = [
        (Outcome::Verified, mine(false)),
        (Outcome::Unregistered, nobodys.clone()),
        (Outcome::Verified, mine(false)),
        (Outcome::Verified, mine(false)),
        (Outcome::Weak, mine(true)),
    ];
    assert_eq!(found, cases);
    assert_eq!(told[0].body["matched"], serde_json::json!(["Y1"]));
    assert_eq!(told[0].body["fields"], serde_json::json!(["name", "age", "phone", "visit_date"]));
    assert_eq!(told[0].body["verified"], true);
    assert_eq!(told[4].body["human"], true);
    let clear = told
        .iter()
        .any(|event| serde_json::to_string(&event.body).is_ok_and(|body| body.contains("1380013")));
    assert!(!clear, "nothing of a patient in clear");
}

pub(super) async fn cancelled_and_late_ones_do_not_compete(database: Database) {
    let House { store, zhang, li, guide, .. } = house(&database).await;
    let found = write(&store, move |tx| {
        let desk = Desk::new();
        let one = who("王小明", "35", "13800138000", "佛山", "牙痛");
        // W-06.
        let first = desk.register(tx, zhang, &one, Some(day("03-05")), at("03-01 09:00"))?;
        desk.cancel(tx, first.no, at("03-01 18:00"))?;
        desk.register(tx, li, &one, Some(day("03-05")), at("03-02 09:00"))?;
        let six = desk.arrive(tx, guide, &one, at("03-05 10:00"), at("03-05 10:00"))?;
        // Only a cancelled one.
        let two = who("陈大文", "40", "13800138001", "广州", "洗牙");
        let gone = desk.register(tx, zhang, &two, Some(day("03-05")), at("03-02 09:00"))?;
        desk.cancel(tx, gone.no, at("03-02 09:00"))?;
        let cancelled = desk.arrive(tx, guide, &two, at("03-05 10:00"), at("03-05 10:00"))?;
        // W-38: registered after he came; reception enters the arrival afterwards, and before.
        let three = who("孙美丽", "50", "13800138002", "深圳", "种牙");
        let before = desk.arrive(tx, guide, &three, at("03-05 10:00"), at("03-05 10:00"))?;
        tx.undo_arrival_entry(&undoing(guide), before.arrival.recorded.seq, desk.judge(at("03-05 10:01")))?;
        desk.register(tx, li, &three, Some(day("03-05")), at("03-05 10:30"))?;
        let late = desk.arrive(tx, guide, &three, at("03-05 10:00"), at("03-05 11:00"))?;
        Ok([six, cancelled, before, late].map(|one| (short(&one.decision), one.arrival.credit.state)))
    })
    .await;
    let decided = CreditState::Decided;
    assert_eq!(
        found,
        [
            (expected(Some(li), Some(2), "0a", "R-034", false), decided),
            (expected(None, None, "0a", "R-034", false), decided),
            (expected(None, None, "0a", "R-079", false), decided),
            (expected(None, None, "0a", "R-030", false), decided),
        ]
    );
}

pub(super) async fn a_match_that_is_weak_waits_for_a_person(database: Database) {
    let House { store, zhang, guide, .. } = house(&database).await;
    let (found, kinds, arrived) = write(&store, move |tx| {
        let desk = Desk::new();
        let booked = who("王小明", "35", "13800138000", "佛山", "牙痛");
        desk.register(tx, zhang, &booked, Some(day("03-05")), at("03-02 09:00"))?;
        let came = at("03-06 10:00");
        let mut found = Vec::new();
        let mut arrived = Vec::new();
        let one = desk.arrive(tx, guide, &who("", "35", "", "佛山", "牙痛"), came, came)?.arrival;
        arrived.push(tx.expected_on(day("03-05"))?.len());
        found.push((stands(tx, one.no)?, tx.arrival(one.no)?.map(|one| one.credit.state)));
        for is_same in [true, false] {
            tx.confirm_match(&over(), one.no, 1, is_same, desk.judge(came))?;
            found.push((stands(tx, one.no)?, tx.arrival(one.no)?.map(|one| one.credit.state)));
            arrived.push(tx.expected_on(day("03-05"))?.len());
        }
        tx.flush_events()?;
        // What a person said is taken back: the last first.
        for event in events(tx, "match.confirmed")?.into_iter().rev() {
            let seq = event.body["entry"].as_i64().unwrap_or_default();
            assert!(tx.undo_arrival_entry(&undoing(guide), seq, desk.judge(came))?);
            found.push((stands(tx, one.no)?, tx.arrival(one.no)?.map(|one| one.credit.state)));
        }
        assert!(tx.confirm_match(&over(), one.no, 99, true, desk.judge(came))?.is_none());
        tx.flush_events()?;
        let kinds: Vec<String> = tx
            .events(Pagination { after: 0, limit: 100 })?
            .into_iter()
            .map(|event| event.kind)
            .filter(|kind| kind.starts_with("credit") || kind.starts_with("match"))
            .collect();
        Ok((found, kinds, arrived))
    })
    .await;
    let mine = |asks| expected(Some(zhang), Some(1), "0a", "R-079", asks);
    let nobodys = expected(None, None, "0a", "R-079", false);
    assert_eq!(
        found,
        [
            (mine(true), Some(CreditState::Suggested)),
            (mine(false), Some(CreditState::Confirmed)),
            (nobodys, Some(CreditState::Decided)),
            (mine(false), Some(CreditState::Decided)),
            (mine(true), Some(CreditState::Suggested)),
        ]
    );
    assert_eq!(arrived, [1, 0, 1], "who was confirmed to have come is not expected any more");
    let order =
        ["credit.decided", "match.confirmed", "credit.confirmed", "match.confirmed", "credit.decided"];
    assert_eq!(kinds[..5], order);
}

pub(super) async fn what_is_taken_back_is_decided_anew(database: Database) {
    let House { store, zhang, li, wang, guide } = house(&database).await;
    let (found, replaced) = write(&store, move |tx| {
        let desk = Desk::new();
        let one = who("王小明", "35", "13800138000", "佛山", "牙痛");
        let first = desk.register(tx, zhang, &one, Some(day("03-05")), at("03-01 09:00"))?;
        // Followed up by another after 90 days, who has it then.
        let took = desk.follow_up(tx, li, first.no, true, at("05-31 09:00"))?;
        let came = at("06-01 10:00");
        let arrival = desk.arrive(tx, guide, &one, came, came)?.arrival.no;
        let mut found = vec![stands(tx, arrival)?];
        assert!(tx.undo_contact(&undoing(li), took.no, desk.judge(came))?);
        found.push(stands(tx, arrival)?);
        assert!(!tx.undo_contact(&undoing(li), took.no, desk.judge(came))?);
        // A jump and a booking of the one who took over, taken back one after the other.
        let two = who("陈大文", "40", "13800138001", "广州", "洗牙");
        desk.jump(tx, zhang, wang, &two, at("06-05 09:00"))?;
        let theirs = desk.register(tx, wang, &two, Some(day("06-06")), at("06-05 09:30"))?;
        let other = desk.register(tx, li, &two, Some(day("06-06")), at("06-05 11:00"))?;
        let came = at("06-06 10:00");
        let second = desk.arrive(tx, guide, &two, came, came)?.arrival.no;
        found.push(stands(tx, second)?);
        assert!(tx.undo_contact(&undoing(zhang), 2, desk.judge(came))?);
        found.push(stands(tx, second)?);
        let tend = domain::rights::Record::by_program(wang).tend();
        assert!(tx.undo_register_entry(&tend, theirs.entered.seq, desk.judge(came))?);
        found.push(stands(tx, second)?);
        let tend = domain::rights::Record::by_program(li).tend();
        assert!(tx.undo_register_entry(&tend, other.entered.seq, desk.judge(came))?);
        found.push(stands(tx, second)?);
        let decisions = tx.decisions(second)?;
        let replaced: Vec<bool> = decisions
            .windows(2)
            .map(|pair| {
                pair[1].replaces == Some(pair[0].credit.decision) && pair[1].cause == Cause::Corrected
            })
            .collect();
        Ok((found, replaced))
    })
    .await;
    assert_eq!(
        found,
        [
            expected(Some(li), Some(1), "2", "R-094", false),
            expected(Some(zhang), Some(1), "3", "R-095", false),
            expected(Some(zhang), Some(2), "10", "R-084", false),
            expected(Some(wang), Some(2), "10", "R-084", false),
            expected(Some(li), Some(3), "0a", "R-079", false),
            expected(None, None, "0a", "R-079", false),
        ]
    );
    assert_eq!(replaced, [true; 3], "each decision names the one before");
}

pub(super) async fn a_visit_begins_a_cycle_until_it_is_taken_back(database: Database) {
    let House { store, zhang, guide, .. } = house(&database).await;
    let found = write(&store, move |tx| {
        let desk = Desk::new();
        let one = who("王小明", "35", "13800138000", "佛山", "牙痛");
        let child = who("王小花", "6", "13800138000", "佛山", "蛀牙");
        desk.register(tx, zhang, &one, Some(day("03-05")), at("03-02 09:00"))?;
        desk.register(tx, zhang, &child, Some(day("03-06")), at("03-02 09:01"))?;
        let first = desk.arrive(tx, guide, &one, at("03-05 10:00"), at("03-05 10:00"))?.arrival;
        // The child has the mother's number, and is another patient.
        let other = desk.arrive(tx, guide, &child, at("03-06 10:00"), at("03-06 10:00"))?.arrival;
        let again = desk.arrive(tx, guide, &one, at("03-20 10:00"), at("03-20 10:00"))?.arrival;
        let mut found = vec![stands(tx, first.no)?, stands(tx, other.no)?, stands(tx, again.no)?];
        let now = at("03-20 10:05");
        // Who was never there: the later visit is the first.
        tx.mark_false(&over(), first.no, true, "查监控", desk.judge(now))?;
        found.extend([stands(tx, first.no)?, stands(tx, again.no)?]);
        tx.mark_false(&over(), first.no, false, "看错了", desk.judge(now))?;
        found.extend([stands(tx, first.no)?, stands(tx, again.no)?]);
        assert!(!tx.undo_arrival_entry(&undoing(guide), first.recorded.seq, desk.judge(now))?);
        tx.flush_events()?;
        for event in events(tx, "arrival.false")?.into_iter().rev() {
            let seq = event.body["entry"].as_i64().unwrap_or_default();
            assert!(tx.undo_arrival_entry(&undoing(guide), seq, desk.judge(now))?);
        }
        assert!(tx.undo_arrival_entry(&undoing(guide), first.recorded.seq, desk.judge(now))?);
        assert!(tx.arrival(first.no)?.is_none());
        found.push(stands(tx, again.no)?);
        Ok(found)
    })
    .await;
    let mine = |on, step| expected(Some(zhang), Some(on), step, "R-079", false);
    let treated = expected(None, None, "1", "R-086", false);
    assert_eq!(
        found,
        [
            mine(1, "0a"),
            mine(2, "0a"),
            treated.clone(),
            expected(None, None, "0b", "R-083", false),
            mine(1, "0a"),
            mine(1, "0a"),
            treated,
            mine(1, "0a"),
        ]
    );
}

pub(super) async fn who_is_named_otherwise_is_another(database: Database) {
    let House { store, zhang, li, guide, .. } = house(&database).await;
    let (found, expected_on) = write(&store, move |tx| {
        let desk = Desk::new();
        let one = who("王小明", "35", "13800138000", "佛山", "牙痛");
        // Of the same age, from the same town, with the same trouble, for the same day: somebody else.
        let like = who("陈大文", "35", "13800138001", "佛山", "牙痛");
        let nameless = who("", "60", "", "深圳", "种牙");
        desk.register(tx, li, &like, Some(day("03-05")), at("03-01 09:00"))?;
        desk.register(tx, zhang, &one, Some(day("03-05")), at("03-02 09:00"))?;
        let came = at("03-05 10:00");
        let mut found = vec![short(&desk.arrive(tx, guide, &one, came, came)?.decision)];
        let left = tx.expected_on(day("03-05"))?.len();
        found.push(short(&desk.arrive(tx, guide, &like, came + 1_000, came + 1_000)?.decision));
        // Where nobody is named, what agrees in enough is his.
        desk.register(tx, li, &nameless, Some(day("03-07")), at("03-06 09:00"))?;
        let third = who("周强", "61", "", "深圳", "种牙");
        found.push(short(&desk.arrive(tx, guide, &third, at("03-07 10:00"), at("03-07 10:00"))?.decision));
        Ok((found, left))
    })
    .await;
    let of = |person, on| expected(Some(person), Some(on), "0a", "R-079", false);
    assert_eq!(found[..2], [of(zhang, 2), of(li, 1)]);
    assert_eq!(expected_on, 1);
    assert_eq!(found[2], expected(Some(li), Some(3), "0a", "R-078", true), "it is an invalid one");
}

pub(super) async fn what_people_say_stands_over_the_rules(database: Database) {
    let House { store, zhang, li, wang, guide } = house(&database).await;
    let (found, states, told) = write(&store, move |tx| {
        let desk = Desk::new();
        let one = who("王小明", "35", "13800138000", "佛山", "牙痛");
        desk.register(tx, zhang, &one, Some(day("03-05")), at("03-01 09:00"))?;
        desk.register(tx, li, &one, Some(day("03-05")), at("03-02 09:00"))?;
        let came = at("03-05 10:00");
        let chat = desk.consult(tx, wang, &one, Channel::Shangwutong, true, at("02-27 08:00"))?;
        let no = desk.arrive(tx, guide, &one, came, came)?.arrival.no;
        let mut found = vec![stands(tx, no)?];
        assert!(tx.confirm_credit(&over(), no, came)?.is_none(), "nothing is suggested");
        let raise = |by| NewObjection {
            arrival: no,
            appointment: Some(by),
            reason: "我先聊的",
            due: day("03-08"),
            now: came,
        };
        let raised = tx.object(&domain::rights::Record::by_program(li), &raise(2))?.expect("the first");
        assert!(tx.object(&domain::rights::Record::by_program(li), &raise(2))?.is_none());
        let mut states = vec![tx.objection(raised.no)?.map(|one| one.state)];
        let ruled = tx.override_credit(&over(), no, Some(li), "查了记录", came)?.expect("it stands");
        found.push(short(&ruled));
        states.push(tx.objection(raised.no)?.map(|one| one.state));
        // A fact that changes nothing of what the rules say leaves the ruling alone.
        tx.undo_contact(&undoing(wang), chat.no, desk.judge(came))?;
        found.push(stands(tx, no)?);
        // Closed and opened again, it stands as it was ruled.
        let span = Span { from: day("03-01"), to: day("03-31") };
        let closed = tx.set_forfeited(&[no], true, desk.judge(came))?;
        found.push(short(&closed[0]));
        assert!(tx.redecide(no, Cause::Corrected, desk.judge(came))?.is_none());
        assert_eq!(tx.credited_in(span)?.len(), 1);
        let again = tx.set_forfeited(&[no], false, desk.judge(came))?;
        found.push(short(&again[0]));
        assert_eq!(again[0].credit.state, CreditState::Overridden);
        // One that changes it is put to the supervisor.
        let tend = domain::rights::Record::by_program(zhang).tend();
        let seq = tx.appointment(1)?.expect("it stands").entered.seq;
        tx.undo_register_entry(&tend, seq, desk.judge(came))?;
        found.push(stands(tx, no)?);
        tx.override_credit(&over(), no, Some(wang), "都不对", came)?;
        let current = tx.current_decision(no)?.expect("it is decided").credit.decision;
        assert!(!tx.undo_ruling(&undoing(guide), ruled.credit.decision, desk.judge(came))?);
        assert!(tx.undo_ruling(&undoing(guide), current, desk.judge(came))?);
        found.push(stands(tx, no)?);
        tx.flush_events()?;
        let told = ruled.told(|person| if person == li { "李四".to_owned() } else { "张三".to_owned() });
        Ok((found, states, told))
    })
    .await;
    let first = expected(Some(zhang), Some(1), "10", "R-084", false);
    let ruled = expected(Some(li), Some(2), "10", "R-084", false);
    assert_eq!(
        found,
        [
            first,
            ruled.clone(),
            ruled.clone(),
            expected(None, None, "12", "R-378", false),
            ruled.clone(),
            ruled,
            expected(Some(li), Some(2), "0a", "R-079", false),
        ]
    );
    assert_eq!(states, [Some(ObjectionState::Open), Some(ObjectionState::Upheld)]);
    assert_eq!(told[0], "归 李四（Y2）。");
    assert!(told.iter().any(|line| line.starts_with("此前：归 张三")), "{told:?}");
}

pub(super) async fn a_ruling_that_was_brought_back_is_not_doubted_again(database: Database) {
    let House { store, zhang, li, guide, .. } = house(&database).await;
    write(&store, move |tx| {
        let desk = Desk::new();
        let one = who("王小明", "35", "13800138000", "佛山", "牙痛");
        desk.register(tx, zhang, &one, Some(day("03-05")), at("03-01 09:00"))?;
        let came = at("03-05 10:00");
        let no = desk.arrive(tx, guide, &one, came, came)?.arrival.no;
        tx.override_credit(&over(), no, Some(li), "查了记录", came)?;
        let lending = Lending { giver: zhang, receiver: li, signer: None };
        tx.mark_lending(&over(), no, Some(lending), "查实", desk.judge(came))?;
        tx.mark_lending(&over(), no, None, "查错了", desk.judge(came))?;
        let ruled = expected(Some(li), Some(1), "0a", "R-079", false);
        assert_eq!(stands(tx, no)?, ruled, "it was brought back");
        assert!(tx.redecide(no, Cause::Corrected, desk.judge(came))?.is_none(), "nothing has changed since");
        assert_eq!(stands(tx, no)?, ruled);
        Ok(())
    })
    .await;
}

pub(super) async fn what_was_proven_untrue_is_decided_anew_too(database: Database) {
    let House { store, zhang, li, guide, .. } = house(&database).await;
    write(&store, move |tx| {
        let desk = Desk::new();
        let (one, came) = (who("王小明", "35", "", "佛山", "牙痛"), at("03-05 10:00"));
        let jump = desk.jump(tx, zhang, li, &one, at("03-04 09:00"))?;
        let no = desk.arrive(tx, guide, &one, came, came)?.arrival.no;
        tx.mark_false(&over(), no, true, "查实", desk.judge(came))?;
        tx.undo_contact(&undoing(zhang), jump.no, desk.judge(came))?;
        assert!(tx.redecide(no, Cause::Corrected, desk.judge(came))?.is_none(), "it was decided anew");
        Ok(())
    })
    .await;
}

pub(super) async fn lending_and_closing_are_decided_too(database: Database) {
    let House { store, zhang, li, guide, .. } = house(&database).await;
    let found = write(&store, move |tx| {
        let desk = Desk::new();
        let one = who("王小明", "35", "13800138000", "佛山", "牙痛");
        desk.register(tx, zhang, &one, Some(day("03-05")), at("03-01 09:00"))?;
        let came = at("03-05 10:00");
        let no = desk.arrive(tx, guide, &one, came, came)?.arrival.no;
        let lending = Some(Lending { giver: zhang, receiver: li, signer: None });
        tx.mark_lending(&over(), no, lending, "查了记录", desk.judge(came))?;
        let mut found = vec![stands(tx, no)?];
        tx.mark_lending(&over(), no, None, "不是", desk.judge(came))?;
        found.push(stands(tx, no)?);
        let closed = tx.set_forfeited(&[no, 99], true, desk.judge(came))?;
        assert_eq!(closed.len(), 1);
        found.push(stands(tx, no)?);
        assert_eq!(tx.decisions(no)?.last().map(|last| last.cause), Some(Cause::Closed));
        tx.set_forfeited(&[no], false, desk.judge(came))?;
        found.push(stands(tx, no)?);
        Ok(found)
    })
    .await;
    let mine = expected(Some(zhang), Some(1), "0a", "R-079", false);
    assert_eq!(
        found,
        [
            expected(None, None, "0c", "R-096", false),
            mine.clone(),
            expected(None, None, "12", "R-378", false),
            mine,
        ]
    );
}

pub(super) async fn a_correction_is_decided_anew_and_can_be_taken_back(database: Database) {
    let House { store, zhang, guide, .. } = house(&database).await;
    let (found, forms) = write(&store, move |tx| {
        let desk = Desk::new();
        let one = who("王小明", "35", "13800138000", "佛山", "牙痛");
        desk.register(tx, zhang, &one, Some(day("03-05")), at("03-01 09:00"))?;
        let came = at("03-05 10:00");
        let typo = who("王小明", "35", "13800138009", "", "");
        let wrong = who("王晓明", "75", "13800138009", "", "");
        let no = desk.arrive(tx, guide, &wrong, came, came)?.arrival.no;
        let mut found = vec![stands(tx, no)?];
        let forms = tx.missing_forms(day("03-05"))?;
        found.push(short(&desk.correct(tx, guide, no, &typo, came)?.decision));
        assert_eq!(tx.missing_forms(day("03-05"))?.incomplete, 0);
        let lines = tx.decisions(no)?;
        assert_eq!(lines.last().and_then(|last| last.replaces), Some(lines[0].credit.decision));
        tx.flush_events()?;
        let seq = events(tx, "arrival.corrected")?[0].body["entry"].as_i64().unwrap_or_default();
        let recorded = tx.arrival(no)?.expect("it stands").recorded.seq;
        assert!(!tx.undo_arrival_entry(&undoing(guide), recorded, desk.judge(came))?, "the later line first");
        assert!(tx.undo_arrival_entry(&undoing(guide), seq, desk.judge(came))?);
        found.push(stands(tx, no)?);
        assert_eq!(tx.unregistered_between(day("03-05"), day("03-05"))?.len(), 1);
        let fields = tx.arrival_fields(&domain::rights::Record::by_program(guide).tend(), no)?;
        assert!(fields.iter().any(|(_, text)| text == "王晓明"));
        Ok((found, (forms.forms, forms.incomplete)))
    })
    .await;
    let nobodys = expected(None, None, "0a", "R-079", false);
    let mine = expected(Some(zhang), Some(1), "0a", "R-079", false);
    assert_eq!(found, [nobodys.clone(), mine, nobodys]);
    assert_eq!(forms, (1, 1));
}
