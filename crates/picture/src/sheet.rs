//! What a picture shows, as plain data: whoever posts a picture writes one of these into the outbox, and whoever sends it
//! draws it later. Everything in it is text or whole numbers that the poster has already worked out, so that a picture can
//! never say another number than the words beside it.

use serde::{Deserialize, Serialize};

/// One picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Sheet {
    /// A table: rankings (排行), lists.
    Board(Board),
    /// Lines over weeks or months (走势).
    Chart(Chart),
    /// People by days of one month: rota and leave (月历).
    Month(Month),
}

impl Sheet {
    /// The sheet as the text that goes into the outbox.
    ///
    /// # Panics
    /// Never: a sheet is text, whole numbers and lists of them, which always have a JSON form.
    #[must_use]
    #[expect(clippy::expect_used, reason = "a sheet always has a JSON form")]
    pub fn to_spec(&self) -> String {
        serde_json::to_string(self).expect("a sheet has a JSON form")
    }

    /// The sheet that [`Sheet::to_spec`] wrote.
    ///
    /// # Errors
    /// [`CannotDraw::Spec`](crate::CannotDraw::Spec) where the text is no sheet.
    pub fn from_spec(spec: &str) -> Result<Self, crate::CannotDraw> {
        serde_json::from_str(spec).map_err(|_| crate::CannotDraw::Spec)
    }
}

/// A word in the upper right corner that says how far the numbers stand: `暂定`, `最终`, `已更正`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// At most six characters are shown.
    pub words: String,
    /// True: nothing changes any more, the stamp is filled. False: only its outline is drawn.
    pub settled: bool,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Board {
    /// What the table is: `本周排行 · 预约`.
    pub title: String,
    /// What it is about: dates, group, order. May be empty.
    pub subtitle: String,
    /// How far the numbers stand.
    pub stamp: Option<Stamp>,
    /// 1 to 8 columns, left to right.
    pub columns: Vec<Column>,
    /// Up to [`MOST_ROWS`](crate::MOST_ROWS) rows. Empty: the table says that there is nothing.
    pub rows: Vec<Row>,
    /// One or more lines below the table: tie-breaks, what was counted. May be empty.
    pub note: String,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// The words above it. May be empty.
    pub name: String,
    /// How its cells are set.
    pub set: Set,
    /// True for the column that the rows are ordered by.
    pub ordered_by: bool,
}

impl Column {
    /// A column that the rows are not ordered by.
    pub fn new(name: impl Into<String>, set: Set) -> Self {
        Self { name: name.into(), set, ordered_by: false }
    }

    /// The same column as the one that the rows are ordered by.
    #[must_use]
    pub fn ordering(self) -> Self {
        Self { ordered_by: true, ..self }
    }
}

/// How the cells of a column are set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Set {
    /// A place: centred, the first three in a disc.
    Place,
    /// Words, to the left; the column that takes the room that is left, and is cut with `…` where it does not suffice.
    Words,
    /// A number, to the right, in figures of one width.
    Number,
    /// A change against another period, to the right: `↑` and `↓` at its beginning get their own colours.
    Change,
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// One cell a column, in their order; of a heading only the first is shown.
    pub cells: Vec<String>,
    /// How the row stands out.
    pub look: Look,
}

impl Row {
    /// A row like most.
    pub fn new(cells: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self::looking(Look::Plain, cells)
    }

    /// A row with a look of its own.
    pub fn looking(look: Look, cells: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { cells: cells.into_iter().map(Into::into).collect(), look }
    }
}

/// How a row stands out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Look {
    /// It does not.
    #[default]
    Plain,
    /// The row of whoever asked: tinted and bold.
    Own,
    /// Shown, but not in the order: newcomers, people without a shift. Paler.
    Apart,
    /// Sums of a group or of everybody: bold, below a line.
    Total,
    /// A heading over the rows that follow; its first cell spans the table.
    Heading,
}

/// Lines over weeks or months, one panel below the other, with the same steps along the bottom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chart {
    /// What it shows: `张三 · 近 12 周走势`.
    pub title: String,
    /// Dates, group. May be empty.
    pub subtitle: String,
    /// How far the numbers stand.
    pub stamp: Option<Stamp>,
    /// 1 to 60 steps along the bottom: `11-02`, `9月`.
    pub labels: Vec<String>,
    /// 1 to 4 panels; each has a scale of its own.
    pub panels: Vec<Panel>,
    /// One or more lines below. May be empty.
    pub note: String,
}

