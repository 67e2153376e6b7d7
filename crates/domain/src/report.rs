//! 日报: the daily report.
//!
//! - It is due strictly before the end of the reporter's own shift; exactly at the end is late. The server's
//!   receive time decides (CV-10).
//! - The first submission decides whether the day is late; corrections are new revisions and change nothing
//!   about that.
//! - Nobody owes a report without a shift; one that is filed all the same is never late.
//! - A day that was late or missing counts once in its calendar month, however often it was late.

mod check;
mod form;
mod late;

pub use check::{Difference, Registered, window};
pub use form::{Field, Form, form_of};
pub use late::{CODES, Charge, charges, consequence, source_prefix};

use crate::RuleId;
use crate::calendar::{self, Calendar, EpochMs, Span};
use crate::settings::Book;
use crate::settings::catalogue::reports::{BACKFILL_DAYS, LATE_FEN, LATE_LIMIT, MISSING_AT};
use crate::shift::Shift;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// The largest figure that is taken for real.
pub const MAX_FIGURE: u32 = 99_999;

/// The figures of a report by the field's name.
pub type Figures = BTreeMap<String, u32>;

/// Figures that can hardly be meant, as sentences. They warn and do not block.
pub fn doubts(figures: &Figures) -> Vec<String> {
    let figure = |name: &str| figures.get(name).copied();
    let mut doubts = Vec::new();
    for (part, whole) in [("有效", "对话"), ("预约", "对话"), ("初诊", "门诊"), ("复诊", "门诊")]
    {
        if let (Some(p), Some(w)) = (figure(part), figure(whole))
            && p > w
        {
            doubts.push(format!("{part} {p} 多于{whole} {w}"));
        }
    }
    doubts
}

/// The dialogues that a rate divides by: 有效, or 对话 where that is missing.
pub fn dialogues(figures: &Figures) -> u32 {
    figures.get("有效").or_else(|| figures.get("对话")).copied().unwrap_or(0)
}

/// What of an earlier submission decides about the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Earlier {
    /// The highest revision number ever given for this person and day, taken-back ones included.
    pub highest_revision: u32,
    /// Whether a submission that was not taken back exists, and if so whether the day was late.
    pub live_late: Option<bool>,
}

/// A report that is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filing {
    /// The day that it is for.
    pub date: NaiveDate,
    /// From 1, one more with each submission.
    pub revision: u32,
    /// True when a live submission existed before.
    pub correction: bool,
    /// True when the first submission came at or after the end of the shift.
    pub late: bool,
    /// True when nothing was owed for that day.
    pub excused: bool,
    /// 补报 or 事后更正: it came after the day had been looked through for missing reports, and is marked for ever.
    pub backfilled: bool,
    /// The rule that decided.
    pub rule: RuleId,
}

/// A report that is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// For a day that has not begun.
    Future(NaiveDate),
    /// For a day further back than so many days ([`BACKFILL_DAYS`]).
    TooOld(NaiveDate, i64),
}

/// Judges a submission for `date`, whose shift is `shift` (`None`: no shift that day), by the settings of `book` that
/// hold today. Only the author files and corrects, for as many days back as the setting says.
///
/// # Errors
/// [`Refused`] when the day lies in the future or too far back.
pub fn file(
    book: &Book,
    calendar: &Calendar,
    now: EpochMs,
    date: NaiveDate,
    shift: Option<&Shift>,
    earlier: Earlier,
) -> Result<Filing, Refused> {
    let today = calendar.date(now);
    if date > today {
        return Err(Refused::Future(date));
    }
    let days = book.whole(&BACKFILL_DAYS, today);
    if date < calendar::shift_days(today, -days) {
        return Err(Refused::TooOld(date, days));
    }
    let late = earlier.live_late.unwrap_or_else(|| shift.is_some_and(|shift| now >= shift.end));
    Ok(Filing {
        date,
        revision: earlier.highest_revision.saturating_add(1),
        correction: earlier.live_late.is_some(),
        late,
        excused: shift.is_none(),
        backfilled: !late_note_goes(book, calendar, now, date, shift),
        rule: "R-001",
    })
}

