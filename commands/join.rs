//! 我是: a newcomer asks to join; a lead or the admin approves.

use bot::{Command, Ctx, Place, Reach, Reply, Run, Said, Stop, Who, args};

pub(crate) const COMMAND: Command = Command {
    name: "我是",
    aliases: &["我叫", "加入"],
    summary: "申请加入部门",
    usage: "我是 姓名 [组]",
    details: "组长或管理员同意后就能用其他命令。",
    examples: &["我是 张三 一组"],
    rules: &[],
    who: Who::Strangers,
    place: Place::Anywhere,
    reach: Reach::Shared,
    template: None,
    run: Run::Open(run),
    undo: &[],
};

/// Longest name of a group.
const LONGEST_TEAM: usize = 20;

fn run(ctx: &mut Ctx<'_, '_>, text: &str) -> Result<Reply, Stop> {
    let mut words = args::Words::new(text);
    let Some(name) = words.take_person().map(|person| person.name) else {
        // The platform may show a nickname, so its name is offered, not taken.
        let shown = ctx.incoming.sender.name.as_deref().unwrap_or("张三");
        return Err(Stop::bad(format!("请写上姓名和组。例：我是 {shown} 一组")));
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
    let shown = incoming.sender.name.as_deref().filter(|shown| *shown != name);
    let shown = shown.map_or_else(String::new, |shown| format!("，平台上的名字是{shown}"));
    let known = ctx.directory.named(&name, ctx.desk.now);
    let namesake = known.first().map_or_else(String::new, |person| {
        format!(
            "\n已有成员{}。如果是同一个人换了账号，请发：同意 {label} 绑定 {}",
            person.label, person.label
        )
    });
    let asked = Said::text(match &team {
        Some(team) => format!("{name}申请加入{team}（{label}{shown}）{namesake}"),
        None => format!("{name}申请加入，没写组（{label}{shown}）{namesake}"),
    })
    .button("同意", format!("同意 {label}"))
    .button("驳回", format!("驳回 {label} 不是本组成员"));
    let approvers = ctx.directory.leads_of(team_id, ctx.desk.now, ctx.desk.today());
    for approver in &approvers {
        ctx.desk.tell(*approver, Some(&format!("join:{no}:{approver}")), &asked, true)?;
    }
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