/// One panel of a chart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Panel {
    /// What its numbers are: `预约`. May be empty.
    pub title: String,
    /// In what they are counted.
    pub unit: Unit,
    /// 1 to 6 lines.
    pub series: Vec<Series>,
}

/// In what the numbers of a panel are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Whole things: appointments, arrivals.
    Count,
    /// Hundredths of a per cent: 1250 is 12.5 %.
    BasisPoints,
}

/// One line of a panel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Series {
    /// Whose or what. Shown where a panel has more than one line.
    pub name: String,
    /// One value a label, 0 to 1,000,000,000; none where nothing is known, which interrupts the line.
    pub values: Vec<Option<i64>>,
}

/// People by days of one month. Drawn in two halves, one below the other, so that a phone shows it without turning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Month {
    /// What it shows: `2026年11月 · 排班与请假`.
    pub title: String,
    /// Group, state. May be empty.
    pub subtitle: String,
    /// How far it stands.
    pub stamp: Option<Stamp>,
    /// 1 to 31 days.
    pub days: Vec<Day>,
    /// Up to [`MOST_ROWS`](crate::MOST_ROWS) people, each with one cell a day.
    pub people: Vec<Line>,
    /// What the short words and colours mean, in this order.
    pub legend: Vec<Cell>,
    /// One or more lines below. May be empty.
    pub note: String,
}

/// The head of one day's column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    /// The day of the month: `23`.
    pub number: String,
    /// The weekday in one character: `一`.
    pub weekday: String,
    /// True for a day off by the calendar; its column is tinted.
    pub off: bool,
    /// True for the day that is today, or that the view is about.
    pub marked: bool,
}

impl Day {
    /// A day by its number in the month and its weekday, counted from 0 for Monday (more than 6 is Sunday).
    pub fn new(number: u32, from_monday: u32, off: bool) -> Self {
        let weekday = ["一", "二", "三", "四", "五", "六"];
        let weekday = usize::try_from(from_monday).ok().and_then(|day| weekday.get(day)).unwrap_or(&"日");
        Self { number: number.to_string(), weekday: (*weekday).to_owned(), off, marked: false }
    }

    /// The same as the day that is today, or that the view is about.
    #[must_use]
    pub fn marked(self) -> Self {
        Self { marked: true, ..self }
    }
}

impl Month {
    /// A month of plain rows: its days, and each person's name with one cell a day.
    pub fn new(
        title: impl Into<String>,
        days: Vec<Day>,
        people: impl IntoIterator<Item = (String, Vec<Cell>)>,
    ) -> Self {
        Self {
            title: title.into(),
            subtitle: String::new(),
            stamp: None,
            days,
            people: people.into_iter().map(|(name, cells)| Line { name, cells }).collect(),
            legend: Vec::new(),
            note: String::new(),
        }
    }

    /// The same with what words and colours mean.
    #[must_use]
    pub fn legend(self, legend: impl IntoIterator<Item = Cell>) -> Self {
        Self { legend: legend.into_iter().collect(), ..self }
    }
}

/// One person's line in a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Who.
    pub name: String,
    /// One cell a day.
    pub cells: Vec<Cell>,
}

/// One person's day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// One or two characters; longer words are cut to two, but not in a legend. May be empty.
    pub words: String,
    /// Its colour.
    pub tone: Tone,
}

impl Cell {
    /// A cell of these words and this colour.
    pub fn new(words: impl Into<String>, tone: Tone) -> Self {
        Self { words: words.into(), tone }
    }
}

/// The colour of a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// Nothing is known or nothing stands out.
    #[default]
    Plain,
    /// A shift by day.
    Day,
    /// A shift in the evening or at night.
    Night,
    /// A rest day of the rota.
    Rest,
    /// A leave that stands.
    Leave,
    /// A leave that is not decided yet.
    Waiting,
    /// Something that somebody has to look at: an absence, too few people.
    Flag,
}
