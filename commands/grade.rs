//! 等级: the grades of the week and where they come from; how newcomers begin.

use crate::allocation::queue::duty_before;
use crate::shared;
use bot::{Command, Ctx, Place, Reach, Reply, Run, Said, Stop, Undo, Who, args};
use chrono::NaiveDate;
use domain::allocation::{Grade, Line, Newcomer, Start, board, shown, spares_training};
use domain::calendar::day_name;
use domain::rights::{Decide, Over, Own, Undoing};
use domain::settings::catalogue::ranking::NEWCOMER_EXPERIENCE;
use domain::{Period, PersonId, Span};
use serde_json::Value;
use store::Event;

pub(crate) const COMMAND: Command = Command {
    name: "等级",
    aliases: &["分级", "我的等级"],
    summary: "看本周等级和每轮名额，安排新人",
    usage: "等级 | 等级 @人 | 等级 @新人 试接 [经验 N个月] | 等级 @新人 初级 | 等级 @新人 转正",
    details: "每周一按上周到诊定等级：比平均高40%（含）为高级，低10%（含）为普通，中间为中级；没上班的和试接的照旧。\
              有经验的新人先试接3天，组长发「转正」后次日起按中级；要培训的按初级，和普通一样。",
    examples: &["等级", "等级 @张三", "等级 @张三 试接 经验 18个月"],
    rules: &["R-206", "R-207", "R-208", "R-209", "R-211", "R-215", "R-216"],
    who: Who::Members,
    place: Place::Anywhere,
    reach: Reach::Shared,
    template: None,
    run: Run::OwnOrDecide(run),
    undo: &[Undo { kind: "newcomer.started", run: undo }, Undo { kind: "newcomer.confirmed", run: undo }],
};

/// Weeks that are told of somebody.
const WEEKS: u32 = 8;

#[derive(Clone, Copy)]
enum Asked {
    Begin(Start),
    Confirm,
}

const WORDS: &[(&str, Asked)] = &[
    ("试接", Asked::Begin(Start::Trial)),
    ("初级", Asked::Begin(Start::Junior)),
    ("转正", Asked::Confirm),
    ("转中级", Asked::Confirm),
];

fn run(ctx: &mut Ctx<'_, '_>, own: &Own, lead: Option<&Decide>, text: &str) -> Result<Reply, Stop> {
    let mut words = args::Words::new(text);
    if words.is_empty() {
        return match lead {
            Some(lead) => list(ctx, lead),
            None => history(ctx, own.person()),
        };
    }
    let Some(token) = words.take_person() else {
        return Err(Stop::bad(format!("没看懂。写法：{}", COMMAND.usage)));
    };
    let person = ctx.desk.person_named(&token.name, token.number)?;
    let who = ctx.directory.label(person);
    let team = ctx.directory.person(person).and_then(|known| known.team);
    if words.is_empty() {
        let leads = lead.is_some_and(|lead| lead.scope().covers(team));
        if person != own.person() && !leads {
            return Err(Stop::not_allowed(format!("{who}的等级只有本人和带他的组长、主管能看。")));
        }
        return history(ctx, person);
    }
    let Some(asked) = words.take_word_in(WORDS) else {
        return Err(Stop::bad(format!("没看懂。写法：{}", COMMAND.usage)));
    };
    let Some(lead) = lead else {
        return Err(Stop::not_allowed("新人怎样开始，由组长来定。"));
    };
    let over = lead.over(person, team).map_err(|denied| shared::denied(denied, &who))?;
    match asked {
        Asked::Begin(start) => begin(ctx, &over, person, start, &mut words),
        Asked::Confirm => confirm(ctx, &over, person),
    }
}

