//! 地域: province, city, district as typed, and whether two name one place.
//!
//! Nobody keeps a list of all places here. The province is known by its name and taken off; the rest is cut where a
//! 市, 县 or 区 stands, and compared piece by piece. Where somebody wrote it without (佛山顺德), the letters are compared.

use super::places::{ALSO_NAMES, CITIES};
use super::text::{is_nothing, plain};

/// A place.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Region {
    written: String,
    province: Option<&'static str>,
    parts: Vec<String>,
}

/// Provinces and autonomous regions with the further names under which they are written, longer ones first. The four
/// cities that are provinces, Hong Kong and Macao are cities here.
const PROVINCES: [(&str, &[&str]); 28] = [
    ("河北", &["河北省"]),
    ("山西", &["山西省"]),
    ("辽宁", &["辽宁省"]),
    ("吉林", &["吉林省"]),
    ("黑龙江", &["黑龙江省"]),
    ("江苏", &["江苏省"]),
    ("浙江", &["浙江省"]),
    ("安徽", &["安徽省"]),
    ("福建", &["福建省"]),
    ("江西", &["江西省"]),
    ("山东", &["山东省"]),
    ("河南", &["河南省"]),
    ("湖北", &["湖北省"]),
    ("湖南", &["湖南省"]),
    ("广东", &["广东省"]),
    ("海南", &["海南省"]),
    ("四川", &["四川省"]),
    ("贵州", &["贵州省"]),
    ("云南", &["云南省"]),
    ("陕西", &["陕西省"]),
    ("甘肃", &["甘肃省"]),
    ("青海", &["青海省"]),
    ("台湾", &["台湾省"]),
    ("内蒙古", &["内蒙古自治区", "内蒙"]),
    ("广西", &["广西壮族自治区", "广西省"]),
    ("西藏", &["西藏自治区"]),
    ("宁夏", &["宁夏回族自治区"]),
    ("新疆", &["新疆维吾尔自治区"]),
];

/// What ends the name of a place, longer ones before their endings. 州 is none: it belongs to 广州.
const ENDINGS: [&str; 16] = [
    "特别行政区",
    "自治区",
    "自治州",
    "自治县",
    "自治旗",
    "新区",
    "地区",
    "林区",
    "矿区",
    "省",
    "市",
    "县",
    "区",
    "镇",
    "乡",
    "旗",
];

/// Fewest characters of a name before its ending: 杞县 and 津市 keep theirs.
const SHORTEST: usize = 2;

impl Region {
    /// Reads a place; `None` when nothing was said.
    pub fn read(typed: &str) -> Option<Region> {
        if is_nothing(typed) {
            return None;
        }
        let separated: String = typed.chars().map(|c| if is_separator(c) { ' ' } else { c }).collect();
        let mut words: Vec<String> =
            separated.split_whitespace().map(plain).filter(|word| !word.is_empty()).collect();
        if let Some(first) = words.first_mut() {
            *first = first.strip_prefix("中国").unwrap_or(first).to_owned();
        }
        let mut province = None;
        if let Some(first) = words.first_mut()
            && let Some((found, rest)) = take_province(first)
        {
            province = Some(found);
            *first = rest.to_owned();
        }
        let mut parts: Vec<String> = Vec::new();
        for part in words.iter().flat_map(|word| cut(word)) {
            // 北京市北京区, 上海上海市: said twice.
            if parts.last() != Some(&part) {
                parts.push(part);
            }
        }
        let empty = province.is_none() && parts.is_empty();
        (!empty).then(|| Region { written: typed.trim().to_owned(), province, parts })
    }

    /// The place as it was typed.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// The city, or the province where no more is known: by what places are counted.
    pub fn city(&self) -> &str {
        self.parts.first().map(String::as_str).or(self.province).unwrap_or_default()
    }

    /// By what a place is found again: two that agree share a key, but for a name that was cut differently in its
    /// middle. It is a filter before [`Region::agrees`], which decides.
    pub fn keys(&self) -> Vec<String> {
        let mut keys: Vec<String> = Vec::new();
        for part in &self.parts {
            let letters: Vec<char> = part.chars().collect();
            keys.push(letters.iter().take(SHORTEST).collect());
            // 佛山顺德, which is also found by 顺德.
            if letters.len() >= 2 * SHORTEST {
                keys.push(letters[letters.len() - SHORTEST..].iter().collect());
            }
        }
        if keys.is_empty() {
            keys.extend(self.province.map(str::to_owned));
        }
        keys.sort();
        keys.dedup();
        keys
    }

