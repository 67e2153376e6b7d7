//! 权限: what somebody may do, as values that can do no more.
//!
//! A command declares which handle it needs. The one check ([`Standing`], asked by the bot's dispatcher and by 帮助)
//! makes that handle for whoever sent the message, or refuses; the store's changing methods ask for a handle, so a
//! command that was given the right to read cannot be written so that it changes something. Whoever is not known is
//! refused, and nobody decides about himself. Who typed the words of a message does not matter:
//! it is judged by who sent it.

use crate::followup::Share;
use crate::{EpochMs, PersonId, Role, Roles};

/// What somebody is at a moment: the own roles, and those that he stands in for (代理).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    person: PersonId,
    roles: Roles,
    teams: Vec<i64>,
}

/// Whom a right covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Nobody but oneself.
    Own,
    /// The members of these groups (组).
    Teams(Vec<i64>),
    /// Everybody.
    Department,
}

impl Scope {
    /// True when a member of that group is covered.
    pub fn covers(&self, team: Option<i64>) -> bool {
        match self {
            Scope::Own => false,
            Scope::Teams(teams) => team.is_some_and(|team| teams.contains(&team)),
            Scope::Department => true,
        }
    }
}

/// Why a right does not reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denied {
    /// Somebody of a group that he does not lead.
    OutOfScope,
    /// He himself.
    Himself,
    /// A role that only somebody above may give or take.
    Role(Role),
    /// The last admin would be gone.
    LastAdmin,
}

/// Reads what is one's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Own {
    person: PersonId,
}

/// Records and corrects what is one's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    person: PersonId,
}

/// Reads what concerns the people that one leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadGroup {
    person: PersonId,
    scope: Scope,
}

/// Decides for the people that one leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decide {
    person: PersonId,
    roles: Roles,
    scope: Scope,
}

/// The right to decide about one person or group, already checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Over {
    by: Option<PersonId>,
    about: Option<PersonId>,
}

/// The right to change what somebody has in his register: one's own, or that of somebody whom one leads; already
/// checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tend {
    by: PersonId,
    owner: PersonId,
}

/// The right to take back what somebody did, already checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Undoing {
    by: PersonId,
    author: PersonId,
}

/// Why something is not taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotUndone {
    /// Somebody else's, whom he does not lead.
    NotYours,
    /// One's own, but the time for that is over; from now on only somebody above may.
    TooLate,
}

/// Changes people, chats and rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Administer {
    actor: Option<PersonId>,
    roles: Roles,
}

/// The roles that a group's lead may give to those who join the group.
const GIVEN_BY_LEADS: &[Role] = &[Role::Consultant, Role::PhoneConsultant, Role::Guide];
/// Those that a supervisor may give and take.
const GIVEN_BY_SUPERVISORS: &[Role] = &[Role::Consultant, Role::PhoneConsultant, Role::Guide, Role::Lead];
/// Those that the director may give and take.
const GIVEN_BY_DIRECTORS: &[Role] =
    &[Role::Consultant, Role::PhoneConsultant, Role::Guide, Role::Lead, Role::Supervisor, Role::Director];

/// The roles that somebody may give and take, by what he is.
fn given_by(roles: Roles) -> &'static [Role] {
    if roles.has(Role::Admin) {
        &Role::ALL
    } else if roles.has(Role::Director) {
        GIVEN_BY_DIRECTORS
    } else if roles.has(Role::Supervisor) {
        GIVEN_BY_SUPERVISORS
    } else if roles.has(Role::Lead) {
        GIVEN_BY_LEADS
    } else {
        &[]
    }
}

fn first_not_given(by: Roles, wanted: Roles) -> Result<(), Denied> {
    match wanted.iter().find(|role| !given_by(by).contains(role)) {
        Some(role) => Err(Denied::Role(role)),
        None => Ok(()),
    }
}

impl Standing {
    /// What a member is: his roles and group, and each role with its group that he stands in for at the moment.
    pub fn new(
        person: PersonId,
        roles: Roles,
        team: Option<i64>,
        acting: impl IntoIterator<Item = (Role, Option<i64>)>,
    ) -> Self {
        let mut standing = Self { person, roles, teams: Vec::new() };
        let own = roles.has(Role::Lead).then_some(team).flatten();
        standing.teams.extend(own);
        for (role, team) in acting {
            standing.roles = standing.roles.with(role);
            if role == Role::Lead {
                standing.teams.extend(team);
            }
        }
        standing
    }

    /// Who.
    pub fn person(&self) -> PersonId {
        self.person
    }

    /// The roles, those stood in for included. What somebody owes (reports, follow-ups) goes by his own roles only.
    pub fn roles(&self) -> Roles {
        self.roles
    }

