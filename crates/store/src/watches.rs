//! 值守: who watches the third-party sites on a day, early and late.

use crate::error::{Error, Result};
use crate::event::Fact;
use crate::sql::Tx;
use domain::rights::Over;
use domain::third_party::{Slot, Watch};
use domain::{EpochMs, PersonId, Span};
use serde_json::Value;

const ADD: &str =
    "INSERT INTO third_party_watch (day, slot, person, by_person, at) VALUES ($1, $2, $3, $4, $5)";
const DROP: &str = "DELETE FROM third_party_watch WHERE day = $1 AND slot = $2";
const BETWEEN: &str = "SELECT day, slot, person FROM third_party_watch WHERE day >= $1 AND day <= $2 \
    ORDER BY day, slot, person";
const SINCE: &str = "SELECT person FROM third_party_watch WHERE day >= $1 LIMIT 1";

impl Tx<'_> {
    /// Sets who watches in one slot of each day of a span, instead of whoever did; nobody, when the list is empty. Event
    /// `watch.set`.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn set_watch(
        &mut self,
        by: &Over,
        span: Span,
        slot: Slot,
        people: &[PersonId],
        now: EpochMs,
    ) -> Result<()> {
        for day in span.days() {
            self.exec(DROP, &[day.into(), slot.code().into()])?;
            for person in people {
                let params = [day.into(), slot.code().into(), (*person).into(), by.by().into(), now.into()];
                self.exec(ADD, &params)?;
            }
        }
        let named: Vec<Value> = people.iter().map(|person| Fact::person_value(*person)).collect();
        let fact = Fact::new("watch.set", by.by())
            .with("from", span.from.to_string())
            .with("to", span.to.to_string())
            .with("slot", slot.code())
            .with("people", named)
            .with("rule", "R-383");
        self.record(now, fact);
        Ok(())
    }

    /// Who watches in a span, in order.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn watches(&mut self, span: Span) -> Result<Vec<Watch>> {
        self.rows(BETWEEN, &[span.from.into(), span.to.into()], |row| {
            let slot = row.text("slot")?;
            let slot = Slot::of_code(&slot).ok_or_else(|| Error::Corrupt("watch slot".to_owned()))?;
            Ok(Watch { day: row.date("day")?, slot, person: row.int("person")? })
        })
    }

    /// Whether anybody watches on a day or later.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn has_watches_since(&mut self, day: chrono::NaiveDate) -> Result<bool> {
        Ok(self.row(SINCE, &[day.into()], |row| row.int("person"))?.is_some())
    }
}
