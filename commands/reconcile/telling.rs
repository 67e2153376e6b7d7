//! How a month stands, in words.

use super::{COMMAND, Group, groups_of, labels, short_day};
use bot::{Ctx, Reply, Said, Stop};
use chrono::NaiveDate;
use domain::PersonId;
use domain::reconciliation::{Claim, ClaimState, Fit, Month, Stage, stage};
use domain::rights::Decide;
use store::{HospitalList, RowFit};

/// Rows of a kind that one answer shows.
const MOST: usize = 10;

/// What is one's own.
pub(super) fn own(ctx: &mut Ctx<'_, '_>, person: PersonId, month: Month) -> Result<Reply, Stop> {
    let team = ctx.me()?.team;
    let today = ctx.desk.today();
    let book = ctx.desk.book()?;
    let reopenings = ctx.desk.tx.reopenings(month)?;
    let stage = stage(&book, month, team, &reopenings, today);
    let mut claims = ctx.desk.tx.claims_in(month)?;
    claims.retain(|claim| claim.person == person);
    let mut lines = vec![format!("{}对账（{}）", month.told(today), stage_told(stage, today))];
    if claims.is_empty() {
        lines.push("你没有有业绩的到诊。".to_owned());
    } else {
        lines.push(format!("你的到诊 {} 个：{}", claims.len(), counts(&claims)));
    }
    for (state, name) in [(ClaimState::Open, "待确认"), (ClaimState::Forfeited, "视为放弃")] {
        let of: Vec<String> = claims.iter().filter(|claim| claim.state == state).map(shown).collect();
        if !of.is_empty() {
            lines.push(format!("{name}：{}", of.join("、")));
        }
    }
    lines.push(match stage {
        Stage::Closed { .. } => "截止后不能再补报；确有原因请找主管重开。".to_owned(),
        _ => "少了的请在截止前找导医补录；归属有异议发：申诉 Y编号 理由".to_owned(),
    });
    Ok(Reply::text(lines.join("\n")))
}

/// What the groups that somebody leads have.
pub(super) fn groups(ctx: &mut Ctx<'_, '_>, decide: &Decide, month: Month) -> Result<Reply, Stop> {
    let groups = groups_of(ctx, decide, month, None)?;
    let today = ctx.desk.today();
    let mut lines = vec![format!("{}对账", month.told(today))];
    if groups.iter().all(|group| group.claims.is_empty()) {
        lines.push("没有有业绩的到诊。".to_owned());
    }
    for group in &groups {
        lines.extend(of_group(ctx, group));
    }
    let lists = ctx.desk.tx.live_lists(month)?;
    let mut told: Vec<i64> = Vec::new();
    for group in &groups {
        let Some(list) = lists.iter().find(|list| list.covers(group.team)) else { continue };
        if !told.contains(&list.no) {
            told.push(list.no);
            let of: Vec<&Claim> = groups
                .iter()
                .filter(|other| {
                    lists.iter().find(|list| list.covers(other.team)).map(|it| it.no) == Some(list.no)
                })
                .flat_map(|other| &other.claims)
                .collect();
            lines.extend(of_list(ctx, list, &of)?);
        }
    }
    let open = groups.iter().any(|group| {
        matches!(group.stage, Stage::Open { .. })
            && group.claims.iter().any(|claim| claim.state == ClaimState::Open)
    });
    if !open {
        return Ok(Reply::text(lines.join("\n")));
    }
    let command = format!("{} 确认 {}", COMMAND.name, month.code());
    lines.push(format!("核对无误请发：{command}"));
    Ok(Said::text(lines.join("\n")).button("确认", command).into())
}

fn of_group(ctx: &Ctx<'_, '_>, group: &Group) -> Vec<String> {
    let today = ctx.desk.today();
    let mut lines = vec![format!("【{}】{}", group.name, stage_told(group.stage, today))];
    let mut people: Vec<PersonId> = group.claims.iter().map(|claim| claim.person).collect();
    people.sort_unstable();
    people.dedup();
    for person in people {
        let claims: Vec<Claim> =
            group.claims.iter().filter(|claim| claim.person == person).copied().collect();
        let open = claims.iter().filter(|claim| claim.state == ClaimState::Open).map(|claim| claim.arrival);
        let open: Vec<i64> = open.collect();
        let which = if open.is_empty() { String::new() } else { format!("（{}）", labels(&open)) };
        lines.push(format!(
            "{} 到诊{}：{}{which}",
            ctx.directory.label(person),
            claims.len(),
            counts(&claims)
        ));
    }
    lines
}

