//! 申诉: whoever had a claim objects to the decision on an arrival. Who rules gets the decision with all that it stands on,
//! the reason, and the lines to send; the others learn that somebody objects, and not what he says.

use crate::credit::{self, parties};
use crate::shared;
use bot::{Command, Ctx, Place, Reach, Reply, Run, Said, Stop, Undo, Who};
use domain::objection::{self, NotTaken};
use domain::rights::{Record, Undoing};
use domain::{PersonId, Role, Roles};
use serde_json::Value;
use std::collections::BTreeSet;
use store::{Event, NewObjection, Objection, ObjectionState, StoredArrival};

pub(crate) const COMMAND: Command = Command {
    name: "申诉",
    aliases: &["归属申诉", "有异议"],
    summary: "对到诊的归属有异议",
    usage: "申诉 Y编号 理由 | 申诉 S编号 撤回",
    details: "当事人可以发；从判定起几天内，当月还没过对账截止日的到截止日为止。主管裁定以后私下告诉每位当事人。理由只有主管看得到。",
    examples: &["申诉 Y1 患者一直是我联系的", "申诉 D1 是我约来的"],
    rules: &["R-089", "R-326", "R-378"],
    who: Who::Roles(&[Role::Consultant, Role::PhoneConsultant, Role::Lead]),
    place: Place::Anywhere,
    reach: Reach::Shared,
    template: None,
    run: Run::Record(run),
    undo: &[Undo { kind: "objection.raised", run: undo }],
};

/// Words before a reason that are none of it.
const LEADS_IN: [&str; 3] = ["理由", "原因", "说明"];

/// A reason without the word before it.
pub(crate) fn reason(text: &str) -> &str {
    let text = text.trim();
    let rest = LEADS_IN.iter().find_map(|word| text.strip_prefix(word)).unwrap_or(text);
    rest.trim_start_matches([' ', ':', '：']).trim()
}

fn run(ctx: &mut Ctx<'_, '_>, by: &Record, text: &str) -> Result<Reply, Stop> {
    if let Some((no, rest)) = shared::label(text, 'S') {
        return own(ctx, by, no, rest.trim());
    }
    let (arrival, asked, rest) = contested(ctx, text)?;
    let why = reason(rest);
    if why.is_empty() {
        return Err(Stop::bad("要写理由，例：申诉 Y12 患者一直是我联系的"));
    }
    let concerned = ctx.desk.tx.parties(&arrival)?;
    if arrival.credit.to == Some(by.person()) && concerned.len() == 1 {
        let (label, answer) = (arrival.label(), parties::answer(&ctx.directory, &arrival));
        return Err(Stop::wrong_state(format!("{label} 本来就{answer}，没有别人在争，不用申诉。")));
    }
    let Some(decision) = ctx.desk.tx.current_decision(arrival.no)? else {
        return Err(store::Error::Corrupt("an arrival without a decision".to_owned()).into());
    };
    let (today, now) = (ctx.desk.today(), ctx.desk.now);
    let decided = ctx.desk.calendar().date(decision.at);
    let book = ctx.desk.book()?;
    let taken = objection::may_object(&book, &concerned, by.person(), decided, arrival.day, today);
    let due = taken.map_err(|not| match not {
        NotTaken::NotConcerned => Stop::not_allowed(format!(
            "{} 没有你的预约参与，不能申诉。资料登错的请导医更正。",
            arrival.label()
        )),
        NotTaken::Over { last, rule } => Stop::rule(
            rule,
            format!("{} 的申诉期到 {last} 为止，已经过了（{rule}）。有特殊情况请找主管。", arrival.label()),
        ),
    })?;
    let new = NewObjection { arrival: arrival.no, appointment: asked, reason: why, due, now };
    let Some(raised) = ctx.desk.tx.object(by, &new)? else {
        return Err(Stop::wrong_state(format!(
            "{} 你已经有一件申诉在等裁定，不用再提。看进展：归属 {}",
            arrival.label(),
            arrival.label()
        )));
    };
    let judges = ctx.directory.judges(&concerned, now, today);
    let asks = card(ctx, &raised, &arrival, &concerned);
    parties::tell_all(&mut ctx.desk, judges.iter().copied(), &asks, true)?;
    let grounds = grounds(ctx, &raised, &arrival, why)?;
    parties::tell_all(&mut ctx.desk, judges.iter().copied(), &grounds, false)?;
    let others = concerned.iter().copied().filter(|person| *person != by.person());
    let learns = Said::text(format!(
        "{}对 {} 的判定（{}）提出申诉 {}，裁定后告诉你。\n看依据：归属 {}",
        ctx.directory.label(by.person()),
        arrival.label(),
        parties::answer(&ctx.directory, &arrival),
        raised.label(),
        arrival.label()
    ));
    parties::tell_all(&mut ctx.desk, others, &learns, true)?;
    let who: Vec<String> = judges.iter().map(|judge| ctx.directory.label(*judge)).collect();
    let rules = match who.as_slice() {
        [] => "现在没有能裁定的人，请告诉管理员".to_owned(),
        who => format!("已告诉{}，裁定后私下告诉你", who.join("、")),
    };
    Ok(Reply::text(format!(
        "已收到申诉 {}：{} 现在{}。\n{rules}。\n收回发：申诉 {} 撤回",
        raised.label(),
        arrival.label(),
        parties::answer(&ctx.directory, &arrival),
        raised.label()
    )))
}

