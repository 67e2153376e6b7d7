//! 回访: gives the outcome of a follow-up; closes the task and opens the next.

use crate::appointment::{self, telling};
use crate::{change_visit, shared};
use bot::{Command, Ctx, Place, Reach, Reply, Run, Said, Stop, Undo, Who, args};
use domain::calendar::day_name;
use domain::followup::{Asked, Chosen, NextTask, Outcome, Part, Refused, Share, after, share};
use domain::registration::Visit;
use domain::rights::{Decide, Record, Undoing};
use domain::{PersonId, Role};
use serde_json::Value;
use store::{Appointment, Closing, Event, Fact, FollowUp, Judge, NewFollowUp, VisitNote};

pub(crate) const COMMAND: Command = Command {
    name: "回访",
    aliases: &["回访登记"],
    summary: "登记回访结果",
    usage: "回访 H编号|Y编号 已到 | 改约 日期 原因 … | 考虑 [日期] 原因 … | 未联系上 原因 … | 在路上 | 取消 原因 … | 无效 原因 … | 已联系",
    details: "改约、考虑、未联系上、取消、无效要写原因。考虑5天内再访，未联系上第二天再访，会自动排下一次。要晚于第5天，写：推后 理由。组长代访，业绩仍归本人；过了90天保护期，别的咨询员也能跟进。「已联系」用于到诊满半年和节前的微信回访。",
    examples: &["回访 Y1 在路上", "回访 Y1 考虑 原因 和家人商量", "回访 Y1 改约 3月8日 原因 患者出差"],
    rules: &["R-094", "R-105", "R-106", "R-107", "R-108", "R-109", "R-110", "R-111", "R-112", "R-118"],
    who: Who::Roles(change_visit::KEEPERS),
    place: Place::Anywhere,
    reach: Reach::Shared,
    template: None,
    run: Run::RecordOrDecide(run),
    undo: &[
        Undo { kind: "followup.closed", run: undo_closed },
        Undo { kind: "followup.noted", run: undo_noted },
    ],
};

/// The words for outcomes, as they are typed.
const OUTCOMES: &[(&str, Outcome)] = &[
    ("已到", Outcome::Arrived),
    ("到了", Outcome::Arrived),
    ("改约", Outcome::Rebooked),
    ("改期", Outcome::Rebooked),
    ("考虑", Outcome::Considering),
    ("要考虑", Outcome::Considering),
    ("考虑中", Outcome::Considering),
    ("未联系上", Outcome::Unreached),
    ("没联系上", Outcome::Unreached),
    ("未接", Outcome::Unreached),
    ("没接", Outcome::Unreached),
    ("在路上", Outcome::OnTheWay),
    ("路上", Outcome::OnTheWay),
    ("取消", Outcome::Cancelled),
    ("无效", Outcome::Invalid),
    ("已联系", Outcome::Contacted),
    ("联系了", Outcome::Contacted),
    ("已问候", Outcome::Contacted),
];
/// What begins a reason.
const REASONS: [&str; 3] = ["原因", "备注", "说明"];
/// What begins the reason to put a call off.
const PUT_OFF: &str = "推后";

/// What is followed up.
struct Case {
    /// `Y12`, `C3`.
    subject: String,
    appointment: Option<Appointment>,
    task: Option<FollowUp>,
    share: Share,
    /// Whether the patient of the appointment has come.
    came: bool,
}

/// What was said.
struct Told<'t> {
    outcome: Outcome,
    date: Option<chrono::NaiveDate>,
    minute: Option<u32>,
    put_off: bool,
    reason: Option<&'t str>,
}

