//! Files, good and hostile.

use super::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use std::io::Write;
use tempfile::TempDir;
use zip::write::SimpleFileOptions;

struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn read(&self, bytes: &[u8], sheet: Option<&str>) -> Result<Vec<(usize, Vec<String>)>, String> {
        let path = self.0.path().join("list");
        std::fs::write(&path, bytes).expect("written");
        let rows = read(&path, sheet).map_err(|error| format!("{error:#}"))?;
        Ok(rows.into_iter().map(|row| (row.line, row.cells)).collect())
    }
}

fn cells(lines: &[(usize, &[&str])]) -> Vec<(usize, Vec<String>)> {
    lines.iter().map(|(line, cells)| (*line, cells.iter().map(|cell| (*cell).to_owned()).collect())).collect()
}

#[test]
fn text_is_read_in_the_encodings_of_excel() {
    let place = Place::new();
    let expected = cells(&[(1, &["姓名", "组"]), (2, &["张三", "一组"])]);
    let text = "姓名,组\r\n张三,一组\r\n";
    let (gb, ..) = GB18030.encode(text);
    let utf16 = |text: &str| -> Vec<u8> {
        let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
        units.flat_map(u16::to_le_bytes).collect()
    };
    let files = [
        text.as_bytes().to_vec(),
        format!("\u{FEFF}{text}").into_bytes(),
        gb.into_owned(),
        utf16(&text.replace(',', "\t")),
        text.replace(',', "\t").into_bytes(),
        text.replace(',', ";").into_bytes(),
        text.replace("\r\n", "\n").into_bytes(),
        text.replace("\r\n", "\r").into_bytes(),
    ];
    for file in files {
        assert_eq!(place.read(&file, None), Ok(expected.clone()), "{file:?}");
    }
    // A rare character of GB18030.
    let (rare, _, lossy) = GB18030.encode("姓名\n㛃\u{20BB7}\n");
    assert!(!lossy);
    assert_eq!(place.read(&rare, None), Ok(cells(&[(1, &["姓名"]), (2, &["㛃\u{20BB7}"])])));
}

#[test]
fn lines_are_numbered_as_the_editor_shows_them() {
    let place = Place::new();
    let text = "姓名,备注\n\n张三,\"两\n行，有\"\"引号\"\"\"\n,\n李四\n";
    let expected = cells(&[(1, &["姓名", "备注"]), (3, &["张三", "两\n行，有\"引号\""]), (6, &["李四"])]);
    assert_eq!(place.read(text.as_bytes(), None), Ok(expected));
}

