//! 登记流水: the lines of appointments (Y), contacts (C) and arrivals (D). One sequence numbers them all, so that it is
//! known what came first within one millisecond. A line is never changed but for being taken back.

use crate::cipher::Place;
use crate::error::{Error, Result};
use crate::sql::{AT_ONCE, Row, Tx, at_once};
use domain::privacy::Field;
use domain::registration::Moment;
use domain::{EpochMs, PersonId};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

const ADD: &str = "INSERT INTO register_entry (at, person_id, kind, no, body, sealed, letter) \
    VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING seq";
const LINES: &str = "SELECT seq, at, person_id, kind, body, sealed, undone_at FROM register_entry \
    WHERE letter = $1 AND no = $2 ORDER BY seq";
const LINES_OF: &str = "SELECT no, seq, at, person_id, kind, body, sealed, undone_at FROM register_entry WHERE letter = $33 AND no IN \
    ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, \
    $25, $26, $27, $28, $29, $30, $31, $32) ORDER BY no, seq";
const COUNT: &str = "SELECT COUNT(*) AS count FROM register_entry WHERE letter = $1 AND no = $2";
const NO_OF: &str = "SELECT no FROM register_entry WHERE seq = $1 AND letter = $2";
const TAKE_BACK: &str = "UPDATE register_entry SET undone_at = $2 WHERE seq = $1 AND undone_at IS NULL";

/// Of what a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Letter {
    /// 预约.
    Appointment,
    /// 咨询, 跳转, 回访.
    Contact,
    /// 到诊.
    Arrival,
}

impl Letter {
    /// As it stands before the number.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Letter::Appointment => "Y",
            Letter::Contact => "C",
            Letter::Arrival => "D",
        }
    }

    /// Between which subjects its cases are found: from the first, up to the second.
    pub(crate) fn cases(self) -> (&'static str, &'static str) {
        match self {
            Letter::Appointment => ("Y", "Z"),
            Letter::Contact => ("C", "D"),
            Letter::Arrival => ("D", "E"),
        }
    }

    /// The number of a case; `None` when it is another letter's.
    pub(crate) fn number(self, case: &str) -> Option<i64> {
        case.strip_prefix(self.word()).and_then(|no| no.parse().ok())
    }

    /// The case in the vault, and what people read.
    pub(crate) fn label(self, no: i64) -> String {
        format!("{}{no}", self.word())
    }
}

/// A line.
pub(crate) struct Line {
    /// When, with its number.
    pub(crate) when: Moment,
    /// Who wrote it.
    pub(crate) by: PersonId,
    /// What it says, in a word.
    pub(crate) kind: String,
    /// What it says, as JSON.
    pub(crate) body: String,
    /// What of it names the patient.
    pub(crate) sealed: Option<Vec<u8>>,
    /// When it was taken back.
    pub(crate) undone_at: Option<EpochMs>,
}

fn read(row: &Row<'_>) -> Result<Line> {
    Ok(Line {
        when: Moment { at: row.int("at")?, seq: row.int("seq")? },
        by: row.int("person_id")?,
        kind: row.text("kind")?,
        body: row.text("body")?,
        sealed: row.opt_bytes("sealed")?,
        undone_at: row.opt_int("undone_at")?,
    })
}

/// The line's place among those of its number tells it apart from the others of the same instant.
fn place(subject: &str, kind: &str, position: usize) -> Place {
    Place::of("register_entry", "sealed", &[subject, kind, &position.to_string()])
}

/// Fields as one text.
pub(crate) fn as_json(fields: &[(Field, String)]) -> String {
    let map: Map<String, Value> =
        fields.iter().map(|(field, text)| (field.word().to_owned(), text.as_str().into())).collect();
    Value::Object(map).to_string()
}

