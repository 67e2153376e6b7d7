//! 医院名单: what the hospital says who came in a month. A list is a draft until somebody applies it; the rows are
//! sealed with the key of their month, and what the comparison said of each stands beside it.

use super::case_of;
use crate::cipher::Place;
use crate::error::{Error, Result};
use crate::event::Fact;
use crate::register::ledger::{as_json, of_json};
use crate::sql::{Row, Tx};
use chrono::NaiveDate;
use domain::patient::Patient;
use domain::privacy::Field;
use domain::reconciliation::{Fit, ListRow, Month, Ours, Pairing, Why, pair};
use domain::rights::{Over, Undoing};
use domain::settings::Book;
use domain::{EpochMs, PersonId};
use std::collections::HashMap;

/// The number of a list.
pub type ListNo = i64;

/// What the comparison said of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RowFit {
    /// 对上.
    Matched,
    /// 拿不准.
    Unsure,
    /// Not with us.
    NotOurs,
}

/// A row as the comparison left it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedRow {
    /// Its line.
    pub line: u32,
    /// The day of the visit.
    pub day: Option<NaiveDate>,
    /// What it is.
    pub fit: RowFit,
    /// The arrivals that it is or may be.
    pub arrivals: Vec<i64>,
    /// Why a person has to look.
    pub why: Option<Why>,
}

/// A hospital's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HospitalList {
    /// Its number.
    pub no: ListNo,
    /// The month.
    pub month: Month,
    /// The groups that it is of; `None`: everybody.
    pub teams: Option<Vec<i64>>,
    /// Who brought it; `None` for the operator.
    pub by: Option<PersonId>,
    /// When.
    pub at: EpochMs,
    /// The rows by line.
    pub rows: Vec<ListedRow>,
}

impl HospitalList {
    /// What it says of an arrival.
    pub fn fit(&self, arrival: i64) -> Fit {
        let found = self.rows.iter().find(|row| row.arrivals.contains(&arrival)).map(|row| row.fit);
        match found {
            Some(RowFit::Matched) => Fit::Listed,
            Some(RowFit::Unsure) => Fit::Unsure,
            Some(RowFit::NotOurs) | None => Fit::NotListed,
        }
    }

    /// Whether it says anything of a group's people.
    pub fn covers(&self, team: Option<i64>) -> bool {
        self.teams.as_ref().is_none_or(|teams| team.is_some_and(|team| teams.contains(&team)))
    }

    /// The rows of a kind.
    pub fn rows_of(&self, fit: RowFit) -> impl Iterator<Item = &ListedRow> {
        self.rows.iter().filter(move |row| row.fit == fit)
    }
}

/// A visit of the list that we do not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownVisit {
    /// The row's line.
    pub line: u32,
    /// The day.
    pub day: Option<NaiveDate>,
    /// Name and number, masked.
    pub masked: Vec<String>,
    /// Appointments with the same number.
    pub appointments: Vec<i64>,
}

const ADD: &str = "INSERT INTO hospital_list (month, teams, by_person, at, state) \
    VALUES ($1, $2, $3, $4, 'draft') RETURNING no";
const ADD_ROW: &str = "INSERT INTO hospital_row (list, line, visit_day, sealed, fit, arrivals) \
    VALUES ($1, $2, $3, $4, 'not_ours', '')";
const SET_FIT: &str =
    "UPDATE hospital_row SET fit = $3, arrivals = $4, why = $5 WHERE list = $1 AND line = $2";
const FORGET_FITS: &str =
    "UPDATE hospital_row SET fit = 'not_ours', arrivals = '', why = NULL WHERE list = $1";
const DROP_DRAFT_ROWS: &str = "DELETE FROM hospital_row WHERE list IN (SELECT no FROM hospital_list \
    WHERE state = 'draft' AND COALESCE(by_person, 0) = $1)";
const DROP_DRAFTS: &str =
    "UPDATE hospital_list SET state = 'dropped' WHERE state = 'draft' AND COALESCE(by_person, 0) = $1";
