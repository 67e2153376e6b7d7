//! 我的: a person's own figures, place and late count.

use bot::{Command, Ctx, Place, Reach, Reply, Run, Stop, Who, args};
use domain::calendar::{day_name, next_day};
use domain::ranking::{self, Order};
use domain::report::{self, Standing};
use domain::rights::Own;
use domain::{Period, PersonId, Role, Span};
use store::{CreditState, StoredArrival};

use crate::shared;

pub(crate) const COMMAND: Command = Command {
    name: "我的",
    aliases: &["我的数据", "mine"],
    summary: "看自己的数据、名次、迟交次数",
    usage: "我的 [周|月]",
    details: "不写就是本月。名次和「排行」里的是同一个数。",
    examples: &["我的", "我的 周"],
    rules: &["R-002", "R-228", "R-230"],
    who: Who::Members,
    place: Place::Anywhere,
    reach: Reach::Own,
    template: None,
    run: Run::Own(run),
    undo: &[],
};

/// Arrivals that are listed one by one.
const LISTED: usize = 40;

fn run(ctx: &mut Ctx<'_, '_>, _own: &Own, text: &str) -> Result<Reply, Stop> {
    let mut words = args::Words::new(text);
    let period = words
        .take_word_in(&[
            ("周", Period::Week),
            ("本周", Period::Week),
            ("月", Period::Month),
            ("本月", Period::Month),
        ])
        .unwrap_or(Period::Month);
    if !words.is_empty() {
        let word = ctx.incoming.quote(words.peek().unwrap_or_default());
        return Err(Stop::bad(format!("没看懂「{word}」。写法：{}", COMMAND.usage)));
    }
    let me = ctx.me()?;
    let (id, roles) = (me.id, me.roles);
    let mut lines = vec![format!("{} · {} · {}", me.label, shared::team_of(&ctx.directory, me), me.roles)];
    let today = ctx.desk.today();
    if report::form_of(roles).is_some() {
        lines.push(todays_report(ctx, id)?);
    }
    let span = period.around(today);
    let name = if period == Period::Week { "本周" } else { "本月" };
    if roles.is_ranked() {
        lines.extend(figures(ctx, id, period, span, name)?);
    }
    if roles.any(&[Role::Consultant, Role::PhoneConsultant]) {
        let calendar = *ctx.desk.calendar();
        let (from, to) = (calendar.midnight(span.from), calendar.midnight(next_day(span.to)));
        let count = ctx.desk.tx.appointments_of(id, from, to)?;
        if count > 0 {
            lines.push(format!("{name}登记预约：{count}个（不含取消和无效的）"));
        }
    }
    lines.extend(credited(ctx, id, span)?);
    if roles.owes_report() {
        let month = report::counting_month(today);
        let late = ctx.desk.tx.overdue_days(id, month)?;
        let book = ctx.desk.book()?;
        let (limit, fen) = (report::late_limit(&book, today), report::late_fen(&book, today));
        lines.push(format!("迟交或未交：本月{late}次（满{limit}次提请扣{}）", shared::yuan(fen)));
    }
    if lines.len() == 1 {
        lines.push("你的角色没有个人数据。发「排行」看全部门。".to_owned());
    }
    Ok(Reply::text(lines.join("\n")))
}

/// The arrivals of a span that are somebody's: `到诊 2：D1（Y1） D4（Y5）`, and those that wait for a person.
fn credited(ctx: &mut Ctx<'_, '_>, id: PersonId, span: Span) -> Result<Vec<String>, Stop> {
    let mine = |arrival: &StoredArrival| arrival.credit.to == Some(id) && !arrival.forfeited;
    let all: Vec<StoredArrival> = ctx.desk.tx.credited_in(span)?.into_iter().filter(mine).collect();
    let (waiting, counted): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|arrival| arrival.credit.state == CreditState::Suggested);
    let mut lines = Vec::new();
    for (word, arrivals) in [("到诊", counted), ("待确认", waiting)] {
        if !arrivals.is_empty() {
            let more = if arrivals.len() > LISTED { " …" } else { "" };
            let shown: Vec<String> = arrivals.iter().take(LISTED).map(numbered).collect();
            lines.push(format!("{word} {}：{}{more}", arrivals.len(), shown.join(" ")));
        }
    }
    Ok(lines)
}

/// `D1（Y1）`
fn numbered(arrival: &StoredArrival) -> String {
    let on = arrival.credit.appointment.map(|no| format!("（Y{no}）")).unwrap_or_default();
    format!("{}{on}", arrival.label())
}

fn todays_report(ctx: &mut Ctx<'_, '_>, id: i64) -> Result<String, Stop> {
    let now = ctx.desk.now;
    let today = ctx.desk.today();
    let duty = ctx.desk.tx.report_duty_at(id, now)?;
    let planned = ctx.desk.tx.rota_on(id, today)?.and_then(|row| row.shift);
    // A night shift that is still on, or a shift of today, whichever is under way.
    let (date, shift, filed) = match duty {
        Some((date, day)) if date == today || day.shift.as_ref().is_some_and(|shift| shift.covers(now)) => {
            (date, day.shift, day.earlier.live_late)
        }
        _ => {
            let day = ctx.desk.tx.report_duty_on(id, today)?;
            (today, planned, day.earlier.live_late)
        }
    };
    let standing = match report::standing(now, shift.as_ref(), filed) {
        Standing::Filed => "日报已交".to_owned(),
        Standing::FiledLate => "日报已交（迟交）".to_owned(),
        Standing::Missing => "日报未交，已过下班时间".to_owned(),
        Standing::NotDue => "日报未交".to_owned(),
        Standing::Excused => "没有班，不欠日报".to_owned(),
    };
    let hours = shift.map_or_else(String::new, |shift| {
        let calendar = ctx.desk.calendar();
        format!(" {} {}-{}", shift.name, calendar.clock(shift.start), calendar.clock(shift.end))
    });
    Ok(format!("{}{hours} · {standing}", day_name(date)))
}

fn figures(
    ctx: &mut Ctx<'_, '_>,
    id: i64,
    period: Period,
    span: Span,
    name: &str,
) -> Result<Vec<String>, Stop> {
    let directory = &ctx.directory;
    let calendar = *ctx.desk.calendar();
    let mut tallies = ctx.desk.tx.tallies(span, &calendar)?;
    tallies.retain(|tally| directory.person(tally.person).is_some_and(|person| person.roles.is_ranked()));
    let order = Order::of(period);
    let placed = ranking::rank(tallies, order);
    let Some(own) = placed.iter().find(|placed| placed.tally.person == id) else {
        return Ok(vec![format!("{name}（{}起）：还没有排班和日报", span.from.format("%m-%d"))]);
    };
    let rate = match own.tally.rate_basis_points() {
        Some(points) => format!("{}.{:02}%", points / 100, points % 100),
        None => "—".to_owned(),
    };
    Ok(vec![
        format!(
            "{name}：到诊{} · 预约{} · 对话{} · 转化{rate}",
            own.tally.arrivals, own.tally.appointments, own.tally.dialogues
        ),
        format!("名次：第{}（共{}人，按{}）", own.place, placed.len(), order.told()),
    ])
}
