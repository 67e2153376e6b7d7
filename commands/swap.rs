//! 换班: two swap their shifts; the partner agrees, then the lead, and only then the rota changes.

use crate::shared;
use bot::{Command, Ctx, Place, Reach, Reply, Run, Said, Stop, Undo, Who, args};
use chrono::NaiveDate;
use domain::calendar::{day_name, next_day};
use domain::rights::{Decide, Record, Tend, Undoing};
use domain::shift::Shift;
use domain::swapping::approver;
use domain::{PersonId, Role};
use serde_json::Value;
use store::{Event, Fact, LeaveState, REST, RotaRow, Swap, SwapState};

pub(crate) const COMMAND: Command = Command {
    name: "换班",
    aliases: &["调班", "换班申请"],
    summary: "和同事换班",
    usage: "换班 @人 日期 [对方的日期]",
    details: "只写一个日期：两人那天的班对换。写两个：你的第一个日期换对方的第二个日期。对方发「同意 W编号」，组长（或设置里写的人）再同意，班表才变；日报和提醒跟着新班表走。",
    examples: &["换班 @李四 明天", "换班 李四 3月10日 3月12日"],
    rules: &["R-143", "R-186", "R-187"],
    who: Who::Members,
    place: Place::Anywhere,
    reach: Reach::Shared,
    template: None,
    run: Run::Record(run),
    undo: &[Undo { kind: "swap.requested", run: undo }],
};

fn run(ctx: &mut Ctx<'_, '_>, by: &Record, text: &str) -> Result<Reply, Stop> {
    let today = ctx.desk.today();
    let mut words = args::Words::new(text);
    let (mut partner, mut days) = (None, Vec::new());
    while !words.is_empty() {
        if let Some(day) = words.take_date(today, args::Lean::Future).map_err(|bad| Stop::bad(bad.told()))? {
            days.push(day);
            continue;
        }
        match words.take_person().filter(|_| partner.is_none()) {
            Some(token) => partner = Some(ctx.desk.person_named(&token.name, token.number)?),
            None => return Err(Stop::bad(format!("没看懂。写法：{}", COMMAND.usage))),
        }
    }
    let (Some(partner), [date, ..]) = (partner, days.as_slice()) else {
        return Err(Stop::bad(format!("请写上和谁换、哪一天。例：{}", COMMAND.examples[0])));
    };
    let (date, other_date) = (*date, days.get(1).copied().unwrap_or(*date));
    if partner == by.person() {
        return Err(Stop::bad("不能和自己换班。"));
    }
    let swap = Swap { no: 0, asker: by.person(), partner, date, other_date, state: SwapState::Asked };
    check(ctx, &swap)?;
    let open = ctx.desk.tx.open_swaps(today)?;
    let meets = |known: &&Swap| {
        [(known.asker, known.date), (known.partner, known.other_date)]
            .iter()
            .any(|side| [(by.person(), date), (partner, other_date)].contains(side))
    };
    if let Some(known) = open.iter().find(meets) {
        return Err(Stop::wrong_state(format!("这天的班已经在换（{}），请先处理那一个。", known.label())));
    }
    let swap = ctx.desk.tx.request_swap(by, partner, date, other_date, ctx.desk.now)?;
    let what = told(ctx, &swap)?;
    let label = swap.label();
    let said = Said::text(format!(
        "{label} {}想和你换班：\n{what}\n同意后还要{}批。",
        ctx.directory.label(by.person()),
        granter(ctx)?.word()
    ))
    .button("同意", format!("同意 {label}"))
    .button("不换", format!("驳回 {label} 不换"));
    ctx.desk.tell(partner, None, &said, true)?;
    Ok(Reply::text(format!(
        "{label} 已提交：\n{what}\n等{}同意，再由{}批（R-186）。批准前按原班表上班。",
        ctx.directory.label(partner),
        granter(ctx)?.word()
    )))
}

/// What both have, read from the rota.
fn sides(ctx: &mut Ctx<'_, '_>, swap: &Swap) -> Result<[Option<RotaRow>; 4], Stop> {
    let tx = &mut ctx.desk.tx;
    Ok([
        tx.rota_on(swap.asker, swap.date)?,
        tx.rota_on(swap.partner, swap.date)?,
        tx.rota_on(swap.asker, swap.other_date)?,
        tx.rota_on(swap.partner, swap.other_date)?,
    ])
}

