//! An empty list of people, to be filled in.

use anyhow::{Context, bail};
use rust_xlsxwriter::{Format, Workbook};
use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::Path;

const TITLES: [&str; 4] = ["姓名", "角色", "组", "入职"];
/// Rows that begin with 例： are never imported.
const EXAMPLES: [[&str; 4]; 2] =
    [["例：张三", "咨询员", "一组", "2026-03-01"], ["例：李四", "组长、咨询员", "二组", "2025-09-15"]];
/// What Excel takes as text whatever is typed, so that it neither rounds a long account nor changes a date.
const AS_TEXT: &str = "@";
const COLUMN_WIDTH: f64 = 18.0;

/// Writes a template, .xlsx or .csv by the file's name, with a column for each platform's accounts.
///
/// # Errors
/// When there is such a file already, or it cannot be written.
pub fn write_template(path: &Path, accounts: &[&str]) -> anyhow::Result<()> {
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    let titles: Vec<&str> = TITLES.iter().chain(accounts).copied().collect();
    let bytes = match extension.as_str() {
        "xlsx" => workbook(&titles)?,
        "csv" => text(&titles)?,
        _ => bail!("模板写成 .xlsx 或 .csv，例：--template 花名册.xlsx"),
    };
    let mut file = match File::create_new(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            bail!("{} 已经存在，请换一个文件名", path.display())
        }
        Err(error) => return Err(error).with_context(|| format!("写不了 {}", path.display())),
    };
    file.write_all(&bytes).with_context(|| format!("写不了 {}", path.display()))
}

fn workbook(titles: &[&str]) -> anyhow::Result<Vec<u8>> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("花名册")?.set_freeze_panes(1, 0)?;
    let (title, typed) = (Format::new().set_bold(), Format::new().set_num_format(AS_TEXT));
    for (column, text) in (0_u16..).zip(titles) {
        sheet.set_column_width(column, COLUMN_WIDTH)?.set_column_format(column, &typed)?;
        sheet.write_string_with_format(0, column, *text, &title)?;
    }
    for (row, example) in (1_u32..).zip(EXAMPLES) {
        for (column, text) in (0_u16..).zip(example) {
            sheet.write_string_with_format(row, column, text, &typed)?;
        }
    }
    Ok(workbook.save_to_buffer()?)
}

fn text(titles: &[&str]) -> anyhow::Result<Vec<u8>> {
    // Without the mark Excel takes the file for GB18030.
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer("\u{FEFF}".as_bytes().to_vec());
    writer.write_record(titles)?;
    for example in EXAMPLES {
        let empty = std::iter::repeat_n("", titles.len() - example.len());
        writer.write_record(example.into_iter().chain(empty))?;
    }
    Ok(writer.into_inner()?)
}
