//! 登记统计: how many were registered and how many came, by channel, place, disease and age. Nothing in it
//! names a patient.

use std::collections::BTreeMap;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// 预约: registered, neither cancelled nor invalid.
    Appointment,
    /// 咨询 that did not end in an appointment.
    Contact,
    /// 到诊: credited, by the day of the arrival.
    Arrival,
}

/// One of them. What is not known is counted as 未填.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// What it is.
    pub what: What,
    /// 渠道.
    pub channel: Option<&'static str>,
    /// 地域: the city, or the province.
    pub place: Option<String>,
    /// 病种.
    pub disease: Option<String>,
    /// Full years.
    pub age: Option<u32>,
}

/// How many of each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// 预约.
    pub appointments: u32,
    /// 咨询未约.
    pub contacts: u32,
    /// 到诊.
    pub arrivals: u32,
}

impl Counts {
    fn add(&mut self, what: What) {
        match what {
            What::Appointment => self.appointments += 1,
            What::Contact => self.contacts += 1,
            What::Arrival => self.arrivals += 1,
        }
    }

    /// 登记人数: everybody who was registered, booked or not.
    pub fn registered(&self) -> u32 {
        self.appointments + self.contacts
    }
}

/// A table: its lines by how many stand in them, the greatest first.
pub type Table = Vec<(String, Counts)>;

/// The whole count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// All.
    pub total: Counts,
    /// 渠道.
    pub channels: Table,
    /// 地域.
    pub places: Table,
    /// 病种.
    pub diseases: Table,
    /// 年龄, from the youngest.
    pub ages: Table,
}

const UNKNOWN: &str = "未填";
/// The last age of each band.
const BANDS: [(u32, &str); 5] =
    [(17, "18岁以下"), (30, "18-30岁"), (45, "31-45岁"), (60, "46-60岁"), (u32::MAX, "60岁以上")];

/// The band that an age lies in.
fn band(age: u32) -> (usize, &'static str) {
    let found = BANDS.iter().position(|(last, _)| age <= *last).unwrap_or(BANDS.len() - 1);
    (found, BANDS[found].1)
}

/// Counts them.
pub fn count<'a>(records: impl IntoIterator<Item = &'a Record>) -> Statistics {
    let mut total = Counts::default();
    let mut ages: BTreeMap<(usize, &str), Counts> = BTreeMap::new();
    let [mut channels, mut places, mut diseases] = [(); 3].map(|()| BTreeMap::<&str, Counts>::new());
    for record in records {
        total.add(record.what);
        channels.entry(record.channel.unwrap_or(UNKNOWN)).or_default().add(record.what);
        places.entry(record.place.as_deref().unwrap_or(UNKNOWN)).or_default().add(record.what);
        diseases.entry(record.disease.as_deref().unwrap_or(UNKNOWN)).or_default().add(record.what);
        let age = record.age.map_or((BANDS.len(), UNKNOWN), band);
        ages.entry(age).or_default().add(record.what);
    }
    let table = |counted: BTreeMap<&str, Counts>| -> Table {
        let mut lines: Table = counted.into_iter().map(|(word, counts)| (word.to_owned(), counts)).collect();
        // What is not known comes last; equal ones stay in the order of their words.
        lines.sort_by_key(|(word, counts)| {
            (word == UNKNOWN, u32::MAX - counts.registered().max(counts.arrivals))
        });
        lines
    };
    Statistics {
        total,
        channels: table(channels),
        places: table(places),
        diseases: table(diseases),
        ages: ages.into_iter().map(|((_, word), counts)| (word.to_owned(), counts)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn record(what: What, place: Option<&str>, age: Option<u32>) -> Record {
        let place = place.map(str::to_owned);
        Record { what, channel: Some("电话"), place, disease: None, age }
    }

    #[test]
    fn r021_people_age_content_place_and_source() {
        let records = [
            record(What::Appointment, Some("佛山"), Some(17)),
            record(What::Appointment, None, Some(18)),
            record(What::Contact, Some("广州"), None),
            record(What::Arrival, Some("广州"), Some(61)),
            record(What::Appointment, Some("广州"), Some(60)),
        ];
        let found = count(&records);
        assert_eq!((found.total.registered(), found.total.arrivals), (4, 1));
        let words = |table: &Table| table.iter().map(|(word, _)| word.clone()).collect::<Vec<_>>();
        assert_eq!(words(&found.places), ["广州", "佛山", "未填"]);
        assert_eq!(found.places[0].1, Counts { appointments: 1, contacts: 1, arrivals: 1 });
        assert_eq!(words(&found.ages), ["18岁以下", "18-30岁", "46-60岁", "60岁以上", "未填"]);
        assert_eq!(found.diseases, [("未填".to_owned(), found.total)]);
        assert_eq!(count(&[]), Statistics::default());
    }

    proptest! {
        #[test]
        fn every_table_adds_up_to_the_whole(
            lines in prop::collection::vec((0u8..3, 0u8..4, prop::option::of(0u32..120)), 0..60),
        ) {
            let records: Vec<Record> = lines.iter().map(|(what, place, age)| {
                let what = [What::Appointment, What::Contact, What::Arrival][usize::from(*what)];
                record(what, ["佛山", "广州", "深圳"].get(usize::from(*place)).copied(), *age)
            }).collect();
            let found = count(&records);
            for table in [&found.channels, &found.places, &found.diseases, &found.ages] {
                let mut sum = Counts::default();
                for (_, counts) in table {
                    sum.appointments += counts.appointments;
                    sum.contacts += counts.contacts;
                    sum.arrivals += counts.arrivals;
                }
                prop_assert_eq!(sum, found.total);
            }
        }
    }
}
