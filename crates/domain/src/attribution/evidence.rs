//! The verdict on an arrival and what it stands on.

use super::clocks::Clocks;
use crate::calendar::EpochMs;
use crate::patient::Item;
use crate::registration::{Class, Source};
use crate::{PersonId, Role, RuleId};
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// A step of the decision table, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// 0a: is there a registered appointment that matches?
    Matching,
    /// 0b: is the arrival proven false?
    FalseArrival,
    /// 0c: is lending or a private stand-in proven?
    Lending,
    /// 1: has the patient been treated before?
    Revisit,
    /// 2: is an appointment out of its protection?
    Protection,
    /// 3: is it out of its months, and nobody has consulted again?
    Months,
    /// 4: different names?
    Names,
    /// 5: a jump from window to window?
    Jump,
    /// 6: left word without dialogue and remark, and phoned?
    LeftWord,
    /// 7: chat and phone on one day?
    SameDay,
    /// 8: has only one side a chat record?
    Record,
    /// 9: different completeness?
    Completeness,
    /// 10: who was registered first?
    Order,
    /// 12: is the month closed?
    Closing,
}

impl Step {
    /// All steps that decide whose the credit is, in order. Step 11 sets the source only.
    pub const ALL: [Step; 14] = [
        Step::Matching,
        Step::FalseArrival,
        Step::Lending,
        Step::Revisit,
        Step::Protection,
        Step::Months,
        Step::Names,
        Step::Jump,
        Step::LeftWord,
        Step::SameDay,
        Step::Record,
        Step::Completeness,
        Step::Order,
        Step::Closing,
    ];

    /// The number in the decision table, as it stands in rows and events.
    pub fn code(self) -> &'static str {
        match self {
            Step::Matching => "0a",
            Step::FalseArrival => "0b",
            Step::Lending => "0c",
            Step::Revisit => "1",
            Step::Protection => "2",
            Step::Months => "3",
            Step::Names => "4",
            Step::Jump => "5",
            Step::LeftWord => "6",
            Step::SameDay => "7",
            Step::Record => "8",
            Step::Completeness => "9",
            Step::Order => "10",
            Step::Closing => "12",
        }
    }

    /// The step of a number of rows and events, exact.
    pub fn of_code(code: &str) -> Option<Step> {
        Step::ALL.into_iter().find(|step| step.code() == code)
    }

    /// What it asks, in a few words for people.
    pub fn word(self) -> &'static str {
        match self {
            Step::Matching => "核实预约",
            Step::FalseArrival => "虚报到诊",
            Step::Lending => "外借、代接",
            Step::Revisit => "复诊间隔",
            Step::Protection => "预约保护期",
            Step::Months => "免再咨询期",
            Step::Names => "挂号姓名",
            Step::Jump => "跳转窗口",
            Step::LeftWord => "留言后来电",
            Step::SameDay => "同日聊天和电话",
            Step::Record => "聊天记录",
            Step::Completeness => "完整程度",
            Step::Order => "登记先后",
            Step::Closing => "月度对账",
        }
    }
}

/// Whose the credit of an arrival is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Whose; a suggestion when somebody has to confirm. `None`: nobody's, or an exact tie that a person decides.
    pub to: Option<PersonId>,
    /// The appointment that the arrival is counted on, by its number as people see it.
    pub appointment: Option<i64>,
    /// The step that decided.
    pub step: Step,
    /// The rule by which.
    pub rule: RuleId,
    /// Who has to confirm before it counts.
    pub confirm_by: Option<Role>,
    /// Where the patient came from; `None` when nothing is known of him before the arrival.
    pub source: Option<Source>,
    /// On what it stands, in the order of the steps.
    pub evidence: Vec<Evidence>,
    /// Who else had a claim, and at which step it ended, in the order of the steps.
    pub runners_up: Vec<RunnerUp>,
    /// The clocks of the credited appointment as they stood at the arrival.
    pub clocks: Option<Clocks>,
}

