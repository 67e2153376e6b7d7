//! Counting follow-ups: what was due and done in a span, and what somebody would leave behind.

use crate::error::Result;
use crate::sql::Tx;
use domain::{PersonId, Span};

/// Tasks of a span, and how many of them were done by their due day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done {
    /// Whose.
    pub holder: PersonId,
    /// Due in the span.
    pub due: u32,
    /// Closed on the due day or before.
    pub in_time: u32,
}

const LEFT_LATER: &str = "SELECT COUNT(*) AS later FROM appointment a LEFT JOIN handover h ON h.appointment = a.no \
    WHERE a.owner = $1 AND a.state = 'open' AND a.arrived IS NULL AND COALESCE(h.person, a.owner) = $1";
const WEEK: &str = "SELECT holder, COUNT(*) AS due, SUM(CASE WHEN state = 'closed' AND counted_on IS NULL THEN 1 ELSE 0 END) AS closed FROM follow_up \
    WHERE due >= $1 AND due <= $2 AND state = $3 GROUP BY holder ORDER BY holder";

impl Tx<'_> {
    /// What somebody would leave behind: open tasks, and patients whose follow-ups would fall to him later.
    ///
    /// # Errors
    /// As [`Tx::follow_up`].
    pub fn left_open(&mut self, person: PersonId, most: u32) -> Result<(usize, u32)> {
        let open = self.follow_ups_held(person, most)?.len();
        let later = self.row(LEFT_LATER, &[person.into()], |row| row.count("later"))?.unwrap_or(0);
        Ok((open, later))
    }

    /// What was due in a span and what of it was done, by holder. What was missed and done afterwards counts as not
    /// done.
    ///
    /// # Errors
    /// As [`Tx::follow_up`].
    pub fn follow_ups_done(&mut self, span: Span) -> Result<Vec<Done>> {
        let mut found: std::collections::BTreeMap<PersonId, Done> = std::collections::BTreeMap::new();
        for state in ["open", "closed"] {
            let params = [span.from.into(), span.to.into(), state.into()];
            let rows = self.rows(WEEK, &params, |row| {
                Ok((row.int("holder")?, row.count("due")?, row.count("closed")?))
            })?;
            for (holder, due, closed) in rows {
                let done = found.entry(holder).or_insert(Done { holder, due: 0, in_time: 0 });
                done.due += due;
                done.in_time += closed;
            }
        }
        Ok(found.into_values().collect())
    }
}
