//! Steps 4, 8 to 10 and 12: names, records, completeness, order, closing; and what a verdict says.

use super::samples::{A, B, C, arrives, d, m, reg};
use super::{COND, check, check_asking, judge, under};
use crate::Role;
use crate::attribution::{Evidence, Facts, explain};
use crate::calendar::Calendar;
use crate::registration::{Channel, Class, Source};
use crate::settings::Value;
use crate::settings::catalogue::attribution as set;

#[test]
fn step_4_the_hospital_registration_says_the_name() {
    let at = |name: &str| arrives("2025-03-20 10:00").hospital_name(name);
    let a = || reg(1, A, "2025-03-01 09:00").named("李某某");
    let b = || reg(2, B, "2025-03-03 09:00").named("张某某").class_is(COND);
    check(vec![
        (
            "W-11 later and less complete, but the name",
            at("张某某").with(a()).with(b()),
            Some(B),
            "4",
            "R-087",
        ),
        ("the first has the name", at("李某某").with(a()).with(b()), Some(A), "4", "R-087"),
        ("no full name is no other name", at("张某某").with(a().named("")).with(b()), Some(A), "9", "R-085"),
        (
            "one person, two names",
            at("张某某").with(a()).with(reg(2, A, "2025-03-03 09:00").named("张某某")),
            Some(A),
            "0a",
            "R-079",
        ),
        (
            "no full name is no other name beside two that differ",
            at("张某某").with(a()).with(b()).with(reg(3, C, "2025-02-27 09:00").named("")),
            Some(C),
            "9",
            "R-085",
        ),
        (
            "two bear the name",
            at("张某某").with(a()).with(b()).with(reg(3, C, "2025-03-04 09:00").named("张某某")),
            Some(C),
            "9",
            "R-085",
        ),
    ]);
    check_asking(vec![
        ("neither has the name", at("王某某").with(a()).with(b()), Some(A), "9", "R-085"),
        (
            "the hospital's is not known",
            arrives("2025-03-20 10:00").with(a()).with(b()),
            Some(A),
            "9",
            "R-085",
        ),
    ]);
}

#[test]
fn step_8_a_chat_record_stands_before_none() {
    let at = || arrives("2025-03-20 10:00");
    let a = || reg(1, A, "2025-03-01 09:00").class_is(COND);
    let b = || reg(2, B, "2025-03-02 09:00").class_is(COND);
    check(vec![
        ("W-15 only the later has one", at().with(a()).with(b().recorded()), Some(B), "8", "R-089"),
        ("W-16 both have one", at().with(a().recorded()).with(b().recorded()), Some(A), "10", "R-085"),
        ("neither has one", at().with(a()).with(b()), Some(A), "10", "R-085"),
        (
            "the record of a consultation",
            at().with(a()).with(b()).consulted(B, "2025-03-02 08:00", Channel::Network, "record"),
            Some(B),
            "8",
            "R-089",
        ),
        (
            "a booking by phone lacks none",
            at().with(a().by(Channel::Phone)).with(b().recorded()),
            Some(A),
            "10",
            "R-085",
        ),
        (
            "before completeness",
            at().with(reg(1, A, "2025-03-01 09:00")).with(b().recorded()),
            Some(B),
            "8",
            "R-089",
        ),
    ]);
    let mut late = b().recorded();
    late.record = Some(m("2025-03-20 10:01"));
    check(vec![("a record after the arrival", at().with(a()).with(late), Some(A), "10", "R-085")]);
}

