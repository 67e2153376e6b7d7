//! 培训: who is in the training group, and letting somebody go back to his dialogues.

use crate::shared;
use bot::{Command, Ctx, Place, Reach, Reply, Run, Stop, Who, args};
use domain::allocation::Finding;
use domain::rights::Decide;
use domain::{Role, Span};

pub(crate) const COMMAND: Command = Command {
    name: "培训",
    aliases: &["培训组"],
    summary: "看谁在培训组，结束培训",
    usage: "培训 [@姓名 结束]",
    details: "综合末位由月排行提请，主管同意后进培训组、停接对话；主管发「培训 @姓名 结束」恢复。组长只看本组。",
    examples: &["培训"],
    rules: &["R-219"],
    who: Who::Roles(&[Role::Lead, Role::Supervisor, Role::Director]),
    place: Place::Private,
    reach: Reach::Shared,
    template: None,
    run: Run::Decide(run),
    undo: &[],
};

fn run(ctx: &mut Ctx<'_, '_>, by: &Decide, text: &str) -> Result<Reply, Stop> {
    let mut words = args::Words::new(text);
    let token = words.take_person();
    let ends = words.take_word_in(&[("结束", ()), ("恢复", ()), ("完成", ())]).is_some();
    if !words.is_empty() || token.is_some() != ends {
        return Err(Stop::bad(format!("写法：{}，例：培训 @张三 结束", COMMAND.usage)));
    }
    let all = ctx.desk.tx.in_training()?;
    let Some(token) = token else {
        let directory = &ctx.directory;
        let covered = all
            .iter()
            .filter(|entry| by.scope().covers(directory.person(entry.person).and_then(|person| person.team)));
        let lines: Vec<String> = covered
            .map(|entry| {
                let since = entry.about.as_deref().unwrap_or_default();
                format!("{}（{}，{since}）", directory.label(entry.person), entry.label())
            })
            .collect();
        return Ok(Reply::text(match lines.as_slice() {
            [] => "现在没有人在培训组。".to_owned(),
            lines => format!("培训组：{}\n结束发：培训 @姓名 结束", lines.join("、")),
        }));
    };
    let person = ctx.desk.person_named(&token.name, token.number)?;
    let name = ctx.directory.label(person);
    if !ctx.standing()?.roles().any(&[Role::Supervisor, Role::Director]) {
        return Err(Stop::not_allowed("结束培训由主管决定，请找主管。"));
    }
    let team = ctx.directory.person(person).and_then(|person| person.team);
    let over = by.over(person, team).map_err(|denied| shared::denied(denied, &name))?;
    let entries: Vec<i64> = all.iter().filter(|entry| entry.person == person).map(|entry| entry.no).collect();
    // What a lead has stopped by hand is his to let go.
    let today = ctx.desk.today();
    let findings = ctx.desk.tx.findings(Span::day(today))?;
    let is_stopped = findings.iter().any(|one| one.0 == person && one.1 == Finding::Training);
    let still = match is_stopped {
        true => format!("另有「分配 停」还没解除，恢复发：分配 恢复 @{name}"),
        false => String::new(),
    };
    if entries.is_empty() {
        return Err(Stop::wrong_state(format!("{name}不在培训组。{still}")));
    }
    for no in entries {
        ctx.desk.tx.reverse_entry(&over, no, ctx.desk.now)?;
    }
    Ok(Reply::text(match is_stopped {
        true => format!("{name}培训结束。{still}"),
        false => format!("{name}培训结束，可以接对话了。"),
    }))
}
