//! Who does a follow-up on a day, and who may give its outcome.

use crate::PersonId;
use crate::attribution::days_left;
use chrono::NaiveDate;

/// Somebody who could do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Who.
    pub person: PersonId,
    /// Whether he is off on that day: a rest day by the rota, leave, or gone for good. Without a plan nobody is off.
    pub off: bool,
}

/// As what somebody does it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seat {
    /// It is his.
    Owner,
    /// 组长.
    Lead,
    /// 代理组长.
    ActingLead,
    /// 主管, or whoever leads the department.
    Supervisor,
}

/// Whoever stands in for somebody, in this order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seats {
    /// The leads of his group.
    pub leads: Vec<Candidate>,
    /// Those who stand in for a lead on that day.
    pub acting: Vec<Candidate>,
    /// Those who lead the department, supervisors first.
    pub supervisors: Vec<Candidate>,
}

/// Who does it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assignee {
    /// Who.
    pub person: PersonId,
    /// As what.
    pub seat: Seat,
}

/// Who does a follow-up on a day: the owner; when he is off, or when it was handed to the lead, the lead,
/// then the acting lead, then the supervisor. `None` when nobody of them is there.
pub fn assignee(owner: Candidate, seats: &Seats, with_lead: bool) -> Option<Assignee> {
    if !owner.off && !with_lead {
        return Some(Assignee { person: owner.person, seat: Seat::Owner });
    }
    let rows = [
        (Seat::Lead, &seats.leads),
        (Seat::ActingLead, &seats.acting),
        (Seat::Supervisor, &seats.supervisors),
    ];
    let there = |candidate: &&Candidate| !candidate.off && candidate.person != owner.person;
    let found = rows.into_iter().find_map(|(seat, row)| {
        row.iter().find(there).map(|candidate| Assignee { person: candidate.person, seat })
    });
    // A lead whose own patient nobody reaches has nobody above him: it stays with him.
    found.or((!owner.off).then_some(Assignee { person: owner.person, seat: Seat::Owner }))
}

/// Who asks to give an outcome, and how he stands to the patient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Who asks.
    pub me: PersonId,
    /// Whose patient it is.
    pub owner: PersonId,
    /// To whom the follow-up was given, when not the owner's.
    pub holder: Option<PersonId>,
    /// Whether he leads the owner.
    pub leads: bool,
    /// Whether he may consult patients.
    pub consults: bool,
    /// The last protected day; `None` where nothing protects (a contact).
    pub protected_until: Option<NaiveDate>,
}

/// As what somebody follows up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// 本人.
    Owner,
    /// 代访: for the owner; the credit stays his.
    Cover,
    /// For himself, after the protection has ended.
    Rival,
}

/// The right to follow up one patient, already checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    owner: PersonId,
    part: Part,
}

impl Share {
    /// Whose patient it is.
    pub fn owner(&self) -> PersonId {
        self.owner
    }

    /// As what.
    pub fn part(&self) -> Part {
        self.part
    }
}

/// Whether somebody may follow up a patient on `today`: the owner and those who lead him always, whom it was given to as
/// well; any other consultant from the day after the last protected one.
///
/// # Errors
/// The days that are left of the protection; `None` for whoever may not at all.
pub fn share(asked: &Asked, today: NaiveDate) -> Result<Share, Option<u32>> {
    let share = |part| Ok(Share { owner: asked.owner, part });
    if asked.me == asked.owner {
        return share(Part::Owner);
    }
    let left = asked.protected_until.map(|until| days_left(until, today));
    if asked.holder == Some(asked.me) {
        // Whom a lead gave it to calls for the owner; who took it himself after the end calls for himself.
        return share(if matches!(left, Some(None)) { Part::Rival } else { Part::Cover });
    }
    if asked.leads {
        return share(Part::Cover);
    }
    match left {
        Some(None) if asked.consults => share(Part::Rival),
        Some(left) if asked.consults => Err(left),
        _ => Err(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(person: PersonId, off: bool) -> Candidate {
        Candidate { person, off }
    }

    #[test]
    fn r107_w59_the_lead_calls_for_whoever_is_off() {
        let seats = |lead, acting, supervisor| Seats {
            leads: vec![at(2, lead)],
            acting: vec![at(3, acting)],
            supervisors: vec![at(4, supervisor)],
        };
        let cases = [
            (false, seats(false, false, false), false, Some((1, Seat::Owner))),
            (true, seats(false, false, false), false, Some((2, Seat::Lead))),
            (true, seats(true, false, false), false, Some((3, Seat::ActingLead))),
            (true, seats(true, true, false), false, Some((4, Seat::Supervisor))),
            (true, seats(true, true, true), false, None),
            (false, seats(false, false, false), true, Some((2, Seat::Lead))),
            (false, seats(true, true, true), true, Some((1, Seat::Owner))),
            (true, Seats::default(), false, None),
        ];
        for (off, seats, with_lead, expected) in cases {
            let found = assignee(at(1, off), &seats, with_lead).map(|found| (found.person, found.seat));
            assert_eq!(found, expected, "{off} {with_lead} {seats:?}");
        }
        // A lead does not stand in for himself.
        let own = Seats { leads: vec![at(1, false)], ..Seats::default() };
        assert_eq!(assignee(at(1, true), &own, false), None);
    }

    #[test]
    fn r094_w23_w24_others_from_day_ninety_one_on() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a date");
        let asked = Asked {
            me: 9,
            owner: 1,
            holder: None,
            leads: false,
            consults: true,
            protected_until: Some(day("2025-05-30")),
        };
        let part = |asked: Asked, today| share(&asked, day(today)).map(|share| share.part());
        assert_eq!(part(asked, "2025-05-23"), Err(Some(7)));
        assert_eq!(part(asked, "2025-05-30"), Err(Some(0)));
        assert_eq!(part(asked, "2025-05-31"), Ok(Part::Rival));
        assert_eq!(part(Asked { consults: false, ..asked }, "2025-05-31"), Err(None));
        assert_eq!(part(Asked { leads: true, ..asked }, "2025-05-01"), Ok(Part::Cover));
        assert_eq!(part(Asked { leads: true, ..asked }, "2025-06-30"), Ok(Part::Cover));
        assert_eq!(part(Asked { me: 1, ..asked }, "2025-06-30"), Ok(Part::Owner));
        assert_eq!(part(Asked { holder: Some(9), ..asked }, "2025-05-01"), Ok(Part::Cover));
        assert_eq!(part(Asked { holder: Some(9), ..asked }, "2025-05-31"), Ok(Part::Rival));
        assert_eq!(part(Asked { protected_until: None, ..asked }, "2025-05-01"), Err(None));
    }
}
