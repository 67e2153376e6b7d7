//! Which appointments may be those of an arrival, and how they compare. An appointment is compared as it
//! stood at the arrival; what was registered after the arrival had been recorded is not looked at.

use super::lines::Recorded;
use super::{ArrivalMatch, Judge};
use crate::error::{Error, Result};
use crate::register::ledger::{Letter, Line};
use crate::register::search::reached;
use crate::register::terms::{CANCELLED, CHANGED, COMPLETED, REGISTERED};
use crate::register::traits::{APART, Unnamed};
use crate::register::{Appointment, RegisterEntry, Terms, entry};
use crate::sql::{Row, Tx};
use crate::vault::Newest;
use chrono::{Months, NaiveDate};
use domain::attribution::{Change, Dates, Match, Registration};
use domain::matching::{Arrived, Candidate, Comparison, Outcome, Standing, Tolerance, Verification, verify};
use domain::patient::{Item, Patient, same_patient};
use domain::privacy::Field;
use domain::registration::{Class, ClassVersion, Moment, class_at};
use domain::settings::catalogue::attribution::{CREDIT_MONTHS, REVISIT_MONTHS};
use domain::{EpochMs, PersonId};
use std::collections::{BTreeMap, BTreeSet};

const UP_TO: &str =
    "SELECT no FROM register_entry WHERE seq < $1 AND kind = 'registered' ORDER BY seq DESC LIMIT 1";
const MATCHES: &str = "SELECT arrival, appointment, items, in_question, verified, confirmed FROM arrival_match \
    WHERE arrival = $1 ORDER BY in_question DESC, appointment";
const DROP_MATCHES: &str = "DELETE FROM arrival_match WHERE arrival = $1";
const PUT_MATCH: &str = "INSERT INTO arrival_match (arrival, appointment, items, standing, in_question, verified, \
    confirmed) VALUES ($1, $2, $3, $4, $5, $6, $7)";
const MARK: &str = "UPDATE appointment SET arrived = (SELECT MAX(m.arrival) FROM arrival_match m \
    JOIN arrival a ON a.no = m.arrival WHERE m.appointment = $1 AND m.verified AND a.state = 'open' \
    AND NOT a.is_false) WHERE no = $1";

/// Appointments that are looked at for each number and account, and for the name with each trait, newest first.
const COMPARED: u32 = 30;
/// Appointments that are looked at where nothing names the patient, the most alike first: a person looks at a few.
const RESEMBLING: u32 = 20;
/// Appointments that agree in too little, told where nothing better is there.
const NEAREST: usize = 3;
/// Items in which they agree at least.
const NEAR: usize = 2;

/// An appointment as it stood at a moment.
pub(crate) struct Known {
    no: i64,
    owner: PersonId,
    entries: Vec<RegisterEntry>,
    pub(crate) patient: Patient,
    terms: Terms,
    remarked: BTreeSet<i64>,
}

impl Known {
    fn entered(&self) -> Moment {
        self.entries.first().map_or(Moment { at: 0, seq: 0 }, |entry| entry.when)
    }

    fn classes(&self) -> Vec<ClassVersion> {
        let version = |entry: &RegisterEntry| {
            Some(ClassVersion { from: entry.when, class: entry.terms.as_ref()?.class })
        };
        self.entries.iter().filter_map(version).collect()
    }

    fn cancelled(&self) -> Option<Moment> {
        self.entries.last().filter(|entry| entry.kind == CANCELLED).map(|entry| entry.when)
    }

    fn visit(&self) -> Option<NaiveDate> {
        self.terms.visit.map(|visit| visit.date)
    }

    fn candidate(&self, came: Moment) -> Candidate {
        let classes = self.classes();
        let class = class_at(&classes, came).or_else(|| classes.first().map(|version| version.class));
        Candidate {
            id: self.no,
            owner: self.owner,
            patient: self.patient.clone(),
            visit_date: self.visit(),
            class: class.unwrap_or(Class::Invalid),
            registered: self.entered(),
            cancelled: self.cancelled(),
        }
    }

