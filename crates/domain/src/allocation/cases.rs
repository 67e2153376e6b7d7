//! Grades and turns at their edges.

use super::*;
use crate::PersonId;
use crate::settings::catalogue::ranking::{MEDIUM_LOWER, OPEN_MOST, ORDER, TIMEOUT_MODE};
use crate::settings::{Book, Setting, Value, Version};
use chrono::NaiveDate;
use proptest::prelude::*;

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, 2).expect("a date")
}

fn book(settings: &[(&'static Setting, Value)]) -> Book {
    let mut book = Book::default();
    for (setting, value) in settings {
        book.set(setting, Version { from: day(), value: *value });
    }
    book
}

fn worked(person: PersonId, arrivals: u32) -> Worked {
    Worked { person, arrivals, shifts: 5, trial: false, before: None }
}

fn graded(week: &[Worked], book: &Book) -> Vec<Grade> {
    grades(week, book, day()).iter().map(|graded| graded.grade).collect()
}

#[test]
fn exactly_140_and_exactly_90_percent_r_207_r_208_r_209() {
    let week = [worked(1, 14), worked(2, 11), worked(3, 9), worked(4, 6)];
    let usual = [Grade::Senior, Grade::Medium, Grade::Ordinary, Grade::Ordinary];
    assert_eq!(graded(&week, &Book::default()), usual);
    let lower = book(&[(&MEDIUM_LOWER, Value::Switch(true))]);
    assert_eq!(graded(&week, &lower), [Grade::Senior, Grade::Medium, Grade::Medium, Grade::Ordinary]);
    // 34 ÷ 3 is not whole: 140 % of it is 15.87.
    let thirds = [worked(1, 15), worked(2, 16), worked(3, 3)];
    assert_eq!(graded(&thirds, &Book::default()), [Grade::Medium, Grade::Senior, Grade::Ordinary]);
    assert_eq!(graded(&[worked(1, 7)], &Book::default()), [Grade::Medium], "one alone is the average");
}

#[test]
fn who_is_not_counted_keeps_his_grade_r_206() {
    let away = Worked { shifts: 0, before: Some(Grade::Senior), ..worked(3, 0) };
    let newcomer = Worked { trial: true, ..worked(4, 30) };
    let week = [worked(1, 10), worked(2, 10), away, newcomer];
    let all = grades(&week, &Book::default(), day());
    assert_eq!(
        all.iter().map(|one| (one.grade, one.counted)).collect::<Vec<_>>(),
        [(Grade::Medium, true), (Grade::Medium, true), (Grade::Senior, false), (Grade::Ordinary, false)]
    );
    let nobody = [Worked { before: Some(Grade::Medium), ..worked(1, 0) }, worked(2, 0)];
    assert_eq!(graded(&nobody, &Book::default()), [Grade::Medium, Grade::Ordinary]);
    assert_eq!(graded(&[], &Book::default()), []);
}

fn candidate(person: PersonId, place: u32, quota: u32) -> Candidate {
    Candidate { person, place, quota, had: 0, open: 0, cut_so_far: 0, had_today: 0, limit: Limit::default() }
}

/// Gives so many dialogues, each closed at once; who got how many, and how many rounds began.
fn given(candidates: &mut [Candidate], times: u32, book: &Book) -> (Vec<u32>, u32) {
    let mut counts = vec![0; candidates.len()];
    let mut rounds = 1;
    for _ in 0..times {
        let next = next(candidates, None, book, day());
        if next.new_round {
            rounds += 1;
            candidates.iter_mut().for_each(|one| one.had = 0);
        }
        for (index, person) in next.cut.iter().enumerate() {
            let one = candidates.iter_mut().find(|one| one.person == *person).expect("known");
            one.had += u32::from(index >= next.cut_before);
            one.cut_so_far += 1;
        }
        if let Some(Given { person, .. }) = next.given {
            let index = candidates.iter().position(|one| one.person == person).expect("known");
            candidates[index].had += 1;
            candidates[index].had_today += 1;
            counts[index] += 1;
        }
    }
    (counts, rounds)
}

#[test]
fn a_round_is_eleven_r_211() {
    let mut three = [candidate(1, 1, 5), candidate(2, 2, 4), candidate(3, 3, 2)];
    assert_eq!(given(&mut three, 11, &Book::default()), (vec![5, 4, 2], 1));
    assert_eq!(given(&mut three, 22, &Book::default()), (vec![10, 8, 4], 3));
}

#[test]
fn the_fewest_first_then_the_ranking_r_212() {
    let three = [candidate(1, 2, 5), candidate(2, 1, 5), candidate(3, 3, 5)];
    let whose = |candidates: &[Candidate]| {
        next(candidates, None, &Book::default(), day()).given.map(|one| one.person)
    };
    assert_eq!(whose(&three), Some(2));
    let had = [Candidate { had: 1, ..three[0] }, Candidate { had: 2, ..three[1] }, three[2]];
    assert_eq!(whose(&had), Some(3));
    let busy = [Candidate { open: 1, ..three[2] }, had[0], had[1]];
    assert_eq!(whose(&busy), Some(1), "who is free comes before who has one open");
}

#[test]
fn the_last_consultant_keeps_his_visitor_r_102() {
    let two = [candidate(1, 1, 5), Candidate { had: 2, ..candidate(2, 2, 2) }];
    let next = |candidates: &[Candidate]| super::next(candidates, Some(2), &Book::default(), day()).given;
    assert_eq!(next(&two), Some(Given { person: 2, why: Why::Last }));
    let off = [two[0], Candidate { limit: Limit { off: true, ..Limit::default() }, ..two[1] }];
    assert_eq!(next(&off), Some(Given { person: 1, why: Why::FewestWithinQuota }));
    let away = [two[0]];
    assert_eq!(next(&away).map(|given| given.person), Some(1));
}

#[test]
fn nobody_has_more_than_three_open_r_224() {
    let full = [Candidate { open: 3, ..candidate(1, 1, 5) }, Candidate { open: 3, ..candidate(2, 2, 5) }];
    let verdict = next(&full, Some(1), &Book::default(), day());
    assert_eq!(verdict.given, None);
    assert_eq!(verdict.skipped, [(1, Skipped::Full), (2, Skipped::Full)]);
    let five = book(&[(&OPEN_MOST, Value::Whole(5))]);
    assert_eq!(next(&full, None, &five, day()).given.map(|one| one.person), Some(1));
}

#[test]
fn limits_of_the_day_r_220_r_221_r_222() {
    // Ten turns fewer: they are taken, the others get them.
    let cut = Limit { cut: 10, ..Limit::default() };
    let mut two = [Candidate { limit: cut, ..candidate(1, 1, 5) }, candidate(2, 2, 5)];
    assert_eq!(given(&mut two, 20, &Book::default()), (vec![5, 15], 3));
    let capped = book(&[(&TIMEOUT_MODE, Value::Word("cap_at"))]);
    let mut two = [Candidate { limit: cut, ..candidate(1, 1, 5) }, candidate(2, 2, 5)];
    assert_eq!(given(&mut two, 30, &capped).0, [10, 20]);
    // Half of an odd quota is rounded up.
    let picking = Limit { picking: true, ..Limit::default() };
    let mut two = [Candidate { limit: picking, ..candidate(1, 1, 5) }, candidate(2, 2, 5)];
    assert_eq!(given(&mut two, 8, &Book::default()), (vec![3, 5], 1));
    let off = Limit { off: true, ..Limit::default() };
    let mut two = [Candidate { limit: off, ..candidate(1, 1, 5) }, candidate(2, 2, 5)];
    assert_eq!(given(&mut two, 10, &Book::default()).0, [0, 10]);
    assert_eq!(timeout_cut(0, 12, &Book::default(), day()), (20, 2));
    assert_eq!(timeout_cut(2, 2, &Book::default(), day()), (0, 4));
}

#[test]
fn a_turn_that_is_cut_at_the_end_of_a_round_is_of_that_round_r_221() {
    let cut = Limit { cut: 1, ..Limit::default() };
    let two =
        [Candidate { had: 1, limit: cut, ..candidate(1, 1, 2) }, Candidate { had: 2, ..candidate(2, 2, 2) }];
    let verdict = next(&two, None, &Book::default(), day());
    // The last turn of the old round is taken; in the new one he has all of his.
    assert_eq!((verdict.cut.as_slice(), verdict.cut_before, verdict.new_round), ([1].as_slice(), 1, true));
    assert_eq!(verdict.given.map(|given| given.person), Some(1));
    let mut two = two;
    assert_eq!(given(&mut two, 4, &Book::default()), (vec![2, 2], 2));
}

/// What holds somebody back on the 5th, whose shift before was on the 3rd.
fn limit(findings: &[(Finding, &str)], timeouts: &[(&str, u32)]) -> Limit {
    let d = |text: &str| text.parse::<NaiveDate>().expect("a date");
    let findings: Vec<_> = findings.iter().map(|(finding, day)| (*finding, d(day))).collect();
    let timeouts: Vec<_> = timeouts.iter().map(|(day, count)| (d(day), *count)).collect();
    let (today, previous) = (d("2026-03-05"), Some(d("2026-03-03")));
    Known { today, shift: today, previous, findings: &findings, timeouts: &timeouts }.limit(&Book::default())
}

#[test]
fn a_finding_is_felt_when_its_rule_says_r_219_r_220_r_222() {
    let picked = |day| limit(&[(Finding::Picking, day)], &[]).picking;
    let cases = ["2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05"];
    assert_eq!(cases.map(picked), [false, true, true, false], "the next shift, and no other");
    let off = |finding, day| limit(&[(finding, day)], &[]).off;
    assert_eq!(["2026-03-04", "2026-03-05"].map(|day| off(Finding::Games, day)), [false, true]);
    assert_eq!(["2026-03-04", "2026-03-05"].map(|day| off(Finding::Training, day)), [true, true]);
}

#[test]
fn late_replies_are_felt_in_the_next_shift_r_221() {
    let cut = |timeouts: &[(&str, u32)]| limit(&[], timeouts).cut;
    assert_eq!(cut(&[("2026-03-03", 12)]), 20, "two units");
    assert_eq!(cut(&[("2026-03-02", 12)]), 0, "felt on the 3rd already");
    assert_eq!(cut(&[("2026-03-02", 12), ("2026-03-04", 3)]), 10, "two were carried on");
    assert_eq!(cut(&[("2026-03-05", 12)]), 0, "of today");
    // A month is counted by itself: four are carried nowhere.
    let previous = Some("2026-02-28".parse::<NaiveDate>().expect("a date"));
    let first = "2026-03-02".parse::<NaiveDate>().expect("a date");
    let of = |month: &str, day: u32| format!("2026-{month}-{day:02}").parse::<NaiveDate>().expect("a date");
    let timeouts = [(of("02", 10), 4), (of("02", 28), 1), (of("03", 1), 4)];
    let known = Known { today: first, shift: first, previous, findings: &[], timeouts: &timeouts };
    assert_eq!(known.limit(&Book::default()).cut, 10);
}

#[test]
fn a_newcomer_is_on_trial_until_a_lead_confirms_r_215_r_216() {
    let d = |text: &str| text.parse::<NaiveDate>().expect("a date");
    let usual = Book::default();
    let begun = Newcomer::begins(1, Start::Trial, d("2026-03-02"), &usual);
    assert_eq!(begun.until, d("2026-03-04"));
    let held = |newcomer: &Newcomer, fixed, day| Held::on(d(day), fixed, Some(newcomer));
    assert!(held(&begun, None, "2026-03-09").trial, "nobody has confirmed");
    for (on, from) in
        [("2026-03-03", "2026-03-05"), ("2026-03-04", "2026-03-05"), ("2026-03-06", "2026-03-07")]
    {
        assert_eq!(begun.confirmed(d(on)).medium_from, Some(d(from)), "{on}");
    }
    let medium = begun.confirmed(d("2026-03-04"));
    assert!(held(&medium, None, "2026-03-04").trial);
    let kept = Some(Fixed { week: d("2026-03-02"), grade: Grade::Ordinary, place: 4 });
    assert_eq!(held(&medium, kept, "2026-03-05"), Held { grade: Grade::Medium, place: 4, trial: false });
    let graded = Some(Fixed { week: d("2026-03-09"), grade: Grade::Senior, place: 1 });
    assert_eq!(held(&medium, graded, "2026-03-09").grade, Grade::Senior, "from then on like everybody");
    let junior = Newcomer::begins(1, Start::Junior, d("2026-03-02"), &usual);
    assert_eq!(
        held(&junior, None, "2026-03-02"),
        Held { grade: Grade::Ordinary, place: u32::MAX, trial: false }
    );
    let before = Some(Fixed { week: d("2026-03-02"), grade: Grade::Senior, place: 1 });
    assert_eq!(held(&junior, before, "2026-03-02").grade, Grade::Ordinary, "whatever was fixed before");
    assert_eq!(held(&junior, graded, "2026-03-09").grade, Grade::Senior, "from then on like everybody");
    assert_eq!([11, 12].map(|months| spares_training(months, &usual, day())), [false, true]);
    assert_eq!(
        [held(&begun, None, "2026-03-02"), held(&medium, None, "2026-03-05")]
            .map(|held| held.quota(&usual, day())),
        [2, 4]
    );
}

#[test]
fn the_fewest_alone_r_212() {
    let fewest = book(&[(&ORDER, Value::Word("fewest"))]);
    let mut three = [candidate(1, 1, 5), candidate(2, 2, 4), candidate(3, 3, 2)];
    assert_eq!(given(&mut three, 12, &fewest), (vec![4, 4, 4], 1));
    assert_eq!(next(&[], None, &Book::default(), day()).given, None);
}

proptest! {
    /// After whole rounds everybody has had his quota as often as there were rounds.
    #[test]
    fn quotas_are_exact(quotas in prop::collection::vec(1u32..6, 1..8), rounds in 1u32..5) {
        let mut all: Vec<Candidate> = quotas.iter().zip(1..).map(|(quota, person)| candidate(person, 1, *quota)).collect();
        let times = quotas.iter().sum::<u32>() * rounds;
        let (counts, begun) = given(&mut all, times, &Book::default());
        prop_assert_eq!(begun, rounds);
        prop_assert_eq!(counts, quotas.iter().map(|quota| quota * rounds).collect::<Vec<_>>());
    }

    #[test]
    fn grades_follow_the_arrivals(arrivals in prop::collection::vec(0u32..40, 1..20)) {
        let week: Vec<Worked> = arrivals.iter().zip(1..).map(|(count, person)| worked(person, *count)).collect();
        let mut graded = grades(&week, &Book::default(), day());
        graded.sort_by_key(|one| one.arrivals);
        prop_assert!(graded.windows(2).all(|pair| pair[0].grade <= pair[1].grade));
    }
}
