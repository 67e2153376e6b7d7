//! What would decide as it stands, told before anybody has come: by a jump, and between two contacts with one patient.
//! The arrival decides with more than this (who booked, how completely, by what name).

use super::facts::{Contact, Jump};
use crate::RuleId;
use crate::calendar::Calendar;

/// What a jump says of the dialogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JumpVerdict {
    /// It goes back to the first receiver; else it stays with the colleague.
    pub to_first: bool,
    /// The rule behind it.
    pub rule: RuleId,
    /// The rules leave it open: the supervisor decides, and this is the suggestion.
    pub open: bool,
}

impl Jump {
    /// What it says of what the colleague books on that day. Words about how to book send it back when both are
    /// online; nothing said of the patient leaves it; something said of him without such words fits
    /// neither.
    pub fn verdict(&self) -> JumpVerdict {
        let (to_first, rule) = match (self.booking_words, self.touched) {
            (true, _) => (self.both_online, "R-091"),
            (false, true) => (true, "R-091"),
            (false, false) => (false, "R-090"),
        };
        JumpVerdict { to_first, rule, open: to_first && !self.booking_words }
    }
}

/// What would decide between two contacts with one patient if he were booked by either.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meeting {
    /// The earlier one stands before the later.
    pub earlier: bool,
    /// The rule behind it.
    pub rule: RuleId,
}

/// What would decide between an earlier and a later contact of two people: word left without a dialogue and then a call
/// chat and call on one day, one record, else the order.
pub fn meeting(earlier: &Contact, later: &Contact, calendar: &Calendar) -> Meeting {
    let verdict = |earlier, rule| Meeting { earlier, rule };
    if earlier.is_chat() && earlier.is_word_left() && later.is_call() {
        return verdict(earlier.has_remark(), "R-093");
    }
    let chat_first = earlier.is_chat() && later.is_call();
    let chat_later = earlier.is_call() && later.is_chat();
    if (chat_first || chat_later) && calendar.date(earlier.when.at) == calendar.date(later.when.at) {
        return verdict(chat_later || earlier.is_clear(), "R-092");
    }
    match (earlier.has_record(), later.has_record()) {
        (false, true) => verdict(false, "R-089"),
        _ => verdict(true, "R-089"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attribution::facts::Said;
    use crate::calendar::DAY;
    use crate::patient::Item;
    use crate::registration::{Channel, Moment};

    #[test]
    fn what_a_jump_says_r_090_r_091() {
        let cases = [
            // touched, booking words, both online: to the first, rule, open.
            ((false, false, true), (false, "R-090", false)), // W-17
            ((false, true, true), (true, "R-091", false)),   // W-18
            ((false, true, false), (false, "R-091", false)), // W-19
            ((true, true, true), (true, "R-091", false)),
            ((true, true, false), (false, "R-091", false)),
            ((true, false, true), (true, "R-091", true)),
            ((true, false, false), (true, "R-091", true)),
        ];
        for ((touched, booking_words, both_online), (to_first, rule, open)) in cases {
            let when = Moment { at: 0, seq: 1 };
            let jump = Jump { when, from: 1, to: 2, touched, booking_words, both_online };
            assert_eq!(jump.verdict(), JumpVerdict { to_first, rule, open }, "{jump:?}");
        }
    }

    #[test]
    fn what_decides_between_two_contacts() {
        let contact = |at, channel, known: &[Item], record, remark| Contact {
            when: Moment { at, seq: at },
            by: at,
            channel,
            said: Said::Consulted { known: known.iter().copied().collect(), record, remark },
        };
        let (chat, call, named) = (Channel::Shangwutong, Channel::Phone, &[Item::Name, Item::Phone][..]);
        let clear = &[Item::Complaint][..];
        let cases = [
            (
                "W-13",
                contact(1, chat, clear, true, false),
                contact(2, call, clear, false, false),
                true,
                "R-092",
            ),
            (
                "W-14",
                contact(1, chat, &[], true, false),
                contact(2, call, clear, false, false),
                false,
                "R-092",
            ),
            (
                "W-21",
                contact(1, chat, named, false, false),
                contact(2, call, named, false, false),
                false,
                "R-093",
            ),
            (
                "remark",
                contact(1, chat, named, false, true),
                contact(2, call, named, false, false),
                true,
                "R-093",
            ),
            (
                "call first",
                contact(1, call, clear, false, false),
                contact(2, chat, clear, true, true),
                true,
                "R-092",
            ),
            (
                "W-15",
                contact(1, chat, clear, false, false),
                contact(2, chat, clear, true, false),
                false,
                "R-089",
            ),
            (
                "W-16",
                contact(1, chat, clear, true, false),
                contact(2, chat, clear, true, false),
                true,
                "R-089",
            ),
            (
                "no record",
                contact(1, call, clear, false, false),
                contact(2, call, clear, false, false),
                true,
                "R-089",
            ),
            (
                "another day",
                contact(1, chat, &[], false, false),
                contact(DAY + 2, call, clear, true, false),
                false,
                "R-089",
            ),
        ];
        for (case, earlier, later, first, rule) in cases {
            let found = meeting(&earlier, &later, &Calendar::default());
            assert_eq!(found, Meeting { earlier: first, rule }, "{case}");
        }
    }
}
