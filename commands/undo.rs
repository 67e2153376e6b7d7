//! 撤销: takes back one's own last change within ten minutes; afterwards a lead may. Nothing is erased: the taking back
//! is an event of its own, and what was undone no longer counts.

use crate::arrival::telling;
use crate::shared;
use bot::{Command, Ctx, Place, Reach, Reply, Run, Stop, Undo, Who, args};
use domain::calendar::MINUTE;
use domain::rights::{NotUndone, Undoing};
use domain::settings::catalogue::assistant::UNDO_MINUTES;
use domain::{EpochMs, Role, Roles};
use store::{Event, Fact};

pub(crate) const COMMAND: Command = Command {
    name: "撤销",
    aliases: &["撤回", "取消上一步", "undo"],
    summary: "撤销自己刚才的改动",
    usage: "撤销 [编号]",
    details: "自己的改动默认10分钟内（含最后一刻）可以撤销，不写编号就是最近一次。超过时限请上一级撤销，写看得见的编号：撤销 D2、撤销 Y3、撤销 G12，撤的是这个编号最后一次改动。",
    examples: &["撤销", "撤销 D2", "撤销 G12"],
    rules: &[],
    who: Who::Anyone,
    place: Place::Anywhere,
    reach: Reach::Shared,
    template: None,
    run: Run::Open(run),
    undo: &[],
};

/// How many of the own latest events are searched for a change.
const SEARCHED: i64 = 60;
/// How many of the latest events about one number.
const ABOUT: i64 = 500;

fn run(ctx: &mut Ctx<'_, '_>, text: &str) -> Result<Reply, Stop> {
    let Some(me) = ctx.person else { return withdraw_request(ctx) };
    let mut words = args::Words::new(text);
    let word = words.next_word().unwrap_or_default().to_owned();
    let event = if word.is_empty() { latest(ctx, me)? } else { numbered(ctx, me, &word)? };
    let undoing = may(ctx, &event, &word)?;
    let Some(Undo { run, .. }) = ctx.desk.bot.undo_for(&event.kind) else {
        return Err(Stop::wrong_state("这一步不能撤销。"));
    };
    if !ctx.desk.tx.mark_undone(event.seq, ctx.desk.now)? {
        return Err(Stop::wrong_state("这一步已经撤销过了。"));
    }
    let told = run(ctx, &undoing, &event)?;
    // What taking back changed is recorded too, but the next 撤销 goes on to the change before.
    let subject = event.subject.unwrap_or_else(|| format!("G{}", event.seq));
    for (seq, kind) in ctx.desk.tx.flush_events()? {
        if ctx.desk.bot.undo_for(kind).is_some() {
            ctx.desk.tx.mark_undone(seq, ctx.desk.now)?;
        }
        if kind == "credit.decided" {
            tell_decided(ctx, seq, &subject)?;
        }
    }
    let fact = Fact::new("undo.done", Some(me))
        .about(subject.as_str())
        .with("of", event.kind)
        .with("subject", subject)
        .person("by", me);
    ctx.desk.record(fact);
    Ok(Reply::text(format!("已撤销：{told}。")))
}

/// Tells everybody whose arrival was decided anew because something that it hung on was taken back. Of what was itself
/// taken back its own command tells.
fn tell_decided(ctx: &mut Ctx<'_, '_>, seq: i64, but: &str) -> Result<(), Stop> {
    let decided = ctx.desk.tx.event(seq)?.and_then(|decided| decided.subject).filter(|about| about != but);
    let Some((no, _)) = decided.as_deref().and_then(|about| shared::label(about, 'D')) else { return Ok(()) };
    let Some(arrival) = ctx.desk.tx.arrival(no)? else { return Ok(()) };
    let parties = ctx.desk.tx.parties(&arrival)?;
    telling::tell_changed(&mut ctx.desk, &arrival, parties)
}

/// The own newest change that can still be taken back.
fn latest(ctx: &mut Ctx<'_, '_>, me: i64) -> Result<Event, Stop> {
    let limit = limit(ctx)?;
    let bot = ctx.desk.bot;
    let recent = ctx.desk.tx.recent_events(me, ctx.desk.now - limit, SEARCHED)?;
    recent.into_iter().find(|event| bot.undo_for(&event.kind).is_some()).ok_or_else(|| {
        Stop::not_found(format!(
            "{}分钟内没有可以撤销的改动。\n更早的请组长撤销，例：撤销 G12（编号在当时的回复里）",
            limit / MINUTE
        ))
    })
}

