//! 主诉与病种: what ails a patient, in words that can be compared.
//!
//! Known words with their usual synonyms stand in one short list below: 牙疼三天 and 牙齿痛 are one complaint. What the
//! list does not know is compared as it was written, without the duration and the small words around it.

use super::text::{is_nothing, plain};
use std::collections::BTreeSet;

/// A complaint or a disease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    written: String,
    known: BTreeSet<&'static str>,
    phrases: BTreeSet<String>,
    /// Those of the phrases without a known word.
    other: BTreeSet<String>,
}

/// Groups of words for one thing; the first stands for all. Written with 痛, since 疼 is read as 痛. Longer words win over
/// the shorter ones in them. Only what ordinary people and doctors use for the very same thing belongs here.
const SYNONYMS: &[&[&str]] = &[
    &["牙痛", "牙齿痛"],
    &["蛀牙", "龋齿", "虫牙", "牙洞"],
    &["智齿", "智牙", "尽头牙", "阻生齿"],
    &["牙龈出血", "牙龈流血", "刷牙出血"],
    &["缺牙", "牙齿缺失", "掉牙"],
    &["种植牙", "种牙"],
    &["正畸", "牙齿矫正", "箍牙"],
    &["洗牙", "洁牙"],
    &["头痛", "脑袋痛"],
    &["头晕", "眩晕", "头昏"],
    &["腹痛", "肚子痛", "肚痛"],
    &["腹泻", "拉肚子", "拉稀"],
    &["便秘", "排便困难"],
    &["便血", "大便出血", "大便带血"],
    &["痔疮", "内痔", "外痔", "混合痔"],
    &["发热", "发烧"],
    &["咳嗽"],
    &["咽痛", "嗓子痛", "喉咙痛"],
    &["咽炎", "咽喉炎"],
    &["鼻塞", "鼻子不通"],
    &["打鼾", "打呼噜", "打呼"],
    &["中耳炎"],
    &["耳鸣", "耳朵响"],
    &["失眠", "睡不着", "睡眠不好", "睡眠障碍"],
    &["腰痛"],
    &["腰椎间盘突出", "腰突"],
    &["颈痛", "脖子痛", "颈椎痛"],
    &["关节痛"],
    &["痤疮", "青春痘", "痘痘", "粉刺", "长痘"],
    &["湿疹"],
    &["荨麻疹"],
    &["银屑病", "牛皮癣"],
    &["白癜风"],
    &["脱发", "掉头发"],
    &["腋臭", "狐臭"],
    &["双眼皮", "重睑"],
    &["隆鼻"],
    &["抽脂", "吸脂"],
    &["近视", "近视眼"],
    &["白内障"],
    &["月经不调", "例假不准", "月经不准"],
    &["痛经", "经期腹痛"],
    &["白带异常", "白带多"],
    &["人工流产", "人流", "流产", "打胎"],
    &["不孕", "不孕不育", "怀不上", "不育"],
    &["阳痿", "勃起功能障碍", "勃起障碍"],
    &["早泄"],
    &["前列腺炎"],
    &["包皮过长", "包皮长", "割包皮"],
    &["尿频"],
    &["高血压", "血压高"],
    &["糖尿病", "血糖高"],
    &["甲亢", "甲状腺功能亢进"],
    &["癫痫", "羊癫疯", "羊角风"],
    &["抑郁", "抑郁症"],
];

/// Keys of one complaint at the most: whoever tells a story is found by its beginning.
const KEYS: usize = 12;

/// What denies the word behind it: 不发烧, 没有咳嗽.
const DENIALS: [&str; 6] = ["没有", "没", "无", "不", "未", "否认"];

/// Small words that say nothing of what ails somebody.
const SMALL: &[&str] = &[
    "有点儿",
    "有点",
    "一直",
    "最近",
    "经常",
    "总是",
    "老是",
    "反复",
    "感觉",
    "觉得",
    "比较",
    "非常",
    "特别",
    "很",
    "想看",
    "想做",
    "想治",
    "不舒服",
    "咨询",
    "治疗",
    "左侧",
    "右侧",
    "患者",
    "主诉",
    "病种",
    "了",
];

