//! Whole numbers: `50`, `５０`, `五十`, `一百零五`, `一百五`, `3万`, `二〇二六`.

/// The largest number that is read; no figure of a department comes near it.
pub const MAX_NUMBER: u32 = 9_999_999;

/// Counting words. Longer ones stand before their beginnings.
const UNITS: &[&str] = &["人次", "个人", "个", "位", "人", "次", "条", "例", "通", "单", "名", "份"];

/// Reads the number at the beginning of the text: its value and the bytes used.
///
/// `None` when there is none, when it is above [`MAX_NUMBER`], when it is not well formed (`十百`), and when it is
/// only a guess (`七八个` means seven or eight, not 78). What follows is for the caller to look at: of `3.5` this
/// reads `3`, of `50个` it reads `50`.
pub fn parse_number(text: &str) -> Option<(u32, usize)> {
    let run = match arabic(text) {
        Some(digits) if !takes_weight(&text[..digits.used], &text[digits.used..]) => {
            return (digits.value <= MAX_NUMBER).then_some((digits.value, digits.used));
        }
        _ => &text[..text.find(|c| sign(c).is_none()).unwrap_or(text.len())],
    };
    let value = if run.chars().any(|c| matches!(sign(c), Some(Sign::Weight(_)))) {
        spelled(run)
    } else {
        listed(run)
    }?;
    (value <= MAX_NUMBER).then_some((value, run.len()))
}

/// The bytes of the counting word at the beginning of the text (`个`, `位`, `人次` …); 0 when there is none.
pub fn parse_unit(text: &str) -> usize {
    UNITS.iter().find(|unit| text.starts_with(**unit)).map_or(0, |unit| unit.len())
}

/// A run of Arabic digits; the value stops growing at `u32::MAX`.
pub(super) struct Digits {
    pub(super) value: u32,
    pub(super) count: usize,
    pub(super) used: usize,
}

/// Reads the Arabic digits, half- or full-width, at the beginning of the text.
pub(super) fn arabic(text: &str) -> Option<Digits> {
    let mut digits = Digits { value: 0, count: 0, used: 0 };
    for c in text.chars() {
        let Some(Sign::Arabic(digit)) = sign(c) else { break };
        digits.value = digits.value.saturating_mul(10).saturating_add(digit);
        digits.count += 1;
        digits.used += c.len_utf8();
    }
    (digits.count > 0).then_some(digits)
}

/// Whether a number could begin with this character.
pub(super) fn is_numeral(c: char) -> bool {
    sign(c).is_some()
}

/// Whether this is an Arabic digit, half- or full-width.
pub(super) fn is_arabic(c: char) -> bool {
    matches!(sign(c), Some(Sign::Arabic(_)))
}

enum Sign {
    Arabic(u32),
    Chinese(u32),
    Weight(u32),
}

fn sign(c: char) -> Option<Sign> {
    Some(match c {
        '0'..='9' => Sign::Arabic(u32::from(c) - u32::from('0')),
        '０'..='９' => Sign::Arabic(u32::from(c) - u32::from('０')),
        '零' | '〇' => Sign::Chinese(0),
        '一' => Sign::Chinese(1),
        '二' | '两' => Sign::Chinese(2),
        '三' => Sign::Chinese(3),
        '四' => Sign::Chinese(4),
        '五' => Sign::Chinese(5),
        '六' => Sign::Chinese(6),
        '七' => Sign::Chinese(7),
        '八' => Sign::Chinese(8),
        '九' => Sign::Chinese(9),
        '十' => Sign::Weight(10),
        '百' => Sign::Weight(100),
        '千' => Sign::Weight(1000),
        '万' => Sign::Weight(10_000),
        _ => return None,
    })
}

/// `3万` and `3千` are numbers; in `50百度20` the 百 belongs to the next word.
fn takes_weight(digits: &str, rest: &str) -> bool {
    match rest.chars().next().and_then(sign) {
        Some(Sign::Weight(10_000)) => true,
        Some(Sign::Weight(_)) => digits.chars().count() == 1,
        _ => false,
    }
}

/// Chinese digits side by side: 一二三 is 123. Two neighbours (七八) or 三五 are a guess and no number.
fn listed(run: &str) -> Option<u32> {
    let mut value: u32 = 0;
    for c in run.chars() {
        let Some(Sign::Chinese(digit)) = sign(c) else { return None };
        value = value.saturating_mul(10).saturating_add(digit);
    }
    let guess = run.chars().count() == 2 && value > 10 && (value / 10 + 1 == value % 10 || value == 35);
    (!run.is_empty() && !guess).then_some(value)
}

