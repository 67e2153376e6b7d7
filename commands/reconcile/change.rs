//! 对账 确认 and 对账 重开.

use super::{groups_of, labels, short_day, take_month, team_name};
use crate::shared;
use bot::{Ctx, Reply, Said, Stop, args};
use domain::reconciliation::{
    Claim, ClaimState, FURTHEST_DAYS, Left, Month, Reopening, Stage, confirmable, may_reopen_until,
    reopened_until, stage,
};
use domain::rights::{Decide, Undoing};
use serde_json::Value;
use std::collections::BTreeMap;
use store::{Event, HospitalList, Judge};

/// Confirms the open arrivals of the groups that somebody leads.
pub(super) fn confirm(
    ctx: &mut Ctx<'_, '_>,
    decide: &Decide,
    mut words: args::Words<'_>,
) -> Result<Reply, Stop> {
    let month = take_month(ctx, &mut words)?;
    let team = take_team(ctx, &mut words)?;
    let mut named: Vec<i64> = Vec::new();
    while let Some(word) = words.next_word() {
        match shared::label(word, 'D').filter(|(_, rest)| rest.is_empty()) {
            Some((arrival, _)) => named.push(arrival),
            None => {
                let word = ctx.incoming.quote(word);
                return Err(Stop::bad(format!("没看懂「{word}」，没有确认。例：对账 确认 3月 D4 D7")));
            }
        }
    }
    let today = ctx.desk.today();
    let told = month.told(today);
    let mut groups = groups_of(ctx, decide, month, team)?;
    if groups.iter().any(|group| group.stage == Stage::Running) || today < month.over_from() {
        let first = short_day(month.over_from());
        return Err(Stop::wrong_state(format!("{told}还没过完，{first}起才能确认。看上月发：对账")));
    }
    if groups.is_empty() {
        return Err(Stop::wrong_state(format!("{told}没有有业绩的到诊，不用确认。")));
    }
    if let Some(unknown) = named.iter().find(|no| !groups.iter().any(|group| has(&group.claims, **no))) {
        return Err(Stop::not_found(format!(
            "{told}你管的组里没有 D{unknown}，没有确认。先看：对账 {}",
            month.code()
        )));
    }
    groups
        .retain(|group| named.is_empty() || group.claims.iter().any(|claim| named.contains(&claim.arrival)));
    if let (Some(last), true) =
        (closed(&groups[0].stage), groups.iter().all(|group| closed(&group.stage).is_some()))
    {
        return Err(over(&told, &short_day(last), month));
    }
    groups.retain(|group| closed(&group.stage).is_none());
    let lists = compared(ctx, decide, month)?;
    let before = ctx.desk.tx.confirmed_teams(month)?;
    let (mut lines, mut left_over) = (Vec::new(), Vec::new());
    for group in &groups {
        let list = lists.iter().find(|list| list.covers(group.team));
        let fit = |arrival| list.map(|list| list.fit(arrival));
        let (confirmed, left) = confirmable(&group.claims, decide.person(), &named, fit);
        left_over.extend(left);
        let done = before.contains(&group.team) || !named.is_empty();
        let waits = group.claims.iter().any(|claim| claim.state == ClaimState::Open);
        if confirmed.is_empty() && (done || waits) {
            continue;
        }
        let claims: Vec<Claim> =
            group.claims.iter().filter(|claim| confirmed.contains(&claim.arrival)).copied().collect();
        let now = ctx.desk.now;
        if ctx.desk.tx.confirm_claims(decide, month, group.team, &claims, now)?.is_some() {
            let which =
                if claims.is_empty() { String::new() } else { format!("（{}）", labels(&confirmed)) };
            lines.push(format!("{}：{} 个到诊{which}", group.name, claims.len()));
        }
    }
    let left = left_told(&left_over);
    if lines.is_empty() {
        let nothing = if left.is_empty() {
            "都确认过了，没有新的到诊。".to_owned()
        } else {
            left.join("\n")
        };
        return Err(Stop::wrong_state(format!("{told}没有可以确认的。\n{nothing}")));
    }
    let mut text = vec![format!("已确认{told}到诊：{}", lines.join("；"))];
    text.extend(left);
    Ok(Reply::text(text.join("\n")))
}

fn has(claims: &[Claim], arrival: i64) -> bool {
    claims.iter().any(|claim| claim.arrival == arrival)
}

