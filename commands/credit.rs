//! 归属: whose the credit of an arrival is and why, in the words of the decision that stands; before an arrival the two
//! clocks, who competes, and what would decide today. Nothing of a patient is in it.

pub(crate) mod parties;

use crate::appointment::telling;
use crate::consult::contact_line;
use crate::shared;
use bot::{Command, Ctx, Place, Reach, Reply, Run, Stop, Who};
use domain::PersonId;
use domain::attribution::explain;
use domain::objection;
use domain::rights::{Own, Scope};
use serde_json::Value;
use std::collections::BTreeSet;
use store::{
    Appointment, Cause, CreditDecision, CreditState, Judge, Objection, ObjectionState, StoredArrival,
};

pub(crate) const COMMAND: Command = Command {
    name: "归属",
    aliases: &["业绩归属", "归谁"],
    summary: "看到诊归谁、为什么",
    usage: "归属 Y编号 | 归属 D编号",
    details: "当事人、登记到诊的人、组长和主管能看。还没到诊的，给出两个时限、谁在争，和今天来会怎么判（预判，不留记录）。",
    examples: &["归属 Y1"],
    rules: &["R-079", "R-084", "R-085", "R-086", "R-094", "R-095"],
    who: Who::Members,
    place: Place::Anywhere,
    reach: Reach::Own,
    template: None,
    run: Run::Own(run),
    undo: &[],
};

/// Events about one arrival or objection in which a reason is looked for, the newest.
const EVENTS: i64 = 60;

fn run(ctx: &mut Ctx<'_, '_>, own: &Own, text: &str) -> Result<Reply, Stop> {
    if let Some((no, "")) = shared::label(text, 'D') {
        let arrival = arrival(ctx, no)?;
        return shown(ctx, own, &arrival, None);
    }
    let Some((no, "")) = shared::label(text, 'Y') else {
        return Err(Stop::bad(format!("要写预约或到诊的编号，例：{}", COMMAND.examples[0])));
    };
    let Some(appointment) = ctx.desk.tx.appointment(no)? else {
        return Err(Stop::not_found(format!("没有预约 Y{no}。")));
    };
    match ctx.desk.tx.arrivals_of_appointment(no)?.into_iter().next() {
        Some(arrival) => shown(ctx, own, &arrival, Some(&appointment)),
        None => foreseen(ctx, own, &appointment),
    }
}

/// The arrival of a number.
pub(crate) fn arrival(ctx: &mut Ctx<'_, '_>, no: i64) -> Result<StoredArrival, Stop> {
    if let Some(arrival) = ctx.desk.tx.arrival(no)? {
        return Ok(arrival);
    }
    // What was decided on it stays to be read, but nothing hangs on it any more.
    if ctx.desk.tx.decisions(no)?.is_empty() {
        return Err(Stop::not_found(format!("没有到诊 D{no}。")));
    }
    Err(Stop::wrong_state(format!("到诊 D{no} 已经撤销，不再计业绩，它的申诉和裁定也不用再处理。")))
}

