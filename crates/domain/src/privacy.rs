//! 患者隐私: what names a patient, how it is shown to those who may not see it, and who may (R-421, R-428, CV-9).
//!
//! A masked value never grows longer than its mask, and masking a mask changes nothing, so a text may pass through here
//! as often as it likes.

use crate::PersonId;
use crate::calendar::next_day;
use crate::patient::{Name, Phone};
use chrono::NaiveDate;

/// What names a patient or says something of him.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// 姓名.
    Name,
    /// 年龄.
    Age,
    /// 电话: mobile or 固话.
    Phone,
    /// 微信、QQ.
    Contact,
    /// 主诉.
    Complaint,
    /// 聊天记录.
    ChatLog,
    /// 备注, 小结: free text in which anything may stand.
    Note,
    /// 性别.
    Sex,
    /// 地域.
    Region,
    /// 病种.
    Disease,
    /// 专家: whom the patient wants to see; no patient's name, but kept with the rest.
    Expert,
}

impl Field {
    /// All fields.
    pub const ALL: [Field; 11] = [
        Field::Name,
        Field::Age,
        Field::Phone,
        Field::Contact,
        Field::Complaint,
        Field::ChatLog,
        Field::Note,
        Field::Sex,
        Field::Region,
        Field::Disease,
        Field::Expert,
    ];

    /// The word in rows and events.
    pub fn word(self) -> &'static str {
        match self {
            Field::Name => "name",
            Field::Age => "age",
            Field::Phone => "phone",
            Field::Contact => "contact",
            Field::Complaint => "complaint",
            Field::ChatLog => "chat_log",
            Field::Note => "note",
            Field::Sex => "sex",
            Field::Region => "region",
            Field::Disease => "disease",
            Field::Expert => "expert",
        }
    }

    /// The field of a word.
    pub fn of_word(word: &str) -> Option<Field> {
        Field::ALL.into_iter().find(|field| field.word() == word)
    }

    /// The value as others may see it.
    ///
    /// Of a name the first character and one star, whatever its length: the number of stars would say whether it has
    /// two, three or four characters, and telling a compound surname (欧阳) needs a list that is never complete.
    pub fn mask(self, value: &str) -> String {
        let value = value.trim();
        match self {
            Field::Name => first_and(value, "*"),
            Field::Contact => first_and(value, "***"),
            Field::Age | Field::Sex if value.is_empty() => String::new(),
            Field::Age | Field::Sex => "*".to_owned(),
            Field::Phone => mask_phone(value),
            Field::Expert => value.to_owned(),
            Field::Complaint | Field::ChatLog | Field::Note | Field::Region | Field::Disease => {
                length_only(value)
            }
        }
    }

    /// Whether it has [`Field::index_forms`] at all.
    pub fn is_indexed(self) -> bool {
        matches!(self, Field::Name | Field::Contact | Field::Phone)
    }

    /// The values as they are compared, so that two ways to write one thing are found as one; empty for what is not
    /// searched. A name and a number are read as the register reads them ([`crate::patient`]), several accounts stand
    /// a line each.
    pub fn index_forms(self, value: &str) -> Vec<String> {
        let plain = |value: &str| -> String {
            value.chars().filter(|c| !c.is_whitespace()).map(narrow).collect::<String>().to_lowercase()
        };
        let forms = match self {
            Field::Name => {
                vec![Name::read(value).map_or_else(|| plain(value), |name| name.form().to_owned())]
            }
            Field::Contact => value.lines().map(plain).collect(),
            Field::Phone => match Phone::read(value) {
                Ok(phone) => vec![phone.key().to_owned()],
                Err(_) => {
                    let digits: String = plain(value).chars().filter(char::is_ascii_digit).collect();
                    vec![without_country(&digits).to_owned()]
                }
            },
            _ => Vec::new(),
        };
        forms.into_iter().filter(|form| !form.is_empty()).collect()
    }
}

fn first_and(value: &str, stars: &str) -> String {
    value.chars().next().map_or_else(String::new, |first| format!("{first}{stars}"))
}

fn length_only(value: &str) -> String {
    let inner = value.strip_prefix('（').and_then(|rest| rest.strip_suffix("字）"));
    if value.is_empty() || inner.is_some_and(|count| count.parse::<u32>().is_ok()) {
        return value.to_owned();
    }
    format!("（{}字）", value.chars().count())
}

/// What stands before the extension of a number, which its mask leaves out.
const EXTENSION: char = '转';
/// Stars in the middle of a number.
const STARS: &str = "****";