/// The arrival that a text begins with, the appointment that it was named by, and what follows.
pub(crate) fn contested<'t>(
    ctx: &mut Ctx<'_, '_>,
    text: &'t str,
) -> Result<(StoredArrival, Option<i64>, &'t str), Stop> {
    if let Some((no, rest)) = shared::label(text, 'D') {
        let arrival = credit::arrival(ctx, no)?;
        return Ok((arrival, None, rest));
    }
    let Some((no, rest)) = shared::label(text, 'Y') else {
        return Err(Stop::bad("要写预约或到诊的编号，例：申诉 Y12 患者一直是我联系的"));
    };
    if ctx.desk.tx.appointment(no)?.is_none() {
        return Err(Stop::not_found(format!("没有预约 Y{no}。")));
    }
    match ctx.desk.tx.arrivals_of_appointment(no)?.into_iter().next() {
        Some(arrival) => Ok((arrival, Some(no), rest)),
        None => Err(Stop::wrong_state(format!("Y{no} 还没有到诊，没有判定。看时限和预判：归属 Y{no}"))),
    }
}

/// What who rules is asked, with a line for each way out. Nothing private is in it.
fn card(
    ctx: &Ctx<'_, '_>,
    raised: &Objection,
    arrival: &StoredArrival,
    concerned: &BTreeSet<PersonId>,
) -> Said {
    let label = raised.label();
    let text = format!(
        "{label}：{}对 {} 的判定有异议，现在{}。\n看理由和依据私聊发：归属 {}\n裁定发：裁定 {label} @姓名 理由，或 裁定 {label} 无人 理由，或 裁定 {label} 维持 理由",
        ctx.directory.label(raised.by),
        arrival.label(),
        parties::answer(&ctx.directory, arrival),
        arrival.label()
    );
    let mut said = Said::text(text).button("维持", format!("裁定 {label} 维持 核对无误"));
    for person in concerned.iter().filter(|person| arrival.credit.to != Some(**person)) {
        let name = ctx.directory.label(*person);
        said = said.button(format!("归{name}"), format!("裁定 {label} @{name} 申诉成立"));
    }
    said
}

/// The reason, which may name a patient, and what the decision stands on.
fn grounds(
    ctx: &mut Ctx<'_, '_>,
    raised: &Objection,
    arrival: &StoredArrival,
    why: &str,
) -> Result<Said, Stop> {
    let Some(decision) = ctx.desk.tx.current_decision(arrival.no)? else {
        return Err(store::Error::Corrupt("an arrival without a decision".to_owned()).into());
    };
    let mut lines = vec![format!("{} 的理由：{why}", raised.label())];
    lines.extend(credit::explained(ctx, &decision, arrival)?);
    Ok(Said::text(lines.join("\n")))
}

