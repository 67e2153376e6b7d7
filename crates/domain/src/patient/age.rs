//! 年龄 and 性别, as typed.

use super::text::plain;

/// An age.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Age {
    months: u32,
    about: bool,
}

/// Why an age could not be read. What cannot be read counts as missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadAge {
    /// No number, or more than one: 30多岁, 30-35岁, 80后.
    NotOneNumber,
    /// Above [`Age::OLDEST`] years.
    TooOld,
}

impl BadAge {
    /// The reason in Chinese, without full stop.
    pub fn reason(self) -> &'static str {
        match self {
            BadAge::NotOneNumber => "年龄请写一个数，例如 35、约35、3个月",
            BadAge::TooOld => "年龄不能超过130岁",
        }
    }
}

/// What says that an age is a guess.
const ABOUT: [&str; 10] = ["大概", "大约", "左右", "上下", "差不多", "估计", "可能", "约莫", "来岁", "约"];

/// Years as people count them.
const YEARS: [&str; 4] = ["周岁", "虚岁", "岁", "y"];
/// Months.
const MONTHS: [&str; 4] = ["个多月", "个月", "月龄", "月"];
/// Weeks and days: less than a month, or a few.
const WEEKS: [&str; 3] = ["个星期", "周", "星期"];

impl Age {
    /// Years at most.
    pub const OLDEST: u32 = 130;

    /// Reads `35`, `35岁`, `三十五`, `约35`, `35岁左右`, `3个月`, `1岁半`, `1岁3个月`, `半岁`, `20天`; a number alone is in years.
    ///
    /// # Errors
    /// [`BadAge`] says what is wrong. A decade (30多岁, 80后) is none: there would be nothing to compare.
    pub fn read(typed: &str) -> Result<Age, BadAge> {
        let mut text = plain(typed);
        let mut about = false;
        for word in ABOUT {
            if text.contains(word) {
                about = true;
                text = text.replace(word, if word == "来岁" { "岁" } else { "" });
            }
        }
        let text = text.trim_start_matches("年龄").trim_start_matches(['满', ':', '：']);
        let months = months(text).ok_or(BadAge::NotOneNumber)?;
        if months > Age::OLDEST * 12 { Err(BadAge::TooOld) } else { Ok(Age { months, about }) }
    }

    /// Completed years.
    pub fn years(self) -> u32 {
        self.months / 12
    }

    /// Completed months.
    pub fn months(self) -> u32 {
        self.months
    }

    /// True when it was said to be a guess (约35).
    pub fn is_about(self) -> bool {
        self.about
    }

    /// Whether two ages are one, when they may differ by so many completed years. A guess is compared like any
    /// other.
    pub fn agrees(self, other: Age, tolerance: u32) -> bool {
        self.years().abs_diff(other.years()) <= tolerance
    }
}

impl std::fmt::Display for Age {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.about {
            f.write_str("约")?;
        }
        match (self.months / 12, self.months % 12) {
            (0, months) => write!(f, "{months}个月"),
            (years, 0) => write!(f, "{years}岁"),
            (years, months) => write!(f, "{years}岁{months}个月"),
        }
    }
}

/// Months of the whole text; `None` when anything is left over.
fn months(text: &str) -> Option<u32> {
    if let Some(rest) = text.strip_prefix('半') {
        return is_unit(rest, &YEARS).then_some(6).or_else(|| is_unit(rest, &["个月", "月"]).then_some(0));
    }
    let (number, rest) = number(text)?;
    if rest.is_empty() {
        return number.checked_mul(12);
    }
    if let Some(rest) = strip(rest, &YEARS) {
        let years = number.checked_mul(12)?;
        return match rest {
            "" | "多" => Some(years),
            "半" => years.checked_add(6),
            _ => {
                let (more, unit) = self::number(rest.trim_start_matches(['零', '又']))?;
                (is_unit(unit, &MONTHS) && more < 12).then_some(())?;
                years.checked_add(more)
            }
        };
    }
    if let Some(rest) = strip(rest, &MONTHS) {
        return matches!(rest, "" | "半" | "大" | "多").then_some(number);
    }
    if let Some("" | "大") = strip(rest, &WEEKS) {
        return number.checked_mul(7).map(|days| days / 30);
    }
    matches!(rest, "天" | "日" | "天大" | "日龄").then_some(number / 30)
}

fn strip<'a>(text: &'a str, units: &[&str]) -> Option<&'a str> {
    units.iter().find_map(|unit| text.strip_prefix(unit))
}

fn is_unit(text: &str, units: &[&str]) -> bool {
    strip(text, units) == Some("")
}

/// The number at the beginning, Arabic or Chinese, with at most three digits, and what follows.
fn number(text: &str) -> Option<(u32, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    if end > 0 {
        return Some((text[..end].parse().ok().filter(|number| *number < 1_000)?, &text[end..]));
    }
    let end = text.find(|c: char| digit(c).is_none() && !matches!(c, '十' | '百')).unwrap_or(text.len());
    Some((spelled(&text[..end])?, &text[end..]))
}

fn digit(c: char) -> Option<u32> {
    "零一二三四五六七八九"
        .chars()
        .position(|known| known == c)
        .or(match c {
            '两' => Some(2),
            '〇' => Some(0),
            _ => None,
        })
        .and_then(|at| u32::try_from(at).ok())
}

