//! 对账: whose arrivals of a month were confirmed, forfeited or are still open, and when a month was opened again (R-378,
//! What the hospital's lists say stands in [`lists`].

mod lists;

pub use lists::{HospitalList, ListNo, ListedRow, RowFit, UnknownVisit};

use crate::arrivals::Judge;
use crate::error::{Error, Result};
use crate::event::Fact;
use crate::sql::{Row, Tx};
use chrono::NaiveDate;
use domain::privacy::Field;
use domain::reconciliation::{Claim, ClaimState, Month, Reopening, Stage, closing, stage};
use domain::rights::{Administer, Decide, Over, Undoing};
use domain::{EpochMs, PersonId};

/// A confirmation of a group's arrivals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Confirmation {
    /// Its number.
    pub no: i64,
    /// How many arrivals it confirmed.
    pub count: u32,
}

/// Arrivals of somebody that were forfeited and that he has not been told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forfeit {
    /// The month.
    pub month: Month,
    /// Whose.
    pub person: PersonId,
    /// The arrivals, in order of their number.
    pub arrivals: Vec<i64>,
}

const CLAIMS: &str = "SELECT a.no, a.arrived_day, a.credited, a.appointment, a.settled, c.person, c.state AS claim \
    FROM arrival a LEFT JOIN reconciliation_claim c ON c.arrival = a.no \
    WHERE a.arrived_day >= $1 AND a.arrived_day <= $2 AND a.state = 'open' ORDER BY a.no";
const OPEN_DAYS: &str = "SELECT DISTINCT a.arrived_day FROM arrival a \
    LEFT JOIN reconciliation_claim c ON c.arrival = a.no \
    WHERE a.arrived_day >= $1 AND a.arrived_day < $2 AND a.state = 'open' AND a.credited IS NOT NULL \
    AND c.arrival IS NULL ORDER BY a.arrived_day";
const CONFIRM: &str = "INSERT INTO reconciliation (month, team, by_person, at, count) VALUES ($1, $2, $3, $4, $5) \
    RETURNING no";
const CLAIM: &str = "INSERT INTO reconciliation_claim (arrival, month, person, state, confirmed, at, told) \
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (arrival) DO NOTHING";
const UNDO: &str = "UPDATE reconciliation SET undone_at = $2 WHERE no = $1 AND undone_at IS NULL";
const UNCLAIM: &str = "DELETE FROM reconciliation_claim WHERE confirmed = $1 AND state = 'confirmed'";
const CONFIRMED_TEAMS: &str =
    "SELECT DISTINCT team FROM reconciliation WHERE month = $1 AND undone_at IS NULL ORDER BY team";
const OPENINGS: &str = "SELECT team, until_day FROM reconciliation_opening WHERE month = $1 ORDER BY no";
const OPENED_UNTIL: &str =
    "SELECT DISTINCT month FROM reconciliation_opening WHERE until_day = $1 ORDER BY month";
const OPEN_AGAIN: &str = "INSERT INTO reconciliation_opening (month, team, until_day, by_person, at) \
    VALUES ($1, $2, $3, $4, $5)";
const CLAIM_AGAIN: &str = "DELETE FROM reconciliation_claim WHERE arrival = $1 AND state = 'forfeited'";
const UNTOLD: &str = "SELECT arrival, month, person FROM reconciliation_claim WHERE NOT told \
    ORDER BY month, person, arrival";
const TOLD: &str = "UPDATE reconciliation_claim SET told = $1 WHERE NOT told";

const TOLD_OF: &str = "UPDATE reconciliation_claim SET told = $2 WHERE arrival = $1";

const CONFIRMED: &str = "confirmed";
const HELD: &str = "held";
const FORFEITED: &str = "forfeited";

/// `None` when it is nobody's (any more).
fn claim(row: &Row<'_>) -> Result<Option<Claim>> {
    let state = match row.opt_text("claim")?.as_deref() {
        None => ClaimState::Open,
        Some(CONFIRMED) => ClaimState::Confirmed,
        Some(HELD) => ClaimState::Held,
        Some(FORFEITED) => ClaimState::Forfeited,
        Some(_) => return Err(Error::Corrupt("reconciliation_claim state".to_owned())),
    };
    // A forfeited one is nobody's credit: whose it would have been, its claim knows.
    let person = match state {
        ClaimState::Forfeited => row.opt_int("person")?,
        _ => row.opt_int("credited")?,
    };
    let Some(person) = person else { return Ok(None) };
    Ok(Some(Claim {
        arrival: row.int("no")?,
        day: row.date("arrived_day")?,
        appointment: row.opt_int("appointment")?,
        person,
        waits: row.text("settled")? == "suggested",
        state,
    }))
}

fn month_of(row: &Row<'_>) -> Result<Month> {
    Month::of_code(&row.text("month")?).ok_or_else(|| Error::Corrupt("reconciliation month".to_owned()))
}

/// The case in the vault that a month's lists are sealed with.
pub(crate) fn case_of(month: Month) -> String {
    format!("M{}", month.code())
}

