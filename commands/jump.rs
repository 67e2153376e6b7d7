//! 跳转: the visitor left one's own window for a colleague's. The first receiver claims it; the colleague
//! hears of it at once.

use crate::appointment::reading::{self, Form};
use crate::consult;
use bot::{Command, Ctx, Place, Reach, Reason, Reply, Run, Said, Stop, Undo, Who, args};
use domain::attribution::Jump;
use domain::patient::{Item, Patient};
use domain::privacy::{Field, has_phone};
use domain::registration::{Channel, asks_to_book};
use domain::rights::Record;
use domain::{EpochMs, PersonId, Role};
use store::{LoggedContact, NewJump};

pub(crate) const COMMAND: Command = Command {
    name: "跳转",
    aliases: &["转窗口", "窗口跳转", "jump"],
    summary: "访客从我的窗口跳到同事窗口",
    usage: "跳转 @接手人 [字段 …] 聊天记录 摘录",
    details: "由先接的人发，摘录写在最后。字段只写访客在你这里说过的；只用来认人的 QQ、微信不算患者信息。摘录里没有患者信息归接手人；有预约字眼且两人都在线归先接的人；有患者信息但没有预约字眼，由主管定。",
    examples: &["跳转 @李四 QQ 12345678 聊天记录 访客：怎么预约", "跳转 @李四 聊天记录 访客：你好"],
    rules: &["R-090", "R-091"],
    who: Who::Roles(RECEIVERS),
    place: Place::Anywhere,
    reach: Reach::Shared,
    template: None,
    run: Run::Record(run),
    undo: &[Undo { kind: "jump.claimed", run: consult::undo }],
};

/// Those who speak with visitors.
const RECEIVERS: &[Role] = &[Role::Consultant, Role::PhoneConsultant];

const EXAMPLE: &str = "跳转 @李四 QQ 12345678 聊天记录 访客：怎么预约";

fn run(ctx: &mut Ctx<'_, '_>, by: &Record, text: &str) -> Result<Reply, Stop> {
    let (today, now) = (ctx.desk.today(), ctx.desk.now);
    let mut words = args::Words::new(text);
    let Some(token) = words.take_person() else {
        return Err(Stop::bad(format!("跳到了谁的窗口？例：{EXAMPLE}")));
    };
    let to = match ctx.desk.person_named(&token.name, token.number) {
        // Whoever left the colleague out has named the visitor.
        Err(Stop::Refused(refusal)) if refusal.reason == Reason::NotFound => {
            let name = ctx.incoming.quote(&token.name);
            return Err(Stop::not_found(format!("没有叫「{name}」的成员，没有记。例：{EXAMPLE}")));
        }
        found => found?,
    };
    if to == by.person() {
        return Err(Stop::bad(format!("接手人要写同事，不能写自己。例：{EXAMPLE}")));
    }
    let label = ctx.directory.label(to);
    if !ctx.directory.person(to).is_some_and(|person| person.roles.any(RECEIVERS)) {
        return Err(Stop::bad(format!("{label}不是咨询员，访客不会跳到他的窗口。没有记。")));
    }
    let form = Form::read(ctx.incoming, words.rest(), today)?;
    let Some(excerpt) = form.log.as_deref() else {
        return Err(Stop::bad(format!("要附摘录，写在最后，例：{EXAMPLE}。没有记。")));
    };
    let channel = form.channel.unwrap_or(Channel::Network);
    if !channel.is_network() {
        return Err(Stop::bad("跳转只有网络窗口才有；患者后来打电话，请各自发「咨询」。没有记。"));
    }
    let (said, unread) = form.typed.read();
    let patient = reading::labelled_in(excerpt).corrected(said);
    let touched = patient.is_described() || has_phone(excerpt);
    let booking_words = asks_to_book(excerpt);
    let both_online = is_online(ctx, by.person(), now)? && is_online(ctx, to, now)?;
    let mut fields = patient.fields();
    fields.push((Field::ChatLog, excerpt.to_owned()));
    let new = NewJump { to, channel, patient: &fields, touched, booking_words, both_online, today, now };
    let contact = ctx.desk.tx.claim_jump(by, &new)?;
    let jump = Jump { when: contact.when, from: by.person(), to, touched, booking_words, both_online };
    let told = Said::text(told_colleague(ctx, &contact, &jump));
    ctx.desk.tell(to, None, &told, true)?;
    let mut lines = vec![format!("已记跳转 {}：跳给{label}", contact.label())];
    lines.push(consult::shown(ctx, &fields));
    lines.extend(consult::unread_lines(&unread));
    lines.extend(form.notes);
    lines.push(heard(&jump, &patient));
    lines.push(format!("{label}当天约成并到诊的话：{}", verdict(ctx, &jump, by.person())));
    if jump.verdict().to_first && !identifies(&patient) {
        lines.push("没写能认出访客的QQ、微信、电话或姓名，到诊时对不上。知道了就撤销，补上重发".to_owned());
    }
    lines.retain(|line| !line.is_empty());
    Ok(Reply::text(lines.join("\n")))
}

/// On shift by the rota at that minute.
fn is_online(ctx: &mut Ctx<'_, '_>, person: PersonId, now: EpochMs) -> Result<bool, Stop> {
    Ok(ctx.desk.tx.latest_shift(person, now)?.is_some_and(|shift| shift.covers(now)))
}

/// Whether he can be known again by it: a number, an account, or the full name with two further fields.
fn identifies(patient: &Patient) -> bool {
    let further = [Item::Age, Item::Complaint, Item::Region];
    let named = patient.has(Item::Name) && further.iter().filter(|item| patient.has(**item)).count() > 1;
    patient.can_be_reached() || named
}

// Texts.

/// What was heard in the first window.
fn heard(jump: &Jump, patient: &Patient) -> String {
    let known: Vec<Item> = patient.told().into_iter().filter(|item| *item != Item::Contact).collect();
    let touched = match (jump.touched, known.is_empty()) {
        (false, _) => "没说患者信息".to_owned(),
        (true, true) => "说过患者信息（电话）".to_owned(),
        (true, false) => format!("说过患者信息（{}）", crate::appointment::telling::items(&known)),
    };
    let words = if jump.booking_words { "有预约字眼" } else { "没有预约字眼" };
    let online = if jump.both_online { "两人按班表都在线" } else { "按班表不是两人都在线" };
    format!("{touched}，{words}，{online}")
}

/// What would follow, told to `reader`.
fn verdict(ctx: &Ctx<'_, '_>, jump: &Jump, reader: PersonId) -> String {
    let verdict = jump.verdict();
    let winner = if verdict.to_first { jump.from } else { jump.to };
    let whose = if winner == reader { "你".to_owned() } else { ctx.directory.label(winner) };
    match verdict.open {
        true => format!("有患者信息、没有预约字眼，制度没写明，要主管定，建议归{whose}（{}）", verdict.rule),
        false => format!("归{whose}（{}）", verdict.rule),
    }
}

/// Nothing of the patient stands in it.
fn told_colleague(ctx: &Ctx<'_, '_>, contact: &LoggedContact, jump: &Jump) -> String {
    let who = ctx.directory.label(jump.from);
    let when = ctx.desk.calendar().short(contact.when.at);
    let what = consult::contact_line(ctx, contact);
    let follows = verdict(ctx, jump, jump.to);
    format!(
        "{who}说有访客 {when} 从他的窗口跳到你这里：\n{what}\n你当天约成并到诊的话：{follows}。不同意，到诊后可以申诉。"
    )
}