    /// Whether two name one place: one is a part of the other, below the province (佛山, 广东省佛山市, 佛山顺德区, 顺德). Where both
    /// name a district, it is the district that must be one. A province alone agrees only with the province alone.
    pub fn agrees(&self, other: &Region) -> bool {
        if let (Some(one), Some(two)) = (self.province, other.province)
            && one != two
        {
            return false;
        }
        let (short, long) = if self.parts.len() <= other.parts.len() { (self, other) } else { (other, self) };
        if short.parts.is_empty() {
            return long.parts.is_empty();
        }
        let runs = long.parts.windows(short.parts.len());
        runs.into_iter().any(|run| run == short.parts.as_slice())
            || one_in_the_other(&short.parts.concat(), &long.parts.concat())
    }
}

/// Whether a word without a label is a place beyond doubt: a province or a city, with or without what lies in it, or a word
/// that ends like one (顺德区). Of 佛山人 the city is meant.
pub(super) fn is_place(word: &str) -> bool {
    let word = without_people(word);
    let Some(rest) = after_known(word) else { return ends_like_one(word) };
    // 吴忠明 is somebody's name.
    rest.is_empty() || rest.chars().count() >= SHORTEST || ends_like_one(word)
}

/// The place in a word without a label, such as 佛山人.
pub fn without_people(word: &str) -> &str {
    match word.strip_suffix('人') {
        Some(place) if after_known(place) == Some("") => place,
        _ => word,
    }
}

/// Whether people are called like this place too.
pub(super) fn is_also_a_name(word: &str) -> bool {
    ALSO_NAMES.contains(&word)
}

/// What follows a province or a city at the beginning; `None` when neither stands there.
fn after_known(word: &str) -> Option<&str> {
    if let Some((_, rest)) = take_province(word) {
        return Some(after_known(rest).unwrap_or(rest));
    }
    CITIES.split(' ').filter_map(|city| word.strip_prefix(city)).min_by_key(|rest| rest.len())
}

/// 顺德区, 中山市, but not 镇 and 乡 behind one character alone, nor 小区.
fn ends_like_one(word: &str) -> bool {
    const SURE: [&str; 5] = ["省", "市", "县", "区", "旗"];
    const BEHIND_TWO: [&str; 2] = ["镇", "乡"];
    let before = |endings: &[&str], least: usize| {
        let stems = endings.iter().filter_map(|ending| word.strip_suffix(ending));
        stems.into_iter().any(|stem| stem.chars().count() >= least)
    };
    (before(&SURE, SHORTEST) || before(&BEHIND_TWO, SHORTEST)) && !word.ends_with("小区")
}

fn is_separator(c: char) -> bool {
    matches!(c, '-' | '－' | '–' | '—' | '/' | '／' | '、' | ',' | '，' | '·' | '.' | '>' | '|' | ';' | '；')
}

/// The province at the beginning and what follows. 吉林市 and 海南州 are not the provinces.
fn take_province(text: &str) -> Option<(&'static str, &str)> {
    PROVINCES.into_iter().find_map(|(short, long)| {
        let whole = long.iter().find_map(|name| text.strip_prefix(name));
        let rest = whole.or_else(|| {
            text.strip_prefix(short).filter(|rest| !rest.starts_with(['市', '县', '区', '州']))
        })?;
        Some((short, rest))
    })
}

