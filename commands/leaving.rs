//! 停用 / 启用: somebody leaves the department, or comes back. Rights end at once or with the last day; the history stays.

use crate::shared;
use bot::{Command, Ctx, Place, Reach, Reply, Run, Said, Stop, Undo, Who, args};
use domain::Roles;
use domain::calendar::{day_name, next_day};
use domain::rights::{Administer, Undoing};
use store::{Event, Person};

pub(crate) const LEAVE: Command = Command {
    name: "停用",
    aliases: &["离职", "移出"],
    summary: "成员离职，收回全部权限",
    usage: "停用 姓名 [最后一天]",
    details: "不写日期，马上收回全部权限；写了日期，到那天24:00收回。历史记录都保留；以后的排班取消，待办转给组长。最后一位管理员不能停用。",
    examples: &["停用 张三", "停用 张三 3月31日"],
    rules: &["R-431"],
    who: Who::Members,
    place: Place::Anywhere,
    reach: Reach::Shared,
    template: None,
    run: Run::Administer(leave),
    undo: &[Undo { kind: "member.left", run: undo_leave }],
};

pub(crate) const RETURN: Command = Command {
    name: "启用",
    aliases: &["恢复成员", "复职"],
    summary: "让离职的成员恢复",
    usage: "启用 姓名",
    details: "角色、组和账号都和离职前一样。取消了的排班不会恢复，请重新排。",
    examples: &["启用 张三"],
    rules: &["R-431"],
    who: Who::Members,
    place: Place::Anywhere,
    reach: Reach::Shared,
    template: None,
    run: Run::Administer(come_back),
    undo: &[],
};

fn leave(ctx: &mut Ctx<'_, '_>, by: &Administer, text: &str) -> Result<Reply, Stop> {
    let (today, now) = (ctx.desk.today(), ctx.desk.now);
    let mut words = args::Words::new(text);
    let Some(token) = words.take_person() else {
        return Err(Stop::bad(format!("请写上姓名。例：{}", LEAVE.examples[0])));
    };
    let id = ctx.desk.person_named(&token.name, token.number)?;
    words.take_word_in(&[("最后一天", ()), ("到", ())]);
    let date = words.take_date(today, args::Lean::Future).map_err(|bad| Stop::bad(bad.told()))?;
    if !words.is_empty() {
        return Err(Stop::bad(format!("没看懂最后一天。例：{}", LEAVE.examples[1])));
    }
    if date.is_some_and(|date| date < today) {
        return Err(Stop::bad("最后一天不能早于今天。马上停用就不用写日期。"));
    }
    let directory = ctx.desk.directory()?;
    let Some(person) = directory.person(id) else { return Err(Stop::not_found("没有这位成员。")) };
    if ctx.person == Some(id) {
        return Err(shared::denied(domain::rights::Denied::Himself, &person.label));
    }
    shared::may_change(ctx, by, person, Roles::NONE)?;
    let last_day = date.unwrap_or(today);
    let rights_end = match date {
        Some(date) => ctx.desk.calendar().midnight(next_day(date)),
        None => now,
    };
    let calendar = *ctx.desk.calendar();
    let planned = ctx.desk.tx.leave_member(by, id, last_day, rights_end, &calendar, now)?;
    let waiting = hand_over(ctx, person, planned)?;
    let when = match date {
        Some(date) => format!("到{} 24:00", day_name(date)),
        None => "马上".to_owned(),
    };
    let mut lines = vec![format!("{}{when}停用，权限全部收回，记录保留。", person.label)];
    if planned > 0 {
        lines.push(format!("之后的 {planned} 天排班已取消。"));
    }
    lines.extend(open_follow_ups(ctx, person)?);
    if waiting > 0 {
        lines.push(format!("本组有 {waiting} 个加入申请，已转给其他负责人。"));
    }
    Ok(Reply::text(lines.join("\n")))
}

