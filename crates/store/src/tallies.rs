//! 统计: what people did in a span of days, read from sums that triggers keep a person and day, and a person and month
//! (`tally_day`, `tally_month`). Whatever changes a report, an appointment, an arrival or the rota changes its sums in the
//! same transaction; [`Tx::recounted`] counts all of it anew and says where the two differ.

use crate::error::Result;
use crate::sql::{Row, Tx};
use chrono::NaiveDate;
use domain::calendar::{next_day, previous_day};
use domain::ranking::{Counts, Tally};
use domain::reconciliation::Month;
use domain::settings::catalogue::ranking::COUNT_UNANSWERED;
use domain::{PersonId, Span};
use std::collections::BTreeMap;

macro_rules! sums {
    ($from:literal) => {
        concat!(
            "SELECT p.id AS person, CAST(SUM(t.shifts) AS BIGINT) AS shifts, \
             CAST(SUM(t.reports) AS BIGINT) AS reports, CAST(SUM(t.dialogues) AS BIGINT) AS dialogues, \
             CAST(SUM(t.unanswered) AS BIGINT) AS unanswered, CAST(SUM(t.appointments) AS BIGINT) AS appointments, \
             CAST(SUM(t.arrivals) AS BIGINT) AS arrivals FROM person p CROSS JOIN ",
            $from
        )
    };
}

// The people come first, and each one's days lie together: a span costs what it holds, and needs no sorting.
const DAYS: &str = sums!("tally_day t WHERE t.person = p.id AND t.day >= $1 AND t.day <= $2 GROUP BY p.id");
const MONTHS: &str =
    sums!("tally_month t WHERE t.person = p.id AND t.month >= $1 AND t.month <= $2 GROUP BY p.id");
const DAYS_OF: &str = "SELECT person, day, shifts, reports, dialogues, unanswered, appointments, arrivals \
    FROM tally_day WHERE person = $1 AND day >= $2 AND day <= $3 ORDER BY day";

const REGISTERED_BY: &str = "SELECT no, state, class FROM appointment WHERE owner = $1 AND registered_day >= $2 \
    AND registered_day <= $3 AND state <> 'undone' ORDER BY no";

macro_rules! counted {
    ($unanswered:literal, $rest:literal) => {
        concat!(
            "SELECT person, day, CAST(SUM(shifts) AS BIGINT) AS shifts, CAST(SUM(reports) AS BIGINT) AS reports, \
             CAST(SUM(dialogues) AS BIGINT) AS dialogues, CAST(SUM(unanswered) AS BIGINT) AS unanswered, \
             CAST(SUM(appointments) AS BIGINT) AS appointments, CAST(SUM(arrivals) AS BIGINT) AS arrivals FROM (\
             SELECT person_id AS person, date AS day, 1 AS shifts, 0 AS reports, 0 AS dialogues, 0 AS unanswered, \
              0 AS appointments, 0 AS arrivals FROM rota WHERE start_at IS NOT NULL \
             UNION ALL SELECT r.person_id, r.date, 0, 1, r.dialogues, COALESCE(",
            $unanswered,
            ", 0), 0, 0 FROM report r WHERE r.undone_at IS NULL \
              AND NOT EXISTS (SELECT 1 FROM report n WHERE n.person_id = r.person_id AND n.date = r.date \
              AND n.undone_at IS NULL AND n.revision > r.revision) \
             UNION ALL SELECT owner, registered_day, 0, 0, 0, 0, 1, 0 FROM appointment \
              WHERE state = 'open' AND class <> 'invalid' \
             UNION ALL SELECT credited, arrived_day, 0, 0, 0, 0, 0, 1 FROM arrival WHERE state = 'open' \
              AND credited IS NOT NULL AND settled <> 'suggested' AND NOT forfeited",
            $rest
        )
    };
}

macro_rules! fill {
    ($unanswered:literal) => {
        concat!(
            "INSERT INTO tally_day (person, day, shifts, reports, dialogues, unanswered, appointments, arrivals) ",
            counted!($unanswered, ") AS found GROUP BY person, day")
        )
    };
}

