//! 电话: one number as people write it, in the one form in which it is compared.

use crate::privacy::{is_mobile, narrow};

/// What kind of number it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PhoneKind {
    /// 手机 of the mainland.
    Mobile,
    /// 座机 with its area code.
    Landline,
    /// 座机 without its area code.
    Local,
    /// A number of Hong Kong, Macao, Taiwan or abroad, with its country's code.
    Abroad,
}

/// A readable telephone number.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Phone {
    digits: String,
    extension: Option<String>,
    kind: PhoneKind,
}

/// Why a number could not be read. What cannot be read counts as missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadPhone {
    /// No digits, or letters where none belong.
    NotANumber,
    /// Begins as a mobile number, but has not eleven digits.
    MobileLength,
    /// Neither a mobile number nor a landline by its length and beginning.
    Unknown,
    /// More than one number.
    Several,
}

impl BadPhone {
    /// The reason in Chinese, without full stop.
    pub fn reason(self) -> &'static str {
        match self {
            BadPhone::NotANumber => "电话里没有号码",
            BadPhone::MobileLength => "手机号应为11位",
            BadPhone::Unknown => "不像手机号，也不像座机号（座机请带区号）",
            BadPhone::Several => "电话请只写一个",
        }
    }
}

/// Digits of an extension at most.
const LONGEST_EXTENSION: usize = 6;

/// What stands before an extension.
const EXTENSIONS: [&str; 7] = ["转分机", "分机号", "分机", "转接", "转", "ext", "#"];

impl Phone {
    /// Reads one number in whatever form: with +86 or 0086, blanks, dashes, brackets, full-width digits, area code,
    /// extension (转801, -801 after a landline).
    ///
    /// # Errors
    /// [`BadPhone`] says what is wrong.
    pub fn read(typed: &str) -> Result<Phone, BadPhone> {
        let plain: String = typed.chars().map(narrow).collect::<String>().to_lowercase();
        let (number, extension) = split_extension(plain.trim())?;
        let groups = groups(number)?;
        let abroad = number.trim_start().starts_with('+') || groups[0].starts_with("00");
        let joined = groups.concat();
        if abroad {
            let digits = joined.strip_prefix("00").unwrap_or(&joined);
            return match digits.strip_prefix("86") {
                Some(rest) => national(with_trunk(rest), extension),
                None if (8..=15).contains(&digits.len()) => {
                    Ok(Phone { digits: format!("+{digits}"), extension, kind: PhoneKind::Abroad })
                }
                None => Err(BadPhone::Unknown),
            };
        }
        if let Some(rest) = joined.strip_prefix("86")
            && (is_mobile(rest) || (rest.starts_with('0') && landline(rest).is_some()))
        {
            return national(rest.to_owned(), extension);
        }
        if groups.len() > 1 && groups.iter().all(|group| is_mobile(group)) {
            return Err(BadPhone::Several);
        }
        // 0571-87654321-801: the last group is the extension when the ones before are whole without it.
        if let Some((last, before)) = groups.split_last()
            && extension.is_none()
            && last.len() <= LONGEST_EXTENSION
            && landline(&before.concat()).is_some()
            && landline(&joined).is_none()
        {
            return national(before.concat(), Some(last.clone()));
        }
        national(joined, extension)
    }

    /// The number as it is stored, searched and indexed: digits without separators, a landline with its area code if
    /// it was given, never the extension; abroad with `+`. Reading it again gives the same.
    pub fn key(&self) -> &str {
        &self.digits
    }

    /// The extension, digits.
    pub fn extension(&self) -> Option<&str> {
        self.extension.as_deref()
    }

    /// What kind of number it is.
    pub fn kind(&self) -> PhoneKind {
        self.kind
    }

    /// Whether two numbers are one: equal without separators and country's code. Two different extensions are
    /// two desks of one house; one that is not given says nothing. A landline without area code is not taken for one
    /// with it: seven or eight digits exist in every city.
    pub fn agrees(&self, other: &Phone) -> bool {
        self.digits == other.digits
            && match (&self.extension, &other.extension) {
                (Some(one), Some(two)) => one == two,
                _ => true,
            }
    }
}

impl std::fmt::Display for Phone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.digits)?;
        self.extension.as_ref().map_or(Ok(()), |extension| write!(f, "转{extension}"))
    }
}

/// The number and its extension, when a word announces one.
fn split_extension(text: &str) -> Result<(&str, Option<String>), BadPhone> {
    let found = EXTENSIONS.iter().find_map(|word| text.split_once(word));
    let Some((number, rest)) = found else { return Ok((text, None)) };
    let digits: String = rest.chars().filter(|c| !matches!(c, ' ' | '.' | ':' | '-')).collect();
    let sound = (1..=LONGEST_EXTENSION).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    if sound { Ok((number, Some(digits))) } else { Err(BadPhone::NotANumber) }
}

