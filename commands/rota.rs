//! 排班: who works when. Reports are due by it, reminders and lists follow it.

mod balance;
pub(crate) mod month;

use crate::shared;
use bot::{Command, Ctx, Place, Reach, Reply, Run, Stop, Undo, Who, args};
use chrono::NaiveDate;
use domain::calendar::{day_name, shift_days, weekday};
use domain::rights::{Decide, Own, Undoing};
use domain::shift::Shift;
use domain::{Period, Span};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use store::{Event, Fact, LeaveState, REST, RotaRow};

pub(crate) const COMMAND: Command = Command {
    name: "排班",
    aliases: &["班表", "值班表"],
    summary: "看班表、排班",
    usage: "排班 [周|月] | 排班 人… 日期或日期至日期 班次|休 … | 排班 均衡 [月]",
    details: "不带内容看本周。组长排自己的组，主管以上排全部门。写几个班次就按顺序一天一个轮着排。「排班 均衡」看每人各班次的天数。日报的截止时间、提醒和名单都跟着排班走。",
    examples: &[
        "排班",
        "排班 下周",
        "排班 张三 明天 早班",
        "排班 张三 李四 下周一至周五 晚班",
        "排班 张三 周六 休",
        "排班 张三 下月 早班 早班 晚班 晚班 休 休",
    ],
    rules: &["R-170", "R-174"],
    who: Who::Members,
    place: Place::Anywhere,
    reach: Reach::Shared,
    template: None,
    run: Run::OwnOrDecide(run),
    undo: &[Undo { kind: "rota.set", run: undo }],
};

/// How far back a lead may still change the plan.
const PAST_DAYS: i64 = 31;
/// How those on leave are listed below the shifts.
const ON_LEAVE: &str = "请假";
/// Days that one message plans at the most, all people together.
const MOST_DAYS: usize = 400;

fn run(ctx: &mut Ctx<'_, '_>, _own: &Own, decide: Option<&Decide>, text: &str) -> Result<Reply, Stop> {
    let today = ctx.desk.today();
    let mut words = args::Words::new(text);
    let spans = [
        ("周", Period::Week.around(today)),
        ("本周", Period::Week.around(today)),
        ("下周", Period::Week.around(shift_days(today, 7))),
        ("上周", Period::Week.before(today)),
        ("月", Period::Month.around(today)),
        ("本月", Period::Month.around(today)),
        ("下月", Period::Month.around(shift_days(Period::Month.around(today).to, 1))),
    ];
    if words.is_empty() {
        return show(ctx, decide, Period::Week.around(today));
    }
    let mut asked = words.clone();
    if asked.take_word_in(&[("均衡", ()), ("统计", ())]).is_some() {
        let Some(decide) = decide else { return Err(Stop::not_allowed("班次统计只有组长能看。")) };
        let span = asked.take_word_in(&months(today)).unwrap_or_else(|| Period::Month.around(today));
        return balance::show(ctx, decide, span);
    }
    if let Some(span) = asked.take_word_in(&spans)
        && asked.is_empty()
    {
        return show(ctx, decide, span);
    }
    let Some(decide) = decide else {
        return Err(Stop::not_allowed("排班由组长来排。看排班请发「排班」或「排班 月」。"));
    };
    let plan = read(ctx, &mut words, today)?;
    set(ctx, decide, &plan)
}