fn run(ctx: &mut Ctx<'_, '_>, by: &Record, lead: Option<&Decide>, text: &str) -> Result<Reply, Stop> {
    let (case, rest) = case(ctx, by, lead, text)?;
    let label = case.task.as_ref().map_or_else(|| case.subject.clone(), FollowUp::label);
    let said = read(ctx, &label, rest)?;
    if case.share.part() == Part::Rival && said.outcome.ends_it() {
        return Err(Stop::not_allowed(format!(
            "{} 是{}的预约，「{}」要由本人或组长登记。",
            case.subject,
            ctx.directory.label(case.share.owner()),
            said.outcome.word()
        )));
    }
    if said.outcome.needs_reason() && said.reason.is_none() {
        return Err(Stop::bad(format!(
            "「{}」要写原因（R-112）。例：回访 {label} {}{} 原因 和家人商量",
            said.outcome.word(),
            said.outcome.word(),
            if said.outcome == Outcome::Rebooked { " 3月8日" } else { "" }
        )));
    }
    fits(&case, said.outcome)?;
    let today = ctx.desk.today();
    let book = ctx.desk.book()?;
    let unreached = case.task.as_ref().map_or(0, |task| task.unreached);
    let chosen = said.date.map(|day| Chosen { day, put_off: said.put_off });
    let next = after(said.outcome, unreached, chosen, &book, today).map_err(|refused| match refused {
        Refused::NotAhead => Stop::bad(format!("下次回访要选以后的日期。例：回访 {label} 考虑 明天 原因 …")),
        Refused::TooLate { last } => Stop::rule(
            "R-110",
            format!(
                "考虑的要在{}（含）前再访（R-110）。一定要更晚，写上理由：回访 {label} 考虑 日期 推后 理由",
                day_name(last)
            ),
        ),
    })?;
    match &case.appointment {
        Some(appointment) => of_appointment(ctx, by, &case, appointment, &said, next),
        None => of_contact(ctx, by, &case, &said, next),
    }
}

/// Whoever has been here is not rebooked or cancelled any more, and only of him it is enough to have been in touch.
fn fits(case: &Case, outcome: Outcome) -> Result<(), Stop> {
    let subject = &case.subject;
    if outcome == Outcome::Contacted {
        let afterwards = case.task.as_ref().is_some_and(|task| task.cause.is_afterwards());
        return if case.came || afterwards {
            Ok(())
        } else {
            Err(Stop::bad(format!(
                "「已联系」只用于到诊后的微信回访。{subject} 请写：改约、考虑、未联系上、取消或无效"
            )))
        };
    }
    if case.came && matches!(outcome, Outcome::Rebooked | Outcome::OnTheWay) {
        return Err(Stop::wrong_state(format!("{subject} 已经到诊。再来请重新登记：预约 姓名 … 到诊日期 …")));
    }
    Ok(())
}

fn of_appointment(
    ctx: &mut Ctx<'_, '_>,
    by: &Record,
    case: &Case,
    appointment: &Appointment,
    said: &Told<'_>,
    next: Option<NextTask>,
) -> Result<Reply, Stop> {
    let (today, now) = (ctx.desk.today(), ctx.desk.now);
    let no = appointment.no;
    let tend = by.tend_for(&case.share);
    let rival = case.share.part() == Part::Rival;
    // What another has to do is not his to close: he takes it over first.
    let mine = |task: &&FollowUp| !rival || task.holder == by.person();
    let task = case.task.as_ref().filter(mine);
    let logged = ctx.desk.tx.log_follow_up(
        by,
        &NewFollowUp {
            appointment: no,
            outcome: said.outcome.word(),
            reached: said.outcome.is_reached(),
            cover: case.share.part() == Part::Cover,
            note: said.reason,
            today,
            now,
        },
    )?;
    let mut lines = Vec::new();
    match said.outcome {
        Outcome::Rebooked => {
            let Some(date) = said.date else {
                return Err(Stop::bad(format!("改到哪一天？例：回访 Y{no} 改约 3月8日 原因 患者出差")));
            };
            if date < today {
                return Err(Stop::bad("不能改到过去的日期，没有登记。"));
            }
            let visit = Visit { date, minute: said.minute };
            lines.push(change_visit::moved(ctx, appointment, &tend, visit, said.reason, !rival)?);
        }
        Outcome::Cancelled if !case.came => {
            ctx.desk.tx.cancel_appointment(&tend, no, said.reason.unwrap_or_default(), today, now)?;
            lines.push(format!("Y{no} 已取消，记录保留（R-034）"));
        }
        outcome => {
            let expected = appointment.terms.visit.map_or(today, |visit| visit.date);
            let note = match outcome {
                Outcome::OnTheWay => Some((VisitNote::OnTheWay, today)),
                Outcome::Arrived => Some((VisitNote::Arrived, expected)),
                Outcome::Invalid if !case.came => Some((VisitNote::Invalid, expected)),
                _ => None,
            };
            if let Some((note, day)) = note {
                ctx.desk.tx.note_visit(&tend, no, day, note, now)?;
            }
        }
    }
    let mut opened = None;
    // A change of the appointment has closed its task already.
    let changed = said.outcome == Outcome::Rebooked || (said.outcome == Outcome::Cancelled && !case.came);
    if !changed {
        if let Some(task) = task {
            let closing =
                Closing { outcome: said.outcome, reason: said.reason, next, contact: Some(logged.no), now };
            opened = ctx.desk.tx.close_follow_up(&tend, task.no, &closing)?.and_then(|(_, next)| next);
        } else if !rival && next.is_some() {
            opened = open_next(ctx, &tend, case, next)?;
        }
    }
    if task.is_none() {
        let fact = Fact::new("followup.noted", Some(by.person()))
            .about(case.subject.as_str())
            .with("no", case.subject.as_str())
            .with("outcome", said.outcome.word())
            .person("by", by.person())
            .with("contact", logged.label())
            .with("task", opened.as_ref().map(FollowUp::label))
            .with("rule", "R-106");
        ctx.desk.record(fact);
    }
    let head = match task {
        Some(task) => format!("{}（Y{no}）已登记：{}", task.label(), said.outcome.word()),
        None => format!("Y{no} 已记下：{}", said.outcome.word()),
    };
    lines.insert(0, head);
    lines.extend(after_words(ctx, by, case, appointment, said, opened.as_ref())?);
    tell_owner(ctx, by, case, said, opened.as_ref())?;
    Ok(Reply::text(lines.join("\n")))
}

