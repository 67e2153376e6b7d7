//! What the migrations do that SQL alone cannot.

use crate::error::Result;
use crate::outbox::{self, Dest};
use crate::report::{self, note_case};
use crate::sql::Tx;

/// Rows at a time.
const PAGE: i64 = 500;

const OUTBOX: &str = "SELECT id, platform, bot, dest_kind, dest, created_at, said_plain, late_url_plain FROM outbox \
    WHERE id > $1 ORDER BY id LIMIT $2";
const SHUT_OUTBOX: &str = "UPDATE outbox SET said = $2, late_url = $3 WHERE id = $1";
const REPORTS: &str = "SELECT id, person_id, date, revision, note_plain FROM report \
    WHERE id > $1 AND note_plain IS NOT NULL ORDER BY id LIMIT $2";
const SHUT_REPORT: &str = "UPDATE report SET note = $2 WHERE id = $1";
const DROP: &str = "ALTER TABLE outbox DROP COLUMN said_plain; \
    ALTER TABLE outbox DROP COLUMN late_url_plain; \
    ALTER TABLE report DROP COLUMN note_plain";
const APPOINTMENTS: &str = "SELECT no, subject FROM appointment WHERE no > $1 ORDER BY no LIMIT $2";

/// Migration 3: encrypts what was kept in plain text, and drops it.
pub(crate) fn encrypt_what_is_there(tx: &mut Tx<'_>) -> Result<()> {
    let mut after = 0;
    loop {
        let rows = tx.rows(OUTBOX, &[after.into(), PAGE.into()], |row| {
            let dest = Dest::from_parts(&row.text("dest_kind")?, row.text("dest")?)?;
            let place = (row.text("platform")?, row.text("bot")?, dest, row.int("created_at")?);
            Ok((row.int("id")?, place, row.text("said_plain")?, row.opt_text("late_url_plain")?))
        })?;
        for (id, (platform, bot, dest, at), said, url) in &rows {
            after = *id;
            let place = |column| outbox::place(column, platform, bot, dest, *at);
            let said = tx.shut(&place(outbox::SAID), said)?;
            let url = match url {
                Some(url) => Some(tx.shut(&place(outbox::LATE_URL), url)?),
                None => None,
            };
            tx.exec(SHUT_OUTBOX, &[(*id).into(), (&said).into(), url.as_deref().into()])?;
        }
        if rows.is_empty() {
            break;
        }
    }
    after = 0;
    loop {
        let rows = tx.rows(REPORTS, &[after.into(), PAGE.into()], |row| {
            let place = (row.int("person_id")?, row.date("date")?, row.count("revision")?);
            Ok((row.int("id")?, place, row.text("note_plain")?))
        })?;
        for (id, (person, date, revision), note) in &rows {
            after = *id;
            let place = report::note_place(*person, *date, *revision);
            let note = tx.shut_in_case(&note_case(*date), Some(*date), &place, note)?;
            tx.exec(SHUT_REPORT, &[(*id).into(), (&note).into()])?;
        }
        if rows.is_empty() {
            break;
        }
    }
    tx.batch(DROP)
}

/// Migration 14: what finds an appointment again is made anew for each.
pub(crate) fn index_appointments_again(tx: &mut Tx<'_>) -> Result<()> {
    let mut after = 0;
    loop {
        let page = tx.rows(APPOINTMENTS, &[after.into(), PAGE.into()], |row| {
            Ok((row.int("no")?, row.text("subject")?))
        })?;
        for (no, subject) in &page {
            after = *no;
            tx.index_traits_of(subject)?;
        }
        tx.case_keys.clear();
        if page.is_empty() {
            return Ok(());
        }
    }
}
