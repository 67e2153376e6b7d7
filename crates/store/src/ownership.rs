//! The ends of the clocks of appointments: which come near, and which were announced.

use crate::error::Result;
use crate::event::Fact;
use crate::register::Appointment;
use crate::register::terms;
use crate::sql::Tx;
use chrono::NaiveDate;
use domain::EpochMs;
use domain::followup::{Notice, Which};
use domain::rights::Over;

const NEAR: &str = "SELECT no, owner, registered_at, entered_seq, state, channel, source, class, missing, visit_date, \
    visit_minute, log, late_minutes, base_day, rebased, booked, protected_until, credit_until FROM appointment \
    WHERE state = 'open' AND arrived IS NULL AND class <> 'invalid' \
    AND protected_until >= $1 AND protected_until <= $2 ORDER BY no";
const NEAR_MONTHS: &str = "SELECT no, owner, registered_at, entered_seq, state, channel, source, class, missing, visit_date, \
    visit_minute, log, late_minutes, base_day, rebased, booked, protected_until, credit_until FROM appointment \
    WHERE state = 'open' AND arrived IS NULL AND class <> 'invalid' \
    AND credit_until >= $1 AND credit_until <= $2 ORDER BY no";
const NOTE: &str = "INSERT INTO ownership_notice (appointment, until, what, at) VALUES ($1, $2, $3, $4) \
    ON CONFLICT DO NOTHING";

impl Tx<'_> {
    /// The appointments of patients who have not come whose protection ends in a span of days, or whose three months end in
    /// the part of it that begins on `today`.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn ending_soon(
        &mut self,
        from: NaiveDate,
        today: NaiveDate,
        to: NaiveDate,
    ) -> Result<Vec<Appointment>> {
        let mut found = self.rows(NEAR, &[from.into(), to.into()], terms::read)?;
        found.extend(self.rows(NEAR_MONTHS, &[today.into(), to.into()], terms::read)?);
        found.sort_by_key(|appointment| appointment.no);
        found.dedup_by_key(|appointment| appointment.no);
        Ok(found)
    }

    /// Notes that an end was announced; false when it was before. Events `ownership.warned`, `ownership.released`.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn announce_end(
        &mut self,
        by: &Over,
        appointment: &Appointment,
        notice: Notice,
        now: EpochMs,
    ) -> Result<bool> {
        let clocks = appointment.terms.protection;
        let until = match notice {
            Notice::Soon(Which::ThreeMonths, _) => clocks.credit_until,
            _ => clocks.until,
        };
        let params = [appointment.no.into(), until.into(), notice.key().into(), now.into()];
        if self.exec(NOTE, &params)? == 0 {
            return Ok(false);
        }
        let warned = |days_left: u32, which: Which| {
            Fact::new("ownership.warned", by.by())
                .with("no", appointment.label())
                .person("owner", appointment.owner)
                .with("days_left", days_left)
                .with("which", which.code())
                .with("rule", "R-127")
        };
        let fact = match notice {
            Notice::Soon(which, left) => warned(left, which),
            Notice::LastDay => warned(0, Which::NinetyDays),
            Notice::Released => Fact::new("ownership.released", by.by())
                .with("no", appointment.label())
                .person("owner", appointment.owner)
                .with("rule", "R-094"),
        };
        self.record(now, fact.about(appointment.label()));
        Ok(true)
    }
}
