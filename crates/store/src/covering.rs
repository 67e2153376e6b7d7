//! Who is on duty on a day, and who stands in for whom.

use crate::Directory;
use crate::error::Result;
use crate::sql::Tx;
use chrono::NaiveDate;
use domain::followup::{Assignee, Candidate, Seats, assignee};
use domain::{EpochMs, PersonId, Role, Span};
use std::collections::HashSet;
use std::sync::Arc;

/// A day as it is planned at an instant.
#[derive(Clone, Debug)]
pub struct Duty {
    directory: Arc<Directory>,
    resting: HashSet<PersonId>,
    day: NaiveDate,
    now: EpochMs,
}

impl Duty {
    /// True for whoever rests on that day by the rota, is on leave for his whole shift, has gone by then, or is nobody any more. Without a plan nobody
    /// is off.
    pub fn is_off(&self, person: PersonId) -> bool {
        let gone = self.directory.person(person).is_none_or(|person| {
            !person.is_member(self.now) || person.left_on.is_some_and(|last| last < self.day)
        });
        gone || self.resting.contains(&person)
    }

    /// Who does somebody's follow-up on that day; `None` when nobody is there.
    pub fn assignee(&self, holder: PersonId, with_lead: bool) -> Option<Assignee> {
        let owner = self.candidate(holder);
        let seats = if owner.off || with_lead { self.seats_of(holder) } else { Seats::default() };
        assignee(owner, &seats, with_lead)
    }

    /// Whoever stands in for somebody, in order; those who are off are among them.
    pub fn seats_of(&self, person: PersonId) -> Seats {
        let team = self.directory.person(person).and_then(|person| person.team);
        let here = || self.directory.people(self.now);
        let mut seats = Seats::default();
        if team.is_some() {
            let leads = here().filter(|one| one.team == team && one.roles.has(Role::Lead));
            seats.leads.extend(leads.map(|one| self.candidate(one.id)));
        }
        let acting: Vec<_> = self.directory.acting_on(self.day).collect();
        let for_lead =
            acting.iter().filter(|one| one.role == Role::Lead && one.team == team && team.is_some());
        seats.acting.extend(for_lead.map(|one| self.candidate(one.person)));
        // Supervisors and whoever stands in for them first, then the director; the admin looks after the program only.
        for role in [Role::Supervisor, Role::Director] {
            let own = here().filter(|one| one.roles.has(role)).map(|one| one.id);
            let stand_ins = acting.iter().filter(|one| one.role == role).map(|one| one.person);
            seats.supervisors.extend(own.chain(stand_ins).map(|id| self.candidate(id)));
        }
        seats
    }

    fn candidate(&self, person: PersonId) -> Candidate {
        Candidate { person, off: self.is_off(person) }
    }
}

impl Tx<'_> {
    /// A day as it is planned now.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn duty_on(&mut self, day: NaiveDate, now: EpochMs) -> Result<Duty> {
        let rota = self.rota_between(Span::day(day))?;
        let resting = rota.into_iter().filter(|row| row.shift.is_none()).map(|row| row.person);
        let away = self.whole_days_off(Span::day(day))?.into_iter().map(|(person, _)| person);
        Ok(Duty { resting: resting.chain(away).collect(), directory: self.directory()?, day, now })
    }
}
