//! 预约: registers an appointment, completes or corrects one.

mod plain;
pub(crate) mod reading;
pub(crate) mod telling;

use bot::{Command, Ctx, Place, Reach, Reply, Run, Said, Stop, Undo, Who};
use chrono::Months;
use domain::attribution::Base;
use domain::calendar::{DAY, previous_day};
use domain::patient::{Item, Patient, Unread};
use domain::privacy::Field;
use domain::registration::{
    Channel, Class, Classified, Entry, Extension, Note, Source, Timing, Visit, classify, label, timing,
};
use domain::rights::{Record, Undoing};
use domain::settings::Book;
use domain::{EpochMs, PersonId, Role, Roles};
use reading::Form;
use serde_json::Value;
use std::collections::BTreeSet;
use store::{Appointment, Event, Judge, NewEntry, Rival, Search, Terms};

use crate::shared;

pub(crate) const COMMAND: Command = Command {
    name: "预约",
    aliases: &["登记预约", "appointment"],
    summary: "登记预约，补全或更正自己的预约",
    usage: "预约 姓名 … 性别 … 年龄 … 电话 … 地域 … 主诉 … 到诊日期 … 渠道 … [病种 …] [专家 …] [约定 HH:MM] [QQ …] [微信 …] [聊天记录 …] | 预约 Y12 字段 …",
    details: "也认「已约—病种—姓名—性别—年龄—地域」。姓名、年龄、电话、主诉、地域、到诊日期都有是完整预约；缺的可以以后补：预约 Y12 电话 13800138000。网络预约要附聊天记录，写在最后。重复也照常登记，双方都会私下知道。",
    examples: &[
        "预约 姓名 李四 年龄 40 地域 广州 主诉 洗牙 到诊日期 明天 渠道 电话",
        "预约 姓名 张三 性别 男 年龄 35 电话 13800138000 地域 佛山 主诉 牙痛 到诊日期 明天 渠道 电话",
        "预约 已约—牙痛—张三—男—35—佛山 电话 13800138000 到诊日期 3月5日 15:00 渠道 商务通 聊天记录 您好",
    ],
    rules: &[
        "R-028", "R-031", "R-032", "R-036", "R-037", "R-038", "R-040", "R-041", "R-042", "R-048", "R-085",
    ],
    who: Who::Roles(&[Role::Consultant, Role::PhoneConsultant]),
    place: Place::Anywhere,
    reach: Reach::Shared,
    template: Some(|roles, _, _| template(roles)),
    run: Run::Record(run),
    undo: &[
        Undo { kind: "appointment.registered", run: undo },
        Undo { kind: "appointment.completed", run: undo },
    ],
};

/// How far back the same patient is looked for, months: whoever was registered longer ago competes no more.
const LOOK_BACK_MONTHS: u32 = 6;
/// Appointments that are compared for each number, account and name, newest first.
const COMPARED: u32 = 20;

/// What is compared with an appointment that is registered now.
pub(crate) fn recent(ctx: &Ctx<'_, '_>) -> Search {
    let today = ctx.desk.today();
    let since = today.checked_sub_months(Months::new(LOOK_BACK_MONTHS)).unwrap_or(today);
    Search { since: ctx.desk.calendar().midnight(since), most: COMPARED, cancelled: false }
}

fn run(ctx: &mut Ctx<'_, '_>, by: &Record, text: &str) -> Result<Reply, Stop> {
    if let Some((no, rest)) = shared::label(text, 'Y') {
        return complete(ctx, by, no, rest);
    }
    let today = ctx.desk.today();
    let form = Form::read(ctx.incoming, text, today)?;
    let (patient, unread) = form.typed.read();
    if patient == Patient::default() {
        let roles = ctx.me()?.roles;
        return Err(Stop::bad(format!(
            "没有患者信息，没有登记。复制下面这段，填好发回：\n\n{}",
            template(roles)
        )));
    }
    let book = ctx.desk.book()?;
    let roles = ctx.me()?.roles;
    let usual = if roles.has(Role::Consultant) { Channel::Network } else { Channel::Phone };
    let channel = form.channel.unwrap_or(usual);
    let entry = Entry { patient, visit: form.visit, channel, chat_log: form.log.is_some() };
    let classified = classify(&entry, &book, today);
    let timing = match form.agreed {
        Some(minute) => Some(timed(ctx, &book, by.person(), minute, ctx.desk.now)?),
        None => None,
    };
    let search = recent(ctx);
    let rivals = ctx.desk.tx.rivals(&entry.patient, None, search, &book, today)?;
    let base = Base::entered(today, form.visit.map(|visit| visit.date));
    let terms = Terms {
        channel,
        source: source(ctx, &entry, &rivals, None, search)?,
        class: classified.class,
        missing: classified.missing.clone(),
        visit: form.visit,
        log: form.log.is_some(),
        late_minutes: timing.and_then(|timing| timing.late_minutes),
        base,
        protection: base.protection(&book),
    };
    let fields = kept(&entry.patient, form.expert, form.log);
    let new = NewEntry { terms: &terms, patient: &fields, rule: classified.rule, now: ctx.desk.now };
    let appointment = ctx.desk.tx.register_appointment(by, &new)?;
    // Who has booked is not asked any more why he did not.
    let met = ctx.desk.tx.contacts_of(&entry.patient, search.since, &book, today)?;
    ctx.desk.tx.settle_contacts(by, &met, &appointment, ctx.desk.now)?;
    let head = format!("已登记 {}", appointment.label());
    let guessed = form.channel.is_none().then_some(usual);
    let mut text = told(ctx, &head, &appointment, &entry, &fields, &classified, &unread, timing, guessed);
    for note in &form.notes {
        text.push('\n');
        text.push_str(note);
    }
    if let Some(line) = telling::visited(ctx, &rivals)? {
        text.push('\n');
        text.push_str(&line);
    }
    answered(ctx, &appointment, &rivals, text)
}

