//! 周排行: on Mondays at 09:00 last week's board, by conversion rate; leads are told in private who of their
//! group was low.

use crate::daily_ranking::low;
use bot::board::{self, Posted, Posting};
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
    let name = board::named(Period::Week, span, desk.today());
    let posting = Posting {
        period: Period::Week,
        span,
        title: &format!("上周排行 {name}"),
        key: &format!("ranking:week:{}", span.from),
        hint: "看依据发「为什么 上周」",
        provisional: true,
        precedes: false,
        subject: None,
    };
    match board::post(desk, fire_at, &posting)? {
        Posted::Yes(board) => {
            let title = format!("{name}转化偏低，请安排辅导");
            low::tell_leads(desk, &board, &title, &posting)?;
            low::tell_supervisors(desk, &board, &title, &posting)?;
            Ok(Outcome::Done)
        }
        Posted::Not(outcome) => Ok(outcome),
    }
}
