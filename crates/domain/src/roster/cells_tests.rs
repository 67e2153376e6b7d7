//! Cells, case by case.

use super::cells::{self, Left};
use crate::person::{Role, Roles};
use chrono::NaiveDate;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

#[test]
fn dates_are_read_as_people_write_them() {
    let first = Some("2026-03-01");
    let cases = [
        ("2026-03-01", first),
        ("2026/3/1", first),
        ("2026.3.1", first),
        ("2026年3月1日", first),
        ("2026年3月1号", first),
        ("2026年03月01", first),
        ("20260301", first),
        ("２０２６－３－１", first),
        ("2026-03-01 00:00:00", first),
        ("2026/3/1 0:00", first),
        ("2026-03-01T08:30:00.000", first),
        ("2026-02-29", None),
        ("2026-13-01", None),
        ("26-3-1", None),
        ("3/1/2026", None),
        ("2026-3", None),
        ("2026年3月", None),
        ("2026-3-1-1", None),
        ("2026-3/1", None),
        ("46082", None),
        ("去年", None),
        ("2026-03-01 上午", None),
        ("-1-1", None),
        ("+2026-3-1", None),
    ];
    for (text, expected) in cases {
        assert_eq!(cells::date(text).ok(), expected.map(day), "{text}");
    }
    assert!(cells::date("2026-02-30").expect_err("no such day").contains("没有「2026-02-30」这一天"));
    assert!(cells::date("下个月").expect_err("no date").contains("例：2026-03-01"));
}

#[test]
fn roles_are_separated_by_anything() {
    let both = Roles::of(&[Role::Consultant, Role::Lead]);
    for text in [
        "咨询员 组长",
        "组长、咨询员",
        "咨询员\u{2c}组长",
        "咨询员，组长",
        "咨询员/组长",
        "咨询员　组长、",
        "咨询员\n组长",
    ] {
        assert_eq!(cells::roles(text), Ok(both), "{text}");
    }
    let unknown = cells::roles("组长 院长").expect_err("no role");
    assert_eq!(unknown, "没有角色「院长」，可以写：咨询员、电话咨询员、组长、主管、主任、导医、管理员");
    assert_eq!(cells::roles("、、"), Err("「、、」不是角色".to_owned()));
}

#[test]
fn names_are_one_word_of_a_chat() {
    let cases = [
        ("张三", Ok("张三")),
        ("张 三", Ok("张三")),
        ("张\u{3000}三", Ok("张三")),
        ("阿依古丽·买买提", Ok("阿依古丽·买买提")),
        ("Li-Na", Ok("Li-Na")),
        ("", Err("没有写姓名")),
        ("Li Na", Err("姓名「Li Na」里有空格或换行，请去掉")),
        ("张三#2", Err("姓名「张三#2」里不能有「#」")),
        ("@张三", Err("姓名「@张三」里不能有「@」")),
        ("张三（一组）", Err("姓名「张三（一组）」里不能有「（」")),
        ("一二三四五六七八九十一二三四五六七八九十", Ok("一二三四五六七八九十一二三四五六七八九十")),
        (
            "一二三四五六七八九十一二三四五六七八九十多",
            Err("姓名「一二三四五六七八九十一二三四五六七八九十…」太长，最多 20 个字"),
        ),
    ];
    for (text, expected) in cases {
        let expected = expected.map(str::to_owned).map_err(str::to_owned);
        assert_eq!(cells::name(text), expected, "{text}");
    }
}

#[test]
fn accounts_are_whole() {
    for text in ["zhangsan", "ZhangSan_01", "10086", "manager4220", "E", "1e5", "12E"] {
        assert_eq!(cells::account(text).as_deref(), Ok(text));
    }
    assert!(cells::account("1.23457E+17").expect_err("cut short").contains("设成文本"));
    assert!(cells::account("zhang san").expect_err("two words").contains("空格"));
    assert!(cells::account(&"a".repeat(64)).is_ok());
    assert!(cells::account(&"a".repeat(65)).expect_err("too long").contains("最多 64"));
}

#[test]
fn leaving_is_a_day_or_a_word() {
    let today = day("2026-03-02");
    let cases = [
        ("在职", Ok(None)),
        ("离职", Ok(Some(Left::Already))),
        ("2026-03-02", Ok(Some(Left::Already))),
        ("2026-03-03", Ok(Some(Left::Later(day("2026-03-03"))))),
        ("快了", Err(())),
    ];
    for (text, expected) in cases {
        assert_eq!(cells::left(text, today).map_err(|_| ()), expected, "{text}");
    }
}
