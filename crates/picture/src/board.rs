//! A table: rankings and lists.

use crate::face::{Text, Weight, fitted};
use crate::ink;
use crate::page::{INNER, MARGIN, Page};
use crate::sheet::{Board, Look, Row, Set};
use crate::svg::{Anchor, Area, Ink, Style, Svg};
use crate::{CannotDraw, MOST_ROWS};

/// The pixels that names get at least; a table that leaves them fewer is not drawn.
const LEAST_WORDS: i32 = 96;
/// The pixels that names get before anything is set smaller for them.
const GOOD_WORDS: i32 = 170;
/// The most pixels of a column of words that is not the first.
const MOST_FURTHER_WORDS: i32 = 190;

/// The sizes of a table, from roomy to dense.
#[derive(Clone, Copy, Debug)]
struct Scale {
    size: i32,
    row: i32,
    gap: i32,
    /// The pixels that the first column of words must get, where its words need them.
    words: i32,
}

const ROOMY: Scale = Scale { size: 28, row: 60, gap: 26, words: GOOD_WORDS };
const DENSE: Scale = Scale { size: 26, row: 48, gap: 20, words: GOOD_WORDS };
const DENSER: Scale = Scale { size: 22, row: 44, gap: 14, words: LEAST_WORDS };

/// A column with its place on the page.
#[derive(Clone, Copy, Debug)]
struct Placed {
    left: i32,
    width: i32,
    set: Set,
    ordered_by: bool,
}

impl Placed {
    /// Where words of this column begin, stand or end.
    fn anchor(self) -> (i32, Anchor) {
        match self.set {
            Set::Place => (self.left + self.width / 2, Anchor::Middle),
            Set::Words => (self.left, Anchor::Start),
            Set::Number | Set::Change => (self.left + self.width, Anchor::End),
        }
    }
}

/// What is drawn of a table, and its height.
///
/// # Errors
/// Each [`CannotDraw`] but `Spec` and `Renderer`.
pub(crate) fn drawing(board: &Board) -> Result<(Svg, i32), CannotDraw> {
    check(board)?;
    let mut page = Page::begin(&board.title, &board.subtitle, board.stamp.as_ref())?;
    let scales: &[Scale] = if board.rows.len() > 24 { &[DENSE, DENSER] } else { &[ROOMY, DENSE, DENSER] };
    let (scale, columns) = scales
        .iter()
        .find_map(|scale| {
            place(board, *scale).map(|columns| columns.map(|columns| (*scale, columns))).transpose()
        })
        .unwrap_or(Err(CannotDraw::Wide))?;
    head(&mut page, board, scale, &columns)?;
    if board.rows.is_empty() {
        page.nothing("这段时间没有数据")?;
    }
    for (index, row) in board.rows.iter().enumerate() {
        let below_row = index
            .checked_sub(1)
            .is_some_and(|above| !matches!(board.rows[above].look, Look::Heading | Look::Total));
        if row.look == Look::Total && below_row {
            page.rule(2, ink::PALE);
        }
        if row.look == Look::Heading {
            heading(&mut page, row)?;
        } else {
            line(&mut page, row, scale, &columns)?;
        }
    }
    page.end(&board.note)
}

fn check(board: &Board) -> Result<(), CannotDraw> {
    let columns = board.columns.len();
    let fits = |row: &Row| match row.look {
        Look::Heading => row.cells.len() == 1,
        _ => row.cells.len() == columns,
    };
    if (1..=8).contains(&columns) && board.rows.len() <= MOST_ROWS && board.rows.iter().all(fits) {
        Ok(())
    } else {
        Err(CannotDraw::Shape)
    }
}

/// Shares the width among the columns: numbers get what they need, the first column of words what is left. None where that
/// is too little at this scale.
fn place(board: &Board, scale: Scale) -> Result<Option<Vec<Placed>>, CannotDraw> {
    let mut widths = Vec::with_capacity(board.columns.len());
    let first_words = board.columns.iter().position(|column| column.set == Set::Words);
    for (index, column) in board.columns.iter().enumerate() {
        let mut width = Text::new(&column.name, Weight::Bold)?.width(22);
        if column.ordered_by {
            width += 20;
        }
        for row in board.rows.iter().filter(|row| row.look != Look::Heading) {
            width = width.max(Text::new(&row.cells[index], Weight::Bold)?.width(scale.size));
        }
        widths.push(match column.set {
            Set::Place => width.max(scale.size + 14),
            Set::Words if first_words == Some(index) => width.min(scale.words),
            Set::Words => width.min(MOST_FURTHER_WORDS),
            Set::Number | Set::Change => width,
        });
    }
    let gaps = scale.gap * i32::try_from(board.columns.len() - 1).unwrap_or(0);
    let taken = |widths: &[i32]| widths.iter().sum::<i32>() + gaps;
    let free = INNER - taken(&widths);
    if free < 0 {
        return Ok(None);
    }
    if let Some(words) = first_words {
        widths[words] += free;
    }
    let mut left = MARGIN;
    let columns = board.columns.iter().zip(widths).map(|(column, width)| {
        let placed = Placed { left, width, set: column.set, ordered_by: column.ordered_by };
        left += width + scale.gap;
        placed
    });
    Ok(Some(columns.collect()))
}

