//! 汇总: a group's summary as its lead and the supervisor see it, who owes it, and who gets it.

mod text;

pub use text::{Audience, count_text, register_lines};

use crate::desk::Desk;
use crate::message::Said;
use crate::stop::Stop;
use chrono::NaiveDate;
use domain::matching::{counts_as_success, month_total};
use domain::report::{self, Difference, Figures, Standing, standing};
use domain::settings::catalogue::duties::DUTY_DIGEST_DUE;
use domain::shift::Shift;
use domain::statistics::{Statistics, count};
use domain::summary::{Row, Sums, Term, due, roll_up, total};
use domain::{PersonId, Role, Span};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use store::{Directory, EntryState, Fact, SummaryKey, SummarySaid, SummaryState};

/// The line of the tariff for a dialogue that was closed early.
const CLOSED_EARLY: &str = "T-N05";

/// What the register counts for a person over a week, month or quarter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// 预约.
    pub appointments: u32,
    /// 到诊.
    pub arrivals: u32,
    /// Arrivals with consumption.
    pub successes: u32,
    /// What rates divide by.
    pub dialogues: u32,
    /// Arrivals of a month after those that dialogues closed early have cost; `None` where that is the same.
    pub after_findings: Option<u32>,
}

/// A person's line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Who.
    pub person: PersonId,
    /// The reports, added up, with what the lead has corrected.
    pub sums: Sums,
    /// Figures that the lead counts otherwise, as they stand in the reports.
    pub reported: BTreeMap<String, u64>,
    /// Of a day: how he stands with the report.
    pub standing: Option<Standing>,
    /// Of a day: where the register says otherwise.
    pub differences: Vec<Difference>,
    /// Of a longer term: what the register counts.
    pub counted: Option<Counted>,
    /// Of a day: 小结 and 问题.
    pub note: Option<String>,
}

/// A summary as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Which.
    pub key: SummaryKey,
    /// The group's name.
    pub team: String,
    /// How it stands.
    pub state: SummaryState,
    /// Everybody who owed a report or filed one.
    pub lines: Vec<Line>,
    /// Of a day: those who owed none.
    pub excused: Vec<PersonId>,
    /// What the lead remarked.
    pub remarks: Vec<String>,
    /// Of a longer term: channels, places, diseases.
    pub statistics: Option<Statistics>,
}

/// The name of a group, or of those who are in none.
pub fn team_name(directory: &Directory, team: Option<i64>) -> String {
    team.and_then(|team| directory.team_name(team)).unwrap_or("未分组").to_owned()
}

/// The groups with somebody who owes reports, by number; those who are in none come first.
///
/// # Errors
/// When it cannot be read.
pub fn teams(desk: &mut Desk<'_, '_>) -> Result<Vec<Option<i64>>, Stop> {
    let directory = desk.directory()?;
    let teams: BTreeSet<Option<i64>> = directory
        .people(desk.now)
        .filter(|person| person.roles.owes_report())
        .map(|person| person.team)
        .collect();
    Ok(teams.into_iter().collect())
}

/// Who confirms a group's summary today: its leads and those who stand in for one, as far as they are there; where
/// there is none, whoever leads the department.
///
/// # Errors
/// When it cannot be read.
pub fn owners(desk: &mut Desk<'_, '_>, team: Option<i64>) -> Result<Vec<PersonId>, Stop> {
    let (today, now) = (desk.today(), desk.now);
    let directory = desk.directory()?;
    let duty = desk.tx.duty_on(today, now)?;
    let stands_for = |person: PersonId| {
        directory
            .acting_on(today)
            .any(|acting| acting.person == person && acting.role == Role::Lead && acting.team == team)
    };
    let leads = directory
        .people(now)
        .filter(|person| team.is_some() && !duty.is_off(person.id))
        .filter(|person| (person.team == team && person.roles.has(Role::Lead)) || stands_for(person.id));
    let leads: Vec<PersonId> = leads.map(|person| person.id).collect();
    if !leads.is_empty() {
        return Ok(leads);
    }
    let above = recipients(desk)?;
    let there: Vec<PersonId> = above.iter().copied().filter(|person| !duty.is_off(*person)).collect();
    Ok(if there.is_empty() { above } else { there })
}