fn closed(stage: &Stage) -> Option<chrono::NaiveDate> {
    match stage {
        Stage::Closed { last } => Some(*last),
        Stage::Running | Stage::Open { .. } => None,
    }
}

fn over(told: &str, last: &str, month: Month) -> Stop {
    Stop::rule(
        "R-378",
        format!(
            "{told}对账已在{last} 24:00 截止，没确认的视为放弃。\n确有原因请主管发：对账 重开 {} 理由",
            month.code()
        ),
    )
}

/// The lists in force, compared with the arrivals as they are now.
fn compared(ctx: &mut Ctx<'_, '_>, decide: &Decide, month: Month) -> Result<Vec<HospitalList>, Stop> {
    let book = ctx.desk.book()?;
    for list in ctx.desk.tx.live_lists(month)? {
        ctx.desk.tx.compare_list(&decide.for_all(), list.no, &book)?;
    }
    Ok(ctx.desk.tx.live_lists(month)?)
}

fn left_told(left: &[(i64, Left)]) -> Vec<String> {
    let kinds = [
        (Left::NotListed, "不在医院名单里，核实后写上编号确认"),
        (Left::Unsure, "和名单拿不准，核实后写上编号确认"),
        (Left::Waits, "归属还要主管定，定了再确认"),
        (Left::Own, "是你自己的，请上一级确认"),
    ];
    let of = |(kind, told): (Left, &str)| {
        let arrivals: Vec<i64> = left.iter().filter(|(_, why)| *why == kind).map(|(no, _)| *no).collect();
        (!arrivals.is_empty()).then(|| format!("没确认：{} {told}", labels(&arrivals)))
    };
    kinds.into_iter().filter_map(of).collect()
}

/// Takes a group by its name.
fn take_team(ctx: &Ctx<'_, '_>, words: &mut args::Words<'_>) -> Result<Option<Option<i64>>, Stop> {
    let Some(word) = words.peek() else { return Ok(None) };
    let team = match word {
        "未分组" => Some(None),
        "本组" | "我组" => match ctx.me()?.team {
            Some(team) => Some(Some(team)),
            None => return Err(Stop::wrong_state("你还没有分组，请写组名。")),
        },
        _ => ctx.directory.teams().find(|(_, name)| *name == word).map(|(team, _)| Some(team)),
    };
    if team.is_some() {
        words.next_word();
    }
    Ok(team)
}

/// Opens a closed month again: a supervisor with a reason, until the day that he states.
pub(super) fn reopen(
    ctx: &mut Ctx<'_, '_>,
    _decide: &Decide,
    mut words: args::Words<'_>,
) -> Result<Reply, Stop> {
    let by = ctx.standing()?.administer();
    let by = by.ok_or_else(|| Stop::not_allowed("重开对账由主管来定，请把原因告诉主管。"))?;
    let month = take_month(ctx, &mut words)?;
    let team = match take_team(ctx, &mut words)? {
        Some(None) => return Err(Stop::bad("没有分组的人不能单独重开，请不写组。")),
        team => team.flatten(),
    };
    let today = ctx.desk.today();
    let book = ctx.desk.book()?;
    let until = take_until(ctx, &mut words)?;
    let until = until.unwrap_or_else(|| reopened_until(&book, today));
    let reason = words.rest().trim();
    if reason.is_empty() {
        return Err(Stop::bad("重开要写理由，例：对账 重开 3月 到4月10日 医院名单晚到"));
    }
    let told = month.told(today);
    if !may_reopen_until(until, today) {
        return Err(Stop::bad(format!(
            "重开到哪天请写今天起 {FURTHEST_DAYS} 天以内的，例：对账 重开 {} 到{} 理由",
            month.code(),
            short_day(reopened_until(&book, today))
        )));
    }
    let reopenings = ctx.desk.tx.reopenings(month)?;
    match stage(&book, month, team, &reopenings, today) {
        Stage::Running => return Err(Stop::wrong_state(format!("{told}还没过完，不用重开。"))),
        Stage::Open { last } if until <= last => {
            return Err(Stop::wrong_state(format!(
                "{told}还开着，{} 24:00 才截止，不用重开。",
                short_day(last)
            )));
        }
        Stage::Open { .. } | Stage::Closed { .. } => {}
    }
    let directory = ctx.desk.directory()?;
    let team_of = |claim: &Claim| directory.person(claim.person).and_then(|person| person.team);
    let mut claims = ctx.desk.tx.claims_in(month)?;
    claims.retain(|claim| claim.state == ClaimState::Forfeited && (team.is_none() || team_of(claim) == team));
    let forfeited: Vec<i64> = claims.iter().map(|claim| claim.arrival).collect();
    let calendar = *ctx.desk.calendar();
    let judge = Judge { book: &book, calendar: &calendar, now: ctx.desk.now };
    ctx.desk.tx.reopen_month(&by, month, Reopening { team, until }, &forfeited, reason, judge)?;
    let whose = team.map_or_else(|| "全部门".to_owned(), |team| team_name(&directory, Some(team)));
    let mut people: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for claim in &claims {
        people.entry(claim.person).or_default().push(claim.arrival);
    }
    for (person, arrivals) in &people {
        let said = Said::text(format!(
            "{told}对账重开到{} 24:00：{} 又可以确认了，请核对后找组长确认。",
            short_day(until),
            labels(arrivals)
        ));
        ctx.desk.tell(*person, None, &said, true)?;
    }
    let mut leads: Vec<i64> = Vec::new();
    for claim in &claims {
        leads.extend(directory.leads_of(team_of(claim), ctx.desk.now, today));
    }
    leads.sort_unstable();
    leads.dedup();
    for lead in leads.into_iter().filter(|lead| Some(*lead) != by.actor()) {
        let said = Said::text(format!(
            "{told}对账重开到{} 24:00（{whose}），到期没确认的再次视为放弃。\n确认请发：对账 确认 {}",
            short_day(until),
            month.code()
        ));
        ctx.desk.tell(lead, None, &said, true)?;
    }
    Ok(Reply::text(format!(
        "{told}对账已重开（{whose}），到{} 24:00 截止；{} 个视为放弃的到诊又可以确认。\n确认请发：对账 确认 {}",
        short_day(until),
        forfeited.len(),
        month.code()
    )))
}

