//! What the register knows of a person's day, for the draft of his report and to check it by.

use crate::error::Result;
use crate::sql::{Param, Tx};
use chrono::NaiveDate;
use domain::calendar::{Calendar, previous_day};
use domain::report::{Registered, window};
use domain::shift::Shift;
use domain::{EpochMs, PersonId};

const APPOINTMENTS: &str = "SELECT no FROM appointment WHERE owner = $1 AND registered_at >= $2 AND registered_at < $3 \
    AND state = 'open' AND class <> 'invalid' ORDER BY no";
const ARRIVALS: &str = "SELECT no, settled FROM arrival WHERE credited = $1 AND arrived_day = $2 AND state = 'open' \
    AND NOT forfeited ORDER BY no";
const RECEIVED: &str = "SELECT no FROM arrival WHERE arrived_day = $2 AND recorder = $1 AND state = 'open' \
    AND NOT is_false AND outcome <> 'unregistered' ORDER BY no";
const FOLLOW_UPS: &str = "SELECT COUNT(*) AS count FROM follow_up WHERE closed_by = $1 AND closed_at >= $2 \
    AND closed_at < $3 AND state = 'closed'";

impl Tx<'_> {
    /// What the register knows of a person's day, whose shift is `shift`.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn registered_on(
        &mut self,
        person: PersonId,
        date: NaiveDate,
        shift: Option<&Shift>,
        calendar: &Calendar,
    ) -> Result<Registered> {
        let before = self.rota_on(person, previous_day(date))?.and_then(|row| row.shift);
        let (from, to): (EpochMs, EpochMs) = window(calendar, date, shift, before.as_ref());
        let within = [person.into(), from.into(), to.into()];
        let on_day = [person.into(), date.into()];
        let arrivals = self.rows(ARRIVALS, &on_day, |row| Ok((row.int("no")?, row.text("settled")?)))?;
        let (waiting, arrivals): (Vec<_>, Vec<_>) =
            arrivals.into_iter().partition(|(_, settled)| settled == "suggested");
        let numbers = |list: Vec<(i64, String)>| list.into_iter().map(|(no, _)| no).collect();
        Ok(Registered {
            appointments: self.numbers(APPOINTMENTS, &within)?,
            arrivals: numbers(arrivals),
            waiting: numbers(waiting),
            follow_ups: self.row(FOLLOW_UPS, &within, |row| row.count("count"))?.unwrap_or(0),
            received: self.numbers(RECEIVED, &on_day)?,
        })
    }

    fn numbers(&mut self, sql: &'static str, params: &[Param<'_>]) -> Result<Vec<i64>> {
        self.rows(sql, params, |row| row.int("no"))
    }
}
