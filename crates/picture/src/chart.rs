//! Lines over weeks or months, one panel below the other.

use crate::CannotDraw;
use crate::face::{Text, Weight, fitted};
use crate::ink;
use crate::page::{INNER, MARGIN, Page};
use crate::sheet::{Chart, Panel, Series, Unit};
use crate::svg::{Anchor, Area, Ink, Style, Svg};

/// The greatest number that a line can show.
const GREATEST: i64 = 1_000_000_000;
/// The height between the lowest and the highest line of a panel's grid.
const PLOT: i32 = 200;
/// The room right of the last step, for half of its label.
const RIGHT: i32 = 28;
/// The size of numbers and labels.
const SMALL: i32 = 20;

/// What is drawn of a chart, and its height.
///
/// # Errors
/// Each [`CannotDraw`] but `Spec` and `Renderer`.
pub(crate) fn drawing(chart: &Chart) -> Result<(Svg, i32), CannotDraw> {
    check(chart)?;
    let mut page = Page::begin(&chart.title, &chart.subtitle, chart.stamp.as_ref())?;
    for panel in &chart.panels {
        draw(&mut page, panel, &chart.labels)?;
    }
    page.end(&chart.note)
}

fn check(chart: &Chart) -> Result<(), CannotDraw> {
    let steps = chart.labels.len();
    let series = |series: &Series| {
        series.values.len() == steps
            && series.values.iter().flatten().all(|value| (0..=GREATEST).contains(value))
    };
    let panel = |panel: &Panel| (1..=6).contains(&panel.series.len()) && panel.series.iter().all(series);
    let fits =
        (1..=60).contains(&steps) && (1..=4).contains(&chart.panels.len()) && chart.panels.iter().all(panel);
    if fits { Ok(()) } else { Err(CannotDraw::Shape) }
}

/// Where values stand on the page.
#[derive(Clone, Copy, Debug)]
struct Axes {
    left: i32,
    right: i32,
    /// The base line.
    bottom: i32,
    /// The value of the highest line.
    top_value: i64,
    steps: usize,
}

impl Axes {
    fn x(self, step: usize) -> i32 {
        if self.steps == 1 {
            return i32::midpoint(self.left, self.right);
        }
        let (step, last) = (i64::try_from(step).unwrap_or(0), i64::try_from(self.steps - 1).unwrap_or(1));
        self.left + narrow(i64::from(self.right - self.left) * step / last)
    }

    fn y(self, value: i64) -> i32 {
        self.bottom - narrow(i64::from(PLOT) * value / self.top_value)
    }
}

/// Pixels; what is asked never exceeds the picture.
fn narrow(pixels: i64) -> i32 {
    i32::try_from(pixels).unwrap_or(0)
}

fn draw(page: &mut Page, panel: &Panel, labels: &[String]) -> Result<(), CannotDraw> {
    title(page, panel)?;
    let most =
        panel.series.iter().flat_map(|series| series.values.iter().flatten()).max().copied().unwrap_or(0);
    let step = round_step(most, panel.unit);
    let lines = (most + step - 1).max(1) / step;
    let ticks: Vec<i64> = (0..=lines.max(1)).map(|line| line * step).collect();
    let mut widest = 0;
    let mut names = Vec::with_capacity(ticks.len());
    for tick in &ticks {
        let name = Text::new(&said(*tick, panel.unit), Weight::Regular)?;
        widest = widest.max(name.width(SMALL));
        names.push(name);
    }
    page.y += 30;
    let axes = Axes {
        left: MARGIN + widest + 30,
        right: MARGIN + INNER - RIGHT,
        bottom: page.y + PLOT,
        top_value: ticks.last().copied().unwrap_or(step).max(1),
        steps: labels.len(),
    };
    for (tick, name) in ticks.iter().zip(&names) {
        let y = axes.y(*tick);
        let x = MARGIN + widest + 12;
        let ink = if *tick == 0 { ink::PALE } else { ink::LINE };
        page.svg.area(Area { x, y, width: MARGIN + INNER - x, height: 1 }, 0, ink);
        let style = Style { size: SMALL, ink: ink::PALE };
        page.svg.words(name, (MARGIN + widest, y + 7), Anchor::End, style);
    }
    for (series, ink) in panel.series.iter().zip(ink::SERIES) {
        course(page, axes, series, ink, panel.series.len() == 1);
    }
    if let [only] = panel.series.as_slice() {
        values(page, axes, only, panel.unit)?;
    }
    page.y = axes.bottom + 12;
    below(page, axes, labels)?;
    page.y += 30;
    Ok(())
}

/// The panel's name, and whose each line is where there are several.
fn title(page: &mut Page, panel: &Panel) -> Result<(), CannotDraw> {
    page.y += 26;
    let base = page.y;
    let name = fitted(&panel.title, Weight::Bold, 26, INNER / 2)?;
    page.svg.words(&name, (MARGIN, base), Anchor::Start, Style { size: 26, ink: ink::INK });
    if panel.series.len() == 1 {
        return Ok(());
    }
    let beside = if name.is_empty() { 0 } else { name.width(26) + 30 };
    let mut x = MARGIN + beside;
    for (series, ink) in panel.series.iter().zip(ink::SERIES) {
        let text = fitted(&series.name, Weight::Regular, SMALL, 130)?;
        let width = 30 + text.width(SMALL);
        if x + width > MARGIN + INNER && x > MARGIN {
            x = MARGIN;
            page.y += 32;
        }
        page.svg.area(Area { x, y: page.y - 10, width: 22, height: 6 }, 3, ink);
        page.svg.words(&text, (x + 30, page.y), Anchor::Start, Style { size: SMALL, ink: ink::QUIET });
        x += width + 24;
    }
    Ok(())
}

