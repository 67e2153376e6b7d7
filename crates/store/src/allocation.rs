//! 分配 (`B…`): conversations that were given to somebody, the round that runs, and what holds somebody back.
//! Who gets the next one is decided by [`domain::allocation::next`]; here stands what it is decided by, and what came of it.

use crate::error::{Error, Result};
use crate::event::Fact;
use crate::sql::{Row, Tx};
use chrono::NaiveDate;
use domain::allocation::{Finding, Why};
use domain::privacy::Field;
use domain::rights::{Decide, Over, Tend, Undoing};
use domain::{EpochMs, PersonId, Span};
use std::collections::HashMap;

/// How a conversation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DialogueState {
    /// Under way.
    Open,
    /// Over.
    Closed,
    /// Given by mistake, and taken back.
    Undone,
}

impl DialogueState {
    const ALL: [DialogueState; 3] = [DialogueState::Open, DialogueState::Closed, DialogueState::Undone];

    fn word(self) -> &'static str {
        match self {
            DialogueState::Open => "open",
            DialogueState::Closed => "closed",
            DialogueState::Undone => "undone",
        }
    }
}

/// A conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dialogue {
    /// Number: B3 is 3.
    pub no: i64,
    /// Who has it.
    pub person: PersonId,
    /// The day of the shift in which it was given.
    pub shift_day: NaiveDate,
    /// The round in which it counts.
    pub round: i64,
    /// Why him, as a code.
    pub why: String,
    /// When it was given.
    pub allotted_at: EpochMs,
    /// How it stands.
    pub state: DialogueState,
}

impl Dialogue {
    /// As people read it: `B3`. The visitor's case in the vault has the same name.
    pub fn label(&self) -> String {
        format!("B{}", self.no)
    }
}

/// A conversation about to be given.
#[derive(Clone, Copy, Debug)]
pub struct NewDialogue<'a> {
    /// To whom.
    pub person: PersonId,
    /// Why him.
    pub why: Why,
    /// The shift days of everybody who is asked about.
    pub shift_days: &'a HashMap<PersonId, NaiveDate>,
    /// What was counted up to now, read in the same transaction.
    pub turns: &'a Turns,
    /// Whose turns the cut of the day has taken, in order.
    pub cut: &'a [PersonId],
    /// How many of those turns, the first ones, were of the round that ended.
    pub cut_before: usize,
    /// A new round begins with it.
    pub new_round: bool,
    /// How the visitor is known: an account, a number, as it was written.
    pub visitor: Option<&'a str>,
    /// The day.
    pub today: NaiveDate,
    /// When.
    pub now: EpochMs,
}

/// What somebody has had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// The round of which it is.
    pub round: i64,
    /// Had in that round, turns that were cut included.
    pub had: u32,
    /// The shift of which it is.
    pub shift_day: NaiveDate,
    /// Had in that shift.
    pub had_today: u32,
    /// Turns that were cut in that shift.
    pub cut_today: u32,
}

/// Everything that is counted.
#[derive(Clone, Debug, Default)]
pub struct Turns {
    /// The round that runs.
    pub round: i64,
    turns: HashMap<PersonId, Turn>,
    open: HashMap<PersonId, u32>,
}

impl Turns {
    /// What somebody has had in the round that runs and in a shift; nothing where both have passed.
    pub fn of(&self, person: PersonId, shift_day: NaiveDate) -> Turn {
        let nothing = Turn { round: self.round, had: 0, shift_day, had_today: 0, cut_today: 0 };
        let Some(turn) = self.turns.get(&person) else { return nothing };
        Turn {
            had: if turn.round == self.round { turn.had } else { 0 },
            had_today: if turn.shift_day == shift_day { turn.had_today } else { 0 },
            cut_today: if turn.shift_day == shift_day { turn.cut_today } else { 0 },
            ..nothing
        }
    }

    /// Conversations that somebody has open.
    pub fn open(&self, person: PersonId) -> u32 {
        self.open.get(&person).copied().unwrap_or(0)
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT no, person, shift_day, round, why, allotted_at, state FROM dialogue ", $rest)
    };
}

