//! What is taken back of a leave: a decision, a withdrawal, an early end.

use super::{Certificate, Leave, LeaveState, SHORTEN, as_int};
use crate::error::{Error, Result};
use crate::sql::Tx;
use chrono::NaiveDate;
use domain::EpochMs;
use domain::calendar::Calendar;
use domain::leave::Piece;
use domain::rights::Undoing;
use serde_json::{Value, json};

const UNSAY: &str = "DELETE FROM leave_say WHERE leave = $1 AND level = $2";
const DROP_ALL: &str = "DELETE FROM leave_piece WHERE leave = $1";

/// A day of a leave as its event keeps it.
pub(super) fn kept(piece: &Piece, calendar: &Calendar) -> Value {
    let minutes = piece.minutes.unwrap_or(0);
    let (from, to) = (calendar.exact(piece.from), calendar.exact(piece.to));
    json!([piece.date.to_string(), from, to, piece.halves(), minutes, piece.shift_minutes])
}

fn read(value: &Value) -> Option<Piece> {
    let [date, from, to, halves, minutes, shift_minutes] = value.as_array()?.as_slice() else { return None };
    let count = |value: &Value| value.as_u64().and_then(|value| u32::try_from(value).ok());
    let (halves, minutes, shift_minutes) = (count(halves), count(minutes)?, count(shift_minutes)?);
    Some(Piece {
        date: date.as_str()?.parse().ok()?,
        from: Calendar::instant(from.as_str()?)?,
        to: Calendar::instant(to.as_str()?)?,
        share: Piece::share_of(halves, minutes, shift_minutes),
        minutes: halves.is_none().then_some(minutes),
        shift_minutes,
    })
}

impl Tx<'_> {
    /// Takes the last word on a leave back: it waits for the same level again, or is granted again where the word had taken
    /// it away. `None` when something was said since.
    ///
    /// # Errors
    /// When it cannot be written; the same for the writers below.
    pub fn undo_leave_decision(&mut self, _by: &Undoing, no: i64, level: usize) -> Result<Option<Leave>> {
        let Some(leave) = self.leave(no)? else { return Ok(None) };
        let said = self.leave_says(no)?;
        let stands = said.last().is_some_and(|last| last.level == level);
        let decided = matches!(leave.state, LeaveState::Open | LeaveState::Approved | LeaveState::Refused);
        if !stands || !decided {
            return Ok(None);
        }
        let granted = level >= leave.levels.len();
        self.exec(UNSAY, &[no.into(), as_int(level).into()])?;
        let before = said.iter().rev().nth(1).map(|say| (say.by, say.at));
        let back = if granted { LeaveState::Approved } else { LeaveState::Open };
        if !self.stand(&leave, back, level, before)? {
            return Ok(None);
        }
        if !granted {
            self.set_certificate(no, Certificate::None)?;
            self.reopen_case(&leave.label())?;
        }
        self.leave(no)
    }

    /// Takes a withdrawal back: it stands as before. `None` when it was not withdrawn.
    ///
    /// # Errors
    /// As [`Tx::undo_leave_decision`].
    pub fn undo_leave_withdrawal(
        &mut self,
        _by: &Undoing,
        no: i64,
        approved: bool,
        due: Option<NaiveDate>,
        kept_from: NaiveDate,
    ) -> Result<Option<Leave>> {
        let Some(leave) = self.leave(no)?.filter(|leave| leave.state == LeaveState::Withdrawn) else {
            return Ok(None);
        };
        let state = if approved { LeaveState::Approved } else { LeaveState::Open };
        if !self.stand(&leave, state, leave.level, leave.decided)? {
            return Ok(None);
        }
        self.set_certificate(no, due.map_or(Certificate::None, Certificate::Due))?;
        if approved {
            self.close_case(&leave.label(), kept_from)?;
        } else {
            self.reopen_case(&leave.label())?;
        }
        self.leave(no)
    }

    /// Takes an early end back, by what its event kept. `None` when it is not granted any more.
    ///
    /// # Errors
    /// As [`Tx::undo_leave_decision`].
    pub fn undo_leave_end(
        &mut self,
        _by: &Undoing,
        no: i64,
        before: &[Value],
        until: EpochMs,
    ) -> Result<Option<Leave>> {
        let Some(leave) = self.leave(no)?.filter(|leave| leave.state == LeaveState::Approved) else {
            return Ok(None);
        };
        let pieces: Option<Vec<Piece>> = before.iter().map(read).collect();
        let pieces = pieces.ok_or_else(|| Error::Corrupt("leave.ended event".to_owned()))?;
        self.exec(DROP_ALL, &[no.into()])?;
        for piece in &pieces {
            self.add_piece(no, leave.person, piece)?;
        }
        self.exec(SHORTEN, &[no.into(), until.into()])?;
        self.leave(no)
    }
}
