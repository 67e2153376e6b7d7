//! Everybody who may get a conversation now, with what decides about him.

use bot::{Ctx, Desk, Stop};
use chrono::NaiveDate;
use domain::allocation::{Candidate, Finding, Known, Next, next};
use domain::calendar::{MINUTE, previous_day, shift_days};
use domain::settings::catalogue::ranking::{OPEN_MINUTES, QUOTA_SPAN};
use domain::{EpochMs, Period, PersonId, Role, Span};
use std::collections::{HashMap, HashSet};
use store::{Grades, Turns};

/// How far back a finding or a late reply is still looked for, days: the shift after it has come by then.
const BACK_DAYS: i64 = 62;

/// Those who are on duty, and what each may have.
pub(crate) struct Queue {
    /// By place.
    pub(crate) candidates: Vec<Candidate>,
    /// The shift that each is on.
    pub(crate) shift_days: HashMap<PersonId, NaiveDate>,
    /// What was counted when it was read.
    pub(crate) turns: Turns,
    grades: Grades,
    on_leave: HashSet<PersonId>,
    quotas: HashMap<PersonId, u32>,
    /// The quota is the shift's, and not the round's.
    by_day: bool,
}

/// Why somebody is not among them.
pub(crate) enum Absent {
    /// He takes no conversations.
    NoConsultant,
    /// He is not on a shift now.
    OffDuty,
    /// He is on leave now.
    OnLeave,
}

impl Absent {
    /// As people read it.
    pub(crate) fn told(self) -> &'static str {
        match self {
            Absent::NoConsultant => "不是咨询员，不接对话",
            Absent::OffDuty => "现在不当班",
            Absent::OnLeave => "在请假",
        }
    }
}

/// From when on a conversation that nobody has ended is taken as open.
pub(crate) fn open_since(desk: &mut Desk<'_, '_>) -> Result<EpochMs, Stop> {
    let minutes = desk.book()?.whole(&OPEN_MINUTES, desk.today());
    Ok(if minutes == 0 { 0 } else { desk.now - minutes * MINUTE })
}

/// The day of the last shift before a day that somebody was there for: not one of a whole day's leave.
pub(crate) fn duty_before(
    desk: &mut Desk<'_, '_>,
    person: PersonId,
    day: NaiveDate,
) -> Result<Option<NaiveDate>, Stop> {
    let mut before = desk.tx.duty_before(person, day)?;
    while let Some(day) = before {
        if !desk.tx.whole_days_off(Span::day(day))?.contains(&(person, day)) {
            break;
        }
        before = desk.tx.duty_before(person, day)?;
    }
    Ok(before)
}

impl Queue {
    /// As it stands now.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn read(desk: &mut Desk<'_, '_>) -> Result<Queue, Stop> {
        let (now, today) = (desk.now, desk.today());
        let (directory, book) = (desk.directory()?, desk.book()?);
        // A night shift began yesterday.
        let around = Span { from: previous_day(today), to: today };
        let away = desk.tx.leave_days(around)?;
        let on_leave: HashSet<PersonId> = away
            .into_iter()
            .filter(|day| day.piece.from <= now && now < day.piece.to)
            .map(|day| day.person)
            .collect();
        let is_here = |id: PersonId| {
            let person = directory.person(id).filter(|person| person.is_member(now));
            person.is_some_and(|person| person.roles.has(Role::Consultant)) && !on_leave.contains(&id)
        };
        let on_shift =
            desk.tx.rota_between(around)?.into_iter().filter(|row| {
                row.shift.as_ref().is_some_and(|shift| shift.covers(now)) && is_here(row.person)
            });
        let shift_days: HashMap<PersonId, NaiveDate> = on_shift.map(|row| (row.person, row.date)).collect();
        let grades = desk.tx.grades_on(today)?;
        let since = open_since(desk)?;
        let turns = desk.tx.turns(since)?;
        let back = Span { from: Period::Month.around(shift_days_back(today)).from, to: today };
        let (mut findings, late) = (desk.tx.findings(back)?, desk.tx.timeouts(back)?);
        // Whoever a supervisor has confirmed for the training group gets none either, until it is ended.
        let training = desk.tx.in_training()?;
        findings.extend(training.iter().map(|entry| (entry.person, Finding::Training, today)));
        let by_day = book.word(&QUOTA_SPAN, today) == "day";
        let mut candidates = Vec::with_capacity(shift_days.len());
        for (&person, &shift) in &shift_days {
            let findings: Vec<(Finding, NaiveDate)> =
                findings.iter().filter(|one| one.0 == person).map(|one| (one.1, one.2)).collect();
            let timeouts: Vec<(NaiveDate, u32)> =
                late.iter().filter(|one| one.0 == person).map(|one| (one.1, one.2)).collect();
            let previous = match findings.is_empty() && timeouts.is_empty() {
                true => None,
                false => duty_before(desk, person, shift)?,
            };
            let known = Known { today, shift, previous, findings: &findings, timeouts: &timeouts };
            let (held, turn) = (grades.of(person), turns.of(person, shift));
            candidates.push(Candidate {
                person,
                place: held.place,
                quota: held.quota(&book, today),
                had: if by_day { turn.had_today + turn.cut_today } else { turn.had },
                open: turns.open(person),
                cut_so_far: turn.cut_today,
                had_today: turn.had_today,
                limit: known.limit(&book),
            });
        }
        candidates.sort_by_key(|one| (one.place, one.person));
        let quotas = candidates.iter().map(|one| (one.person, one.quota_now(&book, today))).collect();
        Ok(Queue { candidates, shift_days, turns, grades, on_leave, quotas, by_day })
    }

    /// Who gets the next one; `last` had this visitor before.
    pub(crate) fn next(&self, desk: &mut Desk<'_, '_>, last: Option<PersonId>) -> Result<Next, Stop> {
        let book = desk.book()?;
        Ok(next(&self.candidates, last, &book, desk.today()))
    }

    /// Why somebody is not among them.
    pub(crate) fn absent(&self, ctx: &Ctx<'_, '_>, person: PersonId) -> Absent {
        let consults = ctx.directory.person(person).is_some_and(|known| known.roles.has(Role::Consultant));
        match (consults, self.on_leave.contains(&person)) {
            (false, _) => Absent::NoConsultant,
            (true, true) => Absent::OnLeave,
            (true, false) => Absent::OffDuty,
        }
    }

    /// `高级`, `新人试接`.
    pub(crate) fn grade(&self, person: PersonId) -> &'static str {
        let held = self.grades.of(person);
        if held.trial { "新人试接" } else { held.grade.word() }
    }

    /// Conversations of a round, as he may have them now.
    pub(crate) fn quota(&self, person: PersonId) -> u32 {
        self.quotas.get(&person).copied().unwrap_or(0)
    }

    /// `本轮第3个，名额5个`, with the one that he gets now.
    pub(crate) fn counted(&self, person: PersonId, next: &Next) -> String {
        let had = self.candidates.iter().find(|one| one.person == person).map_or(0, |one| one.had);
        let had = if next.new_round { 0 } else { had };
        let cut = next.cut.iter().skip(next.cut_before).filter(|one| **one == person).count();
        let span = if self.by_day { "今天" } else { "本轮" };
        format!("{span}第{}个，名额{}个", had + 1 + u32::try_from(cut).unwrap_or(0), self.quota(person))
    }
}

fn shift_days_back(today: NaiveDate) -> NaiveDate {
    shift_days(today, -BACK_DAYS)
}
