//! 谁休息: who rests and who is on leave on a day; why is nobody else's business.

use crate::rota::month;
use bot::{Command, Ctx, Place, Reach, Reply, Run, Stop, Who, args};
use chrono::NaiveDate;
use domain::calendar::{day_name, shift_days};
use domain::rights::Own;
use domain::{Period, Span};
use std::collections::BTreeMap;
use store::{LeaveDay, REST};

pub(crate) const COMMAND: Command = Command {
    name: "谁休息",
    aliases: &["谁请假", "谁不在"],
    summary: "看哪天谁休息、谁请假",
    usage: "谁休息 [日期|周|月|下月]",
    details: "不写日期就是今天；写周或月就按天列出请假的人。只说谁、什么时间，不说假别和理由。",
    examples: &["谁休息", "谁休息 明天", "谁休息 月"],
    rules: &["R-169"],
    who: Who::Members,
    place: Place::Anywhere,
    reach: Reach::Own,
    template: None,
    run: Run::Own(run),
    undo: &[],
};

fn run(ctx: &mut Ctx<'_, '_>, _own: &Own, text: &str) -> Result<Reply, Stop> {
    let today = ctx.desk.today();
    let mut words = args::Words::new(text);
    let this = Period::Month.around(today);
    let next = Period::Month.around(shift_days(this.to, 1));
    let spans = [
        ("周", Period::Week.around(today)),
        ("本周", Period::Week.around(today)),
        ("下周", Period::Week.around(shift_days(today, 7))),
        ("月", this),
        ("本月", this),
        ("下月", next),
        ("下个月", next),
    ];
    let mut asked = words.clone();
    if let Some(span) = asked.take_word_in(&spans)
        && asked.is_empty()
    {
        return calendar(ctx, span);
    }
    let day = words.take_date(today, args::Lean::Near).map_err(|bad| Stop::bad(bad.told()))?.unwrap_or(today);
    if !words.is_empty() {
        return Err(Stop::bad("没看懂日期。例：谁休息 明天"));
    }
    let leaves = ctx.desk.tx.leave_days(Span::day(day))?;
    let mut on_leave: BTreeMap<i64, Vec<LeaveDay>> = BTreeMap::new();
    for leave in leaves {
        on_leave.entry(leave.person).or_default().push(leave);
    }
    let rows = ctx.desk.tx.rota_between(Span::day(day))?;
    let away: Vec<String> = on_leave.iter().map(|(person, days)| told(ctx, *person, days)).collect();
    let resting: Vec<String> = rows
        .iter()
        .filter(|row| row.name == REST && !on_leave.contains_key(&row.person))
        .filter(|row| ctx.directory.person(row.person).is_some_and(|person| person.is_member(ctx.desk.now)))
        .map(|row| ctx.directory.label(row.person))
        .collect();
    let mut lines = vec![day_name(day)];
    if !away.is_empty() {
        lines.push(format!("请假 {} 人：{}", away.len(), away.join("、")));
    }
    if !resting.is_empty() {
        lines.push(format!("休息 {} 人：{}", resting.len(), resting.join("、")));
    }
    if lines.len() == 1 {
        lines.push("没有人请假或休息。".to_owned());
    }
    Ok(Reply::text(lines.join("\n")))
}

/// One line for each day of a span on which somebody is on leave.
fn calendar(ctx: &mut Ctx<'_, '_>, span: Span) -> Result<Reply, Stop> {
    let mut days: BTreeMap<NaiveDate, BTreeMap<i64, Vec<LeaveDay>>> = BTreeMap::new();
    for leave in ctx.desk.tx.leave_days(span)? {
        days.entry(leave.piece.date).or_default().entry(leave.person).or_default().push(leave);
    }
    let (from, to) = (span.from.format("%m-%d"), span.to.format("%m-%d"));
    if days.is_empty() {
        return Ok(Reply::text(format!("{from}至{to}没有人请假。")));
    }
    let line = |(date, people): (&NaiveDate, &BTreeMap<i64, Vec<LeaveDay>>)| {
        let names: Vec<String> = people.iter().map(|(person, days)| told(ctx, *person, days)).collect();
        format!("{}：{}", day_name(*date), names.join("、"))
    };
    let lines: Vec<String> = days.iter().map(line).collect();
    let reply = Reply::text(format!("{from}至{to}请假\n{}", lines.join("\n")));
    Ok(match month::picture(ctx, span, month::Shown::Away, |_| true)? {
        Some(picture) => reply.with(picture),
        None => reply,
    })
}

/// The name, with the hours where it is not the whole shift.
fn told(ctx: &Ctx<'_, '_>, person: i64, days: &[LeaveDay]) -> String {
    let calendar = ctx.desk.calendar();
    let parts: Vec<String> = days
        .iter()
        .filter(|day| day.piece.halves() != Some(2))
        .map(|day| format!("{}至{}", calendar.clock(day.piece.from), calendar.clock(day.piece.to)))
        .collect();
    let name = ctx.directory.label(person);
    if parts.is_empty() { name } else { format!("{name}（{}）", parts.join("、")) }
}
