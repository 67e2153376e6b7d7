//! 加人: adds a member by hand, with role, group, first day and the account on this platform.

use crate::shared::{self, Chosen};
use bot::{Command, Ctx, Place, Reach, Reply, Run, Stop, Undo, Who, args};
use domain::rights::{Administer, Undoing};
use domain::{Role, Roles};
use serde_json::Value;
use store::{Event, Identity, NewMember};

pub(crate) const COMMAND: Command = Command {
    name: "加人",
    aliases: &["添加成员", "新增成员"],
    summary: "添加成员",
    usage: "加人 姓名 [角色…] [组] [入职 日期] [账号 平台账号]",
    details: "不写角色就是咨询员。写了账号，本人马上能用；没写，本人发「我是 姓名」再绑定。人多请用表格导入：deskmate import-people。",
    examples: &[
        "加人 张三",
        "加人 张三 电话咨询员 一组 入职 2026-03-01",
        "加人 张三 组长 一组 账号 zhangsan",
    ],
    rules: &["R-431", "R-452"],
    who: Who::Members,
    place: Place::Anywhere,
    reach: Reach::Shared,
    template: None,
    run: Run::Administer(run),
    undo: &[Undo { kind: "member.added", run: undo }],
};

/// Longest account that is taken.
const LONGEST_ACCOUNT: usize = 64;

fn run(ctx: &mut Ctx<'_, '_>, by: &Administer, text: &str) -> Result<Reply, Stop> {
    let today = ctx.desk.today();
    let mut words = args::Words::new(text);
    let Some(token) = words.take_person() else {
        return Err(Stop::bad(format!("请写上姓名。例：{}", COMMAND.examples[1])));
    };
    if token.name.chars().count() > domain::person::LONGEST_NAME {
        return Err(Stop::bad("姓名太长，请核对。"));
    }
    let (mut roles, mut team, mut entered, mut account) = (Roles::NONE, None, None, None);
    while !words.is_empty() {
        if words.take_word_in(&[("入职", ()), ("入职日期", ())]).is_some() {
            let date = words.take_date(today, args::Lean::Past).map_err(|bad| Stop::bad(bad.told()))?;
            entered = Some(date.ok_or_else(|| Stop::bad("没看懂入职日期。例：入职 2026-03-01"))?);
        } else if words.take_word_in(&[("账号", ()), ("帐号", ())]).is_some() {
            let typed = words.next_word().filter(|typed| typed.len() <= LONGEST_ACCOUNT);
            account = Some(typed.ok_or_else(|| Stop::bad("没看懂账号。例：账号 zhangsan"))?.to_owned());
        } else {
            match shared::take_role_or_team(ctx, &mut words) {
                Chosen::Role(role) => roles = roles.with(role),
                Chosen::Team(name) => team = Some(name),
                Chosen::NoTeam => team = None,
                Chosen::Neither(word) => {
                    return Err(Stop::bad(format!("没看懂「{word}」，没有添加。写法：{}", COMMAND.usage)));
                }
            }
        }
    }
    if roles == Roles::NONE {
        roles = Roles::of(&[Role::Consultant]);
    }
    by.may_change(0, Roles::NONE, roles, usize::MAX).map_err(|denied| shared::denied(denied, &token.name))?;
    let identity = account.as_ref().map(|account| Identity {
        platform: ctx.incoming.platform.to_owned(),
        user_id: account.clone(),
        bot: ctx.incoming.bot.clone(),
        shown_name: None,
    });
    if let Some(identity) = &identity
        && let Some(owner) = ctx.directory.who(&identity.platform, &identity.user_id, ctx.desk.now)
    {
        return Err(Stop::wrong_state(format!("这个账号已经是{}的，没有添加。", owner.label)));
    }
    let namesakes = ctx.directory.named(&token.name, ctx.desk.now).len();
    let identities: Vec<Identity> = identity.into_iter().collect();
    let member = NewMember {
        name: &token.name,
        roles,
        team: team.as_deref(),
        entered_on: entered.or(Some(today)),
        identities: &identities,
        source: "command",
    };
    let id = ctx.desk.tx.add_member(by, &member, ctx.desk.now)?;
    let label = ctx.desk.directory()?.label(id);
    let place = team.unwrap_or_else(|| "未分组".to_owned());
    let mut lines = vec![format!("已添加：{label} · {place} · {roles}")];
    if namesakes > 0 {
        lines.push(format!("部门里有同名的人，以后请写「{label}」。"));
    }
    if identities.is_empty() {
        lines.push(format!("还没有绑定账号：请本人私聊我发「我是 {}」。", token.name));
    }
    Ok(Reply::text(lines.join("\n")))
}

fn undo(ctx: &mut Ctx<'_, '_>, by: &Undoing, event: &Event) -> Result<String, Stop> {
    let person = shared::person_in(event)?;
    let name = event.body.get("name").and_then(Value::as_str).unwrap_or_default();
    shared::may_remove(ctx, &by.administer(), person)?;
    if !ctx.desk.tx.remove_member(&by.administer(), person, ctx.desk.now)? {
        return Err(Stop::wrong_state(format!(
            "{name}已经用过助手，有记录要保留，不能撤销；要停用请发：停用 {name}"
        )));
    }
    Ok(format!("添加成员{name}"))
}
