//! Words to the admins about the program's own state.

use crate::engine::Engine;
use crate::message::Said;
use crate::said;
use domain::{EpochMs, Role};
use store::{Dest, Error, Lane, NewRow, Tx};

/// Tells every admin in private, once a key; where he has an account on another platform than `not_by`, by that.
pub(crate) fn tell(
    tx: &mut Tx<'_>,
    key: &str,
    text: &str,
    not_by: Option<&str>,
    now: EpochMs,
) -> Result<(), Error> {
    let said = said::to_json(&Said::text(text));
    let directory = tx.directory()?;
    for admin in directory.people(now).filter(|person| person.roles.has(Role::Admin)) {
        let other = admin.identities.iter().find(|identity| not_by != Some(identity.platform.as_str()));
        let Some(identity) = other.or(admin.identities.first()) else { continue };
        tx.send(&NewRow {
            key: Some(&format!("{key}:{}", admin.id)),
            inbox_id: None,
            platform: &identity.platform,
            bot: &identity.bot,
            dest: &Dest::Person(identity.user_id.clone()),
            person: Some(admin.id),
            in_group: None,
            said: &said,
            late: None,
            answered: false,
            next_at: now,
            at: now,
        })?;
    }
    Ok(())
}

impl Engine {
    /// Tells every admin something in private, once a key.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn tell_admins(&self, key: String, text: String, now: EpochMs) -> Result<(), Error> {
        self.store().write(Lane::of(&["admins"]), move |tx| tell(tx, &key, &text, None, now)).await
    }
}
