//! 日排行: at 09:00 yesterday's board is posted to the chats with the purpose 排行, and the supervisor is told in
//! private who was low.

pub(crate) mod low;

use bot::board::{self, Posted, Posting};
use bot::{CatchUp, Desk, Outcome, Schedule, Stop};
use domain::calendar::{HOUR, day_name, previous_day};
use domain::settings::catalogue::ranking::DAILY_AT;
use domain::{EpochMs, Period, Span};

pub(crate) const SCHEDULE: Schedule = Schedule {
    name: "daily_ranking",
    summary: "每天（09:00）发昨日排行",
    cron: "0 9 * * *",
    at: Some(&DAILY_AT),
    catch_up: CatchUp::Once,
    // Yesterday's board is still worth reading until the evening.
    max_late: 12 * HOUR,
    run,
};

fn run(desk: &mut Desk<'_, '_>, fire_at: EpochMs) -> Result<Outcome, Stop> {
    let span = Span::day(previous_day(desk.calendar().date(fire_at)));
    let name = day_name(span.from);
    let posting = Posting {
        period: Period::Day,
        span,
        title: &format!("昨日排行 {name}"),
        key: &format!("ranking:day:{}", span.from),
        hint: "看依据发「为什么 昨日」",
        provisional: true,
        precedes: false,
        subject: None,
    };
    match board::post(desk, fire_at, &posting)? {
        Posted::Yes(board) => {
            low::tell_supervisors(desk, &board, &format!("{name}转化偏低"), &posting)?;
            Ok(Outcome::Done)
        }
        Posted::Not(outcome) => Ok(outcome),
    }
}
