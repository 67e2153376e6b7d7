//! 节假日 that the department has entered: the days that are not as their weekday says.

use crate::error::Result;
use crate::event::Fact;
use crate::sql::Tx;
use chrono::NaiveDate;
use domain::EpochMs;
use domain::rights::Administer;
use domain::workdays::{SpecialDay, Workdays};
use serde_json::json;

const SET: &str = "INSERT INTO special_day (day, works, name, by_person, at) VALUES ($1, $2, $3, $4, $5) \
    ON CONFLICT (day) DO UPDATE SET works = excluded.works, name = excluded.name, by_person = excluded.by_person, \
    at = excluded.at";
const DROP: &str = "DELETE FROM special_day WHERE day = $1";
const ALL: &str = "SELECT day, works, name FROM special_day ORDER BY day";

impl Tx<'_> {
    /// Sets what some days are. Event `calendar.changed`.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn set_special_days(&mut self, by: &Administer, days: &[SpecialDay], now: EpochMs) -> Result<()> {
        for day in days {
            let params =
                [day.day.into(), day.works.into(), day.name.as_str().into(), by.actor().into(), now.into()];
            self.exec(SET, &params)?;
        }
        let listed: Vec<_> = days
            .iter()
            .map(|day| json!({ "date": day.day.to_string(), "works": day.works, "name": day.name }))
            .collect();
        self.record(now, Fact::new("calendar.changed", by.actor()).with("days", listed));
        Ok(())
    }

    /// Takes what was entered of a day back: it is again what the program knows of it. False when nothing was entered.
    /// Event `calendar.changed`.
    ///
    /// # Errors
    /// As [`Tx::set_special_days`].
    pub fn drop_special_day(&mut self, by: &Administer, day: NaiveDate, now: EpochMs) -> Result<bool> {
        let dropped = self.exec(DROP, &[day.into()])? == 1;
        if dropped {
            let listed = vec![json!({ "date": day.to_string(), "works": null })];
            self.record(now, Fact::new("calendar.changed", by.actor()).with("days", listed));
        }
        Ok(dropped)
    }

    /// What is known of the years: what the program brings along, and above it what the department has entered.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn workdays(&mut self) -> Result<Workdays> {
        let own = self.rows(ALL, &[], |row| {
            Ok(SpecialDay { day: row.date("day")?, works: row.flag("works")?, name: row.text("name")? })
        })?;
        Ok(Workdays::default().with(own))
    }
}
