//! 聊天标注 in the house form: 已约—病种—姓名—性别—年龄—地域.
//!
//! People write it with every kind of dash and leave things out. The sex and the age are known by themselves, so what
//! stands before them is the disease and the name, and what stands behind is the region. A double dash is one dash, as
//! Chinese keyboards give it.

use crate::patient::{Age, Patient, Sex, Typed, plain};

/// What a label begins with.
const BOOKED: &str = "已约";
/// Parts of a label without 已约 at least; with fewer it could be anything (a date, a shift).
const FEWEST: usize = 4;

/// A label found in a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labelled {
    /// What it says: disease, name, sex, age, region.
    pub typed: Typed,
    /// The message without it, for the other fields.
    pub rest: String,
}

/// Finds the label in a message; `None` when there is none. It ends at the first blank, comma or line's end that stands
/// beside no dash. 已约 may be left out when a sex stands among at least four parts.
pub fn house_form(message: &str) -> Option<Labelled> {
    let mut from = 0;
    while from < message.len() {
        let (parts, to) = parts(message, from);
        if let Some(typed) = read(&parts) {
            let rest = format!("{} {}", message[..from].trim(), message[to..].trim_start_matches(ends));
            return Some(Labelled { typed, rest: rest.trim().to_owned() });
        }
        let skipped = message[to..].chars().next().map_or(0, char::len_utf8);
        from = to + skipped;
    }
    None
}

/// The label of a patient, to copy into the chat tool; what is not known is left out.
pub fn label(patient: &Patient) -> String {
    let parts = [
        Some(BOOKED.to_owned()),
        patient.disease.as_ref().or(patient.complaint.as_ref()).map(|disease| disease.written().to_owned()),
        patient.name.as_ref().map(|name| name.written().to_owned()),
        patient.sex.map(|sex| sex.word().to_owned()),
        patient.age.map(|age| age.to_string()),
        patient.region.as_ref().map(|region| region.written().to_owned()),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join("—")
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '－' | '–' | '—' | '―' | '−' | '─' | '～' | '~')
}

/// What may end a label. A line's end always does.
fn ends(c: char) -> bool {
    c.is_whitespace() || matches!(c, ',' | '，' | ';' | '；' | '。')
}

/// The parts from `from` on, and where they end.
fn parts(message: &str, from: usize) -> (Vec<String>, usize) {
    let mut parts = vec![String::new()];
    let (mut at, mut after_dash) = (from, false);
    while let Some(c) = message[at..].chars().next() {
        if is_dash(c) {
            if !after_dash {
                parts.push(String::new());
            }
            after_dash = true;
        } else if ends(c) {
            let blanks =
                message[at..].len() - message[at..].trim_start_matches([' ', '\u{3000}', '\t']).len();
            let dash_follows = message[at + blanks..].starts_with(is_dash);
            if blanks == 0 || !(dash_follows || after_dash) {
                break;
            }
            at += blanks;
            continue;
        } else {
            after_dash = false;
            if let Some(part) = parts.last_mut() {
                part.push(c);
            }
        }
        at += c.len_utf8();
    }
    parts.retain(|part| !part.is_empty());
    (parts, at)
}

