//! Grades and conversations: what is counted, by round and by shift, and what is kept of a week.

use super::desk::undoing;
use super::{NOON, day, over, person, read, recorded, write};
use crate::engines::Database;
use domain::allocation::{Finding, Fixed, Grade, Newcomer, Start, Why};
use domain::calendar::MINUTE;
use domain::rights::{Decide, Standing};
use domain::settings::Book;
use domain::{EpochMs, PersonId, Role, Roles, Span};
use std::collections::HashMap;
use store::{Dialogue, DialogueState, NewDialogue, Store, Turn, WeekGrade};

fn lead(person: PersonId) -> Decide {
    Standing::new(person, Roles::of(&[Role::Lead]), Some(1), []).decide().expect("he leads")
}

/// Gives one: whose turns were cut, how many of them before the new round, and whether one begins.
async fn give(
    store: &Store,
    to: PersonId,
    cut: &[PersonId],
    round: Option<usize>,
    visitor: Option<&'static str>,
    now: EpochMs,
) -> Dialogue {
    let cut = cut.to_vec();
    write(store, move |tx| {
        let turns = tx.turns(NOON)?;
        let new = NewDialogue {
            turns: &turns,
            person: to,
            why: Why::FewestWithinQuota,
            shift_days: &HashMap::from([(to, day("03-02"))]),
            cut: &cut,
            cut_before: round.unwrap_or(0),
            new_round: round.is_some(),
            visitor,
            today: day("03-02"),
            now,
        };
        tx.allot(&lead(to), &new)
    })
    .await
}

async fn turn(store: &Store, person: PersonId, shift: &'static str) -> (i64, Turn) {
    read(store, move |tx| {
        let turns = tx.turns(NOON)?;
        Ok((turns.round, turns.of(person, day(shift))))
    })
    .await
}

fn counted(turn: &Turn) -> [u32; 3] {
    [turn.had, turn.had_today, turn.cut_today]
}

pub(super) async fn turns_are_counted_by_round_and_shift(database: Database) {
    let store = database.open(NOON).await;
    let (zhang, li) = (person(&store, "张三").await, person(&store, "李四").await);
    let first = give(&store, zhang, &[], None, None, NOON).await;
    assert_eq!((first.label(), first.round, first.state), ("B1".to_owned(), 1, DialogueState::Open));
    give(&store, zhang, &[li, li], None, None, NOON).await;
    let (round, own) = turn(&store, zhang, "03-02").await;
    assert_eq!((round, counted(&own)), (1, [2, 2, 0]));
    assert_eq!(counted(&turn(&store, li, "03-02").await.1), [2, 0, 2], "a turn that is cut counts as had");
    // Of two cut turns the first was of the round that ended.
    let begun = give(&store, zhang, &[li, li], Some(1), None, NOON).await;
    assert_eq!(begun.round, 2);
    assert_eq!(counted(&turn(&store, li, "03-02").await.1), [1, 0, 4]);
    assert_eq!(counted(&turn(&store, zhang, "03-02").await.1), [1, 3, 0]);
    assert_eq!(counted(&turn(&store, zhang, "03-03").await.1), [1, 0, 0], "another shift");
    let open = async |since| read(&store, move |tx| tx.turns(since)).await.open(zhang);
    assert_eq!((open(NOON - 1).await, open(NOON).await), (3, 0), "given after that instant");
    let close =
        async |no| write(&store, move |tx| tx.close_dialogue(&recorded(zhang).tend(), no, NOON)).await;
    assert!(close(1).await && !close(1).await, "once");
    let other = write(&store, move |tx| tx.close_dialogue(&recorded(li).tend(), 2, NOON)).await;
    assert!(!other, "somebody else's");
    let hand = async |no| {
        write(&store, move |tx| tx.hand_over_dialogue(&recorded(zhang).tend(), no, li, NOON)).await
    };
    assert!(hand(2).await && !hand(2).await && !hand(1).await);
    let all = read(&store, |tx| tx.open_dialogues(NOON - 1)).await;
    assert_eq!(all.iter().map(|one| (one.no, one.person)).collect::<Vec<_>>(), [(2, li), (3, zhang)]);
}

pub(super) async fn what_was_given_by_mistake_is_counted_back(database: Database) {
    let store = database.open(NOON).await;
    let zhang = person(&store, "张三").await;
    let undo = async |no| write(&store, move |tx| tx.undo_allotting(&undoing(zhang), no, NOON)).await;
    give(&store, zhang, &[], None, None, NOON).await;
    give(&store, zhang, &[], None, None, NOON).await;
    assert_eq!(undo(2).await.map(|one| one.no), Some(2));
    assert_eq!(undo(2).await, None, "once");
    assert_eq!(counted(&turn(&store, zhang, "03-02").await.1), [1, 1, 0]);
    give(&store, zhang, &[], Some(0), None, NOON).await;
    assert_eq!(undo(1).await.map(|one| one.round), Some(1));
    assert_eq!(counted(&turn(&store, zhang, "03-02").await.1), [1, 1, 0], "the round of the first is over");
    let closed = write(&store, move |tx| tx.close_dialogue(&recorded(zhang).tend(), 3, NOON)).await;
    assert!(closed && undo(3).await.is_none(), "what is over stays");
    let open = write(&store, move |tx| tx.undo_closing(&undoing(zhang), 3, zhang, NOON)).await;
    assert!(open && undo(3).await.is_some());
}