    /// Whom he leads.
    pub fn scope(&self) -> Scope {
        if self.roles.leads_department() {
            Scope::Department
        } else if self.roles.has(Role::Lead) {
            Scope::Teams(self.teams.clone())
        } else {
            Scope::Own
        }
    }

    /// Reads his own.
    pub fn own(&self) -> Own {
        Own { person: self.person }
    }

    /// Records his own.
    pub fn record(&self) -> Record {
        Record { person: self.person }
    }

    /// Reads what concerns those he leads; `None` when he leads nobody.
    pub fn read_group(&self) -> Option<ReadGroup> {
        let scope = self.scope();
        (scope != Scope::Own).then_some(ReadGroup { person: self.person, scope })
    }

    /// Decides for those he leads; `None` when he leads nobody.
    pub fn decide(&self) -> Option<Decide> {
        let scope = self.scope();
        (scope != Scope::Own).then_some(Decide { person: self.person, roles: self.roles, scope })
    }

    /// Administers; `None` when he is none of those who lead the department.
    pub fn administer(&self) -> Option<Administer> {
        self.roles.leads_department().then_some(Administer { actor: Some(self.person), roles: self.roles })
    }
}

impl Standing {
    /// The right to take back a change of `author` that is `age` old: the author within `limit`, its last instant
    /// included (both in ms); afterwards whoever leads him and could give him his roles, but never he himself. Who is
    /// in a lead's group and stands above the lead is not led by him.
    ///
    /// # Errors
    /// Why not.
    pub fn undoing(
        &self,
        author: PersonId,
        author_team: Option<i64>,
        author_roles: Roles,
        age: EpochMs,
        limit: EpochMs,
    ) -> Result<Undoing, NotUndone> {
        let undoing = Undoing { by: self.person, author };
        if author == self.person {
            return if age <= limit { Ok(undoing) } else { Err(NotUndone::TooLate) };
        }
        let above = first_not_given(self.roles, author_roles).is_ok();
        if above && self.scope().covers(author_team) { Ok(undoing) } else { Err(NotUndone::NotYours) }
    }
}

impl Undoing {
    /// Who takes it back.
    pub fn by(&self) -> PersonId {
        self.by
    }

    /// As the author recorded it.
    pub fn record(&self) -> Record {
        Record { person: self.author }
    }

    /// As it was changed in somebody's register.
    pub fn tend(&self, owner: PersonId) -> Tend {
        Tend { by: self.by, owner }
    }

    /// As it was decided about somebody.
    pub fn over(&self, about: Option<PersonId>) -> Over {
        Over { by: Some(self.by), about }
    }

    /// As it was administered.
    pub fn administer(&self) -> Administer {
        Administer { actor: Some(self.by), roles: Roles::of(&[Role::Admin]) }
    }
}

impl Own {
    /// Whose.
    pub fn person(&self) -> PersonId {
        self.person
    }
}

impl Record {
    /// Whose.
    pub fn person(&self) -> PersonId {
        self.person
    }

    /// The right to change what is in one's own register.
    pub fn tend(&self) -> Tend {
        Tend { by: self.person, owner: self.person }
    }

    /// The right to change what a patient's owner has in his register, for whoever follows the patient up.
    pub fn tend_for(&self, share: &Share) -> Tend {
        Tend { by: self.person, owner: share.owner() }
    }

    /// For the program itself, which follows up on what somebody did or left undone (reminders, stories).
    pub fn by_program(person: PersonId) -> Self {
        Self { person }
    }
}

impl ReadGroup {
    /// Who reads.
    pub fn person(&self) -> PersonId {
        self.person
    }

    /// Whom he leads.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// True when a member of that group is among those he leads.
    pub fn covers(&self, team: Option<i64>) -> bool {
        self.scope.covers(team)
    }
}

impl Decide {
    /// Who decides.
    pub fn person(&self) -> PersonId {
        self.person
    }

    /// For whom.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The right to plan for somebody, oneself included: rota, groups.
    ///
    /// # Errors
    /// [`Denied::OutOfScope`].
    pub fn plan(&self, person: PersonId, team: Option<i64>) -> Result<Over, Denied> {
        let covered = self.scope.covers(team);
        covered.then_some(Over { by: Some(self.person), about: Some(person) }).ok_or(Denied::OutOfScope)
    }

    /// The right to decide about what somebody asked for, or to take back what he did. Never oneself.
    ///
    /// # Errors
    /// [`Denied::Himself`] or [`Denied::OutOfScope`].
    pub fn over(&self, person: PersonId, team: Option<i64>) -> Result<Over, Denied> {
        if person == self.person {
            return Err(Denied::Himself);
        }
        self.plan(person, team)
    }