/// Fills in or corrects one's own appointment.
fn complete(ctx: &mut Ctx<'_, '_>, by: &Record, no: i64, text: &str) -> Result<Reply, Stop> {
    let today = ctx.desk.today();
    let (known, tend) = telling::to_change(ctx, by, None, no)?;
    let form = Form::read(ctx.incoming, text, today)?;
    let book = ctx.desk.book()?;
    if form.is_empty() {
        let missing = match known.terms.missing.as_slice() {
            [] => "已经完整".to_owned(),
            missing => format!("还缺：{}", telling::items(missing)),
        };
        return Err(Stop::bad(format!("Y{no} {missing}。写上要补或要改的项目，例：预约 Y{no} 年龄 35")));
    }
    let moved = form.visit.zip(known.terms.visit).is_some_and(|(new, old)| new.date != old.date);
    if moved {
        return Err(Stop::wrong_state(format!(
            "改到诊日期要用：改约 Y{no} 日期 备注 原因（有备注，保护期才重新起算）"
        )));
    }
    let before = ctx.desk.tx.patient_fields(&tend, no)?;
    let was = Patient::of_fields(before.iter().map(|(field, text)| (*field, text.as_str())));
    let (said, unread) = form.typed.read();
    let patient = was.clone().corrected(said);
    let kept_before =
        |wanted: Field| before.iter().find(|(field, _)| *field == wanted).map(|(_, text)| text.clone());
    let log = form.log.or_else(|| kept_before(Field::ChatLog));
    let expert = form.expert.or_else(|| kept_before(Field::Expert));
    let visit = match (form.visit, known.terms.visit) {
        (Some(new), Some(old)) => Some(Visit { date: old.date, minute: new.minute.or(old.minute) }),
        (new, old) => new.or(old),
    };
    let channel = form.channel.unwrap_or(known.terms.channel);
    let entry = Entry { patient, visit, channel, chat_log: log.is_some() };
    let classified = classify(&entry, &book, today);
    let timing = match form.agreed {
        Some(minute) => Some(timed(ctx, &book, known.owner, minute, known.entered.at)?),
        None => None,
    };
    let search = recent(ctx);
    let met: Vec<i64> = ctx
        .desk
        .tx
        .rivals(&was, Some(no), search, &book, today)?
        .iter()
        .map(|rival| rival.appointment.no)
        .collect();
    let mut rivals = ctx.desk.tx.rivals(&entry.patient, Some(no), search, &book, today)?;
    let base = Base { booked: known.terms.base.booked.or(visit.map(|visit| visit.date)), ..known.terms.base };
    let terms = Terms {
        channel,
        source: source(ctx, &entry, &rivals, Some(&known), search)?,
        class: classified.class,
        missing: classified.missing.clone(),
        visit,
        log: log.is_some(),
        late_minutes: timing.map_or(known.terms.late_minutes, |timing| timing.late_minutes),
        base,
        protection: base.protection(&book),
    };
    let fields = kept(&entry.patient, expert, log);
    let new = NewEntry { terms: &terms, patient: &fields, rule: classified.rule, now: ctx.desk.now };
    let appointment = ctx.desk.tx.complete_appointment(&tend, no, &new)?;
    let head = format!("已更新 Y{no}");
    let mut text = told(ctx, &head, &appointment, &entry, &fields, &classified, &unread, timing, None);
    for note in &form.notes {
        text.push('\n');
        text.push_str(note);
    }
    if let Some(line) = channel_corrected(ctx, &known, channel)? {
        text.push('\n');
        text.push_str(&line);
    }
    rivals.retain(|rival| !met.contains(&rival.appointment.no));
    answered(ctx, &appointment, &rivals, text)
}