macro_rules! off {
    ($unanswered:literal) => {
        counted!(
            $unanswered,
            " UNION ALL SELECT person, day, -shifts, -reports, -dialogues, -unanswered, -appointments, -arrivals \
            FROM tally_day) AS found GROUP BY person, day HAVING SUM(shifts) <> 0 OR SUM(reports) <> 0 \
            OR SUM(dialogues) <> 0 OR SUM(unanswered) <> 0 OR SUM(appointments) <> 0 OR SUM(arrivals) <> 0 \
            ORDER BY person, day LIMIT $1"
        )
    };
}

const FILL: [&str; 2] =
    [fill!("json_extract(r.figures, '$.\"未应答\"')"), fill!("(r.figures::json ->> '未应答')::bigint")];
// What was counted is taken off again: what is left stands in one of the two alone.
const OFF_DAYS: [&str; 2] =
    [off!("json_extract(r.figures, '$.\"未应答\"')"), off!("(r.figures::json ->> '未应答')::bigint")];
const OFF_MONTHS: &str = "SELECT person, month FROM (\
    SELECT person, substr(day, 1, 7) AS month, shifts, reports, dialogues, unanswered, appointments, arrivals FROM tally_day \
    UNION ALL SELECT person, month, -shifts, -reports, -dialogues, -unanswered, -appointments, -arrivals \
    FROM tally_month) AS found GROUP BY person, month HAVING SUM(shifts) <> 0 OR SUM(reports) <> 0 \
    OR SUM(dialogues) <> 0 OR SUM(unanswered) <> 0 OR SUM(appointments) <> 0 OR SUM(arrivals) <> 0 \
    ORDER BY person, month LIMIT $1";

fn read(row: &Row<'_>) -> Result<Counts> {
    Ok(Counts {
        person: row.int("person")?,
        shifts: row.count("shifts")?,
        reports: row.count("reports")?,
        dialogues: row.count("dialogues")?,
        unanswered: row.count("unanswered")?,
        appointments: row.count("appointments")?,
        arrivals: row.count("arrivals")?,
    })
}

/// The whole months of a span, and what of it lies before and after them.
fn split(span: Span) -> (Option<Span>, Option<(Month, Month)>, Option<Span>) {
    let first = Month::of(span.from);
    let first = if first.span().from == span.from { first } else { Month::of(first.over_from()) };
    let last = Month::of(span.to);
    let last = if last.span().to == span.to { last } else { last.previous() };
    if last < first {
        return (Some(span), None, None);
    }
    let (start, end) = (first.span().from, last.span().to);
    let head = (span.from < start).then(|| Span { from: span.from, to: previous_day(start) });
    let tail = (end < span.to).then(|| Span { from: next_day(end), to: span.to });
    (head, Some((first, last)), tail)
}

/// Whether an appointment counts for its owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registered {
    /// It does.
    Counted,
    /// 已取消.
    Cancelled,
    /// 无效.
    Invalid,
}

const DROP_DAYS: &str = "DELETE FROM tally_day";
const DROP_MONTHS: &str = "DELETE FROM tally_month";

/// Migration 17: counts what is there.
pub(crate) fn fill(tx: &mut Tx<'_>) -> Result<()> {
    tx.count_anew()
}