    /// The right to change what somebody has in his register.
    ///
    /// # Errors
    /// [`Denied::OutOfScope`].
    pub fn tend(&self, owner: PersonId, team: Option<i64>) -> Result<Tend, Denied> {
        self.scope.covers(team).then_some(Tend { by: self.person, owner }).ok_or(Denied::OutOfScope)
    }

    /// The right to decide what all groups share (shift templates).
    pub fn for_all(&self) -> Over {
        Over { by: Some(self.person), about: None }
    }

    /// The right to let somebody into a group with these roles, or to refuse him.
    ///
    /// # Errors
    /// [`Denied::OutOfScope`], or the role that only somebody above may give.
    pub fn admit(&self, team: Option<i64>, roles: Roles) -> Result<Over, Denied> {
        if !self.scope.covers(team) {
            return Err(Denied::OutOfScope);
        }
        first_not_given(self.roles, roles)?;
        Ok(Over { by: Some(self.person), about: None })
    }
}

impl Tend {
    /// Who changes it.
    pub fn by(&self) -> PersonId {
        self.by
    }

    /// The same right, for what is opened about the owner's patient.
    pub fn over(&self) -> Over {
        Over { by: Some(self.by), about: Some(self.owner) }
    }

    /// Whose it is.
    pub fn owner(&self) -> PersonId {
        self.owner
    }
}

impl Over {
    /// Who decides; `None` for the program.
    pub fn by(&self) -> Option<PersonId> {
        self.by
    }

    /// About whom; `None` about somebody who is no member yet.
    pub fn about(&self) -> Option<PersonId> {
        self.about
    }

    /// For the program itself (stories set a rota up).
    pub fn by_program(about: Option<PersonId>) -> Self {
        Self { by: None, about }
    }
}

impl Administer {
    /// For whoever runs the program on its machine: the command line, the first admin's token, a story's setup.
    pub fn by_operator() -> Self {
        Self { actor: None, roles: Roles::of(&[Role::Admin]) }
    }

    /// Who; `None` for the operator.
    pub fn actor(&self) -> Option<PersonId> {
        self.actor
    }

    /// True for those who may also look after chats and the program.
    pub fn is_admin(&self) -> bool {
        self.roles.has(Role::Admin)
    }

