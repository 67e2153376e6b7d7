//! 三方: an order that a third-party site has dispatched. It is accepted within the hour, its patient is called as planned, and
//! a duplicate is reported to the site.

use crate::appointment::reading::Form;
use crate::{change_visit, consult, shared};
use bot::{Command, Ctx, Place, Reach, Reply, Run, Said, Stop, Undo, Who, args};
use domain::calendar::day_name;
use domain::patient::Patient;
use domain::privacy::Field;
use domain::rights::{Decide, Record, Tend, Undoing};
use domain::third_party::{Clock, acceptance, call_next_day, duplicate, plan};
use domain::{EpochMs, Role, Roles};
use store::{Event, NewFollowUpTask, NewOrder, ORDER_REMINDER, Order};

pub(crate) const COMMAND: Command = Command {
    name: "三方",
    aliases: &["三方单", "派单"],
    summary: "登记第三方网站派的单",
    usage: "三方 字段 … [派单 时刻] | 三方 T编号 接单 | 三方 T编号 反馈",
    details: "字段和预约一样，至少写电话。派单后1小时内接单；登记后自动排5次回访，到诊或拒绝就停。电话已经有记录的是重单，派单后12小时内把截图发给网站负责人，再发「反馈」。",
    examples: &["三方 姓名 陈小龙 电话 13800138003 主诉 牙痛", "三方 T1 接单"],
    rules: &["R-120", "R-384", "R-385", "R-386"],
    who: Who::Roles(change_visit::KEEPERS),
    place: Place::Anywhere,
    reach: Reach::Shared,
    template: Some(template),
    run: Run::RecordOrDecide(run),
    undo: &[Undo { kind: "order.recorded", run: undo }],
};

/// Who answers the sites.
const WATCHERS: &[Role] = &[Role::Consultant, Role::PhoneConsultant];

fn run(ctx: &mut Ctx<'_, '_>, by: &Record, lead: Option<&Decide>, text: &str) -> Result<Reply, Stop> {
    match shared::label(text, 'T') {
        Some((no, rest)) => tick(ctx, by, lead, no, rest.trim()),
        None => record(ctx, by, text),
    }
}

fn record(ctx: &mut Ctx<'_, '_>, by: &Record, text: &str) -> Result<Reply, Stop> {
    let (today, now) = (ctx.desk.today(), ctx.desk.now);
    let roles = ctx.me()?.roles;
    if !roles.any(WATCHERS) {
        return Err(Stop::not_allowed("三方单由咨询员登记。"));
    }
    let (minute, text) = take_dispatch(text)?;
    let (patient, unread) = Form::read_contact(ctx.incoming, &text, today)?.typed.read();
    let fields = patient.fields();
    let phone = fields.iter().find(|(field, _)| *field == Field::Phone).map(|(_, text)| text.clone());
    let Some(phone) = phone.filter(|_| patient != Patient::default()) else {
        return Err(Stop::bad(format!(
            "要写患者电话，没有登记。复制下面这段，填好发回：\n\n{}",
            template(roles)
        )));
    };
    let calendar = *ctx.desk.calendar();
    let dispatched_at = match minute {
        Some(minute) => calendar.at(today, minute),
        None => now,
    };
    if dispatched_at > now {
        return Err(Stop::bad("派单时刻还没到，没有登记。昨天派的单，请写清楚后找组长登记。"));
    }
    let known = ctx.desk.tx.find_by(Field::Phone, &phone)?;
    let duplicate_of = known.into_iter().find(|label| label.starts_with(['Y', 'T']));
    let new = NewOrder { dispatched_at, patient: &fields, duplicate_of: duplicate_of.as_deref(), now };
    let order = ctx.desk.tx.record_order(by, &new)?;
    let label = order.label();
    let book = ctx.desk.book()?;
    let accept = acceptance(dispatched_at, &book, today);
    remind(ctx, &order, "accept", accept)?;
    let mut lines = vec![format!("已登记三方单 {label}：{}", consult::shown(ctx, &fields))];
    lines.extend(consult::unread_lines(&unread));
    lines.push(format!("{}前（含）接单（R-384）：三方 {label} 接单", calendar.short(accept.due)));
    if let Some(call) = call_next_day(dispatched_at, &calendar, &book) {
        lines.push(format!("晚间不便打电话，{}联系患者，再回复网站（R-385）", calendar.short(call)));
    }
    let mut said = Said::default().button("接单", format!("三方 {label} 接单"));
    match &order.duplicate_of {
        Some(before) => {
            let clock = duplicate(dispatched_at, now, &book, today);
            remind(ctx, &order, "duplicate", clock)?;
            lines.push(format!(
                "重单：{before} 已有这个电话，不另算归属。{}前（含）把截图发给网站负责人（R-386），发完请发：三方 {label} 反馈",
                calendar.short(clock.due)
            ));
            said = said.button("已反馈", format!("三方 {label} 反馈"));
        }
        // The patient of a duplicate is followed up where he was first.
        None => lines.push(planned(ctx, by, &label)?),
    }
    said.text = lines.join("\n");
    Ok(said.into())
}

