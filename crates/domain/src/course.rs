//! 走势: the weeks of a course, and a course in one line of characters.

use crate::calendar::{Period, Span};
use chrono::NaiveDate;

/// The fewest weeks of a course; one alone has no direction.
pub const FEWEST_WEEKS: u32 = 2;
/// The most: half a year, which a phone still shows.
pub const MOST_WEEKS: u32 = 26;
/// The weeks that are shown where nobody says how many.
pub const USUAL_WEEKS: u32 = 8;

/// The last `count` weeks, Monday to Sunday, the one of `today` included, in order.
pub fn weeks(today: NaiveDate, count: u32) -> Vec<Span> {
    let mut week = Period::Week.around(today);
    let mut weeks = Vec::new();
    for _ in 0..count {
        weeks.push(week);
        week = Period::Week.before(week.from);
    }
    weeks.reverse();
    weeks
}

/// A course as bars of eight heights, from 0 to its greatest value; `·` where nothing is known.
pub fn bars(values: &[Option<u64>]) -> String {
    const HEIGHTS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let most = values.iter().flatten().max().copied().unwrap_or(0);
    let bar = |value: &Option<u64>| match value {
        None => '·',
        // What is not 0 stands higher than 0, and only the greatest value is as high as it can be.
        Some(value) => {
            let part = u128::from(*value) * 7;
            let height = part.checked_div(u128::from(most)).unwrap_or(0);
            let height = usize::try_from(height).unwrap_or(0).max(usize::from(*value > 0));
            HEIGHTS[height.min(7)]
        }
    };
    values.iter().map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn weeks_begin_on_monday_and_run_over_the_end_of_a_year() {
        for (today, count, expected) in [
            ("2026-03-04", 1, "2026-03-02..2026-03-08"),
            ("2026-03-08", 2, "2026-02-23..2026-03-01 2026-03-02..2026-03-08"),
            ("2026-01-01", 2, "2025-12-22..2025-12-28 2025-12-29..2026-01-04"),
        ] {
            let weeks = weeks(today.parse().expect("a date"), count);
            let told: Vec<String> = weeks.iter().map(|week| format!("{}..{}", week.from, week.to)).collect();
            assert_eq!(told.join(" "), expected, "{today}");
        }
    }

    #[test]
    fn bars_stand_for_values() {
        for (values, expected) in [
            (&[][..], ""),
            (&[None, None], "··"),
            (&[Some(0), Some(0)], "▁▁"),
            (&[Some(3), Some(3)], "██"),
            (&[Some(0), Some(1), Some(50), Some(100)], "▁▂▄█"),
            (&[Some(u64::MAX), None, Some(u64::MAX / 2)], "█·▄"),
        ] {
            assert_eq!(bars(values), expected);
        }
    }

    proptest! {
        #[test]
        fn a_greater_value_never_stands_lower(values in proptest::collection::vec(any::<u64>(), 1..30)) {
            let known: Vec<Option<u64>> = values.iter().copied().map(Some).collect();
            let heights: Vec<char> = bars(&known).chars().collect();
            prop_assert_eq!(heights.len(), values.len());
            for (one, other) in values.iter().zip(&heights).flat_map(|a| {
                values.iter().zip(&heights).map(move |b| (a, b))
            }) {
                prop_assert!(one.0 < other.0 || one.1 >= other.1);
            }
        }
    }
}