/// Who gets the summaries: the supervisors and those who stand in for one; else the director; else the admin.
///
/// # Errors
/// When it cannot be read.
pub fn recipients(desk: &mut Desk<'_, '_>) -> Result<Vec<PersonId>, Stop> {
    let today = desk.today();
    let directory = desk.directory()?;
    for role in [Role::Supervisor, Role::Director, Role::Admin] {
        let has =
            directory.people(desk.now).filter(|person| directory.standing(person, today).roles().has(role));
        let found: Vec<PersonId> = has.map(|person| person.id).collect();
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

/// A summary as it is now; `None` when nobody of the group owed a report or filed one.
///
/// # Errors
/// When it cannot be read.
pub fn summary(desk: &mut Desk<'_, '_>, key: SummaryKey) -> Result<Option<Summary>, Stop> {
    let (now, today, span) = (desk.now, desk.today(), key.span);
    let directory = desk.directory()?;
    let members: BTreeSet<PersonId> = directory
        .everybody()
        .filter(|person| person.team == key.team && person.roles.owes_report())
        .map(|person| person.id)
        .collect();
    let mut filed: HashMap<(PersonId, NaiveDate), (bool, Figures)> = HashMap::new();
    for row in desk.tx.report_rows(span)? {
        if members.contains(&row.person) {
            filed.insert((row.person, row.date), (row.late, row.figures));
        }
    }
    let shifts = shifts(desk, span, &members)?;
    let mut rows = Vec::new();
    for person in &members {
        for date in span.days().take_while(|date| *date <= today) {
            let report = filed.get(&(*person, date));
            let standing = standing(now, shifts.get(&(*person, date)), report.map(|(late, _)| *late));
            rows.push(Row { person: *person, standing, figures: report.map(|(_, figures)| figures) });
        }
    }
    let sums = roll_up(rows.iter().copied());
    if sums.is_empty() {
        return Ok(None);
    }
    let is_day = key.term == Term::Day;
    let mut lines = Vec::with_capacity(sums.len());
    for (person, sums) in sums {
        // Of a day there is one row a person.
        let own = is_day.then(|| rows.iter().find(|row| row.person == person)).flatten();
        let standing = own.map(|row| row.standing);
        let (reported, counted) = (BTreeMap::new(), None);
        let mut line =
            Line { person, sums, reported, standing, differences: Vec::new(), counted, note: None };
        if let Some((_, figures)) = filed.get(&(person, span.from)).filter(|_| is_day) {
            let shift = shifts.get(&(person, span.from));
            let calendar = *desk.calendar();
            let known = desk.tx.registered_on(person, span.from, shift, &calendar)?;
            line.differences = known.differences(figures);
            line.note = desk.tx.live_report(person, span.from)?.and_then(|report| report.note);
        }
        lines.push(line);
    }
    let mut statistics = None;
    if !is_day {
        count_register(desk, &key, &mut lines)?;
        let calendar = *desk.calendar();
        let records = desk.tx.records_in(span, &calendar, |person| members.contains(&person))?;
        statistics = Some(count(records.iter().map(|(_, record)| record)));
    }
    let mut remarks = Vec::new();
    for said in desk.tx.summary_lines(&key)? {
        match said.what {
            SummarySaid::Note(note) => remarks.extend(note),
            SummarySaid::Figure { person, field, figure } => {
                if let Some(line) = lines.iter_mut().find(|line| line.person == person) {
                    let was = line.sums.figures.insert(field.clone(), u64::from(figure)).unwrap_or(0);
                    line.reported.entry(field).or_insert(was);
                }
            }
        }
    }
    let here = |person: &&PersonId| directory.person(**person).is_some_and(|person| person.is_member(now));
    let excused =
        members.iter().filter(here).filter(|person| !lines.iter().any(|line| line.person == **person));
    Ok(Some(Summary {
        team: team_name(&directory, key.team),
        state: desk.tx.summary_state(&key)?,
        excused: excused.copied().filter(|_| is_day).collect(),
        lines,
        remarks,
        statistics,
        key,
    }))
}

/// The shifts of a span for which somebody owes a report: not those of a whole day's leave.
fn shifts(
    desk: &mut Desk<'_, '_>,
    span: Span,
    members: &BTreeSet<PersonId>,
) -> Result<HashMap<(PersonId, NaiveDate), Shift>, Stop> {
    let directory = desk.directory()?;
    let off = desk.tx.whole_days_off(span)?;
    let rota = desk.tx.rota_between(span)?.into_iter().filter(|row| members.contains(&row.person));
    let planned = rota.filter_map(|row| Some(((row.person, row.date), row.shift?)));
    // Who was taken out before the end of the shift could not file any more.
    let stayed = |person: PersonId, shift: &Shift| {
        directory.person(person).and_then(|person| person.rights_end).is_none_or(|end| shift.end <= end)
    };
    Ok(planned.filter(|(day, shift)| !off.contains(day) && stayed(day.0, shift)).collect())
}

/// Puts what the register counts beside the reports.
fn count_register(desk: &mut Desk<'_, '_>, key: &SummaryKey, lines: &mut [Line]) -> Result<(), Stop> {
    let span = key.span;
    let book = desk.book()?;
    let tallies = desk.tx.tallies(span)?;
    let mut successes: HashMap<PersonId, u32> = HashMap::new();
    for (person, spend) in desk.tx.spent_in(span)? {
        *successes.entry(person).or_default() += u32::from(counts_as_success(spend, &book, span.to));
    }
    for line in lines {
        let Some(tally) = tallies.iter().find(|tally| tally.person == line.person) else { continue };
        let mut counted = Counted {
            appointments: tally.appointments,
            arrivals: tally.arrivals,
            successes: successes.get(&line.person).copied().unwrap_or(0),
            dialogues: tally.dialogues,
            after_findings: None,
        };
        if key.term == Term::Month {
            let entries = desk.tx.entries_of(line.person, span)?;
            let taken_back: Vec<i64> = entries.iter().filter_map(|entry| entry.reverses).collect();
            let counts = |entry: &&store::LedgerEntry| {
                entry.code == CLOSED_EARLY
                    && entry.state == EntryState::Confirmed
                    && entry.reverses.is_none()
                    && !taken_back.contains(&entry.no)
            };
            let findings: Vec<NaiveDate> = entries.iter().filter(counts).map(|entry| entry.day).collect();
            counted.after_findings =
                (!findings.is_empty()).then(|| month_total(tally.arrivals, &findings, &book));
        }
        line.counted = Some(counted);
    }
    Ok(())
}

impl Summary {
    /// Everybody's figures, added up.
    pub fn total(&self) -> BTreeMap<String, u64> {
        total(self.lines.iter().map(|line| &line.sums))
    }

    /// What its button says: with the day and the group, so that it confirms this one whenever and by whomever it is pressed.
    pub fn confirming(&self) -> String {
        format!("汇总 确认 {} {}", self.key.span.to, self.team)
    }

    /// True when it was neither confirmed nor found late.
    pub fn is_open(&self) -> bool {
        self.state.confirmed.is_none() && self.state.unconfirmed_at.is_none()
    }

    /// What its events say of it. The figures stand in it as they were, so that a later correction of a report changes
    /// nothing about what was sent.
    pub fn fact(&self, kind: SummaryEvent, actor: Option<PersonId>) -> Fact {
        let fact = match kind {
            SummaryEvent::Confirmed => Fact::new("summary.confirmed", actor),
            SummaryEvent::Unconfirmed => Fact::new("summary.unconfirmed", actor),
        };
        let figures = |figures: &BTreeMap<String, u64>| -> Map<String, Value> {
            figures.iter().map(|(field, figure)| (field.clone(), (*figure).into())).collect()
        };
        let rows = self.lines.iter().map(|line| {
            json!({"person": Fact::person_value(line.person), "filed": line.sums.filed, "late": line.sums.late,
                "missing": line.sums.missing, "figures": figures(&line.sums.figures)})
        });
        fact.with("team", self.team.as_str())
            .with("team_no", self.key.team)
            .with("period", self.key.term.code())
            .with("from", self.key.span.from.to_string())
            .with("date", self.key.span.to.to_string())
            .with("figures", figures(&self.total()))
            .with("rows", rows.collect::<Vec<Value>>())
            .with("rule", if self.key.term == Term::Day { "R-327" } else { "R-329" })
    }

    /// Sends it to whoever gets the summaries, but for `but` who has it before him.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn send(&self, desk: &mut Desk<'_, '_>, head: &str, but: Option<PersonId>) -> Result<(), Stop> {
        let said = Said::text(format!("{head}\n{}", self.text(desk, Audience::Private)?));
        let (team, to) = (self.key.team.unwrap_or(0), self.key.span.to);
        let stand_in = format!("{}的汇总来了，私聊发「汇总 {}」看。", self.team, self.team);
        for person in recipients(desk)?.into_iter().filter(|person| Some(*person) != but) {
            let key = format!("summary:{}:{to}:{team}:{person}:{}", self.key.term.code(), desk.now);
            desk.tell_aside(person, &key, &said, &stand_in)?;
        }
        Ok(())
    }
}

/// What happened to a summary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SummaryEvent {
    /// A person has confirmed it.
    Confirmed,
    /// Nobody had when it was due.
    Unconfirmed,
}

