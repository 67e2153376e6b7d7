//! 日报模板: which figures a report has, by the role of whoever files it and the department's settings of the report's day.

use super::Figures;
use crate::person::{Role, Roles};
use crate::settings::catalogue::report_forms::{self, HIDDEN, REQUIRED};
use crate::settings::{Book, Setting};
use chrono::NaiveDate;

/// A figure of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// The words that people type for it. The first is its name: it stands in the form, in answers and in events.
    pub words: &'static [&'static str],
    /// A report without it is not accepted.
    pub required: bool,
}

impl Field {
    /// The word that stands in the form, in answers and in events.
    pub const fn name(&self) -> &'static str {
        self.words[0]
    }
}

/// A figure that a form can have, and the setting that says whether it has; without one it is always required.
type Line = (&'static [&'static str], Option<&'static Setting>);

const VALID: &[&str] = &["有效", "有效对话", "有效咨询"];
const APPOINTMENTS: &[&str] = &["预约", "预约数"];
const ARRIVALS: &[&str] = &["到诊", "到院", "到诊数"];
const FOLLOW_UPS: &[&str] = &["回访", "回访数"];
const UNANSWERED: &[&str] = &["未应答", "无应答", "漏接"];

/// 咨询员: dialogues, appointments, arrivals, in the order in which bare numbers are read.
const CONSULTANT: &[Line] = &[
    (&["对话", "对话数", "咨询", "咨询量", "会话"], None),
    (APPOINTMENTS, Some(&report_forms::CONSULTANT_APPOINTMENTS)),
    (ARRIVALS, Some(&report_forms::CONSULTANT_ARRIVALS)),
    (VALID, Some(&report_forms::CONSULTANT_VALID)),
    (FOLLOW_UPS, Some(&report_forms::CONSULTANT_FOLLOW_UPS)),
    (UNANSWERED, Some(&report_forms::CONSULTANT_UNANSWERED)),
];

/// 电话咨询员: a call is the phone's dialogue, so that both stand in one ranking.
const PHONE: &[Line] = &[
    (&["对话", "来电", "电话", "接听", "来电数", "对话数", "咨询"], None),
    (APPOINTMENTS, Some(&report_forms::PHONE_APPOINTMENTS)),
    (ARRIVALS, Some(&report_forms::PHONE_ARRIVALS)),
    (VALID, Some(&report_forms::PHONE_VALID)),
    (FOLLOW_UPS, Some(&report_forms::PHONE_FOLLOW_UPS)),
    (UNANSWERED, Some(&report_forms::PHONE_UNANSWERED)),
];

/// 导医: the day's outpatients.
const GUIDE: &[Line] = &[
    (&["门诊", "门诊量", "就诊", "就诊人数", "接诊"], None),
    (&["初诊", "初诊数"], Some(&report_forms::GUIDE_FIRST_VISITS)),
    (&["复诊", "复诊数"], Some(&report_forms::GUIDE_RETURN_VISITS)),
    (&["预约到诊", "预约到院"], Some(&report_forms::GUIDE_BOOKED)),
    (&["满意度"], Some(&report_forms::GUIDE_SATISFACTION)),
    (&["检查量", "检查"], Some(&report_forms::GUIDE_EXAMINED)),
    (&["住院量", "住院"], Some(&report_forms::GUIDE_ADMITTED)),
];

/// What somebody fills in for a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// The figures, in the order in which bare numbers are read: the required ones first.
    pub fields: Vec<Field>,
    /// Figures that such a form can have and the department does not ask for.
    pub hidden: Vec<Field>,
    /// 小结: whether it must be there; `None` when it is not asked for.
    pub note_required: Option<bool>,
}

impl Form {
    /// The required fields that the figures lack, in the form's order.
    pub fn lacking(&self, figures: &Figures) -> Vec<&'static str> {
        let required = self.required().map(|field| field.name());
        required.filter(|name| !figures.contains_key(*name)).collect()
    }

    /// The fields without which a report is not accepted.
    pub fn required(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| field.required)
    }
}

