//! 周排行: on Mondays at 09:00 last week's board, by conversion rate.

use crate::daily_ranking::{Board, post};
use bot::{CatchUp, Desk, Outcome, Schedule, Stop};
use domain::calendar::DAY;
use domain::settings::catalogue::ranking::WEEKLY_AT;
use domain::{EpochMs, Period};

pub(crate) const SCHEDULE: Schedule = Schedule {
    name: "weekly_ranking",
    summary: "每周一（09:00）发上周排行",
    cron: "0 9 * * 1",
    at: Some(&WEEKLY_AT),
    catch_up: CatchUp::Once,
    max_late: 3 * DAY,
    run,
};

fn run(desk: &mut Desk<'_, '_>, fire_at: EpochMs) -> Result<Outcome, Stop> {
    let span = Period::Week.before(desk.calendar().date(fire_at));
    let (from, to) = (span.from.format("%m-%d"), span.to.format("%m-%d"));
    let board = Board {
        period: Period::Week,
        span,
        title: &format!("上周排行 {from}至{to}"),
        key: &format!("ranking:week:{}", span.from),
        hint: "看自己发「我的 周」",
        provisional: true,
        subject: None,
        before: None,
    };
    post(desk, fire_at, &board)
}
