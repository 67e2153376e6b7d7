//! 月排行: the last month's board, provisional first, and final when the month has been reconciled; what has changed since
//! is told. A month that was opened again gets a corrected board when it is closed again.

use crate::daily_ranking::{Board, post};
use crate::reconciliation_closing::close_due;
use bot::{CatchUp, Desk, Outcome, Schedule, Stop};
use domain::calendar::{DAY, previous_day};
use domain::reconciliation::{Month, final_ranking_day, provisional_ranking_day};
use domain::settings::catalogue::ranking::MONTHLY_AT;
use domain::{EpochMs, Period};
use serde_json::Value;
use std::collections::BTreeMap;

pub(crate) const SCHEDULE: Schedule = Schedule {
    name: "monthly_ranking",
    summary: "每月（09:00）发上月排行：1 日暂定，对账截止后正式",
    cron: "0 9 * * *",
    at: Some(&MONTHLY_AT),
    // The day decides which board it is, so none is merged into a later day's.
    catch_up: CatchUp::Each,
    max_late: 10 * DAY,
    run,
};

/// Events of a month's boards that are looked through for the newest one.
const BOARDS: i64 = 20;

fn run(desk: &mut Desk<'_, '_>, fire_at: EpochMs) -> Result<Outcome, Stop> {
    let day = desk.calendar().date(fire_at);
    let month = Month::before(day);
    let book = desk.book()?;
    if day == final_ranking_day(&book, month) {
        close_due(desk)?;
        return board(desk, fire_at, month, "final", "正式");
    }
    let reopened = desk.tx.reopened_until(previous_day(day))?;
    if !reopened.is_empty() {
        close_due(desk)?;
        for month in reopened.into_iter().filter(|month| day > final_ranking_day(&book, *month)) {
            board(desk, fire_at, month, &format!("final:{day}"), "更正")?;
        }
    }
    if day == provisional_ranking_day(&book, month) {
        return board(desk, fire_at, month, "provisional", "暂定");
    }
    Ok(Outcome::Done)
}

fn board(
    desk: &mut Desk<'_, '_>,
    fire_at: EpochMs,
    month: Month,
    which: &str,
    word: &str,
) -> Result<Outcome, Stop> {
    let subject = subject(month);
    let before = last_board(desk, &subject)?;
    let today = desk.calendar().date(fire_at);
    let provisional = which == "provisional";
    let hint = if provisional {
        "对账截止后发正式排行；看自己发「我的」"
    } else {
        "看自己发「我的」；有异议请找主管"
    };
    post(
        desk,
        fire_at,
        &Board {
            period: Period::Month,
            span: month.span(),
            title: &format!("{}排行（{word}）", month.told(today)),
            key: &format!("ranking:month:{}:{which}", month.code()),
            hint,
            provisional,
            subject: Some(&subject),
            before: before.filter(|_| !provisional),
        },
    )
}

/// What a month's boards are about, in events.
fn subject(month: Month) -> String {
    format!("排行{}", month.code())
}

/// The arrivals by person of the newest board of a month.
fn last_board(desk: &mut Desk<'_, '_>, subject: &str) -> Result<Option<BTreeMap<i64, u32>>, Stop> {
    let events = desk.tx.events_about(subject, BOARDS)?;
    let newest = events.iter().filter(|event| event.kind == "ranking.posted").max_by_key(|event| event.seq);
    let rows = newest.and_then(|event| event.body.get("rows")).and_then(Value::as_array);
    Ok(rows.map(|rows| {
        rows.iter()
            .filter_map(|row| {
                let arrivals =
                    row.get("arrivals").and_then(Value::as_u64).and_then(|count| count.try_into().ok());
                Some((row.get("person")?.get("$p")?.as_i64()?, arrivals?))
            })
            .collect()
    }))
}
