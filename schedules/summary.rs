//! 汇总: at 09:00 each group's draft of yesterday to its lead, reminders at 09:30 and 09:50, and at 10:00 whatever is not
//! confirmed goes to the supervisor as it is. On the last evening of a week, month or quarter their draft comes
//! ahead, and they are due with that day's own; when a month has been reconciled its figures are sent once more.

use bot::summary::{self, Audience, Summary, SummaryEvent};
use bot::{CatchUp, Desk, Outcome, Said, Schedule, Stop};
use chrono::NaiveDate;
use domain::EpochMs;
use domain::calendar::{DAY, HOUR, MINUTE, day_name, previous_day};
use domain::quiet::QuietHours;
use domain::reconciliation::{Month, final_ranking_day};
use domain::settings::catalogue::duties::{
    DUTY_DIGEST_DRAFT, DUTY_DIGEST_DUE, DUTY_DIGEST_REMINDER, DUTY_DIGEST_REMINDER_LAST, DUTY_PERIOD_DRAFT,
};
use domain::summary::{Term, due};
use std::collections::BTreeMap;
use store::{Fact, SummaryKey};

pub(crate) const DRAFT: Schedule = Schedule {
    name: "summary_draft",
    summary: "每天（09:00）把昨天的汇总草稿发给组长",
    cron: "0 9 * * *",
    at: Some(&DUTY_DIGEST_DRAFT),
    catch_up: CatchUp::Once,
    max_late: HOUR,
    run: draft,
};

pub(crate) const REMINDER: Schedule = Schedule {
    name: "summary_reminder",
    summary: "每天（09:30）提醒组长确认汇总",
    cron: "30 9 * * *",
    at: Some(&DUTY_DIGEST_REMINDER),
    catch_up: CatchUp::Once,
    max_late: 20 * MINUTE,
    run: remind,
};

pub(crate) const LAST_REMINDER: Schedule = Schedule {
    name: "summary_last_reminder",
    summary: "每天（09:50）再提醒组长确认汇总",
    cron: "50 9 * * *",
    at: Some(&DUTY_DIGEST_REMINDER_LAST),
    catch_up: CatchUp::Once,
    max_late: 10 * MINUTE,
    run: remind,
};

pub(crate) const DUE: Schedule = Schedule {
    name: "summary_due",
    summary: "每天（10:00）把没确认的汇总照样报给主管",
    cron: "0 10 * * *",
    at: Some(&DUTY_DIGEST_DUE),
    // The supervisor gets every day's.
    catch_up: CatchUp::Each,
    max_late: 7 * DAY,
    run: pass_on,
};

pub(crate) const PERIOD: Schedule = Schedule {
    name: "summary_period",
    summary: "周末、月末、季末（20:00）发周、月、季汇总草稿，对账后发定稿",
    cron: "0 20 * * *",
    at: Some(&DUTY_PERIOD_DRAFT),
    catch_up: CatchUp::Each,
    max_late: 2 * DAY,
    run: period,
};

/// What each owner has to confirm of a day: its own summaries and those of the terms that ended with it.
fn to_confirm(desk: &mut Desk<'_, '_>, date: NaiveDate) -> Result<BTreeMap<i64, Vec<Vec<Summary>>>, Stop> {
    let mut owed: BTreeMap<i64, Vec<Vec<Summary>>> = BTreeMap::new();
    for team in summary::teams(desk)? {
        let mut open = summary::ending(desk, team, date)?;
        open.retain(|summary| summary.state.confirmed.is_none());
        if open.is_empty() {
            continue;
        }
        for owner in summary::owners(desk, team)? {
            owed.entry(owner).or_default().push(open.clone());
        }
    }
    Ok(owed)
}

