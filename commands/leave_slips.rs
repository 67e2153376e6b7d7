//! 请假单: one's own leaves, and for those who decide what waits for them.

use crate::leave::deciding;
use bot::{Command, Ctx, Place, Reach, Reply, Run, Said, Stop, Who, args};
use domain::PersonId;
use domain::calendar::shift_days;
use domain::rights::{Decide, Own};
use store::{Certificate, Leave, LeaveState};

pub(crate) const COMMAND: Command = Command {
    name: "请假单",
    aliases: &["我的请假", "假条"],
    summary: "看自己的请假和等我批的请假",
    usage: "请假单 [L编号|@姓名]",
    details: "列出最近三个月和以后的请假；写编号看这一张的详情；组长、主管写姓名看他带的人的。理由只有本人和审批的人看得到，所以要私聊。",
    examples: &["请假单", "请假单 L5", "请假单 @张三"],
    rules: &["R-134", "R-138"],
    who: Who::Members,
    place: Place::Private,
    reach: Reach::Own,
    template: None,
    run: Run::OwnOrDecide(run),
    undo: &[],
};

/// Past leaves that are listed, days.
const PAST_DAYS: i64 = 92;
/// Leaves that are asked for years ahead are listed too, days.
const AHEAD_DAYS: i64 = 732;
/// Buttons below the list.
const BUTTONS: usize = 6;

fn run(ctx: &mut Ctx<'_, '_>, own: &Own, lead: Option<&Decide>, text: &str) -> Result<Reply, Stop> {
    if let Some((no, _)) = crate::shared::label(text, 'L') {
        return one(ctx, own, no);
    }
    if let Some(word) = text.split_whitespace().next() {
        return of_another(ctx, own, lead, word);
    }
    let mut lines = listed(ctx, own.person())?;
    let today = ctx.desk.today();
    if lines.is_empty() {
        lines.push("最近没有请假。要请发：请假 事假 明天 理由".to_owned());
    }
    let mut said = Said::default();
    if lead.is_some() {
        let mut waiting = Vec::new();
        for leave in ctx.desk.tx.open_leaves()? {
            let Some(level) = leave.waits_for() else { continue };
            let deciders = leave.deciders(&ctx.directory, level, ctx.desk.now, today);
            if !deciders.contains(&own.person()) {
                continue;
            }
            waiting.push(line(ctx, &leave, true)?);
            if said.buttons.len() < BUTTONS {
                let label = leave.label();
                said = said.button(format!("同意 {label}"), format!("同意 {label}"));
            }
        }
        if !waiting.is_empty() {
            lines.push(format!("等你批：\n{}", waiting.join("\n")));
        }
    }
    said.text = lines.join("\n");
    Ok(said.into())
}

/// The lines of somebody's past and coming leaves, without reasons.
fn listed(ctx: &mut Ctx<'_, '_>, person: PersonId) -> Result<Vec<String>, Stop> {
    let (calendar, today) = (*ctx.desk.calendar(), ctx.desk.today());
    let from = calendar.midnight(shift_days(today, -PAST_DAYS));
    let to = calendar.midnight(shift_days(today, AHEAD_DAYS));
    let mut lines = Vec::new();
    for leave in ctx.desk.tx.leaves_of(person, from, to)? {
        lines.push(line(ctx, &leave, false)?);
    }
    Ok(lines)
}

/// Somebody else's, for whoever leads him; the reasons are for those who decide.
fn of_another(ctx: &mut Ctx<'_, '_>, own: &Own, lead: Option<&Decide>, word: &str) -> Result<Reply, Stop> {
    let Some(token) = args::parse_person(word) else {
        return Err(Stop::bad(format!("没看懂「{}」。写法：{}", ctx.incoming.quote(word), COMMAND.usage)));
    };
    let person = ctx.desk.person_named(&token.name, token.number)?;
    let name = ctx.directory.label(person);
    let team = ctx.directory.person(person).and_then(|person| person.team);
    let leads = lead.is_some_and(|lead| lead.plan(person, team).is_ok());
    if person != own.person() && !leads {
        return Err(Stop::not_allowed(format!(
            "{name}的请假只有本人和带他的组长、主管能看。看自己的发：请假单"
        )));
    }
    let lines = listed(ctx, person)?;
    Ok(Reply::text(if lines.is_empty() {
        format!("{name}最近没有请假。")
    } else {
        format!("{name}的请假：\n{}", lines.join("\n"))
    }))
}

