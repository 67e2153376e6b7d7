//! 撤销 of what was decided about a leave, of a withdrawal and of an early end: everything that followed is turned back, and
//! those who had heard of it hear of that too.

use super::{deciding, judged};
use crate::shared;
use bot::leave_post::correct;
use bot::{Ctx, Said, Stop};
use chrono::NaiveDate;
use domain::calendar::Calendar;
use domain::leave::{Piece, certificate_due};
use domain::rights::Undoing;
use serde_json::Value;
use store::{Certificate, Event, Leave, LeaveState};

/// 同意 and 驳回 (also of what had been granted).
pub(crate) fn decision(ctx: &mut Ctx<'_, '_>, by: &Undoing, event: &Event) -> Result<String, Stop> {
    let before = of_event(ctx, event)?;
    let label = before.label();
    let pieces = deciding::pieces_of(ctx, before.no)?;
    let revoked = event.body.get("revoked").and_then(Value::as_bool) == Some(true);
    let book = ctx.desk.book()?;
    let until = if revoked { before.from } else { before.decide_by(&book, ctx.desk.calendar()) };
    if ctx.desk.now >= until {
        return Err(Stop::wrong_state(format!("{label} 已经开始，不能撤销；提前回来发「销假 {label}」。")));
    }
    let step = event.body.get("step").and_then(Value::as_u64).and_then(|step| usize::try_from(step).ok());
    let level = step.map(|step| if revoked { step } else { step.saturating_sub(1) });
    if revoked {
        judged::clash(ctx, before.person, &pieces, before.no)?;
    }
    let undone = match level {
        Some(level) => ctx.desk.tx.undo_leave_decision(by, before.no, level)?,
        None => None,
    };
    let Some(leave) = undone else {
        return Err(Stop::wrong_state(format!("{label} 后来又有人处理过，不能撤销。")));
    };
    let author = ctx.directory.label(by.by());
    if leave.state == LeaveState::Approved {
        await_certificate(ctx, &leave, &pieces)?;
        deciding::post_late(ctx, &leave, &pieces)?;
        deciding::tell(ctx, &leave, &format!("{author}撤销了对 {label} 的收回，假仍然有效。"))?;
        return Ok(format!("对 {label} 的收回，假仍然有效"));
    }
    if before.state == LeaveState::Approved {
        correct(&mut ctx.desk, &before, &pieces)?;
    }
    // Those who were next in turn need not decide for now.
    if let Some(role) = before.waits_for() {
        for person in before.deciders(&ctx.directory, role, ctx.desk.now, ctx.desk.today()) {
            let said = Said::text(format!("{label} 退回上一级重新决定，先不用批。"));
            ctx.desk.tell(person, None, &said, true)?;
        }
    }
    let next = deciding::ask(ctx, &leave)?;
    deciding::tell(
        ctx,
        &leave,
        &format!("{author}撤销了对 {label} 的决定，重新由{next}批。批准前不算请假。"),
    )?;
    Ok(format!("对 {label} 的决定，重新等{next}批"))
}

/// 销假 of what had not begun.
pub(crate) fn withdrawal(ctx: &mut Ctx<'_, '_>, by: &Undoing, event: &Event) -> Result<String, Stop> {
    let before = of_event(ctx, event)?;
    let label = before.label();
    if ctx.desk.now >= before.from {
        return Err(Stop::wrong_state(format!("{label} 的时间已经到了，不能撤销；要请假请重新提交。")));
    }
    let pieces = deciding::pieces_of(ctx, before.no)?;
    judged::clash(ctx, before.person, &pieces, before.no)?;
    let approved = event.body.get("approved").and_then(Value::as_bool) == Some(true);
    let due = event.body.get("due").and_then(Value::as_str).and_then(|due| due.parse().ok());
    let kept_from = pieces.last().map_or(ctx.desk.today(), |piece| piece.date);
    let undone = ctx.desk.tx.undo_leave_withdrawal(by, before.no, approved, due, kept_from)?;
    let Some(leave) = undone else {
        return Err(Stop::wrong_state(format!("{label} 没有撤回，不用撤销。")));
    };
    if approved {
        deciding::post_late(ctx, &leave, &pieces)?;
        tell_deciders(ctx, &leave, &format!("{label} 的撤回已撤销，假仍然有效。"))?;
        return Ok(format!("{label} 的撤回，假仍然有效"));
    }
    let next = deciding::ask(ctx, &leave)?;
    Ok(format!("{label} 的撤回，重新等{next}批"))
}

/// 销假 of what had begun.
pub(crate) fn end(ctx: &mut Ctx<'_, '_>, by: &Undoing, event: &Event) -> Result<String, Stop> {
    let leave = of_event(ctx, event)?;
    let label = leave.label();
    let before = event.body.get("before").and_then(Value::as_array).ok_or_else(corrupt)?.clone();
    let until = event.body.get("until").and_then(Value::as_str).and_then(Calendar::instant);
    let until = until.ok_or_else(corrupt)?;
    let Some(leave) = ctx.desk.tx.undo_leave_end(by, leave.no, &before, until)? else {
        return Err(Stop::wrong_state(format!("{label} 已经改过，不能撤销销假。")));
    };
    let pieces = deciding::pieces_of(ctx, leave.no)?;
    judged::clash(ctx, leave.person, &pieces, leave.no)?;
    if leave.due().is_some() {
        await_certificate(ctx, &leave, &pieces)?;
    }
    deciding::post_late(ctx, &leave, &pieces)?;
    tell_deciders(ctx, &leave, &format!("{label} 的销假已撤销，按原来的时间请假。"))?;
    Ok(format!("{label} 的销假，按原来的时间请假"))
}

/// The paper of a granted leave is waited for until so many days after the return.
pub(crate) fn await_certificate(
    ctx: &mut Ctx<'_, '_>,
    leave: &Leave,
    pieces: &[Piece],
) -> Result<Option<NaiveDate>, Stop> {
    let Some(last) = pieces.last().filter(|_| leave.kind.needs_certificate()) else { return Ok(None) };
    let afterwards = (leave.to <= leave.asked_at).then(|| ctx.desk.today());
    let book = ctx.desk.book()?;
    let due = certificate_due(last.date, afterwards, &book);
    if leave.due() != Some(due) {
        ctx.desk.tx.settle_certificate(ctx.person, leave, Certificate::Due(due), ctx.desk.now)?;
    }
    Ok(Some(due))
}

/// Those who had agreed, and the person where somebody else takes it back.
fn tell_deciders(ctx: &mut Ctx<'_, '_>, leave: &Leave, text: &str) -> Result<(), Stop> {
    let mut people: Vec<i64> =
        ctx.desk.tx.leave_says(leave.no)?.iter().filter(|say| say.approved).map(|say| say.by).collect();
    people.push(leave.person);
    people.sort_unstable();
    people.dedup();
    for person in people.into_iter().filter(|person| Some(*person) != ctx.person) {
        ctx.desk.tell(person, None, &Said::text(text), true)?;
    }
    Ok(())
}

fn of_event(ctx: &mut Ctx<'_, '_>, event: &Event) -> Result<Leave, Stop> {
    let named = event.body.get("leave").and_then(Value::as_str).and_then(|named| shared::label(named, 'L'));
    let (no, _) = named.ok_or_else(corrupt)?;
    ctx.desk.tx.leave(no)?.ok_or_else(corrupt)
}

fn corrupt() -> Stop {
    store::Error::Corrupt("leave event".to_owned()).into()
}