/// The summaries of a group that end with a day, the day's own first; those of which there is nothing are left out.
///
/// # Errors
/// When it cannot be read.
pub fn ending(desk: &mut Desk<'_, '_>, team: Option<i64>, date: NaiveDate) -> Result<Vec<Summary>, Stop> {
    let mut found = Vec::new();
    for term in Term::ending(date) {
        found.extend(summary(desk, SummaryKey { team, term, span: term.around(date) })?);
    }
    Ok(found)
}

/// Whether a summary that ends with a day is late by now, and until when it was in time, as people read it.
///
/// # Errors
/// When it cannot be read.
pub fn deadline(desk: &mut Desk<'_, '_>, to: NaiveDate) -> Result<(bool, String), Stop> {
    let book = desk.book()?;
    let day = domain::calendar::next_day(to);
    let minute = book.time(&DUTY_DIGEST_DUE, day);
    let late = desk.now >= due(&book, desk.calendar(), to);
    Ok((late, format!("{:02}:{:02}", minute / 60, minute % 60)))
}

/// What a report must have of somebody, for whoever corrects one of its figures: the field of a word.
///
/// # Errors
/// When it cannot be read.
pub fn field_of(
    desk: &mut Desk<'_, '_>,
    person: PersonId,
    date: NaiveDate,
    word: &str,
) -> Result<Option<&'static str>, Stop> {
    let directory = desk.directory()?;
    let Some(person) = directory.person(person) else { return Ok(None) };
    let form = report::form_of(&*desk.book()?, date, person.roles);
    let fields = form.into_iter().flat_map(|form| form.fields);
    Ok(fields.into_iter().find(|field| field.words.contains(&word)).map(|field| field.name()))
}
