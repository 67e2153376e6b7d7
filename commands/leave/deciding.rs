//! Who decides a leave, what they are told, and what happens when they have: same words for buttons and typed twins.

use super::{judged, undoing};
use crate::shared;
use bot::leave_post::{correct, post_leaves};
use bot::staffing::gaps;
use bot::{Ctx, Desk, Reply, Said, Stop};
use domain::calendar::{HOUR, day_name, next_day, previous_day};
use domain::leave::{ABSENCE_CODE, Piece, group_flags};
use domain::report::{CODES, counting_month};
use domain::rights::{Decide, Denied};
use domain::settings::catalogue::leave::{INFORM_SUPERVISOR, POST_AT, REMIND_HOURS};
use domain::staffing::{Gap, LISTED as GAPS_LISTED};
use domain::{PersonId, Role, Span};
use store::{ABSENCE_CHECK, EntryState, LEAVE_WAITING, Leave, LeaveState};

/// `事假 3月12日 周四，1天`.
pub(crate) fn what(leave: &Leave, pieces: &[Piece], desk: &Desk<'_, '_>) -> String {
    format!("{} {}", leave.kind.word(), dates(leave, pieces, desk))
}

/// When and how much, without the kind.
pub(crate) fn dates(leave: &Leave, pieces: &[Piece], desk: &Desk<'_, '_>) -> String {
    let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else {
        return day_name(desk.calendar().date(leave.from));
    };
    format!("{}，{}", when(pieces, first, last, desk), judged::length(pieces))
}

/// The same for whoever reads the answer: a group does not read which kind it is.
pub(crate) fn shown(ctx: &mut Ctx<'_, '_>, leave: &Leave) -> Result<String, Stop> {
    let pieces = pieces_of(ctx, leave.no)?;
    Ok(if ctx.in_group() { dates(leave, &pieces, &ctx.desk) } else { what(leave, &pieces, &ctx.desk) })
}

/// What a leave takes.
pub(crate) fn pieces_of(ctx: &mut Ctx<'_, '_>, no: i64) -> Result<Vec<Piece>, Stop> {
    Ok(ctx.desk.tx.leave_pieces(no)?.into_iter().map(|day| day.piece).collect())
}

fn when(pieces: &[Piece], first: &Piece, last: &Piece, desk: &Desk<'_, '_>) -> String {
    let calendar = desk.calendar();
    if pieces.len() > 1 {
        return format!("{}至{}", day_name(first.date), day_name(last.date));
    }
    let day = day_name(first.date);
    match (first.minutes, first.halves()) {
        (Some(_), _) | (None, Some(1)) => {
            format!("{day} {}至{}", calendar.clock(first.from), calendar.clock(first.to))
        }
        _ => day,
    }
}

/// The card for those whose turn it is: who and when. Where a platform offers no private way it is read by a group, so the
/// kind, the reason and what would tell them stand in 请假单 only.
fn card(ctx: &mut Ctx<'_, '_>, leave: &Leave) -> Result<Said, Stop> {
    let pieces = pieces_of(ctx, leave.no)?;
    let label = leave.label();
    let who = ctx.directory.person(leave.person);
    let team = who.map(|person| shared::team_of(&ctx.directory, person)).unwrap_or_default();
    let mut lines = vec![format!(
        "{label} {}（{team}）请假：{}",
        ctx.directory.label(leave.person),
        dates(leave, &pieces, &ctx.desk)
    )];
    if leave.entered_by != leave.person {
        lines.push(format!("由{}代录", ctx.directory.label(leave.entered_by)));
    }
    if let Some(substitute) = leave.substitute {
        lines.push(format!("代班：{}", ctx.directory.label(substitute)));
    }
    let flags = group_flags(&leave.flags);
    if !flags.is_empty() {
        lines.push(format!("注意：{}", flags.join("、")));
    }
    if leave.levels.len() > 1 {
        let done: Vec<&str> = leave.levels.iter().map(|role| role.word()).collect();
        lines.push(format!("逐级审批：{}（{}/{}）", done.join("→"), leave.level + 1, leave.levels.len()));
    }
    lines.push(format!("假别、理由私聊发「请假单 {label}」看。"));
    Ok(Said::text(lines.join("\n"))
        .button("同意", format!("同意 {label}"))
        .button("驳回", format!("驳回 {label}")))
}