/// One line, interrupted where nothing is known.
fn course(page: &mut Page, axes: Axes, series: &Series, ink: Ink, filled: bool) {
    let mut stretches: Vec<Vec<(i32, i32)>> = vec![Vec::new()];
    for (step, value) in series.values.iter().enumerate() {
        match (value, stretches.last_mut()) {
            (Some(value), Some(stretch)) => stretch.push((axes.x(step), axes.y(*value))),
            (None, Some(stretch)) if !stretch.is_empty() => stretches.push(Vec::new()),
            _ => {}
        }
    }
    for stretch in stretches.iter().filter(|stretch| !stretch.is_empty()) {
        if let (true, [first, .., last]) = (filled, stretch.as_slice()) {
            let mut corners = stretch.clone();
            corners.extend([(last.0, axes.bottom), (first.0, axes.bottom)]);
            page.svg.shape(&corners, ink, 10);
        }
        page.svg.path(stretch, 4, ink);
        if series.values.len() <= 31 {
            for point in stretch {
                page.svg.disc(*point, 6, ink);
                page.svg.disc(*point, 3, ink::PAPER);
            }
        }
    }
}

/// The numbers at the points of a single line: all where there is room, else the last known one.
fn values(page: &mut Page, axes: Axes, series: &Series, unit: Unit) -> Result<(), CannotDraw> {
    let last = series.values.iter().rposition(Option::is_some);
    let mut widest = 0;
    for value in series.values.iter().flatten() {
        widest = widest.max(Text::new(&said(*value, unit), Weight::Regular)?.width(SMALL));
    }
    let apart = if axes.steps > 1 { axes.x(1) - axes.x(0) } else { INNER };
    for (step, value) in series.values.iter().enumerate() {
        let Some(value) = value else { continue };
        let newest = last == Some(step);
        if !newest && apart < widest + 8 {
            continue;
        }
        let (weight, ink) = if newest { (Weight::Bold, ink::INK) } else { (Weight::Regular, ink::QUIET) };
        let text = Text::new(&said(*value, unit), weight)?;
        let half = text.width(SMALL) / 2;
        let x = axes.x(step).min(MARGIN + INNER - half);
        page.svg.words(&text, (x, axes.y(*value) - 14), Anchor::Middle, Style { size: SMALL, ink });
    }
    Ok(())
}

/// The steps' labels, as many as stand clear of each other; always the last one.
fn below(page: &mut Page, axes: Axes, labels: &[String]) -> Result<(), CannotDraw> {
    let mut texts = Vec::with_capacity(labels.len());
    for label in labels {
        texts.push(fitted(label, Weight::Regular, SMALL, 140)?);
    }
    let widest = texts.iter().map(|text| text.width(SMALL)).max().unwrap_or(0) + 16;
    let apart = if axes.steps > 1 { (axes.x(axes.steps - 1) - axes.x(0)).max(1) } else { 1 };
    let between = axes.steps.saturating_sub(1);
    let every = (1..=between.max(1))
        .find(|every| {
            i64::from(apart) * i64::try_from(*every).unwrap_or(1) / i64::try_from(between.max(1)).unwrap_or(1)
                >= i64::from(widest)
        })
        .unwrap_or(between.max(1));
    page.y += SMALL;
    for (step, text) in texts.iter().enumerate().filter(|(step, _)| (between - step).is_multiple_of(every)) {
        let half = text.width(SMALL) / 2;
        let x = axes.x(step).clamp(MARGIN + half, (MARGIN + INNER - half).max(MARGIN + half));
        page.svg.words(text, (x, page.y), Anchor::Middle, Style { size: SMALL, ink: ink::QUIET });
    }
    Ok(())
}

/// The distance of the grid's lines: 1, 2 or 5 times a power of ten, so that two to five of them hold the greatest value.
fn round_step(most: i64, unit: Unit) -> i64 {
    let mut step = match unit {
        Unit::Count => 1,
        Unit::BasisPoints => 100,
    };
    let mut factors = [2, 5, 10].into_iter().cycle();
    let unit_step = step;
    let mut power = unit_step;
    while most > step * 4 {
        let factor = factors.next().unwrap_or(10);
        step = power * factor;
        if factor == 10 {
            power = step;
        }
    }
    step
}

/// A number as people read it.
fn said(value: i64, unit: Unit) -> String {
    match unit {
        Unit::Count => value.to_string(),
        Unit::BasisPoints if value % 100 == 0 => format!("{}%", value / 100),
        Unit::BasisPoints => format!("{}.{:02}%", value / 100, value % 100),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grids_have_round_steps_and_two_to_five_lines() {
        for (most, unit, step) in [
            (0, Unit::Count, 1),
            (4, Unit::Count, 1),
            (5, Unit::Count, 2),
            (9, Unit::Count, 5),
            (20, Unit::Count, 5),
            (21, Unit::Count, 10),
            (41, Unit::Count, 20),
            (1_000_000_000, Unit::Count, 500_000_000),
            (90, Unit::BasisPoints, 100),
            (1250, Unit::BasisPoints, 500),
            (10_000, Unit::BasisPoints, 5000),
        ] {
            assert_eq!(round_step(most, unit), step, "{most} {unit:?}");
        }
    }

    #[test]
    fn rates_are_said_as_in_the_words_beside_the_picture() {
        for (value, words) in [(1250, "12.50%"), (1200, "12%"), (1333, "13.33%"), (5, "0.05%"), (0, "0%")] {
            assert_eq!(said(value, Unit::BasisPoints), words);
        }
    }
}
