//! Follow-ups: one open task a patient, closed once, opened again by what is taken back; and the ledger that proposes once.

use super::{NOON, day, person, read, recorded, write};
use crate::engines::Database;
use crate::people;
use domain::calendar::{DAY, next_day};
use domain::followup::{Cause, NextTask, Outcome, Seat, source};
use domain::rights::{Administer, Over};
use domain::{Calendar, EpochMs, PersonId, Role, Span};
use store::{Closing, EntryState, FollowUp, NewFollowUpTask, NewLedgerEntry, Store, Tx};

fn task(due: &str) -> NextTask {
    NextTask { cause: Cause::NoShow, due: day(due), nudge: None, unreached: 0, with_lead: false }
}

fn open(
    tx: &mut Tx<'_>,
    owner: PersonId,
    subject: &str,
    due: &str,
    planned: bool,
) -> Result<Option<FollowUp>, store::Error> {
    let new = NewFollowUpTask {
        subject,
        appointment: None,
        owner,
        holder: owner,
        task: task(due),
        planned,
        now: NOON,
    };
    tx.open_follow_up(&Over::by_program(Some(owner)), &new)
}

async fn close(
    store: &Store,
    by: PersonId,
    no: i64,
    outcome: Outcome,
    next: Option<NextTask>,
    now: EpochMs,
) -> Option<(FollowUp, Option<FollowUp>)> {
    write(store, move |tx| {
        let closing = Closing { outcome, reason: Some("无人接听"), next, contact: None, now };
        tx.close_follow_up(&recorded(by).tend(), no, &closing)
    })
    .await
}

async fn due(store: &Store, on: &'static str) -> Vec<i64> {
    let found = read(store, move |tx| tx.due_follow_ups(day(on), 100)).await;
    found.iter().map(|task| task.no).collect()
}

pub(super) async fn a_patient_has_one_open_task(database: Database) {
    let store = database.open(NOON).await;
    let zhang = person(&store, "张三").await;
    write(&store, move |tx| {
        tx.put_fields("C1", &[(domain::privacy::Field::Phone, "13800138000")])?;
        assert!(open(tx, zhang, "C1", "03-03", false)?.is_some());
        assert!(open(tx, zhang, "C1", "03-05", false)?.is_none(), "one is open already");
        assert!(open(tx, zhang, "C1", "03-09", true)?.is_some(), "a plan stands beside it");
        Ok(())
    })
    .await;
    let after = task("03-04");
    let (closed, next) =
        close(&store, zhang, 1, Outcome::Unreached, Some(after), NOON + DAY).await.expect("closed");
    assert_eq!((closed.no, next.as_ref().map(|next| next.no)), (1, Some(3)));
    assert!(close(&store, zhang, 1, Outcome::Considering, None, NOON + DAY).await.is_none(), "once");
    let known = read(&store, |tx| tx.follow_up(1)).await.expect("it is there");
    assert_eq!((known.open, known.outcome, known.closed_by), (false, Some(Outcome::Unreached), Some(zhang)));
    let history = read(&store, |tx| tx.follow_up_history("C1")).await;
    assert_eq!(
        history.iter().map(|task| (task.no, task.open)).collect::<Vec<_>>(),
        [(1, false), (2, true), (3, true)]
    );
    let kept = database.all_rows().await;
    assert!(!kept["event"].iter().any(|row| row.contains("无人接听")), "the reason may name the patient");
}

pub(super) async fn what_is_due_is_found_and_counted_once(database: Database) {
    let store = database.open(NOON).await;
    let zhang = person(&store, "张三").await;
    write(&store, move |tx| {
        for (subject, due) in [("Y1", "03-05"), ("Y2", "03-03"), ("Y3", "03-03"), ("Y4", "04-01")] {
            open(tx, zhang, subject, due, false)?;
        }
        Ok(())
    })
    .await;
    assert!(due(&store, "03-02").await.is_empty());
    assert_eq!(due(&store, "03-03").await, [2, 3]);
    assert_eq!(due(&store, "03-31").await, [2, 3, 1]);
    let by = Over::by_program(Some(zhang));
    assert!(write(&store, move |tx| tx.count_due_day(&by, 2)).await);
    assert!(!write(&store, move |tx| tx.count_due_day(&by, 2)).await, "a due day counts once");
    let uncounted = read(&store, |tx| tx.uncounted_follow_ups(day("03-03"), 100)).await;
    assert_eq!(uncounted.iter().map(|task| task.no).collect::<Vec<_>>(), [3]);
    assert_eq!(due(&store, "03-03").await, [2, 3], "it is still to be done");
    write(&store, move |tx| {
        let task = tx.follow_up(3)?.expect("it is there");
        tx.put_off_follow_up(&by, &task, next_day(task.due), "downtime", NOON)
    })
    .await;
    assert_eq!(due(&store, "03-03").await, [2]);
    let done = close(&store, zhang, 2, Outcome::Considering, None, NOON).await;
    assert!(done.is_some());
    let week = Span { from: day("03-02"), to: day("03-08") };
    let done = read(&store, move |tx| tx.follow_ups_done(week)).await;
    assert_eq!(
        done.iter().map(|one| (one.holder, one.due, one.in_time)).collect::<Vec<_>>(),
        [(zhang, 3, 0)]
    );
}

