//! 领取: takes over the follow-up of a patient whose protection has ended.

use crate::appointment::telling;
use bot::{Command, Ctx, Place, Reach, Reason, Refusal, Reply, Run, Said, Stop, Who};
use domain::Role;
use domain::calendar::day_name;
use domain::followup::{Asked, Cause, NextTask, Outcome, Part, after, share};
use domain::rights::Record;
use store::NewFollowUpTask;

pub(crate) const COMMAND: Command = Command {
    name: "领取",
    aliases: &["接手"],
    summary: "接手过了保护期的患者来回访",
    usage: "领取 Y编号",
    details: "过了90天保护期、还没到诊的预约才能领取，先领先得。领取只是由你回访；业绩归谁，到诊时按跟进记录定。",
    examples: &["领取 Y1"],
    rules: &["R-094", "R-127"],
    who: Who::Roles(&[Role::Consultant, Role::PhoneConsultant]),
    place: Place::Anywhere,
    reach: Reach::Shared,
    template: None,
    run: Run::Record(run),
    undo: &[],
};

fn run(ctx: &mut Ctx<'_, '_>, by: &Record, text: &str) -> Result<Reply, Stop> {
    let (no, _) = telling::numbered(text, "领取 Y12")?;
    let (today, now) = (ctx.desk.today(), ctx.desk.now);
    let Some(known) = ctx.desk.tx.appointment(no)? else {
        return Err(Stop::not_found(format!("没有预约 Y{no}。")));
    };
    if known.owner == by.person() {
        return Err(Stop::wrong_state(format!("Y{no} 本来就是你的。")));
    }
    if known.cancelled || ctx.desk.tx.has_arrived(no)? {
        return Err(Stop::wrong_state(format!("Y{no} 已经到诊或取消，不用回访。")));
    }
    let asked = Asked {
        me: by.person(),
        owner: known.owner,
        holder: None,
        leads: false,
        consults: true,
        protected_until: Some(known.terms.protection.until),
    };
    let part = share(&asked, today).map(|share| share.part());
    if part != Ok(Part::Rival) {
        let left = part.err().flatten().unwrap_or(0);
        return Err(Stop::Refused(Refusal {
            reason: Reason::NotAllowed,
            rule: Some("R-094"),
            said: Said::text(format!("Y{no} 的保护期还剩{left}天，过了才能领取（R-094）。")),
        }));
    }
    if let Some(holder) = ctx.desk.tx.holder_of(no)?.filter(|holder| *holder != known.owner) {
        let whose = ctx.directory.label(holder);
        return Err(Stop::wrong_state(if holder == by.person() {
            format!("Y{no} 已经由你回访。")
        } else {
            format!("Y{no} 已经由{whose}回访。")
        }));
    }
    let book = ctx.desk.book()?;
    // Whoever takes somebody over calls within the time that one has for a patient who thinks it over.
    let due = after(Outcome::Considering, 0, None, &book, today)
        .ok()
        .flatten()
        .map_or(today, |task| task.due.max(today));
    let subject = known.label();
    let new = NewFollowUpTask {
        subject: &subject,
        appointment: Some(no),
        owner: known.owner,
        holder: by.person(),
        task: NextTask { cause: Cause::Claimed, due, nudge: None, unreached: 0, with_lead: false },
        planned: false,
        now,
    };
    let Some(mut task) = ctx.desk.tx.claim_follow_up(by, &new)? else {
        return Err(Stop::wrong_state(format!("Y{no} 已经由你回访。")));
    };
    if task.due < today {
        // What the owner let pass is no delay of whoever takes over.
        ctx.desk.tx.put_off_follow_up(&by.tend().over(), &task, due, "claimed", now)?;
        task.due = due;
    }
    let me = ctx.directory.label(by.person());
    let told = Said::text(format!("{me}领取了 Y{no}：保护期已过（R-094）。你仍可以跟进。"));
    ctx.desk.tell(known.owner, None, &told, true)?;
    Ok(Reply::text(format!(
        "已领取 Y{no}，由你回访：{}，{}（含）前\n领取本身不算跟进，登记了回访才算。登记结果，例：回访 {} 考虑 原因 …",
        task.label(),
        day_name(task.due),
        task.label()
    )))
}
