//! 汇总: how the groups' summaries stand, and what their leads said besides. The figures are those of the reports.

use crate::cipher::Place;
use crate::error::{Error, Result};
use crate::report::note_case;
use crate::sql::Tx;
use domain::rights::Over;
use domain::summary::Term;
use domain::{EpochMs, PersonId, Span};

/// Which summary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SummaryKey {
    /// Of which group; `None` is everybody who is in none.
    pub team: Option<i64>,
    /// Over what.
    pub term: Term,
    /// From when to when; a whole term.
    pub span: Span,
}

/// How a summary stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SummaryState {
    /// When it was found late; it went to the supervisor unconfirmed.
    pub unconfirmed_at: Option<EpochMs>,
    /// When it was confirmed, and by whom.
    pub confirmed: Option<(EpochMs, PersonId)>,
    /// True when it was confirmed after it was due.
    pub late: bool,
}

/// What a lead said besides the figures of the reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SummaryLine {
    /// Its number.
    pub id: i64,
    /// What.
    pub what: SummarySaid,
    /// Who said it.
    pub by: PersonId,
}

/// The two things that a lead says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SummarySaid {
    /// He counts a figure otherwise than the report.
    Figure {
        /// Whose.
        person: PersonId,
        /// The field's name.
        field: String,
        /// As it is counted.
        figure: u32,
    },
    /// 备注; `None` when it was forgotten.
    Note(Option<String>),
}

const STATE: &str = "SELECT unconfirmed_at, confirmed_at, confirmed_by, late FROM summary \
    WHERE team = $1 AND term = $2 AND from_day = $3";
const UNCONFIRMED: &str = "INSERT INTO summary (team, term, from_day, to_day, unconfirmed_at, late) \
    VALUES ($1, $2, $3, $4, $5, FALSE) ON CONFLICT (team, term, from_day) DO NOTHING";
const CONFIRM: &str = "INSERT INTO summary (team, term, from_day, to_day, confirmed_at, confirmed_by, late) \
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (team, term, from_day) DO UPDATE SET \
    confirmed_at = excluded.confirmed_at, confirmed_by = excluded.confirmed_by, late = excluded.late \
    WHERE summary.confirmed_at IS NULL";
const TAKE_BACK: &str = "UPDATE summary SET confirmed_at = NULL, confirmed_by = NULL, late = FALSE \
    WHERE team = $1 AND term = $2 AND from_day = $3 AND confirmed_at IS NOT NULL";
// One that was neither late nor is confirmed any more is as if nobody had said anything.
const FORGET: &str = "DELETE FROM summary WHERE team = $1 AND term = $2 AND from_day = $3 \
    AND confirmed_at IS NULL AND unconfirmed_at IS NULL";
const ADD: &str = "INSERT INTO summary_line (team, term, from_day, person, field, figure, note, by_person, at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id";
const LINES: &str = "SELECT id, person, field, figure, note, by_person, at FROM summary_line \
    WHERE team = $1 AND term = $2 AND from_day = $3 AND undone_at IS NULL ORDER BY id";
const UNDO: &str = "UPDATE summary_line SET undone_at = $2 WHERE id = $1 AND undone_at IS NULL";

impl SummaryKey {
    /// The group's number in rows.
    fn team_no(self) -> i64 {
        self.team.unwrap_or(0)
    }

    fn note_place(self, by: PersonId, at: EpochMs) -> Place {
        let parts = [self.team_no().to_string(), self.span.from.to_string(), by.to_string(), at.to_string()];
        Place::of("summary_line", "note", &[self.term.code(), &parts[0], &parts[1], &parts[2], &parts[3]])
    }
}

fn author(by: &Over) -> Result<PersonId> {
    by.by().ok_or_else(|| Error::Corrupt("a summary of nobody".to_owned()))
}

