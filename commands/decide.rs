//! 同意 / 驳回: decides what waits for a decision. The letter of the number says what it is: `J3` a request to join.

use crate::shared::{self, Chosen};
use crate::{late_entry, leave, proposals, swap};
use bot::{Command, Ctx, Place, Reach, Reply, Run, Said, Stop, Undo, Who, args};
use domain::rights::{Decide, Denied, Record, Scope, Undoing};
use domain::{Role, Roles};
use serde_json::Value;
use store::{Event, Fact, Identity, JoinRequest, NewMember};

pub(crate) const APPROVE: Command = Command {
    name: "同意",
    aliases: &["批准", "通过"],
    summary: "同意一项申请",
    usage: "同意 编号 [角色] [组] | 同意 编号 绑定 姓名",
    details: "J 开头是加入申请，E 开头是延迟登记（主管批），L 开头是请假，W 开头是换班，K 开头是台账（主管批）。同意加入时可以顺便写角色和组：不写角色就是咨询员，不写组就按申请人写的。组长只能同意自己组的咨询员、电话咨询员和导医。申请人已是成员、只是换了账号时，写「绑定 姓名」。",
    examples: &["同意 J3", "同意 J3 组长 一组", "同意 J3 绑定 张三"],
    rules: &[],
    who: Who::Members,
    place: Place::Anywhere,
    reach: Reach::Shared,
    template: None,
    run: Run::Answer(approve),
    undo: &[
        Undo { kind: "member.approved", run: undo_approved },
        Undo { kind: "extension.decided", run: late_entry::undo_decided },
        Undo { kind: "leave.decided", run: leave::undoing::decision },
        Undo { kind: "swap.decided", run: swap::undo_decided },
    ],
};

pub(crate) const REFUSE: Command = Command {
    name: "驳回",
    aliases: &["拒绝", "不同意"],
    summary: "驳回一项申请",
    usage: "驳回 编号 理由",
    details: "要写理由，会记下来。驳回以后，申请人可以重新申请。",
    examples: &["驳回 J3 不是本组成员"],
    rules: &[],
    who: Who::Members,
    place: Place::Anywhere,
    reach: Reach::Shared,
    template: None,
    run: Run::Answer(refuse),
    undo: &[Undo { kind: "member.refused", run: undo_refused }],
};

/// What waits for somebody besides those who lead: the partner of a swap. For everything else the right to decide.
fn deciding(lead: Option<&Decide>) -> Result<&Decide, Stop> {
    lead.ok_or_else(|| {
        Stop::not_allowed(
            "「同意」和「驳回」只有组长、主管、主任、管理员可以用；换班的对方也可以：同意 W编号。",
        )
    })
}

/// A leave or a swap, by its number.
fn leave_or_swap(
    ctx: &mut Ctx<'_, '_>,
    own: &Record,
    lead: Option<&Decide>,
    text: &str,
    approves: bool,
) -> Option<Result<Reply, Stop>> {
    if let Some((no, _)) = shared::label(text, 'W') {
        return Some(swap::decide(ctx, own, lead, no, approves));
    }
    let (no, rest) = shared::label(text, 'L')?;
    let reason = (!rest.is_empty()).then_some(rest);
    Some(deciding(lead).and_then(|by| leave::deciding::decide(ctx, by, no, approves, reason)))
}

fn approve(ctx: &mut Ctx<'_, '_>, own: &Record, lead: Option<&Decide>, text: &str) -> Result<Reply, Stop> {
    if let Some(decided) = leave_or_swap(ctx, own, lead, text, true) {
        return decided;
    }
    let by = deciding(lead)?;
    if let Some((no, rest)) = shared::label(text, 'E') {
        return late_entry::decide(ctx, by, no, true, rest);
    }
    if let Some((no, rest)) = shared::label(text, 'K') {
        return proposals::decide(ctx, by, no, true, rest);
    }
    let (request, rest) = open_request(ctx, text)?;
    let mut words = args::Words::new(&rest);
    if words.take_word_in(&[("绑定", ()), ("并入", ())]).is_some() {
        return link(ctx, by, &request, &mut words);
    }
    let mut roles = Roles::NONE;
    let mut team = request.team.clone();
    while !words.is_empty() {
        match shared::take_role_or_team(ctx, &mut words) {
            Chosen::Role(role) => roles = roles.with(role),
            Chosen::Team(name) => team = Some(name),
            Chosen::NoTeam => team = None,
            Chosen::Neither(word) => {
                return Err(Stop::bad(format!(
                    "「{word}」不是角色，也不是组名，没有处理。例：同意 J{} 组长 一组",
                    request.no
                )));
            }
        }
    }
    if roles == Roles::NONE {
        roles = Roles::of(&[Role::Consultant]);
    }
    if let (None, Scope::Teams(teams)) = (&team, by.scope()) {
        // A lead lets people into the own group where none is named.
        team = teams.first().and_then(|team| ctx.directory.team_name(*team)).map(str::to_owned);
    }
    let over = by.admit(team_number(ctx, team.as_deref()), roles).map_err(|denied| match denied {
        Denied::OutOfScope => Stop::not_allowed("组长只能同意加入自己的组，请找该组组长或管理员。"),
        denied => shared::denied(denied, &request.name),
    })?;
    if !ctx.desk.tx.decide_join(&over, request.no, "approved", ctx.desk.now)? {
        return Err(already(&request));
    }
    let label = request.label();
    let identity = applicant(&request);
    let member = NewMember {
        name: &request.name,
        roles,
        team: team.as_deref(),
        entered_on: Some(ctx.desk.today()),
        identities: &[identity],
        source: "command",
    };
    let person = ctx.desk.tx.admit_member(&over, &label, &member, ctx.desk.now)?;
    let place = team.unwrap_or_else(|| "未分组".to_owned());
    let welcome = Said::text(format!(
        "{}，你已加入部门：{place} · {roles}。\n发「帮助」看你能用的命令。",
        request.name
    ));
    ctx.desk.tell(person, None, &welcome, true)?;
    Ok(Reply::text(format!("已同意 {label}：{}加入{place}，角色是{roles}。", request.name)))
}