fn draft(desk: &mut Desk<'_, '_>, fire_at: EpochMs) -> Result<Outcome, Stop> {
    let date = previous_day(desk.calendar().date(fire_at));
    let owed = to_confirm(desk, date)?;
    if owed.is_empty() {
        return Ok(Outcome::Cancel("nothing_to_sum_up".to_owned()));
    }
    let mut drafted: Vec<String> = Vec::new();
    for (owner, groups) in owed {
        for group in &groups {
            let Some(day) = group.first() else { continue };
            let mut text = day.text(desk, Audience::Private)?;
            let longer: Vec<&str> = group
                .iter()
                .map(|summary| summary.key.term)
                .filter(|term| *term != Term::Day)
                .map(Term::word)
                .collect();
            if !longer.is_empty() {
                text.push_str(&format!("\n{}汇总一起确认，看发「汇总 {}」", longer.join("、"), longer[0]));
            }
            text.push_str("\n要改：汇总 更正 张三 预约 8　要说明：汇总 备注 …");
            let said = Said::text(text).button("确认汇总", day.confirming());
            let key = format!("summary:draft:{date}:{}:{owner}", day.key.team.unwrap_or(0));
            let stand_in = format!("{} {}的汇总待确认，私聊发「汇总」看。", day.team, day_name(date));
            desk.tell_aside(owner, &key, &said, &stand_in)?;
            if !drafted.contains(&day.team) {
                drafted.push(day.team.clone());
                let fact = Fact::new("summary.drafted", None)
                    .with("team", day.team.as_str())
                    .with("date", date.to_string())
                    .person("person", owner)
                    .with("rule", "R-327");
                desk.record(fact);
            }
        }
    }
    Ok(Outcome::Done)
}

fn remind(desk: &mut Desk<'_, '_>, fire_at: EpochMs) -> Result<Outcome, Stop> {
    let date = previous_day(desk.calendar().date(fire_at));
    let owed = to_confirm(desk, date)?;
    if owed.is_empty() {
        return Ok(Outcome::Cancel("confirmed".to_owned()));
    }
    let (late, until) = summary::deadline(desk, date)?;
    if late {
        return Ok(Outcome::Cancel("too_late".to_owned()));
    }
    for (owner, groups) in owed {
        for group in &groups {
            let Some(day) = group.first() else { continue };
            let missing: u32 = day.lines.iter().map(|line| line.sums.missing).sum();
            let missing =
                if missing > 0 { format!("，还有{missing}人没交日报") } else { String::new() };
            let text =
                format!("{} {}的汇总还没确认，{until} 前要报主管{missing}。", day.team, day_name(date));
            let said = Said::text(text).button("确认汇总", day.confirming());
            let key = format!("summary:remind:{fire_at}:{}:{owner}", day.key.team.unwrap_or(0));
            desk.tell(owner, Some(&key), &said, true)?;
        }
    }
    Ok(Outcome::Done)
}

/// The present, or the end of the quiet hours that it lies in.
pub(crate) fn by_day(desk: &mut Desk<'_, '_>) -> Result<EpochMs, Stop> {
    let quiet = QuietHours::on(&*desk.book()?, desk.today());
    Ok(quiet.earliest(desk.calendar(), desk.now, None))
}

fn pass_on(desk: &mut Desk<'_, '_>, fire_at: EpochMs) -> Result<Outcome, Stop> {
    let date = previous_day(desk.calendar().date(fire_at));
    let book = desk.book()?;
    // What is made up for after a stop does not come at night.
    let until = due(&book, desk.calendar(), date).max(by_day(desk)?);
    if desk.now < until {
        return Ok(Outcome::Snooze(until));
    }
    let late = if desk.now - fire_at > HOUR { "（晚发：当时助手没有运行）" } else { "" };
    let mut any = false;
    for team in summary::teams(desk)? {
        let owners = summary::owners(desk, team)?;
        for summary in summary::ending(desk, team, date)? {
            any = true;
            if summary.state.confirmed.is_some() || !desk.tx.note_unconfirmed(&summary.key, desk.now)? {
                continue;
            }
            let summary = Summary { state: desk.tx.summary_state(&summary.key)?, ..summary };
            desk.record(summary.fact(SummaryEvent::Unconfirmed, None));
            let word = summary.key.term.word();
            let head = format!("{}的{word}汇总到点没有确认，照日报报给你{late}：", summary.team);
            summary.send(desk, &head, None)?;
            if summary.key.term == Term::Day {
                tell_owners(desk, &summary, &owners)?;
            }
        }
    }
    Ok(if any { Outcome::Done } else { Outcome::Cancel("nothing_to_sum_up".to_owned()) })
}