/// The months that have a word.
fn months(today: NaiveDate) -> [(&'static str, Span); 4] {
    let this = Period::Month.around(today);
    let next = Period::Month.around(shift_days(this.to, 1));
    [("月", this), ("本月", this), ("下月", next), ("下个月", next)]
}

struct Plan {
    people: Vec<i64>,
    span: Span,
    /// One a day, over and over.
    shifts: Vec<String>,
}

fn read(ctx: &mut Ctx<'_, '_>, words: &mut args::Words<'_>, today: NaiveDate) -> Result<Plan, Stop> {
    let months = months(today);
    let mut people = Vec::new();
    let mut span = None;
    let mut shifts: Vec<String> = Vec::new();
    while !words.is_empty() {
        if span.is_none()
            && let Some(month) = words.take_word_in(&months)
        {
            span = Some(month);
            continue;
        }
        let range = words.take_range(today, args::Lean::Near).map_err(|error| Stop::bad(error.told()))?;
        if let Some(range) = range {
            if span.is_some() {
                return Err(Stop::bad("一次只排一段日期。例：排班 张三 下周一至周五 早班"));
            }
            span = Some(Span { from: range.first, to: range.last });
            continue;
        }
        let word = words.peek().unwrap_or_default();
        let rest = matches!(word, "休" | "休息" | "休假" | "轮休");
        if rest || ctx.directory.template(word).is_some() {
            shifts.push(if rest { REST.to_owned() } else { word.to_owned() });
            words.next_word();
            continue;
        }
        let Some(token) = words.take_person() else {
            return Err(Stop::bad(format!(
                "没看懂「{}」。写法：{}",
                ctx.incoming.quote(word),
                COMMAND.usage
            )));
        };
        let known = ctx.directory.named(&token.name, ctx.desk.now).is_empty();
        if known && span.is_some() {
            let names: Vec<&str> =
                ctx.directory.templates().iter().map(|known| known.name.as_str()).collect();
            return Err(Stop::not_found(format!(
                "没有班次「{}」。现有：{}。新定一个：班次 早班 08:00-16:00",
                args::quote(&token.name),
                if names.is_empty() { "无".to_owned() } else { names.join("、") }
            )));
        }
        people.push(ctx.desk.person_named(&token.name, token.number)?);
    }
    let (Some(span), false, false) = (span, shifts.is_empty(), people.is_empty()) else {
        return Err(Stop::bad(format!("要写明谁、哪天、什么班。例：{}", COMMAND.examples[2])));
    };
    if shifts.len() > span.days().count() {
        return Err(Stop::bad(format!(
            "写了{}个班次，日期只有{}天，没有排。几个班次是按天轮着排的。",
            shifts.len(),
            span.days().count()
        )));
    }
    if span.from < shift_days(today, -PAST_DAYS) {
        return Err(Stop::bad(format!("{PAST_DAYS}天以前的排班不能再改。")));
    }
    if span.days().count().saturating_mul(people.len()) > MOST_DAYS {
        return Err(Stop::bad("一次排得太多，请分几次。"));
    }
    Ok(Plan { people, span, shifts })
}

fn set(ctx: &mut Ctx<'_, '_>, decide: &Decide, plan: &Plan) -> Result<Reply, Stop> {
    let me = decide.person();
    let directory = std::sync::Arc::clone(&ctx.directory);
    let calendar = *ctx.desk.calendar();
    let mut names = Vec::new();
    let mut people = Vec::new();
    let mut before = Vec::new();
    for id in &plan.people {
        let Some(person) = directory.person(*id) else { continue };
        let over = decide.plan(*id, person.team).map_err(|denied| shared::denied(denied, &person.label))?;
        for (date, shift) in plan.span.days().zip(plan.shifts.iter().cycle()) {
            let row = ctx.desk.tx.rota_on(*id, date)?;
            before.push(row.map_or(Value::Null, |row| {
                let times = row.shift.map(|shift| (shift.start, shift.end));
                json!([row.name, times.map(|times| times.0), times.map(|times| times.1)])
            }));
            let shift = directory.template(shift).map(|known| known.hours.on(&calendar, date, &known.name));
            ctx.desk.tx.set_rota(&over, date, shift.as_ref(), ctx.desk.now)?;
        }
        names.push(person.label.clone());
        people.push(Fact::person_value(*id));
    }
    let away = on_leave(ctx, plan)?;
    // One message is one change, whomever it plans: it is taken back as a whole.
    let fact = Fact::new("rota.set", Some(me))
        .with("people", people)
        .with("from", plan.span.from.to_string())
        .with("to", plan.span.to.to_string())
        .with("shift", plan.shifts.join(" "))
        .person("by", me)
        .with("before", before);
    ctx.desk.record(fact);
    let what = match plan.shifts.as_slice() {
        [one] => {
            directory.template(one).map_or_else(|| one.clone(), |known| format!("{one} {}", known.hours))
        }
        several => format!("按 {} 轮排", several.join("、")),
    };
    Ok(Reply::text(format!("已排班：{} {} {what}{away}", names.join("、"), told(plan.span))))
}

/// Who has asked for leave on the days that were changed, and when; never what for.
fn on_leave(ctx: &mut Ctx<'_, '_>, plan: &Plan) -> Result<String, Stop> {
    let calendar = *ctx.desk.calendar();
    let (from, to) = (calendar.midnight(plan.span.from), calendar.midnight(shift_days(plan.span.to, 1)));
    let mut lines = Vec::new();
    for person in &plan.people {
        for leave in ctx.desk.tx.leaves_of(*person, from, to)? {
            let state = match leave.state {
                LeaveState::Approved => "已批准",
                LeaveState::Open => "待批",
                _ => continue,
            };
            let pieces = ctx.desk.tx.leave_pieces(leave.no)?;
            let mut days = pieces.iter().map(|day| day.piece.date).filter(|day| plan.span.contains(*day));
            let Some(first) = days.next() else { continue };
            let until = days.next_back().map_or_else(String::new, |last| format!("至{}", day_name(last)));
            let who = ctx.directory.label(*person);
            lines.push(format!("{who} {}{until}（{} {state}）", day_name(first), leave.label()));
        }
    }
    Ok(if lines.is_empty() {
        String::new()
    } else {
        format!("\n注意，这些天有人请假，请核对：{}", lines.join("；"))
    })
}

fn told(days: Span) -> String {
    if days.from == days.to {
        return day_name(days.from);
    }
    format!("{}至{}", day_name(days.from), day_name(days.to))
}

fn show(ctx: &mut Ctx<'_, '_>, decide: Option<&Decide>, span: Span) -> Result<Reply, Stop> {
    let rows = ctx.desk.tx.rota_between(span)?;
    let away = ctx.desk.tx.leave_days(span)?;
    let (me, team) = (ctx.me()?.id, ctx.me()?.team);
    let directory = std::sync::Arc::clone(&ctx.directory);
    let visible = |id: i64| {
        directory.person(id).is_some_and(|person| {
            decide.is_some_and(|decide| decide.scope().covers(person.team))
                || person.id == me
                || (team.is_some() && person.team == team)
        })
    };
    let mut days: BTreeMap<NaiveDate, BTreeMap<String, Vec<String>>> = BTreeMap::new();
    for RotaRow { person, date, name, .. } in rows.into_iter().filter(|row| visible(row.person)) {
        let label = ctx.directory.label(person);
        days.entry(date).or_default().entry(name).or_default().push(label);
    }
    for day in away.into_iter().filter(|day| visible(day.person)) {
        let label = ctx.directory.label(day.person);
        let away = days.entry(day.piece.date).or_default().entry(ON_LEAVE.to_owned()).or_default();
        away.push(label);
    }
    if days.is_empty() {
        let hint = if decide.is_some() { "\n要排班，例：排班 张三 明天 早班" } else { "" };
        return Ok(Reply::text(format!(
            "{}至{}没有排班。{hint}",
            span.from.format("%m-%d"),
            span.to.format("%m-%d")
        )));
    }
    let lines: Vec<String> = days
        .into_iter()
        .map(|(date, shifts)| {
            let parts: Vec<String> =
                shifts.into_iter().map(|(name, people)| format!("{name} {}", people.join("、"))).collect();
            format!("{} {}：{}", date.format("%m-%d"), weekday(date), parts.join("；"))
        })
        .collect();
    let reply = Reply::text(format!("排班\n{}", lines.join("\n")));
    Ok(match month::picture(ctx, span, month::Shown::Shifts, visible)? {
        Some(picture) => reply.with(picture),
        None => reply,
    })
}

fn undo(ctx: &mut Ctx<'_, '_>, by: &Undoing, event: &Event) -> Result<String, Stop> {
    let corrupt = || Stop::from(store::Error::Corrupt("rota event".to_owned()));
    let text = |field: &str| event.body.get(field).and_then(Value::as_str);
    let day = |field: &str| text(field).and_then(|date| date.parse::<NaiveDate>().ok());
    let people: Option<Vec<i64>> = event
        .body
        .get("people")
        .and_then(Value::as_array)
        .map(|people| people.iter().filter_map(|person| person.get("$p")?.as_i64()).collect());
    let before = event.body.get("before").and_then(Value::as_array);
    let (Some(people), Some(from), Some(to), Some(set), Some(before)) =
        (people, day("from"), day("to"), text("shift"), before)
    else {
        return Err(corrupt());
    };
    let now = ctx.desk.now;
    let days = Span { from, to };
    let shifts: Vec<&str> = set.split(' ').collect();
    let turns = || days.days().zip(shifts.iter().cycle());
    let planned = people.iter().flat_map(|person| turns().map(move |(date, set)| (*person, date, *set)));
    for ((person, date, set), row) in planned.zip(before) {
        if ctx.desk.tx.rota_on(person, date)?.is_none_or(|row| row.name != set) {
            let whose = ctx.directory.label(person);
            return Err(Stop::wrong_state(format!(
                "{whose} {}的排班后来又改过，不能撤销，请直接重新排。",
                day_name(date)
            )));
        }
        match row.as_array().map(Vec::as_slice) {
            None => ctx.desk.tx.clear_rota(&by.over(Some(person)), date, now)?,
            Some([name, start, end]) => {
                let name = name.as_str().unwrap_or(REST).to_owned();
                let shift = match (start.as_i64(), end.as_i64()) {
                    (Some(start), Some(end)) => Some(Shift { date, name, start, end }),
                    _ => None,
                };
                ctx.desk.tx.set_rota(&by.over(Some(person)), date, shift.as_ref(), now)?;
            }
            Some(_) => return Err(corrupt()),
        }
    }
    let names: Vec<String> = people.iter().map(|person| ctx.directory.label(*person)).collect();
    Ok(format!("{} {}的排班恢复原样", names.join("、"), told(days)))
}
