//! The rota (排班): one row a person and day. No row means no shift.

use crate::error::{Error, Result};
use crate::sql::{Row, Tx};
use chrono::NaiveDate;
use domain::calendar::MINUTE;
use domain::rights::Over;
use domain::settings::Setting;
use domain::settings::catalogue::reports::{NUDGE_FIRST, NUDGE_LAST, NUDGE_SECOND};
use domain::shift::Shift;
use domain::{EpochMs, PersonId, Span};

/// A person's day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RotaRow {
    /// Whose.
    pub person: PersonId,
    /// The day; a night shift belongs to the one on which it starts.
    pub date: NaiveDate,
    /// The shift's name, or 休.
    pub name: String,
    /// The shift; `None` on a rest day.
    pub shift: Option<Shift>,
}

/// The kind of the reminders that hang on the end of a shift; their subject is the date and the minutes before it.
pub const REPORT_NUDGE: &str = "report_nudge";

/// The kind of the reminder that asks at the end of a shift whether somebody was there; its subject is the date.
pub const ABSENCE_CHECK: &str = "absence_check";

/// How long before the end of a shift the reminders come.
const NUDGES: [&Setting; 3] = [&NUDGE_FIRST, &NUDGE_SECOND, &NUDGE_LAST];

/// The word for a planned rest day.
pub const REST: &str = "休";

const SET: &str = "INSERT INTO rota (person_id, date, shift, start_at, end_at) VALUES ($1, $2, $3, $4, $5) \
    ON CONFLICT (person_id, date) DO UPDATE SET shift = excluded.shift, start_at = excluded.start_at, \
    end_at = excluded.end_at";
const CLEAR: &str = "DELETE FROM rota WHERE person_id = $1 AND date = $2";
const ONE: &str =
    "SELECT person_id, date, shift, start_at, end_at FROM rota WHERE person_id = $1 AND date = $2";
const BETWEEN: &str = "SELECT person_id, date, shift, start_at, end_at FROM rota \
    WHERE date >= $1 AND date <= $2 ORDER BY date, person_id";
const FROM: &str = "SELECT person_id, date, shift, start_at, end_at FROM rota \
    WHERE date >= $1 AND start_at IS NOT NULL ORDER BY date, person_id";
const LATEST: &str = "SELECT person_id, date, shift, start_at, end_at FROM rota \
    WHERE person_id = $1 AND start_at IS NOT NULL AND start_at <= $2 ORDER BY start_at DESC LIMIT 1";

pub(crate) fn read(row: &Row<'_>) -> Result<RotaRow> {
    let date = row.date("date")?;
    let name = row.text("shift")?;
    let shift = match (row.opt_int("start_at")?, row.opt_int("end_at")?) {
        (Some(start), Some(end)) => Some(Shift { date, name: name.clone(), start, end }),
        _ => None,
    };
    Ok(RotaRow { person: row.int("person_id")?, date, name, shift })
}

fn planned(by: &Over) -> Result<PersonId> {
    by.about().ok_or_else(|| Error::Corrupt("a right about nobody".to_owned()))
}

impl Tx<'_> {
    /// Plans a day of the member that the right is about; `None` is a rest day. The reminders that hang on the end of the shift move with it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn set_rota(
        &mut self,
        by: &Over,
        date: NaiveDate,
        shift: Option<&Shift>,
        now: EpochMs,
    ) -> Result<()> {
        let person = planned(by)?;
        self.hang_reminders(person, date, shift, now)?;
        self.exec(
            SET,
            &[
                person.into(),
                date.into(),
                shift.map_or(REST, |shift| &shift.name).into(),
                shift.map(|shift| shift.start).into(),
                shift.map(|shift| shift.end).into(),
            ],
        )
        .map(|_| ())
    }

    /// Takes the plan of a day away.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn clear_rota(&mut self, by: &Over, date: NaiveDate, now: EpochMs) -> Result<()> {
        let person = planned(by)?;
        self.hang_reminders(person, date, None, now)?;
        self.exec(CLEAR, &[person.into(), date.into()]).map(|_| ())
    }

    fn hang_reminders(
        &mut self,
        person: PersonId,
        date: NaiveDate,
        shift: Option<&Shift>,
        now: EpochMs,
    ) -> Result<()> {
        let key = format!("{ABSENCE_CHECK}:{person}:{date}");
        match shift.map(|shift| shift.end).filter(|end| *end > now) {
            Some(end) => self.set_reminder(&key, ABSENCE_CHECK, person, &date.to_string(), end)?,
            None => self.cancel_reminder(&key, "rota", now)?,
        }
        let directory = self.directory()?;
        for (number, nudge) in NUDGES.into_iter().enumerate() {
            let minutes = directory.book().whole(nudge, date);
            let key = format!("{REPORT_NUDGE}:{person}:{date}:{number}");
            let due_at = shift.map(|shift| shift.end - minutes * MINUTE).filter(|due| *due > now);
            match due_at {
                Some(due_at) => {
                    self.set_reminder(&key, REPORT_NUDGE, person, &format!("{date} {minutes}"), due_at)?
                }
                None => self.cancel_reminder(&key, "rota", now)?,
            }
        }
        Ok(())
    }

    /// Moves the reminders of all shifts from a day on to where the settings now put them.
    pub(crate) fn hang_reminders_anew(&mut self, from: NaiveDate, now: EpochMs) -> Result<()> {
        for row in self.rows(FROM, &[from.into()], read)? {
            self.hang_reminders(row.person, row.date, row.shift.as_ref(), now)?;
        }
        Ok(())
    }

    /// True for a setting by which reminders are hung.
    pub(crate) fn hangs_reminders(setting: &Setting) -> bool {
        NUDGES.iter().any(|nudge| nudge.key == setting.key)
    }

    /// A person's day; `None` when nothing is planned.
    ///
    /// # Errors
    /// When it cannot be read; the same for the readers below.
    pub fn rota_on(&mut self, person: PersonId, date: NaiveDate) -> Result<Option<RotaRow>> {
        self.row(ONE, &[person.into(), date.into()], read)
    }

    /// Everybody's days of a span, by day and person.
    ///
    /// # Errors
    /// As [`Tx::rota_on`].
    pub fn rota_between(&mut self, span: Span) -> Result<Vec<RotaRow>> {
        self.rows(BETWEEN, &[span.from.into(), span.to.into()], read)
    }

    /// The shift that somebody is on, or was on last.
    ///
    /// # Errors
    /// As [`Tx::rota_on`].
    pub fn latest_shift(&mut self, person: PersonId, now: EpochMs) -> Result<Option<Shift>> {
        Ok(self.row(LATEST, &[person.into(), now.into()], read)?.and_then(|row| row.shift))
    }
}
