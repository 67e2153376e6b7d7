//! Schedules and reminders: what happens by itself.
//!
//! What is kept: a fire time is a unique key, and its run is one transaction together with the key, so on however many
//! instances each fire time has its effect once, also when one of them dies in the middle. Due times are computed from
//! the last recorded one, never from "is it now", so a time missed while the program was down is found: it is caught up
//! or recorded as skipped with the reason. The wake-up may come late, early or not at all; it only asks.

use crate::desk::Desk;
use crate::stop::Stop;
use croner::Cron;
use domain::calendar::{MINUTE, next_day};
use domain::settings::{Book, Setting};
use domain::{Calendar, EpochMs};
use std::ops::Range;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};
use store::Reminder;

/// What to do with fire times that were missed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CatchUp {
    /// Only the newest is run; the older ones are recorded as merged into it.
    Once,
    /// Each is run, oldest first.
    Each,
    /// None is run.
    Skip,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It ran.
    Done,
    /// Not now: ask again at that instant. Is no try.
    Snooze(EpochMs),
    /// It shall not run; the reason is recorded.
    Cancel(String),
}

/// A schedule, whole.
#[derive(Clone, Copy)]
pub struct Schedule {
    /// Name, also on the command line.
    pub name: &'static str,
    /// One line for people.
    pub summary: &'static str,
    /// Five fields, in the department's zone. With `at` only its days count.
    pub cron: &'static str,
    /// The setting whose time of day it runs at, where the department may choose it.
    pub at: Option<&'static Setting>,
    /// What to do with missed times.
    pub catch_up: CatchUp,
    /// A time missed by more is recorded as skipped.
    pub max_late: EpochMs,
    /// What happens; gets the fire time.
    pub run: fn(&mut Desk<'_, '_>, EpochMs) -> Result<Outcome, Stop>,
}

/// What to do when a reminder of a kind is due.
#[derive(Clone, Copy)]
pub struct ReminderKind {
    /// The kind in the row.
    pub kind: &'static str,
    /// Decides whom to tell what, or that it is not needed any more.
    pub run: fn(&mut Desk<'_, '_>, &Reminder) -> Result<Outcome, Stop>,
}

/// A cron expression that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the cron expression {cron} of the schedule {name} cannot be read")]
pub struct BadCron {
    name: &'static str,
    cron: &'static str,
}

/// A wake-up this late is still in time for [`CatchUp::Skip`].
const GRACE: EpochMs = 2 * MINUTE;
/// Missed times that are looked at one by one; what lies further back is covered by the oldest of them.
const MOST_MISSED: usize = 400;

/// The schedules with their crons read.
pub(crate) struct Timetable {
    entries: Vec<Entry>,
    calendar: Calendar,
}

struct Entry {
    schedule: Schedule,
    cron: Cron,
    /// The two next times that were found last, each from where on it is the next: every tick asks each schedule, of today
    /// and of tomorrow, and searching a cron costs more than all the rest of a tick in which nothing is due.
    next: Mutex<[Range<EpochMs>; 2]>,
}

/// What is to be done about a fire time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Due {
    pub(crate) fire_at: EpochMs,
    /// `None`: run it; else the reason to skip it.
    pub(crate) skip: Option<&'static str>,
}

impl Timetable {
    pub(crate) fn new(schedules: Vec<Schedule>, calendar: Calendar) -> Result<Self, crate::bot::BadList> {
        let mut entries: Vec<Entry> = Vec::new();
        for schedule in schedules {
            if entries.iter().any(|known| known.schedule.name == schedule.name) {
                return Err(crate::bot::BadList::Twice(schedule.name));
            }
            let cron = Cron::from_str(schedule.cron)
                .map_err(|_| BadCron { name: schedule.name, cron: schedule.cron })?;
            entries.push(Entry { schedule, cron, next: Mutex::new([0..0, 0..0]) });
        }
        Ok(Self { entries, calendar })
    }

