//! 待裁定提醒: on working days whoever rules gets one message with all objections that wait.

use bot::{CatchUp, Desk, Outcome, Said, Schedule, Stop};
use domain::calendar::HOUR;
use domain::settings::catalogue::attribution::OBJECTION_AT;
use domain::{EpochMs, PersonId};
use std::collections::BTreeMap;

pub(crate) const SCHEDULE: Schedule = Schedule {
    name: "open_objections",
    summary: "工作日（09:30）提醒主管还没裁定的申诉",
    // Every day, for a make-up day may be a Sunday.
    cron: "30 9 * * *",
    at: Some(&OBJECTION_AT),
    catch_up: CatchUp::Once,
    max_late: 8 * HOUR,
    run,
};

fn run(desk: &mut Desk<'_, '_>, fire_at: EpochMs) -> Result<Outcome, Stop> {
    let day = desk.calendar().date(fire_at);
    if !desk.tx.workdays()?.works_as_known(day) {
        return Ok(Outcome::Done);
    }
    let mut waiting: BTreeMap<PersonId, Vec<String>> = BTreeMap::new();
    for objection in desk.tx.open_objections()? {
        let Some(arrival) = desk.tx.arrival(objection.arrival)? else { continue };
        let directory = desk.directory()?;
        let days = (desk.today() - desk.calendar().date(objection.at)).num_days();
        let line = format!(
            "{} {}对 {}，等了{days}天",
            objection.label(),
            directory.label(objection.by),
            arrival.label()
        );
        let parties = desk.tx.parties(&arrival)?;
        for judge in directory.judges(&parties, desk.now, desk.today()) {
            waiting.entry(judge).or_default().push(line.clone());
        }
    }
    for (judge, lines) in waiting {
        let said = Said::text(format!(
            "等你裁定的申诉{}件：\n{}\n看依据发：归属 D编号；裁定发：裁定 S编号 @姓名 理由，或 裁定 S编号 维持 理由",
            lines.len(),
            lines.join("\n")
        ));
        desk.tell(judge, Some(&format!("objections:{day}:{judge}")), &said, true)?;
    }
    Ok(Outcome::Done)
}