/// An objection of one's own, by its number.
fn own(ctx: &mut Ctx<'_, '_>, by: &Record, no: i64, rest: &str) -> Result<Reply, Stop> {
    let Some(objection) = ctx.desk.tx.objection(no)?.filter(|objection| objection.by == by.person()) else {
        return Err(Stop::not_found(format!("你没有编号 S{no} 的申诉。")));
    };
    if !matches!(rest, "撤回" | "撤销" | "取消") {
        return Err(Stop::bad(format!("要收回发：申诉 S{no} 撤回\n看进展发：归属 D{}", objection.arrival)));
    }
    // One's own, and without a limit of time: nothing has come of it yet.
    let mine = ctx.standing()?.undoing(by.person(), None, Roles::NONE, 0, 0);
    let undoing = mine.map_err(|_| closed(ctx, &objection))?;
    take_back(ctx, &undoing, &objection)?;
    Ok(Reply::text(format!("S{no} 已撤回，D{} 照原来的判定。", objection.arrival)))
}

fn take_back(ctx: &mut Ctx<'_, '_>, by: &Undoing, objection: &Objection) -> Result<(), Stop> {
    let now = ctx.desk.now;
    if !ctx.desk.tx.withdraw_objection(by, objection.no, now)? {
        return Err(closed(ctx, objection));
    }
    // An arrival that was taken back concerns nobody any more.
    let Some(arrival) = ctx.desk.tx.arrival(objection.arrival)? else { return Ok(()) };
    let concerned = ctx.desk.tx.parties(&arrival)?;
    let today = ctx.desk.today();
    let mut people = ctx.directory.judges(&concerned, now, today);
    people.extend(concerned.into_iter().filter(|person| *person != objection.by));
    let said = Said::text(format!(
        "{}撤回了申诉 {}，{} 照原来的判定。",
        ctx.directory.label(objection.by),
        objection.label(),
        arrival.label()
    ));
    parties::tell_all(&mut ctx.desk, people, &said, true)
}

/// Why an objection can be neither ruled on nor taken back any more.
pub(crate) fn closed(ctx: &Ctx<'_, '_>, objection: &Objection) -> Stop {
    let by = objection.ruled_by.map(|by| ctx.directory.label(by)).unwrap_or_default();
    let state = match objection.state {
        ObjectionState::Open => "刚刚由别人处理了".to_owned(),
        ObjectionState::Upheld => format!("已由{by}改判"),
        ObjectionState::Rejected => format!("已由{by}裁定维持"),
        ObjectionState::Withdrawn => "已由本人撤回".to_owned(),
    };
    Stop::wrong_state(format!("{} {state}。看结果：归属 D{}", objection.label(), objection.arrival))
}

/// The number of an objection that an event is about.
pub(crate) fn number_in(event: &Event) -> Result<i64, Stop> {
    let named = event.body.get("objection").and_then(Value::as_str).unwrap_or_default();
    match shared::label(named, 'S') {
        Some((no, _)) => Ok(no),
        None => Err(store::Error::Corrupt("objection event".to_owned()).into()),
    }
}

fn undo(ctx: &mut Ctx<'_, '_>, by: &Undoing, event: &Event) -> Result<String, Stop> {
    let no = number_in(event)?;
    let Some(objection) = ctx.desk.tx.objection(no)? else {
        return Err(store::Error::Corrupt("objection event".to_owned()).into());
    };
    take_back(ctx, by, &objection)?;
    Ok(format!("申诉 S{no}，D{} 照原来的判定", objection.arrival))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_read_with_or_without_the_word_before_it() {
        for (text, expected) in [
            ("是我约来的", "是我约来的"),
            (" 理由：是我约来的 ", "是我约来的"),
            ("原因 是我约来的", "是我约来的"),
            ("理由", ""),
            ("", ""),
        ] {
            assert_eq!(reason(text), expected, "{text}");
        }
    }
}
