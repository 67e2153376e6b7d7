//! 设角色: what a member is in the department.

use crate::shared::{self, Chosen};
use bot::{Command, Ctx, Place, Reach, Reply, Run, Said, Stop, Undo, Who, args};
use domain::rights::{Administer, Undoing};
use domain::{Role, Roles};
use store::{Event, MemberChange};

pub(crate) const COMMAND: Command = Command {
    name: "设角色",
    aliases: &["改角色", "角色"],
    summary: "设成员的角色",
    usage: "设角色 姓名 角色…",
    details: "写全这个人的全部角色，原来的被替换。可选：咨询员 电话咨询员 组长 主管 主任 导医 管理员。主管能设咨询员、电话咨询员、导医和组长；管理员只能由管理员来设，最后一位管理员不能去掉。",
    examples: &["设角色 张三 组长", "设角色 张三 咨询员 组长"],
    rules: &["R-431", "R-452"],
    who: Who::Members,
    place: Place::Anywhere,
    reach: Reach::Shared,
    template: None,
    run: Run::Administer(run),
    undo: &[Undo { kind: "member.changed", run: undo }],
};

fn run(ctx: &mut Ctx<'_, '_>, by: &Administer, text: &str) -> Result<Reply, Stop> {
    let mut words = args::Words::new(text);
    let Some(token) = words.take_person() else {
        return Err(Stop::bad(format!("请写上姓名和角色。例：{}", COMMAND.examples[0])));
    };
    let id = ctx.desk.person_named(&token.name, token.number)?;
    let mut roles = Roles::NONE;
    while !words.is_empty() {
        match shared::take_role_or_team(ctx, &mut words) {
            Chosen::Role(role) => roles = roles.with(role),
            Chosen::Team(word) | Chosen::Neither(word) => {
                let all: Vec<&str> = Role::ALL.into_iter().map(Role::word).collect();
                return Err(Stop::bad(format!("「{word}」不是角色。可选：{}", all.join("、"))));
            }
            Chosen::NoTeam => {}
        }
    }
    let directory = ctx.desk.directory()?;
    let Some(person) = directory.person(id) else { return Err(Stop::not_found("没有这位成员。")) };
    if roles == Roles::NONE {
        return Err(Stop::bad(format!(
            "{}现在是{}。要改请写上角色，例：设角色 {} 组长",
            person.label, person.roles, person.label
        )));
    }
    if roles == person.roles {
        return Err(Stop::wrong_state(format!("{}已经是{roles}。", person.label)));
    }
    shared::may_change(ctx, by, person, roles)?;
    let change = MemberChange { roles: Some(roles), ..MemberChange::default() };
    ctx.desk.tx.change_member(by, id, &change, ctx.desk.now)?;
    if ctx.person != Some(id) {
        let said = Said::text(format!(
            "你的角色现在是{roles}（原来{}）。\n发「帮助」看你能用的命令。",
            person.roles
        ));
        ctx.desk.tell(id, None, &said, true)?;
    }
    let hint = if roles.has(Role::Lead) && person.team.is_none() {
        format!("\n还没有分组，组长要有组：分组 {} 一组", person.label)
    } else {
        String::new()
    };
    Ok(Reply::text(format!("{}的角色：{} → {roles}{hint}", person.label, person.roles)))
}

/// Takes back whatever was changed about a member: roles, group, name, first day.
fn undo(ctx: &mut Ctx<'_, '_>, by: &Undoing, event: &Event) -> Result<String, Stop> {
    let id = shared::person_in(event)?;
    let corrupt = || Stop::from(store::Error::Corrupt("member event".to_owned()));
    let directory = ctx.desk.directory()?;
    let Some(person) = directory.person(id) else {
        return Err(Stop::wrong_state("这位成员的添加已经撤销，没有可以撤销的了。"));
    };
    let before = event.body.get("before").and_then(serde_json::Value::as_object).ok_or_else(corrupt)?;
    let text = |field: &str| before.get(field).and_then(serde_json::Value::as_str);
    let team = person.team.and_then(|team| directory.team_name(team));
    let is_now = |field: &str, now: Option<&str>| {
        !before.contains_key(field) || event.body.get(field).and_then(serde_json::Value::as_str) == now
    };
    let roles_now = person.roles.to_string();
    if !is_now("roles", Some(&roles_now)) || !is_now("team", team) || !is_now("name", Some(&person.name)) {
        return Err(Stop::wrong_state(format!("{}后来又改过，不能撤销，请直接重新设。", person.label)));
    }
    let roles = text("roles").map(|words| Roles::parse(words).ok_or_else(corrupt)).transpose()?;
    shared::may_change(ctx, &by.administer(), person, roles.unwrap_or(person.roles))?;
    let change = MemberChange {
        name: text("name"),
        roles,
        team: before.contains_key("team").then(|| text("team")),
        entered_on: before
            .contains_key("entered_on")
            .then(|| text("entered_on").and_then(|day| day.parse().ok())),
    };
    ctx.desk.tx.change_member(&by.administer(), id, &change, ctx.desk.now)?;
    Ok(format!("对{}的改动", person.label))
}