    /// Whether he may make somebody who is `now` into `then`; `admins` counts the admins before. Nobody but an admin
    /// changes his own roles.
    ///
    /// # Errors
    /// What stands against it.
    pub fn may_change(&self, person: PersonId, now: Roles, then: Roles, admins: usize) -> Result<(), Denied> {
        if self.actor == Some(person) && !self.is_admin() {
            return Err(Denied::Himself);
        }
        first_not_given(self.roles, now)?;
        first_not_given(self.roles, then)?;
        if now.has(Role::Admin) && !then.has(Role::Admin) && admins <= 1 && self.actor.is_some() {
            return Err(Denied::LastAdmin);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ME: PersonId = 7;

    fn standing(roles: &[Role], team: Option<i64>) -> Standing {
        Standing::new(ME, Roles::of(roles), team, [])
    }

    #[test]
    fn whom_somebody_leads_follows_from_the_chart() {
        let cases = [
            (standing(&[Role::Consultant], Some(1)), Scope::Own),
            (standing(&[Role::Guide], None), Scope::Own),
            (standing(&[Role::Lead], Some(1)), Scope::Teams(vec![1])),
            (standing(&[Role::Lead], None), Scope::Teams(vec![])),
            (standing(&[Role::Supervisor], Some(1)), Scope::Department),
            (standing(&[Role::Admin], None), Scope::Department),
            (
                Standing::new(ME, Roles::of(&[Role::Consultant]), Some(1), [(Role::Lead, Some(2))]),
                Scope::Teams(vec![2]),
            ),
            (
                Standing::new(ME, Roles::of(&[Role::Lead]), Some(1), [(Role::Lead, Some(2))]),
                Scope::Teams(vec![1, 2]),
            ),
            (
                Standing::new(ME, Roles::of(&[Role::Lead]), Some(1), [(Role::Supervisor, None)]),
                Scope::Department,
            ),
        ];
        for (standing, expected) in cases {
            assert_eq!(standing.scope(), expected, "{standing:?}");
        }
    }

    #[test]
    fn nobody_decides_about_himself() {
        for roles in [&[Role::Lead][..], &[Role::Supervisor], &[Role::Director], &[Role::Admin]] {
            let decide = standing(roles, Some(1)).decide().expect("a lead");
            assert_eq!(decide.over(ME, Some(1)), Err(Denied::Himself), "{roles:?}");
            assert!(decide.over(8, Some(1)).is_ok(), "{roles:?}");
            assert!(decide.plan(ME, Some(1)).is_ok(), "{roles:?}");
        }
        let lead = standing(&[Role::Lead], Some(1)).decide().expect("a lead");
        assert_eq!(lead.over(8, Some(2)), Err(Denied::OutOfScope));
        assert_eq!(lead.over(8, None), Err(Denied::OutOfScope));
        let no_team = standing(&[Role::Lead], None).decide().expect("a lead");
        assert_eq!(no_team.over(8, None), Err(Denied::OutOfScope));
    }

    #[test]
    fn a_role_is_given_from_above() {
        let cases = [
            (Role::Lead, Role::Consultant, true),
            (Role::Lead, Role::Lead, false),
            (Role::Lead, Role::Admin, false),
            (Role::Supervisor, Role::Lead, true),
            (Role::Supervisor, Role::Supervisor, false),
            (Role::Director, Role::Director, true),
            (Role::Director, Role::Admin, false),
            (Role::Admin, Role::Admin, true),
        ];
        for (giver, given, allowed) in cases {
            let decide = standing(&[giver], Some(1)).decide().expect("a lead");
            assert_eq!(decide.admit(Some(1), Roles::of(&[given])).is_ok(), allowed, "{giver:?} {given:?}");
        }
    }

    #[test]
    fn the_last_admin_stays_and_nobody_raises_himself() {
        let admin = standing(&[Role::Admin], None).administer().expect("an admin");
        let (is_admin, plain) = (Roles::of(&[Role::Admin]), Roles::of(&[Role::Consultant]));
        assert_eq!(admin.may_change(ME, is_admin, plain, 1), Err(Denied::LastAdmin));
        assert!(admin.may_change(ME, is_admin, plain, 2).is_ok());
        assert!(admin.may_change(ME, is_admin, is_admin.with(Role::Lead), 1).is_ok());
        assert!(Administer::by_operator().may_change(ME, is_admin, plain, 1).is_ok());
        let supervisor = standing(&[Role::Supervisor], None).administer().expect("a supervisor");
        assert_eq!(supervisor.may_change(ME, plain, plain.with(Role::Lead), 1), Err(Denied::Himself));
        assert_eq!(supervisor.may_change(8, is_admin, plain, 2), Err(Denied::Role(Role::Admin)));
        assert_eq!(
            supervisor.may_change(8, plain, plain.with(Role::Director), 1),
            Err(Denied::Role(Role::Director))
        );
        assert!(standing(&[Role::Lead], Some(1)).administer().is_none());
    }

    #[test]
    fn a_change_is_taken_back_in_time_or_from_above() {
        const LIMIT: EpochMs = 600_000;
        let me = standing(&[Role::Consultant], Some(1));
        let lead = standing(&[Role::Lead], Some(1));
        let director = standing(&[Role::Director], None);
        let [consultant, leads, supervises, admin] =
            [Role::Consultant, Role::Lead, Role::Supervisor, Role::Admin].map(|role| Roles::of(&[role]));
        let cases = [
            (&me, ME, Some(1), consultant, LIMIT, Ok(())),
            (&me, ME, Some(1), consultant, LIMIT + 1, Err(NotUndone::TooLate)),
            (&lead, ME, Some(1), leads, LIMIT + 1, Err(NotUndone::TooLate)),
            (&me, 8, Some(1), consultant, 0, Err(NotUndone::NotYours)),
            (&lead, 8, Some(1), consultant, 30 * LIMIT, Ok(())),
            (&lead, 8, Some(2), consultant, 0, Err(NotUndone::NotYours)),
            (&lead, 8, Some(1), leads, 0, Err(NotUndone::NotYours)),
            (&lead, 8, Some(1), supervises, 0, Err(NotUndone::NotYours)),
            (&director, 8, Some(1), supervises, 0, Ok(())),
            (&director, 8, Some(1), admin, 0, Err(NotUndone::NotYours)),
        ];
        for (who, author, team, roles, age, expected) in cases {
            let found = who.undoing(author, team, roles, age, LIMIT).map(|_| ());
            assert_eq!(found, expected, "{who:?}: {author} {team:?} {roles} {age}");
        }
    }

    proptest! {
        #[test]
        fn more_roles_never_take_a_right_away(bits in 0usize..128, more in 0usize..7, team in proptest::option::of(1i64..4)) {
            let roles: Vec<Role> = Role::ALL.into_iter().enumerate().filter(|(i, _)| bits & (1 << i) != 0).map(|(_, r)| r).collect();
            let less = Standing::new(ME, Roles::of(&roles), Some(1), []);
            let greater = Standing::new(ME, Roles::of(&roles).with(Role::ALL[more]), Some(1), []);
            prop_assert!(!less.scope().covers(team) || greater.scope().covers(team));
            prop_assert!(less.administer().is_none() || greater.administer().is_some());
        }
    }
}
