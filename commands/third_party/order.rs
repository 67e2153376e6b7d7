//! What is done about an order that is recorded: its ticks, and another day for a planned call.

use crate::shared;
use bot::{Ctx, Reply, Stop, args};
use domain::calendar::day_name;
use domain::rights::{Decide, Record, Tend, Undoing};
use domain::third_party::{Tick, acceptance, duplicate, entry};
use store::{Event, Order};

/// The words for what is done.
const TICKS: &[(&str, Tick)] = &[
    ("接单", Tick::Accepted),
    ("接", Tick::Accepted),
    ("已接", Tick::Accepted),
    ("接了", Tick::Accepted),
    ("录入", Tick::Entered),
    ("已录入", Tick::Entered),
    ("录了", Tick::Entered),
    ("备注", Tick::Remarked),
    ("已备注", Tick::Remarked),
    ("网站备注", Tick::Remarked),
    ("反馈", Tick::Reported),
    ("已反馈", Tick::Reported),
    ("重单已反馈", Tick::Reported),
];

/// `接单`, `录入`, `备注`, `反馈`, `改期 H3 3月9日`.
pub(super) fn change(
    ctx: &mut Ctx<'_, '_>,
    by: &Record,
    lead: Option<&Decide>,
    no: i64,
    text: &str,
) -> Result<Reply, Stop> {
    let Some(order) = ctx.desk.tx.order(no)? else {
        return Err(Stop::not_found(format!("没有三方单 T{no}。")));
    };
    let right = right(ctx, by, lead, &order);
    let mut words = args::Words::new(text);
    if words.take_word_in(&[("改期", ()), ("改", ())]).is_some() {
        return adapt(ctx, &right?, &order, words.rest());
    }
    let tick = words.take_word_in(TICKS).filter(|_| words.is_empty());
    // Whoever calls in the morning replies to the site as well.
    let calls = ctx.desk.tx.open_follow_ups_of(&order.label())?;
    let replies = tick == Some(Tick::Remarked) && calls.iter().any(|task| task.holder == by.person());
    let tend = if replies { by.tend() } else { right? };
    match tick {
        Some(tick) => done(ctx, &tend, &order, tick),
        None => Err(Stop::bad(format!(
            "写「接单」「录入」「备注」或「反馈」。例：三方 T{no} 接单；登记联系结果：回访 T{no} 考虑 原因 …"
        ))),
    }
}

fn done(ctx: &mut Ctx<'_, '_>, tend: &Tend, order: &Order, tick: Tick) -> Result<Reply, Stop> {
    let (no, now) = (order.no, ctx.desk.now);
    let book = ctx.desk.book()?;
    let calendar = *ctx.desk.calendar();
    let day = calendar.date(order.dispatched_at);
    let due = match tick {
        Tick::Accepted => acceptance(order.dispatched_at, &book, day).due,
        Tick::Reported => duplicate(order.dispatched_at, order.recorded_at, &book, day).due,
        Tick::Entered | Tick::Remarked => {
            let shift = ctx.desk.tx.rota_on(order.owner, day)?.and_then(|row| row.shift);
            entry(order.dispatched_at, shift.as_ref(), &calendar, &book, day).due
        }
    };
    if !ctx.desk.tx.tick_order(tend, no, tick, now <= due, now)? {
        return Err(Stop::wrong_state(match tick {
            Tick::Reported if order.duplicate_of.is_none() => format!("T{no} 不是重单，不用反馈。"),
            tick => format!("T{no} 已经{}过了。", tick.word()),
        }));
    }
    let late = if now > due { "，已超时" } else { "，及时" };
    let what = if tick == Tick::Reported { "重单已反馈" } else { &format!("已{}", tick.word()) };
    let mut lines = vec![format!("T{no} {what}（{}{late}）。", calendar.clock(now))];
    let left: Vec<&str> = [Tick::Accepted, Tick::Entered, Tick::Remarked]
        .into_iter()
        .filter(|other| *other != tick && order.done_at(*other).is_none())
        .map(Tick::word)
        .collect();
    if order.duplicate_of.is_none() && !left.is_empty() {
        lines.push(format!("还差：{}。例：三方 T{no} {}", left.join("、"), left[0]));
    }
    Ok(Reply::text(lines.join("\n")))
}

