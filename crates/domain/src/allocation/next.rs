//! 分配: who gets the next dialogue, and why.

use crate::settings::Book;
use crate::settings::catalogue::ranking::{
    OPEN_MOST, OPEN_NORMAL, ORDER, PICKING_SHARE, QUOTA_SPAN, TIMEOUT_CUT, TIMEOUT_MODE, TIMEOUT_UNIT,
};
use crate::{PersonId, RuleId};
use chrono::NaiveDate;

/// What holds somebody back on a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limit {
    /// 关流量: none until midnight, or none until he is let back.
    pub off: bool,
    /// 挑地区、敷衍: only a part of the quota.
    pub picking: bool,
    /// 隔天限制: so many dialogues fewer on this day.
    pub cut: u32,
}

/// Somebody who may get it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Who.
    pub person: PersonId,
    /// The place in the week's ranking by conversion, from 1.
    pub place: u32,
    /// Dialogues of a round.
    pub quota: u32,
    /// Had so far in this round; with quotas by the day, on this day.
    pub had: u32,
    /// Open at the moment.
    pub open: u32,
    /// Turns that the cut of the day has taken so far.
    pub cut_so_far: u32,
    /// Had on this day.
    pub had_today: u32,
    /// What holds him back.
    pub limit: Limit,
}

impl Candidate {
    /// Dialogues of a round, by what holds him back.
    pub fn quota_now(&self, book: &Book, day: NaiveDate) -> u32 {
        if !self.limit.picking {
            return self.quota;
        }
        let share = u64::from(self.quota) * u64::from(book.count(&PICKING_SHARE, day));
        u32::try_from(share.div_ceil(10_000)).unwrap_or(self.quota)
    }
}

/// Who gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Next {
    /// Whom; `None` when nobody can take one now.
    pub given: Option<Given>,
    /// Whose turns were taken by the cut of the day, in order; each counts as had in the round.
    pub cut: Vec<PersonId>,
    /// How many of those turns, the first ones, were of the round that ended with them.
    pub cut_before: usize,
    /// A new round has begun.
    pub new_round: bool,
    /// Who was passed over, and why.
    pub skipped: Vec<(PersonId, Skipped)>,
}

/// Somebody and why him.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given {
    /// Whom.
    pub person: PersonId,
    /// Why him.
    pub why: Why,
}

/// Why somebody gets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Why {
    /// He had the last dialogue of this visitor.
    Last,
    /// He has had the fewest of those with quota left.
    FewestWithinQuota,
    /// He has had the fewest (R-212 alone).
    Fewest,
}

impl Why {
    /// The rule behind it.
    pub fn rule(self) -> RuleId {
        match self {
            Why::Last => "R-102",
            Why::FewestWithinQuota => "R-211",
            Why::Fewest => "R-212",
        }
    }
}

/// Why somebody is passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Skipped {
    /// 关流量.
    Off,
    /// Has as many open as anybody may.
    Full,
    /// The quota is used up.
    NoQuota,
    /// At the cap of the day.
    Capped,
}

/// Who gets the next dialogue, by the rules of a day. `last` had this visitor before. The order of the candidates says
/// nothing. Nobody is made to wait for those who are busy while somebody is free: as long as one has fewer open than
/// usual he comes before those who would have several at once.
pub fn next(candidates: &[Candidate], last: Option<PersonId>, book: &Book, day: NaiveDate) -> Next {
    let mut state = Round { candidates: candidates.to_vec(), book, day, cut: Vec::new() };
    let mut skipped = state.held_back();
    let by_quota = book.word(&ORDER, day) != "fewest";
    if let Some(person) = last.filter(|person| state.can_take(*person)) {
        let given = Some(Given { person, why: Why::Last });
        return Next { given, cut: Vec::new(), cut_before: 0, new_round: false, skipped };
    }
    if !by_quota {
        let given = state.pick(false).map(|person| Given { person, why: Why::Fewest });
        return Next { given, cut: state.cut, cut_before: 0, new_round: false, skipped };
    }
    let by_round = book.word(&QUOTA_SPAN, day) == "round";
    let mut picked = state.pick(true);
    let (mut new_round, mut cut_before) = (false, 0);
    if picked.is_none() && by_round && state.anybody_can_take() {
        for candidate in &mut state.candidates {
            candidate.had = 0;
        }
        (new_round, cut_before) = (true, state.cut.len());
        picked = state.pick(true);
    }
    if picked.is_none() {
        for one in state.candidates.iter().filter(|one| !state.has_quota(one)) {
            if !skipped.iter().any(|(person, _)| *person == one.person) {
                skipped.push((one.person, Skipped::NoQuota));
            }
        }
    }
    let given = picked.map(|person| Given { person, why: Why::FewestWithinQuota });
    Next { given, cut: state.cut, cut_before, new_round, skipped }
}

