//! 月排行: the last month's board, provisional first, and final when the month has been reconciled; what has changed since
//! is told. A month that was opened again gets a corrected board when it is closed again. With the final one
//! the titles and the last place are proposed.

mod awards;

use crate::reconciliation_closing::close_due;
use bot::board::{self, Posted, Posting};
use bot::{CatchUp, Desk, Outcome, Schedule, Stop};
use domain::calendar::{DAY, previous_day};
use domain::reconciliation::{Month, final_ranking_day, provisional_ranking_day};
use domain::settings::catalogue::ranking::MONTHLY_AT;
use domain::{EpochMs, Period};
use store::BoardState;

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

fn run(desk: &mut Desk<'_, '_>, fire_at: EpochMs) -> Result<Outcome, Stop> {
    let day = desk.calendar().date(fire_at);
    let month = Month::before(day);
    let book = desk.book()?;
    revise_awards(desk, fire_at)?;
    let reopened = desk.tx.reopened_until(previous_day(day))?;
    if !reopened.is_empty() {
        close_due(desk)?;
        for month in reopened.into_iter().filter(|month| day > final_ranking_day(&book, *month)) {
            board(desk, fire_at, month, &format!("final:{day}"), "更正")?;
        }
    }
    if day == final_ranking_day(&book, month) {
        close_due(desk)?;
        return board(desk, fire_at, month, "final", "正式");
    }
    if day == provisional_ranking_day(&book, month) {
        return board(desk, fire_at, month, "provisional", "暂定");
    }
    Ok(Outcome::Done)
}

/// Proposes anew what hangs on a month's board where it was settled, or corrected, with other figures since the day before.
fn revise_awards(desk: &mut Desk<'_, '_>, fire_at: EpochMs) -> Result<(), Stop> {
    let month = Month::before(previous_day(desk.calendar().date(fire_at)));
    let Some(kept) = desk.tx.posted_board(Period::Month, month.span())? else { return Ok(()) };
    // A version that was opened to objections brought its proposals when it was posted.
    let is_corrected = kept.state == BoardState::Settled && kept.confirmation.is_none();
    if is_corrected && kept.settled_at.is_some_and(|at| at >= fire_at - DAY) {
        let key = format!("ranking:month:{}:v{}", month.code(), kept.version);
        awards::revise(desk, month, &kept.board, &key)?;
    }
    Ok(())
}

fn board(
    desk: &mut Desk<'_, '_>,
    fire_at: EpochMs,
    month: Month,
    which: &str,
    word: &str,
) -> Result<Outcome, Stop> {
    let today = desk.calendar().date(fire_at);
    let provisional = which == "provisional";
    let posting = Posting {
        period: Period::Month,
        span: month.span(),
        title: &format!("{}排行（{word}）", month.told(today)),
        key: &format!("ranking:month:{}:{which}", month.code()),
        hint: if provisional {
            "对账截止后发正式排行；看依据发「为什么 上月」"
        } else if Month::before(today) == month {
            "看依据发「为什么 上月」"
        } else {
            // No word asks for a month before the last one.
            "有疑问请找主管"
        },
        provisional,
        precedes: provisional,
        subject: Some(&format!("排行{}", month.code())),
    };
    match board::post(desk, fire_at, &posting)? {
        Posted::Yes(board) => {
            if !provisional {
                awards::propose(desk, month, &board, posting.key)?;
            }
            Ok(Outcome::Done)
        }
        Posted::Not(outcome) => Ok(outcome),
    }
}
