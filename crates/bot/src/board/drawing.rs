//! 榜图: a board as a picture. Its cells are made from the same lines as the words, so neither says another number.

use crate::message::Attachment;
use domain::PersonId;
use domain::ranking::{Board, Line, Measure, Order, Tally, change, per_shift, percent, shifts};
use picture::{Column, Look, Row, Set, Sheet, Stamp};
use store::Directory;

/// What stands around a board's lines.
#[derive(Clone, Debug)]
pub struct Frame<'a> {
    /// What it is called: `上周排行 03-02至03-08`.
    pub title: &'a str,
    /// How far it stands: 暂定, 公示中, 定版.
    pub stamp: Option<(&'a str, bool)>,
    /// Lines below it.
    pub note: &'a str,
    /// Whose line is marked.
    pub own: Option<PersonId>,
}

/// The picture of a board.
pub fn drawing(directory: &Directory, board: &Board, frame: &Frame<'_>) -> Attachment {
    let measured = if board.by_shift { "，班均" } else { "" };
    let mut rows: Vec<Row> = Vec::new();
    let most = picture::MOST_ROWS.saturating_sub(board.groups.len() + board.newcomers.len() + 2);
    for line in board.lines.iter().take(most) {
        let look = if frame.own == Some(line.entry.tally.person) { Look::Own } else { Look::Plain };
        let place = line.place.map(|place| place.to_string()).unwrap_or_default();
        rows.push(Row::looking(look, cells(board, place, &named(directory, line), line)));
    }
    if !board.newcomers.is_empty() {
        rows.push(Row::looking(Look::Heading, ["新人（不排名）"]));
        for line in &board.newcomers {
            rows.push(Row::looking(Look::Apart, cells(board, String::new(), &named(directory, line), line)));
        }
    }
    if !board.groups.is_empty() {
        rows.push(Row::looking(Look::Heading, ["各组合计"]));
        for group in &board.groups {
            let name = group.team.and_then(|team| directory.team_name(team)).unwrap_or("未分组");
            let name = format!("{name}（{}人）", group.people);
            let mut row = vec![group.place.to_string(), name];
            row.extend(figures(board, &group.tally, group.worked));
            row.push(change(group.change).trim().to_owned());
            rows.push(Row::looking(Look::Total, row));
        }
    }
    let left = board.lines.len().saturating_sub(most);
    let mut note = frame.note.to_owned();
    if left > 0 {
        note = format!("另有{left}人没有画出来\n{note}");
    }
    let sheet = Sheet::Board(picture::Board {
        title: frame.title.to_owned(),
        subtitle: format!("按{}{measured}", board.order.told()),
        stamp: frame.stamp.map(|(words, settled)| Stamp { words: words.to_owned(), settled }),
        columns: columns(board),
        rows,
        note,
    });
    Attachment::Drawing { name: frame.title.to_owned(), spec: sheet.to_spec() }
}

fn named(directory: &Directory, line: &Line) -> String {
    let note = match (line.entry.away, line.entry.unfiled) {
        (true, _) => "（请假）",
        (false, true) => "（未交）",
        (false, false) => "",
    };
    format!("{}{note}", directory.label(line.entry.tally.person))
}

fn cells(board: &Board, place: String, name: &str, line: &Line) -> Vec<String> {
    let mut cells = vec![place, name.to_owned()];
    cells.extend(figures(board, &line.entry.tally, line.entry.worked));
    cells.push(change(line.change).trim().to_owned());
    cells
}

fn figures(board: &Board, tally: &Tally, worked: u32) -> [String; 4] {
    let rate = percent(tally.points_of(board.order.measure()));
    if board.by_shift {
        let (came, booked) = (per_shift(tally.arrivals, worked), per_shift(tally.appointments, worked));
        return [came, booked, shifts(worked), rate];
    }
    let counts = [tally.arrivals, tally.appointments, tally.dialogues].map(|count| count.to_string());
    let [came, booked, dialogues] = counts;
    [came, booked, dialogues, rate]
}

fn columns(board: &Board) -> Vec<Column> {
    let rate = match board.order.measure() {
        Measure::Arrivals => "转化",
        Measure::Appointments => "预约转化",
    };
    let (came, booked, third) =
        if board.by_shift { ("班均到诊", "班均预约", "班") } else { ("到诊", "预约", "对话") };
    let ordering = match board.order {
        Order::Arrivals => came,
        Order::Appointments => booked,
        Order::Rate | Order::BookingRate => rate,
    };
    let mut columns = vec![Column::new("", Set::Place), Column::new("姓名", Set::Words)];
    columns.extend([came, booked, third, rate].map(|name| {
        let column = Column::new(name, Set::Number);
        if name == ordering { column.ordering() } else { column }
    }));
    columns.push(Column::new("", Set::Change));
    columns
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ranking::{Entry, Shown};

    fn board(by_shift: bool) -> Board {
        let entries = (1..=60).map(|person: PersonId| Entry {
            tally: Tally {
                person,
                appointments: 9,
                arrivals: u32::try_from(person).unwrap_or(0),
                dialogues: 50,
            },
            worked: 2_500,
            team: Some(person % 2),
            is_new: person == 7,
            unfiled: person == 8,
            away: false,
        });
        let entries: Vec<Entry> = entries.collect();
        Board::compose(
            entries.clone(),
            entries.into_iter().rev().take(30).collect(),
            Order::Arrivals,
            by_shift,
        )
    }

    /// The picture says what the words say, line by line, and can be drawn.
    #[test]
    fn a_picture_has_the_numbers_of_the_words() {
        let directory = Directory::default();
        for by_shift in [false, true] {
            let board = board(by_shift);
            let frame =
                Frame { title: "3月排行", stamp: Some(("定版", true)), note: "看依据", own: Some(3) };
            let Attachment::Drawing { name, spec } = drawing(&directory, &board, &frame) else {
                panic!("a drawing");
            };
            assert_eq!(name, "3月排行");
            let sheet = Sheet::from_spec(&spec).expect("a sheet");
            let Sheet::Board(drawn) = &sheet else { panic!("a board") };
            let (words, _) = crate::board::lines(&directory, &board, Shown::ALL);
            for (word, row) in words.iter().zip(&drawn.rows).take(board.lines.len()) {
                for cell in &row.cells {
                    let cell = cell.trim_end_matches("（未交）");
                    assert!(word.contains(cell), "「{cell}」 is not in 「{word}」");
                }
            }
            // 59 with a place, a heading, one newcomer, a heading, two groups.
            assert_eq!(drawn.rows.len(), 64);
            assert_eq!(drawn.rows.iter().filter(|row| row.look == Look::Own).count(), 1);
            let picture = picture::draw(&sheet).expect("it is drawn");
            assert!(picture.width > 0 && picture.height > picture.width, "it is read on a phone");
        }
    }
}
