//! 班次: the shift templates.

use bot::{Command, Ctx, Place, Reach, Reply, Run, Stop, Undo, Who, args};
use domain::rights::{Decide, Over, Own, Undoing};
use domain::shift::{BadHours, Hours};
use serde_json::Value;
use store::{Event, REST};

pub(crate) const COMMAND: Command = Command {
    name: "班次",
    aliases: &["班次表"],
    summary: "看班次、定班次",
    usage: "班次 [名称 时段] | 班次 删除 名称",
    details: "时段可以过夜（22:00-06:00，算开始那天），可以分两段（08:00-12:00,14:00-18:00）。改班次不影响已经排好的班。组长以上可以定。",
    examples: &["班次", "班次 早班 08:00-16:00", "班次 常白班 08:00-12:00,14:00-18:00"],
    rules: &["R-172", "R-173", "R-183", "R-184"],
    who: Who::Members,
    place: Place::Anywhere,
    reach: Reach::Shared,
    template: None,
    run: Run::OwnOrDecide(run),
    undo: &[Undo { kind: "shift.set", run: undo }],
};

/// Longest name of a shift.
const LONGEST: usize = 8;

fn run(ctx: &mut Ctx<'_, '_>, _own: &Own, decide: Option<&Decide>, text: &str) -> Result<Reply, Stop> {
    let mut words = args::Words::new(text);
    let Some(name) = words.next_word().map(str::to_owned) else {
        let list: Vec<String> =
            ctx.directory.templates().iter().map(|known| format!("{} {}", known.name, known.hours)).collect();
        return Ok(Reply::text(if list.is_empty() {
            "还没有班次。请组长定，例：班次 早班 08:00-16:00".to_owned()
        } else {
            format!("班次：\n{}", list.join("\n"))
        }));
    };
    let Some(by) = decide.map(Decide::for_all) else {
        return Err(Stop::not_allowed("班次由组长以上来定。看班次请只发「班次」。"));
    };
    if matches!(name.as_str(), "删除" | "删") {
        let name = words.next_word().unwrap_or_default();
        return remove(ctx, &by, name);
    }
    if name == REST || name.chars().count() > LONGEST || name.contains(|c: char| c.is_ascii_digit()) {
        return Err(Stop::bad(format!(
            "班次名称要在{LONGEST}个字以内，不带数字，也不能叫「休」。例：班次 早班 08:00-16:00"
        )));
    }
    let hours = Hours::parse(&words.rest().replace(' ', "")).map_err(|bad| {
        Stop::bad(match bad {
            BadHours::Form => "没看懂时段。例：班次 早班 08:00-16:00",
            BadHours::Overlap => "几段时间有重叠，请检查。例：班次 常白班 08:00-12:00,14:00-18:00",
            BadHours::TooLong => "时段超过24小时，请检查。",
        })
    })?;
    let before = ctx.directory.template(&name).map(|known| known.hours.to_string());
    ctx.desk.tx.set_template(&by, &name, &hours, ctx.desk.now)?;
    let reply = match &before {
        Some(before) => format!("班次已改：{name} {hours}（原来 {before}）。已经排好的班不变。"),
        None => format!("班次已定：{name} {hours}\n接着排班，例：排班 张三 明天 {name}"),
    };
    Ok(Reply::text(reply))
}

fn remove(ctx: &mut Ctx<'_, '_>, by: &Over, name: &str) -> Result<Reply, Stop> {
    let Some(known) = ctx.directory.template(name) else {
        return Err(Stop::not_found(format!("没有班次「{}」。发「班次」看全部。", args::quote(name))));
    };
    let before = known.hours.to_string();
    ctx.desk.tx.drop_template(by, name, ctx.desk.now)?;
    let reply = format!("班次已删除：{name} {before}。已经排好的班不变。");
    Ok(Reply::text(reply))
}

fn undo(ctx: &mut Ctx<'_, '_>, by: &Undoing, event: &Event) -> Result<String, Stop> {
    let name = event.body.get("shift").and_then(Value::as_str).unwrap_or_default();
    let set = event.body.get("hours").and_then(Value::as_str);
    let known = ctx.directory.template(name).map(|known| known.hours.to_string());
    if known.as_deref() != set {
        return Err(Stop::wrong_state(format!("班次「{name}」后来又改过，不能撤销，请直接重新定。")));
    }
    match event.body.get("before").and_then(Value::as_str) {
        Some(before) => {
            let hours = Hours::parse(before).map_err(|_| store::Error::Corrupt("shift event".to_owned()))?;
            ctx.desk.tx.set_template(&by.over(None), name, &hours, ctx.desk.now)?;
            Ok(format!("班次恢复为{name} {hours}"))
        }
        None => {
            ctx.desk.tx.drop_template(&by.over(None), name, ctx.desk.now)?;
            Ok(format!("新定的班次「{name}」"))
        }
    }
}