/// The names of the columns.
fn head(page: &mut Page, board: &Board, scale: Scale, columns: &[Placed]) -> Result<(), CannotDraw> {
    let base = page.y + 26;
    for (column, placed) in board.columns.iter().zip(columns) {
        let (weight, ink) =
            if placed.ordered_by { (Weight::Bold, ink::ACCENT) } else { (Weight::Regular, ink::QUIET) };
        let mark = if placed.ordered_by { 20 } else { 0 };
        let text = fitted(&column.name, weight, 22, placed.width - mark)?;
        let (x, anchor) = placed.anchor();
        let x = if anchor == Anchor::End { x - mark } else { x };
        page.svg.words(&text, (x, base), anchor, Style { size: 22, ink });
        if placed.ordered_by {
            let left = match anchor {
                Anchor::Start => x + text.width(22) + 6,
                Anchor::Middle => x + text.width(22) / 2 + 6,
                Anchor::End => x + 6,
            };
            page.svg.shape(&[(left, base - 13), (left + 14, base - 13), (left + 7, base - 3)], ink, 100);
        }
    }
    page.y += if scale.row == ROOMY.row { 44 } else { 40 };
    page.rule(2, ink::LINE);
    Ok(())
}

/// A heading over rows.
fn heading(page: &mut Page, row: &Row) -> Result<(), CannotDraw> {
    let band = Area { x: MARGIN - 12, y: page.y + 6, width: INNER + 24, height: 38 };
    page.svg.area(band, 6, ink::BAND);
    let text = fitted(&row.cells[0], Weight::Bold, 22, INNER)?;
    page.svg.words(&text, (MARGIN, band.y + 27), Anchor::Start, Style { size: 22, ink: ink::QUIET });
    page.y += 46;
    Ok(())
}

/// A row of cells.
fn line(page: &mut Page, row: &Row, scale: Scale, columns: &[Placed]) -> Result<(), CannotDraw> {
    let top = page.y;
    if row.look == Look::Own {
        let (x, width) = (MARGIN - 16, INNER + 32);
        page.svg.area(Area { x, y: top + 2, width, height: scale.row - 4 }, 8, ink::TINT);
        page.svg.area(Area { x, y: top + 10, width: 5, height: scale.row - 20 }, 2, ink::ACCENT);
    }
    let base = top + scale.row / 2 + scale.size * 36 / 100;
    for (cell, placed) in row.cells.iter().zip(columns) {
        let strong = matches!(row.look, Look::Own | Look::Total) || placed.ordered_by;
        let strong = strong && row.look != Look::Apart;
        let weight = if strong { Weight::Bold } else { Weight::Regular };
        let ink = cell_ink(cell, row.look, placed.set);
        let (x, anchor) = placed.anchor();
        let style = Style { size: scale.size, ink };
        if let (Set::Place, Some(disc)) = (placed.set, disc(cell, row.look)) {
            page.svg.disc((x, top + scale.row / 2), scale.size / 2 + 5, disc);
            let text = fitted(cell, Weight::Bold, scale.size - 4, placed.width)?;
            let style = Style { size: scale.size - 4, ink: ink::PAPER };
            page.svg.words(&text, (x, base - 1), anchor, style);
            continue;
        }
        let text = fitted(cell, weight, scale.size, placed.width)?;
        page.svg.words(&text, (x, base), anchor, style);
    }
    page.y += scale.row;
    if row.look != Look::Own {
        page.rule(1, ink::LINE);
    }
    Ok(())
}

/// The disc behind the first three places.
fn disc(cell: &str, look: Look) -> Option<Ink> {
    if matches!(look, Look::Apart | Look::Total) {
        return None;
    }
    let place: usize = cell.trim().parse().ok()?;
    ink::PLACES.get(place.checked_sub(1)?).copied()
}

fn cell_ink(cell: &str, look: Look, set: Set) -> Ink {
    match (set, look) {
        (Set::Change, _) if cell.trim_start().starts_with('↑') => ink::UP,
        (Set::Change, _) if cell.trim_start().starts_with('↓') => ink::DOWN,
        (Set::Change, _) | (_, Look::Apart) => ink::PALE,
        (Set::Place, Look::Plain) => ink::QUIET,
        _ => ink::INK,
    }
}
