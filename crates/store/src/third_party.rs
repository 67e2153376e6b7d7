//! 三方 (`T…`): orders that a third-party site has dispatched. The patient is in the vault under the order's number.
//! Who watches the sites on a day stands in [`crate::watches`].

use crate::error::Result;
use crate::event::Fact;
use crate::follow_ups::Closing;
use crate::sql::{Row, Tx};
use chrono::NaiveDate;
use domain::followup::Outcome;
use domain::privacy::Field;
use domain::rights::{Record, Tend, Undoing};
use domain::third_party::Tick;
use domain::{EpochMs, PersonId};

/// The kind of the reminders of an order; their subject is number, what for, stage and the last instant in time.
pub const ORDER_REMINDER: &str = "third_party_order";

/// An order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Number: T3 is 3.
    pub no: i64,
    /// Who works on it.
    pub owner: PersonId,
    /// When the site dispatched it.
    pub dispatched_at: EpochMs,
    /// When it was recorded, and a duplicate discovered.
    pub recorded_at: EpochMs,
    /// When it was accepted.
    pub accepted_at: Option<EpochMs>,
    /// When it was entered in the hospital's system.
    pub entered_at: Option<EpochMs>,
    /// When its state was remarked on the site.
    pub remarked_at: Option<EpochMs>,
    /// The label of the record that had the same telephone number before (重单).
    pub duplicate_of: Option<String>,
    /// When the duplicate was reported to the site.
    pub reported_at: Option<EpochMs>,
}

impl Order {
    /// As people read it: `T3`. The case in the vault has the same name.
    pub fn label(&self) -> String {
        format!("T{}", self.no)
    }

    /// When something of it was done; `None` while it is not.
    pub fn done_at(&self, tick: Tick) -> Option<EpochMs> {
        match tick {
            Tick::Accepted => self.accepted_at,
            Tick::Entered => self.entered_at,
            Tick::Remarked => self.remarked_at,
            Tick::Reported => self.reported_at,
        }
    }
}

/// An order about to be recorded.
#[derive(Clone, Copy, Debug)]
pub struct NewOrder<'a> {
    /// When the site dispatched it.
    pub dispatched_at: EpochMs,
    /// What is known of the patient.
    pub patient: &'a [(Field, String)],
    /// The label of the record that had the same telephone number before.
    pub duplicate_of: Option<&'a str>,
    /// When.
    pub now: EpochMs,
}

const ADD: &str = "INSERT INTO third_party_order (no, owner, dispatched_at, recorded_at, duplicate_of, state) \
    VALUES ($1, $2, $3, $4, $5, 'open')";
const ONE: &str = "SELECT no, owner, dispatched_at, recorded_at, accepted_at, entered_at, remarked_at, duplicate_of, \
    reported_at FROM third_party_order WHERE no = $1 AND state = 'open'";
// In the order of `Tick::ALL`; what was done before is not done again.
const TICK: [&str; 4] = [
    "UPDATE third_party_order SET accepted_at = $2 WHERE no = $1 AND accepted_at IS NULL AND state = 'open'",
    "UPDATE third_party_order SET entered_at = $2 WHERE no = $1 AND entered_at IS NULL AND state = 'open'",
    "UPDATE third_party_order SET remarked_at = $2 WHERE no = $1 AND remarked_at IS NULL AND state = 'open'",
    "UPDATE third_party_order SET reported_at = $2 WHERE no = $1 AND reported_at IS NULL AND state = 'open' \
     AND duplicate_of IS NOT NULL",
];
const UNTICK: [&str; 4] = [
    "UPDATE third_party_order SET accepted_at = NULL WHERE no = $1 AND accepted_at = $2",
    "UPDATE third_party_order SET entered_at = NULL WHERE no = $1 AND entered_at = $2",
    "UPDATE third_party_order SET remarked_at = NULL WHERE no = $1 AND remarked_at = $2",
    "UPDATE third_party_order SET reported_at = NULL WHERE no = $1 AND reported_at = $2",
];
const SINCE: &str = "SELECT no FROM third_party_order WHERE dispatched_at >= $1 AND state = 'open' LIMIT 1";
const UNDO: &str = "UPDATE third_party_order SET state = 'undone' WHERE no = $1 AND state = 'open'";

fn read(row: &Row<'_>) -> Result<Order> {
    Ok(Order {
        no: row.int("no")?,
        owner: row.int("owner")?,
        dispatched_at: row.int("dispatched_at")?,
        recorded_at: row.int("recorded_at")?,
        accepted_at: row.opt_int("accepted_at")?,
        entered_at: row.opt_int("entered_at")?,
        remarked_at: row.opt_int("remarked_at")?,
        duplicate_of: row.opt_text("duplicate_of")?,
        reported_at: row.opt_int("reported_at")?,
    })
}