fn line(ctx: &mut Ctx<'_, '_>, leave: &Leave, with_name: bool) -> Result<String, Stop> {
    let pieces = deciding::pieces_of(ctx, leave.no)?;
    let what = deciding::what(leave, &pieces, &ctx.desk);
    let who = if with_name { format!("{} ", ctx.directory.label(leave.person)) } else { String::new() };
    Ok(format!("{} {who}{what} {}", leave.label(), state(leave)))
}

/// One leave whole: for the person and those who decide or decided it.
fn one(ctx: &mut Ctx<'_, '_>, own: &Own, no: i64) -> Result<Reply, Stop> {
    let Some(leave) = ctx.desk.tx.leave(no)? else {
        return Err(Stop::not_found(format!("没有请假 L{no}。")));
    };
    let says = ctx.desk.tx.leave_says(no)?;
    let today = ctx.desk.today();
    let on_route = leave.levels.iter().any(|level| {
        let mut those = leave.deciders(&ctx.directory, *level, ctx.desk.now, today);
        those.extend(deciding::above(&leave, *level, ctx));
        those.contains(&own.person())
    });
    let concerned = [leave.person, leave.entered_by].contains(&own.person());
    if !concerned && !on_route && !says.iter().any(|say| say.by == own.person()) {
        return Err(Stop::not_allowed(format!("L{no} 的详情只有本人和审批的人能看。")));
    }
    let mut lines = vec![line(ctx, &leave, true)?];
    if let Some(reason) = ctx.desk.tx.leave_reason(no)? {
        lines.push(format!("理由：{reason}"));
    }
    if let Some(why) = ctx.desk.tx.leave_refusal(no)? {
        lines.push(format!("没有同意的理由：{why}"));
    }
    if leave.due().is_some() || leave.certificate == Certificate::Missing {
        lines.push(format!("要交证明，交了发「证明 {}」", leave.label()));
    }
    if let Some(substitute) = leave.substitute {
        lines.push(format!("代班：{}", ctx.directory.label(substitute)));
    }
    let flags = crate::leave::flags(&leave.flags);
    if !flags.is_empty() {
        lines.push(format!("注意：{flags}"));
    }
    let asked = ctx.desk.calendar().short(leave.asked_at);
    lines.push(format!("{asked} 提交，按 {} 审批", leave.rule));
    for say in says {
        let word = if say.approved { "同意" } else { "不同意" };
        lines.push(format!("{} {}{word}", ctx.desk.calendar().short(say.at), ctx.directory.label(say.by)));
    }
    let mut said = Said::text(lines.join("\n"));
    let turn = leave.waits_for().map(|level| leave.deciders(&ctx.directory, level, ctx.desk.now, today));
    if turn.is_some_and(|those| those.contains(&own.person())) {
        let label = leave.label();
        said = said.button("同意", format!("同意 {label}")).button("驳回", format!("驳回 {label}"));
    }
    Ok(said.into())
}

fn state(leave: &Leave) -> String {
    let state = match leave.state {
        LeaveState::Open => match leave.waits_for() {
            Some(level) => format!("等{}批", level.word()),
            None => "待批".to_owned(),
        },
        LeaveState::Approved => "已批准".to_owned(),
        LeaveState::Refused => "未批准".to_owned(),
        LeaveState::Withdrawn => "已撤回".to_owned(),
        LeaveState::Lapsed => "已作废".to_owned(),
    };
    match leave.certificate {
        Certificate::Due(day) => format!("{state}，证明{}前交", day.format("%m-%d")),
        Certificate::Missing => format!("{state}，证明没有交"),
        Certificate::None | Certificate::Received => state,
    }
}
