//! A patient as the vault keeps it: a text for each field, which reads back as what it was.

use super::{Patient, Typed};
use crate::privacy::Field;

impl Patient {
    /// The fields with their texts; what is not known is left out. A number stands as its key with the extension,
    /// accounts as their keys, a line each, so that the index finds them however they were typed.
    pub fn fields(&self) -> Vec<(Field, String)> {
        let phone = self.phone.as_ref().map(|phone| match phone.extension() {
            Some(extension) => format!("{}转{extension}", phone.key()),
            None => phone.key().to_owned(),
        });
        let contacts: Vec<String> = self.contacts.iter().map(super::Contact::key).collect();
        let known = [
            (Field::Name, self.name.as_ref().map(|name| name.written().to_owned())),
            (Field::Sex, self.sex.map(|sex| sex.word().to_owned())),
            (Field::Age, self.age.map(|age| age.to_string())),
            (Field::Phone, phone),
            (Field::Contact, (!contacts.is_empty()).then(|| contacts.join("\n"))),
            (Field::Region, self.region.as_ref().map(|region| region.written().to_owned())),
            (Field::Complaint, self.complaint.as_ref().map(|complaint| complaint.written().to_owned())),
            (Field::Disease, self.disease.as_ref().map(|disease| disease.written().to_owned())),
        ];
        known.into_iter().filter_map(|(field, text)| Some((field, text?))).collect()
    }

    /// The patient of such fields; other fields are passed over.
    pub fn of_fields<'a>(fields: impl IntoIterator<Item = (Field, &'a str)>) -> Patient {
        let mut typed = Typed::default();
        let mut contacts = Vec::new();
        for (field, text) in fields {
            let place = match field {
                Field::Name => &mut typed.name,
                Field::Sex => &mut typed.sex,
                Field::Age => &mut typed.age,
                Field::Phone => &mut typed.phone,
                Field::Region => &mut typed.region,
                Field::Complaint => &mut typed.complaint,
                Field::Disease => &mut typed.disease,
                Field::Contact => {
                    let read = |line| Typed { contact: Some(line), ..Typed::default() }.read().0.contacts;
                    contacts.extend(text.lines().map(str::to_owned).flat_map(read));
                    continue;
                }
                Field::ChatLog | Field::Note | Field::Expert => continue,
            };
            *place = Some(text.to_owned());
        }
        let mut patient = typed.read().0;
        patient.contacts = contacts;
        patient
    }

    /// The patient with what was said anew: what `said` knows takes the place of what was known, accounts of another
    /// kind are added.
    #[must_use]
    pub fn corrected(self, said: Patient) -> Patient {
        let mut contacts = said.contacts;
        let kinds: Vec<_> = contacts.iter().map(super::Contact::kind).collect();
        contacts.extend(self.contacts.into_iter().filter(|known| !kinds.contains(&known.kind())));
        contacts.sort();
        Patient {
            name: said.name.or(self.name),
            sex: said.sex.or(self.sex),
            age: said.age.or(self.age),
            phone: said.phone.or(self.phone),
            contacts,
            region: said.region.or(self.region),
            complaint: said.complaint.or(self.complaint),
            disease: said.disease.or(self.disease),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn patient(typed: Typed) -> Patient {
        typed.read().0
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    fn back(patient: &Patient) -> Patient {
        let fields = patient.fields();
        Patient::of_fields(fields.iter().map(|(field, text)| (*field, text.as_str())))
    }

    #[test]
    fn what_is_known_comes_back() {
        let whole = patient(Typed {
            name: some("欧阳 晓峰"),
            sex: some("男"),
            age: some("约3岁半"),
            phone: some("0571-87654321-801"),
            qq: some("12345678"),
            wechat: some("WX_li-four"),
            region: some("广东省佛山市"),
            complaint: some("牙疼三天"),
            disease: some("牙痛"),
            ..Typed::default()
        });
        assert_eq!(whole.fields().len(), 8);
        assert_eq!(back(&whole), whole);
        let known =
            |field| whole.fields().into_iter().find(|(found, _)| *found == field).map(|(_, text)| text);
        assert_eq!(known(Field::Phone), some("057187654321转801"));
        assert_eq!(known(Field::Contact), some("qq:12345678\n微信:wx_li-four"));
        assert_eq!(back(&Patient::default()), Patient::default());
    }

    #[test]
    fn a_correction_takes_the_place_of_what_was_known() {
        let known = patient(Typed {
            name: some("王先生"),
            age: some("35"),
            qq: some("12345678"),
            ..Typed::default()
        });
        let said = patient(Typed { name: some("王小明"), wechat: some("wx_wang"), ..Typed::default() });
        let expected = patient(Typed {
            name: some("王小明"),
            age: some("35"),
            qq: some("12345678"),
            wechat: some("wx_wang"),
            ..Typed::default()
        });
        assert_eq!(known.clone().corrected(said), expected);
        assert_eq!(known.clone().corrected(Patient::default()), known);
    }

    proptest! {
        #[test]
        fn any_patient_comes_back(
            name in "\\PC{0,6}", age in "[0-9约半岁个月]{0,5}", phone in "[0-9+ -转]{0,14}", qq in "[0-9]{4,12}",
            wechat in "[a-zA-Z0-9_-]{4,14}", region in "[一-龥 ]{0,8}", complaint in "\\PC{0,10}",
        ) {
            let known = patient(Typed {
                name: Some(name), age: Some(age), phone: Some(phone), qq: Some(qq), wechat: Some(wechat),
                region: Some(region), complaint: Some(complaint), ..Typed::default()
            });
            prop_assert_eq!(back(&known), known);
        }
    }
}
