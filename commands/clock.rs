//! 上班、下班: when somebody came and went, and whether he was there for long enough. What follows from too
//! little is for a person to decide.

use crate::leave::judged;
use crate::shared;
use bot::{Command, Ctx, Place, Reach, Reply, Run, Said, Stop, Undo, Who};
use chrono::NaiveDate;
use domain::calendar::{Calendar, day_name, previous_day};
use domain::leave::{Duty, Presence, presence};
use domain::rights::{Record, Undoing};
use domain::{Role, Span};
use serde_json::Value;
use store::Event;

pub(crate) const IN: Command = Command {
    name: "上班",
    aliases: &["上班打卡", "到岗"],
    summary: "上班打卡",
    usage: "上班",
    details: "记下到岗的时间；一天一次，先打的算。",
    examples: &["上班"],
    rules: &["R-147"],
    who: Who::Members,
    place: Place::Anywhere,
    reach: Reach::Own,
    template: None,
    run: Run::Record(come),
    undo: &[Undo { kind: "attendance.in", run: undo_in }],
};

pub(crate) const OUT: Command = Command {
    name: "下班",
    aliases: &["下班打卡", "离岗"],
    summary: "下班打卡，看在岗够不够",
    usage: "下班",
    details: "记下离岗的时间，可以再打，后打的算。在岗加批准的请假不足450分钟（可设）按早退，由主管决定；班本来就短的，上满就够。",
    examples: &["下班"],
    rules: &["R-147", "R-153"],
    who: Who::Members,
    place: Place::Anywhere,
    reach: Reach::Own,
    template: None,
    run: Run::Record(go),
    undo: &[Undo { kind: "attendance.out", run: undo_out }],
};

/// The shift that somebody is on, comes to or has just left: today's, or yesterday's that goes over midnight.
fn duty(ctx: &mut Ctx<'_, '_>, person: i64) -> Result<Option<Duty>, Stop> {
    let today = ctx.desk.today();
    for date in [previous_day(today), today] {
        let Some(row) = ctx.desk.tx.rota_on(person, date)? else { continue };
        let Some(duty) = judged::duty(ctx, &row) else { continue };
        let late = ctx.desk.calendar().date(duty.end()) >= today && ctx.desk.now < duty.end();
        if date == today || late {
            return Ok(Some(duty));
        }
    }
    Ok(None)
}

fn come(ctx: &mut Ctx<'_, '_>, by: &Record, _text: &str) -> Result<Reply, Stop> {
    let Some(duty) = duty(ctx, by.person())? else {
        return Err(Stop::wrong_state("今天没有你的班，不用打卡。看班表发：排班"));
    };
    let (calendar, now) = (*ctx.desk.calendar(), ctx.desk.now);
    if !ctx.desk.tx.clock_in(by, duty.date, &calendar, now)? {
        return Err(Stop::wrong_state(format!("{}已经打过上班卡。", day_name(duty.date))));
    }
    let late = match now > duty.start() {
        true => format!("（{}的班）", calendar.clock(duty.start())),
        false => String::new(),
    };
    Ok(Reply::text(format!("已上班：{} {}{late}。打错了发：撤销", day_name(duty.date), calendar.clock(now))))
}