    pub(crate) fn registration(&self, matched: Match) -> Registration {
        let visit_of = |entry: &RegisterEntry| {
            entry.terms.as_ref().and_then(|terms| terms.visit).map(|visit| visit.date)
        };
        let mut changes = Vec::new();
        let mut visit = self.entries.first().and_then(visit_of);
        let booked = visit;
        for entry in self.entries.iter().skip(1) {
            let Some(day) = visit_of(entry) else { continue };
            if visit != Some(day) {
                let remarked = self.remarked.contains(&entry.when.seq);
                changes.push(Change { when: entry.when, visit_date: day, remarked });
                visit = Some(day);
            }
        }
        let has_log = |entry: &&RegisterEntry| entry.terms.as_ref().is_some_and(|terms| terms.log);
        Registration {
            no: self.no,
            owner: self.owner,
            channel: self.terms.channel,
            dates: Dates { entered: self.entered(), visit_date: booked, changes },
            classes: self.classes(),
            name: self.patient.full_name().map(|name| name.form().to_owned()),
            record: self.entries.iter().find(has_log).map(|entry| entry.when),
            cancelled: self.cancelled(),
            matched,
        }
    }
}

/// An arrival, compared.
pub(crate) struct Comparing {
    pub(crate) verification: Verification,
    /// The appointments that the decision is told of, each with in what it agrees.
    pub(crate) told: Vec<(Known, Match)>,
    /// Those among them that compete, or wait for a person who looks.
    pub(crate) in_question: BTreeSet<i64>,
}

fn standing_word(standing: Standing) -> &'static str {
    match standing {
        Standing::Matched => "matched",
        Standing::Invalid => "invalid",
        Standing::Weak => "weak",
        Standing::TooFew => "too_few",
        Standing::Cancelled => "cancelled",
        Standing::EnteredAfter => "entered_after",
    }
}

fn read_match(row: &Row<'_>) -> Result<ArrivalMatch> {
    let items = row.text("items")?;
    let items: Option<BTreeSet<Item>> =
        items.split(' ').filter(|code| !code.is_empty()).map(Item::of_code).collect();
    Ok(ArrivalMatch {
        arrival: row.int("arrival")?,
        appointment: row.int("appointment")?,
        items: items.ok_or_else(|| Error::Corrupt("arrival_match items".to_owned()))?,
        in_question: row.flag("in_question")?,
        verified: row.flag("verified")?,
        confirmed: row.opt_int("confirmed")?.map(|confirmed| confirmed == 1),
    })
}

/// Agrees by what names a person.
const NAMING: [Item; 2] = [Item::Name, Item::Phone];

/// Whether anything names the same person, and whether anything names another.
fn names(fields: &Comparison) -> (bool, bool) {
    let any = |items: Vec<Item>| items.iter().any(|item| NAMING.contains(item));
    (any(fields.agreeing()), any(fields.differing()))
}

/// From which day on the clocks of an appointment have begun that may compete for an arrival.
pub(crate) fn look_back(day: NaiveDate, judge: Judge<'_>) -> NaiveDate {
    let months = judge.book.count(&REVISIT_MONTHS, day).max(judge.book.count(&CREDIT_MONTHS, day));
    day.checked_sub_months(Months::new(months)).unwrap_or(day)
}

/// Whether an appointment, as it stood at the arrival, was one that is looked for: whatever became of it later, and of
/// what it is found by.
fn may_be(known: &Known, said: &Recorded, patient: &Patient, judge: Judge<'_>) -> bool {
    if known.terms.base.day < look_back(said.day, judge) {
        return false;
    }
    let near = known.visit().is_some_and(|visit| (said.day - visit).num_days().abs() <= APART);
    near || same_patient(patient, &known.patient, judge.book, said.day).is_some()
        || patient.full_name().zip(known.patient.full_name()).is_some_and(|(one, other)| one.agrees(other))
}

