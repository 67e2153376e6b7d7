//! 没写标签的词: what a word may be that stands without a label, as somebody in a hurry types it: 李小红 女 34 佛山 牙痛.
//! A word may have several readings (吴忠 is a city and a name); whoever asks decides by the others, or asks back.

use super::complaint::Complaint;
use super::item::Item;
use super::name::{self, Name};
use super::region;

pub use super::region::without_people as place_in;
use std::collections::BTreeSet;

/// The commonest surnames of one character: over nine in ten people bear one.
const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚\
    卢姜崔钟谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施牛樊葛邢安\
    齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙\
    鲍华喻祁蒲房滕屈饶解牟艾尤阳穆司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师";

/// What ends the name of an illness.
const ILLNESS_ENDINGS: [&str; 30] = [
    "痛", "疼", "炎", "症", "病", "癌", "瘤", "疮", "疹", "癣", "痒", "肿", "疡", "痔", "烧", "咳", "胀",
    "晕", "吐", "泻", "毒", "疣", "牙", "斜视", "出血", "松动", "脱落", "过敏", "骨折", "扭伤",
];

/// With what people begin to say what ails them.
const ILLNESS_BEGINNINGS: [&str; 24] = [
    "牙", "胃", "肠", "眼", "耳", "鼻", "咽", "喉", "腰", "膝", "腿", "脚", "肚", "肝", "肾", "肺", "头",
    "颈", "皮肤", "乳房", "包皮", "白带", "月经", "例假",
];

/// What is done about it.
const TREATED: [&str; 6] = ["补牙", "拔牙", "镶牙", "植牙", "看牙", "拔智齿"];

/// Characters of a name at the most, a compound surname included.
const LONGEST_NAME: usize = 4;

/// What a word without a label may be: [`Item::Name`], [`Item::Region`], [`Item::Complaint`], or none of them. Of names
/// only those in full with a common surname.
pub fn readings(word: &str) -> BTreeSet<Item> {
    let mut readings = BTreeSet::new();
    if !word.chars().all(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c)) {
        return readings;
    }
    let place = region::is_place(word);
    if place {
        readings.insert(Item::Region);
    }
    if !place && is_ailment(word) {
        readings.insert(Item::Complaint);
    }
    let named_alike = !place || region::is_also_a_name(word);
    let known_word = Complaint::read(word).is_some_and(|read| read.known().next().is_some());
    if named_alike && !known_word && has_common_surname(word) {
        readings.insert(Item::Name);
    }
    readings
}

/// Whether a word is what somebody is called who did not say his name in full: 王先生, 李某某, 小王.
pub fn is_called(word: &str) -> bool {
    let length = word.chars().count();
    let first = word.chars().find(|c| !name::NICK.contains(c));
    (2..=LONGEST_NAME).contains(&length)
        && Name::read(word).is_some_and(|name| !name.is_full() && !name.form().is_empty())
        && first.is_some_and(|first| SURNAMES.contains(first))
}

fn has_common_surname(word: &str) -> bool {
    let length = word.chars().count();
    let compound = name::begins_compound(word);
    let longest = if compound { LONGEST_NAME } else { LONGEST_NAME - 1 };
    let surname = word.chars().next().is_some_and(|first| SURNAMES.contains(first));
    (compound || surname)
        && (2..=longest).contains(&length)
        && Name::read(word).is_some_and(|name| name.is_full())
}

fn is_ailment(word: &str) -> bool {
    let known = Complaint::read(word).is_some_and(|read| read.known().next().is_some());
    let says = ILLNESS_ENDINGS.iter().any(|end| word.ends_with(end))
        || ILLNESS_BEGINNINGS.iter().chain(&TREATED).any(|begin| word.starts_with(begin));
    known || (says && word.chars().count() >= 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_read_by_what_it_says() {
        use Item::{Complaint, Name, Region};
        let cases: [(&str, &[Item]); 28] = [
            ("李小红", &[Name]),
            ("王强", &[Name]),
            ("欧阳小红", &[Name]),
            ("佛山", &[Region]),
            ("佛山顺德", &[Region]),
            ("广东佛山", &[Region]),
            ("广东", &[Region]),
            ("顺德区", &[Region]),
            ("佛山人", &[Region]),
            ("武汉", &[Region]),
            ("唐山", &[Region]),
            ("吴忠", &[Region, Name]),
            ("吴忠明", &[Name]),
            ("牙痛", &[Complaint]),
            ("牙疼", &[Complaint]),
            ("胃炎", &[Complaint]),
            ("拔智齿", &[Complaint]),
            ("牙列不齐", &[Complaint]),
            ("痔疮", &[Complaint]),
            ("关节炎", &[Complaint, Name]),
            ("高烧", &[Complaint, Name]),
            ("白癜风", &[Complaint]),
            ("顺德", &[]),
            ("梅毒", &[Complaint, Name]),
            ("口腔溃烂", &[]),
            ("明天", &[]),
            ("王先生", &[]),
            ("abc", &[]),
        ];
        for (word, expected) in cases {
            assert_eq!(readings(word), expected.iter().copied().collect(), "{word}");
        }
    }

    #[test]
    fn who_did_not_say_his_name_in_full_is_called_something() {
        for word in ["王先生", "李某某", "李某", "小王", "陈女士"] {
            assert!(is_called(word), "{word}");
        }
        for word in ["先生", "佛山", "李小红", "患者", "牙痛", "明天"] {
            assert!(!is_called(word), "{word}");
        }
    }
}
