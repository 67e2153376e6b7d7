//! Leave: decided level by level and once, taken back, ended early by halves and minutes, counted.

use super::desk::{at, undoing};
use super::{day, person, read, recorded, write};
use crate::engines::Database;
use domain::calendar::{Calendar, DAY, HOUR, MINUTE};
use domain::leave::{Duty, Kind, Part, Piece, Route, Share};
use domain::settings::Book;
use domain::{EpochMs, PersonId, Role, Span};
use serde_json::Value;
use store::{Certificate, Error, Leave, LeaveState, NewLeave, Tx};

fn duty(date: &str) -> Duty {
    let start = at(&format!("{date} 08:00"));
    Duty { date: day(date), parts: vec![(start, start + 8 * HOUR)] }
}

fn piece(date: &str, part: Part) -> Piece {
    duty(date).piece(part).expect("something")
}

/// Asks for leave on these days, to be decided by these.
fn ask(
    tx: &mut Tx<'_>,
    who: PersonId,
    pieces: &[Piece],
    levels: &[Role],
    now: EpochMs,
) -> Result<Leave, Error> {
    let route = Route {
        levels: levels.to_vec(),
        step: 6,
        rule: "R-138",
        flags: Vec::new(),
        notice_ok: true,
        months: Vec::new(),
    };
    let new = NewLeave {
        kind: Kind::Personal,
        pieces,
        from: pieces[0].from,
        to: pieces[pieces.len() - 1].to,
        route: &route,
        substitute: None,
        reason: Some("家里有事"),
        calendar: &Calendar::default(),
        now,
    };
    tx.request_leave(&recorded(who).tend(), &new)
}

/// Decides as somebody; the right is his who decides.
fn decide(
    tx: &mut Tx<'_>,
    by: PersonId,
    who: PersonId,
    yes: bool,
    now: EpochMs,
) -> Result<Option<Leave>, Error> {
    let over = undoing(by).over(Some(who));
    tx.decide_leave(&over, 1, yes, day("03-12"), now)
}

const NOW: &str = "03-10 09:00";

pub(super) async fn each_level_says_its_word_once(database: Database) {
    let store = database.open(at(NOW)).await;
    let (zhang, lead) = (person(&store, "张三").await, person(&store, "王五").await);
    let chief = person(&store, "赵六").await;
    let now = at(NOW);
    let asked = write(&store, move |tx| {
        ask(tx, zhang, &[piece("03-12", Part::Whole)], &[Role::Lead, Role::Supervisor], now)
    })
    .await;
    assert_eq!((asked.label(), asked.waits_for()), ("L1".to_owned(), Some(Role::Lead)));
    let first = write(&store, move |tx| decide(tx, lead, zhang, true, now)).await.expect("decided");
    assert_eq!((first.state, first.waits_for()), (LeaveState::Open, Some(Role::Supervisor)));
    let last = write(&store, move |tx| decide(tx, chief, zhang, true, now + 1)).await.expect("decided");
    assert_eq!((last.state, last.decided), (LeaveState::Approved, Some((chief, now + 1))));
    let again = write(&store, move |tx| decide(tx, chief, zhang, false, now + 2)).await;
    assert_eq!(again, None, "a second press changes nothing");
    let says = read(&store, |tx| tx.leave_says(1)).await;
    let said: Vec<_> = says.iter().map(|say| (say.level, say.by, say.approved)).collect();
    assert_eq!(said, [(0, lead, true), (1, chief, true)]);
    assert_eq!(read(&store, |tx| tx.leave_reason(1)).await.as_deref(), Some("家里有事"));
    assert!(!write(&store, move |tx| tx.lapse_leave(1, day("03-12"), now)).await, "it was granted");
}