pub(crate) fn of_json(text: &str) -> Result<Vec<(Field, String)>> {
    let corrupt = || Error::Corrupt("register_entry sealed".to_owned());
    let map: Map<String, Value> = serde_json::from_str(text).map_err(|_| corrupt())?;
    map.into_iter()
        .map(|(word, text)| Some((Field::of_word(&word)?, text.as_str()?.to_owned())))
        .collect::<Option<_>>()
        .ok_or_else(corrupt)
}

/// A line about to be written.
pub(crate) struct NewLine<'a> {
    pub(crate) by: PersonId,
    pub(crate) kind: &'static str,
    pub(crate) body: &'a str,
    /// What of it names the patient, as [`as_json`] makes it; nothing when empty.
    pub(crate) sealed: &'a str,
    pub(crate) now: EpochMs,
}

impl Tx<'_> {
    /// Adds a line; `is_first` spares the look for those before it.
    pub(crate) fn add_line(
        &mut self,
        letter: Letter,
        no: i64,
        is_first: bool,
        new: &NewLine<'_>,
    ) -> Result<Moment> {
        let case = letter.label(no);
        let sealed = match new.sealed {
            "" => None,
            text => {
                let position = if is_first { 0 } else { self.count_lines(letter, no)? };
                Some(self.shut_in_case(&case, None, &place(&case, new.kind, position), text)?)
            }
        };
        let params = [
            new.now.into(),
            new.by.into(),
            new.kind.into(),
            no.into(),
            new.body.into(),
            sealed.as_deref().into(),
            letter.word().into(),
        ];
        let seq = self.exec_row(ADD, &params, |row| row.int("seq"))?;
        let seq = seq.ok_or_else(|| Error::Corrupt("register_entry".to_owned()))?;
        Ok(Moment { at: new.now, seq })
    }

    fn count_lines(&mut self, letter: Letter, no: i64) -> Result<usize> {
        let params = [letter.word().into(), no.into()];
        Ok(self.row(COUNT, &params, |row| row.count("count"))?.unwrap_or(0) as usize)
    }

    /// The lines of a number in order, those that were taken back too.
    pub(crate) fn lines(&mut self, letter: Letter, no: i64) -> Result<Vec<Line>> {
        self.rows(LINES, &[letter.word().into(), no.into()], read)
    }

    /// The lines of several numbers, as [`Tx::lines`] answers them.
    pub(crate) fn lines_of(&mut self, letter: Letter, nos: &[i64]) -> Result<BTreeMap<i64, Vec<Line>>> {
        let mut lines: BTreeMap<i64, Vec<Line>> = BTreeMap::new();
        for nos in nos.chunks(AT_ONCE) {
            let mut params = at_once(nos, |no| (*no).into());
            params.push(letter.word().into());
            for (no, line) in self.rows(LINES_OF, &params, |row| Ok((row.int("no")?, read(row)?)))? {
                lines.entry(no).or_default().push(line);
            }
        }
        Ok(lines)
    }

    /// Whose line it is; `None` when it is of another letter.
    pub(crate) fn no_of_line(&mut self, letter: Letter, seq: i64) -> Result<Option<i64>> {
        self.row(NO_OF, &[seq.into(), letter.word().into()], |row| row.int("no"))
    }

    /// Takes a line back; false when it was before.
    pub(crate) fn take_line_back(&mut self, seq: i64, now: EpochMs) -> Result<bool> {
        Ok(self.exec(TAKE_BACK, &[seq.into(), now.into()])? == 1)
    }

    /// What the line at a position of its number's lines says of the patient; `None` when it says nothing, or the case
    /// was forgotten.
    pub(crate) fn open_line(
        &mut self,
        letter: Letter,
        no: i64,
        position: usize,
        line: &Line,
    ) -> Result<Option<Vec<(Field, String)>>> {
        let Some(sealed) = &line.sealed else { return Ok(None) };
        let case = letter.label(no);
        let place = place(&case, &line.kind, position);
        let opened = self.open_in_case(&case, &place, sealed, "register_entry sealed")?;
        opened.map(|text| of_json(&text)).transpose()
    }
}
