//! 同一患者: whether two records are of one patient, and by what.
//!
//! A shared number or account makes them one. A name with two further fields makes them one for the purpose of
//! telling both consultants; a person has to look before a credit hangs on it. What speaks against it is told too:
//! a mother books two children with one number.

use super::{Item, Patient};
use crate::RuleId;
use crate::settings::{Book, catalogue};
use chrono::NaiveDate;

/// Two records are of one patient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sameness {
    /// What both say alike, the deciding item first: phone or contact, else the name.
    pub by: Vec<Item>,
    /// What they say differently, in the order of [`Item`].
    pub against: Vec<Item>,
    /// A number or an account is shared and neither sex nor age speaks against it. Otherwise a person has to look
    /// before a credit depends on it.
    pub certain: bool,
    /// By which rule a shared identity is read.
    pub rule: RuleId,
}

impl Sameness {
    /// True when both have a full name and it is not one: the hospital's registration decides then.
    pub fn names_differ(&self) -> bool {
        self.against.contains(&Item::Name)
    }
}

/// Fields that must agree besides the name.
const BESIDES_NAME: usize = 2;

/// Whether two records are of one patient, by the tolerance of `day`: the same phone; or the same account (微信 that is a
/// mobile number counts as that number); or the same full name and two of age, region and complaint. `None` when they
/// are not known to be. The order of the two does not matter.
pub fn same_patient(one: &Patient, other: &Patient, book: &Book, day: NaiveDate) -> Option<Sameness> {
    let tolerance = book.count(&catalogue::arrivals::AGE_TOLERANCE, day);
    let mut by = Vec::new();
    let mut against = Vec::new();
    let mut note = |item: Item, agrees: Option<bool>| match agrees {
        Some(true) => by.push(item),
        Some(false) => against.push(item),
        None => {}
    };
    note(Item::Phone, both(&one.phone, &other.phone, |one, other| one.agrees(other)));
    // Another account says nothing: people have several.
    note(Item::Contact, shares_account(one, other).then_some(true));
    let full = |patient: &Patient| patient.full_name().cloned();
    note(Item::Name, both(&full(one), &full(other), |one, other| one.agrees(other)));
    note(Item::Age, both(&one.age, &other.age, |one, other| one.agrees(*other, tolerance)));
    note(Item::Region, both(&one.region, &other.region, |one, other| one.agrees(other)));
    note(Item::Complaint, one.ails_as(other));
    note(Item::Sex, both(&one.sex, &other.sex, |one, other| one == other));

    let reached = by.contains(&Item::Phone) || by.contains(&Item::Contact);
    let besides = [Item::Age, Item::Region, Item::Complaint];
    let named = by.contains(&Item::Name)
        && besides.iter().filter(|item| by.contains(item)).count() >= BESIDES_NAME
        && !against.contains(&Item::Sex);
    against.sort_unstable();
    let certain = reached && !against.contains(&Item::Sex) && !against.contains(&Item::Age);
    (reached || named).then_some(Sameness { by, against, certain, rule: "R-087" })
}

fn both<T>(one: &Option<T>, other: &Option<T>, agrees: impl FnOnce(&T, &T) -> bool) -> Option<bool> {
    one.as_ref().zip(other.as_ref()).map(|(one, other)| agrees(one, other))
}

