//! 六项对比: which of the six fields of an arrival agree with those of one appointment.

use crate::patient::{Item, Patient};
use crate::settings::{Book, catalogue};
use chrono::NaiveDate;

/// How closely age and day are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tolerance {
    /// Years by which the age may differ and still agree.
    pub years: u32,
    /// Days by which the visit may differ from the booked day and still agree.
    pub days: u32,
}

impl Tolerance {
    /// The department's on a day.
    pub fn on(book: &Book, day: NaiveDate) -> Self {
        use catalogue::arrivals::{AGE_TOLERANCE, DAY_TOLERANCE};
        Self { years: book.count(&AGE_TOLERANCE, day), days: book.count(&DAY_TOLERANCE, day) }
    }
}

/// One field of the six on both sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// Both sides have it, and it agrees.
    Agrees,
    /// Both sides have it, and it does not agree.
    Differs,
    /// At least one side has not: no match.
    Missing,
}

/// The six fields of R-079 in the order of [`Item::SIX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comparison([Agreement; Item::SIX.len()]);

impl Comparison {
    /// Compares who came on `came` with who was expected on `expected`.
    pub fn of(
        arrival: &Patient,
        came: NaiveDate,
        appointment: &Patient,
        expected: Option<NaiveDate>,
        tolerance: Tolerance,
    ) -> Self {
        Self(Item::SIX.map(|item| {
            let agrees = match item {
                Item::Name => pair(arrival.full_name(), appointment.full_name(), |one, two| one.agrees(two)),
                Item::Age => pair(arrival.age, appointment.age, |one, two| one.agrees(two, tolerance.years)),
                Item::Phone => {
                    pair(arrival.phone.as_ref(), appointment.phone.as_ref(), |one, two| one.agrees(two))
                }
                Item::Complaint => arrival.ails_as(appointment),
                Item::Region => {
                    pair(arrival.region.as_ref(), appointment.region.as_ref(), |one, two| one.agrees(two))
                }
                Item::VisitDate => expected
                    .map(|expected| (came - expected).num_days().unsigned_abs() <= u64::from(tolerance.days)),
                Item::Sex | Item::Contact => None,
            };
            match agrees {
                Some(true) => Agreement::Agrees,
                Some(false) => Agreement::Differs,
                None => Agreement::Missing,
            }
        }))
    }

    /// The fields that agree, in order.
    pub fn agreeing(&self) -> Vec<Item> {
        self.with(Agreement::Agrees)
    }

    /// The fields that both sides have and that do not agree, in order.
    pub fn differing(&self) -> Vec<Item> {
        self.with(Agreement::Differs)
    }

    /// The fields that at least one side has not, in order.
    pub fn lacking(&self) -> Vec<Item> {
        self.with(Agreement::Missing)
    }

    fn with(&self, wanted: Agreement) -> Vec<Item> {
        let pairs = Item::SIX.into_iter().zip(self.0);
        pairs.filter(|(_, agreement)| *agreement == wanted).map(|(item, _)| item).collect()
    }
}

fn pair<T>(one: Option<T>, two: Option<T>, agrees: impl FnOnce(T, T) -> bool) -> Option<bool> {
    one.zip(two).map(|(one, two)| agrees(one, two))
}
