//! How contacts, arrivals, their comparisons and the mark on an appointment stand is what the lines of the register say:
//! recomputed here by other means, after any history, and the same again when everything is decided anew.

use super::histories::{Step, all_arrivals, carry_out};
use super::{NOON, person, write};
use crate::engines::Database;
use domain::calendar::{DAY, HOUR, MINUTE};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use store::Cause;

use super::desk::{Desk, at};

const LINES: &str = "SELECT letter || '|' || CAST(no AS TEXT) || '|' || kind || '|' || CAST(person_id AS TEXT) || '|' \
    || CAST(at AS TEXT) || '|' || CAST(seq AS TEXT) || '|' || CASE WHEN undone_at IS NULL THEN '' ELSE 'undone' END \
    || '|' || body FROM register_entry ORDER BY seq";
const CONTACTS: &str = "SELECT 'C' || CAST(no AS TEXT) || ' ' || kind || ' ' || CAST(person AS TEXT) || ' ' || \
    COALESCE(CAST(to_person AS TEXT), '-') || ' ' || COALESCE(CAST(appointment AS TEXT), '-') || ' ' || \
    CAST(at AS TEXT) || ' ' || CAST(seq AS TEXT) || ' ' || channel || ' [' || known || '] ' || \
    CASE WHEN record THEN 'r' ELSE '' END || CASE WHEN remark THEN 'm' ELSE '' END || \
    CASE WHEN reached THEN 'a' ELSE '' END || CASE WHEN cover THEN 'c' ELSE '' END || \
    CASE WHEN touched THEN 't' ELSE '' END || CASE WHEN booking_words THEN 'b' ELSE '' END || \
    CASE WHEN both_online THEN 'o' ELSE '' END || ' ' || COALESCE(outcome, '-') || ' ' || state FROM contact ORDER BY no";
const ARRIVALS: &str = "SELECT 'D' || CAST(no AS TEXT) || ' ' || CAST(recorder AS TEXT) || ' ' || CAST(recorded_at AS TEXT) \
    || ' ' || CAST(seq AS TEXT) || ' ' || CAST(arrived_at AS TEXT) || ' ' || arrived_day || ' ' || \
    COALESCE(visit_kind, '-') || ' ' || COALESCE(channel, '-') || ' [' || missing || '] ' || \
    COALESCE(CAST(spend_fen AS TEXT), '-') || ' ' || CASE WHEN is_false THEN 'false' ELSE '' END || ' ' || \
    COALESCE(CAST(giver AS TEXT), '-') || ' ' || COALESCE(CAST(receiver AS TEXT), '-') || ' ' || \
    COALESCE(CAST(signer AS TEXT), '-') FROM arrival WHERE state = 'open' ORDER BY no";
const MATCHES: &str = "SELECT CAST(m.arrival AS TEXT) || ' ' || CAST(m.appointment AS TEXT) || ' ' || \
    COALESCE(CAST(m.confirmed AS TEXT), '-') || ' ' || CASE WHEN m.verified AND NOT a.is_false THEN 'v' ELSE '-' END \
    || ' ' || m.items || ' ' || m.standing || CASE WHEN m.in_question THEN ' q' ELSE '' END \
    FROM arrival_match m JOIN arrival a ON a.no = m.arrival WHERE a.state = 'open' ORDER BY m.arrival, m.appointment";
/// Those that a verdict stands on. What merely came near is told to help, and by what is known of it now.
const IN_QUESTION: &str = "SELECT CAST(m.arrival AS TEXT) || ' ' || CAST(m.appointment AS TEXT) || ' ' || m.items || ' ' || \
    m.standing || CASE WHEN m.verified THEN ' v' ELSE '' END FROM arrival_match m JOIN arrival a ON a.no = m.arrival \
    WHERE a.state = 'open' AND m.in_question ORDER BY m.arrival, m.appointment";
