//! Reading a story: each statement has one reader, and whatever a reader cannot read is answered with how it is
//! written.

use crate::check;
use crate::moment::{When, date_of, length_of};
use crate::outcome::BadStory;
use crate::stage::Room;
use crate::story::{Chat, Member, Rota, ShiftTemplate, Statement, Story, Target, What};
use crate::words::{is_name, is_person, speaker, split_colon, split_words, unescape};
use domain::calendar::DAY;
use domain::shift::Hours;
use domain::{Role, Roles, Span};
use serde_json::{Map, Value};
use store::REST;

/// The word for somebody without a role.
pub(crate) const NO_ROLE: &str = "无";
/// The word before a member's first day.
pub(crate) const ENTERED: &str = "入职";
/// Between the roles of somebody who has several.
pub(crate) const ROLES_JOINED_BY: char = '+';
/// Days that one 排班 line may plan.
const MOST_DAYS: i64 = 366;

/// Reads what follows a statement's word, or says how it is written.
type Reader = fn(&str) -> Result<What, String>;

const READERS: [(&str, Reader); 15] = [
    ("时间", time),
    ("成员", member),
    ("群", chat),
    ("班次", shift),
    ("排班", rota),
    ("设置", setting),
    ("按", press),
    ("重发", |rest| alone(rest, "重发", What::Resend)),
    ("重启", |rest| alone(rest, "重启", What::Restart)),
    ("断网", down),
    ("恢复", |rest| alone(rest, "恢复", What::Up)),
    ("期望", |rest| expected(rest, "期望").map(|(target, text)| What::Expect(target, text))),
    ("不应", |rest| expected(rest, "不应").map(|(target, text)| What::ExpectNot(target, text))),
    ("事实", |rest| fields(rest, "事实").map(What::Fact)),
    ("没有事实", |rest| fields(rest, "没有事实").map(What::NoFact)),
];

/// Reads a story.
///
/// # Errors
/// The first line that cannot be read, with what should stand there.
pub fn parse(name: &str, text: &str) -> Result<Story, BadStory> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut statements = Vec::new();
    // Only a line feed ends a line: a text may hold any other character.
    for (index, line) in text.split('\n').enumerate() {
        let source = line.trim();
        if source.is_empty() || source.starts_with('#') {
            continue;
        }
        let what = statement(source).map_err(|expected| BadStory {
            file: name.to_owned(),
            line: index + 1,
            statement: source.to_owned(),
            expected,
        })?;
        statements.push(Statement { line: index + 1, source: source.to_owned(), what });
    }
    let story = Story { name: name.to_owned(), statements };
    check::names(&story)?;
    Ok(story)
}

fn statement(line: &str) -> Result<What, String> {
    for (word, read) in READERS {
        if let Some(rest) = line.strip_prefix(word)
            && ends_word(word, rest)
        {
            return read(rest.trim());
        }
    }
    said(line)
}

/// Whether the statement's word ends here; `时间: 你好` is said by somebody who is called 时间.
fn ends_word(word: &str, rest: &str) -> bool {
    match rest.chars().next() {
        None => true,
        Some(':' | '：') => matches!(word, "期望" | "不应"),
        Some('{') => matches!(word, "事实" | "没有事实"),
        Some(c) => c.is_whitespace(),
    }
}

fn said(line: &str) -> Result<What, String> {
    let Some((by, text)) = split_colon(line) else {
        let words: Vec<_> = READERS.iter().map(|(word, _)| *word).collect();
        return Err(format!("应是「人: 话」,或以这些词之一开头:{}", words.join(" ")));
    };
    match speaker(by) {
        Some(by) => Ok(What::Said { by, text: unescape(text) }),
        None => Err("冒号前应是 张三、张三(私聊) 或 张三@群名".to_owned()),
    }
}

fn time(rest: &str) -> Result<What, String> {
    let read = When::parse(&split_words(rest).join(" "));
    read.map(What::Time).ok_or_else(|| {
        "应写成:时间 2026-03-02 08:30、时间 +1天、时间 +90分钟、时间 +2小时,或 时间 08:00(下一个8点);一次最多十年".to_owned()
    })
}

fn member(rest: &str) -> Result<What, String> {
    let usage = |why: &str| format!("{why}应写成:成员 姓名 角色 [组] [入职 2026-02-20]");
    let words = split_words(rest);
    let [name, roles, more @ ..] = words.as_slice() else { return Err(usage("")) };
    if !is_person(name) {
        return Err(usage(&format!("「{name}」不能作姓名。")));
    }
    let roles = roles_of(roles).ok_or_else(|| {
        let known: Vec<_> = Role::ALL.into_iter().map(Role::word).collect();
        usage(&format!("没有「{roles}」这个角色,角色有:{},几个角色用 + 连起来。", known.join(" ")))
    })?;
    let (team, entered) = match more {
        [] => (None, None),
        [word, date] if *word == ENTERED => (None, Some(*date)),
        [team] => (Some(*team), None),
        [team, word, date] if *word == ENTERED => (Some(*team), Some(*date)),
        _ => return Err(usage("")),
    };
    if let Some(team) = team.filter(|team| !is_name(team) || *team == ENTERED) {
        return Err(usage(&format!("「{team}」不能作组名。")));
    }
    let entered_on = match entered {
        Some(date) => Some(date_of(date).ok_or_else(|| usage(&format!("「{date}」不是日期。")))?),
        None => None,
    };
    Ok(What::Member(Member { name: (*name).to_owned(), roles, team: team.map(str::to_owned), entered_on }))
}

