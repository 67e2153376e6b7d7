//! 未约: what the remark on a dialogue that ended without an appointment has to say.

use crate::patient::Patient;

/// What is missing in the customer's remark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanting {
    /// 未约原因.
    pub reason: bool,
    /// 病种.
    pub disease: bool,
}

impl Wanting {
    /// What the remark on a contact without a booking lacks. Only a valid dialogue wants one, and it is valid when the
    /// patient said what ails him. Any remark counts as the reason: a person reads it.
    pub fn of(patient: &Patient, remarked: bool) -> Wanting {
        let valid = patient.ails();
        Wanting { reason: valid && !remarked, disease: valid && patient.disease.is_none() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patient::Typed;

    #[test]
    fn a_valid_dialogue_wants_reason_and_disease_r_033() {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let cases = [
            // 主诉, 病种, remark: reason, disease.
            ("", "", false, (false, false)),
            ("", "", true, (false, false)),
            ("牙疼三天", "", false, (true, true)),
            ("牙疼三天", "", true, (false, true)),
            ("牙疼三天", "牙痛", false, (true, false)),
            ("", "种牙", true, (false, false)),
        ];
        for (complaint, disease, remarked, (reason, wanted)) in cases {
            let typed = Typed { complaint: some(complaint), disease: some(disease), ..Typed::default() };
            let wanting = Wanting::of(&typed.read().0, remarked);
            assert_eq!(wanting, Wanting { reason, disease: wanted }, "{complaint} {disease} {remarked}");
        }
    }
}
