//! 查: appointments by number, telephone number, account or name. In full for the owner and his lead in private, and
//! every such look is recorded; masked for everybody else (R-421, R-428, CV-9).

use crate::appointment::telling;
use crate::shared;
use bot::{Command, Ctx, Place, Reach, Reply, Run, Stop, Who};
use domain::patient::{Name, Phone, Reached};
use domain::privacy::{Field, Sight, may_see};
use domain::rights::Own;
use store::{Appointment, Search};

pub(crate) const COMMAND: Command = Command {
    name: "查",
    aliases: &["查预约", "find"],
    summary: "查预约",
    usage: "查 Y编号 | 查 电话 | 查 姓名",
    details: "私聊里本人和组长看全部内容，每次查看都有记录；别人的、群里的只显示遮挡后的。",
    examples: &["查 13800138000", "查 Y1", "查 张三"],
    rules: &["R-094", "R-095", "R-421", "R-428"],
    who: Who::Members,
    place: Place::Anywhere,
    reach: Reach::Own,
    template: None,
    run: Run::Own(run),
    undo: &[],
};

/// Appointments that one answer shows.
const MOST: u32 = 10;

/// All but the chat, which is long.
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

fn run(ctx: &mut Ctx<'_, '_>, own: &Own, text: &str) -> Result<Reply, Stop> {
    let wanted = text.trim();
    if wanted.is_empty() {
        return Err(Stop::bad(format!("要查什么？写法：{}", COMMAND.usage)));
    }
    let found = match shared::label(wanted, 'Y') {
        Some((no, "")) => ctx.desk.tx.appointment(no)?.into_iter().collect(),
        _ => by_value(ctx, wanted)?,
    };
    if found.is_empty() {
        return Ok(Reply::text("没有找到这样的预约。"));
    }
    let mut lines = Vec::new();
    for appointment in found {
        lines.push(shown(ctx, own, &appointment)?);
    }
    Ok(Reply::text(lines.join("\n")))
}

fn by_value(ctx: &mut Ctx<'_, '_>, wanted: &str) -> Result<Vec<Appointment>, Stop> {
    let search = Search { since: 0, most: MOST, cancelled: true };
    let (field, value) = if let Ok(phone) = Phone::read(wanted) {
        (Field::Phone, phone.key().to_owned())
    } else if let Ok(Reached::Contact(account)) = Reached::read(wanted) {
        (Field::Contact, account.key())
    } else if Name::read(wanted).is_some() {
        (Field::Name, wanted.to_owned())
    } else {
        let word = ctx.incoming.quote(wanted);
        return Err(Stop::bad(format!("没看懂「{word}」。写法：{}", COMMAND.usage)));
    };
    Ok(ctx.desk.tx.appointments_by(field, &value, search)?)
}

fn shown(ctx: &mut Ctx<'_, '_>, own: &Own, appointment: &Appointment) -> Result<String, Stop> {
    let case = appointment.label();
    let owner = appointment.owner;
    let team = ctx.directory.person(owner).and_then(|owner| owner.team);
    let in_charge = ctx.standing()?.scope().covers(team);
    let sight = may_see(own.person(), Some(owner), in_charge, !ctx.in_group());
    let patient = match sight {
        Sight::Full => {
            let now = ctx.desk.now;
            telling::in_full(&ctx.desk.tx.look(own.person(), &case, &SHOWN, COMMAND.name, now)?)
        }
        Sight::Masked => telling::masked(&ctx.desk.tx.masked(&case)?),
    };
    let terms = &appointment.terms;
    let state = if appointment.cancelled { "已取消" } else { terms.class.word() };
    let missing = match terms.missing.as_slice() {
        [] => String::new(),
        missing => format!("，缺{}", telling::items(missing)),
    };
    let came = ctx.desk.tx.arrivals_of_appointment(appointment.no)?.into_iter().next();
    let came = came.map(|arrival| format!("\n  已到诊 {}，归谁发：归属 {case}", arrival.label()));
    Ok(format!(
        "{case} {patient} · {}\n  {state}{missing} · 到诊 {} · 渠道 {}\n  {}{}",
        ctx.directory.label(owner),
        telling::visit(terms.visit),
        terms.channel.word(),
        telling::clocks(terms.protection, ctx.desk.today()),
        came.unwrap_or_default()
    ))
}
