//! 确认 / 异议: the group's answer to what was posted for it.

use crate::board::objecting;
use crate::shared;
use bot::{Command, Ctx, Place, Reach, Reply, Run, Said, Stop, Undo, Who, args};
use domain::rights::{Record, Undoing};
use serde_json::Value;
use store::{Event, Fact, GroupPost, Leave};

pub(crate) const CONFIRM: Command = Command {
    name: "确认",
    aliases: &["已阅"],
    summary: "确认公示的内容",
    usage: "确认 Q编号",
    details: "对群里公示的请假等表示没有异议。只是知晓，批准由批准人负责。",
    examples: &["确认 Q1"],
    rules: &["R-169"],
    who: Who::Members,
    place: Place::Anywhere,
    reach: Reach::Shared,
    template: None,
    run: Run::Record(confirm),
    undo: &[],
};

pub(crate) const OBJECT: Command = Command {
    name: "异议",
    aliases: &["反对"],
    summary: "对公示的内容提异议",
    usage: "异议 Q编号 [姓名] 理由",
    details: "请假转给批准人，在他改变之前假照样有效；排行转给主管，公示期间更正的定版时计入。写明姓名就是只对这一位的。\
              截止后不能再提。",
    examples: &["异议 Q1 张三 那天组里只剩一个人", "异议 Q1 排班有误"],
    rules: &["R-169", "R-230"],
    who: Who::Members,
    place: Place::Anywhere,
    reach: Reach::Shared,
    template: None,
    run: Run::Record(object),
    undo: &[Undo { kind: "leave.objected", run: undo }, Undo { kind: "ranking.objected", run: undo }],
};

fn confirm(ctx: &mut Ctx<'_, '_>, by: &Record, text: &str) -> Result<Reply, Stop> {
    let (confirmation, _) = open_post(ctx, text, "确认 Q4")?;
    let label = confirmation.label();
    let answers = ctx.desk.tx.confirmation_answers(confirmation.no)?;
    if answers.iter().any(|answer| answer.person == by.person() && !answer.objects) {
        return Err(Stop::wrong_state(format!("{label} 你已经确认过了。")));
    }
    ctx.desk.tx.answer_confirmation(by, &confirmation, None, ctx.desk.now)?;
    for (subject, _) in ctx.desk.tx.confirmation_items(confirmation.no)? {
        let kind = if subject.starts_with('L') { "leave.confirmed" } else { "confirmation.confirmed" };
        let fact = Fact::new(kind, Some(by.person()))
            .about(subject.as_str())
            .with("leave", subject.as_str())
            .with("confirmation", label.as_str())
            .person("by", by.person());
        ctx.desk.record(fact);
    }
    if confirmation.kind == objecting::KIND {
        let fact = Fact::new("ranking.confirmed", Some(by.person()))
            .about(label.as_str())
            .with("confirmation", label.as_str())
            .person("by", by.person());
        ctx.desk.record(fact);
    }
    Ok(Reply::text(format!("已确认 {label}（{}）。", confirmation.about)))
}

