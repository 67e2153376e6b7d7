//! Types, units and bounds of settings, and how their values are typed, shown and kept.

/// What is counted. Money is kept in fen, rates in hundredths of a percent, days that know halves in half days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// 元, kept in fen.
    Fen,
    /// 分 (points).
    Points,
    /// 秒.
    Seconds,
    /// 分钟.
    Minutes,
    /// 小时.
    Hours,
    /// 天.
    Days,
    /// 天 in steps of 0.5, kept in half days.
    HalfDays,
    /// 周.
    Weeks,
    /// 个月.
    Months,
    /// 次.
    Times,
    /// 人.
    People,
    /// 个, 条, 字: anything else that is counted.
    Pieces,
    /// %, kept in hundredths of a percent (2 % is 200).
    BasisPoints,
    /// 日: a day of the month.
    DayOfMonth,
}

/// One of the words that a setting may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// As kept and exported: lower case English with underscores.
    pub word: &'static str,
    /// As typed and shown, in Chinese.
    pub means: &'static str,
}

/// Type, unit and bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A whole number of the unit as it is kept, both bounds included.
    Whole {
        /// What is counted.
        unit: Unit,
        /// Least value, as kept.
        min: i64,
        /// Greatest value, as kept.
        max: i64,
    },
    /// 开 or 关.
    Switch,
    /// A time of day, 00:00 to 23:59, kept in minutes after midnight.
    Time,
    /// One of these.
    Word(&'static [Choice]),
}

/// A value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// Of [`Kind::Whole`], in the unit as it is kept.
    Whole(i64),
    /// Of [`Kind::Switch`].
    Switch(bool),
    /// Of [`Kind::Time`]: minutes after midnight.
    Time(u32),
    /// Of [`Kind::Word`]: the word as kept.
    Word(&'static str),
}

/// A value that cannot be taken: what was expected, in Chinese.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadValue(pub String);

impl std::fmt::Display for BadValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

const MINUTES_A_DAY: u32 = 24 * 60;

