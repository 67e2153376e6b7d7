//! 咨询: a contact without a booking. It claims nothing by itself; what it says may decide the
//! credit when the patient comes.

use crate::appointment::{self, reading::Form, telling};
use crate::shared;
use bot::{Command, Ctx, Place, Reach, Reply, Run, Stop, Undo, Who};
use domain::attribution::{Contact, Meeting, Said, meeting};
use domain::calendar::day_name;
use domain::followup::reason_given;
use domain::patient::{Item, Patient, Unread};
use domain::privacy::Field;
use domain::registration::{Channel, Wanting};
use domain::rights::{Record, Undoing};
use domain::{PersonId, Role, Roles};
use store::{Event, Judge, LoggedContact, LoggedKind, NewContact, NewFollowUpTask, Rival};

pub(crate) const COMMAND: Command = Command {
    name: "咨询",
    aliases: &["记咨询", "来电", "未约", "contact"],
    summary: "记一次没有约成的咨询",
    usage: "咨询 字段 … [渠道 …] [病种 …] [原因 …] [备注 …] [聊天记录 …]",
    details: "字段和预约一样，知道几项写几项；没留姓名也要记，写「匿名」。聊天记录写在最后，网络咨询不附就算没有形成对话。没约成的写上病种和原因。同一患者有别人的预约或咨询，会告诉你谁、哪天、按哪条定。",
    examples: &[
        "咨询 姓名 陈小龙 电话 13800138003 主诉 牙痛 病种 牙痛 原因 嫌远 渠道 商务通 聊天记录 您好",
        "咨询 匿名 年龄 40 地域 佛山 病种 种牙 备注 问价格 渠道 电话",
    ],
    rules: &["R-033", "R-036", "R-057", "R-058", "R-059", "R-074", "R-088", "R-089", "R-092", "R-093"],
    who: Who::Roles(&[Role::Consultant, Role::PhoneConsultant]),
    place: Place::Anywhere,
    reach: Reach::Shared,
    template: Some(|roles, _, _| template(roles)),
    run: Run::Record(run),
    undo: &[Undo { kind: "contact.logged", run: undo }],
};

/// Lines about what others have with the same patient, at the most.
const SHOWN: usize = 6;

fn run(ctx: &mut Ctx<'_, '_>, by: &Record, text: &str) -> Result<Reply, Stop> {
    let (today, now) = (ctx.desk.today(), ctx.desk.now);
    let form = Form::read_contact(ctx.incoming, text, today)?;
    let roles = ctx.me()?.roles;
    if form.is_empty() {
        return Err(Stop::bad(format!("没写内容，没有记。复制下面这段，填好发回：\n\n{}", template(roles))));
    }
    let (patient, unread) = form.typed.read();
    let channel = form.channel.unwrap_or(usual(roles));
    let book = ctx.desk.book()?;
    let search = appointment::recent(ctx);
    let rivals = ctx.desk.tx.rivals(&patient, None, search, &book, today)?;
    let met = ctx.desk.tx.contacts_of(&patient, search.since, &book, today)?;
    let mut fields = patient.fields();
    fields.extend(form.log.clone().map(|log| (Field::ChatLog, log)));
    fields.extend(form.remark.clone().map(|remark| (Field::Note, remark)));
    let (record, remark) = (form.log.is_some(), form.remark.is_some());
    let new = NewContact { channel, known: patient.told(), record, remark, patient: &fields, today, now };
    let contact = ctx.desk.tx.log_contact(by, &new)?;
    let mut lines = told(ctx, &contact, &patient, &fields, &form, &unread);
    lines.extend(form.notes.iter().cloned());
    lines.extend(think_over(ctx, by, &contact, &patient, &form, &rivals)?);
    lines.extend(telling::visited(ctx, &rivals)?);
    lines.extend(others(ctx, &contact, &rivals, &met));
    Ok(Reply::text(lines.join("\n")))
}

