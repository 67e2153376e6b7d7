//! 三方: an order that a third-party site has dispatched. It is accepted within the hour, entered and remarked, its patient is
//! called as planned, and a duplicate is reported to the site; and who watches the sites.

mod order;
mod watch;

use crate::appointment::reading::Form;
use crate::{change_visit, consult, shared};
use bot::{Command, Ctx, Place, Reach, Reply, Run, Said, Stop, Undo, Who, args};
use chrono::NaiveDate;
use domain::calendar::{day_name, shift_days};
use domain::patient::Patient;
use domain::privacy::Field;
use domain::rights::{Decide, Record};
use domain::settings::catalogue::third_party::BACKDATED_DAYS;
use domain::third_party::{Clock, Slot, acceptance, call_next_day, duplicate, entry, plan};
use domain::{EpochMs, PersonId, Role, Roles, Span};
use store::{NewFollowUpTask, NewOrder, ORDER_REMINDER, Order};

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
    template: Some(|roles, _, _| template(roles)),
    run: Run::RecordOrDecide(run),
    undo: &[
        Undo { kind: "order.recorded", run: order::undo },
        Undo { kind: "order.accepted", run: order::undo_tick },
        Undo { kind: "order.entered", run: order::undo_tick },
        Undo { kind: "order.remarked", run: order::undo_tick },
        Undo { kind: "order.reported", run: order::undo_tick },
    ],
};

/// Who answers the sites.
const WATCHERS: &[Role] = &[Role::Consultant, Role::PhoneConsultant];

fn run(ctx: &mut Ctx<'_, '_>, by: &Record, lead: Option<&Decide>, text: &str) -> Result<Reply, Stop> {
    if let Some((no, rest)) = shared::label(text, 'T') {
        return order::change(ctx, by, lead, no, rest.trim());
    }
    let mut words = args::Words::new(text);
    match words.take_word_in(&[("值守", ()), ("值班", ())]) {
        Some(()) => watch::run(ctx, lead, words.rest()),
        None => record(ctx, by, text),
    }
}

fn record(ctx: &mut Ctx<'_, '_>, by: &Record, text: &str) -> Result<Reply, Stop> {
    let (today, now) = (ctx.desk.today(), ctx.desk.now);
    let roles = ctx.me()?.roles;
    if !roles.any(WATCHERS) {
        return Err(Stop::not_allowed("三方单由咨询员登记。"));
    }
    let book = ctx.desk.book()?;
    let (dispatch, text) = take_dispatch(text, today)?;
    let form = Form::read_contact(ctx.incoming, &text, today)?;
    let (patient, unread) = form.typed.read();
    let fields = patient.fields();
    let phone = fields.iter().find(|(field, _)| *field == Field::Phone).map(|(_, text)| text.clone());
    let Some(phone) = phone.filter(|_| patient != Patient::default()) else {
        return Err(Stop::bad(format!(
            "要写患者电话，没有登记。复制下面这段，填好发回：\n\n{}",
            template(roles)
        )));
    };
    let calendar = *ctx.desk.calendar();
    let dispatched_at = dispatch.map_or(now, |(day, minute)| calendar.at(day, minute));
    let day = calendar.date(dispatched_at);
    if dispatched_at > now {
        return Err(Stop::bad("派单时刻还没到，没有登记。昨天派的单写上日期，例：派单 昨天 22:30"));
    }
    let back = book.whole(&BACKDATED_DAYS, today);
    if day < shift_days(today, -back) {
        return Err(Stop::rule(
            "R-384",
            format!("只能补登{back}天以内派的单，没有登记。更早的请当作新咨询登记，例：咨询 姓名 … 电话 …"),
        ));
    }
    let known = ctx.desk.tx.find_by(Field::Phone, &phone)?;
    let duplicate_of = before(ctx, known)?;
    let new = NewOrder { dispatched_at, patient: &fields, duplicate_of: duplicate_of.as_deref(), now };
    let order = ctx.desk.tx.record_order(by, &new)?;
    let label = order.label();
    let accept = acceptance(dispatched_at, &book, day);
    remind(ctx, &order, "accept", accept)?;
    let mut lines = vec![format!("已登记三方单 {label}：{}", consult::shown(ctx, &fields))];
    lines.extend(consult::unread_lines(&unread));
    lines.extend(form.notes);
    lines.push(format!("{}前（含）接单（R-384）：三方 {label} 接单", calendar.short(accept.due)));
    let early = match call_next_day(dispatched_at, &calendar, &book) {
        Some(call) => Some(next_morning(ctx, &order, call, &mut lines)?),
        None => None,
    };
    let mut said = Said::default().button("接单", format!("三方 {label} 接单"));
    match &order.duplicate_of {
        Some(before) => {
            let clock = duplicate(dispatched_at, now, &book, day);
            remind(ctx, &order, "duplicate", clock)?;
            lines.push(format!(
                "重单：{before} 已有这个电话，不另算归属。{}前（含）把截图发给网站负责人（R-386），发完请发：三方 {label} 反馈",
                calendar.short(clock.due)
            ));
            said = said.button("已反馈", format!("三方 {label} 反馈"));
        }
        // The patient of a duplicate is followed up where he was first.
        None => {
            let shift = ctx.desk.tx.rota_on(by.person(), day)?.and_then(|row| row.shift);
            let clock = entry(dispatched_at, shift.as_ref(), &calendar, &book, day);
            remind(ctx, &order, "entry", clock)?;
            lines.push(format!(
                "{}前（含）录入医院系统、在网站备注：三方 {label} 录入，三方 {label} 备注",
                calendar.short(clock.due)
            ));
            lines.push(planned(ctx, by, &label, early.flatten())?);
        }
    }
    said.text = lines.join("\n");
    Ok(said.into())
}

