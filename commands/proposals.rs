//! 提案: what the ledger proposes, and deciding it by 同意 and 驳回 (CV-6). Nothing counts before a person has said so.

use crate::shared;
use bot::{Command, Ctx, Place, Reach, Reply, Run, Said, Stop, Undo, Who};
use domain::calendar::day_name;
use domain::rights::{Decide, Over, Own, Undoing};
use domain::{Period, Role, Span};
use serde_json::Value;
use store::{EntryState, Event, LedgerEntry};

pub(crate) const COMMAND: Command = Command {
    name: "提案",
    aliases: &["台账"],
    summary: "看待确认的扣分扣款",
    usage: "提案",
    details: "主管看全部待确认的，发「同意 K编号」或「驳回 K编号 理由」；其他人私下看自己本月和上月的。没有确认的不算数。",
    examples: &["提案"],
    rules: &["R-116"],
    who: Who::Members,
    place: Place::Anywhere,
    reach: Reach::Own,
    template: None,
    run: Run::OwnOrDecide(run),
    undo: &[
        Undo { kind: "ledger.confirmed", run: undo_confirmed },
        Undo { kind: "ledger.rejected", run: undo_rejected },
    ],
};

/// Said in a group where somebody cannot be written to in private: nothing of the proposal.
const WAITS: &str = "你有一条台账通知，请私聊我发「提案」查看。";
/// Entries that one answer shows.
const MOST: u32 = 15;
/// Entries with buttons.
const BUTTONS: usize = 2;

fn run(ctx: &mut Ctx<'_, '_>, own: &Own, lead: Option<&Decide>, text: &str) -> Result<Reply, Stop> {
    if !text.trim().is_empty() {
        return Err(Stop::bad("「提案」后面不用写。要确认请发：同意 K编号"));
    }
    if lead.is_some() && decides(ctx)? && !ctx.in_group() {
        let entries = ctx.desk.tx.proposed_entries(MOST)?;
        if entries.is_empty() {
            return Ok(Reply::text("没有待确认的提案。"));
        }
        let mut said = Said::default();
        let mut lines = vec!["待确认：".to_owned()];
        for (index, entry) in entries.iter().enumerate() {
            lines.push(line(ctx, entry));
            if index < BUTTONS {
                let label = entry.label();
                said = said
                    .button(format!("同意 {label}"), format!("同意 {label}"))
                    .button(format!("驳回 {label}"), format!("驳回 {label} 情况不符"));
            }
        }
        lines.push("发「同意 K编号」或「驳回 K编号 理由」".to_owned());
        said.text = lines.join("\n");
        return Ok(said.into());
    }
    // What counts for or against somebody is nobody else's business.
    if ctx.in_group() {
        return Ok(Reply::text("台账只能私下看，请私聊我发「提案」。"));
    }
    let today = ctx.desk.today();
    let months = Span { from: Period::Month.before(today).from, to: today };
    let entries = ctx.desk.tx.entries_of(own.person(), months)?;
    if entries.is_empty() {
        return Ok(Reply::text("你本月和上月没有提案。"));
    }
    let mut lines = vec!["你本月和上月的：".to_owned()];
    lines.extend(entries.iter().map(|entry| line(ctx, entry)));
    Ok(Reply::text(lines.join("\n")))
}

/// `K9 张三 3月9日 周一 漏访 -1分（R-116，T-C14）待确认`.
fn line(ctx: &Ctx<'_, '_>, entry: &LedgerEntry) -> String {
    let state = match (entry.reverses, entry.state) {
        (Some(no), _) => format!("冲回 K{no}"),
        (None, EntryState::Proposed) => "待确认".to_owned(),
        (None, EntryState::Confirmed) => "已确认".to_owned(),
        (None, EntryState::Rejected) => "已驳回".to_owned(),
    };
    let about = entry.about.as_deref().map_or_else(String::new, |about| format!(" {about}"));
    format!(
        "{} {} {}{about} {}（{}，{}）{state}",
        entry.label(),
        ctx.directory.label(entry.person),
        day_name(entry.day),
        amount(entry),
        entry.rule,
        entry.code
    )
}

fn amount(entry: &LedgerEntry) -> String {
    let mut parts = Vec::new();
    if entry.points != 0 {
        parts.push(format!("{:+}分", entry.points));
    }
    if entry.fen != 0 {
        let sign = if entry.fen < 0 { "-" } else { "+" };
        parts.push(format!("{sign}{}", shared::yuan(entry.fen.unsigned_abs())));
    }
    parts.join(" ")
}

