//! 限流量: findings and late replies that hold somebody back, said by whoever leads him.

use super::COMMAND;
use crate::shared;
use bot::{Ctx, Reply, Said, Stop, args};
use chrono::NaiveDate;
use domain::PersonId;
use domain::allocation::{Finding, games_shut_traffic, timeout_cut};
use domain::calendar::{day_name, shift_days};
use domain::rights::{Decide, Over, Undoing};
use serde_json::Value;
use store::Event;

/// What is said of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Games,
    Picking,
    Training,
    Lift,
    Timeouts,
}

/// How far back a finding may lie, days.
const PAST_DAYS: i64 = 31;
/// Late replies that one message notes at the most.
const MOST_TIMEOUTS: u32 = 500;

pub(super) fn run(
    ctx: &mut Ctx<'_, '_>,
    by: &Decide,
    kind: Kind,
    words: &mut args::Words<'_>,
) -> Result<Reply, Stop> {
    let today = ctx.desk.today();
    let usage = || Stop::bad(format!("写法：{}", COMMAND.usage));
    let (mut person, mut day, mut count) = (None, None, None);
    while !words.is_empty() {
        if kind == Kind::Timeouts && person.is_some() && count.is_none() {
            let word = words.peek().unwrap_or_default().trim_end_matches(['次', '个']);
            count = args::parse_number(word).filter(|(_, used)| *used == word.len()).map(|(count, _)| count);
            if count.is_some() {
                words.next_word();
                continue;
            }
        }
        if let Some(date) = words.take_date(today, args::Lean::Past).map_err(|bad| Stop::bad(bad.told()))? {
            day = Some(date);
            continue;
        }
        let token = words.take_person().filter(|_| person.is_none()).ok_or_else(usage)?;
        person = Some(ctx.desk.person_named(&token.name, token.number)?);
    }
    let person = person.ok_or_else(usage)?;
    let day = day.unwrap_or(today);
    if day > today || day < shift_days(today, -PAST_DAYS) {
        return Err(Stop::bad(format!("只能记今天和最近{PAST_DAYS}天的，没有记。")));
    }
    let team = ctx.directory.person(person).and_then(|known| known.team);
    let who = ctx.directory.label(person);
    let over = by.over(person, team).map_err(|denied| shared::denied(denied, &who))?;
    match kind {
        Kind::Games => games(ctx, &over, person, day),
        Kind::Picking => find(ctx, &over, person, Finding::Picking, day),
        Kind::Training => find(ctx, &over, person, Finding::Training, today),
        Kind::Lift => lift(ctx, &over, person),
        Kind::Timeouts => timeouts(ctx, &over, person, day, count.ok_or_else(usage)?),
    }
}

/// Games on duty cost what the department has set, and nothing else beside it.
fn games(ctx: &mut Ctx<'_, '_>, over: &Over, person: PersonId, day: NaiveDate) -> Result<Reply, Stop> {
    let book = ctx.desk.book()?;
    if !games_shut_traffic(&book, day) {
        return Err(Stop::rule(
            "R-222",
            "本部门设置为不关流量，按记分或扣款处理，没有关。看设置发：规则 games.mode",
        ));
    }
    if day != ctx.desk.today() {
        return Err(Stop::bad("流量只关到当天24:00，过去的日子不用关。"));
    }
    find(ctx, over, person, Finding::Games, day)
}

fn find(
    ctx: &mut Ctx<'_, '_>,
    over: &Over,
    person: PersonId,
    finding: Finding,
    day: NaiveDate,
) -> Result<Reply, Stop> {
    let today = ctx.desk.today();
    let known = ctx.desk.tx.findings(domain::Span { from: day, to: today })?;
    let same = |one: &(PersonId, Finding, NaiveDate)| {
        one.0 == person && one.1 == finding && (finding == Finding::Training || one.2 == day)
    };
    let who = ctx.directory.label(person);
    if finding == Finding::Picking && next_shift_is_over(ctx, person, day)? {
        return Err(Stop::wrong_state(format!(
            "{who}{}之后的下一个班已经过去，限不了，没有记（R-220）。",
            day_name(day)
        )));
    }
    if known.iter().any(same) {
        return Err(Stop::wrong_state(format!("{who}已经这样记过了。解除发：分配 恢复 {who}")));
    }
    ctx.desk.tx.limit_allocation(over, person, finding, day, ctx.desk.now)?;
    let what = match finding {
        Finding::Games => "今天不再分对话，到24:00".to_owned(),
        Finding::Picking => format!("{}之后的下一个班，对话名额减少", day_name(day)),
        Finding::Training => "从现在起不分对话，到恢复为止".to_owned(),
    };
    let rule = finding.rule();
    tell(ctx, person, rule)?;
    Ok(Reply::text(format!(
        "已记下：{who}{what}（{rule}），已告诉本人。\n记错了发：撤销；提前解除发：分配 恢复 {who}"
    )))
}

