//! 汇总: a group's summary of a day, week, month or quarter: seen, corrected, remarked on and confirmed by whoever leads the group
//!

use bot::summary::{self, Audience, Summary, SummaryEvent};
use bot::{Command, Ctx, Place, Reach, Reply, Run, Said, Stop, Undo, Who, args};
use chrono::NaiveDate;
use domain::calendar::{day_name, previous_day, shift_days};
use domain::report::MAX_FIGURE;
use domain::rights::{Decide, Scope, Undoing};
use domain::statistics::count;
use domain::summary::Term;
use domain::{Role, Span};
use serde_json::Value;
use std::sync::Arc;
use store::{Event, Fact, SummaryKey, SummarySaid};

pub(crate) const COMMAND: Command = Command {
    name: "汇总",
    aliases: &["日汇总", "组汇总"],
    summary: "看、更正、确认全组汇总",
    usage: "汇总 [确认] [日期|周|月|季] [组]",
    details: "数字由日报算出，不用另填。每天 10:00 前确认昨天的，确认后报给主管；周、月、季的和当天的一起确认。\
              没确认的到点照样报给主管，标明未确认，之后还能补确认，记迟。\
              要改一个数：汇总 更正 张三 预约 8；要说明：汇总 备注 …。日报本身不变。\
              登记按渠道、地域、病种、年龄分列：汇总 统计。",
    examples: &[
        "汇总",
        "汇总 确认",
        "汇总 上周",
        "汇总 更正 张三 预约 8",
        "汇总 备注 张三下午外出培训",
        "汇总 统计 本月",
    ],
    rules: &["R-008", "R-021", "R-327", "R-329", "R-336", "R-338"],
    who: Who::Members,
    place: Place::Anywhere,
    reach: Reach::Shared,
    template: None,
    run: Run::Decide(run),
    undo: &[
        Undo { kind: "summary.confirmed", run: undo_confirmed },
        Undo { kind: "summary.corrected", run: undo_line },
        Undo { kind: "summary.remarked", run: undo_line },
    ],
};

/// Groups that are shown whole; of more than that each has a line.
const WHOLE: usize = 2;
/// Days of one count of the register.
const LONGEST_COUNT: i64 = 92;
/// Characters of a remark.
const REMARK: usize = 500;

fn run(ctx: &mut Ctx<'_, '_>, by: &Decide, text: &str) -> Result<Reply, Stop> {
    let mut words = args::Words::new(text);
    let verb = words.take_word_in(&[
        ("确认", Verb::Confirm),
        ("备注", Verb::Remark),
        ("更正", Verb::Correct),
        ("改", Verb::Correct),
        ("统计", Verb::Count),
    ]);
    match verb {
        Some(Verb::Remark) => remark(ctx, by, words.rest()),
        Some(Verb::Correct) => correct(ctx, by, &mut words),
        Some(Verb::Count) => statistics(ctx, by, &mut words),
        Some(Verb::Confirm) => {
            let asked = asked(ctx, by, &mut words)?;
            confirm(ctx, by, &asked)
        }
        None => {
            let asked = asked(ctx, by, &mut words)?;
            show(ctx, &asked)
        }
    }
}

#[derive(Clone, Copy)]
enum Verb {
    Confirm,
    Remark,
    Correct,
    Count,
}

/// Which summaries are meant.
struct Asked {
    teams: Vec<Option<i64>>,
    term: Term,
    /// A day of the term; the last one where it is to be confirmed.
    date: NaiveDate,
}

fn asked(ctx: &mut Ctx<'_, '_>, by: &Decide, words: &mut args::Words<'_>) -> Result<Asked, Stop> {
    let today = ctx.desk.today();
    let yesterday = previous_day(today);
    let (mut term, mut date, mut team) = (Term::Day, yesterday, None);
    while !words.is_empty() {
        if let Some((named, before)) = words.take_word_in(TERMS) {
            term = named;
            date = match before {
                When::Last => term.before(today).to,
                When::This => today,
                When::Latest => yesterday,
            };
        } else if let Some(found) = take_team(ctx, words) {
            team = Some(found);
        } else if let Some(day) =
            words.take_date(today, args::Lean::Past).map_err(|error| Stop::bad(error.told()))?
        {
            date = day;
        } else {
            let word = ctx.incoming.quote(words.peek().unwrap_or_default());
            return Err(Stop::bad(format!("没看懂「{word}」。写法：{}", COMMAND.usage)));
        }
    }
    Ok(Asked { teams: teams(ctx, by, team)?, term, date })
}

