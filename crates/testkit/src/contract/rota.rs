//! The rota: one row a person and day, with the reminders that hang on it.

use super::{NOON, day, over, person, read, write};
use crate::engines::Database;
use domain::calendar::{DAY, HOUR, MINUTE};
use domain::settings::Value;
use domain::settings::catalogue::reports::{NUDGE_FIRST, NUDGE_LAST, NUDGE_SECOND};
use domain::shift::Shift;
use domain::{EpochMs, Span};
use store::{ABSENCE_CHECK, REPORT_NUDGE, REST};

fn shift(date: &str, name: &str, start: EpochMs, end: EpochMs) -> Shift {
    Shift { date: day(date), name: name.to_owned(), start, end }
}

pub(super) async fn a_day_is_planned_and_planned_again(database: Database) {
    let store = database.open(NOON).await;
    let (zhang, li) = (person(&store, "张三").await, person(&store, "李四").await);
    let early = shift("03-02", "早班", NOON - 4 * HOUR, NOON + 4 * HOUR);
    let late = shift("03-02", "晚班", NOON + 4 * HOUR, NOON + 11 * HOUR);
    {
        let (early, late) = (early.clone(), late.clone());
        write(&store, move |tx| {
            tx.set_rota(&over(zhang), day("03-02"), Some(&early), NOON)?;
            tx.set_rota(&over(li), day("03-02"), Some(&early), NOON)?;
            tx.set_rota(&over(li), day("03-03"), None, NOON)?;
            tx.set_rota(&over(zhang), day("03-02"), Some(&late), NOON)
        })
        .await;
    }
    let on = async |person, date| read(&store, move |tx| tx.rota_on(person, date)).await;
    assert_eq!(on(zhang, day("03-02")).await.and_then(|row| row.shift), Some(late));
    let rest = on(li, day("03-03")).await.expect("planned");
    assert_eq!((&*rest.name, rest.shift), (REST, None));
    assert_eq!(on(zhang, day("03-03")).await, None, "nothing is planned");

    let span = Span { from: day("03-02"), to: day("03-03") };
    let rows = read(&store, move |tx| tx.rota_between(span)).await;
    let told: Vec<_> = rows.iter().map(|row| (row.date, row.person, &*row.name)).collect();
    assert_eq!(told, [(day("03-02"), zhang, "晚班"), (day("03-02"), li, "早班"), (day("03-03"), li, REST)]);
    write(&store, move |tx| tx.clear_rota(&over(li), day("03-02"), NOON)).await;
    assert_eq!(on(li, day("03-02")).await, None);
}

pub(super) async fn the_latest_shift_is_found(database: Database) {
    let store = database.open(NOON).await;
    let zhang = person(&store, "张三").await;
    let latest = async |now| {
        let shift = read(&store, move |tx| tx.latest_shift(zhang, now)).await;
        shift.map(|shift| shift.date)
    };
    assert_eq!(latest(NOON).await, None);
    write(&store, move |tx| {
        let first = shift("03-02", "早班", NOON, NOON + 8 * HOUR);
        let second = shift("03-03", "夜班", NOON + DAY, NOON + DAY + 12 * HOUR);
        tx.set_rota(&over(zhang), day("03-02"), Some(&first), NOON)?;
        tx.set_rota(&over(zhang), day("03-03"), Some(&second), NOON)?;
        tx.set_rota(&over(zhang), day("03-04"), None, NOON)
    })
    .await;
    assert_eq!(latest(NOON - 1).await, None, "it has not begun");
    assert_eq!(latest(NOON).await, Some(day("03-02")));
    assert_eq!(latest(NOON + DAY - 1).await, Some(day("03-02")));
    assert_eq!(latest(NOON + DAY).await, Some(day("03-03")));
    assert_eq!(latest(NOON + 30 * DAY).await, Some(day("03-03")), "a rest day is no shift");
}

/// How long before the end they come, as long as nobody has set it otherwise.
fn nudges() -> [i64; 3] {
    [&NUDGE_FIRST, &NUDGE_SECOND, &NUDGE_LAST].map(|nudge| match nudge.default {
        Value::Whole(minutes) => minutes,
        other => panic!("{} is {other:?}", nudge.key),
    })
}

/// they move when the shift moves, and go when it goes.
pub(super) async fn reminders_hang_on_the_shift(database: Database) {
    let store = database.open(NOON).await;
    let zhang = person(&store, "张三").await;
    let due = async || {
        let due = read(&store, |tx| tx.due_reminders(EpochMs::MAX, 100)).await;
        assert!(due.iter().all(|reminder| reminder.person == zhang));
        let (checks, nudges): (Vec<_>, Vec<_>) =
            due.into_iter().partition(|reminder| reminder.kind == ABSENCE_CHECK);
        assert!(nudges.iter().all(|reminder| reminder.kind == REPORT_NUDGE));
        // At the end of the shift, with the last reminder of the report.
        let ends = checks.iter().map(|check| (check.due_at, check.subject.as_str()));
        let last = nudges.last().map(|nudge| (nudge.due_at, "2026-03-02"));
        assert_eq!(ends.collect::<Vec<_>>(), last.into_iter().collect::<Vec<_>>());
        nudges.into_iter().map(|reminder| (reminder.due_at, reminder.subject)).collect::<Vec<_>>()
    };
    let before = |end: EpochMs, minutes: &[i64]| {
        minutes.iter().map(|m| (end - m * MINUTE, format!("2026-03-02 {m}"))).collect::<Vec<_>>()
    };
    let plan = async |end: Option<EpochMs>, now| {
        let shift = end.map(|end| shift("03-02", "早班", NOON - 4 * HOUR, end));
        write(&store, move |tx| tx.set_rota(&over(zhang), day("03-02"), shift.as_ref(), now)).await;
    };
    let end = NOON + 4 * HOUR;
    plan(Some(end), NOON).await;
    assert_eq!(due().await, before(end, &nudges()));
    plan(Some(end + HOUR), NOON).await;
    assert_eq!(due().await, before(end + HOUR, &nudges()), "moved, not doubled");
    plan(None, NOON).await;
    assert_eq!(due().await, []);
    plan(Some(end), end - 15 * MINUTE).await;
    assert_eq!(due().await, before(end, &[0]), "those in the past are not set");
    write(&store, move |tx| tx.clear_rota(&over(zhang), day("03-02"), NOON)).await;
    assert_eq!(due().await, []);
}
