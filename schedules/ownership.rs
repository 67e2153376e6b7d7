//! 保护期提醒: the owner is warned before his protection ends, on its last day, and before the three months end; from the day
//! after the last protected one the patient stands in a masked list in the group, for whoever wants to follow him up.

use crate::shared;
use bot::{CatchUp, Desk, Outcome, Said, Schedule, Stop, purpose};
use domain::EpochMs;
use domain::calendar::{DAY, shift_days};
use domain::followup::{Notice, Which, notices};
use domain::quiet::QuietHours;
use domain::rights::Over;
use domain::settings::catalogue::attribution::CLAIM_WARN_DAYS;
use domain::settings::catalogue::followups::DIGEST_AT;
use std::collections::BTreeMap;

pub(crate) const SCHEDULE: Schedule = Schedule {
    name: "ownership",
    summary: "每天（08:30）提醒快到期的保护期，公布已过期的",
    cron: "30 8 * * *",
    at: Some(&DIGEST_AT),
    // One run announces whatever was not announced before.
    catch_up: CatchUp::Once,
    max_late: 92 * DAY,
    run,
};

/// Days for which an end that was not announced is still looked for.
const BACK: i64 = 31;
/// Patients that one post lists.
const LISTED: usize = 20;

fn run(desk: &mut Desk<'_, '_>, fire_at: EpochMs) -> Result<Outcome, Stop> {
    let (today, now) = (desk.today(), desk.now);
    let book = desk.book()?;
    let warned = i64::from(book.count(&CLAIM_WARN_DAYS, today));
    let near = desk.tx.ending_soon(shift_days(today, -BACK), today, shift_days(today, warned))?;
    let mut told: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    let mut released = Vec::new();
    for known in near {
        let by = Over::by_program(Some(known.owner));
        for notice in notices(known.terms.protection, &book, today) {
            if !desk.tx.announce_end(&by, &known, notice, now)? {
                continue;
            }
            let patient = shared::masked(desk, &known.label())?;
            let clocks = known.terms.protection;
            let what = match notice {
                Notice::Soon(Which::NinetyDays, left) => format!("保护期剩{left}天（到 {}）", clocks.until),
                Notice::Soon(Which::ThreeMonths, left) => {
                    format!("免再咨询期剩{left}天（到 {}），过了要再咨询才算", clocks.credit_until)
                }
                Notice::LastDay => "今天是保护期最后一天".to_owned(),
                Notice::Released => {
                    released.push(format!("{} {patient}", known.label()));
                    "保护期已过，别人也能跟进；你仍可以回访".to_owned()
                }
            };
            told.entry(known.owner).or_default().push(format!("{} {patient} · {what}", known.label()));
        }
    }
    let duty = desk.tx.duty_on(today, now)?;
    let quiet = QuietHours::on(&book, today);
    let directory = desk.directory()?;
    for (owner, lines) in told {
        // Whoever is off is not disturbed: whoever stands in sees whose it is.
        let Some(reader) = duty.assignee(owner, false).map(|found| found.person) else { continue };
        let shift = desk.tx.rota_on(reader, today)?.and_then(|row| row.shift);
        let at = quiet.earliest(desk.calendar(), now, shift.as_ref());
        if at > now {
            return Ok(Outcome::Snooze(at));
        }
        let whose = if reader == owner { String::new() } else { format!("{}的", directory.label(owner)) };
        let text = format!(
            "{whose}保护期提醒（R-094、R-095）：\n{}\n联系患者后登记，例：回访 Y编号 改约 日期 原因 …{}",
            lines.join("\n"),
            shared::late(desk, fire_at)
        );
        desk.tell(reader, Some(&format!("ownership:{today}:{owner}")), &Said::text(text), true)?;
    }
    if !released.is_empty() {
        let more = released.len().saturating_sub(LISTED);
        let count = released.len();
        released.truncate(LISTED);
        let more = if more > 0 { format!("\n另有{more}位") } else { String::new() };
        let text = format!(
            "过了90天保护期、可以接手的{count}位（R-094）：\n{}{more}\n接手请发：领取 Y编号",
            released.join("\n")
        );
        desk.post(purpose::REMINDERS, &format!("released:{today}"), &Said::text(text))?;
    }
    Ok(Outcome::Done)
}
