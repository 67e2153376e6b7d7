//! Daily reports (日报): every submission is a row; the live one is the highest revision that was not taken back.

use crate::cipher::Place;
use crate::error::{Error, Result};
use crate::sql::{Row, Tx};
use chrono::NaiveDate;
use domain::report::{Earlier, Figures};
use domain::rights::Record;
use domain::shift::Shift;
use domain::{EpochMs, PersonId, Span};

/// A submission about to be written.
#[derive(Clone, Debug)]
pub struct NewReport<'a> {
    /// For which day.
    pub date: NaiveDate,
    /// Its revision.
    pub revision: u32,
    /// Server receive time.
    pub received_at: EpochMs,
    /// Whether the day is late.
    pub late: bool,
    /// The figures.
    pub figures: &'a Figures,
    /// Free text (小结, 问题).
    pub note: Option<&'a str>,
}

/// A live report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredReport {
    /// Whose.
    pub person: PersonId,
    /// For which day.
    pub date: NaiveDate,
    /// Its revision.
    pub revision: u32,
    /// Server receive time of this revision.
    pub received_at: EpochMs,
    /// Whether the day is late.
    pub late: bool,
    /// The figures.
    pub figures: Figures,
    /// Free text.
    pub note: Option<String>,
}

/// What a submission is judged by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayFigures {
    /// The shift of the day; `None` when there is none.
    pub shift: Option<Shift>,
    /// What was submitted before.
    pub earlier: Earlier,
    /// The live report of the day.
    pub live: Option<StoredReport>,
}

const INSERT: &str = "INSERT INTO report (person_id, date, revision, received_at, late, figures, note, dialogues, \
    appointments, arrivals) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
// One statement for what every submission asks: the shift that the sender is on or had last, and what stands for
// its day already.
const DUTY_AT: &str = "SELECT r.person_id, r.date, r.shift, r.start_at, r.end_at, p.revision, p.received_at, p.late, \
    p.figures, p.note, \
    (SELECT MAX(h.revision) FROM report h WHERE h.person_id = r.person_id AND h.date = r.date) AS highest \
    FROM rota r LEFT JOIN report p ON p.person_id = r.person_id AND p.date = r.date AND p.revision = (\
     SELECT MAX(l.revision) FROM report l WHERE l.person_id = r.person_id AND l.date = r.date \
     AND l.undone_at IS NULL) \
    WHERE r.person_id = $1 AND r.start_at IS NOT NULL AND r.start_at <= $2 ORDER BY r.start_at DESC LIMIT 1";
const HIGHEST: &str = "SELECT MAX(revision) AS highest FROM report WHERE person_id = $1 AND date = $2";
const LIVE: &str = "SELECT r.person_id, r.date, r.revision, r.received_at, r.late, r.figures, r.note FROM report r \
    WHERE r.date >= $1 AND r.date <= $2 AND r.undone_at IS NULL AND NOT EXISTS (\
     SELECT 1 FROM report n WHERE n.person_id = r.person_id AND n.date = r.date AND n.undone_at IS NULL \
     AND n.revision > r.revision) ORDER BY r.date, r.person_id";
const LIVE_ONE: &str = "SELECT person_id, date, revision, received_at, late, figures, note FROM report \
    WHERE person_id = $1 AND date = $2 AND undone_at IS NULL ORDER BY revision DESC LIMIT 1";
const UNDO: &str = "UPDATE report SET undone_at = $4 \
    WHERE person_id = $1 AND date = $2 AND revision = $3 AND undone_at IS NULL";
const OVERDUE: &str = "INSERT INTO report_overdue (person_id, date, cause, noted_at) VALUES ($1, $2, $3, $4) \
    ON CONFLICT (person_id, date) DO NOTHING";
const NOT_LATE: &str = "DELETE FROM report_overdue WHERE person_id = $1 AND date = $2 AND cause = 'late'";
const OVERDUE_DAYS: &str =
    "SELECT date FROM report_overdue WHERE person_id = $1 AND date >= $2 AND date <= $3 ORDER BY date";
const OVERDUE_CAUSE: &str = "SELECT cause FROM report_overdue WHERE person_id = $1 AND date = $2";

/// A report whose note is not opened yet.
struct Shut {
    report: StoredReport,
    note: Option<Vec<u8>>,
}

/// The case whose key opens the notes of a day. They are closed with that day: patients stand in them without a case of
/// their own.
pub fn note_case(date: NaiveDate) -> String {
    format!("note:{date}")
}

pub(crate) fn note_place(person: PersonId, date: NaiveDate, revision: u32) -> Place {
    let (person, date, revision) = (person.to_string(), date.to_string(), revision.to_string());
    Place::of("report", "note", &[&person, &date, &revision])
}

fn read(row: &Row<'_>) -> Result<Shut> {
    let figures = row.text("figures")?;
    let report = StoredReport {
        person: row.int("person_id")?,
        date: row.date("date")?,
        revision: row.count("revision")?,
        received_at: row.int("received_at")?,
        late: row.flag("late")?,
        figures: serde_json::from_str(&figures).map_err(|_| Error::Corrupt("report figures".to_owned()))?,
        note: None,
    };
    Ok(Shut { report, note: row.opt_bytes("note")? })
}

fn earlier(highest: Option<i64>, live: Option<&StoredReport>) -> Result<Earlier> {
    Ok(Earlier {
        highest_revision: u32::try_from(highest.unwrap_or(0))
            .map_err(|_| Error::Corrupt("report revision".to_owned()))?,
        live_late: live.map(|report| report.late),
    })
}

