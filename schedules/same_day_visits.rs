//! 当天未到提醒: in the afternoon each consultant hears which of today's patients have not come yet. It is only a
//! nudge; who said that he is on the way is left alone.

use crate::shared;
use bot::{CatchUp, Desk, Outcome, Said, Schedule, Stop};
use domain::EpochMs;
use domain::calendar::HOUR;
use domain::quiet::QuietHours;
use domain::settings::catalogue::followups::SAME_DAY_AT;
use std::collections::BTreeMap;
use store::Appointment;

pub(crate) const SCHEDULE: Schedule = Schedule {
    name: "same_day_visits",
    summary: "每天（15:00）提醒今天约了还没到的",
    cron: "0 15 * * *",
    at: Some(&SAME_DAY_AT),
    catch_up: CatchUp::Once,
    // Later the day is over anyway.
    max_late: 4 * HOUR,
    run,
};

fn run(desk: &mut Desk<'_, '_>, fire_at: EpochMs) -> Result<Outcome, Stop> {
    let (today, now) = (desk.calendar().date(fire_at), desk.now);
    let on_the_way = desk.tx.on_the_way(today)?;
    let duty = desk.tx.duty_on(today, now)?;
    let mut due: BTreeMap<i64, Vec<Appointment>> = BTreeMap::new();
    for known in desk.tx.expected_on(today)? {
        // Whoever is expected later in the day is not late.
        let later = known.terms.visit.and_then(|visit| visit.minute);
        let later = later.is_some_and(|minute| desk.calendar().at(today, minute) > now);
        if later || on_the_way.contains(&known.no) {
            continue;
        }
        let holder = desk.tx.holder_of(known.no)?.unwrap_or(known.owner);
        if let Some(found) = duty.assignee(holder, false) {
            due.entry(found.person).or_default().push(known);
        }
    }
    let quiet = QuietHours::on(&*desk.book()?, today);
    for (person, known) in due {
        let shift = desk.tx.rota_on(person, today)?.and_then(|row| row.shift);
        if quiet.earliest(desk.calendar(), now, shift.as_ref()) > now {
            continue;
        }
        let mut lines = vec![format!("今天约了还没到的{}位：", known.len())];
        let directory = desk.directory()?;
        for known in known.iter().take(shared::LISTED) {
            let patient = shared::masked(desk, &known.label())?;
            let whose = if known.owner == person {
                String::new()
            } else {
                format!("（{}的）", directory.label(known.owner))
            };
            lines.push(format!("{} {patient}{whose}", known.label()));
        }
        if known.len() > shared::LISTED {
            lines.push(format!("另有{}位，发「预计」看全部", known.len() - shared::LISTED));
        }
        let first = known.first().map(Appointment::label).unwrap_or_default();
        lines.push(format!("说在路上的请发：回访 {first} 在路上{}", shared::late(desk, fire_at)));
        let said = Said::text(lines.join("\n"));
        desk.tell(person, Some(&format!("same_day:{today}:{person}")), &said, true)?;
    }
    Ok(Outcome::Done)
}