fn read(parts: &[String]) -> Option<Typed> {
    let booked = parts.first().is_some_and(|part| part == BOOKED);
    let parts = if booked { &parts[1..] } else { parts };
    let sex = parts.iter().position(|part| Sex::read(part).is_some());
    if parts.is_empty() || (!booked && (sex.is_none() || parts.len() < FEWEST)) {
        return None;
    }
    let is_age = |part: &String| plain(part).starts_with(|c: char| c.is_ascii_digit()) || part.contains('岁');
    let age = parts.iter().position(|part| is_age(part) && Age::read(part).is_ok());
    let some = |at: Option<usize>| at.and_then(|at| parts.get(at)).cloned();
    let before = [sex, age].into_iter().flatten().min().unwrap_or(parts.len().min(2));
    let behind = [sex, age].into_iter().flatten().max().map_or(before, |last| last + 1);
    if before > 2 {
        return None;
    }
    let region = parts.get(behind..).map(|left| left.join("-")).filter(|region| !region.is_empty());
    Some(Typed {
        disease: some((before > 0).then_some(0)),
        name: some((before > 1).then_some(1)),
        sex: some(sex),
        age: some(age),
        region,
        ..Typed::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Disease, name, sex, age, region of what was found, and the rest of the message.
    fn found(message: &str) -> Option<([String; 5], String)> {
        house_form(message).map(|labelled| {
            let Typed { disease, name, sex, age, region, .. } = labelled.typed;
            ([disease, name, sex, age, region].map(Option::unwrap_or_default), labelled.rest)
        })
    }

    #[test]
    fn the_label_is_read_with_every_dash_r_028() {
        let whole = ["牙痛", "张三", "男", "35", "佛山"];
        let cases = [
            ("已约—牙痛—张三—男—35—佛山", whole, ""),
            ("已约-牙痛-张三-男-35-佛山", whole, ""),
            ("已约–牙痛–张三–男–35–佛山", whole, ""),
            ("已约——牙痛——张三——男——35——佛山", whole, ""),
            ("已约－牙痛－张三－男－35－佛山", whole, ""),
            ("已约 — 牙痛 — 张三 — 男 — 35 — 佛山", whole, ""),
            (
                "已约—牙痛—张三—男—35—佛山 电话 13800138000 到诊日期 2026-03-05",
                whole,
                "电话 13800138000 到诊日期 2026-03-05",
            ),
            ("电话 138-0013-8000 已约—牙痛—张三—男—35—佛山，明天", whole, "电话 138-0013-8000 明天"),
            ("2026-03-05 已约—牙痛—张三—男—35—佛山\n渠道 商务通", whole, "2026-03-05 渠道 商务通"),
            ("牙痛—张三—男—35—佛山", whole, ""),
            ("已约—牙痛—张三—男—35岁—广东-佛山", ["牙痛", "张三", "男", "35岁", "广东-佛山"], ""),
            ("已约—牙痛—男—35—佛山", ["牙痛", "", "男", "35", "佛山"], ""),
            ("已约—牙痛—张三—35—佛山", ["牙痛", "张三", "", "35", "佛山"], ""),
            ("已约—牙痛—张三—男—佛山", ["牙痛", "张三", "男", "", "佛山"], ""),
            ("已约—牙痛—张三—35—男", ["牙痛", "张三", "男", "35", ""], ""),
            ("已约—牙痛—张三", ["牙痛", "张三", "", "", ""], ""),
            ("已约—牙痛—张三—佛山", ["牙痛", "张三", "", "", "佛山"], ""),
            ("已约—牙痛", ["牙痛", "", "", "", ""], ""),
        ];
        for (message, fields, rest) in cases {
            assert_eq!(found(message), Some((fields.map(str::to_owned), rest.to_owned())), "{message}");
        }
    }

    #[test]
    fn other_dashes_are_no_label() {
        let cases = [
            "姓名 张三 电话 138-0013-8000 2026-03-05",
            "早班 08:00-16:00",
            "12-01至12-03",
            "已约",
            "已约牙痛张三",
            "牙痛-张三-35-佛山",
            "张三-男-35",
            "",
        ];
        for message in cases {
            assert_eq!(found(message), None, "{message}");
        }
    }

    #[test]
    fn a_label_is_made_from_what_is_known() {
        let typed = |name: &str, age: &str| Typed {
            name: Some(name.to_owned()),
            age: Some(age.to_owned()),
            sex: Some("男".to_owned()),
            region: Some("佛山".to_owned()),
            complaint: Some("牙痛三天".to_owned()),
            ..Typed::default()
        };
        assert_eq!(label(&typed("张三", "35").read().0), "已约—牙痛三天—张三—男—35岁—佛山");
        assert_eq!(label(&typed("", "").read().0), "已约—牙痛三天—男—佛山");
    }

    proptest! {
        #[test]
        fn what_is_made_is_read(
            name in "[张李王赵][一二三四五六]", age in 1u32..100, city in "[佛汕江]山", sex in "[男女]",
            rest in "[一-龥]{0,4}",
        ) {
            let made = Typed {
                disease: Some("牙痛".to_owned()),
                name: Some(name),
                age: Some(format!("{age}岁")),
                sex: Some(sex),
                region: Some(city),
                ..Typed::default()
            };
            let message = format!("{} {rest}", label(&made.read().0));
            prop_assert_eq!(house_form(&message), Some(Labelled { typed: made, rest }));
        }

        #[test]
        fn any_text_is_borne(message in "\\PC{0,40}|[已约男女岁35 ，\n—-]{0,24}") {
            if let Some(labelled) = house_form(&message) {
                prop_assert!(labelled.rest.len() <= message.len());
            }
        }
    }
}