/// The runs of digits. Other characters than those that people write within a number are refused.
fn groups(number: &str) -> Result<Vec<String>, BadPhone> {
    let mut groups: Vec<String> = Vec::new();
    let mut within = false;
    for c in number.chars() {
        match c {
            '0'..='9' => {
                match groups.last_mut().filter(|_| within) {
                    Some(group) => group.push(c),
                    None => groups.push(c.to_string()),
                }
                within = true;
            }
            ' ' | '\t' | '-' | '–' | '—' | '−' | '.' | '(' | ')' | '+' => within = false,
            '/' | '、' | ',' | ';' | '或' | '和' => within = false,
            _ => return Err(BadPhone::NotANumber),
        }
    }
    if groups.is_empty() { Err(BadPhone::NotANumber) } else { Ok(groups) }
}

/// Behind the country's code the 0 of the area code is left out.
fn with_trunk(rest: &str) -> String {
    let complete = is_mobile(rest) || rest.starts_with('0');
    if complete { rest.to_owned() } else { format!("0{rest}") }
}

fn national(digits: String, extension: Option<String>) -> Result<Phone, BadPhone> {
    let kind = if is_mobile(&digits) { Some(PhoneKind::Mobile) } else { landline(&digits) };
    match kind {
        Some(kind) => Ok(Phone { digits, extension, kind }),
        None if digits.len() == 22 && is_mobile(&digits[..11]) && is_mobile(&digits[11..]) => {
            Err(BadPhone::Several)
        }
        None if digits.starts_with('1') => Err(BadPhone::MobileLength),
        None => Err(BadPhone::Unknown),
    }
}