fn roles_of(word: &str) -> Option<Roles> {
    if word == NO_ROLE {
        return Some(Roles::NONE);
    }
    let mut roles = word.split([ROLES_JOINED_BY, '＋', '、']);
    roles.try_fold(Roles::NONE, |roles, word| Some(roles.with(Role::from_word(word)?)))
}

fn chat(rest: &str) -> Result<What, String> {
    match split_words(rest).as_slice() {
        [name, purposes @ ..] if is_name(name) => Ok(What::Chat(Chat {
            name: (*name).to_owned(),
            purposes: purposes.iter().map(|purpose| (*purpose).to_owned()).collect(),
        })),
        _ => Err("应写成:群 名称 [用途…],例:群 咨询群 排行 请假 提醒".to_owned()),
    }
}

fn shift(rest: &str) -> Result<What, String> {
    let words = split_words(rest);
    let read = match words.as_slice() {
        [name, hours @ ..] if is_name(name) && *name != REST => {
            let hours = Hours::parse(&hours.join(",")).ok();
            hours.map(|hours| What::Shift(ShiftTemplate { name: (*name).to_owned(), hours }))
        }
        _ => None,
    };
    read.ok_or_else(|| {
        "应写成:班次 名称 时段,例:班次 早班 08:00-16:00,分段的:班次 常白班 08:00-12:00,14:00-18:00".to_owned()
    })
}

fn rota(rest: &str) -> Result<What, String> {
    let usage = "应写成:排班 人 日期 班次(或 休),例:排班 张三 2026-03-02 早班;几天一样:排班 张三 2026-03-02至2026-03-06 早班";
    let words = split_words(rest);
    let [person, days, shift] = words.as_slice() else { return Err(usage.to_owned()) };
    let days = days_of(days).ok_or_else(|| format!("「{days}」不是日期。{usage}"))?;
    if !is_person(person) || !is_name(shift) {
        return Err(usage.to_owned());
    }
    let shift = (*shift != REST).then(|| (*shift).to_owned());
    Ok(What::Rota(Rota { person: (*person).to_owned(), days, shift }))
}

fn days_of(word: &str) -> Option<Span> {
    let span = match word.split_once(['至', '到', '~']) {
        Some((from, to)) => Span { from: date_of(from)?, to: date_of(to)? },
        None => Span::day(date_of(word)?),
    };
    (0..MOST_DAYS).contains(&(span.to - span.from).num_days()).then_some(span)
}

fn setting(rest: &str) -> Result<What, String> {
    match split_words(rest).as_slice() {
        [key, value @ ..] if !value.is_empty() => {
            Ok(What::Setting { key: (*key).to_owned(), value: value.join(" ") })
        }
        _ => Err("应写成:设置 键 值,例:设置 leave.away_cap_days 4".to_owned()),
    }
}

fn press(rest: &str) -> Result<What, String> {
    let read = split_colon(rest).and_then(|(by, label)| Some((speaker(by)?, label)));
    match read {
        Some((by, label)) if !label.is_empty() => Ok(What::Press { by, label: label.to_owned() }),
        _ => Err("应写成:按 人: 按钮上的字,例:按 李四: 同意".to_owned()),
    }
}

fn down(rest: &str) -> Result<What, String> {
    let words = split_words(rest).join(" ");
    if words.is_empty() {
        return Ok(What::Down(None));
    }
    match length_of(&words) {
        Some(length) if length <= MOST_DAYS * DAY => Ok(What::Down(Some(length))),
        _ => Err("应写成:断网(到 恢复 为止),或 断网 10分钟".to_owned()),
    }
}

fn alone(rest: &str, word: &str, what: What) -> Result<What, String> {
    if split_words(rest).is_empty() { Ok(what) } else { Err(format!("「{word}」后面不写别的")) }
}

fn expected(rest: &str, word: &str) -> Result<(Target, String), String> {
    let usage = |why: &str| format!("{why}应写成:{word}: 话,{word} 张三(私聊): 话,或 {word} 群名: 话");
    let Some((target, text)) = split_colon(rest) else { return Err(usage("缺冒号。")) };
    if text.is_empty() {
        return Err(usage("缺要找的话。"));
    }
    let target = if target.is_empty() {
        Target::Anywhere
    } else {
        let Some(speaker) = speaker(target) else { return Err(usage("冒号前的去处看不懂。")) };
        match speaker.room {
            Some(Room::Private) => Target::Private(speaker.name),
            None if is_name(&speaker.name) => Target::Group(speaker.name),
            _ => return Err(usage("冒号前的去处看不懂。")),
        }
    };
    Ok((target, unescape(text)))
}

fn fields(rest: &str, word: &str) -> Result<Map<String, Value>, String> {
    let usage = |why: String| {
        format!("{why}应写成:{word} 加一个 JSON 对象,例:{word} {{\"kind\":\"report.filed\",\"late\":false}}")
    };
    match serde_json::from_str(rest) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => Err(usage(String::new())),
        Err(error) => Err(usage(format!("JSON 第 {} 列起读不了。", error.column()))),
    }
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;
