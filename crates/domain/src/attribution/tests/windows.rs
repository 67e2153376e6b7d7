//! Steps 2 and 3: the protection, and the months without a new consultation.

use super::samples::{A, B, C, arrives, reg};
use super::{COND, check, under};
use crate::attribution::Said;
use crate::registration::{Channel, Class};
use crate::settings::Value;
use crate::settings::catalogue::attribution as set;

#[test]
fn step_2_ninety_days_protect_from_follow_ups() {
    let a = || reg(1, A, "2025-03-01 09:00");
    let remarked = || a().moved("2025-04-10 09:00", "2025-06-16", true);
    let plain = || a().moved("2025-04-10 09:00", "2025-06-16", false);
    let at = |when| arrives(when);
    check(vec![
        (
            "W-23 day 90",
            at("2025-05-30 15:00").with(a()).follow_up(B, "2025-05-30 10:00"),
            Some(A),
            "2",
            "R-094",
        ),
        (
            "W-24 day 91",
            at("2025-06-03 10:00").with(a()).follow_up(B, "2025-05-31 10:00"),
            Some(B),
            "2",
            "R-094",
        ),
        (
            "day 91 at midnight",
            at("2025-06-03 10:00").with(a()).follow_up(B, "2025-05-31 00:00"),
            Some(B),
            "2",
            "R-094",
        ),
        (
            "day 90 at its end",
            at("2025-06-01 10:00").with(a()).follow_up(B, "2025-05-30 23:59:59"),
            Some(A),
            "2",
            "R-094",
        ),
        (
            "early poaching does not ripen",
            at("2025-06-03 10:00").with(a()).follow_up(B, "2025-05-20 10:00"),
            None,
            "3",
            "R-095",
        ),
        (
            "W-26 moved with a remark",
            at("2025-06-16 10:00").with(remarked()).follow_up(B, "2025-06-15 10:00"),
            Some(A),
            "2",
            "R-094",
        ),
        (
            "moved without a remark",
            at("2025-06-16 10:00").with(plain()).follow_up(B, "2025-06-15 10:00"),
            Some(B),
            "2",
            "R-094",
        ),
        (
            "to 9 July",
            at("2025-07-12 10:00").with(remarked()).follow_up(B, "2025-07-09 10:00"),
            None,
            "3",
            "R-095",
        ),
        (
            "from 10 July",
            at("2025-07-12 10:00").with(remarked()).follow_up(B, "2025-07-10 10:00"),
            Some(B),
            "2",
            "R-094",
        ),
        (
            "the first rival",
            at("2025-06-05 10:00")
                .with(a())
                .follow_up(C, "2025-06-02 10:00")
                .follow_up(B, "2025-06-01 10:00"),
            Some(B),
            "2",
            "R-094",
        ),
        (
            "the owner is no rival",
            at("2025-06-05 10:00").with(a()).follow_up(A, "2025-06-02 10:00"),
            Some(A),
            "3",
            "R-095",
        ),
        (
            "a follow-up after the arrival",
            at("2025-05-31 10:00").with(a()).follow_up(B, "2025-05-31 10:01"),
            Some(A),
            "3",
            "R-095",
        ),
        (
            "moved too late to take it back",
            at("2025-06-05 10:00")
                .with(a().moved("2025-06-02 10:00", "2025-06-05", true))
                .follow_up(B, "2025-06-01 10:00"),
            Some(B),
            "2",
            "R-094",
        ),
        (
            "moved before the rival came",
            at("2025-06-05 10:00")
                .with(a().moved("2025-06-01 10:00", "2025-06-05", true))
                .follow_up(B, "2025-06-02 10:00"),
            Some(A),
            "2",
            "R-094",
        ),
        (
            "the owner booked again first",
            at("2025-06-05 10:00")
                .with(a())
                .with(reg(2, A, "2025-06-01 10:00"))
                .follow_up(B, "2025-06-02 10:00"),
            Some(A),
            "2",
            "R-094",
        ),
        (
            "the owner booked again too late",
            at("2025-06-05 10:00")
                .with(a())
                .with(reg(2, A, "2025-06-03 10:00"))
                .follow_up(B, "2025-06-02 10:00"),
            Some(B),
            "2",
            "R-094",
        ),
    ]);
}

#[test]
fn step_2_a_lead_who_covers_and_a_call_that_reached_nobody_take_nothing() {
    use Said::FollowedUp;
    let at = || arrives("2025-06-01 10:00").with(reg(1, A, "2025-03-01 09:00"));
    let said =
        |reached, cover| at().said(B, "2025-05-31 10:00", Channel::Phone, FollowedUp { reached, cover });
    check(vec![
        ("in the owner's stead", said(true, true), Some(A), "3", "R-095"),
        ("not reached", said(false, false), Some(A), "3", "R-095"),
        ("reached", said(true, false), Some(B), "2", "R-094"),
    ]);
}