/// Which term of its kind is meant.
#[derive(Clone, Copy)]
enum When {
    /// The one that is on.
    This,
    /// The one before.
    Last,
    /// The one that yesterday lies in: on a Monday last week, else this one.
    Latest,
}

const TERMS: &[(&str, (Term, When))] = &[
    ("本周", (Term::Week, When::This)),
    ("上周", (Term::Week, When::Last)),
    ("周", (Term::Week, When::Latest)),
    ("本月", (Term::Month, When::This)),
    ("上月", (Term::Month, When::Last)),
    ("上个月", (Term::Month, When::Last)),
    ("月", (Term::Month, When::Latest)),
    ("本季度", (Term::Quarter, When::This)),
    ("上季度", (Term::Quarter, When::Last)),
    ("季度", (Term::Quarter, When::Latest)),
    ("本季", (Term::Quarter, When::This)),
    ("上季", (Term::Quarter, When::Last)),
    ("季", (Term::Quarter, When::Latest)),
];

fn take_team(ctx: &Ctx<'_, '_>, words: &mut args::Words<'_>) -> Option<Option<i64>> {
    let word = words.peek()?;
    let found = if word == "未分组" {
        None
    } else {
        Some(ctx.directory.teams().find(|(_, name)| *name == word).map(|(id, _)| id)?)
    };
    words.next_word();
    Some(found)
}

/// The groups that he means, all of them his to confirm: the one that he names; else those that he leads; of those who
/// lead the department, who is a lead too means his own group.
fn teams(ctx: &mut Ctx<'_, '_>, by: &Decide, named: Option<Option<i64>>) -> Result<Vec<Option<i64>>, Stop> {
    if let Some(team) = named {
        return match by.scope().covers(team) {
            true => Ok(vec![team]),
            false => Err(Stop::not_allowed("这个组不归你带，请找该组组长或主管。")),
        };
    }
    let me = ctx.me()?;
    let own = me.team.filter(|_| me.roles.has(Role::Lead));
    match (by.scope(), own) {
        (Scope::Teams(teams), _) => Ok(teams.iter().copied().map(Some).collect()),
        (Scope::Department, Some(own)) => Ok(vec![Some(own)]),
        (Scope::Department, None) => summary::teams(&mut ctx.desk),
        (Scope::Own, _) => Ok(Vec::new()),
    }
}

fn show(ctx: &mut Ctx<'_, '_>, asked: &Asked) -> Result<Reply, Stop> {
    if asked.date > ctx.desk.today() {
        return Err(Stop::bad(format!("{}还没到。", day_name(asked.date))));
    }
    let span = asked.term.around(asked.date);
    let mut found = Vec::new();
    for team in &asked.teams {
        found.extend(summary::summary(&mut ctx.desk, SummaryKey { team: *team, term: asked.term, span })?);
    }
    if found.is_empty() {
        return Ok(Reply::text(nothing(asked)));
    }
    if found.len() > WHOLE {
        return Ok(Reply::text(overview(ctx, asked, &found)));
    }
    let audience = if ctx.in_group() { Audience::Group } else { Audience::Private };
    let today = ctx.desk.today();
    let mut said = Vec::with_capacity(found.len());
    for summary in &found {
        let mut one = Said::text(summary.text(&mut ctx.desk, audience)?);
        if summary.state.confirmed.is_none() && span.to < today {
            one = one.button("确认汇总", summary.confirming());
        }
        said.push(one);
    }
    Ok(Reply { said })
}

