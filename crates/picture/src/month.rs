//! People by days of one month, in two halves one below the other: at sixteen columns a phone shows each day at a size that
//! can be read and touched, at thirty-one it does not.

use crate::face::{Text, Weight, fitted};
use crate::ink;
use crate::page::{INNER, MARGIN, Page, WIDTH};
use crate::sheet::{Cell, Day, Line, Month, Tone};
use crate::svg::{Anchor, Area, Style, Svg};
use crate::{CannotDraw, MOST_ROWS};

/// The margin of this view; days need the room.
const SIDE: i32 = 24;
/// The room for a name: four characters.
const NAMES: i32 = 110;
/// The most days in one half.
const HALF: usize = 15;
/// The width of a day.
const DAY: i32 = 37;
/// The height of a person's line.
const ROW: i32 = 44;
/// The height of the days' head.
const HEAD: i32 = 64;

/// What is drawn of a month, and its height.
///
/// # Errors
/// Each [`CannotDraw`] but `Spec`, `Wide` and `Renderer`.
pub(crate) fn drawing(month: &Month) -> Result<(Svg, i32), CannotDraw> {
    let days = month.days.len();
    let fits = |line: &Line| line.cells.len() == days;
    if !(1..=31).contains(&days) || month.people.len() > MOST_ROWS || !month.people.iter().all(fits) {
        return Err(CannotDraw::Shape);
    }
    let mut page = Page::begin(&month.title, &month.subtitle, month.stamp.as_ref())?;
    if month.people.is_empty() {
        page.nothing("没有可显示的人员")?;
        return page.end(&month.note);
    }
    let first = if days > HALF { 15 } else { days };
    for (from, to) in [(0, first), (first, days)] {
        if from < to {
            half(&mut page, month, from, to)?;
            page.y += 24;
        }
    }
    legend(&mut page, &month.legend)?;
    page.end(&month.note)
}

/// The left edge of a day's column.
fn left(column: usize) -> i32 {
    SIDE + NAMES + i32::try_from(column).unwrap_or(0) * DAY
}

fn half(page: &mut Page, month: &Month, from: usize, to: usize) -> Result<(), CannotDraw> {
    let top = page.y;
    let height = HEAD + ROW * i32::try_from(month.people.len()).unwrap_or(0);
    for (column, day) in month.days[from..to].iter().enumerate() {
        head(page, day, column, top, height)?;
    }
    page.y += HEAD;
    for person in &month.people {
        let name = fitted(&person.name, Weight::Regular, 24, NAMES - 10)?;
        let base = page.y + ROW / 2 + 9;
        page.svg.area(Area { x: SIDE, y: page.y, width: WIDTH - 2 * SIDE, height: 1 }, 0, ink::LINE);
        page.svg.words(&name, (SIDE, base), Anchor::Start, Style { size: 24, ink: ink::INK });
        for (column, cell) in person.cells[from..to].iter().enumerate() {
            day_cell(page, cell, left(column))?;
        }
        page.y += ROW;
    }
    Ok(())
}

fn head(page: &mut Page, day: &Day, column: usize, top: i32, height: i32) -> Result<(), CannotDraw> {
    let x = left(column);
    if day.off {
        page.svg.area(Area { x: x + 1, y: top, width: DAY - 2, height }, 6, ink::BAND);
    }
    let middle = x + DAY / 2;
    let number = fitted(&day.number, Weight::Bold, 22, DAY)?;
    let mut ink = if day.off { ink::DOWN } else { ink::INK };
    if day.marked {
        page.svg.disc((middle, top + 20), 17, ink::ACCENT);
        ink = ink::PAPER;
    }
    page.svg.words(&number, (middle, top + 28), Anchor::Middle, Style { size: 22, ink });
    let weekday = fitted(&day.weekday, Weight::Regular, 18, DAY)?;
    page.svg.words(&weekday, (middle, top + 54), Anchor::Middle, Style { size: 18, ink: ink::QUIET });
    Ok(())
}

fn day_cell(page: &mut Page, cell: &Cell, x: i32) -> Result<(), CannotDraw> {
    let words: String = cell.words.trim().chars().take(2).collect();
    let area = Area { x: x + 2, y: page.y + 5, width: DAY - 4, height: ROW - 9 };
    let ink = block(page, cell.tone, area);
    let strong = matches!(cell.tone, Tone::Leave | Tone::Flag | Tone::Waiting);
    let weight = if strong { Weight::Bold } else { Weight::Regular };
    let mut text = Text::new(&words, weight)?;
    let mut size = 22;
    if text.width(size) > DAY - 8 {
        size = 15;
        text = fitted(&words, weight, size, DAY - 2)?;
    }
    let base = area.y + area.height / 2 + size * 36 / 100;
    page.svg.words(&text, (x + DAY / 2, base), Anchor::Middle, Style { size, ink });
    Ok(())
}

/// Colours the ground of a tone and says in what its words are written.
fn block(page: &mut Page, tone: Tone, area: Area) -> crate::svg::Ink {
    let (ground, ink) = match tone {
        Tone::Plain => return ink::INK,
        Tone::Rest => return ink::PALE,
        Tone::Waiting => {
            page.svg.outline(area, 6, ink::WAITING.0, true);
            return ink::WAITING.1;
        }
        Tone::Day => ink::DAY,
        Tone::Night => ink::NIGHT,
        Tone::Leave => ink::LEAVE,
        Tone::Flag => ink::FLAG,
    };
    page.svg.area(area, 6, ground);
    ink
}

/// What the colours mean, as many in a line as fit.
fn legend(page: &mut Page, legend: &[Cell]) -> Result<(), CannotDraw> {
    let mut x = MARGIN;
    for cell in legend.iter().take(12) {
        let text = fitted(&cell.words, Weight::Regular, 20, INNER / 2)?;
        let width = text.width(20) + 24;
        if x + width > MARGIN + INNER && x > MARGIN {
            x = MARGIN;
            page.y += 44;
        }
        let area = Area { x, y: page.y, width, height: 34 };
        let ink = block(page, cell.tone, area);
        if cell.tone == Tone::Rest || cell.tone == Tone::Plain {
            page.svg.area(area, 6, ink::BAND);
        }
        page.svg.words(&text, (x + width / 2, page.y + 24), Anchor::Middle, Style { size: 20, ink });
        x += width + 14;
    }
    if !legend.is_empty() {
        page.y += 40;
    }
    Ok(())
}
