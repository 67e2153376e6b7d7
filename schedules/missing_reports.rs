//! 未交名单: at 10:00 the reports of shifts that ended since yesterday and are still missing count as missing, once a
//! person and day, and the leads and the chats with the purpose 提醒 are told.

use bot::{CatchUp, Desk, Outcome, Said, Schedule, Stop, purpose};
use chrono::Datelike;
use domain::Role;
use domain::calendar::{DAY, day_name, previous_day, shift_days};
use domain::report::{self, Standing};
use domain::rights::{Record, Scope};
use domain::settings::catalogue::reports::MISSING_AT;
use domain::{EpochMs, Span};
use std::collections::HashSet;
use store::{Fact, LedgerEntry};

pub(crate) const SCHEDULE: Schedule = Schedule {
    name: "missing_reports",
    summary: "每天（10:00）统计昨日未交日报",
    cron: "0 10 * * *",
    at: Some(&MISSING_AT),
    // A day that was not counted stays uncounted for ever, so each is made up for.
    catch_up: CatchUp::Each,
    max_late: 31 * DAY,
    run,
};

struct Missing {
    person: i64,
    date: chrono::NaiveDate,
    count: u32,
    /// Entries of the ledger that were proposed by it.
    entries: Vec<String>,
}

fn run(desk: &mut Desk<'_, '_>, fire_at: EpochMs) -> Result<Outcome, Stop> {
    let yesterday = previous_day(desk.calendar().date(fire_at));
    // A night shift of the day before yesterday may have ended after yesterday's 10:00.
    let span = Span { from: shift_days(yesterday, -1), to: yesterday };
    let directory = desk.directory()?;
    let book = desk.book()?;
    let filed: HashSet<_> =
        desk.tx.live_reports(span)?.into_iter().map(|report| (report.person, report.date)).collect();
    let off = desk.tx.whole_days_off(span)?;
    let mut missing = Vec::new();
    for row in desk.tx.rota_between(span)? {
        let owes = directory.person(row.person).is_some_and(|person| {
            // Who was taken out before the end of the shift could not file any more.
            let stayed = |end| row.shift.as_ref().is_none_or(|shift| shift.end <= end);
            person.roles.owes_report() && person.rights_end.is_none_or(stayed)
        });
        let late = filed.contains(&(row.person, row.date)).then_some(false);
        if !owes || off.contains(&(row.person, row.date)) {
            continue;
        }
        if report::standing(fire_at, row.shift.as_ref(), late) != Standing::Missing {
            continue;
        }
        if !desk.tx.note_overdue(&Record::by_program(row.person), row.date, "missing", desk.now)? {
            continue;
        }
        let count = desk.tx.overdue_days(row.person, report::counting_month(row.date))?;
        let charges = report::charges(&book, row.date, count);
        let by = Record::by_program(row.person);
        let settled = desk.tx.settle_late_charges(&by, row.date, &charges, desk.now)?;
        let fact = Fact::new("report.missing", None)
            .person("person", row.person)
            .with("date", row.date.to_string())
            .with("late_count", count)
            .with("rule", "R-002");
        desk.record(fact);
        let entries = settled.proposed.iter().map(LedgerEntry::label).collect();
        missing.push(Missing { person: row.person, date: row.date, count, entries });
    }
    if missing.is_empty() {
        return Ok(Outcome::Done);
    }
    let today = desk.today();
    ask(desk, &missing)?;
    for lead in directory.people(desk.now) {
        let scope = directory.standing(lead, today).scope();
        // Those who lead the whole department see it in the chat.
        if !matches!(scope, Scope::Teams(_)) {
            continue;
        }
        let own: Vec<&Missing> = missing
            .iter()
            .filter(|missing| {
                directory.person(missing.person).is_some_and(|person| scope.covers(person.team))
            })
            .collect();
        if !own.is_empty() {
            let lines: Vec<String> = own
                .iter()
                .map(|missing| {
                    format!(
                        "{} {}：{}月第{}次（{}）",
                        directory.label(missing.person),
                        missing.date.format("%m-%d"),
                        missing.date.month(),
                        missing.count,
                        report::consequence(&book, missing.date)
                    )
                })
                .collect();
            let said = Said::text(format!("本组未交日报：\n{}", lines.join("\n")));
            desk.tell(lead.id, Some(&format!("missing:{yesterday}:{}", lead.id)), &said, false)?;
        }
    }
    let names: Vec<String> = missing
        .iter()
        .map(|missing| {
            let label = directory.label(missing.person);
            if missing.date == yesterday { label } else { format!("{label}（{}）", day_name(missing.date)) }
        })
        .collect();
    let post = Said::text(format!(
        "{} 未交日报：{}\n补交请发「日报 昨天」，我会给出要填的内容。",
        day_name(yesterday),
        names.join("、")
    ));
    desk.post(purpose::REMINDERS, &format!("missing:{yesterday}"), &post)?;
    Ok(Outcome::Done)
}

/// Asks those who decide the ledger about what was proposed.
fn ask(desk: &mut Desk<'_, '_>, missing: &[Missing]) -> Result<(), Stop> {
    let (directory, today) = (desk.directory()?, desk.today());
    let supervisors: Vec<_> = directory
        .people(desk.now)
        .filter(|person| directory.standing(person, today).roles().has(Role::Supervisor))
        .map(|person| person.id)
        .collect();
    for missing in missing {
        let name = directory.label(missing.person);
        for entry in &missing.entries {
            let text = format!(
                "{name} {}日报未交，{}月第{}次，已提请 {entry}。确认后才算数。",
                day_name(missing.date),
                missing.date.month(),
                missing.count
            );
            let said = Said::text(text)
                .button(format!("同意 {entry}"), format!("同意 {entry}"))
                .button(format!("驳回 {entry}"), format!("驳回 {entry} 情况不符"));
            for supervisor in supervisors.iter().filter(|supervisor| **supervisor != missing.person) {
                let key = format!("late:{entry}:{supervisor}");
                desk.tell_aside(*supervisor, &key, &said, "有提案要你确认，私聊发「提案」看。")?;
            }
        }
    }
    Ok(())
}
