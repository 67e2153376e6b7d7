//! Verification of the events by their seals ([`crate::seal`] says what that proves): everything is reckoned anew in
//! bounded pages, and what does not fit is a [`Finding`], never an error.

use crate::error::Result;
use crate::keys::{KeyId, Purpose};
use crate::seal::{Head, MOST_EVENTS, Seal, key_mark, marks_of_text, read, reckon};
use crate::sql::Tx;
use crate::{Store, seal};
use domain::EpochMs;
use std::collections::{BTreeMap, HashMap};

/// Seals that one page reads at the most.
const PAGE_SEALS: i64 = 64;
/// Events after which a page ends.
const PAGE_EVENTS: i64 = 20_000;
/// Rows read beyond those that a seal says it covers: as many added ones are named in one seal.
const ADDED: i64 = 1_000;

/// Something that is not as it was sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The number of the seal that shows it.
    pub seal: i64,
    /// What that seal covers; `None` where there is no seal, or none that can be read.
    pub cover: Option<Cover>,
    /// What is wrong.
    pub what: Wrong,
}

/// When a seal was drawn, and the numbers of the events that it covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cover {
    /// When; the events are from the time between the last seal and this one.
    pub at: EpochMs,
    /// The first number of its range.
    pub first_seq: i64,
    /// The last number of its range.
    pub last_seq: i64,
}

/// What can be wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// These events are not what they were.
    Changed(Vec<i64>),
    /// These events are gone.
    Removed(Vec<i64>),
    /// These events were not there when their range was sealed.
    Inserted(Vec<i64>),
    /// What stands in the first event stood in the second, and so on: events were exchanged.
    Moved(Vec<(i64, i64)>),
    /// The events are not as they were, and it cannot be told which.
    Unnamed,
    /// The seals from this one through that number are not there, so these events cannot be verified.
    SealMissing {
        /// The last of them.
        through: i64,
        /// The first event number that they covered.
        first_seq: i64,
        /// The last one.
        last_seq: i64,
    },
    /// The seal itself is not what it was.
    SealChanged {
        /// Whether its events are still the ones that it was made over.
        intact: bool,
    },
    /// The seal is genuine, but was not made after the one that stands before it: rows of two histories are mixed.
    SealForeign,
    /// From this seal through that number the ring does not have the key that they were made with.
    KeyUnknown {
        /// The number of the key; the ring has none, or another, under it.
        key: i64,
        /// The last of them.
        through: i64,
    },
    /// A head that was given is not there: the newest seals were removed, or this is another database.
    HeadMissing,
    /// Another seal stands under the number of the head that was given.
    HeadDiffers,
}

/// The whole outcome.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verification {
    /// Seals that were looked at.
    pub seals: i64,
    /// Events that they cover.
    pub events: i64,
    /// Events younger than the newest seal: no harm while the program runs, it seals once a minute.
    pub unsealed: i64,
    /// The newest seal, to be kept outside of the database.
    pub head: Option<Head>,
    /// Empty when all is as it was sealed.
    pub findings: Vec<Finding>,
}

/// Where a verification stands: the seal that was looked at last.
#[derive(Clone, Debug, Default)]
pub struct Stand {
    no: i64,
    /// Its hash, when that could be verified.
    hash: Option<String>,
    /// The last number of its range.
    last_seq: i64,
}

/// One page of a verification.
#[derive(Debug, Default)]
pub struct Page {
    /// Seals in it; 0 when there are no more.
    pub seals: i64,
    /// Events in it.
    pub events: i64,
    /// What was found.
    pub findings: Vec<Finding>,
    /// The last seal of the page.
    pub head: Option<Head>,
    /// From where to go on.
    pub stand: Stand,
}

const PAGE: &str = "SELECT no, at, first_seq, last_seq, events, key_id, key_mark, previous, contents, marks, hash \
    FROM seal WHERE no > $1 ORDER BY no LIMIT $2";
const ONE: &str = "SELECT no, at, first_seq, last_seq, events, key_id, key_mark, previous, contents, marks, hash \
    FROM seal WHERE no = $1";
const LATER: &str = "SELECT COUNT(*) AS events FROM event WHERE seq > $1";

