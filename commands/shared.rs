//! What several commands need: who leads whom, and labels with a letter.

use bot::args;
use bot::{Ctx, Stop};
use domain::{PersonId, Role};
use store::{Directory, Person};

/// Everybody who leads anything.
pub(crate) const LEADS: &[Role] = &[Role::Lead, Role::Supervisor, Role::Director, Role::Admin];

/// Whether `lead` leads `person`: the department's leads everybody, a group's lead the own group.
pub(crate) fn leads(lead: &Person, person: &Person) -> bool {
    lead.roles.leads_department()
        || (lead.roles.has(Role::Lead) && lead.team.is_some() && lead.team == person.team)
}

/// The leads of a group; the department's when it has none.
pub(crate) fn leads_of_team(directory: &Directory, team: Option<i64>) -> Vec<PersonId> {
    let own: Vec<PersonId> = directory
        .people()
        .filter(|person| person.roles.has(Role::Lead) && team.is_some() && person.team == team)
        .map(|person| person.id)
        .collect();
    if !own.is_empty() {
        return own;
    }
    directory.people().filter(|person| person.roles.leads_department()).map(|person| person.id).collect()
}

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

/// Refuses when the sender does not lead the person.
pub(crate) fn must_lead(ctx: &Ctx<'_, '_>, person: &Person) -> Result<(), Stop> {
    if leads(ctx.me()?, person) {
        return Ok(());
    }
    Err(Stop::not_allowed(format!("{}不在你的组，请找该组组长或主管。", person.label)))
}

/// `一组`, or 未分组.
pub(crate) fn team_of(directory: &Directory, person: &Person) -> String {
    person.team.and_then(|team| directory.team_name(team)).unwrap_or("未分组").to_owned()
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
