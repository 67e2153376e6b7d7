//! 消费: an amount of money as it is typed.

/// Most that is taken for what one visit costs, fen.
const MOST: i64 = 1_000_000_000;

/// Reads an amount in yuan into fen: `300`, `1,200.5元`, `¥99`, `没有` and `未消费` as 0. `None` when it is none, or none
/// that one visit costs.
pub fn read_spend(typed: &str) -> Option<i64> {
    let plain = crate::patient::plain(typed);
    if matches!(plain.as_str(), "无" | "没有" | "没消费" | "未消费" | "零") {
        return Some(0);
    }
    let amount = plain.trim_start_matches(['¥', '￥']);
    let unit = ["元", "块钱", "块"].into_iter().find_map(|unit| amount.strip_suffix(unit));
    let digits = unit.unwrap_or(amount).replace(',', "");
    let (yuan, fraction) = digits.split_once('.').unwrap_or((&digits, "0"));
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits(yuan) || !all_digits(fraction) || fraction.len() > 2 {
        return None;
    }
    let fen: i64 = format!("{fraction:0<2}").parse().ok()?;
    let fen = yuan.parse::<i64>().ok()?.checked_mul(100)?.checked_add(fen)?;
    (fen <= MOST).then_some(fen)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_are_read_as_people_type_them_r_081() {
        let cases = [
            ("300", Some(30_000)),
            (" 1,200.5元", Some(120_050)),
            ("￥99", Some(9_900)),
            ("３００块", Some(30_000)),
            ("0", Some(0)),
            ("未消费", Some(0)),
            ("0.05", Some(5)),
            ("-3", None),
            ("3.005", None),
            ("三百多", None),
            ("", None),
            ("10000000", Some(MOST)),
            ("10000000.01", None),
            ("99999999999999999999", None),
        ];
        for (typed, expected) in cases {
            assert_eq!(read_spend(typed), expected, "{typed}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_an_amount_or_none(typed in "\\PC{0,12}") {
            prop_assert!(read_spend(&typed).is_none_or(|fen| (0..=MOST).contains(&fen)));
        }
    }
}