/// `到4月10日`, `至 04-10`, or a day as a word of its own.
fn take_until(ctx: &Ctx<'_, '_>, words: &mut args::Words<'_>) -> Result<Option<chrono::NaiveDate>, Stop> {
    let today = ctx.desk.today();
    let Some(word) = words.peek() else { return Ok(None) };
    let stripped = ["截至", "截止到", "到", "至"].iter().find_map(|lead| word.strip_prefix(lead));
    let glued = stripped.is_some_and(str::is_empty);
    let mut ahead = words.clone();
    ahead.next_word();
    let date = if glued { ahead.peek().unwrap_or_default() } else { stripped.unwrap_or(word) };
    match args::parse_date(date, today, args::Lean::Future) {
        Ok((day, used)) if used == date.len() => {
            if glued {
                ahead.next_word();
            }
            *words = ahead;
            Ok(Some(day))
        }
        Err(error @ args::DateError::NoSuchDay) if stripped.is_some() => Err(Stop::bad(error.told())),
        _ => Ok(None),
    }
}

/// Takes a confirmation back, while its month is open.
pub(super) fn undo_confirmation(
    ctx: &mut Ctx<'_, '_>,
    undoing: &Undoing,
    event: &Event,
) -> Result<String, Stop> {
    let corrupt = || store::Error::Corrupt("reconciliation.confirmed".to_owned());
    let month = month_in(event).ok_or_else(corrupt)?;
    let no = event.body.get("confirmation").and_then(Value::as_i64).ok_or_else(corrupt)?;
    let name = event.body.get("team").and_then(Value::as_str);
    let team =
        name.and_then(|name| ctx.directory.teams().find(|(_, known)| *known == name)).map(|(team, _)| team);
    let (book, today) = (ctx.desk.book()?, ctx.desk.today());
    let reopenings = ctx.desk.tx.reopenings(month)?;
    if let Stage::Closed { last } = stage(&book, month, team, &reopenings, today) {
        return Err(over(&month.told(today), &short_day(last), month));
    }
    let now = ctx.desk.now;
    if !ctx.desk.tx.undo_confirmation(undoing, no, now)? {
        return Err(Stop::wrong_state("这次确认已经撤销过了。"));
    }
    Ok(format!("{}对账确认（{}）", month.told(today), name.unwrap_or("未分组")))
}

pub(super) fn month_in(event: &Event) -> Option<Month> {
    event.body.get("month").and_then(Value::as_str).and_then(Month::of_code)
}
