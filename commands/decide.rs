//! 同意 / 驳回: decides what waits for a decision. The letter of the number says what it is: `J3` a request to join.

use crate::shared;
use bot::{Command, Ctx, Place, Reach, Reply, Said, Stop, Undo, Who, args};
use domain::{Role, Roles};
use serde_json::Value;
use store::{Event, Fact, Identity, JoinRequest};

pub(crate) const APPROVE: Command = Command {
    name: "同意",
    aliases: &["批准", "通过"],
    summary: "同意一项申请",
    usage: "同意 编号 [角色] [组]",
    details: "J 开头是加入申请。可以顺便写角色和组：不写角色就是咨询员，不写组就按申请人写的。组长只能同意自己组的咨询员、电话咨询员和导医。",
    examples: &["同意 J3", "同意 J3 组长 一组"],
    rules: &[],
    who: Who::Roles(shared::LEADS),
    place: Place::Anywhere,
    reach: Reach::Shared,
    template: None,
    run: approve,
    undo: &[Undo { kind: "member.approved", run: undo_approved }],
};

pub(crate) const REFUSE: Command = Command {
    name: "驳回",
    aliases: &["拒绝", "不同意"],
    summary: "驳回一项申请",
    usage: "驳回 编号 理由",
    details: "要写理由，会记下来。驳回以后，申请人可以重新申请。",
    examples: &["驳回 J3 不是本组成员"],
    rules: &[],
    who: Who::Roles(shared::LEADS),
    place: Place::Anywhere,
    reach: Reach::Shared,
    template: None,
    run: refuse,
    undo: &[Undo { kind: "member.refused", run: undo_refused }],
};

/// The roles that a group's lead may give.
const GIVEN_BY_LEADS: &[Role] = &[Role::Consultant, Role::PhoneConsultant, Role::Guide];

fn approve(ctx: &mut Ctx<'_, '_>, text: &str) -> Result<Reply, Stop> {
    let (request, rest) = open_request(ctx, text)?;
    let me = ctx.me()?;
    let (my_id, my_roles, my_team) = (me.id, me.roles, me.team);
    let mut roles = Roles::NONE;
    let mut team = request.team.clone();
    let mut words = args::Words::new(&rest);
    while let Some(word) = words.next_word() {
        match Role::from_word(word) {
            Some(role) => roles = roles.with(role),
            None if is_team(ctx, word) => team = Some(word.to_owned()),
            None => {
                return Err(Stop::bad(format!(
                    "「{}」不是角色，也不是组名，没有处理。例：同意 J{} 组长 一组",
                    args::quote(word),
                    request.no
                )));
            }
        }
    }
    if roles == Roles::NONE {
        roles = Roles::of(&[Role::Consultant]);
    }
    if !my_roles.leads_department() {
        let own = my_team.and_then(|team| ctx.directory.team_name(team)).map(str::to_owned);
        team = team.or_else(|| own.clone());
        if own.is_none() || team != own {
            return Err(Stop::not_allowed("组长只能同意加入自己的组，请找该组组长或管理员。"));
        }
        if let Some(role) = roles.iter().find(|role| !GIVEN_BY_LEADS.contains(role)) {
            return Err(Stop::not_allowed(format!("「{}」要由主管、主任或管理员同意。", role.word())));
        }
    }
    if roles.has(Role::Admin) && !my_roles.has(Role::Admin) {
        return Err(Stop::not_allowed("管理员只能由管理员同意。"));
    }
    if !ctx.desk.tx.close_join(request.no, "approved", Some(my_id), ctx.desk.now)? {
        return Err(already(&request));
    }
    let team_id = match &team {
        Some(team) => Some(ctx.desk.tx.team(team)?),
        None => None,
    };
    let today = ctx.desk.today();
    let person = ctx.desk.tx.add_person(&request.name, roles, team_id, Some(today), ctx.desk.now)?;
    ctx.desk.tx.link_identity(&request.platform, &request.user_id, &request.bot, person)?;
    let label = format!("J{}", request.no);
    let fact = Fact::new("member.approved", Some(my_id))
        .about(label.as_str())
        .with("join", label.as_str())
        .person("by", my_id)
        .person("person", person)
        .with("roles", roles.to_string())
        .with("team", team.as_deref());
    ctx.desk.record_change(fact);
    let place = team.unwrap_or_else(|| "未分组".to_owned());
    let welcome = Said::text(format!(
        "{}，你已加入部门：{place} · {roles}。\n发「帮助」看你能用的命令。",
        request.name
    ));
    ctx.desk.tell(person, None, &welcome, true)?;
    Ok(Reply::text(format!("已同意 {label}：{}加入{place}，角色是{roles}。", request.name)))
}

