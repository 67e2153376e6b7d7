//! Cases of the verification, by rule and by worked case of the ledger.

use super::*;
use crate::calendar::shift_days;
use crate::patient::{Item, Patient, Typed};
use crate::registration::{Class, Moment};
use crate::settings::{Book, Setting, Value, Version, catalogue::arrivals};
use crate::{PersonId, Role};
use chrono::NaiveDate;
use proptest::prelude::*;

const ARRIVED_AT: i64 = 1_000_000;
const A: PersonId = 1;
const B: PersonId = 2;

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 3, 5).expect("a date")
}

/// Name, age, phone, complaint, region; an empty one was not said.
fn patient(fields: [&str; 5]) -> Patient {
    let [name, age, phone, complaint, region] = fields.map(|field| Some(field.to_owned()));
    Typed { name, age, phone, complaint, region, ..Typed::default() }.read().0
}

const ZHANG: [&str; 5] = ["张三", "35", "13800138000", "牙痛三天", "广东省佛山市"];

fn arrived() -> Arrived {
    let moment = Moment { at: ARRIVED_AT, seq: 100 };
    Arrived { patient: patient(ZHANG), date: day(), moment }
}

/// An appointment that was entered in time and not cancelled, for the day of the arrival.
fn candidate(id: i64, owner: PersonId, fields: [&str; 5]) -> Candidate {
    Candidate {
        id,
        owner,
        patient: patient(fields),
        visit_date: Some(day()),
        class: Class::Full,
        registered: Moment { at: 1_000 + id, seq: id },
        cancelled: None,
    }
}

fn on_another_day(candidate: Candidate) -> Candidate {
    Candidate { visit_date: Some(shift_days(day(), 15)), ..candidate }
}

fn with(setting: &'static Setting, value: Value) -> Book {
    let mut book = Book::default();
    book.set(setting, Version { from: day(), value });
    book
}

fn ids(compared: &[Compared]) -> Vec<i64> {
    compared.iter().map(|one| one.id).collect()
}

#[test]
fn three_of_six_verify_w_35_w_36_r_079() {
    use Item::{Age, Complaint, Name, Phone, Region, VisitDate};
    let cases: [([&str; 5], bool, &[Item], Outcome); 11] = [
        // W-35: age and region only.
        (["李四", "35", "13800138001", "头痛", "佛山"], false, &[Age, Region], Outcome::Unregistered),
        // W-36: name, age, phone.
        (["张三", "35", "13800138000", "", ""], false, &[Name, Age, Phone], Outcome::Verified),
        (["张 三", "36", "+86 138-0013-8000", "", ""], false, &[Name, Age, Phone], Outcome::Verified),
        (["张三", "37", "13800138000", "", ""], false, &[Name, Phone], Outcome::Unregistered),
        (["张三", "", "13800138000", "", ""], true, &[Name, Phone, VisitDate], Outcome::Verified),
        (["", "", "", "牙疼", "佛山"], true, &[Complaint, Region, VisitDate], Outcome::Verified),
        (["王先生", "35", "", "", "佛山市"], true, &[Age, Region, VisitDate], Outcome::Verified),
        (["张先生", "35", "", "牙齿疼", "佛山"], false, &[Age, Complaint, Region], Outcome::Weak),
        (
            ["张先生", "35", "", "牙齿疼", "佛山"],
            true,
            &[Age, Complaint, Region, VisitDate],
            Outcome::Verified,
        ),
        (ZHANG, true, &Item::SIX, Outcome::Verified),
        (["", "", "", "", ""], true, &[VisitDate], Outcome::Unregistered),
    ];
    for (fields, same_day, agreeing, outcome) in cases {
        let one = candidate(7, A, fields);
        let one = if same_day { one } else { on_another_day(one) };
        let verification = verify(&arrived(), &[one], &Book::default());
        assert_eq!(verification.outcome, outcome, "{fields:?}");
        let compared = verification.matched.first().or(verification.passed_over.first()).expect("one");
        assert_eq!(compared.fields.agreeing(), agreeing, "{fields:?}");
        let in_question = outcome != Outcome::Unregistered;
        assert_eq!(verification.fields(), if in_question { agreeing } else { &[] }, "{fields:?}");
    }
}

#[test]
fn what_one_side_lacks_is_no_match_and_is_told_r_079() {
    let one = candidate(7, A, ["李四", "", "13800138000", "牙痛", ""]);
    let verification = verify(&arrived(), &[one], &Book::default());
    let fields = verification.matched[0].fields;
    assert_eq!(fields.agreeing(), [Item::Phone, Item::Complaint, Item::VisitDate]);
    assert_eq!(fields.differing(), [Item::Name]);
    assert_eq!(fields.lacking(), [Item::Age, Item::Region]);
}

