//! The embedded fonts: which of them has a character, how wide words are, and where they must be cut.
//!
//! Nothing is left to a renderer's own text layout. It would choose one font for a whole run of words, so that one rare
//! character changes all the others; draw a box where no font helps; log the character, which may be part of somebody's
//! name; and take most of a picture's time. So words are split here into runs that one face can draw, and what no face
//! has is an error.

use crate::CannotDraw;
use resvg::tiny_skia::{Path, PathBuilder};
use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::raw::TableProvider as _;
use skrifa::raw::tables::hmtx::Hmtx;
use skrifa::{FontRef, MetadataProvider as _};
use std::sync::OnceLock;

static REGULAR: &[u8] = include_bytes!("../fonts/sans-sc-400.ttf");
static BOLD: &[u8] = include_bytes!("../fonts/sans-sc-700.ttf");
static RARE: &[u8] = include_bytes!("../fonts/han-rare.otf");

/// Words are cut to this many characters before they are measured; no line holds more.
const LONGEST_TEXT: usize = 400;

/// The thickness of letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weight {
    Regular,
    Bold,
}

/// One of the embedded fonts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Face {
    Regular,
    Bold,
    /// The characters that the others lack, in one weight.
    Rare,
}

/// One embedded font, read.
struct Font {
    font: FontRef<'static>,
    characters: skrifa::charmap::Charmap<'static>,
    advances: Hmtx<'static>,
    units_per_em: i32,
}

impl Font {
    fn read(bytes: &'static [u8]) -> Option<Self> {
        let font = FontRef::new(bytes).ok()?;
        let units_per_em = i32::from(font.head().ok()?.units_per_em());
        Some(Self { characters: font.charmap(), advances: font.hmtx().ok()?, units_per_em, font })
    }

    /// The width of a character in thousandths of the font's size; none where the font lacks it.
    fn advance(&self, character: char) -> Option<i32> {
        let glyph = self.characters.map(character)?;
        Some(i32::from(self.advances.advance(glyph)?) * 1000 / self.units_per_em)
    }
}

/// The fonts, read once. They stay where the program was loaded, so this costs no memory to speak of.
#[expect(clippy::expect_used, reason = "the fonts are part of the program, and a test reads them")]
fn font(face: Face) -> &'static Font {
    static FONTS: OnceLock<[Font; 3]> = OnceLock::new();
    let [regular, bold, rare] =
        FONTS.get_or_init(|| [REGULAR, BOLD, RARE].map(|bytes| Font::read(bytes).expect("an embedded font")));
    match face {
        Face::Regular => regular,
        Face::Bold => bold,
        Face::Rare => rare,
    }
}

/// The outline of a character at a size of 1 pixel, upwards from the base line; none where there is nothing to see.
pub(crate) fn outline(face: Face, character: char) -> Option<Path> {
    struct Pen(PathBuilder, f32);
    impl OutlinePen for Pen {
        fn move_to(&mut self, x: f32, y: f32) {
            self.0.move_to(x * self.1, y * self.1);
        }
        fn line_to(&mut self, x: f32, y: f32) {
            self.0.line_to(x * self.1, y * self.1);
        }
        fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
            self.0.quad_to(cx * self.1, cy * self.1, x * self.1, y * self.1);
        }
        fn curve_to(&mut self, cx0: f32, cy0: f32, cx1: f32, cy1: f32, x: f32, y: f32) {
            let s = self.1;
            self.0.cubic_to(cx0 * s, cy0 * s, cx1 * s, cy1 * s, x * s, y * s);
        }
        fn close(&mut self) {
            self.0.close();
        }
    }
    let font = font(face);
    let glyph = font.font.outline_glyphs().get(font.characters.map(character)?)?;
    let mut pen = Pen(PathBuilder::new(), 1.0 / font.units_per_em as f32);
    glyph.draw(DrawSettings::unhinted(Size::unscaled(), LocationRef::default()), &mut pen).ok()?;
    pen.0.finish()
}

/// The width of a character in thousandths of the font's size.
pub(crate) fn advance(face: Face, character: char) -> i32 {
    font(face).advance(character).unwrap_or(0)
}

/// Words that one face can draw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) words: String,
    pub(crate) face: Face,
    /// True where letters should be bold and their face has no bold: they are drawn twice.
    pub(crate) thicken: bool,
    /// In thousandths of the font's size.
    advance: i32,
}

/// A line of words, split by face and measured.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Text {
    pub(crate) runs: Vec<Run>,
}

