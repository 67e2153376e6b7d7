//! 我是: a newcomer asks to join; a lead or the admin approves.

use crate::shared;
use bot::{Command, Ctx, Place, Reach, Reply, Said, Stop, Who, args};
use store::Fact;

pub(crate) const COMMAND: Command = Command {
    name: "我是",
    aliases: &["我叫", "加入"],
    summary: "申请加入部门",
    usage: "我是 姓名 [组]",
    details: "组长或管理员同意后就能用其他命令。",
    examples: &["我是 张三 一组"],
    rules: &[],
    who: Who::Anyone,
    place: Place::Anywhere,
    reach: Reach::Shared,
    template: None,
    run,
    undo: &[],
};

/// Longest name of a group.
const LONGEST_TEAM: usize = 20;

fn run(ctx: &mut Ctx<'_, '_>, text: &str) -> Result<Reply, Stop> {
    if let Some(me) = ctx.person.and_then(|id| ctx.directory.person(id)) {
        let team = shared::team_of(&ctx.directory, me);
        return Err(Stop::wrong_state(format!(
            "你已经是成员：{}（{team} · {}）。\n发「帮助」看你能用的命令。",
            me.label, me.roles
        )));
    }
    let mut words = args::Words::new(text);
    let Some(name) = words.take_person().map(|person| person.name) else {
        return Err(Stop::bad("请写上姓名和组。例：我是 张三 一组"));
    };
    let team = words.next_word().map(str::to_owned);
    if !words.is_empty() || team.as_ref().is_some_and(|team| team.chars().count() > LONGEST_TEAM) {
        return Err(Stop::bad("只写姓名和组就行。例：我是 张三 一组"));
    }
    let incoming = ctx.incoming;
    let (platform, user_id) = (incoming.platform, &incoming.sender.user_id);
    if let Some(open) = ctx.desk.tx.open_join_of(platform, user_id)? {
        return Err(Stop::wrong_state(format!(
            "你已经申请过（J{}：{}），正在等组长或管理员同意。\n写错了就先发「撤销」，再重新申请。",
            open.no, open.name
        )));
    }
    let no =
        ctx.desk.tx.ask_to_join(platform, &incoming.bot, user_id, &name, team.as_deref(), ctx.desk.now)?;
    let team_id = ctx.directory.teams().find(|(_, known)| Some(*known) == team.as_deref()).map(|(id, _)| id);
    let label = format!("J{no}");
    let asked = Said::text(match &team {
        Some(team) => format!("{name}申请加入{team}（{label}）"),
        None => format!("{name}申请加入，没写组（{label}）"),
    })
    .button("同意", format!("同意 {label}"))
    .button("驳回", format!("驳回 {label} 不是本组成员"));
    let approvers = shared::leads_of_team(&ctx.directory, team_id);
    for approver in &approvers {
        ctx.desk.tell(*approver, Some(&format!("join:{no}:{approver}")), &asked, true)?;
    }
    let fact = Fact::new("member.requested", None)
        .about(label.as_str())
        .with("join", label.as_str())
        .with("person", name.as_str())
        .with("team", team.as_deref());
    ctx.desk.record(fact);
    let who = if approvers.is_empty() {
        "部门里还没有组长和管理员，请先让管理员认领。".to_owned()
    } else {
        let names: Vec<String> = approvers.iter().map(|id| ctx.directory.label(*id)).collect();
        format!("已通知{}，同意后我会告诉你。", names.join("、"))
    };
    Ok(Reply::text(format!(
        "申请已收到（{label}）：{name}{}\n{who}\n写错了就发「撤销」。",
        team.map(|team| format!(" {team}")).unwrap_or_default()
    )))
}