/// Whether an account is the same, or the other's telephone number.
fn shares_account(one: &Patient, other: &Patient) -> bool {
    let called = |accounts: &Patient, called: &Patient| {
        let number = called.phone.as_ref();
        accounts.contacts.iter().filter_map(super::Contact::phone).any(|phone| Some(&phone) == number)
    };
    one.contacts.iter().any(|account| other.contacts.contains(account))
        || called(one, other)
        || called(other, one)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patient::Typed;
    use crate::settings::{Value, Version};
    use proptest::prelude::*;

    fn day() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, 2).expect("a date")
    }

    fn read(name: &str, phone: &str, age: &str, region: &str, complaint: &str, sex: &str) -> Patient {
        let some = |text: &str| Some(text.to_owned());
        let typed = Typed {
            name: some(name),
            phone: some(phone),
            age: some(age),
            region: some(region),
            complaint: some(complaint),
            sex: some(sex),
            ..Typed::default()
        };
        typed.read().0
    }

    #[test]
    fn one_patient_by_phone_or_by_name_and_two_fields_r_087() {
        use Item::{Age, Complaint, Name, Phone, Region, Sex};
        type Fields = [&'static str; 6];
        /// What agrees, what speaks against it, and whether it is certain.
        type Told = (&'static [Item], &'static [Item], bool);
        let of = |fields: Fields| read(fields[0], fields[1], fields[2], fields[3], fields[4], fields[5]);
        let first: Fields = ["张三", "13800138000", "35", "佛山", "牙痛", "男"];
        let cases: [(Fields, Option<Told>); 13] = [
            (first, Some((&[Phone, Name, Age, Region, Complaint, Sex], &[], true))),
            (["", "+86 138-0013-8000", "", "", "", ""], Some((&[Phone], &[], true))),
            (["李四", "13800138000", "", "", "", ""], Some((&[Phone], &[Name], true))),
            (["王先生", "13800138000", "", "", "", ""], Some((&[Phone], &[], true))),
            (["李四", "13800138000", "8", "", "", "女"], Some((&[Phone], &[Name, Age, Sex], false))),
            (["张三", "", "36", "广东省佛山市", "", ""], Some((&[Name, Age, Region], &[], false))),
            (["张三", "13800138001", "35", "佛山", "", ""], Some((&[Name, Age, Region], &[Phone], false))),
            (["张三", "", "35", "", "牙疼", ""], Some((&[Name, Age, Complaint], &[], false))),
            (["张三", "", "35", "", "牙疼", "女"], None),
            (["张三", "", "35", "", "", "男"], None),
            (["张先生", "", "35", "佛山", "牙痛", "男"], None),
            (["李四", "", "35", "佛山", "牙痛", "男"], None),
            (["", "", "", "", "", ""], None),
        ];
        for (fields, expected) in cases {
            let same = same_patient(&of(first), &of(fields), &Book::default(), day());
            let told = same.as_ref().map(|same| (&same.by[..], &same.against[..], same.certain));
            assert_eq!(told, expected, "{fields:?}");
        }
    }

    #[test]
    fn one_patient_by_account() {
        let typed = |qq: &str, wechat: &str, phone: &str| Typed {
            qq: Some(qq.to_owned()),
            wechat: Some(wechat.to_owned()),
            phone: Some(phone.to_owned()),
            ..Typed::default()
        };
        let cases = [
            (("12345678", "", ""), ("QQ 12345678", "", ""), true),
            (("", "ZhangSan01", ""), ("", "微信zhangsan01", ""), true),
            (("12345678", "", ""), ("", "12345678", ""), false),
            (("", "13800138000", ""), ("", "", "138 0013 8000"), true),
            (("12345678", "", ""), ("12345679", "", ""), false),
        ];
        for (one, other, expected) in cases {
            let (one_read, other_read) =
                (typed(one.0, one.1, one.2).read().0, typed(other.0, other.1, other.2).read().0);
            let same = same_patient(&one_read, &other_read, &Book::default(), day());
            let by_account =
                Sameness { by: vec![Item::Contact], against: vec![], certain: true, rule: "R-087" };
            assert_eq!(same, expected.then_some(by_account), "{one:?} {other:?}");
        }
    }

    #[test]
    fn the_tolerance_of_the_age_is_the_one_of_the_day() {
        let mut book = Book::default();
        let later = NaiveDate::from_ymd_opt(2026, 4, 1).expect("a date");
        book.set(&catalogue::arrivals::AGE_TOLERANCE, Version { from: later, value: Value::Whole(0) });
        let one = read("张三", "", "35", "佛山", "", "");
        let other = read("张三", "", "36", "佛山", "", "");
        assert!(same_patient(&one, &other, &book, day()).is_some());
        assert_eq!(same_patient(&one, &other, &book, later), None);
    }

    proptest! {
        #[test]
        fn the_order_of_the_two_does_not_matter(picks in prop::collection::vec(0usize..3, 12)) {
            let pick = |from: &[usize]| read(
                ["", "张三", "李四"][from[0]],
                ["", "13800138000", "13800138001"][from[1]],
                ["", "35", "37"][from[2]],
                ["", "佛山", "广州"][from[3]],
                ["", "牙痛", "头痛"][from[4]],
                ["", "男", "女"][from[5]],
            );
            let (one, other) = (pick(&picks[..6]), pick(&picks[6..]));
            let there = same_patient(&one, &other, &Book::default(), day());
            prop_assert_eq!(&there, &same_patient(&other, &one, &Book::default(), day()));
            if let Some(same) = there {
                prop_assert!(same.by.iter().all(|item| !same.against.contains(item)));
                prop_assert!(same.by.contains(&Item::Phone) || same.by.len() >= 3);
            }
        }
    }
}
