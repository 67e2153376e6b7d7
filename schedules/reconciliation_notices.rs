//! 对账通知: the claim lists of the last month, the reminders before its last day, and afterwards what was forfeited
//! . Each consultant hears of his own, each lead of his group's.

use crate::reconciliation_closing::close_due;
use bot::{CatchUp, Desk, Outcome, Said, Schedule, Stop};
use chrono::{Datelike, NaiveDate};
use domain::calendar::DAY;
use domain::reconciliation::{Claim, ClaimState, Month, is_list_day, last_day, reminds_on};
use domain::rights::Over;
use domain::settings::catalogue::reconciliation::TELL_AT;
use domain::{EpochMs, PersonId};
use std::collections::BTreeMap;

pub(crate) const SCHEDULE: Schedule = Schedule {
    name: "reconciliation_notices",
    summary: "每月初（09:00）发对账清单、提醒和截止结果",
    cron: "0 9 * * *",
    at: Some(&TELL_AT),
    catch_up: CatchUp::Each,
    // A list that is three days old would come when the month is closed.
    max_late: 3 * DAY,
    run,
};

/// Arrivals that one message names; the rest are counted.
const NAMED: usize = 30;

fn run(desk: &mut Desk<'_, '_>, fire_at: EpochMs) -> Result<Outcome, Stop> {
    close_due(desk)?;
    tell_forfeits(desk)?;
    let day = desk.calendar().date(fire_at);
    let month = Month::before(day);
    let book = desk.book()?;
    if is_list_day(&book, month, day) {
        tell_open(desk, month, day, true)?;
    } else if reminds_on(&book, month, day) {
        tell_open(desk, month, day, false)?;
    }
    Ok(Outcome::Done)
}

/// Open arrivals by their people, and those by who leads them.
fn tell_open(desk: &mut Desk<'_, '_>, month: Month, day: NaiveDate, whole: bool) -> Result<(), Stop> {
    let (book, directory) = (desk.book()?, desk.directory()?);
    let reopenings = desk.tx.reopenings(month)?;
    let team_of = |person: PersonId| directory.person(person).and_then(|person| person.team);
    let mut people: BTreeMap<PersonId, Vec<Claim>> = BTreeMap::new();
    for claim in desk.tx.claims_in(month)?.into_iter().filter(|claim| claim.state == ClaimState::Open) {
        people.entry(claim.person).or_default().push(claim);
    }
    let told = month.told(day);
    let kind = if whole { "list" } else { "reminder" };
    let mut leads: BTreeMap<PersonId, Vec<PersonId>> = BTreeMap::new();
    for (person, claims) in &people {
        let team = team_of(*person);
        let last = short_day(last_day(&book, month, team, &reopenings));
        for lead in directory.leads_of(team, desk.now, day) {
            leads.entry(lead).or_default().push(*person);
        }
        let text = if whole {
            format!(
                "{told}对账清单，你有 {} 个到诊待确认：{}\n请核对，{last} 24:00 前由组长确认，没确认的视为放弃。\n\
                 少了的请找导医补录；看明细发：对账",
                claims.len(),
                shown(claims)
            )
        } else {
            format!(
                "{told}对账提醒：你还有 {} 个到诊没确认（{}），{last} 24:00 截止，没确认的视为放弃。\n请找组长确认；看明细发：对账",
                claims.len(),
                labels(claims.iter().map(|claim| claim.arrival))
            )
        };
        let key = format!("reconciliation:{kind}:{}:{day}:{person}", month.code());
        desk.tell(*person, Some(&key), &Said::text(text), true)?;
    }
    for (lead, of) in leads {
        let lines: Vec<String> = of
            .iter()
            .filter_map(|person| Some((person, people.get(person)?)))
            .map(|(person, claims)| format!("{} {} 个", directory.label(*person), claims.len()))
            .collect();
        let last = of.iter().map(|person| last_day(&book, month, team_of(*person), &reopenings)).min();
        let last = last.map(short_day).unwrap_or_default();
        let head = if whole { "待确认的到诊" } else { "还没确认的到诊" };
        let command = format!("对账 确认 {}", month.code());
        let text = format!(
            "{told}对账，{head}：{}\n{last} 24:00 截止，没确认的视为放弃。先看：对账；核对无误发：{command}",
            lines.join("、")
        );
        let key = format!("reconciliation:{kind}:lead:{}:{day}:{lead}", month.code());
        desk.tell(
            lead,
            Some(&key),
            &Said::text(text).button("看对账", "对账").button("确认", command),
            true,
        )?;
    }
    Ok(())
}

/// Tells each person and each lead what was forfeited since it was told last.
fn tell_forfeits(desk: &mut Desk<'_, '_>) -> Result<(), Stop> {
    let directory = desk.directory()?;
    let today = desk.today();
    let mut leads: BTreeMap<(PersonId, Month), Vec<String>> = BTreeMap::new();
    for forfeit in desk.tx.take_untold_forfeits(&Over::by_program(None))? {
        let which = labels(forfeit.arrivals.iter().copied());
        let text = format!(
            "{}对账已截止，你的 {} 个到诊没有确认，视为放弃，不结算（R-378）：{which}\n确有原因请找主管重开。",
            forfeit.month.told(today),
            forfeit.arrivals.len()
        );
        desk.tell(forfeit.person, None, &Said::text(text), true)?;
        let team = directory.person(forfeit.person).and_then(|person| person.team);
        for lead in directory.leads_of(team, desk.now, today) {
            let line =
                format!("{} {} 个（{which}）", directory.label(forfeit.person), forfeit.arrivals.len());
            leads.entry((lead, forfeit.month)).or_default().push(line);
        }
    }
    for ((lead, month), lines) in leads {
        let text = format!(
            "{}对账已截止，没有确认的视为放弃：\n{}\n确有原因请主管发：对账 重开 {} 理由",
            month.told(today),
            lines.join("\n"),
            month.code()
        );
        desk.tell(lead, None, &Said::text(text), true)?;
    }
    Ok(())
}

fn shown(claims: &[Claim]) -> String {
    let one = |claim: &Claim| {
        let appointment = claim.appointment.map(|no| format!("，Y{no}")).unwrap_or_default();
        format!("D{}（{}{appointment}）", claim.arrival, short_day(claim.day))
    };
    let named: Vec<String> = claims.iter().take(NAMED).map(one).collect();
    if claims.len() > NAMED { format!("{}……", named.join("、")) } else { named.join("、") }
}

fn labels(arrivals: impl ExactSizeIterator<Item = i64>) -> String {
    let more = if arrivals.len() > NAMED { "……" } else { "" };
    let named: Vec<String> = arrivals.take(NAMED).map(|arrival| format!("D{arrival}")).collect();
    format!("{}{more}", named.join("、"))
}

fn short_day(day: NaiveDate) -> String {
    format!("{}月{}日", day.month(), day.day())
}
