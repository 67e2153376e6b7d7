//! The live reports of a span as rows for adding up: without their notes, which stay shut.

use crate::error::{Error, Result};
use crate::sql::Tx;
use chrono::NaiveDate;
use domain::report::Figures;
use domain::{EpochMs, PersonId, Span};

/// A live report without its note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportRow {
    /// Whose.
    pub person: PersonId,
    /// For which day.
    pub date: NaiveDate,
    /// Server receive time of the live revision.
    pub received_at: EpochMs,
    /// Whether the day is late.
    pub late: bool,
    /// The figures.
    pub figures: Figures,
}

const LIVE: &str = "SELECT r.person_id, r.date, r.received_at, r.late, r.figures FROM report r \
    WHERE r.date >= $1 AND r.date <= $2 AND r.undone_at IS NULL AND NOT EXISTS (\
     SELECT 1 FROM report n WHERE n.person_id = r.person_id AND n.date = r.date AND n.undone_at IS NULL \
     AND n.revision > r.revision) ORDER BY r.date, r.person_id";

impl Tx<'_> {
    /// The live reports of a span, by day and person.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn report_rows(&mut self, span: Span) -> Result<Vec<ReportRow>> {
        self.rows(LIVE, &[span.from.into(), span.to.into()], |row| {
            let figures = row.text("figures")?;
            Ok(ReportRow {
                person: row.int("person_id")?,
                date: row.date("date")?,
                received_at: row.int("received_at")?,
                late: row.flag("late")?,
                figures: serde_json::from_str(&figures)
                    .map_err(|_| Error::Corrupt("report figures".to_owned()))?,
            })
        })
    }
}
