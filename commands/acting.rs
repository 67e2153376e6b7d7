//! 代理: somebody stands in for a lead, a supervisor or the director on some days.

use crate::roster;
use crate::shared::{self, Chosen};
use bot::{Command, Ctx, Place, Reach, Reply, Run, Said, Stop, Undo, Who, args};
use chrono::NaiveDate;
use domain::rights::{Administer, Undoing};
use domain::{Role, Roles};
use serde_json::Value;
use store::{Acting, Event, NewActing};

pub(crate) const COMMAND: Command = Command {
    name: "代理",
    aliases: &["代班", "代组长"],
    summary: "看代理、指定代理组长或代理主管",
    usage: "代理 | 代理 姓名 角色 [组] 日期或日期至日期 | 代理 取消 姓名",
    details: "代理期内有那个角色的全部权限，头尾两天都算；过期自动收回。代理组长不写组就是他自己的组。自己不能指定自己。",
    examples: &["代理", "代理 李四 组长 一组 明天起3天", "代理 李四 主管 12-01至12-03", "代理 取消 李四"],
    rules: &["R-452"],
    who: Who::Members,
    place: Place::Anywhere,
    reach: Reach::Shared,
    template: None,
    run: Run::Administer(run),
    undo: &[Undo { kind: "acting.set", run: undo }],
};

/// Days that somebody stands in at the most.
const LONGEST: i64 = 366;
/// The roles that one can stand in for.
const ROLES: [Role; 3] = [Role::Lead, Role::Supervisor, Role::Director];

fn run(ctx: &mut Ctx<'_, '_>, by: &Administer, text: &str) -> Result<Reply, Stop> {
    let today = ctx.desk.today();
    let mut words = args::Words::new(text);
    if words.is_empty() {
        return Ok(Reply::text(shown(ctx)));
    }
    if words.take_word_in(&[("取消", ()), ("结束", ()), ("撤掉", ())]).is_some() {
        return end(ctx, by, &mut words);
    }
    let Some(token) = words.take_person() else {
        return Err(Stop::bad(format!("请写上谁来代理。例：{}", COMMAND.examples[1])));
    };
    let id = ctx.desk.person_named(&token.name, token.number)?;
    let (mut role, mut team, mut days) = (None, None, None);
    while !words.is_empty() {
        let range = words.take_range(today, args::Lean::Future).map_err(|bad| Stop::bad(bad.told()))?;
        if let Some(range) = range {
            days = Some((range.first, range.last));
            continue;
        }
        match shared::take_role_or_team(ctx, &mut words) {
            Chosen::Role(found) => role = Some(found),
            Chosen::Team(name) => team = Some(name),
            Chosen::NoTeam => {}
            Chosen::Neither(word) => {
                return Err(Stop::bad(format!("没看懂「{word}」。写法：{}", COMMAND.usage)));
            }
        }
    }
    let Some(role) = role.filter(|role| ROLES.contains(role)) else {
        return Err(Stop::bad("可以代理的是组长、主管、主任。例：代理 李四 组长 一组 明天起3天"));
    };
    let Some((from, to)) = days else {
        return Err(Stop::bad(format!("请写上哪几天。例：{}", COMMAND.examples[1])));
    };
    check(today, from, to)?;
    let directory = ctx.desk.directory()?;
    let Some(person) = directory.person(id) else { return Err(Stop::not_found("没有这位成员。")) };
    if ctx.person == Some(id) {
        return Err(shared::denied(domain::rights::Denied::Himself, &person.label));
    }
    by.may_change(id, Roles::NONE, Roles::of(&[role]), usize::MAX)
        .map_err(|denied| shared::denied(denied, &person.label))?;
    let team = match (role, team) {
        (Role::Lead, None) => Some(person.team.ok_or_else(|| {
            Stop::bad(format!("{}没有分组，请写上代理哪个组。例：{}", person.label, COMMAND.examples[1]))
        })?),
        (Role::Lead, Some(name)) => {
            let known = directory.teams().find(|(_, known)| *known == name).map(|(id, _)| id);
            Some(known.ok_or_else(|| {
                Stop::not_found(format!("没有组「{}」。发「分组」看全部。", args::quote(&name)))
            })?)
        }
        _ => None,
    };
    let overlaps = |known: &&Acting| {
        known.person == id && known.role == role && known.team == team && known.from <= to && from <= known.to
    };
    if let Some(known) = directory.acting().iter().find(overlaps) {
        return Err(Stop::wrong_state(format!("{}已经是：{}。", person.label, roster::told(ctx, known))));
    }
    let new = NewActing { person: id, role, team, from, to };
    let number = ctx.desk.tx.set_acting(by, &new, ctx.desk.now)?;
    let told = roster::told(ctx, &Acting { id: number, person: id, role, team, from, to });
    let said =
        Said::text(format!("你被指定为{told}，期间有{}的权限。\n发「帮助」看你能用的命令。", role.word()));
    ctx.desk.tell(id, None, &said, true)?;
    Ok(Reply::text(format!("已指定：{}，{told}。", person.label)))
}

fn check(today: NaiveDate, from: NaiveDate, to: NaiveDate) -> Result<(), Stop> {
    if from < today {
        return Err(Stop::bad("代理不能从过去开始，请从今天或以后写起。"));
    }
    if (to - from).num_days() >= LONGEST {
        return Err(Stop::bad("一次最多代理一年。长期的请用「设角色」。"));
    }
    Ok(())
}

fn end(ctx: &mut Ctx<'_, '_>, by: &Administer, words: &mut args::Words<'_>) -> Result<Reply, Stop> {
    let Some(token) = words.take_person().filter(|_| words.is_empty()) else {
        return Err(Stop::bad(format!("请写上谁。例：{}", COMMAND.examples[3])));
    };
    let id = ctx.desk.person_named(&token.name, token.number)?;
    let directory = ctx.desk.directory()?;
    let today = ctx.desk.today();
    let open: Vec<&Acting> =
        directory.acting().iter().filter(|acting| acting.person == id && acting.to >= today).collect();
    if open.is_empty() {
        return Err(Stop::not_found(format!("{}现在没有代理。发「代理」看全部。", directory.label(id))));
    }
    let mut told = Vec::new();
    for acting in open {
        by.may_change(id, Roles::NONE, Roles::of(&[acting.role]), usize::MAX)
            .map_err(|denied| shared::denied(denied, &directory.label(id)))?;
        ctx.desk.tx.end_acting(by, acting.id, ctx.desk.now)?;
        told.push(roster::told(ctx, acting));
    }
    Ok(Reply::text(format!("已取消：{}的{}。", directory.label(id), told.join("；"))))
}

fn shown(ctx: &Ctx<'_, '_>) -> String {
    let today = ctx.desk.today();
    let lines: Vec<String> = ctx
        .directory
        .acting()
        .iter()
        .filter(|acting| acting.to >= today)
        .map(|acting| format!("{}：{}", ctx.directory.label(acting.person), roster::told(ctx, acting)))
        .collect();
    if lines.is_empty() {
        return format!("现在没有代理。例：{}", COMMAND.examples[1]);
    }
    lines.join("\n")
}

fn undo(ctx: &mut Ctx<'_, '_>, by: &Undoing, event: &Event) -> Result<String, Stop> {
    let person = shared::person_in(event)?;
    let id = event.body.get("acting").and_then(Value::as_i64).unwrap_or_default();
    if !ctx.desk.tx.end_acting(&by.administer(), id, ctx.desk.now)? {
        return Err(Stop::wrong_state("这个代理已经取消了。"));
    }
    Ok(format!("{}的代理", ctx.directory.label(person)))
}
