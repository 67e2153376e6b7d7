//! What somebody asks of the rules: the words in any order that is unambiguous.

use crate::shared;
use bot::Stop;
use bot::args::{self, DateError, Lean};
use chrono::NaiveDate;
use domain::rules::{Rule, Theme};
use domain::settings::lookup::{self, Named};
use domain::settings::{Profile, Setting, Value};

/// What reading needs beside the words.
#[derive(Clone, Copy)]
pub(super) struct With<'q> {
    pub today: NaiveDate,
    /// How foreign words may be repeated where the answer is read.
    pub quote: &'q dyn Fn(&str) -> String,
}

/// What is asked for.
#[derive(Debug)]
pub(super) enum Asked<'t> {
    Overview,
    /// The newest versions.
    Versions,
    /// One version.
    Version(i64),
    /// Who has not acknowledged a version; the newest.
    Unacknowledged(Option<i64>),
    Rules(Vec<&'static Rule>),
    Theme {
        theme: &'static Theme,
        page: usize,
    },
    /// Explained, as of a day.
    Setting {
        setting: &'static Setting,
        day: Option<NaiveDate>,
    },
    Search {
        words: Vec<&'t str>,
        page: usize,
    },
    Profiles,
    Change {
        wanted: Wanted,
        day: Option<NaiveDate>,
    },
}

