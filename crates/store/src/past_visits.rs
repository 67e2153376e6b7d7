//! Patients who have been here: whose visit on a day was their last.

use crate::error::Result;
use crate::sql::Tx;
use chrono::NaiveDate;
use domain::privacy::Field;
use domain::{PersonId, Span};

/// A patient's last visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PastVisit {
    /// The arrival.
    pub arrival: i64,
    /// Its day.
    pub day: NaiveDate,
    /// The appointment that it was about: the credited one where there are several.
    pub appointment: i64,
    /// Whose that is.
    pub owner: PersonId,
    /// Who calls the patient: to whom the follow-ups were given, else whose the credit is, else the owner.
    pub holder: PersonId,
}

const BETWEEN: &str = "SELECT r.no AS arrival, r.arrived_day AS day, a.no AS appointment, a.owner AS owner, \
    COALESCE(h.person, r.credited, a.owner) AS holder FROM arrival r JOIN arrival_match m ON m.arrival = r.no \
    JOIN appointment a ON a.no = m.appointment AND a.arrived = r.no LEFT JOIN handover h ON h.appointment = a.no \
    WHERE r.arrived_day >= $1 AND r.arrived_day <= $2 AND r.state = 'open' AND NOT r.is_false \
    ORDER BY r.no, CASE WHEN a.no = r.appointment THEN 0 ELSE 1 END, a.no";

impl Tx<'_> {
    /// The last visits of patients that lie in a span, in the order of the arrivals. Whoever has come again since, known by
    /// his telephone number, and whoever was forgotten is not among them.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn last_visits(&mut self, span: Span) -> Result<Vec<PastVisit>> {
        let mut found = self.rows(BETWEEN, &[span.from.into(), span.to.into()], |row| {
            Ok(PastVisit {
                arrival: row.int("arrival")?,
                day: row.date("day")?,
                appointment: row.int("appointment")?,
                owner: row.int("owner")?,
                holder: row.int("holder")?,
            })
        })?;
        found.dedup_by_key(|visit| visit.arrival);
        let mut last = Vec::new();
        for visit in found {
            let fields = self.patient_in(&format!("D{}", visit.arrival))?.fields();
            let phone = fields.iter().find(|(field, _)| *field == Field::Phone);
            if fields.is_empty() || matches!(phone, Some((_, phone)) if self.came_again(phone, &visit)?) {
                continue;
            }
            last.push(visit);
        }
        Ok(last)
    }

    fn came_again(&mut self, phone: &str, visit: &PastVisit) -> Result<bool> {
        for label in self.find_by(Field::Phone, phone)? {
            let Some(no) = label.strip_prefix('D').and_then(|no| no.parse::<i64>().ok()) else { continue };
            let other = self.arrival(no)?.filter(|other| !other.is_false && no != visit.arrival);
            if other.is_some_and(|other| (other.day, no) > (visit.day, visit.arrival)) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
