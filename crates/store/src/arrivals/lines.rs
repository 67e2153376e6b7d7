//! The lines of an arrival, what they say together, and its row.

use super::{NewArrival, StoredArrival};
use crate::credit::row;
use crate::error::{Error, Result};
use crate::register::ledger::{Letter, Line};
use crate::sql::{Row, Tx};
use chrono::NaiveDate;
use domain::attribution::Lending;
use domain::matching::{FormField, Outcome, VisitKind};
use domain::registration::{Channel, Moment};
use domain::{EpochMs, PersonId};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

pub(super) const RECORDED: &str = "recorded";
pub(super) const CORRECTED: &str = "corrected";
pub(super) const MATCHED: &str = "matched";
pub(super) const FALSE: &str = "false";
pub(super) const LENDING: &str = "lending";

const INSERT: &str = "INSERT INTO arrival (no, subject, recorder, recorded_at, seq, arrived_at, arrived_day, visit_kind, \
    channel, missing, spend_fen, is_false, forfeited, state, outcome, step, rule, settled, decision_no) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, 'open', '', '', '', '', 0)";
const UPDATE: &str = "UPDATE arrival SET arrived_at = $2, arrived_day = $3, visit_kind = $4, channel = $5, missing = $6, \
    spend_fen = $7, is_false = $8, giver = $9, receiver = $10, signer = $11 WHERE no = $1";

/// What the lines of an arrival that were not taken back say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Recorded {
    pub(crate) recorder: PersonId,
    pub(crate) when: Moment,
    pub(crate) arrived_at: EpochMs,
    pub(crate) day: NaiveDate,
    pub(crate) kind: Option<VisitKind>,
    pub(crate) channel: Option<Channel>,
    pub(crate) missing: Vec<FormField>,
    pub(crate) spend_fen: Option<i64>,
    pub(crate) is_false: bool,
    pub(crate) lending: Option<Lending>,
    /// What people said who looked, by appointment.
    pub(crate) confirmed: BTreeMap<i64, bool>,
}

fn corrupt() -> Error {
    Error::Corrupt("register_entry body".to_owned())
}

pub(super) fn body(new: &NewArrival<'_>, day: NaiveDate) -> String {
    json!({
        "arrived_at": new.arrived_at,
        "day": day.to_string(),
        "kind": new.kind.map(VisitKind::word),
        "channel": new.channel.map(Channel::word),
        "missing": codes(new.missing),
        "spend_fen": new.spend_fen,
    })
    .to_string()
}

pub(super) fn lending_body(lending: Option<Lending>) -> String {
    lending
        .map_or_else(
            || json!({}),
            |lending| json!({"giver": lending.giver, "receiver": lending.receiver, "signer": lending.signer}),
        )
        .to_string()
}

pub(super) fn codes(missing: &[FormField]) -> Vec<&'static str> {
    missing.iter().map(|field| field.code()).collect()
}

impl Recorded {
    /// What the lines say; `None` when the recording was taken back.
    pub(crate) fn fold(lines: &[Line]) -> Result<Option<Recorded>> {
        let mut recorded: Option<Recorded> = None;
        for line in lines.iter().filter(|line| line.undone_at.is_none()) {
            let said: Map<String, Value> = serde_json::from_str(&line.body).map_err(|_| corrupt())?;
            let whole = |field: &str| said.get(field).and_then(Value::as_i64);
            let word = |field: &str| said.get(field).and_then(Value::as_str);
            match (line.kind.as_str(), recorded.as_mut()) {
                (RECORDED | CORRECTED, before) => {
                    let missing: Option<Vec<FormField>> =
                        said.get("missing").and_then(Value::as_array).and_then(|list| {
                            list.iter().map(|code| FormField::of_code(code.as_str()?)).collect()
                        });
                    let facts = Recorded {
                        recorder: line.by,
                        when: line.when,
                        arrived_at: whole("arrived_at").ok_or_else(corrupt)?,
                        day: word("day").and_then(|day| day.parse().ok()).ok_or_else(corrupt)?,
                        kind: word("kind").and_then(VisitKind::read),
                        channel: word("channel").and_then(Channel::of_word),
                        missing: missing.ok_or_else(corrupt)?,
                        spend_fen: whole("spend_fen"),
                        is_false: false,
                        lending: None,
                        confirmed: BTreeMap::new(),
                    };
                    recorded = Some(match before {
                        None => facts,
                        Some(before) => Recorded {
                            recorder: before.recorder,
                            when: before.when,
                            is_false: before.is_false,
                            lending: before.lending,
                            confirmed: std::mem::take(&mut before.confirmed),
                            ..facts
                        },
                    });
                }
                (MATCHED, Some(recorded)) => {
                    let same = said.get("same").and_then(Value::as_bool);
                    let (no, same) = whole("appointment").zip(same).ok_or_else(corrupt)?;
                    recorded.confirmed.insert(no, same);
                }
                (FALSE, Some(recorded)) => {
                    recorded.is_false = said.get("false").and_then(Value::as_bool).ok_or_else(corrupt)?;
                }
                (LENDING, Some(recorded)) => {
                    let parties = whole("giver").zip(whole("receiver"));
                    recorded.lending =
                        parties.map(|(giver, receiver)| Lending { giver, receiver, signer: whole("signer") });
                }
                _ => return Ok(None),
            }
        }
        Ok(recorded)
    }
}