impl Tx<'_> {
    /// Records an order of whoever records. Event `order.recorded`.
    ///
    /// # Errors
    /// When it cannot be written; the same for the writers below.
    pub fn record_order(&mut self, by: &Record, new: &NewOrder<'_>) -> Result<Order> {
        let no = self.next_number("T")?;
        let order = Order {
            no,
            owner: by.person(),
            dispatched_at: new.dispatched_at,
            recorded_at: new.now,
            accepted_at: None,
            entered_at: None,
            remarked_at: None,
            duplicate_of: new.duplicate_of.map(str::to_owned),
            reported_at: None,
        };
        let label = order.label();
        let fields: Vec<(Field, &str)> =
            new.patient.iter().map(|(field, text)| (*field, text.as_str())).collect();
        self.put_fields(&label, &fields)?;
        let params = [
            no.into(),
            order.owner.into(),
            new.dispatched_at.into(),
            new.now.into(),
            new.duplicate_of.into(),
        ];
        self.exec(ADD, &params)?;
        let fact = Fact::new("order.recorded", Some(order.owner))
            .about(label.as_str())
            .with("no", label.as_str())
            .person("owner", order.owner)
            .with("dispatched_at", new.dispatched_at)
            .with("duplicate_of", new.duplicate_of)
            .with("rule", "R-384");
        self.record(new.now, fact);
        Ok(order)
    }

    /// Notes that something of an order is done; false when it was done before, or when a duplicate is to be reported that is
    /// none. Events `order.accepted`, `order.entered`, `order.remarked`, `order.reported`.
    ///
    /// # Errors
    /// As [`Tx::record_order`].
    pub fn tick_order(
        &mut self,
        by: &Tend,
        no: i64,
        tick: Tick,
        in_time: bool,
        now: EpochMs,
    ) -> Result<bool> {
        let done = self.exec(TICK[tick as usize], &[no.into(), now.into()])? == 1;
        if done {
            let (kind, rule) = match tick {
                Tick::Accepted => ("order.accepted", "R-384"),
                Tick::Entered => ("order.entered", "R-384"),
                Tick::Remarked => ("order.remarked", "R-384"),
                Tick::Reported => ("order.reported", "R-386"),
            };
            let fact = Fact::new(kind, Some(by.by()))
                .about(format!("T{no}"))
                .with("no", format!("T{no}"))
                .person("by", by.by())
                .with("in_time", in_time)
                .with("rule", rule);
            self.record(now, fact);
        }
        Ok(done)
    }

    /// Takes back what was noted at an instant; false when it is not so any more.
    ///
    /// # Errors
    /// As [`Tx::record_order`].
    pub fn untick_order(&mut self, _by: &Undoing, no: i64, tick: Tick, at: EpochMs) -> Result<bool> {
        Ok(self.exec(UNTICK[tick as usize], &[no.into(), at.into()])? == 1)
    }

    /// Ends the plans of the orders whose patient has come, known by the telephone number of the arrival; an arrival
    /// that was taken back, corrected or proven untrue opens again first what it had ended.
    pub(crate) fn follow_orders(&mut self, arrival: i64, now: EpochMs) -> Result<()> {
        let because = format!("D{arrival}");
        self.revive_follow_ups(&because, None, now)?;
        let Some(known) = self.arrival(arrival)?.filter(|known| !known.is_false) else { return Ok(()) };
        let fields = self.patient_in(&known.label())?.fields();
        let Some((_, phone)) = fields.iter().find(|(field, _)| *field == Field::Phone) else { return Ok(()) };
        let closing = Closing { outcome: Outcome::Arrived, reason: None, next: None, contact: None, now };
        for order in self.find_by(Field::Phone, phone)?.iter().filter(|label| label.starts_with('T')) {
            for task in self.open_follow_ups_of(order)? {
                self.finish(&task, None, &closing, Some(&because))?;
            }
        }
        Ok(())
    }

    /// Whether an order was dispatched since an instant.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn has_orders_since(&mut self, at: EpochMs) -> Result<bool> {
        Ok(self.row(SINCE, &[at.into()], |row| row.int("no"))?.is_some())
    }

    /// An order; `None` when there is none, or none any more.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn order(&mut self, no: i64) -> Result<Option<Order>> {
        self.row(ONE, &[no.into()], read)
    }

    /// Takes an order back with its plan; false when it was taken back before.
    ///
    /// # Errors
    /// As [`Tx::record_order`].
    pub fn undo_order(&mut self, by: &Undoing, no: i64, today: NaiveDate) -> Result<bool> {
        let label = format!("T{no}");
        for task in self.open_follow_ups_of(&label)? {
            self.drop_follow_up(by, task.no)?;
        }
        if self.exec(UNDO, &[no.into()])? == 0 {
            return Ok(false);
        }
        self.close_case(&label, today)?;
        Ok(true)
    }
}
