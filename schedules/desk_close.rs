//! 前台收尾: at the close of reception's day the forms are counted, and the supervisors are told who came without
//! an appointment. The share is an event; what it costs is proposed from there.

use bot::{CatchUp, Desk, Outcome, Said, Schedule, Stop};
use chrono::NaiveDate;
use domain::calendar::{DAY, day_name};
use domain::matching::form_band;
use domain::settings::catalogue::arrivals::CLOSE_AT;
use domain::{EpochMs, PersonId, Role};
use std::collections::{BTreeMap, BTreeSet};
use store::{Fact, Forms};

pub(crate) const SCHEDULE: Schedule = Schedule {
    name: "desk_close",
    summary: "每天（21:00）统计预填单，列出未预约到诊",
    cron: "0 21 * * *",
    at: Some(&CLOSE_AT),
    // A day that was not counted stays uncounted for ever, so each is made up for.
    catch_up: CatchUp::Each,
    max_late: 31 * DAY,
    run,
};

/// Arrivals that are listed one by one.
const LISTED: usize = 30;

fn run(desk: &mut Desk<'_, '_>, fire_at: EpochMs) -> Result<Outcome, Stop> {
    let day = desk.calendar().date(fire_at);
    // Its time of day was changed after it had run.
    if !desk.tx.events_about(&subject(day), 1)?.is_empty() {
        return Ok(Outcome::Cancel("counted_before".to_owned()));
    }
    let forms = desk.tx.missing_forms(day)?;
    if forms.forms == 0 {
        return Ok(Outcome::Cancel("nobody_came".to_owned()));
    }
    counted(desk, day, forms)?;
    unregistered(desk, day)?;
    Ok(Outcome::Done)
}

/// What the count of a day's forms is about.
fn subject(day: NaiveDate) -> String {
    format!("预填单 {day}")
}

fn counted(desk: &mut Desk<'_, '_>, day: NaiveDate, Forms { forms, incomplete }: Forms) -> Result<(), Stop> {
    let band = form_band(forms, incomplete, &*desk.book()?, day);
    let fact = Fact::new("forms.counted", None)
        .about(subject(day))
        .with("date", day.to_string())
        .with("forms", forms)
        .with("incomplete", incomplete)
        .with("points", band.map_or(0, |band| band.points))
        .with("rule", "R-056");
    desk.record(fact);
    if incomplete == 0 {
        return Ok(());
    }
    let share = u64::from(incomplete) * 100 / u64::from(forms);
    let then = match band {
        Some(band) => format!("达到扣分比例，当天{}分，等台账确认", band.points),
        None => "没到扣分比例".to_owned(),
    };
    let mut lines = vec![format!(
        "{} 预填单：共{forms}张，没填全{incomplete}张（{share}%），{then}（R-056）。",
        day_name(day)
    )];
    let directory = desk.directory()?;
    let mut by: BTreeMap<PersonId, u32> = BTreeMap::new();
    let arrivals = desk.tx.arrivals_between(day, day)?;
    for arrival in arrivals.iter().filter(|arrival| !arrival.is_false && !arrival.missing.is_empty()) {
        *by.entry(arrival.recorder).or_default() += 1;
    }
    lines.extend(by.iter().map(|(person, count)| format!("{} {count}张", directory.label(*person))));
    let said = Said::text(lines.join("\n"));
    let mut leads: BTreeSet<PersonId> = BTreeSet::new();
    for person in by.keys() {
        let team = directory.person(*person).and_then(|person| person.team);
        leads.extend(directory.leads_of(team, desk.now, desk.today()));
    }
    for lead in leads {
        desk.tell(lead, Some(&format!("forms:{day}:{lead}")), &said, false)?;
    }
    Ok(())
}

fn unregistered(desk: &mut Desk<'_, '_>, day: NaiveDate) -> Result<(), Stop> {
    let found = desk.tx.unregistered_between(day, day)?;
    if found.is_empty() {
        return Ok(());
    }
    let directory = desk.directory()?;
    let mut lines = vec![format!("{} 未预约到诊 {}位（R-078）：", day_name(day), found.len())];
    for arrival in found.iter().take(LISTED) {
        lines.push(format!(
            "{} {} {}登记（{}）",
            arrival.label(),
            desk.calendar().clock(arrival.arrived_at),
            directory.label(arrival.recorder),
            arrival.credit.rule
        ));
    }
    if found.len() > LISTED {
        lines.push(format!("还有{}位", found.len() - LISTED));
    }
    lines.push("看资料发：到诊 D编号；资料有误由登记的人更正，会重新判定。".to_owned());
    let said = Said::text(lines.join("\n"));
    let today = desk.today();
    let of = |role: Role| -> Vec<PersonId> {
        let has = |person: &&store::Person| directory.standing(person, today).roles().has(role);
        directory.people(desk.now).filter(has).map(|person| person.id).collect()
    };
    let supervisors = [Role::Supervisor, Role::Director, Role::Admin].into_iter().map(of);
    for person in supervisors.into_iter().find(|found| !found.is_empty()).unwrap_or_default() {
        desk.tell(person, Some(&format!("unregistered:{day}:{person}")), &said, true)?;
    }
    Ok(())
}