const MARKS: &str = "SELECT CAST(no AS TEXT) || ' ' || COALESCE(CAST(arrived AS TEXT), '-') FROM appointment \
    WHERE state <> 'undone' ORDER BY no";
const VERDICTS: &str = "SELECT CAST(no AS TEXT) || ' ' || COALESCE(CAST(credited AS TEXT), '-') || ' ' || \
    COALESCE(CAST(appointment AS TEXT), '-') || ' ' || step || ' ' || rule || ' ' || settled || ' ' || outcome \
    FROM arrival ORDER BY no";
/// Arrivals with none, or with more than one decision that no other took the place of.
const NOT_ONE: &str = "SELECT CAST(a.no AS TEXT) FROM arrival a WHERE (SELECT COUNT(*) FROM credit_decision d \
    WHERE d.arrival = a.no AND NOT EXISTS (SELECT 1 FROM credit_decision l WHERE l.replaces = d.no)) <> 1 ORDER BY a.no";

/// A line as it stands in the table.
struct Line {
    letter: String,
    no: i64,
    kind: String,
    by: String,
    at: String,
    seq: String,
    undone: bool,
    body: Value,
}

async fn lines(database: &Database) -> Vec<Line> {
    let read = |row: String| {
        let mut parts = row.splitn(8, '|').map(str::to_owned);
        let mut next = || parts.next().expect("eight parts");
        Line {
            letter: next(),
            no: next().parse().expect("a number"),
            kind: next(),
            by: next(),
            at: next(),
            seq: next(),
            undone: next() == "undone",
            body: serde_json::from_str(&next()).expect("JSON"),
        }
    };
    database.column(LINES).await.into_iter().map(read).collect()
}

/// A value as the tables show it.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().map(shown).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}

fn contacts(lines: &[Line]) -> Vec<String> {
    let contact = |line: &Line| {
        let said = |field: &str| shown(&line.body[field]);
        let flags: String = [
            ("record", 'r'),
            ("remark", 'm'),
            ("reached", 'a'),
            ("cover", 'c'),
            ("touched", 't'),
            ("booking_words", 'b'),
            ("both_online", 'o'),
        ]
        .into_iter()
        .filter_map(|(field, flag)| (line.body[field] == true).then_some(flag))
        .collect();
        format!(
            "C{} {} {} {} {} {} {} {} [{}] {flags} {} {}",
            line.no,
            line.kind,
            line.by,
            said("to"),
            said("appointment"),
            line.at,
            line.seq,
            said("channel"),
            said("known"),
            said("outcome"),
            if line.undone { "undone" } else { "open" }
        )
    };
    lines.iter().filter(|line| line.letter == "C").map(contact).collect()
}

/// The lines of each arrival that stands.
fn of_arrivals(lines: &[Line]) -> BTreeMap<i64, Vec<&Line>> {
    let mut arrivals: BTreeMap<i64, Vec<&Line>> = BTreeMap::new();
    for line in lines.iter().filter(|line| line.letter == "D") {
        arrivals.entry(line.no).or_default().push(line);
    }
    arrivals.retain(|_, lines| !lines[0].undone);
    for lines in arrivals.values_mut() {
        lines.retain(|line| !line.undone);
    }
    arrivals
}

fn arrivals(lines: &[Line]) -> Vec<String> {
    let arrival = |(no, lines): (i64, Vec<&Line>)| {
        let newest = |kinds: &[&str]| lines.iter().rev().find(|line| kinds.contains(&line.kind.as_str()));
        let first = lines[0];
        let form = &newest(&["recorded", "corrected"]).expect("it was recorded").body;
        let said = |field: &str| shown(&form[field]);
        let is_false = newest(&["false"]).is_some_and(|line| line.body["false"] == true);
        let lent = newest(&["lending"]);
        let party = |field: &str| lent.map_or("-".to_owned(), |line| shown(&line.body[field]));
        format!(
            "D{no} {} {} {} {} {} {} {} [{}] {} {} {} {} {}",
            first.by,
            first.at,
            first.seq,
            said("arrived_at"),
            said("day"),
            said("kind"),
            said("channel"),
            said("missing"),
            said("spend_fen"),
            if is_false { "false" } else { "" },
            party("giver"),
            party("receiver"),
            party("signer")
        )
    };
    of_arrivals(lines).into_iter().map(arrival).collect()
}

