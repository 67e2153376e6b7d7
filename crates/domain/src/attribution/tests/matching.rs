//! Steps 0a to 1: what matches, what is void, and treated patients.

use super::samples::{A, B, C, arrives, d, reg};
use super::{check, check_asking, judge, under, with};
use crate::Role;
use crate::attribution::{Lending, decide};
use crate::calendar::Calendar;
use crate::registration::{Channel, Class};
use crate::settings::catalogue::arrivals::{MATCH_MIN, WEAK_TRIPLE_REVIEW};
use crate::settings::catalogue::attribution as set;
use crate::settings::{Book, Value, Version};

#[test]
fn step_0a_only_what_is_registered_and_matches_competes() {
    let a = || reg(1, A, "2025-03-01 09:00");
    let b = || reg(2, B, "2025-03-02 10:00");
    let at = || arrives("2025-03-20 10:00");
    check(vec![
        ("nothing registered", at(), None, "0a", "R-079"),
        ("one, matching", at().with(a()), Some(A), "0a", "R-079"),
        ("W-35 two of six", at().with(a().agrees_in("age region")), None, "0a", "R-079"),
        ("W-36 three of six", at().with(a().agrees_in("name age phone")), Some(A), "0a", "R-079"),
        (
            "W-06 cancelled does not compete",
            at().with(a().cancelled("2025-03-01 17:00")).with(b()),
            Some(B),
            "0a",
            "R-034",
        ),
        ("only a cancelled one", at().with(a().cancelled("2025-03-01 17:00")), None, "0a", "R-034"),
        ("cancelled after the arrival", at().with(a().cancelled("2025-03-20 10:01")), Some(A), "0a", "R-079"),
        ("W-38 entered twenty minutes after", at().with(reg(1, A, "2025-03-20 10:20")), None, "0a", "R-030"),
        (
            "entered later, another before",
            at().with(a()).with(reg(2, B, "2025-03-20 10:20")),
            Some(A),
            "0a",
            "R-079",
        ),
        (
            "the other matches in two only",
            at().with(a().agrees_in("age region")).with(b()),
            Some(B),
            "0a",
            "R-079",
        ),
        (
            "invalid after cancelled",
            at().with(a().cancelled("2025-03-01 17:00").class_is(Class::Invalid)),
            None,
            "0a",
            "R-034",
        ),
    ]);
}

#[test]
fn step_0a_the_clock_of_a_story_stands_still_and_the_event_says_what_came_first() {
    let at = || arrives("2025-03-20 10:00#7");
    check(vec![
        (
            "the same second, entered before",
            at().with(reg(1, A, "2025-03-20 10:00#6")),
            Some(A),
            "0a",
            "R-079",
        ),
        ("the same second, entered after", at().with(reg(1, A, "2025-03-20 10:00#8")), None, "0a", "R-030"),
    ]);
}

#[test]
fn step_0a_what_matches_weakly_or_is_invalid_goes_to_the_supervisor() {
    let a = || reg(1, A, "2025-03-01 09:00");
    let b = || reg(2, B, "2025-03-02 10:00");
    let at = || arrives("2025-03-20 10:00");
    let weak = || a().agrees_in("age region complaint");
    check_asking(vec![
        ("only age, region, complaint", at().with(weak()), Some(A), "0a", "R-079"),
        ("only invalid ones", at().with(a().class_is(Class::Invalid)), Some(A), "0a", "R-078"),
    ]);
    let mut confirmed = weak();
    confirmed.matched.confirmed = Some(true);
    let mut rejected = a();
    rejected.matched.confirmed = Some(false);
    check(vec![
        ("weak, and a person has looked", at().with(confirmed), Some(A), "0a", "R-079"),
        ("a person said that it is another patient's", at().with(rejected.clone()), None, "0a", "R-079"),
        ("the same beside another", at().with(rejected).with(b()), Some(B), "0a", "R-079"),
        ("weak beside a better one", at().with(weak()).with(b()), Some(B), "0a", "R-079"),
    ]);
    assert_eq!(
        decide(
            &with(&[(&WEAK_TRIPLE_REVIEW, Value::Switch(false))]),
            &Calendar::default(),
            &at().with(weak())
        )
        .confirm_by,
        None
    );
    let four = at().with(a().agrees_in("name age phone"));
    assert_eq!(under(&[(&MATCH_MIN, Value::Whole(4))], &four), (None, "0a", "R-079"));
}

#[test]
fn step_0b_a_false_arrival_is_void() {
    let mut facts = arrives("2025-03-20 10:00").with(reg(1, A, "2025-03-01 09:00"));
    facts.arrival.is_false = true;
    check(vec![("proven", facts, None, "0b", "R-083")]);
}