const DRAFT_OF: &str = "SELECT no, month, teams, by_person, at FROM hospital_list \
    WHERE state = 'draft' AND COALESCE(by_person, 0) = $1 ORDER BY no DESC LIMIT 1";
const ONE: &str = "SELECT no, month, teams, by_person, at FROM hospital_list WHERE no = $1";
const LIVE: &str = "SELECT no, month, teams, by_person, at FROM hospital_list \
    WHERE month = $1 AND state = 'live' ORDER BY no DESC";
const REPLACE: &str = "UPDATE hospital_list SET state = 'replaced' \
    WHERE month = $1 AND teams = $2 AND state = 'live' AND no <> $3";
const APPLY: &str = "UPDATE hospital_list SET state = 'live' WHERE no = $1 AND state = 'draft'";
const TAKE_BACK: &str = "UPDATE hospital_list SET state = 'dropped' WHERE no = $1 AND state = 'live'";
const EARLIER: &str = "UPDATE hospital_list SET state = 'live' WHERE no = (SELECT MAX(no) FROM hospital_list \
    WHERE month = $1 AND teams = $2 AND state = 'replaced')";
const ROWS: &str =
    "SELECT line, visit_day, fit, arrivals, why FROM hospital_row WHERE list = $1 ORDER BY line";
const SEALED: &str = "SELECT line, visit_day, sealed FROM hospital_row WHERE list = $1 ORDER BY line";
const CAME: &str = "SELECT no, arrived_day FROM arrival WHERE arrived_day >= $1 AND arrived_day <= $2 \
    AND state = 'open' AND is_false = $3 ORDER BY no";

fn corrupt(what: &str) -> Error {
    Error::Corrupt(what.to_owned())
}

fn list(row: &Row<'_>) -> Result<HospitalList> {
    let teams = row.text("teams")?;
    let numbers: Option<Vec<i64>> = teams.split_whitespace().map(|team| team.parse().ok()).collect();
    let numbers = numbers.ok_or_else(|| corrupt("hospital_list teams"))?;
    Ok(HospitalList {
        no: row.int("no")?,
        month: super::month_of(row)?,
        teams: (!numbers.is_empty()).then_some(numbers),
        by: row.opt_int("by_person")?,
        at: row.int("at")?,
        rows: Vec::new(),
    })
}

fn line_of(row: &Row<'_>) -> Result<u32> {
    u32::try_from(row.int("line")?).map_err(|_| corrupt("hospital_row line"))
}

fn listed(row: &Row<'_>) -> Result<ListedRow> {
    let fit = match row.text("fit")?.as_str() {
        "matched" => RowFit::Matched,
        "unsure" => RowFit::Unsure,
        "not_ours" => RowFit::NotOurs,
        _ => return Err(corrupt("hospital_row fit")),
    };
    let arrivals: Option<Vec<i64>> =
        row.text("arrivals")?.split_whitespace().map(|arrival| arrival.parse().ok()).collect();
    let why = match row.opt_text("why")? {
        Some(code) => Some(Why::of_code(&code).ok_or_else(|| corrupt("hospital_row why"))?),
        None => None,
    };
    Ok(ListedRow {
        line: line_of(row)?,
        day: row.opt_date("visit_day")?,
        fit,
        arrivals: arrivals.ok_or_else(|| corrupt("hospital_row arrivals"))?,
        why,
    })
}

fn place(list: ListNo, line: u32) -> Place {
    Place::of("hospital_row", "sealed", &[&list.to_string(), &line.to_string()])
}

fn teams_text(teams: Option<&[i64]>) -> String {
    let mut teams = teams.unwrap_or_default().to_vec();
    teams.sort_unstable();
    teams.iter().map(i64::to_string).collect::<Vec<_>>().join(" ")
}