/// What follows although no task was open: a patient who thinks it over before the day of his visit.
fn open_next(
    ctx: &mut Ctx<'_, '_>,
    tend: &domain::rights::Tend,
    case: &Case,
    next: Option<NextTask>,
) -> Result<Option<FollowUp>, Stop> {
    let Some(task) = next else { return Ok(None) };
    let appointment = case.appointment.as_ref().map(|appointment| appointment.no);
    let holder = match appointment {
        Some(no) => ctx.desk.tx.holder_of(no)?,
        None => None,
    };
    let new = store::NewFollowUpTask {
        subject: &case.subject,
        appointment,
        owner: tend.owner(),
        holder: holder.unwrap_or(tend.owner()),
        task,
        planned: false,
        now: ctx.desk.now,
    };
    Ok(ctx.desk.tx.open_follow_up(&tend.over(), &new)?)
}

fn of_contact(
    ctx: &mut Ctx<'_, '_>,
    by: &Record,
    case: &Case,
    said: &Told<'_>,
    next: Option<NextTask>,
) -> Result<Reply, Stop> {
    let Some(task) = &case.task else {
        return Err(Stop::wrong_state(format!("{} 没有待办的回访。", case.subject)));
    };
    // The patient of an order may come without an appointment; that ends its plan.
    let came = said.outcome == Outcome::Arrived && task.planned;
    if matches!(said.outcome, Outcome::Rebooked | Outcome::OnTheWay | Outcome::Arrived) && !came {
        return Err(Stop::bad(format!("{} 还没有预约，请先登记：预约 姓名 … 到诊日期 …", case.subject)));
    }
    let tend = by.tend_for(&case.share);
    // The plan itself goes on: it is what is called next.
    let next = if task.planned { None } else { next };
    let ended = match task.planned && said.outcome.ends_it() {
        true => ctx.desk.tx.end_plan(&tend, task, said.outcome, ctx.desk.now)?,
        false => 0,
    };
    let closing =
        Closing { outcome: said.outcome, reason: said.reason, next, contact: None, now: ctx.desk.now };
    let opened = ctx.desk.tx.close_follow_up(&tend, task.no, &closing)?.and_then(|(_, next)| next);
    let mut lines = vec![format!("{}（{}）已登记：{}", task.label(), case.subject, said.outcome.word())];
    if ended > 0 {
        lines.push(format!("计划里剩下的{ended}次不用再访（R-120）"));
    }
    lines.extend(opened.as_ref().map(next_line));
    tell_owner(ctx, by, case, said, opened.as_ref())?;
    Ok(Reply::text(lines.join("\n")))
}

