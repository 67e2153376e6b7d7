//! A list as a file, of people or of the hospital's visits: .xlsx, or text as Excel in China saves it. What comes out is
//! text cells with their line numbers; what they mean is `domain::roster`'s and `domain::reconciliation`'s.
//!
//! A file is untrusted: a small .xlsx may unpack to gigabytes, one cell in the far corner stretches a sheet to billions
//! of cells, and one long text may be named by every cell. So what is unpacked is measured first, cells are read one by
//! one and never as a rectangle, and all text together has a bound.

mod template;
#[cfg(test)]
mod tests;

pub use template::write_template;

use anyhow::{Context, bail, ensure};
use calamine::{DataRef, DataType, Reader, Xlsx};
use domain::roster::Row;
use encoding_rs::{Encoding, GB18030};
use std::io::{Cursor, Read};
use std::path::Path;

/// Largest file, in bytes.
const MAX_FILE: u64 = 10 * 1024 * 1024;
/// What an .xlsx may be unpacked, in bytes.
const MAX_UNPACKED: u64 = 64 * 1024 * 1024;
/// Most rows, with blank ones and the title.
const MAX_ROWS: usize = 20_000;
/// Most columns.
const MAX_COLUMNS: usize = 50;
/// Longest cell, in bytes.
const MAX_CELL: usize = 4_000;
/// All cells together, in bytes.
const MAX_TEXT: usize = 16 * 1024 * 1024;
/// From here on Excel has rounded a number, and a long account with it.
const FIRST_ROUNDED: f64 = 1e15;

/// What a file holds, within the bounds.
#[derive(Default)]
struct Cells {
    rows: Vec<Row>,
    text: usize,
}

impl Cells {
    /// Puts a cell at its place; both counted from 0. Cells of a line come one after the other.
    fn put(&mut self, line: usize, column: usize, text: String) -> anyhow::Result<()> {
        if text.trim().is_empty() {
            return Ok(());
        }
        ensure!(line < MAX_ROWS, "表格超过 {MAX_ROWS} 行，请分成几个文件");
        ensure!(column < MAX_COLUMNS, "表格超过 {MAX_COLUMNS} 列，请只留要用的列");
        let place = || format!("第 {} 行第 {} 列", line + 1, column + 1);
        ensure!(text.len() <= MAX_CELL, "{}的内容太长", place());
        self.text += text.len();
        ensure!(self.text <= MAX_TEXT, "表格里的文字太多，从{}起放不下", place());
        if self.rows.last().is_none_or(|row| row.line != line + 1) {
            self.rows.push(Row { line: line + 1, cells: Vec::new() });
        }
        if let Some(row) = self.rows.last_mut() {
            if row.cells.len() <= column {
                row.cells.resize(column + 1, String::new());
            }
            row.cells[column] = text;
        }
        Ok(())
    }
}

/// Reads a file's rows; blank ones are not among them. `sheet` names a sheet of an .xlsx, the first one otherwise.
///
/// # Errors
/// Says in Chinese what is wrong with the file and what to do about it.
pub fn read(path: &Path, sheet: Option<&str>) -> anyhow::Result<Vec<Row>> {
    let shown = path.display();
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).with_context(|| format!("打不开文件 {shown}"))?;
    file.take(MAX_FILE + 1).read_to_end(&mut bytes).with_context(|| format!("读不了文件 {shown}"))?;
    read_bytes(&shown.to_string(), bytes, sheet)
}

/// As [`read`], of what is in the file `shown`.
///
/// # Errors
/// As [`read`].
pub fn read_bytes(shown: &str, bytes: Vec<u8>, sheet: Option<&str>) -> anyhow::Result<Vec<Row>> {
    ensure!(u64::try_from(bytes.len())? <= MAX_FILE, "文件超过 10 MB，请只留要导入的内容");
    ensure!(!bytes.is_empty(), "文件 {shown} 是空的");
    if bytes.starts_with(b"PK") {
        return workbook(bytes, sheet).with_context(|| format!("读不懂 {shown}"));
    }
    if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        bail!("{shown} 是加了密码的表格，或旧的 .xls：请在 Excel 里另存为不加密码的 .xlsx");
    }
    ensure!(sheet.is_none(), "只有 .xlsx 有工作表，{shown} 不是");
    text(&bytes).with_context(|| format!("读不懂 {shown}"))
}