fn answered(
    ctx: &mut Ctx<'_, '_>,
    appointment: &Appointment,
    rivals: &[Rival],
    text: String,
) -> Result<Reply, Stop> {
    let duplicate = telling::duplicates(ctx, appointment, rivals)?;
    let mut said: Vec<Said> = duplicate.into_iter().collect();
    said.push(Said::text(text));
    Ok(Reply { said })
}

/// What the vault keeps of it.
fn kept(patient: &Patient, expert: Option<String>, log: Option<String>) -> Vec<(Field, String)> {
    let mut fields = patient.fields();
    fields.extend(expert.map(|expert| (Field::Expert, expert)));
    fields.extend(log.map(|log| (Field::ChatLog, log)));
    fields
}

/// Where the patient came from: over what anybody was first in contact with him, booked or not.
fn source(
    ctx: &mut Ctx<'_, '_>,
    entry: &Entry,
    rivals: &[Rival],
    before: Option<&Appointment>,
    search: Search,
) -> Result<Source, Stop> {
    let today = ctx.desk.today();
    let book = ctx.desk.book()?;
    let contacts = ctx.desk.tx.contacts_of(&entry.patient, search.since, &book, today)?;
    let contacts = contacts.iter().map(|contact| (contact.when, contact.channel));
    let booked = rivals.iter().filter(|rival| rival.sameness.certain).map(|rival| &rival.appointment);
    let first = booked
        .map(|rival| (rival.entered, rival.terms.channel))
        .chain(contacts)
        .filter(|(when, _)| before.is_none_or(|known| *when < known.entered))
        .min();
    Ok(Source::of(first.map(|(_, channel)| channel), entry.channel))
}

/// A wrong channel that was corrected goes to lead and supervisor; answers the line for its owner.
fn channel_corrected(
    ctx: &mut Ctx<'_, '_>,
    known: &Appointment,
    channel: Channel,
) -> Result<Option<String>, Stop> {
    let before = known.terms.channel;
    if !before.is_corrected_by(channel) {
        return Ok(None);
    }
    let (owner, no) = (known.owner, known.label());
    let team = ctx.directory.person(owner).and_then(|owner| owner.team);
    let above = ctx.directory.leads_of(team, ctx.desk.now, ctx.desk.today());
    let leads = shared::with_role(ctx, Role::Lead, owner);
    let mut readers: BTreeSet<PersonId> = above.iter().copied().filter(|id| leads.contains(id)).collect();
    readers.extend(shared::with_role(ctx, Role::Supervisor, owner));
    if readers.is_empty() {
        readers.extend(above.into_iter().filter(|reader| *reader != owner));
    }
    let (from, to, who) = (before.word(), channel.word(), ctx.directory.label(owner));
    let said = Said::text(format!("{who}更正了 {no} 的渠道：{from} 改成 {to}（R-038），原来的内容保留。"));
    for reader in &readers {
        ctx.desk.tell(*reader, None, &said, true)?;
    }
    let names: Vec<String> = readers.iter().map(|reader| ctx.directory.label(*reader)).collect();
    let told = if names.is_empty() { String::new() } else { format!("，已报{}", names.join("、")) };
    Ok(Some(format!("渠道由 {from} 改成 {to}{told}（R-038）")))
}

/// When it was agreed. A time of day that lies far ahead is one of yesterday: a night shift.
pub(crate) fn agreed_at(ctx: &Ctx<'_, '_>, minute: u32, registered: EpochMs) -> EpochMs {
    let calendar = ctx.desk.calendar();
    let day = calendar.date(registered);
    let today = calendar.at(day, minute);
    if today > registered + DAY / 2 { calendar.at(previous_day(day), minute) } else { today }
}

/// Whether it was registered in time, with the leave that its owner was given.
fn timed(
    ctx: &mut Ctx<'_, '_>,
    book: &Book,
    owner: PersonId,
    minute: u32,
    registered: EpochMs,
) -> Result<Timing, Stop> {
    let agreed = agreed_at(ctx, minute, registered);
    let given = ctx.desk.tx.extensions_for(owner, agreed)?;
    let given = given.iter().filter_map(|given| {
        let approved = given.decided_at.filter(|approved| *approved <= registered)?;
        Some(Extension { approved, shift_end: Some(given.asked.over_at) })
    });
    let extension = given.max_by_key(|extension| extension.shift_end);
    Ok(timing(agreed, registered, extension, ctx.desk.calendar(), book))
}

