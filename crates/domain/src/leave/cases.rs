//! The decision table on leave and its worked cases.

use super::*;
use crate::calendar::MINUTE;
use crate::settings::catalogue::attendance::ABSENCE_PRO_RATA;
use crate::settings::catalogue::leave::{AWAY_CAP_DAYS, CHAIN, NOTICE_MODE, STATUTORY_COUNTS};
use crate::settings::{Book, Setting, Value, Version};
use crate::{Calendar, EpochMs, Role, Roles};
use chrono::NaiveDate;
use proptest::prelude::*;

fn d(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

/// `2026-03-11 17:00` or with seconds.
fn at(text: &str) -> EpochMs {
    let (day, clock) = text.split_once(' ').expect("a day and a time");
    let parts: Vec<i64> = clock.split(':').map(|part| part.parse().expect("a number")).collect();
    let seconds = parts.get(2).copied().unwrap_or(0);
    Calendar::default().midnight(d(day)) + (parts[0] * 60 + parts[1]) * MINUTE + seconds * 1_000
}

/// An early shift, 08:00 to 16:00.
fn duty(day: &str) -> Duty {
    Duty { date: d(day), parts: vec![(at(&format!("{day} 08:00")), at(&format!("{day} 16:00")))] }
}

fn pieces(days: &[(&str, Part)]) -> Vec<Piece> {
    days.iter().filter_map(|(day, part)| duty(day).piece(*part)).collect()
}

fn clock(day: &str, from: &str, to: &str) -> Part {
    Part::Time { from: at(&format!("{day} {from}")), to: at(&format!("{day} {to}")) }
}

fn taken(day: &str, halves: u32) -> Taken {
    Taken { date: d(day), share: Share::halves(halves), counts: true }
}

const CONSULTANT: Roles = Roles::NONE;

struct Asked<'a> {
    kind: Kind,
    at: &'a str,
    days: &'a [(&'a str, Part)],
    others: &'a [Taken],
    roles: Roles,
}

