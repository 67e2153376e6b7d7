//! Whom the credit of an arrival concerns, and who rules on it.

use crate::arrivals::StoredArrival;
use crate::directory::{Directory, Person};
use crate::error::Result;
use crate::sql::Tx;
use chrono::NaiveDate;
use domain::attribution::Step;
use domain::objection;
use domain::{EpochMs, PersonId, Role};
use std::collections::BTreeSet;

/// Those who rule, from below: the first of these roles in which somebody is no party.
const JUDGES: [Role; 3] = [Role::Supervisor, Role::Director, Role::Admin];

impl Tx<'_> {
    /// Everybody who has or had a claim to the credit of an arrival, or objected. Whose appointment was only compared, and
    /// agrees in too little, is none of them.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn parties(&mut self, arrival: &StoredArrival) -> Result<BTreeSet<PersonId>> {
        let mut parties: BTreeSet<PersonId> = arrival.credit.to.into_iter().collect();
        for decision in self.decisions(arrival.no)? {
            parties.extend(decision.credit.to);
            let agrees = |step: Step, rule: &str| step != Step::Matching || rule != "R-079";
            let claims = decision.claims.iter().filter(|claim| agrees(claim.step, &claim.rule));
            parties.extend(claims.map(|claim| claim.person));
        }
        for found in self.matches_of(arrival.no)? {
            if found.in_question && found.confirmed != Some(false) {
                parties.extend(self.appointment(found.appointment)?.map(|appointment| appointment.owner));
            }
        }
        if let Some(lending) = arrival.lending {
            parties.extend([lending.giver, lending.receiver]);
            parties.extend(lending.signer);
        }
        parties.extend(self.objections_of(arrival.no)?.into_iter().map(|objection| objection.by));
        Ok(parties)
    }
}

impl Directory {
    /// Who is asked to rule: the supervisors who are no party, those who stand in for one included; without such a one
    /// the directors, and then the admins.
    pub fn judges(&self, parties: &BTreeSet<PersonId>, now: EpochMs, today: NaiveDate) -> Vec<PersonId> {
        let of = |role: Role| -> Vec<PersonId> {
            let has = |person: &&Person| self.standing(person, today).roles().has(role);
            let free = |person: &&Person| objection::may_rule(parties, person.id, None);
            self.people(now).filter(has).filter(free).map(|person| person.id).collect()
        };
        JUDGES.into_iter().map(of).find(|judges| !judges.is_empty()).unwrap_or_default()
    }
}
