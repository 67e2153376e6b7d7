//! What is said of an appointment: to its owner in private in full, masked everywhere else.

use bot::{Ctx, Said, Stop};
use chrono::NaiveDate;
use domain::attribution::{Protection, days_left};
use domain::calendar::day_name;
use domain::matching::Outcome;
use domain::patient::Item;
use domain::privacy::Field;
use domain::registration::{self, Class, Decider, Visit, class_at};
use domain::rights::{Decide, Record, Tend};
use store::{Appointment, Rival};

use crate::shared;

/// The open appointment of a number, with the right to change it.
pub(crate) fn to_change(
    ctx: &mut Ctx<'_, '_>,
    by: &Record,
    lead: Option<&Decide>,
    no: i64,
) -> Result<(Appointment, Tend), Stop> {
    let found = ctx.desk.tx.appointment(no)?;
    let Some(appointment) = found else { return Err(Stop::not_found(format!("没有预约 Y{no}。"))) };
    let owner = appointment.owner;
    let tend = match lead {
        _ if owner == by.person() => by.tend(),
        Some(lead) => {
            let team = ctx.directory.person(owner).and_then(|owner| owner.team);
            lead.tend(owner, team).map_err(|denied| shared::denied(denied, &ctx.directory.label(owner)))?
        }
        None => {
            let whose = ctx.directory.label(owner);
            return Err(Stop::not_allowed(format!("Y{no} 是{whose}的预约，只有本人或组长能改。")));
        }
    };
    if appointment.cancelled {
        return Err(Stop::wrong_state(format!("Y{no} 已经取消了。要恢复请撤销取消，或重新登记。")));
    }
    Ok((appointment, tend))
}

/// Reads `Y12` at the beginning.
pub(crate) fn numbered<'t>(text: &'t str, example: &str) -> Result<(i64, &'t str), Stop> {
    shared::label(text, 'Y').ok_or_else(|| Stop::bad(format!("要写预约编号，例：{example}")))
}

/// `3月5日 周四 15:00`, or that the day is missing.
pub(crate) fn visit(visit: Option<Visit>) -> String {
    match visit {
        Some(Visit { date, minute: Some(minute) }) => {
            format!("{} {:02}:{:02}", day_name(date), minute / 60, minute % 60)
        }
        Some(Visit { date, minute: None }) => format!("{}（时间待定）", day_name(date)),
        None => "未定".to_owned(),
    }
}

/// `2026-05-31（剩90天）`.
pub(crate) fn left(last: NaiveDate, today: NaiveDate) -> String {
    match days_left(last, today) {
        Some(days) => format!("{last}（剩{days}天）"),
        None => format!("{last}（已过）"),
    }
}

/// Both clocks of an appointment.
pub(crate) fn clocks(protection: Protection, today: NaiveDate) -> String {
    format!("保护到 {}，免再咨询到 {}", left(protection.until, today), left(protection.credit_until, today))
}

/// The order in which fields of a patient are shown.
const SHOWN: [Field; 9] = [
    Field::Name,
    Field::Sex,
    Field::Age,
    Field::Phone,
    Field::Contact,
    Field::Region,
    Field::Disease,
    Field::Complaint,
    Field::Expert,
];

/// The fields in full, on one line.
pub(crate) fn in_full(fields: &[(Field, String)]) -> String {
    let known = SHOWN.iter().filter_map(|field| fields.iter().find(|(known, _)| known == field));
    known.map(|(_, text)| text.replace('\n', " ")).collect::<Vec<_>>().join(" ")
}

/// What everybody may see: 李* 138****1234. Takes the values or their masks.
pub(crate) fn masked(fields: &[(Field, String)]) -> String {
    let shown = [Field::Name, Field::Phone];
    let known = shown.iter().filter_map(|field| fields.iter().find(|(known, _)| known == field));
    known.map(|(field, text)| field.mask(text)).collect::<Vec<_>>().join(" ")
}

/// The labels of items: 姓名、电话.
pub(crate) fn items(items: &[Item]) -> String {
    items.iter().map(|item| item.label()).collect::<Vec<_>>().join("、")
}

/// One line about an appointment without its patient: number, owner, since when, class, clock.
pub(crate) fn line(ctx: &Ctx<'_, '_>, appointment: &Appointment) -> String {
    let terms = &appointment.terms;
    format!(
        "{} {} {}登记 {}，保护到 {}",
        appointment.label(),
        ctx.directory.label(appointment.owner),
        ctx.desk.calendar().date(appointment.entered.at),
        terms.class.word(),
        left(terms.protection.until, ctx.desk.today())
    )
}