impl<'a> Asked<'a> {
    fn new(kind: Kind, at: &'a str, days: &'a [(&'a str, Part)]) -> Self {
        Asked { kind, at, days, others: &[], roles: CONSULTANT }
    }

    fn judged_with(&self, book: &Book) -> Result<Route, Refused> {
        let pieces = pieces(self.days);
        let request = Request {
            kind: self.kind,
            asked_at: at(self.at),
            pieces: &pieces,
            shift_start: self.days.first().map_or(0, |(day, _)| duty(day).start()),
            others: self.others,
            roles: self.roles,
            uses: None,
            below_minimum: false,
            substitute: false,
            entered: false,
        };
        route(&request, book, &Calendar::default())
    }

    fn judged(&self) -> Result<Route, Refused> {
        self.judged_with(&Book::default())
    }

    /// Levels, step and rule.
    #[track_caller]
    fn goes_to(&self, levels: &[Role], step: u32, rule: &str) -> Route {
        let route = self.judged().expect("a route");
        assert_eq!((route.levels.as_slice(), route.step, route.rule), (levels, step, rule));
        route
    }
}

fn book(settings: &[(&'static Setting, Value)]) -> Book {
    let mut book = Book::default();
    for (setting, value) in settings {
        book.set(setting, Version { from: d("2020-01-01"), value: *value });
    }
    book
}

const DAY: &str = "2026-03-10";

#[test]
fn short_leave_goes_to_the_lead_w_43_w_44_w_45() {
    let noon = "2026-03-10 12:00";
    let two_hours = [(DAY, clock(DAY, "13:00", "15:00"))];
    Asked::new(Kind::Temporary, noon, &two_hours).goes_to(&[Role::Lead], 4, "R-140");
    let four = [(DAY, clock(DAY, "08:00", "12:00"))];
    let early = "2026-03-10 07:00";
    Asked::new(Kind::Temporary, early, &four).goes_to(&[Role::Lead], 4, "R-140");
    // Left at 09:00 for 4 hours and a quarter: asked for while on duty.
    let more = [(DAY, clock(DAY, "11:30", "15:45"))];
    Asked::new(Kind::Temporary, "2026-03-10 09:00", &more).goes_to(&[Role::Director], 5, "R-141");
    // The same, asked for before the shift.
    let refused = Asked::new(Kind::Temporary, early, &more).judged();
    assert_eq!(refused, Err(Refused::TooLate { earliest: d("2026-03-11") }));
}

#[test]
fn leaves_of_one_day_add_up_r_140() {
    let afternoon = [(DAY, Part::Second)];
    let before = [taken(DAY, 1)];
    let noon = "2026-03-10 09:00";
    let alone = Asked::new(Kind::Temporary, noon, &afternoon);
    alone.goes_to(&[Role::Lead], 4, "R-140");
    Asked { others: &before, ..alone }.goes_to(&[Role::Director], 5, "R-141");
    let other_day = [taken("2026-03-09", 1)];
    let alone = Asked::new(Kind::Temporary, noon, &afternoon);
    Asked { others: &other_day, ..alone }.goes_to(&[Role::Lead], 4, "R-140");
}

#[test]
fn personal_leave_is_asked_for_the_day_before_w_47_w_48_w_70() {
    let whole = [("2026-03-12", Part::Whole)];
    let route = Asked::new(Kind::Personal, "2026-03-11 17:00", &whole).goes_to(&[Role::Director], 6, "R-138");
    assert_eq!((route.flags, route.notice_ok), (vec![Flag::ShortNotice], true));
    let today = Asked::new(Kind::Personal, "2026-03-12 07:20", &whole).judged();
    assert_eq!(today, Err(Refused::TooLate { earliest: d("2026-03-13") }));
    for (asked, flags) in [("2026-03-13 09:00", vec![]), ("2026-03-14 09:00", vec![Flag::ShortNotice])] {
        let route = Asked::new(Kind::Personal, asked, &[("2026-03-20", Part::Whole)]).goes_to(
            &[Role::Director],
            6,
            "R-138",
        );
        assert_eq!(route.flags, flags, "{asked}");
    }
    // Half a day of today is the lead's, whatever the kind.
    Asked::new(Kind::Personal, "2026-03-12 07:20", &[("2026-03-12", Part::Second)]).goes_to(
        &[Role::Lead],
        4,
        "R-140",
    );
}

#[test]
fn notice_of_24_hours_is_counted_to_the_second() {
    let book = book(&[(&NOTICE_MODE, Value::Word("hours24"))]);
    let whole = [("2026-03-12", Part::Whole)];
    let asked = |at| Asked::new(Kind::Personal, at, &whole).judged_with(&book).map(|route| route.step);
    assert_eq!(asked("2026-03-11 08:00:00"), Ok(6));
    assert_eq!(asked("2026-03-11 08:00:01"), Err(Refused::TooLate { earliest: d("2026-03-13") }));
}

#[test]
fn sick_leave_is_said_an_hour_before_w_49() {
    let whole = [(DAY, Part::Whole)];
    let route = Asked::new(Kind::Sick, "2026-03-10 07:00:00", &whole).goes_to(&[Role::Director], 2, "R-139");
    assert_eq!((route.flags, route.notice_ok), (vec![Flag::CertificateDue], true));
    let route =
        Asked::new(Kind::Sick, "2026-03-10 07:00:01", &whole).goes_to(&[Role::Supervisor], 3, "R-139");
    assert_eq!((route.flags, route.notice_ok), (vec![Flag::LateNotice, Flag::CertificateDue], false));
    Asked::new(Kind::Sick, "2026-03-10 06:00", &[(DAY, Part::First)]).goes_to(&[Role::Lead], 2, "R-139");
    // Late, and less than half a shift: the supervisor all the same.
    Asked::new(Kind::Sick, "2026-03-10 07:30", &[(DAY, Part::First)]).goes_to(
        &[Role::Supervisor],
        3,
        "R-139",
    );
}

#[test]
fn the_month_has_four_days_w_52() {
    let before = [taken("2026-03-02", 2), taken("2026-03-03", 2), taken("2026-03-04", 2)];
    let fourth = [("2026-03-20", Part::Whole)];
    let asked = Asked { others: &before, ..Asked::new(Kind::Personal, "2026-03-10 09:00", &fourth) };
    let route = asked.goes_to(&[Role::Director], 6, "R-138");
    assert_eq!(route.months, [(d("2026-03-01"), 2, 8)]);
    let more =
        [taken("2026-03-02", 2), taken("2026-03-03", 2), taken("2026-03-04", 2), taken("2026-03-05", 1)];
    let all = [Role::Lead, Role::Supervisor, Role::Director];
    let asked = Asked { others: &more, ..Asked::new(Kind::Personal, "2026-03-10 09:00", &fourth) };
    assert_eq!(asked.goes_to(&all, 1, "R-134").flags, [Flag::OverCap]);
    // The cap comes before the kind, and before half a day.
    let whole_month: Vec<Taken> = (2..6).map(|day| taken(&format!("2026-03-0{day}"), 2)).collect();
    let half = [(DAY, Part::Second)];
    let asked = Asked { others: &whole_month, ..Asked::new(Kind::Sick, "2026-03-10 06:00", &half) };
    asked.goes_to(&all, 1, "R-134");
    // Over the end of a month each month has its own sum.
    let across = [("2026-03-31", Part::Whole), ("2026-04-01", Part::Whole)];
    let asked = Asked { others: &before, ..Asked::new(Kind::Personal, "2026-03-10 09:00", &across) };
    let route = asked.goes_to(&[Role::Director], 6, "R-138");
    assert_eq!(route.months, [(d("2026-03-01"), 2, 8), (d("2026-04-01"), 2, 2)]);
}

#[test]
fn minutes_are_rounded_down_once_a_month() {
    // Three times 200 minutes of 480 are 1.25 days: one whole day.
    let hour = |day: &str| Taken { date: d(day), share: Share::minutes(200, 480), counts: true };
    let others = [hour("2026-03-02"), hour("2026-03-03")];
    let third = [(DAY, clock(DAY, "12:00", "15:20"))];
    let asked = Asked { others: &others, ..Asked::new(Kind::Temporary, "2026-03-10 09:00", &third) };
    let route = asked.goes_to(&[Role::Lead], 4, "R-140");
    assert_eq!(route.months, [(d("2026-03-01"), 0, 2)]);
}

#[test]
fn nobody_approves_himself_w_58() {
    let two_hours = [(DAY, clock(DAY, "13:00", "15:00"))];
    let whole = [("2026-03-20", Part::Whole)];
    let month: Vec<Taken> = (2..6).map(|day| taken(&format!("2026-03-0{day}"), 2)).collect();
    let half = [(DAY, Part::Second)];
    let noon = "2026-03-10 12:00";
    let by = |role, days, others| {
        let asked = Asked::new(Kind::Temporary, noon, days);
        Asked { roles: Roles::of(&[role]), others, ..asked }.judged().expect("a route").levels
    };
    assert_eq!(by(Role::Lead, &two_hours, &[]), [Role::Supervisor]);
    assert_eq!(by(Role::Supervisor, &two_hours, &[]), [Role::Director]);
    assert_eq!(by(Role::Director, &two_hours, &[]), [Role::Admin]);
    assert_eq!(by(Role::Lead, &whole, &[]), [Role::Director]);
    assert_eq!(by(Role::Lead, &half, &month), [Role::Supervisor, Role::Director]);
    assert_eq!(by(Role::Supervisor, &half, &month), [Role::Director]);
    assert_eq!(by(Role::Director, &half, &month), [Role::Admin]);
}

#[test]
fn what_is_not_handed_in() {
    let pieces = pieces(&[("2026-04-03", Part::Whole)]);
    let request = Request {
        kind: Kind::DayOff,
        asked_at: at("2026-03-10 09:00"),
        pieces: &pieces,
        shift_start: at("2026-04-03 08:00"),
        others: &[],
        roles: CONSULTANT,
        uses: Some(d("2026-03-01")),
        below_minimum: false,
        substitute: false,
        entered: false,
    };
    let judged = |request: &Request<'_>| route(request, &Book::default(), &Calendar::default());
    assert_eq!(judged(&request), Err(Refused::CarriedOver), "W-55");
    let own = Request { uses: Some(d("2026-04-01")), ..request.clone() };
    assert!(judged(&own).is_ok());
    let alone = Request { uses: None, below_minimum: true, ..request.clone() };
    assert_eq!(judged(&alone), Err(Refused::NeedsSubstitute), "R-148");
    assert!(judged(&Request { substitute: true, ..alone.clone() }).is_ok());
    // Who is ill need not find one first.
    let sick = judged(&Request { kind: Kind::Sick, ..alone }).expect("a route");
    assert_eq!(sick.flags, [Flag::CertificateDue, Flag::SubstituteMissing]);
    let none = Request { pieces: &[], ..request.clone() };
    assert_eq!(judged(&none), Err(Refused::NoShift));
    let past = Request { asked_at: at("2026-04-03 16:00"), uses: None, ..request };
    assert_eq!(judged(&past), Err(Refused::Past));
    // He had telephoned, and it is entered afterwards: whoever decides sees that it came late.
    let entered = judged(&Request { entered: true, ..past.clone() }).expect("a route");
    assert_eq!((entered.levels, entered.flags), (vec![Role::Director], vec![Flag::LateNotice]));
    let same_morning = Request { asked_at: at("2026-04-03 07:20"), ..past };
    assert!(matches!(judged(&same_morning), Err(Refused::TooLate { .. })), "W-48");
    assert!(judged(&Request { entered: true, ..same_morning }).is_ok(), "R-130");
}

#[test]
fn a_missed_meeting_is_said_two_days_before_r_168() {
    // Saturday for Monday is in time.
    let monday = [("2026-03-16", Part::Whole)];
    for (asked, ok) in [("2026-03-14 23:59", true), ("2026-03-15 00:00", false)] {
        let route = Asked::new(Kind::Meeting, asked, &monday).goes_to(&[Role::Director], 6, "R-168");
        assert_eq!((route.notice_ok, route.months.len()), (ok, 0), "{asked}");
    }
}

#[test]
fn settings_are_asked() {
    let whole = [("2026-03-20", Part::Whole)];
    let asked = Asked::new(Kind::Personal, "2026-03-10 09:00", &whole);
    for (word, level, rule) in
        [("supervisor", Role::Supervisor, "R-130"), ("director", Role::Director, "R-136")]
    {
        let route = asked.judged_with(&book(&[(&CHAIN, Value::Word(word))])).expect("a route");
        assert_eq!((route.levels.as_slice(), route.rule), ([level].as_slice(), rule));
    }
    let capped = book(&[(&AWAY_CAP_DAYS, Value::Whole(1))]);
    assert_eq!(asked.judged_with(&capped).map(|route| route.step), Ok(1));
    let wedding = Asked::new(Kind::Marriage, "2026-03-10 09:00", &whole);
    assert_eq!(wedding.judged_with(&capped).map(|route| route.step), Ok(6));
    let counted = book(&[(&AWAY_CAP_DAYS, Value::Whole(1)), (&STATUTORY_COUNTS, Value::Switch(true))]);
    assert_eq!(wedding.judged_with(&counted).map(|route| route.step), Ok(1));
}

#[test]
fn absence_is_counted_by_halves_w_56_w_57() {
    let costs =
        |missing| absence(missing, &Book::default(), d(DAY)).map(|absence| (absence.halves, absence.fen));
    assert_eq!(costs(Share::halves(2)), Some((2, -10_000)));
    assert_eq!(costs(Share::halves(1)), Some((1, -5_000)));
    assert_eq!(costs(Share::minutes(10, 480)), Some((1, -5_000)));
    assert_eq!(costs(Share::minutes(241, 480)), Some((2, -10_000)));
    assert_eq!(costs(Share::NONE), None);
    // What was proposed for a half is not proposed again with the whole.
    let usual = Book::default();
    let whole = absence(Share::halves(2), &usual, d(DAY)).expect("one");
    let rest = |proposed| whole.beyond(proposed, &usual, d(DAY)).map(|rest| (rest.halves, rest.fen));
    assert_eq!([rest(0), rest(1), rest(2)], [Some((2, -10_000)), Some((1, -5_000)), None]);
    let by_days = book(&[(&ABSENCE_PRO_RATA, Value::Switch(false))]);
    let rest = whole.beyond(1, &by_days, d(DAY)).map(|rest| (rest.halves, rest.fen));
    assert_eq!(rest, Some((1, 0)), "a half has cost the day already");
}

proptest! {
    /// Whoever splits a leave of one day into two requests is decided about as if it were one, in either order.
    #[test]
    fn splitting_a_day_changes_nobodys_say(cut in 1i64..479, length in 2i64..=480) {
        let cut = cut.min(length - 1);
        let start = duty(DAY).start();
        let part = |from: i64, to: i64| Part::Time { from: start + from * MINUTE, to: start + to * MINUTE };
        let of = |part| duty(DAY).piece(part).expect("something");
        let levels = |own: Part, others: &[Piece]| {
            let others: Vec<Taken> =
                others.iter().map(|piece| Taken { date: piece.date, share: piece.share, counts: true }).collect();
            let days = [(DAY, own)];
            let asked = Asked::new(Kind::Temporary, "2026-03-10 08:00", &days);
            Asked { others: &others, ..asked }.judged().map(|route| (route.levels, route.step))
        };
        let whole = levels(part(0, length), &[]);
        let (one, other) = (of(part(0, cut)), of(part(cut, length)));
        prop_assert_eq!(levels(part(cut, length), &[one]), whole.clone());
        prop_assert_eq!(levels(part(0, cut), &[other]), whole);
    }

    /// The sum of a month does not depend on which of its leaves was asked for last.
    #[test]
    fn the_order_of_requests_says_nothing(days in prop::collection::btree_set(2u32..=28, 2..10), last in 0usize..10) {
        let days: Vec<String> = days.iter().map(|day| format!("2026-03-{day:02}")).collect();
        let sum = |own: &str| {
            let others: Vec<Taken> = days.iter().filter(|day| day.as_str() != own).map(|day| taken(day, 1)).collect();
            let part = [(own, Part::First)];
            let asked = Asked::new(Kind::Sick, "2026-03-01 09:00", &part);
            Asked { others: &others, ..asked }.judged().expect("a route").months
        };
        prop_assert_eq!(sum(&days[last % days.len()]), sum(&days[0]));
    }
}