fn confirm(ctx: &mut Ctx<'_, '_>, by: &Decide, asked: &Asked) -> Result<Reply, Stop> {
    let (now, today) = (ctx.desk.now, ctx.desk.today());
    let to = asked.term.around(asked.date).to;
    if to >= today {
        return Err(Stop::wrong_state(format!("{}还没过完，第二天再确认。", day_name(to))));
    }
    let mut open = Vec::new();
    let mut confirmed = false;
    for team in &asked.teams {
        let ending = summary::ending(&mut ctx.desk, *team, to)?;
        confirmed |= ending.iter().any(|summary| summary.state.confirmed.is_some());
        open.extend(ending.into_iter().filter(|summary| summary.state.confirmed.is_none()));
    }
    if open.is_empty() {
        return Err(if confirmed {
            Stop::wrong_state(format!("{}的汇总已经确认过了。", day_name(to)))
        } else {
            Stop::not_found(nothing(asked))
        });
    }
    let several = open.iter().any(|summary| summary.key.team != open[0].key.team);
    if several && *by.scope() == Scope::Department {
        let mut names: Vec<&str> = open.iter().map(|summary| summary.team.as_str()).collect();
        names.dedup();
        return Err(Stop::bad(format!(
            "要确认哪个组？待确认：{}\n例：汇总 确认 {}",
            names.join("、"),
            names[0]
        )));
    }
    let (late, until) = summary::deadline(&mut ctx.desk, to)?;
    let over = by.for_all();
    let mut lines = Vec::new();
    // The day's own last: it is what 撤销 finds, and takes the others with it.
    open.sort_by_key(|summary| std::cmp::Reverse(summary.key.term));
    for summary in &open {
        ctx.desk.tx.confirm_summary(&over, &summary.key, late, now)?;
        let summary = Summary { state: ctx.desk.tx.summary_state(&summary.key)?, ..summary.clone() };
        ctx.desk.record(summary.fact(SummaryEvent::Confirmed, over.by()).with("late", late));
        let head = format!("{}确认了{}的{}汇总：", ctx.me()?.label, summary.team, summary.key.term.word());
        summary.send(&mut ctx.desk, &head, over.by())?;
        lines.push(format!("已确认：{} {} {}汇总", summary.team, day_name(to), summary.key.term.word()));
        let missing: Vec<String> = summary
            .lines
            .iter()
            .filter(|line| line.sums.missing > 0)
            .map(|line| ctx.directory.label(line.person))
            .collect();
        if !missing.is_empty() {
            lines.push(format!("其中未交：{}", missing.join("、")));
        }
    }
    lines.push(if late {
        format!("迟（应在 {until} 前），已报主管")
    } else {
        "按时，已报主管".to_owned()
    });
    Ok(Reply::text(lines.join("\n")))
}

/// 登记统计 over a span: that of a term, of given days, or of the seven days before today.
fn statistics(ctx: &mut Ctx<'_, '_>, by: &Decide, words: &mut args::Words<'_>) -> Result<Reply, Stop> {
    let today = ctx.desk.today();
    let mut span = Span { from: shift_days(today, -7), to: previous_day(today) };
    if let Some((term, when)) = words.take_word_in(TERMS) {
        span = match when {
            When::Last => term.before(today),
            When::This => term.around(today),
            When::Latest => term.around(previous_day(today)),
        };
    } else if let Some(range) =
        words.take_range(today, args::Lean::Past).map_err(|error| Stop::bad(error.told()))?
    {
        span = Span { from: range.first, to: range.last };
    }
    if !words.is_empty() {
        return Err(Stop::bad("没看懂。例：汇总 统计 上月，汇总 统计 3月1日至3月10日"));
    }
    if (span.to - span.from).num_days() >= LONGEST_COUNT {
        return Err(Stop::bad(format!("一次最多统计{LONGEST_COUNT}天。")));
    }
    let calendar = *ctx.desk.calendar();
    let directory = Arc::clone(&ctx.directory);
    let team = |person| directory.person(person).and_then(|person| person.team);
    let records = ctx.desk.tx.records_in(span, &calendar, |person| by.scope().covers(team(person)))?;
    let counted = count(records.iter().map(|(_, record)| record));
    let whose = if *by.scope() == Scope::Department { "全部门" } else { "本组" };
    let audience = if ctx.in_group() { Audience::Group } else { Audience::Private };
    let mut text = summary::count_text("登记统计", span, whose, &counted, audience);
    if ctx.in_group() {
        text.push_str("\n地域、病种、年龄请私聊看。");
    }
    Ok(Reply::text(text))
}

/// The one summary of yesterday that a correction or remark is for.
fn yesterdays(ctx: &mut Ctx<'_, '_>, by: &Decide, team: Option<Option<i64>>) -> Result<Summary, Stop> {
    let span = Term::Day.around(previous_day(ctx.desk.today()));
    let mut found = Vec::new();
    for team in teams(ctx, by, team)? {
        found.extend(summary::summary(&mut ctx.desk, SummaryKey { team, term: Term::Day, span })?);
    }
    match found.len() {
        0 => Err(Stop::not_found("昨天没有要汇总的。")),
        1 => Ok(found.remove(0)),
        _ => {
            let names: Vec<&str> = found.iter().map(|summary| summary.team.as_str()).collect();
            Err(Stop::bad(format!("请写明哪个组：{}\n例：汇总 备注 {} …", names.join("、"), names[0])))
        }
    }
}

