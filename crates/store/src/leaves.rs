//! Leave (请假, `L…`): requests, who decides them in which order, and what of whose shifts they take. A leave is a row that
//! says how it stands; every change of it is an event of the same transaction.

mod read;
mod undo;

use crate::directory::Directory;
use crate::error::{Error, Result};
use crate::event::Fact;
use crate::sql::Tx;
use chrono::NaiveDate;
use domain::calendar::{Calendar, DAY};
use domain::leave::{Kind, Piece, Route, Share};
use domain::privacy::Field;
use domain::rights::{Over, Tend};
use domain::settings::Book;
use domain::settings::catalogue::leave::ENTERED_WAIT;
use domain::{EpochMs, PersonId, Role};
use serde_json::Value;

/// The kind of the reminder that looks at a leave when its shift begins; its subject is the leave's label.
pub const LEAVE_START: &str = "leave_start";
/// The kind of the reminders of those who have not decided; their subject is the leave's label and which time it is.
pub const LEAVE_WAITING: &str = "leave_waiting";

/// The order in which roles stand above each other.
const ORDER: [Role; 4] = [Role::Lead, Role::Supervisor, Role::Director, Role::Admin];

/// How a leave stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LeaveState {
    /// Waits for somebody to decide.
    Open,
    /// Granted.
    Approved,
    /// Not granted.
    Refused,
    /// Taken back by whoever asked, before or after it was granted.
    Withdrawn,
    /// Nobody had decided when the shift began: no leave.
    Lapsed,
}

impl LeaveState {
    const ALL: [LeaveState; 5] = [
        LeaveState::Open,
        LeaveState::Approved,
        LeaveState::Refused,
        LeaveState::Withdrawn,
        LeaveState::Lapsed,
    ];

    fn word(self) -> &'static str {
        match self {
            LeaveState::Open => "open",
            LeaveState::Approved => "approved",
            LeaveState::Refused => "refused",
            LeaveState::Withdrawn => "withdrawn",
            LeaveState::Lapsed => "lapsed",
        }
    }
}

/// The paper that is handed in afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Certificate {
    /// None is needed.
    None,
    /// Waited for until a day, that day included.
    Due(NaiveDate),
    /// Handed in.
    Received,
    /// Not handed in in time; what follows is decided by a person.
    Missing,
}

/// A request about to be written.
#[derive(Clone, Debug)]
pub struct NewLeave<'a> {
    /// The kind.
    pub kind: Kind,
    /// What it takes, in order; not empty but for 会议.
    pub pieces: &'a [Piece],
    /// From when to when.
    pub from: EpochMs,
    /// Until when, not included.
    pub to: EpochMs,
    /// Who decides.
    pub route: &'a Route,
    /// 代班人.
    pub substitute: Option<PersonId>,
    /// The reason; only those of the route see it.
    pub reason: Option<&'a str>,
    /// The department's.
    pub calendar: &'a Calendar,
    /// When.
    pub now: EpochMs,
}

/// A leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leave {
    /// Number: L5 is 5.
    pub no: i64,
    /// Whose.
    pub person: PersonId,
    /// The kind.
    pub kind: Kind,
    /// When it was asked for.
    pub asked_at: EpochMs,
    /// Who entered it: the person, or somebody in his stead.
    pub entered_by: PersonId,
    /// From when.
    pub from: EpochMs,
    /// Until when, not included.
    pub to: EpochMs,
    /// The step of the decision table.
    pub step: u32,
    /// The rule.
    pub rule: String,
    /// What is to be seen of it, as codes.
    pub flags: Vec<String>,
    /// Asked for in time.
    pub notice_ok: bool,
    /// Who decides, in order.
    pub levels: Vec<Role>,
    /// How many levels have agreed.
    pub level: usize,
    /// 代班人.
    pub substitute: Option<PersonId>,
    /// How it stands.
    pub state: LeaveState,
    /// Who decided last, and when.
    pub decided: Option<(PersonId, EpochMs)>,
    /// The paper.
    pub certificate: Certificate,
}

