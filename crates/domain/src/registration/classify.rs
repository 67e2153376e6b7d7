//! 完整程度 of what was registered: full, conditional, incomplete or invalid, with what is missing.

use super::{Channel, Class};
use crate::RuleId;
use crate::patient::{Item, Patient};
use crate::settings::{Book, catalogue};
use chrono::NaiveDate;

/// When the patient is expected (预约到诊时间).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visit {
    /// The local date.
    pub date: NaiveDate,
    /// The time of day, minutes after midnight; `None` while it is open.
    pub minute: Option<u32>,
}

/// What is registered of an appointment, in one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Who comes.
    pub patient: Patient,
    /// When.
    pub visit: Option<Visit>,
    /// Over what it was booked.
    pub channel: Channel,
    /// Whether a chat record or a reference to one is attached (聊天记录).
    pub chat_log: bool,
}

/// What an appointment counts as, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Classified {
    /// How complete it is.
    pub class: Class,
    /// The rule that decided.
    pub rule: RuleId,
    /// What a full appointment has and this one has not, in the order of [`Item`]. Empty for a full one.
    pub missing: Vec<Item>,
    /// Of an invalid one what would make it valid; of [`Item::Name`] and [`Item::Contact`] one is enough, and a
    /// telephone number is a contact. Empty for the others.
    pub lifts: Vec<Item>,
    /// What to tell its owner besides.
    pub notes: Vec<Note>,
}

/// Something that its owner should know of an appointment; none of it changes the class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// What stands as the name is none in full: 王先生.
    SurnameOnly,
    /// The sex was not asked for.
    SexOpen,
    /// A date without time of day: the time is open.
    TimeOpen,
    /// Booked online without a chat record; it goes on the daily list until one is attached.
    LogMissing,
    /// The patient was expected before the day of the registration.
    VisitPast,
}

impl Note {
    /// The rule behind it.
    pub fn rule(self) -> RuleId {
        match self {
            Note::SurnameOnly => "R-042",
            Note::SexOpen => "R-028",
            Note::TimeOpen => "R-048",
            Note::LogMissing => "R-037",
            Note::VisitPast => "R-030",
        }
    }
}

impl Classified {
    /// The line that completes it, to copy and fill in: `预约 Y12 电话： 年龄：`; `None` when nothing is missing.
    pub fn line_to_copy(&self, no: &str) -> Option<String> {
        let blank = |item: &Item| format!(" {}：", item.label());
        let blanks: String = self.missing.iter().map(blank).collect();
        (!blanks.is_empty()).then(|| format!("预约 {no}{blanks}"))
    }
}

/// Judges an appointment by the rules of `day`, the local date on which it was registered or completed (CV-8).
///
/// | full name | telephone | QQ, 微信 | age and region | complaint and visit | class |
/// |---|---|---|---|---|---|
/// | yes | yes | - | yes | yes | full (R-028) |
/// | yes | no | - | yes | yes | conditional A (R-040) |
/// | no | any of the two | | yes | yes | conditional B (R-041) |
/// | no | no | no | - | - | invalid (R-042) |
/// | - | - | - | - | no | invalid (R-042) |
/// | else | | | | | incomplete (R-042) |
///
/// Where the department wants the sex too, an appointment without it that would be full is incomplete.
pub fn classify(entry: &Entry, book: &Book, day: NaiveDate) -> Classified {
    use catalogue::appointments::{DATE_ONLY, SEX_COUNTS};
    let patient = &entry.patient;
    let visit = entry.visit.filter(|visit| visit.minute.is_some() || book.is_on(&DATE_ONLY, day));
    let has = |item: Item| match item {
        Item::VisitDate => visit.is_some(),
        item => patient.has(item),
    };
    let mut missing: Vec<Item> = Item::SIX.into_iter().filter(|item| !has(*item)).collect();
    if !has(Item::Sex) && book.is_on(&SEX_COUNTS, day) {
        missing.push(Item::Sex);
    }

    let nobody = !has(Item::Name) && !patient.can_be_reached();
    let mut lifts: Vec<Item> =
        [Item::Complaint, Item::VisitDate].into_iter().filter(|item| !has(*item)).collect();
    if nobody {
        lifts.extend([Item::Name, Item::Contact]);
        lifts.sort_unstable();
    }
    let described = has(Item::Age) && has(Item::Region);
    let (class, rule) = match (has(Item::Name), has(Item::Phone)) {
        _ if !lifts.is_empty() => (Class::Invalid, "R-042"),
        _ if missing.is_empty() => (Class::Full, "R-028"),
        (true, false) if described => (Class::ConditionalA, "R-040"),
        (false, _) if described => (Class::ConditionalB, "R-041"),
        _ => (Class::Incomplete, "R-042"),
    };
    Classified { class, rule, missing, lifts, notes: notes(entry, day) }
}