/// The week's list of those whom one leads.
fn list(ctx: &mut Ctx<'_, '_>, lead: &Decide) -> Result<Reply, Stop> {
    let today = ctx.desk.today();
    let rows = ctx.desk.tx.week_grades(today)?;
    let week = rows.first().map(|row| row.fixed.week);
    let grades = ctx.desk.tx.grades_on(today)?;
    let book = ctx.desk.book()?;
    let mut lines = Vec::new();
    let Some(week) = week else {
        return Ok(Reply::text("还没有定过等级，每周一按上周的到诊来定（R-206）。没有定的按普通。"));
    };
    let counted = rows.iter().filter(|row| row.counted);
    let (people, total) =
        counted.fold((0, 0), |(people, total), row| (people + 1, total + u64::from(row.arrivals)));
    lines.push(format!("本周等级（{}起）：{}", week.format("%m-%d"), shown(total, people)));
    let covered = |id: PersonId| {
        ctx.directory
            .person(id)
            .is_some_and(|person| person.is_member(ctx.desk.now) && lead.scope().covers(person.team))
    };
    let seen: Vec<Line> = rows
        .iter()
        .filter(|row| covered(row.person) && !grades.of(row.person).trial)
        .map(|row| Line {
            name: ctx.directory.label(row.person),
            grade: grades.of(row.person).grade,
            arrivals: row.arrivals,
            counted: row.counted,
        })
        .collect();
    lines.extend(board(&seen));
    let trial: Vec<String> = ctx
        .directory
        .people(ctx.desk.now)
        .filter(|person| covered(person.id) && grades.of(person.id).trial)
        .map(|person| person.label.clone())
        .collect();
    lines.extend((!trial.is_empty()).then(|| format!("新人试接：{}", trial.join("、"))));
    let quotas: Vec<String> =
        Grade::ALL.iter().map(|grade| format!("{}{}个", grade.word(), grade.quota(&book, today))).collect();
    lines.push(format!("每轮名额：{}（R-211）。", quotas.join("、")));
    Ok(Reply::text(lines.join("\n")))
}

/// What somebody has now, and his weeks.
fn history(ctx: &mut Ctx<'_, '_>, person: PersonId) -> Result<Reply, Stop> {
    let today = ctx.desk.today();
    let grades = ctx.desk.tx.grades_on(today)?;
    let (held, book) = (grades.of(person), ctx.desk.book()?);
    let grade = if held.trial { "新人试接" } else { held.grade.word() };
    let who = ctx.directory.label(person);
    let mut lines = vec![format!("{who}现在：{grade}，每轮名额{}个（R-211）。", held.quota(&book, today))];
    if let Some(newcomer) = grades.newcomer(person).filter(|newcomer| newcomer.is_on_trial(today)) {
        lines.push(match newcomer.medium_from {
            Some(from) => format!("{}起按中级。", day_name(from)),
            None => {
                format!("试接到{}，组长发「等级 @{who} 转正」后按中级（R-215）。", day_name(newcomer.until))
            }
        });
    }
    if !ctx.in_group() {
        lines.extend(held_back(ctx, person)?);
    }
    for row in ctx.desk.tx.grades_of(person, WEEKS)? {
        let counted = if row.counted { String::new() } else { "，未参加，照旧".to_owned() };
        lines.push(format!(
            "{} {} 上周到诊{}（{}{counted}）",
            row.fixed.week.format("%m-%d"),
            row.fixed.grade.word(),
            row.arrivals,
            row.rule
        ));
    }
    Ok(Reply::text(lines.join("\n")))
}

/// What is noted of somebody since this month began, or since his shift before, that holds his conversations back; a group does
/// not read it.
fn held_back(ctx: &mut Ctx<'_, '_>, person: PersonId) -> Result<Vec<String>, Stop> {
    let today = ctx.desk.today();
    let month = Period::Month.around(today);
    let before = duty_before(&mut ctx.desk, person, today)?.map_or(month.from, |day| day.min(month.from));
    let mut lines = Vec::new();
    if ctx.desk.tx.in_training()?.iter().any(|entry| entry.person == person) {
        lines.push("在培训组，不分对话，到主管结束培训为止（R-219）".to_owned());
    }
    for (who, finding, day) in ctx.desk.tx.findings(Span { from: before, ..month })? {
        if who == person {
            lines.push(format!("{} {}（{}）", day_name(day), finding.word(), finding.rule()));
        }
    }
    let late = ctx.desk.tx.timeouts(Span { from: before, ..month })?;
    let own = late.into_iter().filter(|one| one.0 == person && one.2 > 0);
    let (this, last): (Vec<_>, Vec<(PersonId, NaiveDate, u32)>) = own.partition(|one| one.1 >= month.from);
    lines.extend(last.iter().map(|one| format!("{} 超时回复{}次（R-221）", day_name(one.1), one.2)));
    let sum: u32 = this.iter().map(|one| one.2).sum();
    lines.extend((sum > 0).then(|| format!("本月超时回复{sum}次，每满一档下一个班少接（R-221）")));
    Ok(lines)
}

