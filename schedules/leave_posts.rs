//! 请假公示: at 17:00 tomorrow's leaves are posted for the group to confirm, and on Fridays those of the coming week are
//! named.

use bot::leave_post::{by_leave, post_leaves};
use bot::{CatchUp, Desk, Outcome, Said, Schedule, Stop, purpose};
use domain::calendar::{HOUR, day_name, next_day, shift_days};
use domain::leave::{Piece, group_line};
use domain::settings::catalogue::leave::POST_AT;
use domain::{EpochMs, Span};

pub(crate) const TOMORROW: Schedule = Schedule {
    name: "leave_post",
    summary: "每天（17:00）公示明天请假的人",
    cron: "0 17 * * *",
    at: Some(&POST_AT),
    catch_up: CatchUp::Once,
    // Until the day itself has begun.
    max_late: 7 * HOUR,
    run: tomorrow,
};

pub(crate) const WEEK: Schedule = Schedule {
    name: "leave_week",
    summary: "周五（17:00）预告下周请假的人",
    cron: "0 17 * * 5",
    at: Some(&POST_AT),
    catch_up: CatchUp::Once,
    max_late: 48 * HOUR,
    run: week,
};

fn tomorrow(desk: &mut Desk<'_, '_>, fire_at: EpochMs) -> Result<Outcome, Stop> {
    let today = desk.calendar().date(fire_at);
    post_leaves(desk, next_day(today), &[])
}

fn week(desk: &mut Desk<'_, '_>, fire_at: EpochMs) -> Result<Outcome, Stop> {
    let today = desk.calendar().date(fire_at);
    let monday = shift_days(today, 3);
    let span = Span { from: monday, to: shift_days(monday, 6) };
    let directory = desk.directory()?;
    let leaves = by_leave(desk.tx.leave_days(span)?);
    if leaves.is_empty() {
        return Ok(Outcome::Cancel("nobody_away".to_owned()));
    }
    let mut lines = Vec::new();
    for days in leaves.values() {
        let Some(first) = days.first() else { continue };
        let pieces: Vec<Piece> = days.iter().map(|day| day.piece).collect();
        let name = directory.label(first.person);
        lines.push(match pieces.as_slice() {
            [one] => format!("{} {}", day_name(one.date), group_line(&name, &pieces, desk.calendar())),
            _ => group_line(&name, &pieces, desk.calendar()),
        });
    }
    let text = format!("下周请假预告：\n{}\n前一天下午会再公示，请组长提前安排。", lines.join("\n"));
    if desk.post(purpose::LEAVE, &format!("leave_week:{monday}"), &Said::text(text))? == 0 {
        return Ok(Outcome::Cancel("no_chat".to_owned()));
    }
    Ok(Outcome::Done)
}
