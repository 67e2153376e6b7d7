//! 到诊后的微信回访: half a year after a patient's last visit, and before the holidays that the department has chosen, whoever has
//! the patient gets a follow-up to write to him. Nothing is ever sent to a patient.

use bot::{CatchUp, Desk, Outcome, Schedule, Stop};
use domain::calendar::DAY;
use domain::followup::{NextTask, before_holiday, greeted, greeted_visits, half_year, visited_on};
use domain::rights::Over;
use domain::{EpochMs, Span};
use store::{NewFollowUpTask, PastVisit};

pub(crate) const SCHEDULE: Schedule = Schedule {
    name: "after_visits",
    summary: "每天 00:10 给到诊满半年的、节前要问候的患者排微信回访",
    cron: "10 0 * * *",
    at: None,
    // Each day's patients get their turn, however long nothing ran.
    catch_up: CatchUp::Each,
    max_late: 31 * DAY,
    run,
};

fn run(desk: &mut Desk<'_, '_>, fire_at: EpochMs) -> Result<Outcome, Stop> {
    let (day, today) = (desk.calendar().date(fire_at), desk.today());
    let book = desk.book()?;
    for visited in visited_on(&book, day) {
        let visits = desk.tx.last_visits(Span::day(visited))?;
        open(desk, &visits, half_year(&book, day, today))?;
    }
    let workdays = desk.tx.workdays()?;
    // A holiday that has begun meanwhile is over for this.
    let holiday = greeted(&book, &workdays, day).filter(|(first, _)| today < *first);
    if let Some((first, _)) = holiday {
        let visits = desk.tx.last_visits(greeted_visits(&book, day))?;
        open(desk, &visits, before_holiday(first, today))?;
    }
    Ok(Outcome::Done)
}

/// Opens a task a patient, unless one of the kind is open already.
fn open(desk: &mut Desk<'_, '_>, visits: &[PastVisit], task: NextTask) -> Result<(), Stop> {
    let now = desk.now;
    for visit in visits {
        let subject = format!("Y{}", visit.appointment);
        let known = desk.tx.open_follow_ups_of(&subject)?;
        if known.iter().any(|open| open.cause == task.cause) {
            continue;
        }
        let new = NewFollowUpTask {
            subject: &subject,
            appointment: Some(visit.appointment),
            owner: visit.owner,
            holder: visit.holder,
            task,
            planned: true,
            now,
        };
        desk.tx.open_follow_up(&Over::by_program(Some(visit.owner)), &new)?;
    }
    Ok(())
}