pub(super) async fn a_task_is_given_to_another(database: Database) {
    let store = database.open(NOON).await;
    let (zhang, li) = (person(&store, "张三").await, person(&store, "李四").await);
    write(&store, move |tx| open(tx, zhang, "C1", "03-03", false)).await;
    let by = Over::by_program(Some(zhang));
    assert!(write(&store, move |tx| tx.reassign_follow_up(&by, 1, li, NOON)).await);
    assert!(!write(&store, move |tx| tx.reassign_follow_up(&by, 1, li, NOON)).await, "it is his already");
    let held = read(&store, move |tx| tx.follow_ups_held(li, 10)).await;
    assert_eq!(
        held.iter().map(|task| (task.no, task.owner, task.holder)).collect::<Vec<_>>(),
        [(1, zhang, li)]
    );
    // Whoever did it for the owner, the owner hears of it once more.
    assert!(close(&store, li, 1, Outcome::Considering, None, NOON).await.is_some());
    assert_eq!(read(&store, move |tx| tx.untold_follow_ups(zhang)).await.len(), 1);
    write(&store, move |tx| tx.mark_told(zhang)).await;
    assert_eq!(read(&store, move |tx| tx.untold_follow_ups(zhang)).await.len(), 0);
}

pub(super) async fn who_is_off_is_stood_in_for(database: Database) {
    let store = database.open(NOON).await;
    let (zhang, lead, chief) = write(&store, |tx| {
        let zhang = people::add(tx, "张三", &[Role::Consultant], Some("一组"), &[], NOON)?;
        let lead = people::add(tx, "钱组长", &[Role::Lead], Some("一组"), &[], NOON)?;
        people::add(tx, "孙组长", &[Role::Lead], Some("二组"), &[], NOON)?;
        Ok((zhang, lead, people::add(tx, "周主管", &[Role::Supervisor], None, &[], NOON)?))
    })
    .await;
    let found = async |with_lead: bool| {
        let duty = read(&store, |tx| tx.duty_on(day("03-03"), NOON)).await;
        duty.assignee(zhang, with_lead).map(|found| (found.person, found.seat))
    };
    let rest = async |who: PersonId| {
        write(&store, move |tx| tx.set_rota(&Over::by_program(Some(who)), day("03-03"), None, NOON)).await;
    };
    assert_eq!(found(false).await, Some((zhang, Seat::Owner)), "without a plan nobody is off");
    assert_eq!(found(true).await, Some((lead, Seat::Lead)));
    rest(zhang).await;
    assert_eq!(found(false).await, Some((lead, Seat::Lead)));
    rest(lead).await;
    assert_eq!(found(false).await, Some((chief, Seat::Supervisor)));
    rest(chief).await;
    assert_eq!(found(false).await, None);
    write(&store, move |tx| {
        tx.leave_member(&Administer::by_operator(), lead, day("03-02"), NOON, &Calendar::default(), NOON)
            .map(|_| ())
    })
    .await;
    assert_eq!(found(true).await, None);
}

pub(super) async fn an_entry_is_proposed_once_and_taken_back_by_another(database: Database) {
    let store = database.open(NOON).await;
    let zhang = person(&store, "张三").await;
    let over = Over::by_program(Some(zhang));
    let propose = async |due: &'static str| {
        write(&store, move |tx| {
            let source = source("Y1", day(due));
            let new = NewLedgerEntry {
                source: &source,
                code: "T-C14",
                person: zhang,
                day: day(due),
                fen: 0,
                points: -1,
                rule: "R-116",
                about: Some("H1"),
                now: NOON,
            };
            Ok(tx.propose(&over, &new)?.map(|entry| entry.no))
        })
        .await
    };
    assert_eq!(propose("03-03").await, Some(1));
    assert_eq!(propose("03-03").await, None, "a patient and due day once (R-116)");
    assert_eq!(propose("03-04").await, Some(2));
    let month = Span { from: day("03-01"), to: day("03-31") };
    let points = async || read(&store, move |tx| tx.points_of(zhang, "T-C14", month)).await;
    assert_eq!(points().await, -2);
    let decide = async |no: i64, confirmed: bool| {
        write(&store, move |tx| tx.decide_entry(&over, no, confirmed, None, NOON)).await
    };
    assert!(decide(1, true).await && !decide(1, false).await, "the first decision stands");
    assert!(decide(2, false).await);
    assert_eq!(points().await, -1, "what was rejected does not count");
    assert_eq!(propose("03-04").await, None, "and is not proposed again");
    assert!(write(&store, move |tx| tx.reverse_entry(&over, 2, NOON)).await.is_none());
    let reversal = write(&store, move |tx| tx.reverse_entry(&over, 1, NOON)).await.expect("taken back");
    assert_eq!((reversal.no, reversal.points, reversal.reverses), (3, 1, Some(1)));
    assert!(write(&store, move |tx| tx.reverse_entry(&over, 1, NOON)).await.is_none(), "once");
    assert_eq!(points().await, 0);
    let first = read(&store, |tx| tx.ledger_entry(1)).await.expect("it stays");
    assert_eq!((first.state, first.points), (EntryState::Confirmed, -1));
    assert_eq!(read(&store, |tx| tx.proposed_entries(10)).await.len(), 0);
}