impl Tx<'_> {
    /// Reckons the next seals anew, at most `most` events or a few more.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn verify(&mut self, after: &Stand, most: i64) -> Result<Page> {
        let found =
            self.rows(PAGE, &[after.no.into(), PAGE_SEALS.into()], |row| Ok((row.int("no")?, read(row))))?;
        let mut page = Page { stand: after.clone(), ..Page::default() };
        for (no, seal) in found {
            if page.events >= most {
                break;
            }
            page.seals += 1;
            let before = std::mem::take(&mut page.stand);
            let is_next = no == before.no + 1;
            if !is_next {
                let first_seq = before.last_seq.saturating_add(1);
                let last_seq = seal.as_ref().map_or(first_seq, |seal| seal.first_seq.saturating_sub(1));
                let what = Wrong::SealMissing { through: no - 1, first_seq, last_seq };
                page.findings.push(Finding { seal: before.no + 1, cover: None, what });
            }
            let Some(seal) = seal else {
                let what = Wrong::SealChanged { intact: false };
                page.findings.push(Finding { seal: no, cover: None, what });
                page.stand = Stand { no, hash: None, last_seq: before.last_seq };
                continue;
            };
            page.events = page.events.saturating_add(seal.events.clamp(0, MOST_EVENTS));
            page.head = Some(seal.head());
            let cover = Cover { at: seal.at, first_seq: seal.first_seq, last_seq: seal.last_seq };
            let (is_genuine, wrong) = self.verify_seal(&seal)?;
            let is_foreign = is_next && before.hash.is_some_and(|hash| hash != seal.previous);
            let foreign = (is_genuine && is_foreign).then_some(Wrong::SealForeign);
            page.findings.extend(foreign.into_iter().chain(wrong).map(|what| Finding {
                seal: no,
                cover: Some(cover),
                what,
            }));
            page.stand = Stand { no, hash: is_genuine.then_some(seal.hash), last_seq: seal.last_seq };
        }
        Ok(page)
    }

    /// Whether a seal is genuine, and what is wrong with it or its events.
    fn verify_seal(&mut self, seal: &Seal) -> Result<(bool, Vec<Wrong>)> {
        let key = KeyId::try_from(seal.key_id).ok().and_then(|id| {
            self.keys.key(id, Purpose::Seal).or_else(|| {
                // Another process may have added one.
                self.keys = self.key_place.read_again();
                self.keys.key(id, Purpose::Seal)
            })
        });
        let unknown = || Wrong::KeyUnknown { key: seal.key_id, through: seal.no };
        let Some(key) = key else { return Ok((false, vec![unknown()])) };
        let is_genuine = seal.due_hash(&key) == seal.hash;
        if !is_genuine && key_mark(&key) != seal.key_mark {
            return Ok((false, vec![unknown()]));
        }
        let most = seal.events.clamp(0, MOST_EVENTS) + ADDED;
        let rows = self.sealed_rows(seal.from(), seal.last_seq, most)?;
        let reckoned = reckon(&key, seal.no, &rows);
        let intact = reckoned.contents == seal.contents;
        Ok(match (is_genuine, intact) {
            (true, true) => (true, Vec::new()),
            (true, false) => {
                (true, differences(&marks_of_text(&seal.marks).unwrap_or_default(), &reckoned.marks))
            }
            (false, intact) => (false, vec![Wrong::SealChanged { intact }]),
        })
    }
}

/// Which rows are not as they were, by number and mark then and now.
fn differences(then: &[(i64, String)], now: &[(i64, String)]) -> Vec<Wrong> {
    let now: BTreeMap<i64, &String> = now.iter().map(|(seq, mark)| (*seq, mark)).collect();
    let (mut removed, mut changed) = (Vec::new(), Vec::new());
    let mut inserted = now.clone();
    for (seq, mark) in then {
        inserted.remove(seq);
        match now.get(seq) {
            None => removed.push((*seq, mark)),
            Some(present) if *present != mark => changed.push((*seq, mark, *present)),
            Some(_) => {}
        }
    }
    // Exchanged: what stands there now stood in another row that is not itself any more.
    let mut homes: HashMap<&String, Vec<i64>> = HashMap::new();
    for (seq, mark, _) in changed.iter().rev() {
        homes.entry(mark).or_default().push(*seq);
    }
    let (mut moved, mut rest) = (Vec::new(), Vec::new());
    for (seq, _, present) in changed {
        match homes.get_mut(present).and_then(Vec::pop) {
            Some(home) => moved.push((seq, home)),
            None => rest.push(seq),
        }
    }
    let removed: Vec<i64> = removed.into_iter().map(|(seq, _)| seq).collect();
    let inserted: Vec<i64> = inserted.into_keys().collect();
    let mut wrong = Vec::new();
    let mut tell = |rows: Vec<i64>, what: fn(Vec<i64>) -> Wrong| {
        if !rows.is_empty() {
            wrong.push(what(rows));
        }
    };
    tell(rest, Wrong::Changed);
    tell(removed, Wrong::Removed);
    tell(inserted, Wrong::Inserted);
    if !moved.is_empty() {
        wrong.push(Wrong::Moved(moved));
    }
    if wrong.is_empty() {
        wrong.push(Wrong::Unnamed);
    }
    wrong
}

