//! 转派: gives follow-ups to somebody else, all at once when somebody leaves. The credit stays where it is.

use crate::shared;
use bot::{Command, Ctx, Place, Reach, Reply, Run, Said, Stop, Who, args};
use domain::rights::Decide;
use domain::{PersonId, Role};

pub(crate) const COMMAND: Command = Command {
    name: "转派",
    aliases: &["转交"],
    summary: "把回访转给别人",
    usage: "转派 @从 @给 [H编号 …]",
    details: "不写编号，就是他的全部待办，加上他名下以后要回访的患者；离职的也能转。业绩归属不变，记录都留着。",
    examples: &["转派 张三 李四"],
    rules: &["R-107", "R-113"],
    who: Who::Members,
    place: Place::Anywhere,
    reach: Reach::Shared,
    template: None,
    run: Run::Decide(run),
    undo: &[],
};

/// Tasks that are given at once.
const MOST: u32 = 2_000;

fn run(ctx: &mut Ctx<'_, '_>, by: &Decide, text: &str) -> Result<Reply, Stop> {
    let mut words = args::Words::new(text);
    let usage = || Stop::bad(format!("从谁转给谁？例：{}", COMMAND.examples[0]));
    let from = words.take_person().ok_or_else(usage)?;
    words.take_word_in(&[("给", ()), ("到", ()), ("转给", ())]);
    let to = words.take_person().ok_or_else(usage)?;
    let from = shared::member_or_leaver(ctx, &from)?;
    let to = ctx.desk.person_named(&to.name, to.number)?;
    if from == to {
        return Err(Stop::bad("从和给是同一个人，没有转。"));
    }
    let now = ctx.desk.now;
    let directory = ctx.desk.directory()?;
    let team = |id: PersonId| directory.person(id).and_then(|person| person.team);
    let covered =
        |id: PersonId| by.plan(id, team(id)).map_err(|denied| shared::denied(denied, &directory.label(id)));
    let over = covered(from)?;
    covered(to)?;
    let consults = [Role::Consultant, Role::PhoneConsultant, Role::Lead, Role::Supervisor];
    if !directory.person(to).is_some_and(|person| person.roles.any(&consults)) {
        return Err(Stop::bad(format!("{}不做回访，请转给咨询员或组长。", directory.label(to))));
    }
    let mut numbers = Vec::new();
    while !words.is_empty() {
        let rest = words.rest();
        let Some((no, left)) = shared::label(rest, 'H') else {
            let word = ctx.incoming.quote(words.peek().unwrap_or_default());
            return Err(Stop::bad(format!("没看懂「{word}」，要写 H编号。写法：{}", COMMAND.usage)));
        };
        numbers.push(no);
        words = args::Words::new(left);
    }
    let held = ctx.desk.tx.follow_ups_held(from, MOST)?;
    let chosen: Vec<i64> = if numbers.is_empty() {
        held.iter().map(|task| task.no).collect()
    } else {
        if let Some(no) = numbers.iter().find(|no| !held.iter().any(|task| task.no == **no)) {
            let whose = directory.label(from);
            return Err(Stop::not_found(format!("H{no} 不在{whose}的待办里，没有转。")));
        }
        numbers.clone()
    };
    let mut moved = Vec::new();
    for no in chosen {
        if ctx.desk.tx.reassign_follow_up(&over, no, to, now)? {
            moved.push(format!("H{no}"));
        }
    }
    let later =
        if numbers.is_empty() { ctx.desk.tx.hand_over_appointments(&over, from, to, now)? } else { 0 };
    if moved.is_empty() && later == 0 {
        return Err(Stop::wrong_state(format!("{}没有要转的回访。", directory.label(from))));
    }
    let (from_name, to_name) = (directory.label(from), directory.label(to));
    let what = match (moved.as_slice(), later) {
        ([], later) => format!("以后的回访{later}位"),
        (moved, 0) => format!("回访{}个（{}）", moved.len(), listed(moved)),
        (moved, later) => format!("回访{}个（{}），以后的回访{later}位", moved.len(), listed(moved)),
    };
    let told = Said::text(format!("{from_name}的{what}转给你了，业绩归属不变。发「待办」看名单。"));
    if ctx.person != Some(to) {
        ctx.desk.tell(to, None, &told, true)?;
    }
    Ok(Reply::text(format!("已转派：{from_name}的{what}转给{to_name}，业绩归属不变（R-107）。")))
}

fn listed(labels: &[String]) -> String {
    const SHOWN: usize = 10;
    let more = if labels.len() > SHOWN { "…" } else { "" };
    format!("{}{more}", labels.iter().take(SHOWN).cloned().collect::<Vec<_>>().join("、"))
}