/// The first of the records with the same telephone number that stands: what was taken back is no order before.
fn before(ctx: &mut Ctx<'_, '_>, known: Vec<String>) -> Result<Option<String>, Stop> {
    for label in known {
        let stands = match (shared::label(&label, 'Y'), shared::label(&label, 'T')) {
            (Some((no, _)), _) => ctx.desk.tx.appointment(no)?.is_some(),
            (_, Some((no, _))) => ctx.desk.tx.order(no)?.is_some(),
            _ => false,
        };
        if stands {
            return Ok(Some(label));
        }
    }
    Ok(None)
}

/// What comes too late in the evening is called the next day, by the early watch of that day where one is set.
fn next_morning(
    ctx: &mut Ctx<'_, '_>,
    order: &Order,
    call: EpochMs,
    lines: &mut Vec<String>,
) -> Result<Option<PersonId>, Stop> {
    let calendar = *ctx.desk.calendar();
    let day = calendar.date(call);
    let duty = ctx.desk.tx.duty_on(day, ctx.desk.now)?;
    let watches = ctx.desk.tx.watches(Span::day(day))?;
    let early = watches.iter().find(|watch| watch.slot == Slot::Early && !duty.is_off(watch.person));
    let early = early.map(|watch| watch.person);
    let who = early
        .filter(|person| *person != order.owner)
        .map_or_else(String::new, |person| format!("由早班值守{}", ctx.directory.label(person)));
    lines.push(format!("晚间不便打电话，{}{who}联系患者，再回复网站（R-385）", calendar.short(call)));
    if call > ctx.desk.now {
        let subject = format!("{} call first {call}", order.no);
        let key = format!("order:{}:call", order.no);
        ctx.desk.tx.set_reminder(&key, ORDER_REMINDER, early.unwrap_or(order.owner), &subject, call)?;
    }
    Ok(early)
}

/// Plans the calls; answers which days. The next morning's call is its early watch's, when there is one.
fn planned(ctx: &mut Ctx<'_, '_>, by: &Record, label: &str, early: Option<PersonId>) -> Result<String, Stop> {
    let (today, now) = (ctx.desk.today(), ctx.desk.now);
    let book = ctx.desk.book()?;
    let mut days = Vec::new();
    for (index, task) in plan(&book, today).into_iter().enumerate() {
        let new = NewFollowUpTask {
            subject: label,
            appointment: None,
            owner: by.person(),
            holder: early.filter(|_| index == 0).unwrap_or(by.person()),
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
        // What is first due at the end is not asked for twice in one minute.
        if at > ctx.desk.now && (stage != "second" || at < clock.due) {
            let subject = format!("{} {what} {stage} {}", order.no, clock.due);
            let key = format!("order:{}:{what}:{stage}", order.no);
            ctx.desk.tx.set_reminder(&key, ORDER_REMINDER, order.owner, &subject, at)?;
        }
    }
    Ok(())
}

/// Takes `派单 14:05`, `派单 昨天 22:30` out of the words: the day and the minute.
fn take_dispatch(text: &str, today: NaiveDate) -> Result<(Option<(NaiveDate, u32)>, String), Stop> {
    let Some((at, word)) = ["派单时间", "派单"].iter().find_map(|word| Some((text.find(word)?, *word)))
    else {
        return Ok((None, text.to_owned()));
    };
    let value = text[at + word.len()..].trim_start_matches([' ', '\u{3000}', ':', '：']);
    // A copied template leaves the label behind without a value.
    if value.is_empty() || value.starts_with(['\n', '\r']) {
        return Ok((None, format!("{} {value}", &text[..at])));
    }
    let unread = || Stop::bad("派单时刻没看懂，没有登记。例：派单 14:05，或 派单 昨天 22:30");
    let mut words = args::Words::new(value);
    let day = match args::parse_time(value) {
        Some(_) => today,
        None => words
            .take_date(today, args::Lean::Past)
            .map_err(|bad| Stop::bad(bad.told()))?
            .ok_or_else(unread)?,
    };
    let minute = words.take_time().filter(|minute| *minute < 1_440).ok_or_else(unread)?;
    Ok((Some((day, u32::from(minute))), format!("{} {}", &text[..at], words.rest())))
}

// Texts.

fn template(_roles: Roles) -> String {
    let lines = ["姓名", "性别", "年龄", "电话", "地域", "病种", "主诉", "派单"];
    let blanks: Vec<String> = lines.iter().map(|label| format!("{label}：")).collect();
    format!("三方\n{}", blanks.join("\n"))
}
