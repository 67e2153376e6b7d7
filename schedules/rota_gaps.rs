//! 缺岗提醒: each morning whoever leads hears on which of the next days a shift has too few; on the day on which next
//! month's rota is due he hears who is not planned yet.

use bot::staffing::gaps;
use bot::{CatchUp, Desk, Outcome, Said, Schedule, Stop};
use chrono::Datelike;
use domain::calendar::{HOUR, shift_days};
use domain::settings::catalogue::rota::{GAP_DAYS, PUBLISH_DAY};
use domain::staffing::{Gap, LISTED};
use domain::{EpochMs, Period, Span};
use std::collections::{BTreeMap, HashSet};

pub(crate) const GAPS: Schedule = Schedule {
    name: "rota_gaps",
    summary: "每天 08:15 提醒组长往后几天的缺岗",
    cron: "15 8 * * *",
    at: None,
    catch_up: CatchUp::Once,
    max_late: 10 * HOUR,
    run,
};

pub(crate) const PUBLISH: Schedule = Schedule {
    name: "rota_publish",
    summary: "每月（25日）09:00 提醒组长排下月的班",
    cron: "0 9 * * *",
    at: None,
    catch_up: CatchUp::Once,
    max_late: 12 * HOUR,
    run: publish,
};

/// People who are named in a reminder.
const NAMED: usize = 20;

fn run(desk: &mut Desk<'_, '_>, fire_at: EpochMs) -> Result<Outcome, Stop> {
    let today = desk.calendar().date(fire_at);
    let days = desk.book()?.whole(&GAP_DAYS, today);
    let mut by_team: BTreeMap<Option<i64>, Vec<Gap>> = BTreeMap::new();
    for gap in gaps(desk, Span { from: today, to: shift_days(today, days - 1) })? {
        by_team.entry(gap.team).or_default().push(gap);
    }
    if by_team.is_empty() {
        return Ok(Outcome::Cancel("no_gap".to_owned()));
    }
    let directory = desk.directory()?;
    for (team, gaps) in by_team {
        let lines: Vec<String> = gaps.iter().take(LISTED).map(Gap::told).collect();
        let more = gaps.len().saturating_sub(LISTED);
        let more = if more > 0 { format!("\n……还有{more}处") } else { String::new() };
        let name = team.and_then(|team| directory.team_name(team)).unwrap_or("未分组");
        let text = format!(
            "{name}往后{days}天缺岗 {} 处（R-185）：\n{}{more}\n补班，例：排班 姓名 日期 班次",
            gaps.len(),
            lines.join("\n")
        );
        for person in directory.leads_of(team, desk.now, today) {
            let key = format!("rota_gaps:{today}:{}:{person}", team.unwrap_or_default());
            desk.tell(person, Some(&key), &Said::text(text.clone()), true)?;
        }
    }
    Ok(Outcome::Done)
}

fn publish(desk: &mut Desk<'_, '_>, fire_at: EpochMs) -> Result<Outcome, Stop> {
    let today = desk.calendar().date(fire_at);
    if today.day() != desk.book()?.count(&PUBLISH_DAY, today) {
        return Ok(Outcome::Cancel("other_day".to_owned()));
    }
    let next = Period::Month.around(shift_days(Period::Month.around(today).to, 1));
    let planned: HashSet<i64> = desk.tx.rota_between(next)?.into_iter().map(|row| row.person).collect();
    let directory = desk.directory()?;
    let mut missing: BTreeMap<Option<i64>, Vec<String>> = BTreeMap::new();
    for person in directory.people(desk.now) {
        if person.roles.owes_report() && !planned.contains(&person.id) {
            missing.entry(person.team).or_default().push(person.label.clone());
        }
    }
    if missing.is_empty() {
        return Ok(Outcome::Cancel("planned".to_owned()));
    }
    let month = next.from.month();
    for (team, names) in missing {
        let shown = names.iter().take(NAMED).cloned().collect::<Vec<_>>().join("、");
        let more = if names.len() > NAMED { "等" } else { "" };
        let text = format!(
            "今天是{month}月排班的公布日（R-174），还有{}人没有排：{shown}{more}\n例：排班 {} 下月 早班 早班 晚班 晚班 休 休；整张班表可以请管理员导入。",
            names.len(),
            names.first().map_or("姓名", String::as_str)
        );
        for person in directory.leads_of(team, desk.now, today) {
            let key = format!("rota_publish:{}:{}:{person}", next.from, team.unwrap_or_default());
            desk.tell(person, Some(&key), &Said::text(text.clone()), true)?;
        }
    }
    Ok(Outcome::Done)
}