fn mask_phone(value: &str) -> String {
    if value.is_empty() || is_masked(value) {
        return value.to_owned();
    }
    let number = value.split(EXTENSION).next().unwrap_or_default();
    let digits: String = number.chars().map(narrow).filter(char::is_ascii_digit).collect();
    let digits = without_country(&digits);
    let (head, tail) = match digits.len() {
        11.. => (3, 4),
        // A 固话 without its area code is known to everybody around: less is shown.
        7..=10 => (0, 2),
        _ => (0, 0),
    };
    format!("{}{STARS}{}", &digits[..head], &digits[digits.len() - tail..])
}

/// At most three digits, the stars, at most four digits.
fn is_masked(value: &str) -> bool {
    let Some((head, tail)) = value.split_once(STARS) else { return false };
    let digits = |part: &str, most: usize| part.len() <= most && part.bytes().all(|b| b.is_ascii_digit());
    digits(head, 3) && digits(tail, 4)
}

/// Digits without 86 or 0086 before a number that is complete without it.
fn without_country(digits: &str) -> &str {
    let rest = digits.strip_prefix("0086").or_else(|| digits.strip_prefix("86"));
    rest.filter(|rest| is_mobile(rest) || (rest.len() >= 11 && rest.starts_with('0'))).unwrap_or(digits)
}

pub(crate) fn is_mobile(digits: &str) -> bool {
    let mut bytes = digits.bytes();
    digits.len() == 11
        && bytes.next() == Some(b'1')
        && bytes.next().is_some_and(|second| (b'3'..=b'9').contains(&second))
        && bytes.all(|byte| byte.is_ascii_digit())
}

/// A full-width character as its narrow twin.
pub(crate) fn narrow(c: char) -> char {
    match c {
        '！'..='～' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '\u{3000}' => ' ',
        other => other,
    }
}

/// Characters that people write within a number.
fn separates(c: char) -> bool {
    matches!(narrow(c), ' ' | '-' | '.' | '–' | '—' | '−')
}

/// Most separators between two groups of digits.
const WIDEST_GAP: usize = 3;
/// Fewest digits of a group in a number that is written in groups: 138-0013-8000, not the figures of a report.
const SMALLEST_GROUP: usize = 3;

/// Digits without a break, with their place in the text.
struct Group {
    from: usize,
    to: usize,
    digits: String,
    /// A mask stands beside it: it is what was left of a number.
    masked: bool,
    /// Not more than a gap away from the group before.
    joined: bool,
}

fn groups(text: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let (mut gap, mut before, mut within) = (usize::MAX, ' ', false);
    for (at, c) in text.char_indices() {
        let plain = narrow(c);
        if plain.is_ascii_digit() {
            match groups.last_mut().filter(|_| within) {
                Some(group) => {
                    group.digits.push(plain);
                    group.to = at + c.len_utf8();
                }
                None => {
                    let digits = plain.to_string();
                    let (masked, joined) = (before == '*', gap <= WIDEST_GAP);
                    groups.push(Group { from: at, to: at + c.len_utf8(), digits, masked, joined });
                }
            }
            (within, gap) = (true, 0);
        } else {
            if within
                && plain == '*'
                && let Some(group) = groups.last_mut()
            {
                group.masked = true;
            }
            within = false;
            gap = if separates(c) { gap.saturating_add(1) } else { usize::MAX };
        }
        before = plain;
    }
    groups
}

/// Mainland mobile numbers in a text, as bytes from and to with the eleven digits: also in full-width digits, in groups, and
/// with the country's code. What is part of a longer run of digits (an order's number) is none.
fn phones(text: &str) -> Vec<(usize, usize, String)> {
    let groups = groups(text);
    let mut found = Vec::new();
    let mut first = 0;
    while first < groups.len() {
        let mut digits = String::new();
        let mut end = None;
        for (index, group) in groups.iter().enumerate().skip(first) {
            let apart = index > first && !group.joined;
            let small = group.digits.len() < SMALLEST_GROUP && group.digits != "86";
            if apart || group.masked || (index > first && small) || digits.len() + group.digits.len() > 15 {
                break;
            }
            digits.push_str(&group.digits);
            let whole =
                index == first || groups[first].digits.len() >= SMALLEST_GROUP || digits.starts_with("86");
            if whole && is_mobile(without_country(&digits)) {
                end = Some(index);
                break;
            }
        }
        match end {
            Some(last) => {
                found.push((groups[first].from, groups[last].to, without_country(&digits).to_owned()));
                first = last + 1;
            }
            None => first += 1,
        }
    }
    found
}