/// The applicant is a member already, with another account.
fn link(
    ctx: &mut Ctx<'_, '_>,
    by: &Decide,
    request: &JoinRequest,
    words: &mut args::Words<'_>,
) -> Result<Reply, Stop> {
    let Some(token) = words.take_person().filter(|_| words.is_empty()) else {
        return Err(Stop::bad(format!("请写上绑定给谁。例：同意 J{} 绑定 张三", request.no)));
    };
    let id = ctx.desk.person_named(&token.name, token.number)?;
    let Some(person) = ctx.directory.person(id) else { return Err(Stop::not_found("没有这位成员。")) };
    // Whoever is bound to an account has its rights, so only who could give them may bind.
    let roles = ctx.directory.standing(person, ctx.desk.today()).roles();
    let bound = by.over(id, person.team).and_then(|over| by.admit(person.team, roles).map(|_| over));
    let over = bound.map_err(|denied| shared::denied(denied, &person.label))?;
    if !ctx.desk.tx.decide_join(&over, request.no, "approved", ctx.desk.now)? {
        return Err(already(request));
    }
    let label = request.label();
    ctx.desk.tx.admit_identity(&over, &label, id, &applicant(request), ctx.desk.now)?;
    let welcome =
        Said::text(format!("{}，这个账号已经绑定到你名下。\n发「帮助」看你能用的命令。", person.name));
    ctx.desk.tell_identity(&applicant(request), Some(id), None, &welcome, true)?;
    Ok(Reply::text(format!("已同意 {label}：这个账号是{}的。", person.label)))
}

fn refuse(ctx: &mut Ctx<'_, '_>, own: &Record, lead: Option<&Decide>, text: &str) -> Result<Reply, Stop> {
    if let Some(decided) = leave_or_swap(ctx, own, lead, text, false) {
        return decided;
    }
    let by = deciding(lead)?;
    if let Some((no, rest)) = shared::label(text, 'E') {
        return late_entry::decide(ctx, by, no, false, rest);
    }
    if let Some((no, rest)) = shared::label(text, 'K') {
        return proposals::decide(ctx, by, no, false, rest);
    }
    let (request, reason) = open_request(ctx, text)?;
    if reason.is_empty() {
        return Err(Stop::bad(format!("请写上理由。例：驳回 J{} 不是本组成员", request.no)));
    }
    // A request without a group belongs to every lead.
    let over = match &request.team {
        None => by.for_all(),
        Some(team) => by
            .admit(team_number(ctx, Some(team)), Roles::NONE)
            .map_err(|_| Stop::not_allowed("组长只能处理自己组的申请，请找该组组长或管理员。"))?,
    };
    if !ctx.desk.tx.decide_join(&over, request.no, "refused", ctx.desk.now)? {
        return Err(already(&request));
    }
    let label = request.label();
    let fact = Fact::new("member.refused", over.by())
        .about(label.as_str())
        .with("join", label.as_str())
        .with("by", over.by().map(Fact::person_value))
        .with("reason", reason.as_str());
    ctx.desk.record(fact);
    let told =
        Said::text(format!("你的加入申请（{label}）没有通过：{reason}\n写错了可以重发：我是 姓名 组名"));
    ctx.desk.tell_identity(&applicant(&request), None, None, &told, true)?;
    Ok(Reply::text(format!("已驳回 {label}（{}）：{reason}", request.name)))
}

fn applicant(request: &JoinRequest) -> Identity {
    Identity {
        platform: request.platform.clone(),
        user_id: request.user_id.clone(),
        bot: request.bot.clone(),
        shown_name: None,
    }
}

/// The number of a group; `None` when there is none of that name yet.
fn team_number(ctx: &Ctx<'_, '_>, name: Option<&str>) -> Option<i64> {
    ctx.directory.teams().find(|(_, known)| Some(*known) == name).map(|(id, _)| id)
}

/// The open request that a text begins with, and what follows its number.
fn open_request(ctx: &mut Ctx<'_, '_>, text: &str) -> Result<(JoinRequest, String), Stop> {
    let Some((no, rest)) = shared::label(text, 'J') else {
        let open = ctx.desk.tx.open_joins(5)?;
        let mut list: Vec<String> = open.iter().map(|join| format!("J{} {}", join.no, join.name)).collect();
        list.extend(late_entry::open(ctx)?);
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

fn undo_approved(ctx: &mut Ctx<'_, '_>, by: &Undoing, event: &Event) -> Result<String, Stop> {
    let no = number_of(event)?;
    let person = shared::person_in(event)?;
    shared::may_remove(ctx, &by.administer(), person)?;
    if !ctx.desk.tx.remove_member(&by.administer(), person, ctx.desk.now)? {
        return Err(Stop::wrong_state("这位成员已经用过助手，有记录要保留，不能撤销加入。"));
    }
    ctx.desk.tx.reopen_join(&by.over(None), no)?;
    Ok(format!("对 J{no} 的同意，申请重新等待处理"))
}

fn undo_refused(ctx: &mut Ctx<'_, '_>, by: &Undoing, event: &Event) -> Result<String, Stop> {
    let no = number_of(event)?;
    ctx.desk.tx.reopen_join(&by.over(None), no)?;
    Ok(format!("对 J{no} 的驳回，申请重新等待处理"))
}
