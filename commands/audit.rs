//! 审计: who did what and when, by number, by person or by day. For those who lead the department, in private.

mod words;

use crate::shared;
use bot::{Command, Ctx, Place, Reach, Reply, Run, Stop, Who, args};
use domain::calendar::{DAY, day_name, next_day, shift_days};
use domain::rights::Administer;
use domain::{EpochMs, Span};
use store::{AuditSpan, Event};

pub(crate) const COMMAND: Command = Command {
    name: "审计",
    aliases: &["操作记录", "audit"],
    summary: "查操作记录",
    usage: "审计 编号 | 审计 姓名 [日期] | 审计 日期",
    details: "每一次改动都有记录，改不掉也删不掉。编号是回复里看到的 J3、V2、G12 等。姓名不写日期看最近7天。只在私聊里用。",
    examples: &["审计 J3", "审计 张三", "审计 昨天", "审计 张三 3月2日"],
    rules: &["R-422", "R-425"],
    who: Who::Members,
    place: Place::Private,
    reach: Reach::Shared,
    template: None,
    run: Run::Administer(run),
    undo: &[],
};

/// Events that one answer shows.
const MOST: i64 = 30;
/// Days that are looked back for a person.
const DAYS: i64 = 7;

fn run(ctx: &mut Ctx<'_, '_>, by: &Administer, text: &str) -> Result<Reply, Stop> {
    let today = ctx.desk.today();
    let mut words = args::Words::new(text);
    if words.is_empty() {
        return Err(Stop::bad(format!(
            "要查什么？写法：{}\n例：审计 J3、审计 张三、审计 昨天",
            COMMAND.usage
        )));
    }
    if let Some(label) = numbered(words.peek().unwrap_or_default()) {
        words.next_word();
        if !words.is_empty() {
            return Err(Stop::bad("一次只查一个编号。例：审计 J3"));
        }
        return one(ctx, by, &label);
    }
    let mut days = None;
    let mut person = None;
    while !words.is_empty() {
        let range = words.take_range(today, args::Lean::Past).map_err(|bad| Stop::bad(bad.told()))?;
        if let Some(range) = range.filter(|_| days.is_none()) {
            days = Some(Span { from: range.first, to: range.last });
            continue;
        }
        let Some(token) = words.take_person().filter(|_| person.is_none()) else {
            let word = args::quote(words.peek().unwrap_or_default());
            return Err(Stop::bad(format!("没看懂「{word}」。写法：{}", COMMAND.usage)));
        };
        person = Some(ever_here(ctx, &token.name, token.number)?);
    }
    let days = days.unwrap_or(Span { from: shift_days(today, 1 - DAYS), to: today });
    let calendar = *ctx.desk.calendar();
    let span = AuditSpan {
        from: calendar.midnight(days.from),
        to: calendar.midnight(next_day(days.to)).min(ctx.desk.now + 1),
        most: MOST + 1,
    };
    let (whose, events) = match person {
        Some(id) => (ctx.directory.label(id), ctx.desk.tx.events_of(id, span)?),
        None => ("全部门".to_owned(), ctx.desk.tx.events_between(span)?),
    };
    let when = if days.from == days.to {
        day_name(days.from)
    } else {
        format!("{}至{}", days.from.format("%m-%d"), days.to.format("%m-%d"))
    };
    Ok(Reply::text(listed(ctx, &format!("{whose} {when}"), events)))
}

/// A label such as J3, as people type it.
fn numbered(word: &str) -> Option<String> {
    let letter = word.chars().next().filter(char::is_ascii_alphabetic)?.to_ascii_uppercase();
    let (number, rest) = shared::label(word, letter)?;
    rest.is_empty().then(|| format!("{letter}{number}"))
}

/// Somebody who is or was here; leavers stay in the records.
fn ever_here(ctx: &mut Ctx<'_, '_>, name: &str, number: Option<u32>) -> Result<i64, Stop> {
    let wanted = number.map_or_else(|| name.to_owned(), |number| format!("{name}#{number}"));
    let gone: Vec<i64> = ctx
        .directory
        .everybody()
        .filter(|person| !person.is_member(ctx.desk.now) && (person.name == wanted || person.label == wanted))
        .map(|person| person.id)
        .collect();
    match (ctx.directory.named(&wanted, ctx.desk.now).is_empty(), gone.as_slice()) {
        (true, [id]) => Ok(*id),
        _ => ctx.desk.person_named(name, number),
    }
}

fn one(ctx: &mut Ctx<'_, '_>, by: &Administer, label: &str) -> Result<Reply, Stop> {
    if let Some(seq) = label.strip_prefix('G').and_then(|seq| seq.parse().ok()) {
        let Some(event) = ctx.desk.tx.event(seq)? else {
            return Err(Stop::not_found(format!("没有编号 {label}。")));
        };
        return Ok(Reply::text(whole(ctx, by, &event)?));
    }
    let events = ctx.desk.tx.events_about(label, MOST + 1)?;
    if events.is_empty() {
        return Err(Stop::not_found(format!("没有编号 {label} 的记录。")));
    }
    Ok(Reply::text(listed(ctx, label, events)))
}

/// A line an event, oldest first.
fn listed(ctx: &Ctx<'_, '_>, head: &str, mut events: Vec<Event>) -> String {
    let most = usize::try_from(MOST).unwrap_or(usize::MAX);
    let more = events.len() > most;
    events.truncate(most);
    events.reverse();
    if events.is_empty() {
        return format!("{head}：没有记录。");
    }
    let lines: Vec<String> = events.iter().map(|event| line(ctx, event)).collect();
    let more = if more {
        format!("（只列最近 {MOST} 条，更早的请按日期查）")
    } else {
        String::new()
    };
    format!("{head} 的操作记录{more}\n{}\n看一条的全部内容，例：审计 G{}", lines.join("\n"), events[0].seq)
}

fn line(ctx: &Ctx<'_, '_>, event: &Event) -> String {
    let about = event.subject.as_deref().map_or_else(String::new, |subject| format!(" {subject}"));
    format!(
        "{} {} {}{about}（G{}）",
        when(ctx, event.at),
        actor(ctx, event),
        words::kind(&event.kind),
        event.seq
    )
}

fn when(ctx: &Ctx<'_, '_>, at: EpochMs) -> String {
    let calendar = ctx.desk.calendar();
    let clock = calendar.short(at);
    // The year matters only where it may be doubted.
    if ctx.desk.now - at > 300 * DAY { format!("{} {clock}", calendar.date(at).format("%Y")) } else { clock }
}

fn actor(ctx: &Ctx<'_, '_>, event: &Event) -> String {
    event.actor.map_or_else(|| "系统".to_owned(), |actor| ctx.directory.label(actor))
}

/// One event with all its fields. What names a patient is opened here, and that it was looked at is recorded.
fn whole(ctx: &mut Ctx<'_, '_>, by: &Administer, event: &Event) -> Result<String, Stop> {
    let mut lines = vec![line(ctx, event)];
    let opened = ctx.desk.look_into(by, event)?;
    lines.extend(words::fields(&opened, |person| ctx.directory.label(person)));
    Ok(lines.join("\n"))
}
