//! The worked cases W-01 to W-41 of the regulations, every row of the decision table, and random histories.

mod bookings;
mod contacts;
mod matching;
mod random;
pub(super) mod samples;
mod windows;

use super::{Decision, Facts, decide};
use crate::calendar::Calendar;
use crate::registration::Class;
use crate::settings::{Book, Setting, Value, Version};
use crate::{PersonId, Role};
use samples::d;

/// Name, facts, whose, step, rule.
type Row = (&'static str, Facts, Option<PersonId>, &'static str, &'static str);

const COND: Class = Class::ConditionalA;

fn judge(facts: &Facts) -> Decision {
    decide(&Book::default(), &Calendar::default(), facts)
}

fn check(rows: Vec<Row>) {
    for (name, facts, to, step, rule) in rows {
        let decision = judge(&facts);
        let found = (decision.to, decision.step.code(), decision.rule, decision.confirm_by);
        assert_eq!(found, (to, step, rule, None), "{name}\n{decision:#?}");
    }
}

/// The same where the supervisor has to confirm.
fn check_asking(rows: Vec<Row>) {
    for (name, facts, to, step, rule) in rows {
        let decision = judge(&facts);
        let found = (decision.to, decision.step.code(), decision.rule, decision.confirm_by);
        assert_eq!(found, (to, step, rule, Some(Role::Supervisor)), "{name}\n{decision:#?}");
    }
}

fn with(settings: &[(&'static Setting, Value)]) -> Book {
    let mut book = Book::default();
    for (setting, value) in settings {
        book.set(setting, Version { from: d("2020-01-01"), value: *value });
    }
    book
}

fn under(
    settings: &[(&'static Setting, Value)],
    facts: &Facts,
) -> (Option<PersonId>, &'static str, &'static str) {
    let decision = decide(&with(settings), &Calendar::default(), facts);
    (decision.to, decision.step.code(), decision.rule)
}
