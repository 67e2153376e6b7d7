//! What is known of an arrival and of everything that led to it.

use crate::PersonId;
use crate::patient::Item;
use crate::registration::{Channel, Class, ClassVersion, Moment, class_at};
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// Everything known of one patient around one arrival. Later and older facts than count may stand in it, in any order.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The arrival that is judged.
    pub arrival: Arrival,
    /// All appointments of the patient, cancelled and invalid ones too; undone ones do not exist.
    pub registrations: Vec<Registration>,
    /// 咨询 and 回访 with the patient, by anybody.
    pub contacts: Vec<Contact>,
    /// 跳转 of the patient.
    pub jumps: Vec<Jump>,
    /// The patient's other visits; those that were proven false or entered by mistake are left out.
    pub visits: Vec<Visit>,
}

/// An arrival.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// 到诊时间, with the event of its recording.
    pub when: Moment,
    /// The name of the hospital registration, in the form in which names are equal; `None` when it is not
    /// known in full. It is only compared: a keyed index serves as well.
    pub name: Option<String>,
    /// Proven untrue.
    pub is_false: bool,
    /// Proven lending, exchange or private stand-in.
    pub lending: Option<Lending>,
    /// Its month is closed without it having been reconciled, and not reopened.
    pub forfeited: bool,
}

/// A patient who was handed from one to another without consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lending {
    /// Whose patient it was.
    pub giver: PersonId,
    /// Who received him.
    pub receiver: PersonId,
    /// Who signed on site; the receiver when it is not known.
    pub signer: Option<PersonId>,
}

/// An appointment in the register.
#[derive(Clone, Debug)]
pub struct Registration {
    /// Its number as people see it: 12 of Y12. Unique.
    pub no: i64,
    /// Whose it is.
    pub owner: PersonId,
    /// Over what it was made.
    pub channel: Channel,
    /// What its clocks run from.
    pub dates: Dates,
    /// Its classes; the first is that of the registration.
    pub classes: Vec<ClassVersion>,
    /// The patient's full name at the arrival, in the form of [`Arrival::name`]; `None` without a full name.
    pub name: Option<String>,
    /// Since when it has a chat record or a reference to one.
    pub record: Option<Moment>,
    /// When it was cancelled.
    pub cancelled: Option<Moment>,
    /// In what it agrees with the arrival.
    pub matched: Match,
}

/// When an appointment was entered and for which day, and how that changed.
#[derive(Clone, Debug)]
pub struct Dates {
    /// 后台系统录入信息时间.
    pub entered: Moment,
    /// The booked visit day at the registration.
    pub visit_date: Option<NaiveDate>,
    /// 改约, in any order.
    pub changes: Vec<Change>,
}

/// A change of the visit day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// When it was entered.
    pub when: Moment,
    /// The new visit day.
    pub visit_date: NaiveDate,
    /// With 备注, by the owner or in his stead. A new day that a rival agreed on is no remark of the owner's.
    pub remarked: bool,
}

/// The comparison of an appointment with the arrival.
#[derive(Clone, Debug, Default)]
pub struct Match {
    /// Which of the six agree.
    pub items: BTreeSet<Item>,
    /// What a person said who was asked: the same patient, or not; `None` while nobody has been asked.
    pub confirmed: Option<bool>,
}

/// A contact with the patient that is no booking.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Contact {
    /// When.
    pub when: Moment,
    /// Who logged it.
    pub by: PersonId,
    /// Over what.
    pub channel: Channel,
    /// What came of it.
    pub said: Said,
}

/// What came of a contact.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Said {
    /// 咨询.
    Consulted {
        /// What the patient told of himself.
        known: BTreeSet<Item>,
        /// A chat record came with it. Without one no dialogue was formed, unless it was on the phone.
        record: bool,
        /// 备注 came with it.
        remark: bool,
    },
    /// 回访.
    FollowedUp {
        /// The patient was spoken to: every outcome but 未联系上 and 无效.
        reached: bool,
        /// In the owner's stead. Such a contact claims nothing.
        cover: bool,
    },
}

/// 跳转: the visitor left one window for another's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Jump {
    /// When it was claimed.
    pub when: Moment,
    /// The first receiver.
    pub from: PersonId,
    /// Who took over.
    pub to: PersonId,
    /// Name, phone, age, region or complaint were spoken of with the first.
    pub touched: bool,
    /// The first was asked how to book.
    pub booking_words: bool,
    /// Both were on shift at that minute.
    pub both_online: bool,
}

/// Another visit of the same patient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Visit {
    /// When.
    pub when: Moment,
    /// Who has its credit.
    pub credited: Option<PersonId>,
    /// By which appointment.
    pub appointment: Option<i64>,
}

impl Registration {
    /// The class at a moment; what has none counts as invalid.
    pub(super) fn class(&self, moment: Moment) -> Class {
        class_at(&self.classes, moment).unwrap_or(Class::Invalid)
    }
}

/// What is clear information on a patient.
const CLEAR: [Item; 5] = [Item::Name, Item::Phone, Item::Age, Item::Region, Item::Complaint];

impl Contact {
    /// The patient was spoken or written with, in both directions.
    pub fn is_two_way(&self) -> bool {
        match &self.said {
            Said::Consulted { record, .. } => *record || !self.channel.is_network(),
            Said::FollowedUp { reached, .. } => *reached,
        }
    }

    /// A consultation online.
    pub(super) fn is_chat(&self) -> bool {
        matches!(self.said, Said::Consulted { .. }) && self.channel.is_network()
    }

    /// A consultation on the phone.
    pub(super) fn is_call(&self) -> bool {
        matches!(self.said, Said::Consulted { .. }) && self.channel == Channel::Phone
    }

    /// A consultation in which the patient told something of himself.
    pub(super) fn is_clear(&self) -> bool {
        matches!(&self.said, Said::Consulted { known, .. } if CLEAR.iter().any(|item| known.contains(item)))
    }

    /// Phone and name left without a dialogue.
    pub(super) fn is_word_left(&self) -> bool {
        matches!(
            &self.said,
            Said::Consulted { known, record: false, .. } if known.contains(&Item::Phone) && known.contains(&Item::Name)
        )
    }

    /// A consultation with a record of it.
    pub(super) fn has_record(&self) -> bool {
        matches!(self.said, Said::Consulted { record: true, .. })
    }

    /// A consultation with a remark.
    pub(super) fn has_remark(&self) -> bool {
        matches!(self.said, Said::Consulted { remark: true, .. })
    }

    /// A follow-up by which somebody other than the owner may take over: spoken with the patient, not in the owner's
    /// stead.
    pub(super) fn is_tracking(&self) -> bool {
        matches!(self.said, Said::FollowedUp { reached: true, cover: false })
    }
}