/// What ends a duration: 三天, 半年, 2个多月.
const SPANS: &[&str] = &[
    "个多星期",
    "多个月",
    "个多月",
    "个星期",
    "个小时",
    "个半月",
    "个月",
    "多年",
    "多天",
    "星期",
    "小时",
    "年多",
    "周",
    "天",
    "日",
    "年",
    "月",
];

impl Complaint {
    /// Reads what somebody complains of, or the word of a disease; `None` when nothing was said.
    pub fn read(typed: &str) -> Option<Complaint> {
        if is_nothing(typed) {
            return None;
        }
        let (mut known, mut phrases, mut other) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for phrase in typed.split(is_break) {
            let phrase = plain(phrase).replace('疼', "痛");
            let (words, denied) = words_in(&phrase);
            let bare = bare(&phrase);
            if !denied && !bare.is_empty() {
                if words.is_empty() {
                    other.insert(bare.clone());
                }
                phrases.insert(bare);
            }
            known.extend(words);
        }
        let written = typed.trim().to_owned();
        written.chars().any(char::is_alphanumeric).then_some(Complaint { written, known, phrases, other })
    }

    /// As it was typed.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// The words of the list that were found, in one order.
    pub fn known(&self) -> impl Iterator<Item = &'static str> {
        self.known.iter().copied()
    }

    /// By what a complaint is found again: two that agree share a key, but for own words that stand beside a known one
    /// in a phrase of the other. It is a filter before [`Complaint::agrees`], which decides.
    pub fn keys(&self) -> Vec<String> {
        let mut keys: Vec<String> = self.known().map(str::to_owned).collect();
        for phrase in &self.other {
            let letters: Vec<char> = phrase.chars().collect();
            if letters.len() > 1 {
                // 前列腺 is found by 前列腺炎.
                let holds = |group: &&&[&str]| group.iter().any(|word| word.contains(phrase.as_str()));
                keys.extend(SYNONYMS.iter().filter(holds).map(|group| group[0].to_owned()));
            }
            keys.extend(letters.windows(letters.len().min(2)).map(String::from_iter));
        }
        let mut seen = BTreeSet::new();
        keys.retain(|key| seen.insert(key.clone()));
        keys.truncate(KEYS);
        keys
    }

    /// Whether two speak of one thing: a known word in common, or one's own words within the other's.
    pub fn agrees(&self, other: &Complaint) -> bool {
        !self.known.is_disjoint(&other.known) || self.in_words_of(other) || other.in_words_of(self)
    }

    /// Whether own words of this one, which the list does not know, stand in the other's or hold one of them.
    fn in_words_of(&self, other: &Complaint) -> bool {
        let within = |one: &str, two: &str| one.chars().count() >= 2 && two.contains(one);
        self.other
            .iter()
            .any(|one| other.phrases.iter().any(|two| one == two || within(one, two) || within(two, one)))
    }
}

fn is_break(c: char) -> bool {
    matches!(
        c,
        ',' | '，'
            | '、'
            | ';'
            | '；'
            | '。'
            | '.'
            | '/'
            | '／'
            | '+'
            | '＋'
            | '和'
            | '及'
            | '伴'
            | '并'
            | '！'
            | '!'
            | '?'
            | '？'
    ) || c.is_whitespace()
}

/// The known words of a phrase, longest first and without overlaps, and whether one was denied.
fn words_in(phrase: &str) -> (BTreeSet<&'static str>, bool) {
    let (mut found, mut denied) = (BTreeSet::new(), false);
    let mut at = 0;
    while let Some(c) = phrase[at..].chars().next() {
        let rest = &phrase[at..];
        match longest(rest) {
            Some((first, word)) => {
                if DENIALS.iter().any(|denial| phrase[..at].ends_with(denial)) {
                    denied = true;
                } else {
                    found.insert(first);
                }
                at += word.len();
            }
            None => at += c.len_utf8(),
        }
    }
    (found, denied)
}

/// The longest known word at the beginning, and what stands for it.
fn longest(text: &str) -> Option<(&'static str, &'static str)> {
    let all = SYNONYMS.iter().flat_map(|group| group.iter().map(|word| (group[0], *word)));
    all.filter(|(_, word)| text.starts_with(word)).max_by_key(|(_, word)| word.len())
}