/// Tells those who lead the group now what the leaver left behind; answers how many requests wait for them.
fn hand_over(ctx: &mut Ctx<'_, '_>, person: &Person, planned: usize) -> Result<usize, Stop> {
    let now = ctx.desk.now;
    let directory = ctx.desk.directory()?;
    let today = ctx.desk.today();
    let led = directory.standing(person, today).decide().is_some();
    let team = person.team.and_then(|team| directory.team_name(team)).map(str::to_owned);
    let waiting = if led { ctx.desk.tx.open_joins(MOST_OPEN)? } else { Vec::new() };
    let waiting: Vec<_> = waiting.into_iter().filter(|join| join.team == team).collect();
    let joins: Vec<String> = waiting.iter().map(|join| format!("{} {}", join.label(), join.name)).collect();
    let mut lines = vec![format!("{}已停用。", person.label)];
    if planned > 0 {
        lines.push(format!("之后的 {planned} 天排班已取消，请另排人。"));
    }
    if !joins.is_empty() {
        lines.push(format!("待处理的加入申请：{}", joins.join("、")));
    }
    lines.extend(open_follow_ups(ctx, person)?);
    if lines.len() == 1 {
        return Ok(0);
    }
    let said = Said::text(lines.join("\n"));
    for lead in directory.leads_of(person.team, now, today) {
        if lead != person.id && Some(lead) != ctx.person {
            ctx.desk.tell(lead, Some(&format!("left:{}:{now}:{lead}", person.id)), &said, true)?;
        }
    }
    Ok(joins.len())
}

/// What somebody leaves open with his patients, and how it is given to others.
fn open_follow_ups(ctx: &mut Ctx<'_, '_>, person: &Person) -> Result<Option<String>, Stop> {
    const COUNTED: u32 = 2_000;
    let (open, later) = ctx.desk.tx.left_open(person.id, COUNTED)?;
    let what = match (open, later) {
        (0, 0) => return Ok(None),
        (open, 0) => format!("待办回访{open}个"),
        (0, later) => format!("还没到诊的预约{later}个"),
        (open, later) => format!("待办回访{open}个、还没到诊的预约{later}个"),
    };
    Ok(Some(format!("名下还有{what}，请转给别人：转派 {} @接手人", person.label)))
}

/// Open requests that are looked through.
const MOST_OPEN: i64 = 200;

fn come_back(ctx: &mut Ctx<'_, '_>, by: &Administer, text: &str) -> Result<Reply, Stop> {
    let mut words = args::Words::new(text);
    let Some(token) = words.take_person().filter(|_| words.is_empty()) else {
        return Err(Stop::bad(format!("请写上姓名。例：{}", RETURN.examples[0])));
    };
    let wanted = token.number.map_or_else(|| token.name.clone(), |number| format!("{}#{number}", token.name));
    let directory = ctx.desk.directory()?;
    let leaving: Vec<&Person> = directory
        .everybody()
        .filter(|person| person.rights_end.is_some() && (person.name == wanted || person.label == wanted))
        .collect();
    let person = match leaving.as_slice() {
        [one] => *one,
        [] => return Err(Stop::not_found(format!("没有叫「{wanted}」的离职成员。发「名单 离职」看全部。"))),
        several => {
            let labels: Vec<&str> = several.iter().map(|person| person.label.as_str()).collect();
            return Err(Stop::bad(format!("有{}位：{}。请写明是哪一位。", several.len(), labels.join("、"))));
        }
    };
    by.may_change(person.id, Roles::NONE, person.roles, usize::MAX)
        .map_err(|denied| shared::denied(denied, &person.label))?;
    ctx.desk.tx.return_member(by, person.id, ctx.desk.now)?;
    let team = shared::team_of(&directory, person);
    Ok(Reply::text(format!("{}已恢复：{team} · {}。排班请重新排。", person.label, person.roles)))
}

fn undo_leave(ctx: &mut Ctx<'_, '_>, by: &Undoing, event: &Event) -> Result<String, Stop> {
    let id = shared::person_in(event)?;
    let directory = ctx.desk.directory()?;
    if directory.person(id).is_none_or(|person| person.rights_end.is_none()) {
        return Err(Stop::wrong_state("这位成员已经恢复了。"));
    }
    ctx.desk.tx.return_member(&by.administer(), id, ctx.desk.now)?;
    Ok(format!("停用{}（取消了的排班请重新排）", directory.label(id)))
}
