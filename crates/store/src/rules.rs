//! The department's rules over time: versions (制度版本, `V…`), the settings that each changes, and who has acknowledged
//! which. Nothing is overwritten: a change is a new version from a day on, taking one back marks it. The values
//! themselves are part of the directory ([`crate::Directory::book`]).

use crate::error::Result;
use crate::event::Fact;
use crate::sql::{Row, Tx};
use chrono::NaiveDate;
use domain::rights::{Administer, Record};
use domain::settings::{Setting, Value};
use domain::{EpochMs, PersonId};

/// A version of the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleVersion {
    /// Number: V3 is 3.
    pub no: i64,
    /// The first day on which it holds.
    pub effective_from: NaiveDate,
    /// When it was made.
    pub changed_at: EpochMs,
    /// By whom; `None` by the operator.
    pub changed_by: Option<PersonId>,
    /// The keys that it sets, with their values as kept.
    pub values: Vec<(String, String)>,
}

const ADD_VERSION: &str =
    "INSERT INTO rule_version (no, effective_from, changed_at, changed_by) VALUES ($1, $2, $3, $4)";
const ADD_VALUE: &str = "INSERT INTO setting_value (version, key, value) VALUES ($1, $2, $3)";
const VERSIONS: &str = "SELECT no, effective_from, changed_at, changed_by FROM rule_version \
    WHERE undone_at IS NULL ORDER BY no DESC LIMIT $1";
const VERSION: &str = "SELECT no, effective_from, changed_at, changed_by FROM rule_version \
    WHERE undone_at IS NULL AND no = $1";
const VALUES: &str = "SELECT key, value FROM setting_value WHERE version = $1 ORDER BY key";
const UNDO: &str = "UPDATE rule_version SET undone_at = $2 WHERE no = $1 AND undone_at IS NULL";
const FIRST_DAY: &str = "SELECT effective_from FROM rule_version WHERE no = $1";
const ACKNOWLEDGE: &str = "INSERT INTO acknowledgement (person_id, version, at) VALUES ($1, $2, $3) \
    ON CONFLICT (person_id, version) DO NOTHING";
const ACKNOWLEDGED: &str = "SELECT person_id, at FROM acknowledgement WHERE version = $1 ORDER BY person_id";

fn read(row: &Row<'_>) -> Result<RuleVersion> {
    Ok(RuleVersion {
        no: row.int("no")?,
        effective_from: row.date("effective_from")?,
        changed_at: row.int("changed_at")?,
        changed_by: row.opt_int("changed_by")?,
        values: Vec::new(),
    })
}

/// A value as it stands in an event: a number, true or false, or a word.
fn json(value: Value) -> serde_json::Value {
    match value {
        Value::Whole(kept) => kept.into(),
        Value::Switch(on) => on.into(),
        Value::Time(_) | Value::Word(_) => value.to_string().into(),
    }
}

impl Tx<'_> {
    /// Makes a new version of the rules that sets these from a day on; answers its number. One event a setting. The
    /// caller has checked the bounds and that the day has not passed.
    ///
    /// # Errors
    /// When it cannot be written; the same for all below.
    pub fn change_rules(
        &mut self,
        by: &Administer,
        effective_from: NaiveDate,
        values: &[(&'static Setting, Value)],
        now: EpochMs,
    ) -> Result<i64> {
        // Version 1 is the default composition.
        let no = self.next_number("V")? + 1;
        self.exec(ADD_VERSION, &[no.into(), effective_from.into(), now.into(), by.actor().into()])?;
        let directory = self.directory()?;
        for (setting, value) in values {
            let before = directory.book().on(setting, effective_from);
            self.exec(ADD_VALUE, &[no.into(), setting.key.into(), (&value.to_string()).into()])?;
            let fact = Fact::new("rule.changed", by.actor())
                .about(format!("V{no}"))
                .with("version", format!("V{no}"))
                .with("key", setting.key)
                .with("value", json(*value))
                .with("before", json(before))
                .with("effective_from", effective_from.to_string())
                .with("rules", setting.rules);
            self.record(now, fact);
        }
        self.touch_directory()?;
        if values.iter().any(|(setting, _)| Tx::hangs_reminders(setting)) {
            self.hang_reminders_anew(effective_from, now)?;
        }
        Ok(no)
    }

    /// Takes a version back; false when it was taken back before.
    ///
    /// # Errors
    /// As [`Tx::change_rules`].
    pub fn undo_rules(&mut self, by: &Administer, no: i64, now: EpochMs) -> Result<bool> {
        if self.exec(UNDO, &[no.into(), now.into()])? == 0 {
            return Ok(false);
        }
        self.touch_directory()?;
        if let Some(from) = self.row(FIRST_DAY, &[no.into()], |row| row.date("effective_from"))? {
            self.hang_reminders_anew(from, now)?;
        }
        let label = format!("V{no}");
        self.record(now, Fact::new("rule.undone", by.actor()).about(label.as_str()).with("version", label));
        Ok(true)
    }

    /// Versions that were not taken back, newest first, with what each sets.
    ///
    /// # Errors
    /// When they cannot be read; the same for the readers below.
    pub fn rule_versions(&mut self, most: i64) -> Result<Vec<RuleVersion>> {
        let mut versions = self.rows(VERSIONS, &[most.into()], read)?;
        for version in &mut versions {
            version.values = self.values_of(version.no)?;
        }
        Ok(versions)
    }

    /// One version with what it sets; `None` when there is none of that number, or it was taken back. Version 1, the
    /// default composition, has no row.
    ///
    /// # Errors
    /// As [`Tx::rule_versions`].
    pub fn rule_version(&mut self, no: i64) -> Result<Option<RuleVersion>> {
        let Some(mut version) = self.row(VERSION, &[no.into()], read)? else { return Ok(None) };
        version.values = self.values_of(no)?;
        Ok(Some(version))
    }

    fn values_of(&mut self, no: i64) -> Result<Vec<(String, String)>> {
        self.rows(VALUES, &[no.into()], |row| Ok((row.text("key")?, row.text("value")?)))
    }

    /// Keeps that somebody has acknowledged a version; false when he had.
    ///
    /// # Errors
    /// As [`Tx::change_rules`].
    pub fn acknowledge_rules(&mut self, by: &Record, version: i64, now: EpochMs) -> Result<bool> {
        let person = by.person();
        if self.exec(ACKNOWLEDGE, &[person.into(), version.into(), now.into()])? == 0 {
            return Ok(false);
        }
        let label = format!("V{version}");
        let fact = Fact::new("rule.acknowledged", Some(person))
            .about(label.as_str())
            .person("person", person)
            .with("version", label)
            .with("rule", "R-280");
        self.record(now, fact);
        Ok(true)
    }

    /// Who has acknowledged a version, and when.
    ///
    /// # Errors
    /// As [`Tx::rule_versions`].
    pub fn acknowledged(&mut self, version: i64) -> Result<Vec<(PersonId, EpochMs)>> {
        self.rows(ACKNOWLEDGED, &[version.into()], |row| Ok((row.int("person_id")?, row.int("at")?)))
    }
}