/// A number with weights, read from left to right; 万 closes a section as , does in English.
fn spelled(run: &str) -> Option<u32> {
    let mut high: u32 = 0;
    let mut section = Section::default();
    let mut rest = run;
    while let Some(c) = rest.chars().next() {
        let mut used = c.len_utf8();
        match sign(c)? {
            Sign::Arabic(_) => {
                let digits = arabic(rest)?;
                used = digits.used;
                section.figure(digits.value, digits.count > 1)?;
            }
            Sign::Chinese(0) => section.zero(),
            Sign::Chinese(digit) => section.figure(digit, false)?,
            Sign::Weight(10_000) => {
                let value = section.close()?;
                if high > 0 || value == 0 {
                    return None;
                }
                high = value.checked_mul(10_000)?;
                section = Section { weight: 10_000, ..Section::default() };
            }
            Sign::Weight(weight) => section.weigh(weight)?,
        }
        rest = &rest[used..];
    }
    high.checked_add(section.close()?)
}

/// Up to four digits with their weights: 三千零五十, 一百五.
#[derive(Default)]
struct Section {
    sum: u32,
    /// The last weight; the next must be smaller. 0 when none was seen.
    weight: u32,
    /// A figure that waits for its weight, and whether it was written with several digits.
    pending: Option<(u32, bool)>,
    /// 零 stood before: the figure counts ones, not the next lower weight.
    skipped: bool,
}

impl Section {
    fn figure(&mut self, value: u32, several: bool) -> Option<()> {
        self.pending.replace((value, several)).is_none().then_some(())
    }

    fn zero(&mut self) {
        self.skipped = true;
    }

    fn weigh(&mut self, weight: u32) -> Option<()> {
        let factor = match self.pending.take() {
            Some((factor @ 1..=9, _)) => factor,
            None if weight == 10 => 1,
            _ => return None,
        };
        if self.weight != 0 && weight >= self.weight {
            return None;
        }
        self.sum += factor * weight;
        self.weight = weight;
        self.skipped = false;
        Some(())
    }

    fn close(self) -> Option<u32> {
        match self.pending {
            None => (!self.skipped).then_some(self.sum),
            Some((value, true)) => {
                (self.weight == 0 || value < self.weight).then(|| self.sum.checked_add(value))?
            }
            // 一百五 is 150 and 三万五 is 35000, but 一百零五 is 105 and 十五 is 15.
            Some((value, false)) if self.skipped || self.weight <= 10 => Some(self.sum + value),
            Some((value, false)) => Some(self.sum + value * (self.weight / 10)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write() {
        for (text, value, used) in [
            ("50", 50, "50"),
            ("５０个", 50, "５０"),
            ("007", 7, "007"),
            ("0", 0, "0"),
            ("零", 0, "零"),
            ("两个", 2, "两"),
            ("十", 10, "十"),
            ("十五", 15, "十五"),
            ("二十", 20, "二十"),
            ("二十一例", 21, "二十一"),
            ("一百", 100, "一百"),
            ("一百零五", 105, "一百零五"),
            ("一百五", 150, "一百五"),
            ("一百五十", 150, "一百五十"),
            ("一百一十五", 115, "一百一十五"),
            ("一百十五", 115, "一百十五"),
            ("两百", 200, "两百"),
            ("三千二", 3_200, "三千二"),
            ("三千零二", 3_002, "三千零二"),
            ("一万", 10_000, "一万"),
            ("3万", 30_000, "3万"),
            ("3万5", 35_000, "3万5"),
            ("1万2000", 12_000, "1万2000"),
            ("3千", 3_000, "3千"),
            ("一二三", 123, "一二三"),
            ("二〇二六", 2_026, "二〇二六"),
            ("零五", 5, "零五"),
            ("3.5", 3, "3"),
            ("50百度20", 50, "50"),
            ("9999999", 9_999_999, "9999999"),
        ] {
            assert_eq!(parse_number(text), Some((value, used.len())), "{text}");
        }
    }

    #[test]
    fn what_is_no_number() {
        for text in [
            "",
            "个",
            "百度",
            "万",
            "十百",
            "一百两千",
            "七八个",
            "两三个",
            "三五个",
            "十七八",
            "10000000",
            "一千万",
        ] {
            assert_eq!(parse_number(text), None, "{text}");
        }
        assert_eq!(parse_number(&"9".repeat(100_000)), None);
        assert_eq!(parse_number(&"万".repeat(100_000)), None);
    }

    #[test]
    fn counting_words() {
        assert_eq!(parse_unit("人次,"), "人次".len());
        assert_eq!(parse_unit("个预约"), "个".len());
        assert_eq!(parse_unit("天"), 0);
    }
}
