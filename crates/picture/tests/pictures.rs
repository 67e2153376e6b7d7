//! Pictures as a whole: they are what the sheet says, the same each time, and nothing that people type breaks them.

#[path = "../samples/mod.rs"]
mod samples;

use picture::{Board, CannotDraw, Cell, Column, Look, MOST_ROWS, Row, Set, Sheet, Tone, draw};
use proptest::prelude::*;
use resvg::tiny_skia::Pixmap;

fn pixels(sheet: &Sheet) -> Pixmap {
    Pixmap::decode_png(&draw(sheet).expect("a picture").png).expect("a PNG")
}

/// How many pixels of a band of the picture have this colour.
fn count(picture: &Pixmap, rows: std::ops::Range<u32>, colour: (u8, u8, u8)) -> usize {
    let all = rows.flat_map(|y| (0..picture.width()).map(move |x| (x, y)));
    all.filter(|(x, y)| is(picture, *x, *y, colour)).count()
}

fn is(picture: &Pixmap, x: u32, y: u32, colour: (u8, u8, u8)) -> bool {
    picture.pixel(x, y).is_some_and(|pixel| (pixel.red(), pixel.green(), pixel.blue()) == colour)
}

const TINT: (u8, u8, u8) = (0xe9, 0xf1, 0xfb);
const GOLD: (u8, u8, u8) = (0xd9, 0x9a, 0x12);
const LEAVE: (u8, u8, u8) = (0xe0, 0x8a, 0x1e);
const FLAG: (u8, u8, u8) = (0xc0, 0x39, 0x2b);
const BLUE: (u8, u8, u8) = (0x1f, 0x5f, 0xae);

fn whole(picture: &Pixmap, colour: (u8, u8, u8)) -> usize {
    count(picture, 0..picture.height(), colour)
}

fn board(columns: &[Set], rows: &[&[&str]]) -> Board {
    Board {
        title: "占位".to_owned(),
        subtitle: String::new(),
        stamp: None,
        columns: columns.iter().map(|set| Column::new("列", *set)).collect(),
        rows: rows.iter().map(|cells| Row::new(cells.iter().copied())).collect(),
        note: String::new(),
    }
}

#[test]
fn every_sample_is_a_picture_of_a_phones_width_and_the_same_each_time() {
    for (name, sheet) in samples::all() {
        let drawn = draw(&sheet).expect(name);
        let picture = Pixmap::decode_png(&drawn.png).expect(name);
        assert_eq!((picture.width(), picture.height()), (drawn.width, drawn.height), "{name}");
        assert_eq!(drawn.width, 750, "{name}");
        assert!(drawn.png.len() < 1_000_000, "{name}: {} bytes", drawn.png.len());
        assert_eq!(draw(&sheet).expect(name), drawn, "{name}");
        let again = Sheet::from_spec(&sheet.to_spec()).expect(name);
        assert_eq!(again, sheet, "{name}");
    }
}

#[test]
fn more_rows_make_a_higher_picture_with_the_same_head() {
    let (few, many) = (pixels(&samples::ranking(8)), pixels(&samples::ranking(60)));
    assert!(many.height() > 3 * few.height());
    let head = |picture: &Pixmap| picture.data()[..4 * 750 * 140].to_vec();
    assert!(head(&few) == head(&many), "title, subtitle and stamp stand where they stood");
}

#[test]
fn the_own_row_is_tinted_and_the_first_place_has_its_disc() {
    let Sheet::Board(mut board) = samples::ranking(8) else { panic!("a board") };
    let own = pixels(&Sheet::Board(board.clone()));
    assert!(whole(&own, TINT) > 20_000);
    assert!(whole(&own, GOLD) > 500);
    for row in &mut board.rows {
        if row.look == Look::Own {
            row.look = Look::Plain;
        }
    }
    board.rows.remove(0);
    let plain = pixels(&Sheet::Board(board));
    assert_eq!(whole(&plain, TINT), 0);
    assert_eq!(whole(&plain, GOLD), 0);
}

#[test]
fn numbers_end_at_one_edge_whatever_their_length() {
    let picture = pixels(&Sheet::Board(board(
        &[Set::Words, Set::Number],
        &[&["甲", "1"], &["乙", "11111"], &["丙", "111"]],
    )));
    let dark = |x: u32, y: u32| picture.pixel(x, y).is_some_and(|pixel| pixel.red() < 120);
    let rows: Vec<u32> = (0..picture.height()).filter(|y| (400..750).any(|x| dark(x, *y))).collect();
    let edge = |from: u32, to: u32| {
        (400..750).rev().find(|x| (from..to).any(|y| dark(*x, y))).expect("a number in the row")
    };
    let mut lines: Vec<(u32, u32)> = Vec::new();
    for y in rows {
        match lines.last_mut() {
            Some(line) if line.1 == y => line.1 = y + 1,
            _ => lines.push((y, y + 1)),
        }
    }
    let edges: Vec<u32> =
        lines.iter().filter(|line| line.1 - line.0 > 10).map(|line| edge(line.0, line.1)).collect();
    assert!(edges.len() >= 3, "{lines:?}");
    let numbers = &edges[edges.len() - 3..];
    assert!(numbers.iter().all(|edge| edge.abs_diff(numbers[0]) <= 1), "{numbers:?}");
}

#[test]
fn a_rare_character_is_drawn_and_one_that_no_font_has_is_told() {
    let with = |name: &str| draw(&Sheet::Board(board(&[Set::Words, Set::Number], &[&[name, "1"]])));
    let plain = with("张").expect("a picture");
    for name in ["𠮷", "㛃", "龘", "䶮"] {
        assert_ne!(with(name).expect(name).png, plain.png, "{name}");
    }
    assert_ne!(with("𠮷").expect("a picture").png, with("㛃").expect("a picture").png, "they are no boxes");
    assert_eq!(with("張ไ"), Err(CannotDraw::Glyph));
    assert_eq!(with("张🌸").expect("emoji are left out").png, plain.png);
}