pub(super) async fn two_who_decide_at_once_end_in_one_state(database: Database) {
    let store = database.open(at(NOW)).await;
    let (zhang, lead) = (person(&store, "张三").await, person(&store, "王五").await);
    let now = at(NOW);
    write(&store, move |tx| ask(tx, zhang, &[piece("03-12", Part::Whole)], &[Role::Lead], now)).await;
    let handles = [&store];
    let decided = super::write_at_once(&handles, 6, super::own_lane, move |tx, number| match number {
        5 => tx.withdraw_leave(&recorded(zhang).tend(), 1, day("03-10"), now).map(usize::from),
        _ => decide(tx, lead, zhang, number.is_multiple_of(2), now).map(|done| usize::from(done.is_some())),
    })
    .await;
    let winners: usize = decided.into_iter().map(|done| done.expect("carried out")).sum();
    let leave = read(&store, |tx| tx.leave(1)).await.expect("a leave");
    let says = read(&store, |tx| tx.leave_says(1)).await;
    assert_eq!(says.len(), usize::from(leave.decided.is_some()), "one word at the most");
    // Granted and then withdrawn are two changes, each once; everything else is one.
    let both = leave.state == LeaveState::Withdrawn && says.len() == 1;
    assert_eq!(winners, 1 + usize::from(both), "{:?}", leave.state);
}

pub(super) async fn a_word_is_taken_back_and_said_anew(database: Database) {
    let store = database.open(at(NOW)).await;
    let (zhang, lead) = (person(&store, "张三").await, person(&store, "王五").await);
    let now = at(NOW);
    write(&store, move |tx| {
        let leave = ask(tx, zhang, &[piece("03-12", Part::Whole)], &[Role::Lead], now)?;
        decide(tx, lead, zhang, true, now)?;
        tx.settle_certificate(Some(lead), &leave, Certificate::Due(day("03-16")), now)
    })
    .await;
    let state = async || read(&store, |tx| tx.leave(1)).await.expect("a leave");
    // A word of another level does not stand last.
    assert_eq!(write(&store, move |tx| tx.undo_leave_decision(&undoing(lead), 1, 3)).await, None);
    let open = write(&store, move |tx| tx.undo_leave_decision(&undoing(lead), 1, 0)).await.expect("undone");
    assert_eq!((open.state, open.level, open.decided), (LeaveState::Open, 0, None));
    assert_eq!(open.certificate, Certificate::None, "nothing is waited for any more");
    write(&store, move |tx| decide(tx, lead, zhang, true, now)).await.expect("granted anew");
    // Taken away, and that taken back.
    let over = move || undoing(lead).over(Some(zhang));
    assert!(!write(&store, move |tx| tx.revoke_leave(&over(), 1, at("03-12 08:00"))).await, "it has begun");
    assert!(write(&store, move |tx| tx.revoke_leave(&over(), 1, at("03-12 07:59:59"))).await);
    assert_eq!(state().await.state, LeaveState::Refused);
    let granted =
        write(&store, move |tx| tx.undo_leave_decision(&undoing(lead), 1, 1)).await.expect("undone");
    assert_eq!((granted.state, granted.decided), (LeaveState::Approved, Some((lead, now))));
    // Withdrawn, and that taken back.
    assert!(write(&store, move |tx| tx.withdraw_leave(&recorded(zhang).tend(), 1, day("03-10"), now)).await);
    let others = move |tx: &mut Tx<'_>| tx.withdraw_leave(&recorded(lead).tend(), 1, day("03-10"), now);
    assert!(!write(&store, others).await, "nobody withdraws what is somebody else's");
    let due = Some(day("03-16"));
    let back = write(&store, move |tx| tx.undo_leave_withdrawal(&undoing(zhang), 1, true, due, day("03-12")))
        .await
        .expect("undone");
    assert_eq!((back.state, back.due()), (LeaveState::Approved, due));
}

pub(super) async fn what_nobody_decides_lapses(database: Database) {
    let store = database.open(at(NOW)).await;
    let zhang = person(&store, "张三").await;
    let now = at(NOW);
    let pieces = [piece("03-12", Part::Whole)];
    write(&store, move |tx| ask(tx, zhang, &pieces, &[Role::Director], now)).await;
    assert_eq!(read(&store, |tx| tx.open_leaves()).await.len(), 1);
    assert!(write(&store, move |tx| tx.lapse_leave(1, day("03-12"), now)).await);
    assert!(!write(&store, move |tx| tx.lapse_leave(1, day("03-12"), now)).await, "once");
    assert_eq!(write(&store, move |tx| decide(tx, zhang, zhang, true, now)).await, None);
    assert_eq!(read(&store, |tx| tx.open_leaves()).await, []);
    let book = Book::default();
    let month = Span { from: day("03-01"), to: day("03-31") };
    assert_eq!(read(&store, move |tx| tx.leave_taken(zhang, month, 0, &book)).await, [], "nothing is taken");
}