struct Round<'b> {
    candidates: Vec<Candidate>,
    book: &'b Book,
    day: NaiveDate,
    cut: Vec<PersonId>,
}

impl Round<'_> {
    fn most_open(&self) -> u32 {
        self.book.count(&OPEN_MOST, self.day)
    }

    /// Those who cannot take one whatever the quota.
    fn held_back(&self) -> Vec<(PersonId, Skipped)> {
        let why = |one: &Candidate| {
            if one.limit.off {
                Some(Skipped::Off)
            } else if self.is_capped(one) {
                Some(Skipped::Capped)
            } else if one.open >= self.most_open() {
                Some(Skipped::Full)
            } else {
                None
            }
        };
        self.candidates.iter().filter_map(|one| Some((one.person, why(one)?))).collect()
    }

    /// At the most so many on this day, where the department reads the limit so.
    fn is_capped(&self, one: &Candidate) -> bool {
        one.limit.cut > 0
            && self.book.word(&TIMEOUT_MODE, self.day) == "cap_at"
            && one.had_today >= one.limit.cut
    }

    fn is_free(&self, one: &Candidate) -> bool {
        !one.limit.off && !self.is_capped(one) && one.open < self.most_open()
    }

    fn can_take(&self, person: PersonId) -> bool {
        self.candidates.iter().any(|one| one.person == person && self.is_free(one))
    }

    fn anybody_can_take(&self) -> bool {
        self.candidates.iter().any(|one| self.is_free(one) && self.quota(one) > 0)
    }

    fn quota(&self, one: &Candidate) -> u32 {
        one.quota_now(self.book, self.day)
    }

    fn has_quota(&self, one: &Candidate) -> bool {
        match self.book.word(&QUOTA_SPAN, self.day) {
            "at_once" => one.open < self.quota(one),
            _ => one.had < self.quota(one),
        }
    }

    /// The one with the fewest; a turn that the cut of the day takes goes on to the next.
    fn pick(&mut self, by_quota: bool) -> Option<PersonId> {
        let usual = self.book.count(&OPEN_NORMAL, self.day);
        let cuts = self.book.word(&TIMEOUT_MODE, self.day) == "cut_by";
        loop {
            let fits = |one: &&Candidate| self.is_free(one) && (!by_quota || self.has_quota(one));
            let order = |one: &Candidate| (one.open >= usual, one.had, one.place, one.person);
            let first =
                self.candidates.iter().filter(fits).min_by_key(|one| order(one)).map(|one| one.person)?;
            let chosen = self.candidates.iter_mut().find(|one| one.person == first)?;
            if !cuts || chosen.cut_so_far >= chosen.limit.cut {
                return Some(first);
            }
            chosen.cut_so_far += 1;
            chosen.had += 1;
            self.cut.push(first);
        }
    }
}

/// What so many timed-out dialogues of a month cost on the next day of duty: the cut, and what is carried on.
pub fn timeout_cut(carried: u32, today: u32, book: &Book, day: NaiveDate) -> (u32, u32) {
    let unit = book.count(&TIMEOUT_UNIT, day).max(1);
    let all = carried.saturating_add(today);
    ((all / unit).saturating_mul(book.count(&TIMEOUT_CUT, day)), all % unit)
}
