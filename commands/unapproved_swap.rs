//! 私自换班: two swapped their shifts and nobody had agreed to it; whoever leads them says so, and what it costs each of
//! them is proposed.

use crate::shared;
use bot::{Command, Ctx, Place, Reach, Reply, Run, Said, Stop, Who, args};
use domain::PersonId;
use domain::calendar::{day_name, shift_days};
use domain::rights::{Decide, Over};
use domain::swapping::{SWAP_CODE, unapproved};
use domain::{Role, Span};
use store::{Fact, LedgerEntry, NewLedgerEntry};

pub(crate) const COMMAND: Command = Command {
    name: "私自换班",
    aliases: &["私换"],
    summary: "记下没经同意的换班，提请主管",
    usage: "私自换班 @人 @人 日期",
    details: "没经批准就换了班的，双方各提一条（金额看「规则 swap.amount」），主管在「提案」里看、同意才算。批准过的换班不算。",
    examples: &["私自换班 @张三 @李四 今天"],
    rules: &["R-187"],
    who: Who::Members,
    place: Place::Anywhere,
    reach: Reach::Shared,
    template: None,
    run: Run::Decide(run),
    undo: &[],
};

/// How far back one is still noted, days.
const PAST_DAYS: i64 = 92;

fn run(ctx: &mut Ctx<'_, '_>, by: &Decide, text: &str) -> Result<Reply, Stop> {
    let today = ctx.desk.today();
    let mut words = args::Words::new(text);
    let (mut people, mut day) = (Vec::new(), None);
    while !words.is_empty() {
        if let Some(date) = words.take_date(today, args::Lean::Past).map_err(|bad| Stop::bad(bad.told()))? {
            day = Some(date);
            continue;
        }
        let token = words.take_person().filter(|_| people.len() < 2);
        let Some(token) = token else {
            return Err(Stop::bad(format!("没看懂。写法：{}", COMMAND.usage)));
        };
        people.push(ctx.desk.person_named(&token.name, token.number)?);
    }
    let (&[one, other], Some(day)) = (people.as_slice(), day) else {
        return Err(Stop::bad(format!("请写上哪两个人、哪一天。例：{}", COMMAND.examples[0])));
    };
    if one == other {
        return Err(Stop::bad("换班要两个人，写的是同一个人。"));
    }
    if day > today || day < shift_days(today, -PAST_DAYS) {
        return Err(Stop::bad(format!("只能记今天和最近{PAST_DAYS}天的。")));
    }
    let over = [over(ctx, by, one)?, over(ctx, by, other)?];
    if let Some(swap) = ctx.desk.tx.approved_swap(one, other, day)? {
        return Err(Stop::wrong_state(format!("{} 是批准过的换班，不算私自换班（R-186）。", swap.label())));
    }
    let names = format!("{}和{}", ctx.directory.label(one), ctx.directory.label(other));
    let entries = propose(ctx, &over, [one, other], day)?;
    let Some(entries) = entries else {
        return Err(Stop::wrong_state(format!("{names} {}的已经记过了。", day_name(day))));
    };
    let fact = Fact::new("swap.unapproved", Some(by.person()))
        .with("people", [one, other].map(Fact::person_value).to_vec())
        .with("date", day.to_string())
        .with("rule", "R-187");
    ctx.desk.record(fact);
    if entries.is_empty() {
        return Ok(Reply::text(format!(
            "已记下：{names} {}私自换班。按设置不扣款（R-187）。",
            day_name(day)
        )));
    }
    tell(ctx, by.person(), &entries, day)?;
    let labels: Vec<String> = entries.iter().map(LedgerEntry::label).collect();
    Ok(Reply::text(format!(
        "已记下：{names} {}私自换班，已提请主管确认（{}，R-187）。\n记错了请主管「驳回 {} 记错了」。",
        day_name(day),
        labels.join("、"),
        labels[0]
    )))
}

fn over(ctx: &Ctx<'_, '_>, by: &Decide, person: PersonId) -> Result<Over, Stop> {
    let team = ctx.directory.person(person).and_then(|person| person.team);
    by.over(person, team).map_err(|denied| shared::denied(denied, &ctx.directory.label(person)))
}

/// An entry for each of whom none was noted for the day; none where the department asks nothing for it, and `None` when
/// both were noted before.
fn propose(
    ctx: &mut Ctx<'_, '_>,
    over: &[Over; 2],
    people: [PersonId; 2],
    day: chrono::NaiveDate,
) -> Result<Option<Vec<LedgerEntry>>, Stop> {
    let book = ctx.desk.book()?;
    let (mut entries, mut before) = (Vec::new(), 0);
    for (over, person) in over.iter().zip(people) {
        let known = ctx.desk.tx.entries_of(person, Span::day(day))?;
        if known.iter().any(|entry| entry.code == SWAP_CODE && entry.reverses.is_none()) {
            before += 1;
            continue;
        }
        let lead = ctx.directory.person(person).is_some_and(|person| person.roles.has(Role::Lead));
        let fen = unapproved(lead, &book, day);
        if fen == 0 {
            continue;
        }
        let source = format!("{SWAP_CODE}:{person}:{day}");
        let new = NewLedgerEntry {
            source: &source,
            code: SWAP_CODE,
            person,
            day,
            fen,
            points: 0,
            rule: "R-187",
            about: None,
            now: ctx.desk.now,
        };
        entries.extend(ctx.desk.tx.propose(over, &new)?);
    }
    Ok((before < people.len()).then_some(entries))
}

/// Those who confirm it, and the two: what it costs stands in 提案 only.
fn tell(
    ctx: &mut Ctx<'_, '_>,
    by: PersonId,
    entries: &[LedgerEntry],
    day: chrono::NaiveDate,
) -> Result<(), Stop> {
    for entry in entries {
        let label = entry.label();
        let own = Said::text(format!(
            "{} 被记为没经同意换班（{label}，R-187），等主管确认；私聊发「提案」看，有出入请找主管说明。",
            day_name(day)
        ));
        ctx.desk.tell(entry.person, None, &own, true)?;
        let said = Said::text(format!("{label} 待确认（{}，R-187）：私聊发「提案」看。", day_name(day)))
            .button("同意", format!("同意 {label}"))
            .button("驳回", format!("驳回 {label} 记错了"));
        for supervisor in shared::with_role(ctx, Role::Supervisor, by) {
            if supervisor != entry.person {
                ctx.desk.tell(supervisor, None, &said, true)?;
            }
        }
    }
    Ok(())
}