#[test]
fn step_9_the_more_complete_as_it_was_when_the_rival_registered() {
    let at = || arrives("2025-03-05 10:00");
    let a = |class| reg(1, A, "2025-03-01 11:00").class_is(class);
    let b = |class| reg(2, B, "2025-03-02 15:00").class_is(class);
    check(vec![
        ("W-02 full before conditional", at().with(a(COND)).with(b(Class::Full)), Some(B), "9", "R-085"),
        (
            "W-04 completed after the rival",
            at().with(a(COND).becomes(Class::Full, "2025-03-03 09:00")).with(b(Class::Full)),
            Some(B),
            "9",
            "R-085",
        ),
        (
            "completed before the rival",
            at().with(a(COND).becomes(Class::Full, "2025-03-02 14:59")).with(b(Class::Full)),
            Some(A),
            "10",
            "R-084",
        ),
        (
            "the rival completed himself later",
            at().with(a(COND)).with(b(COND).becomes(Class::Full, "2025-03-03 09:00")),
            Some(A),
            "10",
            "R-085",
        ),
        ("W-05 invalid", at().with(a(Class::Invalid)).with(b(Class::ConditionalB)), Some(B), "9", "R-085"),
        (
            "incomplete is as conditional",
            at().with(a(Class::Incomplete)).with(b(COND)),
            Some(A),
            "10",
            "R-085",
        ),
        (
            "the more complete is also the first",
            at().with(a(Class::Full)).with(b(COND)),
            Some(A),
            "9",
            "R-085",
        ),
        (
            "one's own two do not compete",
            at().with(a(COND)).with(reg(2, A, "2025-03-02 15:00")),
            Some(A),
            "0a",
            "R-079",
        ),
    ]);
    let late = at().with(a(COND).becomes(Class::Full, "2025-03-03 09:00")).with(b(Class::Full));
    assert_eq!(under(&[(&set::CLASS_FREEZE, Value::Word("arrival"))], &late), (Some(A), "10", "R-084"));
}

#[test]
fn step_10_the_first_registration_and_the_same_second() {
    let at = || arrives("2025-03-05 10:00");
    let a = |when| reg(1, A, when);
    let mut visits = (a("2025-03-01 09:00"), reg(2, B, "2025-03-02 10:00"));
    visits.0.dates.visit_date = Some(d("2025-03-20"));
    visits.1.dates.visit_date = Some(d("2025-03-05"));
    check(vec![
        (
            "W-01 the registration, not the booked day",
            at().with(visits.0).with(visits.1),
            Some(A),
            "10",
            "R-084",
        ),
        (
            "W-03 both conditional",
            at().with(a("2025-03-01 11:00").class_is(COND).by(Channel::Phone))
                .with(reg(2, B, "2025-03-01 15:00").class_is(Class::ConditionalB).by(Channel::Qq).recorded()),
            Some(A),
            "10",
            "R-085",
        ),
        (
            "one second earlier",
            at().with(a("2025-03-01 09:00:01")).with(reg(2, B, "2025-03-01 09:00:00")),
            Some(B),
            "10",
            "R-084",
        ),
        (
            "a tie behind a better one",
            at().with(a("2025-03-01 09:00")).with(reg(2, B, "2025-03-01 10:00")).with(reg(
                3,
                C,
                "2025-03-01 10:00",
            )),
            Some(A),
            "10",
            "R-084",
        ),
    ]);
    let b = |class| reg(2, B, "2025-03-01 09:00#5").class_is(class).recorded();
    check_asking(vec![
        (
            "W-07 the same second",
            at().with(a("2025-03-01 09:00#4").recorded()).with(b(Class::Full)),
            None,
            "10",
            "R-084",
        ),
        (
            "the same, both conditional",
            at().with(a("2025-03-01 09:00").class_is(COND).recorded()).with(b(COND)),
            None,
            "10",
            "R-085",
        ),
    ]);
}