pub(super) async fn a_visitor_is_known_again(database: Database) {
    let store = database.open(NOON).await;
    let (zhang, li) = (person(&store, "张三").await, person(&store, "李四").await);
    give(&store, zhang, &[], None, Some("QQ 778899"), NOON).await;
    give(&store, li, &[], None, Some("QQ 112233"), NOON).await;
    let last = async |visitor: &'static str| {
        read(&store, move |tx| tx.last_dialogue_of(visitor)).await.map(|one| (one.no, one.person))
    };
    assert_eq!(last("qq778899").await, Some((1, zhang)), "however it is written");
    assert_eq!(last("QQ 99").await, None);
    give(&store, li, &[], None, Some("QQ 778899"), NOON + MINUTE).await;
    assert_eq!(last("QQ 778899").await, Some((3, li)), "the last one");
    write(&store, move |tx| tx.undo_allotting(&undoing(li), 3, NOON)).await.expect("undone");
    assert_eq!(last("QQ 778899").await, Some((1, zhang)), "that one never was");
}

pub(super) async fn what_holds_somebody_back_is_lifted(database: Database) {
    let store = database.open(NOON).await;
    let (zhang, li) = (person(&store, "张三").await, person(&store, "李四").await);
    let find = async |who, finding, on: &'static str| {
        let by = undoing(li).over(Some(who));
        write(&store, move |tx| tx.limit_allocation(&by, who, finding, day(on), NOON)).await;
    };
    let found = async || {
        let all = read(&store, |tx| tx.findings(Span { from: day("03-02"), to: day("03-05") })).await;
        all.into_iter().map(|(who, finding, _)| (who, finding)).collect::<Vec<_>>()
    };
    find(zhang, Finding::Picking, "02-27").await;
    find(li, Finding::Training, "02-27").await;
    find(zhang, Finding::Games, "03-02").await;
    find(zhang, Finding::Picking, "03-06").await;
    assert_eq!(found().await, [(li, Finding::Training), (zhang, Finding::Games)], "training has no end");
    let lift = async |who| write(&store, move |tx| tx.lift_limits(&over(who), who, NOON)).await;
    assert!(lift(zhang).await && !lift(zhang).await);
    assert_eq!(found().await, [(li, Finding::Training)]);
    let undone = async || {
        let undo = undoing(li);
        write(&store, move |tx| tx.undo_limit(&undo, li, Finding::Training, day("02-27"), NOON)).await
    };
    assert!(undone().await && !undone().await);
    assert_eq!(found().await, []);

    let late = async |on: &'static str, count| {
        let by = undoing(li).over(Some(zhang));
        write(&store, move |tx| tx.note_timeouts(&by, zhang, day(on), count, NOON)).await;
    };
    late("03-02", 3).await;
    late("03-02", 4).await;
    late("03-06", 1).await;
    write(&store, move |tx| tx.undo_timeouts(&undoing(li), zhang, day("03-02"), 4)).await;
    let counted = read(&store, |tx| tx.timeouts(Span { from: day("03-01"), to: day("03-05") })).await;
    assert_eq!(counted, [(zhang, day("03-02"), 3)]);
    assert_eq!(read(&store, move |tx| tx.duty_before(zhang, day("03-05"))).await, None);
}

pub(super) async fn a_week_is_fixed_once(database: Database) {
    let store = database.open(NOON).await;
    let (zhang, li) = (person(&store, "张三").await, person(&store, "李四").await);
    let fix = async |week: &'static str, grade| {
        write(&store, move |tx| {
            let fixed = Fixed { week: day(week), grade, place: 1 };
            let rule = "R-207".to_owned();
            let new = WeekGrade { person: zhang, fixed, arrivals: 14, counted: true, rule };
            tx.fix_grade(&over(zhang), &new, 5, NOON)
        })
        .await
    };
    assert!(fix("03-02", Grade::Senior).await);
    assert!(!fix("03-02", Grade::Ordinary).await, "what was fixed stays");
    assert!(fix("03-09", Grade::Medium).await);
    let held = async |on: &'static str| {
        let grades = read(&store, move |tx| tx.grades_on(day(on))).await;
        [grades.of(zhang).grade, grades.of(li).grade]
    };
    assert_eq!(held("03-01").await, [Grade::Ordinary, Grade::Ordinary]);
    assert_eq!(held("03-08").await, [Grade::Senior, Grade::Ordinary]);
    assert_eq!(held("03-09").await, [Grade::Medium, Grade::Ordinary]);
    let weeks = read(&store, move |tx| tx.grades_of(zhang, 8)).await;
    assert_eq!(weeks.iter().map(|one| one.fixed.week).collect::<Vec<_>>(), [day("03-09"), day("03-02")]);
    let trial = Newcomer::begins(li, Start::Trial, day("03-02"), &Book::default());
    write(&store, move |tx| tx.set_newcomer(&over(li), &trial, None, NOON)).await;
    let confirmed = trial.confirmed(day("03-04"));
    write(&store, move |tx| tx.set_newcomer(&over(li), &confirmed, Some(&trial), NOON)).await;
    assert_eq!(held("03-05").await, [Grade::Senior, Grade::Medium]);
    // By what their events kept they are as before.
    let events = read(&store, |tx| tx.events(store::Pagination { after: 0, limit: 100 })).await;
    let kinds = ["newcomer.confirmed", "newcomer.started"];
    for (kind, left) in kinds.into_iter().zip([Some(trial), None]) {
        let event = events.iter().find(|event| event.kind == kind).expect("the event");
        let before = event.body.get("before").cloned().unwrap_or_default();
        write(&store, move |tx| tx.undo_newcomer(&undoing(li), li, &before)).await;
        let grades = read(&store, |tx| tx.grades_on(day("03-05"))).await;
        assert_eq!(grades.newcomer(li), left.as_ref(), "{kind}");
    }
}