/// Confirms or rejects an entry; asked by 同意 and 驳回.
pub(crate) fn decide(
    ctx: &mut Ctx<'_, '_>,
    by: &Decide,
    no: i64,
    confirmed: bool,
    reason: &str,
) -> Result<Reply, Stop> {
    let Some(entry) = ctx.desk.tx.ledger_entry(no)? else {
        return Err(Stop::not_found(format!("没有编号 K{no}。发「提案」看待确认的。")));
    };
    let over = right(ctx, by, &entry)?;
    if !confirmed && reason.is_empty() {
        return Err(Stop::bad(format!("请写上理由。例：驳回 K{no} 当天请假")));
    }
    let reason_given = (!reason.is_empty()).then_some(reason);
    if !ctx.desk.tx.decide_entry(&over, no, confirmed, reason_given, ctx.desk.now)? {
        let state = if entry.state == EntryState::Confirmed { "确认" } else { "驳回" };
        return Err(Stop::wrong_state(format!("K{no} 已经{state}过，不用再处理。")));
    }
    let what = format!("{} {}（{}）", day_name(entry.day), amount(&entry), entry.rule);
    let told = if confirmed {
        format!("K{no} 已确认：{what}\n有异议请找主管。")
    } else {
        format!("K{no} 已驳回，不算：{what}")
    };
    let key = format!("decided:{}:{}", entry.label(), ctx.desk.now);
    ctx.desk.tell_aside(entry.person, &key, &Said::text(told), WAITS)?;
    let who = ctx.directory.label(entry.person);
    let done = if confirmed { "已确认" } else { "已驳回" };
    Ok(Reply::text(if ctx.in_group() {
        format!("{done} K{no}，已私下告诉本人。")
    } else {
        format!("{done} K{no}：{who} {what}")
    }))
}

/// Whether the sender decides the ledger: the supervisor, and who stands above him; no lead, and no admin (CV-6).
fn decides(ctx: &Ctx<'_, '_>) -> Result<bool, Stop> {
    Ok(ctx.standing()?.roles().any(&[Role::Supervisor, Role::Director]))
}

fn right(ctx: &Ctx<'_, '_>, by: &Decide, entry: &LedgerEntry) -> Result<Over, Stop> {
    if !decides(ctx)? {
        return Err(Stop::not_allowed("台账由主管确认（CV-6），请找主管。"));
    }
    let team = ctx.directory.person(entry.person).and_then(|person| person.team);
    by.over(entry.person, team).map_err(|denied| shared::denied(denied, &ctx.directory.label(entry.person)))
}

fn entry_of(ctx: &mut Ctx<'_, '_>, event: &Event) -> Result<LedgerEntry, Stop> {
    let label = event.body.get("entry").and_then(Value::as_str).unwrap_or_default();
    let found = match shared::label(label, 'K') {
        Some((no, _)) => ctx.desk.tx.ledger_entry(no)?,
        None => None,
    };
    found.ok_or_else(|| store::Error::Corrupt("ledger event".to_owned()).into())
}

fn undo_confirmed(ctx: &mut Ctx<'_, '_>, by: &Undoing, event: &Event) -> Result<String, Stop> {
    let entry = entry_of(ctx, event)?;
    let now = ctx.desk.now;
    let Some(reversal) = ctx.desk.tx.reverse_entry(&by.over(Some(entry.person)), entry.no, now)? else {
        return Err(Stop::wrong_state(format!("K{} 已经冲回过了。", entry.no)));
    };
    let told = Said::text(format!("K{} 已冲回：{}（{}）", entry.no, amount(&reversal), reversal.label()));
    ctx.desk.tell_aside(entry.person, &format!("reversed:{}", reversal.label()), &told, WAITS)?;
    Ok(format!("对 K{} 的确认，另记 {} 冲回", entry.no, reversal.label()))
}

fn undo_rejected(ctx: &mut Ctx<'_, '_>, by: &Undoing, event: &Event) -> Result<String, Stop> {
    let entry = entry_of(ctx, event)?;
    if !ctx.desk.tx.propose_entry_again(&by.over(Some(entry.person)), entry.no)? {
        return Err(Stop::wrong_state(format!("K{} 已经不是驳回的了。", entry.no)));
    }
    Ok(format!("对 K{} 的驳回，重新等待确认", entry.no))
}