#[test]
fn three_who_beat_each_other_go_to_the_supervisor() {
    // A stands before B, B completed before C came, A only after: B before C, C before A.
    let facts = arrives("2025-03-09 10:00")
        .with(reg(1, A, "2025-03-01 09:00").class_is(COND).becomes(Class::Full, "2025-03-05 09:00"))
        .with(reg(2, B, "2025-03-02 09:00").class_is(COND).becomes(Class::Full, "2025-03-03 09:00"))
        .with(reg(3, C, "2025-03-04 09:00"));
    let decision = judge(&facts);
    assert_eq!((decision.to, decision.confirm_by), (Some(C), Some(Role::Supervisor)));
    assert!(decision.evidence.contains(&Evidence::Circle { appointments: vec![1, 2, 3] }));
    let mut own = facts;
    own.registrations.iter_mut().for_each(|of| of.owner = A);
    assert_eq!(
        (judge(&own).to, judge(&own).confirm_by),
        (Some(A), None),
        "nobody to ask about one's own three"
    );
}

#[test]
fn step_12_what_was_not_reconciled_is_forfeited() {
    let mut facts = arrives("2025-03-20 10:00").with(reg(1, A, "2025-03-01 09:00"));
    facts.arrival.forfeited = true;
    let decision = judge(&facts);
    assert!(decision.evidence.contains(&Evidence::Forfeited { by: d("2025-04-04") }));
    check(vec![("closed", facts, None, "12", "R-378")]);
    let mut nothing = arrives("2025-03-20 10:00");
    nothing.arrival.forfeited = true;
    check(vec![("nothing to forfeit", nothing, None, "0a", "R-079")]);
}

#[test]
fn the_verdict_carries_the_clocks_and_the_source() {
    let facts = arrives("2025-06-10 10:00").with(reg(1, A, "2025-03-01 09:00").by(Channel::Phone).moved(
        "2025-04-10 09:00",
        "2025-06-10",
        true,
    ));
    let decision = judge(&facts);
    let clocks = decision.clocks.expect("clocks");
    assert_eq!((clocks.protection.last, clocks.credit.last), (d("2025-07-09"), d("2025-07-10")));
    assert_eq!((decision.appointment, decision.source), (Some(1), Some(Source::Phone)));
    assert_eq!(judge(&arrives("2025-06-10 10:00")).source, None);
}

#[test]
fn it_says_why() {
    let name = |person| match person {
        A => "张三".to_owned(),
        B => "李四".to_owned(),
        _ => "王五".to_owned(),
    };
    let said = |facts: &Facts| explain(&judge(facts), &Calendar::default(), name);
    let facts = arrives("2025-03-05 10:00").with(reg(1, A, "2025-03-01 09:00").class_is(COND)).with(reg(
        2,
        B,
        "2025-03-02 10:00",
    ));
    let expected = [
        "归 李四（Y2）。",
        "由第9步「完整程度」判定，规则 R-085。",
        "依据：Y1 与到诊对上3项（姓名、年龄、电话），至少要3项。",
        "依据：Y2 与到诊对上3项（姓名、年龄、电话），至少要3项。",
        "依据：Y2 按完整预约比较。",
        "依据：Y1 按条件（缺电话）预约比较。",
        "张三（Y1）止于第9步「完整程度」，R-085。",
        "来源按首次联系记为网络，只用于渠道统计（R-088）。",
        "保护期到2025-05-31，免再咨询期到2025-06-02，都含当天。",
        "还可以：有异议发「申诉 Y2 理由」，由主管裁定。",
    ];
    assert_eq!(said(&facts), expected);
    let first = |facts: &Facts| said(facts).first().cloned().unwrap_or_default();
    assert_eq!(first(&arrives("2025-03-05 10:00")), "不计业绩。");
    let tied =
        arrives("2025-03-05 10:00").with(reg(1, A, "2025-03-01 09:00")).with(reg(2, B, "2025-03-01 09:00"));
    assert_eq!(first(&tied), "双方条件相同，待主管裁定。");
    assert!(said(&tied).contains(&"候选：李四（Y2）。".to_owned()));
    let weak =
        arrives("2025-03-05 10:00").with(reg(1, A, "2025-03-01 09:00").agrees_in("age region complaint"));
    assert_eq!(first(&weak), "建议归 张三（Y1），待主管确认。");
}
