//! Cards that ask for a decision and can be changed once it is made, by whatever way. Each is changed once: what is asked
//! anew is a new card.

use crate::error::Result;
use crate::outbox::Dest;
use crate::sql::Tx;
use domain::EpochMs;

const NOTE: &str = "INSERT INTO card_shown (outbox_id, subject, handle, shown_at) VALUES ($1, $2, $3, $4) \
    ON CONFLICT (outbox_id) DO NOTHING";
const ABOUT: &str = "SELECT c.outbox_id, c.handle, o.platform, o.bot, o.dest_kind, o.dest FROM card_shown c \
    JOIN outbox o ON o.id = c.outbox_id WHERE c.subject = $1 ORDER BY c.outbox_id";
const DROP: &str = "DELETE FROM card_shown WHERE outbox_id = $1";

/// A card that is shown and was not changed yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownCard {
    /// The outbox row that it was.
    pub outbox_id: i64,
    /// By what the platform changes it, where the row's key is not enough.
    pub handle: Option<String>,
    /// Through which platform.
    pub platform: String,
    /// Through which configured bot.
    pub bot: String,
    /// Where.
    pub dest: Dest,
}

impl Tx<'_> {
    /// Notes that an outbox row is shown as a card about `subject`.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn note_card(
        &mut self,
        outbox_id: i64,
        subject: &str,
        handle: Option<&str>,
        at: EpochMs,
    ) -> Result<()> {
        self.exec(NOTE, &[outbox_id.into(), subject.into(), handle.into(), at.into()])?;
        Ok(())
    }

    /// The cards about `subject` that were not changed yet; they count as changed from now on.
    ///
    /// # Errors
    /// When they cannot be read or written.
    pub fn take_cards(&mut self, subject: &str) -> Result<Vec<ShownCard>> {
        let cards = self.rows(ABOUT, &[subject.into()], |row| {
            Ok(ShownCard {
                outbox_id: row.int("outbox_id")?,
                handle: row.opt_text("handle")?,
                platform: row.text("platform")?,
                bot: row.text("bot")?,
                dest: Dest::from_parts(&row.text("dest_kind")?, row.text("dest")?)?,
            })
        })?;
        for card in &cards {
            self.exec(DROP, &[card.outbox_id.into()])?;
        }
        Ok(cards)
    }
}
