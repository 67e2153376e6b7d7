//! 对账: the arrivals of a month against the hospital's list, until the last day. Everybody sees his own;
//! who leads a group confirms, brings the list in, and a supervisor opens a closed month again.

mod change;
mod import;
mod telling;

use bot::{Command, Ctx, Place, Reach, Reply, Run, Stop, Undo, Who, args};
use chrono::NaiveDate;
use domain::Role;
use domain::reconciliation::{Claim, Month, Reopening, Stage, stage};
use domain::rights::{Decide, Own, Scope};

pub(crate) const COMMAND: Command = Command {
    name: "对账",
    aliases: &["对帐", "月对账", "reconcile"],
    summary: "看上月到诊对账",
    usage: "对账 [月份] | 对账 确认 [月份] [组] [D编号…] | 对账 导入 [月份] 名单 | 对账 重开 月份 [组] [到日期] 理由",
    details: "不写月份就是上月。组长确认本组的，主管确认全部门的；有医院名单时只确认名单里有的，其余核实后写上编号确认。\
              名单私聊发，第一行写列名（姓名、电话、年龄、到诊日期），先预览，再发「对账 导入 确定」。\
              过了截止日没确认的视为放弃，主管可以写明理由重开。",
    examples: &["对账", "对账 2026-03"],
    rules: &["R-378", "R-379", "R-380", "R-382"],
    who: Who::Roles(&[
        Role::Consultant,
        Role::PhoneConsultant,
        Role::Lead,
        Role::Supervisor,
        Role::Director,
        Role::Admin,
    ]),
    place: Place::Anywhere,
    reach: Reach::Shared,
    template: None,
    run: Run::OwnOrDecide(run),
    undo: &[
        Undo { kind: "reconciliation.confirmed", run: change::undo_confirmation },
        Undo { kind: "reconciliation.imported", run: import::undo },
    ],
};

fn run(ctx: &mut Ctx<'_, '_>, own: &Own, decide: Option<&Decide>, text: &str) -> Result<Reply, Stop> {
    let mut words = args::Words::new(text);
    let leads = || decide.ok_or_else(|| Stop::not_allowed("对账由组长或主管来做。看自己的发：对账"));
    match words.peek() {
        Some("确认") => {
            words.next_word();
            change::confirm(ctx, leads()?, words)
        }
        Some("导入") => {
            words.next_word();
            import::run(ctx, leads()?, words)
        }
        Some("重开") => {
            words.next_word();
            change::reopen(ctx, leads()?, words)
        }
        _ => {
            let month = take_month(ctx, &mut words)?;
            if !words.is_empty() {
                let word = ctx.incoming.quote(words.peek().unwrap_or_default());
                return Err(Stop::bad(format!("没看懂「{word}」。写法：{}", COMMAND.usage)));
            }
            match decide {
                Some(decide) => telling::groups(ctx, decide, month),
                None => telling::own(ctx, own.person(), month),
            }
        }
    }
}

/// The month that is meant: the last one where none is named.
fn take_month(ctx: &Ctx<'_, '_>, words: &mut args::Words<'_>) -> Result<Month, Stop> {
    let today = ctx.desk.today();
    let Some(month) = words.peek().and_then(|word| Month::read(word, today)) else {
        return Ok(Month::before(today));
    };
    words.next_word();
    if month > Month::of(today) {
        return Err(Stop::bad(format!("{}还没有到。看上月发：对账", month.told(today))));
    }
    Ok(month)
}

/// A group in a month.
struct Group {
    team: Option<i64>,
    name: String,
    claims: Vec<Claim>,
    stage: Stage,
}

/// The groups that somebody leads: of a lead all of his, of the department those that have arrivals. `named` is the one
/// that is meant.
fn groups_of(
    ctx: &mut Ctx<'_, '_>,
    decide: &Decide,
    month: Month,
    named: Option<Option<i64>>,
) -> Result<Vec<Group>, Stop> {
    let claims = ctx.desk.tx.claims_in(month)?;
    let directory = ctx.desk.directory()?;
    let team_of = |claim: &Claim| directory.person(claim.person).and_then(|person| person.team);
    let mut teams: Vec<Option<i64>> = match (named, decide.scope()) {
        (Some(team), scope) if scope.covers(team) => vec![team],
        (Some(_), _) => return Err(Stop::not_allowed("这个组不归你管，请找该组组长或主管。")),
        (None, Scope::Teams(teams)) => teams.iter().copied().map(Some).collect(),
        (None, _) => claims.iter().map(team_of).collect(),
    };
    teams.sort_by_key(|team| team.unwrap_or(i64::MAX));
    teams.dedup();
    let book = ctx.desk.book()?;
    let today = ctx.desk.today();
    let reopenings: Vec<Reopening> = ctx.desk.tx.reopenings(month)?;
    let group = |team: Option<i64>| Group {
        team,
        name: team_name(&directory, team),
        claims: claims.iter().filter(|claim| team_of(claim) == team).copied().collect(),
        stage: stage(&book, month, team, &reopenings, today),
    };
    Ok(teams.into_iter().map(group).collect())
}

fn team_name(directory: &store::Directory, team: Option<i64>) -> String {
    team.and_then(|team| directory.team_name(team)).unwrap_or("未分组").to_owned()
}

/// `3月5日`.
fn short_day(day: NaiveDate) -> String {
    use chrono::Datelike;
    format!("{}月{}日", day.month(), day.day())
}

/// `D4、D7`.
fn labels(arrivals: &[i64]) -> String {
    arrivals.iter().map(|arrival| format!("D{arrival}")).collect::<Vec<_>>().join("、")
}