impl Text {
    /// Splits a line by face. Characters that have no shape of their own, and pictographs that no face has, are left out;
    /// line breaks become spaces.
    ///
    /// # Errors
    /// [`CannotDraw::Glyph`] where no face has a character, or where nothing of the words is left.
    pub(crate) fn new(words: &str, weight: Weight) -> Result<Self, CannotDraw> {
        let first = match weight {
            Weight::Regular => Face::Regular,
            Weight::Bold => Face::Bold,
        };
        let mut text = Self::default();
        for character in words.trim().chars().take(LONGEST_TEXT) {
            if has_no_shape(character) {
                continue;
            }
            let character = if character.is_whitespace() { ' ' } else { character };
            if let Some(advance) = font(first).advance(character) {
                text.push(character, first, false, advance);
            } else if let Some(advance) = font(Face::Rare).advance(character) {
                text.push(character, Face::Rare, weight == Weight::Bold, advance);
            } else if !is_pictograph(character) {
                return Err(CannotDraw::Glyph);
            }
        }
        if text.runs.is_empty() && !words.trim().is_empty() {
            return Err(CannotDraw::Glyph);
        }
        Ok(text)
    }

    fn push(&mut self, character: char, face: Face, thicken: bool, advance: i32) {
        match self.runs.last_mut() {
            Some(run) if run.face == face => {
                run.words.push(character);
                run.advance += advance;
            }
            _ => self.runs.push(Run { words: character.to_string(), face, thicken, advance }),
        }
    }

    /// Whether there is nothing to draw.
    pub(crate) fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// How wide the line is at a size, in pixels, rounded up.
    pub(crate) fn width(&self, size: i32) -> i32 {
        let thousandths: i32 = self.runs.iter().map(|run| run.advance * size).sum();
        (thousandths + 999) / 1000
    }
}

/// One line that is at most `room` pixels wide; where the words are wider, as many as fit and `…`.
///
/// # Errors
/// [`CannotDraw::Glyph`], see [`Text::new`].
pub(crate) fn fitted(words: &str, weight: Weight, size: i32, room: i32) -> Result<Text, CannotDraw> {
    let whole = Text::new(words, weight)?;
    if whole.width(size) <= room {
        return Ok(whole);
    }
    let characters: Vec<char> = words.trim().chars().take(LONGEST_TEXT).collect();
    let cut = |length: usize| {
        let kept: String = characters.iter().take(length).collect();
        Text::new(&format!("{}…", kept.trim_end()), weight)
    };
    // The width grows with the length, so the longest beginning that fits is found by halving.
    let (mut fits, mut wide) = (0, characters.len());
    while wide - fits > 1 {
        let middle = fits.midpoint(wide);
        if cut(middle)?.width(size) <= room { fits = middle } else { wide = middle }
    }
    cut(fits)
}

/// The words as lines of at most `room` pixels, at most `most` of them; the last one is cut with `…`. Line breaks in the
/// words stand. Figures and Latin letters that belong together are not torn where they fit in a line.
///
/// # Errors
/// [`CannotDraw::Glyph`], see [`Text::new`].
pub(crate) fn wrapped(
    words: &str,
    weight: Weight,
    size: i32,
    room: i32,
    most: usize,
) -> Result<Vec<Text>, CannotDraw> {
    let mut lines: Vec<String> = Vec::new();
    for paragraph in words.lines().map(str::trim).filter(|paragraph| !paragraph.is_empty()) {
        let mut line = String::new();
        for piece in pieces(paragraph) {
            let longer = format!("{line}{piece}");
            if line.is_empty() || Text::new(&longer, weight)?.width(size) <= room {
                line = longer;
            } else {
                lines.push(std::mem::replace(&mut line, piece.trim_start().to_owned()));
            }
            if lines.len() > most {
                break;
            }
        }
        lines.push(line);
        if lines.len() > most {
            break;
        }
    }
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            last.push('…');
        }
    }
    lines.iter().map(|line| fitted(line, weight, size, room)).collect()
}

/// A paragraph in pieces that stay together: a Han character with the punctuation that follows it, a word, a number.
fn pieces(paragraph: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut before = ' ';
    for character in paragraph.chars().take(LONGEST_TEXT) {
        let joins = closes(character)
            || opens(before)
            || (character.is_ascii_graphic() && before.is_ascii_graphic())
            || character == ' ';
        match pieces.last_mut() {
            Some(piece) if joins => piece.push(character),
            _ => pieces.push(character.to_string()),
        }
        before = character;
    }
    pieces
}

