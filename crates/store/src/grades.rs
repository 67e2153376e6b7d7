//! 等级: what each week fixed for whom, kept for ever, and how newcomers began.

use crate::error::{Error, Result};
use crate::event::Fact;
use crate::sql::{Row, Tx};
use chrono::NaiveDate;
use domain::allocation::{Fixed, Grade, Held, Newcomer, Start};
use domain::rights::{Over, Undoing};
use domain::{EpochMs, PersonId};
use serde_json::{Value, json};
use std::collections::HashMap;

/// What a week fixed for somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeekGrade {
    /// Whose.
    pub person: PersonId,
    /// The week, place and grade.
    pub fixed: Fixed,
    /// Credited arrivals of the week before.
    pub arrivals: u32,
    /// Whether he was in the average; who was not kept what he had.
    pub counted: bool,
    /// The rule that decided.
    pub rule: String,
}

/// What everybody has on a day.
#[derive(Clone, Debug, Default)]
pub struct Grades {
    day: NaiveDate,
    fixed: HashMap<PersonId, Fixed>,
    newcomers: HashMap<PersonId, Newcomer>,
}

impl Grades {
    /// What somebody has.
    pub fn of(&self, person: PersonId) -> Held {
        Held::on(self.day, self.fixed.get(&person).copied(), self.newcomers.get(&person))
    }

    /// How somebody began, when that was said.
    pub fn newcomer(&self, person: PersonId) -> Option<&Newcomer> {
        self.newcomers.get(&person)
    }
}

const FIX: &str = "INSERT INTO grade (week, person, grade, arrivals, place, counted, rule) \
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (person, week) DO NOTHING";
const NEWEST: &str = "SELECT week, person, grade, arrivals, place, counted, rule FROM grade \
    WHERE week = (SELECT MAX(week) FROM grade WHERE week <= $1) ORDER BY place, person";
const OF: &str = "SELECT week, person, grade, arrivals, place, counted, rule FROM grade WHERE person = $1 \
    ORDER BY week DESC LIMIT $2";
const NEWCOMERS: &str =
    "SELECT person, start, from_day, until_day, medium_from FROM newcomer ORDER BY person";
const PUT_NEWCOMER: &str = "INSERT INTO newcomer (person, start, from_day, until_day, medium_from) \
    VALUES ($1, $2, $3, $4, $5) ON CONFLICT (person) DO UPDATE SET start = excluded.start, \
    from_day = excluded.from_day, until_day = excluded.until_day, medium_from = excluded.medium_from";
const DROP_NEWCOMER: &str = "DELETE FROM newcomer WHERE person = $1";

fn corrupt() -> Error {
    Error::Corrupt("grade".to_owned())
}

fn read(row: &Row<'_>) -> Result<WeekGrade> {
    Ok(WeekGrade {
        person: row.int("person")?,
        fixed: Fixed {
            week: row.date("week")?,
            grade: Grade::of_code(&row.text("grade")?).ok_or_else(corrupt)?,
            place: row.count("place")?,
        },
        arrivals: row.count("arrivals")?,
        counted: row.flag("counted")?,
        rule: row.text("rule")?,
    })
}

fn read_newcomer(row: &Row<'_>) -> Result<Newcomer> {
    Ok(Newcomer {
        person: row.int("person")?,
        start: Start::of_code(&row.text("start")?).ok_or_else(corrupt)?,
        from: row.date("from_day")?,
        until: row.date("until_day")?,
        medium_from: row.opt_date("medium_from")?,
    })
}

/// A newcomer as an event keeps him.
fn kept(newcomer: Option<&Newcomer>) -> Value {
    newcomer.map_or(Value::Null, |one| {
        json!([
            one.start.code(),
            one.from.to_string(),
            one.until.to_string(),
            one.medium_from.map(|day| day.to_string())
        ])
    })
}

fn unkept(person: PersonId, value: &Value) -> Option<Newcomer> {
    let [start, from, until, medium_from] = value.as_array()?.as_slice() else { return None };
    let day = |value: &Value| value.as_str().and_then(|day| day.parse::<NaiveDate>().ok());
    Some(Newcomer {
        person,
        start: Start::of_code(start.as_str()?)?,
        from: day(from)?,
        until: day(until)?,
        medium_from: day(medium_from),
    })
}