fn height(sheet: &Sheet) -> Result<u32, CannotDraw> {
    draw(sheet).map(|drawn| drawn.height)
}

#[test]
fn what_does_not_fit_is_told_and_not_drawn() {
    let number = "9".repeat(80);
    let cases = [
        (board(&[], &[]), CannotDraw::Shape),
        (board(&[Set::Words; 9], &[]), CannotDraw::Shape),
        (board(&[Set::Words], &[&["一", "二"]]), CannotDraw::Shape),
        (board(&[Set::Words], &vec![&["一"][..]; MOST_ROWS + 1]), CannotDraw::Shape),
        (board(&[Set::Words, Set::Number], &[&["一", &number]]), CannotDraw::Wide),
    ];
    for (board, error) in cases {
        assert_eq!(height(&Sheet::Board(board)), Err(error));
    }
    let Sheet::Chart(mut chart) = samples::course() else { panic!("a chart") };
    chart.panels[0].series[0].values.pop();
    assert_eq!(height(&Sheet::Chart(chart.clone())), Err(CannotDraw::Shape));
    chart.panels[0].series[0].values.push(Some(-1));
    assert_eq!(height(&Sheet::Chart(chart)), Err(CannotDraw::Shape));
    let Sheet::Month(mut month) = samples::month(3) else { panic!("a month") };
    month.people[1].cells.pop();
    assert_eq!(height(&Sheet::Month(month)), Err(CannotDraw::Shape));
    assert_eq!(Sheet::from_spec("{}"), Err(CannotDraw::Spec));
}

#[test]
fn an_empty_table_says_so() {
    let empty = pixels(&Sheet::Board(board(&[Set::Words], &[])));
    assert!(empty.height() > 200);
}

#[test]
fn days_have_the_colour_of_what_they_are() {
    let Sheet::Month(mut month) = samples::month(3) else { panic!("a month") };
    month.legend.clear();
    for line in &mut month.people {
        line.cells.fill(Cell::default());
    }
    let blank = pixels(&Sheet::Month(month.clone()));
    assert_eq!((whole(&blank, LEAVE), whole(&blank, FLAG)), (0, 0));
    month.people[0].cells[3] = Cell::new("假", Tone::Leave);
    month.people[2].cells[29] = Cell::new("缺", Tone::Flag);
    let marked = pixels(&Sheet::Month(month));
    let halves = marked.height() / 2;
    assert!(count(&marked, 0..halves, LEAVE) > 300 && count(&marked, halves..marked.height(), LEAVE) == 0);
    assert!(count(&marked, 0..halves, FLAG) == 0 && count(&marked, halves..marked.height(), FLAG) > 300);
}

#[test]
fn a_line_rises_with_its_values_and_stops_where_nothing_is_known() {
    let Sheet::Chart(mut chart) = samples::course() else { panic!("a chart") };
    chart.panels.truncate(1);
    let blue = |values: Vec<Option<i64>>, chart: &mut picture::Chart| {
        chart.panels[0].series[0].values = values;
        pixels(&Sheet::Chart(chart.clone()))
    };
    // How wide the widest gap in the line is, in pixels.
    let widest_gap = |picture: &Pixmap| {
        let drawn = |x: u32| (0..picture.height()).any(|y| is(picture, x, y, BLUE));
        let columns: Vec<u32> = (0..picture.width()).filter(|x| drawn(*x)).collect();
        columns.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or(0)
    };
    assert!(widest_gap(&blue(vec![Some(5); 12], &mut chart)) < 8);
    let mut values = vec![Some(5); 12];
    values[5] = None;
    assert!(widest_gap(&blue(values, &mut chart)) > 60);
    let none = blue(vec![None; 12], &mut chart);
    assert_eq!(whole(&none, BLUE), 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_words_come_drawing_ends_in_a_picture_or_an_error(
        title in "\\PC{0,60}",
        note in any::<String>(),
        cells in proptest::collection::vec(any::<String>(), 0..6),
        number in "[0-9.%↑↓-]{0,12}",
    ) {
        let mut board = board(&[Set::Place, Set::Words, Set::Number, Set::Change], &[]);
        board.title = title;
        board.note = note;
        board.rows = cells.iter().map(|cell| Row::new([&number, cell, &number, &number])).collect();
        let sheet = Sheet::Board(board);
        let again = Sheet::from_spec(&sheet.to_spec());
        prop_assert_eq!(again.as_ref(), Ok(&sheet));
        if let Ok(drawn) = draw(&sheet) {
            prop_assert!(Pixmap::decode_png(&drawn.png).is_ok());
        }
    }

    #[test]
    fn whatever_han_names_come_there_is_a_picture(name in "[\u{4e00}-\u{9fa5}<&>\"' ]{1,40}") {
        let sheet = Sheet::Board(board(&[Set::Words, Set::Number], &[&[&name, "12"]]));
        prop_assert!(draw(&sheet).is_ok());
    }

    #[test]
    fn whatever_numbers_come_a_course_is_a_picture(
        values in proptest::collection::vec(proptest::option::of(0_i64..=1_000_000_000), 1..=60),
    ) {
        let Sheet::Chart(mut chart) = samples::course() else { panic!("a chart") };
        chart.labels = (0..values.len()).map(|step| format!("{step}周")).collect();
        for panel in &mut chart.panels {
            panel.series[0].values.clone_from(&values);
        }
        prop_assert!(draw(&Sheet::Chart(chart)).is_ok());
    }
}