/// A day of a leave, with the leave that it is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaveDay {
    /// Which leave.
    pub leave: i64,
    /// Whose.
    pub person: PersonId,
    /// What it takes.
    pub piece: Piece,
}

const ADD: &str = "INSERT INTO leave (no, person, kind, asked_at, entered_by, from_at, to_at, step, rule, flags, \
    notice_ok, levels, level, substitute, state, certificate) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, $13, 'open', 'none')";
const ADD_PIECE: &str = "INSERT INTO leave_piece (leave, person, date, from_at, to_at, halves, minutes, shift_minutes) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const DROP_PIECES: &str = "DELETE FROM leave_piece WHERE leave = $1 AND from_at >= $2";
const CUT_PIECE: &str =
    "UPDATE leave_piece SET to_at = $3, halves = NULL, minutes = $4 WHERE leave = $1 AND date = $2";
const STAND: &str = "UPDATE leave SET state = $2, level = $3, decided_by = $4, decided_at = $5 \
    WHERE no = $1 AND state = $6 AND level = $7";
const SHORTEN: &str = "UPDATE leave SET to_at = $2 WHERE no = $1";
const CERTIFICATE: &str = "UPDATE leave SET certificate = $2, certificate_due = $3 WHERE no = $1";
const SAY: &str = "INSERT INTO leave_say (leave, level, by_person, at, approved) VALUES ($1, $2, $3, $4, $5)";

fn label(no: i64) -> String {
    format!("L{no}")
}

/// The case under which it is kept why a leave was not granted.
fn refusal(no: i64) -> String {
    format!("L{no}/refusal")
}

/// Halves as people count days: 3 is 1.5, 4 is 2.
fn days(halves: u32) -> Value {
    if halves.is_multiple_of(2) { (halves / 2).into() } else { (f64::from(halves) / 2.0).into() }
}

/// A bound of a leave: the day, or the time where it was asked for by the clock.
fn told(new: &NewLeave<'_>, at: EpochMs) -> String {
    if new.pieces.is_empty() {
        // A meeting is a whole day, and its end is the next midnight.
        return new.calendar.date(at.min(new.to - 1)).to_string();
    }
    if new.pieces.iter().any(|piece| piece.minutes.is_some()) {
        return new.calendar.rfc3339(at);
    }
    // A night shift belongs to the day on which it starts.
    let day = new.pieces.iter().find(|piece| piece.from <= at && at <= piece.to).map(|piece| piece.date);
    day.unwrap_or_else(|| new.calendar.date(at)).to_string()
}

/// What somebody said at a level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeaveSay {
    /// The level, from 0.
    pub level: usize,
    /// Who.
    pub by: PersonId,
    /// When.
    pub at: EpochMs,
    /// Whether he agreed.
    pub approved: bool,
}

impl Leave {
    /// As people read it: `L5`.
    pub fn label(&self) -> String {
        label(self.no)
    }

    /// Who may say something at a level, never the person himself: those who have the role, or stand in for it; those of
    /// the next role where nobody has it.
    pub fn deciders(
        &self,
        directory: &Directory,
        level: Role,
        now: EpochMs,
        today: NaiveDate,
    ) -> Vec<PersonId> {
        let team = directory.person(self.person).and_then(|person| person.team);
        let from = ORDER.iter().position(|role| *role == level).unwrap_or(0);
        for role in &ORDER[from..] {
            let found: Vec<PersonId> = directory
                .people(now)
                .filter(|person| person.id != self.person)
                .filter(|person| {
                    let standing = directory.standing(person, today);
                    let covers = standing.decide().is_some_and(|decide| decide.scope().covers(team));
                    standing.roles().has(*role) && covers
                })
                .map(|person| person.id)
                .collect();
            if !found.is_empty() {
                return found;
            }
        }
        Vec::new()
    }

    /// Until when it can be granted: until it begins. Illness is accepted on notice, and what had begun when it was
    /// asked for cannot be granted before: both until they end. What was entered when it was over waits for some
    /// days from then on, as the department sets it.
    pub fn decide_by(&self, book: &Book, calendar: &Calendar) -> EpochMs {
        if self.to <= self.asked_at {
            return self.asked_at + book.whole(&ENTERED_WAIT, calendar.date(self.asked_at)) * DAY;
        }
        if self.kind == Kind::Sick || self.from <= self.asked_at { self.to } else { self.from }
    }