/// Whether there is something to swap, and none of it has begun.
fn check(ctx: &mut Ctx<'_, '_>, swap: &Swap) -> Result<(), Stop> {
    let [own, theirs_then, own_then, theirs] = sides(ctx, swap)?;
    let shift = |row: &Option<RotaRow>| row.as_ref().and_then(|row| row.shift.clone());
    let name = |row: &Option<RotaRow>| row.as_ref().map(|row| row.name.clone());
    let (mine, other) = (shift(&own), shift(&theirs));
    if mine.is_none() && other.is_none() {
        return Err(Stop::wrong_state("那天两个人都没有班，没有可以换的。"));
    }
    if name(&own) == name(&theirs) && swap.date == swap.other_date {
        return Err(Stop::wrong_state("那天两个人是一样的班，不用换。"));
    }
    let busy = swap.date != swap.other_date
        && [(&theirs_then, &mine), (&own_then, &other)]
            .iter()
            .any(|(there, moved)| shift(there).is_some() && moved.is_some());
    if busy {
        return Err(Stop::wrong_state("换过去的那天已经有班了，不能一天两个班。"));
    }
    if [mine, other].iter().flatten().any(|shift| shift.start <= ctx.desk.now) {
        return Err(Stop::wrong_state("已经开始的班不能换。"));
    }
    clear_of_leave(ctx, swap)
}

/// Leave of either on one of the days: its hours hang on the shift as it is.
fn clear_of_leave(ctx: &mut Ctx<'_, '_>, swap: &Swap) -> Result<(), Stop> {
    let calendar = *ctx.desk.calendar();
    for person in [swap.asker, swap.partner] {
        for date in [swap.date, swap.other_date] {
            let (from, to) = (calendar.midnight(date), calendar.midnight(next_day(date)));
            for leave in ctx.desk.tx.leaves_of(person, from, to)? {
                let stands = matches!(leave.state, LeaveState::Open | LeaveState::Approved);
                let pieces = ctx.desk.tx.leave_pieces(leave.no)?;
                if stands && pieces.iter().any(|day| day.piece.date == date) {
                    let whose = ctx.directory.label(person);
                    return Err(Stop::wrong_state(format!(
                        "{whose} {}有请假，不能换；先发「销假 {}」。",
                        day_name(date),
                        leave.label()
                    )));
                }
            }
        }
    }
    Ok(())
}

/// Who works what afterwards.
fn told(ctx: &mut Ctx<'_, '_>, swap: &Swap) -> Result<String, Stop> {
    let [own, _, _, theirs] = sides(ctx, swap)?;
    let name = |row: Option<RotaRow>| row.map_or_else(|| "没有班".to_owned(), |row| row.name);
    Ok(format!(
        "{} {} {} ⇄ {} {} {}",
        ctx.directory.label(swap.asker),
        day_name(swap.date),
        name(own),
        ctx.directory.label(swap.partner),
        day_name(swap.other_date),
        name(theirs)
    ))
}

/// 同意 / 驳回 W2: the partner first, then whoever leads.
pub(crate) fn decide(
    ctx: &mut Ctx<'_, '_>,
    by: &Record,
    lead: Option<&Decide>,
    no: i64,
    approves: bool,
) -> Result<Reply, Stop> {
    let Some(swap) = ctx.desk.tx.swap(no)? else {
        return Err(Stop::not_found(format!("没有换班 W{no}。")));
    };
    let what = told(ctx, &swap)?;
    let open = matches!(swap.state, SwapState::Asked | SwapState::Agreed);
    if open && !approves && swap.asker == by.person() {
        withdraw(ctx, &by.tend(), &swap)?;
        return Ok(Reply::text(format!("已撤回 W{no}，班表不变。")));
    }
    match swap.state {
        SwapState::Asked if swap.partner == by.person() => {
            if approves {
                check(ctx, &swap)?;
            }
            if !ctx.desk.tx.answer_swap(by, &swap, approves, ctx.desk.now)? {
                return Err(settled(&swap));
            }
            answered(ctx, &swap, approves, &what)
        }
        SwapState::Asked => {
            Err(Stop::not_allowed(format!("W{no} 要先由{}同意。", ctx.directory.label(swap.partner))))
        }
        SwapState::Agreed => {
            let Some(lead) = lead else {
                return Err(waits(ctx, &swap)?);
            };
            approve(ctx, lead, &swap, approves, &what)
        }
        _ => Err(settled(&swap)),
    }
}