#[test]
fn step_2_registrations_take_the_place_of_what_has_run_out() {
    let a = || reg(1, A, "2025-03-01 09:00");
    let b = |when| reg(2, B, when);
    let inside = || arrives("2025-06-10 10:00").with(a()).with(b("2025-04-15 09:00").class_is(COND));
    check(vec![
        (
            "W-33 inside the protection completeness decides",
            arrives("2025-04-20 10:00").with(a().class_is(COND)).with(b("2025-04-15 09:00")),
            Some(B),
            "9",
            "R-085",
        ),
        (
            "registered on day 90, less complete",
            arrives("2025-05-31 10:00").with(a()).with(b("2025-05-30 09:00").class_is(COND)),
            Some(A),
            "9",
            "R-085",
        ),
        (
            "registered on day 91, less complete",
            arrives("2025-05-31 10:00").with(a()).with(b("2025-05-31 09:00").class_is(COND)),
            Some(B),
            "2",
            "R-094",
        ),
        ("a registration within another's protection runs out by itself", inside(), Some(B), "3", "R-095"),
        (
            "a follow-up against one that is protected takes nothing and gives nothing back",
            inside().follow_up(C, "2025-06-05 10:00"),
            Some(B),
            "2",
            "R-094",
        ),
        (
            "the later owner follows up himself",
            inside().follow_up(B, "2025-05-31 10:00"),
            Some(B),
            "2",
            "R-094",
        ),
        (
            "a third registers: the first is out, the second stands before him",
            inside().with(reg(3, C, "2025-06-05 10:00").class_is(COND)),
            Some(B),
            "10",
            "R-085",
        ),
        (
            "the one who took over has months of his own",
            arrives("2025-12-20 10:00").with(a()).with(b("2025-06-05 10:00")),
            None,
            "3",
            "R-095",
        ),
        (
            "and a protection of his own",
            arrives("2025-09-15 10:00")
                .with(a())
                .with(b("2025-06-05 10:00"))
                .follow_up(A, "2025-09-04 10:00"),
            Some(A),
            "2",
            "R-094",
        ),
        (
            "who took over keeps it from the next, though his own booking has run out",
            arrives("2025-06-13 10:00")
                .with(a())
                .with(b("2025-03-05 09:00").class_is(COND))
                .follow_up(B, "2025-06-10 10:00")
                .follow_up(C, "2025-06-12 10:00"),
            Some(B),
            "2",
            "R-094",
        ),
        (
            "an invalid one takes nothing over",
            arrives("2025-06-01 10:00").with(a()).with(b("2025-05-31 10:00").class_is(Class::Invalid)),
            Some(A),
            "9",
            "R-085",
        ),
        (
            "who took over by a follow-up and booked is protected anew",
            arrives("2025-06-10 10:00")
                .with(a())
                .follow_up(B, "2025-05-31 10:00")
                .with(b("2025-06-01 10:00"))
                .with(reg(3, C, "2025-06-05 10:00")),
            Some(B),
            "10",
            "R-084",
        ),
    ]);
}

#[test]
fn step_3_the_months_end_with_the_corresponding_day() {
    let a = || reg(1, A, "2025-03-01 09:00");
    let january = || reg(1, A, "2025-01-31 09:00");
    check(vec![
        (
            "day 91, and a rival who had cancelled",
            arrives("2025-05-31 10:00")
                .with(a())
                .with(reg(2, B, "2025-03-02 09:00").cancelled("2025-03-03 09:00")),
            Some(A),
            "3",
            "R-095",
        ),
        ("W-28 day 91, no rival", arrives("2025-05-31 10:00").with(a()), Some(A), "3", "R-095"),
        ("W-29 the last day", arrives("2025-06-01 23:59").with(a()), Some(A), "3", "R-095"),
        ("W-29 the day after", arrives("2025-06-02 00:00").with(a()), None, "3", "R-095"),
        (
            "W-31 consulted again",
            arrives("2025-06-12 10:00").with(a()).follow_up(A, "2025-06-10 10:00"),
            Some(A),
            "3",
            "R-095",
        ),
        (
            "a contact on the last day is no new one",
            arrives("2025-06-12 10:00").with(a()).follow_up(A, "2025-06-01 23:59"),
            None,
            "3",
            "R-095",
        ),
        (
            "a contact on the day after is one",
            arrives("2025-06-12 10:00").with(a()).follow_up(A, "2025-06-02 00:00"),
            Some(A),
            "3",
            "R-095",
        ),
        (
            "protected on day 90, but no credit alone",
            arrives("2025-05-01 10:00").with(january()),
            None,
            "3",
            "R-095",
        ),
        (
            "a new consultation with anybody",
            arrives("2025-06-12 10:00").with(a()).consulted(
                C,
                "2025-06-10 10:00",
                Channel::Network,
                "name record",
            ),
            Some(A),
            "3",
            "R-095",
        ),
        (
            "left word, no dialogue",
            arrives("2025-06-12 10:00").with(a()).consulted(
                C,
                "2025-06-10 10:00",
                Channel::Network,
                "name phone",
            ),
            None,
            "3",
            "R-095",
        ),
        (
            "a further appointment is a consultation",
            arrives("2025-05-03 10:00").with(january()).with(reg(2, B, "2025-05-01 10:00").class_is(COND)),
            Some(A),
            "9",
            "R-085",
        ),
        (
            "moved with a remark",
            arrives("2025-07-10 10:00").with(a().moved("2025-04-10 09:00", "2025-07-10", true)),
            Some(A),
            "3",
            "R-095",
        ),
        (
            "moved without a remark",
            arrives("2025-07-10 10:00").with(a().moved("2025-04-10 09:00", "2025-07-10", false)),
            None,
            "3",
            "R-095",
        ),
    ]);
    let any = [(&set::RECONSULT, Value::Word("any"))];
    let earlier = arrives("2025-06-12 10:00").with(a()).follow_up(A, "2025-05-20 10:00");
    assert_eq!((under(&[], &earlier).0, under(&any, &earlier).0), (None, Some(A)));
    let before = arrives("2025-06-12 10:00").with(a()).follow_up(A, "2025-02-28 10:00");
    assert_eq!(under(&any, &before).0, None, "a contact before the registration is none after it");
    let visit = [(&set::THREE_MONTH_BASE, Value::Word("visit"))];
    let booked = |when| arrives(when).with(a());
    assert_eq!(under(&visit, &booked("2025-06-20 10:00")).0, Some(A));
    assert_eq!(under(&visit, &booked("2025-06-21 10:00")).0, None);
}