pub(super) async fn what_is_left_is_given_back(database: Database) {
    let store = database.open(at(NOW)).await;
    let (zhang, lead) = (person(&store, "张三").await, person(&store, "王五").await);
    let now = at(NOW);
    let pieces = [piece("03-11", Part::Whole), piece("03-12", Part::Whole), piece("03-13", Part::First)];
    write(&store, move |tx| {
        ask(tx, zhang, &pieces, &[Role::Lead], now)?;
        decide(tx, lead, zhang, true, now)
    })
    .await;
    let month = Span { from: day("03-01"), to: day("03-31") };
    let sum = async || {
        let days = read(&store, move |tx| tx.leave_days_of(zhang, month)).await;
        let taken = read(&store, move |tx| tx.leave_taken(zhang, month, 0, &Book::default())).await;
        let shares: Share = taken.iter().map(|taken| taken.share).sum();
        assert_eq!(shares, days.iter().map(|day| day.piece.share).sum(), "both read the same");
        shares
    };
    assert_eq!(sum().await, Share::halves(5));
    let off = async |date| {
        let off = read(&store, move |tx| tx.whole_days_off(Span::day(day(date)))).await;
        off.contains(&(zhang, day(date)))
    };
    assert!(off("03-12").await && !off("03-13").await, "half a day is no day off");
    // On the 12th he is back after two hours and a quarter; the half of the 13th is given back whole.
    let back = at("03-12 08:00") + 135 * MINUTE;
    let ended = write(&store, move |tx| {
        tx.end_leave(&recorded(zhang).tend(), 1, back, 135, &Calendar::default(), back)
    })
    .await;
    assert_eq!(ended.map(|leave| leave.to), Some(back));
    assert_eq!(sum().await, Share::halves(2) + Share::minutes(135, 480));
    assert!(!off("03-12").await);
    let away = async |at: EpochMs| {
        let span = Span { from: day("03-11"), to: day("03-13") };
        read(&store, move |tx| tx.is_away(zhang, span, at)).await
    };
    assert!(away(back - 1).await && !away(back).await && !away(at("03-13 09:00")).await);
    let twice = write(&store, move |tx| {
        tx.end_leave(&recorded(zhang).tend(), 1, back, 0, &Calendar::default(), back)
    })
    .await;
    assert_eq!(twice, None, "nothing is left");
    // By what the event kept it is as before.
    let event = read(&store, move |tx| tx.recent_events(zhang, 0, 20)).await;
    let event = event.into_iter().find(|event| event.kind == "leave.ended").expect("the event");
    let before = event.body.get("before").and_then(Value::as_array).expect("kept").clone();
    let until = event.body.get("until").and_then(Value::as_str).and_then(Calendar::instant).expect("kept");
    let undone =
        write(&store, move |tx| tx.undo_leave_end(&undoing(zhang), 1, &before, until)).await.expect("undone");
    assert_eq!((undone.to, sum().await), (at("03-13 12:00"), Share::halves(5)));
}

pub(super) async fn the_paper_is_waited_for_and_comes(database: Database) {
    let store = database.open(at(NOW)).await;
    let (zhang, lead) = (person(&store, "张三").await, person(&store, "王五").await);
    let now = at(NOW);
    let settle = async |certificate| {
        write(&store, move |tx| {
            let leave = tx.leave(1)?.expect("a leave");
            tx.settle_certificate(Some(lead), &leave, certificate, now)
        })
        .await;
        read(&store, |tx| tx.waited_certificates()).await.len()
    };
    let pieces = [piece("03-12", Part::Whole)];
    write(&store, move |tx| ask(tx, zhang, &pieces, &[Role::Lead], now)).await;
    assert_eq!(settle(Certificate::Due(day("03-16"))).await, 1);
    assert_eq!(settle(Certificate::Missing).await, 0);
    assert_eq!(settle(Certificate::Received).await, 0, "late is better than never");
    let events = read(&store, move |tx| tx.recent_events(lead, now - DAY, 10)).await;
    let kinds: Vec<&str> = events.iter().rev().map(|event| event.kind.as_str()).collect();
    assert_eq!(kinds, ["leave.certificate_due", "leave.certificate_missing", "leave.certificate_received"]);
    assert_eq!(events.iter().filter(|event| event.body.contains_key("due")).count(), 2);
}
