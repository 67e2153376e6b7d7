//! 查重: whether somebody is already on a patient, since when, with what class and for how long; nothing of the patient
//! is told.

use crate::appointment::{self, reading::Form, telling};
use bot::{Command, Ctx, Place, Reach, Reply, Run, Stop, Who};
use domain::Role;
use domain::patient::{Item, Patient};
use domain::privacy::Field;
use domain::rights::Own;

pub(crate) const COMMAND: Command = Command {
    name: "查重",
    aliases: &["重复", "duplicate"],
    summary: "看患者是不是已有人登记",
    usage: "查重 电话 | 查重 姓名 [年龄 …] [地域 …] [主诉 …]",
    details: "看最近6个月的预约。只说有没有人登记、什么时候、完整程度和保护剩几天，不显示患者信息。只写姓名查到的是同名，不一定是同一人。",
    examples: &["查重 13800138000", "查重 张三", "查重 姓名 张三 年龄 35 地域 佛山"],
    rules: &["R-084", "R-085", "R-087", "R-094"],
    who: Who::Roles(&[Role::Consultant, Role::PhoneConsultant]),
    place: Place::Anywhere,
    reach: Reach::Own,
    template: None,
    run: Run::Own(run),
    undo: &[],
};

fn run(ctx: &mut Ctx<'_, '_>, _own: &Own, text: &str) -> Result<Reply, Stop> {
    let today = ctx.desk.today();
    let form = Form::read(ctx.incoming, text, today)?;
    let (patient, unread) = form.typed.read();
    if let Some(field) = unread.first() {
        return Err(Stop::bad(format!("{}没认出：{}。没有查。", field.item.label(), field.reason)));
    }
    if patient == Patient::default() {
        return Err(Stop::bad(format!("要查谁？写法：{}", COMMAND.usage)));
    }
    if let Some(note) = form.notes.first() {
        return Err(Stop::bad(format!("{note}，没有查。前面写上是什么再查。")));
    }
    let book = ctx.desk.book()?;
    let search = appointment::recent(ctx);
    let rivals = ctx.desk.tx.rivals(&patient, None, search, &book, today)?;
    if !rivals.is_empty() {
        let lines: Vec<String> = rivals
            .iter()
            .map(|rival| {
                let sure = if rival.sameness.certain { "" } else { "；是否同一人要人工核实" };
                let by = telling::items(&rival.sameness.by);
                format!("{}（{by}相同{sure}）", telling::line(ctx, &rival.appointment))
            })
            .collect();
        return Ok(Reply::text(format!("已有人登记：\n{}", lines.join("\n"))));
    }
    let named = patient.full_name().filter(|_| only_named(&patient)).map(|name| name.form().to_owned());
    let same_name = match named {
        Some(name) => ctx.desk.tx.appointments_by(Field::Name, &name, search)?,
        None => Vec::new(),
    };
    if same_name.is_empty() {
        return Ok(Reply::text("没有查到：最近6个月没有人登记。"));
    }
    let lines: Vec<String> = same_name.iter().map(|appointment| telling::line(ctx, appointment)).collect();
    Ok(Reply::text(format!("有同名的预约，不一定是同一人，加上电话或年龄、地域再查：\n{}", lines.join("\n"))))
}

/// Whether nothing but the name is known.
fn only_named(patient: &Patient) -> bool {
    let told = patient.told();
    told.len() == 1 && told.contains(&Item::Name)
}