fn workbook(bytes: Vec<u8>, sheet: Option<&str>) -> anyhow::Result<Vec<Row>> {
    measure(&bytes)?;
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).context("这不是 .xlsx 表格，或者已经损坏")?;
    let names = workbook.sheet_names();
    let name = match sheet {
        Some(wanted) => names
            .iter()
            .find(|name| *name == wanted)
            .with_context(|| format!("没有工作表「{wanted}」，有：{}", names.join("、")))?,
        None => names.first().context("里面没有工作表")?,
    }
    .clone();
    let mut reader = workbook.worksheet_cells_reader(&name).context("工作表已经损坏")?;
    let mut cells = Cells::default();
    while let Some(cell) = reader.next_cell().context("工作表已经损坏")? {
        let (line, column) = cell.get_position();
        cells.put(usize::try_from(line)?, usize::try_from(column)?, shown(cell.get_value()))?;
    }
    // The format lets lines stand in any order, though no program writes them so.
    let mut rows = cells.rows;
    rows.sort_by_key(|row| row.line);
    ensure!(
        rows.windows(2).all(|pair| pair[0].line != pair[1].line),
        "工作表的行乱了，请在 Excel 里另存一次"
    );
    Ok(rows)
}

/// Refuses an .xlsx that unpacks to more than we hold.
fn measure(bytes: &[u8]) -> anyhow::Result<()> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).context("这不是 .xlsx 表格，或者已经损坏")?;
    let mut left = MAX_UNPACKED;
    for index in 0..archive.len() {
        let entry = archive.by_index(index).context("文件已经损坏")?;
        let size = std::io::copy(&mut entry.take(left + 1), &mut std::io::sink()).context("文件已经损坏")?;
        left = left.checked_sub(size).context("解开以后太大，请只留要导入的内容，另存一次")?;
    }
    Ok(())
}

/// A cell as it would be typed.
fn shown(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) if number.abs() >= FIRST_ROUNDED => format!("{number:.5E}").replace('E', "E+"),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(value) => if *value { "是" } else { "否" }.to_owned(),
        DataRef::DateTime(moment) => match value.as_datetime() {
            Some(date) => date.format("%Y-%m-%d").to_string(),
            None => moment.as_f64().to_string(),
        },
        DataRef::Error(error) => error.to_string(),
    }
}

fn text(bytes: &[u8]) -> anyhow::Result<Vec<Row>> {
    let text = decode(bytes)?;
    let delimiter = delimiter(&text);
    // A quotation mark that nothing closes takes all that follows into one cell.
    ensure!(text.matches('"').count().is_multiple_of(2), "引号没有成对，请找到单独的一个 \" 并去掉");
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut cells = Cells::default();
    let mut record = csv::StringRecord::new();
    let (mut line, mut counted) = (0, 0);
    while reader.read_record(&mut record).context("内容不是用逗号或制表符分开的表格")? {
        // Where the reader began to look: the record itself begins after the line ends that are left.
        let from = usize::try_from(record.position().map_or(0, csv::Position::byte))?;
        let rest = text.get(from..).unwrap_or_default();
        let begins = text.len() - rest.trim_start_matches(['\r', '\n']).len();
        line += line_ends(text.get(counted..begins).unwrap_or_default());
        counted = begins;
        for (column, cell) in record.iter().enumerate() {
            cells.put(line, column, cell.to_owned())?;
        }
    }
    Ok(cells.rows)
}

fn line_ends(text: &str) -> usize {
    text.matches('\n').count() + text.matches('\r').count() - text.matches("\r\n").count()
}

/// Text in UTF-8, in what its first bytes name, or in GB18030, as Excel in China saves it.
fn decode(bytes: &[u8]) -> anyhow::Result<String> {
    let (encoding, bytes) = match Encoding::for_bom(bytes) {
        Some((encoding, length)) => (encoding, &bytes[length..]),
        None if std::str::from_utf8(bytes).is_ok() => (encoding_rs::UTF_8, bytes),
        None => (GB18030, bytes),
    };
    let (text, broken) = encoding.decode_without_bom_handling(bytes);
    if broken || text.contains('\0') {
        bail!("这不是 .xlsx，也不是认得的文字编码：请在 Excel 里另存为 .xlsx 或「CSV UTF-8」");
    }
    Ok(text.into_owned())
}

/// What separates the cells: the mark that stands most often in the first line that has one.
fn delimiter(text: &str) -> u8 {
    const MARKS: [u8; 3] = [b',', b'\t', b';'];
    let count = |line: &str, mark: u8| line.bytes().filter(|byte| *byte == mark).count();
    let first = text.lines().find(|line| MARKS.iter().any(|mark| count(line, *mark) > 0)).unwrap_or_default();
    MARKS.into_iter().rev().max_by_key(|mark| count(first, *mark)).unwrap_or(b',')
}