/// That the same patient has been here before, which his remark has to say; `None` when he has not.
pub(crate) fn visited(ctx: &mut Ctx<'_, '_>, rivals: &[Rival]) -> Result<Option<String>, Stop> {
    let mut visits = Vec::new();
    for rival in rivals.iter().filter(|rival| rival.sameness.certain) {
        visits.extend(ctx.desk.tx.arrivals_of_appointment(rival.appointment.no)?);
    }
    visits.retain(|visit| !visit.is_false && matches!(visit.outcome, Outcome::Verified | Outcome::Several));
    let last = visits.iter().max_by_key(|visit| visit.when());
    Ok(last.map(|visit| {
        let (day, no) = (day_name(visit.day), visit.label());
        format!("患者{day}到诊过（{no}）：备注里要写清楚，不能标成不在接诊范围（R-036）")
    }))
}

/// Tells both consultants in private that they have the same patient, without anything of him; answers the words for
/// the sender's own answer when it is private.
pub(crate) fn duplicates(
    ctx: &mut Ctx<'_, '_>,
    own: &Appointment,
    rivals: &[Rival],
) -> Result<Option<Said>, Stop> {
    if rivals.is_empty() {
        return Ok(None);
    }
    ctx.desk.tx.note_duplicate(own.owner, &own.label(), rivals, ctx.desk.now);
    let mut lines = Vec::new();
    for rival in rivals {
        let words = met(ctx, own, rival)?;
        if rival.appointment.owner != own.owner {
            let said = Said::text(format!("可能重复预约：\n{words}\n登记都有效，到诊时按上面的规则定。"));
            ctx.desk.tell(rival.appointment.owner, None, &said, true)?;
        }
        lines.push(words);
    }
    let said =
        Said::text(format!("可能重复预约：\n{}\n登记照常有效，到诊时按上面的规则定。", lines.join("\n")));
    if !ctx.in_group() {
        return Ok(Some(said));
    }
    ctx.desk.tell(own.owner, None, &said, true)?;
    Ok(None)
}

/// How two appointments of one patient stand to each other.
fn met(ctx: &mut Ctx<'_, '_>, own: &Appointment, rival: &Rival) -> Result<String, Stop> {
    let theirs = &rival.appointment;
    let (earlier, later) = if own.entered < theirs.entered { (own, theirs) } else { (theirs, own) };
    let mut standing = |appointment: &Appointment| -> Result<registration::Rival, Stop> {
        // Whoever completes afterwards wins nothing by it.
        let versions = ctx.desk.tx.class_versions(appointment.no)?;
        let class: Class = class_at(&versions, later.entered).unwrap_or(appointment.terms.class);
        Ok(registration::Rival { class, protected_until: appointment.terms.protection.until })
    };
    let (first, second) = (standing(earlier)?, standing(later)?);
    // At the moment when they met: that is when the later one was registered.
    let day = ctx.desk.calendar().date(later.entered.at);
    let decider = Decider::between(first, second, rival.sameness.names_differ(), day);
    let (one, other) = (earlier.label(), later.label());
    let what = match decider {
        Decider::HospitalName => "两边姓名不同，以到院挂号的姓名为准".to_owned(),
        Decider::Lapsed => format!("{one} 的保护期已过，跟进并到诊的 {other} 优先"),
        Decider::Complete(true) => format!("先登记的 {one} 更完整，{one} 优先"),
        Decider::Complete(false) => format!("后登记的 {other} 更完整，{other} 优先"),
        Decider::Earlier(_) => format!("两边同样完整，先登记的 {one} 优先"),
        Decider::Neither => "两边都是无效预约，都不算".to_owned(),
    };
    let sure = if rival.sameness.certain { "" } else { "；是否同一人要人工核实" };
    let calendar = ctx.desk.calendar();
    let side = |appointment: &Appointment, class: Class| {
        format!(
            "{}（{}，{} 登记，{}）",
            appointment.label(),
            ctx.directory.label(appointment.owner),
            calendar.short(appointment.entered.at),
            class.word()
        )
    };
    Ok(format!(
        "{}与{}的{}相同。{what}（{}）{sure}",
        side(earlier, first.class),
        side(later, second.class),
        items(&rival.sameness.by),
        decider.rule()
    ))
}
