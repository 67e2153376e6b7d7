//! 我的: a person's own figures and place, open follow-ups, leave left, late count; in private also points and money.

use bot::board::{self, Asked};
use bot::{Command, Ctx, Place, Reach, Reply, Run, Stop, Who, args};
use domain::calendar::{day_name, next_day};
use domain::ranking::{percent, place_of};
use domain::report::{self, Standing};
use domain::rights::Own;
use domain::{Period, PersonId, Role, Span};
use store::{CreditState, EntryState, StoredArrival};

use crate::{leave_balance, shared, todo};

pub(crate) const COMMAND: Command = Command {
    name: "我的",
    aliases: &["我的数据", "mine"],
    summary: "看自己的数据、名次、待回访、余假、迟交次数",
    usage: "我的 [周|月]",
    details: "不写就是本月。名次和「排行」里的是同一个数。分数和金额只在私聊里给。",
    examples: &["我的", "我的 周"],
    rules: &["R-002", "R-105", "R-133", "R-228", "R-230"],
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
    if roles.owes_report() {
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
        let costs = format!("（满{limit}次提请扣{}）", shared::yuan(fen));
        let costs = if ctx.in_group() { String::new() } else { costs };
        lines.push(format!("迟交或未交：本月{late}次{costs}"));
    }
    if lines.len() == 1 {
        lines.push("你的角色没有个人数据。发「排行」看全部门。".to_owned());
    }
    lines.extend(to_follow_up(ctx, id)?);
    let month = Period::Month.around(today);
    let (left, most) = leave_balance::left(ctx, id, month)?;
    let (left, most) = (shared::half_days(left), shared::half_days(most));
    lines.push(format!("本月还可请假：{left}（上限{most}）"));
    lines.extend(ledger(ctx, id, month)?);
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

/// `待回访 3位：超期1，今天到期1`, where something is to be done.
fn to_follow_up(ctx: &mut Ctx<'_, '_>, id: PersonId) -> Result<Option<String>, Stop> {
    let today = ctx.desk.today();
    let tasks = todo::tasks_of(ctx, id)?;
    let overdue = tasks.iter().filter(|task| task.due < today).count();
    let due = tasks.iter().filter(|task| task.due == today).count();
    let told = format!("待回访：{}位，超期{overdue}，今天到期{due}。明细发：待办", tasks.len());
    Ok((!tasks.is_empty()).then_some(told))
}

/// What the ledger of a month holds for and against him: what was confirmed together, and how much waits. In private only.
fn ledger(ctx: &mut Ctx<'_, '_>, id: PersonId, month: Span) -> Result<Option<String>, Stop> {
    let entries = ctx.desk.tx.entries_of(id, month)?;
    if entries.is_empty() {
        return Ok(None);
    }
    if ctx.in_group() {
        return Ok(Some("分数和金额请私聊发：我的".to_owned()));
    }
    let (confirmed, others): (Vec<_>, Vec<_>) =
        entries.iter().partition(|entry| entry.state == EntryState::Confirmed);
    let waiting = others.iter().filter(|entry| entry.state == EntryState::Proposed).count();
    let points: i64 = confirmed.iter().map(|entry| entry.points).sum();
    let fen: i64 = confirmed.iter().map(|entry| entry.fen).sum();
    let sign = if fen < 0 { "-" } else { "" };
    let money = shared::yuan(fen.unsigned_abs());
    Ok(Some(format!("本月台账：已确认 {points}分、{sign}{money}，待确认{waiting}条。明细发：提案")))
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
    let board = board::compose(&mut ctx.desk, &Asked::posted(period, span))?;
    let Some(own) = board.of(id) else {
        return Ok(vec![format!("{name}（{}起）：还没有排班和日报", span.from.format("%m-%d"))]);
    };
    let tally = &own.entry.tally;
    let rate = percent(tally.points_of(board.order.measure()));
    Ok(vec![
        format!(
            "{name}：到诊{} · 预约{} · 对话{} · 转化{rate}",
            tally.arrivals, tally.appointments, tally.dialogues
        ),
        format!("名次：{}（共{}人，按{}）", place_of(own), board.lines.len(), board.order.told()),
    ])
}
