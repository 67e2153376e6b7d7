//! 证明和余假: on each morning those who owe a certificate are reminded, what has not come in time goes to the supervisor
//! on the 20th everybody hears what is left of the month.

use bot::{CatchUp, Desk, Outcome, Said, Schedule, Stop};
use chrono::Datelike;
use domain::calendar::{DAY, HOUR, day_name};
use domain::leave::{Share, month_of};
use domain::settings::catalogue::leave::{AWAY_CAP_DAYS, UNUSED_REMINDER_DAY};
use domain::{EpochMs, Period, Role};
use store::{Certificate, LeaveState};

pub(crate) const PAPERS: Schedule = Schedule {
    name: "leave_papers",
    summary: "每天 09:30 提醒补病假证明，逾期报主管",
    cron: "30 9 * * *",
    at: None,
    catch_up: CatchUp::Once,
    max_late: 31 * DAY,
    run: papers,
};

pub(crate) const UNUSED: Schedule = Schedule {
    name: "leave_unused",
    summary: "每月（20日）提醒还没休的假",
    cron: "0 10 * * *",
    at: None,
    catch_up: CatchUp::Once,
    max_late: 12 * HOUR,
    run: unused,
};

fn papers(desk: &mut Desk<'_, '_>, fire_at: EpochMs) -> Result<Outcome, Stop> {
    let today = desk.calendar().date(fire_at);
    let directory = desk.directory()?;
    for leave in desk.tx.waited_certificates()? {
        let Certificate::Due(due) = leave.certificate else { continue };
        let label = leave.label();
        if leave.state != LeaveState::Approved {
            continue;
        }
        if due >= today {
            // Whoever is still away has nothing to hand in yet.
            if leave.to <= desk.now {
                // A group may read it, so what is to be handed in stands in 请假单 only.
                let said = Said::text(format!(
                    "{label} 的材料请在 {}（含）前交，逾期由主管决定怎样算；私聊发「请假单 {label}」看。",
                    day_name(due)
                ));
                desk.tell(leave.person, Some(&format!("leave_paper:{label}:{today}")), &said, true)?;
            }
            continue;
        }
        desk.tx.settle_certificate(None, &leave, Certificate::Missing, desk.now)?;
        let whose = directory.label(leave.person);
        let own = Said::text(format!(
            "{label} 的材料到期没有交，已报主管决定；私聊发「请假单 {label}」看怎样补交。"
        ));
        desk.tell(leave.person, Some(&format!("leave_paper:{label}:missing")), &own, true)?;
        let said = Said::text(format!(
            "{label} {whose}的材料到 {} 还没有交，请决定怎样算；私聊发「请假单 {label}」看。",
            day_name(due)
        ));
        for person in leave.deciders(&directory, Role::Supervisor, desk.now, desk.today()) {
            desk.tell(person, Some(&format!("leave_paper:{label}:missing:{person}")), &said, true)?;
        }
    }
    Ok(Outcome::Done)
}

fn unused(desk: &mut Desk<'_, '_>, fire_at: EpochMs) -> Result<Outcome, Stop> {
    let today = desk.calendar().date(fire_at);
    let book = desk.book()?;
    if today.day() != book.count(&UNUSED_REMINDER_DAY, today) {
        return Ok(Outcome::Cancel("other_day".to_owned()));
    }
    let month = Period::Month.around(today);
    let most = book.count(&AWAY_CAP_DAYS, month_of(today));
    let directory = desk.directory()?;
    for person in directory.people(desk.now) {
        if !person.roles.owes_report() {
            continue;
        }
        let taken = desk.tx.leave_taken(person.id, month, 0, &book)?;
        let used =
            taken.iter().filter(|taken| taken.counts).map(|taken| taken.share).sum::<Share>().whole_halves();
        if used >= most {
            continue;
        }
        let left = most - used;
        let said = Said::text(format!(
            "{}月还可请 {} 天假，当月休完，不累到下月（R-132）。看明细发「余假」。",
            today.month(),
            f64::from(left) / 2.0
        ));
        desk.tell(person.id, Some(&format!("leave_unused:{}:{}", month.from, person.id)), &said, true)?;
    }
    Ok(Outcome::Done)
}