/// True when a mainland mobile number stands in the text in full.
pub fn has_phone(text: &str) -> bool {
    !phones(text).is_empty()
}

/// The text with every mainland mobile number masked. Names cannot be recognised in free text.
pub fn mask_phones(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut at = 0;
    for (from, to, digits) in phones(text) {
        masked.push_str(&text[at..from]);
        masked.push_str(&mask_phone(&digits));
        at = to;
    }
    masked.push_str(&text[at..]);
    masked
}

/// What somebody may see of a patient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// The values; the look is to be recorded.
    Full,
    /// The masks.
    Masked,
}

/// Who may see a patient's values: the owner of the case, or a lead in charge of him, and only in private, where nobody
/// else reads along (R-421, R-428, CV-9). `in_charge` says whether the viewer leads the owner; a case without an owner
/// has nobody whose lead he could be, so it takes `in_charge` for the department.
pub fn may_see(viewer: PersonId, owner: Option<PersonId>, in_charge: bool, private: bool) -> Sight {
    if private && (owner == Some(viewer) || in_charge) { Sight::Full } else { Sight::Masked }
}

/// Whether reception (导医) sees in full who is expected: in private, and only of today and tomorrow, since whoever comes
/// has to be found in the register. Of any other day it sees what everybody sees.
pub fn may_receive(expected: NaiveDate, today: NaiveDate, private: bool) -> Sight {
    if private && (expected == today || expected == next_day(today)) { Sight::Full } else { Sight::Masked }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn fields_are_shown_to_others_by_their_mask() {
        let cases = [
            (Field::Name, "李四", "李*"),
            (Field::Name, "欧阳小明", "欧*"),
            (Field::Name, " 王 ", "王*"),
            (Field::Name, "", ""),
            (Field::Age, "35岁", "*"),
            (Field::Phone, "13800138000", "138****8000"),
            (Field::Phone, "+86 138-0013-8000", "138****8000"),
            (Field::Phone, "0086 13800138000", "138****8000"),
            (Field::Phone, "１３８００１３８０００", "138****8000"),
            (Field::Phone, "0571-8765 4321", "057****4321"),
            (Field::Phone, "+86 010-87654321", "010****4321"),
            (Field::Phone, "057187654321转801", "057****4321"),
            (Field::Phone, "87654321", "****21"),
            (Field::Phone, "110", "****"),
            (Field::Phone, "不肯说", "****"),
            (Field::Contact, "wx_zhangsan", "w***"),
            (Field::Complaint, "牙疼三天", "（4字）"),
            (Field::ChatLog, "（4字）", "（4字）"),
            (Field::Note, "", ""),
        ];
        for (field, value, expected) in cases {
            assert_eq!(field.mask(value), expected, "{field:?} {value}");
        }
    }

    #[test]
    fn words_name_their_field() {
        for field in Field::ALL {
            assert_eq!(Field::of_word(field.word()), Some(field));
        }
        assert_eq!(Field::of_word("surname"), None);
    }

    #[test]
    fn one_thing_written_in_two_ways_is_searched_as_one() {
        let same = [
            (Field::Phone, "13800138000", "+86 138－0013 8000"),
            (Field::Phone, "057187654321", "0571-87654321"),
            (Field::Phone, "0571-87654321", "0571-87654321转801"),
            (Field::Name, "李 四", "李四"),
            (Field::Name, "欧阳·小明", "欧阳小明先生"),
            (Field::Contact, "WX_Li4", "ｗｘ_li4"),
        ];
        for (field, one, other) in same {
            assert_eq!(field.index_forms(one), field.index_forms(other), "{one}");
        }
        assert_ne!(Field::Name.index_forms("李四"), Field::Name.index_forms("李四四"));
        for (field, value) in [(Field::Complaint, "牙疼"), (Field::Phone, "不肯说"), (Field::Name, "")] {
            assert!(field.index_forms(value).is_empty(), "{value}");
        }
        assert_eq!(Field::Contact.index_forms("qq:12345678\n微信:WX_Li4"), ["qq:12345678", "微信:wx_li4"]);
    }

    #[test]
    fn mobile_numbers_are_found_in_what_people_write() {
        let cases = [
            ("李四 13800138000 想预约", "李四 138****8000 想预约"),
            ("电话：138 0013 8000，男", "电话：138****8000，男"),
            ("电话138-0013-8000。", "电话138****8000。"),
            ("１３８００１３８０００", "138****8000"),
            ("+86 13800138000", "+138****8000"),
            ("8613800138000和13800138001", "138****8000和138****8001"),
            ("86 138 0013 8000", "138****8000"),
            ("wx13800138000", "wx138****8000"),
            ("对话 50 13800138000 8", "对话 50 138****8000 8"),
            ("13800138000、13800138001", "138****8000、138****8001"),
        ];
        for (text, expected) in cases {
            assert!(has_phone(text), "{text}");
            assert_eq!(mask_phones(text), expected, "{text}");
        }
    }

    #[test]
    fn other_numbers_stay_as_they_are() {
        let cases = [
            "订单 2026113800138000123",
            "138001380001",
            "1380013800",
            "12800138000",
            "日报 50 8 3",
            "对话 138 预约 50 到诊 3",
            "2026-03-02 08:30-16:00",
            "138****8000",
            "13 80 01 38 00 0",
            "138\n00138000",
            "138 0013 80000",
            "",
        ];
        for text in cases {
            assert!(!has_phone(text), "{text}");
            assert_eq!(mask_phones(text), text);
        }
    }

    #[test]
    fn full_values_are_for_the_owner_and_his_lead_in_private() {
        let (owner, other) = (1, 2);
        let cases = [
            (owner, Some(owner), false, true, Sight::Full),
            (owner, Some(owner), false, false, Sight::Masked),
            (other, Some(owner), true, true, Sight::Full),
            (other, Some(owner), true, false, Sight::Masked),
            (other, Some(owner), false, true, Sight::Masked),
            (other, None, false, true, Sight::Masked),
            (other, None, true, true, Sight::Full),
        ];
        for (viewer, of, in_charge, private, expected) in cases {
            assert_eq!(
                may_see(viewer, of, in_charge, private),
                expected,
                "{viewer} {of:?} {in_charge} {private}"
            );
        }
    }

    #[test]
    fn reception_sees_whom_it_expects_now() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a date");
        let today = day("2026-03-05");
        for (expected, private, sight) in [
            ("2026-03-05", true, Sight::Full),
            ("2026-03-06", true, Sight::Full),
            ("2026-03-05", false, Sight::Masked),
            ("2026-03-04", true, Sight::Masked),
            ("2026-03-07", true, Sight::Masked),
        ] {
            assert_eq!(may_receive(day(expected), today, private), sight, "{expected} {private}");
        }
    }

    fn longest_run(text: &str) -> usize {
        text.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or(0)
    }

    proptest! {
        #[test]
        fn masking_a_mask_changes_nothing(value in "\\PC{0,20}|[0-9 +-]{0,20}", index in 0usize..Field::ALL.len()) {
            let field = Field::ALL[index];
            let masked = field.mask(&value);
            prop_assert_eq!(field.mask(&masked), masked);
        }

        #[test]
        fn no_mask_of_a_number_shows_seven_digits_in_a_row(value in "[0-9０-９ +()-]{0,24}") {
            prop_assert!(longest_run(&Field::Phone.mask(&value)) < 7);
        }

        #[test]
        fn a_planted_number_is_masked(
            before in "[一-龥，。： ]{0,8}", after in "[一-龥，。： ]{0,8}",
            second in 3u8..10, rest in "[0-9]{9}", shape in 0usize..5, wide: bool,
        ) {
            let digits = format!("1{second}{rest}");
            let written = match shape {
                0 => digits.clone(),
                1 => format!("{} {} {}", &digits[..3], &digits[3..7], &digits[7..]),
                2 => format!("{}-{}-{}", &digits[..3], &digits[3..7], &digits[7..]),
                3 => format!("+86 {digits}"),
                _ => format!("86{digits}"),
            };
            let written: String = written
                .chars()
                .map(|c| match (wide, c) {
                    (true, '0'..='9') => char::from_u32(u32::from(c) + 0xFEE0).unwrap_or(c),
                    (_, c) => c,
                })
                .collect();
            let masked = mask_phones(&format!("{before}{written}{after}"));
            let shown: String = masked.chars().map(narrow).filter(char::is_ascii_digit).collect();
            prop_assert!(masked.contains(STARS), "{}", masked);
            prop_assert_eq!(shown, format!("{}{}", &digits[..3], &digits[7..]));
        }

        #[test]
        fn masking_numbers_twice_is_masking_them_once(text in "[0-9*＊ 　，a-]{0,40}") {
            let masked = mask_phones(&text);
            prop_assert!(!has_phone(&masked), "{}", masked);
            prop_assert_eq!(mask_phones(&masked), masked);
        }

        #[test]
        fn any_text_is_borne(text in "\\PC{0,60}") {
            let masked = mask_phones(&text);
            prop_assert_eq!(has_phone(&text), masked != text);
        }
    }
}