/// How a person stands with a day's report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// 已交, in time or on a day off.
    Filed,
    /// 迟交.
    FiledLate,
    /// 未交, the shift is over.
    Missing,
    /// 未到点: the shift has not ended.
    NotDue,
    /// 休息: no shift, nothing owed.
    Excused,
}

/// How somebody stands with the report of a day at `now`; `filed_late` is `None` when none is filed.
pub fn standing(now: EpochMs, shift: Option<&Shift>, filed_late: Option<bool>) -> Standing {
    match (filed_late, shift) {
        (Some(false), _) => Standing::Filed,
        (Some(true), _) => Standing::FiledLate,
        (None, None) => Standing::Excused,
        (None, Some(shift)) if now < shift.end => Standing::NotDue,
        (None, Some(_)) => Standing::Missing,
    }
}

/// Whether the note that a day was late goes when its late report is taken back and none is left. Until the day is
/// looked through for missing reports it is as if nothing had been filed; afterwards the day would have been found
/// missing, so it keeps counting. A shift that ends only after that time of the next day is looked through a day later.
pub fn late_note_goes(
    book: &Book,
    calendar: &Calendar,
    now: EpochMs,
    date: NaiveDate,
    shift: Option<&Shift>,
) -> bool {
    let looked_through = |day| calendar.at(day, book.time(&MISSING_AT, day));
    let next = calendar::next_day(date);
    let at = match shift {
        Some(shift) if shift.end > looked_through(next) => looked_through(calendar::next_day(next)),
        _ => looked_through(next),
    };
    now < at
}

/// How often a month somebody may be late before the supervisor is asked to decide: with this time it is asked.
pub fn late_limit(book: &Book, date: NaiveDate) -> u32 {
    book.count(&LATE_LIMIT, date)
}

/// What is then proposed to be deducted, in fen; never negative.
pub fn late_fen(book: &Book, date: NaiveDate) -> u64 {
    book.whole(&LATE_FEN, date).unsigned_abs()
}