#[test]
fn the_settings_of_the_day_of_the_arrival_decide_r_079() {
    let two_years = candidate(7, A, ["张三", "37", "13800138000", "", ""]);
    let near = |days: i64| Candidate {
        visit_date: Some(shift_days(day(), days)),
        ..candidate(7, A, ["张三", "", "13800138000", "", ""])
    };
    let weak = on_another_day(candidate(7, A, ["", "35", "", "牙痛", "佛山"]));
    let cases = [
        (
            on_another_day(two_years.clone()),
            with(&arrivals::AGE_TOLERANCE, Value::Whole(2)),
            Outcome::Verified,
        ),
        (on_another_day(two_years), Book::default(), Outcome::Unregistered),
        (near(1), Book::default(), Outcome::Unregistered),
        (near(1), with(&arrivals::DAY_TOLERANCE, Value::Whole(1)), Outcome::Verified),
        (near(-1), with(&arrivals::DAY_TOLERANCE, Value::Whole(1)), Outcome::Verified),
        (near(2), with(&arrivals::DAY_TOLERANCE, Value::Whole(1)), Outcome::Unregistered),
        (near(0), with(&arrivals::MATCH_MIN, Value::Whole(4)), Outcome::Unregistered),
        (near(5), with(&arrivals::MATCH_MIN, Value::Whole(2)), Outcome::Verified),
        (weak.clone(), Book::default(), Outcome::Weak),
        (weak, with(&arrivals::WEAK_TRIPLE_REVIEW, Value::Switch(false)), Outcome::Verified),
    ];
    for (one, book, outcome) in cases {
        assert_eq!(
            verify(&arrived(), std::slice::from_ref(&one), &book).outcome,
            outcome,
            "{one:?} {book:?}"
        );
        let mut earlier = arrived();
        earlier.date = shift_days(day(), -1);
        let usual = verify(&earlier, std::slice::from_ref(&one), &Book::default());
        assert_eq!(verify(&earlier, &[one], &book).outcome, usual.outcome, "not in force yet");
    }
}

#[test]
fn only_what_was_entered_before_and_still_holds_counts_w_06_w_38_r_030_r_034() {
    let full = || candidate(7, A, ZHANG);
    let moment = |at: i64, seq: i64| Moment { at, seq };
    let cases = [
        // W-38: entered twenty minutes after the arrival.
        (Candidate { registered: moment(ARRIVED_AT + 1_200_000, 101), ..full() }, Standing::EnteredAfter),
        // The same second, but the register came second; and first.
        (Candidate { registered: moment(ARRIVED_AT, 101), ..full() }, Standing::EnteredAfter),
        (Candidate { registered: moment(ARRIVED_AT, 99), ..full() }, Standing::Matched),
        // W-06: cancelled the same day; and only after the patient had come.
        (Candidate { cancelled: Some(moment(2_000, 8)), ..full() }, Standing::Cancelled),
        (Candidate { cancelled: Some(moment(ARRIVED_AT + 1, 101)), ..full() }, Standing::Matched),
        (full(), Standing::Matched),
    ];
    for (one, standing) in cases {
        let verification = verify(&arrived(), std::slice::from_ref(&one), &Book::default());
        let matched = standing == Standing::Matched;
        assert_eq!(verification.is_verified(), matched, "{one:?}");
        let expected = if matched { Outcome::Verified } else { Outcome::Unregistered };
        assert_eq!((verification.outcome, verification.rule), (expected, "R-079"), "{one:?}");
        let compared = if matched { &verification.matched[0] } else { &verification.passed_over[0] };
        assert_eq!(compared.standing, standing);
    }
    // W-06: B's own holds.
    let cancelled = Candidate { cancelled: Some(moment(2_000, 8)), ..full() };
    let verification = verify(&arrived(), &[cancelled, candidate(8, B, ZHANG)], &Book::default());
    assert_eq!((verification.outcome, ids(&verification.matched)), (Outcome::Verified, vec![8]));
    assert_eq!(verification.passed_over[0].standing.rule(), "R-034");
}

#[test]
fn several_compete_and_the_number_of_fields_does_not_decide_r_080() {
    let three = on_another_day(candidate(3, A, ["张三", "35", "13800138000", "", ""]));
    let all = candidate(9, B, ZHANG);
    let verification = verify(&arrived(), &[three, all], &Book::default());
    assert_eq!((verification.outcome, verification.rule), (Outcome::Several, "R-080"));
    assert_eq!(ids(&verification.matched), [9, 3]);
    assert!(verification.is_verified() && verification.asks().is_none());
}

