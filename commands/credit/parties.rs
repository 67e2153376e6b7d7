//! How a credit stands, in a few words, and telling those whom it concerns.

use bot::{Desk, Said, Stop};
use chrono::NaiveDate;
use domain::rights::Scope;
use domain::{EpochMs, PersonId};
use std::collections::BTreeSet;
use store::{CreditState, Directory, StoredArrival};

/// Whether somebody may see the verdict: who is concerned, and who leads one of them.
pub(crate) fn may_see(
    directory: &Directory,
    concerned: &BTreeSet<PersonId>,
    person: PersonId,
    scope: &Scope,
) -> bool {
    let team = |one: &PersonId| directory.person(*one).and_then(|one| one.team);
    concerned.contains(&person)
        || *scope == Scope::Department
        || concerned.iter().any(|one| scope.covers(team(one)))
}

/// Everybody who has or had a claim to the credit of an arrival, or objected.
pub(crate) fn parties(desk: &mut Desk<'_, '_>, arrival: &StoredArrival) -> Result<BTreeSet<PersonId>, Stop> {
    Ok(desk.tx.parties(arrival)?)
}

/// Who is asked to rule.
pub(crate) fn judges(
    directory: &Directory,
    parties: &BTreeSet<PersonId>,
    now: EpochMs,
    today: NaiveDate,
) -> Vec<PersonId> {
    directory.judges(parties, now, today)
}

/// Tells each of them in private.
pub(crate) fn tell_all(
    desk: &mut Desk<'_, '_>,
    people: impl IntoIterator<Item = PersonId>,
    said: &Said,
    may_mention: bool,
) -> Result<(), Stop> {
    for person in people {
        desk.tell(person, None, said, may_mention)?;
    }
    Ok(())
}

/// `归 李四（Y2）`, or how else a credit stands.
pub(crate) fn answer(directory: &Directory, arrival: &StoredArrival) -> String {
    let credit = &arrival.credit;
    let on = credit.appointment.map(|no| format!("（Y{no}）")).unwrap_or_default();
    let waits = credit.confirm_by.filter(|_| credit.state == CreditState::Suggested);
    match (credit.to, waits) {
        (Some(person), None) => format!("归 {}{on}", directory.label(person)),
        (Some(person), Some(role)) => {
            format!("建议归 {}{on}，待{}确认", directory.label(person), role.word())
        }
        (None, Some(role)) => format!("双方条件相同，待{}裁定", role.word()),
        (None, None) => "不计业绩".to_owned(),
    }
}
