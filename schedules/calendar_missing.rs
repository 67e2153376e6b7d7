//! 节假日缺年: from November on the admins are told once a week that next year's days are not entered yet: nothing is guessed.

use bot::{CatchUp, Desk, Outcome, Said, Schedule, Stop};
use domain::calendar::DAY;
use domain::quiet::QuietHours;
use domain::{EpochMs, Role};

pub(crate) const SCHEDULE: Schedule = Schedule {
    name: "calendar_missing",
    summary: "每周一（09:00）提醒管理员登记还缺的节假日（11月起）",
    cron: "0 9 * * 1",
    at: None,
    catch_up: CatchUp::Once,
    max_late: 6 * DAY,
    run,
};

fn run(desk: &mut Desk<'_, '_>, fire_at: EpochMs) -> Result<Outcome, Stop> {
    let (today, now) = (desk.today(), desk.now);
    let Some(year) = desk.tx.workdays()?.missing(today) else { return Ok(Outcome::Done) };
    let earliest = QuietHours::on(&*desk.book()?, today).earliest(desk.calendar(), now, None);
    if earliest > now {
        return Ok(Outcome::Snooze(earliest));
    }
    let week = desk.calendar().date(fire_at);
    let text = format!(
        "{year}年的放假和补班还没有登记全。国务院公布后请登记，一行一段，例：\n节假日 {year}-01-01至{year}-01-03 休 元旦"
    );
    let directory = desk.directory()?;
    for admin in directory.people(now).filter(|person| person.roles.has(Role::Admin)) {
        desk.tell(
            admin.id,
            Some(&format!("calendar:{week}:{}", admin.id)),
            &Said::text(text.as_str()),
            true,
        )?;
    }
    Ok(Outcome::Done)
}
