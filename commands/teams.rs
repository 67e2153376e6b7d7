//! 分组: who is in which group (组), and what a group is called.

use crate::shared::{self, Chosen};
use bot::{Command, Ctx, Place, Reach, Reply, Run, Stop, Who, args};
use domain::rights::Administer;
use store::MemberChange;

pub(crate) const COMMAND: Command = Command {
    name: "分组",
    aliases: &["编组", "换组"],
    summary: "看分组、把成员分到组",
    usage: "分组 | 分组 姓名… 组|无 | 分组 组 改名 新名",
    details: "不带内容看各组的组长和人数。没有的组会自动新建。写「无」就移出组。",
    examples: &["分组", "分组 张三 李四 一组", "分组 张三 无", "分组 一组 改名 甲组"],
    rules: &["R-452"],
    who: Who::Members,
    place: Place::Anywhere,
    reach: Reach::Shared,
    template: None,
    run: Run::Administer(run),
    undo: &[],
};

/// People that one message moves at the most.
const MOST: usize = 50;

fn run(ctx: &mut Ctx<'_, '_>, by: &Administer, text: &str) -> Result<Reply, Stop> {
    let mut words = args::Words::new(text);
    if words.is_empty() {
        return Ok(Reply::text(shown(ctx)));
    }
    let mut renamed = words.clone();
    if let Some(first) = renamed.next_word()
        && renamed.take_word_in(&[("改名", ()), ("更名", ()), ("改名为", ())]).is_some()
    {
        return rename(ctx, by, first, renamed.rest().trim());
    }
    let mut people = Vec::new();
    let mut team: Option<Option<String>> = None;
    while !words.is_empty() {
        match shared::take_role_or_team(ctx, &mut words) {
            Chosen::Team(name) if team.is_none() => team = Some(Some(name)),
            Chosen::NoTeam if team.is_none() => team = Some(None),
            Chosen::Neither(word) if people.len() < MOST => {
                let Some(token) = args::Words::new(&word).take_person() else {
                    return Err(Stop::bad(format!("没看懂「{word}」。写法：{}", COMMAND.usage)));
                };
                people.push(ctx.desk.person_named(&token.name, token.number)?);
            }
            _ => return Err(Stop::bad(format!("一次只分到一个组。写法：{}", COMMAND.usage))),
        }
    }
    let (Some(team), false) = (team, people.is_empty()) else {
        return Err(Stop::bad(format!("要写明谁、哪个组。例：{}", COMMAND.examples[1])));
    };
    let directory = ctx.desk.directory()?;
    let mut names = Vec::new();
    for id in people {
        let Some(person) = directory.person(id) else { continue };
        shared::may_change(ctx, by, person, person.roles)?;
        let change = MemberChange { team: Some(team.as_deref()), ..MemberChange::default() };
        ctx.desk.tx.change_member(by, id, &change, ctx.desk.now)?;
        names.push(person.label.clone());
    }
    let place = team.unwrap_or_else(|| "未分组".to_owned());
    Ok(Reply::text(format!("已分组：{} → {place}", names.join("、"))))
}

fn rename(ctx: &mut Ctx<'_, '_>, by: &Administer, old: &str, new: &str) -> Result<Reply, Stop> {
    let known = |name: &str| ctx.directory.teams().find(|(_, known)| *known == name).map(|(id, _)| id);
    let Some(team) = known(old) else {
        return Err(Stop::not_found(format!("没有组「{}」。发「分组」看全部。", args::quote(old))));
    };
    if !shared::is_team_name(new) {
        return Err(Stop::bad("组名要在20个字以内，以组、部、科、队或班结尾。例：分组 一组 改名 甲组"));
    }
    if known(new).is_some() {
        return Err(Stop::wrong_state(format!("已经有组「{new}」，没有改名。")));
    }
    ctx.desk.tx.rename_team(by, team, new, ctx.desk.now)?;
    Ok(Reply::text(format!("组已改名：{old} → {new}")))
}

fn shown(ctx: &Ctx<'_, '_>) -> String {
    let (now, today) = (ctx.desk.now, ctx.desk.today());
    let mut lines = Vec::new();
    let teams = ctx.directory.teams().map(|(id, name)| (Some(id), name));
    for (team, name) in teams.chain([(None, "未分组")]) {
        let count = ctx.directory.people(now).filter(|person| person.team == team).count();
        let leads: Vec<String> = ctx
            .directory
            .people(now)
            .filter(|person| {
                let standing = ctx.directory.standing(person, today);
                team.is_some() && !standing.roles().leads_department() && standing.scope().covers(team)
            })
            .map(|person| person.label.clone())
            .collect();
        match (team, count, leads.is_empty()) {
            (None, 0, _) => {}
            (None, ..) => lines.push(format!("{name} {count} 人")),
            (Some(_), _, true) => lines.push(format!("{name} {count} 人，没有组长")),
            (Some(_), _, false) => lines.push(format!("{name} {count} 人，组长{}", leads.join("、"))),
        }
    }
    if lines.is_empty() {
        "还没有分组。例：分组 张三 一组".to_owned()
    } else {
        lines.join("\n")
    }
}