impl Tx<'_> {
    /// An appointment as it stood before a moment, as it was registered when that was later; `None` when its
    /// registration was taken back.
    fn known_at(&mut self, no: i64, lines: &[Line], before: Moment) -> Result<Option<Known>> {
        let live: Vec<(usize, &Line)> =
            lines.iter().enumerate().filter(|(_, line)| line.undone_at.is_none()).collect();
        let Some((_, first)) = live.first().filter(|(_, line)| line.kind == REGISTERED) else {
            return Ok(None);
        };
        let versions: Vec<(usize, &Line)> = live
            .iter()
            .copied()
            .filter(|(_, line)| matches!(line.kind.as_str(), REGISTERED | COMPLETED))
            .collect();
        let at = versions.iter().rev().find(|(_, line)| line.when < before).or(versions.first());
        let fields = match at {
            Some((position, line)) => self.open_line(Letter::Appointment, no, *position, line)?,
            None => None,
        };
        let fields = fields.unwrap_or_default();
        let patient = Patient::of_fields(fields.iter().map(|(field, text)| (*field, text.as_str())));
        let entries: Vec<RegisterEntry> =
            live.iter().map(|(_, line)| entry(no, line)).collect::<Result<_>>()?;
        let terms = entries
            .iter()
            .rev()
            .filter(|entry| entry.when < before)
            .find_map(|entry| entry.terms.clone())
            .or_else(|| entries.first().and_then(|entry| entry.terms.clone()));
        let Some(terms) = terms else { return Ok(None) };
        // A day that another agreed on is no remark of the owner's.
        let remarked = live
            .iter()
            .filter(|(_, line)| line.kind == CHANGED && line.sealed.is_some())
            .map(|(_, line)| line.when.seq)
            .collect();
        Ok(Some(Known { no, owner: first.by, entries, patient, terms, remarked }))
    }

    /// The numbers of the appointments that may be those of who came, by what names him.
    fn named_alike(
        &mut self,
        no: i64,
        said: &Recorded,
        patient: &Patient,
        up_to: i64,
        judge: Judge<'_>,
    ) -> Result<BTreeSet<i64>> {
        let mut found: BTreeSet<i64> =
            self.matches_of(no)?.into_iter().map(|earlier| earlier.appointment).collect();
        let newest = Newest { most: COMPARED, up_to };
        for (field, forms) in reached(patient) {
            found.extend(self.tagged(field.word(), &forms, Letter::Appointment, newest)?);
        }
        let tolerance = Tolerance::on(judge.book, said.day);
        found.extend(self.appointments_by_name(patient, Some(said.day), tolerance, newest)?);
        Ok(found)
    }

    /// What comes nearest where nothing is found by more, to say why not: the bearers of the name, and who is of the age
    /// and was expected on the day.
    fn nearest(
        &mut self,
        said: &Recorded,
        patient: &Patient,
        up_to: i64,
        judge: Judge<'_>,
    ) -> Result<BTreeSet<i64>> {
        let (tolerance, newest) = (Tolerance::on(judge.book, said.day), Newest { most: RESEMBLING, up_to });
        let mut found = self.appointments_by_day_and_age(patient, said.day, tolerance, newest)?;
        if let Some(name) = patient.full_name() {
            let forms = Field::Name.index_forms(name.form());
            found.extend(self.tagged(Field::Name.word(), &forms, Letter::Appointment, newest)?);
        }
        Ok(found)
    }

    /// Adds these appointments as they stood at an arrival, where they are looked for.
    fn add_known(
        &mut self,
        known: &mut BTreeMap<i64, Known>,
        found: &BTreeSet<i64>,
        said: &Recorded,
        patient: &Patient,
        judge: Judge<'_>,
    ) -> Result<()> {
        let moment = Moment { at: said.arrived_at, seq: said.when.seq };
        let new: Vec<i64> = found.iter().copied().filter(|no| !known.contains_key(no)).collect();
        let cases: Vec<String> = new.iter().map(|no| Letter::Appointment.label(*no)).collect();
        self.fetch_keys(&cases)?;
        for (no, lines) in self.lines_of(Letter::Appointment, &new)? {
            let Some(found) = self.known_at(no, &lines, moment)? else { continue };
            if found.entered().seq < said.when.seq && may_be(&found, said, patient, judge) {
                known.insert(no, found);
            }
        }
        Ok(())
    }

    /// Compares an arrival with the register.
    pub(crate) fn compare_arrival(
        &mut self,
        no: i64,
        said: &Recorded,
        patient: &Patient,
        judge: Judge<'_>,
    ) -> Result<Comparing> {
        let moment = Moment { at: said.arrived_at, seq: said.when.seq };
        let rejected = |no: &i64| said.confirmed.get(no) == Some(&false);
        let competing = |known: &BTreeMap<i64, Known>| -> Vec<Candidate> {
            known.iter().filter(|(no, _)| !rejected(no)).map(|(_, known)| known.candidate(moment)).collect()
        };
        let mut known: BTreeMap<i64, Known> = BTreeMap::new();
        let up_to = self.row(UP_TO, &[said.when.seq.into()], |row| row.int("no"))?.unwrap_or(0);
        let alike = self.named_alike(no, said, patient, up_to, judge)?;
        self.add_known(&mut known, &alike, said, patient, judge)?;
        let arrived = Arrived { patient: patient.clone(), date: said.day, moment };
        let by_name = verify(&arrived, &competing(&known), judge.book);
        // Whoever is named otherwise is dropped below then: he need not be looked for.
        let is_named = by_name.is_verified() && by_name.matched.iter().any(|one| names(&one.fields).0);
        let unnamed = if is_named { Unnamed::NotOtherwise } else { Unnamed::All };
        let (tolerance, newest) = (Tolerance::on(judge.book, said.day), Newest { most: RESEMBLING, up_to });
        let resembling = self.appointments_by_traits(patient, said.day, tolerance, unnamed, newest)?;
        self.add_known(&mut known, &resembling, said, patient, judge)?;
        if verify(&arrived, &competing(&known), judge.book).outcome == Outcome::Unregistered {
            let nearest = self.nearest(said, patient, up_to, judge)?;
            self.add_known(&mut known, &nearest, said, patient, judge)?;
        }
        let mut candidates = competing(&known);
        let mut verification = verify(&arrived, &candidates, judge.book);
        if verification.matched.iter().any(|one| names(&one.fields).0) {
            // Where somebody is named alike, whoever is named otherwise and only resembles him is somebody else, also one of
            // another sex or age on the same telephone: a family's.
            let alike = verification.matched.iter().any(|one| one.fields.agreeing().contains(&Item::Name));
            let others: BTreeSet<i64> = verification
                .matched
                .iter()
                .chain(&verification.passed_over)
                .filter(|one| !said.confirmed.contains_key(&one.id))
                .filter(|one| {
                    let theirs = known.get(&one.id).map(|known| &known.patient);
                    let same = theirs.and_then(|theirs| same_patient(patient, theirs, judge.book, said.day));
                    let family = alike
                        && one.fields.differing().contains(&Item::Name)
                        && same.as_ref().is_some_and(|same| !same.certain);
                    family || (names(&one.fields) == (false, true) && same.is_none())
                })
                .map(|one| one.id)
                .collect();
            if !others.is_empty() {
                candidates.retain(|candidate| !others.contains(&candidate.id));
                known.retain(|no, _| !others.contains(no));
                verification = verify(&arrived, &candidates, judge.book);
            }
        }
        Ok(Self::told_of(said, patient, known, verification, judge))
    }

    fn told_of(
        said: &Recorded,
        patient: &Patient,
        mut known: BTreeMap<i64, Known>,
        verification: Verification,
        judge: Judge<'_>,
    ) -> Comparing {
        let mut in_question: BTreeSet<i64> = verification.matched.iter().map(|one| one.id).collect();
        let confirmed = |no: i64| said.confirmed.get(&no).copied();
        in_question.extend(
            verification.passed_over.iter().map(|one| one.id).filter(|no| confirmed(*no) == Some(true)),
        );
        let tolerance = Tolerance::on(judge.book, said.day);
        let mut near = 0;
        let mut told = Vec::new();
        let compared = verification.matched.iter().chain(&verification.passed_over);
        let mut order: Vec<(i64, Option<Standing>, BTreeSet<Item>)> = compared
            .map(|one| (one.id, Some(one.standing), one.fields.agreeing().into_iter().collect()))
            .collect();
        for (no, rejected) in &known {
            if confirmed(*no) == Some(false) {
                let fields =
                    Comparison::of(patient, said.day, &rejected.patient, rejected.visit(), tolerance);
                order.push((*no, None, fields.agreeing().into_iter().collect()));
            }
        }
        for (no, standing, items) in order {
            let Some(one) = known.remove(&no) else { continue };
            let is_told = in_question.contains(&no)
                || match standing {
                    None | Some(Standing::Cancelled | Standing::EnteredAfter) => true,
                    Some(Standing::TooFew) => {
                        let same = same_patient(patient, &one.patient, judge.book, said.day);
                        let is_near = in_question.is_empty() && items.len() >= NEAR && near < NEAREST;
                        near += usize::from(is_near);
                        is_near || same.is_some_and(|same| same.certain)
                    }
                    Some(_) => false,
                };
            if is_told {
                told.push((one, Match { items, confirmed: confirmed(no) }));
            }
        }
        Comparing { verification, told, in_question }
    }

    /// Writes how an arrival compared, and marks the appointments whose patient has come.
    pub(crate) fn put_matches(&mut self, no: i64, comparing: &Comparing, now: EpochMs) -> Result<()> {
        let earlier = self.matches_of(no)?;
        let mut marked: BTreeSet<i64> =
            earlier.iter().filter(|one| one.verified).map(|one| one.appointment).collect();
        self.exec(DROP_MATCHES, &[no.into()])?;
        let verification = &comparing.verification;
        let standings: BTreeMap<i64, Standing> = verification
            .matched
            .iter()
            .chain(&verification.passed_over)
            .map(|one| (one.id, one.standing))
            .collect();
        let mut by_people = 0;
        for (known, matched) in &comparing.told {
            let in_question = comparing.in_question.contains(&known.no);
            let by_people_same = matched.confirmed == Some(true);
            by_people += usize::from(by_people_same);
            let verified = in_question && (verification.is_verified() || by_people_same);
            let items: Vec<&str> = matched.items.iter().map(|item| item.code()).collect();
            let items = items.join(" ");
            let standing = standings.get(&known.no).map_or("rejected", |standing| standing_word(*standing));
            let params = [
                no.into(),
                known.no.into(),
                (&items).into(),
                standing.into(),
                in_question.into(),
                verified.into(),
                matched.confirmed.map(i64::from).into(),
            ];
            self.exec(PUT_MATCH, &params)?;
            if verified {
                marked.insert(known.no);
            }
        }
        let outcome = match by_people {
            0 => verification.outcome,
            1 if !verification.is_verified() => Outcome::Verified,
            _ if comparing.in_question.len() > 1 => Outcome::Several,
            _ => Outcome::Verified,
        };
        self.set_outcome(no, outcome)?;
        for appointment in marked {
            self.mark_arrived(appointment, now)?;
        }
        Ok(())
    }

    /// Notes the newest verified arrival on an appointment: whoever has come is not followed up any more.
    pub(crate) fn mark_arrived(&mut self, appointment: i64, now: EpochMs) -> Result<()> {
        self.exec(MARK, &[appointment.into()])?;
        self.follow_arrival(appointment, now)
    }

    /// The appointments that were compared with an arrival, those in question first.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn matches_of(&mut self, arrival: i64) -> Result<Vec<ArrivalMatch>> {
        self.rows(MATCHES, &[arrival.into()], read_match)
    }

    /// The appointments that are expected on a day and whose patient has not come: open, with a visit on that day.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn expected_on(&mut self, day: NaiveDate) -> Result<Vec<Appointment>> {
        const EXPECTED: &str = "SELECT no, owner, registered_at, entered_seq, state, channel, source, class, missing, \
            visit_date, visit_minute, log, late_minutes, base_day, rebased, booked, protected_until, credit_until \
            FROM appointment WHERE visit_date = $1 AND state = 'open' AND arrived IS NULL ORDER BY no";
        self.rows(EXPECTED, &[day.into()], crate::register::terms::read)
    }
}
