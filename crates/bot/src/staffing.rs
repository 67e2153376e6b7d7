//! 缺岗: what the rota and the granted leaves leave on each shift.

use crate::desk::Desk;
use crate::stop::Stop;
use domain::Span;
use domain::settings::catalogue::rota::MIN_STAFF;
use domain::staffing::{self, Gap, Planned};
use std::collections::HashSet;

/// The shifts of a span with fewer than the department wants; none while it wants no number.
///
/// # Errors
/// When it cannot be read.
pub fn gaps(desk: &mut Desk<'_, '_>, span: Span) -> Result<Vec<Gap>, Stop> {
    let book = desk.book()?;
    let needed = |date| book.count(&MIN_STAFF, date);
    if span.from > span.to || span.days().all(|day| needed(day) == 0) {
        return Ok(Vec::new());
    }
    let directory = desk.directory()?;
    let away: HashSet<_> =
        desk.tx.leave_days(span)?.into_iter().map(|day| (day.person, day.piece.date)).collect();
    let mut planned = Vec::new();
    for row in desk.tx.rota_between(span)? {
        let person = directory.person(row.person).filter(|person| person.is_member(desk.now));
        let Some(person) = person else { continue };
        planned.push(Planned {
            team: person.team,
            date: row.date,
            away: away.contains(&(row.person, row.date)),
            shift: row.shift.map(|shift| shift.name),
        });
    }
    Ok(staffing::gaps(&planned, needed))
}
