//! People, as tests set them up: with the right of whoever stands at the machine.

use domain::rights::Administer;
use domain::{EpochMs, PersonId, Role, Roles};
use store::{Identity, NewMember, Result, Tx};

/// Where somebody is reached: platform, user id and bot.
pub type Reached<'a> = (&'a str, &'a str, &'a str);

/// An identity whose shown name is not known.
pub fn identity((platform, user_id, bot): Reached<'_>) -> Identity {
    Identity {
        platform: platform.to_owned(),
        user_id: user_id.to_owned(),
        bot: bot.to_owned(),
        shown_name: None,
    }
}

/// Adds a member, with the group when there is none of that name.
///
/// # Errors
/// When it cannot be written.
pub fn add(
    tx: &mut Tx<'_>,
    name: &str,
    roles: &[Role],
    team: Option<&str>,
    reached: &[Reached<'_>],
    now: EpochMs,
) -> Result<PersonId> {
    let identities: Vec<Identity> = reached.iter().copied().map(identity).collect();
    let member = NewMember {
        name,
        roles: Roles::of(roles),
        team,
        entered_on: None,
        identities: &identities,
        source: "story",
    };
    tx.add_member(&Administer::by_operator(), &member, now)
}