impl Tx<'_> {
    /// Fixes somebody's grade for a week; false when it was fixed before. Event `grade.assigned`.
    ///
    /// # Errors
    /// When it cannot be written; the same for the writers below.
    pub fn fix_grade(&mut self, _by: &Over, new: &WeekGrade, quota: u32, now: EpochMs) -> Result<bool> {
        let params = [
            new.fixed.week.into(),
            new.person.into(),
            new.fixed.grade.code().into(),
            new.arrivals.into(),
            new.fixed.place.into(),
            new.counted.into(),
            new.rule.as_str().into(),
        ];
        if self.exec(FIX, &params)? == 0 {
            return Ok(false);
        }
        let fact = Fact::new("grade.assigned", None)
            .person("person", new.person)
            .with("week", new.fixed.week.to_string())
            .with("grade", new.fixed.grade.code())
            .with("quota", quota)
            .with("arrivals", new.arrivals)
            .with("counted", new.counted)
            .with("rule", new.rule.as_str());
        self.record(now, fact);
        Ok(true)
    }

    /// What was fixed last up to a day, best place first: a week has everybody who took conversations then.
    ///
    /// # Errors
    /// When it cannot be read; the same for the readers below.
    pub fn week_grades(&mut self, day: NaiveDate) -> Result<Vec<WeekGrade>> {
        self.rows(NEWEST, &[day.into()], read)
    }

    /// Somebody's weeks, the newest first.
    ///
    /// # Errors
    /// As [`Tx::week_grades`].
    pub fn grades_of(&mut self, person: PersonId, most: u32) -> Result<Vec<WeekGrade>> {
        self.rows(OF, &[person.into(), most.into()], read)
    }

    /// What everybody has on a day, newcomers included.
    ///
    /// # Errors
    /// As [`Tx::week_grades`].
    pub fn grades_on(&mut self, day: NaiveDate) -> Result<Grades> {
        let fixed = self.week_grades(day)?.into_iter().map(|row| (row.person, row.fixed)).collect();
        let newcomers = self.rows(NEWCOMERS, &[], read_newcomer)?;
        let newcomers = newcomers.into_iter().map(|one| (one.person, one)).collect();
        Ok(Grades { day, fixed, newcomers })
    }

    /// Says how a newcomer begins, or that a lead has confirmed him. Events `newcomer.started`, `newcomer.confirmed`.
    ///
    /// # Errors
    /// As [`Tx::fix_grade`].
    pub fn set_newcomer(
        &mut self,
        by: &Over,
        newcomer: &Newcomer,
        before: Option<&Newcomer>,
        now: EpochMs,
    ) -> Result<()> {
        self.put_newcomer(newcomer)?;
        let fact = match newcomer.medium_from {
            None => Fact::new("newcomer.started", by.by())
                .with("start", newcomer.start.code())
                .with("from", newcomer.from.to_string())
                .with("until", newcomer.until.to_string()),
            Some(from) => Fact::new("newcomer.confirmed", by.by()).with("from", from.to_string()),
        };
        let rule = if newcomer.start == Start::Trial { "R-215" } else { "R-216" };
        let fact = fact.person("person", newcomer.person).with("rule", rule).with("before", kept(before));
        self.record(now, fact);
        Ok(())
    }

    fn put_newcomer(&mut self, newcomer: &Newcomer) -> Result<()> {
        let params = [
            newcomer.person.into(),
            newcomer.start.code().into(),
            newcomer.from.into(),
            newcomer.until.into(),
            newcomer.medium_from.into(),
        ];
        self.exec(PUT_NEWCOMER, &params).map(|_| ())
    }

    /// What was said of a newcomer is as before, by what its event kept.
    ///
    /// # Errors
    /// As [`Tx::fix_grade`].
    pub fn undo_newcomer(&mut self, _by: &Undoing, person: PersonId, before: &Value) -> Result<()> {
        match unkept(person, before) {
            Some(newcomer) => self.put_newcomer(&newcomer),
            None => self.exec(DROP_NEWCOMER, &[person.into()]).map(|_| ()),
        }
    }
}