impl Unit {
    /// The Chinese words for it; the first is shown.
    fn words(self) -> &'static [&'static str] {
        match self {
            Unit::Fen => &["元", "块", "块钱"],
            Unit::Points => &["分"],
            Unit::Seconds => &["秒", "秒钟"],
            Unit::Minutes => &["分钟", "分"],
            Unit::Hours => &["小时", "个小时"],
            Unit::Days | Unit::HalfDays => &["天", "日"],
            Unit::Weeks => &["周", "个星期", "星期"],
            Unit::Months => &["个月", "月"],
            Unit::Times => &["次"],
            Unit::People => &["人", "个人"],
            Unit::Pieces => &["个", "条", "字", "项"],
            Unit::BasisPoints => &["%", "％"],
            Unit::DayOfMonth => &["日", "号"],
        }
    }

    /// How many kept parts make one shown unit, and how many digits of a fraction that allows.
    fn parts(self) -> i64 {
        match self {
            Unit::Fen | Unit::BasisPoints => 100,
            Unit::HalfDays => 2,
            _ => 1,
        }
    }

    fn show(self, kept: i64) -> String {
        let parts = self.parts();
        let word = self.words()[0];
        let sign = if kept < 0 { "-" } else { "" };
        let (whole, part) =
            (kept.unsigned_abs() / parts.unsigned_abs(), kept.unsigned_abs() % parts.unsigned_abs());
        let fraction = match (parts, part) {
            (_, 0) => String::new(),
            (2, _) => ".5".to_owned(),
            _ => format!(".{part:02}").trim_end_matches('0').to_owned(),
        };
        format!("{sign}{whole}{fraction}{word}")
    }

    fn read(self, text: &str) -> Option<i64> {
        let mut number = text.trim();
        // The longest word first: 分钟 before 分.
        let mut words = self.words().to_vec();
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        if let Some(word) = words.into_iter().find(|word| number.ends_with(word)) {
            number = number[..number.len() - word.len()].trim_end();
        }
        let (sign, digits) = match number.strip_prefix(['-', '－']) {
            Some(rest) => (-1, rest),
            None => (1, number.strip_prefix('+').unwrap_or(number)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || whole.len() > 12 || !all_digits(whole) || !all_digits(fraction) {
            return None;
        }
        let parts = self.parts();
        let fraction = fraction.trim_end_matches('0');
        let part = match (parts, fraction) {
            (_, "") => 0,
            (2, "5") => 1,
            (100, _) if fraction.len() <= 2 => format!("{fraction:0<2}").parse().ok()?,
            _ => return None,
        };
        let whole: i64 = whole.parse().ok()?;
        Some(sign * (whole * parts + part))
    }
}

impl Kind {
    /// Reads a value as people type it, or as it is kept, and checks the bounds.
    ///
    /// # Errors
    /// What was expected instead.
    pub fn read(&self, text: &str) -> Result<Value, BadValue> {
        let text = text.trim();
        match self {
            Kind::Whole { unit, min, max } => unit
                .read(text)
                .filter(|kept| (*min..=*max).contains(kept))
                .map(Value::Whole)
                .ok_or_else(|| BadValue(format!("应在 {} 到 {} 之间", unit.show(*min), unit.show(*max)))),
            Kind::Switch => match text {
                "开" | "开启" | "打开" | "是" | "true" | "on" => Ok(Value::Switch(true)),
                "关" | "关闭" | "关掉" | "否" | "false" | "off" => Ok(Value::Switch(false)),
                _ => Err(BadValue("应写「开」或「关」".to_owned())),
            },
            Kind::Time => {
                read_time(text).map(Value::Time).ok_or_else(|| BadValue("应写时刻，例：07:50".to_owned()))
            }
            Kind::Word(choices) => choices
                .iter()
                .find(|choice| choice.word == text || choice.means == text)
                .map(|choice| Value::Word(choice.word))
                .ok_or_else(|| {
                    let words: Vec<&str> = choices.iter().map(|choice| choice.means).collect();
                    BadValue(format!("可选：{}", words.join("、")))
                }),
        }
    }

    /// A value from its kept form ([`Value`]'s `Display`); `None` when it is not one of this kind any more. Bounds are
    /// not asked: what was set while they were wider stays.
    pub fn from_kept(&self, kept: &str) -> Option<Value> {
        match self {
            Kind::Whole { .. } => kept.parse().ok().map(Value::Whole),
            Kind::Switch | Kind::Time | Kind::Word(_) => self.read(kept).ok(),
        }
    }

    /// A value as people read it.
    pub fn show(&self, value: Value) -> String {
        match (self, value) {
            (Kind::Whole { unit, .. }, Value::Whole(kept)) => unit.show(kept),
            (Kind::Word(choices), Value::Word(word)) => {
                let choice = choices.iter().find(|choice| choice.word == word);
                choice.map_or(word, |choice| choice.means).to_owned()
            }
            (_, value) => value.to_string(),
        }
    }

    /// The bounds in words, for people.
    pub fn bounds(&self) -> String {
        match self {
            Kind::Whole { unit, min, max } => format!("{} 到 {}", unit.show(*min), unit.show(*max)),
            Kind::Switch => "开、关".to_owned(),
            Kind::Time => "00:00 到 23:59".to_owned(),
            Kind::Word(choices) => choices.iter().map(|choice| choice.means).collect::<Vec<_>>().join("、"),
        }
    }
}

fn read_time(text: &str) -> Option<u32> {
    let (hours, minutes) = text.split_once([':', '：'])?;
    let digits = |text: &str| (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(hours) || minutes.len() != 2 || !digits(minutes) {
        return None;
    }
    let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

/// The form in which values are kept and exported; people read [`Kind::show`].
impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Value::Whole(kept) => write!(f, "{kept}"),
            Value::Switch(on) => f.write_str(if *on { "开" } else { "关" }),
            Value::Time(minutes) => {
                let minutes = minutes % MINUTES_A_DAY;
                write!(f, "{:02}:{:02}", minutes / 60, minutes % 60)
            }
            Value::Word(word) => f.write_str(word),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FEN: Kind = Kind::Whole { unit: Unit::Fen, min: 0, max: 100_000 };
    const HALF: Kind = Kind::Whole { unit: Unit::HalfDays, min: 1, max: 60 };
    const RATE: Kind = Kind::Whole { unit: Unit::BasisPoints, min: 0, max: 10_000 };
    const SHARE: Kind =
        Kind::Word(&[Choice { word: "whole", means: "全额" }, Choice { word: "progressive", means: "累进" }]);

    #[test]
    fn values_are_read_as_people_type_them() {
        let cases: &[(Kind, &str, Option<Value>)] = &[
            (FEN, "30", Some(Value::Whole(3_000))),
            (FEN, "30元", Some(Value::Whole(3_000))),
            (FEN, "0.5 元", Some(Value::Whole(50))),
            (FEN, "0.05", Some(Value::Whole(5))),
            (FEN, "0.005", None),
            (FEN, "1000.01元", None),
            (FEN, "-1", None),
            (FEN, "三十", None),
            (FEN, "", None),
            (HALF, "0.5天", Some(Value::Whole(1))),
            (HALF, "4", Some(Value::Whole(8))),
            (HALF, "4.0", Some(Value::Whole(8))),
            (HALF, "0.3", None),
            (HALF, "0", None),
            (RATE, "2%", Some(Value::Whole(200))),
            (RATE, "0.25 %", Some(Value::Whole(25))),
            (RATE, "100.01", None),
            (Kind::Whole { unit: Unit::Minutes, min: 0, max: 90 }, "30分", Some(Value::Whole(30))),
            (Kind::Whole { unit: Unit::Minutes, min: 0, max: 90 }, "30分钟", Some(Value::Whole(30))),
            (Kind::Whole { unit: Unit::Points, min: -100, max: 100 }, "-2分", Some(Value::Whole(-2))),
            (Kind::Time, "7:50", Some(Value::Time(470))),
            (Kind::Time, "23:59", Some(Value::Time(1_439))),
            (Kind::Time, "24:00", None),
            (Kind::Time, "7:5", None),
            (Kind::Switch, "开", Some(Value::Switch(true))),
            (Kind::Switch, "off", Some(Value::Switch(false))),
            (Kind::Switch, "也许", None),
            (SHARE, "全额", Some(Value::Word("whole"))),
            (SHARE, "progressive", Some(Value::Word("progressive"))),
            (SHARE, "pool", None),
        ];
        for (kind, text, expected) in cases {
            assert_eq!(kind.read(text).ok(), *expected, "{text}");
        }
    }

    #[test]
    fn a_refused_value_tells_the_bounds() {
        assert_eq!(FEN.read("2000").unwrap_err().0, "应在 0元 到 1000元 之间");
        assert_eq!(HALF.read("0").unwrap_err().0, "应在 0.5天 到 30天 之间");
        assert_eq!(SHARE.read("?").unwrap_err().0, "可选：全额、累进");
    }

    #[test]
    fn what_is_kept_comes_back() {
        let values = [
            (FEN, Value::Whole(3_000)),
            (HALF, Value::Whole(9)),
            (Kind::Switch, Value::Switch(true)),
            (Kind::Time, Value::Time(470)),
            (SHARE, Value::Word("progressive")),
        ];
        for (kind, value) in values {
            assert_eq!(kind.from_kept(&value.to_string()), Some(value));
        }
        assert_eq!(SHARE.from_kept("pool"), None);
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read(kept in -1_000_000i64..1_000_000) {
            for unit in [Unit::Fen, Unit::Points, Unit::HalfDays, Unit::BasisPoints, Unit::Minutes, Unit::DayOfMonth] {
                let kind = Kind::Whole { unit, min: i64::MIN, max: i64::MAX };
                prop_assert_eq!(kind.read(&kind.show(Value::Whole(kept))), Ok(Value::Whole(kept)));
            }
        }
    }
}
