//! 榜的版本: boards as they were posted. A version is provisional, open to objections, or settled; none is changed afterwards,
//! and what is corrected later is another version.

use crate::error::{Error, Result};
use crate::sql::{Row, Tx};
use domain::ranking::{Board, Entry, Line, Order, Tally};
use domain::rights::Over;
use domain::{EpochMs, Period, Span};
use serde_json::{Map, Value, json};

/// How a version stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BoardState {
    /// 暂定: another one follows when the month has been reconciled.
    Provisional,
    /// 公示中.
    Open,
    /// 定版.
    Settled,
}

impl BoardState {
    const ALL: [BoardState; 3] = [BoardState::Provisional, BoardState::Open, BoardState::Settled];

    fn word(self) -> &'static str {
        match self {
            BoardState::Provisional => "provisional",
            BoardState::Open => "open",
            BoardState::Settled => "settled",
        }
    }
}

/// A version of a period's board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostedBoard {
    /// Its row.
    pub no: i64,
    /// Of what.
    pub period: Period,
    /// Of which days.
    pub span: Span,
    /// From 1.
    pub version: u32,
    /// How it stands.
    pub state: BoardState,
    /// The post that takes objections: Q4 is 4.
    pub confirmation: Option<i64>,
    /// When it was posted.
    pub posted_at: EpochMs,
    /// When it was settled.
    pub settled_at: Option<EpochMs>,
    /// It.
    pub board: Board,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT no, period, from_day, to_day, version, state, confirmation, posted_at, settled_at, body \
             FROM ranking_board ",
            $rest
        )
    };
}

const ADD: &str = "INSERT INTO ranking_board (period, from_day, to_day, version, state, confirmation, posted_at, \
    settled_at, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const NEWEST: &str = select!("WHERE period = $1 AND from_day = $2 ORDER BY version DESC LIMIT 1");
const OF_POST: &str = select!("WHERE confirmation = $1 ORDER BY version LIMIT 1");
const SETTLE: &str =
    "UPDATE ranking_board SET state = 'settled', settled_at = $2 WHERE no = $1 AND state = 'open'";

const PERIODS: [Period; 3] = [Period::Day, Period::Week, Period::Month];
const ORDERS: [(Order, &str); 4] = [
    (Order::Arrivals, "arrivals"),
    (Order::Appointments, "appointments"),
    (Order::Rate, "rate"),
    (Order::BookingRate, "booking_rate"),
];

fn body(board: &Board) -> String {
    let order = ORDERS.iter().find(|(order, _)| *order == board.order).map(|(_, word)| *word);
    let lines: Vec<Value> = board
        .all()
        .map(|Line { place, change, entry }| {
            json!({
                "person": entry.tally.person,
                "place": place,
                "change": change,
                "appointments": entry.tally.appointments,
                "arrivals": entry.tally.arrivals,
                "dialogues": entry.tally.dialogues,
                "worked": entry.worked,
                "team": entry.team,
                "unfiled": entry.unfiled,
                "away": entry.away,
            })
        })
        .collect();
    json!({ "order": order, "lines": lines }).to_string()
}

fn line(value: &Value) -> Option<Line> {
    let whole = |field: &str| value.get(field).and_then(Value::as_i64);
    let count = |field: &str| u32::try_from(whole(field)?).ok();
    let flag = |field: &str| value.get(field).and_then(Value::as_bool);
    let place = count("place");
    Some(Line {
        place,
        change: whole("change"),
        entry: Entry {
            tally: Tally {
                person: whole("person")?,
                appointments: count("appointments")?,
                arrivals: count("arrivals")?,
                dialogues: count("dialogues")?,
            },
            worked: count("worked")?,
            team: whole("team"),
            is_new: place.is_none(),
            unfiled: flag("unfiled")?,
            away: flag("away")?,
        },
    })
}

