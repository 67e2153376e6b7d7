//! 核对: what the register knows of a person's day, as a draft of the report and against what was filed.
//!
//! A day of the register is the report's day from midnight to midnight. Where a shift passes midnight, what was registered
//! until its end belongs to the day on which it began, and to no other.

use super::{Figures, Form};
use crate::calendar::{Calendar, EpochMs, next_day};
use crate::shift::Shift;
use chrono::NaiveDate;

/// What the register knows of a person's day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Registered {
    /// The person's appointments by number (Y…): registered on the day, neither cancelled nor invalid.
    pub appointments: Vec<i64>,
    /// Arrivals of the day by number (D…) that are credited to the person.
    pub arrivals: Vec<i64>,
    /// Arrivals of the day that are only suggested to be his, and wait for a person.
    pub waiting: Vec<i64>,
    /// Follow-ups that he closed on the day.
    pub follow_ups: u32,
    /// Arrivals of the day that he recorded himself and that belong to an appointment (guides).
    pub received: Vec<i64>,
}

impl Registered {
    /// The register's number for a field; `None` for what only the person knows.
    fn count(&self, field: &str) -> Option<u32> {
        let count = |list: &[i64]| u32::try_from(list.len()).unwrap_or(u32::MAX);
        match field {
            "预约" => Some(count(&self.appointments)),
            "到诊" => Some(count(&self.arrivals)),
            "回访" => Some(self.follow_ups),
            "预约到诊" => Some(count(&self.received)),
            _ => None,
        }
    }

    /// The draft: every figure of the form that the register knows.
    pub fn draft(&self, form: &Form) -> Figures {
        let fields = form.fields.iter().map(|field| field.name());
        fields.filter_map(|name| Some((name.to_owned(), self.count(name)?))).collect()
    }

    /// Where the filed figures are others than the register's: appointments and arrivals. They warn.
    pub fn differences(&self, figures: &Figures) -> Vec<Difference> {
        [("预约", &self.appointments, 'Y'), ("到诊", &self.arrivals, 'D'), ("预约到诊", &self.received, 'D')]
            .into_iter()
            .filter_map(|(field, numbers, letter)| {
                let (filed, registered) = (*figures.get(field)?, self.count(field)?);
                (filed != registered).then(|| Difference {
                    field,
                    filed,
                    registered,
                    letter,
                    numbers: numbers.clone(),
                })
            })
            .collect()
    }
}

/// A figure that is another in the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The field.
    pub field: &'static str,
    /// As filed.
    pub filed: u32,
    /// As the register has it.
    pub registered: u32,
    /// Y or D.
    pub letter: char,
    /// What the register has, by number.
    pub numbers: Vec<i64>,
}

/// The instants that belong to a report's day, the second not included; `before` is the shift of the day before.
pub fn window(
    calendar: &Calendar,
    date: NaiveDate,
    shift: Option<&Shift>,
    before: Option<&Shift>,
) -> (EpochMs, EpochMs) {
    let (midnight, next) = (calendar.midnight(date), calendar.midnight(next_day(date)));
    let from = before.map_or(midnight, |before| before.end.clamp(midnight, next));
    let to = shift.map_or(next, |shift| shift.end.max(next));
    (from, to)
}

#[cfg(test)]
mod tests {
    use super::super::form_of;
    use super::*;
    use crate::person::{Role, Roles};
    use crate::settings::Book;
    use crate::shift::Hours;
    use proptest::prelude::*;

    fn d(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn on(hours: &str, date: &str) -> Shift {
        Hours::parse(hours).expect("hours").on(&Calendar::default(), d(date), "班")
    }

    #[test]
    fn a_night_shift_keeps_what_was_registered_until_its_end() {
        let calendar = Calendar::default();
        let at = |date: &str, hour: u32| calendar.at(d(date), hour * 60);
        let (day, night) = ("08:00-16:00", "22:00-06:00");
        let cases = [
            (
                "a day shift has its day",
                Some(on(day, "2026-03-02")),
                None,
                ("2026-03-02", 0),
                ("2026-03-03", 0),
            ),
            ("no shift", None, None, ("2026-03-02", 0), ("2026-03-03", 0)),
            (
                "a night shift to its end",
                Some(on(night, "2026-03-02")),
                None,
                ("2026-03-02", 0),
                ("2026-03-03", 6),
            ),
            (
                "after a night shift",
                Some(on(day, "2026-03-02")),
                Some(on(night, "2026-03-01")),
                ("2026-03-02", 6),
                ("2026-03-03", 0),
            ),
            ("after a day shift", None, Some(on(day, "2026-03-01")), ("2026-03-02", 0), ("2026-03-03", 0)),
            ("at the year's end", Some(on(night, "2026-12-31")), None, ("2026-12-31", 0), ("2027-01-01", 6)),
        ];
        for (case, shift, before, from, to) in cases {
            let date = shift.as_ref().map_or(d("2026-03-02"), |shift| shift.date);
            let expected = (at(from.0, from.1), at(to.0, to.1));
            assert_eq!(window(&calendar, date, shift.as_ref(), before.as_ref()), expected, "{case}");
        }
    }

    #[test]
    fn r009_the_draft_and_the_differences_come_from_the_register() {
        let form =
            form_of(&Book::default(), d("2026-03-02"), Roles::of(&[Role::Consultant])).expect("a form");
        let known = Registered {
            appointments: vec![1, 4],
            arrivals: vec![2],
            waiting: vec![3],
            follow_ups: 5,
            received: vec![],
        };
        let draft: Figures =
            [("预约", 2), ("到诊", 1), ("回访", 5)].map(|(name, n)| (name.to_owned(), n)).into();
        assert_eq!(known.draft(&form), draft);
        assert_eq!(known.differences(&draft), []);
        let filed: Figures =
            [("对话", 9), ("预约", 3), ("到诊", 1)].map(|(name, n)| (name.to_owned(), n)).into();
        let expected =
            Difference { field: "预约", filed: 3, registered: 2, letter: 'Y', numbers: vec![1, 4] };
        assert_eq!(known.differences(&filed), [expected]);
    }

    proptest! {
        #[test]
        fn windows_of_days_in_a_row_neither_overlap_nor_leave_a_gap(
            shifts in prop::collection::vec(prop::option::of((0u32..24, 1u32..25)), 2..8),
        ) {
            let calendar = Calendar::default();
            let mut date = d("2026-12-28");
            let (mut before, mut end): (Option<Shift>, Option<EpochMs>) = (None, None);
            for shift in shifts {
                let shift = shift.map(|(start, length)| Shift {
                    date,
                    name: "班".to_owned(),
                    start: calendar.at(date, start * 60),
                    end: calendar.at(date, (start + length) * 60),
                });
                let (from, to) = window(&calendar, date, shift.as_ref(), before.as_ref());
                prop_assert!(from <= to);
                if let Some(end) = end {
                    prop_assert_eq!(from, end);
                }
                end = Some(to);
                before = shift;
                date = next_day(date);
            }
        }
    }
}