fn object(ctx: &mut Ctx<'_, '_>, by: &Record, text: &str) -> Result<Reply, Stop> {
    let (confirmation, rest) = open_post(ctx, text, "异议 Q4 张三 那天只剩一个人")?;
    if confirmation.kind == objecting::KIND {
        return objecting::object(ctx, by, &confirmation, &rest);
    }
    let label = confirmation.label();
    let items = ctx.desk.tx.confirmation_items(confirmation.no)?;
    let mut words = args::Words::new(&rest);
    let named = words.clone().take_person().and_then(|token| {
        let wanted = token.name;
        items.iter().find(|(subject, person)| {
            *subject == wanted
                || person.is_some_and(|person| {
                    ctx.directory
                        .person(person)
                        .is_some_and(|person| person.name == wanted || person.label == wanted)
                })
        })
    });
    if named.is_some() {
        words.take_person();
    }
    let subject = match (named, items.as_slice()) {
        (Some(item), _) | (None, [item]) => Some(item.clone()),
        _ => None,
    };
    let reason = words.rest();
    if reason.is_empty() {
        return Err(Stop::bad(format!("请写上理由，例：异议 {label} 那天组里只剩一个人")));
    }
    let about = subject.as_ref().map(|(subject, _)| subject.as_str());
    let now = ctx.desk.now;
    let seq = ctx.desk.tx.answer_confirmation(by, &confirmation, Some((about, reason)), now)?;
    let concerned: Vec<_> = subject.map_or(items, |one| vec![one]);
    for (subject, _) in &concerned {
        let fact = Fact::new("leave.objected", Some(by.person()))
            .about(subject.as_str())
            .with("leave", subject.as_str())
            .with("confirmation", label.as_str())
            .with("answer", seq)
            .person("by", by.person())
            .with("rule", "R-169")
            .secret("reason", reason, &format!("{label}/{seq}"));
        ctx.desk.record(fact);
        let Some((no, _)) = shared::label(subject, 'L') else { continue };
        if let Some(leave) = ctx.desk.tx.leave(no)? {
            tell_decider(ctx, by, &leave, reason)?;
        }
    }
    Ok(Reply::text(format!("已收到对 {label} 的异议，转给批准人决定；在他改变之前照旧。")))
}

/// Whoever granted it decides what becomes of it.
fn tell_decider(ctx: &mut Ctx<'_, '_>, by: &Record, leave: &Leave, reason: &str) -> Result<(), Stop> {
    let Some((decider, _)) = leave.decided else { return Ok(()) };
    let label = leave.label();
    // Said in the group it may be read there; said in private it is told in private only.
    let open = ctx.in_group();
    let why = if open { format!("：{reason}") } else { "。".to_owned() };
    if !open {
        ctx.desk.tell(decider, None, &Said::text(format!("对 {label} 的异议：{reason}")), false)?;
    }
    let said = Said::text(format!(
        "{}对 {label}（{}请假）有异议{why}\n假仍然有效。要收回发：驳回 {label} 理由；不变就不用处理。",
        ctx.directory.label(by.person()),
        ctx.directory.label(leave.person)
    ));
    ctx.desk.tell(decider, None, &said, true)?;
    Ok(())
}

fn open_post(ctx: &mut Ctx<'_, '_>, text: &str, example: &str) -> Result<(GroupPost, String), Stop> {
    let now = ctx.desk.now;
    let Some((no, rest)) = shared::label(text, 'Q') else {
        let open = ctx.desk.tx.open_confirmations(now)?;
        let list: Vec<String> = open.iter().map(|post| format!("{} {}", post.label(), post.about)).collect();
        let hint = if list.is_empty() {
            "现在没有公示中的内容。".to_owned()
        } else {
            format!("公示中：{}", list.join("、"))
        };
        return Err(Stop::bad(format!("请写上编号，例：{example}\n{hint}")));
    };
    let Some(confirmation) = ctx.desk.tx.confirmation(no)? else {
        return Err(Stop::not_found(format!("没有公示 Q{no}。")));
    };
    if !confirmation.takes_answers(now) {
        let until = ctx.desk.calendar().short(confirmation.until);
        return Err(Stop::wrong_state(format!("Q{no} 的公示已在 {until} 结束。有问题请直接找组长。")));
    }
    Ok((confirmation, rest.to_owned()))
}

fn undo(ctx: &mut Ctx<'_, '_>, by: &Undoing, event: &Event) -> Result<String, Stop> {
    let text = |field: &str| event.body.get(field).and_then(Value::as_str).unwrap_or_default();
    let (no, _) = shared::label(text("confirmation"), 'Q').unwrap_or_default();
    let seq = event.body.get("answer").and_then(Value::as_i64).unwrap_or_default();
    if !ctx.desk.tx.undo_confirmation_answer(by, no, seq, ctx.desk.now)? {
        return Err(Stop::wrong_state(format!("Q{no} 的公示已经结束，异议不能再撤回。")));
    }
    let of = if text("leave").is_empty() { text("confirmation") } else { text("leave") };
    Ok(format!("对 {of} 的异议"))
}