/// What is to be otherwise.
#[derive(Clone, Copy, Debug)]
pub(super) enum Wanted {
    /// A value.
    Value(&'static Setting, Value),
    /// The default of a setting.
    Default(&'static Setting),
    /// A profile's values; only shown until it is `confirmed`.
    Profile { profile: Profile, confirmed: bool },
    /// All defaults; only shown until it is `confirmed`.
    Defaults { confirmed: bool },
}

/// Most rules that are shown in full at once.
const MOST_RULES: usize = 3;
/// Most settings that are named where one must be chosen.
pub(super) const MOST_NAMED: usize = 8;

/// Most settings that are offered for one that is not there.
const MOST_NEAR: usize = 3;

/// They stand between what is changed and its value, and say nothing.
const FILLERS: &[&str] =
    &["改成", "改为", "改到", "设为", "设成", "设置", "调到", "为", "到", "→", "从", "自", "起"];
const DEFAULTS: &[&str] = &["恢复默认", "恢复", "默认", "默认值"];
const CONFIRMED: &[&str] = &["确定", "确认", "执行"];

/// Reads what follows the command's word.
pub(super) fn read<'t>(text: &'t str, with: With<'_>) -> Result<Asked<'t>, Stop> {
    let mut words: Vec<&str> = text
        .split(|c: char| args::is_separator(c) || c == '=')
        .map(|word| word.trim_matches(['：', ':']))
        .filter(|word| !word.is_empty() && !FILLERS.contains(word))
        .collect();
    let Some(first) = words.first().copied() else { return Ok(Asked::Overview) };
    if matches!(first, "版本" | "历史") && words.len() == 1 {
        return Ok(Asked::Versions);
    }
    if words.iter().any(|word| matches!(*word, "未确认" | "没确认" | "谁没确认")) {
        return Ok(Asked::Unacknowledged(words.iter().find_map(|word| version(word))));
    }
    if let Some(no) = version(&words.join(" ")) {
        return Ok(Asked::Version(no));
    }
    if let Some(at) = words.iter().position(|word| word.starts_with("方案")) {
        let letter = words.remove(at).trim_start_matches("方案");
        return profile(Some(letter).filter(|letter| !letter.is_empty()), &words, with);
    }
    if let Some(at) = words.iter().position(|word| DEFAULTS.contains(word)) {
        words.remove(at);
        return default(&words, with);
    }
    if let Some(rules) = rules(&words) {
        return rules;
    }
    about(words, with)
}

fn version(word: &str) -> Option<i64> {
    shared::label(word, 'V').filter(|(_, rest)| rest.is_empty()).map(|(no, _)| no)
}

/// Rules by number, when all words are numbers.
fn rules(words: &[&str]) -> Option<Result<Asked<'static>, Stop>> {
    let numbers: Vec<u32> = words.iter().map(|word| lookup::rule_number(word)).collect::<Option<_>>()?;
    let found: Option<Vec<_>> = numbers.into_iter().take(MOST_RULES).map(lookup::rule).collect();
    Some(found.map(Asked::Rules).ok_or_else(|| {
        let last = domain::rules::all().last().map_or("", |rule| rule.id);
        Stop::not_found(format!("没有这一条。编号从 R-001 到 {last}，例：规则 R-094"))
    }))
}

/// A setting with what is said of it, a theme, or words to search for.
fn about<'t>(mut words: Vec<&'t str>, with: With<'_>) -> Result<Asked<'t>, Stop> {
    if let Some(at) = words.iter().position(|word| lookup::exact(word).is_some())
        && let Some(setting) = lookup::exact(words[at])
    {
        words.remove(at);
        return value_and_day(setting, &words, with);
    }
    if let Some((setting, rest)) = lookup::glued(words[0]) {
        let value = rest.trim_start_matches(['：', ':']);
        if value.starts_with(|c: char| c.is_ascii_digit() || c == '-') || setting.read(value).is_ok() {
            words[0] = value;
            return value_and_day(setting, &words, with);
        }
    }
    let page = match words.last().and_then(|word| page(word)).filter(|_| words.len() > 1) {
        Some(page) => {
            words.pop();
            page
        }
        None => 1,
    };
    if let [word] = words.as_slice() {
        if let Some(theme) = lookup::theme(word) {
            return Ok(Asked::Theme { theme, page });
        }
        return Ok(match lookup::named(word) {
            Named::One(setting) => Asked::Setting { setting, day: None },
            Named::Several(_) | Named::Nothing => Asked::Search { words, page },
        });
    }
    // Something is to be changed only where there is a value; 规则 补交 日报 is a search.
    let has_value = words[1..].iter().any(|word| word.contains(|c: char| c.is_ascii_digit()));
    match lookup::named(words[0]) {
        Named::One(setting) => match value_and_day(setting, &words[1..], with) {
            Err(_) if !has_value => Ok(Asked::Search { words, page }),
            read => read,
        },
        Named::Several(settings) if has_value => Err(which(&settings)),
        Named::Nothing if has_value && lookup::rules_containing(&words).is_empty() => {
            Err(no_setting(words[0], &(with.quote)(words[0])))
        }
        Named::Several(_) | Named::Nothing => Ok(Asked::Search { words, page }),
    }
}

/// `第2页`.
fn page(word: &str) -> Option<usize> {
    let number = word.strip_prefix('第')?.strip_suffix('页')?;
    number.parse().ok().filter(|page| *page > 0)
}

/// Refuses where one setting must be named.
fn which(settings: &[&Setting]) -> Stop {
    let names: Vec<String> =
        settings.iter().take(MOST_NAMED).map(|setting| format!("· {}", setting.name)).collect();
    Stop::bad(format!(
        "有{}项设置对得上，没有改。请写全名：\n{}{}",
        settings.len(),
        names.join("\n"),
        if settings.len() > MOST_NAMED { "\n· …" } else { "" }
    ))
}

/// One setting, for what would change it.
fn one(word: Option<&&str>, with: With<'_>) -> Result<&'static Setting, Stop> {
    let Some(word) = word else {
        return Err(Stop::bad("请写上是哪一项。例：规则 恢复默认 迟交次数上限"));
    };
    match lookup::named(word) {
        Named::One(setting) => Ok(setting),
        Named::Several(settings) => Err(which(&settings)),
        Named::Nothing => Err(no_setting(word, &(with.quote)(word))),
    }
}

/// There is nothing of that name, which the answer shows as `quoted`.
pub(super) fn no_setting(word: &str, quoted: &str) -> Stop {
    let near: Vec<&str> = lookup::similar(word, MOST_NEAR).iter().map(|setting| setting.name).collect();
    Stop::not_found(if near.is_empty() {
        format!("没找到「{quoted}」。可以换个词，或发「规则」看全部分类。")
    } else {
        format!("没找到「{quoted}」。是不是：{}？", near.join("、"))
    })
}

/// What remains beside a setting: nothing, a day, a value, or a value and a day in either order.
fn value_and_day(setting: &'static Setting, words: &[&str], with: With<'_>) -> Result<Asked<'static>, Stop> {
    let change = |value, day| Ok(Asked::Change { wanted: Wanted::Value(setting, value), day });
    if words.is_empty() {
        return Ok(Asked::Setting { setting, day: None });
    }
    // 周一 may be a value and a day: what can be a value is one.
    if let Ok(value) = setting.read(&words.join(" ")) {
        return change(value, None);
    }
    if let [word] = words
        && let Ok(day) = date(word, with)
    {
        return Ok(Asked::Setting { setting, day: Some(day) });
    }
    let (last, ahead) = (words[words.len() - 1], &words[..words.len() - 1]);
    let (first, behind) = (words[0], &words[1..]);
    let mut bad_day = None;
    for (value, day) in [(ahead, last), (behind, first)] {
        match (setting.read(&value.join(" ")), date(day, with)) {
            (Ok(value), Ok(day)) => return change(value, Some(day)),
            (Ok(_), Err(bad)) => bad_day = Some(bad),
            (Err(_), Err(DateError::NoSuchDay)) => bad_day = Some(DateError::NoSuchDay),
            (Err(_), _) => {}
        }
    }
    let example = format!("例：规则 {} {}", setting.name, setting.show(setting.default));
    if let Some(bad) = bad_day {
        return Err(Stop::bad(format!("{}\n{example} 明天", bad.told())));
    }
    // What is no day was meant as the value.
    let value: Vec<&str> = words.iter().copied().filter(|word| date(word, with).is_err()).collect();
    let value = value.join(" ");
    let expected = setting.read(&value).err().map_or_else(String::new, |bad| bad.to_string());
    Err(Stop::bad(format!(
        "没有改：「{}」{expected}，收到的是「{}」。\n{example}",
        setting.name,
        (with.quote)(&value)
    )))
}

/// A whole word as a day; 起 and the like may follow.
fn date(word: &str, with: With<'_>) -> Result<NaiveDate, DateError> {
    let word = word.trim_start_matches(['从', '自']);
    let (day, used) = args::parse_date(word, with.today, Lean::Future)?;
    if matches!(&word[used..], "" | "起" | "开始" | "生效" | "起生效") {
        Ok(day)
    } else {
        Err(DateError::NotADate)
    }
}

fn profile(glued: Option<&str>, words: &[&str], with: With<'_>) -> Result<Asked<'static>, Stop> {
    let (mut profile, mut confirmed, mut day) = (None, false, None);
    for word in glued.iter().chain(words) {
        let known = Profile::ALL.into_iter().find(|known| known.name() == *word);
        if let Some(known) = Profile::from_letter(word).or(known) {
            profile = Some(known);
        } else {
            confirm_or_day(word, with, &mut confirmed, &mut day)?;
        }
    }
    let Some(profile) = profile else { return Ok(Asked::Profiles) };
    Ok(Asked::Change { wanted: Wanted::Profile { profile, confirmed }, day })
}

fn default(words: &[&str], with: With<'_>) -> Result<Asked<'static>, Stop> {
    let mut words = words.to_vec();
    let all = words.iter().position(|word| matches!(*word, "全部" | "所有"));
    let setting = match all {
        Some(at) => {
            words.remove(at);
            None
        }
        None => {
            let at = words.iter().position(|word| lookup::exact(word).is_some()).unwrap_or(0);
            let setting = one(words.get(at), with)?;
            words.remove(at);
            Some(setting)
        }
    };
    let (mut confirmed, mut day) = (false, None);
    for word in words {
        confirm_or_day(word, with, &mut confirmed, &mut day)?;
    }
    let wanted = match setting {
        Some(setting) => Wanted::Default(setting),
        None => Wanted::Defaults { confirmed },
    };
    Ok(Asked::Change { wanted, day })
}

fn confirm_or_day(
    word: &str,
    with: With<'_>,
    confirmed: &mut bool,
    day: &mut Option<NaiveDate>,
) -> Result<(), Stop> {
    if CONFIRMED.contains(&word) {
        *confirmed = true;
        return Ok(());
    }
    match date(word, with) {
        Ok(found) => {
            *day = Some(found);
            Ok(())
        }
        Err(DateError::NotADate) => {
            Err(Stop::bad(format!("没看懂「{}」。例：规则 方案 C 确定 明天", (with.quote)(word))))
        }
        Err(bad) => Err(Stop::bad(bad.told())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In few words, for the tables below.
    fn told(text: &str) -> String {
        let today = "2026-03-02".parse().expect("a date");
        let on = |day: Option<NaiveDate>| day.map_or_else(String::new, |day| format!(" @{day}"));
        let with = With { today, quote: &args::quote };
        match read(&args::normalise(text), with) {
            Ok(Asked::Overview) => "overview".to_owned(),
            Ok(Asked::Versions) => "versions".to_owned(),
            Ok(Asked::Version(no)) => format!("V{no}"),
            Ok(Asked::Unacknowledged(no)) => format!("unacknowledged {no:?}"),
            Ok(Asked::Rules(rules)) => rules.iter().map(|rule| rule.id).collect::<Vec<_>>().join(" "),
            Ok(Asked::Theme { theme, page }) => format!("theme {} {page}", theme.name),
            Ok(Asked::Setting { setting, day }) => format!("{}{}", setting.key, on(day)),
            Ok(Asked::Search { words, page }) => format!("search {} {page}", words.join("+")),
            Ok(Asked::Profiles) => "profiles".to_owned(),
            Ok(Asked::Change { wanted, day }) => match wanted {
                Wanted::Value(setting, value) => {
                    format!("{} = {}{}", setting.key, setting.show(value), on(day))
                }
                Wanted::Default(setting) => format!("{} = default{}", setting.key, on(day)),
                Wanted::Profile { profile, confirmed } => {
                    format!("profile {} {confirmed}{}", profile.letter(), on(day))
                }
                Wanted::Defaults { confirmed } => format!("defaults {confirmed}{}", on(day)),
            },
            Err(Stop::Refused(refusal)) => {
                format!("{}: {}", refusal.reason.code(), refusal.said.text.lines().next().unwrap_or_default())
            }
            Err(Stop::Fault(error)) => format!("{error}"),
        }
    }

    #[test]
    fn what_is_looked_up() {
        let cases = [
            ("", "overview"),
            ("版本", "versions"),
            ("V3", "V3"),
            ("v 3", "V3"),
            ("未确认", "unacknowledged None"),
            ("未确认 V3", "unacknowledged Some(3)"),
            ("V3 未确认", "unacknowledged Some(3)"),
            ("R-094", "R-094"),
            ("r94，95号", "R-094 R-095"),
            ("94", "R-094"),
            ("R-999", "not_found: 没有这一条。编号从 R-001 到 R-471，例：规则 R-094"),
            ("report.late_limit", "report.late_limit"),
            ("迟交次数上限", "report.late_limit"),
            ("迟交次数上限 明天", "report.late_limit @2026-03-03"),
            ("日报", "theme 日报与时限 1"),
            ("日报 第2页", "theme 日报与时限 2"),
            ("迟交上限", "report.late_limit"),
            ("扣款", "theme 记分与扣款 1"),
            ("电话", "search 电话 1"),
            ("补交 日报", "search 补交+日报 1"),
            ("天气", "search 天气 1"),
            ("方案", "profiles"),
        ];
        for (text, expected) in cases {
            assert_eq!(told(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_changed_in_any_order() {
        let cases = [
            ("report.late_limit 4", "report.late_limit = 4次"),
            ("report.late_limit=4", "report.late_limit = 4次"),
            ("迟交次数上限：4次", "report.late_limit = 4次"),
            ("迟交次数上限4次 4月1日起", "report.late_limit = 4次 @2026-04-01"),
            ("迟交次数上限 改成 4 次，从 4月1日 起", "report.late_limit = 4次 @2026-04-01"),
            ("明天 迟交次数上限 ４", "report.late_limit = 4次 @2026-03-03"),
            ("4 2026-04-01 report.late_limit", "report.late_limit = 4次 @2026-04-01"),
            ("未交认定时刻 10:30 今天", "report.missing_at = 10:30 @2026-03-02"),
            ("迟交次数 4 昨天", "report.late_limit = 4次 @2026-03-01"),
            ("不符时拦下日报 开", "report.mismatch_blocks = 开"),
            ("恢复默认 迟交次数上限", "report.late_limit = default"),
            ("迟交次数上限 恢复默认 明天", "report.late_limit = default @2026-03-03"),
            ("恢复默认 全部 确定", "defaults true"),
            ("方案 C", "profile C false"),
            ("方案c 确定 明天", "profile C true @2026-03-03"),
            ("方案 客服部", "profile C false"),
        ];
        for (text, expected) in cases {
            assert_eq!(told(text), expected, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let cases = [
            ("迟交次数上限 99", "没有改：「迟交次数上限」应在 1次 到 31次 之间，收到的是「99」。"),
            ("迟交次数上限 99 明天", "没有改：「迟交次数上限」应在 1次 到 31次 之间，收到的是「99」。"),
            ("迟交次数上限 很多", "没有改：「迟交次数上限」应在 1次 到 31次 之间，收到的是「很多」。"),
            ("迟交次数上限 4 2月30日", "没有这一天，请检查日期。"),
            ("迟交次数上限 4 以后", "没看懂日期。可以写：今天、昨天、周三、11-25、11月25日"),
            ("日报提醒 30", "有3项设置对得上，没有改。请写全名："),
            ("恢复默认", "请写上是哪一项。例：规则 恢复默认 迟交次数上限"),
            ("方案 Q", "没看懂「Q」。例：规则 方案 C 确定 明天"),
        ];
        for (text, expected) in cases {
            assert_eq!(told(text), format!("bad_arguments: {expected}"), "{text}");
        }
        let cases = [
            ("恢复默认 天气", "没找到「天气」。可以换个词，或发「规则」看全部分类。"),
            ("每日排行时刻 08:30", "没找到「每日排行时刻」。是不是：日排行时刻、周排行时刻、月排行时刻？"),
        ];
        for (text, expected) in cases {
            assert_eq!(told(text), format!("not_found: {expected}"), "{text}");
        }
    }
}
