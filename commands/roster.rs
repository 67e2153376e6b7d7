//! 名单: who belongs to the department, by group; one person with all that is known.

use crate::shared;
use bot::{Command, Ctx, Place, Reach, Reply, Run, Stop, Who, args};
use domain::Role;
use domain::calendar::day_name;
use domain::rights::ReadGroup;
use store::{Acting, Person};

pub(crate) const COMMAND: Command = Command {
    name: "名单",
    aliases: &["成员", "花名册"],
    summary: "看成员名单",
    usage: "名单 [组|角色|姓名|离职]",
    details: "组长看自己的组，主管、主任和管理员看全部门。人多时先给各组人数，再按组看。带姓名看一个人的角色、组、入职日期、代理和账号数。",
    examples: &["名单", "名单 一组", "名单 组长", "名单 张三", "名单 离职"],
    rules: &["R-431", "R-452"],
    who: Who::Members,
    place: Place::Anywhere,
    reach: Reach::Own,
    template: None,
    run: Run::ReadGroup(run),
    undo: &[],
};

/// Names that one answer lists at the most; with more, the groups are counted first.
const MOST: usize = 120;

fn run(ctx: &mut Ctx<'_, '_>, by: &ReadGroup, text: &str) -> Result<Reply, Stop> {
    let mut words = args::Words::new(text);
    let word = words.next_word().unwrap_or_default().to_owned();
    if !words.is_empty() {
        return Err(Stop::bad(format!("一次只看一样。写法：{}", COMMAND.usage)));
    }
    if matches!(word.as_str(), "离职" | "停用" | "已离职") {
        return Ok(Reply::text(leavers(ctx, by)));
    }
    let now = ctx.desk.now;
    let all: Vec<&Person> = ctx.directory.people(now).filter(|person| by.covers(person.team)).collect();
    if word.is_empty() {
        let head = format!("成员 {} 人", all.len());
        return Ok(Reply::text(if all.len() > MOST {
            counts(ctx, &head, &all)
        } else {
            lists(ctx, &head, &all)
        }));
    }
    let team = ctx.directory.teams().find(|(_, name)| *name == word).map(|(id, _)| id);
    let chosen: Option<Vec<&Person>> = match (team, Role::from_word(&word)) {
        (Some(team), _) => Some(all.iter().filter(|person| person.team == Some(team)).copied().collect()),
        (None, Some(role)) => Some(all.iter().filter(|person| person.roles.has(role)).copied().collect()),
        (None, None) if matches!(word.as_str(), "未分组" | "没分组") => {
            Some(all.iter().filter(|person| person.team.is_none()).copied().collect())
        }
        (None, None) => None,
    };
    if let Some(chosen) = chosen {
        let names: Vec<String> = chosen.iter().map(|person| shown(person)).collect();
        let names = if names.is_empty() { "没有人".to_owned() } else { names.join("、") };
        return Ok(Reply::text(format!("{word} {} 人：{names}", chosen.len())));
    }
    let token = args::Words::new(&word)
        .take_person()
        .ok_or_else(|| Stop::bad(format!("没看懂「{}」。写法：{}", args::quote(&word), COMMAND.usage)))?;
    let id = ctx.desk.person_named(&token.name, token.number)?;
    let Some(person) = ctx.directory.person(id) else { return Err(Stop::not_found("没有这位成员。")) };
    if !by.covers(person.team) {
        return Err(shared::denied(domain::rights::Denied::OutOfScope, &person.label));
    }
    Ok(Reply::text(card(ctx, person)))
}

/// The name, with the role where it is not the usual one.
fn shown(person: &Person) -> String {
    if person.roles.iter().eq([Role::Consultant]) {
        return person.label.clone();
    }
    format!("{}（{}）", person.label, person.roles)
}

fn lists(ctx: &Ctx<'_, '_>, head: &str, all: &[&Person]) -> String {
    let mut lines = vec![head.to_owned()];
    let teams = ctx.directory.teams().map(|(id, name)| (Some(id), name));
    for (team, name) in teams.chain([(None, "未分组")]) {
        let names: Vec<String> =
            all.iter().filter(|person| person.team == team).map(|person| shown(person)).collect();
        if !names.is_empty() {
            lines.push(format!("{name} {} 人：{}", names.len(), names.join("、")));
        }
    }
    lines.join("\n")
}

fn counts(ctx: &Ctx<'_, '_>, head: &str, all: &[&Person]) -> String {
    let mut lines = vec![head.to_owned()];
    let teams = ctx.directory.teams().map(|(id, name)| (Some(id), name));
    for (team, name) in teams.chain([(None, "未分组")]) {
        let count = all.iter().filter(|person| person.team == team).count();
        if count > 0 {
            lines.push(format!("{name} {count} 人"));
        }
    }
    lines.push("看一个组，例：名单 一组".to_owned());
    lines.join("\n")
}

fn card(ctx: &Ctx<'_, '_>, person: &Person) -> String {
    let team = shared::team_of(&ctx.directory, person);
    let mut lines = vec![format!("{} · {team} · {}", person.label, person.roles)];
    if let Some(entered) = person.entered_on {
        lines.push(format!("入职 {entered}"));
    }
    if let Some(left) = person.left_on {
        lines.push(format!("最后一天 {left}"));
    }
    let today = ctx.desk.today();
    for acting in
        ctx.directory.acting().iter().filter(|acting| acting.person == person.id && acting.to >= today)
    {
        lines.push(told(ctx, acting));
    }
    for shown in person.identities.iter().filter_map(|known| known.shown_name.as_deref()) {
        if shown != person.name {
            lines.push(format!("平台上的名字：{shown}"));
        }
    }
    lines.push(match person.identities.len() {
        0 => "还没有绑定账号，收不到私聊。请本人发：我是 姓名".to_owned(),
        count => format!("已绑定 {count} 个账号"),
    });
    lines.join("\n")
}

/// `代理组长（二组）12-01 周二 至 12-03 周四`.
pub(crate) fn told(ctx: &Ctx<'_, '_>, acting: &Acting) -> String {
    let team = acting.team.and_then(|team| ctx.directory.team_name(team));
    let team = team.map_or_else(String::new, |team| format!("（{team}）"));
    format!("代理{}{team} {}至{}", acting.role.word(), day_name(acting.from), day_name(acting.to))
}

fn leavers(ctx: &Ctx<'_, '_>, by: &ReadGroup) -> String {
    let mut gone: Vec<&Person> = ctx
        .directory
        .everybody()
        .filter(|person| !person.is_member(ctx.desk.now) && by.covers(person.team))
        .collect();
    gone.sort_by_key(|person| std::cmp::Reverse(person.rights_end));
    let more = gone.len().saturating_sub(MOST);
    gone.truncate(MOST);
    let names: Vec<String> = gone
        .iter()
        .map(|person| match person.left_on {
            Some(left) => format!("{}（{left}）", person.label),
            None => person.label.clone(),
        })
        .collect();
    match (names.is_empty(), more) {
        (true, _) => "没有离职的成员。".to_owned(),
        (false, 0) => format!("离职 {} 人：{}", names.len(), names.join("、")),
        (false, more) => format!("离职（最近 {} 人，另有 {more} 人）：{}", names.len(), names.join("、")),
    }
}