/// Opens the follow-up of somebody who talked with us and said why he did not book: like one who thinks it over. Not
/// of whom nobody can call, nor where an appointment is followed up already.
fn think_over(
    ctx: &mut Ctx<'_, '_>,
    by: &Record,
    contact: &LoggedContact,
    patient: &Patient,
    form: &Form,
    rivals: &[Rival],
) -> Result<Option<String>, Stop> {
    let today = ctx.desk.today();
    let said_why = form.reason || form.remark.as_deref().is_some_and(|remark| remark.contains("考虑"));
    let callable = patient.told().iter().any(|item| matches!(item, Item::Phone | Item::Contact));
    let spoken = contact.record || !contact.channel.is_network();
    let booked = rivals.iter().any(|rival| today <= rival.appointment.terms.protection.until);
    if !(said_why && callable && spoken) || booked {
        return Ok(None);
    }
    let book = ctx.desk.book()?;
    let subject = contact.label();
    let new = NewFollowUpTask {
        subject: &subject,
        appointment: None,
        owner: by.person(),
        holder: by.person(),
        task: reason_given(&book, today),
        planned: false,
        now: ctx.desk.now,
    };
    let opened = ctx.desk.tx.open_follow_up(&by.tend().over(), &new)?;
    Ok(opened.map(|task| format!("已排回访 {}：{}（含）前再联系（R-033）", task.label(), day_name(task.due))))
}

/// Over what somebody usually speaks with patients.
pub(crate) fn usual(roles: Roles) -> Channel {
    if roles.has(Role::Consultant) { Channel::Network } else { Channel::Phone }
}

/// Takes a contact back, a jump too, and judges anew what hung on it.
pub(crate) fn undo(ctx: &mut Ctx<'_, '_>, by: &Undoing, event: &Event) -> Result<String, Stop> {
    let corrupt = || Stop::from(store::Error::Corrupt("contact event".to_owned()));
    let named = event.subject.as_deref().unwrap_or_default();
    let (no, _) = shared::label(named, 'C').ok_or_else(corrupt)?;
    let book = ctx.desk.book()?;
    let judge = Judge { book: &book, calendar: &ctx.desk.bot.calendar, now: ctx.desk.now };
    for task in ctx.desk.tx.follow_up_history(&format!("C{no}"))? {
        if !ctx.desk.tx.drop_follow_up(by, task.no)? {
            return Err(Stop::wrong_state(format!("{} 已经登记过结果，请先撤销它。", task.label())));
        }
    }
    if !ctx.desk.tx.undo_contact(by, no, judge)? {
        return Err(Stop::wrong_state(format!("C{no} 已经撤销过了。")));
    }
    Ok(match event.kind.as_str() {
        "jump.claimed" => format!("跳转 C{no}，编号不再使用"),
        _ => format!("咨询记录 C{no}，编号不再使用"),
    })
}

/// The contact as attribution compares it; `None` for what is no consultation.
fn compared(contact: &LoggedContact) -> Option<Contact> {
    let said =
        Said::Consulted { known: contact.known.clone(), record: contact.record, remark: contact.remark };
    let consulted = contact.kind == LoggedKind::Consulted;
    consulted.then_some(Contact { when: contact.when, by: contact.by, channel: contact.channel, said })
}

/// What others, and the sender himself, already have with the same patient, without anything of him.
fn others(ctx: &Ctx<'_, '_>, own: &LoggedContact, rivals: &[Rival], met: &[LoggedContact]) -> Vec<String> {
    let today = ctx.desk.today();
    let mut lines: Vec<String> = Vec::new();
    for rival in rivals {
        let appointment = &rival.appointment;
        let line = telling::line(ctx, appointment);
        let by = telling::items(&rival.sameness.by);
        let sure = if rival.sameness.certain { "" } else { "；是否同一人要人工核实" };
        let what = match appointment.owner == own.by {
            true => "你自己的预约",
            false if today <= appointment.terms.protection.until => {
                "已有预约，保护期内再咨询不改变归属（R-094）"
            }
            false => "保护期已过，跟进并到诊的优先（R-094）",
        };
        lines.push(format!("{line}（{by}相同{sure}）：{what}"));
    }
    for contact in met.iter().filter(|contact| contact.by != own.by) {
        let decided = compared(contact).zip(compared(own)).map(|(theirs, mine)| {
            let Meeting { earlier, rule } = meeting(&theirs, &mine, ctx.desk.calendar());
            let first = if earlier { ctx.directory.label(contact.by) } else { "你".to_owned() };
            format!("：若约成到诊，这两次咨询里{first}优先（{rule}）")
        });
        lines.push(format!("{}{}", contact_line(ctx, contact), decided.unwrap_or_default()));
    }
    lines.truncate(SHOWN);
    if !lines.is_empty() {
        lines.insert(0, "同一患者已有：".to_owned());
    }
    lines
}