const ROUND: &str = "SELECT round FROM allocation_round WHERE one = 1";
const SET_ROUND: &str = "INSERT INTO allocation_round (one, round) VALUES (1, $1) \
    ON CONFLICT (one) DO UPDATE SET round = excluded.round";
const TURNS: &str =
    "SELECT person, round, had, shift_day, had_today, cut_today FROM allocation_turn ORDER BY person";
const PUT_TURN: &str = "INSERT INTO allocation_turn (person, round, had, shift_day, had_today, cut_today) \
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (person) DO UPDATE SET round = excluded.round, had = excluded.had, \
    shift_day = excluded.shift_day, had_today = excluded.had_today, cut_today = excluded.cut_today";
const OPEN_COUNTS: &str = "SELECT person, COUNT(*) AS count FROM dialogue WHERE state = 'open' AND allotted_at > $1 \
    GROUP BY person ORDER BY person";
const OPEN: &str = select!("WHERE state = 'open' AND allotted_at > $1 ORDER BY no");
const ONE: &str = select!("WHERE no = $1");
const ADD: &str = "INSERT INTO dialogue (no, person, shift_day, round, why, allotted_at, state) \
    VALUES ($1, $2, $3, $4, $5, $6, 'open')";
const SETTLE: &str =
    "UPDATE dialogue SET state = $2, settled_at = $3 WHERE no = $1 AND person = $4 AND state = $5";
const HAND_OVER: &str = "UPDATE dialogue SET person = $2 WHERE no = $1 AND person = $3 AND state = 'open'";
const FIND: &str =
    "INSERT INTO allocation_finding (person, finding, day, by_person, at) VALUES ($1, $2, $3, $4, $5)";
const FINDINGS: &str = "SELECT person, finding, day FROM allocation_finding WHERE lifted_at IS NULL AND day <= $2 \
    AND (day >= $1 OR finding = 'training') ORDER BY seq";
const LIFT: &str = "UPDATE allocation_finding SET lifted_at = $2 WHERE person = $1 AND lifted_at IS NULL";
const LIFT_ONE: &str = "UPDATE allocation_finding SET lifted_at = $4 \
    WHERE person = $1 AND finding = $2 AND day = $3 AND lifted_at IS NULL";
const LATE: &str = "INSERT INTO reply_timeout (person, day, count) VALUES ($1, $2, $3) \
    ON CONFLICT (person, day) DO UPDATE SET count = reply_timeout.count + excluded.count";
const LATE_BETWEEN: &str =
    "SELECT person, day, count FROM reply_timeout WHERE day >= $1 AND day <= $2 ORDER BY person, day";
const DUTY_BEFORE: &str = "SELECT MAX(date) AS date FROM rota WHERE person_id = $1 AND date < $2 \
    AND start_at IS NOT NULL";

fn corrupt() -> Error {
    Error::Corrupt("allocation".to_owned())
}

fn read(row: &Row<'_>) -> Result<Dialogue> {
    let state = row.text("state")?;
    Ok(Dialogue {
        no: row.int("no")?,
        person: row.int("person")?,
        shift_day: row.date("shift_day")?,
        round: row.int("round")?,
        why: row.text("why")?,
        allotted_at: row.int("allotted_at")?,
        state: DialogueState::ALL.into_iter().find(|known| known.word() == state).ok_or_else(corrupt)?,
    })
}