fn refuse(ctx: &mut Ctx<'_, '_>, text: &str) -> Result<Reply, Stop> {
    let (request, reason) = open_request(ctx, text)?;
    if reason.is_empty() {
        return Err(Stop::bad(format!("请写上理由。例：驳回 J{} 不是本组成员", request.no)));
    }
    let me = ctx.me()?;
    let my_id = me.id;
    let own = me.team.and_then(|team| ctx.directory.team_name(team));
    if !me.roles.leads_department() && request.team.is_some() && request.team.as_deref() != own {
        return Err(Stop::not_allowed("组长只能处理自己组的申请，请找该组组长或管理员。"));
    }
    if !ctx.desk.tx.close_join(request.no, "refused", Some(my_id), ctx.desk.now)? {
        return Err(already(&request));
    }
    let label = format!("J{}", request.no);
    let fact = Fact::new("member.refused", Some(my_id))
        .about(label.as_str())
        .with("join", label.as_str())
        .person("by", my_id)
        .with("reason", reason.as_str());
    ctx.desk.record_change(fact);
    let told =
        Said::text(format!("你的加入申请（{label}）没有通过：{reason}\n写错了可以重发：我是 姓名 组名"));
    let applicant = Identity {
        platform: request.platform.clone(),
        user_id: request.user_id.clone(),
        bot: request.bot.clone(),
    };
    ctx.desk.tell_identity(&applicant, None, None, &told, true)?;
    Ok(Reply::text(format!("已驳回 {label}（{}）：{reason}", request.name)))
}

/// Whether a word after the number names a group, known or new: 同意 J3 欢迎 must not make a group of that name.
fn is_team(ctx: &Ctx<'_, '_>, word: &str) -> bool {
    const ENDINGS: [char; 5] = ['组', '部', '科', '队', '班'];
    ctx.directory.teams().any(|(_, known)| known == word) || word.ends_with(ENDINGS)
}

/// The open request that a text begins with, and what follows its number.
fn open_request(ctx: &mut Ctx<'_, '_>, text: &str) -> Result<(JoinRequest, String), Stop> {
    let Some((no, rest)) = shared::label(text, 'J') else {
        let open = ctx.desk.tx.open_joins(5)?;
        let list: Vec<String> = open.iter().map(|join| format!("J{} {}", join.no, join.name)).collect();
        let hint = if list.is_empty() {
            "现在没有待处理的申请。".to_owned()
        } else {
            format!("待处理：{}", list.join("、"))
        };
        return Err(Stop::bad(format!("请写上编号，例：同意 J3\n{hint}")));
    };
    let rest = rest.to_owned();
    match ctx.desk.tx.join_request(no)? {
        None => Err(Stop::not_found(format!("没有编号 J{no}。发「同意」看待处理的申请。"))),
        Some(request) if request.state != "open" => Err(already(&request)),
        Some(request) => Ok((request, rest)),
    }
}

fn already(request: &JoinRequest) -> Stop {
    let state = match request.state.as_str() {
        "approved" => "已经同意过",
        "refused" => "已经驳回过",
        "withdrawn" => "已被申请人撤销",
        _ => "刚刚由别人处理了",
    };
    Stop::wrong_state(format!("J{}（{}）{state}，不用再处理。", request.no, request.name))
}

fn number_of(event: &Event) -> Result<i64, Stop> {
    let label = event.body.get("join").and_then(Value::as_str).unwrap_or_default();
    match shared::label(label, 'J') {
        Some((no, _)) => Ok(no),
        None => Err(store::Error::Corrupt("join event".to_owned()).into()),
    }
}

fn undo_approved(ctx: &mut Ctx<'_, '_>, event: &Event) -> Result<String, Stop> {
    let no = number_of(event)?;
    let person = event.body.get("person").and_then(|person| person.get("$p")).and_then(Value::as_i64);
    let Some(person) = person else { return Err(store::Error::Corrupt("join event".to_owned()).into()) };
    if !ctx.desk.tx.remove_person(person)? {
        return Err(Stop::wrong_state("这位成员已经用过助手，有记录要保留，不能撤销加入。"));
    }
    ctx.desk.tx.reopen_join(no)?;
    Ok(format!("对 J{no} 的同意，申请重新等待处理"))
}

fn undo_refused(ctx: &mut Ctx<'_, '_>, event: &Event) -> Result<String, Stop> {
    let no = number_of(event)?;
    ctx.desk.tx.reopen_join(no)?;
    Ok(format!("对 J{no} 的驳回，申请重新等待处理"))
}
