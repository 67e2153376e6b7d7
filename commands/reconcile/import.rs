//! 对账 导入: the hospital's list, pasted in private; first a preview, then 确定 applies it.

use super::{change, groups_of, short_day, take_month, telling};
use bot::{Ctx, Reply, Said, Stop, args};
use domain::reconciliation::{Claim, List, Stage, of_text, read};
use domain::rights::{Decide, Scope, Undoing};
use serde_json::Value;
use store::Event;

const EXAMPLE: &str = "例：\n对账 导入 3月\n姓名 电话 年龄 到诊日期\n王小明 13800138000 35 3月5日";
/// Bad rows that one answer names.
const MOST: usize = 5;

pub(super) fn run(ctx: &mut Ctx<'_, '_>, decide: &Decide, mut words: args::Words<'_>) -> Result<Reply, Stop> {
    if ctx.in_group() {
        return Err(Stop::not_allowed("名单里有患者信息，请私聊我发，不要发在群里。"));
    }
    if words.peek().is_some_and(|word| matches!(word, "确定" | "确认")) {
        return apply(ctx, decide);
    }
    let month = take_month(ctx, &mut words)?;
    let rows = of_text(words.rest());
    if rows.is_empty() {
        return Err(Stop::bad(format!(
            "名单是空的。{EXAMPLE}\n整个表格（.xlsx、.csv）请管理员在服务器上导入。"
        )));
    }
    let today = ctx.desk.today();
    let told = month.told(today);
    if today < month.over_from() {
        return Err(Stop::wrong_state(format!(
            "{told}还没过完，{}起才能对账。",
            short_day(month.over_from())
        )));
    }
    let groups = groups_of(ctx, decide, month, None)?;
    if let Some(last) = groups.iter().find_map(|group| match group.stage {
        Stage::Closed { last } => Some(last),
        Stage::Running | Stage::Open { .. } => None,
    }) && groups.iter().all(|group| matches!(group.stage, Stage::Closed { .. }))
    {
        return Err(Stop::rule(
            "R-379",
            format!("{told}对账已在{} 24:00 截止，不能再补报。确有原因请主管重开。", short_day(last)),
        ));
    }
    let list = read(&rows, month);
    if list.rows.is_empty() {
        return Err(Stop::bad(format!(
            "名单里没有{told}能用的行。{}\n{EXAMPLE}",
            problems(&list).join("\n")
        )));
    }
    let (book, now) = (ctx.desk.book()?, ctx.desk.now);
    let teams = match decide.scope() {
        Scope::Teams(teams) => Some(teams.clone()),
        Scope::Department | Scope::Own => None,
    };
    let draft = ctx.desk.tx.draft_list(&decide.for_all(), month, teams.as_deref(), &list.rows, &book, now)?;
    let claims: Vec<&Claim> = groups.iter().flat_map(|group| &group.claims).collect();
    let mut lines = vec![format!("{told}名单预览，还没有导入。")];
    lines.extend(telling::of_list(ctx, &draft, &claims)?);
    lines.extend(problems(&list));
    lines.push("没有问题请发：对账 导入 确定".to_owned());
    Ok(Said::text(lines.join("\n")).button("确定导入", "对账 导入 确定").into())
}

fn problems(list: &List) -> Vec<String> {
    let mut lines: Vec<String> =
        list.bad.iter().take(MOST).map(|bad| format!("没用上：第{}行 {}", bad.line, bad.reason)).collect();
    if list.bad.len() > MOST {
        lines.push(format!("没用上的一共 {} 行。", list.bad.len()));
    }
    if list.elsewhere > 0 {
        lines.push(format!("别的月份 {} 行，没有算。", list.elsewhere));
    }
    if !list.ignored.is_empty() {
        lines.push(format!("没用到的列：{}", list.ignored.join("、")));
    }
    lines
}

fn apply(ctx: &mut Ctx<'_, '_>, decide: &Decide) -> Result<Reply, Stop> {
    let Some(draft) = ctx.desk.tx.draft_of(Some(decide.person()))? else {
        return Err(Stop::not_found(format!("没有等着导入的名单，请先发名单。{EXAMPLE}")));
    };
    let (book, now) = (ctx.desk.book()?, ctx.desk.now);
    if !ctx.desk.tx.apply_list(&decide.for_all(), draft.no, &book, now)? {
        return Err(Stop::wrong_state("这份名单已经导入过了。"));
    }
    let month = draft.month;
    let groups = groups_of(ctx, decide, month, None)?;
    let claims: Vec<&Claim> = groups.iter().flat_map(|group| &group.claims).collect();
    let list = ctx.desk.tx.hospital_list(draft.no)?.unwrap_or(draft);
    let mut lines = vec![format!("已导入{}名单。", month.told(ctx.desk.today()))];
    lines.extend(telling::of_list(ctx, &list, &claims)?);
    let command = format!("对账 确认 {}", month.code());
    lines.push(format!("对上的请发：{command}"));
    Ok(Said::text(lines.join("\n")).button("确认对上的", command).into())
}

pub(super) fn undo(ctx: &mut Ctx<'_, '_>, undoing: &Undoing, event: &Event) -> Result<String, Stop> {
    let corrupt = || store::Error::Corrupt("reconciliation.imported".to_owned());
    let month = change::month_in(event).ok_or_else(corrupt)?;
    let no = event.body.get("list").and_then(Value::as_i64).ok_or_else(corrupt)?;
    if !ctx.desk.tx.undo_list(undoing, no)? {
        return Err(Stop::wrong_state("这份名单已经换成别的，或者撤销过了。"));
    }
    Ok(format!("{}医院名单的导入", month.told(ctx.desk.today())))
}