/// A planned call on another day: the dates may be adapted, and none of them falls out.
fn adapt(ctx: &mut Ctx<'_, '_>, tend: &Tend, order: &Order, text: &str) -> Result<Reply, Stop> {
    let (label, today, now) = (order.label(), ctx.desk.today(), ctx.desk.now);
    let usage = || Stop::bad(format!("改哪一次、改到哪天？例：三方 {label} 改期 H3 3月9日"));
    let (no, rest) = shared::label(text, 'H').ok_or_else(usage)?;
    let mut words = args::Words::new(rest);
    let day = words.take_date(today, args::Lean::Future).map_err(|bad| Stop::bad(bad.told()))?;
    let day = day.filter(|_| words.is_empty()).ok_or_else(usage)?;
    if day < today {
        return Err(Stop::bad("不能改到过去的日期，没有改。"));
    }
    let tasks = ctx.desk.tx.open_follow_ups_of(&label)?;
    let Some(task) = tasks.iter().find(|task| task.no == no && task.planned) else {
        return Err(Stop::not_found(format!("H{no} 不在 {label} 的回访计划里，或者已经做完。")));
    };
    if task.due < today {
        return Err(Stop::rule("R-116", format!("H{no} 已经超期，不能再改，请尽快联系后登记结果。")));
    }
    if tasks.iter().any(|other| other.no != no && other.due == day) {
        return Err(Stop::rule(
            "R-120",
            format!("{}已经排了一次，同一天算不了两次（R-120），请换一天。", day_name(day)),
        ));
    }
    ctx.desk.tx.put_off_follow_up(&tend.over(), task, day, "adapted", now)?;
    Ok(Reply::text(format!("H{no}（{label}）改到{}，原来是{}。", day_name(day), day_name(task.due))))
}

/// The owner, and those who lead him.
fn right(ctx: &Ctx<'_, '_>, by: &Record, lead: Option<&Decide>, order: &Order) -> Result<Tend, Stop> {
    if order.owner == by.person() {
        return Ok(by.tend());
    }
    let team = ctx.directory.person(order.owner).and_then(|owner| owner.team);
    lead.and_then(|lead| lead.tend(order.owner, team).ok()).ok_or_else(|| {
        let whose = ctx.directory.label(order.owner);
        Stop::not_allowed(format!("{} 是{whose}的，只有本人和组长能登记。", order.label()))
    })
}

fn number(event: &Event) -> Result<i64, Stop> {
    let named = event.subject.as_deref().unwrap_or_default();
    match shared::label(named, 'T') {
        Some((no, _)) => Ok(no),
        None => Err(store::Error::Corrupt("order event".to_owned()).into()),
    }
}

pub(super) fn undo(ctx: &mut Ctx<'_, '_>, by: &Undoing, event: &Event) -> Result<String, Stop> {
    let no = number(event)?;
    let worked = ctx.desk.tx.follow_up_history(&format!("T{no}"))?.iter().any(|task| !task.open);
    if worked || !ctx.desk.tx.undo_order(by, no, ctx.desk.today())? {
        return Err(Stop::wrong_state(format!("T{no} 已经撤销，或者登记过回访，不能撤销。")));
    }
    Ok(format!("三方单 T{no} 和它的回访计划，编号不再使用"))
}

pub(super) fn undo_tick(ctx: &mut Ctx<'_, '_>, by: &Undoing, event: &Event) -> Result<String, Stop> {
    let no = number(event)?;
    let tick = match event.kind.as_str() {
        "order.accepted" => Tick::Accepted,
        "order.entered" => Tick::Entered,
        "order.remarked" => Tick::Remarked,
        _ => Tick::Reported,
    };
    if !ctx.desk.tx.untick_order(by, no, tick, event.at)? {
        return Err(Stop::wrong_state(format!("T{no} 的{}已经撤销过了。", tick.word())));
    }
    Ok(format!("T{no} 的{}", tick.word()))
}
