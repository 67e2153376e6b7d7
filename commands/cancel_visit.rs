//! 取消预约: cancels an appointment; it stays in the register and competes no more.

use crate::appointment::{self, telling};
use crate::change_visit::KEEPERS;
use bot::{Command, Ctx, Place, Reach, Reply, Run, Said, Stop, Undo, Who};
use domain::rights::{Decide, Record};

pub(crate) const COMMAND: Command = Command {
    name: "取消预约",
    aliases: &["退约"],
    summary: "取消一个预约",
    usage: "取消预约 Y编号 原因",
    details: "本人或组长能取消，要写原因。记录保留，但不再参与归属。先在这里取消，再去聊天工具里改标注。",
    examples: &["取消预约 Y1 患者改去外地"],
    rules: &["R-034", "R-035"],
    who: Who::Roles(KEEPERS),
    place: Place::Anywhere,
    reach: Reach::Shared,
    template: None,
    run: Run::RecordOrDecide(run),
    undo: &[Undo { kind: "appointment.cancelled", run: appointment::undo }],
};

fn run(ctx: &mut Ctx<'_, '_>, by: &Record, lead: Option<&Decide>, text: &str) -> Result<Reply, Stop> {
    let (no, reason) = telling::numbered(text, "取消预约 Y12 患者改去外地")?;
    let (_, tend) = telling::to_change(ctx, by, lead, no)?;
    let reason = reason.trim_start_matches("原因").trim_start_matches([' ', ':', '：']).trim();
    if reason.is_empty() {
        return Err(Stop::bad(format!("要写原因，例：取消预约 Y{no} 患者改去外地")));
    }
    let (today, now) = (ctx.desk.today(), ctx.desk.now);
    ctx.desk.tx.cancel_appointment(&tend, no, reason, today, now)?;
    if tend.by() != tend.owner() {
        let who = ctx.directory.label(tend.by());
        let said = Said::text(format!("{who}取消了你的预约 Y{no}"));
        ctx.desk.tell(tend.owner(), None, &said, true)?;
    }
    Ok(Reply::text(format!("Y{no} 已取消，记录保留。请再去聊天工具里改标注（R-034）")))
}