/// The word of an outcome in rows.
fn outcome_word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Verified => "verified",
        Outcome::Several => "several",
        Outcome::Weak => "weak",
        Outcome::Invalid => "invalid",
        Outcome::Unregistered => "unregistered",
    }
}

const OUTCOMES: [Outcome; 5] =
    [Outcome::Verified, Outcome::Several, Outcome::Weak, Outcome::Invalid, Outcome::Unregistered];

/// Reads an arrival's row.
pub(crate) fn read(row: &Row<'_>) -> Result<StoredArrival> {
    let corrupt = |column: &str| Error::Corrupt(format!("arrival {column}"));
    let missing = row.text("missing")?;
    let missing: Option<Vec<FormField>> =
        missing.split(' ').filter(|code| !code.is_empty()).map(FormField::of_code).collect();
    let outcome = row.text("outcome")?;
    let parties = row.opt_int("giver")?.zip(row.opt_int("receiver")?);
    let signer = row.opt_int("signer")?;
    Ok(StoredArrival {
        no: row.int("no")?,
        recorder: row.int("recorder")?,
        recorded: Moment { at: row.int("recorded_at")?, seq: row.int("seq")? },
        arrived_at: row.int("arrived_at")?,
        day: row.date("arrived_day")?,
        kind: row.opt_text("visit_kind")?.as_deref().and_then(VisitKind::read),
        channel: row.opt_text("channel")?.as_deref().and_then(Channel::of_word),
        missing: missing.ok_or_else(|| corrupt("missing"))?,
        spend_fen: row.opt_int("spend_fen")?,
        is_false: row.flag("is_false")?,
        lending: parties.map(|(giver, receiver)| Lending { giver, receiver, signer }),
        forfeited: row.flag("forfeited")?,
        outcome: OUTCOMES
            .into_iter()
            .find(|one| outcome_word(*one) == outcome)
            .ok_or_else(|| corrupt("outcome"))?,
        credit: row::standing(row)?,
    })
}

impl Tx<'_> {
    /// What the lines of an arrival say.
    pub(crate) fn recorded(&mut self, no: i64) -> Result<Option<Recorded>> {
        Recorded::fold(&self.lines(Letter::Arrival, no)?)
    }

    /// Begins an arrival's row; what is decided about it follows in the same transaction.
    pub(super) fn insert_arrival(&mut self, no: i64, said: &Recorded) -> Result<()> {
        let missing = codes(&said.missing).join(" ");
        let case = Letter::Arrival.label(no);
        let params = [
            no.into(),
            (&case).into(),
            said.recorder.into(),
            said.when.at.into(),
            said.when.seq.into(),
            said.arrived_at.into(),
            said.day.into(),
            said.kind.map(VisitKind::word).into(),
            said.channel.map(Channel::word).into(),
            (&missing).into(),
            said.spend_fen.into(),
            false.into(),
        ];
        self.exec(INSERT, &params).map(|_| ())
    }

    /// Writes how an arrival stands by its lines.
    pub(super) fn update_arrival(&mut self, no: i64, said: &Recorded) -> Result<()> {
        let missing = codes(&said.missing).join(" ");
        let params = [
            no.into(),
            said.arrived_at.into(),
            said.day.into(),
            said.kind.map(VisitKind::word).into(),
            said.channel.map(Channel::word).into(),
            (&missing).into(),
            said.spend_fen.into(),
            said.is_false.into(),
            said.lending.map(|lending| lending.giver).into(),
            said.lending.map(|lending| lending.receiver).into(),
            said.lending.and_then(|lending| lending.signer).into(),
        ];
        self.exec(UPDATE, &params).map(|_| ())
    }

    /// Notes what the comparison with the register said.
    pub(super) fn set_outcome(&mut self, no: i64, outcome: Outcome) -> Result<()> {
        const SET: &str = "UPDATE arrival SET outcome = $2 WHERE no = $1";
        self.exec(SET, &[no.into(), outcome_word(outcome).into()]).map(|_| ())
    }
}
