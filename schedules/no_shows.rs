//! 未到回访: at 00:05 a task is opened for each patient of yesterday who did not come, also for one who was on the way
//! . Whoever has a task already keeps it; one that would be due later is due tomorrow's way.

use bot::{CatchUp, Desk, Outcome, Schedule, Stop};
use domain::EpochMs;
use domain::calendar::{DAY, previous_day};
use domain::followup::no_show;
use domain::rights::Over;
use store::NewFollowUpTask;

pub(crate) const SCHEDULE: Schedule = Schedule {
    name: "no_shows",
    summary: "每天 00:05 给昨天没到的患者排回访",
    cron: "5 0 * * *",
    at: None,
    // Each day's patients are followed up, however long nothing ran.
    catch_up: CatchUp::Each,
    max_late: 92 * DAY,
    run,
};

fn run(desk: &mut Desk<'_, '_>, fire_at: EpochMs) -> Result<Outcome, Stop> {
    let visit = previous_day(desk.calendar().date(fire_at));
    let (today, now) = (desk.today(), desk.now);
    let book = desk.book()?;
    for no in desk.tx.absent_on(visit)? {
        let Some(known) = desk.tx.appointment(no)? else { continue };
        let subject = known.label();
        let task = no_show(visit, &book, today);
        let by = Over::by_program(Some(known.owner));
        let open = desk.tx.open_follow_ups_of(&subject)?.into_iter().find(|task| !task.planned);
        if let Some(open) = open {
            if open.due > task.due {
                desk.tx.put_off_follow_up(&by, &open, task.due, "no_show", now)?;
            }
            continue;
        }
        let holder = desk.tx.holder_of(no)?.unwrap_or(known.owner);
        let new = NewFollowUpTask {
            subject: &subject,
            appointment: Some(no),
            owner: known.owner,
            holder,
            task,
            planned: false,
            now,
        };
        desk.tx.open_follow_up(&by, &new)?;
    }
    Ok(Outcome::Done)
}