impl Tx<'_> {
    /// Keeps a list as a draft in the place of an earlier draft of the same person, and compares it. `teams` are the
    /// groups that it is of; `None`: everybody.
    ///
    /// # Errors
    /// When it cannot be written; the same for the writers below.
    pub fn draft_list(
        &mut self,
        by: &Over,
        month: Month,
        teams: Option<&[i64]>,
        rows: &[ListRow],
        book: &Book,
        now: EpochMs,
    ) -> Result<HospitalList> {
        let author = by.by().unwrap_or(0);
        self.exec(DROP_DRAFT_ROWS, &[author.into()])?;
        self.exec(DROP_DRAFTS, &[author.into()])?;
        let (code, teams) = (month.code(), teams_text(teams));
        let params = [(&code).into(), (&teams).into(), by.by().into(), now.into()];
        let no = self.exec_row(ADD, &params, |row| row.int("no"))?.ok_or_else(|| corrupt("hospital_list"))?;
        let case = case_of(month);
        for row in rows {
            let text = as_json(&row.patient.fields());
            // Its retention begins when the month is over.
            let closed = Some(month.over_from());
            let sealed = self.shut_in_case(&case, closed, &place(no, row.line), &text)?;
            self.exec(ADD_ROW, &[no.into(), row.line.into(), row.day.into(), (&sealed).into()])?;
        }
        self.compare_list(by, no, book)?;
        self.hospital_list(no)?.ok_or_else(|| corrupt("hospital_list"))
    }

    /// Applies a draft in the place of the earlier list of the same groups; event `reconciliation.imported`. False when it
    /// is no draft any more.
    ///
    /// # Errors
    /// As [`Tx::draft_list`].
    pub fn apply_list(&mut self, by: &Over, no: ListNo, book: &Book, now: EpochMs) -> Result<bool> {
        let Some(list) = self.row(ONE, &[no.into()], list)? else { return Ok(false) };
        let (code, teams) = (list.month.code(), teams_text(list.teams.as_deref()));
        if self.exec(APPLY, &[no.into()])? == 0 {
            return Ok(false);
        }
        self.exec(REPLACE, &[(&code).into(), (&teams).into(), no.into()])?;
        let pairing = self.compare_list(by, no, book)?;
        let fact = Fact::new("reconciliation.imported", by.by())
            .about(case_of(list.month))
            .with("month", code)
            .with("list", no)
            .with("rows", pairing.matched.len() + pairing.unsure.len() + pairing.not_ours.len())
            .with("matched", pairing.matched.len())
            .with("unsure", pairing.unsure.len())
            .with("not_ours", pairing.not_ours.len())
            .with("not_listed", pairing.not_listed.len())
            .with("rule", "R-380");
        self.record(now, fact);
        Ok(true)
    }

    /// Takes an applied list back; the one that it replaced is in force again. False when it is not in force.
    ///
    /// # Errors
    /// As [`Tx::draft_list`].
    pub fn undo_list(&mut self, _by: &Undoing, no: ListNo) -> Result<bool> {
        let Some(list) = self.row(ONE, &[no.into()], list)? else { return Ok(false) };
        if self.exec(TAKE_BACK, &[no.into()])? == 0 {
            return Ok(false);
        }
        let (code, teams) = (list.month.code(), teams_text(list.teams.as_deref()));
        self.exec(EARLIER, &[(&code).into(), (&teams).into()])?;
        Ok(true)
    }

    /// Compares a list with the arrivals as they are now, by the six fields of R-079, and keeps what came of it.
    ///
    /// # Errors
    /// As [`Tx::draft_list`].
    pub fn compare_list(&mut self, _by: &Over, no: ListNo, book: &Book) -> Result<Pairing> {
        let Some(list) = self.row(ONE, &[no.into()], list)? else { return Ok(Pairing::default()) };
        let rows = self.open_rows(&list)?;
        let span = list.month.span();
        let params = [span.from.into(), span.to.into(), false.into()];
        let came = self.rows(CAME, &params, |row| Ok((row.int("no")?, row.date("arrived_day")?)))?;
        let mut ours = Vec::with_capacity(came.len());
        for (arrival, day) in came {
            let fields = self.open_fields(&format!("D{arrival}"))?;
            let patient = Patient::of_fields(fields.iter().map(|(field, text)| (*field, text.as_str())));
            ours.push(Ours { arrival, day, patient });
        }
        let pairing = pair(&rows, &ours, book);
        self.exec(FORGET_FITS, &[no.into()])?;
        for pair in &pairing.matched {
            let arrival = pair.arrival.to_string();
            let params =
                [no.into(), pair.line.into(), "matched".into(), (&arrival).into(), None::<&str>.into()];
            self.exec(SET_FIT, &params)?;
        }
        for unsure in &pairing.unsure {
            let arrivals = teams_text(Some(&unsure.arrivals));
            let why = Some(unsure.why.code());
            let params = [no.into(), unsure.line.into(), "unsure".into(), (&arrivals).into(), why.into()];
            self.exec(SET_FIT, &params)?;
        }
        Ok(pairing)
    }

    /// The rows of a list, opened; none when their month was forgotten.
    fn open_rows(&mut self, list: &HospitalList) -> Result<Vec<ListRow>> {
        let sealed = self.rows(SEALED, &[list.no.into()], |row| {
            Ok((line_of(row)?, row.opt_date("visit_day")?, row.bytes("sealed")?))
        })?;
        let case = case_of(list.month);
        let mut rows = Vec::with_capacity(sealed.len());
        for (line, day, sealed) in sealed {
            let opened = self.open_in_case(&case, &place(list.no, line), &sealed, "hospital_row sealed")?;
            let Some(text) = opened else { continue };
            let fields = of_json(&text)?;
            let patient = Patient::of_fields(fields.iter().map(|(field, text)| (*field, text.as_str())));
            rows.push(ListRow { line, day, patient });
        }
        Ok(rows)
    }

    /// A list with its rows.
    ///
    /// # Errors
    /// When it cannot be read; the same for the readers below.
    pub fn hospital_list(&mut self, no: ListNo) -> Result<Option<HospitalList>> {
        let Some(found) = self.row(ONE, &[no.into()], list)? else { return Ok(None) };
        Ok(Some(self.with_rows(found)?))
    }

    /// The draft of somebody; without one, of the operator.
    ///
    /// # Errors
    /// As [`Tx::hospital_list`].
    pub fn draft_of(&mut self, by: Option<PersonId>) -> Result<Option<HospitalList>> {
        let Some(found) = self.row(DRAFT_OF, &[by.unwrap_or(0).into()], list)? else { return Ok(None) };
        Ok(Some(self.with_rows(found)?))
    }

    /// The lists of a month that are in force, the newest first; of a group's people the newest one that covers it counts.
    ///
    /// # Errors
    /// As [`Tx::hospital_list`].
    pub fn live_lists(&mut self, month: Month) -> Result<Vec<HospitalList>> {
        let code = month.code();
        let found = self.rows(LIVE, &[(&code).into()], list)?;
        found.into_iter().map(|found| self.with_rows(found)).collect()
    }

    fn with_rows(&mut self, mut list: HospitalList) -> Result<HospitalList> {
        list.rows = self.rows(ROWS, &[list.no.into()], listed)?;
        Ok(list)
    }

    /// The first visits of a list that we do not have, at the most so many: masked, with the appointments of the same
    /// number.
    ///
    /// # Errors
    /// As [`Tx::hospital_list`].
    pub fn unknown_visits(&mut self, list: &HospitalList, most: usize) -> Result<Vec<UnknownVisit>> {
        let rows: HashMap<u32, ListRow> =
            self.open_rows(list)?.into_iter().map(|row| (row.line, row)).collect();
        let mut visits = Vec::new();
        for row in list.rows_of(RowFit::NotOurs).take(most) {
            let Some(opened) = rows.get(&row.line) else { continue };
            let shown = opened.patient.fields().into_iter();
            let shown = shown.filter(|(field, _)| matches!(field, Field::Name | Field::Phone));
            let appointments = match &opened.patient.phone {
                Some(phone) => self.find_by(Field::Phone, phone.key())?,
                None => Vec::new(),
            };
            visits.push(UnknownVisit {
                line: row.line,
                day: row.day,
                masked: shown.map(|(field, text)| field.mask(&text)).collect(),
                appointments: appointments
                    .iter()
                    .filter_map(|case| case.strip_prefix('Y')?.parse().ok())
                    .collect(),
            });
        }
        Ok(visits)
    }
}