/// Where the leave leaves too few on a shift, whoever leads hears of it at once.
fn tell_gaps(ctx: &mut Ctx<'_, '_>, leave: &Leave, pieces: &[Piece]) -> Result<(), Stop> {
    let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else { return Ok(()) };
    let team = ctx.directory.person(leave.person).and_then(|person| person.team);
    let span = Span { from: first.date.max(ctx.desk.today()), to: last.date };
    let mut gaps = gaps(&mut ctx.desk, span)?;
    gaps.retain(|gap| gap.team == team && pieces.iter().any(|piece| piece.date == gap.date));
    let lines: Vec<String> = gaps.iter().take(GAPS_LISTED).map(Gap::told).collect();
    if lines.is_empty() {
        return Ok(());
    }
    let stands_in = leave.substitute.map_or_else(String::new, |substitute| {
        format!("\n代班：{}，要算人数请排到这个班上。", ctx.directory.label(substitute))
    });
    let text = format!("{} 批准以后人手不够（R-185）：\n{}{stands_in}", leave.label(), lines.join("\n"));
    for person in ctx.directory.leads_of(team, ctx.desk.now, ctx.desk.today()) {
        if person != leave.person {
            ctx.desk.tell(person, None, &Said::text(text.clone()), true)?;
        }
    }
    Ok(())
}

/// Puts a leave to those whose turn it is. Answers how they are called, for the person.
pub(crate) fn ask(ctx: &mut Ctx<'_, '_>, leave: &Leave) -> Result<String, Stop> {
    let Some(level) = leave.waits_for() else { return Ok(String::new()) };
    let deciders = leave.deciders(&ctx.directory, level, ctx.desk.now, ctx.desk.today());
    let said = card(ctx, leave)?;
    for person in &deciders {
        ctx.desk.tell(*person, None, &said, true)?;
    }
    let book = ctx.desk.book()?;
    let due = ctx.desk.now + book.whole(&REMIND_HOURS, ctx.desk.today()) * HOUR;
    if due < leave.decide_by(&book, ctx.desk.calendar()) {
        let key = format!("{LEAVE_WAITING}:{}:1", leave.label());
        ctx.desk.tx.set_reminder(&key, LEAVE_WAITING, leave.person, &format!("{} 1", leave.label()), due)?;
    }
    let names: Vec<String> = deciders.iter().map(|person| ctx.directory.label(*person)).collect();
    Ok(if names.is_empty() {
        format!("{}（现在没有人担任，请管理员设角色）", level.word())
    } else {
        format!("{}（{}）", level.word(), names.join("、"))
    })
}

