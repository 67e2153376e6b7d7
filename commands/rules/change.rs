//! Changing the rules: a value, a default, a whole profile; what is posted of it.

use super::asked::Wanted;
use super::step;
use bot::desk::purpose;
use bot::{Ctx, Desk, Reply, Said, Stop};
use chrono::NaiveDate;
use domain::calendar::next_day;
use domain::rights::Administer;
use domain::settings::change::{self, BadDay, Change};
use domain::settings::{self, Book, Effect, Setting, Value};
use store::RuleVersion;

/// Most changes that one message lists.
const LISTED: usize = 12;
/// Most rules that one line names.
const MOST_RULES: usize = 3;

pub(super) fn change(
    ctx: &mut Ctx<'_, '_>,
    by: &Administer,
    wanted: Wanted,
    day: Option<NaiveDate>,
) -> Result<Reply, Stop> {
    let today = ctx.desk.today();
    let from = day.unwrap_or_else(|| next_day(today));
    change::may_start(from, today).map_err(bad_day)?;
    let book = ctx.desk.book()?;
    let (changes, confirmed, command) = match wanted {
        Wanted::Value(setting, value) => (same_or(&book, setting, value, from)?, true, String::new()),
        Wanted::Default(setting) => (same_or(&book, setting, setting.default, from)?, true, String::new()),
        Wanted::Profile { profile, confirmed } => {
            let changes = change::to_profile(&book, profile, from);
            if changes.is_empty() {
                let why = if profile.preset().next().is_none() {
                    "没有和默认不同的数字"
                } else {
                    "的数字那天已经全是这样"
                };
                return Err(Stop::wrong_state(format!(
                    "方案 {}（{}）{why}，不用改。",
                    profile.letter(),
                    profile.name()
                )));
            }
            (changes, confirmed, format!("规则 方案 {}", profile.letter()))
        }
        Wanted::Defaults { confirmed } => {
            let changes = change::to_defaults(&book, from);
            if changes.is_empty() {
                return Err(Stop::wrong_state("那天的设置已经全是默认值，不用改。"));
            }
            (changes, confirmed, "规则 恢复默认 全部".to_owned())
        }
    };
    if !confirmed {
        return Ok(preview(&changes, from, &command));
    }
    let values: Vec<(&'static Setting, Value)> =
        changes.iter().map(|change| (change.setting, change.after)).collect();
    let no = ctx.desk.tx.change_rules(by, from, &values, ctx.desk.now)?;
    let author = ctx.me()?.label.clone();
    let posted = announce(&mut ctx.desk, no, from, &author, &changes)?;
    Ok(Reply::text(done(no, from, &changes, posted)))
}

fn same_or(
    book: &Book,
    setting: &'static Setting,
    value: Value,
    from: NaiveDate,
) -> Result<Vec<Change>, Stop> {
    let changes = change::differences(book, [(setting, value)], from);
    if changes.is_empty() {
        let shown = setting.show(value);
        return Err(Stop::wrong_state(format!("「{}」{from} 那天已经是{shown}，不用改。", setting.name)));
    }
    Ok(changes)
}

fn bad_day(bad: BadDay) -> Stop {
    match bad {
        BadDay::Past => {
            Stop::rule("R-470", "已过去的日子不能改，最早从今天起（R-470）。不写日期就从明天起。")
        }
        BadDay::TooFar => Stop::bad(format!("生效日期最远{}天，请写近一点的日子。", change::FURTHEST_DAYS)),
    }
}

fn preview(changes: &[Change], from: NaiveDate, command: &str) -> Reply {
    let command = format!("{command} 确定 {from}");
    let text = format!(
        "预览，还没有改。自 {from} {} 起会改{}项：\n{}\n要改请发：{command}",
        weekday(from),
        changes.len(),
        lines(changes)
    );
    Said::text(text).button("确定", command).into()
}

fn done(no: i64, from: NaiveDate, changes: &[Change], posted: u32) -> String {
    let when = format!("自 {from} {} 起（V{no}）", weekday(from));
    let mut lines = match changes {
        [change] => {
            let mut lines =
                vec![format!("已改：{} {}", change.setting.name, step(change)), format!("{when}。")];
            if let Some(until) = change.until {
                let later = change.setting.show(until.value);
                lines.push(format!("注意：{} 起早已另定为{later}，那天起按{later}。", until.from));
            }
            if change.setting.effect == Effect::Recorded {
                lines.push("这一项由人执行，程序还没有用到。".to_owned());
            }
            lines
        }
        _ => vec![format!("已改{}项，{when}。看全部：规则 V{no}", changes.len())],
    };
    lines.push(match posted {
        0 => {
            "还没有群用来发提醒，这次没有公告，请自己告诉大家。以后要公告，在群里发：本群用途 提醒".to_owned()
        }
        _ => "已在群里公告，请大家确认。".to_owned(),
    });
    lines.join("\n")
}

/// Posts a new version of the rules to the groups with the purpose 提醒 and asks everybody to acknowledge it (R-280,
/// R-471); answers in how many groups. `author` is who made it, as people call him.
///
/// # Errors
/// When it cannot be written.
pub fn announce(
    desk: &mut Desk<'_, '_>,
    no: i64,
    from: NaiveDate,
    author: &str,
    changes: &[Change],
) -> Result<u32, Stop> {
    let text = format!(
        "制度改了（V{no}），自 {from} {} 起，{author}改的：\n{}\n看过请发：确认制度",
        weekday(from),
        lines(changes)
    );
    let said = Said::text(text).button("确认制度", format!("确认制度 V{no}"));
    desk.post(purpose::REMINDERS, &format!("rules:V{no}"), &said)
}

/// Posts that a version was taken back.
pub(super) fn announce_undo(
    desk: &mut Desk<'_, '_>,
    label: &str,
    from: NaiveDate,
    author: &str,
    told: &[String],
) -> Result<u32, Stop> {
    let text = format!("{label} 撤销了，{from} {} 起照旧，{author}撤的：\n{}", weekday(from), bounded(told));
    desk.post(purpose::REMINDERS, &format!("rules-undone:{label}"), &Said::text(text))
}

/// What a version's settings are again, now that it is gone.
pub(super) fn taken_back(book: &Book, version: &RuleVersion) -> Vec<String> {
    let settings = version.values.iter().filter_map(|(key, _)| settings::find(key));
    settings
        .map(|setting| {
            format!("{}恢复为{}", setting.name, setting.show(book.on(setting, version.effective_from)))
        })
        .collect()
}

fn weekday(day: NaiveDate) -> &'static str {
    domain::calendar::weekday(day)
}

fn lines(changes: &[Change]) -> String {
    let lines: Vec<String> = changes
        .iter()
        .map(|change| {
            let rules = change.setting.rules;
            let more = if rules.len() > MOST_RULES { "…" } else { "" };
            let rules = rules[..rules.len().min(MOST_RULES)].join("、");
            format!("· {} {}（{rules}{more}）", change.setting.name, step(change))
        })
        .collect();
    bounded(&lines)
}

fn bounded(lines: &[String]) -> String {
    let mut shown = lines[..lines.len().min(LISTED)].join("\n");
    if lines.len() > LISTED {
        shown.push_str(&format!("\n…还有{}项", lines.len() - LISTED));
    }
    shown
}
