//! 预填单: the seven fields of an arrival, and what a day with incomplete ones costs.

use crate::RuleId;
use crate::patient::{Item, Patient};
use crate::registration::Channel;
use crate::settings::{Book, catalogue};
use chrono::NaiveDate;

/// 初复诊.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum VisitKind {
    /// 初诊: here for the first time.
    First,
    /// 复诊: here again.
    Return,
}

impl VisitKind {
    /// Reads 初诊, 复诊 and what people write for them.
    pub fn read(typed: &str) -> Option<VisitKind> {
        match crate::patient::plain(typed).as_str() {
            "初诊" | "初" | "首诊" | "首次" | "第一次" | "新患者" => Some(VisitKind::First),
            "复诊" | "复" | "再诊" | "再次" | "老患者" => Some(VisitKind::Return),
            _ => None,
        }
    }

    /// The Chinese word.
    pub fn word(self) -> &'static str {
        match self {
            VisitKind::First => "初诊",
            VisitKind::Return => "复诊",
        }
    }
}

/// A field of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FormField {
    /// What the form shares with an appointment.
    Of(Item),
    /// 渠道: 来源渠道.
    Channel,
    /// 初复诊.
    VisitKind,
}

impl FormField {
    /// The label as people type it and read it.
    pub fn label(self) -> &'static str {
        match self {
            FormField::Of(item) => item.label(),
            FormField::Channel => "渠道",
            FormField::VisitKind => "初复诊",
        }
    }

    /// The word in rows and events.
    pub fn code(self) -> &'static str {
        match self {
            FormField::Of(item) => item.code(),
            FormField::Channel => "channel",
            FormField::VisitKind => "visit_kind",
        }
    }

    /// The field of a word of rows and events, exact.
    pub fn of_code(code: &str) -> Option<FormField> {
        match code {
            "channel" => Some(FormField::Channel),
            "visit_kind" => Some(FormField::VisitKind),
            _ => Item::of_code(code).map(FormField::Of),
        }
    }
}

/// The fields that a form lacks, in the order of the form; none is ever refused for them. A surname counts as no
/// name, as everywhere.
pub fn form_missing(patient: &Patient, channel: Option<Channel>, kind: Option<VisitKind>) -> Vec<FormField> {
    let items = [Item::Name, Item::Sex, Item::Age, Item::Phone, Item::Region];
    let mut missing: Vec<FormField> =
        items.into_iter().filter(|item| !patient.has(*item)).map(FormField::Of).collect();
    if channel.is_none() {
        missing.push(FormField::Channel);
    }
    if kind.is_none() {
        missing.push(FormField::VisitKind);
    }
    missing
}

/// What the incomplete forms of a day cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormBand {
    /// Points, negative.
    pub points: i64,
    /// The rule.
    pub rule: RuleId,
}

/// What `incomplete` of a day's `forms` cost, before the month's limit of the item; `None` below the lower share. Each
/// share belongs to its own band.
pub fn form_band(forms: u32, incomplete: u32, book: &Book, day: NaiveDate) -> Option<FormBand> {
    use catalogue::records::{FORM_HIGH, FORM_HIGH_POINTS, FORM_LOW, FORM_LOW_POINTS};
    let reaches = |share| {
        let needed = i64::from(forms) * book.whole(share, day);
        incomplete > 0 && i64::from(incomplete) * WHOLE >= needed
    };
    let points = if reaches(&FORM_HIGH) {
        book.whole(&FORM_HIGH_POINTS, day)
    } else if reaches(&FORM_LOW) {
        book.whole(&FORM_LOW_POINTS, day)
    } else {
        return None;
    };
    Some(FormBand { points, rule: "R-056" })
}

/// Hundredths of a percent in the whole.
const WHOLE: i64 = 10_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patient::Typed;
    use proptest::prelude::*;

    fn day() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, 2).expect("a date")
    }

    #[test]
    fn a_form_has_seven_fields_r_055() {
        let some = |text: &str| Some(text.to_owned());
        let full = Typed {
            name: some("张三"),
            sex: some("男"),
            age: some("35"),
            phone: some("13800138000"),
            region: some("佛山"),
            ..Typed::default()
        };
        let patient = full.read().0;
        assert_eq!(form_missing(&patient, Some(Channel::Phone), VisitKind::read("初诊")), []);
        let labels = |missing: Vec<FormField>| missing.into_iter().map(FormField::label).collect::<Vec<_>>();
        let nothing = labels(form_missing(&Patient::default(), None, None));
        assert_eq!(nothing, ["姓名", "性别", "年龄", "电话", "地域", "渠道", "初复诊"]);
        let surname = Typed { name: some("王先生"), ..full }.read().0;
        assert_eq!(labels(form_missing(&surname, None, VisitKind::read(" 复诊 "))), ["姓名", "渠道"]);
    }

    #[test]
    fn the_share_of_incomplete_forms_has_two_bands_r_056() {
        let cases = [
            (50, 12, Some(-3)),
            (50, 20, Some(-5)),
            (50, 10, Some(-3)),
            (50, 9, None),
            (50, 19, Some(-3)),
            (50, 50, Some(-5)),
            (5, 1, Some(-3)),
            (3, 1, Some(-3)),
            (10_001, 2_000, None),
            (50, 0, None),
            (0, 0, None),
        ];
        for (forms, incomplete, points) in cases {
            let band = form_band(forms, incomplete, &Book::default(), day());
            assert_eq!(band.map(|band| band.points), points, "{incomplete} of {forms}");
        }
    }

    proptest! {
        #[test]
        fn more_incomplete_forms_never_cost_less(forms in 1u32..2_000, one in 0u32..2_000, more in 0u32..50) {
            let points = |count: u32| form_band(forms, count, &Book::default(), day()).map_or(0, |band| band.points);
            prop_assert!(points(one + more) <= points(one));
        }
    }
}