/// The names in a word, without their endings: 佛山市顺德区 gives 佛山 and 顺德.
fn cut(word: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut name = String::new();
    let mut rest = word;
    while let Some(c) = rest.chars().next() {
        let ending = ENDINGS.iter().find(|ending| rest.starts_with(**ending));
        match ending {
            Some(ending) if name.chars().count() >= SHORTEST => {
                parts.push(std::mem::take(&mut name));
                rest = &rest[ending.len()..];
            }
            // 佛山市区: what is left is no name.
            Some(ending) if name.is_empty() && *ending == rest && !parts.is_empty() => return parts,
            _ => {
                name.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    if !name.is_empty() {
        parts.push(name);
    }
    parts
}

/// One is the beginning or the end of the other, and what the longer one has more could be a name of its own: 佛山 and
/// 佛山顺德, but not 三门 and 三门峡.
fn one_in_the_other(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    if short.chars().count() < SHORTEST {
        return false;
    }
    let more = long.strip_prefix(short).or_else(|| long.strip_suffix(short));
    more.is_some_and(|more| more.is_empty() || more.chars().count() >= SHORTEST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn agree(one: &str, other: &str) -> bool {
        let (one_read, other_read) = (Region::read(one).unwrap(), Region::read(other).unwrap());
        let agrees = one_read.agrees(&other_read);
        assert_eq!(other_read.agrees(&one_read), agrees, "{other} {one}: the other way round");
        agrees
    }

    #[test]
    fn places_are_cut_into_their_names() {
        let cases: [(&str, Option<&str>, &[&str]); 16] = [
            ("广东省佛山市", Some("广东"), &["佛山"]),
            ("广东佛山", Some("广东"), &["佛山"]),
            ("佛山", None, &["佛山"]),
            ("广东省佛山市顺德区", Some("广东"), &["佛山", "顺德"]),
            ("广东 - 佛山 - 顺德", Some("广东"), &["佛山", "顺德"]),
            ("佛山顺德", None, &["佛山顺德"]),
            ("中国广西壮族自治区南宁市", Some("广西"), &["南宁"]),
            ("新疆乌鲁木齐", Some("新疆"), &["乌鲁木齐"]),
            ("吉林市", None, &["吉林"]),
            ("吉林", Some("吉林"), &[]),
            ("广州市", None, &["广州"]),
            ("北京市朝阳区", None, &["北京", "朝阳"]),
            ("河南省杞县", Some("河南"), &["杞县"]),
            ("津市市", None, &["津市"]),
            ("上海浦东新区", None, &["上海浦东"]),
            ("佛山市区", None, &["佛山"]),
        ];
        for (typed, province, parts) in cases {
            let region = Region::read(typed).unwrap_or_else(|| panic!("{typed}"));
            assert_eq!(
                (region.province, region.parts.as_slice()),
                (province, &to_strings(parts)[..]),
                "{typed}"
            );
        }
        for typed in ["", " ", "无", "不详", "，"] {
            assert_eq!(Region::read(typed), None, "{typed}");
        }
    }

    fn to_strings(parts: &[&str]) -> Vec<String> {
        parts.iter().map(|part| (*part).to_owned()).collect()
    }

    #[test]
    fn regions_agree_by_their_prefix_r_079() {
        let same = [
            ("广东省佛山市", "佛山"),
            ("广东省佛山市", "广东佛山"),
            ("佛山市顺德区", "佛山"),
            ("佛山市顺德区", "佛山顺德"),
            ("佛山市顺德区", "顺德"),
            ("佛山顺德", "顺德区"),
            ("广东佛山顺德", "佛山市"),
            ("北京", "北京市朝阳区"),
            ("广东", "广东省"),
            ("延边朝鲜族自治州", "延边"),
            ("广州", "广州市天河区"),
            ("广西南宁", "广西壮族自治区南宁市"),
        ];
        for (one, other) in same {
            let keys = |typed: &str| Region::read(typed).expect("a place").keys();
            assert!(keys(one).iter().any(|key| keys(other).contains(key)), "{one} {other}: no key in common");
            assert!(agree(one, other), "{one} {other}");
        }
        let different = [
            ("佛山", "广州"),
            ("佛山市顺德区", "佛山市南海区"),
            ("广东", "佛山"),
            ("广东", "广东佛山"),
            ("吉林省", "吉林市"),
            ("江苏南京", "浙江南京"),
            ("三门县", "三门峡市"),
            ("三门", "三门峡"),
            ("杞县", "杞"),
        ];
        for (one, other) in different {
            assert!(!agree(one, other), "{one} {other}");
        }
    }

    #[test]
    fn places_are_counted_by_their_city() {
        for (typed, city) in
            [("佛山", "佛山"), ("广东省佛山市顺德区", "佛山"), ("北京市朝阳区", "北京"), ("广东", "广东")]
        {
            assert_eq!(Region::read(typed).expect("a place").city(), city, "{typed}");
        }
    }

    proptest! {
        #[test]
        fn any_place_agrees_with_itself_and_both_ways(one in "[一-龥省市县区 -]{1,9}", other in "[一-龥省市县区]{1,6}") {
            if let Some(region) = Region::read(&one) {
                prop_assert!(region.agrees(&region));
                if let Some(other) = Region::read(&other) {
                    prop_assert_eq!(region.agrees(&other), other.agrees(&region));
                }
            }
        }

        #[test]
        fn a_city_agrees_with_its_district(city in "[佛珠汕韶湛茂肇惠梅][山海头关江名庆州]", district in "[南顺三高禅][海德水明城]") {
            let full = Region::read(&format!("广东省{city}市{district}区")).unwrap();
            for typed in [city.clone(), format!("{city}市"), format!("广东{city}"), district.clone(), format!("{city}{district}")] {
                prop_assert!(full.agrees(&Region::read(&typed).unwrap()), "{}", typed);
            }
        }
    }
}
