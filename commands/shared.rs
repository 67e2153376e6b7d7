//! What several commands need: labels with a letter, and why a right does not reach.

use bot::{Ctx, Stop, args};
use domain::rights::{Administer, Denied};
use domain::{PersonId, Role, Roles};
use serde_json::Value;
use store::{Directory, Event, Person};

/// Reads a label such as `J3` (also `j3`, `J 3`, `J-3`) at the beginning; answers the number and what follows.
pub(crate) fn label(text: &str, letter: char) -> Option<(i64, &str)> {
    let rest = text.trim_start();
    let rest = rest.strip_prefix(letter).or_else(|| rest.strip_prefix(letter.to_ascii_lowercase()))?;
    let rest = rest.trim_start_matches([' ', '-', '#', '号']);
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let number = rest.get(..digits)?.parse().ok()?;
    let rest = &rest[digits..];
    (!rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
        .then(|| (number, rest.trim_start_matches(args::is_separator)))
}

/// Why a right does not reach, and whom to ask instead.
pub(crate) fn denied(denied: Denied, whose: &str) -> Stop {
    Stop::not_allowed(match denied {
        Denied::OutOfScope => format!("{whose}不在你的组，请找该组组长或主管。"),
        Denied::Himself => "自己的事要由别人来定，请找上一级。".to_owned(),
        Denied::Role(role) => format!("「{}」要由更高一级来定，请找管理员。", role.word()),
        Denied::LastAdmin => "这是最后一位管理员。请先让另一位成员当管理员。".to_owned(),
    })
}

/// The members who have a role today, or stand in for it, but for one.
pub(crate) fn with_role(ctx: &Ctx<'_, '_>, role: Role, but: PersonId) -> Vec<PersonId> {
    let today = ctx.desk.today();
    let people = ctx.directory.people(ctx.desk.now).filter(|person| person.id != but);
    let has = |person: &&Person| ctx.directory.standing(person, today).roles().has(role);
    people.filter(has).map(|person| person.id).collect()
}

/// An amount as people read it: `30元`, `0.5元`.
pub(crate) fn yuan(fen: u64) -> String {
    let (yuan, rest) = (fen / 100, fen % 100);
    match rest {
        0 => format!("{yuan}元"),
        _ => format!("{yuan}.{}元", format!("{rest:02}").trim_end_matches('0')),
    }
}

/// Days in halves as people read them: `1天`, `1.5天`, `半天`, `0天`.
pub(crate) fn half_days(halves: u32) -> String {
    match (halves / 2, halves % 2) {
        (0, 1) => "半天".to_owned(),
        (days, 1) => format!("{days}.5天"),
        (days, _) => format!("{days}天"),
    }
}

/// `一组`, or 未分组.
pub(crate) fn team_of(directory: &Directory, person: &Person) -> String {
    person.team.and_then(|team| directory.team_name(team)).unwrap_or("未分组").to_owned()
}

/// What a word in a command about people is.
pub(crate) enum Chosen {
    /// A role.
    Role(Role),
    /// A group, known or new.
    Team(String),
    /// Out of every group.
    NoTeam,
    /// None of these, quoted for an answer.
    Neither(String),
}

/// Takes a role, a group or the word for none.
pub(crate) fn take_role_or_team(ctx: &Ctx<'_, '_>, words: &mut args::Words<'_>) -> Chosen {
    let word = words.next_word().unwrap_or_default();
    if let Some(role) = Role::from_word(word) {
        return Chosen::Role(role);
    }
    if matches!(word, "无" | "未分组" | "无组") {
        return Chosen::NoTeam;
    }
    if ctx.directory.teams().any(|(_, known)| known == word) || is_team_name(word) {
        return Chosen::Team(word.to_owned());
    }
    Chosen::Neither(args::quote(word))
}

/// Whether a word may be a new group's name: what does not end like one is rather a name or a mistake.
pub(crate) fn is_team_name(word: &str) -> bool {
    const ENDINGS: [char; 5] = ['组', '部', '科', '队', '班'];
    word.ends_with(ENDINGS) && (2..=20).contains(&word.chars().count()) && !word.contains(args::is_separator)
}

/// A member, or whoever has left: his patients stay.
pub(crate) fn member_or_leaver(ctx: &mut Ctx<'_, '_>, token: &args::PersonToken) -> Result<PersonId, Stop> {
    let now = ctx.desk.now;
    let directory = ctx.desk.directory()?;
    let wanted = token.number.map_or_else(|| token.name.clone(), |number| format!("{}#{number}", token.name));
    let leavers: Vec<PersonId> = directory
        .everybody()
        .filter(|person| !person.is_member(now) && (person.name == wanted || person.label == wanted))
        .map(|person| person.id)
        .collect();
    if let ([leaver], true) = (leavers.as_slice(), directory.named(&wanted, now).is_empty()) {
        return Ok(*leaver);
    }
    ctx.desk.person_named(&token.name, token.number)
}

/// Refuses unless the member may be given these roles.
pub(crate) fn may_change(
    ctx: &mut Ctx<'_, '_>,
    by: &Administer,
    person: &Person,
    roles: Roles,
) -> Result<(), Stop> {
    let now = ctx.desk.now;
    let directory = ctx.desk.directory()?;
    let admins = directory.people(now).filter(|person| person.roles.has(Role::Admin)).count();
    by.may_change(person.id, person.roles, roles, admins).map_err(|why| denied(why, &person.label))
}

/// Refuses unless the member may be taken out again: the last admin stays.
pub(crate) fn may_remove(ctx: &mut Ctx<'_, '_>, by: &Administer, person: PersonId) -> Result<(), Stop> {
    let directory = ctx.desk.directory()?;
    match directory.person(person) {
        Some(person) => may_change(ctx, by, person, Roles::NONE),
        None => Err(Stop::wrong_state("这位成员的添加已经撤销，没有可以撤销的了。")),
    }
}

/// The member that an event is about.
pub(crate) fn person_in(event: &Event) -> Result<PersonId, Stop> {
    let person = event.body.get("person").and_then(|person| person.get("$p")).and_then(Value::as_i64);
    person.ok_or_else(|| store::Error::Corrupt("event without a person".to_owned()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_read_as_people_type_them() {
        let cases = [
            ("J3", Some((3, ""))),
            ("j3 咨询员", Some((3, "咨询员"))),
            ("J 12,一组", Some((12, "一组"))),
            ("J-3", Some((3, ""))),
            ("J", None),
            ("3", None),
            ("J3x", None),
            ("J99999999999999999999", None),
        ];
        for (text, expected) in cases {
            assert_eq!(label(text, 'J'), expected, "{text}");
        }
    }
}
