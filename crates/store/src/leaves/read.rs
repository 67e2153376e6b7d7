//! How leaves stand: the readers.

use super::{Certificate, Leave, LeaveDay, LeaveSay, LeaveState, label, refusal};
use crate::error::{Error, Result};
use crate::sql::{Row, Tx};
use chrono::NaiveDate;
use domain::leave::{Kind, Piece, Share, Taken, counts};
use domain::privacy::Field;
use domain::settings::Book;
use domain::{EpochMs, PersonId, Role, Span};
use std::collections::{HashMap, HashSet};

const ONE: &str = "SELECT no, person, kind, asked_at, entered_by, from_at, to_at, step, rule, flags, notice_ok, levels, \
    level, substitute, state, decided_by, decided_at, certificate, certificate_due FROM leave WHERE no = $1";
const OF_PERSON: &str = "SELECT no, person, kind, asked_at, entered_by, from_at, to_at, step, rule, flags, notice_ok, \
    levels, level, substitute, state, decided_by, decided_at, certificate, certificate_due FROM leave \
    WHERE person = $1 AND to_at > $2 AND from_at < $3 ORDER BY from_at, no";
const OPEN: &str = "SELECT no, person, kind, asked_at, entered_by, from_at, to_at, step, rule, flags, notice_ok, levels, \
    level, substitute, state, decided_by, decided_at, certificate, certificate_due FROM leave \
    WHERE state = 'open' ORDER BY from_at, no";
const WAITED_FOR: &str = "SELECT no, person, kind, asked_at, entered_by, from_at, to_at, step, rule, flags, notice_ok, \
    levels, level, substitute, state, decided_by, decided_at, certificate, certificate_due FROM leave \
    WHERE certificate = 'due' ORDER BY certificate_due, no";
const SAID: &str = "SELECT level, by_person, at, approved FROM leave_say WHERE leave = $1 ORDER BY seq";
const PIECES: &str = "SELECT leave, person, date, from_at, to_at, halves, minutes, shift_minutes FROM leave_piece \
    WHERE leave = $1 ORDER BY date";
const DAYS: &str = "SELECT p.leave, p.person, p.date, p.from_at, p.to_at, p.halves, p.minutes, p.shift_minutes \
    FROM leave_piece p JOIN leave l ON l.no = p.leave \
    WHERE p.date >= $1 AND p.date <= $2 AND l.state = 'approved' ORDER BY p.date, p.person, p.leave";
const AWAY: &str = "SELECT p.leave, p.person, p.date, p.from_at, p.to_at, p.halves, p.minutes, p.shift_minutes \
    FROM leave_piece p JOIN leave l ON l.no = p.leave \
    WHERE p.person = $1 AND p.date >= $2 AND p.date <= $3 AND l.state = 'approved' ORDER BY p.date, p.leave";
const TAKEN: &str = "SELECT p.date, p.halves, p.minutes, p.shift_minutes, l.kind FROM leave_piece p \
    JOIN leave l ON l.no = p.leave \
    WHERE p.person = $1 AND p.date >= $2 AND p.date <= $3 AND l.no <> $4 AND l.state IN ('open', 'approved')";

fn read(row: &Row<'_>) -> Result<Leave> {
    let corrupt = |column: &str| Error::Corrupt(format!("leave {column}"));
    let levels = row.text("levels")?;
    let levels: Option<Vec<Role>> = levels.split_whitespace().map(Role::from_word).collect();
    let flags = row.text("flags")?;
    let state = row.text("state")?;
    let decided = row.opt_int("decided_by")?.zip(row.opt_int("decided_at")?);
    let certificate = match (row.text("certificate")?.as_str(), row.opt_date("certificate_due")?) {
        ("none", _) => Certificate::None,
        ("due", Some(due)) => Certificate::Due(due),
        ("received", _) => Certificate::Received,
        ("missing", _) => Certificate::Missing,
        _ => return Err(corrupt("certificate")),
    };
    Ok(Leave {
        no: row.int("no")?,
        person: row.int("person")?,
        kind: Kind::of_word(&row.text("kind")?).ok_or_else(|| corrupt("kind"))?,
        asked_at: row.int("asked_at")?,
        entered_by: row.int("entered_by")?,
        from: row.int("from_at")?,
        to: row.int("to_at")?,
        step: row.count("step")?,
        rule: row.text("rule")?,
        flags: flags.split_whitespace().map(str::to_owned).collect(),
        notice_ok: row.flag("notice_ok")?,
        levels: levels.ok_or_else(|| corrupt("levels"))?,
        level: row.count("level")? as usize,
        substitute: row.opt_int("substitute")?,
        state: LeaveState::ALL
            .into_iter()
            .find(|known| known.word() == state)
            .ok_or_else(|| corrupt("state"))?,
        decided,
        certificate,
    })
}

fn read_day(row: &Row<'_>) -> Result<LeaveDay> {
    let halves = row.opt_int("halves")?;
    let halves =
        halves.map(u32::try_from).transpose().map_err(|_| Error::Corrupt("leave_piece halves".to_owned()))?;
    let (minutes, shift_minutes) = (row.count("minutes")?, row.count("shift_minutes")?);
    let piece = Piece {
        date: row.date("date")?,
        from: row.int("from_at")?,
        to: row.int("to_at")?,
        share: Piece::share_of(halves, minutes, shift_minutes),
        minutes: halves.is_none().then_some(minutes),
        shift_minutes,
    };
    Ok(LeaveDay { leave: row.int("leave")?, person: row.int("person")?, piece })
}