/// Takes back a line of the register: of 预约, 改约 and 取消预约 alike.
pub(crate) fn undo(ctx: &mut Ctx<'_, '_>, by: &Undoing, event: &Event) -> Result<String, Stop> {
    let corrupt = || Stop::from(store::Error::Corrupt("register event".to_owned()));
    let seq = event.body.get("entry").and_then(Value::as_i64).ok_or_else(corrupt)?;
    let named = event.body.get("no").and_then(Value::as_str).unwrap_or_default();
    let (no, _) = shared::label(named, 'Y').ok_or_else(corrupt)?;
    let gone = || Stop::wrong_state(format!("Y{no} 的登记已经撤销过了。"));
    let owner = ctx.desk.tx.appointment(no)?.ok_or_else(gone)?.owner;
    let (book, calendar, now) = (ctx.desk.book()?, *ctx.desk.calendar(), ctx.desk.now);
    let judge = Judge { book: &book, calendar: &calendar, now };
    if !ctx.desk.tx.undo_register_entry(&by.tend(owner), seq, judge)? {
        return Err(Stop::wrong_state(format!("Y{no} 后来又改过，请先撤销后面的改动。")));
    }
    Ok(match event.kind.as_str() {
        "appointment.registered" => format!("Y{no} 的登记，编号不再使用"),
        "appointment.changed" => format!("Y{no} 的改约，到诊日期和保护期恢复原来的"),
        "appointment.cancelled" => format!("Y{no} 的取消，预约恢复有效"),
        _ => format!("Y{no} 的补全，恢复到上一版"),
    })
}

// Texts.

fn template(_roles: Roles) -> String {
    let lines =
        ["姓名", "性别", "年龄", "电话", "地域", "病种", "主诉", "到诊日期", "渠道", "约定", "聊天记录"];
    let blanks: Vec<String> = lines.iter().map(|label| format!("{label}：")).collect();
    format!("预约\n{}", blanks.join("\n"))
}

#[expect(clippy::too_many_arguments, reason = "everything that one answer says")]
fn told(
    ctx: &Ctx<'_, '_>,
    head: &str,
    appointment: &Appointment,
    entry: &Entry,
    fields: &[(Field, String)],
    classified: &Classified,
    unread: &[Unread],
    timing: Option<Timing>,
    guessed: Option<Channel>,
) -> String {
    let terms = &appointment.terms;
    let no = appointment.label();
    let mut lines = vec![format!("{head}：{}（{}）", classified.class.word(), classified.rule)];
    lines.push(if ctx.in_group() { telling::masked(fields) } else { telling::in_full(fields) });
    let usual = if guessed.is_some() { "（没写渠道，按这个记）" } else { "" };
    lines.push(format!("到诊 {} · 渠道 {}{usual}", telling::visit(terms.visit), terms.channel.word()));
    lines.push(telling::clocks(terms.protection, ctx.desk.today()));
    for field in unread {
        lines.push(format!("{}没认出：{}，按没写处理", field.item.label(), field.reason));
    }
    if let Some(line) = classified.line_to_copy(&no) {
        lines.push(format!("缺：{}。补上再发：{line}", telling::items(&classified.missing)));
    }
    if classified.class == Class::Invalid {
        let needed = |item: &&Item| !matches!(item, Item::Name | Item::Contact);
        let others: Vec<Item> = classified.lifts.iter().filter(needed).copied().collect();
        let nobody = classified.lifts.contains(&Item::Name).then_some("姓名或联系方式").into_iter();
        let what: Vec<&str> = nobody.chain(others.iter().map(|item| item.label())).collect();
        lines.push(format!("现在不算预约，补上{}才有效（{}）", what.join("、"), classified.rule));
    }
    if let Some(Timing { late_minutes: Some(minutes), rule, .. }) = timing {
        lines.push(format!("迟登记：约定后{minutes}分钟（{rule}）"));
    } else if timing.is_some_and(|timing| timing.rule == "R-032") {
        lines.push("主管批准过延迟登记，不算迟（R-032）".to_owned());
    }
    for note in &classified.notes {
        let words = match note {
            Note::SurnameOnly => "只有称呼，不是全名",
            Note::SexOpen => "性别没写",
            Note::LogMissing => "网络预约要附聊天记录，补上再发",
            Note::VisitPast => "到诊日期已过，请核对",
            Note::TimeOpen => continue,
        };
        let copied = if *note == Note::LogMissing {
            format!("：预约 {no} 聊天记录 …")
        } else {
            String::new()
        };
        lines.push(format!("{words}（{}）{copied}", note.rule()));
    }
    if !ctx.in_group() {
        lines.push(format!("聊天标注：{}", label(&entry.patient)));
    }
    lines.retain(|line| !line.is_empty());
    lines.join("\n")
}
