//! Pictures beside words. A [`Sheet`] says what a table, a chart or a month shows; [`draw`] makes a PNG of it. Both are pure:
//! the fonts are embedded, none of the machine's is asked, and the same sheet gives the same bytes wherever it is drawn.
//! Nothing here knows what a ranking or a leave is: whoever posts works that out and says it in words and whole numbers.
//!
//! A sheet is laid out with the widths of the embedded fonts ([`face`]); its shapes become an SVG document ([`svg`]) that
//! resvg paints, and its words are stamped above them ([`letters`]). Drawing takes some milliseconds of processor time, so
//! it belongs outside of a transaction and off the threads that answer.
//!
//! The fonts (11 MB) are part of the program file and are read where it was loaded. A picture of 60 rows takes 18 MB while
//! it is drawn.

mod board;
mod chart;
mod face;
mod ink;
mod letters;
mod month;
mod page;
mod sheet;
mod svg;

use letters::Stamps;
use resvg::{tiny_skia, usvg};
pub use sheet::{
    Board, Cell, Chart, Column, Day, Line, Look, Month, Panel, Row, Series, Set, Sheet, Stamp, Tone, Unit,
};

/// The most rows of a table and the most people of a month; more cannot be read on a phone.
pub const MOST_ROWS: usize = 80;

/// A finished picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// The file.
    pub png: Vec<u8>,
    /// Pixels; 750 for every sheet.
    pub width: u32,
    /// Pixels; grows with the rows.
    pub height: u32,
}

/// Why there is no picture; the words stand alone then. What it says carries nothing of what the sheet shows, so it may be
/// logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CannotDraw {
    /// The text is no sheet.
    #[error("the text is no sheet")]
    Spec,
    /// No embedded font has one of the characters.
    #[error("no embedded font has one of the characters")]
    Glyph,
    /// Too many rows, columns, days or lines, or a row that does not fit its columns.
    #[error("rows and columns do not fit together, or are too many")]
    Shape,
    /// The numbers leave no room for names; numbers are never cut.
    #[error("the columns are wider than the picture")]
    Wide,
    /// The renderer refused.
    #[error("the renderer refused")]
    Renderer,
}

/// Draws a sheet.
///
/// # Errors
/// Each [`CannotDraw`] but `Spec`.
pub fn draw(sheet: &Sheet) -> Result<Drawn, CannotDraw> {
    let (drawing, height) = match sheet {
        Sheet::Board(board) => board::drawing(board)?,
        Sheet::Chart(chart) => chart::drawing(chart)?,
        Sheet::Month(month) => month::drawing(month)?,
    };
    let document = drawing.document(page::WIDTH, height);
    let tree =
        usvg::Tree::from_str(&document, &usvg::Options::default()).map_err(|_| CannotDraw::Renderer)?;
    let (width, height) = (size(page::WIDTH)?, size(height)?);
    let mut picture = tiny_skia::Pixmap::new(width, height).ok_or(CannotDraw::Renderer)?;
    picture.fill(tiny_skia::Color::WHITE);
    resvg::render(&tree, tiny_skia::Transform::default(), &mut picture.as_mut());
    let mut stamps = Stamps::default();
    for letters in &drawing.letters {
        stamps.put(letters, &mut picture);
    }
    let png = encoded(&picture).map_err(|_| CannotDraw::Renderer)?;
    Ok(Drawn { png, width, height })
}

/// The file of an opaque picture: without the channel that says so, and packed for speed rather than for the last byte.
fn encoded(picture: &tiny_skia::Pixmap) -> Result<Vec<u8>, png::EncodingError> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, picture.width(), picture.height());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    // Measured on 60 rows: level 3 takes a third longer for two thirds of the size, and any filter makes both worse.
    encoder.set_deflate_compression(png::DeflateCompression::Level(1));
    encoder.set_filter(png::Filter::NoFilter);
    let pixels: Vec<u8> = picture.data().chunks_exact(4).flat_map(|pixel| &pixel[..3]).copied().collect();
    encoder.write_header()?.write_image_data(&pixels)?;
    Ok(file)
}

fn size(pixels: i32) -> Result<u32, CannotDraw> {
    u32::try_from(pixels).map_err(|_| CannotDraw::Renderer)
}