/// The form of a day for somebody with these roles; `None` for those who file none.
pub fn form_of(book: &Book, date: NaiveDate, roles: Roles) -> Option<Form> {
    let lines = if roles.has(Role::Consultant) {
        CONSULTANT
    } else if roles.has(Role::PhoneConsultant) {
        PHONE
    } else if roles.has(Role::Guide) {
        GUIDE
    } else {
        return None;
    };
    let stands =
        |setting: &Option<&'static Setting>| setting.map_or(REQUIRED, |setting| book.word(setting, date));
    let fields = |wanted: &dyn Fn(&str) -> bool| -> Vec<Field> {
        let asked = lines.iter().map(|(words, setting)| (words, stands(setting)));
        asked
            .filter(|(_, stands)| wanted(stands))
            .map(|(words, stands)| Field { words, required: stands == REQUIRED })
            .collect()
    };
    let mut asked = fields(&|stands| stands == REQUIRED);
    asked.extend(fields(&|stands| stands != REQUIRED && stands != HIDDEN));
    let note = book.word(&report_forms::NOTE, date);
    Some(Form {
        fields: asked,
        hidden: fields(&|stands| stands == HIDDEN),
        note_required: (note != HIDDEN).then_some(note == REQUIRED),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::catalogue::report_forms::OPTIONAL;
    use crate::settings::{Value, Version};

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn form(book: &Book, date: &str, role: Role) -> Form {
        form_of(book, day(date), Roles::of(&[role])).expect("a form")
    }

    fn names(fields: &[Field]) -> Vec<&'static str> {
        fields.iter().map(Field::name).collect()
    }

    #[test]
    fn each_role_has_its_form() {
        let book = Book::default();
        let cases = [
            (Role::Consultant, &["对话", "预约", "到诊", "有效", "回访", "未应答"][..], 3),
            (Role::PhoneConsultant, &["对话", "预约", "到诊", "有效", "回访", "未应答"], 3),
            (Role::Guide, &["门诊", "初诊", "复诊", "预约到诊", "满意度"], 1),
        ];
        for (role, expected, required) in cases {
            let form = form(&book, "2026-03-02", role);
            assert_eq!(names(&form.fields), expected, "{role:?}");
            assert_eq!(form.required().count(), required, "{role:?}");
        }
        assert!(form_of(&book, day("2026-03-02"), Roles::of(&[Role::Lead])).is_none());
        assert_eq!(names(&form(&book, "2026-03-02", Role::Guide).hidden), ["检查量", "住院量"]);
    }

    #[test]
    fn a_department_asks_for_what_it_wants_from_a_day_on() {
        let mut book = Book::default();
        for (setting, word) in [
            (&report_forms::CONSULTANT_VALID, REQUIRED),
            (&report_forms::CONSULTANT_ARRIVALS, OPTIONAL),
            (&report_forms::CONSULTANT_UNANSWERED, HIDDEN),
            (&report_forms::NOTE, REQUIRED),
        ] {
            book.set(setting, Version { from: day("2026-03-10"), value: Value::Word(word) });
        }
        let before = form(&book, "2026-03-09", Role::Consultant);
        assert_eq!((names(&before.fields)[1], before.note_required), ("预约", Some(false)));
        let after = form(&book, "2026-03-10", Role::Consultant);
        assert_eq!(names(&after.fields), ["对话", "预约", "有效", "到诊", "回访"]);
        assert_eq!((names(&after.hidden), after.note_required), (vec!["未应答"], Some(true)));
        assert_eq!(after.lacking(&Figures::from([("预约".to_owned(), 8)])), ["对话", "有效"]);
        assert_eq!(
            form(&book, "2026-03-10", Role::PhoneConsultant),
            form(&Book::default(), "2026-03-10", Role::PhoneConsultant).with_note()
        );
    }

    impl Form {
        fn with_note(self) -> Self {
            Self { note_required: Some(true), ..self }
        }
    }

    #[test]
    fn words_of_a_form_are_unique() {
        for lines in [CONSULTANT, PHONE, GUIDE] {
            let mut words: Vec<_> = lines.iter().flat_map(|(words, _)| *words).collect();
            let count = words.len();
            words.sort_unstable();
            words.dedup();
            assert_eq!(words.len(), count);
        }
    }
}