impl Tx<'_> {
    /// The sums of everybody who did anything in a span of days, or had a shift in it, by person.
    ///
    /// # Errors
    /// When they cannot be read; the same for the readers below.
    pub fn counts(&mut self, span: Span) -> Result<Vec<Counts>> {
        let (head, months, tail) = split(span);
        let mut all: BTreeMap<PersonId, Counts> = BTreeMap::new();
        let mut add = |found: Vec<Counts>| {
            for counts in found {
                all.entry(counts.person).and_modify(|sum| *sum = *sum + counts).or_insert(counts);
            }
        };
        for days in [head, tail].into_iter().flatten() {
            add(self.rows(DAYS, &[days.from.into(), days.to.into()], read)?);
        }
        if let Some((first, last)) = months {
            let (first, last) = (first.code(), last.code());
            add(self.rows(MONTHS, &[(&first).into(), (&last).into()], read)?);
        }
        Ok(all.into_values().collect())
    }

    /// The figures of everybody who had a shift in the span or filed a report for it, by person: appointments by the day
    /// of their registration, neither cancelled nor invalid; arrivals by their day, as far as their credit is settled
    /// and not forfeited; dialogues as reported, with the no-answers where the rules of the last day say so.
    ///
    /// # Errors
    /// As [`Tx::counts`].
    pub fn tallies(&mut self, span: Span) -> Result<Vec<Tally>> {
        let unanswered = self.directory()?.book().is_on(&COUNT_UNANSWERED, span.to);
        let listed = self.counts(span)?.into_iter().filter(Counts::is_listed);
        Ok(listed.map(|counts| counts.tally(unanswered)).collect())
    }

    /// A person's sums of each day of a span on which there is anything, in order.
    ///
    /// # Errors
    /// As [`Tx::counts`].
    pub fn counts_by_day(&mut self, person: PersonId, span: Span) -> Result<Vec<(NaiveDate, Counts)>> {
        let params = [person.into(), span.from.into(), span.to.into()];
        self.rows(DAYS_OF, &params, |row| Ok((row.date("day")?, read(row)?)))
    }

    /// What somebody registered in a span of days, by number, and whether it counts.
    ///
    /// # Errors
    /// As [`Tx::counts`].
    pub fn registered_by(&mut self, owner: PersonId, span: Span) -> Result<Vec<(i64, Registered)>> {
        let params = [owner.into(), span.from.into(), span.to.into()];
        self.rows(REGISTERED_BY, &params, |row| {
            let counts = match (row.text("state")?.as_str(), row.text("class")?.as_str()) {
                ("open", "invalid") => Registered::Invalid,
                ("open", _) => Registered::Counted,
                _ => Registered::Cancelled,
            };
            Ok((row.int("no")?, counts))
        })
    }

    /// Throws the sums away and counts everything again; the triggers carry the days into their months.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn count_anew(&mut self) -> Result<()> {
        self.exec(DROP_DAYS, &[])?;
        self.exec(DROP_MONTHS, &[])?;
        self.exec(FILL[usize::from(self.is_postgres())], &[]).map(|_| ())
    }

    /// Counts everything anew from what the sums are of; answers where they differ, as `12 2026-03-02`, at most so many of
    /// the days and of the months. Empty when all is as it should be.
    ///
    /// # Errors
    /// As [`Tx::counts`].
    pub fn recounted(&mut self, most: u32) -> Result<Vec<String>> {
        let told = |row: &Row<'_>, column| Ok(format!("{} {}", row.int("person")?, row.text(column)?));
        let mut off =
            self.rows(OFF_DAYS[usize::from(self.is_postgres())], &[most.into()], |row| told(row, "day"))?;
        off.extend(self.rows(OFF_MONTHS, &[most.into()], |row| told(row, "month"))?);
        Ok(off)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_its_whole_months_and_what_is_left() {
        let d = |text: &str| text.parse::<NaiveDate>().expect("a date");
        let cases = [
            ("2026-03-02", "2026-03-08", "2026-03-02..2026-03-08 -"),
            ("2026-02-01", "2026-02-28", "2026-02..2026-02"),
            ("2024-02-01", "2024-02-28", "2024-02-01..2024-02-28 -"),
            ("2025-12-31", "2026-02-01", "2025-12-31..2025-12-31 2026-01..2026-01 2026-02-01..2026-02-01"),
            ("2025-12-29", "2026-01-04", "2025-12-29..2026-01-04 -"),
            ("2025-01-01", "2026-12-31", "2025-01..2026-12"),
        ];
        for (from, to, expected) in cases {
            let (head, months, tail) = split(Span { from: d(from), to: d(to) });
            let days = |span: Span| format!("{}..{}", span.from, span.to);
            let months =
                months.map_or("-".to_owned(), |(from, to)| format!("{}..{}", from.code(), to.code()));
            let parts: Vec<String> =
                [head.map(days), Some(months), tail.map(days)].into_iter().flatten().collect();
            assert_eq!(parts.join(" "), expected, "{from} to {to}");
        }
    }
}