/// A phrase without small words and durations.
fn bare(phrase: &str) -> String {
    let mut text = phrase.to_owned();
    for word in SMALL {
        text = text.replace(word, "");
    }
    let mut bare = String::new();
    let mut rest = text.as_str();
    while let Some(c) = rest.chars().next() {
        if let Some(after) = after_duration(rest) {
            rest = after;
            continue;
        }
        if c.is_alphanumeric() {
            bare.push(c);
        }
        rest = &rest[c.len_utf8()..];
    }
    bare
}

/// What follows the duration at the beginning; `None` when there is none.
fn after_duration(text: &str) -> Option<&str> {
    let amount = |c: char| c.is_ascii_digit() || "一二两三四五六七八九十半几多来".contains(c);
    let behind = text.trim_start_matches(amount);
    if behind.len() == text.len() {
        return None;
    }
    SPANS.iter().find_map(|span| behind.strip_prefix(span))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn agree(one: &str, other: &str) -> bool {
        let (one_read, other_read) = (Complaint::read(one).unwrap(), Complaint::read(other).unwrap());
        let agrees = one_read.agrees(&other_read);
        assert_eq!(other_read.agrees(&one_read), agrees, "{other} {one}: the other way round");
        agrees
    }

    #[test]
    fn complaints_agree_by_what_they_mean_r_079() {
        let same = [
            ("牙疼", "牙痛"),
            ("牙疼三天", "牙齿痛"),
            ("右上牙痛两周，有点发烧", "发热3天"),
            ("狐臭", "腋臭"),
            ("痤疮", "脸上青春痘半年"),
            ("拉肚子", "腹泻2天"),
            ("眼皮下垂三年", "眼皮下垂"),
            ("左脚扭伤", "脚扭伤"),
            ("不孕", "不孕不育"),
            ("ＨＰＶ感染", "hpv感染"),
            ("牙痛，不发烧", "牙疼"),
            ("前列腺", "前列腺炎两年"),
            ("胃不舒服", "胃"),
        ];
        for (one, other) in same {
            assert!(agree(one, other), "{one} {other}");
            let keys = |typed: &str| Complaint::read(typed).expect("a complaint").keys();
            assert!(keys(one).iter().any(|key| keys(other).contains(key)), "{one} {other}: no key in common");
        }
        let different = [
            ("牙痛", "头痛"),
            ("牙痛，不发烧", "发烧"),
            ("没有咳嗽", "咳嗽"),
            ("扭伤三天", "烫伤三天"),
            ("一周", "两周"),
            ("痒", "瘙痒"),
        ];
        for (one, other) in different {
            assert!(!agree(one, other), "{one} {other}");
        }
    }

    #[test]
    fn nothing_said_is_no_complaint() {
        for typed in ["", " ", "无", "不详", "。", "——"] {
            assert_eq!(Complaint::read(typed), None, "{typed}");
        }
    }

    #[test]
    fn the_list_of_synonyms_is_sound() {
        let mut seen = BTreeSet::new();
        for word in SYNONYMS.iter().flat_map(|group| group.iter()) {
            assert!(seen.insert(word), "{word} stands twice");
            assert!(!word.contains('疼') && word.chars().count() >= 2, "{word}");
            assert_eq!(words_in(word).0.len(), 1, "{word} is read as itself");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_borne(one in "\\PC{0,16}|[牙头疼痛不没发烧烧三天，]{0,10}", other in "\\PC{0,16}") {
            if let (Some(one), Some(other)) = (Complaint::read(&one), Complaint::read(&other)) {
                prop_assert_eq!(one.agrees(&other), other.agrees(&one));
            }
        }

        #[test]
        fn a_synonym_agrees_with_its_group(group in 0..SYNONYMS.len(), word in 0usize..8, days in 1u8..30) {
            let group = SYNONYMS[group];
            let word = group[word % group.len()].replace('痛', "疼");
            let one = Complaint::read(&format!("{word}{days}天")).unwrap();
            prop_assert!(one.agrees(&Complaint::read(group[0]).unwrap()), "{}", word);
        }
    }
}