impl Tx<'_> {
    /// The shift that somebody is on or had last, with what was submitted for it; `None` without any shift so far.
    ///
    /// # Errors
    /// When it cannot be read; the same for the readers below.
    pub fn report_duty_at(
        &mut self,
        person: PersonId,
        now: EpochMs,
    ) -> Result<Option<(NaiveDate, DayFigures)>> {
        let found = self.row(DUTY_AT, &[person.into(), now.into()], |row| {
            let duty = crate::rota::read(row)?;
            let live = match row.opt_int("revision")? {
                Some(_) => Some(read(row)?),
                None => None,
            };
            let earlier = earlier(row.opt_int("highest")?, live.as_ref().map(|shut| &shut.report))?;
            Ok((duty.date, duty.shift, earlier, live))
        })?;
        let Some((date, shift, earlier, live)) = found else { return Ok(None) };
        let live = live.map(|shut| self.open_report(shut)).transpose()?;
        Ok(Some((date, DayFigures { shift, earlier, live })))
    }

    fn open_report(&mut self, Shut { mut report, note }: Shut) -> Result<StoredReport> {
        if let Some(note) = note {
            let place = note_place(report.person, report.date, report.revision);
            report.note = self.open_in_case(&note_case(report.date), &place, &note, "report note")?;
        }
        Ok(report)
    }

    /// The shift of a day with what was submitted for it.
    ///
    /// # Errors
    /// As [`Tx::report_duty_at`].
    pub fn report_duty_on(&mut self, person: PersonId, date: NaiveDate) -> Result<DayFigures> {
        let shift = self.rota_on(person, date)?.and_then(|row| row.shift);
        let live = self.live_report(person, date)?;
        let highest = self.row(HIGHEST, &[person.into(), date.into()], |row| row.opt_int("highest"))?;
        Ok(DayFigures { shift, earlier: earlier(highest.flatten(), live.as_ref())?, live })
    }

    /// Writes a submission of whoever records.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn file_report(&mut self, by: &Record, report: &NewReport<'_>) -> Result<()> {
        let figures =
            serde_json::to_string(report.figures).map_err(|_| Error::Corrupt("report figures".to_owned()))?;
        let figure = |name: &str| report.figures.get(name).copied().unwrap_or(0);
        let note = match report.note {
            Some(note) => {
                let place = note_place(by.person(), report.date, report.revision);
                Some(self.shut_in_case(&note_case(report.date), Some(report.date), &place, note)?)
            }
            None => None,
        };
        self.exec(
            INSERT,
            &[
                by.person().into(),
                report.date.into(),
                report.revision.into(),
                report.received_at.into(),
                report.late.into(),
                (&figures).into(),
                note.as_deref().into(),
                domain::report::dialogues(report.figures).into(),
                figure("预约").into(),
                figure("到诊").into(),
            ],
        )
        .map(|_| ())
    }

    /// Takes a submission back; false when it was not live.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn undo_report(&mut self, by: &Record, date: NaiveDate, revision: u32, now: EpochMs) -> Result<bool> {
        let params = [by.person().into(), date.into(), revision.into(), now.into()];
        Ok(self.exec(UNDO, &params)? == 1)
    }

    /// A person's live report of a day.
    ///
    /// # Errors
    /// As [`Tx::report_duty_at`].
    pub fn live_report(&mut self, person: PersonId, date: NaiveDate) -> Result<Option<StoredReport>> {
        let shut = self.row(LIVE_ONE, &[person.into(), date.into()], read)?;
        shut.map(|shut| self.open_report(shut)).transpose()
    }

    /// Everybody's live reports of a span, by day and person.
    ///
    /// # Errors
    /// As [`Tx::report_duty_at`].
    pub fn live_reports(&mut self, span: Span) -> Result<Vec<StoredReport>> {
        let shut = self.rows(LIVE, &[span.from.into(), span.to.into()], read)?;
        shut.into_iter().map(|shut| self.open_report(shut)).collect()
    }

    /// Notes that a day is late (`late`) or missing (`missing`); false when it was noted before.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn note_overdue(&mut self, by: &Record, date: NaiveDate, cause: &str, now: EpochMs) -> Result<bool> {
        let params = [by.person().into(), date.into(), cause.into(), now.into()];
        Ok(self.exec(OVERDUE, &params)? == 1)
    }

    /// Takes the note of a late report back; that of a missing one stays.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn clear_late(&mut self, by: &Record, date: NaiveDate) -> Result<()> {
        self.exec(NOT_LATE, &[by.person().into(), date.into()]).map(|_| ())
    }

    /// Whether a day was noted as late or missing.
    ///
    /// # Errors
    /// As [`Tx::report_duty_at`].
    pub fn overdue_cause(&mut self, person: PersonId, date: NaiveDate) -> Result<Option<String>> {
        self.row(OVERDUE_CAUSE, &[person.into(), date.into()], |row| row.text("cause"))
    }

    /// How many days of a span were late or missing: not those for which a whole day's leave was granted since, for nothing
    /// was owed then.
    ///
    /// # Errors
    /// As [`Tx::report_duty_at`].
    pub fn overdue_days(&mut self, person: PersonId, span: Span) -> Result<u32> {
        let params = [person.into(), span.from.into(), span.to.into()];
        let days = self.rows(OVERDUE_DAYS, &params, |row| row.date("date"))?;
        if days.is_empty() {
            return Ok(0);
        }
        let off = self.whole_days_off(span)?;
        let owed = days.iter().filter(|date| !off.contains(&(person, **date))).count();
        Ok(u32::try_from(owed).unwrap_or(u32::MAX))
    }
}