impl Verification {
    /// Takes a page in; what goes on over many seals stays one finding.
    fn take(&mut self, page: Page) {
        self.seals += page.seals;
        self.events += page.events;
        self.head = page.head.or(self.head.take());
        for finding in page.findings {
            if let Wrong::KeyUnknown { key, .. } = &finding.what
                && let Some(Finding { what: Wrong::KeyUnknown { key: same, through }, .. }) =
                    self.findings.last_mut()
                && same == key
                && *through + 1 == finding.seal
            {
                *through = finding.seal;
                continue;
            }
            self.findings.push(finding);
        }
    }
}

impl Store {
    /// Reckons all seals anew. `expected` is a head from an earlier time, kept outside of the database; `tell` hears how
    /// many events were looked at so far.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn verify(&self, expected: Option<Head>, mut tell: impl FnMut(i64)) -> Result<Verification> {
        let mut whole = Verification::default();
        let mut stand = Stand::default();
        loop {
            let after = stand.clone();
            let page = self.read(move |tx| tx.verify(&after, PAGE_EVENTS)).await?;
            if page.seals == 0 {
                break;
            }
            stand = page.stand.clone();
            whole.take(page);
            tell(whole.events);
        }
        let last_seq = stand.last_seq;
        whole.unsealed = self
            .read(move |tx| tx.row(LATER, &[last_seq.into()], |row| row.int("events")))
            .await?
            .unwrap_or(0);
        if let Some(head) = expected {
            let no = head.no;
            let there = self.read(move |tx| tx.row(ONE, &[no.into()], |row| Ok(seal::read(row)))).await?;
            let what = match there {
                None => Some(Wrong::HeadMissing),
                Some(seal) if seal.as_ref().map(Seal::head) == Some(head) => None,
                Some(_) => Some(Wrong::HeadDiffers),
            };
            whole.findings.extend(what.map(|what| Finding { seal: no, cover: None, what }));
        }
        Ok(whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_named_by_what_became_of_them() {
        let marks = |text: &str| -> Vec<(i64, String)> {
            (1..).zip(text.chars()).filter(|(_, c)| *c != '.').map(|(seq, c)| (seq, c.to_string())).collect()
        };
        let cases: [(&str, &str, Vec<Wrong>); 9] = [
            ("abcd", "abxd", vec![Wrong::Changed(vec![3])]),
            ("abcd", "ab.d", vec![Wrong::Removed(vec![3])]),
            ("ab.d", "abcd", vec![Wrong::Inserted(vec![3])]),
            ("abcd", "abcde", vec![Wrong::Inserted(vec![5])]),
            ("abcd", "acbd", vec![Wrong::Moved(vec![(2, 3), (3, 2)])]),
            ("abcd", "bcad", vec![Wrong::Moved(vec![(1, 2), (2, 3), (3, 1)])]),
            ("aabb", "bbaa", vec![Wrong::Moved(vec![(1, 3), (2, 4), (3, 1), (4, 2)])]),
            (
                "abcd.",
                "xb.dz",
                vec![Wrong::Changed(vec![1]), Wrong::Removed(vec![3]), Wrong::Inserted(vec![5])],
            ),
            ("abcd", "abcd", vec![Wrong::Unnamed]),
        ];
        for (then, now, expected) in cases {
            assert_eq!(differences(&marks(then), &marks(now)), expected, "{then} -> {now}");
        }
    }
}