impl Tx<'_> {
    /// What everybody has had; open is what was given after an instant and is not over.
    ///
    /// # Errors
    /// When it cannot be read; the same for the readers below.
    pub fn turns(&mut self, open_since: EpochMs) -> Result<Turns> {
        let turn = |row: &Row<'_>| {
            let turn = Turn {
                round: row.int("round")?,
                had: row.count("had")?,
                shift_day: row.date("shift_day")?,
                had_today: row.count("had_today")?,
                cut_today: row.count("cut_today")?,
            };
            Ok((row.int("person")?, turn))
        };
        let round = self.row(ROUND, &[], |row| row.int("round"))?.unwrap_or(1);
        let turns = self.rows(TURNS, &[], turn)?.into_iter().collect();
        let open = |row: &Row<'_>| Ok((row.int("person")?, row.count("count")?));
        let open = self.rows(OPEN_COUNTS, &[open_since.into()], open)?.into_iter().collect();
        Ok(Turns { round, turns, open })
    }

    /// Conversations that are under way, given after an instant.
    ///
    /// # Errors
    /// As [`Tx::turns`].
    pub fn open_dialogues(&mut self, since: EpochMs) -> Result<Vec<Dialogue>> {
        self.rows(OPEN, &[since.into()], read)
    }

    /// A conversation.
    ///
    /// # Errors
    /// As [`Tx::turns`].
    pub fn dialogue(&mut self, no: i64) -> Result<Option<Dialogue>> {
        self.row(ONE, &[no.into()], read)
    }

    /// The last conversation of a visitor that was not taken back.
    ///
    /// # Errors
    /// As [`Tx::turns`].
    pub fn last_dialogue_of(&mut self, visitor: &str) -> Result<Option<Dialogue>> {
        let numbers = |label: &String| label.strip_prefix('B').and_then(|no| no.parse::<i64>().ok());
        let mut known: Vec<i64> = self.find_by(Field::Contact, visitor)?.iter().filter_map(numbers).collect();
        known.sort_unstable();
        while let Some(no) = known.pop() {
            let found = self.dialogue(no)?;
            if let Some(found) = found.filter(|found| found.state != DialogueState::Undone) {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// Gives a conversation to somebody and counts it. Event `dialogue.allotted`.
    ///
    /// # Errors
    /// When it cannot be written; the same for the writers below.
    pub fn allot(&mut self, by: &Decide, new: &NewDialogue<'_>) -> Result<Dialogue> {
        let round = new.turns.round + i64::from(new.new_round);
        if new.new_round {
            self.exec(SET_ROUND, &[round.into()])?;
        }
        let nothing_yet = |turn: Turn| Turn { round, had: if new.new_round { 0 } else { turn.had }, ..turn };
        let mut changed: Vec<(PersonId, Turn)> = Vec::new();
        let cut = new.cut.iter().map(|person| (*person, true));
        for (index, (person, is_cut)) in cut.chain([(new.person, false)]).enumerate() {
            let shift_day = new.shift_days.get(&person).copied().unwrap_or(new.today);
            let known = changed.iter().position(|(other, _)| *other == person);
            let mut turn =
                known.map_or_else(|| nothing_yet(new.turns.of(person, shift_day)), |at| changed[at].1);
            turn.had += u32::from(!is_cut || index >= new.cut_before);
            match is_cut {
                true => turn.cut_today += 1,
                false => turn.had_today += 1,
            }
            match known {
                Some(at) => changed[at].1 = turn,
                None => changed.push((person, turn)),
            }
        }
        for (person, turn) in &changed {
            self.put_turn(*person, turn)?;
        }
        let shift_day = new.shift_days.get(&new.person).copied().unwrap_or(new.today);
        let no = self.next_number("B")?;
        let why = why_code(new.why);
        let params =
            [no.into(), new.person.into(), shift_day.into(), round.into(), why.into(), new.now.into()];
        self.exec(ADD, &params)?;
        let dialogue = Dialogue {
            no,
            person: new.person,
            shift_day,
            round,
            why: why.to_owned(),
            allotted_at: new.now,
            state: DialogueState::Open,
        };
        let label = dialogue.label();
        if let Some(visitor) = new.visitor {
            self.put_fields(&label, &[(Field::Contact, visitor)])?;
            self.close_case(&label, new.today)?;
        }
        let fact = Fact::new("dialogue.allotted", Some(by.person()))
            .about(label.as_str())
            .with("dialogue", label.as_str())
            .person("person", new.person)
            .with("round", round)
            .with("new_round", new.new_round)
            .with("why", why)
            .with("cut", new.cut.iter().map(|person| Fact::person_value(*person)).collect::<Vec<_>>())
            .with("rule", new.why.rule());
        self.record(new.now, fact);
        Ok(dialogue)
    }

    fn put_turn(&mut self, person: PersonId, turn: &Turn) -> Result<()> {
        let params = [
            person.into(),
            turn.round.into(),
            turn.had.into(),
            turn.shift_day.into(),
            turn.had_today.into(),
            turn.cut_today.into(),
        ];
        self.exec(PUT_TURN, &params).map(|_| ())
    }

    /// Ends a conversation of whoever has it; false when it is over already. Event `dialogue.closed`.
    ///
    /// # Errors
    /// As [`Tx::allot`].
    pub fn close_dialogue(&mut self, by: &Tend, no: i64, now: EpochMs) -> Result<bool> {
        if !self.settle_dialogue(no, by.owner(), DialogueState::Open, DialogueState::Closed, now)? {
            return Ok(false);
        }
        let fact = Fact::new("dialogue.closed", Some(by.by()))
            .about(format!("B{no}"))
            .with("dialogue", format!("B{no}"))
            .person("person", by.owner());
        self.record(now, fact);
        Ok(true)
    }

    /// A conversation that was ended is open again; false when it is not ended.
    ///
    /// # Errors
    /// As [`Tx::allot`].
    pub fn undo_closing(&mut self, _by: &Undoing, no: i64, person: PersonId, now: EpochMs) -> Result<bool> {
        self.settle_dialogue(no, person, DialogueState::Closed, DialogueState::Open, now)
    }

    fn settle_dialogue(
        &mut self,
        no: i64,
        person: PersonId,
        from: DialogueState,
        to: DialogueState,
        now: EpochMs,
    ) -> Result<bool> {
        let at = (to != DialogueState::Open).then_some(now);
        let params = [no.into(), to.word().into(), at.into(), person.into(), from.word().into()];
        Ok(self.exec(SETTLE, &params)? == 1)
    }

    /// Gives an open conversation to a colleague; false when it is over, or somebody else's by now. The turn stays counted
    /// for whoever had it first. Event `dialogue.handed_over`.
    ///
    /// # Errors
    /// As [`Tx::allot`].
    pub fn hand_over_dialogue(&mut self, by: &Tend, no: i64, to: PersonId, now: EpochMs) -> Result<bool> {
        if self.exec(HAND_OVER, &[no.into(), to.into(), by.owner().into()])? == 0 {
            return Ok(false);
        }
        let fact = Fact::new("dialogue.handed_over", Some(by.by()))
            .about(format!("B{no}"))
            .with("dialogue", format!("B{no}"))
            .person("from", by.owner())
            .person("to", to);
        self.record(now, fact);
        Ok(true)
    }

    /// Takes a conversation that was given by mistake back: whoever had it has his turn again, as long as its round and
    /// shift run. False when it is over.
    ///
    /// # Errors
    /// As [`Tx::allot`].
    pub fn undo_allotting(&mut self, _by: &Undoing, no: i64, now: EpochMs) -> Result<Option<Dialogue>> {
        let Some(dialogue) = self.dialogue(no)? else { return Ok(None) };
        let person = dialogue.person;
        if !self.settle_dialogue(no, person, DialogueState::Open, DialogueState::Undone, now)? {
            return Ok(None);
        }
        let turns = self.turns(now)?;
        if let Some(turn) = turns.turns.get(&person) {
            let mut turn = *turn;
            if turn.round == dialogue.round {
                turn.had = turn.had.saturating_sub(1);
            }
            if turn.shift_day == dialogue.shift_day {
                turn.had_today = turn.had_today.saturating_sub(1);
            }
            self.put_turn(person, &turn)?;
        }
        Ok(Some(dialogue))
    }

    /// Gives the turns back that the cut of the day took for a conversation that was taken back, as long as its shift runs; with
    /// `in_round` they were of its round.
    ///
    /// # Errors
    /// As [`Tx::allot`].
    pub fn undo_cut(
        &mut self,
        _by: &Undoing,
        dialogue: &Dialogue,
        cut: &[PersonId],
        in_round: bool,
        now: EpochMs,
    ) -> Result<()> {
        let mut turns = self.turns(now)?.turns;
        for person in cut {
            let Some(turn) = turns.get_mut(person).filter(|turn| turn.shift_day == dialogue.shift_day) else {
                continue;
            };
            turn.cut_today = turn.cut_today.saturating_sub(1);
            if in_round && turn.round == dialogue.round {
                turn.had = turn.had.saturating_sub(1);
            }
            let turn = *turn;
            self.put_turn(*person, &turn)?;
        }
        Ok(())
    }

    /// Notes a finding that holds somebody back. Event `allocation.limited`.
    ///
    /// # Errors
    /// As [`Tx::allot`].
    pub fn limit_allocation(
        &mut self,
        by: &Over,
        person: PersonId,
        finding: Finding,
        day: NaiveDate,
        now: EpochMs,
    ) -> Result<()> {
        let params = [person.into(), finding.code().into(), day.into(), by.by().into(), now.into()];
        self.exec(FIND, &params)?;
        let fact = Fact::new("allocation.limited", by.by())
            .person("person", person)
            .with("finding", finding.code())
            .with("date", day.to_string())
            .with("rule", finding.rule());
        self.record(now, fact);
        Ok(())
    }

    /// Lifts everything that holds somebody back; false when nothing does. Event `allocation.lifted`.
    ///
    /// # Errors
    /// As [`Tx::allot`].
    pub fn lift_limits(&mut self, by: &Over, person: PersonId, now: EpochMs) -> Result<bool> {
        if self.exec(LIFT, &[person.into(), now.into()])? == 0 {
            return Ok(false);
        }
        let fact = Fact::new("allocation.lifted", by.by()).person("person", person);
        self.record(now, fact);
        Ok(true)
    }

    /// Takes a finding back; false when it was lifted meanwhile.
    ///
    /// # Errors
    /// As [`Tx::allot`].
    pub fn undo_limit(
        &mut self,
        _by: &Undoing,
        person: PersonId,
        finding: Finding,
        day: NaiveDate,
        now: EpochMs,
    ) -> Result<bool> {
        let params = [person.into(), finding.code().into(), day.into(), now.into()];
        Ok(self.exec(LIFT_ONE, &params)? > 0)
    }

    /// Findings of the days of a span that were not lifted, and who is in training since before it.
    ///
    /// # Errors
    /// As [`Tx::turns`].
    pub fn findings(&mut self, span: Span) -> Result<Vec<(PersonId, Finding, NaiveDate)>> {
        let read = |row: &Row<'_>| {
            let finding = Finding::of_code(&row.text("finding")?).ok_or_else(corrupt)?;
            Ok((row.int("person")?, finding, row.date("day")?))
        };
        self.rows(FINDINGS, &[span.from.into(), span.to.into()], read)
    }

    /// Adds replies that came too late on a day. Event `reply.timeouts`.
    ///
    /// # Errors
    /// As [`Tx::allot`].
    pub fn note_timeouts(
        &mut self,
        by: &Over,
        person: PersonId,
        day: NaiveDate,
        count: u32,
        now: EpochMs,
    ) -> Result<()> {
        self.exec(LATE, &[person.into(), day.into(), count.into()])?;
        let fact = Fact::new("reply.timeouts", by.by())
            .person("person", person)
            .with("date", day.to_string())
            .with("count", count)
            .with("rule", "R-221");
        self.record(now, fact);
        Ok(())
    }

    /// Takes noted replies back.
    ///
    /// # Errors
    /// As [`Tx::allot`].
    pub fn undo_timeouts(
        &mut self,
        _by: &Undoing,
        person: PersonId,
        day: NaiveDate,
        count: u32,
    ) -> Result<()> {
        self.exec(LATE, &[person.into(), day.into(), (-i64::from(count)).into()]).map(|_| ())
    }

    /// Replies that came too late, by person and day.
    ///
    /// # Errors
    /// As [`Tx::turns`].
    pub fn timeouts(&mut self, span: Span) -> Result<Vec<(PersonId, NaiveDate, u32)>> {
        self.rows(LATE_BETWEEN, &[span.from.into(), span.to.into()], |row| {
            Ok((row.int("person")?, row.date("day")?, row.count("count")?))
        })
    }

    /// The day of the last shift that somebody had before a day.
    ///
    /// # Errors
    /// As [`Tx::turns`].
    pub fn duty_before(&mut self, person: PersonId, day: NaiveDate) -> Result<Option<NaiveDate>> {
        Ok(self.row(DUTY_BEFORE, &[person.into(), day.into()], |row| row.opt_date("date"))?.flatten())
    }
}

fn why_code(why: Why) -> &'static str {
    match why {
        Why::Last => "last",
        Why::FewestWithinQuota => "fewest_within_quota",
        Why::Fewest => "fewest",
    }
}
