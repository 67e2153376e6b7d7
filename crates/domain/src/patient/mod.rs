//! 患者: what names and describes a patient, as typed and as compared.
//!
//! People write one thing in many ways: 13800138000 and +86 138-0013-8000, 佛山 and 广东省佛山市, 牙疼三天 and 牙痛. [`Typed`]
//! holds what stood in a message; [`Typed::read`] makes a [`Patient`] of it, whose fields know how to compare themselves,
//! and says what could not be read and why. What cannot be read counts as missing, so a wrong number never makes an
//! appointment full and never identifies anybody. Nothing is guessed: a surname is no name, a decade no age.
//!
//! [`same_patient`] tells whether two records are of one patient and by what. It knows no history; which records are
//! worth comparing is found by the store through the keys: [`Phone::key`], [`Contact::key`] and [`Name::form`].

mod age;
mod complaint;
mod contact;
mod fields;
mod item;
mod name;
mod phone;
mod places;
mod region;
mod same;
mod text;
mod unlabelled;

pub use age::{Age, BadAge, Sex};
pub use complaint::Complaint;
pub use contact::{BadContact, Contact, ContactKind, Reached};
pub use item::Item;
pub use name::Name;
pub use phone::{BadPhone, Phone, PhoneKind};
pub use region::Region;
pub use same::{Sameness, same_patient};
pub use unlabelled::{is_called, place_in, readings};

pub(crate) use text::{is_nothing, plain};

use std::collections::BTreeSet;

/// What stood in a message, field by field, with the labels of 预约, 咨询 and 到诊.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// 姓名.
    pub name: Option<String>,
    /// 性别.
    pub sex: Option<String>,
    /// 年龄.
    pub age: Option<String>,
    /// 电话.
    pub phone: Option<String>,
    /// QQ.
    pub qq: Option<String>,
    /// 微信.
    pub wechat: Option<String>,
    /// 联系方式: whatever it is.
    pub contact: Option<String>,
    /// 地域, 区域, 地址.
    pub region: Option<String>,
    /// 主诉.
    pub complaint: Option<String>,
    /// 病种.
    pub disease: Option<String>,
}

/// What is known of a patient, in the form in which it is compared. Nothing said, and nothing readable, is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Patient {
    /// The name, or what was left in place of one (王先生); see [`Patient::full_name`].
    pub name: Option<Name>,
    /// 性别.
    pub sex: Option<Sex>,
    /// 年龄.
    pub age: Option<Age>,
    /// 电话.
    pub phone: Option<Phone>,
    /// QQ and 微信, each once, in order.
    pub contacts: Vec<Contact>,
    /// 地域.
    pub region: Option<Region>,
    /// 主诉.
    pub complaint: Option<Complaint>,
    /// 病种.
    pub disease: Option<Complaint>,
}

/// A field that could not be taken as it stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// Which.
    pub item: Item,
    /// What stood there. It may name a patient: for a private answer only.
    pub typed: String,
    /// Why, in Chinese, without full stop.
    pub reason: &'static str,
}

impl Typed {
    /// Reads everything. What could not be read is missing in the patient and told in the list, in the order of the
    /// fields.
    pub fn read(&self) -> (Patient, Vec<Unread>) {
        let mut unread = Vec::new();
        let mut patient = Patient {
            name: said(&self.name).and_then(Name::read),
            region: said(&self.region).and_then(Region::read),
            complaint: said(&self.complaint).and_then(Complaint::read),
            disease: said(&self.disease).and_then(Complaint::read),
            ..Patient::default()
        };
        let mut tell = |item: Item, typed: &str, reason: &'static str| {
            unread.push(Unread { item, typed: typed.trim().to_owned(), reason });
        };
        if let Some(typed) = said(&self.sex) {
            patient.sex = Sex::read(typed);
            if patient.sex.is_none() {
                tell(Item::Sex, typed, "性别请写男或女");
            }
        }
        if let Some(typed) = said(&self.age) {
            match Age::read(typed) {
                Ok(age) => patient.age = Some(age),
                Err(bad) => tell(Item::Age, typed, bad.reason()),
            }
        }
        if let Some(typed) = said(&self.phone) {
            match Phone::read(typed) {
                Ok(phone) => patient.phone = Some(phone),
                Err(bad) => tell(Item::Phone, typed, bad.reason()),
            }
        }
        for (kind, typed) in [(ContactKind::Qq, &self.qq), (ContactKind::Wechat, &self.wechat)] {
            let Some(typed) = said(typed) else { continue };
            match Contact::read(kind, typed) {
                Ok(contact) => patient.contacts.push(contact),
                Err(bad) => tell(Item::Contact, typed, bad.reason()),
            }
        }
        if let Some(typed) = said(&self.contact) {
            match Reached::read(typed) {
                Ok(Reached::Contact(contact)) => patient.contacts.push(contact),
                Ok(Reached::Phone(phone))
                    if patient.phone.as_ref().is_none_or(|known| known.agrees(&phone)) =>
                {
                    patient.phone = patient.phone.take().or(Some(phone));
                }
                Ok(Reached::Phone(_)) => tell(Item::Contact, typed, BadPhone::Several.reason()),
                Err(bad) => tell(Item::Contact, typed, bad.reason()),
            }
        }
        patient.contacts.sort();
        patient.contacts.dedup();
        (patient, unread)
    }
}

impl Patient {
    /// The name when it is one in full (全名).
    pub fn full_name(&self) -> Option<&Name> {
        self.name.as_ref().filter(|name| name.is_full())
    }

    /// Whether anything is known by which the patient can be reached: a telephone number, QQ or 微信.
    pub fn can_be_reached(&self) -> bool {
        self.phone.is_some() || !self.contacts.is_empty()
    }