fn answered(ctx: &mut Ctx<'_, '_>, swap: &Swap, agrees: bool, what: &str) -> Result<Reply, Stop> {
    let label = swap.label();
    let partner = ctx.directory.label(swap.partner);
    if !agrees {
        ctx.desk.tell(
            swap.asker,
            None,
            &Said::text(format!("{partner}没有同意 {label}，班表不变。")),
            true,
        )?;
        return Ok(Reply::text(format!("已拒绝 {label}，班表不变。")));
    }
    let said = Said::text(format!("{label} 换班等你批（两人都同意了）：\n{what}"))
        .button("同意", format!("同意 {label}"))
        .button("驳回", format!("驳回 {label} 不同意"));
    for person in granters(ctx, swap)? {
        ctx.desk.tell(person, Some(&format!("swap:{}:{person}", swap.no)), &said, true)?;
    }
    let role = granter(ctx)?.word();
    ctx.desk.tell(swap.asker, None, &Said::text(format!("{partner}同意了 {label}，等{role}批。")), true)?;
    Ok(Reply::text(format!("已同意 {label}：{what}。等{role}批，批准前按原班表上班。")))
}

/// Who grants swaps now.
fn granter(ctx: &mut Ctx<'_, '_>) -> Result<Role, Stop> {
    let book = ctx.desk.book()?;
    Ok(approver(&book, ctx.desk.today()))
}

/// Whom a swap is put to; where nobody of that role is there, or all of them are parties to it, whoever stands above.
fn granters(ctx: &mut Ctx<'_, '_>, swap: &Swap) -> Result<Vec<PersonId>, Stop> {
    let (now, today) = (ctx.desk.now, ctx.desk.today());
    let team = |person| ctx.directory.person(person).and_then(|person| person.team);
    let (own, other) = (team(swap.asker), team(swap.partner));
    let department = || ctx.directory.leads_of(None, now, today);
    let of = |role| shared::with_role(ctx, role, swap.asker);
    let steps = match approver(ctx.directory.book(), today) {
        // Nobody leads both but those who lead all.
        Role::Lead if own != other => vec![department()],
        Role::Lead => vec![ctx.directory.leads_of(own, now, today), department()],
        Role::Supervisor => vec![of(Role::Supervisor), of(Role::Director)],
        role => vec![of(role)],
    };
    let others = |people: Vec<PersonId>| -> Vec<PersonId> {
        people.into_iter().filter(|person| ![swap.asker, swap.partner].contains(person)).collect()
    };
    Ok(steps.into_iter().map(others).find(|people| !people.is_empty()).unwrap_or_default())
}

/// Whoever stands above a role may grant in its stead; what the office grants is nobody else's to grant.
fn may_grant(ctx: &mut Ctx<'_, '_>, lead: &Decide) -> Result<bool, Stop> {
    let allowed: &[Role] = match granter(ctx)? {
        Role::Supervisor => &[Role::Supervisor, Role::Director],
        Role::Admin => &[Role::Admin],
        _ => return Ok(true),
    };
    Ok(ctx.directory.person(lead.person()).is_some() && ctx.standing()?.roles().any(allowed))
}

fn waits(ctx: &mut Ctx<'_, '_>, swap: &Swap) -> Result<Stop, Stop> {
    Ok(Stop::not_allowed(format!("{} 现在等{}批（R-186）。", swap.label(), granter(ctx)?.word())))
}