    pub(crate) fn schedules(&self) -> impl Iterator<Item = &Schedule> {
        self.entries.iter().map(|entry| &entry.schedule)
    }

    pub(crate) fn find(&self, name: &str) -> Option<&Schedule> {
        self.schedules().find(|schedule| schedule.name == name)
    }

    /// The first fire time after an instant.
    pub(crate) fn next_after(&self, book: &Book, name: &str, after: EpochMs) -> Option<EpochMs> {
        let entry = self.entries.iter().find(|entry| entry.schedule.name == name)?;
        self.next(book, entry, after)
    }

    fn next(&self, book: &Book, entry: &Entry, after: EpochMs) -> Option<EpochMs> {
        let Some(setting) = entry.schedule.at else { return self.next_by_cron(entry, after) };
        // The days are those of the cron, asked from the instant before the day of `after` begins.
        let mut day_found = self.calendar.at(self.calendar.date(after), 0) - 1;
        loop {
            day_found = self.next_by_cron(entry, day_found)?;
            let day = self.calendar.date(day_found);
            let fire_at = self.calendar.at(day, book.time(setting, day));
            if fire_at > after {
                return Some(fire_at);
            }
            day_found = self.calendar.at(next_day(day), 0) - 1;
        }
    }

    fn next_by_cron(&self, entry: &Entry, after: EpochMs) -> Option<EpochMs> {
        // croner keeps what is below a second; a fire time is a key, so it has none.
        let after_second = after.div_euclid(1_000) * 1_000;
        let mut known = entry.next.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.iter().find(|found| found.contains(&after)) {
            return Some(found.end);
        }
        let next = entry.cron.find_next_occurrence(&self.calendar.zoned(after_second), false).ok()?;
        let next = next.timestamp_millis();
        known.swap(0, 1);
        known[0] = after_second..next;
        Some(next).filter(|next| *next > after)
    }

    /// The newest fire time that is not after an instant, looked for in the `span` before it.
    fn newest(&self, book: &Book, entry: &Entry, from: EpochMs, to: EpochMs) -> Option<EpochMs> {
        let Entry { schedule, cron, .. } = entry;
        if let Some(setting) = schedule.at {
            let mut end_of_day = self.calendar.at(next_day(self.calendar.date(to)), 0) - 1;
            loop {
                let second = end_of_day.div_euclid(1_000) * 1_000;
                let previous = cron.find_previous_occurrence(&self.calendar.zoned(second), true).ok()?;
                let day = self.calendar.date(previous.timestamp_millis());
                let fire_at = self.calendar.at(day, book.time(setting, day));
                if fire_at <= to {
                    return (fire_at > from).then_some(fire_at);
                }
                end_of_day = self.calendar.at(day, 0) - 1;
            }
        }
        let second = to.div_euclid(1_000) * 1_000;
        let previous =
            cron.find_previous_occurrence(&self.calendar.zoned(second), true).ok()?.timestamp_millis();
        (previous > from && previous <= to).then_some(previous)
    }