    /// Whether it is known what ails the patient, as 主诉 or as 病种.
    pub fn ails(&self) -> bool {
        self.complaint.is_some() || self.disease.is_some()
    }

    /// Whether both say what ails them, and if so whether they agree. Complaint and disease are one field of the
    /// comparison: people write 牙痛 under either.
    pub fn ails_as(&self, other: &Patient) -> Option<bool> {
        let agrees = || self.ailments().any(|one| other.ailments().any(|theirs| one.agrees(theirs)));
        (self.ails() && other.ails()).then(agrees)
    }

    /// By what the complaint and the disease are found again; see [`Complaint::keys`].
    pub fn ailment_keys(&self) -> Vec<String> {
        let mut keys: Vec<String> = self.ailments().flat_map(Complaint::keys).collect();
        keys.sort();
        keys.dedup();
        keys
    }

    fn ailments(&self) -> impl Iterator<Item = &Complaint> {
        self.complaint.iter().chain(&self.disease)
    }

    /// Whether something is known. Of the name only one in full counts, for the complaint the disease serves too; the
    /// visit is none of the patient's.
    pub fn has(&self, item: Item) -> bool {
        match item {
            Item::Name => self.full_name().is_some(),
            Item::Age => self.age.is_some(),
            Item::Phone => self.phone.is_some(),
            Item::Complaint => self.ails(),
            Item::Region => self.region.is_some(),
            Item::Sex => self.sex.is_some(),
            Item::Contact => !self.contacts.is_empty(),
            Item::VisitDate => false,
        }
    }

    /// What was told of the patient in an exchange. The name may be less than one in full here: 王先生 did say who he is.
    pub fn told(&self) -> BTreeSet<Item> {
        let named = self.name.is_some().then_some(Item::Name);
        Item::ALL.into_iter().filter(|item| self.has(*item)).chain(named).collect()
    }

    /// Whether patient information (患者信息) was told: any of name, phone, age, region, complaint.
    pub fn is_described(&self) -> bool {
        let information = [Item::Name, Item::Phone, Item::Age, Item::Region, Item::Complaint];
        let told = self.told();
        information.iter().any(|item| told.contains(item))
    }
}

fn said(field: &Option<String>) -> Option<&str> {
    field.as_deref().filter(|typed| !is_nothing(typed))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn what_cannot_be_read_is_missing_and_told() {
        let typed = Typed {
            name: some("张三"),
            sex: some("先生"),
            age: some("30多岁"),
            phone: some("1380013800"),
            qq: some("12"),
            wechat: some("张三"),
            contact: some("87654321"),
            region: some("佛山"),
            complaint: some("无"),
            disease: some("牙痛"),
        };
        let (patient, unread) = typed.read();
        let told: Vec<Item> = unread.iter().map(|unread| unread.item).collect();
        assert_eq!(told, [Item::Sex, Item::Age, Item::Phone, Item::Contact, Item::Contact, Item::Contact]);
        assert_eq!(unread[2].reason, "手机号应为11位");
        let known: Vec<Item> = Item::ALL.into_iter().filter(|item| patient.has(*item)).collect();
        assert_eq!(known, [Item::Name, Item::Complaint, Item::Region]);
        assert!(!patient.can_be_reached());
    }

    #[test]
    fn nothing_said_is_nothing_told() {
        let typed = Typed {
            name: some("匿名"),
            phone: some("未留"),
            age: some("不详"),
            sex: some("-"),
            ..Typed::default()
        };
        assert_eq!(typed.read(), (Patient::default(), vec![]));
    }

    #[test]
    fn patient_information_is_any_of_five_r_090_r_092() {
        let name = Typed { name: some("王先生"), ..Typed::default() };
        let cases = [
            (name.clone(), true),
            (Typed { age: some("35"), ..Typed::default() }, true),
            (Typed { disease: some("牙痛"), ..Typed::default() }, true),
            (Typed { region: some("佛山"), ..Typed::default() }, true),
            (Typed { phone: some("13800138000"), ..Typed::default() }, true),
            (Typed { phone: some("未留"), ..Typed::default() }, false),
            (Typed { sex: some("男"), qq: some("12345678"), ..Typed::default() }, false),
            (Typed::default(), false),
        ];
        for (typed, expected) in cases {
            assert_eq!(typed.read().0.is_described(), expected, "{typed:?}");
        }
        let surname = name.read().0;
        assert_eq!((surname.told(), surname.has(Item::Name)), (BTreeSet::from([Item::Name]), false));
    }

    #[test]
    fn a_way_to_reach_somebody_is_taken_as_what_it_is() {
        let typed = Typed { contact: some("+86 13800138000"), ..Typed::default() };
        assert_eq!(typed.read().0.phone, Phone::read("13800138000").ok());
        let twice = Typed { phone: some("13800138000"), ..typed.clone() };
        assert_eq!(twice.read().1, vec![]);
        let other = Typed { phone: some("13800138001"), ..typed };
        assert_eq!(other.read().1[0].reason, "电话请只写一个");
        let qq = Typed { qq: some("12345678"), contact: some("QQ12345678"), ..Typed::default() };
        assert_eq!(qq.read().0.contacts.len(), 1);
        assert!(qq.read().0.can_be_reached() && qq.read().0.phone.is_none());
    }

    #[test]
    fn items_come_back_from_their_words() {
        for item in Item::ALL {
            assert_eq!(Item::of_code(item.code()), Some(item));
        }
        assert_eq!(Item::SIX.map(Item::code), ["name", "age", "phone", "complaint", "region", "visit_date"]);
    }
}