    /// Until which day the paper is waited for.
    pub fn due(&self) -> Option<NaiveDate> {
        if let Certificate::Due(due) = self.certificate { Some(due) } else { None }
    }

    /// Whose turn it is to decide; `None` when nobody has to any more.
    pub fn waits_for(&self) -> Option<Role> {
        if self.state == LeaveState::Open { self.levels.get(self.level).copied() } else { None }
    }
}

impl Tx<'_> {
    /// Writes a request down and gives it its number.
    ///
    /// # Errors
    /// When it cannot be written; the same for the writers below.
    pub fn request_leave(&mut self, by: &Tend, new: &NewLeave<'_>) -> Result<Leave> {
        let no = self.next_number("L")?;
        let route = new.route;
        let flags = route.flags.iter().map(|flag| flag.code()).collect::<Vec<_>>();
        let levels = route.levels.iter().map(|role| role.word()).collect::<Vec<_>>();
        let (flag_words, level_words) = (flags.join(" "), levels.join(" "));
        self.exec(
            ADD,
            &[
                no.into(),
                by.owner().into(),
                new.kind.word().into(),
                new.now.into(),
                by.by().into(),
                new.from.into(),
                new.to.into(),
                i64::from(route.step).into(),
                route.rule.into(),
                (&flag_words).into(),
                route.notice_ok.into(),
                (&level_words).into(),
                new.substitute.into(),
            ],
        )?;
        for piece in new.pieces {
            self.add_piece(no, by.owner(), piece)?;
        }
        let case = label(no);
        if let Some(reason) = new.reason {
            self.put_fields(&case, &[(Field::Note, reason)])?;
        }
        let halves = new.pieces.iter().map(|piece| piece.share).sum::<Share>().whole_halves();
        let minutes: Option<u32> = new.pieces.iter().map(|piece| piece.minutes).sum();
        let mut fact = Fact::new("leave.requested", Some(by.by()))
            .about(case.as_str())
            .with("leave", case.as_str())
            .person("person", by.owner())
            .with("type", new.kind.word())
            .with("from", told(new, new.from))
            .with("to", told(new, new.to))
            .with("days", days(if new.kind == Kind::Meeting { 0 } else { halves }))
            .with("route", levels)
            .with("flags", flags)
            .with("notice_ok", route.notice_ok)
            .with("step", route.step)
            .with("rule", route.rule);
        if let Some(minutes) = minutes.filter(|_| new.kind != Kind::Meeting) {
            fact = fact.with("minutes", minutes);
        }
        if let Some(reason) = new.reason {
            fact = fact.secret("reason", reason, &case);
        }
        self.record(new.now, fact);
        self.leave(no)?.ok_or_else(|| Error::Corrupt("leave".to_owned()))
    }

    fn add_piece(&mut self, leave: i64, person: PersonId, piece: &Piece) -> Result<()> {
        let halves = piece.halves();
        let by_halves = halves.map_or(0, |halves| piece.shift_minutes * halves / 2);
        self.exec(
            ADD_PIECE,
            &[
                leave.into(),
                person.into(),
                piece.date.into(),
                piece.from.into(),
                piece.to.into(),
                halves.map(i64::from).into(),
                piece.minutes.unwrap_or(by_halves).into(),
                piece.shift_minutes.into(),
            ],
        )
        .map(|_| ())
    }

    /// Says what the level whose turn it is says. The last level that agrees grants it, a single refusal ends it; `None`
    /// when it is not open any more or somebody else was faster. `step` of the event is the level, from 1. What is over then
    /// is kept for as long as the department wants it from a day on.
    ///
    /// # Errors
    /// As [`Tx::request_leave`].
    pub fn decide_leave(
        &mut self,
        by: &Over,
        no: i64,
        approved: bool,
        kept_from: NaiveDate,
        now: EpochMs,
    ) -> Result<Option<Leave>> {
        let (Some(leave), Some(decider)) = (self.leave(no)?, by.by()) else { return Ok(None) };
        let last = leave.level + 1 >= leave.levels.len();
        let state = match (approved, last) {
            (false, _) => LeaveState::Refused,
            (true, true) => LeaveState::Approved,
            (true, false) => LeaveState::Open,
        };
        let level = if approved { leave.level + 1 } else { leave.level };
        if leave.state != LeaveState::Open || !self.stand(&leave, state, level, Some((decider, now)))? {
            return Ok(None);
        }
        let params = [no.into(), as_int(leave.level).into(), decider.into(), now.into(), approved.into()];
        self.exec(SAY, &params)?;
        if state != LeaveState::Open {
            self.close_case(&leave.label(), kept_from)?;
        }
        let fact = Fact::new("leave.decided", Some(decider))
            .about(leave.label())
            .with("leave", leave.label())
            .person("person", leave.person)
            .person("by", decider)
            .with("step", as_int(leave.level) + 1)
            .with("approved", approved)
            .with("final", !approved || last)
            .with("rule", leave.rule.as_str());
        self.record(now, fact);
        self.leave(no)
    }

    /// Keeps why a leave was not granted or was taken away, in place of what was said before.
    ///
    /// # Errors
    /// As [`Tx::request_leave`].
    pub fn keep_refusal(&mut self, leave: &Leave, reason: &str, today: NaiveDate) -> Result<()> {
        let case = refusal(leave.no);
        self.put_fields(&case, &[(Field::Note, reason)])?;
        self.close_case(&case, today).map(|_| ())
    }

    /// Takes a granted leave away that has not begun; false when it cannot be any more. Whoever took it away said so last.
    ///
    /// # Errors
    /// As [`Tx::request_leave`].
    pub fn revoke_leave(&mut self, by: &Over, no: i64, now: EpochMs) -> Result<bool> {
        let (Some(leave), Some(decider)) = (self.leave(no)?, by.by()) else { return Ok(false) };
        let stands = leave.state == LeaveState::Approved && now < leave.from;
        if !stands || !self.stand(&leave, LeaveState::Refused, leave.level, Some((decider, now)))? {
            return Ok(false);
        }
        self.set_certificate(no, Certificate::None)?;
        let params = [no.into(), as_int(leave.level).into(), decider.into(), now.into(), false.into()];
        self.exec(SAY, &params)?;
        let fact = Fact::new("leave.decided", Some(decider))
            .about(leave.label())
            .with("leave", leave.label())
            .person("person", leave.person)
            .person("by", decider)
            .with("step", as_int(leave.levels.len()))
            .with("approved", false)
            .with("final", true)
            .with("revoked", true)
            .with("rule", leave.rule.as_str());
        self.record(now, fact);
        Ok(true)
    }

    /// Takes a leave back, open or granted; false when it cannot be any more.
    ///
    /// # Errors
    /// As [`Tx::request_leave`].
    pub fn withdraw_leave(&mut self, by: &Tend, no: i64, today: NaiveDate, now: EpochMs) -> Result<bool> {
        let Some(leave) = self.leave(no)? else { return Ok(false) };
        let stands = matches!(leave.state, LeaveState::Open | LeaveState::Approved);
        if !stands
            || leave.person != by.owner()
            || !self.stand(&leave, LeaveState::Withdrawn, leave.level, leave.decided)?
        {
            return Ok(false);
        }
        self.set_certificate(no, Certificate::None)?;
        self.close_case(&leave.label(), today)?;
        let fact = Fact::new("leave.withdrawn", Some(by.by()))
            .about(leave.label())
            .with("leave", leave.label())
            .person("person", leave.person)
            .with("approved", leave.state == LeaveState::Approved)
            .with("due", leave.due().map(|due| due.to_string()));
        self.record(now, fact);
        Ok(true)
    }

    /// 销假: back before the end. Days that begin at `back` or later are given back whole; of the day that is under way so
    /// many minutes were taken. `None` when nothing is left to give back.
    ///
    /// # Errors
    /// As [`Tx::request_leave`].
    pub fn end_leave(
        &mut self,
        by: &Tend,
        no: i64,
        back: EpochMs,
        taken: u32,
        calendar: &Calendar,
        now: EpochMs,
    ) -> Result<Option<Leave>> {
        let Some(leave) = self.leave(no)?.filter(|leave| leave.state == LeaveState::Approved) else {
            return Ok(None);
        };
        if leave.person != by.owner() || leave.to <= back {
            return Ok(None);
        }
        let before = self.leave_pieces(no)?;
        self.exec(DROP_PIECES, &[no.into(), back.into()])?;
        for day in before.iter().filter(|day| day.piece.from < back && back < day.piece.to) {
            self.exec(CUT_PIECE, &[no.into(), day.piece.date.into(), back.into(), taken.into()])?;
        }
        self.exec(SHORTEN, &[no.into(), back.max(leave.from).into()])?;
        let fact = Fact::new("leave.ended", Some(by.by()))
            .about(leave.label())
            .with("leave", leave.label())
            .person("person", leave.person)
            .with("returned", before.iter().filter(|day| day.piece.from >= back).count())
            .with("until", calendar.exact(leave.to))
            .with("before", before.iter().map(|day| undo::kept(&day.piece, calendar)).collect::<Vec<_>>());
        self.record(now, fact);
        self.leave(no)
    }

    /// Ends what nobody had decided when the shift began; false when it was decided.
    ///
    /// # Errors
    /// As [`Tx::request_leave`].
    pub fn lapse_leave(&mut self, no: i64, today: NaiveDate, now: EpochMs) -> Result<bool> {
        let Some(leave) = self.leave(no)?.filter(|leave| leave.state == LeaveState::Open) else {
            return Ok(false);
        };
        if !self.stand(&leave, LeaveState::Lapsed, leave.level, leave.decided)? {
            return Ok(false);
        }
        self.close_case(&leave.label(), today)?;
        let fact = Fact::new("leave.lapsed", None)
            .about(leave.label())
            .with("leave", leave.label())
            .person("person", leave.person)
            .with("rule", "R-138");
        self.record(now, fact);
        Ok(true)
    }

    /// Waits for the paper until a day, or says what became of it.
    ///
    /// # Errors
    /// As [`Tx::request_leave`].
    pub fn settle_certificate(
        &mut self,
        by: Option<PersonId>,
        leave: &Leave,
        certificate: Certificate,
        now: EpochMs,
    ) -> Result<()> {
        self.set_certificate(leave.no, certificate)?;
        let kind = match certificate {
            Certificate::None => return Ok(()),
            Certificate::Due(_) => "leave.certificate_due",
            Certificate::Received => "leave.certificate_received",
            Certificate::Missing => "leave.certificate_missing",
        };
        let mut fact = Fact::new(kind, by)
            .about(leave.label())
            .with("leave", leave.label())
            .person("person", leave.person)
            .with("rule", "R-139");
        let due = match certificate {
            Certificate::Due(due) => Some(due),
            _ => leave.due(),
        };
        if let Some(due) = due {
            fact = fact.with("due", due.to_string());
        }
        self.record(now, fact);
        Ok(())
    }

    fn set_certificate(&mut self, no: i64, certificate: Certificate) -> Result<()> {
        let (word, due) = match certificate {
            Certificate::None => ("none", None),
            Certificate::Due(due) => ("due", Some(due)),
            Certificate::Received => ("received", None),
            Certificate::Missing => ("missing", None),
        };
        self.exec(CERTIFICATE, &[no.into(), word.into(), due.into()]).map(|_| ())
    }

    /// Only when it still stands as it was read.
    fn stand(
        &mut self,
        leave: &Leave,
        state: LeaveState,
        level: usize,
        decided: Option<(PersonId, EpochMs)>,
    ) -> Result<bool> {
        let changed = self.exec(
            STAND,
            &[
                leave.no.into(),
                state.word().into(),
                as_int(level).into(),
                decided.map(|(by, _)| by).into(),
                decided.map(|(_, at)| at).into(),
                leave.state.word().into(),
                as_int(leave.level).into(),
            ],
        )?;
        Ok(changed == 1)
    }
}

fn as_int(level: usize) -> i64 {
    i64::try_from(level).unwrap_or(i64::MAX)
}