/// Plans the calls; answers which days.
fn planned(ctx: &mut Ctx<'_, '_>, by: &Record, label: &str) -> Result<String, Stop> {
    let (today, now) = (ctx.desk.today(), ctx.desk.now);
    let book = ctx.desk.book()?;
    let mut days = Vec::new();
    for task in plan(&book, today) {
        let new = NewFollowUpTask {
            subject: label,
            appointment: None,
            owner: by.person(),
            holder: by.person(),
            task,
            planned: true,
            now,
        };
        if let Some(opened) = ctx.desk.tx.open_follow_up(&by.tend().over(), &new)? {
            days.push(format!("{} {}", opened.label(), day_name(opened.due)));
        }
    }
    Ok(format!("已排回访{}次（R-120）：{}", days.len(), days.join("、")))
}

/// Hangs up the reminders of an order; who hears them is decided when they are due.
fn remind(ctx: &mut Ctx<'_, '_>, order: &Order, what: &str, clock: Clock) -> Result<(), Stop> {
    for (stage, at) in [("first", clock.first), ("second", clock.second), ("over", clock.due + 1)] {
        if at > ctx.desk.now {
            let subject = format!("{} {what} {stage} {}", order.no, clock.due);
            let key = format!("order:{}:{what}:{stage}", order.no);
            ctx.desk.tx.set_reminder(&key, ORDER_REMINDER, order.owner, &subject, at)?;
        }
    }
    Ok(())
}

/// 接单 and 反馈.
fn tick(
    ctx: &mut Ctx<'_, '_>,
    by: &Record,
    lead: Option<&Decide>,
    no: i64,
    text: &str,
) -> Result<Reply, Stop> {
    let now = ctx.desk.now;
    let Some(order) = ctx.desk.tx.order(no)? else {
        return Err(Stop::not_found(format!("没有三方单 T{no}。")));
    };
    let tend = right(ctx, by, lead, &order)?;
    let book = ctx.desk.book()?;
    let day = ctx.desk.calendar().date(order.dispatched_at);
    let told = |what: &str, due: EpochMs| {
        let late = if now > due { "，已超时" } else { "，及时" };
        Reply::text(format!("T{no} {what}（{}{late}）。", ctx_clock(now, ctx)))
    };
    match text {
        "接单" | "接" | "已接" | "接了" => {
            let due = acceptance(order.dispatched_at, &book, day).due;
            let reply = told("已接单", due);
            if !ctx.desk.tx.accept_order(&tend, no, now <= due, now)? {
                return Err(Stop::wrong_state(format!("T{no} 已经接过了。")));
            }
            Ok(reply)
        }
        "反馈" | "已反馈" | "重单已反馈" => {
            let due = duplicate(order.dispatched_at, now, &book, day).due;
            let reply = told("重单已反馈", due);
            if !ctx.desk.tx.report_duplicate(&tend, no, now <= due, now)? {
                let why = if order.duplicate_of.is_none() {
                    "不是重单，不用反馈"
                } else {
                    "已经反馈过了"
                };
                return Err(Stop::wrong_state(format!("T{no} {why}。")));
            }
            Ok(reply)
        }
        _ => Err(Stop::bad(format!(
            "写「接单」或「反馈」。例：三方 T{no} 接单；登记联系结果：回访 T{no} 考虑 原因 …"
        ))),
    }
}

fn ctx_clock(at: EpochMs, ctx: &Ctx<'_, '_>) -> String {
    ctx.desk.bot.calendar.clock(at)
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

/// Takes `派单 14:05` out of the words.
fn take_dispatch(text: &str) -> Result<(Option<u32>, String), Stop> {
    let Some((at, word)) = ["派单时间", "派单"].iter().find_map(|word| Some((text.find(word)?, *word)))
    else {
        return Ok((None, text.to_owned()));
    };
    let value = text[at + word.len()..].trim_start_matches([' ', '\u{3000}', ':', '：']);
    let (minute, used) = args::parse_time(value)
        .filter(|(minute, _)| *minute < 1_440)
        .ok_or_else(|| Stop::bad("派单时刻没看懂，没有登记。例：派单 14:05"))?;
    Ok((Some(u32::from(minute)), format!("{} {}", &text[..at], &value[used..])))
}

fn undo(ctx: &mut Ctx<'_, '_>, by: &Undoing, event: &Event) -> Result<String, Stop> {
    let named = event.subject.as_deref().unwrap_or_default();
    let Some((no, _)) = shared::label(named, 'T') else {
        return Err(store::Error::Corrupt("order event".to_owned()).into());
    };
    let worked = ctx.desk.tx.follow_up_history(named)?.iter().any(|task| !task.open);
    if worked || !ctx.desk.tx.undo_order(by, no, ctx.desk.today())? {
        return Err(Stop::wrong_state(format!("{named} 已经撤销，或者登记过回访，不能撤销。")));
    }
    Ok(format!("三方单 {named} 和它的回访计划，编号不再使用"))
}

// Texts.

fn template(_roles: Roles) -> String {
    let lines = ["姓名", "性别", "年龄", "电话", "地域", "病种", "主诉", "派单"];
    let blanks: Vec<String> = lines.iter().map(|label| format!("{label}：")).collect();
    format!("三方\n{}", blanks.join("\n"))
}