impl Tx<'_> {
    /// A leave.
    ///
    /// # Errors
    /// When it cannot be read; the same for the readers below.
    pub fn leave(&mut self, no: i64) -> Result<Option<Leave>> {
        self.row(ONE, &[no.into()], read)
    }

    /// A person's leaves that lie between two instants, however they stand.
    ///
    /// # Errors
    /// As [`Tx::leave`].
    pub fn leaves_of(&mut self, person: PersonId, from: EpochMs, to: EpochMs) -> Result<Vec<Leave>> {
        self.rows(OF_PERSON, &[person.into(), from.into(), to.into()], read)
    }

    /// Leaves that wait for somebody, the next to begin first.
    ///
    /// # Errors
    /// As [`Tx::leave`].
    pub fn open_leaves(&mut self) -> Result<Vec<Leave>> {
        self.rows(OPEN, &[], read)
    }

    /// Leaves whose paper is waited for, the longest due first.
    ///
    /// # Errors
    /// As [`Tx::leave`].
    pub fn waited_certificates(&mut self) -> Result<Vec<Leave>> {
        self.rows(WAITED_FOR, &[], read)
    }

    /// What each level said, in order.
    ///
    /// # Errors
    /// As [`Tx::leave`].
    pub fn leave_says(&mut self, no: i64) -> Result<Vec<LeaveSay>> {
        self.rows(SAID, &[no.into()], |row| {
            let level = row.count("level")? as usize;
            Ok(LeaveSay {
                level,
                by: row.int("by_person")?,
                at: row.int("at")?,
                approved: row.flag("approved")?,
            })
        })
    }

    /// The days of a leave.
    ///
    /// # Errors
    /// As [`Tx::leave`].
    pub fn leave_pieces(&mut self, no: i64) -> Result<Vec<LeaveDay>> {
        self.rows(PIECES, &[no.into()], read_day)
    }

    /// Everybody's granted days of a span, by day and person.
    ///
    /// # Errors
    /// As [`Tx::leave`].
    pub fn leave_days(&mut self, span: Span) -> Result<Vec<LeaveDay>> {
        self.rows(DAYS, &[span.from.into(), span.to.into()], read_day)
    }

    /// Who is away for a whole shift on which day of a span: whoever is owes no report for it.
    ///
    /// # Errors
    /// As [`Tx::leave`].
    pub fn whole_days_off(&mut self, span: Span) -> Result<HashSet<(PersonId, NaiveDate)>> {
        let mut shares: HashMap<(PersonId, NaiveDate), Share> = HashMap::new();
        for day in self.leave_days(span)? {
            let share = shares.entry((day.person, day.piece.date)).or_insert(Share::NONE);
            *share = *share + day.piece.share;
        }
        let whole = shares.into_iter().filter(|(_, share)| *share >= Share::halves(2));
        Ok(whole.map(|(day, _)| day).collect())
    }

    /// A person's granted days of a span.
    ///
    /// # Errors
    /// As [`Tx::leave`].
    pub fn leave_days_of(&mut self, person: PersonId, span: Span) -> Result<Vec<LeaveDay>> {
        self.rows(AWAY, &[person.into(), span.from.into(), span.to.into()], read_day)
    }

    /// Whether somebody is away on granted leave at an instant. The shift that the instant lies in may have begun the
    /// day before.
    ///
    /// # Errors
    /// As [`Tx::leave`].
    pub fn is_away(&mut self, person: PersonId, span: Span, at: EpochMs) -> Result<bool> {
        let days = self.leave_days_of(person, span)?;
        Ok(days.iter().any(|day| day.piece.from <= at && at < day.piece.to))
    }

    /// What somebody has taken or asked for in a span, but for one leave (0: all).
    ///
    /// # Errors
    /// As [`Tx::leave`].
    pub fn leave_taken(&mut self, person: PersonId, span: Span, but: i64, book: &Book) -> Result<Vec<Taken>> {
        let params = [person.into(), span.from.into(), span.to.into(), but.into()];
        self.rows(TAKEN, &params, |row| {
            let corrupt = |column: &str| Error::Corrupt(format!("leave_piece {column}"));
            let date = row.date("date")?;
            let halves =
                row.opt_int("halves")?.map(u32::try_from).transpose().map_err(|_| corrupt("halves"))?;
            let kind = Kind::of_word(&row.text("kind")?).ok_or_else(|| corrupt("kind"))?;
            let share = Piece::share_of(halves, row.count("minutes")?, row.count("shift_minutes")?);
            Ok(Taken { date, share, counts: counts(kind, book, date) })
        })
    }

    /// The reason of a leave, for whoever stands on its route or asked.
    ///
    /// # Errors
    /// As [`Tx::leave`].
    pub fn leave_reason(&mut self, no: i64) -> Result<Option<String>> {
        self.leave_text(&label(no))
    }

    /// Why a leave was not granted, or taken away, for the same people.
    ///
    /// # Errors
    /// As [`Tx::leave`].
    pub fn leave_refusal(&mut self, no: i64) -> Result<Option<String>> {
        self.leave_text(&refusal(no))
    }

    fn leave_text(&mut self, case: &str) -> Result<Option<String>> {
        let fields = self.open_fields(case)?;
        Ok(fields.into_iter().find(|(field, _)| *field == Field::Note).map(|(_, text)| text))
    }
}