    /// What is due of a schedule whose last recorded fire time is `last`, oldest first.
    pub(crate) fn due(&self, book: &Book, name: &str, last: EpochMs, now: EpochMs) -> Vec<Due> {
        let Some(entry) = self.entries.iter().find(|entry| entry.schedule.name == name) else {
            return Vec::new();
        };
        let schedule = &entry.schedule;
        let mut times = Vec::new();
        let mut at = last;
        while let Some(next) = self.next(book, entry, at).filter(|next| *next <= now) {
            times.push(next);
            at = next;
            if times.len() > MOST_MISSED {
                // After months of silence the oldest are not gone through one by one.
                let Some(newest) = self.newest(book, entry, at, now) else { break };
                times.push(newest);
                break;
            }
        }
        let newest = times.last().copied();
        times
            .into_iter()
            .map(|fire_at| {
                let late = now - fire_at;
                let skip = match schedule.catch_up {
                    CatchUp::Once if Some(fire_at) != newest => Some("merged"),
                    CatchUp::Skip if late > GRACE => Some("missed"),
                    _ if late > schedule.max_late => Some("too_late"),
                    _ => None,
                };
                Due { fire_at, skip }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::calendar::{DAY, HOUR};

    fn schedule(catch_up: CatchUp, max_late: EpochMs) -> Schedule {
        Schedule {
            name: "s",
            summary: "",
            cron: "0 9 * * *",
            at: None,
            catch_up,
            max_late,
            run: |_, _| Ok(Outcome::Done),
        }
    }

    fn timetable(catch_up: CatchUp, max_late: EpochMs) -> Timetable {
        Timetable::new(vec![schedule(catch_up, max_late)], Calendar::default()).expect("a timetable")
    }

    fn nine(day: i64) -> EpochMs {
        let calendar = Calendar::default();
        calendar.at("2026-03-02".parse().expect("a date"), 9 * 60) + day * DAY
    }

    #[test]
    fn missed_times_are_caught_up_as_the_schedule_says() {
        let skips = |catch_up, max_late, last, now| {
            let due = timetable(catch_up, max_late).due(&Book::default(), "s", last, now);
            due.into_iter().map(|due| (due.fire_at, due.skip)).collect::<Vec<_>>()
        };
        let (last, now) = (nine(0), nine(3) + HOUR);
        assert_eq!(
            skips(CatchUp::Once, DAY, last, now),
            [(nine(1), Some("merged")), (nine(2), Some("merged")), (nine(3), None)]
        );
        assert_eq!(
            skips(CatchUp::Each, DAY + 2 * HOUR, last, now),
            [(nine(1), Some("too_late")), (nine(2), None), (nine(3), None)]
        );
        assert_eq!(skips(CatchUp::Skip, DAY, nine(2), now), [(nine(3), Some("missed"))]);
        assert_eq!(skips(CatchUp::Skip, DAY, nine(2), nine(3) + MINUTE), [(nine(3), None)]);
        assert_eq!(skips(CatchUp::Once, HOUR / 2, nine(2), now), [(nine(3), Some("too_late"))]);
        assert_eq!(skips(CatchUp::Each, DAY, nine(3), now), []);
    }

    #[test]
    fn the_fire_time_itself_is_due_and_a_millisecond_before_is_not() {
        let timetable = timetable(CatchUp::Once, DAY);
        assert_eq!(timetable.due(&Book::default(), "s", nine(0), nine(1) - 1), []);
        assert_eq!(
            timetable.due(&Book::default(), "s", nine(0), nine(1)),
            [Due { fire_at: nine(1), skip: None }]
        );
        assert_eq!(timetable.next_after(&Book::default(), "s", nine(0) - 1), Some(nine(0)));
    }

    #[test]
    fn the_next_time_does_not_depend_on_what_was_asked_before() {
        let timetable = timetable(CatchUp::Once, DAY);
        let next = |after| timetable.next_after(&Book::default(), "s", after);
        let (day_before, instant) = (nine(0) - DAY + 1, 1);
        for (after, expected) in [
            (nine(3), nine(4)),
            (nine(0), nine(1)),
            (nine(1) - instant, nine(1)),
            (nine(1), nine(2)),
            (nine(0) - instant, nine(0)),
            (day_before, nine(0)),
            (nine(0) - 2 * DAY, nine(-1)),
        ] {
            assert_eq!(next(after), Some(expected), "{after}");
        }
    }

    #[test]
    fn years_of_silence_end_with_the_newest_time() {
        let due = timetable(CatchUp::Once, DAY).due(&Book::default(), "s", nine(0), nine(2000) + HOUR);
        assert!(due.len() <= MOST_MISSED + 2);
        assert_eq!(due.last(), Some(&Due { fire_at: nine(2000), skip: None }));
    }
}
