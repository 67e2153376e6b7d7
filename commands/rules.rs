//! 规则: what the department's rules say, the numbers in them, since when each holds, and changing them. The rules are
//! confidential: members only.

mod asked;
mod change;
mod show;

use crate::shared;
use asked::{Asked, With};
use bot::{Command, Ctx, Place, Reach, Reply, Run, Stop, Undo, Who};
use domain::Role;
use domain::rights::{Administer, Own, Undoing};
use domain::settings::change::Change;
use serde_json::Value;
use store::Event;

pub use change::announce;

pub(crate) const COMMAND: Command = Command {
    name: "规则",
    aliases: &["制度", "规定", "rules"],
    summary: "看制度和里面的数字，改设置",
    usage: "规则 [编号|名称|关键词] | 规则 名称 新值 [生效日期] | 规则 版本 | 规则 方案",
    details: "改设置由主管、主任或管理员来做，不写日期就从明天起。恢复：规则 恢复默认 名称。套用一套：规则 方案 C。谁没确认：规则 未确认。规则对外保密。",
    examples: &[
        "规则",
        "规则 R-094",
        "规则 日报",
        "规则 迟交次数上限",
        "规则 迟交次数上限 4 明天",
        "规则 版本",
    ],
    rules: &["R-427", "R-470", "R-471"],
    who: Who::Members,
    place: Place::Anywhere,
    reach: Reach::Shared,
    template: None,
    run: Run::OwnOrAdminister(run),
    undo: &[Undo { kind: "rule.changed", run: undo }],
};

/// Settings that the answer to 撤销 names.
const TOLD: usize = 3;

fn run(ctx: &mut Ctx<'_, '_>, own: &Own, administer: Option<&Administer>, text: &str) -> Result<Reply, Stop> {
    let incoming = ctx.incoming;
    let quote = |words: &str| incoming.quote(words);
    let asked = asked::read(text, With { today: ctx.desk.today(), quote: &quote })?;
    let may_change = administer.is_some();
    match asked {
        Asked::Overview => show::overview(ctx, own),
        Asked::Versions => show::versions(ctx),
        Asked::Version(no) => show::version(ctx, no),
        Asked::Unacknowledged(no) if may_change => show::unacknowledged(ctx, no),
        Asked::Rules(rules) => show::rules(ctx, &rules),
        Asked::Theme { theme, page } => Ok(show::theme(theme, page)),
        Asked::Setting { setting, day } => show::setting(ctx, setting, day, may_change),
        Asked::Search { words, page } => show::search(ctx, &words, page),
        Asked::Profiles => Ok(show::profiles()),
        Asked::Change { wanted, day } => match administer {
            Some(by) => change::change(ctx, by, wanted, day),
            None => Err(not_yours("改规则")),
        },
        Asked::Unacknowledged(_) => Err(not_yours("看谁没确认")),
    }
}

fn not_yours(what: &str) -> Stop {
    let roles: Vec<&str> =
        [Role::Supervisor, Role::Director, Role::Admin].iter().map(|role| role.word()).collect();
    Stop::not_allowed(format!("{what}只有{}可以。看规则请发，例：规则 日报", roles.join("、")))
}

/// Takes a whole version back, whichever of its settings the event is about, while the days that it holds for have
/// not passed and nobody has set the same again.
fn undo(ctx: &mut Ctx<'_, '_>, _by: &Undoing, event: &Event) -> Result<String, Stop> {
    // Whoever leads the author may take back much, but only those who may change the rules this.
    let Some(by) = ctx.standing()?.administer() else { return Err(not_yours("撤销规则的改动")) };
    let label = event.body.get("version").and_then(Value::as_str).unwrap_or_default().to_owned();
    let no = shared::label(&label, 'V').map_or(0, |(no, _)| no);
    let Some(version) = ctx.desk.tx.rule_version(no)? else {
        return Err(Stop::wrong_state(format!("{label} 已经撤销过了。")));
    };
    if version.effective_from < ctx.desk.today() {
        return Err(Stop::rule(
            "R-470",
            format!(
                "{label} 自 {} 已经生效，过去的日子不能改。请另改一次，例：规则 恢复默认 名称",
                version.effective_from
            ),
        ));
    }
    let newest = ctx.desk.directory()?.rules_version();
    for later in ctx.desk.tx.rule_versions((newest - no).max(0))? {
        let again = later.values.iter().find(|(key, _)| version.values.iter().any(|(own, _)| own == key));
        if let (true, Some((key, _))) = (later.no > no, again) {
            let name = domain::settings::find(key).map_or(key.as_str(), |setting| setting.name);
            return Err(Stop::wrong_state(format!(
                "「{name}」后来在 V{} 又改过，不能撤销 {label}，请直接再改。",
                later.no
            )));
        }
    }
    ctx.desk.tx.undo_rules(&by, no, ctx.desk.now)?;
    mark_siblings(ctx, event, &label)?;
    let from = version.effective_from;
    let told = change::taken_back(&*ctx.desk.book()?, &version);
    let author = ctx.me()?.label.clone();
    change::announce_undo(&mut ctx.desk, &label, from, &author, &told)?;
    let more = if told.len() > TOLD { format!("，等{}项", told.len()) } else { String::new() };
    Ok(format!("{label}（{from} 起），{}{more}", told[..told.len().min(TOLD)].join("，")))
}

/// The version's other events are taken back with this one, so that the next 撤销 finds the change before it.
fn mark_siblings(ctx: &mut Ctx<'_, '_>, event: &Event, label: &str) -> Result<(), Stop> {
    /// More than a version can set.
    const MOST: i64 = 2_000;
    let Some(author) = event.actor else { return Ok(()) };
    let recent = ctx.desk.tx.recent_events(author, event.at, MOST)?;
    let of_version = |other: &&Event| {
        other.kind == event.kind && other.body.get("version").and_then(Value::as_str) == Some(label)
    };
    for other in recent.iter().filter(of_version) {
        ctx.desk.tx.mark_undone(other.seq, ctx.desk.now)?;
    }
    Ok(())
}

/// `3次 → 4次`.
fn step(change: &Change) -> String {
    format!("{} → {}", change.setting.show(change.before), change.setting.show(change.after))
}