#[test]
fn invalid_and_weak_ones_go_to_the_supervisor_only_where_nothing_better_is_w_05_r_078_r_079() {
    let valid = || candidate(1, B, ZHANG);
    let invalid = || Candidate {
        class: Class::Invalid,
        ..candidate(2, A, ["王先生", "35", "", "牙痛", "佛山"])
    };
    let weak = || on_another_day(candidate(3, A, ["", "35", "", "牙痛", "佛山"]));
    let far = || on_another_day(candidate(4, A, ["李四", "60", "", "", ""]));
    let supervisor = Some(Role::Supervisor);
    let cases = [
        (vec![invalid()], Outcome::Invalid, "R-078", supervisor, vec![2]),
        (vec![weak()], Outcome::Weak, "R-079", supervisor, vec![3]),
        (vec![weak(), invalid()], Outcome::Invalid, "R-078", supervisor, vec![2, 3]),
        (vec![weak(), weak()], Outcome::Weak, "R-079", supervisor, vec![3, 3]),
        // W-05: an invalid one beside a valid one competes and loses by its class.
        (vec![invalid(), valid()], Outcome::Several, "R-080", None, vec![1, 2]),
        (vec![weak(), valid(), far()], Outcome::Verified, "R-079", None, vec![1]),
        (vec![far()], Outcome::Unregistered, "R-079", None, vec![]),
        (vec![], Outcome::Unregistered, "R-079", None, vec![]),
    ];
    for (candidates, outcome, rule, asks, in_question) in cases {
        let verification = verify(&arrived(), &candidates, &Book::default());
        assert_eq!((verification.outcome, verification.rule), (outcome, rule), "{candidates:?}");
        assert_eq!(verification.asks(), asks, "{candidates:?}");
        assert_eq!(ids(&verification.matched), in_question, "{candidates:?}");
    }
}

#[test]
fn equal_ones_are_told_in_the_order_of_their_entry() {
    let entered =
        |id: i64, at: i64| Candidate { registered: Moment { at, seq: id }, ..candidate(id, A, ZHANG) };
    let candidates = [entered(5, 3_000), entered(2, 4_000), entered(9, 2_000)];
    assert_eq!(ids(&verify(&arrived(), &candidates, &Book::default()).matched), [9, 5, 2]);
}

/// Some of them, by their numbers, each number once.
fn any_candidates() -> impl Strategy<Value = Vec<Candidate>> {
    prop::collection::vec(any_candidate(), 0..8).prop_map(|mut candidates| {
        candidates.sort_by_key(|one| one.id);
        candidates.dedup_by_key(|one| one.id);
        candidates
    })
}

fn any_candidate() -> impl Strategy<Value = Candidate> {
    let pick = |from: &'static [&'static str]| prop::sample::select(from);
    let fields = (
        pick(&["", "张三", "李四", "王先生"]),
        pick(&["", "35", "36", "40"]),
        pick(&["", "13800138000", "13800138001"]),
        pick(&["", "牙痛", "头痛"]),
        pick(&["", "佛山", "广州"]),
    );
    let times = (0i64..5, 0i64..1_000, prop::option::of(0i64..2_000));
    let class = prop::sample::select(Class::ALL.to_vec());
    (1i64..50, fields, times, class).prop_map(|(id, fields, (ahead, entered, cancelled), class)| {
        let scale = ARRIVED_AT / 500;
        Candidate {
            visit_date: Some(shift_days(day(), ahead)),
            class,
            registered: Moment { at: entered * scale, seq: id },
            cancelled: cancelled.map(|at| Moment { at: at * scale, seq: id }),
            ..candidate(id, id % 3, [fields.0, fields.1, fields.2, fields.3, fields.4])
        }
    })
}

proptest! {
    #[test]
    fn every_appointment_is_told_once_and_order_says_nothing(
        mut candidates in any_candidates(), turn in 0usize..8,
    ) {
        let verification = verify(&arrived(), &candidates, &Book::default());
        let mut told = [ids(&verification.matched), ids(&verification.passed_over)].concat();
        told.sort_unstable();
        prop_assert_eq!(told, candidates.iter().map(|one| one.id).collect::<Vec<_>>());
        let middle = turn.min(candidates.len());
        candidates.rotate_left(middle);
        prop_assert_eq!(verify(&arrived(), &candidates, &Book::default()), verification);
    }

    #[test]
    fn what_is_verified_is_registered_in_time_valid_and_agrees_in_three(candidates in any_candidates()) {
        let verification = verify(&arrived(), &candidates, &Book::default());
        let of = |id: i64| candidates.iter().find(|one| one.id == id).expect("one of them");
        for one in &verification.matched {
            prop_assert!(one.fields.agreeing().len() >= 3);
            prop_assert!(one.registered < arrived().moment);
        }
        if verification.is_verified() {
            let valid = |one: &Compared| one.standing == Standing::Matched;
            prop_assert!(verification.matched.iter().any(valid));
            let invalid = |one: &&Compared| valid(one) && of(one.id).class == Class::Invalid;
            prop_assert_eq!(verification.matched.iter().find(invalid), None);
        }
        prop_assert_eq!(verification.asks().is_some(), !verification.matched.is_empty() && !verification.is_verified());
        prop_assert_eq!(verification.matched.is_empty(), verification.outcome == Outcome::Unregistered);
        // One more that has nothing in common changes nothing that is in question.
        let mut more = candidates.clone();
        more.push(on_another_day(candidate(99, A, ["李四", "80", "", "", "广州"])));
        prop_assert_eq!(verify(&arrived(), &more, &Book::default()).matched, verification.matched.clone());
    }
}
