//! 三方 (`T…`): orders that a third-party site has dispatched. The patient is in the vault under the order's number.

use crate::error::Result;
use crate::event::Fact;
use crate::sql::{Row, Tx};
use chrono::NaiveDate;
use domain::privacy::Field;
use domain::rights::{Record, Tend, Undoing};
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
    /// When it was accepted.
    pub accepted_at: Option<EpochMs>,
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
const ONE: &str = "SELECT no, owner, dispatched_at, accepted_at, duplicate_of, reported_at FROM third_party_order \
    WHERE no = $1 AND state = 'open'";
const ACCEPT: &str = "UPDATE third_party_order SET accepted_at = $2 WHERE no = $1 AND accepted_at IS NULL";
const REPORT: &str = "UPDATE third_party_order SET reported_at = $2 \
    WHERE no = $1 AND duplicate_of IS NOT NULL AND reported_at IS NULL";
const UNDO: &str = "UPDATE third_party_order SET state = 'undone' WHERE no = $1 AND state = 'open'";

fn read(row: &Row<'_>) -> Result<Order> {
    Ok(Order {
        no: row.int("no")?,
        owner: row.int("owner")?,
        dispatched_at: row.int("dispatched_at")?,
        accepted_at: row.opt_int("accepted_at")?,
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
            accepted_at: None,
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

    /// Accepts an order; false when it was accepted before. Event `order.accepted`.
    ///
    /// # Errors
    /// As [`Tx::record_order`].
    pub fn accept_order(&mut self, by: &Tend, no: i64, in_time: bool, now: EpochMs) -> Result<bool> {
        let done = self.exec(ACCEPT, &[no.into(), now.into()])? == 1;
        if done {
            let fact = Fact::new("order.accepted", Some(by.by()))
                .about(format!("T{no}"))
                .with("no", format!("T{no}"))
                .person("by", by.by())
                .with("in_time", in_time)
                .with("rule", "R-384");
            self.record(now, fact);
        }
        Ok(done)
    }

    /// Notes that a duplicate was reported to the site; false when it is none, or was reported before. Event
    /// `order.reported`.
    ///
    /// # Errors
    /// As [`Tx::record_order`].
    pub fn report_duplicate(&mut self, by: &Tend, no: i64, in_time: bool, now: EpochMs) -> Result<bool> {
        let done = self.exec(REPORT, &[no.into(), now.into()])? == 1;
        if done {
            let fact = Fact::new("order.reported", Some(by.by()))
                .about(format!("T{no}"))
                .with("no", format!("T{no}"))
                .person("by", by.by())
                .with("in_time", in_time)
                .with("rule", "R-386");
            self.record(now, fact);
        }
        Ok(done)
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
