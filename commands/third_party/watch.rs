//! 值守名单: who watches the third-party sites, early and late, confirmed with each month's rota.

use bot::{Ctx, Reply, Stop, args};
use domain::calendar::{day_name, shift_days};
use domain::rights::Decide;
use domain::third_party::{Slot, Watch};
use domain::{PersonId, Role, Span};
use std::collections::BTreeMap;

use crate::shared;

/// Days that are shown.
const SHOWN: i64 = 7;
/// The longest span that is set at once, days.
const LONGEST: i64 = 62;
/// People in one slot.
const MOST: usize = 10;

/// Shows the next days, or sets them: `12月1日至12月31日 早班 张三 李四`.
pub(super) fn run(ctx: &mut Ctx<'_, '_>, lead: Option<&Decide>, text: &str) -> Result<Reply, Stop> {
    let today = ctx.desk.today();
    if text.trim().is_empty() {
        let span = Span { from: today, to: shift_days(today, SHOWN - 1) };
        let watches = ctx.desk.tx.watches(span)?;
        return Ok(Reply::text(shown(ctx, span, &watches)));
    }
    let Some(lead) = lead else {
        return Err(Stop::not_allowed("值守名单由组长定（R-383）。看名单请发：三方 值守"));
    };
    let mut words = args::Words::new(text);
    let usage = || Stop::bad("哪几天、哪一班、谁？例：三方 值守 下周一至周日 早班 张三");
    let range = words.take_range(today, args::Lean::Near).map_err(|bad| Stop::bad(bad.told()))?;
    let range = range.ok_or_else(usage)?;
    let slots = [("早班", Slot::Early), ("早", Slot::Early), ("晚班", Slot::Late), ("晚", Slot::Late)];
    let slot = words.take_word_in(&slots).ok_or_else(usage)?;
    let nobody = words.take_word_in(&[("无", ()), ("没人", ())]).is_some();
    let mut people: Vec<PersonId> = Vec::new();
    while !words.is_empty() {
        let token = words.take_person().ok_or_else(usage)?;
        let person = ctx.desk.person_named(&token.name, token.number)?;
        if !people.contains(&person) {
            people.push(person);
        }
    }
    if nobody != people.is_empty() || people.len() > MOST {
        return Err(usage());
    }
    if range.last < range.first || (range.last - range.first).num_days() >= LONGEST {
        return Err(Stop::bad(format!("一次最多排{LONGEST}天，没有改。")));
    }
    if range.last < today {
        return Err(Stop::bad("这几天已经过去，没有改。"));
    }
    let directory = ctx.desk.directory()?;
    for person in &people {
        let known = directory.person(*person);
        let label = directory.label(*person);
        lead.plan(*person, known.and_then(|known| known.team))
            .map_err(|denied| shared::denied(denied, &label))?;
        let consults = [Role::Consultant, Role::PhoneConsultant, Role::Lead];
        if !known.is_some_and(|known| known.roles.any(&consults)) {
            return Err(Stop::bad(format!("{label}不接三方单，请排咨询员或组长。")));
        }
    }
    let span = Span { from: range.first, to: range.last };
    ctx.desk.tx.set_watch(&lead.for_all(), span, slot, &people, ctx.desk.now)?;
    let names: Vec<String> = people.iter().map(|person| directory.label(*person)).collect();
    let names = if names.is_empty() { "没有人".to_owned() } else { names.join("、") };
    let days = if span.from == span.to {
        day_name(span.from)
    } else {
        format!("{}至{}", day_name(span.from), day_name(span.to))
    };
    Ok(Reply::text(format!(
        "已定值守：{days} {} {names}（R-383）。\n同一天同一班再发一次就改过来；看名单请发：三方 值守",
        slot.word()
    )))
}

// Texts.

fn shown(ctx: &Ctx<'_, '_>, span: Span, watches: &[Watch]) -> String {
    let mut by_day: BTreeMap<_, Vec<String>> = BTreeMap::new();
    for watch in watches {
        by_day.entry((watch.day, watch.slot)).or_default().push(ctx.directory.label(watch.person));
    }
    let mut lines = vec!["三方网值守（R-383）：".to_owned()];
    for day in span.days() {
        let of = |slot: Slot| {
            let names = by_day.get(&(day, slot)).map_or_else(|| "没人".to_owned(), |names| names.join("、"));
            format!("{} {names}", slot.word())
        };
        lines.push(format!("{}：{}，{}", day_name(day), of(Slot::Early), of(Slot::Late)));
    }
    lines.push("定名单，例：三方 值守 下周一至周日 早班 张三".to_owned());
    lines.join("\n")
}
