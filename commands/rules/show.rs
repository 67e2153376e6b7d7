//! Looking rules and settings up: the answer first, and short.

use super::asked::{MOST_NAMED, no_setting};
use bot::{Ctx, Reply, Said, Stop};
use chrono::NaiveDate;
use domain::calendar::weekday;
use domain::rights::Own;
use domain::rules::{self, Rule, Theme};
use domain::settings::change::planned_after;
use domain::settings::{self, Book, Effect, Profile, Setting, catalogue, lookup};
use store::RuleVersion;

/// Rules on a page.
const PAGE: usize = 8;
/// Characters of a rule in a list.
const GLANCE: usize = 28;
/// Settings below a rule.
const MOST_BELOW: usize = 12;
/// Versions of one setting.
const MOST_HISTORY: usize = 5;
/// Versions in the list.
const MOST_VERSIONS: i64 = 5;
/// Settings of one version in the list.
const MOST_OF_VERSION: usize = 3;
/// Settings of one version that is asked for.
const MOST_OF_ONE: usize = 40;
/// Versions that are searched for the one in force.
const SEARCHED: i64 = 20;
/// Names in one answer.
const MOST_NAMES: usize = 60;

pub(super) fn overview(ctx: &mut Ctx<'_, '_>, own: &Own) -> Result<Reply, Stop> {
    let today = ctx.desk.today();
    let newest = ctx.desk.directory()?.rules_version();
    let versions = ctx.desk.tx.rule_versions(SEARCHED)?;
    let in_force = versions.iter().find(|version| version.effective_from <= today);
    let head = match in_force {
        Some(version) => format!("现行制度 V{}（自 {}）", version.no, version.effective_from),
        None => "现行制度 V1（默认）".to_owned(),
    };
    let mut lines = vec![head];
    if let Some(next) = versions.iter().filter(|version| version.effective_from > today).min_by_key(|next| {
        // The nearest first; of one day the last word counts.
        (next.effective_from, -next.no)
    }) {
        lines.push(format!(
            "接下来 V{}：自 {} {} 起",
            next.no,
            next.effective_from,
            weekday(next.effective_from)
        ));
    }
    let themes: Vec<String> =
        rules::THEMES.iter().map(|theme| format!("{}{}", theme.name, theme.rules.len())).collect();
    lines.push(format!(
        "共{}条，{}项可设置：\n{}",
        rules::all().count(),
        catalogue::all().count(),
        themes.join(" · ")
    ));
    lines.push("看一类：规则 日报\n看一条：规则 R-094\n看一项设置：规则 迟交次数上限".to_owned());
    let acknowledged = ctx.desk.tx.acknowledged(newest)?.iter().any(|(person, _)| *person == own.person());
    if acknowledged {
        return Ok(Reply::text(lines.join("\n")));
    }
    lines.push(format!("你还没有确认 V{newest}，看过请发：确认制度"));
    Ok(Said::text(lines.join("\n")).button("确认制度", format!("确认制度 V{newest}")).into())
}

pub(super) fn rules(ctx: &mut Ctx<'_, '_>, found: &[&Rule]) -> Result<Reply, Stop> {
    let today = ctx.desk.today();
    let book = ctx.desk.book()?;
    let shown: Vec<String> = found.iter().map(|rule| one_rule(&book, rule, today)).collect();
    Ok(Reply::text(shown.join("\n\n")))
}

fn one_rule(book: &Book, rule: &Rule, today: NaiveDate) -> String {
    let theme = lookup::theme_of(rule.id).map_or("", |theme| theme.name);
    let mut lines = vec![rule.text.to_owned(), format!("{} · {theme} · {}", rule.id, origin(rule.profile))];
    let settings: Vec<&Setting> = rules::settings_of(rule.id).collect();
    let differs = |setting: &&Setting| !book.versions(setting).is_empty();
    if settings.iter().any(differs) {
        lines.push("条文里是默认的数字，以下面的为准：".to_owned());
    }
    lines
        .extend(settings.iter().take(MOST_BELOW).map(|setting| format!("· {}", value(book, setting, today))));
    if settings.len() > MOST_BELOW {
        lines.push(format!("…还有{}项", settings.len() - MOST_BELOW));
    }
    let by_people = settings.iter().filter(|setting| setting.effect == Effect::Recorded).count();
    if by_people > 0 {
        let which = if by_people == settings.len() {
            "以上".to_owned()
        } else {
            let names = settings.iter().filter(|setting| setting.effect == Effect::Recorded);
            names.take(MOST_BELOW).map(|setting| setting.name).collect::<Vec<_>>().join("、")
        };
        lines.push(format!("{which}由人执行，程序还没有用到。"));
    }
    lines.join("\n")
}

