//! 排班 均衡: how often each has which shift, and where the spread is wider than the department wants.

use bot::{Ctx, Reply, Stop};
use chrono::Datelike;
use domain::Span;
use domain::rights::Decide;
use domain::settings::catalogue::rota::SPREAD;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn show(ctx: &mut Ctx<'_, '_>, by: &Decide, span: Span) -> Result<Reply, Stop> {
    let most = ctx.desk.book()?.count(&SPREAD, span.from);
    let rows = ctx.desk.tx.rota_between(span)?;
    let mut counts: BTreeMap<i64, BTreeMap<String, u32>> = BTreeMap::new();
    let mut shifts: BTreeSet<String> = BTreeSet::new();
    for row in rows {
        let person = ctx.directory.person(row.person);
        let covered =
            person.is_some_and(|person| by.scope().covers(person.team) && person.roles.owes_report());
        if covered {
            *counts.entry(row.person).or_default().entry(row.name.clone()).or_default() += 1;
            shifts.insert(row.name);
        }
    }
    let month = span.from.month();
    if counts.is_empty() {
        return Ok(Reply::text(format!("{month}月还没有排班。例：排班 张三 下月 早班 早班 晚班 晚班 休 休")));
    }
    let mut lines = vec![format!("{month}月各班天数")];
    for (person, own) in &counts {
        let parts: Vec<String> = own.iter().map(|(shift, count)| format!("{shift}{count}")).collect();
        lines.push(format!("{}：{}", ctx.directory.label(*person), parts.join(" ")));
    }
    let uneven: Vec<String> = shifts
        .iter()
        .filter_map(|shift| {
            let of = || counts.values().map(|own| own.get(shift).copied().unwrap_or(0));
            let (least, highest) = (of().min()?, of().max()?);
            (highest - least > most).then(|| format!("{shift}最多{highest}天、最少{least}天"))
        })
        .collect();
    lines.push(if uneven.is_empty() {
        format!("各人相差不超过{most}天，均衡（R-174）。")
    } else {
        format!("不均衡（相差应不超过{most}天，R-174）：{}", uneven.join("；"))
    });
    Ok(Reply::text(lines.join("\n")))
}
