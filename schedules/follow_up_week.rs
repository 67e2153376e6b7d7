//! 周回访计划和完成率: on Monday who has how many to follow up this week, on Sunday how many were done in time.

use bot::{CatchUp, Desk, Outcome, Said, Schedule, Stop, purpose};
use domain::calendar::{DAY, day_name};
use domain::settings::catalogue::followups::{PLAN_AT, RATE_AT};
use domain::{EpochMs, Period, PersonId};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use store::{Done, Fact, FollowUp};

use crate::shared;

pub(crate) const PLAN: Schedule = Schedule {
    name: "follow_up_plan",
    summary: "每周一（09:00）发本周回访计划",
    cron: "0 9 * * 1",
    at: Some(&PLAN_AT),
    catch_up: CatchUp::Once,
    max_late: 2 * DAY,
    run: plan,
};

pub(crate) const RATE: Schedule = Schedule {
    name: "follow_up_rate",
    summary: "每周日（20:00）发本周回访完成率",
    cron: "0 20 * * 0",
    at: Some(&RATE_AT),
    catch_up: CatchUp::Once,
    max_late: 2 * DAY,
    run: rate,
};

/// Tasks that are looked through at the most.
const MOST: u32 = 20_000;
/// People that one post names.
const NAMED: usize = 60;

fn plan(desk: &mut Desk<'_, '_>, fire_at: EpochMs) -> Result<Outcome, Stop> {
    let week = Period::Week.around(desk.calendar().date(fire_at));
    let directory = desk.directory()?;
    let (today, now) = (desk.today(), desk.now);
    let duty = desk.tx.duty_on(today, now)?;
    let mut by_holder: BTreeMap<PersonId, Vec<FollowUp>> = BTreeMap::new();
    for task in desk.tx.due_follow_ups(week.to, MOST)? {
        // The week is the holder's, also when he rests today; what nobody reached is the lead's.
        let lead = duty.assignee(task.holder, true).filter(|_| task.with_lead);
        by_holder.entry(lead.map_or(task.holder, |lead| lead.person)).or_default().push(task);
    }
    if by_holder.is_empty() {
        return Ok(Outcome::Cancel("nothing_planned".to_owned()));
    }
    let mut names = Vec::new();
    for (holder, tasks) in &by_holder {
        let overdue = tasks.iter().filter(|task| task.due < today).count();
        let overdue = if overdue > 0 { format!("（超期{overdue}）") } else { String::new() };
        names.push(format!("{} {}位{overdue}", directory.label(*holder), tasks.len()));
        if duty.is_off(*holder) {
            continue;
        }
        let mut lines = vec![format!("本周要回访{}位：", tasks.len())];
        lines.extend(shared::lines(desk, tasks, *holder)?);
        let key = format!("follow_up_plan:{}:{holder}", week.from);
        desk.tell(*holder, Some(&key), &Said::text(lines.join("\n")), true)?;
    }
    let more = names.len().saturating_sub(NAMED);
    names.truncate(NAMED);
    let more = if more > 0 { format!("，另有{more}人") } else { String::new() };
    let text = format!(
        "本周回访计划（{}起，R-117）：{}{more}{}",
        day_name(week.from),
        names.join("、"),
        shared::late(desk, fire_at)
    );
    desk.post(purpose::REMINDERS, &format!("follow_up_plan:all:{}", week.from), &Said::text(text))?;
    Ok(Outcome::Done)
}

fn rate(desk: &mut Desk<'_, '_>, fire_at: EpochMs) -> Result<Outcome, Stop> {
    let week = Period::Week.around(desk.calendar().date(fire_at));
    let done = desk.tx.follow_ups_done(week)?;
    if done.is_empty() {
        return Ok(Outcome::Cancel("nothing_due".to_owned()));
    }
    let directory = desk.directory()?;
    let mut by_team: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    for one in &done {
        let team = directory.person(one.holder).and_then(|person| person.team);
        let team = team.and_then(|team| directory.team_name(team)).unwrap_or("未分组").to_owned();
        let sum = by_team.entry(team).or_default();
        *sum = (sum.0 + one.due, sum.1 + one.in_time);
    }
    let mut lines = vec![format!("本周回访完成率（{}至{}，R-117）", day_name(week.from), day_name(week.to))];
    lines.extend(by_team.iter().map(|(team, (due, in_time))| format!("{team} {}", share(*in_time, *due))));
    let people: Vec<String> = done
        .iter()
        .take(NAMED)
        .map(|one| format!("{} {}", directory.label(one.holder), share(one.in_time, one.due)))
        .collect();
    lines.push(people.join("、"));
    let late = shared::late(desk, fire_at);
    let text = format!("{}{late}", lines.join("\n"));
    desk.post(purpose::REMINDERS, &format!("follow_up_rate:{}", week.from), &Said::text(text))?;
    let fact = Fact::new("followup.rated", None)
        .with("from", week.from.to_string())
        .with("to", week.to.to_string())
        .with("rows", done.iter().map(row).collect::<Vec<Value>>())
        .with("rule", "R-117");
    desk.record(fact);
    Ok(Outcome::Done)
}

fn row(done: &Done) -> Value {
    json!({ "person": Fact::person_value(done.holder), "due": done.due, "in_time": done.in_time })
}

/// `4/5（80%）`, the percents rounded down.
fn share(part: u32, whole: u32) -> String {
    let percent = u64::from(part) * 100 / u64::from(whole.max(1));
    format!("{part}/{whole}（{percent}%）")
}
