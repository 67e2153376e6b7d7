//! What is counted, for `/metrics`. Labels never hold a person, a chat or a number: only platforms and outcomes.

use bot::Answer;
use metrics::{Counter, counter};
use store::Outcome;

/// Counters that every message touches, looked up once.
pub struct Metrics {
    done: Counter,
    refused: Counter,
    fault: Counter,
    duplicate: Counter,
    unavailable: Counter,
}

impl Default for Metrics {
    fn default() -> Self {
        let messages = |outcome: &'static str| counter!("deskmate_messages_total", "outcome" => outcome);
        Self {
            done: messages("done"),
            refused: messages("refused"),
            fault: messages("fault"),
            duplicate: messages("duplicate"),
            unavailable: messages("unavailable"),
        }
    }
}

impl Metrics {
    /// A message was handled.
    pub fn answered(&self, answer: &Answer) {
        match (answer.duplicate, answer.outcome) {
            (true, _) => &self.duplicate,
            (false, Some(Outcome::Refused)) => &self.refused,
            (false, Some(Outcome::Fault)) => &self.fault,
            (false, _) => &self.done,
        }
        .increment(1);
    }

    /// A message could not be stored.
    pub fn unavailable(&self) {
        self.unavailable.increment(1);
    }

    /// A callback was refused before it was a message.
    pub fn rejected(&self, platform: &'static str) {
        counter!("deskmate_callbacks_rejected_total", "platform" => platform).increment(1);
    }
    /// Something was turned away because there was too much of it: by sender, by stranger, by address.
    pub fn limited(&self, by: &'static str) {
        counter!("deskmate_limited_total", "by" => by).increment(1);
    }
}
