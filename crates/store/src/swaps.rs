//! Swaps of shifts (换班, `W…`): the partner agrees, then somebody who leads both approves; only then the rota changes
//!

use crate::error::{Error, Result};
use crate::event::Fact;
use crate::sql::{Row, Tx};
use chrono::NaiveDate;
use domain::rights::{Over, Record, Tend};
use domain::{EpochMs, PersonId};

/// How a swap stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SwapState {
    /// Waits for the partner.
    Asked,
    /// Waits for the lead.
    Agreed,
    /// Approved; the rota has changed.
    Approved,
    /// Refused by the partner or the lead.
    Refused,
    /// Taken back by whoever asked.
    Withdrawn,
}

impl SwapState {
    const ALL: [SwapState; 5] =
        [SwapState::Asked, SwapState::Agreed, SwapState::Approved, SwapState::Refused, SwapState::Withdrawn];

    fn word(self) -> &'static str {
        match self {
            SwapState::Asked => "asked",
            SwapState::Agreed => "agreed",
            SwapState::Approved => "approved",
            SwapState::Refused => "refused",
            SwapState::Withdrawn => "withdrawn",
        }
    }
}

/// A swap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Swap {
    /// Number: W2 is 2.
    pub no: i64,
    /// Who asked.
    pub asker: PersonId,
    /// With whom.
    pub partner: PersonId,
    /// The asker's day.
    pub date: NaiveDate,
    /// The partner's day; the same where both work on one day.
    pub other_date: NaiveDate,
    /// How it stands.
    pub state: SwapState,
}

const ADD: &str = "INSERT INTO swap (no, asker, partner, date, other_date, asked_at, state) \
    VALUES ($1, $2, $3, $4, $5, $6, 'asked')";
const ONE: &str = "SELECT no, asker, partner, date, other_date, state FROM swap WHERE no = $1";
const OPEN: &str = "SELECT no, asker, partner, date, other_date, state FROM swap \
    WHERE state IN ('asked', 'agreed') AND date >= $1 ORDER BY no";
const APPROVED: &str = "SELECT no, asker, partner, date, other_date, state FROM swap \
    WHERE state = 'approved' AND (date = $3 OR other_date = $3) \
    AND ((asker = $1 AND partner = $2) OR (asker = $2 AND partner = $1)) ORDER BY no LIMIT 1";
const STAND: &str =
    "UPDATE swap SET state = $2, decided_by = $3, decided_at = $4 WHERE no = $1 AND state = $5";

fn read(row: &Row<'_>) -> Result<Swap> {
    let state = row.text("state")?;
    let state = SwapState::ALL.into_iter().find(|known| known.word() == state);
    Ok(Swap {
        no: row.int("no")?,
        asker: row.int("asker")?,
        partner: row.int("partner")?,
        date: row.date("date")?,
        other_date: row.date("other_date")?,
        state: state.ok_or_else(|| Error::Corrupt("swap state".to_owned()))?,
    })
}

impl Swap {
    /// As people read it: `W2`.
    pub fn label(&self) -> String {
        format!("W{}", self.no)
    }
}

impl Tx<'_> {
    /// Writes a request to swap down and gives it its number.
    ///
    /// # Errors
    /// When it cannot be written; the same for the writers below.
    pub fn request_swap(
        &mut self,
        by: &Record,
        partner: PersonId,
        date: NaiveDate,
        other_date: NaiveDate,
        now: EpochMs,
    ) -> Result<Swap> {
        let no = self.next_number("W")?;
        let params =
            [no.into(), by.person().into(), partner.into(), date.into(), other_date.into(), now.into()];
        self.exec(ADD, &params)?;
        let swap = Swap { no, asker: by.person(), partner, date, other_date, state: SwapState::Asked };
        let fact = Fact::new("swap.requested", Some(by.person()))
            .about(swap.label())
            .with("swap", swap.label())
            .person("by", by.person())
            .person("partner", partner)
            .with("date", date.to_string())
            .with("other_date", other_date.to_string())
            .with("rule", "R-186");
        self.record(now, fact);
        Ok(swap)
    }

    /// The partner answers; false when he is not asked any more.
    ///
    /// # Errors
    /// As [`Tx::request_swap`].
    pub fn answer_swap(&mut self, by: &Record, swap: &Swap, agrees: bool, now: EpochMs) -> Result<bool> {
        let state = if agrees { SwapState::Agreed } else { SwapState::Refused };
        if swap.partner != by.person() || !self.stand_swap(swap, SwapState::Asked, state, by.person(), now)? {
            return Ok(false);
        }
        self.note_swap(swap, by.person(), agrees, !agrees, now);
        Ok(true)
    }

    /// Approves or refuses what both agreed on; false when it does not wait for that any more. The rota is changed by
    /// whoever calls.
    ///
    /// # Errors
    /// As [`Tx::request_swap`].
    pub fn decide_swap(&mut self, by: &Over, swap: &Swap, approved: bool, now: EpochMs) -> Result<bool> {
        let Some(decider) = by.by() else { return Ok(false) };
        let state = if approved { SwapState::Approved } else { SwapState::Refused };
        if !self.stand_swap(swap, SwapState::Agreed, state, decider, now)? {
            return Ok(false);
        }
        self.note_swap(swap, decider, approved, true, now);
        Ok(true)
    }

    /// Takes one's own request back as long as nobody has approved it; false when it is too late.
    ///
    /// # Errors
    /// As [`Tx::request_swap`].
    pub fn withdraw_swap(&mut self, by: &Tend, swap: &Swap, now: EpochMs) -> Result<bool> {
        let open = matches!(swap.state, SwapState::Asked | SwapState::Agreed) && by.owner() == swap.asker;
        if !open || !self.stand_swap(swap, swap.state, SwapState::Withdrawn, by.by(), now)? {
            return Ok(false);
        }
        let fact = Fact::new("swap.withdrawn", Some(by.by()))
            .about(swap.label())
            .with("swap", swap.label())
            .person("by", by.by())
            .with("rule", "R-186");
        self.record(now, fact);
        Ok(true)
    }

    fn stand_swap(
        &mut self,
        swap: &Swap,
        from: SwapState,
        to: SwapState,
        by: PersonId,
        now: EpochMs,
    ) -> Result<bool> {
        let params = [swap.no.into(), to.word().into(), by.into(), now.into(), from.word().into()];
        Ok(self.exec(STAND, &params)? == 1)
    }

    fn note_swap(&mut self, swap: &Swap, by: PersonId, approved: bool, last: bool, now: EpochMs) {
        let fact = Fact::new("swap.decided", Some(by))
            .about(swap.label())
            .with("swap", swap.label())
            .person("by", by)
            .with("approved", approved)
            .with("final", last)
            .with("rule", "R-186");
        self.record(now, fact);
    }

    /// A swap.
    ///
    /// # Errors
    /// When it cannot be read; the same for the reader below.
    pub fn swap(&mut self, no: i64) -> Result<Option<Swap>> {
        self.row(ONE, &[no.into()], read)
    }

    /// The approved swap of two on a day, whoever of them asked.
    ///
    /// # Errors
    /// As [`Tx::swap`].
    pub fn approved_swap(&mut self, one: PersonId, other: PersonId, day: NaiveDate) -> Result<Option<Swap>> {
        self.row(APPROVED, &[one.into(), other.into(), day.into()], read)
    }

    /// Swaps from a day on that wait for somebody.
    ///
    /// # Errors
    /// As [`Tx::swap`].
    pub fn open_swaps(&mut self, from: NaiveDate) -> Result<Vec<Swap>> {
        self.rows(OPEN, &[from.into()], read)
    }
}