/// A claim that another stood before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RunnerUp {
    /// Where it ended.
    pub step: Step,
    /// By which rule.
    pub rule: RuleId,
    /// Whose it was.
    pub person: PersonId,
    /// The appointment that it stood on; `None` for a mere contact.
    pub appointment: Option<i64>,
}

/// A fact that counted. Nothing in it names a patient. Everywhere `appointment` is its number as people see it, `by` the
/// person who did it, `on` the day, `until` the last protected day and `last` the last day of the months.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields of all variants are named alike, and explained above")]
pub enum Evidence {
    /// Nothing is registered for the patient.
    NothingRegistered,
    /// In what the appointment agrees with the arrival, and how many items are needed.
    Matched { appointment: i64, items: BTreeSet<Item>, needed: u32 },
    /// The same, too few.
    NotMatched { appointment: i64, items: BTreeSet<Item>, needed: u32 },
    /// A person said that it is another patient's.
    Rejected { appointment: i64 },
    /// Age, region and complaint only: a person looks at it.
    Weak { appointment: i64 },
    /// The same, passed over beside a better one.
    WeakBeside { appointment: i64 },
    /// Cancelled before the arrival.
    Cancelled { appointment: i64 },
    /// Registered only after the arrival.
    Late { appointment: i64 },
    /// Invalid, while a valid one competes.
    Invalid { appointment: i64 },
    /// Only invalid ones compete.
    OnlyInvalid,
    /// The arrival is proven false.
    FalseArrival,
    /// Lending is proven; `void` when nobody has the credit for it, else who decides is a person.
    Lent { giver: PersonId, receiver: PersonId, void: bool },
    /// A private stand-in is proven, and the signer takes it.
    Signed { signer: PersonId },
    /// Treated before; from which day on a visit counts anew.
    Treated { on: NaiveDate, anew_from: NaiveDate },
    /// Made before the last visit.
    BeforeVisit { appointment: i64 },
    /// A follow-up by another within the protection claims nothing.
    Protected { appointment: i64, by: PersonId, on: NaiveDate, until: NaiveDate },
    /// A follow-up by another after the protection had ended.
    TookOver { appointment: i64, by: PersonId, on: NaiveDate, until: NaiveDate },
    /// Another's registration after the protection had ended.
    Released { appointment: i64, until: NaiveDate, rival: i64, on: NaiveDate },
    /// Out of its months, and nobody has consulted since.
    Lapsed { appointment: i64, last: NaiveDate },
    /// Out of its months, but consulted again.
    ConsultedAgain { appointment: i64, last: NaiveDate, by: PersonId, on: NaiveDate },
    /// Out of its protection, without a rival, and within its months.
    WithinMonths { appointment: i64, last: NaiveDate },
    /// Its name is that of the hospital registration.
    NameEqual { appointment: i64 },
    /// Its name is another.
    NameOther { appointment: i64 },
    /// Different names, and none is that of the hospital registration.
    NameOfNone,
    /// The visitor left one window for another's.
    Jumped { from: PersonId, to: PersonId, touched: bool, booking_words: bool, both_online: bool },
    /// Word left without a dialogue, then a call; whether it was remarked before the call.
    LeftWord { chat: PersonId, phone: PersonId, remarked: bool },
    /// Chat and phone on one day: whether the chat told anything, and whether it came first.
    SameDay { chat: PersonId, phone: PersonId, on: NaiveDate, clear: bool, chat_first: bool },
    /// One side has a chat record.
    Recorded { with: PersonId, without: PersonId },
    /// The class at which an appointment is compared.
    Classed { appointment: i64, class: Class },
    /// When an appointment was registered.
    Registered { appointment: i64, owner: PersonId, at: EpochMs },
    /// Registered in the same second, equally complete.
    Tied { appointments: Vec<i64> },
    /// Each is beaten by another of them.
    Circle { appointments: Vec<i64> },
    /// The month is closed and it was not reconciled by this day.
    Forfeited { by: NaiveDate },
}