/// One line about a contact without its patient: number, who, when, what came of it.
pub(crate) fn contact_line(ctx: &Ctx<'_, '_>, contact: &LoggedContact) -> String {
    let name = |person: PersonId| ctx.directory.label(person);
    let (by, when) = (name(contact.by), ctx.desk.calendar().short(contact.when.at));
    let yes = |yes: bool, word: &'static str, no: &'static str| if yes { word } else { no };
    let parts = match contact.kind {
        LoggedKind::Consulted => {
            let known: Vec<Item> = contact.known.iter().copied().collect();
            let known = if known.is_empty() { "匿名".to_owned() } else { telling::items(&known) };
            vec![
                format!("{}咨询", contact.channel.word()),
                known,
                yes(contact.record, "有聊天记录", "没附聊天记录").to_owned(),
                yes(contact.remark, "有备注", "没有备注").to_owned(),
            ]
        }
        LoggedKind::Jump => vec![
            format!("跳转给{}", contact.to.map_or_else(|| "同事".to_owned(), name)),
            yes(contact.touched, "说过患者信息", "没说患者信息").to_owned(),
            yes(contact.booking_words, "有预约字眼", "没有预约字眼").to_owned(),
            yes(contact.both_online, "两人都在线", "不都在线").to_owned(),
        ],
        LoggedKind::FollowedUp => vec![
            format!("回访{}", contact.appointment.map(|no| format!(" Y{no}")).unwrap_or_default()),
            contact.outcome.clone().unwrap_or_default(),
            yes(contact.cover, "代为回访", "").to_owned(),
        ],
    };
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    format!("{} {by} {when} {}", contact.label(), parts.join(" · "))
}

// Texts.

fn template(_roles: Roles) -> String {
    let lines = ["姓名", "性别", "年龄", "电话", "地域", "病种", "主诉", "渠道", "原因", "备注", "聊天记录"];
    let blanks: Vec<String> = lines.iter().map(|label| format!("{label}：")).collect();
    format!("咨询\n{}", blanks.join("\n"))
}

/// What is told of the patient: masked in a group.
pub(crate) fn shown(ctx: &Ctx<'_, '_>, fields: &[(Field, String)]) -> String {
    if ctx.in_group() { telling::masked(fields) } else { telling::in_full(fields) }
}

/// What could not be read.
pub(crate) fn unread_lines(unread: &[Unread]) -> impl Iterator<Item = String> {
    unread.iter().map(|field| format!("{}没认出：{}，按没写处理", field.item.label(), field.reason))
}

fn told(
    ctx: &Ctx<'_, '_>,
    contact: &LoggedContact,
    patient: &Patient,
    fields: &[(Field, String)],
    form: &Form,
    unread: &[Unread],
) -> Vec<String> {
    let guessed = if form.channel.is_none() { "（没写渠道，按这个记）" } else { "" };
    let mut lines = vec![format!("已记咨询 {} · 渠道 {}{guessed}", contact.label(), contact.channel.word())];
    match *patient == Patient::default() {
        true => lines.push("匿名，照样计入咨询量（R-057）".to_owned()),
        false => lines.push(shown(ctx, fields)),
    }
    lines.extend(unread_lines(unread));
    if contact.channel.is_network() && !contact.record {
        lines.push("没附聊天记录，算没有形成对话（R-093）".to_owned());
    }
    let wanting = Wanting::of(patient, contact.remark);
    let wanted = [(wanting.reason, "未约原因"), (wanting.disease, "病种")];
    let wanted: Vec<&str> = wanted.into_iter().filter(|(is, _)| *is).map(|(_, word)| word).collect();
    if !wanted.is_empty() {
        lines.push(format!("没约成的有效对话，客户备注里还要写：{}（R-033）", wanted.join("、")));
    }
    if form.visit.is_some() || form.agreed.is_some() || form.expert.is_some() {
        lines.push("到诊日期、约定、专家不记在咨询里。已经约好请发：预约 字段 …".to_owned());
    }
    lines.retain(|line| !line.is_empty());
    lines
}