/// What a list says of these arrivals. What names a patient is masked, and in a group only counted.
pub(super) fn of_list(
    ctx: &mut Ctx<'_, '_>,
    list: &HospitalList,
    claims: &[&Claim],
) -> Result<Vec<String>, Stop> {
    let missing: Vec<&&Claim> = claims
        .iter()
        .filter(|claim| claim.state == ClaimState::Open && list.fit(claim.arrival) == Fit::NotListed)
        .collect();
    let count = |fit| list.rows_of(fit).count();
    let mut lines = vec![format!(
        "医院名单 {} 行：对上 {}、拿不准 {}、我们没有 {}；名单里没有 {}",
        list.rows.len(),
        count(RowFit::Matched),
        count(RowFit::Unsure),
        count(RowFit::NotOurs),
        missing.len()
    )];
    if ctx.in_group() {
        lines.push("逐条请私聊我发：对账".to_owned());
        return Ok(lines);
    }
    for row in list.rows_of(RowFit::Unsure).take(MOST) {
        let why = row.why.map_or("", |why| why.told());
        lines.push(format!("拿不准：第{}行 ↔ {}：{why}", row.line, labels(&row.arrivals)));
    }
    for claim in missing.iter().take(MOST) {
        let whose = ctx.directory.label(claim.person);
        lines.push(format!("名单里没有：{whose} {}", shown(claim)));
    }
    for visit in ctx.desk.tx.unknown_visits(list, MOST)? {
        let day = visit.day.map(short_day).unwrap_or_default();
        let booked: Vec<String> = visit.appointments.iter().map(|no| format!("Y{no}")).collect();
        let booked = if booked.is_empty() {
            "没有登记".to_owned()
        } else {
            format!("有预约 {}，请导医补录到诊", booked.join("、"))
        };
        lines.push(format!("我们没有：第{}行 {} {day}，{booked}", visit.line, visit.masked.join(" ")));
    }
    let hidden = [count(RowFit::Unsure), count(RowFit::NotOurs), missing.len()];
    if hidden.into_iter().any(|count| count > MOST) {
        lines.push(format!("每类只列前 {MOST} 条。"));
    }
    if count(RowFit::Unsure) > 0 || !missing.is_empty() {
        lines.push("核实过的写上编号确认，例：对账 确认 D4".to_owned());
    }
    Ok(lines)
}

/// `已确认 2、待确认 1`; what there is none of is left out.
pub(super) fn counts(claims: &[Claim]) -> String {
    let count = |wanted: fn(&Claim) -> bool| claims.iter().filter(|claim| wanted(claim)).count();
    let parts = [
        ("已确认", count(|claim| claim.state == ClaimState::Confirmed)),
        ("待确认", count(|claim| claim.state == ClaimState::Open && !claim.waits)),
        ("归属待主管定", count(|claim| claim.waits && claim.state != ClaimState::Forfeited)),
        ("归属后定", count(|claim| claim.state == ClaimState::Held && !claim.waits)),
        ("视为放弃", count(|claim| claim.state == ClaimState::Forfeited)),
    ];
    let told: Vec<String> = parts
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(name, count)| format!("{name} {count}"))
        .collect();
    told.join("、")
}

fn shown(claim: &Claim) -> String {
    let appointment = claim.appointment.map(|no| format!("，Y{no}")).unwrap_or_default();
    format!("D{}（{}{appointment}）", claim.arrival, short_day(claim.day))
}

pub(super) fn stage_told(stage: Stage, today: NaiveDate) -> String {
    match stage {
        Stage::Running => "本月还没过完".to_owned(),
        Stage::Open { last } if last == today => "今天 24:00 截止".to_owned(),
        Stage::Open { last } => {
            format!("{} 24:00 截止，还有{}天", short_day(last), (last - today).num_days())
        }
        Stage::Closed { last } => format!("已在{} 24:00 截止", short_day(last)),
    }
}