/// Tells whoever owed it that it has gone as it was; not those who have just got it.
fn tell_owners(desk: &mut Desk<'_, '_>, summary: &Summary, owners: &[i64]) -> Result<(), Stop> {
    let above = summary::recipients(desk)?;
    for owner in owners.iter().filter(|owner| !above.contains(owner)) {
        let text = format!(
            "{} {}的汇总到点没有确认，已标明未确认报给主管。核对后还可以补确认，记迟。",
            summary.team,
            day_name(summary.key.span.to)
        );
        let said = Said::text(text).button("确认汇总", summary.confirming());
        let key = format!("summary:late:{}:{}:{owner}", summary.key.span.to, summary.key.team.unwrap_or(0));
        desk.tell(*owner, Some(&key), &said, true)?;
    }
    Ok(())
}

fn period(desk: &mut Desk<'_, '_>, fire_at: EpochMs) -> Result<Outcome, Stop> {
    let today = desk.calendar().date(fire_at);
    let book = desk.book()?;
    let until = by_day(desk)?;
    if desk.now < until {
        return Ok(Outcome::Snooze(until));
    }
    let mut any = false;
    let ending: Vec<Term> = Term::ending(today).filter(|term| *term != Term::Day).collect();
    for team in summary::teams(desk)? {
        let mut parts = Vec::new();
        for term in &ending {
            let key = SummaryKey { team, term: *term, span: term.around(today) };
            if let Some(summary) = summary::summary(desk, key)? {
                parts.push(summary.text(desk, Audience::Private)?);
            }
        }
        if parts.is_empty() {
            continue;
        }
        any = true;
        parts.push("今天交的日报还会算进来，明天和今天的汇总一起确认。".to_owned());
        let said = Said::text(parts.join("\n\n"));
        let word = ending.first().map_or("周", |term| term.word());
        for owner in summary::owners(desk, team)? {
            let key = format!("summary:period:{today}:{}:{owner}", team.unwrap_or(0));
            desk.tell_aside(owner, &key, &said, &format!("{word}汇总草稿出来了，私聊发「汇总 {word}」看。"))?;
        }
    }
    let month = Month::before(today);
    if today == final_ranking_day(&book, month) {
        any |= settle(desk, month, today)?;
    }
    Ok(if any { Outcome::Done } else { Outcome::Cancel("no_term_ends".to_owned()) })
}

/// The month as it stands after its reconciliation, and the quarter that it ends.
fn settle(desk: &mut Desk<'_, '_>, month: Month, today: NaiveDate) -> Result<bool, Stop> {
    let last = month.span().to;
    let terms: Vec<Term> =
        Term::ending(last).filter(|term| matches!(term, Term::Month | Term::Quarter)).collect();
    let mut any = false;
    for team in summary::teams(desk)? {
        for term in &terms {
            let key = SummaryKey { team, term: *term, span: term.around(last) };
            let Some(summary) = summary::summary(desk, key)? else { continue };
            any = true;
            let head = format!("{}的{}汇总（对账后定稿）：", summary.team, term.word());
            let said = Said::text(format!("{head}\n{}", summary.text(desk, Audience::Private)?));
            let mut to = summary::owners(desk, team)?;
            to.extend(summary::recipients(desk)?);
            to.sort_unstable();
            to.dedup();
            for person in to {
                let key = format!("summary:final:{today}:{}:{}:{person}", term.code(), team.unwrap_or(0));
                let last = if *term == Term::Month { "上月" } else { "上季" };
                desk.tell_aside(
                    person,
                    &key,
                    &said,
                    &format!("{last}汇总已定稿，私聊发「汇总 {last}」看。"),
                )?;
            }
            let fact = Fact::new("summary.settled", None)
                .with("team", summary.team.as_str())
                .with("period", term.code())
                .with("from", key.span.from.to_string())
                .with("date", key.span.to.to_string())
                .with("rule", "R-329");
            desk.record(fact);
        }
    }
    Ok(any)
}