fn go(ctx: &mut Ctx<'_, '_>, by: &Record, _text: &str) -> Result<Reply, Stop> {
    let person = by.person();
    let today = ctx.desk.today();
    let (calendar, now) = (*ctx.desk.calendar(), ctx.desk.now);
    let mut open = ctx.desk.tx.clocked(person, today)?;
    if open.is_none() && !has_begun(ctx, person, today)? {
        // Whoever leaves a night shift, late or once more, is still in yesterday's until today's own shift begins.
        let earlier = ctx.desk.tx.clocked(person, previous_day(today))?;
        open = earlier.filter(|day| day.went.is_none_or(|went| calendar.date(went) == today));
    }
    let Some(day) = open else {
        return Err(Stop::wrong_state("还没有打上班卡。补打请找组长说明，下次到岗发：上班"));
    };
    let row = ctx.desk.tx.rota_on(person, day.date)?;
    let Some(duty) = row.and_then(|row| judged::duty(ctx, &row)) else {
        return Err(Stop::wrong_state(format!("{}没有你的班了，不用打卡。", day_name(day.date))));
    };
    let leave = ctx.desk.tx.leave_days_of(person, Span::day(day.date))?;
    let pieces: Vec<_> = leave.into_iter().map(|day| day.piece).collect();
    let book = ctx.desk.book()?;
    let found = presence(&duty, day.came, now, &pieces, &book);
    ctx.desk.tx.clock_out(by, day, found, &calendar, now)?;
    let before = day.went.map(|went| presence(&duty, day.came, went, &pieces, &book));
    if found.is_short() || before.is_some_and(|before| before.is_short()) {
        tell(ctx, person, day.date, found)?;
    }
    Ok(Reply::text(format!("已下班：{} {}，{}", day_name(day.date), calendar.clock(now), told(found))))
}

/// Whether somebody's shift of a day has begun.
fn has_begun(ctx: &mut Ctx<'_, '_>, person: i64, date: NaiveDate) -> Result<bool, Stop> {
    let row = ctx.desk.tx.rota_on(person, date)?;
    let duty = row.and_then(|row| judged::duty(ctx, &row));
    Ok(duty.is_some_and(|duty| duty.start() <= ctx.desk.now))
}

/// Those who decide about it, also when he has stayed for long enough after all. Attendance is public.
fn tell(ctx: &mut Ctx<'_, '_>, person: i64, date: NaiveDate, found: Presence) -> Result<(), Stop> {
    let (who, day) = (ctx.directory.label(person), day_name(date));
    let said = Said::text(match found.is_short() {
        true => format!(
            "{who} {day}在岗不足{}分钟（在岗{}、请假{}），请主管决定怎样算（R-153）。",
            found.needed, found.there, found.leave
        ),
        false => format!("{who} {day}又补了下班卡：在岗{}分钟，够了，不算早退。", found.there),
    });
    for supervisor in shared::with_role(ctx, Role::Supervisor, person) {
        ctx.desk.tell(supervisor, None, &said, true)?;
    }
    Ok(())
}

fn told(found: Presence) -> String {
    let leave = if found.leave > 0 { format!("，请假{}分钟", found.leave) } else { String::new() };
    match found.is_short() {
        true => format!(
            "在岗{}分钟{leave}，不足{}分钟，按早退报主管（R-153）。还要上班就晚点再发一次「下班」。",
            found.there, found.needed
        ),
        false => format!("在岗{}分钟{leave}，够了。", found.there),
    }
}

fn date_of(event: &Event) -> Result<NaiveDate, Stop> {
    let date = event.body.get("date").and_then(Value::as_str).and_then(|date| date.parse().ok());
    date.ok_or_else(|| store::Error::Corrupt("attendance event".to_owned()).into())
}

fn later(date: NaiveDate) -> Stop {
    Stop::wrong_state(format!("{}后来又打过下班卡，请先撤销后面的。", day_name(date)))
}

fn undo_in(ctx: &mut Ctx<'_, '_>, by: &Undoing, event: &Event) -> Result<String, Stop> {
    let date = date_of(event)?;
    if !ctx.desk.tx.undo_clock_in(by, shared::person_in(event)?, date)? {
        return Err(later(date));
    }
    Ok(format!("{}的上班打卡", day_name(date)))
}

fn undo_out(ctx: &mut Ctx<'_, '_>, by: &Undoing, event: &Event) -> Result<String, Stop> {
    let date = date_of(event)?;
    let before = event.body.get("before").and_then(Value::as_str).and_then(Calendar::instant);
    if !ctx.desk.tx.undo_clock_out(by, shared::person_in(event)?, date, event.at, before)? {
        return Err(later(date));
    }
    Ok(format!("{}的下班打卡", day_name(date)))
}
