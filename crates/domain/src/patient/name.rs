//! 姓名: a name as typed, and whether it is one in full (全名, R-042).

use super::text::{is_nothing, plain};
use crate::privacy::narrow;

/// A name, or what was left in place of one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Name {
    written: String,
    form: String,
    full: bool,
}

/// Two-character surnames; a name that is only one of them is no full name.
const COMPOUND: &[&str] = &[
    "欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "长孙", "宇文", "司徒",
    "夏侯", "轩辕", "端木", "百里", "南宫", "西门", "独孤", "司空", "淳于", "单于", "申屠", "公冶", "钟离",
    "濮阳", "太史", "闻人", "澹台",
];

/// Titles that are never part of a name, longer ones before their endings.
const TITLES: &[&str] = &[
    "小姐姐",
    "小朋友",
    "老先生",
    "老太太",
    "老大爷",
    "大爷爷",
    "先生",
    "女士",
    "小姐",
    "太太",
    "夫人",
    "阿姨",
    "叔叔",
    "大爷",
    "大妈",
    "大叔",
    "大伯",
    "大婶",
    "大哥",
    "大姐",
    "奶奶",
    "爷爷",
    "师傅",
    "老师",
    "老板",
    "经理",
    "同学",
    "同志",
    "患者",
    "病人",
    "客户",
    "顾客",
    "家属",
    "妈妈",
    "爸爸",
];

/// Short titles: they are one only behind a bare surname, since a name may end in them.
const SHORT_TITLES: [char; 10] = ['总', '姐', '哥', '姨', '叔', '伯', '嫂', '婶', '爷', '妈'];

/// What makes a nickname of a surname: 小王, 老李, 阿强.
pub(super) const NICK: [char; 3] = ['小', '老', '阿'];

/// What stands for characters that were not said: 王某某, 李*, 张xx.
const BLANKS: [char; 7] = ['某', '*', 'x', '×', '○', '_', '?'];

impl Name {
    /// Reads a name; `None` when nothing was said (空, 匿名, 未留) or only a title (先生). A remark in brackets is
    /// taken off: 张三（儿子代约）.
    pub fn read(typed: &str) -> Option<Name> {
        let bare = without_brackets(typed);
        if is_nothing(&bare) {
            return None;
        }
        let written = bare.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut form = plain(&bare);
        let latin =
            form.chars().all(|c| c.is_ascii_alphabetic() || matches!(c, '.' | '\'' | '-' | '·' | '•'));
        if latin {
            let parts = written.split([' ', '.', '·', '•', ',']).filter(|part| !part.is_empty()).count();
            form.retain(|c| c.is_alphabetic());
            return (!form.is_empty()).then_some(Name { written, form, full: parts > 1 });
        }
        form.retain(|c| c.is_alphanumeric() || BLANKS.contains(&c));
        if let Some(rest) = TITLES.iter().find_map(|title| form.strip_suffix(title)) {
            form = rest.to_owned();
        }
        let full = is_full(&form);
        (!form.is_empty()).then_some(Name { written, form, full })
    }

    /// The name as it was typed, without the brackets and doubled blanks.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// The name as it is compared: no blanks and dots, no title, narrow and small letters.
    pub fn form(&self) -> &str {
        &self.form
    }

    /// True for a full name (全名); false for 王先生, 李某, 小王, Tom.
    pub fn is_full(&self) -> bool {
        self.full
    }

    /// Whether two names are one: both in full and equal.
    pub fn agrees(&self, other: &Name) -> bool {
        self.full && other.full && self.form == other.form
    }
}

/// Whether a word begins with a surname of two characters.
pub(super) fn begins_compound(word: &str) -> bool {
    COMPOUND.iter().any(|surname| word.starts_with(surname))
}

