//! A decision as a row and as JSON.

use super::{Cause, ClaimEnded, Credit, CreditClocks, CreditDecision, CreditState};
use crate::error::{Error, Result};
use crate::event::Fact;
use crate::register::ledger::Letter;
use crate::register::terms::source;
use crate::sql::Row;
use chrono::NaiveDate;
use domain::Role;
use domain::attribution::Step;
use serde_json::{Map, Value, json};

const STATES: [CreditState; 4] =
    [CreditState::Decided, CreditState::Suggested, CreditState::Confirmed, CreditState::Overridden];
const CAUSES: [Cause; 6] =
    [Cause::Recorded, Cause::Corrected, Cause::Confirmed, Cause::Overridden, Cause::Closed, Cause::Reopened];

impl CreditState {
    /// The word in rows.
    pub fn code(self) -> &'static str {
        match self {
            CreditState::Decided => "decided",
            CreditState::Suggested => "suggested",
            CreditState::Confirmed => "confirmed",
            CreditState::Overridden => "overridden",
        }
    }
}

impl Cause {
    /// The word in rows and events.
    pub fn code(self) -> &'static str {
        match self {
            Cause::Recorded => "recorded",
            Cause::Corrected => "corrected",
            Cause::Confirmed => "confirmed",
            Cause::Overridden => "overridden",
            Cause::Closed => "closed",
            Cause::Reopened => "reopened",
        }
    }
}

fn corrupt(what: &str) -> Error {
    Error::Corrupt(format!("credit {what}"))
}

/// What stands, from the columns that an arrival and a decision share but for two names.
fn read_as(row: &Row<'_>, to: &str, decision: &str) -> Result<Credit> {
    let state = row.text("settled")?;
    let confirm_by = row.opt_text("confirm_by")?;
    let from = row.opt_text("source")?;
    Ok(Credit {
        to: row.opt_int(to)?,
        appointment: row.opt_int("appointment")?,
        step: Step::of_code(&row.text("step")?).ok_or_else(|| corrupt("step"))?,
        rule: row.text("rule")?,
        confirm_by: confirm_by
            .map(|word| Role::from_word(&word).ok_or_else(|| corrupt("confirm_by")))
            .transpose()?,
        source: from.map(|code| source(&code).ok_or_else(|| corrupt("source"))).transpose()?,
        state: STATES.into_iter().find(|one| one.code() == state).ok_or_else(|| corrupt("settled"))?,
        decision: row.int(decision)?,
    })
}

/// What stands of an arrival, from its own row.
pub(crate) fn standing(row: &Row<'_>) -> Result<Credit> {
    read_as(row, "credited", "decision_no")
}

/// Reads a decision's row.
pub(super) fn read(row: &Row<'_>) -> Result<CreditDecision> {
    let cause = row.text("cause")?;
    let body: Map<String, Value> = serde_json::from_str(&row.text("body")?).map_err(|_| corrupt("body"))?;
    let list = |field: &str| body.get(field).and_then(Value::as_array).cloned().unwrap_or_default();
    let line = |line: &Value| line.as_str().map(str::to_owned);
    let lines: Option<Vec<String>> = list("lines").iter().map(line).collect();
    let claims: Option<Vec<ClaimEnded>> = list("candidates").iter().map(claim).collect();
    let clocks = match body.get("clocks") {
        None | Some(Value::Null) => None,
        Some(said) => Some(clocks(said).ok_or_else(|| corrupt("clocks"))?),
    };
    Ok(CreditDecision {
        arrival: row.int("arrival")?,
        at: row.int("at")?,
        credit: read_as(row, "to_person", "no")?,
        replaces: row.opt_int("replaces")?,
        cause: CAUSES.into_iter().find(|one| one.code() == cause).ok_or_else(|| corrupt("cause"))?,
        by: row.opt_int("by_person")?,
        lines: lines.ok_or_else(|| corrupt("lines"))?,
        claims: claims.ok_or_else(|| corrupt("candidates"))?,
        clocks,
    })
}

fn claim(said: &Value) -> Option<ClaimEnded> {
    let number = |label: &str| label.strip_prefix(Letter::Appointment.word())?.parse().ok();
    Some(ClaimEnded {
        person: said.get("person")?.get("$p")?.as_i64()?,
        appointment: match said.get("no")? {
            Value::Null => None,
            label => Some(number(label.as_str()?)?),
        },
        step: Step::of_code(said.get("step")?.as_str()?)?,
        rule: said.get("rule")?.as_str()?.to_owned(),
    })
}

fn clocks(said: &Value) -> Option<CreditClocks> {
    let day = |field: &str| said.get(field)?.as_str()?.parse::<NaiveDate>().ok();
    Some(CreditClocks {
        base: day("base")?,
        protected_until: day("protected_until")?,
        credit_until: day("credit_until")?,
    })
}

/// What a decision says besides its columns.
pub(super) fn body(lines: &[String], claims: &[ClaimEnded], clocks: Option<CreditClocks>) -> String {
    let claims: Vec<Value> = claims
        .iter()
        .map(|claim| {
            json!({
                "person": Fact::person_value(claim.person),
                "no": claim.appointment.map(|no| Letter::Appointment.label(no)),
                "step": claim.step.code(),
                "rule": claim.rule,
            })
        })
        .collect();
    let clocks = clocks.map(|clocks| {
        json!({
            "base": clocks.base.to_string(),
            "protected_until": clocks.protected_until.to_string(),
            "credit_until": clocks.credit_until.to_string(),
        })
    });
    json!({"lines": lines, "candidates": claims, "clocks": clocks}).to_string()
}