/// What the outcome means, and what comes next.
fn after_words(
    ctx: &mut Ctx<'_, '_>,
    by: &Record,
    case: &Case,
    appointment: &Appointment,
    said: &Told<'_>,
    opened: Option<&FollowUp>,
) -> Result<Vec<String>, Stop> {
    let mut lines = Vec::new();
    let no = appointment.no;
    match said.outcome {
        Outcome::Arrived if !case.came => {
            lines.push("到诊还没登记，请导医登记：到诊 姓名 … 电话 …".to_owned());
        }
        Outcome::OnTheWay => {
            lines.push("今天不再提醒，已告诉导医；今天没到，明天再回访（R-111）".to_owned());
            tell_reception(ctx, no)?;
        }
        Outcome::Invalid if !case.came => {
            lines.push(format!("不再回访。预约要作废请发：取消预约 Y{no} 原因"))
        }
        _ => {}
    }
    lines.extend(opened.map(next_line));
    match case.share.part() {
        Part::Rival if case.task.as_ref().is_none_or(|task| task.holder != by.person()) => {
            lines.push(format!("保护期已过，你的跟进有效（R-094）。以后由你回访请发：领取 Y{no}"));
        }
        Part::Cover => lines.push(format!(
            "代{}回访，业绩仍归{}（R-107）",
            ctx.directory.label(case.share.owner()),
            ctx.directory.label(case.share.owner())
        )),
        _ => {}
    }
    Ok(lines)
}

fn next_line(next: &FollowUp) -> String {
    let nudge = next.nudge.map_or_else(String::new, |day| format!("，{}先提醒", day_name(day)));
    let who = if next.with_lead { "，转给组长" } else { "" };
    format!("下次回访 {}：{}（含）前{nudge}{who}（{}）", next.label(), day_name(next.due), next.cause.rule())
}

/// The result of a call in the owner's stead is told to him at once.
fn tell_owner(
    ctx: &mut Ctx<'_, '_>,
    by: &Record,
    case: &Case,
    said: &Told<'_>,
    opened: Option<&FollowUp>,
) -> Result<(), Stop> {
    let owner = case.share.owner();
    if owner == by.person() || matches!(said.outcome, Outcome::Rebooked) {
        // 改约 tells him itself.
        return Ok(());
    }
    let who = ctx.directory.label(by.person());
    let what = if case.share.part() == Part::Rival { "跟进了" } else { "代你回访了" };
    let mut text = format!("{who}{what} {}：{}（R-108）", case.subject, said.outcome.word());
    if let Some(next) = opened {
        text.push('\n');
        text.push_str(&next_line(next));
    }
    ctx.desk.tell(owner, None, &Said::text(text), true)?;
    Ok(())
}

/// Reception looks out for whoever is on the way. Nothing of the patient in clear.
fn tell_reception(ctx: &mut Ctx<'_, '_>, no: i64) -> Result<(), Stop> {
    let masked = telling::masked(&ctx.desk.tx.masked(&format!("Y{no}"))?);
    let directory = ctx.desk.directory()?;
    let guides: Vec<PersonId> = directory
        .people(ctx.desk.now)
        .filter(|person| person.roles.has(Role::Guide))
        .map(|person| person.id)
        .collect();
    let today = ctx.desk.today();
    let duty = ctx.desk.tx.duty_on(today, ctx.desk.now)?;
    for guide in guides.into_iter().filter(|guide| !duty.is_off(*guide)) {
        let said = Said::text(format!("在路上：Y{no} {masked}，请留意接待。"));
        ctx.desk.tell(guide, Some(&format!("on_the_way:{no}:{today}:{guide}")), &said, true)?;
    }
    Ok(())
}