fn approve(
    ctx: &mut Ctx<'_, '_>,
    lead: &Decide,
    swap: &Swap,
    approves: bool,
    what: &str,
) -> Result<Reply, Stop> {
    let label = swap.label();
    let team = |ctx: &Ctx<'_, '_>, person| ctx.directory.person(person).and_then(|person| person.team);
    let (asker_team, partner_team) = (team(ctx, swap.asker), team(ctx, swap.partner));
    if !may_grant(ctx, lead)? {
        return Err(waits(ctx, swap)?);
    }
    let whose = ctx.directory.label(swap.asker);
    let over = lead.over(swap.asker, asker_team).map_err(|denied| shared::denied(denied, &whose))?;
    let partner = ctx.directory.label(swap.partner);
    let other = lead.over(swap.partner, partner_team).map_err(|denied| shared::denied(denied, &partner))?;
    let [own, theirs_then, own_then, theirs] = sides(ctx, swap)?;
    if approves {
        check(ctx, swap)?;
    }
    if !ctx.desk.tx.decide_swap(&over, swap, approves, ctx.desk.now)? {
        return Err(settled(swap));
    }
    if approves {
        let calendar = *ctx.desk.calendar();
        let moved = |row: &Option<RotaRow>, date: NaiveDate| -> Option<Shift> {
            let row = row.as_ref().filter(|row| row.shift.is_some())?;
            // On the same day a shift keeps its hours, also when its template has changed since.
            if row.date == date {
                return row.shift.clone();
            }
            ctx.directory.template(&row.name).map(|known| known.hours.on(&calendar, date, &known.name))
        };
        let now = ctx.desk.now;
        let changes = if swap.date == swap.other_date {
            vec![(&over, swap.date, moved(&theirs, swap.date)), (&other, swap.date, moved(&own, swap.date))]
        } else {
            vec![
                (&over, swap.date, moved(&theirs_then, swap.date)),
                (&other, swap.date, moved(&own, swap.date)),
                (&over, swap.other_date, moved(&theirs, swap.other_date)),
                (&other, swap.other_date, moved(&own_then, swap.other_date)),
            ]
        };
        for (over, date, shift) in changes {
            ctx.desk.tx.set_rota(over, date, shift.as_ref(), now)?;
            // By itself, so that the lead's 撤销 does not take half of a swap back.
            let fact = Fact::new("rota.set", None)
                .about(label.as_str())
                .with("people", over.about().map(Fact::person_value).into_iter().collect::<Vec<_>>())
                .with("from", date.to_string())
                .with("to", date.to_string())
                .with("shift", shift.as_ref().map_or(REST, |shift| &shift.name))
                .person("by", lead.person());
            ctx.desk.record(fact);
        }
    }
    let role = granter(ctx)?.word();
    let outcome = match approves {
        true => format!("{role}批准了，班表已改"),
        false => format!("{role}没有同意，班表不变"),
    };
    for person in [swap.asker, swap.partner] {
        ctx.desk.tell(person, None, &Said::text(format!("{label} {outcome}：\n{what}")), true)?;
    }
    Ok(Reply::text(format!(
        "{label} {}：{what}",
        if approves { "已批准，班表已改" } else { "已驳回，班表不变" }
    )))
}

fn settled(swap: &Swap) -> Stop {
    let state = match swap.state {
        SwapState::Asked | SwapState::Agreed => "刚刚有人处理了",
        SwapState::Approved => "已经批准",
        SwapState::Refused => "没有同意",
        SwapState::Withdrawn => "已被撤回",
    };
    Stop::wrong_state(format!("{} {state}，不用再处理。", swap.label()))
}

fn undo(ctx: &mut Ctx<'_, '_>, by: &Undoing, event: &Event) -> Result<String, Stop> {
    let named = event.body.get("swap").and_then(Value::as_str).unwrap_or_default();
    let (no, _) = shared::label(named, 'W').unwrap_or_default();
    let gone = || Stop::not_found(format!("没有换班 W{no}。"));
    let swap = ctx.desk.tx.swap(no)?.ok_or_else(gone)?;
    withdraw(ctx, &by.tend(swap.asker), &swap)?;
    Ok(format!("换班 W{no}"))
}

fn withdraw(ctx: &mut Ctx<'_, '_>, by: &Tend, swap: &Swap) -> Result<(), Stop> {
    if !ctx.desk.tx.withdraw_swap(by, swap, ctx.desk.now)? {
        return Err(Stop::wrong_state(format!("{} 已经处理过了，不能撤回。", swap.label())));
    }
    let whose = ctx.directory.label(swap.asker);
    let said = Said::text(format!("{whose}撤回了 {}，不用再处理。", swap.label()));
    ctx.desk.tell(swap.partner, None, &said, true)?;
    if swap.state == SwapState::Agreed {
        for person in granters(ctx, swap)? {
            ctx.desk.tell(person, None, &said, true)?;
        }
    }
    Ok(())
}

/// Both have heard of it and plan by it: what was agreed is changed by agreeing again, not by one of them.
pub(crate) fn undo_decided(_ctx: &mut Ctx<'_, '_>, _by: &Undoing, event: &Event) -> Result<String, Stop> {
    let label = event.body.get("swap").and_then(Value::as_str).unwrap_or_default();
    Err(Stop::wrong_state(format!(
        "{label} 的决定不能撤销：两人已经按它安排。要换回来请再发一次「换班」，或由组长直接「排班」。"
    )))
}