/// Punctuation that may not begin a line.
fn closes(character: char) -> bool {
    "，。、；：！？）》」』】…%·".contains(character)
}

/// Punctuation that may not end a line.
fn opens(character: char) -> bool {
    "（《「『【".contains(character)
}

/// Characters that only tell how others are shown, or that XML does not allow.
fn has_no_shape(character: char) -> bool {
    (character.is_control() && !character.is_whitespace())
        || matches!(character,
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff0}'..='\u{ffff}' | '\u{e0000}'..='\u{e0fff}')
}

/// Emoji and their like: a name means the same person without them.
fn is_pictograph(character: char) -> bool {
    matches!(character,
        '\u{20d0}'..='\u{20ff}' | '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{23ff}' | '\u{25a0}'..='\u{27bf}'
        | '\u{2900}'..='\u{297f}' | '\u{2b00}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_face_can_be_read_and_draws() {
        for (face, character) in [(Face::Regular, '张'), (Face::Bold, '8'), (Face::Rare, '𠮷')] {
            assert!(outline(face, character).is_some_and(|path| path.bounds().height() > 0.5), "{character}");
        }
        assert!(outline(Face::Rare, '张').is_none(), "it is in the others");
        assert!(outline(Face::Regular, ' ').is_none());
    }

    #[test]
    fn rare_characters_are_runs_of_their_own() {
        let text = Text::new("欧阳𠮷㛃龘1", Weight::Bold).expect("all of them are embedded");
        let runs: Vec<(&str, Face, bool)> =
            text.runs.iter().map(|run| (run.words.as_str(), run.face, run.thicken)).collect();
        assert_eq!(
            runs,
            [("欧阳", Face::Bold, false), ("𠮷㛃", Face::Rare, true), ("龘1", Face::Bold, false),]
        );
    }

    #[test]
    fn figures_are_of_one_width_in_each_weight() {
        for weight in [Weight::Regular, Weight::Bold] {
            let width = |figure: char| Text::new(&figure.to_string(), weight).expect("a figure").width(1000);
            for figure in '1'..='9' {
                assert_eq!(width(figure), width('0'), "{figure}");
            }
        }
    }

    #[test]
    fn emoji_and_control_characters_are_left_out_and_unknown_letters_are_an_error() {
        let plain = Text::new("张三", Weight::Regular);
        assert_eq!(Text::new("张\u{200d}三🌸\u{fe0f}\u{7}", Weight::Regular), plain);
        assert_eq!(Text::new("张\u{1b1a0}", Weight::Regular), Err(CannotDraw::Glyph));
        assert_eq!(Text::new("ไทย", Weight::Regular), Err(CannotDraw::Glyph));
        assert_eq!(Text::new("🌸", Weight::Regular), Err(CannotDraw::Glyph), "nobody is nameless");
        assert!(Text::new("  ", Weight::Regular).expect("nothing is nothing").is_empty());
    }

    #[test]
    fn words_that_are_too_wide_are_cut_at_the_last_character_that_fits() {
        let whole = |words: &str| Text::new(words, Weight::Regular).expect("known characters");
        let cut = |room| fitted("一二三四五六", Weight::Regular, 20, room).expect("known characters");
        assert_eq!(cut(120), whole("一二三四五六"));
        assert_eq!(cut(119), whole("一二三四…"));
        assert_eq!(cut(100), whole("一二三四…"));
        assert_eq!(cut(99), whole("一二三…"));
        assert_eq!(cut(0), whole("…"), "never nothing at all");
    }

    #[test]
    fn lines_break_between_characters_but_not_inside_numbers_or_before_a_full_stop() {
        let lines = |words: &str, room, most| -> Vec<String> {
            let lines = wrapped(words, Weight::Regular, 20, room, most).expect("known characters");
            lines.iter().map(|line| line.runs.iter().map(|run| run.words.as_str()).collect()).collect()
        };
        assert_eq!(lines("预约相同时看到诊。", 160, 9), ["预约相同时看到", "诊。"]);
        assert_eq!(lines("预约相同看到诊人数。", 180, 9), ["预约相同看到诊人", "数。"]);
        assert_eq!(lines("截至 2026-11-23 为止", 120, 9), ["截至", "2026-11-23", "为止"]);
        assert_eq!(lines("一\n二\n三", 120, 2), ["一", "二…"]);
        assert!(lines("", 120, 2).is_empty());
    }
}