/// Reads `H7`, `Y12` or `C3` at the beginning, and asks whether the sender may follow that patient up.
fn case<'t>(
    ctx: &mut Ctx<'_, '_>,
    by: &Record,
    lead: Option<&Decide>,
    text: &'t str,
) -> Result<(Case, &'t str), Stop> {
    let (subject, task, rest) = if let Some((no, rest)) = shared::label(text, 'H') {
        let Some(task) = ctx.desk.tx.follow_up(no)? else {
            return Err(Stop::not_found(format!("没有回访 H{no}。发「待办」看你的。")));
        };
        (task.subject.clone(), Some(task), rest)
    } else if let Some((no, rest)) = shared::label(text, 'Y') {
        (format!("Y{no}"), None, rest)
    } else if let Some((no, rest)) = shared::label(text, 'C') {
        (format!("C{no}"), None, rest)
    } else if let Some((no, rest)) = shared::label(text, 'T') {
        (format!("T{no}"), None, rest)
    } else {
        return Err(Stop::bad(format!("要写回访或预约的编号。例：{}", COMMAND.examples[1])));
    };
    let task = match task {
        Some(task) => Some(task),
        None => ctx.desk.tx.open_follow_ups_of(&subject)?.into_iter().next(),
    };
    let appointment = match shared::label(&subject, 'Y') {
        Some((no, _)) => match ctx.desk.tx.appointment(no)? {
            Some(appointment) => Some(appointment),
            None => return Err(Stop::not_found(format!("没有预约 Y{no}。"))),
        },
        None => None,
    };
    let owner = match (&appointment, &task) {
        (Some(appointment), _) => appointment.owner,
        (None, Some(task)) => task.owner,
        (None, None) => return Err(Stop::not_found(format!("{subject} 没有待办的回访。发「待办」看你的。"))),
    };
    let holder = match &appointment {
        Some(appointment) => ctx.desk.tx.holder_of(appointment.no)?,
        None => task.as_ref().map(|task| task.holder),
    };
    let team = ctx.directory.person(owner).and_then(|owner| owner.team);
    let asked = Asked {
        me: by.person(),
        owner,
        holder,
        leads: lead.is_some_and(|lead| lead.tend(owner, team).is_ok()),
        consults: ctx.standing()?.roles().any(&[Role::Consultant, Role::PhoneConsultant]),
        protected_until: appointment.as_ref().map(|known| known.terms.protection.until),
    };
    let whose = ctx.directory.label(owner);
    let share = share(&asked, ctx.desk.today()).map_err(|left| match left {
        Some(days) => Stop::Refused(bot::Refusal {
            reason: bot::Reason::NotAllowed,
            rule: Some("R-094"),
            said: Said::text(format!("{subject} 是{whose}的，保护期还剩{days}天，过了才能跟进（R-094）。")),
        }),
        None => Stop::not_allowed(format!("{subject} 是{whose}的，只有本人和组长能登记回访。")),
    })?;
    if let Some(task) = task.as_ref().filter(|task| !task.open) {
        let outcome = task.outcome.map_or("", Outcome::word);
        return Err(Stop::wrong_state(format!(
            "{} 已经登记过：{outcome}。改正请先撤销；接着跟进请发：回访 {subject} 结果",
            task.label()
        )));
    }
    if appointment.as_ref().is_some_and(|known| known.cancelled) {
        return Err(Stop::wrong_state(format!("{subject} 已经取消了，不用回访。")));
    }
    let came = match &appointment {
        Some(known) => ctx.desk.tx.has_arrived(known.no)?,
        None => false,
    };
    Ok((Case { subject, appointment, task, share, came }, rest))
}

fn read<'t>(ctx: &Ctx<'_, '_>, label: &str, text: &'t str) -> Result<Told<'t>, Stop> {
    let mut words = args::Words::new(text);
    let Some(outcome) = words.take_start_in(OUTCOMES) else {
        let usual = Outcome::ALL.into_iter().filter(|outcome| *outcome != Outcome::Contacted);
        let list: Vec<&str> = usual.map(Outcome::word).collect();
        return Err(Stop::bad(format!("结果写哪一种？{}。例：回访 {label} 在路上", list.join("、"))));
    };
    let dated = matches!(outcome, Outcome::Rebooked | Outcome::Considering);
    let mut date = None;
    let mut minute = None;
    if dated {
        date = words.take_date(ctx.desk.today(), args::Lean::Future).map_err(|bad| Stop::bad(bad.told()))?;
        if date.is_some() {
            minute = words.take_time().filter(|minute| *minute < 1_440).map(u32::from);
        }
    }
    let rest = words.rest().trim();
    let put_off = rest.strip_prefix(PUT_OFF);
    let stripped = REASONS.iter().find_map(|word| rest.strip_prefix(word)).or(put_off).unwrap_or(rest);
    let reason = stripped.trim_start_matches([' ', ':', '：', '，', ',']).trim();
    Ok(Told {
        outcome,
        date,
        minute,
        put_off: put_off.is_some(),
        reason: (!reason.is_empty()).then_some(reason),
    })
}