fn shown(
    ctx: &mut Ctx<'_, '_>,
    own: &Own,
    arrival: &StoredArrival,
    asked: Option<&Appointment>,
) -> Result<Reply, Stop> {
    let mut concerned = ctx.desk.tx.parties(arrival)?;
    let judged = concerned.clone();
    concerned.insert(arrival.recorder);
    concerned.extend(asked.map(|appointment| appointment.owner));
    if !parties::may_see(&ctx.directory, &concerned, own.person(), &ctx.standing()?.scope()) {
        let named = asked.map_or_else(|| arrival.label(), Appointment::label);
        return Err(not_concerned(&named));
    }
    let decisions = ctx.desk.tx.decisions(arrival.no)?;
    let Some(current) = decisions.last() else {
        return Err(store::Error::Corrupt("an arrival without a decision".to_owned()).into());
    };
    let mut lines = vec![format!(
        "{}（{}到诊）：{}",
        arrival.label(),
        ctx.desk.calendar().short(arrival.arrived_at),
        parties::answer(&ctx.directory, arrival)
    )];
    lines.extend(explained(ctx, current, arrival)?);
    if decisions.len() > 1 {
        lines.push("历次判定：".to_owned());
        lines.extend((1..=decisions.len()).map(|nth| past(ctx, &decisions, nth)));
    }
    // Reasons may name the patient: in private, for whom it concerns and whoever leads the department.
    let leads = ctx.standing()?.scope() == Scope::Department;
    let told = !ctx.in_group() && (leads || judged.contains(&own.person()));
    if told && current.credit.state == CreditState::Overridden {
        lines.extend(reason(ctx, &arrival.label(), "credit.overridden")?);
    }
    for objection in ctx.desk.tx.objections_of(arrival.no)? {
        lines.push(objected(ctx, &objection));
        if !ctx.in_group() && (leads || objection.by == own.person()) {
            let why = ctx.desk.tx.objection_reason(objection.no)?;
            lines.extend(why.map(|why| format!("  申诉理由：{why}")));
        }
        if told && objection.state == ObjectionState::Rejected {
            lines.extend(reason(ctx, &objection.label(), "objection.rejected")?);
        }
    }
    if judged.contains(&own.person()) {
        let (label, today) = (arrival.label(), ctx.desk.today());
        let decided = ctx.desk.calendar().date(current.at);
        let last = objection::open_until(&*ctx.desk.book()?, decided, arrival.day);
        lines.push(if today <= last {
            format!("有异议发：申诉 {label} 理由，截止 {}", telling::left(last, today))
        } else {
            format!("申诉已于 {last} 截止")
        });
    }
    Ok(Reply::text(lines.join("\n")))
}

/// Why somebody ruled as he did last; nothing when it was forgotten.
fn reason(ctx: &mut Ctx<'_, '_>, label: &str, kind: &str) -> Result<Option<String>, Stop> {
    let events = ctx.desk.tx.events_about(label, EVENTS)?;
    let Some(ruled) = events.iter().filter(|event| event.kind == kind).max_by_key(|event| event.seq) else {
        return Ok(None);
    };
    let body = ctx.desk.tx.open_event(ruled)?;
    let why = body.get("reason").and_then(Value::as_str);
    Ok(why.map(|why| format!("  裁定理由：{why}")))
}

/// What a decision stands on, with everybody's name, its clocks on the day of the arrival, and the contacts before.
pub(crate) fn explained(
    ctx: &mut Ctx<'_, '_>,
    decision: &CreditDecision,
    arrival: &StoredArrival,
) -> Result<Vec<String>, Stop> {
    let directory = &ctx.directory;
    let mut lines = decision.told(|person| directory.label(person));
    // The answer stands in the first line already, and what one can do about it comes last.
    if !lines.is_empty() {
        lines.remove(0);
    }
    lines.retain(|line| !line.starts_with("还可以：有异议") && !line.starts_with("保护期到"));
    // Those of what the rules credited; a ruling may have gone to another.
    if let Some(clocks) = decision.clocks.filter(|_| decision.credit.state != CreditState::Overridden) {
        lines.push(format!(
            "到诊那天：保护到 {}，免再咨询到 {}",
            telling::left(clocks.protected_until, arrival.day),
            telling::left(clocks.credit_until, arrival.day)
        ));
    }
    let (book, calendar, now) = (ctx.desk.book()?, *ctx.desk.calendar(), ctx.desk.now);
    let judge = Judge { book: &book, calendar: &calendar, now };
    for contact in ctx.desk.tx.contacts_before(arrival.no, judge)? {
        lines.push(format!("联系：{}", contact_line(ctx, &contact)));
    }
    Ok(lines)
}

