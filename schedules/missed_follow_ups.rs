//! 漏访: at 24:00 a follow-up that was due and has no outcome is missed, once for each patient and due day, by whoever had to
//! do it on that day; proposed to the ledger, decided by a person (CV-6). Nobody misses what he could not
//! know of: where nothing ran on the due day, or nobody was there, the due day moves on.

use crate::follow_up_digest::NAME;
use bot::{CatchUp, Desk, Outcome, Schedule, Stop};
use chrono::NaiveDate;
use domain::EpochMs;
use domain::calendar::{DAY, previous_day};
use domain::followup::{CODE, Cause, missed, source};
use domain::rights::Over;
use domain::settings::catalogue::followups::DIGEST_AT;
use domain::third_party::plan_is_to_be_done;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use store::{Duty, Fact, NewLedgerEntry};

pub(crate) const SCHEDULE: Schedule = Schedule {
    name: "missed_follow_ups",
    summary: "每天 24:00 统计漏访，提请主管确认",
    cron: "0 0 * * *",
    at: None,
    catch_up: CatchUp::Each,
    max_late: 92 * DAY,
    run,
};

/// Tasks that one run looks through.
const MOST: u32 = 20_000;

/// What is known of a due day.
struct Day {
    duty: Duty,
    /// Whether people were told on it what was due.
    told: bool,
}

fn run(desk: &mut Desk<'_, '_>, fire_at: EpochMs) -> Result<Outcome, Stop> {
    let ended = previous_day(desk.calendar().date(fire_at));
    let (today, now) = (desk.today(), desk.now);
    let book = desk.book()?;
    let mut days: HashMap<NaiveDate, Day> = HashMap::new();
    for task in desk.tx.uncounted_follow_ups(ended, MOST)? {
        if let Entry::Vacant(day) = days.entry(task.due) {
            let told_at = desk.calendar().at(task.due, book.time(&DIGEST_AT, task.due));
            let told = desk.tx.run_state(NAME, told_at)?.as_deref() == Some("done");
            day.insert(Day { duty: desk.tx.duty_on(task.due, now)?, told });
        }
        let Some(day) = days.get(&task.due) else { continue };
        let by = Over::by_program(Some(task.owner));
        if !day.told {
            desk.tx.put_off_follow_up(&by, &task, today, "downtime", now)?;
            continue;
        }
        let Some(missed) = missed(day.duty.assignee(task.holder, task.with_lead), &book, task.due) else {
            desk.tx.put_off_follow_up(&by, &task, today, "nobody_on_duty", now)?;
            continue;
        };
        if !desk.tx.count_due_day(&by, task.no)? {
            continue;
        }
        if task.cause == Cause::ThirdParty && !plan_is_to_be_done(&book, task.due) {
            continue;
        }
        let about = Over::by_program(Some(missed.person));
        let label = task.label();
        let entry = NewLedgerEntry {
            source: &source(&task.subject, task.due),
            code: CODE,
            person: missed.person,
            day: task.due,
            fen: 0,
            points: missed.points,
            rule: missed.rule,
            about: Some(&label),
            now,
        };
        // One for each patient and due day, also when more than one task of his was due.
        if desk.tx.propose(&about, &entry)?.is_some() {
            let fact = Fact::new("followup.missed", None)
                .about(label.as_str())
                .with("task", label.as_str())
                .with("no", task.subject.as_str())
                .person("person", missed.person)
                .with("points", missed.points)
                .with("due", task.due.to_string())
                .with("rule", missed.rule);
            desk.record(fact);
        }
    }
    Ok(Outcome::Done)
}
