//! 待办: what is to be followed up, soonest first, with the days that are left of the protection.

mod history;

use crate::appointment::telling;
use crate::{change_visit, shared};
use bot::{Command, Ctx, Place, Reach, Reply, Run, Said, Stop, Who, args};
use domain::attribution::days_left;
use domain::calendar::day_name;
use domain::followup::{CODE, left_of_item};
use domain::privacy::{Field, Sight, may_see};
use domain::rights::{Decide, Denied, Own};
use domain::{Period, PersonId};
use store::FollowUp;

pub(crate) const COMMAND: Command = Command {
    name: "待办",
    aliases: &["我的回访", "todo"],
    summary: "看要回访的患者",
    usage: "待办 [@姓名|H编号|Y编号]",
    details: "按到期先后列，带90天保护期剩余天数；组员休息时，由你代访的也在里面。组长可以看组员的、离职的人留下的。写编号看这位患者以前的回访。",
    examples: &["待办", "待办 张三", "待办 Y1"],
    rules: &["R-105", "R-107", "R-113", "R-116"],
    who: Who::Roles(change_visit::KEEPERS),
    place: Place::Anywhere,
    reach: Reach::Own,
    template: None,
    run: Run::OwnOrDecide(run),
    undo: &[],
};

/// Tasks that one answer lists.
const MOST: usize = 10;
/// Tasks that are looked through.
const SEARCHED: u32 = 500;
/// Tasks with buttons.
const BUTTONS: usize = 2;
/// What a caller needs to see.
const SHOWN: [Field; 4] = [Field::Name, Field::Phone, Field::Contact, Field::Complaint];

fn run(ctx: &mut Ctx<'_, '_>, own: &Own, lead: Option<&Decide>, text: &str) -> Result<Reply, Stop> {
    if let Some(subject) = subject(ctx, text)? {
        return history::show(ctx, own, lead, &subject);
    }
    let mut words = args::Words::new(text);
    let token = words.take_person();
    if !words.is_empty() {
        return Err(Stop::bad(format!("一次只看一个人。写法：{}", COMMAND.usage)));
    }
    let me = own.person();
    let whose = match token {
        None => me,
        Some(token) => shared::member_or_leaver(ctx, &token)?,
    };
    if whose != me {
        let team = ctx.directory.person(whose).and_then(|person| person.team);
        let label = ctx.directory.label(whose);
        let covered = lead.is_some_and(|lead| lead.scope().covers(team));
        if !covered {
            return Err(shared::denied(Denied::OutOfScope, &label));
        }
    }
    let tasks = tasks_of(ctx, whose)?;
    let mut lines = vec![head(ctx, whose, &tasks)?];
    let mut said = Said::default();
    for (index, task) in tasks.iter().take(MOST).enumerate() {
        lines.push(line(ctx, own, task)?);
        if index < BUTTONS && whose == me {
            let label = task.label();
            for (word, command) in [
                ("未接", format!("回访 {label} 未联系上 原因 无人接听")),
                ("考虑", format!("回访 {label} 考虑 原因 患者要考虑")),
                ("取消", format!("回访 {label} 取消 原因 患者不来了")),
            ] {
                said = said.button(format!("{label} {word}"), command);
            }
        }
    }
    if tasks.len() > MOST {
        lines.push(format!("另有{}位，处理后再发「待办」", tasks.len() - MOST));
    }
    if let Some(first) = tasks.first().filter(|_| whose == me) {
        lines.push(format!("登记结果，例：回访 {} 考虑 原因 …", first.label()));
    }
    said.text = lines.join("\n");
    Ok(said.into())
}

/// The patient that is named by a task or an appointment: `H7`, `Y12`, `C3`, `T1`.
fn subject(ctx: &mut Ctx<'_, '_>, text: &str) -> Result<Option<String>, Stop> {
    if let Some((no, _)) = shared::label(text, 'H') {
        return match ctx.desk.tx.follow_up(no)? {
            Some(task) => Ok(Some(task.subject)),
            None => Err(Stop::not_found(format!("没有回访 H{no}。发「待办」看你的。"))),
        };
    }
    let named = |letter| shared::label(text, letter).map(|(no, _)| format!("{letter}{no}"));
    Ok(['Y', 'C', 'T'].into_iter().find_map(named))
}

/// What somebody has to do: his own, and today's of those for whom he stands in. Soonest first.
pub(crate) fn tasks_of(ctx: &mut Ctx<'_, '_>, whose: PersonId) -> Result<Vec<FollowUp>, Stop> {
    let (today, now) = (ctx.desk.today(), ctx.desk.now);
    let duty = ctx.desk.tx.duty_on(today, now)?;
    let mut tasks = ctx.desk.tx.follow_ups_held(whose, SEARCHED)?;
    for task in ctx.desk.tx.due_follow_ups(today, SEARCHED)? {
        let does = duty.assignee(task.holder, task.with_lead).map(|found| found.person);
        if does == Some(whose) && task.holder != whose {
            tasks.push(task);
        }
    }
    tasks.sort_by_key(|task| (task.due, task.no));
    Ok(tasks)
}

fn head(ctx: &mut Ctx<'_, '_>, whose: PersonId, tasks: &[FollowUp]) -> Result<String, Stop> {
    let today = ctx.desk.today();
    let label = ctx.directory.label(whose);
    if tasks.is_empty() {
        return Ok(format!("{label}没有要回访的。"));
    }
    let overdue = tasks.iter().filter(|task| task.due < today).count();
    let due = tasks.iter().filter(|task| task.due == today).count();
    let month = Period::Month.around(today);
    let points = ctx.desk.tx.points_of(whose, CODE, month)?;
    let book = ctx.desk.book()?;
    // What counts against somebody is said to him and his lead in private alone.
    let missed = match points {
        _ if ctx.in_group() => String::new(),
        0 => String::new(),
        points => format!("；本月漏访{points}分，本项剩{}分（R-116）", left_of_item(points, &book, today)),
    };
    Ok(format!("{label}待回访{}位：超期{overdue}，今天到期{due}{missed}", tasks.len()))
}

fn line(ctx: &mut Ctx<'_, '_>, own: &Own, task: &FollowUp) -> Result<String, Stop> {
    let (today, now) = (ctx.desk.today(), ctx.desk.now);
    let team = ctx.directory.person(task.owner).and_then(|owner| owner.team);
    let in_charge = ctx.standing()?.scope().covers(team) || task.holder == own.person();
    let patient = match may_see(own.person(), Some(task.owner), in_charge, !ctx.in_group()) {
        Sight::Full => {
            telling::in_full(&ctx.desk.tx.look(own.person(), &task.subject, &SHOWN, COMMAND.name, now)?)
        }
        Sight::Masked => telling::masked(&ctx.desk.tx.masked(&task.subject)?),
    };
    let late = match (today - task.due).num_days() {
        0 => "今天到期".to_owned(),
        days if days > 0 => format!("超期{days}天"),
        _ => format!("{}到期", day_name(task.due)),
    };
    let clock = match task.appointment {
        Some(no) => match ctx.desk.tx.appointment(no)? {
            Some(known) => match days_left(known.terms.protection.until, today) {
                Some(days) => format!("，保护期剩{days}天"),
                None => "，保护期已过".to_owned(),
            },
            None => String::new(),
        },
        None => String::new(),
    };
    let whose = if task.holder == own.person() {
        String::new()
    } else {
        format!("（{}的）", ctx.directory.label(task.owner))
    };
    Ok(format!("{} {} {patient} · {}，{late}{clock}{whose}", task.label(), task.subject, task.cause.word()))
}