/// 同意 / 驳回 L5.
pub(crate) fn decide(
    ctx: &mut Ctx<'_, '_>,
    by: &Decide,
    no: i64,
    approves: bool,
    reason: Option<&str>,
) -> Result<Reply, Stop> {
    let Some(leave) = ctx.desk.tx.leave(no)? else {
        return Err(Stop::not_found(format!("没有请假 L{no}。发「请假单」看待处理的。")));
    };
    if leave.state == LeaveState::Approved && !approves {
        return revoke(ctx, by, &leave, reason);
    }
    let Some(level) = leave.waits_for() else { return Err(settled(ctx, &leave)) };
    let book = ctx.desk.book()?;
    if ctx.desk.now >= leave.decide_by(&book, ctx.desk.calendar()) {
        return Err(Stop::wrong_state(format!("L{no} 到时没有批，不算请假了（R-138）。")));
    }
    let whose = ctx.directory.label(leave.person);
    let team = ctx.directory.person(leave.person).and_then(|person| person.team);
    let over = by.over(leave.person, team).map_err(|denied| match denied {
        Denied::Himself => Stop::not_allowed("自己的请假要由上一级来批。"),
        denied => shared::denied(denied, &whose),
    })?;
    let deciders = leave.deciders(&ctx.directory, level, ctx.desk.now, ctx.desk.today());
    let above = above(&leave, level, ctx);
    if !deciders.contains(&by.person()) && !above.contains(&by.person()) {
        let names: Vec<String> = deciders.iter().map(|person| ctx.directory.label(*person)).collect();
        return Err(Stop::not_allowed(format!(
            "L{no} 现在等{}（{}）来批（{}）。",
            level.word(),
            names.join("、"),
            leave.rule
        )));
    }
    let pieces = pieces_of(ctx, no)?;
    let kept_from = pieces.last().map_or(ctx.desk.today(), |piece| piece.date.max(ctx.desk.today()));
    let Some(decided) = ctx.desk.tx.decide_leave(&over, no, approves, kept_from, ctx.desk.now)? else {
        let again = ctx.desk.tx.leave(no)?.unwrap_or(leave);
        return Err(settled(ctx, &again));
    };
    let what = dates(&decided, &pieces, &ctx.desk);
    let shown = shown(ctx, &decided)?;
    let who = ctx.directory.label(by.person());
    match decided.state {
        LeaveState::Open => {
            let next = ask(ctx, &decided)?;
            tell(ctx, &decided, &format!("{who}已同意 L{no}（{what}），还要{next}批。批准前不算请假。"))?;
            Ok(Reply::text(format!("已同意 L{no}：{whose} {shown}。接着由{next}批。")))
        }
        LeaveState::Approved => {
            granted(ctx, &decided, &pieces, &what, by.person())?;
            Ok(Reply::text(format!("已同意 L{no}：{whose} {shown}。批准完成，已告诉{whose}。")))
        }
        _ => {
            let why = keep_reason(ctx, &decided, reason)?;
            let text = format!("{who}没有同意 L{no}（{what}），请按班表上班；有变化可以重新请。{why}");
            tell(ctx, &decided, &text)?;
            look_again(ctx, &decided, &pieces)?;
            Ok(Reply::text(format!("已驳回 L{no}：{whose} {shown}。")))
        }
    }
}

/// Takes a granted leave away that has not begun: by whoever granted it, after an objection or a change of the rota.
fn revoke(ctx: &mut Ctx<'_, '_>, by: &Decide, leave: &Leave, reason: Option<&str>) -> Result<Reply, Stop> {
    let (label, whose) = (leave.label(), ctx.directory.label(leave.person));
    let last = leave.levels.last().copied().unwrap_or(Role::Director);
    let mut may = leave.deciders(&ctx.directory, last, ctx.desk.now, ctx.desk.today());
    may.extend(leave.decided.map(|(by, _)| by));
    may.extend(above(leave, last, ctx));
    let team = ctx.directory.person(leave.person).and_then(|person| person.team);
    let over = by.over(leave.person, team).map_err(|denied| shared::denied(denied, &whose))?;
    if !may.contains(&by.person()) {
        return Err(settled(ctx, leave));
    }
    let Some(reason) = reason else {
        return Err(Stop::bad(format!("{label} 已经批准，要收回请写上理由，例：驳回 {label} 当天人手不够")));
    };
    if !ctx.desk.tx.revoke_leave(&over, leave.no, ctx.desk.now)? {
        return Err(Stop::wrong_state(format!(
            "{label} 已经开始，不能收回。本人提前回来可以「销假 {label}」。"
        )));
    }
    let pieces = pieces_of(ctx, leave.no)?;
    correct(&mut ctx.desk, leave, &pieces)?;
    let who = ctx.directory.label(by.person());
    let why = keep_reason(ctx, leave, Some(reason))?;
    tell(ctx, leave, &format!("{who}收回了已批准的 {label}，请按班表上班。{why}"))?;
    Ok(Reply::text(format!("已收回 {label}：{whose}那几天按班表上班，已告诉本人。")))
}

/// Why somebody did not agree: kept with the leave, where only its route and the person read it.
fn keep_reason(ctx: &mut Ctx<'_, '_>, leave: &Leave, reason: Option<&str>) -> Result<String, Stop> {
    let Some(reason) = reason else { return Ok(String::new()) };
    let today = ctx.desk.today();
    ctx.desk.tx.keep_refusal(leave, reason, today)?;
    Ok(format!("理由私聊发「请假单 {}」看。", leave.label()))
}