/// The change of a number: the row of one (`G12`), or the last about the thing that people know by it (`D2`), one's own
/// before others'.
fn numbered(ctx: &mut Ctx<'_, '_>, me: i64, word: &str) -> Result<Event, Stop> {
    let bot = ctx.desk.bot;
    let can = |event: &Event| bot.undo_for(&event.kind).is_some();
    let event = match shared::label(word, 'G').or_else(|| word.parse().ok().map(|seq| (seq, ""))) {
        Some((seq, _)) => ctx.desk.tx.event(seq)?.filter(can),
        None => {
            let label = visible(word).unwrap_or_else(|| word.to_uppercase());
            let since = ctx.desk.now - limit(ctx)?;
            let mut about = ctx.desk.tx.standing_events_about(&label, ABOUT)?;
            about.retain(can);
            let own = about.iter().position(|event| event.actor == Some(me) && event.at >= since);
            let at = own.unwrap_or(0);
            (at < about.len()).then(|| about.swap_remove(at))
        }
    };
    event.ok_or_else(|| {
        Stop::not_found(format!(
            "没有可以撤销的编号「{}」：没有这个编号，它的改动都已撤销，或者不能撤销。",
            ctx.incoming.quote(word)
        ))
    })
}

/// A number as people read it, however it is typed: `D2` of d2 and D-2.
fn visible(word: &str) -> Option<String> {
    let letter = word.chars().next().filter(char::is_ascii_alphabetic)?.to_ascii_uppercase();
    let (no, rest) = shared::label(word, letter)?;
    rest.is_empty().then(|| format!("{letter}{no}"))
}

/// How long an author may take a change back, in ms; the last instant included.
fn limit(ctx: &mut Ctx<'_, '_>) -> Result<EpochMs, Stop> {
    let today = ctx.desk.today();
    Ok(ctx.desk.book()?.whole(&UNDO_MINUTES, today) * MINUTE)
}

/// The right to take a change back, or why not; `word` is the number that was typed.
fn may(ctx: &mut Ctx<'_, '_>, event: &Event, word: &str) -> Result<Undoing, Stop> {
    let limit = limit(ctx)?;
    let author = event.actor.unwrap_or_default();
    let today = ctx.desk.today();
    let known = ctx.directory.person(author);
    let team = known.and_then(|author| author.team);
    // What the operator did is an admin's to take back.
    let admin = Roles::of(&[Role::Admin]);
    let roles = known.map_or(admin, |author| ctx.directory.standing(author, today).roles());
    let age = ctx.desk.now - event.at;
    ctx.standing()?.undoing(author, team, roles, age, limit).map_err(|not| match not {
        NotUndone::NotYours => Stop::not_allowed("只能撤销自己的改动；别人的由他的上一级撤销。"),
        NotUndone::TooLate => Stop::wrong_state(format!(
            "已超过{}分钟，自己撤销不了。请上一级发：撤销 {}",
            limit / MINUTE,
            visible(word).unwrap_or_else(|| format!("G{}", event.seq))
        )),
    })
}

/// A stranger has nothing but the own request to join.
fn withdraw_request(ctx: &mut Ctx<'_, '_>) -> Result<Reply, Stop> {
    let incoming = ctx.incoming;
    let Some(request) = ctx.desk.tx.open_join_of(incoming.platform, &incoming.sender.user_id)? else {
        return Err(Stop::not_found("没有可以撤销的申请。要加入请发：我是 姓名 组名"));
    };
    ctx.desk.tx.withdraw_join(request.no, ctx.desk.now)?;
    let label = format!("J{}", request.no);
    let fact = Fact::new("undo.done", None)
        .about(label.as_str())
        .with("of", "member.requested")
        .with("subject", label.as_str())
        .with("by", serde_json::Value::Null);
    ctx.desk.record(fact);
    Ok(Reply::text(format!("已撤销：加入申请 {label}（{}）。", request.name)))
}