/// The calendar month in which a late day counts: the month of the report's own date.
pub fn counting_month(date: NaiveDate) -> Span {
    calendar::Period::Month.around(date)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::MINUTE;
    use crate::shift::Hours;
    use proptest::prelude::*;

    fn d(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    const NONE: Earlier = Earlier { highest_revision: 0, live_late: None };

    #[test]
    fn r001_late_is_at_or_after_the_own_shift_end() {
        let calendar = Calendar::default();
        let day = d("2026-03-02");
        let early = Hours::parse("08:00-16:00").expect("hours").on(&calendar, day, "早班");
        let night = Hours::parse("22:00-06:00").expect("hours").on(&calendar, day, "夜班");
        let cases = [
            ("one ms before the end", Some(&early), early.end - 1, false, false),
            ("exactly at the end", Some(&early), early.end, true, false),
            ("the next morning", Some(&early), early.end + 17 * 60 * MINUTE, true, false),
            ("night shift, after midnight", Some(&night), night.end - MINUTE, false, false),
            ("night shift, at its end", Some(&night), night.end, true, false),
            ("W-62: no shift after a swap", None, early.end + MINUTE, false, true),
        ];
        for (case, shift, now, late, excused) in cases {
            let filing = file(&Book::default(), &calendar, now, day, shift, NONE).expect(case);
            assert_eq!((filing.late, filing.excused), (late, excused), "{case}");
            assert_eq!((filing.revision, filing.correction), (1, false), "{case}");
        }
    }

    #[test]
    fn r001_the_first_submission_decides_and_corrections_are_versions() {
        let calendar = Calendar::default();
        let day = d("2026-03-02");
        let shift = Hours::parse("08:00-16:00").expect("hours").on(&calendar, day, "早班");
        let after = shift.end + MINUTE;
        let in_time = Earlier { highest_revision: 1, live_late: Some(false) };
        let correction =
            file(&Book::default(), &calendar, after, day, Some(&shift), in_time).expect("accepted");
        assert_eq!((correction.revision, correction.correction, correction.late), (2, true, false));
        let taken_back = Earlier { highest_revision: 1, live_late: None };
        let again =
            file(&Book::default(), &calendar, after, day, Some(&shift), taken_back).expect("accepted");
        assert_eq!((again.revision, again.correction, again.late), (2, false, true));
    }

    #[test]
    fn days_to_come_and_days_long_gone_are_refused() {
        let calendar = Calendar::default();
        let now = calendar.midnight(d("2026-03-31"));
        let file = |date: &str| file(&Book::default(), &calendar, now, d(date), None, NONE);
        assert_eq!(file("2026-04-01"), Err(Refused::Future(d("2026-04-01"))));
        assert!(file("2026-02-28").is_ok());
        assert_eq!(file("2026-02-27"), Err(Refused::TooOld(d("2026-02-27"), 31)));
    }

    #[test]
    fn what_comes_after_the_day_was_looked_through_is_marked() {
        let calendar = Calendar::default();
        let ten = calendar.at(d("2026-03-03"), 10 * 60);
        let live = Earlier { highest_revision: 1, live_late: Some(false) };
        for (now, earlier, backfilled) in
            [(ten - 1, NONE, false), (ten, NONE, true), (ten - 1, live, false), (ten, live, true)]
        {
            let filing =
                file(&Book::default(), &calendar, now, d("2026-03-02"), None, earlier).expect("accepted");
            assert_eq!(filing.backfilled, backfilled, "{now} {earlier:?}");
        }
    }

    #[test]
    fn r002_a_late_report_that_is_taken_back_counts_only_once_the_day_was_looked_through() {
        let calendar = Calendar::default();
        let ten = calendar.at(d("2026-03-03"), 10 * 60);
        let goes = |now, shift: Option<&Shift>| {
            late_note_goes(&Book::default(), &calendar, now, d("2026-03-02"), shift)
        };
        assert!(goes(ten - 1, None));
        assert!(!goes(ten, None));
        let on = |hours: &str| Hours::parse(hours).expect("hours").on(&calendar, d("2026-03-02"), "夜班");
        let (to_ten, to_eleven) = (on("22:00-10:00"), on("22:00-11:00"));
        assert!(!goes(ten, Some(&to_ten)), "exactly at ten it is looked through");
        assert!(goes(ten + calendar::DAY - 1, Some(&to_eleven)), "not over at ten: a day later");
        assert!(!goes(ten + calendar::DAY, Some(&to_eleven)));
    }

    #[test]
    fn figures_that_can_hardly_be_meant_are_told() {
        let figures: Figures =
            [("对话", 50), ("预约", 60)].into_iter().map(|(name, n)| (name.to_owned(), n)).collect();
        assert_eq!(doubts(&figures), ["预约 60 多于对话 50"]);
        assert_eq!(dialogues(&figures), 50);
    }

    proptest! {
        #[test]
        fn standing_and_filing_agree(offset in -600i64..600, on_duty: bool) {
            let calendar = Calendar::default();
            let day = d("2026-03-02");
            let shift = Hours::parse("08:00-16:00").expect("hours").on(&calendar, day, "早班");
            let now = shift.end + offset * MINUTE;
            let shift = on_duty.then_some(&shift);
            let before = standing(now, shift, None);
            let filing = file(&Book::default(), &calendar, now, day, shift, NONE).expect("accepted");
            let expected = match before {
                Standing::Missing => Standing::FiledLate,
                _ => Standing::Filed,
            };
            prop_assert_eq!(standing(now, shift, Some(filing.late)), expected);
        }
    }
}