/// Marks the own change of that kind and number as taken back together with this one; answers it.
fn sibling(
    ctx: &mut Ctx<'_, '_>,
    event: &Event,
    fits: impl Fn(&Event) -> bool,
) -> Result<Option<Event>, Stop> {
    let Some(author) = event.actor else { return Ok(None) };
    let recent = ctx.desk.tx.recent_events(author, event.at, SEARCHED)?;
    let found = recent.into_iter().find(|other| other.at == event.at && other.seq < event.seq && fits(other));
    if let Some(found) = &found {
        ctx.desk.tx.mark_undone(found.seq, ctx.desk.now)?;
    }
    Ok(found)
}

/// Events of one author that are looked through.
const SEARCHED: i64 = 50;

fn word<'e>(event: &'e Event, field: &str) -> &'e str {
    event.body.get(field).and_then(Value::as_str).unwrap_or_default()
}

/// Takes back the contact that was logged with an outcome.
fn undo_contact(ctx: &mut Ctx<'_, '_>, by: &Undoing, event: &Event, subject: &str) -> Result<(), Stop> {
    let logged = |other: &Event| other.kind == "contact.logged" && word(other, "no") == subject;
    let Some(contact) = sibling(ctx, event, logged)? else { return Ok(()) };
    if let Some((no, _)) = shared::label(word(&contact, "contact"), 'C') {
        let book = ctx.desk.book()?;
        let (calendar, now) = (*ctx.desk.calendar(), ctx.desk.now);
        ctx.desk.tx.undo_contact(by, no, Judge { book: &book, calendar: &calendar, now })?;
    }
    if let (Some((no, _)), Some(author)) = (shared::label(subject, 'Y'), event.actor) {
        ctx.desk.tx.drop_visit_note(author, no, event.at)?;
    }
    Ok(())
}

fn undo_closed(ctx: &mut Ctx<'_, '_>, by: &Undoing, event: &Event) -> Result<String, Stop> {
    let (label, subject) = (word(event, "task").to_owned(), word(event, "no").to_owned());
    let Some((no, _)) = shared::label(&label, 'H') else {
        return Err(store::Error::Corrupt("follow-up event".to_owned()).into());
    };
    // A change of the appointment closed it: that is taken back, and the task is open again by it.
    let entry = word(event, "for").strip_prefix('R').and_then(|seq| seq.parse::<i64>().ok());
    if let Some(entry) = entry {
        let same = |other: &Event| {
            other.kind.starts_with("appointment.")
                && other.body.get("entry").and_then(Value::as_i64) == Some(entry)
        };
        let Some(change) = sibling(ctx, event, same)? else {
            return Err(Stop::wrong_state(format!("{label} 的结果已经撤销过了。")));
        };
        let told = appointment::undo(ctx, by, &change)?;
        undo_contact(ctx, by, event, &subject)?;
        return Ok(format!("{told}，{label} 重新待办"));
    }
    if !ctx.desk.tx.reopen_follow_up(by, no, ctx.desk.now)? {
        return Err(Stop::wrong_state(format!("{label} 之后又登记过，请先撤销后面的。")));
    }
    undo_contact(ctx, by, event, &subject)?;
    Ok(format!("{label} 的结果，重新待办"))
}

fn undo_noted(ctx: &mut Ctx<'_, '_>, by: &Undoing, event: &Event) -> Result<String, Stop> {
    let subject = word(event, "no").to_owned();
    if let Some((task, _)) = shared::label(word(event, "task"), 'H')
        && !ctx.desk.tx.drop_follow_up(by, task)?
    {
        return Err(Stop::wrong_state(format!("H{task} 之后又登记过，请先撤销后面的。")));
    }
    let changed = |other: &Event| {
        ["appointment.changed", "appointment.cancelled"].contains(&other.kind.as_str())
            && word(other, "no") == subject
    };
    if let Some(change) = sibling(ctx, event, changed)? {
        appointment::undo(ctx, by, &change)?;
    }
    undo_contact(ctx, by, event, &subject)?;
    Ok(format!("{subject} 的跟进记录"))
}
