//! 证明: the paper of a sick leave was handed in.

use crate::shared;
use bot::{Command, Ctx, Place, Reach, Reply, Run, Said, Stop, Undo, Who};
use domain::calendar::day_name;
use domain::rights::{Decide, Record, Undoing};
use serde_json::Value;
use store::{Certificate, Event, Leave};

pub(crate) const COMMAND: Command = Command {
    name: "证明",
    aliases: &["病假证明", "补证明"],
    summary: "登记请假的证明已交",
    usage: "证明 L编号",
    details: "本人交了证明后发，组长和主管会收到；也可以由组长或主管替登记。过期没交的由主管决定怎样算。",
    examples: &["证明 L1"],
    rules: &["R-139", "R-145"],
    who: Who::Members,
    place: Place::Anywhere,
    reach: Reach::Shared,
    template: None,
    run: Run::RecordOrDecide(run),
    undo: &[Undo { kind: "leave.certificate_received", run: undo }],
};

fn run(ctx: &mut Ctx<'_, '_>, by: &Record, lead: Option<&Decide>, text: &str) -> Result<Reply, Stop> {
    let Some((no, _)) = shared::label(text, 'L') else {
        return Err(Stop::bad("请写上请假编号，例：证明 L5。发「请假单」看自己的编号。"));
    };
    let Some(leave) = ctx.desk.tx.leave(no)? else {
        return Err(Stop::not_found(format!("没有请假 L{no}。发「请假单」看自己的。")));
    };
    let whose = ctx.directory.label(leave.person);
    if leave.person != by.person() {
        let team = ctx.directory.person(leave.person).and_then(|person| person.team);
        let covers = lead.is_some_and(|lead| lead.scope().covers(team));
        if !covers {
            return Err(Stop::not_allowed(format!("L{no} 是{whose}的，只有本人或组长能登记证明。")));
        }
    }
    match leave.certificate {
        Certificate::Due(_) | Certificate::Missing => {}
        Certificate::Received => return Err(Stop::wrong_state(format!("L{no} 的证明已经登记过了。"))),
        Certificate::None => return Err(Stop::wrong_state(format!("L{no} 不用交证明。"))),
    }
    ctx.desk.tx.settle_certificate(ctx.person, &leave, Certificate::Received, ctx.desk.now)?;
    for person in ctx.directory.leads_of(
        ctx.directory.person(leave.person).and_then(|person| person.team),
        ctx.desk.now,
        ctx.desk.today(),
    ) {
        if Some(person) != ctx.person && person != leave.person {
            let said = Said::text(format!("{whose}登记已交 L{no} 的材料，请核对原件。"));
            ctx.desk.tell(person, None, &said, true)?;
        }
    }
    if ctx.in_group() {
        return Ok(Reply::text(format!("已登记 L{no}。原件请交组长核对。")));
    }
    Ok(Reply::text(format!("已登记：{whose} L{no} 的证明已交。原件请交组长核对。")))
}

fn undo(ctx: &mut Ctx<'_, '_>, by: &Undoing, event: &Event) -> Result<String, Stop> {
    let (leave, due) = of_event(ctx, event)?;
    let Some(due) = due else {
        return Err(Stop::wrong_state("原来的期限已过，请找主管处理。"));
    };
    ctx.desk.tx.settle_certificate(Some(by.by()), &leave, Certificate::Due(due), ctx.desk.now)?;
    Ok(format!("{} 的证明登记，仍要在 {} 前交", leave.label(), day_name(due)))
}

fn of_event(ctx: &mut Ctx<'_, '_>, event: &Event) -> Result<(Leave, Option<chrono::NaiveDate>), Stop> {
    let corrupt = || Stop::from(store::Error::Corrupt("leave event".to_owned()));
    let text = |field: &str| event.body.get(field).and_then(Value::as_str);
    let (no, _) = text("leave").and_then(|named| shared::label(named, 'L')).ok_or_else(corrupt)?;
    let leave = ctx.desk.tx.leave(no)?.ok_or_else(corrupt)?;
    Ok((leave, text("due").and_then(|due| due.parse().ok())))
}