#[test]
fn what_is_too_much_or_no_list_is_refused_and_why() {
    let place = Place::new();
    let long = format!("姓名\n{}\n", "长".repeat(MAX_CELL));
    let cases: [(Vec<u8>, &str); 9] = [
        (Vec::new(), "是空的"),
        ("张三\n".repeat(MAX_ROWS + 1).into_bytes(), "超过 20000 行"),
        (format!("姓名{}张三", ",".repeat(MAX_COLUMNS)).into_bytes(), "超过 50 列"),
        (long.into_bytes(), "第 2 行第 1 列的内容太长"),
        (vec![b'a'; usize::try_from(MAX_FILE).expect("small") + 1], "超过 10 MB"),
        ("姓名,备注\n张三,\"好\n李四,坏\n".as_bytes().to_vec(), "引号没有成对"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF\0".to_vec(), "文字编码"),
        (b"PK\x03\x04 and so on".to_vec(), "不是 .xlsx 表格，或者已经损坏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), "另存为不加密码的 .xlsx"),
    ];
    for (bytes, expected) in cases {
        let refused = place.read(&bytes, None).expect_err(expected);
        assert!(refused.contains(expected), "{expected}: {refused}");
    }
    assert!(place.read(b"a,b", Some("名单")).expect_err("no sheets").contains("只有 .xlsx 有工作表"));
    let missing = read(&place.0.path().join("none.csv"), None).expect_err("no file");
    assert!(missing.to_string().starts_with("打不开文件"));
}

fn workbook_of(fill: impl FnOnce(&mut Workbook) -> Result<(), rust_xlsxwriter::XlsxError>) -> Vec<u8> {
    let mut workbook = Workbook::new();
    fill(&mut workbook).expect("filled");
    workbook.save_to_buffer().expect("a workbook")
}

#[test]
fn a_workbook_is_read_as_it_is_shown() {
    let place = Place::new();
    let bytes = workbook_of(|workbook| {
        let sheet = workbook.add_worksheet().set_name("名单")?;
        let date = Format::new().set_num_format("yyyy\"年\"m\"月\"d\"日\"");
        sheet.write(0, 0, "姓名")?.write(0, 2, "入职")?;
        sheet.write(2, 0, "张三")?.write(2, 1, 10_086)?;
        sheet.write_with_format(2, 2, &ExcelDateTime::from_ymd(2026, 3, 1)?, &date)?;
        sheet.write(3, 1, 13_800_138_000_f64)?.write(3, 2, 123_456_789_012_345_678_f64)?;
        sheet.write(3, 3, 1.5)?.write(3, 4, true)?;
        // Coloured, and empty.
        sheet.write_blank(30_000, 0, &Format::new().set_bold())?;
        workbook.add_worksheet().set_name("第二张")?.write(0, 0, "成员")?;
        Ok(())
    });
    let expected = cells(&[
        (1, &["姓名", "", "入职"]),
        (3, &["张三", "10086", "2026-03-01"]),
        (4, &["", "13800138000", "1.23457E+17", "1.5", "是"]),
    ]);
    assert_eq!(place.read(&bytes, None), Ok(expected.clone()));
    assert_eq!(place.read(&bytes, Some("名单")), Ok(expected));
    assert_eq!(place.read(&bytes, Some("第二张")), Ok(cells(&[(1, &["成员"])])));
    let refused = place.read(&bytes, Some("第三张")).expect_err("no such sheet");
    assert!(refused.contains("没有工作表「第三张」，有：名单、第二张"), "{refused}");
}

#[test]
fn a_workbook_cannot_fill_the_memory() {
    let place = Place::new();
    // One cell in the far corner: as a rectangle, 17 thousand million.
    let corner = workbook_of(|workbook| {
        workbook.add_worksheet().write(0, 0, "姓名")?.write(1_048_575, 16_383, "张三")?;
        Ok(())
    });
    assert!(place.read(&corner, None).expect_err("too far").contains("超过 20000 行"));
    let wide = workbook_of(|workbook| workbook.add_worksheet().write(0, 50, "姓名").map(|_| ()));
    assert!(place.read(&wide, None).expect_err("too wide").contains("超过 50 列"));
    // One text, named by many cells.
    let many = workbook_of(|workbook| {
        let sheet = workbook.add_worksheet();
        let text = "a".repeat(MAX_CELL);
        for row in 0..=u32::try_from(MAX_TEXT / MAX_CELL).expect("small") {
            sheet.write(row, 0, &text)?;
        }
        Ok(())
    });
    assert!(many.len() < 200_000, "{}", many.len());
    assert!(place.read(&many, None).expect_err("too much").contains("文字太多"));
    // Nothing, many times.
    let mut bomb = zip::ZipWriter::new(Cursor::new(Vec::new()));
    bomb.start_file("xl/sharedStrings.xml", SimpleFileOptions::default()).expect("an entry");
    let nothing = vec![0_u8; 1024 * 1024];
    for _ in 0..=MAX_UNPACKED / 1024 / 1024 {
        bomb.write_all(&nothing).expect("written");
    }
    let bomb = bomb.finish().expect("an archive").into_inner();
    assert!(bomb.len() < 200_000, "{}", bomb.len());
    assert!(place.read(&bomb, None).expect_err("a bomb").contains("解开以后太大"));
}

#[test]
fn a_broken_workbook_is_an_error_wherever_it_is_cut() {
    let place = Place::new();
    let whole = workbook_of(|workbook| workbook.add_worksheet().write(0, 0, "姓名").map(|_| ()));
    for cut in (2..whole.len()).step_by(97) {
        assert!(place.read(&whole[..cut], None).is_err(), "cut at {cut}");
    }
}

#[test]
fn a_template_can_be_filled_in_and_read() {
    let place = Place::new();
    let titles = ["姓名", "角色", "组", "入职", "甲账号"];
    for name in ["list.xlsx", "list.CSV"] {
        let path = place.0.path().join(name);
        write_template(&path, &["甲账号"]).expect("written");
        let rows = read(&path, None).expect("readable");
        assert_eq!(rows[0].cells, titles, "{name}");
        assert!(rows[1..].iter().all(|row| row.cells[0].starts_with("例：")), "{name}");
        assert_eq!(rows.len(), 3);
        assert!(write_template(&path, &[]).expect_err("it is there").to_string().contains("已经存在"));
    }
    assert!(write_template(&place.0.path().join("list.pdf"), &[]).is_err());
}