fn remark(ctx: &mut Ctx<'_, '_>, by: &Decide, text: &str) -> Result<Reply, Stop> {
    if ctx.in_group() {
        return Err(Stop::not_allowed("备注请私聊发给我。"));
    }
    let mut words = args::Words::new(text);
    let team = take_team(ctx, &mut words);
    let note = words.rest();
    if note.is_empty() || note.chars().count() > REMARK {
        return Err(Stop::bad(format!("请写备注，最多{REMARK}字。例：汇总 备注 张三下午外出培训")));
    }
    let summary = yesterdays(ctx, by, team)?;
    let said = SummarySaid::Note(Some(note.to_owned()));
    let line = ctx.desk.tx.add_to_summary(&by.for_all(), &summary.key, &said, ctx.desk.now)?;
    let fact = said_fact(Fact::new("summary.remarked", by.for_all().by()), &summary, line);
    ctx.desk.record(fact.secret("note", note, &store::note_case(summary.key.span.to)));
    said_after(ctx, summary.key)?;
    Ok(Reply::text(format!("已备注在{}{}的汇总里。", summary.team, day_name(summary.key.span.to))))
}

fn correct(ctx: &mut Ctx<'_, '_>, by: &Decide, words: &mut args::Words<'_>) -> Result<Reply, Stop> {
    let example = "例：汇总 更正 张三 预约 8";
    let named = words.take_person().ok_or_else(|| Stop::bad(format!("要更正谁的？{example}")))?;
    let person = ctx.desk.person_named(&named.name, named.number)?;
    let member = ctx.directory.person(person);
    let team = member.and_then(|person| person.team);
    if !by.scope().covers(team) {
        return Err(Stop::not_allowed(format!(
            "{}不在你的组，请找该组组长或主管。",
            ctx.directory.label(person)
        )));
    }
    let summary = yesterdays(ctx, by, Some(team))?;
    let date = summary.key.span.to;
    let rest = words.rest();
    let number = rest.char_indices().map(|(at, _)| at).find(|at| args::parse_number(&rest[*at..]).is_some());
    let (word, number) = rest.split_at(number.unwrap_or(rest.len()));
    let word = word.trim_end_matches(|c: char| args::is_separator(c) || matches!(c, ':' | '：'));
    let field = summary::field_of(&mut ctx.desk, person, date, word)?
        .ok_or_else(|| Stop::bad(format!("没有「{}」这一项。{example}", ctx.incoming.quote(word))))?;
    let figure = args::parse_number(number)
        .filter(|(_, used)| matches!(number[*used..].trim(), "" | "个" | "次" | "人"))
        .map(|(figure, _)| figure)
        .filter(|figure| *figure <= MAX_FIGURE)
        .ok_or_else(|| Stop::bad(format!("「{field}」后面要写数字。{example}")))?;
    let Some(line) = summary.lines.iter().find(|line| line.person == person) else {
        return Err(Stop::not_found(format!(
            "{}昨天没有班，也没交日报，没有可更正的。",
            ctx.directory.label(person)
        )));
    };
    let before = line.sums.figures.get(field).copied();
    let said = SummarySaid::Figure { person, field: field.to_owned(), figure };
    let id = ctx.desk.tx.add_to_summary(&by.for_all(), &summary.key, &said, ctx.desk.now)?;
    let fact = said_fact(Fact::new("summary.corrected", by.for_all().by()), &summary, id)
        .person("person", person)
        .with("field", field)
        .with("figure", figure)
        .with("before", before);
    ctx.desk.record(fact);
    said_after(ctx, summary.key)?;
    let was = before.map_or_else(|| "没有".to_owned(), |before| before.to_string());
    Ok(Reply::text(format!(
        "汇总里按这个算：{} {} {field} {was} → {figure}\n日报本身不变，要改请本人再发一次日报。",
        ctx.directory.label(person),
        day_name(date)
    )))
}

fn said_fact(fact: Fact, summary: &Summary, line: i64) -> Fact {
    fact.with("team", summary.team.as_str())
        .with("team_no", summary.key.team)
        .with("period", summary.key.term.code())
        .with("date", summary.key.span.to.to_string())
        .with("line", line)
        .with("rule", "R-327")
}

/// Whoever has the summary already gets it anew.
fn said_after(ctx: &mut Ctx<'_, '_>, key: SummaryKey) -> Result<(), Stop> {
    let me = ctx.me()?.id;
    let Some(summary) = summary::summary(&mut ctx.desk, key)?.filter(|summary| !summary.is_open()) else {
        return Ok(());
    };
    let head = format!("{}的汇总有更正：", summary.team);
    summary.send(&mut ctx.desk, &head, Some(me))
}