/// One decision of the past in a line: `· 第2次判定 03-05 10:00 资料有更正：归 李四（Y2），第9步 R-085，代替第1次`.
fn past(ctx: &Ctx<'_, '_>, decisions: &[CreditDecision], nth: usize) -> String {
    let Some(decision) = nth.checked_sub(1).and_then(|at| decisions.get(at)) else { return String::new() };
    let credit = &decision.credit;
    let on = credit.appointment.map(|no| format!("（Y{no}）")).unwrap_or_default();
    let whose = match credit.to {
        Some(person) => format!("归 {}{on}", ctx.directory.label(person)),
        None => "不归任何人".to_owned(),
    };
    let suggested = if credit.state == CreditState::Suggested { "（待人定）" } else { "" };
    let by = decision.by.map(|by| format!("，由{}", ctx.directory.label(by))).unwrap_or_default();
    let replaced =
        decision.replaces.and_then(|no| decisions.iter().position(|earlier| earlier.credit.decision == no));
    let instead = replaced.map(|at| format!("，代替第{}次", at + 1)).unwrap_or_default();
    format!(
        "· 第{nth}次判定 {} {}{by}：{whose}{suggested}，第{}步 {}{instead}",
        ctx.desk.calendar().short(decision.at),
        cause(decision.cause),
        credit.step.code(),
        credit.rule
    )
}

fn cause(cause: Cause) -> &'static str {
    match cause {
        Cause::Recorded => "登记到诊",
        Cause::Corrected => "资料有更正",
        Cause::Confirmed => "人工确认",
        Cause::Overridden => "裁定",
        Cause::Closed => "当月没对账",
        Cause::Reopened => "重新打开",
    }
}

fn objected(ctx: &Ctx<'_, '_>, objection: &Objection) -> String {
    let state = match objection.state {
        ObjectionState::Open => "待裁定".to_owned(),
        ObjectionState::Upheld => format!("{}改判", ruled_by(ctx, objection)),
        ObjectionState::Rejected => format!("{}维持原判", ruled_by(ctx, objection)),
        ObjectionState::Withdrawn => "本人撤回".to_owned(),
    };
    format!(
        "申诉 {}：{} {} 提出，{state}",
        objection.label(),
        ctx.directory.label(objection.by),
        ctx.desk.calendar().short(objection.at)
    )
}

fn ruled_by(ctx: &Ctx<'_, '_>, objection: &Objection) -> String {
    objection.ruled_by.map(|by| ctx.directory.label(by)).unwrap_or_default()
}

pub(crate) fn not_concerned(what: &str) -> Stop {
    Stop::not_allowed(format!("{what} 与你无关，只有当事人、登记到诊的人、组长和主管能看。"))
}

/// Before anybody has come: the clocks, who competes, and what would be decided today. Nothing is written.
fn foreseen(ctx: &mut Ctx<'_, '_>, own: &Own, appointment: &Appointment) -> Result<Reply, Stop> {
    let label = appointment.label();
    let (book, calendar, now) = (ctx.desk.book()?, *ctx.desk.calendar(), ctx.desk.now);
    let foresight = ctx.desk.tx.foresee(appointment, Judge { book: &book, calendar: &calendar, now })?;
    let owners = foresight.rivals.iter().map(|rival| rival.owner);
    let concerned: BTreeSet<PersonId> = owners.chain([appointment.owner]).collect();
    if !parties::may_see(&ctx.directory, &concerned, own.person(), &ctx.standing()?.scope()) {
        return Err(not_concerned(&label));
    }
    let terms = &appointment.terms;
    let state = if appointment.cancelled { "已取消" } else { terms.class.word() };
    let mut lines = vec![
        format!("{label} {} · {state} · 还没有到诊", ctx.directory.label(appointment.owner)),
        telling::clocks(terms.protection, ctx.desk.today()),
    ];
    if foresight.rivals.is_empty() {
        lines.push("没有别人登记同一位患者。".to_owned());
    }
    lines.extend(foresight.rivals.iter().map(|rival| format!("在争：{}", telling::line(ctx, rival))));
    lines.extend(foresight.contacts.iter().map(|contact| format!("联系：{}", contact_line(ctx, contact))));
    let directory = &ctx.directory;
    let mut said = explain(&foresight.decision, &calendar, |person| directory.label(person));
    // What one can do about it comes with the decision itself.
    said.pop();
    let answer = said.first().cloned().unwrap_or_default();
    lines.push(format!("预判（患者今天来，资料都对得上；只供参考，不留记录）：{answer}"));
    lines.extend(said.into_iter().skip(1));
    Ok(Reply::text(lines.join("\n")))
}
