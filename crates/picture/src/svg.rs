//! What a picture is made of: shapes, as the small part of SVG that they need, and words above them. The document holds
//! numbers and colours of our own alone; no word from outside ever stands in it.

use crate::face::Text;
use std::fmt::Write as _;

/// A colour as SVG writes it.
pub(crate) type Ink = &'static str;

/// Where a line of words stands in relation to its `x`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// A rectangle in pixels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Area {
    pub(crate) x: i32,
    pub(crate) y: i32,
    pub(crate) width: i32,
    pub(crate) height: i32,
}

/// How a line of words is set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    /// Pixels.
    pub(crate) size: i32,
    pub(crate) ink: Ink,
}

/// A picture in the making.
#[derive(Debug, Default)]
pub(crate) struct Svg {
    body: String,
    /// The words, above all shapes.
    pub(crate) letters: Vec<Letters>,
}

/// A line of words with its place.
#[derive(Debug)]
pub(crate) struct Letters {
    pub(crate) text: Text,
    /// The beginning of its base line.
    pub(crate) at: (i32, i32),
    pub(crate) style: Style,
}

impl Svg {
    /// A filled rectangle with round corners.
    pub(crate) fn area(&mut self, area: Area, radius: i32, ink: Ink) {
        let Area { x, y, width, height } = area;
        self.tag(format_args!(
            r#"<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="{radius}" fill="{ink}"/>"#
        ));
    }

    /// The outline of a rectangle with round corners, inside the area; dashed or not.
    pub(crate) fn outline(&mut self, area: Area, radius: i32, ink: Ink, dashed: bool) {
        let Area { x, y, width, height } = area;
        let (x, y, width, height) = (x + 1, y + 1, width - 2, height - 2);
        let dash = if dashed { r#" stroke-dasharray="5 4""# } else { "" };
        self.tag(format_args!(
            r#"<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="{radius}" fill="none" stroke="{ink}" stroke-width="2"{dash}/>"#
        ));
    }

    /// A filled circle.
    pub(crate) fn disc(&mut self, (x, y): (i32, i32), radius: i32, ink: Ink) {
        self.tag(format_args!(r#"<circle cx="{x}" cy="{y}" r="{radius}" fill="{ink}"/>"#));
    }

    /// A line through points, with round joints.
    pub(crate) fn path(&mut self, points: &[(i32, i32)], thickness: i32, ink: Ink) {
        let mut through = String::new();
        for (x, y) in points {
            let _ = write!(through, "{x},{y} ");
        }
        let through = through.trim_end();
        self.tag(format_args!(
            r#"<polyline points="{through}" fill="none" stroke="{ink}" stroke-width="{thickness}" stroke-linecap="round" stroke-linejoin="round"/>"#
        ));
    }

    /// A filled shape with these corners, let through by `opacity` hundredths.
    pub(crate) fn shape(&mut self, corners: &[(i32, i32)], ink: Ink, opacity: i32) {
        let mut through = String::new();
        for (x, y) in corners {
            let _ = write!(through, "{x},{y} ");
        }
        let through = through.trim_end();
        self.tag(format_args!(r#"<polygon points="{through}" fill="{ink}" fill-opacity="{opacity}%"/>"#));
    }

    /// A line of words on a base line.
    pub(crate) fn words(&mut self, text: &Text, (x, base): (i32, i32), anchor: Anchor, style: Style) {
        let left = match anchor {
            Anchor::Start => x,
            Anchor::Middle => x - text.width(style.size) / 2,
            Anchor::End => x - text.width(style.size),
        };
        self.letters.push(Letters { text: text.clone(), at: (left, base), style });
    }

    /// The shapes as a document.
    pub(crate) fn document(&self, width: i32, height: i32) -> String {
        let body = &self.body;
        format!(r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">{body}</svg>"#)
    }

    fn tag(&mut self, tag: std::fmt::Arguments<'_>) {
        // Writing to a String does not fail.
        let _ = self.body.write_fmt(tag);
    }
}