fn begin(
    ctx: &mut Ctx<'_, '_>,
    over: &Over,
    person: PersonId,
    start: Start,
    words: &mut args::Words<'_>,
) -> Result<Reply, Stop> {
    let (today, book) = (ctx.desk.today(), ctx.desk.book()?);
    let who = ctx.directory.label(person);
    if let Some(months) = experience(words)? {
        let least = book.count(&NEWCOMER_EXPERIENCE, today);
        if start == Start::Trial && !spares_training(months, &book, today) {
            return Err(Stop::rule(
                "R-215",
                format!("经验不到{least}个月的先培训，培训后发：等级 @{who} 初级（R-215、R-216）。没有记。"),
            ));
        }
    }
    let grades = ctx.desk.tx.grades_on(today)?;
    let before = grades.newcomer(person).copied();
    if let Some(known) = before.filter(|known| known.start == start && known.medium_from.is_none()) {
        return Err(Stop::wrong_state(format!("{who}{}起已经这样定过了。", day_name(known.from))));
    }
    let newcomer = Newcomer::begins(person, start, today, &book);
    ctx.desk.tx.set_newcomer(over, &newcomer, before.as_ref(), ctx.desk.now)?;
    let what = match start {
        Start::Trial => {
            format!("今天起试接，到{}；没问题就发「等级 @{who} 转正」（R-215）", day_name(newcomer.until))
        }
        Start::Junior => "按初级分配，名额和普通一样（R-216）".to_owned(),
    };
    let told = match start {
        Start::Trial => format!("你今天起试接对话，到{}（R-215）。", day_name(newcomer.until)),
        Start::Junior => "你的对话按初级分配（R-216）。".to_owned(),
    };
    ctx.desk.tell(person, None, &Said::text(told), true)?;
    Ok(Reply::text(format!("已定：{who}{what}。写错了发：撤销")))
}

/// `经验 18个月`, `经验 2年`; `None` when nothing is said of it.
fn experience(words: &mut args::Words<'_>) -> Result<Option<u32>, Stop> {
    if words.take_word_in(&[("经验", ()), ("工作经验", ())]).is_none() && words.is_empty() {
        return Ok(None);
    }
    let word = words.next_word().unwrap_or_default();
    let bad = || Stop::bad("经验写几个月或几年，例：等级 @张三 试接 经验 18个月");
    let (count, used) = args::parse_number(word).ok_or_else(bad)?;
    let unit = if word[used..].is_empty() { words.next_word().unwrap_or_default() } else { &word[used..] };
    match unit {
        "个月" | "月" => Ok(Some(count)),
        "年" => Ok(Some(count.saturating_mul(12))),
        _ => Err(bad()),
    }
}

fn confirm(ctx: &mut Ctx<'_, '_>, over: &Over, person: PersonId) -> Result<Reply, Stop> {
    let (today, who) = (ctx.desk.today(), ctx.directory.label(person));
    let grades = ctx.desk.tx.grades_on(today)?;
    let before = grades.newcomer(person).copied().filter(|known| known.start == Start::Trial);
    let Some(before) = before else {
        return Err(Stop::wrong_state(format!("{who}没有在试接。先发：等级 @{who} 试接 经验 18个月")));
    };
    if let Some(from) = before.medium_from {
        return Err(Stop::wrong_state(format!("{who}已经转正，{}起按中级。", day_name(from))));
    }
    let newcomer = before.confirmed(today);
    let from: NaiveDate = newcomer.medium_from.unwrap_or(today);
    ctx.desk.tx.set_newcomer(over, &newcomer, Some(&before), ctx.desk.now)?;
    let told = format!("{}起按中级分配对话，参加以后每周的分级（R-215）。", day_name(from));
    ctx.desk.tell(person, None, &Said::text(format!("你试接通过，{told}")), true)?;
    Ok(Reply::text(format!("已转正：{who}{told}写错了发：撤销")))
}

fn undo(ctx: &mut Ctx<'_, '_>, by: &Undoing, event: &Event) -> Result<String, Stop> {
    let person = shared::person_in(event)?;
    let before = event.body.get("before").cloned().unwrap_or(Value::Null);
    ctx.desk.tx.undo_newcomer(by, person, &before)?;
    let who = ctx.directory.label(person);
    ctx.desk.tell(person, None, &Said::text("刚才定的新人分配已撤销，和以前一样。"), true)?;
    Ok(format!("{who}的新人安排，和以前一样"))
}