/// Who stands above a level may say in its stead, but nobody stands in for the director.
pub(crate) fn above(leave: &Leave, level: Role, ctx: &Ctx<'_, '_>) -> Vec<PersonId> {
    let higher: &[Role] = match level {
        Role::Lead => &[Role::Supervisor, Role::Director],
        Role::Supervisor => &[Role::Director],
        _ => &[],
    };
    let (now, today) = (ctx.desk.now, ctx.desk.today());
    higher.iter().flat_map(|role| leave.deciders(&ctx.directory, *role, now, today)).collect()
}

/// What follows when a leave is granted: the certificate is waited for, those concerned are told, and the group where the
/// day's post has gone out already.
fn granted(
    ctx: &mut Ctx<'_, '_>,
    leave: &Leave,
    pieces: &[Piece],
    what: &str,
    by: PersonId,
) -> Result<(), Stop> {
    let label = leave.label();
    let book = ctx.desk.book()?;
    let mut more = String::new();
    if let Some(due) = undoing::await_certificate(ctx, leave, pieces)? {
        // Which kind of leave it is would show by what is waited for.
        more = format!("有一份材料要在 {}（含）前交，私聊发「请假单 {label}」看。", day_name(due));
    }
    tell(ctx, leave, &format!("{}同意了 {label}：{what}。批准完成。{more}", ctx.directory.label(by)))?;
    if let Some(substitute) = leave.substitute {
        let who = ctx.directory.label(leave.person);
        let said = Said::text(format!("{who}请假已批准，由你代班：{}。", when_only(pieces, &ctx.desk)));
        ctx.desk.tell(substitute, None, &said, true)?;
    }
    post_late(ctx, leave, pieces)?;
    tell_proposals(ctx, leave, pieces)?;
    tell_gaps(ctx, leave, pieces)?;
    if book.is_on(&INFORM_SUPERVISOR, ctx.desk.today()) {
        inform_supervisors(ctx, leave, what, by)?;
    }
    inform_leads(ctx, leave, pieces, by)
}

/// What was refused after it had begun: shifts that have ended meanwhile are looked at once more.
fn look_again(ctx: &mut Ctx<'_, '_>, leave: &Leave, pieces: &[Piece]) -> Result<(), Stop> {
    let now = ctx.desk.now;
    for piece in pieces {
        let shift = ctx.desk.tx.rota_on(leave.person, piece.date)?.and_then(|row| row.shift);
        if shift.is_some_and(|shift| shift.end <= now) {
            let key = format!("{ABSENCE_CHECK}:{}:{}", leave.person, piece.date);
            let date = piece.date.to_string();
            ctx.desk.tx.set_reminder(&key, ABSENCE_CHECK, leave.person, &date, now)?;
        }
    }
    Ok(())
}

/// What was granted for days on which an absence has been proposed, or for which a report was missed: whoever decides about
/// that hears of it.
fn tell_proposals(ctx: &mut Ctx<'_, '_>, leave: &Leave, pieces: &[Piece]) -> Result<(), Stop> {
    let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else { return Ok(()) };
    // A month's late reports are charged on the day of the one that filled the measure.
    let mut missed = Vec::new();
    for piece in pieces {
        if ctx.desk.tx.overdue_cause(leave.person, piece.date)?.is_some() {
            missed.push(counting_month(piece.date));
        }
    }
    let span = Span { from: counting_month(first.date).from, to: counting_month(last.date).to };
    for entry in ctx.desk.tx.entries_of(leave.person, span)? {
        let stands = matches!(entry.state, EntryState::Proposed | EntryState::Confirmed);
        let absence = entry.code == ABSENCE_CODE && pieces.iter().any(|piece| piece.date == entry.day);
        let late =
            CODES.contains(&entry.code.as_str()) && missed.iter().any(|month| month.contains(entry.day));
        if !(absence || late) || entry.reverses.is_some() || !stands {
            continue;
        }
        let text = format!(
            "{} 和刚批准的 {}（{} {}）有关，请重新处理；发「提案」看。",
            entry.label(),
            leave.label(),
            ctx.directory.label(leave.person),
            day_name(entry.day)
        );
        for person in shared::with_role(ctx, Role::Supervisor, leave.person) {
            ctx.desk.tell(person, None, &Said::text(text.clone()), true)?;
        }
    }
    Ok(())
}

