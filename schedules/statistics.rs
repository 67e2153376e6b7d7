//! 登记统计: on Tuesdays the seven days before, and once a month everything since the last such day, by channel, place,
//! disease and age: each lead his group's, the supervisors the whole department's. In private only; nothing in it
//! names a patient.

use crate::summary::by_day;
use bot::summary::{Audience, count_text, recipients};
use bot::{CatchUp, Desk, Outcome, Said, Schedule, Stop};
use domain::calendar::DAY;
use domain::rights::Scope;
use domain::settings::catalogue::reports::STATS_AT;
use domain::statistics::{Record, count};
use domain::summary::{Count, counted_on};
use domain::{EpochMs, PersonId, Span};
use store::Fact;

pub(crate) const SCHEDULE: Schedule = Schedule {
    name: "register_count",
    summary: "每周二、每月30日（08:40）统计客户登记",
    cron: "40 8 * * *",
    at: Some(&STATS_AT),
    // Each day is a count of its own, or none.
    catch_up: CatchUp::Each,
    max_late: 7 * DAY,
    run,
};

fn run(desk: &mut Desk<'_, '_>, fire_at: EpochMs) -> Result<Outcome, Stop> {
    let day = desk.calendar().date(fire_at);
    let book = desk.book()?;
    let counts = counted_on(&book, day);
    if counts.is_empty() {
        return Ok(Outcome::Cancel("no_count_today".to_owned()));
    }
    let until = by_day(desk)?;
    if desk.now < until {
        return Ok(Outcome::Snooze(until));
    }
    for (which, span) in counts {
        let calendar = *desk.calendar();
        let records = desk.tx.records_in(span, &calendar, |_| true)?;
        send(desk, which, span, &records)?;
        let total = count(records.iter().map(|(_, record)| record)).total;
        let fact = Fact::new("register.counted", None)
            .with("period", which.code())
            .with("from", span.from.to_string())
            .with("to", span.to.to_string())
            .with("people", total.registered())
            .with("appointments", total.appointments)
            .with("contacts", total.contacts)
            .with("arrivals", total.arrivals)
            .with("rule", "R-021");
        desk.record(fact);
    }
    Ok(Outcome::Done)
}

fn send(
    desk: &mut Desk<'_, '_>,
    which: Count,
    span: Span,
    records: &[(PersonId, Record)],
) -> Result<(), Stop> {
    let (directory, today) = (desk.directory()?, desk.today());
    let above = recipients(desk)?;
    let leads: Vec<(PersonId, Scope)> = directory
        .people(desk.now)
        .map(|person| (person.id, directory.standing(person, today).scope()))
        .filter(|(person, scope)| matches!(scope, Scope::Teams(_)) || above.contains(person))
        .collect();
    for (lead, scope) in leads {
        let covers = |person: &PersonId| {
            above.contains(&lead) || directory.person(*person).is_some_and(|person| scope.covers(person.team))
        };
        let own = count(records.iter().filter(|(person, _)| covers(person)).map(|(_, record)| record));
        let whose = if above.contains(&lead) { "全部门" } else { "本组" };
        let key = format!("register_count:{}:{}:{lead}", which.code(), span.to);
        let title = match which {
            Count::Week => "每周登记小统计",
            Count::Month => "每月登记统计",
        };
        let said = Said::text(count_text(title, span, whose, &own, Audience::Private));
        desk.tell_aside(lead, &key, &said, "登记统计出来了，私聊发「汇总 统计」看。")?;
    }
    Ok(())
}