fn lift(ctx: &mut Ctx<'_, '_>, over: &Over, person: PersonId) -> Result<Reply, Stop> {
    let who = ctx.directory.label(person);
    let lifted = ctx.desk.tx.lift_limits(over, person, ctx.desk.now)?;
    let in_training = ctx.desk.tx.in_training()?.iter().any(|entry| entry.person == person);
    if in_training {
        let still = format!("{who}在培训组，仍不分对话（R-219）；恢复请主管私聊发：培训 @{who} 结束");
        return match lifted {
            true => Ok(Reply::text(format!("已解除其他限制。{still}"))),
            false => Err(Stop::wrong_state(still)),
        };
    }
    if !lifted {
        return Err(Stop::wrong_state(format!("{who}没有关流量、限半或停，不用恢复。")));
    }
    ctx.desk.tell(person, None, &Said::text("对话分配已恢复。"), true)?;
    Ok(Reply::text(format!("已恢复{who}的对话分配，已告诉本人。超时的限制照旧（R-221）。")))
}

fn timeouts(
    ctx: &mut Ctx<'_, '_>,
    over: &Over,
    person: PersonId,
    day: NaiveDate,
    count: u32,
) -> Result<Reply, Stop> {
    if count == 0 || count > MOST_TIMEOUTS {
        return Err(Stop::bad(format!("超时次数写1到{MOST_TIMEOUTS}，没有记。")));
    }
    ctx.desk.tx.note_timeouts(over, person, day, count, ctx.desk.now)?;
    let month = domain::Period::Month.around(day);
    let sum: u32 = ctx.desk.tx.timeouts(month)?.iter().filter(|one| one.0 == person).map(|one| one.2).sum();
    let book = ctx.desk.book()?;
    let before = timeout_cut(0, sum - count, &book, day);
    let (cut, left) = timeout_cut(before.1, count, &book, day);
    let who = ctx.directory.label(person);
    let what = match cut {
        0 => format!("还没满一档，余{left}次接着累计"),
        _ if next_shift_is_over(ctx, person, day)? => {
            format!("那天之后的下一个班已经过去，不再限，余{left}次接着累计")
        }
        cut => format!("下一个班限{cut}个对话，余{left}次接着累计"),
    };
    tell(ctx, person, "R-221")?;
    Ok(Reply::text(format!(
        "已记下：{who} {} 超时{count}次，本月共{sum}次，{what}（R-221）。记错了发：撤销",
        day_name(day)
    )))
}

/// Whether the shift in which something of that day would be felt has ended already.
fn next_shift_is_over(ctx: &mut Ctx<'_, '_>, person: PersonId, day: NaiveDate) -> Result<bool, Stop> {
    let (now, today) = (ctx.desk.now, ctx.desk.today());
    let span = domain::Span { from: shift_days(day, 1), to: today };
    let (rows, off) = (ctx.desk.tx.rota_between(span)?, ctx.desk.tx.whole_days_off(span)?);
    let next = rows
        .into_iter()
        .filter(|row| row.person == person && !off.contains(&(person, row.date)))
        .filter_map(|row| row.shift)
        .min_by_key(|shift| shift.start);
    Ok(next.is_some_and(|shift| shift.end <= now))
}

/// A group may read it: what it is stands in 等级 only.
fn tell(ctx: &mut Ctx<'_, '_>, person: PersonId, rule: &str) -> Result<(), Stop> {
    let text = format!("你的对话分配有调整（{rule}），私聊发「等级」看；有出入请找组长或主管说明。");
    ctx.desk.tell(person, None, &Said::text(text), true)?;
    Ok(())
}

fn read(event: &Event) -> Result<(PersonId, NaiveDate), Stop> {
    let day = event.body.get("date").and_then(Value::as_str).and_then(|day| day.parse().ok());
    let day = day.ok_or_else(|| Stop::from(store::Error::Corrupt("allocation event".to_owned())))?;
    Ok((shared::person_in(event)?, day))
}

pub(super) fn undo(ctx: &mut Ctx<'_, '_>, by: &Undoing, event: &Event) -> Result<String, Stop> {
    let (person, day) = read(event)?;
    let finding = event.body.get("finding").and_then(Value::as_str).and_then(Finding::of_code);
    let finding = finding.ok_or_else(|| Stop::from(store::Error::Corrupt("allocation event".to_owned())))?;
    let who = ctx.directory.label(person);
    if !ctx.desk.tx.undo_limit(by, person, finding, day, ctx.desk.now)? {
        return Err(Stop::wrong_state(format!("{who}的限制已经解除，不用撤销。")));
    }
    ctx.desk.tell(person, None, &Said::text("刚才的对话限制已撤销。"), true)?;
    Ok(format!("对{who}的对话限制"))
}

pub(super) fn undo_timeouts(ctx: &mut Ctx<'_, '_>, by: &Undoing, event: &Event) -> Result<String, Stop> {
    let (person, day) = read(event)?;
    let count = event.body.get("count").and_then(Value::as_u64).and_then(|count| u32::try_from(count).ok());
    let count = count.ok_or_else(|| Stop::from(store::Error::Corrupt("allocation event".to_owned())))?;
    ctx.desk.tx.undo_timeouts(by, person, day, count)?;
    let who = ctx.directory.label(person);
    ctx.desk.tell(person, None, &Said::text("刚才记的超时已撤销。"), true)?;
    Ok(format!("{who} {}的{count}次超时", day_name(day)))
}