/// 八, 十八, 三十五, 一百零二; two digits without a ten between (七八) are a guess.
fn spelled(text: &str) -> Option<u32> {
    let (hundreds, rest) = match text.split_once('百') {
        Some((before, rest)) => (digit_alone(before)? * 100, rest.trim_start_matches('零')),
        None => (0, text),
    };
    let below = match rest.split_once('十') {
        Some((before, ones)) => {
            let tens = if before.is_empty() { 1 } else { digit_alone(before)? };
            tens * 10 + if ones.is_empty() { 0 } else { digit_alone(ones)? }
        }
        None if rest.is_empty() && hundreds > 0 => 0,
        None => digit_alone(rest)?,
    };
    Some(hundreds + below)
}

fn digit_alone(text: &str) -> Option<u32> {
    let mut chars = text.chars();
    let value = chars.next().and_then(digit)?;
    chars.next().is_none().then_some(value)
}

/// 性别.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sex {
    /// 男.
    Male,
    /// 女.
    Female,
}

impl Sex {
    /// Reads 男, 女, 男性, 女孩, M, F.
    pub fn read(typed: &str) -> Option<Sex> {
        match plain(typed).as_str() {
            "男" | "男性" | "男士" | "男孩" | "男生" | "男的" | "m" | "male" => Some(Sex::Male),
            "女" | "女性" | "女士" | "女孩" | "女生" | "女的" | "f" | "female" => {
                Some(Sex::Female)
            }
            _ => None,
        }
    }

    /// The Chinese word.
    pub fn word(self) -> &'static str {
        match self {
            Sex::Male => "男",
            Sex::Female => "女",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ages_are_read_as_people_say_them() {
        let years = |years: u32| years * 12;
        let cases = [
            ("35", years(35), false),
            ("３５岁", years(35), false),
            ("35 周岁", years(35), false),
            ("满35岁", years(35), false),
            ("三十五", years(35), false),
            ("三十五岁", years(35), false),
            ("十八岁", years(18), false),
            ("两岁", years(2), false),
            ("二十", years(20), false),
            ("一百零二岁", years(102), false),
            ("一百", years(100), false),
            ("约35", years(35), true),
            ("大约35岁", years(35), true),
            ("35岁左右", years(35), true),
            ("35左右", years(35), true),
            ("三十来岁", years(30), true),
            ("3个月", 3, false),
            ("三个月", 3, false),
            ("3月", 3, false),
            ("18个月", 18, false),
            ("约3个月大", 3, true),
            ("1岁半", 18, false),
            ("半岁", 6, false),
            ("1岁3个月", 15, false),
            ("一岁零三个月", 15, false),
            ("20天", 0, false),
            ("45天", 1, false),
            ("6周", 1, false),
            ("0", 0, false),
            ("130", years(130), false),
        ];
        for (typed, months, about) in cases {
            assert_eq!(Age::read(typed), Ok(Age { months, about }), "{typed}");
        }
    }

    #[test]
    fn what_is_no_single_age_is_told() {
        let wrong = [
            "",
            "不详",
            "成年",
            "30多岁",
            "30-35",
            "80后",
            "1990年",
            "七八岁",
            "岁",
            "35斤",
            "-3",
            "3.5",
            "1岁15个月",
            "十百",
        ];
        for typed in wrong {
            assert_eq!(Age::read(typed), Err(BadAge::NotOneNumber), "{typed}");
        }
        assert_eq!(Age::read("131"), Err(BadAge::TooOld));
        assert_eq!(Age::read("999岁"), Err(BadAge::TooOld));
    }

    #[test]
    fn ages_agree_within_the_tolerance_r_079() {
        let cases = [
            ("35", "36", 1, true),
            ("36", "35", 1, true),
            ("35", "37", 1, false),
            ("35", "36", 0, false),
            ("约35", "34", 1, true),
            ("3个月", "11个月", 0, true),
            ("11个月", "1岁", 1, true),
            ("3个月", "3岁", 1, false),
        ];
        for (one, other, tolerance, expected) in cases {
            let (one_read, other_read) = (Age::read(one).unwrap(), Age::read(other).unwrap());
            assert_eq!(one_read.agrees(other_read, tolerance), expected, "{one} {other} ±{tolerance}");
        }
    }

    #[test]
    fn the_sex_is_read() {
        let cases =
            [("男", Some(Sex::Male)), (" 女 ", Some(Sex::Female)), ("Ｆ", Some(Sex::Female)), ("未知", None)];
        for (typed, expected) in cases {
            assert_eq!(Sex::read(typed), expected, "{typed}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read(months in 1u32..=Age::OLDEST * 12, about: bool) {
            let age = Age { months, about };
            prop_assert_eq!(Age::read(&age.to_string()), Ok(age));
        }

        #[test]
        fn any_text_is_borne(typed in "\\PC{0,12}|[0-9一二三十百零岁半个月约天]{0,10}") {
            if let Ok(age) = Age::read(&typed) {
                prop_assert!(age.years() <= Age::OLDEST && age.agrees(age, 0));
            }
        }
    }
}