/// `迟交次数上限 3次（默认）；2026-04-01 起 4次`.
fn value(book: &Book, setting: &Setting, day: NaiveDate) -> String {
    let mut text =
        format!("{} {}（{}）", setting.name, setting.show(book.on(setting, day)), since(book, setting, day));
    if let Some(next) = planned_after(book, setting, day) {
        text.push_str(&format!("；{} 起 {}", next.from, setting.show(next.value)));
    }
    text
}

fn since(book: &Book, setting: &Setting, day: NaiveDate) -> String {
    match book.version_on(setting, day) {
        Some(version) => format!("自 {}", version.from),
        None => "默认".to_owned(),
    }
}

fn origin(profile: Profile) -> String {
    format!("方案 {} {}", profile.letter(), profile.name())
}

pub(super) fn setting(
    ctx: &mut Ctx<'_, '_>,
    setting: &Setting,
    day: Option<NaiveDate>,
    may_change: bool,
) -> Result<Reply, Stop> {
    let today = ctx.desk.today();
    let book = ctx.desk.book()?;
    let on = day.unwrap_or(today);
    let head = value(&book, setting, on);
    let mut lines = vec![match day {
        Some(day) => format!("{day}：{head}"),
        None => head,
    }];
    lines.push(setting.explains.to_owned());
    if setting.effect == Effect::Recorded {
        lines.push("由人执行，程序还没有用到。".to_owned());
    }
    lines.push(format!("可设：{} · 默认 {}", setting.kind.bounds(), setting.show(setting.default)));
    lines.push(format!("依据：{} · {}", setting.rules.join("、"), setting.key));
    let versions = book.versions(setting);
    if versions.len() > 1 {
        let history = versions.iter().rev().take(MOST_HISTORY);
        let history: Vec<String> =
            history.map(|version| format!("{} 起 {}", version.from, setting.show(version.value))).collect();
        lines.push(format!("历次：{}", history.join("；")));
    }
    if may_change {
        lines.push(format!("改：规则 {} 新值 [日期]", setting.name));
    }
    Ok(Reply::text(lines.join("\n")))
}

pub(super) fn theme(theme: &Theme, page: usize) -> Reply {
    let found: Vec<&Rule> = theme.rules.iter().collect();
    let named = theme.rules.iter().flat_map(|rule| rules::settings_of(rule.id));
    let mut settings: Vec<&str> = named.map(|setting| setting.key).collect();
    settings.sort_unstable();
    settings.dedup();
    let head = format!("{}：{}条，{}项设置", theme.name, found.len(), settings.len());
    listed(head, &found, theme.name, page).into()
}

/// A page of rules below a head; the button turns it.
fn listed(head: String, found: &[&Rule], words: &str, page: usize) -> Said {
    let pages = found.len().div_ceil(PAGE).max(1);
    let page = page.min(pages);
    let mut lines = vec![if pages > 1 { format!("{head}（第{page}页，共{pages}页）") } else { head }];
    lines.extend(found.iter().skip((page - 1) * PAGE).take(PAGE).map(|rule| {
        let mut glance: String = rule.text.chars().take(GLANCE).collect();
        if rule.text.chars().count() > GLANCE {
            glance.push('…');
        }
        format!("{} {glance}", rule.id)
    }));
    if let Some(first) = found.first() {
        lines.push(format!("看全文，例：规则 {}", first.id));
    }
    let said = |lines: Vec<String>| Said::text(lines.join("\n"));
    if page == pages {
        return said(lines);
    }
    let next = format!("规则 {words} 第{}页", page + 1);
    lines.push(format!("下一页：{next}"));
    said(lines).button("下一页", next)
}

pub(super) fn search(ctx: &mut Ctx<'_, '_>, words: &[&str], page: usize) -> Result<Reply, Stop> {
    let mut settings = lookup::containing(words);
    if let ([word], true) = (words, settings.is_empty())
        && let lookup::Named::Several(found) = lookup::named(word)
    {
        settings = found;
    }
    let found = lookup::rules_containing(words);
    let joined = words.join(" ");
    if settings.is_empty() && found.is_empty() {
        return Err(no_setting(&joined, &ctx.incoming.quote(&joined)));
    }
    let today = ctx.desk.today();
    let book = ctx.desk.book()?;
    let mut head = String::new();
    if !settings.is_empty() && page == 1 {
        let lines = settings.iter().take(MOST_NAMED);
        let lines: Vec<String> = lines
            .map(|setting| format!("· {} {}", setting.name, setting.show(book.on(setting, today))))
            .collect();
        head = format!("设置{}项：\n{}\n", settings.len(), lines.join("\n"));
        if settings.len() > MOST_NAMED {
            head.push_str("· …词写长一点，就少一点\n");
        }
    }
    if found.is_empty() {
        head.push_str(&format!("看一项，例：规则 {}", settings[0].name));
        return Ok(Reply::text(head));
    }
    head.push_str(&format!("制度{}条", found.len()));
    Ok(listed(head, &found, &joined, page).into())
}