fn is_full(form: &str) -> bool {
    let chars: Vec<char> = form.chars().collect();
    let said = chars.iter().filter(|c| !BLANKS.contains(c)).count();
    if said < chars.len() || said < 2 || chars.iter().any(char::is_ascii_digit) {
        return false;
    }
    let short_title = |end: &char| SHORT_TITLES.contains(end);
    match chars.as_slice() {
        [nick, _] if NICK.contains(nick) => false,
        [_, end] if short_title(end) => false,
        [_, _, end] if short_title(end) && is_compound(&chars[..2]) => false,
        [_, _] => !is_compound(&chars),
        _ => true,
    }
}

fn is_compound(chars: &[char]) -> bool {
    let word: String = chars.iter().collect();
    COMPOUND.contains(&word.as_str())
}

/// The text outside of brackets; when nothing stands outside, the text without the brackets themselves.
fn without_brackets(typed: &str) -> String {
    let mut outside = String::new();
    let mut depth = 0_u32;
    for c in typed.chars() {
        match narrow(c) {
            '(' | '[' | '【' | '〔' => depth += 1,
            ')' | ']' | '】' | '〕' => depth = depth.saturating_sub(1),
            plain if depth == 0 => outside.push(plain),
            _ => {}
        }
    }
    if outside.trim().is_empty() {
        return typed
            .chars()
            .map(narrow)
            .filter(|c| !matches!(c, '(' | ')' | '[' | ']' | '【' | '】'))
            .collect();
    }
    outside.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_full_name_is_told_from_what_stands_in_its_place_r_042() {
        let cases = [
            ("张三", "张三", true),
            ("张 三", "张三", true),
            (" 李　四 ", "李四", true),
            ("张三（儿子代约）", "张三", true),
            ("（张三）", "张三", true),
            ("张三先生", "张三", true),
            ("欧阳小明", "欧阳小明", true),
            ("阿不都·热合曼", "阿不都热合曼", true),
            ("阿不都•热合曼", "阿不都热合曼", true),
            ("王小姐姐", "王", false),
            ("John Smith", "johnsmith", true),
            ("ＪＯＨＮ　ＳＭＩＴＨ", "johnsmith", true),
            ("王先生", "王", false),
            ("王女士", "王", false),
            ("欧阳先生", "欧阳", false),
            ("欧阳", "欧阳", false),
            ("欧阳总", "欧阳总", false),
            ("王", "王", false),
            ("王总", "王总", false),
            ("李姐", "李姐", false),
            ("小王", "小王", false),
            ("老李", "老李", false),
            ("阿强", "阿强", false),
            ("李某", "李某", false),
            ("李某某", "李某某", false),
            ("李*", "李*", false),
            ("李＊＊", "李**", false),
            ("王XX", "王xx", false),
            ("Tom", "tom", false),
            ("患者1", "患者1", false),
        ];
        for (typed, form, full) in cases {
            let name = Name::read(typed).unwrap_or_else(|| panic!("{typed}"));
            assert_eq!((name.form(), name.is_full()), (form, full), "{typed}");
        }
    }

    #[test]
    fn nothing_said_is_no_name() {
        for typed in ["", "  ", "无", "匿名", "未留", "不详", "先生", "——", "（）", "😀"] {
            assert_eq!(Name::read(typed), None, "{typed}");
        }
    }

    #[test]
    fn only_full_names_agree_r_079() {
        let cases = [
            ("张三", "张 三", true),
            ("张三", "张三先生", true),
            ("John Smith", "JOHN·SMITH", true),
            ("张三", "张四", false),
            ("王先生", "王先生", false),
            ("李某", "李某", false),
            ("张三", "张先生", false),
        ];
        for (one, other, expected) in cases {
            let (one_read, other_read) = (Name::read(one).unwrap(), Name::read(other).unwrap());
            assert_eq!(one_read.agrees(&other_read), expected, "{one} {other}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_borne(typed in "\\PC{0,12}|[一-龥某先生（） ]{0,8}") {
            if let Some(name) = Name::read(&typed) {
                prop_assert_eq!(name.agrees(&name), name.is_full());
                prop_assert!(!name.form().is_empty() && !name.form().contains(' '));
            }
        }
    }
}
