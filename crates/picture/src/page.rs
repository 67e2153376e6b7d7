//! What all pictures have in common: their width, the head with title and stamp, the note at the foot.

use crate::CannotDraw;
use crate::face::{Text, Weight, fitted, wrapped};
use crate::ink;
use crate::sheet::Stamp;
use crate::svg::{Anchor, Area, Style, Svg};

/// The width of every picture in pixels: a phone's 375 points at two pixels a point.
pub(crate) const WIDTH: i32 = 750;
/// The room that is left free at each side.
pub(crate) const MARGIN: i32 = 36;
/// The pixels between the margins.
pub(crate) const INNER: i32 = WIDTH - 2 * MARGIN;

/// A picture that grows downwards.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) svg: Svg,
    /// Where the next thing begins.
    pub(crate) y: i32,
}

impl Page {
    /// A page with its head.
    pub(crate) fn begin(title: &str, subtitle: &str, stamp: Option<&Stamp>) -> Result<Self, CannotDraw> {
        let mut page = Self { svg: Svg::default(), y: 40 };
        let room = INNER - page.stamp(stamp)?;
        for line in wrapped(title, Weight::Bold, 36, room, 2)? {
            page.y += 36;
            page.svg.words(&line, (MARGIN, page.y), Anchor::Start, Style { size: 36, ink: ink::INK });
            page.y += 12;
        }
        page.explain(subtitle, 24, 3)?;
        page.y += 26;
        Ok(page)
    }

    /// Draws the stamp and says how much room it takes from the title.
    fn stamp(&mut self, stamp: Option<&Stamp>) -> Result<i32, CannotDraw> {
        let Some(Stamp { words, settled }) = stamp else { return Ok(0) };
        let words: String = words.trim().chars().take(6).collect();
        let text = Text::new(&words, Weight::Bold)?;
        if text.is_empty() {
            return Ok(0);
        }
        let width = text.width(22) + 28;
        let area = Area { x: MARGIN + INNER - width, y: self.y, width, height: 40 };
        let ink = if *settled {
            self.svg.area(area, 8, ink::ACCENT);
            ink::PAPER
        } else {
            self.svg.outline(area, 8, ink::ACCENT, true);
            ink::ACCENT
        };
        let place = (area.x + width / 2, area.y + 28);
        self.svg.words(&text, place, Anchor::Middle, Style { size: 22, ink });
        Ok(width + 20)
    }

    /// Quiet lines that explain, over the whole width.
    fn explain(&mut self, words: &str, size: i32, most: usize) -> Result<(), CannotDraw> {
        for line in wrapped(words, Weight::Regular, size, INNER, most)? {
            self.y += size;
            self.svg.words(&line, (MARGIN, self.y), Anchor::Start, Style { size, ink: ink::QUIET });
            self.y += 10;
        }
        Ok(())
    }

    /// A hairline from margin to margin.
    pub(crate) fn rule(&mut self, thickness: i32, ink: crate::svg::Ink) {
        let area = Area { x: MARGIN, y: self.y - thickness, width: INNER, height: thickness };
        self.svg.area(area, 0, ink);
    }

    /// One quiet line in the middle: there is nothing to show.
    pub(crate) fn nothing(&mut self, words: &str) -> Result<(), CannotDraw> {
        let text = fitted(words, Weight::Regular, 26, INNER)?;
        self.y += 66;
        let style = Style { size: 26, ink: ink::PALE };
        self.svg.words(&text, (WIDTH / 2, self.y), Anchor::Middle, style);
        self.y += 46;
        Ok(())
    }

    /// The note below everything, and the lower margin. Returns what is drawn, and its height.
    pub(crate) fn end(mut self, note: &str) -> Result<(Svg, i32), CannotDraw> {
        if !note.trim().is_empty() {
            self.y += 16;
            self.explain(note, 22, 12)?;
        }
        let height = self.y + 32;
        Ok((self.svg, height))
    }
}
