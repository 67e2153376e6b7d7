//! 销假: back early, or a leave that is not taken after all; what it took is given back.

use crate::leave::{deciding, judged, undoing};
use crate::{leave, shared};
use bot::leave_post::correct;
use bot::{Command, Ctx, Place, Reach, Reply, Run, Said, Stop, Undo, Who, args};
use domain::EpochMs;
use domain::calendar::{day_name, shift_days};
use domain::leave::Piece;
use domain::rights::{Decide, Record};
use store::{Leave, LeaveState};

pub(crate) const COMMAND: Command = Command {
    name: "销假",
    aliases: &["撤回请假", "取消请假"],
    summary: "提前回来或不请了，退回剩下的假",
    usage: "销假 L编号 [哪天起上班]",
    details: "还没开始的假整个撤回；已经开始的，从现在（或写明的那天）起恢复上班，没用掉的退回。本人或组长能用。",
    examples: &["销假 L1", "销假 L1 3月14日"],
    rules: &["R-133"],
    who: Who::Members,
    place: Place::Anywhere,
    reach: Reach::Shared,
    template: None,
    run: Run::RecordOrDecide(run),
    undo: &[
        Undo { kind: "leave.withdrawn", run: undoing::withdrawal },
        Undo { kind: "leave.ended", run: undoing::end },
    ],
};

/// How far back an own leave is looked for where no number is given, days.
const LOOK_BACK_DAYS: i64 = 31;

fn run(ctx: &mut Ctx<'_, '_>, by: &Record, lead: Option<&Decide>, text: &str) -> Result<Reply, Stop> {
    let (today, now) = (ctx.desk.today(), ctx.desk.now);
    let Some((no, rest)) = shared::label(text, 'L') else { return Err(which(ctx, by)?) };
    let Some(leave) = ctx.desk.tx.leave(no)? else {
        return Err(Stop::not_found(format!("没有请假 L{no}。发「请假单」看自己的。")));
    };
    let whose = ctx.directory.label(leave.person);
    let tend = match lead {
        _ if leave.person == by.person() => by.tend(),
        Some(lead) => {
            let team = ctx.directory.person(leave.person).and_then(|person| person.team);
            lead.tend(leave.person, team).map_err(|denied| shared::denied(denied, &whose))?
        }
        None => return Err(Stop::not_allowed(format!("L{no} 是{whose}的，只有本人或组长能销。"))),
    };
    let mut words = args::Words::new(rest);
    let back = words.take_date(today, args::Lean::Near).map_err(|bad| Stop::bad(bad.told()))?;
    if !words.is_empty() {
        return Err(Stop::bad(format!(
            "没看懂「{}」。写法：{}",
            ctx.incoming.quote(words.rest()),
            COMMAND.usage
        )));
    }
    let pieces = deciding::pieces_of(ctx, no)?;
    let back = match back {
        Some(day) if day < today => return Err(Stop::bad("不能从过去的日期起销假。")),
        Some(day) if day > today => {
            // A night shift belongs to the day on which it starts, and is not cut at midnight.
            let before = pieces.iter().filter(|piece| piece.date < day).map(|piece| piece.to);
            before.max().unwrap_or_default().max(ctx.desk.calendar().midnight(day))
        }
        _ => now,
    };
    let what = deciding::shown(ctx, &leave)?;
    let dates = deciding::dates(&leave, &pieces, &ctx.desk);
    // What is not granted yet is withdrawn as a whole, also when it has begun.
    if back <= leave.from || leave.state == LeaveState::Open {
        if !ctx.desk.tx.withdraw_leave(&tend, no, today, now)? {
            return Err(over(&leave));
        }
        leave::withdrawn(ctx, &leave)?;
        correct(&mut ctx.desk, &leave, &pieces)?;
        tell_approvers(ctx, &leave, &format!("{whose}撤回了 L{no}：{dates}。那几天照常上班。"))?;
        return Ok(Reply::text(format!("已撤回 L{no}：{what}，按班表上班。")));
    }
    let taken = taken(ctx, &leave, &pieces, back)?;
    let calendar = *ctx.desk.calendar();
    let Some(ended) = ctx.desk.tx.end_leave(&tend, no, back, taken, &calendar, now)? else {
        return Err(over(&leave));
    };
    let left = deciding::pieces_of(ctx, no)?;
    let given_back: Vec<Piece> = pieces.iter().filter(|piece| piece.from >= back).copied().collect();
    correct(&mut ctx.desk, &leave, &given_back)?;
    let used = if left.is_empty() { "0天".to_owned() } else { judged::length(&left) };
    let from = day_name(ctx.desk.calendar().date(ended.to));
    tell_approvers(ctx, &leave, &format!("{whose}已销假 L{no}，{from}起上班，实际请了{used}。"))?;
    let sooner = match leave.due() {
        Some(_) => undoing::await_certificate(ctx, &ended, &left)?,
        None => None,
    };
    let sooner = sooner.map(|due| format!("\n证明请在 {}（含）前交。", day_name(due))).unwrap_or_default();
    Ok(Reply::text(format!("已销假 L{no}：{from}起上班，实际用了{used}，其余退回。{sooner}")))
}

