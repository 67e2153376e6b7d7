//! The chat book: in which chats and from whom the bot has heard something, and where the platform did not let it write.
//! A platform may take words of a bot's own accord only where somebody has spoken to it before.

use crate::error::Result;
use crate::outbox::Dest;
use crate::sql::Tx;
use domain::EpochMs;

/// What is known of a chat or a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookEntry {
    /// Which.
    pub dest: Dest,
    /// A group's name, where the platform has told it.
    pub title: Option<String>,
    /// When something was heard there last, to within a day; `None` for never.
    pub heard_at: Option<EpochMs>,
    /// Since when the platform has not let the bot write there, and what it says.
    pub barred: Option<(EpochMs, String)>,
}

const HEARD: &str = "INSERT INTO chat_book (platform, bot, dest_kind, dest, title, heard_at) \
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (platform, bot, dest_kind, dest) \
    DO UPDATE SET title = COALESCE(excluded.title, chat_book.title), heard_at = excluded.heard_at, \
    barred_at = NULL, barred = NULL";
const RELEASE: &str = "UPDATE outbox SET next_at = $5 WHERE state = 'pending' AND platform = $1 AND bot = $2 \
    AND dest_kind = $3 AND dest = $4 AND next_at > $5 AND leased_until <= $5";
const BARRED: &str = "INSERT INTO chat_book (platform, bot, dest_kind, dest, barred_at, barred) \
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (platform, bot, dest_kind, dest) \
    DO UPDATE SET barred_at = excluded.barred_at, barred = excluded.barred WHERE chat_book.barred_at IS NULL";
const ENTRY: &str = "SELECT dest_kind, dest, title, heard_at, barred_at, barred FROM chat_book \
    WHERE platform = $1 AND bot = $2 AND dest_kind = $3 AND dest = $4";
const ENTRIES: &str = "SELECT dest_kind, dest, title, heard_at, barred_at, barred FROM chat_book \
    WHERE platform = $1 AND bot = $2 ORDER BY dest_kind, dest";

impl Tx<'_> {
    /// Notes that something was heard there: the bot may write there from now on, so what waits is due at once.
    ///
    /// # Errors
    /// When it cannot be written; the same for the other writer.
    pub fn note_heard(
        &mut self,
        platform: &str,
        bot: &str,
        dest: &Dest,
        title: Option<&str>,
        now: EpochMs,
    ) -> Result<()> {
        let (kind, id) = dest.parts();
        let barred = self.book_entry(platform, bot, dest)?.is_some_and(|entry| entry.barred.is_some());
        self.exec(HEARD, &[platform.into(), bot.into(), kind.into(), id.into(), title.into(), now.into()])?;
        if barred {
            let freed =
                self.exec(RELEASE, &[platform.into(), bot.into(), kind.into(), id.into(), now.into()])?;
            self.wakes_sender |= freed > 0;
        }
        Ok(())
    }

    /// Notes that the platform does not let the bot write there; true when that was not known.
    ///
    /// # Errors
    /// As [`Tx::note_heard`].
    pub fn note_barred(
        &mut self,
        platform: &str,
        bot: &str,
        dest: &Dest,
        why: &str,
        now: EpochMs,
    ) -> Result<bool> {
        let (kind, id) = dest.parts();
        let params = [platform.into(), bot.into(), kind.into(), id.into(), now.into(), why.into()];
        Ok(self.exec(BARRED, &params)? == 1)
    }

    /// What is known of one chat or person; `None` when nothing is.
    ///
    /// # Errors
    /// When it cannot be read; the same below.
    pub fn book_entry(&mut self, platform: &str, bot: &str, dest: &Dest) -> Result<Option<BookEntry>> {
        let (kind, id) = dest.parts();
        self.row(ENTRY, &[platform.into(), bot.into(), kind.into(), id.into()], entry)
    }

    /// Everything that a bot knows, groups first.
    ///
    /// # Errors
    /// As [`Tx::book_entry`].
    pub fn book_entries(&mut self, platform: &str, bot: &str) -> Result<Vec<BookEntry>> {
        self.rows(ENTRIES, &[platform.into(), bot.into()], entry)
    }
}

fn entry(row: &crate::sql::Row<'_>) -> Result<BookEntry> {
    let barred = row.opt_int("barred_at")?.zip(row.opt_text("barred")?);
    Ok(BookEntry {
        dest: Dest::from_parts(&row.text("dest_kind")?, row.text("dest")?)?,
        title: row.opt_text("title")?,
        heard_at: row.opt_int("heard_at")?,
        barred,
    })
}
