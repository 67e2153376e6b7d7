//! 节假日: which days are off although it is a weekday, and which are worked although it is a weekend (补班). The program
//! brings along the years that it knows; the department enters the next one, and corrects single days.

use bot::{Command, Ctx, Place, Reach, Reply, Run, Stop, Who, args};
use chrono::{Datelike, NaiveDate};
use domain::calendar::day_name;
use domain::rights::Administer;
use domain::workdays::{LEAST_OFF, SpecialDay, Workdays};

pub(crate) const COMMAND: Command = Command {
    name: "节假日",
    aliases: &["放假", "补班", "工作日"],
    summary: "看放假和补班，登记明年的",
    usage: "节假日 [年] | 节假日 日期或日期至日期 休 [名称] | 节假日 日期 班 | 节假日 日期 照常",
    details: "国务院每年11月公布下一年的放假和补班，公布后登记；一条消息可以写很多行，一行一段。照常是去掉自己登记的这一天。",
    examples: &["节假日 2026", "节假日 2027-01-01至2027-01-03 休 元旦", "节假日 2027-01-09 班"],
    rules: &["R-118"],
    who: Who::Members,
    place: Place::Anywhere,
    reach: Reach::Shared,
    template: None,
    run: Run::Administer(run),
    undo: &[],
};

/// The longest holiday that one line enters, days.
const LONGEST: i64 = 31;

/// What a line does to its days.
enum Change {
    Set(Vec<SpecialDay>),
    Drop(NaiveDate),
}

fn run(ctx: &mut Ctx<'_, '_>, by: &Administer, text: &str) -> Result<Reply, Stop> {
    let (today, now) = (ctx.desk.today(), ctx.desk.now);
    let text = text.trim();
    let year = text.trim_end_matches('年');
    if text.is_empty() || (year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit())) {
        let known = ctx.desk.tx.workdays()?;
        return Ok(Reply::text(shown(&known, year.parse().unwrap_or(today.year()))));
    }
    // Everything is read before anything is written: a message is carried out whole or not at all.
    let mut changes = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        changes.push(read(line, today)?);
    }
    let mut set = Vec::new();
    let mut lines = Vec::new();
    for change in changes {
        match change {
            Change::Set(days) => {
                lines.extend(range(&days));
                set.extend(days);
            }
            Change::Drop(day) => {
                if !ctx.desk.tx.drop_special_day(by, day, now)? {
                    return Err(Stop::wrong_state(format!("{}没有自己登记过，没有改。", day_name(day))));
                }
                lines.push(format!("{}照常", named(day)));
            }
        }
    }
    if !set.is_empty() {
        ctx.desk.tx.set_special_days(by, &set, now)?;
    }
    lines.insert(0, "已登记：".to_owned());
    let known = ctx.desk.tx.workdays()?;
    let years: std::collections::BTreeSet<i32> = set.iter().map(|day| day.day.year()).collect();
    for year in years.into_iter().filter(|year| !known.knows(*year)) {
        lines
            .push(format!("{year}年现在放假{}天，一般不少于{LEAST_OFF}天，请接着登记。", known.off_in(year)));
    }
    lines.push("看全年请发：节假日 年份；登记错了，同一天再发一次就改过来。".to_owned());
    Ok(Reply::text(lines.join("\n")))
}

/// `2027-01-01至2027-01-03 休 元旦`, also with 休 in front.
fn read(line: &str, today: NaiveDate) -> Result<Change, Stop> {
    const WORDS: &[(&str, Option<bool>)] = &[
        ("休", Some(false)),
        ("休息", Some(false)),
        ("放假", Some(false)),
        ("班", Some(true)),
        ("补班", Some(true)),
        ("上班", Some(true)),
        ("照常", None),
    ];
    let usage = || Stop::bad(format!("没看懂「{}」，没有改。例：{}", args::quote(line), COMMAND.examples[1]));
    let mut words = args::Words::new(line);
    let first = words.take_word_in(WORDS);
    let days = words.take_range(today, args::Lean::Future).map_err(|bad| Stop::bad(bad.told()))?;
    let days = days.ok_or_else(usage)?;
    let works = match first {
        Some(works) => works,
        None => words.take_word_in(WORDS).ok_or_else(usage)?,
    };
    if days.last < days.first || (days.last - days.first).num_days() >= LONGEST {
        return Err(Stop::bad(format!("一段最多{LONGEST}天，请分开写，没有改。")));
    }
    let Some(works) = works else {
        if days.first != days.last {
            return Err(Stop::bad("照常一次写一天，没有改。例：节假日 2027-01-09 照常"));
        }
        return Ok(Change::Drop(days.first));
    };
    let name = match words.rest().trim() {
        "" if works => "补班".to_owned(),
        "" => "休息".to_owned(),
        name if name.chars().count() <= 10 => name.to_owned(),
        _ => return Err(usage()),
    };
    let span = domain::Span { from: days.first, to: days.last };
    Ok(Change::Set(span.days().map(|day| SpecialDay { day, works, name: name.clone() }).collect()))
}

fn named(day: NaiveDate) -> String {
    format!("{}年{}", day.year(), day_name(day))
}

fn range(days: &[SpecialDay]) -> Option<String> {
    let (first, last) = (days.first()?, days.last()?);
    let works = if first.works { "上班" } else { "放假" };
    Some(if first.day == last.day {
        format!("{} {works}（{}）", named(first.day), first.name)
    } else {
        format!("{}至{} {works}{}天（{}）", named(first.day), day_name(last.day), days.len(), first.name)
    })
}

// Texts.

/// A year in the order of its days, one line a holiday.
fn shown(known: &Workdays, year: i32) -> String {
    let mut lines = vec![format!("{year}年放假和补班：")];
    let mut run: Vec<SpecialDay> = Vec::new();
    for day in known.special_in(year) {
        let follows = run.last().is_some_and(|last| {
            last.works == day.works && last.name == day.name && last.day.succ_opt() == Some(day.day)
        });
        if !follows {
            lines.extend(range(&run));
            run.clear();
        }
        run.push(day.clone());
    }
    lines.extend(range(&run));
    if !known.knows(year) {
        lines.push(format!("{year}年的还没有登记全，现在按周一到周五算工作日。例：{}", COMMAND.examples[1]));
    }
    lines.join("\n")
}
