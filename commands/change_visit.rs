//! 改约: changes the day of a visit; only with a remark the protection starts anew.

use crate::appointment::{self, telling};
use bot::{Command, Ctx, Place, Reach, Reply, Run, Said, Stop, Undo, Who, args};
use domain::Role;
use domain::patient::Patient;
use domain::registration::{Entry, Visit, classify};
use domain::rights::{Decide, Record, Tend};
use store::{Appointment, Terms};

pub(crate) const COMMAND: Command = Command {
    name: "改约",
    aliases: &["改期"],
    summary: "改预约的到诊日期",
    usage: "改约 Y编号 日期 [时刻] [备注 …]",
    details: "本人或组长能改。写了备注，90天保护期从改约当天重新起算；不写备注，仍从第一次登记起算。",
    examples: &["改约 Y1 3月8日 备注 患者出差", "改约 Y1 下周一 15:00"],
    rules: &["R-094"],
    who: Who::Roles(KEEPERS),
    place: Place::Anywhere,
    reach: Reach::Shared,
    template: None,
    run: Run::RecordOrDecide(run),
    undo: &[Undo { kind: "appointment.changed", run: appointment::undo }],
};

/// Those who have appointments, and those who lead them.
pub(crate) const KEEPERS: &[Role] =
    &[Role::Consultant, Role::PhoneConsultant, Role::Lead, Role::Supervisor, Role::Director, Role::Admin];

/// What begins a remark.
const REMARKS: [&str; 3] = ["备注", "原因", "说明"];

fn run(ctx: &mut Ctx<'_, '_>, by: &Record, lead: Option<&Decide>, text: &str) -> Result<Reply, Stop> {
    let today = ctx.desk.today();
    let (no, rest) = telling::numbered(text, "改约 Y12 3月8日 备注 患者出差")?;
    let (known, tend) = telling::to_change(ctx, by, lead, no)?;
    let mut words = args::Words::new(rest);
    let date = words.take_date(today, args::Lean::Future).map_err(|bad| Stop::bad(bad.told()))?;
    let Some(date) = date else {
        return Err(Stop::bad(format!("改到哪一天？例：改约 Y{no} 3月8日 备注 患者出差")));
    };
    let minute = words.take_time().filter(|minute| *minute < 1_440).map(u32::from);
    let remark = words.rest().trim();
    let begun = REMARKS.iter().find_map(|word| remark.strip_prefix(word));
    let remark = match begun.map(|remark| remark.trim_start_matches([' ', ':', '：']).trim()) {
        Some("") | None if !remark.is_empty() => {
            let word = ctx.incoming.quote(remark);
            return Err(Stop::bad(format!("没看懂「{word}」。备注这样写：改约 Y{no} 3月8日 备注 患者出差")));
        }
        remark => remark,
    };
    if date < today {
        return Err(Stop::bad("不能改到过去的日期，没有改。"));
    }
    let visit = Visit { date, minute };
    Ok(Reply::text(moved(ctx, &known, &tend, visit, remark, true)?))
}

/// Moves a visit and says how the clocks stand. What somebody agreed on who is neither the owner nor in his stead
/// (`in_charge` false) never starts them anew.
pub(crate) fn moved(
    ctx: &mut Ctx<'_, '_>,
    known: &Appointment,
    tend: &Tend,
    visit: Visit,
    remark: Option<&str>,
    in_charge: bool,
) -> Result<String, Stop> {
    let (today, now) = (ctx.desk.today(), ctx.desk.now);
    let (no, date) = (known.no, visit.date);
    let before = known.terms.visit;
    if before == Some(visit) {
        return Err(Stop::wrong_state(format!("Y{no} 本来就是{}，没有改。", telling::visit(before))));
    }
    let book = ctx.desk.book()?;
    let fields = ctx.desk.tx.patient_fields(tend, no)?;
    let patient = Patient::of_fields(fields.iter().map(|(field, text)| (*field, text.as_str())));
    let (channel, chat_log) = (known.terms.channel, known.terms.log);
    let classified = classify(&Entry { patient, visit: Some(visit), channel, chat_log }, &book, today);
    let remarked = remark.is_some() && in_charge;
    let base = known.terms.base.changed(before.map(|visit| visit.date), date, remarked, &book, today);
    let terms = Terms {
        class: classified.class,
        missing: classified.missing,
        visit: Some(visit),
        base,
        protection: base.protection(&book),
        ..known.terms.clone()
    };
    let changed = if in_charge {
        ctx.desk.tx.change_visit(tend, no, &terms, remark, now)?
    } else {
        ctx.desk.tx.agree_visit(tend, no, &terms, remark, now)?
    };
    let clock = telling::clocks(changed.terms.protection, today);
    let why = match (base.rebased > known.terms.base.rebased, remarked) {
        (true, _) => "有备注，保护期重新起算",
        (false, true) => "保护期不变",
        (false, false) if !in_charge => "不是本人改的，保护期不变",
        (false, false) => "没写备注，保护期不变",
    };
    let text = format!("Y{no} 改到 {}\n{why}（R-094）：{clock}", telling::visit(Some(visit)));
    if tend.by() != tend.owner() {
        let who = ctx.directory.label(tend.by());
        ctx.desk.tell(tend.owner(), None, &Said::text(format!("{who}改了你的预约：{text}")), true)?;
    }
    Ok(text)
}
