//! 月历: a month's rota and leaves as a picture beside the words. It says no more than they do: who and when, never which
//! kind of leave or why.

use bot::{Attachment, Ctx, Stop};
use chrono::{Datelike, NaiveDate};
use domain::{Period, PersonId, Span};
use picture::{Cell, Day, MOST_ROWS, Month, Sheet, Tone};
use std::collections::BTreeMap;
use store::{REST, RotaRow};

/// What is shown beside leaves and rest days.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// The shifts too.
    Shifts,
    /// Only who is away.
    Away,
}

/// From this minute of the day on a shift is one of the evening or the night.
const EVENING: u32 = 15 * 60;

/// The month as a picture; `None` for a span that is no month, and where there is nobody to show or too many.
pub(crate) fn picture(
    ctx: &mut Ctx<'_, '_>,
    span: Span,
    shown: Shown,
    visible: impl Fn(PersonId) -> bool,
) -> Result<Option<Attachment>, Stop> {
    if span != Period::Month.around(span.from) {
        return Ok(None);
    }
    let mut people: BTreeMap<PersonId, BTreeMap<NaiveDate, Cell>> = BTreeMap::new();
    for row in ctx.desk.tx.rota_between(span)?.into_iter().filter(|row| visible(row.person)) {
        if let Some(cell) = shift(ctx, &row).filter(|cell| shown == Shown::Shifts || cell.tone == Tone::Rest)
        {
            people.entry(row.person).or_default().insert(row.date, cell);
        }
    }
    for day in ctx.desk.tx.leave_days(span)?.into_iter().filter(|day| visible(day.person)) {
        let words = if day.piece.halves() == Some(2) { "假" } else { "半" };
        let cell = Cell::new(words, Tone::Leave);
        people.entry(day.person).or_default().insert(day.piece.date, cell);
    }
    let here = |person: &PersonId| {
        ctx.directory.person(*person).is_some_and(|person| person.is_member(ctx.desk.now))
    };
    people.retain(|person, _| here(person));
    if people.is_empty() || people.len() > MOST_ROWS {
        return Ok(None);
    }
    let workdays = ctx.desk.tx.workdays()?;
    let today = ctx.desk.today();
    let days: Vec<Day> = span
        .days()
        .map(|date| {
            let off = !workdays.works_as_known(date);
            let day = Day::new(date.day(), date.weekday().num_days_from_monday(), off);
            if date == today { day.marked() } else { day }
        })
        .collect();
    let rows = people.into_iter().map(|(person, mut cells)| {
        let row = span.days().map(|date| cells.remove(&date).unwrap_or_default()).collect();
        (ctx.directory.label(person), row)
    });
    let (what, shifts) = match shown {
        Shown::Shifts => ("排班与请假", &[("白班", Tone::Day), ("晚班", Tone::Night)][..]),
        Shown::Away => ("请假与休息", &[][..]),
    };
    let name = format!("{}年{}月{what}", span.from.year(), span.from.month());
    let others = [("休息", Tone::Rest), ("请假", Tone::Leave)];
    let legend = shifts.iter().chain(&others).map(|(words, tone)| Cell::new(*words, *tone));
    let spec = Sheet::Month(Month::new(name.as_str(), days, rows).legend(legend)).to_spec();
    Ok(Some(Attachment::Drawing { name, spec }))
}

/// A planned day: the first character of its name.
fn shift(ctx: &Ctx<'_, '_>, row: &RotaRow) -> Option<Cell> {
    if row.name == REST {
        return Some(Cell::new(REST, Tone::Rest));
    }
    let shift = row.shift.as_ref()?;
    let evening = ctx.desk.calendar().minute_of_day(shift.start) >= EVENING;
    let first: String = row.name.chars().take(1).collect();
    Some(Cell::new(first, if evening { Tone::Night } else { Tone::Day }))
}
