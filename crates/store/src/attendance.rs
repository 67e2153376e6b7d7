//! 打卡: when somebody came and went, by the day of his shift.

use crate::error::Result;
use crate::event::Fact;
use crate::sql::Tx;
use chrono::NaiveDate;
use domain::leave::Presence;
use domain::rights::{Record, Undoing};
use domain::{Calendar, EpochMs, PersonId};

/// A day by the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockedDay {
    /// The day of the shift.
    pub date: NaiveDate,
    /// When he came.
    pub came: EpochMs,
    /// When he went.
    pub went: Option<EpochMs>,
}

const IN: &str =
    "INSERT INTO attendance (person, date, in_at) VALUES ($1, $2, $3) ON CONFLICT (person, date) DO NOTHING";
const OUT: &str = "UPDATE attendance SET out_at = $3 WHERE person = $1 AND date = $2";
const ONE: &str = "SELECT date, in_at, out_at FROM attendance WHERE person = $1 AND date = $2";
const OUT_AGAIN: &str = "UPDATE attendance SET out_at = $3 WHERE person = $1 AND date = $2 AND out_at = $4";
const DROP: &str = "DELETE FROM attendance WHERE person = $1 AND date = $2 AND out_at IS NULL";

impl Tx<'_> {
    /// Somebody comes; false when he has come before. Event `attendance.in`.
    ///
    /// # Errors
    /// When it cannot be written; the same for the writers below.
    pub fn clock_in(
        &mut self,
        by: &Record,
        date: NaiveDate,
        calendar: &Calendar,
        now: EpochMs,
    ) -> Result<bool> {
        let person = by.person();
        if self.exec(IN, &[person.into(), date.into(), now.into()])? == 0 {
            return Ok(false);
        }
        let fact = Fact::new("attendance.in", Some(person))
            .person("person", person)
            .with("date", date.to_string())
            .with("came", calendar.rfc3339(now))
            .with("rule", "R-147");
        self.record(now, fact);
        Ok(true)
    }

    /// Somebody goes; said again, the last time counts. Events `attendance.out`, and `attendance.short` where he was not
    /// there for long enough.
    ///
    /// # Errors
    /// As [`Tx::clock_in`].
    pub fn clock_out(
        &mut self,
        by: &Record,
        day: ClockedDay,
        presence: Presence,
        calendar: &Calendar,
        now: EpochMs,
    ) -> Result<()> {
        let person = by.person();
        self.exec(OUT, &[person.into(), day.date.into(), now.into()])?;
        let fact = Fact::new("attendance.out", Some(person))
            .person("person", person)
            .with("date", day.date.to_string())
            .with("went", calendar.rfc3339(now))
            .with("before", day.went.map(|went| calendar.exact(went)))
            .with("there", presence.there)
            .with("rule", "R-147");
        self.record(now, fact);
        if presence.is_short() {
            let fact = Fact::new("attendance.short", None)
                .person("person", person)
                .with("date", day.date.to_string())
                .with("there", presence.there)
                .with("leave", presence.leave)
                .with("needed", presence.needed)
                .with("rule", presence.rule);
            self.record(now, fact);
        }
        Ok(())
    }

    /// Takes coming back; false when he has gone since.
    ///
    /// # Errors
    /// As [`Tx::clock_in`].
    pub fn undo_clock_in(&mut self, _by: &Undoing, person: PersonId, date: NaiveDate) -> Result<bool> {
        Ok(self.exec(DROP, &[person.into(), date.into()])? == 1)
    }

    /// Takes going at an instant back: he went when he had said before, or has not gone; false when he has said another time
    /// since.
    ///
    /// # Errors
    /// As [`Tx::clock_in`].
    pub fn undo_clock_out(
        &mut self,
        _by: &Undoing,
        person: PersonId,
        date: NaiveDate,
        went: EpochMs,
        before: Option<EpochMs>,
    ) -> Result<bool> {
        Ok(self.exec(OUT_AGAIN, &[person.into(), date.into(), before.into(), went.into()])? == 1)
    }

    /// Somebody's day by the clock.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn clocked(&mut self, person: PersonId, date: NaiveDate) -> Result<Option<ClockedDay>> {
        self.row(ONE, &[person.into(), date.into()], |row| {
            Ok(ClockedDay { date: row.date("date")?, came: row.int("in_at")?, went: row.opt_int("out_at")? })
        })
    }
}
