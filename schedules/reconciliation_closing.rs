//! 对账截止: when the last day has ended, arrivals that nobody has confirmed are forfeited (credit step 12, R-378). What
//! waits for a person's word is held. It asks what is open, not what day it is, so time missed is made up for whole.

use bot::{CatchUp, Desk, Outcome, Schedule, Stop};
use domain::calendar::{DAY, shift_days};
use domain::reconciliation::{Claim, Month, closing, last_day};
use domain::rights::Over;
use domain::{EpochMs, PersonId};
use std::collections::BTreeMap;
use store::Judge;

pub(crate) const SCHEDULE: Schedule = Schedule {
    name: "reconciliation_closing",
    summary: "每天（00:00）关闭过了截止日的对账",
    cron: "0 0 * * *",
    at: None,
    catch_up: CatchUp::Once,
    max_late: 366 * DAY,
    run,
};

/// How far back open months are looked for, days: longer than anything is opened again for.
const LOOK_BACK: i64 = 400;

fn run(desk: &mut Desk<'_, '_>, _fire_at: EpochMs) -> Result<Outcome, Stop> {
    close_due(desk)?;
    Ok(Outcome::Done)
}

/// Closes whatever is due. Whoever tells of a closed month calls it first: after a long pause nothing says in which order
/// what was missed is made up for.
pub(crate) fn close_due(desk: &mut Desk<'_, '_>) -> Result<(), Stop> {
    let today = desk.today();
    let first = Month::of(today).span().from;
    for month in desk.tx.open_months(shift_days(first, -LOOK_BACK), first)? {
        close(desk, month)?;
    }
    Ok(())
}

fn close(desk: &mut Desk<'_, '_>, month: Month) -> Result<(), Stop> {
    let (book, directory) = (desk.book()?, desk.directory()?);
    let (calendar, today) = (*desk.calendar(), desk.today());
    let reopenings = desk.tx.reopenings(month)?;
    let mut claims = desk.tx.claims_in(month)?;
    claims.retain(|claim| {
        let team = directory.person(claim.person).and_then(|person| person.team);
        last_day(&book, month, team, &reopenings) < today
    });
    let (forfeited, held) = closing(&claims);
    let mut people: BTreeMap<PersonId, Vec<Claim>> = BTreeMap::new();
    for claim in forfeited {
        people.entry(claim.person).or_default().push(claim);
    }
    let judge = Judge { book: &book, calendar: &calendar, now: desk.now };
    for (person, claims) in people {
        desk.tx.forfeit_claims(&Over::by_program(Some(person)), month, &claims, judge)?;
    }
    desk.tx.hold_claims(&Over::by_program(None), month, &held, desk.now)?;
    Ok(())
}
