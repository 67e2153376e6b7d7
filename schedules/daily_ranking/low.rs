//! 低转化名单: told in private only, to those who lead.

use bot::board::Posting;
use bot::{Desk, Said, Stop};
use domain::PersonId;
use domain::ranking::{Board, Line, figures, low, lowest_group};
use domain::settings::catalogue::ranking::LOW_PEOPLE;
use domain::{Role, Roles};
use store::Person;

/// Tells every supervisor who of the department was low, and which group was lowest.
pub(crate) fn tell_supervisors(
    desk: &mut Desk<'_, '_>,
    board: &Board,
    title: &str,
    posting: &Posting<'_>,
) -> Result<(), Stop> {
    let most = most(desk)?;
    let lines = low(board, most, |_| true);
    let Some(mut text) = text(desk, board, title, &lines)? else { return Ok(()) };
    if let Some(group) = lowest_group(board) {
        let directory = desk.directory()?;
        let name = group.team.and_then(|team| directory.team_name(team)).unwrap_or("未分组");
        let told = figures(&group.tally, group.worked, false, board.order.measure());
        text.push_str(&format!("\n组里最低：{name} {told}"));
    }
    for person in with(desk, |roles| roles.has(Role::Supervisor))? {
        tell(desk, person, &format!("{}:low:{person}", posting.key), &text)?;
    }
    Ok(())
}

/// Tells every lead who of his group was low.
pub(crate) fn tell_leads(
    desk: &mut Desk<'_, '_>,
    board: &Board,
    title: &str,
    posting: &Posting<'_>,
) -> Result<(), Stop> {
    let most = most(desk)?;
    let (directory, today, now) = (desk.directory()?, desk.today(), desk.now);
    for (team, name) in directory.teams() {
        // Whoever has left is not coached any more.
        let is_here = |person| directory.person(person).is_some_and(|person| person.is_member(now));
        let own = |line: &Line| line.entry.team == Some(team) && is_here(line.entry.tally.person);
        let lines = low(board, most, own);
        let Some(text) = text(desk, board, &format!("{name}{title}"), &lines)? else { continue };
        for lead in directory.leads_of(Some(team), desk.now, today) {
            // Where a group has no lead of its own the supervisor has been told already.
            let leads = directory.person(lead).is_some_and(|person| !person.roles.leads_department());
            if leads {
                // Somebody may lead one group and stand in for the lead of another.
                tell(desk, lead, &format!("{}:low:{lead}:{team}", posting.key), &text)?;
            }
        }
    }
    Ok(())
}

fn most(desk: &mut Desk<'_, '_>) -> Result<usize, Stop> {
    let today = desk.today();
    Ok(usize::try_from(desk.book()?.whole(&LOW_PEOPLE, today)).unwrap_or(0))
}

fn text(desk: &mut Desk<'_, '_>, board: &Board, title: &str, lines: &[Line]) -> Result<Option<String>, Stop> {
    if lines.is_empty() {
        return Ok(None);
    }
    let directory = desk.directory()?;
    let told = |line: &Line| {
        let tally = &line.entry.tally;
        let figures = figures(tally, line.entry.worked, false, board.order.measure());
        format!("{} {figures}", directory.label(tally.person))
    };
    let people: Vec<String> = lines.iter().map(told).collect();
    Ok(Some(format!("{title}（只发给你）：\n{}", people.join("\n"))))
}

fn with(desk: &mut Desk<'_, '_>, wanted: impl Fn(Roles) -> bool) -> Result<Vec<PersonId>, Stop> {
    let (directory, today) = (desk.directory()?, desk.today());
    let has = |person: &&Person| wanted(directory.standing(person, today).roles());
    Ok(directory.people(desk.now).filter(has).map(|person| person.id).collect())
}

fn tell(desk: &mut Desk<'_, '_>, person: PersonId, key: &str, text: &str) -> Result<(), Stop> {
    desk.tell(person, Some(key), &Said::text(text), false)?;
    Ok(())
}