pub(super) fn profiles() -> Reply {
    let lines: Vec<String> = Profile::ALL
        .into_iter()
        .map(|profile| {
            let count = profile.preset().count();
            let told =
                if count == 0 { "和默认一样".to_owned() } else { format!("{count}项和默认不同") };
            format!("· {} {}：{told}", profile.letter(), profile.name())
        })
        .collect();
    Reply::text(format!(
        "方案（各家制度里和默认不同的数字）：\n{}\n先看会改什么：规则 方案 C\n全部改回：规则 恢复默认 全部",
        lines.join("\n")
    ))
}

pub(super) fn versions(ctx: &mut Ctx<'_, '_>) -> Result<Reply, Stop> {
    let versions = ctx.desk.tx.rule_versions(MOST_VERSIONS)?;
    let mut lines: Vec<String> = versions.iter().map(|version| told(ctx, version, MOST_OF_VERSION)).collect();
    if versions.iter().all(|version| version.no > 2) && !versions.is_empty() {
        lines.push("…更早的，例：规则 V2".to_owned());
    } else {
        lines.push("V1 默认制度".to_owned());
    }
    Ok(Reply::text(lines.join("\n")))
}

pub(super) fn version(ctx: &mut Ctx<'_, '_>, no: i64) -> Result<Reply, Stop> {
    if no == 1 {
        return Ok(Reply::text("V1 是默认制度，没有改过的设置。发「规则」看全部分类。"));
    }
    let Some(version) = ctx.desk.tx.rule_version(no)? else {
        return Err(Stop::not_found(format!("没有 V{no}，或者已经撤销。发「规则 版本」看最近几版。")));
    };
    let confirmed = ctx.desk.tx.acknowledged(no)?.len();
    Ok(Reply::text(format!("{}\n已确认：{confirmed}人", told(ctx, &version, MOST_OF_ONE))))
}

/// A version with what it sets, by whom and from when.
fn told(ctx: &Ctx<'_, '_>, version: &RuleVersion, most: usize) -> String {
    let by = version.changed_by.map_or_else(|| "后台".to_owned(), |person| ctx.directory.label(person));
    let at = ctx.desk.calendar().short(version.changed_at);
    let mut lines = vec![format!("V{} 自 {}（{by} {at} 改）", version.no, version.effective_from)];
    lines.extend(version.values.iter().take(most).map(|(key, kept)| {
        let setting = settings::find(key);
        let shown = setting.and_then(|setting| Some(setting.show(setting.kind.from_kept(kept)?)));
        let name = setting.map_or(key.as_str(), |setting| setting.name);
        format!("· {name} {}", shown.as_deref().unwrap_or(kept))
    }));
    if version.values.len() > most {
        lines.push(format!("…还有{}项，发「规则 V{}」", version.values.len() - most, version.no));
    }
    lines.join("\n")
}

pub(super) fn unacknowledged(ctx: &mut Ctx<'_, '_>, no: Option<i64>) -> Result<Reply, Stop> {
    let directory = ctx.desk.directory()?;
    let no = no.unwrap_or_else(|| directory.rules_version());
    if no != 1 && ctx.desk.tx.rule_version(no)?.is_none() {
        return Err(Stop::not_found(format!("没有 V{no}，或者已经撤销。发「规则 版本」看最近几版。")));
    }
    let done = ctx.desk.tx.acknowledged(no)?;
    let members: Vec<_> = directory.people(ctx.desk.now).collect();
    let open: Vec<&str> = members
        .iter()
        .filter(|person| done.iter().all(|(known, _)| *known != person.id))
        .map(|person| person.label.as_str())
        .collect();
    if open.is_empty() {
        return Ok(Reply::text(format!("V{no} 大家都确认了（{}人）。", members.len())));
    }
    let more = if open.len() > MOST_NAMES { format!("…等{}人", open.len()) } else { String::new() };
    Ok(Reply::text(format!(
        "V{no} 还有{}人没确认（共{}人）：\n{}{more}",
        open.len(),
        members.len(),
        open[..open.len().min(MOST_NAMES)].join("、")
    )))
}