#[test]
fn step_0c_lending_costs_what_is_set() {
    let mut facts =
        arrives("2025-03-20 10:00").with(reg(1, A, "2025-03-01 09:00")).with(reg(2, B, "2025-03-02 09:00"));
    facts.arrival.lending = Some(Lending { giver: A, receiver: B, signer: None });
    let mode = |word| under(&[(&set::LEND_MODE, Value::Word(word))], &facts);
    assert_eq!(mode("zero_month"), (None, "0c", "R-096"), "W-40");
    assert_eq!(mode("signer_all"), (Some(B), "0c", "R-097"), "W-41");
    for word in ["fine_each", "fine_then_flag"] {
        let book = with(&[(&set::LEND_MODE, Value::Word(word))]);
        let decision = decide(&book, &Calendar::default(), &facts);
        assert_eq!((decision.to, decision.confirm_by), (Some(A), Some(Role::Supervisor)), "{word}");
    }
    facts.arrival.lending = Some(Lending { giver: A, receiver: B, signer: Some(C) });
    let third = under(&[(&set::LEND_MODE, Value::Word("signer_all"))], &facts);
    assert_eq!(third, (Some(C), "0c", "R-097"));
}

#[test]
fn step_1_a_treated_patient_counts_anew_from_the_corresponding_day() {
    let b = || reg(2, B, "2025-07-01 09:00");
    let visited = |at| arrives(at).visited("2025-01-15 09:00", Some(A));
    let old = || reg(1, A, "2025-01-10 09:00");
    check(vec![
        ("W-08 exactly six months", visited("2025-07-15 09:00").with(b()), Some(B), "1", "R-086"),
        ("W-08 at midnight", visited("2025-07-15 00:00").with(b()), Some(B), "1", "R-086"),
        ("W-09 one day short", visited("2025-07-14 23:59").with(b()), None, "1", "R-086"),
        (
            "appointments before the visit are used up",
            visited("2025-07-15 09:00").with(old()).with(b()),
            Some(B),
            "1",
            "R-086",
        ),
        ("nothing new was booked", visited("2025-07-15 09:00").with(old()), None, "1", "R-086"),
        (
            "31 August ends with 28 February",
            arrives("2026-02-28 09:00").visited("2025-08-31 09:00", None).with(reg(2, B, "2026-02-01 09:00")),
            Some(B),
            "1",
            "R-086",
        ),
        (
            "the day before that",
            arrives("2026-02-27 09:00").visited("2025-08-31 09:00", None).with(reg(2, B, "2026-02-01 09:00")),
            None,
            "1",
            "R-086",
        ),
        (
            "two rivals in the new cycle",
            visited("2025-07-15 09:00").with(b()).with(reg(3, C, "2025-07-02 09:00")),
            Some(B),
            "10",
            "R-084",
        ),
        (
            "a visit after the arrival says nothing",
            arrives("2025-01-14 09:00").visited("2025-01-15 09:00", Some(A)).with(old()),
            Some(A),
            "0a",
            "R-079",
        ),
        (
            "contacts of the last cycle say nothing",
            visited("2025-07-15 09:00")
                .consulted(A, "2025-01-12 09:00", Channel::Network, "name record")
                .with(b()),
            Some(B),
            "1",
            "R-086",
        ),
    ]);
}

#[test]
fn step_1_base_and_early_returns_are_settings() {
    let facts = arrives("2025-08-01 09:00")
        .visited("2025-01-15 09:00", Some(A))
        .visited("2025-05-15 09:00", Some(C))
        .with(reg(2, B, "2025-07-01 09:00"));
    assert_eq!(under(&[], &facts), (None, "1", "R-086"));
    assert_eq!(under(&[(&set::REVISIT_BASE, Value::Word("first"))], &facts), (Some(B), "1", "R-086"));
    let original = with(&[(&set::REVISIT_WITHIN, Value::Word("original"))]);
    let decision = decide(&original, &Calendar::default(), &facts);
    assert_eq!((decision.to, decision.appointment, decision.step.code()), (Some(C), Some(99), "1"));
    assert_eq!(under(&[(&set::REVISIT_MONTHS, Value::Whole(2))], &facts).0, Some(B));
}

#[test]
fn an_arrival_is_judged_by_the_rules_of_its_day() {
    let mut book = Book::default();
    book.set(&MATCH_MIN, Version { from: d("2025-03-20"), value: Value::Whole(4) });
    let at = |when| arrives(when).with(reg(1, A, "2025-03-01 09:00"));
    let judged = |when| decide(&book, &Calendar::default(), &at(when)).to;
    assert_eq!((judged("2025-03-19 23:59"), judged("2025-03-20 00:00")), (Some(A), None));
    assert_eq!(judge(&at("2025-03-20 00:00")).to, Some(A));
}