impl Tx<'_> {
    /// How a summary stands.
    ///
    /// # Errors
    /// When it cannot be read; the same for the readers below.
    pub fn summary_state(&mut self, key: &SummaryKey) -> Result<SummaryState> {
        let params = [key.team_no().into(), key.term.code().into(), key.span.from.into()];
        let state = self.row(STATE, &params, |row| {
            let confirmed = row.opt_int("confirmed_at")?.zip(row.opt_int("confirmed_by")?);
            Ok(SummaryState {
                unconfirmed_at: row.opt_int("unconfirmed_at")?,
                confirmed,
                late: row.flag("late")?,
            })
        })?;
        Ok(state.unwrap_or_default())
    }

    /// What was said besides, oldest first.
    ///
    /// # Errors
    /// As [`Tx::summary_state`].
    pub fn summary_lines(&mut self, key: &SummaryKey) -> Result<Vec<SummaryLine>> {
        let params = [key.team_no().into(), key.term.code().into(), key.span.from.into()];
        let rows = self.rows(LINES, &params, |row| {
            let figure = match (row.opt_int("person")?, row.opt_text("field")?) {
                (Some(person), Some(field)) => Some((person, field, row.count("figure")?)),
                _ => None,
            };
            Ok((row.int("id")?, figure, row.opt_bytes("note")?, row.int("by_person")?, row.int("at")?))
        })?;
        let mut lines = Vec::with_capacity(rows.len());
        for (id, figure, note, by, at) in rows {
            let what = match (figure, note) {
                (Some((person, field, figure)), _) => SummarySaid::Figure { person, field, figure },
                (None, Some(note)) => {
                    let case = note_case(key.span.to);
                    SummarySaid::Note(self.open_in_case(
                        &case,
                        &key.note_place(by, at),
                        &note,
                        "summary note",
                    )?)
                }
                (None, None) => return Err(Error::Corrupt("summary_line".to_owned())),
            };
            lines.push(SummaryLine { id, what, by });
        }
        Ok(lines)
    }

    /// Notes that a summary was not confirmed in time; false when it was, or was noted before.
    ///
    /// # Errors
    /// When it cannot be written; the same for the writers below.
    pub fn note_unconfirmed(&mut self, key: &SummaryKey, now: EpochMs) -> Result<bool> {
        let params = [
            key.team_no().into(),
            key.term.code().into(),
            key.span.from.into(),
            key.span.to.into(),
            now.into(),
        ];
        Ok(self.exec(UNCONFIRMED, &params)? == 1)
    }

    /// Confirms a summary; false when it was confirmed before.
    ///
    /// # Errors
    /// As [`Tx::note_unconfirmed`].
    pub fn confirm_summary(&mut self, by: &Over, key: &SummaryKey, late: bool, now: EpochMs) -> Result<bool> {
        let params = [
            key.team_no().into(),
            key.term.code().into(),
            key.span.from.into(),
            key.span.to.into(),
            now.into(),
            author(by)?.into(),
            late.into(),
        ];
        Ok(self.exec(CONFIRM, &params)? == 1)
    }

    /// Takes a confirmation back; false when there is none.
    ///
    /// # Errors
    /// As [`Tx::note_unconfirmed`].
    pub fn take_summary_back(&mut self, _by: &Over, key: &SummaryKey) -> Result<bool> {
        let params = [key.team_no().into(), key.term.code().into(), key.span.from.into()];
        let taken = self.exec(TAKE_BACK, &params)? == 1;
        self.exec(FORGET, &params)?;
        Ok(taken)
    }

    /// Keeps what a lead says besides; answers its number.
    ///
    /// # Errors
    /// As [`Tx::note_unconfirmed`].
    pub fn add_to_summary(
        &mut self,
        by: &Over,
        key: &SummaryKey,
        said: &SummarySaid,
        now: EpochMs,
    ) -> Result<i64> {
        let author = author(by)?;
        let (figure, note) = match said {
            SummarySaid::Figure { person, field, figure } => (Some((*person, field, *figure)), None),
            SummarySaid::Note(note) => {
                let text = note.as_deref().unwrap_or_default();
                let (case, place) = (note_case(key.span.to), key.note_place(author, now));
                (None, Some(self.shut_in_case(&case, Some(key.span.to), &place, text)?))
            }
        };
        let params = [
            key.team_no().into(),
            key.term.code().into(),
            key.span.from.into(),
            figure.map(|(person, ..)| person).into(),
            figure.map(|(_, field, _)| field.as_str()).into(),
            figure.map(|(.., figure)| i64::from(figure)).into(),
            note.as_deref().into(),
            author.into(),
            now.into(),
        ];
        self.exec_row(ADD, &params, |row| row.int("id"))?
            .ok_or_else(|| Error::Corrupt("summary_line id".to_owned()))
    }

    /// Takes something back that was said besides; false when it was before.
    ///
    /// # Errors
    /// As [`Tx::note_unconfirmed`].
    pub fn undo_summary_line(&mut self, _by: &Over, id: i64, now: EpochMs) -> Result<bool> {
        Ok(self.exec(UNDO, &[id.into(), now.into()])? == 1)
    }
}