fn notes(entry: &Entry, day: NaiveDate) -> Vec<Note> {
    let patient = &entry.patient;
    let said = [
        (Note::SurnameOnly, patient.name.is_some() && patient.full_name().is_none()),
        (Note::SexOpen, patient.sex.is_none()),
        (Note::TimeOpen, entry.visit.is_some_and(|visit| visit.minute.is_none())),
        (Note::LogMissing, entry.channel.is_network() && !entry.chat_log),
        (Note::VisitPast, entry.visit.is_some_and(|visit| visit.date < day)),
    ];
    said.into_iter().filter(|(_, holds)| *holds).map(|(note, _)| note).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patient::Typed;
    use crate::settings::{Setting, Value, Version};
    use proptest::prelude::*;

    fn day() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, 2).expect("a date")
    }

    /// The fields by letter: n 张三, s 王先生, p phone, q QQ, w 微信, a age, k complaint, d disease, r region, v visit date,
    /// t its time, x sex.
    fn entry(letters: &str) -> Entry {
        let given = |letter: char, text: &str| letters.contains(letter).then(|| text.to_owned());
        let typed = Typed {
            name: given('n', "张三").or(given('s', "王先生")),
            phone: given('p', "13800138000"),
            qq: given('q', "12345678"),
            wechat: given('w', "zhangsan01"),
            age: given('a', "35"),
            complaint: given('k', "牙痛三天"),
            disease: given('d', "牙痛"),
            region: given('r', "佛山"),
            sex: given('x', "男"),
            contact: None,
        };
        let minute = letters.contains('t').then_some(9 * 60);
        let visit = letters.contains('v').then_some(Visit { date: day(), minute });
        Entry { patient: typed.read().0, visit, channel: Channel::Phone, chat_log: false }
    }

    fn book(settings: &[(&'static Setting, bool)]) -> Book {
        let mut book = Book::default();
        for (setting, on) in settings {
            book.set(setting, Version { from: day(), value: Value::Switch(*on) });
        }
        book
    }

    #[test]
    fn the_class_follows_from_what_is_there_r_028_r_040_r_041_r_042() {
        use Class::{ConditionalA, ConditionalB, Full, Incomplete, Invalid};
        use Item::{Age, Complaint, Contact, Name, Phone, Region, VisitDate};
        type Case = (&'static str, Class, &'static str, &'static [Item], &'static [Item]);
        let cases: [Case; 24] = [
            ("npakrvtx", Full, "R-028", &[], &[]),
            ("npakrv", Full, "R-028", &[], &[]),
            ("npadrv", Full, "R-028", &[], &[]),
            ("npqakrv", Full, "R-028", &[], &[]),
            // W-02, W-03, W-04: A without the phone.
            ("nakrv", ConditionalA, "R-040", &[Phone], &[]),
            ("nqakrv", ConditionalA, "R-040", &[Phone], &[]),
            // W-03: B by QQ without the name.
            ("qakrv", ConditionalB, "R-041", &[Name, Phone], &[]),
            ("wakrv", ConditionalB, "R-041", &[Name, Phone], &[]),
            ("pakrv", ConditionalB, "R-041", &[Name], &[]),
            ("spakrv", ConditionalB, "R-041", &[Name], &[]),
            ("npkrv", Incomplete, "R-042", &[Age], &[]),
            ("npakv", Incomplete, "R-042", &[Region], &[]),
            ("npkv", Incomplete, "R-042", &[Age, Region], &[]),
            // R-042, closed gap: the phone and another field missing.
            ("nkrv", Incomplete, "R-042", &[Age, Phone], &[]),
            ("nkv", Incomplete, "R-042", &[Age, Phone, Region], &[]),
            ("pkrv", Incomplete, "R-042", &[Name, Age], &[]),
            ("skqv", Incomplete, "R-042", &[Name, Age, Phone, Region], &[]),
            // W-05: 王先生 without contact.
            ("sakrv", Invalid, "R-042", &[Name, Phone], &[Name, Contact]),
            ("akrv", Invalid, "R-042", &[Name, Phone], &[Name, Contact]),
            ("nparv", Invalid, "R-042", &[Complaint], &[Complaint]),
            ("npakr", Invalid, "R-042", &[VisitDate], &[VisitDate]),
            ("npar", Invalid, "R-042", &[Complaint, VisitDate], &[Complaint, VisitDate]),
            ("", Invalid, "R-042", &Item::SIX, &[Name, Complaint, VisitDate, Contact]),
            ("x", Invalid, "R-042", &Item::SIX, &[Name, Complaint, VisitDate, Contact]),
        ];
        for (letters, class, rule, missing, lifts) in cases {
            let classified = classify(&entry(letters), &Book::default(), day());
            let told = (classified.class, classified.rule, &classified.missing[..], &classified.lifts[..]);
            assert_eq!(told, (class, rule, missing, lifts), "{letters}");
        }
    }

    #[test]
    fn a_wrong_number_does_not_make_it_full_r_040() {
        let mut wrong = entry("nakrvt");
        wrong.patient.phone =
            Typed { phone: Some("1380013800".to_owned()), ..Typed::default() }.read().0.phone;
        assert_eq!(classify(&wrong, &Book::default(), day()).class, Class::ConditionalA);
    }

    #[test]
    fn the_settings_of_the_day_decide_r_028_r_048() {
        use catalogue::appointments::{DATE_ONLY, SEX_COUNTS};
        type Case = (&'static [(&'static Setting, bool)], &'static str, Class, &'static [Item]);
        let cases: [Case; 6] = [
            (&[], "npakrv", Class::Full, &[]),
            (&[(&SEX_COUNTS, true)], "npakrv", Class::Incomplete, &[Item::Sex]),
            (&[(&SEX_COUNTS, true)], "npakrvx", Class::Full, &[]),
            (&[(&SEX_COUNTS, true)], "nakrv", Class::ConditionalA, &[Item::Phone, Item::Sex]),
            (&[(&DATE_ONLY, false)], "npakrv", Class::Invalid, &[Item::VisitDate]),
            (&[(&DATE_ONLY, false)], "npakrvt", Class::Full, &[]),
        ];
        for (settings, letters, class, missing) in cases {
            let book = book(settings);
            let classified = classify(&entry(letters), &book, day());
            assert_eq!(
                (classified.class, &classified.missing[..]),
                (class, missing),
                "{settings:?} {letters}"
            );
            let before = day().pred_opt().expect("a day before");
            let full = classify(&entry("npakrv"), &book, before).class;
            assert_eq!(full, Class::Full, "the day before {settings:?} holds");
        }
    }

    #[test]
    fn the_owner_is_told_what_else_is_open() {
        use Note::{LogMissing, SexOpen, SurnameOnly, TimeOpen, VisitPast};
        let over = |letters: &str, channel, chat_log| Entry { channel, chat_log, ..entry(letters) };
        let cases: [(Entry, &[Note]); 7] = [
            (entry("npakrvtx"), &[]),
            (entry("npakrv"), &[SexOpen, TimeOpen]),
            (entry("spakrvtx"), &[SurnameOnly]),
            (over("npakrvtx", Channel::Shangwutong, false), &[LogMissing]),
            (over("npakrvtx", Channel::Wechat, true), &[]),
            (over("npakrvtx", Channel::Phone, false), &[]),
            (over("npakrvtx", Channel::Desk, false), &[]),
        ];
        for (entry, notes) in cases {
            assert_eq!(classify(&entry, &Book::default(), day()).notes, notes, "{entry:?}");
        }
        let later = day().succ_opt().expect("a day after");
        assert_eq!(classify(&entry("npakrvtx"), &Book::default(), later).notes, [VisitPast]);
    }

    #[test]
    fn the_line_to_copy_names_what_is_missing() {
        let line = |letters: &str| classify(&entry(letters), &Book::default(), day()).line_to_copy("Y12");
        assert_eq!(line("npakrv"), None);
        assert_eq!(line("nkrv").as_deref(), Some("预约 Y12 年龄： 电话："));
        assert_eq!(line("npar").as_deref(), Some("预约 Y12 主诉： 到诊日期："));
    }

    const LETTERS: [char; 11] = ['n', 's', 'p', 'q', 'w', 'a', 'k', 'd', 'r', 'v', 'x'];

    fn letters() -> impl Strategy<Value = String> {
        prop::sample::subsequence(LETTERS.to_vec(), 0..=LETTERS.len()).prop_map(String::from_iter)
    }

    proptest! {
        /// The definitions of once more, each as it is written.
        #[test]
        fn every_appointment_has_the_one_class_of_its_definition(given in letters()) {
            let has = |any: &str| given.contains(|letter| any.contains(letter));
            let all = |every: &str| every.chars().all(|letter| given.contains(letter));
            let invalid = !has("n") && !has("pqw") || !has("kd") || !has("v");
            let rest = all("arv") && has("kd");
            let expected = match () {
                () if invalid => Class::Invalid,
                () if rest && all("np") => Class::Full,
                () if rest && has("n") => Class::ConditionalA,
                () if rest && has("pqw") => Class::ConditionalB,
                () => Class::Incomplete,
            };
            prop_assert_eq!(classify(&entry(&given), &Book::default(), day()).class, expected);
        }

        #[test]
        fn more_fields_never_make_it_less(given in letters(), more in letters()) {
            let rank = |letters: &str| classify(&entry(letters), &Book::default(), day()).class.rank();
            let all = given.clone() + &more;
            prop_assert!(rank(&all) >= rank(&given), "{}", all);
        }

        #[test]
        fn filling_in_what_is_missing_makes_it_full(given in letters()) {
            let letter = |item: &Item| match item {
                Item::Name => 'n', Item::Age => 'a', Item::Phone => 'p', Item::Complaint => 'k',
                Item::Region => 'r', Item::VisitDate => 'v', Item::Sex => 'x', Item::Contact => 'q',
            };
            let first = classify(&entry(&given), &Book::default(), day());
            let filled: String = first.missing.iter().map(letter).chain(given.chars()).collect();
            prop_assert_eq!(classify(&entry(&filled), &Book::default(), day()).class, Class::Full);
            let lifted: String = first.lifts.iter().map(letter).chain(given.chars()).collect();
            prop_assert_ne!(classify(&entry(&lifted), &Book::default(), day()).class, Class::Invalid);
        }
    }
}