fn of_body(text: &str) -> Option<Board> {
    let body: Map<String, Value> = serde_json::from_str(text).ok()?;
    let order = body.get("order").and_then(Value::as_str)?;
    let (order, _) = ORDERS.into_iter().find(|(_, word)| *word == order)?;
    let lines: Option<Vec<Line>> = body.get("lines")?.as_array()?.iter().map(line).collect();
    Some(Board::of_lines(lines?, order))
}

fn read(row: &Row<'_>) -> Result<PostedBoard> {
    let corrupt = |column: &str| Error::Corrupt(format!("ranking_board {column}"));
    let (period, state) = (row.text("period")?, row.text("state")?);
    Ok(PostedBoard {
        no: row.int("no")?,
        period: PERIODS.into_iter().find(|known| known.code() == period).ok_or_else(|| corrupt("period"))?,
        span: Span { from: row.date("from_day")?, to: row.date("to_day")? },
        version: row.count("version")?,
        state: BoardState::ALL
            .into_iter()
            .find(|known| known.word() == state)
            .ok_or_else(|| corrupt("state"))?,
        confirmation: row.opt_int("confirmation")?,
        posted_at: row.int("posted_at")?,
        settled_at: row.opt_int("settled_at")?,
        board: of_body(&row.text("body")?).ok_or_else(|| corrupt("body"))?,
    })
}

impl Tx<'_> {
    /// Keeps a board as the next version of its period; answers its version.
    ///
    /// # Errors
    /// When it cannot be written; the same for the writer below.
    pub fn keep_board(
        &mut self,
        _by: &Over,
        (period, span): (Period, Span),
        (state, confirmation): (BoardState, Option<i64>),
        board: &Board,
        now: EpochMs,
    ) -> Result<u32> {
        let before = self.posted_board(period, span)?.map_or(0, |before| before.version);
        let version = before.saturating_add(1);
        let settled_at = (state == BoardState::Settled).then_some(now);
        let body = body(board);
        let params = [
            period.code().into(),
            span.from.into(),
            span.to.into(),
            version.into(),
            state.word().into(),
            confirmation.into(),
            now.into(),
            settled_at.into(),
            (&body).into(),
        ];
        self.exec(ADD, &params)?;
        Ok(version)
    }

    /// Settles a version that was open; false when it was not.
    ///
    /// # Errors
    /// As [`Tx::keep_board`].
    pub fn settle_board(&mut self, _by: &Over, no: i64, now: EpochMs) -> Result<bool> {
        Ok(self.exec(SETTLE, &[no.into(), now.into()])? == 1)
    }

    /// The newest version of a period's board.
    ///
    /// # Errors
    /// When it cannot be read; the same for the reader below.
    pub fn posted_board(&mut self, period: Period, span: Span) -> Result<Option<PostedBoard>> {
        self.row(NEWEST, &[period.code().into(), span.from.into()], read)
    }

    /// The board that was opened to the group by a post.
    ///
    /// # Errors
    /// As [`Tx::posted_board`].
    pub fn board_of_post(&mut self, confirmation: i64) -> Result<Option<PostedBoard>> {
        self.row(OF_POST, &[confirmation.into()], read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_board_comes_back_from_its_body() {
        let entry = |person, arrivals| Entry {
            tally: Tally { person, appointments: 8, arrivals, dialogues: 50 },
            worked: 2_500,
            team: Some(person % 2),
            is_new: person == 4,
            unfiled: person == 2,
            away: person == 3,
        };
        let now = vec![entry(1, 3), entry(2, 5), entry(3, 3), entry(4, 9)];
        let before = vec![entry(1, 3), entry(2, 1)];
        let mut board = Board::compose(now, before, Order::BookingRate, false);
        // What the groups won since the period before is not kept.
        for group in &mut board.groups {
            group.change = None;
        }
        assert_eq!(of_body(&body(&board)), Some(board));
        assert_eq!(of_body("{}"), None);
    }
}