/// The kind of a landline: area code 010, 02x (then eight digits) or 03xx to 09xx (then seven or eight), or seven or
/// eight digits alone. No local number begins with 0 or 1.
fn landline(digits: &str) -> Option<PhoneKind> {
    let local = |number: &str| matches!(number.as_bytes(), [b'2'..=b'9', ..]);
    match digits.as_bytes() {
        [b'0', b'1', b'0', ..] | [b'0', b'2', _, ..] => {
            (digits.len() == 11 && local(&digits[3..])).then_some(PhoneKind::Landline)
        }
        [b'0', b'3'..=b'9', _, _, ..] => {
            (matches!(digits.len(), 11 | 12) && local(&digits[4..])).then_some(PhoneKind::Landline)
        }
        _ => (matches!(digits.len(), 7 | 8) && local(digits)).then_some(PhoneKind::Local),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::privacy;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_read_in_every_form_r_079() {
        use PhoneKind::{Abroad, Landline, Local, Mobile};
        let cases = [
            ("13800138000", "13800138000", None, Mobile),
            (" 138 0013 8000 ", "13800138000", None, Mobile),
            ("138-0013-8000", "13800138000", None, Mobile),
            ("138—0013—8000", "13800138000", None, Mobile),
            ("１３８００１３８０００", "13800138000", None, Mobile),
            ("１３８　００１３－８０００", "13800138000", None, Mobile),
            ("+86 13800138000", "13800138000", None, Mobile),
            ("＋８６１３８００１３８０００", "13800138000", None, Mobile),
            ("+86-138-0013-8000", "13800138000", None, Mobile),
            ("(+86)13800138000", "13800138000", None, Mobile),
            ("0086 138 0013 8000", "13800138000", None, Mobile),
            ("008613800138000", "13800138000", None, Mobile),
            ("8613800138000", "13800138000", None, Mobile),
            ("86 138 0013 8000", "13800138000", None, Mobile),
            ("0571-87654321", "057187654321", None, Landline),
            ("（0571）87654321", "057187654321", None, Landline),
            ("0571 8765 4321", "057187654321", None, Landline),
            ("057187654321", "057187654321", None, Landline),
            ("0757-8765432", "07578765432", None, Landline),
            ("010-87654321", "01087654321", None, Landline),
            ("020 8765-4321", "02087654321", None, Landline),
            ("+86 10 87654321", "01087654321", None, Landline),
            ("+86 571 8765 4321", "057187654321", None, Landline),
            ("+86 (0)571-87654321", "057187654321", None, Landline),
            ("86 0571 87654321", "057187654321", None, Landline),
            ("0571-87654321-801", "057187654321", Some("801"), Landline),
            ("0571-87654321转801", "057187654321", Some("801"), Landline),
            ("0571-87654321 转分机 8001", "057187654321", Some("8001"), Landline),
            ("010-87654321 ext. 12", "01087654321", Some("12"), Landline),
            ("0571-87654321#3", "057187654321", Some("3"), Landline),
            ("87654321-801", "87654321", Some("801"), Local),
            ("87654321", "87654321", None, Local),
            ("8765-4321", "87654321", None, Local),
            ("8765432", "8765432", None, Local),
            ("+852 9123 4567", "+85291234567", None, Abroad),
            ("00852-91234567", "+85291234567", None, Abroad),
        ];
        for (typed, key, extension, kind) in cases {
            let phone = Phone::read(typed).unwrap_or_else(|bad| panic!("{typed}: {bad:?}"));
            assert_eq!((phone.key(), phone.extension(), phone.kind()), (key, extension, kind), "{typed}");
            assert_eq!(Phone::read(&phone.to_string()).as_ref(), Ok(&phone), "{typed}: read again");
        }
    }

    #[test]
    fn a_wrong_number_is_told_with_its_reason() {
        let cases = [
            ("1380013800", BadPhone::MobileLength),
            ("138001380000", BadPhone::MobileLength),
            ("12345678901", BadPhone::MobileLength),
            ("110", BadPhone::MobileLength),
            ("0571-123", BadPhone::Unknown),
            ("010-8765432", BadPhone::Unknown),
            ("0571-17654321", BadPhone::Unknown),
            ("999", BadPhone::Unknown),
            ("4001234567", BadPhone::Unknown),
            ("+1", BadPhone::Unknown),
            ("13800138000/13900139000", BadPhone::Several),
            ("13800138000、13900139000", BadPhone::Several),
            ("1380013800013900139000", BadPhone::Several),
            ("不肯说", BadPhone::NotANumber),
            ("", BadPhone::NotANumber),
            ("-", BadPhone::NotANumber),
            ("138abc", BadPhone::NotANumber),
            ("0571-87654321转", BadPhone::NotANumber),
            ("0571-87654321转八", BadPhone::NotANumber),
            ("138****8000", BadPhone::NotANumber),
        ];
        for (typed, expected) in cases {
            assert_eq!(Phone::read(typed), Err(expected), "{typed}");
        }
    }

    #[test]
    fn one_number_agrees_with_itself_only() {
        let cases = [
            ("13800138000", "+86 138-0013-8000", true),
            ("13800138000", "13800138001", false),
            ("0571-87654321", "0571 87654321转801", true),
            ("0571-87654321转801", "0571-87654321转802", false),
            ("0571-87654321", "87654321", false),
            ("0571-87654321", "0572-87654321", false),
        ];
        for (one, other, expected) in cases {
            let (one_read, other_read) = (Phone::read(one).unwrap(), Phone::read(other).unwrap());
            assert_eq!(one_read.agrees(&other_read), expected, "{one} {other}");
            assert_eq!(other_read.agrees(&one_read), expected, "{other} {one}");
        }
    }

    proptest! {
        #[test]
        fn a_mobile_number_is_one_in_every_dress(second in 3u8..10, rest in "[0-9]{9}", shape in 0usize..7) {
            let digits = format!("1{second}{rest}");
            let (a, b, c) = (&digits[..3], &digits[3..7], &digits[7..]);
            let written = match shape {
                0 => format!("{a} {b} {c}"),
                1 => format!("{a}-{b}-{c}"),
                2 => format!("+86{digits}"),
                3 => format!("0086-{digits}"),
                4 => format!("86{digits}"),
                5 => format!("（{a}）{b}{c}"),
                _ => digits.chars().map(|c| char::from_u32(u32::from(c) + 0xFEE0).unwrap_or(c)).collect(),
            };
            let phone = Phone::read(&written).unwrap();
            prop_assert_eq!(phone.key(), digits);
        }

        #[test]
        fn any_text_is_borne_and_a_key_is_read_as_itself(typed in "\\PC{0,20}|[0-9+ ()转-]{0,24}") {
            if let Ok(phone) = Phone::read(&typed) {
                let again = Phone::read(phone.key()).unwrap();
                prop_assert_eq!(again.key(), phone.key());
                prop_assert_eq!(again.kind(), phone.kind());
            }
        }

        #[test]
        fn the_blind_index_of_what_is_typed_is_the_key(typed in "[0-9+ ()-]{7,20}") {
            if let Ok(phone) = Phone::read(&typed) {
                for written in [phone.key(), typed.as_str()] {
                    let indexed = privacy::Field::Phone.index_forms(written);
                    prop_assert_eq!(indexed, vec![phone.key().to_owned()]);
                }
            }
        }
    }
}