impl Tx<'_> {
    /// The arrivals of a month with somebody's credit, suggested, held and forfeited ones too, in order of their number.
    ///
    /// # Errors
    /// When they cannot be read; the same for the readers below.
    pub fn claims_in(&mut self, month: Month) -> Result<Vec<Claim>> {
        let span = month.span();
        let claims = self.rows(CLAIMS, &[span.from.into(), span.to.into()], claim)?;
        Ok(claims.into_iter().flatten().collect())
    }

    /// The months before a day, back to another, in which an arrival is neither confirmed nor forfeited nor held.
    ///
    /// # Errors
    /// As [`Tx::claims_in`].
    pub fn open_months(&mut self, from: NaiveDate, before: NaiveDate) -> Result<Vec<Month>> {
        let days = self.rows(OPEN_DAYS, &[from.into(), before.into()], |row| row.date("arrived_day"))?;
        let mut months: Vec<Month> = days.into_iter().map(Month::of).collect();
        months.dedup();
        Ok(months)
    }

    /// Confirms arrivals of a group's people for a month; event `reconciliation.confirmed`. Those that were confirmed,
    /// held or forfeited before are left as they are. `None` when the group is not led by whoever confirms.
    ///
    /// # Errors
    /// When it cannot be written; the same for the writers below.
    pub fn confirm_claims(
        &mut self,
        by: &Decide,
        month: Month,
        team: Option<i64>,
        claims: &[Claim],
        now: EpochMs,
    ) -> Result<Option<Confirmation>> {
        if !by.scope().covers(team) {
            return Ok(None);
        }
        let count = u32::try_from(claims.len()).unwrap_or(u32::MAX);
        let code = month.code();
        let params = [(&code).into(), team.into(), by.person().into(), now.into(), count.into()];
        let no = self.exec_row(CONFIRM, &params, |row| row.int("no"))?;
        let no = no.ok_or_else(|| Error::Corrupt("reconciliation".to_owned()))?;
        for claim in claims {
            self.put_claim(claim, month, CONFIRMED, Some(no), now)?;
        }
        let name = match team {
            Some(team) => self.directory()?.team_name(team).map(str::to_owned),
            None => None,
        };
        let fact = Fact::new("reconciliation.confirmed", Some(by.person()))
            .about(case_of(month))
            .with("month", code)
            .with("team", name)
            .with("count", count)
            .with("arrivals", labels(claims))
            .with("confirmation", no)
            .with("rule", "R-378");
        self.record(now, fact);
        Ok(Some(Confirmation { no, count }))
    }

    /// Takes a confirmation back: its arrivals are open again. False when it was taken back before.
    ///
    /// # Errors
    /// As [`Tx::confirm_claims`].
    pub fn undo_confirmation(&mut self, _by: &Undoing, no: i64, now: EpochMs) -> Result<bool> {
        if self.exec(UNDO, &[no.into(), now.into()])? == 0 {
            return Ok(false);
        }
        self.exec(UNCLAIM, &[no.into()])?;
        Ok(true)
    }

    /// Closes a month for arrivals of one person that nobody has confirmed; event `reconciliation.forfeited`.
    ///
    /// # Errors
    /// As [`Tx::confirm_claims`].
    pub fn forfeit_claims(
        &mut self,
        by: &Over,
        month: Month,
        claims: &[Claim],
        judge: Judge<'_>,
    ) -> Result<()> {
        let Some(person) = claims.first().map(|claim| claim.person) else { return Ok(()) };
        let arrivals: Vec<i64> = claims.iter().map(|claim| claim.arrival).collect();
        for claim in claims {
            self.put_claim(claim, month, FORFEITED, None, judge.now)?;
        }
        self.set_forfeited(&arrivals, true, judge)?;
        let fact = Fact::new("reconciliation.forfeited", by.by())
            .about(case_of(month))
            .with("month", month.code())
            .person("person", person)
            .with("count", claims.len())
            .with("arrivals", labels(claims))
            .with("rule", "R-378");
        self.record(judge.now, fact);
        Ok(())
    }

    /// Forfeits the credit of an arrival that was recorded or corrected when its month was closed already; what
    /// waits for a person is held. Events as [`Tx::forfeit_claims`]. False when the month is not closed for whoever has
    /// it, or when it is nobody's. Whoever records it tells him.
    pub(crate) fn close_late(&mut self, arrival: i64, judge: Judge<'_>) -> Result<bool> {
        let Some(late) = self.arrival(arrival)? else { return Ok(false) };
        let (month, today) = (Month::of(late.day), judge.calendar.date(judge.now));
        let Some(person) = late.credit.to.filter(|_| month.over_from() <= today) else { return Ok(false) };
        let team = self.directory()?.person(person).and_then(|person| person.team);
        let reopenings = self.reopenings(month)?;
        if !matches!(stage(judge.book, month, team, &reopenings, today), Stage::Closed { .. }) {
            return Ok(false);
        }
        let mut claims = self.claims_in(month)?;
        claims.retain(|claim| claim.arrival == arrival);
        let (forfeited, held) = closing(&claims);
        self.hold_claims(&Over::by_program(None), month, &held, judge.now)?;
        self.forfeit_claims(&Over::by_program(Some(person)), month, &forfeited, judge)?;
        self.exec(TOLD_OF, &[arrival.into(), true.into()])?;
        Ok(!forfeited.is_empty())
    }

    /// Lets arrivals whose credit waits for a person outlast the closing of their month: what he says counts.
    ///
    /// # Errors
    /// As [`Tx::confirm_claims`].
    pub fn hold_claims(&mut self, _by: &Over, month: Month, claims: &[Claim], now: EpochMs) -> Result<()> {
        claims.iter().try_for_each(|claim| self.put_claim(claim, month, HELD, None, now))
    }

    fn put_claim(
        &mut self,
        claim: &Claim,
        month: Month,
        state: &'static str,
        confirmation: Option<i64>,
        now: EpochMs,
    ) -> Result<()> {
        let code = month.code();
        let told = state != FORFEITED;
        let params = [
            claim.arrival.into(),
            (&code).into(),
            claim.person.into(),
            state.into(),
            confirmation.into(),
            now.into(),
            told.into(),
        ];
        self.exec(CLAIM, &params).map(|_| ())
    }

    /// Opens a month again for a group or, without one, for everybody, and lets these forfeited arrivals be confirmed;
    /// event `reconciliation.reopened`. The reason is sealed.
    ///
    /// # Errors
    /// As [`Tx::confirm_claims`].
    pub fn reopen_month(
        &mut self,
        by: &Administer,
        month: Month,
        opening: Reopening,
        forfeited: &[i64],
        reason: &str,
        judge: Judge<'_>,
    ) -> Result<()> {
        let code = month.code();
        let now = judge.now;
        let params =
            [(&code).into(), opening.team.into(), opening.until.into(), by.actor().into(), now.into()];
        self.exec(OPEN_AGAIN, &params)?;
        for arrival in forfeited {
            self.exec(CLAIM_AGAIN, &[(*arrival).into()])?;
        }
        self.set_forfeited(forfeited, false, judge)?;
        let name = match opening.team {
            Some(team) => self.directory()?.team_name(team).map(str::to_owned),
            None => None,
        };
        let case = case_of(month);
        self.put_fields(&case, &[(Field::Note, reason)])?;
        self.close_case(&case, month.over_from())?;
        let fact = Fact::new("reconciliation.reopened", by.actor())
            .about(case_of(month))
            .with("month", code)
            .with("team", name)
            .with("until", opening.until.to_string())
            .with("by", by.actor().map(Fact::person_value))
            .with("count", forfeited.len())
            .with("rule", "R-378")
            .secret("reason", reason, &case);
        self.record(now, fact);
        Ok(())
    }

    /// The groups of which something was confirmed for a month; `None` stands for those without a group.
    ///
    /// # Errors
    /// As [`Tx::claims_in`].
    pub fn confirmed_teams(&mut self, month: Month) -> Result<Vec<Option<i64>>> {
        let code = month.code();
        self.rows(CONFIRMED_TEAMS, &[(&code).into()], |row| row.opt_int("team"))
    }

    /// For whom and until when a month was opened again.
    ///
    /// # Errors
    /// As [`Tx::claims_in`].
    pub fn reopenings(&mut self, month: Month) -> Result<Vec<Reopening>> {
        let code = month.code();
        self.rows(OPENINGS, &[(&code).into()], |row| {
            Ok(Reopening { team: row.opt_int("team")?, until: row.date("until_day")? })
        })
    }

    /// The months that were opened again until a day, that day included.
    ///
    /// # Errors
    /// As [`Tx::claims_in`].
    pub fn reopened_until(&mut self, day: NaiveDate) -> Result<Vec<Month>> {
        self.rows(OPENED_UNTIL, &[day.into()], month_of)
    }

    /// The forfeits that nobody has been told of, each person's of a month together; from now on they count as told.
    ///
    /// # Errors
    /// As [`Tx::confirm_claims`].
    pub fn take_untold_forfeits(&mut self, _by: &Over) -> Result<Vec<Forfeit>> {
        let rows =
            self.rows(UNTOLD, &[], |row| Ok((month_of(row)?, row.int("person")?, row.int("arrival")?)))?;
        let mut forfeits: Vec<Forfeit> = Vec::new();
        for (month, person, arrival) in rows {
            match forfeits.last_mut().filter(|last| last.month == month && last.person == person) {
                Some(last) => last.arrivals.push(arrival),
                None => forfeits.push(Forfeit { month, person, arrivals: vec![arrival] }),
            }
        }
        if !forfeits.is_empty() {
            self.exec(TOLD, &[true.into()])?;
        }
        Ok(forfeits)
    }
}

fn labels(claims: &[Claim]) -> Vec<String> {
    claims.iter().map(|claim| format!("D{}", claim.arrival)).collect()
}
