//! 确认归属: a person says that a suggested credit stands. To give it to somebody else is 裁定.

use crate::arrival::{judging, telling};
use crate::credit::{self, parties};
use crate::shared;
use bot::{Command, Ctx, Place, Reach, Reply, Run, Stop, Undo, Who};
use domain::rights::Decide;
use std::collections::BTreeSet;
use store::CreditState;

pub(crate) const COMMAND: Command = Command {
    name: "确认归属",
    aliases: &["归属确认"],
    summary: "确认系统建议的到诊归属",
    usage: "确认归属 D编号",
    details: "只用于写着「建议归…，待主管确认」的到诊；不同意建议，用「裁定」。",
    examples: &["确认归属 D1"],
    rules: &["R-078", "R-079", "R-087", "R-091"],
    who: Who::Roles(LEADERS),
    place: Place::Anywhere,
    reach: Reach::Shared,
    template: None,
    run: Run::Decide(run),
    undo: &[Undo { kind: "credit.confirmed", run: judging::undo }],
};

/// Those who lead the department.
pub(crate) const LEADERS: &[domain::Role] =
    &[domain::Role::Supervisor, domain::Role::Director, domain::Role::Admin];

fn run(ctx: &mut Ctx<'_, '_>, lead: &Decide, text: &str) -> Result<Reply, Stop> {
    let Some((no, "")) = shared::label(text, 'D') else {
        return Err(Stop::bad(format!("要写到诊编号，例：{}", COMMAND.examples[0])));
    };
    let arrival = credit::arrival(ctx, no)?;
    let label = arrival.label();
    let answer = parties::answer(&ctx.directory, &arrival);
    if arrival.credit.state != CreditState::Suggested {
        return Err(Stop::wrong_state(format!("{label} 不用确认：{answer}。有异议发：申诉 {label} 理由")));
    }
    let Some(to) = arrival.credit.to else {
        return Err(Stop::wrong_state(format!(
            "{label} 没有建议归谁，要裁定。请发：裁定 {label} @姓名 理由"
        )));
    };
    let over = judging::over_all(ctx, lead, &BTreeSet::new(), to)?;
    if ctx.desk.tx.confirm_credit(&over, no, ctx.desk.now)?.is_none() {
        return Err(Stop::wrong_state(format!("{label} 刚刚由别人处理了。发「归属 {label}」看结果。")));
    }
    let after = credit::arrival(ctx, no)?;
    let concerned = parties::parties(&mut ctx.desk, &after)?;
    telling::tell_changed(&mut ctx.desk, &after, concerned)?;
    let answer = parties::answer(&ctx.directory, &after);
    Ok(Reply::text(format!("已确认 {label}：{answer}，各方私下已知道。\n按错了发：撤销")))
}