/// Which summary an event is of.
fn key_of(event: &Event) -> Result<SummaryKey, Stop> {
    let word = |field: &str| event.body.get(field).and_then(Value::as_str);
    let term = Term::ALL.into_iter().find(|term| word("period") == Some(term.code()));
    let date: Option<NaiveDate> = word("date").and_then(|date| date.parse().ok());
    match (term, date) {
        (Some(term), Some(date)) => {
            let team = event.body.get("team_no").and_then(Value::as_i64);
            Ok(SummaryKey { team, term, span: term.around(date) })
        }
        _ => Err(store::Error::Corrupt("summary event".to_owned()).into()),
    }
}

fn undo_confirmed(ctx: &mut Ctx<'_, '_>, by: &Undoing, event: &Event) -> Result<String, Stop> {
    let key = key_of(event)?;
    let over = by.over(None);
    // What was confirmed by the same word is taken back with the day.
    let terms: Vec<Term> = match key.term {
        Term::Day => Term::ending(key.span.to).collect(),
        term => vec![term],
    };
    let mut taken = Vec::new();
    for term in terms {
        let key = SummaryKey { term, span: term.around(key.span.to), ..key };
        let same = ctx.desk.tx.summary_state(&key)?.confirmed.is_some_and(|(at, _)| at == event.at);
        if same && ctx.desk.tx.take_summary_back(&over, &key)? {
            taken.push(term.word());
        }
    }
    if taken.is_empty() {
        return Err(Stop::wrong_state("这次确认已经撤销过了。"));
    }
    let team = summary::team_name(&ctx.directory, key.team);
    let what = format!("{team} {}{}汇总的确认", day_name(key.span.to), taken.join("、"));
    let me = ctx.me()?.id;
    let stand_in = format!("{team}撤回了汇总的确认，私聊发「汇总 {team}」看。");
    for person in summary::recipients(&mut ctx.desk)?.into_iter().filter(|person| *person != me) {
        let key = format!("summary:back:{}:{person}", event.seq);
        ctx.desk.tell_aside(person, &key, &Said::text(format!("撤回：{what}")), &stand_in)?;
    }
    Ok(what)
}

fn undo_line(ctx: &mut Ctx<'_, '_>, by: &Undoing, event: &Event) -> Result<String, Stop> {
    let key = key_of(event)?;
    let line = event.body.get("line").and_then(Value::as_i64);
    let line = line.ok_or_else(|| store::Error::Corrupt("summary event".to_owned()))?;
    if !ctx.desk.tx.undo_summary_line(&by.over(None), line, ctx.desk.now)? {
        return Err(Stop::wrong_state("这一条已经撤销过了。"));
    }
    said_after(ctx, key)?;
    let what = if event.kind == "summary.corrected" { "更正" } else { "备注" };
    Ok(format!("{}汇总的{what}", day_name(key.span.to)))
}

// Texts.

fn nothing(asked: &Asked) -> String {
    let span = asked.term.around(asked.date);
    let which = if asked.term == Term::Day {
        day_name(span.from)
    } else {
        format!("{}至{}", span.from.format("%m-%d"), span.to.format("%m-%d"))
    };
    format!("{which}没有排班和日报，不用汇总。")
}

/// One line a group, for those who lead several.
fn overview(ctx: &Ctx<'_, '_>, asked: &Asked, found: &[Summary]) -> String {
    let span = asked.term.around(asked.date);
    let mut lines = vec![if span.from == span.to {
        format!("{} 各组汇总", day_name(span.from))
    } else {
        format!("{}至{} 各组汇总", span.from.format("%m-%d"), span.to.format("%m-%d"))
    }];
    for summary in found {
        let total = summary.total();
        let figures = ["对话", "门诊", "预约", "到诊"]
            .iter()
            .filter_map(|field| Some(format!("{field}{}", total.get(*field)?)))
            .collect::<Vec<_>>()
            .join(" ");
        let missing: u32 = summary.lines.iter().map(|line| line.sums.missing).sum();
        let missing = if missing > 0 { format!(" 未交{missing}") } else { String::new() };
        let state = match (summary.state.confirmed, summary.state.unconfirmed_at) {
            (Some((_, by)), _) => format!("{}已确认", ctx.directory.label(by)),
            (None, Some(_)) => "未确认".to_owned(),
            (None, None) => "待确认".to_owned(),
        };
        lines.push(format!("{}：{figures}{missing} · {state}", summary.team));
    }
    lines.push(format!("看一个组发：汇总 {}", found[0].team));
    lines.join("\n")
}
