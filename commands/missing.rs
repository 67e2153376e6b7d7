//! 谁没交: who has filed a day's report, who has not, and who does not owe one.

use bot::{Command, Ctx, Place, Reach, Reply, Run, Stop, Who, args};
use domain::Span;
use domain::calendar::day_name;
use domain::report::{self, Standing};
use domain::rights::{ReadGroup, Scope};
use std::collections::HashMap;

pub(crate) const COMMAND: Command = Command {
    name: "谁没交",
    aliases: &["没交", "谁没交日报", "未交"],
    summary: "看谁交了日报、谁没交",
    usage: "谁没交 [日期]",
    details: "组长看本组，主管、主任和管理员看全部门。休息的人不欠日报。",
    examples: &["谁没交", "谁没交 昨天"],
    rules: &["R-001", "R-003"],
    who: Who::Members,
    place: Place::Anywhere,
    reach: Reach::Own,
    template: None,
    run: Run::ReadGroup(run),
    undo: &[],
};

fn run(ctx: &mut Ctx<'_, '_>, by: &ReadGroup, text: &str) -> Result<Reply, Stop> {
    let today = ctx.desk.today();
    let mut words = args::Words::new(text);
    let date =
        words.take_date(today, args::Lean::Past).map_err(|error| Stop::bad(error.told()))?.unwrap_or(today);
    if !words.is_empty() {
        return Err(Stop::bad("没看懂日期。例：谁没交 昨天"));
    }
    let span = Span::day(date);
    let rota: HashMap<i64, _> =
        ctx.desk.tx.rota_between(span)?.into_iter().map(|row| (row.person, row)).collect();
    let off = ctx.desk.tx.whole_days_off(span)?;
    let filed: HashMap<i64, bool> =
        ctx.desk.tx.live_reports(span)?.into_iter().map(|report| (report.person, report.late)).collect();
    let mut lists: [(&str, Vec<String>); 5] =
        [("未交", vec![]), ("未到下班", vec![]), ("迟交", vec![]), ("已交", vec![]), ("休息", vec![])];
    for person in ctx.directory.people(ctx.desk.now) {
        if !person.roles.owes_report() || !by.covers(person.team) {
            continue;
        }
        let shift = rota.get(&person.id).and_then(|row| row.shift.as_ref());
        let shift = shift.filter(|_| !off.contains(&(person.id, date)));
        let list = match report::standing(ctx.desk.now, shift, filed.get(&person.id).copied()) {
            Standing::Missing => 0,
            Standing::NotDue => 1,
            Standing::FiledLate => 2,
            Standing::Filed => 3,
            Standing::Excused => 4,
        };
        lists[list].1.push(person.label.clone());
    }
    let whose = match by.scope() {
        Scope::Teams(teams) => {
            let names: Vec<&str> = teams.iter().filter_map(|team| ctx.directory.team_name(*team)).collect();
            if names.is_empty() { "未分组".to_owned() } else { names.join("、") }
        }
        Scope::Department | Scope::Own => "全部门".to_owned(),
    };
    let mut lines = vec![format!("{} 日报（{whose}）", day_name(date))];
    for (name, people) in &lists {
        if !people.is_empty() {
            lines.push(format!("{name} {} 人：{}", people.len(), people.join("、")));
        }
    }
    if lines.len() == 1 {
        lines.push("没有要交日报的人。".to_owned());
    } else if lists[0].1.is_empty() && lists[1].1.is_empty() {
        lines.push("都交齐了。".to_owned());
    }
    Ok(Reply::text(lines.join("\n")))
}