/// Minutes of the day that is under way that were taken: by the shift, where it still is what the leave was of.
fn taken(ctx: &mut Ctx<'_, '_>, leave: &Leave, pieces: &[Piece], back: EpochMs) -> Result<u32, Stop> {
    let Some(piece) = pieces.iter().find(|piece| piece.from < back && back < piece.to) else { return Ok(0) };
    let row = ctx.desk.tx.rota_on(leave.person, piece.date)?;
    let duty = row.and_then(|row| judged::duty(ctx, &row));
    Ok(piece.minutes_until(back, duty.as_ref()))
}

/// Which of the own leaves may be meant.
fn which(ctx: &mut Ctx<'_, '_>, by: &Record) -> Result<Stop, Stop> {
    let now = ctx.desk.now;
    let (from, to) = {
        let (calendar, today) = (ctx.desk.calendar(), ctx.desk.today());
        (now, calendar.midnight(shift_days(today, 12 * LOOK_BACK_DAYS)))
    };
    let own = ctx.desk.tx.leaves_of(by.person(), from, to)?;
    let labels: Vec<String> = own
        .iter()
        .filter(|leave| matches!(leave.state, LeaveState::Open | LeaveState::Approved))
        .map(Leave::label)
        .collect();
    Ok(match labels.as_slice() {
        [] => Stop::wrong_state("现在没有可以销的假。"),
        [one] => Stop::bad(format!("要销哪一个？发：销假 {one}")),
        several => Stop::bad(format!("要销哪一个：{}。例：销假 {}", several.join("、"), several[0])),
    })
}

fn over(leave: &Leave) -> Stop {
    Stop::wrong_state(match leave.state {
        LeaveState::Open | LeaveState::Approved => format!("{} 已经结束，没有剩下的假。", leave.label()),
        LeaveState::Refused => format!("{} 没有批准，不用销。", leave.label()),
        LeaveState::Withdrawn => format!("{} 已经撤回了。", leave.label()),
        LeaveState::Lapsed => format!("{} 到时没有批，已作废，不用销。", leave.label()),
    })
}

/// Those who had agreed hear that it is not taken.
fn tell_approvers(ctx: &mut Ctx<'_, '_>, leave: &Leave, text: &str) -> Result<(), Stop> {
    let mut told = Vec::new();
    for say in ctx.desk.tx.leave_says(leave.no)? {
        if say.approved && !told.contains(&say.by) && ctx.person != Some(say.by) {
            ctx.desk.tell(say.by, None, &Said::text(text), true)?;
            told.push(say.by);
        }
    }
    if ctx.person != Some(leave.person) {
        ctx.desk.tell(leave.person, None, &Said::text(text), true)?;
    }
    Ok(())
}
