//! Steps 5 to 7: a contact that stands before an appointment. Whoever wins by it has the credit of the appointment that
//! the other booked, or of his own if he booked too.
//!
//! A contact claims nothing of what was booked before it, and no longer than an appointment is protected.

use super::clocks::Window;
use super::decide::{Case, Claim};
use super::evidence::{Evidence, RunnerUp, Step};
use super::facts::{Contact, Jump};
use crate::registration::{Channel, Moment};
use crate::settings::catalogue::attribution::CLAIM_DAYS;
use crate::{PersonId, RuleId};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// What a step says on two people.
struct Ruling {
    winner: PersonId,
    loser: PersonId,
    rule: RuleId,
    /// The winner's contact that decided: of several winners the first counts.
    decisive: Moment,
    /// The loser's appointments that were registered from here …
    from: Moment,
    /// … to here are concerned.
    until: NaiveDate,
    evidence: Evidence,
    /// The rules leave it open, and the winner is a suggestion.
    open: bool,
}

/// Two people in the order of their numbers.
type Pair = (PersonId, PersonId);

fn pair(one: PersonId, other: PersonId) -> Pair {
    (one.min(other), one.max(other))
}

impl<'f> Case<'f> {
    /// Steps 5 to 7. Two people who are settled by one are not asked about by the next.
    pub(super) fn contacts_against_bookings(&mut self, claims: Vec<Claim<'f>>) -> Vec<Claim<'f>> {
        let mut settled: BTreeSet<Pair> = BTreeSet::new();
        let mut claims = claims;
        for step in [Step::Jump, Step::LeftWord, Step::SameDay] {
            let mut rulings = match step {
                Step::Jump => self.jumps(&claims),
                Step::LeftWord => self.pairs(&claims, |chat, phone| self.left_word(&claims, chat, phone)),
                _ => self.pairs(&claims, |chat, phone| self.same_day(&claims, chat, phone)),
            };
            rulings.retain(|ruling| !settled.contains(&pair(ruling.winner, ruling.loser)));
            settled.extend(rulings.iter().map(|ruling| pair(ruling.winner, ruling.loser)));
            claims = self.apply(claims, step, &rulings);
        }
        claims
    }

    fn apply(&mut self, claims: Vec<Claim<'f>>, step: Step, rulings: &[Ruling]) -> Vec<Claim<'f>> {
        let booked = |person: PersonId| claims.iter().any(|claim| claim.to == person);
        let mut left = Vec::new();
        let mut lost = Vec::new();
        for claim in &claims {
            let entered = claim.of.dates.entered;
            let concerned = rulings.iter().filter(|ruling| {
                ruling.loser == claim.to
                    && ruling.from <= entered
                    && self.calendar.date(entered.at) <= ruling.until
            });
            let first =
                concerned.min_by_key(|ruling| (!booked(ruling.winner), ruling.decisive, ruling.winner));
            match first {
                Some(ruling) => {
                    lost.push((ruling, Some(claim.of.no)));
                    if !booked(ruling.winner) {
                        left.push(Claim { of: claim.of, to: ruling.winner });
                    }
                }
                None => left.push(*claim),
            }
        }
        if left.is_empty() && !claims.is_empty() {
            // Each stands before another of them.
            self.circle(&claims);
            return claims;
        }
        let mere = rulings.iter().filter(|ruling| booked(ruling.winner) && !booked(ruling.loser));
        lost.extend(mere.map(|ruling| (ruling, None)));
        for (ruling, appointment) in lost {
            self.note(ruling.evidence.clone());
            self.runner_up(RunnerUp { step, rule: ruling.rule, person: ruling.loser, appointment });
            if ruling.open {
                self.ask_supervisor();
            }
        }
        left
    }

    /// Until when a contact of a day claims anything.
    fn claims_until(&self, day: NaiveDate) -> NaiveDate {
        Window::of_days(day, self.book.count(&CLAIM_DAYS, day)).last
    }

    /// Step 5. The claim of a jump is often typed after the colleague has booked, so the day counts.
    fn jumps(&self, claims: &[Claim]) -> Vec<Ruling> {
        let mut first: BTreeMap<Pair, &Jump> = BTreeMap::new();
        for jump in &self.facts.jumps {
            if jump.from != jump.to {
                first.entry(pair(jump.from, jump.to)).or_insert(jump);
            }
        }
        let entered = |person: PersonId| {
            claims.iter().filter(move |claim| claim.to == person).map(|claim| claim.of.dates.entered)
        };
        let mut rulings = Vec::new();
        for jump in first.into_values() {
            let day = self.calendar.date(jump.when.at);
            let until = self.claims_until(day);
            let booked_on = |moment: Moment| self.calendar.date(moment.at);
            let later = entered(jump.to).map(booked_on).filter(|on| day <= *on && *on <= until).min();
            let Some(booked_on) = later else { continue };
            let verdict = jump.verdict();
            let back = verdict.to_first;
            let (winner, loser) = if back { (jump.from, jump.to) } else { (jump.to, jump.from) };
            let midnight = Moment { at: self.calendar.midnight(day), seq: i64::MIN };
            rulings.push(Ruling {
                winner,
                loser,
                rule: verdict.rule,
                decisive: jump.when,
                from: if back { midnight } else { jump.when },
                until,
                evidence: Evidence::Jumped {
                    from: jump.from,
                    to: jump.to,
                    touched: jump.touched,
                    booking_words: jump.booking_words,
                    both_online: jump.both_online,
                },
                // Spoken of without booking words fits neither item; and what was booked on a later day may not have
                // come of that dialogue.
                open: verdict.open || (back && booked_on != day),
            });
        }
        rulings
    }

    /// Everybody with a chat against everybody with a call or a booking by phone.
    fn pairs(&self, claims: &[Claim], rule: impl Fn(PersonId, PersonId) -> Option<Ruling>) -> Vec<Ruling> {
        let who = |wanted: fn(&Contact) -> bool| -> BTreeSet<PersonId> {
            self.contacts().filter(|contact| wanted(contact)).map(|contact| contact.by).collect()
        };
        let by_phone = claims.iter().filter(|claim| claim.of.channel == Channel::Phone).map(|claim| claim.to);
        let phones: BTreeSet<PersonId> = who(Contact::is_call).into_iter().chain(by_phone).collect();
        let pairs =
            who(Contact::is_chat).into_iter().flat_map(|chat| phones.iter().map(move |phone| (chat, *phone)));
        pairs.filter(|(chat, phone)| chat != phone).filter_map(|(chat, phone)| rule(chat, phone)).collect()
    }

    fn chats(&self, by: PersonId) -> impl Iterator<Item = &'f Contact> {
        self.contacts().filter(move |contact| contact.by == by && contact.is_chat())
    }

    /// Calls to somebody and his bookings by phone, the first first.
    fn calls(&self, claims: &[Claim], to: PersonId) -> Vec<Moment> {
        let calls = self.contacts().filter(|contact| contact.by == to && contact.is_call());
        let booked = claims.iter().filter(|claim| claim.to == to && claim.of.channel == Channel::Phone);
        let mut moments: Vec<Moment> =
            calls.map(|contact| contact.when).chain(booked.map(|claim| claim.of.dates.entered)).collect();
        moments.sort();
        moments
    }

    /// Step 6.
    fn left_word(&self, claims: &[Claim], chat: PersonId, phone: PersonId) -> Option<Ruling> {
        let word = self.chats(chat).find(|contact| contact.is_word_left())?;
        let call = self.calls(claims, phone).into_iter().next().filter(|call| *call > word.when)?;
        let until = self.claims_until(self.calendar.date(word.when.at));
        let booked = |by: PersonId, before: Moment| {
            claims.iter().any(|claim| claim.to == by && claim.of.dates.entered < before)
        };
        let in_time = self.calendar.date(call.at) <= until;
        let dialogue = self.chats(chat).any(|contact| contact.when < call && contact.has_record());
        let remarked = self.chats(chat).any(|contact| contact.when < call && contact.has_remark());
        let beyond_words = dialogue || (booked(chat, call) && !remarked);
        if !in_time || beyond_words || booked(phone, word.when) {
            return None;
        }
        let (winner, loser, decisive) = if remarked { (chat, phone, word.when) } else { (phone, chat, call) };
        Some(Ruling {
            winner,
            loser,
            rule: "R-093",
            decisive,
            from: decisive,
            until,
            evidence: Evidence::LeftWord { chat, phone, remarked },
            open: false,
        })
    }

    /// Step 7, for a chat that was logged. Two bookings alone are compared as such.
    fn same_day(&self, claims: &[Claim], chat: PersonId, phone: PersonId) -> Option<Ruling> {
        let day = |moment: Moment| self.calendar.date(moment.at);
        let calls = self.calls(claims, phone);
        let called_on = |on: NaiveDate| calls.iter().copied().find(|call| day(*call) == on);
        let (on, call) = self.chats(chat).find_map(|contact| {
            let on = day(contact.when);
            called_on(on).map(|call| (on, call))
        })?;
        let mine = |by: PersonId| claims.iter().filter(move |claim| claim.to == by).map(|claim| claim.of);
        if mine(phone).any(|of| day(of.dates.entered) < on) {
            return None;
        }
        let told = self.chats(chat).filter(|contact| contact.is_clear()).map(|contact| contact.when);
        let booked = mine(chat).filter(|of| of.channel.is_network()).map(|of| of.dates.entered);
        let clear = told.chain(booked).filter(|moment| day(*moment) == on).min();
        let chat_first = match clear {
            Some(clear) if clear.at.div_euclid(1_000) == call.at.div_euclid(1_000) => return None,
            Some(clear) => clear < call,
            None => false,
        };
        let (winner, loser, decisive) = match clear {
            Some(clear) if chat_first => (chat, phone, clear),
            _ => (phone, chat, call),
        };
        Some(Ruling {
            winner,
            loser,
            rule: "R-092",
            decisive,
            from: decisive,
            until: self.claims_until(on),
            evidence: Evidence::SameDay { chat, phone, on, clear: clear.is_some(), chat_first },
            open: false,
        })
    }
}