/// What people said who looked, by arrival and appointment.
fn looks(lines: &[Line]) -> BTreeMap<(i64, i64), bool> {
    let mut looks = BTreeMap::new();
    for (no, lines) in of_arrivals(lines) {
        for line in lines.into_iter().filter(|line| line.kind == "matched") {
            let appointment = line.body["appointment"].as_i64().expect("a number");
            looks.insert((no, appointment), line.body["same"] == true);
        }
    }
    looks
}

/// Compares the tables with what the lines say.
async fn compare(database: &Database, told: &str) {
    let lines = lines(database).await;
    assert_eq!(database.column(CONTACTS).await, contacts(&lines), "{told}: contacts");
    assert_eq!(database.column(ARRIVALS).await, arrivals(&lines), "{told}: arrivals");
    assert_eq!(database.column(NOT_ONE).await, Vec::<String>::new(), "{told}: not one verdict");
    let looks = looks(&lines);
    let mut looked = BTreeSet::new();
    let mut came: BTreeMap<i64, i64> = BTreeMap::new();
    for row in database.column(MATCHES).await {
        let parts: Vec<&str> = row.split(' ').collect();
        let (arrival, appointment) =
            (parts[0].parse().expect("a number"), parts[1].parse().expect("a number"));
        let said = match parts[2] {
            "-" => None,
            same => Some(same == "1"),
        };
        assert_eq!(
            said,
            looks.get(&(arrival, appointment)).copied(),
            "{told}: D{arrival} and Y{appointment}"
        );
        looked.insert((arrival, appointment));
        if parts[3] == "v" {
            let newest = came.entry(appointment).or_insert(arrival);
            *newest = arrival.max(*newest);
        }
    }
    for row in database.column(MARKS).await {
        let (no, arrived) = row.split_once(' ').expect("two parts");
        let expected = came.get(&no.parse().expect("a number")).map_or("-".to_owned(), i64::to_string);
        assert_eq!(arrived, expected, "{told}: who came for Y{no}");
    }
}

pub(super) async fn the_tables_are_what_the_lines_say(database: Database) {
    let store = database.open(NOON).await;
    let mut people = Vec::new();
    for name in ["张三", "李四", "王五", "赵六"] {
        people.push(person(&store, name).await);
    }
    let seed = super::seed();
    let mut random = StdRng::seed_from_u64(seed);
    let mut now = at("03-02 09:00");
    for number in 0..40 {
        now += [0, 0, MINUTE, HOUR, DAY][random.random_range(0..5)];
        let (step, by) = (Step::any(&mut random), random.random_range(0..3));
        let (people, taken) = (people.clone(), step.clone());
        write(&store, move |tx| carry_out(tx, &taken, &people, now, by)).await;
        if number % 4 == 3 {
            compare(&database, &format!("seed {seed}, step {number}, {step:?}")).await;
        }
    }
    let mut before = Vec::new();
    for sql in [VERDICTS, IN_QUESTION, MARKS] {
        before.push(database.column(sql).await);
    }
    write(&store, move |tx| {
        let desk = Desk::new();
        for arrival in all_arrivals(tx)? {
            tx.redecide(arrival.no, Cause::Corrected, desk.judge(now))?;
        }
        Ok(())
    })
    .await;
    for (sql, before) in [VERDICTS, IN_QUESTION, MARKS].into_iter().zip(before) {
        assert_eq!(database.column(sql).await, before, "seed {seed}: decided anew, it is as it was");
    }
}
