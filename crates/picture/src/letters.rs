//! Words as pixels. A character of a size is painted once and then stamped wherever it stands, which is what makes a table
//! of a thousand figures quick.

use crate::face::{Face, advance, outline};
use crate::svg::{Ink, Letters};
use resvg::tiny_skia::{FillRule, Mask, Pixmap, Transform};
use std::collections::HashMap;

/// The parts of a pixel to which a character's place is exact; whole pixels would set figures unevenly.
const PHASES: i32 = 4;

/// How much of each pixel a character covers.
struct Stamp {
    /// Pixels from where the character begins to the first column, and from the base line to the first row.
    left: i32,
    top: i32,
    width: usize,
    coverage: Vec<u8>,
}

/// The characters that were painted, by face, size in pixels and phase.
#[derive(Default)]
pub(crate) struct Stamps {
    known: HashMap<(Face, char, i32, i32), Option<Stamp>>,
}

impl Stamps {
    /// Puts a line of words onto an opaque picture.
    pub(crate) fn put(&mut self, letters: &Letters, picture: &mut Pixmap) {
        let Letters { text, at: (x, base), style } = letters;
        let ink = rgb(style.ink);
        // In thousandths of a pixel.
        let mut place = x * 1000;
        for run in &text.runs {
            for character in run.words.chars() {
                let quarters = (place * PHASES + 500).div_euclid(1000);
                let (pixel, phase) = (quarters.div_euclid(PHASES), quarters.rem_euclid(PHASES));
                let key = (run.face, character, style.size, phase);
                let stamp =
                    self.known.entry(key).or_insert_with(|| paint(run.face, character, style.size, phase));
                if let Some(stamp) = stamp {
                    stamp.press(picture, pixel, *base, ink);
                    if run.thicken {
                        stamp.press(picture, pixel + 1, *base, ink);
                    }
                }
                place += advance(run.face, character) * style.size;
            }
        }
    }
}

/// Paints a character, and cuts off what it leaves empty.
fn paint(face: Face, character: char, size: i32, phase: i32) -> Option<Stamp> {
    let path = outline(face, character)?;
    // Half a size of room at each side and above, one below: no character reaches further.
    let (room, side) = (size / 2 + 1, size * 2 + 2);
    let base = size + size / 2;
    let mut mask = Mask::new(side.unsigned_abs(), side.unsigned_abs())?;
    let (scale, right) = (size as f32, room as f32 + phase as f32 / PHASES as f32);
    mask.fill_path(
        &path,
        FillRule::Winding,
        true,
        Transform::from_row(scale, 0.0, 0.0, -scale, right, base as f32),
    );
    let side = usize::try_from(side).ok()?;
    let rows: Vec<&[u8]> = mask.data().chunks_exact(side).collect();
    let first = rows.iter().position(|row| row.iter().any(|covered| *covered > 0))?;
    let last = rows.iter().rposition(|row| row.iter().any(|covered| *covered > 0))?;
    let rows = &rows[first..=last];
    let from = rows.iter().filter_map(|row| row.iter().position(|covered| *covered > 0)).min()?;
    let to = rows.iter().filter_map(|row| row.iter().rposition(|covered| *covered > 0)).max()?;
    Some(Stamp {
        left: i32::try_from(from).ok()? - room,
        top: i32::try_from(first).ok()? - base,
        width: to + 1 - from,
        coverage: rows.iter().flat_map(|row| &row[from..=to]).copied().collect(),
    })
}

impl Stamp {
    fn press(&self, picture: &mut Pixmap, x: i32, base: i32, ink: [u8; 3]) {
        let (Ok(width), Ok(height)) = (usize::try_from(picture.width()), usize::try_from(picture.height()))
        else {
            return;
        };
        let pixels = picture.data_mut();
        for (row, covered) in self.coverage.chunks_exact(self.width).enumerate() {
            let y = usize::try_from(base + self.top).ok().map(|top| top + row);
            let (Some(y), Ok(left)) = (y.filter(|y| *y < height), usize::try_from(x + self.left)) else {
                continue;
            };
            let end = (left + self.width).min(width);
            let Some(line) = pixels.get_mut((y * width + left) * 4..(y * width + end.max(left)) * 4) else {
                continue;
            };
            for (pixel, covered) in line.chunks_exact_mut(4).zip(covered).filter(|(_, covered)| **covered > 0)
            {
                for (channel, ink) in pixel.iter_mut().zip(ink) {
                    let (under, above) = (u16::from(*channel), u16::from(*covered));
                    let mixed = (under * (255 - above) + u16::from(ink) * above + 127) / 255;
                    *channel = u8::try_from(mixed).unwrap_or(u8::MAX);
                }
            }
        }
    }
}

/// The red, green and blue of `#1f2a37`.
fn rgb(ink: Ink) -> [u8; 3] {
    [1, 3, 5].map(|at| ink.get(at..at + 2).and_then(|hex| u8::from_str_radix(hex, 16).ok()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::face::{Text, Weight};
    use crate::svg::Style;

    /// The columns and rows of what was written, and its darkest red.
    fn written(words: &str, at: (i32, i32), size: i32) -> (u32, u32, u32, u32, u8) {
        let mut picture = Pixmap::new(200, 100).expect("a picture");
        picture.fill(resvg::tiny_skia::Color::WHITE);
        let text = Text::new(words, Weight::Regular).expect("known characters");
        let letters = Letters { text, at, style: Style { size, ink: "#102030" } };
        Stamps::default().put(&letters, &mut picture);
        let dark =
            |x: u32, y: u32| picture.pixel(x, y).filter(|pixel| pixel.red() < 250).map(|pixel| pixel.red());
        let all: Vec<(u32, u32, u8)> = (0..200)
            .flat_map(|x| (0..100).map(move |y| (x, y)))
            .filter_map(|(x, y)| Some((x, y, dark(x, y)?)))
            .collect();
        let (columns, rows) = (all.iter().map(|found| found.0), all.iter().map(|found| found.1));
        (
            columns.clone().min().unwrap_or(0),
            columns.max().unwrap_or(0),
            rows.clone().min().unwrap_or(0),
            rows.max().unwrap_or(0),
            all.iter().map(|found| found.2).min().unwrap_or(255),
        )
    }

    #[test]
    fn a_character_stands_on_its_base_line_at_its_size_and_in_its_ink() {
        let (left, right, top, bottom, darkest) = written("H", (50, 60), 40);
        assert!((52..57).contains(&left) && (70..80).contains(&right), "{left} to {right}");
        assert!((28..34).contains(&top) && (58..61).contains(&bottom), "{top} to {bottom}");
        assert_eq!(darkest, 0x10);
        let (_, wide, ..) = written("HH", (50, 60), 40);
        assert!((25..35).contains(&(wide - right)), "{wide}");
    }

    #[test]
    fn what_reaches_over_the_edge_is_cut_off() {
        for at in [(-20, 60), (190, 60), (50, 5), (50, 110), (-500, -500), (5000, 5000)] {
            written("龘H龘", at, 40);
        }
    }
}