/// A day whose post has gone out hears of the leave at once.
pub(super) fn post_late(ctx: &mut Ctx<'_, '_>, leave: &Leave, pieces: &[Piece]) -> Result<(), Stop> {
    let book = ctx.desk.book()?;
    let (today, now) = (ctx.desk.today(), ctx.desk.now);
    for piece in pieces.iter().filter(|piece| piece.to > now && piece.date <= next_day(today)) {
        let before = previous_day(piece.date);
        if ctx.desk.calendar().at(before, book.time(&POST_AT, before)) <= now {
            post_leaves(&mut ctx.desk, piece.date, &[leave.no])?;
        }
    }
    Ok(())
}

fn when_only(pieces: &[Piece], desk: &Desk<'_, '_>) -> String {
    pieces.first().zip(pieces.last()).map(|(first, last)| when(pieces, first, last, desk)).unwrap_or_default()
}

fn inform_supervisors(ctx: &mut Ctx<'_, '_>, leave: &Leave, what: &str, by: PersonId) -> Result<(), Stop> {
    let (now, today) = (ctx.desk.now, ctx.desk.today());
    let directory = std::sync::Arc::clone(&ctx.directory);
    let text = format!(
        "{} 的请假（{what}）已由{}批准（{}）。",
        directory.label(leave.person),
        directory.label(by),
        leave.label()
    );
    for person in directory.people(now) {
        let supervises = directory.standing(person, today).roles().has(Role::Supervisor);
        if supervises && person.id != by && person.id != leave.person {
            ctx.desk.tell(person.id, None, &Said::text(text.clone()), true)?;
        }
    }
    Ok(())
}

/// Whoever leads the team does the follow-ups of whoever is away, and has to know of what others granted: when,
/// without the kind.
fn inform_leads(ctx: &mut Ctx<'_, '_>, leave: &Leave, pieces: &[Piece], by: PersonId) -> Result<(), Stop> {
    let (now, today) = (ctx.desk.now, ctx.desk.today());
    let directory = std::sync::Arc::clone(&ctx.directory);
    let team = directory.person(leave.person).and_then(|person| person.team);
    let text = format!(
        "{} {} 请假，已由{}批准（{}）。整天不在的日子，他的回访由组长代。",
        directory.label(leave.person),
        when_only(pieces, &ctx.desk),
        directory.label(by),
        leave.label()
    );
    for person in directory.people(now).filter(|person| team.is_some() && person.team == team) {
        let roles = directory.standing(person, today).roles();
        let leads = roles.has(Role::Lead) && !roles.has(Role::Supervisor);
        if leads && person.id != by && person.id != leave.person {
            ctx.desk.tell(person.id, None, &Said::text(text.clone()), true)?;
        }
    }
    Ok(())
}

/// Tells whoever asked, and whoever entered it in his stead.
pub(super) fn tell(ctx: &mut Ctx<'_, '_>, leave: &Leave, text: &str) -> Result<(), Stop> {
    ctx.desk.tell(leave.person, None, &Said::text(text), true)?;
    if leave.entered_by != leave.person {
        let whose = ctx.directory.label(leave.person);
        ctx.desk.tell(leave.entered_by, None, &Said::text(format!("{whose}：{text}")), true)?;
    }
    Ok(())
}

/// The final state, for whoever comes too late.
fn settled(ctx: &Ctx<'_, '_>, leave: &Leave) -> Stop {
    let by = leave.decided.map(|(by, _)| format!("（{}）", ctx.directory.label(by))).unwrap_or_default();
    let state = match leave.state {
        LeaveState::Open => "还在等批准",
        LeaveState::Approved => "已经批准",
        LeaveState::Refused => "已经驳回",
        LeaveState::Withdrawn => "已被本人撤回",
        LeaveState::Lapsed => "到时没有批，已作废",
    };
    Stop::wrong_state(format!("{} {state}{by}，不用再处理。", leave.label()))
}
